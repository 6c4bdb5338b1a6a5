"""Those who hear the pages are told what the drawings show, with the numbers that are drawn."""

import re

import pytest

from tests.known_answers import Edition, pdf
from tests.pdf.tags import tagged
from tests.shown_words import Drawing, drawings
from tests.tracing import SPELLED

NUMBER = re.compile(rf"(?:minus |\+)?\d[\d,]*(?:\.\d+)?%?|\b(?:{'|'.join(SPELLED)})\b")


def faults(said: str, drawn: Drawing) -> list[str]:
    """What some words leave out of a drawing, and which numbers they add to it."""
    rest, found = said, []
    for phrase in drawn.says:
        wanted = phrase.replace("\u2212", "minus ")  # a word in place of a drawing
        before, held, after = rest.partition(wanted)
        found += [] if held else [f"lacks {wanted!r}"]
        rest = f"{before}|{after}" if held else rest
    more = [each.rstrip(",") for each in NUMBER.findall(rest)]
    if drawn.highest is not None and len(more) == 1 and _as_number(more[0]) >= drawn.highest:
        return found
    return found + [f"adds {number!r}" for number in more]


def _as_number(said: str) -> float:
    return float(said.replace(",", ""))


def told(made: Edition) -> list[str]:
    """The words of every drawing of the file."""
    tags = tagged(pdf(made.briefing))
    return [node.alt or "" for node in tags.root.all("Figure")]


def test_every_drawing_says_what_it_shows(made: Edition) -> None:
    """As many as are drawn, in their order; each holds its key numbers, and no others."""
    said, drawn = told(made), list(drawings(made))
    assert len(said) == len(drawn)
    assert {each.of: faults(words, each) for words, each in zip(said, drawn, strict=True)
            if faults(words, each)} == {}  # fmt: skip


def test_another_number_would_be_noticed(made: Edition) -> None:
    """Whichever digit of whichever drawing is another, or is left out, the test above fails."""
    for words, drawn in zip(told(made), drawings(made), strict=True):
        assert faults("", drawn), drawn
        for digit in re.finditer(r"\d", words):
            other = str((int(digit[0]) + 1) % 10)
            forged = words[: digit.start()] + other + words[digit.end() :]
            is_top = drawn.highest is not None and digit.start() > words.rindex(" ")
            assert faults(forged, drawn) or is_top, forged


@pytest.mark.parametrize("name", ["demo", "newyork", "london"])
def test_no_sign_is_left_that_readers_leave_out(name: str, editions: dict[str, Edition]) -> None:
    """A minus is a word in place of a drawing, and no character goes unread."""
    for words in told(editions[name]):
        assert "\u2212" not in words
        assert "<" not in words
        assert words.isprintable()
