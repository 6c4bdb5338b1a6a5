"""Setting text: runs, wrapping, even headlines, and labels that must fit a slot.

Nothing is cut silently. A label that fits its slot in no way ends in an ellipsis and says so,
and its caller prints the whole of it elsewhere on the pages.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from viperreport.pdf.canvas import Canvas, width_of
from viperreport.pdf.geometry import Point
from viperreport.pdf.look.theme import Paint, Style
from viperreport.pdf.stretches import Stretch, inside, joined, pieces
from viperreport.pdf.structure import Inline, Link

ELLIPSIS = "\N{HORIZONTAL ELLIPSIS}"
_STEP = 0.25  # of sizes tried, in points
_UNDER = 0.16  # of a size: from the baseline down to the line under a link


@dataclass(frozen=True, slots=True)
class Run:
    """Text in one style.

    Args:
        stretches: of its letters that are a link, or are read in other words.
    """

    text: str
    style: Style
    stretches: tuple[Stretch, ...] = ()

    @property
    def width(self) -> float:
        """In points."""
        return width_of(self.text, self.style)

    def at(self, size: float) -> "Run":
        """The same at another size."""
        return Run(self.text, self.style.at(size), self.stretches)

    def part(self, start: int, end: int) -> "Run":
        """Its letters from one place to another."""
        return Run(self.text[start:end], self.style, inside(self.stretches, start, end))

    def all(self, inline: Inline | None) -> "Run":
        """The same, all of it one part of a text."""
        whole = (Stretch(0, len(self.text), inline),) if inline and self.text else ()
        return Run(self.text, self.style, whole)

    def stripped(self) -> "Run":
        """The same without spaces at its ends."""
        start = len(self.text) - len(self.text.lstrip(" "))
        return self.part(start, len(self.text.rstrip(" ")))

    def with_next(self, other: "Run") -> "Run":
        """It and a run of the same style after it."""
        both = joined(self.stretches, other.stretches, len(self.text))
        return Run(self.text + other.text, self.style, both)


@dataclass(frozen=True, slots=True)
class Line:
    """Runs side by side.

    Args:
        more: the paragraph goes on after a space, which is drawn at the line's end.
    """

    runs: tuple[Run, ...]
    more: bool = False

    @property
    def width(self) -> float:
        """In points, without the space at the end."""
        return sum(run.width for run in self.runs)

    @property
    def text(self) -> str:
        """The line as one string."""
        return "".join(run.text for run in self.runs)

    def draw(self, canvas: Canvas, at: Point) -> None:
        """Draw it from a point on its baseline."""
        x, y = at
        for run in self.runs:
            x += _draw_run(canvas, run, (x, y), more=self.more and run is self.runs[-1])


def _draw_run(canvas: Canvas, run: Run, at: Point, *, more: bool) -> float:
    """Draw a run piece by piece, and give its width."""
    if not run.stretches:
        return canvas.text(run.text, at, run.style, more=more)
    x, y = at
    parts = pieces(run.text, run.stretches)
    for k, (text, inline) in enumerate(parts, 1):
        with canvas.inline(inline):
            wide = canvas.text(text, (x, y), run.style, more=more and k == len(parts))
        if isinstance(inline, Link) and inline.address:
            _underline(canvas, (x, y), wide, run.style)
        x += wide + run.style.spacing
    return x - run.style.spacing - at[0]


def _underline(canvas: Canvas, at: Point, width: float, style: Style) -> None:
    """A hairline under words that lead away from these pages."""
    y = at[1] + _UNDER * style.size
    paint = Paint(stroke=style.colour, width=canvas.theme.weight.table_row)
    canvas.line((at[0], y), (at[0] + width, y), paint, "underline")


@dataclass(frozen=True, slots=True)
class Slot:
    """The room that a label has.

    Args:
        floor: the size under which it is not shrunk.
    """

    width: float
    lines: int = 1
    floor: float = 7.0


@dataclass(frozen=True, slots=True)
class Fitted:
    """A label as it fits: its lines in one style, and whether it had to be cut."""

    lines: tuple[Line, ...]
    style: Style
    cut: bool = False


def wrap(runs: Sequence[Run], width: float) -> list[Line]:
    """Break printable runs into lines no wider than `width`, at spaces.

    A word that is wider than the line is broken between letters.
    """
    if len(runs) == 1 and _is_plain(runs[0].text) and runs[0].width <= width:
        return [Line(tuple(runs))]
    lines: list[Line] = []
    line: list[Run] = []
    taken = 0.0
    for word in _words(runs):
        wide = _width(word)
        space = [Run(" ", line[-1].style)] if line else []
        if line and taken + _width(space) + wide > width:
            lines.append(Line(_merged(line), more=True))
            line, space, taken = [], [], 0.0
        if wide > width:
            *whole, word = _pieces(word, width)  # noqa: PLW2901
            lines += [Line(_merged(piece)) for piece in whole]
        line += [*space, *word]
        taken = _width(line) if wide > width else taken + _width(space) + wide
    return [*lines, Line(_merged(line))] if line else lines


def _is_plain(text: str) -> bool:
    """Whether a text has words, and nothing but single spaces between them."""
    return bool(text) and "  " not in text and not text.startswith(" ") and not text.endswith(" ")


def _words(runs: Sequence[Run]) -> Iterator[list[Run]]:
    """Words as lists of runs: a change of style inside a word is no place to break it."""
    word: list[Run] = []
    for run in runs:
        start = 0
        for k, part in enumerate(run.text.split(" ")):
            if k and word:
                yield word
                word = []
            if part:
                word.append(run.part(start, start + len(part)))
            start += len(part) + 1
    if word:
        yield word


def _pieces(word: Iterable[Run], width: float) -> list[list[Run]]:
    """A word that is too wide, in pieces that are not."""
    pieces: list[list[Run]] = [[]]
    taken = 0.0
    for run in word:
        start = 0
        for k, character in enumerate(run.text):
            wide = width_of(character, run.style)
            if taken + wide > width and taken:
                pieces[-1].append(run.part(start, k))
                pieces.append([])
                start, taken = k, 0.0
            taken += wide + run.style.spacing
        pieces[-1].append(run.part(start, len(run.text)))
    return pieces


def _merged(runs: Iterable[Run]) -> tuple[Run, ...]:
    """Neighbours of one style made one run."""
    merged: list[Run] = []
    for run in runs:
        if merged and merged[-1].style == run.style:
            merged[-1] = merged[-1].with_next(run)
        else:
            merged.append(run)
    return tuple(run for run in merged if run.text)


def _width(runs: Iterable[Run]) -> float:
    return sum(run.width for run in runs)


def set_in(canvas: Canvas, text: str, style: Style) -> Run:
    """A run of text that its font can draw."""
    return Run(canvas.printable(text, style.font).strip(" "), style)


def balanced(run: Run, width: float) -> list[Line]:
    """Break a headline into one line, or two as even as can be; more only where two are too few."""
    if run.width <= width:
        return [Line((run,))] if run.text else []
    best: tuple[float, Line, Line] | None = None
    for k in (place for place, letter in enumerate(run.text) if letter == " "):
        first = Line((run.part(0, k),), more=True)
        second = Line((run.part(k + 1, len(run.text)),))
        uneven = abs(first.width - second.width)
        if max(first.width, second.width) <= width and (best is None or uneven < best[0]):
            best = (uneven, first, second)
    return [*best[1:]] if best else wrap([run], width)


def headline(run: Run, width: float, floor: float, lines: int = 2) -> list[Line]:
    """Set a headline in at most `lines` even lines, smaller if need be, but not under `floor`.

    At the floor it takes the lines that it needs: nothing is lost.
    """
    smallest = run.at(floor)
    if smallest.width > lines * width:
        return wrap([smallest], width)
    for size in _sizes(run.style.size, floor):
        made = balanced(run.at(size), width)
        if len(made) <= lines:
            return made
    return wrap([smallest], width)


def fit(run: Run, slot: Slot) -> Fitted:
    """Fit a label: smaller down to the floor, then on more lines, then cut with an ellipsis."""
    for size in _sizes(run.style.size, slot.floor):
        made = run.at(size)
        if made.width <= slot.width:
            return Fitted((Line((made,)),), made.style)
    made = run.at(min(slot.floor, run.style.size))
    lines = wrap([made], slot.width)
    if len(lines) <= slot.lines:
        return Fitted(tuple(lines), made.style)
    *kept, last = lines[: slot.lines]
    return Fitted((*kept, _ellipsis(last, slot.width)), made.style, cut=True)


def _sizes(largest: float, floor: float) -> Iterator[float]:
    size = largest
    while size > floor:
        yield size
        size -= _STEP
    yield min(floor, largest)


def _ellipsis(line: Line, width: float) -> Line:
    """As much of a line as fits with an ellipsis after it, in the style that it begins with."""
    text, style = line.text, line.runs[0].style
    while text and width_of(text + ELLIPSIS, style) > width:
        text = text[:-1]
    text = text.rstrip()
    kept = line.runs[0].part(0, len(text)).stretches
    return Line((Run(text + ELLIPSIS, style, kept),))


def apart(lines: Sequence[Line]) -> list[Line]:
    """Lines that end with a space, so that a text which follows in the same element is apart."""
    return [*lines[:-1], *(Line(line.runs, more=True) for line in lines[-1:])]


def draw_lines(canvas: Canvas, lines: Sequence[Line], at: Point, leading: float) -> None:
    """Draw lines downwards, the first on a baseline through `at`."""
    for k, line in enumerate(lines):
        line.draw(canvas, (at[0], at[1] + k * leading))


def right(canvas: Canvas, run: Run, at: Point) -> None:
    """Draw a run that ends at a point."""
    Line((run,)).draw(canvas, (at[0] - run.width, at[1]))


def centred(canvas: Canvas, run: Run, at: Point) -> None:
    """Draw a run around a point."""
    Line((run,)).draw(canvas, (at[0] - run.width / 2, at[1]))


class Keeping(Protocol):
    """Who notes texts that were cut, to print them whole."""

    def remember(self, texts: Sequence[str], where: str = "") -> None:
        """Note texts to be printed whole."""


def shortened(keep: Keeping, lines: list[Line], most: int, width: float) -> list[Line]:
    """Cut a text that takes too many lines; the whole of it is printed elsewhere."""
    if len(lines) <= most:
        return lines
    keep.remember([" ".join(line.text for line in lines)])
    return [*lines[: most - 1], _ellipsis(lines[most - 1], width)]
