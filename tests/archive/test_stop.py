"""SIGTERM: a run ends within ten seconds, in order; nothing is half done, and the next goes on."""

import fcntl
import os
import signal
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import date
from pathlib import Path
from threading import Timer
from typing import IO, TYPE_CHECKING

import pytest
from sqlalchemy import Engine, text

from tests.archive.conftest import MakeRuns
from tests.archive.small import Runs, rows, utc
from tests.archive.test_kill import _loads
from tests.clocks import Shift
from tests.evidence.engines import engine
from viperreport.archive.states import State
from viperreport.database import break_off, reading, writing
from viperreport.verbs.stopping import Stopped, listen

if TYPE_CHECKING:
    from subprocess import Popen

__all__ = ["engine"]
SECONDS = 10
DAYS = 7
BURST = ("run", "--catch-up", "--confirm")


def burst(make: MakeRuns) -> Runs:
    """A home with many slots due, each with an edition of its own."""
    home = make(at="2016-05-27T12:00", every="daily at 06:00")
    home.run()
    home.now = utc("2016-06-03T12:00")
    home.deliver()
    return home


def start(home: Runs, *arguments: str) -> "Popen[str]":
    """Start the program in a home, by its clock."""
    shift = Shift(home.path.parent / "shift")
    shift.set(home.now.replace(tzinfo=None).isoformat())
    return shift.start(home.path, *arguments, **home.environ)


def until(stream: IO[str] | None, word: str) -> str:
    """Read a log up to a line with a word."""
    assert stream is not None
    read = ""
    for line in stream:
        read += line
        if f" {word}" in line:
            return read
    raise AssertionError(f"it ended without {word}: {read}")


def has_opened(process: "Popen[str]", name: str) -> None:
    """Wait until a process has a file open, and a moment more."""
    late = time.monotonic() + 60
    while time.monotonic() < late:
        held = Path(f"/proc/{process.pid}/fd").glob("*")
        with suppress(FileNotFoundError):
            if any(str(each.readlink()).endswith(name) for each in held):
                time.sleep(0.5)
                return
        time.sleep(0.02)
    raise AssertionError(f"it never opened {name}")


def terminate(process: "Popen[str]", *signals: signal.Signals) -> str:
    """Ask a process to end; expect it to, in time and with 0. Gives the rest of its log."""
    began = time.monotonic()
    for each in signals or (signal.SIGTERM,):
        process.send_signal(each)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 0, said
    assert time.monotonic() - began < SECONDS
    return said


@pytest.mark.parametrize("word", ["run home", "claim", "take-up"])
def test_at_a_moment_of_a_burst(lite: MakeRuns, word: str) -> None:
    """While it loads, claims, builds: nothing is lost or made twice."""
    stopped_at(burst(lite), word)


def test_in_the_middle_of_a_burst(runs: MakeRuns) -> None:
    """The edition at hand is brought to its end, the rest is left to the next run, all is told."""
    stopped_at(burst(runs), "filed")


def stopped_at(burst: Runs, word: str) -> None:
    """Stop a run once its log has a word, and let another one go on."""
    process = start(burst, *BURST)
    until(process.stderr, word)
    said = terminate(process, signal.SIGTERM, signal.SIGTERM)
    assert " stopped " in said
    states = [state for _, state in burst.states()]
    assert set(states) <= {State.FILED, State.CLAIMED}
    assert states.count(State.FILED) in (range(1, DAYS) if word == "filed" else range(DAYS))
    assert burst.findings() == []
    assert not [path for path in (burst.path / "output/editions").rglob(".*") if path.is_file()]
    assert burst.run("2016-06-03T12:05", confirmed=True).code == 0
    assert [state for _, state in burst.states()] == [State.FILED] * DAYS
    assert len(burst.pdfs()) == DAYS
    assert burst.findings() == []
    assert _loads(burst).count("accepted") == 2


def test_in_a_long_load(runs: MakeRuns) -> None:
    """Nothing of the file is in the store; the next run loads it, and files what was due."""
    home = runs(at="2016-05-27T12:00")
    home.run()
    home.now = utc("2016-05-30T05:00:05")
    more = (f"T{n},2016-05-{n % 28 + 1:02},North,0\n" for n in range(300_000))
    home.deliver(content=rows(date(2015, 1, 1), date(2016, 5, 29)) + "".join(more))
    process = start(home, "run")
    has_opened(process, ".csv")
    said = terminate(process)
    assert " load " not in said, "it was no long load"
    assert " stopped " in said
    assert _loads(home) == ["accepted"]
    home.deliver(content=rows(date(2015, 1, 1), date(2016, 5, 29)))
    assert home.run("2016-05-30T05:05").code == 0
    assert _loads(home) == ["accepted", "accepted"]
    assert len(home.pdfs()) == 1


@contextmanager
def _held(home: Runs) -> Iterator[None]:
    with (home.path / "output/state/run.lock").open() as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextmanager
def _written_to(home: Runs) -> Iterator[None]:
    with closing(sqlite3.connect(home.path / "output/state/evidence.db")) as store:
        store.execute("BEGIN IMMEDIATE")
        yield


@pytest.mark.parametrize(("taken", "opened"), [(_held, "run.lock"), (_written_to, ".csv")])
def test_while_it_waits_for_another(lite: MakeRuns, taken: object, opened: str) -> None:
    """For the lock of the home, or of the store: it does not wait to its end."""
    home = lite(at="2016-05-27T12:00")
    home.run()
    home.now = utc("2016-05-30T05:00:05")
    home.deliver()
    with taken(home):  # type: ignore[operator]
        process = start(home, "run")
        has_opened(process, opened)
        assert process.poll() is None
        assert " stopped " in terminate(process)
    assert home.states() == []
    assert home.run("2016-05-30T05:05").code == 0
    assert len(home.pdfs()) == 1


def _counting(engine: Engine) -> str:
    if engine.dialect.name == "postgresql":
        return "SELECT count(pg_sleep(60))"
    return (
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1e10) "
        "SELECT count(i) FROM n"
    )


def test_in_one_long_statement(engine: Engine, tmp_path: Path) -> None:
    """It is broken off in the database itself, and its transaction leaves nothing."""
    before = signal.getsignal(signal.SIGTERM)
    stop = listen(signal.SIGTERM)
    own = engine.url.set(database=str(tmp_path / "own.db")) if "sqlite" in engine.name else None
    from viperreport.database import open_engine

    ours = open_engine(own or engine.url)
    try:
        break_off(ours, lambda: stop.breaks_off)
        with writing(ours) as connection:
            connection.execute(text("DROP TABLE IF EXISTS counted"))
            connection.execute(text("CREATE TABLE counted (n INTEGER)"))
        Timer(0.5, os.kill, (os.getpid(), signal.SIGTERM)).start()
        began = time.monotonic()
        with pytest.raises(Stopped), stop.anywhere(), writing(ours) as connection:  # noqa: PT012
            connection.execute(text("INSERT INTO counted VALUES (1)"))
            connection.execute(text(_counting(ours)))
        assert time.monotonic() - began < SECONDS
        with reading(ours) as connection:
            assert connection.execute(text("SELECT count(*) FROM counted")).scalar() == 0
    finally:
        signal.signal(signal.SIGTERM, before)
        ours.dispose()


def test_what_must_not_be_left_is_not(tmp_path: Path) -> None:
    """Outside of what may be left at any line a signal is only noted."""
    before = signal.getsignal(signal.SIGTERM)
    stop = listen(signal.SIGTERM)
    try:
        os.kill(os.getpid(), signal.SIGTERM)
        (tmp_path / "done").touch()
        assert stop.asked
        assert not stop.breaks_off
        with pytest.raises(Stopped):
            stop.obey()
        with pytest.raises(Stopped), stop.anywhere():
            (tmp_path / "never").touch()
    finally:
        signal.signal(signal.SIGTERM, before)
    assert [each.name for each in tmp_path.iterdir()] == ["done"]
