"""Table 7: kinds of weapon by circumstance, and each kind's change since last year."""

from dataclasses import dataclass

from viperreport.model.calling import phrase
from viperreport.model.exhibits import Cell, Column, ColumnKind, Heat, Row, RowKind, Table, Whisker
from viperreport.model.figure import Comparison, Figure, Verdict
from viperreport.model.wording import (
    Name,
    Number,
    Ref,
    Setting,
    Span,
    Text,
    Year,
    listed,
    sentences,
    text,
)
from viperreport.sections.comparing import compare, compared_rows, stands_out
from viperreport.sections.context import Context, Contribution
from viperreport.sections.recoveries.course import last_year_known, unit_noun
from viperreport.sections.recoveries.groups import Group, Kinds, check_sum, filtered
from viperreport.sections.years import Followed

ROW_HEIGHT = 6.0
_WIDTH = 174.0
_HEAT, _THIS, _LAST, _WHISKER = 12.4, 10.0, 10.0, 31.0
_LEAST_LABEL = 36.0
_MOST_NAMED = 2


@dataclass(frozen=True, slots=True)
class TypeRow:
    """A kind of weapon: its items by circumstance, and its change."""

    group: Group
    cells: tuple[Figure, ...]
    comparison: Comparison


def crosstab(
    context: Context, followed: Followed, total: Comparison, kinds: tuple[Kinds, Kinds]
) -> Contribution:
    """Count, then say.

    Args:
        kinds: weapon types and circumstances, counted.
    """
    types, circumstances = kinds
    rows = tuple(
        _count_row(context, followed, types, circumstances, group) for group in types.groups
    )
    for column, group in enumerate(circumstances.groups):
        check_sum(group.now, [row.cells[column] for row in rows])
    table = Table(
        ref="T7",
        title=_title(rows, total),
        subtitle=_subtitle(followed),
        columns=_columns(followed, circumstances),
        rows=(*(_row(row) for row in rows), _all(followed, total, circumstances)),
        note=_note(total, kinds),
        row_height=ROW_HEIGHT,
    )
    figures = tuple(figure for row in rows for figure in row.cells)
    return Contribution((table,), figures, tuple(row.comparison for row in rows))


def _count_row(
    context: Context, followed: Followed, types: Kinds, circumstances: Kinds, group: Group
) -> TypeRow:
    label, ref = types.breakdown.label, types.breakdown.ref
    counted = filtered(
        followed.counted, f"{types.breakdown.name}.{group.slug}", label, group.values
    )
    cells = []
    for other in circumstances.groups:
        both = filtered(
            counted,
            f"{circumstances.breakdown.name}.{other.slug}",
            circumstances.breakdown.label,
            other.values,
        )
        key = f"{both.stem}.ytd.{followed.year}"
        cells.append(both.figure(both.cube, followed.to_date, key, "T7"))
    check_sum(group.now, cells)
    comparison = compare(context, counted, "ytd", followed.to_date, ref)
    return TypeRow(group, tuple(cells), comparison)


def _columns(followed: Followed, circumstances: Kinds) -> tuple[Column, ...]:
    heads = [text(Name(group.title)) for group in circumstances.groups]
    room = _WIDTH - _THIS - _LAST - _WHISKER
    each = min(_HEAT, (room - _LEAST_LABEL) / max(len(heads), 1))
    return (
        Column(text("Weapon"), ColumnKind.WORDS, room - len(heads) * each),
        *(Column(head, ColumnKind.HEAT, each) for head in heads),
        Column(text(Year(followed.year)), ColumnKind.THIS_YEAR, _THIS),
        Column(text(Year(followed.year - 1)), ColumnKind.NUMBER, _LAST),
        Column((), ColumnKind.WHISKER, _WHISKER),
    )


def _row(row: TypeRow) -> Row:
    comparison = row.comparison
    cells: tuple[Cell, ...] = (
        text(Name(row.group.title)),
        *(Heat(figure) for figure in row.cells),
        text(Number(comparison.now)),
        text(Number(comparison.then)),
        Whisker(comparison),
    )
    return Row(cells)


def _all(followed: Followed, total: Comparison, circumstances: Kinds) -> Row:
    cells: tuple[Cell, ...] = (
        text(f"All {unit_noun(followed).lower()}"),
        *(text(Number(group.now)) for group in circumstances.groups),
        text(Number(total.now)),
        text(Number(total.then)),
        Whisker(total),
    )
    return Row(cells, RowKind.TOTAL)


def _title(rows: tuple[TypeRow, ...], total: Comparison) -> Text:
    """What stands out when every row is tested, that of all items too: at 1 - 0.05 / m."""
    verdicts = {row.comparison.verdict for row in rows}
    if verdicts <= {Verdict.NONE}:
        return text("Weapon types by circumstance: nothing to compare them with")
    if verdicts <= {Verdict.NONE, Verdict.FEW}:
        return text("Too few of each weapon type to tell a change")
    many = compared_rows((*(row.comparison for row in rows), total))
    types = [row for row in rows if row.group.is_value]
    standing = [
        (row.comparison, row.group.title) for row in types if stands_out(row.comparison, many)
    ]
    if standing:
        return _standing_out(standing)
    if any(row.comparison.likely_real for row in types):
        return text("No weapon type alone shows a clear change among ", Setting(many), " rows")
    return text("No weapon type alone shows a clear change")


def _standing_out(standing: list[tuple[Comparison, str]]) -> Text:
    parts = []
    for way in (Verdict.HIGHER, Verdict.LOWER):
        found = [each for each in standing if each[0].verdict is way]
        if not found:
            continue
        said = phrase(*(each for each, _ in found))
        if len(found) > _MOST_NAMED:
            parts.append(text(Setting(len(found)), " weapon types: ", said))
        else:
            parts.append(text(listed(tuple(name for _, name in found)), ": ", said))
    joined = parts[0]
    for part in parts[1:]:
        joined = text(*joined, "; ", *part)
    return joined


def _subtitle(followed: Followed) -> Text:
    return text(
        f"{unit_noun(followed)} by weapon type and circumstance, ", Span(followed.to_date),
        "; change from ", Year(followed.year - 1), " with ", Setting("95%"), " interval",
    )  # fmt: skip


def _note(total: Comparison, kinds: tuple[Kinds, Kinds]) -> Text:
    types, circumstances = kinds
    refs = (Ref(types.breakdown.ref), " and ", Ref(circumstances.breakdown.ref))
    finds = text("Intervals are of finds.") if total.evidence else ()
    return sentences(
        finds,
        text(f"Darker cells hold more {total.now.unit}s; totals agree with ", *refs, "."),
        last_year_known(total),
    )
