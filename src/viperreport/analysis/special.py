"""The distribution functions that intervals and control limits stand on.

The regularised incomplete beta function, its inverse, and the probabilities of counts. They are
written here because a report of every week should not need SciPy for three functions; the tests
hold them against SciPy's.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from statistics import NormalDist

normal_quantile = NormalDist().inv_cdf

_PRECISION = 1e-15
_MOST_TERMS = 200_000
_MOST_STEPS = 200
_NEAR = 1e-4  # the error of log P from which one cubic step leaves less than 1e-12
_SMALLEST_LOG_ODDS = -700.0  # the odds of a smaller one are too small for a float
_HALF_LOG_TWO_PI = 0.5 * math.log(2 * math.pi)
_STIRLING_FROM = 16.0
_SERIES_UNDER = 0.2
_HALF = 0.5
_FAR = 200.0  # deviations and clustering from which a walk over all counts takes too long
_NEGLIGIBLE = 1e-18  # a probability, relative to the greatest, that no tail in use can feel


def beta_cdf(x: float, a: float, b: float) -> float:
    """Give the regularised incomplete beta function: P(X <= x) for X ~ Beta(a, b).

    Args:
        x: a proportion; at or below 0 the answer is 0, at or above 1 it is 1.
        a: first shape, above 0.
        b: second shape, above 0.

    Raises:
        ValueError: a shape is not above 0.
    """
    _refuse_shapes(a, b)
    if x <= 0:
        return 0.0
    if x >= 1:
        return 1.0
    return math.exp(_log_cdf(x, 1 - x, a, b)[0])


def beta_quantile(p: float, a: float, b: float) -> float:
    """Give the x with P(X <= x) = p for X ~ Beta(a, b): the inverse of `beta_cdf`.

    Args:
        p: a probability from 0 to 1.
        a: first shape, above 0.
        b: second shape, above 0.

    Raises:
        ValueError: p is no probability, or a shape is not above 0.
    """
    if p in {0, 1}:
        _refuse_shapes(a, b)
        return float(p)
    return _proportions(beta_log_odds(p, a, b))[0]


def beta_log_odds(p: float, a: float, b: float) -> float:
    """Give log(x / (1 - x)) of the p-quantile x of Beta(a, b), also where x itself rounds to 1.

    The density of the log-odds is log-concave, hence log P is concave in them: Newton's method
    cannot run away from the root, and Halley's, its cubic sister, needs two or three steps.

    Args:
        p: a probability strictly between 0 and 1.
        a: first shape, above 0.
        b: second shape, above 0.

    Returns:
        The log-odds; -inf or inf where the odds themselves are beyond a float.

    Raises:
        ValueError: p does not lie between 0 and 1, or a shape is not above 0.
        ArithmeticError: no convergence; the tests have met none from 0.01 to a million.
    """
    _refuse_shapes(a, b)
    if not 0 < p < 1:
        raise ValueError(f"a probability lies between 0 and 1: {p}")
    if p > _HALF:  # the lower tail is where log P tells most
        return -_lower_log_odds(1 - p, b, a)
    return _lower_log_odds(p, a, b)


def _lower_log_odds(p: float, a: float, b: float) -> float:
    log_p = math.log(p)
    z = _first_guess(p, a, b)
    for _ in range(_MOST_STEPS):
        if z < _SMALLEST_LOG_ODDS:
            return -math.inf
        x, y = _proportions(z)
        log_cdf, hazard = _log_cdf(x, y, a, b)
        error = log_cdf - log_p
        bend = a * y - b * x - hazard  # second derivative of log P over the first
        z -= error / hazard / max(_HALF, 1 - error * bend / (2 * hazard))
        if abs(error) < _NEAR:
            return z
    raise ArithmeticError(f"no quantile {p} of Beta({a}, {b}) in {_MOST_STEPS} steps")


def _first_guess(p: float, a: float, b: float) -> float:
    """Log-odds of the quantile, roughly: by a power law, or by the normal law where that serves.

    Source: Abramowitz and Stegun 26.5.22 for shapes from 1; for others the first term of the
    series in x, which never lies above the root.
    """
    if min(a, b) < 1:
        log_beta = math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)
        return min((math.log(p) + math.log(a) + log_beta) / a, -_SMALLEST_LOG_ODDS)
    deviate = -normal_quantile(p)
    inverse_a, inverse_b = 1 / (2 * a - 1), 1 / (2 * b - 1)
    h = 2 / (inverse_a + inverse_b)
    lam = (deviate * deviate - 3) / 6
    w = deviate * math.sqrt(max(h + lam, 0.0)) / h
    w -= (inverse_b - inverse_a) * (lam + 5 / 6 - 2 / (3 * h))
    return math.log(a / b) - 2 * w


def _proportions(log_odds: float) -> tuple[float, float]:
    """Give x and 1 - x of a log-odds, each to full precision."""
    if log_odds < 0:
        odds = math.exp(log_odds)
        return odds / (1 + odds), 1 / (1 + odds)
    odds = math.exp(-log_odds)
    return 1 / (1 + odds), odds / (1 + odds)


def _log_cdf(x: float, y: float, a: float, b: float) -> tuple[float, float]:
    """Give log P(X <= x), and its derivative in the log-odds of x; y = 1 - x."""
    log_density = _log_density(x, y, a, b)
    if a * y >= b * x:  # at or below the mean, where the fraction converges fast
        fraction = _fraction(x, y, a, b)
        return log_density - math.log(fraction), fraction
    density = math.exp(log_density)
    upper = density / _fraction(y, x, b, a)
    return math.log1p(-upper), density / (1 - upper)


def _fraction(x: float, y: float, a: float, b: float) -> float:
    """Density over P by Lentz's method; x at or below the mean a / (a + b).

    Source: DiDonato and Morris, ACM Transactions on Mathematical Software 18 (1992), formula 9;
    it takes in the order of sqrt(max(a, b)) terms.
    """
    lean = a * y - b * x + 1
    value = c = a * lean / (a + 1)
    d = 0.0
    for m in range(1, _MOST_TERMS):
        e = a + 2 * m
        over = m * (b - m) * x / (e - 1)
        numerator = (a + m - 1) * (a + b + m - 1) * over * x / (e - 1)
        denominator = m + over + (a + m) * (lean + m * (1 + y)) / (e + 1)
        d = 1 / (denominator + numerator * d)
        c = denominator + numerator / c
        value *= c * d
        if abs(c * d - 1) < _PRECISION:
            return value
    raise ArithmeticError(f"no convergence at {x} for Beta({a}, {b})")


def _log_density(x: float, y: float, a: float, b: float) -> float:
    """Log of x^a y^b / B(a, b), the density of the log-odds, without loss for large shapes.

    Written as deviations from the mean, so that no two large logarithms are subtracted.
    Source: Loader, "Fast and accurate computation of binomial probabilities" (2000).
    """
    n = a + b
    off = b * x - a * y  # = n x - a
    deviance = a * _log_less_linear(n * x / a, off / a) + b * _log_less_linear(n * y / b, -off / b)
    return deviance + 0.5 * math.log(a / n * b) + _log_density_constant(a, b)


@lru_cache(maxsize=256)
def _log_density_constant(a: float, b: float) -> float:
    return _stirling_rest(a + b) - _stirling_rest(a) - _stirling_rest(b) - _HALF_LOG_TWO_PI


def _log_less_linear(ratio: float, excess: float) -> float:
    """log(ratio) - excess, where excess = ratio - 1 is known better than the ratio tells."""
    if abs(excess) >= _SERIES_UNDER:
        return math.log(ratio) - excess
    r = excess / (2 + excess)
    s = r * r
    series = 1 / 3 + s * (1 / 5 + s * (1 / 7 + s * (1 / 9 + s * (1 / 11 + s / 13))))
    return r * (2 * s * series - excess)


def _stirling_rest(z: float) -> float:
    """What Stirling's formula leaves out of log Gamma(z)."""
    if z < _STIRLING_FROM:
        return math.lgamma(z) - (z - 0.5) * math.log(z) + z - _HALF_LOG_TWO_PI
    s = 1 / (z * z)
    return (1 / 12 - s * (1 / 360 - s * (1 / 1260 - s / 1680))) / z


def _refuse_shapes(a: float, b: float) -> None:
    if not (0 < a < math.inf and 0 < b < math.inf):
        raise ValueError(f"the shapes of a beta distribution lie above 0: {a}, {b}")


@dataclass(frozen=True, slots=True)
class CountDistribution:
    """The probabilities of a count.

    Args:
        first: the smallest count whose probability is not negligible.
        probabilities: of `first`, `first` + 1, ...; their sum is 1.
    """

    first: int
    probabilities: tuple[float, ...]

    def pmf(self, k: int) -> float:
        """Give P(X = k)."""
        at = k - self.first
        return self.probabilities[at] if 0 <= at < len(self.probabilities) else 0.0

    def cdf(self, k: int) -> float:
        """Give P(X <= k), summed from below."""
        return math.fsum(self.probabilities[: max(k + 1 - self.first, 0)])

    def sf(self, k: int) -> float:
        """Give P(X > k), summed over that tail, so that small ones are exact as well."""
        return math.fsum(self.probabilities[max(k + 1 - self.first, 0) :])


Tail = Callable[[int], float]


def count_tails(mean: float, phi: float = 1.0) -> tuple[Tail, Tail]:
    """Give P(X <= k) and P(X > k) as functions of k, for the counts of `count_distribution`.

    Where counts are many and clustered, they come of the incomplete beta function instead of a
    walk: for p = 1 / phi and r = mean / (phi - 1), P(X <= k) is that of Beta(r, k + 1) at p.

    Args:
        mean: expected count, 0 or more.
        phi: variance over mean, 1 or more.

    Raises:
        ValueError: a mean below 0 or a phi below 1.
    """
    _refuse_counts(mean, phi)
    if not mean or phi < 2 or math.sqrt(mean * phi) + phi < _FAR:  # noqa: PLR2004 - r above the mean
        law = count_distribution(mean, phi)
        return law.cdf, law.sf
    shape = mean / (phi - 1)
    return (
        lambda k: beta_cdf(1 / phi, shape, k + 1),
        lambda k: beta_cdf(1 - 1 / phi, k + 1, shape),
    )


@lru_cache(maxsize=4096)
def count_distribution(mean: float, phi: float = 1.0) -> CountDistribution:
    """Give the negative binomial distribution with variance phi x mean; at phi 1 the Poisson.

    P(k + 1) / P(k) = (mean + k (phi - 1)) / (phi (k + 1)) holds for both, so one walk up and one
    down from the mean, and a division by the sum, need no special function and never underflow.

    Args:
        mean: expected count, 0 or more.
        phi: variance over mean, 1 or more.

    Raises:
        ValueError: a mean below 0 or a phi below 1.
    """
    _refuse_counts(mean, phi)
    start = int(mean)
    below = _walk_down(mean, phi, start)
    weights = [*reversed(below), *_walk_up(mean, phi, start)]
    total = math.fsum(weights)
    return CountDistribution(start - len(below), tuple(w / total for w in weights))


def _refuse_counts(mean: float, phi: float) -> None:
    if not (0 <= mean < math.inf and 1 <= phi < math.inf):
        raise ValueError(f"no counts have the mean {mean} with {phi} times its variance")


def _walk_up(mean: float, phi: float, start: int) -> list[float]:
    """Weights of `start`, `start` + 1, ... relative to that of `start`."""
    weights, k = [1.0], start
    while weights[-1] > _NEGLIGIBLE:
        weights.append(weights[-1] * (mean + k * (phi - 1)) / (phi * (k + 1)))
        k += 1
    return weights


def _walk_down(mean: float, phi: float, start: int) -> list[float]:
    """Weights of `start` - 1, `start` - 2, ... relative to that of `start`."""
    weights: list[float] = []
    weight = 1.0
    for k in range(start - 1, -1, -1):
        weight *= phi * (k + 1) / (mean + k * (phi - 1))
        if weight < _NEGLIGIBLE:
            break
        weights.append(weight)
    return weights
