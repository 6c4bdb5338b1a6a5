"""Deliveries on their way: each step of each is a transaction of its own, under the ledger's lock.

That a message leaves is committed before it does, so what a killed run had sent is never sent
again unknown. Source: "Deliveries" in docs/operating.md.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, delete, insert, select, update

from viperreport.archive.deliveries import (
    MAIL,
    OPEN,
    Delivery,
    DeliveryState,
    Form,
    Posting,
    deliveries,
    move_delivery,
    queue,
    suppressed,
)
from viperreport.archive.delivery_tables import BODIES, DELIVERIES, PAUSES, SUPPRESSIONS
from viperreport.archive.ledger import Ledger
from viperreport.archive.reading import Edition, editions
from viperreport.database import reading, to_instant, to_text
from viperreport.errors import UsageError, VerificationError


@dataclass(frozen=True, slots=True)
class Pause:
    """A way that is left alone for a while.

    Args:
        times: it failed so often in a row.
        until: when it is tried again, unless its mark is another by then.
        mark: of the settings and secrets that it failed with.
    """

    times: int
    until: datetime
    mark: str
    reason: str


class Outbox:
    """A home's deliveries, under the lock of its ledger."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.stamp = ledger.stamp

    def all(self) -> tuple[Delivery, ...]:
        """Every delivery."""
        with self.ledger.reading() as connection:
            keys = {each.id: each.key for each in editions(connection, self.ledger.home)}
            return deliveries(connection, keys)

    def queue(self, edition: Edition, postings: Sequence[Posting]) -> None:
        """Note what is to go out of an edition that was filed before."""
        with self.ledger.writing() as connection:
            queue(connection, self.stamp, edition.id, postings)

    def content(self, delivery: Delivery, form: Form) -> bytes:
        """The message of a delivery, to the byte as it is or was sent.

        Raises:
            UsageError: it was dropped for its age.
            VerificationError: it is not what was kept.
        """
        with self.ledger.reading() as connection:
            content = _content(connection, delivery, form)
        if not content:
            raise UsageError(
                f"{delivery.edition}: its mail was dropped from the ledger for its age; to "
                f"write it anew, type: viperreport send {delivery.edition} --again --to "
                f"{delivery.recipient}"
            )
        return content

    def move(self, delivery: Delivery, to: DeliveryState, reason: str, **changes: Any) -> Delivery:  # noqa: ANN401
        """Bring a delivery to another state.

        Args:
            changes: other fields that change with it.

        Returns:
            It, as it is then.

        Raises:
            UsageError: it is in another state by now.
        """
        changes = {"code": 0} | changes
        stored = {name: _stored(value) for name, value in changes.items()}
        with self.ledger.writing() as connection:
            if not move_delivery(connection, self.stamp, delivery, to, reason=reason, **stored):
                raise UsageError(
                    f"{delivery.edition}: {delivery.said} is no longer {delivery.state}: see "
                    "viperreport history"
                )
        now = self.stamp.at
        return replace(
            delivery, state=to, reason=reason, run=self.stamp.run, changed_at=now, **changes
        )

    def pause_of(self, channel: str, host: str) -> Pause | None:
        """Why and how long a machine leaves a way alone; None where it does not."""
        mine = (PAUSES.c.channel == channel) & (PAUSES.c.host == host)
        with self.ledger.reading() as connection:
            row = connection.execute(select(PAUSES).where(mine)).first()
        if row is None:
            return None
        return Pause(row.times, to_instant(row.until), row.mark, row.reason)

    def note_pause(self, channel: str, host: str, pause: Pause | None) -> None:
        """Note that a way is left alone, or that it is not any more."""
        mine = (PAUSES.c.channel == channel) & (PAUSES.c.host == host)
        with self.ledger.writing() as connection:
            connection.execute(delete(PAUSES).where(mine))
            if pause is not None:
                values = {"times": pause.times, "mark": pause.mark, "reason": pause.reason}
                values |= {"channel": channel, "host": host, "until": to_text(pause.until)}
                connection.execute(insert(PAUSES).values(**values))

    def suppress(self, address: str, reason: str) -> tuple[Delivery, ...]:
        """Send an address nothing any more; what is not sent yet goes nowhere.

        Returns:
            What was cancelled.
        """
        name = address.lower()
        with self.ledger.writing() as connection:
            connection.execute(delete(SUPPRESSIONS).where(SUPPRESSIONS.c.address == name))
            values = {"address": name, "reason": reason, "at": to_text(self.stamp.at)}
            connection.execute(insert(SUPPRESSIONS).values(**values))
            keys = {each.id: each.key for each in editions(connection, self.ledger.home)}
            theirs = [
                each
                for each in deliveries(connection, keys)
                if each.channel == MAIL and each.recipient.lower() == name
                if each.state in {*OPEN, DeliveryState.PAUSED, DeliveryState.FAILED}
            ]
            for each in theirs:
                to = DeliveryState.CANCELLED
                said = f"suppressed: {reason}"
                move_delivery(connection, self.stamp, each, to, reason=said, code=0, next_try="")
            return tuple(theirs)

    def allow(self, address: str) -> bool:
        """Send an address again what is filed from now on; False where nothing was in its way."""
        mine = SUPPRESSIONS.c.address == address.lower()
        with self.ledger.writing() as connection:
            return bool(connection.execute(delete(SUPPRESSIONS).where(mine)).rowcount)

    def suppressed(self) -> dict[str, str]:
        """Who gets nothing, in small letters, and why."""
        with self.ledger.reading() as connection:
            return suppressed(connection)

    def drop_before(self, instant: datetime) -> int:
        """Drop the bytes of messages that were settled before an instant; their hashes stay.

        Returns:
            Of how many messages.
        """
        old = (
            (DELIVERIES.c.changed_at < to_text(instant))
            & DELIVERIES.c.state.not_in([*OPEN, DeliveryState.PAUSED])
            & (DELIVERIES.c.head != b"")
        )
        with self.ledger.reading() as connection:
            if connection.execute(select(DELIVERIES.c.id).where(old).limit(1)).first() is None:
                return 0
        with self.ledger.writing() as connection:
            dropped = connection.execute(update(DELIVERIES).where(old).values(head=b"")).rowcount
            used = (
                select(column).where(DELIVERIES.c.head != b"")
                for column in (DELIVERIES.c.body, DELIVERIES.c.summary)
            )
            lost = [BODIES.c.sha256.not_in(each) for each in used]
            connection.execute(update(BODIES).where(*lost).values(content=b""))
            return dropped


def kept_content(engine: Engine, delivery: Delivery) -> bytes:
    """The message of a delivery, for those who only look; empty where it was dropped for its age.

    Args:
        engine: the ledger's.
    """
    with reading(engine) as connection:
        return _content(connection, delivery, delivery.form)


def _content(connection: Connection, delivery: Delivery, form: Form) -> bytes:
    body = DELIVERIES.c.body if form is Form.WHOLE else DELIVERIES.c.summary
    query = select(DELIVERIES.c.head, BODIES.c.content, BODIES.c.sha256)
    query = query.join(BODIES, BODIES.c.sha256 == body).where(DELIVERIES.c.id == delivery.id)
    row = connection.execute(query).first()
    if row is None or not row.content or not row.head:
        return b""
    if hashlib.sha256(row.content).hexdigest() != row.sha256:
        raise VerificationError(
            f"{delivery.edition}: its mail in the ledger is not what was kept: viperreport send "
            f"{delivery.edition} --again --to {delivery.recipient} writes it anew"
        )
    return bytes(row.head) + bytes(row.content)


def _stored(value: object) -> object:
    if value is None:
        return ""
    if isinstance(value, bool):
        return int(value)
    return to_text(value) if isinstance(value, datetime) else value
