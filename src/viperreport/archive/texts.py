"""The texts that editions are built by, kept in the ledger: every machine that has it has them."""

from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import Engine, insert, select

from viperreport.archive.edition_tables import CONFIGURATIONS
from viperreport.archive.ledger import Ledger
from viperreport.archive.tables import check_schema, is_made
from viperreport.database import reading, to_text


def lacking(ledger: Ledger, wanted: Iterable[str]) -> tuple[str, ...]:
    """The hashes of those configurations that a ledger does not hold."""
    with ledger.reading() as connection:
        held = set(connection.scalars(select(CONFIGURATIONS.c.hash)))
    return tuple(sorted(set(wanted) - held))


def note_text(ledger: Ledger, name: str, files: bytes) -> None:
    """Keep a configuration under its hash, before anything refers to it."""
    with ledger.writing() as connection:
        values = {"hash": name, "files": files, "kept_at": to_text(ledger.stamp.at)}
        connection.execute(insert(CONFIGURATIONS).values(**values))


def text_of(engine: Engine, name: str) -> bytes | None:
    """A configuration as it was packed; None where the ledger does not hold it.

    Args:
        engine: the ledger's, translated; a SQLite file that is not there is not made.

    Raises:
        ConfigError: another version wrote it.
    """
    file = engine.url.database
    if engine.dialect.name == "sqlite" and not (file and Path(file).exists()):
        return None
    with reading(engine) as connection:
        if not is_made(connection):
            return None
        check_schema(connection)
        query = select(CONFIGURATIONS.c.files).where(CONFIGURATIONS.c.hash == name)
        found = connection.execute(query).scalar()
        return None if found is None else bytes(found)
