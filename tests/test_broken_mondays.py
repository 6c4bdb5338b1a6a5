"""Broken feeds that no load refuses: each holds its edition, for the right reason and no other.

What a single load may change is limited; these stay below that, or come bit by bit.
"""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text as sql

from tests.evidence.engines import postgresql_url
from tests.feeds import Feed, Keep, built, everything
from viperreport.as_json import as_json
from viperreport.database import open_engine
from viperreport.model.briefing import Briefing, MarkerKind
from viperreport.model.period import ONE_DAY, WEEK, calendar_year
from viperreport.model.wording import plain
from viperreport.pipeline import Home

__all__ = ["postgresql_url"]
HEADER = "INCIDENT_KEY,OCCUR_DATE,BORO,STATISTICAL_MURDER_FLAG"
MONDAY = date(2017, 7, 3)
SUNDAY = MONDAY - ONE_DAY


def rows() -> list[tuple[date, str]]:
    """Some 400 incidents a year, by chance alone; one in 25 of them in the West."""
    chance = random.Random(7)  # noqa: S311 - no secret
    made: list[tuple[date, str]] = []
    first, last = calendar_year(2014).start, calendar_year(2017).last_day
    for day in (first + timedelta(days=k) for k in range((last - first).days)):
        for _ in range(chance.choices((0, 1, 2, 3), (33, 36, 20, 11))[0]):
            area = chance.choices(("North", "South", "West"), (56, 40, 4))[0]
            made.append((day, f"{len(made)},{day:%m/%d/%Y},{area},false"))
    return made


@pytest.fixture
def feed(tmp_path: Path) -> Feed:
    """A small city's feed."""
    return Feed(tmp_path, HEADER, rows())


@pytest.fixture
def home(feed: Feed) -> Home:
    """Its home, with a healthy delivery of the Monday before and one of this Monday."""
    return begun(feed, {})


def begun(feed: Feed, environ: dict[str, str]) -> Home:
    """A home that was healthy until now."""
    opened = feed.open(environ)
    for monday in (MONDAY - WEEK, MONDAY):
        feed.deliver(opened, monday)
        assert held(built(opened, monday)) == {}
    return opened


def held(briefing: Briefing) -> dict[str, tuple[str, str]]:
    """What holds an edition: what each guard found, and what to do about it."""
    return {
        guard.name: (plain(guard.said), plain(guard.step))
        for guard in briefing.guards
        if guard.held
    }


def later(feed: Feed, home: Home, keep: Keep = everything, week: int = 1) -> Briefing:
    """Deliver what is kept on a later Monday, and build."""
    monday = MONDAY + week * WEEK
    feed.deliver(home, monday, keep)
    return built(home, monday)


def renamed(feed: Feed, since: date, old: str, new: str) -> Feed:
    """The same feed, in which a value reads otherwise from a day on."""
    changed = [
        (day, line.replace(f",{old},", f",{new},") if day >= since else line)
        for day, line in feed.rows
    ]
    return replace(feed, rows=changed)


def only(briefing: Briefing, name: str) -> tuple[str, str]:
    """What the one guard that holds an edition says; the edition is whole all the same."""
    assert set(held(briefing)) == {name}
    assert briefing.markers[0].kind is MarkerKind.ON_HOLD
    said, step = held(briefing)[name]
    assert said in as_json(briefing)
    titles = [plain(block.title) for section in briefing.sections if section.name == "methods"
              for block in section.blocks if hasattr(block, "title")]  # fmt: skip
    assert titles[0] == "On hold: not for release"
    assert {section.name for section in briefing.sections} > {"headline", "incidents", "areas"}
    return said, step


def test_deliveries_without_new_rows(feed: Feed, home: Home) -> None:
    """The file comes every week, with nothing after Sunday: held when that is over 8 days ago."""
    assert held(later(feed, home, lambda day, _: day <= SUNDAY)) == {}
    said, step = only(later(feed, home, lambda day, _: day <= SUNDAY, 2), "data_age")
    assert "2017" in said
    assert "limit 8 days" in said
    assert "viperreport load" in step


def test_an_area_that_vanishes_from_new_rows(feed: Feed, home: Home) -> None:
    """The South, two fifths of all, is no longer in what comes in: held within a month."""
    broken = renamed(feed, MONDAY, "South", "North")
    weeks = [later(broken, home, week=week) for week in range(1, 6)]
    assert not held(weeks[0])
    said, step = only(weeks[-1], "missing_value")
    assert "The area South of shootings matches nothing after" in said
    assert 'ended = ["South"]' in step
    assert "config/sources/shootings.toml" in step


@pytest.mark.usefixtures("home")
def test_a_mask_is_kept_by_what_holds_an_edition(feed: Feed) -> None:
    """Held for the same reasons, without a count of an area or the day of its newest record."""
    settings = feed.directory / "home/config/viperreport.toml"
    masked = settings.read_text().replace(
        "[briefing.weekly]\n", '[briefing.weekly]\nmask = "areas"\n'
    )
    settings.write_text(masked)
    broken = renamed(feed, MONDAY, "South", "North")
    said, step = only(later(broken, feed.opened({}), week=5), "missing_value")
    assert said == "The area South of shootings matches nothing any more"
    assert 'ended = ["South"]' in step
    blank = renamed(renamed(feed, MONDAY, "North", ""), MONDAY, "West", "")
    said, _ = held(later(blank, feed.opened({}), week=6))["unknown_area"]
    assert said.endswith("too many records have no known area; limit 10% over the year before")


def test_an_area_that_is_known_to_have_ended(feed: Feed, home: Home) -> None:
    """What the settings say has ended holds nothing."""
    broken = renamed(feed, MONDAY, "South", "North")
    assert "missing_value" in held(later(broken, home, week=5))
    settings = feed.directory / "home/config/viperreport.toml"
    settings.write_text(settings.read_text() + '\n[guards]\nended = ["SOUTH"]\n')
    assert held(built(feed.opened({}), MONDAY + 5 * WEEK)) == {}


def test_an_area_that_vanishes_from_all_rows(feed: Feed, home: Home) -> None:
    """The West goes from the whole file, too few records for the load to be refused: held now."""
    said, step = only(later(feed, home, lambda _, line: ",West," not in line), "missing_value")
    assert said == "The area West of shootings matches nothing any more"
    assert "viperreport load" in step


def test_a_flag_of_deaths_that_nothing_bears_any_more(tmp_path: Path) -> None:
    """Eight deaths in four years all turn to false, too few for the load to be refused: held."""
    deadly = [(day, line.replace("false", "true")) if number % 200 == 0 else (day, line)
              for number, (day, line) in enumerate(rows())]  # fmt: skip
    feed = Feed(tmp_path, HEADER, deadly)
    home = begun(feed, {})
    harmless = replace(feed, rows=[(day, line.replace("true", "false")) for day, line in deadly])
    said, step = only(later(harmless, home), "missing_value")
    assert said == "The flag of deaths yes of shootings matches nothing any more"
    assert 'ended = ["fatal"]' in step
    settings = tmp_path / "home/config/viperreport.toml"
    settings.write_text(settings.read_text() + '\n[guards]\nended = ["fatal"]\n')
    assert held(built(feed.opened({}), MONDAY + WEEK)) == {}


def test_areas_that_are_blank_all_at_once(feed: Feed, home: Home) -> None:
    """New rows come without an area: the share of the last 28 days is far over its own history."""
    broken = renamed(renamed(feed, MONDAY, "North", ""), MONDAY, "West", "")
    said, step = only(later(broken, home, week=2), "unknown_area")
    assert "records have no known area, 0% in the year before; limit 10%" in said
    assert "config/areas.csv" in step


def test_a_city_that_never_knows_a_third_of_its_areas(feed: Feed) -> None:
    """What was always so holds nothing."""
    usual = renamed(feed, date.min, "South", "")
    assert held(later(usual, begun(usual, {}), week=3)) == {}


def without(of_thirty: int) -> Keep:
    """Leave out so many of every thirty of this year's records before June."""

    def keep(day: date, line: str) -> bool:
        number = int(line.split(",", 1)[0])
        return day.year != MONDAY.year or day >= date(2017, 6, 1) or number % 30 >= of_thirty

    return keep


def test_records_that_go_bit_by_bit(feed: Feed, home: Home) -> None:
    """Three loads between two editions take away a little each: together too much."""
    for days in (1, 2, 3):
        feed.deliver(home, MONDAY + timedelta(days=days), without(days))
    said, step = only(later(feed, home, without(3)), "fewer_records")
    assert said.startswith("shootings, 1 Jan to 2 Jul 2017: ")
    assert "in the edition before; limit 5%" in said
    assert "viperreport loads" in step
    assert "viperreport load --undo 6" in step
    assert "let the load in" not in step
    assert held(later(feed, home, without(3), week=2)) == {}


def test_what_a_person_let_in_is_told_as_such(feed: Feed, home: Home) -> None:
    """The edition is held all the same; its step says when, and how to stand by it."""
    monday = MONDAY + WEEK
    feed.deliver(home, monday, without(6), accept_drop=True)
    _, step = only(built(home, monday), "fewer_records")
    assert "a person let the load in, known at 05:00, Mon 10 July 2017" in step
    assert "viperreport release EDITION --reason WHY" in step
    assert "viperreport load --undo 3" in step


def test_newest_records_that_go(feed: Feed, home: Home) -> None:
    """The last days of the edition before are gone, and nothing came after them."""
    newest = sorted({day for day, _ in feed.rows if day <= SUNDAY})
    gone = [day for day, _ in feed.rows if newest[-2] <= day <= SUNDAY]
    assert 2 <= len(gone) < 5
    broken = held(later(feed, home, lambda day, _: day < newest[-2]))
    said, step = broken["newest_records"]
    assert f"records gone: {len(gone)}" in said
    assert "load --undo 3" in step
    assert set(broken) <= {"newest_records", "data_age"}


@pytest.fixture
def on_server(feed: Feed, request: pytest.FixtureRequest) -> Iterator[Home]:
    """The same healthy home, whose store is on a PostgreSQL server."""
    url: str = request.getfixturevalue("postgresql_url")
    home = begun(feed, {"VIPERREPORT_DATABASE_URL": url})
    yield home
    home.engine.dispose()
    engine = open_engine(url)
    with engine.begin() as connection:
        connection.execute(sql("DROP SCHEMA public CASCADE"))
        connection.execute(sql("CREATE SCHEMA public"))
    engine.dispose()


def test_the_same_on_a_server(feed: Feed, on_server: Home) -> None:
    """Records that go bit by bit, and an area that goes from all rows, on PostgreSQL."""
    for days in (1, 2, 3):
        feed.deliver(on_server, MONDAY + timedelta(days=days), without(days))
    few = without(3)
    broken = later(feed, on_server, lambda day, line: few(day, line) and ",West," not in line)
    assert {"fewer_records", "missing_value"} == set(held(broken))
