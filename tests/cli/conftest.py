"""The program as its users meet it: a process of its own, real files, and what it leaves behind."""

import fcntl
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.cli import warm
from tests.pdf.gate import Keep
from viperreport.demo.home import HMAC_KEY, HOME_ID

ROOT = Path(__file__).parents[2]
PROGRAM = (sys.executable, "-m", "viperreport")
STORE = "output/state/evidence.db"
TABLES = ("meta", "loads", "quarantine", "versions")
_gate: list[Keep] = []
Stored = dict[str, list[dict[str, object]]]  # table → rows

MAIN = """\
zone = "Europe/London"
place = "Testville"
headline = "shootings"

[briefing.weekly]
title = "Weekly shootings briefing"
every = "weekly on thursday at 06:00"
cut_off = "yesterday"
"""
SHOOTINGS = """\
kind = "incidents"
coverage = 2016-05-31
starts = 2015-01-01

[columns]
key = "id"
date = "day"
area = "district"
killed = "killed"
victims = "victims"
"""
FINDS = """\
kind = "recoveries"

[columns]
key = "id"
date = "day"
weapon = "weapon"

[keep]
column = "weapon"
equals = ["pistol"]
"""
AREAS = "name,slug,row,column,aliases,note\nNorth,north,1,1,,\nSouth,south,2,1,,\n"
HEADER = "id,day,district,killed,victims\n"
FIRST_DAY, LAST_DAY = date(2015, 1, 1), date(2016, 5, 26)
LOADED_AT = "2016-06-02"
CUT_OFF = "2016-05-25"


@dataclass(frozen=True)
class Ended:
    """A run of the program that is over."""

    code: int
    out: bytes
    err: str

    @property
    def said(self) -> str:
        """Standard output as text."""
        return self.out.decode()

    def done(self) -> "Ended":
        """Expect that it did what it was asked, without a word of complaint."""
        assert self.code == 0, self.err
        assert "Traceback" not in self.err
        return self


def clean(home: Path, **more: str) -> dict[str, str]:
    """An environment in which nothing of this machine or this checkout is set."""
    return {"PATH": os.environ["PATH"], "HOME": str(home), "LANG": "C.UTF-8", **more}


def viperreport(
    *arguments: str | Path | bytes,
    cwd: Path,
    env: Mapping[str, str] | None = None,
    program: tuple[str, ...] = PROGRAM,
    timeout: float = 60,
    cold: bool = False,
) -> Ended:
    """Run the real program and wait for it, but not for ever.

    Args:
        cold: start it anew; else it is a fork of one that has its libraries imported, where that
            makes no difference.
    """
    env = clean(cwd) if env is None else env
    if not cold and warm.can_run(program, env):
        ran = warm.run(warm.commands(arguments, program), cwd, env, timeout)
        _hand_over(ran.out, cwd, arguments)
        return Ended(ran.code, ran.out, ran.err.decode())
    ended = subprocess.run(
        [*program, *arguments],
        cwd=cwd,
        env=env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=timeout,
        check=False,
    )
    _hand_over(ended.stdout, cwd, arguments)
    return Ended(ended.returncode, ended.stdout, ended.stderr.decode())


@pytest.fixture(scope="session", autouse=True)
def _drawn_elsewhere(archival_gate: Keep) -> None:
    """What the program draws in a process of its own goes through the gate as well."""
    _gate.append(archival_gate)


def _hand_over(out: bytes, cwd: Path, arguments: Iterable[str | Path | bytes]) -> None:
    """Give the gate a PDF on standard output, at a path that was printed, or at one asked for."""
    if out.startswith(b"%PDF-"):
        _gate[0](out)
        return
    named = [os.fsdecode(each) for each in (out.strip(), *arguments)]
    for path in {cwd / each for each in named if each.endswith(".pdf") and "\n" not in each}:
        if path.is_file() and (content := path.read_bytes()).startswith(b"%PDF-"):
            _gate[0](content)


def rows_of(first: date, last: date) -> str:
    """A row a day: two districts in turn, one of two victims dead on each tenth day."""
    days = [first + timedelta(n) for n in range((last - first).days + 1)]
    return "".join(
        f"S{day:%Y%m%d},{day},{'North' if day.day % 2 else 'South'},{int(day.day % 10 == 0)},2\n"
        for day in days
    )


def stored(home: Path) -> Stored:
    """All that a home's store says, by table, read without the program."""
    with closing(sqlite3.connect(f"file:{home / STORE}?mode=ro", uri=True)) as store:
        store.row_factory = sqlite3.Row
        return {
            table: [dict(row) for row in store.execute(f"SELECT * FROM {table} ORDER BY rowid")]  # noqa: S608
            for table in TABLES
        }


def files(folder: Path) -> dict[str, tuple[int, ...]]:
    """Everything below a folder but the store's own, with what would tell that it was touched."""
    return {
        str(file.relative_to(folder)): (found.st_ino, found.st_mode, found.st_size, _changed(file))
        for file in sorted(folder.rglob("*"))
        if not file.name.startswith(Path(STORE).name)
        for found in [file.lstat()]
    }


def _changed(file: Path) -> int:
    return 0 if file.is_dir() else file.lstat().st_mtime_ns  # SQLite comes and goes in its folder


def write_home(home: Path) -> Path:
    """Write the configuration of a small home, its inbox, and nothing else."""
    (home / "config/sources").mkdir(parents=True)
    for name, text in {
        "viperreport.toml": MAIN,
        "areas.csv": AREAS,
        "sources/shootings.toml": SHOOTINGS,
    }.items():
        (home / "config" / name).write_text(text)
    return home


def once(
    factory: pytest.TempPathFactory, name: str, make: Callable[[Path], str]
) -> tuple[Path, str]:
    """Make something costly in a directory of its own, once for all of pytest-xdist's workers.

    Returns:
        The directory, and what making it said.
    """
    shared = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    place, said = shared / name, shared / f"{name}.said"
    with (shared / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not said.exists():
            shutil.rmtree(place, ignore_errors=True)
            place.mkdir()
            said.write_text(make(place))
        return place, said.read_text()


@pytest.fixture(scope="session")
def loaded_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small home with 512 records; to be copied, never changed."""

    def make(here: Path) -> str:
        home = write_home(here / "home")
        (here / "shootings.csv").write_text(HEADER + rows_of(FIRST_DAY, LAST_DAY))
        load = ("load", "shootings", "../shootings.csv", "--known-at", LOADED_AT)
        return viperreport(*load, cwd=home).done().said

    return once(tmp_path_factory, "loaded", make)[0] / "home"


@pytest.fixture
def home(loaded_home: Path, tmp_path: Path) -> Path:
    """A loaded home to do as one likes with."""
    return Path(shutil.copytree(loaded_home, tmp_path / "home"))


@dataclass(frozen=True)
class Demo:
    """What `viperreport demo` made and said, where an older demo had been."""

    home: Path
    said: str

    @property
    def pdf(self) -> Path:
        """The page, by the path that was printed."""
        return Path(self.said.strip())


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """The demo, made by the program once; to be read, never changed."""

    def make(here: Path) -> str:
        state = here / "output/demo/output/state"
        state.mkdir(parents=True)
        (state / "home.json").write_text(json.dumps({"id": HOME_ID, "key": HMAC_KEY.hex()}))
        (here / "output/demo/leftover").touch()
        return viperreport("demo", cwd=here, cold=True, timeout=180).done().said

    here, said = once(tmp_path_factory, "demo", make)
    return Demo(here / "output/demo", said)
