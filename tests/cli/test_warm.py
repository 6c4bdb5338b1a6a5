"""A fork of the program says and does what a process started anew does."""

import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import CUT_OFF, viperreport

ASKS = """\
import json, os, sys, viperreport
print(json.dumps([sys.argv, os.getcwd(), dict(os.environ), sys.path[0], __name__]))
sys.exit(int(sys.argv[1]))
"""


@pytest.mark.parametrize(
    "command",
    ["--help", "biuld", "export --format xml", f"build --cut-off {CUT_OFF} -o -", "loads"],
)
def test_a_fork_is_as_good_as_a_new_process(home: Path, command: str) -> None:
    """The same exit code and the same bytes, on both outputs."""
    anew, fork = (viperreport(*command.split(), cwd=home, cold=cold) for cold in (True, False))
    assert fork == anew


def test_a_fork_finds_what_it_was_given(tmp_path: Path) -> None:
    """Its arguments, its directory and its environment, and nothing of the one that waits."""
    program = (sys.executable, "-c", ASKS, "7")
    anew, fork = (viperreport(cwd=tmp_path, program=program, cold=cold) for cold in (True, False))
    assert fork == anew
    assert fork.code == 7


def test_a_fork_may_fail_or_hang(tmp_path: Path) -> None:
    """A fault ends with its traceback; what hangs is killed, and the next is none the worse."""
    for code, said in (("raise KeyError('x')", "KeyError: 'x'"), ("import os; os.abort()", "")):
        ended = viperreport(cwd=tmp_path, program=(sys.executable, "-c", code))
        assert ended.code == (1 if said else -6)
        assert said in ended.err
    program = (sys.executable, "-c", "import time; time.sleep(99)")
    with pytest.raises(subprocess.TimeoutExpired):
        viperreport(cwd=tmp_path, program=program, timeout=0.5)
    assert viperreport("--version", cwd=tmp_path).done().said.startswith("viperreport ")
