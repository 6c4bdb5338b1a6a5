"""Figures, and comparisons between figures that are alike.

A number reaches a page only as a `Figure`, which says what it counts, over which days, as known
when, and from which rows. Source: "Provenance" and "Comparison" in docs/definitions.md.
"""

import hashlib
import json
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from viperreport.errors import UnlikeFiguresError
from viperreport.model.period import Period


class Unit(StrEnum):
    """What one count is one of."""

    INCIDENT = "incident"
    OFFENCE = "offence"
    VICTIM = "victim"
    FIND = "find"
    ITEM = "item"
    RETURN = "return"
    ACTIVITY = "activity"
    ARREST = "arrest"
    REACHED = "reached"
    WEEK = "week"
    EDITION = "edition"
    TACTIC = "tactic"
    ROW = "row"
    COMPARISON = "comparison"
    YEAR = "year"
    FIGURE = "figure"


class WhyNone(StrEnum):
    """The reasons for having no number; none of them is zero."""

    NOT_HELD = "not_held"
    NOT_REPORTED = "not_reported"
    SUPPRESSED = "suppressed"
    TOO_FEW = "too_few"
    NOT_APPLICABLE = "not_applicable"


class Suppressed(StrEnum):
    """How a count is printed that is not told: as a small one, or as one that would tell it."""

    FEW = "<5"
    WITHHELD = "withheld"


class Standing(StrEnum):
    """Where a number comes from: our rows, figures counted from them, a publication, a forecast."""

    COUNTED = "counted"
    DERIVED = "derived"
    PUBLISHED = "published"
    PROJECTED = "projected"


class Verdict(StrEnum):
    """What the evidence says of a change."""

    HIGHER = "higher"
    LOWER = "lower"
    UNCLEAR = "unclear"
    FEW = "few"
    NONE = "none"


VERDICT_PHRASES = {
    Verdict.HIGHER: "Higher, likely real",
    Verdict.LOWER: "Lower, likely real",
    Verdict.UNCLEAR: "No clear change",
    Verdict.FEW: "Too few to tell",
    Verdict.NONE: "No comparison",
}


class Maturity(StrEnum):
    """How the comparator was known when it was as old as this year's count is now."""

    AS_KNOWN_THEN = "as_known_then"
    AS_RECORDED_THEN = "as_recorded_then"
    NOT_COMPARABLE = "not_comparable"


@dataclass(frozen=True, slots=True)
class Measure:
    """What is counted.

    Args:
        code: a short name for programs, such as "discharge".
        name: a plural noun phrase that can begin a sentence, such as "Gun incidents".
        definition: one plain sentence.
        unit: what one count is one of.
        harm: whether more of it is worse; police activity is not harm.
    """

    code: str
    name: str
    definition: str
    unit: Unit
    harm: bool = True


# The filter of a figure: a column of the store and the values let through, in a fixed order.
Where = tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class LoadRef:
    """One accepted load whose rows stand behind a figure."""

    id: int
    file: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Figure:
    """One number, or the reason why there is none, with all that is needed to count it again.

    Args:
        key: its name for programs, such as "incidents.ytd.2016".
        value: the number; None where `why_none` says why.
        period: the days counted.
        where: the filter, structured so that `explain` can run it again.
        known_at: the instant (UTC) whose knowledge is used.
        source: the source counted, or the publication that states the number.
        adds: the column added up ("records" counts records).
        rows: how many records stand behind the value.
        method: how it came about, in words, written by the query itself.
        hash: SHA-256 of load hashes, filter, known-at and value.
        ref: the mark beside it on the page, such as "K1"; empty where it has none of its own.
        suppressed_as: how it is printed where `why_none` is suppressed; None elsewhere. Such a
            figure has neither rows nor a hash: either could tell the number.
    """

    key: str
    value: float | None
    measure: Measure
    period: Period
    known_at: datetime
    why_none: WhyNone | None = None
    where: Where = ()
    source: str = ""
    adds: str = "records"
    rows: int = 0
    method: str = ""
    hash: str = ""
    standing: Standing = Standing.COUNTED
    ref: str = ""
    loads: tuple[LoadRef, ...] = field(default=(), repr=False)
    suppressed_as: Suppressed | None = None

    def __post_init__(self) -> None:
        """Refuse a number with an excuse, and silence without one."""
        if (self.value is None) == (self.why_none is None):
            raise ValueError(f"{self.key}: either a value or a reason for none, not both")
        if (self.suppressed_as is None) == (self.why_none is WhyNone.SUPPRESSED):
            raise ValueError(f"{self.key}: a suppressed figure says how it is printed, no other")
        if self.suppressed_as and (self.rows or self.hash):
            raise ValueError(f"{self.key}: rows or hash would tell a suppressed number")

    @property
    def unit(self) -> Unit:
        """What one count is one of."""
        return self.measure.unit

    @property
    def is_counted(self) -> bool:
        """Whether records stand behind it that add up to its value."""
        return self.standing is Standing.COUNTED and self.value is not None

    @property
    def count(self) -> int:
        """The value as a whole number; only for figures that have one."""
        if self.value is None:
            raise ValueError(f"{self.key} has no value: {self.why_none}")
        return round(self.value)


def figure_hash(
    loads: tuple[LoadRef, ...], method: str, known_at: datetime, value: float | None
) -> str:
    """SHA-256 of what a value rests on, and of the value."""
    content = [[load.sha256 for load in loads], method, known_at.isoformat(), value]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()


def derived(base: Figure, key: str, value: float, method: str, unit: Unit | None = None) -> Figure:
    """A number computed from counted ones: it stands on their rows, but no rows add up to it."""
    return replace(
        base,
        key=key,
        value=value,
        why_none=None,
        measure=replace(base.measure, unit=unit or base.unit),
        method=method,
        hash=figure_hash(base.loads, method, base.known_at, value),
        standing=Standing.DERIVED,
        ref="",
    )


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two like figures and what the evidence says of the change between them.

    Args:
        key: its name for programs, such as "incidents.ytd".
        now: this year's figure.
        then: the comparator: as known then where history reaches, else as known now.
        difference: now less then; None where one has no value.
        percent: whole percent; None under the base or without both values.
        ratio: of daily rates; None for infinity or where no interval is made.
        low: lower end of the 95 % interval of the ratio.
        high: upper end; None for infinity.
        verdict: what the interval says.
        phi: clustering of the counts; 1 where there is none or it was not measured.
        phi_measured: False where too few whole weeks are held to measure it.
        settled: the comparator as known now, where `then` is not that already.
        maturity: how `then` is known.
        evidence: the pair the interval is made of, where it is another than now and then: for
            recoveries the verdict is of finds while the value is items.

    Raises:
        UnlikeFiguresError: kinds of period, measures or units differ.
    """

    key: str
    now: Figure
    then: Figure
    verdict: Verdict
    difference: int | None = None
    percent: int | None = None
    ratio: float | None = None
    low: float | None = None
    high: float | None = None
    phi: float = 1.0
    phi_measured: bool = True
    settled: Figure | None = None
    maturity: Maturity = Maturity.NOT_COMPARABLE
    evidence: tuple[Figure, Figure] | None = None

    def __post_init__(self) -> None:
        """Like with like, or not at all."""
        refuse_unlike(self.now, self.then)

    @property
    def has_interval(self) -> bool:
        """Whether the verdict rests on an interval."""
        return self.verdict in {Verdict.HIGHER, Verdict.LOWER, Verdict.UNCLEAR}

    @property
    def likely_real(self) -> bool:
        """Whether the interval leaves out "no change"."""
        return self.verdict in {Verdict.HIGHER, Verdict.LOWER}


def refuse_unlike(now: Figure, then: Figure) -> None:
    """Raise unless two figures may stand side by side.

    Raises:
        UnlikeFiguresError: naming what differs.
    """
    for what, a, b in (
        ("period kind", now.period.kind, then.period.kind),
        ("measure", now.measure.code, then.measure.code),
        ("unit", now.unit, then.unit),
        ("filter", now.where, then.where),
        ("sum", now.adds, then.adds),
    ):
        if a != b:
            raise UnlikeFiguresError(f"{now.key} and {then.key} differ in {what}: {a} and {b}")
