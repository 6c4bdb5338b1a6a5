"""Foreign files become chunks of text, each row with its place in the file.

To add a kind of file: a function and one line in `READERS`. A reader holds one chunk in memory
at a time and turns no value into anything but text; what values mean is the contract's matter.
"""

import csv
import difflib
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import pandas as pd

from viperreport.errors import ConfigError, DataError
from viperreport.evidence import workbooks
from viperreport.evidence.files import InputFile
from viperreport.model.source import Source

CHUNK_ROWS = 20_000
MAX_ROWS = 50_000_000
MAX_UNPAIRED = 200_000  # lines in one go
_BOM = b"\xef\xbb\xbf"
RAGGED = "the row has {} fields than the header"
UNPAIRED = "quotation marks do not pair"


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some rows of a file.

    Args:
        lines: of each row of the frame, its line in the file (its first, where it has several).
        frame: str, one column for each column of the file that is asked for.
        faults: line and reason of the rows that could not even be taken apart.
        read: bytes of the file read so far.
    """

    lines: Sequence[int]
    frame: pd.DataFrame
    faults: tuple[tuple[int, str], ...] = ()
    read: int = 0


Row = tuple[int, Sequence[str], int]
"""Line, fields, and how many lines of the file it takes up."""
Choose = Callable[[Sequence[str]], Sequence[str]]
"""From the header to the columns that are wanted."""
Reader = Callable[[InputFile, Source, Choose], Iterator[Chunk]]


def read_csv(file: InputFile, source: Source, choose: Choose) -> Iterator[Chunk]:
    """Read delimited text.

    Raises:
        ConfigError: the source's encoding or delimiter is none.
        DataError: wrong encoding, no header, no data rows, too many rows.
    """
    bad: list[tuple[int, str]] = []
    yield from _in_chunks(file, _csv_rows(file, source, bad), choose, bad)


def read_excel(file: InputFile, source: Source, choose: Choose) -> Iterator[Chunk]:
    """Read the first sheet of an .xlsx workbook; lines are the sheet's row numbers.

    Raises:
        ConfigError: the optional library is absent.
        DataError: the workbook is damaged or too large.
    """
    rows = workbooks.excel_rows(file, _date_formats(source))
    yield from _in_chunks(file, ((line, fields, 1) for line, fields in rows), choose, [])


def read_parquet(file: InputFile, source: Source, choose: Choose) -> Iterator[Chunk]:
    """Read a Parquet file; line n is its n-th row.

    Raises:
        ConfigError: the optional library is absent.
        DataError: the file is damaged.
    """
    rows = workbooks.parquet_rows(file, _date_formats(source))
    yield from _in_chunks(file, ((line, fields, 1) for line, fields in rows), choose, [])


READERS: Mapping[str, Reader] = MappingProxyType(
    {"csv": read_csv, "excel": read_excel, "parquet": read_parquet}
)


def pick(header: Sequence[str], wanted: Mapping[str, str], config: str) -> list[str]:
    """Check that every column that a mapping names is in the header, once.

    Args:
        wanted: column → where the mapping names it.

    Raises:
        DataError: naming the first that is not, and the nearest that is.
    """
    for column, role in wanted.items():
        found = header.count(column)
        if found > 1:
            raise DataError(f"line 1: column {column!r} is there {found} times; rename one of them")
        if not found:
            near = difflib.get_close_matches(column, header, n=1, cutoff=0.5) or header[:1]
            raise DataError(
                f"line 1: there is no column {column!r} ({role}); the nearest is {near[0]!r}. "
                f"Change {role} in {config or 'the source TOML'}"
            )
    return list(dict.fromkeys(wanted))


@dataclass
class _Batch:
    """Rows on their way to a chunk."""

    picked: list[tuple[str, int]]
    lines: list[int] = field(default_factory=list)
    rows: list[Sequence[str]] = field(default_factory=list)

    def chunk(self, bad: list[tuple[int, str]], read: int) -> Chunk:
        rows = self.rows
        data = {name: [row[at] for row in rows] for name, at in self.picked}
        chunk = Chunk(self.lines, pd.DataFrame(data, dtype="str"), tuple(bad), read)
        self.lines, self.rows = [], []
        bad.clear()
        return chunk


def _in_chunks(
    file: InputFile, rows: Iterator[Row], choose: Choose, bad: list[tuple[int, str]]
) -> Iterator[Chunk]:
    try:
        batch, width = _begin(rows, choose)
        yield from _batches(file, rows, batch, width, bad)
    except DataError as error:
        raise DataError(f"{file.path}: {error}") from error


def _begin(rows: Iterator[Row], choose: Choose) -> tuple[_Batch, int]:
    first = next(rows, None)
    if first is None:
        raise DataError("the file holds nothing but blank lines; ask its sender for a whole one")
    header = [name.strip() for name in first[1]]
    return _Batch([(name, header.index(name)) for name in choose(header)]), len(header)


def _batches(
    file: InputFile, rows: Iterator[Row], batch: _Batch, width: int, bad: list[tuple[int, str]]
) -> Iterator[Chunk]:
    read = 0
    for line, fields, height in rows:
        read += 1
        if len(fields) == width:
            batch.lines.append(line)
            batch.rows.append(fields)
        else:  # a stray quotation mark may have swallowed lines: each of them is a bad row
            reason = RAGGED.format("more" if len(fields) > width else "fewer")
            bad.extend((line + n, reason) for n in range(height))
        if len(batch.rows) >= CHUNK_ROWS or len(bad) >= CHUNK_ROWS:
            yield batch.chunk(bad, file.handle.tell())
        if read > MAX_ROWS:
            raise DataError(f"line {line}: more than {MAX_ROWS:,} rows; split the file")
    if not read and not bad:
        raise DataError("the file has a header but no data rows; ask its sender for a whole one")
    yield batch.chunk(bad, file.size)


def _csv_rows(file: InputFile, source: Source, bad: list[tuple[int, str]]) -> Iterator[Row]:
    text = _text(file, source)
    try:
        reader = csv.reader(text, delimiter=source.delimiter, strict=True)
        yield from _parsed(reader, bad)
    except UnicodeDecodeError as error:
        raise DataError(
            f"line {_undecodable(file, source.encoding)}: is not {source.encoding}; save the file "
            f"as {source.encoding}, or change encoding in {source.config_file or 'the source TOML'}"
        ) from error
    except TypeError as error:
        raise ConfigError(f"{source.config_file}: delimiter: must be one character") from error
    finally:
        with suppress(ValueError):  # closed already, where reading was given up
            text.detach()  # the file stays open


def _parsed(reader: Any, bad: list[tuple[int, str]]) -> Iterator[Row]:  # noqa: ANN401 (csv's own)
    """Give the rows that can be taken apart; a bad one does not end the reading."""
    line = 0
    while True:
        before = line
        try:
            for fields in reader:
                before, line = line, reader.line_num
                if fields:
                    yield before + 1, fields, line - before
        except csv.Error as error:
            before, line = line, reader.line_num
            if before == 0:
                raise DataError(f"line 1: the header cannot be read: {error}") from error
            bad.extend((n, UNPAIRED) for n in range(before + 1, line + 1))
            if len(bad) > MAX_UNPAIRED:
                raise DataError(f"line {line}: {UNPAIRED}, here and before; mend them") from error
        else:
            return


def _text(file: InputFile, source: Source) -> io.TextIOWrapper:
    """The file as text, its line ends as they are; no line is longer than files.MAX_LINE."""
    handle = file.handle
    first = handle.readline().rstrip(b"\r\n")
    if b"\r" in first:
        raise DataError("line 1: lines end in carriage returns alone; save with line feeds")
    handle.seek(len(_BOM) if first.startswith(_BOM) else 0)
    try:
        return io.TextIOWrapper(handle, source.encoding, errors="strict", newline="\n")
    except LookupError as error:
        raise ConfigError(
            f"{source.config_file}: encoding: there is none called {source.encoding!r}; try utf-8"
        ) from error


def _undecodable(file: InputFile, encoding: str) -> int:
    """The first line that is not in the encoding."""
    file.handle.seek(0)
    for number, line in enumerate(file.handle, start=1):
        try:
            line.decode(encoding)
        except UnicodeDecodeError:
            return number
    return 1  # an encoding in which a line does not stand alone


def _date_formats(source: Source) -> Mapping[str, str]:
    """In which form the cells of a column that holds real dates are to be written."""
    forms = {"date": source.date_format, "recorded": source.recorded_format}
    return {source.columns[role]: form for role, form in forms.items() if role in source.columns}
