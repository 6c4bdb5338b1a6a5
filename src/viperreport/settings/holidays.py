"""holidays.csv: days on which a week is unlike the same week of another year.

Source: "Time" in docs/definitions.md.
"""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from viperreport.settings.lists import ListFile
from viperreport.settings.reading import Day, Line, Table, check

FILE = ListFile("config/holidays.csv", ("date", "name"), ("date", "name"))

Holiday = tuple[date, str]


class _Row(Table):
    """One line."""

    date: Day
    name: Line


def read_holidays(home: Path, faults: list[str]) -> tuple[Holiday, ...]:
    """Read the holidays, by date; every fault is noted.

    Returns:
        () where there is no such file.
    """
    rows = [
        (line, row)
        for line, cells in FILE.lines(home, faults) or ()
        if (row := _row(line, cells, faults))
    ]
    faults.extend(_twice(rows))
    return tuple(sorted((row.date, row.name) for _, row in rows))


def _row(line: int, cells: dict[str, str], faults: list[str]) -> _Row | None:
    raw = {key: cells.get(key, "").strip() for key in FILE.columns}
    return check(_Row, raw, f"{FILE.name}:{line}", faults)


def _twice(rows: list[tuple[int, _Row]]) -> Iterator[str]:
    """A day has one name."""
    seen: dict[date, int] = {}
    for line, row in rows:
        if row.date in seen:
            yield f"{FILE.name}:{line}: date: line {seen[row.date]} has it already"
        seen.setdefault(row.date, line)
