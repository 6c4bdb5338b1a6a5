"""Two daemons that are killed, stopped and started again at random: each slot once, none lost."""

import json
import os
import random
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest

from tests.archive.conftest import MakeRuns, own_database, postgresql_url, runs
from tests.archive.small import Runs, utc
from tests.clocks import ROOT, environment
from tests.test_daemon import seen, shift
from viperreport.archive.states import State

__all__ = ["own_database", "postgresql_url", "runs"]
FIRST = utc("2016-05-28T05:00:05")
PATIENCE = 120  # seconds for one edition; the machine may be busy
DAY = timedelta(days=1)
Daemon = subprocess.Popen[bytes]
Start = Callable[[Runs], Daemon]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts daemons that write to a file: a run that lost its daemon writes on."""
    started: list[Daemon] = []

    def begin(home: Runs) -> Daemon:
        asked = ("--home", str(home.path), json.dumps({"tick": 0.3, "every": 1}))
        command = shift(home).program(*asked, module="tests.daemons")
        with (tmp_path / "log").open("ab") as log:
            started.append(subprocess.Popen(command, cwd=ROOT, env=environment({}), stderr=log))
        return started[-1]

    yield begin
    for each in started:
        each.kill()
        each.wait()


def children(process: int) -> list[int]:
    """The processes that a process has started."""
    with suppress(OSError):
        listed = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii")
        return [int(number) for number in listed.split()]
    return []


def strike(daemons: list[Daemon], chance: random.Random) -> bool:
    """Kill a daemon or its run, or stop it for a moment; whether anything was killed."""
    daemon = chance.choice(daemons)
    target = chance.choice([daemon.pid, *children(daemon.pid)])
    kill = chance.random() < 0.6
    with suppress(ProcessLookupError):
        os.kill(target, signal.SIGKILL if kill else signal.SIGSTOP)
        if not kill:
            time.sleep(chance.uniform(0.1, 0.6))
            os.kill(target, signal.SIGCONT)
        elif target == daemon.pid:
            daemon.wait()
        return kill
    return False


def filed(home: Runs) -> int:
    """How many editions are filed."""
    return [state for _, state in home.states()].count(State.FILED)


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="children are found in /proc")
def test_two_daemons_in_a_storm(runs: MakeRuns, start: Start, tmp_path: Path) -> None:
    """A minute of it, a day of the clock for each edition, on both databases."""
    home = seen(runs, every="daily at 06:00")
    secrets = home.path / ".env"
    secrets.write_text("".join(f"{name}={value}\n" for name, value in home.environ.items()))
    secrets.chmod(0o600)
    chance = random.Random(20160530)  # noqa: S311 - no secret
    until, killed, days = time.monotonic() + 60, 0, 0
    daemons = [start(home) for _ in range(2)]
    while time.monotonic() < until or killed < 10:
        home.now = FIRST + days * DAY
        home.deliver()
        shift(home).set(f"{home.now:%Y-%m-%dT%H:%M:%S}")
        days, late = days + 1, time.monotonic() + PATIENCE
        while filed(home) < days:
            assert time.monotonic() < late, (tmp_path / "log").read_text()
            time.sleep(chance.uniform(0.1, 3))
            killed += strike(daemons, chance)
            alive = [each for each in daemons if each.poll() is None]
            daemons = [*alive, *(start(home) for _ in range(2 - len(alive)))]
    for each in daemons:  # one that began just now must have come to listen
        late = time.monotonic() + PATIENCE
        while f"pid={each.pid}" not in (tmp_path / "log").read_text():
            assert time.monotonic() < late
            time.sleep(0.1)
        each.terminate()
    assert [each.wait(timeout=PATIENCE) for each in daemons] == [0, 0]
    home.now += timedelta(hours=1)
    home.run()  # after a run that lost its daemon
    assert [state for _, state in home.states()] == [State.FILED] * days
    names = [f"weekly/all/{(FIRST + (number - 1) * DAY).date()}" for number in range(days)]
    assert [name for name, _ in home.states()] == names
    assert len(home.pdfs()) == days
    assert len([each for each in home.ledger().events if each.after == "filed"]) == days
    assert home.findings() == []
