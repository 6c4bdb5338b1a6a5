"""Homes that are put back to how they were, with their databases, as often as a test likes."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import create_engine, make_url, text

from tests.archive.small import Runs


@dataclass(frozen=True)
class Kept:
    """How a home was.

    Args:
        copy: where that is kept; on a server a database has its name.
    """

    home: Runs
    copy: Path

    def put_back(self) -> Runs:
        """Let the home be so again; whoever is in its database is thrown out."""
        shutil.rmtree(self.home.path)
        shutil.copytree(self.copy, self.home.path, symlinks=True)
        if url := self.home.environ.get("VIPERREPORT_DATABASE_URL"):
            _copy(url, f"{make_url(url).database}_kept", str(make_url(url).database))
        return Runs(self.home.path, self.home.now, self.home.environ)

    def drop(self) -> None:
        """Keep it no longer."""
        if url := self.home.environ.get("VIPERREPORT_DATABASE_URL"):
            _on_server(url, f"DROP DATABASE {make_url(url).database}_kept")


def keep(home: Runs, copy: Path) -> Kept:
    """Keep a home as it is, while nobody is at work in it."""
    shutil.copytree(home.path, copy, symlinks=True)
    if url := home.environ.get("VIPERREPORT_DATABASE_URL"):
        _copy(url, str(make_url(url).database), f"{make_url(url).database}_kept")
    return Kept(home, copy)


def _copy(url: str, source: str, target: str) -> None:
    _on_server(url, f"DROP DATABASE IF EXISTS {target} WITH (FORCE)")
    _on_server(url, f"CREATE DATABASE {target} TEMPLATE {source}")


def _on_server(url: str, statement: str) -> None:
    engine = create_engine(make_url(url).set(database="postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()
