"""Writes records and figures as tables for other programs: csv, json, parquet."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import pandas as pd
from sqlalchemy import BigInteger, Connection, Integer, select

from viperreport.durable import PRIVATE, write_whole
from viperreport.errors import ConfigError, UsageError
from viperreport.evidence.tables import CONTENT_NAMES, LOADS, VERSIONS
from viperreport.evidence.versions import is_known
from viperreport.model.source import Source
from viperreport.spreadsheet import csv_file

_COLUMNS = (
    VERSIONS.c.source,
    VERSIONS.c.key,
    *(VERSIONS.c[name] for name in CONTENT_NAMES),
    VERSIONS.c.known_from,
    VERSIONS.c.load_id,
    LOADS.c.file,
    LOADS.c.sha256,
    VERSIONS.c.lines,
)


def export_records(
    connection: Connection, sources: Sequence[Source], known_at: datetime
) -> pd.DataFrame:
    """Give every record of some sources as known at an instant.

    Args:
        connection: within a transaction that sees one moment of the store.

    Returns:
        A row a record, ordered by source, day and key: source, key, day (ISO text), the labels
        (empty: not stated), the amounts (whole numbers, missing: not stated), known_from (UTC
        text) and where the record stands: load_id, file, sha256, lines.
    """
    rows = connection.execute(
        select(*_COLUMNS)
        .join_from(VERSIONS, LOADS, VERSIONS.c.load_id == LOADS.c.id)
        .where(VERSIONS.c.source.in_([source.name for source in sources]), is_known(known_at))
        .order_by(VERSIONS.c.source, VERSIONS.c.day, VERSIONS.c.key)
    )
    frame = pd.DataFrame(map(tuple, rows), columns=[each.name for each in _COLUMNS], dtype=object)
    whole = [each.name for each in _COLUMNS if isinstance(each.type, (BigInteger, Integer))]
    return frame.astype({name: "Int64" if name in whole else "str" for name in frame.columns})


def figures_frame(figures: Iterable[Mapping[str, object]]) -> pd.DataFrame:
    """Give figures, as the rows of `as_json.figure_row`, as a table.

    Returns:
        A row a figure, of plain Python values; a whole number stays one where others are missing.
    """
    return pd.DataFrame(list(figures), dtype=object)


def write_table(frame: pd.DataFrame, table_format: str, out: Path | BinaryIO) -> None:
    """Write a table, to a file whole or not at all, or to an open binary stream.

    Args:
        table_format: csv (UTF-8, RFC 4180, formula-safe), json (a list of objects) or parquet.

    Raises:
        UsageError: there is no such format.
        ConfigError: parquet without its extra.
        OutputError: the file cannot be written.
    """
    encode = ENCODERS.get(table_format)
    if encode is None:
        raise UsageError(f"no format {table_format!r}: choose one of {', '.join(ENCODERS)}")
    content = encode(frame)
    if isinstance(out, Path):
        write_whole(out, content, PRIVATE)  # records tell the day and place of a killing
    else:
        out.write(content)


def _to_csv(frame: pd.DataFrame) -> bytes:
    return csv_file(list(frame.columns), _plain(frame).itertuples(index=False, name=None))


def _to_json(frame: pd.DataFrame) -> bytes:
    rows = _plain(frame).to_dict("records")
    return (json.dumps(rows, ensure_ascii=False, indent=1) + "\n").encode()


def _plain(frame: pd.DataFrame) -> pd.DataFrame:
    """Give plain Python values, None where one is missing."""
    plain = frame.astype(object)
    return plain.where(plain.notna(), None)


def _to_parquet(frame: pd.DataFrame) -> bytes:
    out = BytesIO()
    try:
        frame.to_parquet(out, index=False, engine="pyarrow")
    except ImportError as error:
        raise ConfigError(
            "parquet needs a library that is not installed: pip install 'viperreport[parquet]'"
        ) from error
    return out.getvalue()


ENCODERS: dict[str, Callable[[pd.DataFrame], bytes]] = {
    "csv": _to_csv,
    "json": _to_json,
    "parquet": _to_parquet,
}
