"""What was seen last, kept outside the ledger: a ledger put back from a backup is found out.

Source: "A ledger that lies" in docs/operating.md.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from viperreport.archive.chain import NO_LINK, Head
from viperreport.durable import PRIVATE, settle_directory, write_whole
from viperreport.errors import ConfigError

NAME = "witness.json"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a home lies."""

    host: str
    path: str


@dataclass(frozen=True, slots=True)
class Witness:
    """What a run saw as it ended.

    Args:
        home: the home's id.
        places: from where it may run; more than one only where machines share a ledger.
        head: of the chain of files.
        event: the number of the ledger's last event.
        instant: the newest that was seen, aware.
        pruned: the head of the chain of prunings.
    """

    home: str
    places: tuple[Place, ...]
    head: Head
    event: int
    instant: datetime
    pruned: Head = NO_LINK


def read_witness(state: Path) -> Witness | None:
    """Read a home's witness; None where there is none.

    Raises:
        ConfigError: it is damaged.
    """
    file = state / NAME
    try:
        said = json.loads(file.read_text(encoding="utf-8"))
        return Witness(
            str(said["home"]),
            tuple(Place(str(each["host"]), str(each["path"])) for each in said["places"]),
            _head(said["head"]),
            int(said["event"]),
            _aware(datetime.fromisoformat(said["instant"])),
            _head(said["pruned"]) if "pruned" in said else NO_LINK,  # older ones have none
        )
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError):
        raise ConfigError(
            f"{file}: cannot be read as a witness: put it back from a backup, or type: "
            "viperreport adopt"
        ) from None


def write_witness(state: Path, witness: Witness) -> None:
    """Keep what was seen, durably.

    Raises:
        OutputError: it cannot be written.
    """
    content = json.dumps(asdict(witness), indent=1, default=lambda at: at.isoformat())
    write_whole(state / NAME, f"{content}\n".encode(), PRIVATE)
    settle_directory(state)


def _head(said: Mapping[str, Any]) -> Head:
    return Head(int(said["seq"]), str(said["chain"]))


def _aware(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise ValueError("an instant without a zone")
    return instant
