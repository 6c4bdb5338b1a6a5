"""What a run takes up, and what becomes of it, by clocks and feeds of every kind."""

import json
import os
from dataclasses import replace
from datetime import date

import pytest

from tests.archive.conftest import MakeRuns
from tests.archive.small import Runs, close, utc
from viperreport.archive.states import State, Verb
from viperreport.errors import UsageError
from viperreport.pipeline import BuildRequest, build
from viperreport.verbs.archived import filed_edition, rebuilt
from viperreport.verbs.built import built_before
from viperreport.verbs.planning import MISSED, PASSED_OVER

MONDAY = "weekly/all/2016-05-29"


def test_a_slot_is_filed_once(runs: MakeRuns) -> None:
    """First sight, then Monday: one edition; every later run finds nothing to do."""
    home = runs()
    assert home.run("2016-05-27T12:00").code == 0
    assert home.pdfs() == []
    done = home.run("2016-05-30T05:00:05")
    assert (done.code, [str(each.key) for each in done.editions]) == (0, [MONDAY])
    before = home.ledger()
    assert home.run("2016-05-30T05:10").editions == ()
    assert home.ledger().events == before.events
    assert home.pdfs() == ["weekly/all/2016/weekly_all_2016-05-29.pdf"]
    assert home.findings() == []
    assert home.heard.messages == []


def test_the_first_run_that_cron_starts_means_its_slot(runs: MakeRuns) -> None:
    """A briefing that is first seen seconds after its slot gets that edition."""
    home = runs()
    home.run("2016-05-30T05:00:03")
    assert home.states() == [(MONDAY, State.FILED)]
    assert home.status("2016-06-06T05:29") == []
    assert home.status("2016-06-06T05:31") == [("weekly 2016-06-06T06:00", 4)]


def test_the_claim_holds_instant_and_configuration(runs: MakeRuns) -> None:
    """The edition is known as at its claim, and keeps the hash of the text it was built by."""
    home = runs()
    home.run("2016-05-30T05:00:05")
    (edition,) = home.ledger().editions
    assert edition.known_at == home.now
    assert (home.path / "output/state/configurations" / edition.configuration).is_dir()


@pytest.mark.parametrize("catch_up", ["all", "latest", "none"])
def test_down_three_weeks(runs: MakeRuns, catch_up: str) -> None:
    """`all` and `latest` file three, `none` writes three skipped rows; once.

    Of `latest` all but the newest are marked as not to be sent.
    """
    home = runs(at="2016-05-11T12:00", more=f'catch_up = "{catch_up}"')
    home.run()
    home.now = utc("2016-06-01T09:00")
    home.deliver()
    done = home.run()
    assert done.code == 0
    expected = State.SKIPPED if catch_up == "none" else State.FILED
    days = ("2016-05-15", "2016-05-22", "2016-05-29")
    assert home.states() == [(f"weekly/all/{day}", expected) for day in days]
    assert len(home.pdfs()) == (0 if catch_up == "none" else 3)
    reasons = [each.reason for each in home.ledger().editions]
    said = {
        "all": ["", "", ""],
        "latest": [PASSED_OVER, PASSED_OVER, ""],
        "none": [MISSED, MISSED, MISSED],
    }
    assert reasons == said[catch_up]
    before = home.ledger()
    assert home.run("2016-06-01T09:30").editions == ()
    assert home.ledger().events == before.events


@pytest.mark.parametrize(
    ("at", "state"), [("2016-05-30T05:29", State.FILED), ("2016-05-30T05:31", State.SKIPPED)]
)
def test_what_is_on_time_is_not_missed(lite: MakeRuns, at: str, state: State) -> None:
    """Without catch-up a slot is made within half an hour of its time, and skipped after it."""
    home = lite(more='catch_up = "none"')
    home.run()
    home.run(at)
    assert home.states() == [(MONDAY, state)]


def test_what_kept_an_edition_from_being_made_is_no_reason(lite: MakeRuns) -> None:
    """Filed once the disk is mended, it bears what its claim said, and what a person typed."""
    home = lite(at="2016-05-11T12:00", more='catch_up = "latest"')
    home.run()
    home.now = utc("2016-06-01T09:00")
    home.deliver()
    (home.path / "output/editions").write_text("in the way")
    assert home.run().code == 5
    assert all("cannot be filed" in each.reason for each in home.ledger().editions)
    home.obey(Verb.RETRY, "weekly/all/2016-05-22")
    (home.path / "output/editions").unlink()
    assert home.run("2016-06-01T09:10").code == 0
    reasons = [each.reason for each in home.ledger().editions]
    assert reasons == [PASSED_OVER, f"{PASSED_OVER}; retry: a test", ""]


def test_many_slots_at_once_want_a_word(runs: MakeRuns) -> None:
    """Four weeks missed, or a clock that is wrong: nothing is claimed before it is confirmed."""
    home = runs(at="2016-05-03T12:00")
    home.run()
    home.now = utc("2016-06-01T09:00")
    home.deliver()
    done = home.run()
    assert done.code == 4
    assert home.states() == []
    assert "4 slots of a briefing are due at once" in home.said
    assert "viperreport run --catch-up --confirm" in home.said
    assert home.run(confirmed=True).code == 0
    assert [state for _, state in home.states()] == [State.FILED] * 4


def test_each_area_gets_its_own(runs: MakeRuns) -> None:
    """`all + each`: the whole and every area, in one claim."""
    home = runs(more='areas = "all + each"')
    home.run("2016-05-30T05:00:05")
    names = [f"weekly/{area}/2016-05-29" for area in ("all", "north", "south")]
    assert home.states() == [(name, State.FILED) for name in names]
    assert home.findings() == []


def test_two_slots_with_one_cut_off_are_one_edition(runs: MakeRuns) -> None:
    """The second is noted as skipped, with its reason."""
    home = runs(every="daily at 06:00")
    settings = home.path / "config/viperreport.toml"
    settings.write_text(settings.read_text().replace('"yesterday"', '"last sunday"'))
    home.run("2016-05-30T05:00:05")
    home.run("2016-05-31T05:00:05")
    assert home.states() == [(MONDAY, State.FILED)]
    outcomes = [(each.slot, each.outcome) for each in home.ledger().slots]
    assert outcomes == [
        ("2016-05-30T06:00", "claimed"),
        ("2016-05-31T06:00", "skipped: same cut-off"),
    ]


def test_a_late_feed_is_waited_for(runs: MakeRuns) -> None:
    """It comes at nine: the slot waits, then runs, known as at nine."""
    home = runs(more='wait_for_data = "11:00"', coverage='coverage = "newest-record"')
    done = home.run("2016-05-30T05:00:05")
    assert (done.code, home.states()) == (0, [(MONDAY, State.WAITING)])
    (waiting,) = home.ledger().editions
    assert "ends on 2016-05-25" in waiting.reason
    assert "waiting until 2016-05-30 11:00" in waiting.reason
    assert home.status("2016-05-30T05:20") == [("weekly/all/2016-05-29", 0)]
    assert home.status("2016-05-30T05:40") == [("weekly/all/2016-05-29", 4)]  # where are the runs?
    home.now = utc("2016-05-30T08:00")
    home.deliver()
    home.run()
    (edition,) = home.ledger().editions
    assert (edition.state, edition.known_at) == (State.FILED, home.now)
    assert home.heard.messages == []


def _told(home: Runs, number: int) -> dict[str, str]:
    lines = (home.path / "output/editions/manifest.jsonl").read_text().splitlines()
    told: list[dict[str, str]] = [json.loads(line) for line in lines]
    return [each for each in told if each["path"].endswith(".pdf")][number]


def test_the_edition_before_is_the_one_that_was_filed(runs: MakeRuns) -> None:
    """A file came after the slot: next week tells as late only what came after the edition."""
    home = runs(more='wait_for_data = "11:00"', coverage='coverage = "newest-record"')
    template = home.path / "templates/weekly.toml"
    template.write_text('sections = ["headline", "key_figures", "changed"]\n')
    home.run("2016-05-30T05:00:05")
    home.now = utc("2016-05-30T08:00")
    home.deliver()
    home.run()
    home.now = utc("2016-06-06T05:00:05")
    home.deliver(date(2016, 6, 6))
    home.run()
    first, second = home.ledger().editions
    assert (first.state, second.state) == (State.FILED, State.FILED)
    assert first.known_at == utc("2016-05-30T08:00")
    assert _told(home, 0)["previous_known_at"] == ""
    assert _told(home, 1)["previous_known_at"] == first.known_at.isoformat()
    opened = home.home()
    rebuilt(opened, "weekly/all/2016-06-05")
    built = filed_edition(opened.ledger, opened.identity.id, "weekly/all/2016-06-05")
    assert built is not None
    before = {each.key: each.value for each in build(opened, _by_slot(built.request)).figures}
    now = {each.key: each.value for each in build(opened, built.request).figures}
    close(opened)
    last = "incidents.ytd.2016.revision.last"
    assert now[last] == _value(home, MONDAY, "incidents.ytd.2016")
    assert before.get(last) != now[last]  # as known at its slot it was another


def _value(home: Runs, name: str, key: str) -> int | float | None:
    opened = home.home()
    built = filed_edition(opened.ledger, opened.identity.id, name)
    assert built is not None
    found = {each.key: each.value for each in build(opened, built.request).figures}[key]
    close(opened)
    return found


def _by_slot(request: BuildRequest) -> BuildRequest:
    return replace(request, previous_known_at=None)


def test_a_feed_that_never_comes_puts_on_hold(runs: MakeRuns) -> None:
    """Past eleven: a draft, nothing in the archive, the operator told; once."""
    home = runs(more='wait_for_data = "11:00"', coverage='coverage = "newest-record"')
    home.run("2016-05-30T05:00:05")
    done = home.run("2016-05-30T10:00:01")
    assert (done.code, home.states()) == (4, [(MONDAY, State.HELD)])
    assert home.pdfs() == []
    assert (home.path / "output/drafts/weekly.all.2016-05-29.pdf").read_bytes().startswith(b"%PDF")
    assert "on hold" in home.said
    assert f"viperreport release {MONDAY}" in home.said
    draft = built_before(home.path, MONDAY, lambda _: None)  # as `build --edition` finds it
    assert draft.request.late
    told = len(home.heard.messages)
    assert home.run("2016-05-30T10:10").code == 0
    assert len(home.heard.messages) == told


def test_nothing_loaded_is_on_hold(runs: MakeRuns) -> None:
    """A slot of a home without data is held, not lost and not a fault."""
    home = runs()
    (home.path / "inbox/shootings-2016-05-26.csv").unlink()
    done = home.run("2016-05-30T05:00:05")
    assert (done.code, home.states()) == (4, [(MONDAY, State.HELD)])
    assert "nothing is loaded yet" in home.said


def test_a_refused_load_is_told_and_holds(runs: MakeRuns) -> None:
    """Exit 4, the operator told with the file's name, the edition on hold; the file not again."""
    home = runs()
    home.run("2016-05-27T12:00")
    home.now = utc("2016-05-30T05:00:05")
    home.deliver(content="id,day,district,killed\nx,?,North,0\n")
    done = home.run()
    assert (done.code, home.states()) == (4, [(MONDAY, State.HELD)])
    assert "inbox/shootings-2016-05-29.csv" in home.said
    told = len(home.heard.messages)
    home.run("2016-05-30T05:10")
    assert len(home.heard.messages) == told
    assert home.status("2016-05-30T05:11")[-1] == ("source shootings", 4)


def test_a_file_that_is_none_is_told_once(runs: MakeRuns) -> None:
    """UTF-16, or nothing at all: refused by the run that meets it, and not again by the next."""
    home = runs()
    home.run()
    home.now = utc("2016-05-27T13:00")
    file = home.deliver()
    file.write_bytes("id,day\n".encode("utf-16"))
    os.utime(file, (home.now.timestamp(),) * 2)
    assert home.run("2016-05-27T13:10").code == 4
    assert home.run("2016-05-27T13:20").code == 0
    assert len(home.heard.messages) == 1


def test_files_are_loaded_once(runs: MakeRuns) -> None:
    """What was read is not read again by the next run; what comes new is."""
    home = runs()
    assert home.run("2016-05-27T12:00").loaded == ("inbox/shootings-2016-05-26.csv",)
    home.now = utc("2016-05-31T12:00")
    home.deliver()
    assert home.run().loaded == ("inbox/shootings-2016-05-30.csv",)
    assert home.run("2016-05-31T13:00").loaded == ()
    home.now = utc("2016-05-31T14:00")
    home.deliver(date(2016, 5, 30))
    assert home.run().loaded == ("inbox/shootings-2016-05-30.csv",)  # delivered again: alive
    assert home.run("2016-05-31T15:00").loaded == ()


def test_one_slot_alone(runs: MakeRuns) -> None:
    """`--slot` takes up a slot from before the first sight; a second time it is done already."""
    home = runs()
    home.run("2016-05-31T12:00", slot="2016-05-30T06:00")
    assert home.states() == [(MONDAY, State.FILED)]
    before = home.ledger().events
    again = home.run("2016-05-31T12:05", slot="2016-05-30T06:00")
    assert (again.code, [each.state for each in again.editions]) == (0, [State.FILED])
    assert home.ledger().events == before
    with pytest.raises(UsageError, match="no slot of weekly that is due: the last one"):
        home.run("2016-05-31T12:10", slot="2016-05-31T06:00")
    for beyond in ("0001-01-01T00:00", "9999-12-31T06:00"):
        with pytest.raises(UsageError, match="its year is none"):
            home.run("2016-05-31T12:15", slot=beyond)
    with pytest.raises(UsageError, match="no slot of weekly that is due: the last one"):
        home.run("2016-05-31T12:10", slot="2016-06-06T06:00")  # it is yet to come


def test_another_schedule_counts_from_when_it_is_seen(runs: MakeRuns) -> None:
    """What was due by the old one is taken up; days before the change are not, by the new one."""
    home = runs(at="2016-05-18T12:00")
    home.run()
    settings = home.path / "config/viperreport.toml"
    settings.write_text(settings.read_text().replace("weekly on monday at", "daily at"))
    home.run("2016-05-24T12:00")
    assert home.states() == [("weekly/all/2016-05-22", State.FILED)]
    home.run("2016-05-25T06:00")
    assert [name for name, _ in home.states()][1:] == ["weekly/all/2016-05-24"]


def test_waiting_writes_one_event(lite: MakeRuns) -> None:
    """Ten runs find the same lacking: they note nothing anew."""
    home = lite(more='wait_for_data = "11:00"', coverage='coverage = "newest-record"')
    home.run("2016-05-30T05:00:05")
    before = home.ledger().events
    for minute in range(10, 20):
        home.run(f"2016-05-30T05:{minute}")
    assert home.states() == [(MONDAY, State.WAITING)]
    assert home.ledger().events == before
