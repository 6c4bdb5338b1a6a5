"""An edition that was filed earlier, to be sent: its mail is drawn from what is kept.

Source: "Deliveries" in docs/operating.md.
"""

import hashlib

from viperreport.archive.chain import Link
from viperreport.archive.filing import read_piece
from viperreport.archive.reading import Edition, Whole
from viperreport.archive.states import State
from viperreport.configuration import Configuration
from viperreport.errors import ConfigError, DataError, OutputError, UsageError, VerificationError
from viperreport.html.subject import State as Said
from viperreport.model.briefing import Briefing
from viperreport.pipeline import Home, build, configuration_of, look, reopened
from viperreport.settings.general import FILE
from viperreport.verbs.archived import as_built, pdf_of
from viperreport.verbs.posting import Issue
from viperreport.verbs.revisions import withdrawn
from viperreport.verbs.standing import found
from viperreport.verbs.succession import filed_by_name


def sendable(whole: Whole, name: str) -> Edition:
    """The filed edition that a name means, if it is the one that people should have.

    Raises:
        UsageError: it is not; the message says why, and what to type.
    """
    held = [each for each in found(whole, name) if each.state is State.HELD] if "/" in name else []
    if held:
        raise UsageError(
            f"{held[0].key}: is on hold, and what is on hold is sent to nobody: {held[0].reason}; "
            f"see viperreport status"
        )
    edition = filed_by_name(whole, name)
    if why := withdrawn(whole, edition):
        raise UsageError(
            f"{edition.key}: was withdrawn: {why}; to replace it, type: viperreport correct "
            f"{edition.key} --reason …"
        )
    return edition


def issue_of(
    home: Home, whole: Whole, edition: Edition, run: str, states: tuple[Said, ...] = ()
) -> Issue:
    """A filed edition, to be sent: built again as it was, with the file of the archive.

    Args:
        home: as it is configured today.
        states: what the subject says beside what the edition does.

    Raises:
        UsageError: its file was taken out of the archive for its age.
        VerificationError: its file is not what was filed, or the store no longer knows what it was
            made from.
        ConfigError: its configuration was not kept, or there is no server.
    """
    refuse_without_server(home)
    link = pdf_of(whole, edition.key)
    pdf = _archived(home, link)
    built, briefing, configuration = again(home, edition, link)
    return Issue(home, built, edition, briefing, pdf, link, configuration, run, states=states)


def again(home: Home, edition: Edition, link: Link) -> tuple[Home, Briefing, Configuration]:
    """What a filed edition says, built again from what was kept, and what it was made by.

    Args:
        link: of its PDF.

    Raises:
        VerificationError: the store no longer knows what it was made from.
        ConfigError: its configuration was not kept.
    """
    noted, built = as_built(link), reopened(home, edition.configuration)
    lost = VerificationError(
        f"{edition.key}: the store no longer knows what it was made from, so no mail can be "
        f"written of it; its file is {home.archive / link.path}"
    )
    try:
        briefing = build(built, noted.request)
    except DataError as error:
        raise lost from error
    if briefing.fingerprint != noted.fingerprint:
        raise lost
    settings = built.settings.briefing(edition.key.briefing)
    return built, briefing, configuration_of(built, settings, look(built))


def refuse_without_server(home: Home) -> None:
    """Refuse to write a mail that nobody would take.

    Raises:
        ConfigError: there is no table [mail].
    """
    if home.settings.mail is None:
        raise ConfigError(f"{FILE}: there is no server to mail by: fill in [mail]")


def _archived(home: Home, link: Link) -> bytes:
    path = home.archive / link.path
    if link.pruned is not None:
        raise UsageError(
            f"{link.edition}: its file was taken out of the archive, so it can be sent no more: "
            f"{link.pruned.said}"
        )
    try:
        content = read_piece(home.archive, link.path)
    except OSError as error:
        raise OutputError(f"{path}: cannot be read: {error.strerror}") from error
    if content is None or hashlib.sha256(content).hexdigest() != link.sha256:
        raise VerificationError(f"{path}: is not what was filed: see viperreport archive verify")
    return content
