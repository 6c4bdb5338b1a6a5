"""Which loads are in force at an instant: an undo takes the latest back, from its own instant on.

The rows of `loads` are a source's events in order. An undo names no load: it takes back the latest
accepted one that is in force, with the same file found unchanged since, so what stands at an
instant follows from the events up to it. Source: "Knowledge in two times" in docs/definitions.md.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import TypeVar

from sqlalchemy import ColumnElement, Connection, and_, select

from viperreport.database import to_text
from viperreport.evidence.journal import GOOD, LoadRow, as_load
from viperreport.evidence.tables import LOADS

UNDO = "undo"
ERASED = "erased"
EVENTS = (*GOOD, UNDO)  # a refused load changes nothing, and one that was erased never was
Load = TypeVar("Load")


def in_force(events: Iterable[tuple[str, Load]]) -> list[Load]:
    """Give the loads that stand after some events, oldest first.

    Args:
        events: outcome and load, in their order; other outcomes than EVENTS change nothing.
    """
    standing: list[tuple[str, Load]] = []
    for outcome, load in events:
        if outcome in GOOD:
            standing.append((outcome, load))
        elif outcome == UNDO:
            _take_back(standing)
    return [load for _, load in standing]


def _take_back(standing: list[tuple[str, Load]]) -> None:
    while standing and standing.pop()[0] != "accepted":
        pass


def loads_in_force(
    connection: Connection, source: str, known_at: datetime | None = None
) -> list[LoadRow]:
    """Give a source's good loads that are in force at an instant, oldest first.

    Args:
        known_at: later events are left out of account; None for all there are.
    """
    rows = connection.execute(select(LOADS).where(_is_event(source, known_at)).order_by(*_ORDER))
    return in_force((row["outcome"], as_load(row)) for row in rows.mappings())


def latest_accepted(loads: Iterable[LoadRow]) -> LoadRow | None:
    """The latest of them that brought anything: what an undo would take back."""
    return next((load for load in reversed([*loads]) if load.outcome == "accepted"), None)


def latest_event(connection: Connection, source: str) -> LoadRow | None:
    """What last said anything of a source, an undo too: what comes next is known later."""
    newest_first = select(LOADS).where(_is_event(source)).order_by(*(c.desc() for c in _ORDER))
    row = connection.execute(newest_first.limit(1)).mappings().first()
    return None if row is None else as_load(row)


def was_read(connection: Connection, source: str, file: tuple[str, str]) -> bool:
    """Whether a file, read this way, came before what last said anything of a source.

    Whatever became of it then, refused, undone or erased: it brings no news.

    Args:
        file: the SHA-256 of its bytes, and the hash of its mapping.
    """
    latest = latest_event(connection, source)
    if latest is None:
        return False
    sha256, mapping_hash = file
    same = select(LOADS.c.id).where(
        LOADS.c.source == source,
        LOADS.c.id < latest.id,
        LOADS.c.sha256 == sha256,
        LOADS.c.mapping_hash == mapping_hash,
    )
    return connection.execute(same.limit(1)).first() is not None


def was_erased(connection: Connection, source: str, sha256: str) -> bool:
    """Whether what last became of a file is that a person had it erased."""
    latest = (
        select(LOADS.c.outcome)
        .where(LOADS.c.source == source, LOADS.c.sha256 == sha256)
        .order_by(LOADS.c.id.desc())
        .limit(1)
    )
    return connection.scalar(latest) == ERASED


_ORDER = (LOADS.c.known_at, LOADS.c.id)


def _is_event(source: str, known_at: datetime | None = None) -> ColumnElement[bool]:
    wanted = [LOADS.c.source == source, LOADS.c.outcome.in_(EVENTS)]
    if known_at is not None:
        wanted.append(LOADS.c.known_at <= to_text(known_at))
    return and_(*wanted)
