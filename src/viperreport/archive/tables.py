"""The ledger's schema, and how an older ledger becomes one of today.

The ledger is a database of its own: a load that takes long must not keep a run from its claims.
"""

from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, select, text

from viperreport.archive.delivery_tables import DELIVERED
from viperreport.archive.edition_tables import META
from viperreport.database import open_engine, sqlite_url
from viperreport.errors import ConfigError

SCHEMA = "viperreport_ledger"  # on PostgreSQL, beside the evidence

_FIRST = (
    "CREATE TABLE {at}meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) {strict}",
    """CREATE TABLE {at}briefings (
        home TEXT NOT NULL, briefing TEXT NOT NULL, every TEXT NOT NULL, cut_off TEXT NOT NULL,
        since TEXT NOT NULL, PRIMARY KEY (home, briefing)) {strict}""",
    """CREATE TABLE {at}slots (
        home TEXT NOT NULL, briefing TEXT NOT NULL, slot TEXT NOT NULL, due TEXT NOT NULL,
        cut_off TEXT NOT NULL, outcome TEXT NOT NULL, noted_at TEXT NOT NULL,
        PRIMARY KEY (home, briefing, slot)) {strict}""",
    """CREATE TABLE {at}editions (
        id {key}, home TEXT NOT NULL, briefing TEXT NOT NULL, area TEXT NOT NULL,
        cut_off TEXT NOT NULL, revision INTEGER NOT NULL CHECK (revision >= 1),
        slot TEXT NOT NULL, due TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('claimed', 'waiting', 'faulted', 'failed', 'held',
            'filed', 'skipped', 'void')),
        reason TEXT NOT NULL, code INTEGER NOT NULL, known_at TEXT NOT NULL,
        configuration TEXT NOT NULL, late INTEGER NOT NULL, released INTEGER NOT NULL,
        fault TEXT NOT NULL, same INTEGER NOT NULL, tries INTEGER NOT NULL,
        next_try TEXT NOT NULL, run TEXT NOT NULL, claimed_at TEXT NOT NULL,
        changed_at TEXT NOT NULL,
        UNIQUE (home, briefing, area, cut_off, revision)) {strict}""",
    """CREATE TABLE {at}events (
        id {key}, edition {whole} REFERENCES {at}editions (id), at TEXT NOT NULL,
        run TEXT NOT NULL, before TEXT NOT NULL, after TEXT NOT NULL, reason TEXT NOT NULL)
        {strict}""",
    """CREATE TABLE {at}files (
        seq {whole} PRIMARY KEY, home TEXT NOT NULL,
        edition {whole} NOT NULL REFERENCES {at}editions (id), name TEXT NOT NULL,
        path TEXT NOT NULL UNIQUE, sha256 TEXT NOT NULL, size {whole} NOT NULL,
        chain TEXT NOT NULL UNIQUE, made TEXT NOT NULL, filed_at TEXT NOT NULL) {strict}""",
)
_SUCCESSIONS = (
    """CREATE TABLE {at}successions (
        edition {whole} PRIMARY KEY REFERENCES {at}editions (id),
        replaces {whole} NOT NULL REFERENCES {at}editions (id),
        reason TEXT NOT NULL, noted_at TEXT NOT NULL) {strict}""",
    """CREATE TABLE {at}withdrawals (
        edition {whole} PRIMARY KEY REFERENCES {at}editions (id),
        reason TEXT NOT NULL, noted_at TEXT NOT NULL) {strict}""",
)
_PRUNED = (
    """CREATE TABLE {at}prunings (
        number {whole} PRIMARY KEY, file {whole} NOT NULL UNIQUE REFERENCES {at}files (seq),
        at TEXT NOT NULL, run TEXT NOT NULL, reason TEXT NOT NULL, chain TEXT NOT NULL UNIQUE,
        done_at TEXT NOT NULL) {strict}""",
)
_CONFIGURATIONS = (
    """CREATE TABLE {at}configurations (
        hash TEXT PRIMARY KEY, files {bytes} NOT NULL, kept_at TEXT NOT NULL) {strict}""",
)
# Step n brings a ledger from schema n to n + 1. Steps are added, never changed.
MIGRATIONS: Sequence[Sequence[str]] = (
    _FIRST,
    _SUCCESSIONS,
    _PRUNED,
    _CONFIGURATIONS,
    DELIVERED,
)


def open_ledger(state: Path, url: str | None) -> Engine:
    """An engine for a home's ledger, which is never in the file or schema of its evidence.

    Args:
        state: the directory of the home's state, where the ledger is unless a URL says otherwise.
        url: of the evidence; a ledger is beside it.

    Raises:
        ConfigError: the URL is none, or its driver is not installed.
    """
    if url is None:
        return open_engine(sqlite_url(state / "ledger.db"))
    engine = open_engine(url)
    if engine.dialect.name != "sqlite":
        return engine.execution_options(schema_translate_map={None: SCHEMA})
    evidence = Path(engine.url.database or "")
    return open_engine(sqlite_url(evidence.with_name(f"{evidence.stem}-ledger{evidence.suffix}")))


def migrate(connection: Connection, steps: Sequence[Sequence[str]] = MIGRATIONS) -> None:
    """Make the ledger one of today, within the caller's transaction; under its lock alone.

    Raises:
        ConfigError: it has a newer schema than this program knows.
    """
    known = schema_of(connection)
    _refuse_newer(connection, known, len(steps))
    if known == len(steps):
        return
    words = _dialect(connection)
    if words["at"] and not known:
        connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}"))
    for step in steps[known:]:
        for statement in step:
            connection.execute(text(statement.format(**words)))
    connection.execute(META.delete().where(META.c.key == "schema_version"))
    connection.execute(META.insert().values(key="schema_version", value=str(len(steps))))


def check_schema(connection: Connection) -> None:
    """Refuse a ledger that another version wrote.

    Raises:
        ConfigError: it is newer, or older and was not migrated.
    """
    known = schema_of(connection)
    _refuse_newer(connection, known, len(MIGRATIONS))
    if known < len(MIGRATIONS):
        raise ConfigError(
            f"{_where(connection)}: the ledger has schema {known}, this viperreport writes "
            f"{len(MIGRATIONS)}: type viperreport run, which brings it up to date"
        )


def is_made(connection: Connection) -> bool:
    """Whether there is a ledger at all."""
    schema = None if connection.dialect.name == "sqlite" else SCHEMA
    return inspect(connection).has_table(META.name, schema=schema)


def schema_of(connection: Connection) -> int:
    """The number of the ledger's schema; 0 where there is none."""
    if not is_made(connection):
        return 0
    query = select(META.c.value).where(META.c.key == "schema_version")
    return int(connection.execute(query).scalar() or 0)


def _refuse_newer(connection: Connection, known: int, ours: int) -> None:
    if known > ours:
        raise ConfigError(
            f"{_where(connection)}: the ledger has schema {known}, this viperreport knows {ours}: "
            "install the version that wrote it, or a newer one"
        )


def _where(connection: Connection) -> str:
    return connection.engine.url.render_as_string(hide_password=True)


def _dialect(connection: Connection) -> dict[str, str]:
    if connection.dialect.name == "sqlite":
        whole = {"key": "INTEGER PRIMARY KEY", "whole": "INTEGER"}
        return whole | {"at": "", "strict": "STRICT", "bytes": "BLOB"}
    key = "BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY"
    whole = {"key": key, "whole": "BIGINT"}
    return whole | {"at": f"{SCHEMA}.", "strict": "", "bytes": "BYTEA"}
