"""The runs to come, in words: the verb `next`."""

from dataclasses import dataclass
from datetime import date, datetime

from viperreport.errors import UsageError
from viperreport.gathering import end_of_day
from viperreport.model.period import ONE_DAY
from viperreport.pipeline import Home
from viperreport.settings import BriefingSettings
from viperreport.slots import (
    FIRST_YEAR,
    LAST_YEAR,
    Slot,
    cut_off_of,
    describe_slot,
    next_slots,
    parse_cut_off,
    parse_schedule,
    slots_between,
)


@dataclass(frozen=True, slots=True)
class Run:
    """One run to come, and how it is said."""

    briefing: str
    slot: str
    instant: datetime
    cut_off: date
    said: str


def next_runs(home: Home, briefing: str, number: int, now: datetime | None = None) -> list[Run]:
    """The runs to come, of one briefing or of all, soonest first.

    Args:
        now: an instant; None for the home's clock.
    """
    now = now or home.clock()
    runs = [
        _run(home, each, slot)
        for each in _briefings(home, briefing)
        for slot in next_slots(parse_schedule(each.every), home.zone, now, number)
    ]
    return sorted(runs, key=lambda run: (run.instant, run.briefing))[:number]


def runs_between(home: Home, briefing: str, first: date, last: date) -> list[Run]:
    """The runs of some days, both ends included.

    Raises:
        UsageError: the days are in the wrong order, or the calendar ends before them.
    """
    if last < first:
        raise UsageError(f"--to {last} is before --from {first}")
    if first.year < FIRST_YEAR or last.year > LAST_YEAR:
        raise UsageError(
            f"--from {first} --to {last}: beyond the calendar: "
            f"choose years from {FIRST_YEAR} to {LAST_YEAR}"
        )
    start, end = end_of_day(first - ONE_DAY, home.zone), end_of_day(last, home.zone)
    runs = [
        _run(home, each, slot)
        for each in _briefings(home, briefing)
        for slot in slots_between(parse_schedule(each.every), home.zone, start, end)
    ]
    return sorted(runs, key=lambda run: (run.instant, run.briefing))


def _briefings(home: Home, name: str) -> tuple[BriefingSettings, ...]:
    return (home.settings.briefing(name),) if name else home.settings.briefings


def _run(home: Home, briefing: BriefingSettings, slot: Slot) -> Run:
    cut_off = cut_off_of(parse_cut_off(briefing.cut_off), slot)
    said = f"{describe_slot(slot, home.zone)}: {briefing.name}, cut-off {cut_off}"
    return Run(briefing.name, str(slot), slot.instant, cut_off, said)
