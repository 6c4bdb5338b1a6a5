"""backup, restore and store copy, as their user types them."""

import shutil
import sys
from pathlib import Path

import pytest

from .conftest import viperreport

SHORT = """\
import resource, signal, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
from viperreport.__main__ import main
main()
"""


def test_back_and_forth(home: Path, tmp_path: Path) -> None:
    """A line that says how much, then what to type next; the restored home tells the same."""
    (home / ".env").touch(0o600)
    figure = ("explain", "K1", "--cut-off", "2016-05-25", "--known-at", "2016-06-03")
    before = viperreport(*figure, cwd=home).done().said
    made = viperreport("backup", tmp_path / "safe", cwd=home).done()
    assert made.said.startswith(f"{tmp_path}/safe: ")
    assert ".env is not in it" in made.err
    shutil.rmtree(home)
    again = viperreport("restore", tmp_path / "safe", tmp_path / "again", cwd=tmp_path).done()
    env, adopt = again.err.index(".env"), again.err.index(f"viperreport --home {tmp_path}/again ad")
    assert env < again.err.index("VIPERREPORT_ARCHIVE") < adopt
    assert viperreport(*figure, cwd=tmp_path / "again").done().said == before


def test_a_full_disk(home: Path, tmp_path: Path) -> None:
    """Exit 5, a line with the place, and nothing that bears the name of a backup or a home."""
    viperreport("backup", tmp_path / "safe", cwd=home).done()
    program = (sys.executable, "-c", SHORT)
    for arguments in (
        ("backup", tmp_path / "more"),
        ("restore", tmp_path / "safe", tmp_path / "a"),
    ):
        ended = viperreport(*arguments, cwd=home, program=program)
        assert ended.code == 5, ended.err
        assert str(tmp_path) in ended.err
        assert "Traceback" not in ended.err
        assert not Path(arguments[-1]).exists()
    assert list(tmp_path.glob(".viperreport*")) == []


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("store", "copy"), 2, "--to URL or by --to-file FILE"),
        (("store", "copy", "--to", "x", "--to-file", "url"), 2, "--to URL or by --to-file FILE"),
        (("store", "copy", "--to-file", "none"), 2, "--to-file none: cannot be read"),
        (("store", "copy", "--to-file", "url"), 2, "others may read it: chmod 600"),
        (("store", "copy", "--to", "nonsense"), 3, "--to: must begin with "),
        (("backup", "."), 2, "is there already"),
        (("restore", "nowhere", "again"), 3, "is no backup"),
    ],
)
def test_what_cannot_be_done(home: Path, arguments: tuple[str, ...], code: int, said: str) -> None:
    """One line that says why, and its exit code."""
    (home / "url").write_text("postgresql://viper@localhost/viper\n")
    (home / "url").chmod(0o644)
    ended = viperreport(*arguments, cwd=home)
    assert ended.code == code
    assert said in ended.err
    assert len(ended.err.splitlines()) == 1


def test_a_password_is_not_repeated(home: Path) -> None:
    """A server that does not answer is named without it."""
    (home / "url").touch(0o600)
    (home / "url").write_text("postgresql://viper:canary@127.0.0.1:1/viper\n")
    ended = viperreport("store", "copy", "--to-file", "url", cwd=home)
    assert ended.code == 3
    assert "127.0.0.1" in ended.err
    assert "canary" not in ended.err + ended.said
