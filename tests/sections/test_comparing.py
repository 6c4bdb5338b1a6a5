"""The rule of many comparisons, which every table's title obeys."""

from dataclasses import replace

import pytest

from tests.sections.making import CUT_OFF, World, both, cube_of, finds, year
from viperreport.analysis.compare import bonferroni_level
from viperreport.model.figure import Comparison, Maturity, Verdict, WhyNone
from viperreport.sections.comparing import Counted, compare, compared_rows, stands_out, title_level
from viperreport.sections.maturity import first_known, last_year_known


def _compared(now: int, then: int) -> Comparison:
    cube = cube_of([*both(now, then), *year(2014, 200)], CUT_OFF)
    context = World(cube).context
    return compare(context, Counted(cube, "incidents"), "ytd", context.year_to_date)


def test_more_rows_ask_for_more() -> None:
    """What is called by itself stands out of one row, and no more out of many."""
    called = _compared(122, 84)
    assert called.likely_real
    assert stands_out(called, 1)
    assert not stands_out(called, 9)
    assert stands_out(_compared(122, 40), 9)
    assert not stands_out(_compared(90, 88), 1)
    assert not stands_out(_compared(2, 1), 1)


def test_the_pair_that_is_judged_is_tested() -> None:
    """Items in large lots are many more than last year's; their finds are not enough."""
    items = finds([*both(400, 100), *year(2014, 200)], CUT_OFF)
    context = World(cube_of(both(9, 9), CUT_OFF), recoveries=items).context
    judged = compare(context, Counted(items, "recoveries"), "ytd", context.year_to_date)
    assert judged.evidence is not None
    assert stands_out(judged, 9)
    few = _compared(122, 84)
    assert not stands_out(replace(judged, evidence=(few.now, few.then)), 9)


def test_rows_without_a_comparison_are_not_counted() -> None:
    """Nothing was compared in them, so nothing could be called by chance."""
    made = _compared(122, 84)
    assert compared_rows((made, replace(made, verdict=Verdict.NONE), made)) == 2
    assert str(title_level(9)) == f"{100 * bonferroni_level(9):.1f}%" == "99.4%"


@pytest.mark.parametrize(
    ("maturity", "said"),
    [
        (Maturity.AS_KNOWN_THEN, "Last year as known at the same age."),
        (Maturity.AS_RECORDED_THEN, "Last year as recorded by the same age."),
        (Maturity.NOT_COMPARABLE, "Last year as known now: maturity not comparable."),
    ],
)
def test_how_last_year_is_known(maturity: Maturity, said: str) -> None:
    """Said in the same words everywhere; nothing of a year that is not held."""
    made = replace(_compared(122, 84), maturity=maturity)
    missing = replace(made, then=replace(made.then, value=None, why_none=WhyNone.NOT_HELD))
    assert "".join(map(str, last_year_known(made.then, maturity))) == said
    assert first_known((missing, made)) == last_year_known(made.then, maturity)
    assert first_known((missing,)) == ()
