"""Table 1: the headline measures over the last week, the last four weeks and the year."""

from datetime import date
from itertools import groupby

from viperreport.model.calling import phrase
from viperreport.model.exhibits import (
    Cell,
    Column,
    ColumnKind,
    Evidence,
    Muted,
    Row,
    RowKind,
    Spanned,
    Table,
    Whisker,
)
from viperreport.model.figure import Comparison, Figure
from viperreport.model.period import Period, PeriodKind
from viperreport.model.wording import (
    Change,
    Day,
    Interval,
    Name,
    Number,
    Setting,
    Span,
    Text,
    Words,
    Year,
    text,
)
from viperreport.sections.context import Context
from viperreport.sections.counted import all_incidents
from viperreport.sections.incidents.period_counts import REF, MeasureRows, PeriodCounts
from viperreport.sections.incidents.period_notes import lower, note

_SHARES = (29, 19, 9.5, 9.5, 13, 11.5, 33, 22, 26.5)
_ROW_HEIGHT = 7.0
_NO_INTERVAL = Muted(text("\N{EM DASH}"))


def say_periods(context: Context, counts: PeriodCounts) -> Table:
    """Put the comparisons into rows."""
    return Table(
        ref=REF,
        title=_title(context, counts.measures[0]),
        subtitle=_subtitle(counts.measures[0]),
        columns=_columns(context, counts),
        rows=tuple(row for rows in counts.measures for row in _table_rows(rows)),
        note=note(context, counts),
        row_height=_ROW_HEIGHT,
    )


def _title(context: Context, whole: MeasureRows) -> Text:
    """The verdicts of all incidents, the longest period first; equal ones are said together."""
    title = text(Name(all_incidents(context).stem.capitalize()))
    longest_first = reversed(whole.comparisons)
    ordered = sorted(longest_first, key=lambda c: _first_place(whole, c))
    for k, (_, group) in enumerate(groupby(ordered, key=lambda c: c.verdict)):
        alike = tuple(group)
        over = _over([each.now.period for each in alike])
        title += text("; " if k else " ", *over, ": ", phrase(*alike))
    return title


def _first_place(whole: MeasureRows, comparison: Comparison) -> int:
    """Where a verdict is first met, from the longest period on."""
    verdicts = [each.verdict for each in reversed(whole.comparisons)]
    return verdicts.index(comparison.verdict)


def _over(periods: list[Period]) -> Text:
    """Over the year, 28 and 7 days; over the year and in May 2016."""
    to_date = [p for p in periods if p.kind is PeriodKind.YEAR_TO_DATE]
    months = [p for p in periods if p.kind is PeriodKind.MONTH]
    days = [Setting(p.days) for p in periods if p not in (*to_date, *months)]
    year = text("over the year") if to_date else ()
    if months:
        return text(*year, " and in " if year else "in ", Span(months[0]))
    if not days:
        return year
    lead = (*year, Words(", " if len(days) > 1 else " and ")) if year else text("over ")
    return text(*lead, days[0], *(text(" and ", days[1]) if days[1:] else ()), " days")


def _subtitle(whole: MeasureRows) -> Text:
    named = [_period_name(comparison.now.period) for comparison in whole.comparisons]
    first, *rest = named[:-1]
    listed = first + tuple(part for name in rest for part in (Words(", "), *lower(name)))
    return text(*listed, " and ", *lower(named[-1]), ", each against a year before")


def _period_name(period: Period) -> Text:
    if period.kind is PeriodKind.MONTH:
        return text(Span(period))
    if period.kind is PeriodKind.YEAR_TO_DATE:
        return text("Year to date")
    return text("Last ", Setting(period.days), " days")


def _columns(context: Context, counts: PeriodCounts) -> tuple[Column, ...]:
    ends = {comparison.now.period.last_day for comparison in counts.comparisons}
    alike = ends == {context.cut_off}
    heads = (
        (text("Measure"), ColumnKind.WORDS),
        (_to(context.cut_off) if alike else text("Period"), ColumnKind.WORDS),
        (text(Year(context.year)), ColumnKind.THIS_YEAR),
        (text(Year(context.year - 1)), ColumnKind.NUMBER),
        (text("Change"), ColumnKind.NUMBER),
        (text("%"), ColumnKind.NUMBER),
        ((), ColumnKind.WHISKER),
        (text(Setting("95%"), " interval"), ColumnKind.INTERVAL),
        (text("Evidence"), ColumnKind.EVIDENCE),
    )
    return tuple(
        Column(head, kind, share) for (head, kind), share in zip(heads, _SHARES, strict=True)
    )


def _to(day: date) -> Text:
    return text("To ", Day(day, year=False))


def _table_rows(rows: MeasureRows) -> tuple[Row, ...]:
    return tuple(
        Row(
            (
                rows.label if k == 0 else Spanned(),
                _period_name(comparison.now.period),
                number(comparison.now),
                number(comparison.then),
                text(Change(comparison)),
                text(Change(comparison, "percent")),
                Whisker(comparison),
                text(Interval(comparison)) if comparison.has_interval else _NO_INTERVAL,
                Evidence.of(comparison),
            ),
            RowKind.GROUP if k == 0 else RowKind.PLAIN,
        )
        for k, comparison in enumerate(rows.comparisons)
    )


def number(figure: Figure) -> Cell:
    """A count, or in other letters why there is none."""
    written = text(Number(figure))
    return written if figure.value is not None else Muted(written)
