"""Table 2: every year by the same date and whole, as it is held."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby

from viperreport.model.briefing import ProjectedEnd
from viperreport.model.exhibits import Bar, Cell, Column, ColumnKind, Muted, Row, RowKind, Table
from viperreport.model.figure import Figure
from viperreport.model.period import Period, PeriodKind, calendar_year, month_of, same_day
from viperreport.model.snapshot import Cube
from viperreport.model.wording import (
    Day,
    Name,
    Number,
    Setting,
    Share,
    Text,
    Words,
    Year,
    sentences,
    text,
)
from viperreport.sections.context import Context
from viperreport.sections.counted import all_incidents, names
from viperreport.sections.incidents.periods import number
from viperreport.sections.projecting import all_ends, complete_years, projected_end
from viperreport.sections.years import YearCounts, annual_left_out, annual_only, count_years

REF = "T2"
DATED_SHOWN = 15
_GAP_SHOWN = 2  # more years without data in a row are named in the note
_SHARES = (9, 16, 15.5, 16.5, 8.5, 16.5)
_DASH = text("\N{EM DASH}")
_NOT_HELD = Muted(text("not held"))


@dataclass(frozen=True, slots=True)
class YearRows:
    """What table 2 shows.

    Args:
        dated: years of which any day is held, oldest first, this one last.
        left_out: earlier dated years that the table has no room for.
        parts: of years held in part, what is held.
        annual: published totals of years without dated records, oldest first.
        projection: where this year may end.
    """

    dated: tuple[YearCounts, ...]
    left_out: tuple[int, ...]
    parts: dict[int, Figure]
    annual: tuple[Figure, ...]
    projection: ProjectedEnd | None

    @property
    def now(self) -> YearCounts:
        """This year."""
        return self.dated[-1]

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Every figure of the table."""
        counted = [figure for year in self.dated for figure in (year.to_date, year.whole) if figure]
        return (*counted, *self.parts.values(), *self.annual, *all_ends(self.projection))


def count_year_rows(context: Context) -> YearRows:
    """The years held, and the totals that others published."""
    years = count_years(context)
    dated = tuple(_marked(each) for each in years[-DATED_SHOWN:])
    parts = {
        each.year: part
        for each in dated
        if each.whole is not None and each.whole.value is None
        for part in [_part(context, each.year)]
        if part is not None
    }
    return YearRows(
        dated,
        tuple(each.year for each in years[:-DATED_SHOWN]),
        parts,
        tuple(_own(figure) for figure in annual_only(context)),
        projected_end(context, dated[-1].to_date),
    )


def _marked(counts: YearCounts) -> YearCounts:
    whole = counts.whole
    return replace(counts, to_date=_own(counts.to_date), whole=_own(whole) if whole else None)


def _own(figure: Figure) -> Figure:
    """A figure that no other exhibit marks is this table's."""
    return figure if figure.ref else replace(figure, ref=REF)


def _part(context: Context, year: int) -> Figure | None:
    """What is held of a year that is held in part; it is drawn hatched and never compared."""
    counted = all_incidents(context)
    first, end = _first_held(counted.cube), calendar_year(year).end
    if first >= end:
        return None
    held = Period(first, end, PeriodKind.OPERATION)
    return counted.figure(counted.cube, held, f"{counted.stem}.part.{year}", REF)


def _first_held(cube: Cube) -> date:
    """The first day held; of months the first whole one."""
    first = cube.held_from
    return month_of(first).end if cube.monthly and first.day > 1 else first


def say_years(context: Context, rows: YearRows) -> Table:
    """Put each year into a row, with gaps shown as gaps."""
    return Table(
        ref=REF,
        title=_title(context, rows),
        subtitle=text(names(context)[0], " by year: to ", _date(context), ", and whole year"),
        columns=_columns(context),
        rows=tuple(_rows(context, rows)),
        note=_note(context, rows),
    )


def _date(context: Context) -> Day:
    return Day(context.cut_off, year=False)


def _is_over(context: Context) -> bool:
    return context.year_to_date.end == calendar_year(context.year).end


def _title(context: Context, rows: YearRows) -> Text:
    """Where this year stands and, by the pattern, where it may end; no word of change."""
    year, now = Year(context.year), rows.now.to_date
    if now.value is None:
        return text(year, " is held in part")
    if _is_over(context):
        return text(names(context)[0], " in ", year, ": ", Number(now))
    if rows.projection is None:
        return text(names(context)[0], " by ", _date(context), ": ", Number(now))
    return text(
        Number(now), " by ", _date(context), "; on the pattern of the last ", _pattern(context),
        " years near ", Number(rows.projection.median), " by its end",
    )  # fmt: skip


def _pattern(context: Context) -> Setting:
    return Setting(len(complete_years(context)), spelled=True)


def _columns(context: Context) -> tuple[Column, ...]:
    heads = (
        (text("Year"), ColumnKind.WORDS),
        (text("To ", Day(context.cut_off, year=False, short=True)), ColumnKind.NUMBER),
        (text("Whole year"), ColumnKind.NUMBER),
        ((), ColumnKind.BAR),
        (text("Share"), ColumnKind.NUMBER),
        (text("Held as"), ColumnKind.SMALL),
    )
    return tuple(
        Column(head, kind, share) for (head, kind), share in zip(heads, _SHARES, strict=True)
    )


def _rows(context: Context, rows: YearRows) -> Iterable[Row]:
    """Published and dated years in order, with a row for each year between that nobody holds."""
    dated = {each.year: each for each in rows.dated}
    annual = {year: list(group) for year, group in groupby(rows.annual, key=_year_of)}
    for year in sorted({*dated, *annual, *_short_gaps(rows)}):
        yield from (_annual_row(total) for total in annual.get(year, ()))
        if year == context.year:
            yield _this_year(context, rows)
        elif year in dated:
            yield _dated_row(rows, dated[year])
        elif year not in annual:
            cells = (text(Year(year)), _NOT_HELD, _NOT_HELD, Bar(None), _DASH, text("No data"))
            yield Row(cells)


def _year_of(figure: Figure) -> int:
    return figure.period.start.year


def _gaps(rows: YearRows) -> list[list[int]]:
    """Runs of years between those shown of which nothing is held, oldest first."""
    known = {*(each.year for each in rows.dated), *rows.left_out, *map(_year_of, rows.annual)}
    missing = [year for year in range(min(known), max(known)) if year not in known]
    runs = groupby(enumerate(missing), key=lambda pair: pair[1] - pair[0])
    return [[year for _, year in run] for _, run in runs]


def _short_gaps(rows: YearRows) -> list[int]:
    return [year for gap in _gaps(rows) if len(gap) <= _GAP_SHOWN for year in gap]


def _annual_row(total: Figure) -> Row:
    return Row(
        (
            text(Year(_year_of(total))),
            _NOT_HELD,
            text(Number(total)),
            Bar(total, past=True),
            _DASH,
            text("Annual total"),
        )
    )


def _dated_row(rows: YearRows, counts: YearCounts) -> Row:
    whole = counts.whole
    if whole is None or whole.value is None:
        return _partial_row(rows, counts)
    return Row(
        (
            text(Year(counts.year)),
            number(counts.to_date),
            text(Number(whole)),
            Bar(whole, past=True),
            text(Share(counts.to_date, whole)),
            text("Dated"),
        )
    )


def _partial_row(rows: YearRows, counts: YearCounts) -> Row:
    return Row(
        (
            text(Year(counts.year)),
            number(counts.to_date),
            number(counts.whole) if counts.whole else _NOT_HELD,
            Bar(rows.parts.get(counts.year), past=True, partial=True),
            _DASH,
            text("Held in part"),
        )
    )


def _this_year(context: Context, rows: YearRows) -> Row:
    now, ends = rows.now.to_date, rows.projection
    whole: Cell = Muted(text("n/a"))
    bar, held_as = Bar(now if now.value is not None else None), "So far"
    if rows.now.whole is not None and rows.now.whole.value is not None:
        whole, held_as = text(Number(rows.now.whole)), "Dated"
    elif now.value is None:
        held_as = "Held in part"
    elif ends is not None:
        whole, held_as = text("≈ ", Number(ends.median)), "Projection"
        bar = Bar(now, whole=ends.median, limits=(ends.low95, ends.high95))
    cells = (text(Year(context.year)), number(now), whole, bar, _DASH, text(held_as))
    return Row(cells, RowKind.THIS_YEAR)


def _note(context: Context, rows: YearRows) -> Text:
    ends = rows.projection
    return sentences(
        text("Counts as known now. Share: what had happened by that date."),
        _leap_day(context),
        _projected(context, ends) if ends else (),
        text("Published annual totals are not split.") if rows.annual else (),
        *_conflicts(context, rows.annual),
        *(_named(gap, "no data") for gap in _gaps(rows) if len(gap) > _GAP_SHOWN),
        _named(rows.left_out, "dated, left out"),
        _named(annual_left_out(context), "published totals, left out"),
    )


def _leap_day(context: Context) -> Text:
    """What the last day of February answers to in common years."""
    day = context.cut_off
    if (day.month, day.day) != (2, 29):
        return ()
    return text("In common years to ", Day(same_day(day, day.year - 1), year=False), ".")


def _projected(context: Context, ends: ProjectedEnd) -> Text:
    return text(
        Year(context.year), " projection: ", Setting("95%"), " interval ", Number(ends.low95),
        " to ", Number(ends.high95), ".",
    )  # fmt: skip


def _conflicts(context: Context, annual: tuple[Figure, ...]) -> Iterable[Text]:
    """Two totals of one year are both shown, and told apart by their dates."""
    as_at = {f"published.{total.id}": total.as_at for total in context.snapshot.published}
    for year, group in groupby(annual, key=_year_of):
        totals = list(group)
        if len(totals) > 1:
            said = [
                part
                for total in totals
                for part in (Words(", "), Number(total), Words(" as at "), _day(as_at[total.key]))
            ]
            yield text(Year(year), " has several published totals: ", *said[1:], ".")


def _day(as_at: str) -> Day | Name:
    """A day in words; a month or a year as it was stated."""
    try:
        return Day(date.fromisoformat(as_at))
    except ValueError:
        return Name(as_at)


def _named(years: Iterable[int], why: str) -> Text:
    """Say why successive years have no row."""
    found = list(years)
    if not found:
        return ()
    last = text(" to ", Year(found[-1])) if len(found) > 1 else ()
    return text(Year(found[0]), *last, f": {why}.")
