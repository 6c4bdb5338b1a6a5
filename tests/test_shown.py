"""The pages show what the operation has published, in words that a reader can search for."""

import re
from io import BytesIO

import pypdfium2  # type: ignore[import-untyped]
import pytest

from tests.known_answers import Edition, pdf
from tests.reading import Read

TACTICS = (
    "High-visibility armed patrol",
    "ANPR operation",
    "Weapon sweep",
    "Intelligence-led stop and search",
    "Targeting known offenders",
    "Premises search (warrant)",
    "Education of young people",
)
PRIORITY = ("Hackney", "Lambeth", "Southwark", "Brent", "Newham", "Tower Hamlets")
HOTSPOTS = {
    "Bromley-by-Bow": "Tower Hamlets",
    "Hackney": "Hackney",
    "Stoke Newington": "Hackney",
    "Brixton": "Lambeth",
    "Camberwell": "Southwark",
    "Harlesden": "Brent",
}
A4 = (595.28, 841.89)
PAGES = {"demo": 6, "newyork": 4, "newyork in february": 4, "london": 4}


@pytest.fixture
def demo(editions: dict[str, Edition]) -> Read:
    """The demo's edition."""
    return Read(editions["demo"])


@pytest.mark.parametrize("tactic", TACTICS)
def test_every_stated_tactic_has_its_row_and_its_weeks(tactic: str, demo: Read) -> None:
    """In table 8 with what was done, and as one of the small multiples."""
    assert [line[0] for line in demo.lines("tactics")].count(tactic) == 1
    assert tactic in [word for line in demo.lines("tactics a week") for word in line]


@pytest.mark.parametrize("area", PRIORITY)
def test_every_priority_borough_is_in_map_and_table(area: str, demo: Read) -> None:
    """On the map with last year's count, in table 4 with its verdict, and as it was stated."""
    assert area in [word for line in demo.lines("map") for word in line]
    assert [line[0].removesuffix(" =") for line in demo.lines("areas")].count(area) == 1
    (tile,) = [t for t in demo.exhibits["map"]["tiles"] if t["name"]["text"] == area]
    assert tile["priority"]
    assert area in demo.made.pages[4].split("Priority ", 1)[1].split(" since ", 1)[0]


@pytest.mark.parametrize("place", HOTSPOTS)
def test_every_hotspot_stands_with_its_borough(place: str, demo: Read) -> None:
    """In table 5, once, beside the borough that it lies in."""
    rows = [line for line in demo.lines("hotspots") if line[0].removesuffix(" =") == place]
    assert [row[1] for row in rows] == [HOTSPOTS[place]]


@pytest.mark.parametrize(("year", "total"), [("2015", "714"), ("2014", "577")])
def test_the_published_recoveries_are_whole_years(year: str, total: str, demo: Read) -> None:
    """714 and 577 stand at the ends of figure 4's lines and in table 6's whole years."""
    (row,) = [line for line in demo.lines("items by year") if line[0] == year]
    assert row[2] == total
    assert f"{year} {total}" in [" ".join(line[-2:]) for line in demo.lines("items running")]
    assert demo.values[f"recoveries.year.{year}"] == int(total)
    assert f"{year}: {total} (ours: {total})" in demo.made.pages[5]


def test_the_operation_stands_as_stated(demo: Read) -> None:
    """The team of 50, who leads it, and the statement, word for word, with who, when and where."""
    page = demo.made.pages[4]
    assert "Own team 50 officers" in page
    assert "Led by Trident and Gang Crime Command" in page
    assert (
        "\u201cAt least half the shootings in London are related to drugs.\u201d "
        "Commander Duncan Ball, gangs and organised crime, May 2016. Newham Recorder, May 2016"
    ) in page
    assert "Source: Metropolitan Police release of 25 May 2016." in page


def test_what_was_stated_is_never_computed_with(demo: Read) -> None:
    """The team of 50 and "half" are no figures of the edition."""
    (stated,) = [
        block
        for section in demo.json["briefing"]["sections"]
        for block in section["blocks"]
        if block["block"] == "AsStated"
    ]
    assert not re.findall(r'"from": \[[^\]]', str(stated).replace("'", '"'))


@pytest.mark.parametrize("name", PAGES)
def test_pages_are_a4_and_as_many_as_designed(name: str, editions: dict[str, Edition]) -> None:
    """Six for all sections; four where recoveries and tactics are not held; each says which."""
    made = editions[name]
    document = pypdfium2.PdfDocument(BytesIO(pdf(made.briefing)))
    sizes = [page.get_size() for page in document]
    document.close()
    assert sizes == [pytest.approx(A4, abs=0.1)] * PAGES[name]
    for place, page in enumerate(made.pages, 1):
        assert page.endswith(f" {place} of {PAGES[name]}")
        assert made.briefing.fingerprint[:12] in page
