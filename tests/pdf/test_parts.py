"""The parts: scales, lines of text, places of labels."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from viperreport.model.citing import exhibit_name
from viperreport.pdf.canvas import width_of
from viperreport.pdf.charts.axes import nice
from viperreport.pdf.charts.labels import Room, Wanted, lanes, spread
from viperreport.pdf.geometry import Box
from viperreport.pdf.look.fonts import PACKAGED, advance
from viperreport.pdf.look.theme import COLOUR, THEME, Paint, Style
from viperreport.pdf.text import Run, Slot, balanced, fit, headline, wrap

PLAIN = Style(PACKAGED.regular, 10, 12, "#000000")
BIG = THEME.type.headline
MEASURE = THEME.page.measure


@given(st.integers(0, 10_000_000))
def test_a_scale_has_three_to_five_gridlines_and_holds_everything(highest: int) -> None:
    """Whole steps of 1, 2, 2.5 or 5 times a power of ten, from zero."""
    scale = nice(highest)
    assert 3 <= len(scale.values) <= 5
    assert scale.values[0] == 0
    assert scale.highest >= highest
    assert str(scale.step).rstrip("0") in {"1", "2", "25", "5"}


def test_scales_that_people_would_choose() -> None:
    """Known answers, among them the design's."""
    assert nice(377).values == (0, 100, 200, 300, 400)
    assert nice(0).values == nice(2).values == (0, 1, 2)
    assert nice(90).values == (0, 25, 50, 75, 100)
    assert nice(5).values == (0, 2, 4, 6)


words = st.lists(st.text("abcdefghij", min_size=1, max_size=30), min_size=1, max_size=40)


@given(words, st.floats(20, 400))
def test_wrapping_keeps_every_letter_and_the_width(given_words: list[str], width: float) -> None:
    """Lines are no wider than asked, and together they are the text."""
    lines = wrap([Run(" ".join(given_words), PLAIN)], width)
    assert all(line.width <= width + 1e-6 for line in lines)
    back = "".join(line.text + " " * line.more for line in lines)
    assert back == " ".join(given_words)


def test_a_change_of_style_inside_a_word_is_no_place_to_break() -> None:
    """A strong 4 in brackets stays together, and keeps its styles."""
    strong = Style(PACKAGED.semibold, 10, 12, "#000000")
    runs = [Run("see issue (", PLAIN), Run("4", strong), Run(") of 2016", PLAIN)]
    lines = wrap(runs, advance("see issue", PACKAGED.regular) * 10 + 1)
    assert [line.text for line in lines] == ["see issue", "(4) of", "2016"]
    assert [run.style for run in lines[1].runs] == [PLAIN, strong, PLAIN]


def test_a_headline_breaks_evenly() -> None:
    """Of all breaks the one with the least difference is taken."""
    text = "Gun crime is 45% above this point last year: 122 incidents so far in 2016, against 84"
    first, second = balanced(Run(text, BIG), MEASURE)
    assert first.text.endswith("last year:")
    assert second.text.startswith("122 incidents")
    assert first.more


def test_a_longer_headline_shrinks_then_takes_a_third_line() -> None:
    """Two lines while they are possible; at the floor three, but nothing is lost."""
    text = "Gun incidents in the Metropolitan Police area are 45% above this point last year: "
    for letters, most in ((80, 2), (125, 2), (190, 3)):
        run = Run((text * 3)[:letters].strip(), BIG)
        lines = headline(run, MEASURE, 14)
        assert len(lines) <= most
        assert " ".join(line.text for line in lines) == run.text
        assert 14 <= lines[0].runs[0].style.size <= 19.5


def test_labels_shrink_before_they_wrap_and_wrap_before_they_are_cut() -> None:
    """Seven points are the least; a cut says so and ends in an ellipsis."""
    style = THEME.type.tile_label
    room = width_of("Incidents with someone", style)
    assert fit(Run("Incidents", style), Slot(room)).style == style
    shrunk = fit(Run("Incidents with someone hurt", style), Slot(room, 2))
    assert (len(shrunk.lines), shrunk.cut) == (1, False)
    assert 7 <= shrunk.style.size < 9
    wrapped = fit(Run("Incidents with someone hurt or killed in them", style), Slot(room, 2))
    assert (len(wrapped.lines), wrapped.cut, wrapped.style.size) == (2, False, 7)
    cut = fit(Run("Incidents " * 20, style), Slot(room, 2))
    assert cut.cut
    assert cut.lines[-1].text.endswith("…")
    assert all(line.width <= room for line in cut.lines)


blocks = st.lists(st.tuples(st.floats(0, 300), st.floats(5, 30)), max_size=10)


@given(blocks)
def test_spread_blocks_never_overlap_and_stay_in_order(wanted: list[tuple[float, float]]) -> None:
    """Pushed apart within their bounds, in the order of what they belong to."""
    wanted = sorted(wanted)
    tops = spread(wanted, 0, 320)
    for k in range(1, len(tops)):
        assert tops[k] >= tops[k - 1] + wanted[k - 1][1] - 1e-6
    if sum(height for _, height in wanted) <= 320:
        assert all(top >= -1e-6 for top in tops)
        assert all(t + h <= 320 + 1e-6 for t, (_, h) in zip(tops, wanted, strict=True))


def test_spread_leaves_alone_what_does_not_collide() -> None:
    """Blocks with room stay where they belong; equal ones share the displacement."""
    assert spread([(10, 10), (50, 10)], 0, 100) == [10, 50]
    assert spread([(50, 10), (50, 10)], 0, 100) == [45, 55]


def test_lanes_keep_marks_of_one_height_side_by_side() -> None:
    """Equal totals and what is in the column already: another lane each."""
    assert lanes([10, 10, 50], [], 5) == [0, 1, 0]
    assert lanes([30], [(0, 100)], 5) == [1]


def test_a_label_goes_to_its_side_unless_that_is_taken() -> None:
    """Above left by preference; elsewhere at the plot's edge, or where something stands."""
    wanted = Wanted((40, 10), (100, 100), (7, 6), "above left")
    free = Room(Box(0, 0, 200, 200))
    assert free.place(wanted) == Box(53, 84, 40, 10)
    assert free.place(wanted) != Box(53, 84, 40, 10)
    edge = Room(Box(90, 0, 200, 200))
    assert edge.place(wanted).x == 107


def test_names_of_exhibits() -> None:
    """F1 is Figure 1; a reference of another form stays as it is."""
    assert [exhibit_name(ref) for ref in ("F1", "T12", "K1", "F", "")] == [
        "Figure 1", "Table 12", "K1", "F", "",
    ]  # fmt: skip


def _luminance(colour: str) -> float:
    parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("name", [f for f in dir(THEME.type) if not f.startswith("_")])
def test_text_is_legible(name: str) -> None:
    """Contrast of at least 5 : 1 on what it stands on, nothing under 7 pt, tracking to 0.6 pt."""
    style = getattr(THEME.type, name)
    if isinstance(style, Style):
        grounds = {"tile": COLOUR.tint, "inte": COLOUR.tint, "mark": COLOUR.marker_fill}
        ground = grounds.get(name[:4], COLOUR.white)
        contrast = (_luminance(ground) + 0.05) / (_luminance(style.colour) + 0.05)
        assert contrast >= 5, contrast
        assert style.size >= 7
        assert style.spacing <= 0.6
    assert Paint().fill is None


@pytest.mark.parametrize("name", ["harm_up", "harm_down", "activity", "unclear", "marker_text"])
def test_verdicts_and_warnings_are_legible_on_tiles(name: str) -> None:
    """The colours that carry the evidence have a contrast of at least 5 : 1 on a tile."""
    tint, colour = _luminance(COLOUR.tint), _luminance(getattr(COLOUR, name))
    assert (tint + 0.05) / (colour + 0.05) >= 5
