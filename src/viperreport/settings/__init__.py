"""Everything that a home's config/ and .env say, checked as a whole and frozen.

`load_settings` is the way in; the other names are what it gives back.
"""

from viperreport.settings.areas import slug_of
from viperreport.settings.general import BriefingSettings, FigureRules, Guards, MapSettings
from viperreport.settings.load import Settings, load_settings
from viperreport.settings.operation import Hotspot, Operation, Priority, Statement
from viperreport.settings.template import Template, load_template
from viperreport.settings.theme import ThemeChecks, ThemeSettings, load_theme

__all__ = [
    "BriefingSettings",
    "FigureRules",
    "Guards",
    "Hotspot",
    "MapSettings",
    "Operation",
    "Priority",
    "Settings",
    "Statement",
    "Template",
    "ThemeChecks",
    "ThemeSettings",
    "load_settings",
    "load_template",
    "load_theme",
    "slug_of",
]
