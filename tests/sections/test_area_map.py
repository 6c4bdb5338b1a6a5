"""The map shows a share, classes that hold areas, and says what is not on it."""

from hypothesis import given
from hypothesis import strategies as st

from tests.sections.area_worlds import SIX, cells, grid, of_each, page
from viperreport.model.exhibits import (
    Table,
)
from viperreport.model.wording import plain
from viperreport.sections.areas.tiles import breaks


def test_the_map_shows_a_share_and_no_year_beside_it() -> None:
    """A share beside last year's would be a change that no verdict carries."""
    drawn = page(cells(of_each(12, 17, 14, 13, 10, 11) | {"Camden": 45}, of_each(*[7] * 6)),
                 grid((*SIX, "Camden")), SIX).map  # fmt: skip
    assert plain(drawn.lead) == "63%"
    assert plain(drawn.title) == "The six priority boroughs account for 77 of 122 gun incidents"
    assert {plain(tile.name): tile.then and tile.then.value for tile in drawn.tiles} == {
        **dict.fromkeys(SIX, 7), "Camden": None
    }  # fmt: skip


def test_a_map_needs_half_of_the_areas() -> None:
    """With fewer than half on tiles the table stands alone; what is off the map is named."""
    held = cells({"Brent": 4, "Hackney": 5, "Airport": 2})
    assert "Not on the map: Airport 2." in plain(page(held, grid(["Brent", "Hackney"])).map.note)
    alone = page(held, grid(["Brent"]))
    assert [type(block) for block in alone.made.blocks] == [Table]
    many = {f"Port {k}": 1 for k in range(9)} | {f"Town {k}": 2 for k in range(9)}
    drawn = page(cells(many), grid([name for name in many if name.startswith("Town")])).map
    assert "Not on the map: 9 boroughs with 9 together." in plain(drawn.note)


@given(st.lists(st.integers(0, 40) | st.integers(0, 10**6), max_size=60))
def test_classes_of_the_ramp(values: list[int]) -> None:
    """Up to four classes, in strict order from 1, and none of them stands empty."""
    found = breaks(values)
    assert found[0] == 1
    assert list(found) == sorted(set(found))
    assert len(found) <= 4
    ends = (*found[1:], 10**9)
    if any(values):
        assert all(any(a <= n < b for n in values) for a, b in zip(found, ends, strict=True)), found
    assert breaks(values[::-1]) == found


def test_classes_are_about_equal_and_rounded() -> None:
    """Without ties each class holds a quarter; large counts break at round numbers."""
    assert breaks(range(1, 33)) == (1, 9, 17, 25)
    assert breaks([0, 0, 7, 7, 7]) == (1,)
    assert breaks([]) == (1,)
    assert breaks([1018, 2033, 3049, 4051]) == (1, 2000, 3000, 4000)
    assert breaks([1012, 1013, 1014]) == (1, 1013, 1014)
