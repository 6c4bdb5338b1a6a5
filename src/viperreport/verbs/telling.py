"""What a run says while nobody looks: lines for a log, and messages for its operator.

A message is never only in a log: it goes every way of `channels/`.
"""

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic

from viperreport.channels.channel import Channel
from viperreport.model.message import Message, one_line


@dataclass(frozen=True, slots=True)
class Log:
    """Structured lines with the run's id, and the operator's channels.

    Args:
        write: takes a line.
    """

    run: str
    clock: Callable[[], datetime]
    write: Callable[[str], None]
    operator: Channel
    codes: list[int] = field(default_factory=list)
    began: float = field(default_factory=monotonic)

    def line(self, event: str, **facts: object) -> None:
        """Write one line: instant, run, event, and facts as key=value.

        A log that cannot be written (its disk is full, its reader is gone) ends no run.
        """
        told = " ".join(f"{key}={_quoted(value)}" for key, value in facts.items() if value != "")
        with suppress(OSError, ValueError):
            self.write(f"{self.clock():%Y-%m-%dT%H:%M:%SZ} run={self.run} {event} {told}".rstrip())

    def done(self, code: int, **facts: object) -> None:
        """Write the last line of a run: its exit code, and how long it took."""
        self.line("done", code=code, **facts, seconds=f"{monotonic() - self.began:.2f}")

    def tell(
        self, about: str, said: str, step: str = "", code: int = 0, *, anew: bool = False
    ) -> None:
        """Tell the operator; the log says so too, also where the same was told before.

        Args:
            code: the exit code that it means for this run.
            anew: it has come about now, and is not only so still.
        """
        self.codes.append(code)
        message = Message(self.clock(), self.run, about, said, step, anew)
        self.line("tell", about=message.about, said=message.said, code=code or "")
        self.operator.told(message)


def _quoted(value: object) -> str:
    text = one_line(str(value))
    return json.dumps(text, ensure_ascii=False) if " " in text or '"' in text else text
