"""The rows of one load, on their way to becoming records: kept in the database, not in memory.

Rows are staged in a temporary table, chunk by chunk; rows of one key are folded to one record by
SQL, so that ten million of them take no more memory than ten thousand. Source: "Measures and
units" in docs/definitions.md.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Case,
    Column,
    ColumnElement,
    Connection,
    Index,
    Insert,
    Integer,
    MetaData,
    Table,
    Text,
    and_,
    case,
    cast,
    delete,
    false,
    func,
    insert,
    literal,
    null,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by

from viperreport.evidence.tables import CONTENT_NAMES
from viperreport.model.source import Grain

_TEMPORARY = MetaData()
_WHOLE = BigInteger().with_variant(Integer, "sqlite")
_LABELS = ("area", "sub_area", "category", "circumstance", "drug_related")
_AMOUNTS = ("killed", "injured", "items", "planned", "arrests", "firearms", "reach")
SEVERAL = "Several"

STAGED = Table(
    "staged",
    _TEMPORARY,
    Column("id", _WHOLE, primary_key=True),  # the order of the file
    Column("line", _WHOLE, nullable=False),
    Column("key", Text, nullable=False),
    Column("day", Text, nullable=False),
    *(Column(name, Text, nullable=False, server_default="") for name in _LABELS),
    Column("killed_yes", Integer),
    Column("injured_yes", Integer),
    *(Column(name, _WHOLE) for name in _AMOUNTS),
    Column("recorded", Text),  # instant at which the day ended on which the row was recorded
    prefixes=["TEMPORARY"],
    postgresql_on_commit="DROP",
)
_BY_KEY = Index("staged_by_key", STAGED.c.key)

FOLDED = Table(
    "folded",
    _TEMPORARY,
    Column("key", Text, primary_key=True),
    Column("lines", Text, nullable=False),
    Column("recorded", Text),
    Column("differs", Boolean, nullable=False),  # rows of the key contradict each other
    *(
        Column(name, _WHOLE if name in _AMOUNTS else Text, nullable=name in _AMOUNTS)
        for name in CONTENT_NAMES
    ),
    prefixes=["TEMPORARY"],
    postgresql_on_commit="DROP",
    sqlite_with_rowid=False,
)

# Keys of rows that were turned away: their records are in the file, so they are not missing.
SPARED = Table(
    "spared",
    _TEMPORARY,
    Column("key", Text, nullable=False, index=True),
    prefixes=["TEMPORARY"],
    postgresql_on_commit="DROP",
)


def create(connection: Connection) -> None:
    """Make the temporary tables."""
    for table in (STAGED, FOLDED, SPARED):
        # The index of STAGED comes if rows must be told apart: folding is faster without.
        indexes, table.indexes = table.indexes, table.indexes - {_BY_KEY}
        try:
            table.create(connection, checkfirst=False)
        finally:
            table.indexes = indexes


def drop(connection: Connection) -> None:
    """Take the temporary tables away again (a rollback does so too)."""
    for table in (STAGED, FOLDED, SPARED):
        table.drop(connection, checkfirst=False)


def stage(connection: Connection, names: Sequence[str], rows: list[tuple[Any, ...]]) -> None:
    """Add rows.

    Args:
        names: columns of STAGED, as the rows have them.
    """
    mark = "?" if connection.dialect.name == "sqlite" else "%s"
    marks = ", ".join([mark] * len(names))
    if rows:
        connection.exec_driver_sql(
            f"INSERT INTO staged ({', '.join(names)}) VALUES ({marks})",  # noqa: S608 (our names)
            rows,
        )


def spare(connection: Connection, keys: list[str]) -> None:
    """Remember keys of rows that were turned away."""
    if keys:
        connection.execute(insert(SPARED), [{"key": key} for key in keys])


def number_repeats(connection: Connection) -> None:
    """Tell identical rows apart by their number: exact duplicates can be real."""
    number = func.row_number().over(partition_by=STAGED.c.key, order_by=STAGED.c.id)
    numbered = select(STAGED.c.id, number.label("number")).subquery()
    connection.execute(
        update(STAGED)
        .where(STAGED.c.id == numbered.c.id)
        .values(key=STAGED.c.key + " #" + cast(numbered.c.number, Text))
    )


def take_conflicts(
    connection: Connection, grain: Grain, most: int
) -> tuple[int, list[tuple[int, str]]]:
    """Remove the rows that contradict the first row of their key, and the records made of them.

    Returns:
        How many, and line and reason of the first ones (at most `most`).
    """
    keys = select(FOLDED.c.key).where(FOLDED.c.differs)
    if connection.execute(keys.limit(1)).first() is None:
        return 0, []
    _BY_KEY.create(connection, checkfirst=False)
    told_by = _told_by(grain)
    heads = (
        select(STAGED.c.key, func.min(STAGED.c.id).label("id"))
        .where(STAGED.c.key.in_(keys))
        .group_by(STAGED.c.key)
        .subquery()
    )
    head = STAGED.alias("head")
    later = STAGED.join(heads, STAGED.c.key == heads.c.key).join(head, head.c.id == heads.c.id)
    wrong = and_(STAGED.c.id > head.c.id, *_contradicts(head, told_by))
    found = connection.execute(
        select(STAGED.c.line, _reason(head, told_by))
        .select_from(later)
        .where(wrong)
        .order_by(STAGED.c.line)
        .limit(most)
    ).all()
    gone = connection.execute(
        delete(STAGED).where(STAGED.c.id.in_(select(STAGED.c.id).select_from(later).where(wrong)))
    )
    connection.execute(delete(FOLDED))
    return gone.rowcount, [(line, reason) for line, reason in found]


def _told_by(grain: Grain) -> tuple[tuple[str, str], ...]:
    """Which columns the rows of a key must agree on, and the words for it."""
    told_by = (
        ("day", "another date"),
        ("area", "another area"),
        ("sub_area", "another sub-area"),
        ("category", "another category"),
        ("circumstance", "another circumstance"),
    )
    if grain is Grain.ITEM:  # a find may hold items of several kinds
        return tuple(each for each in told_by if each[0] != "category")
    return told_by if grain in {Grain.INCIDENT, Grain.VICTIM} else ()


def _differs(grain: Grain, names: tuple[str, ...]) -> ColumnElement[bool]:
    """Whether a key's rows disagree; without anything to agree on, whether it repeats."""
    if grain is Grain.MONTH_COUNT:
        return false()  # equal keys add up
    told_by = [name for name, _ in _told_by(grain) if name in names]
    if not told_by:
        return func.count() > 1
    return or_(*(func.min(STAGED.c[name]) < func.max(STAGED.c[name]) for name in told_by))


def _contradicts(head: Any, told_by: tuple[tuple[str, str], ...]) -> list[ColumnElement[bool]]:  # noqa: ANN401 (an alias)
    return [or_(*(STAGED.c[name] != head.c[name] for name, _ in told_by))] if told_by else []


def _reason(head: Any, told_by: tuple[tuple[str, str], ...]) -> ColumnElement[str]:  # noqa: ANN401
    if not told_by:
        return literal("repeats a key, where each row should have its own")
    return case(
        *(
            (STAGED.c[name] != head.c[name], literal(f"repeats a key with {words}"))
            for name, words in told_by
        ),
        else_=literal(""),
    )


def fold(connection: Connection, grain: Grain, names: Sequence[str]) -> None:
    """Make one record of the rows of each key.

    Args:
        names: columns of STAGED that were staged.
    """
    numbered = tuple(
        role for role in ("killed", "injured") if role in names and _states(connection, role)
    )
    statement = _folding(connection.dialect.name, grain, tuple(names), numbered)
    connection.execute(statement)
    if connection.dialect.name == "postgresql":
        connection.execute(text("ANALYZE folded"))


def _states(connection: Connection, role: str) -> bool:
    """Whether the file states a number of persons anywhere."""
    number = STAGED.c[role]
    return (
        connection.execute(select(number).where(number.is_not(None)).limit(1)).first() is not None
    )


@lru_cache(maxsize=64)
def _folding(
    dialect: str, grain: Grain, names: tuple[str, ...], numbered: tuple[str, ...]
) -> Insert:
    """The statement that folds; what was not staged is not asked for."""
    rows = STAGED.c
    folds: dict[str, ColumnElement[Any]] = {
        "key": rows.key,
        "lines": _lines(dialect),
        "recorded": func.min(rows.recorded) if "recorded" in names else null(),
        "differs": _differs(grain, names),
        "day": func.min(rows.day),
        **{name: func.max(rows[name]) if name in names else literal("") for name in _LABELS},
        **{name: func.max(rows[name]) if name in names else null() for name in _AMOUNTS},
        "fatal": _yes_or_no(rows.killed_yes) if "killed_yes" in names else literal(""),
        "hurt": _hurt() if {"killed_yes", "injured_yes"} <= set(names) else literal(""),
        **{role: _persons(role, grain, numbered) for role in _persons_told(grain, names)},
        **_by_grain(grain),
    }
    statement = select(*(column.label(name) for name, column in folds.items()))
    return insert(FOLDED).from_select(list(folds), statement.group_by(rows.key))


def _persons_told(grain: Grain, names: tuple[str, ...]) -> list[str]:
    """Roles of which the file may tell the number of persons."""
    stems = "_yes" if grain is Grain.VICTIM else ""
    return [role for role in ("killed", "injured") if f"{role}{stems}" in names]


def _by_grain(grain: Grain) -> dict[str, ColumnElement[Any]]:
    """What a grain makes of its rows in a way of its own."""
    items, kind = STAGED.c["items"], STAGED.c.category
    if grain is Grain.MONTH_COUNT:
        return {"items": cast(func.sum(items), _WHOLE)}
    if grain is Grain.FIND:
        return {"items": func.coalesce(func.max(items), 1)}
    if grain is Grain.ITEM:
        one_kind = func.min(kind) == func.max(kind)
        return {
            "items": cast(func.sum(func.coalesce(items, 1)), _WHOLE),
            "category": case((one_kind, func.max(kind)), else_=SEVERAL),
        }
    return {}


def _lines(dialect: str) -> ColumnElement[str]:
    line = cast(STAGED.c.line, Text)
    if dialect == "postgresql":
        return func.string_agg(line, aggregate_order_by(literal(","), STAGED.c.id))
    return func.group_concat(line, ",")  # the sorter keeps the order of rows of one key


def _yes_or_no(flag: ColumnElement[int]) -> Case[str]:
    return case((func.max(flag) == 1, "yes"), (func.max(flag) == 0, "no"), else_="")


def _hurt() -> Case[str]:
    """Told only where killed and injured are both held: a death alone does not tell it."""
    killed, injured = func.max(STAGED.c.killed_yes), func.max(STAGED.c.injured_yes)
    held = and_(killed.is_not(None), injured.is_not(None))
    return case((and_(held, or_(killed == 1, injured == 1)), "yes"), (held, "no"), else_="")


def _persons(role: str, grain: Grain, numbered: tuple[str, ...]) -> ColumnElement[Any]:
    """Persons harmed: victims counted, or the greatest number that a row of the key states.

    In a file that states no number the words are flags, and persons are not held. Beside
    numbers, a word for false or a blank that means it is 0; a word for true leaves the number
    unknown.
    """
    whether, number = STAGED.c[f"{role}_yes"], STAGED.c[role]
    if grain is Grain.VICTIM:
        one = whether if role == "killed" else _injured_alive()
        return cast(case((func.count(whether) == func.count(), func.sum(one))), _WHOLE)
    if role not in numbered:
        return null()
    most = func.max(func.coalesce(number, case((whether == 0, 0))))
    untold = and_(func.max(whether) == 1, func.coalesce(func.max(number), 0) == 0)
    return case((untold, null()), else_=most)


def _injured_alive() -> Case[int]:
    killed, injured = STAGED.c.killed_yes, STAGED.c.injured_yes
    return case((and_(injured == 1, func.coalesce(killed, 0) == 0), 1), else_=0)
