"""The structure tree of a PDF, read with pikepdf: what a screen reader would be given."""

import io
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pikepdf

if TYPE_CHECKING:
    from collections.abc import Iterator

_INLINE = frozenset(("Link", "Span"))
_BFCHAR = re.compile(r"<([0-9A-F]{2})> <([0-9A-F]{4})>")
_PAINTS = frozenset(("S", "s", "f", "F", "f*", "B", "B*", "b", "b*", "Do", "sh"))
_SHOWS = frozenset(("Tj", "TJ", "'", '"'))
Place = tuple[int, int]  # a page from 0, and the number of marked content on it


@dataclass
class Node:
    """An element of the tree.

    Args:
        own: its marked content.
        links: what it refers to as annotations, by their places in Tagged.links.
    """

    role: str
    alt: str | None
    title: str
    actual: str | None
    attributes: dict[str, Any]
    kids: "list[Node | str]" = field(default_factory=list)
    own: list[Place] = field(default_factory=list)
    links: list[int] = field(default_factory=list)

    def each(self) -> "Iterator[Node]":
        """It and all that are in it, in reading order."""
        yield self
        for kid in self.nodes():
            yield from kid.each()

    def nodes(self) -> "list[Node]":
        """The elements directly in it."""
        return [kid for kid in self.kids if isinstance(kid, Node)]

    def all(self, role: str) -> "list[Node]":
        """All elements of a role."""
        return [node for node in self.each() if node.role == role]

    def words(self) -> str:
        """What is read aloud, without what stands in place of figures."""
        if self.role == "Figure":
            return ""
        if self.actual is not None:
            return self.actual
        return "".join(kid if isinstance(kid, str) else kid._apart() for kid in self.kids)

    def _apart(self) -> str:
        """Its words, apart from those around it unless it is a part of a text."""
        return self.words() if self.role in _INLINE else f" {self.words()} "


@dataclass(frozen=True)
class Linked:
    """An annotation of a page.

    Args:
        page: from 0, as `goal` is.
        areas: left, bottom, right and top of each of its quadrangles, else of its rectangle.
        rect: the rectangle.
        said: its Contents.
        goal: page and height from the page's foot; None for an address.
        entry: what the parent tree names under its key: the object's number.
    """

    page: int
    rect: tuple[float, ...]
    areas: tuple[tuple[float, ...], ...]
    said: str
    flags: int
    border: tuple[float, ...]
    goal: tuple[int, float] | None
    address: str
    kinds: frozenset[str]
    entry: int


@dataclass
class Tagged:
    """A PDF's tree, and what its pages hold.

    Args:
        shown: the text of each marked content.
        artifacts: the text of each artifact, with its subtype, by page.
        stray: operators that paint outside all marks.
        parents: for each page, the role of the element that the parent tree names.
    """

    root: Node
    shown: dict[Place, str]
    artifacts: list[tuple[int, str, str]]
    stray: list[str]
    parents: list[list[str]]
    bookmarks: list[str]
    links: list[Linked] = field(default_factory=list)


def tagged(data: bytes) -> Tagged:
    """Read a PDF."""
    with pikepdf.open(io.BytesIO(data)) as document:
        made = Tagged(Node("", None, "", None, {}), {}, [], [], [], [])
        for number, page in enumerate(document.pages):
            _read_page(made, number, page)
        pages = {page.objgen: number for number, page in enumerate(document.pages)}
        tree = document.Root.StructTreeRoot
        (top,) = tree.K
        nums = list(tree.ParentTree.Nums)
        parents = dict(zip(map(int, nums[::2]), nums[1::2], strict=True))
        assert list(parents) == list(range(int(tree.ParentTreeNextKey)))
        linked = _links(made, document, pages, parents)
        made.root = _node(made, top, pages, linked)
        made.parents = [
            [str(owner.S)[1:] for owner in parents.pop(int(page.StructParents))]
            for page in document.pages
        ]
        assert not parents, "entries that no page and no annotation names"
        with document.open_outline() as outline:
            for item in outline.root:
                made.bookmarks += [item.title, *(f"- {kid.title}" for kid in item.children)]
    return made


def _read_page(made: Tagged, number: int, page: Any) -> None:  # noqa: ANN401 - pikepdf's
    fonts = {name: _letters(font) for name, font in page.Resources.Font.items()}
    letters: dict[int, str] = {}
    marks: list[Place | list[str]] = []
    for step in pikepdf.parse_content_stream(page):
        operands: Any = step.operands
        name = str(step.operator)
        if name in {"BDC", "BMC"}:
            marks.append(_mark(number, operands))
            assert len(marks) == 1, "marks inside marks"
        elif name == "EMC":
            mark = marks.pop()
            if isinstance(mark, list):
                made.artifacts.append((number, mark[0], "".join(mark[1:])))
        elif name == "Tf":
            letters = fonts[str(operands[0])]
        elif name in _SHOWS | _PAINTS:
            said = "".join(letters[code] for code in bytes(operands[0])) if name == "Tj" else ""
            _keep(made, marks, said or name)
    assert not marks


def _keep(made: Tagged, marks: list[Place | list[str]], said: str) -> None:
    """A text, or a painting operator, belongs to the mark that is open."""
    is_text = said not in _PAINTS
    if not marks:
        made.stray.append(said)
    elif isinstance(mark := marks[-1], list):
        mark.append(said * is_text)
    else:
        made.shown[mark] = made.shown.get(mark, "") + said * is_text


def _mark(page: int, operands: Any) -> Place | list[str]:  # noqa: ANN401
    if str(operands[0]) == "/Artifact":
        return [str(operands[1].get("/Subtype", "")) if len(operands) > 1 else ""]
    return page, int(operands[1].MCID)


def _letters(font: Any) -> dict[int, str]:  # noqa: ANN401
    found = _BFCHAR.findall(font.ToUnicode.read_bytes().decode())
    return {int(code, 16): chr(int(letter, 16)) for code, letter in found}


def _links(
    made: Tagged, document: pikepdf.Pdf, pages: dict[Any, int], parents: dict[int, Any]
) -> dict[Any, int]:
    """Read all annotations; gives the place of each by its object's number."""
    found: dict[Any, int] = {}
    for number, page in enumerate(document.pages):
        for each in page.get("/Annots", []):
            annotation: Any = each
            assert annotation.P.objgen == page.objgen
            found[annotation.objgen] = len(made.links)
            made.links.append(_linked(number, annotation, pages, parents))
    return found


def _linked(page: int, annotation: Any, pages: dict[Any, int], parents: dict[int, Any]) -> Linked:  # noqa: ANN401
    assert annotation.Subtype == "/Link"
    rect = tuple(float(edge) for edge in annotation.Rect)
    quads = [float(edge) for edge in annotation.get("/QuadPoints", [])]
    areas = [(q[4], q[5], q[2], q[3]) for q in (quads[k : k + 8] for k in range(0, len(quads), 8))]
    goal, action = annotation.get("/Dest"), annotation.get("/A", {})
    if goal is not None:
        assert [str(goal[1]), int(goal[2]), goal[4]] == ["/XYZ", 0, None]
    return Linked(
        page,
        rect,
        tuple(areas) or (rect,),
        str(annotation.Contents),
        int(annotation.F),
        tuple(float(edge) for edge in annotation.Border),
        None if goal is None else (pages[goal[0].objgen], float(goal[3])),
        str(action.get("/URI", "")),
        frozenset({str(action.S)} if action else ()) | frozenset({"/Dest"} if goal else ()),
        parents.pop(int(annotation.StructParent)).objgen[0],
    )


def _node(made: Tagged, element: Any, pages: dict[Any, int], linked: dict[Any, int]) -> Node:  # noqa: ANN401
    attributes = {str(k)[1:]: v for k, v in dict(element.get("/A", {})).items()}
    node = Node(
        str(element.S)[1:],
        str(element.Alt) if "/Alt" in element else None,
        str(element.get("/T", "")),
        str(element.ActualText) if "/ActualText" in element else None,
        attributes,
    )
    for kid in element.get("/K", []):
        if isinstance(kid, pikepdf.Dictionary) and kid.get("/Type") == "/OBJR":
            place = linked[kid.Obj.objgen]
            assert made.links[place].page == pages[kid.Pg.objgen]
            assert made.links[place].entry == element.objgen[0]
            node.links.append(place)
            continue
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            node.kids.append(_node(made, kid, pages, linked))
            assert kid.P.objgen == element.objgen
            continue
        is_far = isinstance(kid, pikepdf.Dictionary)
        page = pages[(kid.Pg if is_far else element.Pg).objgen]
        content = (page, int(kid.MCID if is_far else kid))
        node.own.append(content)
        node.kids.append(made.shown[content])
    return node
