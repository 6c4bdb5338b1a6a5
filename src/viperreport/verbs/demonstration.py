"""A synthetic London in a home of its own: the verb `demo`."""

import json
import shutil
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from viperreport.demo.home import HMAC_KEY, HOME_ID, write_home
from viperreport.errors import ConfigError
from viperreport.homes import HomeIdentity, home_identity, packaged_home
from viperreport.pipeline import Home, LoadOptions, load, open_home


def make_demo(
    directory: Path, clock: Callable[[], datetime], told: Callable[[int, int], None] | None = None
) -> Home:
    """Make the demo's home anew and load its feed, as known week by week.

    Raises:
        ConfigError: something that is not the demo's home stands there.
    """
    identity = HomeIdentity(HOME_ID, HMAC_KEY)
    _clear_demo(directory)
    deliveries = write_home(directory, packaged_home())
    home_identity(directory, identity)
    home = open_home(directory, {}, clock)
    for done, delivery in enumerate(deliveries, start=1):
        source = home.settings.source(delivery.source)
        load(home, source, delivery.path, LoadOptions(delivery.known_at))
        if told is not None:
            told(done, len(deliveries))
    return home


def _clear_demo(directory: Path) -> None:
    """Remove the demo made last; nothing else is ever removed.

    Raises:
        ConfigError: another home or other files stand there.
    """
    if not directory.exists():
        return
    with suppress(OSError, ValueError, ConfigError):
        if _read_id(directory) == HOME_ID:
            shutil.rmtree(directory)
            return
    if any(directory.iterdir()):
        raise ConfigError(f"{directory}: holds something else than the demo: move it away")


def _read_id(directory: Path) -> object:
    return json.loads((directory / "output" / "state" / "home.json").read_text()).get("id")
