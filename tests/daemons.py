"""A daemon by another clock and in another rhythm: `python -m tests.daemons FILE --home H JSON`.

Its alarm clock goes by the same clock, and so do its children unless the JSON names a command.
"""

import json
import sys
from datetime import datetime, tzinfo
from pathlib import Path
from signal import SIGINT, SIGTERM

from apscheduler.schedulers import base

from tests.clocks import Shift
from viperreport.channels.channel import Surroundings
from viperreport.channels.registry import all_channels
from viperreport.daemon import Daemon, Rhythm
from viperreport.homes import STATE
from viperreport.verbs.stopping import listen
from viperreport.verbs.telling import Log


def say(line: str) -> None:
    """Write a line to standard error, at once."""
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


def main() -> None:
    """Serve."""
    stop = listen(SIGTERM, SIGINT)
    shift, home, asked = Shift(Path(sys.argv[1])), Path(sys.argv[3]), json.loads(sys.argv[4])

    class Shifted(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            return shift.now().astimezone(tz)

    base.datetime = Shifted
    command = asked.pop("command", shift.program("--home", str(home), "--json", "run"))
    log = Log("daemon", shift.now, say, all_channels(Surroundings(home / STATE, say)))
    Daemon(home, command, log, stop, Rhythm(**asked)).serve()


if __name__ == "__main__":
    main()
