"""A description of a file that somebody else wrote, as `config/sources/*.toml` states it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from viperreport.model.figure import Measure

_NOTHING: Mapping[str, str] = MappingProxyType({})


class Kind(StrEnum):
    """What a source's rows are about."""

    INCIDENTS = "incidents"
    RECOVERIES = "recoveries"
    ACTIVITY = "activity"
    COUNTS = "counts"


class Grain(StrEnum):
    """What one row of the file is one of."""

    INCIDENT = "incident"  # rows that share the key are one incident; a row is not a person
    VICTIM = "victim"  # a row is one victim; rows that share the key are one incident
    FIND = "find"  # a row is one find of `items` items
    ITEM = "item"  # a row is one item; rows that share the key are one find
    RETURN = "return"  # a row is one return of a tactic's activity
    MONTH_COUNT = "month-count"  # a row is the number of offences in a month


class TimeRule(StrEnum):
    """What the file's time stamps mean; nothing is guessed."""

    DATE = "date"  # only the date part counts
    LOCAL = "local"  # wall clock of the home's zone
    LOCAL_IGNORE_OFFSET = "local-ignore-offset"  # wall clock with a false offset behind it
    UTC = "utc"  # an instant, converted to the home's zone


class Delivery(StrEnum):
    """Whether a load replaces what went before within its window."""

    FULL = "full"
    INCREMENT = "increment"


class Window(StrEnum):
    """For which days a full delivery is full, counted back from the load."""

    ALL = "all"
    CALENDAR_YEAR = "calendar-year"
    ROLLING_24_MONTHS = "rolling-24-months"


@dataclass(frozen=True, slots=True)
class Wide:
    """One column a month: its header is `prefix` and a date in `format`."""

    prefix: str
    format: str


@dataclass(frozen=True, slots=True)
class Keep:
    """Only rows in which `column` holds one of these values."""

    column: str
    equals: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Area:
    """A part of the home's territory. Empty dates are open ends.

    Args:
        name: as printed.
        aliases: other names that the files use for it.
        tile: row and column in the tile map, from 1; None where it has no place.
        note: for a tile that is never counted, such as "other force".
        priority_from, priority_to: when it is a priority area; both None: never.
    """

    name: str
    slug: str
    aliases: tuple[str, ...] = ()
    tile: tuple[int, int] | None = None
    note: str = ""
    priority_from: date | None = None
    priority_to: date | None = None

    def is_priority(self, day: date) -> bool:
        """Whether it is a priority area on a day."""
        if self.priority_from is None:
            return False
        return self.priority_from <= day and (self.priority_to is None or day <= self.priority_to)


@dataclass(frozen=True, slots=True)
class Source:
    """How to read one kind of file.

    Args:
        name: the TOML's own name, such as "shootings".
        file: csv, excel or parquet.
        path: glob below the home of files that `load` picks up; empty for none.
        columns: role → column of the file. Roles: key, date, area, sub_area, category (also
            written offence, weapon or tactic), circumstance, killed, injured, victims, items,
            drug_related, recorded, done, planned, arrests, firearms, reach, count.
        coverage: "load", "newest-record", or the date (ISO) to which the data are complete.
        starts: first day held, where the file's first record does not tell.
        max_bad_share: above this share of bad rows a load is refused whole.
        config_file: for error messages.
        mapping_hash: SHA-256 of all that decides how a file is read.
    """

    name: str
    kind: Kind
    grain: Grain
    measure: Measure
    columns: Mapping[str, str]
    file: str = "csv"
    path: str = ""
    encoding: str = "utf-8"
    delimiter: str = ","
    delivery: Delivery = Delivery.FULL
    window: Window = Window.ALL
    coverage: str = "load"
    starts: date | None = None
    synthetic: bool = False
    date_format: str = "%Y-%m-%d"
    recorded_format: str = "%Y-%m-%d"
    time_rule: TimeRule = TimeRule.DATE
    true: tuple[str, ...] = ("true", "Y", "1")
    false: tuple[str, ...] = ("false", "N", "0", "")
    null: tuple[str, ...] = ("",)
    thousands: str = ","
    area_names: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    keep: Keep | None = None
    wide: Wide | None = None
    max_bad_share: float = 0.02
    config_file: str = ""
    mapping_hash: str = ""
