"""A store is one home's, of one nature, of a schema that this program knows."""

import sqlite3
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine, insert, select, update

from tests.evidence.loading import (
    HEADER,
    SHOOTINGS,
    days_on,
    everything,
    load_lines,
    request,
    versions,
)
from viperreport.database import open_engine, reading, sqlite_url, to_instant, to_text, writing
from viperreport.errors import ConfigError, OutputError
from viperreport.evidence.store import changing
from viperreport.evidence.tables import META, SCHEMA_VERSION

ROWS = [HEADER, "1,2016-05-01,Hackney,0"]


@pytest.fixture
def loaded(engine: Engine, tmp_path: Path) -> Iterator[Engine]:
    """A store with one record."""
    load_lines(engine, tmp_path, ROWS)
    yield engine
    engine.dispose()


def test_swapped_stores_are_noticed(loaded: Engine, tmp_path: Path) -> None:
    """A store that another home's loads made is refused, and is as it was."""
    before = everything(loaded)
    with pytest.raises(ConfigError, match="this store belongs to another home") as caught:
        load_lines(loaded, tmp_path, ROWS, asked=days_on(1, home="another"))
    assert caught.value.exit_code == 3
    assert everything(loaded) == before


@pytest.mark.parametrize("version", ["2", "99"])
def test_a_newer_schema_is_refused_by_name(loaded: Engine, tmp_path: Path, version: str) -> None:
    """A store that a newer program wrote is not written to."""
    with writing(loaded) as connection:
        connection.execute(update(META).where(META.c.key == "schema_version").values(value=version))
    before = everything(loaded)
    with pytest.raises(ConfigError, match=f"schema {version}, this viperreport knows 1") as caught:
        load_lines(loaded, tmp_path, ROWS, asked=days_on(1))
    assert "password" not in str(caught.value)
    assert everything(loaded) == before


def test_synthetic_and_real_never_mix(loaded: Engine, tmp_path: Path) -> None:
    """The first load settles which a store holds."""
    made_up = replace(SHOOTINGS, name="made-up", synthetic=True)
    with pytest.raises(ConfigError, match="the store holds real records, this source's are syn"):
        load_lines(loaded, tmp_path, ROWS, made_up, request())
    assert {row["source"] for row in versions(loaded)} == {"shootings"}


def test_first_use_makes_the_tables(tmp_path: Path) -> None:
    """A new file gets schema, owner and nature; a load that fails leaves no nature."""
    engine = open_engine(sqlite_url(tmp_path / "new.db"))
    with changing(engine, "me") as connection:
        told = {row.key: row.value for row in connection.execute(select(META))}
    assert told == {"schema_version": str(SCHEMA_VERSION), "home_id": "me"}


def test_what_is_no_database_is_said(tmp_path: Path) -> None:
    """A file of something else, and a folder that is not there, each say what is at fault."""
    path = tmp_path / "evidence.db"
    path.write_text("not a database at all, but long enough to look like one " * 20)
    with pytest.raises(ConfigError, match="the store cannot be used"):
        load_lines(open_engine(sqlite_url(path)), tmp_path, ROWS)
    with pytest.raises(OutputError, match="cannot be written"):
        load_lines(open_engine(sqlite_url(tmp_path / "none" / "evidence.db")), tmp_path, ROWS)


def test_a_bad_url_is_a_fault_of_the_configuration() -> None:
    """Neither nonsense nor a missing driver is a traceback."""
    with pytest.raises(ConfigError, match="URL is none"):
        open_engine("nonsense")
    with pytest.raises(ConfigError, match="pip install"):
        open_engine("postgresql+psycopg2://host/db")


def test_readers_see_one_moment(loaded: Engine, tmp_path: Path) -> None:
    """A load that is committed in the middle of a reading is not half seen."""
    with reading(loaded) as connection:
        before = connection.execute(select(META)).all()
        with writing(loaded) as other:
            other.execute(insert(META).values(key="x", value="y"))
        assert connection.execute(select(META)).all() == before
    assert tmp_path.exists()


def test_a_failed_block_leaves_nothing(loaded: Engine) -> None:
    """Whatever the exception."""
    before = everything(loaded)

    def interrupted() -> None:
        with writing(loaded) as connection:
            connection.execute(insert(META).values(key="x", value="y"))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert everything(loaded) == before


def test_writers_queue(loaded: Engine) -> None:
    """A second writer waits for the first instead of failing."""
    order: list[str] = []

    def second() -> None:
        with changing(loaded, "home-of-the-tests"):
            order.append("second")

    with changing(loaded, "home-of-the-tests"):
        thread = threading.Thread(target=second)
        thread.start()
        thread.join(0.3)
        order.append("first")
    thread.join(20)
    assert order == ["first", "second"]


def test_a_full_database_keeps_what_it_had(tmp_path: Path) -> None:
    """A store that may not grow refuses a load and stays as it was."""
    engine = open_engine(sqlite_url(tmp_path / "evidence.db"))
    load_lines(engine, tmp_path, ROWS)
    before = everything(engine)
    with engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    engine.dispose()
    small = open_engine(sqlite_url(tmp_path / "evidence.db"))
    with small.connect() as connection:  # the pool keeps this connection and its limit
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages + 2}")
    rows = [HEADER, *(f"{n},2016-05-01,Hackney,0" for n in range(5_000))]
    with pytest.raises(OutputError, match="full"):
        load_lines(small, tmp_path, rows, asked=days_on(1))
    small.dispose()
    assert everything(engine) == before
    assert sqlite3.connect(tmp_path / "evidence.db").execute(
        "PRAGMA integrity_check"
    ).fetchone() == ("ok",)


def test_instants_are_text_of_one_width() -> None:
    """They sort as written and come back the same."""
    instant = to_instant("2016-05-30T06:00:00.000001Z")
    assert to_text(instant) == "2016-05-30T06:00:00.000001Z"
