"""Templates of a home: faults are told with file and line, and no mail is lost to one."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from tests.html.mails import NAMES, drawn, packaged, templates
from tests.pdf import sample
from viperreport.html.corrections import Correction, Corrections
from viperreport.html.look import Colours
from viperreport.html.mail import draw_mail, write
from viperreport.html.rendering import Template, TemplateFault
from viperreport.html.sample import samples
from viperreport.html.view import Mail, Marker, Pair, Tile, Way
from viperreport.mailing import template_faults

VIEWS = (Mail, Tile, Way, Pair, Marker, Corrections, Correction, Colours)
ROOT = Path(__file__).parents[2]
HTML, TEXT = NAMES
CANARY = "/etc/passwd"
FAULTS = [
    ("one\n{% if mail.tiles %}\ntwo\n", ":3: ", "Unexpected end of template"),
    ("one\n\n{{ mail.headlines }}", ":3: ", "has no attribute 'headlines'"),
    ("{{ nothing }}", ":1: ", "'nothing' is undefined"),
    ("one\n{{ mail.__class__ }}", ":2: ", "__class__"),
    ("\n{{ mail.headline.__class__.__mro__ }}", ":2: ", "__class__"),
    ("{{ ''.format.__globals__ }}", ":1: ", "__globals__"),
    ("\n\n{{ '{0.__class__}'.format(mail) }}", ":3: ", "__class__"),
    ("{{ mail|attr('__class__') }}", ":1: ", "__class__"),
    ("{{ mail.tiles.append(1) }}", ":1: ", "append"),
    ("{% set x = 1 %}\n{{ x / 0 }}", ":2: ", "division by zero"),
    ("{% for i in range(99999999) %}x{% endfor %}", ":1: ", "Range too big"),
    (f"{{% include '{CANARY}' %}}", ":1: ", CANARY),
    (f"{{% extends '../..{CANARY}' %}}", ":1: ", CANARY),
    ("{{ mail.subject|nofilter }}", ":1: ", "nofilter"),
    ("{% macro a() %}{{ a() }}{% endmacro %}{{ a() }}", ":1: ", "recursion"),
]
FETCHING = [
    "<img src='https://example.org/pixel.gif'>",
    "<script>alert(1)</script>",
    "<link rel=stylesheet href=x.css>",
    "<p style=\"background:url('//example.org/x')\">x</p>",
]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("content", "line", "said"), FAULTS)
def test_a_fault_is_told_with_file_and_line(name: str, content: str, line: str, said: str) -> None:
    """Syntax, unknown names, the sandbox's limits, what fails: one line each."""
    with pytest.raises(TemplateFault) as caught:
        write(Template(name, content.encode()), samples()[0])
    told = str(caught.value)
    assert told.startswith(f"{name}{line}")
    assert said in told
    assert "\n" not in told


def test_a_template_that_is_no_text() -> None:
    """The line of the first byte that is no UTF-8."""
    with pytest.raises(TemplateFault, match=r"mail\.txt\.j2:2: is not UTF-8"):
        write(Template(TEXT, b"one\nSoci\xe9t\xe9"), samples()[0])


@pytest.mark.parametrize("content", FETCHING)
def test_html_that_fetches_is_a_fault(content: str) -> None:
    """In HTML; in plain text it is text."""
    with pytest.raises(TemplateFault, match="may fetch, run and send nothing"):
        write(Template(HTML, content.encode()), samples()[0])
    assert write(Template(TEXT, content.encode()), samples()[0]) == content


def test_html_is_escaped_by_its_own_suffix() -> None:
    """jinja2's own rule would leave *.html.j2 as it is; the plain text is not escaped."""
    values = samples()[0]
    assert "<one> & “another”" in values.subtitle
    html = write(Template(HTML, b"{{ mail.subtitle }}"), values)
    assert html == "Gun incidents in &lt;one&gt; &amp; “another” place"
    assert write(Template(TEXT, b"{{ mail.subtitle }}"), values) == values.subtitle


def test_a_template_that_fails_is_stood_in_for() -> None:
    """Each part for itself; the other keeps the home's template; the fault is told."""
    made = sample.briefing()
    mail = draw_mail(made, templates(b"{{ nothing }}", b"own: {{ mail.headline }}"))
    assert mail.html == drawn(made).html
    assert mail.text.startswith("own: Gun crime is 45%")
    (fault,) = mail.faults
    assert fault.startswith(f"{HTML}:1: ")
    assert drawn(made).faults == ()


@pytest.mark.parametrize("content", FETCHING)
def test_a_mail_that_would_fetch_is_never_made(content: str) -> None:
    """Neither where only the data of today bring it about."""
    own = f"{{% if mail.tiles|length == 4 %}}{content}{{% endif %}}ok".encode()
    mail = draw_mail(sample.briefing(), templates(own))
    assert mail.html == drawn(sample.briefing()).html
    assert mail.faults


def test_every_fault_of_a_homes_templates_is_found(tmp_path: Path) -> None:
    """Both files, and states that only some mails are in; none where there are none."""
    assert template_faults(tmp_path) == []
    (tmp_path / "templates").mkdir()
    for number, name in enumerate(NAMES):
        (tmp_path / name).write_bytes(packaged(number).content)
    assert template_faults(tmp_path) == []
    (tmp_path / HTML).write_text("ok\n{% if not mail.tiles %}{{ oops }}{% endif %}")
    (tmp_path / TEXT).write_text("{{ mail.pdf.name }}")
    first, second = template_faults(tmp_path)
    assert first.startswith(f"{HTML}:2: 'oops'")
    assert second.startswith(f"{TEXT}:1: ")


def test_the_document_names_all_that_a_template_may_show() -> None:
    """docs/mail.md is what people write templates by: nothing is missing, nothing is made up."""
    named = set(re.findall(r"`([a-z_0-9]+)`", (ROOT / "docs/mail.md").read_text()))
    named |= set(re.findall(r"`mail\.([a-z_]+)`", (ROOT / "docs/mail.md").read_text()))
    held = {each.name for view in VIEWS for each in fields(view)}
    assert held - named == set()
    assert named - held == {"init", "light", "dark", "wrapped"}
