"""One run at a time, by a lock that dies with its process."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.archive.conftest import MakeRuns
from tests.archive.small import Runs, close
from viperreport.archive.lock import locked, refuse_network
from viperreport.errors import BusyError, ConfigError

HOLD = """\
import json, sys, time
from pathlib import Path
from tests.archive.small import Runs, utc
from viperreport.verbs.running import held_ledger
home = Runs(Path(sys.argv[1]), utc("2016-05-27T12:00"), json.loads(sys.argv[2])).home()
with held_ledger(home, "holder", 5):
    print("held", flush=True)
    time.sleep(120)
"""


def _holder(home: Runs) -> subprocess.Popen[str]:
    import json

    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(home.path), json.dumps(dict(home.environ))],
        cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_the_lock_dies_with_its_process(runs: MakeRuns) -> None:
    """While it is held a run waits as it was told, then exit 8; after SIGKILL it is free."""
    home = runs()
    process = _holder(home)
    try:
        began = time.monotonic()
        with pytest.raises(BusyError, match="another run has been at work"):
            home.run(wait=0.3)
        assert 0.3 <= time.monotonic() - began < 10
        assert BusyError.exit_code == 8
        os.kill(process.pid, signal.SIGSTOP)  # one that hangs holds it still
        with pytest.raises(BusyError):
            home.run(wait=0.1)
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.communicate(timeout=60)
    assert home.run(wait=10).code == 0


def test_one_that_waits_goes_on_when_the_other_ends(runs: MakeRuns) -> None:
    """A run that begins while another is at work does its own pass after it."""
    home = runs()
    process = _holder(home)
    waiter = f"import os, time; time.sleep(1); os.kill({process.pid}, 9)"
    killer = subprocess.Popen([sys.executable, "-c", waiter])
    assert home.run("2016-05-30T05:00:05", wait=60).code == 0
    killer.wait(timeout=60)
    process.communicate(timeout=60)
    assert len(home.pdfs()) == 1


def test_a_session_that_is_lost_writes_no_more(runs: MakeRuns) -> None:
    """On a server the ledger is written on the lock's own session: without it nothing is."""
    from sqlalchemy import create_engine, text

    from viperreport.archive.events import Stamp
    from viperreport.archive.ledger import Ledger
    from viperreport.errors import UnreachableError

    home = runs()
    home.run()
    if not home.environ:
        pytest.skip("a file's lock cannot be lost while its process lives")
    opened = home.home()
    end = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"
    with locked(opened.ledger, home.path / "output/state", opened.identity.id, 1) as connection:
        ledger = Ledger(connection, opened.identity.id, Stamp("lost", lambda: home.now))
        other = create_engine(home.environ["VIPERREPORT_DATABASE_URL"])
        with other.connect() as session:
            session.execute(text(end))
        other.dispose()
        with pytest.raises(UnreachableError):
            ledger.believe(home.now)
    close(opened)


MOUNTS = """\
22 1 254:0 / / rw,relatime - ext4 /dev/vda rw
30 22 0:44 / /srv rw - nfs4 server:/srv rw
31 30 0:45 / /srv/local rw - ext4 /dev/vdb rw
32 22 0:46 / /mnt/with\\040space rw - cifs //server/share rw
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [("/srv/home", "nfs4"), ("/mnt/with space/home", "cifs"), ("/srv/local/x", ""), ("/home", "")],
)
def test_a_network_file_system_is_refused(path: str, kind: str) -> None:
    """By the innermost mount; the message says what to do instead."""
    if not kind:
        refuse_network(Path(path), MOUNTS)
        return
    with pytest.raises(ConfigError, match=rf"network file system \({kind}\).*PostgreSQL"):
        refuse_network(Path(path), MOUNTS)
