"""The five fonts: registered once, measured, and asked which characters they have.

ReportLab draws a character that a font lacks as an empty box and says nothing. Here each such
character becomes visible text, `[U+1F52B]`, before anything is measured or drawn.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from functools import cache, lru_cache
from importlib.resources import as_file, files

from reportlab.pdfbase.pdfmetrics import registerFont
from reportlab.pdfbase.ttfonts import TTFont

_LAST_OF_BASIC_PLANE = 0xFFFF  # ReportLab's ToUnicode tables hold no more
_LINE_ENDS_AND_TABS = re.compile("[\t\n\v\f\r\x85\u2028\u2029]")
# Control, format, surrogate, private and unassigned: no glyph of theirs can be trusted.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})


class Font(Enum):
    """A font file, its package, and what its line box needs.

    Each value is (name, package, lift, above, below): `lift` is half of ascent less descent, from
    the font's hhea table; `above` and `below` are the reach of ordinary letters from the baseline.
    All three are parts of the size.
    """

    REGULAR = ("SourceSansPro-Regular", "font_source_sans_pro", 0.3555, 0.73, 0.21)
    ITALIC = ("SourceSansPro-It", "font_source_sans_pro", 0.3555, 0.73, 0.21)
    SEMIBOLD = ("SourceSansPro-Semibold", "font_source_sans_pro", 0.3555, 0.73, 0.21)
    BOLD = ("SourceSansPro-Bold", "font_source_sans_pro", 0.3555, 0.73, 0.21)
    SERIF = ("SourceSerifPro-Semibold", "font_source_serif_pro", 0.3505, 0.75, 0.24)

    def __init__(self, *value: str | float) -> None:
        name, package, lift, above, below = value
        self.label = str(name)
        self.package = str(package)
        self.lift = float(lift)
        self.above = float(above)
        self.below = float(below)

    # Members are compared by identity; the hash of an enum's name is not needed a million times.
    __hash__ = object.__hash__


@dataclass(frozen=True, slots=True)
class Printable:
    """A text that its font can draw, and the characters that it replaced.

    Args:
        lacking: each character that was replaced, once, in order of appearance.
    """

    text: str
    lacking: tuple[str, ...] = ()


@cache
def registered(font: Font) -> TTFont:
    """The font for ReportLab, read and registered on first use."""
    with as_file(files(font.package) / "files" / f"{font.label}.ttf") as path:
        made = TTFont(font.label, str(path), asciiReadable=0, shapable=False)
    registerFont(made)
    return made


@cache
def advances(font: Font) -> dict[str, float]:
    """Width of each character that the font has, for size 1."""
    face = registered(font).face
    return {
        chr(code): face.charWidths[code] / 1000
        for code, glyph in face.charToGlyph.items()
        if glyph and code <= _LAST_OF_BASIC_PLANE and unicodedata.category(chr(code)) not in _UNSEEN
    }


@lru_cache(maxsize=4096)
def printable(text: str, font: Font) -> Printable:
    """Replace each character that the font lacks by its code point, such as `[U+1F52B]`.

    Line ends and tabs become spaces, as do spaces of a width that the font does not have. Text is
    composed first (NFC), so that a letter with a separate accent finds its glyph.
    """
    composed = _LINE_ENDS_AND_TABS.sub(" ", unicodedata.normalize("NFC", text))
    known = advances(font)
    if all(character in known for character in composed):
        return Printable(composed)
    lacking: dict[str, None] = {}
    return Printable("".join(_replaced(composed, known, lacking)), tuple(lacking))


def _replaced(text: str, known: dict[str, float], lacking: dict[str, None]) -> Iterator[str]:
    for character in text:
        if character in known:
            yield character
        elif unicodedata.category(character) == "Zs":
            yield " "
        else:
            lacking[character] = None
            yield f"[U+{ord(character):04X}]"


@lru_cache(maxsize=8192)
def advance(text: str, font: Font) -> float:
    """Width of a printable text at size 1.

    Raises:
        KeyError: the font lacks a character; `printable` was not asked.
    """
    widths = advances(font)
    return sum([widths[character] for character in text])
