"""Page two: periods, weeks, years and outcomes; titles by rule, and sums that agree."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from itertools import product
from typing import Any

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
    monthly,
    published,
    spread,
    texts,
    year,
)
from tests.sections.recipes import Recipe, recipes
from tests.sections.test_language import (
    DIRECTED,
    NEVER,
    bare,
    check_comparison,
    phrases_of,
)
from viperreport.model.briefing import Beside, Block
from viperreport.model.exhibits import (
    Absent,
    Bar,
    ControlChart,
    Evidence,
    Muted,
    Row,
    RowKind,
    Table,
    Whisker,
)
from viperreport.model.exhibits import Cell as TableCell
from viperreport.model.figure import VERDICT_PHRASES, Comparison, Figure, Verdict, WhyNone
from viperreport.model.period import last_7_days, last_28_days, same_period, weeks_ending
from viperreport.model.snapshot import Cell, all_figures
from viperreport.model.wording import Change, Interval, Number, Text, Words, plain
from viperreport.sections.context import Context, Contribution, StatedOperation
from viperreport.sections.front.changed import changed
from viperreport.sections.front.cumulative import cumulative
from viperreport.sections.front.headline import headline
from viperreport.sections.front.key_figures import key_figures
from viperreport.sections.incidents.page import incidents
from viperreport.sections.incidents.period_counts import MeasureRows, PeriodCounts, count_periods
from viperreport.sections.incidents.periods import say_periods

PAST = [*year(2014, 200), *year(2013, 200)]
SIMPLE = {Verdict.HIGHER: (122, 84), Verdict.LOWER: (84, 122), Verdict.UNCLEAR: (90, 88),
          Verdict.FEW: (4, 3)}  # fmt: skip


@dataclass(frozen=True)
class Page:
    """The section's blocks, by what they are."""

    context: Context

    @cached_property
    def made(self) -> Contribution:
        """The section."""
        return incidents(self.context)

    @property
    def blocks(self) -> tuple[Block, ...]:
        """Its blocks, those side by side each for itself."""
        pairs = ((b.left, b.right) if isinstance(b, Beside) else (b,) for b in self.made.blocks)
        return tuple(block for pair in pairs for block in pair)

    def table(self, ref: str) -> Table:
        """The table with a mark."""
        tables = [block for block in self.blocks if isinstance(block, Table)]
        return next(table for table in tables if table.ref == ref)

    @property
    def chart(self) -> ControlChart:
        """The control chart."""
        return next(block for block in self.blocks if isinstance(block, ControlChart))

    def title(self, ref: str) -> str:
        """A table's title."""
        return plain(self.table(ref).title)

    def rows(self, ref: str) -> list[list[str]]:
        """A table's cells as they read."""
        return [[read(cell) for cell in row.cells] for row in self.table(ref).rows]

    @cached_property
    def figures(self) -> dict[str, Figure]:
        """Every figure of the page, by key."""
        held = all_figures([*(c.now for c in self.made.comparisons), *self.made.figures],
                           self.made.comparisons)  # fmt: skip
        return {figure.key: figure for figure in held}


def read(cell: TableCell) -> str:
    """A cell as it reads."""
    match cell:
        case tuple():
            return plain(cell)
        case Muted():
            return f"({plain(cell.content)})"
        case Evidence():
            return VERDICT_PHRASES[cell.verdict]
        case _:
            return type(cell).__name__


def page(
    cells: Iterable[Cell], cut_off: date = CUT_OFF, held_from: date = date(2013, 1, 1)
) -> Page:
    """A page of gun incidents alone."""
    return Page(World(cube_of(cells, cut_off, held_from), cut_off).context)


def flagged(
    number: int,
    period_of: Cell | None = None,
    **flags: Any,  # noqa: ANN401 - a test names what it varies
) -> list[Cell]:
    """So many records of this year (or of the day given) with these flags."""
    day = period_of.day if period_of else date(2016, 1, 1)
    return [Cell(day + timedelta(days=k * 53 % 140), "Hackney", records=1, **flags)
            for k in range(number)]  # fmt: skip


LAST = Cell(date(2015, 1, 1))


def with_verdicts(context: Context, verdicts: tuple[Verdict, ...]) -> str:
    """The title of table 1 over these verdicts of the year, 28 and 7 days."""
    counts = count_periods(context)
    whole = counts.measures[0]
    called = tuple(
        replace(comparison, verdict=verdict)
        for comparison, verdict in zip(whole.comparisons, reversed(verdicts), strict=True)
    )
    rows = MeasureRows(whole.label, called)
    return plain(say_periods(context, PeriodCounts((rows,))).title)


@pytest.mark.parametrize("verdicts", list(product(Verdict, repeat=3)), ids="-".join)
def test_the_title_of_table_1_says_every_verdict_once(verdicts: tuple[Verdict, ...]) -> None:
    """Each phrase that holds is written once, for all its periods, and no other is."""
    title = with_verdicts(page([*both(122, 84), *PAST]).context, verdicts)
    for verdict in Verdict:
        phrase = VERDICT_PHRASES[verdict].lower()
        assert title.lower().count(phrase) == (verdict in verdicts), title
    assert title.startswith("Incidents over ")
    for period in ("the year", "28", "7"):
        assert len(re.findall(rf"\b{period}\b", title)) == 1, title
    clauses = dict(clause.split(": ")[::-1] for clause in title.split("; "))
    for verdict, period in zip(verdicts, ("the year", "28", "7"), strict=True):
        phrase = VERDICT_PHRASES[verdict]
        assert period in clauses[phrase[0].lower() + phrase[1:]], title
    assert not re.search(r"over over|,,|and and|and over$|  ", title)


def test_the_title_of_table_1_as_people_write() -> None:
    """A few titles, whole."""
    context = page([*both(122, 84), *PAST]).context
    higher, unclear, few = Verdict.HIGHER, Verdict.UNCLEAR, Verdict.FEW
    assert with_verdicts(context, (higher, unclear, unclear)) == (
        "Incidents over the year: higher, likely real; over 28 and 7 days: no clear change"
    )
    assert with_verdicts(context, (unclear, unclear, unclear)) == (
        "Incidents over the year, 28 and 7 days: no clear change"
    )
    assert with_verdicts(context, (unclear, higher, few)) == (
        "Incidents over the year: no clear change; over 28 days: higher, likely real; "
        "over 7 days: too few to tell"
    )
    assert with_verdicts(context, (unclear, few, unclear)) == (
        "Incidents over the year and 7 days: no clear change; over 28 days: too few to tell"
    )


@pytest.mark.parametrize("verdict", list(SIMPLE))
def test_titles_flip_with_the_data(verdict: Verdict) -> None:
    """Higher, lower, unclear, too few: the year's verdict leads the title of table 1."""
    made = page([*both(*SIMPLE[verdict]), *PAST])
    phrase = VERDICT_PHRASES[verdict].lower()
    assert re.match(rf"Incidents over the year[^:]*: {phrase}", made.title("T1"))
    assert made.rows("T1")[2][-1] == VERDICT_PHRASES[verdict]


def test_without_an_earlier_year_nothing_is_compared() -> None:
    """The fifth data set: one year only, so no comparison, no limits, no projection."""
    made = page(spread(last_28_days(CUT_OFF), 30), held_from=date(2016, 1, 1))
    assert made.title("T1") == "Incidents over the year, 28 and 7 days: no comparison"
    assert all(row[3] == "(not held)" for row in made.rows("T1"))
    assert made.title("T2") == "Gun incidents by 25 May: 30"
    assert [row[0] for row in made.rows("T2")] == ["2016"]
    assert made.rows("T2")[0][2] == "(n/a)"
    assert all(point.expected is None for point in made.chart.points)
    assert [point.count for point in made.chart.points].count(None) > 40
    assert "2015" not in plain(made.table("T1").note)
    assert "No limits" in plain(made.chart.note)
    assert "Not held: weeks before 1 January 2016" in plain(made.chart.note)
    assert "stands out" not in plain(made.chart.title)


def test_four_weeks_are_28_days() -> None:
    """The 28 days of table 1 are the sum of the chart's last four weeks, on both sides."""
    made = page([*both(122, 84), *PAST])
    weeks = [point.count for point in made.chart.points[-4:]]
    assert made.figures["incidents.28d.2016"].value == sum(count or 0 for count in weeks)
    before = [
        point.count
        for point in made.chart.points
        if point.period in weeks_ending(same_period(last_7_days(CUT_OFF)).last_day, 4)
    ]
    assert len(before) == 4
    assert made.figures["incidents.28d.2015"].value == sum(count or 0 for count in before)


def test_dates_of_rolling_windows_are_printed() -> None:
    """A window moved by 364 days is never called "the same days"."""
    note = plain(page([*both(122, 84), *PAST]).table("T1").note)
    assert "19 to 25 May 2016 against 21 to 27 May 2015" in note
    assert "28 Apr to 25 May 2016 against 30 Apr to 27 May 2015" in note
    assert note.startswith("Year: 146 days against 145; 7 days: ")


def test_recoveries_are_judged_by_finds() -> None:
    """Items stand in the row; the note says that finds are judged and how many; of no harm."""
    lots = [cell._replace(records=2) for cell in both(122, 84)]
    cube = finds(lots, CUT_OFF)
    single = tuple(cell._replace(records=1) for cell in cube.cells)
    world = World(cube_of([*both(122, 84), *PAST], CUT_OFF), CUT_OFF, replace(cube, cells=single))
    made = Page(world.context)
    row = next(row for row in made.rows("T1") if row[0] == "Firearms recovered")
    assert row[1] == "Last 7 days"
    assert made.rows("T1")[-1][2] == "244"
    assert "judged by finds" in plain(made.table("T1").note)
    assert "122 against 84 (year)" in plain(made.table("T1").note)
    assert made.table("T1").rows[-1].cells[-1] == Evidence(Verdict.HIGHER, harm=False)


def test_without_recoveries_there_is_no_row_of_them() -> None:
    """A home without the source has no row, and no number in its place."""
    assert {row[0] for row in page([*both(9, 9), *PAST]).rows("T1")} == {"All incidents", "Spanned"}


def test_recoveries_that_end_last_year_are_left_out_aloud() -> None:
    """Their years are not those of the columns; the note says so."""
    cut_off = date(2016, 1, 4)
    cube = finds(both(40, 30, date(2015, 12, 31)), date(2015, 12, 31))
    world = World(cube_of([*both(9, 9, cut_off), *PAST], cut_off), cut_off, cube)
    made = Page(world.context)
    assert "Firearms recovered" not in [row[0] for row in made.rows("T1")]
    note = plain(made.table("T1").note)
    assert "Firearms recovered left out: held to 31 December 2015." in note


def signals_page(high: dict[date, int]) -> Page:
    """Five a week for years, but for the weeks given."""
    weeks = weeks_ending(CUT_OFF, 52 * 5)
    cells = [
        Cell(week.last_day, "Hackney", records=1)
        for week in weeks
        for _ in range(high.get(week.last_day, 5))
    ]
    return page(cells, held_from=weeks[0].start)


def week_end(back: int) -> date:
    """The last day of a week so many weeks before the newest."""
    return CUT_OFF - timedelta(weeks=back)


def test_the_chart_s_title_follows_its_signals() -> None:
    """Nothing; one week over the limit; several; a run of ten; none is ever called a rise."""
    assert plain(signals_page({}).chart.title) == "No week stands out from what was expected"
    one = signals_page({week_end(11): 19})
    assert plain(one.chart.title) == "Worth a look: 19 in week to 9 March 2016"
    assert [plain(signal.said) for signal in one.chart.signals] == [
        "worth a look: 19 in week to 9 March"
    ]
    assert one.figures["incidents.week_to.2016-03-09"].value == 19
    several = signals_page({week_end(11): 19, week_end(30): 21})
    assert plain(several.chart.title) == (
        "Worth a look: 2 weeks outside the limits, the last in the week to 9 March 2016"
    )
    run = signals_page({week_end(back): 6 for back in range(10)})
    assert plain(run.chart.title) == (
        "Worth a look: 10 weeks in a row on one side of what was expected, to 25 May 2016"
    )
    assert run.figures["incidents.7d.2016.run"].value == 10
    mixed = signals_page({week_end(back): 6 for back in range(10)} | {week_end(40): 25})
    assert plain(mixed.chart.title).endswith("; and 25 in week to 19 August 2015")
    nine = signals_page({week_end(back): 6 for back in range(9)})
    assert plain(nine.chart.title) == "No week stands out from what was expected"


def test_the_newest_week_signals_high_and_never_low() -> None:
    """A newest week of none is not complete; one of many is worth a look."""
    low = signals_page({week_end(0): 0})
    assert low.chart.signals == ()
    high = signals_page({week_end(0): 30})
    assert plain(high.chart.title) == "Worth a look: 30 in week to 25 May 2016"
    assert high.chart.signals[0].last == len(high.chart.points) - 1


def test_the_chart_spans_last_year_and_this() -> None:
    """Whole weeks from the first of last year on, ending on the cut-off's weekday; 74 at most."""
    made = page([*both(122, 84), *PAST])
    points = made.chart.points
    assert (points[0].period.last_day, points[-1].period.last_day) == (date(2015, 1, 7), CUT_OFF)
    assert len(points) == 73
    assert "weeks ending on Wednesday, 7 January 2015 to 25 May 2016" in plain(made.chart.subtitle)
    end = date(2015, 12, 31)
    assert len(page([*both(122, 84, end), *PAST], end).chart.points) == 74
    assert "dated 2015-01-01 to 2016-05-25" in made.chart.method
    assert "in weeks ending on Wednesday" in made.chart.method


def test_the_announcement_is_a_tick_where_it_lies_inside() -> None:
    """A day within the chart's weeks is an event; one after them is none."""
    context = page([*both(122, 84), *PAST]).context
    for day, inside in ((CUT_OFF, True), (CUT_OFF + timedelta(days=1), False)):
        stated = StatedOperation("Operation Viper", announced=day)
        made = Page(replace(context, facts=replace(context.facts, stated=stated)))
        assert (made.chart.event is not None) == inside
        assert made.chart.event is None or plain(made.chart.event.label) == "Announced 25 May"


def test_the_digest_and_the_chart_share_their_figures() -> None:
    """The same keys are the same figures, on every page."""
    context = signals_page({week_end(back): 6 for back in range(10)}).context
    parts = [part(context) for part in (headline, key_figures, cumulative, changed, incidents)]
    held = all_figures(
        [figure for part in parts for figure in part.figures],
        [comparison for part in parts for comparison in part.comparisons],
    )
    keys = {figure.key for figure in held}
    assert {"incidents.7d.2016.expected", "incidents.7d.2016.upper_limit"} <= keys


def test_gaps_between_years_are_shown_as_gaps() -> None:
    """An annual total, a year that nobody holds, a part of a year, whole years, this year."""
    cells = [*both(122, 84), *year(2014, 200), *spread(last_28_days(date(2013, 12, 1)), 20)]
    world = World(cube_of(cells, CUT_OFF, date(2013, 2, 28)), published=(published(2011, 377),))
    made = Page(world.context)
    rows = made.rows("T2")
    assert [row[0] for row in rows] == ["2011", "2012", "2013", "2014", "2015", "2016"]
    assert rows[0] == ["2011", "(not held)", "377", "Bar", "—", "Annual total"]
    assert rows[1] == ["2012", "(not held)", "(not held)", "Bar", "—", "No data"]
    assert rows[2] == ["2013", "(not held)", "(not held)", "Bar", "—", "Held in part"]
    bars = [row.cells[3] for row in made.table("T2").rows]
    assert [isinstance(bar, Bar) and bar.partial for bar in bars] == [
        False, False, True, False, False, False,
    ]  # fmt: skip
    assert made.figures["incidents.part.2013"].value == 20


def test_this_year_is_projected_and_says_so() -> None:
    """The median with its limits, in table, bar, title and note; no share of what is not over."""
    made = page([*both(122, 84), *year(2014, 200), *year(2013, 200),
                 *spread(last_28_days(date(2015, 12, 1)), 100)])  # fmt: skip
    row = made.table("T2").rows[-1]
    median = made.figures["incidents.projection.2016.median"]
    assert row.kind is RowKind.THIS_YEAR
    assert read(row.cells[2]) == f"≈ {median.count}"
    bar = row.cells[3]
    assert isinstance(bar, Bar)
    assert bar.whole == median
    assert bar.limits is not None
    assert read(row.cells[4]) == "—"
    assert made.title("T2") == (
        f"122 by 25 May; on the pattern of the last three years near {median.count} by its end"
    )
    assert "95% interval" in plain(made.table("T2").note)


def test_two_published_totals_of_one_year_are_both_printed() -> None:
    """With their dates, in rows of their own."""
    totals = (published(2011, 377), published(2011, 380, id="Q", as_at="2017-02-03"))
    world = World(cube_of([*both(122, 84), *PAST], CUT_OFF), published=totals)
    made = Page(world.context)
    assert [row[2] for row in made.rows("T2") if row[0] == "2011"] == ["377", "380"]
    note = plain(made.table("T2").note)
    assert "377 as at 1 May 2016, 380 as at 3 February 2017" in note


def test_many_years_are_left_out_aloud() -> None:
    """The last 15 dated years; the earlier ones are named, and so are long gaps."""
    cells = [cell for number in range(1996, 2016) for cell in year(number, 100)]
    world = World(cube_of(cells, CUT_OFF, date(1996, 1, 1)), published=(published(1985, 7),))
    made = Page(world.context)
    assert [row[0] for row in made.rows("T2")] == ["1985", *map(str, range(2002, 2017))]
    note = plain(made.table("T2").note)
    assert "1996 to 2001: dated, left out." in note
    assert "1986 to 1995: no data." in note


def outcomes(fatal: tuple[int, int], hurt: tuple[int, int], unhurt: tuple[int, int]) -> Page:
    """This year's and last year's incidents by outcome."""
    now, then = zip(fatal, hurt, unhurt, strict=True)
    cells = [
        cell
        for (a, b, c), at in ((now, None), (then, LAST))
        for cell in (
            *flagged(a, at, fatal="yes", hurt="yes"),
            *flagged(b, at, fatal="no", hurt="yes"),
            *flagged(c, at, fatal="no", hurt="no"),
        )
    ]
    return page([*cells, *year(2014, 200)])


def test_outcomes_add_up_to_the_headline() -> None:
    """Fatal ones first; the rows add up to the total in both years."""
    made = outcomes((6, 5), (33, 24), (83, 55))
    rows = made.rows("T3")
    assert [row[0] for row in rows] == ["Fatal", "Hurt, none killed", "Nobody hurt",
                                        "All incidents"]  # fmt: skip
    for column in (1, 2):
        *parts, total = (int(row[column]) for row in rows)
        assert sum(parts) == total
    assert rows[-1][1:3] == ["122", "84"]
    assert not any("threat" in row[0].lower() for row in rows)


def test_one_row_among_many_needs_more_to_enter_the_title() -> None:
    """Likely real at 95% but not at 1 − 0.05/4: it keeps its mark and stays out of the title."""
    made = outcomes((6, 5), (33, 24), (83, 55))
    assert made.rows("T3")[2][-1] == "Higher, likely real"
    assert made.title("T3") == "No outcome stands out on its own"
    assert len(made.rows("T3")) == 4
    assert "Only what its 98.8% interval shows" in plain(made.table("T3").note)
    assert "Last year as known now: maturity not comparable." in plain(made.table("T3").note)
    clear = outcomes((6, 5), (33, 24), (120, 40))
    assert clear.title("T3") == "Higher, likely real: Nobody hurt"
    two = outcomes((6, 5), (20, 70), (120, 40))
    title = "Higher, likely real: Nobody hurt; Lower, likely real: Hurt, none killed"
    assert two.title("T3") == title
    assert outcomes((1, 1), (1, 1), (2, 2)).title("T3") == "Too few of any outcome to tell"


def test_what_is_not_known_is_counted_and_not_compared() -> None:
    """Some records leave the flag out: counts among those that state it, a row of the others."""
    cells = [
        *flagged(10, fatal="yes", hurt="yes"), *flagged(20, fatal="no", hurt="no"),
        *flagged(7), *flagged(3, fatal="no"),
        *flagged(12, LAST, fatal="yes", hurt="yes"), *flagged(9, LAST, fatal="no", hurt="no"),
    ]  # fmt: skip
    made = page([*cells, *year(2014, 200)])
    rows = {row[0]: row[1:] for row in made.rows("T3")}
    assert rows["Fatal"] == ["10", "12", "()", "No comparison"]
    assert rows["Not known if fatal"] == ["7", "0", "()", "(n/a)"]
    assert rows["Not known if hurt"][:2] == ["3", "0"]
    assert sum(int(row[0]) for name, row in rows.items() if name != "All incidents") == 40
    assert made.figures["incidents.fatal.stated.ytd.2016"].method.count(
        "among records that state fatal"
    )


def test_a_flag_that_last_year_never_stated_is_not_zero() -> None:
    """Not held is not 0, and nothing is compared with it."""
    cells = [*flagged(10, fatal="yes"), *flagged(20, fatal="no"), *flagged(25, LAST)]
    rows = {row[0]: row[1:] for row in page([*cells, *year(2014, 200)]).rows("T3")}
    assert rows["Fatal"] == ["10", "(not held)", "Whisker", "No comparison"]
    assert rows["Not fatal"][1] == "(not held)"
    assert rows["Not known"][:2] == ["0", "25"]


def test_what_is_stated_of_drugs_is_not_compared() -> None:
    """Many records state nothing, so no row bears a verdict, not even that of none."""
    cells = [cell._replace(drug_related="yes") for cell in both(40, 30)]
    rows = {row[0]: row[-1] for row in page([*cells, *year(2014, 200)]).rows("T3")}
    drugs = [name for name in rows if name.startswith(("Drug", "Not drug"))]
    assert [rows[name] for name in drugs] == ["(not compared)"] * 3


def test_kinds_stand_in_where_no_outcome_is_told() -> None:
    """Rows by category, most first; those beyond the room together; all add up."""
    cells = [
        cell
        for k in range(14)
        for at in (None, LAST)
        for cell in flagged(30 - k, at, category=f"Kind {chr(65 + k)}")
    ]
    made = page([*cells, *flagged(4), *year(2014, 200)])
    names = [row[0] for row in made.rows("T3")]
    assert names[:2] == ["Kind A", "Kind B"]
    assert names[-3:] == ["Other kinds", "Kind not known", "All incidents"]
    for column in (1, 2):
        *parts, total = (int(row[column]) for row in made.rows("T3"))
        assert sum(parts) == total
    assert "Other kinds: 5 together." in plain(made.table("T3").note)


def test_persons_are_counted_in_both_years() -> None:
    """Killed and injured stand in the note as figures; where last year is not held, it says so."""
    people = [cell._replace(killed=0, injured=1, fatal="no", hurt="yes") for cell in both(122, 84)]
    killed = people[0]._replace(killed=2, fatal="yes")
    note = plain(page([*people, killed, *year(2014, 200)]).table("T3").note)
    assert "Persons killed: 0, against 2; injured: 122, against 85 by 25 May 2015." in note
    alone = [cell for cell in people if cell.day.year == CUT_OFF.year]
    note = plain(page(alone, held_from=date(2016, 1, 1)).table("T3").note)
    assert "Persons killed: 0; injured: 122; by 25 May 2015: not held." in note
    assert "Clustering not measured" in note


def drug_rows(made: Page) -> dict[str, list[str]]:
    """The rows below the total."""
    return {row[0]: row[1:3] for row in made.rows("T3") if "rug" in row[0]}


def test_answers_about_drugs_add_up() -> None:
    """Yes, no and not stated make the total; the share is of those that state it."""
    cells = [
        *flagged(46, drug_related="yes"), *flagged(52, drug_related="no"), *flagged(24),
        *flagged(29, LAST, drug_related="yes"), *flagged(36, LAST, drug_related="no"),
        *flagged(19, LAST),
    ]  # fmt: skip
    made = page([*cells, *year(2014, 200)])
    rows = drug_rows(made)
    assert list(rows.values()) == [["46", "29"], ["52", "36"], ["24", "19"]]
    assert sum(int(now) for now, _ in rows.values()) == made.figures["incidents.ytd.2016"].value
    note = plain(made.table("T3").note)
    assert "46 of 98 (47%) in 2016, 29 of 65 (45%) in 2015" in note
    yes = made.figures["incidents.drug_related.yes.ytd.2016"]
    assert yes.where == (("drug_related", ("yes",)),)
    assert "among records that state drug_related" in yes.method
    query = cube_of(cells, CUT_OFF).within(yes.period).where(drug_related="yes")
    assert query.count("k").why_none is WhyNone.NOT_HELD


def test_drugs_never_stated_last_year_are_not_held() -> None:
    """No word of it in a period is no zero."""
    cells = [*flagged(5, drug_related="yes"), *flagged(6), *flagged(9, LAST)]
    made = page([*cells, *year(2014, 200)])
    assert list(drug_rows(made).values()) == [["5", "(not held)"], ["0", "(not held)"], ["6", "9"]]
    assert "not held in 2015" in plain(made.table("T3").note)


def test_a_source_that_tells_nothing_has_no_table_3() -> None:
    """Table 2 takes the whole width."""
    blocks = page([*both(122, 84), *PAST]).made.blocks
    assert not any(isinstance(block, Beside) for block in blocks)
    assert [block.ref for block in blocks if isinstance(block, Table)] == ["T1", "T2"]


def test_months_have_no_weeks_and_no_limits() -> None:
    """The last month and the year; the chart shows months and says why there are no limits."""
    end = date(2016, 5, 31)
    cells = [*both(122, 84, end), *PAST]
    made = Page(World(monthly(cells, end), end).context)
    assert [row[1] for row in made.rows("T1")] == ["May 2016", "Year to date"]
    assert made.title("T1").startswith("Offences over the year")
    assert len(made.chart.points) == 17
    assert all(point.expected is None for point in made.chart.points)
    assert "months" in plain(made.chart.note)
    assert plain(made.chart.title).startswith("Recorded firearm offences in May 2016: ")


def test_february_29() -> None:
    """It is counted, and answers to the 28th; the days of the week's comparator are its own."""
    leap = date(2016, 2, 29)
    made = page([*both(60, 59, leap), *PAST], leap)
    assert made.figures["incidents.ytd.2016"].value == 60
    assert made.figures["incidents.ytd.2015"].period.last_day == date(2015, 2, 28)
    assert "In common years to 28 February" in plain(made.table("T2").note)
    assert "23 to 29 Feb 2016 against 24 Feb to 2 Mar 2015" in plain(made.table("T1").note)


@pytest.mark.parametrize("day", range(1, 6))
def test_early_january(day: int) -> None:
    """A year of a few days: windows reach into December, and every figure keeps its dates."""
    cut_off = date(2016, 1, day)
    cells = [*year(2015, 260), *PAST, *spread(last_7_days(cut_off), 7)]
    made = page(cells, cut_off)
    assert made.figures["incidents.ytd.2016"].period.days == day
    assert made.figures["incidents.7d.2016"].period.days == 7
    assert len(made.chart.points) == 52
    assert made.title("T2") == f"Gun incidents by {day} January: {made.rows('T2')[-1][1]}"


def test_31_december() -> None:
    """The year is whole: its own count, no projection, and a comparator that ends in it."""
    end = date(2016, 12, 31)
    made = page([*both(300, 250, end), *PAST], end)
    assert made.title("T2") == "Gun incidents in 2016: 300"
    assert made.rows("T2")[-1][1:3] == ["300", "300"]
    assert made.rows("T2")[-1][5] == "Dated"
    assert "25 to 31 Dec 2016 against 27 Dec 2015 to 2 Jan 2016" in plain(made.table("T1").note)


def test_less_than_a_week_held() -> None:
    """A first load of three days: one line instead of a chart, and no number where none is held."""
    held_from = CUT_OFF - timedelta(days=2)
    made = page(spread(last_7_days(CUT_OFF), 3)[-1:], held_from=held_from)
    assert any(isinstance(block, Absent) for block in made.blocks)
    assert all(row[2] == "(not held)" for row in made.rows("T1"))
    assert made.title("T2") == "2016 is held in part"


def varied(recipe: Recipe, stated: str) -> World:
    """The world of a recipe, with flags that all, some or none of the records state."""
    world = recipe.world
    if world.incidents.monthly:
        return world
    flags = {"all": ("yes", "no", "no"), "some": ("yes", "no", ""), "none": ("", "", "")}[stated]
    cells = tuple(
        cell._replace(fatal=flags[k % 3], drug_related=flags[(k // 2) % 3])
        for k, cell in enumerate(world.incidents.cells)
    )
    hurt = tuple(cell._replace(hurt="yes" if cell.fatal == "yes" else cell.hurt) for cell in cells)
    return replace(world, incidents=replace(world.incidents, cells=hurt))


def numbers(content: Text) -> Iterator[tuple[str, str]]:
    """The keys that a text's slots name: of figures, and of comparisons."""
    for part in content:
        if isinstance(part, Number):
            yield "figure", part.figure.key
        if isinstance(part, Change | Interval):
            yield "comparison", part.comparison.key


def compared(made: Contribution) -> Iterator[Comparison]:
    """The comparisons that are drawn."""
    for block in made.blocks:
        tables = (block.left, block.right) if isinstance(block, Beside) else (block,)
        rows: Iterator[Row] = (row for t in tables if isinstance(t, Table) for row in t.rows)
        for row in rows:
            yield from (cell.comparison for cell in row.cells if isinstance(cell, Whisker))


@settings(max_examples=60)
@given(recipes(), st.sampled_from(["all", "some", "none"]))
def test_whatever_the_data(recipe: Recipe, stated: str) -> None:
    """No word of change without its verdict, every number typed and held, every sum agreed."""
    made = Page(varied(recipe, stated).context)
    keys = {c.key for c in made.made.comparisons}
    verdicts = {c.verdict for c in made.made.comparisons}
    for path, content in texts(made.made.blocks):
        said = bare(content)
        assert not NEVER.search(said), (path, said)
        assert not DIRECTED.search(said), (path, said)
        assert phrases_of(content) <= verdicts, (path, said)
        assert all(isinstance(part, PARTS) for part in content)
        assert not any(
            sign.isnumeric() for part in content if isinstance(part, Words) for sign in part.text
        )
        for kind, key in numbers(content):
            assert key in (made.figures if kind == "figure" else keys), (path, key)
        written = plain(content)
        assert written.strip() == written != "", path
        assert not re.search(r"  | [,.;]|\.\.|,,|;\.", written), (path, written)
    for comparison in made.made.comparisons:
        check_comparison(comparison)
    assert {c.key for c in compared(made.made)} <= keys
