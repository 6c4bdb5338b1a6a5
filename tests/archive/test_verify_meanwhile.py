"""A run that files while `archive verify` looks is no tampering."""

import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.archive.conftest import MakeRuns
from tests.archive.test_kill import Server, asked, server
from viperreport.errors import BusyError
from viperreport.verbs.archived import verified
from viperreport.verbs.running import held_ledger

__all__ = ["server"]


def test_a_run_that_files_meanwhile(server: Server, lite: MakeRuns, tmp_path: Path) -> None:
    """It is stopped where its file stands and its ledger does not know: nothing is found."""
    home, kept = lite(), tmp_path / "kept"
    home.run()
    shutil.copytree(home.path, kept)
    (ended,) = server.start([asked(home)])
    names, pdf = ended["steps"], home.pdfs()[0].rpartition("/")[2]
    put = next(n for n, name in enumerate(names) if name == f"link {pdf}")
    noted = next(n for n, name in enumerate(names, 1) if n > put and name == "commit")
    shutil.rmtree(home.path)
    shutil.copytree(kept, home.path)
    with ThreadPoolExecutor(1) as pool:
        run = pool.submit(server.start, [asked(home, stop=noted)])
        while not home.pdfs() and not run.done():
            time.sleep(0.005)
        assert home.findings() == []
    assert run.result()[0]["code"] == 0


def test_findings_while_a_run_is_at_work(lite: MakeRuns) -> None:
    """What a run may explain is not told as tampering; afterwards it is."""
    home = lite()
    home.run("2016-05-30T05:00:05")
    (home.archive / "stray").touch()
    with home.opened() as opened:
        with (
            held_ledger(opened, "test", 1),
            pytest.raises(BusyError, match="1 findings, but a run"),
        ):
            verified(opened, "", wait=0.1)
        found, _ = verified(opened, "", wait=0.1)
    assert [each.about for each in found] == ["stray"]
