"""What is counted in the neighbourhoods that the operation names."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from viperreport.analysis.compare import bonferroni_level, rate_ratio
from viperreport.model.figure import Figure, Maturity, WhyNone, derived, figure_hash
from viperreport.model.period import Period, same_period, year_to_date
from viperreport.model.snapshot import Cube, Query
from viperreport.sections.areas.counts import to_date
from viperreport.sections.comparing import Counted, clustering_of
from viperreport.sections.context import Context, StatedHotspot
from viperreport.sections.counted import all_incidents

SWEEP = "weapon sweep"


@dataclass(frozen=True, slots=True)
class HotspotCount:
    """One hotspot.

    Args:
        then: last year's count, known at the age that this year's has now where history reaches.
        recovered: weapons, or None where recoveries do not say where.
        swept: those of them that weapon sweeps found; None where no sweep is named.
    """

    hotspot: StatedHotspot
    now: Figure
    then: Figure
    recovered: Figure | None
    swept: Figure | None


@dataclass(frozen=True, slots=True)
class HotspotCounts:
    """All of them.

    Args:
        together: the records in any of them, each once; None where one is not held.
        unstated: records of their areas that name no neighbourhood.
        maturity: how last year's counts are known.
    """

    hotspots: tuple[HotspotCount, ...]
    together: Figure | None
    total: Figure
    unstated: Figure
    maturity: Maturity


def stated_hotspots(context: Context) -> tuple[StatedHotspot, ...]:
    """Each once, with all of its other names."""
    found: dict[tuple[str, str], StatedHotspot] = {}
    for each in context.facts.stated.hotspots if context.facts.stated else ():
        known = found.get((each.area, each.name))
        aliases = known.aliases if known else ()
        found[each.area, each.name] = replace(each, aliases=(*aliases, *each.aliases))
    return tuple(found.values())


def count_hotspots(context: Context, stated: Sequence[StatedHotspot]) -> HotspotCounts:
    """Count each, most first, those without a number last; equal counts by name."""
    counts = [_count(context, each) for each in stated]
    whole = all_incidents(context)
    total = to_date(context, whole)
    areas = tuple(sorted({each.area for each in stated}))
    nowhere = Counted(
        whole.cube, f"{whole.stem}.hotspot_areas.unstated", (("area", areas), ("sub_area", ("",)))
    )
    ordered = sorted(counts, key=lambda each: (-_value(each.now), each.hotspot.name))
    together = _together(context, counts, total)
    period = context.year_to_date
    _, maturity = context.snapshot.known_then(context.incidents, period, same_period(period))
    return HotspotCounts(tuple(ordered), together, total, to_date(context, nowhere), maturity)


def _value(figure: Figure) -> float:
    return -1 if figure.value is None else figure.value


def _count(context: Context, hotspot: StatedHotspot) -> HotspotCount:
    period, cube = context.year_to_date, context.incidents
    before = same_period(period)
    earlier, _ = context.snapshot.known_then(cube, period, before)
    stem, year = all_incidents(context).stem, context.year
    # As known then under a key of its own: the settled count is another figure.
    tail = ".known_then" if earlier is not cube else ""
    recovered, swept = _recovered(context, hotspot)
    return HotspotCount(
        hotspot,
        _figure(cube, period, hotspot, f"{_key(stem, hotspot)}.ytd.{year}"),
        _figure(earlier, before, hotspot, f"{_key(stem, hotspot)}.ytd.{year - 1}{tail}"),
        recovered,
        swept,
    )


def _key(stem: str, hotspot: StatedHotspot) -> str:
    return f"{stem}.hotspot.{hotspot.area}.{hotspot.name}"


def _figure(cube: Cube, period: Period, hotspot: StatedHotspot, key: str) -> Figure:
    """Count it under every name that it goes by in the data.

    A zero is true only where the area's records name their neighbourhoods.
    """
    figure = hotspot_query(cube, period, hotspot).count(key)
    if figure.suppressed_as:
        return figure
    stated = {cell.sub_area for cell in cube.slice(period) if cell.area == hotspot.area}
    return _not_held(figure) if stated == {""} else figure


def hotspot_query(cube: Cube, period: Period, hotspot: StatedHotspot) -> Query:
    """The query for a hotspot's records."""
    names = spellings(cube, hotspot) or (hotspot.name,)
    return cube.within(period).where(area=hotspot.area).where(sub_area=names)


def _not_held(figure: Figure) -> Figure:
    return replace(
        figure,
        value=None,
        why_none=WhyNone.NOT_HELD,
        rows=0,
        hash=figure_hash(figure.loads, figure.method, figure.known_at, None),
    )


def spellings(cube: Cube, hotspot: StatedHotspot) -> tuple[str, ...]:
    """The names in the data that are this hotspot's, in its own area."""
    own = {name.casefold().strip() for name in (hotspot.name, *hotspot.aliases)}
    found = {cell.sub_area for cell in cube.cells if cell.area == hotspot.area}
    return tuple(sorted(name for name in found if name.casefold().strip() in own))


def _recovered(context: Context, hotspot: StatedHotspot) -> tuple[Figure | None, Figure | None]:
    """What was recovered there, and what of it in weapon sweeps; None where it is not held."""
    cube, period = context.snapshot.recoveries, recovery_period(context)
    if cube is None or period is None:
        return None, None
    key = f"{_key('recoveries', hotspot)}.ytd.{context.year}"
    recovered = _figure(cube, period, hotspot, key)
    sweeps = tuple(name for name in cube.values("circumstance") if name.casefold() == SWEEP)
    if not sweeps:
        return recovered, None
    swept = (
        hotspot_query(cube, period, hotspot)
        .where(circumstance=sweeps)
        .count(f"{_key('sweeps', hotspot)}.ytd.{context.year}")
    )
    if swept.suppressed_as:
        return recovered, None
    return recovered, swept if recovered.value is not None else _not_held(swept)


def recovery_period(context: Context) -> Period | None:
    """The year to date as far as recoveries are held; None where they do not say where."""
    cube = context.snapshot.recoveries
    if cube is None or not cube.knows("sub_area"):
        return None
    period = year_to_date(cube.last_day_counted(context.facts.key.cut_off))
    return period if period.last_day.year == context.year and cube.holds(period) else None


def _together(context: Context, counts: Sequence[HotspotCount], total: Figure) -> Figure | None:
    """Every record in any hotspot, once even where two hotspots share a name."""
    if any(each.now.value is None for each in counts):
        return None
    cube, period = context.incidents, context.year_to_date
    places = sorted(
        {(each.hotspot.area, name) for each in counts for name in spellings(cube, each.hotspot)}
    )
    found = [
        cube.within(period).where(area=area, sub_area=name).count(total.key).count
        for area, name in places
    ]
    method = f"sum over the hotspots' neighbourhoods {places}; {total.method}"
    key = f"{all_incidents(context).stem}.hotspots.ytd.{context.year}"
    return derived(total, key, sum(found), method)


def cannot_rank(context: Context, counts: HotspotCounts) -> bool:
    """Whether not even the most and the least can be told apart, at 1 − 0.05 over all pairs."""
    held = [each.now for each in counts.hotspots if each.now.value is not None]
    if any(each.now.suppressed_as for each in counts.hotspots):
        return False
    pairs = len(list(combinations(held, 2)))
    if not pairs:
        return False
    phi = clustering_of(all_incidents(context), context.cut_off).phi
    days, level = held[0].period.days, bonferroni_level(pairs)
    apart = rate_ratio(held[0].count, days, held[-1].count, days, phi, level=level)
    return not apart.leaves_out_one
