"""What a person should know, in one line that nothing in the data can break."""

from dataclasses import dataclass
from datetime import datetime

_SHORT = 0x100
_MIDDLE = 0x10000


def one_line(text: str) -> str:
    """A text in which whatever cannot be seen is written by its number.

    Line ends, control characters, bytes of a file's name that are no text, and characters that
    turn the reading direction: each could make one line of a log look like two, or like another.
    """
    return "".join(each if each.isprintable() else _escaped(ord(each)) for each in text)


def _escaped(code: int) -> str:
    if code < _SHORT:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < _MIDDLE else f"\\U{code:08x}"


@dataclass(frozen=True, slots=True)
class Message:
    """Something that a person should know. Its texts are one line each, whatever is put in.

    Args:
        run: the id of the run that tells it.
        about: a slot, an edition, a file, the ledger.
        said: what is so; the same of the same is not told again within a day.
        anew: it has come about once more, and so is told whatever was told before.
        step: what to type, and whatever else may change while it stays the same message.
    """

    at: datetime
    run: str
    about: str
    said: str
    step: str = ""
    anew: bool = False

    def __post_init__(self) -> None:
        for name in ("about", "said", "step"):
            object.__setattr__(self, name, one_line(getattr(self, name)))

    @property
    def line(self) -> str:
        """All of it in one line."""
        return f"{self.about}: {self.said}" + (f"; {self.step}" if self.step else "")
