"""A delivery that would take away or rewrite much is refused whole, unless a person accepts it."""

import random
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from tests.evidence.loading import (
    HOME,
    LONDON,
    csv_file,
    everything,
    load_lines,
    source_of,
    versions,
)
from viperreport.database import open_engine, sqlite_url
from viperreport.errors import DataError
from viperreport.evidence.journal import list_loads
from viperreport.evidence.load import LoadReport, LoadRequest, load_file
from viperreport.evidence.merge import window_start
from viperreport.evidence.refusals import Limits
from viperreport.model.source import Delivery, Grain, Kind, Source, Window

HEADER = "ID,DAY,AREA,KIND,KILLED"
SOURCE = source_of(
    {"key": "ID", "date": "DAY", "area": "AREA", "category": "KIND", "killed": "KILLED"}
)
LIMITS = Limits(0.05, 0.05)


class Row(NamedTuple):
    """A row of a file."""

    key: str
    day: date
    area: str
    kind: str
    killed: int


AREAS, KINDS = ("Brent", "Hackney", "Barnet", ""), ("pistol", "rifle", "shotgun")


def incidents(first: date, last: date, every: int = 1) -> list[Row]:
    """A record each so many days, areas and kinds in turn."""
    days = (last - first).days
    return [
        Row(f"k{n}", first + timedelta(n), AREAS[n % 4], KINDS[n % 3], int(n % 5 == 0))
        for n in range(0, days + 1, every)
    ]


def written(rows: Iterable[Row]) -> list[str]:
    """Rows as lines of a file."""
    return [HEADER, *(",".join(map(str, row)) for row in rows)]


def on(day: date, limits: Limits | None = LIMITS, *, dry_run: bool = False) -> LoadRequest:
    """A load in the morning of a day."""
    now = datetime(day.year, day.month, day.day, 6, tzinfo=UTC)
    return LoadRequest(now=now, home=HOME, zone=LONDON, limits=limits, dry_run=dry_run)


FIRST, LAST = date(2015, 1, 1), date(2016, 5, 29)
LOADED, NEXT = date(2016, 5, 30), date(2016, 6, 6)
WHOLE = incidents(FIRST, LAST)  # 515 records
LOST = "it would take away"


def _changed(**columns: Callable[[Any], Any]) -> list[Row]:
    return [
        row._replace(**{name: change(getattr(row, name)) for name, change in columns.items()})
        for row in WHOLE
    ]


BROKEN: dict[str, tuple[list[Row], str, str]] = {
    "cut short": (
        WHOLE[:88],
        "take away 427 of 515 records (82.9 %, more than 5 % allowed, max_drop); its newest record",
        "--accept-drop",
    ),
    "the beginning cut off": (WHOLE[88:], f"{LOST} 88 of 515 records (17.1 %", "--accept-drop"),
    "part of a year": (WHOLE[20:], f"{LOST} 20 of 365 records of 2015 (5.5 %", "--accept-drop"),
    "a month missing": (
        [row for row in WHOLE if row.day < date(2016, 5, 1)],
        "its newest record is of 2016-04-30, and 29 records of later days, to 2016-05-29",
        "--accept-drop",
    ),
    "five newest days": (
        WHOLE[:-5],
        "its newest record is of 2016-05-24, and 5 records of later days",
        "--accept-drop",
    ),
    "a day on": (
        _changed(day=lambda day: day + timedelta(1)),
        "it would change DAY of 515 of 515 records (100.0 %, more than 5 % allowed, max_rewritten)",
        "--accept-rewritten",
    ),
    "a day back": (
        _changed(day=lambda day: day - timedelta(1)),
        "it would change DAY of 515 of 515 records",
        "--accept-rewritten",
    ),
    "another form of key": (
        _changed(key=lambda key: f"x{key}"),
        "unknown records in the place of 515 of 515 records (100.0 %, more than 5 % allowed, max_r",
        "--accept-rewritten",
    ),
    "swapped": (
        [row._replace(area=row.kind, kind=row.area) for row in WHOLE],
        "it would change AREA of 387 of 515 records",
        "--accept-rewritten",
    ),
    "no areas any more": (
        _changed(area=lambda _: ""), "it would change AREA of 387 of 515", "--accept-rewritten"
    ),
    "no deaths any more": (
        _changed(killed=lambda _: 0), "it would change KILLED of 103 of 515", "--accept-rewritten"
    ),
    "cut short, and swapped": (
        [row._replace(area=row.kind, kind=row.area) for row in WHOLE[100:]],
        f"{LOST} 100 of 515 records",
        "--accept-drop --accept-rewritten",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_delivery_is_refused_whole(engine: Engine, tmp_path: Path, case: str) -> None:
    """One line says what, how much, against which limit, and what to type; no version changes.

    A dry run says the same and notes nothing; with the option named, the file is taken, and noted
    as accepted; the good file after it is taken as well.
    """
    rows, reason, option = BROKEN[case]
    load_lines(engine, tmp_path, written(WHOLE), SOURCE, on(LOADED))
    before = everything(engine)
    path = csv_file(tmp_path, *written(rows), name="new.csv")
    with pytest.raises(DataError) as tried:
        load_file(engine, SOURCE, path, on(NEXT, dry_run=True))
    assert everything(engine) == before
    with pytest.raises(DataError) as refused:
        load_file(engine, SOURCE, path, on(NEXT))
    said = str(refused.value)
    assert said == str(tried.value)
    assert said.startswith(f"{path}: refused whole: ")
    assert reason in said
    assert said.endswith(f"type: viperreport load shootings {path} {option}")
    assert "\n" not in said
    assert refused.value.exit_code == 4
    assert versions(engine) == before["versions"]
    last = list_loads(engine)[-1]
    assert (last.outcome, last.file) == ("refused", "new.csv")
    assert reason in last.reason
    assert str(tmp_path) not in last.reason
    accepted = load_file(engine, SOURCE, path, on(NEXT, _accepting(option)))
    assert (accepted.outcome, reason in accepted.note) == ("accepted", True)
    assert list_loads(engine)[-1].reason == accepted.note
    assert accepted.note.startswith(f"accepted with {option}: ")


def _accepting(options: str) -> Limits:
    return replace(LIMITS, accept_drop="drop" in options, accept_rewritten="rewritten" in options)


@pytest.mark.parametrize("case", BROKEN)
def test_the_wrong_option_accepts_nothing(tmp_path: Path, case: str) -> None:
    """To accept a loss is not to accept that records read otherwise, nor the other way round."""
    store = open_engine(sqlite_url(tmp_path / "evidence.db"))
    rows, _, option = BROKEN[case]
    load_lines(store, tmp_path, written(WHOLE), SOURCE, on(LOADED))
    wrong = "--accept-drop" if "rewritten" in option else "--accept-rewritten"
    with pytest.raises(DataError, match="refused whole"):
        load_lines(store, tmp_path, written(rows), SOURCE, on(NEXT, _accepting(wrong)))


def test_five_records_and_five_per_cent(tmp_path: Path) -> None:
    """Four of any number, and just five per cent, pass; the first load has nothing to lose."""
    for number, (rows, gone, fails) in enumerate(
        [(WHOLE[:20], 4, False), (WHOLE[:20], 5, True), (WHOLE[:100], 5, False),
         (WHOLE[:100], 6, True), (WHOLE[:1], 0, False)]
    ):  # fmt: skip
        store = open_engine(sqlite_url(tmp_path / f"{number}.db"))
        load_lines(store, tmp_path, written(rows), SOURCE, on(LOADED))
        fewer = [*rows[: -1 - gone], rows[-1]] if gone else rows
        if not fails:
            assert _loads(store, tmp_path, fewer).withdrawn == gone
            continue
        with pytest.raises(DataError, match=f"take away {gone} of {len(rows)} records"):
            _loads(store, tmp_path, fewer)


def _loads(store: Engine, folder: Path, rows: list[Row], source: Source = SOURCE) -> LoadReport:
    return load_lines(store, folder, written(rows), source, on(NEXT))


def test_a_loss_is_net_of_what_came_for_the_same_days(engine: Engine, tmp_path: Path) -> None:
    """Twenty of a year withdrawn and ten recorded late are ten fewer; newer days count for nil."""
    load_lines(engine, tmp_path, written(WHOLE), SOURCE, on(LOADED))
    late = [Row(f"late{n}", date(2015, 7, 1), "Brent", "rifle", 0) for n in range(10)]
    newer = [Row(f"new{n}", date(2016, 5, 30), "Brent", "rifle", 0) for n in range(20)]
    with pytest.raises(DataError, match="take away 20 of 365 records of 2015"):
        _loads(engine, tmp_path, WHOLE[20:] + newer)
    assert _loads(engine, tmp_path, WHOLE[20:] + newer + late).withdrawn == 20


def test_a_renamed_value_is_refused_whatever_its_share(engine: Engine, tmp_path: Path) -> None:
    """A kind of six records that reads otherwise; one that goes over to a known kind passes."""
    rare = [Row(f"r{n}", date(2016, 1, 1), "Brent", "crossbow", 0) for n in range(6)]
    load_lines(engine, tmp_path, written(WHOLE + rare), SOURCE, on(LOADED))
    renamed = [row._replace(kind="Cross-bow") for row in rare]
    with pytest.raises(DataError) as refused:
        _loads(engine, tmp_path, WHOLE + renamed)
    assert (
        "a value of KIND that 6 records had matches nothing any more, while a value that is new "
        "stands in 6: it would rename it"
    ) in str(refused.value)
    assert "bow" not in str(refused.value)  # never a row's value
    known = [row._replace(kind="rifle") for row in rare]
    assert _loads(engine, tmp_path, WHOLE + known).changed == 6


def test_what_was_blank_may_be_told(engine: Engine, tmp_path: Path) -> None:
    """Places found for all incidents whose place was unknown are no rewriting."""
    load_lines(engine, tmp_path, written(WHOLE), SOURCE, on(LOADED))
    assert _loads(engine, tmp_path, _changed(area=lambda area: area or "Ealing")).changed == 128


@pytest.mark.parametrize("window", [Window.CALENDAR_YEAR, Window.ROLLING_24_MONTHS])
def test_records_that_leave_the_window_are_no_loss(
    engine: Engine, tmp_path: Path, window: Window
) -> None:
    """Through the New Year, week by week; within the window a loss is one as ever."""
    source = replace(SOURCE, window=window)
    day = date(2015, 11, 30)
    while day < date(2016, 3, 1):
        first = window_start(window, day) or FIRST
        rows = [row for row in incidents(date(2013, 1, 1), date(2016, 6, 1), 2)
                if first <= row.day < day]  # fmt: skip
        if rows:
            report = load_lines(engine, tmp_path, written(rows), source, on(day))
            assert (report.outcome, report.withdrawn) == ("accepted", 0)
        day += timedelta(7)
    few = [row for row in rows if row.day.day > 10]
    with pytest.raises(DataError, match="it would take away"):
        load_lines(engine, tmp_path, written(few), source, on(day))


def test_an_increment_can_rewrite_and_lose_nothing(engine: Engine, tmp_path: Path) -> None:
    """Corrections of a few records pass; one that tells many of all otherwise does not."""
    source = replace(SOURCE, delivery=Delivery.INCREMENT)
    load_lines(engine, tmp_path, written(WHOLE), source, on(LOADED))
    moved = _changed(day=lambda day: day + timedelta(1))
    assert _loads(engine, tmp_path, moved[:20], source).changed == 20
    with pytest.raises(DataError, match="it would change DAY of 30 of 515 records"):
        load_lines(engine, tmp_path, written(moved[20:50]), source, on(NEXT + timedelta(1)))


COUNTS = source_of({"date": "M", "area": "A", "category": "C", "count": "N"},
                   kind=Kind.COUNTS, grain=Grain.MONTH_COUNT)  # fmt: skip


def _months(factor: float = 1, kind: str = "Gun") -> list[str]:
    return ["M,A,C,N", *(f"2015-{month:02d}-01,{area},{kind},{int(factor * 20)}"
                         for month in range(1, 13) for area in ("Brent", "Barnet"))]  # fmt: skip


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        (_months(0.5), "it would take away 240 of 480 offences (50.0 %"),
        (_months()[:13], "it would take away 240 of 480 offences"),
        (_months(kind="Firearm"), "unknown records in the place of 24 of 24 records (100.0 %"),
    ],
)  # fmt: skip
def test_monthly_counts_are_held_to_what_they_add_up_to(
    engine: Engine, tmp_path: Path, lines: list[str], reason: str
) -> None:
    """Counts cut by half lose as much as months that are missing; small corrections pass."""
    load_lines(engine, tmp_path, _months(), COUNTS, on(LOADED))
    before = versions(engine)
    with pytest.raises(DataError) as refused:
        load_lines(engine, tmp_path, lines, COUNTS, on(NEXT))
    assert reason in str(refused.value)
    assert versions(engine) == before
    assert load_lines(engine, tmp_path, _months(0.96), COUNTS, on(NEXT)).changed == 24


def test_records_without_a_key_may_be_corrected(engine: Engine, tmp_path: Path) -> None:
    """An amount told otherwise makes another record, but not another day, place or tactic."""
    columns = {"date": "DAY", "area": "AREA", "tactic": "T", "done": "N"}
    source = source_of(columns, kind=Kind.ACTIVITY, grain=Grain.RETURN)
    lines = [f"2016-05-{n:02d},{area},Patrol,{{}}" for n in range(1, 29) for area in AREAS[:2]]
    header = "DAY,AREA,T,N"
    load_lines(engine, tmp_path, [header, *(line.format(3) for line in lines)], source, on(LOADED))
    corrected = [line.format(4) for line in lines]
    report = load_lines(engine, tmp_path, [header, *corrected], source, on(NEXT))
    assert (report.withdrawn, report.new) == (56, 56)
    moved = [line.replace("2016-05", "2016-04") for line in corrected]
    with pytest.raises(DataError, match="unknown records in the place of 56 of 56 records"):
        load_lines(engine, tmp_path, [header, *moved], source, on(NEXT + timedelta(1)))


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from(Window))
def test_healthy_weekly_feeds_of_a_small_place_trip_nothing(
    tmp_path_factory: pytest.TempPathFactory, seed: int, window: Window
) -> None:
    """Late records, deaths, withdrawals, moved areas and dates, by the measured rates: no refusal.

    38 incidents a year, a year and a half of weekly deliveries, in any window.
    """
    folder = tmp_path_factory.mktemp("healthy")
    store = open_engine(sqlite_url(folder / "evidence.db"))
    source = replace(SOURCE, window=window)
    start = date(2013, 1, 1)
    history = _lives(random.Random(seed), start, 4 * 365)  # noqa: S311 (no secret)
    day = start + timedelta(900)
    for _ in range(78):
        first = window_start(window, day) or start
        rows = [row for life in history for row in _known(life, day) if row.day >= first]
        if rows:
            load_lines(store, folder, written(rows), source, on(day))
        day += timedelta(7)
    store.dispose()
    assert {load.outcome for load in list_loads(store)} <= {"accepted", "unchanged"}


Life = list[tuple[date, Row | None]]  # from when on each state is in the feed, oldest first


def _lives(rng: random.Random, start: date, days: int) -> list[Life]:
    """Incidents at random; half are in the feed after a day, 4 % come after 28."""
    lives = []
    for number in range(round(38 * days / 365)):
        day = start + timedelta(rng.randrange(days))
        told = day + timedelta(rng.choices((1, 2, 3, 4, 90), (50, 25, 14, 7, 4))[0])
        row = Row(f"s{number}", day, rng.choice(AREAS), rng.choice(KINDS), 0)
        life: Life = [(told, row)]
        for share, change in _FATES:
            if rng.random() < share:
                told += timedelta(rng.randrange(5, 60))
                last = life[-1][1]
                life.append((told, change(rng, last) if last else None))
        lives.append(life)
    return lives


_FATES: tuple[tuple[float, Callable[[random.Random, Row], Row | None]], ...] = (
    (0.026, lambda _, row: row._replace(killed=1)),
    (0.01, lambda _, row: row._replace(day=row.day - timedelta(1))),
    (0.01, lambda rng, row: row._replace(area=rng.choice(AREAS))),
    (0.023, lambda *_: None),
)


def _known(life: Life, day: date) -> list[Row]:
    state = [row for told, row in life if told <= day][-1:]
    return [row for row in state if row is not None]
