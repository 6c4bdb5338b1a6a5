"""Databases that are full, held or damaged: told, nothing partial, and no fault is counted."""

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, make_url, text

from tests.archive.conftest import MakeRuns
from tests.archive.small import Runs, make_home, rows, utc
from viperreport import database
from viperreport.archive.states import State
from viperreport.errors import ViperReportError

MONDAY = "weekly/all/2016-05-29"
DUE, LATER = "2016-05-30T05:00:05", "2016-05-30T05:10"
Hold = Callable[[Path, float], None]


def recovers(home: Runs) -> None:
    """Expect the next run to file Monday's edition, as if nothing had been."""
    assert home.run(LATER).code == 0, home.said
    (edition,) = home.ledger().editions
    assert (str(edition.key), edition.state) == (MONDAY, State.FILED)
    assert (edition.tries, edition.same, edition.fault) == (0, 0, "")
    assert home.findings() == []
    assert list((home.path / "output/editions").rglob(".*")) == []


def tried(home: Runs, at: str) -> int:
    """The exit code of a run, however it ends."""
    try:
        return home.run(at).code
    except ViperReportError as error:
        home.lines.append(str(error))
        return error.exit_code


def damage(file: Path, table: str) -> None:
    """Overwrite the page on which a table of a real database begins."""
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (size,) = connection.execute("PRAGMA page_size").fetchone()
        (page,) = connection.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)
        ).fetchone()
    with file.open("r+b") as opened:
        opened.seek((page - 1) * size)
        opened.write(os.urandom(size))


@pytest.mark.parametrize("table", ["versions", "loads", "meta"])
def test_a_damaged_page_of_the_evidence(lite: MakeRuns, table: str) -> None:
    """Told by the file's name, exit 3, nothing filed; any number of runs count for nothing."""
    home = lite()
    home.run()
    evidence = home.path / "output/state/evidence.db"
    shutil.copy(evidence, home.path / "kept.db")
    damage(evidence, table)
    assert [tried(home, f"2016-05-30T05:0{minute}:05") for minute in range(5)] == [3] * 5
    said = home.said + "".join(home.lines)
    assert f"{evidence}: the store cannot be used" in said
    assert "put it back from a backup" in said
    assert home.pdfs() == []
    shutil.copy(home.path / "kept.db", evidence)
    recovers(home)


def test_a_damaged_page_while_an_edition_is_under_way(lite: MakeRuns) -> None:
    """One that was claimed before the damage is still to be made after it."""
    home = lite(more='wait_for_data = "11:00"', coverage='coverage = "newest-record"')
    home.run(DUE)
    assert home.states() == [(MONDAY, State.WAITING)]
    evidence = home.path / "output/state/evidence.db"
    shutil.copy(evidence, home.path / "kept.db")
    damage(evidence, "versions")
    assert [tried(home, f"2016-05-30T05:1{minute}") for minute in range(5)] == [3] * 5
    shutil.copy(home.path / "kept.db", evidence)
    (edition,) = home.ledger().editions
    assert (edition.state, edition.tries, edition.same) == (State.WAITING, 0, 0)
    home.run("2016-05-30T05:20")
    assert home.states() == [(MONDAY, State.WAITING)]
    assert "evidence.db: the store cannot be used" in home.said


@pytest.mark.parametrize("table", ["editions", "events", "meta"])
def test_a_damaged_page_of_the_ledger(lite: MakeRuns, table: str) -> None:
    """Refused by the file's name, exit 3, nothing made; put back, it goes on from there."""
    home = lite()
    home.run()
    ledger = home.path / "output/state/ledger.db"
    shutil.copy(ledger, home.path / "kept.db")
    damage(ledger, table)
    assert tried(home, DUE) == 3
    assert f"{ledger}: the store cannot be used" in home.said + "".join(home.lines)
    assert home.pdfs() == []
    shutil.copy(home.path / "kept.db", ledger)
    recovers(home)


@contextmanager
def small_disk(place: Path) -> Iterator[None]:
    """Let a directory lie on a disk of a megabyte or two, nearly full."""
    kept = place.with_name("aside")
    place.rename(kept)
    place.mkdir()
    size = sum(file.stat().st_size for file in kept.rglob("*") if file.is_file())
    asked = ["mount", "-t", "tmpfs", "-o", f"size={size + 500_000}", "tmpfs", str(place)]
    if subprocess.run(asked, capture_output=True, check=False).returncode:
        pytest.skip("may not mount a small disk here")
    try:
        shutil.copytree(kept, place, dirs_exist_ok=True)
        yield
    finally:
        shutil.copytree(place, kept, dirs_exist_ok=True)
        subprocess.run(["umount", str(place)], check=True)
        place.rmdir()
        kept.rename(place)


def fill(place: Path) -> Path:
    """Take what is left of a disk."""
    filler = place / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"\0" * 4_096)
        except OSError:
            return filler


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root mounts")
@pytest.mark.parametrize("part", ["output/state", "output/editions"])
def test_a_real_disk_that_is_full(lite: MakeRuns, part: str) -> None:
    """Of the databases, or of the archive: exit 5 and its name; once it has room all is well."""
    home = lite()
    home.run()
    (home.path / "output/editions").mkdir(exist_ok=True)
    with small_disk(home.path / part):
        filler = fill(home.path / part)
        assert tried(home, DUE) == 5
        assert str(home.path / part) in home.said + "".join(home.lines)
        assert home.pdfs() == []
        filler.unlink()
        recovers(home)


@contextmanager
def written_to(file: Path) -> Iterator[None]:
    """Let another connection be writing to a database, as a load under way does."""
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("ROLLBACK")


def test_a_load_that_takes_longer_than_any_patience(
    lite: MakeRuns, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Told, exit 8, nothing claimed; it passes, and counts for nothing."""
    home = lite()
    home.run()
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.05)
    with written_to(home.path / "output/state/evidence.db"):
        assert home.run(DUE).code == 8
    assert home.states() == []
    assert "another process has been writing to it for long: try again" in home.said
    recovers(home)


HOLDS = """\
import sqlite3, sys, time
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("held", flush=True)
time.sleep(float(sys.argv[2]))
connection.execute("ROLLBACK")
"""


@pytest.fixture
def hold() -> Iterator[Hold]:
    """Lets another process hold a database's write lock for some seconds."""
    started: list[subprocess.Popen[str]] = []

    def holding(file: Path, seconds: float) -> None:
        command = [sys.executable, "-c", HOLDS, str(file), str(seconds)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        started.append(process)
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"

    yield holding
    for process in started:
        process.communicate(timeout=60)


@pytest.mark.parametrize("seconds", [7, pytest.param(15, marks=pytest.mark.slow)])
def test_a_run_waits_for_whoever_writes(lite: MakeRuns, hold: Hold, seconds: int) -> None:
    """Longer than SQLite waits by itself: the run ends with 0, and nobody hears of a lock."""
    home = lite()
    home.run()
    hold(home.path / "output/state/evidence.db", seconds)
    assert home.run(DUE).code == 0
    assert home.states() == [(MONDAY, State.FILED)]
    assert "locked" not in home.said + "".join(home.lines)
    assert home.heard.messages == []


@pytest.fixture
def small_server(postgresql_url: str) -> Iterator[tuple[Path, str]]:
    """A database of a real server on a disk of its own that can be filled, and its URL."""
    place, name = Path(tempfile.mkdtemp(prefix="viperreport-disk-")), f"t{uuid4().hex}"
    asked = ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(place)]
    if subprocess.run(asked, capture_output=True, check=False).returncode:
        pytest.skip("may not mount a small disk here")
    place.chmod(0o755)
    engine = create_engine(postgresql_url, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            process = connection.execute(text("SELECT pg_backend_pid()")).scalar()
            inner = place / "data"
            inner.mkdir()
            os.chown(inner, Path(f"/proc/{process}").stat().st_uid, -1)
            connection.execute(text(f"CREATE TABLESPACE {name} LOCATION '{inner}'"))
            connection.execute(text(f"CREATE DATABASE {name} TABLESPACE {name}"))
        url = make_url(postgresql_url).set(database=name)
        yield place, url.render_as_string(hide_password=False)
        with engine.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
            connection.execute(text(f"DROP TABLESPACE {name}"))
    finally:
        engine.dispose()
        subprocess.run(["umount", "-l", str(place)], check=True)
        place.rmdir()


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root mounts")
def test_a_server_whose_disk_is_full(tmp_path: Path, small_server: tuple[Path, str]) -> None:
    """Called what it is, exit 5; the file that found no room is loaded by the next run."""
    disk, url = small_server
    home = Runs(
        make_home(tmp_path / "home"), utc("2016-05-27T12:00"), {"VIPERREPORT_DATABASE_URL": url}
    )
    home.deliver()
    home.run()
    filler = fill(disk)
    home.now = utc("2016-05-28T12:00")
    more = "".join(f"T{n},2016-05-{n % 26 + 1:02},North,0\n" for n in range(20_000))
    file = home.deliver(content=rows(date(2015, 1, 1), date(2016, 5, 27)) + more)
    assert tried(home, "2016-05-28T12:00") == 5
    assert "No space left on device" in home.said + "".join(home.lines)
    assert "cannot be written" in home.said + "".join(home.lines)
    filler.unlink()
    assert home.run("2016-05-28T12:10").loaded == (f"inbox/{file.name}",)
