"""What the evidence says of a change, in words: slots that only a verdict can fill.

Literal words hold no word of change (`analysis/words.py`): "higher", "lower", "above" and "below"
reach a page through these, each of which holds the comparison whose verdict carries it.
"""

from dataclasses import dataclass

from viperreport.model.figure import VERDICT_PHRASES, Comparison, Verdict

_WAYS = {Verdict.HIGHER: "above", Verdict.LOWER: "below"}


@dataclass(frozen=True, slots=True)
class VerdictPhrase:
    """The phrase of a verdict, of one comparison or of several that share it.

    Args:
        capital: whether it begins a sentence.

    Raises:
        ValueError: the comparisons have not one verdict.
    """

    comparisons: tuple[Comparison, ...]
    capital: bool = False

    def __post_init__(self) -> None:
        """One phrase can say one verdict."""
        if len({each.verdict for each in self.comparisons}) != 1:
            raise ValueError(f"no one verdict: {[each.key for each in self.comparisons]}")

    def __str__(self) -> str:
        """Write higher, likely real; or Higher, likely real."""
        said = VERDICT_PHRASES[self.comparisons[0].verdict]
        return said if self.capital else said[0].lower() + said[1:]


@dataclass(frozen=True, slots=True)
class Way:
    """On which side of its comparator a count lies.

    Raises:
        ValueError: the comparison is not called, so nothing says that it lies on either.
    """

    comparison: Comparison

    def __post_init__(self) -> None:
        """Refuse a direction without a verdict."""
        if self.comparison.verdict not in _WAYS:
            raise ValueError(f"{self.comparison.key} is called neither higher nor lower")

    def __str__(self) -> str:
        """Write above or below."""
        return _WAYS[self.comparison.verdict]


def phrase(*comparisons: Comparison, capital: bool = False) -> VerdictPhrase:
    """The phrase of a verdict that all of these share."""
    return VerdictPhrase(comparisons, capital)
