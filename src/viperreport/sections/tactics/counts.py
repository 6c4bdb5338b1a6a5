"""What the returns of each tactic come to.

Zero, not reported, not held and "does not apply" are told apart here, once for table and chart.
Source: "Stated tactics" and "Six ways of having no number" in docs/definitions.md.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from viperreport.model.figure import Figure, WhyNone, derived, figure_hash
from viperreport.model.period import Period
from viperreport.sections.tactics.book import RECENT_WEEKS, Book, Returns

ON_PLAN = 10  # percent of the plan
_SAID = {
    "done": "items",
    "arrests": "arrests",
    "firearms": "firearms",
    "reach": "reach",
    "planned": "planned",
}


@dataclass(frozen=True, slots=True)
class Amount:
    """A sum, or why there is none.

    Args:
        is_whole: False where some of the returns leave the amount blank.
        lacks_returns: some of the returns expected are missing.
    """

    figure: Figure
    is_whole: bool = True
    lacks_returns: bool = False

    @property
    def value(self) -> int | None:
        """The sum as a whole number."""
        return None if self.figure.value is None else self.figure.count

    @property
    def is_partial(self) -> bool:
        """Whether it is a sum of some of the returns only: what is marked."""
        return self.value is not None and (self.lacks_returns or not self.is_whole)


@dataclass(frozen=True, slots=True)
class Tactic:
    """A tactic and what its returns of the last four weeks come to.

    Args:
        name: as stated; empty for returns that name none.
        has_target: whether a plan figure may stand beside it.
        returns: of the four weeks.
        returns_before: of the four weeks before, as `done_before`.
        plan_withheld: returns state a plan although it never has a target.
        rows: returns of the four weeks that are there.
    """

    name: str
    key: str
    has_target: bool
    returns: Returns
    returns_before: Returns
    done: Amount
    done_before: Amount
    planned: Amount
    arrests: Amount
    firearms: Amount
    reach: Amount
    plan_withheld: bool
    rows: int

    @property
    def is_comparable(self) -> bool:
        """Whether done and planned are known, and of the same returns: none leaves one blank."""
        known = self.done.value is not None and bool(self.planned.value)
        return known and self.done.is_whole and self.planned.is_whole

    @property
    def is_on_plan(self) -> bool:
        """Whether done lies within the tolerance of planned; only where they are comparable."""
        done, planned = self.done.figure.count, self.planned.figure.count
        return 100 * abs(done - planned) <= ON_PLAN * planned

    @property
    def is_reported(self) -> bool:
        """Whether any return of the four weeks is there."""
        return bool(self.rows)

    @property
    def amounts(self) -> tuple[Amount, ...]:
        """All its sums."""
        results = (self.arrests, self.firearms, self.reach)
        return (self.done, self.done_before, self.planned, *results)

    @property
    def figures(self) -> tuple[Figure, ...]:
        """All its figures."""
        return tuple(each.figure for each in self.amounts)


def count_tactics(book: Book) -> tuple[Tactic, ...]:
    """Count every tactic, in the order of the page."""
    return tuple(_count(book, name, key) for name, key in zip(book.names, _keys(book), strict=True))


def _keys(book: Book) -> Iterator[str]:
    """A key for each tactic; names that differ only in their signs are numbered."""
    taken: set[str] = set()
    for place, name in enumerate(book.names, start=1):
        key = re.sub(r"\W+", "_", name.casefold()).strip("_") or "tactic"
        while key in taken:
            key = f"{key}_{place}"
        taken.add(key)
        yield f"activity.{key}"


def _count(book: Book, name: str, key: str) -> Tactic:
    weeks, has_target = book.weeks, book.names[name]
    done, arrests, firearms, reach, planned = (
        sum_of(book, name, weeks.recent, adds, f"{key}.{said}.28d") for said, adds in _SAID.items()
    )
    done_before = sum_of(book, name, weeks.before, "items", f"{key}.done.28d_before")
    cells = book.cells(name, weeks.recent)
    if not has_target:
        planned = Amount(reason(done.figure, planned.figure.key, WhyNone.NOT_APPLICABLE))
    returns = book.returns(name, weeks.shown[-RECENT_WEEKS:])
    returns_before = book.returns(name, weeks.shown[-2 * RECENT_WEEKS : -RECENT_WEEKS])
    return Tactic(
        name=name,
        key=key,
        has_target=has_target,
        returns=returns,
        returns_before=returns_before,
        done=_of(returns, done),
        done_before=_of(returns_before, done_before),
        planned=_of(returns, planned),
        arrests=_of(returns, arrests),
        firearms=_of(returns, firearms),
        reach=_of(returns, reach),
        plan_withheld=not has_target and any(cell.planned is not None for cell in cells),
        rows=sum(cell.records for cell in cells),
    )


def _of(returns: Returns, amount: Amount) -> Amount:
    """A sum of these returns, which knows whether all of them are there."""
    return replace(amount, lacks_returns=bool(returns.missing))


def sum_of(book: Book, tactic: str, period: Period, adds: str, key: str) -> Amount:
    """Add up an amount of a tactic's returns, or say why there is no sum.

    Args:
        period: whole weeks of the page.
    """
    base = book.query(tactic, period).total(adds, key)
    if not book.cube.holds(period):
        return Amount(base)
    cells = book.cells(tactic, period)
    stating = [cell for cell in cells if getattr(cell, adds) is not None]
    if cells and len(stating) == len(cells):
        return Amount(base)
    if stating:
        total = sum(getattr(cell, adds) for cell in stating)
        rows, of = (sum(cell.records for cell in each) for each in (stating, cells))
        method = f"{base.method}: the {rows} of {of} returns that state it"
        return Amount(replace(derived(base, key, total, method), rows=rows), is_whole=False)
    applies = book.ever_states(tactic, adds) if cells else book.is_expected(tactic, period)
    return Amount(reason(base, key, WhyNone.NOT_REPORTED if applies else WhyNone.NOT_APPLICABLE))


def reason(base: Figure, key: str, why: WhyNone) -> Figure:
    """A figure without a value, and why it has none."""
    hashed = figure_hash(base.loads, base.method, base.known_at, None)
    return replace(base, key=key, value=None, why_none=why, rows=0, hash=hashed)
