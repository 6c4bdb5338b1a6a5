"""The day that a time stamp means, strictly by the form and the rule that the mapping states.

Nothing is guessed: "+00" has meant a date only, a local wall clock with a false offset, and true
UTC. Source: "Time stamps in real feeds" in docs/definitions.md.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pandas as pd

from viperreport.errors import ConfigError
from viperreport.model.source import TimeRule

EARLIEST = "1900-01-01"
_OFFSET = re.compile(r"(:\d{2}(?:\.\d+)?)\s*(?:Z|UTC|([+-])(\d{2}):?(\d{2})?)$")
_TOUCHING = re.compile(r"%[YmdHMSyj]%[YmdHMSyj]")
_HOUR = re.compile("%[HIcXs]")
_SAMPLE = datetime(2016, 12, 28, 23, 59, 58, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class DateRule:
    """How one column's text becomes days.

    Args:
        form: as for strftime.
        rule: what the stamps mean.
        zone: the home's.
        config: names the file and the key that state the form, for messages.
    """

    form: str
    rule: TimeRule
    zone: str
    config: str = ""

    def __post_init__(self) -> None:
        """Refuse a form that contradicts its rule.

        Raises:
            ConfigError: an offset in the form of stamps that have none, or instants without time.
        """
        if "%z" in self.form and self.rule is TimeRule.LOCAL:
            raise ConfigError(
                f"{self.config}: %z needs time_rule utc, or local-ignore-offset; local has none"
            )
        if self.rule is TimeRule.UTC and not _HOUR.search(self.form):
            raise ConfigError(f"{self.config}: time_rule utc needs the time of day in the form")

    def days(self, texts: Sequence[str]) -> list[str]:
        """Read trimmed, distinct texts.

        Returns:
            ISO days, "" where a text is not in the form or no such day exists.

        Raises:
            ConfigError: the form itself is none.
        """
        try:
            return _unchecked(self, [self._bare(text) for text in texts])
        except ValueError as error:
            raise ConfigError(f"{self.config}: {self.form!r} is no form of a date") from error

    def _bare(self, text: str) -> str:
        """The text as pandas may see it; "" for what it would read too kindly."""
        if not any(c.isdecimal() for c in text) or not text.isascii() or not text[0].isalnum():
            return ""  # "now" and "today" would be the day of the load, "-2016-05-01" before Christ
        if self.rule is TimeRule.UTC:
            return _OFFSET.sub(_full_offset, text)
        if self.rule is not TimeRule.LOCAL:
            return _OFFSET.sub(r"\1", text)
        return text


def _unchecked(rule: DateRule, texts: list[str]) -> list[str]:
    utc = rule.rule is TimeRule.UTC
    form = rule.form if utc else rule.form.removesuffix("%z").rstrip()
    if utc and not form.endswith("%z"):
        texts = [text.removesuffix("+00:00") for text in texts]
    if _TOUCHING.search(form):  # else "2016111" is two days
        width = len(_SAMPLE.strftime(form))
        texts = [text if len(text) == width or "%b" in form.lower() else "" for text in texts]
    stamps = pd.Series(pd.to_datetime(pd.Index(texts), format=form, errors="coerce", utc=utc))
    if utc:
        stamps = stamps.dt.tz_convert(rule.zone)
    return stamps.dt.strftime("%Y-%m-%d").fillna("").tolist()


def _full_offset(found: re.Match[str]) -> str:
    clock, sign, hours, minutes = found.groups()
    return f"{clock}{sign or '+'}{hours or '00'}:{minutes or '00'}"


def end_of_day(day: str, zone: str) -> datetime:
    """The instant at which a local day ends."""
    after = date.fromisoformat(day) + timedelta(days=1)
    return datetime.combine(after, time(), ZoneInfo(zone)).astimezone(UTC)
