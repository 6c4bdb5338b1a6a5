"""What a run sends of the editions that it makes: to recipients, or of a hold to the operator.

Source: "Deliveries" in docs/operating.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from viperreport.archive.chain import Link
from viperreport.archive.deliveries import Kind, Posting
from viperreport.archive.ledger import Ledger
from viperreport.archive.reading import Edition, read_ledger
from viperreport.html.subject import State as Said
from viperreport.pipeline import DrawnEdition, Home
from viperreport.settings.recipients import FILE, NOT_ALLOWED
from viperreport.verbs.advice import send
from viperreport.verbs.posting import Issue, Letters, draft_posting, postings, tell_faults
from viperreport.verbs.telling import Log


@dataclass(frozen=True, slots=True)
class Consent:
    """What a person has said of what is sent.

    Args:
        confirmed: corrections may go out.
        by_hand: an edition is made because somebody typed its slot: no mail of it is too late.
    """

    confirmed: bool = False
    by_hand: bool = False


NOT_ASKED = Consent()


class Addressing:
    """Makes out the deliveries of editions as they are filed or put on hold.

    Args:
        home: as it is configured today.
        consent: what a person has said of what is sent.
    """

    def __init__(self, home: Home, ledger: Ledger, log: Log, consent: Consent) -> None:
        self._home = home
        self._ledger = ledger
        self._log = log
        self._consent = consent

    def filed(
        self, built: Home, edition: Edition, made: DrawnEdition, link: Link
    ) -> tuple[Posting, ...]:
        """Who gets an edition that is being filed, with the letters that bring it.

        Args:
            built: the home as the edition is configured.
            link: how its PDF is bound into the chain.
        """
        issue = self._issue(built, edition, made, link)
        whole = read_ledger(self._home.ledger, self._home.identity.id)
        if self._is_late(edition) and not whole.corrects(edition.id):
            issue = replace(issue, states=(Said.LATE,))
        letters = Letters(issue)
        grounds = self._ledger.grounds(edition)
        posted = postings(issue, whole, letters, grounds=grounds, confirmed=self._consent.confirmed)
        tell_faults(self._log, letters)
        self._tell_not_allowed(edition, posted)
        if self._consent.by_hand:
            return tuple(replace(each, not_after=None) for each in posted)
        return posted

    def _tell_not_allowed(self, edition: Edition, posted: Sequence[Posting]) -> None:
        """Tell of those who are listed and may get nothing: a mistyped domain is silent else."""
        for why in NOT_ALLOWED:
            whom = [each.recipient for each in posted if each.reason == why]
            if whom:
                step = f"mend {FILE}, then: {send(str(edition.key), whom)}"
                self._log.tell(str(edition.key), f"not sent to {', '.join(whom)}: {why}", step)

    def held(
        self, built: Home, edition: Edition, made: DrawnEdition, draft: Path
    ) -> tuple[Posting, ...]:
        """The mail that brings an edition on hold to the operator; none where there is no mail."""
        if self._home.settings.mail is None:
            return ()
        issue = self._issue(built, edition, made, None)
        letters = Letters(replace(issue, kind=Kind.DRAFT, draft=draft))
        whole = read_ledger(self._home.ledger, self._home.identity.id)
        posting = draft_posting(letters, whole)
        tell_faults(self._log, letters)
        return (posting,)

    def _issue(self, built: Home, edition: Edition, made: DrawnEdition, link: Link | None) -> Issue:
        return Issue(
            self._home, built, edition, made.briefing, made.pdf, link, made.configuration,
            self._log.run,
        )  # fmt: skip

    def _is_late(self, edition: Edition) -> bool:
        """Whether its readers have waited for it."""
        after = self._home.settings.operator.overdue_after
        return self._home.clock() > edition.due + after
