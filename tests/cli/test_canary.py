"""Secrets stay where they were put: nothing that is said, written, sent or started holds one."""

import base64
import json
import os
import secrets as chance
import signal
import sqlite3
import subprocess
import sys
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from datetime import date
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from tests.archive.conftest import own_database
from tests.archive.mailing import addresses, lists
from tests.channels.mail_server import (
    CONFIRM_AND_DROP,
    DROP,
    SILENCE,
    USER,
    Authority,
    Fault,
    Post,
    free_port,
    scripted,
    taking,
)
from tests.channels.server import serving, status
from tests.clocks import Shift
from tests.evidence.engines import postgresql_url
from tests.test_daemon import Watched

from .canary import Watch, forms, hits, in_files, values
from .conftest import CUT_OFF, HEADER, Ended, clean, rows_of, viperreport
from .test_doctor import mailing
from .test_run import AT, BEFORE, DUE, EDITION, LATER, program

__all__ = ["own_database", "postgresql_url"]
WORDS = {name: f"{name}bird{chance.token_hex(4)}" for name in ("smtp", "database", "ping")}
PASSWORD = f'{WORDS["smtp"]} "&<%=$'
ANN = "ann@example.org"
EARLIER, THEN = "2016-06-09T06:00", "2016-06-16T06:00"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """An authority that nobody knows."""
    return Authority(tmp_path_factory.mktemp("authority"))


@dataclass
class Walk:
    """A home in which everything is done, and all that is said meanwhile.

    Args:
        home: its directory; beside it is what else is made.
        said: standard output and standard error of every command.
    """

    home: Path
    authority: Authority
    said: list[bytes] = field(default_factory=list)

    def go(
        self, *arguments: str, instant: str = LATER, cold: bool = False, source: str = AT
    ) -> Ended:
        """Type a command."""
        env = clean(self.home, SSL_CERT_FILE=str(self.authority.file))
        argv = (sys.executable, "-c", source, instant)
        ended = viperreport(*arguments, cwd=self.home, env=env, program=argv, cold=cold)
        self.said += [ended.out, ended.err.encode()]
        return ended

    def mails(self, port: int, security: str = "starttls", host: str = "localhost") -> None:
        """Give the home a server."""
        mailing(self.home, port, security)
        settings = self.home / "config/viperreport.toml"
        settings.write_text(settings.read_text().replace('"localhost"', f'"{host}"'))
        self.secrets()

    def secrets(self, ping: str = "", database: str = "") -> None:
        """Write .env: the password, and an address and a URL where they are given."""
        lines = {
            "VIPERREPORT_SMTP_PASSWORD": PASSWORD,
            "VIPERREPORT_PING_URL": ping,
            "VIPERREPORT_DATABASE_URL": database,
        }
        file = self.home / ".env"
        file.write_text("".join(f"{key}='{value}'\n" for key, value in lines.items() if value))
        file.chmod(0o600)

    def found(self, *posts: Post) -> list[str]:
        """Where a secret is, of all that was said, written and sent."""
        told = [f"said: {hit}" for each in self.said for hit in hits(each, WORDS)]
        told += in_files(self.home.parent, WORDS, self.home / ".env", self.home.parent / "url")
        sent = [each.content for post in posts for each in post.arrived]
        return told + [f"sent: {hit}" for each in sent for hit in hits(each, WORDS)]


@pytest.fixture
def walk(home: Path, authority: Authority) -> Walk:
    """A home that has readers, and a source whose data reach to their load."""
    source = home / "config/sources/shootings.toml"
    source.write_text(source.read_text().replace("2016-05-31", '"load"', 1))
    (home / "templates").mkdir()
    (home / "templates/weekly.toml").write_text('sections = ["headline", "key_figures"]\n')
    lists(home, {"command": addresses("ann", "bob")})
    return Walk(home, authority)


def deliver(walk: Walk, last: date, instant: str, leave_out: str = "nothing") -> None:
    """Load a newer file, which lacks one record."""
    rows = [row for row in rows_of(date(2015, 1, 1), last).splitlines() if leave_out not in row]
    (walk.home.parent / "new.csv").write_text(HEADER + "\n".join(rows) + "\n")
    walk.go("load", "shootings", "../new.csv", instant=instant, cold=True).done()


def of_database(url: str) -> Iterator[bytes]:
    """Every value of a database, but for the server's own tables; what its sessions asked last."""
    with psycopg.connect(url.replace("+psycopg", "")) as session:
        tables = session.execute(
            "SELECT format('%I.%I', table_schema, table_name) FROM information_schema.tables "
            "WHERE table_schema NOT IN ('pg_catalog', 'information_schema')"
        ).fetchall()
        assert len(tables) > 10
        for (name,) in tables:
            yield from values(session.execute(f"SELECT * FROM {name}"))  # noqa: S608 - its own
        yield from values(session.execute("SELECT query, application_name FROM pg_stat_activity"))


def test_no_secret_leaves_its_place(
    walk: Walk, own_database: Callable[[], str], tmp_path: Path
) -> None:
    """Every verb, mail, a daemon, a backup, a move to a server: no hit in any of what comes of it.

    Searched: what was said, all files, both databases by the byte and by the column, WAL, PDFs and
    mails unpacked, command lines and environments of all that was started.
    """
    url = make_url(own_database()).set(password=WORDS["database"])
    on_server = url.render_as_string(hide_password=False)
    (tmp_path / "url").write_text(on_server)
    (tmp_path / "url").chmod(0o600)
    with ExitStack() as held:
        post = held.enter_context(taking(Post(walk.authority.context(), password=PASSWORD)))
        service = held.enter_context(serving(status(200), f"/{WORDS['ping']}"))
        watch = held.enter_context(Watch(WORDS))
        walk.mails(post.port)
        walk.secrets(service.url)
        walk.go("init", "../other", cold=True).done()
        walk.go("check", cold=True).done()
        deliver(walk, date(2016, 6, 7), BEFORE)
        for name in ("evidence", "ledger"):  # so that their WAL stays where it is
            walk.go("run", instant=BEFORE).done()
            store = sqlite3.connect(walk.home / f"output/state/{name}.db")
            held.enter_context(closing(store))
            store.execute("SELECT count(*) FROM sqlite_master").fetchall()
        walk.go("-v", "run", instant=DUE, cold=True).done()
        for command in LOOKING:
            walk.go(*command).done()
        walk.go("doctor", "smtp", cold=True).done()
        deliver(walk, date(2016, 6, 14), "2016-06-15T12:00", "S20160101")
        walk.said += of_daemon(walk)
        walk.go("backup", "../backup", cold=True).done()
        walk.go("restore", "../backup", "../restored").done()
        for command in SENDING:
            walk.go(*command, instant=THEN).done()
        assert walk.go("-v", "run", "--slot", "2016-06-23T06:00").code == 4  # told to the operator
        on_files = sorted(tmp_path.rglob("home/output/state/*-wal"))
        walk.go("store", "copy", "--to-file", "../url", cold=True).done()
        walk.secrets(service.url, on_server)
        walk.go("-v", "run", cold=True)
        walk.go("-v", "retry", f"{EDITION}@2", "--reason", "a test")
        walk.go("--json", "run")
        walk.go("-v", "withdraw", LATEST, "--reason", "a test", "--confirm").done()
        for command in (*LOOKING, ("backup", "../of-the-server")):
            walk.go(*command, cold=command[0] == "backup").done()
        assert len(post.copies(ANN)) == 5  # two editions, one again, a correction, a withdrawal
        assert on_files
        assert walk.found(post) == []
        assert [hit for each in of_database(on_server) for hit in hits(each, WORDS)] == []
        assert set(service.heard) == {f"/{WORDS['ping']}", f"/{WORDS['ping']}/fail"}
    assert watch.found == set()
    assert any(b"--json\0run" in each for each in watch.commands)  # the daemon's child


LATEST = EDITION.replace("06-08", "06-15")
SENDING: tuple[tuple[str, ...], ...] = (
    ("-v", "send", LATEST, "--dry-run"),
    ("-v", "send", LATEST, "--to", "cid@example.org"),
    ("--json", "send", LATEST, "--test-to", "cid@example.org"),
    ("-v", "send", LATEST, "--again", "--to", "ann@example.org"),
    ("-v", "suppress", "add", "bob@example.org", "--reason", "left"),
    ("--json", "suppress", "ls"),
    ("-v", "correct", EDITION, "--reason", "a test", "--confirm"),
)
LOOKING: tuple[tuple[str, ...], ...] = (
    ("--json", "archive", "ls"),
    ("-v", "archive", "verify"),
    ("archive", "rebuild", EDITION, "--check"),
    ("--json", "history", EDITION),
    ("history",),
    ("next",),
    ("loads",),
    ("explain", "K1", "--edition", EDITION),
    ("export", "figures", "--cut-off", CUT_OFF),
    ("build", "--cut-off", CUT_OFF, "--format", "html"),
    ("-v", "build", "--cut-off", CUT_OFF),
)


def of_daemon(walk: Walk) -> list[bytes]:
    """What a daemon and its child say that file an edition and mail it."""
    shift = Shift(walk.home.parent / "clock")
    shift.set("2016-06-16T05:00:05")
    served = Watched(
        shift.start(
            walk.home, json.dumps({"tick": 0.5}), module="tests.daemons",
            SSL_CERT_FILE=str(walk.authority.file),
        )
    )  # fmt: skip
    served.until(" filed ")
    served.until(" ended ")
    said = "".join([*served.lines, served.end()])
    for stream in (served.process.stdout, served.process.stderr):
        assert stream is not None
        stream.close()
    return [said.encode()]


CLEAR = PASSWORD
LOGIN = base64.b64encode(PASSWORD.encode()).decode()  # as AUTH LOGIN sends it
PLAIN = base64.b64encode(f"\0{USER}\0{PASSWORD}".encode()).decode()  # as AUTH PLAIN does
ONE_BY_ONE = {  # what a server answers to the messages for each of these
    "ann": Fault(rcpt=f"550 5.1.1 {PLAIN}"),
    "bob": Fault(rcpt=f"451 4.3.0 {LOGIN}"),
    "cid": Fault(content=f"452 4.2.2 {PLAIN}"),
    "dan": Fault(content=f"552 5.3.4 {CLEAR}"),
    "eve": Fault(data=f"554 {LOGIN}"),
    "fay": Fault(content=f"250{CLEAR}"),  # is no answer
    "gus": Fault(content=DROP),
    "hal": Fault(content=CONFIRM_AND_DROP),
    "ida": Fault(rcpt=DROP),
}
CRASH = AT.replace(
    "main()",
    """
import smtplib
def poisoned(self, user, password, **named): raise KeyError(password, user, vars(self))
smtplib.SMTP.{} = poisoned
main()""",
)


def test_no_fault_of_a_server_brings_a_password_out(walk: Walk) -> None:
    """Each of the way's and of the messages', with a server that quotes the password back."""
    lists(walk.home, {"command": addresses(*ONE_BY_ONE)})
    walk.mails(free_port())
    deliver(walk, date(2016, 6, 7), BEFORE)
    walk.go("run", instant=BEFORE).done()
    context = walk.authority.context
    quoting = list[bytes]()

    def answer(line: str) -> str:
        quoting.append(line.encode())
        if line.upper().startswith("EHLO"):
            return "250-here\r\n250 AUTH PLAIN"
        return f"535 5.7.8 {line} {PASSWORD}"

    def go(port: int, *how: str, code: int = 6, source: str = AT) -> None:
        walk.mails(port, *how)
        ended = walk.go("-v", "--json", "run", instant=EARLIER, source=source)
        assert ended.code == code, ended.err
        if source == AT:
            walk.go("doctor", "smtp")

    go(free_port())
    go(25, "starttls", "no.such.host.invalid")
    with scripted(answer, context()) as port:
        go(port, "tls")
    faulty = [
        Post(Authority(walk.home.parent).context()),  # of an authority that nobody knows
        Post(context("other.example")),
        Post(None, offers_auth_in_clear=True),  # somebody takes STARTTLS out
        Post(context(), greeting=f"421 {LOGIN}"),
        Post(context(), senders=[f"530 5.7.0 {PLAIN}"] * 9),
        Post(context(), senders=[f"550 {CLEAR}"] * 9),
        Post(context(), size=1000),
        Post(context(), password=USER),  # so ours is wrong
    ]
    for post in faulty:
        with taking(post):
            go(post.port)
    with taking(Post(context(), password=PASSWORD)) as post:
        for name, code in (("login", 6), ("docmd", 1)):
            go(post.port, code=code, source=CRASH.format(name))
    assert not any(each.arrived for each in (*faulty, post))
    walk.said.append(of_one_that_is_stopped(walk))
    always = {f"{name}@example.org": fault for name, fault in ONE_BY_ONE.items()}
    with taking(Post(context(), password=PASSWORD, always=always)) as post:
        go(post.port, code=7)
    for command in ("status", "history"):
        walk.go("-v", command)
    walk.go("--json", "history", EDITION)
    assert hits(b"\n".join(quoting), WORDS)  # so it was quoted, and searched for
    assert walk.found(post) == []


def of_one_that_is_stopped(walk: Walk) -> bytes:
    """What a run says that is asked to end while its server says nothing."""
    with taking(Post(walk.authority.context(), greeting=SILENCE)) as post:
        walk.mails(post.port)
        run = subprocess.Popen(
            [*program(EARLIER), "-v", "run"],
            cwd=walk.home,
            env=clean(walk.home, SSL_CERT_FILE=str(walk.authority.file)),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        while not post.connections:
            time.sleep(0.05)
            assert run.poll() is None
        run.send_signal(signal.SIGTERM)
        said, _ = run.communicate(timeout=60)
    assert run.returncode == 0, said
    return said


def test_a_database_that_is_written_badly_tells_no_password(walk: Walk) -> None:
    """A server that is not there, and URLs in which a password was not written as it must be."""
    word = WORDS["database"]
    (walk.home / "config/recipients.toml").unlink()
    walk.go("check").done()
    for url in (
        f"postgresql+psycopg://viper:{word}@127.0.0.1:1/viper",
        f"postgresql+psycopg://viper:a@{word}@127.0.0.1:1/viper",
        f"postgresql+psycopg://viper:a@b:{word}@127.0.0.1:1/viper",
        f"postgresql+psycopg://viper:a@b/{word}@127.0.0.1:1/viper",
        f"postgresql+psycopg://viper:{word}",
        f"postgresql://127.0.0.1:1/viper?password={word}",
    ):
        walk.secrets(database=url)
        for command in (("-v", "run"), ("loads",), ("check",)):
            ended = walk.go(*command)
            assert "Traceback" not in ended.err
            assert ended.code == 3 or (command, ended.code) == (("check",), 0)
        (walk.home.parent / "url").write_text(url)
        (walk.home.parent / "url").chmod(0o600)
        walk.secrets()
        assert walk.go("store", "copy", "--to-file", "../url").code == 3
    assert walk.found() == []


def test_the_search_finds_what_is_there(tmp_path: Path) -> None:
    """In every form, in files, columns, packed things, and processes: or it proves nothing."""
    (word,) = (secret for name, secret in WORDS.items() if name == "smtp")
    raw = word.encode()
    for before in range(3):
        assert hits(base64.b64encode(bytes(before) + raw + b"more"), WORDS)
    for form, pattern in forms(word).items():
        assert any(form in hit for hit in hits(b"x" + pattern + b"y", WORDS))
        assert any(form in hit for hit in hits(pattern[:8] + b"=\r\n" + pattern[8:], WORDS))
    pdf = b"%PDF-1.7\nstream\n" + zlib.compress(raw) + b"\nendstream"
    mail = EmailMessage()
    mail.set_content("words")
    mail.add_attachment(pdf, maintype="application", subtype="pdf", filename="a.pdf")
    for packed in (pdf, zlib.compress(raw), mail.as_bytes(policy=SMTP)):
        assert raw not in packed
        assert hits(packed, WORDS) == ["smtp (plain)"]
    assert hits(pdf, {"another": "nothing"}) == []
    with closing(sqlite3.connect(tmp_path / "a.db")) as store, store:
        store.execute("CREATE TABLE t (content BLOB)")
        store.execute("INSERT INTO t VALUES (?)", [zlib.compress(raw * 9)])
    assert in_files(tmp_path, WORDS) == [f"{tmp_path}/a.db: smtp (plain)"]
    with Watch(WORDS) as watch:
        for argument, environ in ((word, {}), ("", {"SECRET": word})):
            command = [sys.executable, "-c", "import time; time.sleep(0.5)", argument]
            subprocess.run(command, env=os.environ | environ, check=True)
    assert {hit.split()[0] for hit in watch.found} == {"cmdline", "environ"}
