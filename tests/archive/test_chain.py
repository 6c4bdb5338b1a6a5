"""Whatever is done to the archive or its ledger afterwards is found, and named."""

import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from tests.archive.conftest import MakeRuns
from tests.archive.small import Runs, close, utc
from viperreport.archive.chain import Head, chained
from viperreport.archive.filing import Piece, path_of, put_pieces, sweep
from viperreport.database import writing
from viperreport.errors import OutputError, UsageError
from viperreport.model.briefing import EditionKey
from viperreport.verbs.lists import publish
from viperreport.verbs.trust import ledger_of

DAYS = ("2016-05-15", "2016-05-22", "2016-05-29")
PDF = "weekly/all/2016/weekly_all_{}.pdf"


def three(home: Runs) -> Runs:
    """File three editions, each of a PDF and the records beside it."""
    home.run("2016-05-11T12:00")
    home.now = utc("2016-06-01T09:00")
    home.deliver()
    home.run()
    assert len(home.pdfs()) == 3
    assert home.findings() == []
    return home


def sql(home: Runs, *statements: str) -> None:
    """Change a ledger behind the program's back; @ stands for the schema of its tables."""
    opened = home.home()
    with writing(opened.ledger) as connection:
        at = "" if connection.dialect.name == "sqlite" else "viperreport_ledger."
        for statement in statements:
            connection.execute(text(statement.replace("@", at)))
    close(opened)


def _file(home: Runs, day: str) -> Path:
    return home.path / "output/editions" / PDF.format(day)


def _byte_changed(home: Runs) -> None:
    file = _file(home, DAYS[1])
    file.chmod(0o640)
    content = bytearray(file.read_bytes())
    content[1_000] ^= 1
    file.write_bytes(content)


def _deleted(home: Runs) -> None:
    _file(home, DAYS[1]).unlink()


def _row_and_file(home: Runs) -> None:
    _byte_changed(home)
    sha256 = hashlib.sha256(_file(home, DAYS[1]).read_bytes()).hexdigest()
    sql(home, f"UPDATE @files SET sha256 = '{sha256}' WHERE path = '{PDF.format(DAYS[1])}'")  # noqa: S608


def _row_deleted(home: Runs) -> None:
    sql(home, f"DELETE FROM @files WHERE path = '{PDF.format(DAYS[1])}'")  # noqa: S608


def _stray(home: Runs) -> None:
    _file(home, "2016-06-05").write_bytes(b"%PDF-1.7\n")


def _link(home: Runs) -> None:
    file = _file(home, DAYS[1])
    kept = home.path / "kept.pdf"
    file.rename(kept)
    file.symlink_to(kept)


def _tail_cut(home: Runs) -> None:
    _file(home, DAYS[2]).unlink()
    _file(home, DAYS[2]).with_suffix(".records.csv").unlink()
    sql(home, f"DELETE FROM @files WHERE name = 'weekly/all/{DAYS[2]}'")  # noqa: S608
    _publish(home)


def _publish(home: Runs) -> None:
    """Whoever changes the ledger may also write the archive's lists anew."""
    opened = home.home()
    publish(opened, ledger_of(opened))
    close(opened)


def _chain_anew(home: Runs) -> None:
    _row_and_file(home)
    opened = home.home()
    with writing(opened.ledger) as connection:
        _recompute(connection)
    close(opened)
    _publish(home)


def _recompute(connection: Connection) -> None:
    at = "" if connection.dialect.name == "sqlite" else "viperreport_ledger."
    read = f"SELECT seq, name, sha256, size, path FROM {at}files ORDER BY seq"  # noqa: S608
    previous = Head()
    for row in connection.execute(text(read)).all():
        link = chained(previous, row.name, row.sha256, row.size, row.path)
        put = f"UPDATE {at}files SET chain = '{link.chain}' WHERE seq = {row.seq}"  # noqa: S608
        connection.execute(text(put))
        previous = Head(link.seq, link.chain)


@dataclass(frozen=True)
class Tamper:
    """Something done to the archive, and what verify must name."""

    do: Callable[[Runs], None]
    about: str
    words: str


TAMPERS = {
    "byte changed": Tamper(_byte_changed, PDF.format(DAYS[1]), "was changed since"),
    "file deleted": Tamper(_deleted, PDF.format(DAYS[1]), "is missing"),
    "row and file changed": Tamper(_row_and_file, PDF.format(DAYS[1]), "the chain breaks at 4"),
    "middle row deleted": Tamper(_row_deleted, PDF.format(DAYS[1]), "is not in the ledger"),
    "stray": Tamper(_stray, PDF.format("2016-06-05"), "is not in the ledger"),
    "link": Tamper(_link, PDF.format(DAYS[1]), "no regular file"),
    "cut tail": Tamper(_tail_cut, "chain 6", "ends before the head that the witness saw"),
    "chain recomputed": Tamper(_chain_anew, "chain 6", "is not the one of the head"),
}


@pytest.mark.parametrize("name", TAMPERS)
def test_a_tamper_is_named(runs: MakeRuns, name: str) -> None:
    """Seven of seven, and a link put in a file's place."""
    home = three(runs(at="2016-05-11T12:00"))
    tamper = TAMPERS[name]
    tamper.do(home)
    found = [said for about, said in home.findings() if about == tamper.about]
    assert any(tamper.words in said for said in found), home.findings()


def test_each_is_named_by_the_command(lite: MakeRuns) -> None:
    """`archive verify` ends with 5 and names it; by a head alone where the witness went as well."""
    home = three(lite(at="2016-05-11T12:00"))
    head = home.ledger().head.chain
    for number, (name, tamper) in enumerate(TAMPERS.items()):
        copy = Runs(home.path.parent / f"copy{number}", home.now)
        shutil.copytree(home.path, copy.path, symlinks=True)
        tamper.do(copy)
        code, said = _verify(copy)
        assert (code, tamper.about in said, tamper.words in said) == (5, True, True), (name, said)
        (copy.path / "output/state/witness.json").unlink()
        code, said = _verify(copy, "--head", head)
        words = "is none of the ledger's chain" if name in _OF_THE_HEAD else tamper.words
        assert (code, words in said) == (5, True), (name, said)


_OF_THE_HEAD = ("cut tail", "chain recomputed")


def _verify(home: Runs, *more: str) -> tuple[int, str]:
    command = [sys.executable, "-m", "viperreport", "--home", str(home.path), "archive", "verify"]
    ended = subprocess.run([*command, *more], capture_output=True, text=True, check=False)
    return ended.returncode, ended.stdout


@pytest.mark.parametrize("name", ["cut tail", "chain recomputed"])
def test_a_head_that_was_told_serves_without_a_witness(lite: MakeRuns, name: str) -> None:
    """Whoever changed the witness too is found by --head, from a message."""
    home = three(lite(at="2016-05-11T12:00"))
    head = home.ledger().head.chain
    TAMPERS[name].do(home)
    (home.path / "output/state/witness.json").unlink()
    assert ("witness", "is missing: only --head can tell of a chain made anew") in home.findings()
    assert any("is none of the ledger's chain" in said for _, said in home.findings(head))


@pytest.mark.parametrize("name", ["cut tail", "chain recomputed", "middle row deleted"])
def test_nothing_is_made_by_a_ledger_that_was_changed(runs: MakeRuns, name: str) -> None:
    """A run notices too, and stops: exit 3."""
    home = three(runs(at="2016-05-11T12:00"))
    TAMPERS[name].do(home)
    assert home.run("2016-06-06T05:00:05").code == 3
    assert home.states()[-1][0] == f"weekly/all/{DAYS[2]}"


def test_the_sums_are_those_of_the_system(lite: MakeRuns) -> None:
    """`sha256sum -c SHA256SUMS` knows every file."""
    home = three(lite(at="2016-05-11T12:00"))
    ended = subprocess.run(
        ["sha256sum", "-c", "SHA256SUMS"],
        cwd=home.path / "output/editions",
        capture_output=True,
        text=True,
        check=True,
    )
    assert ended.stdout.count(": OK\n") == 6


def test_the_manifest_tells_the_chain(lite: MakeRuns) -> None:
    """A line a file: edition, path, hash, size, chain; with a PDF how it was made."""
    home = three(lite(at="2016-05-11T12:00"))
    lines = (home.path / "output/editions/manifest.jsonl").read_text().splitlines()
    told = [json.loads(line) for line in lines]
    assert [each["seq"] for each in told] == [1, 2, 3, 4, 5, 6]
    assert told[5]["chain"] == home.ledger().head.chain
    assert told[5]["slot"] == "2016-05-30T06:00"
    assert {"known_at", "configuration", "made_with", "fingerprint"} <= told[5].keys()
    assert "slot" not in told[4]


def test_modes(lite: MakeRuns) -> None:
    """Files are 0440, directories of the archive 0750, the state 0700."""
    home = three(lite(at="2016-05-11T12:00"))
    archive = home.path / "output/editions"
    modes = {path.is_dir(): set[int]() for path in (archive, _file(home, DAYS[0]))}
    for path in (archive, *archive.rglob("*")):
        modes[path.is_dir()].add(path.stat().st_mode & 0o777)
    assert modes == {True: {0o750}, False: {0o440}}
    assert (home.path / "output/state").stat().st_mode & 0o777 == 0o700


KEY = EditionKey("home", "weekly", "all", utc("2016-05-29").date())


def test_names_that_could_lead_elsewhere_are_refused() -> None:
    """A name is small letters, digits, - and _; a revision is part of the file's."""
    assert path_of(KEY, "pdf") == PDF.format("2016-05-29")
    for name in ("..", "a/b", "", "-x", "A", "x" * 65, "x\n"):
        with pytest.raises(UsageError):
            path_of(EditionKey("home", name, "all", KEY.cut_off), "pdf")


def test_no_link_leads_out_of_the_archive(tmp_path: Path) -> None:
    """A directory or file that is a link is not followed: refused, or replaced itself."""
    root, outside = tmp_path / "editions", tmp_path / "outside"
    (root / "weekly").mkdir(parents=True)
    outside.mkdir()
    (root / "weekly/all").symlink_to(outside)
    piece = Piece(path_of(KEY, "pdf"), b"%PDF")
    with pytest.raises(OutputError, match="cannot be filed in"):
        put_pieces(root, [piece])
    assert list(outside.iterdir()) == []
    (root / "weekly/all").unlink()
    (root / "weekly/all/2016").mkdir(parents=True)
    (root / piece.path).symlink_to(outside / "taken.pdf")
    assert put_pieces(root, [piece]) == [piece.path]
    assert list(outside.iterdir()) == []
    assert (root / piece.path).read_bytes() == b"%PDF"


def test_all_pieces_or_none(tmp_path: Path) -> None:
    """Where the last cannot be put, those before it are taken back."""
    pieces = [Piece(path_of(KEY, "records.csv"), b"x"), Piece(path_of(KEY, "pdf"), b"%PDF")]
    (tmp_path / pieces[1].path).mkdir(parents=True)
    with pytest.raises(OutputError):
        put_pieces(tmp_path, pieces)
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == []


def test_leftovers_are_swept_and_nothing_else(tmp_path: Path) -> None:
    """What a killed run had begun goes; what somebody put there stays, to be found."""
    (tmp_path / "weekly").mkdir()
    (tmp_path / "weekly/.filing-0123456789ab").write_bytes(b"%P")
    (tmp_path / "weekly/.mine").write_bytes(b"")
    assert sweep(tmp_path) == ["weekly/.filing-0123456789ab"]
    assert [path.name for path in (tmp_path / "weekly").iterdir()] == [".mine"]
