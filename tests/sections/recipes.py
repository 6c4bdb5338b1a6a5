"""Random worlds in a few numbers, so that one in which a promise fails can be read."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from hypothesis import strategies as st

from tests.sections.making import World, cube_of, finds, monthly, published, returned
from viperreport.model.period import WEEK, month_of
from viperreport.model.snapshot import Cell
from viperreport.model.source import Area
from viperreport.sections.context import (
    StatedHotspot,
    StatedOperation,
    StatedPriority,
    StatedTactic,
    StatedWords,
)

FIRST = date(2013, 1, 1)
AREAS = ("Hackney", "Łódź", "東京", "Αθήνα", "القاهرة", "Zone 51", "")
PLACES = ("Dalston", "Upper Fall", "")
KINDS = ("Handgun", "Shotgun", "手枪", "")
WAYS_FOUND = ("Surrendered", "Weapon sweep", "Found by the public", "")
TACTICS = ("Weapon sweep", "Intelligence-led stop and search", "Education of young people")
# What a world may have besides counts by day and area.
EXTRAS = (
    "places",  # neighbourhoods
    "kinds",  # categories of incidents
    "outcomes",  # who was killed, and whether drugs were involved
    "partly",  # some records leave these out
    "found",  # kinds and circumstances of recoveries
    "operation",
    "returns",  # of the tactics' activity
    "gaps",  # some returns are missing
    "tiles",
    "own",  # the edition is of one area
)


@dataclass(frozen=True)
class Recipe:
    """A world in a few numbers.

    Args:
        lean: above 1 more records lie late, below 1 early.
        stale: days from the end of the data to the cut-off.
        by_month: whether the source counts months.
        extras: some of `EXTRAS`.
    """

    cut_off: date
    held_from: date
    seed: int
    number: int
    lean: float
    areas: tuple[str, ...]
    hurt: str
    stale: int
    by_month: bool
    recovering: bool
    total: bool
    priority: tuple[str, ...]
    extras: tuple[str, ...] = ()

    @property
    def world(self) -> World:
        """The counts of it; the same for the same numbers."""
        held_from = self.held_from if self.held_from <= self.cut_off else FIRST
        held_to = max(self.cut_off - timedelta(days=self.stale), held_from)
        cells = [cell for cell in self._cells(held_from) if cell.day <= held_to]
        earlier: tuple[date, ...] = ()
        if self.by_month and month_of(held_from).last_day < held_to:
            end = (held_to + timedelta(days=1)).replace(day=1) - timedelta(days=1)
            start = held_from.replace(day=1)
            kept = [cell for cell in cells if cell.day <= end] or [Cell(start, records=1)]
            incidents, total = monthly(kept, end, start), False
        else:
            kept = cells or [Cell(held_to, records=1)]
            incidents, total = cube_of(kept, held_to, held_from), self.total
            days = (self.cut_off - timedelta(days=7 * k) for k in range(1, 9))
            earlier = tuple(day for day in days if day.year == self.cut_off.year)
        world = World(
            incidents,
            self.cut_off,
            finds(self._found(cells), held_to) if self.recovering and cells else None,
            self.priority,
            (published(2011, 377),) if total else (),
            earlier,
        )
        return self._with_extras(world)

    def _cells(self, held_from: date) -> Iterator[Cell]:
        days, seed = (self.cut_off - held_from).days + 1, self.seed
        for k in range(self.number):
            seed = (1103515245 * seed + 12345) % 2**31
            day = held_from + timedelta(days=int(days * (seed / 2**31) ** (1 / self.lean)))
            cell = Cell(day, self.areas[k % len(self.areas)], hurt=self.hurt, records=1)
            yield self._detailed(cell, seed)

    def _detailed(self, cell: Cell, seed: int) -> Cell:
        """Say more of a record, where this world does."""
        if "places" in self.extras and cell.area:
            cell = cell._replace(sub_area=PLACES[seed // 8 % 3])
        if "kinds" in self.extras:
            cell = cell._replace(category=KINDS[seed // 16 % 4])
        if "outcomes" in self.extras and ("partly" not in self.extras or seed // 32 % 3):
            fatal = seed // 64 % 5 == 0
            cell = cell._replace(
                fatal="yes" if fatal else "no",
                hurt="yes" if fatal or seed // 128 % 3 == 0 else "no",
                drug_related=("yes", "no", "")[seed // 256 % 3],
                killed=int(fatal),
            )
        return cell

    def _found(self, cells: list[Cell]) -> list[Cell]:
        found = [Cell(cell.day, cell.area, cell.sub_area, records=1) for cell in cells[::3]]
        if "found" not in self.extras:
            return found
        return [
            cell._replace(category=KINDS[k % 4], circumstance=WAYS_FOUND[k * k % 7 % 4])
            for k, cell in enumerate(found)
        ]

    def _with_extras(self, world: World) -> World:
        first = self.areas[0] or "Hackney"
        areas = tuple(
            Area(name, f"area-{k}", tile=(1 + k // 3, 1 + k % 3))
            for k, name in enumerate(dict.fromkeys((first, *AREAS[:-1])))
        )
        if "tiles" in self.extras:
            city = Area("City", "city", tile=(4, 2), note="other force")
            world = replace(world, areas=(*areas, city))
        if "operation" in self.extras:
            world = replace(world, stated=self._operation(first))
        if "returns" in self.extras:
            world = replace(world, activity=returned(self._returns(first), self.cut_off))
        return replace(world, within=areas[0] if "own" in self.extras else None)

    def _operation(self, area: str) -> StatedOperation:
        return StatedOperation(
            "Operation Viper",
            announced=self.cut_off - WEEK,
            source="A release",
            lead="The Rising Sun Command",
            team_size=1 + self.seed % 60,
            units=("Task Force",),
            tactics=tuple(StatedTactic(name) for name in TACTICS),
            priority=tuple(StatedPriority(name, FIRST) for name in self.priority),
            hotspots=(StatedHotspot("Upper Fall", area), StatedHotspot("Dalston", area)),
            statements=(StatedWords("It led to a fall.", "Somebody", "2016-05", "A paper"),),
        )

    def _returns(self, area: str) -> Iterator[Cell]:
        """A return a week of each tactic from two areas; stop and search states no firearms."""
        for back in range(12):
            for k, name in enumerate(TACTICS):
                seed = self.seed >> (back + k) % 16
                if "gaps" in self.extras and seed % 7 == 0:
                    continue
                yield Cell(
                    self.cut_off - back * WEEK, area, category=name, records=1,
                    items=seed % 9, planned=seed // 8 % 9 if seed % 5 else None,
                    arrests=seed % 4, firearms=None if k == 1 else seed % 3, reach=seed % 100,
                )  # fmt: skip


def recipes() -> st.SearchStrategy[Recipe]:
    """Up to some 2,000 records over up to four years, more or fewer in the last; any cut-off."""
    starts = [FIRST, date(2013, 2, 28), date(2014, 1, 1), date(2015, 1, 1)]
    days = [date(2016, 2, 29), date(2015, 12, 31), date(2016, 1, 1), date(2016, 1, 5)]
    return st.builds(
        Recipe,
        cut_off=st.dates(date(2014, 1, 1), date(2017, 1, 2)) | st.sampled_from(days),
        held_from=st.sampled_from(starts),
        seed=st.integers(1, 2**31 - 1),
        number=st.builds(
            int.__add__, st.sampled_from([2000, 1200, 700, 400, 150, 40, 9, 1]), st.integers(0, 20)
        ),
        lean=st.sampled_from([0.5, 1.0, 1.0, 2.0]),
        areas=st.lists(st.sampled_from(AREAS), min_size=1, max_size=3).map(tuple),
        hurt=st.sampled_from(["", "yes"]),
        stale=st.sampled_from([0, 0, 3, 30]),
        by_month=st.booleans(),
        recovering=st.booleans(),
        total=st.booleans(),
        priority=priorities(),
        extras=st.sets(st.sampled_from(EXTRAS)).map(lambda some: tuple(sorted(some))),
    )


def priorities() -> st.SearchStrategy[tuple[str, ...]]:
    """Some areas with priority, or none."""
    return st.sampled_from([(), ("Hackney",), ("Łódź", "東京", "Αθήνα")])
