"""The key figures: tiles that say how many, against what, and whether it is real."""

from dataclasses import dataclass, replace
from functools import partial

from viperreport.model.briefing import KeyFigure, KeyFigures
from viperreport.model.figure import VERDICT_PHRASES, Verdict
from viperreport.model.wording import Number, Text, plain, sentences
from viperreport.pdf.flow import Flow
from viperreport.pdf.geometry import Box
from viperreport.pdf.look.theme import Paint, Style, mm
from viperreport.pdf.marks import (
    MARK_WIDTH,
    colour_of,
    interval_glyph,
    sparkline,
    verdict_mark,
)
from viperreport.pdf.planned import Planned, fixed, paragraph
from viperreport.pdf.structure import Role
from viperreport.pdf.text import Fitted, Line, Run, Slot, apart, draw_lines, fit, set_in, wrap

HEIGHT = mm(49.9)
_GAP = mm(4)
_PAD = mm(2.4)
_IN_A_ROW = 4
_NOTE_GAP = mm(1.4)
_AFTER_TILES = mm(4.9)
# Baselines and boxes from the tile's top, in points.
_LABEL, _PERIOD, _VALUE, _CHANGE, _AGAINST = 14.9, 25.6, 54.4, 69.9, 80.5
_GLYPH, _GLYPH_SIZE = 88.1, (100.0, 13.0)
_VERDICT, _EVIDENCE = 123.3, 132.9
_SPARK, _SPARK_SIZE, _SPARK_GAP, _SPARK_LEAST = 33.6, (55.0, 24.0), 3.0, 24.0
_LABEL_LINES = 2  # a third one moves the period down
_CROWDED_PERIOD, _CROWDED_SIZE = 31.4, 7.5
_RISE = {_LABEL: 6.3, _AGAINST: 2.6, _EVIDENCE: 1.5}  # of the first of two lines
_SPARK_NEAR, _SPARK_INSET = 60.0, 0.8
_VALUE_SIZES = (28.0, 24.0, 21.0, 18.0, 16.0)


@dataclass(frozen=True, slots=True)
class _Place:
    """A tile being drawn: where it writes to, and its inner left edge, width and top."""

    flow: Flow
    tile: KeyFigure
    x: float
    width: float
    y: float


def plan_key_figures(flow: Flow, block: KeyFigures, width: float) -> list[Planned]:
    """Measure the tiles in rows of up to four, and the note under them."""
    rows = [block.tiles[k : k + _IN_A_ROW] for k in range(0, len(block.tiles), _IN_A_ROW)]
    style = flow.canvas.theme.type.note
    note = wrap([flow.words(sentences(block.legend, block.note), style)], width)
    planned = [fixed(HEIGHT, partial(_draw_row, row=row), _GAP) for row in rows]
    if planned:
        planned[-1] = replace(planned[-1], gap=_NOTE_GAP if note else _AFTER_TILES, keep=bool(note))
    return [*planned, paragraph(note, Role.NOTE, style.leading, _AFTER_TILES)]


def _draw_row(flow: Flow, box: Box, row: tuple[KeyFigure, ...]) -> None:
    width = (box.w - _GAP * (len(row) - 1)) / len(row)
    with flow.canvas.element(Role.GROUP):
        for k, tile in enumerate(row):
            _tile(flow, tile, Box(box.x + k * (width + _GAP), box.y, width, HEIGHT))


def _tile(flow: Flow, tile: KeyFigure, box: Box) -> None:
    canvas, colour = flow.canvas, flow.canvas.theme.colour
    place = _Place(flow, tile, box.x + _PAD, box.w - 2 * _PAD, box.y)
    canvas.place(tile.ref, box.y)
    with canvas.element(Role.GROUP, f"{tile.ref} {plain(tile.label)}"):
        canvas.rect(box, Paint(fill=colour.tint), "tile")
        bar = Paint(fill=colour.marker_text if tile.warning else colour.this_year)
        canvas.rect(Box(box.x, box.y, box.w, canvas.theme.weight.tile_top), bar, "tile top")
        _names(place)
        _value(place)
        _changes(place)
        _evidence(place)


def _names(place: _Place) -> None:
    """Label and period at the left, the reference at the right."""
    tile, styles, canvas = place.tile, place.flow.canvas.theme.type, place.flow.canvas
    with canvas.element(Role.PARAGRAPH):
        ref = set_in(canvas, tile.ref, styles.tile_ref).all(place.flow.leads.to_row(tile.ref))
        room = place.width - ref.width - 4
        label = place.flow.fitted(tile.label, styles.tile_label, Slot(room, 3), tile.ref)
        crowded = len(label.lines) > _LABEL_LINES
        _draw(place, label, _LABEL)
        edge = place.x + place.width - ref.width
        Line((ref,), more=True).draw(canvas, (edge, place.y + _LABEL))
        slot = Slot(place.width)
        style = styles.tile_period.at(_CROWDED_SIZE) if crowded else styles.tile_period
        period = place.flow.fitted(tile.period, style, slot, tile.ref)
        _draw(place, period, _CROWDED_PERIOD if crowded else _PERIOD)


def _draw(place: _Place, fitted: Fitted, baseline: float, indent: float = 0.0) -> None:
    """Draw one line on its baseline, or more closely around it, apart from what follows."""
    leading = 1.12 * fitted.style.size
    y = place.y + baseline - _RISE.get(baseline, 0.0) * (len(fitted.lines) > 1)
    draw_lines(place.flow.canvas, apart(fitted.lines), (place.x + indent, y), leading)


def _value(place: _Place) -> None:
    """The number as large as fits beside the sparkline, or the reason for none."""
    flow, tile = place.flow, place.tile
    styles, canvas = flow.canvas.theme.type, flow.canvas
    style = styles.tile_value if tile.figure.why_none is None else styles.tile_none
    value = flow.words((Number(tile.figure),), style)
    gap = _SPARK_GAP if tile.figure.why_none is None else 3 * _SPARK_GAP
    least = _SPARK_LEAST + gap if tile.sparkline else 0.0
    for size in _VALUE_SIZES:
        if size <= style.size and value.width + least > place.width:
            value = value.at(size)
    with canvas.element(Role.PARAGRAPH):
        Line((value,)).draw(canvas, (place.x, place.y + _VALUE))
    room = place.width - value.width - gap
    if tile.sparkline and room >= _SPARK_LEAST:
        wide = min(_SPARK_SIZE[0], room)
        # In a wide tile the line stays near its number, as it does in the row of four.
        near = max(place.x + value.width + gap, place.x + _SPARK_NEAR)
        left = min(place.x + place.width - wide - _SPARK_INSET, near)
        sparkline(canvas, tile.sparkline, Box(left, place.y + _SPARK, wide, _SPARK_SIZE[1]))


def _changes(place: _Place) -> None:
    """The change, and what it is a change from."""
    flow, tile, styles = place.flow, place.tile, place.flow.canvas.theme.type
    with flow.canvas.element(Role.PARAGRAPH):
        slot = Slot(place.width)
        _draw(place, flow.fitted(tile.change, styles.tile_change, slot, tile.ref), _CHANGE)
        slot = Slot(place.width, 2)
        _draw(place, flow.fitted(tile.against, styles.tile_against, slot, tile.ref), _AGAINST)


def _evidence(place: _Place) -> None:
    """The interval drawn, the verdict in words, the interval in words; or the warning."""
    flow, tile = place.flow, place.tile
    canvas = flow.canvas
    verdict = tile.verdict
    if tile.comparison and verdict is not Verdict.NONE and not tile.warning:
        box = Box(place.x, place.y + _GLYPH, *_GLYPH_SIZE)
        interval_glyph(canvas, tile.comparison, tile.tone, box)
    with canvas.element(Role.PARAGRAPH):
        indent = 0.0 if tile.warning else _verdict(place, verdict)
        if tile.warning:
            style = canvas.theme.type.tile_likely.on(canvas.theme.colour.marker_text)
            _label(place, tile.warning, style, _VERDICT)
        slot = Slot(place.width - indent, 2)
        style = canvas.theme.type.tile_evidence
        _draw(place, flow.fitted(tile.evidence, style, slot, tile.ref), _EVIDENCE, indent)


def _label(place: _Place, content: Text, style: Style, baseline: float) -> None:
    made = place.flow.fitted(content, style, Slot(place.width), place.tile.ref)
    _draw(place, made, baseline)


def _verdict(place: _Place, verdict: Verdict) -> float:
    """Draw mark and phrase, and give the indent that the line below shares."""
    canvas = place.flow.canvas
    styles, colour = canvas.theme.type, canvas.theme.colour
    own = colour_of(verdict, place.tile.tone, colour)
    y = place.y + _VERDICT
    indent = MARK_WIDTH if verdict_mark(canvas, verdict, (place.x, y), own) else 0.0
    likely = verdict in {Verdict.HIGHER, Verdict.LOWER}
    style = (styles.tile_likely if likely else styles.tile_verdict).on(own)
    made = fit(Run(VERDICT_PHRASES[verdict], style), Slot(place.width - indent))
    _draw(place, made, _VERDICT, indent)
    return indent
