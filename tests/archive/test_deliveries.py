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
from tests.channels.mail_server import Post, taking


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
