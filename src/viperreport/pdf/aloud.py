"""What is said to those who hear the pages, where that is not what is printed."""

import re

from viperreport.model.wording import MINUS

ZERO_DASH = "\N{EN DASH}"  # of a cross-table
# Signs that stand for a number, as they are printed and as they are read.
READ_AS = {"<5": "fewer than five", ZERO_DASH: "0"}
_FEWER = re.compile("<5(?![0-9])")


def spoken(text: str) -> str:
    """A text for those who hear it: what cannot be printed is named by its code point."""
    return "".join(c if c.isprintable() else _named(c) for c in text).strip()


def in_words(text: str) -> str:
    """Words in place of a drawing, with its signs in words too: many readers leave out a minus."""
    signs = re.sub(f"{MINUS}(?=[0-9])", "minus ", _FEWER.sub(READ_AS["<5"], text))
    return spoken(signs)


def _named(character: str) -> str:
    return " " if character.isspace() else f"[U+{ord(character):04X}]"
