"""The weeks of the control chart, each beside what was expected of it, and what stands out.

Source: "Control chart" in docs/definitions.md.
"""

from dataclasses import dataclass
from datetime import date

from viperreport.analysis.compare import Dispersion
from viperreport.analysis.control import ChartPoint, Signal, SignalKind, chart, signals
from viperreport.model.figure import Figure, Unit, derived
from viperreport.model.period import Period, months_ending, weeks_ending
from viperreport.sections.comparing import Counted, clustering_of
from viperreport.sections.context import Context

CHART_WEEKS = 74  # the most that are drawn
_LOOK_BACK_WEEKS = CHART_WEEKS + 162  # three years and a half a season before the first of them
_RUNS = (SignalKind.RUN_ABOVE, SignalKind.RUN_BELOW)


@dataclass(frozen=True, slots=True)
class Charted:
    """What the chart draws.

    Args:
        periods: weeks that end on the last day's weekday, or months; oldest first.
        counts: of each; None where it is not held.
        points: of the last weeks, all those held; none where months are held.
        clustering: φ of the limits.
    """

    periods: tuple[Period, ...]
    counts: tuple[int | None, ...]
    points: tuple[ChartPoint, ...]
    clustering: Dispersion

    @property
    def signals(self) -> tuple[Signal, ...]:
        """What stands out, by places among the periods: points first, then runs."""
        before = len(self.periods) - len(self.points)
        return tuple(
            Signal(signal.kind, signal.first + before, signal.last + before)
            for signal in signals(self.points)
        )

    @property
    def outside(self) -> tuple[Signal, ...]:
        """Weeks outside the limits."""
        return tuple(signal for signal in self.signals if signal.kind not in _RUNS)

    @property
    def runs(self) -> tuple[Signal, ...]:
        """Runs on one side of what was expected."""
        return tuple(signal for signal in self.signals if signal.kind in _RUNS)

    @property
    def run_to_now(self) -> Signal | None:
        """The run that the newest week or the one before it stands in."""
        reaching = [run for run in self.runs if run.last >= len(self.periods) - 2]
        return reaching[-1] if reaching else None


@dataclass(frozen=True, slots=True)
class NewestWeek:
    """The newest week's place in the chart.

    Args:
        expected: None where nothing is held to expect from.
        limit: its upper limit; None with it.
        run: weeks in a row on one side of what was expected, up to now; None for no run.
    """

    expected: Figure | None = None
    limit: Figure | None = None
    run: Figure | None = None


def charted(context: Context, counted: Counted) -> Charted:
    """Count the weeks (months) from the first whole one of last year on."""
    asked = (counted.cube.source, counted.stem, counted.where, counted.adds)
    if asked not in context.charted:  # pages one and two show the same
        context.charted[asked] = _charted(context, counted)
    return context.charted[asked]


def _charted(context: Context, counted: Counted) -> Charted:
    clustering = clustering_of(counted, context.cut_off)
    first = date(context.year - 1, 1, 1)
    if counted.cube.monthly:
        months = months_ending(context.cut_off, 12 + context.cut_off.month)
        counts = counted.query(counted.cube, months[-1]).series(months, counted.adds)
        return Charted(months, counts, (), clustering)
    back = weeks_ending(context.cut_off, _LOOK_BACK_WEEKS)
    counts = counted.query(counted.cube, back[-1]).series(back, counted.adds)
    held = {week.last_day: n for week, n in zip(back, counts, strict=True) if n is not None}
    drawn = tuple(week for week in back[-CHART_WEEKS:] if week.start >= first)
    ends = [week.last_day for week in drawn if week.last_day in held]
    points = chart(held, ends, context.cut_off, clustering.phi)
    return Charted(drawn, counts[-len(drawn) :], points, clustering)


def newest_week(chart_: Charted, week: Figure) -> NewestWeek:
    """What the chart says of the newest week.

    Args:
        week: its count.
    """
    newest = chart_.points[-1] if chart_.points else None
    if newest is None or newest.expected is None or newest.limits is None:
        return NewestWeek()
    mean = "mean of up to 39 weeks: the 13 centred on the same week 1, 2 and 3 years earlier"
    passed = f"smallest count passed with a chance of at most 0.001; expected {newest.expected}"
    run = chart_.run_to_now
    return NewestWeek(
        derived(week, f"{week.key}.expected", newest.expected, mean),
        derived(week, f"{week.key}.upper_limit", newest.limits.high, passed),
        run_figure(chart_, week, run) if run else None,
    )


def run_figure(chart_: Charted, week: Figure, run: Signal) -> Figure:
    """How many weeks a run has; the one up to now is named for the newest week."""
    in_run = "weeks in a row on one side of what was expected of each"
    now = run == chart_.run_to_now
    key = f"{week.key}.run" if now else f"{week.key}.run_to.{chart_.periods[run.last].last_day}"
    return derived(week, key, run.last - run.first + 1, in_run, Unit.WEEK)
