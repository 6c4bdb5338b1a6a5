"""Processes of the program that find its libraries imported already.

Four fifths of what a short command costs are imports, and the suite starts hundreds of them. So a
process apart imports everything once and waits; each command is a fork of it: a process of its own,
with its own directory, environment, files and exit code, which ends as Python ends. What such a
process cannot show is shown by those that start cold: which libraries a verb imports
(test_imports.py), the program as it is installed (test_demo.py), signals and torn pipes.
"""

import atexit
import contextlib
import functools
import gc
import importlib
import json
import os
import pkgutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MODULE = (sys.executable, "-m", "viperreport")
CODE = (sys.executable, "-c")
_ROOT = Path(__file__).parents[2]
_OF_THE_INTERPRETER = ("PYTHON", "LC_", "LANG", "TZ", "LD_", "MALLOC")
_DOOR = ("viperreport.cli.", "viperreport.daemon", "viperreport.__main__")
_LANGUAGE = {"LANG": "C.UTF-8"}


@dataclass(frozen=True)
class Ran:
    """How a command ended, and what it said."""

    code: int
    out: bytes
    err: bytes


def can_run(program: tuple[str, ...], env: Mapping[str, str]) -> bool:
    """Whether a fork is the same as a new process: nothing is asked of the interpreter itself."""
    asked = {name: env[name] for name in env if name.startswith(_OF_THE_INTERPRETER)}
    return asked == _LANGUAGE and (program == MODULE or program[:2] == CODE)


def run(command: list[str | bytes], cwd: Path, env: Mapping[str, str], timeout: float) -> Ran:
    """Run one command in a fork and wait for it.

    Raises:
        TimeoutExpired: it took too long, and was killed.
    """
    return _server().run(command, cwd, env, timeout)


@functools.cache
def _server() -> "_Server":
    return _Server()


class _Server:
    """The process that waits, as its client sees it."""

    def __init__(self) -> None:
        ours, theirs = socket.socketpair()
        self._socket, self._answers = ours, ours.makefile("r", encoding="utf-8")
        environment = {**_LANGUAGE, "PATH": os.environ["PATH"], "PYTHONPATH": str(_ROOT)}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.cli.warm", str(theirs.fileno())],
            env=environment,
            stdin=subprocess.DEVNULL,
            pass_fds=(theirs.fileno(),),
        )
        theirs.close()
        atexit.register(self._end)

    def run(
        self, command: list[str | bytes], cwd: Path, env: Mapping[str, str], timeout: float
    ) -> Ran:
        """See the function `run`."""
        (out, out_end), (err, err_end) = os.pipe(), os.pipe()
        asked = {
            "command": [os.fsdecode(each) for each in command],
            "cwd": str(cwd),
            "env": dict(env),
        }
        content = json.dumps(asked).encode()
        head = len(content).to_bytes(4, "big")
        socket.send_fds(self._socket, [head], [out_end, err_end])
        self._socket.sendall(content)
        os.close(out_end)
        os.close(err_end)
        number, overdue = int(self._answers.readline()), threading.Event()
        timer = threading.Timer(timeout, _kill, (number, overdue))
        timer.start()
        said, told = _read_both(out, err)
        code = int(self._answers.readline())
        timer.cancel()
        if overdue.is_set():
            raise subprocess.TimeoutExpired(command, timeout, said, told)
        return Ran(code, said, told)

    def _end(self) -> None:
        self._socket.close()
        self._answers.close()
        self._process.wait()


def _kill(number: int, overdue: threading.Event) -> None:
    overdue.set()
    with contextlib.suppress(ProcessLookupError):
        os.kill(number, signal.SIGKILL)


def _read_both(*ends: int) -> tuple[bytes, ...]:
    """All that two pipes give, read at once: a full one must not stop the other."""
    found: dict[int, bytes] = {}

    def read(end: int) -> None:
        with open(end, "rb") as pipe:
            found[end] = pipe.read()

    threads = [threading.Thread(target=read, args=(end,)) for end in ends]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return tuple(found[end] for end in ends)


# From here on: what runs in the process that waits, and in its forks.


def _import_all() -> None:
    """Import what any verb imports, but not the door: a test may put another clock into it."""
    import viperreport

    for each in pkgutil.walk_packages(viperreport.__path__, "viperreport."):
        if not each.name.startswith(_DOOR):
            importlib.import_module(each.name)
    for name in ("sqlalchemy.dialects.sqlite", "pyarrow", "python_calamine", "typer"):
        importlib.import_module(name)
    assert not [name for name in sys.modules if name.startswith(_DOOR)]


def _serve(client: socket.socket) -> dict[str, Any] | None:
    """Fork for each command that is asked for; in the fork, give the command."""
    while True:
        head, ends, _, _ = socket.recv_fds(client, 4, 2)
        if not head:
            return None
        content = b""
        while len(content) < int.from_bytes(head, "big"):
            content += client.recv(1 << 20)
        number = os.fork()
        if not number:
            client.close()
            for given, own in zip(ends, (1, 2), strict=True):
                os.dup2(given, own)
                os.close(given)
            asked: dict[str, Any] = json.loads(content)
            return asked
        for end in ends:
            os.close(end)
        client.sendall(f"{number}\n".encode())
        _, status = os.waitpid(number, 0)
        client.sendall(f"{os.waitstatus_to_exitcode(status)}\n".encode())


def _become(command: list[str], cwd: str, env: Mapping[str, str]) -> None:
    """Be what Python would be, had it been started so."""
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(env)
    sys.path.remove(str(_ROOT))
    sys.path[0] = cwd if command[1] == "-m" else ""
    _, how, what, *arguments = command
    sys.modules["__main__"].__package__ = "viperreport" if how == "-m" else None
    sys.argv = [how if how == "-c" else _main_file(), *arguments]
    if how == "-c":
        exec(compile(what, "<string>", "exec"), {"__name__": "__main__"})  # noqa: S102
    else:
        from viperreport.__main__ import main

        main()


def _main_file() -> str:
    import viperreport

    return str(Path(*viperreport.__path__) / "__main__.py")


def _wait_and_become(descriptor: int) -> None:
    _import_all()
    gc.freeze()
    asked = _serve(socket.socket(fileno=descriptor))
    if asked is not None:
        _become(**asked)


def commands(arguments: Iterable[str | Path | bytes], program: Iterable[str]) -> list[str | bytes]:
    """A command as `run` takes it."""
    return [*program, *(each if isinstance(each, bytes) else str(each) for each in arguments)]


if __name__ == "__main__":
    _wait_and_become(int(sys.argv[1]))
