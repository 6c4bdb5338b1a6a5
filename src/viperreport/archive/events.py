"""Every change that the ledger writes down, with who made it and when."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert

from viperreport.archive.edition_tables import EVENTS
from viperreport.database import to_text


@dataclass(frozen=True, slots=True)
class Stamp:
    """Who writes, and by which clock."""

    run: str
    clock: Callable[[], datetime]

    @property
    def at(self) -> datetime:
        """When."""
        return self.clock()


@dataclass(frozen=True, slots=True)
class Change:
    """From what to what, and why."""

    before: str
    after: str
    reason: str


def note_event(connection: Connection, stamp: Stamp, edition: int, change: Change) -> None:
    """Write down a change of an edition, or of what was made of it."""
    connection.execute(
        insert(EVENTS).values(
            edition=edition,
            at=to_text(stamp.at),
            run=stamp.run,
            before=change.before,
            after=change.after,
            reason=change.reason,
        )
    )
