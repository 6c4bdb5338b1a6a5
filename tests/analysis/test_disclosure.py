"""Hidden counts stay free to be any of 1 to 4, whoever knows the sum and the rule."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from viperreport.analysis.disclosure import Masked, is_small, mask, mask_groups
from viperreport.model.figure import Suppressed

FEW, WITHHELD = Suppressed.FEW, Suppressed.WITHHELD
NAMES = "abcdefgh"
COUNTS = st.lists(st.integers(0, 14), min_size=1, max_size=6)


def parts(counts: list[int]) -> dict[str, int]:
    """Counts by name."""
    return dict(zip(NAMES, counts, strict=False))


@pytest.mark.parametrize(
    ("counts", "printed"),
    [
        ([1, 2, 9, 0], [FEW, FEW, WITHHELD, None]),
        ([4, 4, 12], [FEW, FEW, WITHHELD]),
        ([2, 0, 0], None),
        ([0, 0], [None, None]),
        ([5, 30], [None, None]),
        ([2, 2, 2], [FEW, FEW, FEW]),
        ([1, 5, 5, 40], [FEW, WITHHELD, WITHHELD, WITHHELD]),
        ([4, 4, 12, 12], [FEW, FEW, WITHHELD, WITHHELD]),  # one 12 would say 4, 4
    ],
)
def test_known_answers(counts: list[int], printed: list[Suppressed | None] | None) -> None:
    """Those of docs/definitions.md, and a tie that would give the small ones away."""
    made = mask(parts(counts))
    if printed is None:
        assert made is None
    else:
        assert made is not None
        assert [made.get(name) for name in parts(counts)] == printed


def limits(given: dict[str, int], made: dict[str, Suppressed]) -> dict[str, tuple[int, int]]:
    """What the rule says of each hidden part: no withheld one is above the smallest printed."""
    printed = [(n, name) for name, n in given.items() if n and name not in made]
    least = min(printed, default=None)
    bounds = {}
    for name, how in made.items():
        most = 1000 if least is None else least[0] - (name > least[1])
        bounds[name] = (1, 4) if how is FEW else (5, most)
    return bounds


@settings(max_examples=600, deadline=None)
@given(COUNTS)
def test_every_small_count_keeps_its_whole_range(counts: list[int]) -> None:
    """Of all that adds up to the printed sum and obeys the rule, some give 1 and some 4."""
    held = parts(counts)
    made = mask(held)
    if made is None:
        return
    assert {name for name, n in held.items() if is_small(n)} == {
        name for name, how in made.items() if how is FEW
    }
    bounds = limits(held, made)
    left = sum(held[name] for name in made)
    for name in (name for name, how in made.items() if how is FEW):
        others = [bounds[other] for other in made if other != name]
        least, most = sum(low for low, _ in others), sum(high for _, high in others)
        assert all(least <= left - value <= most for value in (1, 2, 3, 4)), (held, made)


@settings(max_examples=300, deadline=None)
@given(COUNTS, st.integers(0, 30))
def test_a_rest_that_nobody_prints_is_a_part_too(counts: list[int], rest: int) -> None:
    """A small rest is protected as a small part is, and a large one protects."""
    held = parts(counts)
    made = mask(held, rest)
    if made is None:
        return
    left = sum(held[name] for name in made) + rest
    bounds = limits(held, made) | {"rest": (0, left)}
    small = [name for name, how in made.items() if how is FEW]
    for name in [*small, *(["rest"] if is_small(rest) else [])]:
        others = [bounds[other] for other in (*made, "rest") if other != name]
        least, most = sum(low for low, _ in others), sum(high for _, high in others)
        assert all(least <= left - value <= most for value in (1, 2, 3, 4)), (held, rest, made)


@settings(max_examples=300, deadline=None)
@given(COUNTS, st.randoms())
def test_the_choice_does_not_hang_on_the_order_given(counts: list[int], chance: object) -> None:
    """The same counts under the same names are hidden alike, however they come."""
    held = list(parts(counts).items())
    shuffled = list(held)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert mask(dict(held)) == mask(dict(shuffled))


@settings(max_examples=150, deadline=None)
@given(st.lists(st.integers(0, 9), min_size=2, max_size=4), st.integers(1, 3))
def test_groups_tell_no_more_than_follows(counts: list[int], size: int) -> None:
    """By trying all that it could be: each small part may be 1 to 4, and so may a withheld sum."""
    held = parts(counts)
    group = set(list(held)[:size])
    made = mask_groups(held, group)
    worlds = [dict(zip(held, world, strict=True)) for world in _worlds(held, made)]
    assert held in worlds
    for name, how in made.hidden.items():
        if how is FEW:
            assert {world[name] for world in worlds} == {1, 2, 3, 4}, (held, made)
    for some in (group, set(held) - group):
        if made.follows(some):
            assert len({sum(world[name] for name in some) for world in worlds}) == 1


def _worlds(held: dict[str, int], made: Masked) -> list[tuple[int, ...]]:
    """All counts that agree with what is printed."""
    total, every = sum(held.values()), made.sums or (frozenset(held),)
    could = [
        [n]
        if name not in made.hidden
        else range(1, 5)
        if made.hidden[name] is FEW
        else range(5 if made.sums else 0, total + 1)
        for name, n in held.items()
    ]
    index = {name: k for k, name in enumerate(held)}
    return [
        world
        for world in product(*could)
        if all(sum(world[index[n]] for n in own) == sum(held[n] for n in own) for own in every)
    ]


def test_a_group_whose_sum_would_tell_is_not_printed() -> None:
    """Its sum is small, or what is left of the total is: then the total alone is printed."""
    few = mask_groups({"a": 2, "b": 1, "c": 30, "d": 9}, {"a", "b"})
    assert few.sums == (frozenset("abcd"),)
    assert not few.follows("ab")
    assert few.follows("c")
    kept = mask_groups({"a": 20, "b": 1, "c": 30, "d": 9}, {"a", "b"})
    assert kept.follows("ab") == kept.follows("cd")
    assert mask_groups({"a": 2, "b": 0}).hidden == {"a": WITHHELD, "b": WITHHELD}
