"""What templates/theme.toml may say of the look of the pages, and what is wrong with it."""

# ruff: noqa: E501 (a fault is one line, and so is its row in the tables below)

import tomllib
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from viperreport.errors import ConfigError
from viperreport.pdf.look.fonts import own_font
from viperreport.pdf.look.logo import path_extent
from viperreport.pdf.look.theme import COLOUR, PAPERS, THEME
from viperreport.settings import ThemeChecks, ThemeSettings, load_template, load_theme
from viperreport.settings.contrast import contrast, contrast_faults, luminance
from viperreport.settings.theme import FILE, FontFiles

ROOT = Path(__file__).parents[1]
CHECKS = ThemeChecks(own_font, path_extent)
LETTER = 'paper = "Letter"\n'
LOGO = '[logo]\nwidth = 28\nheight = 18\npaths = [{ d = "M0 0H28V18H0Z", fill = "#12436D" }]\n'


def _defaults() -> dict[str, Any]:
    return tomllib.loads((ROOT / FILE).read_text(encoding="utf-8"))


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with nothing in it but a folder of templates."""
    (tmp_path / "home/templates").mkdir(parents=True)
    return tmp_path / "home"


def _load(home: Path, text: str | None = None) -> ThemeSettings:
    if text is not None:
        (home / FILE).write_text(text, encoding="utf-8")
    return load_theme((home, ROOT), CHECKS)


def _faults(home: Path, text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        _load(home, text)
    assert caught.value.exit_code == 3
    assert all(fault.startswith(f"{FILE}: ") and "\n" not in fault for fault in caught.value.faults)
    return [fault.removeprefix(f"{FILE}: ") for fault in caught.value.faults]


# --- what there is without a word -------------------------------------------------------------


def test_the_shipped_file_holds_the_programs_own_look() -> None:
    """Every colour, in the order of the palette; the paper; no font and no logo of its own."""
    shipped = load_theme((ROOT,), CHECKS)
    colours = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in _defaults()["colours"].items()
    }
    assert colours == asdict(COLOUR)
    assert list(colours) == list(asdict(COLOUR))
    assert dict(shipped.colours) == asdict(COLOUR)
    assert PAPERS[shipped.paper] == THEME.page
    assert (shipped.fonts, shipped.logo) == ({}, None)


def test_what_the_shipped_file_shows_as_comments_is_understood(home: Path) -> None:
    """With the hash signs taken away, the logo is one, and the five roles of fonts are asked for."""
    text = (ROOT / FILE).read_text(encoding="utf-8")
    example = text[text.index("# [logo]") :].replace("\n# ", "\n").removeprefix("# ")
    logo = _load(home, example).logo
    assert logo is not None
    assert (logo.width, logo.height, logo.room, len(logo.paths)) == (28, 18, 14, 2)
    roles = text[text.index("[fonts]") : text.index("# A logo")].replace("\n# ", "\n")
    faults = _faults(home, roles)
    assert faults == [f"fonts.{role}: there is no such file" for role in FontFiles.model_fields]


def test_a_home_without_a_theme_uses_the_packaged_one(home: Path) -> None:
    """And a home's own theme needs to say only what is different."""
    assert _load(home) == load_theme((ROOT,), CHECKS)
    own = _load(home, f'{LETTER}[colours]\nthis_year = "#5b1a6b"\n')
    assert (own.paper, own.colours.this_year) == ("Letter", "#5B1A6B")
    assert own.colours.model_copy(update={"this_year": COLOUR.this_year}) == _load_shipped().colours
    assert _load(home, "") == _load_shipped()


def _load_shipped() -> ThemeSettings:
    return load_theme((ROOT,), CHECKS)


def test_fonts_are_files_of_the_home(home: Path) -> None:
    """They are named by their path in it."""
    from viperreport.pdf.look.fonts import PACKAGED

    (home / "templates/Own.ttf").write_bytes(PACKAGED.bold.content())
    loaded = _load(home, '[fonts]\nregular = "templates/Own.ttf"\n')
    assert loaded.fonts == {"regular": home / "templates/Own.ttf"}


def test_the_theme_is_no_list_of_sections(home: Path) -> None:
    """A briefing cannot name it as its template, nor is it offered as one."""
    with pytest.raises(ConfigError) as caught:
        load_template("theme", (home, ROOT))
    assert caught.value.faults == (f"{FILE}: there is no such template; there is daily, weekly",)


# --- contrast ---------------------------------------------------------------------------------

WCAG = [  # the ends of the scale, its definition's primaries, and the design's measured pairs
    ("#000000", "#FFFFFF", 21.0),
    ("#FFFFFF", "#FFFFFF", 1.0),
    ("#777777", "#FFFFFF", 4.48),
    ("#767676", "#FFFFFF", 4.54),
    ("#FF0000", "#FFFFFF", 4.00),
    ("#0000FF", "#FFFFFF", 8.59),
    ("#16191D", "#FFFFFF", 17.63),
    ("#616972", "#F3F4F2", 5.05),
    ("#B3390E", "#F3F4F2", 5.43),
    ("#7A4B00", "#FFF3D1", 6.70),
    ("#858D96", "#FFFFFF", 3.36),
    ("#8093A6", "#FFFFFF", 3.16),
    ("#FFFFFF", "#3F6F9E", 5.28),
    ("#16191D", "#A3BDD6", 9.07),
]


@pytest.mark.parametrize(("one", "other", "expected"), WCAG)
def test_contrast(one: str, other: str, expected: float) -> None:
    """As WCAG 2 defines it, either way round."""
    assert contrast(one, other) == pytest.approx(expected, abs=0.005)
    assert contrast(other, one) == contrast(one, other)


def test_luminance() -> None:
    """The parts of red, green and blue, and the straight piece near black."""
    found = [luminance(colour) for colour in ("#FF0000", "#00FF00", "#0000FF", "#0A0A0A")]
    assert found == pytest.approx([0.2126, 0.7152, 0.0722, 10 / 255 / 12.92])


def test_the_defaults_have_all_the_contrast_that_is_asked() -> None:
    """No colour of the design falls short."""
    assert contrast_faults(_defaults()["colours"], {}) == []


NEEDED = {
    "ink": "white", "ink2": "white", "ink3": "white", "this_year": "white", "harm_up": "white",
    "harm_down": "white", "activity": "white", "unclear": "white", "marker_text": "white",
    "river_label": "white", "year_minus_1": "white", "years_before": "white", "context_bar": "white",
}  # fmt: skip


@pytest.mark.parametrize("name", NEEDED)
def test_every_colour_that_says_something_is_measured(name: str) -> None:
    """One that is nearly white is refused, whatever else is there."""
    (fault,) = contrast_faults({**_defaults()["colours"], name: "#EEEEEE"}, {name: "#EEEEEE"})
    assert fault.startswith(f"colours.{name}: contrast 1.")
    assert fault.endswith(": choose a darker colour")


# --- faults -----------------------------------------------------------------------------------


def _colours(**colours: str) -> str:
    return "[colours]\n" + "".join(f'{name} = "{value}"\n' for name, value in colours.items())


RAMP = '"#FFFFFF", "#DCE6F0", "#A3BDD6", "#3F6F9E", "#12436D"'
BAD = {
    "paper": ('paper = "A5"', ['paper: "A5" is not known; there is A4, Letter']),
    "unknown table": ("[color]\n", ["color: unknown key; did you mean colours?"]),
    "unknown colour": (_colours(inc="#000000"), ["colours.inc: unknown key; did you mean ink?"]),
    "a name": (_colours(ink="black"), ['colours.ink: must be a colour, such as "#12436D"']),
    "three digits": (_colours(ink="#000"), ['colours.ink: must be a colour, such as "#12436D"']),
    "a number": ("[colours]\nink = 16", ["colours.ink: must be text in quotes"]),
    "no table": ("colours = 3", ["colours: must be a table of keys and values"]),
    "paper itself": (_colours(white="#FFF8E7"), ['colours.white: is the paper itself: must be "#FFFFFF"']),
    "text": (_colours(ink3="#777777"),
             ["colours.ink3: contrast 4.0 with tint, needs 5: choose a darker colour"]),
    "text, just short": (_colours(ink3="#626A73"),
                         ["colours.ink3: contrast 4.9 with tint, needs 5: choose a darker colour"]),
    "text and drawn": (_colours(this_year="#8FB3CF"),
                       ["colours.this_year: contrast 1.9 with tint, needs 5: choose a darker colour"]),
    "drawn": (_colours(years_before="#AAAAAA"),
              ["colours.years_before: contrast 2.1 with tint, needs 3: choose a darker colour"]),
    "ground": (_colours(marker_fill="#C9A227"),
               ["colours.marker_fill: contrast 3.0 with marker_text, needs 5: choose a lighter colour"]),
    "ramp text": ('[colours]\nramp_text = ["#616972", "#16191D", "#16191D", "#A3BDD6", "#FFFFFF"]',
                  ["colours.ramp_text[4]: contrast 2.7 with ramp[4], needs 5: choose a lighter colour"]),
    "ramp order": (f"[colours]\nramp = [{RAMP.replace('#DCE6F0', '#FFFFFF')}]",
                   ["colours.ramp[2]: must be darker than the colour before it, for those who see grey"]),
    "ramp length": (f"[colours]\nramp = [{RAMP[:31]}]", ["colours.ramp: must be 5 colours, from none to many"]),
    "ramp element": ('[colours]\nramp = ["x", "#DCE6F0", "#A3BDD6", "#3F6F9E", "#12436D"]',
                     ['colours.ramp[1]: must be a colour, such as "#12436D"']),
    "role": ('[fonts]\nboldd = "a.ttf"', ["fonts.boldd: unknown key; did you mean bold?"]),
    "font missing": ('[fonts]\nbold = "templates/a.ttf"', ["fonts.bold: there is no such file"]),
    "font a folder": ('[fonts]\nbold = "templates"', ["fonts.bold: there is no such file"]),
    "font elsewhere": ('[fonts]\nbold = "../a.ttf"\nserif = "/usr/share/a.ttf"', [
        'fonts.serif: must be a file inside this home, such as "templates/fonts/Text.ttf"',
        'fonts.bold: must be a file inside this home, such as "templates/fonts/Text.ttf"']),
    "no font": (f'[fonts]\nbold = "{FILE}"', ["fonts.bold: is no TrueType font (.ttf)"]),
    "logo empty": ("[logo]\nwidth = 1\nheight = 1\npaths = []", ["logo.paths: must not be empty"]),
    "logo without a box": ('[logo]\npaths = [{ d = "M0 0h1v1z", fill = "#000000" }]',
                           ["logo.width: is missing", "logo.height: is missing"]),
    "logo without room": (LOGO.replace("height", "room = 50\nheight"), ["logo.room: must be 40 or less"]),
    "logo of no size": (LOGO.replace("28\n", "0\n"), ["logo.width: must be more than 0"]),
    "logo's fill": (LOGO.replace("#12436D", "navy"), ['logo.paths[1].fill: must be a colour, such as "#12436D"']),
    "logo with arcs": (LOGO.replace("H28V18H0", "A5 5 0 0 1 9 9"),
                       ["logo.paths[1].d: arcs (A) are not read: turn them into curves (C)"]),
    "logo too large": (LOGO.replace("H28", "H29"), ["logo.paths[1].d: leaves the logo's box, 0 0 28 18"]),
    "logo to the left": (LOGO.replace("H0Z", "H-2Z"), ["logo.paths[1].d: leaves the logo's box, 0 0 28 18"]),
    "not TOML": ("[colours", ["end of document: not valid TOML: Expected ']' at the end of a table declaration"]),
    "all at once": (
        'paper = "A3"\n' + _colours(ink="#CCCCCC", rule="grey") + '[fonts]\nserif = "s.ttf"\n' + LOGO.replace("Z", "?"),
        ['paper: "A3" is not known; there is A4, Letter',
         'colours.rule: must be a colour, such as "#12436D"',
         "colours.ink: contrast 1.4 with tint, needs 5: choose a darker colour",
         "fonts.serif: there is no such file",
         "logo.paths[1].d: '?' at letter 13 belongs to no path"]),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_bad_theme_is_refused(home: Path, name: str) -> None:
    """Every fault at once, each one line that names file and key."""
    text, faults = BAD[name]
    assert _faults(home, text) == faults


def test_a_link_out_of_the_home_is_refused(home: Path, tmp_path: Path) -> None:
    """A font is a file of the home, not one that a link in it points to elsewhere."""
    (tmp_path / "outside.ttf").write_bytes(b"")
    (home / "templates/font.ttf").symlink_to(tmp_path / "outside.ttf")
    (fault,) = _faults(home, '[fonts]\nserif = "templates/font.ttf"')
    assert "inside this home" in fault


def test_a_ground_of_the_home_bears_the_fault_of_what_stands_on_it(home: Path) -> None:
    """One line about the dark ground, not one about each text; where both are its own, the text's."""
    assert _faults(home, _colours(tint="#8A8A8A")) == [
        "colours.tint: contrast 1.6 with ink3, needs 5: choose a lighter colour"
    ]
    both = {"marker_fill": "#C9A227", "marker_text": "#7A4B01"}
    (fault,) = _faults(home, _colours(**both))
    assert fault.startswith("colours.marker_text: contrast 3.0 with marker_fill")
