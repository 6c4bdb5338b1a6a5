"""The truth of what was due and what became of it.

A claim is an INSERT that a unique key lets happen once; every change of state is written with its
event in one transaction. Whoever writes holds the lock, and writes on the connection that came
with it.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from viperreport.archive.chain import Head, Link, chained
from viperreport.archive.deliveries import Posting, cancel, deliveries, queue
from viperreport.archive.edition_tables import (
    BRIEFINGS,
    EDITIONS,
    EVENTS,
    FILES,
    META,
    SLOTS,
)
from viperreport.archive.events import Change, Stamp, note_event
from viperreport.archive.reading import (
    ADOPTING,
    Edition,
    Seen,
    as_edition,
    editions,
    head,
    to_values,
)
from viperreport.archive.states import LEADS, State, Verb
from viperreport.archive.successions import (
    SUPERSEDED,
    WITHDRAWN,
    Succession,
    Withdrawal,
    note_succession,
    note_withdrawal,
    succession_of,
    without_standing,
)
from viperreport.archive.tables import check_schema, migrate
from viperreport.database import to_text, using
from viperreport.errors import ConfigError, UnreachableError, UsageError, ViperReportError
from viperreport.model.briefing import EditionKey

SAME_CUT_OFF = "same cut-off"
CLAIMED = "claimed"
_TYPED = tuple(f"{verb}: " for verb in Verb)  # as `obey` writes it
_MOVED = "moved"


@dataclass(frozen=True, slots=True)
class Claim:
    """A slot to be taken up.

    Args:
        slot: civil time, such as 2016-05-30T06:00.
        due: its instant.
        areas: the slugs of the areas that get an edition.
        state: claimed or skipped, with the reason.
        known_at: what is known then is used; None: fixed when it is built.
        configuration: the hash of the text that it is built by.
    """

    briefing: str
    slot: str
    due: datetime
    cut_off: date
    areas: tuple[str, ...]
    state: State = State.CLAIMED
    reason: str = ""
    known_at: datetime | None = None
    configuration: str = ""


@dataclass(frozen=True, slots=True)
class Filed:
    """A file that stands in the archive and is to be noted."""

    path: str
    sha256: str
    size: int
    made: Mapping[str, Any]


class Ledger:
    """A home's ledger, under its lock."""

    def __init__(self, connection: Connection, home: str, stamp: Stamp) -> None:
        self.connection = connection
        self.home = home
        self.stamp = stamp

    def prepare(self) -> None:
        """Make the tables, or bring those of an older version up to date.

        Raises:
            ConfigError: it is newer, or another home's.
        """
        with using(self.connection, to_write=True):
            migrate(self.connection)
            if self._note("home_id") is None:
                self._set("home_id", self.home)
            self._check_home()

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction that writes to the ledger as this version knows it.

        Raises:
            UnreachableError: the session that held the lock was lost.
        """
        self._refuse_another_session()
        with using(self.connection, to_write=True):
            check_schema(self.connection)
            self._check_home()
            yield self.connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One transaction that reads.

        Raises:
            UnreachableError: the session that held the lock was lost.
        """
        self._refuse_another_session()
        with using(self.connection, to_write=False):
            yield self.connection

    def _refuse_another_session(self) -> None:
        """A connection that is used after it was lost opens another session, without the lock."""
        if self.connection.invalidated:
            raise UnreachableError(
                f"{self._where}: the session that held the lock of this run was lost, and another "
                "run may be at work: the next run goes on"
            )

    def must_hold(self) -> None:
        """See that this run holds its lock still; before anything is done beside the ledger.

        Raises:
            UnreachableError: it does not.
        """
        with self.reading() as connection:
            connection.execute(select(1))

    @property
    def holds(self) -> bool:
        """Whether this run holds its lock still."""
        try:
            self.must_hold()
        except ViperReportError:
            return False
        return True

    @property
    def _where(self) -> str:
        return self.connection.engine.url.render_as_string(hide_password=True)

    def see(self, briefing: str, seen: Seen) -> None:
        """Note a briefing's schedule, and from when on its slots count."""
        mine = (BRIEFINGS.c.home == self.home) & (BRIEFINGS.c.briefing == briefing)
        with self.writing() as connection:
            connection.execute(BRIEFINGS.delete().where(mine))
            connection.execute(
                insert(BRIEFINGS).values(
                    home=self.home,
                    briefing=briefing,
                    every=seen.every,
                    cut_off=seen.cut_off,
                    since=to_text(seen.since),
                )
            )

    def claim(self, claim: Claim) -> tuple[Edition, ...]:
        """Take a slot up: its editions, all in one transaction; none where it was taken before.

        A slot whose cut-off has an edition already is noted as skipped.
        """
        with self.writing() as connection:
            if not self._take_slot(claim):
                return ()
            made = [self._take(claim, area) for area in claim.areas]
            taken = tuple(each for each in made if each is not None)
            if not taken:
                mine = _slot(self.home, claim.briefing, claim.slot)
                said = f"{State.SKIPPED}: {SAME_CUT_OFF}"
                connection.execute(update(SLOTS).where(mine).values(outcome=said))
            return taken

    def refile(
        self, claim: Claim, revision: int, links: Sequence[Link], fields: Mapping[str, Any]
    ) -> Edition | None:
        """Note an edition as filed that the archive's manifest tells of: one commit.

        Args:
            claim: of one area.
            links: its files, as they stand in the chain.
            fields: what else is told of the edition.

        Returns:
            The edition; None where it is known to be filed already.
        """
        with self.writing() as connection:
            self._take_slot(claim)
            (area,) = claim.areas
            key = EditionKey(self.home, claim.briefing, area, claim.cut_off, revision)
            there = (each for each in editions(connection, self.home) if each.key == key)
            edition = self._insert_edition(claim, area, revision) or next(there)
            if edition.state is State.FILED:
                return None
            for link in links:
                self._note_file(edition, link, without_standing(dict(link.told)))
            return self._move(edition, State.FILED, claim.reason, {"code": 0, **fields})

    def _take_slot(self, claim: Claim) -> bool:
        row = self._insert(
            SLOTS,
            {
                "home": self.home,
                "briefing": claim.briefing,
                "slot": claim.slot,
                "due": to_text(claim.due),
                "cut_off": claim.cut_off.isoformat(),
                "outcome": CLAIMED,
                "noted_at": to_text(self.stamp.at),
            },
        )
        return row is not None

    def _take(self, claim: Claim, area: str) -> Edition | None:
        """One area's edition of a slot; None where its cut-off has one."""
        revision = self._free_revision(claim, area)
        return None if revision is None else self._insert_edition(claim, area, revision)

    def _insert_edition(self, claim: Claim, area: str, revision: int) -> Edition | None:
        values = {
            "home": self.home,
            "briefing": claim.briefing,
            "area": area,
            "cut_off": claim.cut_off.isoformat(),
            "revision": revision,
            "slot": claim.slot,
            "due": to_text(claim.due),
            "claimed_at": to_text(self.stamp.at),
        }
        row = self._insert(EDITIONS, values | self._fresh(claim))
        if row is None:
            return None
        self._tell(row["id"], "", claim.state, claim.reason)
        return as_edition(row)

    def _fresh(self, claim: Claim) -> dict[str, Any]:
        return {
            "state": claim.state,
            "reason": claim.reason,
            "code": 0,
            "known_at": "" if claim.known_at is None else to_text(claim.known_at),
            "configuration": claim.configuration,
            "late": 0,
            "released": 0,
            "fault": "",
            "same": 0,
            "tries": 0,
            "next_try": "",
            "run": self.stamp.run,
            "changed_at": to_text(self.stamp.at),
        }

    def _last_revision(self, claim: Claim, area: str) -> int:
        query = select(func.max(EDITIONS.c.revision)).where(
            EDITIONS.c.home == self.home,
            EDITIONS.c.briefing == claim.briefing,
            EDITIONS.c.area == area,
            EDITIONS.c.cut_off == claim.cut_off.isoformat(),
        )
        return self.connection.execute(query).scalar() or 0

    def _free_revision(self, claim: Claim, area: str) -> int | None:
        """The revision that a new edition has; None where one stands that is not void."""
        query = select(EDITIONS.c.revision, EDITIONS.c.state).where(
            EDITIONS.c.home == self.home,
            EDITIONS.c.briefing == claim.briefing,
            EDITIONS.c.area == area,
            EDITIONS.c.cut_off == claim.cut_off.isoformat(),
        )
        rows = self.connection.execute(query).all()
        if any(row.state != State.VOID for row in rows):
            return None
        return max((row.revision for row in rows), default=0) + 1

    def _insert(self, table: Any, values: Mapping[str, Any]) -> Mapping[Any, Any] | None:  # noqa: ANN401
        """Insert a row unless its key is taken; the row, or None."""
        kind = sqlite if self.connection.dialect.name == "sqlite" else postgresql
        statement = kind.insert(table).values(**values).on_conflict_do_nothing()
        row = self.connection.execute(statement.returning(table)).mappings().first()
        return row and dict(row)

    def move(self, edition: Edition, to: State, reason: str, **changes: Any) -> Edition:  # noqa: ANN401
        """Bring an edition from its state to another, and write down that it was.

        Args:
            changes: other fields of Edition that change with it.

        Raises:
            UsageError: it is in another state by now.
        """
        with self.writing():
            return self._move(edition, to, reason, changes)

    def hold(
        self, edition: Edition, reason: str, code: int, postings: Sequence[Posting]
    ) -> Edition:
        """Put an edition on hold, and note who is sent its draft: one commit."""
        with self.writing() as connection:
            held = self._move(edition, State.HELD, reason, {"code": code})
            queue(connection, self.stamp, edition.id, postings)
            return held

    def _move(
        self, edition: Edition, to: State, reason: str, changes: Mapping[str, Any]
    ) -> Edition:
        values = to_values(changes) | {
            "state": to,
            "reason": reason,
            "run": self.stamp.run,
            "changed_at": to_text(self.stamp.at),
        }
        mine = (EDITIONS.c.id == edition.id) & (EDITIONS.c.state == edition.state)
        statement = update(EDITIONS).where(mine).values(**values).returning(EDITIONS)
        row = self.connection.execute(statement).mappings().first()
        if row is None:
            raise UsageError(
                f"{edition.key}: is no longer {edition.state}: see viperreport history"
            )
        self._tell(edition.id, edition.state, to, reason)
        return as_edition(row)

    def links_of(self, edition: Edition, filed: Sequence[Filed]) -> tuple[Link, ...]:
        """How an edition's files are bound into the chain, if they are filed next."""
        with self.reading() as connection:
            previous, made = head(connection), list[Link]()
        for each in filed:
            link = chained(previous, str(edition.key), each.sha256, each.size, each.path)
            made.append(link)
            previous = Head(link.seq, link.chain)
        return tuple(made)

    def file(
        self, edition: Edition, filed: Sequence[Filed], reason: str, postings: Sequence[Posting]
    ) -> tuple[Link, ...]:
        """Note an edition's files and who gets it, and settle it: one commit.

        What an edition that it replaces has not sent yet goes nowhere.

        Args:
            filed: its files, the PDF last; they stand in the archive, durably.
        """
        links = self.links_of(edition, filed)
        with self.writing() as connection:
            for link, each in zip(links, filed, strict=True):
                self._note_file(edition, link, each.made)
            self._move(edition, State.FILED, reason, {"code": 0})
            if (made := succession_of(connection, edition.id)) is not None:
                said = f"by {edition.key}: {made.reason}"
                self._tell(made.replaces, State.FILED, SUPERSEDED, said)
                self._cancel([made.replaces], f"{SUPERSEDED} by {edition.key}")
            queue(connection, self.stamp, edition.id, postings)
            return links

    def cancel_unsent(self, reason: str) -> None:
        """Let all that is not sent yet, or may have been, go nowhere."""
        with self.writing() as connection:
            self._cancel([each.id for each in editions(connection, self.home)], reason)

    def _cancel(self, these: Sequence[int], reason: str) -> None:
        """Let what some editions have not sent go nowhere; within a transaction."""
        keys = {each.id: each.key for each in editions(self.connection, self.home)}
        found = deliveries(self.connection, {number: keys[number] for number in these})
        cancel(self.connection, self.stamp, found, reason)

    def _note_file(self, edition: Edition, link: Link, made: Mapping[str, Any]) -> None:
        self.connection.execute(
            insert(FILES).values(
                seq=link.seq,
                home=self.home,
                edition=edition.id,
                name=link.edition,
                path=link.path,
                sha256=link.sha256,
                size=link.size,
                chain=link.chain,
                made=json.dumps(made, ensure_ascii=False, sort_keys=True),
                filed_at=to_text(self.stamp.at),
            )
        )

    def succeed(self, replaced: Edition, claim: Claim, reason: str) -> Edition | None:
        """Claim the revision that is to replace a filed edition; None where its key is taken.

        Args:
            claim: of the one area, with the instant and the text that the revision is built by.
        """
        with self.writing() as connection:
            revision = self._last_revision(claim, replaced.key.area) + 1
            made = self._insert_edition(claim, replaced.key.area, revision)
            if made is not None:
                note_succession(connection, Succession(made.id, replaced.id, reason), self.stamp.at)
            return made

    def withdraw(self, edition: Edition, reason: str, postings: Sequence[Posting] = ()) -> None:
        """Note that a filed edition is no longer valid, and who is told; its file stays.

        What it has not sent yet goes nowhere.
        """
        with self.writing() as connection:
            note_withdrawal(connection, Withdrawal(edition.id, reason), self.stamp.at)
            self._tell(edition.id, edition.state, WITHDRAWN, reason)
            self._cancel([edition.id], f"{WITHDRAWN}: {reason}")
            queue(connection, self.stamp, edition.id, postings)

    def succession(self, edition: Edition) -> tuple[Edition, str] | None:
        """The edition that one is to replace, and why; None where it replaces none."""
        with self.reading() as connection:
            made = succession_of(connection, edition.id)
            if made is None:
                return None
            query = select(EDITIONS).where(EDITIONS.c.id == made.replaces)
            return as_edition(connection.execute(query).mappings().one()), made.reason

    def adopt_succession(self, made: Succession) -> None:
        """Note a succession that the archive's manifest tells of and the ledger has lost."""
        with self.writing() as connection:
            if succession_of(connection, made.edition) is None:
                note_succession(connection, made, self.stamp.at)
                self._tell(made.replaces, State.FILED, SUPERSEDED, made.reason)

    def void_after(self, now: datetime) -> tuple[Edition, ...]:
        """Void what stands for slots that are yet to come: they can be taken up in their time."""
        with self.writing() as connection:
            early = [
                each
                for each in editions(connection, self.home)
                if each.due > now and each.state is not State.VOID
            ]
            said = "its slot is yet to come: a clock was wrong"
            voided = tuple(self._move(each, State.VOID, said, {"code": 0}) for each in early)
            self._cancel([each.id for each in early], said)
            connection.execute(
                SLOTS.delete().where(SLOTS.c.home == self.home, SLOTS.c.due > to_text(now))
            )
            return voided

    def obey(self, these: Sequence[Edition], verb: Verb, reason: str) -> tuple[Edition, ...]:
        """Do with editions what a person typed: with all of them, or with none.

        Args:
            these: in states out of which the verb leads.

        Raises:
            UsageError: one is in another state by now.
        """
        anew = {"fault": "", "same": 0, "tries": 0, "next_try": None, "code": 0}
        if verb is Verb.RETRY:  # what is known now, and as configured now
            anew |= {"known_at": None, "configuration": "", "late": False, "released": False}
        if verb is Verb.RELEASE:
            anew |= {"released": True}
        said = f"{verb}: {reason}"
        with self.writing():
            drafts = [each.id for each in these if each.state is State.HELD]
            self._cancel(drafts, said)
            return tuple(self._move(each, LEADS[each.state][verb], said, anew) for each in these)

    def note(self, edition: Edition, reason: str) -> None:
        """Write down what was done with an edition whose state stays; within a transaction."""
        self._tell(edition.id, edition.state, edition.state, reason)

    def believe(self, instant: datetime) -> None:
        """Note the instant that a run believes; what was being adopted is adopted."""
        with self.writing():
            self._set("newest_instant", to_text(instant))
            self._drop(ADOPTING)

    def begin_adoption(self) -> None:
        """Note that the ledger is not to be believed before it is adopted to the end."""
        with self.writing():
            self._set(ADOPTING, to_text(self.stamp.at))

    def grounds(self, edition: Edition) -> str:
        """Why an edition is made: what its claim says, and what a person typed last.

        Not what has kept it from being made since: a disk that was full is no reason.
        """
        query = select(EVENTS).where(EVENTS.c.edition == edition.id).order_by(EVENTS.c.id)
        with self.reading() as connection:
            events = connection.execute(query).all()
        typed = [row.reason for row in events if row.reason.startswith(_TYPED)]
        return "; ".join(dict.fromkeys(filter(None, (events[0].reason, *typed[-1:]))))

    def note_moved(self) -> None:
        """Refuse this ledger once this transaction ends: another has taken its place."""
        self._set(_MOVED, to_text(self.stamp.at))

    def again(self, edition: Edition) -> Edition:
        """An edition as it is by now."""
        query = select(EDITIONS).where(EDITIONS.c.id == edition.id)
        with self.reading() as connection:
            return as_edition(connection.execute(query).mappings().one())

    def _tell(self, edition: int, before: str, after: str, reason: str) -> None:
        note_event(self.connection, self.stamp, edition, Change(before, after, reason))

    def _note(self, key: str) -> str | None:
        value: str | None = self.connection.execute(
            select(META.c.value).where(META.c.key == key)
        ).scalar()
        return value

    def _set(self, key: str, value: str) -> None:
        self._drop(key)
        self.connection.execute(insert(META).values(key=key, value=value))

    def _drop(self, key: str) -> None:
        self.connection.execute(META.delete().where(META.c.key == key))

    def _check_home(self) -> None:
        if self._note("home_id") != self.home:
            raise ConfigError(
                f"{self._where}: this ledger belongs to another home: check the database in .env, "
                "or whether two homes' ledgers were swapped"
            )
        if self._note(_MOVED) is not None:
            raise ConfigError(
                f"{self._where}: this ledger was copied to a server, which has gone on since: put "
                "its URL into .env as VIPERREPORT_DATABASE_URL"
            )


def _slot(home: str, briefing: str, slot: str) -> Any:  # noqa: ANN401 - an expression
    return (SLOTS.c.home == home) & (SLOTS.c.briefing == briefing) & (SLOTS.c.slot == slot)
