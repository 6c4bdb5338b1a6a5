"""Maps, small multiples and a stamp to draw, ordinary and otherwise."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from viperreport.model.exhibits import (
    Event,
    Panel,
    Remark,
    SmallMultiples,
    Stamp,
    Tile,
    TileMap,
)
from viperreport.model.figure import Figure, WhyNone
from viperreport.model.period import same_period, weeks_ending, year_to_date

from .sample import CUT_OFF, figure, named

YEAR = year_to_date(CUT_OFF)
FINGERPRINT = hashlib.sha256(b"the data").hexdigest()
# Name, row, column, count of this year (none: another force), and last year's of priority areas.
LONDON = (
    ("Enfield", 1, 5, 3, None), ("Harrow", 2, 3, 0, None), ("Barnet", 2, 4, 2, None),
    ("Haringey", 2, 5, 8, None), ("Waltham Forest", 2, 6, 4, None), ("Hillingdon", 3, 1, 1, None),
    ("Ealing", 3, 2, 2, None), ("Brent", 3, 3, 12, 6), ("Camden", 3, 4, 3, None),
    ("Islington", 3, 5, 1, None), ("Hackney", 3, 6, 15, 9), ("Redbridge", 3, 7, 2, None),
    ("Havering", 3, 8, 0, None), ("Hounslow", 4, 1, 1, None),
    ("Hammersmith and Fulham", 4, 2, 1, None), ("Kensington and Chelsea", 4, 3, 2, None),
    ("Westminster", 4, 4, 3, None), ("City of London", 4, 5, None, None),
    ("Tower Hamlets", 4, 6, 12, 7), ("Newham", 4, 7, 13, 8),
    ("Barking and Dagenham", 4, 8, 1, None), ("Richmond upon Thames", 5, 2, 0, None),
    ("Wandsworth", 5, 3, 2, None), ("Lambeth", 5, 4, 14, 10), ("Southwark", 5, 5, 11, 7),
    ("Lewisham", 5, 6, 5, None), ("Greenwich", 5, 7, 2, None), ("Bexley", 5, 8, 0, None),
    ("Kingston upon Thames", 6, 3, 0, None), ("Merton", 6, 4, 0, None), ("Croydon", 6, 5, 2, None),
    ("Bromley", 6, 6, 0, None), ("Sutton", 7, 4, 0, None),
)  # fmt: skip


def held(value: float | None, why: WhyNone = WhyNone.NOT_HELD) -> Figure:
    """A figure of the year to date."""
    return figure(value, YEAR, None if value is not None else why)


@dataclass(frozen=True)
class Area:
    """An area in a map."""

    name: str
    row: int
    column: int
    now: int | None
    then: int | None = None
    other_force: bool = False


def tile(area: Area) -> Tile:
    """An area's tile; a priority where last year's count is given."""
    last = same_period(YEAR)
    return Tile(
        named(area.name),
        area.row,
        area.column,
        None if area.other_force else held(area.now),
        None if area.then is None else figure(area.then, last),
        priority=area.then is not None,
        note=named("other force") if area.other_force else (),
    )


def london() -> tuple[Area, ...]:
    """The areas of the design's page three."""
    return tuple(
        Area(name, row, column, now, then, other_force=now is None)
        for name, row, column, now, then in LONDON
    )


@dataclass(frozen=True)
class Around:
    """What stands around the tiles."""

    lead: str = "63%"
    words: str = "of incidents are in the six priority boroughs (77 of 122)"
    scale: str = "Incidents, 1 January to 25 May 2016"
    key: str = "Priority borough"
    river: int = 4
    river_name: str = "River Thames"


def map_of(
    areas: Sequence[Area], breaks: tuple[int, ...] = (1, 5, 10, 13), around: Around | None = None
) -> TileMap:
    """A map of these areas."""
    around = around or Around()
    return TileMap(
        ref="F3",
        title=named("Six priority boroughs account for 77 of 122 incidents"),
        subtitle=named("Gun incidents by borough, year to date"),
        tiles=tuple(map(tile, areas)),
        lead=named(around.lead) if around.lead else (),
        lead_words=named(around.words),
        breaks=breaks,
        scale_title=named(around.scale),
        priority_key=named(around.key) if around.key else (),
        river_after_row=around.river,
        river_name=named(around.river_name),
        note=(),
        said=named("Gun incidents by borough: Hackney 15, Lambeth 14, Newham 13."),
    )


TACTICS = (
    ("High-visibility armed patrols", "patrols",
     (12, 10, 12, 11, 13, 12, 11, 12, 38, 40, 42, 41), 42),
    ("ANPR operations", "deployments", (4, 2, 4, 4, 2, 4, 6, 4, 5, 6, 5, 6), 6),
    ("Weapon sweeps", "sweeps", (4, 5, 3, 6, 4, 5, 5, 4, 14, 16, 17, 19), 15),
    ("Intelligence-led stop and search", "searches",
     (71, 64, 80, 74, 70, 77, 72, 70, 97, 102, 105, 111), None),
    ("Targeting known offenders", "arrests", (3, 2, 4, 3, 2, 3, 4, 3, 7, 9, 10, 11), 10),
    ("Premises searches", "warrants", (4, 3, 5, 4, 4, 3, 5, 4, 8, 7, 9, 10), 9),
    ("Education of young people", "sessions", (1, 0, 2, 1, 1, 2, 1, 0, 3, 4, None, 3), 5),
)  # fmt: skip
KEY = (
    ("before", named("earlier weeks")),
    ("recent", named("last four weeks")),
    ("plan", named("weekly plan")),
    ("missing", named("not reported")),
    ("note", named("Scales differ: compare shape, not height.")),
)


def panel(
    title: str, unit: str, amounts: Sequence[int | None], plan: int | None, since: int = 8
) -> Panel:
    """A panel of successive weeks."""
    weeks = weeks_ending(CUT_OFF, len(amounts))
    newest = amounts[-1] if amounts else None
    why = None if newest is not None else WhyNone.NOT_REPORTED
    return Panel(
        named(title),
        named(unit),
        tuple(zip(weeks, amounts, strict=True)),
        None if plan is None else held(plan),
        since,
        figure(newest, YEAR, why),
    )


def tactics(number: int = 7) -> tuple[Panel, ...]:
    """Panels of the design's page five, again and again."""
    return tuple(
        panel(title, f"{unit} a week", amounts, plan)
        for title, unit, amounts, plan in (TACTICS * 2)[:number]
    )


def multiples(panels: Sequence[Panel], launch: date | None = date(2016, 5, 25)) -> SmallMultiples:
    """Small multiples of these panels."""
    return SmallMultiples(
        ref="F8",
        title=named("Activity by week"),
        subtitle=named("Activity per week ending Wednesday"),
        panels=tuple(panels),
        recent=4,
        event=None if launch is None else Event(launch, named("Launch, 25 May")),
        key_title=named("How to read"),
        key=KEY,
        note=(),
        said=named("Weekly activity of seven tactics"),
        method="returns by week",
    )


def stamp_of(code: str = f"viper weekly all 2016-05-25 {FINGERPRINT}") -> Stamp:
    """A stamp that holds a code."""
    remarks = (
        Remark((), named("The code holds the issue, the cut-off and this fingerprint. The PDF "
                         "carries the same snapshot as an attached file.")),
        Remark(named("Sources."), named("2011 (377), 2015 (226): as reported in May 2016.")),
    )  # fmt: skip
    said = named("QR code that holds the edition and the data's fingerprint")
    return Stamp(named("Data fingerprint"), code, FINGERPRINT, remarks, said)
