"""No false alarm: a year of healthy weekly deliveries trips no guard."""

import csv
import random
import warnings
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest

from tests.feeds import Feed, built, mondays
from viperreport.model.period import calendar_year

FIRST_MONDAY = date(2017, 7, 3)
A_YEAR = 52
SEEDS = (1, 2, 3)  # fixed before the first run
SMALL_TOTAL = 38


def new_york_rows(real_data: Path) -> tuple[str, list[tuple[date, str]]]:
    """The real file's header and its rows by their days, in its order."""
    file = real_data / "nyc" / "nypd_shootings_historic_2006_2018.csv"
    header, *lines = file.read_text(encoding="utf-8").splitlines()
    place = header.split(",").index("OCCUR_DATE")
    return header, [(_day(next(csv.reader(StringIO(line)))[place]), line) for line in lines]


def _day(written: str) -> date:
    return datetime.strptime(written, "%m/%d/%Y").date()  # noqa: DTZ007


def small_rows(seed: int) -> list[tuple[date, str]]:
    """Eight years of a place with 38 incidents a year on average, by chance alone."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    rows: list[tuple[date, str]] = []
    for year in range(2011, 2019):
        whole = calendar_year(year)
        for day in (whole.start + timedelta(days=k) for k in range(whole.days)):
            if chance.random() < SMALL_TOTAL / whole.days:
                area = chance.choices(("North", "South", "West", ""), (60, 30, 8, 2))[0]
                killed = "true" if chance.random() < 0.15 else "false"
                rows.append((day, f"{len(rows)},{day:%m/%d/%Y},{area},{killed}"))
    return rows


def alarms(feed: Feed, first: date = FIRST_MONDAY) -> Iterator[str]:
    """Everything that a year of Mondays complains of."""
    home = feed.open()
    for monday in mondays(first, A_YEAR):
        report = feed.deliver(home, monday)
        if report.outcome not in {"accepted", "unchanged"} or report.rows_bad:
            yield f"{monday}: {report.outcome}, {report.rows_bad} bad rows"
        yield from (f"{monday}: {guard}" for guard in built(home, monday).guards if guard.held)


def quiet(feed: Feed) -> None:
    """Hold a year of Mondays to: no refusal (which raises), no hold, no warning."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert list(alarms(feed)) == []


def test_a_year_of_new_yorks_real_file_trips_nothing(real_data: Path, tmp_path: Path) -> None:
    """52 Mondays through the New Year, each with the real file up to Sunday (from 2013 on)."""
    header, rows = new_york_rows(real_data)
    since = [(day, line) for day, line in rows if day.year >= 2013]
    quiet(Feed(tmp_path, header, since))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_year_of_a_place_with_38_incidents_trips_nothing(seed: int, tmp_path: Path) -> None:
    """Weeks without a record, areas with one or none: still no refusal, no hold, no warning."""
    header = "INCIDENT_KEY,OCCUR_DATE,BORO,STATISTICAL_MURDER_FLAG"
    quiet(Feed(tmp_path, header, small_rows(seed)))
