"""The calendar keeps its promises: no slot lost, none twice, and a cut-off means one edition."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from viperreport.errors import UsageError
from viperreport.slots import (
    LAST_DAY,
    WEEKDAYS,
    CutOffKind,
    CutOffRule,
    Every,
    Schedule,
    Slot,
    cut_off_of,
    describe,
    describe_slot,
    following_slot,
    last_due,
    next_slots,
    parse_cut_off,
    parse_schedule,
    previous_slot,
    slots_between,
    timing_of,
)

LONDON = ZoneInfo("Europe/London")
ZONES = (
    "Europe/London",
    "America/New_York",
    "Pacific/Auckland",
    "Australia/Lord_Howe",  # its clocks move by half an hour
    "America/Sao_Paulo",  # its clocks moved at midnight
)
HALF_HOUR = timedelta(minutes=30)
DAY = timedelta(days=1)
WEEK = timedelta(days=7)

MONDAYS = parse_schedule("weekly on monday at 06:00")
DAILY = parse_schedule("daily at 06:00")
WORKDAYS = parse_schedule("weekdays at 06:00")
FIRSTS = parse_schedule("monthly on day 1 at 06:00")
YESTERDAY = parse_cut_off("yesterday")
WEDNESDAY = parse_cut_off("last wednesday")
SUNDAY = parse_cut_off("last sunday")
MONTH_END = parse_cut_off("end of last month")


def utc(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    """An instant, short enough to be read in an assertion."""
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


def slots_of(text: str, start: datetime, end: datetime, zone: ZoneInfo = LONDON) -> list[Slot]:
    """All slots of a schedule in words."""
    return list(slots_between(parse_schedule(text), zone, start, end))


def first_slot(text: str, after: datetime, zone: ZoneInfo = LONDON) -> Slot:
    """The first slot of a schedule in words that is later than an instant."""
    return next_slots(parse_schedule(text), zone, after, 1)[0]


# Clock changes, by name


def test_monday_midnight_after_the_spring_change() -> None:
    """Monday 00:00 on 30 March 2026, which APScheduler's own trigger loses in London, is a slot."""
    slots = slots_of("weekly on monday at 00:00", utc(2026, 3, 20), utc(2026, 4, 10))
    assert [str(slot) for slot in slots] == [
        "2026-03-23T00:00",
        "2026-03-30T00:00",
        "2026-04-06T00:00",
    ]
    assert [slot.instant for slot in slots] == [
        utc(2026, 3, 23),
        utc(2026, 3, 29, 23),
        utc(2026, 4, 5, 23),
    ]
    assert not any(slot.note for slot in slots)


def test_a_time_that_comes_twice_is_one_slot() -> None:
    """Sunday 01:30 on 25 October 2026 comes twice in London: one slot, the first; it says so."""
    slots = slots_of("weekly on sunday at 01:30", utc(2026, 10, 24), utc(2026, 10, 31))
    (slot,) = slots
    assert str(slot) == "2026-10-25T01:30"
    assert slot.instant == utc(2026, 10, 25, 0, 30)
    assert slot.note == "the clocks go back, 01:30 comes twice: the first"
    assert (
        describe_slot(slot, LONDON)
        == "Sun 25 Oct 2026 01:30 (00:30 UTC); the clocks go back, 01:30 comes twice: the first"
    )


def test_a_time_that_is_skipped_moves_forward() -> None:
    """Sunday 01:30 on 29 March 2026 is on no clock in London: it runs at 02:30, and it says so."""
    slots = slots_of("weekly on sunday at 01:30", utc(2026, 3, 28), utc(2026, 4, 4))
    (slot,) = slots
    assert str(slot) == "2026-03-29T01:30"
    assert slot.instant == utc(2026, 3, 29, 1, 30)
    assert f"{slot.instant.astimezone(LONDON):%H:%M}" == "02:30"
    assert (
        describe_slot(slot, LONDON) == "Sun 29 Mar 2026 02:30 (01:30 UTC); "
        "the clocks go forward, 01:30 is skipped: 02:30 instead"
    )


def test_a_day_that_never_was_still_has_its_slot() -> None:
    """Samoa left out 30 December 2011; the slot of that Friday runs a day later, once."""
    apia = ZoneInfo("Pacific/Apia")
    start, end = utc(2011, 12, 30, 12), utc(2012, 1, 1)  # from 02:00 on the 31st, civil time
    slots = slots_of("weekly on friday at 06:00", start, end, apia)
    assert [str(slot) for slot in slots] == ["2011-12-30T06:00"]
    assert f"{slots[0].instant.astimezone(apia):%d %H:%M}" == "31 06:00"
    daily = slots_of("daily at 06:00", utc(2011, 12, 28), utc(2012, 1, 3), apia)
    assert [slot.local.day for slot in daily] == [28, 29, 30, 31, 1, 2, 3]


def test_last_due_when_the_clock_goes_back_over_midnight() -> None:
    """A slot of Sunday 00:00 stays due while clocks that went back read Saturday 23:30 again."""
    newfoundland = ZoneInfo("America/St_Johns")
    now = utc(2010, 11, 7, 3)
    assert f"{now.astimezone(newfoundland):%a %H:%M}" == "Sat 23:30"
    assert str(last_due(parse_schedule("daily at 00:00"), newfoundland, now)) == "2010-11-07T00:00"


# Every half hour of the week, held against a list of all the instants there are


def wall_clock(zone: ZoneInfo, year: int) -> dict[datetime, datetime]:
    """Civil half hour → first instant at which a clock shows it, from Dec 31 to Jan 1."""
    shown: dict[datetime, datetime] = {}
    instant = utc(year - 1, 12, 30)
    while instant < utc(year + 1, 1, 3):
        shown.setdefault(instant.astimezone(zone).replace(tzinfo=None), instant)
        instant += HALF_HOUR
    return shown


def expected(shown: dict[datetime, datetime], local: datetime) -> datetime:
    """The instant of a civil time; in a gap, counted on from the last time shown before it."""
    before = local
    while before not in shown:
        before -= HALF_HOUR
    return shown[before] + (local - before)


def assert_once_a_week(zone_name: str, year: int, half_hours: Iterator[int]) -> None:
    """Every week of the year has its slot once, at the instant that the clocks give."""
    zone = ZoneInfo(zone_name)
    shown = wall_clock(zone, year)
    start, end = shown[datetime(year, 1, 1)], shown[datetime(year + 1, 1, 1)]  # noqa: DTZ001
    for half_hour in half_hours:
        weekday, at = divmod(half_hour, 48)
        hour, half = divmod(at, 2)
        schedule = Schedule(Every.WEEKLY, time(hour, 30 * half), weekday)
        new_year = date(year, 1, 1)
        day = new_year + DAY * ((weekday - new_year.weekday()) % 7)
        locals_ = [datetime.combine(day, schedule.at) + WEEK * k for k in range(53)]
        wanted = [(x, expected(shown, x)) for x in locals_ if x.year == year]
        slots = slots_between(schedule, zone, start, end)
        assert [(slot.local, slot.instant) for slot in slots] == wanted


@pytest.mark.parametrize("year", [2016, 2017, 2026, 2036])
@pytest.mark.parametrize("zone", ZONES)
def test_every_week_has_its_slot_once_sampled(zone: str, year: int) -> None:
    """The small hours of Sunday and Monday, and one half hour in eleven: once a week."""
    small_hours = [*range(8), *range(6 * 48, 6 * 48 + 8)]
    assert_once_a_week(zone, year, iter(sorted({*small_hours, *range(0, 336, 11)})))


@pytest.mark.slow
@pytest.mark.parametrize("year", range(2016, 2037))
@pytest.mark.parametrize("zone", ZONES)
def test_every_week_has_its_slot_once(zone: str, year: int) -> None:
    """Every half hour of the week, five zones, 21 years: each slot exactly once a week."""
    assert_once_a_week(zone, year, iter(range(336)))


# Which days


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("daily at 06:00", [26, 27, 28, 29, 1, 2, 3]),
        ("weekdays at 06:00", [26, 29, 1, 2, 3]),
        ("weekly on saturday at 06:00", [27]),
        ("monthly on day 28 at 06:00", [28]),
        ("monthly on last day at 06:00", [29]),
        ("monthly on day 1 at 06:00", [1]),
    ],
)
def test_the_days_of_each_kind(text: str, days: list[int]) -> None:
    """From Friday 26 February to Thursday 3 March 2016, over a leap day."""
    slots = slots_of(text, utc(2016, 2, 26), utc(2016, 3, 4))
    assert [slot.local.day for slot in slots] == days


def test_the_last_day_of_every_month() -> None:
    """A month's last day is its own, in February of a common year too."""
    slots = slots_of("monthly on last day at 06:00", utc(2017, 1, 1), utc(2018, 1, 1))
    days = [slot.local.day for slot in slots]
    assert days == [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]


def test_between_holds_its_start_and_not_its_end() -> None:
    """Two neighbouring spans share no slot and leave none out."""
    six = utc(2016, 5, 30, 5)
    assert [s.instant for s in slots_between(MONDAYS, LONDON, six, six + WEEK)] == [six]
    assert not list(slots_between(MONDAYS, LONDON, six - WEEK / 2, six))


def test_due_at_its_instant_and_next_only_after_it() -> None:
    """At 06:00 sharp Monday's slot is due, and the next one is a week away."""
    six = utc(2016, 5, 30, 5)
    second = timedelta(seconds=1)
    assert last_due(MONDAYS, LONDON, six).instant == six
    assert last_due(MONDAYS, LONDON, six - second).instant == six - WEEK
    assert next_slots(MONDAYS, LONDON, six, 1)[0].instant == six + WEEK
    assert next_slots(MONDAYS, LONDON, six - second, 1)[0].instant == six
    assert len(next_slots(MONDAYS, LONDON, six, 5)) == 5


def test_an_instant_without_an_offset_is_refused() -> None:
    """A naive datetime would be read in the machine's own zone: never."""
    naive = datetime(2016, 5, 30, 6)  # noqa: DTZ001
    with pytest.raises(ValueError, match="offset from UTC"):
        last_due(MONDAYS, LONDON, naive)
    with pytest.raises(ValueError, match="offset from UTC"):
        slots_between(MONDAYS, LONDON, naive, utc(2016, 6, 1))
    with pytest.raises(ValueError, match="offset from UTC"):
        next_slots(MONDAYS, LONDON, naive, 1)


# Words


@pytest.mark.parametrize(
    ("text", "schedule"),
    [
        ("weekly on monday at 06:00", Schedule(Every.WEEKLY, time(6), 0)),
        ("weekly on sunday at 23:30", Schedule(Every.WEEKLY, time(23, 30), 6)),
        ("  Weekly  on MONDAY at\t06:00 ", Schedule(Every.WEEKLY, time(6), 0)),
        ("daily at 00:00", Schedule(Every.DAILY, time(0))),
        ("weekdays at 18:05", Schedule(Every.WEEKDAYS, time(18, 5))),
        ("monthly on day 1 at 06:00", Schedule(Every.MONTHLY, time(6), 1)),
        ("monthly on day 28 at 06:00", Schedule(Every.MONTHLY, time(6), 28)),
        ("monthly on last day at 06:00", Schedule(Every.MONTHLY, time(6), LAST_DAY)),
    ],
)
def test_schedules_in_words(text: str, schedule: Schedule) -> None:
    """The words of the manual are read, whatever their case and spacing."""
    assert parse_schedule(text) == schedule


@pytest.mark.parametrize(
    "text", ["0 7 * * 1", "*/5 * * * *", "0 7 * * MON", "0 0 7 ? * 2", "@weekly"]
)
def test_cron_strings_are_refused_with_the_reason(text: str) -> None:
    """A cron string's weekdays mean two things: the message says so and shows the words."""
    with pytest.raises(ValueError, match="0 is Monday here and Sunday there") as caught:
        parse_schedule(text)
    assert '"weekly on monday at 06:00"' in str(caught.value)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("weakly on monday at 06:00", 'the nearest is "weekly"'),
        ("weekly on mnday at 06:00", 'the nearest is "monday"'),
        ("weekly on monday and friday at 06:00", "names one weekday"),
        ("hourly", "daily, weekdays, weekly or monthly"),
        ("", "daily, weekdays, weekly or monthly"),
        ("weekly on monday", '"weekly on monday" has no time of day'),
        ("weekly at 06:00", 'write "weekly on monday at 06:00"'),
        ("daily on monday at 06:00", 'write "daily at 06:00"'),
        ("weekdays on day 1 at 06:00", 'write "weekdays at 06:00"'),
        ("monthly at 06:00", 'write "monthly on day 1 at 06:00"'),
        ("monthly on monday at 06:00", 'write "monthly on day 1 at 06:00"'),
        ("monthly on day 29 at 06:00", "missing in some months"),
        ("monthly on day 31 at 06:00", '"monthly on last day at 06:00"'),
        ("monthly on day 32 at 06:00", "in no month"),
        ("monthly on day 0 at 06:00", "from 1 to 28"),
        ("daily at 24:00", "from 00:00 to 23:59"),
        ("daily at 06:60", "from 00:00 to 23:59"),
        ("daily at 6:00", 'perhaps "06:00"'),
        ("daily at 06:00 pm", '"18:30"'),
        ("daily at ٠٦:00", "no time"),
    ],
)
def test_a_faulty_schedule_says_what_to_write(text: str, says: str) -> None:
    """One line, with the fault and what would be right."""
    with pytest.raises(ValueError, match=r".") as caught:
        parse_schedule(text)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


def test_cut_offs_in_words() -> None:
    """Every form of the manual is read, for every weekday."""
    assert parse_cut_off(" Yesterday") == CutOffRule(CutOffKind.YESTERDAY)
    assert parse_cut_off("end of  last MONTH") == CutOffRule(CutOffKind.END_OF_LAST_MONTH)
    for number, name in enumerate(WEEKDAYS):
        rule = CutOffRule(CutOffKind.LAST_WEEKDAY, number)
        assert parse_cut_off(f"last {name}") == rule


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("yesterdy", 'the nearest is "yesterday"'),
        ("sunday", 'the nearest is "last sunday"'),
        ("last sundey", 'the nearest is "last sunday"'),
        ("end of month", 'the nearest is "end of last month"'),
        ("today", 'or end of last month, not "today"'),
        ("", "a cut-off is yesterday"),
    ],
)
def test_a_faulty_cut_off_says_what_to_write(text: str, says: str) -> None:
    """One line, with all the words and the nearest."""
    with pytest.raises(ValueError, match=r".") as caught:
        parse_cut_off(text)
    assert says in str(caught.value)


def test_schedules_are_described_in_words() -> None:
    """Weekdays have their capital, and a month's last day its name."""
    assert describe(MONDAYS) == "weekly on Monday at 06:00"
    assert describe(DAILY) == "daily at 06:00"
    assert describe(FIRSTS) == "monthly on day 1 at 06:00"
    assert describe(Schedule(Every.MONTHLY, time(6), LAST_DAY)) == "monthly on last day at 06:00"


def test_slots_are_described_in_words() -> None:
    """Local time first, then UTC, with its day where that is another."""
    monday = first_slot("weekly on monday at 06:00", utc(2016, 5, 25))
    assert describe_slot(monday, LONDON) == "Mon 30 May 2016 06:00 (05:00 UTC)"
    auckland = ZoneInfo("Pacific/Auckland")
    monday = first_slot("weekly on monday at 06:00", utc(2016, 5, 3), auckland)
    assert describe_slot(monday, auckland) == "Mon 9 May 2016 06:00 (18:00 UTC on Sun 8 May)"


# Cut-offs


@pytest.mark.parametrize(
    ("rule", "day", "cut_off"),
    [
        (YESTERDAY, date(2016, 3, 1), date(2016, 2, 29)),
        (WEDNESDAY, date(2016, 5, 30), date(2016, 5, 25)),
        (SUNDAY, date(2016, 5, 30), date(2016, 5, 29)),
        (SUNDAY, date(2016, 5, 29), date(2016, 5, 22)),
        (SUNDAY, date(2016, 5, 28), date(2016, 5, 22)),
        (MONTH_END, date(2016, 3, 1), date(2016, 2, 29)),
        (MONTH_END, date(2016, 3, 31), date(2016, 2, 29)),
        (MONTH_END, date(2016, 1, 4), date(2015, 12, 31)),
    ],
)
def test_the_cut_off_of_a_slot(rule: CutOffRule, day: date, cut_off: date) -> None:
    """A "last sunday" is before the slot's day, on a Sunday too; a month's end is the last."""
    slot = Slot(datetime.combine(day, time(6)), utc(day.year, day.month, day.day, 6))
    assert cut_off_of(rule, slot) == cut_off


def test_the_demo_edition() -> None:
    """25 May 2016 is counted by the slot of Monday 30 May, 06:00 in London, issue 21.

    By hand, the Wednesdays of 2016 up to it: January 6 13 20 27 (4), February 3 10 17 24 (8),
    March 2 9 16 23 30 (13), April 6 13 20 27 (17), May 4 11 18 25 (21).
    """
    timing = timing_of(MONDAYS, WEDNESDAY, LONDON, date(2016, 5, 25))
    assert str(timing.slot) == "2016-05-30T06:00"
    assert timing.slot is not None
    assert timing.slot.instant == utc(2016, 5, 30, 5)
    assert timing.issue == 21
    assert timing.previous_cut_off == date(2016, 5, 18)
    assert timing.previous_instant == utc(2016, 5, 23, 5)
    assert timing.window == date(2016, 5, 19)
    assert str(timing.next_slot) == "2016-06-06T06:00"
    assert timing.next_cut_off == date(2016, 6, 1)


def test_the_first_issue_of_a_year() -> None:
    """Issue 1 is the first cut-off in the year; its predecessor lies in the old one."""
    timing = timing_of(MONDAYS, WEDNESDAY, LONDON, date(2016, 1, 6))
    assert str(timing.slot) == "2016-01-11T06:00"
    assert timing.issue == 1
    assert timing.previous_cut_off == date(2015, 12, 30)
    assert timing.window == date(2015, 12, 31)


def test_a_january_slot_with_a_december_cut_off_belongs_to_the_old_year() -> None:
    """The slot of 4 January 2016 counts to 30 December 2015: issue 52 of 2015.

    Its Wednesdays begin on 7 January, day 7; 30 December is day 364; (364 - 7) / 7 + 1 = 52.
    """
    timing = timing_of(MONDAYS, WEDNESDAY, LONDON, date(2015, 12, 30))
    assert str(timing.slot) == "2016-01-04T06:00"
    assert timing.issue == 52
    assert timing.next_cut_off == date(2016, 1, 6)


@pytest.mark.parametrize(
    ("schedule", "rule", "cut_off", "issue"),
    [
        (MONDAYS, YESTERDAY, date(2017, 1, 1), 1),  # a Sunday: Monday 2 January counts it
        (DAILY, YESTERDAY, date(2016, 1, 1), 1),
        (DAILY, YESTERDAY, date(2016, 12, 31), 366),
        (WORKDAYS, YESTERDAY, date(2016, 1, 3), 1),  # Sunday, counted on Monday
        (WORKDAYS, YESTERDAY, date(2016, 1, 7), 5),  # then Monday to Thursday
        (FIRSTS, YESTERDAY, date(2016, 12, 31), 12),
        (FIRSTS, MONTH_END, date(2016, 2, 29), 2),
        (DAILY, SUNDAY, date(2016, 1, 10), 2),  # one edition a week
        (MONDAYS, MONTH_END, date(2016, 3, 31), 3),  # and one a month
        (FIRSTS, SUNDAY, date(2016, 1, 31), 1),  # counted on 1 February; 27 Dec on 1 January
    ],
)
def test_issue_numbers(schedule: Schedule, rule: CutOffRule, cut_off: date, issue: int) -> None:
    """An issue's number counts the distinct cut-offs of its cut-off's year."""
    assert timing_of(schedule, rule, LONDON, cut_off).issue == issue


def test_slots_that_share_a_cut_off_are_one_edition() -> None:
    """Daily slots with "last sunday": the Monday's counts, before and after it too."""
    timing = timing_of(DAILY, SUNDAY, LONDON, date(2016, 5, 22))
    assert str(timing.slot) == "2016-05-23T06:00"
    assert timing.previous_cut_off == date(2016, 5, 15)
    assert timing.previous_instant == utc(2016, 5, 16, 5)
    assert str(timing.next_slot) == "2016-05-30T06:00"
    assert timing.next_cut_off == date(2016, 5, 29)


def test_a_weekend_lies_between_two_editions_on_weekdays() -> None:
    """Monday's edition on weekdays counts Friday, Saturday and Sunday."""
    timing = timing_of(WORKDAYS, YESTERDAY, LONDON, date(2016, 5, 29))
    assert timing.previous_cut_off == date(2016, 5, 26)
    assert timing.window == date(2016, 5, 27)


@pytest.mark.parametrize(
    ("schedule", "rule", "cut_off", "previous", "next_cut_off"),
    [
        (MONDAYS, WEDNESDAY, date(2016, 5, 26), date(2016, 5, 19), date(2016, 6, 1)),
        (MONDAYS, WEDNESDAY, date(2016, 5, 24), date(2016, 5, 17), date(2016, 5, 25)),
        (WORKDAYS, YESTERDAY, date(2016, 5, 28), date(2016, 5, 27), date(2016, 5, 29)),
        (DAILY, SUNDAY, date(2016, 5, 25), date(2016, 5, 24), date(2016, 5, 29)),
        (FIRSTS, YESTERDAY, date(2016, 5, 15), date(2016, 4, 15), date(2016, 5, 31)),
        (FIRSTS, YESTERDAY, date(2016, 1, 15), date(2015, 12, 15), date(2016, 1, 31)),
        (FIRSTS, SUNDAY, date(2016, 3, 31), date(2016, 2, 29), date(2016, 4, 24)),
    ],
)
def test_a_cut_off_off_the_schedule(
    schedule: Schedule, rule: CutOffRule, cut_off: date, previous: date, next_cut_off: date
) -> None:
    """It has no slot and no issue number, and is compared with one period earlier."""
    timing = timing_of(schedule, rule, LONDON, cut_off)
    assert timing.slot is None
    assert timing.issue is None
    assert timing.previous_cut_off == previous
    assert timing.window == previous + DAY
    assert timing.next_cut_off == next_cut_off
    assert cut_off_of(rule, timing.next_slot) == next_cut_off


def test_the_previous_instant_off_the_schedule() -> None:
    """A Monday slot counts to the Wednesday five days before: so long after is its instant."""
    timing = timing_of(MONDAYS, WEDNESDAY, LONDON, date(2016, 5, 26))
    assert timing.previous_instant == utc(2016, 5, 24, 5)
    friday = timing_of(WORKDAYS, YESTERDAY, LONDON, date(2016, 5, 27))
    assert friday.previous_cut_off == date(2016, 5, 26)  # which is on the schedule
    assert friday.previous_instant == utc(2016, 5, 27, 5)


@pytest.mark.parametrize("cut_off", [date.min, date(1899, 12, 31), date(2200, 1, 1), date.max])
def test_a_cut_off_in_no_sensible_year_is_refused(cut_off: date) -> None:
    """A slip of the finger is a usage error, never a traceback."""
    with pytest.raises(UsageError, match="between 1900 and 2199"):
        timing_of(MONDAYS, YESTERDAY, LONDON, cut_off)


@pytest.mark.parametrize("cut_off", [date(1900, 1, 1), date(2199, 12, 31)])
def test_the_ends_of_the_calendar_hold(cut_off: date) -> None:
    """The first and the last day that may be asked for have an answer."""
    timing = timing_of(FIRSTS, SUNDAY, LONDON, cut_off)
    assert timing.previous_cut_off < cut_off < timing.next_cut_off


# Whatever the schedule, the zone and the day

times = st.builds(time, st.integers(0, 23), st.integers(0, 59))
schedules = st.one_of(
    st.builds(Schedule, st.sampled_from([Every.DAILY, Every.WEEKDAYS]), times),
    st.builds(Schedule, st.just(Every.WEEKLY), times, st.integers(0, 6)),
    st.builds(Schedule, st.just(Every.MONTHLY), times, st.sampled_from([*range(1, 29), LAST_DAY])),
)
rules = st.one_of(
    st.sampled_from([YESTERDAY, MONTH_END]),
    st.builds(CutOffRule, st.just(CutOffKind.LAST_WEEKDAY), st.integers(0, 6)),
)
zones = st.sampled_from([ZoneInfo(name) for name in (*ZONES, "Asia/Tehran", "Asia/Kathmandu")])
instants = st.datetimes(
    datetime(2000, 1, 1),  # noqa: DTZ001
    datetime(2050, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)
unhurried = settings(deadline=None)  # a busy machine is no fault
dates = st.dates(date(2000, 1, 1), date(2050, 1, 1))


@unhurried
@given(schedules)
def test_what_is_described_is_read_back(schedule: Schedule) -> None:
    """The words of a schedule are the schedule."""
    assert parse_schedule(describe(schedule)) == schedule


@unhurried
@given(schedules, zones, instants)
def test_now_lies_between_the_last_slot_and_the_next(
    schedule: Schedule, zone: ZoneInfo, now: datetime
) -> None:
    """What is due is not later than now; what follows it is, and is the first of the next."""
    due = last_due(schedule, zone, now)
    following = following_slot(schedule, zone, due)
    assert due.instant <= now < following.instant
    assert next_slots(schedule, zone, now, 1) == (following,)
    assert previous_slot(schedule, zone, following) == due


@unhurried
@given(schedules, zones, instants)
def test_slots_only_ever_go_forward(schedule: Schedule, zone: ZoneInfo, now: datetime) -> None:
    """In civil time and in instants, and each is the one that follows the last."""
    slots = next_slots(schedule, zone, now, 8)
    for a, b in pairwise(slots):
        assert a.local < b.local
        assert a.instant < b.instant
        assert following_slot(schedule, zone, a) == b
    assert tuple(slots_between(schedule, zone, slots[0].instant, slots[-1].instant)) == slots[:-1]


@unhurried
@given(schedules, rules, zones, instants)
def test_a_slot_and_its_cut_off_find_each_other(
    schedule: Schedule, rule: CutOffRule, zone: ZoneInfo, now: datetime
) -> None:
    """A cut-off is before its slot's day, and leads to the first slot that gives it."""
    slot = last_due(schedule, zone, now)
    cut_off = cut_off_of(rule, slot)
    assert cut_off < slot.local.date()
    first = timing_of(schedule, rule, zone, cut_off).slot
    assert first is not None
    assert first.instant <= slot.instant
    assert cut_off_of(rule, first) == cut_off
    assert cut_off_of(rule, previous_slot(schedule, zone, first)) < cut_off


@unhurried
@given(schedules, rules, zones, dates)
def test_editions_form_one_chain(
    schedule: Schedule, rule: CutOffRule, zone: ZoneInfo, cut_off: date
) -> None:
    """From any day the next edition is on the schedule and, if this one is, comes right after it.

    Its issue is one higher, or 1 in a new year, and its predecessor is this cut-off, at the
    instant of this slot.
    """
    timing = timing_of(schedule, rule, zone, cut_off)
    after = timing_of(schedule, rule, zone, timing.next_cut_off)
    assert timing.previous_cut_off < cut_off < timing.next_cut_off
    assert after.slot == timing.next_slot
    assert after.issue is not None
    if timing.slot is not None and timing.issue is not None:
        assert after.previous_cut_off == cut_off
        assert after.previous_instant == timing.slot.instant
        new_year = cut_off.year != timing.next_cut_off.year
        assert after.issue == (1 if new_year else timing.issue + 1)
