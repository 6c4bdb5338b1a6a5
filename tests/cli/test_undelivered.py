"""Deliveries that are not as they should be, as a person meets them: words, codes, what to type."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.archive.mailing import addresses, lets_mail, lists
from tests.channels.mail_server import Fault, Post, taking
from tests.channels.server import Service, serving, status

from .test_run import DUE, EDITION, at, seen

__all__ = ["seen"]
LATER = "2016-06-09T05:10"
BOB = "bob@example.org"


@pytest.fixture
def post() -> Iterator[Post]:
    """A server that does not know bob."""
    faults = {BOB: [Fault(rcpt="550 no such user")]}
    with taking(Post(faults=faults)) as post:
        yield post


@pytest.fixture
def service() -> Iterator[Service]:
    """A service that takes every ping."""
    with serving(status(200), "/ping") as here:
        yield here


def test_from_a_refusal_to_an_end(seen: Path, post: Post) -> None:
    """Run, status, history, retry, skip and suppress: each says what is so, and what it did."""
    lets_mail(seen, post.port)
    lists(seen, {"command": addresses("ann", "bob")})
    assert at(DUE, "run", cwd=seen).code == 7
    told = at(LATER, "status", cwd=seen)
    assert told.code == 6
    (line,) = (each for each in told.said.splitlines() if each.startswith(EDITION))
    assert line.startswith(f"{EDITION}: 1 accepted, 1 failed: {BOB}: ")
    assert "550 no such user" in line
    assert f"; type: viperreport retry {EDITION} --reason …" in line
    assert "  1 accepted, 1 failed\n" in at(LATER, "history", cwd=seen).done().said
    assert f"to {BOB}: " in at(LATER, "history", EDITION, cwd=seen).done().said
    for verb, state in (("retry", "queued"), ("skip", "cancelled")):
        done = at(LATER, verb, EDITION, "--reason", "a test", cwd=seen).done()
        assert done.said == f"{EDITION}: mail to {BOB}: {state}\n"
        assert ("next: viperreport run" in done.err) is (verb == "retry")
    assert at(LATER, "status", cwd=seen).code == 0
    refused = at(LATER, "retry", EDITION, "--reason", "a test", cwd=seen)
    assert refused.code == 2
    assert (
        f"{EDITION}: is filed (1 accepted, 1 cancelled), there is correct, withdraw" in refused.err
    )


def test_the_service_hears_of_it_until_it_is_settled(
    seen: Path, post: Post, service: Service
) -> None:
    """A later run that meets nothing new says all the same that something waits for a person."""
    lets_mail(seen, post.port)
    lists(seen, {"command": addresses("ann", "bob")})
    (seen / ".env").write_text(f"VIPERREPORT_PING_URL='{service.url}'\n")
    (seen / ".env").chmod(0o600)
    assert at(DUE, "run", cwd=seen).code == 7
    assert service.once() == "/ping/fail"
    at(LATER, "run", cwd=seen).done()
    assert service.once() == "/ping/fail"
    at(LATER, "skip", EDITION, "--reason", "a test", cwd=seen).done()
    at(LATER, "run", cwd=seen).done()
    assert service.once() == "/ping"


def test_suppressed_addresses(seen: Path) -> None:
    """Added, listed, taken out: what is no address or none of the list is refused with 2."""
    added = at(LATER, "suppress", "add", "Bob@Example.org", "--reason", "left", cwd=seen).done()
    assert added.said == f"{BOB}: gets nothing any more\n"
    (one,) = json.loads(at(LATER, "--json", "suppress", "ls", cwd=seen).done().said)
    assert one == {"address": BOB, "place": "ledger", "reason": "left"}
    assert BOB in at(LATER, "suppress", "ls", cwd=seen).done().said
    assert at(LATER, "suppress", "rm", BOB, cwd=seen).done().said.startswith(f"{BOB}: gets what")
    for wrong in (("rm", BOB), ("add", "bob"), ("add", BOB)):
        refused = at(LATER, "suppress", *wrong, cwd=seen)
        assert (refused.code, refused.said) == (2, ""), wrong
    assert at(LATER, "status", cwd=seen).code == 0
