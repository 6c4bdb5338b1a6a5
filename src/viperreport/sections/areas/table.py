"""Table 4: areas against last year, alone, together, and the rest."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from viperreport.model.exhibits import (
    Cell,
    Column,
    ColumnKind,
    Dumbbell,
    Evidence,
    Muted,
    Row,
    RowKind,
    Table,
    Whisker,
)
from viperreport.model.figure import (
    Comparison,
    Figure,
    Suppressed,
    Verdict,
)
from viperreport.model.wording import (
    Change,
    Day,
    Interval,
    Name,
    Number,
    Setting,
    Text,
    Year,
    sentences,
    text,
)
from viperreport.sections.areas.counts import (
    AreaCount,
    AreaCounts,
    add_up,
    located,
    noun,
    nouns,
    spelled,
    to_date,
)
from viperreport.sections.comparing import Counted, compare, compared_rows, title_level
from viperreport.sections.context import Context
from viperreport.sections.counted import all_incidents, in_priority_areas, names
from viperreport.sections.maturity import last_year_known

MOST_ROWS = 60  # of areas; the others are then counted together
_ROWS_TOLD = 12  # of more, the note gives the range of φ
TIED = "\N{NO-BREAK SPACE}="
_NO_VALUE = text("\N{EM DASH}")


@dataclass(frozen=True, slots=True)
class AreaTable:
    """What table 4 compares.

    Args:
        areas: those with a row of their own, with their comparisons.
        together: the priority areas together; None where there are none, or only one.
        others: (how many, their only name or "", the comparison) of the areas without a row.
        unknown: None where every record of both years has an area.
        replaced: the totals of the priority areas of the edition before and of those of this one,
            where they are not the same areas; None otherwise.
    """

    areas: tuple[tuple[AreaCount, Comparison], ...]
    together: Comparison | None
    others: tuple[int, str, Comparison] | None
    unknown: Comparison | None
    total: Comparison
    replaced: tuple[Figure, Figure | None] | None

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Those that no comparison holds."""
        return tuple(figure for figure in self.replaced or () if figure is not None)

    @property
    def comparisons(self) -> tuple[Comparison, ...]:
        """Every row's, in order."""
        others = self.others[2] if self.others else None
        rest = (self.together, others, self.unknown, self.total)
        return (*(c for _, c in self.areas), *(c for c in rest if c is not None))


def count_table(context: Context, counts: AreaCounts) -> AreaTable:
    """Compare each row.

    Raises:
        ValueError: rows do not add up to the whole, this year or last.
    """
    shown, rest = rows_of(counts)
    together = in_priority_areas(context) if len(counts.priority) > 1 else None
    unknown = _compare(context, counts.unknown)
    table = AreaTable(
        areas=tuple((each, _compare(context, each.counted)) for each in shown),
        together=_compare(context, together) if together else None,
        others=_others(context, rest),
        unknown=unknown if any(map(_may_be_some, (unknown.now, unknown.then))) else None,
        total=_compare(context, all_incidents(context)),
        replaced=_replaced(context),
    )
    _hold_sums(table, together_is_shown=len(shown) == len(counts.priority))
    return table


def _may_be_some(figure: Figure) -> bool:
    return bool(figure.value or figure.suppressed_as)


def rows_of(counts: AreaCounts) -> tuple[Sequence[AreaCount], Sequence[AreaCount]]:
    """The areas with a row of their own, and the others."""
    shown = (counts.priority or counts.areas)[:MOST_ROWS]
    return shown, [each for each in counts.areas if each not in shown]


def _compare(context: Context, counted: Counted) -> Comparison:
    return compare(context, counted, "ytd", context.year_to_date)


def _others(context: Context, rest: Sequence[AreaCount]) -> tuple[int, str, Comparison] | None:
    if not rest:
        return None
    only = rest[0].name if len(rest) == 1 else ""
    # Under the key of the area itself where it is only one.
    counted = rest[0].counted if only else located(context, (e.name for e in rest), "other_areas")
    return len(rest), only, _compare(context, counted)


def _replaced(context: Context) -> tuple[Figure, Figure | None] | None:
    """This year's count in the priority areas of the edition before, and in those of this one."""
    day = context.previous.cut_off
    before = {area.name for area in context.facts.areas if area.is_priority(day)}
    if not before or before == set(context.facts.priority):
        return None
    now = in_priority_areas(context)
    old = to_date(context, located(context, before, "priority_before"))
    return old, to_date(context, now) if now else None


def _hold_sums(table: AreaTable, *, together_is_shown: bool) -> None:
    """Rows are parts of the whole: this year's, and last year's as it is compared."""
    areas = [comparison for _, comparison in table.areas]
    others = [table.others[2]] if table.others else []
    parts = [*areas, *others, *([table.unknown] if table.unknown else [])]
    add_up((part.now for part in parts), table.total.now)
    add_up((part.then for part in parts), table.total.then)
    if table.together and together_is_shown:
        add_up((area.now for area in areas), table.together.now)
        add_up((area.then for area in areas), table.together.then)


def say_table(context: Context, table: AreaTable, title: Text) -> Table:
    """Put it into rows under a title."""
    period = table.total.now.period
    years = Year(context.year - 1), Year(context.year)
    days = (Day(period.start, year=False), " to ", Day(period.last_day, year=False))
    dots = text("; open dot ", years[0], ", filled ", years[1])
    if table.total.verdict is Verdict.NONE:
        dots = ()
    return Table(
        ref="T4",
        title=title,
        subtitle=text(names(context)[0], ", ", *days, *dots),
        columns=_columns(context),
        rows=_rows(context, table),
        note=_note(context, table),
    )


def _columns(context: Context) -> tuple[Column, ...]:
    kind = ColumnKind
    return (
        Column(text(noun(context)), kind.WORDS, 33),
        Column(text(Year(context.year)), kind.THIS_YEAR, 9),
        Column(text(Year(context.year - 1)), kind.NUMBER, 9),
        Column(text("Change"), kind.NUMBER, 13),
        Column((), kind.DUMBBELL, 33),
        Column((), kind.WHISKER, 28),
        Column(text(Setting("95%"), " interval"), kind.INTERVAL, 22),
        Column(text("Evidence"), kind.EVIDENCE, 27),
    )


def _rows(context: Context, table: AreaTable) -> tuple[Row, ...]:
    tied = Counter(comparison.now.value for _, comparison in table.areas)
    rows = [_row(_label(area, tied), comparison, dumbbell=True) for area, comparison in table.areas]
    last = RowKind.QUIET if table.together else RowKind.TOTAL
    if table.together:
        six = spelled(len(context.facts.priority), capital=True)
        label = text(six, " priority ", nouns(context))
        rows.append(_row(label, table.together, RowKind.TOTAL))
    if table.others:
        number, only, comparison = table.others
        others = text("Other ", Setting(number), " ", nouns(context))
        rows.append(_row(text(Name(only)) if only else others, comparison, RowKind.QUIET))
    if table.unknown:
        rows.append(_row(text("Location unknown"), table.unknown, RowKind.QUIET))
    rows.append(_row(text(Name(context.facts.place)), table.total, last))
    return tuple(rows)


def _label(area: AreaCount, tied: Counter[float | None]) -> Text:
    return tied_label(area.name, tied=area.now.value is not None and tied[area.now.value] > 1)


def tied_label(name: str, *, tied: bool) -> Text:
    """A name, with a mark where its count is another's too."""
    return text(Name(name), TIED) if tied else text(Name(name))


def _row(
    label: Text,
    comparison: Comparison,
    kind: RowKind = RowKind.PLAIN,
    *,
    dumbbell: bool = False,
) -> Row:
    return Row((label, *_cells(comparison, dumbbell=dumbbell)), kind)


def _cells(comparison: Comparison, *, dumbbell: bool) -> tuple[Cell, ...]:
    now, then = comparison.now, comparison.then
    compared = comparison.verdict is not Verdict.NONE
    dumbbell = dumbbell and not _hides(comparison)
    return (
        number_cell(now),
        number_cell(then),
        text(Change(comparison)) if compared else Muted(_NO_VALUE),
        Dumbbell(_held(then), _held(now)) if dumbbell else (),
        Whisker(comparison) if compared else (),
        text(Interval(comparison)) if comparison.has_interval else Muted(_NO_VALUE),
        Muted(text("not compared")) if _hides(comparison) else Evidence.of(comparison),
    )


def _hides(comparison: Comparison) -> bool:
    """Whether a side of it is not told."""
    return bool(comparison.now.suppressed_as or comparison.then.suppressed_as)


def number_cell(figure: Figure) -> Cell:
    """A number, or muted words for why there is none."""
    content = text(Number(figure))
    is_number = figure.value is not None or figure.suppressed_as is Suppressed.FEW
    return content if is_number else Muted(content)


def _held(figure: Figure) -> Figure | None:
    return figure if figure.value is not None else None


def _note(context: Context, table: AreaTable) -> Text:
    return sentences(
        text("Equal counts (=) are in order of name.") if _has_ties(table) else (),
        text("A hidden count is not compared.") if any(map(_hides, table.comparisons)) else (),
        _level(table),
        _exposure(table.total),
        last_year_known(table.total.then, table.total.maturity),
        _clustering(table),
        _definition(context, table),
    )


def _has_ties(table: AreaTable) -> bool:
    values = [comparison.now.value for _, comparison in table.areas]
    counts = [value for value in values if value is not None]
    return len(set(counts)) < len(counts)


def _level(table: AreaTable) -> Text:
    """The many comparisons rule, as it acts here."""
    if table.total.verdict is Verdict.NONE:
        return ()
    rows = compared_rows(table.comparisons)
    return text(
        "The title names a row’s change only if its ", title_level(rows), " interval (",
        Setting(rows), " rows) leaves out no change.",
    )  # fmt: skip


def _exposure(total: Comparison) -> Text:
    """Days on both sides where they differ; rates are compared, not counts."""
    days = Setting(total.now.period.days), Setting(total.then.period.days)
    if days[0] == days[1] or total.verdict is Verdict.NONE:
        return ()
    return text("Rates: ", days[0], " against ", days[1], " days.")


def _clustering(table: AreaTable) -> Text:
    """φ of each row in their order; of many rows the least and the greatest."""
    compared = [each for each in table.comparisons if each.verdict is not Verdict.NONE]
    measured = sorted(each.phi for each in compared if each.phi_measured)
    if not compared:
        return ()
    if not measured:
        return text("Clustering not measured.")
    if len(compared) <= _ROWS_TOLD:
        told = [part for each in compared for part in (", ", _phi(each))]
        return text("Clustering φ, by row: ", *told[1:], ".")
    ends = (Setting(f"{value:.2f}") for value in (measured[0], measured[-1]))
    without = len(compared) - len(measured)
    rest = text("; not measured in rows: ", Setting(without)) if without else ()
    least, greatest = ends
    return text("Clustering φ from ", least, " to ", greatest, *rest, ".")


def _phi(comparison: Comparison) -> Setting:
    return Setting(f"{comparison.phi:.2f}" if comparison.phi_measured else "not measured")


def _definition(context: Context, table: AreaTable) -> Text:
    """A set that changed since the edition before, with the old and the new total."""
    if table.replaced is None:
        return ()
    old, new = table.replaced
    day = Day(context.previous.cut_off)
    before = text("The priority ", nouns(context), " of ", day, " hold ", Number(old))
    now = text(", those of this edition ", Number(new)) if new else text("; now there are none")
    return text("Definition changed. ", *before, *now, ".")
