"""Who is listed and got nothing because the address is not allowed: a slip that nobody would see.

Who is suppressed or was taken out gets nothing on purpose. Source: "Who gets it" in
docs/operating.md.
"""

from collections.abc import Collection, Iterator
from itertools import groupby

from viperreport.archive.deliveries import Delivery, DeliveryState, Kind
from viperreport.archive.reading import Edition, Whole
from viperreport.errors import DeliveryError
from viperreport.settings import Recipient
from viperreport.settings.recipients import FILE, NOT_ALLOWED
from viperreport.verbs.advice import named, send
from viperreport.verbs.gate import Gate
from viperreport.verbs.overdue import Matter

_SUPPRESSED = "suppressed"  # begins the reason of both lists


def is_for_nobody(theirs: Collection[Delivery]) -> bool:
    """Whether nothing of an edition was to go out, for a reason that is not one recipient's.

    Args:
        theirs: its deliveries.
    """
    if any(each.state is not DeliveryState.CANCELLED for each in theirs):
        return False
    return any(
        each.reason not in NOT_ALLOWED and not each.reason.startswith(_SUPPRESSED)
        for each in theirs
    )


def turned_away(whole: Whole, gate: Gate, edition: Edition) -> Iterator[Matter]:
    """Who should have got an edition, is listed still, and what to type."""
    theirs = [each for each in whole.deliveries if each.edition_id == edition.id]
    if is_for_nobody(theirs):
        return
    found = [(why, each) for each in theirs if (why := _why(gate, edition, theirs, each))]
    found.sort(key=lambda pair: pair[0])
    for why, pairs in groupby(found, key=lambda pair: pair[0]):
        yield _matter(str(edition.key), why, tuple(each.recipient for _, each in pairs))


def _why(gate: Gate, edition: Edition, theirs: Collection[Delivery], delivery: Delivery) -> str:
    """Why a delivery went nowhere, as it is today; empty where that is no slip, or made up for."""
    is_cut = delivery.state is DeliveryState.CANCELLED and delivery.reason in NOT_ALLOWED
    if delivery.kind is not Kind.EDITION or not is_cut or not gate.is_listed(delivery):
        return ""
    mine = Recipient(delivery.channel, delivery.recipient, "")
    copies = [
        each.copy for each in theirs
        if each.kind is Kind.EDITION and Recipient(each.channel, each.recipient, "").key == mine.key
    ]  # fmt: skip
    if delivery.copy < max(copies):
        return ""
    now = gate.bar(edition, mine)
    return delivery.reason if not now or now in NOT_ALLOWED else ""


def _matter(name: str, why: str, whom: tuple[str, ...]) -> Matter:
    said = f"not sent to {named(whom)}: {why}"
    step = f"{send(name, whom)}, once {FILE} is mended"
    return Matter(name, said, DeliveryError.exit_code, step, whom)
