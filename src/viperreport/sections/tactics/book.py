"""The returns of a home: which there are, which were expected, which are missing.

A return is known by its tactic, its area and its week; returns that share all three are one.
Source: "Stated tactics" in docs/definitions.md.
"""

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from operator import itemgetter

from viperreport.model.period import (
    ONE_DAY,
    WEEK,
    Period,
    PeriodKind,
    last_28_days,
    weeks_ending,
)
from viperreport.model.snapshot import Cell, Cube, Query
from viperreport.sections.context import Context, StatedOperation

RECENT_WEEKS = 4
SHOWN_WEEKS = 12
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


@dataclass(frozen=True)
class Book:
    """The returns of a home, by tactic.

    Args:
        within: the area whose own edition it is; empty for the whole.
    """

    cube: Cube
    stated: StatedOperation | None
    cut_off: date
    within: str = ""

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

    def is_expected(self, tactic: str, period: Period) -> bool:
        """Whether any return of a tactic was expected in a period of whole weeks."""
        weeks = weeks_ending(period.last_day, period.days // WEEK.days)
        return bool(self.returns(tactic, weeks).expected)

    @property
    def anything_expected(self) -> bool:
        """Whether there is a return in the weeks of the page, or one was expected."""
        whole = Period(self.weeks.shown[0].start, self.weeks.shown[-1].end, PeriodKind.OPERATION)
        if self.cube.slice(whole):
            return True
        return any(self.returns(name, self.weeks.shown).expected for name in self.names)

    @cached_property
    def silent(self) -> Mapping[str, int]:
        """Areas that returned before or have priority now, and made no return in the eight weeks.

        Returns:
            Of how many tactics each made none; by name.
        """
        priority = self.stated.priority if self.stated else ()
        prior = {
            each.area
            for each in priority
            if each.first <= self.cut_off <= (each.last or self.cut_off)
            and (not self.within or each.area == self.within)
        }
        gone: Counter[str] = Counter()
        for name in self.names:
            ever = {cell.area for cell in self._cells.get(name, ()) if cell.area}
            gone.update((ever | prior) - set(self._areas(name)))
        newest = self.weeks.shown[-1]
        return {area: gone[area] for area in sorted(gone) if not self._has_left(area, newest)}

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
    cube, facts = context.snapshot.activity, context.facts
    return Book(cube, facts.stated, facts.key.cut_off, facts.within) if cube else None
