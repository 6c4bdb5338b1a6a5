"""Figures 4 and 5: the course of recoveries over the year, and week by week."""

from datetime import date

from viperreport.model.calling import Way, phrase
from viperreport.model.exhibits import Event, WeekBars
from viperreport.model.figure import (
    Comparison,
    Figure,
    Verdict,
    derived,
)
from viperreport.model.period import (
    Period,
    PeriodKind,
    calendar_year,
    last_28_days,
    months_ending,
    weeks_ending,
)
from viperreport.model.wording import (
    Change,
    Day,
    Number,
    Setting,
    Span,
    Text,
    Year,
    sentences,
    text,
)
from viperreport.sections import maturity
from viperreport.sections.context import Context, Contribution
from viperreport.sections.counted import names
from viperreport.sections.disclosing import is_public
from viperreport.sections.front.cumulative import count_course, figures_of, gaps, say_course
from viperreport.sections.recoveries.largest_find import largest_find, say_largest
from viperreport.sections.years import Followed

POINTS = 26
_DAYS_A_WEEK = 7
_MONTHS_A_YEAR = 12


def course(context: Context, followed: Followed, comparison: Comparison) -> Contribution:
    """Figure 4: the running total of this year and of those before it."""
    counts = count_course(context, followed, comparison)
    key = f"{followed.counted.stem}.largest_find.ytd.{followed.year}"
    largest = largest_find(followed.counted.cube, comparison.now, key)
    told = say_largest(largest, where=not is_public(context))
    note = sentences(of_finds(comparison), told, gaps(context, counts))
    block = say_course(context, counts, course_title(context, followed, comparison), note)
    found = (largest.items,) if largest else ()
    return Contribution((block,), (*figures_of(counts), *found))


def course_title(context: Context, followed: Followed, comparison: Comparison) -> Text:
    """Where the year stands against the last one, as far as the verdict carries it."""
    now, then = Number(comparison.now), Number(comparison.then)
    many, plural = _items(comparison.now), f"{comparison.now.unit}s"
    match comparison.verdict:
        case Verdict.HIGHER | Verdict.LOWER:
            return text(now, f" {many}", *_distance(context, followed, comparison))
        case Verdict.UNCLEAR:
            return text(f"No clear change in {plural}: ", now, " against ", then)
        case Verdict.FEW:
            return text(f"Too few {plural} to tell a change: ", now, " against ", then)
        case Verdict.NONE:
            name = names(context, comparison.now.measure)[0]
            return text(name, *_so_far(context, followed), ": ", now)


def _items(figure: Figure) -> str:
    return f"{figure.unit}" if figure.count == 1 else f"{figure.unit}s"


def _distance(context: Context, followed: Followed, comparison: Comparison) -> Text:
    """How far this year's items are from last year's.

    The verdict is of finds and of daily rates: where the items differ the other way, or not at
    all, it is told as what it is.
    """
    difference = comparison.difference or 0
    if difference == 0 or (difference > 0) is not (comparison.verdict is Verdict.HIGHER):
        by = " by finds " if comparison.evidence else " a day "
        return text(" against ", Number(comparison.then), ";", by, phrase(comparison))
    part = "difference" if comparison.percent is None else "percent"
    change = Change(comparison, part, sign=False)
    return text(", ", change, " ", Way(comparison), " ", *_point(context, followed))


def _is_year_end(day: date) -> bool:
    return (day.month, day.day) == (12, 31)


def _point(context: Context, followed: Followed) -> Text:
    """What this year's count is set against."""
    last_day = followed.to_date.last_day
    if _is_year_end(last_day):
        return text(Year(followed.year - 1))
    at_cut_off = last_day == context.facts.key.cut_off
    return text("this point last year" if at_cut_off else "the same date last year")


def _so_far(context: Context, followed: Followed) -> Text:
    last_day = followed.to_date.last_day
    if _is_year_end(last_day):
        return text(" in ", Year(followed.year))
    if last_day == context.facts.key.cut_off:
        return text(" so far in ", Year(followed.year))
    return text(" by ", Day(last_day))


def of_finds(comparison: Comparison) -> Text:
    """Items come in lots, so the verdict is of finds; say so, with both numbers."""
    if comparison.evidence is None or comparison.evidence[1].value is None:
        return ()
    now, then = map(Number, comparison.evidence)
    return text("Judged by finds: ", now, " against ", then, ".")


def known_how(comparison: Comparison) -> Text:
    """How last year is known: "2015 as known at the same age"."""
    how = maturity.known_how(comparison.maturity)
    return text(Year(comparison.then.period.start.year), f" {how}")


def last_year_known(comparison: Comparison) -> Text:
    """How last year is known wherever it stands beside this one."""
    then = comparison.then
    if then.value is None:
        return text(Year(then.period.start.year), ": ", Number(then), ".")
    return text(*known_how(comparison), ".")


def weekly(context: Context, followed: Followed) -> Contribution:
    """Figure 5: items a week, or a month where months are held."""
    counted, last_day = followed.counted, followed.to_date.last_day
    monthly = counted.cube.monthly
    periods = months_ending(last_day, POINTS) if monthly else weeks_ending(last_day, POINTS)
    values = counted.query(counted.cube, followed.to_date).series(periods, counted.adds)
    recent = _recent(followed)
    average = _average(followed)
    block = WeekBars(
        ref="F5",
        title=_weekly_title(context, followed, recent),
        subtitle=_weekly_subtitle(followed),
        points=tuple(zip(periods, values, strict=True)),
        recent=sum(period.last_day.year == followed.year for period in periods),
        average=average,
        average_label=_average_label(followed, average),
        event=_event(context, periods),
        note=() if monthly else text(f"Weeks end on {last_day:%A}s."),
        said=_weekly_said(recent, average),
        method=_method(followed, periods),
    )
    return Contribution((block,), (recent, *([average] if average else [])))


def _recent(followed: Followed) -> Figure:
    """The sum of the newest bars: four weeks, or a month."""
    counted, last_day = followed.counted, followed.to_date.last_day
    if counted.cube.monthly:
        (period,) = months_ending(last_day, 1)
        return counted.figure(counted.cube, period, f"{counted.stem}.month.{last_day.year}", "F5")
    period = last_28_days(last_day)
    return counted.figure(counted.cube, period, f"{counted.stem}.28d.{last_day.year}", "F5")


def _weekly_title(context: Context, followed: Followed, recent: Figure) -> Text:
    if recent.value is None:
        return text("Held from ", Day(followed.counted.cube.held_from))
    if followed.counted.cube.monthly:
        return text(Number(recent), " in ", Span(recent.period))
    days, last_day = Setting(recent.period.days), recent.period.last_day
    if last_day == context.facts.key.cut_off:
        return text(Number(recent), " in the last ", days, " days")
    return text(Number(recent), " in ", days, " days to ", Day(last_day, year=False))


def unit_noun(followed: Followed) -> str:
    """What is counted, as a sentence begins: "Items"."""
    return f"{followed.counted.cube.measure.unit}s".capitalize()


def _weekly_subtitle(followed: Followed) -> Text:
    each, noun = ("month", " months") if followed.counted.cube.monthly else ("week", " weeks")
    return text(f"{unit_noun(followed)} a {each}, last ", Setting(POINTS), noun)


def _average(followed: Followed) -> Figure | None:
    """Items a week (month) over the whole of last year; None where that is not held."""
    counted = followed.counted
    year = calendar_year(followed.year - 1)
    whole = counted.figure(counted.cube, year, f"{counted.stem}.year.{followed.year - 1}")
    if whole.value is None:
        return None
    if counted.cube.monthly:
        value, method = whole.count / _MONTHS_A_YEAR, f"{whole.count} / {_MONTHS_A_YEAR} months"
    else:
        value = whole.count * _DAYS_A_WEEK / year.days
        method = f"{whole.count} × {_DAYS_A_WEEK} / {year.days} days"
    return derived(whole, f"{whole.key}.average", value, f"{whole.method}: {method}")


def _average_label(followed: Followed, average: Figure | None) -> Text:
    if average is None:
        return ()
    return text(Year(followed.year - 1), " average ", Number(average, places=1))


def _event(context: Context, periods: tuple[Period, ...]) -> Event | None:
    """The day on which the operation was made public, a tick where it lies inside."""
    stated = context.facts.stated
    day = stated.announced if stated else None
    if day is None or not periods[0].start <= day <= periods[-1].last_day:
        return None
    return Event(day, text("Announced"))


def _weekly_said(recent: Figure, average: Figure | None) -> Text:
    """What the bars show, for those who do not see them."""
    each = " months; " if recent.period.kind is PeriodKind.MONTH else " weeks; "
    mean = () if average is None else text(
        "Average of ", Year(average.period.start.year), ": ", Number(average, places=1), ".",
    )  # fmt: skip
    return sentences(
        text("Bars for ", Setting(POINTS), each, Span(recent.period), ": ", Number(recent), "."),
        mean,
    )  # fmt: skip


def _method(followed: Followed, periods: tuple[Period, ...]) -> str:
    counted = followed.counted
    drawn = Period(periods[0].start, periods[-1].end, followed.to_date.kind)
    each = "month" if counted.cube.monthly else "week"
    return f"by {each}: {counted.query(counted.cube, drawn).words(counted.adds)}"
