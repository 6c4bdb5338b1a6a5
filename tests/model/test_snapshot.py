"""A query writes its own provenance, and knows zero from not held."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from viperreport.model.figure import LoadRef, Maturity, Measure, Standing, Unit, WhyNone
from viperreport.model.period import (
    Period,
    PeriodKind,
    calendar_year,
    last_7_days,
    last_28_days,
    month_of,
    same_period,
    weeks_ending,
    year_to_date,
)
from viperreport.model.snapshot import (
    Cell,
    Cube,
    PublishedTotal,
    Snapshot,
    all_figures,
    known_then_instant,
    published_figure,
)

K = datetime(2016, 5, 30, 5, tzinfo=UTC)
CUT_OFF = date(2016, 5, 25)
GUNS = Measure("discharge", "Gun incidents", "Discharges.", Unit.INCIDENT)
ITEMS = Measure("recovered", "Firearms recovered", "Weapons.", Unit.ITEM, harm=False)
CUBE = Cube(
    "incidents",
    GUNS,
    K,
    date(2014, 1, 1),
    date(2016, 5, 25),
    (
        Cell(date(2015, 3, 1), "Brent", fatal="no", records=2),
        Cell(date(2016, 1, 1), "Hackney", fatal="yes", records=1),
        Cell(date(2016, 5, 25), "", fatal="no", records=4),
        Cell(date(2016, 5, 25), "Hackney", fatal="no", records=3),
    ),
    (LoadRef(1, "a.csv", "ab" * 32),),
)
ZONES = ("Europe/London", "America/New_York", "Australia/Lord_Howe", "UTC")


def test_a_query_says_all_that_it_did() -> None:
    """Source, days, filter and K stand in the method, and the filter in a form to run again."""
    figure = CUBE.within(year_to_date(CUT_OFF)).where(area=["Hackney", "Brent"]).count("k", "K1")
    assert (figure.value, figure.rows, figure.ref) == (4, 4, "K1")
    assert figure.where == (("area", ("Brent", "Hackney")),)
    for said in (
        "incidents",
        "2016-01-01 to 2016-05-25",
        "Brent or Hackney",
        "2016-05-30T05:00:00Z",
    ):
        assert said in figure.method
    assert figure.standing is Standing.COUNTED


def test_the_hash_knows_loads_filter_k_and_value() -> None:
    """Change any of them and the hash is another; change none and it is the same."""
    period = year_to_date(CUT_OFF)
    query = CUBE.within(period)
    more = (*CUBE.cells[:-1], CUBE.cells[-1]._replace(records=9))
    made = [
        query.count("k"),
        query.where(area="Hackney").count("k"),
        query.where(fatal="yes").count("k"),
        CUBE.within(calendar_year(2015)).count("k"),
        replace(CUBE, known_at=K + timedelta(seconds=1)).within(period).count("k"),
        replace(CUBE, known_at=K + timedelta(microseconds=1)).within(period).count("k"),
        replace(CUBE, loads=(LoadRef(1, "a.csv", "cd" * 32),)).within(period).count("k"),
        replace(CUBE, cells=more).within(period).count("k"),
    ]
    assert len({figure.hash for figure in made}) == len(made)
    assert query.count("another").hash == made[0].hash
    assert {len(figure.hash) for figure in made} == {64}


def test_zero_is_not_not_held() -> None:
    """No record in days held is 0; days not held have no number, however many cells they have."""
    zero = CUBE.within(last_7_days(date(2015, 6, 1))).count("k")
    assert (zero.value, zero.why_none) == (0, None)
    for period in (
        year_to_date(date(2016, 5, 26)),  # a day after the coverage
        calendar_year(2016),
        year_to_date(date(2013, 12, 31)),
        Period(date(2013, 12, 31), date(2014, 1, 2), PeriodKind.OPERATION),
    ):
        missing = CUBE.within(period).count("k")
        assert (missing.value, missing.why_none, missing.rows) == (None, WhyNone.NOT_HELD, 0)
    assert CUBE.within(calendar_year(2015)).series([calendar_year(2013)]) == (None,)


def test_zero_is_true_only_of_what_the_source_states() -> None:
    """A source without a column for the drugs, or for the killed, has no zero of them."""
    query = CUBE.within(year_to_date(CUT_OFF))
    assert query.where(fatal="yes").count("k").value == 1
    assert query.where(drug_related="yes").count("k").why_none is WhyNone.NOT_HELD
    assert query.total("killed", "k").why_none is WhyNone.NOT_HELD
    assert query.where(area="Croydon").count("k").value == 0
    with pytest.raises(ValueError, match="no such label"):
        query.where(colour="red")


def test_areas_and_the_unknown_add_up_to_the_total() -> None:
    """Areas + location unknown = total."""
    query = CUBE.within(year_to_date(CUT_OFF))
    parts = [query.where(area=area).count("k").count for area in (*CUBE.values("area"), "")]
    assert sum(parts) == query.count("k").count == 8
    assert parts[-1] == 4
    assert "unknown" in query.where(area="").words()


@given(
    st.lists(st.dates(date(2014, 1, 1), CUT_OFF), max_size=60), st.dates(date(2015, 2, 1), CUT_OFF)
)
def test_four_weeks_are_the_last_28_days(days: list[date], cut_off: date) -> None:
    """4 x 7 days = 28 days, whatever the records."""
    cube = replace(CUBE, cells=tuple(Cell(day, records=1) for day in sorted(days)))
    query = cube.within(last_28_days(cut_off))
    weeks = query.series(weeks_ending(cut_off, 4))
    assert sum(week or 0 for week in weeks) == sum(
        cut_off - timedelta(28) < d <= cut_off for d in days
    )
    if days:
        assert query.count("k").value == sum(week or 0 for week in weeks)


def test_months_cannot_be_cut() -> None:
    """Counts by month answer for whole months; a part of one is a fault of the program."""
    cube = replace(CUBE, monthly=True, held_to=date(2016, 5, 31))
    assert cube.within(year_to_date(date(2016, 5, 31))).period.days == 152
    for period in (year_to_date(CUT_OFF), last_28_days(date(2016, 5, 31)), last_7_days(CUT_OFF)):
        with pytest.raises(ValueError, match="whole months"):
            cube.within(period)
    assert cube.last_day_counted(CUT_OFF) == date(2016, 4, 30)
    assert cube.last_day_counted(date(2016, 8, 3)) == date(2016, 5, 31)
    assert replace(cube, held_to=date(2016, 3, 15)).last_day_counted(CUT_OFF) == date(2016, 2, 29)


def test_items_and_finds_have_their_own_units() -> None:
    """The records behind items are finds; the killed of incidents are victims."""
    cells = (Cell(date(2016, 5, 2), records=2, items=9),)
    cube = replace(CUBE, measure=ITEMS, cells=cells, adds="items")
    query = cube.within(month_of(date(2016, 4, 2)))
    assert query.count("k").unit is Unit.ITEM
    items = cube.within(year_to_date(CUT_OFF))
    assert (items.count("k").value, items.count("k").rows) == (9, 2)
    assert (items.total("records", "k").value, items.total("records", "k").unit) == (2, Unit.FIND)
    assert CUBE.within(year_to_date(CUT_OFF)).total("killed", "k").unit is Unit.VICTIM


def test_known_then_has_the_known_answers(real_data: Path) -> None:
    """The three rows of statistics.json, in London's wall time."""
    rows = json.loads((real_data / "statistics.json").read_text())["K_then"]
    assert len(rows) == 3
    zone = ZoneInfo("Europe/London")
    for cut_off, known_at, then, expected in rows:
        found = known_then_instant(
            date.fromisoformat(cut_off),
            datetime.fromisoformat(known_at).replace(tzinfo=zone).astimezone(UTC),
            date.fromisoformat(then.split()[0]),
            str(zone),
        )
        assert found.astimezone(zone).replace(tzinfo=None) == datetime.fromisoformat(expected)
        assert found.utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    ("cut_off", "known_at", "then", "expected"),
    [
        # summer time began on 27 March 2016 and on 29 March 2015: 06:00 stays 06:00
        ("2016-03-27", "2016-03-28T05:00+00:00", "2015-03-27", "2015-03-28T06:00+00:00"),
        ("2016-03-26", "2016-03-27T05:00+00:00", "2015-03-28", "2015-03-29T05:00+00:00"),
        # 01:30 was skipped on 29 March 2015: the offset before the gap is used
        ("2016-03-28", "2016-03-29T00:30+00:00", "2015-03-28", "2015-03-29T01:30+00:00"),
        # 01:30 comes twice on 30 October 2016; its second coming is still 01:30 the year before
        ("2016-10-29", "2016-10-30T01:30+00:00", "2015-10-29", "2015-10-30T01:30+00:00"),
    ],
)
def test_known_then_across_clock_changes(
    cut_off: str, known_at: str, then: str, expected: str
) -> None:
    """K′ is as many hours on the wall after C′ as K is after C, whatever the clocks did."""
    found = known_then_instant(
        date.fromisoformat(cut_off),
        datetime.fromisoformat(known_at),
        date.fromisoformat(then),
        "Europe/London",
    )
    assert found == datetime.fromisoformat(expected)


@given(
    st.dates(date(2010, 1, 1), date(2030, 1, 1)),
    st.timedeltas(timedelta(0), timedelta(days=400)),
    st.sampled_from([1, 7, 28, 364, 365, 366, 730]),
    st.sampled_from(ZONES),
)
def test_known_then_keeps_the_wall_clock(
    cut_off: date, age: timedelta, back: int, zone: str
) -> None:
    """The same age on the wall, except for a clock time that the earlier day skipped."""
    where = ZoneInfo(zone)
    midnight = datetime(cut_off.year, cut_off.month, cut_off.day, tzinfo=where)
    known_at = midnight.astimezone(UTC) + age
    earlier = known_then_instant(cut_off, known_at, cut_off - timedelta(days=back), zone)
    wall = known_at.astimezone(where).replace(tzinfo=None) - timedelta(days=back)
    gap = earlier.astimezone(where).replace(tzinfo=None) - wall
    assert gap in {timedelta(0), timedelta(hours=1), timedelta(minutes=30)}
    assert earlier.utcoffset() == timedelta(0)


def test_known_then_takes_the_cube_of_its_instant_alone() -> None:
    """History that reaches K′ is used and said; any other instant leaves the settled counts."""
    now, then = year_to_date(CUT_OFF), same_period(year_to_date(CUT_OFF))
    instant = known_then_instant(CUT_OFF, K, then.last_day, "Europe/London")
    earlier = replace(CUBE, known_at=instant, cells=CUBE.cells[:1])
    snapshot = Snapshot(CUT_OFF, K, "Europe/London", CUBE)
    assert snapshot.known_then(CUBE, now, then) == (CUBE, Maturity.NOT_COMPARABLE)
    held = MappingProxyType({("incidents", instant): earlier})
    reached = replace(snapshot, then=held)
    assert reached.known_then(CUBE, now, then) == (earlier, Maturity.AS_KNOWN_THEN)
    recorded = replace(CUBE, recorded=True)
    assert reached.known_then(recorded, now, then)[1] is Maturity.AS_RECORDED_THEN
    week = last_7_days(CUT_OFF)
    assert reached.known_then(CUBE, week, same_period(week))[1] is Maturity.NOT_COMPARABLE


def test_a_published_total_says_that_it_was_not_counted() -> None:
    """377 in 2011 is somebody's total: its source and date stand in its method."""
    total = PublishedTotal("P001", "discharge", "incident", "", calendar_year(2011), 377,
                           "2016-05-25", "Advertiser")  # fmt: skip
    figure = published_figure(total, GUNS, K)
    assert (figure.value, figure.standing) == (377, Standing.PUBLISHED)
    assert "Advertiser" in figure.method
    assert "2016-05-25" in figure.method
    assert published_figure(replace(total, value=376), GUNS, K).hash != figure.hash


def test_every_figure_once() -> None:
    """The first of each key stays, and none is lost."""
    figure = CUBE.within(year_to_date(CUT_OFF)).count("k", "K1")
    again = replace(figure, ref="")
    other = replace(figure, key="other")
    assert all_figures([figure, again, other], ()) == (figure, other)


def test_a_label_filtered_twice_lets_through_what_both_let_through() -> None:
    """One filter a label, as JSON and `explain` hold them; none in common is a true zero."""
    query = CUBE.within(year_to_date(CUT_OFF)).where(area=["Hackney", "Brent"])
    once = query.where(area="Hackney", fatal="no").count("k")
    assert (once.value, once.where) == (3, (("area", ("Hackney",)), ("fatal", ("no",))))
    assert (
        once.hash
        == CUBE.within(year_to_date(CUT_OFF)).where(area="Hackney", fatal="no").count("k").hash
    )
    never = query.where(area="Camden").count("k")
    assert (never.value, never.rows, never.where) == (0, 0, (("area", ()),))
    assert "area = none" in never.method
