"""The edition in one sentence and one paragraph, both by rule from the verdicts."""

from dataclasses import dataclass
from datetime import date

from viperreport.analysis.compare import rate_ratio, verdict
from viperreport.model.briefing import Headline, ProjectedEnd
from viperreport.model.calling import Way, phrase
from viperreport.model.figure import Comparison, Figure, Unit, Verdict, derived
from viperreport.model.period import same_period, year_to_date
from viperreport.model.wording import (
    Change,
    Day,
    Interval,
    Name,
    Number,
    Setting,
    Text,
    Year,
    sentences,
    text,
)
from viperreport.sections.comparing import clustering_of, compare
from viperreport.sections.context import Context, Contribution
from viperreport.sections.counted import all_incidents, in_priority_areas, names, plural
from viperreport.sections.projecting import all_ends, complete_years, projected_end

_LEVEL = Setting("95%")


@dataclass(frozen=True, slots=True)
class HeadlineCounts:
    """What the headline speaks of.

    Args:
        year_to_date: this year's count against last year's same period.
        priority: the same in the priority areas together; None where there are none.
        projection: where the year may end; None where the rule makes none.
        in_a_row: at how many editions in a row, this one included, the verdict was this; None
            where it is no change that could last.
    """

    year_to_date: Comparison
    priority: Comparison | None
    projection: ProjectedEnd | None
    in_a_row: Figure | None


def headline(context: Context) -> Contribution:
    """Count, then say."""
    counts = count(context)
    comparisons = [counts.year_to_date, *([counts.priority] if counts.priority else [])]
    derived_figures = (*all_ends(counts.projection), *filter(None, [counts.in_a_row]))
    return Contribution((say(context, counts),), derived_figures, tuple(comparisons))


def count(context: Context) -> HeadlineCounts:
    """Everything that the headline and its paragraph say."""
    comparison = compare(context, all_incidents(context), "ytd", context.year_to_date, ref="K1")
    priority = in_priority_areas(context)
    return HeadlineCounts(
        comparison,
        compare(context, priority, "ytd", context.year_to_date) if priority else None,
        projected_end(context, comparison.now),
        _in_a_row(context, comparison),
    )


def say(context: Context, counts: HeadlineCounts) -> Headline:
    """Put the verdict into words."""
    return Headline(title(context, counts.year_to_date), _standfirst(context, counts))


def title(context: Context, comparison: Comparison) -> Text:
    """The edition in one sentence."""
    name, mid_sentence = names(context)
    within = _within(context)
    now, then = Number(comparison.now), Number(comparison.then)
    match comparison.verdict:
        case Verdict.HIGHER | Verdict.LOWER:
            return text(
                name, *within, *_distance(comparison), *_point(context), ": ", now,
                *_so_far(context), ", against ", then,
            )  # fmt: skip
        case Verdict.UNCLEAR:
            return text(
                "No clear change in ", mid_sentence, *within, ": ", now, *_so_far(context),
                ", ", then, *_by_then(context),
            )  # fmt: skip
        case Verdict.FEW:
            return text(
                "Too few ", mid_sentence, *within, " to tell a change: ", now, *_so_far(context),
                ", ", then, *_by_then(context),
            )  # fmt: skip
        case Verdict.NONE:
            if comparison.now.value is None:
                year, first = Year(context.year), Day(context.incidents.held_from, year=False)
                return text(name, *within, ": ", year, " is held from ", first, " only")
            if comparison.now.value == 1:  # the name is a plural
                return text(name, *within, *_so_far(context), ": ", now)
            return text(now, " ", mid_sentence, *within, *_so_far(context))


def _within(context: Context) -> Text:
    """The area, in its own edition: the whole needs no name."""
    area = context.facts.within
    return text(" in ", Name(area)) if area else ()


def _is_year_end(day: date) -> bool:
    return (day.month, day.day) == (12, 31)


def _distance(comparison: Comparison) -> Text:
    """How far this year's count is from last year's; verdicts are of rates, and so may differ."""
    higher = comparison.verdict is Verdict.HIGHER
    difference = comparison.difference or 0
    if (difference > 0) is not higher or difference == 0:  # by the leap day alone
        return text(" a day are ", Way(comparison), " ")
    part = "difference" if comparison.percent is None else "percent"
    return text(" are ", Change(comparison, part, sign=False), " ", Way(comparison), " ")


def _is_at_cut_off(context: Context) -> bool:
    """Whether the count reaches the cut-off itself; else its last day is named."""
    return context.cut_off == context.facts.key.cut_off


def _point(context: Context) -> Text:
    """What this year's count is set against."""
    if _is_year_end(context.cut_off):
        return text(Year(context.year - 1))
    return text("this point last year" if _is_at_cut_off(context) else "the same date last year")


def _so_far(context: Context) -> Text:
    if _is_year_end(context.cut_off):
        return text(" in ", Year(context.year))
    if _is_at_cut_off(context):
        return text(" so far in ", Year(context.year))
    return text(" by ", Day(context.cut_off))


def _by_then(context: Context) -> Text:
    if _is_year_end(context.cut_off):
        return text(" in ", Year(context.year - 1))
    return text(" at " if _is_at_cut_off(context) else " by ", *_point(context))


def _standfirst(context: Context, counts: HeadlineCounts) -> Text:
    return sentences(
        _evidence(context, counts), _priority(context, counts), _course(context, counts)
    )


def _evidence(context: Context, counts: HeadlineCounts) -> Text:
    comparison = counts.year_to_date
    runs = (_LEVEL, " interval of the change runs from ", Interval(comparison))
    match comparison.verdict:
        case Verdict.HIGHER | Verdict.LOWER:
            return text(
                "If nothing had changed, a gap this wide would be rare: the ", *runs,
                *_streak(counts), ".",
            )  # fmt: skip
        case Verdict.UNCLEAR:
            if comparison.difference == 0:
                return text("The counts are equal; the ", *runs, ".")
            return text("Chance and clustering could explain the difference: the ", *runs, ".")
        case Verdict.FEW:
            few = Setting(context.rules.few)
            return text("With fewer than ", few, " in both periods together, nothing can be told.")
        case Verdict.NONE:
            if comparison.now.value is None:
                return text("The year is not held in full, so nothing is compared.")
            year = Year(same_period(context.year_to_date).start.year)
            return text("No dated records are held for the same period of ", year, ".")


def _streak(counts: HeadlineCounts) -> Text:
    streak = counts.in_a_row
    if streak is None or streak.count == 1:  # one is not a row
        return ()
    return text("; the same verdict at ", Number(streak), " cut-offs in a row, as known now")


def _priority(context: Context, counts: HeadlineCounts) -> Text:
    comparison = counts.priority
    if comparison is None or comparison.verdict is Verdict.NONE:
        return ()
    areas = Setting(len(context.facts.priority), spelled=True)
    return text(
        "The ", areas, " priority ", Name(plural(context.facts.area_noun)), " together: ",
        Number(comparison.now), " against ", Number(comparison.then), ", ",
        phrase(comparison), ".",
    )  # fmt: skip


def _course(context: Context, counts: HeadlineCounts) -> Text:
    ends = counts.projection
    if ends is None:
        return ()
    years = Setting(len(complete_years(context)), spelled=True)
    return text(
        "If the rest of the year follows the last ", years, ", ", Year(context.year),
        " would end near ", Number(ends.median), " (", _LEVEL, " range ", Number(ends.low95),
        " to ", Number(ends.high95), ").",
    )  # fmt: skip


def _in_a_row(context: Context, comparison: Comparison) -> Figure | None:
    """At how many editions of this year in a row the verdict was this one; None where it is none.

    Each is judged by what is known now, for the days up to its own cut-off; editions that counted
    the same days are one.
    """
    if not comparison.likely_real:
        return None
    counted = [context.incidents.last_day_counted(day) for day in context.facts.earlier_cut_offs]
    streak = 1
    days = {day for day in counted if day < context.cut_off and day.year == context.year}
    for last_day in sorted(days, reverse=True):
        if _verdict_at(context, last_day) is not comparison.verdict:
            break
        streak += 1
    method = "cut-offs of the year, newest first, at which the verdict is the same, as known now"
    return derived(comparison.now, f"{comparison.key}.in_a_row", streak, method, Unit.EDITION)


def _verdict_at(context: Context, last_day: date) -> Verdict:
    counted = all_incidents(context)
    now = year_to_date(last_day)
    then = same_period(now)
    a, b = counted.query(counted.cube, now).series((now, then))
    if a is None or b is None:
        return Verdict.NONE
    phi = clustering_of(counted, now.last_day).phi
    interval = rate_ratio(a, now.days, b, then.days, phi)
    return verdict(a, b, interval, context.rules.few)
