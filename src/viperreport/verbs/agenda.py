"""The runs to come, in words: the verb `next`.

What is due already is in `due_runs`, which asks the ledger; the calendar does not.
"""

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
    previous_slot,
    slots_between,
)

# What a run does with a slot of a briefing that was missed, by its catch_up.
IF_MISSED = {
    "all": "the next run makes it",
    "latest": "the next run makes it, and of several sends the newest",
    "none": "after half an hour it is skipped",
}


@dataclass(frozen=True, slots=True)
class Run:
    """One run to come, or due and not taken up, and how it is said.

    Args:
        holiday: the listed holiday that it falls on; no run is left out for one.
        then: what becomes of it: of one to come, if it is missed; of one that is due, by the next
            run.
        due: whether it is due.
    """

    briefing: str
    slot: str
    instant: datetime
    cut_off: date
    holiday: str
    then: str
    said: str
    due: bool = False


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
    schedule, rule = parse_schedule(briefing.every), parse_cut_off(briefing.cut_off)
    cut_off = cut_off_of(rule, slot)
    then = f"if missed: {IF_MISSED[briefing.catch_up]}"
    if cut_off_of(rule, previous_slot(schedule, home.zone, slot)) == cut_off:
        then = "same cut-off as the run before: it is skipped"
    return run_of(home, briefing.name, slot, cut_off, then)


def run_of(home: Home, briefing: str, slot: Slot, cut_off: date, then: str) -> Run:
    """A run in words: when, of what, up to when, on which holiday, and what becomes of it."""
    holiday = dict(home.settings.holidays).get(slot.local.date(), "")
    said = f"{describe_slot(slot, home.zone)}: {briefing}, cut-off {cut_off}"
    said = "; ".join(filter(None, (said, holiday, then)))
    return Run(briefing, str(slot), slot.instant, cut_off, holiday, then, said)
