"""What stands on every page: brand block, markers, running head and foot.

All of it is artifact: drawn, not read aloud again on each page. But the markers are read once.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from viperreport.model.briefing import Briefing, Marker, MarkerKind
from viperreport.model.wording import Text, plain
from viperreport.pdf.band import band, in_bands
from viperreport.pdf.canvas import Canvas
from viperreport.pdf.geometry import Box
from viperreport.pdf.look.theme import Paint, Style, mm
from viperreport.pdf.structure import Role
from viperreport.pdf.text import Run, Slot, fit, right, set_in

_MARKER_PAD = mm(1.7)
_MARKER_GAP = mm(2.2)
_FOOT_GAP = mm(5)
_FOOT_LINES = 2
_NUMBER_ROOM = mm(16)  # for "10 of 12" at the right of the foot
_HEAD_GAP = mm(4)


def brand_block(canvas: Canvas) -> None:
    """The block of colour at the top left of every page, or the theme's logo."""
    theme = canvas.theme
    box = Box(*theme.page.brand)
    with canvas.artifact("brand"):
        if theme.logo is None:
            canvas.rect(box, Paint(fill=theme.colour.this_year), "brand")
            return
        for shape in theme.logo.laid_into(box):
            canvas.loops(shape.loops, Paint(fill=shape.fill), "brand")


def markers(canvas: Canvas, given: Sequence[Marker], top: float, room: float) -> "Placed":
    """Draw the marker boxes in a row that ends at the right margin, within `room`."""
    runs = [_marker_run(canvas, marker) for marker in given]
    cut: list[str] = []
    widest = _widest(runs, room - _MARKER_GAP * (len(runs) - 1))
    runs = [_shortened(run, widest, cut) for run in runs]
    x = canvas.theme.page.right
    boxes = []
    for run in reversed(runs):
        x -= _marker_width(run)
        boxes.append(x)
        x -= _MARKER_GAP
    for marker, run, left in zip(given, runs, reversed(boxes), strict=True):
        with canvas.element(Role.PARAGRAPH):
            _marker_box(canvas, marker, run, (left, top))
    return Placed(x + _MARKER_GAP if runs else canvas.theme.page.right, tuple(cut))


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a row of markers begins, and the texts that had to be cut."""

    left: float
    cut: tuple[str, ...]


def _row_width(canvas: Canvas, given: Sequence[Marker]) -> float:
    """What a row of markers takes that are not cut."""
    wide = sum(_marker_width(_marker_run(canvas, marker)) for marker in given)
    return wide + _MARKER_GAP * (len(given) - 1)


def _widest(runs: Sequence[Run], room: float) -> float:
    """The width to which long markers are held, so that short ones keep theirs."""
    left, widest = room, room
    for k, width in enumerate(sorted(map(_marker_width, runs))):
        widest = left / (len(runs) - k)
        if width > widest:
            break
        left -= width
        widest = room
    return widest - 2 * _MARKER_PAD


def _is_warning(marker: Marker) -> bool:
    return marker.kind is not MarkerKind.CLASSIFICATION


def _marker_run(canvas: Canvas, marker: Marker) -> Run:
    style = canvas.theme.type.marker
    colour = style.colour if _is_warning(marker) else canvas.theme.colour.ink
    return set_in(canvas, plain(marker.text), style.on(colour))


def _marker_width(run: Run) -> float:
    return run.width + 2 * _MARKER_PAD


def _shortened(run: Run, width: float, cut: list[str]) -> Run:
    made = fit(run, Slot(width))
    if made.cut:
        cut.append(run.text)
    return made.lines[0].runs[0]


def _marker_box(canvas: Canvas, marker: Marker, run: Run, corner: tuple[float, float]) -> None:
    theme = canvas.theme
    line, height = theme.weight.marker, theme.page.marker_height
    box = Box(corner[0] + line / 2, corner[1] + line / 2, _marker_width(run) - line, height - line)
    fill = theme.colour.marker_fill if _is_warning(marker) else theme.colour.white
    canvas.rect(box, Paint(fill=fill, stroke=run.style.colour, width=line), "marker")
    middle = corner[1] + height / 2 + 0.335 * run.style.size
    canvas.text(run.text, (corner[0] + _MARKER_PAD, middle), run.style)


def first_head(canvas: Canvas, briefing: Briefing) -> tuple[str, ...]:
    """Brand block, band and markers of page one; gives the texts that had to be cut."""
    brand_block(canvas)
    page = canvas.theme.page
    left = page.brand[0] + page.brand[2] + _HEAD_GAP
    bands, boxes = in_bands(briefing.markers)
    room = page.right - left
    beside = _MARKER_GAP + _row_width(canvas, boxes) if boxes else 0.0
    wide = max(room - beside, room / 2) if bands else 0.0
    cut = band(canvas, bands, (left, wide))
    rest = room - wide - _MARKER_GAP if bands else room
    return (*cut, *markers(canvas, boxes, page.marker_top, rest).cut)


def running_head(canvas: Canvas, briefing: Briefing, sections: Sequence[Text] = ()) -> list[str]:
    """The head of every page but the first, which names the page's sections at the right.

    Returns:
        the texts that had to be cut.
    """
    brand_block(canvas)
    theme = canvas.theme
    page, style = theme.page, theme.type.running
    bands, boxes = in_bands(briefing.markers)
    left = page.brand[0] + page.brand[2] + _HEAD_GAP
    with canvas.artifact("running head"):
        cut = list(band(canvas, bands, (left, page.right - left)))
        placed = markers(canvas, boxes, page.top, page.measure * 0.62)
    cut += placed.cut
    room = placed.left - _HEAD_GAP - page.left
    y = page.top + page.marker_height / 2 + 0.335 * style.size
    with canvas.artifact("running head"):
        names = " · ".join(map(plain, sections))
        here = _shortened(set_in(canvas, names, theme.type.running_section), room * 0.4, cut)
        right(canvas, here, (placed.left - _HEAD_GAP * bool(boxes), y))
        room -= here.width + _HEAD_GAP
        kicker = set_in(canvas, plain(briefing.masthead.kicker).upper(), theme.type.kicker)
        kicker = _shortened(kicker, room * 0.5, cut)
        wide = canvas.text(kicker.text, (page.left, y), kicker.style) + _HEAD_GAP
        title = _shortened(set_in(canvas, plain(briefing.masthead.title), style), room - wide, cut)
        canvas.text(title.text, (page.left + wide, y), title.style)
        rule = Paint(stroke=theme.colour.ink, width=theme.weight.running)
        canvas.line((page.left, page.running_rule), (page.right, page.running_rule), rule, "rule")
    return cut


@dataclass(frozen=True, slots=True)
class Foot:
    """The foot's texts in rows, as they fit, and those that had to be cut or left out."""

    rows: tuple[tuple[Run, ...], ...]
    cut: tuple[str, ...]


def plan_foot(canvas: Canvas, briefing: Briefing) -> Foot:
    """Arrange the foot's texts in at most two rows; the page's number stands in the first."""
    room = canvas.theme.page.measure - _NUMBER_ROOM
    rows: list[list[Run]] = [[]]
    cut: list[str] = []
    marked = tuple(plain(marker.text) for marker in briefing.markers)
    for content in map(plain, briefing.foot):
        run = set_in(canvas, content, _foot_style(canvas, content, marked))
        run = _shortened(run, room, cut)
        taken = sum(other.width + _FOOT_GAP for other in rows[-1])
        if taken + run.width > room:
            rows.append([])
        if len(rows) <= _FOOT_LINES:
            rows[-1].append(run)
        else:
            cut.append(content)
    return Foot(tuple(map(tuple, rows[:_FOOT_LINES])), tuple(cut))


def _foot_style(canvas: Canvas, content: str, marked: tuple[str, ...]) -> Style:
    """What repeats a marker is set like one."""
    styles = canvas.theme.type
    return styles.footer_marker if content.startswith(marked) else styles.footer


def feet(canvas: Canvas, foot: Foot) -> None:
    """Draw the foot of every page, now that their number is known."""
    for number in range(canvas.pages):
        canvas.turn_to(number)
        with canvas.artifact("foot"):
            _foot(canvas, foot, number + 1)


def _foot(canvas: Canvas, foot: Foot, number: int) -> None:
    theme = canvas.theme
    page, styles = theme.page, theme.type
    rule = Paint(stroke=theme.colour.rule, width=theme.weight.footer)
    canvas.line((page.left, page.footer_rule), (page.right, page.footer_rule), rule, "rule")
    y = page.footer_rule + mm(4.75)
    for k, row in enumerate(foot.rows):
        x = page.left
        for run in row:
            x += canvas.text(run.text, (x, y + k * styles.footer.leading), run.style) + _FOOT_GAP
    strong, plain_style = styles.footer_strong, styles.footer
    parts = [Run(str(number), strong), Run(" of ", plain_style), Run(str(canvas.pages), strong)]
    x = page.right - sum(part.width for part in parts)
    for part in parts:
        x += canvas.text(part.text, (x, y), part.style)
