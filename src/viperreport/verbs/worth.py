"""Whether an edition is worth a mail: `send_when` of its briefing.

Source: "When it is sent" in docs/operating.md.
"""

from collections.abc import Mapping
from typing import Any

from viperreport.archive.reading import Whole
from viperreport.archive.states import State
from viperreport.html.shown import SHOWN, shown_of
from viperreport.model.briefing import Briefing, EditionKey
from viperreport.model.figure import VERDICT_PHRASES, Verdict

_REAL = {VERDICT_PHRASES[verdict] for verdict in (Verdict.HIGHER, Verdict.LOWER)}
_NAMES = ("label", "value", "phrase")  # of a key figure: what a reader would call a change


def why_not_worth(send_when: str, key: EditionKey, briefing: Briefing, whole: Whole) -> str:
    """Why an edition is filed and not sent; empty where it is sent.

    Args:
        send_when: "always"; "changed": where a key figure or its verdict is other than in the
            edition before; "likely_real": where the verdict of a key figure is higher or lower.
    """
    shown = shown_of(briefing)
    if send_when == "likely_real" and not any(
        figure["phrase"] in _REAL for figure in _figures(shown)
    ):
        return "send_when is likely_real, and no key figure is higher or lower"
    before = _before(key, whole)
    if send_when == "changed" and before is not None and _told(before) == _told(shown):
        return "send_when is changed, and the key figures are those of the edition before"
    return ""


def _figures(shown: Mapping[str, Any]) -> list[Mapping[str, str]]:
    return list(shown["figures"])


def _told(shown: Mapping[str, Any]) -> list[tuple[str, ...]]:
    return [tuple(figure[name] for name in _NAMES) for figure in _figures(shown)]


def _before(key: EditionKey, whole: Whole) -> Mapping[str, Any] | None:
    """What the edition before showed as it was filed last; None where there is none."""
    earlier = [
        each.key
        for each in whole.editions
        if (each.key.briefing, each.key.area) == (key.briefing, key.area)
        and each.state is State.FILED
        and each.key.cut_off < key.cut_off
    ]
    if not earlier:
        return None
    last = str(max(earlier, key=lambda each: (each.cut_off, each.revision)))
    told = (dict(link.told) for link in whole.links if link.edition == last)
    return next((each[SHOWN] for each in told if SHOWN in each), None)
