"""Firearms recovered: what adds up, what is said, and what is left out aloud."""

import random
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from math import ceil
from typing import TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sections.making import (
    CUT_OFF,
    PARTS,
    World,
    both,
    cube_of,
    finds,
    published,
    texts,
    year,
)
from tests.sections.test_language import DIRECTED, NEVER, bare, check_comparison, check_verdict
from viperreport.analysis.compare import bonferroni_level, rate_ratio
from viperreport.model.briefing import Beside, Block, Cumulative
from viperreport.model.exhibits import (
    Absent,
    Bars,
    Caution,
    Evidence,
    Heat,
    Row,
    RowKind,
    Table,
    WeekBars,
    Whisker,
)
from viperreport.model.figure import Comparison, Figure, Unit, Verdict
from viperreport.model.period import ONE_DAY, last_28_days, same_period, year_to_date
from viperreport.model.snapshot import Cell, Cube, all_figures
from viperreport.model.wording import Change, Interval, Number, Share, Words, plain
from viperreport.sections.context import Contribution, StatedOperation
from viperreport.sections.recoveries.groups import slugs
from viperreport.sections.recoveries.kinds import channel_of
from viperreport.sections.recoveries.page import recoveries

KINDS = ("Handgun", "Shotgun", "Rifle", "Air weapon", "手枪")
WAYS_FOUND = ("Premises search (warrant)", "Stop and search", "Surrendered", "Found by the public")
INCIDENTS = cube_of(both(122, 84), CUT_OFF)
Kind = TypeVar("Kind", Cumulative, WeekBars, Table, Bars, Caution, Absent)
THIS_YEAR, LAST_YEAR = year_to_date(CUT_OFF), same_period(year_to_date(CUT_OFF))


@dataclass(frozen=True)
class Page:
    """A page of recoveries, and its exhibits by their marks."""

    made: Contribution

    @property
    def blocks(self) -> list[Block]:
        """Every exhibit, those side by side one by one."""
        return list(_apart(self.made.blocks))

    def of(self, kind: type[Kind], ref: str = "") -> Kind:
        """The only exhibit of a kind, or the one with a mark."""
        (found,) = [
            block
            for block in self.blocks
            if isinstance(block, kind) and getattr(block, "ref", "") == ref
        ]
        return found

    @property
    def refs(self) -> list[str]:
        """The marks in reading order."""
        return [getattr(block, "ref", "") for block in self.blocks]

    @property
    def year(self) -> Comparison:
        """This year against last year's same period."""
        (found,) = [each for each in self.made.comparisons if each.key == "recoveries.ytd"]
        return found

    @property
    def course(self) -> Cumulative:
        """Figure 4."""
        return self.of(Cumulative, "F4")

    @property
    def said(self) -> str:
        """Every text of it."""
        return "\n".join(plain(content) for _, content in texts(self.made.blocks))


def _apart(blocks: Iterable[Block]) -> Iterator[Block]:
    for block in blocks:
        if isinstance(block, Beside):
            yield from _apart((block.left, block.right))
        else:
            yield block


def page(found: Cube | None, cut_off: date = CUT_OFF, **more: object) -> Page:
    """The page of a source of recoveries."""
    world = World(INCIDENTS, cut_off, found)
    return Page(recoveries(replace(world, **more).context))  # type: ignore[arg-type]


def seeded(
    seed: int, now: int, then: int, kinds: Iterable[str] = KINDS, ways: Iterable[str] = WAYS_FOUND
) -> list[Cell]:
    """Finds scattered over both years' days, each of a kind and a circumstance."""
    dice, kinds, ways = random.Random(seed), list(kinds), list(ways)  # noqa: S311 - test data
    cells = []
    for period, number in ((THIS_YEAR, now), (LAST_YEAR, then)):
        for _ in range(number):
            day = period.start + timedelta(days=dice.randrange(period.days))
            cells.append(
                Cell(day, dice.choice(("Hackney", "Brent", "")), category=dice.choice(kinds),
                     circumstance=dice.choice(ways), records=1)
            )  # fmt: skip
    return cells


def counts(figures: Iterable[Figure | None]) -> list[int]:
    """The values of figures that have one."""
    return [figure.count for figure in figures if figure is not None and figure.value is not None]


def heat(row: Row) -> list[int]:
    """The numbers on the ramp of a row."""
    return counts(cell.figure for cell in row.cells if isinstance(cell, Heat))


def numbers(row: Row) -> list[int]:
    """The numbers that a row writes out."""
    parts = (part for cell in row.cells if isinstance(cell, tuple) for part in cell)
    return counts(part.figure for part in parts if isinstance(part, Number))


def check(made: Page) -> None:
    """All that holds whatever the data: sums, language, types, arithmetic."""
    if made.refs == [""]:
        return
    _check_sums(made)
    _check_language(made)
    figures = {f.key: f for f in all_figures(made.made.figures, made.made.comparisons)}
    for path, content in texts(made.made.blocks):
        for part in content:
            assert isinstance(part, PARTS), path
            if isinstance(part, Number):
                assert figures[part.figure.key].hash == part.figure.hash, path
            if isinstance(part, Share):
                assert {part.part.key, part.whole.key} <= set(figures), path
            if isinstance(part, Change | Interval):
                assert part.comparison in made.made.comparisons, path
    for comparison in made.made.comparisons:
        check_comparison(comparison)
    drawn = [row.now for block in made.blocks if isinstance(block, Bars) for row in block.rows]
    assert {figure.key for figure in drawn} <= set(figures)


def _check_sums(made: Page) -> None:
    now, then = made.year.now, made.year.then
    figures = [block for block in made.blocks if isinstance(block, Bars)]
    for block in figures:
        assert sum(counts(row.now for row in block.rows)) == now.count
        if then.value is not None and all(row.then for row in block.rows):
            assert sum(counts(row.then for row in block.rows)) == then.count
    if "T7" in made.refs:
        *rows, last = made.of(Table, "T7").rows
        types, ways = (counts(row.now for row in block.rows) for block in figures)
        held = [row for row in rows if heat(row)]
        assert [sum(heat(row)) for row in held] == types
        assert [sum(column) for column in zip(*map(heat, held), strict=True)] == ways
        assert last.kind is RowKind.TOTAL
        assert numbers(last)[: len(ways) + 1] == [*ways, now.count]
    for line in made.course.lines:
        assert line.points[-1][1] == line.figure.value


def _check_language(made: Page) -> None:
    for path, content in texts(made.made.blocks):
        said = bare(content)
        assert said.strip() == said != "", (path, said)
        assert not NEVER.search(said), (path, said)
        assert not re.search(r"  | [,.;:]|\.\.|,,|;\.|\bNone\b", plain(content)), (path, said)
        assert not DIRECTED.search(said), (path, said)
        for part in content:
            check_verdict(part, {each.key: each for each in made.made.comparisons})
            assert not (isinstance(part, Words) and any(map(str.isnumeric, part.text)))


FIVE = [
    (1, 160, 80, Verdict.HIGHER, "160 items, 100% above this point last year"),
    (2, 60, 140, Verdict.LOWER, "60 items, 57% below this point last year"),
    (3, 100, 95, Verdict.UNCLEAR, "No clear change in items: 100 against 95"),
    (4, 4, 3, Verdict.FEW, "Too few items to tell a change: 4 against 3"),
    (5, 25, 5, Verdict.HIGHER, "25 items, 20 above this point last year"),
]


@pytest.mark.parametrize(("seed", "now", "then", "verdict", "title"), FIVE)
def test_titles_flip_with_the_data(
    seed: int, now: int, then: int, verdict: Verdict, title: str
) -> None:
    """The same page says the opposite of opposite data, in title and evidence alike."""
    made = page(finds(seeded(seed, now, then), CUT_OFF))
    assert made.year.verdict is verdict
    assert plain(made.course.title) == title
    (evidence,) = [
        cell
        for row in made.of(Table, "T6").rows
        for cell in row.cells
        if isinstance(cell, Evidence)
    ]
    assert (evidence.verdict, evidence.harm) == (verdict, False)
    check(made)


def test_without_a_year_before() -> None:
    """A first year is told as it is: no comparison, no word of one."""
    found = replace(finds(seeded(1, 90, 0), CUT_OFF), held_from=date(2016, 1, 1))
    made = page(found)
    assert plain(made.course.title) == "Firearms recovered so far in 2016: 90"
    assert made.of(WeekBars, "F5").average is None
    assert all(row.then is None for row in made.of(Bars, "F6").rows)
    assert "2015: not held." in made.said
    check(made)


def test_the_verdict_is_of_finds_and_says_so() -> None:
    """A few large lots are no change in finds, however many items they hold."""
    cells = seeded(7, 60, 60)
    lots = replace(
        finds(cells, CUT_OFF),
        cells=tuple(sorted(c._replace(items=1 + 9 * (c.day.year == 2016)) for c in cells)),
    )
    made = page(lots)
    assert (made.year.now.value, made.year.then.value) == (600, 60)
    assert made.year.now.unit is Unit.ITEM
    assert made.year.verdict is Verdict.UNCLEAR
    assert "Judged by finds: 60 against 60." in plain(made.course.note)
    assert made.of(Table, "T7").rows[0].cells[-1]
    assert "Intervals are of finds." in plain(made.of(Table, "T7").note)
    check(made)


def test_items_against_their_finds() -> None:
    """Where finds and items go apart, no word of direction is said of the items."""
    cells = seeded(8, 160, 60)
    found = replace(
        finds(cells, CUT_OFF),
        cells=tuple(sorted(c._replace(items=1 + 9 * (c.day.year == 2015)) for c in cells)),
    )
    made = page(found)
    assert made.year.verdict is Verdict.HIGHER
    assert plain(made.course.title) == ("160 items against 600; by finds higher, likely real")
    check(made)


def test_each_order_of_magnitude() -> None:
    """None, a single one and thousands: a page each, and nothing that reads like a plural of 1."""
    none = page(finds(seeded(1, 0, 40), CUT_OFF))
    assert plain(none.of(Bars, "F6").title) == "No items in 2016"
    assert plain(none.of(WeekBars, "F5").title) == "0 in the last 28 days"
    one = page(finds(seeded(1, 1, 0), CUT_OFF))
    assert "No find holds more than one item." in plain(one.course.note)
    assert not re.search(r"(?<![\d,.])1 (items|weeks|finds|types|circumstances)", one.said)
    many = page(finds([c._replace(records=30) for c in seeded(1, 400, 300)], CUT_OFF))
    assert "12,000" in many.said
    for made in (none, one, many):
        assert made.refs == ["F4", "F5", "F6", "F7", "T6", "", "T7"]
        check(made)


def test_no_source_takes_no_page() -> None:
    """A home without recoveries says so in one line."""
    made = page(None)
    assert plain(made.of(Absent).remark.body) == "Not held: this home has no source of recoveries."
    assert not made.made.figures


def test_a_year_held_in_part_is_not_counted() -> None:
    """A source that starts in March gives no year to date: one line says from when it is held."""
    made = page(replace(finds(seeded(1, 30, 30), CUT_OFF), held_from=date(2016, 3, 1)))
    said = plain(made.of(Absent).remark.body)
    assert said == "Not held: 2016 is held from 1 March 2016 only."


def test_nothing_ever_recovered_in_either_period() -> None:
    """Zero against zero draws no empty bars."""
    made = page(finds(year(2014, 20), CUT_OFF))
    assert made.year.now.value == 0
    assert made.of(Absent)
    assert made.refs == ["F4", "F5", "T6", "", ""]


def test_the_unknown_have_rows_of_their_own() -> None:
    """A blank kind or circumstance is unknown: counted, named, last, never another."""
    made = page(finds(seeded(3, 90, 80, (*KINDS, ""), (*WAYS_FOUND, "")), CUT_OFF))
    assert plain(made.of(Bars, "F6").rows[-1].label) == "Weapon type unknown"
    assert plain(made.of(Bars, "F7").rows[-1].label) == "Circumstance unknown"
    assert "; unknown " in plain(made.of(Bars, "F7").note)
    check(made)


def test_bars_are_sorted_by_count_and_ties_by_name() -> None:
    """The longest bar is first; equal ones follow the alphabet."""
    cells = [
        Cell(THIS_YEAR.start, category=kind, circumstance="Surrendered", records=number)
        for kind, number in (("Rifle", 3), ("Shotgun", 5), ("Air weapon", 3), ("Handgun", 9))
    ]
    rows = page(finds(cells, CUT_OFF)).of(Bars, "F6").rows
    assert [plain(row.label) for row in rows] == ["Handgun", "Shotgun", "Air weapon", "Rifle"]


def test_thirty_kinds_and_twenty_circumstances() -> None:
    """Those that find no row are added up under Other, and told one by one."""
    kinds, ways = ([f"{what} no. {k:02}" for k in range(n)] for what, n in (("A", 30), ("B", 20)))
    cells = seeded(4, 900, 700, kinds, ways)
    made = page(finds(cells, CUT_OFF))
    weapons, channels = made.of(Bars, "F6"), made.of(Bars, "F7")
    assert (len(weapons.rows), len(channels.rows)) == (21, 9)
    held = Counter(cell.category for cell in cells if cell.day.year == 2016)
    for kind, number in held.most_common()[-3:]:
        assert f"{kind} ({number})" in plain(weapons.note)
    shown = {plain(row.label) for row in weapons.rows}
    parts = set(re.findall(r"A no. \d\d", plain(weapons.note)))
    assert shown - {"Other weapon types"} | parts == set(kinds)
    assert not shown & parts
    assert len(made.of(Table, "T7").columns) == 9 + 4
    assert "Other" not in plain(made.of(Table, "T7").note)  # they are named once
    check(made)


def test_thousands_of_kinds_make_figures_of_those_shown_only() -> None:
    """Thirty of those without a row are named, the others counted; the sums still agree."""
    kinds = [f"Kind {k:04}" for k in range(3_000)]
    cells = [
        Cell(period.start, category=kind, circumstance="Surrendered", records=1 + (k < 60))
        for k, kind in enumerate(kinds)
        for period in (THIS_YEAR, same_period(THIS_YEAR))
    ]
    made = page(finds(cells, CUT_OFF))
    weapons = made.of(Bars, "F6")
    assert len(weapons.rows) == 21
    assert weapons.rows[-1].now.value == 3_060 - 40
    note = plain(weapons.note)
    assert len(re.findall(r"Kind \d{4} \(2\)", note)) == 30
    assert " and 2,950 more." in note
    assert len(made.made.figures) < 400
    check(made)


def test_one_kind_more_than_there_is_room_for_is_named() -> None:
    """A rest of a single kind would hide its name for nothing."""
    made = page(finds(seeded(4, 900, 700, KINDS, [f"Way {k}" for k in range(9)]), CUT_OFF))
    assert "Other" not in {plain(row.label) for row in made.of(Bars, "F7").rows}


@pytest.mark.parametrize("label", ["category", "circumstance"])
def test_a_label_that_is_not_stated_is_left_out_aloud(label: str) -> None:
    """Without kinds, or without circumstances, the rest of the page stands."""
    kinds, ways = (("",), WAYS_FOUND) if label == "category" else (KINDS, ("",))
    found = finds(seeded(1, 90, 80, kinds, ways), CUT_OFF)
    made = page(found)
    assert ("F6" in made.refs, "F7" in made.refs) == (label != "category", label == "category")
    assert "T7" not in made.refs
    assert "the source does not state them" in plain(made.of(Absent).remark.body)
    check(made)


def test_four_weeks_are_28_days() -> None:
    """The four newest bars add up to the figure in the title; the year's weeks are this year's."""
    made = page(finds(seeded(2, 300, 200), CUT_OFF))
    weeks = made.of(WeekBars, "F5")
    values = [value or 0 for _, value in weeks.points]
    (recent,) = [f for f in made.made.figures if f.key == "recoveries.28d.2016"]
    assert sum(values[-4:]) == recent.value
    assert weeks.points[-4][0].start == last_28_days(CUT_OFF).start
    assert len(values) == 26
    assert weeks.recent == sum(week.last_day.year == 2016 for week, _ in weeks.points) == 21


def test_the_average_is_of_the_whole_of_last_year() -> None:
    """Items of last year over its days, a figure of its own."""
    made = page(finds([*year(2015, 714), *seeded(1, 90, 0)], CUT_OFF))
    weeks = made.of(WeekBars, "F5")
    assert weeks.average is not None
    assert weeks.average.value == pytest.approx(714 * 7 / 365)
    assert plain(weeks.average_label) == "2015 average 13.7"


@pytest.mark.parametrize(
    ("day", "ticked"), [(CUT_OFF, True), (date(2016, 3, 1), True), (date(2014, 3, 1), False)]
)
def test_the_announcement_is_a_tick_if_inside(day: date, ticked: bool) -> None:  # noqa: FBT001
    """It never divides the bars: those of this year stay this year's."""
    context = World(INCIDENTS, recoveries=finds(seeded(1, 90, 80), CUT_OFF)).context
    stated = StatedOperation("Viper", announced=day)
    made = Page(recoveries(replace(context, facts=replace(context.facts, stated=stated))))
    weeks = made.of(WeekBars, "F5")
    assert (weeks.event is not None) is ticked
    assert weeks.recent == 21


def by_month(cells: Iterable[Cell], held_to: date) -> Cube:
    """Recoveries that are counted by month."""
    whole = (cell._replace(day=cell.day.replace(day=1)) for cell in cells)
    return replace(finds(whole, held_to), monthly=True)


def test_months_where_months_are_held() -> None:
    """No week is made up: bars, average and title are of months, and the year ends with one."""
    end = date(2016, 4, 30)
    cells = [*year(2015, 600), *seeded(1, 90, 0)]
    found = by_month([cell for cell in cells if cell.day <= end], end)
    made = page(found)
    months = made.of(WeekBars, "F5")
    assert all(period.start.day == 1 for period, _ in months.points)
    assert plain(months.title).endswith(" in April 2016")
    assert plain(months.average_label) == "2015 average 50.0"
    assert made.course.as_of == end
    assert "single find" not in made.said
    check(made)


def test_recoveries_that_end_before_the_incidents() -> None:
    """The page follows its own source: to its last day, on both sides, by name."""
    end = date(2016, 5, 10)
    found = finds([cell for cell in seeded(1, 160, 80) if cell.day <= end], end)
    made = page(found)
    assert made.course.as_of == end
    assert made.year.then.period.last_day == date(2015, 5, 10)
    assert plain(made.course.title).endswith("above the same date last year")
    assert plain(made.of(WeekBars, "F5").title).endswith("in 28 days to 10 May")
    assert plain(made.of(Table, "T6").columns[1].head) == "To 10 May"
    check(made)


def test_a_whole_year() -> None:
    """On 31 December nothing is "so far", and the year has its whole."""
    end = date(2015, 12, 31)
    found = finds([*year(2014, 577), *year(2015, 714)], end)
    made = page(found, end)
    assert plain(made.course.title) == "714 items, 24% above 2014"
    last = made.of(Table, "T6").rows[-1]
    assert numbers(last) == [714, 714]
    assert plain(made.of(Table, "T6").title) == "In 2015: 714"
    assert "no projection" not in made.said


def test_years_and_published_totals() -> None:
    """Whole years stand in figure 4 and table 6; a total alone has no year to date."""
    total = published(2011, 500, measure="recovered", unit="item")
    found = finds([*year(2014, 577), *year(2015, 714), *seeded(1, 318, 0)], CUT_OFF)
    made = page(replace(found, held_from=date(2014, 1, 1)), published=(total,))
    assert {line.year: line.figure.value for line in made.course.lines} == {
        2016: 318, 2015: 714, 2014: 577,
    }  # fmt: skip
    assert [figure.value for figure in made.course.annual_only] == [500]
    assert made.course.projection is None
    first, *_, last = made.of(Table, "T6").rows
    assert [plain(cell) for cell in first.cells[:1] if isinstance(cell, tuple)] == ["2011"]
    assert numbers(first) == [500]
    assert "not held" in made.said
    assert last.kind is RowKind.THIS_YEAR
    assert "no projection" in made.said
    check(made)


def test_two_totals_of_one_year_are_both_shown() -> None:
    """Of totals in conflict neither is dropped; each has its date."""
    totals = tuple(
        replace(
            published(2011, value, measure="recovered", unit="item"), id=f"R{value}", as_at=as_at
        )
        for value, as_at in ((500, "2012-01-31"), (512, "2013-02"))
    )
    table = page(finds(seeded(1, 90, 80), CUT_OFF), published=totals).of(Table, "T6")
    assert [numbers(row) for row in table.rows[:2]] == [[500], [512]]
    assert "500 as at 2012-01-31, 512 as at 2013-02" in plain(table.note)


def test_the_largest_find_is_named() -> None:
    """Its items, its day and its area; those as large are named beside it."""
    cells = [
        Cell(date(2016, 2, 3), "Brent", records=1, items=7),
        Cell(date(2016, 3, 4), "", records=1, items=7),
        Cell(date(2016, 4, 5), "Hackney", records=3, items=9),
        Cell(date(2015, 2, 3), "Bexley", records=1, items=50),
    ]
    made = page(replace(finds(cells, CUT_OFF), cells=tuple(sorted(cells))))
    assert "Largest single find: 7 items (Brent, 3 Feb; location unknown, 4 Mar)." in plain(
        made.course.note
    )


def test_a_find_that_may_be_larger_is_at_least() -> None:
    """Several finds in a cell are known by their sum alone: what it may hide is not denied."""
    cells = [
        Cell(date(2016, 2, 3), "Brent", records=1, items=4),
        Cell(date(2016, 4, 5), "Hackney", records=2, items=9),
    ]
    made = page(replace(finds(cells, CUT_OFF), cells=tuple(sorted(cells))))
    assert "at least 5 items (Hackney, 5 Apr)" in plain(made.course.note)


@settings(max_examples=60)
@given(st.lists(st.lists(st.integers(0, 9), min_size=1, max_size=4), min_size=1, max_size=6))
def test_the_largest_find_never_says_too_much(lots: list[list[int]]) -> None:
    """However finds are added up: exact is exact, and "at least" is a lower bound."""
    cells = [
        Cell(date(2016, 1, 1 + k), "Brent", records=len(lot), items=sum(lot))
        for k, lot in enumerate(lots)
    ]
    note = plain(page(replace(finds(cells, CUT_OFF), cells=tuple(cells))).course.note)
    largest = max(map(max, lots))
    if not largest:
        assert "find:" not in note
    elif "at least" in note:
        (said,) = re.findall(r"at least (\d+) items", note)
        assert ceil(max(sum(lot) / len(lot) for lot in lots)) == int(said) <= largest
    elif largest == 1:
        assert "No find holds more than one item." in note
    else:
        assert f"Largest single find: {largest} items" in note


def test_channels_are_shown_and_never_only_added() -> None:
    """Enforcement, surrendered and found stand side by side, with last year's."""
    note = plain(page(finds(seeded(1, 90, 80), CUT_OFF)).of(Bars, "F7").note)
    parts = re.findall(r"(\w+) (\d+) \((?:2015: )?(\d+)\)", note)
    assert [name for name, _, _ in parts] == ["enforcement", "surrendered", "found"]
    assert [sum(int(part[k]) for part in parts) for k in (1, 2)] == [90, 80]
    assert channel_of("Voluntary surrender") == "surrendered"
    assert channel_of("Found by the public") == "found"
    assert channel_of("Foundry Lane search") == "enforcement"
    assert channel_of("") == "unknown"


@pytest.mark.parametrize(
    ("circumstance", "channel"),
    [
        ("Handed in at a police station", "surrendered"), ("Knife amnesty", "surrendered"),
        ("Gun buy-back", "surrendered"), ("Buyback event", "surrendered"),
        ("Found in a police search", "enforcement"), ("Vehicle STOP", "enforcement"),
        ("Seized at the border", "enforcement"), ("ANPR hit", "enforcement"),
        ("Recovered by members of the public", "found"), ("Found by the police", "enforcement"),
        ("Found in a canal", "found"), ("Donated to a museum", "other"),
        ("Handed into storage", "other"), ("Nonstop Ltd", "other"), ("Profound", "other"),
    ],
)  # fmt: skip
def test_no_channel_is_guessed(circumstance: str, channel: str) -> None:
    """Only words that tell of a channel do; whatever else is another, and no enforcement."""
    assert channel_of(circumstance) == channel


def test_the_other_channel_is_shown_where_it_has_something() -> None:
    """Donated weapons are no enforcement; the channels still make the total."""
    cells = [
        Cell(period.start, category="Rifle", circumstance=name, records=number)
        for period in (THIS_YEAR, same_period(THIS_YEAR))
        for name, number in (("Donated", 7), ("Search", 5))
    ]
    note = plain(page(finds(cells, CUT_OFF)).of(Bars, "F7").note)
    assert "Channels, by name: enforcement 5 (2015: 5); other 7 (7)." in note
    searched = page(finds([cell for cell in cells if cell.circumstance == "Search"], CUT_OFF))
    assert "other" not in plain(searched.of(Bars, "F7").note)


def test_a_kind_enters_the_title_only_when_all_are_tested() -> None:
    """At 1 - 0.05 / m: a kind that stands out alone is named, one that is filled is not."""
    kinds = [f"K{k}" for k in range(8)]
    # 22 against 9: likely real at 95 %, not where 9 rows are tested, that of all items among them
    filled = [*seeded(1, 22, 9, kinds[:1]), *seeded(2, 140, 140, kinds[1:])]
    made = page(finds(filled, CUT_OFF))
    (one,) = [c for c in made.made.comparisons if c.key == "recoveries.type.k0.ytd"]
    a, b = one.evidence or (one.now, one.then)
    strict = rate_ratio(
        a.count, a.period.days, b.count, b.period.days, one.phi, level=bonferroni_level(9)
    )
    assert one.verdict is Verdict.HIGHER
    assert not strict.leaves_out_one
    assert plain(made.of(Table, "T7").title) == (
        "No weapon type alone shows a clear change among 9 rows"
    )
    clear = [*seeded(1, 60, 9, kinds[:1]), *seeded(2, 140, 140, kinds[1:])]
    title = plain(page(finds(clear, CUT_OFF)).of(Table, "T7").title)
    assert title == "K0: higher, likely real"


def test_the_unknown_never_enters_a_title_of_change() -> None:
    """Kinds that were not stated last year are no change of a kind."""
    cells = [*seeded(1, 90, 0), *seeded(2, 0, 200, ("",))]
    title = plain(page(finds(cells, CUT_OFF)).of(Table, "T7").title)
    assert title == "No weapon type alone shows a clear change"


def test_the_total_of_table_7_is_the_comparison_of_the_page() -> None:
    """The last row's whisker is that of the year to date."""
    made = page(finds(seeded(1, 160, 80), CUT_OFF))
    (drawn,) = [cell for cell in made.of(Table, "T7").rows[-1].cells if isinstance(cell, Whisker)]
    assert drawn.comparison == made.year


def test_shares_in_titles_are_facts() -> None:
    """The kinds that hold a third of all items are named with their share, ties included."""
    cells = [
        Cell(THIS_YEAR.start, category=kind, circumstance="Surrendered", records=number)
        for kind, number in (("Rifle", 4), ("Shotgun", 5), ("Air weapon", 3), ("Handgun", 8),
                             ("Automatic weapon", 7))
    ]  # fmt: skip
    made = page(finds(cells, CUT_OFF))
    assert plain(made.of(Bars, "F6").title) == "Handgun and Automatic weapon: 56%"
    assert plain(made.of(Bars, "F7").title) == "Surrendered: 100%"
    even = [cell._replace(records=4) for cell in cells]
    assert plain(page(finds(even, CUT_OFF)).of(Bars, "F6").title) == "Items of 5 weapon types"


def test_known_then_runs_through_the_page() -> None:
    """As known then is what is compared: bars, cross-table and title speak of the same count."""
    found = finds(seeded(1, 160, 100), CUT_OFF)
    context = World(INCIDENTS, recoveries=found).context
    late = [cell for cell in found.cells if cell.day.year == 2015][:20]
    kept = tuple(cell for cell in found.cells if cell not in late)
    probe = page(found).year
    instant = context.snapshot.known_at.replace(year=2015)
    earlier = replace(found, cells=kept, known_at=instant)
    snapshot = replace(context.snapshot, then={(found.source, instant): earlier})
    made = Page(recoveries(replace(context, snapshot=snapshot)))
    assert made.year.then.count < probe.then.count == 100
    assert made.course.known_then == made.year.then
    assert made.course.same_date is not None
    assert made.course.same_date.value == 100
    assert ", now 100." in plain(made.of(Table, "T6").note)
    assert "2015 as known at the same age." in plain(made.of(Table, "T7").note)
    check(made)


def test_short_names_never_collide() -> None:
    """Names that differ only in signs still have figures of their own."""
    made = slugs(["Air weapon", "air-weapon", "AIR WEAPON", "air weapon 2", "東京", "!?", "…"])
    assert len(set(made.values())) == 7
    assert made["東京"] == "東京"
    page(finds(seeded(1, 60, 50, ["Air weapon", "air-weapon", "!?", "…"]), CUT_OFF))


@settings(max_examples=30)
@given(
    seed=st.integers(0, 10_000),
    now=st.sampled_from([0, 1, 5, 40, 300]),
    then=st.sampled_from([0, 1, 9, 50, 250]),
    kinds=st.lists(st.sampled_from([*KINDS, "", "Upper Fall", "x" * 60]), min_size=1, unique=True),
    cut_off=st.sampled_from([CUT_OFF, CUT_OFF - 3 * ONE_DAY, date(2016, 1, 4), date(2016, 2, 29)]),
)
def test_whatever_the_data(seed: int, now: int, then: int, kinds: list[str], cut_off: date) -> None:
    """Sums, language, types and arithmetic hold for any data set and day."""
    cells = [cell for cell in seeded(seed, now, then, kinds) if cell.day <= cut_off]
    check(page(finds(cells, cut_off), cut_off))


def test_the_caution_stands_beside_the_years() -> None:
    """What recoveries must not be read as is always said, in the same words."""
    caution = page(finds(seeded(1, 90, 80), CUT_OFF)).of(Caution)
    assert plain(caution.remark.title) == "Read with care."
    assert "More found does not mean more guns" in plain(caution.remark.body)
