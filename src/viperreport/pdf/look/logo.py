"""A logo of filled paths: read from SVG path data, and laid into the brand block's place."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import isfinite, sqrt

from viperreport.pdf.geometry import Box, Point, bounds

Step = tuple[Point, ...]  # where a path goes on to: a corner, or two control points and an end


@dataclass(frozen=True, slots=True)
class Loop:
    """One closed outline.

    Args:
        start: its first point.
        steps: one point for a straight line, three for a curve of Bézier's.
    """

    start: Point
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """Outlines that are filled as one."""

    loops: tuple[Loop, ...]
    fill: str


@dataclass(frozen=True, slots=True)
class Logo:
    """Shapes in a box of the logo's own units.

    Args:
        width, height: of the box, whose top left is 0 0.
        room: how wide it may be on the page, in points.
    """

    width: float
    height: float
    room: float
    shapes: tuple[Shape, ...]

    def place(self, left: float, bottom: float) -> tuple[float, float, float, float]:
        """Left, top, width and height on the page, from 0 to `bottom` at most."""
        scale = min(self.room / self.width, bottom / self.height)
        high = self.height * scale
        return left, bottom - high, self.width * scale, high

    def laid_into(self, box: Box) -> tuple[Shape, ...]:
        """The shapes in points of the page."""
        scale = box.w / self.width

        def moved(point: Point) -> Point:
            return box.x + point[0] * scale, box.y + point[1] * scale

        return tuple(
            Shape(
                tuple(
                    Loop(moved(loop.start), tuple(tuple(map(moved, s)) for s in loop.steps))
                    for loop in shape.loops
                ),
                shape.fill,
            )
            for shape in self.shapes
        )


def logo_of(box: tuple[float, float], room: float, paths: Sequence[tuple[str, str]]) -> Logo:
    """A logo from its view box, its room on the page in points, and its paths: data and fill.

    Raises:
        ValueError: a path cannot be read.
    """
    return Logo(*box, room, tuple(Shape(read_path(data), fill) for data, fill in paths))


def path_extent(data: str) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of what a path draws.

    Raises:
        ValueError: it cannot be read.
    """
    box = extent(read_path(data))
    return box.x, box.y, box.right, box.bottom


def extent(loops: Sequence[Loop]) -> Box:
    """The smallest box that holds what the loops enclose."""
    reached = []
    for loop in loops:
        last = loop.start
        reached.append(last)
        for step in loop.steps:
            reached.append(step[-1])
            if len(step) > 1:
                reached += _turns((last, *step))
            last = step[-1]
    return bounds(reached)


def _turns(curve: Sequence[Point]) -> Iterator[Point]:
    """The points at which a curve turns back, across or along."""
    for axis in (0, 1):
        a, b, c, d = (point[axis] for point in curve)
        for t in _roots(-a + 3 * b - 3 * c + d, 2 * (a - 2 * b + c), b - a):
            if 0 < t < 1:
                yield _at(curve, t)


def _roots(a: float, b: float, c: float) -> list[float]:
    """Where a t² + b t + c is zero."""
    if abs(a) < _FLAT * max(abs(b), abs(c)):
        return [-c / b] if b else []
    under = b * b - 4 * a * c
    return [] if a == 0 or under < 0 else [(-b + way * sqrt(under)) / (2 * a) for way in (1, -1)]


def _at(curve: Sequence[Point], t: float) -> Point:
    parts = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
    x = sum(part * point[0] for part, point in zip(parts, curve, strict=True))
    y = sum(part * point[1] for part, point in zip(parts, curve, strict=True))
    return x, y


_FLAT = 1e-9
_TOKEN = re.compile(r"([A-Za-z])|([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|[\s,]+")
_TAKES = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "S": 4, "Q": 4, "T": 2, "Z": 0}


def read_path(data: str) -> tuple[Loop, ...]:
    """Read SVG path data: M L H V C S Q T Z, absolute and relative.

    A loop that is not closed is closed by filling it, as in SVG.

    Raises:
        ValueError: one line that says what cannot be read.
    """
    pen = _Pen()
    for letter, numbers in _commands(data):
        pen.draw(letter, numbers)
    made = pen.loops()
    if not made:
        raise ValueError("draws nothing")
    return made


def _commands(data: str) -> Iterator[tuple[str, list[float]]]:
    """Each command with as many numbers as it takes; repeated ones are taken apart."""
    for letter, numbers in _spelled(data):
        takes = _TAKES[letter.upper()]
        if len(numbers) % max(takes, 1) or bool(numbers) != bool(takes):
            said = f"{takes} numbers, or a multiple of it" if takes else "no numbers"
            raise ValueError(f"{letter} takes {said}; here {len(numbers)} follow it")
        for k in range(0, max(len(numbers), 1), max(takes, 1)):
            # Further pairs after a move are lines.
            again = {"M": "L", "m": "l"}.get(letter, letter) if k else letter
            yield again, numbers[k : k + takes]


def _spelled(data: str) -> Iterator[tuple[str, list[float]]]:
    letter, numbers, place = "", list[float](), 0
    while place < len(data):
        found = _TOKEN.match(data, place)
        if found is None:
            raise ValueError(f"{data[place]!a} at letter {place + 1} belongs to no path")
        place = found.end()
        if found[1]:
            if letter:
                yield letter, numbers
            letter, numbers = _command(found[1], first=not letter), []
        elif found[2]:
            numbers.append(_number(found[2], letter))
    if letter:
        yield letter, numbers


def _command(letter: str, *, first: bool) -> str:
    if letter in "Aa":
        raise ValueError("arcs (A) are not read: turn them into curves (C)")
    if letter.upper() not in _TAKES:
        raise ValueError(f"{letter} is no command; there is {' '.join(_TAKES)}")
    if first and letter not in "Mm":
        raise ValueError("must begin with M, the place where it starts")
    return letter


def _number(text: str, letter: str) -> float:
    if not letter:
        raise ValueError("must begin with M, the place where it starts")
    value = float(text)
    if not isfinite(value) or abs(value) > _FURTHEST:
        raise ValueError(f"{text[:20]} is out of reach")
    return value


_FURTHEST = 1e6


class _Pen:
    """Goes along a path, command by command."""

    def __init__(self) -> None:
        self._at: Point = (0.0, 0.0)
        self._start = self._at
        self._handle: tuple[str, Point] = ("", self._at)  # the kind of the last curve, its control
        self._steps: list[Step] = []
        self._done: list[Loop] = []

    def loops(self) -> tuple[Loop, ...]:
        """What was drawn."""
        self._close()
        return tuple(self._done)

    def draw(self, letter: str, numbers: Sequence[float]) -> None:
        """Follow one command."""
        x, y = self._at if letter.islower() else (0.0, 0.0)
        kind = letter.upper()
        if kind == "H":
            points: list[Point] = [(x + numbers[0], self._at[1])]
        elif kind == "V":
            points = [(self._at[0], y + numbers[0])]
        else:
            points = [(x + a, y + b) for a, b in zip(numbers[::2], numbers[1::2], strict=True)]
        _DRAWN[kind](self, points)
        self._handle = (kind if kind in "CSQT" else "", self._handle[1])

    def move(self, points: list[Point]) -> None:
        """Begin a loop elsewhere."""
        self._close()
        self._at = self._start = points[0]

    def close(self, _points: list[Point]) -> None:
        """Go back to where the loop began."""
        self._close()
        self._at = self._start

    def line(self, points: list[Point]) -> None:
        """Go straight on."""
        self._go((points[0],))

    def cubic(self, points: list[Point]) -> None:
        """Go along a curve with two controls."""
        self._handle = ("", points[1])
        self._go(tuple(points))

    def smooth_cubic(self, points: list[Point]) -> None:
        """The same, the first control being the last one mirrored."""
        self.cubic([self._mirrored("CS"), *points])

    def quadratic(self, points: list[Point]) -> None:
        """Go along a curve with one control."""
        control, end = points
        self._handle = ("", control)
        self._go((_towards(self._at, control), _towards(end, control), end))

    def smooth_quadratic(self, points: list[Point]) -> None:
        """The same, the control being the last one mirrored."""
        self.quadratic([self._mirrored("QT"), *points])

    def _mirrored(self, kinds: str) -> Point:
        kind, control = self._handle
        if not kind or kind not in kinds:
            return self._at
        return 2 * self._at[0] - control[0], 2 * self._at[1] - control[1]

    def _go(self, step: Step) -> None:
        self._steps.append(step)
        self._at = step[-1]

    def _close(self) -> None:
        if self._steps:
            self._done.append(Loop(self._start, tuple(self._steps)))
        self._steps = []


def _towards(point: Point, control: Point) -> Point:
    """A control of the cubic curve that a quadratic one is."""
    return point[0] + (control[0] - point[0]) * 2 / 3, point[1] + (control[1] - point[1]) * 2 / 3


_DRAWN: dict[str, Callable[[_Pen, list[Point]], None]] = {
    "M": _Pen.move,
    "L": _Pen.line,
    "H": _Pen.line,
    "V": _Pen.line,
    "C": _Pen.cubic,
    "S": _Pen.smooth_cubic,
    "Q": _Pen.quadratic,
    "T": _Pen.smooth_quadratic,
    "Z": _Pen.close,
}
