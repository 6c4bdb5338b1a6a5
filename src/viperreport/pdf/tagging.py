"""From what was drawn to the tags of a PDF: marked content on the pages, and the structure tree.

The tree's order is the order of drawing. What holds nothing is left out, but for cells and rows: a
table keeps its shape.
"""

from collections.abc import Iterator, Sequence

from viperreport.errors import RenderError
from viperreport.pdf.aloud import in_words, spoken
from viperreport.pdf.file import File, ref, refs, string
from viperreport.pdf.geometry import Box
from viperreport.pdf.links import Annotation, Pages
from viperreport.pdf.structure import (
    CLAIMING,
    INLINE,
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
_LEVELS = {Role.TITLE: 0, **{role: level for level, role in enumerate(_HEADINGS)}}
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


class Tree:
    """The structure of what was drawn, being written.

    Args:
        pages: that it is drawn on.
    """

    def __init__(
        self,
        file: File,
        elements: Sequence[Element],
        boxes: Sequence[TextBox | MarkBox],
        pages: Pages,
    ) -> None:
        self.pages = pages
        top = [each for each in elements if each.parent is None]
        drawn = list(_headings(top))
        self.top = _pruned(top)
        self.roles = _leveled(self.top)
        self.texts: dict[Element, list[TextBox]] = {}
        self._edges: dict[Element, tuple[float, float, float, float]] = {}
        self._file = file
        self._numbers: dict[Element, int] = {}
        self._notes: list[tuple[str, int]] = []
        self._links: dict[Element, list[Annotation]] = {}
        for box in boxes:
            self._remember(box)
        self._refuse_skipped(drawn)

    def _remember(self, box: TextBox | MarkBox) -> None:
        """Keep an element's texts, and the edges of a figure."""
        if box.element is None:
            return
        holder = box.element.holder
        if isinstance(box, TextBox):
            self.texts.setdefault(holder, []).append(box)
            if holder.role in INLINE and holder.parent is not None:
                self.texts.setdefault(holder.parent, []).append(box)
        if holder.role is Role.FIGURE:
            room = box.box
            left, top, right, bottom = self._edges.get(holder, (1e9, 1e9, -1e9, -1e9))
            self._edges[holder] = (
                min(left, room.x), min(top, room.y),
                max(right, room.right), max(bottom, room.bottom),
            )  # fmt: skip

    def _refuse_skipped(self, drawn: Sequence[Element]) -> None:
        """Refuse a heading that no heading of the level above stands over, be it an empty one."""
        above = -1
        for heading in drawn:
            level = _LEVELS[heading.role]
            if level > above + 1:
                words = "".join(text.text + " " * text.more for text in self.texts.get(heading, ()))
                lacking = _HEADINGS[level - 1]
                raise RenderError(f"the {heading.role} {words!r} has no {lacking} over it")
            above = level

    def write(self, sheets: Sequence[Sheet], links: Sequence[Annotation] = ()) -> int:
        """Write all elements; gives the number of the tree's root.

        Raises:
            RenderError: a text stands between elements, or a figure has no words.
        """
        root, document = self._file.reserve(), self._file.reserve()
        for element in _each(self.top):
            self._numbers[element] = self._file.reserve()
        for link in links:
            self._links.setdefault(link.element, []).append(link)
        for element in self.top:
            self._write(element, document)
        kids = refs(self._numbers[element] for element in self.top)
        self._file.put(document, f"<</S/Document/P {ref(root)}/K{kids}>>")
        parents = [refs(self._numbers[owner] for owner in sheet.owners) for sheet in sheets]
        parents += [ref(self._numbers[link.element]) for link in links]
        listed = " ".join(f"{key} {owner}" for key, owner in enumerate(parents))
        entries = f"/K[{ref(document)}]/RoleMap<</Title/P>>/ParentTreeNextKey {len(parents)}"
        entries += f"/ParentTree {ref(self._file.add(f'<</Nums[{listed}]>>'))}"
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
            entries += f"/Pg {ref(self.pages.numbers[own.page])}"
        kids = []
        for kid in element.kids:
            if isinstance(kid, Element):
                kids.append(ref(self._numbers[kid]))
                self._write(kid, number)
            elif own is not None and kid.page == own.page:
                kids.append(str(kid.number))
            else:
                page = ref(self.pages.numbers[kid.page])
                kids.append(f"<</Type/MCR/Pg {page}/MCID {kid.number}>>")
        for link in self._links.get(element, ()):
            page = ref(self.pages.numbers[link.page])
            kids.append(f"<</Type/OBJR/Pg {page}/Obj {ref(link.number)}>>")
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
        said = in_words(element.said)
        if not said:
            raise RenderError("a figure without words for those who do not see it")
        left, top, right, bottom = self._edges[element]
        edges = self.pages.corners(Box(left, top, right - left, bottom - top))
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
    levels: dict[Element, Role] = {}
    before = -1
    for heading in _headings(top):
        before = min(_LEVELS[heading.role], before + 1)
        levels[heading] = _HEADINGS[before]
    return levels


def _headings(top: Sequence[Element]) -> Iterator[Element]:
    """All headings in order; without a headline before the others the page's title is the first."""
    elements = [element for element in _each(top) if element.holder is element]
    headings = [element for element in elements if element.role in _HEADINGS]
    if headings and headings[0].role is not Role.HEADING:
        yield from [element for element in elements if element.role is Role.TITLE][:1]
    yield from headings
