"""Verbs about editions: build, explain, export."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Annotated

import typer

from viperreport.cli.options import (
    AreaSlug,
    BriefingName,
    CutOff,
    EditionName,
    KnownAt,
    Options,
    Out,
    built_before,
    put,
    request,
    warn_if_unlike,
)
from viperreport.errors import OnHoldError, UsageError

if TYPE_CHECKING:
    from viperreport.configuration import Configuration
    from viperreport.evidence.records import Record
    from viperreport.model.briefing import Briefing
    from viperreport.model.figure import Comparison, Figure
    from viperreport.pipeline import BuildRequest, Home
    from viperreport.settings import ThemeSettings
    from viperreport.verbs.built import Built

_ENDINGS = {"pdf": "pdf", "html": "html", "text": "txt", "json": "json"}  # of files, by format


def build(
    context: typer.Context,
    briefing: BriefingName = "",
    cut_off: CutOff = "",
    known_at: KnownAt = "",
    area: AreaSlug = "",
    edition: EditionName = "",
    output: Out = None,
    output_format: Annotated[str, typer.Option("--format", metavar="pdf|html|text|json")] = "pdf",
) -> None:
    """Build an edition as a draft; nothing is filed or sent."""
    given: Options = context.obj
    chosen = (briefing, cut_off, known_at, area)
    before = built_before(given, edition, chosen) if edition else None
    home = given.open_for(before) if before else given.open()
    wanted = before.request if before else request(home, *chosen)
    if output_format not in _ENDINGS:
        raise UsageError(f"--format {output_format}: choose pdf, html, text or json")
    if output_format == "json" and output is None:
        output = Path("-")
    begun = perf_counter()
    _refuse_own_files(home, output)
    done = build_and_write(home, wanted, output, output_format)
    for fault in done.faults:
        given.warn(f"{fault}; the packaged template stands in: see viperreport check")
    given.detail(f"built in {perf_counter() - begun:.2f} s")
    if before:
        _tell_what_differs(given, edition, before, done.built)
    written = done.path
    if written is not None:
        given.show({"file": str(written)}, lambda: str(written))
    _tell_if_on_hold(done.briefing, written)


def _tell_what_differs(given: Options, name: str, before: "Built", again: "Built") -> None:
    from viperreport.verbs.built import differences

    if again.sha256 and (why := differences(before, again)):
        given.tell(f"{name}: is another file than it was: {why}")


def _refuse_own_files(home: "Home", output: Path | None) -> None:
    """Keep -o off what a home cannot do without: configuration, store, secrets, deliveries."""
    from viperreport.pipeline import waiting_files

    if output is None:
        return
    try:
        target = output.resolve()
    except RuntimeError:
        raise UsageError(f"-o {output}: its links lead in a circle") from None
    kept = [
        home.path / part
        for part in ("config", "templates", "output/state", "output/editions", ".env")
    ]
    kept.append(home.archive)
    kept += [file for _, file in waiting_files(home, home.settings.sources)]
    if any(target.is_relative_to(place.resolve()) for place in kept):
        raise UsageError(f"-o {output}: a file of the home itself: choose another place")


@dataclass(frozen=True, slots=True)
class Done:
    """What a build did.

    Args:
        path: where the file lies; None for standard output.
        faults: of the home's own templates, for which the packaged ones stood in.
    """

    briefing: "Briefing"
    built: "Built"
    path: Path | None
    faults: tuple[str, ...] = ()


def build_and_write(
    home: "Home", wanted: "BuildRequest", output: Path | None, output_format: str = "pdf"
) -> Done:
    """Build and draw, and write what was drawn; an edition on hold is written all the same."""
    from viperreport.pipeline import build as build_one
    from viperreport.pipeline import configuration_of, keep, look
    from viperreport.verbs.built import built_from, noted

    if output_format == "pdf":
        return _draw_and_write(home, wanted, output)
    briefing, theme = build_one(home, wanted), look(home)
    text = configuration_of(home, home.settings.briefing(wanted.briefing), theme)
    content, faults = _in_words(home, briefing, (theme, text), output_format)
    keep(home, text)
    built, target = built_from(wanted, briefing, text.hash), Target(output, _ENDINGS[output_format])
    path = _write(home, (briefing, content.encode()), target, lambda: noted(home, built))
    return Done(briefing, built, path, faults)


def _in_words(
    home: "Home",
    briefing: "Briefing",
    made_by: "tuple[ThemeSettings, Configuration]",
    output_format: str,
) -> tuple[str, tuple[str, ...]]:
    """A briefing as JSON or as its mail, and the faults of the home's own templates."""
    if output_format == "json":
        from viperreport.as_json import as_json

        return as_json(briefing), ()
    from viperreport.html.view import Sending
    from viperreport.mailing import mail, name_among

    name = name_among(home.settings, briefing.edition.briefing)
    made = mail(briefing, *made_by, Sending(name=name))
    return made.html if output_format == "html" else made.text, made.faults


def _draw_and_write(home: "Home", wanted: "BuildRequest", output: Path | None) -> Done:
    from viperreport.durable import SHARED
    from viperreport.pipeline import make
    from viperreport.verbs.built import drawn, keeping

    edition = make(home, wanted)
    target = Target(output, "pdf", SHARED if edition.tells_of_people else None)
    path = _write(home, (edition.briefing, edition.pdf), target, lambda: keeping(home, edition))
    return Done(edition.briefing, drawn(edition), path)


@dataclass(frozen=True, slots=True)
class Target:
    """Where a file is to go: to a path, to standard output (-), or without one to the drafts.

    Args:
        mode: its permissions; None for those of any new file.
    """

    output: Path | None
    ending: str
    mode: int | None = None


def _write(
    home: "Home",
    made: "tuple[Briefing, bytes]",
    target: Target,
    around: Callable[[], AbstractContextManager[None]],
) -> Path | None:
    """Write a file; `around` does what must have been done when it stands in its place."""
    from viperreport.durable import staged
    from viperreport.verbs.drafts import draft_path

    briefing, content = made
    if str(target.output) in {"-", "/dev/stdout"}:
        with around():
            put(content)
        return None
    path = target.output or draft_path(home, briefing, target.ending)
    with staged(path, content, target.mode) as file, around():
        file.put()
    return path


def _tell_if_on_hold(briefing: "Briefing", written: Path | None) -> None:
    from viperreport.screens import guards_screen

    if briefing.on_hold:
        reasons = "; ".join(guards_screen(briefing))
        where = f"{written}: " if written else ""
        raise OnHoldError(f"{where}{reasons}")


def explain(
    context: typer.Context,
    ref: Annotated[str, typer.Argument(metavar="REF", help="K1, F1, or a figure's key.")],
    rows: Annotated[
        bool, typer.Option("--rows", help="List the records that add up to it.")
    ] = False,
    briefing: Annotated[str, typer.Option("--briefing", metavar="BRIEFING")] = "",
    cut_off: CutOff = "",
    known_at: KnownAt = "",
    area: AreaSlug = "",
    edition: EditionName = "",
) -> None:
    """Say where a figure comes from: filter, count, file, hash; with --rows, record by record."""
    from viperreport.as_json import comparison_dict, figure_dict
    from viperreport.pipeline import build as build_one
    from viperreport.pipeline import records
    from viperreport.verbs.built import last_built
    from viperreport.verbs.drafts import find_figures

    given: Options = context.obj
    chosen, before = (briefing, cut_off, known_at, area), None
    if any(chosen) and not edition:
        home = given.open()
        wanted = request(home, *chosen)
    else:
        before = built_before(given, edition, chosen) if edition else last_built(given.find())
        home, wanted = given.open_for(before), before.request
    built = build_one(home, wanted)
    warn_if_unlike(given, before, built)
    found = find_figures(built, ref)
    # Of several, those that are counted; a single one that is not says why there are no records.
    behind = [figure for figure in found if figure.is_counted] or list(found)
    listed = [(figure, records(home, figure)) for figure in behind] if rows else []
    compared = [c for c in built.comparisons if c.now in found]
    value = {
        "edition": str(built.edition),
        "figures": [figure_dict(figure) for figure in found],
        "comparisons": [comparison_dict(comparison) for comparison in compared],
        "records": [each for _, each in listed],
    }
    given.show(value, lambda: _explained(home, built, found, compared, listed))


def _explained(
    home: "Home",
    built: "Briefing",
    found: "Sequence[Figure]",
    compared: "Sequence[Comparison]",
    listed: "Sequence[tuple[Figure, Sequence[Record]]]",
) -> str:
    from viperreport.screens import comparison_screen, figure_screen, records_screen

    known = built.known_at.astimezone(home.zone)
    parts = [f"{built.edition}, as known at {known:%Y-%m-%d %H:%M}"]
    parts += [figure_screen(figure, home.zone) for figure in found]
    parts += [comparison_screen(comparison) for comparison in compared]
    parts += [records_screen(each, figure) for figure, each in listed]
    return "\n\n".join(parts)


def export(
    context: typer.Context,
    what: Annotated[str, typer.Argument(metavar="records|figures")] = "records",
    output_format: Annotated[
        str, typer.Option("--format", metavar="csv|json|parquet", help="csv, or json after --json.")
    ] = "",
    output: Out = None,
    briefing: Annotated[str, typer.Option("--briefing", metavar="BRIEFING")] = "",
    cut_off: CutOff = "",
    known_at: KnownAt = "",
    area: AreaSlug = "",
    edition: EditionName = "",
) -> None:
    """Write the records known, or an edition's figures, as a table; csv is formula-safe."""
    from viperreport.durable import PRIVATE, write_whole
    from viperreport.verbs.tables import table_of

    given: Options = context.obj
    if what not in {"records", "figures"}:
        raise UsageError(f"{what}: choose records or figures")
    chosen = (briefing, cut_off, known_at, area)
    if edition and what == "records":
        raise UsageError("records are of no edition: leave out --edition, and give --known-at")
    before = built_before(given, edition, chosen) if edition else None
    home = given.open_for(before) if before else given.open()
    wanted = before.request if before else request(home, *chosen)
    form = output_format or ("json" if given.as_json else "csv")
    table, counted = table_of(home, what, wanted, form)
    warn_if_unlike(given, before, counted)
    if output is None or str(output) == "-":
        put(table)
        return
    _refuse_own_files(home, output)
    write_whole(output, table, PRIVATE)  # records tell the day and place of a killing
    given.show({"file": str(output)}, lambda: str(output))
