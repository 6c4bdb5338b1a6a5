"""Reading a PDF back with another program than the one that wrote it (PDFium)."""

from dataclasses import dataclass

import pypdfium2  # type: ignore[import-untyped]

from viperreport.model.briefing import Briefing
from viperreport.pdf.canvas import Canvas
from viperreport.pdf.geometry import Box
from viperreport.pdf.look.theme import THEME, Theme
from viperreport.pdf.render import drawn

_HAIR = 0.06  # rounding in the file
_HANG = 0.3  # ink beyond a letter's own width: dots, tails


@dataclass(frozen=True)
class Glyph:
    """A letter as PDFium sees it: its ink, from the page's top left."""

    page: int
    place: int
    letter: str
    ink: Box


@dataclass(frozen=True)
class Read:
    """A drawn briefing: the canvas's own record, the file, and the file read back.

    Args:
        raw: the text layer as it is.
        text: the text layer without spaces.
    """

    canvas: Canvas
    data: bytes
    raw: str
    text: str
    glyphs: tuple[Glyph, ...]


def read(briefing: Briefing, theme: Theme = THEME) -> Read:
    """Draw a briefing and read it back."""
    return read_back(drawn(briefing, theme))


def read_back(canvas: Canvas) -> Read:
    """Finish what was drawn and read it back."""
    data = canvas.finish()
    document = pypdfium2.PdfDocument(data)
    pages, glyphs = [], []
    for number in range(len(document)):
        layer = document[number].get_textpage()
        text = layer.get_text_range()
        pages.append(text)
        for place in range(layer.count_chars()):
            letter = layer.get_text_range(place, 1)
            if letter.strip():
                left, bottom, right, top = layer.get_charbox(place)
                ink = Box(left, canvas.theme.page.height - top, right - left, top - bottom)
                glyphs.append(Glyph(number, place, letter, ink))
    document.close()
    raw = "".join(pages)
    return Read(canvas, data, raw, squeezed(raw), tuple(glyphs))


def squeezed(text: str) -> str:
    """Without spaces; PDFium writes a hyphen at a line's end as U+FFFE or U+0002."""
    return "".join(text.replace("\ufffe", "-").replace("\x02", "-").split())


def assert_nothing_collides(drawing: Read) -> None:
    """No two texts, nor a text and a mark of the chart, may share room: by our own record."""
    texts = sorted(drawing.canvas.texts, key=lambda text: (text.page, text.box.y))
    for k, one in enumerate(texts):
        for other in texts[k + 1 :]:
            if other.page != one.page or other.box.y >= one.box.bottom:
                break
            assert not one.box.meets(other.box, 0.25), (one, other)
    solid = {"dot", "diamond", "projected end", "limits"}
    for mark in (mark for mark in drawing.canvas.marks if mark.kind in solid):
        for text in texts:
            assert text.page != mark.page or not text.box.meets(mark.box, 0.25), (text, mark)


def assert_no_ink_collides(drawing: Read) -> None:
    """No letter lies on another: by what PDFium reads."""
    rows: dict[tuple[int, int], list[Glyph]] = {}
    for glyph in drawing.glyphs:
        for row in range(int(glyph.ink.y // 12), int(glyph.ink.bottom // 12) + 1):
            rows.setdefault((glyph.page, row), []).append(glyph)
    for letters in rows.values():
        letters.sort(key=lambda glyph: glyph.ink.x)
        for k, left in enumerate(letters):
            for right in letters[k + 1 :]:
                if right.ink.x >= left.ink.right:
                    break
                beside = abs(left.place - right.place) <= 1
                assert beside or not left.ink.meets(right.ink, 0.3), (left, right)


def assert_inside(drawing: Read) -> None:
    """Nothing leaves the margins (A4: 18 to 192 mm), nor the page, by either record."""
    page = drawing.canvas.theme.page
    boxes = [text.box for text in drawing.canvas.texts]
    boxes += [mark.box for mark in drawing.canvas.marks]
    for glyph in drawing.glyphs:
        assert glyph.ink.right <= page.right + _HANG, glyph
        ink = glyph.ink
        boxes.append(Box(ink.x, ink.y, min(ink.w, page.right - ink.x), ink.h))
    for box in boxes:  # a j of the title hangs out at the left by its design: 1.9 pt
        assert box.x >= page.left - 2.2, box
        assert box.right <= page.right + _HAIR, box
        assert box.y >= -_HAIR, box
        assert box.bottom <= page.height, box
    for text in drawing.canvas.texts:
        assert text.box.x >= page.left - _HAIR, text


def assert_sound(drawing: Read) -> None:
    """All three."""
    assert_nothing_collides(drawing)
    assert_no_ink_collides(drawing)
    assert_inside(drawing)
