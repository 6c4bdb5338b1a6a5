"""Homes: directories that hold config/, templates/ and output/.

Finding one, making one, and knowing which one it is. A home's id and its HMAC key lie in
output/state/home.json, beside the store; with the key gone, pseudonyms already given out could
not be told apart from new ones, so it is made once and never made again.
"""

import contextlib
import json
import os
import secrets
import shutil
import stat
import tempfile
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from viperreport.errors import ConfigError

MARK = "config/viperreport.toml"  # the file that makes a directory a home
VARIABLE = "VIPERREPORT_HOME"
STATE = "output/state"
IDENTITY = "output/state/home.json"
_STORES = ("evidence.db", "ledger.db", "witness.json")
_IGNORED = ".gitignore"
_IGNORE = """\
# Secrets, addresses, and all that viperreport writes.
.env
config/recipients.toml
output/
"""
_PARTS = ("output", "templates", ".env", "config")  # config last: only then is it a home
_CLOSED = (".", "config", "output", "output/drafts", "output/editions", STATE)
_KEY_BYTES = 32
_NEVER_COPIED = ("recipients.toml", ".*", "*~", "*.bak", "__pycache__")


@dataclass(frozen=True, slots=True)
class HomeIdentity:
    """Which home it is.

    Args:
        id: a UUID, part of every edition's identity.
        key: for pseudonyms; never printed.
    """

    id: str
    key: bytes = field(repr=False)


def find_home(option: Path | None, environ: Mapping[str, str], cwd: Path) -> Path:
    """Find the home: --home, then VIPERREPORT_HOME, then upwards from a directory like git.

    Raises:
        ConfigError: there is none.
    """
    if option is not None:
        return _must_be_home(cwd / option, "--home")
    if environ.get(VARIABLE):
        return _must_be_home(cwd / environ[VARIABLE], VARIABLE)
    here = cwd.resolve()
    for directory in (here, *here.parents):
        if _is_home(directory):
            return directory
    raise ConfigError(
        f"{here}: no home here or above (a directory with {MARK}): make one with "
        f"`viperreport init DIR`, or name one with --home or {VARIABLE}"
    )


def packaged_home() -> Path:
    """The home of Operation Viper: the wheel's copy, or in a checkout its root.

    Raises:
        ConfigError: this installation has lost it.
    """
    package = Path(__file__).resolve().parent
    for directory in (package / "home", package.parents[1]):
        if (directory / MARK).is_file():
            return directory
    raise ConfigError(f"{package}: the installation carries no home: install viperreport again")


def init_home(directory: Path, identity: HomeIdentity | None = None) -> HomeIdentity:
    """Make a home to edit: a copy of the packaged one with an identity of its own.

    Args:
        directory: made where it does not exist; what else it holds stays.
        identity: a fixed one, for the demo; else fresh.

    Raises:
        ConfigError: it holds a home already, or cannot be written. Nothing is left half made.
    """
    directory = directory.absolute()
    packaged = packaged_home()
    made = _missing(directory)
    try:
        directory.mkdir(mode=0o755, parents=True, exist_ok=True)
        refuse_open((directory,))
        _refuse_occupied(directory)
        with tempfile.TemporaryDirectory(prefix=".viperreport-init-", dir=directory) as staging:
            identity = _fill(packaged, Path(staging), identity or _fresh_identity())
            _move_in(Path(staging), directory)
    except BaseException as error:
        for each in made:
            _remove_empty(each)
        if isinstance(error, OSError):
            raise ConfigError(f"{directory}: cannot be made a home: {error.strerror}") from error
        raise
    return identity


def home_identity(home: Path, identity: HomeIdentity | None = None) -> HomeIdentity:
    """Read which home it is; made on first use, while there is nothing that depends on it.

    Args:
        home: as `find_home` gives it.
        identity: what to write on first use, for the demo; else fresh.

    Raises:
        ConfigError: others may write to the home or read its key; home.json is damaged, or is
            missing beside a store.
    """
    refuse_open(
        home / part for part in (".", "config", "output", "output/drafts", "output/editions", STATE)
    )
    file = home / IDENTITY
    if not file.exists():
        _refuse_orphans(home)
        _write_first(home, identity or _fresh_identity())
    return _read_identity(file)


def _is_home(directory: Path) -> bool:
    try:
        return (directory / MARK).is_file()
    except PermissionError as error:
        raise ConfigError(f"{error.filename}: may not be read: give this user the right") from error


def _must_be_home(directory: Path, named_by: str) -> Path:
    directory = directory.resolve()
    if not _is_home(directory):
        raise ConfigError(
            f"{directory}: {named_by} names no home ({MARK} is missing): make one with "
            f"`viperreport init {directory}`"
        )
    return directory


def refuse_open(directories: Iterable[Path]) -> None:
    """Refuse a home in which anyone could plant a configuration or an edition."""
    for directory in directories:
        if directory.exists() and directory.stat().st_mode & stat.S_IWOTH:
            path = directory.resolve()
            raise ConfigError(f"{path}: everyone may write here: chmod o-w {path}")


def _refuse_occupied(directory: Path) -> None:
    if (directory / MARK).exists():
        raise ConfigError(f"{directory}: holds a home already: edit it, or name another directory")
    there = [part for part in _PARTS if os.path.lexists(directory / part)]
    if there:
        raise ConfigError(
            f"{directory}: holds {' and '.join(there)} already: name an empty directory"
        )


def _missing(directory: Path) -> list[Path]:
    """The directories that have to be made, innermost first."""
    return [each for each in (directory, *directory.parents) if not each.exists()]


def _remove_empty(directory: Path) -> None:
    with contextlib.suppress(OSError):  # never made, or somebody else's files are in it by now
        directory.rmdir()


def _fresh_identity() -> HomeIdentity:
    return HomeIdentity(str(uuid.uuid4()), secrets.token_bytes(_KEY_BYTES))


def _fill(packaged: Path, staging: Path, identity: HomeIdentity) -> HomeIdentity:
    for part in ("config", "templates"):
        _copy_tree(packaged / part, staging / part)
    _write(staging / ".env", (packaged / ".env.example").read_bytes(), 0o600)
    _write(staging / _IGNORED, _IGNORE.encode(), 0o644)
    _write_first(staging, identity)
    return identity


def _copy_tree(source: Path, target: Path) -> None:
    """Copy files and folders, with the modes of new ones: never writable by others."""
    target.mkdir(mode=0o755)
    ignored = shutil.ignore_patterns(*_NEVER_COPIED)
    names = sorted(each.name for each in source.iterdir())
    for name in sorted(set(names) - ignored(str(source), names)):
        if (source / name).is_dir():
            _copy_tree(source / name, target / name)
        else:
            _write(target / name, (source / name).read_bytes(), 0o644)


def _move_in(staging: Path, directory: Path) -> None:
    """Move all of it to its place; a .gitignore that somebody has there stays as it is."""
    moved: list[str] = []
    kept = os.path.lexists(directory / _IGNORED)
    try:
        for part in _PARTS if kept else (_IGNORED, *_PARTS):
            (staging / part).rename(directory / part)
            moved.append(part)
    except BaseException:
        for part in moved:
            (directory / part).rename(staging / part)
        raise


def _write(file: Path, content: bytes, mode: int) -> None:
    """Write a new file; its mode may be narrowed by the umask but is never wider."""
    descriptor = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def _refuse_orphans(home: Path) -> None:
    """Refuse to give a new identity to data that were stored under another."""
    there = [name for name in _STORES if (home / STATE / name).exists()]
    if there:
        raise ConfigError(
            f"{home / IDENTITY}: is missing, but {' and '.join(there)} beside it belong to a home: "
            f"put home.json back from a backup, or move output/ away to begin anew"
        )


def _write_first(home: Path, identity: HomeIdentity) -> None:
    """Write home.json unless another process was quicker, whose identity then holds."""
    state = home / STATE
    content = json.dumps({"id": identity.id, "key": identity.key.hex()}, indent=1) + "\n"
    draft = state / f".home-{secrets.token_hex(8)}"
    try:
        state.parent.mkdir(mode=0o755, exist_ok=True)
        state.mkdir(mode=0o700, exist_ok=True)
        _write(draft, content.encode(), 0o600)
        os.link(draft, home / IDENTITY)
    except OSError as error:
        if not (home / IDENTITY).exists():
            why = f"cannot be written: {error.strerror}"
            raise ConfigError(f"{home / IDENTITY}: {why}") from error
    finally:
        _remove(draft)


def _remove(file: Path) -> None:
    with contextlib.suppress(OSError):
        file.unlink()


def _read_identity(file: Path) -> HomeIdentity:
    try:
        if file.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise ConfigError(f"{file}: others may read the home's key: chmod 600 {file}")
        content = json.loads(file.read_text(encoding="utf-8"))
        found = HomeIdentity(str(uuid.UUID(content["id"])), bytes.fromhex(content["key"]))
    except OSError as error:
        raise ConfigError(f"{file}: cannot be read: {error.strerror}") from error
    except (ValueError, KeyError, TypeError, AttributeError):
        raise _damaged(file) from None
    if len(found.key) < _KEY_BYTES:
        raise _damaged(file)
    return found


def _damaged(file: Path) -> ConfigError:
    return ConfigError(
        f"{file}: is damaged: put it back from a backup, or move output/ away to begin anew"
    )
