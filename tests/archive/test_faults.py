"""What fails spares the rest, is told, and recovers once it is mended; only faults count."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.archive.conftest import MakeRuns
from tests.archive.small import Runs, close, utc
from viperreport.archive.edition_tables import META
from viperreport.archive.states import State, Verb
from viperreport.archive.tables import MIGRATIONS
from viperreport.database import writing
from viperreport.errors import ConfigError
from viperreport.pipeline import make as really_make

MONDAY = "weekly/all/2016-05-29"
MAKE = "viperreport.verbs.bringing.make"
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
    home = runs(more=OTHER)
    (home.path / "templates/broken.toml").write_text('sections = ["headline"]\n')
    home.run("2016-05-29T12:00")

    def make(opened: object, request: object) -> object:
        if getattr(request, "briefing", "") == "daily":
            raise RuntimeError("a row's value")
        return really_make(opened, request)  # type: ignore[arg-type]

    monkeypatch.setattr(MAKE, make)
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
    home = runs()
    home.run()

    def make(_home: object, _request: object) -> object:
        raise RuntimeError

    with monkeypatch.context() as patched:
        patched.setattr(MAKE, make)
        home.run("2016-05-30T05:00:05")
        assert home.states() == [(MONDAY, State.FAULTED)]
    settings = home.path / "config/viperreport.toml"
    settings.write_text(settings.read_text().replace("Weekly shootings", "Shootings"))
    home.run("2016-05-30T05:00:20")
    (edition,) = home.ledger().editions
    assert (edition.state, edition.tries) == (State.FILED, 0)
    assert edition.known_at == home.now


@pytest.mark.parametrize("other", ["data", "version"])
def test_other_data_or_another_version_count_anew(
    lite: MakeRuns, monkeypatch: pytest.MonkeyPatch, other: str
) -> None:
    """The same fault twice, then of other data or by another version: that is the first again."""
    home = lite()
    home.run("2016-05-29T12:00")

    def make(_home: object, _request: object) -> object:
        raise RuntimeError

    monkeypatch.setattr(MAKE, make)
    home.run("2016-05-30T05:00:05")
    home.run("2016-05-30T05:01:10")
    (twice,) = home.ledger().editions
    assert (twice.state, twice.same, twice.tries) == (State.FAULTED, 2, 2)
    assert home.status("2016-05-30T05:10") == [(MONDAY, 0)]
    assert home.status("2016-05-30T05:40") == [(MONDAY, 1)]  # overdue, by a fault of the program
    home.now = utc("2016-05-30T05:02")
    if other == "data":
        home.deliver()
    else:
        monkeypatch.setattr("viperreport.verbs.bringing.versions", lambda _zone: {"x": "2"})
    home.run()
    (anew,) = home.ledger().editions
    assert (anew.state, anew.same, anew.tries) == (State.FAULTED, 1, 1)
    assert anew.known_at == home.now


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


RUN = """\
import sys
from pathlib import Path
from tests.archive.small import Runs, utc
from viperreport.errors import ViperReportError
home = Runs(Path(sys.argv[1]), utc(sys.argv[2]))
try:
    code = home.run().code
except ViperReportError as error:
    code = error.exit_code
    print(error, file=sys.stderr)
print(home.said, file=sys.stderr)
sys.exit(code)
"""
# A child that cannot write a file longer than this (where a length is given), and that root's
# rights do not help past a file's mode.
RESTRAINED = """\
import ctypes, os, resource, signal, sys
longest, program, *arguments = sys.argv[1:]
if int(longest):
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(longest), int(longest)))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
if os.geteuid() == 0:
    for capability in (1, 2):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
        assert ctypes.CDLL(None).prctl(24, capability, 0, 0, 0) == 0  # PR_CAPBSET_DROP
os.execv(sys.executable, [sys.executable, "-c", program, *arguments])
"""


def _restrained(home: Runs, at: str, longest: int = 0) -> subprocess.CompletedProcess[str]:
    """A run that may write no file longer than this, and only where modes allow it."""
    return subprocess.run(
        [sys.executable, "-c", RESTRAINED, str(longest), RUN, str(home.path), at],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize("longest", [1_000, 20_000, 40_000])
def test_a_full_disk(lite: MakeRuns, longest: int) -> None:
    """One clear line, exit 5, nothing partial; the next run makes it, and no fault is counted."""
    home = lite()
    home.run()
    ended = _restrained(home, "2016-05-30T05:00:05", longest)
    assert ended.returncode == 5, ended.stderr
    assert "Traceback" not in ended.stderr
    for pdf in home.pdfs():  # whole, though the ledger that was to tell of it was full
        assert (home.path / "output/editions" / pdf).read_bytes().rstrip().endswith(b"%%EOF")
    home.run("2016-05-30T05:10")
    (edition,) = home.ledger().editions
    assert (edition.state, edition.tries) == (State.FILED, 0)
    assert home.findings() == []
    assert list((home.path / "output/editions").rglob(".*")) == []


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


@pytest.mark.parametrize("part", ["output/state", "output/editions", "output"])
def test_an_output_that_may_only_be_read(lite: MakeRuns, part: str) -> None:
    """One line with its name, exit 5, nothing made; the next run makes it once it is mended."""
    home = lite()
    home.run()
    (home.path / "output/editions").mkdir(exist_ok=True)
    places = [home.path / part, *(each for each in (home.path / part).rglob("*") if each.is_dir())]
    for place in places:
        place.chmod(0o555)
    ended = _restrained(home, "2016-05-30T05:00:05")
    for place in places:
        place.chmod(0o750)
    assert ended.returncode == 5, ended.stderr
    assert "Traceback" not in ended.stderr
    assert str(home.path / "output") in ended.stderr
    assert home.pdfs() == []
    home.run("2016-05-30T05:10")
    (edition,) = home.ledger().editions
    assert (edition.state, edition.tries) == (State.FILED, 0)


def test_a_ledger_that_is_damaged_is_told(lite: MakeRuns) -> None:
    """A page of nonsense: an error by name, and nothing is made."""
    home = lite()
    home.run()
    ledger = home.path / "output/state/ledger.db"
    for tail in ("-wal", "-shm"):
        Path(f"{ledger}{tail}").unlink(missing_ok=True)
    ledger.write_bytes(b"\x13\x37" * 20_000)
    with pytest.raises(ConfigError, match=r"ledger\.db: the store cannot be used"):
        home.run("2016-05-30T05:00:05")
    assert home.pdfs() == []


def test_a_newer_ledger_is_refused(runs: MakeRuns) -> None:
    """A ledger of a later version is neither read nor written."""
    home = runs()
    home.run()
    opened = home.home()
    with writing(opened.ledger) as connection:
        connection.execute(META.update().where(META.c.key == "schema_version").values(value="99"))
    said = f"the ledger has schema 99, this viperreport knows {len(MIGRATIONS)}"
    with pytest.raises(ConfigError, match=said):
        home.run("2016-05-30T05:00:05")
    with writing(opened.ledger) as connection:
        connection.execute(
            META.update().where(META.c.key == "schema_version").values(value=f"{len(MIGRATIONS)}")
        )
    home.run("2016-05-30T05:10")
    assert home.states() == [(MONDAY, State.FILED)]
    close(opened)
