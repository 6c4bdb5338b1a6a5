"""The door: the options before the verb, the verbs, and the one place where errors are caught."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from viperreport.cli import (
    archives,
    backups,
    building,
    comparing,
    correcting,
    doctoring,
    homes,
    loading,
    running,
    sending,
    serving,
    suppressing,
)
from viperreport.cli.options import Options, complain
from viperreport.errors import ConfigError, ViperReportError

app = typer.Typer(
    name="viperreport",
    help="Briefings on gun crime that analysts can trust and auditors can trace.",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


INTERRUPTED = 130


def run(arguments: Sequence[str]) -> int:
    """Run one command line and give its exit code."""
    try:
        code = int(app(args=list(arguments) or ["--help"], standalone_mode=False) or 0)
    except ViperReportError as error:
        complain(error)
        return error.exit_code
    except PermissionError as error:
        said = f"{error.filename}: may not be read or written: give this user the right"
        complain(ConfigError(said))
        return ConfigError.exit_code
    except typer.TyperException as error:
        said = error.format_message().rstrip(".")
        typer.echo(f"viperreport: {said}; see viperreport --help", err=True)
        return error.exit_code
    except SystemExit as ended:  # how typer ends when a pipe is closed
        if not isinstance(ended.__context__, BrokenPipeError):
            raise
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # else Python complains of it as it ends
        return 0  # whoever read our output has had enough of it
    if code == INTERRUPTED:
        typer.echo("viperreport: stopped", err=True)
    return code


def _show_version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        typer.echo(f"viperreport {version('viperreport')}")
        raise typer.Exit


@app.callback()
def options(
    context: typer.Context,
    home: Annotated[
        Path | None,
        typer.Option(
            "--home", metavar="DIR", help="The home; else VIPERREPORT_HOME, else upwards from here."
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print results as JSON.")] = False,
    quiet: Annotated[bool, typer.Option("-q", help="Say less.")] = False,
    verbose: Annotated[bool, typer.Option("-v", help="Say more.")] = False,
    _version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version."),
    ] = False,
) -> None:
    """Briefings on gun crime that analysts can trust and auditors can trace."""
    context.obj = Options(home, as_json, int(verbose) - int(quiet))


for verb in (
    homes.demo,
    homes.init,
    homes.check,
    homes.next_,
    loading.draft_source,
    loading.load,
    loading.loads,
    loading.quarantine,
    building.build,
    building.explain,
    comparing.diff,
    building.export,
    running.run,
    serving.daemon,
    running.status,
    running.history,
    running.retry,
    running.skip,
    running.release,
    correcting.correct,
    correcting.withdraw,
    sending.send,
    running.adopt,
    backups.backup,
    backups.restore,
):
    app.command(name=verb.__name__.rstrip("_").replace("_", "-"))(verb)
app.add_typer(archives.app)
app.add_typer(backups.app)
app.add_typer(doctoring.app)
app.add_typer(suppressing.app)
