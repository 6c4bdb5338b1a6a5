"""Five worlds, a rise, a fall, neither, too few and no comparison: each title follows its rule.

Every page has data in each of them, so that every exhibit is there to be judged.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

import pytest

from tests.sections.making import (
    CUT_OFF,
    HELD_FROM,
    Made,
    World,
    cube_of,
    finds,
    returned,
    spread,
    year,
)
from tests.sections.test_language import check_comparison, check_language, check_types, phrases_of
from viperreport.analysis.compare import bonferroni_level, rate_ratio
from viperreport.analysis.revisions import Revisions
from viperreport.model.exhibits import Evidence, Row, Table, Whisker
from viperreport.model.figure import Comparison, LoadRef, Verdict
from viperreport.model.period import ONE_DAY, WEEK, Period, PeriodKind, same_period, year_to_date
from viperreport.model.quality import Completeness, SourceQuality
from viperreport.model.snapshot import Cell
from viperreport.model.source import Area
from viperreport.model.wording import Name, Text, plain
from viperreport.sections.compose import ALL_SECTIONS, compose
from viperreport.sections.context import Context, StatedHotspot, StatedOperation, StatedTactic

YEAR = year_to_date(CUT_OFF)
BEFORE = same_period(YEAR)
AREAS = ("Brent", "Hackney", "Lambeth", "Newham", "Southwark", "Tower Hamlets", "Bexley", "Sutton")
SIX = AREAS[:6]
HANDGUN, OTHERS = "Handgun", ("Shotgun", "Rifle", "Air weapon")
CHANNELS = ("Weapon sweep", "Surrendered", "Found by the public")
TACTICS = ("Weapon sweep", "ANPR operation")
EXHIBITS = (
    *("F1", "T1", "F2", "T2", "T3", "F3", "T4", "T5", "F4", "F5", "F6", "F7", "T6", "T7"),
    *("T8", "F8", "T9", "F9", "T10"),
)
WORLDS = ("rise", "fall", "neither", "few", "none")


@dataclass(frozen=True)
class Seed:
    """What a world differs in.

    Args:
        now, then: incidents of this year and of the same period of the last.
        past: incidents of each whole year before that.
        handguns: of this year's finds, out of ten.
        planned: of a tactic, a week; None for no plan.
        late: records that came late, and rows turned away.
    """

    now: int
    then: int
    past: int
    handguns: int
    planned: tuple[int | None, int | None]
    missing: bool
    late: int


SEEDS = {
    "rise": Seed(960, 480, 1200, 9, (4, 4), missing=False, late=3),
    "fall": Seed(480, 960, 2400, 5, (4, 9), missing=True, late=0),
    "neither": Seed(470, 467, 1175, 3, (9, 9), missing=False, late=7),
    "few": Seed(4, 3, 8, 2, (None, None), missing=True, late=1),
    "none": Seed(480, 0, 0, 0, (None, 4), missing=False, late=0),
}


def _incidents(seed: Seed) -> Iterator[Cell]:
    """All labels in turn, so that each part of the whole changes as the whole does."""
    after = Period(BEFORE.end, YEAR.start, PeriodKind.OPERATION)
    periods = [(YEAR, seed.now), (BEFORE, seed.then), (after, seed.past * after.days // 365)]
    days = [spread(period, number) for period, number in periods if number]
    days += [year(number, seed.past) for number in (2013, 2014) if seed.past]
    for cells in days:
        for k, cell in enumerate(cells):
            fatal, hurt = k % 5 == 1, k % 5 in {1, 2}
            yield cell._replace(
                area=AREAS[k % 8], sub_area="Dalston" if k // 8 % 5 else "Elsewhere",
                fatal="yes" if fatal else "no", hurt="yes" if hurt else "no",
                drug_related=("yes", "no", "")[k % 3],
            )  # fmt: skip


def _recoveries(seed: Seed) -> Iterator[Cell]:
    for cells in (spread(p, n) for p, n in ((YEAR, seed.now), (BEFORE, seed.then)) if n):
        for k, cell in enumerate(cells):
            kind = HANDGUN if k % 10 < seed.handguns else OTHERS[k % 3]
            yield cell._replace(category=kind, circumstance=CHANNELS[k * k % 7 % 3])


def _returns(seed: Seed) -> Iterator[Cell]:
    """Four done of each tactic a week and borough; one return of the newest week may miss."""
    for back in range(12):
        for area in SIX[:2]:
            for tactic, planned in zip(TACTICS, seed.planned, strict=True):
                if seed.missing and not back and area == SIX[0] and tactic == TACTICS[0]:
                    continue
                yield Cell(CUT_OFF - back * WEEK, area, category=tactic, records=1, items=4,
                           planned=planned, arrests=1, firearms=1, reach=9)  # fmt: skip


def _context(seed: Seed) -> Context:
    held_from = HELD_FROM if seed.then else YEAR.start
    incidents = cube_of(_incidents(seed), CUT_OFF, held_from)
    found = replace(finds(_recoveries(seed), CUT_OFF), held_from=held_from)
    last = seed.now - seed.now // 21 - seed.late
    parts = {field.name: 0 for field in fields(Revisions)}
    way = parts | {"last": last, "late": seed.late, "new": seed.now // 21, "this": seed.now}
    hotspots = (StatedHotspot("Dalston", "Hackney"), StatedHotspot("Elsewhere", "Brent"))
    world = World(
        incidents,
        recoveries=found,
        priority=SIX,
        revisions=Revisions(**way),
        activity=returned(_returns(seed), CUT_OFF),
        stated=StatedOperation(
            "Operation Viper", tactics=tuple(map(StatedTactic, TACTICS)), hotspots=hotspots
        ),
        areas=tuple(Area(name, name, tile=(1 + k // 3, 1 + k % 3)) for k, name in enumerate(AREAS)),
    )
    days = Period(max(held_from, date(2015, 5, 1)), date(2016, 4, 28), PeriodKind.OPERATION)
    total = incidents.within(days).count("total").count
    visible = tuple((wait, total - seed.late) for wait in (1, 2, 3, 7, 14, 28))
    quality = SourceQuality(
        "incidents", LoadRef(1, "incidents.csv", "ab" * 32),
        datetime(2016, 5, 30, 4, tzinfo=UTC), seed.now, seed.now, seed.late, (), 0.02, seed.late,
    )  # fmt: skip
    return replace(
        world.context,
        quality=(quality,),
        completeness=Completeness("incidents", days, total, visible, ()),
    )


@cache
def made(name: str) -> Made:
    """The whole briefing of a world."""
    return Made(compose(_context(SEEDS[name]), ALL_SECTIONS))


def title(name: str, ref: str) -> str:
    """The title of an exhibit of a world."""
    return plain(made(name).exhibits[ref].title)


def titles(ref: str) -> dict[str, str]:
    """An exhibit's title in each of the five."""
    return {name: title(name, ref) for name in WORLDS}


def compared(value: object) -> Iterator[Comparison]:
    """Every comparison below a part of a briefing."""
    if isinstance(value, Comparison):
        yield value
    elif isinstance(value, tuple):
        for each in value:
            yield from compared(each)
    elif is_dataclass(value):
        for field in fields(value):
            yield from compared(getattr(value, field.name))


def rows_of(table: Table) -> Iterator[tuple[Row, Comparison, Evidence | None]]:
    """The rows that draw a comparison, with their mark if they bear one."""
    for row in table.rows:
        marks = [cell for cell in row.cells if isinstance(cell, Evidence)]
        for cell in row.cells:
            if isinstance(cell, Whisker):
                yield row, cell.comparison, marks[0] if marks else None


def test_every_exhibit_is_there() -> None:
    """Nothing below is promised of an exhibit that is not drawn."""
    for name in WORLDS:
        exhibits = made(name).exhibits
        assert [ref for ref in EXHIBITS if ref not in exhibits] == [], name
        assert {"T11", "K1", "K2", "K3", "K4"} - set(exhibits) - set(made(name).tiles) == set()


@pytest.mark.parametrize("name", WORLDS)
def test_words_types_and_arithmetic_hold(name: str) -> None:
    """The language, the typed slots and the comparisons of a whole briefing."""
    check_language(made(name))
    check_types(made(name))
    for comparison in made(name).briefing.comparisons:
        check_comparison(comparison)


HEADLINE = {
    "rise": "Gun incidents are 100% above this point last year: 960 so far in 2016, against 480",
    "fall": "Gun incidents are 50% below this point last year: 480 so far in 2016, against 960",
    "neither": "No clear change in gun incidents: 470 so far in 2016, 467 at this point last year",
    "few": "Too few gun incidents to tell a change: 4 so far in 2016, 3 at this point last year",
    "none": "480 gun incidents so far in 2016",
}
# Titles made of verdicts, word for word.
BY_VERDICT: dict[str, dict[str, str]] = {
    "T1": {
        "rise": "Incidents over the year, 28 and 7 days: higher, likely real",
        "fall": "Incidents over the year, 28 and 7 days: lower, likely real",
        "neither": "Incidents over the year, 28 and 7 days: no clear change",
        "none": "Incidents over the year, 28 and 7 days: no comparison",
    },
    "T3": {
        "rise": "Higher, likely real: Fatal; Hurt, none killed; Nobody hurt",
        "fall": "Lower, likely real: Fatal; Hurt, none killed; Nobody hurt",
        "neither": "No outcome stands out on its own",
        "few": "Too few of any outcome to tell",
        "none": "Gun incidents by outcome",
    },
    "T4": {
        "rise": "Six priority boroughs together, and six boroughs alone: higher, likely real",
        "fall": "Six priority boroughs together, and six boroughs alone: lower, likely real",
        "neither": "Six priority boroughs together: no clear change; no borough alone is clear",
        "few": "Six priority boroughs together: too few to tell",
        "none": "Gun incidents by borough: no dated records for the same period of 2015",
    },
    "F4": {
        "rise": "960 items, 100% above this point last year",
        "fall": "480 items, 50% below this point last year",
        "neither": "No clear change in items: 470 against 467",
        "few": "Too few items to tell a change: 4 against 3",
        "none": "Firearms recovered so far in 2016: 480",
    },
    "T7": {
        "few": "Too few of each weapon type to tell a change",
        "none": "Weapon types by circumstance: nothing to compare them with",
    },
}


def test_the_headline_follows_the_verdict() -> None:
    """Each world has its own sentence."""
    assert {name: made(name).title for name in WORLDS} == HEADLINE


@pytest.mark.parametrize("ref", BY_VERDICT)
def test_titles_follow_the_verdicts(ref: str) -> None:
    """Five worlds, five titles; and each says what the rule makes of its own table."""
    found = titles(ref)
    assert {name: found[name] for name in BY_VERDICT[ref]} == BY_VERDICT[ref]
    assert len(set(found.values())) == len(WORLDS)


def test_a_week_is_too_few_where_the_year_is_not() -> None:
    """Verdicts of unlike periods are told apart in the title of table 1."""
    verdicts = [c.verdict for _, c, _ in rows_of(made("few").exhibits["T1"])][:3]
    assert set(verdicts) == {Verdict.FEW}
    assert title("few", "T1").endswith("too few to tell")


def test_weapon_types_that_stand_out_are_named() -> None:
    """A type is named only where its interval at 1 - 0.05/m leaves out no change."""
    assert HANDGUN in title("rise", "T7")
    assert title("rise", "T7").endswith("higher, likely real")
    assert title("fall", "T7").endswith("lower, likely real")
    assert title("neither", "T7") == "No weapon type alone shows a clear change"


def test_a_rise_mirrored_is_a_fall() -> None:
    """The same counts the other way round: the same titles with the other verdict."""
    for ref in ("T1", "T3", "T4"):
        assert (
            title("rise", ref).casefold().replace("higher", "lower")
            == title("fall", ref).casefold()
        )


def test_the_chart_of_weeks() -> None:
    """A long run on either side is worth a look; even weeks are not; and none without limits."""
    found = titles("F2")
    for name in ("rise", "fall"):
        assert re.match(r"Worth a look: \d+ weeks in a row on one side of what was", found[name])
    assert found["neither"] == found["few"] == "No week stands out from what was expected"
    assert found["none"].startswith("Gun incidents in the week to 25 May 2016: ")


def test_where_the_year_may_end() -> None:
    """Figure 1 and table 2 name the same end, that of this world; without years before, a count."""
    for name in WORLDS[:-1]:
        ends = made(name).figure_1.projection
        assert ends is not None
        end = f"{ends.median.count:,}"
        assert title(name, "F1").endswith(f"2016 would end near {end}")
        assert f"near {end} by its end" in title(name, "T2")
        assert title(name, "T2").startswith(f"{SEEDS[name].now} by 25 May;")
    assert title("none", "F1") == "Gun incidents in 2016 by 25 May: 480"
    assert title("none", "T2") == "Gun incidents by 25 May: 480"


NUMBERS: dict[str, dict[str, str]] = {
    "F3": {
        "rise": "The six priority boroughs account for 720 of 960 gun incidents",
        "few": "The six priority boroughs account for 4 of 4 gun incidents",
    },
    "T5": {
        "rise": "Hotspots hold 120 of 960 gun incidents",
        "few": "Hotspots hold 1 of 4 gun incidents; numbers this small cannot rank them",
    },
    "F6": {"rise": "Handgun: 90%", "fall": "Handgun: 50%", "none": "Items of 3 weapon types"},
    "T6": {
        "rise": "By 25 May 2015: 480 of that year’s 480",
        "fall": "By 25 May 2015: 960 of that year’s 960",
        "none": "By 25 May 2016: 480",
    },
    "T8": {
        "rise": "All 2 planned tactics were done within 10% of plan",
        "fall": "1 of the 2 planned tactics was done within 10% of plan, by the returns reported",
        "neither": "0 of the 2 planned tactics were done within 10% of plan",
        "few": "The returns state no plan that could be set against what was done",
        "none": "ANPR operation was done within 10% of plan",
    },
    "F8": {
        "rise": "All 16 weekly returns of the last 28 days were reported",
        "fall": "15 of 16 weekly returns of the last 28 days were reported",
    },
    "T9": {
        "rise": "3 of 960 rows were turned away",
        "none": "No row was turned away",
    },
    "T10": {
        "rise": "The last total is now 915, not 912",
        "fall": "The last total of 458 stands",
    },
}


@pytest.mark.parametrize("ref", NUMBERS)
def test_titles_hold_their_worlds_numbers(ref: str) -> None:
    """Titles without a verdict count what is there."""
    found = titles(ref)
    assert {name: found[name] for name in NUMBERS[ref]} == NUMBERS[ref]


@pytest.mark.parametrize("ref", EXHIBITS)
def test_no_title_is_a_constant(ref: str) -> None:
    """Whoever reads only titles reads what is in these data."""
    assert len(set(titles(ref).values())) > 1, title("rise", ref)


@pytest.mark.parametrize("name", WORLDS)
def test_one_comparison_has_one_verdict(name: str) -> None:
    """Tile, tables, charts and titles that speak of the same comparison agree about it."""
    found: dict[str, Comparison] = {}
    for each in compared(made(name).briefing.sections):
        same = found.setdefault(each.key, each)
        assert (each.verdict, each.low, each.high) == (same.verdict, same.low, same.high), each.key
        assert (each.now.value, each.then.value) == (same.now.value, same.then.value)
    expected = dict(zip(WORLDS, (Verdict.HIGHER, Verdict.LOWER, Verdict.UNCLEAR, Verdict.FEW,
                                 Verdict.NONE), strict=True))  # fmt: skip
    for key in ("incidents.ytd", "incidents.priority.ytd", "recoveries.ytd"):
        assert made(name).comparison(key).verdict is expected[name]


@pytest.mark.parametrize("name", WORLDS)
def test_marks_are_those_of_the_interval_beside_them(name: str) -> None:
    """Phrase, colour and whisker of a row are of one comparison; a title's are of its table."""
    for exhibit in made(name).exhibits.values():
        if not isinstance(exhibit, Table):
            continue
        verdicts = set()
        for _, comparison, mark in rows_of(exhibit):
            assert mark is None or mark == Evidence.of(comparison)
            verdicts.add(comparison.verdict)
        assert phrases_of(exhibit.title) <= verdicts, exhibit.ref


def _named_rows(table: Table) -> Iterator[tuple[str, Comparison]]:
    for row, comparison, _ in rows_of(table):
        yield plain(row.cells[0]), comparison  # type: ignore[arg-type]


@pytest.mark.parametrize("name", WORLDS)
@pytest.mark.parametrize("ref", ["T3", "T4", "T7"])
def test_who_enters_a_title_is_clear_among_many(name: str, ref: str) -> None:
    """A row named in a title is called at 1 - 0.05/m too, for the m rows of its table."""
    table: Any = made(name).exhibits[ref]
    rows = list(_named_rows(table))
    spoken = _spoken(table.title)
    for label, comparison in rows:
        if label not in spoken or not comparison.likely_real:
            continue
        a, b = comparison.evidence or (comparison.now, comparison.then)
        days = a.period.days, b.period.days
        level = bonferroni_level(len(rows))
        wide: Any = rate_ratio(a.count, days[0], b.count, days[1], comparison.phi, level=level)
        assert wide.leaves_out_one, label


def _spoken(content: Text) -> str:
    return " ".join(part.text for part in content if isinstance(part, Name))


def test_the_first_day_of_the_run_is_no_dividing_line() -> None:
    """Nothing is compared across the announcement: every comparator is a year before."""
    for each in made("rise").briefing.comparisons:
        assert each.now.period.start - each.then.period.start >= 364 * ONE_DAY
