"""Areas: the map, the priority areas against last year, the hotspots."""

from dataclasses import replace
from typing import TYPE_CHECKING

from viperreport.model.exhibits import Absent, Remark
from viperreport.model.figure import Comparison, Figure
from viperreport.model.wording import Name, Number, Text, Year, text
from viperreport.sections.areas.counts import AreaCounts, count_areas, nouns
from viperreport.sections.areas.hotspots import hotspots
from viperreport.sections.areas.table import AreaTable, count_table, say_table
from viperreport.sections.areas.tiles import tile_map
from viperreport.sections.areas.titles import title
from viperreport.sections.context import Context, Contribution
from viperreport.sections.counted import names

if TYPE_CHECKING:
    from viperreport.model.briefing import Block


def areas(context: Context) -> Contribution:
    """Count, then say; an area's own edition has no areas within it, only its hotspots."""
    if context.facts.within:
        return _own(context)
    if not context.incidents.knows("area"):
        return _absent(context, text("Not held: no row names its ", nouns(context, 1), "."))
    counts = count_areas(context)
    if counts.total.value is None:
        return _absent(context, text(Year(context.year), " is not held in full."))
    if counts.total.value and counts.total.value == counts.unknown_now.value:
        where = (Number(counts.unknown_now), " of ", Number(counts.total))
        said = text(names(context)[0], " whose location is unknown: ", *where, ".")
        return _absent(context, said, (counts.total, counts.unknown_now))
    return say(context, counts, count_table(context, counts))


def _own(context: Context) -> Contribution:
    places = hotspots(context)
    if places.blocks:
        return replace(places, title=text("Areas"))
    return _absent(context, text("This edition is about ", Name(context.facts.within), " alone."))


def say(context: Context, counts: AreaCounts, table: AreaTable) -> Contribution:
    """The map, the table and the hotspots, as far as each is held."""
    compared = _located_last_year(table)
    shown = dict[str, Comparison]()
    if compared:
        shown = {area.name: comparison for area, comparison in table.areas}
    mapped = tile_map(context, counts, shown)
    places = hotspots(context)
    blocks: list[Block] = [mapped[0]] if mapped else []
    if compared:
        blocks.append(say_table(context, table, title(context, table)))
    else:
        blocks.append(_not_compared(context, table))
    return Contribution(
        (*blocks, *places.blocks),
        (*counts.figures, *(mapped[1] if mapped else ()), *table.figures, *places.figures),
        table.comparisons if compared else (),
        text("Areas"),
    )


def _located_last_year(table: AreaTable) -> bool:
    """Whether a zero of last year can be true: some record of it names its area, if there is any.

    A source that began to name areas would else show a change in each of them.
    """
    if table.unknown is None or not table.total.then.value:
        return True
    return table.unknown.then.value != table.total.then.value


def _not_compared(context: Context, table: AreaTable) -> Absent:
    year = Year(table.total.then.period.start.year)
    body = text("No comparison: no row of ", year, " names its ", nouns(context, 1), ".")
    return Absent(Remark(text(names(context)[0], " by ", nouns(context, 1)), body))


def _absent(context: Context, body: Text, figures: tuple[Figure, ...] = ()) -> Contribution:
    plural = str(nouns(context))
    title = text(Name(plural[:1].upper() + plural[1:]), ".")
    return Contribution((Absent(Remark(title, body)),), figures, title=text("Areas"))
