"""Files that are written whole or not at all."""

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from viperreport.errors import OutputError

PRIVATE = 0o600  # for its owner's eyes
SHARED = 0o640  # and its group's, not everybody's
KEPT = 0o440  # to be read, never to be changed
OWN = 0o750  # a directory of files that are not for everybody


def write_whole(path: Path, content: bytes, mode: int | None = None) -> None:
    """Put a file in place in one step: a reader sees the old one or the new one, never a part.

    Args:
        path: in a directory that exists. A link is followed; what is no file (a device, a FIFO)
            is written to and never replaced.
        mode: its permissions; None for those of any new file.

    Raises:
        OutputError: the output cannot be written; what stood there stands there still.
    """
    temporary = ""
    try:
        if _is_stream(path):
            path.write_bytes(content)
            return
        path = path.resolve()
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        with open(handle, "wb") as file:  # noqa: PTH123 - a descriptor, not a path
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, 0o666 & ~_umask() if mode is None else mode)  # noqa: PTH101
        os.replace(temporary, path)  # noqa: PTH105
    except OSError as error:
        if temporary:
            with suppress(OSError):
                os.unlink(temporary)  # noqa: PTH108
        raise OutputError(
            f"{path}: cannot be written: {error.strerror}; choose another place with -o"
        ) from error


def _is_stream(path: Path) -> bool:
    return path.exists() and not path.is_file() and not path.is_dir()


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
