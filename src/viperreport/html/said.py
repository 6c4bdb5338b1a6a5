"""Text of a briefing as a mail shows it: the same words as on the page, and nothing but words."""

import html
import unicodedata
from typing import Self

from viperreport.model.wording import Text, plain

_TO_THE_LEFT = {"R", "AL", "AN"}


class Said(str):
    """Text for a template: as it is where plain text is made, escaped where HTML is.

    What cannot be printed is named by its code point, as on the page; so a name cannot turn the
    reading direction of what follows it, nor end a header's line.
    """

    __slots__ = ()

    def __new__(cls, content: str) -> Self:
        """Make text printable."""
        return super().__new__(cls, "".join(map(_printable, content)))

    def __html__(self) -> str:
        """Escape it; a part that is read from the right keeps to itself."""
        written = html.escape(str(self))
        return f"<bdi>{written}</bdi>" if _is_read_from_the_right(self) else written


class Sentence(Said):
    """Text of several slots, each of which is escaped for itself."""

    parts: tuple[Said, ...] = ()

    def __html__(self) -> str:
        """Escape slot by slot."""
        return "".join(part.__html__() for part in self.parts)


def said(content: Text) -> Said:
    """A text of the briefing for a template."""
    made = Sentence(plain(content))
    made.parts = tuple(Said(str(part)) for part in content)
    return made


def _printable(character: str) -> str:
    if character.isprintable():
        return character
    return " " if character.isspace() else f"[U+{ord(character):04X}]"


def _is_read_from_the_right(text: str) -> bool:
    return any(unicodedata.bidirectional(character) in _TO_THE_LEFT for character in text)
