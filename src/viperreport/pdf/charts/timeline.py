"""A time axis of real days: ticks where months begin, names mid-month, years below, an event."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from viperreport.model.exhibits import Event
from viperreport.model.period import Period, month_of
from viperreport.model.wording import Year, plain
from viperreport.pdf.canvas import Canvas
from viperreport.pdf.charts.lettering import Lettering, lettering
from viperreport.pdf.flow import Flow
from viperreport.pdf.geometry import Box
from viperreport.pdf.look.theme import Paint
from viperreport.pdf.text import Run, Slot, set_in

TWO_ROWS, THREE_ROWS = 24.0, 34.5  # below the axis, for names, years, and an event's label
_TICK, _EVENT_UP, _EVENT_DOWN = 2.2, 4.0, 4.6
_NAMES, _YEARS = 11.0, 20.8  # baselines, from the axis
_ROW = 10.0
_APART = 3.0  # least gap between names
_AIRY = 8.0  # gap under which every second month is left out
_OUT = 4.0  # that a name may hang out of the plot
_MONTH_DAYS = 365.25 / 12
_STEPS = (1, 2, 3, 6, 12)
_LEAST_TICKS = 3.5  # months narrower than this have no tick of their own


@dataclass(frozen=True, slots=True)
class Timeline:
    """Days laid along an edge: each takes as much room as any other.

    Args:
        x: where `start` begins.
        end: the day after the last.
    """

    x: float
    w: float
    start: date
    end: date

    @property
    def right(self) -> float:
        """Where the last day ends."""
        return self.x + self.w

    def at(self, day: date) -> float:
        """Where a day begins."""
        return self.x + self.w * (day - self.start).days / (self.end - self.start).days

    def slot(self, period: Period) -> tuple[float, float]:
        """Where a period begins and ends."""
        return self.at(period.start), self.at(period.end)

    def middle(self, period: Period) -> float:
        """The middle of a period."""
        return sum(self.slot(period)) / 2

    def holds(self, day: date) -> bool:
        """Whether a day lies on it."""
        return self.start <= day < self.end


@dataclass(frozen=True, slots=True)
class _Name:
    """A name under the axis, centred on x."""

    run: Run
    x: float

    @property
    def left(self) -> float:
        return self.x - self.run.width / 2

    @property
    def right(self) -> float:
        return self.x + self.run.width / 2

    def meets(self, left: float, right: float) -> bool:
        return self.left < right + _APART and left < self.right + _APART


@dataclass(frozen=True, slots=True)
class TimeAxis:
    """All that stands at and below the axis, placed.

    Args:
        depth: from the axis down to the lowest text.
    """

    line: Timeline
    ticks: tuple[float, ...]
    months: tuple[_Name, ...]
    years: tuple[_Name, ...]
    event: tuple[float, Lettering, Box] | None
    depth: float

    def tick(self, y: float) -> list[Box]:
        """The room of the event's tick, from which labels in the plot keep away."""
        if self.event is None:
            return []
        return [Box(self.event[0] - 1, y - _EVENT_UP, 2.0, _EVENT_UP + _EVENT_DOWN)]

    def draw(self, canvas: Canvas, y: float) -> None:
        """Draw it with the axis at a height."""
        colour, weight = canvas.theme.colour, canvas.theme.weight
        ink = Paint(stroke=colour.ink, width=weight.axis)
        canvas.line((self.line.x, y), (self.line.right, y), ink, "axis")
        for x in self.ticks:
            canvas.line((x, y), (x, y + _TICK), ink, "tick")
        for names, below in ((self.months, _NAMES), (self.years, _YEARS)):
            for name in names:
                canvas.text(name.run.text, (name.left, y + below), name.run.style)
        if self.event is not None:
            x, label, box = self.event
            strong = Paint(stroke=colour.ink, width=weight.event)
            canvas.line((x, y - _EVENT_UP), (x, y + _EVENT_DOWN), strong, "event")
            label.draw(canvas, Box(box.x, y + box.y, box.w, box.h), 0.5)


def time_axis(flow: Flow, line: Timeline, event: Event | None, edge: Box, where: str) -> TimeAxis:
    """Choose names that do not collide, and a place for the event's label.

    Args:
        edge: no text leaves its left and right sides.
        where: the exhibit's name, should the label be cut.
    """
    month_wide = _MONTH_DAYS / (line.end - line.start).days * line.w
    months = tuple(_months(line))
    widest = max(_run(flow, f"{month.start:%b}").width for month in months)
    wanted = widest + _AIRY
    step = next((step for step in _STEPS if step * month_wide >= wanted), 12)
    seen = [month for month in months if _is_seen(line, month, wanted)] or [*months]
    named = [month for month in seen if (month.start.month - 1) % step == 0] or [seen[0]]
    ticked = months if month_wide >= _LEAST_TICKS else named
    ticks = tuple(line.at(m.start) for m in ticked if line.holds(m.start))
    places = _free([_month_name(flow, line, month) for month in named], set())
    years = _years(flow, line, named, [name.x for name in places if name is not None])
    made = None if event is None or not line.holds(event.day) else event
    if event is not None and made is None:
        flow.remember([flow.words(event.label, flow.canvas.theme.type.as_of).text], where)
    label, depth = _event(flow, line, made, edge, (where, years)) if made else (None, TWO_ROWS)
    kept = tuple(name for name in places if name is not None)
    return TimeAxis(line, ticks, kept, years, label, depth)


def _months(line: Timeline) -> Iterator[Period]:
    """Every calendar month that has a day on the line."""
    month = month_of(line.start)
    while month.start < line.end:
        yield month
        month = month_of(month.end)


def _is_seen(line: Timeline, month: Period, wide: float) -> bool:
    """Whether half of a month is on the line, or enough for a name; a sliver is not named."""
    first, end = max(month.start, line.start), min(month.end, line.end)
    return 2 * (end - first).days >= month.days or line.at(end) - line.at(first) >= wide


def _run(flow: Flow, content: str) -> Run:
    return set_in(flow.canvas, content, flow.canvas.theme.type.axis)


def _month_name(flow: Flow, line: Timeline, month: Period) -> _Name:
    """A month's name under the middle of what is seen of it."""
    seen = line.at(max(month.start, line.start)) + line.at(min(month.end, line.end))
    run = _run(flow, f"{month.start:%b}")
    return _Name(run, _kept_in(line, run, seen / 2))


def _kept_in(line: Timeline, run: Run, x: float) -> float:
    half = run.width / 2 - _OUT
    return min(max(x, line.x + half), line.right - half)


def _free(names: list[_Name], first: set[int]) -> list[_Name | None]:
    """Leave out names that would run into those before them; `first` are kept before others."""
    kept: dict[int, _Name] = {}
    for k in sorted(range(len(names)), key=lambda k: (k not in first, k)):
        if not any(other.meets(names[k].left, names[k].right) for other in kept.values()):
            kept[k] = names[k]
    return [kept.get(k) for k in range(len(names))]


def _years(
    flow: Flow, line: Timeline, named: list[Period], shown: list[float]
) -> tuple[_Name, ...]:
    """The year under each January, and under the first name."""
    style = flow.canvas.theme.type.as_of.on(flow.canvas.theme.colour.ink2)
    wanted: list[_Name] = []
    januaries: set[int] = set()
    for k, month in enumerate(named):
        name = _month_name(flow, line, month)
        if name.x in shown and (k == 0 or month.start.month == 1):
            if month.start.month == 1:
                januaries.add(len(wanted))
            run = set_in(flow.canvas, plain((Year(month.start.year),)), style)
            wanted.append(_Name(run, _kept_in(line, run, name.x)))
    return tuple(name for name in _free(wanted, januaries) if name is not None)


def _event(
    flow: Flow,
    line: Timeline,
    event: Event,
    edge: Box,
    taken: tuple[str, tuple[_Name, ...]],
) -> tuple[tuple[float, Lettering, Box], float]:
    """The event's tick, and its label in the row of the years, or below them."""
    where, years = taken
    style = flow.canvas.theme.type.as_of
    label = lettering(flow, event.label, style, Slot(0.6 * edge.w), where)
    x = line.at(event.day)
    lowest, highest = edge.x, edge.right - label.width
    for anchor in (0.5, 1.0, 0.0):
        left = min(max(x - anchor * label.width, lowest), highest)
        if not any(year.meets(left, left + label.width) for year in years):
            return (x, label, _below(label, left, _YEARS)), TWO_ROWS
    left = min(max(x - label.width / 2, lowest), highest)
    return (x, label, _below(label, left, _YEARS + _ROW)), THREE_ROWS


def _below(label: Lettering, left: float, baseline: float) -> Box:
    return label.box(left, baseline - label.style.font.above * label.style.size)


def spanning(x: float, w: float, periods: tuple[Period, ...]) -> Timeline:
    """The line that holds all periods."""
    first = min(period.start for period in periods)
    last = max(period.end for period in periods)
    return Timeline(x, w, first, max(last, first + timedelta(days=1)))
