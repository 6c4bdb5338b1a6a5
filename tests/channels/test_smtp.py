"""Mail is handed over under verified TLS or not at all, and every fault is told by its step."""

import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_string, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.channels.mail_server import (
    CANARY,
    USER,
    Authority,
    Post,
    free_port,
    hung,
    scripted,
    taking,
)
from viperreport.channels.handing_over import deliver
from viperreport.channels.operator_mail import OperatorMail, Route, written
from viperreport.channels.smtp import Server, Step, StepError, examine
from viperreport.errors import DeliveryError
from viperreport.model.message import Message

SENDER, OPERATOR = "viper@example.org", "ops@example.org"
NOON = datetime(2016, 5, 30, 12, tzinfo=UTC)
MESSAGE = Message(NOON, "run1", "weekly/all/2016-05-25", "on hold: a guard", "viperreport status")


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """An authority that nobody knows."""
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def trusted(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> Authority:
    """An authority that this machine trusts, as any of its administrator's."""
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    return authority


def server(port: int, security: str = "starttls", **more: object) -> Server:
    """How a server is reached."""
    given = Server("localhost", port, security, "example.org", USER, CANARY)
    given = replace(given, connect_seconds=2, reply_seconds=2)
    return replace(given, **more)  # type: ignore[arg-type]


def failed(given: Server) -> StepError:
    """The step at which an examination fails, with the password in nothing of the error."""
    with pytest.raises(StepError) as caught:
        examine(given, SENDER, OPERATOR, lambda _step, _said: None)
    text = "".join(traceback.format_exception(caught.value))
    assert CANARY not in text + repr(given) + repr(caught.value.args)
    assert str(caught.value).startswith(f"{caught.value.step}: {caught.value.why}: ")
    return caught.value


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_every_step_goes_well(trusted: Authority, security: str) -> None:
    """All eight in their order, and nothing is sent; then a mail is, to the one recipient."""
    post = Post(trusted.context(), implicit=security == "tls")
    steps: list[Step] = []
    with taking(post):
        given = server(post.port, security)
        examine(given, SENDER, OPERATOR, lambda step, _said: steps.append(step))
        assert steps == [each for each in Step if each is not Step.MESSAGE]
        assert post.commands == ["AUTH", "MAIL", "RCPT", "RSET"]
        assert post.mails == []
        deliver(given, EmailMessage(), SENDER, OPERATOR)
    (mail,) = post.mails
    assert (mail.mail_from, mail.rcpt_tos) == (SENDER, [OPERATOR])


def test_nobody_there(trusted: Authority) -> None:
    """A name that leads nowhere, and a port at which nobody is."""
    assert trusted.file.exists()
    assert failed(server(25, host="no.such.host.invalid")).step is Step.NAME
    assert str(failed(server(free_port()))).startswith("connect: Connection refused: see mail.host")


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_certificate_by_nobody_known_is_refused(authority: Authority, security: str) -> None:
    """Without the authority no password is sent, whatever the server offers."""
    post = Post(authority.context(), implicit=security == "tls")
    with taking(post):
        error = failed(server(post.port, security))
    assert error.step is Step.CERTIFICATE
    assert post.commands == []


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_the_certificate_of_another_host_is_refused(trusted: Authority, security: str) -> None:
    """Also where its authority is trusted."""
    post = Post(trusted.context("mail.example.org"), implicit=security == "tls")
    with taking(post):
        error = failed(server(post.port, security))
    assert error.step is Step.CERTIFICATE
    assert "localhost" in error.why
    assert post.commands == []


def test_starttls_taken_out_is_refused() -> None:
    """No mail and no password go on in clear, though the server offers AUTH so."""
    post = Post(offers_auth_in_clear=True)
    with taking(post):
        error = failed(server(post.port))
        with pytest.raises(StepError):
            deliver(server(post.port), EmailMessage(), SENDER, OPERATOR)
    assert error.step is Step.TLS
    assert "STARTTLS" in error.why
    assert (post.commands, post.mails) == ([], [])


def test_no_password_goes_out_in_clear() -> None:
    """Not even on this machine, not even if the settings let it pass."""
    post = Post(offers_auth_in_clear=True)
    with taking(post):
        error = failed(server(post.port, "plain"))
        assert (error.step, post.commands) == (Step.AUTH, [])
        deliver(server(post.port, "plain", user=""), EmailMessage(), SENDER, OPERATOR)
    assert len(post.mails) == 1


def test_what_may_not_leave_this_machine_does_not() -> None:
    """A name that leads elsewhere is not connected to."""
    error = failed(server(25, "plain", host="192.0.2.1", here_only=True))
    assert error.step is Step.NAME
    assert "not this machine" in error.why


def test_a_wrong_password(trusted: Authority) -> None:
    """535: named as auth, by its code alone."""
    post = Post(trusted.context(), password="another")  # noqa: S106 - a test's
    with taking(post):
        error = failed(server(post.port))
    assert (error.step, error.why) == (Step.AUTH, "the server answered 535")


def test_a_user_without_a_password(trusted: Authority) -> None:
    """Nobody is asked to let us in."""
    post = Post(trusted.context())
    with taking(post):
        assert failed(server(post.port, password="")).step is Step.AUTH
    assert post.commands == []


@pytest.mark.parametrize("step", [Step.AUTH, Step.SENDER, Step.RECIPIENT])
def test_a_server_that_quotes_the_password(trusted: Authority, step: Step) -> None:
    """What it answers is then not repeated."""
    word = {Step.AUTH: "AUTH", Step.SENDER: "MAIL", Step.RECIPIENT: "RCPT"}[step]

    def answer(line: str) -> str:
        if line.upper().startswith("EHLO"):
            return "250-here\r\n250 AUTH PLAIN LOGIN"
        if line.upper().startswith(word):
            return f"535 no {CANARY}"
        return "235 yes" if line.startswith("AUTH") else "250 OK"

    with scripted(answer, trusted.context()) as port:
        error = failed(server(port, "tls"))
    assert (error.step, error.why) == (step, "the server answered 535")


def test_a_recipient_who_is_refused(trusted: Authority) -> None:
    """550: named as recipient, with what the server says; a mail to them is refused likewise."""
    post = Post(trusted.context(), recipient="550 5.1.1 no such user")
    with taking(post):
        error = failed(server(post.port))
        with pytest.raises(StepError, match=r"recipient: the server answered 550 5\.1\.1 no such"):
            deliver(server(post.port), EmailMessage(), SENDER, OPERATOR)
    assert (error.step, error.why) == (
        Step.RECIPIENT,
        "the server answered 550 5.1.1 no such user",
    )


def test_the_size_that_a_server_takes(trusted: Authority) -> None:
    """Said where it is enough, a fault where not."""
    said: dict[Step, str] = {}
    post = Post(trusted.context(), size=10_240_000)
    with taking(post):
        examine(server(post.port), SENDER, OPERATOR, said.__setitem__)
    assert said[Step.SIZE] == "10,240,000 bytes a message"
    post = Post(trusted.context(), size=5000)
    with taking(post):
        assert failed(server(post.port)).step is Step.SIZE


@pytest.mark.parametrize("security", ["starttls", "tls", "plain"])
def test_a_hung_server_is_given_up(security: str) -> None:
    """After the time that a reply has; the defaults are 10 and 30 seconds."""
    defaults = Server("localhost", 25, "plain", "example.org")
    assert (defaults.connect_seconds, defaults.reply_seconds) == (10, 30)
    with hung() as port:
        began = time.monotonic()
        error = failed(server(port, security, reply_seconds=0.3))
        assert time.monotonic() - began < 2
    assert error.step is (Step.TLS if security == "tls" else Step.CONNECT)
    assert "in time" in error.why


# --- what the operator gets -------------------------------------------------------------------


def route(given: Server, place: str = "London") -> Route:
    """The way from a home."""
    return Route(given, SENDER, OPERATOR, place, Path("/srv/viper"), "home-1", "machine")


def read(text: str) -> EmailMessage:
    """A mail as its reader's program has it."""
    return message_from_string(text, policy=policy.default)


def test_a_message_as_mail(trusted: Authority) -> None:
    """What is so and the place in the subject, all that is known in the text; automatic."""
    post = Post(trusted.context())
    with taking(post):
        OperatorMail(lambda: route(server(post.port))).told(MESSAGE)
    mail = read(*post.texts())
    assert mail["Subject"] == "viperreport: weekly/all/2016-05-25: on hold: a guard (London)"
    assert (mail["From"], mail["To"]) == (SENDER, OPERATOR)
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Date"].datetime == NOON
    assert mail["Message-ID"].endswith(".home-1@example.org>")
    assert mail.get_content().splitlines() == [
        "weekly/all/2016-05-25: on hold: a guard",
        "viperreport status",
        "",
        "run: run1",
        "at: 2016-05-30T12:00:00+00:00",
        "host: machine",
        "home: /srv/viper",
    ]


@pytest.mark.parametrize("about", ["a" * 200, "ü" * 200, "a\r\nBcc: x@example.org", "\udcff.csv",
                                   "=?utf-8?q?a=0D=0ABcc:_x@example.org?="])  # fmt: skip
@pytest.mark.parametrize("place", ["London", "Köln", "P" * 90, ""])
def test_no_name_breaks_a_mail(about: str, place: str) -> None:
    """A subject of 70 characters at most, and only our own headers, whatever a file is called."""
    mail = written(
        route(server(25), place), Message(NOON, "run1", about, f"{about} is refused", about)
    )
    mail = read(mail.as_string())
    assert len(mail["Subject"]) <= 70
    assert mail["Subject"].startswith("viperreport: ")
    assert mail["Bcc"] is None
    assert mail["To"] == OPERATOR


def test_a_subject_tells_what_is_so() -> None:
    """As much as there is room for; a file that the words name already is named once."""
    long = replace(MESSAGE, said="on hold: a load of incidents was refused since")
    subject = written(route(server(25)), long)["Subject"]
    assert subject == "viperreport: weekly/all/2016-05-25: on hold: a load of incid… (London)"
    fault = replace(MESSAGE, about="a.j2", said="a.j2:2: 'x' is undefined")
    mail = written(route(server(25)), fault)
    assert mail["Subject"] == "viperreport: a.j2:2: 'x' is undefined (London)"
    assert mail.get_content().startswith("a.j2:2: 'x' is undefined\n")


def test_the_id_of_a_message() -> None:
    """The same for the same; another for another, and for another home's."""
    given = route(server(25))
    ids = [
        written(given, MESSAGE)["Message-ID"],
        written(given, replace(MESSAGE, said="failed"))["Message-ID"],
        written(replace(given, home_id="home-2"), MESSAGE)["Message-ID"],
    ]
    assert written(given, MESSAGE)["Message-ID"] == ids[0]
    assert len(set(ids)) == 3


@contextmanager
def _nobody() -> Iterator[int]:
    yield free_port()


@pytest.mark.parametrize("there", [hung, _nobody])
def test_a_server_that_fails_delays_a_run_once(
    there: Callable[[], AbstractContextManager[int]],
) -> None:
    """The first message waits its time; those after it are told at once that it failed."""
    asked: list[int] = []
    with there() as port:

        def way() -> Route:
            asked.append(port)
            return route(server(port, reply_seconds=30))

        channel = OperatorMail(way, seconds=0.5)
        began = time.monotonic()
        words = set()
        for _ in range(5):
            with pytest.raises(DeliveryError) as caught:
                channel.told(MESSAGE)
            words.add(str(caught.value))
        assert time.monotonic() - began < 1.5
    assert len(asked) == 1
    assert len(words) == 1  # so that the others tell of it once


def test_without_a_way_there_is_no_mail() -> None:
    """A home without [mail] is told by the other channels alone."""
    OperatorMail(lambda: None).told(MESSAGE)
