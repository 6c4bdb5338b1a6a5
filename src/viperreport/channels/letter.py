"""The bytes of a mail that brings a briefing (RFC 5322): the same for the same, to the last.

A letter is a head, of its one recipient alone, and a body that all of its readers share. Boundary
and Message-ID are made of what is said, so a letter that is sent twice is the same letter. It is of
7-bit ASCII, with CRLF and short lines, for servers that know neither SMTPUTF8 nor 8BITMIME.
"""

import hashlib
import json
import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from urllib.parse import quote

from viperreport.model.message import one_line

_LINE = 78  # characters, by RFC 5322, 2.1.1; 998 at most
_END = "\r\n"
_ID = re.compile(r"<[!-;=?-~]+>")
# One, and plain: what the settings let in, but for its length.
_ATOM, _LABEL = r"[A-Za-z0-9#$&'*+/=?^_`{|}~-]+", r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"(?!-){_ATOM}(?:\.{_ATOM})*@(?:{_LABEL}\.)*(?![0-9]+\Z){_LABEL}")
_FILE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]*")
_WORDS = re.compile(rf"[!-~]{{1,{_LINE - 2}}}( [!-~]{{1,{_LINE - 2}}})*")
_ENCODED = "=?"  # begins a word of RFC 2047, which a reader would decode


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What the head of a letter says.

    Ids stand here as there, in <>: of the message, of the list, and the mailto address by which
    one ends it.

    Args:
        subject: any text; what cannot be seen is written by its number.
        at: with its zone.
        chain: number and hash of the archive's last file, such as "12 3f9a…".
        in_reply_to: the id of the letter that this one is about; "" for none.
    """

    sender: str
    recipient: str
    reply_to: str
    message_id: str
    subject: str
    at: datetime
    list_id: str
    unsubscribe: str
    chain: str
    run: str
    in_reply_to: str = ""


@dataclass(frozen=True, slots=True)
class Attached:
    """The PDF that goes along.

    Args:
        name: of the file; letters, digits and . _ @ - of ASCII.
    """

    name: str
    content: bytes = field(repr=False)


def message_id(  # noqa: PLR0913, PLR0917 - each of them makes it another letter
    home_id: str, edition: str, kind: str, copy: int, recipient: str, sender: str
) -> str:
    """The id of a letter, with its <>: the same for the same, of no other home and recipient.

    Args:
        edition: such as weekly/all/2016-05-25.
        kind: "edition" or "withdrawal".
        copy: which one of this to this recipient, where a person asks for one more.
    """
    said = json.dumps([home_id, edition, kind, copy, recipient]).encode()
    return f"<{hashlib.sha256(said).hexdigest()[:32]}@{_domain(sender)}>"


def list_id(briefing: str, home_id: str, sender: str) -> str:
    """The id of all letters of a briefing of a home, with its <> (RFC 2919)."""
    return f"<{briefing}.{home_id.partition('-')[0]}.{_domain(sender)}>"


def unsubscribe(briefing: str, operator: str) -> str:
    """The address by which one ends it, with its <> (RFC 2369, RFC 6068)."""
    return f"<mailto:{quote(operator, safe='@')}?subject=unsubscribe%20{quote(briefing)}>"


def head_of(envelope: Envelope) -> bytes:
    """The headers of a letter but those of its body, which follow at once.

    Raises:
        ValueError: a header could be read as two, or the instant has no zone.
    """
    if envelope.at.tzinfo is None:
        raise ValueError("an instant without a zone")
    return "".join(_folded(name, value) for name, value in _headers(envelope)).encode("ascii")


def body_of(html: str, text: str, attachment: Attached | None = None) -> bytes:
    """The body, which begins with the headers that it needs.

    Raises:
        ValueError: the name of what is attached could be read as more.
    """
    mark = _mark(html, text, attachment)
    message = EmailMessage(policy=SMTP)
    message.set_content(text, cte="quoted-printable")
    message.add_alternative(html, subtype="html", cte="quoted-printable")
    message.set_boundary(f"=_a{mark}")  # "=_" is in no text of quoted-printable or base64
    if attachment is not None:
        if not _FILE.fullmatch(attachment.name):
            raise ValueError("a name of what is attached that is no plain file's")
        message.add_attachment(
            attachment.content, maintype="application", subtype="pdf", filename=attachment.name
        )
        message.set_boundary(f"=_m{mark}")
    return message.as_bytes()


def _mark(html: str, text: str, attachment: Attached | None) -> str:
    enclosed = (
        (attachment.name, hashlib.sha256(attachment.content).hexdigest()) if attachment else ()
    )
    return hashlib.sha256(json.dumps([html, text, *enclosed]).encode()).hexdigest()[:32]


def _headers(envelope: Envelope) -> Iterator[tuple[str, str]]:
    yield "Date", format_datetime(envelope.at)
    yield "From", _held(_ADDRESS, envelope.sender)
    yield "To", _held(_ADDRESS, envelope.recipient)
    yield "Subject", _subject(envelope.subject)
    yield "Message-ID", _held(_ID, envelope.message_id)
    if envelope.in_reply_to:
        yield "In-Reply-To", _held(_ID, envelope.in_reply_to)
        yield "References", envelope.in_reply_to
    yield "Reply-To", _held(_ADDRESS, envelope.reply_to)
    yield "Auto-Submitted", "auto-generated"
    yield "List-Id", _held(_ID, envelope.list_id)
    yield "List-Unsubscribe", _held(_ID, envelope.unsubscribe)
    yield "X-Viper-Chain", _held(_WORDS, envelope.chain)
    yield "X-Viper-Run", _held(_WORDS, envelope.run)


def _held(pattern: re.Pattern[str], value: str) -> str:
    if not pattern.fullmatch(value):
        raise ValueError("a header that is not of the kind that it should be")
    return value


def _subject(subject: str) -> str:
    """As it is where it is plain, else encoded as a whole.

    Not by EmailMessage, which decodes what looks encoded and writes it as it then stands: a name
    of the data could end the header so.
    """
    line = one_line(subject)
    if _WORDS.fullmatch(line) and _ENCODED not in line:
        return line
    return Header(line, "utf-8", maxlinelen=_LINE - 2, header_name="Subject").encode(linesep=_END)


def _folded(name: str, value: str) -> str:
    if _END in value:  # folded already
        return f"{name}: {value}{_END}"
    lines = textwrap.wrap(
        value,
        _LINE,
        initial_indent=f"{name}: ",  # with its first word: readers take an empty line amiss
        subsequent_indent=" ",
        break_long_words=False,
        break_on_hyphens=False,
    )
    return _END.join(lines or [f"{name}:"]) + _END


def _domain(address: str) -> str:
    return address.rpartition("@")[2]
