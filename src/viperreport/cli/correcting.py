"""Verbs about editions that are filed and were wrong: withdraw."""

from typing import Annotated

import typer

from viperreport.cli.options import Options

EditionNamed = Annotated[str, typer.Argument(metavar="EDITION")]
Why = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; it is kept, and printed.")]


def withdraw(context: typer.Context, edition: EditionNamed, reason: Why = "") -> None:
    """Say of a filed edition that it is no longer valid; its file stays as it was filed."""
    from viperreport.verbs.lists import publish
    from viperreport.verbs.running import WAIT, held_ledger, run_id
    from viperreport.verbs.succession import withdraw as take_back
    from viperreport.verbs.trust import bear_witness, ledger_of, refuse_doubts

    given: Options = context.obj
    home = given.open()
    with held_ledger(home, run_id(), WAIT) as ledger:
        refuse_doubts(home)
        done = take_back(home, ledger, edition, reason)
        whole = ledger_of(home)
        publish(home, whole)
        bear_witness(home, home.clock())
    standing = whole.standings[str(done.key)]
    given.show(
        {"edition": str(done.key), "withdrawn": standing.withdrawn},
        lambda: f"{done.key}: {standing}",
    )
