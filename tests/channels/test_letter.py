"""A letter is one recipient's, the same for the same to the byte, and read back as written."""

import hashlib
import os
import re
import smtplib
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage, Message
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.channels.mail_server import Post, taking
from tests.test_mail_settings import HOSTILE as NO_ADDRESSES
from viperreport.channels.letter import (
    Attached,
    Envelope,
    body_of,
    head_of,
    list_id,
    message_id,
    unsubscribe,
)
from viperreport.model.message import one_line

SENDER, READER, OPERATOR = "viper@example.org", "commander@example.org", "ops@example.org"
HOME = "9b2d0c1e-7f55-4c0e-8f3c-0d6f0a9f2b11"
EDITION = "weekly/all/2016-05-25"
PDF = Attached("weekly_all_2016-05-25.pdf", b"%PDF-1.7\r\n.\r\n" + bytes(range(256)) * 40)
HTML, TEXT = "<p>Köln</p>\n.\n", "Köln\n.\n..\nFrom here\n"
ENVELOPE = Envelope(
    sender=SENDER,
    recipient=READER,
    reply_to=OPERATOR,
    message_id=message_id(HOME, EDITION, "edition", 1, READER, SENDER),
    subject="OFFICIAL: Gun crime is 45% above this point last year: 122 incidents…",
    at=datetime(2016, 5, 30, 7, 0, 5, tzinfo=UTC),
    list_id=list_id("weekly", HOME, SENDER),
    unsubscribe=unsubscribe("weekly", OPERATOR),
    chain="12 " + "3f" * 32,
    run="20160530T070000-1a2b",
)
HOSTILE = [
    "a\r\nBcc: x@example.org",
    "=?utf-8?q?a=0D=0ABcc:_x@example.org?=",
    "=?utf-8?b?YQ0KQmNjOiB4QGV4YW1wbGUub3Jn?=",
    "a\x0bBcc: x\x0c\x85\u2028\u2029b",
    "\udcff\x00",
    "W" * 500,
    "👨‍👩‍👧" * 40,
    "القاهرة 122 \u202eabc",
    " a  b ",
    "",
    "it’s 45%: " * 9,
    "incidents " * 8 + "x",
]

any_text = st.text(max_size=300) | st.sampled_from(HOSTILE)


def whole(envelope: Envelope = ENVELOPE, attachment: Attached | None = PDF) -> bytes:
    """A letter as it is sent."""
    return head_of(envelope) + body_of(HTML, TEXT, attachment)


def read(content: bytes) -> EmailMessage:
    """A letter as its reader's program has it, which finds nothing wrong with it."""
    made = message_from_bytes(content, policy=policy.default)
    assert [part.defects for part in made.walk() if part.defects] == []
    return made


def as_lines(text: str) -> str:
    """A text with the line ends that a reader's program gives it, and one at its end."""
    lines = re.split("\r\n|\r|\n", text)
    return "\n".join(lines[:-1] if lines[-1] == "" else lines) + "\n"


def fits(content: bytes) -> None:
    """7-bit ASCII, CRLF alone, lines of at most 78 characters."""
    assert content.isascii()
    assert content.endswith(b"\r\n")
    lines = content.split(b"\r\n")
    assert not any(b"\r" in line or b"\n" in line or b"\0" in line for line in lines)
    assert max(map(len, lines)) <= 78


def test_a_letter_is_read_back() -> None:
    """Headers, both texts and the PDF, by today's reader and by the one of old."""
    content = whole(replace(ENVELOPE, in_reply_to="<first@example.org>"))
    fits(content)
    mail = read(content)
    assert mail.keys() == [
        *("Date", "From", "To", "Subject", "Message-ID", "In-Reply-To", "References", "Reply-To"),
        *("Auto-Submitted", "List-Id", "List-Unsubscribe", "X-Viper-Chain", "X-Viper-Run"),
        *("MIME-Version", "Content-Type"),
    ]
    assert mail["Date"].datetime == ENVELOPE.at
    assert (mail["From"], mail["To"], mail["Reply-To"]) == (SENDER, READER, OPERATOR)
    assert mail["Subject"] == ENVELOPE.subject
    assert mail["Message-ID"] == ENVELOPE.message_id
    assert mail["In-Reply-To"] == mail["References"] == "<first@example.org>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["List-Id"] == "<weekly.9b2d0c1e.example.org>"
    assert mail["List-Unsubscribe"] == "<mailto:ops@example.org?subject=unsubscribe%20weekly>"
    assert mail["X-Viper-Chain"] == ENVELOPE.chain
    assert mail["X-Viper-Run"] == ENVELOPE.run
    texts, pdf = mail.iter_parts()
    text, html = cast("EmailMessage", texts).iter_parts()
    kinds = [each.get_content_type() for each in (mail, texts, text, html, pdf)]
    assert kinds == [
        *("multipart/mixed", "multipart/alternative", "text/plain", "text/html", "application/pdf"),
    ]
    assert [as_lines(each.get_content()) for each in (text, html)] == [TEXT, HTML]
    assert (pdf.get_filename(), pdf.get_content_disposition()) == (PDF.name, "attachment")
    assert pdf.get_content() == PDF.content

    old: Message = message_from_bytes(content)
    assert str(make_header(decode_header(old["Subject"]))) == ENVELOPE.subject
    parts = [each for each in old.walk() if not each.is_multipart()]
    found = [cast("bytes", each.get_payload(decode=True)) for each in parts]
    assert [each.replace(b"\r\n", b"\n") for each in found[:2]] == [TEXT.encode(), HTML.encode()]
    assert found[2] == PDF.content


def test_a_letter_without_an_attachment() -> None:
    """Its two texts alone; nothing else is enclosed."""
    mail = read(whole(attachment=None))
    assert mail.get_content_type() == "multipart/alternative"
    kinds = [each.get_content_type() for each in mail.iter_parts()]
    assert kinds == ["text/plain", "text/html"]
    assert mail["In-Reply-To"] is None
    assert mail["References"] is None


@given(any_text)
def test_any_subject_stays_one_header(subject: str) -> None:
    """Read back as it was given, with what cannot be seen by its number; no other header comes."""
    head = head_of(replace(ENVELOPE, subject=subject))
    fits(head)
    mail = read(head + body_of(HTML, TEXT))
    assert mail.keys() == read(whole()).keys()
    assert str(mail["Subject"]) == one_line(subject)
    old = message_from_bytes(head)["Subject"]
    assert str(make_header(decode_header(old.replace("\r\n", "")))) == one_line(subject)


@given(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=300)
    | st.sampled_from([each for each in HOSTILE if each.isprintable()]),
    st.binary(max_size=3000),
)
def test_any_text_and_file_round_trip(text: str, content: bytes) -> None:
    """Both parts but for their line ends; the file to the byte."""
    body = body_of(text, text, Attached("a.pdf", content))
    fits(body)
    texts, pdf = read(head_of(ENVELOPE) + body).iter_parts()
    for part in cast("EmailMessage", texts).iter_parts():
        assert as_lines(part.get_content()) == as_lines(text)
    assert pdf.get_content() == content


@pytest.mark.parametrize(
    "text", ["--=_a", "--=_m0\n--=_a0--", "=_a\r\n.\r\n", "." * 200, "a" * 5000]
)
def test_no_text_ends_its_part(text: str) -> None:
    """Boundaries, a lone dot, a line without end."""
    texts, pdf = read(head_of(ENVELOPE) + body_of(text, text, PDF)).iter_parts()
    for part in cast("EmailMessage", texts).iter_parts():
        assert as_lines(part.get_content()) == as_lines(text)
    assert pdf.get_content() == PDF.content


@pytest.mark.parametrize(
    "header", ["sender", "recipient", "reply_to", "message_id", "list_id", "unsubscribe", "chain",
               "run", "in_reply_to"],
)  # fmt: skip
@pytest.mark.parametrize(
    "more", ["\r\nBcc: x@example.org", "\n", ", x@example.org", "é", "\x00", "> <x@example.org"]
)
def test_no_other_header_takes_what_it_should_not(header: str, more: str) -> None:
    """Neither a line end, nor a second address; and the error quotes nothing."""
    if header in {"chain", "run"} and more.isprintable() and more.isascii():
        return
    given = getattr(ENVELOPE, header)
    with pytest.raises(ValueError, match="a header that is not of the kind") as caught:
        head_of(replace(ENVELOPE, **{header: given + more}))
    assert "example" not in str(caught.value)


@pytest.mark.parametrize("header", ["sender", "recipient", "reply_to"])
def test_a_letter_takes_no_address_that_the_settings_do_not(header: str) -> None:
    """Whatever is refused when the configuration is read, but for what is only too long."""
    plain_in_length = [
        each for each in NO_ADDRESSES
        if len(each) < 255 and max(map(len, re.split("[@.]", each))) < 64
    ]  # fmt: skip
    assert len(plain_in_length) > 30
    given: dict[str, Any] = {}
    for given[header] in plain_in_length:
        with pytest.raises(ValueError, match="a header that is not of the kind"):
            head_of(replace(ENVELOPE, **given))
    for given[header] in ("viper@localhost", "o'neil+guns@xn--bcher-kva.example", "a@3-4.5x.org"):
        assert f": {given[header]}\r\n".encode() in head_of(replace(ENVELOPE, **given))


def test_what_is_no_letter_is_refused() -> None:
    """An instant without a zone would be another one elsewhere; a name could be a path."""
    with pytest.raises(ValueError, match="zone"):
        head_of(replace(ENVELOPE, at=ENVELOPE.at.replace(tzinfo=None)))
    for name in ("../a.pdf", 'a".pdf', "a\r\nX: b", "", ".pdf"):
        with pytest.raises(ValueError, match="attached"):
            body_of(HTML, TEXT, replace(PDF, name=name))


def test_the_longest_addresses() -> None:
    """A line may be longer than is usual, not than a server takes; no id is broken off its name."""
    domain = ".".join(["d" * 60] * 3)
    long = replace(
        ENVELOPE,
        sender=f"{'s' * 60}@{domain}",
        recipient=f"{'r' * 60}@{domain}",
        reply_to=f"{'o' * 60}@{domain}",
        message_id=message_id(HOME, EDITION, "edition", 1, READER, f"viper@{domain}"),
        list_id=list_id("w" * 64, HOME, f"viper@{domain}"),
        unsubscribe=unsubscribe("w" * 64, f"{'%' * 60}@{domain}"),
    )
    head = head_of(long)
    assert max(map(len, head.split(b"\r\n"))) < 998
    mail = read(head + body_of(HTML, TEXT))
    for header, value in (("From", long.sender), ("To", long.recipient),
                          ("Message-ID", long.message_id), ("List-Id", long.list_id),
                          ("List-Unsubscribe", long.unsubscribe)):  # fmt: skip
        assert mail[header] == value


def test_the_id_of_a_letter() -> None:
    """The same for the same; of another home, edition, kind, copy or recipient another."""
    same = (HOME, EDITION, "edition", 1, READER, SENDER)
    others = [
        ("0" + HOME[1:], *same[1:]),
        (HOME, "weekly/all/2016-05-25@2", *same[2:]),
        (*same[:2], "withdrawal", *same[3:]),
        (*same[:3], 2, *same[4:]),
        (*same[:4], OPERATOR, SENDER),
    ]
    ids = [message_id(*each) for each in (same, *others)]
    assert len(set(ids)) == len(ids)
    assert message_id(*same) == ids[0]
    assert all(re.fullmatch(r"<[0-9a-f]{32}@example\.org>", each) for each in ids)
    assert READER not in "".join(ids)


def test_an_address_to_end_it_by() -> None:
    """Nothing of the operator's address is taken for a part of the mail that it asks for."""
    asked = unsubscribe("weekly", "a+b%3Fc?d&e#@example.org")
    assert asked == "<mailto:a%2Bb%253Fc%3Fd%26e%23@example.org?subject=unsubscribe%20weekly>"


def test_the_body_is_everyones_and_the_head_one_recipients() -> None:
    """Of two recipients, neither letter holds the other's address."""
    other = "clerk@example.org"
    named = message_id(HOME, EDITION, "edition", 1, other, SENDER)
    letters = [whole(), whole(replace(ENVELOPE, recipient=other, message_id=named))]
    assert other.encode() not in letters[0]
    assert READER.encode() not in letters[1]
    assert letters[0].endswith(body_of(HTML, TEXT, PDF))
    assert letters[1].endswith(body_of(HTML, TEXT, PDF))


def test_the_same_letter_in_another_process() -> None:
    """Whatever the seed of its hashes and its time zone."""
    code = "from tests.channels.test_letter import *; print(hashlib.sha256(whole()).hexdigest())"
    for seed, zone in (("1", "Asia/Tokyo"), ("2", "America/New_York")):
        told = os.environ | {"PYTHONHASHSEED": seed, "TZ": zone}
        made = subprocess.run(
            [sys.executable, "-c", code], env=told, capture_output=True, check=True
        )
        assert made.stdout.decode().strip() == hashlib.sha256(whole()).hexdigest()


def test_another_content_has_another_boundary() -> None:
    """So a letter within a letter does not end it."""
    bodies = [body_of(HTML, TEXT, PDF), body_of(HTML, TEXT + "x", PDF),
              body_of(HTML, TEXT, replace(PDF, content=b"x"))]  # fmt: skip
    assert len({read(head_of(ENVELOPE) + each).get_boundary() for each in bodies}) == 3


@pytest.mark.parametrize("attachment", [PDF, None])
def test_a_server_gets_what_was_announced(attachment: Attached | None) -> None:
    """The size is known before, lines that begin with a dot arrive, the PDF has its SHA-256."""
    content = whole(attachment=attachment)
    post = Post()
    with taking(post), smtplib.SMTP("127.0.0.1", post.port) as client:
        client.ehlo("example.org")
        client.mail(SENDER, [f"SIZE={len(content)}"])
        client.rcpt(READER)
        assert client.data(content)[0] == 250
    (taken,) = post.mails
    assert taken.content == content
    mail = read(taken.content)
    if attachment is not None:
        (pdf,) = mail.iter_attachments()
        found = hashlib.sha256(pdf.get_content()).digest()
        assert found == hashlib.sha256(attachment.content).digest()
