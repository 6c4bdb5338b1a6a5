"""The largest single find of a period: how many items, on which day, where.

Cells add up records that are alike in all that an edition asks about, so that the size of a single
find is known for certain only where a cell holds one record. Elsewhere the sum and the number of
finds bound it, and what is said is "at least". Source: "Recoveries" in docs/definitions.md.
"""

from dataclasses import dataclass

from viperreport.model.figure import Figure, Unit, derived
from viperreport.model.snapshot import Cell, Cube
from viperreport.model.wording import Day, Name, Number, Setting, Text, text

PLACES_NAMED = 3
_METHOD = "most items of one record (of cells with several records their mean, rounded up)"


@dataclass(frozen=True, slots=True)
class LargestFind:
    """The most items that one find held.

    Args:
        items: how many.
        exact: False where a cell of several finds may hide a larger one.
        places: the cells of finds that large, by day and area.
    """

    items: Figure
    exact: bool
    places: tuple[Cell, ...]


def largest_find(cube: Cube, total: Figure, key: str) -> LargestFind | None:
    """The largest single find of a total's days; None without any, or where none is held.

    Args:
        total: items of the period, not filtered.
    """
    if cube.measure.unit is not Unit.ITEM or cube.monthly or not total.value:
        return None
    cells = cube.slice(total.period)
    most = max(map(_at_least, cells))
    empty = any(_items(cell) < cell.records for cell in cells)  # finds of no item at all
    exact = all(_at_most(cell, empty=empty) <= most for cell in cells)
    places = tuple(cell for cell in cells if _at_least(cell) == most)
    return LargestFind(derived(total, key, most, _METHOD), exact, places)


def _items(cell: Cell) -> int:
    return cell.items or 0


def _at_least(cell: Cell) -> int:
    """The largest of a cell's finds holds no less than their mean."""
    return -(-_items(cell) // max(cell.records, 1))


def _at_most(cell: Cell, *, empty: bool) -> int:
    """And no more than all items but one for each other find."""
    return _items(cell) - (0 if empty else max(cell.records, 1) - 1)


def say_largest(found: LargestFind | None, *, where: bool = True) -> Text:
    """Name it, and all that are as large.

    Args:
        where: whether its day and place may be told: they are those of a single record.
    """
    if found is None:
        return ()
    if found.items.count == 1 and found.exact:
        return text("No find holds more than ", Setting(1, spelled=True), " item.")
    few = "" if found.exact else "at least "
    if not where:
        return text(f"Largest single find: {few}", Number(found.items), " items.")
    places = [part for cell in found.places[:PLACES_NAMED] for part in ("; ", *_place(cell))][1:]
    more = len(found.places) - PLACES_NAMED
    rest = ("; and ", Setting(more), " more") if more > 0 else ()
    return text(
        f"Largest single find: {few}", Number(found.items), " items (", *places, *rest, ")."
    )


def _place(cell: Cell) -> Text:
    area = Name(cell.area) if cell.area else Name("location unknown")
    return text(area, ", ", Day(cell.day, year=False, short=True))
