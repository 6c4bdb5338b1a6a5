"""The verb `withdraw`: a filed edition is no longer valid, and those who had it are told.

Source: "Corrections and withdrawals" in docs/operating.md.
"""

from viperreport.archive.deliveries import Kind, Posting
from viperreport.archive.ledger import Ledger
from viperreport.archive.reading import Edition, Whole, read_ledger
from viperreport.errors import UsageError, ViperReportError
from viperreport.html.subject import State as Said
from viperreport.pipeline import Home
from viperreport.verbs.archived import pdf_of
from viperreport.verbs.confirming import awaiting
from viperreport.verbs.issuing import again
from viperreport.verbs.posting import Issue, Letters, postings, sent_before, tell_faults
from viperreport.verbs.revisions import withdrawn
from viperreport.verbs.succession import filed_by_name, reason_of
from viperreport.verbs.telling import Log


def withdraw(
    home: Home, ledger: Ledger, log: Log, asked: tuple[str, str], *, confirmed: bool = False
) -> Edition:
    """Note that a filed edition is no longer valid, and who is to be told; no file changes.

    Args:
        asked: the name of the edition, and why.
        confirmed: those who had it are told now; else once a person says so. Of one that was
            withdrawn already only that remains to be said.

    Raises:
        UsageError: there is no such edition, it was replaced or withdrawn, or the reason is none.
    """
    whole = read_ledger(home.ledger, home.identity.id)
    edition = filed_by_name(whole, asked[0])
    before = withdrawn(whole, edition)
    if before and confirmed and awaiting(whole, edition, Kind.WITHDRAWAL):
        return edition
    said = reason_of(asked[1])
    if before:
        raise UsageError(
            f"{edition.key}: was withdrawn already: {before}; to replace it, type: "
            f"viperreport correct {edition.key} --reason …"
        )
    ledger.withdraw(edition, said, _notices(home, whole, log, (edition, said), confirmed=confirmed))
    return edition


def _notices(
    home: Home, whole: Whole, log: Log, asked: tuple[Edition, str], *, confirmed: bool
) -> tuple[Posting, ...]:
    """What tells those who had an edition; drawn now, since its evidence may be erased later."""
    edition, reason = asked
    if home.settings.mail is None or not any(sent_before(whole, edition.key)):
        return ()
    day = home.clock().astimezone(home.zone).date()
    told = f"This edition was withdrawn on {day.day} {day:%B %Y}, and is not to be used: {reason}"
    issue = _issue(home, whole, edition, log, told)
    letters = Letters(issue)
    posted = postings(issue, whole, letters, confirmed=confirmed)
    tell_faults(log, letters)
    return posted


def _issue(home: Home, whole: Whole, edition: Edition, log: Log, told: str) -> Issue:
    """The withdrawal of an edition, in the words of its mail, where it can be built again."""
    link = pdf_of(whole, edition.key)
    built, briefing, configuration = home, None, None
    try:
        built, briefing, configuration = again(home, edition, link)
    except ViperReportError as error:  # whoever had it must be told all the same
        log.line("bare", edition=edition.key, said=error)
    return Issue(
        home, built, edition, briefing, b"", link, configuration, log.run,
        kind=Kind.WITHDRAWAL, states=(Said.WITHDRAWN,), notice=told,
    )  # fmt: skip
