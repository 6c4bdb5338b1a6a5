"""A mail from a briefing, in the look and by the templates of its home."""

from pathlib import Path

from viperreport.configuration import MAIL_TEMPLATES, Configuration
from viperreport.homes import packaged_home
from viperreport.html.look import COLOUR_NAMES, LIGHT, Colours
from viperreport.html.mail import (
    NOT_SENT,
    DrawnMail,
    Templates,
    draw_mail,
    write,
)
from viperreport.html.rendering import Template, TemplateFault
from viperreport.html.sample import samples
from viperreport.html.view import Sending
from viperreport.model.briefing import Briefing
from viperreport.settings import Settings, ThemeSettings

_NAMES = tuple(f"templates/{name}" for name in MAIL_TEMPLATES)


def mail(
    briefing: Briefing,
    theme: ThemeSettings,
    configuration: Configuration,
    sending: Sending = NOT_SENT,
) -> DrawnMail:
    """Draw the mail that brings a briefing.

    Args:
        configuration: the text that the edition was made by, with the mail's templates.
        sending: what only the sender knows.
    """
    written = dict(configuration.files)
    own = (Template(name, written[name]) for name in _NAMES)
    packaged = (_read(packaged_home(), name) for name in _NAMES)
    return draw_mail(briefing, Templates(*own, *packaged), _light(theme), sending)


def name_among(settings: Settings, briefing: str) -> str:
    """What the subject calls a briefing; empty where its home has no other to tell it from."""
    return briefing if len(settings.briefings) > 1 else ""


def why_of(because: str, briefing: str, place: str, operator: str) -> str:
    """The last line of a mail: why its reader gets it, and how that ends.

    Args:
        because: what makes them a reader, such as `of_group` says.
        briefing: its title.
        operator: the address that answers go to.
    """
    return (
        f"{briefing}, {place}: {because}. To correct a figure, or to get no more of it, write to "
        f"{operator}."
    )


def of_group(group: str) -> str:
    """That one is in a group of config/recipients.toml; empty for who was named by a person."""
    return f"you are in the group {group} of its recipients" if group else "it was sent to you"


def _light(theme: ThemeSettings) -> Colours:
    """The colours of the pages; what a mail has besides keeps its own."""
    given = dict(theme.colours)
    named = {name: given.get(name, getattr(LIGHT, name)) for name in COLOUR_NAMES}
    return Colours(**named)


def template_faults(home: Path) -> list[str]:
    """What is wrong with a home's own templates, tried on made-up mails, a line each."""
    faults = []
    for name in _NAMES:
        if (home / name).exists():
            found = (_fault(home, name, number) for number in range(len(samples())))
            faults += list(dict.fromkeys(filter(None, found)))
    return faults


def _fault(home: Path, name: str, number: int) -> str:
    try:
        write(_read(home, name), samples()[number])
    except TemplateFault as fault:
        return str(fault)
    except OSError as error:
        return f"{name}: cannot be read: {error.strerror}"
    return ""


def _read(home: Path, name: str) -> Template:
    return Template(name, (home / name).read_bytes())
