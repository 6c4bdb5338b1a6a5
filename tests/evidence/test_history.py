"""What became of each record between two instants."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from tests.evidence.store_builder import INCIDENTS, LONDON, RECOVERIES, StoreBuilder, at, version
from tests.evidence.test_counts import _K0, HISTORIES, _loaded, versions_of
from viperreport.analysis.revisions import RecordState, revisions
from viperreport.database import reading
from viperreport.evidence.counts import read_cube
from viperreport.evidence.history import changes_behind, changes_behind_each, changes_between
from viperreport.model.figure import Figure
from viperreport.model.period import Period, PeriodKind
from viperreport.model.snapshot import Cube


def test_only_real_differences_are_changes(engine: Engine) -> None:
    """Written anew with the same content, or come and gone in between, is no change."""
    store = StoreBuilder(engine)
    store.load(INCIDENTS, "2016-01-01T06:00")
    old, between, new = "2016-01-01T06:00", "2016-02-01T06:00", "2016-03-01T06:00"
    store.add(
        INCIDENTS,
        version("same", "2015-12-01", old, known_to=between),
        version("same", "2015-12-01", between),
        version("untouched", "2015-12-01", old),
        version("brief", "2015-12-01", between, known_to=new),
        version("moved", "2015-12-01", old, known_to=between, area="Brent"),
        version("moved", "2015-12-02", between),
        version("gone", "2015-12-01", old, known_to=new),
        version("back", "2015-12-01", "2015-11-01T06:00", known_to="2015-12-01T06:00"),
        version("back", "2015-12-01", new),
        version("late", "2015-12-01", new),
        version("later", "2015-12-01", "2016-03-01T06:01"),
        version("death", "2015-12-01", old, known_to=new, killed=0),
        version("death", "2015-12-01", new, killed=1),
    )
    with reading(engine) as connection:
        changes = changes_between(connection, INCIDENTS, at(old), at(new))
    found = {change.key: change for change in changes}
    assert list(found) == ["back", "death", "gone", "late", "moved"]
    assert found["moved"].before == RecordState(date(2015, 12, 1), "Brent", counts=True)
    assert found["moved"].after == RecordState(date(2015, 12, 2), None, counts=True)
    assert found["gone"].after is None
    assert (found["back"].before, found["back"].seen_before) == (None, True)
    assert (found["late"].before, found["late"].seen_before) == (None, False)
    assert found["death"].before == found["death"].after


@given(
    histories=HISTORIES,
    hours=st.tuples(st.integers(0, 10), st.integers(0, 10)),
    days=st.tuples(st.integers(1, 5), st.integers(1, 5)),
    where=st.sampled_from([{}, {"area": ("Brent", "")}, {"fatal": "yes"}]),
)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_changes_lead_from_the_last_total_to_this_one(
    engine: Engine,
    histories: list[list[tuple[int, int, dict[str, object] | None]]],
    hours: tuple[int, int],
    days: tuple[int, int],
    where: dict[str, str],
) -> None:
    """For any history, period and filter both ends are what the two editions counted."""
    store = StoreBuilder(engine)
    store.wipe()
    store.add(INCIDENTS, *_loaded(store, versions_of(histories)))
    earlier, later = (_K0 + timedelta(hours=hour) for hour in sorted(hours))
    start = date(2016, 1, 1)
    previous, this = (
        Period(start, start + timedelta(days=number), PeriodKind.YEAR_TO_DATE)
        for number in days  # data may reach less far than they did
    )
    with reading(engine) as connection:
        before = read_cube(connection, INCIDENTS, earlier, LONDON)
        after = read_cube(connection, INCIDENTS, later, LONDON)
        assert before is not None
        assert after is not None
        figure = _held(after, this, where)
        changes = changes_behind(connection, INCIDENTS, figure, earlier, previous)
        others = _held(after, this, {}), figure
        each = changes_behind_each(connection, INCIDENTS, others, earlier, previous)
    assert each[1] == changes
    assert revisions(each[0], previous, this).this == others[0].value
    result = revisions(changes, previous, this)
    assert result.this == figure.value
    assert result.last == _held(before, previous, where).value
    assert revisions(changes, None, this).last == 0


def _held(cube: Cube, period: Period, where: dict[str, str]) -> Figure:
    """The records that pass a filter, counted here, whether or not all records state the label."""
    figure = cube.within(period).where(**where).count("x")
    passing = (
        cell
        for cell in cube.slice(period)
        if all(getattr(cell, label) in values for label, values in figure.where)
    )
    return replace(figure, value=sum(cell.records for cell in passing), why_none=None)


def test_items_are_added_up_and_an_unknown_number_counts_nothing(engine: Engine) -> None:
    """A find of three items restated to five is a restatement by two."""
    store = StoreBuilder(engine)
    load = store.load(RECOVERIES, "2016-01-10T06:00")
    old, new = "2016-01-10T06:00", "2016-02-01T06:00"
    store.add(
        RECOVERIES,
        version("a", "2016-01-01", old, known_to=new, items=3, load_id=load),
        version("a", "2016-01-01", new, items=5, load_id=load),
        version("b", "2016-01-02", old, items=1, load_id=load),
        version("c", "2016-01-02", old, load_id=load),
    )
    period = Period(date(2016, 1, 1), date(2016, 1, 9), PeriodKind.OPERATION)
    with reading(engine) as connection:
        cube = read_cube(connection, RECOVERIES, at(new), LONDON)
        assert cube is not None
        figure = cube.within(period).count("finds")
        changes = changes_behind(connection, RECOVERIES, figure, at(old))
    result = revisions(changes, period, period)
    assert (result.last, result.restated, result.this) == (4, 2, 6)
