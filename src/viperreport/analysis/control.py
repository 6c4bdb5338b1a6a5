"""The control chart of weekly counts: what was expected, how far chance reaches, what stands out.

Source: "Control chart" in docs/definitions.md. A signal is worth a look; it is never a rise.
"""

import math
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import groupby

from viperreport.analysis.special import count_tails
from viperreport.model.period import SAME_WEEKDAY_LAST_YEAR, WEEK

CHANCE = 0.001
_FARTHEST = math.sqrt(1 / CHANCE - 1)  # deviations; no law passes them oftener (Cantelli)
RUN_LENGTH = 10
RUN_EXPECTED = 2
_YEARS_BACK = (1, 2, 3)
_WEEKS_AROUND = range(-6, 7)


@dataclass(frozen=True, slots=True)
class Limits:
    """Within which counts chance keeps.

    Args:
        low: the largest L with P(X < L) <= 0.001.
        high: the smallest U with P(X > U) <= 0.001.
        p_high: P(X > high).
    """

    low: int
    high: int
    p_high: float


@dataclass(frozen=True, slots=True)
class ChartPoint:
    """One week of the chart.

    Args:
        week_end: its last day.
        count: what was counted.
        expected: mean of the weeks like it; None where none is held.
        limits: around the expected count; None with it.
    """

    week_end: date
    count: int
    expected: float | None
    limits: Limits | None

    @property
    def side(self) -> int:
        """1 above the expected count, -1 below, 0 on it or without one."""
        if self.expected is None:
            return 0
        return (self.count > self.expected) - (self.count < self.expected)


class SignalKind(StrEnum):
    """The ways in which weeks stand out."""

    ABOVE_LIMIT = "above_limit"
    BELOW_LIMIT = "below_limit"
    RUN_ABOVE = "run_above"
    RUN_BELOW = "run_below"


@dataclass(frozen=True, slots=True)
class Signal:
    """Something worth a look.

    Args:
        kind: how it stands out.
        first: place of its first week among the points, from 0.
        last: place of its last week; for a single point the same.
    """

    kind: SignalKind
    first: int
    last: int


def expected(weeks: Mapping[date, int], week_end: date, cut_off: date) -> float | None:
    """Give the mean of up to 39 weeks like this one, or None where none of them is held.

    They are the 13 centred on the same week 52, 104 and 156 weeks earlier, without those not held
    and those that end in the calendar year of the cut-off.

    Args:
        weeks: last day of each whole week that is held → its count.
        week_end: last day of the week in question.
        cut_off: C of the edition.
    """
    ends = (
        week_end - years * SAME_WEEKDAY_LAST_YEAR + around * WEEK
        for years in _YEARS_BACK
        for around in _WEEKS_AROUND
    )
    held = [weeks[end] for end in ends if end in weeks and end.year != cut_off.year]
    return sum(held) / len(held) if held else None


def limits(mean: float, phi: float = 1.0) -> Limits:
    """Give the limits that a count passes by chance once in a thousand weeks on either side.

    Args:
        mean: expected count, 0 or more.
        phi: clustering of these counts: negative binomial above 1, Poisson at 1.

    Raises:
        ValueError: a mean below 0 or a phi below 1.
    """
    up_to, beyond = count_tails(mean, phi)
    counts = range(math.ceil(mean + _FARTHEST * math.sqrt(mean * phi)) + 1)
    low = bisect_left(counts, True, key=lambda k: up_to(k) > CHANCE)  # noqa: FBT003 - found
    high = bisect_left(counts, True, key=lambda k: beyond(k) <= CHANCE)  # noqa: FBT003 - found
    return Limits(low, high, beyond(high))


def chart(
    weeks: Mapping[date, int], week_ends: Sequence[date], cut_off: date, phi: float = 1.0
) -> tuple[ChartPoint, ...]:
    """Set each week to be drawn beside what was expected of it.

    Args:
        weeks: last day of each whole week that is held → its count.
        week_ends: last days of the weeks to be drawn, oldest first, all of them held.
        cut_off: C of the edition.
        phi: clustering of these counts, as for the comparison at C.

    Raises:
        KeyError: a week to be drawn is not held.
    """
    return tuple(_point(weeks, end, cut_off, phi) for end in week_ends)


def _point(weeks: Mapping[date, int], end: date, cut_off: date, phi: float) -> ChartPoint:
    mean = expected(weeks, end, cut_off)
    return ChartPoint(end, weeks[end], mean, None if mean is None else limits(mean, phi))


def signals(points: Sequence[ChartPoint]) -> tuple[Signal, ...]:
    """Find what stands out: points outside the limits, then runs of ten or more on one side.

    The newest week is not complete yet: it can signal high, never low, nor lengthen a low run.

    Args:
        points: successive weeks, oldest first; the last is the newest.
    """
    return (*_outside(points), *_runs(points))


def _outside(points: Sequence[ChartPoint]) -> Iterable[Signal]:
    newest = len(points) - 1
    for at, point in enumerate(points):
        if point.limits is None:
            continue
        if point.count > point.limits.high:
            yield Signal(SignalKind.ABOVE_LIMIT, at, at)
        elif point.count < point.limits.low and at != newest:
            yield Signal(SignalKind.BELOW_LIMIT, at, at)


def _runs(points: Sequence[ChartPoint]) -> Iterable[Signal]:
    sides = [_side_in_run(point) for point in points]
    if sides and sides[-1] < 0:
        sides[-1] = 0
    for side, run in groupby(enumerate(sides), key=lambda pair: pair[1]):
        places = [at for at, _ in run]
        if side and len(places) >= RUN_LENGTH:
            kind = SignalKind.RUN_ABOVE if side > 0 else SignalKind.RUN_BELOW
            yield Signal(kind, places[0], places[-1])


def _side_in_run(point: ChartPoint) -> int:
    """Side of a point for a run; 0, which breaks it, where too few are expected to tell."""
    if point.expected is None or point.expected < RUN_EXPECTED:
        return 0
    return point.side
