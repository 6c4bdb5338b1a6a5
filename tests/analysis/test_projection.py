import json
from collections import Counter
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from viperreport.analysis.compare import ENOUGH_WEEKS, dispersion
from viperreport.analysis.projection import Projection, may_project, project
from viperreport.model.period import (
    Period,
    calendar_year,
    rest_of_year,
    same_day,
    weeks_ending,
    year_to_date,
)

years = st.tuples(st.integers(0, 2000), st.integers(0, 2000))


def test_known_projections(real_data: Path) -> None:
    """Reference median and limits, to four places; A and Q given whole, a year of 0 beside them."""
    cases = json.loads((real_data / "statistics.json").read_text("utf-8"))["projection"]
    assert len(cases) == 3
    for known in cases:
        phi = float(Fraction(known["phi"]))
        earlier = [(0, 0), (known["A"], known["Q"])]
        made = project(known["a"], earlier, phi, known["tau"])
        assert made is not None
        assert made.median == pytest.approx(known["median"], abs=0.5001e-4)
        assert [made.low80, made.high80] == pytest.approx(known["p80"], abs=0.5001e-4)
        assert [made.low95, made.high95] == pytest.approx(known["p95"], abs=0.5001e-4)


def test_rule_held_in_new_york(new_york: dict[str, int]) -> None:
    """At day 145 the rule held in 11 of 11 years at 95 %, and in 10 of 11 at 80 %."""
    days = Counter(map(date.fromordinal, new_york.values()))
    inside80 = inside95 = 0
    for year in range(2008, 2019):
        made = _projected(days, date(year, 1, 1) + timedelta(days=144))
        actual = _count(days, calendar_year(year))
        inside80 += made.low80 <= actual <= made.high80
        inside95 += made.low95 <= actual <= made.high95
    print(f"\nheld in {inside95} of 11 years at 95 %, {inside80} of 11 at 80 %")  # noqa: T201
    assert (inside95, inside80) == (11, 10)


def _count(days: Counter[date], period: Period) -> int:
    return sum(count for day, count in days.items() if day in period)


def _projected(days: Counter[date], cut_off: date) -> Projection:
    """The projection that an edition with this cut-off would print."""
    earlier = []
    for year in range(max(2006, cut_off.year - 3), cut_off.year):
        then = same_day(cut_off, year)
        rest = rest_of_year(then)
        assert rest is not None
        earlier.append((_count(days, year_to_date(then)), _count(days, rest)))
    weeks = weeks_ending(cut_off - timedelta(days=28), 104)
    x = [_count(days, week) for week in weeks]
    phi = dispersion(x, [7] * 104, ENOUGH_WEEKS).phi
    made = project(_count(days, year_to_date(cut_off)), earlier, phi)
    assert made is not None
    return made


def test_two_complete_years_are_needed() -> None:
    """None and one year give no projection, two give one."""
    assert project(10, []) is None
    assert project(10, [(10, 20)]) is None
    assert project(10, [(10, 20), (10, 20)]) is not None


def test_only_the_last_three_years_speak() -> None:
    """A fourth year back changes nothing; the third does."""
    three = [(90, 140), (100, 150), (110, 160)]
    assert project(50, [(900, 1), *three]) == project(50, three)
    assert project(50, three) != project(50, three[1:])


@given(st.integers(0, 2000), st.lists(years, min_size=2, max_size=3), st.floats(1, 5))
def test_limits_are_in_order(so_far: int, earlier: list[tuple[int, int]], phi: float) -> None:
    """What was counted cannot be undone, and the wider interval holds the narrower."""
    made = project(so_far, earlier, phi)
    assert made is not None
    ends = [so_far, made.low95, made.low80, made.median, made.high80, made.high95]
    assert ends == sorted(ends)


def test_clustering_and_unlike_years_widen() -> None:
    """Greater phi and greater tau each push the limits out and leave the median."""
    earlier = [(100, 150), (110, 160)]
    plain = project(50, earlier)
    assert plain is not None
    for wide in (project(50, earlier, phi=1.5), project(50, earlier, tau=0.2)):
        assert wide is not None
        assert wide.median == plain.median
        assert wide.low95 < plain.low95
        assert wide.high95 > plain.high95


def test_negative_counts_refused() -> None:
    """A negative count is refused, now and in earlier years."""
    with pytest.raises(ValueError, match="negative"):
        project(-1, [(1, 1), (1, 1)])
    with pytest.raises(ValueError, match="negative"):
        project(1, [(1, 1), (1, -1)])


def test_days_on_which_to_project() -> None:
    """From day 90, 31 March or 30 in leap years, to 30 December; the first day is a setting."""
    assert not may_project(date(2015, 3, 30))
    assert may_project(date(2015, 3, 31))
    assert not may_project(date(2016, 3, 29))
    assert may_project(date(2016, 3, 30))
    assert may_project(date(2016, 12, 30))
    assert not may_project(date(2015, 12, 31))
    assert not may_project(date(2016, 12, 31))
    assert may_project(date(2016, 1, 2), from_day=2)
    assert not may_project(date(2016, 1, 1), from_day=2)
