"""What a killed run put in the archive, and no run will file any more, is swept; nothing else."""

import shutil

import pytest

from tests.archive.conftest import MakeRuns
from tests.archive.small import Runs, utc
from tests.archive.test_kill import MONDAY, Server, asked, server
from viperreport.archive.states import State, Verb

__all__ = ["server"]
PDF = "weekly/all/2016/weekly_all_2016-05-29.pdf"
RECORDS = PDF.replace(".pdf", ".records.csv")


@pytest.fixture
def killed(server: Server, lite: MakeRuns) -> Runs:
    """A home whose files of Monday are durable, and not in the ledger."""
    home = lite()
    home.run()
    kept = home.path.parent / "kept"
    shutil.copytree(home.path, kept)
    (ended,) = server.start([asked(home)])
    put = next(n for n, name in enumerate(ended["steps"], 1) if name.startswith(f"link {PDF[16:]}"))
    noted = next(n for n, name in enumerate(ended["steps"], 1) if n > put and name == "commit")
    shutil.rmtree(home.path)
    shutil.copytree(kept, home.path)
    (ended,) = server.start([asked(home, kill=noted)])
    assert ended["killed"]
    assert home.pdfs() == [PDF]
    home.now = utc("2016-05-30T05:10")
    return home


def test_after_a_skip(killed: Runs) -> None:
    """Its edition is settled: the next run removes what was put for it, and says so."""
    killed.obey(Verb.SKIP, MONDAY)
    stray = killed.archive / PDF.replace("05-29", "05-28")
    stray.write_bytes(b"somebody's own")
    assert PDF in dict(killed.findings())
    assert killed.run().code == 0
    assert killed.states() == [(MONDAY, State.SKIPPED)]
    assert [about for about, _ in killed.findings()] == [str(stray.relative_to(killed.archive))]
    swept = [line for line in killed.lines if "leftover" in line]
    assert len([line for line in swept if PDF in line]) == 1
    assert not (killed.archive / RECORDS).exists()


def test_what_is_still_to_be_made_is_replaced(killed: Runs) -> None:
    """A run that goes on files the edition; afterwards nothing is swept."""
    assert killed.run().code == 0
    assert killed.run("2016-05-30T05:20").code == 0
    assert (killed.pdfs(), killed.findings()) == ([PDF], [])


def test_what_may_have_been_filed_stays(killed: Runs) -> None:
    """An edition that `adopt` presumes sent keeps its file: the ledger lost what it knew of it."""
    (killed.path / "output/state/witness.json").unlink()
    killed.adopt()
    assert killed.states() == [(MONDAY, State.SKIPPED)]
    assert killed.run("2016-05-30T05:20").code == 0
    assert killed.pdfs() == [PDF]
    assert PDF in dict(killed.findings())
