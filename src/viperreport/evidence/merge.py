"""Folded records meet the versions that a store holds: what changed is ended and begun anew.

Set by set, in SQL. No version is ever overwritten, so that what was known at an earlier instant
stays known. Source: "Knowledge in two times" in docs/definitions.md.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import (
    ColumnElement,
    Connection,
    Update,
    and_,
    case,
    exists,
    func,
    insert,
    literal,
    null,
    or_,
    select,
    update,
)

from viperreport.database import to_text
from viperreport.evidence.staging import FOLDED, SPARED
from viperreport.evidence.tables import CONTENT_NAMES, VERSIONS
from viperreport.model.source import Delivery, Source, Window

_INSTANT = timedelta(microseconds=1)  # the store's finest grain of time


@dataclass(frozen=True, slots=True)
class Merged:
    """How many records a load brought, changed, withdrew and brought back."""

    new: int = 0
    changed: int = 0
    withdrawn: int = 0
    revived: int = 0


@dataclass(frozen=True, slots=True)
class Moment:
    """When a load is.

    Args:
        load_id: of its row in `loads`.
        known_at: its instant (UTC).
        previous: the latest instant at which its records were told without it: of the source's
            good load before it, or of an edition since; None where it is the source's first.
        day: its day in the home's zone.
    """

    load_id: int
    known_at: datetime
    previous: datetime | None
    day: date


def merge(connection: Connection, source: Source, moment: Moment) -> Merged:
    """Bring a source's versions up to what was folded."""
    revived = connection.execute(
        select(func.count())
        .select_from(FOLDED)
        .where(~_has_version(source, current=True), _has_version(source, current=False))
    ).scalar_one()
    changed = connection.execute(_end(source, moment).where(_is_changed())).rowcount
    withdrawn = 0
    if source.delivery is Delivery.FULL:
        missing = and_(*_in_window(source, moment.day), ~_is_folded(), ~_is_spared())
        withdrawn = connection.execute(_end(source, moment).where(missing)).rowcount
    begun = _begin(connection, source, moment)
    return Merged(begun - changed - revived, changed, withdrawn, revived)


def window_start(window: Window, day: date) -> date | None:
    """First day for which a full delivery of this day is full; None: all are."""
    if window is Window.CALENDAR_YEAR:
        return date(day.year, 1, 1)
    if window is Window.ROLLING_24_MONTHS:
        leap_day = (day.month, day.day) == (2, 29)
        return date(day.year - 2, 2, 28) if leap_day else day.replace(year=day.year - 2)
    return None


def _end(source: Source, moment: Moment) -> Update:
    return (
        update(VERSIONS)
        .where(VERSIONS.c.source == source.name, VERSIONS.c.known_to.is_(None))
        .values(known_to=to_text(moment.known_at), ended_by=moment.load_id)
    )


def _is_changed() -> ColumnElement[bool]:
    differ = or_(*(VERSIONS.c[n].is_distinct_from(FOLDED.c[n]) for n in CONTENT_NAMES))
    return exists().where(FOLDED.c.key == VERSIONS.c.key, differ)


def _is_folded() -> ColumnElement[bool]:
    return exists().where(FOLDED.c.key == VERSIONS.c.key)


def _is_spared() -> ColumnElement[bool]:
    return exists().where(SPARED.c.key == VERSIONS.c.key)


def _in_window(source: Source, day: date) -> list[ColumnElement[bool]]:
    start = window_start(source.window, day)
    return [] if start is None else [VERSIONS.c.day >= start.isoformat()]


def _has_version(source: Source, *, current: bool) -> ColumnElement[bool]:
    conditions = [VERSIONS.c.source == source.name, VERSIONS.c.key == FOLDED.c.key]
    if current:
        conditions.append(VERSIONS.c.known_to.is_(None))
    return exists().where(*conditions)


def _begin(connection: Connection, source: Source, moment: Moment) -> int:
    """Begin a version of every record that has none, or none any more."""
    columns = {
        "source": literal(source.name),
        "key": FOLDED.c.key,
        "known_from": _known_from(source, moment),
        "load_id": literal(moment.load_id),
        "lines": FOLDED.c.lines,
        **{name: FOLDED.c[name] for name in CONTENT_NAMES},
    }
    rows = select(*columns.values()).where(~_has_version(source, current=True))
    return connection.execute(
        insert(VERSIONS).from_select(list(columns), rows.order_by(FOLDED.c.key)),
        execution_options={"preserve_rowcount": True},
    ).rowcount


def _known_from(source: Source, moment: Moment) -> ColumnElement[str]:
    """The load's instant, but for a record never seen before whose recording date is earlier.

    No record becomes known before the source's previous load, which did not hold it, nor before
    an edition that was made without it.
    """
    loaded = literal(to_text(moment.known_at))
    if "recorded" not in source.columns:
        return loaded
    told = FOLDED.c.recorded
    earliest: ColumnElement[str] = told
    if moment.previous is not None:
        earliest = literal(to_text(min(moment.previous + _INSTANT, moment.known_at)))
    return case(
        (or_(told.is_(null()), told >= loaded, _has_version(source, current=False)), loaded),
        (told < earliest, earliest),
        else_=told,
    )
