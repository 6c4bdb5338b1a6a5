"""From which day to which day a source is complete, as its loads say at an instant.

Source: "Coverage and guards" in docs/definitions.md.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from viperreport.analysis import guards
from viperreport.evidence.in_force import UNDO, in_force
from viperreport.model.period import ONE_DAY, last_whole_month_end, month_of
from viperreport.model.snapshot import Cell
from viperreport.model.source import Kind, Source

_YEAR = timedelta(days=guards.DAYS_IN_YEAR)


class GoodLoad(NamedTuple):
    """A load that was accepted, or found unchanged: either is a sign of life; or the undo of one.

    Args:
        outcome: which of them it is.
        known_at: its instant (UTC).
        declared: the last complete day it states; None where it states none.
        used: the instant of the last edition that was made without it; None where there is none.
    """

    id: int
    outcome: str
    known_at: datetime
    declared: date | None
    used: datetime | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """The days for which a source is complete; see model.snapshot.Cube."""

    held_from: date
    held_to: date
    stale: bool
    newest: date | None


def local_day(instant: datetime, zone: str) -> date:
    """The day that an instant falls on in a zone."""
    return instant.astimezone(ZoneInfo(zone)).date()


def held_days(
    source: Source, cells: Sequence[Cell], loads: Sequence[GoodLoad], known_at: datetime, zone: str
) -> Held | None:
    """Give the days that a source holds at an instant.

    Args:
        cells: all that is known at the instant, ordered by day.
        loads: all good loads of the source and all undos, oldest first, later ones too.
        known_at: the instant (UTC).

    Returns:
        None where no load is in force then, and no recording dates could stand in for one.
    """
    newest = cells[-1].day if cells else None
    end = _stated_end(source, loads, known_at, zone, newest)
    if end is None:
        return None
    if newest is None:  # nothing to count, so nothing to measure a silence by
        return Held(source.starts or end, end, stale=False, newest=None)
    days = [cell.day for cell in cells]
    first_year = cells[: bisect_left(days, days[0] + _YEAR)]
    held_from = guards.held_from(days[0], _records(first_year), source.starts)
    if source.kind is Kind.COUNTS:
        held_to = last_whole_month_end(min(end, month_of(newest).last_day))
        return Held(held_from, held_to, stale=False, newest=newest)
    last_year = cells[bisect_right(days, newest - _YEAR) :]
    held_to = guards.coverage_end(end, end + ONE_DAY, newest, _records(last_year))
    return Held(held_from, held_to, stale=held_to < end, newest=newest)


def _stated_end(
    source: Source,
    loads: Sequence[GoodLoad],
    known_at: datetime,
    zone: str,
    newest: date | None,
) -> date | None:
    """Give the end that the newest load in force states, whatever the silence before it.

    Recording dates let a later load tell what was known between the two: then every day before
    the instant counts as told, as far as that later load reaches. Of instants up to that of an
    edition it tells nothing: that was made without it.
    """
    before = [load for load in loads if load.known_at <= known_at]
    standing = in_force((load.outcome, load) for load in before)
    if before and not standing:
        return None  # all was taken back, and no later load can have known better then
    stated = [_end_of(source, load, zone, newest) for load in standing[-1:]]
    later = (load for load in loads if load.known_at > known_at and load.outcome != UNDO)
    after = next(later, None)
    if after is not None and after.used is not None and known_at <= after.used:
        after = None
    if "recorded" in source.columns and after is not None:
        told = min(local_day(known_at, zone) - ONE_DAY, _end_of(source, after, zone, newest))
        stated.append(told)
    return max(stated, default=None)


def _end_of(source: Source, load: GoodLoad, zone: str, newest: date | None) -> date:
    today = local_day(load.known_at, zone)
    if load.declared is not None:
        return min(load.declared, today)  # nobody can vouch for days to come
    if source.coverage == "newest-record" and newest is not None:
        return newest
    return today - ONE_DAY


def _records(cells: Sequence[Cell]) -> int:
    return sum(cell.records for cell in cells)
