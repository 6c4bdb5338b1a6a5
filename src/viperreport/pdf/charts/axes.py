"""Scales: whole-number gridlines from zero, and a year of 366 places on which dates agree."""

from dataclasses import dataclass
from datetime import date
from itertools import accumulate

from viperreport.pdf.canvas import Canvas
from viperreport.pdf.geometry import Box
from viperreport.pdf.look.theme import Paint
from viperreport.pdf.text import Run, centred, right

_MOST_STEPS, _FEWEST_STEPS = 4, 2
_YEAR_DAYS = 366  # every year is laid on a leap year, so that the same dates share a place
_MONTHS = tuple("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split())  # noqa: SIM905
_MONTH_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_MONTH_STARTS = tuple(accumulate(_MONTH_DAYS, initial=0))[:-1]
_TICK = 2.2
_MONTH_GAP = 4.0  # between the names of months
_STRIP_CLEAR = 4.0  # between a strip of labels and what stands below it


@dataclass(frozen=True, slots=True)
class Scale:
    """A vertical scale from zero."""

    step: int
    steps: int

    @property
    def highest(self) -> int:
        """The topmost gridline."""
        return self.step * self.steps

    @property
    def values(self) -> tuple[int, ...]:
        """Every gridline's value, zero first."""
        return tuple(range(0, self.highest + 1, self.step))


def nice(highest: float) -> Scale:
    """The finest scale of 1, 2, 2.5 or 5 times a power of ten with 3 to 5 gridlines."""
    power = 1
    while True:
        for step in (power, 2 * power, 5 * power // 2, 5 * power):
            whole = step * 2 % 5 == 0 or step in {power, 2 * power}
            steps = max(-(-highest // step), _FEWEST_STEPS)
            if whole and steps <= _MOST_STEPS:
                return Scale(step, int(steps))
        power *= 10


@dataclass(frozen=True, slots=True)
class Plot:
    """The plot's box and its two scales."""

    box: Box
    scale: Scale

    def x(self, day: date) -> float:
        """Where a day ends."""
        return self.box.x + self.box.w * (_MONTH_STARTS[day.month - 1] + day.day) / _YEAR_DAYS

    def y(self, value: float) -> float:
        """How high a value stands."""
        return self.box.bottom - self.box.h * value / self.scale.highest


def gutter(canvas: Canvas, scale: Scale, least: float) -> float:
    """Room for the numbers of the vertical scale."""
    style = canvas.theme.type.axis
    return max(least, Run(f"{scale.highest:,}", style).width + 6)


def grid(canvas: Canvas, plot: Plot) -> None:
    """Draw gridlines and their numbers, all but the line at zero."""
    style, colour = canvas.theme.type.axis, canvas.theme.colour
    line = Paint(stroke=colour.hairline, width=canvas.theme.weight.gridline)
    for value in plot.scale.values:
        y = plot.y(value)
        if value:
            canvas.line((plot.box.x, y), (plot.box.right, y), line, "gridline")
        right(canvas, Run(f"{value:,}", style), (plot.box.x - 5.4, y + 0.33 * style.size))


def months(canvas: Canvas, plot: Plot) -> None:
    """Draw the line at zero, ticks where months begin, and names mid-month."""
    style, box = canvas.theme.type.axis, plot.box
    line = Paint(stroke=canvas.theme.colour.ink, width=canvas.theme.weight.axis)
    canvas.line((box.x, box.bottom), (box.right, box.bottom), line, "axis")
    widest = max(Run(name, style).width for name in _MONTHS)
    every = 1 if widest + _MONTH_GAP <= box.w / 12 else 2
    for k, (name, start, days) in enumerate(zip(_MONTHS, _MONTH_STARTS, _MONTH_DAYS, strict=True)):
        x = box.x + box.w * start / _YEAR_DAYS
        canvas.line((x, box.bottom), (x, box.bottom + _TICK), line, "tick")
        middle = x + box.w * days / _YEAR_DAYS / 2
        if k % every == 0:
            centred(canvas, Run(name, style), (middle, box.bottom + 11.0))


def under_strip(box: Box, scale: Scale, highest: float, strip: float) -> tuple[Plot, Box]:
    """A plot whose values leave a strip at the top to labels, which no gridline crosses.

    The strip lies under the topmost gridline where that leaves the room, else above it.

    Args:
        highest: the greatest value that is drawn.
        strip: its height; 0 for none.

    Returns:
        the plot, and the strip.
    """
    plot = Plot(box, scale)
    if strip + _STRIP_CLEAR <= min(plot.y(highest) - box.y, box.h / scale.steps):
        return plot, Box(box.x, box.y + _STRIP_CLEAR / 2, box.w, strip)
    taken = strip + _STRIP_CLEAR if strip else 0.0
    lower = Box(box.x, box.y + taken, box.w, box.h - taken)
    return Plot(lower, scale), Box(box.x, box.y, box.w, strip)
