"""Corrections and withdrawals, to those who had the edition: what waits for `--confirm`.

Source: "Corrections and withdrawals" in docs/operating.md.
"""

from dataclasses import dataclass

from viperreport.archive.deliveries import FOLDER, MAIL, Delivery, DeliveryState, Kind
from viperreport.archive.ledger import Ledger
from viperreport.archive.outbox import Outbox
from viperreport.archive.reading import Edition, Whole
from viperreport.archive.states import State
from viperreport.pipeline import Home
from viperreport.verbs.archived import pdf_of
from viperreport.verbs.handing import Handed, deliveries_of, release, served
from viperreport.verbs.posting import releasing, sent_before
from viperreport.verbs.sending import Sending
from viperreport.verbs.stopping import Stop
from viperreport.verbs.telling import Log
from viperreport.verbs.trust import ledger_of


@dataclass(frozen=True, slots=True)
class Told:
    """Who is told of a correction or a withdrawal.

    Args:
        pdf: the path of its file; empty where there is none.
        waits: how many are told once a person says so, and what to type; empty for none.
        handed: what became of each who was told now.
        stay: the paths of files that stay in folders, where nobody is told of a withdrawal.
    """

    pdf: str = ""
    waits: str = ""
    handed: tuple[Handed, ...] = ()
    stay: tuple[str, ...] = ()

    @property
    def lines(self) -> tuple[str, ...]:
        """What became of each, what a person has to do, then what waits."""
        stays = (f"{path}: stays where it was put: take it away" for path in self.stay)
        return (*(each.line for each in self.handed), *stays, *filter(None, (self.waits,)))


def awaiting(whole: Whole, edition: Edition, kind: Kind = Kind.EDITION) -> list[Delivery]:
    """What waits until a person types --confirm."""
    return [each for each in deliveries_of(whole, edition, kind) if each.awaits_confirmation]


def to_confirm(whole: Whole, edition: Edition, kind: Kind = Kind.EDITION) -> str:
    """How many would get it, and what to type; empty where nothing waits for that."""
    waiting = awaiting(whole, edition, kind)
    if not waiting:
        return ""
    mails = sum(each.channel == MAIL for each in waiting)
    folders = sum(each.channel == FOLDER for each in waiting)
    counted = ((mails, "recipient", "recipients"), (folders, "folder", "folders"))
    whom = " and ".join(
        f"{number} {one if number == 1 else more}" for number, one, more in counted if number
    )
    return f"not sent yet; to send it to {whom}, type: {releasing(kind, edition)}"


def _in_folders(whole: Whole, edition: Edition) -> tuple[str, ...]:
    """The files of all revisions of an edition that were put into folders."""
    put = (each for each in sent_before(whole, edition.key) if each.channel == FOLDER)
    return tuple(
        f"{each.recipient}/{pdf_of(whole, each.edition).path.rpartition('/')[2]}" for each in put
    )


class Confirming:
    """Tells those who had an edition, once a person has said so."""

    def __init__(self, home: Home, ledger: Ledger, log: Log, stop: Stop) -> None:
        self._home = home
        self._ledger = ledger
        self._log = log
        self._stop = stop

    def told(self, edition: Edition, kind: Kind, *, confirmed: bool) -> Told:
        """Hand over at once what is open of a correction or a withdrawal, or say what waits.

        Raises:
            Stopped: an end was asked for; the next run goes on.
        """
        if edition.state is not State.FILED:
            return Told()
        handed = self._handed(edition, kind) if confirmed else ()
        whole = ledger_of(self._home)
        pdf = str(self._home.archive / pdf_of(whole, edition.key).path)
        waits = "" if confirmed else to_confirm(whole, edition, kind)
        stay = _in_folders(whole, edition) if kind is Kind.WITHDRAWAL else ()
        return Told(pdf, waits, handed, stay)

    def _handed(self, edition: Edition, kind: Kind) -> tuple[Handed, ...]:
        whole = ledger_of(self._home)
        release(Outbox(self._ledger), awaiting(whole, edition, kind))
        if kind is Kind.EDITION and not whole.corrects(edition.id):
            return ()  # no correction: what it sends is no part of this
        rows = [
            each.id
            for each in deliveries_of(ledger_of(self._home), edition, kind)
            if each.state is DeliveryState.QUEUED
        ]
        sending = Sending(self._home, self._ledger, self._log, self._stop)
        return served(sending, self._home, rows)
