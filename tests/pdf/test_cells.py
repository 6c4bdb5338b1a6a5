"""Cells that are drawn: intervals, evidence, bars, dumbbells, the ramp."""

from dataclasses import replace
from itertools import pairwise
from math import log

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from viperreport.model.exhibits import Bar, Bullet, Dumbbell
from viperreport.model.figure import (
    VERDICT_PHRASES,
    Comparison,
    Figure,
    Suppressed,
    Verdict,
    WhyNone,
)
from viperreport.model.period import year_to_date
from viperreport.pdf import cells
from viperreport.pdf.charts.axes import nice
from viperreport.pdf.flow import Flow
from viperreport.pdf.geometry import Box
from viperreport.pdf.look.theme import COLOUR, mm
from viperreport.pdf.structure import MarkBox, Role

from . import sample
from .chart_sample import scratch
from .reading import assert_sound, read_back

YEAR = year_to_date(sample.CUT_OFF)
STATES = {
    "higher": sample.HIGHER,
    "lower": sample.LOWER,
    "unclear": sample.UNCLEAR,
    "few": sample.FEW,
    "none": sample.NONE,
    "zero": sample.ZERO,
    "from zero": sample.FROM_ZERO,
    "wide": sample.WIDE,
    "far up": sample.FAR_UP,
}
SLOW = settings(max_examples=60, suppress_health_check=list(HealthCheck))


def _figure(value: float | None, why: WhyNone | Suppressed = WhyNone.NOT_HELD) -> Figure:
    return sample.figure(value, YEAR, None if value is not None else why)


def _comparison(state: str, *, harm: bool = True) -> Comparison:
    evidence = STATES[state]
    then = None if evidence is sample.NONE else 84
    made = sample.comparison(122, then, evidence)
    measure = replace(sample.GUNS, harm=harm)
    return replace(
        made, now=replace(made.now, measure=measure), then=replace(made.then, measure=measure)
    )


def _cell(width: float = mm(33), height: float = mm(7)) -> tuple[Flow, Box]:
    flow = scratch()
    return flow, Box(mm(60), mm(100), width, height)


def _marks(flow: Flow, kind: str) -> list[MarkBox]:
    return [mark for mark in flow.canvas.marks if mark.kind == kind]


def _middle(box: Box) -> float:
    return box.x + box.w / 2


def assert_within(flow: Flow, box: Box, slack: float = 0.1) -> None:
    """Everything drawn stays in the cell."""
    drawn = [text.box for text in flow.canvas.texts] + [mark.box for mark in flow.canvas.marks]
    for each in drawn:
        assert each.x >= box.x - slack, each
        assert each.right <= box.right + slack, each
        assert each.y >= box.y - slack, each
        assert each.bottom <= box.bottom + slack, each


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("width", [mm(18), mm(33), mm(50)])
def test_an_interval_stays_in_its_cell(state: str, width: float) -> None:
    """Whatever the interval, and however narrow the column."""
    flow, box = _cell(width)
    cells.whisker(flow, _comparison(state), box)
    assert_within(flow, box)


def test_the_ticks_run_the_whole_height_so_that_rows_join() -> None:
    """In every row with a comparison; a row without one is empty."""
    for state in STATES:
        flow, box = _cell()
        cells.whisker(flow, _comparison(state), box)
        if state == "none":
            assert not flow.canvas.marks
            assert not flow.canvas.texts
            continue
        still = [mark for mark in _marks(flow, "tick") if mark.box.h == pytest.approx(box.h)]
        assert len(still) >= 2
        assert min(mark.box.y for mark in _marks(flow, "tick")) == pytest.approx(box.y)
        assert max(mark.box.bottom for mark in _marks(flow, "tick")) == pytest.approx(box.bottom)


def test_an_interval_stands_where_its_numbers_are_on_the_scale() -> None:
    """On a log scale from a third to four times: dot and both ends by their ratios."""
    flow, box = _cell()
    made = _comparison("higher")
    cells.whisker(flow, made, box)
    ticks = sorted(_middle(mark.box) for mark in _marks(flow, "tick"))
    half, same, double = ticks
    assert same - half == pytest.approx(double - same, abs=0.01)
    [whisker], [dot] = _marks(flow, "whisker"), _marks(flow, "interval dot")
    unit = (double - same) / log(2)
    assert made.ratio is not None
    assert made.low is not None
    assert made.high is not None
    assert _middle(dot.box) == pytest.approx(same + unit * log(made.ratio), abs=0.01)
    assert whisker.box.x == pytest.approx(same + unit * log(made.low), abs=0.01)
    assert whisker.box.right == pytest.approx(same + unit * log(made.high), abs=0.01)


@pytest.mark.parametrize("width", [mm(10), mm(18), mm(33)])
def test_the_heading_names_the_ticks_where_they_stand(width: float) -> None:
    """In a wide column exactly; in a narrow one pushed apart, or fewer; never over each other."""
    flow, box = _cell(width, mm(4.7))
    with flow.canvas.element(Role.HEAD_CELL):
        cells.whisker_head(flow, box)
    texts = sorted(flow.canvas.texts, key=lambda text: text.box.x)
    assert texts
    assert_within(flow, Box(box.x, box.y, box.w, box.h))
    for left, right in pairwise(texts):
        assert left.box.right + 2 <= right.box.x
    if width > mm(30):
        cells.whisker(flow, _comparison("unclear"), box)
        for text, mark in zip(texts, sorted(_marks(flow, "tick"), key=lambda m: m.box.x),
                              strict=True):  # fmt: skip
            assert _middle(text.box) == pytest.approx(_middle(mark.box), abs=0.1)


@pytest.mark.parametrize("verdict", list(Verdict))
@pytest.mark.parametrize("harm", [True, False])
@pytest.mark.parametrize("width", [mm(17), mm(26.5)])
def test_evidence_is_a_mark_and_its_phrase(*, verdict: Verdict, harm: bool, width: float) -> None:
    """The fixed phrase, whole, beside its mark; colour means harm, and navy activity."""
    flow, box = _cell(width)
    with flow.canvas.element(Role.CELL):
        cells.evidence(flow, verdict, harm, box)
    assert_within(flow, box)
    assert " ".join(text.text for text in flow.canvas.texts) == VERDICT_PHRASES[verdict]
    assert len(_marks(flow, "verdict")) == (verdict is not Verdict.NONE)
    colours = {text.style.colour for text in flow.canvas.texts}
    expected = {
        Verdict.HIGHER: COLOUR.harm_up if harm else COLOUR.activity,
        Verdict.LOWER: COLOUR.harm_down if harm else COLOUR.activity,
    }.get(verdict, COLOUR.unclear)
    assert colours == {expected}


counts = st.none() | st.integers(0, 3_000_000)


@SLOW
@given(st.lists(st.tuples(counts, counts, counts, st.booleans(), st.booleans()), min_size=1))
def test_bars_share_a_scale_and_stay_in_their_cells(
    rows: list[tuple[int | None, int | None, int | None, bool, bool]],
) -> None:
    """Twice the value is twice the length; outline, limits and marks stay inside too."""
    made = []
    for value, whole, upright, past, partial in rows:
        limits = (_figure(whole * 0.9), _figure(whole * 1.1)) if whole else None
        outer = None if whole is None else _figure(max(whole, value or 0))
        mark = None if upright is None else _figure(upright)
        made.append(Bar(_figure(value), outer, limits, mark, past, partial))
    highest = cells.highest_of(made)
    for cell in made:
        flow, box = _cell(mm(18), mm(6.6))
        cells.bar(flow, cell, highest, box)
        assert_within(flow, box)
        bars = _marks(flow, "bar")
        if cell.value is not None and cell.value.value and not cell.partial:
            room = box.w - mm(1.9)
            assert bars[0].box.w == pytest.approx(room * cell.value.value / highest, abs=0.01)
        else:
            assert not [mark for mark in bars if not cell.partial]


def test_a_zero_and_a_number_that_is_not_held_are_drawn_unlike() -> None:
    """A true zero is a stroke at the scale's begin; without a number nothing is drawn."""
    flow, box = _cell()
    cells.bar(flow, Bar(_figure(0)), 10, box)
    assert _marks(flow, "zero")
    flow, box = _cell()
    cells.bar(flow, Bar(_figure(None)), 10, box)
    assert not flow.canvas.marks


@SLOW
@given(counts, st.integers(0, 3_000_000), st.floats(mm(15), mm(60)))
def test_a_bullet_stays_in_its_cell(done: int | None, planned: int, width: float) -> None:
    """However much was done; more than 130% of the plan ends in an arrow head."""
    flow, box = _cell(width)
    cells.bullet(flow, Bullet(_figure(done), _figure(planned)), box)
    assert_within(flow, box)
    over = planned > 0 and (done or 0) / planned > 1.3
    assert bool(_marks(flow, "arrow")) == over


def test_plans_stand_one_below_the_other() -> None:
    """Whatever they are, all plans have one place, and bars end by their share of the plan."""
    places = set()
    for done, planned in ((161, 168), (66, 60), (0, 4), (90, 40)):
        flow, box = _cell(mm(28))
        cells.bullet(flow, Bullet(_figure(done), _figure(planned)), box)
        [mark] = _marks(flow, "upright")
        places.add(round(_middle(mark.box), 3))
        for each in _marks(flow, "bar"):
            share = min(done / planned, 1.3)
            reach = (_middle(mark.box) - box.x) * share
            clipped = cells._CLIPPED if share == 1.3 else 0.0
            assert each.box.w == pytest.approx(reach - clipped, abs=0.01)
    assert len(places) == 1


@SLOW
@given(counts, counts, st.integers(0, 3_000_000))
def test_dumbbells_stand_on_their_scale(then: int | None, now: int | None, more: int) -> None:
    """Ring and dot by their values, the heading's numbers over them."""
    scale = nice(max(then or 0, now or 0, more))
    flow, box = _cell()
    cells.dumbbell(flow, Dumbbell(_figure(then), _figure(now)), scale, box)
    assert_within(flow, box)
    dots = _marks(flow, "dot")
    values = [value for value in (then, now) if value is not None]
    left, wide = box.x + mm(3), box.w - mm(6)
    for dot, value in zip(dots, values, strict=True):
        assert _middle(dot.box) == pytest.approx(left + wide * value / scale.highest, abs=0.01)
    head, above = _cell(box.w, mm(4.7))
    with head.canvas.element(Role.HEAD_CELL):
        cells.dumbbell_head(head, scale, above)
    assert_within(head, above)
    assert head.canvas.texts[-1].text == f"{scale.highest:,}"


@pytest.mark.parametrize(
    ("value", "step"),
    [(0, 0), (1, 1), (4, 1), (5, 2), (9, 2), (10, 3), (19, 3), (20, 4), (1_000_000, 4)],
)
def test_the_ramp_follows_the_classes(value: int, step: int) -> None:
    """Zero, 1 to 4, 5 to 9, 10 to 19, 20 and more; a zero is written as a dash."""
    flow, box = _cell(mm(12.4), mm(6))
    with flow.canvas.element(Role.CELL):
        cells.heat(flow, _figure(value), box)
    assert_within(flow, box)
    [text] = flow.canvas.texts
    assert text.text == (f"{value:,}" if value else "–")
    assert text.style.colour == COLOUR.ramp_text[step]
    assert _middle(text.box) == pytest.approx(_middle(box), abs=0.01)


REASONS = (*(why for why in WhyNone if why is not WhyNone.SUPPRESSED), *Suppressed)


@pytest.mark.parametrize("why", REASONS)
def test_no_number_is_words_without_colour(why: WhyNone | Suppressed) -> None:
    """Each reason in italics, never a dash and never a class of the ramp."""
    flow, box = _cell(mm(12.4), mm(6))
    with flow.canvas.element(Role.CELL):
        cells.heat(flow, _figure(None, why), box)
    assert_within(flow, box)
    assert not _marks(flow, "heat")
    assert "–" not in "".join(text.text for text in flow.canvas.texts)


def test_a_column_of_every_state_is_sound() -> None:
    """Nothing collides on the page, by our record and by what PDFium reads; figures have words."""
    flow = scratch()
    y = mm(40)
    with flow.canvas.element(Role.TABLE), flow.canvas.element(Role.ROW):
        with flow.canvas.element(Role.CELL):
            cells.whisker_head(flow, Box(mm(90), y - mm(4.7), mm(33), mm(4.7)))
        for state in STATES:
            made = _comparison(state)
            with flow.canvas.element(Role.CELL):
                cells.whisker(flow, made, Box(mm(90), y, mm(33), mm(7)))
                box = Box(mm(164), y, mm(27), mm(7))
                cells.evidence(flow, made.verdict, True, box)  # noqa: FBT003
            y += mm(7)
    assert_sound(read_back(flow.canvas))
    said = {each.said for each in flow.canvas.elements if each.role is Role.FIGURE}
    assert "95% interval of the change: +9% to +94%" in said
    assert "Too few to make an interval" in said
