"""The data's fingerprint, as a QR code and in letters, with remarks on where the data come from."""

from dataclasses import dataclass

from viperreport.model.exhibits import Remark, Stamp
from viperreport.model.wording import plain
from viperreport.pdf.exhibit import Heights
from viperreport.pdf.flow import Flow
from viperreport.pdf.geometry import Box
from viperreport.pdf.look.theme import Paint, mm
from viperreport.pdf.qr import dark_boxes, modules
from viperreport.pdf.structure import Role
from viperreport.pdf.text import Line, Run, balanced, draw_lines, set_in, shortened, wrap

_SIDE = mm(25)
_INDENT = mm(30)  # from the left margin to the words: more than the code's quiet zone
_BELOW_RULE = mm(3.1)
_GROUP = 8  # digits of the fingerprint that stand together
_MOST_LINES = 16  # of a remark; longer ones are printed whole elsewhere
_AFTER_TITLE, _AFTER_LINE = 2.0, 2.2
_UNSAID = "QR code with the data's fingerprint"


@dataclass(frozen=True, slots=True)
class _Part:
    """A paragraph broken into lines, with the gap below it."""

    role: Role
    lines: tuple[Line, ...]
    leading: float
    gap: float

    @property
    def height(self) -> float:
        """Of its lines."""
        return len(self.lines) * self.leading

    @property
    def baseline(self) -> float:
        """Of its first line, from its top."""
        style = self.lines[0].runs[0].style if self.lines else None
        return self.leading / 2 + style.font.lift * style.size if style else 0.0


def heights(flow: Flow, block: Stamp, width: float) -> Heights:
    """The least, the natural and the greatest height: they are one."""
    high = _BELOW_RULE + max(_SIDE, _words_height(_parts(flow, block, width - _INDENT)))
    return high, high, high


def _words_height(parts: list[_Part]) -> float:
    return sum(part.height + part.gap for part in parts[:-1]) + parts[-1].height


def stamp(flow: Flow, block: Stamp, box: Box) -> None:
    """Draw rule, code and words into a box."""
    canvas = flow.canvas
    rule = Paint(stroke=canvas.theme.colour.ink, width=canvas.theme.weight.section)
    with canvas.artifact("rule"):
        canvas.line((box.x, box.y), (box.right, box.y), rule, "rule")
    y = box.y + _BELOW_RULE
    with canvas.figure(plain(block.said).strip() or _UNSAID):
        place = Box(box.x, y, _SIDE, _SIDE)
        dark = dark_boxes(modules(block.code), place)
        canvas.rects(dark, Paint(fill=canvas.theme.colour.ink), "QR code")
    for part in _parts(flow, block, box.w - _INDENT):
        with canvas.element(part.role):
            draw_lines(canvas, part.lines, (box.x + _INDENT, y + part.baseline), part.leading)
        y += part.height + part.gap


def _parts(flow: Flow, block: Stamp, width: float) -> list[_Part]:
    """Title, fingerprint and remarks; all but the title have words."""
    styles = flow.canvas.theme.type
    title = balanced(flow.words(block.title, styles.exhibit_title), width)
    small = styles.table_small
    letters = wrap([set_in(flow.canvas, _in_groups(block.fingerprint), small)], width)
    after = _AFTER_TITLE if title else 0.0
    parts = [
        _Part(Role.SUBHEADING, tuple(title), styles.exhibit_title.leading, after),
        _Part(Role.PARAGRAPH, tuple(letters), small.leading, _AFTER_LINE),
    ]
    for remark in block.remarks:
        lines = shortened(flow, wrap(_runs(flow, remark), width), _MOST_LINES, width)
        parts.append(_Part(Role.PARAGRAPH, tuple(lines), styles.body_small.leading, _AFTER_LINE))
    return [part for part in parts if part.lines or part.role is Role.SUBHEADING]


def _in_groups(fingerprint: str) -> str:
    """A long number in groups that an eye can hold."""
    groups = [fingerprint[k : k + _GROUP] for k in range(0, len(fingerprint), _GROUP)]
    return f"SHA-256 {' '.join(groups)}"


def _runs(flow: Flow, remark: Remark) -> list[Run]:
    """The emphasised words, and what follows them."""
    styles = flow.canvas.theme.type
    strong = flow.words(remark.title, styles.body_small_strong)
    body = flow.words(remark.body, styles.body_small)
    if strong.text and body.text:
        body = Run(" ", body.style).with_next(body)
    return [run for run in (strong, body) if run.text]
