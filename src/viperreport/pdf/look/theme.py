"""What the pages look like: colours, type, weights and boxes, in one place and frozen.

Source: "Design" in docs/decisions.md. Coordinates are points from the top left of the page;
`mm` turns the design's millimetres into points.
"""

# ruff: noqa: RUF009 (a style's default is only a note of what it is to be, see Type.of)

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from viperreport.pdf.look.fonts import PACKAGED, Font, Fonts
from viperreport.pdf.look.logo import Logo

POINTS_PER_MM = 72 / 25.4


def mm(length: float) -> float:
    """Millimetres in points."""
    return length * POINTS_PER_MM


@dataclass(frozen=True, slots=True)
class Style:
    """How a run of text is set; sizes in points."""

    font: Font
    size: float
    leading: float
    colour: str
    spacing: float = 0.0

    def at(self, size: float) -> "Style":
        """The same at another size, with leading in proportion."""
        return replace(self, size=size, leading=self.leading * size / self.size)

    def on(self, colour: str) -> "Style":
        """The same in another colour."""
        return replace(self, colour=colour)

    @property
    def baseline(self) -> float:
        """From the top of a line of this style down to its baseline."""
        return self.leading / 2 + self.font.lift * self.size


@dataclass(frozen=True, slots=True)
class Paint:
    """How a shape is filled and stroked; colours as #RRGGBB, lengths in points."""

    fill: str | None = None
    stroke: str | None = None
    width: float = 0.0
    dash: tuple[float, ...] = ()
    round: bool = False


@dataclass(frozen=True, slots=True)
class Palette:
    """Every colour. Harm and evidence are coloured, nothing else is."""

    ink: str = "#16191D"
    ink2: str = "#464D55"
    ink3: str = "#616972"
    rule: str = "#C3C8CD"
    hairline: str = "#DDE0E4"
    tint: str = "#F3F4F2"
    white: str = "#FFFFFF"
    this_year: str = "#12436D"
    year_minus_1: str = "#59616B"
    years_before: str = "#858D96"
    band80: str = "#B4C9DE"
    band95: str = "#DCE6F0"
    harm_up: str = "#B3390E"
    harm_down: str = "#0A6B62"
    activity: str = "#12436D"
    unclear: str = "#464D55"
    marker_text: str = "#7A4B00"
    marker_fill: str = "#FFF3D1"
    plot_band: str = "#F6F7F6"
    context_bar: str = "#8093A6"
    plan_track: str = "#DDE3E9"
    river: str = "#8FB3CF"
    river_label: str = "#3D6E93"
    ramp: tuple[str, ...] = ("#FFFFFF", "#DCE6F0", "#A3BDD6", "#3F6F9E", "#12436D")
    ramp_text: tuple[str, ...] = ("#616972", "#16191D", "#16191D", "#FFFFFF", "#FFFFFF")


COLOUR = Palette()


def _set(role: str, size: float, leading: float, colour: str, spacing: float = 0.0) -> Style:
    """A style that names one of the Fonts and one colour of the Palette, whatever they are."""
    made: Style = field(metadata={_SET: (role, size, leading, colour, spacing)})
    return made


_SET = "set"


@dataclass(frozen=True, slots=True, kw_only=True)
class Type:
    """Every style of text: font, size, leading, colour, letter-spacing."""

    kicker: Style = _set("semibold", 8.5, 11, "this_year", 0.6)
    title: Style = _set("serif", 24.5, 27, "ink", -0.2)
    masthead_subtitle: Style = _set("regular", 9.5, 12.2, "ink2")
    meta: Style = _set("regular", 8.75, 13, "ink")
    meta_strong: Style = _set("semibold", 8.75, 13, "ink")
    headline: Style = _set("serif", 19.5, 23.5, "ink", -0.1)
    standfirst: Style = _set("regular", 10.5, 14.5, "ink2")
    exhibit_title: Style = _set("serif", 12.5, 15, "ink")
    exhibit_number: Style = _set("semibold", 8.75, 11.5, "this_year")
    exhibit_subtitle: Style = _set("regular", 8.75, 11.5, "ink2")
    tile_label: Style = _set("semibold", 9, 11, "ink")
    tile_period: Style = _set("regular", 8.5, 10.5, "ink2")
    tile_ref: Style = _set("regular", 7.5, 9.5, "ink3")
    tile_value: Style = _set("serif", 28, 29, "ink", -0.3)
    tile_none: Style = _set("italic", 14, 16, "ink3")
    tile_change: Style = _set("semibold", 9.5, 11, "ink")
    tile_against: Style = _set("regular", 8, 10.5, "ink2")
    tile_verdict: Style = _set("regular", 8.5, 10.5, "unclear")
    tile_likely: Style = _set("semibold", 8.5, 10.5, "ink")
    tile_evidence: Style = _set("regular", 7.5, 9.5, "ink3")
    interval_axis: Style = _set("regular", 7, 8, "ink3")
    too_few: Style = _set("italic", 7.5, 9, "ink3")
    axis: Style = _set("regular", 8, 10, "ink3")
    as_of: Style = _set("semibold", 8, 10, "ink")
    hero_label: Style = _set("bold", 10.5, 12, "this_year")
    direct_label: Style = _set("semibold", 8.5, 10, "ink2")
    year_label: Style = _set("regular", 8.5, 10, "ink2")
    total_label: Style = _set("regular", 8.5, 10, "ink2")
    total_note: Style = _set("italic", 7.5, 9, "ink3")
    projected: Style = _set("bold", 8.5, 10, "this_year")
    projected_value: Style = _set("serif", 17, 19, "this_year")
    projected_limits: Style = _set("regular", 7.5, 9, "ink2")
    digest_title: Style = _set("semibold", 9.5, 12, "ink")
    digest_body: Style = _set("regular", 9, 12.2, "ink2")
    note: Style = _set("regular", 7.5, 9.6, "ink3")
    footer: Style = _set("regular", 7.5, 10, "ink3")
    footer_strong: Style = _set("semibold", 7.5, 10, "ink")
    footer_marker: Style = _set("semibold", 7.5, 10, "marker_text")
    marker: Style = _set("semibold", 7.5, 9, "marker_text")
    running: Style = _set("regular", 8.5, 11, "ink2")
    running_section: Style = _set("semibold", 8.5, 11, "ink")
    table: Style = _set("regular", 8.75, 11, "ink")
    table_strong: Style = _set("semibold", 8.75, 11, "ink")
    table_quiet: Style = _set("regular", 8.75, 11, "ink2")
    table_small: Style = _set("regular", 8, 11, "ink2")
    table_none: Style = _set("italic", 8.5, 11, "ink3")
    table_head: Style = _set("regular", 7.5, 9, "ink3")
    table_head_this_year: Style = _set("bold", 7.5, 9, "this_year")
    body: Style = _set("regular", 9, 12.2, "ink2")
    body_strong: Style = _set("semibold", 9, 12.2, "ink")
    body_small: Style = _set("regular", 8, 10.4, "ink2")
    body_small_strong: Style = _set("semibold", 8, 10.4, "ink")
    lead_value: Style = _set("serif", 30, 31, "this_year")
    panel_title: Style = _set("semibold", 8.5, 10.5, "ink")
    panel_unit: Style = _set("regular", 8, 10, "ink3")
    bar_value: Style = _set("semibold", 8.5, 10, "this_year")
    map_name: Style = _set("regular", 7.5, 9, "ink")
    map_count: Style = _set("serif", 13, 15, "ink")
    map_then: Style = _set("regular", 7, 8.5, "ink")
    map_scale: Style = _set("semibold", 8, 10, "ink")
    minimum: float = 7.0

    @classmethod
    def of(cls, fonts: Fonts = PACKAGED, colour: Palette = COLOUR) -> "Type":
        """All styles in these fonts and colours."""
        made: dict[str, Any] = {}
        for each in fields(cls):
            if _SET in each.metadata:
                role, size, leading, name, spacing = each.metadata[_SET]
                made[each.name] = Style(
                    getattr(fonts, role), size, leading, getattr(colour, name), spacing
                )
        return cls(**made)


@dataclass(frozen=True, slots=True)
class Weights:
    """Line weights and the sizes of marks, in points."""

    masthead: float = 1.5
    tile_top: float = 1.5
    running: float = 0.75
    footer: float = 0.5
    section: float = 0.75
    gridline: float = 0.5
    axis: float = 0.75
    as_of: float = 0.6
    leader: float = 0.5
    marker: float = 0.6
    table: float = 0.75
    table_row: float = 0.4
    sparkline: float = 0.9
    interval_clear: float = 2.1
    interval_unclear: float = 1.1
    projection: float = 0.9
    projection_bar: float = 2.4
    as_of_dot: float = 3.4
    previous_dot: float = 2.3
    interval_dot: float = 2.9
    sparkline_dot: float = 2.1
    diamond: float = 3.8
    halo: float = 1.5
    event: float = 1.4
    bracket: float = 1.1
    expected: float = 0.9
    control_limit: float = 0.8
    control_series: float = 0.7
    control_dot: tuple[float, float] = (1.7, 2.7)  # of any week, and of one worth a look
    bar_gap_share: float = 0.18
    bar_mark: float = 1.5
    map_priority: float = 1.5
    plan: float = 1.3
    triangle: tuple[float, float] = (6.0, 5.4)


# Weight and dashes of the lines of this year, last year, the year before, and all earlier ones.
YEAR_LINES: tuple[tuple[float, tuple[float, ...]], ...] = (
    (2.4, ()),
    (1.2, ()),
    (0.8, ()),
    (0.8, (2.5, 1.6)),
    (0.8, (1.2, 1.4)),
)


@dataclass(frozen=True, slots=True)
class Page:
    """The page's anatomy, in points from its top left: A4 unless it is another size."""

    width: float = mm(210)
    height: float = mm(297)
    left: float = mm(18)
    top: float = mm(13)
    body_top: float = mm(26.4)
    running_rule: float = mm(20.4)
    brand: tuple[float, float, float, float] = (mm(18), 0.0, mm(14), mm(9))
    marker_top: float = mm(6.5)
    marker_height: float = mm(4.6)

    @property
    def right(self) -> float:
        """The right margin, as wide as the left one."""
        return self.width - self.left

    @property
    def measure(self) -> float:
        """The width of the text area."""
        return self.width - 2 * self.left

    @property
    def body_bottom(self) -> float:
        """Where the text area ends."""
        return self.height - _BELOW_BODY

    @property
    def footer_rule(self) -> float:
        """Where the foot begins."""
        return self.height - _BELOW_FOOTER_RULE


_BELOW_BODY, _BELOW_FOOTER_RULE = mm(18), mm(13.9)
PAPERS: Mapping[str, Page] = {"A4": Page(), "Letter": Page(mm(215.9), mm(279.4))}


@dataclass(frozen=True, slots=True)
class Theme:
    """All of it; another look is another instance."""

    colour: Palette = COLOUR
    fonts: Fonts = PACKAGED
    type: Type = field(default_factory=Type.of)
    weight: Weights = field(default_factory=Weights)
    page: Page = PAPERS["A4"]
    logo: Logo | None = None
    year_lines: tuple[tuple[float, tuple[float, ...]], ...] = YEAR_LINES


def theme_of(
    colour: Palette = COLOUR,
    fonts: Fonts = PACKAGED,
    paper: str = "A4",
    logo: Logo | None = None,
) -> Theme:
    """The theme of these colours and fonts on a paper, with a logo in the brand block's place."""
    page = PAPERS[paper]
    if logo is not None:
        page = replace(page, brand=logo.place(page.left, mm(9)))
    return Theme(colour=colour, fonts=fonts, type=Type.of(fonts, colour), page=page, logo=logo)


THEME = theme_of()
