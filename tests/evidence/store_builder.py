"""Fills a store without the load side: loads and versions, written as they are read."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Engine, insert

from viperreport.database import to_text, writing
from viperreport.evidence.tables import CONTENT_NAMES, LOADS, QUARANTINE, VERSIONS
from viperreport.model.figure import Measure, Unit
from viperreport.model.source import Grain, Kind, Source

LONDON = "Europe/London"
INCIDENTS = Source(
    name="shootings",
    kind=Kind.INCIDENTS,
    grain=Grain.INCIDENT,
    measure=Measure("discharge", "Gun incidents", "A firearm was fired.", Unit.INCIDENT),
    columns={"key": "ID", "date": "DAY", "area": "AREA"},
)
RECORDED = replace(INCIDENTS, columns={**INCIDENTS.columns, "recorded": "RECORDED"})
RECOVERIES = replace(
    INCIDENTS,
    name="recoveries",
    kind=Kind.RECOVERIES,
    grain=Grain.FIND,
    measure=Measure("recovered", "Firearms recovered", "A firearm was seized.", Unit.ITEM),
)
ACTIVITY = replace(
    INCIDENTS,
    name="activity",
    kind=Kind.ACTIVITY,
    grain=Grain.RETURN,
    measure=Measure("activity", "Activity", "A return.", Unit.RETURN, harm=False),
)
OFFENCES = replace(
    INCIDENTS,
    name="offences",
    kind=Kind.COUNTS,
    grain=Grain.MONTH_COUNT,
    measure=Measure("offence", "Recorded offences", "An offence.", Unit.OFFENCE),
)


def at(text: str) -> datetime:
    """Make an instant of a text such as 2016-05-26T05:00, which is UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@dataclass(frozen=True)
class Version:
    """One version as a test states it; `content` are columns of the store."""

    key: str
    day: date
    known_from: datetime
    known_to: datetime | None = None
    load_id: int = 1
    lines: str = "2"
    content: tuple[tuple[str, Any], ...] = ()

    def row(self, source: Source) -> dict[str, Any]:
        """The version as the store holds it."""
        blank = {
            name: "" if VERSIONS.c[name].default is not None else None for name in CONTENT_NAMES
        }
        return {
            **blank,
            "source": source.name,
            "key": self.key,
            "known_from": to_text(self.known_from),
            "known_to": None if self.known_to is None else to_text(self.known_to),
            "load_id": self.load_id,
            "lines": self.lines,
            "day": self.day.isoformat(),
            **dict(self.content),
        }

    def known(self, instant: datetime) -> bool:
        """Whether it is what was known at an instant."""
        return self.known_from <= instant and (self.known_to is None or instant < self.known_to)


def version(key: str, day: str, known_from: str, **rest: Any) -> Version:  # noqa: ANN401
    """A version in short: texts for days and instants, any column of the content."""
    known_to = rest.pop("known_to", None)
    return Version(
        key=key,
        day=date.fromisoformat(day),
        known_from=at(known_from),
        known_to=None if known_to is None else at(known_to),
        load_id=rest.pop("load_id", 1),
        lines=rest.pop("lines", "2"),
        content=tuple(sorted(rest.items())),
    )


class StoreBuilder:
    """Writes into a store what a test needs to find there."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def load(self, source: Source, known_at: datetime | str, **columns: Any) -> int:  # noqa: ANN401
        """Add a load, and give its id; `columns` replace what is usual."""
        instant = at(known_at) if isinstance(known_at, str) else known_at
        usual = {
            "source": source.name,
            "outcome": "accepted",
            "reason": "",
            "file": f"{source.name}.csv",
            "sha256": f"sha of {source.name} {instant:%F %T}",
            "mapping_hash": "mapping",
            "bytes": 1,
            "known_at": to_text(instant),
            "loaded_at": to_text(instant),
        }
        with writing(self.engine) as connection:
            key = connection.execute(
                insert(LOADS).values({**usual, **columns}).returning(LOADS.c.id)
            )
            return int(key.scalar_one())

    def add(self, source: Source, *versions: Version) -> None:
        """Add versions, in the order given."""
        if versions:
            with writing(self.engine) as connection:
                connection.execute(insert(VERSIONS), [each.row(source) for each in versions])

    def daily(self, source: Source, first: str, last: str, load: int, **content: Any) -> None:  # noqa: ANN401
        """Add one record a day, known from the day after its own."""
        start, end = date.fromisoformat(first), date.fromisoformat(last)
        days = [start + timedelta(days=k) for k in range((end - start).days + 1)]
        self.add(
            source,
            *(
                Version(
                    key=f"d{day}",
                    day=day,
                    known_from=datetime(day.year, day.month, day.day, tzinfo=UTC)
                    + timedelta(days=1),
                    load_id=load,
                    lines=str(number),
                    content=tuple(sorted(content.items())),
                )
                for number, day in enumerate(days, start=2)
            ),
        )

    def wipe(self) -> None:
        """Empty the store."""
        with writing(self.engine) as connection:
            for table in (QUARANTINE, VERSIONS, LOADS):
                connection.execute(table.delete())
