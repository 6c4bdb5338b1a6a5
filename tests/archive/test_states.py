"""Every state has a verb out of it or is an end, and each verb does what it says."""

import re
from datetime import date
from pathlib import Path

import pytest

from tests.archive.conftest import MakeRuns
from tests.archive.small import Runs, utc
from viperreport.archive.ledger import Claim
from viperreport.archive.states import LEADS, SETTLED, STOPPED, UNFINISHED, State, Verb
from viperreport.errors import UsageError
from viperreport.verbs.running import held_ledger
from viperreport.verbs.trust import bear_witness

MONDAY = "weekly/all/2016-05-29"
SLOT = "2016-05-30T06:00"


def test_the_table_is_whole() -> None:
    """Each state is in one class; what waits for a person has verbs; ends are ends."""
    assert sorted((*UNFINISHED, *STOPPED, *SETTLED)) == sorted(State)
    assert LEADS.keys() == set(State)
    for state in (*UNFINISHED, *STOPPED):
        assert LEADS[state][Verb.RETRY] is State.CLAIMED
        assert LEADS[state][Verb.SKIP] is State.SKIPPED
    releasable = {state for state in State if Verb.RELEASE in LEADS[state]}
    assert releasable == {State.HELD, State.WAITING}
    assert LEADS[State.SKIPPED] == {Verb.RETRY: State.CLAIMED}
    assert LEADS[State.FILED] == dict.fromkeys((Verb.CORRECT, Verb.WITHDRAW), State.FILED)
    assert LEADS[State.VOID] == {}


def test_the_table_in_the_docs_is_the_programs() -> None:
    """Every state has its row, with the verbs that it has."""
    text = (Path(__file__).parents[2] / "docs/operating.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\w+) \|.*\| ([^|]*) \|$", text, re.MULTILINE)
    told = {state: set(re.findall(r"`(\w+)`", verbs)) for state, verbs in rows}
    ours = {str(state): {str(verb) for verb in LEADS[state]} for state in State}
    assert {state: told.get(state) for state in ours} == ours


def held(home: Runs) -> Runs:
    """Bring Monday's edition on hold: its newest load is nine days old."""
    home.run("2016-05-27T12:00")
    home.run("2016-06-06T04:00", slot="2016-05-30T06:00")
    assert [state for _, state in home.states()] == [State.HELD]
    return home


def test_a_held_edition_is_released(runs: MakeRuns) -> None:
    """With the instant and the text of the draft; every page says that it was let out."""
    home = held(runs())
    (before,) = home.ledger().editions
    home.obey(Verb.RELEASE, MONDAY)
    home.run("2016-06-06T04:05")
    (after,) = (each for each in home.ledger().editions if str(each.key) == MONDAY)
    assert (after.state, after.released) == (State.FILED, True)
    assert (after.known_at, after.configuration) == (before.known_at, before.configuration)
    assert "Released in spite of a hold" in words(home, home.pdfs()[0])
    assert home.findings() == []
    assert [event.reason for event in home.ledger().events][-2] == "release: a test"


def words(home: Runs, pdf: str) -> str:
    """The text of an archived PDF's first page."""
    import pypdfium2  # type: ignore[import-untyped]

    document = pypdfium2.PdfDocument(home.path / "output/editions" / pdf)
    text: str = document[0].get_textpage().get_text_range()
    document.close()
    return text


def test_a_held_edition_is_made_of_newer_data(runs: MakeRuns) -> None:
    """`retry` takes what is known and configured by then."""
    home = held(runs())
    home.now = utc("2016-06-06T04:10")
    home.deliver()
    home.obey(Verb.RETRY, MONDAY)
    home.run()
    (edition,) = (each for each in home.ledger().editions if str(each.key) == MONDAY)
    assert (edition.state, edition.known_at, edition.released) == (State.FILED, home.now, False)


def test_a_held_edition_is_skipped_and_taken_up_again(runs: MakeRuns) -> None:
    """`skip` settles it; `retry` opens it again."""
    home = held(runs())
    home.obey(Verb.SKIP, MONDAY)
    home.run("2016-06-06T04:10")
    assert home.states() == [(MONDAY, State.SKIPPED)]
    home.obey(Verb.RETRY, MONDAY)
    assert home.states() == [(MONDAY, State.CLAIMED)]


def test_a_verb_that_leads_nowhere_is_refused(runs: MakeRuns) -> None:
    """What is filed is neither skipped nor made again; the message says what there is."""
    home = runs()
    home.run("2016-05-30T05:00:05")
    for verb in (Verb.RETRY, Verb.SKIP, Verb.RELEASE):
        with pytest.raises(UsageError, match="is filed, there is correct, withdraw"):
            home.obey(verb, MONDAY)
    with pytest.raises(UsageError, match="is no slot or edition of the ledger"):
        home.obey(Verb.SKIP, "weekly/all/2016-05-30")


def test_a_slot_names_all_its_editions(runs: MakeRuns) -> None:
    """A verb with a slot is for every area's edition of it."""
    home = runs(more='areas = "all + each"')
    home.run("2016-05-27T12:00")
    home.run("2016-06-06T04:00", slot="2016-05-30T06:00")
    home.obey(Verb.SKIP, "2016-05-30T06:00")
    assert [state for _, state in home.states()] == [State.SKIPPED] * 3


def test_a_verb_passes_over_what_it_does_not_lead_out_of(runs: MakeRuns) -> None:
    """Of a slot's editions those change that can, all at once; where none can, none does."""
    home = runs(more='areas = "all + each"')
    home.run("2016-05-27T12:00")
    home.run("2016-06-06T04:00", slot=SLOT)
    first, second, third = (name for name, _ in home.states())
    home.obey(Verb.RELEASE, second)
    home.run("2016-06-06T04:05")
    home.obey(Verb.SKIP, third)
    home.obey(Verb.RETRY, SLOT)
    assert home.states() == [
        (first, State.CLAIMED),
        (second, State.FILED),
        (third, State.CLAIMED),
    ]
    with pytest.raises(UsageError, match=f"{first}: is claimed.*{second}: is filed"):
        home.obey(Verb.RELEASE, SLOT)


def test_a_verb_changes_all_or_none(lite: MakeRuns) -> None:
    """An edition that another has changed meanwhile keeps the others as they were."""
    home = lite(more='areas = "all + each"')
    home.run("2016-05-27T12:00")
    home.run("2016-06-06T04:00", slot=SLOT)
    meant = home.ledger().editions
    home.obey(Verb.SKIP, str(meant[-1].key))
    before = home.ledger()
    with (
        home.opened() as opened,
        held_ledger(opened, "test", 1) as ledger,
        pytest.raises(UsageError, match="is no longer held"),
    ):
        ledger.obey(meant, Verb.RETRY, "a test")
    assert home.ledger() == before


DAILY = """
[briefing.daily]
title = "Daily"
template = "weekly"
every = "daily at 06:00"
cut_off = "yesterday"
"""


def test_a_slot_of_several_briefings_is_refused(lite: MakeRuns) -> None:
    """Whoever means the weekly one does not skip the daily one too; the names are offered."""
    home = lite()
    file = home.path / "config/viperreport.toml"
    file.write_text(file.read_text() + DAILY)
    home.run("2016-05-27T12:00")
    for briefing in ("weekly", "daily"):
        home.run("2016-06-06T04:00", slot=SLOT, briefing=briefing)
    before = home.states()
    assert len(before) == 2
    with pytest.raises(UsageError, match="is a slot of several briefings") as refused:
        home.obey(Verb.SKIP, SLOT)
    assert all(name in str(refused.value) for name, _ in before)
    assert home.states() == before


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("verb", Verb)
def test_every_cell_of_the_table(lite: MakeRuns, state: State, verb: Verb) -> None:
    """Each verb leads out of each state as the table says, or is refused and changes nothing."""
    home = lite(every="weekly on saturday at 06:00")
    home.run("2016-05-27T12:00")
    claim = Claim(
        "weekly", "2016-05-28T06:00", utc("2016-05-28T05:00"), date(2016, 5, 27), ("all",)
    )
    known = {"known_at": home.now, "configuration": "x", "late": True, "fault": "f", "tries": 2}
    with home.opened() as opened, held_ledger(opened, "test", 1) as ledger:
        (edition,) = ledger.claim(claim)
        ledger.move(edition, state, "a test", same=2, next_try=utc("2016-05-29"), **known)
        bear_witness(opened, home.now)
    (before,) = home.ledger().editions
    to = LEADS[state].get(verb)
    if to is None:
        with pytest.raises(UsageError, match=f"is {state}, there is"):
            home.obey(verb, str(before.key))
        assert home.ledger().editions == (before,)
        return
    home.obey(verb, str(before.key))
    (after,) = home.ledger().editions
    assert (after.state, after.reason) == (to, f"{verb}: a test")
    assert (after.fault, after.same, after.tries, after.next_try) == ("", 0, 0, None)
    kept = (before.known_at, "x", True)
    anew = verb is Verb.RETRY
    assert (after.known_at, after.configuration, after.late) == (
        (None, "", False) if anew else kept
    )
    assert after.released is (verb is Verb.RELEASE)
