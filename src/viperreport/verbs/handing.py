"""The verb `send`: what a person has handed over now of an edition that is filed.

Source: "Deliveries" in docs/operating.md.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from viperreport.archive.deliveries import MAIL, Channel, Delivery, DeliveryState, Kind, Posting
from viperreport.archive.ledger import Ledger
from viperreport.archive.outbox import Outbox, kept_content
from viperreport.archive.reading import Edition, Whole
from viperreport.archive.ways_out import is_had
from viperreport.errors import UsageError
from viperreport.pipeline import Home
from viperreport.settings import Recipient
from viperreport.verbs.changing import refuse_unsure
from viperreport.verbs.gate import NOT_LISTED, Gate
from viperreport.verbs.issuing import issue_of, refuse_without_server, sendable
from viperreport.verbs.posting import Letters, first_of, tell_faults
from viperreport.verbs.sending import Sending
from viperreport.verbs.stopping import Stop
from viperreport.verbs.telling import Log
from viperreport.verbs.trust import ledger_of

ASKED = "asked for by a person"
_WAITING = (DeliveryState.QUEUED, DeliveryState.PAUSED)
_SETTLED_BADLY = (DeliveryState.FAILED, DeliveryState.CANCELLED)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person typed.

    Args:
        edition: its name.
        to: addresses; () for all.
        again: another copy, for those who have it.
    """

    edition: str
    to: tuple[str, ...] = ()
    again: bool = False


@dataclass(frozen=True, slots=True)
class Planned:
    """What is to be done for one recipient.

    Args:
        delivery: the one there is; None where there is none.
        posting: the one that is to be noted; None where the one there is goes.
        said: why nothing is done; empty where something is.
    """

    channel: Channel
    recipient: str
    delivery: Delivery | None = None
    posting: Posting | None = None
    said: str = ""

    @property
    def goes(self) -> bool:
        """Whether the delivery that there is goes."""
        return self.delivery is not None and self.posting is None and not self.said


@dataclass(frozen=True, slots=True)
class Handed:
    """What became of a delivery.

    Args:
        state: in words; empty where nothing was done.
        said: why.
    """

    channel: str
    recipient: str
    copy: int
    state: str
    said: str
    kind: Kind = Kind.EDITION

    @property
    def line(self) -> str:
        """All of it, for people."""
        kind = "" if self.kind is Kind.EDITION else f" of the {self.kind}"
        copy = f", copy {self.copy}" if self.copy > 1 else ""
        told = ": ".join(filter(None, (self.state, self.said)))
        return f"{self.channel}{kind} to {self.recipient}{copy}: {told}"


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of what was asked for.

    Args:
        said: why nothing was done; empty where something was.
    """

    edition: str
    handed: tuple[Handed, ...] = ()
    said: str = ""


def send(home: Home, ledger: Ledger, log: Log, stop: Stop, wanted: Wanted) -> Sent:
    """Hand over now what waits of an edition, or what is asked for beside.

    Raises:
        UsageError: it is not filed, was replaced or withdrawn, or an address may not be mailed.
        ConfigError, OnHoldError: by this ledger or clock no run would go, or there is no server.
        VerificationError: its mail can no longer be written.
        Stopped: an end was asked for; the next run goes on.
    """
    refuse_unsure(home)
    plan = Plan(home, ledger_of(home), wanted, log.run)
    planned = plan.made()
    outbox = Outbox(ledger)
    outbox.queue(plan.edition, [each.posting for each in planned if each.posting])
    for each in planned:
        if each.goes and each.delivery:
            _queue_anew(outbox, each.delivery, typed=bool(wanted.to))
    plan.tell_faults(log)
    told = [Handed(each.channel, each.recipient, 1, "", each.said) for each in planned if each.said]
    rows = _rows(ledger_of(home), plan.edition, planned)
    handed = (*told, *served(Sending(home, ledger, log, stop), home, rows))
    return Sent(str(plan.edition.key), handed, "" if planned else plan.nothing())


def served(sending: Sending, home: Home, rows: Collection[int]) -> tuple[Handed, ...]:
    """Serve some deliveries now, and say what became of each.

    Args:
        rows: theirs, in the ledger.
    """
    if rows:
        sending.send_now(rows)
    return tuple(
        Handed(each.channel, each.recipient, each.copy, str(each.state), each.reason, each.kind)
        for each in ledger_of(home).deliveries
        if each.id in rows
    )


def _under_way(delivery: Delivery) -> str:
    return f"is under way, and runs bring it to its end: {delivery.reason}"


def _queue_anew(outbox: Outbox, delivery: Delivery, *, typed: bool) -> None:
    """Have a delivery handed over now, however late that is."""
    anew = {"typed": True} if typed else {}
    outbox.move(
        delivery, DeliveryState.QUEUED, ASKED, next_try=None, not_after=None, refused=0, **anew
    )


def release(outbox: Outbox, waiting: Sequence[Delivery]) -> None:
    """Have what waits for a person handed over."""
    for each in waiting:
        _queue_anew(outbox, each, typed=False)


def _rows(whole: Whole, edition: Edition, planned: Sequence[Planned]) -> set[int]:
    """Which deliveries of the ledger are meant, by now."""
    posted = {(each.channel, each.recipient, each.posting.copy) for each in planned if each.posting}
    there = {each.delivery.id for each in planned if each.goes and each.delivery}
    return {
        each.id
        for each in deliveries_of(whole, edition)
        if each.id in there or (each.channel, each.recipient, each.copy) in posted
    }


def deliveries_of(whole: Whole, edition: Edition, kind: Kind = Kind.EDITION) -> list[Delivery]:
    """What was to go out of an edition, in the order in which it was queued."""
    return [
        each for each in whole.deliveries if each.edition_id == edition.id and each.kind is kind
    ]


class Plan:
    """What is to be done, before anything is.

    Attributes:
        edition: the one that is meant.

    Raises:
        UsageError: it cannot be sent.
    """

    def __init__(self, home: Home, whole: Whole, wanted: Wanted, run: str) -> None:
        self.edition = sendable(whole, wanted.edition)
        self._home = home
        self._whole = whole
        self._wanted = wanted
        self._run = run
        self._there = deliveries_of(whole, self.edition)
        self._gate = Gate(home, whole)

    def tell_faults(self, log: Log) -> None:
        """Tell the operator of the faults of the home's templates, if a letter was drawn."""
        if "_letters" in vars(self):
            tell_faults(log, self._letters)

    def made(self) -> list[Planned]:
        """What is to be done for whom.

        Raises:
            UsageError: an address may not be mailed.
        """
        if not self._wanted.to:
            return list(self._more() if self._wanted.again else self._waiting())
        refuse_without_server(self._home)
        chosen = list(dict.fromkeys(map(self._known, self._wanted.to)))
        self._refuse(chosen)
        return [self._to(each) for each in chosen]

    def nothing(self) -> str:
        """What is said where nothing is to be done."""
        key = self.edition.key
        counts = Counter(each.state for each in self._there)
        have = ", ".join(f"{number} {state}" for state, number in counts.items()) or "no deliveries"
        if self._wanted.again:
            return f"{key}: nobody has it, so there is no other copy to send: {have}"
        return f"{key}: nothing of it waits: {have}; for one more: viperreport send {key} --to ADDR"

    def _waiting(self) -> Iterator[Planned]:
        for each in self._there:
            if each.state is DeliveryState.PAUSED and is_had(self._whole, each):
                continue  # by another copy
            if each.state in _WAITING:
                yield Planned(each.channel, each.recipient, each)
            elif each.state is DeliveryState.UNCONFIRMED:
                yield Planned(each.channel, each.recipient, each, said=_under_way(each))

    def _more(self) -> Iterator[Planned]:
        """Another copy for each who has it."""
        newest = {each.recipient: each for each in self._there if each.channel == MAIL}
        for each in newest.values():
            if any(one.may_be_there for one in self._there if one.recipient == each.recipient):
                refused = self._refusal(each.recipient)
                if not refused and not self._gate.is_listed(each):
                    refused = f"{NOT_LISTED}; --to sends to it"
                yield (
                    Planned(MAIL, each.recipient, each, said=f"not sent: {refused}")
                    if refused
                    else self._to(each.recipient)
                )

    def _to(self, address: str) -> Planned:
        """One address: what it has, what is there for it already, or a new one."""
        last = self._last(address)
        if last is None:
            return Planned(MAIL, address, posting=self._posting(address, 1))
        if last.state is DeliveryState.UNCONFIRMED:
            return Planned(MAIL, address, last, said=_under_way(last))
        if last.state is DeliveryState.ACCEPTED and not self._wanted.again:
            since = f"{last.changed_at.astimezone(self._home.zone):%Y-%m-%d %H:%M}"
            said = f"has it since {since}; --again sends another copy"
            return Planned(MAIL, address, last, said=said)
        anew = self._wanted.again and last.state in {DeliveryState.ACCEPTED, *_SETTLED_BADLY}
        if anew or not kept_content(self._home.ledger, last):
            return Planned(MAIL, address, last, self._posting(address, last.copy + 1))
        return Planned(MAIL, address, last)

    def _known(self, address: str) -> str:
        """An address as it is written in the ledger or in the list; else as it was typed."""
        folded = address.casefold()
        key = self.edition.key
        listed = (each.address for each in self._home.settings.recipients.of(key.briefing, key.area)
                  if each.channel == MAIL)  # fmt: skip
        known = (*(each.recipient for each in self._there if each.channel == MAIL), *listed)
        local, _, domain = address.rpartition("@")
        written = f"{local}@{domain.lower()}"
        return next((each for each in known if each.casefold() == folded), written)

    def _last(self, address: str) -> Delivery | None:
        mine = (each for each in self._there if (each.channel, each.recipient) == (MAIL, address))
        return max(mine, key=lambda each: each.copy, default=None)

    def _posting(self, address: str, copy: int) -> Posting:
        recipient = Recipient(MAIL, address, self._group(address))
        answers = first_of(self._whole, self.edition.key, recipient)
        letter = self._letters.to(recipient, copy=copy, answers=answers)
        return Posting(
            Kind.EDITION, MAIL, address, recipient.group, letter, reason=ASKED, typed=True,
            copy=copy,
        )  # fmt: skip

    def _group(self, address: str) -> str:
        key = self.edition.key
        listed = self._home.settings.recipients.of(key.briefing, key.area)
        return next((each.group for each in listed if each.address == address), "")

    @cached_property
    def _letters(self) -> Letters:
        return Letters(issue_of(self._home, self._whole, self.edition, self._run))

    def _refuse(self, addresses: Sequence[str]) -> None:
        refused = [f"{each}: {why}" for each in addresses if (why := self._refusal(each))]
        if refused:
            raise UsageError(f"{self.edition.key}: nothing is sent: {'; '.join(refused)}")

    def _refusal(self, address: str) -> str:
        return self._gate.bar(self.edition, Recipient(MAIL, address, ""))
