"""Waits for the next slot and starts `viperreport run` as a child with a deadline.

It holds no truth: what is due, and what became of it, is in the ledger, and every child asks there.
The alarm clock only makes a child start to the second; without it, or with a clock that jumps, one
starts within minutes. APScheduler enters here alone, for that alarm clock. Source: "The daemon" in
docs/operating.md.
"""

import json
import os
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event
from time import monotonic

from apscheduler.executors.debug import DebugExecutor
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.base import BaseTrigger

from viperreport.errors import ViperReportError
from viperreport.pipeline import Home, open_home, waiting_files
from viperreport.verbs.agenda import next_runs
from viperreport.verbs.health import say_unwell
from viperreport.verbs.stopping import Stop, Stopped
from viperreport.verbs.telling import Log

_CONFIGURED = ("config", "templates")
_SECRETS = ".env"
_JOB = "slot"
_LATER = timedelta(hours=1)  # the alarm is set anew long before
_UNTOLD = {1: "a fault of the program", 2: "it was called in a wrong way"}  # codes of a child


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How long things take, in seconds that no clock's change can shorten or lengthen.

    Args:
        tick: at most between two looks at clock and files.
        every: at most between two children.
        deadline: for a child to end: 15 minutes of work, and the ten that RFC 5321 gives a server
            to say whether it took a message: one that is not waited for may be sent twice.
        grace: for a child to end in order, once it is asked to; then it is killed.
    """

    tick: float = 30
    every: float = 300
    deadline: float = 900 + 600
    grace: float = 8


class Calendar:
    """The slots of a home, as it is configured now."""

    def __init__(self, path: Path, environ: Mapping[str, str]) -> None:
        self._path = path
        self._environ = environ
        self.home: Home | None = None

    def read(self) -> None:
        """Read the configuration; one with faults has no slots, and the next child tells why."""
        try:
            self.home = open_home(self._path, self._environ, lambda: datetime.now(UTC))
        except (ViperReportError, OSError):
            self.home = None

    def next_slot(self, now: datetime) -> datetime | None:
        """The next slot of all briefings; None where the configuration has faults."""
        if self.home is None:
            return None
        (first, *_) = next_runs(self.home, "", 1, now)
        return first.instant


class NextSlot(BaseTrigger):  # type: ignore[misc]
    """Fires at the next slot of any briefing, as they are configured when it is asked."""

    def __init__(self, calendar: Calendar) -> None:
        self._calendar = calendar

    def get_next_fire_time(self, _previous: datetime | None, now: datetime) -> datetime:
        """The instant; never None, on which the scheduler would forget the job."""
        self._calendar.read()
        return self._calendar.next_slot(now) or now + _LATER


class Alarm:
    """Rings a bell at each slot.

    Attributes:
        bell: set when it rings.
    """

    def __init__(self, calendar: Calendar) -> None:
        self._calendar = calendar
        self.bell = Event()
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            executors={"default": DebugExecutor()},  # in its own thread: a bell takes no time
            jobstores={"default": MemoryJobStore()},
        )
        self._scheduler.add_job(
            self.bell.set, NextSlot(calendar), id=_JOB, misfire_grace_time=None, coalesce=True
        )
        self._scheduler.start()

    def is_off(self, now: datetime) -> bool:
        """Whether it is set to something else than the next slot: the clock has jumped."""
        wanted = self._calendar.next_slot(now)
        job = self._scheduler.get_job(_JOB)
        return wanted is not None and (job is None or job.next_run_time != wanted)

    def set_anew(self) -> None:
        """Set it by today's configuration and the clock as it is."""
        self._scheduler.reschedule_job(_JOB, trigger=NextSlot(self._calendar))

    def stop(self) -> None:
        """Let it ring no more."""
        self._scheduler.shutdown(wait=False)


class Daemon:
    """Starts a child whenever there may be something to do.

    Args:
        home: the directory.
        command: starts the program's `run`, with its result as JSON on standard output.
    """

    def __init__(
        self, home: Path, command: Sequence[str], log: Log, stop: Stop, rhythm: Rhythm
    ) -> None:
        self._path = home
        self._command = command
        self._log = log
        self._stop = stop
        self._rhythm = rhythm
        self._calendar = Calendar(home, os.environ)
        self._seen: frozenset[tuple[object, ...]] = frozenset()
        self._again: datetime | None = None

    def serve(self) -> None:
        """Go on until an end is asked for."""
        self._log.line("daemon", home=self._path, pid=os.getpid())
        alarm = Alarm(self._calendar)
        try:
            why = "start"
            while True:
                began = monotonic()
                alarm.set_anew()
                alarm.bell.clear()
                self._seen = self._signature()  # before the child: what comes later is news
                self._start(why)
                why = self._wait(alarm, began + self._rhythm.every)
        except Stopped:
            self._log.line("stopped", said="was asked to")
        finally:
            alarm.stop()

    def _wait(self, alarm: Alarm, until: float) -> str:
        """Wait until there may be something to do; gives why."""
        while True:
            with self._stop.anywhere():
                rung = alarm.bell.wait(max(0.0, min(self._rhythm.tick, until - monotonic())))
            now = self._log.clock()
            reasons = {
                "slot": rung,
                "again": self._again is not None and now >= self._again,
                "change": self._signature() != self._seen,
                "clock": alarm.is_off(now),
                "time": monotonic() >= until,
            }
            if found := next((why for why, holds in reasons.items() if holds), ""):
                return found

    def _signature(self) -> frozenset[tuple[object, ...]]:
        """The state of all files that a run reads anew: any change of it is news."""
        return frozenset(_state_of(path) for path in self._files())

    def _files(self) -> Iterator[Path]:
        yield self._path / _SECRETS
        for part in _CONFIGURED:
            yield from (self._path / part).rglob("*")
        if self._calendar.home is not None:
            sources = self._calendar.home.settings.sources
            yield from (file for _, file in waiting_files(self._calendar.home, sources))

    def _start(self, why: str) -> None:
        """Start a child and see it to its end."""
        began, self._again = monotonic(), None
        self._log.line("start", why=why)
        try:
            child = subprocess.Popen(  # noqa: S603 - our own program
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                process_group=0,  # so that it can be killed with all that it has started
            )
        except OSError as error:
            self._alarm(f"no run can be started: {error.strerror}")
            return
        said = self._see_through(child)
        self._log.line("ended", code=child.returncode, seconds=f"{monotonic() - began:.1f}")
        if said is not None:
            self._heed(child.returncode, said)

    def _see_through(self, child: "subprocess.Popen[bytes]") -> bytes | None:
        """Wait for a child's end; gives what it said, or None for one that took too long."""
        minutes = self._rhythm.deadline / 60
        try:
            with self._stop.anywhere():
                return child.communicate(timeout=self._rhythm.deadline)[0]
        except subprocess.TimeoutExpired:
            self._end(child)
            self._alarm(
                f"a run was not done after {minutes:g} minutes and was ended",
                "the next one goes on; where that is not enough, type: viperreport run",
            )
            return None
        except Stopped:
            self._end(child)
            raise

    def _alarm(self, said: str, step: str = "") -> None:
        """Tell what a child could not tell itself, by every way there is."""
        self._log.tell("daemon", said, step)
        say_unwell(self._path, os.environ, self._log)

    def _end(self, child: "subprocess.Popen[bytes]") -> None:
        """Ask a child to end in order, and kill it and all of its own if it does not."""
        child.terminate()
        try:
            child.communicate(timeout=self._rhythm.grace)
        except subprocess.TimeoutExpired:
            with suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
            child.wait()  # not for the end of its output, which one that left its group may hold
            self._log.line("killed", said="it did not end when it was asked to")

    def _heed(self, code: int, said: bytes) -> None:
        """Note when a child wants to be started again, and tell of one that could not itself."""
        if code < 0 or code in _UNTOLD:
            how = f"was ended by signal {-code}" if code < 0 else f"ended with {_UNTOLD[code]}"
            self._alarm(f"a run {how}", "see its log")
        with suppress(ValueError, TypeError, KeyError):
            self._again = datetime.fromisoformat(json.loads(said)["again"])


def _state_of(path: Path) -> tuple[object, ...]:
    try:
        found = path.stat()
    except OSError:
        return (path,)
    return (path, found.st_mtime_ns, found.st_size, found.st_ino)
