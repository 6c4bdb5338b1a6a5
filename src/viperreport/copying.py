"""A home's two databases, copied whole: evidence and ledger, out of one kind into another.

A copy is compared with what it was made from, row by row, before it is committed.
Source: "Backups" in docs/operating.md.
"""

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import cast

from sqlalchemy import URL, Connection, Engine, MetaData, Table, func, insert, inspect, select, text

from viperreport.archive.edition_tables import METADATA as LEDGER
from viperreport.archive.tables import SCHEMA, migrate
from viperreport.database import as_ours, open_engine, sqlite_url, writing
from viperreport.errors import ConfigError, OutputError
from viperreport.evidence.tables import METADATA as EVIDENCE

_BATCH = 2_000  # rows in memory at once


def copy_to_server(evidence: Connection, ledger: Connection, url: str) -> dict[str, int]:
    """Copy both databases into an empty one on a server, in one transaction.

    Args:
        evidence, ledger: in transactions in which nobody else writes to them.
        url: of a database that holds no store yet.

    Returns:
        Rows, by table.

    Raises:
        ConfigError: it is no server, or holds a store already.
        UnreachableError: it does not answer.
        OutputError: what arrived is not what was sent.
    """
    with _opened(url) as engine:
        if engine.dialect.name != "postgresql":
            raise ConfigError(
                "--to: names no PostgreSQL server: write postgresql://…; into files you come back "
                "by viperreport backup and restore"
            )
        with writing(engine) as target:
            _refuse_occupied(target)
            EVIDENCE.create_all(target)
            copied = _pour_all(evidence, target, EVIDENCE)
            target.execution_options(schema_translate_map={None: SCHEMA})
            migrate(target)
            return copied | _pour_all(ledger, target, LEDGER)


def copy_to_files(evidence: Connection, ledger: Connection, into: Path) -> dict[str, int]:
    """Copy both databases into new files evidence.db and ledger.db.

    Args:
        evidence, ledger: as above. From SQLite whole pages are copied, by its own backup.
        into: a directory that holds neither.

    Returns:
        Rows, by table.
    """
    copied: dict[str, int] = {}
    for source, metadata, name in ((evidence, EVIDENCE, "evidence"), (ledger, LEDGER, "ledger")):
        file = into / f"{name}.db"
        if source.dialect.name == "sqlite":
            _copy_pages(source, file)
        else:
            with _opened(sqlite_url(file)) as engine, writing(engine) as target:
                migrate(target) if metadata is LEDGER else metadata.create_all(target)
                _pour_all(source, target, metadata)
        with _opened(sqlite_url(file)) as engine, engine.connect() as made:
            copied |= {
                f"{name}.{table}": _rows(made, metadata.tables[table]) for table in metadata.tables
            }
    return copied


def _refuse_occupied(target: Connection) -> None:
    look = inspect(target)
    if look.has_schema(SCHEMA) or any(look.has_table(name) for name in EVIDENCE.tables):
        where = target.engine.url.render_as_string(hide_password=True)
        raise ConfigError(f"{where}: holds tables of these names already: name an empty database")


def _pour_all(source: Connection, target: Connection, metadata: MetaData) -> dict[str, int]:
    name = "ledger" if metadata is LEDGER else "evidence"
    # In the order of their definition: each table after those that it refers to.
    tables = tuple(metadata.tables.values())
    for table in reversed(tables):
        target.execute(table.delete())  # what making them has noted
    for table in tables:
        _pour(source, target, table)
        _count_on(target, table)
        if _digest(_all(target, table)) != _digest(_all(source, table)):
            raise OutputError(f"{name}.{table}: did not arrive as it was sent: copy it again")
    return {f"{name}.{table}": _rows(target, table) for table in tables}


def _pour(source: Connection, target: Connection, table: Table) -> None:
    for rows in _all(source, table):
        target.execute(insert(table), [dict(zip(table.c.keys(), row, strict=True)) for row in rows])


def _all(connection: Connection, table: Table) -> Iterator[Sequence[tuple[object, ...]]]:
    """A table's rows, some at a time, in no order: two kinds of database sort text differently."""
    result = connection.execute(select(table), execution_options={"yield_per": _BATCH})
    for rows in result.partitions():
        yield [tuple(row) for row in rows]


def _digest(batches: Iterable[Sequence[tuple[object, ...]]]) -> int:
    """A sum of the rows' hashes: the same for the same rows in any order."""
    hashes = (hashlib.sha256(repr(row).encode()).digest() for rows in batches for row in rows)
    return sum(int.from_bytes(each) for each in hashes)


def _count_on(target: Connection, table: Table) -> None:
    """Let a server number new rows after those that were copied."""
    key = table.primary_key.columns.values()[0]
    if target.dialect.name == "sqlite":
        return
    schema = (target.get_execution_options().get("schema_translate_map") or {}).get(None)
    name = f"{schema}.{table.name}" if schema else table.name
    sequence = target.execute(select(func.pg_get_serial_sequence(name, key.name))).scalar()
    last = target.execute(select(func.max(key))).scalar()
    if sequence is not None and last is not None:
        target.execute(select(func.setval(text(f"'{sequence}'"), last)))


def _rows(connection: Connection, table: Table) -> int:
    return connection.execute(select(func.count()).select_from(table)).scalar() or 0


def _copy_pages(source: Connection, file: Path) -> None:
    """SQLite's own backup: all pages in one step, as of one moment, whoever writes meanwhile."""
    raw = cast("sqlite3.Connection", source.connection.dbapi_connection)
    try:
        with closing(sqlite3.connect(file)) as target:
            raw.backup(target)
    except sqlite3.Error as error:
        raise as_ours(open_engine(sqlite_url(file)), error) from error


@contextmanager
def _opened(url: URL | str) -> Iterator[Engine]:
    engine = open_engine(url)
    try:
        yield engine
    finally:
        engine.dispose()
