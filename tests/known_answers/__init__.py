"""Real homes, loaded once for all tests that hold pages against published or counted answers."""

import json
import shutil
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pypdfium2  # type: ignore[import-untyped]

from viperreport.evidence.store import consulting
from viperreport.model.briefing import Briefing
from viperreport.model.figure import Figure
from viperreport.model.snapshot import Snapshot
from viperreport.pipeline import (
    BuildRequest,
    Home,
    LoadOptions,
    _snapshot,
    build,
    draw,
    load,
    open_home,
)
from viperreport.verbs.demonstration import make_demo

HOMES = Path(__file__).parents[1] / "homes"
FILES = {
    "newyork": ("shootings", "nyc/nypd_shootings_historic_2006_2018.csv"),
    "london": ("offences", "london/mps_borough_level_crime_201004_202006.csv"),
}
_made: dict[str, Home] = {}


def clock() -> datetime:
    """The day on which these tests take place."""
    return datetime(2021, 1, 4, 12, tzinfo=UTC)


def real_home(name: str, real_data: Path, directory: Path) -> Home:
    """A copy of a home of these tests with its real file loaded; made once a session."""
    if name not in _made:
        source, file = FILES[name]
        shutil.copytree(HOMES / name, directory / name)
        home = open_home(directory / name, {}, clock)
        load(home, home.settings.source(source), real_data / file, LoadOptions(clock()))
        _made[name] = home
    return _made[name]


def demo_home(directory: Path) -> Home:
    """The synthetic London; made once a session."""
    if "demo" not in _made:
        _made["demo"] = make_demo(directory / "demo", clock)
    return _made["demo"]


@dataclass(frozen=True)
class Edition:
    """A briefing that was built, with the home that it comes from."""

    home: Home
    briefing: Briefing

    def figure(self, key: str) -> Figure:
        """The figure with a key."""
        return self.figures[key]

    @property
    def figures(self) -> dict[str, Figure]:
        """All figures by key."""
        return {figure.key: figure for figure in self.briefing.figures}

    def value(self, key: str) -> float | None:
        """The value of the figure with a key; None where there is none."""
        return self.figures[key].value

    @property
    def page(self) -> str:
        """The text layer of its PDF, with single spaces."""
        return page_text(self.briefing)


@cache
def page_text(briefing: Briefing) -> str:
    """The text layer of a briefing's PDF, with single spaces."""
    document = pypdfium2.PdfDocument(draw(briefing))
    pages = [page.get_textpage().get_text_range() for page in document]
    return " ".join(" ".join(pages).split())


def edition(home: Home, cut_off: date, known_at: datetime | None = None) -> Edition:
    """Build one edition."""
    return Edition(home, build(home, BuildRequest(cut_off=cut_off, known_at=known_at)))


def snapshot_of(home: Home, cut_off: date) -> Snapshot:
    """All that an edition is counted from, to ask of it what no page prints yet."""
    with consulting(home.engine, home.identity.id) as connection:
        return _snapshot(home, connection, cut_off, None)


def known_answers(real_data: Path, city: str, cut_off: date) -> dict[str, Any]:
    """The answers that were counted by other means, at one cut-off."""
    content = json.loads((real_data / city / "known_answers.json").read_text())
    return next(each for each in content["as_of"] if each["as_of"] == cut_off.isoformat())
