"""Figure 3: equal tiles, each an area, shaded by the year to date."""

from collections.abc import Sequence

from viperreport.model.exhibits import Tile, TileMap
from viperreport.model.figure import Comparison, Figure
from viperreport.model.wording import (
    Day,
    Name,
    Number,
    Setting,
    Share,
    Text,
    Year,
    sentences,
    text,
)
from viperreport.sections.areas.counts import (
    AreaCount,
    AreaCounts,
    located,
    nouns,
    spelled,
    to_date,
)
from viperreport.sections.context import Context
from viperreport.sections.counted import names
from viperreport.sections.maturity import first_known

CLASSES = 4  # of counts other than zero
_NAMED = 6  # more areas than these are not named in the note, but counted together
_DIGITS_KEPT = 2


def tile_map(
    context: Context, counts: AreaCounts, then: dict[str, Comparison]
) -> tuple[TileMap, tuple[Figure, ...]] | None:
    """The map and the figures that it alone needs; None where fewer than half have tiles.

    Args:
        then: comparisons by area name; a priority area shows last year's count from there.
    """
    placed = [each for each in counts.areas if each.area.tile]
    if 2 * len(placed) < len(counts.areas) or not placed:
        return None
    off = [each for each in counts.areas if not each.area.tile]
    together = to_date(context, located(context, (e.name for e in off), "off_map")) if off else None
    priority = _priority(context)
    figures = tuple(figure for figure in (together, priority) if figure is not None)
    return _say(context, counts, then, (off, together), priority), figures


def _priority(context: Context) -> Figure | None:
    if not context.facts.priority:
        return None
    return to_date(context, located(context, context.facts.priority, "priority"))


def _say(
    context: Context,
    counts: AreaCounts,
    then: dict[str, Comparison],
    off: tuple[Sequence[AreaCount], Figure | None],
    priority: Figure | None,
) -> TileMap:
    period = context.year_to_date
    measure, mid_sentence = names(context)
    days = (Day(period.start, year=False), " to ", Day(period.last_day))
    river = context.facts.river
    tiles = _tiles(counts, then)
    has_lead = priority is not None and priority.value is not None and counts.total.value
    return TileMap(
        ref="F3",
        title=_title(context, counts, priority),
        subtitle=text(measure, " by ", nouns(context, 1), ", year to date"),
        tiles=tiles,
        lead=text(Share(priority, counts.total)) if priority and has_lead else (),
        lead_words=_lead_words(context, counts, priority) if priority and has_lead else (),
        breaks=breaks(
            [each.now.count for each in counts.areas if each.area.tile and not _is_hidden(each)]
        ),
        scale_title=text(measure, ", ", *days),
        priority_key=text("Priority ", nouns(context, 1)) if priority else (),
        river_after_row=river[0] if river else 0,
        river_name=text(Name(river[1])) if river and river[1] else (),
        note=_note(context, counts, off, _then_known(counts, then)),
        said=_said(tiles, mid_sentence),
    )


def _tiles(counts: AreaCounts, then: dict[str, Comparison]) -> tuple[Tile, ...]:
    """Every area with a place, in reading order."""
    made = [
        Tile(
            text(Name(each.name)), *each.area.tile, each.now,
            _then(each, then.get(each.name)) if each.priority else None, each.priority,
        )
        for each in counts.areas
        if each.area.tile
    ] + [
        Tile(text(Name(area.name)), *area.tile, None, note=text(Name(area.note)))
        for area in counts.uncounted
        if area.tile
    ]  # fmt: skip
    return tuple(sorted(made, key=lambda tile: (tile.row, tile.column)))


def _is_hidden(each: AreaCount) -> bool:
    return each.now.suppressed_as is not None


def _then(each: AreaCount, comparison: Comparison | None) -> Figure | None:
    """Last year's count beside this year's; a tile without a number of its own has no room."""
    if comparison is None or comparison.then.value is None or _is_hidden(each):
        return None
    return comparison.then


def _title(context: Context, counts: AreaCounts, priority: Figure | None) -> Text:
    """What part of the whole the priority areas hold; else in how many areas there was any."""
    measure, mid_sentence = names(context)
    number = len(counts.priority)
    if any(map(_is_hidden, counts.areas)) and (priority is None or priority.value is None):
        return text(measure, " by ", nouns(context, 1))
    if priority is None or not counts.total.value:
        some = sum(each.now.count > 0 for each in counts.areas)
        of = len(counts.areas)
        return text(measure, " in ", Setting(some), " of ", Setting(of), " ", nouns(context, of))
    part = (Number(priority), " of ", Number(counts.total))
    if number == 1:
        return text(Name(counts.priority[0].name), ": ", *part, " ", mid_sentence)
    areas = ("priority ", nouns(context))
    if counts.total.count == 1:  # the name is a plural
        return text(measure, " in the ", spelled(number), " ", *areas, ": ", *part)
    return text("The ", spelled(number), " ", *areas, " account for ", *part, " ", mid_sentence)


def _lead_words(context: Context, counts: AreaCounts, priority: Figure) -> Text:
    number = len(counts.priority)
    areas = text(
        *(() if number == 1 else (spelled(number), " ")), "priority ", nouns(context, number)
    )
    part = (Number(priority), " of ", Number(counts.total))
    return text("of ", names(context)[1], " are in the ", *areas, " (", *part, ")")


def breaks(values: Sequence[int]) -> tuple[int, ...]:
    """The least count of each class but zero's: as equal in areas as ties and rounding allow.

    Every class holds an area; equal counts are in one class, so there may be fewer than four.

    Args:
        values: the areas' counts.
    """
    found = [1]
    rest = sorted(value for value in values if value)
    for classes in range(CLASSES, 1, -1):
        share = -(-len(rest) // classes)
        above = [value for value in rest[share:] if value > rest[share - 1]]
        if not above:
            break
        start = _rounded(above[0], rest)
        found.append(start)
        rest = [value for value in rest if value >= start]
    return tuple(found)


def _rounded(start: int, values: Sequence[int]) -> int:
    """A class's least count with two digits that matter, unless a class would stand empty."""
    step = 10 ** max(len(str(start)) - _DIGITS_KEPT, 0)
    nearest, under = round(start / step) * step, start // step * step
    fitting = (each for each in (nearest, under) if values[0] < each <= values[-1])
    return next(fitting, start)


def _then_known(counts: AreaCounts, then: dict[str, Comparison]) -> Text:
    """How last year's counts are known, where tiles show any."""
    shown = [then[each.name] for each in counts.areas if each.priority and each.name in then]
    return first_known(tuple(shown))


def _note(
    context: Context,
    counts: AreaCounts,
    off: tuple[Sequence[AreaCount], Figure | None],
    known: Text,
) -> Text:
    """How to read it, and where the rest of the total is."""
    return sentences(
        text("Equal tiles, each a ", nouns(context, 1), ", placed roughly where it lies."),
        *(text(Name(area.name), ": ", Name(area.note), ".") for area in counts.uncounted),
        text("Location unknown: ", Number(counts.unknown_now), ".")
        if counts.unknown_now.value or counts.unknown_now.suppressed_as
        else (),
        _off_map(context, *off),
        known,
    )


def _off_map(context: Context, off: Sequence[AreaCount], together: Figure | None) -> Text:
    if together is None:
        return ()
    if len(off) > _NAMED:
        areas = (Setting(len(off)), " ", nouns(context))
        if together.suppressed_as:
            return text("Not on the map: ", *areas, ".")
        return text("Not on the map: ", *areas, " with ", Number(together), " together.")
    listed = [part for each in off for part in ("; ", Name(each.name), " ", Number(each.now))]
    return text("Not on the map: ", *listed[1:], ".")


def _said(tiles: Sequence[Tile], measure: Name) -> Text:
    """Every tile in words, for those who do not see it."""
    parts = [part for tile in tiles for part in text("; ", *tile.name, " ", *_tile_said(tile))]
    return text("Map of ", measure, ": ", *parts[1:], ".")


def _tile_said(tile: Tile) -> Text:
    """What is counted there, or why nothing is; last year's count where the tile shows it."""
    if tile.now is None:
        return tile.note
    priority = text(", priority") if tile.priority else ()
    then = tile.then if tile.priority else None
    before = text(", ", Year(then.period.start.year), ": ", Number(then)) if then else ()
    return text(Number(tile.now), *priority, *before)
