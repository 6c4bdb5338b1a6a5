"""Text made of typed slots, and the one way in which each kind of value is written.

Literal words hold no digits and no number words: a number reaches a page only through a slot, so
that every one of them can be traced. Source: "Numbers as they are written" in docs/definitions.md.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from viperreport.model.calling import VerdictPhrase, Way
from viperreport.model.citing import Publication, Refs
from viperreport.model.figure import Comparison, Figure, WhyNone
from viperreport.model.period import Period, PeriodKind

MINUS = "\N{MINUS SIGN}"
_NUMBER_WORDS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
    " sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety"
    " dozens? hundreds? thousands? millions? billions?"
)
_SPELLED = re.compile(rf"\b({'|'.join(_NUMBER_WORDS.split())})\b", re.IGNORECASE)
WHY_NONE_WORDS = {
    WhyNone.NOT_HELD: "not held",
    WhyNone.NOT_REPORTED: "not reported",
    WhyNone.TOO_FEW: "too few",
    WhyNone.NOT_APPLICABLE: "n/a",
}


def none_words(figure: Figure) -> str:
    """The words for why a figure has no value; empty where it has one."""
    if figure.suppressed_as is not None:
        return str(figure.suppressed_as)
    return "" if figure.why_none is None else WHY_NONE_WORDS[figure.why_none]


@dataclass(frozen=True, slots=True)
class Words:
    """Literal words, without any number in them."""

    text: str

    def __post_init__(self) -> None:
        """A number among the words would be one that nobody can trace."""
        if _SPELLED.search(self.text) or any(map(str.isnumeric, self.text)):
            raise ValueError(f"a number in literal words: {self.text!r}")

    def __str__(self) -> str:
        """Give the words."""
        return self.text


@dataclass(frozen=True, slots=True)
class Number:
    """A figure's value, or the words for why there is none.

    Args:
        places: decimals, for numbers that are no counts.
    """

    figure: Figure
    signed: bool = False
    places: int = 0

    def __str__(self) -> str:
        """Write 1,306, or +38, or not held."""
        if self.figure.why_none is not None:
            return none_words(self.figure)
        if self.places:
            return f"{self.figure.value:,.{self.places}f}"
        return signed(self.figure.count) if self.signed else whole(self.figure.count)


@dataclass(frozen=True, slots=True)
class Change:
    """The difference, or the percent, between a comparison's two figures."""

    comparison: Comparison
    part: str = "difference"  # or "percent"
    sign: bool = True

    def __str__(self) -> str:
        """Write +38 or +45%; without the sign 38 or 45%."""
        value = getattr(self.comparison, self.part)
        if value is None:
            return "\N{EM DASH}"
        tail = "%" if self.part == "percent" else ""
        return (signed(value) if self.sign else whole(abs(value))) + tail


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a whole, both of them figures, as a whole percent."""

    part: Figure
    whole: Figure

    def __str__(self) -> str:
        """Write 63%, or an em dash where there is no share; 0 of something else is 0%."""
        if self.part.value is None or not self.whole.value:
            return "\N{EM DASH}"
        return f"{round(Fraction(self.part.count * 100, self.whole.count))}%"


@dataclass(frozen=True, slots=True)
class Interval:
    """A comparison's 95 % interval as a change in percent."""

    comparison: Comparison

    def __str__(self) -> str:
        """Write −27% to +154%, or +178% or more."""
        low, high = self.comparison.low, self.comparison.high
        if not self.comparison.has_interval or low is None:
            return "no interval"
        real = self.comparison.likely_real
        if high is None:
            return f"{percent_of(low, never_zero=real)} or more"
        return f"{percent_of(low, never_zero=real)} to {percent_of(high, never_zero=real)}"


@dataclass(frozen=True, slots=True)
class Day:
    """A date: 25 May 2016; with its weekday Wed 25 May 2016; without its year 25 May.

    Args:
        short: the month in three letters.
    """

    date: date
    weekday: bool = False
    year: bool = True
    month: bool = True
    short: bool = False

    def __str__(self) -> str:
        """Write the day."""
        parts = (
            f"{self.date:%a}" if self.weekday else "",
            str(self.date.day),
            self.date.strftime("%b" if self.short else "%B") if self.month else "",
            str(self.date.year) if self.year else "",
        )
        return " ".join(filter(None, parts))


@dataclass(frozen=True, slots=True)
class Span:
    """Both ends of a period: 28 Apr to 25 May 2016; a whole month is May 2016."""

    period: Period

    def __str__(self) -> str:
        """Write the first and the last day, with no more years than needed."""
        first, last = self.period.start, self.period.last_day
        if self.period.kind is PeriodKind.MONTH:
            return f"{first:%B} {first.year}"
        year = f" {first.year}" if first.year != last.year else ""
        month = f" {first:%b}" if year or first.month != last.month else ""
        return f"{first.day}{month}{year} to {last.day} {last:%b} {last.year}"


@dataclass(frozen=True, slots=True)
class Year:
    """A calendar year."""

    number: int

    def __str__(self) -> str:
        """Write four digits."""
        return str(self.number)


@dataclass(frozen=True, slots=True)
class Instant:
    """A local wall-clock minute: 06:00, Thu 26 May 2016."""

    local: datetime

    def __str__(self) -> str:
        """Write the minute and its day."""
        return f"{self.local:%H:%M}, {Day(self.local.date(), weekday=True)}"


@dataclass(frozen=True, slots=True)
class Setting:
    """A threshold or another number of the configuration, or a count of configured things."""

    value: float | str
    spelled: bool = False

    def __str__(self) -> str:
        """Write it with digits, or spelled out where it is a small whole number."""
        small = "zero one two three four five six seven eight nine ten eleven twelve".split()  # noqa: SIM905
        if self.spelled and isinstance(self.value, int) and 0 <= self.value < len(small):
            return small[self.value]
        return self.value if isinstance(self.value, str) else f"{self.value:,g}"


@dataclass(frozen=True, slots=True)
class Ref:
    """The mark of an exhibit, such as K1."""

    mark: str

    def __str__(self) -> str:
        """Write the mark."""
        return self.mark


@dataclass(frozen=True, slots=True)
class Name:
    """A name from the data or the configuration, whatever stands in it."""

    text: str

    def __str__(self) -> str:
        """Write the name."""
        return self.text


Part = (
    Words | Number | Change | Share | Interval | VerdictPhrase | Way
    | Day | Span | Year | Instant | Setting | Ref | Refs | Publication | Name
)  # fmt: skip
Text = tuple[Part, ...]


def text(*parts: str | Part) -> Text:
    """Make a text; plain strings become words, and are refused if they hold a number."""
    return tuple(Words(part) if isinstance(part, str) else part for part in parts)


def sentences(*given: Text) -> Text:
    """Set sentences one after the other, leaving out the empty ones."""
    joined: Text = ()
    for sentence in filter(None, given):
        joined += (Words(" "), *sentence) if joined else sentence
    return joined


def plain(content: Text) -> str:
    """The text as one string."""
    return "".join(map(str, content))


def whole(value: float) -> str:
    """Write a whole number: 1,306, and −38 with U+2212."""
    return f"{round(value):,}".replace("-", MINUS)


def signed(value: float) -> str:
    """Write a change: +38, −38, 0."""
    return ("+" if round(value) > 0 else "") + whole(value)


def percent_of(ratio: float, *, never_zero: bool = False) -> str:
    """Write a ratio as a change in whole percent, half-even: 1.45 → +45%.

    Args:
        never_zero: with decimals where it would else read 0%: the end of an interval that leaves
            out no change must not read as no change.
    """
    percent = (Fraction(ratio) - 1) * 100
    if not (never_zero and percent and round(percent) == 0):
        return signed(round(percent)) + "%"
    places = next(places for places in range(1, 20) if round(percent, places))
    return f"{float(percent):+.{places}f}%".replace("-", MINUS)


def listed(names: tuple[str, ...]) -> Name:
    """Write names as people list them: A, B and C."""
    *first, last = names
    return Name(f"{', '.join(first)} and {last}" if first else last)
