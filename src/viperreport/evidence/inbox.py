"""What a store has read already: which files of a source would be new to it."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, Engine, func, inspect, select

from viperreport.errors import DataError
from viperreport.evidence.files import open_input
from viperreport.evidence.in_force import ERASED
from viperreport.evidence.journal import LoadRow, list_loads
from viperreport.evidence.tables import LOADS, VERSIONS
from viperreport.model.source import Area, Source


@dataclass(frozen=True, slots=True)
class Inbox:
    """The loads of a source, against which its files are held.

    Args:
        mapping: the hash of how it is read today.
    """

    source: Source
    loads: tuple[LoadRow, ...]
    mapping: str

    def is_new(self, file: Path, *, last: bool) -> bool:
        """Whether a file is to be loaded.

        One that was loaded, taken back or erased is not; one that was refused is, once it is read
        in another way. But the last of a source may be one that is written anew for each delivery:
        written since the latest load it is news, or at least a sign of life, whatever it holds.

        Args:
            last: whether it is the source's last file, by name.
        """
        try:
            found = file.stat()
            written = datetime.fromtimestamp(found.st_mtime, UTC)
            alike = [load for load in self.loads if load.bytes == found.st_size]
            if not alike:
                return True
            with open_input(file, self.source.file) as opened:
                sha256 = opened.sha256
        except OSError:
            return True  # whoever loads it says what is wrong
        except DataError:  # so did whoever tried to load it, unless it was written since
            return not any(
                load.outcome == "refused" and load.loaded_at >= written for load in alike
            )
        same = [load for load in self.loads if load.sha256 == sha256]
        if same and max(same, key=lambda load: load.id).outcome == ERASED:
            return False
        if last and written > max(load.loaded_at for load in self.loads):
            return True
        return all(load.outcome == "refused" and load.mapping_hash != self.mapping for load in same)


def mapping_of(source: Source, areas: Sequence[Area], zone: str) -> str:
    """Hash of all that decides how a file is read: the names of areas and the zone too."""
    names = [(area.name, area.aliases) for area in areas]
    return hashlib.sha256(repr((source.mapping_hash, zone, names)).encode()).hexdigest()


def inbox(engine: Engine, home: str, source: Source, mapping: str) -> Inbox:
    """Read what a source has loaded already."""
    file = engine.url.database
    if engine.dialect.name == "sqlite" and not (file and Path(file).exists()):
        return Inbox(source, (), mapping)
    return Inbox(source, list_loads(engine, source.name, home), mapping)


def mark_of(connection: Connection) -> str:
    """A mark of all that a store knows: another one after every load and every undoing."""
    if not inspect(connection).has_table(LOADS.name):
        return ""
    rows = connection.execute(
        select(LOADS.c.outcome, func.count(), func.max(LOADS.c.id))
        .group_by(LOADS.c.outcome)
        .order_by(LOADS.c.outcome)
    )
    return hashlib.sha256(repr([tuple(row) for row in rows]).encode()).hexdigest()


def areas_named(connection: Connection, sources: Iterable[Source]) -> Sequence[str]:
    """The areas that the records of some sources name."""
    names = [source.name for source in sources]
    query = select(VERSIONS.c.area).where(VERSIONS.c.source.in_(names), VERSIONS.c.area != "")
    return sorted(connection.scalars(query.distinct()))
