"""A home in safety: the verbs `backup` and `restore`.

A backup holds what cannot be had again: both databases, as SQLite files whatever they are in the
home, the archive, the state and the configuration. Source: "Backups" in docs/operating.md.
"""

import fcntl
import hashlib
import json
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import version
from itertools import chain
from pathlib import Path

from viperreport.archive.ledger import Ledger
from viperreport.archive.tables import MIGRATIONS
from viperreport.archive.witness import read_witness, write_witness
from viperreport.copying import copy_to_files
from viperreport.database import reading
from viperreport.durable import PRIVATE, settle_directory
from viperreport.errors import ConfigError, DataError, OutputError, UsageError, VerificationError
from viperreport.evidence.store import changing, consulting
from viperreport.evidence.tables import SCHEMA_VERSION
from viperreport.homes import MARK, STATE
from viperreport.pipeline import Home

LIST = "backup.json"
FORMAT = 1
_ARCHIVE = "output/editions"
_STATE = ("home.json", "witness.json", "operator.jsonl", "configurations", "editions")
_CONFIGURED = ("config", "templates")
_RECIPIENTS = "recipients.toml"
_CLOSED, _OPEN = 0o700, 0o750
_NOT_OTHERS = 0o770
_DRAFT = ".viperreport-backup-"
SCHEMAS = {"evidence": SCHEMA_VERSION, "ledger": len(MIGRATIONS)}


@dataclass(frozen=True, slots=True)
class Kept:
    """A file of a backup: its path in the home, and what it was.

    Args:
        size: in bytes.
        mode: its permissions.
    """

    path: str
    sha256: str
    size: int
    mode: int


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup holds, and of which home.

    Args:
        at: when it was made, aware.
        version: of the program that made it.
        schemas: of its databases.
        left_out: links, which are not followed.
    """

    home: str
    at: datetime
    version: str
    schemas: Mapping[str, int]
    files: tuple[Kept, ...]
    left_out: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        """Of all files, in bytes."""
        return sum(each.size for each in self.files)


def back_up(home: Home, ledger: Ledger, into: Path) -> Backup:
    """Copy a home, whole and as of one moment, while loads go on.

    Args:
        ledger: under its lock, so that no edition is filed meanwhile.
        into: a directory that is not there, or empty, outside the home.

    Raises:
        UsageError: it is there and not empty, or lies in the home.
        OutputError: it cannot be written; nothing is left of it.
    """
    _refuse_place(into, home.path)
    with _beside(into) as draft:
        state = draft / STATE
        state.mkdir(_CLOSED, parents=True)
        _copy_stores(home, ledger, state)
        links = [
            *(_copy(home.path / part, draft / part) for part in _CONFIGURED),
            *(_copy(home.path / STATE / part, state / part) for part in _STATE),
            _copy(home.archive, draft / _ARCHIVE),
        ]
        made = Backup(
            home.identity.id,
            home.clock(),
            version("viperreport"),
            SCHEMAS,
            tuple(_files_of(draft)),
            tuple(chain.from_iterable(links)),
        )
        said = {"format": FORMAT} | asdict(made)
        text = json.dumps(said, indent=1, default=lambda at: at.isoformat(), ensure_ascii=False)
        (draft / LIST).write_bytes(f"{text}\n".encode("utf-8", "surrogateescape"))
        _settle(draft)
        return made


def restore(backup: Path, into: Path) -> Backup:
    """Make a home again from a backup that is whole.

    The home takes nothing up before `adopt`: what was made after the backup may be out.

    Args:
        into: a directory that is not there, or empty.

    Raises:
        UsageError: it is there and not empty.
        ConfigError: the backup is none, or of a later version.
        VerificationError: a file of the backup was changed, is missing, or was added.
        OutputError: it cannot be written; nothing is left of it.
    """
    made = read_backup(backup)
    _refuse_place(into, backup)
    _refuse_changed(backup, made, but=LIST)
    with _beside(into) as draft:
        draft.chmod(_OPEN)
        for each in made.files:
            place = draft / each.path
            place.parent.mkdir(_OPEN, parents=True, exist_ok=True)
            shutil.copyfile(backup / each.path, place, follow_symlinks=False)
            place.chmod(each.mode)
        _refuse_changed(draft, made)  # somebody may have been at it meanwhile
        (draft / STATE).chmod(_CLOSED)
        witness = read_witness(draft / STATE)
        if witness is not None:
            write_witness(draft / STATE, replace(witness, places=()))
        _settle(draft)
    return made


def read_backup(backup: Path) -> Backup:
    """What a backup says that it holds.

    Raises:
        ConfigError: it is none, is damaged, or of a later version.
    """
    file = backup / LIST
    try:
        said = json.loads(file.read_text(encoding="utf-8", errors="surrogateescape"))
        newer = any(number > SCHEMAS[name] for name, number in said["schemas"].items())
        if newer or said["format"] > FORMAT:
            raise ConfigError(
                f"{file}: was made by viperreport {said['version']}: install that version, or a "
                "newer one"
            )
        files = tuple(Kept(**each) for each in said["files"])
        at = datetime.fromisoformat(said["at"]).astimezone(UTC)
        made = Backup(str(said["home"]), at, str(said["version"]), said["schemas"], files)
    except FileNotFoundError:
        raise ConfigError(f"{backup}: is no backup: {LIST} is missing") from None
    except (OSError, ValueError, KeyError, TypeError):
        raise ConfigError(f"{file}: cannot be read as a backup's list: take another one") from None
    if any(Path(each.path).is_absolute() or ".." in Path(each.path).parts for each in files):
        raise ConfigError(f"{file}: names a file outside the backup: take another one")
    return made


def _copy_stores(home: Home, ledger: Ledger, state: Path) -> None:
    """The ledger as its lock keeps it, and the evidence as of one later moment."""
    with ledger.reading():
        try:
            with consulting(home.engine, home.identity.id) as evidence:
                copy_to_files(evidence, ledger.connection, state)
        except DataError:  # nothing was ever loaded
            with changing(home.engine, home.identity.id):
                pass
            with reading(home.engine) as evidence:
                copy_to_files(evidence, ledger.connection, state)
    for file in state.glob("*.db"):
        file.chmod(PRIVATE)


def _refuse_place(into: Path, source: Path) -> None:
    if os.path.lexists(into) and not (into.is_dir() and not any(into.iterdir())):
        raise UsageError(f"{into}: is there already: name a directory that is not")
    place, source = into.resolve(), source.resolve()
    if place.is_relative_to(source) or source.is_relative_to(place):
        raise UsageError(f"{into}: lies within {source}: name a directory elsewhere")


@contextmanager
def _beside(into: Path) -> Iterator[Path]:
    """A directory that takes its place once it is whole; else nothing is left of it."""
    into = into.absolute()
    try:
        into.parent.mkdir(parents=True, exist_ok=True)
        _sweep(into.parent)
        with tempfile.TemporaryDirectory(prefix=_DRAFT, dir=into.parent) as place, _locked(place):
            draft = Path(place) / "whole"
            draft.mkdir(_CLOSED)
            yield draft
            with suppress(FileNotFoundError):
                into.rmdir()
            draft.rename(into)
        settle_directory(into.parent)
    except OSError as error:
        said = error.strerror or type(error).__name__
        raise OutputError(
            f"{into}: cannot be written: {said}: free its disk, or name another place"
        ) from error


@contextmanager
def _locked(place: str | Path) -> Iterator[bool]:
    """A lock on a directory, which ends with its process; False where another one has it."""
    descriptor = os.open(place, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield True
    except BlockingIOError:
        yield False
    finally:
        os.close(descriptor)


def _sweep(directory: Path) -> None:
    """Remove what backups that were killed have left."""
    for each in directory.glob(f"{_DRAFT}*"):
        with suppress(OSError), _locked(each) as ours:  # another user's is not ours to remove
            if ours:
                shutil.rmtree(each)


def _copy(source: Path, target: Path) -> list[str]:
    """Copy a file, or the regular files below a directory; gives the links, which are left out.

    What begins with a dot is what a writer has not put in its place yet.
    """
    if source.is_symlink():
        return [str(source)]
    if source.is_file():
        target.parent.mkdir(_OPEN, parents=True, exist_ok=True)
        shutil.copyfile(source, target, follow_symlinks=False)
        own = PRIVATE if source.name == _RECIPIENTS else source.stat().st_mode & _NOT_OTHERS
        target.chmod(own)
    found = sorted(source.iterdir()) if source.is_dir() else []
    inner = (each for each in found if not each.name.startswith("."))
    return [link for each in inner for link in _copy(each, target / each.name)]


def _files_of(directory: Path) -> Iterator[Kept]:
    """Its files; what is no regular file has no hash."""
    for folder, inner, names in os.walk(directory):
        links = [name for name in inner if Path(folder, name).is_symlink()]
        for name in sorted((*names, *links)):
            file = Path(folder, name)
            found = file.lstat()
            sha256 = ""
            if stat.S_ISREG(found.st_mode):
                with file.open("rb") as stream:
                    sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
            path = file.relative_to(directory).as_posix()
            yield Kept(path, sha256, found.st_size, found.st_mode & 0o777)


def _settle(directory: Path) -> None:
    """See that all of a directory stands there after a power cut."""
    for folder, _, names in os.walk(directory):
        for name in names:
            descriptor = os.open(Path(folder, name), os.O_RDONLY | os.O_CLOEXEC)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
        settle_directory(Path(folder))


def _refuse_changed(directory: Path, made: Backup, but: str = "") -> None:
    told = {each.path: each.sha256 for each in made.files}
    there = {each.path: each.sha256 for each in _files_of(directory) if each.path != but}
    faults = [
        *(f"{path}: is missing" for path in sorted(set(told) - set(there))),
        *(f"{path}: is not in {LIST}" for path in sorted(set(there) - set(told))),
        *(f"{path}: was changed" for path, was in told.items() if there.get(path, was) != was),
        *(f"{path}: is missing" for path in (MARK, f"{STATE}/home.json") if path not in told),
    ]
    if faults:
        more = f", and {len(faults) - 1} more" if len(faults) > 1 else ""
        raise VerificationError(f"{directory}: {faults[0]}{more}; nothing was restored")
