"""Reads config/published.csv: totals that somebody published, each with its source and date.

A total is printed beside counts, so its days must be as certain as theirs: a row without whole
dates or with a vague kind ("campaign", "two years, about") is refused by name, never read as what
it may have meant. Only `as_at` may be a month or a year; it then counts as the last day of it.
"""

import csv
import re
from collections.abc import Callable, Container, Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from viperreport.errors import ConfigError
from viperreport.model.period import ONE_DAY, Period, PeriodKind, month_of
from viperreport.model.snapshot import PublishedTotal

COLUMNS = (
    *("id", "measure", "unit", "area", "from", "to", "period_kind"),
    *("value", "as_at", "tier", "source", "url", "note"),
)
_NEEDED = ("id", "measure", "unit", "area", "source")
_SHORT_KINDS = {
    "ytd": PeriodKind.YEAR_TO_DATE,
    "fytd": PeriodKind.FINANCIAL_YEAR_TO_DATE,
}
_MONTHS = {
    PeriodKind.CALENDAR_YEAR: 12,
    PeriodKind.FINANCIAL_YEAR: 12,
    PeriodKind.ROLLING_12M: 12,
    PeriodKind.HALF_YEAR: 6,
    PeriodKind.QUARTER: 3,
    PeriodKind.MONTH: 1,
}
_DAYS = {PeriodKind.ROLLING_7D: 7, PeriodKind.ROLLING_28D: 28}
_TO_DATE = {PeriodKind.YEAR_TO_DATE, PeriodKind.FINANCIAL_YEAR_TO_DATE}
_JANUARY = {PeriodKind.CALENDAR_YEAR, PeriodKind.YEAR_TO_DATE}
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}\Z")
_AS_AT = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?\Z")


def read_published(path: Path) -> tuple[PublishedTotal, ...]:
    """Read every published total of a home.

    Returns:
        The totals in the file's order; none where the home has no such file.

    Raises:
        ConfigError: every fault at once, by file and line, with what to do about it.
    """
    if not path.exists():
        return ()
    rows = _read_rows(path)
    faults: list[str] = []
    totals: dict[str, PublishedTotal] = {}
    for line, row in rows:
        try:
            total = _total(row, totals)
        except ValueError as fault:
            faults.append(f"{path}:{line}: {fault}")
        else:
            totals[total.id] = total
    if faults:
        raise ConfigError(*faults)
    return tuple(totals.values())


def known_published(
    totals: Iterable[PublishedTotal], known_at: datetime, zone: str
) -> tuple[PublishedTotal, ...]:
    """Leave out what was published after the local day of an instant, or may have been."""
    today = known_at.astimezone(ZoneInfo(zone)).date()
    return tuple(total for total in totals if as_at_day(total.as_at) <= today)


def as_at_day(as_at: str) -> date:
    """Give the day from which a publication is known to be out.

    Args:
        as_at: 2016-05-25, 2016-05 (then 31 May) or 2016 (then 31 December).

    Raises:
        ValueError: it is none of these.
    """
    if not _AS_AT.match(as_at):
        raise ValueError(f"as_at {as_at!r}: write a date such as 2016-05-25, a month or a year")
    year, month, day = (*map(int, as_at.split("-")), 0, 0)[:3]
    try:
        return date(year, month, day) if day else month_of(date(year, month or 12, 1)).last_day
    except ValueError as fault:
        raise ValueError(f"as_at {as_at!r}: there is no such day") from fault


def _read_rows(path: Path) -> list[tuple[int, Mapping[str, str]]]:
    """Read the rows, each with the line that it ends on."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            header = next(reader, [])
            if sorted(header) != sorted(COLUMNS):
                raise ConfigError(f"{path}:1: the columns must be {','.join(COLUMNS)}")
            rows = [(reader.line_num, row) for row in reader if row]
    except (OSError, UnicodeDecodeError, csv.Error) as fault:
        raise ConfigError(f"{path}: not a CSV file in UTF-8 that can be read: {fault}") from fault
    ragged = [line for line, row in rows if len(row) != len(header)]
    if ragged:
        raise ConfigError(
            *(f"{path}:{line}: {len(header)} fields are needed; quote commas" for line in ragged)
        )
    return [(line, dict(zip(header, map(str.strip, row), strict=True))) for line, row in rows]


def _total(row: Mapping[str, str], taken: Container[str]) -> PublishedTotal:
    for column in _NEEDED:
        if not row[column]:
            raise ValueError(f"{column} is empty")
    if row["id"] in taken:
        raise ValueError(f"id {row['id']} stands twice: give each total its own")
    if not row["value"].isascii() or not row["value"].isdigit():
        raise ValueError("value must be a whole number in digits, such as 1755")
    if row["url"] and not row["url"].startswith(("https://", "http://")):
        raise ValueError("url must begin with https:// or http://, or be empty")
    as_at_day(row["as_at"])
    return PublishedTotal(
        id=row["id"],
        measure=row["measure"],
        unit=row["unit"],
        area=row["area"],
        period=_period(row["from"], row["to"], row["period_kind"]),
        value=int(row["value"]),
        as_at=row["as_at"],
        source=row["source"],
        url=row["url"],
        note=row["note"],
    )


def _period(first: str, last: str, kind_text: str) -> Period:
    """Read the days of a total, which must be what its kind says."""
    kind = _kind(kind_text)
    start, end = _iso_day("from", first), _iso_day("to", last) + ONE_DAY
    if end <= start:
        raise ValueError("to lies before from")
    period = Period(start, end, kind)
    if not _is_like_its_kind(period):
        raise ValueError(f"{period} is no {kind}: mend the dates or the period_kind")
    return period


def _kind(text: str) -> PeriodKind:
    try:
        return _SHORT_KINDS.get(text) or PeriodKind(text)
    except ValueError:
        known = ", ".join((*_SHORT_KINDS, *PeriodKind))
        raise ValueError(
            f"period_kind {text!r} is none of {known}; a total of vague days cannot be printed: "
            "take the row out"
        ) from None


def _iso_day(column: str, text: str) -> date:
    advice = "write a whole date such as 2016-05-25, or take the row out"
    if not _ISO_DAY.match(text):
        raise ValueError(f"{column} {text!r}: {advice}")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{column} {text!r}: there is no such day; {advice}") from None


def _is_like_its_kind(period: Period) -> bool:
    kind, start = period.kind, period.start
    tests: tuple[tuple[bool, Callable[[], bool]], ...] = (
        (kind in _JANUARY, lambda: (start.month, start.day) == (1, 1)),
        (kind in _TO_DATE, lambda: start.day == 1 and period.end <= _months_after(start, 12)),
        (
            kind in _MONTHS,
            lambda: start.day == 1 and period.end == _months_after(start, _MONTHS[kind]),
        ),
        (kind in _DAYS, lambda: period.days == _DAYS[kind]),
    )
    return all(holds() for applies, holds in tests if applies)


def _months_after(first: date, number: int) -> date:
    years, month = divmod(first.month - 1 + number, 12)
    return date(first.year + years, month + 1, 1)
