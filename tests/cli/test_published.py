"""Totals that others published: said with their dates, set beside our own, never made to agree."""

import json
import re
from pathlib import Path

import pypdfium2  # type: ignore[import-untyped]
import pytest

from .conftest import CUT_OFF, viperreport

HEADER = "id,measure,unit,area,from,to,period_kind,value,as_at,tier,source,url,note\n"
YEAR_2014 = "2014-01-01,2014-12-31,calendar_year"
YEAR_2015 = "2015-01-01,2015-12-31,calendar_year"
KNOWN = ("--cut-off", CUT_OFF, "--known-at", "2016-06-02")


@pytest.fixture
def published(home: Path) -> Path:
    """A home with two totals of one year, one of a year not held, one of a month to come."""
    main = (home / "config/viperreport.toml").read_text()
    (place,) = re.findall(r'^place = "(.+)"$', main, re.MULTILINE)
    rows = (
        f"A,incident,incident,{place},{YEAR_2015},301,2016-01-12,direct,The Courier,,",
        f"B,incident,incident,{place},{YEAR_2015},340,2016-04-07,direct,The Gazette,,",
        f"C,incident,incident,{place},{YEAR_2014},377,2015-01-20,direct,The Courier of then,,",
        f"D,incident,incident,{place},{YEAR_2015},999,2016-07-01,direct,The Morrow,,",
    )
    (home / "config/published.csv").write_text(HEADER + "\n".join(rows) + "\n")
    viperreport("check", cwd=home).done()
    return home


def page_of(pdf: Path) -> str:
    """All its text, with single spaces."""
    with pypdfium2.PdfDocument(pdf) as document:
        return " ".join(" ".join(p.get_textpage().get_text_bounded() for p in document).split())


def test_two_totals_of_one_year_are_both_printed_with_their_dates(published: Path) -> None:
    """Neither wins, neither is averaged, our own count stands beside each of them."""
    viperreport("build", *KNOWN, "-o", "out.pdf", cwd=published).done()
    page = page_of(published / "out.pdf")
    told = json.loads(viperreport("build", *KNOWN, "--format", "json", cwd=published).done().out)
    ours = {each["key"]: each["value"] for each in told["figures"]}
    for source, day, value in (
        ("The Courier", "12 January 2016", 301),
        ("The Gazette", "7 April 2016", 340),
    ):
        assert re.search(rf"{source}, as at {day}[^.]*\b{value}\b", page), page
    assert [ours["published.A"], ours["published.B"]] == [301, 340]
    standing = {each["key"]: each["standing"] for each in told["figures"]}
    assert standing["published.A"] == standing["published.B"] == "published"


def test_a_total_of_a_later_day_is_not_known_yet(published: Path) -> None:
    """As at a day after the known-at instant: neither on the pages nor in the JSON."""
    viperreport("build", *KNOWN, "-o", "out.pdf", cwd=published).done()
    told = viperreport("build", *KNOWN, "--format", "json", cwd=published).done().said
    for said in (page_of(published / "out.pdf"), told):
        assert "The Morrow" not in said
        assert not re.search(r"published\.D|\b999\b", said)


def test_a_year_of_which_only_the_total_is_known_is_compared_with_nothing(published: Path) -> None:
    """2014 stands as a whole year by its publication; its year to date is not held."""
    told = json.loads(viperreport("build", *KNOWN, "--format", "json", cwd=published).done().out)
    whole = {each["key"] for each in told["figures"] if each["standing"] == "published"}
    assert "published.C" in whole
    sides = {side for each in told["comparisons"] for side in (each["now"], each["then"])}
    assert not sides & whole
