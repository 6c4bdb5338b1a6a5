"""Exhibits with charts to draw, and a page to draw them on."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from viperreport.model.exhibits import (
    BarRow,
    Bars,
    ChartSignal,
    ChartWeek,
    ControlChart,
    Event,
    WeekBars,
)
from viperreport.model.figure import Figure, WhyNone
from viperreport.model.period import Period, months_ending, weeks_ending, year_to_date
from viperreport.model.wording import Day, Number, Text, text
from viperreport.pdf.canvas import Canvas
from viperreport.pdf.flow import Flow
from viperreport.pdf.geometry import Box
from viperreport.pdf.look.theme import THEME, mm
from viperreport.pdf.metadata import Properties
from viperreport.pdf.structure import Role

from . import sample
from .reading import Read, read_back

COUNTS = (
    6, 3, 5, 5, 6, 2, 3, 7, 3, 4, 5, 4, 1, 5, 2, 2, 3, 4, 8, 3, 5, 2, 2, 5, 6, 6, 6, 2, 2, 8, 5, 6,
    3, 7, 3, 2, 4, 5, 4, 7, 5, 3, 5, 6, 3, 7, 2, 7, 5, 3, 5, 3, 1, 4, 5, 5, 4, 2, 7, 5, 8, 3, 5, 4,
    9, 6, 3, 8, 7, 5, 6, 7, 5, 9,
)  # fmt: skip
RECOVERED = (
    15, 11, 10, 7, 17, 14, 16, 12, 11, 13, 16, 16, 11, 18, 18, 8, 22, 15, 17, 11, 18, 7, 13, 24,
    18, 24,
)  # fmt: skip
LAUNCH = Event(date(2016, 4, 28), text("Launch, ", Day(date(2016, 4, 28), year=False, short=True)))
Draw = Callable[[Flow, Any, Box], None]


def weeks(
    counts: Sequence[int | None],
    expected: Callable[[int], float | None] = lambda k: 4.3 + 0.6 * ((k % 52) - 26) / 26,
    spread: int = 6,
    cut_off: date = sample.CUT_OFF,
) -> tuple[ChartWeek, ...]:
    """Successive weeks with what was expected of each, and limits so far from it."""
    made = []
    for k, (period, count) in enumerate(
        zip(weeks_ending(cut_off, len(counts)), counts, strict=True)
    ):
        mean = expected(k)
        limits = (
            (None, None) if mean is None else (max(round(mean) - spread, 0), round(mean) + spread)
        )
        made.append(ChartWeek(period, count, mean, *limits))
    return tuple(made)


def control(
    points: tuple[ChartWeek, ...] | None = None,
    signals: tuple[ChartSignal, ...] | None = None,
    event: Event | None = LAUNCH,
) -> ControlChart:
    """The design's figure 2, by the definitions."""
    points = weeks(COUNTS) if points is None else points
    run = text("Higher than expected in every week from ", Day(date(2016, 3, 16), year=False))
    newest = points[-1] if points else None
    count = newest.count if newest is not None else None
    period = newest.period if newest is not None else year_to_date(sample.CUT_OFF)
    figure = sample.figure(count, period, None if count is not None else WhyNone.NOT_HELD)
    expected = sample.figure(newest.expected if newest and newest.expected else 0, period)
    limit = sample.figure(newest.high if newest and newest.high else 0, period)
    return ControlChart(
        ref="F2",
        title=text("Weeks worth a look"),
        subtitle=text("Incidents per week"),
        points=points,
        signals=(ChartSignal(65, 72, high=True, said=run),) if signals is None else signals,
        newest=figure,
        newest_label=text(Number(figure), " this week, incomplete"),
        expected_label=text("Expected: ", Number(expected, places=1)),
        limit_label=text("Upper limit: ", Number(limit)),
        limit_note=text("passed by chance in ", sample.named("1 week in 1,000")[0]),
        event=event,
        note=(),
        said=text("Counts by week with what was expected"),
        method="",
    )


def recoveries(
    counts: Sequence[int | None] = RECOVERED,
    average: float | None = 13.7,
    event: Event | None = LAUNCH,
    recent: int = 4,
    periods: tuple[Period, ...] | None = None,
) -> WeekBars:
    """The design's figure 5."""
    periods = weeks_ending(sample.CUT_OFF, len(counts)) if periods is None else periods
    figure = None if average is None else sample.figure(average, year_to_date(sample.CUT_OFF))
    label: Text = () if figure is None else text("Average ", Number(figure, places=1))
    return WeekBars(
        ref="F5",
        title=text("Items recovered"),
        subtitle=text("Recoveries per week"),
        points=tuple(zip(periods, counts, strict=True)),
        recent=recent,
        average=figure,
        average_label=label,
        event=event,
        note=(),
        said=text("Recoveries by week"),
        method="",
    )


def months(counts: Sequence[int | None]) -> WeekBars:
    """Bars of whole months."""
    periods = months_ending(date(2016, 5, 31), len(counts))
    return replace(
        recoveries(counts, 200.0, None, 1), points=tuple(zip(periods, counts, strict=True))
    )


KINDS: tuple[tuple[str, int | None, int | None], ...] = (
    ("Handgun", 66, 51), ("Converted or reactivated", 58, 41), ("Air weapon", 52, 50),
    ("Shotgun", 49, 44), ("Imitation, convertible", 41, 34), ("Parts or ammunition only", 32, 23),
    ("Rifle", 14, 15), ("Automatic weapon", 6, 4),
)  # fmt: skip


def kinds(rows: Sequence[tuple[str, int | None, int | None]] = KINDS) -> Bars:
    """The design's figure 6; None is not held, and −1 last year no figure at all."""
    now, then = year_to_date(sample.CUT_OFF), year_to_date(date(2015, 5, 25))

    def figure_of(value: int | None, period: Period) -> Figure:
        return sample.figure(value, period, WhyNone.NOT_HELD if value is None else None)

    made = tuple(
        BarRow(
            sample.named(name),
            figure_of(a, now),
            None if b == -1 else figure_of(b, then),
        )
        for name, a, b in rows
    )
    return Bars(
        ref="F6",
        title=text("Kinds"),
        subtitle=text("Items by weapon type"),
        rows=made,
        now_label=sample.named("2016"),
        then_label=sample.named("2015"),
        note=(),
        said=text("Items by kind"),
    )


@dataclass(frozen=True)
class Place:
    """Where an exhibit is drawn."""

    width: float = mm(174)
    height: float = mm(64.9)
    left: float = mm(18)


def scratch() -> Flow:
    """An empty page, under a title without words."""
    briefing = sample.briefing()
    canvas = Canvas(Properties("Drawn", "", "", "en", briefing.known_at), THEME)
    with canvas.element(Role.TITLE):
        pass
    return Flow(canvas, briefing, THEME.page.body_top)


def drawn(draw: Draw, block: object, place: Place | None = None) -> tuple[Read, Box]:
    """An exhibit drawn on a page of its own, with what it cut below, and its box."""
    flow = scratch()
    place = place or Place()
    box = Box(place.left, flow.y, place.width, place.height)
    draw(flow, block, box)
    flow.y = box.bottom + 10
    flow.whole_texts()
    return read_back(flow.canvas), box
