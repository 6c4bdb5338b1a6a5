"""Recoveries by a label, in groups that add up: what figures 6 and 7 and table 7 share."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from viperreport.model.figure import Comparison, Figure
from viperreport.model.period import same_period
from viperreport.model.wording import Name, Number, Setting, Text, text
from viperreport.sections.comparing import Counted
from viperreport.sections.context import Context
from viperreport.sections.years import Followed

MOST_TYPES = 20
MOST_CIRCUMSTANCES = 8
MOST_PARTS = 30  # so many of those without a row are named
Pair = tuple[Figure, Figure]
Named = tuple[str, str, tuple[str, ...]]  # title, short name, values of a group to be counted


@dataclass(frozen=True, slots=True)
class Breakdown:
    """A label of the recoveries and how a page shows it.

    Args:
        label: of the cells.
        name: of its figures.
        noun: what its values are, in the singular.
        most: so many values have a row of their own.
    """

    label: str
    name: str
    noun: str
    most: int
    ref: str


TYPES = Breakdown("category", "type", "weapon type", MOST_TYPES, "F6")
CIRCUMSTANCES = Breakdown("circumstance", "circumstance", "circumstance", MOST_CIRCUMSTANCES, "F7")


@dataclass(frozen=True, slots=True)
class Group:
    """A row: one value of a label, all those without a row of their own, or the unknown.

    Args:
        values: let through by its filter; "" is the unknown.
        pair: this year's and last year's count.
        parts: what a row of several values is made of, the largest with this year's count.
    """

    title: str
    slug: str
    values: tuple[str, ...]
    pair: Pair
    parts: tuple[tuple[str, Figure], ...] = ()

    @property
    def now(self) -> Figure:
        """This year's count."""
        return self.pair[0]

    @property
    def is_value(self) -> bool:
        """Whether it is one known value, neither several nor the unknown."""
        return not self.parts and "" not in self.values


@dataclass(frozen=True, slots=True)
class Kinds:
    """A breakdown, counted; its groups add up to the total."""

    breakdown: Breakdown
    groups: tuple[Group, ...]

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Every figure of it."""
        pairs = (figure for group in self.groups for figure in group.pair)
        return (*pairs, *(figure for group in self.groups for _, figure in group.parts))


def slugs(values: Iterable[str]) -> dict[str, str]:
    """A short name for each value, in any script; no two are the same."""
    made: dict[str, str] = {}
    taken: set[str] = set()
    used: Counter[str] = Counter()
    for value in sorted(values):
        base = slug = re.sub(r"[\W_]+", "-", value.casefold()).strip("-") or "unnamed"
        while slug in taken:
            used[base] += 1
            slug = f"{base}-{used[base] + 1}"
        taken.add(slug)
        made[value] = slug
    return made


def filtered(counted: Counted, stem: str, label: str, values: Sequence[str]) -> Counted:
    """The recoveries with one of these values."""
    where = (*counted.where, (label, tuple(sorted(values))))
    return replace(counted, stem=f"{counted.stem}.{stem}", where=where)


def counted_pair(context: Context, followed: Followed, counted: Counted, ref: str = "") -> Pair:
    """This year's count and last year's, as the comparison of the same would take it."""
    period, key = followed.to_date, f"{counted.stem}.ytd"
    before = same_period(period)
    cube, _ = context.snapshot.known_then(counted.cube, period, before)
    tail = "" if cube is counted.cube else ".known_then"
    return (
        counted.figure(counted.cube, period, f"{key}.{followed.year}", ref),
        counted.figure(cube, before, f"{key}.{followed.year - 1}{tail}"),
    )


def count_kinds(
    context: Context, followed: Followed, total: Comparison, breakdown: Breakdown
) -> Kinds | None:
    """Count a breakdown; None where the source does not state its label."""
    if not followed.counted.cube.knows(breakdown.label):
        return None
    ranked = _ranked(context, followed, breakdown)
    values = [value for value in ranked if value]
    short = slugs(values)
    # a rest of one would hide a name for nothing
    room = breakdown.most if len(values) > breakdown.most + 1 else len(values)
    named = [(value, short[value], (value,)) for value in values]
    groups = [_group(context, followed, breakdown, each) for each in named[:room]]
    if named[room:]:
        groups.append(_rest(context, followed, breakdown, named[room:]))
    if "" in ranked:
        unknown = (f"{breakdown.noun} unknown".capitalize(), "_unknown", ("",))
        groups.append(_group(context, followed, breakdown, unknown))
    check_sum(total.now, [group.pair[0] for group in groups])
    check_sum(total.then, [group.pair[1] for group in groups])
    return Kinds(breakdown, tuple(groups))


def _ranked(context: Context, followed: Followed, breakdown: Breakdown) -> list[str]:
    """Every value that either period knows, by this year's count, ties by name.

    One pass over the cells: there may be thousands, and figures are made of those shown alone.
    """
    period = followed.to_date
    before = same_period(period)
    counted = followed.counted
    earlier, _ = context.snapshot.known_then(counted.cube, period, before)
    sizes = Counter({getattr(cell, breakdown.label): 0 for cell in earlier.slice(before)})
    adds = counted.adds or counted.cube.adds
    for cell in counted.cube.slice(period):
        sizes[getattr(cell, breakdown.label)] += getattr(cell, adds) or 0
    return sorted(sizes, key=lambda value: (-sizes[value], value.casefold(), value))


def _group(context: Context, followed: Followed, breakdown: Breakdown, named: Named) -> Group:
    title, slug, values = named
    stem = f"{breakdown.name}.{slug}"
    counted = filtered(followed.counted, stem, breakdown.label, values)
    pair = counted_pair(context, followed, counted, breakdown.ref)
    return Group(title, slug, values, pair)


def _rest(
    context: Context, followed: Followed, breakdown: Breakdown, named: Sequence[Named]
) -> Group:
    """All that has no row of its own, in one row that knows the largest of its parts."""
    values = tuple(sorted(value for _, _, own in named for value in own))
    made = _group(context, followed, breakdown, (f"Other {breakdown.noun}s", "_other", values))
    parts = (_group(context, followed, breakdown, each) for each in named[:MOST_PARTS])
    return replace(made, parts=tuple((part.title, part.now) for part in parts))


def check_sum(total: Figure, parts: Sequence[Figure]) -> None:
    """Parts add up to their total, or nothing is printed.

    Raises:
        ValueError: they do not.
    """
    values = [part.value for part in parts if part.value is not None]
    if total.value is not None and len(values) == len(parts) and sum(values) != total.value:
        raise ValueError(f"{total.key} is {total.value}, and its parts add up to {sum(values)}")


def other_parts(kinds: Kinds) -> Text:
    """What a row of several kinds is made of: nothing is cut in silence."""
    rest = [group for group in kinds.groups if group.parts]
    if not rest:
        return ()
    (group,) = rest
    said = [
        piece for title, now in group.parts for piece in (", ", Name(title), " (", Number(now), ")")
    ]
    more = len(group.values) - len(group.parts)
    tail = (" and ", Setting(more), " more") if more else ()
    return text(f"Other {kinds.breakdown.noun}s: ", *said[1:], *tail, ".")
