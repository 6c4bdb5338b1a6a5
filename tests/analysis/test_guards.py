from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from viperreport.analysis.guards import TELLING, coverage_end, held_from, silence_is_telling

LOAD_DAY = date(2016, 5, 30)


def test_silence() -> None:
    """More than 4.6 expected records must be missing; 4.6 themselves are not enough."""
    assert not silence_is_telling(1, 1679)  # exactly 4.6 a day
    assert silence_is_telling(1, 1680)
    assert not silence_is_telling(1679, 1)
    assert silence_is_telling(1680, 1)
    assert not silence_is_telling(0, 10**6)
    assert not silence_is_telling(10**6, 0)


def test_threshold_is_one_percent() -> None:
    """A Poisson count of more than 4.6 expected is 0 in at most about 1 % of cases."""
    assert stats.poisson.pmf(0, TELLING) == pytest.approx(0.01, abs=1e-4)


def test_coverage_without_a_declared_date() -> None:
    """The day before the load, however few days before it the newest record lies."""
    assert coverage_end(None, LOAD_DAY, date(2016, 5, 29), 1000) == date(2016, 5, 29)
    assert coverage_end(None, LOAD_DAY, date(2016, 5, 28), 1000) == date(2016, 5, 29)


def test_declared_date_goes_first() -> None:
    """A declared date counts, also where newer records are held."""
    assert coverage_end(date(2016, 5, 25), LOAD_DAY, date(2016, 5, 24), 1000) == date(2016, 5, 25)
    assert coverage_end(date(2016, 5, 25), LOAD_DAY, date(2016, 5, 28), 9999) == date(2016, 5, 25)


@pytest.mark.parametrize("declared", [None, date(2016, 5, 29)])
def test_stale_silence_ends_coverage(declared: date | None) -> None:
    """After 10 days of silence 168 a year are stale, 167 are not, declared or not."""
    newest = date(2016, 5, 19)
    assert coverage_end(declared, LOAD_DAY, newest, 168) == newest
    assert coverage_end(declared, LOAD_DAY, newest, 167) == date(2016, 5, 29)


def test_held_from_a_stated_day() -> None:
    """What the mapping states stands, whatever the records say."""
    assert held_from(date(2006, 1, 1), 2000, date(2006, 3, 1)) == date(2006, 3, 1)


def test_held_from_new_year() -> None:
    """A first record on 3 January, where chance explains two silent days: held from the 1st."""
    assert held_from(date(2010, 1, 3), 800, None) == date(2010, 1, 1)
    assert held_from(date(2010, 1, 1), 10**6, None) == date(2010, 1, 1)


def test_partial_first_year() -> None:
    """A source that starts on 28 February is held from that day; a sparse one may start late."""
    assert held_from(date(2010, 2, 28), 300, None) == date(2010, 2, 28)
    assert held_from(date(2010, 2, 28), 28, None) == date(2010, 1, 1)
    assert held_from(date(2010, 2, 28), 29, None) == date(2010, 2, 28)  # 58 days: 4.608


@given(st.dates(date(2000, 1, 1), date(2030, 1, 1)), st.integers(0, 5000))
def test_held_from_lies_in_the_first_year(first: date, records: int) -> None:
    """Never after the first record, never in another year."""
    held = held_from(first, records, None)
    assert held <= first
    assert held.year == first.year


@given(
    st.none() | st.dates(date(2015, 1, 1), LOAD_DAY),
    st.dates(date(2015, 1, 1), LOAD_DAY),
    st.integers(0, 5000),
)
def test_coverage_never_outruns_its_ground(
    declared: date | None, newest: date, records: int
) -> None:
    """Coverage is one of the two days that can be its end, and never after what was stated."""
    end = coverage_end(declared, LOAD_DAY, newest, records)
    stated = declared or date(2016, 5, 29)
    assert end in {stated, newest}
    assert end <= stated
