"""Areas add up to the headline, are ranked with their ties, and enter titles by rule alone."""

import re
from dataclasses import replace
from datetime import date, timedelta
from types import MappingProxyType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sections.area_worlds import (
    SIX,
    Page,
    cells,
    check_words,
    grid,
    home,
    numbers,
    of_each,
    page,
)
from tests.sections.making import (
    CUT_OFF,
    cube_of,
    monthly,
)
from tests.sections.recipes import Recipe, recipes
from viperreport.analysis.compare import bonferroni_level, rate_ratio
from viperreport.model.exhibits import (
    Absent,
    Dumbbell,
    RowKind,
    Table,
    TileMap,
)
from viperreport.model.snapshot import all_figures
from viperreport.model.source import Area
from viperreport.model.wording import plain
from viperreport.sections.areas.counts import add_up, count_areas
from viperreport.sections.areas.page import areas
from viperreport.sections.front.headline import headline

NAMES = ("Hackney", "Łódź", "東京", "Zone 51", "القاهرة", "Tower Hamlets")
COUNTS = st.dictionaries(st.sampled_from((*NAMES, "")), st.integers(0, 60), min_size=1)


@settings(max_examples=60)
@given(
    COUNTS,
    COUNTS,
    st.lists(st.sampled_from(NAMES), unique=True, max_size=4).map(tuple),
    st.integers(0, len(NAMES)),
)
def test_everything_adds_up(
    now: dict[str, int], then: dict[str, int], priority: tuple[str, ...], listed: int
) -> None:
    """Tiles, what is off the map and what is unknown make the headline; so do the rows."""
    total = sum(now.values())
    made = page(cells(now, then), grid(NAMES[:listed]), priority)
    tables = [block for block in made.made.blocks if isinstance(block, Table)]
    for table in tables:
        rows = [r for r in table.rows[:-1] if r.kind is not RowKind.TOTAL]
        held = [numbers(row) for row in rows]
        assert numbers(table.rows[-1]) == (total, sum(then.values()))
        assert sum(n or 0 for n, _ in held) == total
        assert sum(n or 0 for _, n in held) == sum(then.values())
    maps = [block for block in made.made.blocks if isinstance(block, TileMap)]
    for drawn in maps:
        on = sum(tile.now.count for tile in drawn.tiles if tile.now)
        off = [
            int(n)
            for n in re.findall(r"(?:Location unknown:| )\s?(\d+)(?=[;.])", plain(drawn.note))
        ]
        assert on + sum(off) == total
    check_words(made.made)


def test_sums_that_do_not_add_up_are_refused() -> None:
    """A part too few is an error and no footnote; a part that is not held makes no sum."""
    counts = count_areas(home(cells({"Hackney": 9, "Brent": 4})))
    parts = [each.now for each in counts.areas]
    add_up(parts, counts.total)
    with pytest.raises(ValueError, match=r"is 13, its areas add up to 9"):
        add_up(parts[:1], counts.total)


def test_an_area_known_only_then_is_counted() -> None:
    """What was known last year in an area that no record names now has its place in the sum."""
    context = home(cells({"Hackney": 30, "Brent": 20}, {"Hackney": 22}))
    earlier = cube_of(cells({}, {"Hackney": 12, "Camden": 9}), CUT_OFF)
    snapshot = context.snapshot
    instant = context.snapshot.known_at - timedelta(days=366)
    then = MappingProxyType({("incidents", instant): earlier})
    rows = Page(areas(replace(context, snapshot=replace(snapshot, then=then)))).rows()
    assert rows["Camden"][:2] == ("0", "9")
    assert rows["London"][:2] == ("50", "21")


def test_the_map_and_the_table_say_how_last_year_is_known() -> None:
    """Last year's counts stand in both; without any, nothing is said of them."""
    known = "Last year as known now: maturity not comparable."
    made = page(cells({"Brent": 40}, {"Brent": 38}), grid(SIX), SIX)
    assert known in plain(made.map.note)
    assert known in plain(made.table().note)
    assert known not in plain(page(cells({"Brent": 40}, {"Brent": 38}), grid(SIX)).map.note)
    begun = page(cube_of(cells({"Brent": 40}), CUT_OFF, date(2016, 1, 1)), grid(SIX), SIX)
    assert "Last year" not in plain(begun.map.note) + plain(begun.table().note)


def test_ranks_and_ties() -> None:
    """Most first; equal counts by name, each with a mark, and the note says what it means."""
    held = cells({"Newham": 12, "Brent": 12, "Hackney": 15, "Lambeth": 3})
    named = grid(("Newham", "Lambeth", "Hackney", "Brent"))
    made = page(held, named, ("Newham", "Brent", "Hackney"))
    assert list(made.rows()) == [
        "Hackney", "Brent\N{NO-BREAK SPACE}=", "Newham\N{NO-BREAK SPACE}=",
        "Three priority boroughs", "Lambeth", "London",
    ]  # fmt: skip
    assert "Equal counts (=)" in plain(made.table().note)
    apart = page(cells({"Newham": 12, "Brent": 11}))
    assert "=" not in plain(apart.table().note) + "".join(apart.rows())


@pytest.mark.parametrize("number", [1, 2, 7, 33, 60, 61, 90])
def test_from_one_area_to_many(number: int) -> None:
    """Every area has a row, however long its name; those over sixty are counted together."""
    names = [f"Saint {'Wulfstan-' * (k % 9)}by-the-Water {k:02}" for k in range(number)]
    held = cells({name: 1 + k % 5 for k, name in enumerate(names)}, dict.fromkeys(names, 2))
    made = page(held, grid(names))
    rows = {label.removesuffix("\N{NO-BREAK SPACE}=") for label in made.rows()}
    left = set(names) - rows
    assert len(left) == (number - 60 if number > 61 else 0)
    assert (f"Other {number - 60} boroughs" in rows) is bool(left)
    assert {plain(tile.name) for tile in made.map.tiles} == set(names)
    check_words(made.made)


def test_another_force_is_never_a_zero() -> None:
    """A noted area without records has neither number nor row, and is no 'other borough'."""
    named = grid(("Brent", "Hackney", "Harrow", "City"), City="other force")
    made = page(cells({"Brent": 5, "Hackney": 9}), named, ("Brent", "Hackney"))
    tiles = {plain(tile.name): tile for tile in made.map.tiles}
    assert tiles["City"].now is None
    assert plain(tiles["City"].note) == "other force"
    assert tiles["Harrow"].now is not None
    assert tiles["Harrow"].now.value == 0
    assert "Harrow" in made.rows()
    assert "City" not in "".join(made.rows())
    counted = page(cells({"Brent": 5, "City": 1}), named)
    assert "City" in counted.rows()


def test_blank_areas() -> None:
    """Records without an area are a row, a note, and never an area."""
    made = page(cells({"Hackney": 40, "": 3}, {"Hackney": 38}), grid(["Hackney"]))
    assert made.rows()["Location unknown"][:3] == ("3", "0", "+3")
    assert "Location unknown: 3." in plain(made.map.note)
    assert "Location unknown" not in page(cells({"Hackney": 40})).rows()


def test_areas_that_begin_to_be_named() -> None:
    """Where last year's records name no area, this year's are mapped and nothing is compared."""
    made = page(cells({"Hackney": 40}, {"": 38}), grid(["Hackney"]), ("Hackney",))
    assert [type(block) for block in made.made.blocks] == [TileMap, Absent]
    assert made.made.comparisons == ()
    assert made.map.tiles[0].then is None
    nowhere = page(cells({"": 40}, {"Hackney": 38}), grid(["Hackney"]))
    assert [type(block) for block in nowhere.made.blocks] == [Absent]
    check_words(made.made)
    check_words(nowhere.made)


@pytest.mark.parametrize(
    ("now", "then", "title"),
    [
        (of_each(12, 17, 14, 13, 10, 11), of_each(7, 10, 10, 7, 6, 7),
         "Six priority boroughs together: 77 against 47; no borough alone is clear"),
        (of_each(7, 10, 10, 7, 6, 7), of_each(12, 17, 14, 13, 10, 11),
         "Six priority boroughs together: 47 against 77; no borough alone is clear"),
        (of_each(21, 22, 21, 20, 20, 21), of_each(9, 10, 10, 9, 9, 9),
         ("Six priority boroughs together: higher, likely real; "
          "no borough alone is clear among 9 rows")),
        (of_each(9, 10, 10, 9, 9, 9), of_each(21, 22, 21, 20, 20, 21),
         ("Six priority boroughs together: lower, likely real; "
          "no borough alone is clear among 9 rows")),
        (of_each(12, 40, 14, 13, 10, 11), of_each(11, 10, 15, 12, 11, 10),
         "Six priority boroughs together: 100 against 69; Hackney alone: higher, likely real"),
        (of_each(9, 11, 9, 8, 6, 7), of_each(7, 10, 10, 7, 6, 7),
         "Six priority boroughs together: no clear change; no borough alone is clear"),
        (of_each(1, 1, 1, 0, 0, 0), of_each(1, 0, 0, 1, 0, 0),
         "Six priority boroughs together: too few to tell"),
        (of_each(12, 60, 14, 13, 10, 11), of_each(7, 10, 10, 7, 6, 7),
         "Six priority boroughs together, and Hackney alone: higher, likely real"),
        (of_each(12, 17, 14, 13, 70, 11), of_each(12, 17, 70, 13, 14, 11),
         ("Six priority boroughs together: no clear change; Southwark alone: higher, likely real; "
          "Lambeth alone: lower, likely real")),
        (of_each(60, 60, 60, 60, 2, 2), of_each(10, 10, 10, 10, 3, 3),
         "Six priority boroughs together, and four boroughs alone: higher, likely real"),
    ],
)  # fmt: skip
def test_titles_flip_with_the_data(now: dict[str, int], then: dict[str, int], title: str) -> None:
    """Each data set has the title that its verdicts make."""
    made = page(cells(now | {"Camden": 30}, then | {"Camden": 30}), (), SIX)
    assert made.title == title
    check_words(made.made)


@settings(max_examples=50)
@given(st.lists(st.integers(0, 60), min_size=12, max_size=12))
def test_many_comparisons(counts: list[int]) -> None:
    """A title names an area only if its interval at 1 − 0.05/m leaves out 1, m rows."""
    now, then = dict(zip(SIX, counts, strict=False)), dict(zip(SIX, counts[6:], strict=True))
    made = page(cells(now | {"Camden": 5}, then), (), SIX[:1])
    table = made.table()
    level = bonferroni_level(len(table.rows))
    (brent,) = [c for c in made.made.comparisons if c.key.startswith("incidents.area.Brent.")]
    a, b = brent.now, brent.then
    interval = rate_ratio(
        a.count, a.period.days, b.count, b.period.days, brent.phi, level=level
    )  # fmt: skip
    clear = interval.leaves_out_one and a.count + b.count >= 10
    assert ("Brent alone:" in made.title) is clear
    if brent.likely_real and not clear:
        assert made.title == f"No borough alone shows a clear change among {len(table.rows)} rows"


def test_a_row_that_is_called_does_not_enter_the_title_by_itself() -> None:
    """Higher at 95 % and not at the level of nine rows: the row says so, the title does not."""
    made = page(cells(of_each(10, 24, 10, 10, 10, 10), of_each(10, 9, 10, 10, 10, 10)), (), SIX)
    assert made.rows()["Hackney"][-1] == "higher"
    assert made.title.endswith("no borough alone is clear among 8 rows")


def test_without_priority_areas() -> None:
    """Every area has a row, none are together, and the map's title names no part."""
    made = page(cells({"Brent": 40, "Hackney": 12}, {"Brent": 38, "Hackney": 9}), grid(SIX))
    assert list(made.rows())[:2] == ["Brent", "Hackney"]
    assert made.table().rows[-1].kind is RowKind.TOTAL
    assert len(made.rows()) == len(SIX) + 1
    assert plain(made.map.title) == "Gun incidents in 2 of 6 boroughs"
    assert (made.map.lead, made.map.priority_key) == ((), ())
    assert {tile.then for tile in made.map.tiles} == {None}
    assert made.title == "No borough alone shows a clear change"


def test_one_priority_area_is_not_summed() -> None:
    """A sum of one row would be the row again."""
    made = page(cells({"Brent": 40, "Hackney": 12}, {"Brent": 38}), grid(SIX), ("Brent",))
    assert list(made.rows()) == ["Brent", "Other 5 boroughs", "London"]
    assert made.title == "Brent: no clear change"
    assert plain(made.map.title) == "Brent: 40 of 52 gun incidents"


def test_no_earlier_year() -> None:
    """Not held is written in words, nothing is compared, and the title says what is missing."""
    cube = cube_of(cells({"Brent": 40, "Hackney": 12}), CUT_OFF, date(2016, 1, 1))
    made = page(cube, grid(SIX), SIX)
    assert made.rows()["Brent"] == ("40", "not held", "—", "Dumbbell", "", "—", "none")
    assert "no dated records for the same period of 2015" in made.title
    dumbbell = made.table().rows[0].cells[4]
    assert isinstance(dumbbell, Dumbbell)
    assert dumbbell.then is None
    begun = page(cube_of(cells({"Brent": 40}), CUT_OFF, date(2016, 3, 1)), grid(SIX))
    assert [type(block) for block in begun.made.blocks] == [Absent]
    check_words(made.made)
    check_words(begun.made)


def test_a_source_without_areas_is_one_line() -> None:
    """Not held, in a line; no table of zeros."""
    made = page(cells({"": 40}), grid(SIX), SIX)
    (absent,) = made.made.blocks
    assert isinstance(absent, Absent)
    assert plain(absent.remark.body) == "Not held: no row names its borough."


def test_monthly_sources() -> None:
    """Months make the same table, to the end of the last whole one."""
    held = cells({"Brent": 90, "Hackney": 50}, {"Brent": 60, "Hackney": 52})
    made = page(monthly([c for c in held if c.day <= date(2016, 4, 30)], date(2016, 4, 30)))
    assert "1 January to 30 April" in plain(made.table().subtitle)
    total = made.made.comparisons[-1]
    assert sum(numbers(row)[0] or 0 for row in made.table().rows[:-1]) == total.now.value
    assert {c.key for c in made.made.comparisons} >= {"offences.area.Brent.ytd", "offences.ytd"}


def test_a_changed_set_says_so() -> None:
    """The first edition of other priority areas prints the old total beside the new one."""
    before, since = CUT_OFF - timedelta(days=30), CUT_OFF - timedelta(days=1)
    named = (
        Area("Brent", "brent", priority_from=before, priority_to=since - timedelta(days=1)),
        Area("Hackney", "hackney", priority_from=before),
        Area("Newham", "newham", priority_from=since),
    )
    held = cells({"Brent": 11, "Hackney": 12, "Newham": 20})
    note = plain(page(held, named, ("Hackney", "Newham")).table().note)
    assert "Definition changed. The priority boroughs of 18 May 2016 hold 23, " in note
    assert note.endswith("those of this edition 32.")
    assert "Definition" not in plain(page(held, named, ("Brent", "Hackney")).table().note)


def test_figures_are_shared_with_page_one() -> None:
    """The priority areas and the total bear the keys that the headline gives them."""
    context = home(cells(of_each(*[12] * 6), of_each(*[7] * 6)), grid(SIX), SIX)
    here, there = areas(context), headline(context)
    keys = {c.key for c in here.comparisons}
    assert {"incidents.ytd", "incidents.priority.ytd"} <= keys
    all_figures([*here.figures, *there.figures], [*here.comparisons, *there.comparisons])


@settings(max_examples=60)
@given(recipes())
def test_whatever_the_data(recipe: Recipe) -> None:
    """Words, types and keys hold for any data set, cut-off, coverage and set of priorities."""
    made = areas(recipe.world.context)
    check_words(made)
    assert made == areas(recipe.world.context)


def test_clustering_is_printed() -> None:
    """φ of each row in order; of many rows its range."""
    held = cells({"Brent": 40, "Hackney": 12}, {"Brent": 38, "Hackney": 9})
    made = page(held)
    told = [f"{c.phi:.2f}" for c in made.made.comparisons]
    assert f"Clustering φ, by row: {', '.join(told)}." in plain(made.table().note)
    many = page(cells(dict.fromkeys(map(str, range(20)), 4)))
    assert "Clustering φ from 1.00 to " in plain(many.table().note)


def test_an_areas_own_edition_has_no_areas_within_it() -> None:
    """Its areas would all be zero but itself; a line says what it is about."""
    context = home(cells({"Brent": 40}))
    facts = replace(context.facts, within="Brent")
    (absent,) = areas(replace(context, facts=facts)).blocks
    assert isinstance(absent, Absent)
    assert plain(absent.remark.body) == "This edition is about Brent alone."
