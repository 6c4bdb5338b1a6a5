"""Words that say more than the evidence: of change, of cause, of what is to come, of drama.

Three kinds of writing are held to three lists. Our own literal words hold no word of change at
all, since that is written by slots which a verdict fills (`model/calling.py`). What the people of
a home write in titles, notes and definitions may hold such words where they tell of no change
("up to 20 June"). A name is called what it is called, save for words of drama.
Source: "Words" in docs/definitions.md.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from viperreport.errors import ViperReportError


class UnprovenWordError(ViperReportError):
    """A text of the program says what no verdict carries.

    This is a fault of the program, not of its user: no input may bring it about.
    """


class Writing(StrEnum):
    """Whose words they are, and what they are for."""

    OURS = "ours"  # literal words of sections
    PROSE = "prose"  # a home's titles, notes and definitions
    NAME = "name"  # what a home calls its operation, tactics, units and measures


class Overstated(StrEnum):
    """What a word says without evidence."""

    CHANGE = "change"
    CAUSE = "cause"
    FORECAST = "forecast"
    CERTAINTY = "certainty"
    DRAMA = "drama"


INSTEAD = {
    Overstated.CHANGE: "says that something changed: leave that to the verdicts on the pages",
    Overstated.CAUSE: "says why: say what was done, and what was counted",
    Overstated.FORECAST: "says what is to come: say what was counted, and until when",
    Overstated.CERTAINTY: "says more than an interval does: say what was counted",
    Overstated.DRAMA: "is drama: say how many, or what was done",
}

_MOVED = (
    r"rise|rises|rose|risen|rising|fall|falls|fell|fallen|falling|increas\w*|decreas\w*"
    r"|drop(?:s|ped|ping)?|climb(?:s|ed|ing)?|declin(?:e|es|ed|ing)|grow(?:s|ing|n|th)?|grew"
    r"|dip(?:s|ped|ping)?|jump(?:s|ed|ing)?|leap(?:s|t|ed|ing)?|shrink(?:s|ing)?|shrank|shrunk"
    r"|doubl(?:e|es|ed|ing)|trebl(?:e|es|ed|ing)|tripl(?:e|es|ed|ing)|halv(?:e|es|ed|ing)"
    r"|worsen\w*|escalat(?:e|es|ed|ing)|upwards?|downwards?|highest|lowest|all-time"
)
_DRAMA = (
    r"soar\w*|plummet\w*|skyrocket\w*|crack(?:s|ed|ing)?[ -]?downs?|surg(?:e|es|ed|ing)"
    r"|spik(?:e|es|ed|ing)|plung(?:e|es|ed|ing)|rocket(?:ed|ing)|slump(?:s|ed|ing)?"
    r"|spiral(?:s|l?ed|l?ing)|tumbl(?:e|es|ed|ing)|nosediv\w*|crisis|crises|epidemics?|rampant"
    r"|unprecedented|alarming(?:ly)?|shocking(?:ly)?|dramatic(?:ally)?|bloodbath"
)
_SINCE = r"(?:\w+ ){0,3}(?:last|previous|earlier|before|average|normal|usual|ever)"
_RULES: dict[Writing, dict[Overstated, str]] = {
    Writing.OURS: {
        Overstated.CHANGE: (
            _MOVED + r"|up|down|record|ahead|behind|above|below|higher|lower|exceed\w*|outpac\w*"
            r"|gain(?:s|ed|ing)?|peak\w*|trend\w*|improv\w*"
            rf"|(?:more|fewer|less)(?: \w+)? than {_SINCE}"
        ),
        Overstated.CAUSE: (
            r"because|due to|caus(?:e|es|ed|ing)|thanks to|led to|leads? to|leading to|driven|drove"
            r"|owing to|results?|resulted|resulting|therefore|thereby|proves?|proved|proven"
            r"|success\w*|fail\w*|reduc\w+|prevent\w*|deter(?:s|red|ring)?|curb\w*|tackl\w+"
            r"|disrupt\w*|thwart\w*|impact\w*|achiev\w+|help(?:s|ed|ing)?|works|worked|effective\w*"
            r"|cuts|cutting|stopped|contribut\w+|credit\w*"
        ),
        Overstated.FORECAST: r"yet|still|set to|on track|on course|bound to|poised|forecast\w*",
        Overstated.CERTAINTY: r"unlikely|significan\w*|undoubtedly|clearly|certainly",
        Overstated.DRAMA: _DRAMA,
    },
    Writing.PROSE: {
        Overstated.CHANGE: (
            _MOVED
            + r"|(?:up|down)(?= (?:by|from|on|\d|□))|(?:is|are|was|were|went|going) (?:up|down)"
            r"|record (?:high|low|number|level|year|month|week|total|count)s?|new record"
            rf"|(?:ahead|above|below|higher|lower|more|fewer|less)(?: \w+)?(?: of| than)? {_SINCE}"
        ),
        Overstated.CAUSE: (
            r"because of|thanks to|led to|leads? to|leading to|caus(?:es|ed|ing)|owing to"
            r"|result(?:s|ed|ing)? in|as a result of|driven by|proves?|proven|credited (?:to|with)"
            r"|paid off|paying off"
        ),
        Overstated.FORECAST: (
            r"(?:is|are|as|not) yet|yet to|still|set to|on track|on course|bound to|poised to"
        ),
        Overstated.CERTAINTY: r"unlikely to be|(?:statistically )?significant(?:ly)?",
        Overstated.DRAMA: _DRAMA,
    },
    Writing.NAME: {
        Overstated.DRAMA: r"soar\w*|plummet\w*|skyrocket\w*|crack(?:s|ed|ing)?[ -]?downs?"
    },
}
# Where such a word tells of no change: a place on the page, a limit, a threshold, a part of a
# whole, the edge of a period.
_LAWFUL = {
    Writing.OURS: (
        r"(?:above|below|outside|within) (?:the |its |an? )?(?:upper |lower |control )?limits?"
        r"|refused whole above|leap (?:day|year)s?"
        r"|(?:table|figure|chart|map|list|row|page|line|note|text)s? (?:above|below)"
        r"|(?:printed|shown|given|listed|named|counted|withheld) (?:above|below)"
    ),
    Writing.PROSE: (
        r"falls? (?:with)?in(?:to)?|falls? (?:on|under|outside|between)|falling (?:in|on|under)"
        r"|leap (?:day|year)s?|double[- ]count\w*|double-?barrel\w*"
        r"|drop(?:ped|ping)?[- ]?(?:off|in|box)"
        r"|grown[- ]ups?|stand(?:s|ing)? still|still (?:image|photo)\w*|high[- ]rise"
    ),
    Writing.NAME: r"(?!)",
}
_FOUND = {
    writing: {why: re.compile(rf"\b(?:{words})\b", re.IGNORECASE) for why, words in rules.items()}
    for writing, rules in _RULES.items()
}
_ANY = {
    writing: re.compile(rf"\b(?:{'|'.join(rules.values())})\b", re.IGNORECASE)
    for writing, rules in _RULES.items()
}
_SPARED = {
    writing: re.compile(rf"\b(?:{words})\b", re.IGNORECASE) for writing, words in _LAWFUL.items()
}
SLOT = "□"
_QUOTED = re.compile(r"“[^“”]*”|\"[^\"]*\"")


@dataclass(frozen=True, slots=True)
class Overstatement:
    """A word, and what it says without evidence.

    Args:
        word: as it was found, in small letters; always one of the lists above.
    """

    word: str
    why: Overstated

    @property
    def advice(self) -> str:
        """What is wrong with it, and what to write instead."""
        return f'"{self.word}" {INSTEAD[self.why]}'


def overstatements(said: str, writing: Writing) -> tuple[Overstatement, ...]:
    """Every word of a text that says more than it may, in the order of the lists.

    Words in quotation marks are somebody else's, save in our own writing.

    Args:
        said: the text; of a typed one its literal words, with SLOT for every other part.
    """
    read = said if writing is Writing.OURS else _QUOTED.sub(SLOT, _in_plain_letters(said))
    if not _ANY[writing].search(read):  # most texts, by far
        return ()
    return tuple(_found(_SPARED[writing].sub(SLOT, read), writing))


def _in_plain_letters(said: str) -> str:
    """As it is read: without what is not seen, and wide and joined letters as plain ones."""
    seen = (each for each in said if unicodedata.category(each) != "Cf")
    return " ".join(unicodedata.normalize("NFKC", "".join(seen)).split())


def _found(said: str, writing: Writing) -> Iterator[Overstatement]:
    for why, pattern in _FOUND[writing].items():
        for match in pattern.finditer(said):
            yield Overstatement(match.group().lower(), why)
