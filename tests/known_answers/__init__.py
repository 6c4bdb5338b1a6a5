"""Real homes, loaded once for all tests that hold pages against published or counted answers."""

import json
import shutil
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import pypdfium2  # type: ignore[import-untyped]

from tests.pages import Sheet, sheet_of
from viperreport.evidence.store import consulting
from viperreport.gathering import take_snapshot
from viperreport.model.briefing import Briefing
from viperreport.model.figure import Figure
from viperreport.model.snapshot import Cube, Snapshot
from viperreport.pipeline import BuildRequest, Home, LoadOptions, build, draw, load, open_home
from viperreport.settings import ALL_AREAS
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
    def pages(self) -> tuple[str, ...]:
        """The text layer of each page of its PDF, with single spaces."""
        return page_texts(self.briefing)

    @property
    def page(self) -> str:
        """The text layer of all its pages, with single spaces."""
        return " ".join(self.pages)

    @property
    def sheet(self) -> Sheet:
        """Where the words stand on its pages."""
        return sheet_of(pdf(self.briefing))

    @cached_property
    def snapshot(self) -> Snapshot:
        """All that it is counted from, as known at the same instant."""
        told = self.briefing.edition
        whole = snapshot_of(self.home, told.cut_off, self.briefing.known_at)
        names = {area.slug: area.name for area in self.home.settings.areas}
        return whole if told.area == ALL_AREAS else whole.in_area(names[told.area])

    @property
    def cubes(self) -> tuple[Cube, ...]:
        """Its sources."""
        snapshot = self.snapshot
        cubes = (snapshot.incidents, snapshot.recoveries, snapshot.activity)
        return tuple(cube for cube in cubes if cube is not None)

    @property
    def priority(self) -> tuple[str, ...]:
        """The areas that have priority at its cut-off."""
        cut_off = self.briefing.edition.cut_off
        areas = self.home.settings.areas
        return tuple(area.name for area in areas if area.is_priority(cut_off))


@cache
def pdf(briefing: Briefing) -> bytes:
    """A briefing's PDF."""
    return draw(briefing)


@cache
def page_texts(briefing: Briefing) -> tuple[str, ...]:
    """The text layer of each page of a briefing's PDF, with single spaces."""
    document = pypdfium2.PdfDocument(pdf(briefing))
    pages = [page.get_textpage().get_text_range() for page in document]
    document.close()
    return tuple(" ".join(page.split()) for page in pages)


def edition(
    home: Home, cut_off: date, known_at: datetime | None = None, area: str = ALL_AREAS
) -> Edition:
    """Build one edition."""
    return Edition(home, build(home, BuildRequest("", cut_off, known_at, area)))


def snapshot_of(home: Home, cut_off: date, known_at: datetime | None = None) -> Snapshot:
    """All that an edition is counted from, to ask of it what no page prints."""
    with consulting(home.engine, home.identity.id) as connection:
        return take_snapshot(home, connection, cut_off, known_at)


def known_answers(real_data: Path, city: str, cut_off: date) -> dict[str, Any]:
    """The answers that were counted by other means, at one cut-off."""
    content = json.loads((real_data / city / "known_answers.json").read_text())
    return next(each for each in content["as_of"] if each["as_of"] == cut_off.isoformat())
