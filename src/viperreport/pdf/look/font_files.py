"""A theme's own font file: refused with a reason, or measured.

ReportLab embeds TrueType outlines and nothing else. What it would take in without a word and draw
wrongly, a variable font in its default weight for one, is refused here.
"""

import struct
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from io import BytesIO

from reportlab.pdfbase.ttfonts import TTFError, TTFont, TTFontFile, TTFontParser

# What every page may print whatever its data are: ASCII, and the signs that this program sets.
NEEDED = frozenset(map(chr, range(0x20, 0x7F))) | frozenset("−–—…·×≈’")
IN_NOTES = frozenset("φ")  # how notes write the clustering
_OUTLINES = {b"\x00\x01\x00\x00", b"true"}
_KINDS = {
    b"OTTO": "is an OpenType font with CFF outlines, which cannot be embedded: take its TrueType "
    "version (.ttf)",
    b"ttcf": "is a collection of fonts: take one TrueType font out of it (.ttf)",
    b"wOFF": "is a web font: take its TrueType version (.ttf)",
    b"wOF2": "is a web font: take its TrueType version (.ttf)",
}
_NO_TRUETYPE = "is no TrueType font (.ttf)"
_UNREADABLE = "cannot be read as a TrueType font: take another font"
# Bits of fsType in the table OS/2: of the first four, the least restrictive one counts.
_USAGE, _RESTRICTED, _NO_SUBSETS, _BITMAPS_ONLY = 0x000F, 0x0002, 0x0100, 0x0200
_UPRIGHT = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_SHOWN = 5  # of the characters that are missing
_ERRORS = (TTFError, struct.error, LookupError, ValueError, TypeError, ArithmeticError)


@dataclass(frozen=True, slots=True)
class Measured:
    """What a line box needs, in parts of the size, and the font's own name.

    Args:
        lift: half of ascent less descent, from the table hhea.
        above, below: the reach of ordinary letters from the baseline.
    """

    name: str
    lift: float
    above: float
    below: float


def measured(data: bytes) -> Measured:
    """Check and measure a font file.

    Raises:
        ValueError: one line that says why it cannot be used, and what to do.
    """
    if data[:4] not in _OUTLINES:
        raise ValueError(_KINDS.get(data[:4], _NO_TRUETYPE))
    try:
        tables = TTFontParser(BytesIO(data))
        fault = _not_allowed(tables)
        face = None if fault else TTFont("", BytesIO(data), shapable=False).face
    except _ERRORS:
        raise ValueError(_UNREADABLE) from None
    if face is None:
        raise ValueError(fault)
    held = {chr(code) for code, glyph in face.charToGlyph.items() if glyph}
    refuse_lacking(NEEDED - held)
    try:
        face.makeSubset([0, *sorted(map(ord, NEEDED))])
        return _metrics(face)
    except _ERRORS:
        raise ValueError(_UNREADABLE) from None


def _not_allowed(tables: TTFontParser) -> str:
    """Why a font may not be embedded, or not with the look that its name promises."""
    if "glyf" not in tables.table:
        return _NO_TRUETYPE
    if "fvar" in tables.table:
        return "is a variable font, of which only one weight would be drawn: take a static one"
    if "OS/2" not in tables.table:
        return ""
    (rights,) = struct.unpack_from(">H", tables.get_table("OS/2"), 8)
    if rights & _USAGE == _RESTRICTED:
        return "may not be embedded, says its maker (fsType): take another font"
    if rights & (_NO_SUBSETS | _BITMAPS_ONLY):
        return "may not be embedded in part, says its maker (fsType): take another font"
    return ""


def refuse_lacking(letters: AbstractSet[str]) -> None:
    """Refuse a font that lacks any of what the pages print.

    Raises:
        ValueError: it lacks these.
    """
    if not letters:
        return
    listed = ", ".join(f"{letter} (U+{ord(letter):04X})" for letter in sorted(letters)[:_SHOWN])
    more = len(letters) - _SHOWN
    listed += f" and {more} more" if more > 0 else ""
    raise ValueError(f"lacks {listed}, which the pages need: take another font")


def _metrics(face: TTFontFile) -> Measured:
    ascent, descent = struct.unpack_from(">hh", face.get_table("hhea"), 4)
    boxes = [_low_and_high(face, letter) for letter in _UPRIGHT]
    return Measured(
        name=face.name.decode("ascii"),
        lift=(ascent + descent) / 2 / face.unitsPerEm,
        above=max(high for _, high in boxes) / face.unitsPerEm,
        below=-min(low for low, _ in boxes) / face.unitsPerEm,
    )


def _low_and_high(face: TTFontFile, letter: str) -> tuple[int, int]:
    """A letter's lowest and highest point, in the font's units, from the head of its glyph."""
    glyph = face.charToGlyph[ord(letter)]
    (wide,) = struct.unpack_from(">h", face.get_table("head"), 50)
    place, step = (">L", 4) if wide else (">H", 2)
    (start,) = struct.unpack_from(place, face.get_table("loca"), glyph * step)
    glyphs = face.get_table("glyf")
    _, low, _, high = struct.unpack_from(">hhhh", glyphs, start * (1 if wide else 2) + 2)
    return low, high
