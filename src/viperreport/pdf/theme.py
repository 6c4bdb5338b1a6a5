"""What the pages look like: colours, type, weights and boxes, in one place and frozen.

Source: "Design" in docs/decisions.md. Coordinates are points from the top left of an A4 page;
`mm` turns the design's millimetres into points.
"""

from dataclasses import dataclass, field, replace

from viperreport.pdf.fonts import Font

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


@dataclass(frozen=True, slots=True)
class Type:
    """Every style of text."""

    kicker: Style = Style(Font.SEMIBOLD, 8.5, 11, COLOUR.this_year, 0.6)
    title: Style = Style(Font.SERIF, 24.5, 27, COLOUR.ink, -0.2)
    masthead_subtitle: Style = Style(Font.REGULAR, 9.5, 12.2, COLOUR.ink2)
    meta: Style = Style(Font.REGULAR, 8.75, 13, COLOUR.ink)
    meta_strong: Style = Style(Font.SEMIBOLD, 8.75, 13, COLOUR.ink)
    headline: Style = Style(Font.SERIF, 19.5, 23.5, COLOUR.ink, -0.1)
    standfirst: Style = Style(Font.REGULAR, 10.5, 14.5, COLOUR.ink2)
    exhibit_title: Style = Style(Font.SERIF, 12.5, 15, COLOUR.ink)
    exhibit_number: Style = Style(Font.SEMIBOLD, 8.75, 11.5, COLOUR.this_year)
    exhibit_subtitle: Style = Style(Font.REGULAR, 8.75, 11.5, COLOUR.ink2)
    tile_label: Style = Style(Font.SEMIBOLD, 9, 11, COLOUR.ink)
    tile_period: Style = Style(Font.REGULAR, 8.5, 10.5, COLOUR.ink2)
    tile_ref: Style = Style(Font.REGULAR, 7.5, 9.5, COLOUR.ink3)
    tile_value: Style = Style(Font.SERIF, 28, 29, COLOUR.ink, -0.3)
    tile_none: Style = Style(Font.ITALIC, 14, 16, COLOUR.ink3)
    tile_change: Style = Style(Font.SEMIBOLD, 9.5, 11, COLOUR.ink)
    tile_against: Style = Style(Font.REGULAR, 8, 10.5, COLOUR.ink2)
    tile_verdict: Style = Style(Font.REGULAR, 8.5, 10.5, COLOUR.unclear)
    tile_likely: Style = Style(Font.SEMIBOLD, 8.5, 10.5, COLOUR.ink)
    tile_evidence: Style = Style(Font.REGULAR, 7.5, 9.5, COLOUR.ink3)
    interval_axis: Style = Style(Font.REGULAR, 7, 8, COLOUR.ink3)
    too_few: Style = Style(Font.ITALIC, 7.5, 9, COLOUR.ink3)
    axis: Style = Style(Font.REGULAR, 8, 10, COLOUR.ink3)
    as_of: Style = Style(Font.SEMIBOLD, 8, 10, COLOUR.ink)
    hero_label: Style = Style(Font.BOLD, 10.5, 12, COLOUR.this_year)
    direct_label: Style = Style(Font.SEMIBOLD, 8.5, 10, COLOUR.ink2)
    year_label: Style = Style(Font.REGULAR, 8.5, 10, COLOUR.ink2)
    total_label: Style = Style(Font.REGULAR, 8.5, 10, COLOUR.ink2)
    total_note: Style = Style(Font.ITALIC, 7.5, 9, COLOUR.ink3)
    projected: Style = Style(Font.BOLD, 8.5, 10, COLOUR.this_year)
    projected_value: Style = Style(Font.SERIF, 17, 19, COLOUR.this_year)
    projected_limits: Style = Style(Font.REGULAR, 7.5, 9, COLOUR.ink2)
    digest_title: Style = Style(Font.SEMIBOLD, 9.5, 12, COLOUR.ink)
    digest_body: Style = Style(Font.REGULAR, 9, 12.2, COLOUR.ink2)
    note: Style = Style(Font.REGULAR, 7.5, 9.6, COLOUR.ink3)
    footer: Style = Style(Font.REGULAR, 7.5, 10, COLOUR.ink3)
    footer_strong: Style = Style(Font.SEMIBOLD, 7.5, 10, COLOUR.ink)
    footer_marker: Style = Style(Font.SEMIBOLD, 7.5, 10, COLOUR.marker_text)
    marker: Style = Style(Font.SEMIBOLD, 7.5, 9, COLOUR.marker_text)
    running: Style = Style(Font.REGULAR, 8.5, 11, COLOUR.ink2)
    running_section: Style = Style(Font.SEMIBOLD, 8.5, 11, COLOUR.ink)
    table: Style = Style(Font.REGULAR, 8.75, 11, COLOUR.ink)
    table_strong: Style = Style(Font.SEMIBOLD, 8.75, 11, COLOUR.ink)
    table_quiet: Style = Style(Font.REGULAR, 8.75, 11, COLOUR.ink2)
    table_small: Style = Style(Font.REGULAR, 8, 11, COLOUR.ink2)
    table_none: Style = Style(Font.ITALIC, 8.5, 11, COLOUR.ink3)
    table_head: Style = Style(Font.REGULAR, 7.5, 9, COLOUR.ink3)
    table_head_this_year: Style = Style(Font.BOLD, 7.5, 9, COLOUR.this_year)
    body: Style = Style(Font.REGULAR, 9, 12.2, COLOUR.ink2)
    body_strong: Style = Style(Font.SEMIBOLD, 9, 12.2, COLOUR.ink)
    lead_value: Style = Style(Font.SERIF, 30, 31, COLOUR.this_year)
    panel_title: Style = Style(Font.SEMIBOLD, 8.5, 10.5, COLOUR.ink)
    panel_unit: Style = Style(Font.REGULAR, 8, 10, COLOUR.ink3)
    bar_value: Style = Style(Font.SEMIBOLD, 8.5, 10, COLOUR.this_year)
    map_name: Style = Style(Font.REGULAR, 7.5, 9, COLOUR.ink)
    map_count: Style = Style(Font.SERIF, 13, 15, COLOUR.ink)
    map_then: Style = Style(Font.REGULAR, 7, 8.5, COLOUR.ink)
    minimum: float = 7.0


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
    """The page's anatomy, in points from its top left."""

    width: float = mm(210)
    height: float = mm(297)
    left: float = mm(18)
    right: float = mm(192)
    top: float = mm(13)
    body_top: float = mm(26.4)
    body_bottom: float = mm(279)
    running_rule: float = mm(20.4)
    footer_rule: float = mm(283.1)
    brand: tuple[float, float, float, float] = (mm(18), 0.0, mm(14), mm(9))
    marker_top: float = mm(6.5)
    marker_height: float = mm(4.6)

    @property
    def measure(self) -> float:
        """The width of the text area."""
        return self.right - self.left


@dataclass(frozen=True, slots=True)
class Theme:
    """All of it; another look is another instance."""

    colour: Palette = COLOUR
    type: Type = field(default_factory=Type)
    weight: Weights = field(default_factory=Weights)
    page: Page = field(default_factory=Page)
    year_lines: tuple[tuple[float, tuple[float, ...]], ...] = YEAR_LINES


THEME = Theme()
