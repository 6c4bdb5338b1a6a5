"""`python -m viperreport`, and the console script."""

import os
import sys


def main() -> None:
    """Run the command line and end the process with its exit code."""
    try:
        from viperreport.cli.app import run

        code = run(sys.argv[1:])
    except KeyboardInterrupt:  # while the libraries are still being imported
        sys.stderr.write("viperreport: stopped\n")
        code = 130
    _let_go_of_stderr()
    sys.exit(code)


def _let_go_of_stderr() -> None:
    """What a full disk did not take must not become the exit code: Python would end with 120."""
    try:
        if sys.stderr is not None:
            sys.stderr.flush()
    except (OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)


if __name__ == "__main__":
    main()
