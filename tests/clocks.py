"""The program by another clock: what the machine's shows, and as many seconds as a file says.

A module that is run as the program is: `python -m tests.clocks FILE ARGUMENT…`. The file may be
written anew at any time, for a clock that jumps.
"""

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Shift:
    """A clock that goes on from wherever it was set."""

    file: Path

    def set(self, instant: str) -> None:
        """Let it be an instant now, in UTC."""
        there = datetime.fromisoformat(instant).replace(tzinfo=UTC)
        draft = self.file.with_suffix(".new")
        draft.write_text(str((there - datetime.now(UTC)).total_seconds()))
        draft.replace(self.file)

    def now(self) -> datetime:
        """What it shows."""
        return datetime.now(UTC) + timedelta(seconds=float(self.file.read_text()))

    def program(self, *arguments: str, module: str = "tests.clocks") -> list[str]:
        """The command line of the program that goes by it."""
        return [sys.executable, "-m", module, str(self.file), *arguments]

    def start(
        self, home: Path, *arguments: str, module: str = "tests.clocks", **environ: str
    ) -> subprocess.Popen[str]:
        """Start the program in a home, by this clock; in its own place, as cron would."""
        return subprocess.Popen(
            self.program("--home", str(home), *arguments, module=module),
            cwd=ROOT,
            env=environment(environ),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )


def environment(more: Mapping[str, str]) -> dict[str, str]:
    """This process's, without what is about a home."""
    ours = {name: value for name, value in os.environ.items() if "VIPERREPORT" not in name}
    return ours | dict(more)


def main() -> None:
    """Run the program."""
    from viperreport.__main__ import main as program
    from viperreport.cli import options

    options.clock = Shift(Path(sys.argv.pop(1))).now
    program()


if __name__ == "__main__":
    main()
