"""Who did not get a delivery and what to type, in the same words wherever it is said.

Source: "Deliveries" in docs/operating.md.
"""

from collections.abc import Sequence

from viperreport.archive.deliveries import MAIL, Channel, Kind
from viperreport.archive.states import Verb
from viperreport.settings.recipients import FILE

NAMED = 3  # so many are named in one line


def retry(name: str) -> str:
    """Have deliveries of an edition served anew."""
    return f"viperreport {Verb.RETRY} {name} --reason …"


def skip(name: str) -> str:
    """Settle them without serving them."""
    return f"viperreport {Verb.SKIP} {name} --reason …"


def send(name: str, whom: Sequence[str]) -> str:
    """Have an edition sent to somebody.

    Args:
        whom: addresses; of several the reader chooses.
    """
    return f"viperreport send {name} --to {whom[0] if len(whom) == 1 else 'ADDR'}"


def of_failed(name: str, kind: Kind, channel: Channel, whom: Sequence[str]) -> str:
    """What to type for what was refused for good: the server's words say which of the two it is.

    Args:
        name: the edition's.
        whom: the addresses that were refused.
    """
    if channel != MAIL:
        return f"{retry(name)}, once the cause is mended; or {skip(name)}"
    old = whom[0] if len(whom) == 1 else "OLD"
    away = f"viperreport suppress add {old} --reason … (or {skip(name)})"
    if kind is Kind.EDITION:
        away = f"mend {FILE}, then viperreport send {name} --to NEW, and {away}"
    return f"{retry(name)}, once a full mailbox or the like is mended; for a wrong address {away}"


def named(whom: Sequence[str]) -> str:
    """Some of many, and how many more: "a, b, c and 2 more"."""
    more = len(whom) - NAMED
    if more <= 1:  # a name is as short as "and 1 more"
        return ", ".join(whom)
    return f"{', '.join(whom[:NAMED])} and {more} more"
