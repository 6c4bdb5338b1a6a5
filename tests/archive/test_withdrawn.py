"""An edition that is withdrawn: nothing is deleted, and wherever it is named it says so."""

import json
import shutil
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.archive.conftest import MakeRuns
from tests.archive.mailing import taken_back
from tests.archive.small import Runs, close
from viperreport.archive.reading import read_ledger
from viperreport.archive.states import State
from viperreport.archive.tables import MIGRATIONS, SCHEMA, migrate, schema_of
from viperreport.database import using
from viperreport.errors import UsageError
from viperreport.verbs.archived import listed
from viperreport.verbs.standing import history, matters

MONDAY = "weekly/all/2016-05-29"


def filed(home: Runs) -> Runs:
    """A home with Monday's edition."""
    home.run("2016-05-27T12:00")
    home.run("2016-05-30T05:00:05")
    assert home.states() == [(MONDAY, State.FILED)]
    return home


def manifest(home: Runs) -> list[dict[str, object]]:
    """The lines of the archive's manifest."""
    text = (home.path / "output/editions/manifest.jsonl").read_text()
    return [json.loads(line) for line in text.splitlines()]


def test_it_is_said_everywhere_and_nothing_else_changes(runs: MakeRuns) -> None:
    """Ledger, list, history, status and manifest; file, chain and sums stay as they were."""
    home = filed(runs())
    before, sums = home.ledger(), (home.path / "output/editions/SHA256SUMS").read_bytes()
    content = (home.path / "output/editions" / home.pdfs()[0]).read_bytes()
    home.withdraw(MONDAY, "the wrong  file\nwas loaded")
    said = "withdrawn: the wrong file was loaded"
    opened = home.home()
    assert {each.standing for each in listed(opened)} == {said}
    assert [past.reason for past in history(opened)] == [said]
    assert (MONDAY, said, 0) in [(each.about, each.said, each.code) for each in matters(opened)]
    close(opened)
    assert {line["withdrawn"] for line in manifest(home)} == {"the wrong file was loaded"}
    assert home.states() == [(MONDAY, State.FILED)]
    assert home.ledger().head == before.head
    assert (home.path / "output/editions/SHA256SUMS").read_bytes() == sums
    assert (home.path / "output/editions" / home.pdfs()[0]).read_bytes() == content
    assert home.findings() == []
    event = home.ledger().events[-1]
    assert (event.before, event.after) == ("filed", "withdrawn")
    assert home.run("2016-05-30T05:10").code == 0
    assert home.findings() == []


def test_what_stays_in_folders_is_named(runs: MakeRuns, tmp_path: Path) -> None:
    """With its path, so that a person takes it away; of an edition that none has, nothing."""
    home, shared = runs(), tmp_path / "shared"
    shared.mkdir()
    (shared / ".viperreport-target").touch()
    (home.path / "config/recipients.toml").write_text(f'[folder.shared]\npath = "{shared}"\n')
    filed(home)
    (told,) = taken_back(home, MONDAY, "wrong").lines
    path, _, said = told.partition(": ")
    assert Path(path).read_bytes().startswith(b"%PDF")
    assert (Path(path).parent, said) == (shared, "stays where it was put: take it away")


def test_it_happens_once(runs: MakeRuns) -> None:
    """A second time, of what is not filed, of a slot, and without a good reason it is refused."""
    home = filed(runs())
    home.withdraw(MONDAY)
    before = home.ledger().events
    for name, reason, said in (
        (MONDAY, "again", "was withdrawn already: a test"),
        ("weekly/all/2016-06-05", "why", "is no slot or edition of the ledger"),
        ("2016-05-30T06:00", "why", "names no edition"),
        (MONDAY, " \n", "say why"),
        (MONDAY, "x" * 5000, "has 5,000 characters: 200 are the most"),
        (MONDAY, "a\u202eb", "U\\+202E in it does not print"),
        (MONDAY, "a\x1bb", "U\\+001B in it does not print"),
    ):
        with pytest.raises(UsageError, match=said):
            home.withdraw(name, reason)
    assert home.ledger().events == before


def test_a_manifest_that_was_changed_is_found(runs: MakeRuns) -> None:
    """Whoever takes the word out of the manifest is found out, and the next run puts it back."""
    home = filed(runs())
    home.withdraw(MONDAY)
    file = home.path / "output/editions/manifest.jsonl"
    file.chmod(0o640)
    file.write_text(file.read_text().replace(', "withdrawn": "a test"', ""))
    assert [about for about, _ in home.findings()] == ["manifest.jsonl"]
    home.run("2016-05-30T05:10")
    assert home.findings() == []
    assert manifest(home)[-1]["withdrawn"] == "a test"


@pytest.mark.parametrize("lost", ["all", "the withdrawal"])
def test_a_lost_ledger_learns_it_again(lite: MakeRuns, lost: str) -> None:
    """`adopt` reads it from the manifest, whether the edition was lost too or only the note."""
    home = filed(lite())
    state = home.path / "output/state"
    shutil.copytree(state, home.path / "backup")
    home.withdraw(MONDAY)
    names = ("ledger.db", "ledger.db-wal", "ledger.db-shm")
    for name in names:
        (state / name).unlink(missing_ok=True)
        if lost != "all" and (home.path / "backup" / name).exists():
            shutil.copy(home.path / "backup" / name, state / name)
    assert home.run("2016-05-30T05:10").code == 3
    home.adopt()
    whole = home.ledger()
    assert str(whole.standings[MONDAY]) == "withdrawn: a test"
    assert home.findings() == []
    assert {line["withdrawn"] for line in manifest(home)} == {"a test"}
    assert home.run("2016-05-30T05:20").code == 0
    home.adopt()
    assert home.ledger().events == whole.events


def test_a_ledger_of_an_older_schema_is_brought_up_to_date(runs: MakeRuns) -> None:
    """From every step on, with what it holds."""
    home = filed(runs())
    opened = home.home()
    with opened.ledger.connect() as connection:
        at = "" if connection.dialect.name == "sqlite" else f"{SCHEMA}."
        for table in ("withdrawals", "successions"):
            with using(connection, to_write=True):
                connection.execute(text(f"DROP TABLE {at}{table}"))
        step = next(n for n, each in enumerate(MIGRATIONS) if "successions" in each[0])
        with using(connection, to_write=True):
            words = {"v": str(step), "k": "schema_version"}
            statement = f"UPDATE {at}meta SET value = :v WHERE key = :k"  # noqa: S608 - ours
            connection.execute(text(statement), words)
            migrate(connection, MIGRATIONS[: step + 1])
            assert schema_of(connection) == step + 1
            connection.execute(text(statement), words | {"v": str(len(MIGRATIONS))})
    assert [str(each.key) for each in read_ledger(opened.ledger, opened.identity.id).editions] == [
        MONDAY
    ]
    close(opened)
    home.withdraw(MONDAY)
