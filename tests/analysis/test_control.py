import json
import math
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from viperreport.analysis.control import (
    ChartPoint,
    Limits,
    Signal,
    SignalKind,
    chart,
    expected,
    limits,
    signals,
)

CUT_OFF = date(2016, 5, 25)
WEEK = timedelta(days=7)
WIDE = Limits(0, 1000, 0.0)


def weeks_before(number: int) -> list[date]:
    """Last days of the weeks up to the cut-off, newest first."""
    return [CUT_OFF - k * WEEK for k in range(number)]


def points(counts: list[int], mean: float | None = 5.0, inside: Limits = WIDE) -> list[ChartPoint]:
    """Successive weeks with the same expected count and limits."""
    ends = reversed(weeks_before(len(counts)))
    known = None if mean is None else inside
    return [ChartPoint(end, x, mean, known) for end, x in zip(ends, counts, strict=True)]


# -- limits --------------------------------------------------------------------------------------


def test_known_limits(real_data: Path) -> None:
    """Reference limits, and the chance above the upper one to six places."""
    cases = json.loads((real_data / "statistics.json").read_text("utf-8"))["limits"]
    assert len(cases) == 6
    for known in cases:
        mean = 226 / 365 * 7 if known["mu"] == "226/365*7" else float(known["mu"])
        made = limits(mean, known["phi"])
        assert (made.low, made.high) == (known["low"], known["high"])
        assert made.p_high == pytest.approx(known["p_high"], abs=0.5001e-6)


@given(st.floats(0, 500), st.floats(1, 6))
def test_limits_are_the_nearest_allowed(mean: float, phi: float) -> None:
    """U is the smallest with P(X > U) <= 0.001, L the largest with P(X < L) <= 0.001."""
    made = limits(mean, phi)
    assume(phi == 1 or phi > 1.001)  # SciPy's negative binomial is no reference in between
    clustered = phi > 1 and mean > 0
    law: Any = stats.nbinom(mean / (phi - 1), 1 / phi) if clustered else stats.poisson(mean)
    assert law.sf(made.high) <= 0.001 * (1 + 1e-9)
    assert made.high == 0 or law.sf(made.high - 1) > 0.001 * (1 - 1e-9)
    assert made.p_high == pytest.approx(law.sf(made.high), abs=1e-12)
    assert made.low == 0 or law.cdf(made.low - 1) <= 0.001 * (1 + 1e-9)
    assert law.cdf(made.low) > 0.001 * (1 - 1e-9)


@pytest.mark.parametrize(
    ("mean", "phi"),
    [(5_000.0, 190_000.0), (0.03, 40_000.0), (200_000.0, 900.0), (250_000.0, 2.0), (3e5, 1.0)],
)
def test_limits_of_very_many(mean: float, phi: float) -> None:
    """A week of 200,000, which clusters as never before, has its limits at once, and the same."""
    law: Any = stats.nbinom(mean / (phi - 1), 1 / phi) if phi > 1 else stats.poisson(mean)
    started = time.process_time()
    made = limits(mean, phi)
    assert time.process_time() - started < 0.2
    assert (made.low, made.high) == (law.ppf(0.001 * (1 + 1e-9)), law.isf(0.001))
    assert made.p_high == pytest.approx(law.sf(made.high), rel=1e-8)


def test_limits_of_nothing() -> None:
    """Where nothing is expected one record stands out, and none does not."""
    assert limits(0) == Limits(0, 0, 0.0)


def test_limits_refuse() -> None:
    """A mean below 0 and a phi below 1 are refused."""
    for mean, phi in ((-0.1, 1.0), (3.0, 0.99), (math.nan, 1.0)):
        with pytest.raises(ValueError, match="mean"):
            limits(mean, phi)


# -- expected ------------------------------------------------------------------------------------


def test_expected_is_the_mean_of_39_weeks() -> None:
    """The 13 weeks centred on the same week 52, 104 and 156 weeks earlier, and no other."""
    like_it = {52 * year + around for year in (1, 2, 3) for around in range(-6, 7)}
    weeks = {end: 1000 for k, end in enumerate(weeks_before(220)) if k not in like_it}
    # one distinct power of a base for each week, so that no other selection has this sum
    weeks |= {CUT_OFF - k * WEEK: 2**at for at, k in enumerate(sorted(like_it))}
    assert len(like_it) == 39
    assert expected(weeks, CUT_OFF, CUT_OFF) == (2**39 - 1) / 39


def test_expected_leaves_out_weeks_not_held() -> None:
    """A week that is not held is no week of 0."""
    weeks = {CUT_OFF - 52 * WEEK: 4, CUT_OFF - 104 * WEEK: 8}
    assert expected(weeks, CUT_OFF, CUT_OFF) == 6
    assert expected({CUT_OFF - 52 * WEEK: 0}, CUT_OFF, CUT_OFF) == 0


def test_nothing_held_is_nothing_expected() -> None:
    """No week like it: no expected count, hence no limits; the week is still drawn."""
    weeks = dict.fromkeys(weeks_before(46), 3)
    assert expected(weeks, CUT_OFF, CUT_OFF) is None
    assert chart(weeks, [CUT_OFF], CUT_OFF) == (ChartPoint(CUT_OFF, 3, None, None),)


def test_expected_leaves_out_the_year_of_the_cut_off() -> None:
    """Weeks ending in C's calendar year are what is watched, not what it is measured by."""
    cut_off = date(2016, 12, 28)
    around = {cut_off - 52 * WEEK + k * WEEK: 10 + k for k in range(-6, 7)}
    assert max(around).year == 2016
    held = [x for end, x in around.items() if end.year == 2015]
    assert len(held) == 7
    assert expected(around, cut_off, cut_off) == sum(held) / 7
    assert expected(around, cut_off, date(2017, 1, 4)) == 10


def test_chart_brings_all_together() -> None:
    """Each week has its count, its expected count and the limits at phi."""
    weeks = dict.fromkeys(weeks_before(220), 10) | {CUT_OFF: 21}
    ends = [CUT_OFF - WEEK, CUT_OFF]
    assert chart(weeks, ends, CUT_OFF, 1.4) == (
        ChartPoint(ends[0], 10, 10.0, limits(10, 1.4)),
        ChartPoint(ends[1], 21, 10.0, limits(10, 1.4)),
    )
    with pytest.raises(KeyError):
        chart(weeks, [CUT_OFF + WEEK], CUT_OFF)


# -- signals -------------------------------------------------------------------------------------


def test_point_outside() -> None:
    """A count beyond a limit signals; one on the limit does not."""
    counts = [5, 13, 12, 2, 1, 5]
    assert signals(points(counts, inside=Limits(2, 12, 0.0))) == (
        Signal(SignalKind.ABOVE_LIMIT, 1, 1),
        Signal(SignalKind.BELOW_LIMIT, 4, 4),
    )


def test_newest_week_signals_high_never_low() -> None:
    """Its records are not all in yet: many are news, few are not."""
    inside = Limits(2, 12, 0.0)
    assert signals(points([5, 13], inside=inside)) == (Signal(SignalKind.ABOVE_LIMIT, 1, 1),)
    assert signals(points([5, 0], inside=inside)) == ()


@pytest.mark.parametrize(("count", "kind"), [(6, SignalKind.RUN_ABOVE), (4, SignalKind.RUN_BELOW)])
def test_ten_in_a_row(count: int, kind: SignalKind) -> None:
    """Ten on one side are a run, nine are none, and a longer one is one signal."""
    assert signals(points([5, *[count] * 9, 5])) == ()
    assert signals(points([5, *[count] * 10, 5])) == (Signal(kind, 1, 10),)
    assert signals(points([5, *[count] * 14, 5])) == (Signal(kind, 1, 14),)


def test_equal_to_expected_breaks_the_run() -> None:
    """A week just as expected, or on the other side, starts the count anew."""
    assert signals(points([6] * 5 + [5] + [6] * 9)) == ()
    assert signals(points([6] * 9 + [4] + [6] * 9)) == ()


def test_runs_up_to_the_newest_week() -> None:
    """The newest week completes a run above, never one below."""
    assert signals(points([5] + [6] * 10)) == (Signal(SignalKind.RUN_ABOVE, 1, 10),)
    assert signals(points([5] + [4] * 10)) == ()
    assert signals(points([5] + [4] * 11)) == (Signal(SignalKind.RUN_BELOW, 1, 10),)


def test_runs_need_two_a_week() -> None:
    """Where fewer than 2 are expected nothing runs; exactly 2 are enough, one week less breaks."""
    assert signals(points([3] * 12, mean=1.99)) == ()
    assert signals(points([3] * 12, mean=2.0)) == (Signal(SignalKind.RUN_ABOVE, 0, 11),)
    mixed = points([3] * 9, mean=2.0) + points([3], mean=1.99) + points([3] * 9, mean=2.0)
    assert signals(mixed) == ()


def test_weeks_without_expectation_are_silent() -> None:
    """Nothing expected: no side, no signal; and no weeks at all: no signals."""
    unknown = points([900] * 12, mean=None)
    assert {point.side for point in unknown} == {0}
    assert signals(unknown) == ()
    assert signals([]) == ()


def test_sides() -> None:
    """Above, on and below the expected count."""
    assert [point.side for point in points([6, 5, 4])] == [1, 0, -1]
