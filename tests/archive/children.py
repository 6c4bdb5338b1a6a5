"""Processes that run in a home and are killed at one of their durable steps.

This module is a program: it loads everything once, and for each line of its input forks the runs
that the line asks for, waits for them, and prints how they ended. A durable step is a call that
makes a file durable or puts it in its place, or the commit of a transaction; where asked for, the
steps of a message count too, and of those the last two are after it has left. A run that is to be
killed at its n-th step gets a real SIGKILL just before it.
"""

import json
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Engine, event

from tests.archive.small import Runs, utc
from viperreport.channels.handing_over import Session
from viperreport.channels.smtp_client import Client
from viperreport.errors import ViperReportError

_STEPS = ("fsync", "rename", "replace", "link")
OFFER, LEAVE, CONTENT, SENT, TAKEN = (
    f"mail {step}" for step in ("offer", "leave", "content", "sent", "taken")
)  # before MAIL FROM, DATA and the content; before its answer is read, and once it was
_ARRIVES = 0.1  # seconds: for the server to have what was sent, before its sender is gone
_STOPPED = 0.2  # seconds


class Steps:
    """Counts a process's durable steps, and ends it at one of them.

    Args:
        last: the number, from 1, before which the process dies; 0 for none.
        pause: the number before which it is stopped, until somebody lets it go on; 0 for none.
        cut: the number before which the session that holds the lock is ended by the server.
        url: of that server.
    """

    def __init__(self, last: int, pause: int = 0, cut: int = 0, url: str = "") -> None:
        self.last = last
        self.pause = pause
        self.cut = cut
        self.url = url
        self.name = ""
        self.names: list[str] = []
        for name in _STEPS:
            setattr(os, name, self._counted(name, getattr(os, name)))
        event.listen(Engine, "before_cursor_execute", self._statement)
        event.listen(Engine, "commit", lambda _connection: self.step("commit"))

    def count_mail(self, last: str = "") -> None:
        """Count the steps of each message too.

        Args:
            last: the process also dies before the first step of that name; empty for none.
        """
        self.name = last
        self._around(Session, "offer", OFFER)
        self._around(Session, "hand_over", LEAVE, TAKEN)
        self._around(Client, "send_content", CONTENT, SENT)

    def _around(self, owner: type, name: str, before: str, after: str = "") -> None:
        really = getattr(owner, name)

        def counted(*arguments: Any) -> None:  # noqa: ANN401 - whatever it takes
            self.step(before)
            really(*arguments)
            if after:
                self.step(after)

        setattr(owner, name, counted)

    def step(self, name: str) -> None:
        """One step is to be done."""
        self.names.append(name)
        if len(self.names) == self.cut:
            _cut(self.url)
        if len(self.names) == self.pause:
            os.kill(os.getpid(), signal.SIGSTOP)
        if len(self.names) == self.last or (self.name and name == self.name):
            time.sleep(_ARRIVES if name == SENT else 0)
            os.kill(os.getpid(), signal.SIGKILL)

    def _counted(self, name: str, really: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*arguments: Any, **named: Any) -> Any:  # noqa: ANN401 - whatever os takes
            self.step(f"{name} {_of(arguments)}".rstrip())
            return really(*arguments, **named)

        return counted

    def _statement(self, *arguments: Any) -> None:  # noqa: ANN401 - as SQLAlchemy gives them
        if arguments[2] == "COMMIT":
            self.step("commit")


def _cut(url: str) -> None:
    """End this process's session that holds the lock, and wait until it has ended."""
    import psycopg

    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as session:
        session.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity JOIN pg_locks "
            "USING (pid) WHERE locktype = 'advisory' AND application_name = %s",
            [os.environ["PGAPPNAME"]],
        )


def _of(arguments: tuple[Any, ...]) -> str:
    """The name of the file that a step is about, without what is random in it."""
    names = [str(each).rpartition("/")[2] for each in arguments if not isinstance(each, int)]
    return names[-1] if names else ""


def child(asked: dict[str, Any], out: Path) -> int:
    """One run, in a process of its own."""
    os.environ["PGAPPNAME"] = f"run {os.getpid()}"  # by which the server tells its sessions
    url = asked.get("environ", {}).get("VIPERREPORT_DATABASE_URL", "")
    steps = Steps(asked.get("kill", 0), asked.get("stop", 0), asked.get("cut", 0), url)
    if asked.get("mail"):
        steps.count_mail(asked.get("kill_at", ""))
    home = Runs(Path(asked["home"]), utc(asked["at"]), asked.get("environ", {}))
    time.sleep(asked.get("later", 0))
    try:
        code = _done(home, asked)
    except ViperReportError as error:
        code = error.exit_code
        home.lines.append(str(error))
    except BaseException:  # noqa: BLE001 - the parent has to know
        code = 99
        home.lines.append(traceback.format_exc())
    out.write_text(json.dumps({"code": code, "steps": steps.names, "lines": home.lines}))
    return code


def _done(home: Runs, asked: dict[str, Any]) -> int:
    if "prune" in asked:
        return len(home.prune(asked["prune"]).odd)
    if "adopt" in asked:
        home.adopt()
        return 0
    return home.run(**asked.get("asked", {})).code


class Signal(NamedTuple):
    """A signal that a process gets from outside, whatever it is about then."""

    at: float  # by time.monotonic()
    process: int
    number: int


def _given(plan: list[Signal], alive: set[int]) -> list[Signal]:
    """Give the signals that are due; those that are left."""
    due = [each for each in plan if each.at <= time.monotonic()]
    for each in due:
        if each.process in alive:
            os.kill(each.process, each.number)
    return [each for each in plan if each not in due]


def awaited(processes: list[int], plan: list[Signal], patient: frozenset[int]) -> dict[int, int]:
    """Wait for all, giving each its signals; how they ended.

    One that is stopped goes on after a moment, as on a machine that was suspended; one that is
    patient goes on when all others have ended.
    """
    alive, ended, paused = set(processes), dict[int, int](), set[int]()
    while alive:
        plan = _given(plan, alive)
        for process in sorted(alive):
            found, status = os.waitpid(process, os.WNOHANG | os.WUNTRACED)
            if found and os.WIFSTOPPED(status) and process in patient:
                paused.add(process)
            elif found and os.WIFSTOPPED(status):
                plan.append(Signal(time.monotonic() + _STOPPED, process, signal.SIGCONT))
            elif found:
                ended[process] = status
                alive.remove(process)
        if paused and alive <= paused:
            plan += [Signal(0.0, process, signal.SIGCONT) for process in paused]
            paused.clear()
        time.sleep(0.005)
    return ended


def main() -> None:
    """Serve lines until the input ends."""
    for line in sys.stdin:
        asked = json.loads(line)
        started = []
        for number, each in enumerate(asked["runs"]):
            out = Path(asked["out"]) / f"{number}.json"
            out.unlink(missing_ok=True)
            if not (process := os.fork()):
                os._exit(child(each, out) and 1)
            started.append((process, out))
        plan = [
            Signal(time.monotonic() + each[f"{name}_after"], process, number)
            for each, (process, _) in zip(asked["runs"], started, strict=True)
            for name, number in (("kill", signal.SIGKILL), ("stop", signal.SIGSTOP))
            if f"{name}_after" in each
        ]
        patient = frozenset(
            process
            for each, (process, _) in zip(asked["runs"], started, strict=True)
            if each.get("patient")
        )
        statuses = awaited([process for process, _ in started], plan, patient)
        ended = []
        for process, out in started:
            said = json.loads(out.read_text()) if out.exists() else {}
            ended.append(said | {"killed": os.WIFSIGNALED(statuses[process])})
        sys.stdout.write(json.dumps(ended) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
