"""Looks for a secret in whatever a program has said, written or sent, however it is wrapped up."""

import base64
import gzip
import re
import sqlite3
import threading
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from email import message_from_bytes
from functools import cache
from pathlib import Path
from typing import Self

_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
_DEEPEST = 6
_MAIL = re.compile(rb"(?m)\A[A-Za-z-]+: .*\r\n")
_SHORT = 32  # bytes
_POLL = 0.005  # seconds


@cache
def forms(secret: str) -> Mapping[str, bytes]:
    """A word as others may have written it; each form by its name, in small letters where it may.

    Base64 thrice, for the word begins at a byte of each remainder by three.
    """
    raw = secret.encode()
    found = {
        "plain": raw,
        "hex": raw.hex().encode(),
        "utf-16": secret.encode("utf-16-le"),
        "utf-16, big end first": secret.encode("utf-16-be"),
        "quoted-printable": b"".join(b"=%02X" % byte for byte in raw),
        "urlencoded": b"".join(b"%%%02X" % byte for byte in raw),
        "octal": b"".join(b"\\%03o" % byte for byte in raw),
    }
    for before in range(3):
        encoded = base64.b64encode(bytes(before) + raw).rstrip(b"=")
        whole = (before + len(raw)) % 3 == 0
        found[f"base64 at {before}"] = encoded[-(-before * 4 // 3) : None if whole else -1]
    return found


def hits(content: bytes, secrets: Mapping[str, str], depth: int = 0) -> list[str]:
    """The secrets in some bytes, and in what is packed in them: each with the form it is in."""
    flat = re.sub(rb"=?\r?\n[ \t]*", b"", content)
    exact, small = content + b"\n" + flat, (content + b"\n" + flat).lower()
    told = [
        f"{name} ({form})"
        for name, secret in secrets.items()
        for form, pattern in forms(secret).items()
        if (pattern in exact if form.startswith("base64") else pattern.lower() in small)
    ]
    if depth < _DEEPEST:
        told += [hit for part in _parts(content) for hit in hits(part, secrets, depth + 1)]
    return told


def _parts(content: bytes) -> Iterator[bytes]:
    """What is packed in some bytes: in streams of a PDF, parts of a mail, or as a whole."""
    with suppress(zlib.error):
        yield zlib.decompress(content)
    with suppress(OSError, EOFError, zlib.error):
        yield gzip.decompress(content)
    if content.startswith(b"%PDF"):
        for stream in _STREAM.findall(content):
            with suppress(zlib.error):
                yield zlib.decompressobj().decompress(stream)
    if _MAIL.match(content):
        for part in message_from_bytes(content).walk():
            if isinstance(decoded := part.get_payload(decode=True), bytes):
                yield decoded


def of_sqlite(file: Path) -> Iterator[bytes]:
    """Every value of every column of every table of a database."""
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as store:
        names = store.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        for (name,) in names:
            yield from values(store.execute(f'SELECT * FROM "{name}"'))  # noqa: S608 - its own


def values(rows: Iterable[Sequence[object]]) -> Iterator[bytes]:
    """The values of rows: what is short together, and what may be packed each alone."""
    short = []
    for value in (each for row in rows for each in row if each is not None):
        content = bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
        if len(content) > _SHORT:
            yield content
        short.append(content)
    yield b"\0".join(short)


def in_files(folder: Path, secrets: Mapping[str, str], *but: Path) -> list[str]:
    """What is found in the files below a folder, to the byte, and in databases by the column."""
    found = []
    for file in sorted(each for each in folder.rglob("*") if each.is_file() and each not in but):
        contents = [file.read_bytes(), str(file).encode()]
        if file.suffix == ".db":
            contents += of_sqlite(file)
        found += [f"{file}: {hit}" for content in contents for hit in hits(content, secrets)]
    return found


@dataclass
class Watch:
    """Looks at command line and environment of all that this process has started, all the time.

    Attributes:
        found: where a secret stood, as "cmdline of 17: its name (its form)".
        commands: the command lines that were seen.
    """

    secrets: Mapping[str, str]
    found: set[str] = field(default_factory=set)
    commands: set[bytes] = field(default_factory=set)
    _ended: threading.Event = field(default_factory=threading.Event)
    _seen: dict[str, bytes] = field(default_factory=dict)

    def __enter__(self) -> Self:
        """Begin."""
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """End."""
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._ended.wait(_POLL):
            for process in _below("self"):
                for name in ("cmdline", "environ"):
                    with suppress(OSError):
                        self._look(f"{name} of {process}", Path(f"/proc/{process}/{name}"))

    def _look(self, what: str, file: Path) -> None:
        content = file.read_bytes()
        if self._seen.get(what) != content:
            self._seen[what] = content
            if what.startswith("cmdline"):
                self.commands.add(content)
            self.found.update(f"{what}: {hit}" for hit in hits(content, self.secrets, _DEEPEST))


def _below(process: str) -> Iterator[str]:
    """The processes that one has started, and those that they have."""
    with suppress(OSError):
        for task in Path(f"/proc/{process}/task").iterdir():
            for child in (task / "children").read_text().split():
                yield child
                yield from _below(child)
