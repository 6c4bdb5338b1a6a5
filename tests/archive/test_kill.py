"""Runs that are killed, and runs at once: one PDF a slot, nothing lost, leftovers swept."""

import json
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.archive.conftest import MakeRuns
from tests.archive.small import Runs, utc
from viperreport.archive.states import State

MONDAY = "weekly/all/2016-05-29"
AT = "2016-05-30T05:00:05"
STEPS = 79  # of a home's first run
Start = Callable[..., list[dict[str, Any]]]


@dataclass
class Server:
    """The program that forks runs; see children.py."""

    process: subprocess.Popen[str]
    out: Path

    def start(self, runs: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Start these at once, and wait for all."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps({"runs": runs, "out": str(self.out)}) + "\n")
        self.process.stdin.flush()
        ended: list[dict[str, Any]] = json.loads(self.process.stdout.readline())
        return ended


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One for all tests of this module."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.archive.children"],
        cwd=Path(__file__).parents[2],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    yield Server(process, tmp_path_factory.mktemp("said"))
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.close()
    process.wait(timeout=60)
    process.stdout.close()


def asked(home: Runs, **more: object) -> dict[str, object]:
    """A run in a home, on the Monday."""
    return {"home": str(home.path), "environ": dict(home.environ), "at": AT, **more}


def whole(home: Runs) -> None:
    """Expect Monday's edition once, whole, and nothing else in the archive."""
    assert home.states() == [(MONDAY, State.FILED)]
    assert home.pdfs() == ["weekly/all/2016/weekly_all_2016-05-29.pdf"]
    assert home.findings() == []
    output = home.path / "output"
    left = [path.name for path in output.rglob(".*") if path.name != ".last.json"]
    assert [name for name in left if not name.endswith(".lock")] == []


def steps_of(server: Server, make: Callable[[], Runs]) -> list[str]:
    """The names of the durable steps of a run that is not killed."""
    (ended,) = server.start([asked(make())])
    assert ended["code"] == 0, ended["lines"]
    names: list[str] = ended["steps"]
    return names


def kill_at(server: Server, home: Runs, step: int, *, two: bool) -> None:
    """Kill a run before a step, with another one at once or after it; expect all to be well."""
    first = asked(home, kill=step)
    ended = server.start([first, asked(home)] if two else [first])
    # Of two, or behind the last step, a run may have found nothing left to do.
    assert ended[0]["killed"] or ((two or step > STEPS - 6) and ended[0]["code"] == 0), ended[0]
    if two:
        assert ended[1]["code"] == 0, ended[1]["lines"]
    for pdf in home.pdfs():
        assert (home.archive / pdf).read_bytes().rstrip().endswith(b"%%EOF")
    later = Runs(home.path, utc("2016-05-30T05:10"), home.environ)
    assert later.run().code == 0, later.said
    _age(home)
    assert later.run("2016-05-30T07:00").editions == ()
    whole(later)
    loads = _loads(later)
    assert [outcome for outcome in loads if outcome == "accepted"] == ["accepted"]


def _age(home: Runs) -> None:
    """Let what was left be as old as the test's clock says."""
    import os

    for path in (home.path / "output").rglob(".*"):
        os.utime(path, (utc(AT).timestamp(),) * 2, follow_symlinks=False)


def _loads(home: Runs) -> list[str]:
    from tests.archive.small import close
    from viperreport.evidence.journal import list_loads

    opened = home.home()
    try:
        return [row.outcome for row in list_loads(opened.engine)]
    finally:
        close(opened)


def test_the_stages_are_many(server: Server, lite: MakeRuns) -> None:
    """A run has durable steps of many kinds, so the matrix below has its stages."""
    names = steps_of(server, lite)
    assert abs(len(names) - STEPS) <= 6, names
    assert names.count("commit") >= 6
    assert any("weekly_all_2016-05-29.pdf" in name for name in names)
    assert any("witness.json" in name for name in names)


@pytest.mark.parametrize("two", [False, True], ids=["one", "two"])
@pytest.mark.parametrize("stage", range(9))
def test_killed_at_a_stage(server: Server, runs: MakeRuns, stage: int, two: bool) -> None:  # noqa: FBT001
    """SIGKILL before one of nine steps spread over a run × {one, two runs} × both databases."""
    kill_at(server, runs(), 2 + stage * STEPS // 9, two=two)


@pytest.mark.slow
@pytest.mark.parametrize("two", [False, True], ids=["one", "two"])
@pytest.mark.parametrize("step", range(1, STEPS + 7))
def test_killed_at_any_step(server: Server, runs: MakeRuns, step: int, two: bool) -> None:  # noqa: FBT001
    """The long form: SIGKILL before each durable step."""
    kill_at(server, runs(), step, two=two)


def test_eight_processes_on_twenty_slots(server: Server, runs: MakeRuns) -> None:
    """All of them with --catch-up --confirm: each slot once, and every process ends with 0."""
    home = runs(at="2016-05-09T12:00", every="daily at 06:00")
    home.run()
    home.now = utc(AT)
    home.deliver()
    ended = server.start([asked(home, asked={"confirmed": True}) for _ in range(8)])
    assert [each["code"] for each in ended] == [0] * 8, ended
    states = home.states()
    assert len(states) == len({name for name, _ in states}) == 21
    assert {state for _, state in states} == {State.FILED}
    assert len(home.pdfs()) == 21
    assert home.findings() == []
    ledger = home.ledger()
    assert len([event for event in ledger.events if event.after == "filed"]) == 21


Strikes = Callable[[random.Random], dict[str, float]]


def _at_steps(chance: random.Random) -> dict[str, float]:
    return {"kill": chance.randint(1, 50), "stop": chance.randint(1, 100)}


def _at_any_time(chance: random.Random) -> dict[str, float]:
    """Most of the time of a run, and a little over it; some are not killed, or not stopped."""
    asked = {"kill_after": chance.uniform(0, 1.2), "stop_after": chance.uniform(0, 1.2)}
    return {name: after for name, after in asked.items() if chance.random() < 0.8}


def storm(server: Server, home: Runs, strikes: Strikes, seconds: float) -> None:
    """Kill and stop two runs at once, day after day; expect each day once, and nothing else."""
    chance = random.Random(20160530)  # noqa: S311 - no secret
    home.run()
    until, killed = time.monotonic() + seconds, 0
    while time.monotonic() < until or killed < seconds / 5:
        home.now += timedelta(days=1)
        home.deliver()
        at = home.now.strftime("%Y-%m-%dT%H:%M:%S")
        both = [asked(home) | {"at": at} | strikes(chance) for _ in range(2)]
        ended = server.start(both)
        killed += sum(each["killed"] for each in ended)
        assert all(each["killed"] or each["code"] == 0 for each in ended), ended
        home.run()
    names = [name for name, _ in home.states()]
    first = utc("2016-05-02T12:00")
    assert names == [f"weekly/all/{first.date() + timedelta(n)}" for n in range(len(names))]
    assert {state for _, state in home.states()} == {State.FILED}
    assert len(home.pdfs()) == len(names) == (home.now - first).days
    assert len([each for each in home.ledger().events if each.after == "filed"]) == len(names)
    assert home.findings() == []


def test_a_short_storm(server: Server, lite: MakeRuns) -> None:
    """Two runs at once, killed and stopped at any time: none missing, none twice."""
    storm(server, lite(at="2016-05-02T12:00", every="daily at 06:00"), _at_any_time, 4)


@pytest.mark.slow
@pytest.mark.parametrize("strikes", [_at_steps, _at_any_time], ids=["steps", "any time"])
def test_a_storm(server: Server, runs: MakeRuns, strikes: Strikes) -> None:
    """A minute of it, at durable steps and at any time, on both databases."""
    storm(server, runs(at="2016-05-02T12:00", every="daily at 06:00"), strikes, 60)
