"""No word of a briefing says more than its verdicts carry: a fault of ours ends the build.

Source: "Words" in docs/definitions.md.
"""

from collections.abc import Iterator, Mapping

from viperreport.analysis.words import SLOT, UnprovenWordError, Writing, overstatements
from viperreport.model.briefing import Briefing
from viperreport.model.calling import VerdictPhrase, Way
from viperreport.model.figure import Comparison, Verdict
from viperreport.model.standing import texts_of
from viperreport.model.wording import Change, Interval, Part, Text, Words


def refuse_unproven(briefing: Briefing) -> None:
    """Hold every text of a briefing, alt texts and notes too, to the lint.

    Literal words hold no word of change, cause, forecast, certainty or drama. A slot that tells of
    a change does so of a comparison that this briefing lists, with the verdict that it lists. Names
    from data and configuration are not read: nothing that they hold can end a build.

    Raises:
        UnprovenWordError: naming where, and the word.
    """
    verdicts = {each.key: each.verdict for each in briefing.comparisons}
    for where, content in _texts(briefing):
        for found in overstatements(_literal(content), Writing.OURS):
            raise UnprovenWordError(f"{where}: {found.advice}: in {_literal(content)!r}")
        for comparison in _told(content):
            _refuse_unlisted(where, comparison, verdicts)


def _texts(briefing: Briefing) -> Iterator[tuple[str, Text]]:
    parts = (
        ("masthead", briefing.masthead),
        ("markers", briefing.markers),
        ("foot", briefing.foot),
        ("guards", briefing.guards),
        *((section.name, section) for section in briefing.sections),
    )
    for where, part in parts:
        for content in texts_of(part):
            yield where, content


def _literal(content: Text) -> str:
    return "".join(part.text if isinstance(part, Words) else SLOT for part in content)


def _told(content: Text) -> Iterator[Comparison]:
    for part in content:
        yield from _told_by(part)


def _told_by(part: Part) -> tuple[Comparison, ...]:
    """The comparisons that a slot tells of."""
    if isinstance(part, VerdictPhrase):
        return part.comparisons
    return (part.comparison,) if isinstance(part, Change | Interval | Way) else ()


def _refuse_unlisted(where: str, told: Comparison, verdicts: Mapping[str, Verdict]) -> None:
    if verdicts.get(told.key) is not told.verdict:
        raise UnprovenWordError(
            f"{where}: {told.key} is told as {told.verdict}; the edition lists "
            f"{verdicts.get(told.key, 'no such comparison')}"
        )
