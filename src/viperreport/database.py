"""Engines and transactions: SQLite or PostgreSQL, by URL.

Writers take the lock at once (BEGIN IMMEDIATE), so that two of them queue instead of failing
half way; readers see one moment. Source: "Store traps" in docs/decisions.md.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DBAPIError

from viperreport.errors import ConfigError

BUSY_SECONDS = 60


def sqlite_url(path: Path) -> str:
    """The URL of a SQLite file."""
    return f"sqlite:///{path}"


def open_engine(url: str) -> Engine:
    """An engine for a store; nothing is opened before it is used."""
    if not url.startswith("sqlite"):
        return create_engine(url, pool_size=2)
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS, "isolation_level": None})
    event.listen(engine, "connect", _prepare_sqlite)
    return engine


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction that writes; nothing of it remains if the block fails."""
    with _transaction(engine, "BEGIN IMMEDIATE") as connection:
        yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One transaction that sees one moment of the store."""
    with _transaction(engine, "BEGIN") as connection:
        yield connection


def to_text(instant: datetime) -> str:
    """An instant as it is stored: UTC, sortable, to the microsecond."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def to_instant(stored: str) -> datetime:
    """A stored instant, aware."""
    return datetime.strptime(stored, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)


@contextmanager
def _transaction(engine: Engine, begin: str) -> Iterator[Connection]:
    try:
        with engine.connect() as connection:
            if engine.dialect.name == "sqlite":
                connection.execute(text(begin))
                try:
                    yield connection
                except BaseException:
                    connection.execute(text("ROLLBACK"))
                    raise
                connection.execute(text("COMMIT"))
            else:
                with connection.begin():
                    yield connection
    except DBAPIError as error:
        raise ConfigError(_explain(engine, error)) from error


def _explain(engine: Engine, error: DBAPIError) -> str:
    where = engine.url.render_as_string(hide_password=True)
    return f"{where}: the store cannot be used: {error.orig}"


def _prepare_sqlite(connection: Any, _record: object) -> None:  # noqa: ANN401 (DBAPI)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "temp_store=FILE"):
        connection.execute(f"PRAGMA {pragma}")
