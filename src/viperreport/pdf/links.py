"""Links: words that lead to a place of these pages or to an address, each with its annotation.

A link that is broken over lines has one annotation on each of its pages, with a quadrangle a line.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from viperreport.errors import RenderError
from viperreport.pdf.aloud import spoken
from viperreport.pdf.file import File, ref, string
from viperreport.pdf.geometry import Box, bounds
from viperreport.pdf.structure import Element, Link, TextBox

# Printed with the page, without a border; Contents says where it leads.
_LOOK = "/Type/Annot/Subtype/Link/F 4/Border[0 0 0]"


@dataclass(slots=True)
class Annotation:
    """A link's part on one page.

    Args:
        page: from 0.
        number: of its object.
        key: of its entry in the parent tree.
        boxes: of its words, one a line.
    """

    element: Element
    link: Link
    page: int
    number: int
    key: int
    boxes: list[Box] = field(default_factory=list)


def annotations(file: File, texts: Sequence[TextBox], first_key: int) -> list[Annotation]:
    """The annotations that the words of links need, in the order of drawing."""
    found: dict[tuple[Element, int], Annotation] = {}
    for text in texts:
        element = text.element
        if element.link is None:
            continue
        place = (element, text.page)
        if place not in found:
            key = first_key + len(found)
            found[place] = Annotation(element, element.link, text.page, file.reserve(), key)
        found[place].boxes.append(text.box)
    return list(found.values())


@dataclass(frozen=True, slots=True)
class Pages:
    """The pages that links stand on and lead to.

    Args:
        numbers: of their objects.
        height: of each, from which the file measures upwards.
    """

    numbers: Sequence[int]
    height: float

    def place(self, page: int, y: float) -> str:
        """A height of a page, from its top, as a destination."""
        return f"[{ref(self.numbers[page])}/XYZ 0 {self.height - y:.1f} null]"

    def corners(self, box: Box) -> tuple[float, float, float, float]:
        """Left, bottom, right and top of a box."""
        return box.x, self.height - box.bottom, box.right, self.height - box.y


def write_links(
    file: File, made: Sequence[Annotation], pages: Pages, places: Mapping[str, tuple[int, float]]
) -> None:
    """Write the annotations.

    Args:
        places: page from 0 and height from its top, by name.

    Raises:
        RenderError: a link leads to a place that is nowhere.
    """
    for each in made:
        said, goal = _goal(each.link, pages, places)
        entries = f"{_LOOK}/P {ref(pages.numbers[each.page])}/StructParent {each.key}"
        entries += f"/Contents{string(spoken(said))}{goal}{_area(each.boxes, pages)}"
        file.put(each.number, f"<<{entries}>>")


def _goal(link: Link, pages: Pages, places: Mapping[str, tuple[int, float]]) -> tuple[str, str]:
    """Where a link leads: in words, and as the file says it."""
    if link.address:
        return link.said, f"/A<</S/URI/URI{string(link.address)}>>"
    if link.place not in places:
        raise RenderError(f"a link to a place that is not drawn: {link.place!r}")
    page, y = places[link.place]
    return f"{link.said}, page {page + 1}", f"/Dest{pages.place(page, y)}"


def _area(boxes: Sequence[Box], pages: Pages) -> str:
    """Where it reacts: the words' own room, line by line."""
    corners = [point for box in boxes for point in ((box.x, box.y), (box.right, box.bottom))]
    area = f"/Rect[{_written(pages.corners(bounds(corners)))}]"
    if len(boxes) == 1:
        return area
    quads = []
    for left, bottom, right, top in map(pages.corners, boxes):
        quads.append(_written((left, top, right, top, left, bottom, right, bottom)))
    return f"{area}/QuadPoints[{' '.join(quads)}]"


def _written(numbers: Sequence[float]) -> str:
    return " ".join(f"{number:.2f}" for number in numbers)
