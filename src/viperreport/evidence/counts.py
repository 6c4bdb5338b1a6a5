"""Counts what the store knows: one source as a cube of cells, one edition as a snapshot of cubes.

A count as known at an instant reads the versions that were known then; nothing is prorated and
nothing is guessed. Source: "Knowledge in two times" in docs/definitions.md.
"""

import gc
import hashlib
import json
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from operator import itemgetter
from types import MappingProxyType

from sqlalchemy import Connection, func, select

from viperreport.database import to_instant, to_text
from viperreport.evidence.in_force import EVENTS, in_force
from viperreport.evidence.published import known_published
from viperreport.evidence.shelf import Shelf, open_shelf
from viperreport.evidence.tables import LOADS
from viperreport.model.period import (
    Period,
    last_7_days,
    last_28_days,
    last_whole_month_end,
    month_of,
    same_period,
    year_to_date,
)
from viperreport.model.snapshot import (
    Cell,
    Cube,
    PublishedTotal,
    Snapshot,
    known_then_instant,
)
from viperreport.model.source import Source


@dataclass(frozen=True, slots=True)
class SnapshotRequest:
    """What one edition is to be counted from.

    Args:
        cut_off: last whole day counted.
        known_at: the instant (aware) whose knowledge is used.
        zone: the home's IANA zone.
        headline: the source of the headline measure.
        published: every published total that the home states.
        synthetic: whether the home's records are made up.
    """

    cut_off: date
    known_at: datetime
    zone: str
    headline: Source
    recoveries: Source | None = None
    activity: Source | None = None
    published: tuple[PublishedTotal, ...] = ()
    synthetic: bool = False


@dataclass(frozen=True, slots=True)
class LatestLoad:
    """What the loads of a source say of its health at an instant.

    Args:
        good_at: instant (UTC) of the last load that was accepted or unchanged; None before one.
        refused_since: whether a load was refused after that.
        refused_file: the file of the newest such refusal; empty without one.
        refused_reason: why it was refused.
    """

    source: str
    good_at: datetime | None
    refused_since: bool
    refused_file: str = ""
    refused_reason: str = ""


def read_cube(connection: Connection, source: Source, known_at: datetime, zone: str) -> Cube | None:
    """Count one source as known at an instant.

    Args:
        connection: within a transaction that sees one moment of the store.
        known_at: the instant (aware).
        zone: the home's IANA zone, in which a load's day is told.

    Returns:
        The cube; None where nothing of the source was known then.
    """
    return open_shelf(connection, source, zone).cube(known_at)


def read_snapshot(connection: Connection, request: SnapshotRequest) -> Snapshot:
    """Count all that one edition is made from, comparators as known then included.

    A cube as known then is held only where it covers what it is to be compared by; elsewhere the
    settled counts stand in, and `Snapshot.known_then` says so.

    Args:
        connection: within a transaction that sees one moment of the store.
    """
    with _no_garbage_hunt():
        return _read_snapshot(connection, request)


def _read_snapshot(connection: Connection, request: SnapshotRequest) -> Snapshot:
    sources = (request.headline, request.recoveries, request.activity)
    cubes: list[Cube | None] = []
    then: dict[tuple[str, datetime], Cube] = {}
    for source in sources:
        shelf = None if source is None else open_shelf(connection, source, request.zone)
        cube = None if shelf is None else shelf.cube(request.known_at)
        cubes.append(cube)
        if shelf is not None and cube is not None:
            then |= {(each.source, each.known_at): each for each in _then(shelf, cube, request)}
    incidents, recoveries, activity = cubes
    return Snapshot(
        cut_off=request.cut_off,
        known_at=request.known_at,
        zone=request.zone,
        incidents=incidents,
        recoveries=recoveries,
        activity=activity,
        then=MappingProxyType(then),
        published=known_published(request.published, request.known_at, request.zone),
        fingerprint=fingerprint((*cubes, *then.values()), request.cut_off),
        synthetic=request.synthetic,
    )


@contextmanager
def _no_garbage_hunt() -> Iterator[None]:
    """Put off the search for cycles: tuples of texts hold none, and to walk them costs a third."""
    searching = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if searching:
            gc.enable()


def fingerprint(cubes: Iterable[Cube | None], cut_off: date) -> str:
    """SHA-256 of every cell dated up to the cut-off, and of the days that each source holds.

    It knows no loads, lines or instants: the same facts, however they came in, are the same.

    Args:
        cubes: in the order of their roles.
    """
    digest = hashlib.sha256()
    for cube in cubes:
        digest.update(json.dumps(_facts(cube, cut_off), separators=(",", ":")).encode())
        digest.update(b"\n")
    return digest.hexdigest()


def newest_load(connection: Connection, sources: Sequence[Source]) -> datetime | None:
    """Instant (UTC) of the newest load of any of these sources; None before one.

    A refusal and an undo are knowledge too: an edition that did not know of them would go out as
    if all were well.
    """
    newest = connection.scalar(
        select(func.max(LOADS.c.known_at)).where(
            LOADS.c.source.in_([source.name for source in sources]),
            LOADS.c.outcome.in_((*EVENTS, "refused")),
        )
    )
    return None if newest is None else to_instant(newest)


def latest_loads(
    connection: Connection, sources: Sequence[Source], known_at: datetime
) -> tuple[LatestLoad, ...]:
    """Say of each source when it was last loaded well, and whether a load was refused since.

    Args:
        known_at: later loads are left out of account.
    """
    return tuple(_latest_load(connection, source, known_at) for source in sources)


def _then(shelf: Shelf, cube: Cube, request: SnapshotRequest) -> Iterator[Cube]:
    """Read the cubes as known then, in the order of their instants.

    They begin with the year before their comparators: all that these and their silences need.
    """
    wanted: defaultdict[datetime, list[Period]] = defaultdict(list)
    for period in _compared(cube, cube.last_day_counted(request.cut_off)):
        comparator = same_period(period)
        if cube.holds(comparator):
            instant = known_then_instant(
                period.last_day, request.known_at, comparator.last_day, request.zone
            )
            wanted[instant].append(comparator)
    for instant, comparators in sorted(wanted.items()):
        since = date(min(comparators).start.year - 1, 1, 1)
        earlier = shelf.cube(instant, since)
        if earlier is not None and all(map(earlier.holds, comparators)):
            yield earlier


def _compared(cube: Cube, cut_off: date) -> tuple[Period, ...]:
    """Give the periods that an edition compares with those of the year before."""
    periods = (year_to_date(cut_off), month_of(last_whole_month_end(cut_off)))
    return periods if cube.monthly else (*periods, last_7_days(cut_off), last_28_days(cut_off))


def _facts(cube: Cube | None, cut_off: date) -> object:
    if cube is None:
        return None
    held = (cube.held_from.isoformat(), min(cube.held_to, cut_off).isoformat())
    cells = cube.cells[: bisect_right(cube.cells, cut_off, key=itemgetter(0))]
    columns = dict(zip(Cell._fields, zip(*cells, strict=True), strict=False))
    columns |= {"day": tuple(map(date.toordinal, columns.get("day", ())))}
    stated = {name: column for name, column in columns.items() if set(column) - {"", None}}
    return (cube.source, cube.measure.code, cube.adds, held, stated)


def _latest_load(connection: Connection, source: Source, known_at: datetime) -> LatestLoad:
    asked = (LOADS.c[name] for name in ("id", "outcome", "known_at", "file", "reason"))
    rows = connection.execute(
        select(*asked)
        .where(LOADS.c.source == source.name, LOADS.c.known_at <= to_text(known_at))
        .order_by(LOADS.c.known_at, LOADS.c.id)
    ).all()
    standing = in_force((row.outcome, row) for row in rows)
    since = rows[rows.index(standing[-1]) + 1 :] if standing else rows
    newest = next((row for row in reversed(since) if row.outcome == "refused"), None)
    return LatestLoad(
        source.name,
        good_at=to_instant(standing[-1].known_at) if standing else None,
        refused_since=newest is not None,
        refused_file=newest.file if newest else "",
        refused_reason=newest.reason if newest else "",
    )
