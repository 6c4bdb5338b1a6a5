"""Old files go, what they were stays: chain, rows, lists, and that they were pruned."""

import json
import shutil
import subprocess
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from tests.archive.conftest import MakeRuns
from tests.archive.small import Runs, close, utc
from tests.archive.test_chain import DAYS, PDF, TAMPERS, sql, three
from tests.archive.test_kill import Server, asked, server
from viperreport.archive.pruned import Pruning, bound
from viperreport.archive.states import Verb
from viperreport.errors import OnHoldError, UsageError, VerificationError
from viperreport.verbs.archived import filed_edition, listed, rebuilt
from viperreport.verbs.pruning import Age, prunable
from viperreport.verbs.trust import doubts

OLDEST = f"weekly/all/{DAYS[0]}"
__all__ = ["server"]
BEGUN = "2016-05-11T12:00"


def _paths(home: Runs) -> list[str]:
    archive = home.path / "output/editions"
    return sorted(file.relative_to(archive).as_posix() for file in archive.rglob("weekly_*"))


def test_old_files_go_and_what_they_were_stays(runs: MakeRuns) -> None:
    """PDF and records of the oldest; rows, links and manifest lines stay, verify finds nothing."""
    home = three(runs(at=BEGUN))
    before = home.ledger()
    assert len(home.prune("10d").files) == 2
    assert home.pdfs() == [PDF.format(day) for day in DAYS[1:]]
    assert len(_paths(home)) == 4
    after = home.ledger()
    assert [link.chain for link in after.links] == [link.chain for link in before.links]
    assert after.editions == before.editions
    assert after.events[-1].reason == "pruned: 2 files: older than 10d: space"
    assert home.findings() == []
    assert "2 files were pruned, the last 2016-06-01: older than 10d: space" in home.said
    assert home.prune("10d").files == ()
    told = len(home.heard.messages)
    assert home.run().code == 0
    assert len(home.heard.messages) == told


def test_the_lists_tell_what_was_pruned(lite: MakeRuns) -> None:
    """`sha256sum -c` passes, the manifest says when and why, and so does `archive ls`."""
    home = three(lite(at=BEGUN))
    home.prune("10d")
    archive = home.path / "output/editions"
    ended = subprocess.run(
        ["sha256sum", "-c", "SHA256SUMS"], cwd=archive, capture_output=True, text=True, check=True
    )
    assert ended.stdout.count(": OK\n") == 4
    lines = [json.loads(line) for line in (archive / "manifest.jsonl").read_text().splitlines()]
    assert [each.get("pruned", {}).get("number") for each in lines] == [
        1,
        2,
        None,
        None,
        None,
        None,
    ]
    assert lines[0]["pruned"]["reason"] == "older than 10d: space"
    assert lines[1]["slot"] == "2016-05-16T06:00"
    opened = home.home()
    files = listed(opened)
    close(opened)
    assert [each.pruned for each in files][:3] == ["2016-06-01: older than 10d: space"] * 2 + [""]


def test_a_pruned_edition_is_still_rebuilt_and_named(runs: MakeRuns) -> None:
    """`rebuild --check` holds what is built again to the chain; its name means the filed one."""
    home = three(runs(at=BEGUN))
    sha256 = home.ledger().links[1].sha256
    home.prune("10d")
    opened = home.home()
    assert rebuilt(opened, OLDEST) == sha256
    found = filed_edition(opened.ledger, opened.identity.id, OLDEST)
    assert found is not None
    assert found.sha256 == sha256
    close(opened)
    sql(home, f"UPDATE @files SET sha256 = '{'0' * 64}' WHERE name = '{OLDEST}'")  # noqa: S608
    opened = home.home()
    with pytest.raises(VerificationError, match="comes out as another file"):
        rebuilt(opened, OLDEST)
    close(opened)


def test_the_newest_and_the_unsettled_stay(runs: MakeRuns) -> None:
    """Of each briefing and area its newest cut-off; and nothing of one that is not settled."""
    home = runs(at=BEGUN, more='areas = "all + each"')
    home.run()
    home.now = utc("2016-06-01T09:00")
    home.deliver()
    home.run()
    opened = home.home()
    found = prunable(opened, Age.of("1d"))
    close(opened)
    assert {str(edition.key.cut_off) for edition, _ in found.editions} == set(DAYS[:2])
    assert {edition.key.area for edition, _ in found.editions} == {"all", "north", "south"}
    sql(
        home,
        "INSERT INTO @editions (home, briefing, area, cut_off, revision, slot, due, state, reason, "  # noqa: S608
        "code, known_at, configuration, late, released, fault, same, tries, next_try, run, "
        "claimed_at, changed_at) SELECT home, briefing, area, cut_off, 2, slot, due, 'held', "
        "reason, code, known_at, configuration, late, released, fault, same, tries, next_try, run, "
        f"claimed_at, changed_at FROM @editions WHERE area = 'all' AND cut_off = '{DAYS[0]}'",
    )
    opened = home.home()
    found = prunable(opened, Age.of("1d"))
    close(opened)
    assert OLDEST not in {str(edition.key) for edition, _ in found.editions}
    assert f"weekly/north/{DAYS[0]}" in {str(edition.key) for edition, _ in found.editions}


def test_pruning_hides_nothing(runs: MakeRuns) -> None:
    """A file that was changed or deleted is left, with its edition's others, and still found."""
    home = three(runs(at=BEGUN))
    (home.path / "output/editions" / PDF.format(DAYS[0])).unlink()
    found = home.prune("1d")
    assert found.odd == (PDF.format(DAYS[0]),)
    assert {str(edition.key) for edition, _ in found.editions} == {f"weekly/all/{DAYS[1]}"}
    assert [about for about, _ in home.findings()] == [PDF.format(DAYS[0])]


@pytest.mark.parametrize("name", TAMPERS)
def test_a_tamper_is_named_beside_pruned_files(runs: MakeRuns, name: str) -> None:
    """Seven of seven on an archive of which a part was pruned, and a link."""
    home = three(runs(at=BEGUN))
    home.prune("10d")
    TAMPERS[name].do(home)
    found = [said for about, said in home.findings() if about == TAMPERS[name].about]
    assert any(TAMPERS[name].words in said for said in found), home.findings()


def test_a_pruned_file_that_is_there_again_is_a_stray(runs: MakeRuns) -> None:
    """Named by when and why it went; runs leave it where it is."""
    home = three(runs(at=BEGUN))
    file = home.path / "output/editions" / PDF.format(DAYS[0])
    content = file.read_bytes()
    home.prune("10d")
    file.write_bytes(content)
    said = "was pruned (2016-06-01: older than 10d: space), and a file is there again"
    assert home.findings() == [(PDF.format(DAYS[0]), said)]
    home.run()
    assert home.findings() == [(PDF.format(DAYS[0]), said)]


def test_a_pruning_that_was_changed_or_taken_back_is_named(runs: MakeRuns) -> None:
    """Its reason, its row in the middle, and all of its rows: each found, and runs stop."""
    home = three(runs(at=BEGUN))
    home.prune("10d")
    pdf = PDF.format(DAYS[0])
    for change, about in (
        ("UPDATE @prunings SET reason = 'another' WHERE number = 2", pdf),
        ("DELETE FROM @prunings WHERE number = 1", pdf),
        ("DELETE FROM @prunings", "pruning 2"),
    ):
        sql(home, change)
        assert about in {found for found, _ in home.findings()}, home.findings()
    assert home.run().code == 3
    assert "the ledger's list of prunings is another than its witness saw" in home.said


def test_a_forged_pruning_is_not_silent(runs: MakeRuns) -> None:
    """By a wrong hash `verify` names it; by a right one the next run tells the operator of it."""
    home = three(runs(at=BEGUN))
    (home.path / "output/editions" / PDF.format(DAYS[1])).unlink()
    link = home.ledger().links[3]
    row = (
        "INSERT INTO @prunings VALUES (1, 4, '2016-06-01T09:00:00.000000Z', 'x', 'old', '{}', 'x')"
    )
    sql(home, row.format("0" * 64))
    assert PDF.format(DAYS[1]) in {about for about, _ in home.findings()}
    sql(home, "DELETE FROM @prunings")
    right = bound(1, "0" * 64, link.chain, "2016-06-01T09:00:00.000000Z", "old")
    sql(home, row.format(right))
    home.run()
    assert f"1 files were pruned, the last 2016-06-01: old; of weekly/all/{DAYS[1]}" in home.said
    assert home.findings("0" * 63 + "1") != []


def test_killed_between_ledger_and_file(runs: MakeRuns) -> None:
    """The rows stand and the files too: verify says so, and the next run ends it."""
    home = three(runs(at=BEGUN))
    kept = home.path.parent / "kept"
    archive = home.path / "output/editions"
    shutil.copytree(archive, kept)
    home.prune("10d")
    sql(home, "UPDATE @prunings SET done_at = ''")
    shutil.rmtree(archive)
    shutil.copytree(kept, archive)
    found = dict(home.findings())
    assert "is pruned" in found[PDF.format(DAYS[0])]
    assert "not gone yet: the next run removes it" in found[PDF.format(DAYS[0])]
    assert home.run().code == 0
    assert home.findings() == []
    assert len(home.pdfs()) == 2


@pytest.mark.parametrize("step", range(1, 13))
def test_killed_while_pruning(server: Server, runs: MakeRuns, step: int) -> None:
    """SIGKILL before each durable step: the next run leaves all of it or none, and nothing odd."""
    home = three(runs(at=BEGUN))
    (ended,) = server.start([asked(home, at="2016-06-01T09:00", prune="10d", kill=step)])
    assert ended["killed"] or (step == 12 and ended["code"] == 0), ended
    assert home.run().code == 0
    assert home.findings() == []
    assert len(_paths(home)) == (4 if home.ledger().pruned_head.seq else 6)
    home.prune("10d")
    assert home.findings() == []
    assert len(_paths(home)) == 4


def test_a_ledger_put_back_finds_its_prunings_again(lite: MakeRuns) -> None:
    """From before the pruning, or the editions: `adopt` takes both from the manifest."""
    home = three(lite(at=BEGUN))
    state = home.path / "output/state"
    for name in ("after", "first"):
        shutil.copytree(state, home.path.parent / name)
    chain = [link.chain for link in home.ledger().links]
    home.prune("10d")
    cut = home.ledger().pruned_head
    _put_back(home, home.path.parent / "after")
    assert home.run().code == 3
    home.adopt()
    assert home.ledger().pruned_head == cut
    home.run()
    assert home.findings() == []
    sql(home, "DELETE FROM @prunings", "DELETE FROM @files", "DELETE FROM @events")
    sql(home, "DELETE FROM @editions", "DELETE FROM @slots")
    assert home.run().code == 3
    home.adopt()
    assert [link.chain for link in home.ledger().links] == chain
    assert home.ledger().pruned_head == cut
    home.run()
    assert home.findings() == []


def _put_back(home: Runs, kept: Path) -> None:
    for name in ("ledger.db", "ledger.db-wal", "ledger.db-shm"):
        (home.path / "output/state" / name).unlink(missing_ok=True)
        if (kept / name).exists():
            shutil.copy(kept / name, home.path / "output/state" / name)


def test_nothing_is_pruned_by_a_clock_that_no_run_would_go_by(runs: MakeRuns) -> None:
    """A year ahead, every edition would be old."""
    home = three(runs(at=BEGUN))
    home.now = utc("2017-06-01T09:00")
    with pytest.raises(OnHoldError, match="are due at once"):
        home.prune("10d")
    assert len(home.pdfs()) == 3


@pytest.mark.parametrize(
    ("age", "day"),
    [("5y", "2011-02-28"), ("18m", "2014-08-29"), ("400d", "2015-01-25"), ("9999y", "0001-01-01")],
)
def test_ages(age: str, day: str) -> None:
    """Years and months by the calendar, days by counting."""
    assert str(Age.of(age).before(date(2016, 2, 29))) == day


@pytest.mark.parametrize("age", ["", "5", "0d", "5w", "-5y", "1.5y", "5 y", "5Y"])
def test_odd_ages_are_refused(age: str) -> None:
    """With the way to write one."""
    with pytest.raises(UsageError, match="write it as 5y, 18m or 400d"):
        Age.of(age)


def test_no_verb_leads_out_of_pruned(runs: MakeRuns) -> None:
    """A verb on an edition that is pruned says what it says of any that is filed."""
    home = three(runs(at=BEGUN))
    home.prune("10d")
    with pytest.raises(UsageError, match="is filed"):
        home.obey(Verb.RETRY, OLDEST)


def test_pruning_hides_no_archive_that_is_away(lite: MakeRuns) -> None:
    """Though the last file that was filed is pruned, one that is not is missed."""
    home = three(lite(at=BEGUN))
    kept = home.ledger()
    archive = home.path / "output/editions"
    shutil.move(archive, home.path / "away")
    last = replace(kept.links[-1], pruned=Pruning(1, "", "", ""))
    opened = home.home()
    assert "is its disk mounted" in doubts(opened, replace(kept, links=(*kept.links[:-1], last)))
    close(opened)
