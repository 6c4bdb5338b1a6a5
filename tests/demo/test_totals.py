"""The demo's totals, recounted from its files alone."""

from collections import Counter
from datetime import date, datetime, time, timedelta
from itertools import pairwise

import pytest

from viperreport.demo.home import CUT_OFF, KNOWN_AT

from .conftest import LONDON, TACTICS, Source, monday

PRIORITY = {"Hackney", "Lambeth", "Southwark", "Brent", "Newham", "Tower Hamlets"}
HOTSPOTS = {"Bromley-by-Bow", "Hackney", "Stoke Newington", "Brixton", "Camberwell", "Harlesden"}
BEFORE = monday(2016, 5, 23)
THEN = monday(2015, 5, 30)  # five days and six hours after 25 May 2015, as KNOWN_AT after CUT_OFF
THEN_WEEKS = monday(2015, 6, 1)  # the same after 27 May 2015
WEEKS_THEN = (date(2015, 4, 30), date(2015, 5, 27))
WEEKS_NOW = (date(2016, 4, 28), CUT_OFF)


def year(number: int) -> tuple[date, date]:
    """A whole year."""
    return date(number, 1, 1), date(number, 12, 31)


def to_date(number: int) -> tuple[date, date]:
    """1 January to 25 May."""
    return date(number, 1, 1), date(number, 5, 25)


def hurt(source: Source, instant: datetime, first: date, last: date) -> int:
    """Incidents with someone killed or injured."""
    return sum(
        row["killed"] != "0" or row["injured"] != "0" for row in source.at(instant, first, last)
    )


def test_the_edition() -> None:
    """It counts to Wednesday 25 May 2016 and knows what was known on Monday 30 May at 06:00."""
    assert date(2016, 5, 25) == CUT_OFF
    assert monday(2016, 5, 30) == KNOWN_AT


def test_published_incidents(incidents: Source) -> None:
    """226 in the whole of 2015, 122 to 25 May 2016, and nothing dated before 2013."""
    assert incidents.count(KNOWN_AT, *year(2015)) == 226
    assert incidents.count(KNOWN_AT, *to_date(2016)) == 122
    assert min(version.day for version in incidents.versions) >= date(2013, 1, 1)


def test_published_recoveries(recoveries: Source) -> None:
    """714 firearms recovered in 2015 and 577 in 2014; a find of several is several."""
    assert recoveries.total("items", KNOWN_AT, *year(2015)) == 714
    assert recoveries.total("items", KNOWN_AT, *year(2014)) == 577
    assert recoveries.count(KNOWN_AT, *year(2015)) < 714


@pytest.mark.parametrize(
    ("number", "whole", "part"), [(2013, 251, 101), (2014, 217, 88), (2015, 226, 86)]
)
def test_years(incidents: Source, number: int, whole: int, part: int) -> None:
    """The years before are those of the design's sample pages, settled."""
    assert incidents.count(KNOWN_AT, *year(number)) == whole
    assert incidents.count(KNOWN_AT, *to_date(number)) == part


def test_as_recorded_then(incidents: Source, recoveries: Source) -> None:
    """A year before, 84 incidents and 262 firearms were recorded; 20, 5, 61, 15 of late."""
    assert incidents.count(THEN, *to_date(2015)) == 84
    assert recoveries.total("items", THEN, *to_date(2015)) == 262
    assert incidents.count(THEN_WEEKS, *WEEKS_THEN) == 20
    assert incidents.count(THEN_WEEKS, date(2015, 5, 21), WEEKS_THEN[1]) == 5
    assert recoveries.total("items", THEN_WEEKS, *WEEKS_THEN) == 61
    assert recoveries.total("items", THEN_WEEKS, date(2015, 5, 21), WEEKS_THEN[1]) == 15


def test_of_late(incidents: Source, recoveries: Source) -> None:
    """27 incidents in 28 days, 9 in 7; 318 firearms in the year to date, 79 and 24."""
    assert incidents.count(KNOWN_AT, *WEEKS_NOW) == 27
    assert incidents.count(KNOWN_AT, date(2016, 5, 19), CUT_OFF) == 9
    assert recoveries.total("items", KNOWN_AT, *to_date(2016)) == 318
    assert recoveries.total("items", KNOWN_AT, *WEEKS_NOW) == 79
    assert recoveries.total("items", KNOWN_AT, date(2016, 5, 19), CUT_OFF) == 24


def test_reconciliation(incidents: Source) -> None:
    """The last edition's 110, 3 recorded late and 9 new make 122; nothing else changed."""
    earlier = (date(2016, 1, 1), date(2016, 5, 18))
    before = {row["reference"]: row["date"] for row in incidents.at(BEFORE, *earlier)}
    after = {row["reference"]: row["date"] for row in incidents.at(KNOWN_AT, *to_date(2016))}
    late = [key for key, day in after.items() if key not in before and day <= "2016-05-18"]
    new = [key for key, day in after.items() if key not in before and day > "2016-05-18"]
    assert (len(before), len(late), len(new), len(after)) == (110, 3, 9, 122)
    assert all(after[key] == day for key, day in before.items())


def test_outcomes(incidents: Source) -> None:
    """39 against 29 with someone hurt, 6 against 5 killed; 8 and 7, 3 and 2 of late."""
    assert hurt(incidents, KNOWN_AT, *to_date(2016)) == 39
    assert hurt(incidents, THEN, *to_date(2015)) == 29
    assert incidents.total("killed", KNOWN_AT, *to_date(2016)) == 6
    assert incidents.total("killed", THEN, *to_date(2015)) == 5
    assert hurt(incidents, KNOWN_AT, *WEEKS_NOW) == 8
    assert hurt(incidents, THEN_WEEKS, *WEEKS_THEN) == 7
    assert hurt(incidents, KNOWN_AT, date(2016, 5, 19), CUT_OFF) == 3
    assert hurt(incidents, THEN_WEEKS, date(2015, 5, 21), WEEKS_THEN[1]) == 2


def test_places(incidents: Source) -> None:
    """77 of 122 in the six priority boroughs (47 of 84), and incidents in every hotspot."""
    now, then = incidents.at(KNOWN_AT, *to_date(2016)), incidents.at(THEN, *to_date(2015))
    assert sum(row["borough"] in PRIORITY for row in now) == 77
    assert sum(row["borough"] in PRIORITY for row in then) == 47
    assert {row["neighbourhood"] for row in now} >= HOTSPOTS
    assert {row["neighbourhood"] for row in then} >= HOTSPOTS


@pytest.mark.parametrize(
    ("days", "share"), [(1, 50), (2, 75), (3, 89), (4, 94), (5, 95), (28, 96), (120, 100)]
)
def test_lag(incidents: Source, days: int, share: int) -> None:
    """So many percent are visible at 06:00 so many days after, within two points."""
    period = (date(2013, 1, 1), date(2015, 12, 31))
    kept = {row["reference"] for row in incidents.at(KNOWN_AT, *period)}
    known = [each for each in incidents.versions if each.row["reference"] in kept]
    visible = sum(
        each.since <= datetime.combine(each.day + timedelta(days=days), time(6), LONDON)
        for each in known
    )
    assert abs(100 * visible / len(known) - share) <= 2


def test_changes(incidents: Source) -> None:
    """Since the first file about 2.6 % gain a death, 2.3 % are withdrawn, 1 % move."""
    by_key: dict[str, list[dict[str, str]]] = {}
    for version in sorted(incidents.versions, key=lambda each: each.since):
        by_key.setdefault(version.row["reference"], []).append(version.row)
    last = {row["reference"] for row in incidents.files[-1][1]}
    new = [key for key, versions in by_key.items() if versions[0]["date"] >= "2016"]
    pairs = [
        (before, after) for versions in by_key.values() for before, after in pairwise(versions)
    ]
    died = [1 for before, after in pairs if after["killed"] > before["killed"]]
    moved = [1 for before, after in pairs if after["date"] != before["date"]]
    withdrawn = set(by_key) - last
    assert len(died) + len(moved) == len(pairs)
    assert 0.018 <= len(died) / len(new) <= 0.036
    assert 0.015 <= len(withdrawn) / len(new) <= 0.030
    assert 0.005 <= len(moved) / len(new) <= 0.015


def test_a_death_shows_between_the_editions(incidents: Source) -> None:
    """One of the 110 was injured in the edition before and is killed in this one."""
    earlier = (date(2016, 1, 1), date(2016, 5, 18))
    before = {row["reference"]: row for row in incidents.at(BEFORE, *earlier)}
    after = {row["reference"]: row for row in incidents.at(KNOWN_AT, *earlier)}
    changed = [key for key, row in before.items() if after[key] != row]
    assert len(changed) == 1
    assert (before[changed[0]]["killed"], after[changed[0]]["killed"]) == ("0", "1")


@pytest.mark.parametrize(
    ("tactic", "sums"),
    [
        (TACTICS[0], (168, 161, 9, 1930)),
        (TACTICS[1], (24, 22, 31, 318)),
        (TACTICS[2], (60, 66, 0, 66)),
        (TACTICS[3], (0, 412, 71, 98)),
        (TACTICS[4], (40, 37, 37, 52)),
        (TACTICS[5], (36, 34, 29, 21)),
    ],
)
def test_tactics(activity: Source, tactic: str, sums: tuple[int, ...]) -> None:
    """The last 28 days come to the sample page's plan, done, arrests and reach."""
    rows = [row for row in activity.at(KNOWN_AT, *WEEKS_NOW) if row["tactic"] == tactic]
    columns = ("planned", "done", "arrests", "reach")
    assert tuple(sum(int(row[column] or 0) for row in rows) for column in columns) == sums
    assert len(rows) == 24


def test_seasons(incidents: Source) -> None:
    """Weekends are livelier than working days, as in any real year."""
    days = Counter(each.day.weekday() for each in incidents.versions if each.day.year < 2016)
    assert (days[4] + days[5] + days[6]) / 3 > 1.1 * (days[0] + days[1] + days[2] + days[3]) / 4
