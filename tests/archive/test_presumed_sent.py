"""Ledgers that lie, clocks that jump and time off: nothing is mailed twice, too late or unasked."""

import shutil
from collections.abc import Callable
from datetime import date, timedelta

from sqlalchemy import create_engine, make_url, text

from tests.archive.conftest import MakeRuns
from tests.archive.mailing import AT, MONDAY, addresses, lets_mail, lists, states
from tests.archive.small import Runs, rows, utc
from tests.channels.mail_server import Post
from viperreport.archive.deliveries import Kind
from viperreport.archive.states import Verb

DOWN = "421 not now"
LEDGER = ("ledger.db", "ledger.db-wal", "ledger.db-shm")


def mails(home: Runs, post: Post, more: str = "") -> Runs:
    """Let a home mail to ann and bob."""
    lets_mail(home.path, post.port, more)
    lists(home.path, {"command": addresses("ann", "bob")})
    return home


class Kept:
    """A copy of a home's databases, to be put back; what lies beside them stays as it is."""

    def __init__(self, home: Runs, make_database: Callable[[], str]) -> None:
        self._url = home.environ.get("VIPERREPORT_DATABASE_URL", "")
        self._state = home.path / "output/state"
        self._copy = home.path.parent / "kept"
        if self._url:
            self._kept = make_database()
            _replaced(self._kept, by=self._url)
        else:
            shutil.copytree(self._state, self._copy)

    def put_back(self) -> None:
        """As a person would who knows nothing of `restore`."""
        if self._url:
            _replaced(self._url, by=self._kept)
            return
        for name in LEDGER:
            (self._state / name).unlink(missing_ok=True)
            if (self._copy / name).exists():
                shutil.copy(self._copy / name, self._state / name)


def _replaced(url: str, by: str) -> None:
    """Make a database anew as a copy of another."""
    name, template = (make_url(each).database for each in (url, by))
    server = make_url(url).set(database="postgres")
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
    engine.dispose()


def told_of_withdrawal(home: Runs) -> list[str]:
    """Withdraw Monday's edition; who is to hear of it, once that is confirmed."""
    home.withdraw(MONDAY)
    found = [each for each in home.ledger().deliveries if each.kind is Kind.WITHDRAWAL]
    assert all(each.awaits_confirmation for each in found)
    return [each.recipient for each in found]


def test_a_ledger_put_back_after_mails_went_out(
    runs: MakeRuns, post: Post, own_database: Callable[[], str]
) -> None:
    """What it holds to be unsent is cancelled by `adopt`, and nothing goes before or after it."""
    home = mails(runs(), post)
    home.run("2016-05-27T12:00")
    post.greeting = DOWN
    assert home.run(AT).code == 6
    kept = Kept(home, own_database)
    post.greeting = ""
    assert home.run("2016-05-30T05:20").code == 0
    assert len(post.arrived) == 2
    kept.put_back()
    assert states(home) == {"ann": "queued", "bob": "queued"}
    assert home.run("2016-05-30T06:20").code == 3
    assert len(post.arrived) == 2
    home.adopt()
    assert {each.reason for each in home.ledger().deliveries} == {"restored, presumed sent"}
    assert states(home) == {"ann": "cancelled", "bob": "cancelled"}
    assert home.status("2016-05-30T06:21") == []
    assert home.run("2016-05-30T06:22").code == 0
    assert len(post.arrived) == 2
    assert told_of_withdrawal(home) == addresses("ann", "bob")


def test_a_ledger_from_before_it_all(
    runs: MakeRuns, post: Post, own_database: Callable[[], str]
) -> None:
    """The edition is found in the archive; nobody gets it again, nor is named as added since."""
    home = mails(runs(), post)
    home.run("2016-05-27T12:00")
    kept = Kept(home, own_database)
    assert home.run(AT).code == 0
    kept.put_back()
    assert home.run("2016-05-30T06:20").code == 3
    home.adopt()
    assert [str(each.key) for each in home.ledger().editions] == [MONDAY]
    assert home.status("2016-05-30T06:21") == []
    assert home.run("2016-05-30T06:22").code == 0
    assert len(post.arrived) == 2
    assert told_of_withdrawal(home) == addresses("ann", "bob")


def test_a_copied_home_mails_nobody(runs: MakeRuns, post: Post) -> None:
    """Before `adopt` nothing, after it nothing of what its original had to send."""
    home = mails(runs(), post)
    home.run("2016-05-27T12:00")
    post.greeting = DOWN
    home.run(AT)
    copy = Runs(home.path.parent / "copy", home.now, home.environ)
    shutil.copytree(home.path, copy.path)
    post.greeting = ""
    assert copy.run("2016-05-30T05:20").code == 3
    assert post.arrived == []
    assert home.run("2016-05-30T05:21").code == 0
    assert len(post.arrived) == 2
    copy.now = utc("2016-05-30T05:22")
    copy.adopt()
    copy.run("2016-05-30T05:23")
    assert len(post.arrived) == 2


def test_a_clock_a_year_ahead(runs: MakeRuns, post: Post) -> None:
    """It mails nothing, and the true Monday is mailed, once to each."""
    home = mails(runs(), post)
    home.run("2016-05-27T12:00")
    assert home.run("2017-05-30T05:00:05").code == 4
    assert (post.arrived, home.pdfs()) == ([], [])
    assert home.run(AT).code == 0
    assert states(home) == {"ann": "accepted", "bob": "accepted"}
    assert len(post.arrived) == 2


def test_three_weeks_off_and_the_newest_is_sent(runs: MakeRuns, post: Post) -> None:
    """With catch_up = "latest" all three are filed, and each recipient gets one mail."""
    home = mails(runs(more='catch_up = "latest"'), post)
    home.run("2016-05-27T12:00")
    home.now = utc("2016-06-13T05:00:05")
    home.deliver()
    assert home.run().code == 0, home.said
    assert len(home.pdfs()) == 3
    assert sorted(each.recipient for each in post.arrived) == addresses("ann", "bob")
    sent = {str(each.edition) for each in home.ledger().deliveries if each.state == "accepted"}
    assert sent == {"weekly/all/2016-06-12"}
    passed = {each.reason for each in home.ledger().deliveries if each.state == "cancelled"}
    assert passed == {"missed, and catch_up is latest: a newer one is to be sent"}


def test_a_mail_so_late_that_a_person_decides(runs: MakeRuns, post: Post) -> None:
    """Later than mail_if_late_by it is paused, and told; `retry` sends it all the same."""
    home = mails(runs(), post, 'mail_if_late_by = "2h"')
    home.run("2016-05-27T12:00")
    assert home.run("2016-05-30T07:00:01").code == 6
    assert states(home) == {"ann": "paused", "bob": "paused"}
    assert "mail_if_late_by" in home.said
    assert post.arrived == []
    assert home.status("2016-05-30T07:01") == [(MONDAY, 6)]
    home.obey(Verb.RETRY, MONDAY)
    assert home.run("2016-05-30T07:02").code == 0
    assert len(post.arrived) == 2


def days(home: Runs, *contents: str) -> list[str]:
    """Run on each of some days, with new data; what became of ann's deliveries, and why."""
    home.run("2016-05-27T12:00")
    for number, content in enumerate(contents):
        home.now = utc(AT) + timedelta(number - 2)
        home.deliver(content=content)
        home.run()
    theirs = [each for each in home.ledger().deliveries if each.recipient == "ann@example.org"]
    return [f"{each.edition.cut_off}: {each.state}: {each.reason}" for each in theirs]


def test_what_did_not_change_is_filed_and_not_sent(lite: MakeRuns, post: Post) -> None:
    """With send_when = "changed" a day without a record more is no mail; the next one is."""
    home = mails(lite(every="daily at 06:00", more='send_when = "changed"'), post)
    unchanged = "send_when is changed, and the key figures are those of the edition before"
    assert days(home, "", "", "") == [
        "2016-05-27: accepted: the server took it",
        f"2016-05-28: cancelled: {unchanged}",
        "2016-05-29: accepted: the server took it",
    ]
    assert len(home.pdfs()) == 3
    assert home.status("2016-05-30T05:01") == []


def test_what_is_no_real_change_is_filed_and_not_sent(lite: MakeRuns, post: Post) -> None:
    """With send_when = "likely_real" an edition goes out with a verdict of higher or lower."""
    home = mails(lite(every="daily at 06:00", more='send_when = "likely_real"'), post)
    flat = rows(date(2015, 1, 1), date(2016, 5, 27))
    burst = "".join(f"X{number},2016-05-28,North,0\n" for number in range(60))
    assert days(home, flat, flat + burst) == [
        "2016-05-27: cancelled: send_when is likely_real, and no key figure is higher or lower",
        "2016-05-28: accepted: the server took it",
    ]
