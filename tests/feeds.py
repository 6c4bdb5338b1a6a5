"""A feed as it comes in: every Monday the whole file up to Sunday, loaded and built from."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

from viperreport.evidence.load import LoadReport
from viperreport.model.briefing import Briefing
from viperreport.model.period import ONE_DAY, WEEK
from viperreport.pipeline import BuildRequest, Home, LoadOptions, build, load, open_home

ZONE = ZoneInfo("America/New_York")
AFTERWARDS = datetime(2020, 1, 6, 12, tzinfo=ZONE)
LOADED, BUILT = time(5), time(6)
Keep = Callable[[date, str], bool]
MAIN = """\
zone = "America/New_York"
place = "New York City"

[briefing.weekly]
title = "Weekly shootings briefing"
every = "weekly on monday at 06:00"
"""
SHOOTINGS = """\
kind = "incidents"

[columns]
key = "INCIDENT_KEY"
date = "OCCUR_DATE"
area = "BORO"
killed = "STATISTICAL_MURDER_FLAG"

[format]
date = "%m/%d/%Y"
true = ["true"]
false = ["false"]
"""


def everything(_day: date, _line: str) -> bool:
    """Every row of a file."""
    return True


@dataclass(frozen=True)
class Feed:
    """A file that grows, and the home that it is delivered to.

    Args:
        directory: of its own.
        header: the file's first line.
        rows: (day, line), in the file's order.
    """

    directory: Path
    header: str
    rows: Sequence[tuple[date, str]]

    def open(self, environ: Mapping[str, str] | None = None) -> Home:
        """Make the home and open it, after all that is told here."""
        path = self.directory / "home"
        (path / "config/sources").mkdir(parents=True)
        (path / "config/viperreport.toml").write_text(MAIN)
        (path / "config/sources/shootings.toml").write_text(SHOOTINGS)
        return self.opened(environ or {})

    def opened(self, environ: Mapping[str, str]) -> Home:
        """Open it as it is configured now."""
        return open_home(self.directory / "home", environ, lambda: AFTERWARDS)

    def deliver(
        self, home: Home, monday: date, keep: Keep = everything, *, accept_drop: bool = False
    ) -> LoadReport:
        """Load the file up to the day before, as known on a Monday at 05:00."""
        file = self.directory / "shootings.csv"
        lines = (line for day, line in self.rows if day < monday and keep(day, line))
        file.write_text("\n".join((self.header, *lines, "")), encoding="utf-8")
        options = LoadOptions(datetime.combine(monday, LOADED, ZONE), accept_drop=accept_drop)
        return load(home, home.settings.source("shootings"), file, options)


def built(home: Home, monday: date) -> Briefing:
    """The edition of a Monday, as known at 06:00; it is not drawn."""
    known_at = datetime.combine(monday, BUILT, ZONE)
    return build(home, BuildRequest("", monday - ONE_DAY, known_at))


def mondays(first: date, number: int) -> list[date]:
    """Successive Mondays."""
    return [first + k * WEEK for k in range(number)]
