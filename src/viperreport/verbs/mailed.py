"""Mail: the way to a home's operator, and `doctor smtp`, which walks it and sends nothing."""

import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from viperreport.archive.witness import read_witness
from viperreport.channels.operator_mail import Route
from viperreport.errors import ConfigError
from viperreport.homes import STATE, home_identity
from viperreport.settings import Mail, readable_mail

if TYPE_CHECKING:  # a run that has nothing to mail need not wait for it
    from viperreport.channels.smtp import Server, Step


def route_of(home: Path, environ: Mapping[str, str]) -> Route | None:
    """The way of mail as it is configured now, whatever else is wrong; None where there is none."""
    mail = readable_mail(home, environ)
    if mail is None:
        return None
    return Route(
        server_of(mail),
        mail.settings.sender,
        mail.settings.operator,
        mail.place,
        home,
        _id_of(home),
        socket.gethostname(),
        _witness_of(home),
    )


def server_of(mail: Mail) -> "Server":
    """The server that a home's `[mail]` names."""
    from viperreport.channels.smtp import Server

    given = mail.settings
    return Server(
        given.host,
        given.door,
        given.security,
        helo=given.sender.rpartition("@")[2],
        user=given.user,
        password=mail.password.get_secret_value() if mail.password else "",
        here_only=mail.made_up or given.security == "plain",
    )


def _id_of(home: Path) -> str:
    try:
        return home_identity(home).id
    except ConfigError:  # a home of which that is what is to be told
        return ""


def _witness_of(home: Path) -> str:
    """The head of the chain, so that it is known outside this machine: see `verify --head`."""
    try:
        witness = read_witness(home / STATE)
    except ConfigError:  # what it says is not to be believed
        return ""
    if witness is None:
        return ""
    head = witness.head
    return f"file {head.seq}, chain {head.chain}" if head.seq else "nothing filed yet"


@dataclass(frozen=True, slots=True)
class Examined:
    """A step that was tried.

    Args:
        found: what was found, or what went wrong.
        advice: what to do; empty where it went well.
    """

    step: "Step"
    ok: bool
    found: str
    advice: str = ""


def examined(mail: Mail) -> tuple[Examined, ...]:
    """Try every step of the way to the operator; the last is the first that failed, if any."""
    from viperreport.channels.smtp import ADVICE, StepError, examine

    steps: list[Examined] = []

    def passed(step: "Step", found: str) -> None:
        steps.append(Examined(step, True, found))  # noqa: FBT003 - it went well

    try:
        examine(server_of(mail), mail.settings.sender, mail.settings.operator, passed)
    except StepError as error:
        steps.append(Examined(error.step, False, error.why, ADVICE[error.step]))  # noqa: FBT003
    return tuple(steps)
