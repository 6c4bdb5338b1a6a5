"""How much of what is counted now was known how soon: in one pass over the store's versions.

Source: "Completeness" in docs/definitions.md.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from viperreport.database import to_text
from viperreport.evidence.coverage import local_day
from viperreport.evidence.in_force import loads_in_force
from viperreport.evidence.quality import Since
from viperreport.evidence.tables import VERSIONS
from viperreport.evidence.versions import amount_of, counted_amount, is_dated, passes, sum_of
from viperreport.model.period import ONE_DAY, Period, PeriodKind, weeks_ending
from viperreport.model.quality import Completeness, FirstCount
from viperreport.model.snapshot import Cube, known_then_instant
from viperreport.model.source import Source

WAITS = (1, 2, 3, 7, 14, 28)  # days
SETTLED = timedelta(days=28)  # days nearer to the cut-off are not complete enough to measure by
OLDEST = timedelta(days=392)
WEEKS = 26


@dataclass(frozen=True, slots=True)
class CompletenessRequest:
    """For which edition completeness is asked.

    Args:
        cut_off: the last day counted.
        zone: the home's IANA zone, in which days end.
        edition: one whose age, from its cut-off to its instant, is that of a first count.
    """

    cut_off: date
    zone: str
    edition: Since


class _Group(NamedTuple):
    """Versions of one day that were known from and to the same instants, added up."""

    day: date
    known_from: str
    known_to: str | None
    amount: int

    def at(self, instant: str) -> int:
        """What it adds to a count as known at an instant."""
        known = self.known_from <= instant and (self.known_to is None or self.known_to > instant)
        return self.amount if known else 0


def read_completeness(
    connection: Connection, source: Source, cube: Cube, request: CompletenessRequest
) -> Completeness | None:
    """Give the share of a source's count that was visible after some days.

    Args:
        connection: within a transaction that sees one moment of the store.
        cube: the source as known now.

    Returns:
        None where it cannot be told: one load only, months, no day far enough back, or an amount
        that is not held.
    """
    days = _days(connection, source, cube, request)
    groups = None if days is None else _groups(connection, source, cube, days)
    if days is None or groups is None:
        return None
    known_at = to_text(cube.known_at)

    @cache
    def end_of(day: date) -> str:
        """Give the instant at which a local day was over, or K where that came first."""
        midnight = datetime.combine(day + ONE_DAY, time(), ZoneInfo(request.zone))
        return min(to_text(midnight), known_at)

    return Completeness(
        source=source.name,
        days=days,
        total=sum(group.at(known_at) for group in groups),
        visible=tuple(
            (wait, sum(group.at(end_of(group.day + timedelta(days=wait))) for group in groups))
            for wait in WAITS
        ),
        weeks=tuple(_first_counts(groups, days, cube.known_at, request)),
    )


def _days(
    connection: Connection, source: Source, cube: Cube, request: CompletenessRequest
) -> Period | None:
    """Give the days to measure by: known from the first on, and settled by now."""
    standing = loads_in_force(connection, source.name, cube.known_at)
    loads = [load for load in standing if load.outcome == "accepted"]
    if cube.monthly or len(loads) < 2:  # noqa: PLR2004 - a second load is what tells of the first
        return None
    after_first = local_day(loads[0].known_at, request.zone) + ONE_DAY
    start = max(after_first, cube.held_from, request.cut_off - OLDEST)
    end = min(request.cut_off - SETTLED, cube.held_to) + ONE_DAY
    return Period(start, end, PeriodKind.OPERATION) if start < end else None


def _groups(
    connection: Connection, source: Source, cube: Cube, days: Period
) -> Sequence[_Group] | None:
    """Read every version of these days, added up; None where an amount is not held."""
    known = (VERSIONS.c.day, VERSIONS.c.known_from, VERSIONS.c.known_to)
    rows = connection.execute(
        select(*known, sum_of(amount_of(counted_amount(source))))
        .where(
            VERSIONS.c.source == source.name,
            is_dated(days),
            passes(cube.scope),
            VERSIONS.c.known_from <= to_text(cube.known_at),
        )
        .group_by(*known)
    )
    groups = [_Group(date.fromisoformat(day), *rest) for day, *rest in rows]
    return None if any(group.amount is None for group in groups) else groups


def _first_counts(
    groups: Sequence[_Group], days: Period, known_at: datetime, request: CompletenessRequest
) -> Iterable[FirstCount]:
    """Count the last whole weeks twice: at the age of a first count, and now."""
    now = to_text(known_at)
    for week in weeks_ending(request.cut_off - SETTLED, WEEKS):
        if week.start < days.start or week.end > days.end:
            continue
        edition = request.edition
        first = known_then_instant(edition.cut_off, edition.known_at, week.last_day, request.zone)
        then = to_text(min(first, known_at))
        inside = [group for group in groups if group.day in week]
        yield FirstCount(
            week,
            sum(group.at(then) for group in inside),
            sum(group.at(now) for group in inside),
        )
