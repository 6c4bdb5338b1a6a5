"""Figure 1: running totals of this year and of those before it, and where this year may end."""

from dataclasses import dataclass, replace

from viperreport.model.briefing import Cumulative, YearLine
from viperreport.model.figure import Figure
from viperreport.model.wording import Day, plain, whole
from viperreport.pdf.canvas import Canvas
from viperreport.pdf.charts.axes import Plot, grid, gutter, months, nice
from viperreport.pdf.charts.end_labels import EndColumn, end_column
from viperreport.pdf.charts.labels import Room, Wanted, along
from viperreport.pdf.exhibit import Frame, head, loosened, note
from viperreport.pdf.flow import Flow
from viperreport.pdf.geometry import Box, Point, around
from viperreport.pdf.look.theme import Paint, mm
from viperreport.pdf.marks import dot
from viperreport.pdf.planned import Planned
from viperreport.pdf.text import Run

_GUTTER = mm(7)
_HEIGHTS = (mm(56), mm(86.8), mm(112))  # least, natural, most
_HEIGHTS_BESIDE = (mm(44), mm(52.9), mm(75))
_AFTER_FIGURE = mm(3.75)
_ABOVE, _BELOW = 6.6, 15.2  # from the drawing's edges to the topmost and the lowest gridline
_UNSAID = "Running totals by year"
_LABEL_HEIGHT = 0.94  # of a label's size: its letters' reach
_THEN_GAP = 7.2  # from last year's dot to its label
_LEADER_FROM = 14.0  # labels further than this from their dot are tied to it


@dataclass(frozen=True, slots=True)
class _Drawing:
    """A chart being drawn: its plot, and where this year and last year stand now."""

    canvas: Canvas
    block: Cumulative
    plot: Plot
    now: Point | None
    then: Point | None
    courses: tuple[tuple[YearLine, list[Point]], ...]


def plan_cumulative(flow: Flow, block: Cumulative, width: float) -> list[Planned]:
    """Measure the figure with its title and note; beside another exhibit it is lower."""
    frame = Frame(
        head(flow, block.ref, block.title, block.subtitle, width), note(flow, block.note, width)
    )
    heights = _HEIGHTS if width >= flow.measure else _HEIGHTS_BESIDE
    before, frame, after = loosened(flow, frame)
    body = frame.around(lambda flow, box: cumulative_chart(flow.canvas, block, box), heights)
    return [*before, replace(body, gap=_AFTER_FIGURE), *after]


def cumulative_chart(canvas: Canvas, block: Cumulative, box: Box) -> None:
    """Draw the whole figure into a box."""
    scale = nice(_highest(block))
    left = box.x + gutter(canvas, scale, _GUTTER)
    height = box.h - _ABOVE - _BELOW
    # The column of labels at the right needs the plot's heights; its width gives the plot's width.
    tall = Plot(Box(left, box.y + _ABOVE, box.w, height), scale)
    column = end_column(canvas, block, tall)
    plot = Plot(Box(left, box.y + _ABOVE, box.right - left - column.width, height), scale)
    courses = tuple((line, _points(plot, line)) for line in block.lines if line.points)
    drawing = _Drawing(canvas, block, plot, _now(block, plot), _then(block, plot), courses)
    with canvas.figure(plain(block.said).strip() or plain(block.title).strip() or _UNSAID):
        grid(canvas, plot)
        _fan(drawing)
        for line, points in sorted(courses, key=lambda course: -course[0].years_back):
            _year(drawing, line, points)
        months(canvas, plot)
        _upright(drawing)
        _projection(drawing)
        column.draw(canvas, plot)
        _dots(drawing)
        _labels(drawing, column)


def _highest(block: Cumulative) -> float:
    """The greatest value that has to be inside the plot."""
    values = [total for line in block.lines for _, total in line.points]
    values += [figure.count for figure in block.annual_only if figure.value is not None]
    if block.projection is not None:
        values.append(block.projection.high95.count)
    if block.same_date is not None and block.same_date.value is not None:
        values.append(block.same_date.count)
    if block.now.value is not None:
        values.append(block.now.count)
    return max(values, default=0)


def _this_year(block: Cumulative) -> YearLine | None:
    return next((line for line in block.lines if line.years_back == 0), None)


def _now(block: Cumulative, plot: Plot) -> Point | None:
    """Where this year stands: at its line's last day, which is the last day held."""
    if block.now.value is None:
        return None
    line = _this_year(block)
    day = line.points[-1][0] if line and line.points else block.as_of
    return plot.x(day), plot.y(block.now.count)


def _then(block: Cumulative, plot: Plot) -> Point | None:
    if block.same_date is None or block.same_date.value is None:
        return None
    return plot.x(block.same_date.period.last_day), plot.y(block.same_date.count)


def _points(plot: Plot, line: YearLine) -> list[Point]:
    """The line's corners: days on which nothing bends are left out."""
    totals = [total for _, total in line.points]
    neighbours = zip([0, *totals], totals, [*totals[1:], None], strict=False)
    bends = [not before == total == after for before, total, after in neighbours]
    places = [
        (plot.x(day), plot.y(total))
        for (day, total), bend in zip(line.points, bends, strict=True)
        if bend
    ]
    return [(plot.box.x, plot.box.bottom), *places]


def _year(drawing: _Drawing, line: YearLine, points: list[Point]) -> None:
    theme = drawing.canvas.theme
    width, dash = theme.year_lines[min(line.years_back, len(theme.year_lines) - 1)]
    before = theme.colour.year_minus_1 if line.years_back == 1 else theme.colour.years_before
    colour = before if line.years_back else theme.colour.this_year
    paint = Paint(stroke=colour, width=width, dash=dash, round=not dash)
    drawing.canvas.polyline(points, paint, "year")


def _fan(drawing: _Drawing) -> None:
    """The 95 % and 80 % bands, from now to the year's end."""
    ends, now, plot = drawing.block.projection, drawing.now, drawing.plot
    if ends is None or now is None:
        return
    colour = drawing.canvas.theme.colour
    for low, high, fill in (
        (ends.low95, ends.high95, colour.band95),
        (ends.low80, ends.high80, colour.band80),
    ):
        corners = [now, (plot.box.right, plot.y(high.count)), (plot.box.right, plot.y(low.count))]
        drawing.canvas.polygon(corners, Paint(fill=fill), "band")


def _projection(drawing: _Drawing) -> None:
    """The median dotted, and the 95 % limits as a bar at the year's end."""
    ends, now, plot = drawing.block.projection, drawing.now, drawing.plot
    if ends is None or now is None:
        return
    canvas, theme = drawing.canvas, drawing.canvas.theme
    colour, weight = theme.colour.this_year, theme.weight
    end = (plot.box.right, plot.y(ends.median.count))
    dots = Paint(stroke=colour, width=weight.projection, dash=(1.6, 2.2))
    canvas.line(now, end, dots, "median")
    bar = Paint(stroke=colour, width=weight.projection_bar)
    top, bottom = plot.y(ends.high95.count), plot.y(ends.low95.count)
    canvas.line((end[0], top), (end[0], bottom), bar, "limits")
    ring = Paint(fill=theme.colour.white, stroke=colour, width=1.6)
    canvas.circle(end, weight.as_of_dot - 0.4, ring, "projected end")


def _upright(drawing: _Drawing) -> None:
    x, box = drawing.plot.x(drawing.block.as_of), drawing.plot.box
    theme = drawing.canvas.theme
    line = Paint(stroke=theme.colour.ink, width=theme.weight.as_of)
    drawing.canvas.line((x, box.y + 2), (x, box.bottom), line, "as of")


def _dots(drawing: _Drawing) -> None:
    """This year's dot filled, last year's open; where both are one, a ring around a dot."""
    theme, canvas = drawing.canvas.theme, drawing.canvas
    weight, colour = theme.weight, theme.colour
    now, then = drawing.now, drawing.then
    ring = Paint(fill=colour.white, stroke=colour.year_minus_1, width=1.2)
    if then is not None and now is not None and abs(now[1] - then[1]) < weight.previous_dot:
        canvas.circle(then, weight.as_of_dot + 1.1, ring, "dot")
        canvas.circle(now, weight.as_of_dot, Paint(fill=colour.this_year), "dot")
        return
    if then is not None:
        dot(canvas, then, weight.previous_dot, ring)
    if now is not None:
        dot(canvas, now, weight.as_of_dot, Paint(fill=colour.this_year))


def _labels(drawing: _Drawing, column: EndColumn) -> None:
    """Write what stands now beside its dot, and the date beside its upright."""
    room = _room(drawing, column)
    styles, block, plot = drawing.canvas.theme.type, drawing.block, drawing.plot
    upright = (plot.x(block.as_of), plot.box.y + 3)
    wanted: list[tuple[Run, Point | None, tuple[float, float], str]] = [
        (Run(_now_words(block), styles.hero_label), drawing.now, (7.0, 6.0), "above left"),
        (_then_run(drawing), drawing.then, (_THEN_GAP, 3.0), "below right"),
        (Run(plain((Day(block.as_of),)), styles.as_of), upright, (3.5, 0.0), "below left"),
    ]
    for run, point, gap, side in wanted:
        if point is not None:
            size = (run.width, _LABEL_HEIGHT * run.style.size)
            box = room.place(Wanted(size, point, gap, side))
            if run.style is not styles.as_of and not _one(drawing):
                _tie(drawing, point, box)
            above = run.style.font.above * run.style.size
            drawing.canvas.text(run.text, (box.x, box.y + above), run.style)


def _one(drawing: _Drawing) -> bool:
    """Whether both dots stand so near each other that lines to them would tell nothing."""
    now, then = drawing.now, drawing.then
    return now is not None and then is not None and abs(now[1] - then[1]) < _LEADER_FROM


def _tie(drawing: _Drawing, point: Point, box: Box) -> None:
    """Draw a thin line from a dot to its label, where the label had to go far."""
    x = min(max(point[0], box.x), box.right)
    y = box.bottom if box.bottom < point[1] else box.y
    if abs(y - point[1]) > _LEADER_FROM:
        theme = drawing.canvas.theme
        line = Paint(stroke=theme.colour.years_before, width=theme.weight.leader)
        drawing.canvas.line(point, (x, y), line, "leader")


def _now_words(block: Cumulative) -> str:
    return f"{block.as_of.year}: {_value(block.now)}"


def _then_run(drawing: _Drawing) -> Run:
    """Last year by the same date; in fewer words where they have no room beside its dot."""
    style, box, dot_at = drawing.canvas.theme.type.direct_label, drawing.plot.box, drawing.then
    run = Run(_then_words(drawing.block), style)
    then = drawing.block.same_date
    if dot_at is None or then is None:
        return run
    room = max(dot_at[0] - box.x, box.right - dot_at[0]) - _THEN_GAP
    if run.width <= room:
        return run
    return Run(f"{then.period.last_day.year}: {_value(then)}", style)


def _then_words(block: Cumulative) -> str:
    """Last year by the same date, which is named where it is another: 28 for 29 February."""
    figure = block.same_date
    if figure is None:
        return ""
    day = figure.period.last_day
    same = (day.month, day.day) == (block.as_of.month, block.as_of.day)
    when = "same date" if same else f"by {plain((Day(day, year=False),))}"
    then = block.known_then
    known = f" ({_value(then)} known then)" if then is not None and then.value is not None else ""
    return f"{day.year}, {when}: {_value(figure)}{known}"


def _value(figure: Figure) -> str:
    return "" if figure.value is None else whole(figure.count)


def _room(drawing: _Drawing, column: EndColumn) -> Room:
    """The plot with everything in it that labels must keep away from."""
    plot, weight = drawing.plot, drawing.canvas.theme.weight
    reach = weight.as_of_dot + weight.halo
    solid = [around(point, reach) for point in (drawing.now, drawing.then) if point is not None]
    x = plot.x(drawing.block.as_of)
    solid.append(Box(x - 0.5, plot.box.y, 1.0, plot.box.h))
    solid += column.marks(plot)
    strokes = [place for _, points in drawing.courses for place in along(points, every=3.0)]
    strokes += _band_points(drawing)
    return Room(Box(plot.box.x, plot.box.y, plot.box.w, plot.box.h), solid, strokes)


def _band_points(drawing: _Drawing) -> list[Point]:
    """Points all over the band, which labels keep off."""
    ends, now, plot = drawing.block.projection, drawing.now, drawing.plot
    if ends is None or now is None:
        return []
    low, high = plot.y(ends.low95.count), plot.y(ends.high95.count)
    rays = [(plot.box.right, high + (low - high) * k / 8) for k in range(9)]
    return [point for end in rays for point in along([now, end], every=5.0)]
