"""The health ping of a home, and what is told where it does not get there.

Source: "Being told" in docs/operating.md.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from viperreport.channels.ping import host_of, ping
from viperreport.settings import readable_ping_url
from viperreport.verbs.telling import Log

if TYPE_CHECKING:
    from pydantic import SecretStr


def say_health(url: "SecretStr | None", log: Log, *, well: bool) -> None:
    """Say how things stand; a service that does not take it is told of by the channels.

    Args:
        url: of the service; None for none.
    """
    if url is None:
        return
    why = ping(url.get_secret_value(), well=well)
    host = host_of(url.get_secret_value())
    log.line("ping", host=host, well=well, failed=why)
    if why:
        log.tell("ping", f"{host} did not take the health ping", f"{why}: see VIPERREPORT_PING_URL")


def say_unwell(path: Path, environ: Mapping[str, str], log: Log) -> None:
    """Say that all is not well, whatever state a home's configuration is in."""
    say_health(readable_ping_url(path, environ), log, well=False)
