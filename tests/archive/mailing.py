"""Small homes that mail, and what their recipients have."""

from collections.abc import Mapping, Sequence
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from tests.archive.small import Runs
from tests.channels.mail_server import Post
from viperreport.archive.deliveries import Delivery

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
