"""`python -m viperreport`, and the console script."""

import os
import signal
import sys
from collections.abc import Sequence
from itertools import pairwise

_HEEDING = ("run", "daemon")  # verbs that end in order on SIGTERM


def main() -> None:
    """Run the command line and end the process with its exit code."""
    if _verb(sys.argv) in _HEEDING:  # nothing is begun before they listen for it themselves
        signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    try:
        from viperreport.cli.app import run

        code = run(sys.argv[1:])
    except KeyboardInterrupt:  # while the libraries are still being imported
        sys.stderr.write("viperreport: stopped\n")
        code = 130
    _let_go_of_stderr()
    sys.exit(code)


def _verb(line: Sequence[str]) -> str:
    """The verb of a command line, whose first word is the program."""
    pairs = pairwise(line)
    words = (word for before, word in pairs if before != "--home" and not word.startswith("-"))
    return next(words, "")


def _let_go_of_stderr() -> None:
    """What a full disk did not take must not become the exit code: Python would end with 120."""
    try:
        if sys.stderr is not None:
            sys.stderr.flush()
    except (OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)


if __name__ == "__main__":
    main()
