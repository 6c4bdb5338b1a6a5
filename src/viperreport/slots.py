"""The calendar: which slots there are, which are due, and what a cut-off means on a schedule.

A slot is civil local time, found by walking calendar dates; its instant follows from it. Adding
24 hours to instants instead loses Monday 00:00 in the week after the clocks go forward. There is
no clock in here: "now" is always an argument.

Source: "Slots" in docs/decisions.md, "Time" and "Revisions" in docs/definitions.md.
"""

import calendar
import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import islice, takewhile
from typing import Final
from zoneinfo import ZoneInfo

from viperreport.errors import UsageError
from viperreport.model.period import ONE_DAY, WEEK, last_whole_month_end

WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
SATURDAY: Final = 5
LAST_DAY: Final = 31  # day 31, or the last that the month has
LAST_SAFE_DAY: Final = 28  # every month has it
FIRST_YEAR, LAST_YEAR = 1900, 2199  # of a cut-off: others are slips of the finger

# A clock change may move a slot, or the present, to a neighbouring civil day: walks begin early.
_MARGIN: Final = timedelta(days=2)
_CRON: Final = re.compile(r"@[a-z]+|([0-9*?/,-]+ ){2}[^ ]+ [^ ]+ [^ ]+( [^ ]+)*")
_CLOCK: Final = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")


class Every(StrEnum):
    """How often, with an example of each as it is written in the configuration."""

    DAILY = "daily"
    WEEKDAYS = "weekdays"
    WEEKLY = "weekly"
    MONTHLY = "monthly"

    @property
    def example(self) -> str:
        """A whole schedule of this kind, in words."""
        on = {Every.WEEKLY: " on monday", Every.MONTHLY: " on day 1"}.get(self, "")
        return f'"{self}{on} at 06:00"'


class CutOffKind(StrEnum):
    """The ways of fixing a cut-off."""

    YESTERDAY = "yesterday"
    LAST_WEEKDAY = "last weekday"
    END_OF_LAST_MONTH = "end of last month"


@dataclass(frozen=True, slots=True)
class Schedule:
    """When slots are: at most one on a civil day.

    `day` is the weekday of a weekly schedule (0 = Monday), the day of the month of a monthly one
    (1 to 28, or LAST_DAY), and 0 for others.
    """

    every: Every
    at: time
    day: int = 0

    def falls_on(self, day: date) -> bool:
        """Say whether a civil day has a slot."""
        match self.every:
            case Every.DAILY:
                return True
            case Every.WEEKDAYS:
                return day.weekday() < SATURDAY
            case Every.WEEKLY:
                return day.weekday() == self.day
            case Every.MONTHLY:
                return day.day == min(self.day, calendar.monthrange(day.year, day.month)[1])


@dataclass(frozen=True, slots=True)
class CutOffRule:
    """The last whole day that a slot counts, always before the slot's own day.

    `weekday` (0 = Monday) is for LAST_WEEKDAY only.
    """

    kind: CutOffKind
    weekday: int = 0

    def before(self, day: date) -> date:
        """The cut-off of a slot on a civil day."""
        match self.kind:
            case CutOffKind.YESTERDAY:
                return day - ONE_DAY
            case CutOffKind.LAST_WEEKDAY:
                return day - ONE_DAY * ((day.weekday() - self.weekday - 1) % 7 + 1)
            case CutOffKind.END_OF_LAST_MONTH:
                return last_whole_month_end(day - ONE_DAY)


_CUT_OFFS: Final = {
    "yesterday": CutOffRule(CutOffKind.YESTERDAY),
    **{
        f"last {name.lower()}": CutOffRule(CutOffKind.LAST_WEEKDAY, number)
        for number, name in enumerate(WEEKDAYS)
    },
    "end of last month": CutOffRule(CutOffKind.END_OF_LAST_MONTH),
}


@dataclass(frozen=True, slots=True)
class Slot:
    """One run that should be.

    Attributes:
        local: civil time as scheduled, naive; the slot's identity, even where no clock shows it.
        instant: when that is, in UTC. A time that comes twice is the first; a time that the
            clocks skip is as much later as they skip.
        note: what a clock change does to it, in words; empty for nearly all.
    """

    local: datetime
    instant: datetime
    note: str = ""

    def __str__(self) -> str:
        """Give the slot's name, such as 2026-03-30T00:00."""
        return self.local.isoformat(timespec="minutes")


@dataclass(frozen=True, slots=True)
class Timing:
    """Where a cut-off stands on a schedule.

    Attributes:
        cut_off: the last whole day counted.
        slot: the first slot with this cut-off; None off the schedule.
        issue: its ordinal among the distinct cut-offs of the cut-off's year; None off the schedule.
        previous_cut_off: that of the edition before; off the schedule, one period earlier.
        previous_instant: the slot of the previous cut-off, in UTC; where it is itself off the
            schedule, the instant as long after it as the slot that follows is after its own.
        next_slot: the first slot with a later cut-off.
        next_cut_off: that slot's cut-off.
    """

    cut_off: date
    slot: Slot | None
    issue: int | None
    previous_cut_off: date
    previous_instant: datetime
    next_slot: Slot
    next_cut_off: date

    @property
    def window(self) -> date:
        """The first day of the reporting period: the one after the previous cut-off."""
        return self.previous_cut_off + ONE_DAY


def parse_schedule(text: str) -> Schedule:
    """Read a schedule written in words; case and extra spaces do not matter.

    Raises:
        ValueError: one line that says what is not understood and what to write instead.
    """
    plain = _plain(text)
    if _CRON.fullmatch(plain):
        raise ValueError(
            f'"{plain}" is a cron string, in which 1 is Monday to some programs and Tuesday to '
            f"others (0 is Monday here and Sunday there): write {Every.WEEKLY.example}"
        )
    days, at, clock = plain.partition(" at ")
    name, *on = days.split() or [""]
    every = Every(_known(name, tuple(Every), "a schedule is daily, weekdays, weekly or monthly"))
    if not at:
        raise ValueError(f'"{plain}" has no time of day: write {every.example}')
    return Schedule(every, _parse_clock(clock), _parse_day(every, " ".join(on)))


def parse_cut_off(text: str) -> CutOffRule:
    """Read a cut-off written in words: "yesterday", "last sunday", "end of last month".

    Raises:
        ValueError: one line that says what is not understood and what to write instead.
    """
    words = "a cut-off is yesterday, last sunday (or another weekday) or end of last month"
    return _CUT_OFFS[_known(_plain(text), tuple(_CUT_OFFS), words)]


def describe(schedule: Schedule) -> str:
    """Give a schedule in words that `parse_schedule` reads back."""
    on = ""
    if schedule.every is Every.WEEKLY:
        on = f" on {WEEKDAYS[schedule.day]}"
    elif schedule.every is Every.MONTHLY:
        on = " on last day" if schedule.day == LAST_DAY else f" on day {schedule.day}"
    return f"{schedule.every}{on} at {schedule.at:%H:%M}"


def describe_slot(slot: Slot, zone: ZoneInfo) -> str:
    """Say when a slot runs by the clock on the wall and in UTC, and what a clock change does.

    Returns:
        for example "Mon 30 May 2016 06:00 (05:00 UTC)".
    """
    wall = slot.instant.astimezone(zone)
    other_day = "" if wall.date() == slot.instant.date() else f" on {_day_words(slot.instant)}"
    note = f"; {slot.note}" if slot.note else ""
    return (
        f"{_day_words(wall)} {wall.year} {wall:%H:%M} ({slot.instant:%H:%M} UTC{other_day}){note}"
    )


def cut_off_of(rule: CutOffRule, slot: Slot) -> date:
    """The last whole day that a slot counts."""
    return rule.before(slot.local.date())


def slots_between(
    schedule: Schedule, zone: ZoneInfo, start: datetime, end: datetime
) -> Iterator[Slot]:
    """The slots with start <= instant < end, in order; both ends are aware."""
    start, end = _in_utc(start), _in_utc(end)
    return takewhile(lambda slot: slot.instant < end, _slots_from(schedule, zone, start))


def next_slots(
    schedule: Schedule, zone: ZoneInfo, after: datetime, number: int
) -> tuple[Slot, ...]:
    """The first `number` slots later than an aware instant."""
    after = _in_utc(after)
    later = (slot for slot in _slots_from(schedule, zone, after) if slot.instant > after)
    return tuple(islice(later, number))


def last_due(schedule: Schedule, zone: ZoneInfo, now: datetime) -> Slot:
    """The newest slot that is not later than an aware instant."""
    now = _in_utc(now)
    days = _scheduled_days(schedule, now.astimezone(zone).date() + _MARGIN, -ONE_DAY)
    slots = (_slot_on(schedule, zone, day) for day in days)
    return next(slot for slot in slots if slot.instant <= now)


def previous_slot(schedule: Schedule, zone: ZoneInfo, slot: Slot) -> Slot:
    """The slot one earlier."""
    return _slot_on(schedule, zone, _day_before(schedule, slot.local.date()))


def following_slot(schedule: Schedule, zone: ZoneInfo, slot: Slot) -> Slot:
    """The slot one later."""
    day = next(_scheduled_days(schedule, slot.local.date() + ONE_DAY, ONE_DAY))
    return _slot_on(schedule, zone, day)


def timing_of(schedule: Schedule, rule: CutOffRule, zone: ZoneInfo, cut_off: date) -> Timing:
    """Place a cut-off on a schedule. Slots that share a cut-off are one edition, the first's.

    Raises:
        UsageError: a cut-off in no year that anyone means.
    """
    if not FIRST_YEAR <= cut_off.year <= LAST_YEAR:
        raise UsageError(
            f"cut-off {cut_off}: its year must lie between {FIRST_YEAR} and {LAST_YEAR}"
        )
    day = _first_day(schedule, rule, cut_off)
    on_schedule = rule.before(day) == cut_off
    if on_schedule:
        previous = rule.before(_day_before(schedule, day))
    else:
        previous = _one_period_earlier(schedule, cut_off)
    next_day = _first_day(schedule, rule, cut_off + ONE_DAY)
    return Timing(
        cut_off=cut_off,
        slot=_slot_on(schedule, zone, day) if on_schedule else None,
        issue=_issue(schedule, rule, cut_off) if on_schedule else None,
        previous_cut_off=previous,
        previous_instant=_slot_on(schedule, zone, _day_for(schedule, rule, previous)).instant,
        next_slot=_slot_on(schedule, zone, next_day),
        next_cut_off=rule.before(next_day),
    )


def _slot_on(schedule: Schedule, zone: ZoneInfo, day: date) -> Slot:
    """The slot of a civil day. fold=0 is the first of two, and in a gap the offset before it."""
    local = datetime.combine(day, schedule.at)
    first = local.replace(tzinfo=zone)
    instant = first.astimezone(UTC)
    if (second := first.replace(fold=1)).utcoffset() == first.utcoffset():
        return Slot(local, instant)
    if second.astimezone(UTC) > instant:
        return Slot(local, instant, f"the clocks go back, {local:%H:%M} comes twice: the first")
    moved = f"{instant.astimezone(zone):%H:%M}"
    return Slot(local, instant, f"the clocks go forward, {local:%H:%M} is skipped: {moved} instead")


def _slots_from(schedule: Schedule, zone: ZoneInfo, start: datetime) -> Iterator[Slot]:
    days = _scheduled_days(schedule, start.astimezone(zone).date() - _MARGIN, ONE_DAY)
    slots = (_slot_on(schedule, zone, day) for day in days)
    return (slot for slot in slots if slot.instant >= start)


def _scheduled_days(schedule: Schedule, start: date, step: timedelta) -> Iterator[date]:
    day = start
    while True:
        if schedule.falls_on(day):
            yield day
        day += step


def _day_before(schedule: Schedule, day: date) -> date:
    return next(_scheduled_days(schedule, day - ONE_DAY, -ONE_DAY))


def _first_day(schedule: Schedule, rule: CutOffRule, cut_off: date) -> date:
    """The first scheduled day whose cut-off is not before the one given."""
    days = _scheduled_days(schedule, cut_off + ONE_DAY, ONE_DAY)
    return next(day for day in days if rule.before(day) >= cut_off)


def _day_for(schedule: Schedule, rule: CutOffRule, cut_off: date) -> date:
    """The day of a cut-off's slot; off the schedule, as late after it as the next slot is."""
    day = _first_day(schedule, rule, cut_off)
    return cut_off + (day - rule.before(day))


def _issue(schedule: Schedule, rule: CutOffRule, cut_off: date) -> int:
    days = _scheduled_days(schedule, date(cut_off.year, 1, 1), ONE_DAY)
    so_far = takewhile(lambda known: known <= cut_off, map(rule.before, days))
    return len({known for known in so_far if known.year == cut_off.year})


def _one_period_earlier(schedule: Schedule, cut_off: date) -> date:
    if schedule.every is Every.WEEKLY:
        return cut_off - WEEK
    if schedule.every is Every.MONTHLY:
        last = cut_off.replace(day=1) - ONE_DAY
        return last.replace(day=min(cut_off.day, last.day))
    return cut_off - ONE_DAY


def _parse_clock(text: str) -> time:
    if found := _CLOCK.fullmatch(text):
        return time(int(found[1]), int(found[2]))
    hint = f', perhaps "0{text}"' if _CLOCK.fullmatch(f"0{text}") else ""
    raise ValueError(f'"{text}" is no time from 00:00 to 23:59, such as "06:00" or "18:30"{hint}')


def _parse_day(every: Every, on: str) -> int:
    """Read what stands between a schedule's first word and its time."""
    if every is Every.WEEKLY and on.startswith("on "):
        return _parse_weekday(on.removeprefix("on "))
    if every is Every.MONTHLY and on == "on last day":
        return LAST_DAY
    if every is Every.MONTHLY and (found := re.fullmatch(r"on day ([0-9]{1,2})", on)):
        return _parse_month_day(int(found[1]))
    if on or every in {Every.WEEKLY, Every.MONTHLY}:
        said = f"{every} {on}".strip()
        raise ValueError(f'"{said}" is not understood: write {every.example}')
    return 0


def _parse_month_day(day: int) -> int:
    if 1 <= day <= LAST_SAFE_DAY:
        return day
    why = "is missing in some months" if LAST_SAFE_DAY < day <= LAST_DAY else "is in no month"
    raise ValueError(
        f'"day {day}" {why}: write a day from 1 to {LAST_SAFE_DAY}, '
        f'or "monthly on last day at 06:00"'
    )


def _parse_weekday(word: str) -> int:
    names = tuple(name.lower() for name in WEEKDAYS)
    return names.index(_known(word, names, "a schedule names one weekday, monday to sunday"))


def _known(word: str, words: Sequence[str], all_words: str) -> str:
    """Give a word back if it is known.

    Raises:
        ValueError: it is not; says what all the words are and which is nearest.
    """
    if word in words:
        return word
    near = difflib.get_close_matches(word, words, n=1, cutoff=0.65)
    hint = f'; the nearest is "{near[0]}"' if near else ""
    raise ValueError(f'{all_words}, not "{word}"{hint}')


def _plain(text: str) -> str:
    return " ".join(text.lower().split())


def _in_utc(instant: datetime) -> datetime:
    if instant.utcoffset() is None:
        raise ValueError(f"an instant needs its offset from UTC: {instant}")
    return instant.astimezone(UTC)


def _day_words(day: date) -> str:
    return f"{WEEKDAYS[day.weekday()][:3]} {day.day} {MONTHS[day.month - 1]}"
