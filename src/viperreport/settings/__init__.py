"""Everything that a home's config/ and .env say, checked as a whole and frozen.

`load_settings` is the way in; the other names are what it gives back.
"""

from viperreport.settings.areas import ALL_AREAS, areas_of, find_area
from viperreport.settings.claims import Written, word_faults, written_in
from viperreport.settings.credentials import (
    ARCHIVE,
    SMTP_PASSWORD,
    readable_ping_url,
    store_fault,
)
from viperreport.settings.general import BriefingSettings, FigureRules, Guards, MapSettings
from viperreport.settings.load import Settings, load_settings
from viperreport.settings.mail import Mail, MailSettings, readable_mail
from viperreport.settings.operation import Hotspot, Operation, Priority, Statement
from viperreport.settings.recipients import EACH_AREA, Group, Recipient, Recipients
from viperreport.settings.template import Template, load_template
from viperreport.settings.theme import NAME as THEME_TEMPLATE
from viperreport.settings.theme import ThemeChecks, ThemeSettings, load_theme

__all__ = [
    "ALL_AREAS",
    "ARCHIVE",
    "EACH_AREA",
    "SMTP_PASSWORD",
    "THEME_TEMPLATE",
    "BriefingSettings",
    "FigureRules",
    "Group",
    "Guards",
    "Hotspot",
    "Mail",
    "MailSettings",
    "MapSettings",
    "Operation",
    "Priority",
    "Recipient",
    "Recipients",
    "Settings",
    "Statement",
    "Template",
    "ThemeChecks",
    "ThemeSettings",
    "Written",
    "areas_of",
    "find_area",
    "load_settings",
    "load_template",
    "load_theme",
    "readable_mail",
    "readable_ping_url",
    "store_fault",
    "word_faults",
    "written_in",
]
