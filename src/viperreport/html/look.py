"""The colours of a mail, in light and in dark.

Source: "Design" in docs/decisions.md. In light they are those of the pages; in dark they are fixed.
"""

from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True, kw_only=True)
class Colours:
    """Every colour of a mail, as #RRGGBB, named as those of the pages are.

    Args:
        page: around the card.
        card: on which all text stands but that of tiles, markers and the button.
        on_brand: words on the button, which is of the colour `this_year`.
    """

    page: str = "#EDEFEF"
    card: str = "#FFFFFF"
    tint: str = "#F3F4F2"
    ink: str = "#16191D"
    ink2: str = "#464D55"
    ink3: str = "#616972"
    rule: str = "#C3C8CD"
    hairline: str = "#DDE0E4"
    this_year: str = "#12436D"
    on_brand: str = "#FFFFFF"
    harm_up: str = "#B3390E"
    harm_down: str = "#0A6B62"
    activity: str = "#12436D"
    unclear: str = "#464D55"
    marker_text: str = "#7A4B00"
    marker_fill: str = "#FFF3D1"


LIGHT = Colours()
# The design has no teal in dark: this one is as far from the tiles as its vermilion.
DARK = Colours(
    page="#101418",
    card="#181D23",
    tint="#222932",
    ink="#F2F4F6",
    ink2="#B9C1CA",
    ink3="#9AA4AF",
    rule="#39424D",
    hairline="#39424D",
    this_year="#8FBBE6",
    on_brand="#101418",
    harm_up="#FF9A73",
    harm_down="#5FCBB9",
    activity="#8FBBE6",
    unclear="#B9C1CA",
    marker_text="#FFD98A",
    marker_fill="#3A2E12",
)
COLOUR_NAMES = tuple(each.name for each in fields(Colours))
