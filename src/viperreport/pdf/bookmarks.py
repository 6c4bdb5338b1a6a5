"""The outline that readers show beside the pages: headline, sections, titles of exhibits."""

from dataclasses import dataclass, field

from viperreport.pdf.aloud import spoken
from viperreport.pdf.file import File, ref, string
from viperreport.pdf.structure import Element, Role
from viperreport.pdf.tagging import Tree

_SHOWN = frozenset({Role.HEADING, Role.SUBHEADING})


@dataclass(slots=True)
class _Mark:
    """A line of the outline, and where it leads: a page from 0 and a height from its top."""

    title: str
    page: int
    y: float
    kids: "list[_Mark]" = field(default_factory=list)


def bookmarks(file: File, tree: Tree) -> int | None:
    """Write the outline; gives its number, or None where nothing has a title."""
    marks = _marks(tree, tree.top)
    if not marks:
        return None
    number = file.reserve()
    first, last = _write(file, tree, marks, number)
    count = len(marks)
    file.put(number, f"<</Type/Outlines/First {ref(first)}/Last {ref(last)}/Count {count}>>")
    return number


def _marks(tree: Tree, elements: list[Element]) -> list[_Mark]:
    found: list[_Mark] = []
    for element in elements:
        if tree.roles.get(element) in _SHOWN:
            found.append(_heading(tree, element))
            continue
        inside = _marks(tree, [kid for kid in element.kids if isinstance(kid, Element)])
        if element.role is Role.SECTION and element.said and inside:
            title, (first, *others) = spoken(element.said), inside
            own = others if first.title == title else inside  # its title may stand on the page
            found.append(_Mark(title, first.page, first.y, own))
        else:
            found += inside
    return found


def _heading(tree: Tree, element: Element) -> _Mark:
    texts = tree.texts[element]
    title = "".join(text.text + " " * text.more for text in texts)
    return _Mark(spoken(title), texts[0].page, texts[0].box.y)


def _write(file: File, tree: Tree, marks: list[_Mark], parent: int) -> tuple[int, int]:
    """Write the lines of one level, closed; gives the first and the last."""
    numbers = [file.reserve() for _ in marks]
    for k, (mark, number) in enumerate(zip(marks, numbers, strict=True)):
        place = tree.pages.place(mark.page, mark.y)
        entries = f"/Title{string(mark.title)}/Parent {ref(parent)}/Dest{place}"
        entries += f"/Prev {ref(numbers[k - 1])}" if k else ""
        entries += f"/Next {ref(numbers[k + 1])}" if k + 1 < len(marks) else ""
        if mark.kids:
            first, last = _write(file, tree, mark.kids, number)
            entries += f"/First {ref(first)}/Last {ref(last)}/Count {-len(mark.kids)}"
        file.put(number, f"<<{entries}>>")
    return numbers[0], numbers[-1]
