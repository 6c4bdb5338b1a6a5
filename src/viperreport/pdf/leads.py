"""What parts of a text lead to, and which are read in other words: from typed slots to stretches.

The marks in the provenance table lead to their exhibits, and an exhibit's number to its row there;
a publication leads to its address. Marks elsewhere in a text stand near what they name.
"""

from collections.abc import Iterator

from viperreport.model.briefing import Beside, Block, Briefing
from viperreport.model.citing import Publication, Refs, exhibit_name
from viperreport.model.exhibits import Row, Table
from viperreport.model.standing import exhibits_in
from viperreport.model.wording import Number, Part, Text
from viperreport.pdf.aloud import READ_AS
from viperreport.pdf.structure import Inline, Link, ReadAs

_NAME_SAID = 200  # letters of a name that are said before its address; all of it is in the text


class Leads:
    """The places of a briefing to which links may lead."""

    def __init__(self, briefing: Briefing) -> None:
        sections = briefing.sections
        self._exhibits = {ref for ref, _ in exhibits_in(sections)}
        self._traced = {
            mark
            for section in sections
            for block in section.blocks
            for row in _rows(block)
            for mark in traced_in(row)
        }

    def to_row(self, mark: str) -> Link | None:
        """From an exhibit to the row that says where its figures come from."""
        if mark not in self._traced:
            return None
        return Link(f"Where {_called(mark)} comes from", place=row_place(mark))

    def pieces(self, content: Text) -> list[tuple[str, Inline | None]]:
        """A text, part by part; nothing where all of it is read as it is printed."""
        if not any(map(_may_lead, content)):
            return []
        pieces = [piece for part in content for piece in self._pieces(part)]
        return pieces if any(inline for _, inline in pieces) else []

    def _pieces(self, part: Part) -> Iterator[tuple[str, Inline | None]]:
        match part:
            case Refs():
                yield from (
                    (said, self._to_exhibit(said, is_mark)) for said, is_mark in part.pieces()
                )
            case Publication(address=address) if address:
                name = part.name[:_NAME_SAID]
                yield part.name, Link(f"{name}: {address}", address=address)
            case Number(figure) if figure.value is None and str(part) in READ_AS:
                yield str(part), ReadAs(READ_AS[str(part)])
            case _:
                yield str(part), None

    def _to_exhibit(self, said: str, is_mark: bool) -> Link | None:  # noqa: FBT001 - as a pair
        if not is_mark or said not in self._exhibits:
            return None
        return Link(_called(said), place=said)


def _may_lead(part: Part) -> bool:
    """Whether a part of a text can be a link, or read in other words: few are."""
    if isinstance(part, Number):
        return part.figure.value is None
    return isinstance(part, Refs | Publication)


def row_place(mark: str) -> str:
    """The name of the place of the row that accounts for an exhibit; an exhibit's is its mark."""
    return f"row of {mark}"


def traced_in(row: Row) -> tuple[str, ...]:
    """The marks that a row accounts for: they stand in its first cell."""
    match row.cells:
        case ((Refs(marks),), *_):
            return marks
        case _:
            return ()


def _rows(block: Block) -> Iterator[Row]:
    match block:
        case Table():
            yield from block.rows
        case Beside():
            yield from _rows(block.left)
            yield from _rows(block.right)


def _called(mark: str) -> str:
    name = exhibit_name(mark)
    return f"Key figure {mark}" if name == mark else name
