"""What `send` would hand over, envelope by envelope; nothing is sent, and nothing is changed.

Source: "Deliveries" in docs/operating.md.
"""

from dataclasses import dataclass
from email import message_from_bytes
from email.policy import default

from viperreport.archive.deliveries import MAIL, Delivery
from viperreport.archive.outbox import kept_content
from viperreport.archive.reading import Whole
from viperreport.pipeline import Home
from viperreport.verbs.archived import pdf_of
from viperreport.verbs.changing import refuse_unsure
from viperreport.verbs.gate import Gate
from viperreport.verbs.handing import Plan, Planned, Wanted
from viperreport.verbs.trust import ledger_of


@dataclass(frozen=True, slots=True)
class Shown:
    """An envelope.

    Args:
        sender: empty for a folder, as are subject and message_id.
        size: in bytes; 0 where nothing would go.
        why: by what its recipient gets it.
        becomes: what would become of it.
    """

    channel: str
    sender: str
    recipient: str
    subject: str
    size: int
    message_id: str
    why: str
    becomes: str

    @property
    def lines(self) -> str:
        """All of it, for people: a line each."""
        told = (
            ("to", f"{self.recipient} ({self.channel})"),
            ("from", self.sender),
            ("subject", self.subject),
            ("size", f"{self.size:,} bytes" if self.size else ""),
            ("message-id", self.message_id),
            ("why", self.why),
            ("becomes", self.becomes),
        )
        return "\n".join(f"{name:<11}{value}" for name, value in told if value)


@dataclass(frozen=True, slots=True)
class Would:
    """What `send` would do.

    Args:
        said: why it would do nothing; empty where it would do something.
    """

    edition: str
    envelopes: tuple[Shown, ...]
    said: str = ""


def would_send(home: Home, wanted: Wanted, run: str) -> Would:
    """What `send` would do now, by the ledger, the lists and the letters, without any server.

    Raises:
        UsageError, ConfigError, OnHoldError, VerificationError: as `send` does.
    """
    refuse_unsure(home)
    whole = ledger_of(home)
    plan = Plan(home, whole, wanted, run)
    planned, gate = plan.made(), Gate(home, whole)
    shown = tuple(_shown(home, whole, gate, each) for each in planned)
    return Would(str(plan.edition.key), shown, "" if planned else plan.nothing())


def _shown(home: Home, whole: Whole, gate: Gate, planned: Planned) -> Shown:
    if planned.said:
        return Shown(planned.channel, "", planned.recipient, "", 0, "", "", planned.said)
    if planned.posting is not None and planned.posting.letter is not None:
        letter = planned.posting.letter
        why = _why(planned.posting.audience, typed=True)
        return shown_of(letter.head + letter.body, planned.recipient, why, "sent")
    if planned.delivery is None:
        raise ValueError("neither a delivery nor a letter")
    return _of_delivery(home, whole, gate, planned.delivery)


def _of_delivery(home: Home, whole: Whole, gate: Gate, delivery: Delivery) -> Shown:
    refused = gate.refusal(delivery)
    becomes = f"cancelled: {refused}" if refused else "sent"
    why = _why(delivery.audience, typed=delivery.typed)
    if delivery.channel != MAIL:
        size = pdf_of(whole, delivery.edition).size
        return Shown(delivery.channel, "", delivery.recipient, "", size, "", why, becomes)
    return shown_of(kept_content(home.ledger, delivery), delivery.recipient, why, becomes)


def shown_of(content: bytes, recipient: str, why: str, becomes: str) -> Shown:
    """The envelope of a message."""
    head = message_from_bytes(content.partition(b"\r\n\r\n")[0] + b"\r\n\r\n", policy=default)
    sender, subject, number = (str(head[name]) for name in ("From", "Subject", "Message-ID"))
    return Shown(MAIL, sender, recipient, subject, len(content), number, why, becomes)


def _why(group: str, *, typed: bool) -> str:
    listed = f"in the group {group}" if group else ""
    return ", ".join(filter(None, (listed, "asked for by a person" if typed else "")))
