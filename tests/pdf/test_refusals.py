"""No file is made of what could not be read aloud or would not last; empty texts cost none."""

import re
from dataclasses import replace
from typing import Any

import pytest
from reportlab.pdfbase.ttfonts import TTFont

from tests.pdf import map_sample, sample, table_sample
from tests.pdf.tags import tagged
from viperreport.errors import RenderError
from viperreport.model.briefing import Digest, DigestItem, Headline
from viperreport.model.exhibits import Prose, Remark
from viperreport.pdf.canvas import Canvas
from viperreport.pdf.look.theme import THEME, Paint
from viperreport.pdf.metadata import Properties
from viperreport.pdf.render import drawn, render
from viperreport.pdf.structure import Role

HEADINGS = re.compile(r"H(\d)")


def test_without_a_headline_the_title_is_the_first_heading() -> None:
    """A briefing of one exhibit has a heading of the first level all the same."""
    tags = tagged(render(sample.briefing(table_sample.grouped())))
    found = [node.role for node in tags.root.each() if HEADINGS.fullmatch(node.role)]
    assert found == ["H1", "H2"]


def test_text_outside_the_structure_is_refused() -> None:
    """In no element, and in one that holds elements only: neither file is made."""
    said = Properties("t", "", "", "en", sample.KNOWN_AT)
    style = THEME.type.body
    canvas = Canvas(said)
    with pytest.raises(RenderError, match="outside every element"):
        canvas.text("x", (50, 50), style)
    with canvas.element(Role.TABLE):
        canvas.text("x", (50, 50), style)
    with pytest.raises(RenderError, match="no part of a Table"):
        canvas.finish()


def _headed_by(*made: tuple[Role, str]) -> list[tuple[str, str]]:
    """The headings of a file in which these are drawn, with their levels."""
    canvas = Canvas(Properties("t", "", "", "en", sample.KNOWN_AT))
    for k, (role, words) in enumerate(made):
        with canvas.element(role):
            canvas.text(words, (60, 60 + 20 * k), THEME.type.body)
    found = [node for node in tagged(canvas.finish()).root.each() if HEADINGS.fullmatch(node.role)]
    return [(node.role, node.words()) for node in found]


TITLE = Role.TITLE
LEVELS = FIRST, SECOND, THIRD = Role.HEADING, Role.SUBHEADING, Role.ITEM_HEADING


@pytest.mark.parametrize(
    ("made", "named"),
    [
        ([(FIRST, "One"), (THIRD, "Lost")], "H3 'Lost' has no H2"),
        ([(SECOND, "Lost")], "H2 'Lost' has no H1"),
        ([(THIRD, "Lost"), (FIRST, "One")], "H3 'Lost' has no H2"),
        ([(TITLE, "T"), (THIRD, "Lost")], "H3 'Lost' has no H2"),
        ([(TITLE, "T"), (FIRST, "One"), (SECOND, "Two"), (FIRST, "One"), (THIRD, "")],
         "H3 '' has no H2"),
    ],
)  # fmt: skip
def test_a_level_left_out_is_refused(made: list[tuple[Role, str]], named: str) -> None:
    """Whoever draws a heading draws those above it; the error names the heading."""
    with pytest.raises(RenderError, match=named):
        _headed_by(*made)


def test_headings_below_an_empty_one_move_up() -> None:
    """No text costs an edition: an empty heading is drawn, counts as its level, and is left out."""
    empty_second = (FIRST, "One"), (SECOND, ""), (THIRD, "Three"), (SECOND, "Two")
    assert _headed_by(*empty_second) == [("H1", "One"), ("H2", "Three"), ("H2", "Two")]
    empty_first = (TITLE, "Title"), (FIRST, ""), (SECOND, "Two"), (THIRD, "Three")
    assert _headed_by(*empty_first) == [("H1", "Title"), ("H2", "Two"), ("H3", "Three")]
    both = (TITLE, ""), (FIRST, ""), (SECOND, "Two")
    assert _headed_by(*both) == [("H1", "Two")]


def test_a_briefing_whose_titles_are_empty_is_drawn() -> None:
    """Each begins its element all the same; those below move up, and the file is made."""
    nothing = Headline((), sample.named("A paragraph."))
    table = replace(table_sample.grouped(), title=())
    digest = Digest((), (DigestItem(sample.named("Item"), sample.named("Body")),))
    whole = Prose((), (Remark((), sample.named("Remark")),))
    seal = replace(map_sample.stamp_of(), title=())
    masthead = replace(sample.MASTHEAD, title=())
    made = sample.briefing(nothing, table, whole, digest, seal, masthead=masthead)
    begun = [each.role for each in drawn(made).elements if each.role in {TITLE, *LEVELS}]
    assert begun == [TITLE, FIRST, SECOND, SECOND, SECOND, THIRD, SECOND]
    found = [node for node in tagged(render(made)).root.each() if HEADINGS.fullmatch(node.role)]
    assert [(node.role, node.words()) for node in found] == [("H1", "Item")]


def test_a_font_that_is_not_embedded_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its letters would be another font's on another machine."""
    add = TTFont.addObjects

    def without_file(font: TTFont, document: Any) -> None:  # noqa: ANN401 - ReportLab's
        add(font, document)
        for made in document.idToObject.values():
            getattr(made, "dict", {}).pop("FontFile2", None)

    monkeypatch.setattr(TTFont, "addObjects", without_file)
    with pytest.raises(RenderError, match=r"SourceS\w+-\w+ is not embedded"):
        render(sample.briefing())


@pytest.mark.parametrize("said", [
    Properties(" ", "", "", "en", sample.KNOWN_AT), Properties("t", "", "", "", sample.KNOWN_AT),
])  # fmt: skip
def test_a_file_without_title_or_language_is_refused(said: Properties) -> None:
    """Both are read aloud first."""
    with pytest.raises(RenderError, match="title or a language"):
        Canvas(said).finish()


@pytest.mark.parametrize("said", ["", " ", "\n\t\u2003"])
def test_a_figure_without_words_is_refused(said: str) -> None:
    """Also where the words are only spaces; when it is begun, and when the file is written."""
    canvas = Canvas(Properties("t", "", "", "en", sample.KNOWN_AT))
    with pytest.raises(RenderError, match="without words"), canvas.figure(said):
        pass
    with canvas.element(Role.FIGURE, said):
        canvas.circle((60, 60), 5, Paint(fill=THEME.colour.ink), "dot")
    with pytest.raises(RenderError, match="without words"):
        canvas.finish()
