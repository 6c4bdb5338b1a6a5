"""Whatever is loaded, refused and undone in whatever order: what was known stays known.

After each step of a random history every count at every earlier instant is what it was, and between
every two instants the way from the one total to the other adds up, each record in one class. What
is expected comes from a model of dicts (`history_model`), not from the program.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, delete, select

from tests.evidence.history_model import (
    AREAS,
    HEAD,
    KINDS,
    File,
    Known,
    Model,
    Passes,
    Row,
    State,
    count,
    edited,
    edits,
    file_of,
    reordered,
    rows,
    steps,
    way,
)
from tests.evidence.loading import HOME, LONDON, NOW, SHOOTINGS, csv_file, request, versions
from viperreport.analysis.revisions import RevisionClass, classify, revisions
from viperreport.database import open_engine, reading, sqlite_url, writing
from viperreport.errors import DataError, UsageError
from viperreport.evidence.counts import LatestLoad, latest_loads, read_cube
from viperreport.evidence.history import changes_behind
from viperreport.evidence.load import load_file
from viperreport.evidence.quality import Since, read_quality
from viperreport.evidence.tables import LOADS, META, QUARANTINE, VERSIONS
from viperreport.evidence.undo import UndoRequest, erase_load, undo_load
from viperreport.model.figure import Where
from viperreport.model.period import Period, PeriodKind
from viperreport.model.quality import SourceQuality
from viperreport.model.snapshot import Cube
from viperreport.model.source import Delivery, Source

SOURCE = replace(
    SHOOTINGS,
    columns={"key": "ID", "date": "DAY", "area": "AREA", "category": "KIND", "killed": "KILLED"},
)
DAYS = (7, 14, 21, 28)  # of May: periods that counts are held against
BAD = ("full", ("x,2016-02-31,Brent,Handgun,0",))
Step = tuple[str, list[tuple[str, str, Row]]]
Told = tuple[Cube | None, tuple[LatestLoad, ...], SourceQuality | None]


def everywhere(_: Row) -> bool:
    """No filter."""
    return True


def filters() -> Iterator[tuple[Where, Passes]]:
    """Filters of the program, and the same in plain words: all, each area, each type, the dead."""
    yield (), everywhere
    for area in AREAS:
        yield (("area", (area,)),), lambda row, area=area: row.area == area  # type: ignore[misc]
    for kind in KINDS:
        yield (("category", (kind,)),), lambda row, kind=kind: row.kind == kind  # type: ignore[misc]
    yield (("fatal", ("yes",)),), lambda row: row.killed > 0


FILTERS = tuple(filters())


@dataclass
class World:
    """A store beside its model."""

    engine: Engine
    folder: Path
    model: Model = field(default_factory=Model)
    told: dict[datetime, Told] = field(default_factory=dict)
    outcomes: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        """Begin with an empty store."""
        with writing(self.engine) as connection:
            for table in (QUARANTINE, VERSIONS, LOADS, META):
                connection.execute(delete(table))

    def take(self, step: Step, instant: datetime) -> None:
        """Do one step to both, and expect the same outcome."""
        kind, wanted = step
        if kind == "undo":
            self._undo(instant)
            return
        state = self.model.state or {}
        truth = edited(state, wanted)
        last = self.model.last or file_of("full", truth)
        part = {key: row for key, row in truth.items() if state.get(key) != row} or truth
        files = {
            "full": file_of("full", truth),
            "increment": file_of("increment", part),
            "again": last,
            "reordered": reordered(last, len(self.model.known)),
            "refused": BAD,
        }
        self._load(files[kind], instant)

    def _load(self, file: File, instant: datetime) -> None:
        how, lines = file
        path = csv_file(self.folder, HEAD, *lines)
        source = replace(SOURCE, delivery=Delivery(how), mapping_hash=how)
        if file == BAD:
            with pytest.raises(DataError):
                load_file(self.engine, source, path, request(now=instant))
            self.model.note(instant, self.model.state)
            outcome = "refused"
        else:
            outcome = self.model.load(file, instant)
            assert load_file(self.engine, source, path, request(now=instant)).outcome == outcome
        self.outcomes[outcome] += 1

    def _undo(self, instant: datetime) -> None:
        """Take back the latest load that stands; where none does, be told so."""
        number = self.standing_load()
        asked = UndoRequest(number or 1, HOME, instant)
        if number is None:
            with pytest.raises(UsageError):
                undo_load(self.engine, asked)
            return
        undo_load(self.engine, asked)
        self.model.undo(instant)
        self.outcomes["undo"] += 1

    def standing_load(self) -> int | None:
        """Number of the load that an undo would take back, by the number of those that stand."""
        with reading(self.engine) as connection:
            found = connection.execute(
                select(LOADS.c.id, LOADS.c.outcome)
                .where(LOADS.c.outcome.in_(("accepted", "undo")))
                .order_by(LOADS.c.id)
            ).all()
        stack: list[int] = []
        for number, outcome in found:
            stack.append(number) if outcome == "accepted" else stack.pop()
        assert len(stack) == len(self.model.standing)
        return stack[-1] if stack else None

    def hold(self, source: Source, *, whole: bool) -> None:
        """Every count at every instant is the model's, and all that was told then is told now.

        Args:
            whole: coverage and loads too; where rows have recording dates, later loads tell more.
        """
        with reading(self.engine) as connection:
            for known in self.model.known:
                told = tell(connection, source, known.at)
                assert_counts(told[0], known)
                if whole:
                    assert self.told.setdefault(known.at, told) == told

    def reconcile(self, days: tuple[int, int], source: Source) -> Counter[str]:
        """Lead from every earlier total to the newest one; give the classes that were met."""
        met: Counter[str] = Counter()
        later = self.model.known[-1]
        with reading(self.engine) as connection:
            for earlier in self.model.known[:-1]:
                if earlier.state is None or later.state is None:
                    continue  # without a load in force there is no edition
                for where, passes in FILTERS:
                    found = Between(earlier, later, days, where, passes)
                    met += found.hold(connection, source)
        return met


@dataclass(frozen=True)
class Between:
    """Two editions, and what both count."""

    earlier: Known
    later: Known
    days: tuple[int, int]
    where: Where
    passes: Passes

    def hold(self, connection: Connection, source: Source) -> Counter[str]:
        """Each record has the class of the model, and the classes add up."""
        previous, this = map(period, self.days)
        cube = read_cube(connection, source, self.later.at, LONDON)
        assert cube is not None
        figure = replace(cube.within(this).count("x"), where=self.where)
        changes = changes_behind(connection, source, figure, self.earlier.at, previous)
        made = revisions(changes, previous, this)
        expected = way(self.earlier, self.later, self.days, self.passes)
        classes = Counter(classify(change, previous, this).value for change in changes)
        del classes[RevisionClass.OUTSIDE.value]
        assert classes == expected
        assert made.last == count(self.earlier.state or {}, self.days[0], self.passes)
        assert made.this == count(self.later.state or {}, self.days[1], self.passes)
        for name in ("new", "late", "revived", "moved_in", "moved_out", "reclassified_in",
                     "reclassified_out", "withdrawn", "no_longer_covered"):  # fmt: skip
            assert getattr(made, name) == expected[name]
        return expected


def period(last: int) -> Period:
    """The first days of May, up to this one."""
    return Period(date(2016, 5, 1), date(2016, 5, last) + timedelta(1), PeriodKind.OPERATION)


def tell(connection: Connection, source: Source, instant: datetime) -> Told:
    """All that the store says of an instant: counts, coverage, loads, quality."""
    since = Since(date(2016, 5, 20), NOW)
    return (
        read_cube(connection, source, instant, LONDON),
        latest_loads(connection, [source], instant),
        read_quality(connection, source, instant, since),
    )


def assert_counts(cube: Cube | None, known: Known) -> None:
    """By period, area, type and outcome the cube counts what the model does."""
    if known.state is None:
        assert cube is None
        return
    assert cube is not None
    for last in DAYS:
        cells = cube.slice(period(last))
        for where, passes in FILTERS:
            passing = (
                cell.records
                for cell in cells
                if all(getattr(cell, name) in values for name, values in where)
            )
            assert sum(passing) == count(known.state, last, passes), (known.at, last, where)


def run(world: World, taken: list[Step], days: tuple[int, int], source: Source) -> Counter[str]:
    """Take the steps, a day apart, and hold the store to the model after each."""
    met: Counter[str] = Counter()
    for number, step in enumerate(taken):
        world.take(step, NOW + timedelta(days=number))
        world.hold(source, whole=True)
        if world.model.known:
            met += world.reconcile(days, source)
    return met


@pytest.mark.parametrize(("kind", "examples"), [("sqlite", 40), ("postgresql", 6)])
def test_no_history_changes_what_was_known(
    kind: str, examples: int, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Counts, coverage and quality at every earlier instant stay; every way adds up."""
    server = request.getfixturevalue("postgresql_url") if kind == "postgresql" else ""
    engine = open_engine(server or sqlite_url(tmp_path / "evidence.db"))
    META.metadata.drop_all(engine)
    META.metadata.create_all(engine)
    met: Counter[str] = Counter()

    @settings(max_examples=examples, phases=[Phase.generate, Phase.shrink])
    @given(st.lists(steps, min_size=4, max_size=9), st.tuples(*[st.sampled_from(DAYS)] * 2))
    def holds(taken: list[Step], days: tuple[int, int]) -> None:
        world = World(engine, tmp_path)
        met.update(run(world, taken, days, SOURCE))
        met.update(world.outcomes)

    holds()
    engine.dispose()
    classes = set(RevisionClass) - {RevisionClass.OUTSIDE, RevisionClass.RESTATED}
    if kind == "sqlite":  # else the property would say little
        assert {*classes, "accepted", "unchanged", "refused", "undo"} <= met.keys()


@pytest.mark.parametrize("days", [(14, 21), (21, 21), (28, 7)])
def test_a_history_of_every_kind(engine: Engine, tmp_path: Path, days: tuple[int, int]) -> None:
    """The same for one history in which all that may happen does."""
    world = World(engine, tmp_path)
    run(world, LONG, days, SOURCE)
    assert world.outcomes == {"accepted": 7, "unchanged": 1, "refused": 1, "undo": 4}


RECORDED = replace(SOURCE, columns={**SOURCE.columns, "recorded": "REC"})
HOW = st.sampled_from(["full", "increment", "undo"])


def test_recording_dates_do_not_change_what_was_known(engine: Engine, tmp_path: Path) -> None:
    """Where a record is known from its recording date, what each load said stays as it was."""

    @settings(max_examples=15)
    @given(st.lists(st.tuples(HOW, edits), min_size=2, max_size=6), st.integers(1, 28))
    def holds(taken: list[Step], recorded: int) -> None:
        world = World(engine, tmp_path)
        for number, (how, wanted) in enumerate(taken):
            instant = NOW + timedelta(days=number)
            if how == "undo":
                world.take((how, []), instant)
            else:
                file = file_of(how, edited(world.model.state or {}, wanted))
                lines = [f"{line},2016-05-{recorded:02d}" for line in file[1]]
                path = csv_file(tmp_path, f"{HEAD},REC", *lines)
                source = replace(RECORDED, delivery=Delivery(how), mapping_hash=how)
                outcome = world.model.load(file, instant)
                assert load_file(engine, source, path, request(now=instant)).outcome == outcome
            world.hold(RECORDED, whole=False)

    holds()


def test_no_record_is_known_twice_at_once(engine: Engine, tmp_path: Path) -> None:
    """One version a record at any instant, whatever was undone and erased."""
    world = World(engine, tmp_path)
    for number, step in enumerate(LONG):
        world.take(step, NOW + timedelta(days=number))
    before = [known.at for known in world.model.known]
    with reading(engine) as connection:
        numbers = connection.scalars(
            select(LOADS.c.id).where(LOADS.c.outcome == "accepted").order_by(LOADS.c.id.desc())
        ).all()
    for number in numbers:
        erase_load(engine, number, HOME, NOW + timedelta(days=99))
        found = versions(engine)
        for instant in before:
            known = [row["key"] for row in found if _is_known(row, instant)]
            assert len(known) == len(set(known))
    assert versions(engine) == []


def _is_known(row: dict[str, str], instant: datetime) -> bool:
    then = instant.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return row["known_from"] <= then and not (row["known_to"] and row["known_to"] <= then)


BRENT, HACKNEY = Row(3, "Brent", "Handgun", 0), Row(9, "Hackney", "Shotgun", 1)
LONG: list[Step] = [
    ("full", [("put", "a", BRENT), ("put", "b", HACKNEY)]),
    ("full", [("put", "c", BRENT), ("withdraw", "a", BRENT), ("area", "b", BRENT)]),
    ("undo", []),
    ("full", [("death", "a", HACKNEY), ("put", "d", HACKNEY)]),
    ("again", []),
    ("increment", [("day", "b", BRENT), ("put", "e", BRENT)]),
    ("undo", []),
    ("undo", []),
    ("refused", []),
    ("reordered", []),
    ("full", [("withdraw", "b", BRENT)]),
    ("undo", []),
    ("full", [("put", "c", BRENT)]),
]


@given(st.dictionaries(st.sampled_from("abcdefgh"), rows, min_size=1), st.integers(0, 99))
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_order_of_lines_does_not_matter(tmp_path: Path, state: State, seed: int) -> None:
    """A file of the same rows in another order brings and takes nothing."""
    engine = open_engine(sqlite_url(tmp_path / "evidence.db"))
    META.metadata.create_all(engine)
    World(engine, tmp_path)
    file = file_of("full", state)
    for lines in (file[1], reordered(file, seed)[1]):
        found = load_file(engine, SOURCE, csv_file(tmp_path, HEAD, *lines), request())
        known = versions(engine)
    assert (found.changed, found.withdrawn, found.revived) == (0, 0, 0)
    assert len(known) == len(state)
    engine.dispose()


def test_the_same_file_twice_is_the_file_once(tmp_path: Path) -> None:
    """A duplicate changes no version; read by another mapping, it brings nothing either."""
    engine = open_engine(sqlite_url(tmp_path / "evidence.db"))
    path = csv_file(tmp_path, HEAD, BRENT.line("a"), HACKNEY.line("b"))
    load_file(engine, SOURCE, path, request())
    before = versions(engine)
    assert load_file(engine, SOURCE, path, request()).outcome == "unchanged"
    report = load_file(engine, replace(SOURCE, mapping_hash="other"), path, request())
    assert (report.new, report.changed, report.withdrawn) == (0, 0, 0)
    assert versions(engine) == before
