"""What somebody else got wrong: one clear line, the right exit code, and nothing changed."""

import os
import shutil
import sqlite3
import sys
import zlib
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from .conftest import (
    CUT_OFF,
    FINDS,
    HEADER,
    MAIN,
    PROGRAM,
    SHOOTINGS,
    STORE,
    Stored,
    clean,
    files,
    rows_of,
    stored,
    viperreport,
    write_home,
)

USAGE, CONFIGURATION, DATA, OUTPUT = 2, 3, 4, 5
GOOD_ROWS = rows_of(date(2016, 5, 1), date(2016, 5, 20))
SECONDS = 60  # on a busy machine

# A child that root's rights do not help past a file's mode, that cannot have more than 2 GiB of
# memory and, where a size is given, cannot write a longer file: a full disk, for this process.
RESTRAINED = """\
import ctypes, os, resource, sys
longest, *command = sys.argv[1:]
resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))
if int(longest):
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(longest), int(longest)))
if os.geteuid() == 0:
    for capability in (1, 2):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
        assert ctypes.CDLL(None).prctl(24, capability, 0, 0, 0) == 0  # PR_CAPBSET_DROP
os.execv(sys.executable, [sys.executable, "-m", "viperreport", *command])
"""


def _nothing(_home: Path) -> None:
    """Leave the home as it is."""


def _data(content: str | bytes) -> Callable[[Path], None]:
    """Put a file beside the home for `load` to read."""
    raw = content.encode() if isinstance(content, str) else content

    def arrange(home: Path) -> None:
        (home.parent / "new.csv").write_bytes(raw)

    return arrange


def _finds(content: str) -> Callable[[Path], None]:
    """Describe a second source, and put a file of it beside the home."""

    def arrange(home: Path) -> None:
        _config("sources/finds.toml", FINDS)(home)
        _data(content)(home)

    return arrange


def _rows(*rows: str) -> Callable[[Path], None]:
    """Put a file with some bad rows, from line 3, beside the home."""
    first, rest = GOOD_ROWS.split("\n", 1)
    return _data("\n".join([HEADER + first, *rows, rest]))


def _config(name: str, text: str) -> Callable[[Path], None]:
    """Write a file below the home's config/."""

    def arrange(home: Path) -> None:
        (home / "config" / name).write_text(text)

    return arrange


def _without_permission(home: Path) -> None:
    (home.parent / "new.csv").write_text(HEADER + GOOD_ROWS)
    (home.parent / "new.csv").chmod(0)


def _closed_folder(home: Path) -> None:
    (home.parent / "closed").mkdir(mode=0o555)


def _closed_drafts(home: Path) -> None:
    (home / "output/drafts").mkdir()
    (home / "output/drafts").chmod(0o555)


def _long_line(home: Path) -> None:
    with (home.parent / "new.csv").open("wb") as file:
        file.write(HEADER.encode())
        for _ in range(200):
            file.write(b"x" * (1 << 20))


def _gzip_bomb(home: Path) -> None:
    """1 GiB in 1 MB: each member says 64 MiB."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    member = packer.compress(bytes(64 << 20)) + packer.flush()
    (home.parent / "new.csv").write_bytes(member * 16)


def _swapped_store(home: Path) -> None:
    """The store of another home lies where ours did."""
    other = write_home(home.parent / "other")
    (home.parent / "new.csv").write_text(HEADER + GOOD_ROWS)
    viperreport("load", "shootings", "../new.csv", cwd=other).done()
    shutil.copy(other / STORE, home / STORE)


def _no_database(home: Path) -> None:
    (home / STORE).write_bytes(b"\x13\x37" * 40_000)


def _torn_pages(home: Path) -> None:
    """Everything but the file's first page is another file's."""
    with closing(sqlite3.connect(home / STORE)) as store:
        (page,) = store.execute("PRAGMA page_size").fetchone()
    with (home / STORE).open("r+b") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(page)
        file.write(b"\x5a" * (size - page))


def _without_identity(home: Path) -> None:
    (home / "output/state/home.json").unlink()


def _without_store(home: Path) -> None:
    (home / STORE).unlink()


def _open_home(home: Path) -> None:
    (home / "config").chmod(0o777)


def _fifo(home: Path) -> None:
    os.mkfifo(home.parent / "new.csv")


def _no_sources(home: Path) -> None:
    shutil.rmtree(home / "config/sources")


@dataclass(frozen=True)
class Case:
    """One fault.

    Args:
        command: as typed in the home.
        code: the exit code.
        words: what the line must say: what, where, and what to do next.
        arrange: what somebody did to the home before.
        noted: `loads` keeps a row about the refusal, as documented.
        restrained: modes hold, memory is bounded; the longest file in bytes, 0 for any.
    """

    command: str
    code: int
    words: tuple[str, ...]
    arrange: Callable[[Path], None] = _nothing
    noted: bool = False
    restrained: int | None = None


LOAD = "load shootings ../new.csv"
BUILD = f"build --cut-off {CUT_OFF}"
CASES = {
    # --- files ---
    "missing file": Case(LOAD, DATA, ("new.csv", "no such file", "check its name")),
    "empty file": Case(
        LOAD, DATA, ("new.csv", "is empty", "ask its sender"), _data(""), noted=True
    ),
    "header only": Case(
        LOAD, DATA, ("new.csv", "no data rows", "ask its sender"), _data(HEADER), noted=True
    ),
    "wrong encoding": Case(
        LOAD,
        DATA,
        ("new.csv", "line 3", "is not utf-8", "save the file", "config/sources/shootings.toml"),
        _data(f"{HEADER}S1,2016-05-01,North,0,1\nS2,2016-05-02,Zo\xeb,0,1\n".encode("latin-1")),
        noted=True,
    ),
    "UTF-16": Case(
        LOAD,
        DATA,
        ("new.csv", "line 1", "UTF-16", "save it as UTF-8"),
        _data((HEADER + GOOD_ROWS).encode("utf-16")),
        noted=True,
    ),
    "200 MB line": Case(
        LOAD,
        DATA,
        ("new.csv", "line 2", "longer than 1 MiB", "check"),
        _long_line,
        restrained=0,
        noted=True,
    ),
    "directory": Case(
        "load shootings ..", DATA, ("..", "a directory", "name the data file itself")
    ),
    "FIFO": Case(
        LOAD,
        DATA,
        ("new.csv", "a FIFO", "name the data file itself"),
        _fifo,
    ),
    "no permission": Case(
        LOAD,
        DATA,
        ("new.csv", "may not be read", "give this user"),
        _without_permission,
        restrained=0,
    ),
    "gzip bomb": Case(
        LOAD,
        DATA,
        ("new.csv", "gzip", "unpack it first"),
        _gzip_bomb,
        restrained=0,
        noted=True,
    ),
    "address": Case(
        "load shootings https://example.org/new.csv",
        DATA,
        ("example.org/new.csv", "is an address", "save the file first"),
    ),
    "nothing waits": Case("load", DATA, ("nothing to load", "name a SOURCE and a FILE")),
    # --- rows ---
    "unknown column": Case(
        LOAD,
        DATA,
        ("new.csv", "line 1", "'victims'", "nearest is 'vitcims'", "config/sources/shootings.toml"),
        _data(HEADER.replace("victims", "vitcims") + GOOD_ROWS),
        noted=True,
    ),
    "30 February": Case(
        LOAD,
        DATA,
        ("new.csv", "line 3: day ", "config/sources/shootings.toml"),
        _rows("S1,2016-02-30,North,0,1"),
        noted=True,
    ),
    "future date, unknown area, more killed than victims": Case(
        LOAD,
        DATA,
        (
            *("new.csv", "3 of 23 ", "line 3: day lies after the load"),
            *("line 4: district names no known area", "line 5: killed is more than victims"),
            *("Mend the file", "viperreport quarantine"),
        ),
        _rows("S1,2999-05-01,North,0,1", "S2,2016-05-01,Norht,0,1", "S3,2016-05-01,North,2,1"),
        noted=True,
    ),
    "filter that never matched": Case(
        "load finds ../new.csv",
        DATA,
        ("new.csv", "[keep]", "'weapon'", "config/sources/finds.toml"),
        _finds("id,day,weapon\nF1,2016-05-01,Pistol\n"),
        noted=True,
    ),
    "loads go forward": Case(
        f"{LOAD} --known-at 2016-05-01",
        DATA,
        ("new.csv", "2016-05-02 00:00", "load 1", "give a later --known-at"),
        _data(HEADER + GOOD_ROWS),
    ),
    # --- configuration ---
    "unknown key": Case(
        "check",
        CONFIGURATION,
        ("config/viperreport.toml", "hedline: unknown key; did you mean headline?"),
        _config("viperreport.toml", MAIN.replace("headline", "hedline")),
    ),
    "unknown role": Case(
        "check",
        CONFIGURATION,
        ("config/sources/shootings.toml", "columns.kiled", "did you mean killed?"),
        _config("sources/shootings.toml", SHOOTINGS.replace("killed =", "kiled =")),
    ),
    "recipient": Case(
        BUILD,
        CONFIGURATION,
        ("config/recipients.toml", "mail.command.to[1]: must be one plain address"),
        _config("recipients.toml", '[mail.command]\nto = ["a@b.example\\nBcc: c@d.example"]\n'),
    ),
    "TOML syntax": Case(
        BUILD,
        CONFIGURATION,
        ("config/viperreport.toml", "line 1", "not valid TOML", "text stands in quotes"),
        _config("viperreport.toml", MAIN.replace('"Europe/London"', "Europe/London")),
    ),
    "no source": Case(
        "check",
        CONFIGURATION,
        ("config/sources", "there is no source", "draft-source FILE"),
        _no_sources,
    ),
    "no home": Case("--home .. check", CONFIGURATION, ("--home names no home", "viperreport init")),
    "two homes' stores swapped": Case(
        LOAD, CONFIGURATION, ("evidence.db", "belongs to another home", "swapped"), _swapped_store
    ),
    "no database": Case(BUILD, CONFIGURATION, ("evidence.db", "cannot be used"), _no_database),
    "torn database": Case(BUILD, CONFIGURATION, ("evidence.db", "cannot be used"), _torn_pages),
    "home.json missing": Case(
        BUILD,
        CONFIGURATION,
        ("output/state/home.json", "is missing", "put home.json back from a backup"),
        _without_identity,
    ),
    "a home open to everyone": Case(
        "check", CONFIGURATION, ("/config", "everyone may write here", "chmod o-w"), _open_home
    ),
    "template": Case(
        "check",
        CONFIGURATION,
        ("templates/dayly.toml", "there is no such template", "did you mean daily?"),
        _config("viperreport.toml", f'{MAIN}template = "dayly"\n'),
    ),
    # --- editions ---
    "cut-off before the first record": Case(
        "build --cut-off 2014-12-31",
        USAGE,
        ("--cut-off 2014-12-31", "before the first record", "2015-01-01", "choose a later one"),
    ),
    "cut-off beyond the calendar": Case(
        "build --cut-off 9999-12-31", USAGE, ("9999-12-31", "between 1900 and 2199")
    ),
    "nothing known yet": Case(
        f"{BUILD} --known-at 2016-05-26",
        DATA,
        ("source shootings", "2016-05-27 00:00", "choose a later --known-at"),
    ),
    "nothing loaded": Case(
        BUILD, DATA, ("nothing is loaded yet", "viperreport load"), _without_store
    ),
    "unknown briefing": Case("build weakly", USAGE, ('"weakly"', "did you mean weekly?")),
    "unknown figure": Case(
        f"explain K99 --cut-off {CUT_OFF}", USAGE, ("K99", "no such figure", "K1")
    ),
    "unknown key of a figure": Case(
        f"explain incidents.ytd.2061 --cut-off {CUT_OFF}",
        USAGE,
        ("incidents.ytd.2061", "no such figure", "incidents.ytd.2016"),
    ),
    "bad date": Case(
        "build --cut-off 2016-02-30", USAGE, ("2016-02-30", "not a date", "write it as 2016-05-25")
    ),
    "bad time": Case(
        f"{BUILD} --known-at yesterday", USAGE, ("yesterday", "not a time", "2016-05-30T06:00")
    ),
    "time beyond the calendar": Case(
        f"{BUILD} --known-at 9999-12-31", USAGE, ("9999-12-31", "not a time", "2016-05-30T06:00")
    ),
    "a time to come": Case(
        f"{BUILD} --known-at 2099-01-01",
        USAGE,
        ("2099-01-01", "lies in the future", "leave it out"),
    ),
    "days beyond the calendar": Case(
        "next --from 9999-01-01 --to 9999-12-31", USAGE, ("9999-12-31", "beyond the calendar")
    ),
    "days before the calendar": Case(
        "next --from 0001-01-01 --to 0001-12-31", USAGE, ("0001-01-01", "beyond the calendar")
    ),
    "half a range": Case("next --from 2016-01-01", USAGE, ("--from and --to go together",)),
    "days in the wrong order": Case(
        "next --from 2016-02-01 --to 2016-01-01", USAGE, ("--to 2016-01-01 is before",)
    ),
    "unknown format": Case(
        f"{BUILD} --format docx", USAGE, ("--format docx", "choose pdf, html, text or json")
    ),
    "unknown table": Case("export loads", USAGE, ("loads", "choose records or figures")),
    "unknown table format": Case("export --format xml", USAGE, ("'xml'", "csv, json, parquet")),
    # --- command ---
    "unknown verb": Case("biuld", USAGE, ("'biuld'", "'build'", "viperreport --help")),
    "unknown option": Case(
        "build --cutoff 2016-05-25", USAGE, ("--cutoff", "--cut-off", "viperreport --help")
    ),
    "unknown source": Case(
        "load shotings ../new.csv", USAGE, ('"shotings"', "did you mean shootings?")
    ),
    "unknown load": Case("load --undo 7", USAGE, ("no load 7", "viperreport loads")),
    "no number": Case("load --undo last", USAGE, ("--undo", "integer", "viperreport --help")),
    "undo as a trial": Case("load --undo 1 --dry-run", USAGE, ("--undo ID goes alone",)),
    "undo in the past": Case(
        "load --undo 1 --known-at 2016-05-01", DATA, ("load 1", "give a later --known-at")
    ),
    "erase in the past": Case(
        "load --erase 1 --known-at 2016-05-01", USAGE, ("--erase ID goes alone",)
    ),
    "undo and erase": Case("load --undo 1 --erase 1", USAGE, ("--undo ID goes alone",)),
    "unknown load to erase": Case("load --erase 7", USAGE, ("no load 7", "viperreport loads")),
    "undo of a source": Case("load shootings --undo 1", USAGE, ("--undo ID goes alone",)),
    "missing argument": Case("explain", USAGE, ("REF", "viperreport --help")),
    # --- output ---
    "output below a file": Case(
        f"{BUILD} -o ../new.csv/new.pdf",
        OUTPUT,
        ("new.csv/new.pdf", "cannot be written", "choose another place with -o"),
        _data("x"),
    ),
    "output is a directory": Case(
        f"{BUILD} -o ..", OUTPUT, ("cannot be written", "directory", "choose another place with -o")
    ),
    "read-only output": Case(
        f"{BUILD} -o ../closed/new.pdf",
        OUTPUT,
        ("closed/new.pdf", "Permission denied", "choose another place with -o"),
        _closed_folder,
        restrained=0,
    ),
    "read-only drafts": Case(
        BUILD,
        OUTPUT,
        ("output/drafts", "Permission denied", "choose another place with -o"),
        _closed_drafts,
        restrained=0,
    ),
    "read-only table": Case(
        "export records -o ../closed/new.csv",
        OUTPUT,
        ("closed/new.csv", "Permission denied", "choose another place with -o"),
        _closed_folder,
        restrained=0,
    ),
    "full disk": Case(
        "export records --format json -o ../new.json",
        OUTPUT,
        ("new.json", "cannot be written", "choose another place with -o"),
        restrained=64 << 10,
    ),
}


def _all_that_is_stored(home: Path) -> Stored | bytes | None:
    """What the store says; its bytes where it is none."""
    if not (home / STORE).exists():
        return None
    try:
        return stored(home)
    except sqlite3.DatabaseError:
        return (home / STORE).read_bytes()


def _take_out_the_refused_load(after: Stored) -> None:
    """Take the row of a refused load, and what it turned away, out of a store's content."""
    refused = after["loads"].pop()
    assert refused["outcome"] == "refused"
    assert refused["reason"]
    turned_away = [row for row in after["quarantine"] if row["load_id"] == refused["id"]]
    assert bool(turned_away) == bool(refused["rows_bad"])
    after["quarantine"] = [row for row in after["quarantine"] if row not in turned_away]


@pytest.mark.parametrize("name", CASES)
def test_a_fault_is_one_line_and_changes_nothing(home: Path, name: str) -> None:
    """Whatever is wrong is said in one line that names it and what to do next; all stays as it was.

    The exit code tells usage (2), configuration (3), data (4) and output (5) apart. Of a load that
    was refused after its file was opened `loads` keeps a row; no record changes.
    """
    case = CASES[name]
    case.arrange(home)
    before, there = _all_that_is_stored(home), files(home.parent)
    restrained = (sys.executable, "-c", RESTRAINED, str(case.restrained))
    ended = viperreport(
        *case.command.split(),
        cwd=home,
        env=clean(home, OPENBLAS_NUM_THREADS="1"),
        program=PROGRAM if case.restrained is None else restrained,
        timeout=SECONDS,
        cold=case.restrained is not None,
    )
    assert ended.code == case.code, ended.err
    assert ended.err.startswith("viperreport: ")
    assert ended.err.endswith("\n")
    assert ended.err.count("\n") == 1, ended.err
    assert [word for word in case.words if word not in ended.err] == [], ended.err
    assert ended.out == b""
    assert files(home.parent) == there
    after = _all_that_is_stored(home)
    if case.noted:
        assert isinstance(after, dict)
        _take_out_the_refused_load(after)
    assert after == before
