"""One source of the store, ready to be counted as known at any instant."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import repeat
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select

from viperreport.database import to_instant
from viperreport.evidence.coverage import GoodLoad, held_days
from viperreport.evidence.in_force import EVENTS
from viperreport.evidence.tables import LOADS, VERSIONS
from viperreport.evidence.used import used_before
from viperreport.evidence.versions import counted_amount, is_known, sum_of
from viperreport.model.figure import LoadRef
from viperreport.model.snapshot import AMOUNTS, LABELS, Cell, Cube
from viperreport.model.source import Kind, Source

ONE_YEAR = timedelta(days=366)
_BLANK: dict[str, Any] = {
    **dict.fromkeys(("day", *LABELS), ""),
    **dict.fromkeys(AMOUNTS),
}
_day = lru_cache(maxsize=100_000)(date.fromisoformat)


@dataclass(frozen=True, slots=True)
class Shelf:
    """A source with its loads and their undos, read once: its cubes at any instant are from here.

    Args:
        stated: the columns that any record ever stated; the others need not be read.
    """

    connection: Connection
    source: Source
    zone: str
    loads: tuple[GoodLoad, ...]
    history_from: datetime | None
    stated: tuple[str, ...]

    def cube(self, known_at: datetime, since: date = date.min) -> Cube | None:
        """Count the source as known at an instant; `since` leaves out all earlier days."""
        if self.history_from is None or known_at < self.history_from:
            return None
        cells = self._read_cells(known_at, since)
        if since > date.min and (not cells or cells[-1].day < since + ONE_YEAR):
            return self.cube(known_at)  # silence is measured by a whole year of records
        held = held_days(self.source, cells, self.loads, known_at, self.zone)
        if held is None:
            return None
        return Cube(
            source=self.source.name,
            measure=self.source.measure,
            known_at=known_at,
            held_from=max(held.held_from, since),
            held_to=held.held_to,
            cells=cells,
            loads=self._read_loads(known_at, since),
            adds=counted_amount(self.source),
            monthly=self.source.kind is Kind.COUNTS,
            stale=held.stale,
            newest=held.newest,
            history_from=self.history_from,
            recorded="recorded" in self.source.columns,
        )

    def _read_cells(self, known_at: datetime, since: date) -> tuple[Cell, ...]:
        """Read cells ordered by day and labels, by code point whatever the store's collation."""
        labels = [VERSIONS.c[name] for name in ("day", *LABELS) if name in self.stated]
        amounts = [name for name in AMOUNTS if name in self.stated]
        rows = self.connection.execute(
            select(*labels, func.count(), *(sum_of(VERSIONS.c[name]) for name in amounts))
            .where(*self._known(known_at, since))
            .group_by(*labels)
        )
        ordered = sorted(map(tuple, rows.all()))  # no two rows share their labels
        names = [*(label.name for label in labels), "records", *amounts]
        columns: dict[str, Any] = dict(zip(names, zip(*ordered, strict=True), strict=False))
        columns["day"] = map(_day, columns.get("day", ()))
        filled = (columns.get(name, repeat(blank)) for name, blank in _BLANK.items())
        return tuple(map(Cell._make, zip(*filled, strict=False)))

    def _read_loads(self, known_at: datetime, since: date) -> tuple[LoadRef, ...]:
        """Read the loads that brought a version known at the instant."""
        brought = select(VERSIONS.c.load_id).where(*self._known(known_at, since))
        rows = self.connection.execute(
            select(LOADS.c.id, LOADS.c.file, LOADS.c.sha256)
            .where(LOADS.c.id.in_(brought))
            .order_by(LOADS.c.id)
        )
        return tuple(LoadRef(*row) for row in rows)

    def _known(self, known_at: datetime, since: date) -> list[ColumnElement[bool]]:
        known = [VERSIONS.c.source == self.source.name, is_known(known_at)]
        return known if since == date.min else [*known, VERSIONS.c.day >= since.isoformat()]


def open_shelf(connection: Connection, source: Source, zone: str) -> Shelf:
    """Read what is the same for all of a source's cubes: its loads and what it states."""
    rows = connection.execute(
        select(LOADS.c.id, LOADS.c.outcome, LOADS.c.known_at, LOADS.c.coverage)
        .where(LOADS.c.source == source.name, LOADS.c.outcome.in_(EVENTS))
        .order_by(LOADS.c.known_at, LOADS.c.id)
    )
    used = used_before(connection)
    loads = tuple(
        GoodLoad(
            key,
            outcome,
            to_instant(known_at),
            _day(declared) if declared else None,
            used.get(key),
        )
        for key, outcome, known_at, declared in rows.all()
    )
    history_from = loads[0].known_at if loads else None
    if loads and "recorded" in source.columns:
        first = connection.scalar(
            select(func.min(VERSIONS.c.known_from)).where(VERSIONS.c.source == source.name)
        )
        history_from = history_from if first is None else to_instant(first)
    return Shelf(connection, source, zone, loads, history_from, _stated(connection, source))


def _stated(connection: Connection, source: Source) -> tuple[str, ...]:
    """Name the columns that any version of a source states; to read fewer is twice as fast."""
    columns = [VERSIONS.c[name] for name in _BLANK if name != "records"]
    largest = connection.execute(
        select(*map(func.max, columns)).where(VERSIONS.c.source == source.name)
    ).one()
    return tuple(
        column.name
        for column, value in zip(columns, largest, strict=True)
        if value is not None and value != ""
    )
