"""What the newest loads read, took and turned away.

Source: "Coverage and guards" in docs/definitions.md.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from viperreport.model.exhibits import Cell, Column, ColumnKind, Muted, Row, RowKind, Table
from viperreport.model.figure import Figure, Standing, Unit, WhyNone, figure_hash
from viperreport.model.period import ONE_DAY, Period, PeriodKind
from viperreport.model.quality import SourceQuality
from viperreport.model.snapshot import Cube
from viperreport.model.wording import (
    Instant,
    Name,
    Number,
    Setting,
    Text,
    listed,
    sentences,
    text,
)
from viperreport.sections.context import Context
from viperreport.sections.guarding.page import limits_of_guards

if TYPE_CHECKING:
    from datetime import datetime

REASONS_SHOWN = 6  # of each source; the rest is one row


@dataclass(frozen=True, slots=True)
class LoadCounts:
    """The newest load of one source, as figures.

    Args:
        kept: rows that the source's filter lets through, good and bad.
        bad_share: rows turned away in percent of those let through.
        reasons: (reason, rows turned away for it), most first.
        unlisted: rows turned away for reasons without a row of their own.
        late: records that the edition before should have counted and did not know.
    """

    quality: SourceQuality
    read: Figure
    kept: Figure
    accepted: Figure
    bad: Figure
    bad_share: Figure
    reasons: tuple[tuple[str, Figure], ...]
    unlisted: Figure
    late: Figure


@dataclass(frozen=True, slots=True)
class QualityCounts:
    """The newest loads of all sources, and their rows together."""

    loads: tuple[LoadCounts, ...]
    read: Figure
    bad: Figure


def count(context: Context) -> QualityCounts | None:
    """What the loads noted; None where no load is known of."""
    loads = tuple(_load(context, each) for each in context.quality)
    if not loads:
        return None
    read, bad = (
        _together(name, [figure(load) for load in loads])
        for name, figure in (("rows_read", _read_of), ("rows_bad", _bad_of))
    )
    return QualityCounts(loads, read, bad)


def _read_of(load: LoadCounts) -> Figure:
    return load.read


def _bad_of(load: LoadCounts) -> Figure:
    return load.bad


def _load(context: Context, quality: SourceQuality) -> LoadCounts:
    cube = cube_named(context, quality.source)
    shown = quality.reasons[:REASONS_SHOWN]
    share = 100 * quality.rows_bad / quality.rows_kept if quality.rows_kept else 0.0
    rest = quality.rows_bad - sum(rows for _, rows in shown)

    def of(name: str, value: float, what: str) -> Figure:
        return _of_load(cube, quality, name, (value, f"rows {what}"))

    return LoadCounts(
        quality,
        of("rows_read", quality.rows_read, "read"),
        of("rows_kept", quality.rows_kept, "let through by the filter of the source"),
        of("rows_accepted", quality.rows_accepted, "accepted"),
        of("rows_bad", quality.rows_bad, "turned away"),
        of("bad_share", share, "turned away in percent of those let through"),
        tuple((why, of(f"rows_bad.{why}", rows, f"turned away: {why}")) for why, rows in shown),
        of("rows_bad.other", rest, "turned away for other reasons"),
        _late(context, cube, quality),
    )


def cube_named(context: Context, source: str) -> Cube:
    """The counts of a source."""
    snapshot = context.snapshot
    cubes = (snapshot.incidents, snapshot.recoveries, snapshot.activity)
    return next(cube for cube in cubes if cube is not None and cube.source == source)


def _of_load(
    cube: Cube, quality: SourceQuality, name: str, counted: tuple[float | None, str]
) -> Figure:
    """A number that a load noted: of rows of a file, which are no records of the store."""
    value, what = counted
    method = f"{what}, by load {quality.load.id} of source {cube.source}: {quality.load.file}"
    return Figure(
        key=f"loads.{cube.source}.{name}",
        value=value,
        why_none=WhyNone.NOT_HELD if value is None else None,
        measure=replace(cube.measure, unit=Unit.ROW),
        period=Period(cube.held_from, max(cube.held_to, cube.held_from) + ONE_DAY, _KIND),
        known_at=cube.known_at,
        source=cube.source,
        rows=quality.rows_read,
        method=method,
        hash=figure_hash((quality.load,), method, cube.known_at, value),
        standing=Standing.DERIVED,
        loads=(quality.load,),
    )


_KIND = PeriodKind.OPERATION


def _late(context: Context, cube: Cube, quality: SourceQuality) -> Figure:
    """Records recorded late; they are no rows of one load, but of any since."""
    previous = context.previous
    what = (
        f"records dated up to {previous.cut_off} and not known at "
        f"{previous.known_at:%Y-%m-%dT%H:%M:%SZ}, known by now"
    )
    figure = _of_load(cube, quality, "late", (quality.late, what))
    found = quality.late or 0
    within = "".join(f", {label} = {' or '.join(values)}" for label, values in cube.scope)
    loads, method = cube.loads, f"{what}, of source {cube.source}{within}"
    return replace(
        figure,
        measure=replace(cube.measure, unit=cube.measure.unit),
        rows=found,
        method=method,
        hash=figure_hash(loads, method, cube.known_at, figure.value),
        loads=loads,
    )


def _together(name: str, figures: list[Figure]) -> Figure:
    """The sum over all sources' newest loads."""
    first, loads = figures[0], tuple(load for figure in figures for load in figure.loads)
    value = sum(figure.count for figure in figures)
    method = "; ".join(figure.method for figure in figures)
    return replace(
        first,
        key=f"loads.{name}",
        value=value,
        source="",
        rows=sum(figure.rows for figure in figures),
        method=method,
        hash=figure_hash(loads, method, first.known_at, value),
        loads=loads,
    )


def say(context: Context, counts: QualityCounts) -> Table:
    """The loads side by side."""
    sources = [Column(text(Name(load.quality.source)), _NUMBER, 12) for load in counts.loads]
    return Table(
        ref="T9",
        title=_title(counts),
        subtitle=text("The newest load of each ", *_what(context)),
        columns=(Column((), ColumnKind.WORDS, max(60 - 12 * len(sources), 20)), *sources),
        rows=(
            *_taken(counts),
            *_reasons(counts),
            _row(text("Recorded late, any year"), counts, lambda load: _number(load.late)),
        ),
        note=_note(context, counts),
        row_height=5.2,
    )


def _what(context: Context) -> Text:
    """A load is of a whole source, whatever the edition is of."""
    within = context.facts.within
    return text("whole source; late: ", Name(within)) if within else text("source")


_NUMBER = ColumnKind.NUMBER


def _title(counts: QualityCounts) -> Text:
    bad = counts.bad.count
    if not bad:
        return text("No row was turned away")
    verb = " row was turned away" if counts.read.count == 1 else " rows were turned away"
    return text(Number(counts.bad), " of ", Number(counts.read), verb)


def _row(
    label: Text,
    counts: QualityCounts,
    cell: Callable[[LoadCounts], Cell],
    kind: RowKind = RowKind.PLAIN,
) -> Row:
    return Row((label, *(cell(load) for load in counts.loads)), kind)


def _number(figure: Figure) -> Cell:
    return text(Number(figure))


def _taken(counts: QualityCounts) -> list[Row]:
    """What was read and what became of it; the filter has a row only where it left rows out."""
    rows = [_row(text("Rows read"), counts, lambda load: _number(load.read))]
    if any(load.kept.value != load.read.value for load in counts.loads):
        label = text("Let through by the filter")
        rows.append(_row(label, counts, lambda load: _number(load.kept)))
    rows.append(_row(text("Accepted"), counts, lambda load: _number(load.accepted)))
    rows.append(_row(text("Turned away"), counts, lambda load: _number(load.bad)))
    if counts.bad.value:
        rows.append(_row(text("in percent"), counts, _share, RowKind.PART))
    return rows


def _share(load: LoadCounts) -> Cell:
    """The share of rows turned away, with decimals: it is a small one or there is no edition."""
    if not load.kept.value:
        return Muted(text("n/a"))
    return text(Number(load.bad_share, places=2), "%")


def _reasons(counts: QualityCounts) -> list[Row]:
    """A row for each reason, most first, and one for all that have none of their own."""
    totals: dict[str, int] = {}
    for load in counts.loads:
        for reason, figure in load.reasons:
            totals[reason] = totals.get(reason, 0) + figure.count
    rows = [
        _row(text(Name(reason)), counts, partial(_turned_away, reason), RowKind.PART)
        for reason in sorted(totals, key=lambda reason: (-totals[reason], reason))
    ]
    if any(load.unlisted.value for load in counts.loads):
        label = text("other reasons")
        rows.append(_row(label, counts, lambda load: _number(load.unlisted), RowKind.PART))
    return rows


def _turned_away(reason: str, load: LoadCounts) -> Cell:
    """Rows turned away for a reason; a source that has none of it shows no number of its own."""
    figure = dict(load.reasons).get(reason)
    return Muted(text("–")) if figure is None else _number(figure)


def _note(context: Context, counts: QualityCounts) -> Text:
    """When each source was loaded well, and what would have been refused."""
    said: Text = ()
    loaded: dict[datetime, list[str]] = {}
    for load in counts.loads:
        loaded.setdefault(load.quality.last_good, []).append(load.quality.source)
    for good, sources in loaded.items():
        who = () if len(loaded) == 1 else (listed(tuple(sources)), " ")
        said += text("; " if said else "Last good load: ", *who, Instant(context.local(good)))
    limits = sorted({load.quality.limit for load in counts.loads})
    parts = [part for limit in limits for part in (" or ", Setting(f"{100 * limit:g}%"))][1:]
    refused = text("Refused whole above ", *parts, " of bad rows.")
    return sentences((*said, *text(".")), refused, limits_of_guards(context))
