"""Periods of whole days and the rules by which one answers to another.

Source: "Time" in docs/definitions.md.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise

WEEK = timedelta(days=7)
SAME_WEEKDAY_LAST_YEAR = timedelta(days=364)
ONE_DAY = timedelta(days=1)


class PeriodKind(StrEnum):
    """Only periods of one kind may be compared."""

    CALENDAR_YEAR = "calendar_year"
    YEAR_TO_DATE = "year_to_date"
    FINANCIAL_YEAR = "financial_year"
    FINANCIAL_YEAR_TO_DATE = "financial_year_to_date"
    HALF_YEAR = "half_year"
    QUARTER = "quarter"
    MONTH = "month"
    ROLLING_12M = "rolling_12m"
    ROLLING_7D = "rolling_7d"
    ROLLING_28D = "rolling_28d"
    OPERATION = "operation"


# Periods whose last day answers to the same day; all others end where a month does.
_TO_DATE = {PeriodKind.YEAR_TO_DATE, PeriodKind.FINANCIAL_YEAR_TO_DATE, PeriodKind.OPERATION}


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """Whole days in the half-open interval [start, end)."""

    start: date
    end: date
    kind: PeriodKind

    def __post_init__(self) -> None:
        """Refuse a period without a day in it."""
        if self.end <= self.start:
            raise ValueError(f"a period must hold a day: {self.start} to {self.end}")

    @property
    def last_day(self) -> date:
        """The last day inside: what people read as "to"."""
        return self.end - ONE_DAY

    @property
    def days(self) -> int:
        """Exposure, in days."""
        return (self.end - self.start).days

    def __contains__(self, day: date) -> bool:
        """Say whether a day lies inside."""
        return self.start <= day < self.end

    def __str__(self) -> str:
        """Give both ends, inclusive, in ISO form."""
        return f"{self.start} to {self.last_day}"


def year_to_date(cut_off: date) -> Period:
    """1 January to the cut-off, its last whole day."""
    return Period(date(cut_off.year, 1, 1), cut_off + ONE_DAY, PeriodKind.YEAR_TO_DATE)


def calendar_year(year: int) -> Period:
    """The whole of a year."""
    return Period(date(year, 1, 1), date(year + 1, 1, 1), PeriodKind.CALENDAR_YEAR)


def rest_of_year(cut_off: date) -> Period | None:
    """The days after the cut-off up to 31 December; None on 31 December."""
    end = date(cut_off.year + 1, 1, 1)
    start = cut_off + ONE_DAY
    return None if start == end else Period(start, end, PeriodKind.OPERATION)


def month_of(day: date) -> Period:
    """The calendar month that a day lies in."""
    start = day.replace(day=1)
    return Period(start, _next_month(start), PeriodKind.MONTH)


def last_7_days(cut_off: date) -> Period:
    """The seven days that end with the cut-off."""
    return Period(cut_off + ONE_DAY - WEEK, cut_off + ONE_DAY, PeriodKind.ROLLING_7D)


def last_28_days(cut_off: date) -> Period:
    """The four weeks that end with the cut-off."""
    return Period(cut_off + ONE_DAY - 4 * WEEK, cut_off + ONE_DAY, PeriodKind.ROLLING_28D)


def same_day(day: date, year: int) -> date:
    """The same month and day of another year; 29 February answers to 28 in common years."""
    try:
        return day.replace(year=year)
    except ValueError:
        return date(year, 2, 28)


def same_period(period: Period, years_back: int = 1) -> Period:
    """What a period is compared with, `years_back` years earlier.

    Rolling windows move by 364 days a year, so that their weeks are weeks of the chart; all
    others keep month and day.
    """
    if period.kind in {PeriodKind.ROLLING_7D, PeriodKind.ROLLING_28D}:
        shift = years_back * SAME_WEEKDAY_LAST_YEAR
        return Period(period.start - shift, period.end - shift, period.kind)
    year = period.start.year - years_back
    start = same_day(period.start, year)
    if period.kind in _TO_DATE:
        last_day = same_day(period.last_day, period.last_day.year - years_back)
        return Period(start, last_day + ONE_DAY, period.kind)
    if period.kind is PeriodKind.MONTH:
        return month_of(start)
    end = same_day(period.end, period.end.year - years_back)
    return Period(start, end, period.kind)


def weeks_ending(cut_off: date, number: int) -> tuple[Period, ...]:
    """The last `number` whole weeks that end on the cut-off's weekday, oldest first."""
    newest = last_7_days(cut_off)
    return tuple(
        Period(newest.start - k * WEEK, newest.end - k * WEEK, PeriodKind.ROLLING_7D)
        for k in range(number - 1, -1, -1)
    )


def months_ending(cut_off: date, number: int) -> tuple[Period, ...]:
    """The last `number` whole months up to the cut-off, oldest first."""
    start = last_whole_month_end(cut_off).replace(day=1)
    starts = [_next_month(start), start]
    while len(starts) <= number:
        starts.append((starts[-1] - ONE_DAY).replace(day=1))
    return tuple(Period(a, b, PeriodKind.MONTH) for a, b in pairwise(reversed(starts)))


def last_whole_month_end(cut_off: date) -> date:
    """The last day, at or before the cut-off, on which a month ends."""
    following = cut_off + ONE_DAY
    return following.replace(day=1) - ONE_DAY


def days_of(period: Period) -> Iterator[date]:
    """Every day of a period, in order."""
    return (period.start + timedelta(days=k) for k in range(period.days))


def _next_month(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1)
