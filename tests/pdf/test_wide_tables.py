"""Tables in wide letters or with huge numbers: a number is never broken over lines."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.pdf import sample, table_sample
from tests.pdf.reading import Read, assert_sound, read
from viperreport.model.briefing import Section
from viperreport.model.exhibits import Column, ColumnKind, Table
from viperreport.pdf.columns import Needs, widths
from viperreport.pdf.look.fonts import PACKAGED, own_font
from viperreport.pdf.look.theme import THEME, Theme, mm, theme_of

DEJAVU = Path("/usr/share/fonts/truetype/dejavu/DejaVuSans-Bold.ttf")


def wider(by: float) -> Theme:
    """A theme whose tables are set in letters so much wider, as those of a wide font are."""
    names = ("table", "table_strong", "table_quiet", "table_small", "table_none")
    styles = {name: getattr(THEME.type, name) for name in names}
    larger = {name: style.at(style.size * by) for name, style in styles.items()}
    return replace(THEME, type=replace(THEME.type, **larger))


def drawn(table: Table, theme: Theme) -> Read:
    """A table alone after page one."""
    made = sample.briefing()
    section = Section("wide", (table,), sample.named("Wide"))
    return read(replace(made, sections=(*made.sections, section)), theme)


def numbers_whole(drawing: Read, *numbers: str) -> None:
    """Each stands on the page as one text, in letters of some size."""
    texts = [text.text for text in drawing.canvas.texts if text.page]
    for number in numbers:
        assert number in texts, number


@pytest.mark.parametrize("by", [1.0, 1.25, 1.5, 1.8])
@pytest.mark.parametrize("value", [7, 1_234, 123_456, 98_765_432])
def test_numbers_are_never_broken(by: float, value: int) -> None:
    """However wide the letters and however large the counts."""
    table = table_sample.long(5, "Kensington and Chelsea", value)
    drawing = drawn(table, wider(by))
    assert_sound(drawing)
    numbers_whole(drawing, *(f"{value + k:,}" for k in range(5)), f"{value * 5:,}", "900")


def test_intervals_stay_on_one_line() -> None:
    """An interval is one number of two ends."""
    drawing = drawn(table_sample.states(), wider(1.5))
    assert_sound(drawing)
    texts = [text.text for text in drawing.canvas.texts if text.page]
    ends = [text for text in texts if "%" in text and (" to " in text or text.endswith(" to"))]
    assert len(ends) >= 5
    assert all(end.count("%") == 2 for end in ends), ends


def test_letters_get_smaller_only_where_room_is_short() -> None:
    """In the packaged fonts and with counts of six digits every number has its own size."""
    usual = THEME.type.table.size
    for value in (7, 123_456):
        drawing = drawn(table_sample.long(3, "Area", value), THEME)
        found = [text for text in drawing.canvas.texts if text.text == f"{value + 1:,}"]
        assert found
        assert all(text.style.size == usual for text in found), found


@pytest.mark.skipif(not DEJAVU.exists(), reason="this machine has no such wide font")
def test_a_wide_font_by_the_theme() -> None:
    """A home's own font, wider by a fifth than ours, for every role of the pages' text."""
    own = own_font("regular", DEJAVU)
    fonts = replace(PACKAGED, regular=own, italic=own, semibold=own, bold=own)
    drawing = drawn(table_sample.long(5, "Hammersmith", 1_234_567), theme_of(fonts=fonts))
    assert_sound(drawing)
    numbers_whole(drawing, *(f"{1_234_567 + k:,}" for k in range(5)))


NUMBERS = [Column((), ColumnKind.NUMBER, 10) for _ in range(3)]
WORDS, DRAWN = Column((), ColumnKind.WORDS, 40), Column((), ColumnKind.WHISKER, 30)


@pytest.mark.parametrize("need", [mm(5), mm(20), mm(35), mm(50), mm(58)])
def test_columns_fill_the_width_and_numbers_have_their_room(need: float) -> None:
    """Numbers have what they need, or what they need in small letters; others give first."""
    columns, width = (WORDS, DRAWN, *NUMBERS), mm(174)
    small = need * 0.8
    found = widths(columns, Needs((mm(30), 0.0, *[need] * 3), (mm(24), 0.0, *[small] * 3)), width)
    assert sum(found) == pytest.approx(width)
    assert all(each >= small - 0.01 for each in found[2:])
    if 3 * need + mm(30 + 14) <= width:
        assert all(each >= need - 0.01 for each in found[2:])
    if 3 * small + mm(10 + 8) <= width:
        assert found[0] >= mm(10) - 0.01
        assert found[1] >= mm(8) - 0.01


def test_numbers_without_end_share_what_there_is() -> None:
    """Where not even small letters help, nothing leaves the table."""
    found = widths(NUMBERS, Needs([mm(90)] * 3, [mm(80)] * 3), mm(174))
    assert found == pytest.approx([mm(58)] * 3)
