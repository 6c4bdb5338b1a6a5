"""The daemon: real processes, real signals, and clocks that jump."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from queue import Empty, Queue
from threading import Thread

import pytest

from tests.archive.conftest import MakeRuns, lite
from tests.archive.small import MAIN, Runs, utc
from tests.channels.server import serving, status
from tests.clocks import ROOT, Shift, environment
from viperreport.archive.states import State
from viperreport.daemon import Alarm, Calendar, NextSlot
from viperreport.settings.general import FILE as CONFIGURED

__all__ = ["lite"]
MONDAY = "weekly/all/2016-05-29"
BEFORE = "2016-05-27T12:00"
PATIENCE = 120  # seconds; the machine may be busy
SECONDS = 10  # in which whoever is asked to end does


class Watched:
    """A process whose log is read as it is written."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process
        self.lines: list[str] = []
        self._queue: Queue[str] = Queue()
        self._reader = Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self._queue.put(line)

    def until(self, *words: str) -> str:
        """Wait for a line with these words after those read before."""
        late = time.monotonic() + PATIENCE
        while time.monotonic() < late:
            with suppress(Empty):
                line = self._queue.get(timeout=0.2)
                self.lines.append(line)
                if all(word in line for word in words):
                    return line
        raise AssertionError(f"no {words} in {''.join(self.lines)}")

    def end(self, how: signal.Signals = signal.SIGTERM) -> str:
        """Ask it to end; expect it to, in time, in order and with 0. Gives the rest of its log."""
        began = time.monotonic()
        self.process.send_signal(how)
        self.process.wait(timeout=PATIENCE)
        took = time.monotonic() - began
        self._reader.join()
        rest = "".join(self._queue.get() for _ in range(self._queue.qsize()))
        assert self.process.returncode == 0, rest
        assert took < SECONDS, rest
        return rest


Start = Callable[..., Watched]


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts daemons in homes, by their clock, and lets none survive the test."""
    started: list[subprocess.Popen[str]] = []

    def begin(home: Runs, **asked: object) -> Watched:
        process = shift(home).start(home.path, json.dumps(asked), module="tests.daemons")
        started.append(process)
        return Watched(process)

    yield begin
    for each in started:
        if each.poll() is None:
            each.kill()
            each.wait()
        for stream in (each.stdout, each.stderr):
            assert stream is not None
            stream.close()


def shift(home: Runs) -> Shift:
    """The clock of a home's processes."""
    return Shift(home.path.parent / "shift")


def seen(make: MakeRuns, **more: str) -> Runs:
    """A home that a run has seen on the Friday before."""
    home = make(at=BEFORE, **more)
    home.run()
    return home


def test_a_slot_rings_the_bell(lite: MakeRuns, start: Start) -> None:
    """Its edition is filed within seconds, though the daemon would not have looked for minutes."""
    home = seen(lite)
    shift(home).set("2016-05-30T04:59:50")
    daemon = start(home, tick=600, every=600)
    daemon.until("start why=start")
    daemon.until("start why=slot")
    now = shift(home).now()
    daemon.until(" filed ")
    daemon.until(" ended code=0")
    assert " stopped " in daemon.end()
    assert now >= utc("2016-05-30T05:00")
    assert home.states() == [(MONDAY, State.FILED)]


def test_an_invalid_configuration_is_told_and_a_mended_one_works(
    lite: MakeRuns, start: Start
) -> None:
    """The daemon goes on meanwhile, and what was due is made once it can be."""
    home = seen(lite)
    shift(home).set(BEFORE)
    daemon = start(home, tick=0.3, every=600)
    daemon.until(" ended code=0")
    file = home.path / CONFIGURED
    well = file.read_text()
    file.write_text(well.replace("every", "evry"))
    daemon.until("start why=change")
    daemon.until(" ended code=3")
    told = (home.path / "output/state/operator.jsonl").read_text()
    assert "evry" in told
    shift(home).set("2016-05-30T05:00:05")
    file.write_text(well)
    daemon.until("start why=change")
    daemon.until(" filed ")
    daemon.until(" ended code=0")
    daemon.end()
    assert home.states() == [(MONDAY, State.FILED)]


def test_a_new_file_is_loaded_at_once(lite: MakeRuns, start: Start) -> None:
    """Nothing else is due, and a home that stays as it is has nothing started in it."""
    home = seen(lite)
    shift(home).set("2016-05-28T12:00")
    daemon = start(home, tick=0.3, every=600)
    daemon.until(" ended code=0")
    time.sleep(1.5)
    home.now = utc("2016-05-28T12:00")
    home.deliver()
    line = daemon.until(" start ")
    assert "why=change" in line
    daemon.until(" load ", "outcome=accepted")
    daemon.until(" ended code=0")
    daemon.end()


def test_it_starts_again_when_a_run_says_so(lite: MakeRuns, start: Start) -> None:
    """A slot that waits for its data is on hold at its hour, though nothing else happens then."""
    home = seen(lite, more='wait_for_data = "11:00"', coverage='coverage = "newest-record"')
    shift(home).set("2016-05-30T05:00:05")
    daemon = start(home, tick=0.3, every=600)
    daemon.until(" end ", "state=waiting")
    daemon.until(" ended code=0")
    shift(home).set("2016-05-30T10:00:02")
    assert "why=again" in daemon.until(" start ")
    daemon.until(" ended code=")
    daemon.end()
    assert [state for _, state in home.states()] == [State.HELD]


def test_clocks_that_jump(lite: MakeRuns, start: Start) -> None:
    """A year and two hours ahead and a day back, a tick each: nothing wrong, nothing lost."""
    home = seen(lite)
    shift(home).set(BEFORE)
    daemon = start(home, tick=0.3, every=3)
    daemon.until(" ended code=0")
    for wrong, code in (("2017-05-27T12:10", 4), ("2016-05-26T12:10", 3)):
        shift(home).set(wrong)
        daemon.until(f" ended code={code}")
        shift(home).set("2016-05-27T12:20")
        daemon.until(" ended code=0")
    shift(home).set("2016-05-27T14:20")
    daemon.until(" start ")
    daemon.until(" ended code=0")
    shift(home).set("2016-05-27T12:20:30")
    daemon.until(" ended code=3")  # it is two hours less than was seen, until they have passed
    shift(home).set("2016-05-30T05:00:05")
    daemon.until(" filed ")
    daemon.until(" ended code=0")
    daemon.end()
    assert home.states() == [(MONDAY, State.FILED)]


HANGING = """\
import signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(300)"])
print("hanging", child.pid, file=sys.stderr, flush=True)
time.sleep(300)
"""


def is_running(number: int) -> bool:
    """Whether there is such a process, which is not only waiting to be taken note of."""
    with suppress(OSError):
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def test_a_run_that_hangs_is_killed_with_all_its_own(lite: MakeRuns, start: Start) -> None:
    """The operator is told, and the daemon goes on."""
    home = seen(lite)
    shift(home).set(BEFORE)
    command = [sys.executable, "-c", HANGING]
    daemon = start(home, tick=0.2, every=0.5, deadline=1.5, grace=0.5, command=command)
    child = int(daemon.until("hanging").split()[-1])
    daemon.until("a run was not done after")
    daemon.until("start why=")
    assert not is_running(child)
    last = int(daemon.until("hanging").split()[-1])
    daemon.end()
    assert not is_running(last)
    told = (home.path / "output/state/operator.jsonl").read_text().splitlines()
    assert len(told) == 1
    assert "viperreport run" in json.loads(told[0])["step"]


def test_a_run_that_is_killed_is_told(lite: MakeRuns, start: Start) -> None:
    """By the daemon, since it could not tell itself; the service of the health ping hears too."""
    home = seen(lite)
    shift(home).set(BEFORE)
    command = [sys.executable, "-c", "import os; os.kill(os.getpid(), 9)"]
    with serving(status(200)) as service:
        (home.path / ".env").touch(0o600)
        (home.path / ".env").write_text(f"VIPERREPORT_PING_URL={service.url}\n")
        daemon = start(home, tick=1, every=600, command=command)
        daemon.until("a run was ended by signal 9")
        daemon.until(" ping ")
        daemon.end()
        assert service.once() == "/token/fail"


def test_sigterm_in_the_middle_of_a_burst(lite: MakeRuns, start: Start) -> None:
    """The daemon and its child end in order, and the next run makes the rest."""
    home = seen(lite, every="daily at 06:00", more='areas = "all + each"')
    home.now = utc("2016-05-30T12:00")
    home.deliver()
    shift(home).set("2016-05-30T12:00")
    daemon = start(home)
    daemon.until(" filed ")
    rest = daemon.end()
    assert 'said="was asked to; the next run goes on from here"' in rest
    states = [state for _, state in home.states()]
    assert set(states) == {State.FILED, State.CLAIMED}
    assert home.findings() == []
    assert home.run("2016-05-30T12:10").code == 0
    assert [state for _, state in home.states()] == [State.FILED] * 9
    assert home.findings() == []
    assert len(home.pdfs()) == 9


def test_two_daemons_and_cron(lite: MakeRuns, start: Start) -> None:
    """All on at 06:00: one edition, and everybody ends with 0."""
    home = seen(lite)
    shift(home).set("2016-05-30T04:59:52")
    daemons = [start(home, tick=600, every=600) for _ in range(2)]
    for each in daemons:
        each.until("start why=slot")
    cron = shift(home).start(home.path, "run")
    _, said = cron.communicate(timeout=PATIENCE)
    assert cron.returncode == 0, said
    for each in daemons:
        each.until(" ended code=0")
        each.end()
    assert home.states() == [(MONDAY, State.FILED)]
    assert len(home.pdfs()) == 1
    assert home.findings() == []


def test_the_verb_waits_and_ends_with_0(lite: MakeRuns) -> None:
    """`viperreport daemon`, by the machine's clock: on Ctrl-C as on SIGTERM."""
    home = lite(at=f"{datetime.now(UTC):%Y-%m-%dT%H:%M}")
    process = subprocess.Popen(
        [sys.executable, "-m", "viperreport", "--home", str(home.path), "daemon"],
        cwd=ROOT,
        env=environment({}),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        daemon = Watched(process)
        daemon.until(" run=daemon daemon home=")
        daemon.until(" load ", "outcome=accepted")
        daemon.until(" run=daemon ended code=0")
        daemon.end(signal.SIGINT)
        assert process.stdout is not None
        assert process.stdout.read() == ""


def calendar(home: Path, every: str) -> Calendar:
    """The calendar of a home with another schedule."""
    (home / CONFIGURED).write_text(MAIN.format(every=every, more=""))
    return Calendar(home, os.environ)


def fires(trigger: NextSlot, first: str, last: str) -> list[str]:
    """When it fires between two instants, asked as APScheduler asks: by the one before, and now."""
    found: list[str] = []
    before, now = None, utc(first)
    while (now := trigger.get_next_fire_time(before, now)) <= utc(last):
        found.append(f"{now.astimezone(UTC):%a %Y-%m-%dT%H:%M}")
        before = now
    return found


def test_traps_of_the_alarm_clock(lite: MakeRuns) -> None:
    """Times at which triggers of APScheduler itself are lost or come twice, in London in 2026."""
    home = lite().path
    weekly = NextSlot(calendar(home, "weekly on monday at 00:00"))
    assert fires(weekly, "2026-03-20T12:00", "2026-04-06T12:00") == [
        "Mon 2026-03-23T00:00",
        "Sun 2026-03-29T23:00",  # Monday 30 March 00:00 in London
        "Sun 2026-04-05T23:00",
    ]
    sunday = NextSlot(calendar(home, "weekly on sunday at 01:30"))
    assert fires(sunday, "2026-10-23T12:00", "2026-10-27T12:00") == ["Sun 2026-10-25T00:30"]
    assert fires(sunday, "2026-03-27T12:00", "2026-03-31T12:00") == ["Sun 2026-03-29T01:30"]
    daily = NextSlot(calendar(home, "daily at 01:30"))
    for first, last in (("2026-10-20T12:00", 7), ("2026-03-26T12:00", 7)):
        until = utc(first) + timedelta(days=last)
        assert len(fires(daily, first, until.replace(tzinfo=None).isoformat())) == last


def test_an_alarm_that_is_off_is_noticed(lite: MakeRuns) -> None:
    """It sleeps by another clock than the one that jumps, so each look compares the two."""
    alarm = Alarm(calendar(lite().path, "weekly on monday at 06:00"))
    try:
        now = datetime.now(UTC)
        assert not alarm.is_off(now)
        assert alarm.is_off(now + timedelta(days=8))
        assert alarm.is_off(now - timedelta(days=8))
    finally:
        alarm.stop()


def test_the_alarm_is_never_forgotten(lite: MakeRuns) -> None:
    """A trigger without a next time is dropped by its scheduler; this one has always one."""
    home = lite().path
    trigger = NextSlot(calendar(home, "weekly on monday at 06:00"))
    (home / CONFIGURED).write_text("evry = 1")
    now = utc("2026-03-20T12:00")
    assert trigger.get_next_fire_time(None, now) > now
    calendar(home, "daily at 13:00")
    assert trigger.get_next_fire_time(None, now) == utc("2026-03-20T13:00")  # as configured now
