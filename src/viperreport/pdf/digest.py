"""What changed since the previous edition, in up to three columns under a rule."""

from dataclasses import dataclass, replace

from viperreport.model.briefing import Digest, DigestItem
from viperreport.pdf.flow import Flow
from viperreport.pdf.geometry import Box
from viperreport.pdf.look.theme import Paint, mm
from viperreport.pdf.planned import Planned, fixed, paragraph, stacked
from viperreport.pdf.structure import Role
from viperreport.pdf.text import Line, balanced, draw_lines, wrap

TOP = mm(246.25)  # where it begins on page one, unless it needs more room
_COLUMNS, _GAP = 3, mm(6)
_LONGEST = 14  # lines; an item longer than this is set across the page
_RULE_GAP, _TITLE_GAP, _ITEM_GAP = mm(2.0), mm(1.0), mm(0.7)


@dataclass(frozen=True, slots=True)
class _Item:
    """An item broken into lines."""

    title: list[Line]
    body: list[Line]
    height: float


def plan_digest(flow: Flow, block: Digest, width: float) -> list[Planned]:
    """Measure the title and the rows of items; items across the page where one is very long."""
    columns = max(2, min(_COLUMNS, len(block.items)))
    wide = (width - _GAP * (columns - 1)) / columns
    items = [_item(flow, item, wide) for item in block.items]
    head = _head(flow, block, width)
    if any(len(item.title) + len(item.body) > _LONGEST for item in items):
        across = [_across(flow, _item(flow, item, width)) for item in block.items]
        return [replace(head, keep=True), *(part for parts in across for part in parts)]
    rows = [tuple(items[k : k + columns]) for k in range(0, len(items), columns)]
    planned = [_row(row, wide) for row in rows]
    if not planned:
        return [head]
    if head.split is not None:  # a title without end
        return [head, *planned]
    first = stacked(head, planned[0])
    return [replace(first, anchor=TOP if len(planned) == 1 else None), *planned[1:]]


def _head(flow: Flow, block: Digest, width: float) -> Planned:
    """A rule, and the title below it."""
    theme = flow.canvas.theme
    style = theme.type.exhibit_title
    title = balanced(flow.words(block.title, style), width)

    def draw(flow: Flow, box: Box) -> None:
        rule = Paint(stroke=theme.colour.ink, width=theme.weight.section)
        with flow.canvas.artifact("rule"):
            flow.canvas.line((box.x, box.y), (box.right, box.y), rule, "rule")
        with flow.canvas.element(Role.SUBHEADING):
            start = (box.x, box.y + _RULE_GAP + style.baseline)
            draw_lines(flow.canvas, title, start, style.leading)

    if len(title) > _LONGEST:
        return paragraph(title, Role.SUBHEADING, style.leading, _TITLE_GAP)
    return fixed(_RULE_GAP + style.leading * len(title), draw, _TITLE_GAP)


def _row(row: tuple[_Item, ...], width: float) -> Planned:
    """Items side by side."""

    def draw(flow: Flow, box: Box) -> None:
        styles = flow.canvas.theme.type
        for k, item in enumerate(row):
            x, y = box.x + k * (width + _GAP), box.y
            for lines, style, role in (
                (item.title, styles.digest_title, Role.ITEM_HEADING),
                (item.body, styles.digest_body, Role.PARAGRAPH),
            ):
                with flow.canvas.element(role):
                    draw_lines(flow.canvas, lines, (x, y + style.baseline), style.leading)
                y += len(lines) * style.leading + _ITEM_GAP

    return fixed(max(item.height for item in row), draw, _GAP / 2)


def _across(flow: Flow, item: _Item) -> list[Planned]:
    """An item as wide as the page, on as many pages as it takes."""
    styles = flow.canvas.theme.type
    return [
        paragraph(item.title, Role.ITEM_HEADING, styles.digest_title.leading, 0.0),
        paragraph(item.body, Role.PARAGRAPH, styles.digest_body.leading, _GAP / 2),
    ]


def _item(flow: Flow, item: DigestItem, width: float) -> _Item:
    styles = flow.canvas.theme.type
    title = wrap([flow.words(item.title, styles.digest_title)], width)
    body = wrap([flow.words(item.body, styles.digest_body)], width)
    height = len(title) * styles.digest_title.leading + _ITEM_GAP
    return _Item(title, body, height + len(body) * styles.digest_body.leading)
