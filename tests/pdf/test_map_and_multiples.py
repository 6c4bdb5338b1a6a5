"""The map of tiles, the small multiples and the stamp."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pypdfium2  # type: ignore[import-untyped]
import pytest
import zxingcpp
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from viperreport.model.exhibits import SmallMultiples, TileMap
from viperreport.pdf import stamp
from viperreport.pdf.charts import small_multiples, tile_map
from viperreport.pdf.charts.map_pieces import class_names, class_of
from viperreport.pdf.geometry import Box
from viperreport.pdf.look.theme import COLOUR, THEME, mm
from viperreport.pdf.qr import modules
from viperreport.pdf.structure import MarkBox, Role

from . import map_sample as make
from .chart_sample import scratch
from .map_sample import Area, Around
from .reading import Read, assert_inside, assert_nothing_collides, assert_sound, read_back, squeezed
from .sample import CUT_OFF

MEASURE = THEME.page.measure
LEAST, NATURAL, MOST = 0, 1, 2
HYPOTHESIS = settings(max_examples=50, suppress_health_check=list(HealthCheck))


def _drawn(kind: Any, block: TileMap | SmallMultiples, which: int = NATURAL) -> tuple[Read, Box]:  # noqa: ANN401
    """A chart drawn on a page of its own at one of its heights, with what it cut below."""
    flow = scratch()
    height = kind.heights(flow, block, MEASURE)[which]
    box = Box(flow.left, flow.y, MEASURE, height)
    draw = kind.tile_map if kind is tile_map else kind.small_multiples
    draw(flow, block, box)
    flow.y = box.bottom + 10
    flow.whole_texts()
    return read_back(flow.canvas), box


def _assert_within(drawing: Read, box: Box) -> None:
    """All but the texts printed whole below stays in the box."""
    texts = [text.box for text in drawing.canvas.texts if text.element.role is not Role.NOTE]
    for each in [*texts, *(mark.box for mark in drawing.canvas.marks)]:
        assert each.x >= box.x - 0.3, each
        assert each.right <= box.right + 0.3, each
        assert each.y >= box.y - 0.3, each
        assert each.bottom <= box.bottom + 0.3, each


def _marks(drawing: Read, kind: str) -> list[MarkBox]:
    return [mark for mark in drawing.canvas.marks if mark.kind == kind]


def _assert_words_keep_clear(drawing: Read, kinds: set[str]) -> None:
    """No text stands on marks of these kinds."""
    for mark in (mark for mark in drawing.canvas.marks if mark.kind in kinds):
        for text in drawing.canvas.texts:
            assert text.page != mark.page or not text.box.meets(mark.box, 0.25), (text, mark)


# The map


def test_heights_of_the_design() -> None:
    """Seven rows at 33 points and a river take 89.7 mm; four panels and three 88.9 mm."""
    assert tile_map.heights(scratch(), make.map_of(make.london()), MEASURE)[
        NATURAL
    ] == pytest.approx(mm(89.7), abs=mm(0.1))
    assert small_multiples.heights(scratch(), make.multiples(make.tactics()), MEASURE)[
        NATURAL
    ] == pytest.approx(mm(88.9), abs=mm(0.1))


@pytest.mark.parametrize("which", [LEAST, NATURAL, MOST])
def test_the_design_s_map_is_sound_at_every_height(which: int) -> None:
    """Nothing collides, nothing leaves its box, every name and number is there."""
    drawing, box = _drawn(tile_map, make.map_of(make.london()), which)
    assert_sound(drawing)
    _assert_within(drawing, box)
    _assert_words_keep_clear(drawing, {"river", "ramp", "outline"})
    for area in make.london():
        assert squeezed(area.name) in drawing.text
    assert squeezed("2015: 10") in drawing.text
    assert "otherforce" in drawing.text


def test_tiles_are_equal_and_stand_in_rows_and_columns() -> None:
    """Each tile by its own place; nothing but tiles, pieces and a river between them."""
    block = make.map_of(make.london())
    drawing, box = _drawn(tile_map, block)
    tiles = _marks(drawing, "tile")
    assert len(tiles) == len(block.tiles)
    assert {(round(t.box.w, 3), round(t.box.h, 3)) for t in tiles} == {
        (round((box.w - 7 * 2.4) / 8, 3), 33.0)
    }
    lefts = sorted({round(t.box.x, 2) for t in tiles})
    tops = sorted({round(t.box.y, 2) for t in tiles})
    assert (len(lefts), len(tops)) == (8, 7)
    for one in tiles:
        assert sum(one.box.meets(other.box) for other in tiles) == 1
    [river] = _marks(drawing, "river")
    assert not any(river.box.meets(t.box) for t in tiles)


def test_pieces_find_free_places_and_cover_no_tile() -> None:
    """In the design's map all of them stand among the tiles; the grid gets no higher."""
    drawing, _ = _drawn(tile_map, make.map_of(make.london()))
    tiles = [mark.box for mark in _marks(drawing, "tile")]
    for kind in ("ramp", "outline"):
        for mark in _marks(drawing, kind):
            assert not any(mark.box.meets(each) for each in tiles)
    words = [text for text in drawing.canvas.texts if text.element.role is Role.PARAGRAPH]
    assert {text.text for text in words} >= {"63%"}
    for text in words:
        assert not any(text.box.meets(each) for each in tiles), text


def test_a_full_grid_gets_its_pieces_in_a_strip_above() -> None:
    """No free place: share, ramp and key stand above the tiles, which begin below them."""
    full = [Area(f"Area {row}{column}", row, column, row * column, 3 if row == 2 else None)
            for row in range(1, 5) for column in range(1, 6)]  # fmt: skip
    block = make.map_of(full, around=Around(river=2))
    drawing, box = _drawn(tile_map, block)
    assert_sound(drawing)
    _assert_within(drawing, box)
    top = min(mark.box.y for mark in _marks(drawing, "tile"))
    assert all(
        mark.box.bottom <= top for mark in (*_marks(drawing, "ramp"), *_marks(drawing, "outline"))
    )
    (share,) = [each for each in drawing.canvas.texts if each.text == "63%"]
    assert share.box.bottom <= top
    _assert_words_keep_clear(drawing, {"river", "ramp", "outline"})


def test_the_ramp_colours_a_tile_by_its_count() -> None:
    """Zero white, then four classes; the number in the class's own colour of text."""
    breaks = (1, 5, 10, 13)
    assert [class_of(value, breaks) for value in (0, 1, 4, 5, 9, 10, 12, 13, 99)] == [
        0, 1, 1, 2, 2, 3, 3, 4, 4,
    ]  # fmt: skip
    assert class_names(breaks) == ["0", "1 to 4", "5 to 9", "10 to 12", "13+"]
    assert class_names((1, 2, 1500)) == ["0", "1", "2 to 1,499", "1,500+"]
    assert [class_of(value, (1, 2)) for value in (0, 1, 2)] == [0, 2, 4]
    drawing, _ = _drawn(tile_map, make.map_of(make.london()))
    counts = {text.text: text.style for text in drawing.canvas.texts if text.style.font.label
              == THEME.fonts.serif.label}  # fmt: skip
    assert counts["15"].colour == COLOUR.ramp_text[4]
    assert counts["12"].colour == COLOUR.ramp_text[3]
    assert counts["0"].colour == COLOUR.ramp_text[0]


def test_no_number_is_words_in_the_map() -> None:
    """Not held and another force are italic words, a zero is a 0: no two of them look alike."""
    areas = [Area("Nothing", 1, 1, 0), Area("Not held", 1, 2, None),
             Area("Another", 1, 3, None, other_force=True)]  # fmt: skip
    drawing, _ = _drawn(tile_map, make.map_of(areas, around=Around(lead="", key="")))
    fonts = {text.text: text.style.font for text in drawing.canvas.texts}
    assert fonts["not held"] is THEME.fonts.italic
    assert fonts["other force"] is THEME.fonts.italic
    assert fonts["0"] is not THEME.fonts.italic


@pytest.mark.parametrize("factor", [1, 100, 9_999, 1_000_000])
@pytest.mark.parametrize("which", [LEAST, NATURAL])
def test_large_counts_find_room(factor: int, which: int) -> None:
    """Up to millions an area: whole in the tile, or dots there and whole below."""
    areas = [replace(area, now=area.now and area.now * factor,
                     then=area.then and area.then * factor) for area in make.london()]  # fmt: skip
    breaks = tuple(part * factor if part > 1 else 1 for part in (1, 5, 10, 13))
    drawing, _ = _drawn(tile_map, make.map_of(areas, breaks), which)
    assert_sound(drawing)
    for area in areas:
        if area.now:
            assert f"{area.now:,}" in drawing.text


names = st.text(min_size=1, max_size=40) | st.sampled_from(
    (
        "W" * 60,
        "Kensington and Chelsea",
        "St Mary’s-on-the-Hill with Upper and Lower Ward",
        "Å",
        "🔫",
    )
)
some = st.none() | st.integers(0, 40) | st.integers(0, 5_000_000)


@st.composite
def maps(draw: st.DrawFn) -> TileMap:
    """Any grid up to 12 by 16, with any free places, names and counts."""
    rows, columns = draw(st.integers(1, 12)), draw(st.integers(1, 16))
    places = [(row, column) for row in range(1, rows + 1) for column in range(1, columns + 1)]
    chosen = draw(st.lists(st.sampled_from(places), min_size=1, max_size=60, unique=True))
    areas = [Area(draw(names), *place, draw(some), draw(st.none() | st.integers(0, 9_999)),
                  draw(st.booleans())) for place in chosen]  # fmt: skip
    breaks = tuple(sorted(draw(st.sets(st.integers(2, 10_000_000), max_size=3)) | {1}))
    around = Around(
        lead=draw(st.sampled_from(("", "63%", "100%"))),
        words=draw(st.sampled_from(("of incidents", Around().words, Around().words * 4))),
        key=draw(st.sampled_from(("", "Priority borough", "Priority borough " * 12))),
        river=draw(st.integers(0, rows)),
        river_name=draw(st.sampled_from(("", "River Thames", "River " * 30))),
    )
    return make.map_of(areas, breaks, around)


@HYPOTHESIS
@given(maps(), st.sampled_from((LEAST, NATURAL, MOST)))
def test_any_map_is_sound(block: TileMap, which: int) -> None:
    """Whatever the grid, names and counts: nothing collides, nothing leaves the box."""
    drawing, box = _drawn(tile_map, block, which)
    assert_nothing_collides(drawing)
    assert_inside(drawing)
    _assert_within(drawing, box)
    _assert_words_keep_clear(drawing, {"river", "ramp", "outline"})
    words = [text for text in drawing.canvas.texts if text.element.role is Role.PARAGRAPH]
    for text in words:
        assert not any(text.box.meets(t.box, 0.25) for t in _marks(drawing, "tile")), text


# Small multiples


@pytest.mark.parametrize("number", range(1, 13))
@pytest.mark.parametrize("which", [LEAST, NATURAL, MOST])
def test_any_number_of_panels_is_sound(number: int, which: int) -> None:
    """One to twelve panels with their key: nothing collides, nothing leaves the box."""
    drawing, box = _drawn(small_multiples, make.multiples(make.tactics(number)), which)
    assert_sound(drawing)
    _assert_within(drawing, box)
    _assert_words_keep_clear(drawing, {"bar", "plan", "not reported", "event", "swatch"})
    assert "Howtoread" in drawing.text
    assert "Launch,25May" in drawing.text


def test_bars_agree_with_their_values() -> None:
    """Each panel from zero on its own scale; a week not reported is a cross, a zero is nothing."""
    block = make.multiples(make.tactics(1))
    drawing, _ = _drawn(small_multiples, block)
    amounts = [amount for _, amount in block.panels[0].points if amount]
    bars = _marks(drawing, "bar")
    unit = max(bar.box.h for bar in bars) / 42
    [plan] = [mark for mark in _marks(drawing, "plan") if mark.box.w > 20]
    tallest = bars[0].box.bottom - (plan.box.y + plan.box.h / 2)
    unit = tallest / 42
    assert [bar.box.h / unit for bar in bars] == pytest.approx(amounts, abs=0.01)
    assert plan.box.right - plan.box.x == pytest.approx(4 / 12 * (MEASURE - 11) / 2, abs=0.01)
    missing, _ = _drawn(small_multiples, make.multiples([make.tactics()[6]]))
    assert len(_marks(missing, "bar")) == 12 - 2 - 1
    assert len(_marks(missing, "not reported")) == 2 * 2  # two strokes, and the key's


def test_the_last_weeks_are_navy_and_the_newest_value_stands_over_its_bar() -> None:
    """As many weeks as are recent; the number is above the last bar, which it names."""
    drawing, _ = _drawn(small_multiples, make.multiples(make.tactics(2)))
    [value] = [text for text in drawing.canvas.texts if text.text == "41"]
    bars = sorted(_marks(drawing, "bar"), key=lambda bar: bar.box.x)[:12]
    last = bars[-1].box
    assert value.box.x < last.x + last.w / 2 < value.box.right
    assert value.box.bottom <= last.y


def test_the_launch_is_a_tick_only_where_it_is_inside() -> None:
    """Never a line that divides; explained in the key; outside the weeks there is none."""
    ticks = _marks(_drawn(small_multiples, make.multiples(make.tactics()))[0], "event")
    assert len(ticks) == 7 + 1
    assert all(tick.box.h < 12 for tick in ticks)
    before = make.multiples(make.tactics(), date(2016, 3, 2))
    drawing, _ = _drawn(small_multiples, before)
    assert not _marks(drawing, "event")
    assert "Launch" not in drawing.text


def test_the_key_stands_in_the_free_place_or_below() -> None:
    """Seven panels leave a place in their grid; eight get the key in lines below."""
    assert _marks(_drawn(small_multiples, make.multiples(make.tactics(7)))[0], "key")
    drawing, box = _drawn(small_multiples, make.multiples(make.tactics(8)))
    assert not _marks(drawing, "key")
    axes = _marks(drawing, "axis")
    [title] = [text for text in drawing.canvas.texts if text.text == "How to read"]
    assert title.box.y > max(axis.box.bottom for axis in axes)
    assert title.box.bottom <= box.bottom


amounts = st.lists(some, min_size=1, max_size=60)


@st.composite
def many(draw: st.DrawFn) -> SmallMultiples:
    """Any panels of any weeks."""
    panels = [
        make.panel(draw(names), draw(names), draw(amounts),
                   draw(st.none() | st.integers(0, 1_000_000)), draw(st.integers(0, 60)))
        for _ in range(draw(st.integers(1, 12)))
    ]  # fmt: skip
    launch = draw(st.none() | st.integers(0, 400).map(lambda days: CUT_OFF - timedelta(days=days)))
    return make.multiples(panels, launch)


@HYPOTHESIS
@given(many(), st.sampled_from((LEAST, NATURAL, MOST)))
def test_any_multiples_are_sound(block: SmallMultiples, which: int) -> None:
    """Whatever the names, amounts and plans: nothing collides, nothing leaves the box."""
    drawing, box = _drawn(small_multiples, block, which)
    assert_nothing_collides(drawing)
    assert_inside(drawing)
    _assert_within(drawing, box)
    _assert_words_keep_clear(drawing, {"bar", "plan", "not reported", "swatch", "event"})


# The stamp


def _stamped(code: str) -> Read:
    flow = scratch()
    block = make.stamp_of(code)
    height = stamp.heights(flow, block, MEASURE)[NATURAL]
    stamp.stamp(flow, block, Box(flow.left, flow.y, MEASURE, height))
    drawing = read_back(flow.canvas)
    assert_sound(drawing)
    _assert_within(drawing, Box(flow.left, flow.y - 0.5, MEASURE, height + 0.5))
    return drawing


@pytest.mark.parametrize("dots", [121, 200, 300])
@pytest.mark.parametrize(
    "code",
    [make.stamp_of().code, "a", f"{make.FINGERPRINT} " * 4, "Zürich, Genève, Île-de-France"],
)
def test_a_rendered_stamp_reads_back_as_its_code(code: str, dots: int) -> None:
    """Another program reads from the page, at screen and print resolutions, what went in."""
    document = pypdfium2.PdfDocument(_stamped(code).data)
    image = document[0].render(scale=dots / 72).to_pil()
    document.close()
    [found] = zxingcpp.read_barcodes(image)
    assert found.text == code
    assert found.ec_level == "M"


def test_the_code_is_25_mm_wide_one_path_and_keeps_its_quiet_zone() -> None:
    """Four modules of white around it, from the rule above and from the words beside it."""
    drawing = _stamped(make.stamp_of().code)
    [code] = _marks(drawing, "QR code")
    assert (code.box.w, code.box.h) == pytest.approx((mm(25), mm(25)))
    quiet = 4 * mm(25) / len(modules(make.stamp_of().code))
    [rule] = _marks(drawing, "rule")
    assert code.box.y - rule.box.bottom >= quiet
    assert min(text.box.x for text in drawing.canvas.texts) - code.box.right >= quiet


def test_the_fingerprint_stands_in_letters_in_groups() -> None:
    """All 64 digits, eight at a time, so that a person can compare them."""
    drawing = _stamped(make.stamp_of().code)
    assert make.FINGERPRINT in drawing.text
    [line] = [text for text in drawing.canvas.texts if text.text.startswith("SHA-256")]
    assert [len(group) for group in line.text.split()[1:]] == [8] * 8
