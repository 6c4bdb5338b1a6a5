"""What may stand in one of sources/*.toml, and what goes without saying for its kind."""

import codecs
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import PurePosixPath
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, field_validator

from viperreport.model.figure import Measure, Unit
from viperreport.model.source import Delivery, Grain, Kind, TimeRule, Window
from viperreport.settings.reading import Day, Flag, Line, MaybeLine, Number, Table

_CODE = re.compile(r"[a-z][a-z0-9_]{0,63}")
_SAMPLE = datetime(2016, 11, 25, 13, 45, 59, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class About:
    """What goes without saying for one kind of source; the first grain is the usual one."""

    grains: tuple[Grain, ...]
    needed: tuple[str, ...]
    allowed: tuple[str, ...]
    units: tuple[Unit, ...]
    measure: Measure


ABOUT = {
    Kind.INCIDENTS: About(
        (Grain.INCIDENT, Grain.VICTIM),
        ("date",),
        (
            *("key", "area", "sub_area", "category", "circumstance", "recorded"),
            *("killed", "injured", "victims", "drug_related"),
        ),
        (Unit.INCIDENT, Unit.OFFENCE),
        Measure("incident", "Incidents", "Incidents that the file holds.", Unit.INCIDENT),
    ),
    Kind.RECOVERIES: About(
        (Grain.FIND, Grain.ITEM),
        ("date",),
        ("key", "area", "sub_area", "category", "circumstance", "items", "recorded"),
        (Unit.ITEM, Unit.FIND),
        Measure(
            "recovered",
            "Firearms recovered",
            "Firearms that came into the hands of the police.",
            Unit.ITEM,
            harm=False,
        ),
    ),
    Kind.ACTIVITY: About(
        (Grain.RETURN,),
        ("date", "category", "done"),
        ("key", "area", "sub_area", "planned", "arrests", "firearms", "reach", "recorded"),
        (Unit.RETURN,),
        Measure(
            "activity",
            "Police activity",
            "What the returns of the operation's tactics state.",
            Unit.RETURN,
            harm=False,
        ),
    ),
    Kind.COUNTS: About(
        (Grain.MONTH_COUNT,),
        ("date", "count"),
        ("area", "sub_area", "category"),
        (Unit.OFFENCE, Unit.INCIDENT, Unit.VICTIM, Unit.ITEM),
        Measure("offence", "Recorded offences", "Offences recorded in a month.", Unit.OFFENCE),
    ),
}


def _code(text: str) -> str:
    if not _CODE.fullmatch(text):
        raise ValueError("a code has small letters, digits and _, and begins with a letter")
    return text


def _date_format(text: str) -> str:
    back = _there_and_back(text)
    if back is None or (back.year, back.month) != (_SAMPLE.year, _SAMPLE.month):
        raise ValueError('must be a date format with year and month, such as "%d/%m/%Y"')
    return text


def _there_and_back(text: str) -> datetime | None:
    try:
        return datetime.strptime(_SAMPLE.strftime(text), text)  # noqa: DTZ007 (a format's test)
    except (ValueError, re.error):
        return None


def _encoding(text: str) -> str:
    try:
        "a".encode(text)  # refuses what is no encoding of text, such as base64
        name = codecs.lookup(text).name
    except (LookupError, ValueError):
        raise ValueError('is no text encoding; write for example "utf-8" or "cp1252"') from None
    if name.startswith(("utf-16", "utf-32")):
        raise ValueError(f"{name} is not read: save the file as UTF-8")
    return text


def _delimiter(text: str) -> str:
    if len(text) != 1 or text.isalnum() or text in "\"'\r\n\0":
        raise ValueError('must be one sign between cells, such as "," or ";" or "\\t"')
    return text


def _path(text: str) -> str:
    path = PurePosixPath(text)
    if path.is_absolute() or ".." in path.parts or text.startswith("~"):
        raise ValueError("must lie below the home, such as inbox/incidents*.csv")
    return text


def _coverage(value: object) -> object:
    if isinstance(value, datetime) or not isinstance(value, str | date):
        raise ValueError('must be "load", "newest-record" or a date, such as 2016-05-25')  # noqa: TRY004
    if value in {"load", "newest-record"}:
        return value
    try:
        return date.fromisoformat(str(value)).isoformat()
    except ValueError:
        raise ValueError('must be "load", "newest-record" or a date, such as 2016-05-25') from None


DateFormat = Annotated[str, AfterValidator(_date_format)]


class MeasureTable(Table):
    """`[measure]`: what is counted, where it is not the usual."""

    code: Annotated[str, AfterValidator(_code)] | None = None
    name: Line | None = None
    definition: Line | None = None
    unit: Unit | None = None
    harm: Flag | None = None


class FormatTable(Table):
    """`[format]`: how dates, times, flags and numbers are written."""

    time_rule: TimeRule = TimeRule.DATE
    date: DateFormat = Field(default="%Y-%m-%d", validate_default=True)
    recorded: DateFormat | None = None  # as date
    true: tuple[str, ...] = ("true", "Y", "1")
    false: tuple[str, ...] = Field(default=("false", "N", "0", ""), validate_default=True)
    null: tuple[str, ...] = ("",)
    thousands: Annotated[str, Field(max_length=1)] = ","

    @field_validator("date")
    @classmethod
    def _has_time(cls, text: str, info: ValidationInfo) -> str:
        """A bare date read as midnight in UTC would be the day before in New York."""
        back = _there_and_back(text)
        if info.data.get("time_rule") is TimeRule.UTC and back and back.hour != _SAMPLE.hour:
            raise ValueError('time_rule = "utc" needs a time of day, such as "%Y-%m-%dT%H:%M"')
        return text

    @field_validator("false")
    @classmethod
    def _not_true(cls, words: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        if set(words) & set(info.data.get("true", ())):
            raise ValueError("a word cannot mean both true and false")
        return words


class KeepTable(Table):
    """`[keep]`: the rows that count; the others are passed over."""

    column: Line
    equals: Annotated[tuple[str, ...], Field(min_length=1)]


class WideTable(Table):
    """`wide`: one column a month."""

    prefix: str = ""
    format: DateFormat = "%Y%m"


class SourceTable(Table):
    """A source as it is written. `kind` stands first: others are checked against it."""

    kind: Kind
    grain: Grain | None = None
    file: Literal["csv", "excel", "parquet"] = "csv"
    path: Annotated[MaybeLine, AfterValidator(_path)] = ""
    encoding: Annotated[str, AfterValidator(_encoding)] = "utf-8"
    delimiter: Annotated[str, AfterValidator(_delimiter)] = ","
    delivery: Delivery = Delivery.FULL
    window: Window = Window.ALL
    coverage: Annotated[str, BeforeValidator(_coverage)] = "load"
    starts: Day | None = None
    synthetic: Flag = False
    max_bad_share: Annotated[Number, Field(ge=0, lt=1)] = 0.02
    wide: WideTable | None = None
    columns: dict[str, Line] = Field(default_factory=dict)
    format: FormatTable = FormatTable()
    area_names: dict[str, Line] = Field(default_factory=dict)
    keep: KeepTable | None = None
    measure: MeasureTable = MeasureTable()

    @field_validator("grain")
    @classmethod
    def _of_this_kind(cls, grain: Grain | None, info: ValidationInfo) -> Grain | None:
        kind = info.data.get("kind")
        if kind and grain and grain not in ABOUT[kind].grains:
            raise ValueError(f"{kind} have the grain {' or '.join(ABOUT[kind].grains)}")
        return grain

    @field_validator("wide")
    @classmethod
    def _counts_only(cls, wide: WideTable | None, info: ValidationInfo) -> WideTable | None:
        if wide and info.data.get("kind", Kind.COUNTS) is not Kind.COUNTS:
            raise ValueError('only a source of kind = "counts" is wide')
        return wide

    @field_validator("format")
    @classmethod
    def _whole_days(cls, given: FormatTable, info: ValidationInfo) -> FormatTable:
        back = _there_and_back(given.date)
        if info.data.get("kind") is not Kind.COUNTS and back and back.day != _SAMPLE.day:
            raise ValueError('date must hold the day too, such as "%d/%m/%Y"')
        return given

    @field_validator("measure")
    @classmethod
    def _fitting_unit(cls, measure: MeasureTable, info: ValidationInfo) -> MeasureTable:
        kind = info.data.get("kind")
        if kind and measure.unit and measure.unit not in ABOUT[kind].units:
            raise ValueError(f"unit: {kind} are counted by {' or '.join(ABOUT[kind].units)}")
        return measure
