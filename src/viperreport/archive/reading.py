"""What a ledger says: editions, events and archived files, for all who only look."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, func, select

from viperreport.archive.chain import Head, Link, head_of, pruned_head
from viperreport.archive.deliveries import Delivery, deliveries, suppressed
from viperreport.archive.delivery_tables import PAUSES
from viperreport.archive.edition_tables import (
    BRIEFINGS,
    EDITIONS,
    EVENTS,
    FILES,
    META,
    PRUNINGS,
    SLOTS,
)
from viperreport.archive.pruned import Pruning
from viperreport.archive.states import State
from viperreport.archive.successions import (
    Standing,
    Succession,
    Withdrawal,
    standings,
    successions,
    with_standing,
    withdrawals,
)
from viperreport.archive.tables import check_schema, is_made
from viperreport.database import reading, to_instant, to_text
from viperreport.model.briefing import EditionKey

ADOPTING = "adopting"  # stands in META while a ledger is adopted
_INSTANTS = ("due", "claimed_at", "changed_at")
_MAYBE = ("known_at", "next_try")
_FLAGS = ("late", "released")
_KEY = ("home", "briefing", "area", "revision")


@dataclass(frozen=True, slots=True)
class Edition:
    """An edition that was due, and what became of it.

    Args:
        id: its row.
        slot: civil time; `due` is its instant (UTC).
        code: the exit code that its state means.
        known_at: what was known then is used; None: fixed when it is built.
        configuration: the hash of the text that it is built by; empty: today's.
        late: its sources did not reach its cut-off in time.
        released: a person lets it out in spite of a hold.
        fault: what tells its last fault from others; `same`: how often in a row it was this one.
        tries: faults in a row; `next_try`: not before that instant.
        run: the one that changed it last.
    """

    id: int
    key: EditionKey
    slot: str
    due: datetime
    state: State
    reason: str
    code: int
    known_at: datetime | None
    configuration: str
    late: bool
    released: bool
    fault: str
    same: int
    tries: int
    next_try: datetime | None
    run: str
    claimed_at: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Event:
    """A change of an edition's state."""

    edition: EditionKey
    at: datetime
    run: str
    before: str
    after: str
    reason: str


@dataclass(frozen=True, slots=True)
class TakenSlot:
    """A slot that was taken up, and its outcome."""

    briefing: str
    slot: str
    due: datetime
    cut_off: date
    outcome: str


@dataclass(frozen=True, slots=True)
class Seen:
    """A briefing as a run saw it: its schedule in words, and since when its slots count."""

    every: str
    cut_off: str
    since: datetime


@dataclass(frozen=True, slots=True)
class LeftAlone:
    """A way of deliveries that a machine leaves alone for a while, and why."""

    channel: str
    host: str
    until: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Whole:
    """All that a ledger says, as of one moment.

    Args:
        newest: the newest instant that a run believed; None before the first.
        last_event: its number; 0 for none.
        successions: which edition is to replace which.
        standings: what became of filed editions since, by their names; of most nothing.
        adopting: it was begun to be adopted, and not ended.
        suppressed: addresses, in small letters, that get nothing, and why.
        left_alone: ways that failed when they were tried last.
    """

    editions: tuple[Edition, ...] = ()
    events: tuple[Event, ...] = ()
    slots: tuple[TakenSlot, ...] = ()
    links: tuple[Link, ...] = ()
    seen: Mapping[str, Seen] = field(default_factory=dict)
    newest: datetime | None = None
    last_event: int = 0
    successions: tuple[Succession, ...] = ()
    standings: Mapping[str, Standing] = field(default_factory=dict)
    adopting: bool = False
    deliveries: tuple[Delivery, ...] = ()
    suppressed: Mapping[str, str] = field(default_factory=dict)
    left_alone: tuple[LeftAlone, ...] = ()

    @property
    def head(self) -> Head:
        """Where the chain ends."""
        return head_of(self.links)

    @property
    def pruned_head(self) -> Head:
        """Where the chain of prunings ends."""
        return pruned_head(self.links)

    def corrects(self, edition: int) -> bool:
        """Whether an edition, by its row, is to replace one that was filed.

        Not each second revision does: one that a wrong clock had taken up early was void.
        """
        return any(each.edition == edition for each in self.successions)

    def taken(self, briefing: str) -> frozenset[str]:
        """The slots of a briefing that were taken up."""
        return frozenset(each.slot for each in self.slots if each.briefing == briefing)


def read_ledger(engine: Engine, home: str) -> Whole:
    """Read a ledger; an empty one where there is none.

    Args:
        engine: the ledger's; a SQLite file that is not there is not made.

    Raises:
        ConfigError: another version wrote it.
    """
    file = engine.url.database
    if engine.dialect.name == "sqlite" and not (file and Path(file).exists()):
        return Whole()
    with reading(engine) as connection:
        if not is_made(connection):
            return Whole()
        check_schema(connection)
        made, taken = successions(connection), withdrawals(connection)
        every = editions(connection, home)
        found = _standings(every, made, taken)
        return Whole(
            every,
            _events(connection, home),
            _slots(connection, home),
            with_standing(links(connection), found),
            _seen(connection, home),
            _newest(connection),
            connection.execute(select(func.max(EVENTS.c.id))).scalar() or 0,
            made,
            found,
            _noted(connection, ADOPTING) is not None,
            deliveries(connection, {each.id: each.key for each in every}),
            suppressed(connection),
            _left_alone(connection),
        )


def _standings(
    every: Sequence[Edition], made: Sequence[Succession], taken: Sequence[Withdrawal]
) -> Mapping[str, Standing]:
    filed = {each.id: str(each.key) for each in every if each.state is State.FILED}
    return standings(filed, made, taken)


def editions(connection: Connection, home: str) -> tuple[Edition, ...]:
    """All editions of a home, in the order in which they were due."""
    query = (
        select(EDITIONS)
        .where(EDITIONS.c.home == home)
        .order_by(EDITIONS.c.due, EDITIONS.c.briefing, EDITIONS.c.id)
    )
    return tuple(as_edition(row) for row in connection.execute(query).mappings())


def links(connection: Connection) -> tuple[Link, ...]:
    """The chain of archived files, as the ledger has it."""
    pruned = {
        row.file: Pruning(row.number, row.at, row.reason, row.chain, bool(row.done_at))
        for row in connection.execute(select(PRUNINGS))
    }
    query = select(FILES).order_by(FILES.c.seq)
    rows = connection.execute(query).mappings()
    return tuple(_as_link(row, pruned.get(row["seq"])) for row in rows)


def head(connection: Connection) -> Head:
    """Where the chain ends."""
    query = select(FILES.c.seq, FILES.c.chain).order_by(FILES.c.seq.desc()).limit(1)
    row = connection.execute(query).first()
    return Head() if row is None else Head(row.seq, row.chain)


def as_edition(row: Mapping[Any, Any]) -> Edition:
    """A row of the table, with real days, instants and flags."""
    values = dict(row)
    home, briefing, area, revision = (values.pop(name) for name in _KEY)
    cut_off = date.fromisoformat(values.pop("cut_off"))
    values |= {name: to_instant(values[name]) for name in _INSTANTS}
    values |= {name: to_instant(values[name]) if values[name] else None for name in _MAYBE}
    values |= {name: bool(values[name]) for name in _FLAGS}
    key = EditionKey(home, briefing, area, cut_off, revision)
    return Edition(**values | {"key": key, "state": State(values["state"])})


def to_values(changes: Mapping[str, Any]) -> dict[str, Any]:
    """Fields of an edition as they are stored."""

    def stored(value: object) -> object:
        if value is None:
            return ""
        if isinstance(value, bool):
            return int(value)
        return to_text(value) if isinstance(value, datetime) else value

    return {name: stored(value) for name, value in changes.items()}


def _as_link(row: Mapping[Any, Any], pruned: Pruning | None) -> Link:
    told = json.loads(row["made"])
    plain = (row["seq"], row["name"], row["sha256"], row["size"], row["path"], row["chain"])
    return Link(*plain, told=tuple(told.items()), pruned=pruned)


def _events(connection: Connection, home: str) -> tuple[Event, ...]:
    keys = {each.id: each.key for each in editions(connection, home)}
    query = select(EVENTS).where(EVENTS.c.edition.in_(keys)).order_by(EVENTS.c.id)
    return tuple(
        Event(keys[row.edition], to_instant(row.at), row.run, row.before, row.after, row.reason)
        for row in connection.execute(query)
    )


def _slots(connection: Connection, home: str) -> tuple[TakenSlot, ...]:
    query = select(SLOTS).where(SLOTS.c.home == home).order_by(SLOTS.c.due, SLOTS.c.briefing)
    return tuple(
        TakenSlot(
            row.briefing,
            row.slot,
            to_instant(row.due),
            date.fromisoformat(row.cut_off),
            row.outcome,
        )
        for row in connection.execute(query)
    )


def _left_alone(connection: Connection) -> tuple[LeftAlone, ...]:
    query = select(PAUSES).order_by(PAUSES.c.channel, PAUSES.c.host)
    return tuple(
        LeftAlone(row.channel, row.host, to_instant(row.until), row.reason)
        for row in connection.execute(query)
    )


def _seen(connection: Connection, home: str) -> Mapping[str, Seen]:
    query = select(BRIEFINGS).where(BRIEFINGS.c.home == home)
    return {
        row.briefing: Seen(row.every, row.cut_off, to_instant(row.since))
        for row in connection.execute(query)
    }


def _newest(connection: Connection) -> datetime | None:
    noted = _noted(connection, "newest_instant")
    return None if noted is None else to_instant(noted)


def _noted(connection: Connection, key: str) -> str | None:
    noted: str | None = connection.execute(select(META.c.value).where(META.c.key == key)).scalar()
    return noted
