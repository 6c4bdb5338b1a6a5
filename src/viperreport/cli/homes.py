"""Verbs about homes and their calendar: demo, init, check, next."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from viperreport.cli.building import build_and_write
from viperreport.cli.options import BriefingName, Options, clock, day, progress
from viperreport.errors import ConfigError, UsageError, ViperReportError

if TYPE_CHECKING:
    from viperreport.pipeline import Home
    from viperreport.verbs.agenda import Run


def demo(context: typer.Context) -> None:
    """Make a synthetic London in output/demo/, build its briefing and print the PDF's path."""
    from viperreport.demo.home import CUT_OFF, KNOWN_AT
    from viperreport.pipeline import BuildRequest
    from viperreport.verbs.demonstration import make_demo

    given: Options = context.obj
    with progress("demo") as told:
        home = make_demo(_demo_directory(given), clock, told)
    done = build_and_write(home, BuildRequest("", CUT_OFF, KNOWN_AT), None)
    given.show({"pdf": str(done.path)}, lambda: str(done.path))


def _demo_directory(given: Options) -> Path:
    """output/demo of the home that we are in, or of this directory."""
    from viperreport.homes import find_home

    try:
        base = find_home(given.home, os.environ, Path.cwd())
    except ConfigError:
        if given.home is not None:
            raise
        base = Path.cwd()
    return base / "output" / "demo"


def init(
    context: typer.Context,
    directory: Annotated[Path, typer.Argument(metavar="[DIR]", show_default=False)] = Path(),
) -> None:
    """Make a home to edit: the configuration of Operation Viper, with an identity of its own."""
    from viperreport.homes import init_home

    given: Options = context.obj
    init_home(directory)
    home = directory.absolute()
    given.show({"home": str(home)}, lambda: str(home))
    given.tell(f"next: edit {home / 'config'}, then: viperreport --home {directory} check")


def check(context: typer.Context) -> None:
    """Check configuration and templates, offline: every fault, the next three runs, who gets what.

    Whom nothing can reach as things are is no fault, and is warned of.
    """
    from viperreport.verbs.agenda import next_runs
    from viperreport.verbs.checkup import check_home
    from viperreport.verbs.readers import all_readers, warnings

    given: Options = context.obj
    home = given.open()
    check_home(home)
    runs, found = next_runs(home, "", 3), all_readers(home)
    lines = [run.said for run in runs] + [line for each in found for line in each.lines]
    warned = warnings(found)
    given.show(
        {
            "home": str(home.path),
            "faults": [],
            "warnings": warned,
            "next": runs,
            "recipients": found,
        },
        lambda: "\n".join((f"{home.path}: no fault", *lines)),
    )
    for line in warned:
        given.warn(line)


def next_(
    context: typer.Context,
    briefing: BriefingName = "",
    number: Annotated[int, typer.Option("-n", min=1, max=1000, help="How many.")] = 5,
    first: Annotated[str, typer.Option("--from", metavar="DATE", help="From this day.")] = "",
    last: Annotated[str, typer.Option("--to", metavar="DATE", help="To this day, inclusive.")] = "",
) -> None:
    """Say in words which runs are due or to come, and what becomes of those that are missed."""
    from viperreport.verbs.agenda import next_runs, runs_between

    given: Options = context.obj
    home = given.open()
    if bool(first) != bool(last):
        raise UsageError("--from and --to go together")
    if first:
        runs = runs_between(home, briefing, day(first), day(last))
    else:
        runs = [*_due(given, home, briefing), *next_runs(home, briefing, number)]
    given.show(runs, lambda: "\n".join(run.said for run in runs))


def _due(given: Options, home: "Home", briefing: str) -> "list[Run]":
    """What is due already; a ledger that cannot be asked keeps nobody from the calendar."""
    from viperreport.homes import STATE

    home.settings.briefing(briefing or home.settings.briefings[0].name)
    if home.settings.database_url is None and not (home.path / STATE / "ledger.db").exists():
        return []
    from viperreport.verbs.catching_up import due_runs

    try:
        return [run for run in due_runs(home) if briefing in {"", run.briefing}]
    except ViperReportError as error:
        given.warn(f"what is due is not known: {error}")
        return []
