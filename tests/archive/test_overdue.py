"""Nothing is late in silence: each state at each age, `status` and the messages of runs alike."""

import shutil
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.archive.conftest import MakeRuns
from tests.archive.small import Runs, utc
from viperreport.archive.states import SETTLED, UNFINISHED, State, Verb
from viperreport.errors import ViperReportError
from viperreport.verbs.overdue import overdue_edition
from viperreport.verbs.standing import matters

MONDAY = "weekly/all/2016-05-29"
SLOT = "weekly 2016-05-30T06:00"
DUE = "2016-05-30T05:00"
MAKE = "viperreport.verbs.bringing.make"
WAIT = 'wait_for_data = "11:00"'


def overdue_told(home: Runs) -> list[str]:
    """What the operator heard of being overdue, without the reasons."""
    said = [each for each in home.heard.messages if each.said.startswith("overdue")]
    assert all("viperreport run" in each.step for each in said)
    return [each.about for each in said]


def steps(home: Runs, at: str) -> dict[str, str]:
    """What `status` says to type, by what it is about."""
    home.now = utc(at)
    return {each.about: each.step for each in matters(home.home()) if each.code}


def test_every_state_at_every_age(lite: MakeRuns) -> None:
    """Unfinished and past its time: overdue, with an exit code and what to type; else not."""
    home = lite(more=WAIT)
    home.run()
    home.run(f"{DUE}:05")
    opened, whole = home.home(), home.ledger()
    (filed,) = whole.editions
    late = {State.CLAIMED: 31, State.FAULTED: 31, State.WAITING: 5 * 60 + 31}  # 11:00 is 10:00 UTC
    assert set(late) == set(UNFINISHED)
    for state in State:
        edition = replace(filed, state=state, reason="why", code=0)
        for minutes in (0, 29, 31, 5 * 60 + 29, 5 * 60 + 31, 60 * 24 * 30):
            now = filed.due + timedelta(minutes=minutes)
            alive = replace(whole, newest=now, events=())
            found = overdue_edition(opened, alive, edition, now)
            assert (found is not None) == (minutes >= late.get(state, 10**9)), (state, minutes)
            if found is not None:
                assert (found.code, found.about) == (4, MONDAY)
                assert "viperreport" in found.step
        forgotten = overdue_edition(opened, whole, edition, filed.due + timedelta(hours=1))
        assert (forgotten is not None) == (state in UNFINISHED)
        if forgotten is not None:
            assert "the last run was on 2016-05-30 at 06:00" in forgotten.said
            assert "cron or the daemon" in forgotten.step


def test_a_slot_that_no_run_has_taken_up(lite: MakeRuns) -> None:
    """Cron or the daemon is dead: after half an hour `status` ends with 4, and says so."""
    home = lite()
    home.run()
    assert home.status(f"{DUE}:05") == []
    assert home.status("2016-05-30T05:29") == []
    assert home.status("2016-05-30T05:31") == [(SLOT, 4)]
    assert steps(home, "2016-05-30T05:31") == {
        SLOT: "viperreport run, and see whether cron or the daemon is at work"
    }
    home.run("2016-05-30T05:32")
    assert home.states() == [(MONDAY, State.FILED)]
    assert overdue_told(home) == []
    assert home.status("2016-05-30T05:33") == []


def test_a_slot_that_cannot_be_claimed(lite: MakeRuns) -> None:
    """Runs come and find faults in the configuration: told again once it is overdue."""
    home = lite()
    home.run()
    (home.path / "templates/theme.toml").write_text('[colours]\nink = "white"\n')
    assert home.run(f"{DUE}:05").code == 3
    assert home.run("2016-05-30T05:20").code == 3
    assert overdue_told(home) == []
    assert home.run("2016-05-30T05:40").code == 3
    assert overdue_told(home) == [SLOT]
    assert home.status("2016-05-30T05:41") == [(SLOT, 4)]
    assert steps(home, "2016-05-30T05:41") == {SLOT: "viperreport run, which says why"}


def test_an_edition_that_a_full_disk_keeps(lite: MakeRuns) -> None:
    """Claimed and put off for an hour: overdue, told by the runs; settled by itself afterwards."""
    home = lite()
    home.run()
    archive = home.path / "output/editions"
    archive.write_text("in the way")
    assert home.run(f"{DUE}:05").code == 5
    assert home.status("2016-05-30T05:20") == [(MONDAY, 0)]
    home.run("2016-05-30T05:40")
    assert overdue_told(home) == [MONDAY]
    assert home.status("2016-05-30T05:41") == [(MONDAY, 5)]
    assert "viperreport run" in steps(home, "2016-05-30T05:41")[MONDAY]
    archive.unlink()
    home.run("2016-05-30T06:10")
    assert (home.states(), home.status("2016-05-30T06:11")) == ([(MONDAY, State.FILED)], [])


def test_an_edition_with_faults(lite: MakeRuns, monkeypatch: pytest.MonkeyPatch) -> None:
    """Overdue while it is tried again by itself, told once it is; then failed, with its reason."""
    home = lite()
    home.run()

    def make(_home: object, _request: object) -> object:
        raise ViperReportError("a fault that stays")

    monkeypatch.setattr(MAKE, make)
    home.run(f"{DUE}:05")
    home.run("2016-05-30T05:01:10")
    assert home.status("2016-05-30T05:10") == [(MONDAY, 0)]
    assert home.status("2016-05-30T05:32") == [(MONDAY, 1)]
    home.run("2016-05-30T05:16")  # not yet tried: its time is 05:16:10
    home.run("2016-05-30T05:33")
    assert home.states() == [(MONDAY, State.FAILED)]
    (edition,) = home.ledger().editions
    assert edition.reason == "a fault that stays"
    assert steps(home, "2016-05-30T05:34") == {MONDAY: f"viperreport retry {MONDAY} --reason …"}
    monkeypatch.undo()
    home.obey(Verb.RETRY, MONDAY)
    home.now = utc("2016-06-02T12:00")  # days later a person has it made: not overdue at once
    home.run("2016-06-02T12:00")
    assert home.states() == [(MONDAY, State.FILED)]


def test_what_a_person_takes_up_again_is_given_time(lite: MakeRuns) -> None:
    """A week later, `retry`: overdue only when no run has made it half an hour after that."""
    home = lite()
    home.run("2016-05-27T12:00")
    home.run("2016-06-06T04:00", slot="2016-05-30T06:00")
    assert home.states() == [(MONDAY, State.HELD)]
    home.obey(Verb.SKIP, MONDAY)
    home.now = utc("2016-06-06T04:30")
    home.obey(Verb.RETRY, MONDAY)
    assert (MONDAY, 0) in home.status("2016-06-06T04:50")
    assert (MONDAY, 4) in home.status("2016-06-06T05:01")


def test_an_edition_that_waits_and_is_forgotten(lite: MakeRuns) -> None:
    """While runs come it may wait; when none comes any more, `status` ends with 4 for it."""
    home = lite(more=WAIT, coverage='coverage = "newest-record"')
    home.run()
    home.run(f"{DUE}:05")
    assert home.states() == [(MONDAY, State.WAITING)]
    assert home.status("2016-05-30T05:20") == [(MONDAY, 0)]
    assert home.status("2016-05-30T05:40") == [(MONDAY, 4)]
    home.run("2016-05-30T09:50")
    assert home.status("2016-05-30T09:55") == [(MONDAY, 0)]
    assert home.status("2016-05-30T10:31") == [(MONDAY, 4)]
    assert overdue_told(home) == []
    home.run("2016-05-30T10:32")
    (edition,) = home.ledger().editions
    assert (edition.state, bool(edition.reason)) == (State.HELD, True)


@pytest.mark.parametrize(("written", "minutes"), [("5m", 5), ("2h", 120)])
def test_a_home_says_what_is_overdue(lite: MakeRuns, written: str, minutes: int) -> None:
    """By [operator] overdue_after; first sight and catch-up keep their own half hour."""
    home = lite()
    settings = home.path / "config/viperreport.toml"
    settings.write_text(settings.read_text() + f'[operator]\novderdue = "{written}"\n')
    with pytest.raises(ViperReportError, match=r"operator.*did you mean overdue_after\?"):
        home.run()
    settings.write_text(settings.read_text().replace("ovderdue", "overdue_after"))
    home.run()
    before, after = (utc(DUE) + timedelta(minutes=minutes + n) for n in (-1, 1))
    assert home.status(f"{before:%Y-%m-%dT%H:%M}") == []
    assert home.status(f"{after:%Y-%m-%dT%H:%M}") == [(SLOT, 4)]


@pytest.mark.parametrize("value", ['"0m"', '"30"', "30", '"soon"', '"169h"', '"-5m"', "true"])
def test_a_length_that_is_none_is_refused(lite: MakeRuns, value: str) -> None:
    """With file and key."""
    home = lite()
    settings = home.path / "config/viperreport.toml"
    settings.write_text(settings.read_text() + f"[operator]\noverdue_after = {value}\n")
    with pytest.raises(ViperReportError, match=r"viperreport\.toml: operator\.overdue_after: must"):
        home.run()


def test_every_slot_ends_with_a_reason(lite: MakeRuns) -> None:
    """Four Mondays: well, a full disk, no data, nobody there; each is filed or says why not."""
    home = lite(more=WAIT + '\ncatch_up = "none"')
    home.run()
    folder = home.path / "output/editions/weekly/all/2016"
    home.now = utc("2016-05-30T04:50")
    home.deliver()
    home.run(f"{DUE}:05")
    shutil.move(folder, home.path / "kept")
    folder.write_text("in the way")
    home.now = utc("2016-06-06T04:50")
    home.deliver()
    for at in ("2016-06-06T05:00:05", "2016-06-06T05:40", "2016-06-06T06:40"):
        home.run(at)
    folder.unlink()
    shutil.move(home.path / "kept", folder)
    home.run("2016-06-06T07:00")
    for at in ("2016-06-13T05:00:05", "2016-06-13T10:05", "2016-06-20T08:00"):
        home.run(at)
    whole = home.ledger()
    ends = {each.slot[:10]: each for each in whole.editions}
    assert sorted(ends) == ["2016-05-30", "2016-06-06", "2016-06-13", "2016-06-20"]
    for edition in ends.values():
        assert edition.state in (*SETTLED, State.HELD, State.FAILED)
        assert edition.reason or edition.state is State.FILED
    assert {str(each.state) for each in ends.values()} == {"filed", "held", "skipped"}
    assert set(overdue_told(home)) == {"weekly/all/2016-06-05"}
