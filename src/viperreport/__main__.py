"""`python -m viperreport`, and the console script."""

import sys


def main() -> None:
    """Run the command line and end the process with its exit code."""
    try:
        from viperreport.cli.app import run

        code = run(sys.argv[1:])
    except KeyboardInterrupt:  # while the libraries are still being imported
        sys.stderr.write("viperreport: stopped\n")
        code = 130
    sys.exit(code)


if __name__ == "__main__":
    main()
