"""Titles, paragraphs and tiles follow from the verdict, and flip when the counts flip."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.sections.making import (
    CUT_OFF,
    GUNS,
    Made,
    World,
    both,
    cube_of,
    finds,
    spread,
    year,
)
from viperreport.model.briefing import Tone
from viperreport.model.figure import VERDICT_PHRASES, Verdict, WhyNone
from viperreport.model.period import year_to_date
from viperreport.model.wording import plain

BIG = (122, 84), (84, 122), (90, 88), (4, 3)


def edition(now: int, then: int, cut_off: date = CUT_OFF) -> Made:
    """An edition with these counts in this year and at the same point of the last."""
    return World(cube_of(both(now, then, cut_off), cut_off), cut_off).made


def none_held(now: int = 122) -> Made:
    """An edition of a home whose records begin with this year."""
    cells = spread(year_to_date(CUT_OFF), now)
    return World(cube_of(cells, CUT_OFF, date(2016, 1, 1))).made


@pytest.mark.parametrize(
    ("now", "then", "verdict", "words", "never"),
    [
        (122, 84, Verdict.HIGHER, ("45% above", "122", "against 84"), ("below",)),
        (84, 122, Verdict.LOWER, ("31% below", "84", "against 122"), ("above",)),
        (90, 88, Verdict.UNCLEAR, ("No clear change", "90", "88"), ("above", "below", "%")),
        (4, 3, Verdict.FEW, ("Too few", "4", "3"), ("above", "below", "%")),
    ],
)
def test_the_title_follows_the_verdict(
    now: int, then: int, verdict: Verdict, words: tuple[str, ...], never: tuple[str, ...]
) -> None:
    """Each verdict has a sentence of its own, with both counts, and no word of another's."""
    made = edition(now, then)
    assert made.year.verdict is verdict
    assert [word for word in words if word not in made.title] == []
    assert [word for word in never if word in made.title] == []
    assert "so far in 2016" in made.title


def test_without_an_earlier_year_there_is_no_comparison() -> None:
    """This year's count alone, no number of last year's, and "2015 not held" in tile and text."""
    made = none_held()
    assert made.year.verdict is Verdict.NONE
    assert (made.year.difference, made.year.percent, made.year.low) == (None, None, None)
    assert made.title.startswith("122 gun incidents so far in 2016")
    assert "2015" in made.standfirst
    tile = made.tiles["K1"]
    assert plain(tile.change) == "not compared"
    assert "2015" in plain(tile.against)
    assert "not held" in plain(tile.evidence)
    assert made.year.then.why_none is WhyNone.NOT_HELD
    assert made.figure_1.same_date is None


def test_the_paragraph_follows_the_verdict() -> None:
    """Rare if nothing had changed; explained by chance; too few; each says only its own."""
    said = {edition(*counts).year.verdict: edition(*counts).standfirst for counts in BIG}
    assert "If nothing had changed, a gap this wide would be rare" in said[Verdict.HIGHER]
    assert "If nothing had changed, a gap this wide would be rare" in said[Verdict.LOWER]
    assert "rare" not in said[Verdict.UNCLEAR]
    assert "hance" in said[Verdict.UNCLEAR]
    assert "95%" in said[Verdict.UNCLEAR]
    assert "10" in said[Verdict.FEW]
    assert "95% interval" not in said[Verdict.FEW]
    assert all("unlikely" not in each for each in said.values())


@pytest.mark.parametrize(("now", "then"), BIG)
def test_the_tile_says_what_the_title_says(now: int, then: int) -> None:
    """The same figure, difference, percent, interval and verdict; no interval where too few."""
    made = edition(now, then)
    tile = made.tiles["K1"]
    assert tile.figure == made.year.now
    assert tile.comparison is not None
    assert tile.comparison.key == made.year.key
    assert plain(tile.change).startswith(f"{now - then:+}".replace("-", "\u2212"))
    assert plain(tile.against).startswith(f"from {then} by 25 May 2015")
    if made.year.verdict is Verdict.FEW:
        assert plain(tile.evidence) == "no interval"
        assert (made.year.low, made.year.high, made.year.ratio) == (None, None, None)
    else:
        assert plain(tile.evidence).startswith("95% interval ")
        assert made.year.low is not None


@pytest.mark.parametrize(("then", "shown"), [(29, False), (30, True), (31, True)])
def test_percent_only_from_a_base_of_30(then: int, shown: bool) -> None:  # noqa: FBT001 - a case
    """Under a comparator of 30 the difference stands alone, in title and tile."""
    made = edition(90, then)
    assert (made.year.percent is not None) == shown
    assert ("%" in plain(made.tiles["K1"].change)) == shown
    size = f"{made.year.percent}% above" if shown else f"{90 - then} above"
    assert size in made.title


def test_from_zero_there_is_no_percent_and_no_upper_end() -> None:
    """12 against 0: the difference, "from 0", an interval "or more", and never an infinity."""
    made = edition(12, 0)
    assert made.year.verdict is Verdict.HIGHER
    assert (made.year.percent, made.year.ratio, made.year.high) == (None, None, None)
    assert plain(made.tiles["K1"].change) == "+12"
    assert plain(made.tiles["K1"].against).startswith("from 0 ")
    assert plain(made.tiles["K1"].evidence).endswith("or more")
    assert "inf" not in made.title + made.standfirst


def test_to_zero_is_a_true_zero() -> None:
    """0 against 40: a zero held, −100 %, lower."""
    made = edition(0, 40)
    assert (made.year.now.value, made.year.verdict) == (0, Verdict.LOWER)
    assert made.year.percent == -100
    assert "100% below" in made.title


def test_nothing_in_either_year_is_too_few() -> None:
    """0 against 0 is neither a change nor a missing number."""
    made = World(cube_of(year(2013, 5), CUT_OFF)).made
    assert (made.year.verdict, made.year.difference) == (Verdict.FEW, 0)
    assert plain(made.tiles["K1"].change) == "0"


def test_few_are_those_under_10_in_both_together() -> None:
    """5 and 4 are too few; 5 and 5 have an interval."""
    assert edition(5, 4).year.verdict is Verdict.FEW
    assert edition(5, 5).year.verdict is Verdict.UNCLEAR
    assert edition(10, 0).year.verdict is not Verdict.FEW


def test_the_phrase_belongs_to_the_verdict() -> None:
    """Wherever a phrase is written out, it is that of the comparison beside it."""
    cells = [*both(122, 84), *year(2014, 150)]
    world = World(cube_of(cells, CUT_OFF), priority=("Hackney",))
    for incidents in (world.incidents, cube_of(both(84, 122), CUT_OFF)):
        made = replace(world, incidents=incidents).made
        six = made.comparison("incidents.priority.ytd")
        assert VERDICT_PHRASES[six.verdict].casefold() in made.standfirst.casefold()
        others = {VERDICT_PHRASES[v].casefold() for v in Verdict if v is not six.verdict}
        assert not [phrase for phrase in others if phrase in made.standfirst.casefold()]


def test_someone_hurt_comes_before_priority_areas() -> None:
    """K3 is the worst that the home holds: hurt, else priority areas, else "not held"."""
    hurt = World(cube_of(both(40, 38, hurt="yes"), CUT_OFF), priority=("Hackney",)).made
    assert hurt.tiles["K3"].figure.where == (("hurt", ("yes",)),)
    areas = World(cube_of(both(40, 38), CUT_OFF), priority=("Hackney", "Brent")).made
    assert areas.tiles["K3"].figure.where == (("area", ("Brent", "Hackney")),)
    assert "priority boroughs" in plain(areas.tiles["K3"].label)
    neither = World(cube_of(both(40, 38), CUT_OFF)).made
    assert neither.tiles["K3"].figure.why_none is WhyNone.NOT_HELD
    assert neither.tiles["K3"].comparison is None


def test_without_recoveries_they_are_not_held() -> None:
    """No source of recoveries is no zero of them: tile and digest say that they are not held."""
    made = edition(122, 84)
    assert made.tiles["K4"].figure.why_none is WhyNone.NOT_HELD
    assert made.tiles["K4"].comparison is None
    assert "ot held" in plain(made.digest.items[1].body)


def test_items_are_judged_by_finds() -> None:
    """One find of 40 weapons is no evidence of a change: the value is items, the verdict finds."""
    cells = [cell._replace(records=1) for cell in both(30, 30)]
    cube = finds(cells, CUT_OFF)
    lot = cube.cells[-1]._replace(items=41)
    made = World(
        cube_of(both(122, 84), CUT_OFF),
        recoveries=replace(cube, cells=(*cube.cells[:-1], lot)),
    ).made
    tile = made.tiles["K4"]
    assert tile.comparison is not None
    assert (tile.figure.value, tile.comparison.difference) == (70, 40)
    assert tile.comparison.evidence is not None
    assert [side.value for side in tile.comparison.evidence] == [30, 30]
    assert tile.comparison.verdict is Verdict.UNCLEAR
    assert tile.tone is Tone.ACTIVITY
    assert "finds" in made.note
    assert GUNS.harm
    assert made.tiles["K1"].tone is Tone.HARM


def test_clustering_widens_the_interval() -> None:
    """The same counts, come in bursts: the interval is wider, and a verdict may be none."""
    even = edition(122, 84)
    cells = []
    for cell in both(122, 84):
        day = cell.day.replace(day=1)
        cells.append(cell._replace(day=day))
    burst = World(cube_of(cells, CUT_OFF)).made
    assert (burst.year.now.value, burst.year.then.value) == (122, 84)
    assert burst.year.phi > even.year.phi == 1
    assert even.year.low is not None
    assert burst.year.low is not None
    assert burst.year.low < even.year.low
    assert burst.year.verdict is Verdict.UNCLEAR


@pytest.mark.parametrize(("day", "weeks"), [(26, 51), (27, 52)])
def test_clustering_is_measured_from_52_weeks(day: int, weeks: int) -> None:
    """Fewer whole weeks held up to 28 days before C: φ is 1, and said not to be measured."""
    cut_off, held_from = date(2016, 1, day), date(2015, 1, 1)
    assert (cut_off - timedelta(days=27) - held_from).days // 7 == weeks
    cells = [cell._replace(day=cell.day.replace(day=1)) for cell in year(2015, 300)]
    made = World(cube_of([*cells, *spread(year_to_date(cut_off), 40)], cut_off, held_from), cut_off)
    year_ = made.made.year
    assert year_.then.value
    assert year_.phi_measured == (weeks >= 52)
    assert (year_.phi > 1) == (weeks >= 52)


@pytest.mark.parametrize(("now", "then"), BIG)
def test_the_month_tile_is_no_year(now: int, then: int) -> None:
    """K2's window is the last 28 days against the 28 that ended 364 days before, with its dates."""
    made = edition(now, then)
    month = made.comparison("incidents.28d")
    assert month.now.period.last_day == CUT_OFF
    assert (CUT_OFF - month.then.period.last_day).days == 364
    assert "30 Apr to 27 May 2015" in plain(made.tiles["K2"].against)
