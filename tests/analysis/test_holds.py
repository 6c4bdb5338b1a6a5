"""The guards' own arithmetic: what trips each, and that chance alone hardly ever does."""

import random
from datetime import UTC, date, datetime, timedelta

import pytest

from viperreport.analysis.holds import has_gone_back, is_drop, silent_values, too_many_unknown
from viperreport.model.figure import Measure, Unit
from viperreport.model.period import ONE_DAY, Period, calendar_year
from viperreport.model.snapshot import Cell, Cube
from viperreport.model.watching import Recount, UnknownAreas

YEAR = calendar_year(2016)
END = date(2018, 12, 31)


@pytest.mark.parametrize(
    ("before", "now", "dropped"),
    [(100, 95, False), (100, 94, True), (20, 16, False), (20, 15, True), (0, 0, False),
     (100, 200, False), (101, 95, True), (120, 114, False)],
)  # fmt: skip
def test_a_drop_is_five_records_and_more_than_the_limit(
    before: int,
    now: int,
    dropped: bool,  # noqa: FBT001 - a case
) -> None:
    """6 of 100 at 5 %, not 5; 5 of 20, not 4."""
    assert is_drop(Recount(YEAR, before, now), 0.05) == dropped


def test_newest_days_go_back_by_two_records() -> None:
    """One newest record may be withdrawn before another comes; two at once are no accident."""
    sunday = date(2016, 5, 29)
    assert has_gone_back(sunday - ONE_DAY, sunday, 2)
    assert not has_gone_back(sunday - ONE_DAY, sunday, 1)
    assert not has_gone_back(sunday, sunday, 2)
    assert has_gone_back(None, sunday, 2)
    assert not has_gone_back(None, None, 0)


def cube(cells: list[Cell], held_to: date = END) -> Cube:
    """A source of incidents."""
    measure = Measure("discharge", "Gun incidents", "Discharges.", Unit.INCIDENT)
    known_at = datetime(2019, 1, 7, tzinfo=UTC)
    return Cube("i", measure, known_at, date(2010, 1, 1), held_to, tuple(sorted(cells)))


def every(days: int, last: date, area: str, number: int) -> list[Cell]:
    """So many records, one in so many days, up to a last day."""
    return [Cell(last - timedelta(days=days * k), area, records=1) for k in range(number)]


def test_a_silent_value_is_missing_when_enough_were_to_be_expected() -> None:
    """Of 73 (surely 55.9) a year: 4.6 + ln m is passed after 69 or 70 silent days, as m counts."""
    others = every(1, END, "North", 730)
    for silent, missing in ((68, False), (71, True)):
        own = every(5, END - timedelta(days=silent), "South", 146)
        found = silent_values(cube([*others, *own]))
        assert bool(found) == missing
    assert (found[0].label, found[0].value, found[0].records) == ("area", "South", 73)
    assert found[0].last == END - timedelta(days=71)
    assert silent_values(cube([*others, *own]), ["SOUTH"]) == ()


def test_a_value_that_fell_silent_long_ago_was_missed_before() -> None:
    """After a year it is history."""
    others = every(1, END, "North", 1500)
    own = every(2, END - timedelta(days=366), "South", 200)
    assert silent_values(cube([*others, *own])) == ()


def test_rare_values_do_not_trip_by_chance() -> None:
    """40 places of 12 areas each, looked at every week of a year: fewer than 1 in 100 alarms."""
    chance = random.Random(11)  # noqa: S311 - no secret
    alarmed = 0
    for _ in range(40):
        rates = [chance.choice((2, 5, 12, 30, 80)) for _ in range(12)]
        cells = [
            Cell(END - timedelta(days=chance.randrange(1100)), f"area {k}", records=1)
            for k, rate in enumerate(rates)
            for _ in range(3 * rate)
        ]
        weeks = (END - timedelta(days=7 * week) for week in range(52))
        alarmed += any(
            silent_values(cube([c for c in cells if c.day <= week], week)) for week in weeks
        )
    assert alarmed <= 1


def unknown(now: tuple[int, int], before: tuple[int, int]) -> bool:
    """Whether so many of so many are too many, after so many of so many."""
    days = Period(date(2016, 5, 1), date(2016, 5, 29), YEAR.kind)
    return too_many_unknown(UnknownAreas(days, *now, *before), 0.1)


def test_unknown_areas_are_held_against_their_own_history() -> None:
    """A third is too many after none; after a third it is as usual; five records are the least."""
    assert unknown((30, 90), (0, 1000))
    assert not unknown((30, 90), (333, 1000))
    assert not unknown((9, 90), (0, 1000))  # a tenth: not over the limit
    assert unknown((10, 90), (0, 1000))
    assert not unknown((4, 5), (0, 1000))
    assert not unknown((20, 40), (160, 400))  # half after two fifths: chance
    assert not unknown((30, 90), (0, 29))  # too little to know what is usual
