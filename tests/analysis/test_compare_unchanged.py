"""How often a series in which nothing changed is called higher or lower: a seeded simulation."""

import math

import numpy as np
import pytest

from viperreport.analysis.compare import ENOUGH_WEEKS, dispersion, rate_ratio, verdict
from viperreport.model.figure import Verdict

RUNS = 20_000
HISTORY = 104 + 4  # weeks: those that phi is measured from, and the 28 days before the cut-off


def unchanged_series(phi: float, seed: int) -> list[list[int]]:
    """Weekly counts, RUNS x HISTORY, whose rate never changes: 0.3 to 24 a week, evenly in log."""
    random = np.random.default_rng(seed)
    means = np.exp(random.uniform(math.log(0.3), math.log(24), (RUNS, 1)))
    if phi > 1:
        size, share = np.broadcast_to(means / (phi - 1), (RUNS, HISTORY)), 1 / phi
        drawn = random.negative_binomial(size, share)
    else:
        drawn = random.poisson(np.broadcast_to(means, (RUNS, HISTORY)))
    series: list[list[int]] = drawn.tolist()
    return series


def is_called(weeks: list[int], window: int) -> bool:
    """Whether the last weeks are called higher or lower than the same 52 weeks before."""
    phi = dispersion(weeks[:104], [7] * 104, ENOUGH_WEEKS).phi
    a, b = sum(weeks[-window:]), sum(weeks[-window - 52 : -52])
    interval = rate_ratio(a, 7 * window, b, 7 * window, phi)
    return verdict(a, b, interval) in {Verdict.HIGHER, Verdict.LOWER}


@pytest.mark.parametrize("phi", [1.0, 1.4])
def test_unchanged_series_are_seldom_called(phi: float) -> None:
    """Where nothing changed, "likely real" is said at most 5.5 % of the time, clustered or not."""
    windows = np.random.default_rng(7).integers(12, 49, RUNS).tolist()
    series = unchanged_series(phi, seed=20160525)
    calls = sum(is_called(weeks, window) for weeks, window in zip(series, windows, strict=True))
    print(f"\nphi {phi}: {calls / RUNS:.2%} of {RUNS} unchanged series were called")  # noqa: T201
    assert 0.01 < calls / RUNS <= 0.055
