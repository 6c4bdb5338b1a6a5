"""Editions by mail, with the installed program and a server that is real: who gets what, once."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.archive.mailing import addresses, attached, lists, read
from tests.channels.mail_server import Authority, Fault, Post, taking

from .conftest import Ended, clean, viperreport
from .test_doctor import mailing
from .test_run import AT, DUE, EDITION, at, operator, prepared, program

AGAIN = "2016-06-09T06:10"
REFUSED = addresses(*(f"gone{number}" for number in range(5)))
TAKEN = addresses(*(f"reader{number}" for number in range(45)))


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """An authority that nobody knows."""
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def post(authority: Authority) -> Iterator[Post]:
    """A server that takes every mail."""
    with taking(Post(authority.context())) as here:
        yield here


@pytest.fixture
def seen(home: Path) -> Path:
    """A home with newer data that a run has seen before its slot."""
    return prepared(home)


def trusting(home: Path, authority: Authority, instant: str, *arguments: str) -> Ended:
    """Run the program where the authority is trusted."""
    env = clean(home, SSL_CERT_FILE=str(authority.file))
    return viperreport(*arguments, cwd=home, env=env, program=program(instant))


def to_readers(post: Post) -> dict[str, bytes]:
    """What came for readers, by their addresses: one each."""
    found = {each.recipient: each.content for each in post.arrived if "ops@" not in each.recipient}
    assert len(found) == sum("ops@" not in each.recipient for each in post.arrived)
    return found


def archived(home: Path) -> str:
    """The hash of the one PDF, by `archive ls`; SHA256SUMS says the same."""
    said = at(AGAIN, "archive", "ls", cwd=home).done().said
    (line,) = [line for line in said.splitlines() if ".pdf" in line]
    sha256 = line.split()[-1]
    sums = (home / "output/editions/SHA256SUMS").read_text().splitlines()
    assert [each.split()[0] for each in sums if each.endswith(".pdf")] == [sha256]
    return sha256


def test_the_file_that_comes_is_the_one_that_was_filed(
    seen: Path, authority: Authority, post: Post
) -> None:
    """By STARTTLS and AUTH; its hash is that of `archive ls`; a second run sends nothing."""
    mailing(seen, post.port)
    lists(seen, {"command": addresses("ann", "bob")})
    first = trusting(seen, authority, DUE, "run").done()
    assert post.commands[:2] == ["AUTH", "MAIL"]  # the server lets nobody in before TLS
    mails = to_readers(post)
    assert set(mails) == {"ann@example.org", "bob@example.org"}
    for content in mails.values():
        assert hashlib.sha256(attached(read(content))).hexdigest() == archived(seen)
    assert first.err.count(" delivery ") == 2
    trusting(seen, authority, AGAIN, "run").done()
    assert len(post.arrived) == 2


def test_five_of_fifty_are_refused(seen: Path, authority: Authority, post: Post) -> None:
    """45 have it and 5 are noted, with 7; a second run sends nothing; nobody reads of another."""
    post.always = {each: Fault(rcpt="550 5.1.1 no such user") for each in REFUSED}
    mailing(seen, post.port)
    lists(seen, {"command": [*TAKEN[:20], *REFUSED, *TAKEN[20:]]})
    assert trusting(seen, authority, DUE, "run").code == 7
    mails = to_readers(post)
    assert set(mails) == set(TAKEN)
    events = json.loads(at(AGAIN, "--json", "history", EDITION, cwd=seen).done().said)
    ends = [each["after"] for each in events if each["before"].startswith("mail ")]
    assert ends.count("mail accepted") == 45
    assert ends.count("mail failed") == 5
    assert sum("failed: the server answered 550" in each["said"] for each in operator(seen)) == 5
    for address, content in mails.items():
        names = [each for each in (*TAKEN, *REFUSED) if each.encode() in whole(content)]
        assert names == [address]
    before = len(post.arrived)
    again = trusting(seen, authority, AGAIN, "run")
    assert (again.code, len(post.arrived)) == (0, before), again.err


def whole(content: bytes) -> bytes:
    """A message as it came, and each of its parts decoded."""
    parts = [part.get_payload(decode=True) for part in read(content).walk()]
    return b"\n".join((content, *(part for part in parts if isinstance(part, bytes))))


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_who_is_not_known_gets_neither_password_nor_mail(
    seen: Path, authority: Authority, security: str
) -> None:
    """By either way of TLS: 6 where its certificate is by nobody known, and all once it is.

    The edition is filed in any case.
    """
    with taking(Post(authority.context(), implicit=security == "tls")) as post:
        mailing(seen, post.port, security)
        lists(seen, {"command": addresses("ann")})
        unknown = at(DUE, "run", cwd=seen)
        assert unknown.code == 6
        assert "certificate: " in unknown.err
        assert (post.commands, post.arrived) == ([], [])
        assert len(list((seen / "output/editions").rglob("*.pdf"))) == 1
        mailing(seen, post.port, security)  # written anew, so it is tried at once
        trusting(seen, authority, AGAIN, "run").done()
        assert set(to_readers(post)) == {"ann@example.org"}


def test_nothing_goes_in_clear_but_here(seen: Path) -> None:
    """`plain` is refused for any other machine, and works on this one, by name and by number."""
    lists(seen, {"command": addresses("ann")})
    with taking(Post()) as post:
        settings = seen / "config/viperreport.toml"
        mailing(seen, post.port, "plain", user="")
        text = settings.read_text()
        settings.write_text(text.replace('host = "localhost"', 'host = "mail.example.org"'))
        refused = at(DUE, "run", cwd=seen)
        assert refused.code == 3
        assert 'mail.security: "plain" is for this machine alone' in refused.err
        settings.write_text(text.replace('host = "localhost"', 'host = "127.0.0.1"'))
        at(DUE, "run", cwd=seen).done()
        assert set(to_readers(post)) == {"ann@example.org"}


ASTRAY = AT.replace(
    "main()",
    """
import socket
asked = socket.getaddrinfo
def astray(host, port, *more, **named):
    there = asked("192.0.2.7", port, *more, **named)  # TEST-NET-1: nobody's
    return asked(host, port, *more, **named) + there if host == "localhost" else there
socket.getaddrinfo = astray
main()""",
)


def test_what_is_made_up_stays_here(seen: Path, authority: Authority, post: Post) -> None:
    """Another server is a fault of the configuration; a name that leads elsewhere is refused.

    The latter when it is sent: a line of /etc/hosts would be enough. Nothing is connected to.
    """
    source = seen / "config/sources/shootings.toml"
    source.write_text(f"synthetic = true\n{source.read_text()}")
    lists(seen, {"command": addresses("ann")})
    mailing(seen, post.port)
    settings = seen / "config/viperreport.toml"
    text = settings.read_text()
    settings.write_text(text.replace('host = "localhost"', 'host = "mail.example.org"'))
    refused = trusting(seen, authority, DUE, "run")
    assert refused.code == 3
    assert "mail.host: the records of this home are made up" in refused.err
    settings.write_text(text)
    env = clean(seen, SSL_CERT_FILE=str(authority.file))
    argv = (program(DUE)[0], "-c", ASTRAY, DUE)
    led = viperreport("run", cwd=seen, env=env, program=argv)
    assert led.code == 6, led.err
    assert "name: localhost is not this machine, which alone is allowed" in led.err
    assert post.connections == 0
    mailing(seen, post.port)
    trusting(seen, authority, AGAIN, "run").done()
    (content,) = to_readers(post).values()
    assert "Synthetic" in read(content)["Subject"]
