"""An edition as a file: the same bytes everywhere, and what goes along with it where it belongs."""

import hashlib
import io
import json
import re
import shutil
import stat
import threading
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pikepdf
import pytest

from tests.recount import attachments, enclosed, recount, table
from viperreport.errors import ConfigError
from viperreport.pipeline import BuildRequest, make, open_home

from .conftest import CUT_OFF, Demo, clean, viperreport

KNOWN_AT = "2016-05-30T06:00"
BUILD = ("build", "--cut-off", "2016-05-25", "--known-at", KNOWN_AT)
SIDECAR = "output/drafts/weekly.all.2016-05-25.records.csv"


@dataclass(frozen=True)
class File:
    """A PDF by its hash and its /ID."""

    sha256: str
    identity: str


def described(pdf: bytes) -> File:
    """Read what tells one file from another."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        first, second = document.trailer.ID
        assert bytes(first) == bytes(second)
        return File(hashlib.sha256(pdf).hexdigest(), bytes(first).hex())


@pytest.fixture(scope="module")
def copied(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's home in another directory, without what was built there."""
    other = tmp_path_factory.mktemp("elsewhere") / "another place, with a longer name"
    shutil.copytree(demo.home, other)
    shutil.rmtree(other / "output/drafts")
    return other


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"TZ": "Pacific/Auckland"},
        {"LC_ALL": "C"},
        {"LC_ALL": "tr_TR.UTF-8", "LANG": "de_DE.UTF-8"},
        {"PYTHONHASHSEED": "1"},
        {"PYTHONHASHSEED": "2"},
        {"SOURCE_DATE_EPOCH": "1", "PYTHONOPTIMIZE": "2", "COLUMNS": "40"},
    ],
    ids=lambda more: " ".join(f"{k}={v}" for k, v in more.items()) or "another directory",
)
def test_the_same_bytes_everywhere(demo: Demo, copied: Path, more: dict[str, str]) -> None:
    """Another directory, zone, locale or hash seed: the file that the demo itself wrote."""
    environment = clean(copied, **more)
    pdf = viperreport(*BUILD, "-o", "-", cwd=copied, env=environment).done().out
    assert described(pdf) == described(demo.pdf.read_bytes())


def test_the_same_bytes_again_and_in_a_thread(demo: Demo, copied: Path) -> None:
    """A second build in one process, and builds in threads at once, give the same file."""
    home = open_home(copied, {}, lambda: datetime(2026, 1, 1, tzinfo=UTC))
    request = BuildRequest(cut_off=date(2016, 5, 25), known_at=datetime(2016, 5, 30, 5, tzinfo=UTC))
    made = [make(home, request).pdf, make(home, request).pdf]

    def build() -> None:
        own = open_home(copied, {}, lambda: datetime(2027, 1, 1, tzinfo=UTC))
        made.append(make(own, request).pdf)

    threads = [threading.Thread(target=build) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 5
    assert {described(pdf) for pdf in made} == {described(demo.pdf.read_bytes())}


def test_one_changed_row_is_another_file(home: Path) -> None:
    """One record of 512 moved to the other district: another hash and another /ID."""
    told = ("build", "--cut-off", CUT_OFF, "--known-at", "2016-06-10", "-o", "-")
    before = viperreport(*told, cwd=home).done().out
    again = viperreport(*told, cwd=home).done().out
    assert described(before) == described(again)
    rows = home.parent / "shootings.csv"
    shutil.copy(_delivered(home), rows)
    content = rows.read_text()
    line = next(line for line in content.splitlines() if line.startswith("S20160401"))
    assert ",North," in line
    rows.write_text(content.replace(line, line.replace(",North,", ",South,")))
    load_it = ("load", "shootings", str(rows), "--known-at", "2016-06-09")
    viperreport(*load_it, cwd=home).done()
    after = viperreport(*told, cwd=home).done().out
    assert described(after).sha256 != described(before).sha256
    assert described(after).identity != described(before).identity


def _delivered(home: Path) -> Path:
    """Write the file that the home was loaded from."""
    from .conftest import FIRST_DAY, HEADER, LAST_DAY, rows_of

    file = home.parent / "delivered.csv"
    file.write_text(HEADER + rows_of(FIRST_DAY, LAST_DAY))
    return file


def test_records_stay_in_the_home(home: Path, tmp_path: Path) -> None:
    """Wherever the PDF goes, the records lie in output/drafts/, to be read by owner and group."""
    elsewhere = tmp_path / "public"
    elsewhere.mkdir()
    pdf = elsewhere / "briefing.pdf"
    viperreport("build", "--cut-off", CUT_OFF, "-o", str(pdf), cwd=home).done()
    assert [file.name for file in elsewhere.iterdir()] == ["briefing.pdf"]
    sidecar = home / SIDECAR
    assert stat.S_IMODE(sidecar.stat().st_mode) == 0o440
    inside = attachments(pdf.read_bytes())
    assert set(inside) == {"figures.csv", "manifest.json"}
    said = json.loads(inside["manifest.json"])["files"]["records.csv"]
    assert said["sha256"] == hashlib.sha256(sidecar.read_bytes()).hexdigest()
    again = recount(enclosed(inside | {"records.csv": sidecar.read_bytes()}))
    assert again.counted
    assert again.wrong == []
    viperreport("build", "--cut-off", CUT_OFF, cwd=home).done()  # over a file that is read-only


def test_what_is_attached_does_not_lie_beside(home: Path) -> None:
    """After attach_records = true the earlier draft's records are gone; after false they return."""
    settings = home / "config/viperreport.toml"
    written = settings.read_text()
    build = ("build", "--cut-off", CUT_OFF)
    viperreport(*build, cwd=home).done()
    assert (home / SIDECAR).exists()
    settings.write_text(written + "attach_records = true\n")
    viperreport(*build, cwd=home).done()
    assert not (home / SIDECAR).exists()
    settings.write_text(written + "attach_data = false\n")
    pdf = Path(viperreport(*build, cwd=home).done().said.strip())
    assert attachments(pdf.read_bytes()) == {}
    beside = {file.name.removeprefix(f"{pdf.stem}.") for file in pdf.parent.glob("weekly.*")}
    assert beside == {"pdf", "figures.csv", "manifest.json", "records.csv"}
    assert table(pdf.with_suffix(".figures.csv").read_bytes())


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ("attach_records = true\nattach_data = false\n", "needs attach_data = true"),
        ('attach_records = true\ndisclosure = "public"\n', "does not go with disclosure"),
        ("attach_records = 1\n", "must be true or false"),
        ("attach_record = true\n", "did you mean attach_records?"),
    ],
)
def test_contradictions_are_told(home: Path, keys: str, words: str) -> None:
    """File, key and what to write, with exit code 3."""
    settings = home / "config/viperreport.toml"
    settings.write_text(settings.read_text() + keys)
    ended = viperreport("check", cwd=home)
    assert ended.code == 3
    assert words in ended.err
    assert "config/viperreport.toml: briefing.weekly.attach_record" in ended.err


def test_the_hash_of_the_configuration_follows_its_text(home: Path) -> None:
    """A comment in a config file changes it; a file of recipients, or of notes, does not."""
    hashes = [_config_hash(home)]
    (home / "config/recipients.toml").write_text('suppressed = ["chief@example.org"]\n')
    (home / "config/notes.md").write_text("not read")
    hashes.append(_config_hash(home))
    (home / "config/areas.csv").write_text((home / "config/areas.csv").read_text() + "\n")
    hashes.append(_config_hash(home))
    assert hashes[0] == hashes[1] != hashes[2]
    (home / "templates").mkdir()
    shutil.copy(Path(__file__).parents[2] / "templates/weekly.toml", home / "templates")
    assert _config_hash(home) == hashes[2]  # as the one that stood in for it


def _config_hash(home: Path) -> str:
    build = ("build", "--cut-off", CUT_OFF, "-o", "-")
    pdf = viperreport(*build, cwd=home).done().out
    manifest = attachments(pdf)["manifest.json"].decode()
    assert "chief@" not in manifest
    assert not re.search("recipients", manifest)
    return str(json.loads(manifest)["config_hash"])


def test_a_pdf_with_records_is_not_for_everybody(demo: Demo, home: Path) -> None:
    """Records are inside the demo's: owner and group read it. One without them is as any file."""
    assert stat.S_IMODE(demo.pdf.stat().st_mode) == 0o640
    assert stat.S_IMODE((demo.home / "output/drafts").stat().st_mode) & 0o007 == 0
    pdf = Path(viperreport("build", "--cut-off", CUT_OFF, cwd=home).done().said.strip())
    assert stat.S_IMODE(pdf.stat().st_mode) & 0o444 == 0o444


def test_records_follow_no_link_out_of_the_home(home: Path, tmp_path: Path) -> None:
    """A link in the place of the records is replaced, and what it leads to is left alone."""
    outside = tmp_path / "outside.csv"
    outside.write_text("before")
    (home / SIDECAR).parent.mkdir(exist_ok=True)
    (home / SIDECAR).symlink_to(outside)
    viperreport("build", "--cut-off", CUT_OFF, cwd=home).done()
    assert outside.read_text() == "before"
    assert not (home / SIDECAR).is_symlink()


def test_text_edited_meanwhile_is_refused(home: Path) -> None:
    """What an edition is kept with is what it was made by, or there is no edition."""
    opened = open_home(home, {}, lambda: datetime(2016, 6, 10, tzinfo=UTC))
    request = BuildRequest(cut_off=date(2016, 5, 25))
    make(opened, request)
    settings = home / "config/viperreport.toml"
    settings.write_text(settings.read_text().replace("Weekly", "Monthly"))
    with pytest.raises(ConfigError, match=r"viperreport\.toml: was changed while"):
        make(opened, request)


def test_nothing_is_put_in_place_where_something_cannot_be(home: Path) -> None:
    """A directory in the place of the records: exit code 5, and the earlier PDF stands."""
    pdf = Path(viperreport("build", "--cut-off", CUT_OFF, cwd=home).done().said.strip())
    before = pdf.read_bytes()
    (home / SIDECAR).unlink()
    (home / SIDECAR).mkdir()
    settings = home / "config/viperreport.toml"
    settings.write_text(settings.read_text().replace("Weekly", "Monthly"))
    ended = viperreport("build", "--cut-off", CUT_OFF, cwd=home)
    assert ended.code == 5
    assert ended.err.count("\n") == 1
    assert pdf.read_bytes() == before
    assert [each for each in pdf.parent.iterdir() if each.name.startswith(".weekly")] == []


def test_a_path_of_signs_is_a_path(home: Path, tmp_path: Path) -> None:
    """A home whose path holds ?, # and % keeps its store inside."""
    odd = tmp_path / "what?now#%41 home"
    shutil.copytree(home, odd)
    viperreport("build", "--cut-off", CUT_OFF, "-o", "-", cwd=odd).done()
    assert sorted(each.name for each in tmp_path.iterdir()) == ["home", odd.name]


@pytest.mark.parametrize("output", ["loop", "inbox/shootings-1.csv", "config/areas.csv"])
def test_o_keeps_off_what_the_home_needs(home: Path, output: str) -> None:
    """A circle of links, a delivery, a file of the configuration: one line, exit code 2."""
    (home / "loop").symlink_to("loop")
    (home / "inbox").mkdir()
    (home / "inbox/shootings-1.csv").write_text("evidence")
    source = home / "config/sources/shootings.toml"
    source.write_text('path = "inbox/shootings*.csv"\n' + source.read_text())
    ended = viperreport("build", "--cut-off", CUT_OFF, "-o", output, cwd=home)
    assert ended.code == 2
    assert ended.err.count("\n") == 1
    assert (home / "inbox/shootings-1.csv").read_text() == "evidence"
