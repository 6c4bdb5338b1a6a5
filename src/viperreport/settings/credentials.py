"""Secrets: from the environment or the home's .env, never from config/.

The file is read from its own path, nothing in it is expanded, nothing of it enters the process
environment, and no message repeats any of it. Source: "Threats" in docs/decisions.md.
"""

import ipaddress
import logging
import re
import stat
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from dotenv import dotenv_values
from pydantic import SecretStr

from viperreport.settings.reading import nearest

ENV_FILE = ".env"
DATABASE_URL = "VIPERREPORT_DATABASE_URL"
PING_URL = "VIPERREPORT_PING_URL"
SMTP_PASSWORD = "VIPERREPORT_SMTP_PASSWORD"  # noqa: S105 - where it stands, not what it is
ARCHIVE = "VIPERREPORT_ARCHIVE"
_SECRETS = (DATABASE_URL, PING_URL, SMTP_PASSWORD, ARCHIVE)
_KNOWN = tuple(name + ending for name in _SECRETS for ending in ("", "_FILE"))
_LONGEST_FILE = 65536
_STORES = re.compile(r"(sqlite:///|postgresql(\+psycopg)?://)\S+")
_HOST = r"(\[[^@/?]*\]|[^@:/?\[]*)"
_SERVER = re.compile(rf"[^:]*://([^@]*@)?{_HOST}(:\d*)?(/[^@?]*)?(\?(?P<query>[^@]*))?")
_VISIBLE = re.compile(r"[!-~]+")
NO_WEB_ADDRESS = "is no address: write it as https://HOST/PATH"
NO_SAFE_WAY = "must begin with https:// (http:// goes to this machine alone)"
_TYPED = re.compile(r"[ -~]+")
_CUT_SHORT = re.compile(r"\s*(export\s+)?(?P<key>\w+)\s*=\s*[^'\"\s][^'\"]*\s#")

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Secrets:
    """What only the environment or .env may say.

    Args:
        database_url: where the store is; None for the home's own SQLite file.
        ping_url: what is asked for after each run, so that somebody hears when runs fail or stop.
        smtp_password: of the user that [mail] names.
        archive: where editions are filed on this machine (no secret, but no matter of the text
            that editions are made by either); None for output/editions.
    """

    database_url: SecretStr | None = None
    ping_url: SecretStr | None = None
    smtp_password: SecretStr | None = None
    archive: Path | None = None


def read_secrets(home: Path, environ: Mapping[str, str], faults: list[str]) -> Secrets:
    """Read all secrets of a home; what is set in the environment goes before .env."""
    text = _env_text(home, faults)
    _warn_of_comments(text)
    from_file = _values_of(text, faults)
    places = (environ, ""), (from_file, f"{ENV_FILE}: ")
    archive = _found(ARCHIVE, home, places, _archive_fault, faults)
    return Secrets(
        database_url=_found(DATABASE_URL, home, places, store_fault, faults),
        ping_url=_found(PING_URL, home, places, _ping_fault, faults),
        smtp_password=_found(SMTP_PASSWORD, home, places, _password_fault, faults),
        archive=None if archive is None else Path(archive.get_secret_value()),
    )


def readable_ping_url(home: Path | None, environ: Mapping[str, str]) -> SecretStr | None:
    """The address of the health ping, whatever else is wrong; None where it cannot be read.

    Args:
        home: None where there is none: then the environment alone is asked.
    """
    return _readable(PING_URL, home, environ, _ping_fault)


def readable_smtp_password(home: Path, environ: Mapping[str, str]) -> SecretStr | None:
    """The password of the mail's server, whatever else is wrong; None where it cannot be read."""
    return _readable(SMTP_PASSWORD, home, environ, _password_fault)


def _readable(
    name: str, home: Path | None, environ: Mapping[str, str], fault_of: Callable[[str], str]
) -> SecretStr | None:
    faults: list[str] = []
    from_file = {} if home is None else _values_of(_env_text(home, faults), faults)
    faults.clear()
    places = (environ, ""), (from_file, "")
    found = _found(name, home or Path(), places, fault_of, faults)
    return None if faults else found


_Places = tuple[tuple[Mapping[str, str], str], ...]


def _found(
    name: str, home: Path, places: _Places, fault_of: Callable[[str], str], faults: list[str]
) -> SecretStr | None:
    """A secret, from the first place that has it; what is wrong with it names place and key."""
    for values, where in places:
        ours: list[str] = []
        secret = _secret(name, values, home, ours)
        if secret is not None and (fault := fault_of(secret)):
            ours.append(f"{name}: {fault}")
        faults.extend(f"{where}{each}" for each in ours)
        if secret is not None:
            return SecretStr(secret)
    return None


def store_fault(url: str) -> str:
    """What is wrong with the URL of a store; nothing of it is repeated.

    A password that is not written as it must be would be taken for a host in part, and hosts are
    told of.
    """
    if not _STORES.fullmatch(url):
        return (
            "must begin with sqlite:///, postgresql:// or postgresql+psycopg://, and hold no space"
        )
    if url.startswith("sqlite"):
        return ""
    parts = _SERVER.fullmatch(url)
    if parts is None:
        return "is no URL of a server: in its password write @ as %40, : as %3A, / as %2F, ? as %3F"
    if "password=" in (parts["query"] or "").casefold():
        return "holds a password behind the ?: write it before the host, as user:password@host"
    return ""


def _password_fault(password: str) -> str:
    if _TYPED.fullmatch(password):
        return ""
    return "must be one line of ASCII characters: choose a password without others"


def _archive_fault(path: str) -> str:
    if path.startswith("/") and ".." not in path.split("/"):
        return ""
    return "must be a path from the root without .., such as /srv/editions"


def _ping_fault(url: str) -> str:
    """What is wrong with the address of the health ping."""
    parts = web_parts(url)
    if parts is None:
        return NO_WEB_ADDRESS
    if not is_safe_way(parts):
        return NO_SAFE_WAY
    if "?" in url or "#" in url or "@" in parts.netloc:
        return "must hold no ?, # or user name: /fail is put at its end when all is not well"
    return ""


def web_parts(url: str) -> SplitResult | None:
    """An address of the web in its parts; None where it names no host, or is not plain ASCII."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return None
    return parts if host and _VISIBLE.fullmatch(url) else None


def is_safe_way(parts: SplitResult) -> bool:
    """Whether it is https, or http that stays on this machine."""
    return parts.scheme == "https" or (
        parts.scheme == "http" and is_this_machine(parts.hostname or "")
    )


def is_this_machine(host: str) -> bool:
    """Whether a host is this machine by its very name or number."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _secret(name: str, values: Mapping[str, str], home: Path, faults: list[str]) -> str | None:
    """The value, or the content of the file that NAME_FILE names; empty counts as not set."""
    plain, file = values.get(name, ""), values.get(f"{name}_FILE", "")
    if plain and file:
        faults.append(f"{name}: is set twice, by itself and by {name}_FILE: keep one")
    if plain or not file:
        return plain or None
    return _content(name, home / file, faults)


def _content(name: str, file: Path, faults: list[str]) -> str | None:
    try:
        if file.is_file() and file.stat().st_size <= _LONGEST_FILE:
            return file.read_text(encoding="utf-8").strip() or None
    except (OSError, ValueError):
        pass
    faults.append(f"{name}_FILE: names no file that can be read as a short UTF-8 text")
    return None


def _env_text(home: Path, faults: list[str]) -> str:
    """What .env says; empty where there is none that may be read."""
    file = home / ENV_FILE
    if not file.exists():
        return ""
    fault = _not_private(file)
    if not fault:
        try:
            return file.read_text(encoding="utf-8")
        except (OSError, ValueError):
            fault = "cannot be read as UTF-8 text"
    faults.append(f"{ENV_FILE}: {fault}")
    return ""


def _values_of(text: str, faults: list[str]) -> dict[str, str]:
    values = dotenv_values(stream=StringIO(text), interpolate=False)
    faults.extend(
        f"{ENV_FILE}: {key}: unknown key{nearest(key, _KNOWN)}"
        for key in values
        if key.startswith("VIPERREPORT_") and key not in _KNOWN
    )
    return {key: value for key, value in values.items() if value}


def _not_private(file: Path) -> str:
    mode = file.stat().st_mode
    if not stat.S_ISREG(mode):
        return "is not a regular file"
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        return f"others may read it: chmod 600 {file}"
    return ""


def _warn_of_comments(text: str) -> None:
    for number, line in enumerate(text.splitlines(), start=1):
        if found := _CUT_SHORT.match(line):
            _log.warning(
                "%s:%d: %s ends before the #; where that belongs to it, put it in single quotes",
                ENV_FILE,
                number,
                found["key"],
            )
