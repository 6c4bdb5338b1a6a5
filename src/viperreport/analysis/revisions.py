"""What changed in a counted total between two editions, record by record.

Source: "Revisions since the previous edition" in docs/definitions.md. Each record falls into
exactly one class by its two versions, the one known to the previous edition and the one known to
this; the classes add up from the last total to this one, and a result that did not could not be
built.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from viperreport.errors import ViperReportError
from viperreport.model.period import Period


class UnbalancedRevisionsError(ViperReportError, ArithmeticError):
    """The classes do not lead from the last total to this one.

    This is a fault of the program, not of its user: no input may bring it about.
    """


class RevisionClass(StrEnum):
    """What became of one record."""

    OUTSIDE = "outside"  # counted in neither total
    UNCHANGED = "unchanged"  # counted in both, with the same amount
    RESTATED = "restated"  # counted in both, with another amount
    NEW = "new"  # happened after the previous cut-off
    LATE = "late"  # happened on or before the previous cut-off, and was unknown then
    REVIVED = "revived"  # was known earlier, gone at the previous edition, and is back
    MOVED_IN = "moved_in"  # another date or area moved it in
    MOVED_OUT = "moved_out"  # another date or area moved it out
    RECLASSIFIED_IN = "reclassified_in"  # the filter lets it pass now
    RECLASSIFIED_OUT = "reclassified_out"  # the filter no longer lets it pass
    WITHDRAWN = "withdrawn"  # was known then and is gone
    NO_LONGER_COVERED = "no_longer_covered"  # its day is one that this edition does not reach


@dataclass(frozen=True, slots=True)
class RecordState:
    """One version of a record.

    Args:
        day: when it happened.
        area: where; None for location unknown.
        counts: whether it passes the figure's filter, area included and days left aside.
        amount: what it adds to the total: 1, or its items; 0 or more.

    Raises:
        ValueError: an amount below 0.
    """

    day: date
    area: str | None
    counts: bool
    amount: int = 1

    def __post_init__(self) -> None:
        """Refuse an amount that would take away."""
        if self.amount < 0:
            raise ValueError(f"a record adds no {self.amount}")


@dataclass(frozen=True, slots=True)
class RecordChange:
    """One record as two editions know it.

    Args:
        key: names it; no two changes share one.
        before: its version known to the previous edition; None: unknown or withdrawn by then.
        after: its version known to this edition; None: unknown or withdrawn by now.
        seen_before: whether it was ever known up to the previous edition.
    """

    key: str
    before: RecordState | None
    after: RecordState | None
    seen_before: bool = False


@dataclass(frozen=True, slots=True)
class Revisions:
    """The way from the last total to this one; every part but `restated` is 0 or more.

    Raises:
        UnbalancedRevisionsError: the parts do not add up.
    """

    last: int
    new: int
    late: int
    moved_in: int
    moved_out: int
    reclassified_in: int
    reclassified_out: int
    withdrawn: int
    revived: int
    no_longer_covered: int
    restated: int
    this: int

    def __post_init__(self) -> None:
        """Refuse parts that do not add up."""
        gained = self.new + self.late + self.moved_in + self.reclassified_in + self.revived
        lost = self.moved_out + self.reclassified_out + self.withdrawn + self.no_longer_covered
        if self.last + gained - lost + self.restated != self.this:
            raise UnbalancedRevisionsError(f"{self} does not add up")


def revisions(changes: Iterable[RecordChange], previous: Period | None, this: Period) -> Revisions:
    """Sort every record into its class and add the classes up.

    For late changes to a period that is over, pass that period as both.

    Args:
        changes: every record known to either edition; those that neither counts may be left out.
        previous: the days counted by the previous edition; None for the first of the year, which
            starts from 0.
        this: the days counted by this edition; fewer than before where data no longer reach as far.

    Raises:
        ValueError: two changes share a key, or the periods do not begin on the same day.
        UnbalancedRevisionsError: never, unless this module is at fault.
    """
    _refuse_another_start(previous, this)
    sums: Counter[RevisionClass] = Counter()
    keys: set[str] = set()
    last = total = 0
    for change in changes:
        if change.key in keys:
            raise ValueError(f"two changes of record {change.key}")
        keys.add(change.key)
        then, now = _amount(change.before, previous), _amount(change.after, this)
        last, total = last + then, total + now
        kind = classify(change, previous, this)
        sums[kind] += now - then if kind is RevisionClass.RESTATED else now + then
    return _result(sums, last, total)


def classify(change: RecordChange, previous: Period | None, this: Period) -> RevisionClass:
    """Give the one class of a record by its two versions.

    Where date, area and filter changed at once, the date speaks first, then the area. Of a day that
    this edition does not reach nothing is said, not even that the record is gone.

    Raises:
        ValueError: the periods do not begin on the same day.
    """
    _refuse_another_start(previous, this)
    then, now = _counted(change.before, previous), _counted(change.after, this)
    if then is not None and now is not None:
        same = then.amount == now.amount
        return RevisionClass.UNCHANGED if same else RevisionClass.RESTATED
    if now is not None:
        return _entry(change, now, previous)
    return RevisionClass.OUTSIDE if then is None else _exit(then, change.after, this)


def _entry(change: RecordChange, now: RecordState, previous: Period | None) -> RevisionClass:
    """Class of a record that is counted now and was not then."""
    before = change.before
    if previous is None or now.day not in previous:
        return RevisionClass.NEW  # the last edition could not have counted it, however known
    if before is None:
        return RevisionClass.REVIVED if change.seen_before else RevisionClass.LATE
    if before.day not in previous or before.area != now.area:
        return RevisionClass.MOVED_IN
    return RevisionClass.RECLASSIFIED_IN


def _exit(then: RecordState, after: RecordState | None, this: Period) -> RevisionClass:
    """Class of a record that was counted then and is not now."""
    if then.day >= this.end and (after is None or after.day >= this.end):
        return RevisionClass.NO_LONGER_COVERED
    if after is None:
        return RevisionClass.WITHDRAWN
    if after.day not in this or after.area != then.area:
        return RevisionClass.MOVED_OUT
    return RevisionClass.RECLASSIFIED_OUT


def _counted(state: RecordState | None, period: Period | None) -> RecordState | None:
    """Give the version back if a total over the period counts it."""
    if state is None or period is None or not state.counts or state.day not in period:
        return None
    return state


def _amount(state: RecordState | None, period: Period | None) -> int:
    counted = _counted(state, period)
    return counted.amount if counted is not None else 0


def _refuse_another_start(previous: Period | None, this: Period) -> None:
    """Refuse a window that moved on: a record it left behind would be in no class at all."""
    if previous is not None and previous.start != this.start:
        raise ValueError(f"{this} does not begin as {previous} did")


def _result(sums: Counter[RevisionClass], last: int, this: int) -> Revisions:
    return Revisions(
        last=last,
        new=sums[RevisionClass.NEW],
        late=sums[RevisionClass.LATE],
        moved_in=sums[RevisionClass.MOVED_IN],
        moved_out=sums[RevisionClass.MOVED_OUT],
        reclassified_in=sums[RevisionClass.RECLASSIFIED_IN],
        reclassified_out=sums[RevisionClass.RECLASSIFIED_OUT],
        withdrawn=sums[RevisionClass.WITHDRAWN],
        revived=sums[RevisionClass.REVIVED],
        no_longer_covered=sums[RevisionClass.NO_LONGER_COVERED],
        restated=sums[RevisionClass.RESTATED],
        this=this,
    )
