"""Revisions of editions, and what became of them: from the ledger, or again from the manifest.

Source: "Corrections and withdrawals" in docs/operating.md.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from viperreport.archive.ledger import Ledger
from viperreport.archive.reading import Edition, Whole, read_ledger
from viperreport.archive.states import State
from viperreport.archive.successions import WITHDRAWN, Succession
from viperreport.archive.verify import manifest_of
from viperreport.gathering import timing
from viperreport.model.briefing import EditionKey
from viperreport.model.correcting import Replaced
from viperreport.pipeline import Home


def newest_of(whole: Whole, key: EditionKey) -> Edition | None:
    """The last filed revision of an edition; None where none is filed."""
    filed = (each for each in revisions_of(whole, key) if each.state is State.FILED)
    return max(filed, key=lambda each: each.key.revision, default=None)


def revisions_of(whole: Whole, key: EditionKey) -> tuple[Edition, ...]:
    """Every revision of an edition, whatever became of it."""
    return tuple(each for each in whole.editions if _named(each.key) == _named(key))


def _named(key: EditionKey) -> tuple[str, str, date]:
    return key.briefing, key.area, key.cut_off


def withdrawn(whole: Whole, edition: Edition) -> str:
    """Why an edition was withdrawn; empty where it was not."""
    standing = whole.standings.get(str(edition.key))
    return standing.withdrawn if standing else ""


def replaced_by(ledger: Ledger, edition: Edition) -> Replaced | None:
    """The edition that one is to replace, as its pages tell of it; None where it replaces none."""
    made = ledger.succession(edition)
    return None if made is None else as_replaced(*made)


def as_replaced(edition: Edition, reason: str) -> Replaced:
    """An edition as the one that replaces it tells of it."""
    if edition.known_at is None:
        raise ValueError(f"{edition.key} was never built")
    day = date.fromisoformat(edition.slot.partition("T")[0])
    key = edition.key
    return Replaced(key.revision, day, edition.known_at, edition.configuration, reason)


def previous_known_at(
    home: Home, whole: Whole, edition: EditionKey, now: datetime
) -> datetime | None:
    """The instant whose knowledge the edition before was filed with; None where none was.

    It may have waited for its data, been on hold or been corrected since its slot: what people
    have in hand is what was filed.

    Args:
        home: as the edition is configured.
        now: whose knowledge the edition itself uses; what was filed with later is not before it.
    """
    briefing = home.settings.briefing(edition.briefing)
    day = timing(home, briefing, edition.cut_off).previous_cut_off
    filed = (
        each
        for each in revisions_of(whole, replace(edition, cut_off=day))
        if each.state is State.FILED and each.known_at is not None and each.known_at < now
    )
    last = max(filed, key=lambda each: each.key.revision, default=None)
    return None if last is None else last.known_at


def restore_standing(home: Home, ledger: Ledger) -> None:
    """Take up from the archive's manifest what the ledger has lost of the standing of editions."""
    whole = read_ledger(home.ledger, home.identity.id)
    ours = {str(each.key): each for each in whole.editions if each.state is State.FILED}
    for link in manifest_of(home.archive) or ():
        told, edition = dict(link.told), ours.get(link.edition)
        if edition is None or "slot" not in told:
            continue
        _restore_succession(whole, ledger, edition, told)
        if told.get(WITHDRAWN) and not withdrawn(whole, edition):
            ledger.withdraw(edition, str(told[WITHDRAWN]))


def _restore_succession(
    whole: Whole, ledger: Ledger, edition: Edition, told: Mapping[str, Any]
) -> None:
    if not told.get("replaces"):
        return
    replaces = told["replaces"]
    before = [
        each
        for each in revisions_of(whole, edition.key)
        if each.key.revision == int(replaces["revision"])
    ]
    if before:
        made = Succession(edition.id, before[0].id, str(replaces["reason"]))
        ledger.adopt_succession(made)
