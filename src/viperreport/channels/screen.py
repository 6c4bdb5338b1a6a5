"""Messages on standard error, where cron and systemd pick them up."""

from collections.abc import Callable
from dataclasses import dataclass

from viperreport.errors import OutputError
from viperreport.model.message import Message


@dataclass(frozen=True, slots=True)
class Screen:
    """A line of standard error for each message.

    Args:
        say: writes a line to it.
    """

    say: Callable[[str], None]

    def told(self, message: Message) -> None:
        """Write it.

        Raises:
            OutputError: standard error is closed, or its disk is full.
        """
        try:
            self.say(f"viperreport: {message.line}")
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or "it is closed"
            raise OutputError(f"standard error: cannot be written: {why}") from error
