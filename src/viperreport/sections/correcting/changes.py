"""What is other in a corrected edition than in the one that it replaces.

Source: "Corrections and withdrawals" in docs/operating.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from viperreport.model.briefing import Briefing
from viperreport.model.figure import Comparison, Figure

# Figures of how an edition was made. They differ at every instant, and say nothing of the place.
OF_THE_MAKING = ("loads.", "guards.", "provenance.")
BEFORE = "replaced."  # begins the keys of what the edition before had


@dataclass(frozen=True, slots=True)
class Changes:
    """What is other: before and now, None where one of them has it not.

    Args:
        figures: those with another value, or another reason for none; those with a mark first.
        verdicts: comparisons of both editions that are called otherwise.
    """

    figures: tuple[tuple[Figure | None, Figure | None], ...]
    verdicts: tuple[tuple[Comparison, Comparison], ...]

    @property
    def is_none(self) -> bool:
        """Whether all that is printed of the place is the same."""
        return not (self.figures or self.verdicts)


def changes(before: Briefing, now: Briefing) -> Changes:
    """Set an edition against the one that it replaces."""
    old, new = ({each.key: each for each in made.figures if _is_of_the_place(each)}
                for made in (before, now))  # fmt: skip
    pairs = [(old.get(key), new.get(key)) for key in dict.fromkeys((*new, *old))]
    other = [pair for pair in pairs if _said(pair[0]) != _said(pair[1])]
    return Changes(
        tuple(sorted(other, key=lambda pair: not _mark(pair))),
        tuple(_verdicts(before.comparisons, now.comparisons)),
    )


def _is_of_the_place(figure: Figure) -> bool:
    return not figure.key.startswith(OF_THE_MAKING)


def _said(figure: Figure | None) -> object:
    return figure and (figure.value, figure.why_none, figure.suppressed_as)


def _mark(pair: tuple[Figure | None, Figure | None]) -> str:
    return next((each.ref for each in pair if each is not None and each.ref), "")


def _verdicts(
    before: Sequence[Comparison], now: Sequence[Comparison]
) -> list[tuple[Comparison, Comparison]]:
    old = {each.key: each for each in before}
    pairs = [(old[each.key], each) for each in now if each.key in old]
    return [pair for pair in pairs if pair[0].verdict is not pair[1].verdict]


def tellable(found: Changes, before: Briefing, now: Briefing) -> Changes:
    """What of it may be printed: both editions are told alike, and a mask hides areas in both.

    Two masks over nearly the same numbers could differ in what they withhold, and so tell it.
    """
    if (before.disclosure, before.is_masked) != (now.disclosure, now.is_masked):
        return Changes((), ())
    if not now.is_masked:
        return found
    return Changes(
        tuple(pair for pair in found.figures if not any(map(_is_masked, pair))),
        tuple(
            pair
            for pair in found.verdicts
            if not any(_is_masked(side) for each in pair for side in (each.now, each.then))
        ),
    )


def _is_masked(figure: Figure | None) -> bool:
    if figure is None:
        return False
    return figure.suppressed_as is not None or any(label == "area" for label, _ in figure.where)


def as_before(figure: Figure) -> Figure:
    """A figure of the edition before, under a key of its own; its hash can be made again."""
    return replace(figure, key=f"{BEFORE}{figure.key}", ref="")


def comparison_before(comparison: Comparison) -> Comparison:
    """The same of a comparison and of all that it shows."""
    evidence = comparison.evidence and (
        as_before(comparison.evidence[0]),
        as_before(comparison.evidence[1]),
    )
    return replace(
        comparison,
        key=f"{BEFORE}{comparison.key}",
        now=as_before(comparison.now),
        then=as_before(comparison.then),
        settled=comparison.settled and as_before(comparison.settled),
        evidence=evidence,
    )
