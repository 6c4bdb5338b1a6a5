"""Verbs about what was filed: archive ls, verify, rebuild."""

from typing import Annotated

import typer

from viperreport.cli.options import Options
from viperreport.errors import UsageError, VerificationError

app = typer.Typer(
    name="archive",
    help="The editions that were filed: ls, verify, rebuild.",
    rich_markup_mode=None,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.command(name="ls")
def ls(context: typer.Context) -> None:
    """List the archive's files, in the order in which they were filed."""
    from viperreport.screens import table
    from viperreport.verbs.archived import listed

    given: Options = context.obj
    files = listed(given.open())
    heads = ("seq", "edition", "state", "standing", "path", "size", "sha256")
    given.show(
        files,
        lambda: table([tuple(getattr(each, head) for head in heads) for each in files], heads),
    )


@app.command(name="verify")
def verify(
    context: typer.Context,
    head: Annotated[
        str, typer.Option("--head", metavar="HASH", help="One that the chain must hold.")
    ] = "",
) -> None:
    """Hold every file against the ledger, the ledger against its chain, the chain against HASH."""
    from viperreport.verbs.archived import listed, verified

    given: Options = context.obj
    home = given.open()
    findings, seen = verified(home, head)
    files = len(listed(home))
    value = {"files": files, "head": seen.chain, "findings": findings}
    lines = [f"{each.about}: {each.said}" for each in findings]
    lines.append(f"{files:,} files, {len(findings):,} findings; head {seen.chain}")
    given.show(value, lambda: "\n".join(lines))
    if findings:
        raise VerificationError(
            f"{home.archive}: {len(findings)} findings: put files back from a backup, and ask who "
            "changed them"
        )


@app.command(name="rebuild")
def rebuild(
    context: typer.Context,
    edition: Annotated[str, typer.Argument(metavar="EDITION")],
    check: Annotated[bool, typer.Option("--check", help="Compare with what was filed.")] = False,
) -> None:
    """Build an edition again from its kept configuration and knowledge; --check compares it."""
    from viperreport.verbs.archived import rebuilt

    given: Options = context.obj
    if not check:
        raise UsageError("give --check; for the file itself: viperreport build --edition EDITION")
    sha256 = rebuilt(given.open(), edition)
    value = {"edition": edition, "sha256": sha256, "same": True}
    given.show(value, lambda: f"{edition}: the same file, SHA-256 {sha256}")
