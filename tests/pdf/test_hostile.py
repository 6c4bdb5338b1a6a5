"""Hostile text: it is printed as text, all of it, inside the margins, or as its code points."""

import sys
import unicodedata
from dataclasses import fields, replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from viperreport.model.briefing import (
    Briefing,
    Digest,
    DigestItem,
    Fact,
    Headline,
    KeyFigures,
    Marker,
    MarkerKind,
    Masthead,
)
from viperreport.pdf.look.fonts import PACKAGED, printable
from viperreport.pdf.render import render
from viperreport.pdf.structure import Role

from . import sample
from .reading import assert_inside, assert_no_ink_collides, assert_nothing_collides, read, squeezed

SCRIPTS = (
    "Camberwell Green", "Тверской район", "Περιστέρι", "תל אביב", "القاهرة", "दिल्ली",
    "東京都港区", "กรุงเทพ", "Đà Nẵng", "서울특별시", "Zürich-Niederdörfli",
    "🔫\N{ZERO WIDTH JOINER}🏴", "<img src='file:///etc/passwd'>", "</para><b>&amp;",
    "%PDF-1.4 ) Tj ET (", "\x00\x07\x1b[31m", "\u202eevil\u202c", "a\tb\nc\r\u2028d", "\ud800",
    "\ufffd\uffff", "…" * 40, "W" * 2000, "i" * 2000, "🔫" * 300, " ", "", "\u00a0", "(\\)",
    "very long words and many of them " * 60,
)  # fmt: skip
any_text = st.one_of(
    st.sampled_from(SCRIPTS),
    st.text(max_size=60),
    st.lists(st.sampled_from(SCRIPTS[:20]), min_size=1, max_size=8).map(" ".join),
    st.integers(1, 2000).map(lambda n: "x" * n),
)


def _hostile(texts: list[str]) -> Briefing:
    """A briefing with such a text in every slot that holds any."""
    a, b, c, d, e, f = (sample.named(text) for text in texts)
    tile = replace(sample.tile(label=texts[0], period=texts[1]), change=b, against=c, evidence=d)
    warned = sample.tile(label=texts[4], warning=texts[5] or "x")
    chart = replace(sample.chart(), title=a, subtitle=b, note=c, said=d)
    masthead = Masthead(a, b, c, (Fact(d, e, (0,)), Fact(f, a), *sample.MASTHEAD.facts))
    blocks = (
        Headline(e, f),
        KeyFigures((tile, warned, tile), a),
        chart,
        Digest(b, (DigestItem(c, d), DigestItem(e, f), DigestItem(a, b))),
    )
    made = sample.briefing(*blocks, masthead=masthead)
    own = (Marker(MarkerKind.ON_HOLD, a), Marker(MarkerKind.CLASSIFICATION, b))
    return replace(made, markers=(*own, sample.SYNTHETIC), foot=(c, d, *sample.FOOT))


def _must_be_there(text: str) -> str:
    """What the file must hold of a text, whichever of its fonts it is set in."""
    return squeezed(printable(text, PACKAGED.regular).text)


@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(st.lists(any_text, min_size=6, max_size=6))
def test_any_text_is_printed_whole_and_inside(texts: list[str]) -> None:
    """Always a PDF; every text in it; nothing over another; nothing outside the margins."""
    page = read(_hostile(texts))
    assert_inside(page)
    assert_nothing_collides(page)
    # a text that goes over a page's end is not to be broken by the head of the next
    drawn = sorted(page.canvas.texts, key=lambda text: text.element.holder.role is Role.ARTIFACT)
    recorded = squeezed("".join(text.text for text in drawn))
    for text in texts:
        assert _must_be_there(text) in recorded, text
    assert "[U+" not in recorded or page.canvas.lacking


@pytest.mark.parametrize("text", SCRIPTS, ids=range(len(SCRIPTS)))
def test_every_script_in_every_slot(text: str) -> None:
    """Eight scripts, markup, control characters, 2,000 letters without a space."""
    page = read(_hostile([text] * 6))
    assert_inside(page)
    assert_nothing_collides(page)
    assert_no_ink_collides(page)
    assert _must_be_there(text) in page.text


def test_a_missing_glyph_is_printed_as_its_code_point() -> None:
    """Never a silent box: its code point is printed, and listed on the last page."""
    page = read(sample.briefing(Headline(sample.named("Seized: 🔫 and ○"), ())))
    assert "[U+1F52B]" in page.text
    assert "[U+25CB]" in page.text
    assert list(page.canvas.lacking) == ["🔫", "○"]
    assert "Notinthefonts,printedbytheircodes:U+1F52B,U+25CB." in page.text


def test_fonts_that_lack_nothing_are_not_spoken_of() -> None:
    """The line stands only where there is something to list."""
    assert "Notinthefonts" not in read(sample.briefing()).text


@pytest.mark.parametrize("role", [role.name for role in fields(PACKAGED)])
def test_printable_text_has_only_glyphs_of_the_font(role: str) -> None:
    """For every character of Unicode's first planes: a glyph, a space, or its code point."""
    font = getattr(PACKAGED, role)
    for code in range(0x20000):
        composed = unicodedata.normalize("NFC", chr(code))
        made = printable(chr(code), font)
        if made.lacking:
            replaced = [f"[U+{ord(c):04X}]" if c in made.lacking else c for c in composed]
            assert made.text == "".join(replaced)
        else:
            assert made.text in {composed, " "}, hex(code)
    assert sys.maxunicode > 0x20000


def test_control_characters_and_line_ends() -> None:
    """A control character is printed as its code point; tabs and line ends are spaces."""
    assert printable("a\tb\nc\u2028d", PACKAGED.regular).text == "a b c d"
    assert printable("\x07", PACKAGED.regular).text == "[U+0007]"
    assert printable("\u202e", PACKAGED.serif).text == "[U+202E]"
    assert printable("e\u0301", PACKAGED.serif).text == "é"
    assert printable("thin\u2009space", PACKAGED.regular).text == "thin space"


def test_an_empty_briefing_is_still_a_page() -> None:
    """No blocks, no texts: a page with its furniture, not an error."""
    empty = Masthead((), (), (), ())
    made = replace(sample.briefing(masthead=empty), sections=(), markers=(), foot=())
    assert render(made).startswith(b"%PDF-")
