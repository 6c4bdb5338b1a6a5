"""An adoption that is killed: the next one ends it, and no filed edition is held to be lost."""

import shutil
from pathlib import Path

import pytest

from tests.archive.conftest import MakeRuns
from tests.archive.small import Runs, utc
from tests.archive.test_kill import Server, asked, server
from viperreport.archive.states import State

__all__ = ["server"]
FILED = ("weekly/all/2016-05-22", "weekly/all/2016-05-29")
AT = "2016-06-06T05:10"
OWN = ("ledger.db", "ledger.db-wal", "ledger.db-shm")


def put_back(home: Runs, kept: Path) -> Runs:
    """File two editions, withdraw one and put the ledger back from before them; a third is due."""
    home.run("2016-05-18T12:00")
    state = home.path / "output/state"
    shutil.copytree(state, kept)
    for at in ("2016-05-23T05:00:05", "2016-05-30T05:00:05"):
        home.now = utc(at)
        home.deliver()
        home.run()
    home.withdraw(FILED[0])
    assert len(home.pdfs()) == 2
    for name in OWN:
        (state / name).unlink(missing_ok=True)
        if (kept / name).exists():
            shutil.copy(kept / name, state / name)
    home.now = utc(AT)
    return home


def as_before(home: Runs, kept: Path) -> None:
    """Put the whole home back as it was."""
    shutil.rmtree(home.path)
    shutil.copytree(kept, home.path)


@pytest.mark.parametrize("steps", ["commit", pytest.param("", marks=pytest.mark.slow)])
def test_killed_at_a_step(server: Server, lite: MakeRuns, tmp_path: Path, steps: str) -> None:
    """SIGKILL before each: a second adoption ends the first, and nothing is lost by it."""
    home = put_back(lite(at="2016-05-18T12:00"), tmp_path / "first")
    kept = tmp_path / "kept"
    shutil.copytree(home.path, kept)
    (ended,) = server.start([asked(home, at=AT, adopt=True)])
    assert ended["code"] == 0, ended["lines"]
    names, settled = ended["steps"], home.states()
    assert settled[:2] == [(name, State.FILED) for name in FILED]
    assert [state for _, state in settled[2:]] == [State.SKIPPED]
    assert names.count("commit") >= 8, names
    for step, name in enumerate(names, 1):
        if not name.startswith(steps):
            continue
        as_before(home, kept)
        (ended,) = server.start([asked(home, at=AT, adopt=True, kill=step)])
        assert ended["killed"], (step, ended)
        home.adopt()
        assert home.states() == settled, step
        assert home.run().code == 0
        assert home.findings() == [], step
        assert list(home.ledger().standings) == [FILED[0]], step
