"""`disclosure = "public"` by the program: what anybody may read in pages, tags and data."""

import csv
import io
import json
import re
import shutil
from pathlib import Path
from typing import Any

import pypdfium2  # type: ignore[import-untyped]
import pytest

from tests.pdf.tags import tagged
from tests.recount import attachments

from .conftest import Demo, viperreport

BUILD = ("build", "--cut-off", "2016-05-25", "--known-at", "2016-05-30T06:00")
SETTING = "attach_records = true"
PLACES = {"area", "sub_area"}
CROSSED = {"category", "circumstance", "fatal", "hurt", "drug_related"}
PEOPLE = {"killed", "injured", "arrests"}
RETURNS = {"activity", "arrest", "reached", "return", "tactic"}


@pytest.fixture(scope="module")
def public(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's home, whose weekly briefing is for everybody."""
    home = tmp_path_factory.mktemp("public") / "home"
    shutil.copytree(demo.home, home)
    file = home / "config/viperreport.toml"
    text = file.read_text()
    assert SETTING in text
    file.write_text(text.replace(SETTING, 'attach_records = false\ndisclosure = "public" #'))
    return home


def built(home: Path, *area: str) -> dict[str, Any]:
    """The JSON of an edition."""
    made = viperreport(*BUILD, *area, "--format", "json", cwd=home).done()
    content: dict[str, Any] = json.loads(made.out)
    return content


def drawn(home: Path, *area: str) -> bytes:
    """The PDF of an edition; the gate holds it against the standards."""
    return viperreport(*BUILD, *area, "-o", "-", cwd=home).done().out


def words_of(pdf: bytes) -> str:
    """The text layer and all that is said in place of drawings, with single spaces."""
    document = pypdfium2.PdfDocument(pdf)
    pages = [document[k].get_textpage().get_text_bounded() for k in range(len(document))]
    tags = tagged(pdf)
    alts = [node.alt or "" for node in tags.root.each()]
    return re.sub(r"\s+", " ", " ".join((*pages, tags.root.words(), *alts)))


def told(figure: dict[str, Any]) -> bool:
    """Whether a figure gives a number."""
    return figure["value"] is not None


def test_the_whole_stays_exact_and_so_do_incidents_by_area(demo: Demo, public: Path) -> None:
    """Every figure has the value of the internal edition, but for those crossed with places."""
    before = {f["key"]: f for f in built(demo.home)["figures"]}
    after = {f["key"]: f for f in built(public)["figures"]}
    gone = {
        key for key in before if key not in after or after[key]["value"] != before[key]["value"]
    }
    assert gone
    assert all(key.startswith(("sweeps.hotspot.", "provenance.")) for key in gone), gone
    areas = [f for f in after.values() if "area" in f["where"] and told(f)]
    assert len(areas) > 30
    assert after["incidents.killed.ytd.2016"]["value"] is not None


@pytest.mark.parametrize("area", [(), ("--area", "hackney")])
def test_no_number_of_people_and_no_cross_table_by_area(
    public: Path, area: tuple[str, ...]
) -> None:
    """In no figure of the JSON that names a place; the attached figures are the same ones."""
    content = built(public, *area)
    assert content["edition"]["disclosure"] == "public"
    for figure in content["figures"]:
        where = set(figure["where"])
        if not where & PLACES or not told(figure):
            continue
        assert not where & CROSSED, figure["key"]
        assert figure["adds"] not in PEOPLE, figure["key"]
        assert figure["unit"] not in RETURNS, figure["key"]
    files = attachments(drawn(public, *area))
    assert sorted(files) == ["figures.csv", "manifest.json"]
    rows = list(csv.DictReader(io.StringIO(files["figures.csv"].decode(), newline="")))
    assert [row["key"] for row in rows] == [f["key"] for f in content["figures"]]
    assert [row["value"] for row in rows] == [
        "" if f["value"] is None else str(f["value"]) for f in content["figures"]
    ]


def test_an_areas_own_edition_says_what_it_leaves_out(demo: Demo, public: Path) -> None:
    """Outcomes, kinds and tactics are lines; their exhibits are there in the internal edition."""
    exact = words_of(viperreport(*BUILD, "--area", "hackney", "-o", "-", cwd=demo.home).done().out)
    words = words_of(drawn(public, "--area", "hackney"))
    for line in ("By outcome and kind", "By weapon types and circumstances", "Tactics"):
        assert f"{line}. Not printed for a single borough: it could point to a person." in words
    assert "Persons killed or injured: withheld." in words
    assert "Withheld. Counted and not told." in words
    for exhibit in ("Hurt, none killed", "by weapon type and circumstance", "Arrests"):
        assert exhibit in exact, exhibit
        assert exhibit not in words
    assert "Not held: the source" not in words


def test_the_sentence_is_printed_and_the_single_find_is_not_placed(public: Path) -> None:
    """What is not printed and why, on the last page; and no day or place of a single find."""
    words = words_of(drawn(public))
    sentence = (
        "Counts of people (killed, injured, arrested, searched) and cross-tables are of London as "
        "a whole: of a single borough they could point to a person. No records go along."
    )
    assert sentence in words
    assert "How they were recovered is not printed for a single neighbourhood." in words
    assert re.search(r"Largest single find: (at least )?\d+ items\. ", words)
    assert "in weapon sweeps" not in words


def test_no_hash_lets_anybody_try_out_what_was_not_told(demo: Demo, public: Path) -> None:
    """Fingerprint, loads and the file left at home are keyed; the same facts look otherwise."""
    exact, content = built(demo.home), built(public)
    assert exact["data_fingerprint"] != content["data_fingerprint"]
    plain = {load["sha256"] for load in exact["loads"]}
    assert all(load["sha256"].startswith("hmac-sha256:") for load in content["loads"])
    pdf = drawn(public)
    manifest = json.loads(attachments(pdf)["manifest.json"])
    assert manifest["files"]["records.csv"]["sha256"].startswith("hmac-sha256:")
    assert manifest["loads"]
    said = json.dumps(manifest) + json.dumps(content) + words_of(pdf)
    assert not [hidden for hidden in (*plain, exact["data_fingerprint"]) if hidden[:12] in said]


def test_records_may_not_be_attached(public: Path, tmp_path: Path) -> None:
    """The configuration is refused when it is read, with what to write."""
    home = tmp_path / "home"
    shutil.copytree(public, home)
    file = home / "config/viperreport.toml"
    file.write_text(file.read_text().replace("attach_records = false", "attach_records = true"))
    ended = viperreport("check", cwd=home)
    assert ended.code == 3
    assert 'true does not go with disclosure = "public": write false' in ended.err


def test_check_takes_a_public_briefing(public: Path) -> None:
    """It is built, so it is no fault."""
    viperreport("check", cwd=public).done()
