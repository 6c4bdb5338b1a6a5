"""Everything that can be checked without data: the verb `check`."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from viperreport.configuration import INDEX_TEMPLATE, MAIL_TEMPLATES
from viperreport.errors import ConfigError
from viperreport.evidence.published import read_published
from viperreport.homes import MARK, packaged_home
from viperreport.pipeline import Home, look, refuse_overstated
from viperreport.sections.compose import ALL_SECTIONS
from viperreport.settings import SMTP_PASSWORD, load_template


def check_home(home: Home) -> None:
    """Check what settings alone do not: templates, the theme, published totals, words.

    Raises:
        ConfigError: with every fault.
    """
    faults: list[str] = []
    homes = (home.settings.home, packaged_home())
    for name in sorted({briefing.template for briefing in home.settings.briefings}):
        faults += _faults_of(partial(load_template, name, homes, ALL_SECTIONS))
    faults += _faults_of(partial(look, home))
    faults += _mail_faults(home.settings.home)
    faults += _index_faults(home.settings.home)
    faults += _password_faults(home)
    published = _faults_of(partial(read_published, home.settings.home / "config" / "published.csv"))
    faults += published or _faults_of(partial(refuse_overstated, home))
    if faults:
        raise ConfigError(*faults)


def _password_faults(home: Home) -> list[str]:
    """A user without a password; for what needs no mail, such as an old edition, that is none."""
    mail = home.settings.mail
    if mail is None or not mail.user or home.settings.smtp_password is not None:
        return []
    return [f"{SMTP_PASSWORD}: is missing: mail.user in {MARK} names a user"]


def _mail_faults(home: Path) -> list[str]:
    """What is wrong with a home's own mail templates; without any, nothing is loaded for them."""
    if not any((home / "templates" / name).exists() for name in MAIL_TEMPLATES):
        return []
    from viperreport.mailing import template_faults

    return template_faults(home)


def _index_faults(home: Path) -> list[str]:
    """The same of the template of the archive's index."""
    if not (home / INDEX_TEMPLATE).exists():
        return []
    from viperreport.html.index_sample import index_faults
    from viperreport.html.rendering import Template

    try:
        return index_faults(Template(INDEX_TEMPLATE, (home / INDEX_TEMPLATE).read_bytes()))
    except OSError as error:
        return [f"{INDEX_TEMPLATE}: cannot be read: {error.strerror}"]


def _faults_of(attempt: Callable[[], object]) -> tuple[str, ...]:
    try:
        attempt()
    except ConfigError as error:
        return error.faults
    return ()
