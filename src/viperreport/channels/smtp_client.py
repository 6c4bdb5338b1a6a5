"""A client of SMTP that gives up a whole reply in time, and that no server brings out of step.

The library's own limits each piece of a reply: a server that trickles holds it for as long as it
likes. And it takes what came unasked for the answer to the next command.
"""

import re
import smtplib
import socket
from time import monotonic
from typing import Protocol

_PIECE = 1 << 16  # bytes that are sent at a time
_LONGEST = 1 << 16  # bytes of a reply
_PERIOD = re.compile(rb"^\.", re.MULTILINE)


class OutOfStep(smtplib.SMTPServerDisconnected):
    """The server said something that nobody asked; the connection is closed."""


class Door(Protocol):
    """What a client must know of its server."""

    @property
    def host(self) -> str:
        """The name whose certificate is asked for."""

    @property
    def helo(self) -> str:
        """The name by which this machine greets it."""

    @property
    def reply_seconds(self) -> float:
        """The most that a reply may take."""


class Client(smtplib.SMTP):
    """A client upon a connection that is made already.

    Attributes:
        seconds: the most that a reply may take, from its command to its last line.
    """

    def __init__(self, door: Door, connected: socket.socket) -> None:
        super().__init__(local_hostname=door.helo, timeout=door.reply_seconds)
        self._host = door.host  # the name that starttls verifies
        self.sock = connected
        self.file: _Replies | None = None
        self.seconds = door.reply_seconds

    @property
    def is_ahead(self) -> bool:
        """Whether more was answered than was asked."""
        return self.file is not None and bool(self.file.held)

    @property
    def is_lost(self) -> bool:
        """Whether the connection is no more."""
        return self.sock is None

    def putcmd(self, cmd: str, args: str = "") -> None:
        """Send a command.

        Raises:
            OutOfStep: more was answered than was asked, so the next answer would not be to this.
        """
        if self.file is not None and self.file.held:
            self.close()
            raise OutOfStep
        super().putcmd(cmd, args)

    def getreply(self) -> tuple[int, bytes]:
        """A reply, within `seconds`.

        Raises:
            SMTPException: there was none in time, or the server hung up; its context tells which.
        """
        if self.sock is not None:
            self.file = self.file or _Replies(self.sock)
            self.file.begin(self.seconds)
        try:
            return super().getreply()
        finally:
            if self.sock is not None:
                self.sock.settimeout(self.seconds)

    def send_content(self, content: bytes, seconds: float) -> None:
        """Send what follows DATA, with the line that ends it.

        Args:
            content: lines that end with CRLF.
            seconds: the most that it may take.

        Raises:
            OSError: it could not be sent whole; what was answered meanwhile may be read still.
        """
        if self.sock is None:
            raise ConnectionError
        stuffed = memoryview(_PERIOD.sub(b"..", content) + b".\r\n")
        until = monotonic() + seconds
        for start in range(0, len(stuffed), _PIECE):
            self.sock.settimeout(_left(until))
            self.sock.sendall(stuffed[start : start + _PIECE])


class _Replies:
    """The lines of replies, in place of the file that the library reads them from.

    Attributes:
        held: what was said beyond the last line that was read.
    """

    def __init__(self, connected: socket.socket) -> None:
        self._connected = connected
        self._until = 0.0
        self._room = 0
        self.held = b""

    def begin(self, seconds: float) -> None:
        """Await a reply."""
        self._until = monotonic() + seconds
        self._room = _LONGEST

    def readline(self, most: int) -> bytes:
        """A line of it; what there is of one where the server has hung up."""
        while b"\n" not in self.held and len(self.held) < most:
            self._connected.settimeout(_left(self._until))
            more = self._connected.recv(4096)
            if not more:
                break
            self.held += more
        end = min(self.held.find(b"\n") + 1 or len(self.held), most)
        line, self.held = self.held[:end], self.held[end:]
        self._room -= len(line)
        if self._room < 0:
            raise OSError("a reply without an end")
        return line

    def close(self) -> None:
        """Nothing: the connection is closed by its client."""


def _left(until: float) -> float:
    left = until - monotonic()
    if left <= 0:
        raise TimeoutError
    return left
