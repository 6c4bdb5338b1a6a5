"""Figures of all tactics together: what may be added is added, and nothing else.

Source: "Stated tactics" in docs/definitions.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from viperreport.model.figure import Figure, Unit, WhyNone, derived
from viperreport.sections.context import Context
from viperreport.sections.tactics.book import Book
from viperreport.sections.tactics.counts import ON_PLAN, Amount, Tactic

_LEAST_TO_ADD = 2


@dataclass(frozen=True, slots=True)
class Sums:
    """Figures of all tactics together.

    Args:
        expected, reported: returns of the four weeks.
        compared: tactics of which done can be set against planned.
        on_plan: those done within the tolerance.
        recovered: firearms recovered over the same days in the same areas, by another source.
    """

    expected: Figure
    reported: Figure
    compared: Figure
    on_plan: Figure
    arrests: Amount | None
    firearms: Amount | None
    recovered: Figure | None

    @property
    def figures(self) -> tuple[Figure, ...]:
        """All of them."""
        amounts = [each.figure for each in (self.arrests, self.firearms) if each]
        found = (self.recovered,) if self.recovered else ()
        return (self.expected, self.reported, self.compared, self.on_plan, *amounts, *found)


def sums_of(context: Context, book: Book, tactics: Sequence[Tactic]) -> Sums:
    """Add up what may be added: returns, arrests, firearms; never activities of unlike kinds."""
    base = book.cube.within(book.weeks.recent).total("records", "tactics.returns.28d")
    compared = [each for each in tactics if each.is_comparable]
    on_plan = sum(each.is_on_plan for each in compared)
    within = f"tactics done within {ON_PLAN}% of the plan, by {base.method}"
    return Sums(
        expected=derived(
            base,
            "tactics.returns_expected.28d",
            sum(each.returns.expected for each in tactics),
            f"areas and weeks of which returns were expected, by {base.method}",
        ),
        reported=derived(
            base,
            "tactics.returns_reported.28d",
            sum(each.returns.reported for each in tactics),
            f"areas and weeks expected of which there are returns, by {base.method}",
        ),
        compared=derived(
            base,
            "tactics.compared_with_plan.28d",
            len(compared),
            f"tactics whose returns state both done and planned, by {base.method}",
            Unit.TACTIC,
        ),
        on_plan=derived(base, "tactics.within_plan.28d", on_plan, within, Unit.TACTIC),
        arrests=_added(book, "arrests", [each.arrests for each in tactics]),
        firearms=_added(book, "firearms", [each.firearms for each in tactics]),
        recovered=_recovered(context, book),
    )


def _added(book: Book, adds: str, amounts: Sequence[Amount]) -> Amount | None:
    """The sum over all tactics; partial where any return that should state it does not."""
    known = [each for each in amounts if each.value is not None]
    if len(known) < _LEAST_TO_ADD:
        return None
    lacking = {WhyNone.NOT_REPORTED, WhyNone.NOT_HELD}
    whole = not any(each.is_partial or each.figure.why_none in lacking for each in amounts)
    key = f"tactics.{adds}.28d"
    base = book.cube.within(book.weeks.recent).total(adds, key)
    total = sum(each.figure.count for each in known)
    if base.value == total:
        return Amount(base, whole)
    rows = sum(each.figure.rows for each in known)
    method = f"{base.method}: the {rows} returns that state it"
    return Amount(replace(derived(base, key, total, method), rows=rows), whole)


def _recovered(context: Context, book: Book) -> Figure | None:
    """What another source says was recovered, where it can say so of the same areas and days."""
    cube, period = context.snapshot.recoveries, book.weeks.recent
    areas = sorted({cell.area for cell in book.cube.slice(period)})
    if cube is None or cube.monthly or not areas or "" in areas or not cube.knows("area"):
        return None
    figure = cube.within(period).where(area=areas).count("recoveries.returning_areas.28d")
    return figure if figure.value is not None else None


def returns_figures(book: Book, tactic: Tactic) -> tuple[Figure, Figure]:
    """Returns of a tactic that are there, and that were expected."""
    base = book.query(tactic.name, book.weeks.recent).total("records", f"{tactic.key}.returns")
    said = (
        ("reported", tactic.returns.reported, "of which there are returns"),
        ("expected", tactic.returns.expected, "of which returns were expected"),
    )
    reported, expected = (
        derived(base, f"{tactic.key}.returns_{name}.28d", value, f"areas and weeks {what}, by"
                f" {base.method}")
        for name, value, what in said
    )  # fmt: skip
    return reported, expected
