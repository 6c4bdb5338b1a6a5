"""Running totals, by which any number of periods is counted without going through cells again."""

from bisect import bisect_left
from collections.abc import Sequence
from datetime import date
from itertools import accumulate


class Running:
    """Running totals of one amount, in the order of its days.

    Args:
        days: of each cell, in order.
        amounts: of each cell; None where the amount is not stated.
    """

    __slots__ = ("_days", "_missing", "_totals")

    def __init__(self, days: Sequence[date], amounts: Sequence[int | None]) -> None:
        self._days = days
        self._totals = list(accumulate((amount or 0 for amount in amounts), initial=0))
        self._missing = list(accumulate((amount is None for amount in amounts), initial=0))

    def between(self, start: date, end: date) -> int | None:
        """The sum over the days in [start, end); None where any of it is not stated."""
        first, last = bisect_left(self._days, start), bisect_left(self._days, end)
        if self._missing[first] != self._missing[last]:
            return None
        return self._totals[last] - self._totals[first]
