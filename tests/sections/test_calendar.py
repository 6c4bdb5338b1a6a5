"""What changes with the day of the year, with stale data and with counts by month."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from tests.sections.making import (
    CUT_OFF,
    Made,
    World,
    both,
    cube_of,
    monthly,
    published,
    spread,
    year,
)
from viperreport.analysis.projection import project
from viperreport.model.briefing import MarkerKind
from viperreport.model.figure import Comparison, Standing, Verdict
from viperreport.model.period import (
    WEEK,
    PeriodKind,
    calendar_year,
    same_period,
    year_to_date,
)
from viperreport.model.snapshot import Cell
from viperreport.model.source import Area
from viperreport.model.standing import figures_in
from viperreport.model.wording import plain
from viperreport.sections.compose import SECTIONS
from viperreport.sections.context import Health, Refusal
from viperreport.sections.guarding.page import guards

NOVEMBER, JUNE = date(2016, 11, 22), date(2016, 6, 30)


def edition(now: int, then: int, cut_off: date) -> Made:
    """An edition at a cut-off, two whole years before it included."""
    cells = [*both(now, then, cut_off), *year(cut_off.year - 2, 200), *year(cut_off.year - 3, 200)]
    return World(cube_of(cells, cut_off), cut_off).made


def test_29_february() -> None:
    """60 days against the 59 to 28 February, which the tile names; none is dropped."""
    made = edition(60, 59, date(2016, 2, 29))
    assert (made.year.now.period.days, made.year.then.period.days) == (60, 59)
    assert plain(made.tiles["K1"].against).endswith("28 February 2015")
    assert made.year.now.value == 60
    assert made.year.ratio == 1.0
    assert made.year.difference == 1


@pytest.mark.parametrize(("now", "then"), [(300, 200), (200, 300), (200, 201), (3, 2)])
def test_31_december_is_the_whole_year(now: int, then: int) -> None:
    """It reads "in 2016", not "so far"; the kind stays year_to_date; no projection."""
    made = edition(now, then, date(2016, 12, 31))
    assert "so far" not in made.title
    assert "in 2016" in made.title
    assert "this point" not in made.title
    assert made.year.now.period.kind is PeriodKind.YEAR_TO_DATE
    assert made.figure_1.projection is None
    assert "rojection" not in plain(made.figure_1.note)
    assert "so far" not in made.standfirst


@pytest.mark.parametrize("day", [1, 2, 5])
def test_the_first_days_of_january(day: int) -> None:
    """1 January has a day to count, and compares it with one day of January."""
    cut_off = date(2016, 1, day)
    made = edition(day, 1, cut_off)
    assert (made.year.now.period.days, made.year.then.period.days) == (day, day)
    assert made.year.then.period.last_day == date(2015, 1, day)
    assert made.year.verdict is Verdict.FEW
    assert made.figure_1.lines[0].points[0][0] == date(2016, 1, 1)
    assert len(made.figure_1.lines[0].points) == day
    assert made.figure_1.projection is None
    week = made.comparison("incidents.7d")
    assert week.now.period.start.year == (2015 if day < 7 else 2016)
    assert week.now.value is not None


def test_a_week_over_new_year_names_both_years() -> None:
    """Thu 31 Dec 2015 to Wed 6 Jan 2016: no day is put into the wrong year."""
    made = edition(6, 5, date(2016, 1, 6))
    (period,) = [f.value for f in made.briefing.masthead.facts if plain(f.label) == "Period"]
    assert "2015" in plain(period)
    assert "2016" in plain(period)


def stale(built: date = NOVEMBER) -> Made:
    """A file that ends on 30 June, built for a later day."""
    cells = [
        *spread(year_to_date(JUNE), 150),
        *year(2015, 200),
        *year(2014, 200),
        *year(2013, 200),
    ]
    return World(cube_of(cells, JUNE), built).made


def test_stale_data_are_compared_to_their_end_on_both_sides() -> None:
    """Ends 30 June, built for 22 November: every comparison stops at 30 June in both years."""
    made = stale()
    for comparison in made.briefing.comparisons:
        assert comparison.now.period.last_day == JUNE
        kind = comparison.now.period.kind
        expected = date(2015, 6, 30) if kind is PeriodKind.YEAR_TO_DATE else date(2015, 7, 2)
        assert comparison.then.period.last_day == expected
    assert (made.year.now.value, made.year.then.value) == (150, 100)
    assert "30 June 2016" in made.title
    assert "so far" not in made.title
    assert made.figure_1.as_of == JUNE


def test_stale_data_hold_the_edition() -> None:
    """Every counted tile warns, the guard says until when the data reach, the page is marked."""
    made = stale()
    assert all(plain(made.tiles[ref].warning) for ref in ("K1", "K2"))
    assert "145" in plain(made.tiles["K1"].warning)
    (guard,) = [guard for guard in made.briefing.guards if guard.name == "data_age"]
    assert guard.held
    assert "30 June 2016" in plain(guard.said)
    assert made.briefing.on_hold
    assert made.briefing.markers[0].kind is MarkerKind.ON_HOLD


@pytest.mark.parametrize(("late", "held"), [(0, False), (8, False), (9, True)])
def test_data_may_be_eight_days_old(late: int, held: bool) -> None:  # noqa: FBT001 - a case
    """The limit is max_age_days; up to it the page says the date and goes out."""
    made = stale(JUNE + timedelta(days=late))
    assert made.briefing.on_hold == held
    assert bool(made.tiles["K1"].warning) == held
    assert ("30 June 2016" in made.title) == bool(late)


def test_a_load_too_old_or_refused_holds_the_edition() -> None:
    """K less the last good load is more than eight days, or a load was refused since."""
    context = World(cube_of(both(50, 40), CUT_OFF)).context
    known_at = context.snapshot.known_at

    def held(last_good: datetime | None, *refusals: Refusal) -> set[str]:
        made = guards(replace(context, health=Health(last_good, refusals)), {})
        return {guard.name for guard in made if guard.held}

    limit = known_at - timedelta(days=8)
    assert held(limit) == set()
    assert held(limit - timedelta(seconds=1)) == {"load_age"}
    assert held(None) == {"load_age"}
    assert held(known_at, Refusal("incidents", "a.csv", "why")) == {"refused_load"}


@pytest.mark.parametrize(
    ("parts", "section", "key", "whole"),
    [
        ("areas", "areas", "incidents.area.Brent.ytd.2016", "incidents.ytd.2016"),
        ("four weeks", "key_figures", "incidents.28d.2016", "incidents.28d.2016"),
    ],
)
def test_parts_that_do_not_make_their_total_hold_the_edition(
    parts: str, section: str, key: str, whole: str
) -> None:
    """One count wrong by one, of an area or of four weeks: held, and told with the total's key."""
    cells = [cell._replace(area=area) for area in ("Hackney", "Brent") for cell in both(50, 40)]
    context = World(cube_of(cells, CUT_OFF)).context
    made = {name: SECTIONS[name](context) for name in ("areas", "key_figures")}

    def found(off: int) -> str:
        compared = [_counted_wrongly(each, key, off) for each in made[section].comparisons]
        wrong = replace(made[section], comparisons=tuple(compared))
        every = guards(context, made | {section: wrong})
        (guard,) = [guard for guard in every if guard.name == "sums"]
        return plain(guard.said) if guard.held else ""

    assert found(0) == ""
    for off in (-1, 1):
        assert found(off).startswith(f"{parts} do not make {whole}, ")


def _counted_wrongly(comparison: Comparison, key: str, off: int) -> Comparison:
    now = comparison.now
    if now.key != key or now.value is None:
        return comparison
    return replace(comparison, now=replace(now, value=now.value + off))


def test_counts_by_month_compare_whole_months() -> None:
    """25 May counts to 30 April on both sides; the second tile is April against April."""
    cells = [*year(2013, 240), *year(2014, 240), *year(2015, 240), *year(2016, 366)]
    made = World(monthly(cells, date(2016, 5, 31)), CUT_OFF).made
    year_, month = made.year, made.comparison("offences.month")
    assert year_.now.period.last_day == date(2016, 4, 30)
    assert year_.then.period.last_day == date(2015, 4, 30)
    assert (month.now.period.start, month.now.period.days) == (date(2016, 4, 1), 30)
    assert month.then.period.start == date(2015, 4, 1)
    assert "April 2016" in plain(made.tiles["K2"].period)
    assert "April 2015" in plain(made.tiles["K2"].against)
    assert "30 April 2016" in made.title
    assert not made.briefing.on_hold  # a month that is not over is not late
    assert [day for day, _ in made.figure_1.lines[0].points] == [
        date(2016, 1, 31), date(2016, 2, 29), date(2016, 3, 31), date(2016, 4, 30),
    ]  # fmt: skip


def test_a_months_end_reads_so_far() -> None:
    """31 May, complete: "so far in 2016"."""
    cells = [*year(2015, 240), *spread(year_to_date(date(2016, 5, 31)), 152)]
    made = World(monthly(cells, date(2016, 5, 31)), date(2016, 5, 31)).made
    assert made.year.now.value == 152
    assert "so far in 2016" in made.title


@pytest.mark.parametrize(
    ("cut_off", "held_from", "made"),
    [
        (date(2016, 3, 29), date(2013, 1, 1), False),  # day 89
        (date(2016, 3, 30), date(2013, 1, 1), True),  # day 90
        (date(2016, 3, 30), date(2014, 1, 1), True),  # two complete years
        (date(2016, 12, 30), date(2013, 1, 1), True),
        (date(2016, 12, 31), date(2013, 1, 1), False),
        (date(2016, 5, 25), date(2014, 1, 2), False),  # 2014 lacks a day: one complete year
        (date(2016, 5, 25), date(2015, 1, 1), False),
        (date(2016, 5, 25), date(2016, 1, 1), False),
    ],
)
def test_when_the_year_end_is_projected(cut_off: date, held_from: date, made: bool) -> None:  # noqa: FBT001 - a case
    """From day 90, not on 31 December, with two complete dated years; else the title counts."""
    cells = [*both(60, 50, cut_off), *year(2014, 200), *year(2013, 200)]
    kept = [cell for cell in cells if cell.day >= held_from]
    found = World(cube_of(kept, cut_off, held_from), cut_off).made
    ends = found.figure_1.projection
    assert (ends is not None) == made
    assert ("would end near" in found.standfirst) == made
    projected = [figure for figure in found.briefing.figures if figure.standing == "projected"]
    assert len(projected) == (5 if made else 0)
    if ends is not None:
        assert ends.low95.count <= ends.low80.count <= ends.median.count
        assert ends.median.count <= ends.high80.count <= ends.high95.count
        assert ends.low95.count >= 60
    else:
        assert "60" in plain(found.figure_1.title)


def test_the_projection_is_that_of_the_rule() -> None:
    """a, A and Q of the last three complete years, and this comparison's φ."""
    cells = [*both(122, 84), *spread(calendar_year(2014), 217), *year(2013, 251), *year(2012, 9000)]
    made = World(cube_of(cells, CUT_OFF, date(2012, 1, 1))).made
    cube, now = cube_of(cells, CUT_OFF, date(2012, 1, 1)), year_to_date(CUT_OFF)
    earlier = []
    for number in (2013, 2014, 2015):
        to_date = cube.within(same_period(now, 2016 - number)).count("k").count
        earlier.append((to_date, cube.within(calendar_year(number)).count("k").count - to_date))
    expected = project(122, earlier, made.year.phi)
    ends = made.figure_1.projection
    assert expected is not None
    assert ends is not None
    assert ends.median.value == expected.median
    assert (ends.low80.value, ends.high80.value) == (expected.low80, expected.high80)
    assert (ends.low95.value, ends.high95.value) == (expected.low95, expected.high95)
    assert "three" in plain(made.figure_1.note)


def test_only_an_operation_has_an_effect_to_know_of() -> None:
    """The caution that a projection knows no effect of the operation is for homes that have one."""
    cells = [*both(60, 50), *year(2014, 200), *year(2013, 200)]
    world = World(cube_of(cells, CUT_OFF))
    assert "operation" in plain(world.made.figure_1.note)


def test_without_an_operation_no_word_of_it() -> None:
    """A city without an operation is told nothing of one."""
    cells = [*both(60, 50), *year(2014, 200), *year(2013, 200)]
    made = World(cube_of(cells, CUT_OFF), operation="").made
    assert "operation" not in plain(made.figure_1.note)


def test_a_year_known_by_its_total_stands_alone() -> None:
    """377 in 2011: one labelled mark, in no comparison, no year to date, no projection."""
    cells = [*both(122, 84), *year(2014, 200), *year(2013, 200)]
    bare = World(cube_of(cells, CUT_OFF)).made
    made = World(cube_of(cells, CUT_OFF), published=(published(2011, 377),)).made
    (total,) = made.figure_1.annual_only
    assert (total.value, total.period.start.year) == (377, 2011)
    assert 2011 not in {line.year for line in made.figure_1.lines}
    assert "incidents.ytd.2011" not in {figure.key for figure in made.briefing.figures}
    assert made.briefing.comparisons == bare.briefing.comparisons
    assert made.figure_1.projection == bare.figure_1.projection
    assert "2012 is not held" in plain(made.figure_1.note)
    assert "377, annual total" in plain(made.figure_1.said)


def test_other_published_totals_are_no_marks() -> None:
    """Another measure, a financial year, a year with records, or this year: none is drawn.

    The last page lists them as what they are.
    """
    fytd = replace(calendar_year(2011), kind=PeriodKind.FINANCIAL_YEAR)
    totals = (
        published(2011, 400, measure="lethal"),
        published(2011, 401, period=fytd),
        published(2015, 402),
        published(2016, 403),
    )
    made = World(cube_of(both(122, 84), CUT_OFF), published=totals).made
    assert made.figure_1.annual_only == ()
    values = {400, 401, 402, 403}
    for ref in ("F1", "T1", "T2", "F2"):
        assert not values & {figure.value for figure in figures_in(made.exhibits[ref])}, ref
    standing = {each.standing for each in made.briefing.figures if each.value in values}
    assert standing == {Standing.PUBLISHED}


def test_two_totals_in_conflict_are_both_marked() -> None:
    """Neither is chosen: both are printed, in the order of their names."""
    totals = (published(2011, 380, id="B"), published(2011, 377, id="A"))
    made = World(cube_of(both(122, 84), CUT_OFF), published=totals).made
    assert [figure.value for figure in made.figure_1.annual_only] == [377, 380]


def test_a_year_held_in_part_is_no_year() -> None:
    """A source that starts on 28 February 2014: that year has no total, no line, no projection."""
    held_from = date(2014, 2, 28)
    cells = [*both(122, 84), *spread(calendar_year(2014), 200)]
    made = World(cube_of([c for c in cells if c.day >= held_from], CUT_OFF, held_from)).made
    figures = {figure.key: figure for figure in made.briefing.figures}
    assert figures["incidents.year.2014"].value is None
    assert figures["incidents.ytd.2014"].value is None
    assert 2014 not in {line.year for line in made.figure_1.lines}
    assert "2014 is held in part" in plain(made.figure_1.note)
    assert made.figure_1.projection is None


def test_priority_areas_are_those_of_the_day() -> None:
    """From and to are days inside; without a beginning an area never has priority."""
    area = Area("Hackney", "hackney", priority_from=date(2016, 5, 25), priority_to=date(2016, 8, 1))
    assert not area.is_priority(date(2016, 5, 24))
    assert area.is_priority(date(2016, 5, 25))
    assert area.is_priority(date(2016, 8, 1))
    assert not area.is_priority(date(2016, 8, 2))
    assert replace(area, priority_to=None).is_priority(date(2030, 1, 1))
    assert not Area("Brent", "brent").is_priority(CUT_OFF)


def test_the_priority_areas_of_the_cut_off_are_applied_to_both_years() -> None:
    """One set, on both sides of the comparison, however many records are elsewhere."""
    cells = [
        *spread(year_to_date(CUT_OFF), 60, "Hackney"), *spread(year_to_date(CUT_OFF), 50, "Brent"),
        *spread(same_period(year_to_date(CUT_OFF)), 30, "Hackney"),
        *spread(same_period(year_to_date(CUT_OFF)), 70, "Croydon"),
    ]  # fmt: skip
    made = World(cube_of(cells, CUT_OFF), priority=("Hackney", "Brent")).made
    two = made.comparison("incidents.priority.ytd")
    assert (two.now.value, two.then.value) == (110, 30)
    assert two.now.where == two.then.where == (("area", ("Brent", "Hackney")),)
    assert "two priority boroughs" in made.standfirst
    alone = World(cube_of(cells, CUT_OFF), priority=("Croydon",)).made
    assert alone.comparison("incidents.priority.ytd").now.value == 0
    assert not [
        c for c in World(cube_of(cells, CUT_OFF)).made.briefing.comparisons if "priority" in c.key
    ]


def weeks_before(cut_off: date, number: int) -> tuple[date, ...]:
    """Earlier cut-offs of the same year, newest first."""
    days = (cut_off - k * WEEK for k in range(1, number + 1))
    return tuple(day for day in days if day.year == cut_off.year)


def test_a_verdict_says_at_how_many_issues_it_has_held() -> None:
    """Counted back from this edition while the verdict stays the same; one is no row."""
    quiet = spread(year_to_date(date(2016, 4, 27)), 60)
    loud = [replace_day(k) for k in range(56)]
    cells = [*spread(same_period(year_to_date(CUT_OFF)), 74), *quiet, *loud]
    earlier = weeks_before(CUT_OFF, 20)
    world = World(cube_of(cells, CUT_OFF), earlier=earlier)
    verdicts = [world.made.year.verdict]
    verdicts += [
        replace(world, incidents=cube_of([c for c in cells if c.day <= day], day), cut_off=day)
        .made.year.verdict
        for day in earlier
    ]  # fmt: skip
    streak = next(k for k, each in enumerate(verdicts) if each is not Verdict.HIGHER)
    assert 2 <= streak <= 4
    assert f"at {streak} cut-offs in a row" in world.made.standfirst
    assert "in a row" not in replace(world, earlier=()).made.standfirst


def replace_day(k: int) -> Cell:
    """Two records a day in the last 28 days."""
    return Cell(date(2016, 4, 28) + timedelta(days=k // 2), "Hackney", records=1)


def test_days_counted_once_are_one_issue_of_a_row() -> None:
    """Data end 30 June, built for 22 November: the same days do not make a verdict longer held."""
    on_time = stale_streak(JUNE)
    assert "in a row" in on_time
    assert stale_streak(NOVEMBER) == on_time


def stale_streak(built: date) -> str:
    """The sentence about the row, for data that end on 30 June."""
    cells = [*spread(year_to_date(JUNE), 150), *year(2015, 200), *year(2014, 200)]
    first = JUNE if built == JUNE else built
    earlier = [first - k * WEEK for k in range(1, 60)]
    if built != JUNE:  # the same weekdays before 30 June, so that only later editions differ
        after = tuple(JUNE + k * WEEK for k in range(20, 0, -1))
        earlier = [*after, *(JUNE - k * WEEK for k in range(60))]
    kept = tuple(day for day in earlier if day.year == 2016)
    standfirst = World(cube_of(cells, JUNE), built, earlier=kept).made.standfirst
    return standfirst.split(". ")[0]


def test_a_row_begins_with_its_year() -> None:
    """Issue of 15 February counts to 31 January; that of 15 January counted the year before."""
    cells = [*year(2013, 240), *year(2014, 120), *year(2015, 480), *year(2016, 4000)]
    february = World(
        monthly(cells, date(2016, 1, 31)), date(2016, 2, 15), earlier=(date(2016, 1, 15),)
    ).made
    assert february.year.verdict is Verdict.HIGHER
    assert "in a row" not in february.standfirst


@pytest.mark.parametrize("last_day", [date(2015, 12, 31), date(2016, 12, 31), date(2016, 12, 30)])
def test_windows_of_one_year_have_keys_of_their_own(last_day: date) -> None:
    """364 days before 31 December is the same year: now and then are two figures all the same."""
    made = edition(40, 34, last_day)
    for name in ("incidents.7d", "incidents.28d"):
        comparison = made.comparison(name)
        assert comparison.now.key != comparison.then.key
        keys = [figure.key for figure in made.briefing.figures]
        assert comparison.now.key in keys
        assert comparison.then.key in keys


def test_a_marking_stands_on_the_page() -> None:
    """What viperreport.toml calls the marking is a marker of the edition."""
    world = World(cube_of(both(40, 34), CUT_OFF), marking="OFFICIAL-SENSITIVE")
    assert "OFFICIAL-SENSITIVE" in [plain(each.text) for each in world.made.briefing.markers]


def test_a_refused_load_holds_the_edition() -> None:
    """The page is marked, and the guard names source and reason."""
    refusal = Refusal("incidents", "a.csv", "88 of 90 rows are bad")
    made = World(cube_of(both(40, 34), CUT_OFF), refusals=(refusal,)).made
    assert made.briefing.on_hold
    (said,) = [plain(guard.said) for guard in made.briefing.guards if guard.held]
    assert "incidents" in said
    assert "88 of 90 rows are bad" in said


def test_a_flag_that_a_record_leaves_out_is_not_held() -> None:
    """Last year says nothing of who was hurt: that is no zero, and nothing is compared with it."""
    cells = [
        *(cell._replace(hurt="yes") for cell in spread(year_to_date(CUT_OFF), 40)),
        *spread(year_to_date(date(2015, 5, 25)), 30),
    ]
    comparison = World(cube_of(cells, CUT_OFF)).made.comparison("incidents.hurt.ytd")
    assert comparison.now.value == 40
    assert comparison.then.value is None
    assert comparison.verdict is Verdict.NONE


def test_annual_totals_without_room_are_named() -> None:
    """Eight published totals are drawn, the nearest; the page names the years of the others."""
    totals = tuple(published(year_, 300 + year_ % 100) for year_ in range(2001, 2013))
    figure = World(cube_of(both(40, 34), CUT_OFF), published=totals).made.figure_1
    assert [each.period.start.year for each in figure.annual_only] == list(range(2005, 2013))
    assert "Not drawn: published totals of 2001 to 2004." in plain(figure.note)
