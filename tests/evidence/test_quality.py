"""What the loads of a source say of its quality, as known at an instant."""

from datetime import date

from sqlalchemy import Engine, insert

from tests.evidence.store_builder import INCIDENTS, RECOVERIES, StoreBuilder, at, version
from viperreport.database import reading, writing
from viperreport.evidence.quality import Since, read_quality
from viperreport.evidence.tables import QUARANTINE
from viperreport.model.figure import Where
from viperreport.model.quality import SourceQuality
from viperreport.model.source import Source

_BEFORE = Since(date(2016, 5, 18), at("2016-05-23T05:00"))
_NOW = "2016-05-30T05:00"


def _quality(
    engine: Engine, known_at: str = _NOW, source: Source = INCIDENTS, where: Where = ()
) -> SourceQuality | None:
    with reading(engine) as connection:
        return read_quality(connection, source, at(known_at), _BEFORE, where)


def _turn_away(engine: Engine, load: int, *reasons: str) -> None:
    rows = [{"load_id": load, "line": k, "reason": why} for k, why in enumerate(reasons, start=2)]
    with writing(engine) as connection:
        connection.execute(insert(QUARANTINE), rows)


def test_the_newest_accepted_load_tells(engine: Engine) -> None:
    """Its rows and reasons are told, most first; other loads, sources and later ones are not."""
    store = StoreBuilder(engine)
    first = store.load(INCIDENTS, "2016-05-22T04:00", rows_read=9, rows_kept=9)
    counts = {"rows_read": 1306, "rows_kept": 1300, "rows_bad": 4}
    newest = store.load(INCIDENTS, "2016-05-29T04:00", file="new.csv", **counts)
    _turn_away(engine, first, "x")
    _turn_away(engine, newest, "b is missing", "a is missing", "c lies after", "b is missing")
    store.load(INCIDENTS, "2016-05-29T05:00", outcome="unchanged")
    store.load(INCIDENTS, "2016-05-29T06:00", outcome="refused", rows_bad=99)
    store.load(INCIDENTS, "2016-05-29T07:00", outcome="undone", rows_read=7)
    store.load(INCIDENTS, "2016-06-30T04:00", rows_read=5)
    store.load(RECOVERIES, "2016-05-30T04:00", rows_read=3)
    found = _quality(engine)
    assert found is not None
    assert (found.load.id, found.load.file) == (newest, "new.csv")
    assert found.last_good == at("2016-05-29T05:00")
    assert (found.rows_read, found.rows_kept, found.rows_bad) == (1306, 1300, 4)
    assert found.rows_accepted == 1296
    assert found.reasons == (("b is missing", 2), ("a is missing", 1), ("c lies after", 1))
    assert found.limit == INCIDENTS.max_bad_share
    early = _quality(engine, "2016-05-23T04:00")
    assert early is not None
    assert (early.load.id, early.rows_read, early.reasons) == (first, 9, ())


def test_without_an_accepted_load_nothing_is_told(engine: Engine) -> None:
    """A refused load, or one of the time after, says nothing of what is counted."""
    store = StoreBuilder(engine)
    assert _quality(engine) is None
    store.load(INCIDENTS, "2016-05-22T04:00", outcome="refused")
    store.load(INCIDENTS, "2016-06-22T04:00")
    assert _quality(engine) is None


def test_recorded_late_is_what_the_edition_before_should_have_counted(engine: Engine) -> None:
    """Dated up to its cut-off, unknown to it, known now; neither revived, moved nor withdrawn."""
    store = StoreBuilder(engine)
    load = store.load(INCIDENTS, "2016-05-20T04:00")
    old, new, gone = "2016-05-20T04:00", "2016-05-29T04:00", "2016-05-29T05:00"
    store.add(
        INCIDENTS,
        version("known", "2016-05-01", old, load_id=load),
        version("late", "2016-05-18", new, load_id=load, area="Brent"),
        version("later year", "2015-12-31", new, load_id=load, area="Hackney"),
        version("new", "2016-05-19", new, load_id=load),
        version("moved", "2016-05-01", old, known_to=new, load_id=load),
        version("moved", "2016-05-02", new, load_id=load),
        version("revived", "2016-05-01", old, known_to="2016-05-21T04:00", load_id=load),
        version("revived", "2016-05-01", new, load_id=load),
        version("never known", "2016-05-01", old, known_to=old, load_id=load),
        version("never known", "2016-05-01", new, load_id=load, area="Brent"),
        version("withdrawn", "2016-05-01", new, known_to=gone, load_id=load),
        version("not known by now", "2016-05-01", "2016-05-30T06:00", load_id=load),
    )
    found = _quality(engine)
    assert found is not None
    assert found.late == 3
    within = _quality(engine, where=(("area", ("Brent",)),))
    assert within is not None
    assert within.late == 2


def test_without_knowledge_then_nothing_is_late(engine: Engine) -> None:
    """A store that begins after the edition before cannot say what came late."""
    store = StoreBuilder(engine)
    load = store.load(INCIDENTS, "2016-05-29T04:00")
    store.add(INCIDENTS, version("a", "2016-05-01", "2016-05-29T04:00", load_id=load))
    found = _quality(engine)
    assert found is not None
    assert found.late is None
