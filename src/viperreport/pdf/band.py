"""The band of an edition that replaces another one: on every page, right of the brand block.

It reaches upwards into the head's margin as far as its words need, so that nothing else moves.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from viperreport.model.briefing import Marker, MarkerKind
from viperreport.model.wording import plain
from viperreport.pdf.canvas import Canvas
from viperreport.pdf.geometry import Box
from viperreport.pdf.look.theme import Paint, mm
from viperreport.pdf.structure import Role
from viperreport.pdf.text import draw_lines, set_in, shortened, wrap

_PAD = mm(1.7)
_MOST_LINES = 3  # what stands above the markers holds no more


def in_bands(given: Sequence[Marker]) -> tuple[list[Marker], list[Marker]]:
    """Those markers that stand in a band, and those in boxes."""
    bands = [marker for marker in given if marker.kind is MarkerKind.CORRECTED]
    return bands, [marker for marker in given if marker not in bands]


@dataclass(slots=True)
class _Cut:
    """Texts that were cut."""

    texts: list[str] = field(default_factory=list)

    def remember(self, texts: Sequence[str], where: str = "") -> None:  # noqa: ARG002 - a protocol's
        """Note them."""
        self.texts += texts


def band(canvas: Canvas, given: Sequence[Marker], across: tuple[float, float]) -> tuple[str, ...]:
    """Draw the band; give the texts that had to be cut.

    Args:
        given: the markers that stand in one; none draws nothing.
        across: its left end and its width.
    """
    if not given:
        return ()
    theme, (left, width) = canvas.theme, across
    style = theme.type.marker
    content = "; ".join(plain(marker.text) for marker in given)
    room, cut = width - 2 * _PAD, _Cut()
    lines = shortened(cut, wrap([set_in(canvas, content, style)], room), _MOST_LINES, room)
    bottom = theme.page.marker_top + theme.page.marker_height
    high = theme.page.marker_height + (len(lines) - 1) * style.leading
    line = theme.weight.marker
    box = Box(left + line / 2, bottom - high + line / 2, width - line, high - line)
    with canvas.element(Role.PARAGRAPH):
        paint = Paint(fill=theme.colour.marker_fill, stroke=style.colour, width=line)
        canvas.rect(box, paint, "band")
        first = bottom - high + theme.page.marker_height / 2 + 0.335 * style.size
        draw_lines(canvas, lines, (left + _PAD, first), style.leading)
    return tuple(cut.texts)
