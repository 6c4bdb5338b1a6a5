"""Small counts that are printed so that no sum gives them away.

Counts from 1 to 4 are printed as "<5". Since the sum of all parts is printed, others are withheld
until each small one may, for all that is printed, still be any of 1 to 4. Source: "Disclosure" in
docs/definitions.md.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from viperreport.model.figure import Suppressed

LEAST, MOST = 1, 4  # of a small count
ENOUGH = MOST - LEAST  # so far must a small count be free to move, either way


def is_small(count: int) -> bool:
    """Whether a count may not be told."""
    return LEAST <= count <= MOST


def mask(parts: Mapping[str, int], rest: int = 0) -> dict[str, Suppressed] | None:
    """Hide parts of one printed sum.

    Args:
        parts: counts by name.
        rest: what the sum holds besides, and what nobody prints.

    Returns:
        How each hidden part is printed; None where no choice protects them, so that none of the
        parts may be printed.
    """
    hidden = {name: Suppressed.FEW for name, count in parts.items() if is_small(count)}
    small = [*(parts[name] for name in hidden), *([rest] if is_small(rest) else [])]
    others = [(count, name) for name, count in parts.items() if count > MOST]
    free = [rest] if rest > MOST else []
    left = sorted(others, reverse=True)
    chosen: list[tuple[int, str]] = []
    while not _is_protected(small, free, chosen, left[-1:]):
        if not left:
            return None
        chosen.append(left.pop())
    return hidden | {name: Suppressed.WITHHELD for _, name in chosen}


def _is_protected(
    small: Sequence[int],
    free: Sequence[int],
    chosen: Sequence[tuple[int, str]],
    smallest_printed: Sequence[tuple[int, str]],
) -> bool:
    """Whether each small count may still be any of 1 to 4.

    For one to be 4 the other hidden ones must be able to give way, for one to be 1 to take over.
    Those withheld are the smallest, as everybody knows, so they take over only up to the smallest
    that is printed.
    """
    if not small:
        return True
    large = [*free, *(count for count, _ in chosen)]
    gives_way = sum(count - LEAST for count in small) + sum(count - MOST - 1 for count in large)
    if gives_way < ENOUGH:
        return False
    if free or (chosen and not smallest_printed):
        return True  # nothing bounds these from above
    takes_over = sum(MOST - count for count in small)
    for limit, name in smallest_printed:
        takes_over += sum(limit - (own > name) - count for count, own in chosen)
    return takes_over >= ENOUGH


@dataclass(frozen=True, slots=True)
class Masked:
    """Parts of a total, as far as they are printed.

    Args:
        hidden: how each part is printed that is not told.
        sums: the parts of each sum that is printed, or follows from what is; none where all parts
            are hidden for want of a choice that protects them.
    """

    hidden: Mapping[str, Suppressed]
    sums: tuple[frozenset[str], ...]

    def follows(self, parts: Iterable[str]) -> bool:
        """Whether the sum of some parts follows from what is printed, and so tells no more."""
        asked = self.hidden.keys() & frozenset(parts)
        known = frozenset[str]().union(
            *(own for own in (each & self.hidden.keys() for each in self.sums) if own <= asked)
        )
        return asked == known


def mask_groups(parts: Mapping[str, int], group: Iterable[str] = ()) -> Masked:
    """Hide parts of a printed total, of which some have a printed sum of their own.

    Where the sum of the group cannot be printed safely it is not, and where no choice protects the
    parts, none of them is.

    Args:
        parts: counts by name, which add up to the total.
        group: names of those with a sum of their own; the others then have one by subtraction.
    """
    every = frozenset(parts)
    inner = every & frozenset(group)
    for sums in ((inner, every - inner), (every,)):
        totals = [sum(parts[name] for name in each) for each in sums]
        if len(sums) > 1 and (not all(sums) or any(map(is_small, totals))):
            continue
        made = [mask({name: parts[name] for name in each}) for each in sums]
        if None not in made:
            found = (item for each in made if each is not None for item in each.items())
            return Masked(dict(found), sums)
    return Masked(dict.fromkeys(every, Suppressed.WITHHELD), ())
