"""Running totals of a year and of those before it; figure 1 is that of the headline measure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from viperreport.analysis.projection import FEWEST_YEARS, may_project, tells
from viperreport.model.briefing import Cumulative, ProjectedEnd, YearLine
from viperreport.model.figure import Comparison, Figure
from viperreport.model.period import (
    ONE_DAY,
    Period,
    calendar_year,
    days_of,
    month_of,
)
from viperreport.model.snapshot import Cube
from viperreport.model.wording import Day, Name, Number, Setting, Text, Year, sentences, text
from viperreport.sections.comparing import compare
from viperreport.sections.context import Context, Contribution
from viperreport.sections.counted import names
from viperreport.sections.projecting import all_ends, complete_years, projected_end
from viperreport.sections.years import (
    YEARS_DRAWN,
    Followed,
    YearCounts,
    annual_left_out,
    annual_only,
    count_years,
    headline_measure,
)


@dataclass(frozen=True, slots=True)
class CumulativeCounts:
    """What running totals are drawn from."""

    followed: Followed
    comparison: Comparison
    years: tuple[YearCounts, ...]
    lines: tuple[YearLine, ...]
    projection: ProjectedEnd | None
    annual_only: tuple[Figure, ...]


def cumulative(context: Context) -> Contribution:
    """Count, then say."""
    counts = count(context)
    return Contribution((say(context, counts),), figures_of(counts), (counts.comparison,))


def figures_of(counts: CumulativeCounts) -> tuple[Figure, ...]:
    """Every figure that the running totals rest on, but those compared."""
    years = [figure for year in counts.years for figure in (year.to_date, year.whole) if figure]
    return (*years, *all_ends(counts.projection), *counts.annual_only)


def count(context: Context) -> CumulativeCounts:
    """This year's line, up to three complete years before it, and the annual totals."""
    followed = headline_measure(context)
    comparison = compare(context, followed.counted, "ytd", followed.to_date, "K1")
    counts = count_course(context, followed, comparison)
    return replace(counts, projection=projected_end(context, comparison.now))


def count_course(context: Context, followed: Followed, comparison: Comparison) -> CumulativeCounts:
    """The running totals of any count that is followed over the years, without a projection."""
    years = count_years(context, followed)
    lines = tuple(_lines(followed, comparison.now, years))
    return CumulativeCounts(
        followed, comparison, years, lines, None, annual_only(context, followed)
    )


def _lines(followed: Followed, now: Figure, years: tuple[YearCounts, ...]) -> list[YearLine]:
    cube, year = followed.counted.cube, followed.year
    # a total that is not held has no course: it would begin from a 0 that nobody counted
    points = () if now.value is None else _running(cube, followed.to_date)
    lines = [YearLine(year, 0, points, now)]
    for counts in reversed(years):
        back = year - counts.year
        whole = counts.whole
        if 1 <= back <= YEARS_DRAWN and whole is not None and whole.value is not None:
            points = _running(cube, calendar_year(counts.year))
            lines.append(YearLine(counts.year, back, points, whole))
    return lines


def _running(cube: Cube, period: Period) -> tuple[tuple[date, int], ...]:
    """Running totals by the end of each day, or of each month where months are held."""
    totals = cube.running(cube.scope, cube.adds)
    return tuple(
        (day, totals.between(period.start, day + ONE_DAY) or 0) for day in _ends(cube, period)
    )


def _ends(cube: Cube, period: Period) -> Iterable[date]:
    if cube.monthly:
        return sorted({month_of(day).last_day for day in days_of(period)})
    return days_of(period)


def say(context: Context, counts: CumulativeCounts) -> Cumulative:
    """Put the year's course into a title."""
    return say_course(context, counts, _title(context, counts), _note(context, counts))


def say_course(context: Context, counts: CumulativeCounts, title: Text, note: Text) -> Cumulative:
    """Describe running totals under a title."""
    then = counts.comparison.then
    settled = counts.comparison.settled or then
    return Cumulative(
        ref=counts.followed.ref,
        title=title,
        subtitle=_subtitle(context, counts.followed),
        lines=counts.lines,
        as_of=counts.followed.to_date.last_day,
        now=counts.comparison.now,
        same_date=None if settled.value is None else settled,
        projection=counts.projection,
        annual_only=counts.annual_only,
        note=note,
        said=_said(counts),
        known_then=then if then.value != settled.value else None,
    )


def _subtitle(context: Context, followed: Followed) -> Text:
    year = calendar_year(followed.year)
    name = names(context, followed.counted.cube.measure)[1]
    return text(
        "Cumulative ", name, ", ", Name(context.facts.where), ", ",
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
    return sentences(_projection_note(context, counts), gaps(context, counts))


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
    first_day = context.rules.projection_from_day
    if may_project(context.cut_off, first_day):
        few = context.rules.few
        if tells(counts.comparison.now.count, complete_years(context), few):
            return text("No projection: the counts cluster too much to tell.")
        return text(
            "No projection: fewer than ", Setting(few), " in this year and the last ones together."
        )
    return text("No projection before day ", Setting(first_day), ".")


def _caution(context: Context) -> str:
    if context.facts.operation:
        return "It knows no effect of the operation."
    return "It knows nothing of what is done about it."


def gaps(context: Context, counts: CumulativeCounts) -> Text:
    """Name the years that are missing between those drawn, and those held only in part."""
    followed = counts.followed
    drawn = {line.year for line in counts.lines}
    published = {figure.period.start.year for figure in counts.annual_only}
    first = min(drawn | published | {followed.year - YEARS_DRAWN})
    partial = {years.year for years in counts.years if _is_partial(years)}
    gaps = [year for year in range(first, followed.year) if year not in drawn | published]
    held_in_part = [year for year in gaps if year in partial]
    not_held = [year for year in gaps if year < followed.counted.cube.held_from.year]
    return sentences(
        *(text(Year(year), " is held in part and left out.") for year in held_in_part),
        _not_held(not_held),
        _left_out(context, followed),
    )


def _left_out(context: Context, followed: Followed) -> Text:
    """Nothing is cut in silence."""
    years = annual_left_out(context, followed)
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


def _said(counts: CumulativeCounts) -> Text:
    """What the figure shows, for those who do not see it; a part of a year says that it is one."""
    parts = [_line_said(counts, line) for line in counts.lines]
    same_date = counts.comparison.settled or counts.comparison.then
    if same_date.value is not None:
        then = counts.comparison.then
        known = text(" (", Number(then), " known then)") if then.value != same_date.value else ()
        parts.insert(1, text(*_to_date(same_date), ": ", Number(same_date), *known, "."))
    if counts.projection is not None:
        ends = counts.projection
        parts.append(text(
            "Projected year end ", Number(ends.median),
            ", ", Setting("80%"), " limits ", Number(ends.low80), " to ", Number(ends.high80),
            ", ", Setting("95%"), " limits ", Number(ends.low95), " to ", Number(ends.high95), ".",
        ))  # fmt: skip
    parts += [
        text(Year(figure.period.start.year), ": ", Number(figure), ", annual total.")
        for figure in counts.annual_only
    ]
    return sentences(text("Running totals."), *parts)


def _line_said(counts: CumulativeCounts, line: YearLine) -> Text:
    now = counts.comparison.now
    when = text(Year(line.year), ", whole year") if line.years_back else _to_date(now)
    return text(*when, ": ", Number(line.figure), ".")


def _to_date(figure: Figure) -> Text:
    day = figure.period.last_day
    return text(Year(day.year), ", to ", Day(day, year=False))
