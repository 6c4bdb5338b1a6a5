"""Servers that take mail: real ones on this machine, as well or as badly as one likes."""

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


@dataclass
class Post:
    """What a server has, and what it heard.

    Args:
        recipient: what is answered to RCPT TO; "" for taking it.
        offers_auth_in_clear: as a server does from which somebody takes STARTTLS out.
    """

    context: ssl.SSLContext | None = None
    implicit: bool = False
    recipient: str = ""
    size: int = 1 << 25
    offers_auth_in_clear: bool = False
    password: str = CANARY
    port: int = 0
    mails: list[Envelope] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)

    def texts(self) -> list[str]:
        """The mails that came."""
        return [cast("bytes", mail.content).decode() for mail in self.mails]

    async def handle_MAIL(  # noqa: N802 - as aiosmtpd calls it
        self, _server: SMTP, _session: Session, envelope: Envelope, sender: str, options: list[str]
    ) -> str:
        """Take any sender."""
        self.commands.append("MAIL")
        envelope.mail_from = sender
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802 - as aiosmtpd calls it
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _more: list[str]
    ) -> str:
        """Take a recipient, or not."""
        self.commands.append("RCPT")
        if self.recipient:
            return self.recipient
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_RSET(self, *_: object) -> str:  # noqa: N802 - as aiosmtpd calls it
        """Forget."""
        self.commands.append("RSET")
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - as aiosmtpd calls it
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        """Keep a mail."""
        self.mails.append(envelope)
        return "250 OK"

    def authenticate(self, *arguments: Any) -> AuthResult:  # noqa: ANN401 - as aiosmtpd calls it
        """Know one user."""
        self.commands.append("AUTH")
        given = arguments[-1]
        assert isinstance(given, LoginPassword)
        known = (given.login, given.password) == (USER.encode(), self.password.encode())
        return AuthResult(success=known, handled=False)


@contextmanager
def taking(post: Post) -> Iterator[Post]:
    """Run a server within."""
    post.port = free_port()
    controller = Controller(
        post,
        hostname="127.0.0.1",
        port=post.port,
        ssl_context=post.context if post.implicit else None,
        tls_context=None if post.implicit else post.context,
        authenticator=post.authenticate,
        auth_require_tls=not (post.offers_auth_in_clear or post.implicit),
        data_size_limit=post.size,
    )
    controller.start()
    try:
        yield post
    finally:
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
def scripted(answer: Callable[[str], str], context: ssl.SSLContext) -> Iterator[int]:
    """A server under TLS that answers each line as it is told to; gives its port."""

    def serve() -> None:
        with suppress(OSError):
            while True:
                plain, _ = listening.accept()
                with context.wrap_socket(plain, server_side=True) as peer:
                    peer.sendall(b"220 here\r\n")
                    for line in peer.makefile("rb"):
                        peer.sendall(answer(line.decode().rstrip("\r\n")).encode() + b"\r\n")

    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(8)
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield int(listening.getsockname()[1])
        listening.shutdown(socket.SHUT_RDWR)
        thread.join(5)
