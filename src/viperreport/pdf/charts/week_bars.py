"""Figure 5: counts a week as bars from zero, the last ones in this year's colour."""

from dataclasses import dataclass

from viperreport.model.citing import exhibit_name
from viperreport.model.exhibits import WeekBars
from viperreport.model.period import Period, PeriodKind
from viperreport.model.wording import Day, plain
from viperreport.pdf.canvas import Canvas
from viperreport.pdf.charts.axes import Plot, grid, gutter, nice, under_strip
from viperreport.pdf.charts.lettering import Lettering, lettering
from viperreport.pdf.charts.timeline import Timeline, spanning
from viperreport.pdf.exhibit import Heights
from viperreport.pdf.flow import Flow
from viperreport.pdf.geometry import Box
from viperreport.pdf.look.theme import Paint, mm
from viperreport.pdf.text import Run, Slot, set_in

_LEAST, _NATURAL, _MOST = mm(38), mm(52.9), mm(70)
_GUTTER, _ABOVE, _BELOW = mm(7), 5.0, 15.0
_DATES = 11.0  # their baseline, from the axis
_ROW = 11.5  # of the strip of labels
_BESIDE = 3.0  # from the event's line to its label
_APART = 6.0  # between the labels of one row
_DATES_APART = 14.0
_UNSAID = "Counts by week"
_LONG = 366  # days after which dates need their year
_HALO = 0.7  # white on each side of a line that crosses bars
_LEADER_FROM = 3.0  # a label nearer than this to its line needs no leader
_GAP_MARK = 3.2  # height over the axis of the mark of a week not held


@dataclass(frozen=True, slots=True)
class _Strip:
    """The labels above the bars: where each stands, from the plot's left and the strip's top.

    Args:
        rows: how many it takes.
    """

    average: tuple[Lettering, Box] | None
    event: tuple[Lettering, Box, float] | None
    rows: int


@dataclass(frozen=True, slots=True)
class _Drawing:
    """Bars being drawn."""

    flow: Flow
    block: WeekBars
    plot: Plot
    line: Timeline

    @property
    def canvas(self) -> Canvas:
        return self.flow.canvas

    def bar(self, period: Period) -> tuple[float, float]:
        """A bar's left edge and width."""
        start, end = self.line.slot(period)
        gap = self.canvas.theme.weight.bar_gap_share * (end - start)
        return start + gap / 2, end - start - gap


def heights(_flow: Flow, _block: WeekBars, _width: float) -> Heights:
    """Least, natural and most height of the chart."""
    return _LEAST, _NATURAL, _MOST


def week_bars(flow: Flow, block: WeekBars, box: Box) -> None:
    """Draw the chart with its labels into a box."""
    canvas = flow.canvas
    said = plain(block.said).strip() or plain(block.title).strip() or _UNSAID
    with canvas.figure(said):
        if not block.points:
            canvas.text("not held", (box.x, box.y + box.h / 2), canvas.theme.type.table_none)
            return
        highest = _highest(block)
        scale = nice(highest)
        left = box.x + gutter(canvas, scale, _GUTTER)
        line = spanning(left, box.right - left, tuple(period for period, _ in block.points))
        band = Box(left, box.y + _ABOVE, line.w, box.h - _ABOVE - _BELOW)
        labels = _strip(flow, block, line)
        plot, strip = under_strip(band, scale, highest, _ROW * labels.rows)
        drawing = _Drawing(flow, block, plot, line)
        grid(canvas, plot)
        _bars(drawing)
        _average(drawing, labels, strip)
        _event(drawing, labels, strip)
        axis = Paint(stroke=canvas.theme.colour.ink, width=canvas.theme.weight.axis)
        canvas.line((band.x, band.bottom), (band.right, band.bottom), axis, "axis")
        _dates(drawing)


def _highest(block: WeekBars) -> float:
    values: list[float] = [count for _, count in block.points if count is not None]
    if block.average is not None and block.average.value is not None:
        values.append(block.average.value)
    return max(values, default=0)


def _bars(drawing: _Drawing) -> None:
    """Grey for what was before, navy for the recent; a week that is not held has a small mark."""
    canvas, colour = drawing.canvas, drawing.canvas.theme.colour
    points = drawing.block.points
    recent = len(points) - drawing.block.recent
    bottom = drawing.plot.box.bottom
    missing = Paint(stroke=colour.ink3, width=0.9)
    for k, (period, count) in enumerate(points):
        x, width = drawing.bar(period)
        if count is None:
            y = bottom - _GAP_MARK
            inset = max(0.0, (width - 5.0) / 2)  # as long as a dash at most
            canvas.line((x + inset, y), (x + width - inset, y), missing, "gap")
        elif count:
            top = drawing.plot.y(count)
            fill = Paint(fill=colour.this_year if k >= recent else colour.context_bar)
            kind = "recent bar" if k >= recent else "bar"
            canvas.rect(Box(x, top, width, bottom - top), fill, kind)


def _strip(flow: Flow, block: WeekBars, line: Timeline) -> _Strip:
    """Find places for both labels, in one row where both fit."""
    event = _placed_event(flow, block, line)
    average = _placed_average(flow, block, line)
    if event is None or average is None:
        return _Strip(average, event, int(event is not None or average is not None))
    label, box = average
    _, taken, x = event
    left, right = min(taken.x, x) - _APART, max(taken.right, x) + _APART
    for start in (line.x + 2, line.right - label.width):
        if start + label.width <= left or start >= right:
            return _Strip((label, label.box(start, 0.0)), event, 1)
    return _Strip((label, box), (event[0], Box(taken.x, _ROW, taken.w, taken.h), x), 2)


def _placed_event(
    flow: Flow, block: WeekBars, line: Timeline
) -> tuple[Lettering, Box, float] | None:
    """The event's label, left of its line by preference."""
    if block.event is None:
        return None
    styles = flow.canvas.theme.type
    if not line.holds(block.event.day):
        flow.remember([flow.words(block.event.label, styles.as_of).text], exhibit_name(block.ref))
        return None
    x = line.at(block.event.day)
    slot = Slot(max(x - line.x, line.right - x) - _BESIDE)
    label = lettering(flow, block.event.label, styles.as_of, slot, exhibit_name(block.ref))
    left = x - _BESIDE - label.width
    return label, label.box(left if left >= line.x else x + _BESIDE, 0.0), x


def _placed_average(flow: Flow, block: WeekBars, line: Timeline) -> tuple[Lettering, Box] | None:
    where = exhibit_name(block.ref)
    style = flow.canvas.theme.type.as_of
    if block.average is None or block.average.value is None:
        return None
    label = lettering(flow, block.average_label, style, Slot(line.w - 4), where)
    return (label, label.box(line.x + 2, 0.0)) if label else None


def _event(drawing: _Drawing, labels: _Strip, strip: Box) -> None:
    """A thin upright from its label down to the axis, with a white gap where it crosses a bar."""
    if labels.event is None or drawing.block.event is None:
        return
    canvas, theme = drawing.canvas, drawing.canvas.theme
    label, box, x = labels.event
    bottom, day = drawing.plot.box.bottom, drawing.block.event.day
    reach = theme.weight.as_of / 2 + _HALO
    for period, count in drawing.block.points:
        if day in period and count:
            left, width = drawing.bar(period)
            start, end = max(x - reach, left), min(x + reach, left + width)
            if end > start:
                gap = Box(start, drawing.plot.y(count), end - start, bottom - drawing.plot.y(count))
                canvas.rect(gap, Paint(fill=theme.colour.white), "halo")
    upright = Paint(stroke=theme.colour.ink, width=theme.weight.as_of)
    canvas.line((x, strip.y + box.y), (x, bottom), upright, "event")
    label.draw(canvas, Box(box.x, strip.y + box.y, box.w, box.h))


def _average(drawing: _Drawing, labels: _Strip, strip: Box) -> None:
    """A line across the bars with a white gap on both sides, tied to its label."""
    average = drawing.block.average
    if average is None or average.value is None:
        return
    canvas, theme = drawing.canvas, drawing.canvas.theme
    y, plot = drawing.plot.y(average.value), drawing.plot.box
    width = theme.weight.expected
    for paint, kind in (
        (Paint(stroke=theme.colour.white, width=width + 2 * _HALO), "halo"),
        (Paint(stroke=theme.colour.ink, width=width), "average"),
    ):
        canvas.line((plot.x, y), (plot.right, y), paint, kind)
    if labels.average is None:
        return
    label, box = labels.average
    label.draw(canvas, Box(box.x, strip.y + box.y, box.w, box.h))
    x, top = _leader_at(drawing, labels), strip.y + box.bottom + 0.5
    if x is not None and y - top > _LEADER_FROM:
        line = Paint(stroke=theme.colour.ink, width=theme.weight.leader)
        canvas.line((x, top), (x, y), line, "leader")


def _leader_at(drawing: _Drawing, labels: _Strip) -> float | None:
    """A place between two bars under the average's label, clear of the event and its label."""
    if labels.average is None:
        return None
    _, box = labels.average
    taken: list[tuple[float, float]] = []
    if labels.event is not None:
        _, event, x = labels.event
        taken.append((min(event.x, x) - 2, max(event.right, x) + 2))
    between = (drawing.line.at(period.end) for period, _ in drawing.block.points)
    return next(
        (
            x
            for x in between
            if box.x + 2 < x < box.right - 2 and not any(a < x < b for a, b in taken)
        ),
        None,
    )


def _dates(drawing: _Drawing) -> None:
    """The last days of the last week, of others at even steps before it, and of the first."""
    canvas, points = drawing.canvas, drawing.block.points
    style, line = canvas.theme.type.axis, drawing.line
    years = (points[-1][0].end - points[0][0].start).days > _LONG
    names = [set_in(canvas, _dated(period, years=years), style) for period, _ in points]
    widest = max(run.width for run in names)
    most = max(int((line.w + _DATES_APART) / (widest + _DATES_APART)), 1)
    last = len(points) - 1
    stride = -(-last // max(most - 1, 1)) or 1
    shown: dict[int, float] = {}
    for k in dict.fromkeys((*range(last, -1, -stride), 0)):
        left = _date_left(line, points[k][0], names[k])
        apart = widest + _DATES_APART / 2
        if all(abs(left - other) >= apart for other in shown.values()):
            shown[k] = left
    for k, left in sorted(shown.items()):
        canvas.text(names[k].text, (left, drawing.plot.box.bottom + _DATES), style)


def _date_left(line: Timeline, period: Period, run: Run) -> float:
    """A date begins left of its bar's middle, but inside the plot."""
    return max(min(line.middle(period) - run.width / 2, line.right - run.width), line.x - _BESIDE)


def _dated(period: Period, *, years: bool) -> str:
    if period.kind is PeriodKind.MONTH:
        return f"{period.start:%b}" + (f" {period.start.year}" if years else "")
    return plain((Day(period.last_day, year=years, short=True),))
