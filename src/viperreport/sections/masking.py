"""Which counts of areas a masked edition may tell: the sums that its pages print, declared.

Of areas only what is opened here is printed, whichever section asks; anything else is withheld.
The sums are: areas and "location unknown" make the total; priority areas make theirs, and the
others the rest; hotspots and the rest of their area make the area. Figures of other groups of areas
are printed only where they follow from these. Source: "Disclosure" in docs/definitions.md.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from viperreport.analysis.disclosure import Masked, mask, mask_groups
from viperreport.model.figure import Suppressed
from viperreport.model.period import Period, same_period
from viperreport.model.snapshot import Cube, Query, Question
from viperreport.sections.areas.counts import areas_of, count_areas, is_uncounted
from viperreport.sections.areas.hotspot_counts import (
    hotspot_query,
    recovery_period,
    spellings,
    stated_hotspots,
)
from viperreport.sections.areas.table import rows_of
from viperreport.sections.context import Context, StatedHotspot

Opened = dict[Question, Suppressed | None]
_UNKNOWN, _OTHERS = "", "\N{BULLET} others"  # names of parts that are no area's


@dataclass(frozen=True, slots=True)
class _Side:
    """One period's counts by area, and what of them is printed.

    Args:
        members: the areas in each part of the total.
        values: counts by part.
    """

    cube: Cube
    period: Period
    members: Mapping[str, tuple[str, ...]]
    values: Mapping[str, int]
    masked: Masked

    @property
    def opened(self) -> Opened:
        """Every part, as it is printed."""
        return {
            _question(self._query(areas)): self.masked.hidden.get(part)
            for part, areas in self.members.items()
        }

    def together(self, areas: Iterable[str]) -> Opened:
        """Some areas' sum, if it follows from what is printed."""
        wanted = frozenset(areas)
        parts = [part for part, held in self.members.items() if wanted.issuperset(held)]
        if not wanted or sum(len(self.members[part]) for part in parts) != len(wanted):
            return {}
        follows = self.masked.follows(parts)
        return {_question(self._query(wanted)): None} if follows else {}

    def printed(self, area: str) -> tuple[str, int] | None:
        """The part that an area lies in with its count; None where that is not printed."""
        for part, areas in self.members.items():
            if area in areas:
                return None if part in self.masked.hidden else (part, self.values[part])
        return None

    def _query(self, areas: Iterable[str]) -> Query:
        return self.cube.within(self.period).where(area=sorted(areas))


def masked(context: Context) -> Context:
    """The same, with cubes that tell of areas what the edition may."""
    if not context.facts.is_masked:
        return context
    closed = _with(context, {}, (), {})
    cube, period = context.incidents, context.year_to_date
    now = _now(closed, cube, period)
    if now is None:
        return closed
    opened = now.opened
    shown, others = rows_of(count_areas(_with(context, opened, (), {})))
    for areas in _groups(context, [each.name for each in others]):
        opened = now.together(areas) | opened
    then_cube, _ = context.snapshot.known_then(cube, period, same_period(period))
    names = [each.name for each in shown], [each.name for each in others]
    then = _then(context, then_cube, same_period(period), names)
    opened |= _hotspots(context, now)
    before = _before(context, then)
    if then_cube is cube:
        return _with(context, opened | before, (), _recovered(context))
    return _with(context, opened, (then_cube, before), _recovered(context))


def _with(
    context: Context,
    opened: Opened,
    then: tuple[Cube, Opened] | tuple[()],
    recovered: Opened,
) -> Context:
    """Close every cube but for what is opened."""
    snapshot = context.snapshot
    cubes = {
        key: replace(cube, masked=then[1] if then and cube is then[0] else {})
        for key, cube in snapshot.then.items()
    }
    recoveries, activity = snapshot.recoveries, snapshot.activity
    return replace(
        context,
        snapshot=replace(
            snapshot,
            incidents=replace(context.incidents, masked=opened),
            recoveries=recoveries and replace(recoveries, masked=recovered),
            activity=activity and replace(activity, masked={}),
            then=MappingProxyType(cubes),
        ),
    )


def _now(context: Context, cube: Cube, period: Period) -> _Side | None:
    """This year to date: every area is a part."""
    members = {
        area.name: (area.name,) for area in areas_of(context) if not is_uncounted(context, area)
    }
    return _side(cube, period, members, context.facts.priority)


def _then(
    context: Context, cube: Cube, period: Period, names: tuple[Sequence[str], Sequence[str]]
) -> _Side | None:
    """Last year's: only areas with a row are parts, the others are one together."""
    shown, others = names
    members: dict[str, tuple[str, ...]] = {name: (name,) for name in shown}
    if others:
        members[others[0] if len(others) == 1 else _OTHERS] = tuple(sorted(others))
    group = [name for name in shown if name in context.facts.priority]
    return _side(cube, period, members, group)


def _side(
    cube: Cube, period: Period, areas: Mapping[str, tuple[str, ...]], group: Iterable[str]
) -> _Side | None:
    """Mask one period's counts; None where it is not held.

    Raises:
        ValueError: parts do not add up to the total.
    """
    members: dict[str, tuple[str, ...]] = {**areas, _UNKNOWN: ("",)}
    query = cube.within(period)
    total = _count(query)
    values: dict[str, int] = {}
    for part, names in members.items():
        count = _count(query.where(area=sorted(names)))
        if count is None or total is None:
            return None
        values[part] = count
    if sum(values.values()) != total:
        raise ValueError(f"{query.words()}: {total}, its areas add up to {sum(values.values())}")
    return _Side(cube, period, members, values, mask_groups(values, group))


def _groups(context: Context, others: Sequence[str]) -> Iterable[Sequence[str]]:
    """All groups of areas that a page may print a sum of."""
    day, listed = context.previous.cut_off, context.facts.areas
    yield context.facts.priority
    yield [area.name for area in listed if area.is_priority(day)]
    yield [area.name for area in areas_of(context) if not area.tile]
    yield others


def _before(context: Context, then: _Side | None) -> Opened:
    if then is None:
        return {}
    return then.together(context.facts.priority) | then.opened | _hotspots(context, then)


def _hotspots(context: Context, side: _Side) -> Opened:
    """Hotspots are parts of what is printed of their area, beside a rest that is not printed."""
    inside: dict[tuple[str, int], list[StatedHotspot]] = {}
    stated = stated_hotspots(context)
    for spot in stated:
        whole = side.printed(spot.area)
        if whole is not None:
            inside.setdefault(whole, []).append(spot)
    opened: Opened = {}
    for (_, total), spots in inside.items():
        opened |= _within(side.cube, side.period, total, spots)
    if len(opened) == len(stated) and not any(opened.values()):  # their sum follows
        opened |= _by_spelling(side, stated)
    return opened


def _within(cube: Cube, period: Period, total: int, spots: Sequence[StatedHotspot]) -> Opened:
    """Mask the hotspots in a printed sum; none is opened where nothing protects them."""
    queries = {f"{spot.area}/{spot.name}": hotspot_query(cube, period, spot) for spot in spots}
    counts = {name: _count(query) for name, query in queries.items()}
    values = {name: count for name, count in counts.items() if count is not None}
    places = [(spot.area, name) for spot in spots for name in spellings(cube, spot)]
    if len(values) < len(spots) or len(places) > len(set(places)):  # one record in two of them
        return {}
    made = mask(values, total - sum(values.values()))
    if made is None:
        return {}
    return {_question(query): made.get(name) for name, query in queries.items()}


def _by_spelling(side: _Side, spots: Sequence[StatedHotspot]) -> Opened:
    """The parts of hotspots that are all printed, for their sum."""
    query = side.cube.within(side.period)
    return {
        _question(query.where(area=spot.area, sub_area=name)): None
        for spot in spots
        for name in spellings(side.cube, spot)
    }


def _recovered(context: Context) -> Opened:
    """What was recovered in hotspots is a part of all that was."""
    cube, period = context.snapshot.recoveries, recovery_period(context)
    stated = stated_hotspots(context)
    if cube is None or period is None or not stated:
        return {}
    total = _count(cube.within(period))
    return {} if total is None else _within(cube, period, total, stated)


def _count(query: Query) -> int | None:
    (count,) = query.unprinted((query.period,), query.cube.adds)
    return count


def _question(query: Query) -> Question:
    return query.period, query.filters, query.cube.adds
