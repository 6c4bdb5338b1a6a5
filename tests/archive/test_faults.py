"""What fails spares the rest, is told, and recovers once it is mended; only faults count."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.archive.conftest import MakeRuns
from tests.archive.small import Runs
from viperreport.archive.states import State, Verb

MONDAY = "weekly/all/2016-05-29"
OTHER = """
[briefing.daily]
title = "Daily briefing"
every = "daily at 06:00"
template = "broken"
"""


def test_a_poisoned_edition_spares_the_others(
    runs: MakeRuns, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three tries at their distances, then failed and told; the other briefing is filed."""
    from viperreport.verbs import bringing

    home = runs(more=OTHER)
    (home.path / "templates/broken.toml").write_text('sections = ["headline"]\n')
    home.run("2016-05-29T12:00")
    really = bringing.make

    def make(opened: object, request: object) -> object:
        if getattr(request, "briefing", "") == "daily":
            raise RuntimeError("a row's value")
        return really(opened, request)  # type: ignore[arg-type]

    monkeypatch.setattr(bringing, "make", make)
    daily = "daily/all/2016-05-29"
    seen = []
    for at in ("05:00:05", "05:00:30", "05:01:10", "05:10", "05:16:30", "05:40"):
        done = home.run(f"2016-05-30T{at}")
        states = dict(home.states())
        seen.append((done.code, states[daily]))
        assert states[MONDAY] is State.FILED
    assert seen == [
        (1, State.FAULTED),
        (0, State.FAULTED),  # not yet
        (1, State.FAULTED),
        (0, State.FAULTED),
        (1, State.FAILED),
        (0, State.FAILED),
    ]
    assert f"{daily}: failed 3 times: a fault of the program: RuntimeError" in home.said
    assert "a row's value" not in home.said + "".join(home.lines) + str(home.ledger())
    monkeypatch.undo()
    home.obey(Verb.RETRY, daily)
    home.run("2016-05-30T05:50")
    assert dict(home.states())[daily] is State.FILED


def test_another_configuration_counts_anew(runs: MakeRuns, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once what it is made from has changed, an edition with a fault is tried at once."""
    from viperreport.verbs import bringing

    home = runs()
    home.run()

    def make(_home: object, _request: object) -> object:
        raise RuntimeError

    with monkeypatch.context() as patched:
        patched.setattr(bringing, "make", make)
        home.run("2016-05-30T05:00:05")
        assert home.states() == [(MONDAY, State.FAULTED)]
    settings = home.path / "config/viperreport.toml"
    settings.write_text(settings.read_text().replace("Weekly shootings", "Shootings"))
    home.run("2016-05-30T05:00:20")
    (edition,) = home.ledger().editions
    assert (edition.state, edition.tries) == (State.FILED, 0)
    assert edition.known_at == home.now


def test_a_broken_template_claims_nothing(runs: MakeRuns) -> None:
    """A fault of the configuration is told; the slot stays due and is made once it is mended."""
    home = runs()
    home.run()
    (home.path / "templates/theme.toml").write_text('[colours]\nink = "white"\n')
    assert home.run("2016-05-30T05:00:05").code == 3
    assert home.states() == []
    assert "theme.toml" in home.said
    (home.path / "templates/theme.toml").unlink()
    home.run("2016-05-30T05:10")
    assert home.states() == [(MONDAY, State.FILED)]


RESTRAINED = """\
import ctypes, os, resource, sys
from tests.archive.small import Runs
from pathlib import Path
path, at, longest = sys.argv[1:]
home = Runs(Path(path), utc(at))
if int(longest):
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(longest), int(longest)))
    import signal
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
elif os.geteuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
from viperreport.errors import ViperReportError
try:
    done = home.run()
    print(home.said, file=sys.stderr)
    sys.exit(done.code)
except ViperReportError as error:
    print(home.said, error, file=sys.stderr)
    sys.exit(error.exit_code)
"""


def _restrained(home: Runs, at: str, longest: int = 0) -> subprocess.CompletedProcess[str]:
    """A run that may write no file longer than this, or without root's rights."""
    return subprocess.run(
        [sys.executable, "-c", RESTRAINED, str(home.path), at, str(longest)],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize("longest", [1_000, 20_000, 60_000])
def test_a_full_disk(lite: MakeRuns, longest: int) -> None:
    """One clear line, exit 5, nothing partial; the next run makes it, and no fault is counted."""
    home = lite()
    home.run()
    ended = _restrained(home, "2016-05-30T05:00:05", longest)
    assert ended.returncode == 5, ended.stderr
    assert "Traceback" not in ended.stderr
    assert home.pdfs() == []
    home.run("2016-05-30T05:10")
    (edition,) = home.ledger().editions
    assert (edition.state, edition.tries) == (State.FILED, 0)
    assert home.findings() == []
    left = [path for path in (home.path / "output/editions").rglob(".*")]
    assert left == []


def test_an_archive_that_may_not_be_written(lite: MakeRuns) -> None:
    """Told by its name, exit 5; made by the next run once it may be written."""
    home = lite()
    home.run()
    archive = home.path / "output/editions"
    archive.parent.joinpath("editions").write_text("in the way")
    done = home.run("2016-05-30T05:00:05")
    assert (done.code, home.states()) == (5, [(MONDAY, State.CLAIMED)])
    assert f"{archive}: cannot be filed in" in home.said
    archive.unlink()
    assert home.run("2016-05-30T05:10").code == 0
    assert home.states() == [(MONDAY, State.FILED)]


def test_a_home_that_may_not_be_written(lite: MakeRuns) -> None:
    """Not even a lock: one line, exit 5."""
    home = lite()
    home.run()
    (home.path / "output/state/run.lock").unlink()
    for folder in (home.path, *(home.path / part for part in ("config", "output", "inbox"))):
        folder.chmod(0o755)
    ended = _restrained(home, "2016-05-30T05:00:05")
    assert ended.returncode in {3, 5}, ended.stderr
    assert "Traceback" not in ended.stderr
    assert home.run("2016-05-30T05:10").code == 0
    assert home.states() == [(MONDAY, State.FILED)]


def test_a_ledger_that_is_damaged_is_told(lite: MakeRuns) -> None:
    """A page of nonsense: an error by name, and nothing is made."""
    from viperreport.errors import ConfigError

    home = lite()
    home.run()
    ledger = home.path / "output/state/ledger.db"
    for tail in ("-wal", "-shm"):
        Path(f"{ledger}{tail}").unlink(missing_ok=True)
    ledger.write_bytes(b"\x13\x37" * 20_000)
    with pytest.raises(ConfigError, match="ledger.db: the store cannot be used"):
        home.run("2016-05-30T05:00:05")
    assert home.pdfs() == []


def test_a_newer_ledger_is_refused(runs: MakeRuns) -> None:
    """A ledger of a later version is neither read nor written."""
    from viperreport.archive.tables import META
    from viperreport.database import writing
    from viperreport.errors import ConfigError

    home = runs()
    home.run()
    opened = home.home()
    with writing(opened.ledger) as connection:
        connection.execute(META.update().where(META.c.key == "schema_version").values(value="9"))
    with pytest.raises(ConfigError, match="the ledger has schema 9, this viperreport knows 1"):
        home.run("2016-05-30T05:00:05")
    with writing(opened.ledger) as connection:
        connection.execute(META.update().where(META.c.key == "schema_version").values(value="1"))
    home.run("2016-05-30T05:10")
    assert home.states() == [(MONDAY, State.FILED)]
