"""What changed since the previous edition: the newest days, what was recovered, what was revised.

The days are the last seven; the month, in an edition about one, or where months are held.
"""

from dataclasses import dataclass
from datetime import date

from viperreport.analysis.revisions import Revisions
from viperreport.model.briefing import Digest, DigestItem
from viperreport.model.calling import phrase
from viperreport.model.figure import Comparison, Figure
from viperreport.model.period import (
    Period,
    PeriodKind,
    last_7_days,
    month_of,
)
from viperreport.model.snapshot import Cube
from viperreport.model.wording import Day, Name, Number, Setting, Span, Text, sentences, text
from viperreport.sections.charting import NewestWeek, charted, newest_week
from viperreport.sections.comparing import Counted, compare
from viperreport.sections.context import Context, Contribution
from viperreport.sections.counted import all_incidents, names
from viperreport.sections.deaths import Reconciled, count_deaths, say_deaths
from viperreport.sections.holidays import holidays_apart


@dataclass(frozen=True, slots=True)
class ChangedCounts:
    """What the three columns speak of.

    Args:
        recent: the newest week (month) against its comparator.
        last_week: the newest week, where `recent` is a month; None where it is said already, or
            where weeks are not held.
        week: the newest week's place in the control chart.
        recovered: the same of recoveries; None where none are held.
        circumstances: recoveries of the same days by circumstance, most first.
    """

    recent: Comparison
    last_week: Comparison | None
    week: NewestWeek
    recovered: Comparison | None
    circumstances: tuple[tuple[str, Figure], ...]


def changed(context: Context) -> Contribution:
    """Count, then say."""
    counts = count(context)
    revised = revision_figures(context)
    deaths, died = say_deaths(context, count_deaths(context))
    chart_figures = filter(None, (counts.week.expected, counts.week.limit, counts.week.run))
    found = (figure for _, figure in counts.circumstances)
    figures = (*found, *chart_figures, *revised.values(), *died)
    compared = (counts.recent, counts.last_week, counts.recovered)
    comparisons = tuple(each for each in compared if each is not None)
    return Contribution((say(context, counts, revised, deaths),), figures, comparisons)


def count(context: Context) -> ChangedCounts:
    """The newest week or month, its place in the control chart, and its recoveries."""
    counted = all_incidents(context)
    cube = context.snapshot.recoveries
    recent = _recent(context, counted)
    recovered = _recent(context, Counted(cube, "recoveries")) if cube else None
    week = recent if counted.cube.monthly else _week_of(context, counted)
    return ChangedCounts(
        recent,
        None if week.key == recent.key else week,
        newest_week(charted(context, counted), week.now),
        recovered,
        _circumstances(cube, recovered),
    )


def _recent(context: Context, counted: Counted) -> Comparison:
    day = counted.cube.last_day_counted(context.facts.key.cut_off)
    if counted.cube.monthly or day == _month_told(context):
        return compare(context, counted, "month", month_of(day))
    return _week_of(context, counted)


def _month_told(context: Context) -> date | None:
    """The last day of the calendar month that the edition is about; None where it is not."""
    first, last = context.facts.window_start, context.facts.key.cut_off
    month = month_of(last)
    return last if (first, last) == (month.start, month.last_day) else None


def _week_of(context: Context, counted: Counted) -> Comparison:
    day = counted.cube.last_day_counted(context.facts.key.cut_off)
    return compare(context, counted, "7d", last_7_days(day))


def _circumstances(
    cube: Cube | None, recovered: Comparison | None
) -> tuple[tuple[str, Figure], ...]:
    if cube is None or recovered is None or recovered.now.value is None:
        return ()
    days = cube.within(recovered.now.period)
    found = [
        (name, days.where(circumstance=name).count(f"{recovered.now.key}.{name}"))
        for name in cube.values("circumstance")
    ]
    return tuple(sorted((f for f in found if f[1].value), key=lambda f: (-f[1].count, f[0])))


def say(
    context: Context, counts: ChangedCounts, revised: dict[str, Figure], deaths: Text = ()
) -> Digest:
    """Put the three columns into words.

    Args:
        deaths: what is told of deaths recorded since.
    """
    return Digest(
        text("What changed since ", Day(context.previous.cut_off)),
        (
            _newest_days(context, counts),
            _recoveries(context, counts),
            _revisions(context, revised, deaths),
        ),
    )


def _newest_days(context: Context, counts: ChangedCounts) -> DigestItem:
    recent = counts.recent
    title = text(names(context)[0], *_duration(recent.now.period), ": ", Number(recent.now))
    told = (_against(recent), holidays_apart(context, recent), _limits(counts), _run(counts))
    return DigestItem(title, sentences(*told))


def _duration(period: Period) -> Text:
    if period.kind is PeriodKind.MONTH:
        return text(" in a month")
    return text(" in ", Setting(period.days), " days")


def _against(recent: Comparison) -> Text:
    """The days counted, and what stood there a year before."""
    when = Span(recent.now.period)
    if recent.now.value is None:
        return text(when, ": not held in full.")
    if recent.then.value is None:
        return text(when, "; a year before: not held.")
    return text(
        when, "; ", Number(recent.then), " in ", Span(recent.then.period), ": ",
        phrase(recent), ".",
    )  # fmt: skip


def _limits(counts: ChangedCounts) -> Text:
    """What was expected of the newest week; the week itself too, where a month stands before it."""
    if counts.week.expected is None or counts.week.limit is None:
        return ()
    week, lead = counts.recent.now, text("Expected")
    if counts.last_week is not None:
        week = counts.last_week.now
        lead = text("Last ", Setting(week.period.days), " days: ", Number(week), "; expected")
    expected = text(*lead, " for the time of year: ", Number(counts.week.expected, places=1))
    limit = Number(counts.week.limit)
    if week.count > counts.week.limit.count:
        return text(*expected, "; over the upper limit of ", limit, ", worth a look.")
    return text(*expected, "; within the upper limit of ", limit, ".")


def _run(counts: ChangedCounts) -> Text:
    if counts.week.run is None:
        return ()
    return text(
        Number(counts.week.run),
        " weeks in a row on the same side of the expected count: worth a look.",
    )


def _recoveries(context: Context, counts: ChangedCounts) -> DigestItem:
    recovered = counts.recovered
    if recovered is None:
        return DigestItem(text("Recoveries"), text("Not held: this home has no source of them."))
    measure = Name(recovered.now.measure.name)
    title = text(measure, *_duration(recovered.now.period), ": ", Number(recovered.now))
    same = recovered.now.period == counts.recent.now.period  # then it is said beside
    apart = () if same else holidays_apart(context, recovered)
    return DigestItem(title, sentences(_against(recovered), apart, _by_circumstance(counts)))


def _by_circumstance(counts: ChangedCounts) -> Text:
    most = counts.circumstances[:2]
    if not most:
        return ()
    said = [text(Name(name), " ", Number(figure)) for name, figure in most]
    return text("Most: ", *said[0], *(text("; ", *said[1]) if said[1:] else ()), ".")


def revision_figures(context: Context) -> dict[str, Figure]:
    """The parts of the way from the last edition's total to this one's that are not 0."""
    found = context.previous.revisions
    if found is None:
        return {}
    counted = all_incidents(context)
    now = counted.figure(counted.cube, context.year_to_date, f"{counted.stem}.ytd.{context.year}")
    way = Reconciled(now, found, context.previous.known_at)
    parts = {
        name: way.part(name)
        for name in Revisions.__slots__
        if name in {"last", "this"} or getattr(found, name)
    }
    return parts | {"last_now": way.part("last_now", found.this - found.new)}


_PART_WORDS = {
    "late": (", plus ", " recorded late"),
    "revived": (", plus ", " restored"),
    "moved_in": (", plus ", " moved in"),
    "reclassified_in": (", plus ", " reclassified in"),
    "moved_out": (", less ", " moved out"),
    "reclassified_out": (", less ", " reclassified out"),
    "withdrawn": (", less ", " withdrawn"),
    "no_longer_covered": (", less ", " no longer covered"),
    "restated": (", changed by ", " in restated counts"),
    "new": (", plus ", " new"),
}


def _revisions(context: Context, revised: dict[str, Figure], deaths: Text) -> DigestItem:
    """Reconcile this total with the one printed before, and tell of deaths recorded since."""
    if not revised:
        return DigestItem(text(f"{no_edition(context)} to reconcile with"), why_none(context))
    last, this = revised["last"], revised["this"]
    parts = [
        part
        for name, (before, after) in _PART_WORDS.items()
        if name in revised
        for part in text(before, Number(revised[name]), after)
    ]
    anew = context.previous.starts_anew
    start = text(" at its start") if anew else _as_known(context)
    makes = (", makes ", Number(this), ".") if parts else (", and ", Number(this), " now.")
    body = text(Number(last), *start, *parts, *makes)
    title = text("A new year starts from ", Number(last)) if anew else revision_title(revised)
    return DigestItem(title, sentences(body, deaths))


def _as_known(context: Context) -> Text:
    """When the last total was known: true too where no edition was made that day."""
    day = context.local(context.previous.known_at).date()
    return text(" as known on ", Day(day, year=day.year != context.year))


def no_edition(context: Context) -> str:
    """What there is none of, where there is nothing to reconcile with."""
    return "No total" if context.previous.beyond is not None else "No earlier edition"


def why_none(context: Context) -> Text:
    """Why there is no earlier edition to reconcile with."""
    due = Day(context.local(context.previous.known_at).date())
    if context.previous.is_later:
        return text("It was due on ", due, ", after what this one knows of.")
    if context.previous.beyond is not None:
        return text("It counted to ", Day(context.previous.beyond), ": data no longer reach there.")
    return text("Nothing was loaded here by ", due, ".")


def revision_title(revised: dict[str, Figure]) -> Text:
    """What the last total has become; new incidents do not revise it."""
    last, last_now = revised["last"], revised["last_now"]
    if "no_longer_covered" in revised:
        uncovered = Number(revised["no_longer_covered"])
        return text(uncovered, " of the last total of ", Number(last), " no longer covered")
    if last.count == last_now.count:
        return text("The last total of ", Number(last), " stands")
    return text("The last total is now ", Number(last_now), ", not ", Number(last))
