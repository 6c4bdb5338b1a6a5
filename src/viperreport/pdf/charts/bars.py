"""Figures 6 and 7: counts by kind as bars, with an upright mark across each for last year."""

from dataclasses import dataclass

from viperreport.model.citing import exhibit_name
from viperreport.model.exhibits import BarRow, Bars
from viperreport.model.figure import Figure
from viperreport.model.wording import Name, Number, plain
from viperreport.pdf.canvas import Canvas
from viperreport.pdf.charts.lettering import Lettering, lettering
from viperreport.pdf.exhibit import Heights
from viperreport.pdf.flow import Flow
from viperreport.pdf.geometry import Box
from viperreport.pdf.look.theme import Paint
from viperreport.pdf.text import Run, Slot, set_in

_LEAST, _NATURAL, _MOST = 11.0, 13.8, 18.0  # from row to row
_HEAD = 10.1  # above the rows, for the label of the marks
_LABELS = 0.47  # of the width, at most
_AFTER_LABEL = 7.0
_VALUE_GAP = 4.5
_MARK_CLEAR = 4.0  # from a mark to a number
_THICK = 0.66  # of a row's height
_OVER = 1.6  # that a mark is higher than its bar, above and below
_INSIDE = 4.0  # from a bar's left to the label inside it
_HAIR = 0.5  # that a gap reaches over a bar's end, so that no sliver of its edge is left
_FLOOR = 7.0
_HEAD_BASELINE = 1.6  # above the first row
_HEAD_SHARE = 0.6  # of the plot's width, that the label of the marks may take
_SAMPLE = (6.0, 4.0)  # a mark in the head: its height, and from it to its label
_UNSAID = "Counts by kind"


@dataclass(frozen=True, slots=True)
class _Drawing:
    """Bars being drawn.

    Args:
        plot: from the zero line to the right edge, from the first row's top to the last's end.
        reach: the length of the longest bar.
        highest: the value that is as long.
    """

    flow: Flow
    block: Bars
    plot: Box
    reach: float
    highest: float

    @property
    def canvas(self) -> Canvas:
        return self.flow.canvas

    @property
    def pitch(self) -> float:
        return self.plot.h / len(self.block.rows)

    def x(self, value: float) -> float:
        return self.plot.x + (self.reach * max(value, 0) / self.highest if self.highest else 0.0)

    def middle(self, k: int) -> float:
        """The height of a row's middle."""
        return self.plot.y + (k + 0.5) * self.pitch

    def bar(self, k: int) -> Box | None:
        """A row's bar; None where no figure is held."""
        now = self.block.rows[k].now
        if now.value is None:
            return None
        high = _THICK * self.pitch
        top = self.middle(k) - high / 2
        return Box(self.plot.x, top, self.x(now.value) - self.plot.x, high)

    def mark(self, k: int) -> float | None:
        """Where last year's value stands."""
        value = _held(self.block.rows[k].then)
        return None if value is None else self.x(value)


def heights(_flow: Flow, block: Bars, _width: float) -> Heights:
    """Least, natural and most height: so much a row, and the head."""
    least, natural, most = (_HEAD + pitch * len(block.rows) for pitch in (_LEAST, _NATURAL, _MOST))
    return least, natural, most


def bars(flow: Flow, block: Bars, box: Box) -> None:
    """Draw the bars with their labels into a box."""
    said = plain(block.said).strip() or plain(block.title).strip() or _UNSAID
    with flow.canvas.figure(said):
        if not block.rows:
            style = flow.canvas.theme.type.table_none
            flow.canvas.text("not held", (box.x, box.y + box.h / 2), style)
            return
        pitch = min((box.h - _HEAD) / len(block.rows), _MOST)
        names = _names(flow, block, box.w, pitch)
        left = box.x + max(name.width for name in names) + _AFTER_LABEL
        plot = Box(left, box.y + _HEAD, box.right - left, pitch * len(block.rows))
        drawing = _drawing(flow, block, plot)
        for k, name in enumerate(names):
            top = drawing.middle(k) - name.height / 2
            name.draw(flow.canvas, name.box(box.x, top))
            _row(drawing, k)
        axis = Paint(stroke=flow.canvas.theme.colour.ink, width=flow.canvas.theme.weight.axis)
        flow.canvas.line((plot.x, plot.y - 1.5), (plot.x, plot.bottom), axis, "axis")
        _key(drawing)


def _names(flow: Flow, block: Bars, width: float, pitch: float) -> list[Lettering]:
    """The rows' names; two lines only where rows are high enough for them."""
    style = flow.canvas.theme.type.table
    small = style.at(_FLOOR)
    slot = Slot(_LABELS * width, max(int(pitch / small.leading), 1), _FLOOR)
    where = exhibit_name(block.ref)
    return [lettering(flow, row.label, style, slot, where) for row in block.rows]


def _held(figure: Figure | None) -> float | None:
    return None if figure is None else figure.value


def _drawing(flow: Flow, block: Bars, plot: Box) -> _Drawing:
    """Give the longest bar all the width that the values beside the bars leave."""
    figures = [figure for row in block.rows for figure in (row.now, row.then)]
    held = [value for figure in figures if (value := _held(figure)) is not None]
    widest = max(_value(flow, row).width for row in block.rows)
    reach = max(plot.w - _VALUE_GAP - 1 - widest, 0.3 * plot.w)
    return _Drawing(flow, block, plot, reach, max(held, default=0))


def _value(flow: Flow, row: BarRow) -> Run:
    """This year's number, or in italics why there is none."""
    styles = flow.canvas.theme.type
    style = styles.table_none if row.now.value is None else styles.bar_value
    return set_in(flow.canvas, str(Number(row.now)), style)


def _row(drawing: _Drawing, k: int) -> None:
    """A bar, last year's mark across it, and its value right of both."""
    canvas, theme = drawing.canvas, drawing.canvas.theme
    bar, mark = drawing.bar(k), drawing.mark(k)
    if bar is not None and bar.w > 0:
        canvas.rect(bar, Paint(fill=theme.colour.this_year), "bar")
    if mark is not None:
        _mark(drawing, k, mark)
    run = _value(drawing.flow, drawing.block.rows[k])
    x = _value_left(bar.right if bar is not None else drawing.plot.x, mark, run.width)
    canvas.text(run.text, (x, drawing.middle(k) + 0.33 * run.style.size), run.style)
    _why_no_mark(drawing, k, x + run.width)


def _value_left(end: float, mark: float | None, width: float) -> float:
    """Right of the bar; right of the mark too where the mark would touch the number."""
    x = end + _VALUE_GAP
    if mark is not None and x - _MARK_CLEAR < mark < x + width + _MARK_CLEAR:
        return mark + _VALUE_GAP + 1
    return x


def _mark(drawing: _Drawing, k: int, x: float) -> None:
    """An upright with a white gap on both sides where it crosses the bar."""
    canvas, theme = drawing.canvas, drawing.canvas.theme
    half, bar = theme.weight.bar_mark / 2, drawing.bar(k)
    if bar is not None:
        left = max(x - half - theme.weight.halo, bar.x)
        right = min(x + half + theme.weight.halo, bar.right + _HAIR)
        if right > left:
            gap = Box(left, bar.y, right - left, bar.h)
            canvas.rect(gap, Paint(fill=theme.colour.white), "halo")
    reach = _THICK * drawing.pitch / 2 + min(_OVER, (1 - _THICK) * drawing.pitch / 2 - 0.4)
    upright = Paint(stroke=theme.colour.ink, width=theme.weight.bar_mark)
    y = drawing.middle(k)
    canvas.line((x, y - reach), (x, y + reach), upright, "last year")


def _why_no_mark(drawing: _Drawing, k: int, x: float) -> None:
    """In italics, why last year's figure has no mark."""
    row, flow = drawing.block.rows[k], drawing.flow
    if row.then is None or row.then.value is not None:
        return
    words = (*drawing.block.then_label, Name(": "), Number(row.then))
    style = flow.canvas.theme.type.too_few
    run, left = flow.words(words, style), x + 2 * _VALUE_GAP
    if left + run.width > drawing.plot.right:
        whole = plain((*row.label, Name(", "), *words))
        flow.remember([set_in(flow.canvas, whole, style).text], exhibit_name(drawing.block.ref))
        return
    flow.canvas.text(run.text, (left, drawing.middle(k) + 0.33 * style.size), style)


def _key(drawing: _Drawing) -> None:
    """Name the years where people look first: above the first mark, and inside the first bar."""
    then = _then_label(drawing)
    if not _inside_a_bar(drawing):
        _now_in_head(drawing, then)


def _then_label(drawing: _Drawing) -> Box | None:
    """Last year's name above the first row's mark; beside a sample where that row has none."""
    flow, plot = drawing.flow, drawing.plot
    marks = [drawing.mark(k) for k in range(len(drawing.block.rows))]
    if all(mark is None for mark in marks):
        return None
    slot = Slot(_HEAD_SHARE * plot.w)
    style, where = flow.canvas.theme.type.as_of, exhibit_name(drawing.block.ref)
    label = lettering(flow, drawing.block.then_label, style, slot, where)
    top = plot.y - _HEAD_BASELINE - label.style.font.above * label.style.size
    middle = plot.right - label.width / 2 if marks[0] is None else marks[0]
    left = min(max(middle - label.width / 2, plot.x + 1), plot.right - label.width)
    box = label.box(left, top)
    label.draw(flow.canvas, box)
    if marks[0] is not None:
        return box
    high, gap = _SAMPLE
    x, y = left - gap, plot.y - _HEAD_BASELINE
    upright = Paint(stroke=flow.canvas.theme.colour.ink, width=flow.canvas.theme.weight.bar_mark)
    flow.canvas.line((x, y - high), (x, y), upright, "sample mark")
    return Box(x - gap, box.y, box.right - x + gap, box.h)


def _inside_a_bar(drawing: _Drawing) -> bool:
    """This year's name in white inside the first bar that has room for it beside its mark."""
    flow = drawing.flow
    high = _THICK * drawing.pitch
    style = flow.canvas.theme.type.as_of.on(flow.canvas.theme.colour.white)
    run = flow.words(drawing.block.now_label, style if high > style.size else style.at(_FLOOR))
    for k in range(len(drawing.block.rows)):
        bar, mark = drawing.bar(k), drawing.mark(k)
        if bar is None:
            continue
        starts = [bar.x + _INSIDE] if mark is None else [bar.x + _INSIDE, mark + _INSIDE]
        for x in starts:
            end = x + run.width
            clear = mark is None or end + _INSIDE < mark or x >= mark + _INSIDE
            if clear and end + _INSIDE <= bar.right:
                y = drawing.middle(k) + 0.33 * run.style.size
                flow.canvas.text(run.text, (x, y), run.style)
                return True
    return False


def _now_in_head(drawing: _Drawing, then: Box | None) -> None:
    """This year's name in its colour above the bars, beside last year's."""
    flow, plot = drawing.flow, drawing.plot
    taken = (then.x, then.right) if then is not None else (plot.right, plot.right)
    before, after = taken[0] - _VALUE_GAP - plot.x - 1, plot.right - taken[1] - _VALUE_GAP
    style = flow.canvas.theme.type.as_of.on(flow.canvas.theme.colour.this_year)
    where = exhibit_name(drawing.block.ref)
    wanted = flow.words(drawing.block.now_label, style).width
    first = wanted <= before or before >= after
    slot = Slot(before if first else after)
    label = lettering(flow, drawing.block.now_label, style, slot, where)
    top = plot.y - _HEAD_BASELINE - label.style.font.above * label.style.size
    label.draw(flow.canvas, label.box(plot.x + 1 if first else taken[1] + _VALUE_GAP, top))
