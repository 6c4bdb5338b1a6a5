"""How much was known how soon, against counts made anew as known at each day's own instant."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from tests.evidence.store_builder import (
    INCIDENTS,
    LONDON,
    OFFENCES,
    RECOVERIES,
    StoreBuilder,
    Version,
    at,
    version,
)
from viperreport.database import reading
from viperreport.evidence.completeness import (
    WAITS,
    CompletenessRequest,
    read_completeness,
)
from viperreport.evidence.counts import read_cube
from viperreport.evidence.quality import Since
from viperreport.model.period import Period, PeriodKind, days_of, weeks_ending
from viperreport.model.quality import Completeness
from viperreport.model.snapshot import Cube, known_then_instant
from viperreport.model.source import Source

_FIRST = at("2016-03-01T06:00")
_CUT_OFF = date(2016, 6, 1)
_K = at("2016-06-03T05:00")
_REQUEST = CompletenessRequest(_CUT_OFF, LONDON, Since(date(2016, 5, 25), at("2016-05-27T05:00")))

# Days run over the night on which the clocks go forward; steps are hours after the first load.
_STEP = st.tuples(
    st.integers(-48, 24 * 95),
    st.one_of(st.none(), st.tuples(st.integers(-40, 70), st.sampled_from([0, 1, 7]))),
)
_HISTORIES = st.lists(st.lists(_STEP, min_size=1, max_size=4), min_size=4, max_size=14)


@dataclass(frozen=True)
class _Known:
    """A source as known at any instant, counted anew."""

    engine: Engine
    source: Source
    cubes: dict[datetime, Cube | None] = field(default_factory=dict)

    def cube(self, instant: datetime) -> Cube | None:
        if instant not in self.cubes:
            self.cubes[instant] = self._cube(instant)
        return self.cubes[instant]

    def _cube(self, instant: datetime) -> Cube | None:
        with reading(self.engine) as connection:
            return read_cube(connection, self.source, instant, LONDON)

    def count(self, days: Period, instant: datetime) -> int:
        """What was dated in these days, by a whole cube of that instant."""
        cube = self.cube(instant)
        cells = cube.slice(days) if cube else ()
        return sum(getattr(cell, cube.adds) for cell in cells) if cube else 0

    def completeness(
        self, known_at: datetime = _K, request: CompletenessRequest = _REQUEST
    ) -> Completeness | None:
        cube = self.cube(known_at)
        assert cube is not None
        with reading(self.engine) as connection:
            return read_completeness(connection, self.source, cube, request)


def _versions(
    histories: list[list[tuple[int, tuple[int, int] | None]]], load: int
) -> list[Version]:
    made = []
    for number, history in enumerate(histories):
        steps = sorted(dict(history).items())
        ends = [hour for hour, _ in steps[1:]] + [None]
        for (hour, content), end in zip(steps, ends, strict=True):
            if content is None:
                continue
            made.append(
                Version(
                    key=f"k{number}",
                    day=_FIRST.date() + timedelta(days=content[0]),
                    known_from=_FIRST + timedelta(hours=hour),
                    known_to=None if end is None else _FIRST + timedelta(hours=end),
                    load_id=load,
                    content=(("items", content[1]),),
                )
            )
    return made


def _ends(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), ZoneInfo(LONDON))


@pytest.mark.parametrize("source", [INCIDENTS, RECOVERIES], ids=["records", "items"])
@given(histories=_HISTORIES, known_after=st.sampled_from([60, 70, 94]))
@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_it_is_what_counting_anew_at_every_instant_gives(
    engine: Engine,
    source: Source,
    histories: list[list[tuple[int, tuple[int, int] | None]]],
    known_after: int,
) -> None:
    """For any history: each day as known so many days later, the total and the weeks as known."""
    store = StoreBuilder(engine)
    store.wipe()
    known_at = _FIRST + timedelta(days=known_after)
    load = store.load(source, _FIRST)
    store.load(source, _FIRST + timedelta(days=7))
    store.load(source, known_at)
    store.add(source, *_versions(histories, load))
    known = _Known(engine, source)
    found = known.completeness(known_at)
    if found is None:
        cube = known.cube(known_at)
        assert cube is not None
        assert max(cube.held_from, date(2016, 3, 2)) > min(cube.held_to, date(2016, 5, 4))
        return
    assert found.days.start >= date(2016, 3, 2)
    assert found.days.last_day <= date(2016, 5, 4)
    assert found.total == known.count(found.days, known_at)
    assert [wait for wait, _ in found.visible] == list(WAITS)
    for wait, visible in found.visible:
        assert visible == sum(
            known.count(day, min(_ends(day.start + timedelta(days=wait)), known_at))
            for day in _each_day(found.days)
        )
    for week in found.weeks:
        edition = _REQUEST.edition
        first = known_then_instant(edition.cut_off, edition.known_at, week.week.last_day, LONDON)
        assert week.first == known.count(week.week, min(first, known_at))
        assert week.now == known.count(week.week, known_at)
    whole = [each for each in weeks_ending(date(2016, 5, 4), 26) if each.start >= found.days.start]
    assert [week.week for week in found.weeks] == [
        each for each in whole if each.end <= found.days.end
    ]


def _each_day(period: Period) -> list[Period]:
    return [Period(day, day + timedelta(days=1), PeriodKind.OPERATION) for day in days_of(period)]


def _daily(store: StoreBuilder, source: Source = INCIDENTS, loads: int = 3) -> int:
    """A record a day, each known the day after it; the last load vouches for all of them."""
    instants = (_FIRST, _FIRST + timedelta(days=7), at("2016-06-02T05:00"))
    made = [store.load(source, instant) for instant in instants[-loads:]]
    store.daily(source, "2016-01-01", "2016-06-01", made[0])
    return made[0]


def test_days_known_the_day_after(engine: Engine) -> None:
    """A record known at the end of its own day (UTC) is visible after a day; so is every one."""
    _daily(StoreBuilder(engine))
    found = _Known(engine, INCIDENTS).completeness()
    assert found is not None
    assert found.days == Period(date(2016, 3, 2), date(2016, 5, 5), PeriodKind.OPERATION)
    assert found.total == 64
    assert dict(found.visible) == dict.fromkeys(WAITS, 64)
    assert len(found.weeks) == 9


def test_it_may_exceed_the_total(engine: Engine) -> None:
    """What was withdrawn since was visible once; what came late was not."""
    store = StoreBuilder(engine)
    load = _daily(store)
    store.add(
        INCIDENTS,
        *(
            version(
                f"gone {k}", "2016-04-01", "2016-04-02T06:00",
                known_to="2016-04-20T06:00", load_id=load,
            )
            for k in range(3)
        ),
        version("late", "2016-04-01", "2016-04-12T06:00", load_id=load),
    )  # fmt: skip
    found = _Known(engine, INCIDENTS).completeness()
    assert found is not None
    assert found.total == 65
    assert dict(found.visible) == {1: 67, 2: 67, 3: 67, 7: 67, 14: 68, 28: 65}


def test_an_area_of_its_own(engine: Engine) -> None:
    """An area's edition is told of its own records alone."""
    store = StoreBuilder(engine)
    load = _daily(store)
    store.add(INCIDENTS, version("x", "2016-04-01", "2016-04-03T06:00", load_id=load, area="Brent"))
    cube = _Known(engine, INCIDENTS).cube(_K)
    assert cube is not None
    with reading(engine) as connection:
        found = read_completeness(connection, INCIDENTS, cube.in_area("Brent"), _REQUEST)
    assert found is not None
    assert (found.total, found.visible[0], found.visible[1]) == (1, (1, 0), (2, 1))


def test_what_came_after_the_instant_is_not_known(engine: Engine) -> None:
    """A rebuild of an old edition tells what that one told."""
    store = StoreBuilder(engine)
    load = _daily(store)
    before = _Known(engine, INCIDENTS).completeness()
    store.add(INCIDENTS, version("later", "2016-04-01", "2016-06-03T05:01", load_id=load))
    store.load(INCIDENTS, "2016-06-04T05:00")
    assert _Known(engine, INCIDENTS).completeness() == before


def test_no_further_back_than_392_days(engine: Engine) -> None:
    """A history of years is measured by its last one."""
    store = StoreBuilder(engine)
    _daily(store)
    request = replace(_REQUEST, cut_off=date(2018, 6, 1))
    last = store.load(INCIDENTS, "2018-06-02T05:00")
    store.daily(INCIDENTS, "2016-06-02", "2018-06-01", last)
    found = _Known(engine, INCIDENTS).completeness(at("2018-06-03T05:00"), request)
    assert found is not None
    assert (found.days.start, found.days.last_day) == (date(2017, 5, 5), date(2018, 5, 4))
    assert len(found.weeks) == 26


def test_when_it_is_not_held(engine: Engine) -> None:
    """One load, months, too few days since the first load, an amount that nobody stated."""
    store = StoreBuilder(engine)
    _daily(store, loads=1)
    known = _Known(engine, INCIDENTS)
    assert known.completeness() is None
    store.load(INCIDENTS, "2016-03-08T06:00", outcome="unchanged")
    store.load(INCIDENTS, "2016-07-08T06:00")
    assert known.completeness() is None
    store.load(INCIDENTS, "2016-03-09T06:00")
    assert known.completeness() is not None
    early = replace(_REQUEST, cut_off=date(2016, 4, 6))
    assert known.completeness(request=early) is None
    _daily(store, OFFENCES)
    assert _Known(engine, OFFENCES).completeness() is None
    _daily(store, RECOVERIES)
    assert _Known(engine, RECOVERIES).completeness() is None
