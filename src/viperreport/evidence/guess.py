"""Guess from a file's headers and values what its columns are; never what cannot be told."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from viperreport.errors import DataError
from viperreport.evidence.dates import DateRule
from viperreport.model.source import TimeRule

# Role → names it goes by, best first; compared in small letters without signs.
SYNONYMS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "key": (
            *("incident key", "incident id", "incident number", "incident no", "case number"),
            *("case id", "crime reference", "crime number", "occurrence number", "report number"),
            *("dr no", "dc key", "rd no", "find id", "return id", "reference", "ref", "key", "id"),
        ),
        "date": (
            *("occur date", "occurred date", "date occurred", "date occ", "occurred on"),
            *("incident date", "offence date", "offense date", "recovery date", "date recovered"),
            *("event date", "date of incident", "date", "month", "day"),
        ),
        "recorded": (
            *("recorded", "recorded date", "date recorded", "reported date", "date reported"),
            *("report date", "date rptd", "created", "created date", "date entered"),
        ),
        "area": (
            *("borough", "boro", "area", "district", "division", "ward", "police area"),
            *("lookup boroughname", "borough name", "city", "municipality"),
        ),
        "sub_area": ("precinct", "neighbourhood", "neighborhood", "beat", "sector", "sub area"),
        "category": (
            *("category", "offence", "offense", "offence type", "crime type", "minortext"),
            *("weapon", "weapon type", "firearm type", "gun type", "tactic", "type"),
        ),
        "circumstance": ("circumstance", "circumstances", "channel", "how recovered"),
        "killed": (
            *("killed", "number killed", "n killed", "fatalities", "deaths", "fatal", "murder"),
            *("statistical murder flag", "murder flag", "fatal flag", "is fatal", "died"),
        ),
        "injured": ("injured", "n injured", "number injured", "wounded", "injuries"),
        "victims": ("victims", "number of victims", "victim count"),
        "drug_related": ("drug related", "drugs related", "drug link", "drugs"),
        "items": ("items", "quantity", "guns", "firearms recovered", "number of firearms"),
        "done": ("done", "completed", "operations", "carried out"),
        "planned": ("planned", "plan", "target"),
        "arrests": ("arrests", "arrested"),
        "firearms": ("firearms", "firearms seized"),
        "reach": ("reach", "people reached", "attendees"),
        "count": ("count", "offences", "offenses", "number of offences", "total", "crimes"),
    }
)
TRUE_WORDS = ("true", "t", "yes", "y")
FALSE_WORDS = ("false", "f", "no", "n")
NULL_WORDS = ("(null)", "null", "n/a", "na", "none", "-", "nan")
_FLAGS_AT_MOST = 12
_DAYS = (
    *("%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%m-%d-%Y"),
    *("%d.%m.%Y", "%m.%d.%Y", "%d/%m/%y", "%m/%d/%y", "%d-%m-%y", "%m-%d-%y"),
    *("%d %b %Y", "%d-%b-%Y", "%d-%b-%y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y"),
)
_MONTHS = ("%Y-%m", "%Y%m", "%m/%Y", "%b %Y", "%B %Y", "%b-%y")
_TIMES = ("", "T%H:%M:%S", "T%H:%M:%S.%f", "T%H:%M", " %H:%M:%S", " %H:%M", " %H:%M:%S.%f")
_TIMES_12 = (" %I:%M:%S %p", " %I:%M %p")
_OFFSET = re.compile(r":\d{2}(?:\.\d+)?\s*(?:Z|UTC|[+-]\d{2}:?(?:\d{2})?)$")
_NOT_MIDNIGHT = re.compile(r"[T ](?!(?:00:00|12:00:00 AM|12:00 AM))\d{1,2}:\d{2}")


@dataclass(frozen=True, slots=True)
class Flags:
    """The words of columns that say yes or no, as the file writes them."""

    true: tuple[str, ...]
    false: tuple[str, ...]


def plain(header: str) -> str:
    """A header in small letters, with single spaces for all signs."""
    return " ".join(re.findall(r"[a-z0-9]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", header).lower()))


def roles_of(header: Sequence[str]) -> dict[str, str]:
    """Guess which column has which role: role → column. No column has two roles."""
    names = {plain(column): column for column in reversed(header)}
    names |= {plain(column.lower()): column for column in reversed(header)}
    roles: dict[str, str] = {}
    for role, synonyms in SYNONYMS.items():
        found = next((names[word] for word in synonyms if word in names), None)
        if found is not None and found not in roles.values():
            roles[role] = found
    return roles


def date_format_of(column: str, texts: Sequence[str], *, monthly: bool) -> str:
    """The one form in which all values are dates.

    Args:
        texts: distinct, trimmed, not null.

    Returns:
        The form without an offset; "" where no known form fits.

    Raises:
        DataError: day and month cannot be told apart.
    """
    days = (*_MONTHS, *_DAYS) if monthly else _DAYS
    forms = [day + time for time in (*_TIMES, *_TIMES_12) for day in days]
    fitting = [form for form in forms if fits(form, texts)]
    if not fitting:
        return ""
    other = _day_and_month_swapped(fitting[0])
    if other in fitting:
        raise DataError(
            f"column {column!r}: its dates can be read as {fitting[0]} and as {other}, and no row "
            "tells which; ask the sender, and say so with the date format (--date-format)"
        )
    return fitting[0]


def fits(form: str, texts: Sequence[str]) -> bool:
    """Whether all values are dates in a form."""
    rule = DateRule(form, TimeRule.DATE, "UTC")
    # Most forms fail at the first value: don't read all of them.
    return all(all(rule.days(some)) for some in (texts[:3], texts))


def _day_and_month_swapped(form: str) -> str:
    return form.translate(str.maketrans("dm", "md"))


def has_offset(texts: Sequence[str]) -> bool:
    """Whether stamps carry an offset, or a Z, and a time of day that it could matter for."""
    return any(_OFFSET.search(text) and _NOT_MIDNIGHT.search(text) for text in texts)


def flags_in(texts: Sequence[str]) -> Flags | None:
    """Read distinct values as flags; None where they are something else, such as numbers."""
    words = {text for text in texts if text}
    if not words or len(words) > _FLAGS_AT_MOST:
        return None
    if words <= {"0", "1"}:
        return Flags(("1",), ("0",))
    known = [(word, word.casefold()) for word in sorted(words)]
    true = tuple(word for word, small in known if small in TRUE_WORDS)
    false = tuple(word for word, small in known if small in FALSE_WORDS)
    rest = {small for _, small in known} - {*TRUE_WORDS, *FALSE_WORDS, *NULL_WORDS}
    return None if rest or not (true or false) else Flags(true or ("true",), false or ("false",))


def nulls_in(texts: Sequence[str]) -> list[str]:
    """Which of some values stand for nothing."""
    return sorted(text for text in set(texts) if text.casefold() in NULL_WORDS)


def are_numbers(texts: Sequence[str]) -> bool:
    """Whether all values are whole numbers."""
    words = [text for text in texts if text and text.casefold() not in NULL_WORDS]
    return bool(words) and all(re.fullmatch(r"[0-9][0-9,]*", word) for word in words)
