"""Table 3: incidents by outcome, with what stands out among so many rows in its title."""

from viperreport.model.calling import phrase
from viperreport.model.exhibits import (
    Column,
    ColumnKind,
    Evidence,
    Muted,
    Row,
    RowKind,
    Table,
    Whisker,
)
from viperreport.model.figure import Comparison, Verdict
from viperreport.model.period import same_period
from viperreport.model.wording import Day, Name, Number, Setting, Text, Words, Year, sentences, text
from viperreport.sections.comparing import compared_rows, stands_out, title_level
from viperreport.sections.context import Context
from viperreport.sections.counted import all_incidents, names
from viperreport.sections.incidents.drug_share import drug_note, drug_rows
from viperreport.sections.incidents.outcomes import REF, Outcome, OutcomeCounts
from viperreport.sections.incidents.period_notes import phi
from viperreport.sections.incidents.periods import number
from viperreport.sections.maturity import last_year_known

_SHARES = (25, 7.5, 7, 21, 26.5)
_NO = Muted(text("n/a"))


def say_outcomes(context: Context, counts: OutcomeCounts) -> Table:
    """Put each outcome into a row, and the headline figure below."""
    return Table(
        ref=REF,
        title=_title(context, counts),
        subtitle=text(names(context)[0], f" by {_of(counts)}, year to date"),
        columns=_columns(context, counts),
        rows=(
            *(_row(row) for row in counts.rows),
            _total(context, counts.total),
            *(drug_rows(counts.drugs) if counts.drugs else ()),
        ),
        note=_note(context, counts),
    )


def _of(counts: OutcomeCounts) -> str:
    if counts.by_kind:
        return "kind"
    return "outcome" if counts.rows else "what is stated of drugs"


def _title(context: Context, counts: OutcomeCounts) -> Text:
    """Name what stands out among so many rows; else say that none does."""
    of = _of(counts)
    compared = [row.comparison for row in counts.rows if row.comparison]
    if not any(comparison.has_interval for comparison in compared):
        if any(comparison.verdict is Verdict.FEW for comparison in compared):
            return text(f"Too few of any {of} to tell")
        return text(names(context)[0], f" by {of}")
    named = [row for row in counts.rows if _stands_out(counts, row)]
    if not named:
        return text(f"No {of} stands out on its own")
    by_verdict = [
        _named([row for row in named if _verdict(row) is verdict])
        for verdict in (Verdict.HIGHER, Verdict.LOWER)
    ]
    return tuple(part for each in by_verdict if each for part in (Words("; "), *each))[1:]


def _verdict(row: Outcome) -> Verdict:
    return row.comparison.verdict if row.comparison else Verdict.NONE


def _stands_out(counts: OutcomeCounts, row: Outcome) -> bool:
    many = compared_rows(counts.comparisons)
    return row.comparison is not None and stands_out(row.comparison, many)


_CALLED = {Verdict.HIGHER, Verdict.LOWER}


def _named(rows: list[Outcome]) -> Text:
    """A verdict's phrase and the rows that bear it."""
    if not rows:
        return ()
    listed = tuple(part for row in rows for part in (Words("; "), *row.label))
    called = (row.comparison for row in rows if row.comparison)
    return text(phrase(*called, capital=True), ": ", *listed[1:])


def _columns(context: Context, counts: OutcomeCounts) -> tuple[Column, ...]:
    heads = (
        (text("Kind" if counts.by_kind else "What happened"), ColumnKind.WORDS),
        (text(Year(context.year)), ColumnKind.THIS_YEAR),
        (text(Year(context.year - 1)), ColumnKind.NUMBER),
        ((), ColumnKind.WHISKER),
        (text("Evidence"), ColumnKind.EVIDENCE),
    )
    return tuple(
        Column(head, kind, share) for (head, kind), share in zip(heads, _SHARES, strict=True)
    )


def _row(row: Outcome) -> Row:
    counts = (row.label, number(row.now), number(row.then))
    if row.comparison is None:
        harm = row.now.measure.harm
        evidence = _NO if row.is_unknown else Evidence(Verdict.NONE, harm)
        return Row((*counts, Muted(()), evidence))
    return Row((*counts, Whisker(row.comparison), Evidence.of(row.comparison)))


def _total(context: Context, total: Comparison) -> Row:
    label = text("All ", Name(all_incidents(context).stem))
    cells = (label, number(total.now), number(total.then), Whisker(total), Evidence.of(total))
    return Row(cells, RowKind.TOTAL)


def _note(context: Context, counts: OutcomeCounts) -> Text:
    together = text("Other kinds: ", Setting(counts.kinds_together), " together.")
    uncompared = [row for row in counts.rows if row.comparison is None and not row.is_unknown]
    return sentences(
        () if counts.by_kind else text("An incident is counted once, by its worst outcome."),
        _people(context, counts),
        together if counts.kinds_together else (),
        text("Not compared: where some do not state it.") if uncompared else (),
        drug_note(counts.drugs) if counts.drugs else (),
        last_year_known(counts.total.then, counts.total.maturity),
        _level(counts),
        _clustering(counts),
    )


def _level(counts: OutcomeCounts) -> Text:
    """The rule of many comparisons, where it keeps a row that is likely real out of the title."""
    if not any(_verdict(row) in _CALLED and not _stands_out(counts, row) for row in counts.rows):
        return ()
    level = title_level(compared_rows(counts.comparisons))
    return text("Only what its ", level, " interval shows enters the title.")


def _people(context: Context, counts: OutcomeCounts) -> Text:
    """How many persons, and how many by the same date last year."""
    if not counts.persons:
        return ()
    said: Text = ()
    for who, now, then in counts.persons:
        lead = f"; {who}: " if said else f"Persons {who}: "
        before = text(", against ", Number(then)) if then.value is not None else ()
        said += text(lead, Number(now), *before)
    day = Day(same_period(context.year_to_date).last_day)
    missing = [then for _, _, then in counts.persons if then.value is None]
    if len(missing) == len(counts.persons):
        return text(*said, "; by ", day, ": ", Number(missing[0]), ".")
    return text(*said, " by ", day, ".")


def _clustering(counts: OutcomeCounts) -> Text:
    """φ of each row, in their order."""
    compared = [row.comparison for row in counts.rows if row.comparison]
    values = [phi(each) for each in (*compared, counts.total)]
    if not any(each.phi_measured for each in (*compared, counts.total)):
        return text("Clustering not measured.")
    if len(set(values)) == 1:
        return text("Clustering φ: ", values[0], " in every row.")
    listed = tuple(part for value in values for part in (Words(", "), value))
    return text("Clustering φ, by row: ", *listed[1:], ".")
