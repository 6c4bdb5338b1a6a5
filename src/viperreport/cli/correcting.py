"""Verbs about editions that are filed and were wrong: correct, withdraw."""

from signal import SIGTERM
from typing import TYPE_CHECKING, Annotated

import typer

from viperreport.cli.options import Options

if TYPE_CHECKING:
    from viperreport.verbs.confirming import Told
    from viperreport.verbs.correcting import Corrected

EditionNamed = Annotated[str, typer.Argument(metavar="EDITION")]
Why = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; it is kept, and printed.")]
Confirm = Annotated[
    bool, typer.Option("--confirm", help="Send it now to everybody who had the edition.")
]


def correct(
    context: typer.Context, edition: EditionNamed, reason: Why = "", confirm: Confirm = False
) -> None:
    """File a revision, as known and configured now; none where the figures are the same.

    It is sent with --confirm alone, also later: to today's recipients and to all who had it.
    """
    from viperreport.verbs.stopping import listen

    stop = listen(SIGTERM)
    from viperreport.archive.deliveries import Kind
    from viperreport.cli.running import log_of
    from viperreport.verbs.changing import leave
    from viperreport.verbs.confirming import Confirming
    from viperreport.verbs.correcting import correct as make_anew
    from viperreport.verbs.planning import worst
    from viperreport.verbs.running import WAIT, held_ledger

    given: Options = context.obj
    home, log = given.open(), log_of(given)
    with held_ledger(home, log.run, WAIT) as ledger:
        try:
            done = make_anew(home, ledger, log, (edition, reason), confirmed=confirm)
            confirming = Confirming(home, ledger, log, stop)
            told = confirming.told(done.made or done.replaced, Kind.EDITION, confirmed=confirm)
        finally:
            leave(home, ledger, log)
    value = {"replaced": done.replaced, "made": done.made, "mail": told}
    given.show(value, lambda: "\n".join((_said(done, told), *told.lines)))
    raise typer.Exit(worst([*log.codes, done.made.code if done.made else 0]))


def _said(done: "Corrected", told: "Told") -> str:
    if done.made is None:
        same = "the figures are the same: there is nothing to correct"
        return f"{done.replaced.key}: {'released' if told.handed else same}"
    why = f": {done.made.reason}" if done.made.reason else ""
    path = f"\n{told.pdf}" if told.pdf else ""
    return f"{done.made.key}: {done.made.state}{why}{path}"


def withdraw(
    context: typer.Context, edition: EditionNamed, reason: Why = "", confirm: Confirm = False
) -> None:
    """Say of a filed edition that it is no longer valid; its file stays as it was filed.

    A mail says so with --confirm alone, also later: to everybody who had any revision of it.
    """
    from viperreport.verbs.stopping import listen

    stop = listen(SIGTERM)
    from viperreport.archive.deliveries import Kind
    from viperreport.cli.running import log_of
    from viperreport.verbs.changing import leave, refuse_unsure
    from viperreport.verbs.confirming import Confirming
    from viperreport.verbs.planning import worst
    from viperreport.verbs.running import WAIT, held_ledger
    from viperreport.verbs.trust import ledger_of, refuse_doubts
    from viperreport.verbs.withdrawing import withdraw as take_back

    given: Options = context.obj
    home, log = given.open(), log_of(given)
    with held_ledger(home, log.run, WAIT) as ledger:
        (refuse_unsure if confirm else refuse_doubts)(home)
        try:
            done = take_back(home, ledger, log, (edition, reason), confirmed=confirm)
            confirming = Confirming(home, ledger, log, stop)
            told = confirming.told(done, Kind.WITHDRAWAL, confirmed=confirm)
        finally:
            leave(home, ledger, log)
    standing = ledger_of(home).standings[str(done.key)]
    given.show(
        {"edition": str(done.key), "withdrawn": standing.withdrawn, "mail": told},
        lambda: "\n".join((f"{done.key}: {standing}", *told.lines)),
    )
    raise typer.Exit(worst(log.codes))
