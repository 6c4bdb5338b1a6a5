"""The subject of a mail: the headline, with what must be known before it is opened.

Of an edition that was withdrawn it is the name instead, since its headline is what was wrong.
"""

from collections.abc import Collection
from enum import StrEnum

from viperreport.html.said import Said
from viperreport.model.briefing import Briefing, MarkerKind
from viperreport.model.wording import Day, plain

LONGEST = 70  # characters that programs show in a list
LEAST_OF_HEADLINE = 24  # kept where a long marking leaves less
LEAST_OF_TITLE = 12  # the same of a withdrawn edition, whose day is kept too
_CUT = "\N{HORIZONTAL ELLIPSIS}"


class State(StrEnum):
    """What only the sender knows of a mail, as its subject says it, in this order."""

    TEST = "TEST"
    WITHDRAWN = "Withdrawn"
    CORRECTED = "Corrected"
    LATE = "Late"


_OF_MARKERS = {MarkerKind.ON_HOLD: "On hold", MarkerKind.SYNTHETIC: "Synthetic"}


def withdrawn_headline(briefing: Briefing) -> Said:
    """Name an edition that was withdrawn: Withdrawn: Weekly gun-crime briefing, to 25 May 2016."""
    return Said(f"{State.WITHDRAWN}: {plain(briefing.masthead.title)}{_to(briefing)}")


def _to(briefing: Briefing) -> str:
    return f", to {Day(briefing.edition.cut_off)}"


def subject_of(
    briefing: Briefing, headline: str, states: Collection[State] = (), name: str = ""
) -> Said:
    """Put the marking, the states and a name before the headline, which is cut at a word.

    Args:
        headline: what the edition says in a sentence; not used of one that was withdrawn.
        name: what tells the briefing from others of its home, which may say the same sentence; it
            is left out where it would leave too little of that.
    """
    kinds = {marker.kind for marker in briefing.markers}
    if MarkerKind.CORRECTED in kinds:
        states = {*states, State.CORRECTED}
    prefixes = [
        plain(marker.text)
        for marker in briefing.markers
        if marker.kind is MarkerKind.CLASSIFICATION
    ]
    prefixes += [state.value for state in State if state in states]
    prefixes += [word for kind, word in _OF_MARKERS.items() if kind in kinds]
    least, tail = LEAST_OF_HEADLINE, ""
    if State.WITHDRAWN in states:
        least, tail = LEAST_OF_TITLE, _to(briefing)
        headline = plain(briefing.masthead.title)
        name = "" if name.casefold() in headline.casefold() else name
    prefix = Said("".join(f"{each}: " for each in prefixes))
    named = Said(f"{name.capitalize()}: ") if name else Said("")
    if len(prefix) + len(named) + LEAST_OF_HEADLINE <= LONGEST:
        prefix = Said(prefix + named)
    room = max(LONGEST - len(prefix) - len(tail), least)
    return Said(prefix + _cut(Said(headline), room) + tail)


def _cut(text: str, room: int) -> str:
    """As many whole words as there is room for; a word without end is cut itself."""
    text = " ".join(text.split())
    if len(text) <= room:
        return text
    words = text[:room].rpartition(" ")[0].rstrip(" ,;:(")
    return (words or text[: room - 1]) + _CUT
