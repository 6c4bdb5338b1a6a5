"""Take back a source's latest load: from an instant on, or for good.

An undo is a fact of its own instant. From then on the records stand as they did before the load; at
any earlier instant all counts as it did, and editions of that time are built again to the byte.
What must not be kept at all is erased: then it was never known, at no instant.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    and_,
    delete,
    insert,
    literal,
    select,
    text,
    update,
)

from viperreport.database import to_text
from viperreport.errors import DataError, UsageError
from viperreport.evidence import journal
from viperreport.evidence.in_force import (
    ERASED,
    EVENTS,
    UNDO,
    latest_accepted,
    latest_event,
    loads_in_force,
)
from viperreport.evidence.load import LoadReport
from viperreport.evidence.store import changing
from viperreport.evidence.tables import CONTENT_NAMES, LOADS, VERSIONS

_NEXT = timedelta(microseconds=1)
_CLOCK_STEP = timedelta(minutes=1)  # as of a load: a clock put back by less does no harm


@dataclass(frozen=True, slots=True)
class UndoRequest:
    """What is to be taken back, and when.

    Args:
        load_id: its number.
        home: id of the home that the store belongs to.
        now: the instant by the caller's clock.
        known_at: the instant from which it counts no more; None: now.
    """

    load_id: int
    home: str
    now: datetime
    known_at: datetime | None = None


def undo_load(engine: Engine, request: UndoRequest) -> LoadReport:
    """Take back one load from an instant on, with the same file found unchanged since.

    Returns:
        What the load had done, and the instant from which that is undone.

    Raises:
        UsageError: there is no such load, it changed nothing or was taken back already, a later
            one rests on it, or `known_at` lies in the future.
        DataError: `known_at` is not after all that is known of the source.
        ConfigError: the store does not fit.
    """
    with changing(engine, request.home) as connection:
        load = _undoable(connection, request.load_id)
        instant = _instant(connection, load, request)
        number = _note_undo(connection, load, instant, request.now)
        _restore(connection, load.id, number, to_text(instant))
        newest = journal.newest_day(connection, load.source)
        connection.execute(update(LOADS).where(LOADS.c.id == number).values(newest=newest))
    return _report(load, "undone", instant)


def erase_load(engine: Engine, load_id: int, home: str, now: datetime) -> LoadReport:
    """Delete what one load brought, as if it had never been; its row says "erased".

    An undo of it goes too. Editions that used its records can no longer be built again.

    Raises:
        UsageError: there is no such load, it brought nothing, or a later one rests on it.
        ConfigError: the store does not fit.
    """
    with changing(engine, home) as connection:
        load = _erasable(connection, load_id)
        if connection.dialect.name == "sqlite":  # overwritten with zeros, not only set free
            connection.execute(text("PRAGMA main.secure_delete=ON"))
        undo = _next_event(connection, load)
        connection.execute(delete(VERSIONS).where(VERSIONS.c.load_id == load_id))
        _reopen(connection, load_id, None if undo is None else to_text(undo.known_at))
        connection.execute(
            update(LOADS)
            .where(*_rests_on(load, undo))
            .values(outcome=ERASED, reason=f"erased {to_text(now)}")
        )
    return _report(load, ERASED, load.known_at)


def _undoable(connection: Connection, load_id: int) -> journal.LoadRow:
    load = _found(connection, load_id)
    standing = loads_in_force(connection, load.source)
    if load.outcome != "accepted":
        raise UsageError(f"load {load_id} was {load.outcome}: there is nothing to undo")
    if all(each.id != load_id for each in standing):
        raise UsageError(f"load {load_id} was undone: there is nothing to undo")
    latest = latest_accepted(standing)
    if latest is not None and latest.id != load_id:
        raise UsageError(
            f"load {load_id} is not the latest of source {load.source}; "
            f"first type: viperreport load --undo {latest.id}"
        )
    return load


def _erasable(connection: Connection, load_id: int) -> journal.LoadRow:
    load = _found(connection, load_id)
    if load.outcome != "accepted":
        raise UsageError(f"load {load_id} was {load.outcome}: there is nothing to erase")
    after = _next_event(connection, load)
    if after is not None and after.outcome == "accepted":
        raise UsageError(
            f"load {after.id} of source {load.source} rests on load {load_id}; "
            f"first type: viperreport load --erase {after.id}"
        )
    return load


def _found(connection: Connection, load_id: int) -> journal.LoadRow:
    row = connection.execute(select(LOADS).where(LOADS.c.id == load_id)).mappings().first()
    if row is None:
        raise UsageError(f"there is no load {load_id}; `viperreport loads` lists them")
    return journal.as_load(row)


def _next_event(connection: Connection, load: journal.LoadRow) -> journal.LoadRow | None:
    """What changed the records next: another load, or the undo of this one."""
    later = select(LOADS).where(
        LOADS.c.source == load.source,
        LOADS.c.id > load.id,
        LOADS.c.outcome.in_(("accepted", UNDO)),
    )
    row = connection.execute(later.order_by(LOADS.c.id).limit(1)).mappings().first()
    return None if row is None else journal.as_load(row)


def _instant(connection: Connection, load: journal.LoadRow, request: UndoRequest) -> datetime:
    """The undo's instant: after all that was ever said of the source."""
    asked, now = request.known_at, request.now
    if asked is not None and asked > now:
        raise UsageError(f"--known-at {asked:%Y-%m-%d %H:%M %Z} lies in the future")
    latest = latest_event(connection, load.source) or load
    instant = (asked or now).astimezone(UTC)
    if instant > latest.known_at:
        return instant
    if asked is None and latest.known_at - now < _CLOCK_STEP:
        return latest.known_at + _NEXT
    raise DataError(
        f"load {load.id}: undone at {instant:%Y-%m-%d %H:%M:%S} UTC, but load {latest.id} of "
        f"source {load.source} is of {latest.known_at:%Y-%m-%d %H:%M:%S} UTC, and what is known "
        "goes forward: give a later --known-at (or mend the clock)"
    )


def _note_undo(
    connection: Connection, load: journal.LoadRow, instant: datetime, now: datetime
) -> int:
    """Write the undo's own row, and say in the load's that it was taken back."""
    values = {
        **{name: getattr(load, name) for name in ("source", "file", "sha256", "mapping_hash")},
        "outcome": UNDO,
        "reason": f"takes back load {load.id}",
        "bytes": load.bytes,
        "known_at": to_text(instant),
        "loaded_at": to_text(now),
        "records_changed": load.records_changed,
        "records_withdrawn": load.records_new + load.records_revived,
        "records_revived": load.records_withdrawn,
    }
    number = journal.note_load(connection, values, [])
    said = ". ".join(filter(None, (load.reason, f"undone by {number}")))
    connection.execute(update(LOADS).where(LOADS.c.id == load.id).values(reason=said))
    return number


def _restore(connection: Connection, load_id: int, undo: int, instant: str) -> None:
    """End what the load brought, and begin anew what it ended, with the lines it came from."""
    connection.execute(
        update(VERSIONS)
        .where(VERSIONS.c.load_id == load_id, VERSIONS.c.known_to.is_(None))
        .values(known_to=instant, ended_by=undo)
    )
    kept = ("source", "key", "load_id", "lines", *CONTENT_NAMES)
    ended = (
        select(*(VERSIONS.c[name] for name in kept), literal(instant))
        .where(VERSIONS.c.ended_by == load_id)
        .order_by(VERSIONS.c.id)
    )
    connection.execute(insert(VERSIONS).from_select([*kept, "known_from"], ended))


def _reopen(connection: Connection, load_id: int, undone: str | None) -> None:
    """Let what a load ended go on as if it had not, through what an undo began anew."""
    ended = VERSIONS.c.ended_by == load_id
    if undone is not None:
        again = VERSIONS.alias("again")
        same = and_(
            again.c.source == VERSIONS.c.source,
            again.c.key == VERSIONS.c.key,
            again.c.known_from == undone,
        )
        known_to, ended_by = (
            select(again.c[name]).where(same).scalar_subquery() for name in ("known_to", "ended_by")
        )
        copies = select(again.c.id).select_from(again.join(VERSIONS, same)).where(ended)
        numbers = connection.scalars(copies).all()
        connection.execute(
            update(VERSIONS).where(ended).values(known_to=known_to, ended_by=ended_by)
        )
        connection.execute(delete(VERSIONS).where(VERSIONS.c.id.in_(numbers)))
        return
    connection.execute(update(VERSIONS).where(ended).values(known_to=None, ended_by=None))


def _rests_on(load: journal.LoadRow, undo: journal.LoadRow | None) -> list[ColumnElement[bool]]:
    """The load, the same file found unchanged after it, and the undo of it."""
    until = [] if undo is None else [LOADS.c.id <= undo.id]
    return [
        LOADS.c.source == load.source,
        LOADS.c.id >= load.id,
        LOADS.c.outcome.in_(EVENTS),
        *until,
    ]


def _report(load: journal.LoadRow, outcome: str, instant: datetime) -> LoadReport:
    return LoadReport(
        load_id=load.id,
        source=load.source,
        outcome=outcome,
        file=load.file,
        sha256=load.sha256,
        known_at=instant,
        newest=load.newest,
        rows_read=load.rows_read,
        rows_kept=load.rows_kept,
        rows_bad=load.rows_bad,
        new=load.records_new,
        changed=load.records_changed,
        withdrawn=load.records_withdrawn,
        revived=load.records_revived,
    )
