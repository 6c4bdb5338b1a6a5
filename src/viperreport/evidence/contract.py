"""What a source's mapping promises of a row, checked for a chunk at a time.

Each column is read once for each distinct value. A row that breaks the contract is turned away
with its line and one reason, which names the file's column and never quotes the row. Source:
"Measures and units" and "Coverage and guards" in docs/definitions.md.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from itertools import compress
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from viperreport.errors import DataError
from viperreport.evidence import values
from viperreport.evidence.readers import Chunk, pick
from viperreport.evidence.roles import CELL, MONTH, Column, columns_of
from viperreport.evidence.values import Fault, Value
from viperreport.model.source import Area, Grain, Source

_MELTED_ROWS = 20_000
_IDENTITY = ("day", "area", "sub_area", "category", "circumstance", "drug_related")
_Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Checked:
    """What came of a chunk.

    Args:
        rows: of the columns `Contract.staged`, one tuple for each good row.
        faults: line and reason of each bad row.
        read: rows read; of a wide file the cells that are kept.
        kept: rows that passed the filter; of a wide file their cells that are not blank.
        matched: rows that passed the filter, of a wide file too.
        bad_keys: keys of bad rows: their records are not missing from the file.
    """

    rows: list[tuple[Any, ...]]
    faults: list[tuple[int, str]]
    read: int = 0
    kept: int = 0
    matched: int = 0
    bad_keys: list[str] = field(default_factory=list)


class Contract:
    """A source's mapping, made ready to check its rows.

    Args:
        last_day: ISO; no record may be dated later.
    """

    def __init__(self, source: Source, areas: Iterable[Area], zone: str, last_day: str) -> None:
        self.source = source
        self._columns = columns_of(source, tuple(areas), zone, last_day)
        self._keyed = any(column.name == "key" for column in self._columns)
        self._months: dict[str, str] = {}
        self.staged = ("line", *([] if self._keyed else ["key"]), *self._names())

    @property
    def counts_repeats(self) -> bool:
        """Whether rows without a key of their own are told apart by their number."""
        return not self._keyed and self.source.grain is not Grain.MONTH_COUNT

    def choose(self, header: Sequence[str]) -> list[str]:
        """Choose the file's columns to read.

        Raises:
            DataError: one that the mapping names is not there, or no column is a month.
        """
        source = self.source
        wanted = {column: f"{role} in [columns]" for role, column in source.columns.items()}
        if source.keep is not None:
            wanted.setdefault(source.keep.column, "column in [keep]")
        chosen = pick(header, wanted, source.config_file)
        if source.wide is None:
            return chosen
        self._months = months_among(header, source.wide.prefix, source.wide.format)
        if not self._months:
            raise DataError(
                f"line 1: no column is a month in the form {source.wide.prefix}"
                f"{source.wide.format}; change wide in {source.config_file or 'the source TOML'}"
            )
        return chosen + [month for month in self._months if month not in chosen]

    def check(self, chunk: Chunk) -> Iterator[Checked]:
        """Hold the rows of a chunk against the contract."""
        lost = len(chunk.faults)
        yield Checked([], list(chunk.faults), read=lost, kept=lost)
        lines = np.asarray(chunk.lines, dtype=np.int64)
        passed = self._passed(chunk.frame)
        if self.source.wide is None:
            yield Checked([], [], read=len(lines), matched=int(passed.sum()))
            yield self._check(lines[passed], chunk.frame[passed])
            return
        yield Checked([], [], matched=int(passed.sum()))
        for some_lines, frame in self._melted(lines[passed], chunk.frame[passed]):
            yield Checked([], [], read=len(some_lines))
            yield self._check(some_lines, frame)

    def _names(self) -> list[str]:
        return [column.name for column in self._columns if column.staged]

    def _passed(self, frame: pd.DataFrame) -> npt.NDArray[np.bool_]:
        keep = self.source.keep
        if keep is None:
            return np.ones(len(frame), dtype=bool)
        equals = {value.strip() for value in keep.equals}
        told, _ = _read(frame[keep.column], lambda texts: [int(text in equals) for text in texts])
        return told.astype(bool)

    def _melted(self, lines: _Array, frame: pd.DataFrame) -> Iterator[tuple[_Array, pd.DataFrame]]:
        """Give the cells of a wide file as rows, without the blank ones."""
        months = list(self._months)
        step = max(1, _MELTED_ROWS // len(months))
        rest = [column for column in frame.columns if column not in self._months]
        for start in range(0, len(frame), step):
            part = frame.iloc[start : start + step]
            cells = part.melt(rest, months, var_name=MONTH, value_name=CELL)
            stated = ~cells[CELL].str.strip().isin(self.source.null).to_numpy(dtype=bool)
            yield np.tile(lines[start : start + step], len(months))[stated], cells[stated]

    def _check(self, lines: _Array, frame: pd.DataFrame) -> Checked:
        reasons: _Array = np.full(len(lines), "", dtype=object)
        content: dict[str, _Array] = {}
        for column in self._columns:
            self._read_column(column, frame, content, reasons)
        self._hold_together(content, reasons)
        if not self._keyed:
            content["key"] = _made_keys(content, self._names(), self.source.grain, len(lines))
        return self._sorted_out(lines, content, reasons)

    def _read_column(
        self, column: Column, frame: pd.DataFrame, content: dict[str, _Array], reasons: _Array
    ) -> None:
        read_all: Callable[[list[str]], Sequence[Value]] = column.read_all
        if column.header == MONTH:
            months = self._months
            read_all = lambda headers: column.read_all([months[name] for name in headers])  # noqa: E731
        content[column.name], faulty = _read(frame[column.header], read_all)
        for at in np.flatnonzero(faulty & (reasons == "")) if faulty is not None else ():
            name = frame[MONTH].iloc[at] if column.header in {CELL, MONTH} else column.header
            reasons[at] = f"{name} {content[column.name][at].words}"

    def _hold_together(self, content: dict[str, _Array], reasons: _Array) -> None:
        """Check what one column says against another."""
        if not {"killed", "victims"} <= content.keys():
            return
        columns = self.source.columns
        reason = f"{columns['killed']} is more than {columns['victims']}"
        for at, (killed, victims) in enumerate(
            zip(content["killed"], content["victims"], strict=True)
        ):
            both = isinstance(killed, int) and isinstance(victims, int)
            if both and killed > victims and not reasons[at]:
                reasons[at] = reason

    def _sorted_out(self, lines: _Array, content: dict[str, _Array], reasons: _Array) -> Checked:
        good = reasons == ""
        columns = [lines, *(content[name] for name in self.staged[1:])]
        if good.all():
            rows = list(zip(*(column.tolist() for column in columns), strict=True))
            return Checked(rows, [], kept=len(lines))
        rows = list(zip(*(column[good].tolist() for column in columns), strict=True))
        bad = ~good
        faults = list(zip(lines[bad].tolist(), reasons[bad].tolist(), strict=True))
        keys = [] if self.counts_repeats else _whole_keys(content["key"][bad])
        return Checked(rows, faults, kept=len(lines), bad_keys=keys)


def months_among(header: Sequence[str], prefix: str, form: str) -> dict[str, str]:
    """Find the headers that are months: header → first day of the month, ISO."""
    months = {}
    for name in header:
        try:
            month = datetime.strptime(name.removeprefix(prefix), form)  # noqa: DTZ007 (a month)
        except ValueError:
            continue
        if name.startswith(prefix) and month.strftime(form) == name.removeprefix(prefix):
            months[name] = f"{month:%Y-%m}-01"
    return months


def _read(
    column: "pd.Series[str]", read_all: Callable[[list[str]], Sequence[Value]]
) -> tuple[_Array, npt.NDArray[np.bool_] | None]:
    """Read a column by its distinct values.

    Returns:
        What each row says, and which rows say a Fault (None: no row does).
    """
    codes, distinct = pd.factorize(column)
    said = read_all([text.strip() for text in distinct.tolist()])
    table: _Array = np.empty(len(said), dtype=object)
    table[:] = said
    wrong = np.fromiter((isinstance(each, Fault) for each in said), bool, len(said))
    return table[codes], wrong[codes] if wrong.any() else None


def _made_keys(content: dict[str, _Array], names: list[str], grain: Grain, rows: int) -> _Array:
    """Make each row's key from what it says; "" where that is not to be read.

    A month's count is told by its labels, any other row by all that it says but when it was
    recorded.
    """
    chosen = _IDENTITY if grain is Grain.MONTH_COUNT else names
    parts = [content[name].tolist() for name in chosen if name in content and name != "recorded"]
    keys: _Array = np.empty(rows, dtype=object)
    keys[:] = [_joined(each) for each in zip(*parts, strict=True)]
    return keys


def _joined(parts: tuple[Value, ...]) -> str:
    if any(isinstance(part, Fault) for part in parts):
        return ""
    texts = ("" if part is None else str(part).replace("|", "||") for part in parts)
    key = " | ".join(texts)
    if len(key) <= values.MAX_TEXT:
        return key
    return blake2b(key.encode(), digest_size=16).hexdigest()


def _whole_keys(keys: _Array) -> list[str]:
    whole = [isinstance(key, str) and key != "" for key in keys]
    return list(compress(keys.tolist(), whole))
