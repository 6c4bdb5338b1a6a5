"""What a command that needs no data does not load."""

import sys
from pathlib import Path

import pytest

from .conftest import viperreport

LOADED = """\
import sys
from viperreport.cli.app import run
code = run(sys.argv[1:])
print("\\0" + " ".join({name.partition(".")[0] for name in sys.modules}))
sys.exit(code)
"""
LIGHT = {"pandas", "numpy", "pyarrow", "reportlab", "sqlalchemy", "rich", "jinja2", "apscheduler"}


@pytest.mark.parametrize(
    "command",
    ["--help", "--version", "build --help", "diff --help", "daemon --help", "next", "check"],
)
def test_no_costly_library_is_loaded(loaded_home: Path, command: str) -> None:
    """Help, the calendar and the check of a home are there at once: only pydantic is loaded."""
    program = (sys.executable, "-c", LOADED)
    ended = viperreport(*command.split(), cwd=loaded_home, program=program, cold=True).done()
    said, _, loaded = ended.said.partition("\0")
    assert said
    assert "viperreport" in loaded.split()
    assert LIGHT & set(loaded.split()) == set()


def test_a_data_free_command_makes_no_store(loaded_home: Path, tmp_path: Path) -> None:
    """Looking into a home that holds nothing yet leaves nothing behind but its identity."""
    (tmp_path / "config").symlink_to(loaded_home / "config")
    for verb in ("check", "build", "export"):
        viperreport(*verb.split(), cwd=tmp_path)
    there = {file.relative_to(tmp_path) for file in (tmp_path / "output").rglob("*")}
    assert {path for path in there if path.name != "state"} == {Path("output/state/home.json")}
