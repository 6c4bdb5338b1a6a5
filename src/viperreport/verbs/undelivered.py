"""How editions were delivered: what `status` says of it, and the tally that `history` shows.

Source: "Deliveries" in docs/operating.md.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby

from viperreport.archive.deliveries import (
    FOLDER,
    MAIL,
    NOT_CONFIRMED,
    OPEN,
    UNSETTLED,
    Delivery,
    DeliveryState,
    Kind,
)
from viperreport.archive.reading import Edition, LeftAlone, Whole
from viperreport.archive.states import State, Verb
from viperreport.archive.ways_out import is_had
from viperreport.errors import DeliveryError
from viperreport.pipeline import Home
from viperreport.settings import Recipient
from viperreport.verbs import advice
from viperreport.verbs.gate import Gate
from viperreport.verbs.overdue import Matter
from viperreport.verbs.trust import RESTORED_FILED
from viperreport.verbs.turned_away import is_for_nobody, turned_away

_CODE = DeliveryError.exit_code
_STATES = (DeliveryState.ACCEPTED, *UNSETTLED, DeliveryState.FAILED, DeliveryState.CANCELLED)
_RUN = "viperreport run"


def undelivered(home: Home, whole: Whole, now: datetime) -> list[Matter]:
    """Deliveries that are not as they should be, and who was added since: many are one matter."""
    found = [*_ways(home, whole, now)]
    newest = {each.id for each in _newest(whole)}
    amiss = [each for each in whole.deliveries if _is_amiss(home, whole, each, newest, now)]
    amiss.sort(key=_alike)
    for (number, kind, *_), these in groupby(amiss, key=_alike):
        every = [e for e in whole.deliveries if (e.edition_id, e.kind) == (number, kind)]
        found.append(_matter(home, tuple(these), every))
    return [*found, *_left_out(home, whole)]


def _alike(delivery: Delivery) -> tuple[int, Kind, int, bool]:
    """What is the same for deliveries that are one matter."""
    state = _STATES.index(delivery.state)
    return delivery.edition_id, delivery.kind, state, delivery.awaits_confirmation


def next_tries(whole: Whole) -> list[datetime | None]:
    """When what is not delivered yet may be tried again, as far as an instant was set for it."""
    waiting = [each for each in whole.deliveries if each.state in OPEN]
    ways = {each.channel for each in waiting}
    return [
        *(each.next_try for each in waiting),
        *(each.until for each in whole.left_alone if each.channel in ways),
    ]


def tally(these: Iterable[Delivery], *, last: DeliveryState = DeliveryState.CANCELLED) -> str:
    """How many are in which state, such as "45 accepted, 5 failed"; empty for none.

    Args:
        last: the state that is named at the end.
    """
    counted = Counter(each.state for each in these)
    order = sorted(_STATES, key=lambda state: state is last)
    return ", ".join(f"{counted[state]} {state}" for state in order if counted[state])


def delivered(these: Iterable[Delivery]) -> str:
    """The tallies of an edition, its withdrawal and its drafts, each by itself; empty for none."""
    of: dict[Kind, list[Delivery]] = {kind: [] for kind in Kind}
    for each in these:
        of[each.kind].append(each)
    return "; ".join(f"{_of(kind)}{tally(those)}" for kind, those in of.items() if those)


def _of(kind: Kind) -> str:
    return "" if kind is Kind.EDITION else f"of the {kind}: "


def _newest(whole: Whole) -> list[Edition]:
    """The newest filed edition of each briefing and area."""
    found: dict[tuple[str, str], Edition] = {}
    filed = (each for each in whole.editions if each.state is State.FILED)
    for each in sorted(filed, key=lambda each: (each.key.cut_off, each.key.revision)):
        found[each.key.briefing, each.key.area] = each
    return list(found.values())


def _is_amiss(
    home: Home, whole: Whole, delivery: Delivery, newest: set[int], now: datetime
) -> bool:
    if delivery.kind is Kind.DRAFT and not _is_held(whole, delivery):
        return False
    match delivery.state:
        case DeliveryState.UNCONFIRMED:
            return True
        case DeliveryState.PAUSED:
            return not is_had(whole, delivery)
        case DeliveryState.FAILED:
            matters = delivery.kind is Kind.DRAFT or _matters(whole, delivery, newest)
            return matters and not is_had(whole, delivery)
        case DeliveryState.QUEUED:
            late = now > _since(delivery) + home.settings.operator.overdue_after
            return late or delivery.refused > 0
        case _:
            return False


def _is_held(whole: Whole, delivery: Delivery) -> bool:
    """Whether the edition of a draft is on hold still: else nobody needs it."""
    return any(
        each.id == delivery.edition_id and each.state is State.HELD for each in whole.editions
    )


def _matters(whole: Whole, delivery: Delivery, newest: set[int]) -> bool:
    """Whether what failed does still: a newer edition makes up for it, but not for what is wrong.

    A correction or a withdrawal that did not arrive leaves somebody with what is wrong.
    """
    standing = whole.standings.get(str(delivery.edition))
    if standing is not None and standing.superseded_by:
        return False
    if delivery.kind is Kind.WITHDRAWAL:
        return True
    corrects = whole.corrects(delivery.edition_id)
    return standing is None and (corrects or delivery.edition_id in newest)


def _since(delivery: Delivery) -> datetime:
    """Since when it is to be served."""
    again = delivery.reason.startswith(f"{Verb.RETRY}: ")
    return delivery.changed_at if again else delivery.queued_at


def _matter(home: Home, these: Sequence[Delivery], every: Sequence[Delivery]) -> Matter:
    """What is to be said of an edition's deliveries that are in one state."""
    first, name = these[0], str(these[0].edition)
    whom = tuple(each.recipient for each in these)
    reasons = list(dict.fromkeys(each.reason for each in these if each.reason))
    why = f": {reasons[0]}" if reasons else ""
    other = " (and other reasons)" if len(reasons) > 1 else ""
    if first.awaits_confirmation:
        why, other = f": {NOT_CONFIRMED}", ""
    said = f"{_of(first.kind)}{tally(every, last=first.state)}: {advice.named(whom)}{why}{other}"
    again = min((each.next_try for each in these if each.next_try), default=None)
    step = _step(first, whom, again=again is not None)
    if again is not None and first.state in OPEN:
        said = f"{said}; tried again at {_words(home, again)}"
    return Matter(name, said, _CODE, step, whom)


def _step(first: Delivery, whom: tuple[str, ...], *, again: bool) -> str:
    """What to type for deliveries that are in one state.

    Args:
        first: one of them.
        again: whether an instant is set for another try.
    """
    name = str(first.edition)
    retry = advice.retry(name)
    match first.state:
        case _ if first.kind is Kind.DRAFT:  # what is typed of the edition is about its hold
            return "viperreport doctor smtp, which says what is wrong; the draft itself is here"
        case DeliveryState.FAILED:
            return advice.of_failed(name, first.kind, first.channel, whom)
        case _ if first.awaits_confirmation:
            return first.reason.partition(": type ")[2]
        case DeliveryState.PAUSED:
            return f"{retry}, and {_RUN}, to send it; or {advice.skip(name)}"
        case DeliveryState.UNCONFIRMED:
            return f"{_RUN}, which settles it from then on"
        case _:
            return f"{retry}, and {_RUN}, to try at once" if again else f"{_RUN}, which says why"


def _ways(home: Home, whole: Whole, now: datetime) -> Iterator[Matter]:
    """The ways that are left alone while something waits for them."""
    for each in whole.left_alone:
        waiting = [d for d in whole.deliveries if d.channel == each.channel and d.state in OPEN]
        if waiting and now < each.until:
            yield _way(home, each, len(waiting))


def _way(home: Home, way: LeftAlone, waiting: int) -> Matter:
    messages = "1 message waits" if waiting == 1 else f"{waiting} messages wait"
    said = f"left alone by {way.host} until {_words(home, way.until)}; {messages}: {way.reason}"
    step = f"viperreport doctor {'smtp' if way.channel == MAIL else way.channel}"
    return Matter(
        way.channel, said, _CODE, f"{step}; a change of .env or viperreport.toml ends it at once"
    )


def _left_out(home: Home, whole: Whole) -> Iterator[Matter]:
    """Who is configured today, and got nothing of the newest edition."""
    gate = Gate(home, whole)
    for edition in _newest(whole):
        if str(edition.key) not in whole.standings and edition.reason != RESTORED_FILED:
            yield from turned_away(whole, gate, edition)
            yield from _added(home, whole, gate, edition)


def _added(home: Home, whole: Whole, gate: Gate, edition: Edition) -> Iterator[Matter]:
    """Who is configured today, and no delivery of an edition is theirs."""
    theirs = [each for each in whole.deliveries if each.edition_id == edition.id]
    if is_for_nobody(theirs):
        return
    had = {Recipient(each.channel, each.recipient, "").key for each in theirs}
    listed = home.settings.recipients.of(edition.key.briefing, edition.key.area)
    new = [each for each in listed if each.key not in had and not gate.bar(edition, each)]
    for channel in (MAIL, FOLDER):
        if whom := tuple(each.address for each in new if each.channel == channel):
            yield _of_new(str(edition.key), channel, whom)


def _of_new(name: str, channel: str, whom: tuple[str, ...]) -> Matter:
    """Folders get what is filed from now on; a mail is sent when a person asks for it."""
    said = f"added since: {advice.named(whom)}"
    if channel == FOLDER:
        return Matter(name, f"{said}: the next edition is put there", whom=whom)
    return Matter(name, said, step=advice.send(name, whom), whom=whom)


def _words(home: Home, instant: datetime) -> str:
    return f"{instant.astimezone(home.zone):%Y-%m-%d %H:%M}"
