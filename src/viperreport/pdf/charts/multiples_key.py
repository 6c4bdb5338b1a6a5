"""How small multiples are read: each mark with its words, in a box or in lines below the panels."""

from collections.abc import Iterator
from dataclasses import dataclass

from viperreport.model.exhibits import SmallMultiples
from viperreport.model.wording import Text, plain
from viperreport.pdf.canvas import Canvas
from viperreport.pdf.geometry import Box, Point
from viperreport.pdf.look.fonts import printable
from viperreport.pdf.look.theme import Paint, Style, Theme
from viperreport.pdf.text import Line, Run, draw_lines, wrap

_PAD, _INDENT = 7.0, 13.5  # of the box; from a mark to its words
_MARK = (7.0, 8.0)
_LEADING, _AIR, _AIR_LEAST = 10.0, 3.8, 1.0  # of lines; between entries
_TITLE = 15.0  # from the box's top to the first entry
_APART = 14.0  # between entries in a line
_STRIP_LEADING = 12.0
_CROSS, _TICK = 2.0, 7.0


@dataclass(frozen=True, slots=True)
class Entry:
    """A mark and its words, broken into lines."""

    kind: str
    lines: tuple[Line, ...]

    @property
    def indent(self) -> float:
        """From the entry's left to its words."""
        return 0.0 if self.kind in {"note", "title"} else _INDENT

    @property
    def width(self) -> float:
        """With the mark."""
        return self.indent + max((line.width for line in self.lines), default=0.0)


def _entries(theme: Theme, block: SmallMultiples, width: float) -> Iterator[Entry]:
    """Everything that has to be explained; a note comes last."""
    said: list[tuple[str, Text]] = [each for each in block.key if each[0] != "note"]
    if event_held(block) and block.event is not None:
        said.append(("event", block.event.label))
    said += [each for each in block.key if each[0] == "note"]
    for kind, words in said:
        style = (
            theme.type.panel_unit if kind == "note" else theme.type.panel_unit.on(theme.colour.ink2)
        )
        indent = 0.0 if kind == "note" else _INDENT
        yield Entry(kind, tuple(_wrapped(words, style, width - indent)))


def _wrapped(words: Text, style: Style, width: float) -> list[Line]:
    run = Run(printable(plain(words), style.font).text.strip(), style)
    return wrap([run], width)


def event_held(block: SmallMultiples) -> bool:
    """Whether the event lies in the weeks shown."""
    points = block.panels[0].points if block.panels else ()
    if block.event is None or not points:
        return False
    return points[0][0].start <= block.event.day <= points[-1][0].last_day


def boxed_height(theme: Theme, block: SmallMultiples, width: float) -> float:
    """The least height of the key as a box."""
    entries = list(_entries(theme, block, width - 2 * _PAD))
    lines = sum(len(entry.lines) for entry in entries)
    return _TITLE + lines * _LEADING + len(entries) * _AIR_LEAST + 3.0


def draw_boxed(canvas: Canvas, block: SmallMultiples, box: Box) -> None:
    """Draw the key as a box, as airy as its height allows."""
    theme = canvas.theme
    canvas.rect(box, Paint(fill=theme.colour.tint), "key")
    entries = list(_entries(theme, block, box.w - 2 * _PAD))
    title = _wrapped(block.key_title, theme.type.panel_title, box.w - 2 * _PAD)[:1]
    draw_lines(canvas, title, (box.x + _PAD, box.y + 11.0), _LEADING)
    lines = sum(len(entry.lines) for entry in entries)
    spare = box.h - _TITLE - lines * _LEADING - 3.0
    air = min(_AIR, max(spare / max(len(entries), 1), 0.0))
    y = box.y + _TITLE + air
    for entry in entries:
        _draw(canvas, entry, (box.x + _PAD, y + 7.6))
        y += len(entry.lines) * _LEADING + air


def strip_height(theme: Theme, block: SmallMultiples, width: float) -> float:
    """The height of the key as lines across the page."""
    return _strip(theme, block, width)[1]


def draw_strip(canvas: Canvas, block: SmallMultiples, box: Box) -> None:
    """Draw the key as lines across the page."""
    placed, _ = _strip(canvas.theme, block, box.w)
    for entry, (x, y) in placed:
        _draw(canvas, entry, (box.x + x, box.y + y + 8.0))


def _strip(
    theme: Theme, block: SmallMultiples, width: float
) -> tuple[list[tuple[Entry, Point]], float]:
    """Each entry's place, and the height of all."""
    title = Entry("title", tuple(_wrapped(block.key_title, theme.type.panel_title, width)))
    placed: list[tuple[Entry, Point]] = []
    x = y = deepest = 0.0
    for entry in (title, *_entries(theme, block, width)):
        if x and x + entry.width > width:
            x, y = 0.0, y + deepest
            deepest = 0.0
        placed.append((entry, (x, y)))
        x += entry.width + _APART
        deepest = max(deepest, _STRIP_LEADING + (len(entry.lines) - 1) * _LEADING)
    return placed, y + deepest


def _draw(canvas: Canvas, entry: Entry, at: Point) -> None:
    """Draw an entry from its first baseline."""
    x, y = at
    _mark(canvas, entry.kind, (x, y))
    draw_lines(canvas, entry.lines, (x + entry.indent, y), _LEADING)


def _mark(canvas: Canvas, kind: str, at: Point) -> None:
    x, y = at
    colour = canvas.theme.colour
    wide, high = _MARK
    middle = (x + wide / 2, y - 2.8)
    fills = {"before": colour.context_bar, "recent": colour.this_year}
    if kind in fills:
        canvas.rect(Box(x, y - high + 1.2, wide, high), Paint(fill=fills[kind]), "swatch")
    elif kind == "plan":
        line = Paint(stroke=colour.ink, width=canvas.theme.weight.plan)
        canvas.line((x - 1.0, middle[1]), (x + wide + 1.0, middle[1]), line, "plan")
    elif kind == "missing":
        cross(canvas, middle)
    elif kind == "event":
        line = Paint(stroke=colour.ink, width=canvas.theme.weight.event)
        canvas.line((middle[0], y - _TICK), (middle[0], y + 1.0), line, "event")


def cross(canvas: Canvas, centre: Point) -> None:
    """Draw the mark of a week that was not reported."""
    x, y = centre
    line = Paint(stroke=canvas.theme.colour.ink3, width=0.9)
    for way in (-1, 1):
        start, end = (x - _CROSS, y - way * _CROSS), (x + _CROSS, y + way * _CROSS)
        canvas.line(start, end, line, "not reported")
