"""`send`, and corrections and withdrawals by mail, as an operator types them."""

import json
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from tests.archive.mailing import addresses, lets_mail, lists, received
from tests.channels.mail_server import Fault, Post, taking

from .conftest import HEADER, rows_of
from .test_run import DUE, EDITION, at, prepared

LATER, SECOND = "2016-06-10T12:00", f"{EDITION}@2"


@pytest.fixture
def post() -> Iterator[Post]:
    """A server that takes everything, unless the test has it otherwise."""
    with taking(Post()) as post:
        yield post


@pytest.fixture
def mailed(loaded_home: Path, tmp_path: Path, post: Post) -> Path:
    """A home whose edition was filed, and mailed to ann and bob."""
    home = prepared(Path(shutil.copytree(loaded_home, tmp_path / "home")))
    lets_mail(home, post.port)
    lists(home, {"command": addresses("ann", "bob")})
    done = at(DUE, "run", cwd=home).done()
    pdf = home / "output/editions/weekly/all/2016/weekly_all_2016-06-08.pdf"
    assert done.said == f"{EDITION}: filed\n{pdf}\n"
    assert len(post.arrived) == 2
    return home


def test_what_is_sent_is_said(mailed: Path, post: Post) -> None:
    """Envelopes by --dry-run, a test, another address, another copy: each a line, and 0."""
    shown = at(LATER, "send", EDITION, "--again", "--dry-run", cwd=mailed).done().said
    assert [block.splitlines()[0] for block in shown.split("\n\n")] == [
        "to         ann@example.org (mail)",
        "to         bob@example.org (mail)",
    ]
    assert "becomes    sent" in shown
    tried = at(LATER, "send", EDITION, "--test-to", "me@example.org", cwd=mailed).done()
    assert tried.said == "mail to me@example.org: sent: the server took it, as a test\n"
    assert len(post.arrived) == 3
    there = at(LATER, "send", EDITION, "--to", "ann@example.org", cwd=mailed).done().said
    assert "mail to ann@example.org: has it since 2016-06-09" in there
    again = at(LATER, "send", EDITION, "--to", "ann@example.org", "--to", "new@example.org",
               "--again", cwd=mailed)  # fmt: skip
    assert again.done().said == (
        "mail to ann@example.org, copy 2: accepted: the server took it\n"
        "mail to new@example.org: accepted: the server took it\n"
    )
    said = at(LATER, "--json", "send", EDITION, cwd=mailed).done().said
    assert json.loads(said)["said"].startswith(f"{EDITION}: nothing of it waits: 4 accepted")
    both = at(LATER, "send", EDITION, "--test-to", "me@example.org", "--again", cwd=mailed)
    assert (both.code, "--test-to goes with neither" in both.err) == (2, True)


def test_a_correction_and_a_withdrawal_by_mail(mailed: Path, post: Post) -> None:
    """Nothing goes before --confirm, which is named; one who is refused makes it 7."""
    (mailed.parent / "late.csv").write_text(HEADER + rows_of(date(2015, 1, 1), date(2016, 6, 8)))
    at("2016-06-10T10:00", "load", "shootings", "../late.csv", cwd=mailed).done()
    made = at(LATER, "correct", EDITION, "--reason", "it came late", cwd=mailed).done()
    confirm = f"viperreport correct {SECOND} --confirm"
    assert made.said.splitlines()[2] == (
        f"not sent yet; to send it to 2 recipients, type: {confirm}"
    )
    post.always["bob@example.org"] = Fault(rcpt="550 no such user")
    ended = at(LATER, *confirm.split()[1:], cwd=mailed)
    assert (ended.code, len(received(post, "ann"))) == (7, 2)
    assert ended.said == (
        f"{SECOND}: released\n"
        "mail to ann@example.org: accepted: the server took it\n"
        "mail to bob@example.org: failed: the server answered 550 no such user\n"
    )
    post.always.clear()
    taken = at(LATER, "withdraw", SECOND, "--reason", "not ours", "--confirm", cwd=mailed).done()
    assert taken.said.splitlines()[1:] == [
        f"mail of the withdrawal to {name}@example.org: accepted: the server took it"
        for name in ("ann", "bob")
    ]
    assert received(post, "bob")[-1]["Subject"].startswith("Withdrawn: ")
