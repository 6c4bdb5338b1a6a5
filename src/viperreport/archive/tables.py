"""The ledger's tables, and how an older ledger becomes one of today.

Instants are UTC text of one width and days ISO text, as in the evidence store. The ledger is a
database of its own: a load that takes long must not keep a run from its claims.
"""

from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Engine,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    inspect,
    select,
    text,
)

from viperreport.database import open_engine, sqlite_url
from viperreport.errors import ConfigError

SCHEMA = "viperreport_ledger"  # on PostgreSQL, beside the evidence
METADATA = MetaData()
_WHOLE = BigInteger().with_variant(Integer, "sqlite")

META = Table("meta", METADATA, Column("key", Text, primary_key=True), Column("value", Text))

# A briefing is seen first by some run; its slots count from then on, by these words.
BRIEFINGS = Table(
    "briefings",
    METADATA,
    Column("home", Text, primary_key=True),
    Column("briefing", Text, primary_key=True),
    Column("every", Text),
    Column("cut_off", Text),
    Column("since", Text),  # the watermark: an instant
)

# Each slot that was taken up, once.
SLOTS = Table(
    "slots",
    METADATA,
    Column("home", Text, primary_key=True),
    Column("briefing", Text, primary_key=True),
    Column("slot", Text, primary_key=True),  # civil time, such as 2016-05-30T06:00
    Column("due", Text),  # its instant
    Column("cut_off", Text),
    Column("outcome", Text),  # claimed, or skipped: why
    Column("noted_at", Text),
)

EDITIONS = Table(
    "editions",
    METADATA,
    Column("id", _WHOLE, primary_key=True),
    Column("home", Text),
    Column("briefing", Text),
    Column("area", Text),
    Column("cut_off", Text),
    Column("revision", Integer),
    Column("slot", Text),
    Column("due", Text),
    Column("state", Text),
    Column("reason", Text),
    Column("code", Integer),  # the exit code that its state means
    Column("known_at", Text),  # empty: to be fixed when it is built
    Column("configuration", Text),  # the hash of the text that was kept
    Column("late", Integer),  # 1: its sources did not reach its cut-off in time
    Column("released", Integer),  # 1: a person lets it out in spite of a hold
    Column("fault", Text),  # what tells one fault from another
    Column("same", Integer),  # how often in a row it was this one
    Column("tries", Integer),  # faults in a row, of any kind
    Column("next_try", Text),
    Column("run", Text),
    Column("claimed_at", Text),
    Column("changed_at", Text),
)

EVENTS = Table(
    "events",
    METADATA,
    Column("id", _WHOLE, primary_key=True),
    Column("edition", _WHOLE),
    Column("at", Text),
    Column("run", Text),
    Column("before", Text),
    Column("after", Text),
    Column("reason", Text),
)

# Every file of the archive, in one chain.
FILES = Table(
    "files",
    METADATA,
    Column("seq", _WHOLE, primary_key=True),
    Column("home", Text),
    Column("edition", _WHOLE),
    Column("name", Text),  # the edition's, such as weekly/all/2016-05-25
    Column("path", Text),  # below output/editions
    Column("sha256", Text),
    Column("size", _WHOLE),
    Column("chain", Text),
    Column("made", Text),  # JSON: fingerprint and versions; on an edition's PDF alone
    Column("filed_at", Text),
)

# An edition that replaces another one, once it is filed: see archive/successions.py.
SUCCESSIONS = Table(
    "successions",
    METADATA,
    Column("edition", _WHOLE, primary_key=True),
    Column("replaces", _WHOLE),
    Column("reason", Text),
    Column("noted_at", Text),
)

# An edition that is no longer valid.
WITHDRAWALS = Table(
    "withdrawals",
    METADATA,
    Column("edition", _WHOLE, primary_key=True),
    Column("reason", Text),
    Column("noted_at", Text),
)

# Files that were taken out of the archive for their age.
PRUNINGS = Table(
    "prunings",
    METADATA,
    Column("number", _WHOLE, primary_key=True),
    Column("file", _WHOLE),  # its seq
    Column("at", Text),
    Column("run", Text),
    Column("reason", Text),
    Column("chain", Text),
    Column("done_at", Text),  # empty: the file may be there still
)

# The text that editions are built by, so that any machine can build them.
CONFIGURATIONS = Table(
    "configurations",
    METADATA,
    Column("hash", Text, primary_key=True),
    Column("files", LargeBinary),  # packed: see configuration.py
    Column("kept_at", Text),
)

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
MIGRATIONS: Sequence[Sequence[str]] = (_FIRST, _SUCCESSIONS, _PRUNED, _CONFIGURATIONS)


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
