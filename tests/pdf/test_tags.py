"""What a screen reader is given is what the briefing says, all of it, in its order, once."""

import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.known_answers import demo_home, edition, real_home
from tests.pdf import sample, table_sample
from tests.pdf.said import tables_of, words_of
from tests.pdf.tags import Node, Tagged, tagged
from tests.pdf.test_hostile import _hostile, any_text
from viperreport.model.briefing import Briefing, Section
from viperreport.model.citing import exhibit_name
from viperreport.model.exhibits import Absent, Bar, Bullet, Dumbbell, Spanned, Table, Whisker
from viperreport.model.wording import Interval, Number, plain
from viperreport.pdf.render import render

KNOWN = datetime(2016, 5, 30, 6, tzinfo=ZoneInfo("Europe/London")).astimezone(UTC)
EDITIONS = ("sample", "long table", "demo", "newyork", "london")
HEADINGS = re.compile(r"H(\d)")


def _made(name: str, request: pytest.FixtureRequest, directory: Path) -> Briefing:
    if name == "sample":
        return sample.briefing()
    if name == "long table":
        return sample.briefing(sample.HEADLINE, table_sample.long(90), table_sample.grouped())
    if name == "demo":
        return edition(demo_home(directory), date(2016, 5, 25), KNOWN).briefing
    day = {"newyork": date(2016, 6, 20), "london": date(2016, 5, 31)}[name]
    real: Path = request.getfixturevalue("real_data")
    return edition(real_home(name, real, directory), day).briefing


@pytest.fixture(scope="module", params=EDITIONS)
def made(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Briefing, Tagged]:
    """Each edition in turn, and its tags."""
    briefing = _made(request.param, request, tmp_path_factory.mktemp("tags"))
    return briefing, tagged(render(briefing))


def test_the_tree_reads_as_the_briefing(made: tuple[Briefing, Tagged]) -> None:
    """Every word in order: markers, masthead, titles, notes, rows cell by cell; nothing else."""
    briefing, tags = made
    assert tags.root.words().split() == words_of(briefing, _headed(tags))


def _headed(tags: Tagged) -> set[str]:
    """The sections whose title stands over them in the midst of a page."""
    titled = [node for node in tags.root.nodes() if node.title and node.nodes()]
    return {node.title for node in titled if node.nodes()[0].words().split() == node.title.split()}


def test_every_content_is_in_one_element(made: tuple[Briefing, Tagged]) -> None:
    """Each marked content once; the parent tree agrees; what has no mark is not there."""
    _, tags = made
    own = Counter(place for node in tags.root.each() for place in node.own)
    assert set(own.values()) == {1}
    assert set(own) == set(tags.shown)
    roles = {place: node.role for node in tags.root.each() for place in node.own}
    listed = {(p, k): role for p, page in enumerate(tags.parents) for k, role in enumerate(page)}
    assert listed == roles
    assert not tags.stray


def test_tables_have_the_rows_and_cells_of_the_data(made: tuple[Briefing, Tagged]) -> None:
    """One element a table over all its pages: its caption, one row of headings, rows with spans."""
    briefing, tags = made
    nodes, tables = tags.root.all("Table"), tables_of(briefing)
    assert len(nodes) == len(tables)
    for node, table in zip(nodes, tables, strict=True):
        captions, rows = _parted(node)
        assert [caption.words().split() for caption in captions] == _captions(table)
        assert {row.role for row in rows} == {"TR"}
        heads = [row for row in rows if _scopes(row) == {"/Column"}]
        assert len(heads) == len(rows) - len(table.rows)
        assert len(heads) <= 1
        for row, given_row in zip(rows[len(heads) :], table.rows, strict=True):
            cells = [cell for cell in given_row.cells if not isinstance(cell, Spanned)]
            assert len(row.nodes()) == len(cells)
        _assert_filled(rows[len(heads) :], table)


def _parted(node: Node) -> tuple[list[Node], list[Node]]:
    """A table's caption, which comes first, and its rows."""
    kids = node.nodes()
    number = int(kids[0].role == "Caption")
    return kids[:number], kids[number:]


def _captions(table: Table) -> list[list[str]]:
    """The words of its caption; none where it is only a list."""
    said = f"{exhibit_name(table.ref)} {plain(table.subtitle)}".split()
    return [said] if said else []


def _scopes(row: Node) -> set[str]:
    return {str(cell.attributes.get("Scope", "")) for cell in row.nodes()}


def _assert_filled(rows: list[Node], table: Table) -> None:
    """Each place of the table is taken once, and each first cell is the head of its rows."""
    taken: Counter[int] = Counter()
    for k, row in enumerate(rows):
        cells = iter(row.nodes())
        for place, cell in enumerate(table.rows[k].cells):
            if isinstance(cell, Spanned):
                continue
            node = next(cells)
            assert node.role == ("TD" if place else "TH")
            assert str(node.attributes.get("Scope", "")) == ("" if place else "/Row")
            span = int(node.attributes.get("RowSpan", 1))
            taken.update(range(k, k + span))
    assert dict(taken) == dict.fromkeys(range(len(rows)), len(table.columns))


def test_furniture_is_read_by_nobody(made: tuple[Briefing, Tagged]) -> None:
    """Heads and feet are pagination artifacts on every page; the markers are read once."""
    briefing, tags = made
    number = len(tags.parents)
    for page in range(number):
        said = {"/Header": "", "/Footer": ""}
        for at, kind, words in tags.artifacts:
            if at == page and kind in said:
                said[kind] += f"{words} "
        assert f"{page + 1} of {number}" in said["/Footer"]
        assert bool(page) == (plain(briefing.masthead.title) in said["/Header"])
    first = [" ".join(node.words().split()) for node in tags.root.nodes()]
    markers = [plain(marker.text) for marker in briefing.markers]
    assert first[: len(markers)] == markers


def test_headings_skip_no_level(made: tuple[Briefing, Tagged]) -> None:
    """One first heading, then no step down of more than one level; bookmarks are the headings."""
    briefing, tags = made
    found = [node for node in tags.root.each() if HEADINGS.fullmatch(node.role)]
    levels = [int(node.role[1:]) for node in found]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(b <= a + 1 for a, b in pairwise(levels))
    titles = [" ".join(node.words().split()) for node in found if node.role < "H3"]
    sections = [plain(section.title) for section in briefing.sections if section.title]
    bare = [" ".join(mark.removeprefix("- ").split()) for mark in tags.bookmarks]
    own = [title for title in titles if title not in sections]
    assert [mark for mark in bare if mark not in sections] == own
    assert set(sections) <= set(bare) | _without_words(briefing)


def _without_words(briefing: Briefing) -> set[str]:
    """Sections that only say why there is nothing."""
    return {
        plain(section.title)
        for section in briefing.sections
        if all(isinstance(block, Absent) for block in section.blocks)
    }


def test_figures_say_their_numbers(made: tuple[Briefing, Tagged]) -> None:
    """Each drawn cell's words hold the numbers that it is drawn from."""
    briefing, tags = made
    assert all(node.alt and node.alt.strip() for node in tags.root.all("Figure"))
    for node, table in zip(tags.root.all("Table"), tables_of(briefing), strict=True):
        cells = [cell for row in _parted(node)[1] for cell in row.nodes()]
        told = [cell for cell in cells if cell.attributes.get("Scope") != "/Column"]
        said = [figure.alt or "" for cell in told for figure in cell.all("Figure")]
        wanted = [_numbers(cell) for row in table.rows for cell in row.cells]
        for alt, numbers in zip(said, [each for each in wanted if each], strict=True):
            assert all(number.replace("\u2212", "minus ") in alt for number in numbers), alt


def _numbers(cell: object) -> list[str]:
    """What a drawn cell has to say; nothing where nothing is drawn."""
    match cell:
        case Whisker(comparison) if comparison.has_interval:
            return [str(Interval(comparison))]
        case Whisker(comparison) if comparison.verdict.value == "few":
            return ["Too few"]
        case Bar():
            drawn = (cell.value, cell.whole, cell.upright, *(cell.limits or ()))
            held = cell.value is not None and cell.value.value is not None
            held |= cell.whole is not None and cell.whole.value is not None
            return [str(Number(figure)) for figure in drawn if figure is not None] if held else []
        case Bullet() if cell.planned.value:
            return [str(Number(cell.done)), str(Number(cell.planned))]
        case Dumbbell():
            values = [figure for figure in (cell.then, cell.now) if figure is not None]
            held = any(figure.value is not None for figure in values)
            return [str(Number(figure)) for figure in values] if held else []
        case _:
            return []


@settings(max_examples=10, suppress_health_check=list(HealthCheck))
@given(st.lists(any_text, min_size=6, max_size=6))
def test_any_text_is_tagged(texts: list[str]) -> None:
    """Hostile text too: every content in one element, no heading skipped, no figure silent."""
    briefing = _hostile(texts)
    tags = tagged(render(briefing))
    test_every_content_is_in_one_element((briefing, tags))
    levels = [int(n.role[1:]) for n in tags.root.each() if HEADINGS.fullmatch(n.role)]
    assert all(b <= a + 1 for a, b in pairwise([0, *levels]))
    assert all(node.alt and node.alt.strip() for node in tags.root.all("Figure"))


def test_a_caption_of_many_lines_is_its_tables_first_part() -> None:
    """Also where it is set as a paragraph of its own, which goes over a page's end."""
    long = "A subtitle that takes a page and more of its own to be told in full. " * 150
    table = replace(table_sample.long(60), subtitle=sample.named(long))
    tags = tagged(render(sample.briefing(sample.HEADLINE, table)))
    (node,) = tags.root.all("Table")
    caption, *rows = node.nodes()
    assert caption.words().split() == f"Table 4 {long}".split()
    assert len({page for page, _ in caption.own}) > 1
    assert [row.role for row in rows] == ["TR"] * 62
    roles = [each.role for each in tags.root.each() if each.words().strip() == "60 areas"]
    assert roles == ["H2"]
    assert tags.root.words().index("60 areas") < tags.root.words().index("A subtitle that")


def test_sections_have_their_titles() -> None:
    """A section in the tree bears its title, and its exhibits are inside it."""
    made = sample.briefing(sample.HEADLINE)
    more = Section("incidents", (table_sample.grouped(),), sample.named("Incidents"))
    tags = tagged(render(replace(made, sections=(*made.sections, more))))
    (section,) = [n for n in tags.root.nodes() if n.title == "Incidents"]
    assert [node.role for node in section.nodes()] == ["H2", "H2", "Table"]
    assert tags.bookmarks == [plain(sample.HEADLINE.title), "Incidents", "- The year is clear"]
