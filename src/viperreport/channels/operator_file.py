"""Messages in a file of the home's state, a JSON object a line: output/state/operator.jsonl."""

import json
import os
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path

from viperreport.errors import OutputError
from viperreport.model.message import Message

NAME = "operator.jsonl"
AGAIN = timedelta(hours=24)  # the same message is not repeated sooner
_LATELY = 1 << 20  # bytes from its end: some thousand messages, more than a day has
_MODE = 0o600


@dataclass(frozen=True, slots=True)
class OperatorFile:
    """The file that keeps what was told, and so also knows what need not be told again.

    Args:
        state: output/state.
    """

    state: Path

    def told(self, message: Message) -> None:
        """Append a line, durably.

        Raises:
            OutputError: it cannot be written.
        """
        told = {name: value for name, value in asdict(message).items() if name != "anew"}
        line = json.dumps(told, default=lambda at: at.isoformat(), ensure_ascii=False)
        path = self.state / NAME
        try:
            flags = os.O_CREAT | os.O_APPEND | os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC
            descriptor = os.open(path, flags, _MODE)
            try:
                _append(descriptor, line)
            finally:
                os.close(descriptor)
        except OSError as error:
            raise OutputError(f"{path}: cannot be written: {error.strerror}") from error

    def knows(self, message: Message) -> bool:
        """Whether the same was told within a day, and has not come about once more."""
        if message.anew:
            return False
        try:
            with (self.state / NAME).open("rb") as file:
                file.seek(max(0, file.seek(0, os.SEEK_END) - _LATELY))
                lines = file.read().split(b"\n")
        except OSError:
            return False
        return any(_is_same(line, message) for line in lines)


def _append(descriptor: int, line: str) -> None:
    """Add a line; behind one that a killed run did not finish it begins a new one."""
    size = os.fstat(descriptor).st_size
    torn = size and os.pread(descriptor, 1, size - 1) != b"\n"
    content = f"{chr(10) if torn else ''}{line}\n".encode()
    written = os.write(descriptor, content)
    if written < len(content):
        os.write(descriptor, content[written:])  # raises what stood in the way
    os.fsync(descriptor)


def _is_same(line: bytes, message: Message) -> bool:
    try:
        said = json.loads(line)
        same = (said["about"], said["said"]) == (message.about, message.said)
        return same and abs(message.at - datetime.fromisoformat(said["at"])) < AGAIN
    except (ValueError, KeyError, TypeError):
        return False
