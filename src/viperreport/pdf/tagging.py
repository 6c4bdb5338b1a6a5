"""From what was drawn to the tags of a PDF: marked content on the pages, and the structure tree.

The tree's order is the order of drawing. What holds nothing is left out, but for cells and rows: a
table keeps its shape.
"""

from collections.abc import Iterator, Sequence

from viperreport.errors import RenderError
from viperreport.pdf.file import File, ref, refs, string
from viperreport.pdf.structure import (
    CLAIMING,
    Content,
    Element,
    MarkBox,
    Role,
    Sheet,
    TextBox,
)

_LAYOUT = "/Artifact BMC"
# Furniture that stands at the same place of every page, by what it is.
_PAGINATION = {"brand": "Header", "running head": "Header", "foot": "Footer"}
_HEADINGS = (Role.HEADING, Role.SUBHEADING, Role.ITEM_HEADING)
_GROUPING = frozenset({Role.SECTION, Role.GROUP, Role.LIST, Role.ITEM, Role.TABLE, Role.ROW})
_WORDED = {Role.SECTION: "/T", Role.READ_AS: "/ActualText"}
_KEPT_EMPTY = frozenset({Role.ROW, Role.HEAD_CELL, Role.CELL})


def marked(sheet: Sheet) -> str:
    """A page's operators, each run of them in marks that say whose they are."""
    parts: list[str] = []
    number = 0
    ends = [start for start, _ in sheet.claims[1:]] + [len(sheet.operators)]
    for (start, owner), end in zip(sheet.claims, ends, strict=True):
        if owner is None or owner.role is Role.ARTIFACT:
            parts.append(_artifact(owner))
        else:
            parts.append(f"/{owner.role} <</MCID {number}>> BDC")
            number += 1
        parts += sheet.operators[start:end]
        parts.append("EMC")
    return "\n".join(parts)


def _artifact(owner: Element | None) -> str:
    kind = _PAGINATION.get(owner.said) if owner is not None else None
    return f"/Artifact <</Type/Pagination/Subtype/{kind}>> BDC" if kind else _LAYOUT


def spoken(text: str) -> str:
    """A text for those who hear it: what cannot be printed is named by its code point."""
    return "".join(c if c.isprintable() else _named(c) for c in text).strip()


def _named(character: str) -> str:
    return " " if character.isspace() else f"[U+{ord(character):04X}]"


class Tree:
    """The structure of what was drawn, being written.

    Args:
        pages: the number of each page's object.
        height: of a page, from which the file measures upwards.
    """

    def __init__(
        self,
        file: File,
        elements: Sequence[Element],
        boxes: Sequence[TextBox | MarkBox],
        pages: Sequence[int],
        height: float,
    ) -> None:
        self.pages, self.height = pages, height
        self.top = _pruned([each for each in elements if each.parent is None])
        self.roles = _leveled(self.top)
        self.texts: dict[Element, list[TextBox]] = {}
        self._edges: dict[Element, tuple[float, float, float, float]] = {}
        self._file = file
        self._numbers: dict[Element, int] = {}
        self._notes: list[tuple[str, int]] = []
        for box in boxes:
            self._remember(box)

    def _remember(self, box: TextBox | MarkBox) -> None:
        """Keep an element's texts, and the edges of a figure."""
        if box.element is None:
            return
        holder = box.element.holder
        if isinstance(box, TextBox):
            self.texts.setdefault(holder, []).append(box)
        if holder.role is Role.FIGURE:
            room = box.box
            left, top, right, bottom = self._edges.get(holder, (1e9, 1e9, -1e9, -1e9))
            self._edges[holder] = (
                min(left, room.x), min(top, room.y),
                max(right, room.right), max(bottom, room.bottom),
            )  # fmt: skip

    def write(self, sheets: Sequence[Sheet]) -> int:
        """Write all elements; gives the number of the tree's root.

        Raises:
            RenderError: a text stands between elements, or a figure has no words.
        """
        root, document = self._file.reserve(), self._file.reserve()
        for element in _each(self.top):
            self._numbers[element] = self._file.reserve()
        for element in self.top:
            self._write(element, document)
        kids = refs(self._numbers[element] for element in self.top)
        self._file.put(document, f"<</S/Document/P {ref(root)}/K{kids}>>")
        parents = " ".join(
            f"{number} {refs(self._numbers[owner] for owner in sheet.owners)}"
            for number, sheet in enumerate(sheets)
        )
        entries = f"/K[{ref(document)}]/RoleMap<</Title/P>>/ParentTreeNextKey {len(sheets)}"
        entries += f"/ParentTree {ref(self._file.add(f'<</Nums[{parents}]>>'))}"
        if self._notes:
            names = " ".join(f"{string(name)} {ref(number)}" for name, number in self._notes)
            entries += f"/IDTree {ref(self._file.add(f'<</Names[{names}]>>'))}"
        self._file.put(root, f"<</Type/StructTreeRoot{entries}>>")
        return root

    def _write(self, element: Element, parent: int) -> None:
        number, own = self._numbers[element], next(_contents(element), None)
        if own is not None and element.role in _GROUPING:
            raise RenderError(f"a text that stands in no part of a {element.role}")
        entries = f"/S/{self.roles.get(element, element.role)}/P {ref(parent)}"
        entries += self._said(element, number)
        if own is not None:
            entries += f"/Pg {ref(self.pages[own.page])}"
        kids = []
        for kid in element.kids:
            if isinstance(kid, Element):
                kids.append(ref(self._numbers[kid]))
                self._write(kid, number)
            elif own is not None and kid.page == own.page:
                kids.append(str(kid.number))
            else:
                page = ref(self.pages[kid.page])
                kids.append(f"<</Type/MCR/Pg {page}/MCID {kid.number}>>")
        self._file.put(number, f"<<{entries}/K[{' '.join(kids)}]>>")

    def _said(self, element: Element, number: int) -> str:
        """What an element says beyond its content, by its role."""
        match element.role:
            case Role.FIGURE:
                said = self._figure(element)
            case Role.HEAD_CELL | Role.CELL:
                said = _heads(element)
            case Role.NOTE:
                name = f"note{len(self._notes):05d}"
                self._notes.append((name, number))
                said = f"/ID{string(name)}"
            case Role.LIST:
                said = "/A<</O/List/ListNumbering/None>>"
            case role:
                words = spoken(element.said)
                said = f"{_WORDED[role]}{string(words)}" if words and role in _WORDED else ""
        return said

    def _figure(self, element: Element) -> str:
        said = spoken(element.said)
        if not said:
            raise RenderError("a figure without words for those who do not see it")
        left, top, right, bottom = self._edges[element]
        edges = (left, self.height - bottom, right, self.height - top)
        box = " ".join(f"{edge:.2f}" for edge in edges)
        return f"/Alt{string(said)}/A<</O/Layout/Placement/Block/BBox[{box}]>>"


def _heads(element: Element) -> str:
    heads = element.heads
    entries = f"/Scope/{heads.scope}" if heads.scope else ""
    entries += f"/RowSpan {heads.rows}" if heads.rows > 1 else ""
    return f"/A<</O/Table{entries}>>" if entries else ""


def _contents(element: Element) -> Iterator[Content]:
    return (kid for kid in element.kids if isinstance(kid, Content))


def _pruned(elements: Sequence[Element]) -> list[Element]:
    """Elements that hold something, each with such kids only."""
    kept = []
    for element in elements:
        if element.role is Role.ARTIFACT:
            continue
        inside = [] if element.role in CLAIMING else _elements(element)
        held = set(_pruned(inside))
        element.kids[:] = [k for k in element.kids if isinstance(k, Content) or k in held]
        if element.kids or element.role in _KEPT_EMPTY:
            kept.append(element)
    return kept


def _elements(element: Element) -> list[Element]:
    return [kid for kid in element.kids if isinstance(kid, Element)]


def _each(elements: Sequence[Element]) -> Iterator[Element]:
    """All elements in the order in which they are read."""
    for element in elements:
        yield element
        yield from _each(_elements(element))


def _leveled(top: Sequence[Element]) -> dict[Element, Role]:
    """The level of each heading: the first is of the first level, and none is skipped.

    Without a headline the page's title is the first heading. Where a title is empty, those below
    it move up.
    """
    headings = [e for e in _each(top) if e.role in _HEADINGS]
    levels: dict[Element, Role] = {}
    before = 0
    if headings and headings[0].role is not Role.HEADING:
        title = next((e for e in _each(top) if e.role is Role.TITLE), None)
        if title is not None:
            levels[title], before = Role.HEADING, 1
    for heading in headings:
        before = min(_HEADINGS.index(heading.role) + 1, before + 1)
        levels[heading] = _HEADINGS[before - 1]
    return levels
