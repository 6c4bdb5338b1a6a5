"""Page one as a whole: what it says, where it stands, what the file is made of."""

import io
import re
from collections.abc import Iterator

import pikepdf
import pytest

from viperreport.errors import RenderError
from viperreport.model.briefing import Cumulative, Digest, Headline, KeyFigure, KeyFigures
from viperreport.model.figure import VERDICT_PHRASES
from viperreport.model.wording import Number, plain
from viperreport.pdf.canvas import Canvas
from viperreport.pdf.look.theme import mm
from viperreport.pdf.metadata import Properties
from viperreport.pdf.render import render
from viperreport.pdf.structure import Role, TextBox

from . import sample
from .reading import Read, assert_sound, read, squeezed

FONTS = {
    "SourceSansPro-Regular",
    "SourceSansPro-It",
    "SourceSansPro-Semibold",
    "SourceSansPro-Bold",
    "SourceSerifPro-Semibold",
}


@pytest.fixture(scope="module")
def page() -> Read:
    """The design's page one."""
    return read(sample.briefing())


def _said_of(tile: KeyFigure) -> Iterator[str]:
    yield from (plain(tile.label), tile.ref, plain(tile.period), str(Number(tile.figure)))
    yield from (plain(tile.change), plain(tile.against))
    if tile.comparison is not None:
        yield VERDICT_PHRASES[tile.comparison.verdict]
    yield plain(tile.evidence)


def _said() -> Iterator[str]:
    """Every text of the briefing, in the order in which people read it."""
    briefing = sample.briefing()
    yield from (plain(marker.text) for marker in briefing.markers)
    masthead = briefing.masthead
    yield plain(masthead.kicker).upper()
    yield from (plain(masthead.title), plain(masthead.subtitle))
    for fact in masthead.facts:
        yield from (plain(fact.label), plain(fact.value))
    for block in briefing.sections[0].blocks:
        yield from _said_in(block)
    yield from map(plain, briefing.foot)
    yield "1 of 1"


def _said_in(block: object) -> Iterator[str]:
    match block:
        case Headline():
            yield from (plain(block.title), plain(block.standfirst))
        case KeyFigures():
            for tile in block.tiles:
                yield from _said_of(tile)
            yield f"{plain(block.legend)} {plain(block.note)}".strip()
        case Cumulative():
            yield from (plain(block.title), "Figure 1", plain(block.subtitle), "0", "400", "Jan")
            yield from ("2011", "377", "annual total", "2016, projected", "306")
            yield from ("80%: 279 to 335", "95%: 266 to 351", "2013", "251", "2015", "226")
            yield from ("2014", "217", "2016: 122", "2015, same date: 84", "25 May 2016")
            yield plain(block.note)
        case Digest():
            yield plain(block.title)
            for item in block.items:
                yield from (plain(item.title), plain(item.body))


def test_every_text_is_read_back_in_order(page: Read) -> None:
    """Another program reads every text of the briefing, in reading order, letter by letter."""
    place = 0
    for said in map(squeezed, _said()):
        found = page.text.find(said, place)
        assert found >= 0, said
        place = found + len(said)


def test_words_stay_apart_at_line_ends(page: Read) -> None:
    """A wrapped line ends in a space, so that no reader joins two words."""
    assert re.search(r"six priority [\r\n]+boroughs together", page.raw)


def test_nothing_collides_and_nothing_leaves_the_page(page: Read) -> None:
    """The page of the design is sound by our own record and by PDFium's."""
    assert page.canvas.pages == 1
    assert len(page.glyphs) > 1200
    assert_sound(page)


def _line_top(page: Read, start: str) -> float:
    text = next(text for text in page.canvas.texts if text.text.startswith(start))
    baseline = text.box.y + text.style.font.above * text.style.size
    return baseline - text.style.baseline


MEASURED_MM = {
    "Gun crime is 45%": 41.5,  # p.lede
    "A rise this size": 60.1,  # p.stand
    "Sparklines": 131.0,  # p.tnote
    "On the pattern": 139.3,  # h2
}


@pytest.mark.parametrize("start", MEASURED_MM)
def test_texts_stand_where_the_design_has_them(page: Read, start: str) -> None:
    """Block boxes are within 1.5 mm of design/measures.tsv."""
    assert _line_top(page, start) == pytest.approx(mm(MEASURED_MM[start]), abs=mm(1.5))


def test_boxes_stand_where_the_design_has_them(page: Read) -> None:
    """Tiles, rules, plot, brand and marker are within 1.5 mm of design/measures.tsv."""
    tiles = [mark.box for mark in page.canvas.marks if mark.kind == "tile"]
    for tile, x in zip(tiles, (18.0, 62.5, 107.0, 151.5), strict=True):
        for value, expected in ((tile.x, x), (tile.y, 79.6), (tile.w, 40.5), (tile.h, 49.9)):
            assert value == pytest.approx(mm(expected), abs=mm(0.1))
    values = [text for text in page.canvas.texts if text.style.size == 28]
    for large, x in zip(values, (20.4, 64.9, 109.4, 153.9), strict=True):
        assert large.box.x == pytest.approx(mm(x), abs=mm(0.5))
    rules = [mark.box for mark in page.canvas.marks if mark.kind == "rule"]
    for rule, y in zip(rules, (36.9, 246.1, 283.1), strict=True):
        assert rule.bottom == pytest.approx(mm(y), abs=mm(0.6))
    axis = next(mark.box for mark in page.canvas.marks if mark.kind == "axis")
    assert (axis.x, axis.right) == pytest.approx((mm(25.0), mm(155.2)), abs=mm(0.6))
    assert axis.bottom == pytest.approx(mm(232.3), abs=mm(1.0))
    marker = next(mark.box for mark in page.canvas.marks if mark.kind == "marker")
    assert (marker.right, marker.y) == pytest.approx((mm(192), mm(6.5)), abs=mm(0.2))
    assert marker.w == pytest.approx(mm(37.6), abs=mm(1.0))


def test_last_line_of_the_digest_ends_above_the_body_edge(page: Read) -> None:
    """What changed ends where the design has it: 276.6 mm, never below 279 mm."""
    bodies = [text for text in page.canvas.texts if text.style.size == 9 and text.box.y > mm(250)]
    assert max(text.box.bottom for text in bodies) == pytest.approx(mm(276.3), abs=mm(1.5))


def _fonts(data: bytes) -> set[tuple[str, str, bool]]:
    """Name, kind and whether embedded, of every font in the file."""
    with pikepdf.open(io.BytesIO(data)) as document:
        fonts = [
            found
            for found in document.objects
            if isinstance(found, pikepdf.Dictionary) and found.get("/Type") == "/Font"
        ]
        return {
            (str(font.BaseFont), str(font.Subtype), "/FontFile2" in font.FontDescriptor)
            for font in fonts
        }


def test_only_the_five_fonts_and_all_embedded(page: Read) -> None:
    """No Helvetica, no Type 3, nothing that the reader's machine would have to supply."""
    fonts = _fonts(page.data)
    assert {name.partition("+")[2] for name, _, _ in fonts} == FONTS
    assert all(kind == "/TrueType" and embedded for _, kind, embedded in fonts)
    assert b"Helvetica" not in page.data


def test_the_file_says_what_it_is(page: Read) -> None:
    """Title, author, language and the dates of the edition; none of them from the clock."""
    with pikepdf.open(io.BytesIO(page.data)) as document:
        info = document.docinfo
        assert str(info["/Title"]) == "Weekly gun-crime briefing, 2016-05-25"
        assert str(info["/Author"]) == "Operation Viper"
        assert str(info["/CreationDate"]) == str(info["/ModDate"]) == "D:20160526050000+00'00'"
        assert str(document.Root.Lang) == "en-GB"
        filters = [str(o.get("/Filter")) for o in document.objects if isinstance(o, pikepdf.Stream)]
    assert not any("ASCII85" in name for name in filters)


def test_size() -> None:
    """Page one takes less than 60 kB."""
    assert len(render(sample.briefing())) < 60_000


def test_every_text_has_a_place_in_the_structure(page: Read) -> None:
    """Headings, paragraphs, captions, figures and furniture are told apart, one title a page."""
    roles = [element.role for element in page.canvas.elements]
    assert roles.count(Role.TITLE) == roles.count(Role.HEADING) == 1
    figures = [e for e in page.canvas.elements if e.role is Role.FIGURE]
    assert len(figures) == 4 + 4 + 1  # sparklines, intervals, figure 1
    assert all(figure.said for figure in figures)
    assert _role(page.canvas.texts, "Figure 1") is Role.CAPTION
    assert _role(page.canvas.texts, "Issue 4") is Role.ARTIFACT
    assert _role(page.canvas.texts, "2016: 122") is Role.FIGURE


def _role(texts: list[TextBox], start: str) -> Role:
    return next(text.element.role for text in texts if text.text.startswith(start))


def test_text_without_a_place_raises() -> None:
    """Forgetting to say what a text is cannot go unnoticed; nor can a figure without words."""
    canvas = Canvas(Properties("t", "a", "s", "en-GB", sample.KNOWN_AT))
    with pytest.raises(RenderError, match="outside"):
        canvas.text("lost", (60, 60), canvas.theme.type.note)
    with pytest.raises(RenderError, match="without words"), canvas.figure(" "):
        pass


def test_strong_parts_of_facts_are_semibold(page: Read) -> None:
    """The issue and "Wed 25 May 2016" stand out; what surrounds them does not."""
    fonts = {text.text.strip(): text.style.font.label for text in page.canvas.texts}
    assert fonts["Wed 25 May 2016"] == fonts["4"] == "SourceSansPro-Semibold"
    assert fonts["Thu 19 to"] == fonts["of 2016"] == "SourceSansPro-Regular"
