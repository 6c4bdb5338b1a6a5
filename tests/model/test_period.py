"""Which period answers to which: the rules of "Time" in docs/definitions.md."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from viperreport.model.period import (
    Period,
    PeriodKind,
    calendar_year,
    days_of,
    last_7_days,
    last_28_days,
    last_whole_month_end,
    month_of,
    months_ending,
    rest_of_year,
    same_day,
    same_period,
    weeks_ending,
    year_to_date,
)

DAYS = st.dates(date(1970, 1, 1), date(2100, 12, 31))
BACK = st.integers(1, 12)


def is_leap(year: int) -> bool:
    """Whether a year has a 29 February."""
    return (date(year, 3, 1) - date(year, 2, 1)).days == 29


def test_a_period_holds_a_day() -> None:
    """An empty period is refused, and both of its ends are said."""
    with pytest.raises(ValueError, match="2016-01-01"):
        Period(date(2016, 1, 1), date(2016, 1, 1), PeriodKind.MONTH)


@given(DAYS)
def test_year_to_date_is_every_day_from_new_year_to_the_cut_off(cut_off: date) -> None:
    """1 January and C are inside, the days around them are not, and each day is exposure."""
    period = year_to_date(cut_off)
    assert (period.start, period.last_day) == (date(cut_off.year, 1, 1), cut_off)
    assert period.days == cut_off.timetuple().tm_yday == len(list(days_of(period)))
    assert cut_off in period
    assert cut_off + timedelta(days=1) not in period
    assert date(cut_off.year - 1, 12, 31) not in period


@given(DAYS, BACK)
def test_the_same_period_of_an_earlier_year_keeps_month_and_day(cut_off: date, back: int) -> None:
    """1 January to the same month and day; 29 February answers to 28, and is never dropped."""
    period = year_to_date(cut_off)
    before = same_period(period, back)
    assert before.kind is period.kind
    assert before.start == date(cut_off.year - back, 1, 1)
    last = before.last_day
    if (cut_off.month, cut_off.day) == (2, 29) and not is_leap(last.year):
        assert (last.month, last.day) == (2, 28)
    else:
        assert (last.month, last.day) == (cut_off.month, cut_off.day)
    passed = (cut_off.month, cut_off.day) >= (2, 29)
    leap_days = is_leap(cut_off.year) - is_leap(last.year) if passed else 0
    assert period.days - before.days in {leap_days, is_leap(cut_off.year) * passed}


@pytest.mark.parametrize(
    ("cut_off", "then", "days"),
    [
        (date(2016, 2, 29), date(2015, 2, 28), (60, 59)),
        (date(2016, 2, 28), date(2015, 2, 28), (59, 59)),
        (date(2017, 2, 28), date(2016, 2, 28), (59, 59)),
        (date(2016, 5, 25), date(2015, 5, 25), (146, 145)),
        (date(2016, 1, 1), date(2015, 1, 1), (1, 1)),
        (date(2016, 12, 31), date(2015, 12, 31), (366, 365)),
    ],
)
def test_known_same_periods(cut_off: date, then: date, days: tuple[int, int]) -> None:
    """The leap day is exposure of the year that has it, and of no other."""
    period = year_to_date(cut_off)
    before = same_period(period)
    assert (before.last_day, period.days, before.days) == (then, *days)


@pytest.mark.parametrize(
    "kind", [PeriodKind.YEAR_TO_DATE, PeriodKind.FINANCIAL_YEAR_TO_DATE, PeriodKind.OPERATION]
)
def test_28_february_of_a_leap_year_answers_to_28_february(kind: PeriodKind) -> None:
    """The last day keeps its month and day, though the day after it does not exist every year."""
    start = date(2016, 1, 1) if kind is PeriodKind.YEAR_TO_DATE else date(2015, 4, 1)
    before = same_period(Period(start, date(2016, 2, 29), kind))
    assert before.last_day == date(2015, 2, 28)
    assert before.start == same_day(start, start.year - 1)


@given(DAYS, BACK)
def test_rolling_windows_move_by_whole_weeks(cut_off: date, back: int) -> None:
    """The comparator of 7 and 28 days is shifted 364 days a year: a week that the chart plots."""
    for period in (last_7_days(cut_off), last_28_days(cut_off)):
        before = same_period(period, back)
        assert before.last_day == period.last_day - timedelta(days=364 * back)
        assert before.last_day.weekday() == cut_off.weekday()
        assert (before.days, before.kind) == (period.days, period.kind)
        assert set(weeks_ending(before.last_day, 1)) <= set(weeks_ending(cut_off, 52 * back + 1))


@given(DAYS)
def test_28_days_are_the_last_four_weeks(cut_off: date) -> None:
    """4 x 7 days = 28 days."""
    weeks = weeks_ending(cut_off, 4)
    assert weeks[0].start == last_28_days(cut_off).start
    assert weeks[-1] == last_7_days(cut_off)
    assert sum(week.days for week in weeks) == last_28_days(cut_off).days == 28


@given(DAYS, st.integers(1, 120))
def test_weeks_end_on_the_weekday_of_the_cut_off(cut_off: date, number: int) -> None:
    """The newest week is whole and ends at C; they follow one another without gap or overlap."""
    weeks = weeks_ending(cut_off, number)
    assert len(weeks) == number
    assert weeks[-1].last_day == cut_off
    assert {week.last_day.weekday() for week in weeks} == {cut_off.weekday()}
    assert {week.days for week in weeks} == {7}
    assert all(a.end == b.start for a, b in pairwise(weeks))


@given(DAYS, st.integers(1, 60))
def test_months_are_whole_and_end_by_the_cut_off(cut_off: date, number: int) -> None:
    """The newest is the last whole month; none is cut, none is missing."""
    months = months_ending(cut_off, number)
    assert len(months) == number
    assert all(month == month_of(month.start) for month in months)
    assert all(a.end == b.start for a, b in pairwise(months))
    assert months[-1].last_day == last_whole_month_end(cut_off) <= cut_off
    assert months[-1].last_day + timedelta(days=31) >= cut_off


@given(DAYS)
def test_a_month_answers_to_the_same_month(day: date) -> None:
    """February of a leap year answers to the whole of another February."""
    month = month_of(day)
    before = same_period(month)
    assert (before.start.year, before.start.month) == (month.start.year - 1, month.start.month)
    assert before == month_of(before.start)


@given(DAYS)
def test_to_date_and_the_rest_are_the_year(cut_off: date) -> None:
    """Nothing is counted twice and nothing is left out; 31 December leaves no rest."""
    rest = rest_of_year(cut_off)
    whole = calendar_year(cut_off.year)
    assert year_to_date(cut_off).days + (rest.days if rest else 0) == whole.days
    assert (rest is None) == (cut_off == whole.last_day)


@given(DAYS, st.sampled_from(["year", "month", "7", "28"]), BACK)
def test_the_kind_never_changes(day: date, name: str, back: int) -> None:
    """What answers to a period is of its kind, so that unlike kinds cannot meet."""
    makers = {"year": calendar_year(day.year), "month": month_of(day)}
    makers |= {"7": last_7_days(day), "28": last_28_days(day)}
    assert same_period(makers[name], back).kind is makers[name].kind


def test_new_year_2016_is_no_week_of_2016() -> None:
    """An ISO week is a label only: 1 January 2016 lies in 2015-W53, and in the year 2016."""
    day = date(2016, 1, 1)
    assert day.isocalendar()[:2] == (2015, 53)
    assert day in year_to_date(day)
    assert str(year_to_date(date(2016, 5, 25))) == "2016-01-01 to 2016-05-25"
