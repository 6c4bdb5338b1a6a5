"""A figure says what it is, or why it is none; like is compared with like."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from viperreport.errors import UnlikeFiguresError
from viperreport.model.figure import (
    VERDICT_PHRASES,
    Comparison,
    Figure,
    Measure,
    Suppressed,
    Unit,
    Verdict,
    WhyNone,
)
from viperreport.model.period import calendar_year, last_7_days, same_period, year_to_date

K = datetime(2016, 5, 30, 5, tzinfo=UTC)
CUT_OFF = date(2016, 5, 25)
GUNS = Measure("discharge", "Gun incidents", "Discharges.", Unit.INCIDENT)
NOW = Figure("incidents.ytd.2016", 122, GUNS, year_to_date(CUT_OFF), K)
THEN = Figure("incidents.ytd.2015", 84, GUNS, same_period(year_to_date(CUT_OFF)), K)


def test_a_value_or_a_reason_never_both_never_neither() -> None:
    """A number with an excuse and silence without a reason are both refused."""
    with pytest.raises(ValueError, match="either"):
        replace(NOW, why_none=WhyNone.NOT_HELD)
    with pytest.raises(ValueError, match="either"):
        replace(NOW, value=None)
    missing = replace(NOW, value=None, why_none=WhyNone.NOT_HELD)
    with pytest.raises(ValueError, match="not_held"):
        _ = missing.count
    assert replace(NOW, value=0).count == 0


def test_a_suppressed_figure_tells_nothing_else() -> None:
    """It says how it is printed, and has neither rows nor a hash that could tell its number."""
    hidden = replace(NOW, value=None, why_none=WhyNone.SUPPRESSED, suppressed_as=Suppressed.FEW)
    for change in ({"rows": 3}, {"hash": "ab" * 32}):
        with pytest.raises(ValueError, match="would tell"):
            replace(hidden, **change)
    with pytest.raises(ValueError, match="how it is printed"):
        replace(hidden, suppressed_as=None)
    with pytest.raises(ValueError, match="how it is printed"):
        replace(NOW, suppressed_as=Suppressed.FEW)


@pytest.mark.parametrize(
    ("then", "what"),
    [
        (replace(THEN, period=calendar_year(2015)), "period kind"),
        (replace(THEN, period=last_7_days(date(2015, 5, 27))), "period kind"),
        (replace(THEN, measure=replace(GUNS, code="fired")), "measure"),
        (replace(THEN, measure=replace(GUNS, unit=Unit.VICTIM)), "unit"),
        (replace(THEN, where=(("area", ("Hackney",)),)), "filter"),
        (replace(THEN, adds="killed"), "sum"),
    ],
)
def test_unlike_figures_cannot_be_compared(then: Figure, what: str) -> None:
    """Kinds of period, measures, units, filters and sums must be the same on both sides."""
    with pytest.raises(UnlikeFiguresError, match=what):
        Comparison("incidents.ytd", NOW, then, Verdict.HIGHER)


def test_the_seeds_trap_cannot_be_built() -> None:
    """122 in a part of 2016 against 226 in the whole of 2015: no such comparison exists."""
    whole = replace(THEN, key="incidents.year.2015", value=226, period=calendar_year(2015))
    for verdict in Verdict:
        with pytest.raises(UnlikeFiguresError):
            Comparison("trap", NOW, whole, verdict)
        with pytest.raises(UnlikeFiguresError):
            Comparison("trap", whole, THEN, verdict)


def test_each_verdict_has_its_one_phrase() -> None:
    """Five verdicts, five different phrases, the same everywhere."""
    assert set(VERDICT_PHRASES) == set(Verdict)
    assert len(set(VERDICT_PHRASES.values())) == len(Verdict)


@pytest.mark.parametrize("verdict", list(Verdict))
def test_only_what_leaves_out_no_change_is_likely_real(verdict: Verdict) -> None:
    """Higher and lower are likely real; those and unclear have an interval."""
    comparison = Comparison("incidents.ytd", NOW, THEN, verdict)
    assert comparison.likely_real == (verdict in {Verdict.HIGHER, Verdict.LOWER})
    assert comparison.has_interval == (verdict not in {Verdict.FEW, Verdict.NONE})
