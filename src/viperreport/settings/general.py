"""viperreport.toml: where the home is, what runs when, and the thresholds that decide."""

import re
from datetime import time, timedelta
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    ValidationInfo,
    field_validator,
)

from viperreport.settings.mail import MailSettings
from viperreport.settings.reading import (
    Flag,
    Length,
    Line,
    MaybeLine,
    Number,
    Slug,
    Table,
    Whole,
    nearest,
)

FILE = "config/viperreport.toml"
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?")


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (OSError, ValueError, KeyError):
        names = available_timezones()
        near = nearest(name.replace(" ", "_"), names)
        hint = near if near.endswith("?") else ', such as "Europe/London"'
        raise ValueError(f"unknown time zone{hint}") from None
    return name


def _clock(value: object) -> object:
    if value is None or isinstance(value, time):
        return value
    if not (isinstance(value, str) and _CLOCK.fullmatch(value)):
        raise ValueError('must be a time of day in quotes, such as "11:00"')
    return time.fromisoformat(value)


def _language(tag: str) -> str:
    if not _LANGUAGE.fullmatch(tag):
        raise ValueError('must be a language tag, such as "en-GB"')
    return tag


class BriefingTable(Table):
    """One `[briefing.NAME]`, as it is written.

    Attributes:
        every, cut_off: in words; the calendar reads them (see `load_settings`, checks).
        template: the name of the file in templates/ that lists the sections.
        wait_for_data: the local time until which a slot waits for its sources; None: not at all.
        attach_data: whether figures.csv and manifest.json go along in the PDF (PDF/A-3a), or lie
            beside it (PDF/A-2a).
        send_when: which editions go to recipients: "always"; "changed" ones, whose figures are
            other than those of the edition before; "likely_real" ones, with a change that is.
        mask: "areas" prints counts of areas from 1 to 4 as <5, and withholds what would tell them.
        attach_records: whether records.csv goes along too, instead of beside it for the home alone.
    """

    title: Line
    every: Line
    cut_off: Line = "yesterday"
    areas: Literal["all", "all + each"] = "all"
    disclosure: Literal["internal", "public"] = "internal"
    mask: Literal["none", "areas"] = "none"
    catch_up: Literal["all", "latest", "none"] = "all"
    send_when: Literal["always", "changed", "likely_real"] = "always"
    wait_for_data: Annotated[time | None, BeforeValidator(_clock)] = None
    template: Slug = "weekly"
    attach_data: Flag = True
    attach_records: Flag = False

    @field_validator("every", "cut_off")
    @classmethod
    def _understood(cls, text: str, info: ValidationInfo) -> str:
        """Ask the calendar, which this floor may not import, whether it understands."""
        if check := (info.context or {}).get(info.field_name):
            check(text)
        return text

    @field_validator("attach_records")
    @classmethod
    def _goes_with_the_rest(cls, attach: bool, info: ValidationInfo) -> bool:  # noqa: FBT001 - pydantic's way
        """Records tell the day and place of a killing: they go with the figures, never to all."""
        if attach and not info.data.get("attach_data", True):
            raise ValueError("true needs attach_data = true: without it nothing is attached")
        if attach and info.data.get("disclosure") == "public":
            raise ValueError('true does not go with disclosure = "public": write false')
        if attach and info.data.get("mask") == "areas":
            raise ValueError('true does not go with mask = "areas": write false')
        return attach

    @field_validator("mask")
    @classmethod
    def _of_the_whole(cls, mask: str, info: ValidationInfo) -> str:
        """An area's own edition is made of counts that a mask hides."""
        if mask == "areas" and info.data.get("areas") == "all + each":
            raise ValueError('"areas" does not go with areas = "all + each": write "all"')
        return mask


class BriefingSettings(BriefingTable):
    """A briefing with its name."""

    name: str

    @property
    def is_sealed(self) -> bool:
        """Whether hashes of what it was made from are keyed: they could tell what it does not."""
        return self.disclosure != "internal" or self.mask != "none"


class Guards(Table):
    """When an edition is put on hold instead of going out.

    Attributes:
        max_age_days: so old may the newest good load be, and the data's end.
        max_drop: so much of the records of the same days may be gone since the edition before.
        max_unknown_area: how far the share without an area may lie above that of the year before.
        ended: areas, kinds, circumstances, or a flag by its label, known to match no new record.
    """

    max_age_days: Annotated[Whole, Field(ge=1)] = 8
    max_drop: Annotated[Number, Field(gt=0, lt=1)] = 0.05
    max_unknown_area: Annotated[Number, Field(gt=0, lt=1)] = 0.1
    ended: tuple[Line, ...] = ()
    max_rewritten: Annotated[Number, Field(gt=0, lt=1)] = 0.05


class OperatorSettings(Table):
    """What the person who looks after a home is told.

    Attributes:
        overdue_after: so long after its time a slot that is not settled is overdue.
    """

    overdue_after: Length = timedelta(minutes=30)


class FigureRules(Table):
    """The thresholds of definitions.md that a home may set; each is printed where it acts."""

    percent_base: Annotated[Whole, Field(ge=1)] = 30
    few: Annotated[Whole, Field(ge=1)] = 10
    projection_from_day: Annotated[Whole, Field(ge=1, le=365)] = 90
    projection_tau: Annotated[Number, Field(ge=0, le=1)] = 0.12


class MapSettings(Table):
    """What the tile map shows beside its tiles: a river below one of its rows."""

    river_after_row: Annotated[Whole, Field(ge=1)] | None = None
    river_name: MaybeLine = ""


class General(Table):
    """viperreport.toml as it is written."""

    zone: Annotated[Line, AfterValidator(_zone)]
    place: Line
    territory: MaybeLine = ""
    area_noun: Line = "area"
    language: Annotated[str, AfterValidator(_language)] = "en-GB"
    headline: MaybeLine = ""
    marking: MaybeLine = ""
    published_area: MaybeLine = ""
    briefing: Annotated[dict[Slug, BriefingTable], Field(min_length=1)]
    guards: Guards = Guards()
    operator: OperatorSettings = OperatorSettings()
    mail: MailSettings | None = None
    figures: FigureRules = FigureRules()
    map: MapSettings = MapSettings()
