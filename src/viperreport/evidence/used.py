"""The latest instant whose knowledge an edition was made of; nothing becomes known from before it.

An edition is built again as known at its instant, so whatever is loaded after that instant was
taken must be known from later, and tells of no day before it. Source: "The instant of a claim" in
docs/decisions.md.
"""

from collections.abc import Callable, Mapping
from datetime import datetime

from sqlalchemy import Connection, Engine, insert, select

from viperreport.database import to_instant, to_text
from viperreport.evidence.store import changing
from viperreport.evidence.tables import META

_USED = "used_at"
_TELLS = "tells_from_"  # and the number of a load


def settled_instant(engine: Engine, home: str, clock: Callable[[], datetime]) -> datetime:
    """An instant at which no load is under way: none is known from before it any more.

    Raises:
        BusyError: a load takes long.
    """
    with changing(engine, home) as connection:
        instant = clock()
        connection.execute(META.delete().where(META.c.key == _USED))
        connection.execute(insert(META).values(key=_USED, value=to_text(instant)))
        return instant


def used_at(connection: Connection) -> datetime | None:
    """The instant that was taken last; None where no edition was made of this store."""
    stored = connection.execute(select(META.c.value).where(META.c.key == _USED)).scalar()
    return None if stored is None else to_instant(stored)


def note_used_before(connection: Connection, load_id: int, used: datetime) -> None:
    """Note of a load that an edition was made without it."""
    connection.execute(insert(META).values(key=f"{_TELLS}{load_id}", value=to_text(used)))


def used_before(connection: Connection) -> Mapping[int, datetime]:
    """Loads without which an edition was made, by number, and the instant of the last of those."""
    rows = connection.execute(select(META.c.key, META.c.value).where(META.c.key.like(f"{_TELLS}%")))
    return {int(key.removeprefix(_TELLS)): to_instant(stored) for key, stored in rows.all()}
