"""The column right of a control chart: its limit, its newest week, what was expected of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from viperreport.model.citing import exhibit_name
from viperreport.model.exhibits import ControlChart
from viperreport.pdf.canvas import Canvas
from viperreport.pdf.charts.axes import Plot
from viperreport.pdf.charts.labels import spread
from viperreport.pdf.charts.lettering import Lettering, lettering
from viperreport.pdf.flow import Flow
from viperreport.pdf.geometry import Box
from viperreport.pdf.look.theme import Paint
from viperreport.pdf.text import Slot, balanced

_LEAST_COLUMN, _MOST_COLUMN = 84.0, 0.27  # points; of the width
_UNLABELLED = 10.0  # what is left at the right without any label
_INDENT = 8.0  # from the plot to the labels
_PARTS = 1.2  # from a label to the note below it
_BETWEEN = 2.5  # labels of the column
_MOVED = 1.5  # a label nearer than this to its line needs no leader
_FLOOR = 7.5
_EVEN = 2  # lines, which can be broken evenly


@dataclass(frozen=True, slots=True)
class End:
    """A label at the right: a line's or the newest point's, in one or two styles."""

    value: float
    parts: tuple[Lettering, ...]

    @property
    def height(self) -> float:
        """With the space to its neighbours."""
        return sum(part.height + _PARTS for part in self.parts) - _PARTS + _BETWEEN

    @property
    def rise(self) -> float:
        """From its top down to the height that belongs to the value."""
        return self.parts[0].rise + _BETWEEN / 2

    @property
    def width(self) -> float:
        """Of its widest part."""
        return max(part.width for part in self.parts)


def ends_of(flow: Flow, block: ControlChart, width: float) -> list[End]:
    """The labels of the column, from the highest down."""
    styles, colour = flow.canvas.theme.type, flow.canvas.theme.colour
    slot = Slot(max(_MOST_COLUMN * width - _INDENT, _LEAST_COLUMN - _INDENT), 2, _FLOOR)
    newest, where = block.newest.value, exhibit_name(block.ref)
    if newest is None:
        newest = _last([week.count for week in block.points])
    high = _last([week.high for week in block.points])
    expected = _last([week.expected for week in block.points])
    made = [
        (value, lettering(flow, words, style, slot, where))
        for value, words, style in (
            (high, block.limit_label, styles.direct_label.on(colour.ink)),
            (newest, block.newest_label, styles.hero_label.at(9)),
            (expected, block.expected_label, styles.direct_label),
        )
    ]
    ends = [End(value, (label,)) for value, label in made if label]
    # The note is broken to the width that the others take: it is not to narrow the plot.
    small = styles.note
    narrow = Slot(max(_LEAST_COLUMN - _INDENT, *(label.width for _, label in made)), 3, small.size)
    note = lettering(flow, block.limit_note, small, narrow, where)
    even = balanced(flow.words(block.limit_note, small), narrow.width)
    note = Lettering(tuple(even), small) if len(even) == _EVEN else note
    if note:
        value, label = made[0]
        ends = [end for end in ends if end.parts[0] is not label]
        ends.append(End(value, (label, note) if label else (note,)))
    return sorted(ends, key=lambda end: -end.value)


def _last(values: Sequence[float | None]) -> float:
    """Where a line ends: at its last value."""
    held = [value for value in values if value is not None]
    return held[-1] if held else 0.0


def width_of_column(ends: Sequence[End]) -> float:
    """From the plot's right edge to the figure's."""
    return max(_LEAST_COLUMN, *(_INDENT + end.width for end in ends)) if ends else _UNLABELLED


def draw_column(canvas: Canvas, plot: Plot, ends: Sequence[End], box: Box) -> None:
    """Draw the labels, pushed apart, with leaders to those that had to move."""
    theme = canvas.theme
    wanted = [(plot.y(end.value) - end.rise, end.height) for end in ends]
    line = Paint(stroke=theme.colour.years_before, width=theme.weight.leader)
    for end, top in zip(ends, spread(wanted, box.y, box.bottom), strict=True):
        y, middle = plot.y(end.value), top + end.rise
        if abs(middle - y) > _MOVED:
            canvas.line((box.x + 1.5, y), (box.x + _INDENT - 1.5, middle), line, "leader")
        at = top + _BETWEEN / 2
        for part in end.parts:
            part.draw(canvas, part.box(box.x + _INDENT, at))
            at += part.height + _PARTS
