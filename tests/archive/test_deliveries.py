"""Editions that are mailed: each to each once, whatever the server does."""

import hashlib
from collections.abc import Iterator
from datetime import date

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
from tests.archive.small import Runs, rows
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


def test_after_a_clock_that_was_wrong(home: Runs, post: Post) -> None:
    """An edition that a fast clock took up early is void; the true one is mailed as any other."""
    home.run("2016-05-30T05:00:05")
    home.deliver(date(2016, 6, 5))
    home.run("2016-06-06T05:00:05")
    assert len(post.copies("ann@example.org")) == 2
    home.run("2016-05-31T05:00", confirmed=True)
    home.run("2016-06-06T05:00:05")
    assert home.states()[-1] == ("weekly/all/2016-06-05@2", State.FILED)
    assert states(home) == {"ann": "accepted", "bob": "accepted"}
    assert len(post.copies("ann@example.org")) == 3
    assert "Corrected" not in received(post, "ann")[-1]["Subject"]


def test_without_a_server_any_more(home: Runs, post: Post) -> None:
    """What waits when [mail] is taken out waits on, and is told; a correction goes to nobody."""
    post.always["ann@example.org"] = Fault(rcpt="451 later")
    home.run("2016-05-30T05:00:05")
    file = home.path / "config/viperreport.toml"
    file.write_text(file.read_text().partition("\n[mail]")[0])
    lists(home.path, {})
    home.obey(Verb.RETRY, MONDAY)
    assert home.run("2016-05-30T06:00").code == 7
    assert "there is no server to mail by" in home.said
    assert states(home) == {"ann": "queued", "bob": "accepted"}
    more = "".join(f"N{number},2016-05-28,North,0\n" for number in range(3))
    home.deliver(date(2016, 5, 30), rows(date(2015, 1, 1), date(2016, 5, 29)) + more)
    home.run("2016-05-30T07:00")
    assert home.correct(MONDAY).made is not None
    assert home.states()[-1] == (f"{MONDAY}@2", State.FILED)


def test_made_up_records_stay_on_this_machine(home: Runs, post: Post) -> None:
    """An edition of synthetic records is mailed nowhere else, whatever its home is by now."""
    source = home.path / "config/sources/shootings.toml"
    source.write_text(f"synthetic = true\n{source.read_text()}")
    post.always = {each: Fault(rcpt="451 later") for each in addresses("ann", "bob")}
    home.run("2016-05-30T05:00:05")
    source.write_text(source.read_text().replace("synthetic = true\n", ""))
    file = home.path / "config/viperreport.toml"
    text = file.read_text().replace('"plain"', '"tls"')
    file.write_text(text.replace('host = "localhost"', 'host = "mail.example.org"'))
    home.run("2016-05-30T06:00")
    assert states(home) == {"ann": "cancelled", "bob": "cancelled"}
    assert "made up" in deliveries(home)["ann"].reason
