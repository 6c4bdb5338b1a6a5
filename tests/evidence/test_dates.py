"""A time stamp means a day by the form and rule that the mapping states, and nothing else."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from viperreport.errors import ConfigError
from viperreport.evidence.dates import DateRule, end_of_day
from viperreport.model.source import TimeRule

NEW_YORK = "America/New_York"


def day(text: str, form: str = "%Y-%m-%d", rule: TimeRule = TimeRule.DATE) -> str:
    """Read one text in New York."""
    return DateRule(form, rule, NEW_YORK).days([text])[0]


@pytest.mark.parametrize(
    "text",
    ["2016-02-30", "2015-02-29", "now", "today", "NaT", "nan", "2016-05", "2016-05-01x", "1e3",
     "05/01/2016", "\uff12\uff10\uff11\uff16-05-01",
     "-2016-05-01", "2016-13-01", "2016-05-01 10:00"],
)  # fmt: skip
def test_what_is_not_in_the_form_is_no_date(text: str) -> None:
    """Neither 30 February nor the words that pandas reads as the present."""
    assert day(text) == ""


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)))
def test_every_day_is_read_in_every_form(given_day: date) -> None:
    """Days survive their being written."""
    for form in ("%Y-%m-%d", "%m/%d/%Y", "%d.%m.%Y", "%Y%m%d", "%d %b %Y"):
        assert day(given_day.strftime(form), form) == given_day.isoformat()


def test_digits_that_touch_are_not_split_by_guess() -> None:
    """2016111 is the 11th of January or the 1st of November."""
    assert day("20160111", "%Y%m%d") == "2016-01-11"
    assert day("2016111", "%Y%m%d") == ""
    assert day("20165", "%Y%m") == ""


@pytest.mark.parametrize("offset", ["", "Z", "+00", "+0000", "+00:00", " UTC", "-05"])
def test_the_date_rule_keeps_the_date_part(offset: str) -> None:
    """An offset behind a date that only looks like an instant changes nothing."""
    assert day(f"2016-05-01T00:00:00{offset}", "%Y-%m-%dT%H:%M:%S") == "2016-05-01"
    assert day(f"2016-05-01T23:30:00{offset}", "%Y-%m-%dT%H:%M:%S%z") == "2016-05-01"


def test_a_bare_date_has_no_offset_to_strip() -> None:
    """The day of an ISO date is no offset."""
    assert day("2016-05-01", rule=TimeRule.LOCAL_IGNORE_OFFSET) == "2016-05-01"


@pytest.mark.parametrize("offset", ["Z", "+00", "+0000", "+00:00"])
def test_a_false_offset_is_ignored_and_a_true_one_converted(offset: str) -> None:
    """03:30 UTC is the evening before in New York; a false offset leaves the wall clock."""
    text, form = f"2016-05-02T03:30:00{offset}", "%Y-%m-%dT%H:%M:%S"
    assert day(text, form, TimeRule.LOCAL_IGNORE_OFFSET) == "2016-05-02"
    assert day(text, form, TimeRule.UTC) == "2016-05-01"
    assert day(text, form + "%z", TimeRule.UTC) == "2016-05-01"
    assert day(text, form, TimeRule.LOCAL) == ""


def test_an_instant_with_an_offset_of_its_own_is_converted() -> None:
    """An offset that is not zero counts where the form says that there is one."""
    assert day("2016-05-02T03:30:00+0900", "%Y-%m-%dT%H:%M:%S%z", TimeRule.UTC) == "2016-05-01"
    assert day("2016-05-02T03:30:00+0900", "%Y-%m-%dT%H:%M:%S", TimeRule.UTC) == ""


@given(st.datetimes(datetime(1990, 1, 1), datetime(2030, 1, 1)))  # noqa: DTZ001 (UTC follows)
def test_utc_agrees_with_the_standard_library(moment: datetime) -> None:
    """Converted through both clock changes of every year."""
    from zoneinfo import ZoneInfo

    expected = moment.replace(tzinfo=UTC).astimezone(ZoneInfo(NEW_YORK)).date().isoformat()
    text = moment.strftime("%Y-%m-%d %H:%M:%S")
    assert day(text, "%Y-%m-%d %H:%M:%S", TimeRule.UTC) == expected


def test_forms_that_contradict_their_rule_are_refused() -> None:
    """An offset in local stamps, instants without time, and what is no form at all."""
    with pytest.raises(ConfigError, match="%z needs time_rule"):
        day("2016-05-01", "%Y-%m-%d%z", TimeRule.LOCAL)
    with pytest.raises(ConfigError, match="utc needs the time of day"):
        day("2016-05-01", "%Y-%m-%d", TimeRule.UTC)
    with pytest.raises(ConfigError, match="is no form of a date"):
        day("2016-05-01", "%Q")


def test_a_day_ends_at_the_next_local_midnight() -> None:
    """On the days of the clock changes, too."""
    assert end_of_day("2016-05-25", "Europe/London") == datetime(2016, 5, 25, 23, tzinfo=UTC)
    assert end_of_day("2016-03-27", "Europe/London") - end_of_day(
        "2016-03-26", "Europe/London"
    ) == timedelta(hours=23)
