"""A store's own affairs: its tables, and whose and what kind of data it holds.

One store belongs to one home, and holds either real or synthetic records. Source: "Store traps"
in docs/decisions.md.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, insert, inspect, select, text

from viperreport.database import reading, writing
from viperreport.errors import ConfigError, DataError
from viperreport.evidence.tables import META, METADATA, SCHEMA_VERSION
from viperreport.model.source import Source

_MOVED = "moved"
_LOCK = 0x76697065  # "vipe": one writer at a time on PostgreSQL too


@contextmanager
def changing(engine: Engine, home: str) -> Iterator[Connection]:
    """One transaction that writes to a home's store; its tables are made on first use.

    Raises:
        ConfigError: the store has a newer schema, or belongs to another home.
    """
    with writing(engine) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
        if not inspect(connection).has_table(META.name) or not _meta(connection):
            METADATA.create_all(connection)
            _note(connection, "schema_version", str(SCHEMA_VERSION))
            _note(connection, "home_id", home)
        check_store(connection, home)
        yield connection


@contextmanager
def consulting(engine: Engine, home: str) -> Iterator[Connection]:
    """One transaction that reads a home's store, as of one moment.

    Raises:
        DataError: nothing was ever loaded.
        ConfigError: the store has a newer schema, or belongs to another home.
    """
    if not _is_made(engine):
        raise DataError("nothing is loaded yet: run viperreport load")
    with reading(engine) as connection:
        check_store(connection, home)
        yield connection


def _is_made(engine: Engine) -> bool:
    file = engine.url.database
    if engine.dialect.name == "sqlite" and not (file and Path(file).exists()):
        return False  # looking would make an empty file
    with reading(engine) as connection:
        return inspect(connection).has_table(META.name)


def check_store(connection: Connection, home: str) -> None:
    """Refuse a store that this program or this home must not write to.

    Raises:
        ConfigError: naming what does not fit.
    """
    known = _meta(connection)
    where = connection.engine.url.render_as_string(hide_password=True)
    schema = known.get("schema_version", "")
    if schema != str(SCHEMA_VERSION):
        raise ConfigError(
            f"{where}: the store has schema {schema or 'unknown'}, this viperreport knows "
            f"{SCHEMA_VERSION}; install the version that wrote it, or a newer one"
        )
    if known.get("home_id") != home:
        raise ConfigError(
            f"{where}: this store belongs to another home; check the store's place in the "
            "configuration, or whether two homes' stores were swapped"
        )
    if _MOVED in known:
        raise ConfigError(
            f"{where}: this store was copied to a server, which has gone on since: put its URL "
            "into .env as VIPERREPORT_DATABASE_URL"
        )


def note_moved(connection: Connection) -> None:
    """Refuse a store from the end of this transaction on: another one has taken its place."""
    _note(connection, _MOVED, "to a server")


def check_nature(connection: Connection, source: Source) -> None:
    """Keep synthetic and real records apart; a store's first records settle which it holds.

    Raises:
        ConfigError: the source's records are of the other nature.
    """
    ours = "synthetic" if source.synthetic else "real"
    held = _meta(connection).get("nature")
    if held is None:
        _note(connection, "nature", ours)
    elif held != ours:
        raise ConfigError(
            f"{source.config_file}: synthetic: the store holds {held} records, this source's are "
            f"{ours}; load them in a home of their own (viperreport init DIR)"
        )


def _meta(connection: Connection) -> dict[str, str]:
    return {row.key: row.value for row in connection.execute(select(META.c.key, META.c.value))}


def _note(connection: Connection, key: str, value: str) -> None:
    connection.execute(insert(META).values(key=key, value=value))
