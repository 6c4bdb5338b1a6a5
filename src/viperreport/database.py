"""Engines and transactions: SQLite or PostgreSQL, by URL.

Writers take the lock at once (BEGIN IMMEDIATE), so that two of them queue instead of failing
half way; readers see one moment. Source: "Store traps" in docs/decisions.md.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import (
    ArgumentError,
    DBAPIError,
    InterfaceError,
    OperationalError,
    SQLAlchemyError,
)

from viperreport.errors import (
    BusyError,
    ConfigError,
    DamagedError,
    OutputError,
    UnreachableError,
    ViperReportError,
)

# What SQLite says where the place is at fault and not the store.
_CANNOT_WRITE = ("readonly database", "unable to open", "disk is full", "disk I/O error")
_DISK_FULL = "53100"  # what PostgreSQL says where its disk is at fault
_DAMAGED = ("XX001", "XX002", "SQLITE_CORRUPT", "SQLITE_NOTADB")  # the start of either's code
BUSY_SECONDS = 60
_HEARING_MS = 500  # SQLite hears no signal while it waits for a lock
_STEPS = 200_000  # of SQLite's machine, between two questions whether to go on: a few milliseconds
_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",  # NORMAL may forget a commit when the power fails
    "foreign_keys=ON",
    "temp_store=FILE",  # memory stays bounded, whatever the number of rows
    "cache_size=-32768",  # KiB
)


def sqlite_url(path: Path) -> URL:
    """The URL of a SQLite file, whatever its path holds."""
    return URL.create("sqlite", database=str(path))


def open_engine(url: URL | str) -> Engine:
    """An engine for a store; nothing is opened before it is used.

    Raises:
        ConfigError: the URL is none, or its driver is not installed.
    """
    try:
        if make_url(url).get_backend_name() != "sqlite":
            return create_engine(url, pool_size=2)
        engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS, "isolation_level": None})
    except (ArgumentError, ValueError):  # whose words may quote a password that is not written well
        raise ConfigError("the store's URL is none; see .env.example for one") from None
    except ModuleNotFoundError as error:
        raise ConfigError(
            f"the store's database needs {error.name}: pip install 'viperreport[postgres]'"
        ) from error
    event.listen(engine, "connect", _prepare_sqlite)
    return engine


def break_off(engine: Engine, asked: Callable[[], bool]) -> None:
    """Let a statement on SQLite fail once it is asked to, however long it has to go.

    On PostgreSQL the driver itself cancels a statement, when KeyboardInterrupt is raised in it.

    Args:
        engine: not used before.
    """
    if engine.dialect.name == "sqlite":
        event.listen(
            engine,
            "connect",
            lambda connection, _record: connection.set_progress_handler(asked, _STEPS),
        )


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction that writes; nothing of it remains if the block fails."""
    with _transaction(engine, "BEGIN IMMEDIATE", "READ COMMITTED") as connection:
        yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One transaction that sees one moment of the store, whatever others write meanwhile."""
    with _transaction(engine, "BEGIN", "REPEATABLE READ") as connection:
        yield connection


@contextmanager
def using(connection: Connection, *, to_write: bool) -> Iterator[None]:
    """One transaction on a connection that stays open.

    Raises:
        OutputError, BusyError, ConfigError: as `writing` does.
    """
    try:
        if connection.dialect.name == "sqlite":
            with _sqlite_transaction(connection, "BEGIN IMMEDIATE" if to_write else "BEGIN"):
                yield
        else:
            with connection.begin():
                yield
    except (DBAPIError, sqlite3.Error) as error:
        raise as_ours(connection.engine, error) from error


def to_text(instant: datetime) -> str:
    """An instant as it is stored: UTC, sortable, to the microsecond."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def to_instant(stored: str) -> datetime:
    """A stored instant, aware."""
    return datetime.fromisoformat(stored)


@contextmanager
def _transaction(engine: Engine, begin: str, isolation: str) -> Iterator[Connection]:
    try:
        with engine.connect() as connection:
            if engine.dialect.name == "sqlite":
                with _sqlite_transaction(connection, begin):
                    yield connection
            else:
                connection.execution_options(isolation_level=isolation)
                with connection.begin():
                    yield connection
    except (DBAPIError, sqlite3.Error) as error:
        raise as_ours(engine, error) from error


@contextmanager
def _sqlite_transaction(connection: Connection, begin: str) -> Iterator[None]:
    if begin == "BEGIN IMMEDIATE":
        _queue(connection, begin)
    else:
        connection.execute(text(begin))
    try:
        yield
        connection.execute(text("COMMIT"))
    except BaseException:
        with suppress(SQLAlchemyError):  # a full disk has ended the transaction already
            connection.execute(text("ROLLBACK"))
        raise


def _queue(connection: Connection, begin: str) -> None:
    """Begin once nobody else writes; wait a little at a time, for a signal counts in between."""
    until = monotonic() + BUSY_SECONDS
    connection.execute(text(f"PRAGMA busy_timeout={_HEARING_MS}"))
    try:
        while True:
            try:
                connection.execute(text(begin))
            except OperationalError as error:
                if "database is locked" not in str(error.orig) or monotonic() >= until:
                    raise
            else:
                return
    finally:
        connection.execute(text(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}"))


def as_ours(engine: Engine, error: DBAPIError | sqlite3.Error) -> ViperReportError:
    """Say what is wrong, without the lines in which PostgreSQL quotes a row."""
    where = engine.url.render_as_string(hide_password=True)
    original = error.orig if isinstance(error, DBAPIError) else error
    line = (str(original).strip() or "no reason given").splitlines()[0]
    code = _code_of(original)
    if code == _DISK_FULL or any(sign in line for sign in _CANNOT_WRITE):
        return OutputError(f"{where}: cannot be written ({line}): check its owner, mode and disk")
    if "database is locked" in line:
        return BusyError(f"{where}: another process has been writing to it for long: try again")
    if engine.dialect.name != "sqlite" and isinstance(error, (OperationalError, InterfaceError)):
        return UnreachableError(f"{where}: the database does not answer ({line}): try again")
    kind = DamagedError if code.startswith(_DAMAGED) else ConfigError
    return kind(f"{where}: the store cannot be used: {line}; put it back from a backup")


def _code_of(error: BaseException | None) -> str:
    """The name that SQLite or PostgreSQL has for a fault; empty where it gives none."""
    return getattr(error, "sqlstate", None) or getattr(error, "sqlite_errorname", None) or ""


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
