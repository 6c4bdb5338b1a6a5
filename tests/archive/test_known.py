"""What an edition knew stays what it knew: nothing that is loaded later is known from before it."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from tests.archive.conftest import MakeRuns
from tests.archive.small import Runs, rows, utc
from viperreport.archive.states import State
from viperreport.database import to_instant
from viperreport.errors import DataError
from viperreport.evidence.tables import VERSIONS
from viperreport.pipeline import LoadOptions, load
from viperreport.verbs.archived import rebuilt

MONDAY = "weekly/all/2016-05-29"


def recorded(home: Runs) -> Runs:
    """Let the source tell when each record was recorded."""
    source = home.path / "config/sources/shootings.toml"
    source.write_text(f'{source.read_text()}recorded = "recorded"\n')
    return home


def told(more: str = "") -> str:
    """A file whose records were recorded on the day after they happened."""
    head, *lines = rows(date(2015, 1, 1), date(2016, 5, 26)).splitlines()
    body = [f"{line},{date.fromisoformat(line.split(',')[1]) + timedelta(1)}" for line in lines]
    return "\n".join((f"{head},recorded", *body, more))


@pytest.fixture
def home(runs: MakeRuns) -> Runs:
    """A home with its data loaded on Friday and Monday's edition filed; nothing was new by then."""
    made = recorded(runs())
    made.deliver(content=told())
    made.run("2016-05-27T12:00")
    made.run("2016-05-30T05:00:05")
    assert made.states() == [(MONDAY, State.FILED)]
    return made


def by_hand(home: Runs, file: Path, known_at: str = "") -> None:
    """What the verb `load` does with a file that is named."""
    with home.opened() as opened:
        (source,) = opened.settings.sources
        load(opened, source, file, LoadOptions(utc(known_at) if known_at else None))


def is_the_same(home: Runs) -> None:
    """Expect Monday's edition to come out as it was filed."""
    with home.opened() as opened:
        rebuilt(opened, MONDAY)


def test_records_of_a_later_load_are_not_known_from_before(home: Runs) -> None:
    """One that was recorded on Saturday, and is told of on Tuesday, was not known on Monday."""
    home.now = utc("2016-05-31T12:00")
    home.deliver(content=told("late,2016-05-20,North,1,2016-05-28"))
    home.run()
    is_the_same(home)


def test_a_load_is_not_known_from_before_an_edition(home: Runs) -> None:
    """A file whose knowledge is of Sunday is refused on Tuesday, with the reason."""
    home.now = utc("2016-05-31T12:00")
    file = home.deliver(content=told("late,2016-05-20,North,1,2016-05-28"))
    with pytest.raises(DataError, match="an edition was made of what was known at 2016-05-30 06:"):
        by_hand(home, file, "2016-05-29T12:00")
    file.write_bytes(b"id\0day")
    with pytest.raises(DataError):  # and neither is its being refused
        by_hand(home, file, "2016-05-29T12:00")
    is_the_same(home)
    home.deliver(content=told("late,2016-05-20,North,1,2016-05-28"))
    by_hand(home, file, "2016-05-31T11:00")
    is_the_same(home)


def test_a_clock_put_back_by_a_moment(home: Runs) -> None:
    """By half a minute: what is loaded then is known from after the edition all the same."""
    home.now = utc("2016-05-30T04:59:40")
    file = home.deliver(content=told("late,2016-05-20,North,1,2016-05-28"))
    by_hand(home, file)
    is_the_same(home)


def test_an_edition_by_a_fast_clock_delays_no_load(home: Runs) -> None:
    """Once the clock is an hour earlier, and right, what is loaded is known from then at most."""
    home.now = utc("2016-05-30T04:00")
    by_hand(home, home.deliver(content=told("late,2016-05-20,North,1,2016-05-28")))
    with home.opened() as opened, opened.engine.connect() as connection:
        latest = connection.scalar(select(func.max(VERSIONS.c.known_from)))
    assert to_instant(latest or "") <= home.now
