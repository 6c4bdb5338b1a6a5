"""One tile of a map: a name, a count, last year's count, and what each looks like."""

from dataclasses import dataclass, replace

from viperreport.model.exhibits import Tile, TileMap
from viperreport.model.figure import Figure
from viperreport.model.wording import Number, Text, Year, plain, text
from viperreport.pdf.canvas import Canvas
from viperreport.pdf.charts.lettering import lettering
from viperreport.pdf.charts.map_pieces import class_of
from viperreport.pdf.flow import Flow
from viperreport.pdf.geometry import Box
from viperreport.pdf.look.theme import Paint, Style, Theme
from viperreport.pdf.text import ELLIPSIS, Run, Slot

_PAD, _LEAST_PAD, _PAD_SHARE = 4.5, 2.2, 0.075
_ONE_LINE, _TWO_LINES, _STACKED = 0.17, 0.08, 0.06  # of a tile's height: the top of its name
_COUNT, _COUNT_LOW = 0.83, 0.87  # of a tile's height: the baseline of its count; under two lines
_CROWDED = 0.4  # of a tile's height, taken by its name
_LEAST_BESIDE = 9.5  # size of a count that has last year's beside it
_BESIDE_GAP = 4.0
_HIGH, _RAISED = 32.0, 0.045  # a tile with room for four lines; part of it that they begin higher


@dataclass(frozen=True, slots=True)
class _Look:
    """A tile's colours, by what it holds.

    Args:
        name: of its name; the count has `number`.
    """

    fill: str
    edge: str | None
    name: str
    number: str


def _look(theme: Theme, block: TileMap, tile: Tile) -> _Look:
    colour = theme.colour
    if tile.now is None or tile.now.value is None:
        return _Look(colour.white, colour.rule, colour.ink2, colour.ink3)
    step = class_of(tile.now.value, block.breaks)
    words = colour.ramp_text[step]
    quiet = colour.ink2 if step <= 1 else words
    return _Look(colour.ramp[step], None if step else colour.rule, quiet, words)


def draw_tile(flow: Flow, block: TileMap, tile: Tile, box: Box) -> None:
    """One area: its name, its count, and last year's where it is a priority."""
    canvas, theme = flow.canvas, flow.canvas.theme
    look = _look(theme, block, tile)
    canvas.rect(box, Paint(fill=look.fill), "tile")
    if tile.priority:
        _edge(canvas, box, Paint(stroke=theme.colour.ink, width=theme.weight.map_priority))
    elif look.edge is not None:
        _edge(canvas, box, Paint(stroke=look.edge, width=0.75))
    pad = min(_PAD, max(_LEAST_PAD, _PAD_SHARE * box.w))
    inner = Box(box.x + pad, box.y, box.w - 2 * pad, box.h)
    if tile.now is None or tile.now.value is None:
        content = tile.note if tile.now is None else (Number(tile.now),)
        _name_and_words(flow, tile, inner, look, content)
    else:
        _name_and_count(flow, tile, tile.now, inner, look)


def _edge(canvas: Canvas, box: Box, paint: Paint) -> None:
    half = paint.width / 2
    inner = Box(box.x + half, box.y + half, box.w - paint.width, box.h - paint.width)
    canvas.rect(inner, paint, "tile edge")


def _name(flow: Flow, tile: Tile, inner: Box, look: _Look, lines: int) -> float:
    """Write the name and give where it ends."""
    theme = flow.canvas.theme
    style = theme.type.map_name.on(look.name)
    if tile.priority:
        style = replace(style, font=theme.fonts.semibold)
    made = lettering(flow, tile.name, style, Slot(inner.w, lines))
    share = _TWO_LINES if len(made.lines) > 1 else (_ONE_LINE if lines > 1 else _STACKED)
    box = made.box(inner.x, inner.y + share * inner.h)
    made.draw(flow.canvas, box)
    return box.bottom


def _name_and_words(flow: Flow, tile: Tile, inner: Box, look: _Look, content: Text) -> None:
    """An area without a number: why it has none, in italics."""
    top = _name(flow, tile, inner, look, 2)
    style = flow.canvas.theme.type.too_few.on(look.number)
    lines = 2 if inner.bottom - top > 2.2 * style.leading else 1
    made = lettering(flow, content, style, Slot(inner.w, lines), plain(tile.name))
    wanted = inner.y + _COUNT * inner.h - style.font.above * made.style.size
    room = inner.bottom - 1.0 - made.height
    made.draw(flow.canvas, made.box(inner.x, max(min(wanted, room), top)))


def _name_and_count(flow: Flow, tile: Tile, now: Figure, inner: Box, look: _Look) -> None:
    """The count as large as it can be, with last year's at its right, or else under it."""
    styles = flow.canvas.theme.type
    count = _whole(flow, tile, (Number(now),), styles.map_count.on(look.number), inner.w)
    then = _then(flow, tile, inner.w, styles.map_then.on(look.number))
    if then is None:
        room = inner.w
    elif count.at(_LEAST_BESIDE).width + _BESIDE_GAP + then.width <= inner.w:
        room = inner.w - _BESIDE_GAP - then.width
    else:
        _stacked(flow, tile, inner, look, (count, then))
        return
    top = _name(flow, tile, inner, look, 2)
    share = _COUNT_LOW if top > inner.y + _CROWDED * inner.h else _COUNT
    base = inner.y + share * inner.h
    y = _draw_count(flow.canvas, count, Box(inner.x, top, room, inner.bottom - top), base)
    if then is not None:
        flow.canvas.text(then.text, (inner.right - then.width, y), then.style)


def _stacked(flow: Flow, tile: Tile, inner: Box, look: _Look, held: tuple["_Sized", Run]) -> None:
    """Last year's count under this year's; the name has two lines where the tile is high."""
    count, then = held
    is_high = inner.h >= _HIGH
    raised = Box(inner.x, inner.y - _RAISED * inner.h * is_high, inner.w, inner.h)
    top = _name(flow, tile, raised, look, 1 + is_high)
    below = then.style.font.below * then.style.size
    y = inner.bottom - 1.2 - below
    flow.canvas.text(then.text, (inner.x, y), then.style)
    bottom = y - then.style.font.above * then.style.size
    _draw_count(flow.canvas, count, Box(inner.x, top, inner.w, bottom - top), bottom)


@dataclass(frozen=True, slots=True)
class _Sized:
    """A number that is set as large as its place allows."""

    run: Run

    def at(self, size: float) -> Run:
        """At a size, if that is not more than its own."""
        return Run(self.run.text, self.run.style.at(min(size, self.run.style.size)))


def _draw_count(canvas: Canvas, count: _Sized, room: Box, base: float) -> float:
    """Write a count into its room, on a baseline or higher; gives the baseline."""
    font, least = count.run.style.font, canvas.theme.type.minimum
    size = count.run.style.size
    while size > least:
        made = count.at(size)
        y = min(base, room.bottom - 0.8 - font.below * size)
        if made.width <= room.w and y - font.above * size >= room.y:
            break
        size -= 0.25
    made = count.at(max(size, least))
    y = min(base, room.bottom - 0.8 - font.below * made.style.size)
    canvas.text(made.text, (room.x, y), made.style)
    return y


def _whole(flow: Flow, tile: Tile, content: Text, style: Style, width: float) -> _Sized:
    """A number that fits whole at the least size; else dots, and it is printed elsewhere."""
    run = flow.words(content, style)
    if Run(run.text, style.at(flow.canvas.theme.type.minimum)).width <= width:
        return _Sized(run)
    flow.remember([f"{plain(tile.name)}: {run.text}"])
    return _Sized(Run(ELLIPSIS, style))


def _then(flow: Flow, tile: Tile, width: float, style: Style) -> Run | None:
    """Last year's count, with its year."""
    if not tile.priority or tile.then is None:
        return None
    content = text(Year(tile.then.period.start.year), ": ", Number(tile.then))
    return _whole(flow, tile, content, style, width).run
