"""operation.toml: the facts of a police operation, each with its source."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Annotated

from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from viperreport.settings.reading import Day, Line, MaybeLine, Table, Whole

FILE = "config/operation.toml"
_WHEN = re.compile(r"[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?")
_URL = re.compile(r"https?://[^\s/]+\S*")
_NO_TARGET = re.compile(r"stop[ -]and[ -](search|frisk)", re.IGNORECASE)


def _when(text: str) -> str:
    if not _WHEN.fullmatch(text):
        raise ValueError('must be a day, month or year, such as "2016-05-25" or "2016-05"')
    return text


def _url(text: str) -> str:
    if text and not _URL.fullmatch(text):
        raise ValueError("must be an address that begins with https:// or http://")
    return text


def _unique(words: tuple[str, ...]) -> tuple[str, ...]:
    if len({word.casefold() for word in words}) < len(words):
        raise ValueError("names one twice")
    return words


Url = Annotated[MaybeLine, AfterValidator(_url)]
Names = Annotated[tuple[Line, ...], AfterValidator(_unique)]


class Priority(Table):
    """An area to which the operation gives priority, from its first day to its last, inclusive."""

    area: Line
    start: Day = Field(alias="from")
    to: Day | None = None
    note: MaybeLine = ""

    @field_validator("to")
    @classmethod
    def _in_order(cls, last: date | None, info: ValidationInfo) -> date | None:
        first = info.data.get("start")
        if last and first and last < first:
            raise ValueError("is before from")
        return last


class Hotspot(Table):
    """A neighbourhood that the operation names, with the other spellings in use."""

    name: Line
    area: Line
    aliases: Names = ()


class Statement(Table):
    """Words that somebody said: quoted as stated, never computed with."""

    text: Line
    who: Line
    date: Annotated[str, AfterValidator(_when)]
    source: Line
    url: Url = ""


class Operation(Table):
    """An operation as it was announced.

    Attributes:
        units: who works with the lead.
        no_target: the tactics for which no plan figure may exist; stop and search always.
    """

    name: Line
    announced: Day | None = None
    source: MaybeLine = ""
    url: Url = ""
    lead: MaybeLine = ""
    team_size: Annotated[Whole, Field(ge=1)] | None = None
    units: Names = ()
    tactics: Names = ()
    no_target: Names = ()
    priority: tuple[Priority, ...] = ()
    hotspot: tuple[Hotspot, ...] = ()
    statement: tuple[Statement, ...] = ()

    @field_validator("no_target")
    @classmethod
    def _are_tactics(cls, names: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        unknown = sorted(set(names) - set(info.data.get("tactics", names)))
        if unknown:
            raise ValueError(f'"{unknown[0]}" is not among the tactics')
        return names

    def has_target(self, tactic: str) -> bool:
        """Whether a plan figure may stand beside a tactic; never beside stop and search."""
        return tactic not in self.no_target and not _NO_TARGET.search(tactic)

    def places(self) -> Iterator[tuple[str, str]]:
        """Every area that is named, with the key that names it."""
        for number, priority in enumerate(self.priority, start=1):
            yield f"priority[{number}].area", priority.area
        for number, hotspot in enumerate(self.hotspot, start=1):
            yield f"hotspot[{number}].area", hotspot.area
