"""A home's configuration as text: what an edition was made by, byte for byte, and its hash.

Secrets and recipients are no part of it. Templates that a home leaves out are those of the
packaged home, which stands in for them when pages are made.
"""

import hashlib
import json
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from viperreport.durable import KEPT, make_directory, write_whole
from viperreport.errors import ConfigError, OutputError

_READ = {"config": (".toml", ".csv"), "config/sources": (".toml",), "templates": (".toml",)}
_PRIVATE = "recipients"  # config/recipients.toml and what was made of it say who reads, not what


@dataclass(frozen=True)
class Configuration:
    """The files that decide what an edition says and looks like.

    Args:
        files: (name relative to the home, content), ordered by name.
    """

    files: tuple[tuple[str, bytes], ...]

    @cached_property
    def hashes(self) -> dict[str, str]:
        """SHA-256 of each file, by its name."""
        return {name: hashlib.sha256(content).hexdigest() for name, content in self.files}

    @property
    def hash(self) -> str:
        """SHA-256 of the names and hashes of all files."""
        return hashlib.sha256(json.dumps(list(self.hashes.items())).encode()).hexdigest()


def read_configuration(
    homes: Sequence[Path], templates: Iterable[str], more: Iterable[str] = ()
) -> Configuration:
    """Read the files of a home that an edition is made by.

    Args:
        homes: the home, then those that stand in for templates which it lacks.
        templates: the names of those that the edition needs, such as "weekly".
        more: further files that these name, relative to the home, such as fonts.

    Raises:
        ConfigError: a file cannot be read.
    """
    home = homes[0]
    found = {name: home / name for name in (*_own(home), *more)}
    for template in templates:
        name = f"templates/{template}.toml"
        holder = next((each for each in homes if (each / name).exists()), home)
        found[name] = holder / name
    return Configuration(tuple((name, _read(found[name], name)) for name in sorted(found)))


def _own(home: Path) -> Iterator[str]:
    for folder, endings in _READ.items():
        for path in (home / folder).glob("*"):
            shown = not path.name.startswith((".", _PRIVATE))
            if shown and path.suffix in endings and path.is_file():
                yield f"{folder}/{path.name}"


def _read(path: Path, name: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigError(f"{name}: cannot be read: {error.strerror}") from error


def keep_configuration(directory: Path, configuration: Configuration) -> None:
    """Keep a configuration under its hash, as files that can be read and compared; once.

    Args:
        directory: of all that are kept.

    Raises:
        OutputError: it cannot be written; nothing is left half kept.
    """
    place = directory / configuration.hash
    if place.exists():
        return
    make_directory(directory)
    try:
        with tempfile.TemporaryDirectory(prefix=".", dir=directory) as draft:
            whole = Path(draft) / "whole"
            for name, content in configuration.files:
                make_directory((whole / name).parent)
                write_whole(whole / name, content, KEPT)
            with suppress(FileExistsError):  # another process was quicker, with the same files
                whole.rename(place)
    except OSError as error:
        if not place.exists():
            raise OutputError(f"{place}: cannot be kept: {error.strerror}") from error


def kept_configuration(directory: Path, wanted: str) -> Path:
    """The directory that holds a configuration which was kept, still as it was.

    Args:
        wanted: its hash.

    Raises:
        ConfigError: it was not kept, or somebody has changed it since.
    """
    place = directory / wanted
    if not place.is_dir():
        raise ConfigError(f"{place}: this edition's configuration was not kept here")
    files = sorted(each for each in place.rglob("*") if each.is_file())
    names = [each.relative_to(place).as_posix() for each in files]
    found = Configuration(tuple((name, _read(place / name, name)) for name in sorted(names)))
    if found.hash != wanted:
        raise ConfigError(f"{place}: was changed since it was kept: put it back from a backup")
    return place
