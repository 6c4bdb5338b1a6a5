"""What every exhibit has: a title, a number with a subtitle, and a note below."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace

from viperreport.model.citing import exhibit_name
from viperreport.model.wording import Text
from viperreport.pdf.canvas import Canvas
from viperreport.pdf.flow import Flow
from viperreport.pdf.geometry import Box
from viperreport.pdf.look.theme import Type, mm
from viperreport.pdf.planned import Planned, paragraph, within
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
        ref: the exhibit's mark.
        table: what stands for the table whose caption this is; None for a figure, whose words in
            place of its drawing would silence a caption inside it.
    """

    title: tuple[Line, ...]
    number: Run
    subtitle: tuple[Line, ...]
    height: float
    again: bool = False
    ref: str = ""
    table: object = None

    def draw(self, canvas: Canvas, x: float, y: float) -> None:
        """Draw it from its top left."""
        if self.again:
            with canvas.artifact("head again"):
                self._draw_caption(canvas, x, y)
            return
        if self.ref:
            canvas.place(self.ref, y)
        style = canvas.theme.type.exhibit_title
        with canvas.element(Role.SUBHEADING):
            draw_lines(canvas, self.title, (x, y + style.baseline), style.leading)
        if self.title:
            y += len(self.title) * style.leading + _TITLE_TO_SUBTITLE
        if self.number.text or self.subtitle:
            with in_table(canvas, self.table), canvas.element(Role.CAPTION):
                self._draw_caption(canvas, x, y)

    def _draw_caption(self, canvas: Canvas, x: float, y: float) -> None:
        style = canvas.theme.type.exhibit_subtitle
        number = Line((self.number,), more=True)
        number.draw(canvas, (x, y + self.number.style.baseline))
        indent = self.number.width + _NUMBER_GAP if self.number.text else 0.0
        draw_lines(canvas, self.subtitle, (x + indent, y + style.baseline), style.leading)


def in_table(canvas: Canvas, table: object) -> AbstractContextManager[object]:
    """What is drawn inside belongs to a table, wherever its other parts stand; None is no table."""
    return nullcontext() if table is None else canvas.element(Role.TABLE, of=table)


def head(flow: Flow, ref: str, title: Text, subtitle: Text, width: float) -> Head:
    """Break an exhibit's head into lines."""
    styles = flow.canvas.theme.type
    lines = balanced(flow.words(title, styles.exhibit_title), width)
    number = set_in(flow.canvas, exhibit_name(ref), styles.exhibit_number)
    number = number.all(flow.leads.to_row(ref))
    indent = number.width + _NUMBER_GAP if number.text else 0.0
    below = wrap([flow.words(subtitle, styles.exhibit_subtitle)], width - indent)
    height = _height(styles, lines, number, below)
    return Head(tuple(lines), number, tuple(below), height, ref=ref)


def _height(styles: Type, title: list[Line], number: Run, subtitle: list[Line]) -> float:
    height = len(title) * styles.exhibit_title.leading
    rows = max(len(subtitle), 1 if number.text else 0)
    if title and rows:
        height += _TITLE_TO_SUBTITLE
    height += rows * styles.exhibit_subtitle.leading
    return height + (_SUBTITLE_TO_BODY if height else 0.0)


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
    title = paragraph(
        above.title, Role.SUBHEADING, styles.exhibit_title.leading, _TITLE_TO_SUBTITLE
    )
    below_title = paragraph(
        [line for line in caption if line.text],
        Role.CAPTION,
        styles.exhibit_subtitle.leading,
        _SUBTITLE_TO_BODY,
    )
    before = [
        within(title, lambda flow, box: _begun(flow, above.ref, box)),
        within(below_title, lambda flow, _: in_table(flow.canvas, above.table)),
    ]
    after = [paragraph(below.lines, Role.NOTE, styles.note.leading)]
    nothing = replace(above.number, text="", stretches=())
    bare = Frame(Head((), nothing, (), 0.0), Note((), 0.0))
    return before, bare, after


def _begun(flow: Flow, ref: str, box: Box) -> AbstractContextManager[None]:
    """An exhibit begins where its title does."""
    if ref:
        flow.canvas.place(ref, box.y)
    return nullcontext()
