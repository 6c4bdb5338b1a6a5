"""A death recorded later moves the fatal count of the old week, and is told as a revision."""

import json
import shutil
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pypdfium2  # type: ignore[import-untyped]
import pytest

from .conftest import CUT_OFF, FIRST_DAY, HEADER, rows_of, viperreport

BEFORE, AFTER, ASKED = "2016-05-19T05:00", "2016-05-26T05:00", "2016-05-26T12:00"
OLD = "S20160412,2016-04-12,South,0,2"  # a Tuesday six weeks ago, on which nobody had died
LAST_YEARS = "S20151106,2015-11-06,South,0,2"
FATAL = "S20160510,2016-05-10,South,1,2"  # one of two died at once
Change = tuple[str, str]


def deliver(home: Path, known_at: str, *changes: Change) -> None:
    """Load the whole file of a day, with some of its lines written otherwise."""
    rows = rows_of(FIRST_DAY, date.fromisoformat(known_at[:10]) - timedelta(days=1))
    for old, new in changes:
        assert old in rows
        rows = rows.replace(old, new)
    file = home.parent / f"{known_at[:10]}.csv"
    file.write_text(HEADER + rows)
    viperreport("load", "shootings", file, "--known-at", known_at, cwd=home).done()


@pytest.fixture
def told(loaded_home: Path, tmp_path: Path) -> Path:
    """A home with a delivery before the last edition; what comes after is a test's own."""
    home = tmp_path / "home"
    shutil.copytree(loaded_home / "config", home / "config")
    deliver(home, BEFORE)
    return home


def died(line: str, killed: int = 1) -> Change:
    """The same line with another number of persons killed."""
    *head, _, victims = line.split(",")
    return line, ",".join([*head, str(killed), victims])


def built(home: Path, known_at: str = ASKED, cut_off: str = CUT_OFF) -> dict[str, Any]:
    """An edition as JSON."""
    asked = ("--cut-off", cut_off, "--known-at", known_at, "--format", "json", "-o", "-")
    content: dict[str, Any] = json.loads(viperreport("build", *asked, cwd=home).out)
    return content


def values(edition: dict[str, Any]) -> dict[str, int]:
    """The values of its figures."""
    return {figure["key"]: figure["value"] for figure in edition["figures"]}


def way(edition: dict[str, Any], stem: str) -> dict[str, int]:
    """The parts of a way that are told, by name."""
    lead = f"{stem}.revision."
    found = values(edition).items()
    return {key.removeprefix(lead): value for key, value in found if key.startswith(lead)}


def pages(home: Path) -> tuple[str, str]:
    """The same edition as a PDF, read back: the text of page one, and of all others."""
    pdf = home.parent / "out.pdf"
    asked = ("--cut-off", CUT_OFF, "--known-at", ASKED, "-o", str(pdf))
    viperreport("build", *asked, cwd=home).done()
    document = pypdfium2.PdfDocument(pdf)
    first, *rest = (page.get_textpage().get_text_range() for page in document)
    return " ".join(first.split()), " ".join(" ".join(rest).split())


def test_a_death_recorded_later(told: Path) -> None:
    """The old period's count moves, page one says so in words, the last page and JSON in parts."""
    deliver(told, AFTER, died(OLD))
    edition = built(told)
    fatal = way(edition, "incidents.fatal.ytd.2016")
    assert fatal == {"last": 12, "reclassified_in": 1, "new": 1, "this": 14}
    assert values(edition)["incidents.fatal.ytd.2016"] == 14
    assert way(edition, "incidents.ytd.2016")["last_now"] == 139  # the total stands
    assert not way(edition, "incidents.killed.ytd.2016")  # it would say the same again
    first, rest = pages(told)
    assert "The last total of 139 stands" in first
    assert "1 incident counted before is now recorded as fatal." in first
    assert "All Fatal Last total 139 12 + now fatal \u2014 1 + new 7 1 This total 146 14" in rest


def test_the_old_week_is_counted_as_known_at_either_time(told: Path) -> None:
    """At the earlier instant the old count stands for ever; at the later one it has moved."""
    before = values(built(told, BEFORE, "2016-05-18"))
    deliver(told, AFTER, died(OLD))
    assert values(built(told, BEFORE, "2016-05-18")) == before
    week = {"cut_off": "2016-04-13"}  # the week of that Tuesday, and the year up to it
    then, now = (built(told, known_at, **week) for known_at in (BEFORE, ASKED))
    key = "incidents.fatal.ytd.2016"
    assert (values(then)[key], values(now)[key]) == (9, 10)
    assert values(then)["incidents.ytd.2016"] == values(now)["incidents.ytd.2016"]


def test_a_second_death_in_one_incident(told: Path) -> None:
    """The incident was fatal already: the persons are told."""
    deliver(told, AFTER, died(FATAL, 2))
    edition = built(told)
    assert way(edition, "incidents.killed.ytd.2016")["restated"] == 1
    assert not way(edition, "incidents.fatal.ytd.2016")
    first, rest = pages(told)
    assert "Persons killed in incidents counted before: +1." in first
    assert "All Killed Last total 139 12 \u00b1 deaths since \u2014 +1 + new" in rest


def test_a_death_of_last_year(told: Path) -> None:
    """A year that is over has its own sentence and rows; this year's way tells nothing of it."""
    deliver(told, AFTER, died(LAST_YEARS))
    assert not way(built(told), "incidents.fatal.ytd.2016").get("reclassified_in")
    first, rest = pages(told)
    assert "1 incident of 2015 is now recorded as fatal." in first
    assert "2015, whole, known then 365 35 2015, whole, known now 365 36" in rest


def test_an_error_put_right(told: Path) -> None:
    """What was recorded as fatal and is no longer is told too; with nothing revised, nothing is."""
    deliver(told, AFTER, (FATAL, FATAL.replace("South,1", "South,0")), died(OLD))
    edition = built(told)
    parts = way(edition, "incidents.fatal.ytd.2016")
    assert (parts["reclassified_in"], parts["reclassified_out"]) == (1, 1)
    assert "1 incident counted before is no longer recorded as fatal." in pages(told)[0]


def test_nothing_is_told_of_no_death(told: Path) -> None:
    """Deaths that were known at once are new with their incidents, and need no line."""
    deliver(told, AFTER)
    assert not way(built(told), "incidents.fatal.ytd.2016")
    first, rest = pages(told)
    assert "recorded as fatal" not in first
    assert "Fatal Last total" not in rest


@pytest.mark.parametrize("public", [False, True])
def test_an_areas_own_edition(told: Path, *, public: bool) -> None:
    """The death is told in the edition of its area alone; for everybody in none of an area."""
    deliver(told, AFTER, died(OLD))
    if public:
        with (told / "config/viperreport.toml").open("a") as file:
            file.write('disclosure = "public"\n')
    said = {}
    for area in ("all", "north", "south"):
        asked = ("--cut-off", CUT_OFF, "--known-at", ASKED, "--area", area, "--format", "json")
        out = viperreport("build", *asked, "-o", "-", cwd=told).out
        said[area] = "now recorded as fatal" in out.decode()
        parts = way(json.loads(out), "incidents.fatal.ytd.2016")
        assert said[area] == ("reclassified_in" in parts)
    assert said == {"all": True, "north": False, "south": not public}
