"""Verbs that try live what a home depends on, and send nothing: doctor smtp."""

from typing import TYPE_CHECKING

import typer

from viperreport.cli.options import Options
from viperreport.errors import ConfigError, DeliveryError

if TYPE_CHECKING:
    from viperreport.verbs.mailed import Examined

app = typer.Typer(
    name="doctor",
    help="Try live what the home depends on: smtp. Nothing is sent.",
    rich_markup_mode=None,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def doctor() -> None:
    """Try live what the home depends on; nothing is sent."""


@app.command(name="smtp")
def smtp(context: typer.Context) -> None:
    """Go every step of the way to the operator's mail; the one that fails is named."""
    from viperreport.settings import Mail
    from viperreport.verbs.mailed import examined

    given: Options = context.obj
    settings = given.open().settings
    if settings.mail is None:
        raise ConfigError(
            "config/viperreport.toml: mail: is missing: add a table [mail] with host, sender and "
            "operator; docs/operating.md, Being told"
        )
    made_up = any(source.synthetic for source in settings.sources)
    steps = examined(Mail(settings.mail, settings.smtp_password, made_up, settings.place))
    given.show(steps, lambda: "\n".join(map(_line, steps)))
    if not steps[-1].ok:
        raise typer.Exit(DeliveryError.exit_code)


def _line(step: "Examined") -> str:
    said = f"{'ok' if step.ok else 'FAILED':8}{step.step:13}{step.found}"
    return f"{said}\n{'':21}{step.advice}" if step.advice else said
