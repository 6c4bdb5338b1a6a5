"""Verbs about addresses that get nothing: suppress add, rm, ls."""

from typing import Annotated

import typer

from viperreport.cli.options import Options
from viperreport.cli.running import Reason

app = typer.Typer(
    name="suppress",
    help="Addresses that get nothing: add, rm, ls.",
    rich_markup_mode=None,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)

AddressNamed = Annotated[str, typer.Argument(metavar="ADDR")]


@app.command(name="add")
def add(context: typer.Context, address: AddressNamed, reason: Reason = "") -> None:
    """Send an address nothing any more, of whatever edition; what waits for it goes nowhere."""
    from viperreport.verbs.changing import leave
    from viperreport.verbs.running import WAIT, held_ledger, run_id
    from viperreport.verbs.suppressing import add as note
    from viperreport.verbs.trust import refuse_doubts

    given: Options = context.obj
    home = given.open()
    with held_ledger(home, run_id(), WAIT) as ledger:
        refuse_doubts(home)
        cancelled = note(ledger, address, reason)
        leave(home, ledger)
    lines = [f"{address.lower()}: gets nothing any more"]
    lines += [f"{each.edition}: {each.said}: not sent" for each in cancelled]
    given.show({"cancelled": cancelled}, lambda: "\n".join(lines))


@app.command(name="rm")
def rm(context: typer.Context, address: AddressNamed) -> None:
    """Let an address get again what is filed from now on."""
    from viperreport.verbs.changing import leave
    from viperreport.verbs.running import WAIT, held_ledger, run_id
    from viperreport.verbs.suppressing import remove
    from viperreport.verbs.trust import refuse_doubts

    given: Options = context.obj
    home = given.open()
    with held_ledger(home, run_id(), WAIT) as ledger:
        refuse_doubts(home)
        left = remove(home, ledger, address)
        leave(home, ledger)
    said = f"{address.lower()}: gets what is filed from now on"
    if left:
        said = f"{address.lower()}: stands in {left[0].place} too: it gets nothing until it is out"
    given.show({"suppressed": left}, lambda: said)


@app.command(name="ls")
def ls(context: typer.Context) -> None:
    """List the addresses that get nothing: the ledger's, and those of config/recipients.toml."""
    from viperreport.screens import table
    from viperreport.verbs.suppressing import listed

    given: Options = context.obj
    found = listed(given.open())
    heads = ("address", "place", "reason")
    given.show(
        found,
        lambda: table([tuple(getattr(each, head) for head in heads) for each in found], heads),
    )
