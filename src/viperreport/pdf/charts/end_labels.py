"""The column right of figure 1: what each year's line ends at, in words beside the line's end."""

from dataclasses import dataclass

from viperreport.model.briefing import Cumulative, ProjectedEnd, YearLine
from viperreport.model.figure import Figure
from viperreport.model.wording import whole
from viperreport.pdf.canvas import Canvas
from viperreport.pdf.charts.axes import Plot
from viperreport.pdf.charts.labels import lanes, spread
from viperreport.pdf.geometry import Box, Point, around
from viperreport.pdf.look.theme import Paint, Style
from viperreport.pdf.marks import diamond
from viperreport.pdf.text import Run

_LEAST_WIDTH = 104.0
_FROM_PLOT = 7.6
_LANE = 10.0  # between diamonds that would cover each other
_ROW = 10.4
_YEAR_GAP, _NOTE_GAP = 7.4, 5.5
_HALO = 2.0
_MOVED = 1.5  # a label nearer than this to its mark needs no leader
_ABOVE_MEDIAN, _BELOW_MEDIAN = 27.0, 11.0
_LIMITS_GAP, _LIMITS_LEADING = 6.0, 9.0


@dataclass(frozen=True, slots=True)
class _Label:
    """A label of the column: rows of runs, and the value that it belongs to.

    Args:
        value: what its line, diamond or median ends at.
        rise: from its top down to the height that belongs to the value.
        rows: (x from the column's left, baseline from the label's top, run).
        kind: "line", "total" or "projection".
    """

    value: int
    rise: float
    height: float
    rows: tuple[tuple[float, float, Run], ...]
    kind: str

    @property
    def width(self) -> float:
        return max(x + run.width for x, _, run in self.rows)


@dataclass(frozen=True, slots=True)
class EndColumn:
    """All labels with their places.

    Args:
        width: from the plot's right edge to the figure's.
        tops: the top of each label.
        lanes: the lane of each label's diamond; 0 where it has none.
        indent: from the plot's right edge to the labels.
    """

    width: float
    labels: tuple[_Label, ...]
    tops: tuple[float, ...]
    lanes: tuple[int, ...]
    indent: float

    def marks(self, plot: Plot) -> list[Box]:
        """The boxes of the diamonds, from which other labels keep away."""
        return [
            around(self._mark(plot, k), 6.0)
            for k, label in enumerate(self.labels)
            if label.kind == "total"
        ]

    def _mark(self, plot: Plot, k: int) -> Point:
        return plot.box.right + _LANE * self.lanes[k], plot.y(self.labels[k].value)

    def draw(self, canvas: Canvas, plot: Plot) -> None:
        """Draw leaders, then diamonds over them, then the words."""
        left = plot.box.right + self.indent
        for k in range(len(self.labels)):
            self._leader(canvas, plot, k)
        for k, label in enumerate(self.labels):
            if label.kind == "total":
                diamond(canvas, self._mark(plot, k))
        for label, top in zip(self.labels, self.tops, strict=True):
            for x, baseline, run in label.rows:
                canvas.text(run.text, (left + x, top + baseline), run.style)

    def _leader(self, canvas: Canvas, plot: Plot, k: int) -> None:
        """A thin line from a line's end to its label; from a mark only where the label moved."""
        label, theme = self.labels[k], canvas.theme
        x, y = self._mark(plot, k)
        end = (plot.box.right + self.indent - 2, self.tops[k] + label.rise)
        moved = abs(end[1] - y) > _MOVED or (label.kind == "total" and end[0] - x > _LANE)
        if label.kind == "line" or moved:
            start = x + (1.0 if label.kind == "line" else theme.weight.diamond + _HALO)
            line = Paint(stroke=theme.colour.years_before, width=theme.weight.leader)
            if end[0] > start:
                canvas.line((start, y), end, line, "leader")


def end_column(canvas: Canvas, block: Cumulative, plot: Plot) -> EndColumn:
    """Sort the labels by height, push them apart, and find the width that they need."""
    labels = [_line(canvas, line) for line in block.lines if line.years_back and line.points]
    labels += [_total(canvas, figure) for figure in block.annual_only if figure.value is not None]
    if block.projection is not None and block.now.value is not None:
        labels.append(_projected(canvas, block, block.projection))
    labels.sort(key=lambda label: -label.value)
    tops = spread(
        [(plot.y(label.value) - label.rise, label.height) for label in labels],
        plot.box.y - _ROW / 2,
        plot.box.bottom + _ROW / 2,
    )
    totals = [label for label in labels if label.kind == "total"]
    chosen = iter(lanes([plot.y(t.value) for t in totals], _taken(canvas, block, plot), 5.8))
    placed = tuple(next(chosen) if label.kind == "total" else 0 for label in labels)
    indent = _FROM_PLOT + _LANE * max(placed, default=0)
    widest = max((label.width for label in labels), default=0.0)
    width = max(_LEAST_WIDTH, indent + widest) if labels else _FROM_PLOT
    return EndColumn(width, tuple(labels), tuple(tops), placed, indent)


def _taken(canvas: Canvas, block: Cumulative, plot: Plot) -> list[tuple[float, float]]:
    """What stands at the year's end already: the projection's bar, or dots on 31 December."""
    taken = []
    if block.projection is not None:
        ends = block.projection
        taken.append((plot.y(ends.high95.count), plot.y(ends.low95.count)))
    reach = canvas.theme.weight.as_of_dot + 1
    last_week = plot.x(block.as_of) > plot.x(block.as_of.replace(month=12, day=22))
    dots = [plot.y(f.count) for f in (block.now, block.same_date) if f and f.value is not None]
    return taken + [(y - reach, y + reach) for y in dots if last_week]


def _row(runs: list[tuple[float, Run]]) -> tuple[tuple[float, float, Run], ...]:
    """Runs side by side on one baseline, each after its gap."""
    x, placed = 0.0, []
    for gap, run in runs:
        x += gap
        placed.append((x, 0.5 * _ROW + 0.33 * runs[0][1].style.size, run))
        x += run.width
    return tuple(placed)


def _line(canvas: Canvas, line: YearLine) -> _Label:
    styles = canvas.theme.type
    style = styles.direct_label if line.years_back == 1 else styles.year_label
    value = line.points[-1][1]
    runs = [(0.0, Run(str(line.year), style)), (_YEAR_GAP, Run(whole(value), style))]
    return _Label(value, _ROW / 2, _ROW, _row(runs), "line")


def _total(canvas: Canvas, figure: Figure) -> _Label:
    styles = canvas.theme.type
    runs = [
        (0.0, Run(str(figure.period.start.year), styles.total_label)),
        (_YEAR_GAP, Run(whole(figure.count), styles.total_label)),
        (_NOTE_GAP, Run("annual total", styles.total_note)),
    ]
    return _Label(figure.count, _ROW / 2, _ROW, _row(runs), "total")


def _projected(canvas: Canvas, block: Cumulative, ends: ProjectedEnd) -> _Label:
    """The median large, the limits small beside it, or under it where they are too wide."""
    styles = canvas.theme.type
    name = Run(f"{block.as_of.year}, projected", styles.projected)
    value = Run(whole(ends.median.count), styles.projected_value)
    limits = _limits(ends, styles.projected_limits)
    beside = value.width + _LIMITS_GAP + max(run.width for run in limits)
    stacked = beside > _LEAST_WIDTH - _FROM_PLOT
    x = 0.0 if stacked else value.width + _LIMITS_GAP
    y = _ABOVE_MEDIAN + (17.0 if stacked else -1.6)
    rows = [(0.0, 9.0, name), (0.0, _ABOVE_MEDIAN + 0.33 * value.style.size, value)]
    rows += [(x, y + k * _LIMITS_LEADING, run) for k, run in enumerate(limits)]
    below = y + _LIMITS_LEADING - _ABOVE_MEDIAN + 2.5 if stacked else _BELOW_MEDIAN
    height = _ABOVE_MEDIAN + below
    return _Label(ends.median.count, _ABOVE_MEDIAN, height, tuple(rows), "projection")


def _limits(ends: ProjectedEnd, style: Style) -> list[Run]:
    pairs = ((80, ends.low80, ends.high80), (95, ends.low95, ends.high95))
    return [Run(f"{n}%: {whole(a.count)} to {whole(b.count)}", style) for n, a, b in pairs]
