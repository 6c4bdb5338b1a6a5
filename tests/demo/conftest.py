"""A demo home written once, and a reader of its files that shares no code with the program."""

import csv
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from viperreport.demo.home import Delivery, write_home

LONDON = ZoneInfo("Europe/London")
TACTICS = (
    "High-visibility armed patrol",
    "ANPR operation",
    "Weapon sweep",
    "Intelligence-led stop and search",
    "Targeting known offenders",
    "Premises search (warrant)",
    "Education of young people",
)
Row = dict[str, str]


def monday(year: int, month: int, day: int) -> datetime:
    """06:00 in London."""
    return datetime(year, month, day, 6, tzinfo=LONDON)


@dataclass(frozen=True)
class Version:
    """A row and from when until before when it is known."""

    row: Row
    since: datetime
    until: datetime | None

    def known(self, instant: datetime) -> bool:
        """Whether it is known at an instant."""
        return self.since <= instant and (self.until is None or instant < self.until)

    @property
    def day(self) -> date:
        """When it happened."""
        return date.fromisoformat(self.row["date"])


class Source:
    """All versions of one source's records, by the semantics of loading."""

    def __init__(self, deliveries: Iterable[Delivery]) -> None:
        self.files = [(each.known_at, rows(each.path)) for each in deliveries]
        self.versions: list[Version] = []
        open_: dict[str, tuple[Row, datetime]] = {}
        before: datetime | None = None
        for instant, content in self.files:
            now = {row["reference"]: row for row in content}
            for key in sorted(open_):
                row, since = open_[key]
                if now.get(key) != row:
                    self.versions.append(Version(row, since, instant))
                    del open_[key]
            seen = {version.row["reference"] for version in self.versions}
            for key, row in now.items():
                if key not in open_:
                    first = instant if key in seen else first_known(row, instant, before)
                    open_[key] = (row, first)
            before = instant
        self.versions += [Version(row, since, None) for row, since in open_.values()]

    def at(self, instant: datetime, first: date = date.min, last: date = date.max) -> list[Row]:
        """The rows of some days, both included, as known at an instant."""
        return [
            version.row
            for version in self.versions
            if version.known(instant) and first <= version.day <= last
        ]

    def count(self, instant: datetime, first: date, last: date) -> int:
        """How many records."""
        return len(self.at(instant, first, last))

    def total(self, column: str, instant: datetime, first: date, last: date) -> int:
        """The sum of a column; an empty cell adds nothing."""
        return sum(int(row[column] or 0) for row in self.at(instant, first, last))


def rows(path: Path) -> list[Row]:
    """The rows of a file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def first_known(row: Row, load: datetime, before: datetime | None) -> datetime:
    """max(min(end of the recorded day, load), just after the source's previous load)."""
    known = load
    if "recorded" in row:
        day = date.fromisoformat(row["recorded"]) + timedelta(days=1)
        known = min(load, datetime.combine(day, time(), LONDON))
    return known if before is None else max(known, before + timedelta(microseconds=1))


def packaged_home(directory: Path) -> Path:
    """A small stand-in for the packaged home, so that these tests need no other package."""
    sources = directory / "config" / "sources"
    sources.mkdir(parents=True)
    (directory / "templates").mkdir()
    (directory / "templates" / "weekly.toml").write_text('sections = ["headline"]\n')
    tactics = json.dumps(TACTICS)
    (directory / "config/operation.toml").write_text(f'name = "Viper"\ntactics = {tactics}\n')
    (directory / "config/areas.csv").write_text("name,slug\n")
    (directory / "config/holidays.csv").write_text("date,name\n")
    (directory / "config/published.csv").write_text("id,value\n")
    (sources / "incidents.toml").write_text(
        '# a comment\nkind = "incidents"\nsynthetic = false  # real\n'
        '\n[columns]\nkey = "reference"\n'
    )
    (sources / "recoveries.toml").write_text('kind = "recoveries"\n[columns]\nkey = "reference"\n')
    (sources / "activity.toml").write_text(
        'kind = "activity"\nsynthetic=true\n[columns]\nkey = "synthetic"\n'
    )
    return directory


@dataclass(frozen=True)
class Demo:
    """A written demo home."""

    home: Path
    packaged: Path
    deliveries: tuple[Delivery, ...]

    def source(self, name: str) -> Source:
        """One source, read from its files."""
        return Source([each for each in self.deliveries if each.source == name])


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """The demo home."""
    packaged = packaged_home(tmp_path_factory.mktemp("packaged"))
    home = tmp_path_factory.mktemp("demo")
    return Demo(home, packaged, write_home(home, packaged))


@pytest.fixture(scope="session")
def incidents(demo: Demo) -> Source:
    """The gun incidents."""
    return demo.source("incidents")


@pytest.fixture(scope="session")
def recoveries(demo: Demo) -> Source:
    """The finds."""
    return demo.source("recoveries")


@pytest.fixture(scope="session")
def activity(demo: Demo) -> Source:
    """The returns."""
    return demo.source("activity")
