"""A run that nobody watches: whatever becomes of it, somebody hears.

The operator is told by the channels. A service that expects the health ping hears from it after
each run, and also notices when none comes. Source: "Being told" in docs/operating.md.
"""

import os
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path

from viperreport.channels.ping import ping
from viperreport.errors import ConfigError, UsageError, ViperReportError
from viperreport.pipeline import Home, open_home
from viperreport.settings import readable_ping_url
from viperreport.verbs.health import say_health, say_unwell
from viperreport.verbs.running import RunResult
from viperreport.verbs.standing import matters
from viperreport.verbs.telling import Log

BUG = 1
_REPORT = "report it: a fault of the program"


def watched(
    path: Path, environ: Mapping[str, str], log: Log, attempt: Callable[[Home], RunResult]
) -> RunResult:
    """Do what a run does; tell whatever ends it, and say to the service how things stand.

    Args:
        path: of the home, which is opened within: a configuration with faults is told too.
        attempt: what is to be done.

    Raises:
        ViperReportError, Exception: whatever it raised. What a person mistyped is not told.
    """
    try:
        home = open_home(path, environ, log.clock)
        result = attempt(home)
    except UsageError:
        raise
    except Exception as error:
        raise_alarm(path, environ, log, error)
        raise
    say_health(home.settings.ping_url, log, well=_is_well(home, result))
    return result


def raise_alarm(path: Path, environ: Mapping[str, str], log: Log, error: Exception) -> None:
    """Tell what ended a run, and that all is not well, as far as that can still be told."""
    code, said, step = _words(error)
    log.tell("run", said, step, code)
    log.done(code)
    say_unwell(path, environ, log)


def ping_without_home(environ: Mapping[str, str]) -> None:
    """Say that all is not well where even the home is missing: there is no other channel."""
    url = readable_ping_url(None, environ)
    if url is not None:
        ping(url.get_secret_value(), well=False)


def frames_of(error: Exception) -> str:
    """Where a fault of the program arose; never its words, which may quote a row."""
    return "".join(traceback.format_tb(error.__traceback__))


def _words(error: Exception) -> tuple[int, str, str]:
    """The exit code that ends a run, what is told of it, and what to do."""
    if isinstance(error, ViperReportError):
        return error.exit_code, str(error).replace("\n", "; "), ""
    if isinstance(error, PermissionError) and error.filename:
        name = os.fsdecode(error.filename)
        return (
            ConfigError.exit_code,
            f"{name}: may not be read or written",
            "give this user the right",
        )
    frame = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{Path(frame.filename).name}:{frame.lineno}"
    return BUG, f"{type(error).__name__} in {where}", _REPORT


def _is_well(home: Home, result: RunResult) -> bool:
    """Whether nothing went wrong, and nothing waits for a person."""
    try:
        return not result.code and not any(each.code for each in matters(home))
    except ViperReportError:
        return False
