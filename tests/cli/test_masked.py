"""`mask = "areas"` by the program: pages, tags, JSON and attachments of a masked edition."""

import csv
import io
import json
import re
import shutil
from pathlib import Path
from typing import Any

import pypdfium2  # type: ignore[import-untyped]
import pytest

from tests.known_answers import FILES, HOMES
from tests.pdf.tags import tagged
from tests.recount import attachments

from .conftest import Demo, viperreport

DEMO = ("build", "--cut-off", "2016-05-25", "--known-at", "2016-05-30T06:00")
NEW_YORK = ("build", "--cut-off", "2016-01-20")
TITLE = 'title = "Weekly'


@pytest.fixture(scope="module")
def demo_home(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's home, masked and public."""
    home = tmp_path_factory.mktemp("masked") / "home"
    shutil.copytree(demo.home, home)
    file = home / "config/viperreport.toml"
    text = file.read_text().replace("attach_records = true", 'disclosure = "public"\n#')
    file.write_text(text.replace(TITLE, f'mask = "areas"\n{TITLE}'))
    return home


@pytest.fixture(scope="module")
def new_york(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """New York with its real file, masked; early in a year, when its boroughs have few."""
    home = tmp_path_factory.mktemp("masked-newyork") / "home"
    shutil.copytree(HOMES / "newyork", home)
    file = home / "config/viperreport.toml"
    file.write_text(file.read_text().replace(TITLE, f'mask = "areas"\n{TITLE}'))
    source, data = FILES["newyork"]
    viperreport("load", source, real_data / data, cwd=home).done()
    return home


@pytest.fixture(params=["demo", "newyork"])
def edition(
    request: pytest.FixtureRequest, demo_home: Path, real_data: Path
) -> tuple[Path, tuple[str, ...]]:
    """Each home and how its edition is built."""
    assert real_data
    if request.param == "demo":
        return demo_home, DEMO
    return request.getfixturevalue("new_york"), NEW_YORK


def built(home: Path, build: tuple[str, ...]) -> dict[str, Any]:
    """The JSON of an edition."""
    content: dict[str, Any] = json.loads(
        viperreport(*build, "--format", "json", cwd=home).done().out
    )
    return content


def by_area(content: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """This year's figures of single areas, by name."""
    year = content["edition"]["cut_off"][:4]
    return {
        figure["where"]["area"][0]: figure
        for figure in content["figures"]
        if list(figure["where"]) == ["area"] and len(figure["where"]["area"]) == 1
        and figure["key"].endswith(f".ytd.{year}") and figure["where"]["area"] != [""]
    }  # fmt: skip


def test_small_counts_are_hidden_in_pages_tags_and_data(
    edition: tuple[Path, tuple[str, ...]],
) -> None:
    """As "<5" on the page, "fewer than five" aloud, null in JSON and empty in figures.csv."""
    home, build = edition
    content = built(home, build)
    assert content["edition"]["mask"] == "areas"
    hidden = {name: f for name, f in by_area(content).items() if f["suppressed_as"]}
    few = [name for name, f in hidden.items() if f["suppressed_as"] == "<5"]
    assert few
    assert any(f["value"] for f in by_area(content).values())
    pdf = viperreport(*build, "-o", "-", cwd=home).done().out
    document = pypdfium2.PdfDocument(pdf)
    page = " ".join(document[k].get_textpage().get_text_bounded() for k in range(len(document)))
    tags = tagged(pdf)
    aloud = " ".join([tags.root.words(), *(node.alt or "" for node in tags.root.each())])
    assert "<5" in page
    assert "<" not in aloud
    assert "fewer than five" in aloud
    words = re.sub(r"\s+", " ", aloud)
    assert "It protects this edition alone." in words
    rows = list(csv.DictReader(io.StringIO(attachments(pdf)["figures.csv"].decode(), newline="")))
    told = {row["key"]: row for row in rows}
    for figure in hidden.values():
        row = told[figure["key"]]
        assert (row["value"], row["rows"], row["hash"]) == ("", "0", ""), figure["key"]
        assert row["suppressed_as"] == figure["suppressed_as"]


def test_the_map_says_of_each_tile_what_may_be_told(demo_home: Path) -> None:
    """Its words name every hidden area with "<5" or "withheld", and no number beside it."""
    content = built(demo_home, DEMO)
    said = next(
        block["said"]["text"]
        for section in content["briefing"]["sections"]
        for block in section["blocks"]
        if block["block"] == "TileMap"
    )
    for name, figure in by_area(content).items():
        printed = figure["suppressed_as"] or str(figure["value"])
        assert re.search(rf"[:;] {re.escape(name)} {re.escape(printed)}[;,.]", said), name


def test_counts_that_are_told_are_those_of_the_open_edition(demo: Demo, demo_home: Path) -> None:
    """A mask changes no number: what it prints is the same, and parts add up where all are told."""
    exact = {figure["key"]: figure["value"] for figure in built(demo.home, DEMO)["figures"]}
    masked = {figure["key"]: figure["value"] for figure in built(demo_home, DEMO)["figures"]}
    for key, value in masked.items():
        if value is not None and not key.startswith(("provenance.", "edition.")):
            assert value == exact[key], key
    few = [key for key, value in masked.items() if value is None and exact.get(key) is not None]
    areas = [key for key in few if re.fullmatch(r"incidents\.area\.[a-z-]+\.ytd\.2016", key)]
    assert areas
    small = [key for key in areas if 1 <= exact[key] <= 4]
    assert {key for key, value in exact.items() if key.startswith("incidents.area.")
            and key.endswith("2016") and 1 <= (value or 0) <= 4} == set(small)  # fmt: skip


def test_an_area_has_no_edition_of_its_own(demo_home: Path) -> None:
    """It would be made of what the mask hides: refused, with what to type."""
    ended = viperreport(*DEMO, "--area", "hackney", cwd=demo_home)
    assert (ended.code, ended.out) == (3, b"")
    assert ended.err == (
        'viperreport: config/viperreport.toml: briefing.weekly.mask: "areas" leaves nothing to '
        "print of Hackney alone: build without --area, or write a briefing without mask\n"
    )


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("attach_records = true", 'true does not go with mask = "areas": write false'),
        ('areas = "all + each"', '"areas" does not go with areas = "all + each": write "all"'),
        ('mask = "area"', "did you mean areas?"),
    ],
)
def test_what_does_not_go_with_a_mask_is_refused(
    demo: Demo, tmp_path: Path, key: str, said: str
) -> None:
    """When the configuration is read, before anything is counted."""
    home = tmp_path / "home"
    shutil.copytree(demo.home, home)
    file = home / "config/viperreport.toml"
    text = file.read_text().replace("attach_records = true", "#")
    own = "" if key.startswith("mask") else 'mask = "areas"\n'
    file.write_text(text.replace(TITLE, f"{own}{key}\n{TITLE}"))
    ended = viperreport("check", cwd=home)
    assert ended.code == 3
    assert said in ended.err
