"""The verbs that lead out of each state of a delivery, and what they change.

Source: "Deliveries" in docs/operating.md.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from sqlalchemy import select

from viperreport.archive.deliveries import MAIL, Delivery, DeliveryState, Kind, move_delivery
from viperreport.archive.delivery_tables import DELIVERIES
from viperreport.archive.ledger import Ledger
from viperreport.archive.reading import Whole
from viperreport.archive.states import Verb
from viperreport.errors import UsageError

# The state that a verb leads to; what is missing is refused.
DELIVERY_LEADS: Mapping[DeliveryState, Mapping[Verb, DeliveryState]] = MappingProxyType(
    {
        DeliveryState.QUEUED: {
            Verb.RETRY: DeliveryState.QUEUED,
            Verb.SKIP: DeliveryState.CANCELLED,
        },
        # It may have arrived: a run sends it again once, or pauses it.
        DeliveryState.UNCONFIRMED: {Verb.SKIP: DeliveryState.CANCELLED},
        DeliveryState.ACCEPTED: {},
        DeliveryState.FAILED: {
            Verb.RETRY: DeliveryState.QUEUED,
            Verb.SKIP: DeliveryState.CANCELLED,
        },
        DeliveryState.PAUSED: {
            Verb.RETRY: DeliveryState.QUEUED,
            Verb.SKIP: DeliveryState.CANCELLED,
        },
        DeliveryState.CANCELLED: {},
    }
)


def led_by(whole: Whole, verb: Verb, editions: frozenset[int]) -> tuple[Delivery, ...]:
    """The deliveries of some editions out of whose states a verb leads.

    What was replaced or withdrawn since, and what its recipient has by another copy, is not sent
    again, whatever is typed; a correction that nobody has let out yet is by --confirm alone. A
    draft goes with its hold.

    Args:
        editions: their rows.
    """
    return tuple(
        each
        for each in whole.deliveries
        if each.edition_id in editions
        and verb in DELIVERY_LEADS[each.state]
        and each.kind is not Kind.DRAFT
        and (verb is not Verb.RETRY or _is_wanted(whole, each))
    )


def _is_wanted(whole: Whole, delivery: Delivery) -> bool:
    """Whether it is of use to send it."""
    if delivery.awaits_confirmation:
        return False
    return _stands(whole, delivery) and not is_had(whole, delivery)


def is_had(whole: Whole, delivery: Delivery) -> bool:
    """Whether its recipient has the same by another copy."""
    return any(
        each.state is DeliveryState.ACCEPTED and _same(each) == _same(delivery)
        for each in whole.deliveries
    )


def _same(delivery: Delivery) -> tuple[int, Kind, str, str]:
    return delivery.edition_id, delivery.kind, delivery.channel, delivery.recipient.casefold()


def _stands(whole: Whole, delivery: Delivery) -> bool:
    standing = whole.standings.get(str(delivery.edition))
    if standing is None:
        return True
    return not standing.superseded_by and delivery.kind is Kind.WITHDRAWAL


def without_bytes(ledger: Ledger, these: Sequence[Delivery]) -> frozenset[int]:
    """The rows of those whose message was dropped for its age: it cannot be sent again."""
    query = select(DELIVERIES.c.id).where(DELIVERIES.c.channel == MAIL, DELIVERIES.c.head == b"")
    with ledger.reading() as connection:
        dropped = set(connection.execute(query).scalars())
    return frozenset(each.id for each in these if each.id in dropped)


def order(
    ledger: Ledger, these: Sequence[Delivery], verb: Verb, reason: str
) -> tuple[Delivery, ...]:
    """Do with deliveries what a person typed: with all of them, or with none.

    What is to be tried again is neither too old nor does it wait; nor is it counted how often a
    server put it off before.

    Args:
        these: in states out of which the verb leads.

    Returns:
        They, in the states that they are in now.

    Raises:
        UsageError: one is in another state by now.
    """
    changes: dict[str, Any] = {"reason": f"{verb}: {reason}", "code": 0, "next_try": ""}
    if verb is Verb.RETRY:
        changes |= {"typed": 1, "not_after": "", "refused": 0}
    with ledger.writing() as connection:
        for each in these:
            to = DELIVERY_LEADS[each.state][verb]
            if not move_delivery(connection, ledger.stamp, each, to, **changes):
                raise UsageError(
                    f"{each.edition}: {each.said} is no longer {each.state}: see viperreport "
                    "history"
                )
    now: dict[str, Any] = {"reason": changes["reason"], "next_try": None}
    return tuple(replace(each, state=DELIVERY_LEADS[each.state][verb], **now) for each in these)
