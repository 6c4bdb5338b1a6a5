"""The one canvas through which everything is drawn.

It takes points from the top left, writes PDF operators, and keeps the structure of what it draws:
every text and every shape belongs to an element, a figure or an artifact. Text outside all three
raises, so that nothing can be left without a place in the reading order. What was drawn is kept
as boxes too, by which the tests see that nothing collides and nothing leaves the page.

ReportLab makes the subsets of fonts. Its own drawing methods are not used: they format numbers
slowly and know nothing of structure.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING

from viperreport.errors import RenderError
from viperreport.pdf.archival import Drawn, archived
from viperreport.pdf.file import File
from viperreport.pdf.geometry import Box, Point, around, bounds
from viperreport.pdf.look.fonts import Font, advance, printable, registered
from viperreport.pdf.look.logo import Loop, extent
from viperreport.pdf.look.theme import THEME, Paint, Style, Theme
from viperreport.pdf.metadata import Properties
from viperreport.pdf.structure import (
    CLAIMING,
    Element,
    Heads,
    Inline,
    Link,
    MarkBox,
    Role,
    Sheet,
    TextBox,
)

if TYPE_CHECKING:
    from viperreport.pdf.attachments import Attachment

_CIRCLE = 0.5523  # control points of four Bézier curves that make a circle
_NO_TEXT = "text outside every element and artifact"


class Canvas:
    """Draws on pages and remembers what it drew."""

    def __init__(self, properties: Properties, theme: Theme = THEME) -> None:
        self.theme = theme
        self.texts: list[TextBox] = []
        self.marks: list[MarkBox] = []
        self.elements: list[Element] = []
        self.lacking: dict[str, None] = {}
        self.attachments: list[Attachment] = []
        self.places: dict[str, tuple[int, float]] = {}
        self._properties = properties
        self._within: Element | None = None
        self._begun: dict[int, tuple[object, Element]] = {}
        self._file = File()
        self._sheets = [Sheet()]
        self._sheet = self._sheets[0]
        self.page = 0  # being drawn on, from 0

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return len(self._sheets)

    def new_page(self) -> None:
        """Begin a page after the last one."""
        self._sheets.append(Sheet())
        self.turn_to(len(self._sheets) - 1)

    def turn_to(self, page: int) -> None:
        """Go on drawing on an earlier page."""
        self.page, self._sheet = page, self._sheets[page]

    @contextmanager
    def element(
        self, role: Role, said: str = "", *, of: object = None, heads: Heads | None = None
    ) -> Iterator[Element]:
        """What is drawn inside belongs to one element of the structure.

        Args:
            of: what it is the element of; the same one is taken up again on a later page.
            heads: what a cell is the head of.
        """
        outer = self._within
        begun = self._begun.get(id(of)) if of is not None else None
        self._within = made = begun[1] if begun else self._begin(role, said, of, heads or Heads())
        try:
            yield made
        finally:
            self._within = outer

    def _begin(self, role: Role, said: str, of: object, heads: Heads) -> Element:
        made = Element(role, said, self.page, self._within, heads)
        if self._within is not None:
            self._within.kids.append(made)
        if of is not None:
            self._begun[id(of)] = (of, made)  # as long as it is held here, its id is its own
        self.elements.append(made)
        return made

    @contextmanager
    def figure(self, said: str) -> Iterator[Element]:
        """What is drawn inside is one figure, which `said` puts into words.

        Raises:
            RenderError: there are no words for it.
        """
        if not said.strip():
            raise RenderError("a figure without words for those who do not see it")
        with self.element(Role.FIGURE, said) as made:
            yield made

    @contextmanager
    def inline(self, inline: Inline | None) -> Iterator[None]:
        """What is drawn inside is one part of a text; figures and furniture have no parts."""
        if inline is None or self._within is None or self._within.holder.role in CLAIMING:
            yield
            return
        link = inline if isinstance(inline, Link) else None
        role = Role.LINK if link else Role.READ_AS
        with self.element(role, inline.said, of=inline) as made:
            made.link = link
            yield

    def place(self, name: str, y: float) -> None:
        """Name a height of this page, to which links may lead; the first one of a name counts."""
        self.places.setdefault(name, (self.page, y))

    @contextmanager
    def artifact(self, said: str) -> Iterator[Element]:
        """What is drawn inside is furniture, which is not read aloud."""
        with self.element(Role.ARTIFACT, said) as made:
            yield made

    def printable(self, text: str, font: Font) -> str:
        """The text as the font can draw it; keeps a list of the characters that it lacks."""
        made = printable(text, font)
        for character in made.lacking:
            self.lacking[character] = None
        return made.text

    def text(self, text: str, at: Point, style: Style, *, more: bool = False) -> float:
        """Draw a run of text from a point on its baseline, and give its width.

        Args:
            more: a space follows, at the end of a wrapped line: drawn, so that words stay apart
                when the text is read back, but not part of the width.

        Raises:
            RenderError: nothing says what the text is.
        """
        if self._within is None:
            raise RenderError(f"{_NO_TEXT}: {text!r}")
        text = self.printable(text, style.font)
        if not text:
            return 0.0
        wide = width_of(text, style)
        box = Box(
            at[0],
            at[1] - style.font.above * style.size,
            wide,
            (style.font.above + style.font.below) * style.size,
        )
        self.texts.append(TextBox(self.page, text, style, box, self._within, more))
        self._sheet.claim(self._within.holder, self.page)
        self._show(text + " " * more, at, style)
        return wide

    def _show(self, text: str, at: Point, style: Style) -> None:
        font = registered(style.font)
        document = self._file.document
        self._set("fill", f"{_rgb(style.colour)} rg")
        self._set("spacing", f"{_n(style.spacing)} Tc")
        place = f"1 0 0 1 {_n(at[0])} {_n(self._up(at[1]))} Tm"
        shown = ["BT"]
        for subset, codes in font.splitString(text, document):
            name = font.getSubsetInternalName(subset, document)
            shown += [f"{name} {_n(style.size)} Tf", place, f"<{codes.hex()}> Tj"]
            place = ""
        self._sheet.operators.append(" ".join([part for part in shown if part] + ["ET"]))

    def rect(self, box: Box, paint: Paint, kind: str) -> None:
        """Draw a rectangle."""
        reach = paint.width / 2 if paint.stroke else 0.0
        corners: list[Point] = [(box.x, box.y), (box.right, box.bottom)]
        operators = f"{_n(box.x)} {_n(self._up(box.bottom))} {_n(box.w)} {_n(box.h)} re"
        self._paint(operators, paint, kind, bounds(corners, reach))

    def rects(self, boxes: Sequence[Box], paint: Paint, kind: str) -> None:
        """Draw rectangles as one path, so that those which touch show no seam between them."""
        path = [f"{_n(b.x)} {_n(self._up(b.bottom))} {_n(b.w)} {_n(b.h)} re" for b in boxes]
        corners = [corner for b in boxes for corner in ((b.x, b.y), (b.right, b.bottom))]
        reach = paint.width / 2 if paint.stroke else 0.0
        self._paint(" ".join(path), paint, kind, bounds(corners, reach))

    def circle(self, centre: Point, radius: float, paint: Paint, kind: str) -> None:
        """Draw a circle."""
        x, y, k = centre[0], self._up(centre[1]), radius * _CIRCLE
        r = radius
        curves = (
            (x + r, y + k, x + k, y + r, x, y + r),
            (x - k, y + r, x - r, y + k, x - r, y),
            (x - r, y - k, x - k, y - r, x, y - r),
            (x + k, y - r, x + r, y - k, x + r, y),
        )
        path = [f"{_n(x + r)} {_n(y)} m"]
        path += [" ".join(map(_n, curve)) + " c" for curve in curves]
        reach = radius + (paint.width / 2 if paint.stroke else 0.0)
        self._paint(" ".join([*path, "h"]), paint, kind, around(centre, reach))

    def line(self, start: Point, end: Point, paint: Paint, kind: str) -> None:
        """Draw one straight line."""
        box, half = bounds([start, end]), paint.width / 2  # it ends square: nothing beyond its ends
        across, along = half * bool(box.h), half * bool(box.w)
        room = Box(box.x - across, box.y - along, box.w + 2 * across, box.h + 2 * along)
        self._paint(self._path([start, end]), paint, kind, room)

    def polyline(self, points: Sequence[Point], paint: Paint, kind: str) -> None:
        """Draw an open run of straight lines."""
        reach = paint.width / 2
        self._paint(self._path(points), paint, kind, bounds(list(points), reach))

    def polygon(self, points: Sequence[Point], paint: Paint, kind: str) -> None:
        """Draw a closed shape."""
        reach = paint.width / 2 if paint.stroke else 0.0
        self._paint(self._path(points) + " h", paint, kind, bounds(list(points), reach))

    def loops(self, loops: Sequence[Loop], paint: Paint, kind: str) -> None:
        """Draw closed outlines of lines and curves, filled as one."""
        path = []
        for loop in loops:
            path.append(f"{self._place(loop.start)} m")
            for step in loop.steps:
                act = "l" if len(step) == 1 else "c"
                path.append(f"{' '.join(map(self._place, step))} {act}")
            path.append("h")
        self._paint(" ".join(path), paint, kind, extent(loops))

    def _place(self, point: Point) -> str:
        return f"{_n(point[0])} {_n(self._up(point[1]))}"

    def _path(self, points: Sequence[Point]) -> str:
        up = self.theme.page.height
        steps = [f"{x:.2f} {up - y:.2f} l" for x, y in points]
        steps[0] = steps[0][:-1] + "m"
        return " ".join(steps)

    def _paint(self, path: str, paint: Paint, kind: str, box: Box) -> None:
        holder = self._within.holder if self._within is not None else None
        claims = holder is not None and holder.role in CLAIMING
        self._sheet.claim(holder if claims else None, self.page)
        if paint.fill:
            self._set("fill", f"{_rgb(paint.fill)} rg")
        if paint.stroke:
            self._set("stroke", f"{_rgb(paint.stroke)} RG")
            self._set("width", f"{_n(paint.width)} w")
            self._set("dash", f"[{' '.join(map(_n, paint.dash))}] 0 d")
            self._set("ends", "1 J 1 j" if paint.round else "0 J 0 j")
        act = {(True, True): "B", (True, False): "f", (False, True): "S"}
        self._sheet.operators.append(f"{path} {act[bool(paint.fill), bool(paint.stroke)]}")
        self.marks.append(MarkBox(self.page, kind, box, self._within))

    def _set(self, what: str, operator: str) -> None:
        """Write a change of the graphics state, unless it is so already."""
        if self._sheet.state.get(what) != operator:
            self._sheet.state[what] = operator
            self._sheet.operators.append(operator)

    def _up(self, y: float) -> float:
        return self.theme.page.height - y

    def finish(self) -> bytes:
        """Write the file; nothing can be drawn afterwards.

        Raises:
            RenderError: it could not be read aloud, or not for ever.
        """
        page = self.theme.page
        drawn = Drawn(self._properties, (page.width, page.height), self._sheets, self.elements,
                      self.texts, self.marks, self.places)  # fmt: skip
        return archived(self._file, drawn, self.attachments)


def width_of(text: str, style: Style) -> float:
    """Width in points of a text that is printable already."""
    return advance(text, style.font) * style.size + max(len(text) - 1, 0) * style.spacing


def _n(value: float) -> str:
    """A number as PDF writes it: at most three decimals, no exponent."""
    return f"{value:.3f}".rstrip("0").rstrip(".")


@lru_cache(maxsize=256)
def _rgb(colour: str) -> str:
    """#RRGGBB as three numbers."""
    return " ".join(_n(int(colour[k : k + 2], 16) / 255) for k in (1, 3, 5))
