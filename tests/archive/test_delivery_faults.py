"""Whatever a server does: what the ledger says, how the run ends, and what the operator hears."""

from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from tests.archive.conftest import MakeRuns
from tests.archive.mailing import (
    AT,
    MONDAY,
    addresses,
    attached,
    deliveries,
    lets_mail,
    lists,
    received,
    states,
)
from tests.archive.small import Runs
from tests.channels.mail_server import (
    CONFIRM_AND_DROP,
    DROP,
    SILENCE,
    USER,
    Authority,
    Fault,
    Post,
    free_port,
    hung,
    taking,
)
from viperreport.archive.deliveries import DeliveryState
from viperreport.channels import smtp
from viperreport.channels.smtp import Server
from viperreport.settings import Mail
from viperreport.verbs import postman
from viperreport.verbs.mailed import server_of

ANN, BOB = addresses("ann", "bob")
SOON = "2016-05-30T05:15:10"  # a quarter of an hour after the first run
LATER = "2016-05-30T05:31"


REPLY = 5.0  # seconds: enough for a server on a machine that has much to do


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for no answer longer than a moment."""

    def short(mail: Mail) -> Server:
        return replace(server_of(mail), reply_seconds=REPLY, data_seconds=1.5)

    monkeypatch.setattr(postman, "server_of", short)


@pytest.fixture
def home(lite: MakeRuns, post: Post) -> Runs:
    """A home with data, whose weekly briefing goes to ann and bob."""
    home = lite()
    lets_mail(home.path, post.port)
    lists(home.path, {"command": [ANN, BOB]})
    return home


@dataclass(frozen=True)
class OfOne:
    """What goes wrong with the message for ann, and what comes of it.

    Args:
        faults: in turn.
        first: the states of ann after the first run, and a quarter of an hour later.
        codes: the exit codes of these two.
        said: words that the operator hears.
        copies: how many messages arrive for ann at most, confirmed or not.
    """

    faults: list[Fault]
    states: tuple[str, str]
    codes: tuple[int, int]
    said: str
    copies: int = 1
    always: Fault = field(default_factory=Fault)


OF_ONE = {
    "550": OfOne([Fault(rcpt="550 no such user")], ("failed", "failed"), (7, 0), "550 no such", 0),
    "551": OfOne([Fault(rcpt="551 moved")], ("failed", "failed"), (7, 0), "551 moved", 0),
    "450": OfOne([Fault(rcpt="450 busy")], ("queued", "accepted"), (7, 0), "tried again at"),
    "451": OfOne([Fault(rcpt="451 greylisted")], ("queued", "accepted"), (7, 0), "451 greylisted"),
    "452": OfOne([Fault(rcpt="452 4.2.2 full")], ("queued", "accepted"), (7, 0), "452 4.2.2 full"),
    "451 after the content": OfOne(
        [Fault(content="451 try again")], ("queued", "accepted"), (7, 0), "451 try again", 2
    ),
    "554 after the content": OfOne(
        [Fault(content="554 no")], ("failed", "failed"), (7, 0), "554 no", 1
    ),
    "drop before DATA": OfOne([Fault(data=DROP)], ("queued", "accepted"), (7, 0), "hung up"),
    "451 at DATA": OfOne([Fault(data="451 later")], ("queued", "accepted"), (7, 0), "451 later"),
    "drop after DATA, before the 250": OfOne(
        [Fault(content=DROP)], ("unconfirmed", "accepted"), (7, 0), "it may have arrived", 2
    ),
    "time-out": OfOne(
        [Fault(content=SILENCE)], ("unconfirmed", "accepted"), (7, 0), "it may have arrived", 2
    ),
    "drop after the 250": OfOne([Fault(content=CONFIRM_AND_DROP)], ("accepted",) * 2, (0, 0), ""),
    "takes and never confirms": OfOne(
        [], ("unconfirmed", "paused"), (7, 7), "paused", 2, Fault(content=SILENCE)
    ),
    "refused for ever": OfOne(
        [], ("queued", "queued"), (7, 7), "451 later", 0, Fault(rcpt="451 later")
    ),
}


@pytest.mark.parametrize("name", OF_ONE)
def test_faults_of_one_recipient(home: Runs, post: Post, name: str) -> None:
    """Ann's fault ends as the table says; bob is served at once, and once."""
    case = OF_ONE[name]
    post.faults[ANN], post.always[ANN] = list(case.faults), case.always
    code, state = home.run(AT).code, states(home)["ann"]
    assert states(home)["bob"] == "accepted"
    assert (MONDAY in home.said) is bool(case.said)
    code_later, state_later = home.run(SOON).code, states(home)["ann"]
    assert (state, state_later) == case.states
    assert (code, code_later) == case.codes, home.said
    home.run("2016-05-30T12:00")
    assert case.said in home.said
    copies = post.copies(ANN)
    assert len(copies) == case.copies
    assert len(set(copies)) <= 1, "each is the same to the byte"
    assert len(post.copies(BOB)) == 1
    codes_of = {each: delivery.code for each, delivery in deliveries(home).items()}
    assert codes_of["bob"] == 0
    assert bool(codes_of["ann"]) is (states(home)["ann"] != "accepted")
    if states(home)["ann"] == "failed":
        assert not deliveries(home)["ann"].may_be_there, "it was refused for certain"


def test_put_off_for_three_days(home: Runs, post: Post) -> None:
    """A recipient whom a server always puts off is tried for three days, then has failed."""
    post.always[ANN] = Fault(rcpt="451 later")
    home.run(AT)
    tried = 1
    while states(home)["ann"] == "queued":
        again = deliveries(home)["ann"].next_try
        assert again is not None
        home.run(again.strftime("%Y-%m-%dT%H:%M:%S"))
        tried += 1
    assert states(home)["ann"] == DeliveryState.FAILED
    assert home.now.isoformat().startswith("2016-06-02T05:00")
    assert tried > 10
    assert "failed: the server answered 451" in home.said


def test_in_doubt_and_never_again(home: Runs, post: Post) -> None:
    """With on_doubt = "pause", what may have arrived is not sent again; status says so."""
    lets_mail(home.path, post.port, 'on_doubt = "pause"')
    post.faults[ANN] = [Fault(content=SILENCE)]
    assert home.run(AT).code == 7
    assert states(home) == {"ann": "paused", "bob": "accepted"}
    assert home.run(LATER).code == 0
    assert len(post.copies(ANN)) == 1


def test_too_big(home: Runs, post: Post) -> None:
    """Over the server's SIZE, or its 552, the summary goes, which says where the PDF is."""
    post.faults[ANN] = [Fault(content="552 5.3.4 too big")]
    assert home.run(AT).code == 0
    ann, bob = received(post, "ann")[-1], received(post, "bob")[-1]
    assert attached(bob)
    assert not attached(ann)
    body = ann.get_body(("plain",))
    assert body is not None
    path = home.archive / "weekly/all/2016/weekly_all_2016-05-29.pdf"
    assert str(path) in body.get_content().replace("\n", "")


def test_size_is_known_before_data(lite: MakeRuns, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that names a SIZE too small for the PDF never gets it offered."""
    monkeypatch.setattr(smtp, "LEAST_SIZE", 1000)
    with taking(Post(size=50_000)) as post:
        home = lite()
        lets_mail(home.path, post.port, 'archive_url = "https://archive.example.org/"')
        lists(home.path, {"command": [ANN]})
        assert home.run(AT).code == 0, home.said
        (message,) = received(post, "ann")
        assert not attached(message)
        assert "https://archive.example.org/weekly/all/2016/" in message.as_string()
        assert "without the PDF" in deliveries(home)["ann"].reason


@dataclass(frozen=True)
class OfAll:
    """What goes wrong with the way.

    Args:
        mail: what [mail] says.
        said: words that the operator hears.
    """

    said: str
    security: str = "starttls"
    user: str = ""
    host: str = "localhost"
    certified: str = "localhost"
    trusted: bool = True
    offers_tls: bool = True
    answer: str = ""
    nobody_there: bool = False


OF_ALL = {
    "name not found": OfAll("name: ", host="nowhere.invalid"),
    "refused connection": OfAll("connect: ", nobody_there=True),
    "self-signed": OfAll("certificate: ", trusted=False),
    "wrong host": OfAll("certificate: ", certified="other.example"),
    "STARTTLS stripped": OfAll("TLS: the server offers no STARTTLS", offers_tls=False),
    "535": OfAll("auth: the server answered 535", user=USER),
    "530": OfAll("sender: the server answered 530", answer="530 5.7.0 log in first"),
    "sender not allowed": OfAll("sender: the server answered 553", answer="553 not yours"),
    "421 at once": OfAll("sender: the server answered 421", answer="421 closing"),
}


@pytest.mark.parametrize("name", OF_ALL)
def test_faults_of_the_way(
    lite: MakeRuns, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """No recipient suffers by it: all stay queued; the way is left alone, and then tried again.

    A quarter of an hour, an hour, four; at once when the configuration was edited.
    """
    case = OF_ALL[name]
    authority, other = Authority(tmp_path), Authority(tmp_path)
    other.ca.cert_pem.write_to_path(str(tmp_path / "other.pem"))
    trusted = authority.file if case.trusted else tmp_path / "other.pem"
    authority.ca.cert_pem.write_to_path(str(authority.file))
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    context = authority.context(case.certified) if case.offers_tls else None
    with taking(Post(context=context, senders=[case.answer] * 3)) as post:
        home = lite()
        home.environ = {"VIPERREPORT_SMTP_PASSWORD": "not that one"}
        user = f'user = "{case.user}"' if case.user else ""
        lets_mail(home.path, free_port() if case.nobody_there else post.port, user)
        file = home.path / "config/viperreport.toml"
        wrong = file.read_text().replace('"plain"', f'"{case.security}"')
        file.write_text(wrong.replace('host = "localhost"', f'host = "{case.host}"'))
        lists(home.path, {"command": [ANN, BOB]})
        assert home.run(AT).code == 6
        assert case.said in home.said
        assert states(home) == {"ann": "queued", "bob": "queued"}
        assert {each.refused for each in deliveries(home).values()} == {0}
        before = post.connections
        assert home.run("2016-05-30T05:14").code == 6
        assert post.connections == before, "left alone"
        assert home.run(SOON).code == 6
        home.run("2016-05-30T06:14")
        assert post.arrived == []
    with taking(Post()) as mended:
        lets_mail(home.path, mended.port)
        assert home.run("2016-05-30T06:15").code == 0, home.said
        assert states(home) == {"ann": "accepted", "bob": "accepted"}
        assert len(mended.arrived) == 2


def test_hung_server(lite: MakeRuns, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that says nothing costs its time-out once a run, not once a recipient."""
    monkeypatch.setattr(f"{__name__}.REPLY", 0.3)
    with hung() as port:
        home = lite()
        lets_mail(home.path, port)
        lists(home.path, {"command": addresses(*"abcdefgh")})
        assert home.run(AT).code == 6
        assert set(states(home).values()) == {"queued"}
        assert "connect: no answer in time" in home.said


def test_a_server_that_hangs_up_on_everybody(home: Runs, post: Post) -> None:
    """After two in a row it is the way that fails; the others wait and are none the worse."""
    lists(home.path, {"command": addresses(*"abcde")})
    post.always = {each: Fault(rcpt=DROP) for each in addresses(*"abcde")}
    assert home.run(AT).code == 6
    assert [each.refused for each in deliveries(home).values()].count(1) == 1
    post.always.clear()
    assert home.run(SOON).code == 0
    assert set(states(home).values()) == {"accepted"}


def test_a_server_that_is_silent_to_everybody(home: Runs, post: Post) -> None:
    """After two messages without an answer the way is left alone, so that a run has an end."""
    lists(home.path, {"command": addresses(*"abcde")})
    post.always = {each: Fault(content=SILENCE) for each in addresses(*"abcde")}
    assert home.run(AT).code == 6
    assert sorted(states(home).values()) == ["queued"] * 3 + ["unconfirmed"] * 2
    post.always.clear()
    assert home.run(SOON).code == 0
    assert set(states(home).values()) == {"accepted"}


def test_so_many_in_a_session_and_no_more(home: Runs, post: Post) -> None:
    """A server that closes a session after a few messages is asked for another one."""
    lists(home.path, {"command": addresses(*"abcd")})
    post.faults["c@example.org"] = [Fault(rcpt="421 too many in this session")]
    assert home.run(AT).code == 0, home.said
    assert set(states(home).values()) == {"accepted"}
