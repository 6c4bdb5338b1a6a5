"""`archive prune` as a person meets it: what it says, what it leaves, and its exit codes."""

import json
import shutil
from datetime import date
from pathlib import Path

import pytest

from .conftest import HEADER, rows_of, viperreport
from .test_run import DUE, EDITION, at, operator, prepared

NEXT, AFTER = "2016-06-16T05:00:05", "2016-06-16T12:00"
PRUNE = ("archive", "prune", "--older-than", "7d")


@pytest.fixture(scope="module")
def two(loaded_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with two filed editions; to be copied, never changed."""
    place = tmp_path_factory.mktemp("two") / "home"
    home = prepared(Path(shutil.copytree(loaded_home, place)))
    at(DUE, "run", cwd=home).done()
    (home.parent / "new.csv").write_text(HEADER + rows_of(date(2015, 1, 1), date(2016, 6, 15)))
    at(NEXT, "load", "shootings", "../new.csv", cwd=home).done()
    at(NEXT, "run", cwd=home).done()
    return home


@pytest.fixture
def own(two: Path, tmp_path: Path) -> Path:
    """A copy of it, taken over."""
    home = Path(shutil.copytree(two, tmp_path / "own"))
    at(AFTER, "adopt", cwd=home).done()
    return home


def test_first_said_then_done(own: Path) -> None:
    """--dry-run lists and counts and changes nothing; without it the same files go."""
    said = json.loads(at(AFTER, "--json", *PRUNE, "--dry-run", cwd=own).done().said)
    assert said["dry_run"] is True
    assert said["before"] == "2016-06-09"
    assert [Path(path).suffix for path in said["files"]] == [".csv", ".pdf"]
    files = [own / "output/editions" / path for path in said["files"]]
    assert said["bytes"] == sum(file.stat().st_size for file in files)
    done = at(AFTER, *PRUNE, "--reason", "the rule of the force", cwd=own).done()
    assert f"{EDITION}: 2 files, {said['bytes']:,} bytes" in done.said
    assert "2 files of 1 editions with a cut-off before 2016-06-09" in done.said
    assert "the store's evidence stay" in done.err
    assert not any(file.exists() for file in files)
    listed = at(AFTER, "archive", "ls", cwd=own).done().said
    assert listed.count("older than 7d: the rule of the force") == 2
    verified = at(AFTER, "archive", "verify", cwd=own).done().said
    assert verified.startswith("4 files (2 of them pruned), 0 findings")
    told = [each["said"] for each in operator(own) if each["about"] == "archive"]
    assert len(told) == 1
    assert told[0].startswith("2 files were pruned")


def test_what_was_pruned_is_built_again(own: Path) -> None:
    """By its name, to the byte; `rebuild --check` holds it to the chain; explain goes on."""
    (pdf,) = (own / "output/editions").rglob("*2016-06-08.pdf")
    content = pdf.read_bytes()
    at(AFTER, *PRUNE, cwd=own).done()
    assert not pdf.exists()
    assert (
        "the same file" in at(AFTER, "archive", "rebuild", EDITION, "--check", cwd=own).done().said
    )
    assert at(AFTER, "build", "--edition", EDITION, "-o", "-", cwd=own).done().out == content
    at(AFTER, "explain", "K1", "--edition", EDITION, cwd=own).done()
    assert "pruned: 2 files: older than 7d" in at(AFTER, "history", EDITION, cwd=own).done().said


def test_exit_codes(own: Path, tmp_path: Path) -> None:
    """2 for an odd age, 3 for a copied home, 4 for a clock that is odd, 5 for a changed file."""
    assert at(AFTER, "archive", "prune", "--older-than", "5", cwd=own).code == 2
    assert viperreport("archive", "prune", cwd=own).code == 2
    copy = Path(shutil.copytree(own, tmp_path / "copy"))
    assert at(AFTER, *PRUNE, cwd=copy).code == 3
    ahead = at("2017-06-16T12:00", *PRUNE, cwd=own)
    assert ahead.code == 4
    assert "are due at once" in ahead.err
    (pdf,) = (own / "output/editions").rglob("*2016-06-08.pdf")
    pdf.chmod(0o640)
    pdf.write_bytes(b"%PDF")
    ended = at(AFTER, *PRUNE, cwd=own)
    assert ended.code == 5
    assert f"{pdf.name}: not as filed, so left where they are" in ended.err
    assert pdf.exists()
