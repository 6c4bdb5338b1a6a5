"""Messages by mail to the person who looks after a home.

What cannot be handed over fails no run: the other channels tell of it. After a failure the server
is left alone for a while, so that a run with many messages does not wait for each.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from threading import Thread
from time import monotonic
from typing import TYPE_CHECKING

from viperreport.errors import DeliveryError
from viperreport.model.message import Message, one_line

if TYPE_CHECKING:
    from viperreport.channels.smtp import Server

SECONDS = 45.0  # for all of it: name, connection, every reply
ENDING_SECONDS = 4.0  # of those, once an end was asked for
PAUSE = timedelta(minutes=15)  # of a server that did not take a message
_LOOK = 0.2  # seconds between looks at whether an end was asked for
SUBJECT = 70  # characters at most


@dataclass(frozen=True, slots=True)
class Route:
    """From which home, by which server, to whom.

    Args:
        place: the city of the home.
        host: this machine's name.
        witness: the last file that its witness has seen, by number and hash; empty where unknown.
    """

    server: "Server"
    sender: str
    operator: str
    place: str
    home: Path
    home_id: str
    host: str
    witness: str = ""


@dataclass(slots=True)
class OperatorMail:
    """The channel.

    Args:
        route: gives the way as it is configured now; None where there is none.
        is_ending: whether an end was asked for.
        seconds: the most that a message may take.
    """

    route: Callable[[], Route | None]
    is_ending: Callable[[], bool] = lambda: False
    seconds: float = SECONDS
    _failed: DeliveryError | None = field(default=None, init=False)
    _until: float = field(default=0.0, init=False)

    def told(self, message: Message) -> None:
        """Hand a message over, where a home has mail.

        Raises:
            DeliveryError: it was not taken, now or a short while ago.
        """
        if self._failed is not None and monotonic() < self._until:
            raise self._failed
        route = self.route()
        if route is None:
            return
        self._failed = self._failure_of(route, message)
        if self._failed is not None:
            self._until = monotonic() + PAUSE.total_seconds()
            raise self._failed

    def _failure_of(self, route: Route, message: Message) -> DeliveryError | None:
        """Why a message was not handed over in time.

        A thread does it, since the look-up of a name and replies that trickle in heed no time
        limit of a socket. It is given up after that time, and ends with the process.
        """
        ended: list[DeliveryError | None] = []

        def attempt() -> None:
            ended.append(_outcome(route, message))

        thread = Thread(target=attempt, daemon=True)
        thread.start()
        waited = self._wait_for(thread)
        return ended[0] if ended else DeliveryError(f"the mail's server took over {waited:g} s")

    def _wait_for(self, thread: Thread) -> float:
        """Wait for its end, with an eye on an end of everything; gives the seconds it had."""
        until, grace = monotonic() + self.seconds, ENDING_SECONDS
        while thread.is_alive() and monotonic() < until:
            thread.join(min(_LOOK, self.seconds))
            grace -= _LOOK if self.is_ending() else 0
            if grace <= 0:
                return ENDING_SECONDS
        return self.seconds


def written(route: Route, message: Message) -> EmailMessage:
    """The mail of a message: the same for the same message, home and witness."""
    mail = EmailMessage()
    told = _told(message)
    mail["Subject"] = _subject(told, route.place)
    mail["From"] = route.sender
    mail["To"] = route.operator
    mail["Date"] = format_datetime(message.at)
    mail["Message-ID"] = f"<{_id(route, message)}@{route.sender.rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"
    lines = [told]
    lines += [message.step] if message.step else []
    lines += ["", f"run: {message.run}", f"at: {message.at.isoformat(timespec='seconds')}"]
    lines += [f"host: {one_line(route.host)}", f"home: {one_line(str(route.home))}"]
    lines += [f"archive: {route.witness}"] if route.witness else []
    mail.set_content("\n".join(lines) + "\n")
    return mail


def _told(message: Message) -> str:
    """What it is about, once, and what is so."""
    is_named = message.said.startswith(f"{message.about}:")
    return message.said if is_named else f"{message.about}: {message.said}"


def _subject(told: str, place: str) -> str:
    """At most 70 characters; where that is too few, the end of what is told goes.

    EmailMessage decodes what looks encoded, so a file's name could end the header: it is parted.
    """
    told, place = told.replace("=?", "= ?"), place.replace("=?", "= ?")
    head, tail = "viperreport: ", f" ({place})" if place else ""
    room = SUBJECT - len(head) - len(tail)
    if room < SUBJECT // 2:
        tail, room = "", SUBJECT - len(head)
    return head + (told if len(told) <= room else f"{told[: room - 1]}…") + tail


def _id(route: Route, message: Message) -> str:
    said = (message.at.isoformat(), message.run, message.about, message.said)
    digest = hashlib.sha256(json.dumps(said).encode()).hexdigest()[:16]
    return ".".join(filter(None, (digest, route.home_id)))


def _outcome(route: Route, message: Message) -> DeliveryError | None:
    from viperreport.channels.handing_over import deliver

    try:
        deliver(route.server, written(route, message), route.sender, route.operator)
    except DeliveryError as error:
        return error
    except Exception as error:  # noqa: BLE001 - its words may hold what nobody should read
        return DeliveryError(type(error).__name__)
    return None
