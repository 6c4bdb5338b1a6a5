"""What mailing costs: a run with fifty readers against one with none, as a process.

The home is the demo's, whose PDF goes along. Printed by `make bench`.
"""

import resource
import shutil
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from tests.archive.mailing import addresses, lets_mail, lists
from tests.channels.mail_server import Post, taking
from tests.cli.test_run import program
from viperreport.verbs.demonstration import make_demo

READERS = 50
SLOT, NOW = "2016-08-01T06:00", "2016-08-01T12:00"  # local; UTC


class Cost(NamedTuple):
    """What a run took: seconds, seconds of CPU, and what the ledger and its bodies have grown to.

    Args:
        pdf, bodies, ledger: bytes.
    """

    seconds: float
    cpu: float
    pdf: int
    bodies: int
    ledger: int


def mailing(directory: Path) -> str:
    """Run the demo's home twice, and tell the difference in a line."""
    demo = make_demo(directory / "demo", lambda: datetime(2016, 8, 1, 11, tzinfo=UTC))
    without, with_readers = (_run(demo.path, directory, count) for count in (0, READERS))
    each = [(b - a) / READERS * 1000 for a, b in zip(without[:2], with_readers[:2], strict=True)]
    grown = with_readers.ledger - without.ledger
    return (
        f"{READERS} readers of {with_readers.pdf / 1000:.0f} kB: {each[0]:.1f} ms a message, "
        f"{each[1]:.1f} ms of CPU; the ledger grows by {grown / 1000:.0f} kB, "
        f"{with_readers.bodies / 1000:.0f} kB of it what they share"
    )


def _run(home: Path, directory: Path, readers: int) -> Cost:
    copy = Path(shutil.copytree(home, directory / f"with {readers}"))
    with taking(Post()) as post:
        lets_mail(copy, post.port)
        if readers:
            lists(copy, {"all": addresses(*(f"reader{number}" for number in range(readers)))})
        before, began = _cpu(), time.monotonic()
        subprocess.run(
            [*program(NOW), "run", "--slot", SLOT], cwd=copy, check=True, capture_output=True
        )
        took, cpu = time.monotonic() - began, _cpu() - before
        if len(post.arrived) != readers:
            sys.exit(f"{len(post.arrived)} of {readers} have their mail")
    (pdf,) = (copy / "output/editions").rglob("*.pdf")
    with closing(sqlite3.connect(copy / "output/state/ledger.db")) as ledger:
        (bodies,) = ledger.execute("SELECT coalesce(sum(size), 0) FROM bodies").fetchone()
        ledger.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    size = (copy / "output/state/ledger.db").stat().st_size
    return Cost(took, cpu, pdf.stat().st_size, bodies, size)


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    import tempfile

    with tempfile.TemporaryDirectory() as made:
        print(mailing(Path(made)))  # noqa: T201 - a benchmark prints
