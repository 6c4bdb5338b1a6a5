"""How last year is known, in the same words wherever it stands beside this one.

Source: "Known then" in docs/definitions.md.
"""

from viperreport.model.figure import Comparison, Figure, Maturity
from viperreport.model.wording import Text, text

_HOW = {
    Maturity.AS_KNOWN_THEN: "as known at the same age",
    Maturity.AS_RECORDED_THEN: "as recorded by the same age",
    Maturity.NOT_COMPARABLE: "as known now",
}


def known_how(maturity: Maturity) -> str:
    """The words alone, for within a sentence."""
    return _HOW[maturity]


def last_year_known(then: Figure, maturity: Maturity) -> Text:
    """Say it of a comparator; nothing where that is not held."""
    if then.value is None:
        return ()
    apart = ": maturity not comparable" if maturity is Maturity.NOT_COMPARABLE else ""
    return text(f"Last year {known_how(maturity)}{apart}.")


def first_known(comparisons: tuple[Comparison, ...]) -> Text:
    """Say it once of comparators that are known alike: of the first that is held."""
    held = (each for each in comparisons if each.then.value is not None)
    return next((last_year_known(each.then, each.maturity) for each in held), ())
