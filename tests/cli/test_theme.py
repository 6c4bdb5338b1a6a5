"""A home's own look, by the program: it reaches the page, and its faults are told."""

from pathlib import Path

import pypdfium2  # type: ignore[import-untyped]
import pytest

from .conftest import CUT_OFF, viperreport

BUILD = ("build", "--cut-off", CUT_OFF)
BAD = """\
paper = "A5"
[colours]
ink = "#999999"
[fonts]
serif = "templates/none.ttf"
"""


@pytest.mark.parametrize("command", [BUILD, ("check",)])
def test_a_bad_theme_ends_with_3_and_a_line_for_each_fault(
    home: Path, command: tuple[str, ...]
) -> None:
    """Nothing is written; every fault is told at once."""
    (home / "templates").mkdir()
    (home / "templates/theme.toml").write_text(BAD)
    ended = viperreport(*command, cwd=home)
    assert (ended.code, ended.out) == (3, b"")
    keys = ("paper", "colours.ink", "fonts.serif")
    lines = ended.err.splitlines()
    assert len(lines) == len(keys)
    for key, line in zip(keys, lines, strict=True):
        assert f"templates/theme.toml: {key}: " in line
    assert not (home / "output/drafts").exists()


def test_a_theme_reaches_the_page_and_not_the_figures(home: Path) -> None:
    """Letter paper in the PDF; the JSON of the edition is the same to the byte."""
    before = viperreport(*BUILD, "--format", "json", cwd=home).done().out
    (home / "templates").mkdir()
    (home / "templates/theme.toml").write_text('paper = "Letter"\n')
    viperreport("check", cwd=home).done()
    document = pypdfium2.PdfDocument(viperreport(*BUILD, cwd=home).done().said.strip())
    assert document[0].get_size() == (612, 792)
    document.close()
    assert viperreport(*BUILD, "--format", "json", cwd=home).done().out == before
