"""`--area` by the program: the draft, what explain says of it, what is exported or refused."""

import csv
import io
import json
import shutil
from pathlib import Path

import pytest

from .conftest import CUT_OFF, Demo, viperreport

BUILD = ("build", "--cut-off", CUT_OFF)


def table(out: bytes) -> list[dict[str, str]]:
    """A csv file's rows."""
    return list(csv.DictReader(io.StringIO(out.decode(), newline="")))


def test_the_draft_bears_the_areas_name_and_is_what_explain_speaks_of(home: Path) -> None:
    """`build --area north`, then `explain K1 --rows`: North's records alone."""
    pdf = Path(viperreport(*BUILD, "--area", "north", cwd=home).done().said.strip())
    assert pdf == home / f"output/drafts/weekly.north.{CUT_OFF}.pdf"
    assert pdf.read_bytes().startswith(b"%PDF-")
    said = viperreport("explain", "K1", "--rows", cwd=home).done().said
    assert said.startswith(f"weekly/north/{CUT_OFF}, ")
    assert "area = North" in said
    assert "  North, no  " in said
    assert "South" not in said


def test_all_is_the_whole_even_after_an_areas_draft(home: Path) -> None:
    """`--area all` is an answer of its own, and the same as none where nothing was built."""
    whole = viperreport(*BUILD, "--format", "json", cwd=home).done().out
    assert viperreport(*BUILD, "--area", "all", "--format", "json", cwd=home).done().out == whole
    viperreport(*BUILD, "--area", "north", cwd=home).done()
    asked = ("explain", "K1", "--cut-off", CUT_OFF)
    said = viperreport(*asked, "--area", "all", cwd=home).done().said
    assert "area = North" not in said
    latest = viperreport("explain", "K1", "--area", "all", cwd=home)
    assert "area = North" not in latest.said


def test_the_editions_of_all_areas_make_the_whole(home: Path) -> None:
    """North and South, from the JSON of their editions; each says whose it is."""

    def year(*area: str) -> int:
        out = viperreport(*BUILD, *area, "--format", "json", cwd=home).done().out
        content = json.loads(out)
        assert content["edition"]["area"] == (area[1].casefold() if area else "all")
        (value,) = [f["value"] for f in content["figures"] if f["ref"] == "K1"]
        return int(value)

    assert year("--area", "north") + year("--area", "South") == year() == 146


def test_an_unknown_area_ends_with_2_and_the_nearest(home: Path) -> None:
    """By every verb that knows of areas; nothing is written."""
    for verb in (BUILD, ("explain", "K1"), ("export", "records"), ("export", "figures")):
        ended = viperreport(*verb, "--area", "nort", cwd=home)
        assert (ended.code, ended.out) == (2, b"")
        assert ended.err == ("viperreport: --area nort: no such area: did you mean north?\n")
    assert not (home / "output/drafts").exists()


def test_only_the_areas_records_are_exported(home: Path) -> None:
    """As many as its figure counts, of the same place; the figures are those of its edition."""
    every = table(viperreport("export", "records", cwd=home).done().out)
    part = table(viperreport("export", "records", "--area", "south", cwd=home).done().out)
    assert part == [row for row in every if row["area"] == "South"]
    assert 0 < len(part) < len(every)
    asked = ("export", "figures", "--cut-off", CUT_OFF, "--area", "south")
    figures = {row["key"]: row for row in table(viperreport(*asked, cwd=home).done().out)}
    (year,) = [row for row in figures.values() if row["ref"] == "K1"]
    days = [row["day"] for row in part]
    assert int(year["value"]) == sum("2016-01-01" <= day <= CUT_OFF for day in days)


def test_a_home_that_lists_no_areas_takes_them_from_its_data(home: Path) -> None:
    """Without areas.csv the slugs are those of the names in the rows."""
    (home / "config/areas.csv").unlink(missing_ok=True)
    pdf = viperreport(*BUILD, "--area", "south", cwd=home).done().said.strip()
    assert pdf.endswith(f"weekly.south.{CUT_OFF}.pdf")
    refused = viperreport(*BUILD, "--area", "west", cwd=home)
    assert refused.code == 2
    assert "no such area" in refused.err


def test_each_and_all_may_be_configured(home: Path) -> None:
    """The setting is taken; a build without --area is of the whole."""
    main = home / "config/viperreport.toml"
    main.write_text(main.read_text() + 'areas = "all + each"\n')
    viperreport("check", cwd=home).done()
    pdf = viperreport(*BUILD, cwd=home).done().said.strip()
    assert pdf.endswith(f"weekly.all.{CUT_OFF}.pdf")


@pytest.mark.parametrize("slug", ["hackney", "Tower Hamlets"])
def test_the_demo_has_an_edition_of_each_borough(demo: Demo, tmp_path: Path, slug: str) -> None:
    """As the README shows it, of a borough with incidents, by slug or by name."""
    home = shutil.copytree(demo.home, tmp_path / "demo")
    asked = ("build", "--cut-off", "2016-05-25", "--area", slug)
    pdf = Path(viperreport(*asked, cwd=home).done().said.strip())
    assert pdf.name == f"weekly.{slug.casefold().replace(' ', '-')}.2016-05-25.pdf"
    assert pdf.read_bytes().startswith(b"%PDF-")
