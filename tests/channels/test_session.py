"""Whatever a server does: a message was accepted, was refused for certain, or is in doubt."""

import hashlib
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tests.channels.mail_server import (
    CANARY,
    CONFIRM_AND_DROP,
    DROP,
    SILENCE,
    USER,
    Authority,
    Fault,
    Post,
    hung,
    raw,
    taking,
)
from viperreport.channels.handing_over import Doubt, Refusal, Session, post_session
from viperreport.channels.smtp import Server, Step, StepError
from viperreport.errors import DeliveryError

SENDER, ANN, BOB, CAT = "viper@example.org", "ann@example.org", "bob@example.org", "cat@example.net"
CONTENT = b"Subject: Fewer shootings\r\n\r\n.\r\n..\r\n.dots\r\nand the end.\r\n"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """An authority of our own."""
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(autouse=True)
def _trusted(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))


@pytest.fixture
def post(authority: Authority) -> Iterator[Post]:
    """A server that takes every mail, until a test says otherwise."""
    with taking(Post(authority.context())) as here:
        yield here


def server(port: int, security: str = "starttls", **more: object) -> Server:
    """How a server is reached; one that says nothing is given up soon."""
    given = Server("localhost", port, security, "example.org", USER, CANARY)
    given = replace(given, connect_seconds=2, reply_seconds=0.4, data_seconds=0.6)
    return replace(given, **more)  # type: ignore[arg-type]


def plain(port: int, **more: object) -> Server:
    """A server without TLS, on this machine."""
    return server(port, "plain", user="", password="", **more)


def sent(session: Session, recipient: str = ANN, content: bytes = CONTENT) -> None:
    """Hand over a message."""
    session.offer(SENDER, recipient, len(content))
    session.hand_over(content)


def refused(session: Session, recipient: str = ANN, content: bytes = CONTENT) -> Refusal:
    """A message that is refused for certain, with the password in nothing of the error."""
    with pytest.raises(Refusal) as caught:
        sent(session, recipient, content)
    assert CANARY not in "".join(traceback.format_exception(caught.value))
    return caught.value


def test_several_messages_in_one_session(post: Post) -> None:
    """Each with an envelope of its own, one recipient, its size, and the bytes that were given."""
    contents = {ANN: CONTENT, BOB: b"Subject: b\r\n\r\n" + b"x" * 70 + b"\r\n" * 5000, CAT: CONTENT}
    with post_session(server(post.port)) as session:
        for recipient, content in contents.items():
            sent(session, recipient, content)
        assert session.limit == post.size
        assert not session.lost
    assert post.connections == 1
    assert post.commands == ["AUTH", *(("MAIL", "RCPT", "DATA") * 3)]
    assert [(each.sender, each.recipient) for each in post.arrived] == [
        (SENDER, recipient) for recipient in contents
    ]
    for arrived in post.arrived:
        content = contents[arrived.recipient]
        assert arrived.content == content
        assert arrived.options == (f"SIZE={len(content)}",)


def test_a_large_message_arrives_as_it_is(post: Post) -> None:
    """With a line of a dot at every place where pieces could be cut."""
    content = b"Subject: large\r\n\r\n" + b".\r\n" * 60_000
    with post_session(server(post.port, data_seconds=20)) as session:
        sent(session, ANN, content)
    (arrived,) = post.copies(ANN)
    assert hashlib.sha256(arrived).digest() == hashlib.sha256(content).digest()


@dataclass(frozen=True)
class Case:
    """A fault, and what is told of it."""

    fault: Fault
    step: Step
    code: int
    kind: str
    said: str


CASES = {
    "550 at RCPT": Case(
        Fault(rcpt="550 5.1.1 no such user"), Step.RECIPIENT, 550, "never", "5.1.1 no such user"
    ),
    "451 at RCPT": Case(Fault(rcpt="451 4.7.1 wait"), Step.RECIPIENT, 451, "later", "4.7.1 wait"),
    "452 at RCPT": Case(Fault(rcpt="452 4.2.2 full"), Step.RECIPIENT, 452, "later", "4.2.2 full"),
    "552 at RCPT": Case(Fault(rcpt="552 5.2.2 full"), Step.RECIPIENT, 552, "never", "5.2.2 full"),
    "552 for its size at RCPT": Case(
        Fault(rcpt="552 5.2.3 too long"), Step.RECIPIENT, 552, "too_big", "5.2.3 too long"
    ),
    "530 at RCPT": Case(
        Fault(rcpt="530 5.7.0 who is it?"), Step.RECIPIENT, 530, "channel", "5.7.0 who is it?"
    ),
    "451 at DATA": Case(Fault(data="451 wait"), Step.MESSAGE, 451, "later", "wait"),
    "554 at DATA": Case(Fault(data="554 no"), Step.MESSAGE, 554, "never", "no"),
    "451 to the content": Case(Fault(content="451 wait"), Step.MESSAGE, 451, "later", "wait"),
    "452 to the content": Case(Fault(content="452 full"), Step.MESSAGE, 452, "later", "full"),
    "552 to the content": Case(
        Fault(content="552 5.3.4 too big"), Step.MESSAGE, 552, "too_big", "5.3.4 too big"
    ),
    "552, a full mailbox": Case(
        Fault(content="552 5.2.2 full"), Step.MESSAGE, 552, "never", "5.2.2 full"
    ),
    "554 to the content": Case(Fault(content="554 spam"), Step.MESSAGE, 554, "never", "spam"),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_an_answer_is_certain(post: Post, case: Case) -> None:
    """Its kind, code and words; the next message goes on in the same session."""
    post.faults = {ANN: [case.fault]}
    with post_session(server(post.port)) as session:
        error = refused(session)
        assert (error.step, error.code, error.kind) == (case.step, case.code, case.kind)
        assert error.said == case.said
        assert str(error).startswith(f"{case.step}: the server answered {case.code} {case.said}")
        assert not session.lost
        sent(session, BOB)
        sent(session, ANN)  # greylisted, say: now it is taken
    assert [each.recipient for each in post.arrived if each.confirmed] == [BOB, ANN]
    assert post.commands.count("RSET") == 1
    assert post.connections == 1


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ("530 5.7.0 who is it?", "channel"),
        ("550 5.7.1 not as this sender", "channel"),
        ("451 4.3.0 later", "channel"),
        ("552 5.3.4 too big", "too_big"),
        ("554 5.3.4 too big", "too_big"),
    ],
)
def test_a_sender_who_is_refused(post: Post, answer: str, kind: str) -> None:
    """No other message would be taken either, unless it is for its size."""
    post.senders = [answer]
    with post_session(server(post.port)) as session:
        error = refused(session)
        assert (error.step, error.code, error.kind) == (Step.SENDER, int(answer[:3]), kind)
        assert ("see mail." in str(error)) == (kind == "channel")
        sent(session, BOB)
    assert len(post.mails) == 1


LOST = {
    "421 at MAIL": (lambda post: post.senders.append("421 4.3.2 closing"), Step.SENDER, 421),
    "dropped at MAIL": (lambda post: post.senders.append(DROP), Step.SENDER, 0),
    "hung at MAIL": (lambda post: post.senders.append(SILENCE), Step.SENDER, 0),
    "421 at RCPT": (lambda post: _fault(post, Fault(rcpt="421 closing")), Step.RECIPIENT, 421),
    "dropped at RCPT": (lambda post: _fault(post, Fault(rcpt=DROP)), Step.RECIPIENT, 0),
    "421 at DATA": (lambda post: _fault(post, Fault(data="421 closing")), Step.MESSAGE, 421),
    "dropped at DATA": (lambda post: _fault(post, Fault(data=DROP)), Step.MESSAGE, 0),
    "hung at DATA": (lambda post: _fault(post, Fault(data=SILENCE)), Step.MESSAGE, 0),
    "no 354 at DATA": (lambda post: _fault(post, Fault(data="250 what?")), Step.MESSAGE, 250),
    "421 to the content": (lambda post: _fault(post, Fault(content="421 no")), Step.MESSAGE, 421),
}


def _fault(post: Post, fault: Fault) -> None:
    post.faults[ANN] = [fault]


@pytest.mark.parametrize(("prepare", "step", "code"), LOST.values(), ids=LOST)
def test_a_session_that_is_lost_before_anything_was_sent(
    post: Post, prepare: Callable[[Post], None], step: Step, code: int
) -> None:
    """Certain, of the channel and not of this recipient; another session goes on."""
    prepare(post)
    began = time.monotonic()
    with post_session(server(post.port)) as session:
        error = refused(session)
        assert session.lost
    assert time.monotonic() - began < 1
    assert (error.step, error.code, error.kind) == (step, code, "channel")
    assert bool(code) == ("the server answered" in str(error))
    with post_session(server(post.port)) as session:
        sent(session)
    assert [each.recipient for each in post.arrived if each.confirmed] == [ANN]


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (DROP, "the server hung up"),
        (SILENCE, "no answer in time"),
        ("354 once more", "the server answered what is no answer"),
        ("what?", "the server answered what is no answer"),
        ("250" + "-" * 10_000, "the server answered what is no answer"),
    ],
)
def test_content_without_an_answer_is_in_doubt(post: Post, answer: str, why: str) -> None:
    """It may have arrived, and here it has; the session is lost, and the next serves others."""
    post.always[ANN] = Fault(content=answer)
    began = time.monotonic()
    with post_session(server(post.port)) as session:
        session.offer(SENDER, ANN, len(CONTENT))
        with pytest.raises(Doubt) as caught:
            session.hand_over(CONTENT)
        assert session.lost
    assert time.monotonic() - began < 1.5
    assert caught.value.why == why
    assert str(caught.value) == f"message: sent, and then {why}: it may have arrived"
    with post_session(server(post.port)) as session:
        sent(session, BOB)
    assert post.copies(ANN) == [CONTENT]
    assert [each.recipient for each in post.arrived if each.confirmed] == [BOB]


def test_the_answer_to_the_content_is_waited_for_longer(post: Post) -> None:
    """By default ten minutes: who gives up sooner sends again what has arrived."""
    assert Server("localhost", 25, "plain", "example.org").data_seconds == 600
    post.on_arrival = lambda _arrived: time.sleep(0.6)
    with post_session(server(post.port, data_seconds=5)) as session:
        sent(session)


def test_a_session_that_was_closed_behind_the_last_message(post: Post) -> None:
    """What was confirmed is; the next is refused for certain by a session that is lost."""
    post.faults = {ANN: [Fault(content=CONFIRM_AND_DROP)]}
    with post_session(server(post.port)) as session:
        sent(session)
        error = refused(session, BOB)
        assert session.lost
        assert (error.kind, error.code, error.said) == ("channel", 0, "the server hung up")
    assert [each.recipient for each in post.arrived] == [ANN]


def test_a_message_over_the_limit_is_not_begun(authority: Authority) -> None:
    """SIZE is known before: nothing is asked, and a smaller one goes on."""
    with (
        taking(Post(authority.context(), size=100_000)) as post,
        post_session(server(post.port)) as session,
    ):
        assert session.limit == 100_000
        error = refused(session, ANN, CONTENT + b"x\r\n" * 40_000)
        assert (error.step, error.code, error.kind) == (Step.SIZE, 0, "too_big")
        assert "120,056 bytes, and the server takes 100,000" in str(error)
        assert post.commands == ["AUTH"]
        sent(session)
    with taking(Post(authority.context(), size=5000)) as post:
        with pytest.raises(StepError) as caught, post_session(server(post.port)):
            pass
        assert caught.value.step is Step.SIZE


@pytest.mark.parametrize("content", [b"", b"no end", b"bare\nline\r\n", b"bare\rreturn\r\n"])
def test_what_would_not_arrive_as_it_is_is_not_sent(post: Post, content: bytes) -> None:
    """Lines end with CRLF; a bare line feed could even end the message and begin another."""
    with post_session(server(post.port)) as session:
        assert refused(session, ANN, content).kind == "never"
        sent(session)
    assert post.copies(ANN) == [CONTENT]


@pytest.mark.parametrize(
    "address",
    ["", "ann", "@example.org", "ann@", "a b@example.org", "änn@example.org", "<ann@example.org>"]
    + [f"ann@example.org{end}" for end in ("\r\nDATA", "\n", "> SIZE=1", "\0", " ")],
)
def test_what_is_no_address_is_not_offered(post: Post, address: str) -> None:
    """Nothing of it reaches the server."""
    with post_session(server(post.port)) as session:
        assert refused(session, address).kind == "never"
        with pytest.raises(Refusal) as caught:
            session.offer(address, ANN, 1)
        assert caught.value.kind == "channel"
        assert post.commands == ["AUTH"]


def test_an_offer_that_was_not_followed_is_forgotten(post: Post) -> None:
    """The next message goes to its own recipient alone."""
    with post_session(server(post.port)) as session:
        session.offer(SENDER, ANN, 10)
        sent(session, BOB)
    assert [each.recipient for each in post.arrived] == [BOB]


# --- servers that cannot be talked to ----------------------------------------------------------


def unopened(given: Server) -> StepError:
    """The step at which no session could be opened, without the password."""
    with pytest.raises(StepError) as caught, post_session(given):
        pass
    assert CANARY not in "".join(traceback.format_exception(caught.value)) + repr(given)
    return caught.value


def test_no_session_without_verified_tls(authority: Authority, tmp_path: Path) -> None:
    """Self-signed, for another host, or without STARTTLS: named, and no password goes out."""
    stranger = Authority(tmp_path)
    for post, step in [
        (Post(stranger.context()), Step.CERTIFICATE),
        (Post(authority.context("mail.example.org")), Step.CERTIFICATE),
        (Post(offers_auth_in_clear=True), Step.TLS),
    ]:
        with taking(post):
            assert unopened(server(post.port)).step is step
        assert post.commands == []


@pytest.mark.parametrize(
    ("greeting", "why"),
    [
        ("421 4.3.2 too busy", "the server answered 421 4.3.2 too busy"),
        ("554 go away", "the server answered 554 go away"),
        (DROP, "the server hung up"),
        (SILENCE, "no answer in time"),
    ],
)
def test_a_server_that_greets_badly(authority: Authority, greeting: str, why: str) -> None:
    """Of the connection, which a later try may find well."""
    with taking(Post(authority.context(), greeting=greeting)) as post:
        error = unopened(server(post.port))
        assert (error.step, error.why) == (Step.CONNECT, why)


def test_a_wrong_password_and_a_hung_server(authority: Authority) -> None:
    """535 by its code alone; a server that never greets, in the time of a reply."""
    with taking(Post(authority.context(), password="another")) as post:  # noqa: S106 - a test's
        error = unopened(server(post.port))
        assert (error.step, error.why) == (Step.AUTH, "the server answered 535")
    with hung() as port:
        error = unopened(server(port))
        assert (error.step, error.why) == (Step.CONNECT, "no answer in time")


# --- servers that speak badly -------------------------------------------------------------------


def test_a_trickling_answer_is_given_up() -> None:
    """A reply has its time as a whole, however often a piece of it comes."""

    def trickle(line: str) -> Iterator[bytes]:
        if line.startswith("MAIL"):
            while True:
                time.sleep(0.1)
                yield b"250-wait\r\n"
        yield b"250 OK\r\n"

    with raw(trickle) as port:
        began = time.monotonic()
        with post_session(plain(port)) as session:
            assert refused(session).said == "no answer in time"
        assert time.monotonic() - began < 1


def test_an_answer_without_an_end_is_given_up() -> None:
    """It fills no memory."""

    def flood(line: str) -> Iterator[bytes]:
        if line.startswith("MAIL"):
            while True:
                yield b"250-and more\r\n" * 1000
        yield b"250 OK\r\n"

    with raw(flood) as port, post_session(plain(port, reply_seconds=20)) as session:
        error = refused(session)
        assert (error.kind, error.said) == ("channel", "the server hung up")  # no time ran out


@pytest.mark.parametrize("pieces", [(b"250 OK\r\n250 OK\r\n",), (b"250 OK\r\n", b"250 OK\r\n")])
def test_two_answers_to_one_question(pieces: tuple[bytes, ...]) -> None:
    """The second accepts no message: nobody is told that what follows has arrived."""
    lines: list[str] = []

    def twice(line: str) -> Iterator[bytes]:
        lines.append(line)
        if line == ".":
            yield from pieces
        else:
            yield b"354 go on\r\n" if line == "DATA" else b"250 OK\r\n"

    with raw(twice) as port, post_session(plain(port)) as session:
        sent(session)
        time.sleep(0.1)
        error = refused(session, BOB)
        assert error.kind == "channel"
        assert session.lost
        assert lines.count(".") == 1
        if len(pieces) == 1:
            assert error.said == "the server answered what nobody asked"


@pytest.mark.parametrize(
    ("answer", "kind"), [(b"552 5.3.4 too big\r\n", "too_big"), (b"", ""), (b"250 OK\r\n", "")]
)
def test_a_server_that_hangs_up_within_the_content(answer: bytes, kind: str) -> None:
    """Its refusal is heard; without one all may have arrived, as far as can be known."""

    def impatient(line: str) -> Iterator[bytes | None]:
        if line.startswith("Subject"):
            yield answer
            yield None
        yield b"354 go on\r\n" if line == "DATA" else b"250 OK\r\n"

    content = b"Subject: large\r\n\r\n" + b"x" * 70 + b"\r\n" * 4_000_000
    with raw(impatient) as port, post_session(plain(port, data_seconds=5)) as session:
        with pytest.raises(DeliveryError) as caught:
            sent(session, ANN, content)
        assert session.lost
    assert getattr(caught.value, "kind", "") == kind
    assert isinstance(caught.value, Refusal if kind else Doubt)


def test_any_answer_of_success_is_one() -> None:
    """By its first digit: a message that was taken must not be sent again."""

    def other(line: str) -> Iterator[bytes]:
        answers = {"DATA": b"354 go on\r\n", ".": b"200 as you like\r\n"}
        yield answers.get(line, b"250 OK\r\n")

    with raw(other) as port, post_session(plain(port)) as session:
        sent(session)
        sent(session, BOB)


def test_a_server_that_never_says_goodbye() -> None:
    """What it has taken is taken."""

    def rude(line: str) -> Iterator[bytes | None]:
        if line == "quit":
            yield None
        yield b"354 go on\r\n" if line == "DATA" else b"250 OK\r\n"

    with raw(rude) as port, post_session(plain(port)) as session:
        sent(session)


def test_a_server_that_repeats_the_password(authority: Authority) -> None:
    """Then nothing that it says is told."""

    def quoting(line: str) -> Iterator[bytes]:
        answers = {"EHLO": b"250-here\r\n250 AUTH PLAIN\r\n", "AUTH": b"235 yes\r\n"}
        answers["RCPT"] = f"550 no {CANARY}\r\n".encode()
        yield answers.get(line[:4].upper(), b"250 OK\r\n")

    with (
        raw(quoting, authority.context()) as port,
        post_session(server(port, "tls")) as session,
    ):
        error = refused(session)
    assert (error.code, error.said) == (550, "")
