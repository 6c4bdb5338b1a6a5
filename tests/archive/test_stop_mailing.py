"""SIGTERM while mails go out: each is sent once, none is left in doubt, and the end is in time."""

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

import pytest

from tests.archive.conftest import MakeRuns
from tests.archive.mailing import AT, addresses, lets_mail, lists, states
from tests.archive.small import Runs, utc
from tests.archive.test_stop import SECONDS, start, terminate
from tests.channels.mail_server import SILENCE, Arrived, Fault, Post
from tests.clocks import environment

if TYPE_CHECKING:
    from subprocess import Popen

AT_ONCE = 4  # seconds, for a machine that has much else to do
NAMES = [f"n{number:02}" for number in range(12)]


def mailing(home: Runs, post: Post) -> Runs:
    """A home whose Monday is due, for a dozen people."""
    home.now = utc("2016-05-27T12:00")
    home.run()
    lets_mail(home.path, post.port)
    lists(home.path, {"command": addresses(*NAMES)})
    home.now = utc(AT)
    home.deliver()
    return home


def until(reached: Callable[[], bool], process: "Popen[str]") -> None:
    """Wait until something has come about."""
    late = time.monotonic() + 60
    while not reached():
        assert process.poll() is None, process.communicate()[1]
        assert time.monotonic() < late
        time.sleep(0.02)


def each_has_it_once(home: Runs, post: Post) -> None:
    """Expect that a run on the same minute sends what is left, and nothing else."""
    assert home.run("2016-05-30T05:03").code == 0, home.said
    assert states(home) == dict.fromkeys(NAMES, "accepted")
    assert [len(post.copies(each)) for each in addresses(*NAMES)] == [1] * len(NAMES)
    assert home.findings() == []


def test_in_a_burst(runs: MakeRuns, post: Post) -> None:
    """The mail at hand is brought to its end, the others are left to the next run."""
    home, some = mailing(runs(), post), Event()

    def slowly(_arrived: Arrived) -> None:
        time.sleep(0.1)
        if len(post.arrived) == 4:
            some.set()

    post.on_arrival = slowly
    process = start(home, "run")
    assert some.wait(60)
    said = terminate(process, signal.SIGTERM, signal.SIGTERM)
    assert " stopped " in said
    ended = list(states(home).values())
    assert ended == sorted(ended)  # accepted, then queued, and nothing else
    assert set(ended) == {"accepted", "queued"}
    assert 4 <= ended.count("accepted") == len(post.arrived) < len(NAMES)
    each_has_it_once(home, post)


def test_while_the_server_thinks_about_a_mail(lite: MakeRuns, post: Post) -> None:
    """Its answer is waited for, and noted; nothing is in doubt."""
    home, there = mailing(lite(), post), Event()

    def think(_arrived: Arrived) -> None:
        if not there.is_set():
            there.set()
            time.sleep(4)

    post.on_arrival = think
    process = start(home, "run")
    assert there.wait(60)
    began = time.monotonic()
    assert " stopped " in terminate(process)
    assert time.monotonic() - began > 3
    assert list(states(home).values()) == ["accepted"] + ["queued"] * (len(NAMES) - 1)
    each_has_it_once(home, post)


def _silent_greeting(post: Post, _held: ExitStack) -> Callable[[], bool]:
    post.greeting = SILENCE
    return lambda: post.connections > 0


def _silent_recipient(post: Post, _held: ExitStack) -> Callable[[], bool]:
    post.faults = {addresses(NAMES[0])[0]: [Fault(rcpt=SILENCE)]}
    return lambda: "RCPT" in post.commands


def _full(post: Post, held: ExitStack) -> Callable[[], bool]:
    """A port whose queue is full: connections to it are neither made nor refused."""
    silent = held.enter_context(socket.socket())
    silent.bind(("127.0.0.1", 0))
    silent.listen(0)
    post.port = int(silent.getsockname()[1])
    for _ in range(2):
        waiting = held.enter_context(socket.socket())
        waiting.setblocking(False)  # noqa: FBT003
        waiting.connect_ex(("127.0.0.1", post.port))
    before = _connecting(post.port)
    return lambda: _connecting(post.port) > before


def _connecting(port: int) -> int:
    """How many are trying to connect to a port here."""
    table = Path("/proc/net/tcp").read_text()
    return len([line for line in table.splitlines() if f":{port:04X} 02 " in line])


@pytest.mark.parametrize("hang", [_full, _silent_greeting, _silent_recipient])
def test_while_the_server_hangs(
    lite: MakeRuns, post: Post, hang: Callable[[Post, ExitStack], Callable[[], bool]]
) -> None:
    """Before a mail is on its way no server is waited for; the next run sends it."""
    with ExitStack() as held:
        port = post.port
        reached = hang(post, held)
        home = mailing(lite(), post)
        process = start(home, "run")
        until(reached, process)
        began = time.monotonic()
        assert " stopped " in terminate(process)
        assert time.monotonic() - began < AT_ONCE
        assert set(states(home).values()) == {"queued"}
        post.greeting, post.port = "", port
    lets_mail(home.path, port)
    each_has_it_once(home, post)


def test_while_a_message_to_the_operator_hangs(lite: MakeRuns, post: Post) -> None:
    """It is given up soon; the file keeps it."""
    home = mailing(lite(), post)
    post.greeting = SILENCE
    home.deliver(content="id,day\n1,no day\n")
    process = start(home, "run")
    until(lambda: post.connections > 0, process)
    began = time.monotonic()
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=60)
    assert time.monotonic() - began < SECONDS
    assert process.returncode == 4, said
    assert " stopped " in said
    assert "channel mail" in (home.path / "output/state/operator.jsonl").read_text()


@pytest.mark.parametrize("module", ["typer._click.core", "viperreport.cli.app"])
def test_while_it_is_being_loaded(lite: MakeRuns, module: str) -> None:
    """Nothing is begun, so it ends at once and with 0."""
    home = lite()
    process = subprocess.Popen(
        [sys.executable, "-X", "importtime", "-m", "viperreport", "--home", home.path, "run"],
        env=environment(home.environ),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    for line in process.stderr:  # a line for each module that was loaded
        if line.split()[-1] == module:
            break
    terminate(process)
    assert not (home.path / "output/state/ledger.db").exists()
