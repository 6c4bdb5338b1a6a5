"""Where things stand: the verbs `status` and `history`, and those that lead out of a state."""

import re
import socket
from dataclasses import dataclass
from datetime import datetime

from viperreport.archive.deliveries import MAIL, Delivery, DeliveryState
from viperreport.archive.ledger import Ledger
from viperreport.archive.outbox import Outbox
from viperreport.archive.reading import Edition, Event, Whole, read_ledger
from viperreport.archive.states import LEADS, State, Verb
from viperreport.archive.ways_out import led_by, order, without_bytes
from viperreport.errors import ConfigError, DataError, UsageError
from viperreport.evidence.counts import latest_loads
from viperreport.evidence.store import consulting
from viperreport.pipeline import Home
from viperreport.slots import describe_slot, next_slots, parse_schedule
from viperreport.verbs.advice import send
from viperreport.verbs.overdue import Matter, overdue_edition, overdue_slots
from viperreport.verbs.planning import CONFIRM, RunRequest, plan
from viperreport.verbs.trust import ADOPT, doubts, ledger_of
from viperreport.verbs.undelivered import delivered, undelivered

_SLOT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")


def matters(home: Home) -> list[Matter]:
    """Everything that is not as it should be, worst first; then what comes next."""
    whole, now = ledger_of(home), home.clock()
    if whole.newest is None:
        return [Matter("run", "there was none yet", step="viperreport run"), *_to_come(home, now)]
    found = []
    if why := doubts(home, whole):
        found.append(Matter("ledger", why, ConfigError.exit_code, ADOPT))
    planned = plan(home, whole, RunRequest(), now)
    if planned.block is not None:
        found.append(Matter("clock", planned.block.said, planned.block.code, CONFIRM))
    found += overdue_slots(home, whole, planned, now)
    found += [
        overdue_edition(home, whole, edition, now) or _of(edition)
        for edition in whole.editions
        if _is_open(edition)
    ]
    found += _refused(home, now)
    found += undelivered(home, whole, now)
    found += _withdrawn(whole)
    return found + _to_come(home, now)


def _refused(home: Home, now: datetime) -> list[Matter]:
    """Sources whose newest delivery was refused: what comes next is made without it."""
    try:
        with consulting(home.engine, home.identity.id) as connection:
            loads = latest_loads(connection, home.settings.sources, now)
    except DataError:  # nothing was ever loaded
        return []
    step = "viperreport loads, and load a mended file"
    return [
        Matter(f"source {each.source}", f"{each.refused_file} was refused: {each.refused_reason}",
               DataError.exit_code, step)
        for each in loads if each.refused_since
    ]  # fmt: skip


def _withdrawn(whole: Whole) -> list[Matter]:
    """Editions that are no longer valid, and that none has replaced."""
    return [
        Matter(name, str(standing))
        for name, standing in whole.standings.items()
        if standing.withdrawn and not standing.superseded_by
    ]


def _is_open(edition: Edition) -> bool:
    return edition.state not in {State.FILED, State.SKIPPED, State.VOID}


def _of(edition: Edition) -> Matter:
    """What an edition needs that is not overdue."""
    name = str(edition.key)
    retry = f"viperreport retry {name} --reason …"
    match edition.state:
        case State.HELD:
            step = f"{retry}, once that is done; or viperreport release {name} --reason …"
            return Matter(name, f"on hold: {edition.reason}", edition.code, step)
        case State.FAILED:
            return Matter(name, f"failed: {edition.reason}", edition.code, retry)
        case _:
            return Matter(name, f"{edition.state}: {edition.reason or 'under way'}")


def _to_come(home: Home, now: datetime) -> list[Matter]:
    return [
        Matter(briefing.name, f"next on {describe_slot(slot, home.zone)}")
        for briefing in home.settings.briefings
        for slot in next_slots(parse_schedule(briefing.every), home.zone, now, 1)
    ]


@dataclass(frozen=True, slots=True)
class Past:
    """What became of a slot or of an edition.

    Args:
        delivered: how many of its deliveries are in which state; empty where there are none.
    """

    briefing: str
    slot: str
    edition: str
    state: str
    known_at: datetime | None
    run: str
    reason: str
    delivered: str = ""


def history(home: Home) -> tuple[Past, ...]:
    """What became of every slot that was taken up, oldest first."""
    whole = read_ledger(home.ledger, home.identity.id)
    sent: dict[int, list[Delivery]] = {}
    for delivery in whole.deliveries:
        sent.setdefault(delivery.edition_id, []).append(delivery)
    made = [
        (each.due, Past(
            each.key.briefing, each.slot, str(each.key), each.state, each.known_at, each.run,
            _reason(whole, each), delivered(sent.get(each.id, ())),
        ))
        for each in whole.editions
    ]  # fmt: skip
    without = [
        (each.due, Past(each.briefing, each.slot, "", each.outcome, None, "", ""))
        for each in whole.slots
        if each.outcome.startswith(State.SKIPPED)
    ]
    return tuple(past for _, past in sorted(made + without, key=lambda pair: pair[0]))


def _reason(whole: Whole, edition: Edition) -> str:
    """Why it is in its state, and what became of it since."""
    standing = str(whole.standings.get(str(edition.key), ""))
    return "; ".join(filter(None, (edition.reason, standing)))


def events_of(home: Home, name: str) -> tuple[Event, ...]:
    """Every change of an edition's state, or of those of a slot.

    Raises:
        UsageError: there is no such edition.
    """
    whole = read_ledger(home.ledger, home.identity.id)
    keys = {str(each.key) for each in found(whole, name)}
    return tuple(event for event in whole.events if str(event.edition) in keys)


def found(whole: Whole, name: str) -> tuple[Edition, ...]:
    """The editions that a name or a slot means.

    Raises:
        UsageError: there is none; the nearest are offered.
    """
    if _SLOT.fullmatch(name):
        there = [each for each in whole.editions if each.slot == name]
    else:
        there = [each for each in whole.editions if str(each.key) == name.removesuffix("@1")]
    if there:
        return tuple(there)
    known = [str(each.key) for each in whole.editions if _is_open(each)] or [
        str(each.key) for each in whole.editions
    ]
    hint = f"there are {', '.join(known[-3:])}" if known else "no run has taken any up yet"
    raise UsageError(f"{name}: is no slot or edition of the ledger: {hint}")


@dataclass(frozen=True, slots=True)
class Obeyed:
    """What was done with what a person meant.

    Args:
        editions: those that were changed.
        deliveries: likewise, as they are now.
        lost: deliveries of which the message was dropped for its age, so nothing was done.
    """

    editions: tuple[Edition, ...]
    deliveries: tuple[Delivery, ...] = ()
    lost: tuple[Delivery, ...] = ()


def obey(home: Home, ledger: Ledger, verb: Verb, name: str, reason: str) -> Obeyed:
    """Do with an edition, or with those of a slot, what a person typed.

    Of one that is filed its deliveries are meant. Of a slot's editions, and of deliveries, those
    are passed over out of whose states the verb does not lead.

    Raises:
        UsageError: there is none, no reason is given, the slot is one of several briefings, or the
            verb leads out of no state of theirs.
    """
    if not reason.strip():
        raise UsageError("--reason: say why, in a few words: it is kept")
    said = " ".join(reason.split())
    whole = read_ledger(home.ledger, home.identity.id)
    meant = found(whole, name)
    able = [each for each in meant if verb in LEADS[each.state]]
    theirs = led_by(whole, verb, frozenset(each.id for each in meant))
    if len({each.key.briefing for each in meant}) > 1:
        names = ", ".join(str(each.key) for each in able or meant)
        raise UsageError(f"{name}: is a slot of several briefings: name an edition: {names}")
    if not able and not theirs:
        raise UsageError("; ".join(_unable(whole, verb, each) for each in meant))
    gone = without_bytes(ledger, theirs) if verb is Verb.RETRY else frozenset()
    moved = order(ledger, [each for each in theirs if each.id not in gone], verb, said)
    lost = tuple(each for each in theirs if each.id in gone)
    if verb is Verb.RETRY and moved:  # also by a way that is left alone
        Outbox(ledger).note_pause(MAIL, socket.gethostname(), None)
    return Obeyed(ledger.obey(able, verb, said), moved, lost)


def _unable(whole: Whole, verb: Verb, edition: Edition) -> str:
    able = ", ".join(LEADS[edition.state]) or "nothing more to be done"
    theirs = [each for each in whole.deliveries if each.edition_id == edition.id]
    said = delivered(theirs)
    told = f"{edition.key}: is {edition.state}{f' ({said})' if said else ''}, there is {able}"
    lost = any(each.state is DeliveryState.CANCELLED for each in theirs)
    if verb is Verb.RETRY and lost and str(edition.key) not in whole.standings:
        return f"{told}; to send it all the same, type: {send(str(edition.key), ())}"
    return told
