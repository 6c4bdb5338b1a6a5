"""The archive's index: what was filed, for people to read, written anew by whatever changes it."""

import json
import re
from datetime import date
from pathlib import Path

import pytest

from tests.archive.conftest import MakeRuns
from tests.archive.small import Runs, rows, utc
from tests.html.accessible import faults_of
from tests.html.browser import CHROMIUM, NONE_HERE, look
from viperreport.archive.edition_tables import FILES
from viperreport.archive.states import State
from viperreport.database import using

HOSTILE = 'the "wrong" <script>alert(1)</script> & file'
WAYS = re.compile(r'href="([^"#]+)"')


def filed(home: Runs) -> Runs:
    """A home with editions of two years; with an own one of each area."""
    home.run("2015-12-18T12:00")
    home.run("2015-12-21T06:00:05")
    for day in ("2015-12-28", "2016-01-04", "2016-01-11"):
        home.now = utc(f"{day}T06:00")
        home.deliver()
        home.run(f"{day}T06:00:05")
    return home


@pytest.fixture
def each(lite: MakeRuns) -> Runs:
    """A home whose areas have editions of their own."""
    return filed(lite("2015-12-18T12:00", more='areas = "all + each"'))


def page(home: Runs, name: str = "index.html") -> str:
    """A page of the index."""
    return (home.path / "output" / name).read_text()


def entry(written: str, edition: str) -> str:
    """What a page says of one edition."""
    (found,) = re.findall(rf'<li class="edition" id="{edition}">(.*?)\n</li>', written, re.DOTALL)
    return str(found)


def test_every_edition_is_there_with_what_it_shows(each: Runs) -> None:
    """Headline, key figures and hash as filed; areas apart; each link leads to its file."""
    links = {link.edition: link for link in each.ledger().links}
    pages = {name: page(each, name) for name in ("index.html", "index-2015.html")}
    found = []
    for name, written in pages.items():
        ids = re.findall(r'<li class="edition" id="([^"]+)">', written)
        found += ids
        for edition in ids:
            said, link = entry(written, edition), links[edition]
            assert link.sha256 in said
            assert f'href="editions/{link.path}"' in said
            assert ("index.html" if "/2016-" in edition else "index-2015.html") == name
            shown = dict(link.told)["shown"]
            assert shown["headline"] in said
            assert len(shown["figures"]) == said.count('class="value') == 4
            for figure in shown["figures"]:
                assert f">{figure['value']}</p>" in said
                assert figure["phrase"] in said
        for way in WAYS.findall(written):
            assert (each.path / "output" / way).is_file(), way
    assert set(found) == set(links)
    assert [*re.findall(r"<h2[^>]*>([^<]+)", pages["index.html"])] == [
        "Weekly shootings briefing",
        "Weekly shootings briefing: North",
        "Weekly shootings briefing: South",
    ]
    newest = re.findall(r'<li class="edition" id="weekly/all/([^"]+)">', pages["index.html"])
    assert newest == ["2016-01-10", "2016-01-03"]


def test_nothing_is_fetched_or_run(each: Runs) -> None:
    """A policy that forbids all, no script, no address of another place."""
    for name in ("index.html", "index-2015.html"):
        written = page(each, name)
        assert "content=\"default-src 'none'; style-src 'unsafe-inline'" in written
        assert not re.search(r"<script|<img|<link|https?:|\bon\w+=|url\(", written)
        assert '<html lang="en-GB">' in written
        assert written.count("<h1") == 1
        ids = re.findall(r' id="([^"]+)"', written)
        assert len(ids) == len(set(ids))


@pytest.mark.skipif(not CHROMIUM, reason=NONE_HERE)
def test_whoever_reads_it_gets_what_they_need(each: Runs, tmp_path: Path) -> None:
    """In a browser: years, areas, editions withdrawn and pruned, wide and narrow."""
    each.withdraw("weekly/all/2016-01-10", f"{HOSTILE} {'W' * 100}")
    each.now = utc("2016-01-13T12:00")
    assert each.prune("15d").editions
    pages = {name: page(each, name) for name in ("index.html", "index-2015.html")}
    for seen in look(pages, tmp_path, dark=True, widths=(320, 600, 1200)):
        assert faults_of(seen) == []
        assert len(seen.headings) > 8


def test_what_becomes_of_an_edition_is_marked(lite: MakeRuns) -> None:
    """Withdrawn, superseded and pruned, by the verb that does it; no markup of a reason acts."""
    home = filed(lite("2015-12-18T12:00"))
    home.withdraw("weekly/all/2016-01-10", HOSTILE)
    said = entry(page(home), "weekly/all/2016-01-10")
    assert "Withdrawn: the &quot;wrong&quot; &lt;script&gt;alert(1)&lt;/script&gt; &amp; " in said
    assert 'href="editions/weekly/all/2016/weekly_all_2016-01-10.pdf"' in said
    before = page(home, "index-2015.html")
    home.now = utc("2016-01-13T12:00")
    assert home.prune("15d").editions
    after = entry(page(home, "index-2015.html"), "weekly/all/2015-12-27")
    assert "Pruned on 2016-01-13: " in after
    assert "The file was removed." in after
    assert "href=" not in after
    assert page(home, "index-2015.html") != before


def test_a_correction_supersedes(lite: MakeRuns) -> None:
    """Both are listed, the newer first; the older says by which it was replaced."""
    home = filed(lite("2015-12-18T12:00"))
    home.now = utc("2016-01-11T08:00")
    more = rows(date(2015, 1, 1), date(2016, 1, 10)) + "X1,2016-01-05,North,0\n"
    home.deliver(date(2016, 1, 11), content=more)
    home.run("2016-01-11T08:00:05")
    made = home.correct("weekly/all/2016-01-10", at="2016-01-11T09:00").made
    assert made is not None
    assert made.state is State.FILED
    written = page(home)
    assert "Superseded by weekly/all/2016-01-10@2" in entry(written, "weekly/all/2016-01-10")
    assert "Superseded" not in entry(written, "weekly/all/2016-01-10@2")
    newer, older = (written.index(f'id="weekly/all/2016-01-10{each}"') for each in ("@2", ""))
    assert newer < older


def test_the_same_ledger_gives_the_same_bytes(lite: MakeRuns) -> None:
    """Whenever it is written; a page that is missing, or a link, is written again; 0440."""
    home = filed(lite("2015-12-18T12:00"))
    file = home.path / "output/index.html"
    first, was = file.read_bytes(), file.stat()
    assert was.st_mode & 0o777 == 0o440
    home.run("2016-01-11T06:30")
    assert file.stat().st_ino == was.st_ino
    file.unlink()
    other = home.path / "other"
    other.write_text("mine")
    file.symlink_to(other)
    home.run("2016-01-11T09:30")
    assert not file.is_symlink()
    assert file.read_bytes() == first
    assert other.read_text() == "mine"
    assert [each.name for each in (home.path / "output").glob(".*")] == []


def test_an_edition_of_before_has_no_headline(lite: MakeRuns) -> None:
    """Filed when headlines were not noted yet: its name, hash and link are there."""
    home = filed(lite("2015-12-18T12:00"))
    with home.opened() as opened, opened.ledger.connect() as connection:
        for link in home.ledger().links:
            told = {name: value for name, value in link.told if name != "shown"}
            with using(connection, to_write=True):
                connection.execute(
                    FILES.update().where(FILES.c.seq == link.seq).values(made=json.dumps(told))
                )
    home.run("2016-01-11T06:30")
    said = entry(page(home), "weekly/all/2016-01-10")
    assert '<h3 lang="en-GB">weekly/all/2016-01-10</h3>' in said
    assert 'class="value' not in said
    assert 'href="editions/weekly/all/2016/weekly_all_2016-01-10.pdf"' in said


def test_an_archive_elsewhere_holds_its_index(lite: MakeRuns, tmp_path: Path) -> None:
    """Links stay relative, so that whoever mounts it can follow them; `verify` knows the pages."""
    place = tmp_path / "share"
    place.mkdir(mode=0o750)
    home = lite("2015-12-18T12:00")
    home.environ = {"VIPERREPORT_ARCHIVE": str(place)}
    filed(home)
    assert not (home.path / "output/index.html").exists()
    written = (place / "index.html").read_text()
    ways = WAYS.findall(written)
    assert "weekly/all/2016/weekly_all_2016-01-10.pdf" in ways
    assert all((place / way).is_file() for way in ways)
    assert home.findings() == []
    (place / "index.htm").write_text("")
    (place / "index-1999.html").symlink_to("/etc/passwd")
    assert sorted(about for about, _ in home.findings()) == ["index-1999.html", "index.htm"]


def test_a_template_that_fails_is_stood_in_for(lite: MakeRuns) -> None:
    """The packaged one writes the page, and the operator is told once."""
    home = lite("2015-12-18T12:00")
    (home.path / "templates/index.html.j2").write_text("ok\n{{ index.nothing }}")
    filed(home)
    assert "Weekly shootings briefing" in page(home)
    told = [each for each in home.heard.messages if each.about == "templates/index.html.j2"]
    assert told
    assert ":2: " in told[0].said
    before = len(told)
    home.run("2016-01-11T06:30")
    assert len([each for each in home.heard.messages if each.about == told[0].about]) == before
