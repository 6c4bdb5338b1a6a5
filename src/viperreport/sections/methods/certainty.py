"""How certain a change is: the interval, how many comparisons were made, and the projection's past.

Source: "Comparison" in docs/definitions.md.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from viperreport.analysis.compare import chance_of_call
from viperreport.analysis.projection import FEWEST_YEARS, Projection, may_project, project, tells
from viperreport.model.exhibits import Column, ColumnKind, Evidence, Row, Table
from viperreport.model.figure import Comparison, Figure, Unit, Verdict, derived
from viperreport.model.period import calendar_year, same_day, year_to_date
from viperreport.model.wording import Number, Ref, Setting, Text, sentences, text
from viperreport.sections.comparing import clustering_of
from viperreport.sections.context import Context, Contribution
from viperreport.sections.counted import all_incidents
from viperreport.sections.projecting import years_before

_LEVEL, _NARROW = Setting("95%"), Setting("80%")


@dataclass(frozen=True, slots=True)
class PastYears:
    """In how many past years the projection's limits would have held."""

    tested: Figure
    within95: Figure
    within80: Figure


@dataclass(frozen=True, slots=True)
class CertaintyCounts:
    """What is said of all comparisons together.

    Args:
        comparisons: how many were made, with an interval.
        expected: how many of these would be called by chance if nothing had changed.
        called: how many were called higher or lower.
        past: None where no past year can be tested, or no year end is projected.
        marked: the comparisons of the tiles.
        of_activity: whether any is of what is neither good nor bad, and so drawn in navy.
    """

    comparisons: Figure
    expected: Figure
    called: Figure
    past: PastYears | None
    marked: tuple[Comparison, ...]
    of_activity: bool


def count(context: Context, made: Mapping[str, Contribution]) -> CertaintyCounts:
    """Count the comparisons of all sections, each once."""
    distinct = distinct_comparisons(made)
    tried = [each for each in distinct if each.has_interval]
    base = _base(context)
    chance = sum(_chance(each, context.rules.few) for each in tried)
    sizes = (
        "sum over these of the size of the test at 95 % given both counts together, if nothing "
        "had changed and nothing clustered"
    )
    called = sum(each.likely_real for each in tried)
    return CertaintyCounts(
        _derived(base, "comparisons", len(tried), "comparisons made with an interval, by key"),
        _derived(base, "expected_calls", chance, sizes),
        _derived(base, "called", called, "comparisons whose interval leaves out 1"),
        past_years(context, base),
        tuple(sorted(filter(_is_key_figure, distinct), key=lambda each: each.now.ref)),
        any(not each.now.measure.harm for each in tried),
    )


def distinct_comparisons(made: Mapping[str, Contribution]) -> tuple[Comparison, ...]:
    """Every comparison once, with its mark if any of its kind bears one."""
    found: dict[str, Comparison] = {}
    for part in made.values():
        for each in part.comparisons:
            if each.key not in found or (each.now.ref and not found[each.key].now.ref):
                found[each.key] = each
    return tuple(found.values())


def _is_key_figure(comparison: Comparison) -> bool:
    """Whether it is that of a tile."""
    return comparison.now.ref.startswith("K")


def _chance(comparison: Comparison, few: int) -> float:
    """The chance that a comparison is called if nothing changed, of the pair that it judges."""
    now, then = comparison.evidence or (comparison.now, comparison.then)
    return chance_of_call(now.count + then.count, now.period.days, then.period.days, few)


def _base(context: Context) -> Figure:
    counted = all_incidents(context)
    key = f"{counted.stem}.ytd.{context.year}"
    return counted.figure(counted.cube, context.year_to_date, key)


def _derived(base: Figure, name: str, value: float, method: str) -> Figure:
    return derived(base, f"edition.{name}", value, method, Unit.COMPARISON)


def past_years(context: Context, base: Figure) -> PastYears | None:
    """Apply the projection's rule at the same day of every past year, as known now."""
    if not may_project(context.cut_off, context.rules.projection_from_day):
        return None
    first = context.incidents.held_from.year
    found = [_tested(context, year) for year in range(first, context.year)]
    tested = [each for each in found if each is not None]
    if not tested:
        return None
    within95 = sum(ends.low95 <= whole <= ends.high95 for ends, whole in tested)
    within80 = sum(ends.low80 <= whole <= ends.high80 for ends, whole in tested)
    method = "years of which the {} by the projection made at the same day, as known now"

    def of(name: str, value: int, what: str) -> Figure:
        key = f"{all_incidents(context).stem}.projection.past.{name}"
        return derived(base, key, value, method.format(what), Unit.YEAR)

    return PastYears(
        of("tested", len(tested), "whole count can be held against a range given"),
        of("within95", within95, "whole count lies in the 95 % range given"),
        of("within80", within80, "whole count lies in the 80 % range given"),
    )


def _tested(context: Context, year: int) -> tuple[Projection, int] | None:
    """A past year's projection at the same day, and what the year came to."""
    counted, day = all_incidents(context), same_day(context.cut_off, year)
    cube, whole = counted.cube, calendar_year(year)
    earlier = years_before(cube, day)
    if not cube.holds(whole) or len(earlier) < FEWEST_YEARS:
        return None
    so_far, total = cube.within(whole).series((year_to_date(day), whole))
    if so_far is None or total is None or not tells(so_far, earlier, context.rules.few):
        return None
    phi = clustering_of(counted, day).phi
    ends = project(so_far, earlier, phi, context.rules.projection_tau)
    return (ends, total) if ends is not None and ends.is_telling else None


def say(context: Context, counts: CertaintyCounts) -> Table:
    """The four verdicts, and how they are reached."""
    few = Setting(context.rules.few)
    verdicts: tuple[tuple[Verdict, Text], ...] = (
        (Verdict.HIGHER, text("The ", _LEVEL, " interval leaves out no change.")),
        (Verdict.LOWER, text("The same, the other way.")),
        (Verdict.UNCLEAR, text("Chance and clustering could explain it.")),
        (Verdict.FEW, text("Fewer than ", few, " in both periods together.")),
    )
    return Table(
        ref="",
        title=text("How certain is a change?"),
        subtitle=(),
        columns=(Column((), ColumnKind.EVIDENCE, 31), Column((), ColumnKind.SMALL, 53)),
        rows=tuple(Row((Evidence(verdict, harm=True), words)) for verdict, words in verdicts),
        note=sentences(
            _INTERVAL, _clustering(counts.marked), _LIKELY_REAL, _many(counts),
            _NAVY if counts.of_activity else (), _past(counts.past),
        ),
        row_height=5.2,
    )  # fmt: skip


_NAVY = text("Navy marks: police activity, where more is neither good nor bad.")
_INTERVAL = text(
    "Interval: of the ratio of daily rates, Clopper and Pearson, ", _LEVEL, ", on counts divided "
    "by their clustering φ, with the days of both periods. Percentages are of counts."
)  # fmt: skip
_LIKELY_REAL = text(
    "Likely real: more than chance and clustering explain; it says neither why nor that it will "
    "last."
)


def _clustering(marked: Iterable[Comparison]) -> Text:
    """φ of every marked comparison."""
    said: Text = ()
    for each in marked:
        if each.then.value is None or each.now.value is None:
            continue
        phi = f"{each.phi:.2f}" if each.phi_measured else "not measured"
        said += text(", " if said else "Clustering φ: ", Ref(each.now.ref), " ", Setting(phi))
    return (*said, *text(".")) if said else ()


def _many(counts: CertaintyCounts) -> Text:
    return text(
        "Comparisons in this edition: ", Number(counts.comparisons), "; called likely real: ",
        Number(counts.called), "; expected by chance if nothing had changed: ",
        Number(counts.expected, places=1), ".",
    )  # fmt: skip


def _past(past: PastYears | None) -> Text:
    """How often the projection's rule would have held."""
    if past is None:
        return ()
    tested = Number(past.tested)
    return text(
        "Year end: at this date of past years the rule would have held in ",
        Number(past.within95), " of ",
        tested, " (", _LEVEL, ") and ", Number(past.within80), " of ", tested, " (", _NARROW, ").",
    )  # fmt: skip
