"""Where deliveries stand: what `status` and `history` say, and what `retry` and `skip` do."""

import re
import socket
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from tests.archive.conftest import MakeRuns
from tests.archive.mailing import AT, MONDAY, addresses, deliveries, lets_mail, lists, states
from tests.archive.small import Runs, utc
from tests.channels.mail_server import Fault, Post
from viperreport.archive.deliveries import (
    NOT_CONFIRMED,
    Delivery,
    DeliveryState,
    Kind,
    Letter,
    Posting,
)
from viperreport.archive.ledger import Claim
from viperreport.archive.outbox import Outbox, Pause
from viperreport.archive.states import State, Verb
from viperreport.archive.ways_out import DELIVERY_LEADS
from viperreport.channels.operator_mail import written
from viperreport.errors import UsageError
from viperreport.model.message import Message
from viperreport.settings.recipients import FILE, NOT_ALLOWED
from viperreport.verbs.mailed import route_of
from viperreport.verbs.overdue import Matter
from viperreport.verbs.running import held_ledger
from viperreport.verbs.standing import Obeyed, events_of, history, matters, obey
from viperreport.verbs.suppressing import add, listed, remove
from viperreport.verbs.trust import bear_witness

SLOT = "2016-05-30T06:00"
NOW = "2016-05-30T06:00"
LETTER = Letter("<1@example.org>", b"To: x\r\n", b"MIME-Version: 1.0\r\n\r\n", b"\r\n")
VERBS = (Verb.RETRY, Verb.SKIP)
S = DeliveryState


def posting(name: str, state: DeliveryState = S.QUEUED, reason: str = "", copy: int = 1) -> Posting:
    """A mail of the edition for somebody of example.org, in a state."""
    address = f"{name}@example.org"
    return Posting(Kind.EDITION, "mail", address, "command", LETTER, state, reason, copy=copy)


def noted(
    home: Runs, postings: Sequence[Posting], day: date = date(2016, 5, 29), at: str = AT
) -> Runs:
    """Note an edition as filed whose deliveries are so; none is built."""
    home.now = utc(at)
    slot = f"{day + timedelta(1)}T06:00"
    claim = Claim("weekly", slot, utc(f"{day + timedelta(1)}T05:00"), day, ("all",))
    with home.opened() as opened, held_ledger(opened, "test", 1) as ledger:
        (edition,) = ledger.claim(claim)
        edition = ledger.move(edition, State.FILED, "")
        Outbox(ledger).queue(edition, postings)
        ledger.believe(home.now)
        bear_witness(opened, home.now)
    return home


@pytest.fixture
def home(lite: MakeRuns) -> Runs:
    """A home that may mail, without any edition."""
    home = lite(at="2016-05-30T04:00")
    lets_mail(home.path, 9)
    lists(home.path, {"command": addresses("ann")})
    return home


def found(home: Runs, at: str = NOW) -> list[Matter]:
    """What `status` says of deliveries."""
    home.now = utc(at)
    with home.opened() as opened:
        whole = matters(opened)
    return [each for each in whole if each.code == 6 or each.whom]


def typed(home: Runs, verb: Verb, name: str = MONDAY) -> Obeyed:
    """What `retry` and `skip` do, and say."""
    with home.opened() as opened, held_ledger(opened, "test", 1) as ledger:
        return obey(opened, ledger, verb, name, "a test")


def test_the_table_is_whole() -> None:
    """What is not at its end has a verb, or a run brings it there; ends have none."""
    assert DELIVERY_LEADS.keys() == set(S)
    for state in (S.QUEUED, S.FAILED, S.PAUSED):
        assert DELIVERY_LEADS[state] == {Verb.RETRY: S.QUEUED, Verb.SKIP: S.CANCELLED}
    assert DELIVERY_LEADS[S.UNCONFIRMED] == {Verb.SKIP: S.CANCELLED}
    for state in (S.ACCEPTED, S.CANCELLED):
        assert DELIVERY_LEADS[state] == {}


def test_the_table_in_the_docs_is_the_programs() -> None:
    """Every state has its row, with the verbs that it has."""
    text = (Path(__file__).parents[2] / "docs/operating.md").read_text(encoding="utf-8")
    section = text.partition("\n## Deliveries\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (\w+) \|.*\| ([^|]*) \|$", section, re.MULTILINE)
    verbs = "|".join(VERBS)
    told = {state: set(re.findall(rf"`({verbs})`", words)) for state, words in rows[1:]}
    assert told == {str(s): set(map(str, DELIVERY_LEADS[s])) for s in S}


@pytest.mark.parametrize("state", S)
@pytest.mark.parametrize("verb", VERBS)
def test_every_cell_of_the_table(home: Runs, state: DeliveryState, verb: Verb) -> None:
    """Each verb leads out of each state as the table says, or is refused and changes nothing."""
    noted(home, [posting("ann", state)])
    (before,) = home.ledger().deliveries
    to = DELIVERY_LEADS[state].get(verb)
    if to is None:
        with pytest.raises(UsageError, match=f"is filed .1 {state}., there is correct, withdraw"):
            typed(home, verb)
        assert home.ledger().deliveries == (before,)
        return
    done = typed(home, verb)
    (after,) = home.ledger().deliveries
    assert (after.state, after.reason) == (to, f"{verb}: a test")
    assert [(each.recipient, each.state) for each in done.deliveries] == [(after.recipient, to)]
    assert after.typed is (verb is Verb.RETRY)
    with home.opened() as opened:
        event = events_of(opened, MONDAY)[-1]
    assert (event.before, event.after) == (f"mail {state}", f"mail {to}")
    assert event.reason == f"to ann@example.org: {verb}: a test"


def changed(home: Runs, to: DeliveryState, why: str, **changes: object) -> None:
    """Bring the one delivery to a state."""
    with home.opened() as opened, held_ledger(opened, "test", 1) as ledger:
        outbox = Outbox(ledger)
        outbox.move(outbox.all()[0], to, why, **changes)
        bear_witness(opened, home.now)


def test_retry_forgets_what_held_it_back(home: Runs) -> None:
    """Its age, its waiting and the tries before: it goes at once, and as long as a new one."""
    noted(home, [replace(posting("ann"), not_after=utc("2016-05-30T05:30"))])
    changed(home, S.QUEUED, "451 later", next_try=utc("2016-06-01"), refused=9, doubts=1)
    typed(home, Verb.RETRY)
    (after,) = home.ledger().deliveries
    assert (after.next_try, after.not_after, after.refused) == (None, None, 0)
    assert after.doubts == 1  # that it may have arrived is not forgotten


@pytest.mark.parametrize(
    ("state", "age", "amiss", "step"),
    [
        (S.QUEUED, 29, False, ""),
        (S.QUEUED, 31, True, "viperreport run, which says why"),
        (S.UNCONFIRMED, 1, True, "viperreport run"),
        (S.PAUSED, 1, True, f"viperreport retry {MONDAY}"),
        (S.FAILED, 1, True, f"viperreport retry {MONDAY}"),
        (S.ACCEPTED, 9999, False, ""),
        (S.CANCELLED, 9999, False, ""),
    ],
)
def test_every_state_in_status(
    home: Runs, state: DeliveryState, age: int, *, amiss: bool, step: str
) -> None:
    """What is not as it should be is told with 6, whom it is about, why, and what to type."""
    noted(home, [posting("ann", state, "why")])
    at = (utc(AT) + timedelta(minutes=age)).isoformat()[:19]
    told = found(home, at)
    assert bool(told) is amiss
    for each in told:
        assert (each.about, each.code, each.whom) == (MONDAY, 6, ("ann@example.org",))
        assert f"1 {state}: ann@example.org: why" in each.said
        assert each.step.startswith(step)


def test_put_off_is_told_at_once(home: Runs) -> None:
    """Also with when it is tried again, in the home's time."""
    noted(home, [posting("ann")])
    changed(home, S.QUEUED, "451 later", next_try=utc("2016-05-30T05:20"), refused=1)
    (told,) = found(home, "2016-05-30T05:10")
    assert told.said == "1 queued: ann@example.org: 451 later; tried again at 2016-05-30 06:20"
    assert (
        told.step == f"viperreport retry {MONDAY} --reason …, and viperreport run, to try at once"
    )


def test_many_are_one_line(home: Runs) -> None:
    """Of fifty recipients five that failed are a line with three names; all are in its list."""
    lists(home.path, {"command": addresses(*(f"r{n:02}" for n in range(50)))})
    said = dict.fromkeys(range(45, 50), "550 no such user")
    some = [
        posting(f"r{n:02}", S.FAILED if n in said else S.ACCEPTED, said.get(n, ""))
        for n in range(50)
    ]
    noted(home, some)
    (told,) = found(home)
    names = ", ".join(addresses("r45", "r46", "r47"))
    assert told.said == f"45 accepted, 5 failed: {names} and 2 more: 550 no such user"
    assert told.whom == tuple(addresses("r45", "r46", "r47", "r48", "r49"))
    with home.opened() as opened:
        assert [each.delivered for each in history(opened)] == ["45 accepted, 5 failed"]


def test_different_states_are_different_lines(home: Runs) -> None:
    """Each says its own last; other reasons than the one that is told are counted."""
    noted(
        home,
        [
            posting("ann", S.PAUSED, "late"),
            posting("bob", S.FAILED, "550 no"),
            posting("cid", S.FAILED, "554 never"),
        ],
    )
    assert [each.said for each in found(home)] == [
        "2 failed, 1 paused: ann@example.org: late",
        "1 paused, 2 failed: bob@example.org, cid@example.org: 550 no (and other reasons)",
    ]


def test_a_newer_edition_makes_up_for_what_failed(home: Runs) -> None:
    """An older failure is in `history` alone; what is paused waits for a person at any age."""
    noted(home, [posting("ann", S.FAILED), posting("bob", S.PAUSED)])
    noted(home, [posting("ann", S.ACCEPTED)], date(2016, 6, 5), "2016-06-06T05:00:05")
    assert [(each.about, each.whom) for each in found(home, "2016-06-06T06:00")] == [
        (MONDAY, ("bob@example.org",))
    ]
    with home.opened() as opened:
        told = [each.delivered for each in history(opened)]
    assert told == ["1 paused, 1 failed", "1 accepted"]


@pytest.mark.parametrize("state", [S.FAILED, S.PAUSED])
def test_another_copy_makes_up_for_it(home: Runs, state: DeliveryState) -> None:
    """Who has it by a copy that was sent again has it: nothing to be told, nothing to retry."""
    noted(home, [posting("ann", state), posting("ann", S.ACCEPTED, copy=2)])
    assert found(home) == []
    with pytest.raises(UsageError, match=rf"is filed \(1 accepted, 1 {state}\)"):
        typed(home, Verb.RETRY)
    typed(home, Verb.SKIP)
    assert [str(each.state) for each in home.ledger().deliveries] == ["cancelled", "accepted"]


def test_what_was_withdrawn_is_not_sent_again(home: Runs) -> None:
    """Of it `retry` sends only that it was withdrawn; what failed of that matters for ever."""
    noted(home, [posting("ann", S.FAILED)])
    word = replace(posting("ann", S.FAILED), kind=Kind.WITHDRAWAL)
    with home.opened() as opened, held_ledger(opened, "test", 1) as ledger:
        ledger.withdraw(home.ledger().editions[0], "wrong", [word])
        bear_witness(opened, home.now)
    noted(home, [posting("ann", S.ACCEPTED)], date(2016, 6, 5), "2016-06-06T05:00:05")
    (told,) = found(home, "2016-06-06T06:00")
    assert told.said == "of the withdrawal: 1 failed: ann@example.org"
    (done,) = typed(home, Verb.RETRY).deliveries
    assert done.kind is Kind.WITHDRAWAL


def test_the_way_that_is_left_alone(home: Runs) -> None:
    """Until when, why, and how many wait; not once that time is over, nor while nothing waits."""
    noted(home, [posting("ann"), posting("bob", S.ACCEPTED)])
    until, host = utc("2016-05-30T05:15"), socket.gethostname()
    with home.opened() as opened, held_ledger(opened, "test", 1) as ledger:
        Outbox(ledger).note_pause("mail", host, Pause(1, until, "mark", "auth: 535 no"))
        bear_witness(opened, home.now)
    (told,) = found(home, "2016-05-30T05:10")
    said = f"left alone by {host} until 2016-05-30 06:15; 1 message waits: auth: 535 no"
    assert (told.about, told.said) == ("mail", said)
    assert told.step.startswith("viperreport doctor smtp")
    assert found(home, "2016-05-30T05:16") == []
    changed(home, S.ACCEPTED, "")
    assert found(home, "2016-05-30T05:10") == []


def test_who_was_added_since(home: Runs) -> None:
    """Named without a code, with how to send it; not who may not be mailed, nor had nobody it."""
    noted(home, [posting("ann", S.ACCEPTED)])
    lists(home.path, {"command": [*addresses("ann", "bob", "cid", "dan"), "eve@example.net"]})
    with home.opened() as opened, held_ledger(opened, "test", 1) as ledger:
        add(ledger, "CID@example.org", "left")
        bear_witness(opened, home.now)
    file = home.path / "config/recipients.toml"
    file.write_text(file.read_text() + f'[folder.shared]\npath = "{home.path}"\n')
    told, folder = found(home)
    assert (told.about, told.code) == (MONDAY, 0)
    assert told.said == "added since: bob@example.org, dan@example.org"
    assert told.step == f"viperreport send {MONDAY} --to ADDR"
    assert (folder.whom, folder.code, folder.step) == ((str(home.path),), 0, "")


def test_what_is_for_nobody_is_for_nobody_new(home: Runs) -> None:
    """Where nothing of an edition went out, say for `send_when`, nobody was left out."""
    noted(home, [posting("ann", S.CANCELLED, "send_when is changed")])
    lists(home.path, {"command": addresses("ann", "bob")})
    assert found(home) == []


TYPO = "bob@exmaple.org"


@pytest.mark.parametrize("reason", NOT_ALLOWED)
def test_who_is_not_allowed_is_named(home: Runs, reason: str) -> None:
    """Listed, and the mail went nowhere: 6, with why and what to type, until a copy arrived."""
    lists(home.path, {"command": [*addresses("ann"), TYPO]})
    cut = replace(posting("bob", S.CANCELLED, reason), recipient=TYPO)
    noted(home, [posting("ann", S.ACCEPTED), cut])
    (told,) = found(home)
    assert (told.about, told.code, told.whom) == (MONDAY, 6, (TYPO,))
    assert told.said.startswith(f"not sent to {TYPO}: ")
    assert told.step == f"viperreport send {MONDAY} --to {TYPO}, once {FILE} is mended"
    with home.opened() as opened, held_ledger(opened, "test", 1) as ledger:
        copy = replace(cut, state=S.ACCEPTED, copy=2)
        Outbox(ledger).queue(home.ledger().editions[0], [copy])
        bear_witness(opened, home.now)
    assert found(home) == []


@pytest.mark.parametrize(
    ("reason", "listed", "more"),
    [
        ("suppressed: left", True, ""),
        (NOT_ALLOWED[0], False, ""),  # taken out since
        (NOT_ALLOWED[0], True, f'suppressed = ["{TYPO}"]'),  # since
    ],
)
def test_who_gets_nothing_on_purpose_is_not_named(
    home: Runs, reason: str, more: str, *, listed: bool
) -> None:
    """Suppressed before or since, or taken out of the list: no slip."""
    lists(home.path, {"command": [*addresses("ann"), *([TYPO] if listed else [])]}, more)
    cut = replace(posting("bob", S.CANCELLED, reason), recipient=TYPO)
    noted(home, [posting("ann", S.ACCEPTED), cut])
    assert found(home) == []


def test_nobody_is_allowed(home: Runs) -> None:
    """Where all went nowhere for it, all are one line, and so is who was added since."""
    lists(home.path, {"command": addresses("ann", "bob", "cid")})
    noted(home, [posting(name, S.CANCELLED, NOT_ALLOWED[0]) for name in ("ann", "bob")])
    told, added = found(home)
    assert told.whom == tuple(addresses("ann", "bob"))
    assert told.step.startswith(f"viperreport send {MONDAY} --to ADDR, ")
    assert (added.code, added.whom) == (0, tuple(addresses("cid")))
    with pytest.raises(UsageError, match=rf"\(2 cancelled\).* send {MONDAY} --to ADDR$"):
        typed(home, Verb.RETRY)


def test_a_correction_that_waits_has_one_thing_to_type(home: Runs) -> None:
    """It is by --confirm alone, and said once; what is paused beside it is a line of its own."""
    confirm = f"viperreport correct {MONDAY} --confirm"
    waits = posting("ann", S.PAUSED, f"{NOT_CONFIRMED}: type {confirm}")
    noted(home, [waits, posting("bob", S.PAUSED, "late")])
    late, told = found(home)
    assert (told.said, told.step) == ("2 paused: ann@example.org: not confirmed", confirm)
    assert late.step.startswith("viperreport retry")


def test_what_to_do_about_what_failed(home: Runs) -> None:
    """A wrong address is mended, sent to and put away; `retry` is for what passes."""
    noted(home, [posting("ann", S.FAILED, "550 no such user")])
    (told,) = found(home)
    assert told.step == (
        f"viperreport retry {MONDAY} --reason …, once a full mailbox or the like is mended; for a "
        f"wrong address mend {FILE}, then viperreport send {MONDAY} --to NEW, and viperreport "
        f"suppress add ann@example.org --reason … (or viperreport skip {MONDAY} --reason …)"
    )


def test_the_kinds_are_told_apart(home: Runs) -> None:
    """What became of an edition, of its withdrawal and of its draft are three things."""
    draft = replace(posting("ops", S.ACCEPTED), kind=Kind.DRAFT)
    word = replace(posting("ann", S.FAILED), kind=Kind.WITHDRAWAL)
    noted(home, [draft, posting("ann", S.ACCEPTED), posting("bob", S.FAILED), word])
    with home.opened() as opened:
        (past,) = history(opened)
    assert past.delivered == (
        "1 accepted, 1 failed; of the withdrawal: 1 failed; of the draft: 1 accepted"
    )


def test_what_was_dropped_is_not_tried_again(home: Runs) -> None:
    """After 30 days the bytes are gone: it stays as it is, and is named; a folder has no bytes."""
    folder = Posting(Kind.EDITION, "folder", "/srv/shared", "shared", state=S.FAILED)
    noted(home, [posting("ann", S.FAILED), folder])
    with home.opened() as opened, held_ledger(opened, "test", 1) as ledger:
        assert Outbox(ledger).drop_before(utc("2016-07-30")) >= 1
    done = typed(home, Verb.RETRY)
    assert [each.recipient for each in done.lost] == ["ann@example.org"]
    assert [each.recipient for each in done.deliveries] == ["/srv/shared"]
    assert [str(each.state) for each in home.ledger().deliveries] == ["failed", "queued"]


def test_suppressed_in_the_ledger_and_in_the_file(home: Runs) -> None:
    """Both are listed with their place; the file's is not removed by the verb, and it says so."""
    lists(home.path, {"command": addresses("ann")}, 'suppressed = ["Bob@example.org"]')
    noted(home, [posting("ann", S.PAUSED), posting("cid", S.ACCEPTED)])
    with home.opened() as opened, held_ledger(opened, "test", 1) as ledger:
        (cancelled,) = add(ledger, "Ann@Example.org", " has   left ")
        assert (cancelled.recipient, states(home)["ann"]) == ("ann@example.org", "cancelled")
        assert [(each.address, each.place, each.reason) for each in listed(opened)] == [
            ("ann@example.org", "ledger", "has left"),
            ("bob@example.org", "config/recipients.toml: suppressed[1]", ""),
        ]
        with pytest.raises(UsageError, match=r"stands in config/recipients.toml: suppressed\[1\]"):
            remove(opened, ledger, "bob@example.org")
        with pytest.raises(UsageError, match="is not suppressed"):
            remove(opened, ledger, "cid@example.org")
        assert remove(opened, ledger, "ANN@example.org") == ()
        add(ledger, "bob@example.org", "twice")
        (left,) = remove(opened, ledger, "bob@example.org")
        assert left.place == "config/recipients.toml: suppressed[1]"
        for wrong in (
            "ann",
            "Ann <ann@example.org>",
            "a@example.org, b@example.org",
            "ann@exämple.org",
        ):
            with pytest.raises(UsageError):
                add(ledger, wrong, "why")
        with pytest.raises(UsageError, match="--reason"):
            add(ledger, "ann@example.org", " ")


def at(home: Runs) -> dict[str, Delivery]:
    """The deliveries by their recipients' names."""
    return deliveries(home)


def test_what_failed_is_sent_after_retry(runs: MakeRuns, post: Post) -> None:
    """Refused for good, told with 7 and 6, sent again after `retry`, and only to those."""
    home = runs()
    lets_mail(home.path, post.port)
    lists(home.path, {"command": addresses("ann", "bob", "cid")})
    post.faults = {
        f"{name}@example.org": [Fault(rcpt="550 no such user")] for name in ("bob", "cid")
    }
    assert home.run(AT).code == 7
    assert states(home) == {"ann": "accepted", "bob": "failed", "cid": "failed"}
    assert home.status(AT) == [(MONDAY, 6)]
    assert home.run("2016-05-30T05:10").code == 0
    assert len(post.arrived) == 1
    home.obey(Verb.RETRY, SLOT)
    assert at(home)["bob"].state is S.QUEUED
    assert home.status("2016-05-30T05:11") == []
    assert home.run("2016-05-30T05:12").code == 0
    assert states(home) == {"ann": "accepted", "bob": "accepted", "cid": "accepted"}
    assert sorted(each.recipient for each in post.arrived) == addresses("ann", "bob", "cid")


def test_again_is_when_a_delivery_is_tried_again(lite: MakeRuns, post: Post) -> None:
    """What the daemon is told: when one was put off to, and a way is left alone until."""
    home = lite()
    lets_mail(home.path, post.port)
    lists(home.path, {"command": addresses("ann")})
    post.faults = {"ann@example.org": [Fault(rcpt="451 later")]}
    assert home.run(AT).again == utc(AT) + timedelta(minutes=15)
    post.greeting = "421 full"
    later: datetime = utc("2016-05-30T05:16")
    done = home.run("2016-05-30T05:16")
    assert (done.code, done.again) == (6, later + timedelta(minutes=15))


def test_the_operators_mail_quotes_the_witness(lite: MakeRuns, post: Post) -> None:
    """Number and hash of the chain's head are in it, so that they are known elsewhere too."""
    home = lite()
    lets_mail(home.path, post.port)
    message = Message(utc(NOW), "run", "about", "said")
    route = route_of(home.path, {})
    assert route is not None
    assert "archive:" not in written(route, message).get_content()
    home.run()
    route = route_of(home.path, {})
    assert route is not None
    assert "\narchive: nothing filed yet\n" in written(route, message).get_content()
    home.run(AT)
    head = home.ledger().head
    route = route_of(home.path, {})
    assert route is not None
    text = written(route, message).get_content()
    assert f"\narchive: file {head.seq}, chain {head.chain}\n" in text
    assert home.findings(head.chain) == []
    (home.path / "output/state/witness.json").write_text("{")
    route = route_of(home.path, {})
    assert route is not None
    assert route.witness == ""
