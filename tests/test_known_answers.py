"""Real files through the real line, held against answers that were counted elsewhere."""

import csv
import json
import re
from collections import defaultdict
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.known_answers import Edition, edition, known_answers, real_home, snapshot_of
from viperreport.model.figure import Comparison, Maturity, Verdict, WhyNone
from viperreport.model.period import Period, calendar_year, same_period, year_to_date
from viperreport.model.snapshot import Cube
from viperreport.pipeline import Home

JUNE, LEAP_DAY = date(2016, 6, 20), date(2016, 2, 29)
MAY, MID_MAY, END = date(2016, 5, 31), date(2016, 5, 25), date(2020, 6, 30)
VIPER_BOROUGHS = ("Brent", "Hackney", "Lambeth", "Newham", "Southwark", "Tower Hamlets")
MonthCounts = dict[tuple[str, str, int, int], int]


@pytest.fixture(scope="session")
def new_york_home(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """New York with its file of 20,659 rows."""
    return real_home("newyork", real_data, tmp_path_factory.mktemp("homes"))


@pytest.fixture(scope="session")
def london_home(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """London with the offences recorded by month and borough."""
    return real_home("london", real_data, tmp_path_factory.mktemp("homes"))


@pytest.fixture(scope="session")
def shootings(new_york_home: Home) -> dict[date, Edition]:
    """New York's editions at both known cut-offs."""
    return {day: edition(new_york_home, day) for day in (JUNE, LEAP_DAY)}


@pytest.fixture(scope="session")
def offences(london_home: Home) -> dict[date, Edition]:
    """London's editions: a month's end, within a month, and the end of the file."""
    return {day: edition(london_home, day) for day in (MAY, MID_MAY, END)}


@pytest.fixture(scope="session")
def by_month(real_data: Path) -> MonthCounts:
    """(borough, offence, year, month) → count, read with the csv module alone."""
    counts: defaultdict[tuple[str, str, int, int], int] = defaultdict(int)
    file = real_data / "london/mps_borough_level_crime_201004_202006.csv"
    with file.open(encoding="utf-8-sig", newline="") as rows:
        for row in csv.DictReader(rows):
            if "Firearm" in row["MinorText"]:
                for head, cell in row.items():
                    if re.fullmatch(r"\d{6}", head):
                        key = (row["LookUp_BoroughName"], row["MinorText"])
                        counts[*key, int(head[:4]), int(head[4:])] += int(cell)
    return dict(counts)


@pytest.fixture(scope="session")
def statistics(real_data: Path) -> dict[str, Any]:
    """Known answers for intervals and projections."""
    found: dict[str, Any] = json.loads((real_data / "statistics.json").read_text())
    return found


def compared(made: Edition, key: str) -> Comparison:
    """The comparison with a key."""
    return next(each for each in made.briefing.comparisons if each.key == key)


def interval(comparison: Comparison) -> tuple[float, float]:
    """Both ends, to four places."""
    assert comparison.low is not None
    assert comparison.high is not None
    return round(comparison.low, 4), round(comparison.high, 4)


def cube_of(home: Home, cut_off: date) -> Cube:
    """The headline source's counts."""
    cube = snapshot_of(home, cut_off).incidents
    assert cube is not None
    return cube


def cells(answers: dict[str, Any], part: str, what: str) -> dict[int, int]:
    """Year → count of one table of the known answers."""
    return {int(year): row[what] for year, row in answers[part].items()}


@pytest.mark.parametrize("cut_off", [JUNE, LEAP_DAY])
def test_new_york_counts_incidents_of_every_year(
    cut_off: date, shootings: dict[date, Edition], real_data: Path
) -> None:
    """Every year's same period and every whole year, by incidents, to the last one."""
    answers, made = known_answers(real_data, "nyc", cut_off), shootings[cut_off]
    to_date = cells(answers, "ytd_by_year", "distinct_incidents")
    whole = cells(answers, "whole_year", "distinct_incidents")
    assert {year: made.value(f"incidents.ytd.{year}") for year in to_date} == to_date
    assert {year: made.value(f"incidents.year.{year}") for year in whole} == whole
    assert (len(to_date), len(whole)) == (11, 10)
    assert "incidents.year.2016" not in made.figures  # the year is not over
    for year, row in answers["ytd_by_year"].items():
        assert made.figure(f"incidents.ytd.{year}").period.last_day == date.fromisoformat(row["to"])


@pytest.mark.parametrize("cut_off", [JUNE, LEAP_DAY])
def test_new_york_counts_fatal_incidents_of_every_year(
    cut_off: date, new_york_home: Home, real_data: Path
) -> None:
    """Fatal = any row of the key true: every year's same period and every whole year."""
    answers, cube = known_answers(real_data, "nyc", cut_off), cube_of(new_york_home, cut_off)

    def fatal(period: Period) -> float | None:
        return cube.within(period).where(fatal="yes").count("fatal").value

    to_date = cells(answers, "ytd_by_year", "fatal_incidents")
    now = year_to_date(cut_off)
    periods = {y: same_period(now, 2016 - y) if y < 2016 else now for y in to_date}
    assert {year: fatal(period) for year, period in periods.items()} == to_date
    whole = cells(answers, "whole_year", "fatal_incidents")
    assert {year: fatal(calendar_year(year)) for year in whole} == whole


@pytest.mark.parametrize("cut_off", [JUNE, LEAP_DAY])
def test_new_york_areas_by_incidents(cut_off: date, new_york_home: Home, real_data: Path) -> None:
    """The five boroughs by incidents; with the unknown they add up to the city."""
    answers, cube = known_answers(real_data, "nyc", cut_off), cube_of(new_york_home, cut_off)
    query = cube.within(year_to_date(cut_off))
    expected = {name.title(): count for name, count in answers["top5_areas_ytd_incidents"]}
    found = {area: query.where(area=area).count("k").value for area in cube.values("area")}
    assert found == expected
    unknown = query.where(area="").count("k").count
    assert sum(expected.values()) + unknown == query.count("k").value


def test_new_york_on_20_june_2016(
    shootings: dict[date, Edition], statistics: dict[str, Any]
) -> None:
    """405 against 510, 80 fatal against 97, −21 %, the known interval, projection and limits."""
    made = shootings[JUNE]
    year, fatal = compared(made, "incidents.ytd"), compared(made, "incidents.fatal.ytd")
    assert (year.now.value, year.then.value, year.difference, year.percent) == (405, 510, -105, -21)
    assert (fatal.now.value, fatal.then.value) == (80, 97)
    assert (year.now.period.days, year.then.period.days) == (172, 171)
    assert interval(year) == (0.6802, 0.9158)
    assert round(year.phi, 4) == 1.2512
    assert year.verdict is Verdict.LOWER
    assert year.maturity is Maturity.NOT_COMPARABLE  # one load: last year is settled
    known = next(each for each in statistics["projection"] if each["a"] == 405)
    ends = {name: made.value(f"incidents.projection.2016.{name}") for name in
            ("median", "low80", "high80", "low95", "high95")}  # fmt: skip
    expected = dict(zip(ends, (known["median"], *known["p80"], *known["p95"]), strict=True))
    assert ends == pytest.approx(expected, abs=1e-4)


def test_new_york_on_29_february_2016(shootings: dict[date, Edition]) -> None:
    """120 in 60 days against 149 in the 59 days to 28 February; no clear change; no projection."""
    made = shootings[LEAP_DAY]
    year = compared(made, "incidents.ytd")
    assert (year.now.value, year.then.value, year.percent) == (120, 149, -19)
    assert year.then.period.last_day == date(2015, 2, 28)
    assert (year.now.period.days, year.then.period.days) == (60, 59)
    assert interval(year) == (0.5987, 1.0452)
    assert round(year.phi, 4) == 1.2521
    assert year.verdict is Verdict.UNCLEAR
    assert "28 February" in made.page
    assert not [key for key in made.figures if "projection" in key]


@pytest.mark.parametrize("cut_off", [JUNE, LEAP_DAY])
def test_new_york_holds_no_persons_and_prints_no_rows(
    cut_off: date, shootings: dict[date, Edition], real_data: Path
) -> None:
    """Rows are not victims: killed and injured are "not held", and no count of rows is a figure."""
    made, answers = shootings[cut_off], known_answers(real_data, "nyc", cut_off)
    for who in ("killed", "injured"):
        missing = made.figure(f"incidents.{who}.ytd.2016")
        assert (missing.value, missing.why_none) == (None, WhyNone.NOT_HELD)
    assert "not held" in made.page
    rows = {row["records"] for row in answers["ytd_by_year"].values()}
    values = {figure.value for key, figure in made.figures.items() if ".ytd." in key}
    assert not values & (rows - set(cells(answers, "ytd_by_year", "distinct_incidents").values()))
    assert not re.search(rf"\b{answers['ytd_by_year']['2016']['records']}\b", made.page)


def test_london_on_31_may_2016(offences: dict[date, Edition], statistics: dict[str, Any]) -> None:
    """420 against 322 recorded firearm offences, 113 against 78 in the six priority boroughs."""
    made = offences[MAY]
    year, six = compared(made, "offences.ytd"), compared(made, "offences.priority.ytd")
    assert (year.now.value, year.then.value, year.difference, year.percent) == (420, 322, 98, 30)
    assert (six.now.value, six.then.value, six.percent) == (113, 78, 45)
    assert six.now.where == (("area", VIPER_BOROUGHS),) == six.then.where
    assert interval(year) == (1.1070, 1.5180)
    assert interval(six) == (1.069, 1.946)
    phi = next(e["phi"] for e in statistics["phi"] if e.get("home") == "london monthly")
    assert (round(year.phi, 4), year.phi_measured) == (phi, True)
    assert {year.verdict, six.verdict} == {Verdict.HIGHER}
    assert year.now.unit == "offence"


def test_london_to_date_of_every_year(offences: dict[date, Edition], real_data: Path) -> None:
    """January to May of 2011 to 2016; of 2010, which starts in April, there is none."""
    answers, made = known_answers(real_data, "london", MAY), offences[MAY]
    expected = cells(answers, "ytd_by_year", "offences") | {2010: None}
    assert {year: made.value(f"offences.ytd.{year}") for year in expected} == expected
    assert made.figure("offences.ytd.2010").why_none is WhyNone.NOT_HELD


def test_london_whole_years(offences: dict[date, Edition], real_data: Path) -> None:
    """2011 to 2015 are whole; 2010 is held in part, so has no number, and 2016 is not over."""
    answers, made = known_answers(real_data, "london", MAY), offences[MAY]
    expected = {int(year): count for year, count in answers["whole_year"].items()}
    assert set(expected) == set(range(2011, 2016))
    assert {year: made.value(f"offences.year.{year}") for year in expected} == expected
    assert made.figure("offences.year.2010").why_none is WhyNone.NOT_HELD
    assert "offences.year.2016" not in made.figures


def test_london_boroughs_and_offences(london_home: Home, real_data: Path) -> None:
    """Every borough to May 2016, the six of Viper in both years, every offence of every year."""
    answers, cube = known_answers(real_data, "london", MAY), cube_of(london_home, MAY)
    now = year_to_date(MAY)

    def count(period: Period, **where: str) -> float | None:
        return cube.within(period).where(**where).count("k").value

    boroughs = answers["all_boroughs"]
    assert {area: count(now, area=area) for area in cube.values("area")} == boroughs
    assert sum(boroughs.values()) == 420
    for table, back in (("viper_six_boroughs", 0), ("viper_six_boroughs_prev_year", 1)):
        period = same_period(now) if back else now
        assert {area: count(period, area=area) for area in answers[table]} == answers[table]
    for year, row in answers["ytd_by_year"].items():
        period = same_period(now, 2016 - int(year)) if year != "2016" else now
        found = {name: count(period, category=name) for name in row["by_offence"]}
        expected = row["by_offence"] if year != "2010" else dict.fromkeys(row["by_offence"])
        assert found == expected


def test_london_at_the_end_of_its_file(
    offences: dict[date, Edition], by_month: MonthCounts
) -> None:
    """June 2020 is the last month: neither 2010 nor 2020 ever has a whole year, 2011 to 2019 have.

    The answers are counted here with the csv module, since the known answers end in 2016.
    """
    made = offences[END]

    def expected(year: int, months: int) -> int:
        return sum(n for (_, _, y, m), n in by_month.items() if y == year and m <= months)

    whole = {year: expected(year, 12) for year in range(2011, 2020)}
    assert {year: made.value(f"offences.year.{year}") for year in whole} == whole
    assert made.value("offences.year.2010") is None
    assert "offences.year.2020" not in made.figures
    to_date = {year: expected(year, 6) for year in range(2011, 2021)}
    assert {year: made.value(f"offences.ytd.{year}") for year in to_date} == to_date
    assert made.value("offences.ytd.2010") is None
    partial = expected(2010, 12)
    holding = {figure.key for figure in made.figures.values() if figure.value == partial}
    compared_keys = {key for c in made.briefing.comparisons for key in (c.now.key, c.then.key)}
    assert holding == {"offences.part.2010"}  # drawn hatched, never as a year
    assert not holding & compared_keys
    assert f"{partial:,}" not in made.page.split()
    year = compared(made, "offences.ytd")
    assert (year.now.period.days, year.then.period.days) == (182, 181)


def test_london_within_a_month_stops_at_the_last_whole_one(
    offences: dict[date, Edition], by_month: MonthCounts
) -> None:
    """Cut-off 25 May: both sides are counted to 30 April, and the page says so."""
    made = offences[MID_MAY]

    def expected(year: int, areas: tuple[str, ...] = ()) -> int:
        return sum(
            count
            for (area, _, y, month), count in by_month.items()
            if y == year and month <= 4 and (not areas or area in areas)
        )

    year, six = compared(made, "offences.ytd"), compared(made, "offences.priority.ytd")
    assert (year.now.value, year.then.value) == (expected(2016), expected(2015))
    assert (six.now.value, six.then.value) == (
        expected(2016, VIPER_BOROUGHS), expected(2015, VIPER_BOROUGHS),
    )  # fmt: skip
    for comparison in made.briefing.comparisons:
        assert comparison.now.period.last_day == date(2016, 4, 30)
        assert comparison.then.period.last_day == date(2015, 4, 30)
    assert "30 April 2016" in made.page
    assert not made.briefing.on_hold  # a month that is not over is not late


def test_recorded_offences_are_never_called_shootings(offences: dict[date, Edition]) -> None:
    """Another measure than the release's: the page says "recorded", and has none of its totals."""
    for made in offences.values():
        assert "Recorded firearm offences" in made.page
        assert not re.search(r"shooting|gun incident|discharge", made.page, re.IGNORECASE)
        assert "annual total" not in made.page
