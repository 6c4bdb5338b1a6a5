"""What was loaded, accepted, turned away: the rows of the verbs `loads` and `quarantine`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Engine, func, insert, inspect, select

from viperreport.database import reading, to_instant
from viperreport.evidence.store import check_store
from viperreport.evidence.tables import LOADS, QUARANTINE, VERSIONS

GOOD = ("accepted", "unchanged")
MAX_REASONS = 1_000
_INSTANTS = ("known_at", "loaded_at")
_DAYS = ("coverage", "newest")


@dataclass(frozen=True, slots=True)
class LoadRow:
    """One load. Instants are UTC.

    Args:
        outcome: accepted, unchanged or refused; undo, whose instant is that from which the load
            before it counts no more; erased; undone, by an earlier version.
        coverage: the declared last complete day; None where none is declared.
        newest: day of the newest record known after the load; None without records.
    """

    id: int
    source: str
    outcome: str
    reason: str
    file: str
    sha256: str
    mapping_hash: str
    bytes: int
    known_at: datetime
    loaded_at: datetime
    coverage: date | None
    newest: date | None
    rows_read: int
    rows_kept: int
    rows_bad: int
    records_new: int
    records_changed: int
    records_withdrawn: int
    records_revived: int


@dataclass(frozen=True, slots=True)
class QuarantineRow:
    """One row of a file that was turned away, by place and reason, never by content."""

    load_id: int
    source: str
    file: str
    line: int
    reason: str


def list_loads(
    engine: Engine, source: str | None = None, home: str | None = None
) -> tuple[LoadRow, ...]:
    """All loads, or those of one source, oldest first.

    Args:
        home: whose store it must be; None for any.

    Raises:
        ConfigError: the store belongs to another home.
    """
    query = select(LOADS).order_by(LOADS.c.id)
    if source is not None:
        query = query.where(LOADS.c.source == source)
    with reading(engine) as connection:
        if not inspect(connection).has_table(LOADS.name):
            return ()
        if home is not None:
            check_store(connection, home)
        return tuple(as_load(row) for row in connection.execute(query).mappings())


def list_quarantine(
    engine: Engine, source: str | None = None, home: str | None = None
) -> tuple[QuarantineRow, ...]:
    """All rows turned away, or those of one source, by load and line."""
    query = (
        select(
            QUARANTINE.c.load_id,
            LOADS.c.source,
            LOADS.c.file,
            QUARANTINE.c.line,
            QUARANTINE.c.reason,
        )
        .join_from(QUARANTINE, LOADS, QUARANTINE.c.load_id == LOADS.c.id)
        .order_by(QUARANTINE.c.load_id, QUARANTINE.c.line, QUARANTINE.c.id)
    )
    if source is not None:
        query = query.where(LOADS.c.source == source)
    with reading(engine) as connection:
        if not inspect(connection).has_table(QUARANTINE.name):
            return ()
        if home is not None:
            check_store(connection, home)
        return tuple(QuarantineRow(*row) for row in connection.execute(query))


def as_load(row: Mapping[Any, Any]) -> LoadRow:
    """A row of the table, with real days and instants."""
    values = dict(row)
    values |= {name: to_instant(values[name]) for name in _INSTANTS}
    values |= {name: _day(values[name]) for name in _DAYS}
    return LoadRow(**values)


def _day(stored: str) -> date | None:
    return date.fromisoformat(stored) if stored else None


def turned_away(connection: Connection, load_id: int, words: str) -> bool:
    """Whether a load turned a row away for a reason that ends with these words."""
    query = (
        select(QUARANTINE.c.id)
        .where(QUARANTINE.c.load_id == load_id, QUARANTINE.c.reason.endswith(words))
        .limit(1)
    )
    return connection.execute(query).first() is not None


def newest_day(connection: Connection, source: str) -> str:
    """ISO day of a source's newest record as known now; "" without any."""
    query = select(func.max(VERSIONS.c.day)).where(
        VERSIONS.c.source == source, VERSIONS.c.known_to.is_(None)
    )
    return connection.execute(query).scalar_one() or ""


def note_load(
    connection: Connection, values: Mapping[str, Any], faults: list[tuple[int, str]]
) -> int:
    """Write one load and the rows that it turned away.

    Args:
        values: columns of LOADS.
        faults: line and reason, at most MAX_REASONS of them.

    Returns:
        Its number.
    """
    number = int(
        connection.execute(insert(LOADS).values(**values).returning(LOADS.c.id)).scalar_one()
    )
    if faults:
        rows = [{"load_id": number, "line": line, "reason": reason} for line, reason in faults]
        connection.execute(insert(QUARANTINE), rows)
    return number
