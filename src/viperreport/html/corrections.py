"""What a corrected edition tells of the one that it replaces, as a mail shows it."""

from dataclasses import dataclass

from viperreport.html.said import Said, said
from viperreport.model.briefing import Briefing
from viperreport.model.correcting import CORRECTIONS
from viperreport.model.exhibits import Cell, Muted, Row, Table
from viperreport.model.wording import Setting, text

MOST = 12  # rows: more are for the PDF to show


@dataclass(frozen=True, slots=True)
class Correction:
    """A figure or a verdict that is another one now."""

    label: Said
    before: Said
    now: Said


@dataclass(frozen=True, slots=True)
class Corrections:
    """What is other than in the edition before.

    Args:
        title: with their number; empty where nothing is told.
        note: where the others are; empty where these are all.
    """

    title: Said
    rows: tuple[Correction, ...]
    note: Said


NOTHING = Corrections(Said(""), (), Said(""))


def corrections_of(briefing: Briefing) -> Corrections:
    """Read the table of a corrected edition; nothing of any other."""
    for section in briefing.sections:
        for block in section.blocks if section.name == CORRECTIONS else ():
            if isinstance(block, Table):
                return _of(block)
    return NOTHING


def _of(table: Table) -> Corrections:
    cut = text("These are the first ", Setting(MOST), "; the last page of the PDF has more.")
    return Corrections(
        said(table.title),
        tuple(map(_row, table.rows[:MOST])),
        said(cut if len(table.rows) > MOST else ()),
    )


def _row(row: Row) -> Correction:
    """Label, before and now; the key between them is for machines."""
    label, *_, before, now = map(_words, row.cells)
    return Correction(label, before, now)


def _words(cell: Cell) -> Said:
    content = cell.content if isinstance(cell, Muted) else cell
    if not isinstance(content, tuple):
        raise TypeError("a table of what was corrected holds words alone")
    return said(content)
