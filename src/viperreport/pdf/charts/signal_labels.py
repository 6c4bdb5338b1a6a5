"""What a control chart says of its signals: labels and brackets, where there is room for them.

A label stands beside its point, or in the strip above all values. It touches no point, no line and
no other label; one that has no such place is left to the whole texts, and its points stay marked.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from viperreport.model.exhibits import ChartSignal
from viperreport.pdf.canvas import Canvas
from viperreport.pdf.charts.lettering import Lettering, lettering
from viperreport.pdf.flow import Flow
from viperreport.pdf.geometry import Box, Point
from viperreport.pdf.look.theme import Paint
from viperreport.pdf.text import Slot

ROW = 11.5
_MOST_ROWS = 3
_WIDEST = 0.6  # of the plot's width
_FLOOR = 7.5
_CLEAR = 1.5
_HOOK = 4.5  # a bracket's ends
_BESIDE = 4.0  # from a bracket to its label
_OFF = 2.8  # from a point to its label
_INSIDE = 0.8  # a bracket's ends from the ends of its weeks
_FEW = 3


@dataclass(frozen=True, slots=True)
class Said:
    """A signal with its label and where it is.

    Args:
        span: where its first week begins and its last ends.
        point: the middle of its only week's mark, and the mark's reach; None for several weeks.
    """

    label: Lettering
    text: str
    span: tuple[float, float]
    point: tuple[Point, float] | None


@dataclass(frozen=True, slots=True)
class _Place:
    """A place for a label, with the line that ties it to its weeks: a bracket or a leader."""

    label: Box
    anchor: float
    tie: tuple[Point, ...] = ()

    @property
    def tied(self) -> Box | None:
        """The room that the tie takes."""
        if not self.tie:
            return None
        xs, ys = [x for x, _ in self.tie], [y for _, y in self.tie]
        return Box(min(xs) - 0.3, min(ys), max(xs) - min(xs) + 0.6, max(ys) - min(ys))


@dataclass(slots=True)
class Free:
    """A plot's room, and what labels may not touch.

    Args:
        solid: marks and labels.
        strokes: points along lines; sorted.
    """

    box: Box
    solid: list[Box]
    strokes: list[Point]
    ties: list[Box] = field(default_factory=list)

    def allows(self, place: _Place) -> bool:
        """Whether a label and its tie touch nothing."""
        box, tied = place.label, place.tied
        inside = (
            box.x >= self.box.x
            and box.right <= self.box.right
            and box.y >= self.box.y
            and box.bottom <= self.box.bottom
        )
        if not inside or any(box.meets(other, -_CLEAR) for other in (*self.solid, *self.ties)):
            return False
        if tied is not None and any(tied.meets(other) for other in (*self.solid, *self.ties)):
            return False
        first = bisect_left(self.strokes, (box.x - _CLEAR, 0.0))
        last = bisect_left(self.strokes, (box.right + _CLEAR, 0.0))
        top, bottom = box.y - _CLEAR / 2, box.bottom + _CLEAR / 2
        return not any(top < y < bottom for _, y in self.strokes[first:last])

    def take(self, place: _Place) -> None:
        """Keep a place taken."""
        self.solid.append(place.label)
        if place.tied is not None:
            self.ties.append(place.tied)


def said_of(
    flow: Flow,
    signal: ChartSignal,
    span: tuple[float, float],
    point: tuple[Point, float] | None,
    slot: tuple[float, str],
) -> Said:
    """Set a signal's label.

    Args:
        slot: the plot's width, and the exhibit's name.
    """
    style = flow.canvas.theme.type.direct_label.on(flow.canvas.theme.colour.this_year)
    width, where = slot
    label = lettering(flow, signal.said, style, Slot(_WIDEST * width, 2, _FLOOR), where)
    return Said(label, flow.words(signal.said, style).text, span, point)


def strip_height(said: Sequence[Said], band: Box) -> float:
    """What labels need above all values: more for many, for two lines, and for wide brackets."""
    if not said:
        return 0.0
    rows = 1 if len(said) == 1 else 2 if len(said) <= _FEW else _MOST_ROWS
    rows = max(rows, *(_rows(each, band) for each in said))
    return ROW * max(1, min(rows, _MOST_ROWS, int(0.3 * band.h / ROW)))


def _rows(said: Said, band: Box) -> int:
    lines = len(said.label.lines)
    beside = max(said.span[0] - band.x, band.right - said.span[1]) >= said.label.width + _BESIDE
    return lines if beside or said.point is not None else lines + 1


def draw_said(flow: Flow, said: Sequence[Said], free: Free, strip: Box, where: str) -> None:
    """Draw the labels that have a place, the first ones first; note the others."""
    free.strokes.sort()
    for each in said:
        if not each.label:
            continue
        place = next((p for p in _places(each, free.box, strip) if free.allows(p)), None)
        if place is None:
            flow.remember([each.text], where)
        else:
            free.take(place)
            _draw(flow.canvas, each, place)


def _places(said: Said, band: Box, strip: Box) -> Iterator[_Place]:
    """Every place that is tried, the most liked first."""
    rows = [strip.bottom - (k + 1) * ROW for k in range(int(strip.h / ROW + 0.01))]
    if said.point is None:
        for top in rows:
            yield from _bracketed(said, band, top)
        return
    (x, y), reach = said.point
    yield from _near(said.label, band, (x, y), reach + _OFF)
    for top in rows:
        for anchor in (0.5, 1.0, 0.0):
            box = _kept_in(said.label.box(x + (anchor - 0.5) * 6, top, anchor), band)
            leader = ((x, box.bottom + 0.5), (x, y - reach - _CLEAR))
            yield _Place(box, 0.5, leader if leader[1][1] - leader[0][1] > 1 else ())


def _bracketed(said: Said, band: Box, top: float) -> Iterator[_Place]:
    left, right = said.span[0] + _INSIDE, said.span[1] - _INSIDE
    y, label = top + ROW / 2 - 1, said.label
    hook = y + _HOOK
    bracket = ((left, hook), (left, y), (right, y), (right, hook))
    yield _Place(label.box(left - _BESIDE, y - label.rise, 1.0), 1.0, bracket)
    yield _Place(label.box(right + _BESIDE, y - label.rise), 0.0, bracket)
    above = label.box((left + right) / 2, y - 2.0 - label.height, 0.5)
    yield _Place(_kept_in(above, band), 0.5, bracket)


def _near(label: Lettering, band: Box, point: Point, gap: float) -> Iterator[_Place]:
    x, y = point
    yield _Place(_kept_in(label.box(x, y - gap - label.height, 0.5), band), 0.5)
    yield _Place(label.box(x - gap, y - label.rise, 1.0), 1.0)
    yield _Place(label.box(x + gap, y - label.rise), 0.0)
    yield _Place(_kept_in(label.box(x, y + gap, 0.5), band), 0.5)


def _kept_in(box: Box, band: Box) -> Box:
    x = max(min(box.x, band.right - box.w), band.x)
    return Box(x, box.y, box.w, box.h)


def _draw(canvas: Canvas, said: Said, place: _Place) -> None:
    colour, weight = canvas.theme.colour, canvas.theme.weight
    if place.tie:
        width = weight.leader if said.point is not None else weight.bracket
        paint = Paint(stroke=colour.this_year, width=width)
        kind = "leader" if said.point is not None else "bracket"
        canvas.polyline(place.tie, paint, kind)
    said.label.draw(canvas, place.label, place.anchor)
