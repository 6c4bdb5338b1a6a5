"""What a run says while nobody looks: lines for a log, and messages for its operator.

A message is never only in a log: it stays in output/state/operator.jsonl. Other channels take the
place of the file by having the same method.
"""

import json
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

FILE = "operator.jsonl"
_AGAIN = timedelta(hours=24)  # the same message is not repeated sooner
_LATELY = 200  # lines
_CONTROLS = dict.fromkeys((*range(32), *range(127, 160)), " ")


@dataclass(frozen=True, slots=True)
class Message:
    """Something that a person should know.

    Args:
        about: a slot, an edition, a file, the ledger.
        said: what is so, in one line.
        step: what to type.
    """

    at: datetime
    run: str
    about: str
    said: str
    step: str = ""

    @property
    def line(self) -> str:
        """All of it in one line."""
        return f"{self.about}: {self.said}" + (f"; {self.step}" if self.step else "")


class Operator(Protocol):
    """A way to the person who looks after a home."""

    def told(self, message: Message) -> None:
        """Tell; a message that cannot be delivered must not end a run."""


@dataclass(frozen=True, slots=True)
class OperatorFile:
    """Messages in a file of the home's state, and on standard error.

    Args:
        state: output/state.
        say: writes a line to standard error.
    """

    state: Path
    say: Callable[[str], None]

    def told(self, message: Message) -> None:
        """Append a line, unless the same was told within a day."""
        if self._is_known(message):
            return
        self.say(f"viperreport: {message.line.translate(_CONTROLS)}")
        line = json.dumps(asdict(message), default=lambda at: at.isoformat(), ensure_ascii=False)
        try:
            flags = os.O_CREAT | os.O_APPEND | os.O_WRONLY | os.O_NOFOLLOW | os.O_CLOEXEC
            with open(os.open(self.state / FILE, flags, 0o600), "ab") as file:  # noqa: PTH123
                file.write(f"{line}\n".encode("utf-8", "backslashreplace"))
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            self.say(f"viperreport: {self.state / FILE}: cannot be written: {error.strerror}")

    def _is_known(self, message: Message) -> bool:
        try:
            lines = (self.state / FILE).read_text(encoding="utf-8").splitlines()[-_LATELY:]
        except (OSError, UnicodeDecodeError):
            return False
        return any(_is_same(line, message) for line in lines)


def _is_same(line: str, message: Message) -> bool:
    try:
        said = json.loads(line)
        same = (said["about"], said["said"]) == (message.about, message.said)
        return same and abs(message.at - datetime.fromisoformat(said["at"])) < _AGAIN
    except (ValueError, KeyError, TypeError):
        return False


@dataclass(frozen=True, slots=True)
class Log:
    """Structured lines with the run's id, and the operator's channel.

    Args:
        write: takes a line.
    """

    run: str
    clock: Callable[[], datetime]
    write: Callable[[str], None]
    operator: Operator
    codes: list[int] = field(default_factory=list)

    def line(self, event: str, **facts: object) -> None:
        """Write one line: instant, run, event, and facts as key=value."""
        told = " ".join(f"{key}={_quoted(value)}" for key, value in facts.items() if value != "")
        self.write(f"{self.clock():%Y-%m-%dT%H:%M:%SZ} run={self.run} {event} {told}".rstrip())

    def tell(self, about: str, said: str, step: str = "", code: int = 0) -> None:
        """Tell the operator.

        Args:
            code: the exit code that it means for this run.
        """
        self.codes.append(code)
        self.operator.told(Message(self.clock(), self.run, about, said, step))


def _quoted(value: object) -> str:
    text = str(value).translate(_CONTROLS)
    return json.dumps(text, ensure_ascii=False) if " " in text or '"' in text else text
