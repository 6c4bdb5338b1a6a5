"""Figure 2: counts a week, what was expected of each, and how far chance reaches."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import chain

from viperreport.model.citing import exhibit_name
from viperreport.model.exhibits import ChartWeek, ControlChart
from viperreport.model.wording import plain
from viperreport.pdf.canvas import Canvas
from viperreport.pdf.charts.axes import Plot, grid, gutter, nice, under_strip
from viperreport.pdf.charts.control_column import draw_column, ends_of, width_of_column
from viperreport.pdf.charts.labels import along
from viperreport.pdf.charts.signal_labels import Free, Said, draw_said, said_of, strip_height
from viperreport.pdf.charts.timeline import Timeline, spanning, time_axis
from viperreport.pdf.exhibit import Heights
from viperreport.pdf.flow import Flow
from viperreport.pdf.geometry import Box, Point, around
from viperreport.pdf.look.theme import Paint, mm

_LEAST, _NATURAL, _MOST = mm(48), mm(64.9), mm(84)
_GUTTER, _ABOVE = mm(7), 5.0
_UNSAID = "Counts by week"
_CROWDED = 0.42  # of a week's room: the most that a small dot's radius takes

Read = Callable[[ChartWeek], float | None]


@dataclass(frozen=True, slots=True)
class _Drawing:
    """A chart being drawn."""

    flow: Flow
    block: ControlChart
    plot: Plot
    line: Timeline

    @property
    def canvas(self) -> Canvas:
        return self.flow.canvas

    @property
    def small(self) -> float:
        """Radius of a small dot; weeks that stand close have smaller ones."""
        room = self.line.w / len(self.block.points)
        return max(min(self.canvas.theme.weight.control_dot[0], _CROWDED * room), 0.5)

    @property
    def large(self) -> float:
        """Radius of the newest week's dot."""
        return self.canvas.theme.weight.control_dot[1]

    @property
    def filled(self) -> float:
        """Radius of a filled dot; among crowded weeks just enough to tell it from others."""
        return min(self.large, self.small + 1.0)

    def point(self, k: int) -> Point | None:
        """Where a week's count stands."""
        week = self.block.points[k]
        if week.count is None:
            return None
        return self.line.middle(week.period), self.plot.y(week.count)

    def courses(self, read: Read) -> list[list[ChartWeek]]:
        """Weeks that follow each other and have a value."""
        runs: list[list[ChartWeek]] = []
        for week in self.block.points:
            if read(week) is None:
                continue
            if runs and runs[-1][-1].period.end == week.period.start:
                runs[-1].append(week)
            else:
                runs.append([week])
        return runs

    def marked(self) -> set[int]:
        """Places of the weeks that are worth a look."""
        held = range(len(self.block.points))
        spans = (range(signal.first, signal.last + 1) for signal in self.block.signals)
        return {k for span in spans for k in span if k in held}


def heights(_flow: Flow, _block: ControlChart, _width: float) -> Heights:
    """Least, natural and most height of the chart."""
    return _LEAST, _NATURAL, _MOST


def control_chart(flow: Flow, block: ControlChart, box: Box) -> None:
    """Draw the chart with all its labels into a box."""
    said = plain(block.said).strip() or plain(block.title).strip() or _UNSAID
    with flow.canvas.figure(said):
        if not block.points:
            style = flow.canvas.theme.type.table_none
            flow.canvas.text("not held", (box.x, box.y + box.h / 2), style)
            return
        ends = ends_of(flow, block, box.w)
        column = width_of_column(ends)
        left = box.x + gutter(flow.canvas, nice(_highest(block)), _GUTTER)
        periods = tuple(week.period for week in block.points)
        line = spanning(left, box.right - column - left, periods)
        where = exhibit_name(block.ref)
        axis = time_axis(flow, line, block.event, box, where)
        height = box.h - _ABOVE - axis.depth
        band = Box(line.x, box.y + _ABOVE, line.w, height)
        drawing, signals, strip = _planned(flow, block, line, band)
        flow.canvas.rect(band, Paint(fill=flow.canvas.theme.colour.plot_band), "band")
        grid(flow.canvas, drawing.plot)
        axis.draw(flow.canvas, band.bottom)
        _limits(drawing)
        _weeks(drawing)
        free = _free(drawing, band)
        free.solid += axis.tick(band.bottom)
        draw_said(flow, signals, free, strip, where)
        side = Box(band.right, box.y, column, band.bottom - box.y)
        draw_column(flow.canvas, drawing.plot, ends, side)


def _planned(
    flow: Flow, block: ControlChart, line: Timeline, band: Box
) -> tuple[_Drawing, list[Said], Box]:
    """The plot under the strip that the signals' labels need."""
    highest = _highest(block)
    scale = nice(highest)
    rough = _Drawing(flow, block, Plot(band, scale), line)
    plot, strip = under_strip(band, scale, highest, strip_height(_said(rough), band))
    drawing = _Drawing(flow, block, plot, line)
    return drawing, _said(drawing), strip


def _highest(block: ControlChart) -> float:
    values = [value for read in _READS for week in block.points if (value := read(week))]
    if block.newest.value is not None:
        values.append(block.newest.value)
    return max(values, default=0)


_READS: tuple[Read, ...] = (
    lambda week: week.count,
    lambda week: week.expected,
    lambda week: week.high,
    lambda week: week.low or None,
)
_COUNT, _EXPECTED, _HIGH, _LOW = _READS


def _limits(drawing: _Drawing) -> None:
    """Both limits dashed, as steps; the expected count as a line."""
    canvas, theme = drawing.canvas, drawing.canvas.theme
    ink = partial(Paint, stroke=theme.colour.ink)
    dashed = ink(width=theme.weight.control_limit, dash=(4.0, 2.0))
    for read, kind in ((_HIGH, "upper limit"), (_LOW, "lower limit")):
        for places in _steps(drawing, read):
            canvas.polyline(places, dashed, kind)
    for places in _smooth(drawing):
        canvas.polyline(places, ink(width=theme.weight.expected), "expected")


def _steps(drawing: _Drawing, read: Read) -> list[list[Point]]:
    """Level over each week."""
    found = []
    for course in drawing.courses(read):
        places: list[Point] = []
        for week in course:
            y = drawing.plot.y(read(week) or 0)
            start, end = drawing.line.slot(week.period)
            if places and places[-1][1] == y:
                places.pop()
                places.append((end, y))
            else:
                places += [(start, y), (end, y)]
        found.append(places)
    return found


def _smooth(drawing: _Drawing) -> list[list[Point]]:
    """From week to week; level over the first half of the first and the last half of the last."""
    found = []
    for course in drawing.courses(_EXPECTED):
        heights = [drawing.plot.y(week.expected or 0) for week in course]
        middles = [drawing.line.middle(week.period) for week in course]
        places = list(zip(middles, heights, strict=True))
        first = (drawing.line.at(course[0].period.start), heights[0])
        last = (drawing.line.at(course[-1].period.end), heights[-1])
        found.append([first, *places, last])
    return found


def _weeks(drawing: _Drawing) -> None:
    """A thin line, small open dots, large ones for weeks worth a look, the newest open."""
    canvas, theme = drawing.canvas, drawing.canvas.theme
    colour = theme.colour
    thin = Paint(stroke=colour.years_before, width=theme.weight.control_series)
    for course in _series(drawing):
        if len(course) > 1:
            canvas.polyline(course, thin, "series")
    marked, last = drawing.marked(), len(drawing.block.points) - 1
    small = Paint(fill=colour.white, stroke=colour.year_minus_1, width=min(0.9, drawing.small))
    filled = Paint(fill=colour.this_year)
    newest = Paint(fill=colour.white, stroke=colour.this_year, width=1.5)
    order = sorted(range(last + 1), key=lambda k: (k == last, k in marked))
    for k in order:
        at = drawing.point(k)
        if at is None:
            continue
        if k == last:
            canvas.circle(at, drawing.large, newest, "newest point")
        elif k in marked:
            canvas.circle(at, drawing.filled, filled, "signal point")
        else:
            canvas.circle(at, drawing.small, small, "point")


def _series(drawing: _Drawing) -> list[list[Point]]:
    return [
        [(drawing.line.middle(week.period), drawing.plot.y(week.count or 0)) for week in course]
        for course in drawing.courses(_COUNT)
    ]


def _said(drawing: _Drawing) -> list[Said]:
    """The signals' labels, each with its weeks."""
    block, last = drawing.block, len(drawing.block.points) - 1
    slot = (drawing.line.w, exhibit_name(block.ref))
    said = []
    for signal in block.signals:
        first, final = (min(max(k, 0), last) for k in (signal.first, signal.last))
        start = drawing.line.at(block.points[first].period.start)
        span = (start, drawing.line.at(block.points[final].period.end))
        at = drawing.point(first) if first == final else None
        reach = drawing.large if first == last else drawing.filled
        point = None if at is None else (at, reach)
        said.append(said_of(drawing.flow, signal, span, point, slot))
    return said


def _free(drawing: _Drawing, band: Box) -> Free:
    """The band with everything in it that labels must keep away from."""
    places = [drawing.point(k) for k in range(len(drawing.block.points))]
    marked = drawing.marked()
    reach = dict.fromkeys(marked, drawing.filled + 0.3) | {len(places) - 1: drawing.large + 0.8}
    solid = [
        around(place, reach.get(k, drawing.small + 0.5))
        for k, place in enumerate(places)
        if place is not None
    ]
    lines = [*_steps(drawing, _HIGH), *_steps(drawing, _LOW), *_smooth(drawing)]
    lines += _series(drawing)
    levels = [drawing.plot.y(value) for value in drawing.plot.scale.values]
    lines += [[(band.x, y), (band.right, y)] for y in levels]
    return Free(band, solid, list(chain.from_iterable(along(line, every=3.0) for line in lines)))
