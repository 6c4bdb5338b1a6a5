"""A home's configuration as text: what an edition was made by, byte for byte, and its hash.

Secrets and recipients are no part of it. Templates that a home leaves out are those of the
packaged home, which stands in for them when pages are made.
"""

import hashlib
import json
import tempfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from viperreport.durable import KEPT, make_directory, write_whole
from viperreport.errors import ConfigError, OutputError

# The HTML and the plain text of the mail that brings an edition.
MAIL_TEMPLATES = ("mail.html.j2", "mail.txt.j2")
# The pages of the archive's index: no edition is made by it.
INDEX_TEMPLATE = "templates/index.html.j2"
# What is read; recipients.toml says who reads an edition, not what it is.
_READ = ("viperreport.toml", "operation.toml", "areas.csv", "holidays.csv", "published.csv")


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
    homes: Sequence[Path], templates: Iterable[str] = (), more: Iterable[str] = ()
) -> Configuration:
    """Read the files of a home that an edition is made by.

    Args:
        homes: the home, then those that stand in for templates which it lacks.
        templates: the files of those that the edition needs, such as "weekly.toml".
        more: further files that these name, relative to the home, such as fonts.

    Raises:
        ConfigError: a file cannot be read.
    """
    home = homes[0]
    found = {name: home / name for name in (*_own(home), *more)}
    for template in templates:
        name = f"templates/{template}"
        holder = next((each for each in homes if (each / name).exists()), home)
        found[name] = holder / name
    return Configuration(tuple((name, _read(found[name], name)) for name in sorted(found)))


def _own(home: Path) -> Iterator[str]:
    names = [f"config/{name}" for name in _READ]
    yield from (name for name in names if (home / name).exists())
    for source in (home / "config/sources").glob("[!.]*.toml"):
        yield f"config/sources/{source.name}"


def _read(path: Path, name: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigError(f"{name}: cannot be read: {error.strerror}") from error


def packed(configuration: Configuration) -> bytes:
    """A configuration as one piece: names and sizes as JSON, a line's end, then the contents."""
    heads = [[name, len(content)] for name, content in configuration.files]
    whole = b"".join(content for _, content in configuration.files)
    return zlib.compress(json.dumps(heads).encode() + b"\n" + whole)


def unpacked(content: bytes, wanted: str) -> Configuration:
    """A configuration from one piece.

    Args:
        wanted: its hash.

    Raises:
        ConfigError: it is damaged, another one, or would be written elsewhere.
    """
    try:
        heads, _, rest = zlib.decompress(content).partition(b"\n")
        files = []
        for name, size in json.loads(heads):
            files.append((str(name), rest[:size]))
            rest = rest[size:]
    except (ValueError, TypeError, zlib.error):
        files = []
    found = Configuration(tuple(files))
    inside = all(_is_inside(name) for name, _ in files)
    if not (files and inside and found.hash == wanted):
        raise ConfigError(
            f"the configuration {wanted} was changed in the ledger: put the ledger back from a "
            "backup, or choose the edition with --cut-off, and it is built by today's"
        )
    return found


def _is_inside(name: str) -> bool:
    return not name.startswith("/") and not {"", ".", ".."} & set(name.split("/"))


def kept_text(directory: Path, wanted: str) -> Configuration | None:
    """A configuration that was kept, whole; None where it was not, or was changed since."""
    try:
        place = kept_configuration(directory, wanted)
        files = [each for each in place.rglob("*") if each.is_file()]
        names = sorted(each.relative_to(place).as_posix() for each in files)
        return Configuration(tuple((name, (place / name).read_bytes()) for name in names))
    except (ConfigError, OSError):
        return None


def keep_configuration(directory: Path, configuration: Configuration) -> None:
    """Keep a configuration under its hash, as files that can be read and compared.

    What is kept already stays, unless it was damaged: then it is put right.

    Args:
        directory: of all that are kept.

    Raises:
        OutputError: it cannot be written; nothing is left half kept.
    """
    place = directory / configuration.hash
    if _is_kept(place, configuration.hash):
        return
    make_directory(directory)
    try:
        with tempfile.TemporaryDirectory(prefix=".", dir=directory) as draft:
            whole, damaged = Path(draft) / "whole", Path(draft) / "damaged"
            for name, content in configuration.files:
                make_directory((whole / name).parent)
                write_whole(whole / name, content, KEPT)
            if place.exists():
                place.rename(damaged)
            whole.rename(place)
    except OSError as error:  # another process may have been quicker, with the same files
        if not _is_kept(place, configuration.hash):
            raise OutputError(f"{place}: cannot be kept: {error.strerror}") from error


def kept_configuration(directory: Path, wanted: str) -> Path:
    """The directory that holds a configuration which was kept, still as it was.

    Args:
        wanted: its hash.

    Raises:
        ConfigError: it was not kept, or somebody has changed it since.
    """
    place = directory / wanted
    if not (wanted and place.is_dir()):
        raise ConfigError(
            f"{place}: this edition's configuration was not kept: choose it with --cut-off, and it "
            "is built by today's"
        )
    if not _is_kept(place, wanted):
        raise ConfigError(
            f"{place}: was changed since it was kept: put it back from a backup, or choose the "
            "edition with --cut-off, and it is built by today's"
        )
    return place


def _is_kept(place: Path, wanted: str) -> bool:
    """Whether a directory holds a configuration of this hash, and nothing else."""
    found = sorted(each for each in place.rglob("*") if not each.is_dir() or each.is_symlink())
    if not found or any(each.is_symlink() for each in found):
        return False
    names = sorted(each.relative_to(place).as_posix() for each in found)
    try:
        files = tuple((name, (place / name).read_bytes()) for name in names)
    except OSError:
        return False
    return Configuration(files).hash == wanted
