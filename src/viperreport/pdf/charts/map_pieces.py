"""What stands beside the tiles of a map: a large share, the ramp's classes, what an outline means.

Each piece knows its size before it is drawn, so that a free place can be found for it among the
tiles.
"""

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

from viperreport.model.exhibits import TileMap
from viperreport.model.wording import Text, plain, whole
from viperreport.pdf.canvas import Canvas
from viperreport.pdf.geometry import Box
from viperreport.pdf.look.fonts import printable
from viperreport.pdf.look.theme import Paint, Style, Theme
from viperreport.pdf.structure import Role
from viperreport.pdf.text import Run, balanced, centred, draw_lines, wrap

NATURAL = 33.0  # of a row of tiles, and of a piece that stands in it
_LEADING = 11.0
_LEAD_GAP = 6.0
_EVEN, _LEAST_WORDS = 0.56, 90.0  # a line's width when words are broken into two
_SWATCH, _SWATCH_MOST, _LABEL_GAP = 30.0, 37.0, 6.0
# From the top of a piece of natural height: baseline of the title, the ramp, baseline of labels.
_TITLE, _RAMP, _RAMP_HIGH, _LABELS = 8.2, 13.2, 9.0, 29.4
_TITLE_LEADING = 10.0
_ROUNDING = 0.1  # so that a title as wide as its room is not broken
_OUTLINE, _OUTLINE_GAP = (18.6, 12.0), 6.0


@dataclass(frozen=True, slots=True)
class Piece:
    """Something with a size that is drawn into a box no smaller.

    Args:
        kind: "lead", "scale" or "key".
        height: the least.
        natural: the height that it has where it stands alone.
    """

    kind: str
    width: float
    height: float
    natural: float
    draw: Callable[[Canvas, Box], None]


def pieces(theme: Theme, block: TileMap, width: float) -> list[Piece]:
    """What a map has beside its tiles, none of it wider than `width`."""
    made = []
    if block.lead:
        made.append(_lead(theme, block, width))
    made.append(_scale(theme, block, width))
    if block.priority_key:
        made.append(_key(theme, block, width))
    return made


def _run(content: Text, style: Style) -> Run:
    return Run(printable(plain(content), style.font).text.strip(), style)


def _lead(theme: Theme, block: TileMap, width: float) -> Piece:
    number = _run(block.lead, theme.type.lead_value)
    words = _run(block.lead_words, theme.type.exhibit_subtitle)
    room = min(max(_EVEN * words.width, _LEAST_WORDS), width - number.width - _LEAD_GAP)
    lines = balanced(words, room)
    wide = number.width + _LEAD_GAP + max((line.width for line in lines), default=0.0)

    def draw(canvas: Canvas, box: Box) -> None:
        size = min(number.style.size, number.style.size * box.h / NATURAL)
        value = Run(number.text, number.style.at(size))
        y = box.y + 0.76 * size
        with canvas.element(Role.PARAGRAPH):
            canvas.text(value.text, (box.x, y), value.style, more=True)
            x = box.x + value.width + _LEAD_GAP
            above = max(y - _LEADING * (len(lines) - 1), box.y + 0.76 * _LEADING)
            draw_lines(canvas, lines, (x, above), _LEADING)

    high = len(lines) * _LEADING
    return Piece("lead", wide, max(high, 20.0), max(high, NATURAL), draw)


def class_of(value: float, breaks: tuple[int, ...]) -> int:
    """A value's place on the ramp; with fewer classes than colours, the colours lie apart."""
    return _colour_place(bisect_right(breaks, value), len(breaks))


def _colour_place(number: int, highest: int) -> int:
    return round(4 * number / highest) if highest else 0


def class_names(breaks: tuple[int, ...]) -> list[str]:
    """What the classes hold: 0, 1 to 4, 5 to 9, 10 and more as 10+."""
    ranges = [(0, breaks[0])] if breaks else []
    ranges += list(pairwise(breaks))
    names = [
        whole(low) if high - 1 == low else f"{whole(low)} to {whole(high - 1)}"
        for low, high in ranges
    ]
    return [*names, f"{whole(breaks[-1])}+" if breaks else whole(0)]


def _scale(theme: Theme, block: TileMap, width: float) -> Piece:
    style = theme.type.axis.on(theme.colour.ink2)
    labels = [Run(name, style) for name in class_names(block.breaks)]
    widest = max(label.width for label in labels) + _LABEL_GAP
    if widest * len(labels) > width:
        labels = [Run(label.text, style.at(theme.type.minimum)) for label in labels]
        widest = max(label.width for label in labels) + _LABEL_GAP / 2
    least = max(widest, _SWATCH)
    title = _run(block.scale_title, theme.type.map_scale)
    wide = min(max(least * len(labels), title.width + _ROUNDING), width)
    lines = wrap([title], wide)
    more = max(len(lines) - 1, 0) * _TITLE_LEADING

    def draw(canvas: Canvas, box: Box) -> None:
        part = min((box.h - more) / NATURAL, 1.15)
        draw_lines(canvas, lines, (box.x, box.y + _TITLE * part), _TITLE_LEADING)
        step = max(min(box.w / len(labels), _SWATCH_MOST), min(least, wide / len(labels)))
        _ramp(canvas, Box(box.x, box.y + more, step, part), labels)

    return Piece("scale", wide, 25.0 + more, NATURAL + more, draw)


def _ramp(canvas: Canvas, place: Box, labels: list[Run]) -> None:
    """The classes side by side, under one outline; place.h is the part of their natural height."""
    colour = canvas.theme.colour
    top, high = place.y + _RAMP * place.h, _RAMP_HIGH * place.h
    for k, label in enumerate(labels):
        fill = colour.ramp[_colour_place(k, len(labels) - 1)]
        left = place.x + k * place.w
        canvas.rect(Box(left, top, place.w, high), Paint(fill=fill), "ramp")
        at = (left + place.w / 2, place.y + _LABELS * place.h)
        centred(canvas, label, at)
    edge = Box(place.x + 0.25, top + 0.25, place.w * len(labels) - 0.5, high - 0.5)
    canvas.rect(edge, Paint(stroke=colour.rule, width=0.5), "ramp edge")


def _key(theme: Theme, block: TileMap, width: float) -> Piece:
    wide, high = _OUTLINE
    words = _run(block.priority_key, theme.type.exhibit_subtitle)
    lines = wrap([words], width - wide - _OUTLINE_GAP)
    height = max(high, len(lines) * _LEADING)

    def draw(canvas: Canvas, box: Box) -> None:
        outline = Paint(stroke=canvas.theme.colour.ink, width=canvas.theme.weight.map_priority)
        half = outline.width / 2
        swatch = Box(box.x + half, box.y + 2.0 + half, wide - 2 * half, high - 2 * half)
        canvas.rect(swatch, outline, "outline")
        start = (box.x + wide + _OUTLINE_GAP, box.y + 2.0 + high / 2 + 3.0)
        draw_lines(canvas, lines, start, _LEADING)

    longest = max((line.width for line in lines), default=0.0)
    return Piece("key", wide + _OUTLINE_GAP + longest, height + 3.0, height + 4.0, draw)
