"""The records that lead from an earlier figure to a later one, with their classes and lines."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, select

from viperreport.analysis.revisions import (
    RecordChange,
    RevisionClass,
    Revisions,
    classify,
    revisions,
)
from viperreport.evidence.history import changes_behind
from viperreport.evidence.tables import LOADS, VERSIONS
from viperreport.evidence.versions import amount_of, is_known
from viperreport.model.figure import Figure
from viperreport.model.source import Source

_AT_ONCE = 500  # keys in one query: SQLite takes no more than some thousand values
_SILENT = {RevisionClass.OUTSIDE, RevisionClass.UNCHANGED}


@dataclass(frozen=True, slots=True)
class KnownRecord:
    """One version of a record, and where it came from.

    Args:
        area: "" for location unknown.
        amount: what it adds where it is counted; None where it is not stated.
        file: the name of the load's file, as the user gave it.
        lines: of that file, from 1.
    """

    day: date
    area: str
    amount: int | None
    load_id: int
    file: str
    lines: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ChangedRecord:
    """One record that two figures do not count alike.

    Args:
        before: its version known to the earlier one; None: unknown or withdrawn by then.
        after: its version known to the later one; None: unknown or withdrawn by now.
    """

    kind: RevisionClass
    key: str
    before: KnownRecord | None
    after: KnownRecord | None


@dataclass(frozen=True, slots=True)
class WayBetween:
    """From an earlier total to a later one: the sums of the classes, and every record in one."""

    sums: Revisions
    records: tuple[ChangedRecord, ...]


def way_between(
    connection: Connection, source: Source, then: Figure, now: Figure
) -> WayBetween | None:
    """Lead from one figure to another.

    Args:
        connection: within a transaction that sees one moment of the store.
        source: the one that both were counted from.
        then: a counted figure of the earlier edition, with a value.
        now: the same of the later edition, by the same filter, known no earlier.

    Returns:
        The records by class and day; None where the later one's period begins earlier, so that no
        way leads there.

    Raises:
        ValueError: the versions do not add up to the figures.
    """
    if then.period.start > now.period.start:
        return None
    previous = then.period if then.period.start == now.period.start else None
    changes = changes_behind(connection, source, now, then.known_at, previous)
    sums = revisions(changes, previous, now.period)
    if (sums.last, sums.this) != (then.value if previous else 0, now.value):
        raise ValueError(f"{now.key}: {then.value} and {now.value} by cells, {sums} by versions")
    kinds = {change.key: classify(change, previous, now.period) for change in changes}
    changed = [change for change in changes if kinds[change.key] not in _SILENT]
    found = _with_lines(connection, source, changed, (then, now))
    records = tuple(ChangedRecord(kinds[key], key, *known) for key, known in found)
    return WayBetween(sums, tuple(sorted(records, key=_in_order)))


def _in_order(record: ChangedRecord) -> tuple[int, date, str]:
    """Revisions of what was counted first, then what is new."""
    known = record.after or record.before
    order = [kind for kind in RevisionClass if kind is not RevisionClass.NEW]
    place = order.index(record.kind) if record.kind in order else len(order)
    return place, known.day if known else date.min, record.key


def _with_lines(
    connection: Connection,
    source: Source,
    changed: Sequence[RecordChange],
    figures: tuple[Figure, Figure],
) -> Iterator[tuple[str, tuple[KnownRecord | None, KnownRecord | None]]]:
    """Give each record's key, its version known to the earlier figure, and to the later."""
    keys = [change.key for change in changed]
    for first in range(0, len(keys), _AT_ONCE):
        part = keys[first : first + _AT_ONCE]
        before, after = (
            _known(connection, source, part, (figure.known_at, figure.adds)) for figure in figures
        )
        yield from ((key, (before.get(key), after.get(key))) for key in part)


def _known(
    connection: Connection, source: Source, keys: Sequence[str], asked: tuple[datetime, str]
) -> dict[str, KnownRecord]:
    instant, adds = asked
    rows = connection.execute(
        select(VERSIONS.c.key, VERSIONS.c.day, VERSIONS.c.area, amount_of(adds))
        .add_columns(LOADS.c.id, LOADS.c.file, VERSIONS.c.lines)
        .join_from(VERSIONS, LOADS, VERSIONS.c.load_id == LOADS.c.id)
        .where(VERSIONS.c.source == source.name, VERSIONS.c.key.in_(keys), is_known(instant))
    )
    return {
        key: KnownRecord(
            date.fromisoformat(day), area, amount, load_id, file, tuple(map(int, lines.split(",")))
        )
        for key, day, area, amount, load_id, file, lines in rows
    }
