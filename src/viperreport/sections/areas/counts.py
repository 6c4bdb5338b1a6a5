"""The year to date by area, and the proof that the areas add up to the whole.

Source: "Adding up" in docs/definitions.md.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from viperreport.model.figure import Figure
from viperreport.model.period import same_period
from viperreport.model.source import Area
from viperreport.model.wording import Name, Setting
from viperreport.sections.comparing import Counted
from viperreport.sections.context import Context
from viperreport.sections.counted import all_incidents, plural

_HIDDEN = 0.5


@dataclass(frozen=True, slots=True)
class AreaCount:
    """One area's count of the year to date."""

    area: Area
    counted: Counted
    now: Figure
    priority: bool

    @property
    def name(self) -> str:
        """As it is printed."""
        return self.area.name


@dataclass(frozen=True, slots=True)
class AreaCounts:
    """The year to date by area.

    Args:
        areas: those that are counted, the greatest first, equal and hidden ones by name.
        uncounted: areas with a note in place of records, such as "other force".
        unknown: records without an area.
        total: the headline figure that all of them add up to.
    """

    areas: tuple[AreaCount, ...]
    uncounted: tuple[Area, ...]
    unknown: Counted
    unknown_now: Figure
    total: Figure

    @property
    def priority(self) -> tuple[AreaCount, ...]:
        """The areas that have priority at the cut-off."""
        return tuple(each for each in self.areas if each.priority)

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Every figure among them."""
        return (*(each.now for each in self.areas), self.unknown_now, self.total)


def count_areas(context: Context) -> AreaCounts:
    """Count every area, and what has none.

    Raises:
        ValueError: they do not add up to the headline figure.
    """
    whole = all_incidents(context)
    named = areas_of(context)
    uncounted = [area for area in named if is_uncounted(context, area)]
    counts = [_count(context, area) for area in named if area not in uncounted]
    unknown = located(context, ("",), "location_unknown")
    made = AreaCounts(
        tuple(sorted(counts, key=lambda each: (-_rank(each.now), each.name))),
        tuple(uncounted),
        unknown,
        to_date(context, unknown),
        to_date(context, whole),
    )
    add_up((*(each.now for each in made.areas), made.unknown_now), made.total)
    return made


def _rank(figure: Figure) -> float:
    """Where a count stands; hidden ones, which are none of them 0, before those that are."""
    return _HIDDEN if figure.suppressed_as else figure.value or 0


def located(context: Context, names: Iterable[str], stem: str) -> Counted:
    """The headline measure in some areas together."""
    whole = all_incidents(context)
    return Counted(whole.cube, f"{whole.stem}.{stem}", (("area", tuple(sorted(names))),))


def to_date(context: Context, counted: Counted) -> Figure:
    """This year's count, under the key that a comparison of it gives."""
    key = f"{counted.stem}.ytd.{context.year}"
    return counted.figure(counted.cube, context.year_to_date, key)


def areas_of(context: Context) -> tuple[Area, ...]:
    """The home's areas in their file's order, then those that only the data or priorities name."""
    listed = context.facts.areas
    known = {area.name for area in listed}
    slugs = {area.slug for area in listed}
    others = sorted((_names_in_data(context) | set(context.facts.priority)) - known)
    # Names are unlike each other, and so are slugs; a name must not pass for another's slug.
    unlisted = (Area(name, f"{name} (unlisted)" if name in slugs else name) for name in others)
    return (*listed, *unlisted)


def add_up(parts: Iterable[Figure], whole: Figure) -> None:
    """Hold the parts to their whole; where one of them is not held there is no sum.

    Raises:
        ValueError: they do not add up.
    """
    values = [part.value for part in parts]
    held = [value for value in values if value is not None]
    if whole.value is None or len(held) < len(values):
        return
    if sum(held) != whole.value:
        raise ValueError(f"{whole.key} is {whole.value}, its areas add up to {sum(held)}")


def noun(context: Context) -> Name:
    """What an area is called: Borough."""
    word = context.facts.area_noun
    return Name(word[:1].upper() + word[1:])


def nouns(context: Context, number: int = 2) -> Name:
    """What areas are called in the middle of a sentence, so many of them."""
    word = context.facts.area_noun
    return Name(word if number == 1 else plural(word))


def spelled(number: int, *, capital: bool = False) -> Name | Setting:
    """A number of areas as a sentence has it, or as it begins with it."""
    setting = Setting(number, spelled=True)
    word = str(setting)
    return Name(word.capitalize()) if capital and word.isalpha() else setting


def _names_in_data(context: Context) -> frozenset[str]:
    """Every area that the source names, now or as known at the comparator's age."""
    cube, period = context.incidents, context.year_to_date
    then, _ = context.snapshot.known_then(cube, period, same_period(period))
    return frozenset((*cube.values("area"), *then.values("area")))


def is_uncounted(context: Context, area: Area) -> bool:
    """Whether a note stands in place of records: no zero may be read from that."""
    if not area.note or area.name in context.facts.priority:
        return False
    return area.name not in _names_in_data(context)


def _count(context: Context, area: Area) -> AreaCount:
    counted = located(context, (area.name,), f"area.{area.slug}")
    is_priority = area.name in context.facts.priority
    return AreaCount(area, counted, to_date(context, counted), is_priority)
