"""The records behind a figure add up to it, or the store has changed and says so."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from tests.evidence.store_builder import INCIDENTS, LONDON, RECOVERIES, StoreBuilder, at, version
from tests.evidence.test_counts import _K0, HISTORIES, _loaded, versions_of
from viperreport.database import reading
from viperreport.errors import DataError, UsageError
from viperreport.evidence.counts import read_cube
from viperreport.evidence.records import records_behind
from viperreport.model.figure import Figure, Standing, WhyNone
from viperreport.model.period import Period, PeriodKind
from viperreport.model.source import Source

JANUARY = Period(date(2016, 1, 1), date(2016, 2, 1), PeriodKind.MONTH)


@given(
    histories=HISTORIES,
    hours=st.integers(0, 10),
    days=st.tuples(st.integers(0, 2), st.integers(1, 6)),
    adds=st.sampled_from(["records", "items"]),
    where=st.sampled_from([{}, {"area": ("Brent", "")}, {"fatal": "yes"}, {"area": "a b"}]),
)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_they_add_up(  # noqa: PLR0913, PLR0917 (what a figure is made of)
    engine: Engine,
    histories: list[list[tuple[int, int, dict[str, object] | None]]],
    hours: int,
    days: tuple[int, int],
    adds: str,
    where: dict[str, str],
) -> None:
    """For any history, instant, days and filter the amounts are the figure, the rows its rows."""
    store = StoreBuilder(engine)
    store.wipe()
    store.add(INCIDENTS, *_loaded(store, versions_of(histories)))
    start = date(2016, 1, 1) + timedelta(days=days[0])
    period = Period(start, start + timedelta(days=days[1]), PeriodKind.OPERATION)
    with reading(engine) as connection:
        cube = read_cube(connection, INCIDENTS, _K0 + timedelta(hours=hours), LONDON)
        assert cube is not None
        whole = replace(cube, held_from=period.start, held_to=period.last_day)
        figure = whole.within(period).where(**where).total(adds, "x")
        if figure.value is None:
            with pytest.raises(UsageError, match="not_held"):
                records_behind(connection, INCIDENTS, figure, None)
            return
        found = records_behind(connection, INCIDENTS, figure, None)
        some = records_behind(connection, INCIDENTS, figure, 2)
    assert sum(record.amount for record in found) == figure.value
    assert len(found) == figure.rows == len({record.key for record in found})
    assert some == found[:2]


def _figure(engine: Engine, source: Source) -> Figure:
    with reading(engine) as connection:
        cube = read_cube(connection, source, at("2016-02-01T06:00"), LONDON)
    assert cube is not None
    return cube.within(JANUARY).count("finds.month", "K1")


def _store(engine: Engine) -> StoreBuilder:
    store = StoreBuilder(engine)
    first = store.load(RECOVERIES, "2016-01-20T06:00", file="first.csv", sha256="aa")
    second = store.load(RECOVERIES, "2016-02-01T06:00", file="second.csv", sha256="bb")
    early, late = "2016-01-20T06:00", "2016-02-01T06:00"
    store.add(
        RECOVERIES,
        version("b", "2016-01-03", early, items=2, area="Brent", load_id=first, lines="2,45,46"),
        version("a", "2016-01-05", early, known_to=late, items=1, load_id=first),
        version("a", "2016-01-05", late, items=4, category="Pistol", load_id=second, lines="7"),
        version("c", "2016-02-01", late, items=9, load_id=second),
    )
    return store


def test_each_names_its_lines(engine: Engine) -> None:
    """A record says what it adds and where it stands: load, file, hash and lines."""
    _store(engine)
    with reading(engine) as connection:
        brent, pistols = records_behind(connection, RECOVERIES, _figure(engine, RECOVERIES), None)
    assert (brent.key, brent.day, brent.amount) == ("b", date(2016, 1, 3), 2)
    assert (brent.file, brent.sha256, brent.lines) == ("first.csv", "aa", (2, 45, 46))
    assert dict(brent.labels)["area"] == "Brent"
    assert (pistols.amount, pistols.file, pistols.lines) == (4, "second.csv", (7,))
    assert dict(pistols.labels)["category"] == "Pistol"


def test_a_changed_store_is_told(engine: Engine) -> None:
    """An undone load leaves figures that nothing adds up to any more: no list passes for one."""
    store = _store(engine)
    figure = _figure(engine, RECOVERIES)
    store.add(RECOVERIES, version("d", "2016-01-09", "2016-01-20T06:00", items=0))
    with (
        reading(engine) as connection,
        pytest.raises(DataError, match=r"6 in 2 records when .* 6 in 3 now.*viperreport loads"),
    ):
        records_behind(connection, RECOVERIES, figure, 1)


def test_only_counted_figures_have_records(engine: Engine) -> None:
    """A published total, a figure without a value and another source's figure are refused."""
    _store(engine)
    figure = _figure(engine, RECOVERIES)
    published = replace(figure, standing=Standing.PUBLISHED)
    empty = replace(figure, value=None, why_none=WhyNone.NOT_HELD)
    with reading(engine) as connection:
        for wrong in (published, empty):
            with pytest.raises(UsageError, match="no records stand behind it"):
                records_behind(connection, RECOVERIES, wrong, None)
        with pytest.raises(UsageError, match="counted from recoveries"):
            records_behind(connection, INCIDENTS, figure, None)
