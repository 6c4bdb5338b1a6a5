"""What the newest load of a source took and turned away, and what was recorded late.

Source: "Coverage and guards" in docs/definitions.md.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, func, select

from viperreport.database import to_text
from viperreport.evidence.in_force import latest_accepted, loads_in_force
from viperreport.evidence.tables import QUARANTINE, VERSIONS
from viperreport.evidence.versions import is_known, passes
from viperreport.model.figure import LoadRef, Where
from viperreport.model.quality import SourceQuality
from viperreport.model.source import Source


@dataclass(frozen=True, slots=True)
class Since:
    """The edition before: its last day counted, and the instant whose knowledge it used."""

    cut_off: date
    known_at: datetime


def read_quality(
    connection: Connection, source: Source, known_at: datetime, since: Since, where: Where = ()
) -> SourceQuality | None:
    """Say what a source's newest accepted load did.

    Args:
        connection: within a transaction that sees one moment of the store.
        known_at: later loads are left out of account.
        where: which records are asked about; a load's rows are those of its whole file.

    Returns:
        None where no load of the source was accepted by then.
    """
    standing = loads_in_force(connection, source.name, known_at)
    load = latest_accepted(standing)
    if load is None:
        return None
    return SourceQuality(
        source=source.name,
        load=LoadRef(load.id, load.file, load.sha256),
        last_good=standing[-1].known_at,
        rows_read=load.rows_read,
        rows_kept=load.rows_kept,
        rows_bad=load.rows_bad,
        reasons=_reasons(connection, load.id) if load.rows_bad else (),
        limit=source.max_bad_share,
        late=_late(connection, source, known_at, since, where),
    )


def _reasons(connection: Connection, load_id: int) -> tuple[tuple[str, int], ...]:
    rows: list[Any] = list(
        connection.execute(
            select(QUARANTINE.c.reason, func.count())
            .where(QUARANTINE.c.load_id == load_id)
            .group_by(QUARANTINE.c.reason)
        )
    )
    return tuple(sorted(((reason, rows) for reason, rows in rows), key=lambda r: (-r[1], r[0])))


def _late(
    connection: Connection, source: Source, known_at: datetime, since: Since, where: Where
) -> int | None:
    """Count records that the edition before should have counted and did not know."""
    then, ours = to_text(since.known_at), VERSIONS.c.source == source.name
    any_known = select(VERSIONS.c.id).where(ours, VERSIONS.c.known_from <= then).limit(1)
    if since.known_at >= known_at or connection.scalar(any_known) is None:
        return None
    earlier = VERSIONS.alias("earlier")
    known_before = (
        select(earlier.c.id)
        .where(
            earlier.c.source == VERSIONS.c.source,
            earlier.c.key == VERSIONS.c.key,
            earlier.c.known_from <= then,
            earlier.c.known_from.is_distinct_from(earlier.c.known_to),  # else it never was known
        )
        .exists()
    )
    return connection.scalar(
        select(func.count())
        .select_from(VERSIONS)
        .where(
            ours,
            VERSIONS.c.known_from > then,
            VERSIONS.c.day <= since.cut_off.isoformat(),
            is_known(known_at),
            passes(where),
            ~known_before,
        )
    )
