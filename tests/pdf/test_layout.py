"""Which block stands on which page: in order, inside the body, and no page left half empty."""

from dataclasses import dataclass, field, replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.pdf import sample, table_sample
from tests.pdf.reading import Read, assert_sound, read
from viperreport.model.briefing import Block, Briefing, Section
from viperreport.model.exhibits import Absent, Remark
from viperreport.pdf.canvas import Canvas
from viperreport.pdf.flow import Flow
from viperreport.pdf.geometry import Box
from viperreport.pdf.layout import EMPTY, Part, lay_out
from viperreport.pdf.look.theme import THEME, mm
from viperreport.pdf.planned import Planned
from viperreport.pdf.render import _properties
from viperreport.pdf.structure import Role

BODY = THEME.page.body_bottom - THEME.page.body_top


@dataclass
class Kept:
    """Where each block was drawn: (page, block, box)."""

    drawn: list[tuple[int, int, Box]] = field(default_factory=list)

    def block(self, number: int, height: float, shrink: float, grow: float) -> Planned:
        """A block that notes where it is drawn."""

        def draw(flow: Flow, box: Box) -> None:
            self.drawn.append((flow.canvas.page, number, box))

        return Planned(height, draw, height * shrink, height * grow)


def laid_out(parts: list[Part], top: float) -> Canvas:
    """Lay parts out on a canvas."""
    briefing = sample.briefing()
    canvas = Canvas(_properties(briefing))
    lay_out(Flow(canvas, briefing), parts, top)
    return canvas


sizes = st.tuples(
    st.floats(mm(4), mm(120)), st.sampled_from([0.7, 1.0]), st.sampled_from([1.0, 1.3])
)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.lists(sizes, min_size=1, max_size=6), min_size=1, max_size=6),
    st.sampled_from([THEME.page.body_top, mm(120)]),
)
def test_blocks_stay_in_order_and_in_the_body(
    given_parts: list[list[tuple[float, float, float]]], top: float
) -> None:
    """Each once, one below the other, no lower than its least, on pages without end.

    It grows to its most, and where a page would stay empty by twice as much.
    """
    kept, number = Kept(), 0
    parts: list[Part] = []
    limits = {}
    for blocks in given_parts:
        planned = []
        for height, shrink, grow in blocks:
            planned.append(kept.block(number, height, shrink, grow))
            limits[number] = (height * shrink, height * (2 * grow - 1))
            number += 1
        parts.append(Part(sample.named(f"Part {len(parts)}"), tuple(planned)))
    laid_out(parts, top)
    assert [k for _, k, _ in kept.drawn] == list(range(number))
    for page, k, box in kept.drawn:
        least, most = limits[k]
        assert least - 0.01 <= box.h <= most + 0.01
        assert box.bottom <= THEME.page.body_bottom + 0.6
        assert box.y >= (top if page == 0 else THEME.page.body_top) - 0.01
    for (page, _, box), (after, _, below) in pairwise(kept.drawn):
        assert after > page or below.y >= box.bottom - 0.01


def test_a_page_is_stretched_where_too_much_would_stay_empty() -> None:
    """A block that may grow fills what the next one leaves, down to a margin."""
    kept = Kept()
    blocks = (kept.block(0, BODY * 0.6, 1.0, 1.6), kept.block(1, BODY * 0.5, 1.0, 1.0))
    laid_out([Part(sample.named("One"), blocks)], THEME.page.body_top)
    (first_page, _, box), (second_page, _, _) = kept.drawn
    assert (first_page, second_page) == (0, 1)
    assert THEME.page.body_bottom - box.bottom <= EMPTY


def test_blocks_grow_twice_as_much_only_where_a_page_would_stay_empty() -> None:
    """What may grow by a tenth grows by a tenth if that is enough, by a fifth if it is not."""
    for height, grown in ((0.85, 1.1), (0.78, 1.2)):
        kept = Kept()
        blocks = (kept.block(0, BODY * height, 1.0, 1.1), kept.block(1, BODY * 0.5, 1.0, 1.0))
        laid_out([Part(sample.named("One"), blocks)], THEME.page.body_top)
        (_, _, box), (page, _, _) = kept.drawn
        assert page == 1
        assert box.h <= BODY * height * grown + 0.01
        assert BODY - box.h <= EMPTY
        assert (box.h > BODY * height * 1.1 + 0.01) is (grown > 1.1)


def test_a_block_that_may_shrink_is_not_sent_to_the_next_page() -> None:
    """What is missing is taken from what can give it."""
    kept = Kept()
    blocks = (kept.block(0, BODY * 0.7, 0.7, 1.0), kept.block(1, BODY * 0.4, 0.9, 1.0))
    laid_out([Part(sample.named("One"), blocks)], THEME.page.body_top)
    assert [page for page, _, _ in kept.drawn] == [0, 0]


def test_a_heading_never_stands_alone() -> None:
    """A section whose first block needs a page of its own is named by that page's head."""
    kept = Kept()
    parts = [
        Part(sample.named("Part 0"), (kept.block(0, BODY * 0.3, 1.0, 1.0),)),
        Part(sample.named("Part 1"), (kept.block(1, BODY * 0.9, 1.0, 1.0),)),
    ]
    canvas = laid_out(parts, THEME.page.body_top)
    assert [page for page, _, _ in kept.drawn] == [0, 1]
    headings = [t for t in canvas.texts if t.text == "Part 1" and t.element.role is Role.SUBHEADING]
    assert not headings


def test_a_short_section_shares_its_page_under_a_heading() -> None:
    """A section that would leave most of a page empty is followed by the next."""
    kept = Kept()
    parts = [
        Part(sample.named(f"Part {k}"), (kept.block(k, BODY * 0.3, 1.0, 1.1),)) for k in range(2)
    ]
    canvas = laid_out(parts, THEME.page.body_top)
    assert [page for page, _, _ in kept.drawn] == [0, 0]
    assert "Part 1" in [text.text for text in canvas.texts]


def sections(*blocks: tuple[Block, ...]) -> Briefing:
    """Page one and a section for each of these."""
    made = sample.briefing()
    more = tuple(Section(f"s{k}", each, sample.named(f"Part {k}")) for k, each in enumerate(blocks))
    return replace(made, sections=(*made.sections, *more))


@pytest.mark.parametrize("number", [1, 5, 30, 60, 200])
def test_a_long_table_goes_over_pages_under_its_heading(number: int) -> None:
    """Every row once, the heading on every page, the total never alone."""
    drawing = read(sections((table_sample.long(number),)))
    assert_sound(drawing)
    words = drawing.raw.split()
    for k in range(number):
        assert f"Area{k}" in drawing.text
    heads = words.count("Evidence")
    pages_of_table = drawing.canvas.pages - 1
    assert heads == pages_of_table
    assert drawing.text.count("Table4,continued") == pages_of_table - 1
    rows_last = [t for t in drawing.canvas.texts if t.page == drawing.canvas.pages - 1]
    assert sum(t.text.startswith("Area ") for t in rows_last) >= min(number, 2)


def test_rows_in_every_state_stand_apart() -> None:
    """The design's row states, and a grouped table, with nothing on top of anything."""
    drawing = read(sections((table_sample.states(),), (table_sample.grouped(),)))
    assert_sound(drawing)
    assert drawing.text.count("Higher,likelyreal") >= 9


@pytest.mark.parametrize("name", ["Zone " * 12, "Ł" * 40, "東京都" * 9, "A" * 2000])
def test_long_names_and_large_numbers_fit(name: str) -> None:
    """Names wrap, numbers get the room that they need, nothing is lost."""
    drawing = read(sections((table_sample.long(4, name, 1_234_567),)))
    assert_sound(drawing)
    assert "1,234,567" in drawing.raw
    whole = drawing.canvas.printable(name, THEME.type.table.font).strip()
    assert "".join(whole.split()) in drawing.text


def test_a_section_without_data_takes_a_line_and_no_page() -> None:
    """The line stands on the page before, and the sections after it follow."""
    absent = Absent(Remark(sample.named("Firearms recovered:"), sample.named("not held.")))
    drawing = read(sections((table_sample.states(),), (absent,), (table_sample.long(20),)))
    assert_sound(drawing)
    (line,) = [text for text in drawing.canvas.texts if text.text.startswith("Firearms recovered:")]
    first_table = [t.page for t in drawing.canvas.texts if t.text == "Every state of a row"]
    assert line.page == first_table[0]


def empty_ends(drawing: Read) -> list[float]:
    """How much of each page but the last stays empty below its last mark."""
    ends = []
    for page in range(drawing.canvas.pages - 1):
        boxes = [text.box for text in drawing.canvas.texts if text.page == page]
        boxes += [mark.box for mark in drawing.canvas.marks if mark.page == page]
        lowest = max(box.bottom for box in boxes if box.bottom < THEME.page.footer_rule - 1)
        ends.append(THEME.page.body_bottom - lowest)
    return ends


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(1, 45), min_size=1, max_size=5))
def test_no_page_but_the_last_ends_half_empty(rows: list[int]) -> None:
    """Tables of any length: at most 20 mm stay empty."""
    drawing = read(sections(*((table_sample.long(number),) for number in rows)))
    assert all(empty <= EMPTY + 1 for empty in empty_ends(drawing)), empty_ends(drawing)
