"""What goes along with an edition's PDF: its figures, the records behind them, how it was made.

Inside the PDF where the home says so, else beside it. Source: "Provenance" in docs/definitions.md.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from viperreport.as_json import FIGURE_COLUMNS, edition_dict, figure_row, loads_of
from viperreport.model.sealing import SEAL, sealed_hash, sealed_load
from viperreport.spreadsheet import csv_file

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from viperreport.configuration import Configuration
    from viperreport.evidence.enclosed import EnclosedRecords
    from viperreport.model.briefing import Briefing
    from viperreport.model.figure import LoadRef
    from viperreport.model.snapshot import Snapshot
    from viperreport.settings import BriefingSettings

FIGURES, RECORDS, MANIFEST = "figures.csv", "records.csv", "manifest.json"
_CSV, _JSON = "text/csv", "application/json"
_HOW_TO_READ = (
    "csv is UTF-8 by RFC 4180; a text that a spreadsheet would run has an apostrophe in front; "
    "a record counts at an instant if known_from <= instant and known_to is empty or later"
)


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file that goes along with an edition.

    Args:
        name: such as figures.csv.
        kind: its media type.
        said: what it holds, in a few words.
        attached: whether it is inside the PDF; else it lies beside it.
    """

    name: str
    kind: str
    said: str
    content: bytes = field(repr=False)
    attached: bool

    @property
    def tells_of_people(self) -> bool:
        """Whether it tells the day and place of single events."""
        return self.name == RECORDS


@dataclass(frozen=True, slots=True)
class Made:
    """An edition and what it was made from.

    Args:
        area: the name of the area whose own edition it is; empty for the whole.
        key: the home's, for the row ids of records.
        made_with: versions, by what they are of.
    """

    briefing: "Briefing"
    snapshot: "Snapshot"
    settings: "BriefingSettings"
    configuration: "Configuration"
    area: str
    key: bytes
    made_with: Mapping[str, str]


def enclose(made: Made, connection: "Connection") -> tuple[Enclosure, ...]:
    """Write all that goes along with an edition.

    Args:
        connection: within the transaction that the edition was counted in.
    """
    wanted, records = made.settings, _records(made, connection)
    tables = (
        Enclosure(
            FIGURES, _CSV, "Every figure of this edition, with its filter and its method",
            _figures(made.briefing), wanted.attach_data,
        ),
        Enclosure(
            RECORDS, _CSV, "The records behind the figures, as they were known",
            csv_file(records.header, records.rows), wanted.attach_data and wanted.attach_records,
        ),
    )  # fmt: skip
    manifest = Enclosure(
        MANIFEST, _JSON, "What this edition is, and what it was made from and with",
        _manifest(made, tables, records.loads), wanted.attach_data,
    )  # fmt: skip
    return (*tables, manifest)


def _figures(briefing: "Briefing") -> bytes:
    return csv_file(FIGURE_COLUMNS, (tuple(figure_row(f).values()) for f in briefing.figures))


def _records(made: Made, connection: "Connection") -> "EnclosedRecords":
    from viperreport.evidence.enclosed import RecordsRequest, enclosed_records

    snapshot = made.snapshot
    cubes = (snapshot.incidents, snapshot.recoveries, snapshot.activity)
    request = RecordsRequest(
        sources=[cube.source for cube in cubes if cube is not None],
        cut_off=snapshot.cut_off,
        known_at=snapshot.known_at,
        area=made.area,
        key=made.key,
    )
    return enclosed_records(connection, request)


def _manifest(made: Made, tables: Sequence[Enclosure], loads: "Sequence[LoadRef]") -> bytes:
    if made.settings.is_sealed:
        loads = [sealed_load(load, made.key) for load in loads]
    content = {
        "edition": edition_dict(made.briefing),
        "data_fingerprint": made.briefing.fingerprint,
        "config_hash": made.configuration.hash,
        "made_with": made.made_with,
        "configuration": made.configuration.hashes,
        "loads": loads_of(made.briefing, loads),
        "files": {
            each.name: {
                "sha256": _hash(made, each),
                "attached": each.attached,
            }
            for each in tables
        },
        "how_to_read": _HOW_TO_READ,
    }
    return (json.dumps(content, indent=1, ensure_ascii=False) + "\n").encode("utf-8", "replace")


def _hash(made: Made, table: Enclosure) -> str:
    """A file's hash; of one that tells of people and stays at home, what only the home can make."""
    plain = hashlib.sha256(table.content).hexdigest()
    if made.settings.is_sealed and table.tells_of_people:
        return SEAL + sealed_hash(plain, made.key)
    return plain
