"""34 areas with three readers each: no mail tells more of another area than its edition shows."""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from functools import cache
from html import unescape
from pathlib import Path

import pypdfium2  # type: ignore[import-untyped]

from tests.archive.mailing import attached, read
from tests.channels.mail_server import Post, taking

from .conftest import AREAS, HEADER, write_home
from .test_doctor import mailing
from .test_run import BEFORE, DUE, at

WARDS = [f"Ward{a}{b}" for a in "bcdfgh" for b in "aeiouy"][:34]
READERS = ("first", "second", "third")
LAST = date(2016, 6, 7)
NUMBER = re.compile(r"(?<![\w.,])\d{3,}(?![\w,]|\.\d)")


def count(number: int) -> int:
    """The records of a ward in this year, of no other ward."""
    return 201 + 2 * number


def records() -> Iterator[str]:
    """A file's rows: 150 of each ward last year, and this year as many as it alone has."""
    for number, ward in enumerate(WARDS):
        for year, many in ((2015, 150), (2016, count(number))):
            first = date(year, 1, 1)
            for each in range(many):
                day = first + timedelta(each % ((LAST.replace(year=year) - first).days + 1))
                yield f"REC{year}{ward}{each:04},{day},{ward},0,1\n"


def make_home(path: Path, port: int) -> Path:
    """A home of 34 wards whose editions go to three readers each, and that of all to one."""
    home = write_home(path)
    settings = home / "config/viperreport.toml"
    settings.write_text(settings.read_text() + 'areas = "all + each"\n')
    source = home / "config/sources/shootings.toml"
    source.write_text(source.read_text().replace("2016-05-31", '"load"', 1))
    places = "".join(
        f"{ward},{ward.lower()},{1 + number // 6},{1 + number % 6},,\n"
        for number, ward in enumerate(WARDS)
    )
    (home / "config/areas.csv").write_text(AREAS.splitlines()[0] + "\n" + places)
    (home / "templates").mkdir()
    (home / "templates/weekly.toml").write_text('sections = ["headline", "key_figures"]\n')
    groups = "".join(
        f"[mail.{ward.lower()}]\nto = {addresses(ward)}\nareas = ['{ward.lower()}']\n"
        for ward in WARDS
    )
    (home / "config/recipients.toml").write_text(
        'domains = ["example.org"]\ninternal = ["example.org"]\n'
        f'[mail.chief]\nto = ["chief@example.org"]\n{groups}'
    )
    mailing(home, port, "plain", user="")
    (home.parent / "new.csv").write_text(HEADER + "".join(records()))
    at(BEFORE, "load", "shootings", "../new.csv", cwd=home).done()
    at(BEFORE, "run", cwd=home).done()
    return home


def addresses(ward: str) -> list[str]:
    """A ward's three readers."""
    return [f"{name}.{ward.lower()}@example.org" for name in READERS]


@cache
def read_pdf(content: bytes) -> tuple[str, Mapping[str, bytes]]:
    """The text of a PDF, and the files in it by their names."""
    document = pypdfium2.PdfDocument(content)
    pages = [document[number].get_textpage().get_text_range() for number in range(len(document))]
    files = [document.get_attachment(number) for number in range(document.count_attachments())]
    enclosed = {each.get_name(): bytes(each.get_data()) for each in files}
    document.close()
    return "\n".join(pages), enclosed


@cache
def figures(content: bytes) -> frozenset[str]:
    """The numbers of three digits and more in the figures.csv of a PDF."""
    table = csv.DictReader(io.StringIO(read_pdf(content)[1]["figures.csv"].decode(), newline=""))
    return frozenset(row["value"] for row in table if NUMBER.fullmatch(row["value"]))


def said(content: bytes) -> str:
    """All that a mail says: subject, text, HTML, the PDF's text, and the files in that."""
    mail = read(content)
    pdf, enclosed = read_pdf(attached(mail))
    plain, html = (mail.get_body([kind]) for kind in ("plain", "html"))
    assert plain is not None
    assert html is not None
    parts = [mail["Subject"], plain.get_content(), unescape(html.get_content()), pdf]
    return "\n".join([*parts, *(each.decode() for each in enclosed.values())])


def test_every_area_has_its_own_edition_and_nothing_of_another(tmp_path: Path) -> None:
    """103 mails to one reader each; no name, number or reader of another ward in any part of it.

    Nor any record: where a briefing does not ask for them, its PDF has figures.csv and
    manifest.json in it alone.
    """
    with taking(Post()) as post:
        home = make_home(tmp_path / "home", post.port)
        ended = at(DUE, "run", cwd=home, timeout=300)
        assert ended.code == 0, ended.err
    mails = {each.recipient: each.content for each in post.arrived}
    assert len(post.arrived) == len(mails) == 34 * 3 + 1
    pdfs = {ward: attached(read(mails[addresses(ward)[0]])) for ward in WARDS}
    for number, ward in enumerate(WARDS):
        assert str(count(number)) in figures(pdfs[ward])
        assert set(read_pdf(pdfs[ward])[1]) == {"figures.csv", "manifest.json"}
        archive = home / f"output/editions/weekly/{ward.lower()}/2016"
        assert (archive / f"weekly_{ward.lower()}_2016-06-08.pdf").read_bytes() == pdfs[ward]
        others = [each for each in WARDS if each != ward]
        foreign = frozenset[str]().union(*(figures(pdfs[each]) for each in others))
        foreign -= figures(pdfs[ward])
        assert len(foreign) >= 33
        for address in addresses(ward):
            mail = mails.pop(address)
            assert read(mail)["To"] == address
            assert attached(read(mail)) == pdfs[ward]
            text = said(mail)
            assert ward in text
            assert [each for each in others if each.lower() in text.lower()] == []
            assert foreign.isdisjoint(NUMBER.findall(text))
            assert "REC20" not in text  # how each record's key begins
            readers = [each for other in WARDS for each in addresses(other) if each != address]
            assert [each for each in readers if each.encode() in mail] == []
    assert set(mails) == {"chief@example.org"}
    assert str(sum(map(count, range(34)))) in figures(attached(read(mails["chief@example.org"])))
