"""`diff`: what led from one edition to another, record by record, each in one class."""

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from .conftest import CUT_OFF, FIRST_DAY, HEADER, LAST_DAY, Demo, rows_of, viperreport

EARLIER, LATER = "weekly/all/2016-05-18", "weekly/all/2016-05-25"
SIGNS = {
    "late": 1, "moved_in": 1, "reclassified_in": 1, "revived": 1, "new": 1, "restated": 1,
    "moved_out": -1, "reclassified_out": -1, "withdrawn": -1, "no_longer_covered": -1,
}  # fmt: skip


def records(said: str, total: str) -> list[list[str]]:
    """The rows under a total of the screen: class, record, day, area, adds, file and line."""
    (part,) = [each for each in said.split("\n\n") if each.split(": ")[0].endswith(total)]
    rows = said[said.index(part) + len(part) :].strip("\n").split("\n\n")[0].splitlines()
    return [re.split(r"  +", row) for row in rows[1:]]


def in_json(home: Path, one: str, other: str) -> dict[str, Any]:
    """The same for programs."""
    ended = viperreport("--json", "diff", one, other, cwd=home).done()
    found: dict[str, Any] = json.loads(ended.said)
    return found


def test_the_demo_leads_from_110_to_122(demo: Demo) -> None:
    """Three late and nine new, each with its day, area and the line of the file it stands in."""
    said = viperreport("diff", EARLIER, LATER, cwd=demo.home).done().said
    assert said.startswith(
        f"{EARLIER}, as known at 2016-05-23 06:00\n{LATER}, as known at 2016-05-30 06:00\n\n"
        "Gun incidents, incidents.ytd.2016: 110 → 122\n  +3 recorded late\n  +9 new\n\n"
    )
    rows = records(said, "incidents.ytd.2016")
    assert [row[0] for row in rows] == ["late"] * 3 + ["new"] * 9
    for _, key, day, area, adds, place in rows:
        name, line = place.split(":")
        text = (demo.home / "inbox" / name).read_text(encoding="utf-8-sig").splitlines()
        assert key in text[int(line) - 1]
        assert area in text[int(line) - 1]
        assert adds == "1"
        date.fromisoformat(day)
    found = in_json(demo.home, LATER, EARLIER)  # in whatever order they are named
    assert [total["key"] for total in found["totals"]] == [
        "incidents.ytd.2016",
        "incidents.hurt.ytd.2016",
        "recoveries.ytd.2016",
    ]
    assert_adds_up(found)


def assert_adds_up(found: dict[str, Any]) -> None:
    """Last total and classes make this total; each record is in one class, and adds to it alone."""
    for total in found["totals"]:
        way, changed = total["revisions"], total["records"]
        moved = {name: way[name] for name in SIGNS if way[name]}
        assert way["last"] + sum(SIGNS[name] * each for name, each in moved.items()) == way["this"]
        assert {record["kind"] for record in changed} == moved.keys()
        keys = [record["key"] for record in changed]
        assert len(keys) == len(set(keys))


def test_an_edition_and_itself_are_the_same(demo: Demo) -> None:
    """No change."""
    said = viperreport("diff", LATER, LATER, cwd=demo.home).done().said
    assert said.splitlines()[2:] == ["", "no change"]
    found = in_json(demo.home, LATER, LATER)
    assert found["changed"] is False
    assert found["figures"] == found["files"] == []


@pytest.mark.parametrize(
    ("one", "other", "words"),
    [
        (LATER, "weekly/hackney/2016-05-25", ("two briefings or areas", "choose two editions")),
        (LATER, "monthly/all/2016-05-25", ("no briefing", "weekly")),
        (LATER, "weekly/hackny/2016-05-25", ("hackny", "hackney")),
        (LATER, "weekly/all", ("names no edition",)),
        (LATER, "weekly/all/2016-05-18@2", ("was not built here",)),
        (LATER, "weekly/all/1999-01-01", ("before the first record",)),
    ],
)
def test_what_cannot_be_compared_is_refused(
    demo: Demo, one: str, other: str, words: tuple[str, ...]
) -> None:
    """One line on stderr, nothing on stdout, exit code 2."""
    ended = viperreport("diff", one, other, cwd=demo.home)
    assert (ended.code, ended.out) == (2, b"")
    assert ended.err.count("\n") == 1
    assert [word for word in words if word not in ended.err] == []


def test_an_area_has_its_own_way(demo: Demo) -> None:
    """Of one area: its records alone."""
    hackney = (f"weekly/hackney/{day}" for day in ("2016-05-18", "2016-05-25"))
    said = viperreport("diff", *hackney, cwd=demo.home).done().said
    rows = records(said, "incidents.ytd.2016")
    assert [row[0] for row in rows] == ["late", "late", "new"]
    assert {row[3] for row in rows} == {"Hackney"}


def test_a_new_year_starts_from_nothing(demo: Demo) -> None:
    """Last year's total leads nowhere: this year's begins at 0, and the line says so."""
    said = viperreport(
        "diff", "weekly/all/2015-12-30", "weekly/all/2016-01-06", cwd=demo.home
    ).done()
    assert "incidents.ytd.2015 and incidents.ytd.2016: 226 → 1\n" in said.said
    assert (
        "  incidents.ytd.2016 starts from 0: incidents.ytd.2015 is of another year\n" in said.said
    )
    assert "  +1 new\n" in said.said


@pytest.fixture
def changed_home(home: Path) -> Path:
    """A home with two editions, and all that may happen to records and words between them."""
    build = ("build", "--cut-off", "2016-05-18", "--known-at", "2016-06-03", "-o", "-")
    viperreport(*build, cwd=home).done()
    rows = rows_of(FIRST_DAY, LAST_DAY)
    for old, new in (
        ("S20160401,2016-04-01,North,0,2\n", ""),
        ("S20160402,2016-04-02,", "S20160402,2015-04-02,"),
        ("S20150403,2015-04-03,", "S20150403,2016-04-03,"),
        ("S20160404,2016-04-04,South", "S20160404,2016-04-04,North"),
        ("S20160510,2016-05-10,South,1", "S20160510,2016-05-10,South,0"),
    ):
        assert rows.count(old) == 1
        rows = rows.replace(old, new)
    (home / "new.csv").write_text(HEADER + rows + "LATE,2016-02-02,North,0,1\n")
    viperreport("load", "shootings", "new.csv", "--known-at", "2016-06-04", cwd=home).done()
    settings = home / "config/viperreport.toml"
    settings.write_text(settings.read_text() + "\n[figures]\nfew = 9\n")
    viperreport(
        "build", "--cut-off", CUT_OFF, "--known-at", "2016-06-05", "-o", "-", cwd=home
    ).done()
    return home


def test_each_change_has_its_class(changed_home: Path) -> None:
    """Withdrawn, moved by date, reclassified, late and new; figures and files that differ."""
    said = viperreport("diff", EARLIER, LATER, cwd=changed_home).done().said
    rows = {row[1]: row for row in records(said, "incidents.ytd.2016")}
    new = [f"S201605{day}" for day in range(19, 26)]
    assert {key: row[0] for key, row in rows.items()} == {
        "S20160401": "withdrawn",
        "S20160402": "moved out",
        "S20150403": "moved in",
        "LATE": "late",
        **dict.fromkeys(new, "new"),
    }
    assert rows["S20160402"][2:] == ["2016-04-02 → 2015-04-02", "South", "1", "new.csv:458"]
    assert rows["S20160401"][-1] == "shootings.csv:458"  # where it stood last
    fatal = {row[1]: row[0] for row in records(said, "incidents.fatal.ytd.2016")}
    assert fatal == {"S20160510": "reclassified out", "S20160520": "new"}
    assert re.search(r"^incidents\.ytd\.2016 +139 +146$", said, re.MULTILINE)
    assert "Configuration that differs: 1\n" in said
    assert re.search(r"^config/viperreport\.toml +[0-9a-f]{12} +[0-9a-f]{12}$", said, re.MULTILINE)
    assert_adds_up(in_json(changed_home, EARLIER, LATER))


def test_an_area_loses_what_moved_to_another(changed_home: Path) -> None:
    """A record of another area now is moved in there, and moved out here."""
    for area, kind in (("north", "moved out"), ("south", "moved in")):
        one, other = (f"weekly/{area}/{day}" for day in ("2016-05-18", CUT_OFF))
        build = ("build", "--cut-off", "2016-05-18", "--known-at", "2016-06-03")
        viperreport(*build, "--area", area, "-o", "-", cwd=changed_home).done()
        build = ("build", "--cut-off", CUT_OFF, "--known-at", "2016-06-05")
        viperreport(*build, "--area", area, "-o", "-", cwd=changed_home).done()
        said = viperreport("diff", one, other, cwd=changed_home).done().said
        (row,) = [each for each in records(said, "incidents.ytd.2016") if each[1] == "S20160404"]
        moved = {"moved out": "moved in", "moved in": "moved out"}[kind]
        assert row[0] == moved
        assert row[3] == "South → North"


def test_an_undone_load_takes_its_records_along(changed_home: Path) -> None:
    """After `load --undo` the same edition, built anew, withdraws what the load had brought."""
    viperreport("load", "--undo", "2", "--known-at", "2016-06-06", cwd=changed_home).done()
    build = ("build", "--cut-off", "2016-05-26", "--known-at", "2016-06-07", "-o", "-")
    viperreport(*build, cwd=changed_home).done()
    said = viperreport("diff", LATER, "weekly/all/2016-05-26", cwd=changed_home).done().said
    kinds = {row[1]: row[0] for row in records(said, "incidents.ytd.2016")}
    assert kinds == {
        "S20160401": "revived",
        "S20160402": "moved in",
        "S20150403": "moved out",
        "LATE": "withdrawn",
        "S20160526": "new",
    }


def test_an_edition_built_as_json_can_be_named(home: Path) -> None:
    """`build --format json` leaves a note, and no less is known of a PDF built before."""
    as_json = ("build", "--cut-off", CUT_OFF, "--format", "json", "-o", "-")
    viperreport(*as_json, cwd=home).done()
    name = f"weekly/all/{CUT_OFF}"
    viperreport("build", "--edition", name, "-o", "built.pdf", cwd=home).done()
    note = home / f"output/state/editions/weekly+all+{CUT_OFF}.json"
    before = json.loads(note.read_text())
    assert before["sha256"]
    viperreport(*as_json, cwd=home).done()
    assert json.loads(note.read_text()) == before
    viperreport(*as_json, "--known-at", "2016-06-09", cwd=home).done()
    after = json.loads(note.read_text())
    assert after["request"]["known_at"].startswith("2016-06-09T23:00")
    assert after["sha256"] == ""


def test_editions_that_were_not_built_are_known_at_their_slots(home: Path) -> None:
    """As known at the slot; where nothing was loaded by then, as known now."""
    said = viperreport("diff", EARLIER, "weekly/all/2016-06-08", cwd=home).done().said
    assert said.splitlines()[:2] == [
        f"{EARLIER}, as known at 2016-06-03 00:00",
        "weekly/all/2016-06-08, as known at 2016-06-09 06:00",
    ]
