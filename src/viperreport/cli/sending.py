"""The verb that hands over what is filed."""

from signal import SIGTERM
from typing import TYPE_CHECKING, Annotated

import typer

from viperreport.cli.correcting import EditionNamed
from viperreport.cli.options import Options
from viperreport.errors import UsageError

if TYPE_CHECKING:
    from viperreport.verbs.handing import Wanted

To = Annotated[
    list[str] | None,
    typer.Option("--to", metavar="ADDR", help="To this address alone, listed or not; repeatable."),
]
TestTo = Annotated[
    str, typer.Option("--test-to", metavar="ADDR", help="Only a test, with TEST in its subject.")
]
Again = Annotated[bool, typer.Option("--again", help="Another copy, to those who have it.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Print every envelope; send nothing.")]


def send(
    context: typer.Context,
    edition: EditionNamed,
    to: To = None,
    test_to: TestTo = "",
    again: Again = False,
    dry_run: DryRun = False,
) -> None:
    """Hand over now what waits of a filed edition: all that is queued or paused, however late."""
    from viperreport.verbs.stopping import listen

    stop = listen(SIGTERM)
    from viperreport.verbs.handing import Wanted

    if test_to and (to or again):
        raise UsageError("--test-to goes with neither --to nor --again")
    given: Options = context.obj
    wanted = Wanted(edition, tuple(to or ()), again)
    if dry_run:
        _would_send(given, wanted, test_to)
        return
    from viperreport.cli.running import log_of
    from viperreport.verbs.changing import leave
    from viperreport.verbs.handing import send as hand_over
    from viperreport.verbs.planning import worst
    from viperreport.verbs.running import WAIT, held_ledger
    from viperreport.verbs.trying import send_test

    home, log = given.open(), log_of(given)
    with held_ledger(home, log.run, WAIT) as ledger:
        try:
            done = (
                send_test(home, ledger, log, edition, test_to)
                if test_to
                else hand_over(home, ledger, log, stop, wanted)
            )
        finally:
            leave(home, ledger, log)
    given.show(done, lambda: "\n".join((*(each.line for each in done.handed), done.said)).strip())
    raise typer.Exit(worst(log.codes))


def _would_send(given: Options, wanted: "Wanted", test_to: str) -> None:
    from viperreport.verbs.envelopes import would_send
    from viperreport.verbs.running import run_id
    from viperreport.verbs.trying import would_test

    home = given.open()
    would = (
        would_test(home, wanted.edition, test_to, run_id())
        if test_to
        else would_send(home, wanted, run_id())
    )
    blocks = [each.lines for each in would.envelopes]
    given.show(would, lambda: "\n\n".join(filter(None, (*blocks, would.said))))
