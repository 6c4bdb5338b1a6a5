"""What goes along with an edition is enough to count it again, and tells no more than it may."""

import csv
import hashlib
import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pikepdf
import pytest

from tests.known_answers import Edition, demo_home
from tests.recount import Enclosed, attachments, enclosed, recount, table
from viperreport.as_json import figure_row
from viperreport.evidence.enclosed import row_id
from viperreport.evidence.export import figures_frame, write_table
from viperreport.homes import HomeIdentity
from viperreport.pipeline import BuildRequest, DrawnEdition, Home, make

CLAIM = re.compile(rb"<pdfaid:part>(\d)</pdfaid:part>")
CUT_OFF = date(2016, 5, 25)


def told(home: Home, **keys: bool) -> Home:
    """The same home with other keys of its one briefing."""
    (briefing,) = home.settings.briefings
    given = briefing.model_copy(update=keys)
    return replace(home, settings=replace(home.settings, briefings=(given,)))


def request_of(made: Edition) -> BuildRequest:
    """What an edition was built by."""
    edition = made.briefing.edition
    return BuildRequest("", edition.cut_off, made.briefing.known_at, edition.area)


def files_of(drawn: DrawnEdition) -> dict[str, bytes]:
    """All that goes along, inside the PDF or beside it."""
    return attachments(drawn.pdf) | {each.name: each.content for each in drawn.beside}


@pytest.fixture
def drawn(made: Edition) -> DrawnEdition:
    """Each edition in turn, as its own home says."""
    return make(made.home, request_of(made))


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The synthetic London."""
    return demo_home(tmp_path_factory.mktemp("enclosures"))


@pytest.fixture(scope="module")
def whole(demo: Home) -> DrawnEdition:
    """Its edition, with records."""
    return make(demo, BuildRequest(cut_off=CUT_OFF))


def test_every_counted_figure_is_counted_again(made: Edition, drawn: DrawnEdition) -> None:
    """From the attached rows alone: the value and the number of records of each, all of them."""
    found = enclosed(files_of(drawn))
    again = recount(found)
    assert again.wrong == []
    held = {figure.key for figure in made.briefing.figures if figure.is_counted}
    assert again.counted == len(held) > 40
    assert {row["key"] for row in found.figures} == set(made.figures)


def test_a_record_more_or_less_is_noticed(whole: DrawnEdition) -> None:
    """The recount can fail: without one record, or with one known a day longer, figures differ."""
    found = enclosed(files_of(whole))
    incidents = [k for k, row in enumerate(found.records) if row["source"] == "incidents"]
    newest = found.records[: incidents[-1]] + found.records[incidents[-1] + 1 :]
    assert recount(Enclosed(found.figures, newest, found.manifest)).wrong
    ended = next(k for k in incidents if found.records[k]["known_to"])
    longer = [*found.records]
    longer[ended] = longer[ended] | {"known_to": ""}
    assert recount(Enclosed(found.figures, longer, found.manifest)).wrong


def test_the_manifest_says_what_the_files_are(made: Edition, drawn: DrawnEdition) -> None:
    """Edition, fingerprint, loads, versions; and the hash of every file, attached or beside."""
    files = files_of(drawn)
    manifest = json.loads(files["manifest.json"])
    briefing = made.briefing
    assert manifest["edition"]["cut_off"] == briefing.edition.cut_off.isoformat()
    assert manifest["edition"]["area"] == briefing.edition.area
    assert manifest["data_fingerprint"] == briefing.fingerprint
    assert {"viperreport", "reportlab", "tzdata"} < set(manifest["made_with"])
    inside = attachments(drawn.pdf)
    assert set(manifest["files"]) == {"figures.csv", "records.csv"}
    for name, said in manifest["files"].items():
        assert said["sha256"] == hashlib.sha256(files[name]).hexdigest()
        assert said["attached"] == (name in inside)
    numbers = {int(row["load"]) for row in enclosed(files).records}
    assert numbers <= {load["id"] for load in manifest["loads"]}


def test_figures_are_those_of_the_export(made: Edition, drawn: DrawnEdition) -> None:
    """The attached table and `export figures` are one, byte for byte."""
    out = io.BytesIO()
    write_table(figures_frame(map(figure_row, made.briefing.figures)), "csv", out)
    assert attachments(drawn.pdf)["figures.csv"] == out.getvalue()


def test_only_the_demo_attaches_its_records(made: Edition, drawn: DrawnEdition) -> None:
    """They tell the day and place of a killing: elsewhere they stay beside, for the home alone."""
    synthetic = made.home.settings.briefings[0].attach_records
    assert ("records.csv" in attachments(drawn.pdf)) == synthetic
    assert [each.name for each in drawn.beside] == ([] if synthetic else ["records.csv"])
    assert CLAIM.findall(drawn.pdf) == [b"3"]


def test_without_attachments_it_is_another_part(demo: Home) -> None:
    """`attach_data = false`: PDF/A-2a, nothing inside, and all of it beside."""
    bare = make(told(demo, attach_data=False, attach_records=False), BuildRequest(cut_off=CUT_OFF))
    assert attachments(bare.pdf) == {}
    assert CLAIM.findall(bare.pdf) == [b"2"]
    assert {each.name for each in bare.beside} == {"figures.csv", "records.csv", "manifest.json"}
    assert recount(enclosed(files_of(bare))).wrong == []


def test_an_area_tells_of_that_area_alone(editions: dict[str, Edition]) -> None:
    """The records with Hackney's edition are Hackney's, and no figure is of another place."""
    made = editions["hackney"]
    found = enclosed(files_of(make(made.home, request_of(made))))
    assert {row["area"] for row in found.records} == {"Hackney"}
    areas = [json.loads(row["where"]).get("area") for row in found.figures if row["where"]]
    assert all(area in (None, ["Hackney"]) for area in areas)


def test_a_record_has_no_name_but_always_the_same_one(demo: Home, whole: DrawnEdition) -> None:
    """A row id is an HMAC with the home's key: stable here, another one in any other home."""
    files = files_of(whole)
    keys = set(_keys(demo))
    rows = {row["row"]: row for row in enclosed(files).records}
    mine = {row_id(demo.identity.key, "incidents", key) for key in keys}
    assert {k for k, row in rows.items() if row["source"] == "incidents"} <= mine
    assert not any(key.encode() in content for key in keys for content in files.values())
    other = replace(demo, identity=HomeIdentity(demo.identity.id, bytes(32)))
    again = table(files_of(make(other, BuildRequest(cut_off=CUT_OFF)))["records.csv"])
    assert len(again) == len(enclosed(files).records)
    assert not {row["row"] for row in again} & set(rows)


def _keys(home: Home) -> Iterator[str]:
    source = home.settings.source("incidents")
    for file in home.path.glob(source.path):
        with file.open(encoding="utf-8-sig", newline="") as rows:
            yield from (row[source.columns["key"]] for row in csv.DictReader(rows))


def test_nothing_is_told_that_was_not_known_yet(demo: Home) -> None:
    """Known at an earlier instant: no version that began later, no end that came later."""
    early = BuildRequest(cut_off=date(2016, 3, 30), known_at=None)
    known_at = make(demo, early).briefing.known_at
    first = make(demo, replace(early, known_at=known_at.replace(year=2016, month=4, day=4)))
    instant = first.briefing.known_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    rows = enclosed(files_of(first)).records
    assert rows
    assert all(row["known_from"] <= instant and row["known_to"] <= instant for row in rows)
    assert all(row["day"] <= "2016-03-30" for row in rows)


def test_the_files_are_associated_with_the_whole(whole: DrawnEdition) -> None:
    """Each with its kind, its words, its size, and the edition's date."""
    with pikepdf.open(io.BytesIO(whole.pdf)) as document:
        kinds = {name: held.get_file().mime_type for name, held in document.attachments.items()}
        assert kinds == {
            "figures.csv": "text/csv", "manifest.json": "application/json",
            "records.csv": "text/csv",
        }  # fmt: skip
        assert len(document.Root.AF) == len(kinds)
        assert all(held.description for held in document.attachments.values())


def test_a_home_of_one_record(tmp_path: Path) -> None:
    """The smallest home there is has an edition too, and its one record adds up."""
    from tests.cli.conftest import write_home
    from tests.known_answers import clock
    from viperreport.pipeline import load, open_home

    home = open_home(write_home(tmp_path / "home"), {}, clock)
    file = tmp_path / "shootings.csv"
    file.write_text("id,day,district,killed,victims\nS1,2016-05-20,North,0,1\n")
    load(home, home.settings.source("shootings"), file)
    found = make(home, BuildRequest(cut_off=CUT_OFF))
    again = recount(enclosed(files_of(found)))
    assert again.counted
    assert again.wrong == []
