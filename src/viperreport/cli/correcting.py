"""Verbs about editions that are filed and were wrong: correct, withdraw."""

from typing import TYPE_CHECKING, Annotated

import typer

from viperreport.cli.options import Options

if TYPE_CHECKING:
    from viperreport.verbs.correcting import Corrected

EditionNamed = Annotated[str, typer.Argument(metavar="EDITION")]
Why = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; it is kept, and printed.")]


def correct(context: typer.Context, edition: EditionNamed, reason: Why = "") -> None:
    """File a revision, as known and configured now; none where the figures are the same."""
    from viperreport.cli.running import log_of
    from viperreport.verbs.changing import leave
    from viperreport.verbs.correcting import correct as make_anew
    from viperreport.verbs.running import WAIT, held_ledger

    given: Options = context.obj
    home, log = given.open(), log_of(given)
    with held_ledger(home, log.run, WAIT) as ledger:
        try:
            done = make_anew(home, ledger, log, (edition, reason))
        finally:
            leave(home, ledger, log)
    given.show(done, lambda: _said(done))
    raise typer.Exit(done.made.code if done.made else 0)


def _said(done: "Corrected") -> str:
    if done.made is None:
        return f"{done.replaced.key}: the figures are the same: there is nothing to correct"
    why = f": {done.made.reason}" if done.made.reason else ""
    return f"{done.made.key}: {done.made.state}{why}"


def withdraw(context: typer.Context, edition: EditionNamed, reason: Why = "") -> None:
    """Say of a filed edition that it is no longer valid; its file stays as it was filed."""
    from viperreport.verbs.changing import leave
    from viperreport.verbs.running import WAIT, held_ledger, run_id
    from viperreport.verbs.succession import withdraw as take_back
    from viperreport.verbs.trust import ledger_of, refuse_doubts

    given: Options = context.obj
    home = given.open()
    with held_ledger(home, run_id(), WAIT) as ledger:
        refuse_doubts(home)
        done = take_back(home, ledger, edition, reason)
        leave(home, ledger)
    standing = ledger_of(home).standings[str(done.key)]
    given.show(
        {"edition": str(done.key), "withdrawn": standing.withdrawn},
        lambda: f"{done.key}: {standing}",
    )
