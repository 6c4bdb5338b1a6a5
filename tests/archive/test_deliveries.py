"""Editions that are mailed: each to each once, whatever the server does."""

import hashlib
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import update

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
from tests.channels.mail_server import Fault, Post
from viperreport.archive.delivery_tables import BODIES
from viperreport.archive.states import State, Verb


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


def test_lists_edited_while_messages_are_sent(home: Runs, post: Post) -> None:
    """Whoever is taken out while others are served gets nothing."""
    lists(home.path, {"command": addresses("ann", "bob", "cat")})
    post.on_arrival = lambda _arrived: lists(home.path, {"command": addresses("ann")})
    assert home.run("2016-05-30T05:00:05").code == 0
    assert states(home) == {"ann": "accepted", "bob": "cancelled", "cat": "cancelled"}
    assert len(post.arrived) == 1


def test_the_list_is_away_for_a_moment(home: Runs, post: Post) -> None:
    """Nobody is struck off because the file is missing while somebody replaces it."""
    post.greeting = "421 later"
    home.run("2016-05-30T05:00:05")
    file = home.path / "config/recipients.toml"
    text = file.read_text()
    file.unlink()
    post.greeting = ""
    assert home.run("2016-05-30T05:20").code == 6
    assert "recipients.toml: is missing; 2 deliveries wait" in home.said
    file.write_text(text)
    assert home.run("2016-05-30T05:40").code == 0
    assert states(home) == {"ann": "accepted", "bob": "accepted"}


def test_a_folder_gets_what_was_filed(home: Runs, tmp_path: Path) -> None:
    """A PDF that was changed in the archive is put nowhere; mended, it is."""
    shared = tmp_path / "shared"
    shared.mkdir()
    lists(home.path, {}, f'[folder.shared]\npath = "{shared}"\n')
    assert home.run("2016-05-30T05:00:05").code == 6
    assert ".viperreport-target" in home.said
    archived = home.archive / PDF
    content = archived.read_bytes()
    archived.chmod(0o640)
    archived.write_bytes(content + b" ")
    (shared / ".viperreport-target").touch()
    assert home.run("2016-05-30T05:10").code == 6
    assert "is not what was filed" in home.said
    archived.write_bytes(content)
    assert home.run("2016-05-30T05:20").code == 0
    assert (shared / archived.name).read_bytes() == content
    assert {each.state for each in home.ledger().deliveries} == {"accepted"}


def test_one_who_is_refused_oddly_blocks_nobody(home: Runs, post: Post) -> None:
    """An answer that mostly means the way, to one recipient alone, is theirs."""
    post.always["ann@example.org"] = Fault(rcpt="530 5.7.1 not for you")
    assert home.run("2016-05-30T05:00:05").code == 7
    assert states(home) == {"ann": "queued", "bob": "accepted"}


def test_made_by_hand_it_is_never_too_late(home: Runs, post: Post) -> None:
    """A slot that a person names is mailed however old it is."""
    assert home.run("2016-06-03T12:00", slot="2016-05-30T06:00").code == 0, home.said
    assert len(post.arrived) == 2


def test_retry_tries_a_way_that_is_left_alone(home: Runs, post: Post) -> None:
    """Who types `retry` has mended something."""
    post.greeting = "421 later"
    home.run("2016-05-30T05:00:05")
    post.greeting = ""
    assert home.run("2016-05-30T05:01").code == 6
    home.obey(Verb.RETRY, MONDAY)
    assert home.run("2016-05-30T05:02").code == 0


def test_a_letter_that_was_changed_is_not_sent(home: Runs, post: Post) -> None:
    """What was tampered with in the ledger goes to nobody."""
    post.greeting = "421 later"
    home.run("2016-05-30T05:00:05")
    post.greeting = ""
    with home.opened() as opened, opened.ledger.connect() as connection, connection.begin():
        connection.execute(update(BODIES).values(content=b"another"))
    assert home.run("2016-05-30T06:00").code == 6
    assert states(home) == {"ann": "failed", "bob": "failed"}
    assert post.arrived == []


def test_a_mistyped_domain_is_told(home: Runs) -> None:
    """Who is listed and may get nothing is named to the operator; the others get theirs."""
    lists(home.path, {"command": ["ann@example.org", "bob@exmaple.org"]})
    assert home.run("2016-05-30T05:00:05").code == 0
    assert "not sent to bob@exmaple.org: its domain is not in domains" in home.said
    assert states(home) == {"ann": "accepted", "bob": "cancelled"}
