"""Taking files of old editions out of the archive: the verb `archive prune`.

Source: "Old editions" in docs/operating.md.
"""

import re
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from viperreport.archive.chain import Link, prunings
from viperreport.archive.filing import holds
from viperreport.archive.ledger import Ledger
from viperreport.archive.pruning import finish_prunings, note_prunings
from viperreport.archive.reading import Edition, Whole, read_ledger
from viperreport.archive.states import SETTLED, State
from viperreport.archive.witness import read_witness
from viperreport.errors import OutputError, UsageError
from viperreport.homes import STATE
from viperreport.model.period import ONE_DAY
from viperreport.pipeline import Home
from viperreport.verbs.changing import leave, refuse_unsure
from viperreport.verbs.lists import publish
from viperreport.verbs.succession import reason_of
from viperreport.verbs.telling import Log
from viperreport.verbs.trust import ledger_of

_AGE = re.compile(r"([1-9]\d{0,3})([ymd])")
_NAMED = 3  # editions, in a message
_WITH_FILES = (State.FILED, State.VOID)


@dataclass(frozen=True, slots=True)
class Age:
    """How old an edition must be, as it was typed."""

    text: str
    number: int
    unit: str

    @classmethod
    def of(cls, text: str) -> "Age":
        """Read 5y, 18m or 400d.

        Raises:
            UsageError: it is none.
        """
        found = _AGE.fullmatch(text)
        if found is None:
            raise UsageError(f"--older-than {text}: write it as 5y, 18m or 400d")
        return cls(text, int(found[1]), found[2])

    def before(self, today: date) -> date:
        """The day before which a cut-off is older than this."""
        try:
            if self.unit == "d":
                return today - self.number * ONE_DAY
            months = self.number * (12 if self.unit == "y" else 1)
            year, month = divmod(today.year * 12 + today.month - 1 - months, 12)
            return date(year, month + 1, min(today.day, monthrange(year, month + 1)[1]))
        except (ValueError, OverflowError):  # before there were years
            return date.min

    def because(self, reason: str) -> str:
        """The reason that is kept.

        Raises:
            UsageError: it is too long, or something in it does not print.
        """
        return f"older than {self.text}" + (f": {reason_of(reason)}" if reason.strip() else "")


@dataclass(frozen=True, slots=True)
class Prunable:
    """What of the archive is older than an age.

    Args:
        before: cut-offs before this day are older.
        editions: each with its files.
        odd: what is not as it was filed, and is left: pruning must not hide it.
    """

    before: date
    editions: tuple[tuple[Edition, tuple[Link, ...]], ...]
    odd: tuple[str, ...]

    @property
    def files(self) -> tuple[Link, ...]:
        """All files."""
        return tuple(link for _, links in self.editions for link in links)


def prunable(home: Home, age: Age) -> Prunable:
    """Find the files of old editions that may go.

    The newest cut-off that is filed of a briefing and area stays, and so does every cut-off of
    which an edition is not settled.
    """
    whole = read_ledger(home.ledger, home.identity.id)
    before = age.before(home.clock().astimezone(home.zone).date())
    files = _files_by_edition(whole)
    found, odd = list[tuple[Edition, tuple[Link, ...]]](), list[str]()
    for edition in _old(whole, before):
        links = files.get(str(edition.key), ())
        wrong = [link.path for link in links if not holds(home.archive, link.path, link.sha256)]
        odd += wrong
        if links and not wrong:
            found.append((edition, links))
    return Prunable(before, tuple(found), tuple(odd))


def _files_by_edition(whole: Whole) -> dict[str, tuple[Link, ...]]:
    found: dict[str, tuple[Link, ...]] = {}
    for link in whole.links:
        if link.pruned is None:
            found[link.edition] = (*found.get(link.edition, ()), link)
    return found


def _old(whole: Whole, before: date) -> list[Edition]:
    newest: dict[tuple[str, str], date] = {}
    open_still = set[tuple[str, str, date]]()
    for each in whole.editions:
        key = each.key
        if each.state is State.FILED:
            place = key.briefing, key.area
            newest[place] = max(key.cut_off, newest.get(place, date.min))
        if each.state not in SETTLED:
            open_still.add((key.briefing, key.area, key.cut_off))
    return [
        each
        for each in whole.editions
        if each.state in _WITH_FILES
        and each.key.cut_off < before
        and each.key.cut_off != newest.get((each.key.briefing, each.key.area))
        and (each.key.briefing, each.key.area, each.key.cut_off) not in open_still
    ]


def prune(home: Home, ledger: Ledger, log: Log, age: Age, reason: str) -> Prunable:
    """Remove the files of old editions; give what was removed.

    In the ledger first, then in the archive's lists, which never name what is gone, then the files.

    Raises:
        ConfigError, OnHoldError: by this ledger or clock no run would go.
    """
    said = age.because(reason)
    refuse_unsure(home)
    found = prunable(home, age)
    if found.editions:
        note_prunings(ledger, found.editions, said)
    ledger.must_hold()
    whole = ledger_of(home)
    publish(home, whole, log)
    go_on_pruning(home, ledger, whole, log)
    leave(home, ledger, log)
    return found


def go_on_pruning(home: Home, ledger: Ledger, whole: Whole, log: Log) -> None:
    """Remove what is pruned and not gone; tell of prunings that this machine has not seen.

    Args:
        whole: the archive's lists tell it already.
    """
    _tell_news(home, whole, log)
    try:
        for path in finish_prunings(ledger, home.archive, whole.links):
            log.line("pruned", path=path)
    except OutputError as error:  # no reason to make no editions
        log.tell("archive", str(error), code=error.exit_code)


def _tell_news(home: Home, whole: Whole, log: Log) -> None:
    """Tell the operator: who forges a pruning cannot do it in silence."""
    witness = read_witness(home.path / STATE)
    seen = witness.pruned.seq if witness else 0
    news = [(link, pruning) for link, pruning in prunings(whole.links) if pruning.number > seen]
    if not news:
        return
    editions = _few(sorted({link.edition for link, _ in news}))
    last = news[-1][1]
    log.tell(
        "archive",
        f"{len(news)} files were pruned, the last {last.said}; of {editions}",
        "if nobody did: viperreport archive verify, and put them back from a backup",
    )


def _few(names: Sequence[str]) -> str:
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {more} more" if more > 0 else "")
