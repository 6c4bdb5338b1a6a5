"""Verbs about foreign rows: draft-source, load, loads, quarantine."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from viperreport.cli.options import KnownAt, Options, complain, instant, progress
from viperreport.errors import DataError, UsageError

if TYPE_CHECKING:
    from viperreport.evidence.load import LoadReport
    from viperreport.model.source import Source
    from viperreport.pipeline import Home, LoadOptions


def draft_source(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE")],
    name: Annotated[str, typer.Option("--name", help="Of the source.")] = "",
    date_format: Annotated[
        str,
        typer.Option(
            "--date-format",
            metavar="FORMAT",
            help='Such as "%d/%m/%Y", where the file does not tell.',
        ),
    ] = "",
    time_rule: Annotated[
        str,
        typer.Option("--time-rule", metavar="RULE", help="What its times are: date, local, utc, …"),
    ] = "",
) -> None:
    """Print a commented source TOML guessed from FILE; 03/04 is not guessed."""
    from viperreport.evidence.draft import draft_source as draft

    given: Options = context.obj
    drafted = draft(file, name, date_format, time_rule)
    given.show({"toml": drafted}, lambda: drafted.rstrip("\n"))


def load(
    context: typer.Context,
    source: Annotated[str, typer.Argument(metavar="[SOURCE", show_default=False)] = "",
    file: Annotated[str, typer.Argument(metavar="[FILE]]", show_default=False)] = "",
    known_at: KnownAt = "",
    undo: Annotated[
        int | None,
        typer.Option(
            "--undo",
            metavar="ID",
            min=1,
            max=2**31 - 1,
            help="Take back a load, from now on (or --known-at); what was known before stays.",
        ),
    ] = None,
    erase: Annotated[
        int | None,
        typer.Option(
            "--erase",
            metavar="ID",
            min=1,
            max=2**31 - 1,
            help="Delete what a load brought, for good: what may not be kept at all.",
        ),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Do all but keep nothing.")] = False,
    accept_drop: Annotated[
        bool, typer.Option("--accept-drop", help="Take FILE though many records are gone.")
    ] = False,
    accept_rewritten: Annotated[
        bool,
        typer.Option("--accept-rewritten", help="Take FILE though many records read otherwise."),
    ] = False,
) -> None:
    """Load rows into the store: FILE, or all that is new for sources with a path."""
    given: Options = context.obj
    home = given.open()
    beside = (source, file, dry_run, accept_drop, accept_rewritten)
    if undo is not None:
        _refuse_beside("--undo ID goes alone, or with --known-at", *beside, erase)
        _undo(given, home, undo, known_at)
        return
    if erase is not None:
        _refuse_beside("--erase ID goes alone", *beside, known_at)
        _erase(given, home, erase)
        return
    if not file:
        _refuse_unnamed(accept_drop=accept_drop, accept_rewritten=accept_rewritten)
    todo = _to_load(home, source, file)
    when = instant(known_at, home.zone) if known_at else None
    from viperreport.pipeline import LoadOptions

    options = LoadOptions(when, dry_run, accept_drop, accept_rewritten, named=bool(file))
    reports = _load_all(given, home, todo, options)
    told = [report for report in reports if report.outcome != "passed over"]
    given.show(reports, lambda: "\n".join(map(_said, told)))
    if len(reports) < len(todo):
        raise typer.Exit(DataError.exit_code)


def _refuse_unnamed(**accepted: bool) -> None:
    """What a person accepts is one file that they have looked at, not all that lies there."""
    for name, given in accepted.items():
        if given:
            option = f"--{name.replace('_', '-')}"
            raise UsageError(f"{option} is for a file that was refused: name its SOURCE and FILE")


def _to_load(home: "Home", source: str, file: str) -> "list[tuple[Source, Path]]":
    from viperreport.pipeline import waiting_files

    sources = [home.settings.source(source)] if source else list(home.settings.sources)
    todo = [(sources[0], Path(file))] if file else waiting_files(home, sources)
    if not todo:
        paths = ", ".join(each.path for each in sources if each.path) or "no source has a path"
        raise DataError(f"{home.path}: nothing to load ({paths}): name a SOURCE and a FILE")
    return todo


def _load_all(
    given: Options,
    home: "Home",
    todo: "Sequence[tuple[Source, Path]]",
    options: "LoadOptions",
) -> "list[LoadReport]":
    """Load one file after the other; one that is refused does not hold up the rest.

    Of several that wait, those that were read before are no news: only the last of a source, which
    may be a file that is written anew each time, is read in any case.
    """
    from viperreport.pipeline import load as load_one

    reports = []
    last = {source.name: file for source, file in todo}
    for source, file in todo:
        asked = replace(options, only_new=file != last[source.name])
        try:
            with progress(f"{source.name} {file.name}") as told:
                report = load_one(home, source, file, replace(asked, progress=told))
        except DataError as error:
            if len(todo) == 1:
                raise
            complain(error)
            continue
        reports.append(report)
        if report.note:
            given.tell(f"{file}: {report.note}")
        given.detail(f"load {report.load_id}, known at {report.known_at}, SHA-256 {report.sha256}")
        for line, reason in report.faults:
            given.tell(f"{file}:{line}: {reason} (in quarantine)")
    return reports


def _refuse_beside(rule: str, *others: object) -> None:
    if any(others):
        raise UsageError(f"{rule}: leave SOURCE, FILE and other options out")


def _undo(given: Options, home: "Home", load_id: int, known_at: str) -> None:
    from viperreport.evidence.undo import UndoRequest, undo_load

    when = instant(known_at, home.zone) if known_at else None
    asked = UndoRequest(load_id, home.identity.id, home.clock(), when)
    report = undo_load(home.engine, asked)
    given.show(
        report,
        lambda: (
            f"load {load_id} of {report.source} ({report.file}) is undone from "
            f"{report.known_at.astimezone(home.zone):%Y-%m-%d %H:%M} on; "
            "an earlier --known-at counts as before"
        ),
    )
    if any(each.name == report.source and each.path for each in home.settings.sources):
        given.tell(f"{report.file}: move it out of the source's path, or it is loaded again")


def _erase(given: Options, home: "Home", load_id: int) -> None:
    from viperreport.evidence.undo import erase_load

    report = erase_load(home.engine, load_id, home.identity.id, home.clock())
    given.show(
        report,
        lambda: (
            f"load {load_id} of {report.source} ({report.file}) is erased: what it brought is "
            "deleted, and editions that used it can no longer be built again as they were. What "
            "lies elsewhere stays: the file itself, editions and records beside them, backups"
        ),
    )
    given.tell(f"{report.file}: is loaded again only if it is named; delete it where it lies")


def _said(report: "LoadReport") -> str:
    if report.outcome == "unchanged":
        return f"{report.source}: {report.file}: the same file as before; nothing to do"
    return (
        f"{report.source}: {report.file}: {report.rows_read:,} rows, {report.rows_bad:,} in "
        f"quarantine; records: {report.new:,} new, {report.changed:,} changed, "
        f"{report.withdrawn:,} withdrawn, {report.revived:,} revived"
        + ("" if report.load_id is not None else " (dry run: nothing kept)")
    )


def loads(
    context: typer.Context,
    source: Annotated[str, typer.Argument(metavar="[SOURCE]", show_default=False)] = "",
) -> None:
    """List what was read, accepted and refused."""
    from viperreport.evidence.journal import list_loads
    from viperreport.screens import loads_screen

    given: Options = context.obj
    home = given.open()
    only = home.settings.source(source).name if source else None
    rows = list_loads(home.engine, only, home.identity.id)
    given.show(rows, lambda: loads_screen(rows, home.zone))


def quarantine(
    context: typer.Context,
    source: Annotated[str, typer.Option("--source", help="Of this source alone.")] = "",
) -> None:
    """List rows that were turned away, by file, line and reason."""
    from viperreport.evidence.journal import list_quarantine

    given: Options = context.obj
    home = given.open()
    only = home.settings.source(source).name if source else None
    rows = list_quarantine(home.engine, only, home.identity.id)
    given.show(
        rows,
        lambda: (
            "\n".join(f"{row.file}:{row.line}: {row.reason} (load {row.load_id})" for row in rows)
            or "nothing is in quarantine"
        ),
    )
