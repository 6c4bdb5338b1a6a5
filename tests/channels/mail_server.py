"""Servers that take mail: real ones on this machine, as well or as badly as one likes."""

import asyncio
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

CANARY = "canary pass$9f3c"
USER = "viper"


class Authority:
    """An authority of our own, and certificates by it."""

    def __init__(self, folder: Path) -> None:
        self.ca = trustme.CA()
        self.file = folder / "authority.pem"
        self.ca.cert_pem.write_to_path(str(self.file))

    def context(self, host: str = "localhost") -> ssl.SSLContext:
        """What a server shows for a host."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.ca.issue_cert(host).configure_cert(context)
        return context


DROP = "drop"  # instead of an answer: the connection is cut
SILENCE = "silence"  # instead of an answer: none ever comes
CONFIRM_AND_DROP = "confirm and drop"  # after the content: 250, and then the connection is cut


@dataclass(frozen=True)
class Fault:
    """What goes wrong with one message: an answer such as "451 later", or one of the above.

    Args:
        rcpt: at RCPT TO.
        data: at DATA, before any content.
        content: when the content is there.
    """

    rcpt: str = ""
    data: str = ""
    content: str = ""


WELL = Fault()


@dataclass(frozen=True)
class Arrived:
    """A message whose content came, whether or not anybody was told so.

    Args:
        options: of MAIL FROM, such as SIZE=1000.
        confirmed: it was answered with 250.
    """

    sender: str
    recipient: str
    content: bytes
    options: tuple[str, ...]
    confirmed: bool


@dataclass
class Post:
    """What a server has, and what it heard. Everything may be changed while it runs.

    Args:
        greeting: answered in place of the greeting, such as "421 full", or DROP or SILENCE.
        senders: what is answered to each MAIL FROM in turn; "" for taking it, as after the last.
        recipient: what is answered to every RCPT TO; "" for taking it.
        faults: what goes wrong with the messages for an address in turn; none after the last.
        always: what goes wrong with every message for an address that has no more `faults`.
        on_arrival: told of each content before it is answered, in the server's own thread.
        offers_auth_in_clear: as a server does from which somebody takes STARTTLS out.
        mails: those that were confirmed.
        arrived: all whose content came.
        connections: how many there have been.
    """

    context: ssl.SSLContext | None = None
    implicit: bool = False
    greeting: str = ""
    senders: list[str] = field(default_factory=list)
    recipient: str = ""
    faults: dict[str, list[Fault]] = field(default_factory=dict)
    always: dict[str, Fault] = field(default_factory=dict)
    on_arrival: Callable[[Arrived], None] = lambda _arrived: None
    size: int = 1 << 25
    offers_auth_in_clear: bool = False
    password: str = CANARY
    port: int = 0
    mails: list[Envelope] = field(default_factory=list)
    arrived: list[Arrived] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    connections: int = 0

    def texts(self) -> list[str]:
        """The mails that came."""
        return [cast("bytes", mail.content).decode() for mail in self.mails]

    def copies(self, recipient: str) -> list[bytes]:
        """All that came for an address, confirmed or not."""
        return [each.content for each in self.arrived if each.recipient == recipient]

    async def handle_MAIL(  # noqa: N802 - as aiosmtpd calls it
        self, server: SMTP, _session: Session, envelope: Envelope, sender: str, options: list[str]
    ) -> str:
        """Take any sender, or not."""
        self.commands.append("MAIL")
        answer = await _instead(server, self.senders.pop(0) if self.senders else "")
        if answer:
            return answer
        envelope.mail_from = sender
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802 - as aiosmtpd calls it
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, _more: list[str]
    ) -> str:
        """Take a recipient, or not."""
        self.commands.append("RCPT")
        turns = self.faults.get(address)
        fault = turns.pop(0) if turns else self.always.get(address, WELL)
        cast("_Faulty", server).fault = fault
        answer = await _instead(server, self.recipient or fault.rcpt)
        if answer:
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_RSET(self, *_: object) -> str:  # noqa: N802 - as aiosmtpd calls it
        """Forget."""
        self.commands.append("RSET")
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - as aiosmtpd calls it
        self, server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        """Keep a mail; it is told so, or not."""
        fault = cast("_Faulty", server).fault.content
        confirmed = fault in {"", CONFIRM_AND_DROP}
        arrived = Arrived(
            str(envelope.mail_from),
            ", ".join(envelope.rcpt_tos),
            cast("bytes", envelope.original_content),
            tuple(envelope.mail_options),
            confirmed,
        )
        self.arrived.append(arrived)
        if confirmed:
            self.mails.append(envelope)
        self.on_arrival(arrived)
        return await _instead(server, fault) or "250 OK"

    def authenticate(self, *arguments: Any) -> AuthResult:  # noqa: ANN401 - as aiosmtpd calls it
        """Know one user."""
        self.commands.append("AUTH")
        given = arguments[-1]
        assert isinstance(given, LoginPassword)
        known = (given.login, given.password) == (USER.encode(), self.password.encode())
        return AuthResult(success=known, handled=False)


async def _instead(server: SMTP, answer: str) -> str:
    """The answer that is given, unless none is: then the session ends here."""
    if answer not in {DROP, SILENCE, CONFIRM_AND_DROP}:
        return answer
    transport = server.transport
    assert isinstance(transport, asyncio.Transport)
    if answer == CONFIRM_AND_DROP:
        await server.push("250 OK")
        transport.close()
    if answer == DROP:
        transport.abort()
    try:
        await asyncio.sleep(3600)  # it is cancelled when the other side hangs up
    finally:
        transport.close()
    return answer


class _Faulty(SMTP):
    """A server that does as its Post says."""

    fault = WELL  # of the message at hand
    greeted = False

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802 - as aiosmtpd calls it
        """Ask for the content, or not."""
        post = cast("Post", self.event_handler)
        post.commands.append("DATA")
        answer = await _instead(self, self.fault.data)
        await (self.push(answer) if answer else super().smtp_DATA(arg))

    async def push(self, status: Any) -> None:  # noqa: ANN401 - as aiosmtpd has it
        """Say something; the greeting may be another one."""
        post = cast("Post", self.event_handler)
        if not self.greeted:
            self.greeted = True
            post.connections += 1
            status = await _instead(self, post.greeting) or status
        await super().push(status)


class _Controller(Controller):
    """A server's thread, which cuts what is still open at its end."""

    def __init__(self, *arguments: Any, **more: Any) -> None:  # noqa: ANN401 - as aiosmtpd has it
        super().__init__(*arguments, **more)
        self.made: list[_Faulty] = []

    def factory(self) -> SMTP:
        self.made.append(_Faulty(self.handler, **self.SMTP_kwargs))
        return self.made[-1]

    async def cut(self) -> None:
        for made in self.made:
            for each in (made.transport, made._original_transport):
                if isinstance(each, asyncio.Transport):
                    each.abort()
        await asyncio.sleep(0.01)  # they are told so meanwhile


@contextmanager
def taking(post: Post) -> Iterator[Post]:
    """Run a server within.

    It may be reached from another process too: at `port`, by `SSL_CERT_FILE` of its authority.
    """
    post.port = free_port()
    controller = _Controller(
        post,
        hostname="127.0.0.1",
        port=post.port,
        ssl_context=post.context if post.implicit else None,
        tls_context=None if post.implicit else post.context,
        authenticator=post.authenticate,
        auth_require_tls=not (post.offers_auth_in_clear or post.implicit),
        data_size_limit=post.size,
    )
    greeting, post.greeting = post.greeting, ""
    controller.start()  # it connects to itself once
    post.greeting, post.connections = greeting, 0
    try:
        yield post
    finally:
        asyncio.run_coroutine_threadsafe(controller.cut(), controller.loop).result(5)
        controller.stop()


def free_port() -> int:
    """A port at which nobody is."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def hung() -> Iterator[int]:
    """A server that takes connections and says nothing; gives its port."""
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen(8)
        yield int(silent.getsockname()[1])


@contextmanager
def raw(
    answers: Callable[[str], Iterator[bytes | None]], context: ssl.SSLContext | None = None
) -> Iterator[int]:
    """A server that says to each line, also of content, what it is told to; gives its port.

    Args:
        answers: the bytes to say to a line, piece by piece; None hangs up. The lines of content
            are answered likewise, but for a "250" to any but the dot that ends it.
        context: speaks TLS from the start.
    """

    def serve() -> None:
        with suppress(OSError):
            while True:
                peer, _ = listening.accept()
                with suppress(OSError):
                    if context is not None:
                        peer = context.wrap_socket(peer, server_side=True)
                    with peer:
                        _converse(peer, answers)

    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(8)
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield int(listening.getsockname()[1])
        listening.shutdown(socket.SHUT_RDWR)
        thread.join(5)


def _converse(peer: socket.socket, answers: Callable[[str], Iterator[bytes | None]]) -> None:
    peer.sendall(b"220 here\r\n")
    content = False
    for line in peer.makefile("rb"):
        text = line.decode().rstrip("\r\n")
        for said in answers(text):
            if said is None:
                return
            if not content or text == "." or not said.startswith(b"250 OK"):
                peer.sendall(said)
            content = said.startswith(b"354") or (content and text != ".")


@contextmanager
def scripted(answer: Callable[[str], str], context: ssl.SSLContext) -> Iterator[int]:
    """A server under TLS that answers each line as it is told to; gives its port."""

    def answers(line: str) -> Iterator[bytes | None]:
        yield answer(line).encode() + b"\r\n"

    with raw(answers, context) as port:
        yield port
