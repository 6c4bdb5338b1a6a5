"""A home is backed up while it is at work, restored whole or not at all, and moved to a server."""

import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect, text

from tests.archive.conftest import MakeRuns
from tests.archive.small import Runs, close, rows, utc
from viperreport.archive.edition_tables import METADATA as LEDGER
from viperreport.archive.states import State
from viperreport.archive.tables import migrate
from viperreport.database import open_engine, reading, sqlite_url, writing
from viperreport.errors import ConfigError, UsageError, VerificationError
from viperreport.verbs.archived import rebuilt
from viperreport.verbs.backups import Backup, back_up, read_backup, restore
from viperreport.verbs.running import held_ledger
from viperreport.verbs.stores import copy_store

NEXT = "2016-06-06T05:00:05"


def two(home: Runs) -> Runs:
    """File two editions."""
    home.run("2016-05-18T12:00")
    home.now = utc("2016-05-30T05:00:05")
    home.deliver()
    home.run()
    assert len(home.pdfs()) == 2
    return home


def backed_up(home: Runs, into: Path) -> Backup:
    """What the verb `backup` does."""
    opened = home.home()
    try:
        with held_ledger(opened, "test", 1) as ledger:
            return back_up(opened, ledger, into)
    finally:
        close(opened)


LOAD = """\
import sys
from datetime import UTC, datetime
from pathlib import Path
from tests.archive.small import Runs, utc
from viperreport.pipeline import load
runs = Runs(Path(sys.argv[1]), utc(sys.argv[2]))
home = runs.home()
print("begun", flush=True)
load(home, home.settings.source("shootings"), Path(sys.argv[3]))
"""
REPOSITORY = Path(__file__).parents[2]


def test_the_drill(runs: MakeRuns, tmp_path: Path) -> None:
    """Two editions, a backup, the home is lost: all is there again, and waits for `adopt`."""
    home = two(runs(at="2016-05-18T12:00"))
    filed = home.ledger()
    made = backed_up(home, tmp_path / "safe")
    assert {"config/viperreport.toml", "output/state/ledger.db"} <= {f.path for f in made.files}
    again = Runs(tmp_path / "again", home.now)
    shutil.rmtree(home.path)
    restore(tmp_path / "safe", again.path)
    (again.path / "inbox").mkdir()
    assert again.ledger() == filed
    assert again.findings() == []
    again.now = utc(NEXT)
    again.deliver()
    done = again.run()
    assert (done.code, len(again.pdfs())) == (3, 2)
    assert "was put back from a backup" in again.said
    again.adopt()
    again.now = utc("2016-06-13T05:00:05")
    again.deliver()
    again.run()
    states = [state for _, state in again.states()]
    assert states == [State.FILED, State.FILED, State.SKIPPED, State.FILED]
    assert again.findings() == []
    opened = again.home()
    assert len(rebuilt(opened, "weekly/all/2016-05-29")) == 64
    close(opened)


def test_a_home_restored_to_its_own_place_waits_too(lite: MakeRuns, tmp_path: Path) -> None:
    """What was made after the backup may be out, and nothing else could tell."""
    home = two(lite(at="2016-05-18T12:00"))
    backed_up(home, tmp_path / "safe")
    shutil.rmtree(home.path)
    restore(tmp_path / "safe", home.path)
    assert home.run("2016-05-30T06:00").code == 3


def test_a_backup_during_a_load(lite: MakeRuns, tmp_path: Path) -> None:
    """It neither waits for the load nor holds half of it."""
    home = two(lite(at="2016-05-18T12:00"))
    file = tmp_path / "many.csv"
    more = [f"M{number},2016-05-{1 + number % 28:02},North,0" for number in range(60_000)]
    file.write_text(rows(date(2015, 1, 1), date(2016, 5, 29)) + "\n".join(more) + "\n")
    load = subprocess.Popen(
        [sys.executable, "-c", LOAD, str(home.path), "2016-05-31T12:00", str(file)],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
    )
    assert load.stdout is not None
    load.stdout.readline()
    backed_up(home, tmp_path / "safe")
    load.stdout.close()
    assert load.wait(timeout=120) == 0
    restore(tmp_path / "safe", tmp_path / "again")
    engine = open_engine(sqlite_url(tmp_path / "again/output/state/evidence.db"))
    with reading(engine) as connection:
        held = connection.execute(text("SELECT count(*) FROM versions WHERE key LIKE 'M%'"))
        assert held.scalar() in {0, 60_000}
    engine.dispose()


def test_nothing_is_loaded_yet(lite: MakeRuns, tmp_path: Path) -> None:
    """A home on its first day can be backed up, and restored."""
    home = lite()
    backed_up(home, tmp_path / "safe")
    restore(tmp_path / "safe", tmp_path / "again")
    assert Runs(tmp_path / "again", home.now).states() == []


def test_secrets_and_links_stay_out(lite: MakeRuns, tmp_path: Path) -> None:
    """No .env, no link followed, recipients for their owner alone, nothing for others."""
    home = two(lite(at="2016-05-18T12:00"))
    (home.path / ".env").touch(0o600)
    (home.path / "config/recipients.toml").write_text("")
    (home.path / "config/link").symlink_to("/etc/passwd")
    (home.path / "output/state/configurations/.half").mkdir()
    made = backed_up(home, tmp_path / "safe")
    assert made.left_out == (str(home.path / "config/link"),)
    modes = {each.path: each.mode for each in made.files}
    assert not [path for path in modes if ".env" in path or "link" in path or ".half" in path]
    assert modes["config/recipients.toml"] == 0o600
    assert {mode & 0o007 for mode in modes.values()} == {0}
    assert (tmp_path / "safe").stat().st_mode & 0o777 == 0o700


def _changed(backup: Path) -> str:
    file = backup / "config/areas.csv"
    file.write_text(file.read_text().replace("North", "Norths"))
    return "config/areas.csv: was changed"


def _missing(backup: Path) -> str:
    (backup / "config/areas.csv").unlink()
    return "config/areas.csv: is missing"


def _added(backup: Path) -> str:
    (backup / "config/sources/more.toml").write_text("")
    return "config/sources/more.toml: is not in backup.json"


def _linked(backup: Path) -> str:
    file = backup / "config/areas.csv"
    (backup.parent / "elsewhere").write_bytes(file.read_bytes())
    file.unlink()
    file.symlink_to(backup.parent / "elsewhere")
    return "config/areas.csv: was changed"


def _linked_folder(backup: Path) -> str:
    (backup / "config/more").symlink_to("/etc")
    return "config/more: is not in backup.json"


def _outside(backup: Path) -> str:
    said = json.loads((backup / "backup.json").read_text())
    said["files"][0]["path"] = "../planted"
    (backup / "backup.json").write_text(json.dumps(said))
    return "names a file outside the backup"


def _later(backup: Path) -> str:
    said = json.loads((backup / "backup.json").read_text())
    said["schemas"]["ledger"] += 1
    (backup / "backup.json").write_text(json.dumps(said))
    return "install that version, or a newer one"


def _nonsense(backup: Path) -> str:
    (backup / "backup.json").write_text("{")
    return "cannot be read as a backup's list"


def _none(backup: Path) -> str:
    (backup / "backup.json").unlink()
    return "is no backup: backup.json is missing"


@pytest.mark.parametrize(
    "done",
    [_changed, _missing, _added, _linked, _linked_folder, _outside, _later, _nonsense, _none],
)
def test_a_backup_that_is_not_as_it_was(
    lite: MakeRuns, tmp_path: Path, done: Callable[[Path], str]
) -> None:
    """The first fault is named, and nothing is restored."""
    backed_up(lite(), tmp_path / "safe")
    said = done(tmp_path / "safe")
    with pytest.raises((VerificationError, ConfigError), match=said.replace(".", r"\.")):
        restore(tmp_path / "safe", tmp_path / "again")
    assert not (tmp_path / "again").exists()
    assert list(tmp_path.glob(".viperreport*")) == []


def test_a_place_that_is_taken(lite: MakeRuns, tmp_path: Path) -> None:
    """Neither verb writes over anything, nor into the home itself."""
    home = lite()
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken/file").touch()
    with pytest.raises(UsageError, match="is there already"):
        backed_up(home, tmp_path / "taken")
    with pytest.raises(UsageError, match="lies within"):
        backed_up(home, home.path / "safe")
    (tmp_path / "empty").mkdir()
    backed_up(home, tmp_path / "empty")
    with pytest.raises(UsageError, match="is there already"):
        restore(tmp_path / "empty", tmp_path / "taken")
    assert read_backup(tmp_path / "empty").home == home.home().identity.id


BACK_UP = """\
import sys
from pathlib import Path
from tests.archive.children import Steps
from tests.archive.small import Runs, utc
from tests.archive.test_backups import backed_up
home = Runs(Path(sys.argv[1]), utc(sys.argv[2]))
Steps(int(sys.argv[4]))
backed_up(home, Path(sys.argv[3]))
"""


@pytest.mark.parametrize("step", [1, 4, 12, 20])
def test_a_backup_that_is_killed(lite: MakeRuns, tmp_path: Path, step: int) -> None:
    """Nothing bears its name unless it is whole; the next one sweeps what was left."""
    home, into = two(lite(at="2016-05-18T12:00")), tmp_path / "safes/safe"
    at = home.now.strftime("%Y-%m-%dT%H:%M:%S")
    ended = subprocess.run(
        [sys.executable, "-c", BACK_UP, str(home.path), at, str(into), str(step)],
        cwd=REPOSITORY,
        timeout=120,
        check=False,
    )
    assert ended.returncode == -signal.SIGKILL
    assert not into.exists()
    backed_up(home, into)
    assert [path.name for path in into.parent.iterdir()] == ["safe"]
    restore(into, tmp_path / "again")


def test_a_home_moves_to_a_server(lite: MakeRuns, own_database: Callable[[], str]) -> None:
    """All rows arrive, runs go on there without a word, and what was left is refused."""
    home, url = two(lite(at="2016-05-18T12:00")), own_database()
    before = home.ledger()
    opened = home.home()
    with held_ledger(opened, "test", 1) as ledger:
        copied = copy_store(opened, ledger, url)
    close(opened)
    assert copied["ledger.files"] == len(before.links)
    assert copied["evidence.versions"] > 200
    moved = Runs(home.path, home.now, {"VIPERREPORT_DATABASE_URL": url})
    assert moved.ledger() == before
    server = moved.home()
    rebuilt(server, "weekly/all/2016-05-29")
    close(server)
    moved.now = utc(NEXT)
    moved.deliver()
    assert moved.run().code == 0
    assert [state for _, state in moved.states()] == [State.FILED] * 3
    assert moved.findings() == []
    left = home.ledger()
    for refused in (
        lambda: home.run("2016-06-06T05:10"),
        lambda: home.withdraw("weekly/all/2016-05-29"),
        lambda: home.prune("1d"),
        home.adopt,
    ):
        with pytest.raises(ConfigError, match="ledger was copied to a server"):
            refused()
    assert home.ledger() == left


def test_a_database_in_use_is_refused(lite: MakeRuns, own_database: Callable[[], str]) -> None:
    """A table of ours, whoever made it, is never emptied; nothing else is begun."""
    home, url = lite(), own_database()
    server = create_engine(url)
    with server.begin() as connection:
        connection.execute(text("CREATE TABLE loads (mine text)"))
        connection.execute(text("INSERT INTO loads VALUES ('mine')"))
    opened = home.home()
    for named, said in ((url, "holds tables of these names"), ("sqlite:///x.db", "names no Post")):
        with pytest.raises(ConfigError, match=said), held_ledger(opened, "test", 1) as ledger:
            copy_store(opened, ledger, named)
    close(opened)
    with server.begin() as connection:
        assert connection.execute(text("SELECT mine FROM loads")).scalars().all() == ["mine"]
        assert inspect(connection).get_table_names() == ["loads"]
    server.dispose()
    assert home.run().code == 0  # it was not moved


def test_every_table_of_the_ledger_is_copied(tmp_path: Path) -> None:
    """What the migrations make is what the program knows: no table is left behind."""
    engine = open_engine(sqlite_url(tmp_path / "ledger.db"))
    with writing(engine) as connection:
        migrate(connection)
        made = set(inspect(connection).get_table_names())
    engine.dispose()
    assert made == set(LEDGER.tables)


def test_a_store_named_by_a_url_has_its_ledger_beside_it(tmp_path: Path, lite: MakeRuns) -> None:
    """A SQLite URL means two files: evidence and ledger are never one database."""
    home = lite()
    home.environ = {"VIPERREPORT_DATABASE_URL": f"sqlite:///{tmp_path}/own.db"}
    home.run("2016-05-30T05:00:05")
    assert [state for _, state in home.states()] == [State.FILED]
    assert (tmp_path / "own-ledger.db").exists()
