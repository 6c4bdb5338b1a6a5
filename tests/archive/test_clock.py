"""A clock that is wrong for one tick files nothing wrong and swallows no true slot."""

import shutil
from datetime import date

import pytest

from tests.archive.conftest import MakeRuns
from tests.archive.small import Runs, utc
from viperreport.archive.states import State
from viperreport.errors import ConfigError, OnHoldError

MONDAY = "weekly/all/2016-05-29"


def test_a_day_back_and_forth(runs: MakeRuns) -> None:
    """Nothing is taken up at the wrong tick; what was filed stays, and all goes on after it."""
    home = runs(at="2016-05-27T12:00")
    home.run()
    home.run("2016-05-30T05:00:05")
    done = home.run("2016-05-29T05:10")
    assert done.code == 3
    assert "the clock shows less than 2016-05-30 05:00 UTC" in home.said
    assert home.run("2016-05-30T05:20").code == 0
    home.now = utc("2016-06-06T05:00:05")
    home.deliver()
    home.run()
    assert [name for name, _ in home.states()] == [MONDAY, "weekly/all/2016-06-05"]
    assert len(home.pdfs()) == 2


def test_back_by_a_moment(lite: MakeRuns) -> None:
    """Half a minute, as clocks are put right all the time: no reason to stop; two minutes are."""
    home = lite()
    home.run("2016-05-30T05:00:05")
    home.now = utc("2016-06-06T05:00:25")
    home.deliver()
    home.run()
    assert home.run("2016-06-06T04:59:55").code == 0
    assert home.run("2016-06-06T04:58:25").code == 3


def test_a_year_ahead_for_one_tick(runs: MakeRuns) -> None:
    """Fifty slots at once are no slots; the true Monday comes in its time."""
    home = runs(at="2016-05-27T12:00")
    home.run()
    assert home.run("2017-05-27T12:10").code == 4
    assert home.states() == []
    assert home.run("2016-05-27T12:20").code == 0
    home.run("2016-05-30T05:00:05")
    assert home.states() == [(MONDAY, State.FILED)]


def test_a_year_ahead_when_nothing_is_loaded_by_it(runs: MakeRuns) -> None:
    """The tick reads no file, so that the true day's files are not refused as going back."""
    home = runs(at="2016-05-27T12:00")
    (home.path / "inbox/shootings-2016-05-26.csv").rename(home.path / "later.csv")
    home.run()
    (home.path / "later.csv").rename(home.path / "inbox/shootings.csv")
    assert home.run("2017-05-27T12:10").loaded == ()
    assert home.run("2016-05-27T12:20").loaded == ("inbox/shootings.csv",)


def _two_hours_ahead(home: Runs) -> None:
    home.run("2016-05-27T12:00")
    home.run("2016-05-30T05:30")  # it is half past three
    assert home.states() == [(MONDAY, State.FILED)]


def test_two_hours_ahead_and_confirmed(runs: MakeRuns) -> None:
    """What was made before its time is void, and made again in its time as a revision."""
    home = runs()
    _two_hours_ahead(home)
    assert home.run("2016-05-30T04:00").code == 3
    assert home.states() == [(MONDAY, State.FILED)]
    assert home.run("2016-05-30T04:10", confirmed=True).code == 0
    assert home.states() == [(MONDAY, State.VOID)]
    home.run("2016-05-30T05:00:05")
    assert home.states() == [(MONDAY, State.VOID), (f"{MONDAY}@2", State.FILED)]
    assert [name.rpartition("/")[2] for name in home.pdfs()] == [
        "weekly_all_2016-05-29.pdf",
        "weekly_all_2016-05-29_r2.pdf",
    ]
    assert home.findings() == []


def test_two_hours_ahead_and_waited_out(runs: MakeRuns) -> None:
    """Without a word nothing is made until the clock has passed what was seen; none is lost."""
    home = runs()
    _two_hours_ahead(home)
    assert home.run("2016-05-30T05:00:05").code == 3
    assert home.run("2016-05-30T05:31").code == 0
    home.run("2016-06-06T05:00:05")
    assert [name for name, _ in home.states()] == [MONDAY, "weekly/all/2016-06-05"]


@pytest.mark.parametrize("ahead", ["2016-05-27T14:00", "2017-05-27T12:00"])
def test_first_seen_by_a_fast_clock(runs: MakeRuns, ahead: str) -> None:
    """A home that is set up by a clock two hours or a year ahead has its Mondays all the same."""
    home = runs(at=ahead)
    home.deliver(date(2016, 5, 26))
    home.run()
    assert home.run("2016-05-27T12:10").code == 3
    home.run("2016-05-27T12:20", confirmed=True)
    home.run("2016-05-30T05:00:05")
    assert [name for name, _ in home.states()] == [MONDAY]


def _state(home: Runs) -> None:
    shutil.copytree(home.path / "output/state", home.path.parent / "kept")


def test_a_ledger_put_back(lite: MakeRuns) -> None:
    """From before Monday: nothing before `adopt`, and then Monday is found in the archive."""
    home = lite()
    home.run()
    _state(home)
    home.run("2016-05-30T05:00:05")
    filed = home.ledger()
    for name in ("ledger.db", "ledger.db-wal", "ledger.db-shm"):
        (home.path / "output/state" / name).unlink(missing_ok=True)
    shutil.copy(home.path.parent / "kept/ledger.db", home.path / "output/state/ledger.db")
    done = home.run("2016-05-30T06:00")
    assert (done.code, home.states()) == (3, [])
    assert "the ledger is older than what its witness saw" in home.said
    assert "viperreport adopt" in home.said
    home.adopt()
    assert home.states() == [(MONDAY, State.FILED)]
    assert [link.chain for link in home.ledger().links] == [link.chain for link in filed.links]
    assert home.run("2016-05-30T06:10").code == 0
    assert len(home.pdfs()) == 1
    assert home.findings() == []


def test_all_of_the_state_put_back(lite: MakeRuns) -> None:
    """Ledger and witness from before Monday: the archive itself tells of it."""
    home = lite()
    home.run()
    _state(home)
    home.run("2016-05-30T05:00:05")
    shutil.rmtree(home.path / "output/state")
    shutil.copytree(home.path.parent / "kept", home.path / "output/state")
    assert home.run("2016-05-30T06:00").code == 3
    assert "the archive holds editions that the ledger does not know" in home.said
    home.adopt()
    assert home.states() == [(MONDAY, State.FILED)]


def test_what_may_be_out_is_not_made_again(lite: MakeRuns) -> None:
    """A ledger put back whose editions are lost: slots that were due are skipped, with a reason."""
    home = lite()
    home.run()
    _state(home)
    home.run("2016-05-30T05:00:05")
    witness = (home.path / "output/state/witness.json").read_bytes()
    shutil.rmtree(home.path / "output")
    shutil.copytree(home.path.parent / "kept", home.path / "output/state")
    (home.path / "output/state/witness.json").write_bytes(witness)
    assert home.run("2016-05-30T06:00").code == 3
    home.adopt()
    ((name, state),) = home.states()
    assert (name, state) == (MONDAY, State.SKIPPED)
    assert home.ledger().editions[0].reason == "restored, presumed sent"
    assert home.run("2016-05-30T06:10").code == 0
    assert home.pdfs() == []


def test_a_copied_home_does_nothing(runs: MakeRuns) -> None:
    """At another path nothing is made before `adopt`, and the original goes on."""
    home = runs()
    home.run()
    copy = Runs(home.path.parent / "copy", home.now, home.environ)
    shutil.copytree(home.path, copy.path)
    done = copy.run("2016-05-30T05:00:05")
    assert (done.code, copy.pdfs()) == (3, [])
    assert "is this a copy?" in copy.said
    if not home.environ:  # on a server both would be one ledger
        assert home.run("2016-05-30T05:00:10").code == 0
    copy.adopt()
    assert [state for _, state in copy.states()] == [State.SKIPPED]
    copy.now = utc("2016-06-06T05:00:05")
    copy.deliver()
    copy.run()
    assert [state for _, state in copy.states()] == [State.SKIPPED, State.FILED]


def test_a_damaged_witness_is_told_and_adopted(lite: MakeRuns) -> None:
    """It says nothing any more: exit 3 with the verb to type, and then all goes on."""
    home = lite()
    home.run()
    (home.path / "output/state/witness.json").write_text('{"home": 1')
    with pytest.raises(ConfigError, match="viperreport adopt"):
        home.run("2016-05-30T05:00:05")
    home.adopt()
    home.now = utc("2016-06-06T05:00:05")
    home.deliver()
    home.run()
    assert [state for _, state in home.states()] == [State.SKIPPED, State.FILED]


def test_adopt_without_a_doubt_does_nothing(runs: MakeRuns) -> None:
    """Typed in vain, it skips no slot that is due."""
    home = runs()
    home.run()
    home.now = utc("2016-05-30T05:10")
    home.adopt()
    assert home.states() == []
    home.run()
    assert home.states() == [(MONDAY, State.FILED)]


def test_nothing_is_corrected_by_a_clock_that_no_run_would_go_by(lite: MakeRuns) -> None:
    """A year ahead: refused, and not noted as seen, so that the next run goes by the true one."""
    home = lite(at="2016-05-27T12:00")
    home.run()
    home.run("2016-05-30T05:00:05")
    with pytest.raises(OnHoldError, match="are due at once"):
        home.correct(MONDAY, at="2017-05-30T05:30")
    assert home.run("2016-05-31T05:00").code == 0
    with pytest.raises(ConfigError, match="the clock shows less than 2016-05-31"):
        home.correct(MONDAY, at="2016-05-30T05:30")
