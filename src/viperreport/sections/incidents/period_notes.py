"""The note of table 1: which days, known how, judged by what."""

from viperreport.model.figure import Comparison, Maturity
from viperreport.model.period import Period, PeriodKind
from viperreport.model.wording import (
    Day,
    Number,
    Setting,
    Span,
    Text,
    Words,
    sentences,
    text,
)
from viperreport.sections.context import Context
from viperreport.sections.holidays import holidays_apart
from viperreport.sections.incidents.period_counts import MeasureRows, PeriodCounts
from viperreport.sections.maturity import first_known, known_how

_ROLLING = (PeriodKind.ROLLING_7D, PeriodKind.ROLLING_28D)


def note(context: Context, counts: PeriodCounts) -> Text:
    """Say all that the numbers alone do not."""
    return sentences(
        *_dates(counts),
        *dict.fromkeys(holidays_apart(context, each) for each in counts.comparisons),
        *(text(name, " left out: held to ", Day(day), ".") for name, day in counts.left_out),
        _known(counts),
        *(_finds(rows) for rows in counts.measures),
        _clustering(context, counts),
    )  # fmt: skip


def _dates(counts: PeriodCounts) -> tuple[Text, ...]:
    """The days of rolling windows and of their comparators, of each source that has its own."""
    said: dict[tuple[Period, ...], Text] = {}
    for rows in counts.measures:
        key = tuple(c.now.period for c in rows.comparisons)
        if key in said:
            continue
        other = text(*rows.label, ", ") if said else ()
        year, *rolling = reversed(rows.comparisons)
        spans = [span for c in (year, *reversed(rolling)) if (span := _days(c))]
        joined = tuple(part for span in spans for part in (Words("; "), *span))[1:]
        said[key] = text(*other, *joined, ".") if joined else _own_end(other, rows)
    return tuple(said.values())


def _days(comparison: Comparison) -> Text:
    """Both windows of a rolling period; of a year to date its exposures, where they differ."""
    now, then = comparison.now.period, comparison.then.period
    held = comparison.then.value is not None
    days = Setting(now.days)
    if now.kind in _ROLLING:
        against = text(" against ", Span(then)) if held else ()
        return text(days, " days: ", Span(now), *against)
    if now.kind is PeriodKind.YEAR_TO_DATE and held and now.days != then.days:
        return text("Year: ", days, " days against ", Setting(then.days))
    return ()


def _own_end(other: Text, rows: MeasureRows) -> Text:
    """Months of another source end on a day of their own."""
    last_day = rows.comparisons[-1].now.period.last_day
    return text(*other, "to ", Day(last_day), ".") if other else ()


def _known(counts: PeriodCounts) -> Text:
    """How last year is known, and what it has settled at since."""
    held = [c for c in counts.comparisons if c.then.value is not None]
    young = [c for c in held if c.maturity is not Maturity.NOT_COMPARABLE]
    if not held:
        return ()
    if not young:
        return first_known(counts.comparisons)
    settled = [_settled(rows) for rows in counts.measures]
    since = tuple(part for each in settled if each for part in (Words("; "), *each))
    lead = text(f"Last year {known_how(young[0].maturity)}")
    said = text(*lead, *(text(", settled since at ", *since[1:]) if since else ()), ".")
    if len(young) == len(held):
        return said
    return text(*said, " Where no count of that age is held, as known now: not comparable.")


def _settled(rows: MeasureRows) -> Text:
    """The settled counts of a measure's periods, if any differs from what was known then."""
    changed = [c for c in rows.comparisons if c.settled and c.settled.value != c.then.value]
    if not changed:
        return ()
    said = [
        part
        for c in changed
        if c.settled is not None
        for part in (Words(", "), Number(c.settled), Words(" ("), *_short(c.now.period), Words(")"))
    ]
    return text(*lower(rows.label), " ", *said[1:])


def _short(period: Period) -> Text:
    if period.kind in _ROLLING:
        return text(Setting(period.days), " days")
    return text(Span(period)) if period.kind is PeriodKind.MONTH else text("year")


def _finds(rows: MeasureRows) -> Text:
    """Items come in lots: say that finds are judged, and how many they are."""
    said: Text = ()
    for comparison in rows.comparisons:
        evidence = comparison.evidence
        if evidence is not None and None not in {side.value for side in evidence}:
            now, then = map(Number, evidence)
            period = _short(comparison.now.period)
            said += text(", " if said else "", now, " against ", then, " (", *period, ")")
    return text(*rows.label, " judged by finds: ", *said, ".") if said else ()


def _clustering(context: Context, counts: PeriodCounts) -> Text:
    """How clustered each measure is, and under how many nothing is said."""
    values = [phi(rows.comparisons[-1]) for rows in counts.measures]
    listed = tuple(
        part
        for rows, value in zip(counts.measures, values, strict=True)
        for part in (Words(", "), *lower(rows.label), Words(" "), value)
    )
    alike = text(values[0], " in every row") if len(set(values)) == 1 else listed[1:]
    measured = any(rows.comparisons[-1].phi_measured for rows in counts.measures)
    said = text("Clustering φ: ", *alike) if measured else text("Clustering not measured")
    return text(
        *said, ". Under ", Setting(context.rules.few),
        " in both periods together: too few to tell; under ",
        Setting(context.rules.percent_base), " a year before: no percent.",
    )  # fmt: skip


def phi(comparison: Comparison) -> Setting:
    """Clustering as it is printed."""
    return Setting(f"{comparison.phi:.2f}" if comparison.phi_measured else "not measured")


def lower(name: Text) -> Text:
    """The name inside a sentence."""
    return tuple(
        Words(part.text[:1].lower() + part.text[1:]) if isinstance(part, Words) else part
        for part in name
    )
