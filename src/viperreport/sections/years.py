"""Every year held, by the same date and whole, and the years of which only a total is published."""

from dataclasses import dataclass, replace

from viperreport.model.figure import Figure
from viperreport.model.period import (
    Period,
    PeriodKind,
    calendar_year,
    same_period,
    year_to_date,
)
from viperreport.model.snapshot import PublishedTotal, published_figure
from viperreport.sections.comparing import Counted
from viperreport.sections.context import Context
from viperreport.sections.counted import all_incidents

YEARS_DRAWN = 3  # in figure 1, before this one
ANNUAL_DRAWN = 8  # the nearest; more would crowd figure 1


@dataclass(frozen=True, slots=True)
class Followed:
    """A count that is followed over the years.

    Args:
        to_date: 1 January to the last day that its own source reaches.
        ref: the mark of the figure that draws it.
    """

    counted: Counted
    to_date: Period
    ref: str

    @property
    def year(self) -> int:
        """The year that it is followed to."""
        return self.to_date.start.year


def follow(context: Context, counted: Counted, ref: str) -> Followed:
    """Follow a count up to the cut-off, or to its source's coverage where that ends first."""
    last_day = counted.cube.last_day_counted(context.facts.key.cut_off)
    return Followed(counted, year_to_date(last_day), ref)


def headline_measure(context: Context) -> Followed:
    """What figure 1 follows."""
    return follow(context, all_incidents(context), "F1")


@dataclass(frozen=True, slots=True)
class YearCounts:
    """One year: its count by the same date, and the whole of it.

    Args:
        whole: None for the year that the edition is about, unless it is over.
    """

    year: int
    to_date: Figure
    whole: Figure | None


def count_years(context: Context, followed: Followed | None = None) -> tuple[YearCounts, ...]:
    """Every year of which any day is held, oldest first; of the headline measure unless told."""
    followed = followed or headline_measure(context)
    first = followed.counted.cube.held_from.year
    return tuple(_count_year(followed, year) for year in range(first, followed.year + 1))


def _count_year(followed: Followed, year: int) -> YearCounts:
    counted = followed.counted
    back = followed.year - year
    period = same_period(followed.to_date, back) if back else followed.to_date
    to_date = counted.figure(counted.cube, period, f"{counted.stem}.ytd.{year}")
    return YearCounts(year, to_date, _whole(followed, calendar_year(year)))


def _whole(followed: Followed, year: Period) -> Figure | None:
    if year.last_day > followed.to_date.last_day:
        return None
    counted = followed.counted
    key = f"{counted.stem}.year.{year.start.year}"
    drawn = followed.year - year.start.year <= YEARS_DRAWN
    return counted.figure(counted.cube, year, key, ref=followed.ref if drawn else "")


def annual_only(context: Context, followed: Followed | None = None) -> tuple[Figure, ...]:
    """Published totals of whole years without dated records, the nearest, oldest first.

    They stand alone: never prorated, never set against a part of a year.
    """
    followed = followed or headline_measure(context)
    measure, known_at = followed.counted.cube.measure, context.snapshot.known_at
    return tuple(
        replace(published_figure(total, measure, known_at), ref=followed.ref)
        for total in _undated_totals(context, followed)[-ANNUAL_DRAWN:]
    )


def annual_left_out(context: Context, followed: Followed | None = None) -> tuple[int, ...]:
    """Years of published totals that the figure has no room for, oldest first; the page says so."""
    totals = _undated_totals(context, followed or headline_measure(context))
    return tuple(total.period.start.year for total in totals[:-ANNUAL_DRAWN])


def _undated_totals(context: Context, followed: Followed) -> list[PublishedTotal]:
    """Every published total of a whole year without dated records, oldest first."""
    cube = followed.counted.cube
    totals = (
        total
        for total in context.snapshot.published
        if total.measure == cube.measure.code
        and total.period.kind is PeriodKind.CALENDAR_YEAR
        and total.period.end <= followed.to_date.start
        and not cube.holds(total.period)
    )
    return sorted(totals, key=lambda total: (total.period.start, total.id))
