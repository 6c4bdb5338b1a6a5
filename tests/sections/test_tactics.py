"""The tactics page: what was done, against what plan, of which returns; and what was stated."""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sections.making import CUT_OFF, PARTS, World, both, cube_of, finds, texts
from tests.sections.test_language import DIRECTED, NEVER, bare
from viperreport.model.exhibits import (
    Absent,
    AsStated,
    Bullet,
    Caution,
    Muted,
    Prose,
    RowKind,
    SmallMultiples,
    Table,
)
from viperreport.model.figure import Measure, Unit, WhyNone
from viperreport.model.period import WEEK, last_28_days
from viperreport.model.snapshot import Cell, Cube, all_figures
from viperreport.model.wording import Number, Share, Words, plain
from viperreport.sections.context import (
    Context,
    Contribution,
    StatedHotspot,
    StatedOperation,
    StatedPriority,
    StatedTactic,
    StatedWords,
)
from viperreport.sections.tactics.page import tactics

STOPS = "Intelligence-led stop and search"
NAMES = (
    "High-visibility armed patrol",
    "ANPR operation",
    "Weapon sweep",
    STOPS,
    "Targeting known offenders",
    "Premises search (warrant)",
    "Education of young people",
)
Kind = TypeVar("Kind")
ACTIVITY = Measure("activity", "Police activity", "What returns state.", Unit.RETURN, harm=False)
BOROUGHS = ("Brent", "Hackney", "Lambeth")
SWEEP = "Weapon sweep"
QUOTED = StatedWords(
    "At least half the shootings in London are related to drugs.",
    "Commander Duncan Ball",
    "2016-05",
    "Newham Recorder, May 2016",
)
VIPER = StatedOperation(
    name="Operation Viper",
    announced=date(2016, 5, 25),
    source="Metropolitan Police release of 25 May 2016",
    lead="Trident and Gang Crime Command",
    team_size=50,
    units=("Borough officers", "Task Force (Territorial Support Group, Dogs Unit)"),
    tactics=tuple(StatedTactic(name, name != STOPS) for name in NAMES),
    priority=tuple(StatedPriority(area, date(2016, 5, 25)) for area in BOROUGHS),
    hotspots=(StatedHotspot("Hackney", "Hackney"), StatedHotspot("Brixton", "Lambeth")),
    statements=(QUOTED,),
)


def returns(  # noqa: PLR0913 - a test names what it varies
    tactic: str,
    *,
    done: int | None = 4,
    planned: int | None = 4,
    arrests: int | None = 1,
    firearms: int | None = 1,
    reach: int | None = 9,
    areas: Sequence[str] = BOROUGHS,
    weeks: Iterable[int] = range(14),
    ends: date = CUT_OFF,
) -> list[Cell]:
    """A return a week and area, so many weeks back."""
    return [
        Cell(
            ends - back * WEEK,
            area,
            category=tactic,
            records=1,
            items=done,
            planned=planned,
            arrests=arrests,
            firearms=firearms,
            reach=reach,
        )
        for back in weeks
        for area in areas
    ]


def all_returns(names: Iterable[str] = NAMES) -> list[Cell]:
    """Every tactic on its plan, as in the demonstration: some amounts do not apply."""
    made: list[Cell] = []
    for name in names:
        made += returns(
            name,
            planned=None if name == STOPS else 4,
            arrests=None if "Education" in name else 1,
            firearms=None if "Education" in name or "patrol" in name else 1,
        )
    return made


def activity(cells: Iterable[Cell], held_to: date = CUT_OFF) -> Cube:
    """A source of returns."""
    cube = cube_of(cells, held_to, date(2015, 1, 1))
    return replace(cube, source="activity", measure=ACTIVITY, adds="items")


def context_of(
    cells: Iterable[Cell] | None,
    stated: StatedOperation | None = VIPER,
    cut_off: date = CUT_OFF,
    recoveries: Cube | None = None,
) -> Context:
    """A context with these returns and this operation; None for no source of returns."""
    made = World(cube_of(both(40, 30, cut_off), cut_off), cut_off, recoveries).context
    cube = None if cells is None else activity(cells, cut_off)
    return replace(
        made,
        snapshot=replace(made.snapshot, activity=cube),
        facts=replace(made.facts, stated=stated),
    )


@dataclass(frozen=True)
class Page:
    """The section, and its blocks by what they are."""

    made: Contribution

    def one(self, kind: type[Kind]) -> Kind:
        """The only block of a kind."""
        (found,) = self.some(kind)
        return found

    def some(self, kind: type[Kind]) -> list[Kind]:
        """The blocks of a kind."""
        return [block for block in self.made.blocks if isinstance(block, kind)]

    @property
    def table(self) -> Table:
        """Table 8."""
        return self.one(Table)

    @property
    def title(self) -> str:
        """Its sentence."""
        return plain(self.table.title)

    @property
    def rows(self) -> dict[str, list[str]]:
        """The rows by tactic; what is drawn is empty."""
        return {cells[0]: cells[1:] for cells in map(said, self.table.rows)}

    @property
    def remarks(self) -> dict[str, str]:
        """The narrative by its titles."""
        prose = self.some(Prose)
        return {plain(each.title): plain(each.body) for block in prose for each in block.remarks}

    @property
    def whole(self) -> str:
        """Every word of it."""
        return "\n".join(plain(content) for _, content in texts(self.made.blocks))


def said(row: object) -> list[str]:
    """What the cells of a row say."""
    cells = getattr(row, "cells")  # noqa: B009 - any row
    contents = (cell.content if isinstance(cell, Muted) else cell for cell in cells)
    return [plain(each) if isinstance(each, tuple) else "" for each in contents]


def page(
    cells: Iterable[Cell] | None, stated: StatedOperation | None = VIPER, cut_off: date = CUT_OFF
) -> Page:
    """The page of these returns."""
    return Page(tactics(context_of(cells, stated, cut_off)))


PLANNED, DONE, BAR, SHARE, BEFORE, ARRESTS, FIREARMS, REACH, RETURNS = range(9)


def test_every_stated_tactic_has_its_row() -> None:
    """All seven stand there in the order of the release, even where nothing was returned."""
    for cells in (all_returns(), all_returns(NAMES[:1]), returns("Dog patrol"), []):
        assert list(page(cells).rows)[: len(NAMES)] == list(NAMES)


def test_a_row_tells_what_the_returns_come_to() -> None:
    """Four weeks of three boroughs, four acts each: planned, done, share, before, results."""
    rows = page(all_returns()).rows
    assert rows[SWEEP] == ["48", "48", "", "100%", "48", "12", "12", "108", "12 of 12"]


def test_rows_and_panels_agree() -> None:
    """What a row calls done is the sum of its panel's last four weeks, whatever is missing."""
    cells = [*all_returns(), *returns(SWEEP, areas=("Ealing",), weeks=(1, 5))]
    kept = random.Random(7).sample(cells, len(cells) * 9 // 10)  # noqa: S311 - no secret
    made = page(kept)
    for panel in made.one(SmallMultiples).panels:
        four = sum(point or 0 for _, point in panel.points[-4:])
        before = sum(point or 0 for _, point in panel.points[-8:-4])
        row = made.rows[plain(panel.title)]
        assert row[DONE].rstrip("†") == str(four)
        assert row[BEFORE].rstrip("†") == str(before)
        assert panel.newest.value == panel.points[-1][1]


def test_a_missing_return_is_counted_and_named() -> None:
    """One return of 84 is missing: the row, the total, both titles and the note say so."""
    gone = ("Education of young people", "Brent", CUT_OFF - WEEK)
    cells = [c for c in all_returns() if (c.category, c.area, c.day) != gone]
    made = page(cells)
    row = made.rows["Education of young people"]
    assert (row[PLANNED], row[DONE], row[RETURNS]) == ("44†", "44†", "11 of 12")
    assert made.rows["All tactics"][RETURNS] == "83 of 84"
    assert made.title.endswith("by the returns reported")
    weeks = made.one(SmallMultiples)
    assert plain(weeks.title) == "83 of 84 weekly returns of the last 28 days were reported"
    assert "Brent, Education of young people, week to 18 May 2016" in plain(weeks.note)
    assert [point for _, point in weeks.panels[-1].points[-3:]] == [12, 8, 12]


def test_all_returns_reported() -> None:
    """Where nothing is missing the title says that, and no row is of some returns only."""
    made = page(all_returns())
    title = plain(made.one(SmallMultiples).title)
    assert title == "All 84 weekly returns of the last 28 days were reported"
    assert made.title == "All 6 planned tactics were done within 10% of plan"
    assert "Returns not reported" not in made.whole
    assert "†" not in made.whole


def test_five_missing_returns_are_named_and_the_others_counted() -> None:
    """Nothing is cut silently: eight are missing, five named, three counted."""
    cells = [c for c in all_returns() if c.area != "Brent" or c.day < CUT_OFF - WEEK]
    cells += returns(NAMES[0], areas=("Brent",), weeks=(0, 1))
    cells += returns(NAMES[1], areas=("Brent",), weeks=(0, 1))
    cells += returns(NAMES[2], areas=("Brent",), weeks=(0, 1))
    note = plain(page(cells).one(SmallMultiples).note)
    assert note.count("week to") == 5
    assert "and others: 3" in note


def test_a_tactic_without_any_return_is_not_reported() -> None:
    """It is neither 0 nor n/a: its returns are expected from all that make returns."""
    made = page([c for c in all_returns() if c.category != SWEEP])
    row = made.rows[SWEEP]
    assert row[DONE] == "not reported"
    assert row[RETURNS] == "0 of 12"
    assert "0" not in row[:RETURNS]
    weeks = made.one(SmallMultiples)
    assert f"Without any return in these weeks: {SWEEP}." in plain(weeks.note)
    assert {point for _, point in weeks.panels[2].points} == {None}
    assert weeks.panels[2].newest.why_none is WhyNone.NOT_REPORTED
    assert "missing" in dict(weeks.key)
    assert "72 of 84" in plain(weeks.title)
    assert made.title.startswith("All 5 tactics compared")


def test_zero_not_reported_and_not_applicable_differ() -> None:
    """0 was stated, not reported was stated in other weeks alone, n/a is never stated."""
    cells = [
        *returns("Nought", arrests=0),
        *returns("Blank", arrests=None, weeks=range(4)),
        *returns("Blank", arrests=2, weeks=range(4, 9)),
        *returns("Never", arrests=None),
    ]
    rows = page(cells, None).rows
    assert [rows[name][ARRESTS] for name in ("Nought", "Blank", "Never")] == [
        "0",
        "not reported",
        "n/a",
    ]


def test_an_amount_that_some_returns_leave_blank_is_marked() -> None:
    """The sum of the others is shown with its mark, never as if it were whole."""
    cells = [*returns(SWEEP, arrests=2, weeks=range(1, 9)), *returns(STOPS, planned=None),
             *returns(SWEEP, arrests=None, areas=BOROUGHS[:1], weeks=(0,)),
             *returns(SWEEP, arrests=2, areas=BOROUGHS[1:], weeks=(0,))]  # fmt: skip
    made = page(cells, None)
    assert made.rows[SWEEP][ARRESTS] == "22†"
    assert made.rows["All tactics"][ARRESTS] == "34†"
    assert "†: some of these returns are missing or leave it blank" in plain(made.table.note)
    figure = next(f for f in made.made.figures if f.key == "activity.weapon_sweep.arrests.28d")
    assert "11 of 12 returns" in figure.method
    assert not figure.is_counted


def test_a_blank_plan_is_not_set_against_what_was_done() -> None:
    """A plan that one return leaves out is of other returns than what was done."""
    cells = [*returns(SWEEP, weeks=range(1, 9)),
             *returns(SWEEP, planned=None, areas=BOROUGHS[:1], weeks=(0,)),
             *returns(SWEEP, areas=BOROUGHS[1:], weeks=(0,))]  # fmt: skip
    row = page(cells, None).rows[SWEEP]
    assert (row[PLANNED], row[BAR], row[SHARE]) == ("44†", "not compared", "—")


@pytest.mark.parametrize("name", [STOPS, "Stop & search", "stop-and-search, roads"])
def test_stop_and_search_has_no_plan_even_where_one_is_stated(name: str) -> None:
    """No plan figure is shown, drawn, listed or compared; the note says that it is left out."""
    operation = replace(VIPER, tactics=(StatedTactic(name, has_target=True),))
    for stated in (operation, None):
        made = page(returns(name, planned=7777), stated)
        assert made.rows[name][:BAR] == ["n/a", "48"]
        assert made.rows[name][BAR:BEFORE] == ["no target, by policy", "—"]
        assert "7" not in "".join(str(f.value) for f in made.made.figures if "planned" in f.key)
        assert all(panel.plan is None for panel in made.one(SmallMultiples).panels)
        assert f"A plan that returns state for {name} is not shown" in plain(made.table.note)
        assert f"{name}: no target." in made.remarks


def test_tactics_that_nobody_stated_are_listed_after_those_stated() -> None:
    """By name; returns that name no tactic come last; long names are whole."""
    long = "Überwachung bei Nacht " * 12 + "東京"
    cells = [*returns("Zebra"), *returns(long.strip()), *returns(""), *all_returns()]
    rows = list(page(cells).rows)
    assert rows == [*NAMES, "Zebra", long.strip(), "Tactic not named", "All tactics"]


def test_names_alike_but_for_signs_have_keys_of_their_own() -> None:
    """Two tactics never share a figure's key, whatever they are called."""
    names = ("A-b", "A b", "A b 2", "🔫", "!", "A_b_2", "Returns", "All tactics")
    made = page([cell for name in names for cell in returns(name)], None).made
    assert len({figure.key for figure in made.figures}) == len(made.figures)
    assert all_figures(made.figures, ())


def test_weeks_end_when_returns_end() -> None:
    """Returns of Sundays, a cut-off on Wednesday: the newest whole week ends on Sunday."""
    sunday = date(2016, 5, 22)
    cells = [cell for name in NAMES for cell in returns(name, ends=sunday)]
    made = page(cells)
    assert made.rows[SWEEP][DONE] == "48"
    weeks = made.one(SmallMultiples)
    assert weeks.panels[0].points[-1][0].last_day == sunday
    assert "week ending Sunday" in plain(weeks.subtitle)
    assert "25 Apr to 22 May 2016" in plain(made.table.subtitle)
    assert "The newest whole week of returns ends Sun 22 May" in plain(made.table.subtitle)
    assert weeks.event is None  # 25 May lies after it


def test_returns_of_all_days_are_counted_by_the_cut_offs_weeks() -> None:
    """Daily returns have no weekday of their own; a borough and week are one return."""
    cells = [
        Cell(CUT_OFF - timedelta(days=back), "Brent", category=SWEEP, records=1, items=1, planned=1)
        for back in range(90)
    ]
    row = page(cells).rows[SWEEP]
    assert (row[DONE], row[SHARE], row[RETURNS]) == ("28", "100%", "4 of 4")


def test_the_announcement_is_a_tick_only_inside() -> None:
    """It is drawn where the weeks hold its day, and divides nothing."""
    assert page(all_returns()).one(SmallMultiples).event is not None
    for day in (None, date(2016, 1, 1), date(2016, 5, 26)):
        stated = replace(VIPER, announced=day)
        assert page(all_returns(), stated).one(SmallMultiples).event is None


def test_a_plan_is_drawn_over_the_weeks_it_holds_for() -> None:
    """The plan of the last four weeks begins where it began; a missing return does not end it."""
    cells = [*returns(SWEEP, planned=1, weeks=range(4, 14)), *returns(SWEEP, weeks=range(4))]
    panel = page(cells).one(SmallMultiples).panels[2]
    assert panel.plan is not None
    assert (panel.plan.value, panel.plan_from) == (12, 8)
    without = [c for c in cells if (c.day, c.area) != (CUT_OFF - WEEK, "Brent")]
    panel = page(without).one(SmallMultiples).panels[2]
    assert panel.plan is not None
    assert (panel.plan.value, panel.plan_from) == (12, 8)


def test_an_area_is_expected_from_its_first_return_to_its_last_day_of_priority() -> None:
    """One that joined two weeks ago missed nothing; one that left owes nothing since."""
    cells = [*returns(SWEEP), *returns(SWEEP, areas=("Ealing",), weeks=(0, 1)),
             *returns(SWEEP, areas=("Barnet",), weeks=range(2, 9))]  # fmt: skip
    left = StatedPriority("Barnet", date(2016, 1, 1), CUT_OFF - 2 * WEEK)
    stated = replace(VIPER, priority=(*VIPER.priority, left), tactics=VIPER.tactics[2:3])
    assert page(cells, stated).rows[SWEEP][RETURNS] == "16 of 16"


def test_more_than_twelve_tactics_are_named_where_not_drawn() -> None:
    """Twelve panels find room; the table holds all, and the note names the others."""
    names = [f"Tactic {letter}" for letter in "ABCDEFGHIJKLMN"]
    made = page([cell for name in names for cell in returns(name)], None)
    weeks = made.one(SmallMultiples)
    assert len(weeks.panels) == 12
    assert "Not drawn for want of room: Tactic M and Tactic N." in plain(weeks.note)
    assert set(names) < set(made.rows)


def test_nothing_is_missing_before_the_first_return() -> None:
    """A tactic begun in the newest week has no return before: that does not apply."""
    made = page([*returns(SWEEP), *returns("Dog patrol", weeks=(0,))], None)
    assert made.rows["Dog patrol"][BEFORE] == "n/a"
    assert made.rows["Dog patrol"][RETURNS] == "3 of 3"
    assert "not reported" not in made.whole
    assert plain(dict(made.one(SmallMultiples).key)["missing"]) == "no return"


def test_every_sum_of_some_returns_is_marked() -> None:
    """Of a tactic that lacks a return each sum bears the mark, and so do totals made of it."""
    cells = [c for c in all_returns() if (c.category, c.area, c.day) != (SWEEP, "Brent", CUT_OFF)]
    made = page(cells)
    row = made.rows[SWEEP]
    marked = [row[k] for k in (PLANNED, DONE, ARRESTS, FIREARMS, REACH)]
    assert marked == ["44†", "44†", "11†", "11†", "99†"]
    assert (row[SHARE], row[BEFORE], row[RETURNS]) == ("100%", "48", "11 of 12")
    assert made.rows["All tactics"][ARRESTS].endswith("†")
    assert "†" not in "".join(made.rows[NAMES[0]])
    assert "†: some of these returns are missing" in plain(made.table.note)


def test_an_area_that_fell_silent_is_named() -> None:
    """Nothing is expected of it any more; its silence is told, until its priority ends."""
    silent = [c for c in all_returns() if c.area != "Brent" or c.day <= CUT_OFF - 9 * WEEK]
    silent += returns("Dog patrol", areas=("Ealing",), weeks=(20,))
    silent += returns("Dog patrol", areas=("Hackney",))
    made = page(silent)
    note = plain(made.one(SmallMultiples).note)
    silent_for = "Brent (8 tactics); Ealing (1 tactic); Lambeth (1 tactic)."
    assert f"No return for 56 days: {silent_for}" in note
    assert made.rows[SWEEP][RETURNS] == "8 of 8"
    ended = StatedPriority("Brent", date(2016, 1, 1), CUT_OFF - 8 * WEEK)
    stated = replace(VIPER, priority=(ended, *VIPER.priority[1:]))
    assert "Brent" not in plain(page(silent, stated).one(SmallMultiples).note)


def test_an_area_without_any_return_has_no_empty_exhibits() -> None:
    """Its own edition tells the operation as stated, and that no return is expected from it."""
    context = context_of(all_returns())
    barnet, brent = (
        Page(
            tactics(
                replace(
                    context,
                    snapshot=context.snapshot.in_area(area),
                    facts=replace(context.facts, within=area),
                )
            )
        )
        for area in ("Barnet", "Brent")
    )
    assert [type(block) for block in barnet.made.blocks] == [AsStated, Absent]
    remark = barnet.one(Absent).remark
    assert plain(remark.title) == "Tactics: no return is expected from Barnet."
    assert not remark.body
    assert brent.rows[SWEEP][RETURNS] == "4 of 4"


def test_one_reads_right() -> None:
    """A single return, and a single tactic on plan, take the singular."""
    made = page(returns(SWEEP, areas=("Brent",), weeks=(0,)), None)
    title = plain(made.one(SmallMultiples).title)
    assert title == "The only weekly return of the last 28 days was reported"
    made = page([*returns(SWEEP), *returns(NAMES[1], done=1)], None)
    assert made.title == "1 of the 2 planned tactics was done within 10% of plan"


SEEDED = {
    "All 6 planned tactics were done within 10% of plan": {},
    "5 of the 6 planned tactics were done within 10% of plan": {SWEEP: 9},
    "4 of the 6 planned tactics were done within 10% of plan": {SWEEP: 9, NAMES[0]: 1},
    "0 of the 6 planned tactics were done within 10% of plan": dict.fromkeys(NAMES, 0),
    "5 of the 6 planned tactics were done within 10% of plan, by the returns reported": {
        SWEEP: 9,
        NAMES[0]: -1,
    },
}


@pytest.mark.parametrize("title", SEEDED)
def test_titles_flip_when_the_data_flip(title: str) -> None:
    """Five data sets, five titles; 10 % is within, and −1 stands for a return that is missing."""
    cells = []
    for cell in all_returns():
        done = SEEDED[title].get(cell.category, 4)
        if done >= 0:
            cells.append(cell._replace(items=done))
        elif (cell.area, cell.day) != ("Brent", CUT_OFF):
            cells.append(cell)
    assert page(cells).title == title


@pytest.mark.parametrize(("done", "within"), [(90, True), (110, True), (89, False), (111, False)])
def test_within_a_tenth_of_plan(done: int, within: bool) -> None:  # noqa: FBT001
    """The tolerance is of the plan, inclusive, and exact."""
    made = page(returns(SWEEP, done=done, planned=100))
    assert made.title.startswith(f"{SWEEP} was done" if within else f"{SWEEP} was not done")
    assert ("More than 10% off plan." in made.remarks) is not within


def test_titles_without_plan_and_without_returns() -> None:
    """Nothing planned, or nothing returned: the title says that instead."""
    made = page([cell for name in NAMES for cell in returns(name, planned=None)])
    assert made.title == "The returns state no plan that could be set against what was done"
    made = page(returns(SWEEP, weeks=range(30, 40)))
    assert made.title == "No return was expected in these 28 days"
    assert "No return for 56 days: Brent (7 tactics); Hackney" in plain(made.table.note)
    assert "not reported" not in made.whole
    made = page([*returns(SWEEP, weeks=range(4, 14)), *returns(STOPS, weeks=range(4, 14))])
    assert made.title == "No weekly return of these 28 days was reported"
    made = page(returns(SWEEP, weeks=range(30, 40)))
    assert not made.some(SmallMultiples)


def test_a_plan_of_nothing_has_no_share() -> None:
    """Nothing planned is no plan to reach; and nothing done of a plan is 0 %."""
    assert page(returns(SWEEP, planned=0)).rows[SWEEP][BAR:BEFORE] == ["nothing planned", "—"]
    made = page(returns(SWEEP, done=0))
    assert made.rows[SWEEP][DONE:BEFORE] == ["0", "", "0%"]
    bars = [cell for cell in made.table.rows[2].cells if isinstance(cell, Bullet)]
    assert len(bars) == 1


def test_unlike_activities_are_never_added() -> None:
    """The total holds arrests, firearms and returns, and nothing else."""
    made = page(all_returns())
    total = made.table.rows[-1]
    assert total.kind is RowKind.TOTAL
    assert said(total) == ["All tactics", *[""] * 5, "72", "60", "", "84 of 84"]


def test_the_most_is_a_tie_where_it_is_one() -> None:
    """Tactics with equal sums are named together; where all are 0 nothing has the most."""
    remarks = page([*returns("Alpha", firearms=3), *returns("Beta", firearms=3),
                    *returns("Gamma", firearms=1)], None).remarks  # fmt: skip
    told = "Alpha and Beta, 36 of 84 each."
    assert remarks["Most firearms, a tie."] == told
    made = page([*returns("Alpha", firearms=0), *returns("Beta", firearms=0)], None)
    assert "Most firearms" not in made.whole


def test_remarks_say_that_returns_are_missing() -> None:
    """A sum of some returns is told as such, with what the others would have said unsaid."""
    name = "Education of young people"
    cells = [c for c in all_returns() if (c.category, c.day) != (name, CUT_OFF)]
    remarks = page([*cells, *returns(name, areas=BOROUGHS[:2], weeks=(0,))]).remarks
    told = "99, with 44 done, in the returns reported. Reach is counted; effect is not measured."
    assert remarks[f"{name}: reach."] == told
    whole = page(all_returns()).remarks[f"{name}: reach."]
    assert whole == "108, with 48 done. Reach is counted; effect is not measured."


def test_other_recoveries_are_named_beside_never_as_the_whole() -> None:
    """Another source counts firearms of the same boroughs and days; it is not the returns' sum."""
    inside = last_28_days(CUT_OFF).start
    found = [Cell(inside, "Brent", records=5), Cell(inside, "Ealing", records=70)]
    context = context_of(all_returns(), recoveries=finds(found, CUT_OFF))
    note = plain(Page(tactics(context)).table.note)
    assert "Firearms recovered in the same boroughs and days, by another source: 5." in note


def test_the_operation_is_quoted_as_stated() -> None:
    """Words with their marks, who said them, when, and where; the team of 50; the dates."""
    strip = page(all_returns()).one(AsStated)
    (quote,) = strip.quotes
    assert plain(quote.words) == f"“{QUOTED.words}”"
    assert plain(quote.who) == "Commander Duncan Ball, May 2016"
    assert plain(quote.source) == "Newham Recorder, May 2016"
    facts = {plain(fact.title): plain(fact.body) for fact in strip.facts}
    assert facts == {
        "Announced": "25 May 2016",
        "Led by": "Trident and Gang Crime Command",
        "Own team": "50 officers",
        "With": "Borough officers; Task Force (Territorial Support Group, Dogs Unit)",
        "Priority": "Brent, Hackney and Lambeth since 25 May 2016",
        "Hotspots": "Hackney and Brixton (Lambeth)",
    }
    assert VIPER.source in plain(strip.subtitle)
    assert plain(strip.subtitle).endswith("Nothing here is computed with.")


@pytest.mark.parametrize(
    ("when", "told"), [("2016-05-04", "4 May 2016"), ("2016-05", "May 2016"), ("2016", "2016")]
)
def test_a_statement_is_dated_as_exactly_as_it_was(when: str, told: str) -> None:
    """A month does not become its first day."""
    stated = replace(VIPER, statements=(replace(QUOTED, when=when),))
    (quote,) = page(all_returns(), stated).one(AsStated).quotes
    assert plain(quote.who).endswith(f", {told}")


def test_priority_that_ended_says_so() -> None:
    """Areas stand by their dates; one that ended has both."""
    ended = StatedPriority("Ealing", date(2016, 1, 4), date(2016, 3, 1), "pilot")
    strip = page(None, replace(VIPER, priority=(*VIPER.priority, ended))).one(AsStated)
    facts = {plain(fact.title): plain(fact.body) for fact in strip.facts}
    assert facts["Priority"].endswith("; Ealing, 4 January 2016 to 1 March 2016, pilot")


def test_any_fact_may_be_missing() -> None:
    """A strip holds what is stated; a bare name is no strip; no operation, none either."""
    bare_one = StatedOperation("Operation Viper")
    assert not page(all_returns(), bare_one).some(AsStated)
    assert not page(all_returns(), None).some(AsStated)
    strip = page(all_returns(), replace(bare_one, announced=CUT_OFF)).one(AsStated)
    assert len(strip.facts) == 1
    assert "Source not named" in plain(strip.subtitle)


def test_a_home_without_returns_lists_its_tactics_as_not_held() -> None:
    """Seven rows, the strip, no weeks and no figure; without an operation one line."""
    made = page(None)
    assert list(made.rows) == list(NAMES)
    assert all("not held" in row for row in made.rows.values())
    assert made.rows[STOPS] == ["n/a", "not held", "no target, by policy"]
    assert not made.some(SmallMultiples)
    assert made.some(AsStated)
    assert not made.made.figures
    assert isinstance(page(None, None).made.blocks[0], Absent)
    assert isinstance(page(None, StatedOperation("Viper")).made.blocks[0], Absent)
    assert isinstance(page([], None).made.blocks[0], Absent)


def test_a_source_that_begins_too_late_is_not_held() -> None:
    """28 days that are not all held are no sum."""
    cube = replace(activity(all_returns()), held_from=CUT_OFF - 2 * WEEK)
    context = context_of([])
    context = replace(context, snapshot=replace(context.snapshot, activity=cube))
    row = Page(tactics(context)).rows[SWEEP]
    assert (row[DONE], row[BEFORE]) == ("not held", "not held")


def test_the_page_ends_with_what_it_cannot_show() -> None:
    """The order of blocks, and the fixed sentence."""
    made = page(all_returns())
    kinds = [type(block) for block in made.made.blocks]
    assert kinds == [Table, SmallMultiples, Prose, AsStated, Caution]
    assert "Activity beside outcome is not evidence of effect." in made.whole


def check(made: Contribution) -> None:
    """No word of change or cause, every part typed, every figure held, every key its own."""
    keys = {figure.key for figure in made.figures}
    assert len(keys) == len(made.figures)
    for path, content in texts(made.blocks):
        spoken = bare(content)
        assert not NEVER.search(spoken), (path, spoken)
        assert not DIRECTED.search(spoken), (path, spoken)
        whole = plain(content)
        assert whole.strip() == whole != "", (path, whole)
        assert "  " not in whole, (path, whole)
        for part in content:
            assert isinstance(part, PARTS), path
            if isinstance(part, Words):
                assert not any(sign.isnumeric() for sign in part.text)
            if isinstance(part, Number):
                assert part.figure.key in keys, path
            if isinstance(part, Share):
                assert {part.part.key, part.whole.key} <= keys, path


def some_cells() -> st.SearchStrategy[list[Cell]]:
    """Returns of any tactic, day and area, with any amount left out."""
    amount = st.none() | st.integers(0, 40) | st.just(3_000_000)
    return st.lists(
        st.builds(
            Cell,
            day=st.dates(date(2016, 2, 1), CUT_OFF),
            area=st.sampled_from(["Brent", "Łódź", "東京", ""]),
            category=st.sampled_from([*NAMES, "weapon-sweep", "Zone 51", ""]),
            records=st.integers(1, 3),
            items=amount,
            planned=amount,
            arrests=amount,
            firearms=amount,
            reach=amount,
        ),
        max_size=40,
        unique_by=lambda cell: (cell.day, cell.area, cell.category),
    )


@settings(max_examples=60)
@given(some_cells(), st.booleans())
def test_whatever_the_returns(cells: list[Cell], stated: bool) -> None:  # noqa: FBT001
    """Language, types and keys hold for any returns; and the same returns say the same."""
    context = context_of(cells, VIPER if stated else None)
    made = tactics(context)
    check(made)
    assert tactics(context) == made
