"""One source as the edition before knew it and as it is known now.

Source: "Coverage and guards" in docs/definitions.md.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Connection, Select, case, cast, func, or_, select

from viperreport.analysis.guards import FEWEST
from viperreport.analysis.holds import (
    FEWEST_LATE,
    ended_as,
    is_asked_for,
    silent_values,
    unknown_areas,
)
from viperreport.database import to_text
from viperreport.evidence.in_force import latest_accepted, loads_in_force
from viperreport.evidence.quality import Since
from viperreport.evidence.refusals import ACCEPTED
from viperreport.evidence.tables import VERSIONS
from viperreport.evidence.versions import amount_of, is_known
from viperreport.model.period import ONE_DAY, Period, PeriodKind
from viperreport.model.snapshot import LABELS, Cube
from viperreport.model.watching import MissingValue, Recount, SourceWatch


def watch(
    connection: Connection, cube: Cube, since: Since, ended: Iterable[str] = ()
) -> SourceWatch:
    """Look at all that may be wrong with a source.

    Args:
        connection: within a transaction that sees one moment of the store.
        cube: the whole source as known now.
        since: the edition before.
        ended: values, and labels of flags, that are known to have ended.
    """
    ended = tuple(ended)
    load = latest_accepted(loads_in_force(connection, cube.source, cube.known_at))
    seen = SourceWatch(
        source=cube.source,
        load=0 if load is None else load.id,
        let_in=load.known_at if load and load.reason.startswith(ACCEPTED) else None,
        newest=cube.newest,
        missing=silent_values(cube, ended),
        unknown=unknown_areas(cube),
    )
    if not _was_taken_away(connection, cube, since.known_at):
        return seen
    before = _newest_at(connection, cube, since.known_at)
    return replace(
        seen,
        recounts=_recounts(connection, cube, since),
        newest_before=before,
        lost=_lost(connection, cube, since.known_at),
        missing=(*_gone_values(connection, cube, since.known_at, ended), *seen.missing),
    )


def _was_taken_away(connection: Connection, cube: Cube, then: datetime) -> bool:
    """Whether so many versions known then have ended since that anything can be missing."""
    if then >= cube.known_at:
        return False
    ended = (
        select(VERSIONS.c.id)
        .where(_ours(cube), is_known(then), VERSIONS.c.known_to <= to_text(cube.known_at))
        .limit(FEWEST_LATE)
    )
    least = 1 if cube.monthly else FEWEST_LATE
    return len(connection.execute(ended).all()) >= least


def _ours(cube: Cube) -> ColumnElement[bool]:
    return VERSIONS.c.source == cube.source


def _recounts(connection: Connection, cube: Cube, since: Since) -> tuple[Recount, ...]:
    """Count the days up to the last cut-off at both instants: together, then year by year."""
    year = func.substr(VERSIONS.c.day, 1, 4)
    rows = connection.execute(
        select(year, _sum(cube, since.known_at), _sum(cube, cube.known_at))
        .where(
            _ours(cube),
            VERSIONS.c.day <= since.cut_off.isoformat(),
            or_(is_known(since.known_at), is_known(cube.known_at)),
        )
        .group_by(year)
        .order_by(year)
    ).all()
    years = [Recount(_days(int(year), since), before, now) for year, before, now in rows]
    if not years[1:]:  # one year is all of them
        return tuple(years)
    days = Period(years[0].period.start, years[-1].period.end, PeriodKind.OPERATION)
    before, now = sum(year.before for year in years), sum(year.now for year in years)
    return (Recount(days, before, now), *years)


def _days(year: int, since: Since) -> Period:
    """The days of a year up to the last cut-off."""
    end = min(date(year + 1, 1, 1), since.cut_off + ONE_DAY)
    return Period(date(year, 1, 1), end, PeriodKind.OPERATION)


def _sum(cube: Cube, instant: datetime) -> ColumnElement[int]:
    """Records known at an instant; of months the number that they hold."""
    amount = func.coalesce(amount_of(cube.adds if cube.monthly else "records"), 0)
    return cast(func.sum(case((is_known(instant), amount), else_=0)), BigInteger)


def _newest_at(connection: Connection, cube: Cube, instant: datetime) -> date | None:
    found = connection.scalar(
        select(func.max(VERSIONS.c.day)).where(_ours(cube), is_known(instant))
    )
    return date.fromisoformat(found) if found else None


def _lost(connection: Connection, cube: Cube, then: datetime) -> int:
    """Records known then, of later days than the newest known now."""
    newest = "" if cube.newest is None else cube.newest.isoformat()
    wanted = (
        select(func.count())
        .select_from(VERSIONS)
        .where(_ours(cube), is_known(then), VERSIONS.c.day > newest)
    )
    return connection.execute(wanted).scalar_one()


def _gone_values(
    connection: Connection, cube: Cube, then: datetime, ended: Iterable[str]
) -> Iterator[MissingValue]:
    """Values that enough records bore then, and none bears now."""
    known = {value.casefold() for value in ended}
    for label in LABELS:
        borne = set(cube.values(label))
        for row in connection.execute(_borne(cube, label, then)):
            is_gone = row.value not in borne and is_asked_for(label, row.value)
            if is_gone and ended_as(label, row.value).casefold() not in known:
                yield MissingValue(label, row.value, None, row.records)


def _borne(cube: Cube, label: str, then: datetime) -> Select[Any]:
    column = VERSIONS.c[label]
    return (
        select(column.label("value"), func.count().label("records"))
        .where(_ours(cube), is_known(then), column != "")
        .group_by(column)
        .having(func.count() >= FEWEST)
        .order_by(column)
    )
