"""Setting text: runs, wrapping, even headlines, and labels that must fit a slot.

Nothing is cut silently. A label that fits its slot in no way ends in an ellipsis and says so,
and its caller prints the whole of it elsewhere on the pages.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from viperreport.pdf.canvas import Canvas, width_of
from viperreport.pdf.geometry import Point
from viperreport.pdf.look.theme import Style

ELLIPSIS = "\N{HORIZONTAL ELLIPSIS}"
_STEP = 0.25  # of sizes tried, in points


@dataclass(frozen=True, slots=True)
class Run:
    """Text in one style."""

    text: str
    style: Style

    @property
    def width(self) -> float:
        """In points."""
        return width_of(self.text, self.style)


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
            last = run is self.runs[-1]
            x += canvas.text(run.text, (x, y), run.style, more=self.more and last)


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
            lines.append(Line(_joined(line), more=True))
            line, space, taken = [], [], 0.0
        if wide > width:
            *whole, word = _pieces(word, width)  # noqa: PLW2901
            lines += [Line(_joined(piece)) for piece in whole]
        line += [*space, *word]
        taken = _width(line) if wide > width else taken + _width(space) + wide
    return [*lines, Line(_joined(line))] if line else lines


def _is_plain(text: str) -> bool:
    """Whether a text has words, and nothing but single spaces between them."""
    return bool(text) and "  " not in text and not text.startswith(" ") and not text.endswith(" ")


def _words(runs: Sequence[Run]) -> Iterator[list[Run]]:
    """Words as lists of runs: a change of style inside a word is no place to break it."""
    word: list[Run] = []
    for run in runs:
        for k, part in enumerate(run.text.split(" ")):
            if k and word:
                yield word
                word = []
            if part:
                word.append(Run(part, run.style))
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
                pieces[-1].append(Run(run.text[start:k], run.style))
                pieces.append([])
                start, taken = k, 0.0
            taken += wide + run.style.spacing
        pieces[-1].append(Run(run.text[start:], run.style))
    return pieces


def _joined(runs: Iterable[Run]) -> tuple[Run, ...]:
    """Neighbours of one style made one run."""
    joined: list[Run] = []
    for run in runs:
        if joined and joined[-1].style == run.style:
            joined[-1] = Run(joined[-1].text + run.text, run.style)
        else:
            joined.append(run)
    return tuple(run for run in joined if run.text)


def _width(runs: Iterable[Run]) -> float:
    return sum(run.width for run in runs)


def set_in(canvas: Canvas, text: str, style: Style) -> Run:
    """A run of text that its font can draw."""
    return Run(canvas.printable(text, style.font).strip(" "), style)


def balanced(run: Run, width: float) -> list[Line]:
    """Break a headline into one line, or two as even as can be; more only where two are too few."""
    if run.width <= width:
        return [Line((run,))] if run.text else []
    words = run.text.split(" ")
    best: tuple[float, Line, Line] | None = None
    for k in range(1, len(words)):
        first = Line((Run(" ".join(words[:k]), run.style),), more=True)
        second = Line((Run(" ".join(words[k:]), run.style),))
        uneven = abs(first.width - second.width)
        if max(first.width, second.width) <= width and (best is None or uneven < best[0]):
            best = (uneven, first, second)
    return [*best[1:]] if best else wrap([run], width)


def headline(run: Run, width: float, floor: float, lines: int = 2) -> list[Line]:
    """Set a headline in at most `lines` even lines, smaller if need be, but not under `floor`.

    At the floor it takes the lines that it needs: nothing is lost.
    """
    smallest = Run(run.text, run.style.at(floor))
    if smallest.width > lines * width:
        return wrap([smallest], width)
    for size in _sizes(run.style.size, floor):
        made = balanced(Run(run.text, run.style.at(size)), width)
        if len(made) <= lines:
            return made
    return wrap([smallest], width)


def fit(run: Run, slot: Slot) -> Fitted:
    """Fit a label: smaller down to the floor, then on more lines, then cut with an ellipsis."""
    for size in _sizes(run.style.size, slot.floor):
        style = run.style.at(size)
        if width_of(run.text, style) <= slot.width:
            return Fitted((Line((Run(run.text, style),)),), style)
    style = run.style.at(min(slot.floor, run.style.size))
    lines = wrap([Run(run.text, style)], slot.width)
    if len(lines) <= slot.lines:
        return Fitted(tuple(lines), style)
    kept = lines[: slot.lines]
    kept[-1] = Line((Run(_ellipsis(kept[-1].text, style, slot.width), style),))
    return Fitted(tuple(kept), style, cut=True)


def _sizes(largest: float, floor: float) -> Iterator[float]:
    size = largest
    while size > floor:
        yield size
        size -= _STEP
    yield min(floor, largest)


def _ellipsis(text: str, style: Style, width: float) -> str:
    while text and width_of(text + ELLIPSIS, style) > width:
        text = text[:-1]
    return text.rstrip() + ELLIPSIS


def apart(lines: Sequence[Line]) -> list[Line]:
    """Lines that end with a space, so that a text which follows in the same element is apart."""
    return [*lines[:-1], *(Line(line.runs, more=True) for line in lines[-1:])]


def draw_lines(canvas: Canvas, lines: Sequence[Line], at: Point, leading: float) -> None:
    """Draw lines downwards, the first on a baseline through `at`."""
    for k, line in enumerate(lines):
        line.draw(canvas, (at[0], at[1] + k * leading))


def right(canvas: Canvas, run: Run, at: Point) -> None:
    """Draw a run that ends at a point."""
    canvas.text(run.text, (at[0] - run.width, at[1]), run.style)


def centred(canvas: Canvas, run: Run, at: Point) -> None:
    """Draw a run around a point."""
    canvas.text(run.text, (at[0] - run.width / 2, at[1]), run.style)


class Keeping(Protocol):
    """Who notes texts that were cut, to print them whole."""

    def remember(self, texts: Sequence[str], where: str = "") -> None:
        """Note texts to be printed whole."""


def shortened(keep: Keeping, lines: list[Line], most: int, width: float) -> list[Line]:
    """Cut a text that takes too many lines; the whole of it is printed elsewhere."""
    if len(lines) <= most:
        return lines
    keep.remember([" ".join(line.text for line in lines)])
    last = lines[most - 1].runs[0]
    cut = _ellipsis(lines[most - 1].text, last.style, width)
    return [*lines[: most - 1], Line((Run(cut, last.style),))]
