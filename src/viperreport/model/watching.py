"""What is looked at before an edition may go out: each source at two instants, and what it lacks.

Plain values; which of them hold an edition is decided by analysis.holds. Source: "Coverage and
guards" in docs/definitions.md.
"""

from dataclasses import dataclass
from datetime import date, datetime

from viperreport.model.period import Period


@dataclass(frozen=True, slots=True)
class Recount:
    """The same days, counted as the edition before knew them and as they are known now."""

    period: Period
    before: int
    now: int

    @property
    def gone(self) -> int:
        """How many fewer there are now; below 0 for more."""
        return self.before - self.now


@dataclass(frozen=True, slots=True)
class MissingValue:
    """A value of a label that matches nothing where it used to.

    Args:
        label: of the cells, such as "category".
        last: day of its newest record; None where no record bears it any more.
        records: how many bore it in the 365 days up to the newest, or when the edition before
            was due.
    """

    label: str
    value: str
    last: date | None
    records: int


@dataclass(frozen=True, slots=True)
class UnknownAreas:
    """Records without an area in the newest days, and in the 365 days before these."""

    period: Period
    unknown: int
    records: int
    unknown_before: int
    records_before: int


@dataclass(frozen=True, slots=True)
class SourceWatch:
    """One source, watched.

    Args:
        load: number of its newest accepted load.
        let_in: the instant (UTC) from which that is known, where it would have been refused had
            nobody accepted what it takes away or tells otherwise; else None.
        recounts: all days up to the last cut-off together, then year by year; empty where nothing
            was taken away since.
        newest: day of the newest record known now.
        newest_before: the same when the edition before was due; None where nothing was known then
            or nothing was taken away since.
        lost: records of later days than the newest, known then.
    """

    source: str
    load: int
    recounts: tuple[Recount, ...] = ()
    newest: date | None = None
    newest_before: date | None = None
    lost: int = 0
    missing: tuple[MissingValue, ...] = ()
    unknown: UnknownAreas | None = None
    let_in: datetime | None = None
