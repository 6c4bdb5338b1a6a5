"""Figure 2: counts a week beside what was expected of each. A signal is worth a look, no more."""

from dataclasses import dataclass

from viperreport.analysis.control import CHANCE, RUN_EXPECTED, RUN_LENGTH, Signal, SignalKind
from viperreport.model.exhibits import (
    Absent,
    ChartSignal,
    ChartWeek,
    ControlChart,
    Event,
    Remark,
)
from viperreport.model.figure import Figure, Unit, derived
from viperreport.model.period import Period, PeriodKind
from viperreport.model.wording import (
    Day,
    Name,
    Number,
    Setting,
    Span,
    Text,
    sentences,
    text,
)
from viperreport.sections.charting import Charted, NewestWeek, charted, newest_week, run_figure
from viperreport.sections.context import Context
from viperreport.sections.counted import all_incidents, names

REF = "F2"


@dataclass(frozen=True, slots=True)
class ChartCounts:
    """What figure 2 is drawn from.

    Args:
        newest: count of the newest week or month.
        week: its place in the chart.
        marked: each signal with its figure: the count of a week outside, the length of a run.
        outside: how many weeks are outside their limits; None for none.
    """

    chart: Charted
    newest: Figure
    week: NewestWeek
    marked: tuple[tuple[Signal, Figure], ...]
    outside: Figure | None

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Every figure that the chart prints."""
        week = (self.week.expected, self.week.limit, self.week.run, self.outside)
        marked = (figure for _, figure in self.marked)
        return (self.newest, *filter(None, week), *marked)

    @property
    def runs(self) -> tuple[tuple[Signal, Figure], ...]:
        """The signals that are runs."""
        return tuple(each for each in self.marked if each[1].unit is Unit.WEEK)

    @property
    def has_limits(self) -> bool:
        """Whether anything was expected of any week."""
        return any(point.limits is not None for point in self.chart.points)


def count_chart(context: Context, newest: Figure) -> ChartCounts:
    """Set every week beside what was expected of it.

    Args:
        newest: count of the newest week, or month where months are held.
    """
    chart = charted(context, all_incidents(context))
    marked = tuple(
        (signal, _week_figure(context, chart, newest, signal)) for signal in chart.outside
    ) + tuple((run, run_figure(chart, newest, run)) for run in chart.runs)
    number = len(chart.outside)
    method = "weeks of the chart outside their limits"
    return ChartCounts(
        chart,
        newest,
        newest_week(chart, newest),
        marked,
        derived(newest, f"{newest.key}.outside", number, method, Unit.WEEK) if number else None,
    )


def _week_figure(context: Context, chart: Charted, newest: Figure, signal: Signal) -> Figure:
    counted = all_incidents(context)
    week = chart.periods[signal.last]
    if week == newest.period:
        return newest
    return counted.figure(counted.cube, week, f"{counted.stem}.week_to.{week.last_day}", REF)


def say_chart(context: Context, counts: ChartCounts) -> ControlChart | Absent:
    """Name what is worth a look, or that nothing is."""
    if counts.newest.value is None:
        held_from = Day(context.incidents.held_from)
        return Absent(Remark(text("Weekly counts"), text("not held: held from ", held_from)))
    week, chart = counts.week, counts.chart
    return ControlChart(
        ref=REF,
        title=_title(context, counts),
        subtitle=_subtitle(context, chart.periods),
        points=_points(chart),
        signals=tuple(_signal(chart, *each) for each in counts.marked),
        newest=counts.newest,
        newest_label=_newest_label(context, counts.newest),
        expected_label=text("Expected: ", Number(week.expected, places=1)) if week.expected else (),
        limit_label=text("Upper limit: ", Number(week.limit)) if week.limit else (),
        limit_note=text("≤ ", Setting(1), " in ", _rarity(), " by chance") if week.limit else (),
        event=_event(context, chart.periods),
        note=_note(context, counts),
        said=_said(context, counts),
        method=_method(context, chart.periods),
    )


def _rarity() -> Setting:
    return Setting(round(1 / CHANCE))


def _title(context: Context, counts: ChartCounts) -> Text:
    """By rule: what is worth a look, else that nothing stands out."""
    if not counts.has_limits:
        name, period = names(context)[0], counts.newest.period
        when = text(" in ", Span(period)) if _is_month(period) else _to_day(period, " in the ")
        return text(name, *when, ": ", Number(counts.newest))
    if not counts.marked:
        return text("No week stands out from what was expected")
    return text("Worth a look: ", *_run_words(counts), *_outside_words(counts))


def _is_month(period: Period) -> bool:
    return period.kind is PeriodKind.MONTH


def _to_day(week: Period, before: str = " in ") -> Text:
    return text(f"{before}week to ", Day(week.last_day))


def _run_words(counts: ChartCounts) -> Text:
    """The newest run; others are told by the chart."""
    if not counts.runs:
        return ()
    run, length = counts.runs[-1]
    side = text(" weeks in a row on ", Setting(1, spelled=True), " side of what was expected")
    return text(Number(length), *side, ", to ", Day(counts.chart.periods[run.last].last_day))


def _outside_words(counts: ChartCounts) -> Text:
    """A single week outside by its count, several by their number."""
    if counts.outside is None:
        return ()
    lead = text("; and ") if counts.runs else ()
    signal, figure = next(each for each in reversed(counts.marked) if each not in counts.runs)
    last = _to_day(counts.chart.periods[signal.last], ", the last in the ")
    if counts.outside.count == 1:
        return text(*lead, Number(figure), *_to_day(counts.chart.periods[signal.last]))
    return text(*lead, Number(counts.outside), " weeks outside the limits", *last)


def _subtitle(context: Context, periods: tuple[Period, ...]) -> Text:
    name, first, last = names(context)[0], periods[0], periods[-1]
    if _is_month(last):
        return text(name, " a month, ", Span(first), " to ", Span(last))
    weekday = Name(f"{last.last_day:%A}")
    days = text(Day(first.last_day), " to ", Day(last.last_day))
    return text(name, " a week, weeks ending on ", weekday, ", ", *days)


def _points(chart: Charted) -> tuple[ChartWeek, ...]:
    found = {point.week_end: point for point in chart.points}
    weeks = []
    for period, count in zip(chart.periods, chart.counts, strict=True):
        point = found.get(period.last_day)
        if point is None or point.limits is None:
            weeks.append(ChartWeek(period, count))
        else:
            limits = point.limits
            weeks.append(ChartWeek(period, count, point.expected, limits.low, limits.high))
    return tuple(weeks)


def _signal(chart: Charted, signal: Signal, figure: Figure) -> ChartSignal:
    high = signal.kind in {SignalKind.ABOVE_LIMIT, SignalKind.RUN_ABOVE}
    if signal.kind in {SignalKind.RUN_ABOVE, SignalKind.RUN_BELOW}:
        said = text("worth a look: ", Number(figure), " in a row on ", Setting(1, spelled=True),
                    " side of expected")  # fmt: skip
    else:
        day = Day(chart.periods[signal.last].last_day, year=False)
        said = text("worth a look: ", Number(figure), " in week to ", day)
    return ChartSignal(signal.first, signal.last, high, said)


def _newest_label(context: Context, newest: Figure) -> Text:
    if _is_month(newest.period):
        return text(Number(newest), f" in {newest.period.start:%B}")
    if newest.period.last_day == context.facts.key.cut_off:
        return text(Number(newest), " this week")
    return text(Number(newest), " to ", Day(newest.period.last_day, year=False))


def _event(context: Context, periods: tuple[Period, ...]) -> Event | None:
    """The operation's announcement, where it lies inside the chart: a tick, never a divide."""
    stated = context.facts.stated
    if stated is None or stated.announced is None:
        return None
    if not periods[0].start <= stated.announced <= periods[-1].last_day:
        return None
    day = Day(stated.announced, year=False, short=True)
    return Event(stated.announced, text("Announced ", day))


def _note(context: Context, counts: ChartCounts) -> Text:
    chart = counts.chart
    if _is_month(chart.periods[-1]):
        return text("No limits: they are made for weeks, and this source holds months.")
    first_held = context.incidents.held_from
    return sentences(
        text("Open: the newest week, not complete."),
        text("Not held: weeks before ", Day(first_held), ".") if None in chart.counts else (),
        _rule(counts) if counts.has_limits else text("No limits: no earlier year is held."),
    )


def _rule(counts: ChartCounts) -> Text:
    """What was expected, what the limits are, and what is called worth a look."""
    bare = sum(point.limits is None for point in counts.chart.points)
    missing = text("Weeks without limits, for want of earlier years: ", Setting(bare), ".")
    one = Setting(1, spelled=True)
    return sentences(
        text("Expected: mean of at most ", Setting(39), " weeks around the same week of the last ",
             Setting(3, spelled=True), " years."),
        text("Limits: passed in at most ", Setting(1), " week in ", _rarity(),
             " by chance on either side, ", *_law(counts.chart), "."),
        text("Worth a look: a week outside, or ", Setting(RUN_LENGTH, spelled=True),
             " in a row on ", one, " side where ", Setting(RUN_EXPECTED, spelled=True),
             " or more are expected."),
        missing if bare else (),
    )  # fmt: skip


def _law(chart: Charted) -> Text:
    clustering = chart.clustering
    if not clustering.measured:
        return text("Poisson: clustering not measured")
    phi = Setting(f"{clustering.phi:.2f}")
    return text("negative binomial" if clustering.phi > 1 else "Poisson", ", φ ", phi)


def _said(context: Context, counts: ChartCounts) -> Text:
    """What the chart shows, for those who do not see it."""
    week = counts.week
    newest = text("Newest: ", Number(counts.newest))
    if week.expected is not None and week.limit is not None:
        newest += text(", expected ", Number(week.expected, places=1), ", upper limit ",
                       Number(week.limit))  # fmt: skip
    signals = [
        part
        for each in counts.marked
        for part in text("; ", *_signal(counts.chart, *each).said, *_until(counts.chart, each[0]))
    ]
    return sentences(
        text(*_subtitle(context, counts.chart.periods), "."),
        text(*newest, "."),
        text("Signals: ", *signals[1:], ".") if signals else (),
    )


def _until(chart: Charted, signal: Signal) -> Text:
    """When a run ends, which the drawing shows; a single week is named already."""
    last = chart.periods[signal.last].last_day
    return () if signal.first == signal.last else text(", to ", Day(last))


def _method(context: Context, periods: tuple[Period, ...]) -> str:
    """The query of the points, in its own words."""
    counted = all_incidents(context)
    whole = Period(periods[0].start, periods[-1].end, PeriodKind.OPERATION)
    step = "months" if _is_month(periods[-1]) else f"weeks ending on {periods[-1].last_day:%A}"
    return f"{counted.query(counted.cube, whole).words(counted.adds)}, in {step}"
