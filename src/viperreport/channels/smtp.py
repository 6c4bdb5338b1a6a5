"""The one door to a server that takes mail (SMTP, RFC 5321): every step of it by its name.

Certificate and host are always verified, TLS is 1.2 or later, and a password is sent under TLS
alone. No error repeats the password, nor what a server answers to it. Source: "Mail traps" in
docs/decisions.md.
"""

import ipaddress
import smtplib
import socket
import ssl
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum

from viperreport.channels.smtp_client import Client, OutOfStep
from viperreport.errors import DeliveryError
from viperreport.model.message import one_line

CONNECT_SECONDS = 10.0
REPLY_SECONDS = 30.0
DATA_SECONDS = 600.0  # RFC 5321, 4.5.3.2.6: who waits for less sends again what has arrived
QUIT_SECONDS = 5.0
LEAST_SIZE = 65536  # bytes; a message to the operator is smaller
_DONE, _ALSO_DONE, _READY = 250, 251, 220
_SAID = 120  # characters of what a server says that are repeated


class Step(StrEnum):
    """A step on the way to a server, in their order."""

    NAME = "name"
    CONNECT = "connect"
    TLS = "TLS"
    CERTIFICATE = "certificate"
    AUTH = "auth"
    SIZE = "size"
    SENDER = "sender"
    RECIPIENT = "recipient"
    MESSAGE = "message"


ADVICE = {
    Step.NAME: "see mail.host, and whether this machine can look names up",
    Step.CONNECT: "see mail.host, mail.port and the firewall between",
    Step.TLS: 'see mail.security and mail.port: "starttls" is mostly at 587, "tls" at 465',
    Step.CERTIFICATE: "see mail.host, and this machine's clock; for an authority of your own set "
    "SSL_CERT_FILE to its certificate",
    Step.AUTH: "see mail.user and VIPERREPORT_SMTP_PASSWORD",
    Step.SIZE: "have the server's limit raised",
    Step.SENDER: "see mail.sender, and what the server lets mail.user send as",
    Step.RECIPIENT: "see mail.operator, and whether the server relays to there",
    Step.MESSAGE: "see the server's log",
}


class StepError(DeliveryError):
    """A step that failed.

    Args:
        why: what went wrong; no secret.
    """

    def __init__(self, step: Step, why: str) -> None:
        super().__init__(f"{step}: {why}: {ADVICE[step]}")
        self.step, self.why = step, why


@dataclass(frozen=True, slots=True)
class Server:
    """A server that takes mail.

    Args:
        security: "starttls", "tls" or "plain".
        user: "" where it asks for none.
        here_only: nothing may leave this machine.
        helo: the name by which this machine greets it.
        connect_seconds, reply_seconds: the most that a connection and each reply may take.
        data_seconds: the most that a message may take to be sent, and then the reply to it.
    """

    host: str
    port: int
    security: str
    helo: str
    user: str = ""
    password: str = field(default="", repr=False)
    here_only: bool = False
    connect_seconds: float = CONNECT_SECONDS
    reply_seconds: float = REPLY_SECONDS
    data_seconds: float = DATA_SECONDS


Passed = Callable[[Step, str], None]


def examine(server: Server, sender: str, recipient: str, passed: Passed) -> None:
    """Go through every step up to the recipient; nothing is sent.

    Args:
        passed: is given each step that went well, and what was found.

    Raises:
        StepError: at the first that did not.
    """
    with opened(server, passed) as client:
        with telling(Step.SENDER):
            code, said = client.mail(sender)
        if code != _DONE:
            raise _refusal(server, Step.SENDER, code, said)
        passed(Step.SENDER, f"{sender} may send")
        with telling(Step.RECIPIENT):
            code, said = client.rcpt(recipient)
        if code not in {_DONE, _ALSO_DONE}:
            raise _refusal(server, Step.RECIPIENT, code, said)
        passed(Step.RECIPIENT, f"{recipient} is taken; nothing was sent")
        with suppress(smtplib.SMTPException, OSError):
            client.rset()


@contextmanager
def opened(server: Server, passed: Passed) -> Iterator[Client]:
    """A session in which mail may be handed over; it is closed in any case.

    Raises:
        StepError: none could be opened.
    """
    connected = _connected(server, passed)
    try:
        if server.security == "tls":
            connected = _secured(server, connected, passed)
        client = Client(server, connected)
    except BaseException:
        connected.close()
        raise
    try:
        _greet(server, client)
        if server.security == "starttls":
            _start_tls(server, client, passed)
        _log_in(server, client, passed)
        _ask_size(client, passed)
        yield client
        client.seconds = min(server.reply_seconds, QUIT_SECONDS)
        with suppress(smtplib.SMTPException, OSError):
            client.quit()
    finally:
        client.close()


def _connected(server: Server, passed: Passed) -> socket.socket:
    with telling(Step.NAME):
        found = socket.getaddrinfo(server.host, server.port, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(str(each[4][0]) for each in found))
    passed(Step.NAME, f"{server.host} is {', '.join(addresses)}")
    if server.here_only and not all(_is_here(each) for each in addresses):
        raise StepError(Step.NAME, f"{server.host} is not this machine, which alone is allowed")
    with telling(Step.CONNECT):
        connected = _first_of(addresses, server)
    passed(Step.CONNECT, f"port {server.port} answers")
    return connected


def _first_of(addresses: list[str], server: Server) -> socket.socket:
    """A connection to the first address that takes one."""
    for address in addresses[:-1]:
        with suppress(OSError):
            return _reached(address, server)
    return _reached(addresses[-1], server)


def _reached(address: str, server: Server) -> socket.socket:
    connected = socket.create_connection((address, server.port), server.connect_seconds)
    connected.settimeout(server.reply_seconds)
    return connected


def _is_here(address: str) -> bool:
    return ipaddress.ip_address(address.partition("%")[0]).is_loopback


def _greet(server: Server, client: Client) -> None:
    with telling(Step.CONNECT):
        code, said = client.getreply()
    if code != _READY:
        raise _refusal(server, Step.CONNECT, code, said)
    _say_hello(server, client, Step.CONNECT)


def _say_hello(server: Server, client: Client, step: Step) -> None:
    with telling(step):
        code, said = client.ehlo()
    if code != _DONE:
        raise _refusal(server, step, code, said)


def _context() -> ssl.SSLContext:
    context = ssl.create_default_context()  # it verifies certificate and host
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _secured(server: Server, connected: socket.socket, passed: Passed) -> ssl.SSLSocket:
    with telling(Step.TLS):
        secured = _context().wrap_socket(connected, server_hostname=server.host)
    _say_secured(server, secured, passed)
    return secured


def _start_tls(server: Server, client: Client, passed: Passed) -> None:
    if not client.has_extn("starttls"):
        raise StepError(
            Step.TLS, "the server offers no STARTTLS, or somebody on the way takes it out"
        )
    with telling(Step.TLS):
        code, said = client.starttls(context=_context())
    if code != _READY:
        raise _refusal(server, Step.TLS, code, said)
    _say_secured(server, client.sock, passed)
    _say_hello(server, client, Step.TLS)


def _say_secured(server: Server, connected: socket.socket | None, passed: Passed) -> None:
    if not isinstance(connected, ssl.SSLSocket):
        raise StepError(Step.TLS, "the connection is not encrypted")
    passed(Step.TLS, connected.version() or "")
    passed(Step.CERTIFICATE, f"is trusted, and that of {server.host}")


def _log_in(server: Server, client: Client, passed: Passed) -> None:
    if not server.user:
        passed(Step.AUTH, "no user is named, so none is logged in")
        return
    if not server.password:
        raise StepError(Step.AUTH, "a user is named, but no password")
    if not isinstance(client.sock, ssl.SSLSocket):
        raise StepError(Step.AUTH, "a password never goes out in clear")
    with telling(Step.AUTH):
        try:
            client.login(server.user, server.password)
        except smtplib.SMTPResponseException as error:  # its words may quote what was sent
            raise StepError(Step.AUTH, f"the server answered {error.smtp_code}") from None
        except smtplib.SMTPNotSupportedError:
            raise StepError(Step.AUTH, "the server offers no AUTH") from None
        except (LookupError, TypeError, ValueError) as error:  # likewise
            raise StepError(Step.AUTH, type(error).__name__) from None
    passed(Step.AUTH, f"{server.user} is logged in")


def _ask_size(client: Client, passed: Passed) -> None:
    limit = size_named(client)
    if limit and limit < LEAST_SIZE:
        raise StepError(Step.SIZE, f"the server takes {limit:,} bytes a message, too few")
    passed(Step.SIZE, f"{limit:,} bytes a message" if limit else "the server names no limit")


def size_named(client: Client) -> int:
    """The most bytes that a message may have; 0 where the server names no limit."""
    said = client.esmtp_features.get("size", "").strip()
    return int(said) if said.isascii() and said.isdigit() else 0


def quoted(server: Server, said: bytes) -> str:
    """What a server says, in one line; nothing of it where it quotes the password."""
    words = said.decode("utf-8", "replace")
    if _holds(words, server.password):
        return ""
    return one_line(" ".join(words.split()))[:_SAID]


def _holds(words: str, password: str) -> bool:
    """Whether words hold a password, also as a part of what was sent to log in with it."""
    text = "".join(words.split())
    return any(form in text for form in ("".join(password.split()), *_encoded(password)) if form)


def _encoded(password: str) -> Iterator[str]:
    """What a password is in base64, after 0, 1 and 2 other bytes: the signs that it alone makes."""
    for before in range(3):
        content = b64encode(bytes(before) + password.encode()).decode().rstrip("=")
        alone = (before + len(password)) % 3 == 0
        yield content[-(-before * 4 // 3) : None if alone else -1]


def answered(code: int, said: str) -> str:
    """An answer as it is told."""
    return f"the server answered {code} {said}".rstrip()


def _refusal(server: Server, step: Step, code: int, said: bytes) -> StepError:
    return StepError(step, answered(code, quoted(server, said)))


@contextmanager
def telling(step: Step) -> Iterator[None]:
    """Whatever a step runs into, told as its failure."""
    try:
        yield
    except StepError:
        raise
    except ssl.SSLCertVerificationError as error:
        raise StepError(Step.CERTIFICATE, error.verify_message) from None
    except (OSError, smtplib.SMTPException, ValueError) as error:
        raise StepError(step, _why(error)) from None


def _why(error: Exception) -> str:
    """What went wrong, in words that are the system's or ours."""
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, smtplib.SMTPException):
        return _why_of_talk(error)
    if isinstance(error, ssl.SSLError):
        return error.reason or "no TLS is spoken there"
    return getattr(error, "strerror", None) or type(error).__name__


def _why_of_talk(error: smtplib.SMTPException) -> str:
    if isinstance(error, OutOfStep):
        return "the server answered what nobody asked"
    if isinstance(error, smtplib.SMTPServerDisconnected):
        late = isinstance(error.__context__, TimeoutError)
        return "no answer in time" if late else "the server hung up"
    if isinstance(error, smtplib.SMTPResponseException):  # the library's, of a line without an end
        return "the server answered what is no answer"
    return type(error).__name__
