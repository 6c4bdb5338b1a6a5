"""The edition that a corrected one replaces, with all that it takes to tell what was other."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from typing import Any

CORRECTIONS = "corrections"  # the name of the section that tells what is other


@dataclass(frozen=True, slots=True)
class Replaced:
    """The edition before, under the same key.

    Args:
        revision: its number.
        day: of its slot.
        known_at: the instant (UTC) whose knowledge it used.
        configuration: the hash of the text that it was built by.
        reason: why it is replaced, as a person typed it.
    """

    revision: int
    day: date
    known_at: datetime
    configuration: str
    reason: str


def told_of(replaced: Replaced) -> dict[str, Any]:
    """The same as plain values."""
    told = asdict(replaced)
    told["day"], told["known_at"] = replaced.day.isoformat(), replaced.known_at.isoformat()
    return told


def replaced_of(told: Mapping[str, Any] | None) -> Replaced | None:
    """Read what `told_of` wrote; None where nothing is replaced.

    Raises:
        ValueError, KeyError, TypeError: it is none.
    """
    if told is None:
        return None
    return Replaced(
        int(told["revision"]),
        date.fromisoformat(told["day"]),
        datetime.fromisoformat(told["known_at"]).astimezone(UTC),
        str(told["configuration"]),
        str(told["reason"]),
    )
