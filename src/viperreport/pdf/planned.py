"""Blocks that have been measured but not yet drawn.

A block is broken into lines first, so that its height is known; then a page is chosen for it, and
a height between its least and its most; only then is it drawn.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace

from viperreport.pdf.flow import Flow
from viperreport.pdf.geometry import Box
from viperreport.pdf.look.theme import mm
from viperreport.pdf.structure import Role
from viperreport.pdf.text import Line, draw_lines

EXHIBIT_GAP = mm(5)
_FEWEST_LINES = 2  # of a paragraph, on either side of a page's end


@dataclass(frozen=True, slots=True)
class Planned:
    """A block, measured.

    Args:
        natural: the height that it reads best at, in points.
        draw: draws it into a box, whose height lies between least and most.
        least: how far it may shrink.
        most: how far it may grow.
        gap: to the block below.
        split: gives a part that fits a height, and the rest; None where no part of it does.
        keep: stays on the page of the block below.
        anchor: where it begins on the first page, if what stands above can be made to reach there.
    """

    natural: float
    draw: Callable[[Flow, Box], None]
    least: float
    most: float
    gap: float = EXHIBIT_GAP
    split: "Callable[[float], tuple[Planned, Planned] | None] | None" = None
    keep: bool = False
    anchor: float | None = None


def fixed(height: float, draw: Callable[[Flow, Box], None], gap: float = EXHIBIT_GAP) -> Planned:
    """A block of one height."""
    return Planned(height, draw, height, height, gap)


def within(
    block: Planned, around: Callable[[Flow, Box], AbstractContextManager[object]]
) -> Planned:
    """A block, and each of its parts, drawn inside of what `around` gives, such as an element."""

    def draw(flow: Flow, box: Box) -> None:
        with around(flow, box):
            block.draw(flow, box)

    def split(room: float) -> tuple[Planned, Planned] | None:
        parts = block.split(room) if block.split else None
        return parts and (within(parts[0], around), within(parts[1], around))

    return replace(block, draw=draw, split=split if block.split else None)


def paragraph(
    lines: Sequence[Line],
    role: Role,
    leading: float,
    gap: float = EXHIBIT_GAP,
    whole: object = None,
) -> Planned:
    """A paragraph, which may go over a page's end between two of its lines.

    Args:
        whole: what stands for the paragraph that these lines are a part of.
    """
    whole = whole or object()

    def draw(flow: Flow, box: Box) -> None:
        with flow.canvas.element(role, of=whole):  # an empty one too: headings are counted
            start = box.y + (_baseline(lines[0], leading) if lines else 0.0)
            draw_lines(flow.canvas, lines, (box.x, start), leading)

    def split(room: float) -> tuple[Planned, Planned] | None:
        fitting = min(int(room / leading + 1e-6), len(lines) - _FEWEST_LINES)
        if fitting < _FEWEST_LINES:
            return None
        above = replace(paragraph(lines[:fitting], role, leading, whole=whole), gap=0.0)
        return above, paragraph(lines[fitting:], role, leading, gap, whole)

    if not lines:
        return fixed(0.0, draw, 0.0)
    return replace(fixed(len(lines) * leading, draw, gap), split=split)


def stacked(above: Planned, below: Planned) -> Planned:
    """Two measured blocks as one."""

    def draw(flow: Flow, box: Box) -> None:
        above.draw(flow, Box(box.x, box.y, box.w, above.natural))
        top = box.y + above.natural + above.gap
        below.draw(flow, Box(box.x, top, box.w, box.bottom - top))

    around = above.natural + above.gap
    return Planned(
        around + below.natural, draw, around + below.least, around + below.most, below.gap
    )


def _baseline(line: Line, leading: float) -> float:
    """From the top of a line's room down to its baseline."""
    style = line.runs[0].style
    return leading / 2 + style.font.lift * style.size
