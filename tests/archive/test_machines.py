"""Several machines on one database and one archive: one edition a slot, whoever is at work.

A machine is a directory of its own with the same configuration and the same home.json.
"""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from tests.archive.small import Runs, close, make_home, utc
from tests.archive.test_chain import KEY, sql
from tests.archive.test_kill import AT, MONDAY, STEPS, Server, asked, server
from viperreport.archive.events import Stamp
from viperreport.archive.filing import Piece, path_of, put_pieces
from viperreport.archive.ledger import Ledger
from viperreport.archive.lock import locked
from viperreport.archive.reading import read_ledger
from viperreport.archive.states import State
from viperreport.errors import ConfigError, UnreachableError
from viperreport.evidence.journal import list_loads
from viperreport.homes import IDENTITY
from viperreport.verbs.archived import rebuilt
from viperreport.verbs.changing import leave

__all__ = ["server"]
SEEN = "2016-05-27T12:00"


@dataclass
class Machines:
    """Two machines."""

    one: Runs
    two: Runs

    def at(self, instant: str) -> None:
        """Set both clocks."""
        self.one.now = self.two.now = utc(instant)

    def deliver(self) -> None:
        """The same new file in the inbox of each, by a copy that keeps its time."""
        file = self.one.deliver()
        shutil.copy2(file, self.two.path / "inbox" / file.name)


def second(home: Runs, path: Path) -> Runs:
    """Another machine's directory: configuration, templates and identity, and the same files."""
    for part in ("config", "templates", "inbox"):
        shutil.copytree(home.path / part, path / part)
    (path / "output/state").mkdir(parents=True, mode=0o700)
    shutil.copy2(home.path / IDENTITY, path / IDENTITY)
    return Runs(path, home.now, home.environ)


@pytest.fixture
def machines(tmp_path: Path, own_database: Callable[[], str]) -> Callable[..., Machines]:
    """Makes two machines; the first has seen the home, the second was adopted."""

    def make(*, joined: bool = True, **home: Any) -> Machines:  # noqa: ANN401 - as make_home has it
        archive = tmp_path / "share"
        archive.mkdir(mode=0o750)
        environ = {
            "VIPERREPORT_DATABASE_URL": own_database(),
            "VIPERREPORT_ARCHIVE": str(archive),
        }
        one = Runs(make_home(tmp_path / "one", **home), utc(SEEN), environ)
        one.deliver()
        one.run()
        two = second(one, tmp_path / "two")
        if joined:
            two.adopt()
        return Machines(one, two)

    return make


def test_a_round(machines: Callable[..., Machines]) -> None:
    """One, two, one, two: each files the next Monday; neither doubts what the other did."""
    both = machines()
    days = ("2016-05-29", "2016-06-05", "2016-06-12", "2016-06-19")
    for number, (day, instant) in enumerate(
        zip(days, ("2016-05-30", "2016-06-06", "2016-06-13", "2016-06-20"), strict=True)
    ):
        both.at(f"{instant}T05:00:05")
        both.deliver()
        first, then = (both.one, both.two) if number % 2 == 0 else (both.two, both.one)
        assert [str(each.key) for each in first.run().editions] == [f"weekly/all/{day}"]
        both.at(f"{instant}T05:10")
        done = then.run()
        assert (done.code, done.editions) == (0, ())
        assert done.loaded == ()
    assert both.one.states() == [(f"weekly/all/{day}", State.FILED) for day in days]
    for machine in (both.one, both.two):
        assert machine.findings() == []
        assert len(machine.pdfs()) == 4
        assert machine.heard.messages == []
    assert not (both.one.path / "output/editions").exists()


def test_a_machine_that_joins_wants_a_word_and_skips_nothing(
    machines: Callable[..., Machines],
) -> None:
    """Before `adopt` it does nothing; with it, what waits or is due is left to the next run."""
    both = machines(
        joined=False, more='wait_for_data = "11:00"', coverage='coverage = "newest-record"'
    )
    both.at("2016-05-30T05:00:05")
    both.one.run()
    assert both.one.states() == [(MONDAY, State.WAITING)]
    assert both.two.run().code == 3
    assert "does it join others?" in both.two.said
    both.two.adopt()
    assert both.two.states() == [(MONDAY, State.WAITING)]
    both.at("2016-05-30T08:00")
    both.deliver()
    both.two.run()
    assert both.one.states() == [(MONDAY, State.FILED)]


def test_a_machine_that_joins_a_ledger_put_back_is_careful(
    machines: Callable[..., Machines],
) -> None:
    """Where no run was of late, what is due may be out already: it is noted as skipped."""
    both = machines(joined=False)
    both.at("2016-05-30T05:00:05")
    both.two.adopt()
    assert both.two.states() == [(MONDAY, State.SKIPPED)]


@pytest.mark.parametrize("step", [18, 24, 30])
def test_the_other_machine_goes_on(
    server: Server, machines: Callable[..., Machines], step: int
) -> None:
    """One is killed after its claim; two, configured otherwise since, builds by one's own text."""
    both = machines()
    (ended,) = server.start([asked(both.one, kill=step)])
    assert ended["killed"]
    settings = both.two.path / "config/viperreport.toml"
    settings.write_text(settings.read_text().replace("Weekly shootings", "Another"))
    both.at("2016-05-30T05:10")
    claimed = [each.configuration for each in both.one.ledger().editions]
    assert both.two.run().code == 0
    (edition,) = both.two.ledger().editions
    assert edition.state is State.FILED
    if claimed:
        assert edition.configuration == claimed[0]
        assert (both.two.path / "output/state/configurations" / claimed[0]).is_dir()
    for machine in (both.one, both.two):
        opened = machine.home()
        rebuilt(opened, MONDAY)
        close(opened)
        assert machine.findings() == []


def test_texts_of_an_older_ledger_are_kept_by_the_next_run(
    machines: Callable[..., Machines],
) -> None:
    """The machine that has them puts them into the ledger; from there the other one has them."""
    both = machines()
    both.at("2016-05-30T05:00:05")
    both.one.run()
    sql(both.one, "DELETE FROM @configurations")
    opened = both.two.home()
    with pytest.raises(ConfigError, match="was not kept"):
        rebuilt(opened, MONDAY)
    both.one.run("2016-05-30T05:10")
    rebuilt(opened, MONDAY)
    kept = next((both.two.path / "output/state/configurations").iterdir())
    file = kept / "config/areas.csv"
    file.chmod(0o640)
    file.write_text("damaged")
    rebuilt(opened, MONDAY)  # put right from the ledger
    shutil.rmtree(kept)
    sql(both.one, "UPDATE @configurations SET files = 'x'")
    with pytest.raises(ConfigError, match="was changed in the ledger"):
        rebuilt(opened, MONDAY)
    close(opened)


def _filed_once(both: Machines) -> None:
    for machine in (both.one, both.two):
        assert machine.states() == [(MONDAY, State.FILED)]
        assert machine.pdfs() == ["weekly/all/2016/weekly_all_2016-05-29.pdf"]
        assert machine.findings() == []
    opened = both.one.home()
    outcomes = [row.outcome for row in list_loads(opened.engine)]
    close(opened)
    assert outcomes.count("accepted") == 1
    events = both.one.ledger().events
    assert len([event for event in events if event.after == "filed"]) == 1


def killed_on_one(server: Server, both: Machines, step: int) -> None:
    """Runs on both at once, one of them killed at a step; expect one edition."""
    ended = server.start([asked(both.one, kill=step), asked(both.two)])
    assert ended[0]["killed"] or ended[0]["code"] == 0, ended[0]["lines"]
    assert ended[1]["code"] == 0, ended[1]["lines"]
    both.at("2016-05-30T05:10")
    assert both.one.run().code == 0, both.one.said
    assert both.two.run().code == 0, both.two.said
    _filed_once(both)


@pytest.mark.parametrize("step", [0, 8, 16, 24, 32])
def test_both_at_the_same_instant(
    server: Server, machines: Callable[..., Machines], step: int
) -> None:
    """Two runs on two machines, one of them killed: one edition, and the other ends with 0."""
    killed_on_one(server, machines(), step)


@pytest.mark.slow
@pytest.mark.parametrize("step", range(1, STEPS))
def test_both_at_the_same_instant_at_any_step(
    server: Server, machines: Callable[..., Machines], step: int
) -> None:
    """The long form: one of them is killed before each durable step."""
    killed_on_one(server, machines(), step)


def lost_on_one(server: Server, both: Machines, step: int) -> None:
    """The server ends one's session at a step; two does all before one goes on."""
    lost = asked(both.one, cut=step, stop=step, patient=True)
    ended = server.start([lost, asked(both.two)])
    assert ended[0]["code"] in {0, 3}, ended[0]["lines"]
    assert ended[1]["code"] == 0, ended[1]["lines"]
    said = "\n".join(ended[0]["lines"])
    assert "replaced" not in said
    if ended[0]["code"] == 3:
        assert "session" in said or "does not answer" in said
    _filed_once(both)
    both.at("2016-05-30T05:10")
    assert both.one.run().code == 0, both.one.said
    _filed_once(both)


@pytest.mark.parametrize("step", [6, 12, 18, 22, 26, 30])
def test_a_session_that_is_lost_in_the_midst(
    server: Server, machines: Callable[..., Machines], step: int
) -> None:
    """pg_terminate_backend while one is at work: it writes no more, and two's edition stands."""
    lost_on_one(server, machines(), step)


@pytest.mark.slow
@pytest.mark.parametrize("step", range(1, 41))
def test_a_session_that_is_lost_at_any_step(
    server: Server, machines: Callable[..., Machines], step: int
) -> None:
    """The long form."""
    lost_on_one(server, machines(), step)


def test_no_second_session_without_the_lock(machines: Callable[..., Machines]) -> None:
    """After the first failure too: nothing reconnects and writes on, by whatever way."""
    import psycopg

    one = machines().one
    opened = one.home()
    url = one.environ["VIPERREPORT_DATABASE_URL"].replace("+psycopg", "")
    with locked(opened.ledger, one.path / "output/state", opened.identity.id, 1) as connection:
        ledger = Ledger(connection, opened.identity.id, Stamp("lost", lambda: one.now))
        with psycopg.connect(url, autocommit=True) as session:
            session.execute(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_locks WHERE locktype = 'advisory'"
            )
        before = read_ledger(opened.ledger, opened.identity.id).newest
        for _ in range(3):
            with pytest.raises(UnreachableError):
                ledger.believe(utc("2016-05-28T12:00"))
        assert not ledger.holds
        with pytest.raises(UnreachableError):
            ledger.must_hold()
    assert read_ledger(opened.ledger, opened.identity.id).newest == before
    close(opened)


def test_nothing_is_replaced_by_a_run_that_lost_its_lock(tmp_path: Path) -> None:
    """It had asked, was stopped, and goes on when another has filed: the file stays as it is."""
    piece = Piece(path_of(KEY, "pdf"), b"%PDF of another version")

    def lost() -> None:
        if (tmp_path / piece.path).exists():
            raise UnreachableError("lost")
        (tmp_path / piece.path).parent.mkdir(parents=True)
        (tmp_path / piece.path).write_bytes(b"%PDF as filed")

    with pytest.raises(UnreachableError):
        put_pieces(tmp_path, [piece], lost)
    assert (tmp_path / piece.path).read_bytes() == b"%PDF as filed"
    assert [file.name for file in tmp_path.rglob("*") if file.is_file()] == [Path(piece.path).name]


def test_clocks_that_differ(machines: Callable[..., Machines]) -> None:
    """40 s behind is nothing; five minutes are told, with both instants, and void nothing."""
    both = machines()
    both.one.run("2016-05-30T05:00:45")
    assert both.two.run("2016-05-30T05:00:05").code == 0
    assert both.one.run("2016-05-30T05:10").code == 0
    assert both.two.run("2016-05-30T05:05").code == 3
    assert (
        "the clock shows less than 2016-05-30 05:10 UTC, which a run has seen here or on a machine "
        "that shares the ledger (it shows 2016-05-30 05:05)"
    ) in both.two.said
    assert both.two.run("2016-05-30T05:11").code == 0
    _filed_once(both)


def test_an_archive_that_is_not_fit(machines: Callable[..., Machines], tmp_path: Path) -> None:
    """Not there, a link, open to all, relative: named, and nothing is made in its place."""
    both = machines()
    both.at("2016-05-30T05:00:05")
    both.one.run()
    away = tmp_path / "away"
    for place, said in (
        (away, "mount it, or make it once: mkdir -m 750"),
        (tmp_path / "link", "is a link"),
        (tmp_path / "open", "everyone may write here"),
        (Path("share"), "must be a path from the root"),
    ):
        if place.name == "link":
            place.symlink_to(both.one.archive)
        if place.name == "open":
            place.mkdir()
            place.chmod(0o777)
        odd = replace(both.two, environ={**both.two.environ, "VIPERREPORT_ARCHIVE": str(place)})
        with pytest.raises(ConfigError, match=said):
            odd.run("2016-05-30T05:10")
    assert not away.exists()
    away.mkdir(mode=0o750)
    odd = replace(both.two, environ={**both.two.environ, "VIPERREPORT_ARCHIVE": str(away)})
    assert odd.run("2016-05-30T05:10").code == 3
    assert "the archive is empty, and the ledger knows its files: is its disk mounted?" in odd.said
    assert list(away.iterdir()) == []


def _on_sqlite(home: Runs, path: Path, share: Path) -> Runs:
    made = second(home, path)
    return replace(made, environ={"VIPERREPORT_ARCHIVE": str(share)})


def test_two_ledgers_on_one_archive_are_found_out(tmp_path: Path) -> None:
    """Two homes of one id, each with SQLite: the second to come does nothing and says why."""
    share = tmp_path / "share"
    share.mkdir(mode=0o750)
    environ = {"VIPERREPORT_ARCHIVE": str(share)}
    one = Runs(make_home(tmp_path / "one"), utc(SEEN), environ)
    one.deliver()
    one.run()
    two = _on_sqlite(one, tmp_path / "two", share)
    two.run(SEEN)
    one.run("2016-05-30T05:00:05")
    assert two.run("2016-05-30T05:00:10").code == 3
    assert "the archive holds editions that the ledger does not know" in two.said
    assert two.states() == []
    assert one.run("2016-05-30T05:10").code == 0
    assert one.findings() == []


def test_another_homes_archive_is_refused(tmp_path: Path) -> None:
    """By runs and by `adopt`: its editions are not taken for one's own."""
    share = tmp_path / "share"
    share.mkdir(mode=0o750)
    environ = {"VIPERREPORT_ARCHIVE": str(share)}
    one = Runs(make_home(tmp_path / "one"), utc(AT), environ)
    one.deliver()
    one.run()
    assert len(one.pdfs()) == 1
    two = Runs(make_home(tmp_path / "two"), utc(AT), environ)
    two.deliver()
    assert two.run().code == 3
    assert "holds another home's editions" in two.said
    with pytest.raises(ConfigError, match="each home needs its own archive"):
        two.adopt()
    assert two.states() == []


def test_nothing_is_taken_back_by_a_run_that_lost_its_lock(tmp_path: Path) -> None:
    """Its second file cannot be put, and by then another has filed the first: that stays."""
    first, blocked = tmp_path / "weekly/all/2016/a.csv", tmp_path / "weekly/north"
    pieces = [Piece("weekly/all/2016/a.csv", b"x"), Piece("weekly/north/2016/a.pdf", b"%PDF")]

    def lost() -> None:
        if blocked.exists():
            raise UnreachableError("lost")
        if first.exists():
            first.unlink()
            first.write_bytes(b"as filed by another")
            blocked.write_bytes(b"no folder, so that nothing can be put below it")

    with pytest.raises(UnreachableError):
        put_pieces(tmp_path, pieces, lost)
    assert first.read_bytes() == b"as filed by another"


def test_a_verb_that_lost_its_lock_leaves_neither_lists_nor_witness(
    machines: Callable[..., Machines],
) -> None:
    """What it would write by then is another's to write."""
    import psycopg

    one = machines().one
    one.run("2016-05-30T05:00:05")
    archive, opened = Path(one.environ["VIPERREPORT_ARCHIVE"]), one.home()
    witness = one.path / "output/state/witness.json"
    (archive / "manifest.jsonl").unlink()
    witness.unlink()
    with locked(opened.ledger, one.path / "output/state", opened.identity.id, 1) as connection:
        ledger = Ledger(connection, opened.identity.id, Stamp("lost", lambda: one.now))
        url = one.environ["VIPERREPORT_DATABASE_URL"].replace("+psycopg", "")
        with psycopg.connect(url, autocommit=True) as session:
            session.execute(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_locks WHERE locktype = 'advisory'"
            )
        leave(opened, ledger)
    assert not witness.exists()
    assert not (archive / "manifest.jsonl").exists()
    close(opened)
