"""Verbs about what was filed: archive ls, verify, rebuild, prune."""

from typing import TYPE_CHECKING, Annotated

import typer

from viperreport.cli.options import Options
from viperreport.cli.running import log_of
from viperreport.errors import UsageError, VerificationError

if TYPE_CHECKING:
    from viperreport.pipeline import Home
    from viperreport.verbs.pruning import Age, Prunable

app = typer.Typer(
    name="archive",
    help="The editions that were filed: ls, verify, rebuild, prune.",
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
    heads = ("seq", "edition", "state", "standing", "path", "size", "sha256", "pruned")
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
    from viperreport.verbs.archived import verified

    given: Options = context.obj
    home = given.open()
    findings, whole = verified(home, head)
    files, seen = whole.links, whole.head
    pruned = sum(each.pruned is not None for each in files)
    value = {"files": len(files), "pruned": pruned, "head": seen.chain, "findings": findings}
    lines = [f"{each.about}: {each.said}" for each in findings]
    of_these = f" ({pruned:,} of them pruned)" if pruned else ""
    lines.append(f"{len(files):,} files{of_these}, {len(findings):,} findings; head {seen.chain}")
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


@app.command(name="prune")
def prune(
    context: typer.Context,
    older_than: Annotated[
        str, typer.Option("--older-than", metavar="AGE", help="5y, 18m or 400d, by cut-off.")
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be removed.")] = False,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; it is kept.")] = "",
) -> None:
    """Remove files of old editions; their hashes stay, and so does the store's evidence."""
    from viperreport.verbs.pruning import Age, prunable

    given: Options = context.obj
    age = Age.of(older_than)
    home = given.open()
    if dry_run:
        _say_pruned(given, home, prunable(home, age), dry_run=True)
        return
    found, code = _pruned(given, home, age, reason)
    _say_pruned(given, home, found, dry_run=False)
    raise typer.Exit(code)


def _pruned(given: Options, home: "Home", age: "Age", reason: str) -> "tuple[Prunable, int]":
    """What was pruned, and the exit code."""
    from viperreport.verbs.planning import worst
    from viperreport.verbs.pruning import prune as prune_home
    from viperreport.verbs.running import WAIT, held_ledger

    log = log_of(given)
    with held_ledger(home, log.run, WAIT) as ledger:
        found = prune_home(home, ledger, log, age, reason)
    return found, worst(log.codes)


def _say_pruned(given: Options, home: "Home", found: "Prunable", *, dry_run: bool) -> None:
    size = sum(link.size for link in found.files)
    value = {
        "dry_run": dry_run,
        "before": found.before,
        "files": [link.path for link in found.files],
        "bytes": size,
        "odd": found.odd,
    }
    lines = [
        f"{edition.key}: {len(links)} files, {sum(link.size for link in links):,} bytes"
        for edition, links in found.editions
    ]
    done = "would be removed" if dry_run else "removed"
    lines.append(
        f"{len(found.files):,} files of {len(found.editions):,} editions with a cut-off before "
        f"{found.before}, {size:,} bytes: {done}"
    )
    given.show(value, lambda: "\n".join(lines))
    given.tell("hashes, ledger, kept configurations and the store's evidence stay as they are")
    if found.odd:
        raise VerificationError(
            f"{home.archive}: {', '.join(found.odd[:3])}: not as filed, so left where they are, "
            "with the other files of their editions: see viperreport archive verify"
        )
