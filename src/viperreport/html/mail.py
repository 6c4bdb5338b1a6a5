"""The mail that brings a briefing: subject, HTML and plain text, all of the same words."""

from dataclasses import dataclass

from viperreport.html.look import DARK, LIGHT, Colours
from viperreport.html.rendering import Template, TemplateFault, rendered
from viperreport.html.view import Mail, Sending, mail_of
from viperreport.model.briefing import Briefing

NOT_SENT = Sending()


@dataclass(frozen=True, slots=True)
class Templates:
    """The two templates, and the packaged ones that stand in where these fail."""

    html: Template
    text: Template
    packaged_html: Template
    packaged_text: Template


@dataclass(frozen=True, slots=True)
class DrawnMail:
    """A mail without addresses.

    Args:
        faults: of the home's templates, for which the packaged ones stood in.
    """

    subject: str
    html: str
    text: str
    faults: tuple[str, ...] = ()


def draw_mail(
    briefing: Briefing,
    templates: Templates,
    light: Colours = LIGHT,
    sending: Sending = NOT_SENT,
) -> DrawnMail:
    """Draw a mail; the same briefing, templates, colours and sending give the same text."""
    mail, faults = mail_of(briefing, sending), []
    made = []
    for own, packaged in (
        (templates.html, templates.packaged_html),
        (templates.text, templates.packaged_text),
    ):
        try:
            made.append(write(own, mail, light))
        except TemplateFault as fault:
            if own == packaged:
                raise
            faults.append(str(fault))
            made.append(write(packaged, mail, light))
    return DrawnMail(str(mail.subject), made[0], made[1], tuple(faults))


def write(template: Template, mail: Mail, light: Colours = LIGHT) -> str:
    """Render one template.

    Raises:
        TemplateFault: it has one.
    """
    return rendered(template, {"mail": mail, "light": light, "dark": DARK})
