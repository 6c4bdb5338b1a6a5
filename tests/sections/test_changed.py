"""What changed since the previous edition: the week, recoveries, and the way to this total."""

import re
from dataclasses import fields, replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sections.making import (
    CUT_OFF,
    Made,
    World,
    both,
    cube_of,
    finds,
    monthly,
    published,
    spread,
    year,
)
from viperreport.analysis.revisions import Revisions
from viperreport.model.figure import VERDICT_PHRASES
from viperreport.model.period import last_7_days, month_of, same_period, weeks_ending
from viperreport.model.snapshot import Cell
from viperreport.model.wording import Setting, plain
from viperreport.sections import charting
from viperreport.sections.comparing import Counted
from viperreport.sections.compose import ALL_SECTIONS, compose
from viperreport.sections.context import Context

PARTS = {
    "late": 1, "revived": 1, "moved_in": 1, "reclassified_in": 1, "new": 1,
    "moved_out": -1, "reclassified_out": -1, "withdrawn": -1, "no_longer_covered": -1,
}  # fmt: skip
CELLS = [*both(122, 84), *year(2014, 200), *year(2013, 200)]
NONE = dict.fromkeys((field.name for field in fields(Revisions)), 0)


def revised(last: int, restated: int = 0, **parts: int) -> Revisions:
    """The way from a last total to the one that its parts make."""
    this = last + restated + sum(PARTS[name] * value for name, value in parts.items())
    return Revisions(**(NONE | parts | {"last": last, "restated": restated, "this": this}))


def edition(way: Revisions | None) -> Made:
    """An edition with this way from the total before."""
    return World(cube_of(CELLS, CUT_OFF), revisions=way).made


def said(made: Made, item: int = 2) -> tuple[str, str]:
    """Title and body of an item of the digest."""
    found = made.digest.items[item]
    return plain(found.title), plain(found.body)


def counted(body: str) -> tuple[int, int]:
    """Add up a body's way as a reader does: what the parts make, and what it says they make."""
    body = re.sub(r" as known on \d+ \w+", "", body)
    numbers = re.findall(r"(plus|less|by)? ?([+\u2212]?\d[\d,]*)", body)
    signs = {"": 1, "plus": 1, "by": 1, "less": -1}
    values = [
        signs[sign] * int(number.replace(",", "").replace("\u2212", "-"))
        for sign, number in numbers
    ]
    return sum(values[:-1]), values[-1]


@settings(max_examples=50)
@given(
    st.integers(1, 3000),
    st.dictionaries(st.sampled_from(sorted(PARTS)), st.integers(0, 40)),
    st.integers(-30, 30),
)
def test_the_words_add_up(last: int, parts: dict[str, int], restated: int) -> None:
    """Last total + late + … − withdrawn … = this total, in the sentence itself."""
    out = sum(value for name, value in parts.items() if PARTS[name] < 0)
    way = revised(last + out + 30, restated, **parts)
    _, body = said(edition(way))
    made, this = counted(body)
    assert made == this == way.this
    shown = {name for name in PARTS if parts.get(name)}
    words = {name: name.replace("_", " ").replace("revived", "restored") for name in PARTS}
    assert {name for name in PARTS if re.search(rf"\b{words[name]}\b", body)} == shown
    assert ("restated" in body) == bool(restated)


def test_the_known_way() -> None:
    """110 + 3 late + 9 new = 122: the last total has become 113."""
    title, body = said(edition(revised(110, late=3, new=9)))
    assert {"113", "110"} <= set(re.findall(r"\d+", title))
    assert counted(body) == (122, 122)
    assert body.startswith("110 as known on 23 May, plus 3 recorded late")
    _, body = said(edition(revised(122)))
    assert body == "122 as known on 23 May, and 122 now."


def test_new_incidents_do_not_revise_the_last_total() -> None:
    """Only new ones: the last total stands; late less withdrawn may leave it the same number."""
    title, _ = said(edition(revised(110, new=12)))
    assert "stands" in title
    assert "110" in title
    title, body = said(edition(revised(110, late=2, withdrawn=2)))
    assert "110" in title
    assert "late" in body
    assert "withdrawn" in body


def test_days_no_longer_covered_are_no_revision_of_the_last_total() -> None:
    """The title says how many of them, not that the last total has become another."""
    title, body = said(edition(revised(110, late=1, no_longer_covered=30)))
    assert title == "30 of the last total of 110 no longer covered"
    assert counted(body) == (81, 81)


def test_the_parts_are_figures() -> None:
    """Each part that is not 0 stands among the figures; the last total and this one always do."""
    made = edition(revised(110, late=3, new=9))
    revision = [figure for figure in made.briefing.figures if "revision" in figure.key]
    parts = {figure.key.split(".")[-1]: figure.value for figure in revision if figure.value}
    assert parts == {"last": 110, "late": 3, "new": 9, "this": 122, "last_now": 113}


def test_a_first_edition_says_so() -> None:
    """Nothing was known before: no total to reconcile with, and no number."""
    title, body = said(edition(None))
    assert "o earlier edition" in title
    assert not re.search(r"\d", title)
    assert not [f for f in edition(None).briefing.figures if "revision" in f.key]
    assert "2016" in body  # the day before which nothing was loaded


def test_the_first_edition_of_a_year_starts_from_nothing() -> None:
    """In January there is no "last total of 0": the edition before counted another year."""
    cut_off = date(2016, 1, 5)
    cells = [*both(5, 3, cut_off), *year(2014, 200)]
    title, body = said(World(cube_of(cells, cut_off), cut_off, revisions=revised(0, new=5)).made)
    assert "last total" not in title
    assert "edition before" not in body
    assert counted(body) == (5, 5)


def test_the_week_is_counted_with_its_dates() -> None:
    """Nine in the last 7 days against the week 364 days before, and both weeks' dates."""
    week = last_7_days(CUT_OFF)
    cells = [c for c in CELLS if c.day not in week and c.day not in same_period(week)]
    cells += [*spread(week, 9), *spread(same_period(week), 5)]
    made = World(cube_of(cells, CUT_OFF)).made
    title, body = said(made, 0)
    assert "9" in re.findall(r"\d+", title)
    assert "19 to 25 May 2016" in body
    assert "21 to 27 May 2015" in body
    assert "5" in re.findall(r"\d+", body)
    recent = made.comparison("incidents.7d")
    assert VERDICT_PHRASES[recent.verdict].casefold() in body.casefold()


@pytest.mark.parametrize(("number", "signal"), [(5, False), (40, True), (0, False)])
def test_a_week_outside_its_limits_is_worth_a_look(number: int, signal: bool) -> None:  # noqa: FBT001 - a case
    """A signal high is "worth a look", never a rise; the newest week never signals low."""
    week = last_7_days(CUT_OFF)
    cells = [c for c in CELLS if c.day not in week] + spread(week, number)
    _, body = said(World(cube_of(cells, CUT_OFF)).made, 0)
    (sentence,) = [each for each in body.split(". ") if "limit" in each]
    assert ("worth a look" in sentence) == signal
    assert not re.search(r"\b(rise|higher than|lower limit|below|above)\b", body)


def test_a_holiday_in_one_of_the_two_weeks_is_named() -> None:
    """By name and day, beside both weeks and under table 1; one that both weeks have is not."""
    days = (
        (date(2015, 5, 25), "Spring bank holiday"),
        (date(2015, 5, 28), "Day after the window"),
        (date(2015, 5, 21), "Festival"),
        (date(2016, 5, 19), "Festival"),
    )
    cells = [*CELLS, *spread(last_7_days(CUT_OFF), 9)]
    context = World(cube_of(cells, CUT_OFF), recoveries=finds(cells, CUT_OFF)).context
    context = replace(context, facts=replace(context.facts, holidays=days))
    made = Made(compose(context, ALL_SECTIONS))
    named = "Holiday in a single window only: Spring bank holiday, 25 May 2015."
    assert named in said(made, 0)[1]
    assert "Holiday" not in said(made, 1)[1]  # the same week: it is said beside
    note = plain(made.exhibits["T1"].note)
    assert note.count("Holiday") == note.count(named) == 1
    everything = "".join(plain(content) for _, content in made.texts)
    assert "Festival" not in everything
    assert "Day after" not in everything


def test_the_chart_is_counted_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages one and two show the same weeks: they are counted for both together."""
    counted = list[str]()
    own = charting._charted

    def noting(context: Context, what: Counted) -> charting.Charted:
        counted.append(what.stem)
        return own(context, what)

    monkeypatch.setattr(charting, "_charted", noting)
    assert World(cube_of(CELLS, CUT_OFF)).made.briefing.sections
    assert counted == ["incidents"]


def test_without_earlier_years_nothing_is_expected() -> None:
    """No limits where no year before is held."""
    cells = spread(last_7_days(CUT_OFF), 9)
    made = World(cube_of(cells, CUT_OFF, date(2016, 1, 1))).made
    _, body = said(made, 0)
    assert "limit" not in body
    assert "xpected" not in body
    assert "not held" in body


def test_a_run_of_ten_weeks_is_said() -> None:
    """Ten weeks in a row above the expected count: worth a look; nine are not."""

    def body_of(loud_weeks: int) -> str:
        cells = [*year(2013, 208), *year(2014, 208), *year(2015, 208)]
        weeks = weeks_ending(CUT_OFF, 21)
        cells += [
            Cell(week.start, "Hackney", records=6 if k >= 21 - loud_weeks else 3)
            for k, week in enumerate(weeks)
        ]
        return said(World(cube_of(cells, CUT_OFF)).made, 0)[1]

    assert re.search(r"\b10 weeks in a row", body_of(10))
    assert "in a row" not in body_of(9)


def test_recoveries_of_the_week_by_circumstance() -> None:
    """The most frequent channels with their numbers, each shown and never added unseen."""
    week = last_7_days(CUT_OFF)
    cells = [cell._replace(circumstance="Warrant") for cell in spread(week, 6)]
    cells += [cell._replace(circumstance="Surrendered") for cell in spread(week, 4)]
    cells += [cell._replace(circumstance="Found") for cell in spread(same_period(week), 3)]
    made = World(cube_of(CELLS, CUT_OFF), recoveries=finds(cells, CUT_OFF)).made
    title, body = said(made, 1)
    assert "10" in re.findall(r"\d+", title)
    assert "irearms recovered" in title
    assert body.index("Warrant 6") < body.index("Surrendered 4")
    assert "Found" not in body
    figures = {
        f.key: f.value for f in made.briefing.figures if f.key.startswith("recoveries.7d.2016.")
    }
    parts = {key: value for key, value in figures.items() if not key.endswith(".finds")}
    assert sum(value or 0 for value in parts.values()) == 10


def test_a_month_is_a_month() -> None:
    """Where months are held the digest speaks of the month, and of no week."""
    cells = [*year(2014, 240), *year(2015, 240), *year(2016, 366)]
    made = World(monthly(cells, date(2016, 5, 31)), date(2016, 5, 31)).made
    title, body = said(made, 0)
    assert "month" in title
    assert "May 2016" in title + body
    assert "May 2015" in body
    assert "week" not in title + body
    assert "days" not in title


def monthly_edition(cut_off: date, first: date) -> Made:
    """An edition of daily counts that is about the days from `first` to the cut-off."""
    cells = [*year(2014, 730), *year(2015, 365), *year(2016, 732)]
    world = World(cube_of(cells, cut_off), cut_off, finds(cells, cut_off)).context
    facts = replace(world.facts, window_start=first)
    return Made(compose(replace(world, facts=facts), ALL_SECTIONS))


@pytest.mark.parametrize("first", [date(2016, 2, 1), date(2016, 5, 1), date(2016, 12, 1)])
def test_an_edition_about_a_month_tells_of_the_month(first: date) -> None:
    """Its incidents and recoveries are the month's; the chart speaks of the newest week, and says.

    Two a day in a leap year, one a day before: 58 and 28 in February, 62 and 31 in the others.
    """
    month = month_of(first)
    made = monthly_edition(month.last_day, first)
    title, body = said(made, 0)
    assert title == f"Gun incidents in a month: {2 * month.days}"
    name = f"{first:%B}"
    assert body.startswith(f"{name} 2016; {same_period(month).days} in {name} 2015: ")
    assert "Last 7 days: 14; expected for the time of year: " in body
    assert "Holiday" not in body
    assert said(made, 1)[0] == f"Firearms recovered in a month: {2 * month.days}"
    assert {"incidents.month", "incidents.7d"} <= {each.key for each in made.briefing.comparisons}


@pytest.mark.parametrize(
    ("cut_off", "first"),
    [
        (date(2016, 5, 30), date(2016, 5, 1)),
        (date(2016, 5, 31), date(2016, 5, 2)),
        (date(2016, 5, 31), date(2016, 5, 31)),
        (date(2016, 5, 31), date(2016, 4, 1)),
    ],
)
def test_any_other_days_are_told_by_their_week(cut_off: date, first: date) -> None:
    """A day's edition, and one whose days are no calendar month, speak of the last seven days."""
    title, body = said(monthly_edition(cut_off, first), 0)
    assert title == "Gun incidents in 7 days: 14"
    assert "Last 7 days" not in body
    assert "month" not in body


def test_each_part_has_a_figure_and_nothing_is_said_twice() -> None:
    """Three columns, each with a title and a body."""
    made = World(
        cube_of(CELLS, CUT_OFF),
        recoveries=finds(both(30, 30), CUT_OFF),
        published=(published(2011, 377),),
        revisions=revised(110, late=3, new=9),
    ).made
    assert len(made.digest.items) == 3
    assert all(plain(item.title) and plain(item.body).endswith(".") for item in made.digest.items)
    assert "18 May 2016" in plain(made.digest.title)
    assert len({plain(item.title) for item in made.digest.items}) == 3
    assert replace(made.digest, items=()).items == ()


def test_every_computed_number_of_the_digest_is_a_figure() -> None:
    """What was expected, its limit, a run's length, the total restated: no setting holds them."""
    made = edition(revised(110, late=3, new=9))
    texts = [content for item in made.digest.items for content in (item.title, item.body)]
    settings = {str(part) for content in texts for part in content if isinstance(part, Setting)}
    assert settings <= {"7", "28"}
