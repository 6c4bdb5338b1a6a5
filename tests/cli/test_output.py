"""What goes to standard output, what to standard error, and what happens where neither is read."""

import io
import json
import os
import signal
import subprocess
import time
from pathlib import Path

import pypdfium2  # type: ignore[import-untyped]
import pytest

from .conftest import (
    CUT_OFF,
    FIRST_DAY,
    HEADER,
    LAST_DAY,
    LOADED_AT,
    PROGRAM,
    STORE,
    clean,
    files,
    rows_of,
    stored,
    viperreport,
)

VERBS = {
    "check": ("home", "faults", "warnings", "next", "recipients"),
    "next -n 2": 2,
    "next --from 2016-01-01 --to 2016-01-31": 4,
    "loads": 1,
    "run --dry-run": ("blocked", "load", "claim", "take_up", "compare", "send", "serve"),
    "run": ("run", "code", "loaded", "editions"),
    "status": 2,
    "history": 0,
    "adopt": ("found", "skipped", "unsent"),
    "suppress ls": 0,
    "archive ls": 0,
    "archive verify": ("files", "pruned", "head", "findings"),
    "archive prune --older-than 5y --dry-run": ("dry_run", "before", "files", "bytes", "odd"),
    "quarantine": 0,
    f"build --cut-off {CUT_OFF}": ("file",),
    f"build --cut-off {CUT_OFF} --format json": ("edition", "figures", "comparisons", "briefing"),
    f"explain K1 --cut-off {CUT_OFF} --rows": ("edition", "figures", "comparisons", "records"),
    "export": 512,
    f"export figures --cut-off {CUT_OFF}": None,
    "export records -o ../records.csv": ("file",),
    "draft-source ../new.csv": ("toml",),
    "load shootings ../new.csv": 1,
    f"diff weekly/all/2016-05-18 weekly/all/{CUT_OFF}": ("totals", "figures", "files"),
    "load --undo 1": ("load_id", "outcome", "known_at"),
    "load --erase 1": ("load_id", "outcome"),
    "init ../another": ("home",),
}


@pytest.mark.parametrize("command", VERBS)
def test_json_is_json_for_every_verb(home: Path, command: str) -> None:
    """`--json` prints one document and nothing else, whatever the verb."""
    rows = rows_of(FIRST_DAY, LAST_DAY) + "S1,2016-05-27,North,0,1\n"
    (home.parent / "new.csv").write_text(HEADER + rows)
    document = json.loads(viperreport("--json", *command.split(), cwd=home).done().said)
    expected = VERBS[command]
    if isinstance(expected, tuple):
        assert set(expected) <= document.keys()
    elif expected is not None:
        assert len(document) == expected
    else:
        assert {"ref", "key", "value"} <= document[0].keys()


def test_minus_is_standard_output(home: Path) -> None:
    """`build -o -` writes the PDF's bytes and nothing else: the same as into a file."""
    piped = viperreport("build", "--cut-off", CUT_OFF, "-o", "-", cwd=home).done()
    assert piped.err == ""
    assert piped.out.startswith(b"%PDF-")
    assert piped.out.rstrip().endswith(b"%%EOF")
    assert len(pypdfium2.PdfDocument(io.BytesIO(piped.out))) >= 1
    filed = viperreport("build", "--cut-off", CUT_OFF, "-o", "../new.pdf", cwd=home).done()
    assert filed.said == "../new.pdf\n"
    assert (home.parent / "new.pdf").read_bytes() == piped.out


def test_what_is_no_file_is_written_to_and_not_replaced(home: Path) -> None:
    """`-o` may name a FIFO (or a device, as /dev/stdout is): it gets the bytes and stays."""
    # Never a real device here: should the promise be broken, root would lose it.
    pipe = home.parent / "pipe"
    os.mkfifo(pipe)
    reader = subprocess.Popen(["cat", pipe], stdout=subprocess.PIPE)
    try:
        viperreport("build", "--cut-off", CUT_OFF, "-o", pipe, cwd=home).done()
        assert pipe.is_fifo()
        received, _ = reader.communicate(timeout=60)
    finally:
        reader.kill()
    assert received.startswith(b"%PDF-")
    assert received.rstrip().endswith(b"%%EOF")


def test_quiet_keeps_hints_to_itself(home: Path) -> None:
    """-q leaves the result on stdout and takes hints from stderr; a refusal is still said."""
    rows = rows_of(FIRST_DAY, LAST_DAY)
    (home.parent / "new.csv").write_text(f"{HEADER}{rows}S513,2016-05-32,North,0,1\n")
    load = ("load", "shootings", "../new.csv", "--dry-run")
    loud, quiet = viperreport(*load, cwd=home).done(), viperreport("-q", *load, cwd=home).done()
    assert "../new.csv:514: day is not a date" in loud.err
    assert quiet.err == ""
    assert quiet.out == loud.out
    loud, quiet = (
        viperreport(*option, "init", directory, cwd=home.parent).done()
        for option, directory in (((), "one"), (("-q",), "two"))
    )
    assert "next: edit" in loud.err
    assert loud.said == f"{home.parent / 'one'}\n"
    assert (quiet.said, quiet.err) == (f"{home.parent / 'two'}\n", "")
    assert viperreport("-q", "load", "nowhere", cwd=home).err.startswith("viperreport: ")


@pytest.mark.parametrize("command", ["loads", f"build --cut-off {CUT_OFF} -o -"])
def test_a_reader_who_has_had_enough_is_no_fault(home: Path, command: str) -> None:
    """`viperreport … | head -1` ends with 0 and without a word."""
    process = subprocess.Popen(
        [*PROGRAM, *command.split()],
        cwd=home,
        env=clean(home),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout
    process.stdout.close()
    _, said = process.communicate(timeout=60)
    assert (process.returncode, said) == (0, b"")


@pytest.mark.parametrize("command", ["loads", f"build --cut-off {CUT_OFF} -o -"])
def test_an_output_that_is_full_is_one_line(home: Path, command: str) -> None:
    """Standard output on a full disk: exit code 5, one line."""
    with Path("/dev/full").open("wb") as full:
        ended = subprocess.run(
            [*PROGRAM, *command.split()],
            cwd=home,
            env=clean(home),
            stdout=full,
            stderr=subprocess.PIPE,
            timeout=60,
            check=False,
        )
    assert ended.returncode == 5
    assert ended.stderr.decode() == (
        "viperreport: standard output: cannot be written: No space left on device; "
        "choose another place\n"
    )


def test_signs_that_a_terminal_lacks_are_written_out(home: Path) -> None:
    """A terminal that knows ASCII alone gets an escape, never a traceback."""
    asked = ("explain", "incidents.ytd.2016", "--cut-off", CUT_OFF)
    plain = viperreport(*asked, cwd=home, env=clean(home, PYTHONIOENCODING="ascii")).done()
    full = viperreport(*asked, cwd=home).done()
    assert plain.out.isascii()
    assert not full.out.isascii()
    assert plain.out == full.said.encode("ascii", "backslashreplace")


def test_stopping_a_load_changes_nothing(home: Path) -> None:
    """Ctrl-C in the middle of a load: exit code 130, one line, no traceback, no record changed."""
    rows = (f"T{n},2016-05-{n % 28 + 1:02},North,0,1\n" for n in range(1_000_000))
    (home.parent / "new.csv").write_text(HEADER + "".join(rows))
    before, there = stored(home), files(home.parent)
    process = subprocess.Popen(
        [*PROGRAM, "load", "shootings", "../new.csv"],
        cwd=home,
        env=clean(home),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        # a test run in the background inherits an ignored Ctrl-C
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
    )
    deadline = time.monotonic() + 60
    while not (home / f"{STORE}-wal").exists() and process.poll() is None:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    time.sleep(0.5)  # within the transaction
    os.killpg(process.pid, signal.SIGINT)
    said, complained = process.communicate(timeout=60)
    # Python may end itself by the signal, which a shell calls 130 as well.
    assert process.returncode in {130, -signal.SIGINT}, complained.decode()
    assert said == b""
    assert complained == b"viperreport: stopped\n"
    assert stored(home) == before
    assert files(home.parent) == there
    exported = viperreport("--json", "loads", cwd=home).done()
    assert [row["known_at"][:10] for row in json.loads(exported.said)] == [LOADED_AT]
