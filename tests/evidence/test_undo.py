"""A load that is undone counts no more from then on; one that is erased never did."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.evidence.loading import (
    HEADER,
    HOME,
    LONDON,
    NOW,
    SHOOTINGS,
    csv_file,
    current,
    days_on,
    everything,
    load_lines,
    request,
    versions,
)
from viperreport.database import reading
from viperreport.errors import ConfigError, DataError, UsageError
from viperreport.evidence.counts import latest_loads, newest_load, read_cube
from viperreport.evidence.journal import list_loads
from viperreport.evidence.load import LoadReport, load_file
from viperreport.evidence.quality import Since, read_quality
from viperreport.evidence.undo import UndoRequest, erase_load, undo_load
from viperreport.model.snapshot import Cube

ONE = "1,2016-05-01,Hackney,0"
TWO = "2,2016-05-02,Brent,1"
FIRST = (HEADER, ONE, TWO, "4,2016-05-04,Brent,0")
SECOND = (HEADER, ONE, TWO)
THIRD = (HEADER, "1,2016-05-01,Hackney,1", "3,2016-05-03,,0", "4,2016-05-04,Brent,0")


def undo(engine: Engine, load_id: int, days: float, home: str = HOME) -> LoadReport:
    """Undo a load some days after NOW."""
    return undo_load(engine, UndoRequest(load_id, home, NOW + timedelta(days)))


def erase(engine: Engine, load_id: int) -> LoadReport:
    """Erase a load, long after."""
    return erase_load(engine, load_id, HOME, NOW + timedelta(99))


def cube_at(engine: Engine, days: float) -> Cube | None:
    """All that is known some days after NOW."""
    with reading(engine) as connection:
        return read_cube(connection, SHOOTINGS, NOW + timedelta(days), LONDON)


def three_loads(engine: Engine, folder: Path) -> list[LoadReport]:
    """A record withdrawn; then one new, one changed, one withdrawn and one revived."""
    return [
        load_lines(engine, folder, lines, asked=days_on(day))
        for day, lines in enumerate((FIRST, SECOND, THIRD))
    ]


def test_undo_restores_exactly(engine: Engine, tmp_path: Path) -> None:
    """New, changed, withdrawn and revived records, each as before; the undo is a row of its own."""
    *_, last = three_loads(engine, tmp_path)
    assert (last.new, last.changed, last.withdrawn, last.revived) == (1, 1, 1, 1)
    report = undo(engine, 3, 3)
    assert (report.load_id, report.outcome, report.known_at) == (3, "undone", NOW + timedelta(3))
    before, after = cube_at(engine, 1), cube_at(engine, 3)
    assert before is not None
    assert after is not None
    assert after.cells == before.cells
    rows = list_loads(engine)
    assert [each.outcome for each in rows] == ["accepted", "accepted", "accepted", "undo"]
    assert (rows[2].reason, rows[3].reason) == ("undone by 4", "takes back load 3")
    done = rows[3]
    assert (done.records_changed, done.records_withdrawn, done.records_revived) == (1, 2, 1)
    assert done.newest == date(2016, 5, 2)


def test_at_earlier_instants_all_is_as_it_was(engine: Engine, tmp_path: Path) -> None:
    """Up to the undo's instant the load counts; from that instant on it does not."""
    three_loads(engine, tmp_path)
    moments = (0, 0.5, 1, 1.5, 2, 2.999)
    before = [cube_at(engine, day) for day in moments]
    undo(engine, 3, 3)
    undo(engine, 2, 4)
    assert [cube_at(engine, day) for day in moments] == before
    found = [cube_at(engine, day) for day in (3, 4)]
    assert [len(cube.cells) for cube in found if cube is not None] == [2, 3]


def test_restored_records_keep_the_lines_they_came_from(engine: Engine, tmp_path: Path) -> None:
    """An undo brings no record of its own: file and lines are those of the load that did."""
    three_loads(engine, tmp_path)
    undo(engine, 3, 3)
    known = [row for row in versions(engine) if row["known_to"] is None]
    assert [(row["key"], row["load_id"], row["lines"]) for row in known] == [
        ("1", 1, "2"),
        ("2", 1, "3"),
    ]
    assert {row["ended_by"] for row in versions(engine) if row["load_id"] == 3} == {4}


def told(engine: Engine, days: float) -> tuple[object, ...]:
    """What pages say of the loads some days after NOW."""
    since = Since(date(2016, 5, 1), NOW - timedelta(days=99))
    with reading(engine) as connection:
        instant = NOW + timedelta(days)
        (latest,) = latest_loads(connection, [SHOOTINGS], instant)
        quality = read_quality(connection, SHOOTINGS, instant, since)
    cube = cube_at(engine, days)
    assert quality is not None
    assert cube is not None
    good = (latest.good_at, quality.last_good, quality.load.id, quality.rows_read)
    return (*good, cube.held_to, cube.newest, latest.refused_since)


def test_coverage_last_good_and_newest_go_back(engine: Engine, tmp_path: Path) -> None:
    """From the undo on they are those of the load before; at earlier instants they were others."""
    three_loads(engine, tmp_path)
    earlier = [told(engine, day) for day in (0, 1, 2, 2.5)]
    one = NOW + timedelta(1)
    assert earlier[1] == (one, one, 2, 2, date(2016, 5, 30), date(2016, 5, 2), False)
    undo(engine, 3, 3)
    assert [told(engine, day) for day in (0, 1, 2, 2.5)] == earlier
    assert told(engine, 3) == earlier[1]
    with reading(engine) as connection:
        assert newest_load(connection, [SHOOTINGS]) == NOW + timedelta(3)


def test_a_refusal_between_is_one_again(engine: Engine, tmp_path: Path) -> None:
    """A good load had put a refusal in the past; with the load undone it is open again."""
    load_lines(engine, tmp_path, FIRST)
    with pytest.raises(DataError):
        load_lines(engine, tmp_path, [HEADER, "1,2016-02-31,Hackney,0"], asked=days_on(1))
    load_lines(engine, tmp_path, SECOND, asked=days_on(2))
    assert told(engine, 2)[-1] is False
    undo(engine, 3, 3)
    assert (told(engine, 1)[-1], told(engine, 2)[-1], told(engine, 3)[-1]) == (True, False, True)


def test_with_its_only_load_undone_a_source_holds_nothing(engine: Engine, tmp_path: Path) -> None:
    """No cube from then on, as before the first load; a cube at the instants between."""
    load_lines(engine, tmp_path, FIRST)
    undo(engine, 1, 1)
    assert cube_at(engine, 0) is not None
    assert cube_at(engine, 1) is None
    load_lines(engine, tmp_path, FIRST, asked=days_on(2))
    assert cube_at(engine, 1) is None
    assert cube_at(engine, 2) is not None


def test_an_undone_file_can_be_loaded_again(engine: Engine, tmp_path: Path) -> None:
    """Files found unchanged since rested on the undone load: they are undone with it."""
    path = csv_file(tmp_path, HEADER, ONE)
    load_file(engine, SHOOTINGS, path, request())
    load_file(engine, SHOOTINGS, path, days_on(1))
    undo(engine, 1, 2)
    assert current(engine) == {}
    report = load_file(engine, SHOOTINGS, path, days_on(3))
    assert (report.outcome, report.revived) == ("accepted", 1)
    assert load_file(engine, SHOOTINGS, path, days_on(4)).outcome == "unchanged"


def test_the_file_before_is_the_same_file_again(engine: Engine, tmp_path: Path) -> None:
    """After an undo the load before is the latest: its file changes nothing, and is no new load."""
    load_lines(engine, tmp_path, FIRST)
    load_lines(engine, tmp_path, SECOND, asked=days_on(1))
    undo(engine, 2, 2)
    assert load_lines(engine, tmp_path, FIRST, asked=days_on(3)).outcome == "unchanged"
    assert load_lines(engine, tmp_path, SECOND, asked=days_on(4)).outcome == "accepted"


def test_only_the_latest_load_of_a_source_can_be_undone(engine: Engine, tmp_path: Path) -> None:
    """The message says which to undo first; other sources' loads do not matter."""
    load_lines(engine, tmp_path, [HEADER, ONE])
    load_lines(engine, tmp_path, [HEADER, TWO], asked=days_on(1))
    load_lines(engine, tmp_path, [HEADER, TWO], replace(SHOOTINGS, name="other"), days_on(2))
    before = everything(engine)
    with pytest.raises(UsageError, match="first type: viperreport load --undo 2") as caught:
        undo(engine, 1, 3)
    assert caught.value.exit_code == 2
    with pytest.raises(UsageError, match="there is no load 77"):
        undo(engine, 77, 3)
    assert everything(engine) == before
    undo(engine, 2, 3)
    undo(engine, 1, 4)
    for number in (1, 2):
        with pytest.raises(UsageError, match=f"load {number} was undone"):
            undo(engine, number, 5)
    with pytest.raises(UsageError, match="load 4 was undo"):
        undo(engine, 4, 5)
    assert current(engine).keys() == {"2"}


def test_what_brought_nothing_cannot_be_undone(engine: Engine, tmp_path: Path) -> None:
    """A refused load, and the same file found again, changed nothing."""
    load_lines(engine, tmp_path, FIRST)
    load_lines(engine, tmp_path, FIRST, asked=days_on(1))
    with pytest.raises(DataError):
        load_lines(engine, tmp_path, [HEADER, "1,2016-02-31,Hackney,0"], asked=days_on(2))
    for number, outcome in ((2, "unchanged"), (3, "refused")):
        with pytest.raises(UsageError, match=f"load {number} was {outcome}"):
            undo(engine, number, 3)
        with pytest.raises(UsageError, match=f"load {number} was {outcome}"):
            erase(engine, number)


@pytest.mark.parametrize(
    ("known_at", "error", "words"),
    [
        (NOW + timedelta(9), UsageError, "lies in the future"),
        (NOW + timedelta(1), DataError, "what is known goes forward"),
        (NOW, DataError, "what is known goes forward"),
    ],
)
def test_an_undo_goes_forward(
    engine: Engine, tmp_path: Path, known_at: datetime, error: type[Exception], words: str
) -> None:
    """Not before the load, not at its instant, not in the future; nothing is changed then."""
    load_lines(engine, tmp_path, FIRST)
    load_lines(engine, tmp_path, SECOND, asked=days_on(1))
    before = everything(engine)
    with pytest.raises(error, match=words):
        undo_load(engine, UndoRequest(2, HOME, NOW + timedelta(3), known_at))
    assert everything(engine) == before
    between = NOW + timedelta(2)
    report = undo_load(engine, UndoRequest(2, HOME, NOW + timedelta(3), between))
    assert report.known_at == between
    with pytest.raises(DataError, match="loads go forward"):
        load_lines(engine, tmp_path, SECOND, asked=days_on(4, known_at=between))


def test_a_clock_put_back_a_little_does_no_harm(engine: Engine, tmp_path: Path) -> None:
    """The undo is then just after the load."""
    load_lines(engine, tmp_path, FIRST)
    report = undo(engine, 1, -1 / 86_400)
    assert report.known_at == NOW + timedelta(microseconds=1)


def test_another_homes_load_is_not_undone(engine: Engine, tmp_path: Path) -> None:
    """The store's owner is checked here, too."""
    load_lines(engine, tmp_path, [HEADER, ONE])
    with pytest.raises(ConfigError, match="another home"):
        undo(engine, 1, 1, home="another")
    with pytest.raises(ConfigError, match="another home"):
        erase_load(engine, 1, "another", NOW)


def outcomes(engine: Engine) -> Sequence[str]:
    """What became of each load."""
    return [each.outcome for each in list_loads(engine)]


def test_what_is_erased_was_never_known(engine: Engine, tmp_path: Path) -> None:
    """All versions that the load brought are gone, at every instant; its row says when."""
    load_lines(engine, tmp_path, FIRST)
    load_lines(engine, tmp_path, SECOND, asked=days_on(1))
    before = versions(engine)
    load_lines(engine, tmp_path, THIRD, asked=days_on(2))
    load_lines(engine, tmp_path, THIRD, asked=days_on(3))
    report = erase(engine, 3)
    assert (report.load_id, report.outcome) == (3, "erased")
    assert versions(engine) == before
    assert outcomes(engine) == ["accepted", "accepted", "erased", "erased"]
    assert list_loads(engine)[2].reason.startswith("erased 2016-")
    with pytest.raises(UsageError, match="load 3 was erased"):
        erase(engine, 3)
    assert load_lines(engine, tmp_path, THIRD, asked=days_on(2)).outcome == "accepted"


def test_an_undone_load_can_be_erased(engine: Engine, tmp_path: Path) -> None:
    """Also when others came after its undo: what it had brought and ended for a time is no more."""
    load_lines(engine, tmp_path, FIRST)
    load_lines(engine, tmp_path, THIRD, asked=days_on(1))
    undo(engine, 2, 2)
    load_lines(engine, tmp_path, SECOND, asked=days_on(3))
    after = current(engine)
    last = [cube_at(engine, day) for day in (0, 2, 3)]
    with pytest.raises(UsageError, match=r"load 2 .* rests on load 1; .* load --erase 2"):
        erase(engine, 1)
    erase(engine, 2)
    assert outcomes(engine) == ["accepted", "erased", "erased", "accepted"]
    assert current(engine) == after
    assert [row for row in versions(engine) if row["load_id"] == 2] == []
    cubes = [cube_at(engine, day) for day in (0, 2, 3)]
    cells = [cube.cells for cube in cubes if cube is not None]
    assert cells == [cube.cells for cube in last if cube is not None]
    between = cube_at(engine, 1)
    assert between is not None
    assert between.cells == cells[0]
    assert [(row["key"], row["ended_by"]) for row in versions(engine)] == [
        ("1", None),
        ("2", None),
        ("4", 4),
    ]
