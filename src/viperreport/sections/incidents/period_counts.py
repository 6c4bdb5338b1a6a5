"""All incidents, the worst of them and what was recovered: last week, last four weeks, the year."""

from dataclasses import dataclass
from datetime import date

from viperreport.model.figure import Comparison, Figure
from viperreport.model.period import (
    Period,
    PeriodKind,
    last_7_days,
    last_28_days,
    month_of,
    same_period,
    weeks_ending,
    year_to_date,
)
from viperreport.model.snapshot import Cube
from viperreport.model.wording import Name, Text, text
from viperreport.sections.comparing import Counted, compare
from viperreport.sections.context import Context
from viperreport.sections.counted import all_incidents, worst_held

REF = "T1"


@dataclass(frozen=True, slots=True)
class MeasureRows:
    """One measure over its periods, the shortest first."""

    label: Text
    comparisons: tuple[Comparison, ...]


@dataclass(frozen=True, slots=True)
class PeriodCounts:
    """What table 1 shows.

    Args:
        measures: all incidents first.
        left_out: a measure whose data end before this year, and the last day that it holds.
    """

    measures: tuple[MeasureRows, ...]
    left_out: tuple[tuple[Name, date], ...] = ()

    @property
    def comparisons(self) -> tuple[Comparison, ...]:
        """Every comparison of the table, row by row."""
        return tuple(each for rows in self.measures for each in rows.comparisons)


def count_periods(context: Context) -> PeriodCounts:
    """All incidents, those with someone hurt, and what was recovered, over their periods."""
    whole, worst = all_incidents(context), worst_held(context)
    measures = [_rows(context, text("All ", Name(whole.stem)), whole)]
    if worst is not None:
        measures.append(_rows(context, text(worst[0]), worst[1]))
    cube = context.snapshot.recoveries
    if cube is None:
        return PeriodCounts(tuple(measures))
    name, last_day = Name(cube.measure.name), _last_day(context, cube)
    if last_day.year != context.year:  # its years are not those of the columns
        return PeriodCounts(tuple(measures), ((name, last_day),))
    return PeriodCounts((*measures, _rows(context, text(name), Counted(cube, "recoveries"))))


def _last_day(context: Context, cube: Cube) -> date:
    return cube.last_day_counted(context.facts.key.cut_off)


def _rows(context: Context, label: Text, counted: Counted) -> MeasureRows:
    periods = _periods(counted.cube, _last_day(context, counted.cube))
    return MeasureRows(
        label, tuple(_compared(context, counted, name, period) for name, period in periods)
    )


def _periods(cube: Cube, last_day: date) -> tuple[tuple[str, Period], ...]:
    """The name in keys and the days of each period, the shortest first."""
    year = ("ytd", year_to_date(last_day))
    if cube.monthly:
        return ("month", month_of(last_day)), year
    return ("7d", last_7_days(last_day)), ("28d", last_28_days(last_day)), year


def _compared(context: Context, counted: Counted, name: str, period: Period) -> Comparison:
    in_tile = name == "ytd" or (name != "7d" and not counted.where and counted.cube.measure.harm)
    comparison = compare(context, counted, name, period, "" if in_tile else REF)
    if period.kind is PeriodKind.ROLLING_28D:
        then_cube, _ = context.snapshot.known_then(counted.cube, period, same_period(period))
        _refuse_unequal(counted, counted.cube, comparison.now)
        _refuse_unequal(counted, then_cube, comparison.then)
    return comparison


def _refuse_unequal(counted: Counted, cube: Cube, month: Figure) -> None:
    """Four weeks are 28 days, on both sides."""
    weeks = weeks_ending(month.period.last_day, 4)
    counts = counted.query(cube, month.period).series(weeks, counted.adds)
    if month.value is not None and sum(count or 0 for count in counts) != month.value:
        raise ValueError(f"{month.key}: {month.value} is not the sum of its weeks, {counts}")
