"""Hotspots go by any of their names, are counted once, and are not ranked by small numbers."""

from dataclasses import replace
from datetime import date

from tests.sections.area_worlds import YEAR, Page, cells, check_words, home, page
from tests.sections.making import (
    finds,
    spread,
)
from viperreport.model.exhibits import (
    Absent,
    Bar,
)
from viperreport.model.snapshot import Cell
from viperreport.model.wording import plain
from viperreport.sections.areas.hotspots import hotspots
from viperreport.sections.areas.page import areas
from viperreport.sections.context import Contribution, StatedHotspot

SPOTS = (
    StatedHotspot("Harlesden", "Brent", ("Halesden",)),
    StatedHotspot("Brixton", "Lambeth"),
    StatedHotspot("Hackney", "Hackney"),
)


def placed(*given_places: tuple[str, str, int], circumstance: str = "") -> list[Cell]:
    """So many records this year of a neighbourhood in an area."""
    return [
        cell._replace(sub_area=place, circumstance=circumstance)
        for area, place, number in given_places
        for cell in spread(YEAR, number, area)
    ]


def test_hotspots_go_by_their_other_names() -> None:
    """Names and aliases in any case count, in the hotspot's own area alone."""
    held = placed(
        ("Brent", "HARLESDEN", 3), ("Brent", "Halesden", 2), ("Lambeth", "Brixton", 9),
        ("Camden", "Brixton", 4), ("Hackney", "Dalston", 6),
    )  # fmt: skip
    made = page(held, (), (), SPOTS)
    rows = made.rows("T5")
    assert list(rows) == ["Brixton", "Harlesden", "Hackney"]
    assert [cells_of[1] for cells_of in rows.values()] == ["9", "5", "0"]
    title = plain(made.table("T5").title)
    assert title == "Hotspots hold 14 of 24 gun incidents; numbers this small cannot rank them"
    note = plain(made.table("T5").note)
    assert "A gap of two or three incidents is no evidence" in note
    assert "config/operation.toml" in note
    assert "Last year as known now: maturity not comparable." in note
    assert "Recoveries by neighbourhood: not held." in note
    check_words(made.made)


def test_a_name_that_two_hotspots_share_is_counted_once() -> None:
    """Hotspots together are records, not rows."""
    shared = (StatedHotspot("Brixton", "Lambeth"), StatedHotspot("SW9", "Lambeth", ("Brixton",)))
    made = page(placed(("Lambeth", "Brixton", 9)), (), (), (*shared, shared[0]))
    assert plain(made.table("T5").title).startswith("Hotspots hold 9 of 9 gun incidents")
    assert list(made.rows("T5")) == ["Brixton\N{NO-BREAK SPACE}=", "SW9\N{NO-BREAK SPACE}="]


def test_an_area_that_names_no_neighbourhood_has_no_zero() -> None:
    """Not held where the area's records leave it out; those partly left out are counted."""
    held = [*placed(("Lambeth", "Brixton", 9)), *cells({"Brent": 7, "Lambeth": 2})]
    made = page(held, (), (), SPOTS)
    assert made.rows("T5")["Harlesden"][1] == "not held"
    assert plain(made.table("T5").title).endswith("some neighbourhoods are not held")
    assert "No neighbourhood is named in their borough: 9." in plain(made.table("T5").note)
    bar = made.table("T5").rows[-1].cells[4]
    assert isinstance(bar, Bar)
    assert bar.value is None


def test_large_hotspots_may_differ() -> None:
    """The words about small numbers go where the most and the least can be told apart."""
    made = page(placed(("Lambeth", "Brixton", 120), ("Brent", "Harlesden", 20)), (), (), SPOTS[:2])
    assert plain(made.table("T5").title) == "Hotspots hold 140 of 140 gun incidents"
    assert "A gap of" not in plain(made.table("T5").note)


def test_what_was_recovered_there() -> None:
    """Weapons by neighbourhood, and those of them from sweeps, to the end of their coverage."""
    swept = placed(("Lambeth", "Brixton", 4), circumstance="Weapon sweep")
    handed = placed(
        ("Lambeth", "Brixton", 3), ("Brent", "Harlesden", 2), circumstance="Surrendered"
    )
    context = home(placed(("Lambeth", "Brixton", 9)), (), (), SPOTS)
    found = finds([c for c in (*swept, *handed) if c.day < date(2016, 5, 20)], date(2016, 5, 19))
    made = Page(areas(replace(context, snapshot=replace(context.snapshot, recoveries=found))))
    rows = made.rows("T5")
    assert rows["Brixton"][-2:] == ("7", "4")
    assert rows["Harlesden\N{NO-BREAK SPACE}="][-2:] == ("2", "0")
    assert "Recoveries to 19 May 2016." in plain(made.table("T5").note)
    check_words(made.made)


def test_without_hotspots() -> None:
    """None stated: no table and no line. Stated and not held: one line."""
    held = cells({"Brent": 40, "Lambeth": 12})
    assert hotspots(home(held)) == Contribution(())
    (absent,) = hotspots(home(held, (), (), SPOTS)).blocks
    assert isinstance(absent, Absent)
    assert "Not held" in plain(absent.remark.body)
