"""Corrections: a revision where figures are other, told on its pages; the old file stays."""

import csv
import io
import json
from pathlib import Path

import pikepdf
import pypdfium2  # type: ignore[import-untyped]
import pytest

from tests.archive.conftest import MakeRuns
from tests.archive.small import Runs, close, utc
from tests.pdf.tags import tagged
from viperreport.archive.states import State, Verb
from viperreport.errors import UsageError, VerificationError
from viperreport.evidence.undo import erase_load
from viperreport.pipeline import LoadOptions, load
from viperreport.verbs.archived import listed, rebuilt
from viperreport.verbs.bringing import SAME_FIGURES
from viperreport.verbs.standing import history

MONDAY, SECOND, THIRD = (f"weekly/all/2016-05-29{tail}" for tail in ("", "@2", "@3"))
SLOT = "2016-05-30T06:00"
REASON = "the file of 29 May came late"
FILES = [f"weekly/all/2016/weekly_all_2016-05-29{tail}.pdf" for tail in ("", "_r2")]


def late(home: Runs, at: str = "2016-05-31T04:00") -> Runs:
    """A home whose Monday was filed without its last three days, which were loaded since."""
    home.run("2016-05-27T12:00")
    home.run("2016-05-30T05:00:05")
    assert {state for _, state in home.states()} == {State.FILED}
    home.now = utc(at)
    home.deliver()
    home.run()
    return home


def pages(file: Path) -> list[str]:
    """The text of each page, in one line."""
    document = pypdfium2.PdfDocument(file)
    said = [" ".join(page.get_textpage().get_text_bounded().split()) for page in document]
    document.close()
    return said


def archived(home: Runs, number: int = 1) -> Path:
    """A PDF of the archive, by its place in FILES."""
    return home.path / "output/editions" / FILES[number]


def attached(file: Path, name: str) -> bytes:
    """A file that goes along in a PDF."""
    with pikepdf.open(file) as pdf:
        return bytes(pdf.attachments[name].get_file().read_bytes())


def test_other_figures_are_a_new_edition(runs: MakeRuns) -> None:
    """It is filed beside the old one, whose file and link stay; both come out the same again."""
    home = late(runs())
    before, old = home.ledger(), archived(home, 0).read_bytes()
    done = home.correct(MONDAY, REASON)
    assert done.made is not None
    assert home.states() == [(MONDAY, State.FILED), (SECOND, State.FILED)]
    assert home.pdfs() == FILES
    assert archived(home, 0).read_bytes() == old
    assert [each.chain for each in home.ledger().links][: len(before.links)] == [
        each.chain for each in before.links
    ]
    assert home.findings() == []
    made = home.ledger().editions[1]
    assert (made.known_at, made.slot) == (home.now, SLOT)
    opened = home.home()
    for name in (MONDAY, SECOND):
        rebuilt(opened, name)
    close(opened)
    assert home.run("2016-05-31T06:00").editions == ()


def test_the_old_one_is_superseded_everywhere(runs: MakeRuns) -> None:
    """List, history, events and manifest name the one that replaced it."""
    home = late(runs())
    home.correct(MONDAY, REASON)
    opened, said = home.home(), f"superseded by {SECOND}"
    assert {(each.edition, each.standing) for each in listed(opened)} == {
        (MONDAY, said),
        (SECOND, ""),
    }
    assert [past.reason for past in history(opened)] == [said, f"correct: {REASON}"]
    close(opened)
    lines = (home.path / "output/editions/manifest.jsonl").read_text().splitlines()
    told = [json.loads(line) for line in lines]
    assert {each.get("superseded_by") for each in told if each["edition"] == MONDAY} == {SECOND}
    assert told[-1]["replaces"]["reason"] == REASON
    event = home.ledger().events[-1]
    assert (str(event.edition), event.after) == (MONDAY, "superseded")


def test_every_page_has_the_band_and_the_last_the_table(lite: MakeRuns) -> None:
    """In words on every page, in the tags once; before and now of what is other, by its key."""
    home = lite()
    (home.path / "templates/weekly.toml").unlink()  # all the pages
    late(home).correct(MONDAY, REASON)
    band = f"Corrected edition 2, replaces 1 of 30 May: {REASON}"
    said = pages(archived(home))
    assert len(said) > 2
    assert [band in page for page in said] == [True] * len(said)
    assert "incidents.ytd.2016 73 75" in said[-1]
    assert not any("Corrected" in page for page in pages(archived(home, 0)))
    tree = tagged(archived(home).read_bytes()).root
    read = [node.words().strip() for node in tree.each() if node.role == "P"]
    assert read.count(band) == 1


def test_figures_csv_has_both(lite: MakeRuns) -> None:
    """Every figure that is other stands in it twice, with its own instant."""
    home = late(lite())
    home.correct(MONDAY, REASON)
    table = csv.DictReader(io.StringIO(attached(archived(home), "figures.csv").decode()))
    rows = {row["key"]: row for row in table}
    before, now = (rows[f"{tail}incidents.ytd.2016"] for tail in ("replaced.", ""))
    assert (before["value"], now["value"]) == ("73", "75")
    assert before["known_at"] < now["known_at"]


def test_the_same_figures_are_no_revision(runs: MakeRuns) -> None:
    """Another instant, another title, newer loads without news: nothing is claimed or changed."""
    home = runs()
    home.run("2016-05-27T12:00")
    home.run("2016-05-30T05:00:05")
    main = home.path / "config/viperreport.toml"
    main.write_text(main.read_text().replace("shootings briefing", "briefing on shootings"))
    before, files = home.ledger(), sorted((home.path / "output/editions").rglob("*"))
    assert home.correct(MONDAY, REASON, "2016-05-30T07:00").made is None
    assert home.run("2016-05-30T07:10", slot=SLOT).code == 0
    after = home.ledger()
    assert (after.events, after.editions, after.links) == (
        before.events,
        before.editions,
        before.links,
    )
    assert sorted((home.path / "output/editions").rglob("*")) == files


def test_only_the_last_one_is_corrected(runs: MakeRuns) -> None:
    """An older one is refused with the name to take; so are a bad reason and what is not filed."""
    home = late(runs())
    home.correct(MONDAY, REASON)
    before = home.ledger().events
    for name, reason, said in (
        (MONDAY, "why", f"is not the last one filed: take {SECOND}"),
        (SECOND, "", "say why"),
        (SECOND, "x" * 5000, "has 5,000 characters"),
        (SECOND, "a\u202eb", r"U\+202E in it does not print"),
        ("weekly/all/2016-05-22", "why", "is no slot or edition of the ledger"),
    ):
        with pytest.raises(UsageError, match=said):
            home.correct(name, reason)
    assert home.ledger().events == before
    home.now = utc("2016-06-02T04:00")
    home.deliver(content=_without_the_first(home))
    home.run()
    home.correct(SECOND, "a record was withdrawn")
    assert home.states()[-1] == (THIRD, State.FILED)
    newest = home.path / "output/editions/weekly/all/2016/weekly_all_2016-05-29_r3.pdf"
    assert "Corrected edition 3, replaces 2 of 30 May: a record was withdrawn" in pages(newest)[0]
    opened = home.home()
    rebuilt(opened, THIRD)
    close(opened)


def _without_the_first(home: Runs) -> str:
    """What was delivered last, without a record of this year."""
    last = max((home.path / "inbox").glob("*.csv"))
    lines = last.read_text().splitlines(keepends=True)
    gone = next(line for line in lines if ",2016-01-" in line)
    return "".join(line for line in lines if line != gone)


def test_one_that_was_withdrawn_is_replaced(runs: MakeRuns) -> None:
    """`correct` leads on from a withdrawal, `run --slot` does not; then all is well."""
    home = late(runs())
    home.withdraw(MONDAY)
    home.run("2016-05-31T05:00", slot=SLOT)
    assert home.states() == [(MONDAY, State.FILED)]
    home.correct(MONDAY, REASON)
    assert home.states()[-1] == (SECOND, State.FILED)
    assert str(home.ledger().standings[MONDAY]) == f"withdrawn: a test; superseded by {SECOND}"
    assert home.status("2016-05-31T05:10") == []
    with pytest.raises(UsageError, match=f"take {SECOND}"):
        home.withdraw(MONDAY)


def mondays(home: Runs) -> list[tuple[str, State]]:
    """Monday's editions alone: the next week's come due as well."""
    return [each for each in home.states() if each[0].startswith(MONDAY)]


def held(home: Runs) -> Runs:
    """A home with a correction on hold: the newest load is nine days old by then."""
    late(home)
    made = home.correct(MONDAY, REASON, "2016-06-09T12:00").made
    assert made is not None
    assert (made.state, made.code) == (State.HELD, 4)
    assert home.pdfs() == FILES[:1]
    assert home.ledger().standings == {}
    return home


def test_a_correction_is_held_and_released(runs: MakeRuns) -> None:
    """Guards hold it like any other; `correct` says what to type; `release` files the draft."""
    home = held(runs())
    assert f"viperreport release {SECOND}" in home.said
    with pytest.raises(UsageError, match=f"release {SECOND}"):
        home.correct(MONDAY, REASON)
    home.run("2016-06-09T12:10", slot=SLOT)
    assert mondays(home) == [(MONDAY, State.FILED), (SECOND, State.HELD)]
    home.obey(Verb.RELEASE, SECOND)
    home.run("2016-06-09T12:20")
    assert mondays(home)[-1] == (SECOND, State.FILED)
    said = pages(archived(home))[0]
    assert "Corrected edition 2" in said
    assert "Released in spite of a hold" in said
    assert home.findings() == []


def test_a_correction_that_is_skipped_leaves_the_old_one(runs: MakeRuns) -> None:
    """The next one has the next number, and replaces what was filed."""
    home = held(runs())
    home.obey(Verb.SKIP, SECOND)
    home.now = utc("2016-06-09T13:00")
    home.deliver()
    home.run()
    home.correct(MONDAY, "once more")
    assert mondays(home)[-1] == (THIRD, State.FILED)
    newest = home.path / "output/editions/weekly/all/2016/weekly_all_2016-05-29_r3.pdf"
    assert "Corrected edition 3, replaces 1 of 30 May: once more" in pages(newest)[0]
    home.obey(Verb.RETRY, SECOND)  # it was passed by: nothing may replace what is newer
    home.run("2016-06-09T13:10")
    (second,) = (each for each in home.ledger().editions if str(each.key) == SECOND)
    assert (second.state, second.reason) == (State.SKIPPED, f"{THIRD} was filed meanwhile")


def test_a_correction_that_has_become_needless_is_skipped(runs: MakeRuns) -> None:
    """The figures are again those that were printed by the time that it is tried again."""
    home = held(runs())
    files = (home.path / "inbox").glob("*.csv")
    home.now = utc("2016-06-09T13:00")
    newest = home.deliver(content=min(files).read_text())
    opened = home.home()
    load(opened, opened.settings.sources[0], newest, LoadOptions(accept_drop=True))
    close(opened)
    home.obey(Verb.RETRY, SECOND)
    home.run("2016-06-09T13:10")
    assert mondays(home) == [(MONDAY, State.FILED), (SECOND, State.SKIPPED)]
    (second,) = (each for each in home.ledger().editions if str(each.key) == SECOND)
    assert second.reason == SAME_FIGURES


def test_a_slot_that_is_filed_is_run_again(runs: MakeRuns) -> None:
    """A revision where figures are other, with its reason; the second time nothing."""
    home = late(runs(more='areas = "all + each"'))
    done = home.run("2016-05-31T05:00", slot=SLOT)
    assert done.code == 0
    keys = {str(each.key) for each in done.editions if each.key.revision == 2}
    assert keys == {f"weekly/{area}/2016-05-29@2" for area in ("all", "north", "south")}
    assert (
        "Corrected edition 2, replaces 1 of 30 May: run again for its slot"
        in (pages(archived(home))[0])
    )
    before = home.ledger().events
    home.run("2016-05-31T05:10", slot=SLOT)
    assert home.ledger().events == before
    assert home.findings() == []


def test_a_slot_is_run_again_for_a_reason(lite: MakeRuns) -> None:
    """It is printed; the file that is new is loaded before."""
    home = lite()
    home.run("2016-05-27T12:00")
    home.run("2016-05-30T05:00:05")
    home.now = utc("2016-05-31T04:00")
    home.deliver()
    home.run(slot=SLOT, reason=REASON)
    assert f"replaces 1 of 30 May: {REASON}" in pages(archived(home))[0]


def test_a_lost_ledger_learns_of_the_correction_again(lite: MakeRuns) -> None:
    """`adopt` restores what replaced what, and the correction comes out the same again."""
    home = late(lite())
    home.correct(MONDAY, REASON)
    home.withdraw(SECOND)
    before = home.ledger()
    for file in (home.path / "output/state").glob("ledger.db*"):
        file.unlink()
    assert home.run("2016-05-31T06:00").code == 3
    home.adopt()
    after = home.ledger()
    assert after.links == before.links
    assert after.standings == before.standings
    assert home.findings() == []
    opened = home.home()
    rebuilt(opened, SECOND)
    close(opened)
    home.now = utc("2016-05-31T06:10")
    with pytest.raises(UsageError, match="so it stays withdrawn"):
        home.correct(SECOND, "again")


def test_a_correction_uses_todays_configuration(lite: MakeRuns) -> None:
    """After an edit the old one is rebuilt by its own text, and the new one by today's."""
    home = late(lite())
    (home.path / "templates/weekly.toml").write_text('sections = ["headline"]\n')
    main = home.path / "config/viperreport.toml"
    main.write_text(main.read_text().replace("Weekly shootings", "Weekly gun crime"))
    home.correct(MONDAY, REASON)
    assert "Weekly gun crime briefing" in pages(archived(home))[0]
    assert "Weekly shootings briefing" in pages(archived(home, 0))[0]
    one, other = home.ledger().editions
    assert one.configuration != other.configuration
    opened = home.home()
    for name in (MONDAY, SECOND):
        rebuilt(opened, name)
    close(opened)


def test_a_hostile_reason_is_text(lite: MakeRuns) -> None:
    """Markup, marks that the fonts lack and a very long word are printed as they are, or named."""
    home = late(lite())
    reason = '<img src="/etc/passwd"/> & <b>{{ 7*7 }}</b> \N{PISTOL} ' + "w" * 140
    home.correct(MONDAY, reason)
    said = "".join(pages(archived(home))).replace(" ", "")
    assert '<imgsrc="/etc/passwd"/>&<b>{{7*7}}</b>[U+1F52B]' in said
    assert "w" * 140 in said.replace("\ufffe", "")


def test_what_was_erased_is_not_told_as_printed(lite: MakeRuns) -> None:
    """Without the records that an edition was made from its figures cannot be set beside others."""
    home = lite()
    home.run("2016-05-27T12:00")
    home.now = utc("2016-05-30T04:00")
    home.deliver()
    home.run("2016-05-30T05:00:05")
    home.now = utc("2016-05-30T06:00")
    opened = home.home()
    erase_load(opened.engine, 2, opened.identity.id, home.now)
    close(opened)
    before = home.ledger().events
    with pytest.raises(VerificationError, match=f"viperreport withdraw {MONDAY}"):
        home.correct(MONDAY, REASON)
    assert home.run("2016-05-30T06:10", slot=SLOT).code == VerificationError.exit_code
    assert home.ledger().events == before
    assert "no longer knows what it was made from" in home.said
