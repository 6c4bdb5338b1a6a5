"""What is to go to whom, and what became of it: a row for each edition, way and recipient.

A row goes from queued over unconfirmed (it left, and nothing was heard yet) to accepted, failed,
paused or cancelled. Source: "Deliveries" in docs/operating.md.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, Literal

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from viperreport.archive.delivery_tables import BODIES, DELIVERIES, SUPPRESSIONS
from viperreport.archive.events import Change, Stamp, note_event
from viperreport.database import to_instant, to_text
from viperreport.model.briefing import EditionKey


class DeliveryState(StrEnum):
    """What has become of a delivery."""

    QUEUED = "queued"  # to be handed over: the next run does it
    UNCONFIRMED = "unconfirmed"  # it left, and whether it arrived is not known
    ACCEPTED = "accepted"  # the server took it, or it lies in the folder
    FAILED = "failed"  # refused for good
    PAUSED = "paused"  # it waits for a person
    CANCELLED = "cancelled"  # it goes nowhere, with a reason


class Kind(StrEnum):
    """What a delivery tells."""

    EDITION = "edition"
    WITHDRAWAL = "withdrawal"
    DRAFT = "draft"  # of an edition on hold, to the operator alone


class Form(StrEnum):
    """Which of a letter's two bodies goes: with its PDF, or only with its words."""

    WHOLE = "whole"
    SUMMARY = "summary"


Channel = Literal["mail", "folder"]
NOT_CONFIRMED = "not confirmed"  # begins the reason of what waits for --confirm
MAIL: Final = "mail"
FOLDER: Final = "folder"
OPEN = (DeliveryState.QUEUED, DeliveryState.UNCONFIRMED)  # runs bring these to their end
UNSETTLED = (*OPEN, DeliveryState.PAUSED)


@dataclass(frozen=True, slots=True)
class Letter:
    """A message of one recipient.

    Args:
        head: the header's lines that are this recipient's.
        body: all that follows, with the PDF; `summary` the same without it.
    """

    message_id: str
    head: bytes = field(repr=False)
    body: bytes = field(repr=False)
    summary: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Posting:
    """A delivery that is to be noted.

    Args:
        recipient: an address, or a folder's path.
        audience: the group of recipients, as it was configured.
        letter: None for a folder, and for what goes nowhere.
        typed: a person asked for it, so neither its age nor the lists of recipients stop it.
        not_after: if it was never tried by then it is paused; None for no such instant.
        copy: 1; more where a person had it sent again.
    """

    kind: Kind
    channel: Channel
    recipient: str
    audience: str
    letter: Letter | None = None
    state: DeliveryState = DeliveryState.QUEUED
    reason: str = ""
    typed: bool = False
    not_after: datetime | None = None
    copy: int = 1


@dataclass(frozen=True, slots=True)
class Delivery:
    """A delivery as the ledger has it.

    Args:
        id: its row; `edition_id` that of its edition.
        code: the exit code that its state means.
        form: which body was or is to be sent.
        sha256: of the message that was sent; empty before.
        refused: how often a server asked for another try; `doubts`: how often it was sent and
            nothing was heard.
        next_try: not before that instant.
    """

    id: int
    edition_id: int
    edition: EditionKey
    kind: Kind
    channel: Channel
    recipient: str
    copy: int
    audience: str
    state: DeliveryState
    reason: str
    code: int
    typed: bool
    not_after: datetime | None
    message_id: str
    form: Form
    sha256: str
    refused: int
    doubts: int
    next_try: datetime | None
    run: str
    queued_at: datetime
    changed_at: datetime

    @property
    def awaits_confirmation(self) -> bool:
        """Whether it is of a correction or a withdrawal that nobody let out yet."""
        return self.state is DeliveryState.PAUSED and self.reason.startswith(NOT_CONFIRMED)

    @property
    def may_be_there(self) -> bool:
        """Whether its recipient has it, or may have: it left, and nobody said that it was refused.

        That stays so if it was paused or cancelled since.
        """
        return self.state is DeliveryState.ACCEPTED or self.doubts > 0

    @property
    def said(self) -> str:
        """What goes where, for people."""
        again = f", copy {self.copy}" if self.copy > 1 else ""
        kind = "" if self.kind is Kind.EDITION else f" of the {self.kind}"
        return f"{self.channel}{kind} to {self.recipient}{again}"


def deliveries(connection: Connection, editions: Mapping[int, EditionKey]) -> tuple[Delivery, ...]:
    """Every delivery, in the order in which they were queued.

    Args:
        editions: the keys of a home's editions, by their rows.
    """
    query = select(*_TOLD).order_by(DELIVERIES.c.id)
    rows = connection.execute(query).mappings()
    return tuple(_as_delivery(row, editions) for row in rows if row["edition"] in editions)


_KEPT = ("head", "body", "summary")  # bytes, and where they are
_TOLD = tuple(column for column in DELIVERIES.c if column.name not in _KEPT)


def _as_delivery(row: Mapping[Any, Any], editions: Mapping[int, EditionKey]) -> Delivery:
    values = dict(row)
    number = values.pop("edition")
    values |= {"edition_id": number, "edition": editions[number], "typed": bool(values["typed"])}
    kinds = {"kind": Kind, "state": DeliveryState, "form": Form}
    values |= {name: kind(values[name]) for name, kind in kinds.items()}
    values |= {
        name: to_instant(values[name]) if values[name] else None
        for name in ("not_after", "next_try")
    }
    values |= {name: to_instant(values[name]) for name in ("queued_at", "changed_at")}
    return Delivery(**values)


def queue(connection: Connection, stamp: Stamp, edition: int, postings: Iterable[Posting]) -> None:
    """Note what is to go out of an edition; within the caller's transaction."""
    for posting in postings:
        values = _values(stamp, edition, posting)
        if posting.letter is not None:
            _keep_body(connection, stamp, posting.letter.body)
            _keep_body(connection, stamp, posting.letter.summary)
        connection.execute(insert(DELIVERIES).values(**values))
        change = Change("", f"{posting.channel} {posting.state}", _said(posting))
        note_event(connection, stamp, edition, change)


def _values(stamp: Stamp, edition: int, posting: Posting) -> dict[str, Any]:
    letter = posting.letter
    return {
        "edition": edition,
        "kind": posting.kind,
        "channel": posting.channel,
        "recipient": posting.recipient,
        "copy": posting.copy,
        "audience": posting.audience,
        "state": posting.state,
        "reason": posting.reason,
        "code": 0,
        "typed": int(posting.typed),
        "not_after": "" if posting.not_after is None else to_text(posting.not_after),
        "message_id": letter.message_id if letter else "",
        "head": letter.head if letter else b"",
        "body": _hash(letter.body) if letter else "",
        "summary": _hash(letter.summary) if letter else "",
        "form": Form.WHOLE,
        "sha256": "",
        "refused": 0,
        "doubts": 0,
        "next_try": "",
        "run": stamp.run,
        "queued_at": to_text(stamp.at),
        "changed_at": to_text(stamp.at),
    }


def _said(posting: Posting) -> str:
    return f"to {posting.recipient}" + (f": {posting.reason}" if posting.reason else "")


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _keep_body(connection: Connection, stamp: Stamp, content: bytes) -> None:
    """Keep a body once, however many share it; one that was dropped for its age is there again."""
    kind = sqlite if connection.dialect.name == "sqlite" else postgresql
    values = {"size": len(content), "content": content, "kept_at": to_text(stamp.at)}
    statement = kind.insert(BODIES).values(sha256=_hash(content), **values)
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["sha256"], set_=values, where=BODIES.c.content == b""
        )
    )


def move_delivery(
    connection: Connection,
    stamp: Stamp,
    delivery: Delivery,
    to: DeliveryState,
    **changes: Any,  # noqa: ANN401
) -> bool:
    """Bring a delivery from its state to another, and write it down.

    Args:
        changes: other fields of Delivery that change with it, as they are stored.

    Returns:
        Whether it was in its state still.
    """
    values = changes | {"state": to, "run": stamp.run, "changed_at": to_text(stamp.at)}
    mine = (DELIVERIES.c.id == delivery.id) & (DELIVERIES.c.state == delivery.state)
    moved = connection.execute(update(DELIVERIES).where(mine).values(**values)).rowcount
    if moved:
        reason = str(changes.get("reason", ""))
        said = delivery.said.removeprefix(f"{delivery.channel} ")
        said = f"{said}: {reason}" if reason else said
        before, after = f"{delivery.channel} {delivery.state}", f"{delivery.channel} {to}"
        note_event(connection, stamp, delivery.edition_id, Change(before, after, said))
    return bool(moved)


def cancel(connection: Connection, stamp: Stamp, these: Iterable[Delivery], reason: str) -> None:
    """Let deliveries that are not settled go nowhere; within the caller's transaction."""
    for delivery in these:
        if delivery.state in UNSETTLED:
            to = DeliveryState.CANCELLED
            move_delivery(connection, stamp, delivery, to, reason=reason, code=0, next_try="")


def suppressed(connection: Connection) -> dict[str, str]:
    """Who gets nothing, in small letters, and why."""
    rows = connection.execute(select(SUPPRESSIONS).order_by(SUPPRESSIONS.c.address))
    return {row.address: row.reason for row in rows}
