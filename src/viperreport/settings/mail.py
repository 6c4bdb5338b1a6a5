"""`[mail]` of viperreport.toml: the server that takes mail, and to whom it goes.

An address is one plain addr-spec (RFC 5321) of ASCII: no display name, no list, no comment, no
quotes, so that none can add a header or another recipient; no % or !, by which servers once passed
mail on to another domain. Source: "Threats" in docs/decisions.md.
"""

import ipaddress
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, SecretStr, ValidationInfo, field_validator

from viperreport.model.message import one_line
from viperreport.model.source import Source
from viperreport.settings.credentials import (
    NO_SAFE_WAY,
    NO_WEB_ADDRESS,
    is_safe_way,
    is_this_machine,
    readable_smtp_password,
    web_parts,
)
from viperreport.settings.reading import Length, Table, Whole, check, read_toml

FILE = "config/viperreport.toml"
_SOURCES = "config/sources"
_PORTS: Mapping[str, int] = {"starttls": 587, "tls": 465, "plain": 25}
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_DOMAIN = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
_ATOM = r"[A-Za-z0-9#$&'*+/=?^_`{|}~-]+"
_LOCAL = re.compile(rf"(?!-){_ATOM}(?:\.{_ATOM})*")  # a - in front would be an option of a command
_WEB_PATH = re.compile(r"[A-Za-z0-9._~!$&'()*+,;=:@%/-]*")  # RFC 3986, 3.3
_VISIBLE = re.compile(r"[!-~]*")
_LONGEST, _LONGEST_LOCAL, _LONGEST_DOMAIN = 254, 64, 253  # RFC 5321, 4.5.3.1
_PLAIN_ONE = 'must be one plain address, such as "ops@example.org"'


def address(text: str) -> str:
    """Check an address.

    Raises:
        ValueError: it is not one plain addr-spec; the line does not repeat it.
    """
    local, _, domain = text.rpartition("@")
    if text.isprintable() and not domain.isascii():
        raise ValueError("the domain must be of ASCII: write an international one as xn--…")
    if text.isprintable() and not local.isascii():
        raise ValueError("what stands before @ must be of ASCII: not every server takes more")
    whole = _LOCAL.fullmatch(local) and _is_domain(domain)
    if not whole or len(text) > _LONGEST or len(local) > _LONGEST_LOCAL:
        raise ValueError(_PLAIN_ONE)
    return text


def domain(text: str) -> str:
    """Check a domain, and write it in small letters.

    Raises:
        ValueError: it is not the name of one; the line does not repeat it.
    """
    if text.isprintable() and not text.isascii():
        raise ValueError("must be of ASCII: write an international domain as xn--…")
    if not _is_domain(text):
        raise ValueError('must be the name of a domain alone, such as "example.org"')
    return text.lower()


def _is_domain(text: str) -> bool:
    last = text.rpartition(".")[2]
    return bool(_DOMAIN.fullmatch(text)) and len(text) <= _LONGEST_DOMAIN and not last.isdigit()


def _host(text: str) -> str:
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        pass
    if text.isprintable() and not text.isascii():
        raise ValueError("must be of ASCII: write an international name as xn--…")
    if not _is_domain(text):
        raise ValueError('must be the name of a server alone, such as "mail.example.org"')
    return text


def _visible(text: str) -> str:
    if not _VISIBLE.fullmatch(text):
        raise ValueError("must be of visible ASCII characters, without spaces")
    return text


def _web_base(url: str) -> str:
    """The address below which files are served; with / at its end."""
    parts = web_parts(url) if url else None
    if parts is None:
        if url:
            raise ValueError(NO_WEB_ADDRESS)
        return ""
    if not is_safe_way(parts):
        raise ValueError(NO_SAFE_WAY)
    if "?" in url or "#" in url or "@" in parts.netloc:
        raise ValueError("must hold no ?, # or user name: the path of a file is put at its end")
    _host(parts.hostname or "")
    if not _WEB_PATH.fullmatch(parts.path):
        raise ValueError("must hold a plain path: write other signs as % and two digits")
    return url if url.endswith("/") else f"{url}/"


Address = Annotated[str, AfterValidator(address)]
Domain = Annotated[str, AfterValidator(domain)]


class MailSettings(Table):
    """The server that takes mail, as `[mail]` says.

    Attributes:
        security: "starttls", "tls", or "plain" on this machine alone; the first two are verified.
        port: None for the usual one: 587, 465 or 25.
        user: "" where the server asks for none.
        operator: whom everything is told that runs tell.
        on_doubt: what becomes of a mail that was handed over without an answer: it is sent once
            more, or waits for a person.
        mail_if_late_by: an edition that would go out later than that after its time waits too.
        archive_url: where the archive's files are served, with / at its end; "" for nowhere.
    """

    host: Annotated[str, AfterValidator(_host)]
    security: Literal["starttls", "tls", "plain"] = "starttls"
    port: Annotated[Whole, Field(ge=1, le=65535)] | None = None
    sender: Address
    user: Annotated[str, AfterValidator(_visible)] = ""
    operator: Address
    on_doubt: Literal["resend", "pause"] = "resend"
    mail_if_late_by: Length = timedelta(hours=36)
    archive_url: Annotated[str, AfterValidator(_web_base)] = ""

    @property
    def door(self) -> int:
        """The port."""
        return self.port or _PORTS[self.security]

    @field_validator("security")
    @classmethod
    def _open_here_alone(cls, security: str, info: ValidationInfo) -> str:
        if security == "plain" and not is_this_machine(info.data.get("host", "localhost")):
            raise ValueError('"plain" is for this machine alone: write "starttls" or "tls"')
        return security

    @field_validator("user")
    @classmethod
    def _never_in_clear(cls, user: str, info: ValidationInfo) -> str:
        if user and info.data.get("security") == "plain":
            raise ValueError('a password never goes out in clear: leave it out with "plain"')
        return user


@dataclass(frozen=True, slots=True)
class Mail:
    """The way of mail, with all that it needs.

    Args:
        made_up: whether the home's records are synthetic.
    """

    settings: MailSettings
    password: SecretStr | None
    made_up: bool
    place: str


def made_up_fault(mail: MailSettings | None, sources: Iterable[Source]) -> str:
    """Why a home of made-up records may not mail there; empty where it may."""
    if mail is None or is_this_machine(mail.host) or not any(each.synthetic for each in sources):
        return ""
    return (
        f"{FILE}: mail.host: the records of this home are made up (synthetic = true), and it mails "
        'this machine alone: write "localhost", or leave [mail] out'
    )


def readable_mail(home: Path, environ: Mapping[str, str]) -> Mail | None:
    """The way of mail, whatever else is wrong with a home; None where there is none."""
    faults: list[str] = []
    raw = read_toml(home, FILE, faults) or {}
    table = raw.get("mail")
    settings = check(MailSettings, table, FILE, faults) if isinstance(table, dict) else None
    if settings is None:
        return None
    made_up = _says_made_up(home)
    if made_up and not is_this_machine(settings.host):
        return None
    password = readable_smtp_password(home, environ)
    return Mail(settings, password, made_up, one_line(str(raw.get("place", ""))))


def _says_made_up(home: Path) -> bool:
    """Whether any source that can be read says so."""
    for file in sorted((home / _SOURCES).glob("[!.]*.toml")):
        raw = read_toml(home, f"{_SOURCES}/{file.name}", [])
        if raw is not None and raw.get("synthetic") is True:
            return True
    return False
