"""Homes with a ledger of each kind."""

from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, make_url, text

from tests.archive.small import Runs, make_home, utc
from tests.channels.mail_server import Post, taking
from tests.evidence.engines import postgresql_url

__all__ = ["postgresql_url"]
MakeRuns = Callable[..., Runs]


@pytest.fixture
def own_database(request: pytest.FixtureRequest) -> Iterator[Callable[[], str]]:
    """Makes a database of its own on a real server, and gives its URL."""
    made: list[tuple[str, str]] = []

    def make() -> str:
        url = request.getfixturevalue("postgresql_url")
        name = f"t{uuid4().hex}"
        _on_server(url, f"CREATE DATABASE {name}")
        made.append((url, name))
        return make_url(url).set(database=name).render_as_string(hide_password=False)

    yield make
    for url, name in made:
        _on_server(url, f"DROP DATABASE {name} WITH (FORCE)")


def _on_server(url: str, statement: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


def _delivered(runs: Runs) -> Runs:
    runs.deliver()
    return runs


@pytest.fixture(params=["sqlite", "postgresql"])
def runs(
    request: pytest.FixtureRequest, tmp_path: Path, own_database: Callable[[], str]
) -> MakeRuns:
    """Makes a small home, its databases on each kind in turn."""

    def make(at: str = "2016-05-27T12:00", **home: object) -> Runs:
        path = make_home(tmp_path / "home", **home)  # type: ignore[arg-type]
        on_server = request.param == "postgresql"
        environ = {"VIPERREPORT_DATABASE_URL": own_database()} if on_server else {}
        return _delivered(Runs(path, utc(at), environ))

    return make


@pytest.fixture
def lite(tmp_path: Path) -> MakeRuns:
    """Makes a small home on SQLite."""

    def make(at: str = "2016-05-27T12:00", **home: object) -> Runs:
        path = make_home(tmp_path / "home", **home)  # type: ignore[arg-type]
        return _delivered(Runs(path, utc(at)))

    return make


@pytest.fixture
def post() -> Iterator[Post]:
    """A server in clear that takes every mail, unless the test has it otherwise."""
    with taking(Post()) as post:
        yield post
