"""How every kind of value is written, and that no number hides among the words."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from viperreport.model.figure import (
    Comparison,
    Figure,
    Measure,
    Suppressed,
    Unit,
    Verdict,
    WhyNone,
)
from viperreport.model.period import Period, PeriodKind, month_of, same_period, year_to_date
from viperreport.model.wording import (
    Change,
    Day,
    Instant,
    Interval,
    Name,
    Number,
    Setting,
    Span,
    Words,
    listed,
    percent_of,
    plain,
    sentences,
    signed,
    text,
    whole,
)

K = datetime(2016, 5, 30, 5, tzinfo=UTC)
GUNS = Measure("discharge", "Gun incidents", "Discharges.", Unit.INCIDENT)
PERIOD = year_to_date(date(2016, 5, 25))
NOW = Figure("now", 122, GUNS, PERIOD, K)
THEN = Figure("then", 84, GUNS, same_period(PERIOD), K)
SPELLED = re.findall(
    r"\w+",
    "zero one two three four five six seven eight nine ten eleven twelve thirteen "
    "fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty "
    "sixty seventy eighty ninety hundred hundreds thousand thousands million billion "
    "dozen dozens ",
)


def compared(low: float | None, high: float | None, verdict: Verdict) -> Comparison:
    """A comparison with this interval."""
    return Comparison("c", NOW, THEN, verdict, 38, 45, 1.4, low, high)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0, "0"),
        (7, "7"),
        (1306, "1,306"),
        (-38, "\u221238"),
        (-1306, "\u22121,306"),
        (1e6, "1,000,000"),
    ],
)
def test_whole_numbers(value: float, written: str) -> None:
    """Thousands by commas; a minus is U+2212, never a hyphen."""
    assert whole(value) == written


@pytest.mark.parametrize(
    ("value", "written"),
    [(38, "+38"), (-38, "\u221238"), (0, "0"), (1306, "+1,306"), (0.4, "0"), (-0.4, "0")],
)
def test_changes_bear_their_sign(value: float, written: str) -> None:
    """A plus stands on changes only, and none on no change."""
    assert signed(value) == written


@pytest.mark.parametrize(
    ("ratio", "written"),
    [
        (1.45, "+45%"),
        (0.5, "\u221250%"),
        (1.125, "+12%"),  # 12.5 to the even side
        (1.375, "+38%"),  # 37.5 to the even side
        (0.875, "\u221212%"),
        (0.0, "\u2212100%"),
        (26.0, "+2,500%"),
    ],
)
def test_percents_are_whole_and_half_even(ratio: float, written: str) -> None:
    """From the exact value of the ratio: no float comes between."""
    assert percent_of(ratio) == written


@given(st.floats(0, 1000))
def test_percents_agree_with_exact_arithmetic(ratio: float) -> None:
    """For any ratio: the sign of the exact change, and its nearest whole percent."""
    exact = (Fraction(ratio) - 1) * 100
    written = percent_of(ratio)
    assert re.fullmatch(r"(\+|\u2212)?(\d{1,3}(,\d{3})*|0\.\d)%", written)
    value = Fraction(written.rstrip("%").replace(",", "").replace("\u2212", "-"))
    assert abs(value - exact) <= Fraction(1, 2)


def test_intervals() -> None:
    """−27% to +154%, with the word to; without an upper end "or more"; none where none is made."""
    assert str(Interval(compared(0.73, 2.54, Verdict.UNCLEAR))) == "\u221227% to +154%"
    assert str(Interval(compared(2.78, None, Verdict.HIGHER))) == "+178% or more"
    assert str(Interval(compared(0.0, 0.36, Verdict.LOWER))) == "\u2212100% to \u221264%"
    for verdict in (Verdict.FEW, Verdict.NONE):
        assert str(Interval(compared(None, None, verdict))) == "no interval"
        assert str(Interval(compared(0.5, 2.0, verdict))) == "no interval"


def test_the_parts_of_a_change() -> None:
    """Difference and percent, with their signs or in words that carry the sign."""
    made = compared(1.1, 1.9, Verdict.HIGHER)
    assert [str(Change(made)), str(Change(made, "percent"))] == ["+38", "+45%"]
    less = replace(made, difference=-1306, percent=-21)
    assert str(Change(less)) == "\u22121,306"
    assert str(Change(less, "percent", sign=False)) == "21%"
    assert str(Change(less, sign=False)) == "1,306"
    none = str(Change(replace(made, percent=None), "percent"))
    assert not re.search(r"\d|%", none)


def test_six_ways_of_having_no_number() -> None:
    """Each reason has words of its own, none has a digit, and a true zero is a 0."""
    said = [
        str(Number(replace(NOW, value=None, why_none=why)))
        for why in WhyNone
        if why is not WhyNone.SUPPRESSED
    ]
    for printed in Suppressed:
        hidden = replace(NOW, value=None, why_none=WhyNone.SUPPRESSED, suppressed_as=printed)
        said.append(str(Number(hidden)))
    assert len(set(said)) == 6
    assert not any(re.search(r"\d", words) or not words for words in said if words != "<5")
    assert str(Number(replace(NOW, value=0))) == "0"
    assert str(Number(replace(NOW, value=None, why_none=WhyNone.NOT_HELD))) == "not held"


def test_numbers() -> None:
    """A figure's value as everywhere else, a change's with its sign."""
    assert str(Number(replace(NOW, value=1306))) == "1,306"
    assert str(Number(replace(NOW, value=308.529))) == "309"
    assert str(Number(NOW, signed=True)) == "+122"


def test_days_and_spans() -> None:
    """25 May 2016, and both ends of a period with no more years than needed."""
    day = date(2016, 5, 25)
    assert str(Day(day)) == "25 May 2016"
    assert str(Day(day, weekday=True)) == "Wed 25 May 2016"
    assert str(Day(day, year=False)) == "25 May"
    assert str(Instant(datetime(2016, 5, 26, 6))) == "06:00, Thu 26 May 2016"  # noqa: DTZ001 - local
    week = Period(date(2015, 12, 30), date(2016, 1, 6), PeriodKind.ROLLING_7D)
    assert str(Span(week)) == "30 Dec 2015 to 5 Jan 2016"
    assert str(Span(month_of(day))) == "May 2016"
    assert str(Span(Period(date(2016, 5, 19), date(2016, 5, 26), PeriodKind.ROLLING_7D))) == (
        "19 to 25 May 2016"
    )


@given(st.dates(date(1990, 1, 1), date(2099, 12, 1)), st.integers(1, 400))
def test_a_span_says_both_ends(start: date, days: int) -> None:
    """First and last day, inclusive, can be read back from every span."""
    end = date.fromordinal(start.toordinal() + days)
    said = str(Span(Period(start, end, PeriodKind.OPERATION)))
    last = date.fromordinal(end.toordinal() - 1)
    assert said.startswith(str(start.day))
    assert said.endswith(f"{last.day} {last:%b} {last.year}")
    assert (str(start.year) in said.split(" to ", maxsplit=1)[0]) == (start.year != last.year)


def test_settings_are_spelled_where_asked() -> None:
    """Small whole numbers can be words; larger ones stay digits."""
    assert str(Setting(6, spelled=True)) == "six"
    assert str(Setting(13, spelled=True)) == "13"
    assert str(Setting(6)) == "6"
    assert str(Setting("95%")) == "95%"


@pytest.mark.parametrize("word", SPELLED)
def test_number_words_are_no_words(word: str) -> None:
    """A spelled number among literal words would be one that nobody can trace."""
    for written in (word, word.capitalize(), word.upper(), f"the last {word}, and more"):
        with pytest.raises(ValueError, match="number"):
            Words(written)


@pytest.mark.parametrize("sign", ["7", "٣", "½", "²", "Ⅻ", "④"])
def test_no_script_has_digits_among_the_words(sign: str) -> None:
    """Arabic-Indic digits, fractions, superscripts and Roman signs are numbers too."""
    with pytest.raises(ValueError, match="number"):
        Words(f"near {sign} of them")


@given(st.text())
def test_words_hold_no_number_however_they_are_made(content: str) -> None:
    """Whatever can be built as literal words has no digit of any script in it."""
    if any(sign.isnumeric() for sign in content):
        with pytest.raises(ValueError, match="number"):
            Words(content)
        return
    assume(not set(re.findall(r"\w+", content.casefold())) & set(SPELLED))
    assert str(Words(content)) == content


@pytest.mark.parametrize("word", ["often", "stone", "weight", "none", "someone", "attend", "sixth"])
def test_words_that_only_look_like_numbers_pass(word: str) -> None:
    """Only whole words count: "someone" holds no one."""
    assert str(Words(word)) == word


@given(st.lists(st.lists(st.sampled_from(["a", "b."]), max_size=2), max_size=4))
def test_sentences_are_set_apart_once(given_words: list[list[str]]) -> None:
    """One space between sentences, none around them, none for an empty one."""
    texts = [text(*words) for words in given_words]
    joined = plain(sentences(*texts))
    assert joined == " ".join(plain(each) for each in texts if each)
    assert "  " not in joined


def test_names_are_listed_as_people_do() -> None:
    """A, B and C; and whatever stands in a name is not taken for a number of ours."""
    assert str(listed(("A", "B", "C"))) == "A, B and C"
    assert str(listed(("A",))) == "A"
    assert str(Name("Zone 1")) == "Zone 1"


@given(st.floats(1e-6, 0.3))
def test_an_interval_that_leaves_out_no_change_does_not_read_as_if_it_did_not(gap: float) -> None:
    """Higher with "0% to +51%" would contradict itself: the end keeps its side of no change."""
    higher = str(Interval(compared(1 + gap, 1.51, Verdict.HIGHER)))
    lower = str(Interval(compared(0.5, 1 - gap, Verdict.LOWER)))
    assert not higher.startswith("0%")
    assert not lower.endswith(" 0%")
