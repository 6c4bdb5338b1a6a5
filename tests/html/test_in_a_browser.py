"""Mails and pages of the index in a real browser: colours, widths, and what every reader needs.

Needs Chromium (Debian's package); where there is none these tests are skipped, and say so.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from tests.html import accessible
from tests.html.accessible import faults_of
from tests.html.browser import CHROMIUM, NONE_HERE, WIDTHS, Sight, look
from tests.html.mails import drawn, with_corrections
from tests.html.test_index_page import PACKAGED, hostile
from tests.known_answers import Edition
from tests.pdf import sample
from viperreport.html.index import IndexFigure, write_page
from viperreport.html.index_sample import index_samples
from viperreport.html.said import Said
from viperreport.html.shown import FIGURE, shown_of
from viperreport.html.subject import State
from viperreport.html.view import Archived, Enclosed, Sending
from viperreport.model.briefing import Briefing, KeyFigures, Tone

pytestmark = pytest.mark.skipif(not CHROMIUM, reason=NONE_HERE)

LONG = "Kensington-and-Chelsea" * 3
SENT = Sending(
    pdf=Enclosed("weekly.pdf", 6, 412_345, address="https://briefings.example.org/weekly.pdf"),
    notice="W" * 300,
    why="You get this because you are on the weekly list.",
    archived=Archived(1234, "3f" * 32, "a7" * 32),
)
# Of the design; its dark mail has no teal, so that one is of docs/decisions.md. Grounds are tiles'.
HIGHER, LOWER, UNCLEAR, FEW = (
    *("▲ Higher, likely real", "▼ Lower, likely real"),
    *("○ No clear change", "– Too few to tell"),
)
VERDICTS = {  # by the label of the tile: the line, its colour in light and in dark
    "Higher": (HIGHER, "#B3390E", "#FF9A73"),
    "Lower": (LOWER, "#0A6B62", "#5FCBB9"),
    "No clear change": (UNCLEAR, "#464D55", "#B9C1CA"),
    "Too few to tell": (FEW, "#464D55", "#B9C1CA"),
    "Activity": (HIGHER, "#12436D", "#8FBBE6"),
    "Less activity": (LOWER, "#12436D", "#8FBBE6"),
    "Out of date": ("Data 9 days old", "#7A4B00", "#FFD98A"),
    "No earlier record": ("No comparison", "#464D55", "#B9C1CA"),
}
TILE = ("#F3F4F2", "#222932")
CARD = ("#FFFFFF", "#181D23")


def every_state() -> Briefing:
    """All states of tiles, a long name, a long number, every marker, and corrections."""
    tiles = (
        *sample.states(),
        sample.tile("K13", 52, 84, sample.LOWER, label="Less activity", tone=Tone.ACTIVITY),
        sample.tile("K14", 1_234_567, 1_000_000, label=LONG),
    )
    made = sample.briefing(sample.HEADLINE, KeyFigures(tiles, sample.NOTE), sample.digest())
    made = replace(made, markers=(sample.OFFICIAL, sample.ON_HOLD, sample.SYNTHETIC))
    return with_corrections(made, 13)


def in_the_index(briefing: Briefing) -> str:
    """A page of the index that has an edition with these key figures."""
    full = index_samples()[0]
    shown = shown_of(briefing)["figures"]
    assert isinstance(shown, list)
    figures = tuple(
        IndexFigure(**{name: Said(each[name]) for name in FIGURE}, held=each["held"])
        for each in shown
    )
    edition = replace(full.groups[0].editions[0], figures=figures)
    return write_page(
        PACKAGED, replace(full, groups=(replace(full.groups[0], editions=(edition,)),))
    )


@cache
def pages() -> dict[str, str]:
    """What is looked at: mails and pages of the index, full, bare and hostile."""
    return {
        "mail": drawn(every_state(), SENT).html,
        "withdrawn": drawn(sample.briefing(), replace(SENT, states=(State.WITHDRAWN,))).html,
        "bare mail": drawn(sample.briefing(sample.digest())).html,
        "index": in_the_index(every_state()),
        "hostile index": write_page(PACKAGED, hostile()),
        "bare index": write_page(PACKAGED, index_samples()[1]),
    }


@pytest.fixture(scope="module", params=[False, True], ids=["light", "dark"])
def sights(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[bool, list[Sight]]:
    """Whether it is dark, and each page in each width."""
    return request.param, look(pages(), tmp_path_factory.mktemp("look"), dark=request.param)


def test_every_reader_gets_what_they_need(sights: tuple[bool, list[Sight]]) -> None:
    """From 320 to 1200 pixels, in light and in dark, nothing of accessible.py is at fault."""
    _, seen = sights
    assert [(each.name, each.width) for each in seen] == [
        (name, width) for name in pages() for width in WIDTHS
    ]
    assert [fault for each in seen for fault in faults_of(each)] == []
    assert all(len(each.texts) > 5 for each in seen)


def test_verdicts_have_the_colours_of_the_design(sights: tuple[bool, list[Sight]]) -> None:
    """Mark and phrase, on the colour of tiles; so have the headings on the card."""
    dark, seen = sights
    for each in seen:
        if each.name not in {"mail", "index"}:
            continue
        for label, (line, *colours) in VERDICTS.items():
            found = [
                (text.colour, text.ground)
                for text in each.texts
                if text.line == line and text.tile.startswith(f"{label} ")
            ]
            assert len(found) == 1 + (line[0] in "▲▼○–"), (each.name, label)
            assert set(found) == {(colours[dark], TILE[dark])}, (each.name, label)
        head = next(text for text in each.texts if text.line == each.headings[0][1])
        assert head.ground == CARD[dark]


@pytest.mark.parametrize(
    "dark", [False, pytest.param(True, marks=pytest.mark.slow)], ids=["light", "dark"]
)
def test_editions(editions: dict[str, Edition], tmp_path: Path, *, dark: bool) -> None:
    """The demo, one of its areas and two cities, by mail and in the index."""
    made = {name: each.briefing for name, each in editions.items()}
    shown = {f"{name}, mail": drawn(each, SENT).html for name, each in made.items()}
    shown |= {f"{name}, index": in_the_index(each) for name, each in made.items()}
    seen = look(shown, tmp_path, dark=dark, widths=(320, 600, 1200))
    assert [fault for each in seen for fault in faults_of(each)] == []


# ------------------------------------------------------------------- every check can fail

Check = Callable[[Sight], list[str]]
END = "</h1>"
SPOILT: dict[str, tuple[Check, str, str, str]] = {  # name: check, fault, what, by what
    "wide": (accessible.in_its_width, "needs", END, f"{END}<p style='width:1300px'>x</p>"),
    "broken": (accessible.with_numbers_whole, "broken: +", "</style>",
               ".tile strong { display: inline-block; width: 3em }</style>"),
    "no language": (accessible.with_language_and_title, "no language", ' lang="en-GB"', ""),
    "no title": (accessible.with_language_and_title, "no title", "<title>", "<title></title><b>"),
    "second h1": (accessible.with_headings_in_order, "not one h1", END, f"{END}<h1>x</h1>"),
    "h4": (accessible.with_headings_in_order, "h1 then h4", END, f"{END}<h4>x</h4>"),
    "empty": (accessible.with_headings_in_order, "empty h2", END, f"{END}<h2> </h2>"),
    "no main": (accessible.with_one_main_part, "0 main", ' role="main"', ""),
    "pale": (accessible.with_readable_text, "#8A9098 on", "color:#16191D", "color:#8A9098"),
    "faint": (accessible.with_readable_text, "x:", END, f"{END}<p style='opacity:.5'>x</p>"),
    "layout": (accessible.with_tables_of_a_kind, "a table without headers",
               'role="presentation"', ""),
    "layout with headers": (accessible.with_tables_of_a_kind, "headers in a table",
                            END, f"{END}<table role=presentation><tr><th>x</table>"),
    "data": (accessible.with_tables_of_a_kind, "a header without scope",
             END, f"{END}<table><tr><th>x<tr><td>1</table>"),
    "empty link": (accessible.with_links_in_words, "a link", END, f"{END}<a href='#x'> </a>"),
    "image": (accessible.with_images_in_words, "an image", END, f"{END}<svg></svg>"),
    "twice": (accessible.with_names_used_once, "twice: x", END, f"{END}<p id=x><p id=x>"),
    "fetching": (accessible.fetching_nothing, "fetched: http://127.0.0.1:9/x", END,
                 f"{END}<img alt='' src='http://127.0.0.1:9/x'>"),
}  # fmt: skip


HALF, DATA = "half dark", "table of data"


@pytest.fixture(scope="module")
def spoilt(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Sight]:
    """The mail, with one thing wrong in each; by the name and "dark" what is seen in dark."""
    mail, directory = pages()["mail"], tmp_path_factory.mktemp("spoilt")
    made = {name: mail.replace(what, by) for name, (_, _, what, by) in SPOILT.items()}
    made[HALF] = mail.replace(".ink3 { color: #9AA4AF", ".ink3 { color: #616972")
    made[DATA] = mail.replace(END, f"{END}<table><tr><th scope=col>x<tr><td>1</table>")
    assert all(each != mail for each in made.values())
    light = look(made, directory, dark=False, widths=(1200,))
    (dark,) = look({HALF: made[HALF]}, directory, dark=True, widths=(1200,))
    return {each.name: each for each in light} | {f"{HALF}, dark": dark}


@pytest.mark.parametrize("name", SPOILT)
def test_what_is_wrong_is_found(spoilt: dict[str, Sight], name: str) -> None:
    """By the check that looks for it, and by no other."""
    own, fault, _, _ = SPOILT[name]
    for check in accessible.CHECKS:
        found = check(spoilt[name])
        assert bool(found) is (check is own), found
        assert not found or fault in found[0]


def test_what_cannot_be_read_in_dark_is_found(spoilt: dict[str, Sight]) -> None:
    """A colour that stays when its ground turns dark; in light nothing is wrong."""
    assert faults_of(spoilt[HALF]) == []
    assert accessible.with_readable_text(spoilt[f"{HALF}, dark"])


def test_a_table_of_data_may_stand_there(spoilt: dict[str, Sight]) -> None:
    """Where each header says of what it is one."""
    assert faults_of(spoilt[DATA]) == []
