"""Deliveries, brought to their ends: each recipient for itself, one after the other.

What leaves is noted before it does. A recipient that is refused spares the others; a way that
fails is left alone for a while, and spares them all. Source: "Deliveries" in docs/operating.md.
"""

import hashlib
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from viperreport.archive.deliveries import FOLDER, MAIL, OPEN, Delivery, DeliveryState, Form, Kind
from viperreport.archive.ledger import Ledger
from viperreport.archive.outbox import Outbox
from viperreport.archive.reading import read_ledger
from viperreport.errors import DeliveryError, UsageError, VerificationError, ViperReportError
from viperreport.homes import MARK
from viperreport.pipeline import Home
from viperreport.settings.recipients import FILE as RECIPIENTS
from viperreport.verbs.advice import of_failed
from viperreport.verbs.folders import put
from viperreport.verbs.gate import TOO_LATE, Gate, is_too_old
from viperreport.verbs.postman import Alone, Postman
from viperreport.verbs.stopping import Stop
from viperreport.verbs.telling import Log

if TYPE_CHECKING:
    from viperreport.channels.handing_over import Doubt, Refusal
    from viperreport.model.briefing import EditionKey

# Between tries of a recipient that a server puts off: three days in all, then it has failed.
PUT_OFF = (
    timedelta(minutes=15),
    timedelta(minutes=45),
    *(timedelta(hours=hours) for hours in (1, 2, 4, 8, 8, 12, 12, 12, 12)),
)
DOUBT_LASTS = timedelta(minutes=15)
MOST_DOUBTS = 2  # copies that may have gone out
KEPT = timedelta(days=30)  # a message, after it was settled
NONE, PARTLY = DeliveryError.exit_code, 7  # exit codes: nothing, or a part of it was delivered
DRAFT_STEP = "see viperreport doctor smtp; the draft itself is in output/drafts"
_TWICE = 2


class _Sent:
    """A delivery that is being sent.

    Attributes:
        left: whether it was noted to leave.
    """

    def __init__(self, delivery: Delivery) -> None:
        self.delivery = delivery
        self.left = False

    @property
    def doubts(self) -> int:
        """How often it was sent before, and nothing heard."""
        return self.delivery.doubts - self.left


class Sending:
    """Brings deliveries to their ends, as far as that can be done now.

    Args:
        home: as it is configured today.
        stop: asks for an end, which waits for a message that is being sent.
    """

    def __init__(self, home: Home, ledger: Ledger, log: Log, stop: Stop) -> None:
        self._home = home
        self._outbox = Outbox(ledger)
        self._log = log
        self._stop = stop
        whole = read_ledger(home.ledger, home.identity.id)
        self._pdfs = {link.edition: link for link in whole.links}  # the last of an edition's files
        self._gate = Gate(home, whole)
        self._asked: frozenset[int] | None = None
        self._failed: set[EditionKey] = set()
        self._dropped_in_a_row = 0
        self._silent_in_a_row = 0

    def send_due(self) -> None:
        """Serve everybody whose time has come; what this met is told, and ends the run with 6 or 7.

        Raises:
            Stopped: an end was asked for; the next run goes on.
        """
        self._outbox.drop_before(self._home.clock() - KEPT)
        self._serve()

    def send_now(self, these: Collection[int]) -> None:
        """Serve some deliveries and no others, as a person asks for it: also by a way left alone.

        Args:
            these: their rows.

        Raises:
            Stopped: an end was asked for; the next run goes on.
        """
        self._asked = frozenset(these)
        self._serve()

    def _serve(self) -> None:
        try:
            for delivery in self._due(FOLDER):
                self._stop.obey()
                self._put(delivery)
            # Who may have it already comes last: a server may be silent at that message again.
            self._mail(sorted(self._due(MAIL), key=lambda each: each.doubts))
        finally:
            self._log.codes.extend(self._codes())

    def _codes(self) -> list[int]:
        accepted = {
            each.edition for each in self._outbox.all() if each.state is DeliveryState.ACCEPTED
        } if self._failed else set()  # fmt: skip
        return [PARTLY if key in accepted else NONE for key in self._failed]

    def _due(self, channel: str) -> list[Delivery]:
        """Those of a channel that are to be served now; those that may not be are settled."""
        now = self._home.clock()
        ours = [
            each
            for each in self._outbox.all()
            if each.channel == channel and each.state in OPEN
            if self._asked is None or each.id in self._asked
        ]  # fmt: skip
        return [each for each in self._with_list(ours) if self._may_go(each, now)]

    def _with_list(self, these: list[Delivery]) -> list[Delivery]:
        """Those that need no list of recipients, where that is away: it may be being replaced."""
        if self._gate.has_list:
            return these
        waiting = [each for each in these if not each.typed]
        if waiting:
            self._failed.update(each.edition for each in waiting)
            said = f"is missing; {len(waiting)} deliveries wait for it"
            self._log.tell(RECIPIENTS, said, "put it back; or write it anew, without those people")
        return [each for each in these if each.typed]

    def _may_go(self, delivery: Delivery, now: datetime) -> bool:
        if why := self._gate.refusal(delivery):
            self._move(delivery, DeliveryState.CANCELLED, why)
        elif self._is_doubtful(delivery):
            self._pause(delivery, f"sent {_times(delivery.doubts)} and never confirmed")
        elif delivery.next_try is not None and now < delivery.next_try:
            return False
        elif is_too_old(delivery, now):
            self._pause(delivery, TOO_LATE)
        else:
            return True
        return False

    def _is_doubtful(self, delivery: Delivery) -> bool:
        """Whether what was sent and not confirmed is to be sent no more by itself."""
        if delivery.state is not DeliveryState.UNCONFIRMED:
            return False
        mail = self._home.settings.mail
        return delivery.doubts >= MOST_DOUBTS or (mail is not None and mail.on_doubt == "pause")

    def _mail(self, due: Sequence[Delivery]) -> None:
        if not due:
            return
        if self._home.settings.mail is None:
            self._failed.update(each.edition for each in due)
            said = f"there is no server to mail by; {len(due)} wait"
            self._log.tell("mail", said, f"fill in [mail] of {MARK}, or skip the editions")
            return
        made_up = any(map(self._gate.is_made_up, due))
        postman = Postman(self._home, self._outbox, self._stop, made_up=made_up)
        if self._asked is None and (alone := postman.alone()) is not None:
            self._wait(due, alone)
            return
        try:
            for number, delivery in enumerate(due):
                self._stop.obey()
                if refused := self._gate.refusal(delivery):  # lists may be edited meanwhile
                    self._move(delivery, DeliveryState.CANCELLED, refused)
                    continue
                if why := self._sent(postman, delivery):
                    self._wait(due[number:], postman.leave_alone(why))
                    return
            postman.works()
        finally:
            postman.close()

    def _wait(self, due: Sequence[Delivery], alone: Alone) -> None:
        """Leave deliveries as they are, since their way is left alone."""
        self._failed.update(each.edition for each in due)
        step = f"it is left alone until {alone.until}; see viperreport doctor smtp"
        self._log.tell("mail", f"{alone.why}; messages wait", step)
        self._log.line("mail", waiting=len(due), until=alone.until)

    def _sent(self, postman: Postman, delivery: Delivery) -> str:
        """Send a message, and settle what became of it; gives why its way failed, if it did."""
        from viperreport.channels.handing_over import Doubt, Refusal
        from viperreport.channels.smtp import StepError

        sent = _Sent(delivery)
        try:
            form = self._form(delivery, postman.limit)
            content = self._outbox.content(delivery, form)
            postman.hand(delivery, content, lambda: self._leave(sent, form, content))
        except StepError as error:
            return str(error)
        except Refusal as refusal:
            return self._refused(sent, postman, refusal)
        except Doubt as doubt:
            self._doubted(sent.delivery, doubt)
            self._silent_in_a_row += 1
            return doubt.why if self._silent_in_a_row >= _TWICE else ""
        except (UsageError, VerificationError) as error:
            self._fail(delivery, str(error))
        else:
            self._accept(sent.delivery)
            self._silent_in_a_row = 0
        self._dropped_in_a_row = 0
        return ""

    def _form(self, delivery: Delivery, limit: int) -> Form:
        """With its PDF, unless that is more than the server takes; what was sent stays the same."""
        if delivery.doubts or delivery.form is Form.SUMMARY or not limit:
            return delivery.form
        whole = len(self._outbox.content(delivery, Form.WHOLE))
        return Form.WHOLE if whole <= limit else Form.SUMMARY

    def _leave(self, sent: "_Sent", form: Form, content: bytes) -> None:
        """Note that a message leaves, before it does."""
        sent.delivery = self._move(
            sent.delivery,
            DeliveryState.UNCONFIRMED,
            "left, and nothing was heard yet",
            code=NONE,
            form=form,
            sha256=hashlib.sha256(content).hexdigest(),
            doubts=sent.delivery.doubts + 1,
            next_try=self._home.clock() + DOUBT_LASTS,
        )
        sent.left = True

    def _accept(self, delivery: Delivery) -> None:
        said = "the server took it"
        if delivery.form is Form.SUMMARY:
            said = f"{said}, without the PDF, which is more than it takes"
        self._move(delivery, DeliveryState.ACCEPTED, said, next_try=None)

    def _doubted(self, delivery: Delivery, doubt: "Doubt") -> None:
        if self._is_doubtful(delivery):
            self._pause(delivery, f"{doubt.why}: it may have arrived {_times(delivery.doubts)}")
            return
        self._failed.add(delivery.edition)
        again = self._words(self._home.clock() + DOUBT_LASTS)
        said = f"{delivery.said}: {doubt.why}: it may have arrived"
        step = f"it is sent again at {again}, once: the same to the byte"
        self._log.tell(str(delivery.edition), said, step, anew=True)

    def _refused(self, sent: "_Sent", postman: Postman, refusal: "Refusal") -> str:
        """Settle a refusal; gives why its way failed, where that is what it means."""
        delivery = sent.delivery
        kind = self._kind_of(refusal, delivery.form)
        if kind == "channel":
            self._take_back(sent, refusal.why, delivery.next_try if not sent.left else None)
            return str(refusal)
        if kind == "too_big" and delivery.form is Form.WHOLE and not sent.doubts:
            smaller = self._move(
                delivery, DeliveryState.QUEUED, refusal.why, form=Form.SUMMARY, doubts=0,
                next_try=None,
            )  # fmt: skip
            return self._sent(postman, smaller)
        if kind == "later" and delivery.refused < len(PUT_OFF):
            self._put_off(sent, refusal.why)
        else:
            self._fail(delivery, refusal.why, doubts=sent.doubts)
        return ""

    def _kind_of(self, refusal: "Refusal", form: Form) -> str:
        """A server that fails with one recipient may serve the next; after two it is the way."""
        from viperreport.channels.smtp import Step

        from_all = refusal.step is Step.SENDER
        if refusal.kind == "too_big" and from_all and form is Form.SUMMARY:
            return "channel"  # no smaller message is there
        if refusal.kind != "channel":
            self._dropped_in_a_row = 0
            return refusal.kind
        if from_all:
            return "channel"
        self._dropped_in_a_row += 1
        return "channel" if self._dropped_in_a_row >= _TWICE else "later"

    def _put_off(self, sent: "_Sent", why: str) -> None:
        delivery = sent.delivery
        self._failed.add(delivery.edition)
        again = self._home.clock() + PUT_OFF[delivery.refused]
        self._take_back(sent, why, again, refused=delivery.refused + 1)
        step = f"it is tried again at {self._words(again)}"
        self._log.tell(str(delivery.edition), f"{delivery.said}: {why}", step)

    def _take_back(
        self, sent: "_Sent", why: str, again: datetime | None, **changes: object
    ) -> None:
        """What was refused for certain has not left, though that was noted before."""
        to = DeliveryState.UNCONFIRMED if sent.doubts else DeliveryState.QUEUED
        changes |= {"code": NONE, "doubts": sent.doubts, "next_try": again}
        self._move(sent.delivery, to, why, **changes)

    def _fail(self, delivery: Delivery, why: str, **changes: object) -> None:
        self._failed.add(delivery.edition)
        self._move(delivery, DeliveryState.FAILED, why, code=NONE, next_try=None, **changes)
        key = delivery.edition
        step = DRAFT_STEP
        if delivery.kind is not Kind.DRAFT:
            step = of_failed(str(key), delivery.kind, delivery.channel, (delivery.recipient,))
        self._log.tell(str(key), f"{delivery.said}: failed: {why}", step, anew=True)

    def _pause(self, delivery: Delivery, why: str) -> None:
        self._failed.add(delivery.edition)
        self._move(delivery, DeliveryState.PAUSED, why, code=NONE, next_try=None)
        step = f"viperreport retry {delivery.edition} --reason … sends it; or viperreport skip"
        if delivery.kind is Kind.DRAFT:
            step = DRAFT_STEP
        self._log.tell(str(delivery.edition), f"{delivery.said}: paused: {why}", step, anew=True)

    def _put(self, delivery: Delivery) -> None:
        """Put an edition's PDF into a folder; what cannot be is tried again by the next run."""
        link = self._pdfs[str(delivery.edition)]
        try:
            put(self._home, link, delivery.recipient)
        except ViperReportError as error:
            self._failed.add(delivery.edition)
            if delivery.reason != str(error):
                self._move(delivery, DeliveryState.QUEUED, str(error), code=NONE)
            said = f"{delivery.said}: {error}"
            self._log.tell(str(delivery.edition), said, "the next run tries again")
            return
        said = "it lies there"
        self._move(delivery, DeliveryState.ACCEPTED, said, sha256=link.sha256, next_try=None)

    def _move(self, delivery: Delivery, to: DeliveryState, why: str, **changes: object) -> Delivery:
        moved = self._outbox.move(delivery, to, why, **changes)
        if not (to is DeliveryState.UNCONFIRMED and "sha256" in changes):  # it has not left yet
            self._log.line("delivery", edition=moved.edition, what=moved.said, state=to, said=why)
        return moved

    def _words(self, instant: datetime) -> str:
        return f"{instant.astimezone(self._home.zone):%Y-%m-%d %H:%M}"


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times"
