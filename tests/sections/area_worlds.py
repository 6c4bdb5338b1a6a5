"""Homes with areas made by hand, and what their section says, in words."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from tests.sections.making import (
    CUT_OFF,
    PARTS,
    World,
    cube_of,
    spread,
    texts,
)
from tests.sections.test_language import DIRECTED, NEVER, bare, phrases_of
from viperreport.model.exhibits import Cell as TableCell
from viperreport.model.exhibits import (
    Evidence,
    Muted,
    Row,
    Table,
    TileMap,
)
from viperreport.model.figure import Comparison, Verdict
from viperreport.model.period import same_period, year_to_date
from viperreport.model.snapshot import Cell, Cube, all_figures
from viperreport.model.source import Area
from viperreport.model.wording import Change, Interval, Name, Number, plain
from viperreport.sections.areas.page import areas
from viperreport.sections.context import Context, Contribution, StatedHotspot, StatedOperation

YEAR = year_to_date(CUT_OFF)
SIX = ("Brent", "Hackney", "Lambeth", "Newham", "Southwark", "Tower Hamlets")
NONE: Mapping[str, int] = MappingProxyType({})


def cells(now: Mapping[str, int], then: Mapping[str, int] = NONE) -> list[Cell]:
    """So many records of each area this year and by the same date of the last."""
    held = [(YEAR, now), (same_period(YEAR), then)]
    return [
        cell
        for period, counts in held
        for area, number in counts.items()
        if number
        for cell in spread(period, number, area)
    ]


def grid(names: Iterable[str], **notes: str) -> tuple[Area, ...]:
    """Areas in rows of eight tiles; one with a note where it is named."""
    return tuple(
        Area(name, f"area-{k}", tile=(1 + k // 8, 1 + k % 8), note=notes.get(name, ""))
        for k, name in enumerate(names)
    )


def home(
    held: list[Cell] | Cube,
    listed: Iterable[Area] = (),
    priority: tuple[str, ...] = (),
    spots: Iterable[StatedHotspot] = (),
) -> Context:
    """A home with these records, areas, priorities and hotspots."""
    cube = held if isinstance(held, Cube) else cube_of(held, CUT_OFF)
    context = World(cube, priority=priority).context
    stated = StatedOperation("Operation Viper", hotspots=tuple(spots))
    return replace(
        context, facts=replace(context.facts, areas=tuple(listed), stated=stated, river=(4, "Lea"))
    )


@dataclass(frozen=True)
class Page:
    """What the section made of a home."""

    made: Contribution

    @property
    def map(self) -> TileMap:
        """Figure 3."""
        (found,) = [block for block in self.made.blocks if isinstance(block, TileMap)]
        return found

    def table(self, ref: str = "T4") -> Table:
        """A table by its mark."""
        return next(b for b in self.made.blocks if isinstance(b, Table) and b.ref == ref)

    @property
    def title(self) -> str:
        """Table 4's."""
        return plain(self.table().title)

    def rows(self, ref: str = "T4") -> dict[str, tuple[str, ...]]:
        """A table's rows in words, by their labels."""
        return {said(row.cells[0]): tuple(map(said, row.cells[1:])) for row in self.table(ref).rows}


def page(*given_home: object, **more: object) -> Page:
    """The section of a home."""
    return Page(areas(home(*given_home, **more)))  # type: ignore[arg-type]


def said(cell: TableCell) -> str:
    """A cell in words."""
    match cell:
        case Muted(content):
            return plain(content)
        case Evidence(verdict, _):
            return str(verdict)
        case tuple():
            return plain(cell)
    return type(cell).__name__


def numbers(row: Row) -> tuple[float | None, float | None]:
    """This year's and last year's figure of a row."""
    values = []
    for cell in row.cells[1:3]:
        (part,) = cell.content if isinstance(cell, Muted) else cell  # type: ignore[misc]
        assert isinstance(part, Number)
        values.append(part.figure.value)
    return values[0], values[1]


def check_words(made: Contribution) -> None:
    """No word of change without its verdict, every figure held, no doubled sign or space."""
    held = all_figures([*(c.now for c in made.comparisons), *made.figures], made.comparisons)
    keys = {figure.key for figure in held}
    compared = {comparison.key: comparison for comparison in made.comparisons}
    for path, content in texts(made.blocks):
        words = bare(content)
        assert not NEVER.search(words), (path, words)
        assert not DIRECTED.search(words), (path, words)
        assert phrases_of(content) <= verdicts(compared.values())
        for part in content:
            assert isinstance(part, PARTS)
            assert not isinstance(part, Number) or part.figure.key in keys
            assert not isinstance(part, Change | Interval) or part.comparison.key in compared
        whole = plain(tuple(Name("□") if isinstance(p, Name) else p for p in content))
        assert whole.strip() == whole
        assert whole
        assert not re.search(r"  | [,.;]|\.\.|,,|;\.", whole), (path, whole)


def verdicts(compared: Iterable[Comparison]) -> set[Verdict]:
    """The verdicts that were reached."""
    return {comparison.verdict for comparison in compared}


def of_each(*counts: int) -> dict[str, int]:
    """So many in each of the six."""
    return dict(zip(SIX, counts, strict=True))
