"""What the cells of tables show that is no plain text: intervals, evidence, bars, the ramp.

Each function draws one cell into its box; a column whose cells share a scale is asked for it first
(`highest_of`). Callers wrap the cells in elements.
"""

from collections.abc import Iterable, Sequence

from viperreport.model.briefing import Tone
from viperreport.model.exhibits import Bar, Bullet, Cell, Dumbbell
from viperreport.model.figure import VERDICT_PHRASES, Comparison, Figure, Verdict
from viperreport.model.wording import Name, Number, Text, whole
from viperreport.pdf.aloud import READ_AS, ZERO_DASH
from viperreport.pdf.canvas import Canvas
from viperreport.pdf.charts.axes import Scale
from viperreport.pdf.charts.labels import spread
from viperreport.pdf.flow import Flow
from viperreport.pdf.geometry import Box
from viperreport.pdf.look.theme import Paint, Style, mm
from viperreport.pdf.marks import (
    CHANGE_TICKS,
    MARK_WIDTH,
    arrow_head,
    change_place,
    colour_of,
    interval_said,
    verdict_mark,
    whisker_line,
)
from viperreport.pdf.structure import ReadAs
from viperreport.pdf.text import Line, Run, Slot, centred, fit

_DOT_ROOM = 3.6  # so that a dot at the scale's end stays inside its cell
_FEW_INDENT, _FEW_CLEAR = 4.0, 1.2
_HEAD_PAD = mm(0.6)  # below the headings of a table
_HEAD_GAP = 2.5  # between numbers of a scale
_BAR_LEFT, _BAR_RIGHT = mm(1), mm(0.9)
_BAR_HEIGHT, _UPRIGHT_BEYOND, _UPRIGHT_GAP = 6.2, 2.0, 1.2
_HATCH = 2.4  # between the hatching's lines
_CAP = 5.2  # height of the stroke at a median
_TRACK, _DONE = 7.4, 5.2
_PLAN_AT = 0.755  # of the width: where all plans stand
_MOST_DONE = 1.3  # of the plan; more than this is clipped
_CLIPPED = 5.8  # between a clipped bar and the tip of its arrow head
_DUMBBELL_ROOM = mm(3)
_DUMBBELL_DOT = 3.3
_RAMP = (0, 1, 5, 10, 20)  # the least number of each class
_RAMP_GAP, _RAMP_PAD = 0.4, 2.0


def middle(style: Style, box: Box) -> float:
    """The baseline on which a line stands in the middle of a cell."""
    return box.y + box.h / 2 + style.font.lift * style.size


def tone_of(*, harm: bool) -> Tone:
    """What a change means, by whether more is worse."""
    return Tone.HARM if harm else Tone.ACTIVITY


def _change_scale(box: Box) -> Box:
    return Box(box.x + _DOT_ROOM, box.y, box.w - 2 * _DOT_ROOM, box.h)


def whisker(flow: Flow, comparison: Comparison, box: Box) -> None:
    """Draw a change's 95 % interval on ticks as high as the cell; nothing for no comparison."""
    if comparison.verdict is Verdict.NONE:
        return
    canvas, scale = flow.canvas, _change_scale(box)
    with canvas.figure(interval_said(comparison)):
        if comparison.verdict is Verdict.FEW:
            _too_few(canvas, scale)
            return
        _change_ticks(canvas, scale)
        if comparison.has_interval:
            whisker_line(canvas, comparison, tone_of(harm=comparison.now.measure.harm), scale)


def _change_ticks(canvas: Canvas, scale: Box, broken: Box | None = None) -> None:
    """Lines at −50 %, 0 and +100 %; they are broken where words stand on them."""
    colour = canvas.theme.colour
    for ratio, _ in CHANGE_TICKS:
        x = change_place(ratio, scale)
        still = ratio == 1.0
        paint = Paint(stroke=colour.ink2 if still else colour.hairline, width=0.75)
        if broken is not None and broken.x < x < broken.right:
            canvas.line((x, scale.y), (x, broken.y), paint, "tick")
            canvas.line((x, broken.bottom), (x, scale.bottom), paint, "tick")
        else:
            canvas.line((x, scale.y), (x, scale.bottom), paint, "tick")


def _too_few(canvas: Canvas, scale: Box) -> None:
    style = canvas.theme.type.too_few
    run = Run("too few", style)
    x = min(change_place(1.0, scale) + _FEW_INDENT, scale.right - run.width)
    y = middle(style, scale)
    top = y - style.font.above * style.size
    room = Box(x - _FEW_CLEAR, top, run.width + 2 * _FEW_CLEAR, style.size)
    _change_ticks(canvas, scale, room)
    canvas.text(run.text, (x, y), style)


def whisker_head(flow: Flow, box: Box) -> None:
    """Write the scale of changes over its ticks."""
    scale = _change_scale(box)
    ticks = [(change_place(ratio, scale), name) for ratio, name in CHANGE_TICKS]
    with flow.canvas.figure(f"Scale of the change, from {ticks[0][1]} to {ticks[-1][1]}"):
        _scale_head(flow.canvas, ticks, box)


def _scale_head(canvas: Canvas, ticks: Sequence[tuple[float, str]], box: Box) -> None:
    """Write numbers at their places: inside the box, apart, and fewer where they find no room."""
    style = canvas.theme.type.interval_axis
    for chosen in (ticks, [ticks[0], ticks[-1]], ticks[-1:]):
        runs = [Run(name, style) for _, name in chosen]
        if sum(run.width for run in runs) + _HEAD_GAP * (len(runs) - 1) <= box.w:
            break
    else:
        return
    half = _HEAD_GAP / 2
    wanted = [
        (x - run.width / 2 - half, run.width + 2 * half)
        for (x, _), run in zip(chosen, runs, strict=True)
    ]
    starts = spread(wanted, box.x - half, box.right + half)
    y = box.bottom - _HEAD_PAD - style.font.below * canvas.theme.type.table_head.size
    for start, run in zip(starts, runs, strict=True):
        canvas.text(run.text, (start + half, y), style)


def evidence(flow: Flow, verdict: Verdict, harm: bool, box: Box) -> None:  # noqa: FBT001
    """Draw a verdict's mark and write its phrase, coloured as in the tiles."""
    canvas, styles = flow.canvas, flow.canvas.theme.type
    own = colour_of(verdict, tone_of(harm=harm), canvas.theme.colour)
    likely = verdict in {Verdict.HIGHER, Verdict.LOWER}
    style = (styles.table_strong if likely else styles.table).on(own)
    y = middle(style, box)
    indent = MARK_WIDTH if verdict_mark(canvas, verdict, (box.x, y), own) else 0.0
    made = fit(Run(VERDICT_PHRASES[verdict], style), Slot(box.w - indent, 2))
    _lines(canvas, made.lines, Box(box.x + indent, box.y, box.w - indent, box.h), made.style)


def _lines(canvas: Canvas, lines: Sequence[Line], box: Box, style: Style) -> None:
    """Lines from the left, their block in the middle of the cell."""
    leading = 1.12 * style.size
    y = middle(style, box) - leading * (len(lines) - 1) / 2
    for k, line in enumerate(lines):
        line.draw(canvas, (box.x, y + k * leading))


def highest_of(cells: Iterable[Cell]) -> float:
    """The value that a column of bars has to have room for."""
    bars = [cell for cell in cells if isinstance(cell, Bar)]
    figures = [
        figure
        for bar in bars
        for figure in (bar.value, bar.whole, bar.upright, *(bar.limits or ()))
    ]
    return max((value for value in map(_value, figures) if value is not None), default=0.0)


def _value(figure: Figure | None) -> float | None:
    return None if figure is None else figure.value


def bar(flow: Flow, cell: Bar, highest: float, box: Box) -> None:
    """Draw a bar on the scale from zero to `highest`; a value that is not held draws nothing."""
    if _value(cell.value) is None and _value(cell.whole) is None:
        return
    canvas, colour = flow.canvas, flow.canvas.theme.colour
    wide = box.w - _BAR_LEFT - _BAR_RIGHT
    top = box.y + (box.h - _BAR_HEIGHT) / 2
    scale = Box(box.x + _BAR_LEFT, top, wide / highest if highest else 0.0, _BAR_HEIGHT)
    own = colour.years_before if cell.past else colour.this_year
    with canvas.figure(_bar_said(cell)):
        _outline(canvas, cell, scale, own)
        _length(canvas, cell, scale, own)
        _limits(canvas, cell, scale, own)
        if cell.upright is not None and cell.upright.value is not None:
            _upright(canvas, scale.x + scale.w * cell.upright.value, scale, _UPRIGHT_BEYOND)


def _length(canvas: Canvas, cell: Bar, scale: Box, own: str) -> None:
    """The bar itself; a true zero is a thin stroke at the scale's begin."""
    value = _value(cell.value)
    if value is None:
        return
    room = Box(scale.x, scale.y, scale.w * value, scale.h)
    if not value:
        stroke = Paint(stroke=own, width=0.6)
        canvas.line((scale.x, scale.y), (scale.x, scale.bottom), stroke, "zero")
    elif cell.partial:
        _hatched(canvas, room, own)
    else:
        canvas.rect(room, Paint(fill=own), "bar")


def _outline(canvas: Canvas, cell: Bar, scale: Box, own: str) -> None:
    value = _value(cell.whole)
    if value:
        paint = Paint(fill=canvas.theme.colour.white, stroke=own, width=0.75)
        edge = paint.width / 2
        wide, high = max(scale.w * value - 2 * edge, 0.0), scale.h - 2 * edge
        canvas.rect(Box(scale.x + edge, scale.y + edge, wide, high), paint, "bar outline")


def _limits(canvas: Canvas, cell: Bar, scale: Box, own: str) -> None:
    """A line over the outline's end, with a stroke where the outline ends: the median."""
    low, high = map(_value, cell.limits or (None, None))
    if low is None or high is None:
        return
    y = scale.y + scale.h / 2
    left, right = scale.x + scale.w * low, scale.x + scale.w * high
    canvas.line((left, y), (right, y), Paint(stroke=own, width=1.3), "limits")
    median = _value(cell.whole)
    if median is not None:
        x = scale.x + scale.w * median
        stroke = Paint(stroke=own, width=1.3)
        canvas.line((x, y - _CAP), (x, y + _CAP), stroke, "median")


def _upright(canvas: Canvas, x: float, room: Box, beyond: float) -> None:
    """A mark across a bar, with a white gap on both sides."""
    top, bottom = room.y - beyond, room.bottom + beyond
    gap = Paint(stroke=canvas.theme.colour.white, width=1.3 + 2 * _UPRIGHT_GAP)
    canvas.line((x, room.y), (x, room.bottom), gap, "halo")
    mark = Paint(stroke=canvas.theme.colour.ink, width=1.3)
    canvas.line((x, top), (x, bottom), mark, "upright")


def _hatched(canvas: Canvas, room: Box, own: str) -> None:
    """An outlined bar filled with slanting lines, cut at its edges by reckoning."""
    edge = Paint(fill=canvas.theme.colour.white, stroke=own, width=0.6)
    inner = Box(room.x + 0.3, room.y + 0.3, max(room.w - 0.6, 0.0), room.h - 0.6)
    canvas.rect(inner, edge, "bar")
    line = Paint(stroke=own, width=0.6)
    foot = inner.x + _HATCH - inner.h
    while foot < inner.right:
        left, right = max(foot, inner.x), min(foot + inner.h, inner.right)
        if right > left:
            start = (left, inner.bottom - (left - foot))
            canvas.line(start, (right, inner.bottom - (right - foot)), line, "hatching")
        foot += _HATCH


def _bar_said(cell: Bar) -> str:
    said = "" if cell.value is None else str(Number(cell.value))
    if cell.partial:
        said += " in the part of the year that is held"
    if cell.whole is not None:
        said += f" of {Number(cell.whole)}"
    if cell.limits is not None:
        said += f" ({Number(cell.limits[0])} to {Number(cell.limits[1])})"
    if cell.upright is not None:
        said += f", mark at {Number(cell.upright)} ({cell.upright.period.last_day.year})"
    return f"Bar: {said.strip()}"


def bullet(flow: Flow, cell: Bullet, box: Box) -> None:
    """Draw what was done as a bar on a track that ends at the plan; without a plan, nothing."""
    planned = cell.planned.value
    if not planned:
        return
    canvas, colour = flow.canvas, flow.canvas.theme.colour
    full = (box.w - _BAR_RIGHT) * _PLAN_AT
    centre = box.y + box.h / 2
    said = f"{Number(cell.done)} done of {Number(cell.planned)} planned"
    with canvas.figure(said):
        track = Box(box.x, centre - _TRACK / 2, full, _TRACK)
        canvas.rect(track, Paint(fill=colour.plan_track), "track")
        share = (cell.done.value or 0.0) / planned
        tip = box.x + full * _MOST_DONE
        wide = tip - _CLIPPED - box.x if share > _MOST_DONE else full * share
        done = Box(box.x, centre - _DONE / 2, wide, _DONE)
        if wide:
            canvas.rect(done, Paint(fill=colour.this_year), "bar")
        elif cell.done.value is not None:
            stroke = Paint(stroke=colour.this_year, width=0.6)
            canvas.line((box.x, done.y), (box.x, done.bottom), stroke, "zero")
        if share > _MOST_DONE:
            arrow = Paint(stroke=colour.this_year, width=1.3)
            arrow_head(canvas, (tip, centre), 1, arrow)
        _upright(canvas, box.x + full, done, (_TRACK - _DONE) / 2 + 2.4)


def _count_place(value: float, scale: Scale, box: Box) -> float:
    wide = box.w - 2 * _DUMBBELL_ROOM
    return box.x + _DUMBBELL_ROOM + wide * value / scale.highest


def dumbbell(flow: Flow, cell: Dumbbell, scale: Scale, box: Box) -> None:
    """Draw last year's value as a ring and this year's as a dot, with a line between them."""
    then, now = _value(cell.then), _value(cell.now)
    if then is None and now is None:
        return
    canvas, colour = flow.canvas, flow.canvas.theme.colour
    y = box.y + box.h / 2
    ring = Paint(fill=colour.white, stroke=colour.year_minus_1, width=1.3)
    with canvas.figure(_dumbbell_said(cell)):
        if then is not None and now is not None:
            ends = ((_count_place(then, scale, box), y), (_count_place(now, scale, box), y))
            canvas.line(*ends, Paint(stroke=colour.context_bar, width=1.8), "between")
        if then is not None:  # where both are one, the ring shows around the dot
            radius = _DUMBBELL_DOT + (1.6 if then == now else 0.0)
            canvas.circle((_count_place(then, scale, box), y), radius, ring, "dot")
        if now is not None:
            fill = Paint(fill=colour.this_year)
            canvas.circle((_count_place(now, scale, box), y), _DUMBBELL_DOT + 0.3, fill, "dot")


def _dumbbell_said(cell: Dumbbell) -> str:
    held = [figure for figure in (cell.then, cell.now) if figure is not None]
    return ", ".join(f"{figure.period.last_day.year}: {Number(figure)}" for figure in held)


def dumbbell_head(flow: Flow, scale: Scale, box: Box) -> None:
    """Write the scale of counts over the column."""
    ticks = [(_count_place(value, scale, box), whole(value)) for value in scale.values]
    with flow.canvas.figure(f"Scale from {ticks[0][1]} to {ticks[-1][1]}"):
        _scale_head(flow.canvas, ticks, box)


def heat(flow: Flow, figure: Figure, box: Box) -> None:
    """Fill a cell by its number's class and write the number; zero is a dash, none is words."""
    canvas, colour, styles = flow.canvas, flow.canvas.theme.colour, flow.canvas.theme.type
    words: Text = (Number(figure),)
    style = styles.table_none
    if figure.why_none is None:
        step = max(k for k, least in enumerate(_RAMP) if figure.count >= least)
        wide, high = box.w - 2 * _RAMP_GAP, box.h - 2 * _RAMP_GAP
        room = Box(box.x + _RAMP_GAP, box.y + _RAMP_GAP, wide, high)
        canvas.rect(room, Paint(fill=colour.ramp[step]), "heat")
        words = words if figure.count else (Name(ZERO_DASH),)
        style = styles.table.on(colour.ramp_text[step])
    made = flow.fitted(words, style, Slot(box.w - 2 * _RAMP_PAD, 2))
    leading = 1.12 * made.style.size
    y = middle(made.style, box) - leading * (len(made.lines) - 1) / 2
    is_dash = figure.why_none is None and not figure.count
    with canvas.inline(ReadAs(READ_AS[ZERO_DASH]) if is_dash else None):
        for k, line in enumerate(made.lines):
            centred(canvas, line.runs[0], (box.x + box.w / 2, y + k * leading))
