"""Editions that are mailed: each to each once, whatever the server does."""

import hashlib
from collections.abc import Iterator

import pytest

from tests.archive.conftest import MakeRuns
from tests.archive.mailing import (
    AT,
    MONDAY,
    PDF,
    addresses,
    attached,
    deliveries,
    lets_mail,
    lists,
    received,
    states,
)
from tests.archive.small import Runs
from tests.channels.mail_server import Fault, Post, taking
from viperreport.archive.states import State, Verb


@pytest.fixture
def post() -> Iterator[Post]:
    """A server that takes everything, unless the test has it otherwise."""
    with taking(Post()) as post:
        yield post


@pytest.fixture
def home(runs: MakeRuns, post: Post) -> Runs:
    """A home with data, whose weekly briefing goes to ann and bob."""
    home = runs()
    lets_mail(home.path, post.port)
    lists(home.path, {"command": addresses("ann", "bob")})
    return home


def test_each_gets_it_once(home: Runs, post: Post) -> None:
    """Each recipient gets one message, to them alone, with the archived PDF to the byte."""
    assert home.run(AT).code == 0, home.said
    assert states(home) == {"ann": "accepted", "bob": "accepted"}
    archived = hashlib.sha256((home.archive / PDF).read_bytes()).hexdigest()
    for name, other in (("ann", "bob"), ("bob", "ann")):
        (message,) = received(post, name)
        assert message["To"] == f"{name}@example.org"
        assert f"{other}@" not in message.as_string()
        assert hashlib.sha256(attached(message)).hexdigest() == archived
        assert message["X-Viper-Chain"].split()[1] == home.ledger().head.chain
    assert home.run("2016-05-30T05:10").code == 0
    assert len(post.arrived) == 2, MONDAY
    assert deliveries(home)["ann"].sha256


def test_on_hold_goes_to_the_operator_alone(home: Runs, post: Post) -> None:
    """What is on hold is mailed to the operator with its draft, once; released, to the others."""
    home.run("2016-05-30T05:00:05")
    home.run("2016-06-06T05:00:05")
    post.arrived.clear()
    home.run("2016-06-13T05:00:05")  # no newer data since
    held = "weekly/all/2016-06-12"
    assert dict(home.states())[held] == State.HELD
    (message,) = received(post, "ops")
    assert message["Subject"].startswith("On hold: ")
    assert attached(message).startswith(b"%PDF")
    assert message["X-Viper-Chain"] == "none"
    assert post.copies("ann@example.org") == []
    home.run("2016-06-13T05:10")
    assert len(received(post, "ops")) == 1
    home.obey(Verb.RELEASE, held)
    assert home.run("2016-06-13T12:00").code == 0
    (released,) = received(post, "ann")
    assert released["Subject"].startswith("Late: ")
    assert len(received(post, "ops")) == 1


def test_held_once_more(home: Runs, post: Post) -> None:
    """Each time that an edition is put on hold its operator gets a mail of its own."""
    home.run("2016-06-13T05:00:05")
    home.obey(Verb.RETRY, "weekly/all/2016-06-12")
    home.run("2016-06-13T05:10")
    first, second = received(post, "ops")
    assert first["Message-ID"] != second["Message-ID"]


def test_a_draft_that_did_not_get_there(home: Runs, post: Post) -> None:
    """A draft that waits to be sent is cancelled once a person has settled the hold."""
    post.always["ops@example.org"] = Fault(rcpt="451 later")
    home.run("2016-06-13T05:00:05")
    home.obey(Verb.SKIP, "weekly/all/2016-06-12")
    post.always.clear()
    assert home.run("2016-06-13T06:00").code == 0
    assert received(post, "ops") == []
    assert states(home) == {"ops": "cancelled"}
