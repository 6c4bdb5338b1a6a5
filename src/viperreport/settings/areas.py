"""areas.csv: the parts of the territory, their other names, and their places in the tile map."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from viperreport.errors import UsageError
from viperreport.model.source import Area
from viperreport.settings.lists import ListFile
from viperreport.settings.operation import Operation
from viperreport.settings.reading import Line, MaybeLine, Slug, Table, check, nearest

FILE = "config/areas.csv"
_COLUMNS = ("name", "slug", "row", "column", "aliases", "note")
_LIST = ListFile(FILE, _COLUMNS, ("name",))
ALL_AREAS = "all"  # the area of editions about everything
_LAST_TILE = 20  # more rows would be lower than their names, or run off the page


class _Row(Table):
    """One line; its whole numbers are text in the file."""

    name: Line
    slug: Slug
    row: Annotated[int, Field(ge=1, le=_LAST_TILE)] | None = None
    column: Annotated[int, Field(ge=1, le=_LAST_TILE)] | None = None
    aliases: tuple[Line, ...] = ()
    note: MaybeLine = ""


def read_areas(home: Path, faults: list[str]) -> tuple[Area, ...] | None:
    """Read the areas, in the file's order.

    Returns:
        () where there is no such file; None, with every fault noted, where it is bad.
    """
    before = len(faults)
    found = _LIST.lines(home, faults)
    if found is None:
        return None
    lines = [(line, _area(line, cells, faults)) for line, cells in found]
    areas = [(line, area) for line, area in lines if area]
    faults.extend(_clashes(areas))
    return tuple(area for _, area in areas) if len(faults) == before else None


def with_priorities(areas: Iterable[Area], operation: Operation | None) -> tuple[Area, ...]:
    """The areas, with the dates on which the operation gives some of them priority."""
    priorities = {each.area: each for each in (operation.priority if operation else ())}
    return tuple(
        replace(area, priority_from=found.start, priority_to=found.to)
        if (found := priorities.get(area.name))
        else area
        for area in areas
    )


def unknown_area(name: str, areas: Iterable[Area]) -> str:
    """What to say of a name that is not the name of an area; empty where it is."""
    names = {area.name for area in areas}
    if name in names:
        return ""
    for area in areas:
        if name in area.aliases:
            return f'"{name}" is another name; write "{area.name}"'
    hint = nearest(name, names)
    return f'"{name}" is no area of {FILE}{hint if hint.endswith("?") else ""}'


def find_area(slug: str, areas: Iterable[Area]) -> Area | None:
    """The area of a slug, of a name or of another name, in any case; None for the whole.

    Raises:
        UsageError: there is none; the nearest is offered.
    """
    if slug == ALL_AREAS:
        return None
    areas = tuple(areas)
    names = {name.casefold(): area for area in areas for name in (*area.aliases, area.name)}
    found = names | {area.slug: area for area in areas}
    if slug.casefold() in found:
        return found[slug.casefold()]
    near = get_close_matches(slug.casefold(), found, 1)
    if near:
        hint = f"did you mean {found[near[0]].slug}?"
    elif areas:
        hint = f'there are "{ALL_AREAS}", {", ".join(area.slug for area in areas)}'
    else:
        hint = f'this home names no areas; there is "{ALL_AREAS}"'
    raise UsageError(f"--area {slug}: no such area: {hint}")


def areas_of(names: Iterable[str]) -> tuple[Area, ...]:
    """Areas that only the data name: each gets a slug of its own, whatever its letters."""
    taken = {ALL_AREAS: ""}
    for name in sorted(set(names)):
        stem, number = slug_of(name) or "area", 1
        slug = stem
        while slug in taken:
            number += 1
            slug = f"{stem}-{number}"
        taken[slug] = name
    return tuple(Area(name, slug) for slug, name in taken.items() if name)


def slug_of(name: str) -> str:
    """A name for paths: "Hammersmith and Fulham" becomes "hammersmith-and-fulham"."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:64]


def _area(line: int, cells: dict[str, str], faults: list[str]) -> Area | None:
    raw: dict[str, Any] = {
        key: cells[key].strip() for key in _COLUMNS if cells.get(key, "").strip()
    }
    raw.setdefault("slug", slug_of(raw.get("name", "")))
    raw["aliases"] = [alias.strip() for alias in raw.get("aliases", "").split(";") if alias.strip()]
    row = check(_Row, raw, f"{FILE}:{line}", faults)
    if row is None:
        return None
    tile = (row.row, row.column) if row.row and row.column else None
    if tile is None and (row.row or row.column):
        faults.append(f"{FILE}:{line}: row and column go together")
    return Area(row.name, row.slug, row.aliases, tile, row.note)


def _clashes(areas: list[tuple[int, Area]]) -> Iterator[str]:
    """What two lines both claim: a name, a slug, a place in the map."""
    seen: dict[tuple[str, object], int] = {("slug", ALL_AREAS): 0}
    for line, area in areas:
        for claim in _claims(area):
            if claim in seen:
                yield f"{FILE}:{line}: {claim[0]}: {_taken(seen[claim])}"
            seen.setdefault(claim, line)


def _taken(line: int) -> str:
    return f"line {line} has it already" if line else f'"{ALL_AREAS}" means the whole force'


def _claims(area: Area) -> Iterator[tuple[str, object]]:
    yield "slug", area.slug
    for name in dict.fromkeys(each.casefold() for each in (area.name, *area.aliases)):
        yield "name or alias", name
    if area.tile:
        yield "row and column", area.tile
