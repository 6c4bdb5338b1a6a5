"""Figures 2, 5, 6 and 7: shapes stand where the data are, and no label touches anything."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from viperreport.model.exhibits import (
    Bars,
    ChartSignal,
    ChartWeek,
    ControlChart,
    Event,
    WeekBars,
)
from viperreport.model.period import months_ending, weeks_ending
from viperreport.model.wording import Name, Text, plain
from viperreport.pdf.charts import bars as bars_module
from viperreport.pdf.charts import control_chart as control_module
from viperreport.pdf.charts import week_bars as week_bars_module
from viperreport.pdf.charts.axes import Plot, nice, under_strip
from viperreport.pdf.charts.bars import bars
from viperreport.pdf.charts.control_chart import control_chart
from viperreport.pdf.charts.labels import along
from viperreport.pdf.charts.timeline import spanning
from viperreport.pdf.charts.week_bars import week_bars
from viperreport.pdf.geometry import Box
from viperreport.pdf.look.fonts import PACKAGED, printable
from viperreport.pdf.look.theme import THEME, mm
from viperreport.pdf.structure import MarkBox, Role

from . import chart_sample as make
from . import sample
from .chart_sample import Place, drawn
from .reading import Read, assert_sound, squeezed

NARROW = Place(mm(62), mm(52.9), mm(130))
WIDE = Place(mm(174), mm(52.9))
HALF = Place(mm(83), mm(42.5))
# Marks that no text may touch.
SOLID = {
    "point", "signal point", "newest point", "bar", "recent bar", "gap", "last year",
    "sample mark", "tick", "event", "bracket", "axis",
}  # fmt: skip
INSIDE = {"bar"}  # this year's name stands inside a bar, in white


def marks(drawing: Read, *kinds: str) -> list[MarkBox]:
    """What was drawn of some kinds, in order."""
    return [mark for mark in drawing.canvas.marks if mark.kind in kinds]


def assert_clear(drawing: Read, box: Box, *, inside: frozenset[str] = frozenset()) -> None:
    """Sound by all of reading.py; no text on a mark; and what is drawn stays in its box."""
    assert_sound(drawing)
    figure = next(e for e in drawing.canvas.elements if e.role is Role.FIGURE)
    texts = [text for text in drawing.canvas.texts if text.element is figure]
    for mark in drawing.canvas.marks:
        if mark.element is figure:
            assert _within(mark.box, box), (mark, box)
        if mark.element is figure and mark.kind in SOLID:
            for text in texts:
                white = text.style.colour == THEME.colour.white and mark.kind in inside
                assert white or not text.box.meets(mark.box, 0.2), (text, mark)
    for text in texts:
        assert _within(text.box, box), (text, box)


def _within(inner: Box, outer: Box) -> bool:
    return (
        inner.x >= outer.x - 2.0
        and inner.right <= outer.right + 0.1
        and inner.y >= outer.y - 0.1
        and inner.bottom <= outer.bottom + 0.1
    )


def assert_printed(drawing: Read, *texts: Text) -> None:
    """Each text is on the page: in the chart, or whole below it."""
    for text in texts:
        assert squeezed(printable(plain(text), PACKAGED.regular).text) in drawing.text, plain(text)


def assert_control(block: ControlChart, place: Place | None = None) -> Read:
    """A control chart that is clear of collisions and says all that it should."""
    drawing, box = drawn(control_chart, block, place)
    assert_clear(drawing, box)
    assert_printed(drawing, block.newest_label, block.expected_label, block.limit_label)
    assert_printed(drawing, block.limit_note, *(signal.said for signal in block.signals))
    if block.event is not None:
        assert_printed(drawing, block.event.label)
    held = [week for week in block.points if week.count is not None]
    assert len(marks(drawing, "point", "signal point", "newest point")) == len(held)
    _assert_no_text_on_lines(drawing)
    return drawing


def _assert_no_text_on_lines(drawing: Read) -> None:
    """No text lies on the series, a limit, the expected counts or a gridline, read from paths."""
    painted = [
        operator
        for operator in drawing.canvas._sheets[0].operators
        if operator.endswith((" S", " f", " B"))
    ]
    on_page = [mark for mark in drawing.canvas.marks if mark.page == 0]
    for mark, operator in zip(on_page, painted, strict=True):
        if mark.kind in {"series", "upper limit", "lower limit", "expected", "gridline"}:
            places = _along(operator, drawing.canvas.theme.page.height)
            texts = [text for text in drawing.canvas.texts if text.page == 0]
            for text in (text for text in texts if text.box.meets(mark.box, -0.5)):
                assert not any(text.box.holds(place, -0.4) for place in places), (text, mark.kind)


def _along(operator: str, height: float) -> list[tuple[float, float]]:
    """Places a point apart along a path of straight lines."""
    numbers = [float(part) for part in operator.split() if part[-1].isdigit()]
    corners = [(x, height - y) for x, y in zip(numbers[::2], numbers[1::2], strict=True)]
    return along(corners, every=1.0)


def _value(box: Box, axis: float, unit: float) -> float:
    """What a mark's middle stands for."""
    return (axis - (box.y + box.h / 2)) / unit


def test_points_stand_at_their_counts() -> None:
    """Every point's middle, read back by the axis and a gridline, is its count."""
    block = make.control()
    drawing = assert_control(block)
    axis = marks(drawing, "axis")[0].box.y + THEME.weight.axis / 2
    grid = sorted(mark.box.y + mark.box.h / 2 for mark in marks(drawing, "gridline"))
    unit = (axis - grid[0]) / 15
    points = sorted(
        marks(drawing, "point", "signal point", "newest point"), key=lambda mark: mark.box.x
    )
    middles = sorted(points, key=lambda mark: mark.box.x + mark.box.w / 2)
    found = [_value(mark.box, axis, unit) for mark in middles]
    assert found == pytest.approx([week.count for week in block.points], abs=0.02)
    gaps = [b.box.x + b.box.w / 2 - a.box.x - a.box.w / 2 for a, b in pairwise(middles)]
    assert gaps == pytest.approx([gaps[0]] * len(gaps), abs=0.01)


def test_limits_and_expected_stand_at_theirs() -> None:
    """A level limit lies at its count, the expected count's line between its least and most."""
    points = make.weeks(make.COUNTS, expected=lambda _: 6.0, spread=4)
    drawing = assert_control(make.control(points, ()))
    axis = marks(drawing, "axis")[0].box.y + THEME.weight.axis / 2
    grid = min(mark.box.y + mark.box.h / 2 for mark in marks(drawing, "gridline"))
    unit = (axis - grid) / nice(10).highest
    for kind, value in (("upper limit", 10), ("lower limit", 2), ("expected", 6)):
        (mark,) = marks(drawing, kind)
        assert _value(mark.box, axis, unit) == pytest.approx(value, abs=0.02)
        assert mark.box.w > 340


def test_colour_means_evidence_only() -> None:
    """Limits and event are ink: nothing of a chart is vermilion, teal or amber."""
    used = _operators(control_chart, make.control()) + _operators(week_bars, make.recoveries())
    used += _operators(bars, make.kinds())
    colour = THEME.colour
    for bad in (colour.harm_up, colour.harm_down, colour.marker_text, colour.river):
        assert _rgb(bad) not in used
    for good in (colour.this_year, colour.ink, colour.context_bar, colour.plot_band):
        assert _rgb(good) in used


def _operators(draw: make.Draw, block: object) -> str:
    flow = make.scratch()
    draw(flow, block, Box(mm(18), mm(30), mm(174), mm(60)))
    return "\n".join(flow.canvas._sheet.operators)


def _rgb(colour: str) -> str:
    parts = (int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5))
    return " ".join(f"{part:.3f}".rstrip("0").rstrip(".") for part in parts)


def test_the_newest_week_is_open_and_the_weeks_worth_a_look_are_filled() -> None:
    """One open, large, newest point, and a filled one for each other week of a signal."""
    drawing = assert_control(make.control())
    (newest,) = marks(drawing, "newest point")
    filled, small = marks(drawing, "signal point"), marks(drawing, "point")
    assert len(filled) == 8
    assert newest.box.w > filled[0].box.w > small[0].box.w
    assert len(marks(drawing, "bracket")) == 1


def test_gaps_break_the_line() -> None:
    """Weeks not held: no point, and no line across them; a week alone is a point."""
    counts: list[int | None] = list(make.COUNTS)
    counts[10] = counts[11] = counts[30] = counts[32] = None
    drawing = assert_control(make.control(make.weeks(counts)))
    series = marks(drawing, "series")
    assert len(series) == 3
    assert series[1].box.x - series[0].box.right > 10
    assert len(marks(drawing, "point", "signal point", "newest point")) == len(counts) - 4


def test_weeks_without_expectation_have_no_limits() -> None:
    """Where nothing was expected there is neither line; below zero there is no lower limit."""
    points = make.weeks(make.COUNTS, lambda k: None if k < 40 else 4.0, spread=7)
    drawing = assert_control(make.control(points))
    (upper,) = marks(drawing, "upper limit")
    (axis,) = marks(drawing, "axis")
    assert upper.box.x > axis.box.x + 0.5 * axis.box.w
    assert not marks(drawing, "lower limit")
    none = assert_control(make.control(make.weeks(make.COUNTS, lambda _: None), ()))
    assert not marks(none, "upper limit", "expected")


def test_the_event_is_ticked_on_its_day() -> None:
    """The tick stands where its day begins, the years stay apart from its label."""
    block = make.control()
    drawing = assert_control(block)
    (axis,), (tick,) = marks(drawing, "axis"), marks(drawing, "event")
    line = spanning(axis.box.x, axis.box.w, tuple(week.period for week in block.points))
    assert tick.box.x + tick.box.w / 2 == pytest.approx(line.at(make.LAUNCH.day), abs=0.05)
    assert {"2015", "2016"} <= {text.text for text in drawing.canvas.texts}


@pytest.mark.parametrize("day", [date(2015, 1, 4), date(2016, 1, 8), date(2016, 5, 25)])
def test_an_event_anywhere_hides_no_year(day: date) -> None:
    """At the first day, at the turn of the year, on the last day."""
    event = Event(day, sample.named("Launch of the operation"))
    drawing = assert_control(make.control(event=event))
    assert {"2015", "2016"} <= {text.text for text in drawing.canvas.texts}


def test_an_event_off_the_axis_is_not_drawn() -> None:
    """It has no place; its label is not lost."""
    event = Event(date(2017, 1, 1), sample.named("Launch"))
    assert not marks(assert_control(make.control(event=event)), "event")


def test_more_signals_than_fit() -> None:
    """All their points are marked; labels never overlap, and those without room are below."""
    signals = tuple(
        ChartSignal(k, k, high=True, said=sample.named(f"Week {k}: worth a look"))
        for k in range(73)
    )
    drawing = assert_control(make.control(signals=signals))
    assert len(marks(drawing, "signal point")) == 73
    assert "In full (Figure 2): Week" in drawing.raw


@pytest.mark.parametrize("weeks_before", range(2, 24, 3))
def test_labels_keep_off_the_events_tick(weeks_before: int) -> None:
    """Low counts are labelled near the axis, on which the event stands."""
    event = Event(sample.CUT_OFF - timedelta(weeks=weeks_before), sample.named("Launch"))
    said = sample.named("1 in the week, far below expected")
    points = make.weeks([2] * 20 + [1] + [2] * 9, lambda _: 30.0, 9)
    signals = (ChartSignal(20, 20, high=False, said=said),)
    assert_control(make.control(points, signals, event))


def test_a_run_over_the_whole_chart() -> None:
    """Its label stands above its bracket where no room is left beside it."""
    signals = (ChartSignal(0, 73, high=True, said=sample.named("Every week above expected")),)
    drawing = assert_control(make.control(signals=signals))
    (bracket,) = marks(drawing, "bracket")
    label = next(text for text in drawing.canvas.texts if text.text.startswith("Every week"))
    assert label.box.bottom <= bracket.box.y
    assert "In full" not in drawing.raw


def test_signals_find_places_beside_their_points() -> None:
    """Three single weeks and a run, on the design's data: every label is in the chart."""
    counts = (*make.COUNTS[:18], 14, *make.COUNTS[19:40], 13, *make.COUNTS[41:])
    signals = (
        ChartSignal(18, 18, high=True, said=sample.named("14 in the week to 13 May")),
        ChartSignal(40, 40, high=True, said=sample.named("13 in the week to 14 October")),
        ChartSignal(63, 73, high=True, said=sample.named("11 in a row above expected")),
    )
    drawing = assert_control(make.control(make.weeks(counts), signals))
    assert "In full" not in drawing.raw


@pytest.mark.parametrize("number", [1, 2, 3, 5, 13, 26, 52, 104, 160])
@pytest.mark.parametrize("highest", [0, 1, 9, 100_000])
def test_any_number_of_weeks_and_any_height(number: int, highest: int) -> None:
    """1 to 160 points, counts from 0 to 100,000."""
    counts = [(k * 7919) % (highest + 1) for k in range(number)]
    points = make.weeks(counts, lambda k: highest * (0.4 + 0.1 * (k % 3)), max(highest // 3, 1))
    said = sample.named("Worth a look")
    signals = (ChartSignal(number // 2, number // 2, high=True, said=said),)
    assert_control(make.control(points, signals))


@pytest.mark.parametrize("number", [2, 12, 24, 60, 120, 160])
def test_months_as_points(number: int) -> None:
    """Where months are held, the same chart over years."""
    periods = months_ending(date(2016, 5, 31), number)
    points = tuple(ChartWeek(p, 40 + k % 9, 42.5, 25, 61) for k, p in enumerate(periods))
    drawing = assert_control(make.control(points, ()))
    assert "2016" in drawing.text


labels = st.one_of(st.text("abc ü€", max_size=80).map(str.strip), st.just("W" * 300)).map(
    lambda words: sample.named(" ".join(words.split()))
)


@st.composite
def controls(draw: st.DrawFn) -> ControlChart:
    """Any control chart."""
    highest = draw(st.sampled_from((3, 30, 100_000)))
    count = st.one_of(st.none(), st.integers(0, highest))
    counts = draw(st.lists(count, min_size=1, max_size=160))
    level = draw(st.floats(0, max([c for c in counts if c is not None], default=1)))
    hole = draw(st.integers(0, len(counts)))
    points = make.weeks(counts, lambda k: None if k < hole else level, round(3 * level**0.5))
    places = st.integers(0, len(counts) - 1)
    pairs = draw(st.lists(st.tuples(places, places), max_size=8))
    signals = tuple(
        ChartSignal(min(pair), max(pair), high=True, said=draw(labels)) for pair in pairs
    )
    day = sample.CUT_OFF - timedelta(days=draw(st.integers(-3, 7 * len(counts))))
    made = make.control(points, signals, draw(st.sampled_from((None, Event(day, draw(labels))))))
    return replace(
        made, newest_label=draw(labels), expected_label=draw(labels), limit_label=draw(labels)
    )


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(controls(), st.sampled_from((48.0, 64.9, 84.0)))
def test_any_control_chart(block: ControlChart, height: float) -> None:
    """Whatever the data and the words, nothing collides, leaves the box or is lost."""
    assert_control(block, Place(height=mm(height)))


def assert_bars_of_weeks(block: WeekBars, place: Place = NARROW) -> Read:
    """Bars by week that are clear of collisions and stand at their counts."""
    drawing, box = drawn(week_bars, block, place)
    assert_clear(drawing, box)
    if block.average is not None:
        assert_printed(drawing, block.average_label)
    if block.event is not None:
        assert_printed(drawing, block.event.label)
    counts = [count for _, count in block.points]
    assert len(marks(drawing, "gap")) == counts.count(None)
    shapes = marks(drawing, "bar", "recent bar")
    held = [count for count in counts if count]
    assert len(shapes) == len(held)
    if held:
        unit = shapes[0].box.h / held[0]
        assert [mark.box.h / unit for mark in shapes] == pytest.approx(held, rel=1e-6)
    return drawing


@pytest.mark.parametrize("place", [NARROW, WIDE])
def test_bars_stand_at_their_counts(place: Place) -> None:
    """Each bar from zero to its count, the last four as this year's, the average where it is."""
    drawing = assert_bars_of_weeks(make.recoveries(), place)
    shapes = marks(drawing, "bar", "recent bar")
    assert [mark.kind for mark in shapes] == ["bar"] * 22 + ["recent bar"] * 4
    axis = marks(drawing, "axis")[0].box
    unit = shapes[0].box.h / make.RECOVERED[0]
    (average,) = marks(drawing, "average")
    assert _value(average.box, axis.y + axis.h / 2, unit) == pytest.approx(13.7, abs=0.02)
    assert all(mark.box.bottom == pytest.approx(axis.y + axis.h / 2) for mark in shapes)
    for said in ("25 May", "Launch, 28 Apr", "Average 13.7"):
        assert said in {text.text for text in drawing.canvas.texts}


def test_a_week_not_held_is_a_mark_and_a_zero_is_nothing() -> None:
    """The two can be told apart, and neither has a bar."""
    drawing = assert_bars_of_weeks(make.recoveries((5, 0, None, 4, 6)))
    (gap,) = marks(drawing, "gap")
    (axis,) = marks(drawing, "axis")
    assert gap.box.bottom < axis.box.y


@pytest.mark.parametrize("day", [date(2015, 11, 26), date(2016, 2, 24), date(2016, 5, 25)])
@pytest.mark.parametrize("said", ["Launch", "Launch of the operation, as announced on that day"])
def test_the_event_of_the_bars_anywhere(day: date, said: str) -> None:
    """At the first day, in the middle, on the last: an upright on its day, its label beside it."""
    block = make.recoveries(event=Event(day, sample.named(said)))
    for place in (NARROW, WIDE):
        drawing = assert_bars_of_weeks(block, place)
        (axis,), (upright,) = marks(drawing, "axis"), marks(drawing, "event")
        line = spanning(axis.box.x, axis.box.w, tuple(period for period, _ in block.points))
        assert upright.box.x + upright.box.w / 2 == pytest.approx(line.at(day), abs=0.05)


def test_bars_of_months() -> None:
    """Months are named as months, with their years where there is more than one."""
    drawing = assert_bars_of_weeks(make.months([180 + k for k in range(18)]))
    assert "May 2016" in {text.text for text in drawing.canvas.texts}
    drawing = assert_bars_of_weeks(make.months([180 + k for k in range(6)]))
    assert {"Dec", "May"} <= {text.text for text in drawing.canvas.texts}


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(
    st.lists(st.one_of(st.none(), st.integers(0, 30), st.integers(0, 100_000)), min_size=1,
             max_size=160),
    st.one_of(st.none(), st.floats(0, 40_000)),
    st.integers(-3, 500), labels, labels, st.sampled_from((NARROW, WIDE)),
)  # fmt: skip
def test_any_bars_of_weeks(  # noqa: PLR0913, PLR0917 - what a test varies
    counts: list[int | None],
    average: float | None,
    ago: int,
    said: Text,
    event: Text,
    place: Place,
) -> None:
    """Whatever the data and the words, nothing collides, leaves the box or is lost."""
    day = sample.CUT_OFF - timedelta(days=ago)
    block = make.recoveries(counts, average, Event(day, event) if ago % 2 else None)
    assert_bars_of_weeks(replace(block, average_label=said), place)


def assert_kinds(block: Bars, place: Place = HALF) -> Read:
    """Bars by kind that are clear of collisions and stand at their counts."""
    drawing, box = drawn(bars, block, place)
    assert_clear(drawing, box, inside=frozenset(INSIDE))
    assert_printed(drawing, *(row.label for row in block.rows), block.now_label)
    held = [row.now.value for row in block.rows if row.now.value]
    shapes = marks(drawing, "bar")
    assert len(shapes) == len(held)
    for one, mark in zip(held, shapes, strict=True):
        assert mark.box.w * max(held) == pytest.approx(one * max(m.box.w for m in shapes))
    then = [row.then.value for row in block.rows if row.then and row.then.value is not None]
    assert len(marks(drawing, "last year")) == len(then)
    return drawing


def test_bars_and_marks_stand_at_their_counts() -> None:
    """This year's bar and last year's mark are on one scale from zero, and the years are named."""
    drawing = assert_kinds(make.kinds())
    shapes, uprights = marks(drawing, "bar"), marks(drawing, "last year")
    zero, unit = shapes[0].box.x, shapes[0].box.w / 66
    found = [(mark.box.x + mark.box.w / 2 - zero) / unit for mark in uprights]
    assert found == pytest.approx([then for _, _, then in make.KINDS], abs=0.05)
    texts = {text.text: text for text in drawing.canvas.texts}
    assert shapes[0].box.holds((texts["2016"].box.x, texts["2016"].box.y))
    assert texts["2016"].style.colour == THEME.colour.white
    assert texts["2015"].box.bottom <= uprights[0].box.y
    assert {str(now) for _, now, _ in make.KINDS} <= set(texts)


@pytest.mark.parametrize(
    "rows",
    [
        [("Only", 1, 100)],
        [("Only", 0, 0)],
        [("Only", 100, 1)],
        [("Same", 5, 5), ("Near", 5, 4), ("Far", 1, 5)],
        [("No year before", 12, -1), ("Nor here", 9, -1)],
        [("First has none", 12, -1), ("This has", 9, 11)],
        [("Not held", None, 9), ("Held", 9, None)],
        [("Not held", None, None)],
        [("A million", 1_306_000, 1_204_112), ("Small", 1, 2)],
    ],
    ids=str,
)
def test_states_of_a_row(rows: list[tuple[str, int | None, int | None]]) -> None:
    """Short first bars, equal years, zeros, years not held: each is told, none touches another."""
    drawing = assert_kinds(make.kinds(rows))
    words = [text.text for text in drawing.canvas.texts]
    missing = [row for row in rows if row[1] is None]
    assert words.count("not held") == len(missing)
    assert squeezed(drawing.raw).count("2015:notheld") == sum(then is None for _, _, then in rows)
    assert words.count("0") == sum(now == 0 for _, now, _ in rows)


def test_thirty_rows_with_long_names() -> None:
    """At the least pitch: every name is there, whole beside its bar or below the chart."""
    rows = [(f"A long name of a kind of weapon, number {k}", 30 - k, k) for k in range(30)]
    block = make.kinds(rows)
    least, natural, most = bars_module.heights(make.scratch(), block, mm(83))
    assert least < natural < most
    for height in (least, natural, most):
        assert_kinds(block, Place(mm(83), height))


rows_of = st.lists(
    st.tuples(
        st.text("abc ü€Wi", min_size=1, max_size=60).map(
            lambda name: " ".join(name.split()) or "x"
        ),
        st.one_of(st.none(), st.integers(0, 50), st.integers(0, 2_000_000)),
        st.one_of(st.none(), st.integers(-1, 50), st.integers(0, 2_000_000)),
    ),
    min_size=1,
    max_size=30,
)


@settings(max_examples=80, suppress_health_check=list(HealthCheck))
@given(rows_of, st.integers(0, 2), labels, labels)
@example([("W", 320, 8), ("WWWWW", None, None)], 0, (Name("a"),), (Name("W" * 300),))
def test_any_bars(
    rows: list[tuple[str, int | None, int | None]], height: int, now: Text, then: Text
) -> None:
    """Whatever the data and the words, nothing collides, leaves the box or is lost."""
    block = replace(make.kinds(rows), now_label=now, then_label=then)
    assert_kinds(block, Place(mm(83), bars_module.heights(make.scratch(), block, mm(83))[height]))


def test_heights_are_the_designs() -> None:
    """Natural heights as measured in the design."""
    assert control_module.heights(make.scratch(), make.control(), mm(174))[1] == pytest.approx(
        mm(64.9)
    )
    assert week_bars_module.heights(make.scratch(), make.recoveries(), mm(62))[1] == pytest.approx(
        mm(52.9)
    )
    assert bars_module.heights(make.scratch(), make.kinds(), mm(83))[1] == pytest.approx(
        mm(42.5), abs=0.2
    )


def test_charts_without_a_point_say_so() -> None:
    """No weeks, no kinds: not held, and no error."""
    for draw, block in (
        (control_chart, make.control((), ())),
        (week_bars, make.recoveries(())),
        (bars, make.kinds(())),
    ):
        drawing, _ = drawn(draw, block)
        assert "not held" in drawing.raw


@given(st.integers(0, 100_000), st.floats(80, 200), st.floats(0, 34.5))
def test_a_strip_of_labels_is_free_of_gridlines_and_values(
    highest: int, height: float, strip: float
) -> None:
    """The strip lies above every value, between gridlines or above them all, inside the box."""
    box = Box(50.0, 100.0, 300.0, height)
    plot, free = under_strip(box, nice(highest), highest, strip)
    assert free.bottom <= plot.y(highest) + 1e-6
    assert free.y >= box.y - 1e-6
    assert plot.box.bottom == pytest.approx(box.bottom)
    for value in plot.scale.values:
        assert not free.y + 0.1 < plot.y(value) < free.bottom - 0.1
    assert isinstance(plot, Plot)


def test_weeks_share_the_line_evenly() -> None:
    """Each week has its days' room, from the first day of the first to the last of the last."""
    periods = weeks_ending(sample.CUT_OFF, 4)
    line = spanning(10.0, 280.0, periods)
    assert [line.at(period.start) for period in periods] == pytest.approx([10, 80, 150, 220])
    assert [line.middle(period) for period in periods] == pytest.approx([45, 115, 185, 255])
    assert line.slot(periods[-1])[1] == pytest.approx(290)
