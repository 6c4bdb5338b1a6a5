"""A mail says what the page and the JSON say, in the same words, and no other number."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.html.mails import drawn, read
from tests.known_answers import Edition
from tests.pdf import sample
from tests.reading import Json, in_json
from tests.tracing import none_of, tokens, whole
from viperreport.html.mail import DrawnMail
from viperreport.model.briefing import Briefing, KeyFigures
from viperreport.model.figure import VERDICT_PHRASES, Suppressed, WhyNone
from viperreport.model.period import year_to_date
from viperreport.pipeline import BuildRequest, build

SHOWN = ("Headline", "KeyFigures", "Digest")
NOT_SHOWN = {"legend", "sparkline"}


@pytest.fixture(scope="module")
def public(editions: dict[str, Edition]) -> Edition:
    """Hackney's edition as anybody may read it: people are withheld."""
    home = editions["hackney"].home
    (weekly,) = home.settings.briefings
    open_to_all = weekly.model_copy(update={"disclosure": "public", "attach_records": False})
    home = replace(home, settings=replace(home.settings, briefings=(open_to_all,)))
    told = editions["hackney"].briefing
    request = BuildRequest("", told.edition.cut_off, told.known_at, "hackney")
    return Edition(home, build(home, request))


def texts(content: object) -> Iterator[str]:
    """Every text of a JSON that a mail shows."""
    if isinstance(content, dict):
        if set(content) == {"text", "from"}:
            yield content["text"]
            return
        for name, value in content.items():
            if name not in NOT_SHOWN:
                yield from texts(value)
    elif isinstance(content, list):
        for value in content:
            yield from texts(value)


def shown(content: Json) -> list[str]:
    """Masthead, markers, foot, headline, tiles and changes, as the JSON has them."""
    told = content["briefing"]
    blocks = [b for section in told["sections"] for b in section["blocks"] if b["block"] in SHOWN]
    return [*texts([told["masthead"], told["markers"], told["foot"], blocks])]


def tight(text: str) -> str:
    """Without spaces or capitals: the kicker is in capitals, and lines break."""
    return "".join(text.split()).casefold()


def check_mail(made: Edition) -> DrawnMail:
    """Hold a mail against page and JSON; give it."""
    mail = drawn(made.briefing)
    html, plain_text, page = read(mail.html).all("body")[0].text, mail.text, tight(made.page)
    wanted = shown(in_json(made))
    assert len(wanted) > 20
    for each in wanted:
        assert tight(each) in tight(html), each
        assert tight(each) in tight(plain_text), each
        assert tight(each) in page, each
    return mail


def test_every_text_is_that_of_page_and_json(made: Edition) -> None:
    """Headline, tiles, changes, masthead, foot: word for word in HTML, plain text and PDF."""
    check_mail(made)


def test_no_number_is_the_mails_own(made: Edition) -> None:
    """Every number of both parts stands in a text or a tile's figure of the briefing, as often."""
    mail = drawn(made.briefing)
    blocks = [b for s in made.briefing.sections for b in s.blocks if isinstance(b, KeyFigures)]
    figures = [tile.figure for block in blocks for tile in block.tiles]
    values = [none_of(f) if f.value is None else whole(f.value) for f in figures]
    refs = [tile.ref for block in blocks for tile in block.tiles]
    said = [*shown(in_json(made)), *values, *refs]
    allowed = Counter(token for each in said for token in tokens(each))
    for part in (read(mail.html).all("body")[0].text, mail.text):
        assert not Counter(tokens(part)) - allowed


def test_each_tile_has_its_value_verdict_and_colour(made: Edition) -> None:
    """In the order of the page, each under its own heading; the mark says what the colour says."""
    tiles = [t for s in made.briefing.sections for b in s.blocks
             if isinstance(b, KeyFigures) for t in b.tiles]  # fmt: skip
    mail = drawn(made.briefing)
    cells = [
        c for c in read(mail.html).all("td") if "tile" in c.attributes.get("class", "").split()
    ]
    for tile, cell in zip(tiles, cells, strict=True):
        value = none_of(tile.figure) if tile.figure.value is None else whole(tile.figure.value)
        assert cell.text.startswith(f"{cell.all('h2')[0].text} {value} ")
        assert cell.all("h2")[0].text.endswith(f" {tile.ref}")
        verdict = tile.comparison.verdict if tile.comparison else "none"
        if not tile.warning:
            mark = {"higher": "▲ ", "lower": "▼ ", "unclear": "○ ", "few": "– ", "none": ""}
            assert f"{mark[verdict]}{VERDICT_PHRASES[verdict]}" in cell.text  # type: ignore[index]


def test_the_subject_is_the_headline(made: Edition) -> None:
    """As far as it goes: never another sentence."""
    mail = drawn(made.briefing)
    (head,) = read(mail.html).all("h1")
    said = mail.subject.removeprefix("Synthetic: ").removesuffix("…")
    assert head.text.startswith(said)
    assert len(mail.subject) <= 70


def test_what_is_withheld_is_withheld_in_mails(public: Edition) -> None:
    """A public edition of an area: no count of people, no verdict, mark or interval of one."""
    mail = check_mail(public)
    (tile,) = [
        part
        for part in read(mail.html).all("td")
        if "tile" in part.attributes.get("class", "").split() and "K3" in part.text
    ]
    assert "withheld" in tile.text
    assert not set("▲▼○") & set(tile.text)
    assert tokens(tile.text.replace("K3", "")) == []


def with_tile(
    value: float | None, why: WhyNone | None = None, sealed: Suppressed | None = None
) -> Briefing:
    """A briefing whose only tile has this figure."""
    held = sample.figure(1, year_to_date(sample.CUT_OFF))
    figure = replace(held, value=value, why_none=why, suppressed_as=sealed)
    tile = replace(sample.tile("K1", 1, None, sample.NONE), figure=figure)
    return sample.briefing(KeyFigures((tile,), ()))


@pytest.mark.parametrize(
    ("briefing", "said", "escaped"),
    [
        (with_tile(0), "0", "0"),
        (with_tile(None, WhyNone.NOT_HELD), "not held", "not held"),
        (with_tile(None, WhyNone.NOT_REPORTED), "not reported", "not reported"),
        (with_tile(None, WhyNone.TOO_FEW), "too few", "too few"),
        (with_tile(None, WhyNone.NOT_APPLICABLE), "n/a", "n/a"),
        (with_tile(None, WhyNone.SUPPRESSED, Suppressed("withheld")), "withheld", "withheld"),
        (with_tile(None, WhyNone.SUPPRESSED, Suppressed("<5")), "<5", "&lt;5"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_six_ways_of_having_no_number(briefing: Briefing, said: str, escaped: str) -> None:
    """The words of the page, set apart from numbers, in both parts."""
    mail = drawn(briefing)
    assert f">{escaped}</td>" in mail.html
    assert re.search(rf"^K1 .*: {re.escape(said)}$", mail.text, re.MULTILINE)
    (cell,) = [cell for cell in read(mail.html).all("td") if cell.text == said]
    assert ("italic" in cell.attributes["style"]) is (said != "0")
