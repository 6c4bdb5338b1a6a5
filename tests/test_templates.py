"""A template orders and drops sections: whatever it says, the briefing builds, counts, and fits."""

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.known_answers import demo_home
from tests.pdf.reading import Read, assert_sound, read
from viperreport.evidence.store import consulting
from viperreport.gathering import gather
from viperreport.model.briefing import Briefing, KeyFigure, Section
from viperreport.model.exhibits import Row, Table
from viperreport.model.standing import exhibits_in, figures_in
from viperreport.model.wording import Ref, plain
from viperreport.pdf.layout import EMPTY
from viperreport.pdf.look.theme import THEME
from viperreport.pipeline import BuildRequest
from viperreport.sections.compose import ALL_SECTIONS, compose
from viperreport.sections.context import Context
from viperreport.sections.numbering import is_exhibit
from viperreport.verbs.drafts import find_figures

KNOWN = datetime(2016, 5, 30, 6, tzinfo=ZoneInfo("Europe/London")).astimezone(UTC)
CAPTION = re.compile(r"\b(Figure|Table) (\d+)(, continued)?")
DROPPED = [tuple(name for name in ALL_SECTIONS if name != left) for left in ALL_SECTIONS]
ALONE = [(name,) for name in ALL_SECTIONS]
# Orders that once left 24 to 43 mm of a page empty.
HARD = [
    ("incidents", "key_figures", "cumulative", "methods", "areas", "recoveries", "changed",
     "tactics", "headline"),
    ("cumulative", "incidents", "headline", "methods", "key_figures", "areas", "changed",
     "recoveries"),
    ("incidents", "key_figures", "recoveries", "changed", "methods", "tactics", "areas"),
    ("recoveries", "tactics", "incidents", "areas", "changed", "methods", "cumulative",
     "headline", "key_figures"),
]  # fmt: skip
ORDERS = [ALL_SECTIONS, ALL_SECTIONS[::-1], *DROPPED, *ALONE, *HARD]
orders = st.builds(
    lambda seed, number: tuple(random.Random(seed).sample(ALL_SECTIONS, number)),  # noqa: S311
    st.integers(0, 10**6),
    st.integers(1, len(ALL_SECTIONS)),
)


@pytest.fixture(scope="module")
def context(tmp_path_factory: pytest.TempPathFactory) -> Context:
    """All that sections are told of the demo."""
    home = demo_home(tmp_path_factory.mktemp("templates"))
    request = BuildRequest("", date(2016, 5, 25), KNOWN)
    with consulting(home.engine, home.identity.id) as connection:
        return gather(home, home.settings.briefing(""), request, connection)


Made = Callable[[tuple[str, ...]], Briefing]


@pytest.fixture(scope="module")
def made(context: Context) -> Made:
    """The demo's briefing of some sections in an order; each is made once."""
    return cache(lambda order: compose(context, order))


def marks(value: object) -> list[str]:
    """The marks of figures and tables in a part of a briefing, in its order."""
    return [ref for ref, _ in exhibits_in(value) if is_exhibit(ref)]


def spoken_of(value: object) -> Iterator[str]:
    """Every mark of an exhibit that a text names."""
    if isinstance(value, Ref):
        if is_exhibit(value.mark):
            yield value.mark
    elif isinstance(value, tuple):
        for each in value:
            yield from spoken_of(each)
    elif is_dataclass(value) and not isinstance(value, type):
        for each in fields(value):
            yield from spoken_of(getattr(value, each.name))


def expanded(cell: str) -> Iterator[str]:
    """F4–F7, T6 as five marks."""
    for part in cell.split(", "):
        first, _, last = part.partition("\N{EN DASH}")
        ends = int(first[1:]), int((last or first)[1:])
        yield from (f"{first[0]}{number}" for number in range(ends[0], ends[1] + 1))


def marks_of(row: Row) -> str:
    """What stands in a row's first cell."""
    cell = row.cells[0]
    assert isinstance(cell, tuple)
    return plain(cell)


def provenance(section: Section) -> Table:
    """The table that traces every exhibit."""
    (found,) = [b for b in section.blocks if isinstance(b, Table) and plain(b.columns[0].head)]
    return found


def empty_ends(drawing: Read) -> list[float]:
    """How much of each page but the last stays empty below its last mark."""
    ends = []
    for page in range(drawing.canvas.pages - 1):
        boxes = [text.box for text in drawing.canvas.texts if text.page == page]
        boxes += [mark.box for mark in drawing.canvas.marks if mark.page == page]
        lowest = max(box.bottom for box in boxes if box.bottom < THEME.page.footer_rule - 1)
        ends.append(THEME.page.body_bottom - lowest)
    return ends


def assert_numbered(briefing: Briefing) -> None:
    """Figures and tables are numbered from 1 in the order in which they stand."""
    found = marks(briefing.sections)
    for kind in "FT":
        numbers = [int(ref[1:]) for ref in found if ref[0] == kind]
        assert numbers == list(range(1, len(numbers) + 1))


def assert_refers(briefing: Briefing, usual: Briefing) -> None:
    """A text names the exhibit that it named in the usual order; provenance names all of them."""
    own = {section.name: section for section in usual.sections}
    new_names: dict[str, str] = {}
    for section in briefing.sections:
        new_names |= zip(marks(own[section.name].blocks), marks(section.blocks), strict=True)
    for section in briefing.sections:
        if section.name != "methods":
            before = [new_names[mark] for mark in spoken_of(own[section.name])]
            assert list(spoken_of(section)) == before
            continue
        table = provenance(section)
        traced = [mark for row in table.rows for mark in expanded(marks_of(row))]
        every = [ref for ref, _ in exhibits_in(briefing.sections) if ref != table.ref]
        assert sorted(traced) == sorted(every)


def assert_explained(briefing: Briefing) -> None:
    """`explain` answers for each mark on the page with the figures that stand there."""
    for ref, exhibit in exhibits_in(briefing.sections):
        found = {figure.key for figure in find_figures(briefing, ref)}
        shown = {figure.key for figure in figures_in(exhibit)}
        assert found >= ({exhibit.figure.key} if isinstance(exhibit, KeyFigure) else shown)
        marked = {f.key for f in briefing.figures if f.ref == ref}
        assert marked <= found


def assert_drawn(briefing: Briefing) -> None:
    """Nothing collides, captions stand in their order, no page but the last ends half empty."""
    drawing = read(briefing)
    assert_sound(drawing)
    for kind in ("Figure", "Table"):
        captions = CAPTION.findall(" ".join(drawing.raw.split()))
        numbers = [int(number) for name, number, again in captions if name == kind and not again]
        assert numbers == sorted(set(numbers))
        assert numbers == list(range(1, len(numbers) + 1))
    assert all(empty <= EMPTY + 1 for empty in empty_ends(drawing)), empty_ends(drawing)


def assert_whole(made: Made, order: tuple[str, ...]) -> None:
    """All that a template may not break, but the drawing."""
    briefing = made(order)
    assert tuple(section.name for section in briefing.sections) == order
    assert_numbered(briefing)
    assert_refers(briefing, made(ALL_SECTIONS))
    assert_explained(briefing)


@pytest.mark.parametrize("order", ORDERS, ids=lambda order: "-".join(n[:4] for n in order))
def test_any_section_can_be_dropped_stand_alone_or_elsewhere(
    made: Made, order: tuple[str, ...]
) -> None:
    """Each section left out, each by itself, all backwards: numbered, traced, drawn."""
    assert_whole(made, order)
    assert_drawn(made(order))


@settings(max_examples=40)
@given(order=orders)
def test_any_order_is_numbered_and_traced(made: Made, order: tuple[str, ...]) -> None:
    """Some sections in some order."""
    assert_whole(made, order)


@settings(max_examples=15)
@given(order=orders)
def test_any_order_fits_its_pages(made: Made, order: tuple[str, ...]) -> None:
    """The same, drawn."""
    assert_drawn(made(order))


def test_the_same_figures_whatever_the_order(made: Made) -> None:
    """A figure's value, rule and hash depend on no other section; only marks move."""
    usual = {f.key: f for f in made(ALL_SECTIONS).figures}
    of_edition = ("edition.", "provenance.")  # these speak of the other sections
    for one, other in pairwise((ALL_SECTIONS, ALL_SECTIONS[::-1], *HARD)):
        for order in (one, other):
            for figure in made(order).figures:
                if figure.key.startswith(of_edition):
                    continue
                same = usual[figure.key]
                assert (figure.value, figure.method, figure.hash) == (
                    same.value, same.method, same.hash,
                )  # fmt: skip
