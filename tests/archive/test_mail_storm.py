"""Many runs at once that mail, killed and stopped as they come: none lost, none twice unknown."""

import random
import sys
import time
from collections import Counter
from datetime import date, timedelta

import pytest

from tests.archive.conftest import MakeRuns
from tests.archive.mailing import AT, addresses, lets_mail, lists
from tests.archive.small import Runs, utc
from tests.archive.test_kill import Server, server
from tests.archive.test_killed_mails import mailed
from tests.channels.mail_server import Arrived, Post
from viperreport.archive.deliveries import DeliveryState
from viperreport.archive.states import State, Verb

__all__ = ["server"]
TWENTY = addresses(*(f"n{number:02}" for number in range(20)))
FOUR = TWENTY[:4]
WEEK = timedelta(days=7)
KEPT = 'mail_if_late_by = "168h"'  # the most that may be configured


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


@pytest.mark.parametrize(
    "since", ["2016-05-26", pytest.param("2016-05-09", marks=pytest.mark.slow)]
)
def test_eight_processes(server: Server, runs: MakeRuns, post: Post, since: str) -> None:
    """All of them with --catch-up --confirm, on up to 21 slots: no mail twice, none too late."""
    home = daily(runs(at=f"{since}T12:00", every="daily at 06:00"), post, FOUR[:2])
    home.now = utc(AT)
    home.deliver()
    ended = server.start([mailed(home, asked={"confirmed": True}) for _ in range(8)])
    assert [each["code"] for each in ended].count(0) >= 7, ended  # one told of the late ones
    made = home.ledger().deliveries
    due = {each.key: each.due for each in home.ledger().editions}
    young = {each.message_id for each in made if home.now - due[each.edition] <= WEEK}
    assert len(made) == 2 * (home.now.date() - date.fromisoformat(since)).days
    assert len(young) == min(len(made), 2 * 7)
    states = {each.message_id: each.state for each in made}
    assert {states.pop(each) for each in young} == {DeliveryState.ACCEPTED}
    assert set(states.values()) <= {DeliveryState.PAUSED}
    assert of_deliveries(post) == dict.fromkeys(young, 1)


def _strikes(chance: random.Random) -> dict[str, float]:
    """Most of the time of a run, and a little over it."""
    struck = {"kill_after": chance.uniform(0, 2.5), "stop_after": chance.uniform(0, 2.5)}
    return {name: after for name, after in struck.items() if chance.random() < 0.8}


def storm(server: Server, home: Runs, post: Post, seconds: float) -> str:
    """Kill and stop two runs at once, day after day; gives what happened, in numbers."""
    chance = random.Random(20160530)  # noqa: S311 - no secret
    until, killed, days = time.monotonic() + seconds, 0, 0
    while time.monotonic() < until:
        days += 1
        home.now += timedelta(days=1)
        home.deliver()
        ended = server.start([mailed(home, **_strikes(chance)) for _ in range(2)])
        killed += sum(each["killed"] for each in ended)
        assert all(each["killed"] or each["code"] in {0, 6, 7} for each in ended), ended
        home.run()
    for _ in range(2):  # what is in doubt is sent once more, or waits for a person then
        home.now += timedelta(minutes=16)
        home.run()
    assert len(home.states()) == days
    return settled(home, post, killed)


def settled(home: Runs, post: Post, killed: int) -> str:
    """Expect each mail once, or once more for a kill; what waits for a person goes when let."""
    with home.opened() as opened:
        people = opened.settings.recipients.of("weekly", "all")
    made = home.ledger().deliveries
    waiting = [each for each in made if each.state is not DeliveryState.ACCEPTED]
    assert {(each.state, each.doubts) for each in waiting} <= {(DeliveryState.PAUSED, 2)}
    copies = of_deliveries(post)
    assert max(copies.values()) <= 2
    twice = sum(copies.values()) - len(copies)
    assert twice <= killed
    for name in {str(each.edition) for each in waiting}:
        home.obey(Verb.RETRY, name)
    assert home.run().code == 0, home.said
    whole = home.ledger()
    assert {each.state for each in whole.editions} == {State.FILED}
    assert len(whole.deliveries) == len(whole.editions) * len(people)
    assert {each.state for each in whole.deliveries} == {DeliveryState.ACCEPTED}
    assert set(of_deliveries(post)) == {each.message_id for each in whole.deliveries}
    taken = Counter(str(each.edition) for each in whole.events if each.after == "mail accepted")
    assert set(taken.values()) == {len(people)}
    assert home.findings() == []
    return f"{len(made)} mails, {killed} kills, {twice} twice, {len(waiting)} let go by a person"


def test_a_short_storm(server: Server, lite: MakeRuns, post: Post) -> None:
    """Two runs at once, killed and stopped at any time: none lost, at most one copy a kill."""
    home = daily(lite(at="2016-05-02T12:00", every="daily at 06:00"), post, FOUR)
    storm(server, home, post, 5)


@pytest.mark.slow
def test_a_storm(server: Server, runs: MakeRuns, post: Post) -> None:
    """A minute of it, with twenty people, on both databases."""
    home = daily(runs(at="2016-05-02T12:00", every="daily at 06:00"), post, TWENTY)
    sys.stdout.write(f"{storm(server, home, post, 60)}\n")
