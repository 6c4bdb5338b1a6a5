"""Links lead to where they say, cover their own words and nothing else, and move no letter."""

import re
import tomllib
from collections.abc import Iterator
from csv import DictReader
from dataclasses import dataclass, replace

import pypdfium2  # type: ignore[import-untyped]
import pytest
from hypothesis import HealthCheck, given, settings

from tests.known_answers import Edition, pdf
from tests.pages import Words, sheet_of
from tests.pdf import chart_sample, sample, table_sample
from tests.pdf.reading import Read, read
from tests.pdf.tags import Linked, Node, Tagged, tagged
from tests.pdf.test_hostile import any_text
from tests.reading import in_json
from tests.sections.making import CUT_OFF, World, both, cube_of, published
from viperreport.errors import RenderError
from viperreport.model.briefing import Briefing, Headline
from viperreport.model.citing import Publication, Refs
from viperreport.model.exhibits import Column, ColumnKind, Prose, Remark, Row, Table
from viperreport.model.standing import exhibits_in
from viperreport.model.wording import Name, Text, text
from viperreport.pdf.canvas import Canvas
from viperreport.pdf.look.theme import THEME
from viperreport.pdf.metadata import Properties
from viperreport.pdf.render import drawn, render
from viperreport.pdf.structure import Link, Role

HEIGHT = THEME.page.height
GOOD = "https://www.example.org/news/2016/05/25/gun-crime?id=7&page=(2)#top"
HOSTILE = (
    "http://example.org:65536/",
    "javascript:alert(1)", "JAVASCRIPT:alert(1)", "java\nscript:alert(1)", "data:text/html,<b>",
    "file:///etc/passwd", "ftp://example.org/", "mailto:a@example.org", "/relative",
    "//example.org", "https://", "https:///etc/passwd", "http://example.org/\nSet-Cookie: a",
    "http://example.org/\x00", "http://example.org/a b", " http://example.org/",
    "http://example.org/ ", 'http://example.org/"x', "http://example.org/'x",
    "http://example.org/<x>", "http://example.org/\\..\\x", "http://example.org/) /S/Launch",
    "http://münchen.example/", "http://example.org/Łódź", "http://example.org/\u202ex",
    "http://example.org@evil.example/", "http://user:secret@example.org/",
    "http://example.org/%zz", "http://example.org/" + "x" * 5000, "http://[::1]/", "\ud800", "",
)  # fmt: skip
FIRST_COLUMN = 60.0  # points that the marks of the provenance table have
MARK = re.compile(r"[KFT]\d+")


@dataclass(frozen=True)
class Lead:
    """A link as it is read back: its element, its words, and one of its annotations."""

    node: Node
    words: str
    link: Linked

    @property
    def goal(self) -> tuple[int, float]:
        """Page from 0, and height from its top."""
        assert self.link.goal is not None
        return self.link.goal[0], HEIGHT - self.link.goal[1]


def leads_of(tags: Tagged) -> list[Lead]:
    """All annotations with the elements that refer to them, in reading order."""
    return [
        Lead(node, " ".join(node.words().split()), tags.links[place])
        for node in tags.root.all("Link")
        for place in node.links
    ]


@pytest.fixture
def leads(made: Edition) -> list[Lead]:
    """All links of each edition in turn."""
    return leads_of(tagged(pdf(made.briefing)))


def letters_in(document: pypdfium2.PdfDocument, page: int, area: tuple[float, ...]) -> str:
    """The letters whose middle lies in an area, as PDFium finds them."""
    layer = document[page].get_textpage()
    left, bottom, right, top = area
    found = ""
    for place in range(layer.count_chars()):
        box = layer.get_charbox(place)
        across, up = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
        if left < across < right and bottom < up < top:
            found += layer.get_text_range(place, 1)
    return "".join(found.split())


def assert_sound(data: bytes) -> None:
    """Every annotation is one element's, can be heard and printed, and covers that one's words."""
    tags = tagged(data)
    leads = leads_of(tags)
    assert len(leads) == len(tags.links)
    assert all(node.links for node in tags.root.all("Link"))
    document = pypdfium2.PdfDocument(data)
    covered: dict[int, str] = {}
    for lead in leads:
        link = lead.link
        assert link.said.strip()
        assert link.flags == 4  # printed, and shown
        assert not any(link.border)
        assert link.kinds in {frozenset({"/Dest"}), frozenset({"/URI"})}
        for area in link.areas:
            assert link.rect[0] <= area[0] < area[2] <= link.rect[2]
            assert link.rect[1] <= area[1] < area[3] <= link.rect[3]
            letters = letters_in(document, link.page, area)
            covered[id(lead.node)] = covered.get(id(lead.node), "") + letters
    document.close()
    for lead in leads:
        assert covered[id(lead.node)] == "".join(lead.words.split())


def assert_exact(canvas: Canvas, data: bytes) -> None:
    """The areas are the boxes of the words as they were drawn, one a line."""
    boxes = [
        (each.page, each.box.x, HEIGHT - each.box.bottom, each.box.right, HEIGHT - each.box.y)
        for each in canvas.texts
        if each.element.link
    ]
    areas = [(link.page, *area) for link in tagged(data).links for area in link.areas]
    assert sorted(areas) == [pytest.approx(box, abs=0.006) for box in sorted(boxes)]


def test_each_link_covers_its_own_words(made: Edition) -> None:
    """By what two other programs read, and by the boxes of its words: all of them, no others."""
    assert_sound(pdf(made.briefing))
    assert_exact(drawn(made.briefing), pdf(made.briefing))


# ------------------------------------------------------- to an exhibit, and to its row


def name_of(mark: str) -> str:
    """What the page calls an exhibit."""
    kind = {"F": "Figure ", "T": "Table ", "K": "Key figure K"}[mark[0]]
    return kind + mark[1:]


def expanded(cell: str) -> set[str]:
    """All marks of a cell such as F4–F7, T6."""
    marks: set[str] = set()
    for part in cell.split(", "):
        first, *last = part.split("\N{EN DASH}")
        ends = range(int(first[1:]), int((last or [first])[0][1:]) + 1)
        marks |= {f"{first[0]}{number}" for number in ends}
    return marks


def is_where(lead: Lead) -> bool:
    """Whether it leads to a row of the provenance."""
    return lead.link.said.startswith("Where ")


def rows_of(made: Edition) -> list[str]:
    """The first cell of each row of the provenance table."""
    tables = tagged(pdf(made.briefing)).root.all("Table")
    (table,) = [each for each in tables if "viperreport explain" in each.nodes()[0].words()]
    return [row.nodes()[0].words() for row in table.nodes()[2:]]


def below(made: Edition, lead: Lead, within: float) -> list[Words]:
    """The words under the place that a link leads to, from the top."""
    page, y = lead.goal
    words = sheet_of(pdf(made.briefing)).words
    found = [each for each in words if each.page == page and y < each.y < y + within]
    return sorted(found, key=lambda each: each.y)


def test_marks_of_the_provenance_lead_to_their_exhibits(made: Edition, leads: list[Lead]) -> None:
    """Each that is printed there leads to its exhibit, whose mark stands just below the place."""
    printed = [mark for row in rows_of(made) for mark in MARK.findall(row)]
    found = [lead for lead in leads if MARK.fullmatch(lead.words) and not is_where(lead)]
    assert [lead.words for lead in found] == printed
    for lead in found:
        assert lead.link.said == f"{name_of(lead.words)}, page {lead.goal[0] + 1}"
        if lead.words[0] == "K":
            assert any(each.text.split()[-1] == lead.words for each in below(made, lead, 20))
            continue
        captions = [w for w in below(made, lead, 70) if re.match(r"(Table|Figure) \d+\b", w.text)]
        beside = [w.text for w in captions if w.y - captions[0].y < 20]
        assert any(re.match(rf"{name_of(lead.words)}\b", said) for said in beside)


def test_numbers_of_exhibits_lead_to_their_rows(made: Edition, leads: list[Lead]) -> None:
    """From every tile and every exhibit that has figures to the row that accounts for it."""
    rows = rows_of(made)
    traced = set().union(*map(expanded, rows))
    shown = [ref for ref, _ in exhibits_in(made.briefing.sections) if ref in traced]
    assert len(shown) == len(traced)
    found = [lead for lead in leads if is_where(lead)]
    assert [lead.words for lead in found] == [
        ref if ref[0] == "K" else name_of(ref) for ref in shown
    ]
    for lead, ref in zip(found, shown, strict=True):
        assert lead.link.said == f"Where {name_of(ref)} comes from, page {lead.goal[0] + 1}"
        page, y = lead.goal
        ends = [each.goal[1] - y for each in found if each.goal[0] == page and each.goal[1] > y]
        under = below(made, lead, min(ends, default=30))
        cell = [each for each in under if each.x < THEME.page.left + FIRST_COLUMN]
        said = "".join(each.text for each in sorted(cell, key=lambda each: each.x))
        (row,) = [row for row in rows if "".join(row.split()) == "".join(said.split())]
        assert ref in expanded(row)


def test_a_link_to_nowhere_is_refused() -> None:
    """A place that nobody has drawn is a fault of the program."""
    canvas = Canvas(Properties("t", "", "", "en", sample.KNOWN_AT))
    with canvas.element(Role.PARAGRAPH), canvas.inline(Link("There", place="K9")):
        canvas.text("K9", (60, 60), THEME.type.note)
    with pytest.raises(RenderError, match="not drawn: 'K9'"):
        canvas.finish()


# ------------------------------------------------------- to a publication


def stated(made: Edition) -> Iterator[tuple[str, str]]:
    """Every publication of a home that has an address, with it, from the files that name it."""
    config = made.home.path / "config"
    if (config / "operation.toml").exists():
        operation = tomllib.loads((config / "operation.toml").read_text(encoding="utf-8"))
        yield operation.get("source", ""), operation.get("url", "")
        for each in operation.get("statement", []):
            yield each["source"], each.get("url", "")
    measures = {figure.measure.code for figure in made.briefing.figures}
    if (config / "published.csv").exists() and made.briefing.edition.area == "all":
        with (config / "published.csv").open(encoding="utf-8", newline="") as rows:
            for row in DictReader(rows):
                if row["measure"] in measures:
                    yield row["source"], row["url"]


def test_publications_lead_to_their_addresses(made: Edition, leads: list[Lead]) -> None:
    """Each that the page names leads to the address in the home's file, which can be heard."""
    found = {(lead.words, lead.link.address) for lead in leads if lead.link.address}
    printed = {(name, url) for name, url in stated(made) if url and name in made.page}
    assert found == printed
    assert all(lead.link.said == f"{lead.words}: {lead.link.address}"
               for lead in leads if lead.link.address)  # fmt: skip
    if made.home.path.name == "demo":
        assert len(found) == (5 if made.briefing.edition.area == "all" else 2)


def named_by(url: str, name: str = "A paper of May 2016") -> Text:
    """A sentence that names a publication."""
    return text("Said in ", Publication(name, url), ", and in ", Name("others"), ".")


def prose(*said: Text, columns: int = 1) -> Briefing:
    """A briefing with some remarks."""
    remarks = tuple(Remark(sample.named("Source."), each) for each in said)
    return sample.briefing(sample.HEADLINE, Prose(sample.named("Prose"), remarks, columns))


@pytest.mark.parametrize("url", HOSTILE, ids=range(len(HOSTILE)))
def test_no_hostile_address_becomes_a_link(url: str) -> None:
    """Neither scripts nor files, nor what hides its host, breaks its line or its string."""
    made = tagged(render(prose(named_by(url))))
    assert made.links == []
    assert "Said in A paper of May 2016, and in others." in " ".join(made.root.words().split())


@settings(max_examples=15, suppress_health_check=list(HealthCheck))
@given(any_text, any_text)
def test_no_text_costs_an_edition(name: str, tail: str) -> None:
    """Whatever a publication is called, whatever stands in its address: only plain ones lead."""
    data = render(prose(named_by(GOOD, name), named_by(f"https://example.org/{tail}", name)))
    assert_sound(data)
    for link in tagged(data).links:
        assert link.address.startswith("https://")
        assert link.address.isascii()
        assert link.address.isprintable()
        assert not set('"\\<> ') & set(link.address)


def test_an_address_comes_back_as_it_was() -> None:
    """With its parentheses, question marks and fragments."""
    (link,) = tagged(render(prose(named_by(GOOD)))).links
    assert link.address == GOOD
    assert link.said == f"A paper of May 2016: {GOOD}"


def test_a_link_over_lines_is_one_link() -> None:
    """One element; on each page one annotation with an area a line; nothing else is covered."""
    long = named_by(GOOD, "The Metropolitan Police's release of a very long name " * 9)
    data = render(prose(long, long, columns=2))
    assert_sound(data)
    assert_exact(drawn(prose(long, long, columns=2)), data)
    first, second = tagged(data).links
    assert len(first.areas) == len(second.areas) > 8


def test_a_link_over_pages_has_a_part_on_each() -> None:
    """One element with two annotations, each on its own page and in its page's list."""
    over = named_by(GOOD, "A release of a name that no page can hold: Łódź, Đà Nẵng " * 400)
    data = render(prose(over))
    assert_sound(data)
    assert len(tagged(data).links[0].said) < 500
    tags = tagged(data)
    (node,) = tags.root.all("Link")
    pages = [tags.links[place].page for place in node.links]
    assert len(pages) > 1
    assert pages == sorted(set(pages))


@pytest.mark.parametrize("name", ["A paper", "A paper of a long name, " * 12, "W" * 150])
def test_links_move_no_letter(name: str) -> None:
    """With and without an address every letter stands at the same place.

    So in titles, whose letters are set closer, in columns and in notes.
    """
    linked, bare = (read(_everywhere(named_by(url, name))) for url in (GOOD, ""))
    assert len(tagged(linked.data).root.all("Link")) == 8
    assert not tagged(bare.data).links
    assert_sound(linked.data)
    assert _places(linked) == [pytest.approx(each, abs=0.01) for each in _places(bare)]


def _everywhere(said: Text) -> Briefing:
    """A text in titles, subtitles, cells, notes and remarks."""
    few = Table("T1", said, said, _COLUMNS, (Row((said, said)),), said)
    return sample.briefing(Headline(said, said), few, Prose(sample.named("x"), (Remark((), said),)))


_COLUMNS = (Column((), ColumnKind.WORDS, 2), Column((), ColumnKind.SMALL, 1))


def test_a_bookmark_has_the_words_of_its_links() -> None:
    """A title that names a publication is whole in the outline."""
    tags = tagged(render(_everywhere(named_by(GOOD))))
    assert tags.bookmarks[0] == "Said in A paper of May 2016, and in others."


def test_repeated_heads_and_drawings_hold_no_links() -> None:
    """The number over a table's later parts is furniture, and a drawing is one thing."""
    traced = Table("T5", (), (), _COLUMNS, (Row((text(Refs(("T4", "F6"))), ())),))
    chart = replace(chart_sample.kinds(), now_label=named_by(GOOD, "Paper"))
    made = sample.briefing(sample.HEADLINE, chart, table_sample.long(90), traced)
    canvas = drawn(made)
    data = canvas.finish()
    assert_sound(data)
    assert sum(each.text.endswith("continued") for each in canvas.texts) > 1
    words = [lead.words for lead in leads_of(tagged(data))]
    assert words == ["Figure 6", "Table 4", "F6", "T4"]


def _places(page: Read) -> list[tuple[float, ...]]:
    assert [glyph.letter for glyph in page.glyphs]
    return [(glyph.page, ord(glyph.letter), glyph.ink.x, glyph.ink.y) for glyph in page.glyphs]


def test_only_addresses_are_underlined(made: Edition) -> None:
    """A hairline in the colour of its words under each line of them; other links look like text."""
    canvas = drawn(made.briefing)
    under = [mark for mark in canvas.marks if mark.kind == "underline"]
    words = [each for each in canvas.texts if each.element.link and each.element.link.address]
    assert len(under) == len(words)
    for mark, text_box in zip(under, words, strict=True):
        box = text_box.box
        assert (mark.box.x, mark.box.right) == pytest.approx((box.x, box.right))
        assert box.y < mark.box.y < mark.box.bottom < box.bottom


def test_the_json_prints_the_same_sentence(made: Edition) -> None:
    """Publications and marks are words there, as on the page."""
    rows = [row for row in _texts(in_json(made)) if MARK.match(row)]
    assert set(rows_of(made)) <= set(rows)
    names = {name for name, url in stated(made) if url and name in made.page}
    assert all(any(name in said for said in _texts(in_json(made))) for name in names)


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("text"), str):
            yield value["text"]
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from _texts(each)


def test_two_addresses_of_one_name_are_two_publications() -> None:
    """Totals of one paper and day that stand in two articles each lead to their own."""
    articles = ("https://example.org/one", "https://example.org/two", "https://example.org/one")
    totals = tuple(replace(published(2011 + k, 300 + k), url=url) for k, url in enumerate(articles))
    made = World(cube_of(both(40, 34), CUT_OFF), published=totals).made.briefing
    links = [link for link in tagged(render(made)).links if link.address]
    assert [link.address for link in links] == list(dict.fromkeys(articles))
