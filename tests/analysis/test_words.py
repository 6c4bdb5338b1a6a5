"""Words that say more than the evidence are found, and lawful uses of them are left alone."""

import pytest

from viperreport.analysis.words import INSTEAD, Overstated, Writing, overstatements

OURS, PROSE, NAME = Writing
CHANGE, CAUSE, FORECAST, CERTAINTY, DRAMA = Overstated


def found(said: str, writing: Writing) -> set[tuple[str, Overstated]]:
    """The words found in a text, with what is wrong with them."""
    return {(each.word, each.why) for each in overstatements(said, writing)}


# Words of change that sections must leave to slots.
MOVED = (
    *("rise", "rises", "rose", "risen", "rising", "fall", "falls", "fell", "fallen", "falling"),
    *("up", "down", "record", "highest", "lowest", "ahead", "behind", "above", "below", "higher"),
    *("lower", "increase", "increased", "decrease", "decreasing", "drop", "dropped", "climbed"),
    *("grew", "growth", "declining", "dipped", "jumped", "doubled", "halved", "improved", "upward"),
)


@pytest.mark.parametrize("word", MOVED)
def test_our_own_words_hold_no_change(word: str) -> None:
    """Whatever stands around it, whatever its case."""
    for said in (f"Gun incidents {word}", f"{word.upper()} on last year", f"a {word}: □"):
        assert (word, CHANGE) in found(said, OURS)
    assert not found(f"x{word}x", OURS)


@pytest.mark.parametrize(
    ("said", "word", "why"),
    [
        ("more than last year", "more than last", CHANGE),
        ("fewer incidents than a year before", "fewer incidents than a year before", CHANGE),
        ("patrols led to □ arrests", "led to", CAUSE),
        ("thanks to the operation", "thanks to", CAUSE),
        ("caused by gangs", "caused", CAUSE),
        ("because of patrols", "because", CAUSE),
        ("which resulted in □", "resulted", CAUSE),
        ("sweeps reduced shootings", "reduced", CAUSE),
        ("not yet complete", "yet", FORECAST),
        ("is still open", "still", FORECAST),
        ("unlikely to be chance", "unlikely", CERTAINTY),
        ("a significant change", "significant", CERTAINTY),
        ("incidents soar", "soar", DRAMA),
        ("counts plummeted", "plummeted", DRAMA),
        ("a crackdown", "crackdown", DRAMA),
        ("cracking down", "cracking down", DRAMA),
    ],
)
def test_our_own_words(said: str, word: str, why: Overstated) -> None:
    """Comparison without a verdict, cause, forecast, certainty, drama."""
    assert (word, why) in found(said, OURS)


@pytest.mark.parametrize(
    "said",
    [
        "Recorded to □",
        "no dated records",
        "a point above the upper limit, worth a look",
        "Refused whole above □ of bad rows.",
        "see the table below",
        "counts of people are not printed below □",
        "If nothing had changed, a gap this wide would be rare",
        "Over the upper limit of □",
        "fewer than □ in both periods together",
        "More found does not mean more guns, and fewer would not mean fewer.",
        "Largest single find",
    ],
)
def test_lawful_words_of_ours(said: str) -> None:
    """Limits, thresholds and places on the page tell of no change."""
    assert not found(said, OURS)


@pytest.mark.parametrize(
    ("said", "word", "why"),
    [
        ("Gun crime rises again", "rises", CHANGE),
        ("Shootings down 10 per cent", "down", CHANGE),
        ("incidents are up", "are up", CHANGE),
        ("a record high", "record high", CHANGE),
        ("above last year", "above last", CHANGE),
        ("fewer shootings than last year", "fewer shootings than last", CHANGE),
        ("the highest count", "highest", CHANGE),
        ("patrols led to fewer guns", "led to", CAUSE),
        ("because of the patrols", "because of", CAUSE),
        ("guns still at large", "still", FORECAST),
        ("unlikely to be chance", "unlikely to be", CERTAINTY),
        ("Crackdown weekly", "crackdown", DRAMA),
        ("Gun crime so\u00adars", "soars", DRAMA),
        ("gun crime \uff53\uff4f\uff41\uff52\uff53", "soars", DRAMA),
    ],
)
def test_what_homes_write(said: str, word: str, why: Overstated) -> None:
    """Titles, notes and definitions that claim a change; letters in disguise are read as seen."""
    assert (word, why) in found(said, PROSE)


@pytest.mark.parametrize(
    "said",
    [
        "Weekly gun-crime briefing",
        "annual total only; the newspaper calls them gun incidents, the release discharges",
        "up to 20 June 2016",
        "One record is one incident; each record has a reference",
        "the incident falls within the period",
        "people held up at gunpoint",
        "the cause of death is not held",
        "persons below the age of 18",
        "kept under review",
        "set up in 2016, with a drop-in box for knives",
        "a leap year has a day more",
        "the release says “gun crime soars”",
        'called "crackdown" by the newspaper',
    ],
)
def test_lawful_words_of_homes(said: str) -> None:
    """Words that tell of no change, and words in quotation marks, which are somebody else's."""
    assert not found(said, PROSE)


@pytest.mark.parametrize(
    "said",
    ["Fall River", "High Street", "Record check", "Surge patrol", "Upper Rising", "Stop-down"],
)
def test_names(said: str) -> None:
    """A name is called what it is called; only drama is no name."""
    assert not found(said, NAME)
    assert found(f"Crackdown at {said}", NAME) == {("crackdown", DRAMA)}


def test_advice() -> None:
    """Every kind says what to write instead, and names the word."""
    assert set(INSTEAD) == set(Overstated)
    (only,) = overstatements("Gun crime soars", PROSE)
    assert only.advice == '"soars" is drama: say how many, or what was done'
