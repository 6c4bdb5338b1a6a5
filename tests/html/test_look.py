"""The look of a mail: colours measured in light and dark, structure, nothing that is fetched."""

import re
from dataclasses import asdict, replace
from itertools import pairwise, product

import pytest

from tests.html.mails import Element, drawn, packaged, read, with_corrections
from tests.pdf import sample
from tests.pdf.test_hostile import SCRIPTS
from viperreport.html.harmless import harm_in
from viperreport.html.look import DARK, LIGHT, Colours
from viperreport.html.mail import write
from viperreport.html.rendering import WIDTH
from viperreport.html.sample import samples
from viperreport.html.view import Archived, Enclosed, Sending, mail_of
from viperreport.model.briefing import Digest, DigestItem, Fact, Headline, KeyFigures, Masthead
from viperreport.pdf.look.theme import COLOUR
from viperreport.settings.contrast import contrast

ENOUGH = 4.5  # of text, by WCAG 2
TEXTS = ("ink", "ink2", "ink3", "this_year", "harm_up", "harm_down", "activity", "unclear",
         "marker_text")  # fmt: skip
PAIRS = [
    *product(TEXTS, ("card", "tint")),
    ("marker_text", "marker_fill"),
    ("on_brand", "this_year"),
]
SENT = Sending(
    pdf=Enclosed("weekly.pdf", 6, 412_345, address="https://briefings.example.org/weekly.pdf"),
    notice="Corrected edition 2: counted twice.",
    why="You get this because you are on the weekly list.",
    archived=Archived(12, "3f" * 32, "a7" * 32),
)


def everything() -> Element:
    """A mail with each kind of element."""
    made = sample.briefing(
        sample.HEADLINE, KeyFigures(sample.states(), sample.NOTE), sample.digest()
    )
    made = replace(made, markers=(sample.OFFICIAL, sample.ON_HOLD, sample.SYNTHETIC))
    return read(drawn(with_corrections(made), SENT).html)


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_text_can_be_read(colours: Colours, text: str, ground: str) -> None:
    """Every colour of text on everything that it stands on."""
    assert contrast(getattr(colours, text), getattr(colours, ground)) >= ENOUGH


def test_the_colours_are_those_of_the_pages() -> None:
    """In light each colour that both have is the same; verdicts differ from each other in dark."""
    pages = asdict(COLOUR)
    own = asdict(LIGHT)
    assert {name: own[name] for name in own if name in pages} == {
        name: pages[name] for name in pages if name in own
    }
    assert {"harm_up", "harm_down", "activity", "unclear"} <= set(own) & set(pages)
    assert len({DARK.harm_up, DARK.harm_down, DARK.activity, DARK.unclear}) == 4
    # of the design's tokens
    assert (DARK.page, DARK.card, DARK.tint, DARK.ink) == (
        *("#101418", "#181D23", "#222932", "#F2F4F6"),
    )
    assert (DARK.harm_up, DARK.activity) == ("#FF9A73", "#8FBBE6")


def test_every_element_has_a_dark_colour_that_can_be_read() -> None:
    """Each text's class gives its dark colour, and its ground's; measured, not looked up."""
    whole = everything()
    sheet = whole.all("style")[0].text
    dark = dict(re.findall(r"\.(\w+) \{ (?:background-)?color: (#\w{6}) !important; \}", sheet))
    text = {name: dark[name] for name in TEXTS} | {
        "marker": DARK.marker_text, "plain": DARK.ink, "on_brand": dark["on_brand"],
    }  # fmt: skip
    grounds = {name: dark[name] for name in ("card", "tint", "brand")} | {
        "marker": DARK.marker_fill, "plain": DARK.card,
    }  # fmt: skip
    checked = 0
    for each in whole.all("h1", "h2", "h3", "p", "strong", "span", "a", "th", "td"):
        direct = "".join(part for part in each.parts if isinstance(part, str)).strip("\xa0 \n")
        if not direct:
            continue
        light = contrast(each.style("color"), each.style("background-color"))
        assert light >= ENOUGH, (each.tag, direct)
        assert contrast(nearest(each, text), nearest(each, grounds)) >= ENOUGH, direct
        assert DARK_OF[each.style("color").upper()] & {nearest(each, text)}, direct
        checked += 1
    assert checked > 60


def nearest(element: Element, colours: dict[str, str]) -> str:
    """The colour that the nearest class of an element or of what it stands in gives."""
    for name in element.attributes.get("class", "").split():
        if name in colours:
            return colours[name]
    assert element.parent is not None
    return nearest(element.parent, colours)


DARK_OF: dict[str, set[str]] = {}
for _name, _colour in asdict(LIGHT).items():
    DARK_OF.setdefault(_colour, set()).add(getattr(DARK, _name))


def test_the_structure_can_be_heard() -> None:
    """A language; one first heading, none skipped; tables for layout say so; signs are not read."""
    whole = everything()
    assert whole.attributes["lang"] == "en-GB"
    levels = [int(each.tag[1]) for each in whole.all("h1", "h2", "h3")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert all(each.text for each in whole.all("h1", "h2", "h3", "p", "title"))
    tables = [each for each in whole.all("table") if "role" not in each.attributes]
    assert [[each.text for each in table.all("th")] for table in tables] == [
        ["What is counted", "Before", "Now"]
    ]
    assert all(each.attributes["scope"] == "col" for each in whole.all("th"))
    others = [each.attributes["role"] for each in whole.all("table") if each not in tables]
    assert set(others) == {"presentation"}
    marks = [each for each in whole.all("span") if each.attributes.get("aria-hidden") == "true"]
    assert {each.text for each in marks} == set("▲▼○–")
    assert [each.attributes["name"] for each in whole.all("meta") if "name" in each.attributes] == [
        *("viewport", "color-scheme", "supported-color-schemes"),
    ]


def test_nothing_is_fetched() -> None:
    """No address but the one that the sender gave, and that only to be followed."""
    whole = everything()
    html = drawn(sample.briefing(), SENT).html
    assert harm_in(html) == ""
    assert re.findall(r"(?i)https?:[^\"<]*", html) == [SENT.pdf.address if SENT.pdf else ""]
    assert not re.search(r"(?i)<script|<img|<link|url\(|@import|\bon\w+=|\bsrc=", html)
    assert "http" not in drawn(sample.briefing()).html
    assert {each.tag for each in whole.all("a")} == {"a"}


@pytest.mark.parametrize(
    ("html", "found"),
    [
        ("<img src='cid:x'>", "<img>"),
        ("<p onclick='x'>", "<p onclick>"),
        ("<td background='http://x'>", "<td background>"),
        ("<p style='background:URL (x)'>", "<p style>"),
        ("<p style='background:u\\72l(x)'>", "<p style>"),
        ("<style>@import 'x';</style>", "<style> that fetches"),
        ("<SCRIPT>alert(1)</SCRIPT>", "<script>"),
        ("<svg><image xlink:href='http://x'/></svg>", "<svg>"),
        ("<a href=' javascript:x'>", "<a href>"),
        ("<meta http-equiv=refresh content='0;url=http://x'>", "<meta http-equiv>"),
        ("<a href='https://x.example/'>more</a><style>p { color: red }</style>", ""),
    ],
)
def test_what_would_fetch_is_found(html: str, found: str) -> None:
    """However it is written."""
    assert harm_in(html) == found


@pytest.mark.parametrize("content", [*SCRIPTS, "<script>alert(1)</script>", "{{ 7 * 7 }}", "a--b"])
def test_hostile_text_is_shown_as_text(content: str) -> None:
    """Markup, reading directions, controls, letters without end: in every slot, in both parts."""
    said = sample.named(content)
    tile = replace(sample.tile(label=content, period=content), change=said, against=said,
                   evidence=said)  # fmt: skip
    made = sample.briefing(
        Headline(said, said), KeyFigures((tile,), said), Digest(said, (DigestItem(said, said),)),
        masthead=Masthead(said, said, said, (Fact(said, said),)),
    )  # fmt: skip
    made = replace(made, foot=(said,))
    mail = drawn(made, replace(SENT, why=content, notice=content))
    whole = read(mail.html)
    calm = drawn(sample.briefing(KeyFigures((tile,), ())))
    assert {each.tag for each in whole.all("script", "img", "b", "para")} == set()
    mail.html.encode()
    shown = "".join(
        c if c.isprintable() else " " if c.isspace() else f"[U+{ord(c):04X}]" for c in content
    )
    squeezed = "".join(shown.split())
    assert squeezed in "".join(whole.all("body")[0].text.split())
    assert squeezed in "".join(mail.text.replace("\n* ", "").split())
    for part in (mail.html, mail.text, mail.subject, calm.html):
        assert all(c.isprintable() or c in "\n\xa0" for c in part)
    assert max(map(len, mail.text.splitlines())) <= WIDTH
    assert len(mail.subject) <= 70


def test_names_from_the_right_keep_to_themselves() -> None:
    """A number beside them stays where it is; a change of direction is shown by its code."""
    said = (*sample.named("القاهرة"), *sample.named(": "), *sample.named("122"))
    html = drawn(sample.briefing(Headline(said, sample.named("a\u202eb")))).html
    assert "<bdi>القاهرة</bdi>: 122" in html
    assert "a[U+202E]b" in html


@pytest.mark.parametrize("number", range(3))
def test_the_packaged_templates_render_every_sample(number: int) -> None:
    """What `check` tries on a home's templates, well made HTML and lines that fit."""
    mail = samples()[number]
    read(write(packaged(0), mail))
    assert max(map(len, write(packaged(1), mail).splitlines())) <= WIDTH


def test_the_same_briefing_gives_the_same_mail() -> None:
    """To the letter; and in the colours that it is given."""
    assert drawn(sample.briefing(), SENT) == drawn(sample.briefing(), SENT)
    other = replace(LIGHT, harm_up="#A00000")
    html = write(packaged(0), mail_of(sample.briefing(), SENT), other)
    assert "#A00000" in html
    assert LIGHT.harm_up not in html
