"""What every exhibit has: a title, a number with a subtitle, and a note below."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from viperreport.model.wording import Text
from viperreport.pdf.canvas import Canvas
from viperreport.pdf.flow import Flow
from viperreport.pdf.geometry import Box
from viperreport.pdf.look.theme import Type, mm
from viperreport.pdf.planned import Planned, paragraph
from viperreport.pdf.structure import Role
from viperreport.pdf.text import Line, Run, balanced, draw_lines, set_in, wrap

_TITLE_TO_SUBTITLE, _NUMBER_GAP = mm(0.3), mm(2.0)
_SUBTITLE_TO_BODY, _BODY_TO_NOTE = mm(2.0), mm(1.4)

_MOST_AROUND = 0.25  # of a page, that head and note may take together

Heights = tuple[float, float, float]  # least, natural, most, in points


@dataclass(frozen=True, slots=True)
class Head:
    """Title, number and subtitle, broken into lines.

    Args:
        height: down to where the body begins.
        again: it stands over a later part of a body, and is not read aloud.
    """

    title: tuple[Line, ...]
    number: Run
    subtitle: tuple[Line, ...]
    height: float
    again: bool = False

    def draw(self, canvas: Canvas, x: float, y: float) -> None:
        """Draw it from its top left."""
        if self.again:
            with canvas.artifact("head again"):
                self._draw_caption(canvas, x, y)
            return
        styles = canvas.theme.type
        if self.title:
            with canvas.element(Role.SUBHEADING):
                leading = styles.exhibit_title.leading
                start = (x, y + styles.exhibit_title.baseline)
                draw_lines(canvas, self.title, start, leading)
                y += len(self.title) * leading + _TITLE_TO_SUBTITLE
        if self.number.text or self.subtitle:
            with canvas.element(Role.CAPTION):
                self._draw_caption(canvas, x, y)

    def _draw_caption(self, canvas: Canvas, x: float, y: float) -> None:
        style = canvas.theme.type.exhibit_subtitle
        canvas.text(self.number.text, (x, y + self.number.style.baseline), self.number.style,
                    more=True)  # fmt: skip
        indent = self.number.width + _NUMBER_GAP if self.number.text else 0.0
        draw_lines(canvas, self.subtitle, (x + indent, y + style.baseline), style.leading)


def head(flow: Flow, ref: str, title: Text, subtitle: Text, width: float) -> Head:
    """Break an exhibit's head into lines."""
    styles = flow.canvas.theme.type
    lines = balanced(flow.words(title, styles.exhibit_title), width)
    number = set_in(flow.canvas, exhibit_name(ref), styles.exhibit_number)
    indent = number.width + _NUMBER_GAP if number.text else 0.0
    below = wrap([flow.words(subtitle, styles.exhibit_subtitle)], width - indent)
    return Head(tuple(lines), number, tuple(below), _height(styles, lines, number, below))


def _height(styles: Type, title: list[Line], number: Run, subtitle: list[Line]) -> float:
    height = len(title) * styles.exhibit_title.leading
    rows = max(len(subtitle), 1 if number.text else 0)
    if title and rows:
        height += _TITLE_TO_SUBTITLE
    height += rows * styles.exhibit_subtitle.leading
    return height + (_SUBTITLE_TO_BODY if height else 0.0)


def exhibit_name(ref: str) -> str:
    """F1 as Figure 1, T2 as Table 2; anything else as it is."""
    kind = {"F": "Figure", "T": "Table"}.get(ref[:1])
    return f"{kind} {ref[1:]}" if kind and ref[1:].isdigit() else ref


@dataclass(frozen=True, slots=True)
class Note:
    """The small print below a body, broken into lines.

    Args:
        height: with the space above it; 0 without a note.
    """

    lines: tuple[Line, ...]
    height: float

    def draw(self, canvas: Canvas, x: float, y: float) -> None:
        """Draw it below a body that ends at y."""
        if self.lines:
            style = canvas.theme.type.note
            with canvas.element(Role.NOTE):
                start = (x, y + _BODY_TO_NOTE + style.baseline)
                draw_lines(canvas, self.lines, start, style.leading)


def note(flow: Flow, content: Text, width: float) -> Note:
    """Break a note into lines."""
    style = flow.canvas.theme.type.note
    lines = tuple(wrap([flow.words(content, style)], width))
    return Note(lines, _BODY_TO_NOTE + len(lines) * style.leading if lines else 0.0)


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around an exhibit's body."""

    head: Head
    note: Note

    def around(self, body: Callable[[Flow, Box], None], heights: Heights) -> Planned:
        """An exhibit whose body takes what head and note leave.

        Args:
            heights: of the body alone.
        """
        around = self.head.height + self.note.height

        def draw(flow: Flow, box: Box) -> None:
            self.head.draw(flow.canvas, box.x, box.y)
            top, height = box.y + self.head.height, box.h - around
            body(flow, Box(box.x, top, box.w, height))
            self.note.draw(flow.canvas, box.x, top + height)

        least, natural, most = (around + height for height in heights)
        return Planned(natural, draw, least, most)


def loosened(flow: Flow, frame: Frame) -> tuple[list[Planned], Frame, list[Planned]]:
    """What stands above a body, its frame, and what stands below it.

    Usually all of it is in the frame. Texts without end become paragraphs of their own, which may
    go over pages.
    """
    page = flow.canvas.theme.page
    if frame.head.height + frame.note.height <= _MOST_AROUND * (page.body_bottom - page.body_top):
        return [], frame, []
    styles = flow.canvas.theme.type
    above, below = frame.head, frame.note
    caption = Line((above.number,), more=True), *above.subtitle
    before = [
        paragraph(above.title, Role.SUBHEADING, styles.exhibit_title.leading, _TITLE_TO_SUBTITLE),
        paragraph(
            [line for line in caption if line.text],
            Role.CAPTION,
            styles.exhibit_subtitle.leading,
            _SUBTITLE_TO_BODY,
        ),
    ]
    after = [paragraph(below.lines, Role.NOTE, styles.note.leading)]
    bare = Frame(Head((), replace(above.number, text=""), (), 0.0), Note((), 0.0))
    return before, bare, after
