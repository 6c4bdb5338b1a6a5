"""What the verbs share: the options before them, how values are read and results are printed."""

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, is_dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from viperreport.errors import ConfigError, OutputError, UsageError, ViperReportError

if TYPE_CHECKING:  # costly: a call for help must not wait for them
    from viperreport.model.briefing import Briefing
    from viperreport.pipeline import BuildRequest, Home
    from viperreport.verbs.built import Built

_CONTROLS = {code: f"\\x{code:02x}" for code in (*range(0x20), *range(0x7F, 0xA0))}


@dataclass(slots=True)
class Options:
    """What stands before the verb."""

    home: Path | None
    as_json: bool
    verbosity: int

    def open(self) -> "Home":
        """Open the home that the command is about."""
        from viperreport.pipeline import open_home

        return open_home(self.find(), os.environ, clock)

    def find(self) -> Path:
        """Find the directory of the home that the command is about."""
        from viperreport.homes import find_home

        return find_home(self.home, os.environ, Path.cwd())

    def filed(self, edition: str) -> "Built | None":
        """An edition of the archive, by its name; None where there is none.

        What became of it since is said on stderr: it may have been replaced, or withdrawn.
        """
        from viperreport.homes import home_identity
        from viperreport.verbs.archived import filed_edition, ledger_engine, standing_of

        path = self.find()
        engine, home = ledger_engine(path, os.environ), home_identity(path).id
        found = filed_edition(engine, home, edition)
        if found is not None and (standing := standing_of(engine, home, found.name)):
            self.warn(f"{found.name}: {standing}")
        return found

    def open_for(self, built: "Built") -> "Home":
        """Open the home as it was when an edition was built; without one, as it is."""
        from viperreport.pipeline import as_kept, open_home
        from viperreport.verbs.archived import ledger_engine

        if not built.configuration:
            return self.open()
        path = self.find()
        place = as_kept(path, built.configuration, lambda: ledger_engine(path, os.environ))
        return open_home(path, os.environ, clock, place)

    def show(self, value: object, screen: Callable[[], str]) -> None:
        """Print a result: JSON where it was asked for, else the screen."""
        if sys.stdout is None:  # closed by whoever started us: nobody wants to know
            return
        text = (
            json.dumps(plain_json(value), indent=2, ensure_ascii=False)
            if self.as_json
            else screen()
        )
        put(f"{text}\n".encode(sys.stdout.encoding, "backslashreplace"))

    def tell(self, line: str) -> None:
        """Say on stderr what is good to know, unless it was asked to be quiet."""
        if self.verbosity >= 0:
            mention(line)

    def warn(self, line: str) -> None:
        """Say on stderr what must be known, quiet or not."""
        mention(line.translate(_CONTROLS))

    def detail(self, line: str) -> None:
        """Say on stderr what only those who ask for more want to know."""
        if self.verbosity > 0:
            mention(line)


def mention(line: str) -> None:
    """Say on stderr; where that is closed or full, whatever is under way goes on all the same."""
    with suppress(OSError, ValueError):
        typer.echo(line, err=True)


def put(content: bytes) -> None:
    """Write to standard output, whole and at once.

    Raises:
        OutputError: it is closed, or cannot take it.
        BrokenPipeError: its reader has had enough.
    """
    if sys.stdout is None:
        raise OutputError("standard output is closed; choose a file with -o")
    try:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what is left cannot be written either
        raise OutputError(
            f"standard output: cannot be written: {error.strerror}; choose another place"
        ) from error


def complain(error: ViperReportError) -> None:
    """Say on stderr what is wrong, a line a fault, whatever a file's name may hold."""
    faults = error.faults if isinstance(error, ConfigError) else (str(error),)
    said = "\n".join(fault.translate(_CONTROLS) for fault in faults)
    said = said.encode("utf-8", "backslashreplace").decode()  # a path may hold any bytes
    mention(f"viperreport: {said}")


def clock() -> datetime:
    """The one clock of the program."""
    return datetime.now(UTC)


def day(text: str) -> date:
    """Read a date.

    Raises:
        UsageError: it is none.
    """
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{text}: not a date: write it as 2016-05-25") from None


def instant(text: str, zone: ZoneInfo) -> datetime:
    """Read WHEN: a date stands for its end, a local minute for itself."""
    from viperreport.gathering import end_of_day

    try:
        if len(text) <= len("2016-05-25"):
            return end_of_day(date.fromisoformat(text), zone)
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise UsageError(
            f"--known-at {text}: not a time: write 2016-05-30T06:00, or 2016-05-30 for its end"
        ) from None


CutOff = Annotated[str, typer.Option("--cut-off", metavar="DATE", help="Last whole day counted.")]
KnownAt = Annotated[
    str,
    typer.Option(
        "--known-at",
        metavar="WHEN",
        help="Use only what was known then: a date (its end) or a local minute.",
    ),
]
AreaSlug = Annotated[
    str,
    typer.Option("--area", metavar="AREA", help="An area's own edition, by its slug; else all."),
]
BriefingName = Annotated[str, typer.Argument(metavar="[BRIEFING]", show_default=False)]
Out = Annotated[
    Path | None, typer.Option("-o", "--output", metavar="FILE", help="Where to; - for stdout.")
]


EditionName = Annotated[
    str,
    typer.Option(
        "--edition",
        metavar="EDITION",
        help="One built before, such as weekly/all/2016-05-25, as configured and known then.",
    ),
]


def built_before(given: Options, edition: str, others: Iterable[str]) -> "Built":
    """An edition that was built here, by the name that --edition gives.

    Args:
        others: what else would choose an edition, and does not go with it.

    Raises:
        UsageError: it was not built here, or was chosen twice.
    """
    from viperreport.verbs.built import built_before as found

    if any(others):
        raise UsageError("--edition says all: leave out BRIEFING, --cut-off, --known-at and --area")
    return found(given.find(), edition, given.filed)


def warn_if_unlike(given: Options, before: "Built | None", briefing: "Briefing | None") -> None:
    """Say that an edition counted again has other data than it was printed from."""
    from viperreport.verbs.built import unlike_data

    if before and briefing and (said := unlike_data(before, briefing)):
        given.warn(said)


def request(
    home: "Home", briefing: str, cut_off: str, known_at: str, area: str = ""
) -> "BuildRequest":
    """The edition that the options of a verb ask for."""
    from viperreport.pipeline import BuildRequest
    from viperreport.settings import ALL_AREAS

    return BuildRequest(
        briefing,
        day(cut_off) if cut_off else None,
        _known_by_now(home, known_at) if known_at else None,
        area or ALL_AREAS,
    )


def _known_by_now(home: "Home", text: str) -> datetime:
    """An instant whose knowledge is complete; today, which has not ended, stands for now."""
    asked, now = instant(text, home.zone), home.clock()
    if asked <= now:
        return asked
    if text == now.astimezone(home.zone).date().isoformat():
        return now
    raise UsageError(
        f"--known-at {text}: lies in the future: leave it out for all that is known now"
    )


@contextmanager
def progress(what: str) -> Iterator[Callable[[int, int], None] | None]:
    """Show a bar of how far a long step is, on a terminal alone."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def plain_json(value: object) -> Any:  # noqa: ANN401 - JSON is of any kind
    """Frozen values as JSON has them."""
    if is_dataclass(value) and not isinstance(value, type):
        return plain_json(asdict(value))
    if isinstance(value, dict):
        return {key: plain_json(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain_json(each) for each in value]
    return value.isoformat() if isinstance(value, date | time) else value
