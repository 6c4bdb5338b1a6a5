"""The rows of Excel workbooks and Parquet files, as text.

Both need an optional library, and say which. Whole numbers lose their ".0", real dates are
written in the form that the source states for its text dates, so that one contract reads all.
"""

import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from viperreport.errors import ConfigError, DataError
from viperreport.evidence.files import InputFile

MAX_INFLATED = 1 << 30  # bytes
_BATCH = 20_000
TextRow = tuple[int, Sequence[str]]


def excel_rows(file: InputFile, formats: Mapping[str, str]) -> Iterator[TextRow]:
    """Yield the rows of the first sheet with their numbers; blank rows are passed over."""
    try:
        from python_calamine import CalamineError, CalamineWorkbook
    except ImportError as error:
        raise _absent(file, "Excel workbooks", "excel") from error
    _refuse_bomb(file)
    try:
        book = CalamineWorkbook.from_filelike(file.handle)
        rows: Iterable[list[Any]] = book.get_sheet_by_index(0).iter_rows()
        yield from _numbered(rows, formats)
    except (CalamineError, IndexError) as error:
        raise DataError("is a damaged workbook; open it and save it anew") from error


def parquet_rows(file: InputFile, formats: Mapping[str, str]) -> Iterator[TextRow]:
    """Yield the header as row 0 and then the rows, from 1."""
    try:
        from pyarrow import ArrowException, parquet
    except ImportError as error:
        raise _absent(file, "Parquet files", "parquet") from error
    try:
        content = parquet.ParquetFile(file.handle)
        names = content.schema_arrow.names
        yield 0, names
        forms = [formats.get(name, "") for name in names]
        line = 0
        for batch in content.iter_batches(_BATCH):
            columns = [column.to_pylist() for column in batch.columns]
            for row in zip(*columns, strict=True):
                line += 1
                yield line, [_text(v, form) for v, form in zip(row, forms, strict=True)]
    except (ArrowException, OSError) as error:
        raise DataError("is a damaged Parquet file; ask for a whole one") from error


def _absent(file: InputFile, what: str, extra: str) -> ConfigError:
    return ConfigError(
        f"{file.path}: reading {what} needs an extra: pip install 'viperreport[{extra}]'"
    )


def _numbered(rows: Iterable[list[Any]], formats: Mapping[str, str]) -> Iterator[TextRow]:
    forms: list[str] = []
    for number, cells in enumerate(rows, start=1):
        if not forms:
            header = [_text(cell, "") for cell in cells]
            while header and not header[-1].strip():
                header.pop()
            forms = [formats.get(name.strip(), "") for name in header]
            fields = header
        else:
            forms_here = forms + [""] * (len(cells) - len(forms))
            fields = [_text(v, form) for v, form in zip(cells, forms_here, strict=False)]
            fields = _as_wide_as(fields, len(forms))
        if any(field.strip() for field in fields):
            yield number, fields


def _as_wide_as(fields: list[str], width: int) -> list[str]:
    """A sheet is a rectangle: what is blank at its right end is no field."""
    while len(fields) > width and not fields[-1].strip():
        fields.pop()
    return fields + [""] * (width - len(fields))


def _text(value: object, form: str) -> str:
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else ("" if value != value else str(value))  # noqa: PLR0124 (NaN)
    if isinstance(value, datetime | date):
        return value.strftime(form) if form else value.isoformat()
    return str(value)


def _refuse_bomb(file: InputFile) -> None:
    """Refuse a workbook that inflates beyond the limit, or that lies about how far it does."""
    try:
        with zipfile.ZipFile(file.handle) as archive:
            if sum(each.file_size for each in archive.infolist()) > MAX_INFLATED:
                raise DataError(f"inflates to more than {MAX_INFLATED >> 30} GiB; save it as CSV")
            damaged = archive.testzip()
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError) as error:
        raise DataError("is a damaged workbook; open it and save it anew") from error
    if damaged is not None:
        raise DataError("is a damaged workbook; open it and save it anew")
    file.handle.seek(0)
