"""Figure 1: the running total of this year and of those before it."""

from dataclasses import dataclass
from datetime import date
from itertools import accumulate

from viperreport.analysis.projection import FEWEST_YEARS
from viperreport.model.briefing import Cumulative, ProjectedEnd, YearLine
from viperreport.model.figure import Comparison, Figure
from viperreport.model.period import (
    ONE_DAY,
    Period,
    PeriodKind,
    calendar_year,
    days_of,
    month_of,
)
from viperreport.model.wording import Day, Name, Number, Setting, Text, Year, sentences, text
from viperreport.sections.comparing import compare
from viperreport.sections.context import Context, Contribution
from viperreport.sections.counted import all_incidents, names
from viperreport.sections.projecting import all_ends, complete_years, projected_end
from viperreport.sections.years import (
    YEARS_DRAWN,
    YearCounts,
    annual_left_out,
    annual_only,
    count_years,
)


@dataclass(frozen=True, slots=True)
class CumulativeCounts:
    """What figure 1 is drawn from."""

    comparison: Comparison
    years: tuple[YearCounts, ...]
    lines: tuple[YearLine, ...]
    projection: ProjectedEnd | None
    annual_only: tuple[Figure, ...]


def cumulative(context: Context) -> Contribution:
    """Count, then say."""
    counts = count(context)
    years = [figure for year in counts.years for figure in (year.to_date, year.whole) if figure]
    figures = (*years, *all_ends(counts.projection), *counts.annual_only)
    return Contribution((say(context, counts),), figures, (counts.comparison,))


def count(context: Context) -> CumulativeCounts:
    """This year's line, up to three complete years before it, and the annual totals."""
    comparison = compare(context, all_incidents(context), "ytd", context.year_to_date, "K1")
    years = count_years(context)
    return CumulativeCounts(
        comparison,
        years,
        tuple(_lines(context, comparison.now, years)),
        projected_end(context, comparison.now),
        annual_only(context),
    )


def _lines(context: Context, now: Figure, years: tuple[YearCounts, ...]) -> list[YearLine]:
    lines = [YearLine(context.year, 0, _running(context, context.year_to_date), now)]
    for counts in reversed(years):
        back = context.year - counts.year
        whole = counts.whole
        if 1 <= back <= YEARS_DRAWN and whole is not None and whole.value is not None:
            points = _running(context, calendar_year(counts.year))
            lines.append(YearLine(counts.year, back, points, whole))
    return lines


def _running(context: Context, period: Period) -> tuple[tuple[date, int], ...]:
    """Running totals by the end of each day, or of each month where months are held."""
    steps = list(_steps(context, period))
    counts = context.incidents.within(period).series(steps)
    totals = accumulate(count or 0 for count in counts)
    return tuple((step.last_day, total) for step, total in zip(steps, totals, strict=True))


def _steps(context: Context, period: Period) -> list[Period]:
    if context.incidents.monthly:
        return sorted({month_of(day) for day in days_of(period)})
    return [Period(day, day + ONE_DAY, PeriodKind.ROLLING_7D) for day in days_of(period)]


def say(context: Context, counts: CumulativeCounts) -> Cumulative:
    """Put the year's course into a title."""
    then = counts.comparison.then
    settled = counts.comparison.settled or then
    return Cumulative(
        ref="F1",
        title=_title(context, counts),
        subtitle=_subtitle(context),
        lines=counts.lines,
        as_of=context.cut_off,
        now=counts.comparison.now,
        same_date=None if settled.value is None else settled,
        projection=counts.projection,
        annual_only=counts.annual_only,
        note=_note(context, counts),
        said=_said(context, counts),
        known_then=then if then.value != settled.value else None,
    )


def _subtitle(context: Context) -> Text:
    year = calendar_year(context.year)
    return text(
        "Cumulative ", names(context)[1], ", ", Name(context.facts.place), ", ",
        Day(year.start, year=False), " to ", Day(year.last_day, year=False),
    )  # fmt: skip


def _title(context: Context, counts: CumulativeCounts) -> Text:
    """Where the year may end; without a projection, where it stands."""
    ends = counts.projection
    if ends is None:
        return text(
            names(context)[0], " in ", Year(context.year), " by ",
            Day(context.cut_off, year=False), ": ", Number(counts.comparison.now),
        )  # fmt: skip
    return text(
        "On the pattern of the last ", _pattern(context), " years, ", Year(context.year),
        " would end near ", Number(ends.median),
    )  # fmt: skip


def _pattern(context: Context) -> Setting:
    return Setting(len(complete_years(context)), spelled=True)


def _note(context: Context, counts: CumulativeCounts) -> Text:
    return sentences(_projection_note(context, counts), _gaps(context, counts))


def _projection_note(context: Context, counts: CumulativeCounts) -> Text:
    if counts.projection is not None:
        return text(
            "Projection: if the rest of the year follows the last ", _pattern(context),
            "; bands ", Setting("80%"), " and ", Setting("95%"),
            f". {_caution(context)}",
        )  # fmt: skip
    if context.year_to_date.end == calendar_year(context.year).end:
        return ()
    if len(complete_years(context)) < FEWEST_YEARS:
        return text("No projection: fewer than ", Setting(FEWEST_YEARS), " complete years held.")
    return text("No projection before day ", Setting(context.rules.projection_from_day), ".")


def _caution(context: Context) -> str:
    if context.facts.operation:
        return "It knows no effect of the operation."
    return "It knows nothing of what is done about it."


def _gaps(context: Context, counts: CumulativeCounts) -> Text:
    """Name the years that are missing between those drawn, and those held only in part."""
    drawn = {line.year for line in counts.lines}
    published = {figure.period.start.year for figure in counts.annual_only}
    first = min(drawn | published | {context.year - YEARS_DRAWN})
    partial = {years.year for years in counts.years if _is_partial(years)}
    gaps = [year for year in range(first, context.year) if year not in drawn | published]
    held_in_part = [year for year in gaps if year in partial]
    not_held = [year for year in gaps if year < context.incidents.held_from.year]
    return sentences(
        *(text(Year(year), " is held in part and left out.") for year in held_in_part),
        _not_held(not_held),
        _left_out(context),
    )


def _left_out(context: Context) -> Text:
    """Nothing is cut in silence."""
    years = annual_left_out(context)
    if not years:
        return ()
    ends = (
        text(Year(years[0])) if len(years) == 1 else text(Year(years[0]), " to ", Year(years[-1]))
    )
    return text("Not drawn: published totals of ", *ends, ".")


def _not_held(years: list[int]) -> Text:
    """Years before the first held are successive: a range names them all."""
    if not years:
        return ()
    if len(years) == 1:
        return text(Year(years[0]), " is not held.")
    return text(Year(years[0]), " to ", Year(years[-1]), " are not held.")


def _is_partial(years: YearCounts) -> bool:
    return years.whole is not None and years.whole.value is None


def _said(context: Context, counts: CumulativeCounts) -> Text:
    """What the figure shows, for those who do not see it."""
    parts = [text(Year(line.year), ": ", Number(line.figure), ".") for line in counts.lines]
    if counts.projection is not None:
        ends = counts.projection
        parts.append(text("Projected year end ", Number(ends.median), ", ", Number(ends.low95),
                          " to ", Number(ends.high95), "."))  # fmt: skip
    parts += [
        text(Year(figure.period.start.year), ": ", Number(figure), ", annual total.")
        for figure in counts.annual_only
    ]
    return sentences(text("Running totals to ", Day(context.cut_off), "."), *parts)
