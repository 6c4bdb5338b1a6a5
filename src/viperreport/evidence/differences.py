"""How a load just merged differs from what was known before it: gone, and told otherwise.

Asked within the load's own transaction, after its versions are written and before anything is
kept, so that a delivery without notable changes costs next to nothing. Only the load's window is
looked at: a record that left it by time is not missing. Source: "Coverage and guards" in
docs/definitions.md.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Connection, and_, case, cast, func, or_, select

from viperreport.analysis.guards import FEWEST
from viperreport.evidence.merge import Merged, Moment, window_start
from viperreport.evidence.tables import VERSIONS
from viperreport.evidence.versions import amount_of
from viperreport.model.source import Delivery, Grain, Kind, Source

LABELS = ("area", "sub_area", "category", "circumstance")
TOLD = ("day", *LABELS, "fatal", "hurt", "drug_related")  # what rarely changes once it is told
_IDENTITY = ("day", *LABELS, "drug_related")


@dataclass(frozen=True, slots=True)
class YearCount:
    """Counts of one calendar year, known just before a load and with it.

    Args:
        records, records_now: known before, and with the load.
        before, now: what is counted of them: records, or offences of a source of counts.
    """

    year: str
    records: int
    records_now: int
    before: int
    now: int


@dataclass(frozen=True)
class Differences:
    """What one load changed.

    Args:
        merged: how many records it brought, changed and withdrew.
        newest: ISO day of the newest record known before; what is dated later can only be new.
        newest_now: the same with the load; "" without any record.
    """

    connection: Connection
    source: Source
    moment: Moment
    merged: Merged
    newest: str
    newest_now: str

    @property
    def is_slight(self) -> bool:
        """Whether so few versions ended that nothing can be amiss."""
        ended = self.merged.changed + self.merged.withdrawn
        return ended < (1 if self.source.kind is Kind.COUNTS else FEWEST)

    @cached_property
    def years(self) -> tuple[YearCount, ...]:
        """The years of the days that both know of, oldest first."""
        year = func.substr(VERSIONS.c.day, 1, 4)
        counts = self.source.kind is Kind.COUNTS
        amount = func.coalesce(amount_of("items" if counts else "records"), 0)
        rows = self.connection.execute(
            select(
                year,
                _sum(case((self._is_before, 1), else_=0)),
                _sum(case((self._is_now, 1), else_=0)),
                _sum(case((self._is_before, amount), else_=0)),
                _sum(case((self._is_now, amount), else_=0)),
            )
            .where(*self._scope, VERSIONS.c.day <= self.newest)
            .group_by(year)
            .order_by(year)
        )
        return tuple(YearCount(*row) for row in rows)

    @cached_property
    def records(self) -> int:
        """Records known before, of the days that both know of."""
        return sum(year.records for year in self.years)

    def gone_after(self, day: str) -> int:
        """Records of later days that were known before and are no longer."""
        return self._count(self._has_ended, VERSIONS.c.day > day)

    @cached_property
    def told_otherwise(self) -> dict[str, int]:
        """Records whose date, label or flag was told before, and is told otherwise now."""
        if self.merged.changed < FEWEST:
            return {}
        old, new = VERSIONS.alias("old"), VERSIONS.alias("new")
        differs = [
            _sum(case((and_(old.c[name] != "", old.c[name] != new.c[name]), 1), else_=0))
            for name in TOLD
        ]
        pairs = and_(new.c.source == old.c.source, new.c.key == old.c.key)
        row = self.connection.execute(
            select(*differs)
            .select_from(old.join(new, pairs))
            .where(
                old.c.source == self.source.name,
                old.c.ended_by == self.moment.load_id,
                new.c.load_id == self.moment.load_id,
            )
        ).one()
        return {name: count or 0 for name, count in zip(TOLD, row, strict=True)}

    @property
    def replaced(self) -> int:
        """Records that are there no longer, as far as others have come in their place."""
        fewer = self.records - sum(year.records_now for year in self.years)
        return self._missing - max(fewer, 0)

    @cached_property
    def _missing(self) -> int:
        """Records that are there no longer.

        Of a source without a key, whose records are told by all that they say, those are left
        out that differ in an amount alone.
        """
        if "key" in self.source.columns or self.source.grain is Grain.MONTH_COUNT:
            return self.merged.withdrawn
        left = _sum(
            case((self._has_ended, 1), (VERSIONS.c.load_id == self.moment.load_id, -1), else_=0)
        )
        names = [VERSIONS.c[name] for name in _IDENTITY]
        by_label = select(left.label("left")).where(*self._scope).group_by(*names).subquery()
        missing = select(_sum(case((by_label.c.left > 0, by_label.c.left), else_=0)))
        return self.connection.execute(missing).scalar_one() or 0

    def renamed(self, label: str) -> tuple[int, int] | None:
        """Whether a value of a label matches nothing now, while a new value stands for it.

        Returns:
            How many records had such values, and how many have the new ones; None where not.
        """
        column = VERSIONS.c[label]
        ended = select(column).where(*self._scope, self._has_ended, column != "")
        suspects = ended.group_by(column).having(func.count() >= FEWEST)
        if not any(
            self._is_gone(column == value) for (value,) in self.connection.execute(suspects)
        ):
            return None
        rows = self.connection.execute(
            select(
                _sum(case((self._is_before, 1), else_=0)), _sum(case((self._is_now, 1), else_=0))
            )
            .where(*self._scope, column != "")
            .group_by(column)
        )
        return _exchange((before, now) for before, now in rows)

    def _is_gone(self, has_value: ColumnElement[bool]) -> bool:
        known = select(VERSIONS.c.id).where(*self._scope, self._is_now, has_value).limit(1)
        return self.connection.execute(known).first() is None

    def _count(self, *conditions: ColumnElement[bool]) -> int:
        wanted = select(func.count()).select_from(VERSIONS).where(*self._scope, *conditions)
        return self.connection.execute(wanted).scalar_one()

    @property
    def _scope(self) -> list[ColumnElement[bool]]:
        """Versions known just before the load or with it, in its window."""
        known = or_(self._is_now, self._has_ended)
        scope = [VERSIONS.c.source == self.source.name, known]
        start = window_start(self.source.window, self.moment.day)
        if start is None or self.source.delivery is Delivery.INCREMENT:
            return scope
        return [*scope, VERSIONS.c.day >= start.isoformat()]

    @property
    def _has_ended(self) -> ColumnElement[bool]:
        return VERSIONS.c.ended_by.is_not_distinct_from(self.moment.load_id)

    @property
    def _is_before(self) -> ColumnElement[bool]:
        return VERSIONS.c.load_id != self.moment.load_id

    @property
    def _is_now(self) -> ColumnElement[bool]:
        return VERSIONS.c.known_to.is_(None)


def _sum(amount: ColumnElement[int] | Any) -> ColumnElement[int]:  # noqa: ANN401 (a Case is untyped)
    return cast(func.sum(amount), BigInteger)  # PostgreSQL would give a decimal number


def _exchange(values: Iterable[tuple[int, int]]) -> tuple[int, int] | None:
    """Pair the values that match nothing now with those that matched nothing before."""
    gone = came = 0
    for before, now in values:
        gone += before if now == 0 and before >= FEWEST else 0
        came += now if before == 0 else 0
    return (gone, came) if gone and 2 * came >= gone else None
