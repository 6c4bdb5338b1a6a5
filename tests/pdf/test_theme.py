"""Another look: colours, fonts, paper and logo of a theme, on pages that stay sound."""

# ruff: noqa: E501 (a fault is one line, and so is its row in the tables below)

import io
from collections.abc import Iterator
from dataclasses import fields, replace
from importlib.resources import files
from pathlib import Path

import pikepdf
import pypdfium2  # type: ignore[import-untyped]
import pytest
import reportlab

from viperreport.model.briefing import Headline, KeyFigures
from viperreport.pdf.geometry import Box
from viperreport.pdf.look.font_files import NEEDED, measured
from viperreport.pdf.look.fonts import PACKAGED, Fonts, advance, own_font, registered
from viperreport.pdf.look.logo import Loop, extent, logo_of, path_extent, read_path
from viperreport.pdf.look.theme import COLOUR, PAPERS, THEME, Style, Theme, Type, mm, theme_of
from viperreport.pdf.render import render

from . import sample
from .reading import assert_sound, read

ROLES = [role.name for role in fields(Fonts)]
SERIF = Path(str(files("font_source_serif_pro"))) / "files"
SANS = Path(str(files("font_source_sans_pro"))) / "files"
OWN = {
    "serif": SANS / "SourceSansPro-Black.ttf",
    "regular": SERIF / "SourceSerifPro-Regular.ttf",
    "italic": SERIF / "SourceSerifPro-It.ttf",
    "semibold": SERIF / "SourceSerifPro-Semibold.ttf",
    "bold": SERIF / "SourceSerifPro-Bold.ttf",
}
VIOLET = replace(
    COLOUR, this_year="#5B1A6B", activity="#5B1A6B", ink="#1B1420", ink2="#4A3F50", tint="#F6F2F7"
)
SHIELD = logo_of(
    (120, 30),
    mm(36),
    [
        ("M0 0H30V30H0Z", "#12436D"),
        ("m6 8 9 16 9-16h-5l-4 8-4-8z", "#FFFFFF"),
        (
            "M50 5C58 5 62 10 62 15S58 25 50 25s-12-5-12-10 4-10 12-10zM50 10q-6 0-6 5t6 5",
            "#B3390E",
        ),
        ("M70 5h6v14h44v6H70z", "#0A6B62"),
    ],
)


def _looks() -> dict[str, Theme]:
    fonts = PACKAGED.standing_in(OWN)
    return {
        "palette": theme_of(VIOLET),
        "letter": theme_of(paper="Letter"),
        "logo": theme_of(logo=SHIELD),
        "fonts": theme_of(fonts=fonts),
        "all": theme_of(VIOLET, fonts, "Letter", SHIELD),
    }


LOOKS = _looks()


# --- pages ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", LOOKS)
def test_page_one_is_sound_in_another_look(name: str) -> None:
    """Nothing collides and nothing leaves the margins of its paper; page one stays one page."""
    drawing = read(sample.briefing(), LOOKS[name])
    assert drawing.canvas.pages == 1
    assert_sound(drawing)
    assert "2016,projected" in drawing.text


@pytest.mark.parametrize("name", LOOKS)
def test_every_state_is_sound_in_another_look(name: str) -> None:
    """Tiles in each of their states, and long texts over pages with a running head."""
    block = KeyFigures(sample.states(), sample.NOTE)
    long = Headline(sample.named("A long headline " * 9), sample.named("Words. " * 900))
    drawing = read(sample.briefing(long, block, sample.chart(), sample.digest()), LOOKS[name])
    assert drawing.canvas.pages > 1
    assert_sound(drawing)


@pytest.mark.parametrize(("paper", "size"), [("A4", (595.28, 841.89)), ("Letter", (612, 792))])
def test_paper(paper: str, size: tuple[float, float]) -> None:
    """Every page has the paper's size; margins are 18 mm, the foot keeps its distance."""
    block = Headline(sample.named("Two pages"), sample.named("Words. " * 1800))
    data = render(sample.briefing(block), theme_of(paper=paper))
    document = pypdfium2.PdfDocument(data)
    sizes = [document[k].get_size() for k in range(len(document))]
    document.close()
    assert len(sizes) > 1
    assert all(each == pytest.approx(size, abs=0.01) for each in sizes)
    page = PAPERS[paper]
    assert (page.left, page.width - page.right) == pytest.approx((mm(18), mm(18)))
    assert page.height - page.body_bottom == pytest.approx(mm(18))
    assert page.height - page.footer_rule == pytest.approx(mm(13.9))


def test_the_default_theme_is_a4_with_a_block() -> None:
    """Without a theme the page is the design's."""
    assert theme_of() == THEME
    assert THEME.page.right == pytest.approx(mm(192))
    assert (THEME.page.body_bottom, THEME.page.footer_rule) == pytest.approx((mm(279), mm(283.1)))
    assert render(sample.briefing(), theme_of()) == render(sample.briefing())


# --- colours and styles -----------------------------------------------------------------------


def test_every_style_follows_the_theme() -> None:
    """No style keeps a font or a colour of its own: each is taken from what the theme gives."""
    fonts = PACKAGED.standing_in(OWN)
    own = {getattr(fonts, role) for role in ROLES}
    names = [each.name for each in fields(COLOUR) if isinstance(getattr(COLOUR, each.name), str)]
    colours = {name: f"#{k:06X}" for k, name in enumerate(names)}
    made = Type.of(fonts, replace(COLOUR, **colours))  # type: ignore[arg-type]
    styles = [style for style in _styles(made) if isinstance(style, Style)]
    assert len(styles) > 50
    assert {style.font for style in styles} == own
    assert {style.colour for style in styles} <= set(colours.values())


def _styles(made: Type) -> Iterator[object]:
    yield from (getattr(made, each.name) for each in fields(made))


def test_colours_reach_the_page() -> None:
    """A palette's colours are the only ones that are drawn."""
    before = read(sample.briefing(), THEME).canvas
    after = read(sample.briefing(), LOOKS["palette"]).canvas
    assert {text.style.colour for text in before.texts} >= {COLOUR.this_year, COLOUR.ink}
    drawn = {text.style.colour for text in after.texts}
    assert VIOLET.this_year in drawn
    assert not drawn & {COLOUR.this_year, COLOUR.ink, COLOUR.ink2} - {VIOLET.unclear}


# --- fonts ------------------------------------------------------------------------------------


def _names(data: bytes) -> set[str]:
    with pikepdf.open(io.BytesIO(data)) as document:
        found = [each for each in document.objects if isinstance(each, pikepdf.Dictionary)]
        fonts = [each for each in found if each.get("/Type") == "/Font"]
        assert all("/FontFile2" in font.FontDescriptor for font in fonts)
        return {str(font.BaseFont).partition("+")[2] for font in fonts}


def test_own_fonts_stand_in_for_the_roles() -> None:
    """The theme's files are embedded and no others; the letters are set in their widths."""
    fonts = PACKAGED.standing_in(OWN)
    assert _names(render(sample.briefing(), theme_of(fonts=fonts))) == {
        getattr(fonts, role).label for role in ROLES
    }
    assert advance("wide", fonts.regular) != advance("wide", PACKAGED.regular)


def test_two_themes_in_one_process() -> None:
    """Each keeps its fonts and its bytes, whatever was drawn in between."""
    other = LOOKS["all"]
    first, second = render(sample.briefing()), render(sample.briefing(), other)
    assert render(sample.briefing()) == first
    assert render(sample.briefing(), other) == second
    assert not _names(first) & _names(second)


def test_files_of_one_name_do_not_meet(tmp_path: Path) -> None:
    """Two files whose fonts bear the same name can stand in one document; one file is one font."""
    altered = bytearray(OWN["regular"].read_bytes())
    copy = tmp_path / "copy.ttf"
    copy.write_bytes(altered)
    assert own_font("bold", copy) is own_font("regular", OWN["regular"])
    copy.write_bytes(bytes([*altered, 0, 0, 0, 0]))
    fonts = PACKAGED.standing_in({"regular": OWN["regular"], "bold": copy})
    assert fonts.regular.label != fonts.bold.label
    assert {fonts.regular.label, fonts.bold.label} < _names(
        render(sample.briefing(), theme_of(fonts=fonts))
    )


@pytest.mark.parametrize("role", ROLES)
def test_what_is_known_of_the_packaged_fonts_is_what_they_measure(role: str) -> None:
    """Lift is that of the file; the reach of letters is within 0.02 of the size."""
    font = getattr(PACKAGED, role)
    found = measured(font.content())
    assert found.name == font.label
    assert found.lift == pytest.approx(font.lift, abs=1e-9)
    assert (found.above, found.below) == pytest.approx((font.above, font.below), abs=0.02)
    assert registered(font).face.name == font.label.encode()


def _patched(table: bytes, offset: int, value: bytes) -> bytes:
    """Source Sans with other bytes at a place of one of its tables."""
    data = bytearray(PACKAGED.regular.content())
    for k in range(int.from_bytes(data[4:6], "big")):
        entry = 12 + 16 * k
        if data[entry : entry + 4] == table:
            start = int.from_bytes(data[entry + 8 : entry + 12], "big") + offset
            data[start : start + len(value)] = value
    return bytes(data)


def _renamed(table: bytes, other: bytes) -> bytes:
    data = PACKAGED.regular.content()
    head, tables = data[:12], data[12:400]
    return head + tables.replace(table, other, 1) + data[400:]


VERA = Path(reportlab.__file__).parent / "fonts" / "Vera.ttf"
BAD_FONTS = {
    "not there": (None, "there is no such file"),
    "empty": (b"", "is no TrueType font (.ttf)"),
    "text": (b"%!PS-AdobeFont-1.0", "is no TrueType font (.ttf)"),
    "otf": ((SANS / "SourceSansPro-Regular.otf").read_bytes(),
            ("is an OpenType font with CFF outlines, which cannot be embedded: take its TrueType"
             " version (.ttf)")),
    "collection": (b"ttcf\0\1\0\0", "is a collection of fonts: take one TrueType font out of it (.ttf)"),
    "woff2": (b"wOF2....", "is a web font: take its TrueType version (.ttf)"),
    "cut off": (PACKAGED.regular.content()[:5000], "cannot be read as a TrueType font: take another font"),
    "only a head": (b"\0\1\0\0", "cannot be read as a TrueType font: take another font"),
    "variable": (_renamed(b"GDEF", b"fvar"),
                 "is a variable font, of which only one weight would be drawn: take a static one"),
    "no outlines": (_renamed(b"glyf", b"gxxx"), "is no TrueType font (.ttf)"),
    "restricted": (_patched(b"OS/2", 8, b"\0\2"),
                   "may not be embedded, says its maker (fsType): take another font"),
    "no subsets": (_patched(b"OS/2", 8, b"\1\4"),
                   "may not be embedded in part, says its maker (fsType): take another font"),
    "few letters": (VERA.read_bytes(),
                    "lacks φ (U+03C6), which the pages need: take another font"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD_FONTS)
def test_a_font_that_cannot_be_used_is_refused(tmp_path: Path, name: str) -> None:
    """One line says why, and what to do."""
    content, said = BAD_FONTS[name]
    file = tmp_path / "font.ttf"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the whole message is compared
        own_font("regular", file)
    assert str(caught.value) == said


def test_letters_of_notes_are_not_asked_of_headlines() -> None:
    """φ stands in notes and tables; a font for headlines needs none. All need the minus sign."""
    assert own_font("serif", VERA).label.startswith("BitstreamVeraSans-Roman-")
    assert {"−", "–", "…", "≈", "a", "0"} <= NEEDED


def test_a_font_that_may_be_edited_may_be_embedded(tmp_path: Path) -> None:
    """Of several rights the least restrictive one counts."""
    file = tmp_path / "font.ttf"
    file.write_bytes(_patched(b"OS/2", 8, b"\0\x0a"))
    assert own_font("regular", file).label.startswith("SourceSansPro-Regular-")


# --- logo -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["logo", "all"])
def test_a_logo_stays_in_its_place(name: str) -> None:
    """On every page, in 36 × 9 mm at the top left, and nothing else is there."""
    drawing = read(sample.briefing(Headline((), sample.named("Words. " * 1800))), LOOKS[name])
    canvas = drawing.canvas
    place = Box(mm(18), 0, mm(36), mm(9))
    for page in range(canvas.pages):
        boxes = [mark.box for mark in canvas.marks if (mark.page, mark.kind) == (page, "brand")]
        assert len(boxes) == len(SHIELD.shapes)
        for box in boxes:
            assert box.x >= place.x - 1e-6
            assert box.y >= -1e-6
            assert box.right <= place.right + 1e-6
            assert box.bottom <= place.bottom + 1e-6
        assert not [t for t in canvas.texts if t.page == page and t.box.meets(place)]


@pytest.mark.parametrize(
    ("box", "room", "size"),
    [((28, 18), 14, (14, 9)), ((100, 10), 14, (14, 1.4)), ((10, 100), 40, (0.9, 9))],
)
def test_a_logo_keeps_its_shape(
    box: tuple[float, float], room: float, size: tuple[float, float]
) -> None:
    """As large as its room and 9 mm allow, at the left margin, standing on the block's lower edge."""
    page = theme_of(logo=logo_of(box, mm(room), [("M0 0h1v1z", "#000000")])).page
    assert page.brand[2:] == pytest.approx((mm(size[0]), mm(size[1])))
    assert page.brand[0] == page.left
    assert page.brand[1] + page.brand[3] == pytest.approx(mm(9))


SQUARE = (Loop((1, 2), (((4, 2),), ((4, 6),), ((1, 6),))),)


@pytest.mark.parametrize(
    "data",
    ["M1 2L4 2L4 6L1 6Z", "m1 2 3 0 0 4-3 0z", "M1,2 H4 V6 H1", "M1 2h3v4h-3z", " M 1 2 4 2 4 6 1 6 ",
     "M.1e1+2L4,2,4,6,1,6zM9 9"],
)  # fmt: skip
def test_ways_to_write_one_square(data: str) -> None:
    """Absolute and relative, with and without commas, closed or left to be closed by filling."""
    assert read_path(data) == SQUARE


def test_curves() -> None:
    """Smooth curves mirror the control before them; a quadratic curve is drawn as a cubic one."""
    assert read_path("M0 0C0 1 1 2 2 2S4 3 4 4") == read_path("M0 0c0 1 1 2 2 2c1 0 2 1 2 2")
    assert read_path("M0 0Q3 0 3 3T6 6") == read_path("M0 0C2 0 3 1 3 3C3 5 4 6 6 6")
    assert read_path("M0 0L3 0S4 3 4 4") == read_path("M0 0L3 0C3 0 4 3 4 4")
    (after_line,) = read_path("M0 0L3 0T4 4")
    first, second, _ = after_line.steps[1]
    assert (*first, *second) == pytest.approx((3, 0, 10 / 3, 4 / 3))
    assert len(read_path("M0 0h1v1zm2 2h1v1z")) == 2
    assert read_path("M1 1h1v1zm2 2h1v1z")[1].start == (3, 3)


def test_extent_is_that_of_the_curve_and_not_of_its_controls() -> None:
    """A curve's furthest point lies within its controls: exactly where mathematics says."""
    assert path_extent("M0 0C0 4 4 4 4 0Z") == pytest.approx((0, 0, 4, 3))
    assert path_extent("M0 0Q2 4 4 0Z") == pytest.approx((0, 0, 4, 2))
    assert path_extent("M1 1V5H9Z") == (1, 1, 9, 5)
    assert extent(SQUARE) == Box(1, 2, 3, 4)


BAD_PATHS = {
    "M0 0A1 1 0 0 1 2 2": "arcs (A) are not read: turn them into curves (C)",
    "M0 0a1 1 0 0 1 2 2": "arcs (A) are not read: turn them into curves (C)",
    "M0 0B1 1": "B is no command; there is M L H V C S Q T Z",
    "L1 1": "must begin with M, the place where it starts",
    "1 1L2 2": "must begin with M, the place where it starts",
    "M0 0L1": "L takes 2 numbers, or a multiple of it; here 1 follow it",
    "M0 0C1 1 2 2 3": "C takes 6 numbers, or a multiple of it; here 5 follow it",
    "M0 0L1 1Z3": "Z takes no numbers; here 1 follow it",
    "M0 0H": "H takes 1 numbers, or a multiple of it; here 0 follow it",
    "M0 0L1 1;": "';' at letter 9 belongs to no path",
    "M0 0L1 9e99": "9e99 is out of reach",
    "M0 0": "draws nothing",
    " ": "draws nothing",
}


@pytest.mark.parametrize("data", BAD_PATHS)
def test_a_path_that_cannot_be_read_is_refused(data: str) -> None:
    """One line says what it is about."""
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the whole message is compared
        read_path(data)
    assert str(caught.value) == BAD_PATHS[data]
