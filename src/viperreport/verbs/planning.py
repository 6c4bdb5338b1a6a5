"""What a run would take up: the slots that are due and in no ledger, and what forbids it.

It is a function of the ledger, the configuration and the clock alone, so `run`, `run --dry-run`
and `status` cannot disagree. Source: "What a run does" in docs/operating.md.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from viperreport.archive.reading import Edition, Seen, Whole
from viperreport.archive.states import UNFINISHED
from viperreport.errors import ConfigError, OnHoldError, UsageError
from viperreport.pipeline import Home
from viperreport.settings import BriefingSettings
from viperreport.slots import (
    FIRST_YEAR,
    LAST_YEAR,
    Slot,
    cut_off_of,
    describe,
    last_due,
    parse_cut_off,
    parse_schedule,
    slots_between,
)

FIRST_SIGHT = timedelta(minutes=30)  # a first run means the slot that it was started for
MISSED_AFTER = timedelta(minutes=30)  # a slot that is taken up later was missed
MOST_AT_ONCE = 3  # slots of a briefing; more were hardly missed, so perhaps the clock is wrong
CLOCK_STEP = timedelta(minutes=1)  # a clock put back by less is no reason to stop
SEVERITY = (1, 3, 5, 4, 6, 7, 8)  # of exit codes, the worst first
MISSED = "missed, and catch_up is none"
PASSED_OVER = "missed, and catch_up is latest: a newer one is to be sent"
CONFIRM = "viperreport run --catch-up --confirm"


@dataclass(frozen=True, slots=True)
class RunRequest:
    """What a run is asked to do.

    Args:
        briefing: one alone; empty for all.
        slot: one alone, such as 2016-05-30T06:00; empty for all that are due.
        confirmed: take up whatever is due, by the clock as it is.
        reason: why a slot that is filed is run again; empty for none in particular.
    """

    briefing: str = ""
    slot: str = ""
    confirmed: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Due:
    """A slot that is due and was not taken up."""

    briefing: str
    slot: Slot
    cut_off: date


@dataclass(frozen=True, slots=True)
class Block:
    """Why a run takes nothing up, and the exit code that it means."""

    said: str
    code: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run takes up.

    Args:
        seen: each briefing's schedule and watermark, as they are to be noted.
        unfinished: editions taken up before and not settled.
        block: what forbids all of it; None for nothing.
    """

    due: tuple[Due, ...]
    unfinished: tuple[Edition, ...]
    seen: tuple[tuple[str, Seen], ...]
    block: Block | None


def plan(home: Home, whole: Whole, asked: RunRequest, now: datetime) -> Plan:
    """What a run would take up at an instant.

    Raises:
        UsageError: no such briefing, or no such slot that is due.
    """
    briefings = _briefings(home, asked)
    due = tuple(each for briefing in briefings for each in _due(home, briefing, whole, now))
    if asked.slot:
        due = tuple(_slot_asked(home, briefings, asked.slot, now, whole))
    return Plan(
        due=tuple(sorted(due, key=lambda each: (each.slot.instant, each.briefing))),
        unfinished=tuple(each for each in whole.editions if _is_wanted(each, asked)),
        seen=tuple((each.name, _seen(each, whole, now)) for each in briefings),
        block=None if asked.confirmed else _block(due, whole, now, one=bool(asked.slot)),
    )


def is_backwards(whole: Whole, now: datetime) -> bool:
    """Whether the clock shows less than a run has seen."""
    return whole.newest is not None and now + CLOCK_STEP < whole.newest


def _briefings(home: Home, asked: RunRequest) -> tuple[BriefingSettings, ...]:
    if asked.briefing or asked.slot:
        return (home.settings.briefing(asked.briefing),)
    return home.settings.briefings


def _is_wanted(edition: Edition, asked: RunRequest) -> bool:
    if edition.state not in UNFINISHED:
        return False
    mine = not asked.briefing or edition.key.briefing == asked.briefing
    return mine and (not asked.slot or edition.slot == asked.slot)


def _seen(briefing: BriefingSettings, whole: Whole, now: datetime) -> Seen:
    """A briefing's watermark: its first sight under this schedule, or half an hour before.

    A first run that cron starts for a slot comes seconds after it, and means that slot.
    """
    every, cut_off = _words(briefing)
    known = _known(briefing, whole, now)
    if known is not None and (known.every, known.cut_off) == (every, cut_off):
        return known
    return Seen(every, cut_off, now - FIRST_SIGHT if known is None else now)


def _known(briefing: BriefingSettings, whole: Whole, now: datetime) -> Seen | None:
    """What was noted of a briefing, unless a clock that was wrong noted it."""
    known = whole.seen.get(briefing.name)
    return None if known is None or known.since > now else known


def _words(briefing: BriefingSettings) -> tuple[str, str]:
    return describe(parse_schedule(briefing.every)), " ".join(briefing.cut_off.lower().split())


def _due(home: Home, briefing: BriefingSettings, whole: Whole, now: datetime) -> list[Due]:
    """Slots due and not taken up, by the schedule under which they became due."""
    known = _known(briefing, whole, now)
    ruling = known or _seen(briefing, whole, now)
    taken = whole.taken(briefing.name)
    slots = slots_between(
        parse_schedule(ruling.every), home.zone, ruling.since, now + timedelta(microseconds=1)
    )
    rule = parse_cut_off(ruling.cut_off)
    return [
        Due(briefing.name, slot, cut_off_of(rule, slot)) for slot in slots if str(slot) not in taken
    ]


def _slot_asked(
    home: Home, briefings: tuple[BriefingSettings, ...], wanted: str, now: datetime, whole: Whole
) -> list[Due]:
    """The slot that was asked for, if it is one, is due, and was not taken up."""
    (briefing,) = briefings
    if wanted in whole.taken(briefing.name):
        return []
    schedule = parse_schedule(briefing.every)
    try:
        local = datetime.strptime(wanted, "%Y-%m-%dT%H:%M").replace(tzinfo=home.zone)
    except ValueError:
        raise UsageError(f"--slot {wanted}: write it as 2016-05-30T06:00") from None
    if not FIRST_YEAR <= local.year <= LAST_YEAR:
        raise UsageError(f"--slot {wanted}: its year is none from {FIRST_YEAR} to {LAST_YEAR}")
    near = timedelta(days=1)
    found = [
        slot
        for slot in slots_between(schedule, home.zone, local - near, local + near)
        if str(slot) == wanted
    ]
    if not found or found[0].instant > now:
        last = last_due(schedule, home.zone, now)
        raise UsageError(
            f"--slot {wanted}: is no slot of {briefing.name} that is due: the last one is {last}"
        )
    rule = parse_cut_off(briefing.cut_off)
    return [Due(briefing.name, found[0], cut_off_of(rule, found[0]))]


def _block(due: tuple[Due, ...], whole: Whole, now: datetime, *, one: bool) -> Block | None:
    if is_backwards(whole, now):
        return Block(
            f"the clock shows less than {whole.newest:%Y-%m-%d %H:%M} UTC, which a run has seen "
            f"here or on a machine that shares the ledger (it shows {now:%Y-%m-%d %H:%M}): nothing "
            "is taken up before the one that is wrong is set right",
            ConfigError.exit_code,
        )
    names = [each.briefing for each in due]
    most = max((names.count(name) for name in set(names)), default=0)
    if most > MOST_AT_ONCE and not one:
        return Block(
            f"{most} slots of a briefing are due at once, from {due[0].slot} on (was the machine "
            "off, or is its clock wrong?): nothing is taken up",
            OnHoldError.exit_code,
        )
    return None


def is_missed(home: Home, due: Due) -> bool:
    """Whether a slot is past its time for a briefing that is not to catch up."""
    return home.settings.briefing(due.briefing).catch_up == "none" and _is_past(home, due)


def is_passed_over(home: Home, due: Due, all_due: Iterable[Due]) -> bool:
    """Whether a slot is past its time for a briefing that sends only the newest, and is not it."""
    if home.settings.briefing(due.briefing).catch_up != "latest" or not _is_past(home, due):
        return False
    ours = (each.slot.instant for each in all_due if each.briefing == due.briefing)
    return due.slot.instant < max(ours)


def _is_past(home: Home, due: Due) -> bool:
    return home.clock() > due.slot.instant + MISSED_AFTER


def worst(codes: Iterable[int]) -> int:
    """The exit code of several."""
    found = set(codes) - {0}
    known = next((code for code in SEVERITY if code in found), 0)
    return known or max(found, default=0)
