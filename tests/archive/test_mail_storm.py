"""Many runs at once that mail, killed and stopped as they come: none lost, none twice unknown."""

import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.archive.conftest import MakeRuns
from tests.archive.mailing import AT, addresses, lets_mail, lists
from tests.archive.small import Runs, utc
from tests.archive.test_kill import Server, Strikes, server
from tests.archive.test_killed_mails import mailed
from tests.channels.mail_server import Arrived, Post, taking
from viperreport.archive.deliveries import DeliveryState
from viperreport.archive.states import State, Verb

__all__ = ["server"]
TWENTY = addresses(*(f"n{number:02}" for number in range(20)))
FOUR = TWENTY[:4]
KEPT = 'mail_if_late_by = "9999h"'  # a storm of days is no reason to pause what waits


@pytest.fixture
def post() -> Iterator[Post]:
    """A server that takes everything."""
    with taking(Post()) as post:
        yield post


def of_deliveries(post: Post) -> Counter[str]:
    """How many copies came, by the number of their delivery; all of one are the same."""
    contents: dict[str, set[bytes]] = {}
    copies: Counter[str] = Counter()
    for arrived in post.arrived:
        number = _number(arrived)
        contents.setdefault(number, set()).add(arrived.content)
        copies[number] += 1
    assert {len(each) for each in contents.values()} <= {1}
    return copies


def _number(arrived: Arrived) -> str:
    head = arrived.content.partition(b"\r\n\r\n")[0].decode("ascii")
    (line,) = [line for line in head.splitlines() if line.startswith("Message-ID: ")]
    return line.partition(": ")[2]


def daily(home: Runs, post: Post, people: list[str]) -> Runs:
    """A home whose briefing goes to these each day."""
    lets_mail(home.path, post.port, KEPT)
    lists(home.path, {"command": people})
    home.run()
    return home


def test_eight_processes(server: Server, runs: MakeRuns, post: Post) -> None:
    """All of them with --catch-up --confirm, on twenty slots: each mail once, nobody's twice."""
    home = daily(runs(at="2016-05-09T12:00", every="daily at 06:00"), post, FOUR[:2])
    home.now = utc(AT)
    home.deliver()
    ended = server.start([mailed(home, asked={"confirmed": True}) for _ in range(8)])
    assert [each["code"] for each in ended] == [0] * 8, ended
    whole = home.ledger()
    assert len(whole.deliveries) == 21 * 2
    assert {each.state for each in whole.deliveries} == {DeliveryState.ACCEPTED}
    assert of_deliveries(post) == {each.message_id: 1 for each in whole.deliveries}


def _storm(chance: random.Random) -> dict[str, float]:
    """Most of the time of a run, and a little over it."""
    struck = {"kill_after": chance.uniform(0, 2.5), "stop_after": chance.uniform(0, 2.5)}
    return {name: after for name, after in struck.items() if chance.random() < 0.8}


def storm(
    server: Server, home: Runs, post: Post, people: list[str], strikes: Strikes, seconds: float
) -> str:
    """Kill and stop two runs at once, day after day; gives what happened, in numbers."""
    chance = random.Random(20160530)  # noqa: S311 - no secret
    daily(home, post, people)
    until, killed, days = time.monotonic() + seconds, 0, 0
    while time.monotonic() < until:
        days += 1
        home.now += timedelta(days=1)
        home.deliver()
        ended = server.start([mailed(home, **strikes(chance)) for _ in range(2)])
        killed += sum(each["killed"] for each in ended)
        assert all(each["killed"] or each["code"] in {0, 6, 7} for each in ended), ended
        home.run()
    home.now += timedelta(minutes=16)
    home.run()
    return settled(home, post, days * len(people), killed)


def settled(home: Runs, post: Post, expected: int, killed: int) -> str:
    """Expect each mail once, or once more for a kill; what waits for a person goes when let."""
    waiting = [each for each in home.ledger().deliveries if each.state is DeliveryState.PAUSED]
    assert {each.doubts for each in waiting} <= {2}
    copies = of_deliveries(post)
    assert all(copies[each.message_id] in {0, 1, 2} for each in waiting)
    assert max(copies.values()) <= 2
    twice = sum(copies.values()) - len(copies)
    assert twice <= killed
    for name in sorted({str(each.edition) for each in waiting}):
        home.obey(Verb.RETRY, name)
    assert home.run().code == 0, home.said
    whole = home.ledger()
    assert {each.state for each in whole.editions} == {State.FILED}
    assert len(whole.deliveries) == expected
    assert {each.state for each in whole.deliveries} == {DeliveryState.ACCEPTED}
    assert set(of_deliveries(post)) == {each.message_id for each in whole.deliveries}
    taken = [each for each in whole.events if each.after == "mail accepted"]
    assert len(taken) == expected
    assert home.findings() == []
    return f"{expected} mails, {killed} kills, {twice} twice, {len(waiting)} let go by a person"


def test_a_short_storm(server: Server, lite: MakeRuns, post: Post) -> None:
    """Two runs at once, killed and stopped at any time: none lost, at most one copy a kill."""
    home = lite(at="2016-05-02T12:00", every="daily at 06:00")
    storm(server, home, post, FOUR, _storm, 5)


@pytest.mark.slow
def test_a_storm(server: Server, runs: MakeRuns, post: Post) -> None:
    """A minute of it, with twenty people, on both databases."""
    home = runs(at="2016-05-02T12:00", every="daily at 06:00")
    said = storm(server, home, post, TWENTY, _storm, 60)
    sys.stdout.write(f"{said}\n")
