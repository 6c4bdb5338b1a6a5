"""The folder that briefings are put into: whole, durable, never through a link, never over a file.

Only a folder that somebody has marked is written to: one that a share was mounted on, and is not
now, looks like any other.
"""

import fcntl
import os
import re
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from viperreport.durable import NEW, SHARED, is_put_new
from viperreport.errors import OutputError

TARGET = ".viperreport-target"
_DRAFT = ".viperreport-{}"
_LEFT = re.compile(r"\.viperreport-[0-9a-f]{12}")  # what a put that was killed leaves
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,199}")
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


def put_in_folder(folder: Path, name: str, content: bytes) -> None:
    """Put a file into a folder, in one step and durably; the same file once more is none.

    Args:
        folder: may be no link itself, and must hold a file `.viperreport-target`.
        name: of the file: letters, digits, and . _ - within.

    Raises:
        OutputError: it cannot be put there, or another file has its name; what stood there
            stands there still.
    """
    if not _NAME.fullmatch(name):
        raise OutputError(f"{name!r}: is no name for a file in {folder}")
    try:
        with _open(folder) as here:
            _see_target(here, folder)
            _sweep(here)
            if not _is_there(here, folder, name, content) and not _is_put(here, name, content):
                _is_there(here, folder, name, content)  # by somebody else, meanwhile
            os.fsync(here)
    except OSError as error:
        said = error.strerror or type(error).__name__
        raise OutputError(
            f"{folder / name}: cannot be written: {said}: free its disk or mend its rights; the "
            "next run tries again"
        ) from error


def target_fault(folder: Path) -> str:
    """Why nothing would be put into a folder as it is now; empty where it would."""
    try:
        with _open(folder) as here:
            _see_target(here, folder)
    except OutputError as error:
        return str(error).removeprefix(f"{folder}: ")
    except OSError as error:
        return f"cannot be read: {error.strerror}"
    return ""


@contextmanager
def _open(folder: Path) -> Iterator[int]:
    try:
        here = os.open(folder, _FOLDER)
    except OSError as error:
        said = "it is a link" if folder.is_symlink() else error.strerror
        raise OutputError(
            f"{folder}: cannot be opened: {said}: see its path in config/recipients.toml, and "
            "whether its share is mounted"
        ) from error
    try:
        yield here
    finally:
        os.close(here)


def _see_target(here: int, folder: Path) -> None:
    with suppress(FileNotFoundError):
        if stat.S_ISREG(os.stat(TARGET, dir_fd=here, follow_symlinks=False).st_mode):
            return
    raise OutputError(
        f"{folder}: holds no file {TARGET}, so nothing is put there: see whether its share is "
        f"mounted; if briefings belong there, type: touch {folder / TARGET}"
    )


def _is_there(here: int, folder: Path, name: str, content: bytes) -> bool:
    """Whether the file lies there already; refuses any other of its name."""
    try:
        status = os.stat(name, dir_fd=here, follow_symlinks=False)
    except FileNotFoundError:
        return False
    if stat.S_ISREG(status.st_mode) and status.st_size == len(content):
        with open(os.open(name, _FILE, dir_fd=here), "rb") as file:  # noqa: PTH123
            if file.read() == content:
                return True
    raise OutputError(
        f"{folder / name}: another file of this name lies there already, and is left: move it "
        "away; the next run tries again"
    )


def _is_put(here: int, name: str, content: bytes) -> bool:
    with _draft(here) as (draft, descriptor):
        with open(descriptor, "wb", closefd=False) as file:
            file.write(content)
        os.fsync(descriptor)
        return is_put_new(here, draft, name)


@contextmanager
def _draft(here: int) -> Iterator[tuple[str, int]]:
    """A new file, which is locked for as long as somebody writes it; gone again if not put."""
    draft = _DRAFT.format(secrets.token_hex(6))
    descriptor = os.open(draft, NEW, SHARED, dir_fd=here)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        if not os.fstat(descriptor).st_nlink:  # swept before it was locked
            raise FileNotFoundError(None, "somebody else writes there")
        with suppress(PermissionError):  # of a file system whose files all have one mode
            os.fchmod(descriptor, SHARED)
        yield draft, descriptor
    finally:
        with suppress(OSError):
            os.unlink(draft, dir_fd=here)
        os.close(descriptor)


def _sweep(here: int) -> None:
    """Remove what a put that was killed has left: nobody holds its lock."""
    for name in filter(_LEFT.fullmatch, os.listdir(here)):
        with suppress(OSError):
            descriptor = os.open(name, os.O_RDWR | _FILE, dir_fd=here)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                os.unlink(name, dir_fd=here)
            finally:
                os.close(descriptor)
