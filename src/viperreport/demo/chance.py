"""Seeded chance in whole numbers: the same draws on every machine and every Python.

Only `Random.randrange` is used, and no floating point, so that nothing hangs on a platform's
mathematics. Totals hold by construction: labels are dealt from decks of fixed composition, and
delays are drawn by strata, so that their shares are those of the law.
"""

import random
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from typing import TypeVar

ONE_DAY = timedelta(days=1)
T = TypeVar("T")
_GRAIN = 1 << 20  # how finely a stratum is cut


class Dice:
    """Draws in whole numbers from one seed."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311 - a demonstration, no secret

    def below(self, number: int) -> int:
        """Draw from 0 up to, and without, a number."""
        return self._random.randrange(number)

    def between(self, first: date, last: date) -> date:
        """Draw a day, both ends included."""
        return first + ONE_DAY * self.below((last - first).days + 1)

    def index(self, weights: Sequence[int]) -> int:
        """Draw a position with a chance in proportion to its weight."""
        cumulative = list(accumulate(weights))
        return bisect_right(cumulative, self.below(cumulative[-1]))

    def one(self, weights: Mapping[str, int]) -> str:
        """Draw a label."""
        return tuple(weights)[self.index(tuple(weights.values()))]

    def shuffled(self, items: Iterable[T]) -> list[T]:
        """Give back the items in a random order (Fisher and Yates)."""
        deck = list(items)
        for last in range(len(deck) - 1, 0, -1):
            other = self.below(last + 1)
            deck[last], deck[other] = deck[other], deck[last]
        return deck

    def deck(self, weights: Mapping[str, int], size: int) -> list[str]:
        """Deal labels in exact proportion to their weights, in a random order."""
        parts = share(size, tuple(weights.values()))
        return self.shuffled(
            label for label, part in zip(weights, parts, strict=True) for _ in range(part)
        )


def share(total: int, weights: Sequence[int]) -> list[int]:
    """Split a whole number in proportion to weights, largest remainders first.

    Returns:
        As many parts as weights; they add up to the total. All 0 where the weights are.
    """
    whole = sum(weights)
    if not whole:
        return [0] * len(weights)
    parts = [total * weight // whole for weight in weights]
    order = sorted(range(len(weights)), key=lambda at: (-(total * weights[at] % whole), at))
    for at in order[: total - sum(parts)]:
        parts[at] += 1
    return parts


@dataclass(frozen=True, slots=True)
class When:
    """Between which days something happened, and between which it was recorded, all included."""

    first: date
    last: date
    seen_from: date = date.min
    seen_by: date = date.max

    @property
    def days(self) -> list[date]:
        """Every day on which it may have happened."""
        return [self.first + ONE_DAY * n for n in range((self.last - self.first).days + 1)]


class Law:
    """How many days pass until a thing is recorded: a weight for 0, 1, 2 … days."""

    def __init__(self, *weights: int) -> None:
        self._before = [0, *accumulate(weights)]

    def mass(self, low: int, high: int) -> int:
        """The weight of a delay from low to high days; 0 where there is none such."""
        low, high = self._clipped(low, high)
        return self._before[high + 1] - self._before[low] if low <= high else 0

    def delay(self, low: int, high: int, part: tuple[int, int]) -> int:
        """The delay at a fraction (numerator, denominator) of the law between low and high."""
        first, _ = self._clipped(low, high)
        numerator, denominator = part
        reached = self._before[first] + self.mass(low, high) * numerator // denominator
        return bisect_right(self._before, reached) - 1

    def _clipped(self, low: int, high: int) -> tuple[int, int]:
        return max(low, 0), min(high, len(self._before) - 2)


class Rhythm:
    """How lively each day is, and how long its events take to be recorded.

    Args:
        dice: draws the swing of each week around the season, which clusters the counts.
        months: twelve weights, January first.
        weekdays: seven weights, Monday first.
        swing: half the width of a week's swing, in percent.
        law: of the delay.
    """

    _FIRST, _WEEKS = date(2012, 12, 31), 200

    def __init__(
        self,
        dice: Dice,
        months: Sequence[int],
        weekdays: Sequence[int],
        swing: int,
        law: Law,
    ) -> None:
        self._months, self._weekdays, self._law = months, weekdays, law
        self._weeks = [100 - swing + dice.below(2 * swing + 1) for _ in range(self._WEEKS)]

    def moments(self, dice: Dice, when: When, count: int) -> list[tuple[date, date]]:
        """Draw the day and the recording day of so many events."""
        days = when.days
        weights = [self._liveliness(day) * self._law.mass(*_delays(day, when)) for day in days]
        happened = [days[dice.index(weights)] for _ in range(count)]
        strata = dice.shuffled(range(count))
        return [
            (day, day + ONE_DAY * self._delay(dice, day, when, (stratum, count)))
            for day, stratum in zip(happened, strata, strict=True)
        ]

    def _liveliness(self, day: date) -> int:
        week = (day - self._FIRST).days // 7
        return self._months[day.month - 1] * self._weekdays[day.weekday()] * self._weeks[week]

    def _delay(self, dice: Dice, day: date, when: When, stratum: tuple[int, int]) -> int:
        at, of = stratum
        part = (at * _GRAIN + dice.below(_GRAIN), of * _GRAIN)
        return self._law.delay(*_delays(day, when), part)


def _delays(day: date, when: When) -> tuple[int, int]:
    """The shortest and the longest delay that fit."""
    return (when.seen_from - day).days, (when.seen_by - day).days
