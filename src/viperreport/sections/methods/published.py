"""Totals that others published, each with its source and date, beside our own count.

They are printed as they were stated. A difference is flagged and never closed.
Source: "Provenance" in docs/definitions.md.
"""

from dataclasses import dataclass
from datetime import date

from viperreport.model.citing import Publication
from viperreport.model.exhibits import Remark
from viperreport.model.figure import Figure
from viperreport.model.period import Period, PeriodKind, month_of
from viperreport.model.snapshot import Cube, PublishedTotal, published_figure
from viperreport.model.wording import (
    Day,
    Name,
    Number,
    Setting,
    Span,
    Text,
    Year,
    sentences,
    text,
)
from viperreport.sections.context import Context

MOST_SHOWN = 12


@dataclass(frozen=True, slots=True)
class StatedTotal:
    """A published total as a figure, and what we count of the same days.

    Args:
        ours: None where we hold no source of that measure.
        conflicts: other publications of the same measure, area and period with another value.
    """

    total: PublishedTotal
    stated: Figure
    ours: Figure | None
    conflicts: tuple[tuple[PublishedTotal, Figure], ...]

    @property
    def differs(self) -> bool:
        """Whether our own count is another."""
        return self.ours is not None and self.ours.value not in {None, self.stated.value}


def count(context: Context) -> tuple[StatedTotal, ...]:
    """Every published total of a measure that this home counts, by measure and period."""
    cubes = {cube.measure.code: cube for cube in _cubes(context)}
    known = [total for total in context.snapshot.published if total.measure in cubes]
    order = list(cubes)
    known.sort(key=lambda t: (order.index(t.measure), t.period, t.area, t.as_at, t.id))
    figures = {
        total.id: published_figure(total, cubes[total.measure].measure, context.snapshot.known_at)
        for total in known
    }
    return tuple(
        StatedTotal(
            total,
            figures[total.id],
            _ours(cubes[total.measure], total),
            tuple((each, figures[each.id]) for each in known if _in_conflict(each, total)),
        )
        for total in known
    )


def _cubes(context: Context) -> list[Cube]:
    snapshot = context.snapshot
    cubes = (snapshot.incidents, snapshot.recoveries, snapshot.activity)
    return [cube for cube in cubes if cube is not None]


def _in_conflict(each: PublishedTotal, total: PublishedTotal) -> bool:
    same = (each.measure, each.area, each.period) == (total.measure, total.area, total.period)
    return same and each.value != total.value


def _ours(cube: Cube, total: PublishedTotal) -> Figure | None:
    """Our count of the same days; the totals of an edition are those of its own area."""
    if cube.monthly and (total.period.start.day, total.period.end.day) != (1, 1):
        return None
    return cube.within(total.period).count(f"counted.{total.id}")


def say(context: Context, totals: tuple[StatedTotal, ...]) -> Remark | None:
    """All of them in a remark, each publication named once; None where there is none.

    Totals of other places are not used; how many there are is said.
    """
    elsewhere = context.snapshot.published_elsewhere
    if not totals and not elsewhere:
        return None
    groups: dict[tuple[Publication, str], list[StatedTotal]] = {}
    for each in totals[:MOST_SHOWN]:
        source = Publication(each.total.source, each.total.url)
        groups.setdefault((source, each.total.as_at), []).append(each)
    said = [_stated(source, as_at, found) for (source, as_at), found in groups.items()]
    flags = [_flag(each) for each in totals[:MOST_SHOWN]]
    return Remark(
        text("Published totals."), sentences(*said, *flags, _more(totals), _others(elsewhere))
    )


def _stated(source: Publication, as_at: str, found: list[StatedTotal]) -> Text:
    parts: Text = ()
    for place, each in enumerate(found):
        same = parts and each.total.measure == found[place - 1].total.measure
        measure = () if same else (Name(each.stated.measure.name), " ")
        parts += text("; " if parts else "", *measure, *_period(each.total.period), ": ",
                      Number(each.stated), *_ours_beside(each))  # fmt: skip
    return text(source, ", as at ", *_as_at(as_at), ": ", *parts, ".")


def _ours_beside(each: StatedTotal) -> Text:
    """Our own count, where it is held."""
    if each.ours is None:
        return text(" (ours: not held)")
    return text(" (ours: ", Number(each.ours), ")")


def _more(totals: tuple[StatedTotal, ...]) -> Text:
    rest = len(totals) - MOST_SHOWN
    if rest <= 0:
        return ()
    return text("Further totals in config/published.csv: ", Setting(rest), ".")


def _others(elsewhere: int) -> Text:
    if not elsewhere:
        return ()
    return text("Totals of other places, not used: ", Setting(elsewhere), ".")


def _period(period: Period) -> Text:
    """A whole year by its number, any other period by both ends."""
    if period.kind is PeriodKind.CALENDAR_YEAR:
        return text(Year(period.start.year))
    return text(Span(period))


def _as_at(as_at: str) -> Text:
    """A day, a month or a year, as it was given."""
    parts = [int(part) for part in as_at.split("-")]
    if len(parts) == 1:
        return text(Year(parts[0]))
    if len(parts) == 2:  # noqa: PLR2004 - year and month
        return text(Span(month_of(date(parts[0], parts[1], 1))))
    return text(Day(date(*parts)))


def _flag(each: StatedTotal) -> Text:
    """Name what disagrees, with the dates of both."""
    said: Text = ()
    for other, figure in each.conflicts:
        if other.id > each.total.id:  # each pair once
            said = sentences(
                said,
                text(
                    *_period(each.total.period), ": ", Number(each.stated), " as at ",
                    *_as_at(each.total.as_at), ", ", Number(figure), " as at ",
                    *_as_at(other.as_at), "; both stand."
                ),
            )  # fmt: skip
    if each.differs and each.ours is not None:
        said = sentences(
            said,
            text(
                *_period(each.total.period), ": stated ", Number(each.stated), ", counted ",
                Number(each.ours), "; the difference stands."
            ),
        )  # fmt: skip
    return said
