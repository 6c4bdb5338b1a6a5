"""What the store says at an instant: cubes, comparators as known then, fingerprints."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from tests.evidence.store_builder import (
    ACTIVITY,
    INCIDENTS,
    LONDON,
    OFFENCES,
    RECORDED,
    RECOVERIES,
    StoreBuilder,
    Version,
    at,
    version,
)
from viperreport.database import reading
from viperreport.evidence.counts import (
    SnapshotRequest,
    fingerprint,
    latest_loads,
    newest_load,
    read_cube,
    read_snapshot,
)
from viperreport.model.figure import Maturity
from viperreport.model.period import Period, PeriodKind, same_period, year_to_date
from viperreport.model.snapshot import Cell, Cube, PublishedTotal, Snapshot
from viperreport.model.source import Source

_TRIES = settings(
    max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
_K0 = at("2016-01-01T06:00")
# Versions of few keys over few days and instants, so that they meet and overlap.
_CONTENT = st.fixed_dictionaries(
    {
        "day": st.integers(0, 3),
        "area": st.sampled_from(["", "Brent", "Hackney", "\u00c5ngstr\u00f6m", "a b"]),
        "fatal": st.sampled_from(["", "yes", "no"]),
        "items": st.sampled_from([None, 0, 1, 7]),
    }
)
_STEP = st.tuples(
    st.integers(0, 9), st.integers(0, 3), st.one_of(_CONTENT, _CONTENT, _CONTENT, st.none())
)
HISTORIES = st.lists(st.lists(_STEP, min_size=1, max_size=4), min_size=3, max_size=12)


def versions_of(histories: list[list[tuple[int, int, dict[str, object] | None]]]) -> list[Version]:
    """Versions of records: each history is (instant, load, content or None for withdrawn)."""
    made = []
    for number, history in enumerate(histories):
        steps = {instant: content for instant, _, content in history}
        instants: list[int | None] = [*sorted(steps), None]
        for instant, following in pairwise(instants):
            content = None if instant is None else steps[instant]
            if instant is None or content is None:
                continue
            rest = tuple((name, value) for name, value in content.items() if name != "day")
            offset = content["day"]
            assert isinstance(offset, int)
            made.append(
                Version(
                    key=f"k{number}",
                    day=date(2016, 1, 1) + timedelta(days=offset),
                    known_from=_K0 + timedelta(hours=instant),
                    known_to=None if following is None else _K0 + timedelta(hours=following),
                    content=rest,
                )
            )
    return made


def cube_at(engine: Engine, source: Source, known_at: str | datetime) -> Cube | None:
    """A cube in a transaction of its own."""
    instant = at(known_at) if isinstance(known_at, str) else known_at
    with reading(engine) as connection:
        return read_cube(connection, source, instant, LONDON)


def held(engine: Engine, source: Source, known_at: str) -> Cube:
    """A cube that must be there."""
    cube = cube_at(engine, source, known_at)
    assert cube is not None
    return cube


def snapshot(engine: Engine, cut_off: str, known_at: str, source: Source = INCIDENTS) -> Snapshot:
    """A snapshot of one source."""
    request = SnapshotRequest(date.fromisoformat(cut_off), at(known_at), LONDON, source)
    with reading(engine) as connection:
        return read_snapshot(connection, request)


@given(histories=HISTORIES, hours=st.integers(0, 11))
@_TRIES
def test_a_cube_holds_what_was_known_at_its_instant(
    engine: Engine, histories: list[list[tuple[int, int, dict[str, object] | None]]], hours: int
) -> None:
    """Every record known at K, and no other, stands in its cell; a part of a sum is none."""
    store = StoreBuilder(engine)
    store.wipe()
    store.add(INCIDENTS, *_loaded(store, versions_of(histories)))
    instant = _K0 + timedelta(hours=hours)
    known = [each for each in versions_of(histories) if each.known(instant)]
    records: Counter[tuple[date, str, str]] = Counter()
    items: dict[tuple[date, str, str], list[int | None]] = {}
    for each in known:
        content = dict(each.content)
        group = (each.day, content["area"], content["fatal"])
        records[group] += 1
        items.setdefault(group, []).append(content["items"])
    cube = cube_at(engine, INCIDENTS, instant)
    assert cube is not None
    assert list(cube.cells) == sorted(cube.cells, key=lambda cell: cell[:8])
    assert cube.cells == tuple(
        Cell(
            day=group[0],
            area=group[1],
            fatal=group[2],
            records=number,
            items=None if None in items[group] else sum(filter(None, items[group])),
        )
        for group, number in sorted(records.items())
    )


@given(histories=HISTORIES, data=st.data())
@_TRIES
def test_a_fingerprint_is_of_the_facts_alone(
    engine: Engine,
    histories: list[list[tuple[int, int, dict[str, object] | None]]],
    data: st.DataObject,
) -> None:
    """Order of rows and loads do not change it; any one fact of a record does."""
    store = StoreBuilder(engine)
    versions = versions_of(histories)
    prints = []
    for turn in range(2):
        store.wipe()
        order = data.draw(st.permutations(versions)) if turn else versions
        shuffled = _loaded(store, order)
        store.add(INCIDENTS, *shuffled)
        prints.append(snapshot(engine, "2016-01-06", "2016-01-08T06:00").fingerprint)
    assert prints[0] == prints[1]
    current = [each for each in versions if each.known_to is None]
    if current:
        cube = held(engine, INCIDENTS, "2016-01-08T06:00")
        place = data.draw(st.integers(0, len(cube.cells) - 1))
        cell = cube.cells[place]
        last = date(2016, 1, 6)
        for other in (
            {"area": cell.area + "x"},
            {"fatal": "maybe"},
            {"items": 5 if cell.items is None else None},
            {"killed": 0},
            {"records": cell.records + 1},
        ):
            cells = list(cube.cells)
            cells[place] = cell._replace(**other)
            changed = replace(cube, cells=tuple(cells))
            assert fingerprint([changed], last) != fingerprint([cube], last), other


def _loaded(store: StoreBuilder, versions: list[Version]) -> list[Version]:
    load = store.load(INCIDENTS, _K0)
    return [replace(each, load_id=load) for each in versions]


def test_nothing_known_is_no_cube(engine: Engine) -> None:
    """Before the first good load there is no cube; a refused or undone load is none."""
    store = StoreBuilder(engine)
    store.load(INCIDENTS, "2016-01-01T06:00", outcome="refused")
    store.load(INCIDENTS, "2016-01-02T06:00", outcome="undone")
    store.load(RECOVERIES, "2016-01-02T06:00")
    assert cube_at(engine, INCIDENTS, "2016-01-03T06:00") is None
    store.load(INCIDENTS, "2016-01-04T06:00")
    assert cube_at(engine, INCIDENTS, "2016-01-04T05:59") is None
    cube = held(engine, INCIDENTS, "2016-01-04T06:00")
    assert cube.cells == ()
    assert (cube.newest, cube.held_to) == (None, date(2016, 1, 3))


@pytest.mark.parametrize(
    ("source", "columns", "held_to"),
    [
        (INCIDENTS, {}, date(2016, 3, 9)),
        (INCIDENTS, {"coverage": "2016-03-05"}, date(2016, 3, 5)),
        (INCIDENTS, {"coverage": "2016-12-31"}, date(2016, 3, 10)),
        (replace(INCIDENTS, coverage="newest-record"), {}, date(2016, 3, 8)),
    ],
)
def test_coverage(engine: Engine, source: Source, columns: dict[str, str], held_to: date) -> None:
    """Coverage is the day before the load, or what it declares, but no day to come."""
    store = StoreBuilder(engine)
    store.daily(
        source, "2016-01-01", "2016-03-08", store.load(source, "2016-03-10T06:00", **columns)
    )
    cube = held(engine, source, "2016-03-20T06:00")
    assert (cube.held_from, cube.held_to, cube.stale) == (date(2016, 1, 1), held_to, False)
    assert cube.newest == date(2016, 3, 8)


def test_a_load_counts_by_its_local_day(engine: Engine) -> None:
    """23:30 UTC in summer is the next day in London."""
    store = StoreBuilder(engine)
    store.daily(INCIDENTS, "2016-05-01", "2016-06-09", store.load(INCIDENTS, "2016-06-09T23:30"))
    assert held(engine, INCIDENTS, "2016-06-12T06:00").held_to == date(2016, 6, 9)


def test_silence_ends_coverage(engine: Engine) -> None:
    """A source that brings one record a day and then none for a fortnight is stale."""
    store = StoreBuilder(engine)
    store.daily(INCIDENTS, "2015-01-01", "2016-03-08", store.load(INCIDENTS, "2016-03-09T06:00"))
    store.load(INCIDENTS, "2016-03-23T06:00", outcome="unchanged")
    before, after = (
        held(engine, INCIDENTS, when) for when in ("2016-03-23T05:59", "2016-03-23T06:00")
    )
    assert (before.held_to, before.stale) == (date(2016, 3, 8), False)
    assert (after.held_to, after.stale) == (date(2016, 3, 8), True)
    store.load(INCIDENTS, "2016-03-11T06:00", outcome="unchanged")
    assert held(engine, INCIDENTS, "2016-03-12T06:00").held_to == date(2016, 3, 10)


def test_months_are_held_when_they_are_over(engine: Engine) -> None:
    """Month counts reach to the end of the newest month, if it was over at the load."""
    store = StoreBuilder(engine)
    load = store.load(OFFENCES, "2016-05-20T06:00")
    months = [date(2015 + k // 12, k % 12 + 1, 1) for k in range(17)]
    store.add(
        OFFENCES,
        *(
            version(f"m{day}", f"{day}", "2016-05-20T06:00", items=40, load_id=load)
            for day in months
        ),
    )
    cube = held(engine, OFFENCES, "2016-06-02T06:00")
    assert (cube.monthly, cube.adds) == (True, "items")
    assert cube.held_to == date(2016, 4, 30)
    assert cube.within(year_to_date(date(2016, 4, 30))).count("x").value == 160
    store.load(OFFENCES, "2016-06-01T06:00", outcome="unchanged")
    assert held(engine, OFFENCES, "2016-06-02T06:00").held_to == date(2016, 5, 31)


@pytest.mark.parametrize(
    ("source", "adds"),
    [(INCIDENTS, "records"), (RECOVERIES, "items"), (ACTIVITY, "items"), (OFFENCES, "items")],
)
def test_what_a_source_adds_up(engine: Engine, source: Source, adds: str) -> None:
    """Incidents are records, weapons items, activity what was done, month counts offences."""
    store = StoreBuilder(engine)
    load = store.load(source, "2016-03-01T06:00")
    row = version("k", "2016-02-01", "2016-03-01T06:00", items=3, load_id=load)
    store.add(source, row)
    cube = held(engine, source, "2016-03-02T06:00")
    assert cube.adds == adds
    assert (cube.cells[0].records, cube.cells[0].items) == (1, 3)


def test_loads_are_those_that_still_stand_behind_a_record(engine: Engine) -> None:
    """A load whose every version has ended is none of a cube's loads."""
    store = StoreBuilder(engine)
    first = store.load(INCIDENTS, "2016-03-01T06:00", file="a.csv", sha256="aa")
    second = store.load(INCIDENTS, "2016-03-02T06:00", file="b.csv", sha256="bb")
    store.load(INCIDENTS, "2016-03-03T06:00", outcome="unchanged")
    early, late = "2016-03-01T06:00", "2016-03-02T06:00"
    store.add(
        INCIDENTS,
        version("k", "2016-02-01", early, known_to=late, load_id=first),
        version("k", "2016-02-02", late, load_id=second),
    )
    assert [each.file for each in held(engine, INCIDENTS, early).loads] == ["a.csv"]
    assert [each.sha256 for each in held(engine, INCIDENTS, "2016-03-09T06:00").loads] == ["bb"]


def _daily_loads(store: StoreBuilder, source: Source, first: str, days: int) -> list[int]:
    start = at(first)
    return [store.load(source, start + timedelta(days=k)) for k in range(days)]


def test_comparators_are_read_as_they_were_known_then(engine: Engine) -> None:
    """A record that came late last year is not in last year's count as known then."""
    store = StoreBuilder(engine)
    source = replace(INCIDENTS, starts=date(2012, 1, 1))
    loads = _daily_loads(store, INCIDENTS, "2015-01-01T04:00", 600)
    store.daily(INCIDENTS, "2012-01-01", "2016-05-25", loads[0])
    late = version("late", "2015-05-20", "2015-07-01T04:00", load_id=loads[200])
    store.add(INCIDENTS, late)
    seen = snapshot(engine, "2016-05-25", "2016-05-26T05:00", source)
    assert seen.incidents is not None
    now = year_to_date(date(2016, 5, 25))
    then = same_period(now)
    cube, maturity = seen.known_then(seen.incidents, now, then)
    assert maturity is Maturity.AS_KNOWN_THEN
    assert cube.known_at == datetime(2015, 5, 26, 6, tzinfo=ZoneInfo(LONDON)).astimezone(UTC)
    assert seen.incidents.within(then).count("settled").value == 146
    assert cube.within(then).count("then").value == 145
    assert len(seen.then) == 2  # the year and the month, the weeks
    assert cube.held_from == date(2014, 1, 1)


def test_without_history_the_settled_count_stands(engine: Engine) -> None:
    """One load cannot say what was known before it."""
    store = StoreBuilder(engine)
    store.daily(INCIDENTS, "2014-01-01", "2016-05-25", store.load(INCIDENTS, "2016-05-26T04:00"))
    seen = snapshot(engine, "2016-05-25", "2016-05-26T05:00")
    assert seen.then == {}
    assert seen.incidents is not None
    now = year_to_date(date(2016, 5, 25))
    assert seen.known_then(seen.incidents, now, same_period(now)) == (
        seen.incidents,
        Maturity.NOT_COMPARABLE,
    )


def test_history_with_a_hole_is_not_used(engine: Engine) -> None:
    """Where the last load then did not cover the comparator, as known then would be too few."""
    store = StoreBuilder(engine)
    load = store.load(INCIDENTS, "2015-05-20T04:00")
    store.load(INCIDENTS, "2016-05-26T04:00")
    store.daily(INCIDENTS, "2014-01-01", "2016-05-25", load)
    assert snapshot(engine, "2016-05-25", "2016-05-26T05:00").then == {}


def test_recording_dates_tell_what_was_known_before_the_first_load(engine: Engine) -> None:
    """A source with recording dates has a history from its first one."""
    store = StoreBuilder(engine)
    load = store.load(RECORDED, "2016-05-26T04:00")
    store.daily(RECORDED, "2014-01-01", "2016-05-25", load)
    store.add(RECORDED, version("late", "2015-05-20", "2015-07-01T04:00", load_id=load))
    seen = snapshot(engine, "2016-05-25", "2016-05-26T05:00", RECORDED)
    assert seen.incidents is not None
    assert seen.incidents.history_from == at("2014-01-02T00:00")
    now = year_to_date(date(2016, 5, 25))
    cube, maturity = seen.known_then(seen.incidents, now, same_period(now))
    assert maturity is Maturity.AS_RECORDED_THEN
    assert cube.within(same_period(now)).count("then").value == 145
    assert [each.id for each in cube.loads] == [load]
    assert cube_at(engine, RECORDED, "2014-01-01T23:59") is None


def test_comparators_follow_the_coverage(engine: Engine) -> None:
    """Where coverage ends before the cut-off, so do the comparators as known then.

    In February a year earlier is 365 days earlier, in May 2016 it is 366: another instant.
    """
    store = StoreBuilder(engine)
    loads = _daily_loads(store, INCIDENTS, "2015-01-01T04:00", 300)
    store.daily(INCIDENTS, "2014-01-01", "2016-02-15", loads[0])
    store.load(INCIDENTS, "2016-02-16T04:00", coverage="2016-02-15")
    seen = snapshot(engine, "2016-05-25", "2016-05-26T05:00")
    assert seen.incidents is not None
    now = year_to_date(date(2016, 2, 15))
    assert seen.known_then(seen.incidents, now, same_period(now))[0] is not seen.incidents


def test_a_source_that_was_silent_then_is_not_read_as_zero(engine: Engine) -> None:
    """Years brought in later were not known then; a year without a record is no year of peace."""
    store = StoreBuilder(engine)
    loads = _daily_loads(store, INCIDENTS, "2015-01-01T04:00", 300)
    store.daily(INCIDENTS, "2013-01-01", "2014-01-02", loads[0])
    last = store.load(INCIDENTS, "2016-05-26T04:00")
    store.add(
        INCIDENTS,
        *(
            version(
                f"k{k}", f"{date(2014, 1, 3) + timedelta(days=k)}", "2016-05-26T04:00", load_id=last
            )
            for k in range(874)
        ),
    )
    seen = snapshot(engine, "2016-05-25", "2016-05-26T05:00")
    assert seen.incidents is not None
    assert [each.id for each in seen.incidents.loads] == [loads[0], last]
    assert seen.incidents.held_to == date(2016, 5, 25)
    assert seen.then == {}


def test_silence_is_measured_by_the_last_year(engine: Engine) -> None:
    """A source that was busy once and is quiet now is not stale after three weeks."""
    store = StoreBuilder(engine)
    load = store.load(INCIDENTS, "2016-03-21T06:00")
    store.daily(INCIDENTS, "2012-01-01", "2012-12-31", load)
    store.add(INCIDENTS, version("k", "2015-12-01", "2016-03-21T06:00", load_id=load))
    store.add(INCIDENTS, version("l", "2016-02-29", "2016-03-21T06:00", load_id=load))
    cube = held(engine, INCIDENTS, "2016-03-22T06:00")
    assert (cube.held_to, cube.stale) == (date(2016, 3, 20), False)


def test_a_snapshot_of_three_sources(engine: Engine) -> None:
    """Each source is counted; one that never came is None, and the fingerprint tells them apart."""
    store = StoreBuilder(engine)
    for source in (INCIDENTS, RECOVERIES):
        load = store.load(source, "2016-05-26T04:00")
        store.add(source, version("k", "2016-05-01", "2016-05-26T04:00", items=2, load_id=load))
    published = tuple(
        PublishedTotal(
            id=as_at,
            measure="discharge",
            unit="incident",
            area="London",
            period=Period(date(2011, 1, 1), date(2012, 1, 1), PeriodKind.CALENDAR_YEAR),
            value=377,
            as_at=as_at,
            source="a newspaper",
        )
        for as_at in ("2016-05-25", "2016-05-27", "2016-05", "2015")
    )
    request = SnapshotRequest(
        date(2016, 5, 25),
        at("2016-05-25T23:30"),
        LONDON,
        INCIDENTS,
        RECOVERIES,
        ACTIVITY,
        published,
    )
    with reading(engine) as connection:
        early = read_snapshot(connection, request)
        seen = read_snapshot(connection, replace(request, known_at=at("2016-05-26T05:00")))
        swapped = read_snapshot(
            connection,
            replace(
                request, known_at=at("2016-05-26T05:00"), headline=RECOVERIES, recoveries=INCIDENTS
            ),
        )
    assert [total.id for total in seen.published] == ["2016-05-25", "2015"]
    assert early.incidents is None
    assert seen.incidents is not None
    assert seen.recoveries is not None
    assert seen.activity is None
    assert len({early.fingerprint, seen.fingerprint, swapped.fingerprint}) == 3


def test_records_after_the_cut_off_are_no_part_of_the_fingerprint(engine: Engine) -> None:
    """What an edition cannot count does not make it another edition."""
    store = StoreBuilder(engine)
    load = store.load(INCIDENTS, "2016-05-26T04:00")
    store.daily(INCIDENTS, "2016-05-01", "2016-05-20", load)
    first = snapshot(engine, "2016-05-20", "2016-05-27T04:00").fingerprint
    store.add(INCIDENTS, version("x", "2016-05-21", "2016-05-26T04:00", load_id=load))
    assert snapshot(engine, "2016-05-20", "2016-05-27T04:00").fingerprint == first
    assert snapshot(engine, "2016-05-21", "2016-05-27T04:00").fingerprint != first


def test_facts_of_loads(engine: Engine) -> None:
    """The newest load, the newest good one, and a refusal since: for each source at an instant."""
    store = StoreBuilder(engine)
    with reading(engine) as connection:
        assert newest_load(connection, [INCIDENTS]) is None
    store.load(INCIDENTS, "2016-05-01T04:00")
    store.load(INCIDENTS, "2016-05-02T04:00", outcome="refused", file="a.csv", reason="old")
    store.load(INCIDENTS, "2016-05-03T04:00", outcome="unchanged")
    store.load(INCIDENTS, "2016-05-04T04:00", outcome="refused", file="b.csv", reason="dates")
    store.load(INCIDENTS, "2016-05-05T04:00", outcome="refused", file="c.csv", reason="share")
    store.load(RECOVERIES, "2016-05-02T04:00")
    with reading(engine) as connection:
        assert newest_load(connection, [INCIDENTS, RECOVERIES]) == at("2016-05-05T04:00")
        shots, finds, none = latest_loads(
            connection, [INCIDENTS, RECOVERIES, ACTIVITY], at("2016-05-09T04:00")
        )
        (early,) = latest_loads(connection, [INCIDENTS], at("2016-05-03T04:00"))
    assert (shots.good_at, shots.refused_since) == (at("2016-05-03T04:00"), True)
    assert (shots.refused_file, shots.refused_reason) == ("c.csv", "share")
    assert (finds.good_at, finds.refused_since) == (at("2016-05-02T04:00"), False)
    assert (none.good_at, none.refused_since) == (None, False)
    assert (early.good_at, early.refused_since) == (at("2016-05-03T04:00"), False)
