"""Small marks: verdicts, intervals, sparklines, dots and diamonds, all drawn as paths.

Shape repeats colour, so that the page can be read in grey.
"""

from math import log

from viperreport.model.briefing import Sparkline, Tone, bearing
from viperreport.model.figure import Comparison, Verdict
from viperreport.model.wording import MINUS, Interval, plain, whole
from viperreport.pdf.canvas import Canvas
from viperreport.pdf.geometry import Box, Point
from viperreport.pdf.look.theme import Paint, Palette
from viperreport.pdf.text import Run, centred

MARK_WIDTH = 11.3  # from the left of a verdict's mark to its phrase
_LOWEST, _HIGHEST = 1 / 3, 4.0
CHANGE_TICKS = ((0.5, f"{MINUS}50%"), (1.0, "0"), (2.0, "+100%"))
_ARROW = 4.2
_TAIL = 7.0


def colour_of(verdict: Verdict, tone: Tone, colour: Palette) -> str:
    """Vermilion and teal for harm that is likely up or down; navy for activity; else grey."""
    found: str = getattr(colour, bearing(verdict, tone))
    return found


def verdict_mark(canvas: Canvas, verdict: Verdict, at: Point, colour: str) -> bool:
    """Draw ▲ ▼ ○ or – from a point on the baseline; no comparison has no mark.

    Returns:
        whether there is one.
    """
    x, y = at
    wide, high = canvas.theme.weight.triangle
    fill = Paint(fill=colour)
    line = Paint(stroke=colour, width=1.2)
    if verdict is Verdict.HIGHER:
        corners: list[Point] = [(x, y), (x + wide, y), (x + wide / 2, y - high)]
        canvas.polygon(corners, fill, "verdict")
    elif verdict is Verdict.LOWER:
        corners = [(x, y - high), (x + wide, y - high), (x + wide / 2, y)]
        canvas.polygon(corners, fill, "verdict")
    elif verdict is Verdict.UNCLEAR:
        canvas.circle((x + wide / 2, y - high / 2 - 0.2), 2.5, line, "verdict")
    elif verdict is Verdict.FEW:
        middle = y - high / 2
        canvas.line((x, middle), (x + wide, middle), line, "verdict")
    return verdict is not Verdict.NONE


def change_place(ratio: float, box: Box) -> float:
    """Where a ratio lies on the log scale from 1/3 to 4."""
    return box.x + box.w * log(ratio / _LOWEST) / log(_HIGHEST / _LOWEST)


def interval_glyph(canvas: Canvas, comparison: Comparison, tone: Tone, box: Box) -> None:
    """Draw the 95 % interval of a change, with its scale under it.

    `box` holds the ticks; the scale's numbers stand below it.
    """
    with canvas.figure(interval_said(comparison)):
        _ticks(canvas, box)
        if comparison.verdict is Verdict.FEW:
            style = canvas.theme.type.too_few
            left = change_place(1.0, box) + 4
            canvas.text("too few", (left, box.y + box.h / 2 + 2.4), style)
        elif comparison.has_interval:
            whisker_line(canvas, comparison, tone, box)


def interval_said(comparison: Comparison) -> str:
    """What the drawn interval says, in words."""
    if comparison.verdict is Verdict.FEW:
        return "Too few to make an interval"
    return f"95% interval of the change: {Interval(comparison)}"


def _ticks(canvas: Canvas, box: Box) -> None:
    colour, style = canvas.theme.colour, canvas.theme.type.interval_axis
    for ratio, name in CHANGE_TICKS:
        x = change_place(ratio, box)
        still = ratio == 1.0
        line = Paint(stroke=colour.ink2 if still else colour.rule, width=0.75)
        canvas.line((x, box.y), (x, box.bottom), line, "tick")
        with canvas.artifact("scale"):
            centred(canvas, Run(name, style), (x, box.bottom + 8.3))


def whisker_line(canvas: Canvas, comparison: Comparison, tone: Tone, box: Box) -> None:
    """Draw the interval as a line, the ratio as a dot; open arrow heads where it leaves the box."""
    weight, real = canvas.theme.weight, comparison.likely_real
    colour = colour_of(comparison.verdict, tone, canvas.theme.colour)
    width = weight.interval_clear if real else weight.interval_unclear
    line = Paint(stroke=colour, width=width)
    low = comparison.low if comparison.low is not None else 0.0
    high = comparison.high if comparison.high is not None else float("inf")
    left, right = _ends(low, high, box)
    y = box.y + box.h / 2
    canvas.line((left, y), (right, y), line, "whisker")
    arrow = Paint(stroke=colour, width=min(width, 1.6))
    for off, x, way in ((low < _LOWEST, left, -1), (high > _HIGHEST, right, 1)):
        if off:
            arrow_head(canvas, (x, y), way, arrow)
    ratio = comparison.ratio
    if ratio is not None and _LOWEST <= ratio <= _HIGHEST:
        fill = colour if real else canvas.theme.colour.white
        dot = Paint(fill=fill, stroke=colour, width=1.2)
        canvas.circle((change_place(ratio, box), y), weight.interval_dot, dot, "interval dot")


def _ends(low: float, high: float, box: Box) -> tuple[float, float]:
    """Both ends on the scale; an interval wholly off it leaves a short tail at the edge."""
    left = change_place(min(max(low, _LOWEST), _HIGHEST), box)
    right = change_place(max(min(high, _HIGHEST), _LOWEST), box)
    if low >= _HIGHEST:
        left = right - _TAIL
    if high <= _LOWEST:
        right = left + _TAIL
    return left, right


def arrow_head(canvas: Canvas, tip: Point, way: int, paint: Paint) -> None:
    """Draw an open arrow head that points right, or left where `way` is −1."""
    x, y = tip
    back = x - way * _ARROW
    canvas.polyline([(back, y - _ARROW * 0.8), tip, (back, y + _ARROW * 0.8)], paint, "arrow")


def sparkline(canvas: Canvas, spark: Sparkline, box: Box) -> None:
    """Draw a short series from zero up: gaps stay gaps, the newest value is a dot."""
    places = _spark_places(spark, box, canvas.theme.weight.sparkline_dot)
    if not any(places):
        return
    weight, colour = canvas.theme.weight, canvas.theme.colour
    with canvas.figure(_spark_said(spark)):
        if spark.average is not None:
            y = _spark_height(spark, spark.average, box, weight.sparkline_dot)
            dashes = Paint(stroke=colour.years_before, width=0.6, dash=(2.0, 1.6))
            canvas.line((box.x, y), (box.right - weight.sparkline_dot, y), dashes, "average")
        line = Paint(stroke=colour.this_year, width=weight.sparkline, round=True)
        for run in _runs(places):
            if len(run) > 1:
                canvas.polyline(run, line, "sparkline")
            else:
                canvas.circle(run[0], 0.7, Paint(fill=colour.this_year), "sparkline")
        if places[-1] is not None:
            dot = Paint(fill=colour.this_year)
            canvas.circle(places[-1], weight.sparkline_dot, dot, "sparkline dot")


def _spark_said(spark: Sparkline) -> str:
    """What a sparkline says, with the numbers that it is drawn from."""
    held = [value for value in spark.values if value is not None]
    newest = "not held" if spark.values[-1] is None else whole(spark.values[-1])
    said = plain(spark.said).strip() or "a short series"
    ends = f"least {whole(min(held))}, greatest {whole(max(held))}"
    average = "" if spark.average is None else f", average {spark.average:.1f}"
    return f"Sparkline, {said}: newest {newest}, {ends}{average}"


def _spark_height(spark: Sparkline, value: float, box: Box, margin: float) -> float:
    highest = max((v for v in (*spark.values, spark.average) if v is not None), default=0)
    room = box.h - 2 * margin
    return box.bottom - margin - (room * value / highest if highest else 0.0)


def _spark_places(spark: Sparkline, box: Box, margin: float) -> list[Point | None]:
    step = (box.w - margin) / max(len(spark.values) - 1, 1)
    return [
        None if value is None else (box.x + k * step, _spark_height(spark, value, box, margin))
        for k, value in enumerate(spark.values)
    ]


def _runs(places: list[Point | None]) -> list[list[Point]]:
    """Points without a gap between them."""
    runs: list[list[Point]] = [[]]
    for place in places:
        if place is None:
            runs.append([])
        else:
            runs[-1].append(place)
    return [run for run in runs if run]


def diamond(canvas: Canvas, centre: Point) -> None:
    """Draw the mark of a year of which only the total is held."""
    x, y = centre
    reach = canvas.theme.weight.diamond
    halo = reach + 2.0
    for r, paint in (
        (halo, Paint(fill=canvas.theme.colour.white)),
        (reach, Paint(fill=canvas.theme.colour.white, stroke=canvas.theme.colour.ink, width=1.3)),
    ):
        kind = "halo" if paint.stroke is None else "diamond"
        canvas.polygon([(x - r, y), (x, y - r), (x + r, y), (x, y + r)], paint, kind)


def dot(canvas: Canvas, centre: Point, radius: float, paint: Paint) -> None:
    """Draw a dot with a white gap around it."""
    halo = Paint(fill=canvas.theme.colour.white)
    canvas.circle(centre, radius + canvas.theme.weight.halo, halo, "halo")
    canvas.circle(centre, radius, paint, "dot")
