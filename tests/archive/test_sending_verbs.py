"""What a person sends: `send`, and corrections and withdrawals to those who had the edition."""

import hashlib
import json

import pytest

from tests.archive.conftest import MakeRuns
from tests.archive.mailing import (
    AT,
    MONDAY,
    PDF,
    addresses,
    attached,
    corrected,
    deliveries,
    lets_mail,
    lists,
    received,
    sent,
    states,
    taken_back,
    tried,
    would,
)
from tests.archive.small import Runs, utc
from tests.channels.mail_server import DROP, Fault, Post
from viperreport.archive.outbox import Outbox
from viperreport.archive.states import State
from viperreport.errors import DeliveryError, UsageError, VerificationError
from viperreport.evidence.undo import erase_load
from viperreport.verbs.running import held_ledger

SECOND, THIRD = f"{MONDAY}@2", f"{MONDAY}@3"
REASON = "the file of 29 May came late"


@pytest.fixture
def home(runs: MakeRuns, post: Post) -> Runs:
    """A home with data, whose weekly briefing goes to ann and bob."""
    return _mailing(runs(), post)


@pytest.fixture
def lite_home(lite: MakeRuns, post: Post) -> Runs:
    """The same on SQLite alone."""
    return _mailing(lite(), post)


def _mailing(home: Runs, post: Post) -> Runs:
    lets_mail(home.path, post.port)
    lists(home.path, {"command": addresses("ann", "bob")})
    return home


def _filed_early(home: Runs) -> Runs:
    """Monday is filed and mailed without its last days, which are loaded a day later."""
    home.run("2016-05-27T12:00")
    home.run(AT)
    assert [state for _, state in home.states()] == [State.FILED], home.said
    home.now = utc("2016-05-31T04:00")
    home.deliver()
    home.run()
    return home


def _everything(home: Runs) -> str:
    """All that the ledger says."""
    return repr(home.ledger())


def test_a_correction_goes_to_everybody_who_had_it(home: Runs, post: Post) -> None:
    """Nobody before it is confirmed; then all, listed or not: threaded, with what is other."""
    _filed_early(home)
    lists(home.path, {"command": addresses("ann", "new")})
    _, told = corrected(home, MONDAY, REASON)
    assert told.pdf.endswith("weekly_all_2016-05-29_r2.pdf")
    step = f"viperreport correct {SECOND} --confirm"
    assert told.waits == f"not sent yet; to send it to 3 recipients, type: {step}"
    assert home.run("2016-05-31T05:00").code == 0
    assert len(post.arrived) == 2, "sent before anybody confirmed it"
    _, told = corrected(home, SECOND, confirmed=True)
    assert states(home) == dict.fromkeys(("ann", "bob", "new"), "accepted"), told
    for name in ("ann", "bob"):
        first, second = received(post, name)
        assert second["In-Reply-To"] == second["References"] == first["Message-ID"]
        assert second["Message-ID"] != first["Message-ID"]
    (alone,) = received(post, "new")
    assert alone["In-Reply-To"] is None
    assert alone["Subject"].startswith("Corrected: ")
    assert REASON in _words(alone)
    assert "before: 73; now: 75" in _words(alone)
    revised = (home.archive / PDF.replace(".pdf", "_r2.pdf")).read_bytes()
    assert attached(alone) == revised
    standing = [
        json.loads(line) for line in (home.archive / "manifest.jsonl").read_text().splitlines()
    ]
    assert standing[0]["superseded_by"] == SECOND
    assert SECOND in (home.path / "output/index.html").read_text()
    _, told = corrected(home, SECOND, REASON, confirmed=True)
    assert len(post.arrived) == 5, "the same figures make nothing"


def test_confirmed_at_once_it_is_sent_at_once(lite_home: Runs, post: Post) -> None:
    """`correct … --confirm` files and sends; the old name is as good to confirm what waits."""
    home = _filed_early(lite_home)
    done, told = corrected(home, MONDAY, REASON, confirmed=True)
    assert done.made
    assert len(post.arrived) == 4
    assert [(each.recipient, each.state) for each in told.handed] == [
        (each, "accepted") for each in addresses("ann", "bob")
    ]
    assert told.waits == ""


def test_the_old_name_confirms_what_waits(lite_home: Runs, post: Post) -> None:
    """Whoever types the same line again, with --confirm, means the revision that it made."""
    home = _filed_early(lite_home)
    corrected(home, MONDAY, REASON)
    done, told = corrected(home, MONDAY, REASON, confirmed=True)
    assert (done.made, len(told.handed), len(post.arrived)) == (None, 2, 4)
    with pytest.raises(UsageError, match=f"take {SECOND}"):
        corrected(home, MONDAY, REASON, confirmed=True)


def test_no_revision_without_another_figure(lite_home: Runs, post: Post) -> None:
    """`correct --confirm` of the same figures makes nothing and sends nothing."""
    home = lite_home
    home.run(AT)
    done, told = corrected(home, MONDAY, REASON, "2016-05-30T07:00", confirmed=True)
    assert (done.made, told.handed, len(post.arrived)) == (None, (), 2)


def test_the_slot_run_again_waits_for_a_person(lite_home: Runs, post: Post) -> None:
    """A revision by `run --slot` is filed, says what to type, and goes to nobody by itself."""
    home = _filed_early(lite_home)
    done = home.run("2016-05-31T05:00", slot="2016-05-30T06:00")
    assert [path.rpartition("/")[2] for path in done.filed][-1] == "weekly_all_2016-05-29_r2.pdf"
    assert f"viperreport correct {SECOND} --confirm" in done.waits[0]
    assert len(post.arrived) == 2


def test_whoever_may_have_it_is_told(lite_home: Runs, post: Post) -> None:
    """One whose mail was never confirmed, and one who left the list, get the correction too."""
    home = lite_home
    post.always["bob@example.org"] = Fault(content=DROP)
    _filed_early(home)
    assert states(home)["bob"] != "accepted"
    del post.always["bob@example.org"]
    lists(home.path, {"command": addresses("ann")})
    corrected(home, MONDAY, REASON, confirmed=True)
    assert received(post, "bob")[-1]["Subject"].startswith("Corrected: ")


def test_a_withdrawal_is_told_to_everybody_who_had_it(home: Runs, post: Post) -> None:
    """Subject, notice with day and reason, threaded, no PDF; nobody else, and once."""
    home.run(AT)
    lists(home.path, {"command": addresses("new")})
    told = taken_back(home, MONDAY, "wrong <file>")
    step = f"viperreport withdraw {MONDAY} --confirm"
    assert told.waits == f"not sent yet; to send it to 2 recipients, type: {step}"
    home.run("2016-05-30T06:00")
    assert len(post.arrived) == 2
    told = taken_back(home, MONDAY, confirmed=True)
    assert [(each.recipient, each.state) for each in told.handed] == [
        (each, "accepted") for each in addresses("ann", "bob")
    ]
    first, second = received(post, "bob")
    assert second["Subject"].startswith("Withdrawn: ")
    assert second["In-Reply-To"] == first["Message-ID"]
    assert attached(second) == b""
    assert "withdrawn on 30 May 2016" in _words(second)
    assert "wrong <file>" in _words(second)
    assert received(post, "new") == []
    with pytest.raises(UsageError, match="was withdrawn already"):
        taken_back(home, MONDAY, "x", confirmed=True)
    with pytest.raises(UsageError, match="was withdrawn: wrong"):
        sent(home, MONDAY)


def test_a_withdrawal_is_told_though_the_data_were_erased(lite_home: Runs, post: Post) -> None:
    """What can no longer be built is told of in words alone, and marked as its pages were."""
    home = lite_home
    settings = home.path / "config/viperreport.toml"
    settings.write_text(f'marking = "OFFICIAL"\n{settings.read_text()}')
    home.run(AT)
    with home.opened() as opened:
        erase_load(opened.engine, 1, opened.identity.id, home.now)
    with pytest.raises(VerificationError, match="no mail can be written"):
        sent(home, MONDAY, "new@example.org")
    taken_back(home, MONDAY, "may not <be> kept", confirmed=True)
    second = received(post, "ann")[-1]
    assert second["Subject"] == "OFFICIAL: Withdrawn: Weekly shootings briefing, 2016-05-29"
    assert _words(second).startswith("OFFICIAL")
    assert "may not <be> kept" in _words(second)
    html = second.get_body(("html",))
    assert html is not None
    assert "may not &lt;be&gt; kept" in html.get_content()


def test_added_later_by_send_alone(home: Runs, post: Post) -> None:
    """One added after filing gets it only by --to: the same file, and a line of its own."""
    home.run(AT)
    lists(home.path, {"command": addresses("ann", "bob"), "late": addresses("new")})
    home.run("2016-05-30T06:00")
    assert received(post, "new") == []
    done, codes = sent(home, MONDAY, "New@EXAMPLE.org")
    assert [(each.recipient, each.state) for each in done.handed] == [
        ("new@example.org", "accepted")
    ]
    assert codes == []
    (message,) = received(post, "new")
    archived = hashlib.sha256((home.archive / PDF).read_bytes()).hexdigest()
    assert hashlib.sha256(attached(message)).hexdigest() == archived
    assert "the group late" in _words(message)
    assert not any(f"{name}@" in message.as_string() for name in ("ann", "bob"))
    done, _ = sent(home, MONDAY, "new@example.org")
    assert "--again sends another copy" in done.handed[0].said
    assert len(post.arrived) == 3


def test_taken_out_before_it_left(lite_home: Runs, post: Post) -> None:
    """Whoever was taken out between filing and sending gets nothing, by `run` and by `send`."""
    home = lite_home
    post.always["bob@example.org"] = Fault(rcpt="451 later")
    home.run(AT)
    post.always.clear()
    lists(home.path, {"command": addresses("ann")})
    done, codes = sent(home, MONDAY)
    assert done.handed[0].line == (
        "mail to bob@example.org: cancelled: no longer in config/recipients.toml"
    )
    assert codes == []
    assert received(post, "bob") == []
    sent(home, MONDAY, "bob@example.org")
    assert states(home)["bob"] == "accepted"


def test_what_waits_goes_now(home: Runs, post: Post) -> None:
    """Queued or paused, however late, also while the way is left alone; then nothing waits."""
    post.greeting = "421 full"
    assert home.run(AT).code == 6
    assert states(home) == {"ann": "queued", "bob": "queued"}
    home.now = utc("2016-06-01T05:00")  # later than mail_if_late_by
    _, codes = sent(home, MONDAY)
    assert codes[-1] == 6, "still full: nobody has it"
    post.greeting = ""
    done, codes = sent(home, MONDAY)
    assert ([each.state for each in done.handed], codes) == (["accepted", "accepted"], [])
    done, codes = sent(home, MONDAY)
    assert done.said.startswith(f"{MONDAY}: nothing of it waits: 2 accepted")
    assert len(post.arrived) == 2


def test_a_part_is_seven(lite_home: Runs, post: Post) -> None:
    """One is refused for good, the other served: 7, and each is named with what became of it."""
    post.always["bob@example.org"] = Fault(rcpt="451 later")
    lite_home.run(AT)
    post.always["bob@example.org"] = Fault(rcpt="550 no such user")
    done, codes = sent(lite_home, MONDAY)
    assert done.handed[0].state == "failed"
    assert codes[-1] == 7
    del post.always["bob@example.org"]
    done, codes = sent(lite_home, MONDAY, "bob@example.org")
    assert (done.handed[0].state, codes) == ("accepted", [])
    assert len(received(post, "bob")) == 1


def test_another_copy(home: Runs, post: Post) -> None:
    """--again gives all who have it, or the one that is named, a copy with an id of its own."""
    home.run(AT)
    done, _ = sent(home, MONDAY, again=True)
    assert [(each.copy, each.state) for each in done.handed] == [(2, "accepted")] * 2
    sent(home, MONDAY, "ann@example.org", again=True)
    copies = received(post, "ann")
    assert len({message["Message-ID"] for message in copies}) == 3
    assert {message["Subject"] for message in copies} == {copies[0]["Subject"]}
    assert len(received(post, "bob")) == 2
    assert deliveries(home)["ann"].copy == 3


def test_what_was_dropped_for_its_age_is_written_anew(lite_home: Runs, post: Post) -> None:
    """A failed delivery whose bytes are gone is sent by --to as another copy."""
    post.always["bob@example.org"] = Fault(rcpt="550 no such user")
    lite_home.run(AT)
    post.always.clear()
    lite_home.now = utc("2016-06-04T05:00:05")
    with lite_home.opened() as home, held_ledger(home, "test", 1) as ledger:
        assert Outbox(ledger).drop_before(utc("2016-06-03T00:00")) == 2
    done, _ = sent(lite_home, MONDAY, "bob@example.org")
    assert [(each.copy, each.state) for each in done.handed] == [(2, "accepted")]


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("who@elsewhere.org", "its domain is not in domains"),
        ("gone@example.org", "suppressed in config/recipients.toml"),
        ("ann@example.org\nBcc: x@example.org", "address"),
    ],
)
def test_to_whom_nothing_may_go(lite_home: Runs, post: Post, address: str, said: str) -> None:
    """The list of domains and the suppressed hold for --to and --test-to; nothing is noted."""
    home = lite_home
    lists(home.path, {"command": addresses("ann")}, 'suppressed = ["gone@example.org"]')
    home.run(AT)
    before = _everything(home)
    with pytest.raises(UsageError, match=said):
        sent(home, MONDAY, "bob@example.org", address)
    with pytest.raises(UsageError, match=said):
        tried(home, MONDAY, address)
    assert (_everything(home), len(post.arrived)) == (before, 1)


def test_a_dry_run_changes_nothing(home: Runs, post: Post) -> None:
    """Every envelope with size and id, as they then are; no row is other, nobody is called."""
    post.greeting = "421 full"
    home.run(AT)
    lists(home.path, {"command": addresses("ann")})
    before, calls = _everything(home), post.connections
    shown = would(home, MONDAY).envelopes + would(home, MONDAY, "new@example.org").envelopes
    assert (_everything(home), post.connections) == (before, calls)
    assert [(each.recipient.partition("@")[0], each.becomes) for each in shown] == [
        ("ann", "sent"),
        ("bob", "cancelled: no longer in config/recipients.toml"),
        ("new", "sent"),
    ]
    post.greeting = ""
    sent(home, MONDAY)
    sent(home, MONDAY, "new@example.org")
    for each in (shown[0], shown[2]):
        (content,) = post.copies(each.recipient)
        (message,) = received(post, each.recipient.partition("@")[0])
        assert each.message_id == message["Message-ID"]
        assert each.subject == message["Subject"]
        assert each.size == len(content)
        assert each.sender == "viper@example.org"
    assert would(home, MONDAY).said.startswith(f"{MONDAY}: nothing of it waits")


def test_a_test_is_no_delivery(home: Runs, post: Post) -> None:
    """TEST in the subject, ids of its own; the ledger has an event, and the recipients stay."""
    home.run(AT)
    before = home.ledger()
    for _ in range(2):
        done = tried(home, MONDAY, "me@example.org")
    assert done.handed[0].state == "sent"
    one, two = received(post, "me")
    assert one["Subject"].startswith("TEST: ")
    assert attached(one) == (home.archive / PDF).read_bytes()
    assert two["Subject"] == one["Subject"]
    tried(home, MONDAY, "ann@example.org")
    real, test = received(post, "ann")
    assert real["Message-ID"] != test["Message-ID"], "programs would show one alone"
    after = home.ledger()
    assert after.deliveries == before.deliveries
    assert "a test to ann@example.org" in after.events[-1].reason
    post.always["me@example.org"] = Fault(rcpt="550 no such user")
    with pytest.raises(DeliveryError, match="no such user"):
        tried(home, MONDAY, "me@example.org")
    assert "no such user" in home.ledger().events[-1].reason


def test_only_what_is_filed_and_stands(lite_home: Runs, post: Post) -> None:
    """On hold, a draft, replaced: refused, with the reason and the name to take."""
    home = _filed_early(lite_home)
    for name, said in (
        ("weekly/all/2016-05-22", "is no slot or edition of the ledger"),
        ("2016-05-30T06:00", "names no edition"),
    ):
        with pytest.raises(UsageError, match=said):
            sent(home, name)
    corrected(home, MONDAY, REASON)
    with pytest.raises(UsageError, match=f"take {SECOND}"):
        sent(home, MONDAY)
    done, _ = sent(home, SECOND)
    assert [each.state for each in done.handed] == ["accepted", "accepted"]
    assert received(post, "bob")[-1]["Subject"].startswith("Corrected: ")


def test_what_is_on_hold_is_sent_to_nobody(lite_home: Runs) -> None:
    """It says so, why, and where to look."""
    (lite_home.path / "inbox/shootings-2016-05-26.csv").unlink()
    assert lite_home.run(AT).code == 4
    assert lite_home.states() == [(MONDAY, State.HELD)]
    with pytest.raises(UsageError, match="is on hold, and what is on hold is sent to nobody"):
        sent(lite_home, MONDAY)


def test_a_file_that_was_changed_is_not_sent(lite_home: Runs, post: Post) -> None:
    """Nothing goes out under the archive's name that is not what was filed."""
    lite_home.run(AT)
    file = lite_home.archive / PDF
    file.chmod(0o640)
    file.write_bytes(file.read_bytes() + b"x")
    for wanted in (("new@example.org",), ("ann@example.org",)):
        with pytest.raises(VerificationError, match="is not what was filed"):
            sent(lite_home, MONDAY, *wanted, again=True)
    assert len(post.arrived) == 2


def _words(message: object) -> str:
    body = message.get_body(("plain",))  # type: ignore[attr-defined]
    return " ".join(body.get_content().split())
