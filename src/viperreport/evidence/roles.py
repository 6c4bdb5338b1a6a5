"""Which columns a source stages, and how each of them is read.

The table of roles: what a mapping's `[columns]` may name and what becomes of it.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from viperreport.database import to_text
from viperreport.evidence import values
from viperreport.evidence.dates import EARLIEST, DateRule, end_of_day
from viperreport.evidence.values import Fault, Read, Value
from viperreport.model.source import Area, Grain, Source, TimeRule

# Columns of a melted wide file; no CSV can hold these names.
MONTH, CELL = "\0month", "\0cell"
_CATEGORIES = ("category", "offence", "weapon", "tactic")
_ROLES = {
    "day": ("date",),
    "category": _CATEGORIES,
    "fatal": ("killed",),
    "hurt": ("injured", "killed"),
}
_ITEMS = {Grain.RETURN: "done", Grain.MONTH_COUNT: "count"}


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the staged rows.

    Args:
        name: in the stage.
        header: in the file, or MONTH or CELL.
        read_all: what distinct, trimmed texts say, in their order.
        staged: False for what is only checked.
    """

    name: str
    header: str
    read_all: Callable[[Sequence[str]], Sequence[Value]]
    staged: bool = True


def columns_of(
    source: Source, areas: Sequence[Area], zone: str, last_day: str
) -> tuple[Column, ...]:
    """All columns that a source stages, in the order in which faults are told.

    Args:
        last_day: ISO; no record may be dated later.
    """
    return (
        *_key(source),
        _day(source, zone, last_day),
        *_labels(source, areas),
        *_harm(source),
        *_amounts(source),
        *_recorded(source, zone),
    )


def header_of(source: Source, name: str) -> str:
    """The file's column that something of a record is read from; for messages.

    Args:
        name: "key", or a label, flag or day of `CONTENT`.
    """
    if name == "day" and source.wide is not None:
        return "the month"
    if name == "key" and (name not in source.columns or source.grain is Grain.MONTH_COUNT):
        return "what tells them apart"
    roles = _ROLES.get(name, (name,))
    return next((source.columns[role] for role in roles if role in source.columns), name)


def _each(read: Read) -> Callable[[Sequence[str]], Sequence[Value]]:
    return lambda texts: [read(text) for text in texts]


def _key(source: Source) -> Iterator[Column]:
    if "key" not in source.columns or source.grain is Grain.MONTH_COUNT:
        return
    read_text = values.text_reader(source)
    yield Column(
        "key", source.columns["key"], _each(lambda text: read_text(text) or values.MISSING)
    )


def _day(source: Source, zone: str, last_day: str) -> Column:
    if source.wide is not None:
        return Column("day", MONTH, _each(lambda day: _in_time(day, last_day)))
    where = f"{source.config_file}: date in [format]"
    rule = DateRule(source.date_format, source.time_rule, zone, where)
    wrong = Fault(f"is not a date in the form {source.date_format}")

    def read_all(texts: Sequence[str]) -> Sequence[Value]:
        days = rule.days(texts)
        return [
            values.MISSING if text in source.null else _in_time(day, last_day) if day else wrong
            for text, day in zip(texts, days, strict=True)
        ]

    monthly = source.grain is Grain.MONTH_COUNT
    return Column("day", source.columns["date"], _first_of_month(read_all) if monthly else read_all)


def _in_time(day: str, last_day: str) -> Value:
    if day > last_day:
        return values.FUTURE
    return Fault(f"lies before {EARLIEST[:4]}") if day < EARLIEST else day


def _first_of_month(
    read_all: Callable[[Sequence[str]], Sequence[Value]],
) -> Callable[[Sequence[str]], Sequence[Value]]:
    return lambda texts: [
        f"{day[:7]}-01" if isinstance(day, str) else day for day in read_all(texts)
    ]


def _labels(source: Source, areas: Sequence[Area]) -> Iterator[Column]:
    columns = source.columns
    if "area" in columns:
        yield Column("area", columns["area"], _each(values.area_reader(source, areas)))
    read_text = _each(values.text_reader(source))
    category = next((role for role in _CATEGORIES if role in columns), "category")
    for name, role in (
        ("sub_area", "sub_area"),
        ("category", category),
        ("circumstance", "circumstance"),
    ):
        if role in columns:
            yield Column(name, columns[role], read_text)
    if "drug_related" in columns:
        read_flag = values.flag_reader(source)
        words = {1: "yes", 0: "no", None: ""}
        yield Column(
            "drug_related",
            columns["drug_related"],
            _each(lambda text: _worded(read_flag(text), words)),
        )


def _worded(said: Value, words: dict[int | None, str]) -> Value:
    return said if isinstance(said, Fault | str) else words[said]


def _harm(source: Source) -> Iterator[Column]:
    """Killed and injured: whether (`_yes`), and how many persons where the file says so."""
    for role in ("killed", "injured"):
        if role not in source.columns:
            continue
        flags = source.grain is Grain.VICTIM or values.numbers_are_flags(source)
        read_whether = values.flag_reader(source) if flags else values.harm_reader(source)
        yield Column(f"{role}_yes", source.columns[role], _each(read_whether))
        if not flags:
            yield Column(role, source.columns[role], _each(values.persons_reader(source)))


def _amounts(source: Source) -> Iterator[Column]:
    columns = source.columns
    read_number = values.number_reader(source)
    if source.wide is not None:
        yield Column("items", CELL, _each(read_number))
    role = _ITEMS.get(source.grain, "items")
    role = role if role in columns else "items"
    if role in columns and source.wide is None:
        lacking: dict[Grain, Value] = {
            Grain.FIND: 1,
            Grain.ITEM: 1,
            Grain.MONTH_COUNT: values.MISSING,
        }
        instead = lacking.get(source.grain)
        yield Column("items", columns[role], _each(lambda text: _or(read_number(text), instead)))
    for name in ("planned", "arrests", "firearms", "reach", "victims"):
        if name in columns:
            yield Column(name, columns[name], _each(read_number), staged=name != "victims")


def _or(said: Value, instead: Value) -> Value:
    return instead if said is None else said


def _recorded(source: Source, zone: str) -> Iterator[Column]:
    """The instant at which the day ends on which a row was recorded."""
    if "recorded" not in source.columns:
        return
    form = source.recorded_format
    rule = DateRule(
        form,
        source.time_rule if "%H" in form or "%I" in form else TimeRule.DATE,
        zone,
        f"{source.config_file}: recorded in [format]",
    )
    wrong = Fault(f"is not a date in the form {form}")

    def read_all(texts: Sequence[str]) -> Sequence[Value]:
        return [
            None if text in source.null else to_text(_ends(day, zone)) if day else wrong
            for text, day in zip(texts, rule.days(texts), strict=True)
        ]

    yield Column("recorded", source.columns["recorded"], read_all)


def _ends(day: str, zone: str) -> datetime:
    """Beyond the calendar's end there is no day after; such a row is clamped to the load."""
    return end_of_day(day, zone) if day < "9000" else datetime(9000, 1, 1, tzinfo=UTC)
