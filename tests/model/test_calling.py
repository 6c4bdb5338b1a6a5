"""A word of change needs a comparison that is called."""

import pytest

from tests.sections.making import CUT_OFF as CUT_OFF_DAY
from tests.sections.making import World, both, cube_of
from viperreport.model.calling import Way, phrase
from viperreport.model.figure import VERDICT_PHRASES, Comparison, Verdict


def compared(now: int, then: int) -> Comparison:
    """A year to date of so many against so many."""
    return World(cube_of(both(now, then), CUT_OFF_DAY)).made.year


@pytest.mark.parametrize(("now", "then", "said"), [(122, 60, "above"), (60, 122, "below")])
def test_a_way_is_that_of_the_verdict(now: int, then: int, said: str) -> None:
    """Higher lies above, lower below."""
    assert str(Way(compared(now, then))) == said


@pytest.mark.parametrize(("now", "then"), [(60, 61), (3, 0)])
def test_no_way_without_a_call(now: int, then: int) -> None:
    """No clear change, and too few to tell, lie on no side."""
    with pytest.raises(ValueError, match="neither higher nor lower"):
        Way(compared(now, then))


def test_a_phrase_is_of_one_verdict() -> None:
    """Comparisons of two verdicts, and none at all, share no phrase."""
    high, low = compared(122, 60), compared(60, 122)
    assert str(phrase(high, high)) == "higher, likely real"
    assert str(phrase(low, capital=True)) == VERDICT_PHRASES[Verdict.LOWER]
    for given in ((high, low), ()):
        with pytest.raises(ValueError, match="no one verdict"):
            phrase(*given)
