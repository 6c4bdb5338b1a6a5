"""Secrets: from the environment or the home's .env, never from config/.

The file is read from its own path, nothing in it is expanded, nothing of it enters the process
environment, and no message repeats any of it. Source: "Threats" in docs/decisions.md.
"""

import logging
import re
import stat
from collections.abc import Mapping
from pathlib import Path

from dotenv import dotenv_values
from pydantic import SecretStr

from viperreport.settings.reading import nearest

ENV_FILE = ".env"
DATABASE_URL = "VIPERREPORT_DATABASE_URL"
_SECRETS = (DATABASE_URL,)
_KNOWN = tuple(name + ending for name in _SECRETS for ending in ("", "_FILE"))
_LONGEST_FILE = 65536
_STORES = re.compile(r"(sqlite:///|postgresql(\+psycopg)?://)\S+")
_CUT_SHORT = re.compile(r"\s*(export\s+)?(?P<key>\w+)\s*=\s*[^'\"\s][^'\"]*\s#")

_log = logging.getLogger(__name__)


def read_database_url(
    home: Path, environ: Mapping[str, str], faults: list[str]
) -> SecretStr | None:
    """Where the store is; None for the home's own SQLite file."""
    from_file = _read_env_file(home, faults)
    for values in (environ, from_file):
        secret = _secret(DATABASE_URL, values, home, faults)
        if secret is not None:
            return _checked_url(secret, faults)
    return None


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
