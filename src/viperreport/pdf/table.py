"""Tables: no vertical rules, three weights of horizontal ones, words left and numbers right.

A table is measured whole: its columns get the room that their numbers need, its rows the lines
that their words need. It may grow or shrink a little with its page, and goes over pages between
rows under the same heading.
"""

import math
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from functools import partial
from itertools import takewhile

from viperreport.model.exhibits import (
    Bar,
    Bullet,
    Column,
    ColumnKind,
    Dumbbell,
    Evidence,
    Heat,
    Muted,
    Row,
    RowKind,
    Spanned,
    Table,
    Whisker,
)
from viperreport.model.figure import VERDICT_PHRASES, Suppressed, Verdict
from viperreport.model.wording import Number, Text
from viperreport.pdf import cells
from viperreport.pdf.charts.axes import Scale, nice
from viperreport.pdf.columns import WRAPPED, Needs, widths
from viperreport.pdf.exhibit import Frame, Head, Note, head, in_table, loosened, note
from viperreport.pdf.flow import Flow
from viperreport.pdf.geometry import Box
from viperreport.pdf.leads import row_place, traced_in
from viperreport.pdf.look.theme import Paint, Style, mm
from viperreport.pdf.marks import MARK_WIDTH
from viperreport.pdf.planned import EXHIBIT_GAP, Planned
from viperreport.pdf.structure import Heads, Role
from viperreport.pdf.text import Line, Run, draw_lines, shortened, wrap

RIGHT_PAD = mm(2)  # of numbers
_LEFT_PAD = mm(1)
_ABOVE_TEXT = mm(0.9)  # at least, above and below a cell's lines
_LEAST_ROW = mm(5.2)
_GROWS = 1.3  # times the natural height of a row
_HEAD_PAD = mm(0.6)
_INDENT = mm(4)
_GOES_ON = ", continued"
_HAIR = 0.01  # rounding that would break a number
_SMALLEST = 7.0  # letters, in points
_HEAT_HEAD, _HEAT_HEAD_LEAST = mm(18), mm(9)  # a longer word is broken
_MOST_LINES = 8  # of a cell; longer texts are printed whole elsewhere
_FEWEST_ROWS = 3  # on either side of a page's end
_DRAWN = {ColumnKind.WHISKER, ColumnKind.BAR, ColumnKind.DUMBBELL, ColumnKind.HEAT}
_OF_COLUMN = Heads("Column")
_AT_RIGHT = {ColumnKind.NUMBER, ColumnKind.THIS_YEAR, ColumnKind.INTERVAL}


@dataclass(frozen=True, slots=True)
class _Row:
    """A row, measured.

    Args:
        lines: of each cell that holds words; None for one that is drawn.
        spans: how many rows each cell takes; 0 where the cell above reaches down to here.
    """

    row: Row
    lines: tuple[tuple[Line, ...] | None, ...]
    natural: float
    least: float
    spans: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Measured:
    """A table, measured: what every part of it shares when it goes over pages.

    Args:
        places: each column's left edge and width, from the table's left.
        head_lines: of each column's heading.
        head_height: 0 for a table without headings.
        scales: of each column that has one.
    """

    table: Table
    places: tuple[tuple[float, float], ...]
    head_lines: tuple[tuple[Line, ...], ...]
    head_height: float
    scales: tuple[Scale | float | None, ...]


def plan_table(flow: Flow, table: Table, width: float) -> list[Planned]:
    """Measure a table for a width."""
    measured = _measure(flow, table, width)
    rows = [_row(flow, measured, k) for k in range(len(table.rows))]
    top = replace(head(flow, table.ref, table.title, table.subtitle, width), table=measured)
    below = note(flow, table.note, width)
    before, frame, after = loosened(flow, Frame(top, below))
    return [*before, _part(flow, measured, rows, frame), *after]


def _part(flow: Flow, measured: _Measured, rows: Sequence[_Row], frame: Frame) -> Planned:
    """Some successive rows under the table's heading."""
    heights = [sum(each) for each in zip(*_limits(rows), strict=True)] if rows else [0.0] * 3
    least, natural, most = (measured.head_height + height for height in heights)
    body = partial(_draw, measured=measured, rows=rows, again=frame.head.again)
    planned = frame.around(body, (least, natural, most))

    def split(room: float) -> tuple[Planned, Planned] | None:
        left = room - frame.head.height - measured.head_height
        number = _fitting(rows, left)
        if number is None:
            return None
        bare = Note((), 0.0)
        above = _part(flow, measured, rows[:number], Frame(frame.head, bare))
        again = Frame(_continued(flow, frame.head), frame.note)
        return replace(above, gap=0.0), _part(flow, measured, rows[number:], again)

    return replace(planned, gap=EXHIBIT_GAP, split=split)


def _limits(rows: Sequence[_Row]) -> list[tuple[float, float, float]]:
    return [(row.least, row.natural, row.natural * _GROWS) for row in rows]


def _fitting(rows: Sequence[_Row], room: float) -> int | None:
    """How many rows go on a page; a group's rows and a total stay with the row above."""
    number = 0
    while number < len(rows) and rows[number].least <= room + 1e-6:
        room -= rows[number].least
        number += 1
    number = min(number, len(rows) - 1)
    while number > 0 and _clings(rows[number].row):
        number -= 1
    few = min(_FEWEST_ROWS, max(len(rows) - 1, 1))
    return number if number >= few else None


def _clings(row: Row) -> bool:
    """Whether a row must not be the first of a page."""
    return row.kind in {RowKind.TOTAL, RowKind.PART} or isinstance(row.cells[0], Spanned)


def _continued(flow: Flow, first: Head) -> Head:
    """The head of a later part: its number, and that it goes on."""
    style = flow.canvas.theme.type.exhibit_subtitle
    name = first.number.text.removesuffix(_GOES_ON)
    number = replace(first.number, text=f"{name}{_GOES_ON}".lstrip(", "))
    return Head((), number, (), style.leading + mm(1.4), again=True)


def _measure(flow: Flow, table: Table, width: float) -> _Measured:
    needs = Needs(*([_needed(flow, table, k, size) for k in range(len(table.columns))]
                    for size in (math.inf, _SMALLEST)))  # fmt: skip
    wide = widths(table.columns, needs, width)
    starts = [sum(wide[:k]) for k in range(len(wide))]
    places = tuple(zip(starts, wide, strict=True))
    heads = tuple(
        tuple(_head_lines(flow, column, place[1]))
        for column, place in zip(table.columns, places, strict=True)
    )
    leading = flow.canvas.theme.type.table_head.leading
    deepest = max((len(lines) for lines in heads), default=0)
    shown = any(plain_head(column) for column in table.columns)
    height = max(deepest, 1) * leading + 2 * _HEAD_PAD if shown else 0.0
    return _Measured(table, places, heads, height, _scales(table))


def plain_head(column: Column) -> bool:
    """Whether a column has a heading of any kind."""
    return bool(column.head) or column.kind in {ColumnKind.WHISKER, ColumnKind.DUMBBELL}


def _scales(table: Table) -> tuple[Scale | float | None, ...]:
    """Bars and dumbbells of a column share one scale."""
    scales: list[Scale | float | None] = []
    for k, column in enumerate(table.columns):
        held = [row.cells[k] for row in table.rows]
        if column.kind is ColumnKind.BAR:
            scales.append(cells.highest_of([cell for cell in held if isinstance(cell, Bar)]))
        elif column.kind is ColumnKind.DUMBBELL:
            values = [
                figure.count
                for cell in held
                if isinstance(cell, Dumbbell)
                for figure in (cell.then, cell.now)
                if figure is not None and figure.value is not None
            ]
            scales.append(nice(max(values, default=0)))
        else:
            scales.append(None)
    return tuple(scales)


def _needed(flow: Flow, table: Table, place: int, most: float) -> float:
    """The width that a column's widest number, word or heading needs; 0 for what is drawn.

    Args:
        most: the largest letters that words and numbers may have, in points.
    """
    column = table.columns[place]
    if column.kind in _DRAWN and column.kind is not ColumnKind.HEAT:
        return 0.0
    found = [0.0]
    for row in table.rows:
        cell = row.cells[place]
        if isinstance(cell, Evidence):
            found.append(_phrase_width(flow, cell.verdict))
        elif isinstance(cell, Heat):
            found.append(flow.words((Number(cell.figure),), flow.canvas.theme.type.table).width)
        elif (content := _content(cell)) is not None:
            run = _at_most(flow.words(content, _style(flow, row, column, cell)), most)
            found.append(_widest_word(run) if column.kind in WRAPPED else run.width)
    heading = _at_most(flow.words(column.head, _head_style(flow, column)), most)
    named = column.kind is ColumnKind.HEAT  # by the data, at any length: rather broken than wide
    longest = (_HEAT_HEAD if most > _SMALLEST else _HEAT_HEAD_LEAST) if named else math.inf
    found.append(min(_widest_word(heading), longest))
    return max(found) + _pad(column) + _HAIR


def _phrase_width(flow: Flow, verdict: Verdict) -> float:
    style = flow.canvas.theme.type.tile_likely
    return MARK_WIDTH + Run(VERDICT_PHRASES[verdict], style).width


def _at_most(run: Run, size: float) -> Run:
    """The same in letters no larger than that."""
    return run if run.style.size <= size else run.at(size)


def _narrowed(run: Run, width: float, wide: float) -> Run:
    """The same in letters so much smaller that what is too wide fits."""
    return run if wide <= width else run.at(run.style.size * width / wide)


def _widest_word(run: Run) -> float:
    return max((Run(word, run.style).width for word in run.text.split(" ")), default=0.0)


def _pad(column: Column) -> float:
    return RIGHT_PAD if column.kind in _AT_RIGHT else _LEFT_PAD


def _head_lines(flow: Flow, column: Column, width: float) -> list[Line]:
    room = width - _pad(column)
    run = flow.words(column.head, _head_style(flow, column))
    if column.kind not in WRAPPED and column.kind is not ColumnKind.HEAT:
        run = _narrowed(run, room, _widest_word(run) + _HAIR)
    return shortened(flow, wrap([run], room), _MOST_LINES, room)


def _head_style(flow: Flow, column: Column) -> Style:
    styles = flow.canvas.theme.type
    this_year = column.kind is ColumnKind.THIS_YEAR
    return styles.table_head_this_year if this_year else styles.table_head


def _content(cell: object) -> Text | None:
    """The words of a cell; None where it is drawn or spanned."""
    if isinstance(cell, Muted):
        return cell.content
    return cell if isinstance(cell, tuple) else None


def _style(flow: Flow, row: Row, column: Column, cell: object) -> Style:
    """How a cell's words are set: by what they are, then by row, then by column."""
    styles, colour = flow.canvas.theme.type, flow.canvas.theme.colour
    if isinstance(cell, Muted) or _is_none(cell):
        return styles.table_none
    if row.kind is RowKind.THIS_YEAR:
        return styles.table_strong.on(colour.this_year)
    if column.kind in {ColumnKind.INTERVAL, ColumnKind.SMALL}:
        return styles.table_small
    names_group = row.kind is RowKind.GROUP and cell is row.cells[0]
    if names_group or row.kind is RowKind.TOTAL or column.kind is ColumnKind.THIS_YEAR:
        return styles.table_strong
    return styles.table_quiet if row.kind in {RowKind.QUIET, RowKind.PART} else styles.table


def _is_none(cell: object) -> bool:
    """Whether a cell is one figure that has no value."""
    match cell:
        case (Number(figure),):
            return figure.value is None and figure.suppressed_as is not Suppressed.FEW
        case _:
            return False


def _row(flow: Flow, measured: _Measured, number: int) -> _Row:
    row = measured.table.rows[number]
    lines: list[tuple[Line, ...] | None] = []
    spans = tuple(_spans(measured.table, number, k) for k in range(len(row.cells)))
    deepest = 1.0
    for k, (column, place) in enumerate(zip(measured.table.columns, measured.places, strict=True)):
        content = _content(row.cells[k])
        if content is None:
            lines.append(None)
            continue
        width = place[1] - _pad(column) - _indent(row, place)
        run = flow.words(content, _style(flow, row, column, row.cells[k]))
        if column.kind not in WRAPPED:  # a number is never broken
            run = _narrowed(run, width, run.width + _HAIR / 2)
        made = tuple(shortened(flow, wrap([run], width), _MOST_LINES, width))
        lines.append(made)
        deepest = max(deepest, len(made) / spans[k])
    need = deepest * flow.canvas.theme.type.table.leading + 2 * _ABOVE_TEXT
    natural = max(mm(measured.table.row_height), need)
    least = min(natural, max(_LEAST_ROW, need))
    return _Row(row, tuple(lines), natural, least, spans)


def _spans(table: Table, number: int, place: int) -> int:
    """How many rows a cell takes."""
    if isinstance(table.rows[number].cells[place], Spanned):
        return 0
    below = (row.cells[place] for row in table.rows[number + 1 :])
    return 1 + sum(1 for _ in takewhile(lambda cell: isinstance(cell, Spanned), below))


def _indent(row: Row, place: tuple[float, float]) -> float:
    return _INDENT if row.kind is RowKind.PART and place[0] == 0 else 0.0


def _draw(flow: Flow, box: Box, measured: _Measured, rows: Sequence[_Row], *, again: bool) -> None:
    """Draw heading and rows into a box; the heading is read aloud once."""
    with in_table(flow.canvas, measured):
        if measured.head_height:
            with flow.canvas.artifact("head again") if again else nullcontext():
                _draw_head(flow, measured, box)
        y = box.y + measured.head_height
        spare = box.h - measured.head_height
        heights = _heights(rows, spare)
        for k, (row, height) in enumerate(zip(rows, heights, strict=True)):
            if k:
                _rule_above(flow, measured, row.row, box.x, y)
            _draw_row(flow, measured, row, Box(box.x, y, box.w, height))
            y += height
        _rule(flow, (box.x, box.right), y, flow.canvas.theme.weight.table)


def _heights(rows: Sequence[_Row], spare: float) -> list[float]:
    """Rows share what is more or less than their natural height."""
    natural = sum(row.natural for row in rows)
    if spare >= natural:
        more = (spare - natural) / natural if natural else 0.0
        return [row.natural * (1 + more) for row in rows]
    room = natural - sum(row.least for row in rows)
    part = min((natural - spare) / room, 1.0) if room else 0.0
    return [row.natural - (row.natural - row.least) * part for row in rows]


def _draw_head(flow: Flow, measured: _Measured, box: Box) -> None:
    bottom = box.y + measured.head_height
    with flow.canvas.element(Role.ROW):
        for k, column in enumerate(measured.table.columns):
            left, width = measured.places[k]
            cell = Box(box.x + left, box.y, width, measured.head_height - _HEAD_PAD)
            with flow.canvas.element(Role.HEAD_CELL, heads=_OF_COLUMN):
                _draw_heading(flow, measured, k, column, cell)
    _rule(flow, (box.x, box.right), bottom, flow.canvas.theme.weight.table)


def _draw_heading(flow: Flow, measured: _Measured, k: int, column: Column, cell: Box) -> None:
    scale = measured.scales[k]
    if column.kind is ColumnKind.WHISKER:
        cells.whisker_head(flow, cell)
    elif column.kind is ColumnKind.DUMBBELL and isinstance(scale, Scale):
        cells.dumbbell_head(flow, scale, cell)
    else:
        style = _head_style(flow, column)
        lines = measured.head_lines[k]
        y = cell.bottom - _HEAD_PAD - (len(lines) - 1) * style.leading - 0.21 * style.size
        _draw_lines(flow, lines, column, cell, (y, style.leading))


def _draw_lines(
    flow: Flow, lines: Sequence[Line], column: Column, cell: Box, start: tuple[float, float]
) -> None:
    """Draw a cell's lines, left or right, from a first baseline with a leading."""
    y, leading = start
    for line in lines:
        x = cell.x
        if column.kind in _AT_RIGHT:
            x = cell.right - RIGHT_PAD - line.width
        elif column.kind is ColumnKind.HEAT:
            x = cell.x + (cell.w - line.width) / 2
        draw_lines(flow.canvas, [line], (x, y), leading)
        y += leading


def _draw_row(flow: Flow, measured: _Measured, row: _Row, box: Box) -> None:
    for mark in traced_in(row.row):
        flow.canvas.place(row_place(mark), box.y)
    with flow.canvas.element(Role.ROW):
        for k, column in enumerate(measured.table.columns):
            if not row.spans[k]:
                continue
            left, width = measured.places[k]
            cell = Box(box.x + left, box.y, width, box.h)
            role, scope = (Role.CELL, "") if k else (Role.HEAD_CELL, "Row")
            with flow.canvas.element(role, heads=Heads(scope, row.spans[k])):
                _draw_cell(flow, measured, row, k, column, cell)


def _draw_cell(  # noqa: PLR0913, PLR0917 - a cell is a row, a column, a place and a box
    flow: Flow, measured: _Measured, row: _Row, k: int, column: Column, cell: Box
) -> None:
    lines = row.lines[k]
    if lines is not None:
        style = _style(flow, row.row, column, row.row.cells[k])
        indent = _indent(row.row, measured.places[k])
        inner = Box(cell.x + indent, cell.y, cell.w - indent, cell.h)
        # a cell that reaches down begins beside its first row
        used = (1 if row.spans[0] > 1 and k == 0 else len(lines)) * style.leading
        first = cell.y + (cell.h - used) / 2 + style.baseline
        _draw_lines(flow, lines, column, inner, (first, style.leading))
        return
    _DRAWING[type(row.row.cells[k])](flow, row.row.cells[k], measured.scales[k], cell)


def _rule_above(flow: Flow, measured: _Measured, row: Row, left: float, y: float) -> None:
    """A hairline between rows; a stronger line above a group or a total."""
    weight, right = flow.canvas.theme.weight, left + sum(measured.places[-1])
    if row.kind in {RowKind.GROUP, RowKind.APART, RowKind.TOTAL}:
        _rule(flow, (left, right), y, weight.table)
        return
    start = left
    for k, cell in enumerate(row.cells):
        if not isinstance(cell, Spanned):
            start = left + measured.places[k][0]
            break
    line = Paint(stroke=flow.canvas.theme.colour.hairline, width=weight.table_row)
    with flow.canvas.artifact("rule"):
        flow.canvas.line((start, y), (right, y), line, "row rule")


def _rule(flow: Flow, ends: tuple[float, float], y: float, width: float) -> None:
    line = Paint(stroke=flow.canvas.theme.colour.ink, width=width)
    with flow.canvas.artifact("rule"):
        flow.canvas.line((ends[0], y), (ends[1], y), line, "table rule")


def _whisker(flow: Flow, cell: Whisker, _scale: object, box: Box) -> None:
    cells.whisker(flow, cell.comparison, box)


def _evidence(flow: Flow, cell: Evidence, _scale: object, box: Box) -> None:
    cells.evidence(flow, cell.verdict, cell.harm, box)


def _bar(flow: Flow, cell: Bar, highest: float, box: Box) -> None:
    cells.bar(flow, cell, highest, box)


def _bullet(flow: Flow, cell: Bullet, _scale: object, box: Box) -> None:
    cells.bullet(flow, cell, box)


def _dumbbell(flow: Flow, cell: Dumbbell, scale: Scale, box: Box) -> None:
    cells.dumbbell(flow, cell, scale, box)


def _heat(flow: Flow, cell: Heat, _scale: object, box: Box) -> None:
    cells.heat(flow, cell.figure, box)


_DRAWING: dict[type, Callable[..., None]] = {
    Whisker: _whisker,
    Evidence: _evidence,
    Bar: _bar,
    Bullet: _bullet,
    Dumbbell: _dumbbell,
    Heat: _heat,
}
