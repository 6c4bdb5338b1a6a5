"""Integer programming against masked editions: what anybody can work out from all that they print.

An attacker holds the figures of an edition's JSON, which test_orphans and test_agreement find to be
all that is printed, drawn, tagged or attached, and knows the rule. What "<5" stands for must stay
any of 1 to 4 for them.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType
from typing import Any

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from tests.sections.making import CUT_OFF, World, cube_of, finds, spread
from viperreport.as_json import as_dict, figure_dict, figure_row
from viperreport.model.period import Period, same_period, year_to_date
from viperreport.model.snapshot import Cell, known_then_instant
from viperreport.model.source import Area
from viperreport.pdf.attachments import Attachment
from viperreport.pdf.render import render
from viperreport.sections.compose import ALL_SECTIONS, compose
from viperreport.sections.context import Context, StatedHotspot, StatedOperation

HOMES = 300
DRAWN = 5
YEAR = year_to_date(CUT_OFF)
Json = dict[str, Any]
Place = tuple[str, str]  # area, neighbourhood
FEW, WITHHELD = "<5", "withheld"
REST = "elsewhere"
OF_AREAS = ("headline", "key_figures", "areas", "recoveries", "tactics", "methods")
THIS_YEAR = ("incidents", YEAR.start.isoformat(), CUT_OFF.isoformat())


# ------------------------------------------------------- homes


def cells_of(chance: random.Random, period: Period, places: list[Place]) -> list[Cell]:
    """Some records in each place, mostly few."""
    found: list[Cell] = []
    for area, sub in places:
        number = chance.choice((0, 0, 1, 1, 2, 3, 4, 5, 6, 7, 9, 12, 20))
        if number:
            held = spread(period, number, area)
            found += [cell._replace(sub_area=sub) for cell in held]
    return found


@dataclass(frozen=True)
class Home:
    """A home, and what is true of it."""

    context: Context
    spots: tuple[StatedHotspot, ...]

    @property
    def briefing(self) -> Json:
        """All that its edition says."""
        return as_dict(compose(self.context, ALL_SECTIONS))

    @property
    def pdf(self) -> bytes:
        """Its pages, with figures.csv inside."""
        made = compose(self.context, ALL_SECTIONS)
        rows = "".join(f"{figure_row(figure)}\n" for figure in made.figures)
        data = Attachment("figures.csv", "text/csv", "Every figure", rows.encode())
        return render(made, attachments=[data])

    @property
    def figures(self) -> Json:
        """The figures of the sections that tell of areas, which take a third of the time."""
        made = compose(self.context, OF_AREAS)
        return {"figures": [figure_dict(figure) for figure in made.figures]}


def home_of(seed: int) -> Home:
    """A random home: areas, unknown ones, hotspots, priorities now and before, two ages of 2015."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    many = 70 if seed % 100 == 99 else chance.randint(1, 8)
    names = [f"Area {k:02}" for k in range(many)]
    inner = {name: [f"{name} {k}" for k in range(chance.choice((0, 0, 1, 2, 3)))] for name in names}
    places = [(name, sub) for name in names for sub in (*inner[name], "", REST)]
    places.append(("", ""))
    spots = tuple(
        StatedHotspot(sub, name) for name in names for sub in inner[name] if chance.random() < 0.8
    )
    priority = tuple(sorted(chance.sample(names, chance.randint(0, many))))
    if chance.random() < 0.4 or many > 8:
        priority = ()
    before = chance.sample(names, chance.randint(0, many)) if chance.random() < 0.3 else priority
    tiles = chance.random()
    areas = tuple(
        Area(
            name,
            f"area-{k}",
            tile=(1 + k // 8, 1 + k % 8) if tiles < 0.3 or chance.random() < tiles else None,
            priority_from=date(2016, 1, 1) if name in before else None,
            priority_to=date(2016, 5, 20) if name in before and name not in priority else None,
        )
        for k, name in enumerate(names)
    )
    last = same_period(YEAR)
    incidents = cube_of([*cells_of(chance, YEAR, places), *cells_of(chance, last, places)], CUT_OFF)
    recovered = finds(cells_of(chance, YEAR, places), CUT_OFF) if chance.random() < 0.7 else None
    world = World(
        incidents, recoveries=recovered, priority=priority, areas=areas, is_masked=True,
        stated=StatedOperation("Viper", hotspots=spots),
    )  # fmt: skip
    context = world.context
    if chance.random() < 0.5:
        context = known_then(context, cells_of(chance, last, places))
    return Home(context, spots)


def known_then(context: Context, held: list[Cell]) -> Context:
    """Give it last year's records as known at this one's age: other ones."""
    snapshot, last = context.snapshot, same_period(YEAR).last_day
    instant = known_then_instant(CUT_OFF, snapshot.known_at, last, snapshot.zone)
    earlier = replace(cube_of(held, last), known_at=instant)
    then = MappingProxyType({("incidents", instant): earlier})
    return replace(context, snapshot=replace(snapshot, then=then))


# ------------------------------------------------------- what an attacker knows


@dataclass
class Side:
    """One source, period and known-at: counts by place, and what is known of their sums.

    Args:
        places: those that anybody can name; each area has one more for all others in it.
        sums: (places, least, most) of each figure.
        few: the places of each figure that is printed as <5, with its key.
    """

    places: list[Place]
    sums: list[tuple[list[int], float, float]] = field(default_factory=list)
    few: list[tuple[str, list[int]]] = field(default_factory=list)

    def among(self, where: dict[str, list[str]]) -> list[int]:
        """The places that a filter lets through."""
        return [
            k
            for k, (area, sub) in enumerate(self.places)
            if area in where.get("area", [area]) and sub in where.get("sub_area", [sub])
        ]


def sides_of(home: Home, content: Json) -> dict[tuple[str, ...], Side]:
    """All that the JSON's figures say of counts by area."""
    names = [area.name for area in home.context.facts.areas]
    places = [(spot.area, spot.name) for spot in home.spots]
    places += [(name, REST) for name in (*names, "")]
    sides: dict[tuple[str, ...], Side] = {}
    for figure in filter(is_of_places, content["figures"]):
        side = sides.setdefault(side_of(figure), Side(places))
        own = side.among(figure["where"])
        if figure["value"] is not None:
            side.sums.append((own, figure["value"], figure["value"]))
        elif figure["suppressed_as"] == FEW:
            side.sums.append((own, 1, 4))
            side.few.append((figure["key"], own))
    for figure in content["figures"]:
        if ".hotspots.ytd." in figure["key"] and figure["value"] is not None:
            side = next(side for key, side in sides.items() if key[:3] == THIS_YEAR)
            own = [k for k, place in enumerate(places) if place[1] != REST]
            side.sums.append((own, figure["value"], figure["value"]))
    return sides


def side_of(figure: Json) -> tuple[str, ...]:
    """What is counted, over which days, as known when."""
    period = figure["period"]
    return (figure["source"], period["from"], period["to"], figure["known_at"])


def is_of_places(figure: Json) -> bool:
    """Whether it is a count of some places, or of all; of neighbourhoods, only of those named."""
    adds = "items" if figure["source"] == "recoveries" else "records"
    is_count = figure["standing"] == "counted" and figure["adds"] == adds
    where = figure["where"]
    return is_count and not set(where) - {"area", "sub_area"} and where.get("sub_area") != [""]


def follow_the_rule(home: Home, content: Json, sides: dict[tuple[str, ...], Side]) -> None:
    """A withheld area beside a "<5" is 5 or more, and not above the smallest that is printed."""
    priority = set(home.context.facts.priority)
    areas = [
        figure
        for figure in content["figures"]
        if list(figure["where"]) == ["area"] and len(figure["where"]["area"]) == 1
        and is_of_places(figure) and side_of(figure) in sides
    ]  # fmt: skip
    groups = [f for f in content["figures"] if ".priority.ytd." in f["key"]]
    for figure in areas:
        side = sides[side_of(figure)]
        if figure["suppressed_as"] != WITHHELD or not side.few:
            continue
        apart = any(side_of(f) == side_of(figure) and f["value"] is not None for f in groups)
        own = figure["where"]["area"][0] in priority
        printed = [
            other["value"]
            for other in areas
            if other["value"] and side_of(other) == side_of(figure)
            and (not apart or (other["where"]["area"][0] in priority) is own)
        ]  # fmt: skip
        side.sums.append((side.among(figure["where"]), 5, min(printed, default=np.inf)))


def ranges(side: Side) -> Iterator[tuple[str, int, int]]:
    """The least and the most that each figure printed as <5 may be."""
    matrix = np.zeros((len(side.sums), len(side.places)))
    for row, (own, _, _) in enumerate(side.sums):
        matrix[row, own] = 1
    limits = LinearConstraint(
        matrix, [low for _, low, _ in side.sums], [high for _, _, high in side.sums]
    )
    for key, own in side.few:
        cost = np.zeros(len(side.places))
        cost[own] = 1
        found = []
        for sign in (1, -1):
            best = milp(
                sign * cost,
                constraints=limits,
                integrality=np.ones(len(side.places), dtype=int),
                bounds=Bounds(0, np.inf),
            )
            assert best.success, (key, best.message)
            found.append(round(sign * best.fun))
        yield key, found[0], found[1]


# ------------------------------------------------------- the promises


def test_every_hidden_count_keeps_its_whole_range() -> None:
    """In 300 homes, by integer programming over all that their editions print."""
    hidden = told = 0
    for seed in range(HOMES):
        home = home_of(seed)
        content = home.briefing if seed % 10 == 0 else home.figures
        sides = sides_of(home, content)
        follow_the_rule(home, content, sides)
        for side in sides.values():
            for key, least, most in ranges(side):
                assert (least, most) == (1, 4), (seed, key, least, most)
                hidden += 1
        told += sum("area" in f["where"] and f["value"] is not None for f in content["figures"])
    assert hidden > HOMES
    assert told > HOMES  # the mask does not simply hide everything


def test_the_other_sections_tell_of_no_area() -> None:
    """So that the shorter editions above print all of it."""
    for seed in range(0, HOMES, 30):
        whole, part = (
            {figure["key"] for figure in made["figures"] if figure["where"]}
            for made in (home_of(seed).briefing, home_of(seed).figures)
        )
        assert whole == part


@pytest.mark.parametrize("seed", range(0, HOMES, 10))
def test_no_change_is_told_beside_a_hidden_count(seed: int) -> None:
    """No difference, percent, interval, clustering or verdict; no rows, no hash; no bar or mark."""
    content = home_of(seed).briefing
    figures = {figure["key"]: figure for figure in content["figures"]}
    for figure in figures.values():
        if figure["suppressed_as"]:
            assert (figure["value"], figure["rows"], figure["hash"]) == (None, 0, ""), figure["key"]
    for made in content["comparisons"]:
        if any(figures[made[side]]["suppressed_as"] for side in ("now", "then")):
            numbers = [made[name] for name in ("difference", "percent", "ratio", "low", "high")]
            assert numbers == [None] * 5, made["key"]
            assert (made["verdict"], made["phi"], made["phi_measured"]) == ("none", 1.0, False)


def test_order_and_marks_tell_nothing_of_hidden_counts() -> None:
    """Other small counts of the same areas make the same edition, but for its fingerprint."""
    exchanged = 0
    for seed in range(HOMES // 3):
        home = home_of(seed)
        other = home_with_other_few(home)
        if other is None:
            continue
        a, b = home.briefing, other.briefing
        assert a["briefing"] == b["briefing"], seed
        assert a["figures"] == b["figures"], seed
        assert a["comparisons"] == b["comparisons"], seed
        if exchanged < DRAWN:  # text, tags, words in place of drawings, bars and marks
            assert home.pdf == other.pdf, seed
        exchanged += 1
    assert exchanged > 5


def home_with_other_few(home: Home) -> Home | None:
    """The same with the records of two areas, both printed as <5, exchanged."""
    content = home.figures
    inside = {spot.area for spot in home.spots}
    few = [
        figure["where"]["area"][0]
        for figure in content["figures"]
        if figure["suppressed_as"] == FEW and list(figure["where"]) == ["area"]
        and side_of(figure)[:3] == THIS_YEAR and figure["where"]["area"] != [""]
        and not inside & set(figure["where"]["area"])
    ]  # fmt: skip
    cube = home.context.incidents
    alike = [name for name in few if (name in home.context.facts.priority)]
    rest = [name for name in few if name not in alike]
    pair = next((group[:2] for group in (alike, rest) if len(group) > 1), None)
    if pair is None:
        return None
    swapped = replace(cube, cells=tuple(sorted(map(_swapper(pair), cube.cells))))
    snapshot = home.context.snapshot
    if swapped == cube:
        return None
    return Home(replace(home.context, snapshot=replace(snapshot, incidents=swapped)), home.spots)


def _swapper(pair: list[str]) -> Any:  # noqa: ANN401 - a function of cells
    names = dict(zip(pair, reversed(pair), strict=True))

    def swap(cell: Cell) -> Cell:
        if not YEAR.start <= cell.day < YEAR.end:
            return cell
        return cell._replace(area=names.get(cell.area, cell.area))

    return swap


def test_the_attack_finds_what_an_unmasked_edition_tells() -> None:
    """Without the veil the same programme pins counts down: it can fail."""
    home = home_of(1)
    facts = replace(home.context.facts, is_masked=False)
    content = as_dict(compose(replace(home.context, facts=facts), ALL_SECTIONS))
    side = next(side for key, side in sides_of(home, content).items() if key[:3] == THIS_YEAR)
    area = home.context.facts.areas[0].name
    side.few.append(("the first area", side.among({"area": [area]})))
    *_, (_, least, most) = ranges(side)
    assert least == most
