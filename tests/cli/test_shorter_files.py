"""A delivery whose records end earlier than those of the one before: counted, and said."""

import json
from datetime import date
from pathlib import Path

import pypdfium2  # type: ignore[import-untyped]
import pytest

from .conftest import FIRST_DAY, HEADER, SHOOTINGS, rows_of, viperreport, write_home

WAY = {
    "late": 1, "moved_in": 1, "reclassified_in": 1, "revived": 1, "new": 1, "restated": 1,
    "moved_out": -1, "reclassified_out": -1, "withdrawn": -1, "no_longer_covered": -1,
}  # fmt: skip


@pytest.fixture
def emptied(tmp_path: Path) -> Path:
    """A small home whose data reach to their load, without any."""
    home = write_home(tmp_path / "home")
    source = home / "config/sources/shootings.toml"
    source.write_text(SHOOTINGS.replace("coverage = 2016-05-31\n", ""))
    return home


def load(home: Path, last: date, known_at: str) -> None:
    """Load a full delivery, with a record a day up to the last."""
    (home / "all.csv").write_text(HEADER + rows_of(FIRST_DAY, last))
    taken = ("load", "shootings", "all.csv", "--known-at", known_at, "--accept-drop")
    viperreport(*taken, cwd=home)


def text_of(file: Path) -> str:
    """The words of a PDF, wherever its lines break."""
    with pypdfium2.PdfDocument(file) as pdf:
        return " ".join(" ".join(page.get_textpage().get_text_range() for page in pdf).split())


def figures(home: Path, cut_off: str) -> dict[str, int]:
    """The parts of the way from the last total to this one's, by name."""
    built = viperreport("build", "--cut-off", cut_off, "--format", "json", cwd=home)
    assert built.code == 4  # the data are too old
    assert "Traceback" not in built.err
    found = json.loads(built.said)["figures"]
    own = "incidents.ytd.2016.revision."
    return {f["key"].removeprefix(own): f["value"] for f in found if f["key"].startswith(own)}


def test_days_that_data_no_longer_reach_are_a_class_of_their_own(emptied: Path) -> None:
    """28 records were counted last time and lie after the new end: the way still adds up."""
    load(emptied, date(2016, 5, 18), "2016-05-19T05:00")
    load(emptied, date(2016, 4, 20), "2016-05-26T05:00")
    parts = figures(emptied, "2016-05-25")
    assert parts == {"last": 139, "no_longer_covered": 28, "this": 111, "last_now": 111}
    viperreport("build", "--cut-off", "2016-05-25", "-o", "short.pdf", cwd=emptied)
    said = text_of(emptied / "short.pdf")
    assert "28 of the last total of 139 no longer covered" in said
    assert "139 as known on 19 May, less 28 no longer covered, makes 111." in said
    assert "− no longer covered" in said
    assert "No longer covered: days after 20 April 2016." in said


def test_data_that_end_in_the_year_before_leave_no_total_to_lead_on_from(emptied: Path) -> None:
    """The edition before counted 2016; this one can count 2015 alone, and says so."""
    load(emptied, date(2016, 1, 13), "2016-01-14T05:00")
    load(emptied, date(2015, 12, 1), "2016-01-21T05:00")
    assert figures(emptied, "2016-01-20") == {}
    viperreport("build", "--cut-off", "2016-01-20", "-o", "short.pdf", cwd=emptied)
    said = text_of(emptied / "short.pdf")
    assert "It counted to 13 January 2016: data no longer reach there." in said


def test_what_is_late_and_withdrawn_stands_beside_what_is_not_covered(emptied: Path) -> None:
    """Records of days that are covered still have their own classes, and all parts add up."""
    load(emptied, date(2016, 5, 18), "2016-05-19T05:00")
    rows = rows_of(FIRST_DAY, date(2016, 4, 20)).splitlines()
    rows = [row for row in rows if "2016-03-01" not in row] + ["X,2016-02-02,North,0,2"]
    (emptied / "all.csv").write_text(HEADER + "\n".join(rows) + "\n")
    again = ("load", "shootings", "all.csv", "--known-at", "2016-05-26T05:00", "--accept-drop")
    viperreport(*again, cwd=emptied).done()
    parts = figures(emptied, "2016-05-25")
    changed = {name: parts[name] for name in WAY if name in parts}
    assert changed == {"late": 1, "withdrawn": 1, "no_longer_covered": 28}
    assert parts["last"] + sum(WAY[n] * v for n, v in changed.items()) == parts["this"] == 111
