"""Files that are filed for good: whole, durable, read-only, and never through a link.

Every step is taken relative to an open directory, and no component may be a link: whoever can
plant one below the archive cannot lead a file out of it.
"""

import hashlib
import os
import re
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from shutil import rmtree

from viperreport.durable import KEPT, NEW, is_put_new
from viperreport.errors import OutputError, UsageError
from viperreport.model.briefing import EditionKey

MANIFEST, SUMS = "manifest.jsonl", "SHA256SUMS"
INDEX, INDEX_OF = "index.html", "index-{}.html"  # for people; of the newest year, of another
_INDEX = re.compile(r"index(-[0-9]{4})?\.html")
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}\Z")
_DRAFT = ".filing-"  # what is not whole yet; a run that was killed may leave one
_DRAFTS = (_DRAFT, f".{MANIFEST}.", f".{SUMS}.", ".index")
# As the standard library names what a writer has not put in its place yet.
_FILE = re.compile(r"\.(.+\.[a-z0-9_]{8}|home-[0-9a-f]{16})")
_DIRECTORY = re.compile(r"\.[a-z0-9_]{8}")
_FOLDER = 0o750
_OPEN = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


@dataclass(frozen=True, slots=True)
class Piece:
    """A file of an edition: its PDF, or what goes along with it."""

    path: str  # below output/editions
    content: bytes = field(repr=False)


def path_of(key: EditionKey, ending: str) -> str:
    """Where a file of an edition lies: weekly/all/2016/weekly_all_2016-05-25_r2.pdf.

    Raises:
        UsageError: a name that could lead elsewhere.
    """
    for name in (key.briefing, key.area):
        if not _NAME.match(name):
            raise UsageError(f"{name}: is no name for a folder of the archive")
    revision = f"_r{key.revision}" if key.revision > 1 else ""
    stem = f"{key.briefing}_{key.area}_{key.cut_off}{revision}"
    return f"{key.briefing}/{key.area}/{key.cut_off.year}/{stem}.{ending}"


def put_pieces(
    root: Path, pieces: Sequence[Piece], sure: Callable[[], None] = lambda: None
) -> list[str]:
    """File an edition's pieces, durably, the last one last; all of them or none.

    Args:
        root: output/editions, which is made where it is not there.
        pieces: none of them filed before; what stands in its place was left by a run that ended
            before it could note it, and is replaced.
        sure: asked before each is put and again before anything is replaced or taken back; raises
            where this run may file no more, since another may have filed the same.

    Returns:
        The paths at which something was replaced.

    Raises:
        OutputError: they cannot be written; none of them stands there.
    """
    done: list[str] = []
    replaced: list[str] = []
    try:
        root.mkdir(_FOLDER, parents=True, exist_ok=True)
        for piece in pieces:
            sure()
            with _folder(root, piece.path, make=True) as (folder, name):
                if not _put(folder, name, piece.content, sure):
                    replaced.append(piece.path)
                done.append(piece.path)
    except OSError as error:
        sure()  # what stands there by now may be what another run has filed
        for path in done:
            _take_back(root, path)
        said = error.strerror or type(error).__name__
        raise OutputError(
            f"{root}: cannot be filed in: {said}: free its disk or mend its rights; the next run "
            "tries again"
        ) from error
    return replaced


def sweep(root: Path) -> list[str]:
    """Remove what runs that were killed had not finished; under the lock alone.

    Returns:
        The paths, below the archive, of what was removed.
    """
    swept = []
    for folder, _, names in os.walk(root):
        for name in names:
            if name.startswith(_DRAFTS):
                path = Path(folder, name)
                with suppress(OSError):
                    path.unlink()
                    swept.append(path.relative_to(root).as_posix())
    return sorted(swept)


def sweep_old(folders: Sequence[Path], before: float) -> list[str]:
    """Remove what writers outside the archive had not finished, once nobody can be at it.

    Args:
        before: only what was last changed before this instant, in seconds since 1970.

    Returns:
        The paths of what was removed.
    """
    swept = []
    for folder in folders:
        for path in sorted(folder.glob(".*")) if folder.is_dir() else ():
            with suppress(OSError):
                if path.lstat().st_mtime < before and _is_unfinished(path):
                    rmtree(path) if path.is_dir() else path.unlink()
                    swept.append(str(path))
    return swept


def _is_unfinished(path: Path) -> bool:
    if path.is_symlink() or not path.is_dir():
        return bool(_FILE.fullmatch(path.name))
    return path.parent.name == "configurations" and bool(_DIRECTORY.fullmatch(path.name))


def is_index(path: str) -> bool:
    """Whether a file is a page of the index, which lies in an archive of one's own choice."""
    return bool(_INDEX.fullmatch(path))


def is_leftover(path: str) -> bool:
    """Whether a file is one that a run had not finished."""
    return Path(path).name.startswith(_DRAFTS)


def read_piece(root: Path, path: str) -> bytes | None:
    """The content of an archived file; None where no regular file stands there.

    Raises:
        OSError: it cannot be read.
    """
    try:
        with _folder(root, path, make=False) as (folder, name):
            flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
            with open(os.open(name, flags, dir_fd=folder), "rb") as file:  # noqa: PTH123
                return file.read()
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return None
    except OSError as error:
        if error.errno in _LINKS:
            return None
        raise


def holds(root: Path, path: str, sha256: str) -> bool:
    """Whether an archived file is there, as it was filed.

    Raises:
        OutputError: it cannot be read.
    """
    try:
        content = read_piece(root, path)
    except OSError as error:
        raise OutputError(f"{root / path}: cannot be read: {error.strerror}") from error
    return content is not None and hashlib.sha256(content).hexdigest() == sha256


def remove_piece(root: Path, path: str) -> None:
    """Take a file out of the archive, durably, and its folder where it was the last in it.

    Raises:
        OutputError: it cannot be taken out.
    """
    try:
        with _folder(root, path, make=False) as (folder, name):
            with suppress(FileNotFoundError):
                os.unlink(name, dir_fd=folder)
            os.fsync(folder)
        with suppress(OSError), _folder(root, path.rpartition("/")[0], make=False) as (above, name):
            os.rmdir(name, dir_fd=above)
    except (FileNotFoundError, NotADirectoryError):
        return
    except OSError as error:
        raise OutputError(
            f"{root / path}: cannot be removed: {error.strerror}: see who may write there; the "
            "next run tries again"
        ) from error


_LINKS = (40, 6)  # ELOOP: a link; ENXIO: a socket or a FIFO


@contextmanager
def _folder(root: Path, path: str, *, make: bool) -> Iterator[tuple[int, str]]:
    """The open directory of a file, and the file's name in it."""
    *parts, name = path.split("/")
    here = os.open(root, _OPEN)
    try:
        for part in parts:
            inner = _enter(here, part, make=make)
            os.close(here)
            here = inner
        yield here, name
    finally:
        os.close(here)


def _enter(here: int, part: str, *, make: bool) -> int:
    try:
        return os.open(part, _OPEN, dir_fd=here)
    except FileNotFoundError:
        if not make:
            raise
    os.mkdir(part, _FOLDER, dir_fd=here)
    os.fsync(here)
    return os.open(part, _OPEN, dir_fd=here)


def _put(folder: int, name: str, content: bytes, sure: Callable[[], None]) -> bool:
    """Put a file in its place; False where it replaced another."""
    draft = f"{_DRAFT}{secrets.token_hex(6)}"
    try:
        with open(os.open(draft, NEW, KEPT, dir_fd=folder), "wb") as file:  # noqa: PTH123
            os.fchmod(file.fileno(), KEPT)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        new = is_put_new(folder, draft, name)
        if not new:
            sure()
            os.rename(draft, name, src_dir_fd=folder, dst_dir_fd=folder)
    except BaseException:
        with suppress(OSError):
            os.unlink(draft, dir_fd=folder)
        raise
    os.fsync(folder)
    return new


def _take_back(root: Path, path: str) -> None:
    with suppress(OSError), _folder(root, path, make=False) as (folder, name):
        os.unlink(name, dir_fd=folder)
