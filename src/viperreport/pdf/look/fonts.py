"""The five fonts: registered once, measured, and asked which characters they have.

ReportLab draws a character that a font lacks as an empty box and says nothing. Here each such
character becomes visible text, `[U+1F52B]`, before anything is measured or drawn.
"""

import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache, partial
from importlib.resources import files
from io import BytesIO
from pathlib import Path

from reportlab.pdfbase.pdfmetrics import registerFont
from reportlab.pdfbase.ttfonts import TTFont

from viperreport.pdf.look.font_files import IN_NOTES, measured, refuse_lacking

_LAST_OF_BASIC_PLANE = 0xFFFF  # ReportLab's ToUnicode tables hold no more
_LINE_ENDS_AND_TABS = re.compile("[\t\n\v\f\r\x85\u2028\u2029]")
# Control, format, surrogate, private and unassigned: no glyph of theirs can be trusted.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_LARGEST_FILE = 32 * 2**20
_NOTES = {"regular", "semibold"}  # the roles that notes and tables are set in
_TOLD_APART = 8  # digits of a file's hash in its font's name


@dataclass(frozen=True, slots=True, eq=False)
class Font:
    """A font file, and what its line box needs.

    Fonts are compared by identity: a file has one, which is asked for a million times.

    Args:
        label: the font's name, and that by which ReportLab knows it.
        lift: half of ascent less descent, from the font's hhea table.
        above, below: the reach of ordinary letters from the baseline. All three are parts of
            the size.
        content: gives the file.
    """

    label: str
    lift: float
    above: float
    below: float
    content: Callable[[], bytes] = field(repr=False)


def _packaged(package: str, label: str) -> bytes:
    return (files(package) / "files" / f"{label}.ttf").read_bytes()


def _sans(weight: str) -> Font:
    label = f"SourceSansPro-{weight}"
    return Font(label, 0.3555, 0.73, 0.21, partial(_packaged, "font_source_sans_pro", label))


def _serif(weight: str) -> Font:
    label = f"SourceSerifPro-{weight}"
    return Font(label, 0.3505, 0.75, 0.24, partial(_packaged, "font_source_serif_pro", label))


@dataclass(frozen=True, slots=True)
class Fonts:
    """The fonts of a theme by the roles that they play."""

    regular: Font
    italic: Font
    semibold: Font
    bold: Font
    serif: Font

    def standing_in(self, own: Mapping[str, Path]) -> "Fonts":
        """The same with files in the place of some roles.

        Raises:
            ValueError: a file cannot be used.
        """
        return replace(self, **{role: own_font(role, file) for role, file in own.items()})


PACKAGED = Fonts(
    regular=_sans("Regular"),
    italic=_sans("It"),
    semibold=_sans("Semibold"),
    bold=_sans("Bold"),
    serif=_serif("Semibold"),
)


def own_font(role: str, file: Path) -> Font:
    """The font of a theme's own file for a role of Fonts; the same for the same content.

    Raises:
        ValueError: one line that says why it cannot be used.
    """
    try:
        if not file.is_file():
            raise ValueError("there is no such file")
        if file.stat().st_size > _LARGEST_FILE:
            raise ValueError(f"is larger than {_LARGEST_FILE >> 20} MB")
        font = _own(file.read_bytes())
    except OSError as error:
        raise ValueError(f"cannot be read: {error.strerror}") from error
    if role in _NOTES:
        refuse_lacking(IN_NOTES - advances(font).keys())
    return font


@cache
def _own(content: bytes) -> Font:
    found = measured(content)
    # Files of one name but other content may meet in one document: each gets a name of its own.
    told_apart = hashlib.sha256(content).hexdigest()[:_TOLD_APART]
    label = f"{found.name}-{told_apart}"
    return Font(label, found.lift, found.above, found.below, lambda: content)


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
    made = TTFont(font.label, BytesIO(font.content()), asciiReadable=0, shapable=False)
    made.face.name = font.label.encode("ascii")
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
