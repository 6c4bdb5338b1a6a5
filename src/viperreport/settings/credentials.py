"""Secrets: from the environment or the home's .env, never from config/.

The file is read from its own path, nothing in it is expanded, nothing of it enters the process
environment, and no message repeats any of it. Source: "Threats" in docs/decisions.md.
"""

import logging
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dotenv import dotenv_values
from pydantic import SecretStr

from viperreport.settings.reading import nearest

ENV_FILE = ".env"
DATABASE_URL = "VIPERREPORT_DATABASE_URL"
ARCHIVE = "VIPERREPORT_ARCHIVE"
_SECRETS = (DATABASE_URL,)
_KNOWN = (*(name + ending for name in _SECRETS for ending in ("", "_FILE")), ARCHIVE)
_LONGEST_FILE = 65536
_STORES = re.compile(r"(sqlite:///|postgresql(\+psycopg)?://)\S+")
_CUT_SHORT = re.compile(r"\s*(export\s+)?(?P<key>\w+)\s*=\s*[^'\"\s][^'\"]*\s#")

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Places:
    """Where a home's data and editions lie on this machine, if not in the home.

    Args:
        database_url: of the store and the ledger; None for the home's own SQLite files.
        archive: of the editions; None for output/editions of the home.
    """

    database_url: SecretStr | None = None
    archive: Path | None = None


def read_places(home: Path, environ: Mapping[str, str], faults: list[str]) -> Places:
    """Read where things lie on this machine."""
    from_file = _read_env_file(home, faults)
    both = (environ, from_file)
    urls = (_secret(DATABASE_URL, values, home, faults) for values in both)
    url = next((each for each in urls if each), None)
    archive = next((values[ARCHIVE] for values in both if values.get(ARCHIVE)), None)
    return Places(
        None if url is None else _checked_url(url, faults),
        None if archive is None else _checked_archive(archive, faults),
    )


def read_database_url(
    home: Path, environ: Mapping[str, str], faults: list[str]
) -> SecretStr | None:
    """Where the store is; None for the home's own SQLite file."""
    return read_places(home, environ, faults).database_url


def _checked_archive(path: str, faults: list[str]) -> Path:
    if not path.startswith("/") or ".." in path.split("/"):
        faults.append(f"{ARCHIVE}: must be an absolute path without .., such as /srv/editions")
    return Path(path)


def _checked_url(url: str, faults: list[str]) -> SecretStr:
    if not _STORES.fullmatch(url):
        faults.append(
            f"{DATABASE_URL}: must begin with sqlite:///, postgresql:// or postgresql+psycopg://, "
            f"and hold no space"
        )
    return SecretStr(url)


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


def _read_env_file(home: Path, faults: list[str]) -> dict[str, str]:
    file = home / ENV_FILE
    if not file.exists():
        return {}
    fault = _not_private(file)
    if fault:
        faults.append(f"{ENV_FILE}: {fault}")
        return {}
    try:
        _warn_of_comments(file.read_text(encoding="utf-8"))
        values = dotenv_values(file, interpolate=False, encoding="utf-8")
    except (OSError, ValueError):
        faults.append(f"{ENV_FILE}: cannot be read as UTF-8 text")
        return {}
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
