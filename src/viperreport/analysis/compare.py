"""What may be said of a change between two counts.

Source: "Comparison" in docs/definitions.md. The interval is Clopper and Pearson's for a binomial
share, carried over to the ratio of two daily rates, on effective counts in the manner of Korn and
Graubard (Survey Methodology 24, 1998).
"""

import math
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise

from viperreport.analysis.special import beta_cdf, beta_log_odds
from viperreport.model.figure import Verdict

RISK = 0.05
LEVEL = 1 - RISK
FEW = 10
PERCENT_BASE = 30
ENOUGH_WEEKS = 52
ENOUGH_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Dispersion:
    """The clustering of counts: how many times wider than by chance they vary from one to the next.

    Args:
        phi: what intervals and limits use: never below 1, and 1 where it was not measured.
        measured: whether there were counts enough to measure it.
        numerator: sum of squared differences, days of exposure in lowest terms.
        denominator: what that sum would be, on average, without clustering.
        points: how many counts it was taken from.
    """

    phi: float
    measured: bool
    numerator: int
    denominator: int
    points: int

    @property
    def raw(self) -> float | None:
        """The quotient before the rules that make it phi; None over a denominator of 0."""
        return self.numerator / self.denominator if self.denominator else None


@dataclass(frozen=True, slots=True)
class RateRatio:
    """A ratio of two daily rates with its interval.

    Args:
        ratio: now over then; inf over a count of 0; None where both are 0, which is no ratio.
        low: lower end; 0 where now's count is 0.
        high: upper end; inf where then's count is 0.
    """

    ratio: float | None
    low: float
    high: float

    @property
    def leaves_out_one(self) -> bool:
        """Whether "no change" lies outside the interval."""
        return self.low > 1 or self.high < 1


def dispersion(counts: Sequence[int], days: Sequence[int], enough: int) -> Dispersion:
    """Measure clustering from successive differences, which trend and season hardly touch.

    phi = max(1, sum (x_i d_{i-1} - x_{i-1} d_i)^2 / sum d_i d_{i-1} (x_i + x_{i-1})).

    Args:
        counts: of successive whole weeks or months, oldest first.
        days: exposure of each, above 0.
        enough: with fewer counts than this phi is 1 and not measured.

    Raises:
        ValueError: not as many exposures as counts, a negative count or an exposure of no day.
    """
    if len(counts) != len(days):
        raise ValueError(f"{len(counts)} counts with {len(days)} exposures")
    if min(counts, default=0) < 0 or min(days, default=1) < 1:
        raise ValueError("a count is never negative and an exposure never without a day")
    unit = math.gcd(*days)  # equal weeks then give the plain sums that people can check
    points = [(x, d // unit) for x, d in zip(counts, days, strict=True)] if unit else []
    numerator = denominator = 0
    for (x0, d0), (x1, d1) in pairwise(points):
        numerator += (x1 * d0 - x0 * d1) ** 2
        denominator += d1 * d0 * (x1 + x0)
    measured = len(points) >= enough and denominator > 0
    phi = max(1.0, numerator / denominator) if measured else 1.0
    return Dispersion(phi, measured, numerator, denominator, len(points))


def rate_ratio(  # noqa: PLR0913 - two counts, two exposures and the two dials of an interval
    a: int, days_a: int, b: int, days_b: int, phi: float = 1.0, *, level: float = LEVEL
) -> RateRatio:
    """Give the ratio of two daily rates with an interval that covers at least as often as it says.

    Args:
        a: count now.
        days_a: its exposure in days.
        b: count then.
        days_b: its exposure in days.
        phi: clustering of these counts, 1 or more; see `dispersion`.
        level: of the interval, such as 0.95.

    Raises:
        ValueError: a negative count, an exposure of no day, a phi below 1 or no level.
    """
    if min(a, b) < 0 or min(days_a, days_b) < 1:
        raise ValueError(f"no rates: {a} in {days_a} days, {b} in {days_b} days")
    if not (1 <= phi < math.inf and 0 < level < 1):
        raise ValueError(f"no interval at phi {phi} and level {level}")
    tail = (1 - level) / 2
    low = _lower_odds(a / phi, b / phi, tail) * days_b / days_a
    # the upper end is the inverse of the lower end of the opposite ratio, to the last digit
    opposite = _lower_odds(b / phi, a / phi, tail) * days_a / days_b
    return RateRatio(_ratio(a * days_b, b * days_a), low, 1 / opposite if opposite else math.inf)


def _lower_odds(a: float, b: float, tail: float) -> float:
    """Odds of Clopper and Pearson's lower limit for a share of a in a + b."""
    return math.exp(beta_log_odds(tail, a, b + 1)) if a else 0.0


def _ratio(over: int, under: int) -> float | None:
    if under:
        return over / under
    return math.inf if over else None


def verdict(a: int, b: int, interval: RateRatio, few: int = FEW) -> Verdict:
    """Say what an interval says of the change from b to a; without a comparator there is none.

    Args:
        a: count now.
        b: count then.
        interval: of the ratio of their rates.
        few: with fewer than this in both together nothing is said.
    """
    if a + b < few:
        return Verdict.FEW
    if interval.low > 1:
        return Verdict.HIGHER
    return Verdict.LOWER if interval.high < 1 else Verdict.UNCLEAR


def exact_percent(now: int, then: int) -> Fraction | None:
    """Give the change from `then` to `now` in percent, exactly; None from 0."""
    return Fraction(100 * (now - then), then) if then else None


def percent_change(now: int, then: int, base: int = PERCENT_BASE) -> int | None:
    """Give the change in whole percent, halves to the even side; None when `then` is under `base`.

    Rounded from the exact value: 0.5 is 0, 1.5 is 2, and no float comes between.
    """
    exact = exact_percent(now, then) if then >= base else None
    return None if exact is None else round(exact)


def bonferroni_level(m: int) -> float:
    """Give the level at which one of m comparisons may enter a title: 1 - 0.05 / m.

    Args:
        m: rows of the table, 1 or more.

    Raises:
        ValueError: a table without a row.
    """
    if m < 1:
        raise ValueError(f"no level for {m} comparisons")
    return 1 - RISK / m


@lru_cache(maxsize=4096)
def chance_of_call(n: int, days_a: int, days_b: int, few: int = FEW) -> float:
    """Give the chance that n events of an unchanged, unclustered rate are called higher or lower.

    The size of the test at 95 % and phi 1, given the total: with nothing changed, the count now
    is binomial(n, days_a / (days_a + days_b)). Counts are whole, so it lies below 5 %.

    Args:
        n: both counts together.
        days_a: exposure now, in days.
        days_b: exposure then, in days.
        few: under this total nothing is called.

    Raises:
        ValueError: a negative total or an exposure of no day.
    """
    if n < 0 or min(days_a, days_b) < 1:
        raise ValueError(f"no chance of {n} in {days_a} and {days_b} days")
    if n < few:
        return 0.0
    share = days_a / (days_a + days_b)
    return _greatest_upper_tail(n, share) + _greatest_upper_tail(n, 1 - share)


def _greatest_upper_tail(n: int, share: float) -> float:
    """Greatest P(X >= k), X ~ binomial(n, share), among those that make the lower limit pass 1."""
    tail = RISK / 2

    def passes(k: int) -> bool:
        return beta_cdf(share, k, n - k + 1) < tail

    k = 1 + bisect_left(range(1, n + 1), x=True, key=passes)
    return beta_cdf(share, k, n - k + 1) if k <= n else 0.0
