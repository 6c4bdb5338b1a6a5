"""`send --test-to`: the mail of an edition to somebody who looks at it before others do.

Source: "Deliveries" in docs/operating.md.
"""

from viperreport.archive.deliveries import MAIL, Letter
from viperreport.archive.ledger import Ledger
from viperreport.archive.reading import Edition, Whole
from viperreport.errors import DeliveryError, UsageError
from viperreport.html.subject import State as Said
from viperreport.pipeline import Home
from viperreport.settings import Recipient
from viperreport.verbs.changing import refuse_unsure
from viperreport.verbs.envelopes import Would, shown_of
from viperreport.verbs.gate import Gate
from viperreport.verbs.handing import Handed, Sent
from viperreport.verbs.issuing import issue_of, refuse_without_server, sendable
from viperreport.verbs.mailed import server_of
from viperreport.verbs.posting import Letters
from viperreport.verbs.postman import way_of
from viperreport.verbs.telling import Log
from viperreport.verbs.trust import ledger_of

TAKEN = "the server took it, as a test"


def send_test(home: Home, ledger: Ledger, log: Log, name: str, address: str) -> Sent:
    """Send an edition's mail to one address as a test; it is no delivery, and noted as an event.

    Raises:
        UsageError: the edition cannot be sent, or not to that address.
        ConfigError, OnHoldError: by this ledger or clock no run would go, or there is no server.
        DeliveryError: the server did not take it.
    """
    edition, letter = _drawn(home, name, address, log.run)
    said = "it was broken off"
    try:
        _hand_over(home, letter, address)
        said = TAKEN
    except DeliveryError as error:
        said = str(error)
        raise
    finally:
        with ledger.writing():
            ledger.note(edition, f"a test to {address}: {said}")
        log.line("test", edition=edition.key, to=address, said=said)
    return Sent(str(edition.key), (Handed(MAIL, address, 1, "sent", said),))


def would_test(home: Home, name: str, address: str, run: str) -> Would:
    """The envelope of a test.

    Raises:
        UsageError, ConfigError, OnHoldError: as `send_test` does.
    """
    edition, letter = _drawn(home, name, address, run)
    shown = shown_of(letter.head + letter.body, address, "a test", "sent, and noted as no delivery")
    return Would(str(edition.key), (shown,))


def _drawn(home: Home, name: str, address: str, run: str) -> tuple[Edition, Letter]:
    refuse_unsure(home)
    refuse_without_server(home)
    whole = ledger_of(home)
    edition = sendable(whole, name)
    _refuse(home, whole, edition, address)
    issue = issue_of(home, whole, edition, run, (Said.TEST,))
    return edition, Letters(issue).to(Recipient(MAIL, address, ""))


def _refuse(home: Home, whole: Whole, edition: Edition, address: str) -> None:
    if why := Gate(home, whole).bar(edition, Recipient(MAIL, address, "")):
        raise UsageError(f"{edition.key}: nothing is sent: {address}: {why}")


def _hand_over(home: Home, letter: Letter, address: str) -> None:
    from viperreport.channels.handing_over import post_session

    way = way_of(home)
    with post_session(server_of(way)) as session:
        content = letter.head + letter.body
        if session.limit and len(content) > session.limit:
            content = letter.head + letter.summary
        session.offer(way.settings.sender, address, len(content))
        session.hand_over(content)
