"""What the canvas keeps of each page: its structure, and a box for everything drawn."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from viperreport.pdf.geometry import Box
from viperreport.pdf.look.theme import Style


class Role(StrEnum):
    """What a part of the page is, for those who hear it; the names are those of PDF."""

    TITLE = "Title"
    HEADING = "H1"
    SUBHEADING = "H2"
    ITEM_HEADING = "H3"
    PARAGRAPH = "P"
    SECTION = "Sect"
    GROUP = "Div"
    FIGURE = "Figure"
    CAPTION = "Caption"
    NOTE = "Note"
    LIST = "L"
    ITEM = "LI"
    ITEM_BODY = "LBody"
    TABLE = "Table"
    ROW = "TR"
    HEAD_CELL = "TH"
    CELL = "TD"
    READ_AS = "Span"
    LINK = "Link"
    ARTIFACT = "Artifact"


CLAIMING = frozenset({Role.FIGURE, Role.ARTIFACT})  # all that is drawn inside is theirs
INLINE = frozenset({Role.LINK, Role.READ_AS})  # parts of a text


@dataclass(frozen=True, slots=True, eq=False)
class Link:
    """Words that lead somewhere: to a place of these pages, or to an address.

    Args:
        said: where to, for those who hear it.
        place: its name, under which it is marked where it is drawn.
        address: of the web; empty for a place.
    """

    said: str
    place: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class ReadAs:
    """A sign that is read in other words than it is printed in."""

    said: str


Inline = Link | ReadAs  # each is one part of one text, however many lines that takes


class Content(NamedTuple):
    """A run of marked content: its page from 0, and its number on that page."""

    page: int
    number: int


@dataclass(frozen=True, slots=True)
class Heads:
    """What a head cell is the head of, and how many rows a cell reaches down.

    Args:
        scope: Column or Row; empty for a cell that is no head.
    """

    scope: str = ""
    rows: int = 1


@dataclass(slots=True, eq=False)
class Element:
    """A place in the structure. Elements are compared by identity.

    Args:
        said: what a figure shows, in words; what an artifact is; how a sign is read; a section's
            title.
        page: where it begins, from 0.
        kids: its content and the elements inside it, in the order in which they were drawn.
        holder: the element whose content it is.
        link: where its words lead.
    """

    role: Role
    said: str
    page: int
    parent: "Element | None"
    heads: Heads = Heads()
    kids: "list[Element | Content]" = field(default_factory=list, repr=False)
    holder: "Element" = field(init=False, repr=False)
    link: Link | None = None

    def __post_init__(self) -> None:
        """A figure and an artifact claim all that is drawn in them."""
        outer = self.parent.holder if self.parent is not None else self
        self.holder = outer if outer.role in CLAIMING else self


@dataclass(slots=True)
class Sheet:
    """One page's operators, and the graphics state that they have left behind.

    Args:
        claims: from which operator on the page belongs to whom; None is an artifact of the layout.
        owners: whose content has the number 0, 1, …
    """

    operators: list[str] = field(default_factory=list)
    state: dict[str, str] = field(default_factory=dict)
    claims: list[tuple[int, Element | None]] = field(default_factory=list)
    owners: list[Element] = field(default_factory=list)

    def claim(self, owner: Element | None, page: int) -> None:
        """What is drawn from now on belongs to an element."""
        if self.claims and self.claims[-1][1] is owner:
            return
        self.claims.append((len(self.operators), owner))
        if owner is not None and owner.role is not Role.ARTIFACT:
            owner.kids.append(Content(page, len(self.owners)))
            self.owners.append(owner)


@dataclass(frozen=True, slots=True)
class TextBox:
    """A run of text as drawn, and the room that its letters take.

    Args:
        more: a space follows.
    """

    page: int
    text: str
    style: Style
    box: Box
    element: Element
    more: bool = False


@dataclass(frozen=True, slots=True)
class MarkBox:
    """A shape as drawn, and the room that it takes."""

    page: int
    kind: str
    box: Box
    element: Element | None
