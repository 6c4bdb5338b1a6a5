"""Which versions of a source's records are known, dated and let through: the SQL of every count.

Source: "Knowledge in two times" in docs/definitions.md.
"""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    RowMapping,
    and_,
    case,
    cast,
    func,
    literal,
    or_,
    true,
)

from viperreport.database import to_text
from viperreport.evidence.tables import VERSIONS
from viperreport.model.figure import Unit, Where
from viperreport.model.period import Period
from viperreport.model.source import Kind, Source


def is_known(instant: datetime) -> ColumnElement[bool]:
    """Versions known at an instant: from its first moment on, up to but not at its end."""
    then = to_text(instant)
    ended = VERSIONS.c.known_to
    return and_(VERSIONS.c.known_from <= then, or_(ended.is_(None), ended > then))


def was_known(known_from: str, known_to: str | None, instant: datetime) -> bool:
    """Say the same of one version that is in memory."""
    then = to_text(instant)
    return known_from <= then and (known_to is None or known_to > then)


def is_dated(period: Period) -> ColumnElement[bool]:
    """Versions whose day lies within a period."""
    day = VERSIONS.c.day
    return and_(day >= period.start.isoformat(), day < period.end.isoformat())


def passes(where: Where) -> ColumnElement[bool]:
    """Versions that a figure's filter lets through."""
    return and_(true(), *(VERSIONS.c[label].in_(values) for label, values in where))


def lets_pass(where: Where, row: RowMapping) -> bool:
    """Say the same of one version that is in memory."""
    return all(row[label] in values for label, values in where)


def amount_of(adds: str) -> ColumnElement[int]:
    """What one version adds to a figure: 1 where records are counted, else its own amount."""
    return literal(1) if adds == "records" else VERSIONS.c[adds]


def sum_of(amount: ColumnElement[int]) -> ColumnElement[int]:
    """Add up; null where any amount is, since a part is not the sum.

    PostgreSQL would give a decimal number.
    """
    whole = func.count(amount) == func.count()
    return case((whole, cast(func.sum(amount), BigInteger)), else_=None)


def counted_amount(source: Source) -> str:
    """What one count of a source adds up: records, or items where a row is a number of them."""
    if source.kind in {Kind.COUNTS, Kind.ACTIVITY}:
        return "items"
    if source.kind is Kind.RECOVERIES and source.measure.unit is Unit.ITEM:
        return "items"
    return "records"
