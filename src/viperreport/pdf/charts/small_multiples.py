"""Small multiples: the same weeks of several series, each panel on its own scale from zero."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from viperreport.model.exhibits import Panel, SmallMultiples
from viperreport.model.wording import Day, Number, plain
from viperreport.pdf.canvas import Canvas
from viperreport.pdf.charts.lettering import Lettering, lettering
from viperreport.pdf.charts.multiples_key import (
    boxed_height,
    cross,
    draw_boxed,
    draw_strip,
    event_held,
    strip_height,
)
from viperreport.pdf.exhibit import Heights
from viperreport.pdf.flow import Flow
from viperreport.pdf.geometry import Box
from viperreport.pdf.look.theme import Paint, Theme, mm
from viperreport.pdf.text import Run, Slot, right, set_in

_IN_A_ROW = 4
_ACROSS, _DOWN = 11.0, 12.0  # between panels
_LEAST, _NATURAL, _MOST = mm(30), 120.0, mm(48)  # of a panel
_STRIP_ABOVE = 6.0
_TITLE, _UNIT = 10.5, 9.2  # heights of their lines
_VALUE, _FOOT = 11.6, 12.7  # above the highest bar; below the axis
_DATES = 3.7  # from the panel's bottom to the dates' baseline
_VALUE_GAP = 2.4  # between a bar and its value
_APART = 4.0  # between dates
_LEAN = 0.8  # that italics hang out at the right
_EVENT_UP, _EVENT_DOWN, _EVENT_GAP = 6.0, 2.8, 0.8
_PLAN_GAP = 0.8
_CROSS_UP, _CROSS_REACH = 4.0, 2.5  # from the axis up to a cross's middle; to its ends
_UNSAID = "Weekly series"


@dataclass(frozen=True, slots=True)
class _Layout:
    """How many panels stand side by side, and where their key goes.

    Args:
        boxed: the key stands in the free place after the last panel; else below all.
        least: of a panel's height.
        strip: height of the key below, with its gap.
    """

    columns: int
    rows: int
    width: float
    boxed: bool
    least: float
    strip: float


def _layout(theme: Theme, block: SmallMultiples, width: float) -> _Layout:
    number = len(block.panels)
    columns = max(min(_IN_A_ROW, number + 1), 1)
    wide = (width - _ACROSS * (columns - 1)) / columns
    rows = max(-(-number // columns), 1)
    key = boxed_height(theme, block, wide)
    if number % columns and key <= _MOST:
        return _Layout(columns, rows, wide, boxed=True, least=max(_LEAST, key), strip=0.0)
    strip = strip_height(theme, block, width) + _STRIP_ABOVE
    return _Layout(columns, rows, wide, boxed=False, least=_LEAST, strip=strip)


def heights(flow: Flow, block: SmallMultiples, width: float) -> Heights:
    """The least, the natural and the greatest height."""
    made = _layout(flow.canvas.theme, block, width)
    around = made.strip + _DOWN * (made.rows - 1)
    natural = max(made.least, _NATURAL)
    return (
        around + made.rows * made.least,
        around + made.rows * natural,
        around + made.rows * max(natural, _MOST),
    )


def small_multiples(flow: Flow, block: SmallMultiples, box: Box) -> None:
    """Draw the panels and their key into a box."""
    made = _layout(flow.canvas.theme, block, box.w)
    high = (box.h - made.strip - _DOWN * (made.rows - 1)) / made.rows
    said = plain(block.said).strip() or plain(block.title).strip() or _UNSAID
    with flow.canvas.figure(said):
        for row in range(made.rows):
            panels = block.panels[row * made.columns : (row + 1) * made.columns]
            top = box.y + row * (high + _DOWN)
            cells = [
                Box(box.x + k * (made.width + _ACROSS), top, made.width, high)
                for k in range(len(panels) + 1)
            ]
            _row(flow, block, panels, cells)
            if made.boxed and row == made.rows - 1:
                draw_boxed(flow.canvas, block, cells[-1])
        if not made.boxed:
            strip = made.strip - _STRIP_ABOVE
            draw_strip(flow.canvas, block, Box(box.x, box.bottom - strip, box.w, strip))


def _row(flow: Flow, block: SmallMultiples, panels: Sequence[Panel], cells: list[Box]) -> None:
    """Panels side by side: their plots begin at one height."""
    style = flow.canvas.theme.type.panel_title
    names = [
        lettering(flow, panel.title, style, Slot(cell.w, 2))
        for panel, cell in zip(panels, cells, strict=False)
    ]
    lines = max((len(name.lines) for name in names), default=1)
    for panel, cell, name in zip(panels, cells, names, strict=False):
        top = cell.y + lines * _TITLE + _UNIT + _VALUE
        plot = Box(cell.x, top, cell.w, cell.bottom - _FOOT - top)
        _heading(flow, panel, name, cell)
        _panel(flow, block, _Plot(panel, plot), cell)


@dataclass(frozen=True, slots=True)
class _Plot:
    """A panel's scales."""

    panel: Panel
    box: Box

    @property
    def slot(self) -> float:
        """The width that a week has."""
        return self.box.w / max(len(self.panel.points), 1)

    @property
    def plan(self) -> float | None:
        """A week's plan."""
        return None if self.panel.plan is None else self.panel.plan.value

    @property
    def plan_left(self) -> float:
        """Where the plan begins to hold."""
        return self.box.x + self.panel.plan_from * self.slot

    def y(self, value: float) -> float:
        """How high a value stands."""
        amounts = [amount for _, amount in self.panel.points if amount is not None]
        highest = max([*amounts, self.plan or 0.0])
        return self.box.bottom - (self.box.h * value / highest if highest else 0.0)

    def bar(self, place: int, share: float) -> Box:
        """The room of a bar, as high as its amount; `share` of its week is gap."""
        amount = self.panel.points[place][1] or 0
        gap = self.slot * share / 2
        left = self.box.x + place * self.slot + gap
        top = self.y(amount)
        return Box(left, top, self.slot - 2 * gap, self.box.bottom - top)

    def cross(self, bar: Box) -> float:
        """The middle of the cross in a bar's place: as far inside as it reaches."""
        middle = max(bar.x + bar.w / 2, self.box.x + _CROSS_REACH)
        return min(middle, self.box.right - _CROSS_REACH)


def _heading(flow: Flow, panel: Panel, name: Lettering, cell: Box) -> None:
    name.draw(flow.canvas, name.box(cell.x, cell.y + 1.9))
    style = flow.canvas.theme.type.panel_unit
    unit = lettering(flow, panel.unit, style, Slot(cell.w), plain(panel.title))
    below = cell.y + len(name.lines) * _TITLE + 1.4
    unit.draw(flow.canvas, unit.box(cell.x, below))


def _panel(flow: Flow, block: SmallMultiples, plot: _Plot, cell: Box) -> None:
    canvas, theme = flow.canvas, flow.canvas.theme
    _bars(canvas, plot, block.recent)
    axis = Paint(stroke=theme.colour.ink, width=theme.weight.axis)
    box = plot.box
    canvas.line((box.x, box.bottom), (box.right, box.bottom), axis, "axis")
    if plot.plan is not None:
        _plan(canvas, plot, plot.plan)
    tick = None
    if block.event is not None and event_held(block):
        tick = _event(canvas, plot, block.event.day)
    _value(flow, plot, tick)
    _dates(canvas, plot, cell)


def _bars(canvas: Canvas, plot: _Plot, recent: int) -> None:
    """A bar a week; a cross stands where a week was not reported."""
    colour = canvas.theme.colour
    points = plot.panel.points
    for place, (_, amount) in enumerate(points):
        room = plot.bar(place, canvas.theme.weight.bar_gap_share)
        if amount is None:
            cross(canvas, (plot.cross(room), room.bottom - _CROSS_UP))
        elif amount:
            is_recent = place >= len(points) - recent
            fill = colour.this_year if is_recent else colour.context_bar
            canvas.rect(room, Paint(fill=fill), "bar")


def _plan(canvas: Canvas, plot: _Plot, plan: float) -> None:
    """A line over the weeks that the plan holds for, with white around it where it meets bars."""
    y, weight = plot.y(plan), canvas.theme.weight.plan
    if plot.plan_left >= plot.box.right:
        return
    ends = (plot.plan_left, y), (plot.box.right, y)
    white = Paint(stroke=canvas.theme.colour.white, width=weight + 2 * _PLAN_GAP)
    if plan:
        canvas.line(*ends, white, "halo")
    canvas.line(*ends, Paint(stroke=canvas.theme.colour.ink, width=weight), "plan")


def _event(canvas: Canvas, plot: _Plot, day: date) -> Box | None:
    """A tick on the axis at the event's day, and the room that it takes above the axis."""
    for place, (period, _) in enumerate(plot.panel.points):
        if period.start <= day <= period.last_day:
            part = ((day - period.start).days + 0.5) / (period.end - period.start).days
            theme, bottom = canvas.theme, plot.box.bottom
            reach = theme.weight.event / 2 + _EVENT_GAP
            x = min(plot.box.x + (place + part) * plot.slot, plot.box.right - reach)
            white = Paint(stroke=theme.colour.white, width=theme.weight.event + 2 * _EVENT_GAP)
            line = Paint(stroke=theme.colour.ink, width=theme.weight.event)
            canvas.line((x, bottom - _EVENT_UP), (x, bottom), white, "halo")
            canvas.line((x, bottom - _EVENT_UP), (x, bottom + _EVENT_DOWN), line, "event")
            return Box(x - reach, bottom - _EVENT_UP, 2 * reach, _EVENT_UP)
    return None


def _value(flow: Flow, plot: _Plot, tick: Box | None) -> None:
    """The newest amount over its bar; where something else stands there, over that too."""
    canvas, styles = flow.canvas, flow.canvas.theme.type
    newest = plot.panel.newest
    if not plot.panel.points:
        return
    style = styles.bar_value if newest.value is not None else styles.too_few
    run = set_in(canvas, str(Number(newest)), style)
    last = plot.bar(len(plot.panel.points) - 1, canvas.theme.weight.bar_gap_share)
    edge = plot.box.right - (_LEAN if newest.value is None else 0.0)
    end = max(min(last.x + last.w / 2 + run.width / 2, edge), plot.box.x + run.width)
    high = style.font.above * style.size
    room = Box(end - run.width, last.y - _VALUE_GAP - high, run.width, high)
    beneath = [
        each
        for each in _standing(canvas, plot, tick)
        if each.x < room.right and each.right > room.x
    ]
    bottom = room.bottom
    if any(room.meets(each, -1.0) for each in beneath):
        bottom = min(each.y for each in beneath) - _VALUE_GAP
    right(canvas, run, (end, bottom))


def _standing(canvas: Canvas, plot: _Plot, tick: Box | None) -> list[Box]:
    """The room of everything in a panel that no number may touch."""
    weight = canvas.theme.weight
    rooms = [] if tick is None else [tick]
    for place, (_, amount) in enumerate(plot.panel.points):
        bar = plot.bar(place, weight.bar_gap_share)
        if amount is None:
            middle = plot.cross(bar)
            top = bar.bottom - _CROSS_UP - _CROSS_REACH
            rooms.append(Box(middle - _CROSS_REACH, top, 2 * _CROSS_REACH, bar.bottom - top))
        else:
            rooms.append(bar)
    if plot.plan is not None:
        top = plot.y(plot.plan) - weight.plan / 2
        rooms.append(Box(plot.plan_left, top, plot.box.right - plot.plan_left, weight.plan))
    return rooms


def _dates(canvas: Canvas, plot: _Plot, cell: Box) -> None:
    """The days on which the first and the last week end."""
    points, style = plot.panel.points, canvas.theme.type.axis
    if not points:
        return
    first, last = (
        Run(str(Day(period.last_day, year=False, short=True)), style)
        for period in (points[0][0], points[-1][0])
    )
    y = cell.bottom - _DATES
    if len(points) > 1 and first.width + _APART + last.width <= cell.w:
        canvas.text(first.text, (cell.x, y), style)
    right(canvas, last, (cell.right, y))
