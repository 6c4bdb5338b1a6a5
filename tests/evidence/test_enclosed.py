"""The records behind an edition, from SQLite and PostgreSQL alike."""

from datetime import date

from sqlalchemy import Engine

from tests.evidence.store_builder import INCIDENTS, RECOVERIES, StoreBuilder, at, version
from viperreport.database import reading
from viperreport.evidence.enclosed import (
    HEADER,
    EnclosedRecords,
    RecordsRequest,
    enclosed_records,
    row_id,
)

KEY = bytes(range(32))
EARLY, LATE, LATER = "2016-05-01T04:00", "2016-05-02T04:00", "2016-05-03T04:00"


def records(engine: Engine, known_at: str, area: str = "") -> EnclosedRecords:
    """Those of incidents, by the end of April."""
    request = RecordsRequest([INCIDENTS.name], date(2016, 4, 30), at(known_at), area, KEY)
    with reading(engine) as connection:
        return enclosed_records(connection, request)


def column(found: EnclosedRecords, name: str) -> list[object]:
    """One column, as text or number."""
    return [row[HEADER.index(name)] for row in found.rows]


def test_each_version_that_was_known_is_a_row(engine: Engine) -> None:
    """With from when to when it was known; no end that came later, no day after the cut-off."""
    store = StoreBuilder(engine)
    first = store.load(INCIDENTS, EARLY, file="a.csv", sha256="aa")
    second = store.load(INCIDENTS, LATE, file="b.csv", sha256="bb")
    other = store.load(RECOVERIES, EARLY, file="c.csv", sha256="cc")
    store.add(
        INCIDENTS,
        version("b", "2016-04-02", EARLY, known_to=LATE, area="Brent", load_id=first),
        version("b", "2016-04-03", LATE, area="Camden", load_id=second),
        version("a", "2016-04-03", EARLY, area="Brent", load_id=first, lines="4,5"),
        version("never", "2016-04-04", EARLY, known_to=EARLY, load_id=first),
        version("after", "2016-05-01", EARLY, load_id=first),
        version("later", "2016-04-04", LATER, load_id=second),
    )
    store.add(RECOVERIES, version("r", "2016-04-01", EARLY, load_id=other))
    early, late = records(engine, EARLY), records(engine, LATE)
    assert column(early, "day") == ["2016-04-02", "2016-04-03"]
    assert column(early, "known_to") == ["", ""]
    assert [load.file for load in early.loads] == ["a.csv"]
    assert column(late, "day") == ["2016-04-02", "2016-04-03", "2016-04-03"]
    assert [bool(end) for end in column(late, "known_to")] == [True, False, False]
    assert sorted(load.file for load in late.loads) == ["a.csv", "b.csv"]
    assert set(column(late, "row")) == {row_id(KEY, INCIDENTS.name, key) for key in "ab"}
    assert column(records(engine, LATE, "Camden"), "lines") != []
    assert set(column(records(engine, LATE, "Camden"), "area")) == {"Camden"}


def test_a_row_id_says_nothing_and_is_stable() -> None:
    """A known answer; another key, source or record is another id."""
    mine = row_id(KEY, "incidents", "REF-1")
    assert mine == "51fbf8b2d8ce143db381"
    others = {row_id(bytes(32), "incidents", "REF-1"), row_id(KEY, "recoveries", "REF-1"),
              row_id(KEY, "incidents", "REF-2"), mine}  # fmt: skip
    assert len(others) == 4
