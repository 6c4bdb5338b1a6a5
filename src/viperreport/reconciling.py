"""The edition before, as known then, and the way from its totals to those of this one.

Source: "Revisions since the previous edition" in docs/definitions.md.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from viperreport.analysis.revisions import (
    RecordChange,
    Revisions,
    UnbalancedRevisionsError,
    revisions,
)
from viperreport.model.figure import Figure
from viperreport.model.period import Period, calendar_year, year_to_date
from viperreport.model.source import Source

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from viperreport.sections.comparing import Counted
    from viperreport.sections.context import Context, Previous


def previous_edition(context: "Context", headline: Source, connection: "Connection") -> "Previous":
    """The edition one slot earlier, as known then, and what became of what it counted.

    Raises:
        UnbalancedRevisionsError: never, unless counting and classing disagree.
    """
    from viperreport.evidence.counts import read_cube

    previous = context.previous
    if previous.known_at >= context.snapshot.known_at:
        return replace(previous, is_later=True)
    known = read_cube(connection, headline, previous.known_at, context.facts.zone)
    if known is None:
        return previous
    last_day = known.last_day_counted(previous.cut_off)
    if last_day.year > context.year:
        return replace(previous, beyond=last_day)
    books = _Books(context, headline, connection)
    return books.reconciled(year_to_date(last_day) if last_day.year == context.year else None)


@dataclass(frozen=True, slots=True)
class _Books:
    """What is read to lead from one edition to the next."""

    context: "Context"
    headline: Source
    connection: "Connection"

    def reconciled(self, earlier: Period | None) -> "Previous":
        """The previous edition with every way from it to this one.

        Args:
            earlier: the days of this year that it counted; None for none.
        """
        from viperreport.sections.context import Deaths
        from viperreport.sections.counted import all_incidents, deaths_held

        deaths = deaths_held(self.context)
        every = (all_incidents(self.context), *deaths)
        this, whole = self.context.year_to_date, calendar_year(self.context.year - 1)
        years = self._changes(every, this, earlier)
        closed = [_way(found, figure, whole) for figure, found in self._changes(every, whole)]
        since = [_way(found, figure, earlier) for figure, found in years[1:]]
        return replace(
            self.context.previous,
            revisions=revisions(years[0][1], earlier, this),
            starts_anew=earlier is None,
            last_year=closed[0],
            deaths=tuple(map(Deaths, [each.stem for each in deaths], since, closed[1:])),
        )

    def _changes(
        self, counted: Sequence["Counted"], this: Period, earlier: Period | None = None
    ) -> list[tuple[Figure, tuple[RecordChange, ...]]]:
        """Each count of this edition, and all records that lead to it from the one before."""
        from viperreport.evidence.history import changes_behind_each

        figures = [each.figure(each.cube, this, each.stem) for each in counted]
        known_at = self.context.previous.known_at
        changes = changes_behind_each(self.connection, self.headline, figures, known_at, earlier)
        return list(zip(figures, changes, strict=True))


def _way(
    changes: Iterable[RecordChange], figure: Figure, previous: Period | None
) -> Revisions | None:
    """The way to a figure; None where it is not held.

    Raises:
        UnbalancedRevisionsError: it leads elsewhere.
    """
    if figure.value is None:
        return None
    found = revisions(changes, previous, figure.period)
    if found.this != figure.value:
        raise UnbalancedRevisionsError(
            f"{figure.key}: {figure.value} by cells, {found} by versions"
        )
    return found
