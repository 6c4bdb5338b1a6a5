"""What a run would send, before it does: of the editions that it would make, and of what waits.

Source: "Deliveries" in docs/operating.md.
"""

import socket
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from viperreport.archive.deliveries import MAIL, OPEN, Delivery, DeliveryState, Kind
from viperreport.archive.ledger import SAME_CUT_OFF
from viperreport.archive.reading import Edition, Whole
from viperreport.archive.states import State
from viperreport.channels.folder import target_fault
from viperreport.errors import UsageError
from viperreport.homes import MARK
from viperreport.pipeline import Home
from viperreport.settings import ALL_AREAS, Recipient
from viperreport.verbs.gate import TOO_LATE, Gate, is_too_old
from viperreport.verbs.planning import MISSED, PASSED_OVER, Due, Plan, is_missed, is_passed_over
from viperreport.verbs.posting import releasing, sent_before
from viperreport.verbs.readers import Reader, readers
from viperreport.verbs.sending import MOST_DOUBTS
from viperreport.verbs.trust import areas_each


@dataclass(frozen=True, slots=True)
class Foreseen:
    """To whom an edition would go.

    Args:
        listed: who is listed for it, also where nothing can go there.
        withheld: why nothing of it goes by itself; empty where it does.
        unless: what may keep it back still; empty for nothing.
    """

    edition: str
    listed: tuple[Reader, ...] = ()
    withheld: str = ""
    unless: str = ""

    @property
    def lines(self) -> Iterator[str]:
        """All of it, for people."""
        whom = [each.address for each in self.listed if not each.refused]
        if self.withheld:
            yield f"would not send {self.edition}: {self.withheld}"
        elif whom:
            unless = f" (unless {self.unless})" if self.unless else ""
            yield f"would send {self.edition} to {len(whom)}{unless}: {', '.join(whom)}"
        else:
            yield f"would send {self.edition} to nobody"
        for each in self.listed:
            if each.refused:
                yield f"would not send {self.edition} to {each.address}: {each.refused}"


@dataclass(frozen=True, slots=True)
class Served:
    """What would become of a delivery that waits."""

    edition: str
    channel: str
    recipient: str
    kind: Kind
    becomes: str

    @property
    def line(self) -> str:
        """All of it, for people."""
        kind = "" if self.kind is Kind.EDITION else f" of the {self.kind}"
        return (
            f"would serve {self.edition}: {self.channel}{kind} to {self.recipient}: {self.becomes}"
        )


def foreseen(home: Home, whole: Whole, planned: Plan) -> tuple[Foreseen, ...]:
    """To whom what a run would claim, and bring to its end, would go.

    It is for an edition that nothing holds, or puts off.
    """
    taken = {
        (each.key.briefing, each.key.cut_off)
        for each in whole.editions
        if each.state is not State.VOID
    }
    found: list[Foreseen] = []
    for due in planned.due:
        is_taken = (due.briefing, due.cut_off) in taken
        found += _of_slot(home, whole, planned, due, SAME_CUT_OFF if is_taken else "")
        taken.add((due.briefing, due.cut_off))
    gate = Gate(home, whole)
    return (*found, *(_of_edition(home, whole, gate, each) for each in planned.unfinished))


def _of_slot(home: Home, whole: Whole, planned: Plan, due: Due, why_not: str) -> Iterator[Foreseen]:
    unmade = why_not or (MISSED if is_missed(home, due) else "")
    if unmade:
        yield Foreseen(f"{due.briefing}/{ALL_AREAS}/{due.cut_off}", withheld=f"not made: {unmade}")
        return
    withheld = PASSED_OVER if is_passed_over(home, due, planned.due) else ""
    for area in (ALL_AREAS, *areas_each(home, due.briefing)):
        name = f"{due.briefing}/{area}/{due.cut_off}"
        listed = _in_time(
            home, due.slot.instant, readers(home, due.briefing, area, whole.suppressed)
        )
        yield Foreseen(name, listed, withheld, _unless(home, due.briefing))


def _of_edition(home: Home, whole: Whole, gate: Gate, edition: Edition) -> Foreseen:
    key = edition.key
    try:
        listed = readers(home, key.briefing, key.area, whole.suppressed)
    except UsageError:  # the briefing is no longer configured
        return Foreseen(str(key), withheld=f"there is no briefing {key.briefing} any more")
    if whole.corrects(edition.id):
        listed = (*listed, *_had(whole, gate, edition, listed))
        whom = sum(not each.refused for each in listed)
        step = releasing(Kind.EDITION, edition)
        return Foreseen(str(key), listed, f"once it is filed, to {whom}, type: {step}")
    claimed = next((each.reason for each in whole.events if each.edition == key), "")
    withheld = PASSED_OVER if claimed.startswith(PASSED_OVER) else ""
    if not edition.released:
        listed = _in_time(home, edition.due, listed)
    return Foreseen(str(key), listed, withheld, _unless(home, key.briefing))


def _had(
    whole: Whole, gate: Gate, edition: Edition, listed: tuple[Reader, ...]
) -> Iterator[Reader]:
    """Who had what an edition replaces, and is not listed for it."""
    seen = {(each.channel, each.address.casefold()) for each in listed}
    for each in sent_before(whole, edition.key):
        if (each.channel, each.recipient.casefold()) not in seen:
            seen.add((each.channel, each.recipient.casefold()))
            refused = gate.bar(edition, Recipient(each.channel, each.recipient, each.audience))
            yield Reader(each.channel, each.audience, each.recipient, refused)


def _in_time(home: Home, due: datetime, listed: tuple[Reader, ...]) -> tuple[Reader, ...]:
    """Mail that is later than its readers have a use for waits for a person; folders take all."""
    mail = home.settings.mail
    if mail is None or home.clock() <= due + mail.mail_if_late_by:
        return listed
    return tuple(
        replace(each, refused=each.refused or (TOO_LATE if each.channel == MAIL else ""))
        for each in listed
    )


def _unless(home: Home, briefing: str) -> str:
    when = home.settings.briefing(briefing).send_when
    return "" if when == "always" else f'send_when = "{when}" keeps it back'


def would_serve(home: Home, whole: Whole) -> tuple[Served, ...]:
    """What a run would do of the deliveries that wait, as far as their time has come."""
    gate, now = Gate(home, whole), home.clock()
    return tuple(
        Served(str(each.edition), each.channel, each.recipient, each.kind, becomes)
        for each in whole.deliveries
        if each.state in OPEN and (becomes := _becomes(home, whole, gate, each, now))
    )


def _becomes(home: Home, whole: Whole, gate: Gate, delivery: Delivery, now: datetime) -> str:
    """In words; empty where it is not yet its time."""
    if refused := gate.refusal(delivery):
        return f"cancelled: {refused}"
    if _is_doubtful(home, delivery):
        return "paused: sent and never confirmed"
    if delivery.next_try is not None and now < delivery.next_try:
        return ""
    if is_too_old(delivery, now):
        return f"paused: {TOO_LATE}"
    return _way(home, whole, delivery, now)


def _is_doubtful(home: Home, delivery: Delivery) -> bool:
    if delivery.state is not DeliveryState.UNCONFIRMED:
        return False
    mail = home.settings.mail
    return delivery.doubts >= MOST_DOUBTS or (mail is not None and mail.on_doubt == "pause")


def _way(home: Home, whole: Whole, delivery: Delivery, now: datetime) -> str:
    if delivery.channel != MAIL:
        fault = target_fault(Path(delivery.recipient))
        return f"waits: {fault}" if fault else "put there"
    if home.settings.mail is None:
        return "waits: there is no server to mail by"
    host = socket.gethostname()
    for each in whole.left_alone:
        if (each.channel, each.host) == (MAIL, host) and now < each.until:
            until = f"{each.until.astimezone(home.zone):%Y-%m-%d %H:%M}"
            return f"waits until {until}, unless .env or {MARK} was edited: {each.reason}"
    return "sent"
