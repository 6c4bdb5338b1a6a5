"""The versions that decide which bytes an edition has, besides what it says."""

import unicodedata
import zlib
import zoneinfo
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

_PACKAGES = ("viperreport", "reportlab", "font-source-sans-pro", "font-source-serif-pro")


def versions(zone: str) -> dict[str, str]:
    """Name what an edition was made with, and in which versions.

    Args:
        zone: the home's IANA zone; its rules come from the machine or from the package tzdata.
    """
    found = {package: version(package) for package in _PACKAGES}
    return found | {
        "tzdata": _rules_of(zone),
        "unicode": unicodedata.unidata_version,  # which characters can be printed
        "zlib": zlib.ZLIB_RUNTIME_VERSION,
    }


def _rules_of(zone: str) -> str:
    """The release of the zone's rules, such as 2025b, from where Python reads them."""
    for folder in map(Path, zoneinfo.TZPATH):
        if (folder / zone).is_file():
            return _release(folder)
    return str(import_module("tzdata").IANA_VERSION)


def _release(folder: Path) -> str:
    try:
        with (folder / "tzdata.zi").open(encoding="utf-8") as rules:
            words = rules.readline().split()
    except (OSError, UnicodeDecodeError):
        words = []
    return words[-1] if words[:2] == ["#", "version"] else "the machine's own"
