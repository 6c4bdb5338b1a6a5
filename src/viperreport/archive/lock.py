"""One run at a time, by a lock that dies with its process: no lease, no heartbeat.

Beside SQLite it is a file's (flock), on PostgreSQL that of a session. The ledger is written on
the connection that comes with the lock: a session that is lost can write no more.
"""

import fcntl
import hashlib
import os
import re
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from viperreport.database import as_ours
from viperreport.errors import BusyError, ConfigError, OutputError

LOCK = "run.lock"
_STEP = 0.05  # seconds between two attempts
_PRIVATE = 0o600
# On these a lock of one machine is not always one of another.
_FOREIGN = re.compile(
    r"(nfs4?|cifs|smb\d?|smbfs|9p|afs|ceph|gluster\w*|lustre|gpfs|beegfs|fuse\.(sshfs|rclone|s3fs\w*|glusterfs|ceph\w*))"
)
_ESCAPED = re.compile(r"\\(\d{3})")


@contextmanager
def locked(engine: Engine, state: Path, home: str, wait: float) -> Iterator[Connection]:
    """Within it this process alone may claim, file and settle.

    Args:
        engine: the ledger's.
        state: the directory of the home's state.
        home: its id.
        wait: seconds to wait for another to end.

    Returns:
        The connection to write the ledger on.

    Raises:
        BusyError: another run still holds it.
        ConfigError: a network file system, on which it would not hold.
    """
    if engine.dialect.name == "sqlite":
        with _file_lock(state, wait), _connected(engine) as connection:
            yield connection
        return
    with _connected(engine) as connection:
        try:
            _session_lock(connection, home, wait)
            yield connection
        finally:
            connection.invalidate()  # closes the session, and the lock with it


@contextmanager
def _connected(engine: Engine) -> Iterator[Connection]:
    try:
        connection = engine.connect()
    except (DBAPIError, sqlite3.Error) as error:
        raise as_ours(engine, error) from error
    with connection:
        yield connection


@contextmanager
def _file_lock(state: Path, wait: float) -> Iterator[None]:
    refuse_network(state)
    path = state / LOCK
    try:
        flags = os.O_CREAT | os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW
        descriptor = os.open(path, flags, _PRIVATE)
    except OSError as error:
        raise OutputError(
            f"{path}: cannot be written: {error.strerror}: see who may write there"
        ) from error
    try:
        _await(lambda: _try_file(descriptor), wait)
        yield
    finally:
        os.close(descriptor)


def _try_file(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _session_lock(connection: Connection, home: str, wait: float) -> None:
    number = int.from_bytes(hashlib.sha256(f"run {home}".encode()).digest()[:8], signed=True)
    query = text("SELECT pg_try_advisory_lock(:number)").bindparams(number=number)

    def attempt() -> bool:
        try:
            with connection.begin():
                return bool(connection.execute(query).scalar())
        except DBAPIError as error:
            raise as_ours(connection.engine, error) from error

    _await(attempt, wait)


def _await(attempt: Callable[[], bool], wait: float) -> None:
    until = time.monotonic() + wait
    while not attempt():
        if time.monotonic() >= until:
            raise BusyError(
                f"another run has been at work for more than {wait:g} s: see viperreport status, "
                "or give it longer with --wait"
            )
        time.sleep(_STEP)


def refuse_network(directory: Path, mounts: str | None = None) -> None:
    """Refuse a file system on which locks of one machine are not those of another.

    Args:
        mounts: the system's list of mounts, as /proc/self/mountinfo has it; None for this one's.

    Raises:
        ConfigError: naming it.
    """
    kind = _file_system(directory.resolve(), _mounts() if mounts is None else mounts)
    if _FOREIGN.fullmatch(kind):
        raise ConfigError(
            f"{directory}: lies on a network file system ({kind}), where locks do not hold: keep "
            "the ledger in PostgreSQL (VIPERREPORT_DATABASE_URL), or the home on a local disk"
        )


def _mounts() -> str:
    try:
        return Path("/proc/self/mountinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""  # no Linux: nothing can be told


def _file_system(directory: Path, mounts: str) -> str:
    """The kind of file system of the innermost mount that holds a directory."""
    found, kind = Path(), ""
    for line in mounts.splitlines():
        mount, _, rest = line.partition(" - ")
        fields = mount.split(" ")
        point = Path(_ESCAPED.sub(lambda code: chr(int(code[1], 8)), (fields + [""] * 5)[4]))
        if directory.is_relative_to(point) and len(point.parts) >= len(found.parts):
            found, kind = point, rest.split(" ")[0]
    return kind
