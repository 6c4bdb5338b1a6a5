"""Verbs about a home as a whole: backup, restore, store copy."""

import os
from pathlib import Path
from typing import Annotated

import typer

from viperreport.cli.options import Options
from viperreport.errors import UsageError

app = typer.Typer(
    name="store",
    help="The databases of a home: copy.",
    rich_markup_mode=None,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)

_MIB = 1024 * 1024


def backup(
    context: typer.Context,
    directory: Annotated[Path, typer.Argument(metavar="DIR")],
) -> None:
    """Copy the home, whole, while loads go on: databases, archive, configuration; not .env."""
    from viperreport.verbs.backups import back_up
    from viperreport.verbs.running import WAIT, held_ledger, run_id

    given: Options = context.obj
    home = given.open()
    with held_ledger(home, run_id(), WAIT) as ledger:
        made = back_up(home, ledger, directory)
    given.show(made, lambda: f"{directory}: {len(made.files):,} files, {made.size / _MIB:,.1f} MiB")
    for link in made.left_out:
        given.warn(f"{link}: is a link and not in it")
    if (home.path / ".env").exists():
        given.tell(".env is not in it: keep passwords elsewhere")


def restore(
    context: typer.Context,
    backed_up: Annotated[Path, typer.Argument(metavar="BACKUP")],
    to: Annotated[Path, typer.Argument(metavar="DIR")],
) -> None:
    """Make a home from a backup, once every file of it is seen to be as it was."""
    from viperreport.verbs.backups import restore as make_again

    given: Options = context.obj
    made = make_again(backed_up, to)
    given.show(made, lambda: f"{to}: {len(made.files):,} files, as of {made.at:%Y-%m-%d %H:%M} UTC")
    given.tell(
        "next: put .env back, without VIPERREPORT_DATABASE_URL and VIPERREPORT_ARCHIVE: what was "
        f"restored is files, its editions in output/editions; then: viperreport --home {to} adopt "
        "--reason …"
    )


@app.command(name="copy")
def copy(
    context: typer.Context,
    to: Annotated[
        str,
        typer.Option("--to", metavar="URL", help="An empty database: postgresql://user@host/name."),
    ] = "",
    to_file: Annotated[
        Path | None,
        typer.Option(
            "--to-file", metavar="FILE", help="Holds the URL; a password on a line is seen by all."
        ),
    ] = None,
) -> None:
    """Move evidence and ledger into a PostgreSQL database that holds no store yet."""
    from viperreport.screens import table
    from viperreport.verbs.running import WAIT, held_ledger, run_id
    from viperreport.verbs.stores import copy_store

    given: Options = context.obj
    home = given.open()
    url = _url(to, to_file)
    with held_ledger(home, run_id(), WAIT) as ledger:
        copied = copy_store(home, ledger, url)
    given.show(copied, lambda: table(copied.items(), ("table", "rows")))
    given.tell("next: put the URL into .env as VIPERREPORT_DATABASE_URL; then viperreport status")


def _url(to: str, file: Path | None) -> str:
    if bool(to) is (file is not None):
        raise UsageError("name the database by --to URL or by --to-file FILE")
    if file is None:
        return to
    try:
        if file.stat().st_mode & 0o077:
            raise UsageError(f"--to-file {file}: others may read it: chmod 600 {file}")
        return file.read_text(encoding="utf-8").strip()
    except (OSError, ValueError):
        raise UsageError(f"--to-file {os.fspath(file)}: cannot be read as UTF-8 text") from None
