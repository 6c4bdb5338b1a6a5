"""Two periods of one count, side by side: the figures, the interval, the verdict.

Source: "Comparison" and "Known then" in docs/definitions.md.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from viperreport.analysis.compare import (
    ENOUGH_MONTHS,
    ENOUGH_WEEKS,
    Dispersion,
    bonferroni_level,
    dispersion,
    percent_change,
    rate_ratio,
    verdict,
)
from viperreport.model.figure import Comparison, Figure, Unit, Verdict, Where
from viperreport.model.period import (
    ONE_DAY,
    WEEK,
    Period,
    month_of,
    months_ending,
    same_period,
    weeks_ending,
)
from viperreport.model.snapshot import Cube, Query
from viperreport.model.wording import Setting
from viperreport.sections.context import Context, Rules

CLUSTERING_WEEKS = 104
CLUSTERING_MONTHS = 24
_UNSETTLED = 4 * WEEK  # the newest weeks are left out: they are not complete yet

Pair = tuple[Figure, Figure]


@dataclass(frozen=True, slots=True)
class Counted:
    """What is to be compared: a cube, the filter on it, and the name of its figures."""

    cube: Cube
    stem: str
    where: Where = ()
    adds: str = ""

    @property
    def events(self) -> str:
        """The amount that varies by chance: finds rather than items, else what is counted."""
        adds = self.adds or self.cube.adds
        return "records" if self.cube.measure.unit is Unit.ITEM else adds

    def query(self, cube: Cube, period: Period) -> Query:
        """The query over a period, of this cube or of the same one as known earlier."""
        return Query(cube, period, (*cube.scope, *self.where))

    def figure(self, cube: Cube, period: Period, key: str, ref: str = "") -> Figure:
        """Count a period."""
        return self.query(cube, period).total(self.adds or cube.adds, key, ref)


def compare(
    context: Context, counted: Counted, name: str, period: Period, ref: str = ""
) -> Comparison:
    """Compare a period with the one that answers to it a year earlier.

    The comparator is taken as known then where the store's history reaches that far; the settled
    count then stands beside it.

    Args:
        name: of the period in keys, such as "ytd".
        ref: the mark on the page of this year's figure.
    """
    asked = (counted.cube.source, counted.stem, counted.where, counted.adds, name, period, ref)
    if asked not in context.compared:  # several sections ask for the same
        context.compared[asked] = _compare(context, counted, name, period, ref)
    return context.compared[asked]


def _compare(context: Context, counted: Counted, name: str, period: Period, ref: str) -> Comparison:
    before = same_period(period)
    then_cube, maturity = context.snapshot.known_then(counted.cube, period, before)
    key = f"{counted.stem}.{name}"
    now = counted.figure(counted.cube, period, f"{key}.{period.last_day.year}", ref)
    # Named for the year before even where a window of 364 days earlier ends in this one.
    settled = counted.figure(counted.cube, before, f"{key}.{period.last_day.year - 1}")
    then = settled
    if then_cube is not counted.cube:
        then = counted.figure(then_cube, before, f"{settled.key}.known_then")
    told = now.suppressed_as is None and then.suppressed_as is None
    clustering = clustering_of(counted, period.last_day) if told else dispersion((), (), 1)
    evidence = _evidence(counted, then_cube, (now, then))
    return replace(
        judge(key, (now, then), evidence, clustering, context.rules),
        settled=None if then is settled else settled,
        maturity=maturity,
    )


def judge(
    key: str,
    pair: Pair,
    evidence: Pair | None,
    clustering: Dispersion,
    rules: Rules,
) -> Comparison:
    """Compare two figures; the verdict is of `evidence` where that is another pair."""
    now, then = pair
    if now.value is None or then.value is None:
        return Comparison(
            key,
            now,
            then,
            Verdict.NONE,
            phi=clustering.phi,
            phi_measured=clustering.measured,
            evidence=evidence,
        )
    a, b = evidence or pair
    interval = rate_ratio(a.count, a.period.days, b.count, b.period.days, clustering.phi)
    called = verdict(a.count, b.count, interval, rules.few)
    made = called is not Verdict.FEW
    return Comparison(
        key=key,
        now=now,
        then=then,
        verdict=called,
        difference=now.count - then.count,
        percent=percent_change(now.count, then.count, rules.percent_base),
        ratio=_finite(interval.ratio) if made else None,
        low=interval.low if made else None,
        high=_finite(interval.high) if made else None,
        phi=clustering.phi,
        phi_measured=clustering.measured,
        evidence=evidence,
    )


def stands_out(comparison: Comparison, rows: int) -> bool:
    """Whether a row that is called may also enter the title of a table of so many rows.

    The interval of the pair that it judges must leave out no change at 1 − 0.05 / rows as well.
    """
    if not comparison.likely_real:
        return False
    a, b = comparison.evidence or (comparison.now, comparison.then)
    days, level = (a.period.days, b.period.days), bonferroni_level(rows)
    interval = rate_ratio(a.count, days[0], b.count, days[1], comparison.phi, level=level)
    return interval.leaves_out_one


def compared_rows(comparisons: Iterable[Comparison]) -> int:
    """How many rows of a table the rule of many comparisons counts: all that have one."""
    return sum(each.verdict is not Verdict.NONE for each in comparisons)


def title_level(rows: int) -> Setting:
    """The level of that rule, as it is printed."""
    return Setting(f"{100 * bonferroni_level(rows):.1f}%")


def clustering_of(counted: Counted, cut_off: date) -> Dispersion:
    """φ of a count: its whole weeks (months) held, up to 28 days (a month) before the cut-off."""
    if counted.cube.monthly:
        enough = ENOUGH_MONTHS
        periods = months_ending(month_of(cut_off).start - ONE_DAY, CLUSTERING_MONTHS)
    else:
        enough = ENOUGH_WEEKS
        periods = weeks_ending(cut_off - _UNSETTLED, CLUSTERING_WEEKS)
    held = [period for period in periods if counted.cube.holds(period)]
    if not held:
        return dispersion((), (), enough)
    counts = counted.query(counted.cube, held[0]).unprinted(held, counted.events)
    points = [(count, p.days) for count, p in zip(counts, held, strict=True) if count is not None]
    return dispersion([count for count, _ in points], [days for _, days in points], enough)


def _evidence(counted: Counted, then_cube: Cube, pair: tuple[Figure, Figure]) -> Pair | None:
    """Items come in lots: what varies by chance is the finds, so the verdict is of them."""
    if counted.events == (counted.adds or counted.cube.adds):
        return None
    now, then = pair
    return (
        counted.query(counted.cube, now.period).total(counted.events, f"{now.key}.finds"),
        counted.query(then_cube, then.period).total(counted.events, f"{then.key}.finds"),
    )


def _finite(value: float | None) -> float | None:
    return None if value is None or math.isinf(value) else value
