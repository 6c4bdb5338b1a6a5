"""Mail to the operator and `doctor smtp`, as processes and with a server that is real."""

import json
import subprocess
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.channels.mail_server import (
    CANARY,
    USER,
    Authority,
    Post,
    free_port,
    scripted,
    taking,
)

from .conftest import Ended, clean, viperreport
from .test_run import LATER, operator, prepared, program

PASSWORD = "VIPERREPORT_SMTP_PASSWORD"  # noqa: S105 - a name
HELD = ("run", "--slot", "2016-06-23T06:00")  # its data end before the cut-off


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """An authority that nobody knows."""
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def post(authority: Authority) -> Iterator[Post]:
    """A server that takes every mail."""
    with taking(Post(authority.context())) as here:
        yield here


def mailing(home: Path, port: int, security: str = "starttls", **more: str) -> None:
    """Give a home a server and the password for it."""
    given = {"security": security, "user": USER} | more
    text = "".join(f'{key} = "{value}"\n' for key, value in given.items())
    settings = home / "config/viperreport.toml"
    before = settings.read_text().partition("\n[mail]")[0]
    settings.write_text(
        f'{before}\n[mail]\nhost = "localhost"\nport = {port}\nsender = "viper@example.org"\n'
        f'operator = "ops@example.org"\n{text}'
    )
    (home / ".env").write_text(f"{PASSWORD}='{CANARY}'\n")
    (home / ".env").chmod(0o600)


def typed(home: Path, authority: Authority, *arguments: str) -> Ended:
    """Run the program where the authority is trusted."""
    env = clean(home, SSL_CERT_FILE=str(authority.file))
    return viperreport(*arguments, cwd=home, env=env, program=program(LATER))


def test_the_doctor_names_every_step(home: Path, authority: Authority, post: Post) -> None:
    """Each with ok and what was found, exit 0, nothing sent; --json says the same."""
    mailing(home, post.port)
    ended = typed(home, authority, "doctor", "smtp").done()
    lines = [line.split() for line in ended.said.splitlines()]
    steps = ["name", "connect", "TLS", "certificate", "auth", "size", "sender", "recipient"]
    assert [line[:2] for line in lines] == [["ok", step] for step in steps]
    found = json.loads(typed(home, authority, "--json", "doctor", "smtp").done().said)
    assert [each["step"] for each in found] == steps
    assert all(each["ok"] for each in found)
    assert post.mails == []


def test_the_doctor_names_what_fails(home: Path, authority: Authority, post: Post) -> None:
    """The step, why, and what to do; exit 6, or 3 where no mail is configured."""
    missing = typed(home, authority, "doctor", "smtp")
    assert missing.code == 3
    assert "config/viperreport.toml: mail: is missing" in missing.err
    mailing(home, post.port)
    unknown = viperreport("doctor", "smtp", cwd=home, env=clean(home))
    assert unknown.code == 6
    assert "FAILED  certificate  " in unknown.said
    assert "SSL_CERT_FILE" in unknown.said.splitlines()[-1]
    assert "AUTH" not in post.commands
    post.recipient = "550 5.7.1 relaying denied"
    refused = typed(home, authority, "doctor", "smtp")
    assert refused.code == 6
    assert "FAILED  recipient    the server answered 550 5.7.1 relaying denied" in refused.said
    mailing(home, free_port())
    assert (
        "FAILED  connect      Connection refused" in typed(home, authority, "doctor", "smtp").said
    )


def test_check_misses_a_password(home: Path, authority: Authority) -> None:
    """A user without one is a fault of the configuration, and of nothing that needs no mail."""
    mailing(home, 587)
    (home / ".env").unlink()
    ended = typed(home, authority, "check")
    assert ended.code == 3
    assert f"{PASSWORD}: is missing" in ended.err
    typed(home, authority, "status").done()


def messages(post: Post) -> list[str]:
    """The messages that came, without the drafts that are on hold."""
    return [text for text in post.texts() if "\r\nX-Viper-Run: " not in text]


def test_the_operator_gets_what_runs_tell(home: Path, authority: Authority, post: Post) -> None:
    """Once a day, as the other channels; also of a configuration that is broken elsewhere."""
    prepared(home)
    mailing(home, post.port)
    for _ in range(2):
        assert typed(home, authority, *HELD).code == 4
    told = operator(home)
    assert told
    for text, message in zip(messages(post), told, strict=True):
        assert f"\r\nrun: {message['run']}\r\n" in text
        assert f"\r\nhome: {home.resolve()}\r\n" in text.replace("=\r\n", "")  # folded
    settings = home / "config/viperreport.toml"
    settings.write_text(settings.read_text().replace("zone = ", "zona = ", 1))
    assert typed(home, authority, "run").code == 3
    assert len(messages(post)) == len(told) + 1
    assert "zona" in post.texts()[-1]


def test_a_mail_that_is_not_taken_ends_no_run(home: Path, authority: Authority) -> None:
    """The exit code stays what it was, and the other channels tell of it once."""
    prepared(home)
    mailing(home, free_port())
    for _ in range(2):
        ended = typed(home, authority, *HELD)
        assert ended.code == 4, ended.err
    (lost,) = [each for each in operator(home) if each["about"] == "channel mail"]
    assert "connect: Connection refused" in lost["said"]


def test_the_password_is_written_down_nowhere(home: Path, authority: Authority) -> None:
    """Not in any output, file or argument, whether all goes well, or the server quotes it."""
    prepared(home)
    secrets = {CANARY, b64encode(CANARY.encode()).decode()}
    secrets.add(b64encode(f"\0{USER}\0{CANARY}".encode()).decode())
    said, heard = [], []

    def quoting(line: str) -> str:
        heard.append(line)
        if line.upper().startswith("EHLO"):
            return "250-here\r\n250 AUTH PLAIN"
        return f"535 {line} {CANARY}"

    def go(*arguments: str) -> None:
        env = clean(home, SSL_CERT_FILE=str(authority.file))
        run = subprocess.Popen(
            [*program(LATER), *arguments], cwd=home, env=env, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        said.append(Path(f"/proc/{run.pid}/cmdline").read_text())
        said.extend(run.communicate(timeout=60))

    def everything() -> None:
        (home / "output/state/operator.jsonl").unlink(missing_ok=True)
        for verb in (("doctor", "smtp"), ("-v", *HELD), ("--json", "status"), ("check",)):
            go(*verb)

    with taking(Post(authority.context())) as post:
        mailing(home, post.port)
        everything()
        assert "AUTH" in post.commands
    assert post.mails
    said.extend(post.texts())
    with scripted(quoting, authority.context()) as port:
        mailing(home, port, "tls")
        everything()
    assert any(each in line for each in secrets for line in heard)  # so it did quote it
    mailing(home, free_port())
    everything()
    written = [file for file in (home / "output").rglob("*") if file.is_file()]
    assert "operator.jsonl" in {file.name for file in written}
    for secret in secrets:
        assert not any(secret in each for each in said)
        assert [each for each in written if secret.encode() in each.read_bytes()] == []
