"""Open a file that somebody else wrote, and nothing else that a name may lead to.

No address is fetched, nothing is inflated, no FIFO blocks, no line is longer than `MAX_LINE`.
Source: "Threats" in docs/decisions.md.
"""

import hashlib
import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from viperreport.errors import DataError

MAX_LINE = 1 << 20  # bytes
MAX_FILE = 8 << 30  # bytes
_BLOCK = 1 << 20
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:/")
_MAGIC = (
    (b"\x1f\x8b", "a gzip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ\x00", "an xz archive"),
    (b"\x28\xb5\x2f\xfd", "a zstandard archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-zip archive"),
)
_ZIP = b"PK\x03\x04"
_PARQUET = b"PAR1"
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_KINDS = (stat.S_ISDIR, "a directory"), (stat.S_ISFIFO, "a FIFO"), (stat.S_ISSOCK, "a socket")


@dataclass(frozen=True, slots=True)
class InputFile:
    """A regular file, open for reading and seen through once.

    Args:
        path: as the user gave it, for messages.
        handle: binary, at its beginning.
        size: bytes.
        sha256: of its whole content, in hexadecimal.
        changed: when it was last changed, in nanoseconds.
    """

    path: Path
    handle: BinaryIO
    size: int
    sha256: str
    changed: int

    def refuse_changed(self) -> None:
        """Refuse a file that somebody wrote to since it was opened.

        Raises:
            DataError: what was read is not what the hash says.
        """
        if _look(self.handle) != (self.size, self.changed):
            raise DataError(f"{self.path}: the file changed while it was read; load it again")


class RefusedFileError(DataError):
    """A file that is there, and is not what it should be: a delivery that was refused.

    Args:
        file: what is known of it; it is closed by then.
    """

    def __init__(self, message: str, file: InputFile) -> None:
        super().__init__(message)
        self.file = file


@contextmanager
def open_input(path: Path, kind: str = "csv") -> Iterator[InputFile]:
    """Open a file of one kind (a key of READERS) and refuse what is no such thing.

    Raises:
        DataError: it is missing, unreadable or not a regular file.
        RefusedFileError: it is empty, too large or of another kind.
    """
    _refuse_unwritable_name(path)
    with _open_regular(path) as handle:
        size, changed = _look(handle)
        try:
            _refuse_size(path, size)
            sha256 = _see_through(path, handle, kind)
        except DataError as error:
            sha256 = "" if size > MAX_FILE else _hash(handle)
            file = InputFile(path, handle, size, sha256, changed)
            raise RefusedFileError(str(error), file) from error
        handle.seek(0)
        yield InputFile(path, handle, size, sha256, changed)


def _refuse_size(path: Path, size: int) -> None:
    if not size:
        raise DataError(f"{path}: the file is empty; ask its sender for a whole one")
    if size > MAX_FILE:
        raise DataError(f"{path}: larger than {MAX_FILE >> 30} GiB; split the file")


def _hash(handle: BinaryIO) -> str:
    handle.seek(0)
    sha256 = hashlib.sha256()
    while block := handle.read(_BLOCK):
        sha256.update(block)
    return sha256.hexdigest()


def _look(handle: BinaryIO) -> tuple[int, int]:
    found = os.fstat(handle.fileno())
    return found.st_size, found.st_mtime_ns


def _open_regular(path: Path) -> BinaryIO:
    try:
        _refuse_irregular(path, path.stat().st_mode)
        # Between the look and the opening a FIFO may take its place: it must not block either.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY)
        handle = os.fdopen(descriptor, "rb")
    except FileNotFoundError as error:
        raise DataError(_absent(path)) from error
    except PermissionError as error:
        raise DataError(f"{path}: may not be read; give this user the right to read it") from error
    except (OSError, ValueError) as error:
        raise DataError(f"{path}: cannot be opened ({_why(error)}); check its name") from error
    try:
        _refuse_irregular(path, os.fstat(handle.fileno()).st_mode)
    except DataError:
        handle.close()
        raise
    return handle


def _refuse_unwritable_name(path: Path) -> None:
    """Refuse a name that the store, which is UTF-8, could not keep."""
    try:
        str(path).encode()
    except UnicodeEncodeError as error:
        shown = ascii(str(path))
        raise DataError(f"{shown}: its name is not UTF-8; rename the file") from error


def _why(error: OSError | ValueError) -> str:
    return getattr(error, "strerror", None) or str(error)


def _refuse_irregular(path: Path, mode: int) -> None:
    if stat.S_ISREG(mode):
        return
    what = next((name for test, name in _KINDS if test(mode)), "a device")
    raise DataError(f"{path}: is {what}, not a regular file; name the data file itself")


def _absent(path: Path) -> str:
    if _ADDRESS.match(str(path)):
        return f"{path}: is an address, and load downloads nothing: save the file first"
    return f"{path}: there is no such file; check its name and where you are"


def _see_through(path: Path, handle: BinaryIO, kind: str) -> str:
    """Read all of a file once: for its hash, and for what no text file holds."""
    sha256 = hashlib.sha256()
    lines, run = 1, 0  # number of the line that the block begins in, and its bytes so far
    first = True
    while block := handle.read(_BLOCK):
        if first:
            _refuse_other_kind(path, block, kind)
            first = False
        sha256.update(block)
        if kind == "csv":
            _refuse_untext(path, block, lines)
            run = _longest_run(path, block, lines, run)
            lines += block.count(b"\n")
    return sha256.hexdigest()


def _refuse_other_kind(path: Path, head: bytes, kind: str) -> None:
    for magic, name in _MAGIC:
        if head.startswith(magic):
            raise DataError(f"{path}: looks like {name}: unpack it first")
    found = _kind_of(head)
    if found == kind:
        return
    if found == "excel" and kind == "csv":
        raise DataError(
            f"{path}: looks like a zip archive or an Excel workbook: unpack it, or save it as CSV"
        )
    if head.startswith(_OLD_EXCEL):
        raise DataError(f"{path}: looks like an old Excel workbook: save it as CSV or .xlsx")
    if kind == "csv" and head.startswith(_UTF16):
        raise DataError(f"{path}: line 1: is UTF-16: save it as UTF-8")
    raise DataError(f"{path}: is no {kind} file: change `file` in the source's TOML, or the file")


def _kind_of(head: bytes) -> str:
    if head.startswith(_ZIP):
        return "excel"
    if head.startswith(_PARQUET):
        return "parquet"
    return "" if head.startswith((_OLD_EXCEL, *_UTF16)) else "csv"


def _refuse_untext(path: Path, block: bytes, lines: int) -> None:
    at = block.find(b"\0")
    if at < 0:
        return
    line = lines + block.count(b"\n", 0, at)
    if lines == 1 and _alternates(block[:64]):
        raise DataError(f"{path}: line {line}: looks like UTF-16: save it as UTF-8")
    raise DataError(f"{path}: line {line}: holds NUL bytes, so it is no text: ask for a whole file")


def _alternates(head: bytes) -> bool:
    """Whether every other byte is NUL, as in UTF-16 without its mark."""
    odd, even = head[1::2], head[::2]
    return (not any(odd) and all(even)) or (not any(even) and all(odd))


def _longest_run(path: Path, block: bytes, lines: int, run: int) -> int:
    """Refuse a line over the limit; give the bytes of the line that the block ends in."""
    last = block.rfind(b"\n")
    first = block.find(b"\n")
    if run + (len(block) if first < 0 else first) > MAX_LINE:
        raise DataError(
            f"{path}: line {lines}: is longer than {MAX_LINE >> 20} MiB; "
            "check its line ends and quotation marks"
        )
    return run + len(block) if last < 0 else len(block) - last - 1
