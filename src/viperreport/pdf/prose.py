"""Words: remarks in columns, cautions in a box, the operation as stated, what is absent."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from viperreport.model.exhibits import Absent, AsStated, Caution, Prose, Quote, Remark
from viperreport.model.wording import Words
from viperreport.pdf.exhibit import Frame, head, note
from viperreport.pdf.flow import Flow
from viperreport.pdf.geometry import Box
from viperreport.pdf.look.theme import Paint, Style, mm
from viperreport.pdf.planned import EXHIBIT_GAP, Planned, fixed, paragraph, stacked
from viperreport.pdf.structure import Role
from viperreport.pdf.text import Line, Run, balanced, draw_lines, wrap

_COLUMN_GAP = mm(6)
_REMARK_GAP = mm(0.9)
_TITLE_GAP = mm(1.0)
_BOX_PAD, _BOX_BAR = mm(2.0), mm(0.8)
_STRIP_PAD = mm(1.4)
_ABSENT_GAP = mm(2.5)
_WHOLE = mm(90)  # what is higher is set across the page, and may be broken over pages
_STOP = Words(". ")


def plan_prose(flow: Flow, block: Prose, width: float) -> list[Planned]:
    """Remarks under a title, in columns as even as their order allows."""
    styles = flow.canvas.theme.type
    title = balanced(flow.words(block.title, styles.exhibit_title), width)
    columns = max(1, min(block.columns, len(block.remarks)))
    wide = (width - _COLUMN_GAP * (columns - 1)) / columns
    made = [_remark(flow, remark, wide, small=block.small) for remark in block.remarks]
    heading = paragraph(title, Role.SUBHEADING, styles.exhibit_title.leading, _TITLE_GAP)
    if not made:
        return [heading]
    body = _in_columns(made, columns, wide)
    if body.natural > _WHOLE:
        return [replace(heading, keep=True), *_one_below_the_other(flow, block, width)]
    return [stacked(heading, body)]


@dataclass(frozen=True, slots=True)
class _Said:
    """A remark broken into lines.

    Args:
        quoted: lines of their own above the others.
        box: the width of a tinted box around it; 0 for none.
    """

    lines: tuple[Line, ...]
    style: Style
    height: float
    quoted: tuple[Line, ...] = ()
    box: float = 0.0


def _remark(flow: Flow, remark: Remark, width: float, *, small: bool = False) -> _Said:
    """Its emphasised words begin the paragraph."""
    styles = flow.canvas.theme.type
    strong = styles.body_small_strong if small else styles.body_strong
    style = styles.body_small if small else styles.body
    title, body = flow.words(remark.title, strong), flow.words(remark.body, style)
    lines = tuple(wrap([run for run in (title, Run(" ", style), body) if run.text], width))
    return _Said(lines, style, len(lines) * style.leading)


def _draw_said(flow: Flow, said: _Said, x: float, y: float) -> None:
    leading = said.style.leading
    if said.box:
        tint = Paint(fill=flow.canvas.theme.colour.tint)
        with flow.canvas.artifact("box"):
            flow.canvas.rect(Box(x, y, said.box, said.height), tint, "box")
        x, y = x + _STRIP_PAD, y + _STRIP_PAD
    for lines in (said.quoted, said.lines):
        if lines:
            with flow.canvas.element(Role.PARAGRAPH):
                baseline = y + said.style.baseline
                draw_lines(flow.canvas, lines, (x, baseline), leading)
                y += len(lines) * leading


def _in_columns(made: Sequence[_Said], columns: int, width: float) -> Planned:
    """Successive remarks in each column, broken where the columns become most even."""
    groups = _even(made, columns)
    height = max(_height(group) for group in groups)

    def draw(flow: Flow, box: Box) -> None:
        for k, group in enumerate(groups):
            x, y = box.x + k * (width + _COLUMN_GAP), box.y
            for said in group:
                _draw_said(flow, said, x, y)
                y += said.height + _REMARK_GAP

    return fixed(height, draw)


def _height(group: Sequence[_Said]) -> float:
    return sum(said.height for said in group) + _REMARK_GAP * max(len(group) - 1, 0)


def _even(made: Sequence[_Said], columns: int) -> list[Sequence[_Said]]:
    """Break a run of remarks into so many groups that the highest is as low as can be."""
    if columns == 1:
        return [made]
    options = [[made[:k], *_even(made[k:], columns - 1)] for k in range(1, len(made) - columns + 2)]
    return min(options, key=lambda groups: max(map(_height, groups)))


def _one_below_the_other(flow: Flow, block: Prose, width: float) -> list[Planned]:
    """Long remarks across the page, which may be broken over pages."""
    said = [_remark(flow, remark, width, small=block.small) for remark in block.remarks]
    return [paragraph(each.lines, Role.PARAGRAPH, each.style.leading, _REMARK_GAP) for each in said]


def plan_caution(flow: Flow, block: Caution, width: float) -> Planned:
    """What must not be read into a page: a tinted box with a bar at its left."""
    pad = _BOX_BAR + _BOX_PAD
    said = _remark(flow, block.remark, width - pad - _BOX_PAD)

    def draw(flow: Flow, box: Box) -> None:
        colour, high = flow.canvas.theme.colour, said.height + 2 * _BOX_PAD
        with flow.canvas.element(Role.GROUP):
            flow.canvas.rect(Box(box.x, box.y, box.w, high), Paint(fill=colour.tint), "box")
            bar = Paint(fill=colour.this_year)
            flow.canvas.rect(Box(box.x, box.y, _BOX_BAR, high), bar, "box bar")
            _draw_said(flow, said, box.x + pad, box.y + _BOX_PAD)

    return fixed(said.height + 2 * _BOX_PAD, draw)


def plan_absent(flow: Flow, block: Absent, width: float) -> Planned:
    """One line for what a section would have shown."""
    said = _remark(flow, block.remark, width)
    return paragraph(said.lines, Role.PARAGRAPH, said.style.leading, _ABSENT_GAP)


def plan_as_stated(flow: Flow, block: AsStated, width: float) -> list[Planned]:
    """The operation as it was announced: facts at the left, quoted words at the right."""
    strip = _strip(flow, block, width)
    if strip.natural <= _WHOLE:
        return [strip]
    said = [Remark(quote.words, (*quote.who, _STOP, *quote.source)) for quote in block.quotes]
    remarks = (Remark((), block.subtitle), *block.facts, *said, Remark(block.note, ()))
    return plan_prose(flow, Prose(block.title, remarks, 1), width)


def _strip(flow: Flow, block: AsStated, width: float) -> Planned:
    """Facts and quoted words in two columns; the quotes stand in a tinted box."""
    wide = (width - _COLUMN_GAP) / 2
    facts = [_remark(flow, fact, wide) for fact in block.facts]
    quotes = [_quote(flow, quote, wide) for quote in block.quotes]
    body = _in_columns([*facts, *quotes], min(2, len(facts) + len(quotes)), wide)
    frame = Frame(head(flow, "", block.title, block.subtitle, width), note(flow, block.note, width))
    planned = frame.around(body.draw, (body.least, body.natural, body.most))
    return replace(planned, gap=EXHIBIT_GAP)


def _quote(flow: Flow, quote: Quote, width: float) -> _Said:
    styles = flow.canvas.theme.type
    room = width - 2 * _STRIP_PAD
    words = wrap([flow.words(quote.words, styles.body_strong)], room)
    said = flow.words((*quote.who, _STOP, *quote.source), styles.body)
    who = wrap([said], room)
    height = (len(words) + len(who)) * styles.body.leading + 2 * _STRIP_PAD
    return _Said(tuple(who), styles.body, height, tuple(words), box=width)
