"""What the verbs print: plain text from frozen values, as wide as it needs to be."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from viperreport.model.briefing import Briefing
from viperreport.model.figure import VERDICT_PHRASES, Comparison, Figure, Standing
from viperreport.model.wording import Interval, Span, none_words, plain, whole

if TYPE_CHECKING:
    from viperreport.evidence.journal import LoadRow
    from viperreport.evidence.records import Record


def table(rows: Iterable[Sequence[object]], heads: Sequence[str]) -> str:
    """Set rows in columns: numbers to the right, words to the left."""
    rows = [tuple(row) for row in rows]
    cells = [[_cell(value) for value in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(heads, *cells, strict=True)]
    numeric = [
        bool(rows) and all(isinstance(row[at], int) for row in rows) for at in range(len(heads))
    ]
    lines = [
        "  ".join(
            cell.rjust(width) if right else cell.ljust(width)
            for cell, width, right in zip(line, widths, numeric, strict=True)
        ).rstrip()
        for line in [list(heads), *cells]
    ]
    return "\n".join(lines)


def _cell(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)


def figure_screen(figure: Figure, zone: ZoneInfo) -> str:
    """Everything that one figure says of itself."""
    known = figure.known_at.astimezone(zone)
    name = f"{figure.ref}  {figure.key}" if figure.ref else figure.key
    lines = [
        name,
        f"  value     {value_of(figure)}",
        f"  measure   {figure.measure.name} ({figure.measure.code}), counted in {figure.unit}s",
        f"  meaning   {figure.measure.definition}" if figure.measure.definition else "",
        f"  period    {Span(figure.period)}: {figure.period}, {figure.period.days} days",
        f"  filter    {filter_words(figure)}",
        f"  known at  {known:%Y-%m-%d %H:%M} {known.tzname()}",
        f"  standing  {figure.standing}",
        f"  records   {whole(figure.rows)}",
        f"  method    {figure.method}",
        *(
            f"  file      {load.file} (load {load.id}), SHA-256 {load.sha256}"
            for load in figure.loads
        ),
        f"  source    {figure.source}" if figure.source else "",
        f"  hash      {figure.hash}" if figure.hash else "",
    ]
    return "\n".join(filter(None, lines))


def value_of(figure: Figure) -> str:
    """The value as printed on a page, or why there is none."""
    if figure.value is None:
        return none_words(figure)
    if figure.standing is Standing.PROJECTED:
        return f"{whole(figure.value)} ({figure.value:.4f})"
    return whole(figure.value)


def filter_words(figure: Figure) -> str:
    """The filter in words."""
    if not figure.where:
        return "none: every record of the source"
    return "; ".join(
        f"{label} = {' or '.join(value or 'unknown' for value in values)}"
        for label, values in figure.where
    )


def comparison_screen(comparison: Comparison) -> str:
    """One comparison in a few lines."""
    lines = [
        f"{comparison.key}: {VERDICT_PHRASES[comparison.verdict]}",
        f"  now       {comparison.now.key} = {value_of(comparison.now)}",
        f"  then      {comparison.then.key} = {value_of(comparison.then)}",
        f"  settled   {value_of(comparison.settled)} as known now" if comparison.settled else "",
        f"  known     {comparison.maturity.replace('_', ' ')}",
    ]
    if comparison.has_interval:
        measured = "" if comparison.phi_measured else " (clustering not measured)"
        lines += [
            f"  interval  {Interval(comparison)}, 95%, of the daily rate",
            f"  ratio     {_bound(comparison.low)} to {_bound(comparison.high)}",
            f"  φ         {comparison.phi:.4f}{measured}",
        ]
    return "\n".join(filter(None, lines))


def _bound(value: float | None) -> str:
    return "infinity" if value is None else f"{value:.4f}"


def records_screen(records: "Sequence[Record]", figure: Figure) -> str:
    """The records behind a figure, with their file lines, and the sum that they add up to."""
    rows = [
        (
            record.key,
            record.day,
            ", ".join(value for _, value in record.labels if value),
            record.amount,
            f"{record.file}:{','.join(map(str, record.lines))}",
        )
        for record in records
    ]
    added = sum(record.amount for record in records)
    heads = ("record", "day", "labels", "adds", "file:lines")
    return f"{table(rows, heads)}\n{len(rows):,} records add up to {added:,} = {figure.key}"


def guards_screen(briefing: Briefing) -> list[str]:
    """Why an edition is on hold and what to do about it, a line each."""
    return [
        f"on hold: {plain(guard.said)} ({guard.name}): {plain(guard.step)}"
        for guard in briefing.guards
        if guard.held
    ]


def loads_screen(rows: "Iterable[LoadRow]", zone: ZoneInfo) -> str:
    """What was read, accepted and refused."""
    heads = (
        *("id", "source", "outcome", "known_at", "file", "rows", "bad"),
        *("new", "changed", "withdrawn", "revived", "reason"),
    )
    return table(
        (
            (
                str(row.id),
                row.source,
                row.outcome,
                f"{row.known_at.astimezone(zone):%Y-%m-%d %H:%M}",
                row.file,
                row.rows_read,
                row.rows_bad,
                row.records_new,
                row.records_changed,
                row.records_withdrawn,
                row.records_revived,
                row.reason,
            )
            for row in rows
        ),
        heads,
    )
