"""What the operation says it does, what was done of it, and what that cannot show.

Source: "Stated tactics" in docs/definitions.md.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from viperreport.model.briefing import Block
from viperreport.model.exhibits import Absent, Remark
from viperreport.model.figure import Figure
from viperreport.model.snapshot import AMOUNTS
from viperreport.model.wording import Name, sentences, text
from viperreport.sections.context import Context, Contribution
from viperreport.sections.disclosing import left_out
from viperreport.sections.tactics.as_stated import as_stated
from viperreport.sections.tactics.book import Book, open_book
from viperreport.sections.tactics.counts import Tactic, count_tactics
from viperreport.sections.tactics.remarks import CAUTION, off_plan_others, tactic_remarks
from viperreport.sections.tactics.sums import Sums, returns_figures, sums_of
from viperreport.sections.tactics.table import REF as TABLE
from viperreport.sections.tactics.table import table_without_source, tactic_table
from viperreport.sections.tactics.weeks import REF as WEEKS
from viperreport.sections.tactics.weeks import (
    Drawn,
    others_missing,
    silent_areas,
    tactic_weeks,
    weeks_of,
)


@dataclass(frozen=True, slots=True)
class Counts:
    """All that the section counts."""

    book: Book
    tactics: tuple[Tactic, ...]
    sums: Sums
    drawn: tuple[Drawn, ...]


def tactics(context: Context) -> Contribution:
    """Count, then say."""
    activity = context.snapshot.activity
    if activity is not None and activity.withholds(*AMOUNTS):
        return _not_told(context)
    counts = count(context)
    if counts is None:
        return _without_source(context)
    if context.facts.within and not counts.book.anything_expected:
        return _none_expected(context, counts.book)
    return Contribution(tuple(say(context, counts)), tuple(_figures(counts)), title=text("Tactics"))


def count(context: Context) -> Counts | None:
    """Count the tactics; None without a source of returns, or where nothing is in it."""
    book = open_book(context)
    if book is None or not book.names:
        return None
    counted = count_tactics(book)
    return Counts(book, counted, sums_of(context, book, counted), weeks_of(book, counted))


def say(context: Context, counts: Counts) -> Iterator[Block]:
    """Table, weeks, remarks, the operation as stated, and what the page cannot show."""
    book, counted, sums = counts.book, counts.tactics, counts.sums
    table = tactic_table(context, book, counted, sums)
    if not counts.drawn:  # else figure 8 names them
        table = replace(table, note=sentences(table.note, silent_areas(book)))
    yield table
    if counts.drawn:
        yield tactic_weeks(book, counted, counts.drawn, sums)
    remarks, stated = tactic_remarks(counted, sums), as_stated(context)
    if remarks is not None:
        yield remarks
    if stated is not None:
        yield stated
    yield CAUTION


def _figures(counts: Counts) -> Iterator[Figure]:
    """Every figure, with the mark of the exhibit that shows it."""
    others = (
        others_missing(counts.sums, counts.tactics),
        off_plan_others(counts.tactics, counts.sums),
    )
    told = [
        *counts.sums.figures,
        *(figure for each in counts.tactics for figure in each.figures),
        *(figure for each in counts.tactics for figure in returns_figures(counts.book, each)),
        *filter(None, others),
    ]
    yield from (replace(figure, ref=TABLE) for figure in told)
    for panel in counts.drawn:
        yield from (replace(figure, ref=WEEKS) for figure in panel.figures)


def _not_told(context: Context) -> Contribution:
    """A single area's returns are of arrests and searches: the operation as stated, alone."""
    strip, line = as_stated(context), left_out(context, "Tactics.")
    blocks: list[Block] = [line] if strip is None else [strip, line]
    return Contribution(tuple(blocks), title=text("Tactics"))


def _none_expected(context: Context, book: Book) -> Contribution:
    """An area that makes no returns: the operation as stated, without empty exhibits."""
    area = Name(context.facts.within)
    line = Remark(text("Tactics: no return is expected from ", area, "."), silent_areas(book))
    strip = as_stated(context)
    blocks: list[Block] = [Absent(line)] if strip is None else [strip, Absent(line)]
    return Contribution(tuple(blocks), title=text("Tactics"))


def _without_source(context: Context) -> Contribution:
    """The tactics as stated, with nothing counted; one line where there are none."""
    stated, strip = context.facts.stated, as_stated(context)
    blocks: list[Block] = []
    if stated is not None and stated.tactics:
        blocks.append(table_without_source(context, stated.tactics))
    if strip is not None:
        blocks.append(strip)
    if blocks:
        return Contribution(tuple(blocks), title=text("Tactics"))
    line = Remark(
        text("Tactics: not held."),
        text("This home has no operation with stated tactics and no source of returns."),
    )
    return Contribution((Absent(line),))
