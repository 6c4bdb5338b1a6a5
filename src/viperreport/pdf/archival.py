"""From what was drawn to a file that lasts and can be read aloud: PDF/A-3a or -2a, and PDF/UA-1."""

from collections.abc import Sequence
from dataclasses import dataclass

from viperreport.errors import RenderError
from viperreport.pdf.attachments import Attachment, attached
from viperreport.pdf.bookmarks import bookmarks
from viperreport.pdf.colour_profile import srgb
from viperreport.pdf.embedding import embed
from viperreport.pdf.file import File, ref, refs, string
from viperreport.pdf.links import Annotation, Pages, annotations, write_links
from viperreport.pdf.metadata import Properties, information, xmp
from viperreport.pdf.structure import Element, MarkBox, Sheet, TextBox
from viperreport.pdf.tagging import Tree, marked

_WITH_FILES = 3  # the part of PDF/A that lets files of any kind be attached
_XMP = "/Type/Metadata/Subtype/XML"


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a canvas hands over: pages of operators, and the structure of what is on them.

    Args:
        size: width and height of each page.
        places: page from 0 and height from its top, by the name that links call it by.
    """

    properties: Properties
    size: tuple[float, float]
    sheets: list[Sheet]
    elements: list[Element]
    texts: list[TextBox]
    marks: list[MarkBox]
    places: dict[str, tuple[int, float]]


def archived(file: File, drawn: Drawn, attachments: Sequence[Attachment] = ()) -> bytes:
    """Write the file.

    Raises:
        RenderError: it has no title or language, or its structure does not hold, or files go along
            in one that may hold none.
    """
    said = drawn.properties
    if attachments and said.part != _WITH_FILES:
        raise RenderError(f"files go along in PDF/A-{said.part}a, which may hold none")
    if not said.title.strip() or not said.language.strip():
        raise RenderError("a file without a title or a language")
    pages = Pages([file.reserve() for _ in drawn.sheets], drawn.size[1])
    links = annotations(file, drawn.texts, len(drawn.sheets))
    kids = _write_pages(file, drawn, pages.numbers, links)
    write_links(file, links, pages, drawn.places)
    tree = Tree(file, drawn.elements, [*drawn.texts, *drawn.marks], pages)
    profile = file.stream(srgb(), "/N 3")
    intent = file.add(
        "<</Type/OutputIntent/S/GTS_PDFA1/OutputConditionIdentifier(sRGB IEC61966-2.1)"
        f"/Info(sRGB IEC61966-2.1)/DestOutputProfile {ref(profile)}>>"
    )
    metadata = file.stream(xmp(said).encode(), _XMP, packed=False)
    catalogue = (
        f"<</Type/Catalog/Pages {ref(kids)}/Lang{string(said.language)}/MarkInfo<</Marked true>>"
        f"/StructTreeRoot {ref(tree.write(drawn.sheets, links))}/Metadata {ref(metadata)}"
        f"/ViewerPreferences<</DisplayDocTitle true>>/OutputIntents{refs([intent])}"
    )
    catalogue += attached(file, attachments, said.made)
    outline = bookmarks(file, tree)
    if outline is not None:
        catalogue += f"/Outlines {ref(outline)}"
    return file.written(file.add(catalogue + ">>"), file.add(information(said)))


def _write_pages(
    file: File, drawn: Drawn, numbers: Sequence[int], links: Sequence[Annotation]
) -> int:
    """Write all pages, whose numbers are reserved; gives the number of their root."""
    fonts, root = embed(file), file.reserve()
    width, height = drawn.size
    shared = f"/MediaBox[0 0 {width:.4f} {height:.4f}]/Resources<</Font {ref(fonts)}>>/Tabs/S"
    for k, (number, sheet) in enumerate(zip(numbers, drawn.sheets, strict=True)):
        content = ref(file.stream(marked(sheet).encode("ascii")))
        entries = f"/Parent {ref(root)}/Contents {content}/StructParents {k}"
        own = [link.number for link in links if link.page == k]
        entries += f"/Annots{refs(own)}" if own else ""
        file.put(number, f"<</Type/Page{shared}{entries}>>")
    file.put(root, f"<</Type/Pages/Count {len(numbers)}/Kids{refs(numbers)}>>")
    return root
