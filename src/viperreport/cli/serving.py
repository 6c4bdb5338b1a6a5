"""The verb that needs no cron."""

import sys
from signal import SIGINT, SIGTERM

import typer

from viperreport.cli.options import Options
from viperreport.cli.running import log_called

_PROGRAM = (sys.executable, "-P", "-m", "viperreport")


def daemon(context: typer.Context) -> None:
    """Wait, and start `run` at each slot and whenever there is news; until SIGTERM or Ctrl-C."""
    from viperreport.verbs.stopping import listen

    stop = listen(SIGTERM, SIGINT)
    from viperreport.daemon import Daemon, Rhythm

    given: Options = context.obj
    home = given.find()
    quiet = ("-q",) if given.verbosity < 0 else ()
    command = (*_PROGRAM, "--home", str(home), "--json", *quiet, "run")
    Daemon(home, command, log_called(given, "daemon", stop), stop, Rhythm()).serve()
