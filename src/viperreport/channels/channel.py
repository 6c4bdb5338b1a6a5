"""What a way to the operator is."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from viperreport.channels.operator_mail import Route
from viperreport.model.message import Message


class Channel(Protocol):
    """A way to the person who looks after a home."""

    def told(self, message: Message) -> None:
        """Bring a message on its way.

        Raises:
            ViperReportError: it could not be; the others are told why, so no secret may be in it.
        """


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a channel is made from.

    Args:
        state: output/state of the home.
        say: writes a line to standard error.
        route: gives the way of mail as it is configured now; None where there is none.
        is_ending: whether an end was asked for: what hangs is waited for no longer.
    """

    state: Path
    say: Callable[[str], None]
    route: Callable[[], Route | None] = lambda: None
    is_ending: Callable[[], bool] = lambda: False
