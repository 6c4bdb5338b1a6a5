"""Files that are written whole or not at all."""

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from errno import EISDIR, EMLINK, ENOSYS, EOPNOTSUPP, EPERM
from pathlib import Path

from viperreport.errors import OutputError

PRIVATE = 0o600  # for its owner's eyes
SHARED = 0o640  # and its group's, not everybody's
KEPT = 0o440  # to be read, never to be changed
OWN = 0o750  # a directory of files that are not for everybody
NEW = os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_NOFOLLOW | os.O_CLOEXEC  # to open a new file
_NO_LINKS = (EPERM, ENOSYS, EOPNOTSUPP, EMLINK)  # of file systems without hard links


@dataclass(slots=True)
class Staged:
    """A file that is written whole beside its place, and not yet in it.

    Args:
        temporary: where it is; empty for a stream, which takes its content when it is put.
    """

    path: Path
    content: bytes
    temporary: str = ""

    def put(self) -> None:
        """Put it in its place in one step: a reader sees the old file or the new one.

        Raises:
            OutputError: it cannot be put there; what stood there stands there still.
        """
        try:
            if self.temporary:
                os.replace(self.temporary, self.path)  # noqa: PTH105
                self.temporary = ""
            else:
                self.path.write_bytes(self.content)
        except OSError as error:
            raise _unwritable(self.path, error) from error

    def drop(self) -> None:
        """Leave nothing of it, unless it was put."""
        if self.temporary:
            with suppress(OSError):
                os.unlink(self.temporary)  # noqa: PTH108


@contextmanager
def staged(path: Path, content: bytes, mode: int | None = None) -> Iterator[Staged]:
    """Write a file beside its place, to be put there within, once all else is ready too.

    Args:
        path: in a directory that exists. A link is followed; what is no file (a device, a FIFO)
            is written to when it is put, and never replaced.
        mode: its permissions; None for those of any new file.

    Raises:
        OutputError: the output cannot be written; what stood there stands there still.
    """
    made = _stage(path, content, mode)
    try:
        yield made
    finally:
        made.drop()


def write_whole(path: Path, content: bytes, mode: int | None = None) -> None:
    """Write a file and put it in place in one step.

    Raises:
        OutputError: as `staged` does.
    """
    with staged(path, content, mode) as file:
        file.put()


def settle_directory(path: Path) -> None:
    """See that what was put into a directory stands there after a power cut.

    Raises:
        OutputError: it cannot be.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise _unwritable(path, error) from error


def _stage(path: Path, content: bytes, mode: int | None) -> Staged:
    temporary = ""
    try:
        if _is_stream(path):
            return Staged(path, content)
        path = path.resolve()
        if path.is_dir():
            raise IsADirectoryError(EISDIR, os.strerror(EISDIR))
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        with open(handle, "wb") as file:  # noqa: PTH123 - a descriptor, not a path
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, 0o666 & ~_umask() if mode is None else mode)  # noqa: PTH101
    except (OSError, RuntimeError) as error:  # the latter where links lead in a circle
        Staged(path, content, temporary).drop()
        raise _unwritable(path, error) from error
    return Staged(path, content, temporary)


def _unwritable(path: Path, error: Exception) -> OutputError:
    why = getattr(error, "strerror", None) or "its links lead in a circle"
    return OutputError(f"{path}: cannot be written: {why}; choose another place with -o")


def _is_stream(path: Path) -> bool:
    return path.exists() and not path.is_file() and not path.is_dir()


def is_put_new(folder: int, draft: str, name: str) -> bool:
    """Put a file where none is, in one step that never replaces one; False where it cannot be.

    So a run that was stopped for long, and has lost its lock meanwhile, replaces nothing that
    another one filed.

    Args:
        folder: an open directory, which is for the caller to settle.
        draft: the name in it of the file as it was written; it stays where it cannot be put.

    Raises:
        OSError: something else is in the way.
    """
    try:
        os.link(draft, name, src_dir_fd=folder, dst_dir_fd=folder, follow_symlinks=False)
    except FileExistsError:
        return False
    except OSError as error:
        if error.errno in _NO_LINKS and not _is_there(folder, name):
            os.rename(draft, name, src_dir_fd=folder, dst_dir_fd=folder)
            return True
        if error.errno in _NO_LINKS:
            return False
        raise
    os.unlink(draft, dir_fd=folder)
    return True


def _is_there(folder: int, name: str) -> bool:
    try:
        os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return True


def make_directory(path: Path, mode: int = 0o777) -> None:
    """Make a directory for our own output.

    Args:
        mode: its permissions if it is made, narrowed by the umask.

    Raises:
        OutputError: it cannot be made.
    """
    try:
        path.mkdir(mode, parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(
            f"{path}: cannot be made: {error.strerror}; see who may write there"
        ) from error


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Within it no other process does the same; a lock that ends with the process.

    Args:
        path: of the lock's file, in a directory that exists.

    Raises:
        OutputError: it cannot be written.
    """
    try:
        lock = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_CLOEXEC | os.O_NOFOLLOW, PRIVATE)
    except OSError as error:
        raise OutputError(f"{path}: cannot be written: {error.strerror}") from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def _umask() -> int:
    """The process's umask, which can only be read by setting it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
