"""Whole briefings of any data: few or many rows, areas and names, in any script and of any length.

A world is a few numbers, so that one in which a promise fails can be read.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import strategies as st

from tests.sections.making import Made, World, cube_of, finds, monthly, published, returned
from viperreport.model.figure import LoadRef
from viperreport.model.period import ONE_DAY, WEEK, month_of
from viperreport.model.quality import SourceQuality
from viperreport.model.snapshot import Cell
from viperreport.model.source import Area
from viperreport.sections.compose import ALL_SECTIONS, compose
from viperreport.sections.context import (
    Refusal,
    StatedHotspot,
    StatedOperation,
    StatedPriority,
    StatedTactic,
    StatedWords,
)

SCRIPTS = {
    "latin": "Łódź-Bałuty Đà Nẵng Çeşme Ærøskøbing",
    "greek": "Περιστέρι Θεσσαλονίκη Άνω Λιόσια",
    "cyrillic": "Тверской район Київ Ђорђе Ўзбек",
    "arabic": "القاهرة الكبرى مصر الجديدة",
    "hebrew": "תל אביב יפו ירושלים",
    "han": "東京都港区赤坂 新宿区歌舞伎町",
    "devanagari": "दिल्ली चाँदनी चौक वाराणसी",
    "thai": "กรุงเทพมหานคร 🔫 บางกะปิ 🏴",
}
CUT_OFFS = (
    date(2016, 1, 1), date(2016, 1, 3), date(2016, 2, 29), date(2016, 5, 25), date(2016, 12, 27),
    date(2016, 12, 31), date(2015, 12, 30),
)  # fmt: skip
EXTRAS = (
    "recoveries", "kinds", "returns", "operation", "hotspots", "tiles", "outcomes", "published",
    "synthetic", "marked", "held", "own", "months", "loads", "burst",
)  # fmt: skip
FIRST = date(2013, 1, 1)


@dataclass(frozen=True)
class Whole:
    """A briefing of any data.

    Args:
        rows: records; each adds `scale` to a count.
        lean: above 1 more of them lie late, below 1 early.
        letters: of a name; 0 for the words as they are.
        spaced: whether a long name has spaces.
        priority: how many areas have priority.
        kinds: how many kinds of everything that has kinds.
    """

    seed: int
    cut_off: date = date(2016, 5, 25)
    held_from: date = FIRST
    rows: int = 700
    scale: int = 1
    lean: float = 1.0
    areas: int = 8
    priority: int = 3
    kinds: int = 4
    script: str = "latin"
    letters: int = 0
    spaced: bool = True
    extras: tuple[str, ...] = EXTRAS[:5]

    def name(self, what: str, k: int) -> str:
        """A name of its own for each thing."""
        words = f"{what}{k} {SCRIPTS[self.script]}"
        if self.letters:
            words = (f"{words} " * (1 + self.letters // len(words)))[: self.letters].strip()
        return words if self.spaced or not self.letters else words.replace(" ", "")

    @property
    def area_names(self) -> list[str]:
        """All areas."""
        return [self.name("A", k) for k in range(self.areas)]

    @property
    def made(self) -> Made:
        """The briefing."""
        world = self._world()
        context = world.context
        if "loads" in self.extras:
            quality = SourceQuality(
                world.incidents.source, LoadRef(1, f"{self.name('F', 0)}.csv", "ab" * 32),
                datetime(2016, 5, 30, 4, tzinfo=UTC), self.rows + 3, self.rows + 3, 3,
                ((self.name("R", 0), 3),), 0.02, 2,
            )  # fmt: skip
            context = replace(context, quality=(quality,))
        return Made(compose(context, ALL_SECTIONS))

    def _world(self) -> World:
        cells = [] if self.rows == 0 else list(self._cells())
        areas = tuple(
            Area(name, f"a{k}", tile=(1 + k // 8, 1 + k % 8))
            for k, name in enumerate(self.area_names)
        )
        held_from = min(self.held_from, self.cut_off)
        incidents = cube_of(cells, self.cut_off, held_from)
        whole_months = month_of(held_from).last_day < self.cut_off
        if "months" in self.extras and whole_months:
            end = (self.cut_off + ONE_DAY).replace(day=1) - ONE_DAY
            incidents = monthly([c for c in cells if c.day <= end], end, held_from)
        return World(
            incidents,
            self.cut_off,
            finds(self._found(cells), self.cut_off) if "recoveries" in self.extras else None,
            tuple(self.area_names[: self.priority]),
            tuple(published(y, 300 * self.scale) for y in (2010, 2011, 2014))
            if "published" in self.extras
            else (),
            marking="OFFICIAL-SENSITIVE" if "marked" in self.extras else "",
            refusals=(Refusal("incidents", "a.csv", "why"),) if "held" in self.extras else (),
            activity=returned(self._returns(), self.cut_off) if "returns" in self.extras else None,
            stated=self._operation() if "operation" in self.extras else None,
            areas=areas if "tiles" in self.extras else (),
            within=areas[0] if "own" in self.extras else None,
            place=self.name("P", 0) if self.letters < 60 else "Town",
            synthetic="synthetic" in self.extras,
        )

    def _cells(self) -> Iterator[Cell]:
        dice = random.Random(self.seed)  # noqa: S311 - test data
        held_from = min(self.held_from, self.cut_off)
        days, names = (self.cut_off - held_from).days + 1, self.area_names
        for k in range(self.rows):
            day = held_from + timedelta(days=int(days * dice.random() ** (1 / self.lean)))
            if "burst" in self.extras and k % 9 == 0:
                day = self.cut_off - timedelta(days=k % 5)
            area = names[min(int(len(names) * dice.random() ** 1.5), len(names) - 1)]
            cell = Cell(max(day, held_from), area if k % 50 else "", records=self.scale)
            if "hotspots" in self.extras and cell.area:
                cell = cell._replace(sub_area=self.name("N", k % self.kinds))
            if "kinds" in self.extras:
                cell = cell._replace(category=self.name("K", k * k % self.kinds))
            if "outcomes" in self.extras:
                cell = cell._replace(fatal="yes" if k % 9 == 0 else "no",
                                     hurt="yes" if k % 3 == 0 else "no",
                                     drug_related=("yes", "no", "")[k % 3])  # fmt: skip
            yield cell

    def _found(self, cells: list[Cell]) -> Iterator[Cell]:
        for k, cell in enumerate(cells[::2]):
            found = Cell(cell.day, cell.area, cell.sub_area, records=self.scale)
            if "kinds" in self.extras:
                found = found._replace(
                    category=self.name("K", k % self.kinds),
                    circumstance=self.name("C", k * k % self.kinds),
                )
            yield found

    @property
    def tactics(self) -> list[str]:
        """The stated tactics."""
        return [self.name("T", k) for k in range(self.kinds)]

    def _returns(self) -> Iterator[Cell]:
        dice = random.Random(self.seed)  # noqa: S311 - test data
        for back in range(12):
            for k, tactic in enumerate(self.tactics):
                for area in self.area_names[:3]:
                    if dice.random() < 0.9:
                        yield Cell(self.cut_off - back * WEEK, area, category=tactic, records=1,
                                   items=dice.randrange(9) * self.scale, planned=4 * self.scale,
                                   arrests=None if k % 3 else 1, firearms=self.scale,
                                   reach=dice.randrange(900))  # fmt: skip

    def _operation(self) -> StatedOperation:
        names, spots = self.area_names, range(self.kinds if "hotspots" in self.extras else 0)
        return StatedOperation(
            self.name("O", 0),
            announced=self.cut_off - 2 * WEEK,
            source=self.name("S", 0),
            lead=self.name("L", 0),
            team_size=50,
            units=(self.name("U", 0), self.name("U", 1)),
            tactics=tuple(StatedTactic(name, k != 1) for k, name in enumerate(self.tactics)),
            priority=tuple(StatedPriority(name, FIRST) for name in names[: self.priority]),
            hotspots=tuple(StatedHotspot(self.name("N", k), names[k % len(names)]) for k in spots),
            statements=(StatedWords(self.name("Q", 0), self.name("W", 0), "2016-05", "A paper"),),
        )


def wholes() -> st.SearchStrategy[Whole]:
    """Any."""
    return st.builds(
        Whole,
        seed=st.integers(0, 2**31),
        cut_off=st.sampled_from(CUT_OFFS),
        held_from=st.sampled_from([FIRST, date(2014, 2, 28), date(2015, 1, 1), date(2016, 1, 1)]),
        rows=st.sampled_from([0, 1, 3, 12, 90, 700, 2500, 10_000]),
        scale=st.sampled_from([1, 1, 1, 7, 1200]),
        lean=st.sampled_from([0.4, 1.0, 1.0, 3.0]),
        areas=st.sampled_from([1, 2, 8, 33, 60]),
        priority=st.sampled_from([0, 1, 2, 6, 20]),
        kinds=st.sampled_from([1, 2, 4, 7, 13, 25]),
        script=st.sampled_from(list(SCRIPTS)),
        letters=st.sampled_from([0, 0, 0, 30, 60, 200]),
        spaced=st.booleans(),
        extras=st.sets(st.sampled_from(EXTRAS)).map(lambda some: tuple(sorted(some))),
    )
