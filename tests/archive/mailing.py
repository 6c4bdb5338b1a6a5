"""Small homes that mail, and what their recipients have."""

from collections.abc import Mapping, Sequence
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from tests.archive.small import Runs, utc
from tests.channels.mail_server import Post
from viperreport.archive.deliveries import Delivery, Kind
from viperreport.archive.states import State
from viperreport.verbs.changing import leave
from viperreport.verbs.confirming import Confirming, Told
from viperreport.verbs.correcting import Corrected, correct
from viperreport.verbs.envelopes import Would, would_send
from viperreport.verbs.handing import Sent, Wanted, send
from viperreport.verbs.running import held_ledger
from viperreport.verbs.stopping import Stop
from viperreport.verbs.telling import Log
from viperreport.verbs.trying import send_test
from viperreport.verbs.withdrawing import withdraw

MONDAY = "weekly/all/2016-05-29"
PDF = "weekly/all/2016/weekly_all_2016-05-29.pdf"
AT = "2016-05-30T05:00:05"
MAIL = """
[mail]
host = "localhost"
security = "plain"
port = {port}
sender = "viper@example.org"
operator = "ops@example.org"
{more}
"""


def lets_mail(home: Path, port: int, more: str = "") -> None:
    """Give a home a server that takes mail."""
    file = home / "config/viperreport.toml"
    text = file.read_text().partition("\n[mail]")[0]
    file.write_text(text + MAIL.format(port=port, more=more))


def lists(home: Path, groups: Mapping[str, Sequence[str]], more: str = "") -> None:
    """Say who gets the editions of a home.

    Args:
        groups: addresses, by the name of their group; all of example.org.
        more: what else the file says, at its beginning.
    """
    tables = "".join(f"[mail.{name}]\nto = {list(to)}\n" for name, to in groups.items())
    text = f'domains = ["example.org"]\ninternal = ["example.org"]\n{more}\n{tables}'
    (home / "config/recipients.toml").write_text(text.replace("'", '"'))


def addresses(*names: str) -> list[str]:
    """Addresses of people of the house."""
    return [f"{name}@example.org" for name in names]


def states(home: Runs) -> dict[str, str]:
    """What became of each delivery, by its recipient's name."""
    return {each.recipient.partition("@")[0]: str(each.state) for each in home.ledger().deliveries}


def deliveries(home: Runs) -> dict[str, Delivery]:
    """The deliveries, by their recipients' names; the newest of each."""
    return {each.recipient.partition("@")[0]: each for each in home.ledger().deliveries}


def read(content: bytes) -> EmailMessage:
    """A message as a mail program reads it."""
    message = message_from_bytes(content, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def received(post: Post, name: str) -> list[EmailMessage]:
    """What came for somebody, confirmed or not."""
    return [read(content) for content in post.copies(f"{name}@example.org")]


def attached(message: EmailMessage) -> bytes:
    """The PDF that goes along; empty where none does."""
    for part in message.iter_attachments():
        content = part.get_content()
        assert isinstance(content, bytes)
        return content
    return b""


def log_of(home: Runs) -> Log:
    """What a verb says in a home."""
    return Log("verb", lambda: home.now, home.lines.append, home.heard)


def sent(home: Runs, edition: str, *to: str, again: bool = False) -> tuple[Sent, list[int]]:
    """What the verb `send` does, and the codes that it met."""
    log = log_of(home)
    with home.opened() as opened, held_ledger(opened, "verb", 1) as ledger:
        done = send(opened, ledger, log, Stop(), Wanted(edition, to, again))
        leave(opened, ledger)
    return done, log.codes


def would(home: Runs, edition: str, *to: str, again: bool = False) -> Would:
    """What `send --dry-run` says."""
    with home.opened() as opened:
        return would_send(opened, Wanted(edition, to, again), "verb")


def tried(home: Runs, edition: str, address: str) -> Sent:
    """What `send --test-to` does."""
    with home.opened() as opened, held_ledger(opened, "verb", 1) as ledger:
        return send_test(opened, ledger, log_of(home), edition, address)


def corrected(
    home: Runs, edition: str, reason: str = "", at: str = "", *, confirmed: bool = False
) -> tuple[Corrected, Told]:
    """What the verb `correct` does."""
    home.now = utc(at) if at else home.now
    log = log_of(home)
    with home.opened() as opened, held_ledger(opened, "verb", 1) as ledger:
        done = correct(opened, ledger, log, (edition, reason), confirmed=confirmed)
        confirming = Confirming(opened, ledger, log, Stop())
        told = confirming.told(done.made or done.replaced, Kind.EDITION, confirmed=confirmed)
        leave(opened, ledger)
    assert done.made is None or done.made.state is State.FILED
    return done, told


def taken_back(home: Runs, edition: str, reason: str = "", *, confirmed: bool = False) -> Told:
    """What the verb `withdraw` does."""
    log = log_of(home)
    with home.opened() as opened, held_ledger(opened, "verb", 1) as ledger:
        done = withdraw(opened, ledger, log, (edition, reason), confirmed=confirmed)
        told = Confirming(opened, ledger, log, Stop()).told(
            done, Kind.WITHDRAWAL, confirmed=confirmed
        )
        leave(opened, ledger)
    return told
