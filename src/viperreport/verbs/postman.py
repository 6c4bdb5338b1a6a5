"""The way of mail: its server as it is configured now, a session at a time, and its pauses.

A way that fails is left alone for 15 minutes, then an hour, then four; what it was to carry waits,
and none of its recipients is the worse for it. Source: "Deliveries" in docs/operating.md.
"""

import hashlib
import json
import socket
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from viperreport.archive.deliveries import MAIL, Delivery
from viperreport.archive.outbox import Outbox, Pause
from viperreport.pipeline import Home
from viperreport.settings import Mail, MailSettings
from viperreport.verbs.mailed import server_of
from viperreport.verbs.stopping import Stop

if TYPE_CHECKING:
    from viperreport.channels.handing_over import Session

LEFT_ALONE = (timedelta(minutes=15), timedelta(hours=1), timedelta(hours=4))
_DECIDING = (".env", "config/viperreport.toml")


@dataclass(frozen=True, slots=True)
class Alone:
    """That the way is left alone.

    Args:
        until: in words.
        why: what went wrong.
    """

    until: str
    why: str


def way_of(home: Home) -> Mail:
    """The way of mail as it is configured today.

    Raises:
        ValueError: there is no table [mail].
    """
    settings = home.settings
    if settings.mail is None:
        raise ValueError("recipients without [mail] are refused when the home is opened")
    made_up = any(source.synthetic for source in settings.sources)
    return Mail(settings.mail, settings.smtp_password, made_up, settings.place)


class Postman:
    """Carries messages to a home's server, one after the other.

    Args:
        home: as it is configured today, with a table [mail].
        made_up: something of it is made of synthetic records, so this machine alone may take it.
    """

    def __init__(self, home: Home, outbox: Outbox, stop: Stop, *, made_up: bool = False) -> None:
        self.settings: MailSettings = way_of(home).settings
        self._home = home
        self._outbox = outbox
        self._stop = stop
        self._made_up = made_up
        self._held = ExitStack()
        self._session: Session | None = None
        self._handed = 0

    def close(self) -> None:
        """End the session, if there is one."""
        held, self._held = self._held, ExitStack()
        self._session, self._handed = None, 0
        held.close()

    @property
    def limit(self) -> int:
        """The most bytes that a message may have; 0 where the server names no limit.

        Raises:
            StepError: the server cannot be spoken to.
        """
        with self._stop.anywhere():
            return self._opened().limit

    def hand(self, delivery: Delivery, content: bytes, leaving: Callable[[], None]) -> None:
        """Hand a message over.

        Args:
            leaving: called once the server is ready to take it, before any of it is sent.

        Raises:
            StepError: the server cannot be spoken to.
            Refusal: it was not taken, for certain.
            Doubt: it was sent, and no answer came.
        """
        from viperreport.channels.handing_over import Refusal

        try:
            self._offer(delivery, len(content))
        except Refusal as refusal:
            if refusal.kind != "channel" or not self._handed:
                raise
            self.close()  # a server may take so many in a session and no more
            self._offer(delivery, len(content))
        leaving()
        self._opened().hand_over(content)
        self._handed += 1

    def _offer(self, delivery: Delivery, size: int) -> None:
        with self._stop.anywhere():
            self._opened().offer(self.settings.sender, delivery.recipient, size)

    def _opened(self) -> "Session":
        from viperreport.channels.handing_over import post_session

        if self._session is not None and not self._session.lost:
            return self._session
        self.close()
        way = way_of(self._home)
        way = replace(way, made_up=way.made_up or self._made_up)
        self._session = self._held.enter_context(post_session(server_of(way)))
        return self._session

    def alone(self) -> Alone | None:
        """Why the way is left alone now; None where it is not."""
        pause = self._outbox.pause_of(MAIL, socket.gethostname())
        if pause is None or pause.mark != self._mark() or self._home.clock() >= pause.until:
            return None
        return Alone(f"{pause.until.astimezone(self._home.zone):%Y-%m-%d %H:%M}", pause.reason)

    def leave_alone(self, why: str) -> Alone:
        """Leave the way alone for a while, longer each time."""
        before = self._outbox.pause_of(MAIL, socket.gethostname())
        times = before.times + 1 if before else 1
        until = self._home.clock() + LEFT_ALONE[min(times, len(LEFT_ALONE)) - 1]
        pause = Pause(times, until, self._mark(), why)
        self._outbox.note_pause(MAIL, socket.gethostname(), pause)
        return Alone(f"{until.astimezone(self._home.zone):%Y-%m-%d %H:%M}", why)

    def works(self) -> None:
        """Note that the way works."""
        if self._outbox.pause_of(MAIL, socket.gethostname()) is not None:
            self._outbox.note_pause(MAIL, socket.gethostname(), None)

    def _mark(self) -> str:
        """Of the files that secrets and settings stand in: once one was edited it is tried again.

        Of their times and sizes, so that nothing in the ledger is made of a secret.
        """
        seen = []
        for name in _DECIDING:
            path = self._home.path / name
            stat = path.stat() if path.exists() else None
            seen.append([stat.st_mtime_ns, stat.st_size, stat.st_ino] if stat else [])
        return hashlib.sha256(json.dumps(seen).encode()).hexdigest()[:32]
