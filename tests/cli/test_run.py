"""`run` and what goes with it, as cron and an operator meet them: processes, codes, files."""

import json
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from .conftest import HEADER, Ended, clean, rows_of, viperreport

# The home's second thursday: cut-off 8 June 2016.
DUE, SLOT, EDITION = "2016-06-09T05:00:05", "2016-06-09T06:00", "weekly/all/2016-06-08"
BEFORE, LATER = "2016-06-08T12:00", "2016-06-27T12:00"
AT = """\
import sys
from datetime import UTC, datetime, timedelta
from time import monotonic
from viperreport.cli import options
began, given = monotonic(), datetime.fromisoformat(sys.argv.pop(1)).replace(tzinfo=UTC)
options.clock = lambda: given + timedelta(seconds=monotonic() - began)
from viperreport.__main__ import main
main()
"""


def program(instant: str) -> tuple[str, ...]:
    """The program, by a clock that was set to an instant as it began."""
    return (sys.executable, "-c", AT, instant)


def at(instant: str, *arguments: str, cwd: Path, timeout: float = 60) -> Ended:
    """Run the program at an instant."""
    return viperreport(*arguments, cwd=cwd, program=program(instant), timeout=timeout)


def operator(home: Path) -> list[dict[str, str]]:
    """What the operator was told."""
    file = home / "output/state/operator.jsonl"
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


@pytest.fixture
def seen(home: Path) -> Path:
    """A home with newer data and a short template that a run has seen before its slot."""
    return prepared(home)


def prepared(home: Path) -> Path:
    """Load newer data, shorten the briefing, and let a run see the home."""
    source = home / "config/sources/shootings.toml"
    source.write_text(source.read_text().replace("2016-05-31", '"load"', 1))
    (home / "templates").mkdir()
    (home / "templates/weekly.toml").write_text('sections = ["headline", "key_figures"]\n')
    (home.parent / "new.csv").write_text(HEADER + rows_of(date(2015, 1, 1), date(2016, 6, 7)))
    at(BEFORE, "load", "shootings", "../new.csv", cwd=home).done()
    at(BEFORE, "run", cwd=home).done()
    return home


@pytest.fixture(scope="module")
def filed(loaded_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose edition is filed; to be read, or copied, never changed."""
    place = tmp_path_factory.mktemp("filed") / "home"
    home = prepared(Path(shutil.copytree(loaded_home, place)))
    at(DUE, "run", cwd=home).done()
    return home


def test_a_run_says_what_it_did_and_a_second_does_nothing(seen: Path) -> None:
    """Result on stdout, structured lines with the run's id on stderr, exit 0 both times."""
    first = at(DUE, "--json", "run", cwd=seen).done()
    result = json.loads(first.said)
    assert result["code"] == 0
    assert [each["state"] for each in result["editions"]] == ["filed"]
    lines = first.err.splitlines()
    assert {line.split()[1] for line in lines} == {f"run={result['run']}"}
    assert [line.split()[2] for line in lines] == [
        "run",
        "claim",
        "take-up",
        "filed",
        "end",
        "done",
    ]
    second = at("2016-06-09T05:10", "run", cwd=seen).done()
    assert second.said == "nothing to do\n"
    quiet = at("2016-06-09T05:20", "-q", "run", cwd=seen).done()
    assert quiet.err == ""


def test_what_was_filed_is_found_by_its_name(filed: Path) -> None:
    """Archive ls, verify, rebuild --check, history, status; explain, export and build --edition."""
    (listed,) = [
        each
        for each in json.loads(at(DUE, "--json", "archive", "ls", cwd=filed).done().said)
        if each["path"].endswith(".pdf")
    ]
    pdf = filed / "output/editions" / listed["path"]
    assert pdf.read_bytes().startswith(b"%PDF")
    verified = json.loads(at(DUE, "--json", "archive", "verify", cwd=filed).done().said)
    assert verified["findings"] == []
    at(DUE, "archive", "verify", "--head", verified["head"], cwd=filed).done()
    rebuilt = at(DUE, "archive", "rebuild", EDITION, "--check", cwd=filed).done()
    assert "the same file" in rebuilt.said
    assert EDITION in at(DUE, "history", cwd=filed).done().said
    events = json.loads(at(DUE, "--json", "history", EDITION, cwd=filed).done().said)
    assert [each["after"] for each in events] == ["claimed", "filed"]
    assert "next on Thu 16 Jun 2016 06:00" in at(DUE, "status", cwd=filed).done().said
    at(LATER, "build", "--cut-off", "2016-06-08", "--known-at", LATER, cwd=filed)  # a draft
    again = at(LATER, "build", "--edition", EDITION, "-o", "-", cwd=filed).done()
    assert again.out == pdf.read_bytes()
    explained = at(LATER, "explain", "K1", "--edition", EDITION, cwd=filed).done().said
    assert explained.startswith(f"{EDITION}, as known at 2016-06-09 06:00")


def test_last_months_edition_is_rebuilt_from_its_text(seen: Path) -> None:
    """Other priority areas, title, template, theme and areas: the same file to the byte."""
    operation = seen / "config/operation.toml"
    operation.write_text('name = "Viper"\n\n[[priority]]\narea = "North"\nfrom = 2016-01-01\n')
    (seen / "templates/theme.toml").write_text('[colours]\nink = "#101820"\n')
    at(DUE, "run", cwd=seen).done()
    (pdf,) = (seen / "output/editions").rglob("*.pdf")
    operation.write_text(operation.read_text().replace('"North"', '"South"'))
    (seen / "templates/theme.toml").write_text('[colours]\nink = "#000000"\n')
    (seen / "templates/weekly.toml").write_text('sections = ["headline"]\n')
    settings = seen / "config/viperreport.toml"
    settings.write_text(settings.read_text().replace("Weekly shootings", "Other"))
    assert "the same" in at(LATER, "archive", "rebuild", EDITION, "--check", cwd=seen).done().said
    again = at(LATER, "build", "--edition", EDITION, "-o", "-", cwd=seen).done()
    assert again.out == pdf.read_bytes()
    areas = seen / "config/areas.csv"
    areas.write_text(areas.read_text().replace("South,south", "East,east"))
    operation.unlink()
    at(LATER, "archive", "rebuild", EDITION, "--check", cwd=seen).done()


def test_a_tampered_archive_is_exit_5(filed: Path, tmp_path: Path) -> None:
    """Named by its path, a line each."""
    filed = Path(shutil.copytree(filed, tmp_path / "tampered"))
    (pdf,) = (filed / "output/editions").rglob("*.pdf")
    pdf.chmod(0o640)
    pdf.write_bytes(pdf.read_bytes() + b"\n")
    ended = at(LATER, "archive", "verify", cwd=filed)
    assert ended.code == 5
    assert f"{pdf.relative_to(filed / 'output/editions')}: was changed since" in ended.said
    assert at(LATER, "archive", "rebuild", EDITION, "--check", cwd=filed).code == 5


def test_cron_and_a_person_at_once(seen: Path) -> None:
    """Both end with 0, and there is one edition."""
    started = [
        subprocess.Popen(
            [*program(DUE), "run"],
            cwd=seen,
            env=clean(seen),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for _ in range(2)
    ]
    ended = [(each.communicate(timeout=120), each.returncode) for each in started]
    assert [code for _, code in ended] == [0, 0], ended
    assert len(list((seen / "output/editions").rglob("*.pdf"))) == 1
    at(LATER, "archive", "verify", cwd=seen).done()


@pytest.mark.parametrize("count", [100_000, pytest.param(700_000, marks=pytest.mark.slow)])
def test_a_long_load_keeps_no_run_from_its_claims(seen: Path, count: int) -> None:
    """While a load of many rows is under way a run ends well, without a word of a lock.

    And what it makes is the same when it is made again after the load.
    """
    rows = rows_of(date(2015, 1, 1), date(2016, 6, 7))
    more = (f"T{n},2016-05-{n % 28 + 1:02},North,0,1\n" for n in range(count))
    (seen.parent / "long.csv").write_text(HEADER + rows + "".join(more))
    load = subprocess.Popen(
        [*program("2016-06-09T05:00"), "load", "shootings", "../long.csv"],
        cwd=seen,
        env=clean(seen),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    ended = at(DUE, "run", cwd=seen, timeout=300)
    _, said = load.communicate(timeout=300)
    assert ended.code in {0, 4}, ended.err  # whatever the guards say of so many rows at once
    assert load.returncode == 0, said
    assert "locked" not in ended.err + said
    states = json.loads(at(DUE, "--json", "history", cwd=seen).done().said)
    assert [each["edition"] for each in states] == [EDITION]
    if ended.code:
        at(LATER, "release", EDITION, "--reason", "a test", cwd=seen).done()
        at(LATER, "run", "--slot", SLOT, cwd=seen, timeout=300).done()
    at(LATER, "archive", "rebuild", EDITION, "--check", cwd=seen, timeout=300).done()


def test_a_dry_run_says_what_would_be_done(seen: Path) -> None:
    """And does none of it: no row, no file."""
    said = at(DUE, "run", "--dry-run", cwd=seen).done().said
    assert said == f"would claim weekly {SLOT}\nwould send {EDITION} to nobody\n"
    assert not (seen / "output/editions").exists()
    assert json.loads(at(DUE, "--json", "history", cwd=seen).done().said) == []


def test_what_is_on_hold_is_told_and_let_out(seen: Path) -> None:
    """Exit 4 and a message; status says what to type; release files it, and status is 0."""
    ended = at(LATER, "run", "--slot", "2016-06-23T06:00", cwd=seen)
    name = "weekly/all/2016-06-22"
    assert ended.code == 4
    assert f"{name}: held" in ended.said
    assert at(LATER, "run", "--slot", "2016-06-23T06:00", cwd=seen).code == 4
    message, *overdue = operator(seen)
    assert message["about"] == name
    assert [each["about"][-16:] for each in overdue] == ["2016-06-09T06:00", "2016-06-16T06:00"]
    assert f"viperreport release {name} --reason" in message["step"]
    status = at(LATER, "status", cwd=seen)
    assert status.code == 4
    assert f"{name}: on hold: " in status.said
    for told in (message["said"], status.said):  # what the guard itself says to type
        assert "load newer data: viperreport load" in told
    assert f"viperreport release {name} --reason" in status.said
    assert "weekly 2016-06-16T06:00: overdue" in status.said
    assert at(LATER, "release", name, cwd=seen).code == 2
    at(LATER, "release", name, "--reason", "the commander wants it", cwd=seen).done()
    at(LATER, "run", "--slot", "2016-06-23T06:00", cwd=seen).done()
    history = at(LATER, "history", name, cwd=seen).done().said
    assert "release: the commander wants it" in history


def test_what_was_released_is_on_hold_no_more(seen: Path) -> None:
    """Built again it ends with 0; its mail says why it was held, and no "On hold"."""
    at(LATER, "run", "--slot", "2016-06-23T06:00", cwd=seen)
    name = "weekly/all/2016-06-22"
    held = at(LATER, "build", "--cut-off", "2016-06-22", "--format", "html", "-o", "-", cwd=seen)
    assert held.code == 4
    assert "<title>On hold: " in held.said
    at(LATER, "release", name, "--reason", "the commander wants it", cwd=seen).done()
    at(LATER, "run", "--slot", "2016-06-23T06:00", cwd=seen).done()
    again = at(LATER, "build", "--edition", name, "-o", "-", cwd=seen).done()
    (filed,) = (seen / "output/editions").rglob("*_2016-06-22.pdf")
    assert again.out == filed.read_bytes()
    mail = at(LATER, "build", "--edition", name, "--format", "html", "-o", "-", cwd=seen).done()
    assert "On hold" not in mail.said
    assert "Released in spite of a hold: Data end on" in mail.said


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("run --catch-up", "--catch-up and --confirm go together"),
        ("run --wait soon", "write it as 90s, 10m or 1h"),
        ("run nowhere", 'there is no briefing "nowhere"'),
        ("run --slot 2016-06-09", "write it as 2016-05-30T06:00"),
        ("run --slot 2016-06-10T06:00", "is no slot of weekly that is due"),
        ("retry weekly/all/2016-06-08 --reason x", "is no slot or edition of the ledger"),
        ("history weekly/all/2016-06-08", "is no slot or edition of the ledger"),
        ("archive rebuild weekly/all/2016-06-08 --check", "is not in the archive"),
        ("archive rebuild weekly/all/2016-06-08", "give --check"),
    ],
)
def test_what_cannot_be_meant_is_usage(seen: Path, arguments: str, words: str) -> None:
    """One line, exit 2, and nothing is done."""
    ended = at(DUE, *arguments.split(), cwd=seen)
    assert ended.code == 2, ended.err
    assert words in ended.err
    assert not (seen / "output/editions").exists()


def test_a_broken_configuration_is_told_to_the_operator(seen: Path) -> None:
    """Nothing keeps silent: exit 3, a line on stderr and in the operator's file, once a day."""
    settings = seen / "config/viperreport.toml"
    text = settings.read_text()
    settings.write_text(text.replace("weekly on thursday", "0 7 * * 1"))
    for minute in (0, 10):
        assert at(f"2016-06-09T05:{minute:02}", "run", cwd=seen).code == 3
    (message,) = operator(seen)
    assert "config/viperreport.toml" in message["said"]
    settings.write_text(text)
    at("2016-06-09T05:20", "run", cwd=seen).done()


def test_words_that_no_evidence_carries_are_not_filed(seen: Path) -> None:
    """A title that tells of a change ends a run as it ends a build: exit 3, nothing claimed."""
    settings = seen / "config/viperreport.toml"
    text = settings.read_text()
    settings.write_text(text.replace('title = "', 'title = "Gun crime soars: '))
    ended = at(DUE, "run", cwd=seen)
    assert ended.code == 3
    (message,) = operator(seen)
    assert "config/viperreport.toml: briefing.weekly.title" in message["said"]
    assert not (seen / "output/editions").exists()
    settings.write_text(text)
    at(DUE, "run", cwd=seen).done()


def test_a_copied_home_is_adopted(filed: Path, tmp_path: Path) -> None:
    """Exit 3 with the verb to type; `adopt` says what it did, and a run goes on."""
    copy = Path(shutil.copytree(filed, tmp_path / "copy"))
    ended = at("2016-06-16T05:00:05", "run", cwd=copy)
    assert ended.code == 3
    assert "viperreport adopt" in ended.err
    assert at("2016-06-16T05:00:05", "status", cwd=copy).code == 3
    refused = at("2016-06-16T05:01", "skip", EDITION, "--reason", "x", cwd=copy)
    assert refused.code == 3
    adopted = at("2016-06-16T05:02", "adopt", "--reason", "moved", cwd=copy).done()
    assert "restored, presumed sent: moved" in adopted.said
    at("2016-06-16T05:03", "run", cwd=copy).done()
    at("2016-06-16T05:03", "status", cwd=copy).done()


def test_status_before_any_run(home: Path) -> None:
    """Says that there was none, and what to type."""
    said = at(DUE, "status", cwd=home).done().said
    assert "run: there was none yet; type: viperreport run" in said


def test_a_build_does_not_write_into_the_archive(filed: Path) -> None:
    """`-o` into the archive is refused: what is filed is filed by runs."""
    ended = at(DUE, "build", "-o", "output/editions/mine.pdf", cwd=filed)
    assert ended.code == 2
    assert "a file of the home itself" in ended.err
