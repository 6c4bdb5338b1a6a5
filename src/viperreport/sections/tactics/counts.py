"""What the returns of each tactic come to: sums, and which returns are missing.

A return is known by its tactic, its area and its week; returns that share all three are one. Zero,
not reported, not held and "does not apply" are told apart here, once for table and chart.
Source: "Stated tactics" and "Six ways of having no number" in docs/definitions.md.
"""

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from operator import itemgetter

from viperreport.model.figure import Figure, WhyNone, derived, figure_hash
from viperreport.model.period import ONE_DAY, WEEK, Period, last_28_days, weeks_ending
from viperreport.model.snapshot import Cell, Cube, Query
from viperreport.sections.context import Context, StatedOperation

RECENT_WEEKS = 4
SHOWN_WEEKS = 12
ON_PLAN = 10  # percent of the plan
# Whatever the configuration or the returns say, this never has a plan figure.
_NEVER_PLANNED = re.compile(r"stop\W*(and|&|n)\W*(search|frisk)", re.IGNORECASE)


def may_have_target(tactic: str, *, stated: bool = True) -> bool:
    """Whether a plan figure may stand beside a tactic; never beside stop and search."""
    return stated and not _NEVER_PLANNED.search(tactic)


@dataclass(frozen=True, slots=True)
class Weeks:
    """The weeks that the page is about; they end on the weekday that returns are dated by.

    Args:
        recent: the last four of them.
        before: the four before.
        shown: those of the chart, oldest first.
    """

    recent: Period
    before: Period
    shown: tuple[Period, ...]


@dataclass(frozen=True, slots=True)
class Amount:
    """A sum, or why there is none.

    Args:
        is_whole: False where some of the returns leave the amount blank.
    """

    figure: Figure
    is_whole: bool = True

    @property
    def value(self) -> int | None:
        """The sum as a whole number."""
        return None if self.figure.value is None else self.figure.count


@dataclass(frozen=True, slots=True)
class Missing:
    """A return that was expected and is not there."""

    week: Period
    tactic: str
    area: str


@dataclass(frozen=True, slots=True)
class Returns:
    """Returns that were expected of a tactic in a period."""

    expected: int
    missing: tuple[Missing, ...]

    @property
    def reported(self) -> int:
        """How many of those expected are there."""
        return self.expected - len(self.missing)


@dataclass(frozen=True, slots=True)
class Tactic:
    """A tactic and what its returns of the last four weeks come to.

    Args:
        name: as stated; empty for returns that name none.
        has_target: whether a plan figure may stand beside it.
        returns: of the four weeks.
        returns_before: of the four weeks before, as `done_before`.
        plan_withheld: returns state a plan although it never has a target.
        rows: returns of the four weeks that are there.
    """

    name: str
    key: str
    has_target: bool
    returns: Returns
    returns_before: Returns
    done: Amount
    done_before: Amount
    planned: Amount
    arrests: Amount
    firearms: Amount
    reach: Amount
    plan_withheld: bool
    rows: int

    @property
    def is_comparable(self) -> bool:
        """Whether done and planned are known, and of the same returns: none leaves one blank."""
        known = self.done.value is not None and bool(self.planned.value)
        return known and self.done.is_whole and self.planned.is_whole

    @property
    def is_on_plan(self) -> bool:
        """Whether done lies within the tolerance of planned; only where they are comparable."""
        done, planned = self.done.figure.count, self.planned.figure.count
        return 100 * abs(done - planned) <= ON_PLAN * planned

    @property
    def is_reported(self) -> bool:
        """Whether any return of the four weeks is there."""
        return bool(self.rows)

    @property
    def figures(self) -> tuple[Figure, ...]:
        """All its figures."""
        amounts = (self.done, self.done_before, self.planned, self.arrests, self.firearms)
        return tuple(each.figure for each in (*amounts, self.reach))


@dataclass(frozen=True)
class Book:
    """The returns of a home, by tactic."""

    cube: Cube
    stated: StatedOperation | None
    cut_off: date

    @cached_property
    def names(self) -> Mapping[str, bool]:
        """The tactics, those stated first, with whether each may have a target."""
        tactics = self.stated.tactics if self.stated else ()
        names = {each.name: each.has_target for each in tactics}
        since = self.weeks.shown[0].start
        for name, cells in sorted(self._cells.items(), key=lambda each: (not each[0], each[0])):
            if cells[-1].day >= since:
                names.setdefault(name, True)
        return {name: may_have_target(name, stated=has) for name, has in names.items()}

    @cached_property
    def weeks(self) -> Weeks:
        """The weeks of the page: the newest is the last one whole by the cut-off."""
        last = self.cube.last_day_counted(self.cut_off)
        ends = last - ONE_DAY * ((last.weekday() - self._weekday(last)) % 7)
        recent = last_28_days(ends)
        return Weeks(
            recent, last_28_days(ends - RECENT_WEEKS * WEEK), weeks_ending(ends, SHOWN_WEEKS)
        )

    def _weekday(self, last: date) -> int:
        """The weekday that most returns are dated by; the cut-off's where no weekday leads."""
        since = weeks_ending(last, SHOWN_WEEKS)[0].start
        days: Counter[int] = Counter()
        for cell in self.cube.cells:
            if since <= cell.day <= last:
                days[cell.day.weekday()] += cell.records
        leading = max(days, key=lambda day: (days[day], -day), default=last.weekday())
        return leading if 2 * days[leading] > days.total() else last.weekday()

    @cached_property
    def _cells(self) -> Mapping[str, Sequence[Cell]]:
        found: defaultdict[str, list[Cell]] = defaultdict(list)
        for cell in self.cube.cells:
            if cell.day <= self.weeks.recent.last_day:
                found[cell.category].append(cell)
        return found

    def cells(self, tactic: str, period: Period) -> Sequence[Cell]:
        """The returns of a tactic dated within a period."""
        held = self._cells.get(tactic, ())
        first, last = (
            bisect_left(held, day, key=itemgetter(0)) for day in (period.start, period.end)
        )
        return held[first:last]

    def query(self, tactic: str, period: Period) -> Query:
        """The query for a tactic's returns."""
        return self.cube.within(period).where(category=tactic)

    def ever_states(self, tactic: str, adds: str) -> bool:
        """Whether any return of a tactic states an amount."""
        return any(getattr(cell, adds) is not None for cell in self._cells.get(tactic, ()))

    def returns(self, tactic: str, weeks: Sequence[Period]) -> Returns:
        """Which returns were expected in some weeks, and which of them are missing."""
        expected = [
            Missing(week, tactic, area)
            for week in weeks
            if self.cube.holds(week)
            for area, first in self._areas(tactic).items()
            if first < week.end and not self._has_left(area, week)
        ]
        there = {(cell.area, week) for week in weeks for cell in self.cells(tactic, week)}
        missing = tuple(each for each in expected if (each.area, each.week) not in there)
        return Returns(len(expected), missing)

    def _has_left(self, area: str, week: Period) -> bool:
        """Whether an area's priority ended before a week, for good."""
        priority = self.stated.priority if self.stated else ()
        lasts = [each.last for each in priority if each.area == area]
        return bool(lasts) and all(last is not None and last < week.start for last in lasts)

    def _areas(self, tactic: str) -> Mapping[str, date]:
        """The areas whose returns of a tactic are expected, and the day of the first of each.

        They are those that made one in the eight weeks; of a tactic without any, those that made
        a return of any tactic.
        """
        return self._first_days.get(tactic) or self._first_of_any

    @cached_property
    def _first_days(self) -> Mapping[str, Mapping[str, date]]:
        """Of each tactic, the areas with a return in the eight weeks, and their first day ever."""
        since = self.weeks.before.start
        return {
            tactic: _first_days([cell for cell in cells if cell.area] or cells, since)
            for tactic, cells in self._cells.items()
        }

    @cached_property
    def _first_of_any(self) -> Mapping[str, date]:
        first: dict[str, date] = {}
        for days in self._first_days.values():
            for area, day in days.items():
                first[area] = min(day, first.get(area, day))
        named = {area: day for area, day in first.items() if area}
        return named or first


def _first_days(cells: Sequence[Cell], since: date) -> Mapping[str, date]:
    """The first day of each area among cells in the order of days, if it has one `since` too."""
    first: dict[str, date] = {}
    for cell in cells:
        first.setdefault(cell.area, cell.day)
    active = sorted({cell.area for cell in cells if cell.day >= since})
    return {area: first[area] for area in active}


def open_book(context: Context) -> Book | None:
    """The returns of a home; None where it has no source of them."""
    cube = context.snapshot.activity
    return Book(cube, context.facts.stated, context.facts.key.cut_off) if cube else None


def count_tactics(book: Book) -> tuple[Tactic, ...]:
    """Count every tactic, in the order of the page."""
    return tuple(_count(book, name, key) for name, key in zip(book.names, _keys(book), strict=True))


def _keys(book: Book) -> Iterator[str]:
    """A key for each tactic; names that differ only in their signs are numbered."""
    taken: set[str] = set()
    for place, name in enumerate(book.names, start=1):
        key = re.sub(r"\W+", "_", name.casefold()).strip("_") or "tactic"
        while key in taken:
            key = f"{key}_{place}"
        taken.add(key)
        yield f"activity.{key}"


def _count(book: Book, name: str, key: str) -> Tactic:
    weeks, has_target = book.weeks, book.names[name]
    done = sum_of(book, name, weeks.recent, "items", f"{key}.done.28d")
    planned = sum_of(book, name, weeks.recent, "planned", f"{key}.planned.28d")
    cells = book.cells(name, weeks.recent)
    if not has_target:
        planned = Amount(reason(done.figure, planned.figure.key, WhyNone.NOT_APPLICABLE))
    return Tactic(
        name=name,
        key=key,
        has_target=has_target,
        returns=book.returns(name, weeks.shown[-RECENT_WEEKS:]),
        returns_before=book.returns(name, weeks.shown[-2 * RECENT_WEEKS : -RECENT_WEEKS]),
        done=done,
        done_before=sum_of(book, name, weeks.before, "items", f"{key}.done.28d_before"),
        planned=planned,
        arrests=sum_of(book, name, weeks.recent, "arrests", f"{key}.arrests.28d"),
        firearms=sum_of(book, name, weeks.recent, "firearms", f"{key}.firearms.28d"),
        reach=sum_of(book, name, weeks.recent, "reach", f"{key}.reach.28d"),
        plan_withheld=not has_target and any(cell.planned is not None for cell in cells),
        rows=sum(cell.records for cell in cells),
    )


def sum_of(book: Book, tactic: str, period: Period, adds: str, key: str) -> Amount:
    """Add up an amount of a tactic's returns, or say why there is no sum."""
    base = book.query(tactic, period).total(adds, key)
    if not book.cube.holds(period):
        return Amount(base)
    cells = book.cells(tactic, period)
    stating = [cell for cell in cells if getattr(cell, adds) is not None]
    if cells and len(stating) == len(cells):
        return Amount(base)
    if stating:
        total = sum(getattr(cell, adds) for cell in stating)
        rows, of = (sum(cell.records for cell in each) for each in (stating, cells))
        method = f"{base.method}: the {rows} of {of} returns that state it"
        return Amount(replace(derived(base, key, total, method), rows=rows), is_whole=False)
    if cells and not book.ever_states(tactic, adds):
        return Amount(reason(base, key, WhyNone.NOT_APPLICABLE))
    return Amount(reason(base, key, WhyNone.NOT_REPORTED))


def reason(base: Figure, key: str, why: WhyNone) -> Figure:
    """A figure without a value, and why it has none."""
    hashed = figure_hash(base.loads, base.method, base.known_at, None)
    return replace(base, key=key, value=None, why_none=why, rows=0, hash=hashed)
