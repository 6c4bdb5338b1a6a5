"""The gate itself: it passes what conforms, names what does not, and fails the session for it."""

import io
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pikepdf
import pytest
from pikepdf import Dictionary, Name

from tests.sections.making import CUT_OFF, World, both, cube_of
from viperreport.model.briefing import KeyFigures
from viperreport.model.source import Area
from viperreport.pdf.render import render

from . import sample, table_sample
from .verapdf import WITH_FILES, WITHOUT_FILES, missing, validate

_REPOSITORY = Path(__file__).parents[2]

pytestmark = pytest.mark.skipif(
    bool(missing()) and os.environ.get("CI") != "true", reason=missing() or "-"
)


def _of_kind(file: pikepdf.Pdf, kind: str) -> Iterator[Dictionary]:
    """The elements of the structure that are of a kind."""
    for each in file.objects:
        if isinstance(each, Dictionary) and each.get("/S") == Name(f"/{kind}"):
            yield each


def _no_alternative_text(file: pikepdf.Pdf) -> None:
    for each in _of_kind(file, "Figure"):
        del each["/Alt"]


def _no_scope(file: pikepdf.Pdf) -> None:
    for each in _of_kind(file, "TH"):
        del each["/A"]


def _no_output_intent(file: pikepdf.Pdf) -> None:
    del file.Root["/OutputIntents"]


def _text_without_a_tag(file: pikepdf.Pdf) -> None:
    page = file.pages[0]
    font = next(iter(page.resources["/Font"].keys())).encode()
    page.contents_add(file.make_stream(b"BT " + font + b" 9 Tf 72 90 Td <0101> Tj ET"))


def _role_that_no_one_knows(file: pikepdf.Pdf) -> None:
    for each in _of_kind(file, "H1"):
        each["/S"] = Name("/Artefact")


def _no_language(file: pikepdf.Pdf) -> None:
    del file.Root["/Lang"]


def _no_metadata(file: pikepdf.Pdf) -> None:
    del file.Root["/Metadata"]


def _metadata_of_another_part(file: pikepdf.Pdf) -> None:
    packet = file.Root["/Metadata"]
    packet.write(packet.read_bytes().replace(b"pdfaid:part>3", b"pdfaid:part>4"))


def _attachment_where_none_may_be(file: pikepdf.Pdf) -> None:
    packet = file.Root["/Metadata"]
    packet.write(packet.read_bytes().replace(b"pdfaid:part>3", b"pdfaid:part>2"))
    file.attachments["figures.csv"] = pikepdf.AttachedFileSpec(file, b"a,b\n", filename="f.csv")


def _font_not_embedded(file: pikepdf.Pdf) -> None:
    for each in file.objects:
        if isinstance(each, Dictionary) and "/FontFile2" in each:
            del each["/FontFile2"]


def _no_structure(file: pikepdf.Pdf) -> None:
    del file.Root["/StructTreeRoot"]


def _no_title_in_the_window(file: pikepdf.Pdf) -> None:
    del file.Root["/ViewerPreferences"]


def _attachment_without_a_relationship(file: pikepdf.Pdf) -> None:
    loose = pikepdf.AttachedFileSpec(
        file, b"a,b\n", description="", filename="", mime_type="", creation_date="", mod_date=""
    )
    file.attachments["loose.csv"] = loose
    for each in file.objects:
        if isinstance(each, Dictionary) and each.get("/Type") == Name.Filespec:
            del each["/AFRelationship"]


# What is broken, and a rule that must be named for it.
_DEFECTS: dict[Callable[[pikepdf.Pdf], None], str] = {
    _no_alternative_text: "PDFUA-1 7.3-1",
    _no_scope: "PDFUA-1 7.5-1",
    _no_output_intent: "PDFA-3A 6.2.4.3-2",
    _text_without_a_tag: "PDFUA-1 7.1-3",
    _role_that_no_one_knows: "PDFUA-1 7.1-5",
    _no_language: "PDFUA-1 7.2-33",
    _no_metadata: "PDFA-3A 6.6.2.1-1",
    _metadata_of_another_part: "PDFA-3A 6.6.4-2",
    _font_not_embedded: "PDFA-3A 6.2.11.4.1-1",
    _no_structure: "PDFA-3A 6.7.3.3-1",
    _no_title_in_the_window: "PDFUA-1 7.1-10",
    _attachment_without_a_relationship: "PDFA-3A 6.8-3",
    _attachment_where_none_may_be: "PDFA-2A 6.8-5",
}


def _spoiled(data: bytes, spoil: Callable[[pikepdf.Pdf], None]) -> bytes:
    """A file with a defect; it is written by pikepdf as it was, but for that."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as file:
        spoil(file)
        plain = pikepdf.ObjectStreamMode.disable
        file.save(out, object_stream_mode=plain, fix_metadata_version=False)
    return out.getvalue()


def _of_areas(number: int) -> bytes:
    """An edition whose tables have a row for each of so many areas."""
    names = [f"Borough of the {k + 1}th Ward" for k in range(number)]
    cells = [
        cell._replace(area=name) for k, name in enumerate(names) for cell in both(3 + k, 2 + k)
    ]
    world = World(cube_of(cells, CUT_OFF), priority=tuple(names[:6]))
    return render(world.made.briefing)


def test_what_conforms_passes_and_each_defect_is_named() -> None:
    """The same file passes as it is, and fails with each of a dozen defects, for its own rule."""
    tiles = KeyFigures(sample.tiles(), sample.NOTE)
    whole = render(sample.briefing(sample.HEADLINE, tiles, table_sample.states()))
    untouched, *spoiled = validate(
        [_spoiled(whole, lambda _: None), *(_spoiled(whole, each) for each in _DEFECTS)]
    )
    assert untouched.passes, untouched
    assert set(untouched.checks) == set(WITH_FILES)
    found = {
        spoil.__name__: rule in report.rules or report.rules
        for (spoil, rule), report in zip(_DEFECTS.items(), spoiled, strict=True)
    }
    assert found == {spoil.__name__: True for spoil in _DEFECTS}


def test_a_file_that_may_hold_none_is_held_to_its_own_part() -> None:
    """Drawn without attachments it says PDF/A-2a, and keeps that."""
    (report,) = validate([render(sample.briefing(), attachments=None)])
    assert report.passes, report
    assert set(report.checks) == set(WITHOUT_FILES)


def test_a_file_that_cannot_be_read_fails() -> None:
    """Neither an empty nor a torn file is taken for one that breaks no rule; nor is no PDF."""
    whole = render(sample.briefing(sample.HEADLINE))
    for report in validate([b"", b"%PDF-1.7\n", whole[: len(whole) // 2], b"nothing"]):
        assert not report.passes
        assert report.broken


# What is drawn below goes through the gate when the session ends, as all that the suite draws.


@pytest.mark.parametrize("number", [1, 6, 60, 75])
def test_editions_of_few_and_many_areas(number: int) -> None:
    """Tables over several pages, maps, and one lone area conform."""
    assert _of_areas(number).startswith(b"%PDF-1.7")


def test_the_edition_of_an_area() -> None:
    """An area's own edition conforms."""
    world = World(cube_of(both(40, 31), CUT_OFF), within=Area("hackney", "Hackney"))
    assert render(world.made.briefing)


def test_an_edition_without_records() -> None:
    """Pages that say what is not there conform."""
    assert render(World(cube_of((), CUT_OFF)).made.briefing)


def test_every_state_of_a_tile() -> None:
    """All states of the key figures conform."""
    states = sample.states()
    rows = [KeyFigures(states[k : k + 4], sample.NOTE) for k in range(0, len(states), 4)]
    assert render(sample.briefing(*rows))


_DRAWS = """
import os
from tests.pdf import sample, gate, verapdf
from viperreport.pdf.canvas import Canvas
from viperreport.pdf.render import render

if os.environ.get("LACKING"):
    gate.missing = lambda: "veraPDF cannot run without sunshine"

def test_that_draws(monkeypatch, archival_gate):
    data = render(sample.briefing(sample.HEADLINE))
    if os.environ.get("SPOILED"):
        archival_gate(data[: len(data) // 2])
"""


@pytest.mark.parametrize(
    ("said", "code", "words"),
    [
        ({}, 0, "1 PDFs went through veraPDF"),
        ({"SPOILED": "yes"}, 1, "FAILED test_drawing.py::test_that_draws"),
        ({"LACKING": "yes"}, 0, "cannot run without sunshine"),
        ({"LACKING": "yes", "CI": "true"}, 1, "cannot run without sunshine"),
    ],
    ids=["conforming", "spoiled", "no validator", "no validator under CI"],
)
def test_the_gate_decides_how_the_session_ends(
    tmp_path: Path, said: dict[str, str], code: int, words: str
) -> None:
    """A broken PDF fails the session in its test's name; so does a missing validator under CI."""
    (tmp_path / "test_drawing.py").write_text(_DRAWS, encoding="utf-8")
    asked = ("pytest", "-p", "tests.pdf.gate", "-p", "no:cacheprovider", "-rfs", "test_drawing.py")
    path = os.pathsep.join([str(_REPOSITORY), str(_REPOSITORY / "src")])
    environment = {key: value for key, value in os.environ.items() if key != "CI"}
    ran = subprocess.run(
        [sys.executable, "-m", *asked],
        cwd=tmp_path,
        env=environment | {"PYTHONPATH": path} | said,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == code, ran.stdout + ran.stderr
    assert words in ran.stdout
