"""What changed since the previous edition, in up to three columns under a rule."""

from dataclasses import dataclass

from viperreport.model.briefing import Digest, DigestItem
from viperreport.pdf.flow import Flow
from viperreport.pdf.structure import Role
from viperreport.pdf.text import Line, balanced, draw_lines, wrap
from viperreport.pdf.theme import Paint, mm

TOP = mm(246.25)  # where it begins on page one, unless it needs more room
_COLUMNS, _GAP = 3, mm(6)
_LONGEST = 14  # lines; an item longer than this is set across the page
_RULE_GAP, _TITLE_GAP, _ITEM_GAP = mm(2.0), mm(1.0), mm(0.7)
_KEPT_TOGETHER = mm(60)
_FURTHEST = mm(12)  # that it moves down to its place


@dataclass(frozen=True, slots=True)
class _Item:
    """An item broken into lines."""

    title: list[Line]
    body: list[Line]
    height: float


@dataclass(frozen=True, slots=True)
class Planned:
    """A digest broken into lines, columns and rows, before it is drawn."""

    width: float
    title: list[Line]
    rows: tuple[tuple[_Item, ...], ...]
    height: float


def plan(flow: Flow, block: Digest) -> Planned:
    """Break the texts into columns; into one where an item is very long."""
    columns = max(2, min(_COLUMNS, len(block.items)))
    width = (flow.measure - _GAP * (columns - 1)) / columns
    items = [_item(flow, item, width) for item in block.items]
    if any(len(item.title) + len(item.body) > _LONGEST for item in items):
        columns, width = 1, flow.measure
        items = [_item(flow, item, width) for item in block.items]
    rows = tuple(tuple(items[k : k + columns]) for k in range(0, len(items), columns))
    style = flow.canvas.theme.type.exhibit_title
    title = balanced(flow.words(block.title, style), flow.measure)
    head = _RULE_GAP + style.leading * len(title) + _TITLE_GAP
    body = sum(max(item.height for item in row) for row in rows)
    return Planned(width, title, rows, head + body + _GAP / 2 * max(len(rows) - 1, 0))


def _item(flow: Flow, item: DigestItem, width: float) -> _Item:
    styles = flow.canvas.theme.type
    title = wrap([flow.words(item.title, styles.digest_title)], width)
    body = wrap([flow.words(item.body, styles.digest_body)], width)
    height = len(title) * styles.digest_title.leading + _ITEM_GAP
    return _Item(title, body, height + len(body) * styles.digest_body.leading)


def digest(flow: Flow, block: Digest) -> None:
    """Draw what changed; on page one at its place in the design, if it fits there."""
    canvas, page = flow.canvas, flow.canvas.theme.page
    made = plan(flow, block)
    flow.need(min(made.height, _KEPT_TOGETHER))
    fits = page.body_bottom - TOP >= made.height
    if canvas.page == 0 and fits and 0 <= TOP - flow.y <= _FURTHEST:
        flow.y = TOP
    rule = Paint(stroke=canvas.theme.colour.ink, width=canvas.theme.weight.section)
    with canvas.artifact("rule"):
        canvas.line((page.left, flow.y), (page.right, flow.y), rule, "rule")
    flow.y += _RULE_GAP
    flow.lines(made.title, Role.SUBHEADING, canvas.theme.type.exhibit_title.leading)
    flow.y += _TITLE_GAP
    for row in made.rows:
        if made.width < flow.measure:
            _row(flow, row, made.width)
        else:
            _across(flow, row[0])
        flow.y += _GAP / 2


def _across(flow: Flow, item: _Item) -> None:
    """An item as wide as the page, on as many pages as it takes."""
    styles = flow.canvas.theme.type
    flow.lines(item.title, Role.SUBHEADING, styles.digest_title.leading)
    flow.lines(item.body, Role.PARAGRAPH, styles.digest_body.leading)


def _row(flow: Flow, row: tuple[_Item, ...], width: float) -> None:
    """Items side by side, kept on one page."""
    styles = flow.canvas.theme.type
    height = max(item.height for item in row)
    flow.need(height)
    for k, item in enumerate(row):
        x, y = flow.left + k * (width + _GAP), flow.y
        for lines, style, role in (
            (item.title, styles.digest_title, Role.SUBHEADING),
            (item.body, styles.digest_body, Role.PARAGRAPH),
        ):
            with flow.canvas.element(role):
                draw_lines(flow.canvas, lines, (x, y + style.baseline), style.leading)
            y += len(lines) * style.leading + _ITEM_GAP
    flow.y += height
