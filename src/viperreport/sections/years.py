"""Every year held, by the same date and whole, and the years of which only a total is published."""

from dataclasses import dataclass, replace

from viperreport.model.figure import Figure
from viperreport.model.period import Period, PeriodKind, calendar_year, same_period
from viperreport.model.snapshot import PublishedTotal, published_figure
from viperreport.sections.context import Context
from viperreport.sections.counted import all_incidents

YEARS_DRAWN = 3  # in figure 1, before this one
ANNUAL_DRAWN = 8  # the nearest; more would crowd figure 1


@dataclass(frozen=True, slots=True)
class YearCounts:
    """One year: its count by the same date, and the whole of it.

    Args:
        whole: None for the year that the edition is about, unless it is over.
    """

    year: int
    to_date: Figure
    whole: Figure | None


def count_years(context: Context) -> tuple[YearCounts, ...]:
    """Every year of which any day is held, oldest first."""
    first = context.incidents.held_from.year
    return tuple(_count_year(context, year) for year in range(first, context.year + 1))


def _count_year(context: Context, year: int) -> YearCounts:
    counted = all_incidents(context)
    back = context.year - year
    period = same_period(context.year_to_date, back) if back else context.year_to_date
    to_date = counted.figure(counted.cube, period, f"{counted.stem}.ytd.{year}")
    return YearCounts(year, to_date, _whole(context, calendar_year(year)))


def _whole(context: Context, year: Period) -> Figure | None:
    if year.last_day > context.cut_off:
        return None
    counted = all_incidents(context)
    key = f"{counted.stem}.year.{year.start.year}"
    drawn = context.year - year.start.year <= YEARS_DRAWN
    return counted.figure(counted.cube, year, key, ref="F1" if drawn else "")


def annual_only(context: Context) -> tuple[Figure, ...]:
    """Published totals of whole years without dated records, the nearest, oldest first.

    They stand alone: never prorated, never set against a part of a year.
    """
    cube = context.incidents
    return tuple(
        replace(published_figure(total, cube.measure, context.snapshot.known_at), ref="F1")
        for total in _undated_totals(context)[-ANNUAL_DRAWN:]
    )


def annual_left_out(context: Context) -> tuple[int, ...]:
    """Years of published totals that figure 1 has no room for, oldest first; the page says so."""
    return tuple(total.period.start.year for total in _undated_totals(context)[:-ANNUAL_DRAWN])


def _undated_totals(context: Context) -> list[PublishedTotal]:
    """Every published total of a whole year without dated records, oldest first."""
    cube = context.incidents
    totals = (
        total
        for total in context.snapshot.published
        if total.measure == cube.measure.code
        and total.period.kind is PeriodKind.CALENDAR_YEAR
        and total.period.end <= context.year_to_date.start
        and not cube.holds(total.period)
    )
    return sorted(totals, key=lambda total: (total.period.start, total.id))
