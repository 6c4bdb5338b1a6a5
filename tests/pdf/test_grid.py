"""Nothing collides: every state, at every awkward cut-off, with numbers of every length."""

from dataclasses import replace
from datetime import date
from itertools import pairwise, product

import pytest

from viperreport.model.briefing import Block, KeyFigure, KeyFigures, Masthead
from viperreport.pdf.look.theme import COLOUR
from viperreport.pdf.structure import MarkBox, Role

from . import sample
from .reading import Read, assert_sound, read, squeezed
from .sample import Course

DAYS = {
    "1 January": date(2016, 1, 1),
    "5 January": date(2016, 1, 5),
    "29 February": date(2016, 2, 29),
    "25 May": date(2016, 5, 25),
    "28 November": date(2016, 11, 28),
    "30 December": date(2016, 12, 30),
    "31 December": date(2016, 12, 31),
}
COURSES = {
    "design": Course(),
    "equal ends": Course(years=(306, 306, 306, 306, 306), totals=(306,)),
    "five totals": Course(totals=(306, 306, 307, 226, 251)),
    "zero": Course(now=0, then=0, years=(0, 0, 0), projected=(0, 0, 1, 2, 4), totals=(0,)),
    "one": Course(now=1, then=0, years=(1, 0, 2), projected=(1, 1, 2, 4, 6), totals=()),
    "alone": Course(then=None, years=(), projected=None, totals=()),
    "same as last year": Course(now=84, then=84),
    "below last year": Course(now=40, then=122, projected=(60, 75, 90, 110, 130)),
    "four digits": replace(
        Course(), now=1220, then=840, years=(2260, 2170, 2510),
        projected=(2660, 2790, 3060, 3350, 3510), totals=(3770, 3775),
    ),
    "six digits": replace(
        Course(), now=122306, then=84512, years=(226000, 217000, 251000),
        projected=(266000, 279000, 306000, 335000, 351000), totals=(377000, 377100, 376000),
    ),
}  # fmt: skip


def _page(course: Course, tiles: tuple[KeyFigure, ...] | None = None) -> Read:
    row = KeyFigures(tiles or sample.tiles(), sample.NOTE)
    return read(sample.briefing(sample.HEADLINE, row, sample.chart(course), sample.digest()))


@pytest.mark.parametrize(("day", "course"), list(product(DAYS, COURSES)))
def test_figure_one_never_collides(day: str, course: str) -> None:
    """Whatever the cut-off, the year ends and the digits: no label covers another or a mark."""
    cut_off = DAYS[day]
    ends = None if day in {"1 January", "5 January", "31 December"} else COURSES[course].projected
    page = _page(replace(COURSES[course], cut_off=cut_off, projected=ends))
    assert page.canvas.pages == 1
    assert_sound(page)
    plot = next(mark.box for mark in page.canvas.marks if mark.kind == "axis")
    inside = [t for t in page.canvas.texts if t.element.role is Role.FIGURE and " 20" in t.text]
    for text in inside:
        assert plot.x <= text.box.x, text


def _marks(page: Read, *kinds: str) -> list[MarkBox]:
    return [mark for mark in page.canvas.marks if mark.kind in kinds]


def test_labels_of_the_year_ends_are_sorted_and_apart() -> None:
    """Five equal ends: five labels, at least 9 pt apart, highest value on top."""
    page = _page(Course(years=(306, 306, 306, 306, 306), totals=(377, 100)))
    left = next(mark.box.right for mark in page.canvas.marks if mark.kind == "axis")
    column = [text for text in page.canvas.texts if text.box.x > left]
    years = [text for text in column if len(text.text) == 4 and text.text.startswith("20")]
    tops = [text.box.y for text in years]
    assert len(tops) == 7
    assert years[tops.index(min(tops))].text == "2011"
    assert years[tops.index(max(tops))].text == "2010"
    assert min(b - a for a, b in pairwise(sorted(tops))) >= 9


@pytest.mark.parametrize("day", DAYS)
def test_no_projection_no_fan(day: str) -> None:
    """Without a projection there is neither band nor median nor "projected"."""
    page = _page(Course(cut_off=DAYS[day], projected=None))
    assert not _marks(page, "band", "median", "limits", "projected end")
    assert "projected" not in page.text.replace("Projection", "")


@pytest.mark.parametrize("state", sample.states(), ids=lambda tile: tile.ref)
@pytest.mark.parametrize("number", [2, 3, 4])
def test_every_state_of_a_tile(state: KeyFigure, number: int) -> None:
    """Every state in a row of two, three or four tiles."""
    page = _page(Course(), (state,) * number)
    assert_sound(page)
    assert page.canvas.pages == 1


def test_a_glyph_is_drawn_only_where_there_is_a_comparison() -> None:
    """Five verdicts, a warning, a missing figure: marks, colours and whiskers agree."""
    expected = {
        "K1": (COLOUR.harm_up, True), "K2": (COLOUR.harm_down, True), "K3": (None, True),
        "K4": (COLOUR.activity, True), "K5": (None, False), "K6": (None, None),
        "K7": (COLOUR.harm_down, True), "K8": (None, None), "K12": (None, None),
    }  # fmt: skip
    for state in sample.states():
        if state.ref not in expected:
            continue
        page = read(sample.briefing(KeyFigures((state,), ())))
        colour, whisker = expected[state.ref]
        assert bool(_marks(page, "tick")) is (whisker is not None), state.ref
        assert bool(_marks(page, "whisker")) is bool(whisker), state.ref
        likely = [t for t in page.canvas.texts if t.text.endswith("likely real")]
        assert [t.style.colour for t in likely] == ([colour] if colour else []), state.ref


def test_intervals_off_the_scale_end_in_arrows() -> None:
    """From zero, to zero, both ways, wholly off: an open arrow head at each end that leaves."""
    arrows = {"K1": 0, "K7": 1, "K9": 2, "K10": 1, "K11": 1}
    for state in sample.states():
        page = read(sample.briefing(KeyFigures((state,), ())))
        assert len(_marks(page, "arrow")) == arrows.get(state.ref, 0), state.ref


def test_stale_tile_warns_instead_of_judging() -> None:
    """Out-of-date data: amber rule and warning, no verdict, no interval drawn."""
    stale = sample.tile("K1", warning="Data 9 days old")
    page = read(sample.briefing(KeyFigures((stale,), ())))
    assert "Data9daysold" in page.text
    assert "likelyreal" not in page.text
    assert not _marks(page, "whisker", "verdict")


def test_gaps_stay_gaps() -> None:
    """A missing week breaks the sparkline; a week between two gaps is a point."""
    page = read(sample.briefing(KeyFigures((sample.states()[-1],), ())))
    shapes = _marks(page, "sparkline")
    assert len(shapes) == 3
    assert len(_marks(page, "sparkline dot")) == 1


MARKERS = (sample.ON_HOLD, sample.SYNTHETIC, sample.DRAFT, sample.OFFICIAL)


@pytest.mark.parametrize("number", range(5))
def test_markers_stand_side_by_side(number: int) -> None:
    """All markers at once, in their order, ending at the right margin."""
    page = read(replace(sample.briefing(), markers=MARKERS[:number]))
    assert_sound(page)
    boxes = [mark.box for mark in _marks(page, "marker")]
    assert len(boxes) == number
    assert all(a.right < b.x for a, b in pairwise(boxes))


def test_a_long_marker_leaves_the_short_ones_whole() -> None:
    """However long another marker is, "Synthetic demonstration data" is never shortened."""
    long = replace(sample.ON_HOLD, text=sample.named("On hold: " + "reasons " * 60))
    page = read(replace(sample.briefing(), markers=(long, sample.SYNTHETIC)))
    assert_sound(page)
    marker = next(t for t in page.canvas.texts if t.text == "Synthetic demonstration data")
    assert marker.style.size == 7.5
    assert squeezed("In full: On hold: " + "reasons " * 60) in page.text


def test_long_names_shrink_then_wrap_and_are_never_cut_silently() -> None:
    """A measure of 60 characters, an area of 100: smaller, then two lines; all still there."""
    measure = "Incidents in which a converted or reactivated gun was fired."
    area = "The Royal Borough of Kensington and Chelsea with the City of Westminster and its " * 2
    masthead = Masthead(
        sample.MASTHEAD.kicker, sample.named(f"Weekly briefing for {area[:100]}"),
        sample.named(f"{measure} in {area[:100]}"), sample.MASTHEAD.facts,
    )  # fmt: skip
    assert len(measure) == 60
    blocks: tuple[Block, ...] = (
        sample.HEADLINE,
        KeyFigures((sample.tile(label=measure),) * 4, sample.NOTE),
        sample.chart(),
        sample.digest(),
    )
    page = read(sample.briefing(*blocks, masthead=masthead))
    assert_sound(page)
    assert page.text.count(measure.replace(" ", "")) >= 5
    assert min(text.style.size for text in page.canvas.texts) >= 7
    assert page.canvas.pages == 1


def test_what_is_cut_is_printed_whole_once() -> None:
    """A label too long for any tile ends in an ellipsis, and stands whole below, once."""
    label = "Incidents " + "and so on " * 40
    tiles = KeyFigures((sample.tile(label=label), sample.tile(label=label)), sample.NOTE)
    page = read(sample.briefing(tiles, sample.digest()))
    assert_sound(page)
    assert page.text.count("…") == 2
    assert page.text.count("Infull(K1):" + squeezed(label)) == 1
    assert page.text.count("Infull") == 1


@pytest.mark.parametrize(("now", "then"), [(84, 84), (84, 85), (122, 84)])
def test_both_dots_can_be_seen(now: int, then: int) -> None:
    """Where this year stands at last year's count, its dot stands inside last year's ring."""
    page = _page(Course(now=now, then=then))
    previous, current = sorted((m.box for m in _marks(page, "dot")), key=lambda box: -box.y)
    if now != 122:
        ring = max(previous, current, key=lambda box: box.w)
        inner = min(previous, current, key=lambda box: box.w)
        assert ring.w - inner.w >= 2
    else:
        assert not previous.meets(current)


def test_diamonds_of_one_height_stand_side_by_side() -> None:
    """Annual totals that are equal, or within the band, never cover each other or its bar."""
    page = _page(Course(totals=(306, 306, 377, 378, 100)))
    shapes = [mark.box for mark in _marks(page, "diamond")]
    assert len(shapes) == 5
    limits = _marks(page, "limits")[0].box
    for k, one in enumerate(shapes):
        assert not one.meets(limits)
        assert not any(one.meets(other) for other in shapes[k + 1 :])
