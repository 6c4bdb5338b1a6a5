"""The structure tree of a PDF, read with pikepdf: what a screen reader would be given."""

import io
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pikepdf

if TYPE_CHECKING:
    from collections.abc import Iterator

_BFCHAR = re.compile(r"<([0-9A-F]{2})> <([0-9A-F]{4})>")
_PAINTS = frozenset(("S", "s", "f", "F", "f*", "B", "B*", "b", "b*", "Do", "sh"))
_SHOWS = frozenset(("Tj", "TJ", "'", '"'))
Place = tuple[int, int]  # a page from 0, and the number of marked content on it


@dataclass
class Node:
    """An element of the tree.

    Args:
        own: its marked content.
    """

    role: str
    alt: str | None
    title: str
    actual: str | None
    attributes: dict[str, Any]
    kids: "list[Node | str]" = field(default_factory=list)
    own: list[Place] = field(default_factory=list)

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
        return "".join(kid if isinstance(kid, str) else f" {kid.words()} " for kid in self.kids)


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


def tagged(data: bytes) -> Tagged:
    """Read a PDF."""
    with pikepdf.open(io.BytesIO(data)) as document:
        made = Tagged(Node("", None, "", None, {}), {}, [], [], [], [])
        for number, page in enumerate(document.pages):
            _read_page(made, number, page)
        pages = {page.objgen: number for number, page in enumerate(document.pages)}
        tree = document.Root.StructTreeRoot
        (top,) = tree.K
        made.root = _node(made, top, pages)
        nums = list(tree.ParentTree.Nums)
        assert nums[::2] == [int(page.StructParents) for page in document.pages]
        made.parents = [[str(owner.S)[1:] for owner in owners] for owners in nums[1::2]]
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


def _node(made: Tagged, element: Any, pages: dict[Any, int]) -> Node:  # noqa: ANN401
    attributes = {str(k)[1:]: v for k, v in dict(element.get("/A", {})).items()}
    node = Node(
        str(element.S)[1:],
        str(element.Alt) if "/Alt" in element else None,
        str(element.get("/T", "")),
        str(element.ActualText) if "/ActualText" in element else None,
        attributes,
    )
    for kid in element.get("/K", []):
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            node.kids.append(_node(made, kid, pages))
            assert kid.P.objgen == element.objgen
            continue
        is_far = isinstance(kid, pikepdf.Dictionary)
        page = pages[(kid.Pg if is_far else element.Pg).objgen]
        place = (page, int(kid.MCID if is_far else kid))
        node.own.append(place)
        node.kids.append(made.shown[place])
    return node
