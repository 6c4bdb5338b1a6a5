import itertools
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special as scipy_special
from scipy import stats

from viperreport.analysis.special import (
    beta_cdf,
    beta_log_odds,
    beta_quantile,
    count_distribution,
    normal_quantile,
)

SHAPES = (0.01, 0.05, 0.3, 0.9, 1.0, 1.5, 3.0, 10.0, 50.0, 200.0, 1000.0, 3e4, 1e6)
CHANCES = (1e-6, 0.00125, 0.025, 0.2, 0.5, 0.6, 0.975, 0.99999)
GRID = list(itertools.product(SHAPES, SHAPES))

shapes = st.floats(0.01, 1e6)
proportions = st.floats(1e-6, 1 - 1e-6)


@pytest.mark.parametrize(("a", "b"), GRID)
def test_beta_cdf_agrees_with_scipy(a: float, b: float) -> None:
    """From one side of the mean to the other, ten digits and more agree with SciPy's."""
    spread = math.sqrt(1 / a + 1 / b)
    for steps in (-6.0, -2.0, -1.0, -0.1, 0.0, 0.1, 1.0, 2.0, 6.0):
        x = 1 / (1 + b / a * math.exp(min(-steps * spread, 300)))
        assert beta_cdf(x, a, b) == pytest.approx(scipy_special.betainc(a, b, x), rel=1e-10, abs=0)


@pytest.mark.parametrize(("a", "b"), [(16, 16), (16, 900), (17.5, 16), (33, 2), (2000, 2000)])
def test_series_are_long_enough(a: float, b: float) -> None:
    """Where our two series take over, and far into the tails, twelve digits agree."""
    mean = a / (a + b)
    for x in (0.81 * mean, 0.99 * mean, mean, 1.01 * mean, 1 - 0.81 * (1 - mean)):
        lower, upper = scipy_special.betainc(a, b, x), scipy_special.betaincc(a, b, x)
        assert beta_cdf(x, a, b) == pytest.approx(lower, rel=2e-12, abs=0)
        assert beta_cdf(1 - x, b, a) == pytest.approx(upper, rel=2e-12, abs=0)


@pytest.mark.parametrize(("a", "b"), GRID)
def test_beta_quantile_agrees_with_scipy(a: float, b: float) -> None:
    """SciPy's cdf of our quantile is the chance asked for, where x has digits enough to tell."""
    for p in CHANCES:
        x = beta_quantile(p, a, b)
        # SciPy's own inverse is right to nine digits only: Beta(1000, 1e6) at 0.975
        assert x == pytest.approx(scipy_special.betaincinv(a, b, p), rel=1e-8, abs=1e-290)
        if 1e-290 < x < 0.999:
            density = math.exp(stats.beta.logpdf(x, a, b))
            error = (float(scipy_special.betainc(a, b, x)) - p) / (density * x)
            assert abs(error) < 1e-10


@given(proportions, shapes, shapes)
def test_quantile_undoes_cdf(p: float, a: float, b: float) -> None:
    """Quantile and cdf are each other's inverse."""
    x = beta_quantile(p, a, b)
    if 1e-290 < x < 0.5:
        assert beta_cdf(x, a, b) == pytest.approx(p, rel=1e-9, abs=0)


@given(proportions, proportions, shapes, shapes)
def test_cdf_never_falls(x: float, y: float, a: float, b: float) -> None:
    """A greater x has no smaller chance below it."""
    low, high = sorted((x, y))
    assert beta_cdf(low, a, b) <= beta_cdf(high, a, b) * (1 + 1e-12)


@given(proportions, proportions, shapes, shapes)
def test_quantile_never_falls(p: float, q: float, a: float, b: float) -> None:
    """A greater chance has no smaller quantile."""
    low, high = sorted((p, q))
    assert beta_quantile(low, a, b) <= beta_quantile(high, a, b) * (1 + 1e-12)


@given(proportions, shapes, shapes)
def test_log_odds_mirror(p: float, a: float, b: float) -> None:
    """The share of the one kind answers to that of the other, also where x rounds to 0 or 1."""
    mirrored = beta_log_odds(1 - p, b, a)
    if math.isfinite(mirrored):
        assert -mirrored == pytest.approx(beta_log_odds(p, a, b), rel=1e-8, abs=1e-8)


def test_log_odds_beyond_a_float() -> None:
    """A quantile too small for a float has log-odds of -inf and is 0; its mirror inf and 1."""
    assert beta_log_odds(1e-6, 0.01, 1) == -math.inf
    assert beta_quantile(1e-6, 0.01, 1) == 0
    assert beta_log_odds(1 - 1e-6, 1, 0.01) == math.inf
    assert beta_quantile(1 - 1e-6, 1, 0.01) == 1


def test_ends() -> None:
    """At 0 and 1, and beyond, the answers are 0 and 1."""
    assert [beta_cdf(x, 2, 3) for x in (-1, 0, 1, 2)] == [0, 0, 1, 1]
    assert [beta_quantile(p, 2, 3) for p in (0, 1)] == [0, 1]


@pytest.mark.parametrize(("a", "b"), [(0, 1), (1, 0), (-1, 1), (math.nan, 1), (1, math.inf)])
def test_shapes_refused(a: float, b: float) -> None:
    """A shape that no beta distribution has is refused."""
    for function in (beta_cdf, beta_quantile, beta_log_odds):
        with pytest.raises(ValueError, match="shapes"):
            function(0.5, a, b)
    with pytest.raises(ValueError, match="shapes"):
        beta_quantile(0, a, b)


@pytest.mark.parametrize("p", [-0.1, 1.1, math.nan])
def test_chance_refused(p: float) -> None:
    """A number that is no probability is refused."""
    with pytest.raises(ValueError, match="probability"):
        beta_quantile(p, 1, 1)


@pytest.mark.parametrize("mean", [0.0, 0.01, 0.5, 1.0, 4.3, 24.0, 310.5, 5000.0])
@pytest.mark.parametrize("phi", [1.0, 1.0000001, 1.05, 1.4, 3.0, 12.0])
def test_counts_agree_with_scipy(mean: float, phi: float) -> None:
    """Poisson and negative binomial probabilities and both tails agree with SciPy's."""
    law = count_distribution(mean, phi)
    # near phi 1 SciPy's negative binomial loses its digits: there the Poisson is the reference
    clustered = phi > 1.001 and mean > 0
    theirs: Any = stats.nbinom(mean / (phi - 1), 1 / phi) if clustered else stats.poisson(mean)
    near = 1e-4 if 1 < phi < 1.001 else 1e-10
    spread = math.sqrt(mean * phi)
    for k in {max(0, round(mean + steps * spread)) for steps in (-4, -2, -1, 0, 1, 2, 5)}:
        assert law.pmf(k) == pytest.approx(theirs.pmf(k), rel=near, abs=1e-15)
        assert law.cdf(k) == pytest.approx(theirs.cdf(k), rel=near, abs=1e-15)
        assert law.sf(k) == pytest.approx(theirs.sf(k), rel=near, abs=1e-15)


@given(st.floats(0, 2000), st.floats(1, 20))
def test_counts_have_their_mean_and_variance(mean: float, phi: float) -> None:
    """The probabilities add up to 1, their mean is the mean and their variance phi times it."""
    law = count_distribution(mean, phi)
    moments = [
        math.fsum(p * k**power for k, p in enumerate(law.probabilities, law.first))
        for power in (0, 1, 2)
    ]
    assert moments[0] == pytest.approx(1)
    assert moments[1] == pytest.approx(mean, rel=1e-9, abs=1e-12)
    assert moments[2] - moments[1] ** 2 == pytest.approx(phi * mean, rel=1e-6, abs=1e-9)


def test_counts_outside() -> None:
    """Below the first and above the last count there is nothing."""
    law = count_distribution(400.0)
    last = law.first + len(law.probabilities)
    assert law.first > 0
    assert (law.pmf(law.first - 1), law.pmf(last)) == (0, 0)
    assert (law.cdf(law.first - 1), law.cdf(-2), law.sf(last)) == (0, 0, 0)
    assert law.sf(-1) == law.cdf(last) == pytest.approx(1)


@pytest.mark.parametrize(("mean", "phi"), [(-1, 1), (1, 0.9), (math.nan, 1), (1, math.inf)])
def test_counts_refused(mean: float, phi: float) -> None:
    """A mean below 0 and a variance below the mean are refused."""
    with pytest.raises(ValueError, match="mean"):
        count_distribution(mean, phi)


def test_normal_quantile() -> None:
    """The standard library's normal quantile is the one used."""
    assert normal_quantile(0.975) == pytest.approx(1.959963984540054)
