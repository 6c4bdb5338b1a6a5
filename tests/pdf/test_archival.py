"""The file lasts: it says what it is, twice and the same, and needs nothing but itself."""

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from xml.etree import ElementTree as ET

import pikepdf
import pytest
from PIL import Image, ImageCms

from tests.known_answers import demo_home, edition
from tests.pdf import sample
from viperreport.model.briefing import Marker, MarkerKind
from viperreport.pdf.attachments import Attachment
from viperreport.pdf.colour_profile import srgb
from viperreport.pdf.render import render

RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
DC, XMP, PDF = (
    "{http://purl.org/dc/elements/1.1/}",
    "{http://ns.adobe.com/xap/1.0/}",
    "{http://ns.adobe.com/pdf/1.3/}",
)


@pytest.fixture(scope="module")
def document() -> Iterator[pikepdf.Pdf]:
    """Page one, read."""
    masthead = replace(sample.MASTHEAD, title=sample.named("Crime & <harm> in Łódź (weekly)"))
    with pikepdf.open(io.BytesIO(render(sample.briefing(masthead=masthead)))) as made:
        yield made


def test_the_file_holds_to_its_syntax(document: pikepdf.Pdf) -> None:
    """Every object is found and can be read."""
    assert document.check_pdf_syntax() == []


def test_metadata_say_the_same_twice(document: pikepdf.Pdf) -> None:
    """What XMP says is what the information dictionary says; XMP is not packed."""
    info = document.docinfo
    packet = document.Root.Metadata
    assert "/Filter" not in packet
    said = ET.fromstring(packet.read_bytes())  # noqa: S314 - our own
    (held,) = said.iter(f"{RDF}Description")
    assert held.findtext(f"{DC}title/{RDF}Alt/{RDF}li") == str(info["/Title"])
    assert held.findtext(f"{DC}creator/{RDF}Seq/{RDF}li") == str(info["/Author"])
    assert held.findtext(f"{DC}description/{RDF}Alt/{RDF}li") == str(info["/Subject"])
    assert held.findtext(f"{PDF}Producer") == str(info["/Producer"])
    assert held.findtext(f"{XMP}CreatorTool") == str(info["/Creator"])
    assert held.findtext(f"{XMP}CreateDate") == "2016-05-26T05:00:00+00:00"
    assert str(info["/Title"]).startswith("Crime & <harm> in Łódź (weekly)")


@pytest.mark.parametrize("marking", ["OFFICIAL", "OFFICIAL: <sensitive> & “own” Łódź", ""])
def test_a_marking_is_a_keyword(marking: str) -> None:
    """It stands in both kinds of metadata; without one neither has any keywords."""
    markers = (Marker(MarkerKind.CLASSIFICATION, sample.named(marking)),) if marking else ()
    made = replace(sample.briefing(), markers=markers)
    with pikepdf.open(io.BytesIO(render(made))) as document:
        packet = document.Root.Metadata.read_bytes()
        assert str(document.docinfo.get("/Keywords", "")) == marking
    (held,) = ET.fromstring(packet).iter(f"{RDF}Description")  # noqa: S314 - our own
    assert held.findtext(f"{PDF}Keywords", "") == marking


def test_dates_are_those_of_the_edition_and_the_id_that_of_the_content() -> None:
    """Another instant or another word gives another /ID; the same briefing gives the same."""
    made = sample.briefing()
    others = (made, replace(made, known_at=made.known_at + timedelta(hours=1)),
              replace(made, foot=(*made.foot, sample.named("One more"))))  # fmt: skip
    found = [bytes(_id(render(each))) for each in others]
    assert len(set(found)) == len(others)
    assert _id(render(made)) == found[0]


def _id(data: bytes) -> bytes:
    with pikepdf.open(io.BytesIO(data)) as document:
        first, second = (bytes(each) for each in document.trailer.ID)
        assert first == second
        return first


def test_all_fonts_are_embedded_true_type(document: pikepdf.Pdf) -> None:
    """Subsets with a way back to letters; none of the fonts that readers bring along."""
    fonts = document.pages[0].Resources.Font
    assert len(fonts) >= 4
    for font in dict(fonts.items()).values():
        assert font.Subtype == "/TrueType"
        assert "/FontFile2" in font.FontDescriptor
        assert "Source" in str(font.BaseFont)
        letters = font.ToUnicode.read_bytes().decode()
        assert "<00> <0000>" not in letters


def test_readers_show_the_title_and_keep_the_order(document: pikepdf.Pdf) -> None:
    """Title in the window, language, marks, and the order of the structure for the tab key."""
    root = document.Root
    assert root.ViewerPreferences.DisplayDocTitle
    assert str(root.Lang) == "en-GB"
    assert root.MarkInfo.Marked
    assert all(page.Tabs == "/S" for page in document.pages)


def test_the_colour_profile_is_that_of_srgb(document: pikepdf.Pdf) -> None:
    """Colour management reads it, and it turns no colour into another."""
    (intent,) = document.Root.OutputIntents
    data = intent.DestOutputProfile.read_bytes()
    assert data == srgb()
    profile = ImageCms.ImageCmsProfile(io.BytesIO(data))
    assert "sRGB" in ImageCms.getProfileDescription(profile)
    colours = [(r, g, b) for r in range(0, 256, 51) for g in range(0, 256, 51)
               for b in range(0, 256, 51)]  # fmt: skip
    image = Image.new("RGB", (len(colours), 1))
    image.putdata(colours)
    theirs = ImageCms.createProfile("sRGB")
    turned = ImageCms.profileToProfile(image, profile, theirs)
    assert turned is not None
    for k, before in enumerate(colours):
        after = turned.getpixel((k, 0))
        assert isinstance(after, tuple)
        assert max(abs(a - b) for a, b in zip(after, before, strict=True)) <= 1


def test_attachments_come_back_byte_for_byte() -> None:
    """Any bytes under any name, associated with the whole file, dated as the edition."""
    given = (
        Attachment(
            "figures.csv", "text/csv", "Every figure of the edition", b"key,value\r\na,1\r\n"
        ),
        Attachment("Größe (1).json", "application/json", "How it was made", bytes(range(256))),
    )
    with pikepdf.open(io.BytesIO(render(sample.briefing(), attachments=given))) as made:
        assert set(made.attachments) == {each.name for each in given}
        for each in given:
            held = made.attachments[each.name]
            assert held.get_file().read_bytes() == each.content
            assert held.get_file().mime_type == each.kind
            assert held.description == each.said
            assert held.get_file().size == len(each.content)
        assert [str(each.AFRelationship) for each in made.Root.AF] == ["/Data", "/Data"]


def test_six_pages_stay_small(tmp_path_factory: pytest.TempPathFactory) -> None:
    """The whole demo with its tags, fonts and metadata: under 150 kB."""
    made = edition(demo_home(tmp_path_factory.mktemp("small")), date(2016, 5, 25))
    data = render(made.briefing)
    with pikepdf.open(io.BytesIO(data)) as document:
        assert len(document.pages) == 6
    assert len(data) < 150_000
