"""The counts of one edition, held in memory, and the query that writes its own provenance.

    snapshot.incidents.within(period).where(area="Hackney").count("incidents.hackney.ytd")

returns a `Figure` whose method text is the record of those verbs. Source: "Provenance" and
"Knowledge in two times" in docs/definitions.md.
"""

import hashlib
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from types import MappingProxyType
from typing import NamedTuple
from zoneinfo import ZoneInfo

from viperreport.model.figure import (
    Comparison,
    Figure,
    LoadRef,
    Maturity,
    Measure,
    Standing,
    Suppressed,
    Unit,
    Where,
    WhyNone,
    figure_hash,
)
from viperreport.model.period import Period, last_whole_month_end
from viperreport.model.running import Running


class Cell(NamedTuple):
    """Records alike in all that an edition asks about, added up.

    A label is "" where the source does not hold it; an amount is None where it does not.
    An area of "" is "location unknown".
    """

    day: date
    area: str = ""
    sub_area: str = ""
    category: str = ""
    circumstance: str = ""
    fatal: str = ""  # "yes" or "no"
    hurt: str = ""
    drug_related: str = ""
    records: int = 0
    items: int | None = None
    killed: int | None = None
    injured: int | None = None
    planned: int | None = None
    arrests: int | None = None
    firearms: int | None = None
    reach: int | None = None


LABELS = ("area", "sub_area", "category", "circumstance", "fatal", "hurt", "drug_related")
PLACES = ("area", "sub_area")
FLAGS = ("fatal", "hurt", "drug_related")  # unknown of one record: unknown of their number
AMOUNTS = ("records", "items", "killed", "injured", "planned", "arrests", "firearms", "reach")
_UNITS = {"killed": Unit.VICTIM, "injured": Unit.VICTIM, "items": Unit.ITEM}
_OF_RETURNS = {
    "items": (Unit.ACTIVITY, "activity done"),
    "planned": (Unit.ACTIVITY, "activity planned"),
    "arrests": (Unit.ARREST, "arrests"),
    "firearms": (Unit.ITEM, "firearms"),
    "reach": (Unit.REACHED, "people, places or hours reached"),
    "records": (Unit.RETURN, "returns"),
}


Question = tuple[Period, Where, str]  # days, filter, what is added up


@dataclass(frozen=True)
class Cube:
    """The cells of one source as known at one instant.

    Args:
        held_from: first day for which the source is complete.
        held_to: last day for which it is complete (its coverage).
        stale: silence says that the source stopped before its declared coverage.
        adds: what one count adds up: "records", or "items" where rows are counts already.
        monthly: cells are months, dated by their first day.
        history_from: the earliest instant whose knowledge this store can give back.
        recorded: knowledge before the first load comes from recording dates.
        scope: the filter that all its cells have passed; each query begins with it.
        states: the labels and amounts that the source states; None: those of these cells.
        not_by_area: the labels and amounts that this edition does not tell of single areas: what
            asks for one of them and for an area is suppressed.
        masked: of what is asked of an area, all that may be told, and how of that is printed what
            may not; anything else is withheld. None where everything may.
    """

    source: str
    measure: Measure
    known_at: datetime
    held_from: date
    held_to: date
    cells: tuple[Cell, ...] = field(repr=False)
    loads: tuple[LoadRef, ...] = ()
    adds: str = "records"
    monthly: bool = False
    stale: bool = False
    newest: date | None = None
    history_from: datetime | None = None
    recorded: bool = False
    scope: Where = ()
    states: frozenset[str] | None = None
    not_by_area: frozenset[str] = frozenset()
    masked: "Mapping[Question, Suppressed | None] | None" = field(default=None, repr=False)

    def within(self, period: Period) -> "Query":
        """Begin a query with its days."""
        return Query(self, period, self.scope)

    def in_area(self, area: str) -> "Cube":
        """The cells of one area alone; what the source states is what the whole of it states."""
        return replace(
            self,
            cells=tuple(cell for cell in self.cells if cell.area == area),
            scope=(("area", (area,)),),
            states=self._known,
        )

    def holds(self, period: Period) -> bool:
        """Whether the source is complete for every day of a period."""
        return self.held_from <= period.start and period.last_day <= self.held_to

    def wanted_day(self, cut_off: date) -> date:
        """The cut-off, or for months the end of its last whole one."""
        return last_whole_month_end(cut_off) if self.monthly else cut_off

    def last_day_counted(self, cut_off: date) -> date:
        """The day wanted, or the coverage where that ends first."""
        return self.wanted_day(min(cut_off, self.held_to))

    def slice(self, period: Period) -> tuple[Cell, ...]:
        """The cells dated within a period."""
        first, last = (bisect_left(self._days, day) for day in (period.start, period.end))
        return self.cells[first:last]

    def running(self, filters: Where, adds: str) -> Running:
        """Running totals of an amount, of the cells that pass a filter."""
        found = self._running.get((filters, adds))
        if found is None:
            cells = self._matching(filters)
            found = Running([cell.day for cell in cells], [getattr(cell, adds) for cell in cells])
            self._running[filters, adds] = found
        return found

    def _matching(self, filters: Where) -> Sequence[Cell]:
        """The cells that pass every part of a filter; each further part looks at what is left."""
        if not filters or filters == self.scope:
            return self.cells
        if filters not in self._kept:
            label, values = filters[-1]
            place, allowed = Cell._fields.index(label), frozenset(values)
            left = self._matching(filters[:-1])
            self._kept[filters] = [cell for cell in left if cell[place] in allowed]
        return self._kept[filters]

    def states_of(self, label: str) -> Running:
        """How many cells state a label."""
        found = self._running.get(((), label))
        if found is None:
            stated = [int(getattr(cell, label) != "") for cell in self.cells]
            found = self._running[(), label] = Running(self._days, stated)
        return found

    @cached_property
    def _running(self) -> dict[tuple[Where, str], Running]:
        """Running totals made so far, by filter and amount."""
        return {}

    @cached_property
    def _kept(self) -> dict[Where, list[Cell]]:
        """Cells that passed a filter so far, by filter."""
        return {}

    def knows(self, column: str) -> bool:
        """Whether any record states this label or amount, and the edition may tell it."""
        return column in self._known and not self.withholds(column)

    def states_all(self, columns: Iterable[str]) -> bool:
        """Whether records state each of these labels and amounts, told or not."""
        return self._known.issuperset(columns)

    def withholds(self, *columns: str) -> bool:
        """Whether any of these labels and amounts is stated, and may not be told of its area."""
        return bool(self.scope) and not self._known.isdisjoint(self.not_by_area & {*columns})

    @cached_property
    def _known(self) -> frozenset[str]:
        if self.states is not None:
            return self.states
        stated = [
            *((label, "") for label in LABELS),
            *((amount, None) for amount in AMOUNTS),
        ]
        return frozenset(
            column
            for column, missing in stated
            if any(getattr(cell, column) != missing for cell in self.cells)
        )

    def values(self, label: str) -> tuple[str, ...]:
        """The distinct values of a label, in alphabetical order, without the unknown."""
        if self.withholds(label):
            return ()
        return tuple(sorted({getattr(cell, label) for cell in self.cells} - {""}))

    @cached_property
    def _days(self) -> list[date]:
        return [cell.day for cell in self.cells]


@dataclass(frozen=True, slots=True)
class Query:
    """A count in the making: within, where, among_known, count, total, series.

    Args:
        stated: flags that some records may leave out without making the answer "not held".
    """

    cube: Cube
    period: Period
    filters: Where = ()
    stated: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Months cannot be cut: a part of one is a fault of the program."""
        first, after = self.period.start, self.period.end
        if self.cube.monthly and (first.day, after.day) != (1, 1):
            raise ValueError(f"{self.cube.source} holds whole months; {self.period} cuts one")

    def where(self, **filters: str | Iterable[str]) -> "Query":
        """Let through only records with one of these values of each label.

        Of a label that is filtered already, those values that both let through.
        """
        unknown = sorted(set(filters) - set(LABELS))
        if unknown:
            raise ValueError(f"no such label: {unknown}")
        merged = dict(self.filters)
        for label, value in sorted(filters.items()):
            values = (value,) if isinstance(value, str) else tuple(sorted(value))
            merged[label] = tuple(each for each in values if each in merged.get(label, values))
        return replace(self, filters=tuple(merged.items()))

    def among_known(self, *flags: str) -> "Query":
        """Count among the records that state these flags, where others leave them out.

        Those that do not are to be counted beside it: `where(flag="")`.
        """
        unknown = sorted(set(flags) - set(FLAGS))
        if unknown:
            raise ValueError(f"no such flag: {unknown}")
        return replace(self, stated=tuple(sorted({*self.stated, *flags})))

    def count(self, key: str, ref: str = "") -> Figure:
        """Count what the measure counts."""
        return self.total(self.cube.adds, key, ref)

    def total(self, adds: str, key: str, ref: str = "") -> Figure:
        """Add up one amount; "not held" where the period or the amount is not held."""
        measure = replace(self.cube.measure, unit=self._unit(adds))
        value = self._sum(self.period, adds)
        printed = self._suppressed(adds, value)
        if printed is not None:
            return self._without_number(key, ref, adds, printed)
        held = value is not None
        return Figure(
            key=key,
            ref=ref,
            value=value,
            why_none=None if held else WhyNone.NOT_HELD,
            measure=measure,
            period=self.period,
            where=self.filters,
            known_at=self.cube.known_at,
            source=self.cube.source,
            adds=adds,
            rows=self._sum(self.period, "records") or 0 if held else 0,
            method=self.words(adds),
            hash=figure_hash(self.cube.loads, self.words(adds), self.cube.known_at, value),
            loads=self.cube.loads,
        )

    def _suppressed(self, adds: str, value: int | None) -> Suppressed | None:
        """How the sum is printed where it may not be told; None where it may, or is not held."""
        asked = {adds, *(label for label, _ in self.filters)}
        if asked.isdisjoint(PLACES):
            return None
        if not asked.isdisjoint(self.cube.not_by_area):
            return Suppressed.WITHHELD if self.cube.states_all(asked) else None
        if self.cube.masked is None or value is None:
            return None
        return self.cube.masked.get((self.period, self.filters, adds), Suppressed.WITHHELD)

    def _without_number(self, key: str, ref: str, adds: str, printed: Suppressed) -> Figure:
        """What is told of a sum that may not be: which it is, and nothing of its size."""
        return Figure(
            key=key,
            ref=ref,
            value=None,
            why_none=WhyNone.SUPPRESSED,
            suppressed_as=printed,
            measure=replace(self.cube.measure, unit=self._unit(adds)),
            period=self.period,
            where=self.filters,
            known_at=self.cube.known_at,
            source=self.cube.source,
            adds=adds,
            method=self.words(adds),
            loads=self.cube.loads,
        )

    def series(self, periods: Iterable[Period], adds: str = "") -> tuple[int | None, ...]:
        """Count each of many periods (a chart's points); None where one is not held, or told."""
        adds = adds or self.cube.adds
        counts = self.unprinted(periods, adds)
        of_places = not {label for label, _ in self.filters}.isdisjoint(PLACES)
        if self._suppressed(adds, 0) or (of_places and self.cube.masked is not None):
            return tuple(None for _ in counts)
        return counts

    def unprinted(self, periods: Iterable[Period], adds: str) -> tuple[int | None, ...]:
        """The same for what no page shows: how counts cluster, which sums a mask must protect."""
        return tuple(self._sum(each, adds) for each in periods)

    def words(self, adds: str = "") -> str:
        """Say the query in words."""
        adds = adds or self.cube.adds
        what = f"{self.cube.measure.unit}s" if adds == self.cube.adds else adds
        if self.cube.measure.unit is Unit.RETURN:
            what = _OF_RETURNS.get(adds, (Unit.RETURN, adds))[1]
        parts = [
            f"{what} of source {self.cube.source}",
            f"dated {self.period}",
            *(
                f"{label} = {' or '.join(v or 'unknown' for v in values) or 'none'}"
                for label, values in self.filters
            ),
            *(f"among records that state {flag}" for flag in self.stated),
            f"as known at {self.cube.known_at:%Y-%m-%dT%H:%M:%SZ}",
        ]
        return ", ".join(parts)

    def _unit(self, adds: str) -> Unit:
        """Unit of one amount: the records behind items are finds."""
        unit = self.cube.measure.unit
        if unit is Unit.RETURN:
            return _OF_RETURNS.get(adds, (unit, ""))[0]
        if adds == self.cube.adds:
            return unit
        return Unit.FIND if unit is Unit.ITEM and adds == "records" else _UNITS.get(adds, unit)

    def _sum(self, period: Period, adds: str) -> int | None:
        """The sum, or None where days, amounts or labels are not held: a part is not the sum."""
        if not self.cube.holds(period) or not self._answerable(period, adds):
            return None
        return self.cube.running(self.filters, adds).between(period.start, period.end)

    def _answerable(self, period: Period, adds: str) -> bool:
        """A zero is true only of what the source states: at all, and in this period."""
        labels = [label for label, values in self.filters if label != "area" and values != ("",)]
        if not all(self.cube.knows(column) for column in (adds, *labels)):
            return False
        return all(self._is_stated(label, period) for label in labels)

    def _is_stated(self, label: str, period: Period) -> bool:
        """Whether a label is stated in a period: a flag by every record, any other by some."""
        cells = len(self.cube.slice(period))
        stated = self.cube.states_of(label).between(period.start, period.end)
        if label in FLAGS and label not in self.stated:
            return stated == cells
        return not cells or bool(stated)


@dataclass(frozen=True, slots=True)
class PublishedTotal:
    """A figure that somebody published: never counted, never prorated, never compared with."""

    id: str
    measure: str
    unit: str
    area: str
    period: Period
    value: int
    as_at: str
    source: str
    url: str = ""
    note: str = ""


@dataclass(frozen=True)
class Snapshot:
    """All that one edition is counted from.

    Args:
        cut_off: last whole day counted, as asked for.
        known_at: the instant (UTC) whose knowledge is used.
        incidents: the headline source; None before the first load.
        then: cubes of the same sources as known at earlier instants, by source and instant.
        published_elsewhere: how many published totals are of other places, and so not used.
        fingerprint: SHA-256 of every cell that the edition could count.
    """

    cut_off: date
    known_at: datetime
    zone: str
    incidents: Cube | None
    recoveries: Cube | None = None
    activity: Cube | None = None
    then: Mapping[tuple[str, datetime], Cube] = field(
        default_factory=lambda: MappingProxyType({}), repr=False
    )
    published: tuple[PublishedTotal, ...] = ()
    published_elsewhere: int = 0
    fingerprint: str = ""
    synthetic: bool = False

    def in_area(self, area: str) -> "Snapshot":
        """All that an area's own edition is counted from; published totals are left as they are."""

        def part(cube: Cube | None) -> Cube | None:
            return None if cube is None else cube.in_area(area)

        return replace(
            self,
            incidents=part(self.incidents),
            recoveries=part(self.recoveries),
            activity=part(self.activity),
            then=MappingProxyType({key: cube.in_area(area) for key, cube in self.then.items()}),
        )

    def of_places(self, names: Iterable[str]) -> "Snapshot":
        """Only the published totals of places that go by these names; the others are counted."""
        own = {name.casefold() for name in names}
        kept = tuple(total for total in self.published if total.area.casefold() in own)
        return replace(self, published=kept, published_elsewhere=len(self.published) - len(kept))

    def known_then(self, cube: Cube, now: Period, then: Period) -> tuple[Cube, Maturity]:
        """The cube to take a comparator from, and how it is known.

        K′ = C′ + (K − C) in local wall time; where the store's history does not reach K′, the
        settled counts are compared, and said to be so.
        """
        instant = known_then_instant(now.last_day, self.known_at, then.last_day, self.zone)
        earlier = self.then.get((cube.source, instant))
        if earlier is None:
            return cube, Maturity.NOT_COMPARABLE
        return earlier, Maturity.AS_RECORDED_THEN if cube.recorded else Maturity.AS_KNOWN_THEN


def known_then_instant(cut_off: date, known_at: datetime, then: date, zone: str) -> datetime:
    """K′: as many local hours after a comparator's last day as K is after the cut-off C.

    Returns:
        An aware instant in UTC.
    """
    where = ZoneInfo(zone)
    local = known_at.astimezone(where).replace(tzinfo=None)
    earlier = local - timedelta(days=(cut_off - then).days)
    return earlier.replace(tzinfo=where).astimezone(ZoneInfo("UTC"))


def published_figure(total: PublishedTotal, measure: Measure, known_at: datetime) -> Figure:
    """A published total as a figure that says so."""
    return Figure(
        key=f"published.{total.id}",
        value=total.value,
        measure=measure,
        period=total.period,
        known_at=known_at,
        source=total.source,
        rows=1,
        method=_published_method(total),
        hash=hashlib.sha256(f"{total}".encode()).hexdigest(),
        standing=Standing.PUBLISHED,
    )


def _published_method(total: PublishedTotal) -> str:
    note = f"; {' '.join(total.note.split())}" if total.note else ""
    return f"published by {total.source} as at {total.as_at}; not counted from records{note}"


def all_figures(figures: Iterable[Figure], comparisons: Iterable[Comparison]) -> tuple[Figure, ...]:
    """Every figure once, by key, with its mark if any of its kind bears one."""
    held: dict[str, Figure] = {}
    sides = (
        side
        for c in comparisons
        for side in (c.now, c.then, c.settled, *(c.evidence or ()))
        if side is not None
    )
    for figure in (*figures, *sides):
        same = held.setdefault(figure.key, figure)
        if same.hash != figure.hash:
            raise ValueError(f"two figures share the key {figure.key}")
        if figure.ref and not same.ref:
            held[figure.key] = figure
    return tuple(held.values())
