"""The demo's home: Operation Viper's own configuration, marked as synthetic, and the feed's files.

for delivery in write_home(Path("output/demo"), packaged_home()):
    ...  # load delivery.path of delivery.source as known at delivery.known_at
"""

import re
import shutil
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from viperreport.demo.feed import ACTIVITY, INCIDENTS, RECOVERIES, Feed, file_days
from viperreport.demo.world import draw_world
from viperreport.errors import ConfigError

ZONE: Final = ZoneInfo("Europe/London")
CUT_OFF: Final = date(2016, 5, 25)
KNOWN_AT: Final = datetime(2016, 5, 30, 6, 0, tzinfo=ZONE)
DELIVERED_AT: Final = time(5, 30)  # local, half an hour before the briefing

# Public, so no secret: every demo home is the same home, and its editions the same to the byte.
HOME_ID: Final = "d3300000-2016-4525-8000-76697065727a"
HMAC_KEY: Final = b"viperreport demo: not a secret. "

_SOURCES: Final = (INCIDENTS, RECOVERIES, ACTIVITY)
_CONFIG: Final = ("operation.toml", "areas.csv", "holidays.csv", "published.csv")
_GENERAL: Final = """\
# The home of `viperreport demo`: a synthetic London. No figure from here is a police statistic.
zone = "Europe/London"
place = "London"
territory = "the Metropolitan Police area, London"
area_noun = "borough"
headline = "incidents"
published_area = "London (MPS)"

[briefing.weekly]
title = "Weekly gun-crime briefing"
every = "weekly on monday at 06:00"
cut_off = "last wednesday"
attach_records = true                             # invented ones, so that everybody can count again

[map]
river_after_row = 4
river_name = "River Thames"
"""
_TABLE: Final = re.compile(r"^[ \t]*\[", re.MULTILINE)
_SYNTHETIC: Final = re.compile(r"^[ \t]*synthetic[ \t]*=[^#\n]*?(?=[ \t]*(#|$))", re.MULTILINE)
_KIND: Final = re.compile(r"^[ \t]*kind[ \t]*=.*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Delivery:
    """One file to load.

    Args:
        source: the name of its source.
        path: of the file.
        known_at: the instant (UTC) of the load.
    """

    source: str
    path: Path
    known_at: datetime


def write_home(directory: Path, packaged: Path) -> tuple[Delivery, ...]:
    """Write the demo's home, its configuration and all files of its feed.

    Args:
        directory: made where it does not exist; what stands there under the same names is replaced.
        packaged: the home of Operation Viper, whose config/ and templates/ are copied.

    Returns:
        What to load, in order. Files later than KNOWN_AT are among them.

    Raises:
        ConfigError: the packaged home lacks a file.
        OSError: the directory cannot be written.
    """
    _write_config(directory / "config", packaged / "config")
    _copy_templates(directory / "templates", packaged / "templates")
    return _write_feed(directory / "inbox")


def as_synthetic(toml: str) -> str:
    """Say in a source's TOML that its records are invented, whatever it said before."""
    found = _TABLE.search(toml)
    at = found.start() if found else len(toml)
    top, rest = toml[:at], toml[at:]
    if _SYNTHETIC.search(top):
        return _SYNTHETIC.sub("synthetic = true", top) + rest
    return _KIND.sub(lambda kind: f"{kind[0]}\nsynthetic = true", top, count=1) + rest


def _write_config(config: Path, packaged: Path) -> None:
    (config / "sources").mkdir(parents=True, exist_ok=True)
    (config / "viperreport.toml").write_bytes(_GENERAL.encode())
    for name in _CONFIG:
        (config / name).write_bytes(_packaged(packaged / name))
    for source in _SOURCES:
        name = f"sources/{source}.toml"
        text = _packaged(packaged / name).decode()
        (config / name).write_bytes(as_synthetic(text).encode())


def _copy_templates(templates: Path, packaged: Path) -> None:
    """Copy contents only: a copy of a read-only template can be replaced the next time."""
    if not packaged.is_dir():
        raise ConfigError(f"{packaged}: is missing: install viperreport again")
    shutil.copytree(packaged, templates, copy_function=shutil.copyfile, dirs_exist_ok=True)


def _packaged(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except FileNotFoundError:
        raise ConfigError(f"{file}: is missing: install viperreport again") from None


def _write_feed(inbox: Path) -> tuple[Delivery, ...]:
    inbox.mkdir(parents=True, exist_ok=True)
    feed = Feed(draw_world())
    deliveries = []
    for day in file_days():
        known_at = datetime.combine(day, DELIVERED_AT, ZONE).astimezone(UTC)
        for source in _SOURCES:
            path = inbox / f"{source}-{day}.csv"
            path.write_bytes(feed.file(source, day))
            deliveries.append(Delivery(source, path, known_at))
    return tuple(deliveries)
