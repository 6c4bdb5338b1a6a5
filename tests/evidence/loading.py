"""What the tests of the load side share: small sources, small files, and the store laid open."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, select

from viperreport.database import reading
from viperreport.evidence.load import LoadReport, LoadRequest, load_file
from viperreport.evidence.tables import CONTENT_NAMES, LOADS, META, QUARANTINE, VERSIONS
from viperreport.model.figure import Measure, Unit
from viperreport.model.source import Grain, Kind, Source

HOME = "home-of-the-tests"
LONDON = "Europe/London"
NOW = datetime(2016, 5, 30, 6, tzinfo=UTC)
SHOOTINGS = Source(
    name="shootings",
    kind=Kind.INCIDENTS,
    grain=Grain.INCIDENT,
    measure=Measure("discharge", "Gun incidents", "A firearm was fired.", Unit.INCIDENT),
    columns={"key": "ID", "date": "DAY", "area": "AREA", "killed": "KILLED"},
    config_file="config/sources/shootings.toml",
    mapping_hash="a",
)
HEADER = "ID,DAY,AREA,KILLED"
GOOD_ROWS = tuple(f"g{n},2016-05-{n:02d},Hackney,0" for n in range(1, 21))


def source_of(columns: Mapping[str, str], **changes: Any) -> Source:  # noqa: ANN401 (any field)
    """Make a source with other columns and settings."""
    return replace(SHOOTINGS, columns=dict(columns), **changes)


def csv_file(folder: Path, *lines: str, name: str = "shootings.csv") -> Path:
    """Write lines to a file; the first is the header."""
    path = folder / name
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def request(**changes: Any) -> LoadRequest:  # noqa: ANN401 (any field)
    """Make a request at NOW, in London."""
    return replace(LoadRequest(now=NOW, home=HOME, zone=LONDON), **changes)


def days_on(days: float, **changes: Any) -> LoadRequest:  # noqa: ANN401 (any field)
    """Make a request some days after NOW."""
    return request(now=NOW + timedelta(days=days), **changes)


def load_lines(
    engine: Engine,
    folder: Path,
    lines: Iterable[str],
    source: Source = SHOOTINGS,
    asked: LoadRequest | None = None,
) -> LoadReport:
    """Load a file of these lines."""
    return load_file(engine, source, csv_file(folder, *lines), asked or request())


def versions(engine: Engine) -> list[dict[str, Any]]:
    """All versions, in an order that does not depend on their numbers."""
    with reading(engine) as connection:
        rows = connection.execute(select(VERSIONS)).mappings().all()
    kept = [{name: value for name, value in row.items() if name != "id"} for row in rows]
    return sorted(kept, key=lambda row: (row["source"], row["key"], row["known_from"]))


def current(engine: Engine) -> dict[str, dict[str, Any]]:
    """Records known still: key → content."""
    return {
        row["key"]: {name: row[name] for name in CONTENT_NAMES}
        for row in versions(engine)
        if row["known_to"] is None
    }


def everything(engine: Engine) -> dict[str, Any]:
    """Everything in the store."""
    found: dict[str, Any] = {"versions": versions(engine)}
    with reading(engine) as connection:
        for table in (META, LOADS, QUARANTINE):
            order = list(table.primary_key.columns)
            found[table.name] = [
                tuple(row) for row in connection.execute(select(table).order_by(*order))
            ]
    return found
