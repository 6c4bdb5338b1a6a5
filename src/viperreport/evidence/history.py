"""What became of each record between two instants, for analysis.revisions to class.

Source: "Revisions since the previous edition" in docs/definitions.md.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, or_, select

from viperreport.analysis.revisions import RecordChange, RecordState
from viperreport.database import to_text
from viperreport.evidence.tables import CONTENT_NAMES, VERSIONS
from viperreport.evidence.versions import (
    counted_amount,
    is_dated,
    is_known,
    lets_pass,
    was_known,
)
from viperreport.model.figure import Figure, Where
from viperreport.model.period import Period
from viperreport.model.source import Source

_COLUMNS = tuple(VERSIONS.c[name] for name in ("key", "known_from", "known_to", *CONTENT_NAMES))


@dataclass(frozen=True, slots=True)
class _Asked:
    """Two instants, and which versions count for how much."""

    earlier: datetime
    later: datetime
    adds: str
    where: Where = ()


def changes_between(
    connection: Connection, source: Source, earlier: datetime, later: datetime
) -> tuple[RecordChange, ...]:
    """Give every record whose content, or being known at all, differs between two instants.

    A record that was only written anew, with the same content, is no change. Every record counts
    here, for what the source's measure adds up; a change of another amount, such as a death, has
    two like states.

    Args:
        connection: within a transaction that sees one moment of the store.
        earlier: the instant of the previous edition.
        later: the instant of this one, not before it.

    Returns:
        In the order of their keys.
    """
    begins, ends = VERSIONS.c.known_from, VERSIONS.c.known_to
    since, until = to_text(earlier), to_text(later)
    touched = or_(and_(begins > since, begins <= until), and_(ends > since, ends <= until))
    asked = _Asked(earlier, later, counted_amount(source))
    histories = _histories(connection, source, touched, later)
    return tuple(_change(versions, asked) for versions in histories if _differs(versions, asked))


def changes_behind(
    connection: Connection,
    source: Source,
    figure: Figure,
    earlier: datetime,
    previous: Period | None = None,
) -> tuple[RecordChange, ...]:
    """Give all that `analysis.revisions` needs to lead from the last total to a figure."""
    return changes_behind_each(connection, source, (figure,), earlier, previous)[0]


def changes_behind_each(
    connection: Connection,
    source: Source,
    figures: Sequence[Figure],
    earlier: datetime,
    previous: Period | None = None,
) -> tuple[tuple[RecordChange, ...], ...]:
    """Give the same for several figures of the same days, from one reading.

    These are the records dated within either edition's period at either instant, changed or not:
    one that is the same in both may fall into one period and not into the other, shorter one.

    Args:
        connection: within a transaction that sees one moment of the store.
        figures: counted figures of this edition, of one period and one known-at instant, each with
            its filter and what it adds up.
        earlier: the known-at instant of the previous edition.
        previous: the days that it counted; None where the figures' own period holds them all.

    Returns:
        Of each figure, in the order of their keys.

    Raises:
        ValueError: the figures are of several periods or instants.
    """
    ((period, later),) = {(figure.period, figure.known_at) for figure in figures}
    dated = or_(*map(is_dated, {period, previous or period}))
    counted = and_(dated, or_(is_known(earlier), is_known(later)))
    histories = list(_histories(connection, source, counted, later))
    wanted = [_Asked(earlier, later, figure.adds, figure.where) for figure in figures]
    return tuple(tuple(_change(versions, asked) for versions in histories) for asked in wanted)


def _histories(
    connection: Connection, source: Source, having: ColumnElement[bool], later: datetime
) -> Iterator[list[RowMapping]]:
    """Read, by key, all versions up to an instant of the records with a version of this sort."""
    ours = VERSIONS.c.source == source.name
    keys = select(VERSIONS.c.key).where(ours, having)
    rows = connection.execute(
        select(*_COLUMNS).where(
            ours, VERSIONS.c.known_from <= to_text(later), VERSIONS.c.key.in_(keys)
        )
    ).mappings()
    ordered = sorted(rows, key=lambda row: (row["key"], row["known_from"]))
    return (list(versions) for _, versions in groupby(ordered, key=lambda row: row["key"]))


def _differs(versions: Iterable[RowMapping], asked: _Asked) -> bool:
    before, after = (_content(_at(versions, when)) for when in (asked.earlier, asked.later))
    return before != after


def _change(versions: list[RowMapping], asked: _Asked) -> RecordChange:
    since = to_text(asked.earlier)
    return RecordChange(
        key=versions[0]["key"],
        before=_state(_at(versions, asked.earlier), asked),
        after=_state(_at(versions, asked.later), asked),
        seen_before=any(
            row["known_from"] <= since and row["known_from"] != row["known_to"] for row in versions
        ),
    )


def _at(versions: Iterable[RowMapping], instant: datetime) -> RowMapping | None:
    """Give the one version known at an instant."""
    for row in versions:
        if was_known(row["known_from"], row["known_to"], instant):
            return row
    return None


def _content(row: RowMapping | None) -> tuple[object, ...] | None:
    return None if row is None else tuple(row[name] for name in CONTENT_NAMES)


def _state(row: RowMapping | None, asked: _Asked) -> RecordState | None:
    if row is None:
        return None
    amount = 1 if asked.adds == "records" else row[asked.adds]
    return RecordState(
        day=date.fromisoformat(row["day"]),
        area=row["area"] or None,
        counts=amount is not None and lets_pass(asked.where, row),
        amount=amount or 0,
    )
