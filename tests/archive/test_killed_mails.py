"""Runs that are killed while they mail: no mail is lost, and none is sent twice unknown.

The server is outside of what is killed. A copy too many can only come of a kill between the
server's acceptance and the commit of it, and then it is the same to the byte.
"""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from tests.archive.children import LEAVE, OFFER, SENT, TAKEN
from tests.archive.conftest import MakeRuns
from tests.archive.mailing import AT, addresses, deliveries, lets_mail, lists, received, states
from tests.archive.put_back import Kept, keep
from tests.archive.small import Runs, make_home, utc
from tests.archive.test_kill import Server, _age, asked, server, whole
from tests.channels.mail_server import Post
from viperreport.archive.deliveries import Delivery

__all__ = ["server"]
NAMES = ("ann", "bob", "cy")
SOON, LATER, LAST = "2016-05-30T05:16:10", "2016-05-30T05:33", "2016-05-30T07:30"
PDF = "weekly_all_2016-05-29.pdf"
HEAD_START = 0.1  # seconds: for the run that is killed to be mostly the one that sends
ALL_ACCEPTED = dict.fromkeys(NAMES, "accepted")


def mailing(home: Runs, post: Post, more: str = "") -> Runs:
    """A home whose briefing goes to three."""
    lets_mail(home.path, post.port, more)
    lists(home.path, {"command": addresses(*NAMES)})
    home.now = utc(AT)
    return home


def filed(home: Runs, post: Post) -> Runs:
    """Monday's edition is filed, and nothing of it has left, since the server had no room."""
    post.greeting = "421 no room"
    assert home.run(AT).code == 6, home.said
    post.greeting = ""
    assert states(home) == dict.fromkeys(NAMES, "queued")
    home.now = utc(SOON)
    return home


@contextmanager
def kept(home: Runs, copy: Path) -> Iterator[Kept]:
    """The home as it is, to be put back."""
    made = keep(home, copy)
    yield made
    made.drop()


def mailed(home: Runs, **more: object) -> dict[str, object]:
    """A run now, of which the steps of messages count too."""
    return asked(home, mail=True, **more) | {"at": home.now.strftime("%Y-%m-%dT%H:%M:%S")}


def steps_of(server: Server, kept: Kept) -> list[str]:
    """The steps of a run that is not killed."""
    (ended,) = server.start([mailed(kept.put_back())])
    assert ended["code"] == 0, ended["lines"]
    names: list[str] = ended["steps"]
    assert [names.count(each) for each in (OFFER, LEAVE, SENT, TAKEN)] == [len(NAMES)] * 4
    return names


def of_the_second(names: list[str]) -> range:
    """The steps, from 1, from the offer of the second message to that of the third."""
    offers = [number for number, name in enumerate(names, 1) if name == OFFER]
    return range(offers[1], offers[2] + 1)


class Kill:
    """A kill before a step, and what that means for each.

    Args:
        names: of all steps.
        step: from 1; it was not done.
    """

    def __init__(self, names: list[str], step: int) -> None:
        done = names[: step - 1]
        begun = done.count(OFFER)
        last = done[len(done) - done[::-1].index(OFFER) :] if begun else []
        # One commit that it leaves, one that it was taken.
        self.doubtful = NAMES[begun - 1] if last.count("commit") == 1 else ""
        self.is_taken = TAKEN in (names[step - 1], *last)
        self.is_sent = names[step - 1] == SENT  # whether it arrives is the network's affair
        self.step = f"{step}: {names[step - 1]}"

    def copies(self, name: str, again: int) -> tuple[int, ...]:
        """How many somebody may have.

        Args:
            again: how often what is in doubt is sent again.
        """
        if name != self.doubtful:
            return (1,)
        if self.is_sent:
            return (again, 1 + again)
        return (int(self.is_taken) + again,)


def kill(server: Server, home: Runs, step: int, *, two: bool = False) -> bool:
    """Kill a run before a step, with another one at once or alone; whether it was killed."""
    first = mailed(home, kill=step)
    ended = server.start([first, mailed(home, later=HEAD_START)] if two else [first])
    assert ended[0]["killed"] or (two and ended[0]["code"] in {0, 6, 7}), ended
    assert not two or ended[1]["code"] in {0, 6, 7}, ended
    return bool(ended[0]["killed"])


def all_is_well(home: Runs, post: Post, kill: Kill | None) -> None:
    """Expect, after later runs, each mail once, or twice the same where that was in doubt."""
    assert home.run(LATER).code == 0, home.said
    _age(home)
    assert home.run(LAST).editions == ()
    whole(home)
    assert states(home) == ALL_ACCEPTED
    for name, delivery in deliveries(home).items():
        copies = received(post, name)
        assert len(copies) in (kill.copies(name, again=1) if kill else (1,)), (
            name,
            kill and kill.step,
        )
        same_to_the_byte(post, delivery)
        assert {copy["Message-ID"] for copy in copies} == {delivery.message_id}
    assert accepted_events(home) == len(NAMES)
    post.arrived.clear()


def same_to_the_byte(post: Post, delivery: Delivery) -> None:
    """Expect all that arrived of a delivery to be one message, whose hash is in the ledger."""
    hashes = {hashlib.sha256(content).hexdigest() for content in post.copies(delivery.recipient)}
    assert hashes <= {delivery.sha256}


def accepted_events(home: Runs) -> int:
    """How often the ledger says that a mail was accepted."""
    return len([each for each in home.ledger().events if each.after == "mail accepted"])


def through(
    server: Server, kept: Kept, post: Post, steps: Callable[[list[str]], range], *, two: bool
) -> int:
    """Kill a run before each of these steps in turn; how many of them were killed."""
    names = steps_of(server, kept)
    post.arrived.clear()
    killed = 0
    for step in steps(names):
        home = kept.put_back()
        was_killed = kill(server, home, step, two=two)
        all_is_well(home, post, Kill(names, step) if was_killed else None)
        killed += was_killed
    return killed


@pytest.mark.parametrize("two", [False, True], ids=["one", "two"])
def test_killed_at_a_step_of_a_mail(
    server: Server,
    runs: MakeRuns,
    post: Post,
    tmp_path: Path,
    two: bool,  # noqa: FBT001
) -> None:
    """SIGKILL before each step of the second of three mails × {one, two runs} × both databases."""
    with kept(filed(mailing(runs(), post), post), tmp_path / "kept") as home:
        killed = through(server, home, post, _some if two else of_the_second, two=two)
        assert killed >= (1 if two else 8)


def _some(names: list[str]) -> range:
    """Every second one of these, with a second run each that may have been the first."""
    return of_the_second(names)[1::2]


@pytest.mark.slow
@pytest.mark.parametrize("two", [False, True], ids=["one", "two"])
def test_killed_at_any_step_from_the_filing(
    server: Server,
    runs: MakeRuns,
    post: Post,
    tmp_path: Path,
    two: bool,  # noqa: FBT001
) -> None:
    """The long form: before each step of a home's first run, from its PDF to its end."""

    def from_the_filing(names: list[str]) -> range:
        first = next(number for number, name in enumerate(names, 1) if PDF in name)
        return range(first, len(names) + 1)

    with kept(mailing(runs(), post), tmp_path / "kept") as home:
        killed = through(server, home, post, from_the_filing, two=two)
        assert killed >= (10 if two else 40)


def test_in_doubt_a_person_decides(
    server: Server, lite: MakeRuns, post: Post, tmp_path: Path
) -> None:
    """With on_doubt = "pause" nobody has it twice: what is in doubt waits, and status says so."""
    home = filed(mailing(lite(), post, 'on_doubt = "pause"'), post)
    with kept(home, tmp_path / "kept") as kept_home:
        names = steps_of(server, kept_home)
        post.arrived.clear()
        for step in of_the_second(names):
            home = kept_home.put_back()
            assert kill(server, home, step)
            is_paused(home, post, Kill(names, step))
            post.arrived.clear()


def is_paused(home: Runs, post: Post, kill: Kill) -> None:
    """Expect that what is in doubt waits for a person, and everybody else has it."""
    for at in (LATER, LAST):
        home.run(at)
    doubtful = kill.doubtful
    paused = {doubtful: "paused"} if doubtful else {}
    assert states(home) == ALL_ACCEPTED | paused, kill.step
    codes = {about: code for about, code in home.status(LAST) if code}
    if doubtful:
        assert 6 in codes.values(), (codes, kill.step)
        assert any(f"{doubtful}@" in each.said for each in home.heard.messages), kill.step
    else:
        assert codes == {}, kill.step
    for name in NAMES:
        assert len(received(post, name)) in kill.copies(name, again=0), (name, kill.step)


def test_no_third_copy(server: Server, lite: MakeRuns, post: Post) -> None:
    """Killed twice before it was noted that the server took it: then a person decides."""
    home = filed(mailing(lite(), post), post)
    for said, code in (("unconfirmed", 0), ("paused", 7)):
        (ended,) = server.start([mailed(home, kill_at=TAKEN)])  # of the first that is sent: hers
        assert ended["killed"], ended
        assert home.run().code == code  # the others have it
        assert states(home) == ALL_ACCEPTED | {"ann": said}
        home.now += timedelta(minutes=16)
    home.run()
    assert states(home) == ALL_ACCEPTED | {"ann": "paused"}
    assert [len(post.copies(each)) for each in addresses(*NAMES)] == [2, 1, 1]
    same_to_the_byte(post, deliveries(home)["ann"])


def test_two_homes(lite: MakeRuns, post: Post, tmp_path: Path) -> None:
    """A briefing of the same name, on the same day, to the same people: other Message-IDs."""
    one = mailing(lite(), post)
    two = mailing(Runs(make_home(tmp_path / "other"), one.now), post)
    two.deliver()
    for home in (one, two):
        assert home.run(AT).code == 0, home.said
    for name in NAMES:
        ids = [message["Message-ID"] for message in received(post, name)]
        assert len(ids) == len(set(ids)) == 2
