"""What the canvas keeps of each page: its structure, and a box for everything drawn."""

from dataclasses import dataclass
from enum import StrEnum

from viperreport.pdf.geometry import Box
from viperreport.pdf.look.theme import Style


class Role(StrEnum):
    """What a part of the page is, for those who hear it."""

    TITLE = "Title"
    HEADING = "H1"
    SUBHEADING = "H2"
    PARAGRAPH = "P"
    SECTION = "Sect"
    GROUP = "Div"
    FIGURE = "Figure"
    CAPTION = "Caption"
    NOTE = "Note"
    TABLE = "Table"
    ROW = "TR"
    HEAD_CELL = "TH"
    CELL = "TD"
    ARTIFACT = "Artifact"


@dataclass(frozen=True, slots=True)
class Element:
    """A place in the structure.

    Args:
        said: what a figure shows, in words; what an artifact is.
        page: where it begins, from 0.
    """

    role: Role
    said: str
    page: int
    parent: "Element | None"


@dataclass(frozen=True, slots=True)
class TextBox:
    """A run of text as drawn, and the room that its letters take."""

    page: int
    text: str
    style: Style
    box: Box
    element: Element


@dataclass(frozen=True, slots=True)
class MarkBox:
    """A shape as drawn, and the room that it takes."""

    page: int
    kind: str
    box: Box
    element: Element | None
