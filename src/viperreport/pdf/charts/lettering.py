"""A label of one or more lines as a block with a size, so that a place can be found for it."""

from dataclasses import dataclass

from viperreport.model.wording import Text
from viperreport.pdf.canvas import Canvas
from viperreport.pdf.flow import Flow
from viperreport.pdf.geometry import Box
from viperreport.pdf.look.theme import Style
from viperreport.pdf.text import Line, Slot

_MIDDLE = 0.33  # of the size: from the baseline up to the middle of a figure


@dataclass(frozen=True, slots=True)
class Lettering:
    """Lines in one style."""

    lines: tuple[Line, ...]
    style: Style

    @property
    def width(self) -> float:
        """Of the widest line."""
        return max((line.width for line in self.lines), default=0.0)

    @property
    def height(self) -> float:
        """From the topmost letters' reach to the lowest letters'."""
        reach = (self.style.font.above + self.style.font.below) * self.style.size
        return (len(self.lines) - 1) * self.style.leading + reach if self.lines else 0.0

    @property
    def rise(self) -> float:
        """From the top down to the middle of the first line's figures."""
        return (self.style.font.above - _MIDDLE) * self.style.size

    def __bool__(self) -> bool:
        """Whether there is anything to draw."""
        return bool(self.lines)

    def box(self, x: float, y: float, anchor: float = 0.0) -> Box:
        """The room that it takes from a top edge; `anchor` 0 begins at x, 1 ends there."""
        return Box(x - anchor * self.width, y, self.width, self.height)

    def draw(self, canvas: Canvas, box: Box, anchor: float = 0.0) -> None:
        """Draw it in its room, each line at the left (0), the middle or the right (1)."""
        baseline = box.y + self.style.font.above * self.style.size
        for line in self.lines:
            line.draw(canvas, (box.x + anchor * (box.w - line.width), baseline))
            baseline += self.style.leading


def lettering(flow: Flow, content: Text, style: Style, slot: Slot, where: str = "") -> Lettering:
    """Fit a label into a slot; what has to be cut is printed whole elsewhere."""
    made = flow.fitted(content, style, slot, where)
    return Lettering(tuple(line for line in made.lines if line.text), made.style)
