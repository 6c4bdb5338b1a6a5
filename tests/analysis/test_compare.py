import csv
import json
import math
from collections import Counter
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise, product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from viperreport.analysis.compare import (
    ENOUGH_MONTHS,
    ENOUGH_WEEKS,
    RateRatio,
    bonferroni_level,
    chance_of_call,
    dispersion,
    exact_percent,
    percent_change,
    rate_ratio,
    verdict,
)
from viperreport.model.figure import Verdict
from viperreport.model.period import months_ending, weeks_ending

counts = st.integers(0, 3000)
exposures = st.integers(1, 366)
clusterings = st.floats(1, 8)


@pytest.fixture(scope="module")
def statistics(real_data: Path) -> dict[str, Any]:
    """Known answers."""
    known: dict[str, Any] = json.loads((real_data / "statistics.json").read_text("utf-8"))
    return known


def near(value: float | None) -> Any:  # noqa: ANN401 - pytest's own type
    """The known answer to four places, or infinity."""
    return math.inf if value is None else pytest.approx(value, abs=0.5001e-4)


# -- known answers -----------------------------------------------------------------------------


def test_vectors(real_data: Path) -> None:
    """All 15 reference pairs: ratio and interval to four places, percent to two."""
    with (real_data / "test_vectors.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 15
    for row in rows:
        a, days_a, b, days_b = (int(row[k]) for k in ("a", "exposure_a", "b", "exposure_b"))
        interval = rate_ratio(a, days_a, b, days_b)
        assert interval.ratio == near(float(row["rate_ratio"]))
        assert interval.low == near(float(row["ci95_lo"]))
        assert interval.high == near(float(row["ci95_hi"]))
        percent = exact_percent(a, b)
        if row["pct_change"]:
            assert percent is not None
            assert float(percent) == pytest.approx(float(row["pct_change"]), abs=0.00501)
        else:
            assert percent is None


def test_known_intervals(statistics: dict[str, Any]) -> None:
    """Every reference interval with its phi, to four places; null is infinity."""
    assert len(statistics["interval"]) == 12
    for known in statistics["interval"]:
        interval = rate_ratio(known["a"], known["ta"], known["b"], known["tb"], known["phi"])
        assert interval.low == near(known["low"])
        assert interval.high == near(known["high"])


def test_known_dispersions_of_plain_counts(statistics: dict[str, Any]) -> None:
    """Reference phi of short series; under 1 it is raised to 1 and the raw value kept."""
    weeks, months = statistics["phi"][:2]
    measured = dispersion(weeks["x"], [7] * 8, enough=8)
    assert (measured.phi, measured.measured, measured.points) == (near(weeks["phi"]), True, 8)
    measured = dispersion(months["x"], months["days"], enough=3)
    assert (measured.raw, measured.phi) == (near(months["raw"]), months["used"])


def test_known_dispersions_of_new_york(
    statistics: dict[str, Any], new_york: dict[str, int]
) -> None:
    """Reference phi of New York: numerator and denominator are those of whole weeks."""
    days = Counter(new_york.values())
    cases = [known for known in statistics["phi"] if known.get("home") == "nyc incidents"]
    assert len(cases) == 2
    for known in cases:
        cut_off = date.fromisoformat(known["C"]) - timedelta(days=28)
        weeks = weeks_ending(cut_off, 104)
        x = [sum(days[week.start.toordinal() + k] for k in range(7)) for week in weeks]
        measured = dispersion(x, [week.days for week in weeks], ENOUGH_WEEKS)
        assert (measured.numerator, measured.denominator) == (known["num"], known["den"])
        assert (measured.phi, measured.points) == (near(known["phi"]), 104)


def test_known_dispersion_of_london(statistics: dict[str, Any], real_data: Path) -> None:
    """Reference phi of London: 24 whole months, unequal in days, ending one month before C."""
    known = next(row for row in statistics["phi"] if row.get("home") == "london monthly")
    sums: Counter[str] = Counter()
    file = real_data / "london" / "mps_borough_level_crime_201004_202006.csv"
    with file.open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows):
            if "Firearm" in row["MinorText"]:
                sums.update({k: int(v) for k, v in row.items() if k.isdigit()})
    months = months_ending(date.fromisoformat(known["C"]), 25)[:-1]
    x = [sums[f"{month.start:%Y%m}"] for month in months]
    measured = dispersion(x, [month.days for month in months], ENOUGH_MONTHS)
    assert (measured.phi, measured.points) == (near(known["phi"]), 24)


def test_known_calls(statistics: dict[str, Any]) -> None:
    """From and to which count a change is called, at equal exposure: exactly the reference."""
    assert len(statistics["called_at_equal_exposure"]) == 5
    for known in statistics["called_at_equal_exposure"]:
        b, phi = known["b"], known["phi"]
        called = {a: verdict(a, b, rate_ratio(a, 28, b, 28, phi)) for a in range(3 * b)}
        assert min(a for a in called if called[a] is Verdict.HIGHER) == known["higher_from"]
        assert max(a for a in called if called[a] is Verdict.LOWER) == known["lower_to"]
        assert {called[a] for a in range(known["lower_to"] + 1, known["higher_from"])} == {
            Verdict.UNCLEAR
        }


def test_known_chances(statistics: dict[str, Any]) -> None:
    """Reference sizes of the test given the total, to four places."""
    sizes = statistics["chance_size_given_n_equal_exposure"]
    assert len(sizes) == 5
    for n, size in sizes.items():
        assert chance_of_call(int(n), 28, 28) == near(size)


# -- dispersion --------------------------------------------------------------------------------


def test_too_few_points_are_not_measured() -> None:
    """One week under the least number: phi is 1, "not measured", and the raw value is kept."""
    x = [4, 9] * 26
    assert dispersion(x, [7] * 52, ENOUGH_WEEKS).measured
    short = dispersion(x[1:], [7] * 51, ENOUGH_WEEKS)
    assert (short.phi, short.measured, short.points) == (1.0, False, 51)
    assert short.raw == pytest.approx(25 / 13)


@pytest.mark.parametrize("length", [0, 1, 60])
def test_nothing_counted_is_not_measured(length: int) -> None:
    """A denominator of 0 gives phi 1, not measured, without a raw value, whatever is enough."""
    nothing = dispersion([0] * length, [7] * length, enough=0)
    assert (nothing.phi, nothing.measured, nothing.raw, nothing.points) == (
        1.0,
        False,
        None,
        length,
    )


def test_dispersion_refuses() -> None:
    """Lists of unlike length, negative counts and exposures without a day are refused."""
    for x, days in (([1, 2], [7]), ([1, -2], [7, 7]), ([1, 2], [7, 0])):
        with pytest.raises(ValueError, match=r"exposure"):
            dispersion(x, days, 2)


@given(st.lists(counts, min_size=2, max_size=30), st.integers(1, 31))
def test_dispersion_of_equal_days_is_the_plain_formula(x: list[int], days: int) -> None:
    """With equal exposures their length cancels out."""
    measured = dispersion(x, [days] * len(x), enough=2)
    pairs = list(pairwise(x))
    assert measured.numerator == sum((q - p) ** 2 for p, q in pairs)
    assert measured.denominator == sum(q + p for p, q in pairs)
    assert measured.phi >= 1


def test_dispersion_of_unequal_days() -> None:
    """Counts in step with their days are no clustering at all; the formula by hand otherwise."""
    assert dispersion([28, 31, 30], [28, 31, 30], 2).raw == 0
    by_hand = Fraction((5 * 3 - 2 * 4) ** 2, 3 * 4 * (5 + 2))
    assert dispersion([2, 5], [3, 4], 2).raw == pytest.approx(float(by_hand))


# -- interval ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("a", "b"), list(product([0, 1, 4, 27, 122, 1500], [0, 1, 4, 27, 226, 1500]))
)
@pytest.mark.parametrize("phi", [1.0, 1.4, 5.0])
@pytest.mark.parametrize("level", [0.95, 0.9975])
def test_interval_agrees_with_scipy(a: int, b: int, phi: float, level: float) -> None:
    """Clopper and Pearson's limits by SciPy's beta distribution, carried over to rates."""
    interval = rate_ratio(a, 146, b, 145, phi, level=level)
    tail = (1 - level) / 2
    p = stats.beta.ppf(tail, a / phi, b / phi + 1) if a else 0.0
    assert interval.low == pytest.approx(p / (1 - p) * 145 / 146, rel=1e-8, abs=0)
    q = stats.beta.isf(1 - tail, b / phi, a / phi + 1) if b else 0.0
    high = (1 - q) / q * 145 / 146 if q else math.inf
    assert interval.high == pytest.approx(high, rel=1e-8, abs=0)


@given(counts, exposures, counts, exposures, clusterings)
def test_interval_swaps(a: int, days_a: int, b: int, days_b: int, phi: float) -> None:
    """Then over now is now over then, inverted: low(a, b) = 1 / high(b, a)."""
    one, other = rate_ratio(a, days_a, b, days_b, phi), rate_ratio(b, days_b, a, days_a, phi)
    assert one.low * other.high == pytest.approx(1) if one.low else other.high == math.inf
    assert one.high * other.low == pytest.approx(1) if other.low else one.high == math.inf


@given(counts, exposures, counts, exposures, clusterings)
def test_interval_holds_its_ratio(a: int, days_a: int, b: int, days_b: int, phi: float) -> None:
    """The ratio lies inside, and more clustering never makes the interval narrower."""
    narrow, wide = rate_ratio(a, days_a, b, days_b), rate_ratio(a, days_a, b, days_b, phi)
    if wide.ratio is not None:
        assert narrow.low * (1 - 1e-12) <= wide.ratio <= narrow.high * (1 + 1e-12)
    assert wide.low <= narrow.low * (1 + 1e-12)
    assert wide.high >= narrow.high * (1 - 1e-12)


@given(st.integers(0, 300), st.integers(0, 300), clusterings)
def test_interval_rises_with_the_count(a: int, b: int, phi: float) -> None:
    """One more now moves both ends up, or leaves them at 0 or infinity."""
    one, more = rate_ratio(a, 28, b, 28, phi), rate_ratio(a + 1, 28, b, 28, phi)
    assert more.low > one.low
    assert more.high > one.high or one.high == math.inf


@given(counts, counts)
def test_level_widens(a: int, b: int) -> None:
    """A higher level never gives a narrower interval."""
    at_95, at_99 = rate_ratio(a, 28, b, 28), rate_ratio(a, 28, b, 28, level=0.99)
    assert at_99.low <= at_95.low
    assert at_99.high >= at_95.high


def test_zeros() -> None:
    """0 now: ratio 0; 0 then: infinity; 0 in both: no ratio, and the interval says nothing."""
    assert (rate_ratio(0, 7, 12, 7).ratio, rate_ratio(0, 7, 12, 7).low) == (0, 0)
    assert (rate_ratio(12, 7, 0, 7).ratio, rate_ratio(12, 7, 0, 7).high) == (math.inf, math.inf)
    assert rate_ratio(0, 7, 0, 7) == RateRatio(None, 0.0, math.inf)


def test_ratio_is_of_rates() -> None:
    """Exposure counts: as many in twice the days is half the rate."""
    assert rate_ratio(50, 60, 50, 30).ratio == 0.5


@pytest.mark.parametrize(
    "wrong",
    [
        {"a": -1},
        {"b": -1},
        {"days_a": 0},
        {"days_b": 0},
        {"phi": 0.9},
        {"phi": math.nan},
        {"phi": math.inf},
        {"level": 0},
        {"level": 1},
    ],
)
def test_rate_ratio_refuses(wrong: dict[str, Any]) -> None:
    """Negative counts, exposures without a day, phi below 1 and impossible levels are refused."""
    right = {"a": 1, "days_a": 7, "b": 1, "days_b": 7}
    with pytest.raises(ValueError, match=r"^no "):
        rate_ratio(**(right | wrong))


# -- verdict, percent, many comparisons ----------------------------------------------------------


def test_verdicts() -> None:
    """The interval decides; an end on 1 leaves nothing out."""
    assert verdict(60, 20, RateRatio(3, 1.1, 9)) is Verdict.HIGHER
    assert verdict(20, 60, RateRatio(1 / 3, 0.1, 0.9)) is Verdict.LOWER
    assert verdict(20, 20, RateRatio(1, 0.9, 1.1)) is Verdict.UNCLEAR
    assert verdict(60, 20, RateRatio(3, 1.0, 9)) is Verdict.UNCLEAR
    assert verdict(20, 60, RateRatio(1 / 3, 0.1, 1.0)) is Verdict.UNCLEAR
    ends = [(1.1, 9.0), (0.1, 0.9), (1.0, 9.0), (0.1, 1.0)]
    assert [RateRatio(1, *end).leaves_out_one for end in ends] == [True, True, False, False]


def test_few_is_before_all_else() -> None:
    """Nine together are too few, though 9 against 0 has an interval above 1; ten are not."""
    assert rate_ratio(9, 28, 0, 28).low > 1
    assert verdict(9, 0, rate_ratio(9, 28, 0, 28)) is Verdict.FEW
    assert verdict(10, 0, rate_ratio(10, 28, 0, 28)) is Verdict.HIGHER
    assert verdict(10, 0, rate_ratio(10, 28, 0, 28), few=11) is Verdict.FEW


def test_percent() -> None:
    """Rounded half to even from the exact value, both ways, and never under the base."""
    assert percent_change(201, 200) == 0  # 0.5
    assert percent_change(203, 200) == 2  # 1.5
    assert percent_change(199, 200) == 0  # -0.5
    assert percent_change(197, 200) == -2  # -1.5
    assert percent_change(405, 510) == -21
    assert (percent_change(0, 30), percent_change(30, 29)) == (-100, None)
    assert percent_change(30, 20, base=20) == 50
    assert percent_change(3, 0, base=0) is None
    assert exact_percent(3, 0) is None


@given(st.integers(0, 10**9), st.integers(30, 10**9))
def test_percent_is_within_a_half(now: int, then: int) -> None:
    """The whole percent is never further than a half from the exact one."""
    percent, exact = percent_change(now, then), exact_percent(now, then)
    assert percent is not None
    assert exact is not None
    assert abs(percent - exact) <= Fraction(1, 2)


def test_bonferroni() -> None:
    """One comparison keeps 95 %; twenty share the 5 %; a table has a row."""
    assert [bonferroni_level(m) for m in (1, 20)] == [0.95, 0.9975]
    with pytest.raises(ValueError, match="0 comparisons"):
        bonferroni_level(0)


@pytest.mark.parametrize("n", [0, 5, 9, 10, 11, 31, 60])
@pytest.mark.parametrize(("days_a", "days_b"), [(28, 28), (146, 145), (31, 310), (69, 31)])
def test_chance_is_that_of_our_verdicts(n: int, days_a: int, days_b: int) -> None:
    """The sum over all splits of n that our own verdict calls, by SciPy's binomial."""
    called = (
        a
        for a in range(n + 1)
        if verdict(a, n - a, rate_ratio(a, days_a, n - a, days_b))
        in {Verdict.HIGHER, Verdict.LOWER}
    )
    share = days_a / (days_a + days_b)
    brute = math.fsum(float(stats.binom.pmf(a, n, share)) for a in called)
    assert chance_of_call(n, days_a, days_b) == pytest.approx(brute, abs=1e-12)


@given(st.integers(0, 5000), exposures, exposures)
def test_chance_stays_below_five_percent(n: int, days_a: int, days_b: int) -> None:
    """The conditional size keeps the level, and does not care which period comes first."""
    chance = chance_of_call(n, days_a, days_b)
    assert 0 <= chance < 0.05
    assert chance == pytest.approx(chance_of_call(n, days_b, days_a))


def test_chance_refuses() -> None:
    """A negative total and an exposure without a day are refused."""
    for n, days_a, days_b in ((-1, 7, 7), (20, 0, 7), (20, 7, 0)):
        with pytest.raises(ValueError, match="no chance"):
            chance_of_call(n, days_a, days_b)
