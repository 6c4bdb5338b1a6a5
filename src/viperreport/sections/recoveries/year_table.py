"""Table 6: recoveries of each year, by this date and whole."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import groupby
from operator import attrgetter

from viperreport.model.exhibits import (
    Bar,
    Cell,
    Column,
    ColumnKind,
    Evidence,
    Muted,
    Row,
    RowKind,
    Table,
)
from viperreport.model.figure import Comparison, Figure
from viperreport.model.period import Period, PeriodKind, calendar_year, month_of
from viperreport.model.wording import (
    Day,
    Interval,
    Name,
    Number,
    Setting,
    Share,
    Text,
    Year,
    sentences,
    text,
)
from viperreport.sections.context import Context, Contribution
from viperreport.sections.counted import names
from viperreport.sections.incidents.periods import number
from viperreport.sections.recoveries.course import known_how, of_finds
from viperreport.sections.years import Followed, YearCounts, annual_only, count_years

REF = "T6"
MOST_ROWS = 6
_NOT_HELD = Muted(text("not held"))


@dataclass(frozen=True, slots=True)
class YearRow:
    """A year's count by the same date, and its whole.

    Args:
        to_date: None for a year of which only a total is published.
        whole: counted or published; None for the year that is not over.
        part: of a year held in part, what is held.
    """

    year: int
    to_date: Figure | None
    whole: Figure | None
    part: Figure | None = None

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Its figures, each with the mark of this table where it bears no other."""
        found = (self.to_date, self.whole, self.part)
        return tuple(f if f.ref else replace(f, ref=REF) for f in found if f is not None)


def year_table(context: Context, followed: Followed, comparison: Comparison) -> Contribution:
    """Every year held or published, and what the evidence says of this one."""
    rows = _count(context, followed)
    shown = rows[-MOST_ROWS:]
    table = Table(
        ref=REF,
        title=_title(shown, followed),
        subtitle=text(names(context, comparison.now.measure)[0], " by year"),
        columns=_columns(followed),
        rows=tuple(_row(row, followed, comparison) for row in shown),
        note=sentences(
            _evidence_note(comparison),
            _known(comparison),
            *_conflicts(context, shown),
            _named(rows[: len(rows) - len(shown)], "left out"),
        ),
    )
    return Contribution((table,), tuple(figure for row in shown for figure in row.figures))


def _count(context: Context, followed: Followed) -> list[YearRow]:
    """Dated and published years in order; a gap between them is told by figure 4."""
    published = annual_only(context, followed)
    rows = [YearRow(figure.period.start.year, None, figure) for figure in published]
    years = {row.year for row in rows}
    for dated in count_years(context, followed):
        part = _part(followed, dated)
        if part is not None or dated.year not in years:
            rows.append(YearRow(dated.year, dated.to_date, dated.whole, part))
    return sorted(rows, key=lambda row: row.year)


def _part(followed: Followed, dated: YearCounts) -> Figure | None:
    """What is held of an earlier year that is held in part; it is hatched and never compared."""
    if dated.whole is None or dated.whole.value is not None:
        return None
    counted = followed.counted
    first, end = counted.cube.held_from, calendar_year(dated.year).end
    if counted.cube.monthly and first.day > 1:
        first = month_of(first).end
    if first >= end:
        return None
    held = Period(first, end, PeriodKind.OPERATION)
    return counted.figure(counted.cube, held, f"{counted.stem}.part.{dated.year}", REF)


def _columns(followed: Followed) -> tuple[Column, ...]:
    last_day = Day(followed.to_date.last_day, year=False, short=True)
    return (
        Column(text("Year"), ColumnKind.WORDS, 11),
        Column(text("To ", last_day), ColumnKind.NUMBER, 16),
        Column(text("Whole year"), ColumnKind.NUMBER, 18),
        Column((), ColumnKind.BAR, 21),
        Column(text("Share"), ColumnKind.NUMBER, 10),
        Column(text("Evidence"), ColumnKind.EVIDENCE, 28),
    )


def _row(row: YearRow, followed: Followed, comparison: Comparison) -> Row:
    now = row.year == followed.year
    whole: Cell = number(row.whole) if row.whole else Muted(text("no projection"))
    cells: tuple[Cell, ...] = (
        text(Year(row.year)),
        number(row.to_date) if row.to_date else _NOT_HELD,
        whole,
        _bar(row, now=now),
        _share(row),
        Evidence.of(comparison) if now else (),
    )
    return Row(cells, RowKind.THIS_YEAR if now else RowKind.PLAIN)


def _bar(row: YearRow, *, now: bool) -> Bar:
    if row.part is not None:
        return Bar(row.part, past=True, partial=True)
    if row.to_date is None:
        return Bar(row.whole, past=True)
    return Bar(row.to_date, None if now else row.whole, past=not now)


def _share(row: YearRow) -> Cell:
    if row.whole is None or row.to_date is None or row.to_date.value is None:
        return Muted(text("n/a"))
    return text(Share(row.to_date, row.whole))


def _title(rows: list[YearRow], followed: Followed) -> Text:
    """How much of last year had come by this date; without its whole, how much of this has."""
    last = [row for row in rows if row.year == followed.year - 1 and row.part is None]
    before, this = last[-1] if last else None, rows[-1].to_date
    if followed.to_date.end == calendar_year(followed.year).end:
        lead = text("In ", Year(followed.year))
    elif before and before.to_date and before.to_date.value is not None and before.whole:
        return text("By ", Day(before.to_date.period.last_day), ": ", Number(before.to_date),
                    " of that year’s ", Number(before.whole))  # fmt: skip
    else:
        lead = text("By ", Day(followed.to_date.last_day))
    return text(*lead, ": ", Number(this)) if this else lead


def _evidence_note(comparison: Comparison) -> Text:
    """What the evidence is of, and between which ends."""
    if not comparison.has_interval:
        return of_finds(comparison)
    lead = text("By finds, ") if comparison.evidence else ()
    return text(*lead, Setting("95%"), " interval ", Interval(comparison), ".")


def _known(comparison: Comparison) -> Text:
    """The count that the evidence rests on, where last year has settled at another."""
    settled = comparison.settled
    if settled is None or settled.value == comparison.then.value:
        return ()
    then = Number(comparison.then)
    return text(*known_how(comparison), ": ", then, ", now ", Number(settled), ".")


def _conflicts(context: Context, rows: list[YearRow]) -> Iterable[Text]:
    """Two totals of one year are both shown, and told apart by their dates."""
    as_at = {f"published.{total.id}": total.as_at for total in context.snapshot.published}
    for year, group in groupby(
        (row for row in rows if row.to_date is None), key=attrgetter("year")
    ):
        totals = [row.whole for row in group if row.whole is not None]
        if len(totals) > 1:
            said = [
                part
                for total in totals
                for part in (", ", Number(total), " as at ", Name(as_at[total.key]))
            ]
            yield text(Year(year), " has several published totals: ", *said[1:], ".")


def _named(rows: list[YearRow], why: str) -> Text:
    """Nothing is cut in silence."""
    if not rows:
        return ()
    first, last = rows[0].year, rows[-1].year
    ends = (Year(first),) if first == last else (Year(first), " to ", Year(last))
    return text(*ends, f": {why}.")
