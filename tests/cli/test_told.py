"""Silence is impossible: what a run that nobody watches does so that somebody hears."""

import fcntl
import json
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from tests.channels.server import Service, hang, serving, status

from .conftest import HEADER, clean, once, rows_of, viperreport
from .test_run import AT, DUE, EDITION, LATER, at, operator, prepared, program

TOKEN = "canary-4c1d"  # noqa: S105 - stands where a secret would
URL = "VIPERREPORT_PING_URL"
ROW = "ROWCANARY"


@pytest.fixture(scope="module")
def kept(loaded_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that a run has seen before its slot; to be copied, never changed."""

    def make(here: Path) -> str:
        prepared(Path(shutil.copytree(loaded_home, here / "home")))
        return ""

    return once(tmp_path_factory, "seen-for-telling", make)[0] / "home"


@pytest.fixture
def seen(kept: Path, tmp_path: Path) -> Path:
    """A copy of it whose witness takes the new place for its own."""
    home = Path(shutil.copytree(kept, tmp_path / "home"))
    witness = home / "output/state/witness.json"
    witness.write_text(witness.read_text().replace(str(kept.resolve()), str(home.resolve())))
    return home


@pytest.fixture
def service() -> Iterator[Service]:
    """A service that takes every ping."""
    with serving(status(200), f"/{TOKEN}") as here:
        yield here


def told_of(home: Path, url: str) -> None:
    """Write a home's .env."""
    (home / ".env").write_text(f"{URL}='{url}'\n")
    (home / ".env").chmod(0o600)


def test_the_service_hears_how_things_stand(seen: Path, service: Service) -> None:
    """All well; a template that is broken; a slot on hold; all well again once it is settled."""
    told_of(seen, service.url)
    at(DUE, "run", cwd=seen).done()
    assert service.once() == f"/{TOKEN}"
    at(DUE, "run", "--dry-run", cwd=seen).done()
    at(DUE, "status", cwd=seen).done()
    assert service.heard == []
    held = at(LATER, "run", "--slot", "2016-06-23T06:00", cwd=seen)
    assert (held.code, service.once()) == (4, f"/{TOKEN}/fail")
    other = at(LATER, "run", "--slot", "2016-06-16T06:00", cwd=seen)
    assert service.once() == f"/{TOKEN}/fail", other.err
    for cut_off in ("2016-06-15", "2016-06-22"):
        skip = ("skip", f"weekly/all/{cut_off}", "--reason", "over")
        at(LATER, *skip, cwd=seen).done()
    at(LATER, "run", cwd=seen).done()
    assert service.once() == f"/{TOKEN}"


def test_what_a_person_mistyped_is_nobodys_alarm(seen: Path, service: Service) -> None:
    """Exit 2, and the service hears nothing of it."""
    told_of(seen, service.url)
    assert at(DUE, "run", "nowhere", cwd=seen).code == 2
    assert at(DUE, "run", "--slot", "2016-06-10T06:00", cwd=seen).code == 2
    assert (service.heard, operator(seen)) == ([], [])


def test_a_run_that_cannot_begin_says_so(seen: Path, service: Service, tmp_path: Path) -> None:
    """A broken configuration, a lock that another has, a damaged ledger, no home at all."""
    told_of(seen, service.url)
    settings = seen / "config/viperreport.toml"
    text = settings.read_text()
    settings.write_text("zone = ")
    assert at(DUE, "run", cwd=seen).code == 3
    assert service.once() == f"/{TOKEN}/fail"
    settings.write_text(text)

    with (seen / "output/state/run.lock").open("r+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert at(DUE, "run", "--wait", "0s", cwd=seen).code == 8
    assert service.once() == f"/{TOKEN}/fail"

    ledger = seen / "output/state/ledger.db"
    with closing(sqlite3.connect(ledger)) as store:
        store.execute("DROP TABLE editions")
    ended = at(DUE, "run", cwd=seen)
    assert (ended.code, service.once()) == (3, f"/{TOKEN}/fail")
    assert [each["about"] for each in operator(seen)] == ["run", "run", "run"]

    environ = clean(tmp_path, **{URL: service.url})
    assert viperreport("run", cwd=tmp_path, env=environ).code == 3
    assert service.once() == f"/{TOKEN}/fail"


def test_a_ledger_that_cannot_be_written_says_so(seen: Path, service: Service) -> None:
    """No lock, no ledger and no file: exit code, standard error and the ping are the alarm."""
    told_of(seen, service.url)
    (seen / "output/state/operator.jsonl").unlink(missing_ok=True)
    restrained = """\
import ctypes, os, sys
if os.geteuid() == 0:
    for capability in (1, 2):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
        assert ctypes.CDLL(None).prctl(24, capability, 0, 0, 0) == 0  # PR_CAPBSET_DROP
os.execv(sys.executable, [sys.executable, *sys.argv[1:]])
"""
    state = seen / "output/state"
    for file in (state, *state.iterdir()):
        file.chmod(0o500 if file.is_dir() else 0o400)
    argv = (sys.executable, "-c", restrained, *program(DUE)[1:])
    ended = viperreport("-q", "run", cwd=seen, program=argv)
    for file in (state, *state.iterdir()):
        file.chmod(0o700 if file.is_dir() else 0o600)
    assert ended.code == 5, ended.err
    assert service.once() == f"/{TOKEN}/fail"
    assert "viperreport: channel file: a message did not get there: " in ended.err
    assert operator(seen) == []


def test_a_service_that_is_down_fails_no_run(seen: Path) -> None:
    """Exit 0 and the edition filed; told once a day, by its host alone."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        told_of(seen, f"http://127.0.0.1:{free.getsockname()[1]}/{TOKEN}")
    for instant in (DUE, "2016-06-09T05:10", "2016-06-10T05:20"):
        at(instant, "run", cwd=seen).done()
    first, second = operator(seen)
    assert first["about"] == second["about"] == "ping"
    assert first["said"] == "127.0.0.1 did not take the health ping"
    assert first["step"] == "Connection refused: see VIPERREPORT_PING_URL"
    assert (first["at"][:10], second["at"][:10]) == ("2016-06-09", "2016-06-10")


def test_a_service_that_hangs_costs_five_seconds(seen: Path) -> None:
    """Not more, not the lock, and no failure."""
    at(DUE, "run", cwd=seen).done()
    with serving(hang(20), f"/{TOKEN}") as service:
        told_of(seen, service.url)
        run = subprocess.Popen(
            [*program("2016-06-09T05:20"), "run"],
            cwd=seen,
            env=clean(seen),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        while not service.heard:
            time.sleep(0.02)
            assert run.poll() is None
        began = time.monotonic()
        with (seen / "output/state/run.lock").open("r+") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        _, err = run.communicate(timeout=60)
        assert run.returncode == 0, err
        assert time.monotonic() - began < 5 + 3  # the latter to end, on a machine that is busy
    assert [each["about"] for each in operator(seen)] == ["ping"]


def test_the_address_is_written_down_nowhere(seen: Path) -> None:
    """Not in any output, file or argument of a run, whether the ping goes well, ill or nowhere."""
    (seen / "secret").write_text(f"https://no.such.host.invalid/{TOKEN}")
    (seen / "secret").chmod(0o600)
    said = [at(DUE, "-v", "run", cwd=seen)]
    for answer in (status(200), status(500), status(302, Location=f"/{TOKEN}"), hang(1.5)):
        with serving(answer, f"/{TOKEN}") as service:
            environ = clean(seen, **{URL: service.url})
            run = subprocess.Popen(
                [*program("2016-06-09T06:00"), "-v", "run"],
                cwd=seen,
                env=environ,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            arguments = Path(f"/proc/{run.pid}/cmdline").read_bytes()
            out, err = run.communicate(timeout=60)
            assert run.returncode == 0, err
            assert TOKEN not in out + err + arguments.decode()
            assert service.heard == [f"/{TOKEN}"]
    environ = clean(seen, **{f"{URL}_FILE": "secret"})
    argv = program("2016-06-09T07:00")
    said.append(viperreport("-v", "--json", "run", cwd=seen, env=environ, program=argv))
    said += [at(DUE, "--json", verb, cwd=seen) for verb in ("status", "history")]
    for name in (f"http://hc.example/{TOKEN}", f"https://[{TOKEN}"):
        environ = clean(seen, **{URL: name})
        said += [viperreport(verb, cwd=seen, env=environ) for verb in ("check", "run", "status")]
        assert [each.code for each in said[-3:]] == [3, 3, 3]
        assert all(f"{URL}: " in each.err for each in said[-3:])
    assert all(TOKEN not in each.said + each.err for each in said)
    written = [file for file in (seen / "output").rglob("*") if file.is_file()]
    assert {"operator.jsonl", "ledger.db", "witness.json"} <= {file.name for file in written}
    assert [file for file in written if TOKEN.encode() in file.read_bytes()] == []


def test_standard_error_on_a_full_disk_ends_no_run(seen: Path) -> None:
    """The edition is filed, and what cannot be said there is told in the file."""
    settings = seen / "config/viperreport.toml"
    text = settings.read_text()
    for broken in (True, False):
        settings.write_text("zone = " if broken else text)
        with Path("/dev/full").open("w") as full:
            ended = subprocess.run(
                [*program(DUE), "run"], cwd=seen, env=clean(seen), stdout=full, stderr=full,
                timeout=60, check=False,
            )  # fmt: skip
        assert ended.returncode == (3 if broken else 5)  # the latter for its result, lost too
    first, second = operator(seen)
    assert first["about"] == "run"
    assert second["about"] == "channel screen"
    assert "standard error: cannot be written: No space left on device" in second["said"]
    assert len(list((seen / "output/editions").rglob("*.pdf"))) == 1


def test_every_event_of_a_run_has_a_line(seen: Path) -> None:
    """With the run's id: begin, load, a file refused, leftovers, claim, filed, skip, end, done."""
    source = seen / "config/sources/shootings.toml"
    source.write_text('path = "inbox/*.csv"\n' + source.read_text())
    inbox = seen / "inbox"
    inbox.mkdir(exist_ok=True)
    hostile = "b\n2016 run=x done \x1b[2K\u202e.csv"
    new = HEADER + rows_of(date(2015, 1, 1), date(2016, 6, 8))
    (inbox / "a.csv").write_text(new)
    (inbox / hostile).write_text(f"id,day,district,killed,victims\n{ROW},{ROW},{ROW},{ROW},{ROW}\n")
    (inbox / os.fsdecode(b"c\xff.csv")).write_text(new)
    archive = seen / "output/editions/weekly/all/2016"
    archive.mkdir(parents=True)
    (archive / ".filing-x1y2z3a4").write_bytes(b"cut")
    ended = at(DUE, "--json", "run", cwd=seen)
    result = json.loads(ended.said)
    assert (ended.code, result["code"]) == (4, 4)
    assert {"run", "code", "loaded", "editions"} <= set(result)
    lines = ended.err.splitlines()
    assert all(line.isprintable() for line in lines)
    logged = [line.split() for line in lines if line.startswith("2016-")]
    assert {line[1] for line in logged} == {f"run={result['run']}"}
    events = [line[2] for line in logged]
    assert events[:2] == ["run", "leftover"]
    assert events[-1] == "done"
    for event in ("load", "refused", "tell", "claim", "take-up", "end"):
        assert event in events
    assert "seconds=" in logged[-1][-1]
    assert ROW not in ended.err + ended.said
    assert ROW not in (seen / "output/state/operator.jsonl").read_text()
    at("2016-06-09T05:20", "release", EDITION, "--reason", "wanted", cwd=seen).done()
    assert " filed " in at("2016-06-09T05:30", "run", cwd=seen).err
    quiet = at("2016-06-16T05:00:05", "-q", "run", cwd=seen)
    assert quiet.code == 4
    assert all(line.startswith("viperreport: ") for line in quiet.err.splitlines())


def test_a_fault_of_the_program_is_told_without_its_words(seen: Path, service: Service) -> None:
    """Exit 1, its kind and place on every way, no traceback: what it says may quote a row."""
    told_of(seen, service.url)
    source = AT.replace(
        "main()",
        "from viperreport.verbs import running\n"
        f"def plan(*_): raise KeyError({ROW!r})\n"
        "running.plan = plan\nmain()",
    )
    ended = viperreport("-v", "run", cwd=seen, program=(sys.executable, "-c", source, DUE))
    assert ended.code == 1
    (message,) = operator(seen)
    assert message["said"].startswith("KeyError in <string>:")
    assert message["step"] == "report it: a fault of the program"
    assert service.once() == f"/{TOKEN}/fail"
    assert "Traceback" not in ended.err
    assert "running.py" in ended.err  # where, for those who ask for more
    assert ROW not in ended.err + ended.said
