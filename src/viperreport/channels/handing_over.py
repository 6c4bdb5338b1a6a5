"""Messages handed to a server, one recipient each, and what is certain of each afterwards.

A message was accepted, was refused for certain, or is in doubt: all of it may have arrived, and no
answer did. Only the last can lead to two copies, so nothing is called in doubt that is not.
Sources: RFC 5321 (replies, and the ten minutes of 4.5.3.2.6), RFC 1870 (SIZE), RFC 3463 (codes
such as 5.3.4); "Mail traps" in docs/decisions.md.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.policy import SMTP
from typing import Literal

from viperreport.channels.smtp import (
    ADVICE,
    Passed,
    Server,
    Step,
    StepError,
    answered,
    opened,
    quoted,
    size_named,
    telling,
)
from viperreport.channels.smtp_client import Client
from viperreport.errors import DeliveryError

Kind = Literal["channel", "later", "never", "too_big"]

_DONE, _ALSO_DONE, _GO_ON = 250, 251, 354
_CLOSING = 421
_NOT_LET_IN = (530, 534, 535, 538)
_TOO_BIG = 552
_SIZES = ("5.3.4", "5.2.3")  # too big for the system, for the recipient
_FULL = "5.2.2"  # a mailbox that is full: no smaller message helps


class Refusal(DeliveryError):  # noqa: N818 - no fault of a program, but an answer
    """A message that was not taken, for certain.

    Args:
        step: size, sender, recipient or message.
        code: what the server answered; 0 where it answered nothing.
        said: the words of its answer, in one line without a password; else what went wrong.
        kind: "channel" where no other message would be taken either, "later" where this one may
            be, "never" where it will not be, "too_big" where a smaller one may be.
    """

    def __init__(self, step: Step, code: int, said: str, kind: Kind) -> None:
        self.step, self.code, self.said, self.kind = step, code, said, kind
        self.why = answered(code, said) if code else said
        advice = f": {_advice(step, code)}" if kind == "channel" else ""
        super().__init__(f"{step}: {self.why}{advice}")


class Doubt(DeliveryError):  # noqa: N818 - likewise
    """A message of which all may have arrived, and no answer did.

    Args:
        why: what went wrong; no secret.
    """

    def __init__(self, why: str) -> None:
        super().__init__(f"{Step.MESSAGE}: sent, and then {why}: it may have arrived")
        self.why = why


class Session:
    """A session in which messages are handed over, one after the other.

    Attributes:
        limit: the most bytes that a message may have; 0 where the server names no limit.
    """

    def __init__(self, server: Server, client: Client) -> None:
        self.limit = size_named(client)
        self._server = server
        self._client = client
        self._begun = False

    @property
    def lost(self) -> bool:
        """Whether the server has closed it, as far as is known: another one must be opened."""
        return self._client.is_lost

    def offer(self, sender: str, recipient: str, size: int) -> None:
        """Begin a message. What was begun before and not handed over is forgotten.

        Args:
            size: of the message, in bytes.

        Raises:
            Refusal: it is not wanted; the session goes on unless it is `lost`.
        """
        self._check(sender, recipient, size)
        if self._begun:
            self._expect(Step.MESSAGE, "RSET", (_DONE,))
        self._begun = True
        named = f" SIZE={size}" if self._client.has_extn("size") else ""
        self._expect(Step.SENDER, f"MAIL FROM:<{sender}>{named}", (_DONE,))
        self._expect(Step.RECIPIENT, f"RCPT TO:<{recipient}>", (_DONE, _ALSO_DONE))

    def hand_over(self, content: bytes) -> None:
        """Hand over the message that was offered, to the byte.

        Args:
            content: lines that end with CRLF.

        Raises:
            Refusal: it was not taken; the session goes on unless it is `lost`.
            Doubt: it was sent, and no answer came. The session is lost.
        """
        if not _is_of_lines(content):  # it would not arrive as it is
            raise Refusal(Step.MESSAGE, 0, "a line of it does not end with CRLF", "never")
        self._expect(Step.MESSAGE, "DATA", (_GO_ON,))
        if self._client.is_ahead:  # the answer to the content would be to something else
            self._client.close()
            raise Refusal(Step.MESSAGE, 0, "the server answered what nobody asked", "channel")
        code, said = self._sent(content)
        if 200 <= code < 300:  # noqa: PLR2004 - RFC 5321, 4.2: the first digit tells
            self._begun = False
            return
        if not _is_refusal(code):
            self._client.close()
            raise Doubt("the server answered what is no answer")
        raise self._refused(Step.MESSAGE, code, said)

    def _check(self, sender: str, recipient: str, size: int) -> None:
        if not _is_plain(sender):
            raise Refusal(Step.SENDER, 0, "is no plain address", "channel")
        if not _is_plain(recipient):
            raise Refusal(Step.RECIPIENT, 0, "is no plain address", "never")
        if self.limit and size > self.limit:
            said = f"it has {size:,} bytes, and the server takes {self.limit:,}"
            raise Refusal(Step.SIZE, 0, said, "too_big")

    def _expect(self, step: Step, command: str, good: tuple[int, ...]) -> None:
        """Ask, before anything of the message is sent: whatever goes wrong is certain."""
        try:
            with telling(step):
                code, said = self._client.docmd(command)
        except StepError as error:
            self._client.close()
            raise Refusal(step, 0, error.why, "channel") from None
        except BaseException:  # an end was asked for meanwhile: who hangs need not be told QUIT
            self._client.close()
            raise
        if code not in good:
            raise self._refused(step, code, said)

    def _sent(self, content: bytes) -> tuple[int, bytes]:
        """Send the content; gives the answer to it."""
        wait = self._server.data_seconds
        try:
            with telling(Step.MESSAGE):
                self._client.send_content(content, wait)
        except StepError as error:
            return self._said_meanwhile(error)
        return self._answer(wait)

    def _answer(self, seconds: float) -> tuple[int, bytes]:
        usual, self._client.seconds = self._client.seconds, seconds
        try:
            with telling(Step.MESSAGE):
                return self._client.getreply()
        except StepError as error:
            self._client.close()
            raise Doubt(error.why) from None
        finally:
            self._client.seconds = usual

    def _said_meanwhile(self, error: StepError) -> tuple[int, bytes]:
        """The refusal by a server that hung up in the middle of the content."""
        try:
            code, said = self._answer(self._server.reply_seconds)
        except Doubt:
            raise Doubt(error.why) from None
        self._client.close()
        if not _is_refusal(code):
            raise Doubt(error.why)
        return code, said

    def _refused(self, step: Step, code: int, said: bytes) -> Refusal:
        if code == _CLOSING or not _is_refusal(code):  # the latter is out of step
            self._client.close()
        kind = _kind(step, code, said.decode("utf-8", "replace"))
        return Refusal(step, code, quoted(self._server, said), kind)


@contextmanager
def post_session(server: Server, passed: Passed = lambda _step, _said: None) -> Iterator[Session]:
    """A session with a server; it is closed in any case.

    Args:
        passed: is given each step that went well, and what was found.

    Raises:
        StepError: none could be opened.
    """
    with opened(server, passed) as client:
        yield Session(server, client)


def deliver(server: Server, message: EmailMessage, sender: str, recipient: str) -> None:
    """Hand a message to a server for one recipient.

    Raises:
        DeliveryError: it did not take it, or no answer came.
    """
    content = message.as_bytes(policy=SMTP.clone(cte_type="7bit"))
    with post_session(server) as session:
        try:
            session.offer(sender, recipient, len(content))
            session.hand_over(content)
        except Refusal as error:
            raise StepError(error.step, error.why) from None


def _is_refusal(code: int) -> bool:
    return 400 <= code < 600  # noqa: PLR2004 - RFC 5321, 4.2.1


def _is_of_lines(content: bytes) -> bool:
    ends = content.count(b"\r\n")
    return content.endswith(b"\r\n") and content.count(b"\r") == content.count(b"\n") == ends


def _is_plain(address: str) -> bool:
    local, at, domain = address.rpartition("@")
    plain = address.isascii() and address.isprintable() and not set(address) & set(" <>")
    return plain and bool(local and at and domain)


def _kind(step: Step, code: int, said: str) -> Kind:
    if _is_about_size(step, code, said.partition(" ")[0]):
        return "too_big"
    if step is Step.SENDER or code in {_CLOSING, *_NOT_LET_IN} or not _is_refusal(code):
        return "channel"
    return "later" if code < 500 else "never"  # noqa: PLR2004 - RFC 5321, 4.2.1


def _is_about_size(step: Step, code: int, enhanced: str) -> bool:
    """Whether a smaller message may be taken; 552 for a recipient is mostly a full mailbox."""
    if enhanced in _SIZES:
        return True
    return code == _TOO_BIG and step is not Step.RECIPIENT and enhanced != _FULL


def _advice(step: Step, code: int) -> str:
    if code in _NOT_LET_IN:
        return ADVICE[Step.AUTH]
    return ADVICE[Step.SENDER if step is Step.SENDER else Step.MESSAGE]
