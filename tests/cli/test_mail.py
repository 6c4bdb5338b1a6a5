"""The mail of an edition, by the program: what it writes, and what a home's templates may do."""

import json
import re
from pathlib import Path

import pytest

from .conftest import CUT_OFF, Demo, viperreport

BUILD = ("build", "--cut-off", CUT_OFF)
HTML = (*BUILD, "--format", "html")
TEXT = (*BUILD, "--format", "text")


def test_a_mail_is_a_draft_beside_the_pdf(home: Path) -> None:
    """Its path is printed; nothing is filed and nothing else is written into the drafts."""
    for format_, ending in (("html", "html"), ("text", "txt")):
        ended = viperreport(*BUILD, "--format", format_, cwd=home).done()
        assert ended.said == f"{home}/output/drafts/weekly.all.{CUT_OFF}.{ending}\n"
        assert ended.err == ""
    names = {each.name for each in (home / "output/drafts").iterdir()}
    assert names == {f"weekly.all.{CUT_OFF}.html", f"weekly.all.{CUT_OFF}.txt"}


def test_a_mail_goes_where_one_wants(home: Path, tmp_path: Path) -> None:
    """To standard output, to a file; the same to the byte."""
    said = viperreport(*HTML, "-o", "-", cwd=home).done().out
    viperreport(*HTML, "-o", tmp_path / "mail.html", cwd=home).done()
    assert (tmp_path / "mail.html").read_bytes() == said
    assert said.startswith(b"<!DOCTYPE html>\n")
    text = viperreport(*TEXT, "-o", "-", cwd=home).done().said
    assert text.endswith("\n")
    assert max(map(len, text.splitlines())) <= 72
    assert "Too few" in text or "likely real" in text or "No clear change" in text


def test_explain_speaks_of_the_mail_that_was_built(home: Path) -> None:
    """K1 of what one holds in hand."""
    viperreport(*HTML, cwd=home).done()
    found = json.loads(viperreport("--json", "explain", "K1", cwd=home).done().out)
    (figure,) = found["figures"]
    text = viperreport(*TEXT, "-o", "-", cwd=home).done().said
    assert re.search(rf"^K1 .*: {figure['value']}$", text, re.MULTILINE)


def test_an_unknown_format_names_those_that_there_are(home: Path) -> None:
    """And nothing is written."""
    ended = viperreport(*BUILD, "--format", "htm", cwd=home)
    assert ended.code == 2
    assert "choose pdf, html, text or json" in ended.err


def own_template(home: Path, name: str, content: str) -> None:
    """Give a home a template of its own."""
    (home / "templates").mkdir(exist_ok=True)
    (home / "templates" / name).write_text(content)


def test_check_names_file_and_line_of_every_fault(home: Path) -> None:
    """All at once, with exit code 3; a template without a fault is none."""
    own_template(home, "mail.html.j2", "<p>\n{{ mail.headline.__class__ }}")
    own_template(home, "mail.txt.j2", "{{ mail.headline }}\n\n{% endif %}")
    ended = viperreport("check", cwd=home)
    assert ended.code == 3
    first, second = ended.err.splitlines()
    assert "templates/mail.html.j2:2: " in first
    assert "templates/mail.txt.j2:3: " in second
    own_template(home, "mail.html.j2", "<p>{{ mail.headline }}</p>")
    own_template(home, "mail.txt.j2", "{{ mail.headline }}")
    viperreport("check", cwd=home).done()


@pytest.mark.parametrize("quiet", [(), ("-q",)])
def test_no_mail_is_lost_to_a_template(home: Path, quiet: tuple[str, ...]) -> None:
    """The packaged one stands in, and stderr says why, quiet or not; the mail is the same."""
    before = viperreport(*HTML, "-o", "-", cwd=home).done().out
    own_template(home, "mail.html.j2", "one\n{{ mail.nothing }}")
    ended = viperreport(*quiet, *HTML, "-o", "-", cwd=home)
    assert (ended.code, ended.out) == (0, before)
    (line,) = ended.err.splitlines()
    assert line.startswith("templates/mail.html.j2:2: ")
    assert "the packaged template stands in" in line


def test_a_homes_own_template_is_kept_with_the_edition(home: Path) -> None:
    """An edition built again has the mail that it had, whatever today's template says."""
    own_template(home, "mail.txt.j2", "Then: {{ mail.headline }}\n")
    viperreport(*BUILD, cwd=home).done()
    then = viperreport(*TEXT, "-o", "-", cwd=home).done().said
    assert then.startswith("Then: ")
    own_template(home, "mail.txt.j2", "Now: {{ mail.headline }}\n")
    again = ("build", "--edition", f"weekly/all/{CUT_OFF}", "--format", "text", "-o", "-")
    assert viperreport(*again, cwd=home).done().said == then
    assert viperreport(*TEXT, "-o", "-", cwd=home).done().said.startswith("Now: ")


def test_a_theme_reaches_the_mail(home: Path) -> None:
    """Its colours in light; in dark they are fixed."""
    own_template(home, "theme.toml", '[colours]\nharm_up = "#A00000"\ninkless = "#000000"\n')
    assert viperreport(*HTML, cwd=home).code == 3
    own_template(home, "theme.toml", '[colours]\nthis_year = "#004020"\n')
    html = viperreport(*HTML, "-o", "-", cwd=home).done().said
    assert "#004020" in html
    assert "#12436D" not in html.replace("color:#12436D;", "")


def test_a_synthetic_edition_says_so_in_every_part(demo: Demo) -> None:
    """In the title, before the headline and at the foot."""
    again = ("--edition", "weekly/all/2016-05-25", "-o", "-", "--format")
    html = viperreport("build", *again, "html", cwd=demo.home).done().said
    text = viperreport("build", *again, "text", cwd=demo.home).done().said
    assert "<title>Synthetic: Gun incidents are 45% above this point last year:" in html
    assert text.startswith("** Synthetic demonstration data\n")
    assert text.rstrip().endswith("Synthetic demonstration data. Not police statistics.")


def test_a_mail_on_hold_is_written_and_ends_with_4(home: Path) -> None:
    """As with the PDF: its reason stands in it."""
    ended = viperreport("build", "--cut-off", "2016-12-01", "--format", "text", "-o", "-", cwd=home)
    assert ended.code == 4
    assert "** On hold: not for release" in ended.said
    assert "** On hold: " in ended.said.partition("not for release")[2]
