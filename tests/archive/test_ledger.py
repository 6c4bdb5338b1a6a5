"""The ledger's own promises: one claim, one transaction, one way through its schemas."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import Connection, inspect, text

from tests.archive.conftest import MakeRuns
from tests.archive.small import Runs, close, utc
from viperreport.archive.edition_tables import METADATA
from viperreport.archive.events import Stamp
from viperreport.archive.ledger import Claim, Filed, Ledger
from viperreport.archive.reading import read_ledger
from viperreport.archive.states import State
from viperreport.archive.tables import (
    MIGRATIONS,
    SCHEMA,
    check_schema,
    migrate,
    schema_of,
)
from viperreport.database import using
from viperreport.errors import ConfigError, UsageError, ViperReportError

CLAIM = Claim(
    "weekly",
    "2016-05-30T06:00",
    utc("2016-05-30T05:00"),
    utc("2016-05-29").date(),
    ("all", "north"),
)


@pytest.fixture
def home(runs: MakeRuns) -> Runs:
    """A home without a ledger."""
    made = runs()
    (made.path / "output/state").mkdir(parents=True)
    return made


@pytest.fixture
def connections(home: Runs) -> Iterator[list[Connection]]:
    """Two of its ledger's connections, without any lock."""
    opened = home.home()
    with ExitStack() as stack:
        yield [stack.enter_context(opened.ledger.connect()) for _ in range(2)]
    close(opened)


def ledger(connection: Connection, home: Runs, run: str = "one") -> Ledger:
    """A ledger on a connection."""
    return Ledger(connection, "the home", Stamp(run, lambda: home.now))


def test_a_slot_is_claimed_once(home: Runs, connections: list[Connection]) -> None:
    """Of two that claim without any lock one gets it, with all its editions."""
    first, second = (ledger(each, home) for each in connections)
    first.prepare()
    assert [str(each.key) for each in first.claim(CLAIM)] == [
        "weekly/all/2016-05-29",
        "weekly/north/2016-05-29",
    ]
    assert second.claim(CLAIM) == ()
    opened = home.home()
    assert len(read_ledger(opened.ledger, "the home").editions) == 2
    close(opened)


def test_a_state_changes_once(home: Runs, connections: list[Connection]) -> None:
    """Of two that move the same edition out of the same state the second is refused."""
    first, second = (ledger(each, home) for each in connections)
    first.prepare()
    edition = first.claim(CLAIM)[0]
    first.move(edition, State.HELD, "a guard")
    with pytest.raises(UsageError, match="is no longer claimed"):
        second.move(edition, State.SKIPPED, "a person")
    assert first.again(edition).state is State.HELD


def test_filing_is_one_commit(home: Runs, connections: list[Connection]) -> None:
    """Files, chain, state and event together, or none of them."""
    one = ledger(connections[0], home)
    one.prepare()
    edition = one.claim(CLAIM)[0]
    twice = [Filed("weekly/x.pdf", "0" * 64, 1, {}), Filed("weekly/x.pdf", "1" * 64, 1, {})]
    with pytest.raises(ViperReportError):
        one.file(edition, twice, "", ())
    opened = home.home()
    whole = read_ledger(opened.ledger, "the home")
    assert whole.links == ()
    assert {each.state for each in whole.editions} == {State.CLAIMED}
    one.file(edition, twice[:1], "", ())
    whole = read_ledger(opened.ledger, "the home")
    assert [(link.seq, link.path) for link in whole.links] == [(1, "weekly/x.pdf")]
    assert [event.after for event in whole.events] == ["claimed", "claimed", "filed"]
    close(opened)


def test_another_homes_ledger_is_refused(home: Runs, connections: list[Connection]) -> None:
    """A ledger knows whose it is."""
    ledger(connections[0], home).prepare()
    with pytest.raises(ConfigError, match="belongs to another home"):
        Ledger(connections[1], "another", Stamp("one", lambda: home.now)).prepare()


def _has_table(connection: Connection, name: str) -> bool:
    schema = None if connection.dialect.name == "sqlite" else SCHEMA
    return inspect(connection).has_table(name, schema=schema)


def test_schemas_go_forward_whole(home: Runs, connections: list[Connection]) -> None:
    """A step that fails leaves the ledger as it was; one that does not is done once."""
    connection = connections[0]
    ledger(connection, home).prepare()
    broken = (*MIGRATIONS, ("CREATE TABLE {at}more (x {whole}) {strict}", "CREATE NONSENSE"))
    with pytest.raises(ViperReportError), using(connection, to_write=True):
        migrate(connection, broken)
    with using(connection, to_write=False):
        assert schema_of(connection) == len(MIGRATIONS)
        assert not _has_table(connection, "more")
    good = (*MIGRATIONS, ("CREATE TABLE {at}more (x {whole}) {strict}",))
    for _ in range(2):
        with using(connection, to_write=True):
            migrate(connection, good)
    with using(connection, to_write=False):
        assert schema_of(connection) == len(MIGRATIONS) + 1
        assert _has_table(connection, "more")
        with pytest.raises(ConfigError, match="install the version that wrote it"):
            check_schema(connection)


def test_every_older_schema_becomes_todays(home: Runs, connections: list[Connection]) -> None:
    """Of each it is said what to type; the next step, and at last a run, go on from it."""
    connection = connections[0]
    for older in range(1, len(MIGRATIONS)):
        with using(connection, to_write=True):
            migrate(connection, MIGRATIONS[:older])
        with using(connection, to_write=False):
            assert schema_of(connection) == older
            with pytest.raises(ConfigError, match="type viperreport run"):
                check_schema(connection)
    home.run("2016-05-30T05:00:05")
    assert home.findings() == []
    with using(connection, to_write=False):
        check_schema(connection)
        assert all(_has_table(connection, table) for table in METADATA.tables)


def test_evidence_and_ledger_are_two(runs: MakeRuns) -> None:
    """Two files, or two schemas of one database: neither has the other's tables."""
    home = runs()
    home.run()
    opened = home.home()
    with opened.ledger.connect() as connection:
        assert _has_table(connection, "editions")
        assert not _has_table(connection, "versions")
    with opened.engine.connect() as connection:
        assert not inspect(connection).has_table("editions")
        assert inspect(connection).has_table("versions")
    close(opened)


def test_a_ledger_is_strict(lite: MakeRuns) -> None:
    """SQLite keeps the kinds of columns, syncs every commit and writes ahead."""
    home = lite()
    home.run()
    opened = home.home()
    with opened.ledger.connect() as connection:
        tables = connection.execute(
            text("SELECT strict FROM pragma_table_list WHERE schema = 'main'")
        )
        ours = [strict for (strict,) in tables]
        assert ours.count(1) == len(METADATA.tables)
        assert connection.execute(text("PRAGMA synchronous")).scalar() == 2
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
    close(opened)
    assert Path(opened.path / "output/state/ledger.db").exists()
