"""What the loads and versions of a source say of its quality, as plain values.

Source: "Knowledge in two times" and "Coverage and guards" in docs/definitions.md.
"""

from dataclasses import dataclass
from datetime import datetime

from viperreport.model.figure import LoadRef
from viperreport.model.period import Period


@dataclass(frozen=True, slots=True)
class SourceQuality:
    """What the newest accepted load of a source read, took and turned away.

    Args:
        load: the newest accepted one.
        last_good: instant (UTC) of the newest load that was accepted, or found unchanged.
        rows_read: of the file.
        rows_kept: those that the source's filter lets through, good and bad.
        rows_bad: those of them that were turned away.
        reasons: (reason, rows), most first; rows past the journal's limit are not among them.
        limit: the share of bad rows above which a load is refused whole.
        late: records dated up to the previous edition's cut-off that it did not know; None where
            nothing of the source was known then.
    """

    source: str
    load: LoadRef
    last_good: datetime
    rows_read: int
    rows_kept: int
    rows_bad: int
    reasons: tuple[tuple[str, int], ...]
    limit: float
    late: int | None

    @property
    def rows_accepted(self) -> int:
        """Rows that became records, or parts of them."""
        return self.rows_kept - self.rows_bad


@dataclass(frozen=True, slots=True)
class FirstCount:
    """A week as it was first counted, and as it is counted now."""

    week: Period
    first: int
    now: int


@dataclass(frozen=True, slots=True)
class Completeness:
    """How much of what is counted now was known how many days after it happened.

    Args:
        days: the days of which it is told.
        total: their count, as known now.
        visible: (days waited, count of these days as known that long after each); may exceed the
            total where records were withdrawn or moved.
        weeks: the newest whole weeks among them, oldest first.
    """

    source: str
    days: Period
    total: int
    visible: tuple[tuple[int, int], ...]
    weeks: tuple[FirstCount, ...]
