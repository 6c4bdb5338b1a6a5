"""Which edition replaced which, and which were withdrawn: what became of editions that are filed.

Neither changes a file, a link of the chain or a state: both are rows of their own. Source:
"Corrections and withdrawals" in docs/operating.md.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from viperreport.archive.chain import Link
from viperreport.archive.edition_tables import SUCCESSIONS, WITHDRAWALS
from viperreport.database import to_text

SUPERSEDED, WITHDRAWN = "superseded", "withdrawn"
# What the manifest tells of each file beside what was noted as it was filed.
DERIVED = ("superseded_by", WITHDRAWN)


@dataclass(frozen=True, slots=True)
class Succession:
    """An edition that replaces another one once it is filed; both by their rows."""

    edition: int
    replaces: int
    reason: str


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """An edition that is no longer valid, by its row."""

    edition: int
    reason: str


@dataclass(frozen=True, slots=True)
class Standing:
    """What has become of a filed edition since.

    Args:
        superseded_by: the name of the edition that replaced it; empty for none.
        withdrawn: why it is no longer valid; empty where it was not withdrawn.
    """

    superseded_by: str = ""
    withdrawn: str = ""

    def __str__(self) -> str:
        """Write it for people; empty where it stands as it was filed."""
        said = (
            f"{WITHDRAWN}: {self.withdrawn}" if self.withdrawn else "",
            f"{SUPERSEDED} by {self.superseded_by}" if self.superseded_by else "",
        )
        return "; ".join(filter(None, said))

    @property
    def told(self) -> dict[str, str]:
        """The same as the manifest has it."""
        values = zip(DERIVED, (self.superseded_by, self.withdrawn), strict=True)
        return {name: value for name, value in values if value}


def successions(connection: Connection) -> tuple[Succession, ...]:
    """Every succession, in the order in which they were claimed."""
    query = select(SUCCESSIONS).order_by(SUCCESSIONS.c.edition)
    return tuple(
        Succession(row.edition, row.replaces, row.reason) for row in connection.execute(query)
    )


def withdrawals(connection: Connection) -> tuple[Withdrawal, ...]:
    """Every withdrawal, in the order of the editions."""
    query = select(WITHDRAWALS).order_by(WITHDRAWALS.c.edition)
    return tuple(Withdrawal(row.edition, row.reason) for row in connection.execute(query))


def note_succession(connection: Connection, made: Succession, at: datetime) -> None:
    """Note that an edition is to replace another one."""
    _note(connection, SUCCESSIONS, at, edition=made.edition, replaces=made.replaces,
          reason=made.reason)  # fmt: skip


def note_withdrawal(connection: Connection, made: Withdrawal, at: datetime) -> None:
    """Note that an edition is no longer valid."""
    _note(connection, WITHDRAWALS, at, edition=made.edition, reason=made.reason)


def _note(connection: Connection, table: Any, at: datetime, **values: object) -> None:  # noqa: ANN401 - a table
    connection.execute(insert(table).values(noted_at=to_text(at), **values))


def succession_of(connection: Connection, edition: int) -> Succession | None:
    """Which edition one is to replace; None for the first of its key."""
    found = (each for each in successions(connection) if each.edition == edition)
    return next(found, None)


def standings(
    filed: Mapping[int, str], made: Sequence[Succession], taken: Iterable[Withdrawal]
) -> dict[str, Standing]:
    """What became of each filed edition, by its name; those that stand as filed are left out.

    Args:
        filed: their names, by their rows.
    """
    found: dict[str, Standing] = {}
    for each in made:
        if each.edition in filed and each.replaces in filed:
            found[filed[each.replaces]] = Standing(superseded_by=filed[each.edition])
    for withdrawal in taken:
        if withdrawal.edition in filed:
            name = filed[withdrawal.edition]
            found[name] = replace(found.get(name, Standing()), withdrawn=withdrawal.reason)
    return found


def with_standing(links: Iterable[Link], found: Mapping[str, Standing]) -> tuple[Link, ...]:
    """The chain's links, each telling what became of its edition."""
    return tuple(
        replace(link, told=(*link.told, *found[link.edition].told.items()))
        if link.edition in found
        else link
        for link in links
    )


def without_standing(told: Mapping[str, Any]) -> dict[str, Any]:
    """What was noted of a file as it was filed."""
    return {name: value for name, value in told.items() if name not in DERIVED}
