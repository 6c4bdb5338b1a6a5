"""A load is all or nothing, and says what it did; on SQLite and on PostgreSQL."""

import hashlib
import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from tests.evidence.loading import (
    GOOD_ROWS,
    HEADER,
    HOME,
    NOW,
    SHOOTINGS,
    csv_file,
    current,
    days_on,
    everything,
    load_lines,
    request,
    source_of,
    versions,
)
from viperreport import evidence
from viperreport.database import open_engine, sqlite_url
from viperreport.errors import ConfigError, DataError, UsageError, ViperReportError
from viperreport.evidence import journal
from viperreport.evidence.journal import list_loads, list_quarantine
from viperreport.evidence.load import LoadRequest, load_file
from viperreport.evidence.merge import window_start
from viperreport.model.source import Area, Delivery, Grain, Keep, Kind, Source, Window

ONE = "1,2016-05-01,Hackney,0"
TWO = "2,2016-05-02,Brent,1"


@pytest.fixture
def store(tmp_path: Path) -> Engine:
    """A SQLite store that does not exist yet."""
    return open_engine(sqlite_url(tmp_path / "evidence.db"))


def test_a_load_says_what_it_did(engine: Engine, tmp_path: Path) -> None:
    """New, changed, withdrawn and revived records, and every version that they leave."""
    first = load_lines(engine, tmp_path, [HEADER, ONE, TWO])
    assert (first.outcome, first.new, first.known_at) == ("accepted", 2, NOW)
    assert first.newest == date(2016, 5, 2)
    second = load_lines(engine, tmp_path, [HEADER, "1,2016-05-01,Hackney,1"], asked=days_on(1))
    assert (second.new, second.changed, second.withdrawn) == (0, 1, 1)
    third = load_lines(engine, tmp_path, [HEADER, TWO, "1,2016-05-01,Hackney,1"], asked=days_on(2))
    assert (third.new, third.changed, third.withdrawn, third.revived) == (0, 0, 0, 1)
    told = [(v["key"], v["known_from"][8:10], (v["known_to"] or "")[8:10], v["lines"])
            for v in versions(engine)]  # fmt: skip
    assert told == [
        ("1", "30", "31", "2"), ("1", "31", "", "2"), ("2", "30", "31", "3"), ("2", "01", "", "2")
    ]  # fmt: skip
    assert [each.outcome for each in list_loads(engine)] == ["accepted"] * 3


def test_rows_of_one_key_are_one_incident(engine: Engine, tmp_path: Path) -> None:
    """Rows are not persons: the greatest number that a row states, and any row that is true."""
    load_lines(
        engine, tmp_path,
        [HEADER, "1,2016-05-01,,1", "2,2016-05-02,,0", "1,2016-05-01,,2", "2,2016-05-02,,",
         "1,2016-05-01,,0"],
    )  # fmt: skip
    found = current(engine)
    assert (found["1"]["killed"], found["1"]["fatal"]) == (2, "yes")
    assert (found["2"]["killed"], found["2"]["fatal"]) == (0, "no")
    assert {v["key"]: v["lines"] for v in versions(engine)} == {"1": "2,4,6", "2": "3,5"}
    assert found["1"]["hurt"] == ""  # injured is not held, and a death alone does not tell it


def test_flags_hold_no_persons(engine: Engine, tmp_path: Path) -> None:
    """Where killed is a flag, the number of persons is not held."""
    lines = [HEADER, "1,2016-05-01,,true", "2,2016-05-02,,false", "1,2016-05-01,,false"]
    load_lines(engine, tmp_path, lines)
    found = current(engine)
    assert [(found[key]["fatal"], found[key]["killed"]) for key in "12"] == [
        ("yes", None), ("no", None)
    ]  # fmt: skip


def test_a_word_beside_numbers_leaves_the_number_unknown(engine: Engine, tmp_path: Path) -> None:
    """A blank that means false is 0 persons; "true" is somebody, nobody knows how many."""
    load_lines(
        engine,
        tmp_path,
        [HEADER, "1,2016-05-01,,3", "2,2016-05-02,,", "3,2016-05-03,,true", "3,2016-05-03,,0"],
    )
    assert [current(engine)[key]["killed"] for key in "123"] == [3, 0, None]
    assert current(engine)["3"]["fatal"] == "yes"


HURT = {"key": "ID", "date": "DAY", "killed": "K", "injured": "I"}


@pytest.mark.parametrize(
    ("row", "hurt"), [("0,0", "no"), ("0,2", "yes"), ("1,0", "yes"), ("1,?", ""), ("?,1", "")]
)
def test_hurt_is_told_where_both_are_held(
    engine: Engine, tmp_path: Path, row: str, hurt: str
) -> None:
    """Killed or injured, where the row holds both; else it is not told."""
    source = source_of(HURT, null=("", "?"))
    load_lines(engine, tmp_path, ["ID,DAY,K,I", f"1,2016-05-01,{row}"], source)
    assert current(engine)["1"]["hurt"] == hurt


def test_victims_are_counted_by_row(engine: Engine, tmp_path: Path) -> None:
    """A row is a victim: killed, else injured where flagged; an incident has several."""
    rows = ["1,2016-05-01,Y,Y", "1,2016-05-01,N,Y", "1,2016-05-01,N,Y", "1,2016-05-01,N,N"]
    load_lines(
        engine, tmp_path, ["ID,DAY,K,I", *rows, "2,2016-05-02,1,0"],
        source_of(HURT, grain=Grain.VICTIM),
    )  # fmt: skip
    found = current(engine)["1"]
    assert (found["killed"], found["injured"], found["fatal"], found["hurt"]) == (
        1,
        2,
        "yes",
        "yes",
    )
    assert current(engine)["2"]["killed"] == 1


def test_a_victim_of_whom_nothing_is_known_leaves_the_number_unknown(
    engine: Engine, tmp_path: Path
) -> None:
    """One killed and one not told are not one killed."""
    source = source_of(HURT, grain=Grain.VICTIM, false=("N",), null=("", "?"))
    load_lines(engine, tmp_path, ["ID,DAY,K,I", "1,2016-05-01,Y,N", "1,2016-05-01,?,N"], source)
    found = current(engine)["1"]
    assert (found["killed"], found["injured"], found["fatal"]) == (None, 0, "yes")


def test_a_file_that_is_written_to_while_it_is_read_is_refused(
    engine: Engine, tmp_path: Path
) -> None:
    """What would be stored is not what the hash says."""
    path = csv_file(tmp_path, HEADER, ONE)
    asked = request(progress=lambda *_: path.write_text(f"{HEADER}\n{ONE}\n{TWO}\n") and None)
    with pytest.raises(DataError, match="the file changed while it was read; load it again"):
        load_file(engine, SHOOTINGS, path, asked)
    assert versions(engine) == []


RECOVERED = {"key": "ID", "date": "DAY", "weapon": "W", "items": "N"}


def test_a_find_has_items(engine: Engine, tmp_path: Path) -> None:
    """A row is a find; unstated is one item; a key that repeats is turned away."""
    source = source_of(RECOVERED, kind=Kind.RECOVERIES, grain=Grain.FIND, max_bad_share=0.5)
    lines = ["ID,DAY,W,N", "1,2016-05-01,rifle,12", "2,2016-05-02,pistol,", "1,2016-05-01,rifle,1"]
    report = load_lines(engine, tmp_path, lines, source)
    assert [current(engine)[key]["items"] for key in "12"] == [12, 1]
    assert report.faults == ((4, "repeats a key, where each row should have its own"),)


def test_items_of_one_find_add_up(engine: Engine, tmp_path: Path) -> None:
    """A row is an item; a find of several kinds says so and loses none."""
    source = source_of(RECOVERED, kind=Kind.RECOVERIES, grain=Grain.ITEM)
    lines = ["ID,DAY,W,N", "1,2016-05-01,rifle,", "1,2016-05-01,pistol,3", "2,2016-05-02,rifle,1"]
    assert load_lines(engine, tmp_path, lines, source).rows_bad == 0
    found = current(engine)
    assert (found["1"]["items"], found["1"]["category"]) == (4, "Several")
    assert (found["2"]["items"], found["2"]["category"]) == (1, "rifle")


def test_a_return_holds_what_was_done(engine: Engine, tmp_path: Path) -> None:
    """Done, planned, arrests, firearms, reach; a blank is not reported."""
    columns = {name: name for name in ("key", "date", "tactic", "done", "planned", "arrests",
                                       "firearms", "reach")}  # fmt: skip
    source = source_of(columns, kind=Kind.ACTIVITY, grain=Grain.RETURN)
    load_lines(engine, tmp_path, [",".join(columns), "r1,2016-05-01,ANPR,3,4,2,1,"], source)
    found = current(engine)["r1"]
    assert [found[name] for name in ("category", "items", "planned", "arrests", "firearms",
                                     "reach")] == ["ANPR", 3, 4, 2, 1, None]  # fmt: skip


def test_equal_month_counts_add_up(engine: Engine, tmp_path: Path) -> None:
    """A count is told by month and labels; any day of the month will do."""
    source = source_of({"date": "M", "area": "A", "category": "C", "count": "N"},
                       kind=Kind.COUNTS, grain=Grain.MONTH_COUNT)  # fmt: skip
    lines = ["M,A,C,N", "2016-04-03,Brent,Gun,2", "2016-04-20,Brent,Gun,3", "2016-04-01,,Gun,1"]
    load_lines(engine, tmp_path, lines, source)
    assert {key: row["items"] for key, row in current(engine).items()} == {
        "2016-04-01 | Brent | Gun": 5, "2016-04-01 |  | Gun": 1
    }  # fmt: skip
    again = load_lines(engine, tmp_path, ["M,A,C,N", "2016-04-03,Brent,Gun,6"], source, days_on(1))
    assert (again.changed, again.withdrawn) == (1, 1)


def test_without_a_key_identical_rows_are_real(engine: Engine, tmp_path: Path) -> None:
    """Exact duplicates are told apart by their number, whatever the order of the file."""
    source = source_of({"date": "DAY", "area": "AREA"})
    lines = ["2016-05-01,Brent", "2016-05-02,Brent", "2016-05-01,Brent"]
    assert load_lines(engine, tmp_path, ["DAY,AREA", *lines], source).new == 3
    assert {v["key"][-2:]: v["lines"] for v in versions(engine) if "05-01" in v["key"]} == {
        "#1": "2", "#2": "4"
    }  # fmt: skip
    again = load_lines(engine, tmp_path, ["DAY,AREA", *lines[::-1]], source, days_on(1))
    assert (again.new, again.changed, again.withdrawn) == (0, 0, 0)
    less = load_lines(engine, tmp_path, ["DAY,AREA", *lines[1:]], source, days_on(2))
    assert (less.new, less.changed, less.withdrawn) == (0, 0, 1)


def test_rows_that_contradict_their_key_are_turned_away(engine: Engine, tmp_path: Path) -> None:
    """The first line of a key holds; the reason says what is another."""
    lines = [
        HEADER,
        ONE,
        "1,2016-05-09,Hackney,1",
        "1,2016-05-01,Brent,0",
        "1,2016-05-01,Hackney,1",
    ]
    report = load_lines(engine, tmp_path, lines, replace(SHOOTINGS, max_bad_share=0.5))
    assert report.rows_bad == 2
    assert [(row.line, row.reason) for row in list_quarantine(engine)] == [
        (3, "repeats a key with another date"),
        (4, "repeats a key with another area"),
    ]
    found = current(engine)["1"]
    assert (found["day"], found["area"], found["killed"]) == ("2016-05-01", "Hackney", 1)
    assert versions(engine)[0]["lines"] == "2,5"


@pytest.mark.parametrize(
    ("role", "words"),
    [
        ("sub_area", "another sub-area"),
        ("category", "another category"),
        ("circumstance", "another circumstance"),
    ],
)
def test_rows_of_a_key_agree_on_every_label(
    engine: Engine, tmp_path: Path, role: str, words: str
) -> None:
    """A label that is blank in one row and not in the other is another one, too."""
    source = source_of({"key": "ID", "date": "DAY", role: "LABEL"}, max_bad_share=0.9)
    lines = ["ID,DAY,LABEL", "1,2016-05-01,a", "1,2016-05-01,b", "1,2016-05-01,"]
    load_lines(engine, tmp_path, lines, source)
    assert [row.reason for row in list_quarantine(engine)] == [f"repeats a key with {words}"] * 2
    assert current(engine)["1"][role] == "a"


def test_lines_are_in_the_order_of_the_file(engine: Engine, tmp_path: Path) -> None:
    """Whatever the keys' order, and beyond one chunk."""
    rng = random.Random(7)  # noqa: S311 (a shuffle)
    keys = [str(n % 500) for n in range(25_000)]
    rng.shuffle(keys)
    load_lines(engine, tmp_path, [HEADER, *(f"{key},2016-05-01,,0" for key in keys)])
    expected: dict[str, list[str]] = {}
    for line, key in enumerate(keys, start=2):
        expected.setdefault(key, []).append(str(line))
    assert {v["key"]: v["lines"] for v in versions(engine)} == {
        key: ",".join(lines) for key, lines in expected.items()
    }


def test_the_same_file_again_is_a_sign_of_life(engine: Engine, tmp_path: Path) -> None:
    """Only a row in `loads`; another mapping, other areas or another zone read it anew."""
    path = csv_file(tmp_path, HEADER, ONE)
    load_file(engine, SHOOTINGS, path, request())
    before = versions(engine)
    again = load_file(engine, SHOOTINGS, path, days_on(1))
    assert (again.outcome, again.newest) == ("unchanged", date(2016, 5, 1))
    assert versions(engine) == before
    assert [each.outcome for each in list_loads(engine)] == ["accepted", "unchanged"]
    other = replace(SHOOTINGS, mapping_hash="b")
    assert load_file(engine, other, path, days_on(2)).outcome == "accepted"
    areas = (Area("Hackney", "hackney"),)
    assert load_file(engine, other, path, days_on(3, areas=areas)).outcome == "accepted"
    assert load_file(engine, other, path, days_on(4, areas=areas)).outcome == "unchanged"


def test_rows_that_lay_after_the_load_are_read_when_their_day_has_come(
    engine: Engine, tmp_path: Path
) -> None:
    """The same file is no no-op while it holds rows that were turned away as too early."""
    path = csv_file(tmp_path, HEADER, *GOOD_ROWS, "f,2016-06-01,Brent,0")
    source = replace(SHOOTINGS, max_bad_share=0.1)
    assert load_file(engine, source, path, request()).rows_bad == 1
    assert load_file(engine, source, path, days_on(3)).new == 1


def test_an_increment_withdraws_nothing(engine: Engine, tmp_path: Path) -> None:
    """What an increment does not repeat is still there."""
    source = replace(SHOOTINGS, delivery=Delivery.INCREMENT)
    load_lines(engine, tmp_path, [HEADER, ONE], source)
    report = load_lines(engine, tmp_path, [HEADER, TWO], source, days_on(1))
    assert (report.new, report.withdrawn) == (1, 0)
    assert set(current(engine)) == {"1", "2"}


def test_a_full_delivery_is_full_within_its_window(engine: Engine, tmp_path: Path) -> None:
    """Records before the window are not missing."""
    rows = ["a,2014-05-29,Brent,0", "b,2014-05-30,Brent,0", "c,2015-12-31,Brent,0", ONE]
    for window, gone in ((Window.CALENDAR_YEAR, 0), (Window.ROLLING_24_MONTHS, 2)):
        source = replace(SHOOTINGS, name=str(window), window=window)
        load_lines(engine, tmp_path, [HEADER, *rows], source)
        assert load_lines(engine, tmp_path, [HEADER, ONE], source, days_on(0.5)).withdrawn == gone
    assert window_start(Window.ROLLING_24_MONTHS, date(2016, 2, 29)) == date(2014, 2, 28)


def test_a_row_that_turns_bad_is_not_withdrawn(engine: Engine, tmp_path: Path) -> None:
    """Its record is in the file, only not to be read: the last good version stays known."""
    source = replace(SHOOTINGS, max_bad_share=0.1)
    load_lines(engine, tmp_path, [HEADER, *GOOD_ROWS], source)
    broken = [GOOD_ROWS[0].replace("2016-05-01", "2016-02-30"), *GOOD_ROWS[1:-1]]
    report = load_lines(engine, tmp_path, [HEADER, *broken], source, days_on(1))
    assert (report.rows_bad, report.withdrawn) == (1, 1)
    assert "g1" in current(engine)


RECORDED = source_of({"key": "ID", "date": "DAY", "recorded": "REC"}, delivery=Delivery.INCREMENT)


def known_from(engine: Engine) -> dict[str, str]:
    """When each record became known, to the minute."""
    return {v["key"]: v["known_from"][:16] for v in versions(engine) if v["known_to"] is None}


def test_a_record_is_known_from_the_end_of_the_day_it_was_recorded(
    engine: Engine, tmp_path: Path
) -> None:
    """Never after the load that brings it, never before the load that did not, never twice."""
    lines = ["ID,DAY,REC", "a,2016-05-01,2016-05-02", "b,2016-05-01,2016-05-30",
             "c,2016-05-01,", "d,2016-05-01,2017-01-01", "a,2016-05-01,2016-05-04"]  # fmt: skip
    load_lines(engine, tmp_path, lines, RECORDED)
    loaded = "2016-05-30T06:00"
    assert known_from(engine) == {"a": "2016-05-02T23:00", "b": loaded, "c": loaded, "d": loaded}
    lines = ["ID,DAY,REC", "e,2016-05-01,2016-05-02", "f,2016-05-01,2016-05-31",
             "a,2016-05-07,2016-05-02"]  # fmt: skip
    load_lines(engine, tmp_path, lines, RECORDED, days_on(7))
    told = known_from(engine)
    assert told["e"] == loaded  # just after the load before
    assert told["f"] == "2016-05-31T23:00"
    assert told["a"] == "2016-06-06T06:00"  # changed: known as such from its load
    first = next(v for v in versions(engine) if v["key"] == "e")
    assert first["known_from"] > NOW.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def test_loads_go_forward(engine: Engine, tmp_path: Path) -> None:
    """Knowledge is never put in before what was loaded; nothing is noted of the attempt."""
    load_lines(engine, tmp_path, [HEADER, ONE])
    before = everything(engine)
    for asked in (days_on(1, known_at=NOW), days_on(1, known_at=NOW - timedelta(1)), days_on(-1)):
        with pytest.raises(DataError, match="loads go forward: give a later --known-at"):
            load_lines(engine, tmp_path, [HEADER, TWO], asked=asked)
    with pytest.raises(UsageError, match="lies in the future"):
        load_lines(engine, tmp_path, [HEADER, TWO], asked=days_on(1, known_at=NOW + timedelta(2)))
    assert everything(engine) == before
    same_instant = load_lines(engine, tmp_path, [HEADER, TWO])
    assert same_instant.known_at == NOW + timedelta(microseconds=1)
    other = replace(SHOOTINGS, name="other")
    earlier = days_on(1, known_at=datetime(2016, 5, 10, tzinfo=UTC))
    assert load_lines(engine, tmp_path, [HEADER, ONE], other, earlier).new == 1


def test_a_long_load_is_known_from_its_end(engine: Engine, tmp_path: Path) -> None:
    """The clock is read again before the versions are written."""
    times = iter(NOW + timedelta(minutes=n) for n in range(10))
    report = load_lines(engine, tmp_path, [HEADER, ONE], asked=request(clock=lambda: next(times)))
    assert report.known_at > NOW
    assert list_loads(engine)[0].known_at == report.known_at


def test_the_day_of_the_load_is_that_of_the_home(engine: Engine, tmp_path: Path) -> None:
    """At 23:30 UTC in May it is tomorrow in London."""
    evening = request(now=datetime(2016, 5, 25, 23, 30, tzinfo=UTC))
    assert load_lines(engine, tmp_path, [HEADER, "1,2016-05-26,,0"], asked=evening).new == 1
    with pytest.raises(DataError, match="line 2: DAY lies after the load"):
        load_lines(engine, tmp_path, [HEADER, "1,2016-05-27,,0"],
                   replace(SHOOTINGS, name="b"), evening)  # fmt: skip


def test_too_many_bad_rows_refuse_a_file_whole(engine: Engine, tmp_path: Path) -> None:
    """One line says how many, which and where; `loads` and `quarantine` keep it; no version."""
    load_lines(engine, tmp_path, [HEADER, ONE])
    before = versions(engine)
    bad = ["x,2016-02-30,Brent,0", ",2016-05-01,Brent,0", "y,2016-05-01,Brent,-1", "z,,Brent,0"]
    with pytest.raises(DataError) as caught:
        load_lines(engine, tmp_path, [HEADER, *GOOD_ROWS[:8], *bad], asked=days_on(1))
    assert str(caught.value) == (
        f"{tmp_path / 'shootings.csv'}: 4 of 12 rows are bad, more than 2 % allowed; "
        "line 10: DAY is not a date in the form %Y-%m-%d; line 11: ID is missing; "
        "line 12: KILLED is negative; …. Mend the file or the mapping in "
        "config/sources/shootings.toml; `viperreport quarantine` lists all"
    )
    assert versions(engine) == before
    last = list_loads(engine, "shootings")[-1]
    assert (last.outcome, last.rows_kept, last.rows_bad) == ("refused", 12, 4)
    assert [row.line for row in list_quarantine(engine, "shootings")] == [10, 11, 12, 13]
    assert list_quarantine(engine, "other") == ()
    mended = load_lines(engine, tmp_path, [HEADER, ONE, TWO], asked=days_on(1))
    assert mended.new == 1  # a refused load does not stand in the way of the next


def test_few_bad_rows_go_to_quarantine(engine: Engine, tmp_path: Path) -> None:
    """The others are counted."""
    source = replace(SHOOTINGS, max_bad_share=0.05)
    report = load_lines(engine, tmp_path, [HEADER, *GOOD_ROWS[:19], "x,2016-02-30,,0"], source)
    assert (report.new, report.rows_bad, report.rows_kept) == (19, 1, 20)
    assert list_quarantine(engine)[0].file == "shootings.csv"


def test_the_quarantine_is_bounded(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only the first reasons are kept, and it is said so."""
    monkeypatch.setattr(journal, "MAX_REASONS", 5)
    with pytest.raises(DataError, match="12 of 12 rows are bad"):
        load_lines(engine, tmp_path, [HEADER, *[",,,"] * 12])
    assert [row.line for row in list_quarantine(engine)] == [2, 3, 4, 5, 6]
    assert "only the first 5 of 12 bad rows are listed" in list_loads(engine)[0].reason


@pytest.mark.parametrize(
    ("content", "changes", "message"),
    [
        (HEADER.encode() + b"\n", {}, "a header but no data rows"),
        (b"ID,DAY,AREA,KILLED\n1,2016-05-01,caf\xe9,0\n", {}, "line 2: is not utf-8"),
        (b"ID,DAY,PLACE,KILLED\n1,2016-05-01,x,0\n", {}, "line 1: there is no column 'AREA'"),
        (b"ID,DAY,AREA,KILLED\n1,2016-02-30,x,0\n", {}, "line 2: DAY is not a date"),
        (b"ID,DAY,AREA,KILLED\n1,2016-06-01,x,0\n", {}, "line 2: DAY lies after the load"),
        (f"{HEADER}\n{ONE}\n".encode(),
         {"keep": Keep("AREA", ("Ealing",)), "mapping_hash": "b"},
         "no row passes the filter [keep] on column 'AREA'; change it in config/sources/sh"),
    ],
)  # fmt: skip
def test_what_a_refused_file_leaves(
    engine: Engine, tmp_path: Path, content: bytes, changes: dict[str, Any], message: str
) -> None:
    """A row that says why, in one line with file and place, and no change to any record."""
    load_lines(engine, tmp_path, [HEADER, ONE])
    before = versions(engine)
    path = tmp_path / "bad.csv"
    path.write_bytes(content)
    with pytest.raises(DataError) as caught:
        load_file(engine, replace(SHOOTINGS, **changes), path, days_on(1))
    said = str(caught.value)
    assert message in said
    assert said.startswith(f"{path}: ")
    assert "\n" not in said
    assert caught.value.exit_code == 4
    assert versions(engine) == before
    last = list_loads(engine)[-1]
    assert (last.outcome, last.file) == ("refused", "bad.csv")
    assert message in last.reason


def test_an_unknown_area_is_a_bad_row(engine: Engine, tmp_path: Path) -> None:
    """Where the home has areas, a name that is none is not counted anywhere."""
    with pytest.raises(DataError, match="line 2: AREA names no known area"):
        load_lines(engine, tmp_path, [HEADER, "1,2016-05-01,Gotham,0"],
                   asked=request(areas=(Area("Hackney", "hackney"),)))  # fmt: skip


def test_more_killed_than_victims_is_a_bad_row(engine: Engine, tmp_path: Path) -> None:
    """The message names both columns."""
    source = source_of({"key": "ID", "date": "DAY", "killed": "K", "victims": "V"})
    with pytest.raises(DataError, match="line 2: K is more than V"):
        load_lines(engine, tmp_path, ["ID,DAY,K,V", "1,2016-05-01,2,1"], source)


@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo, None])
def test_what_is_no_file_leaves_the_store_alone(tmp_path: Path, store: Engine, make: Any) -> None:  # noqa: ANN401
    """Missing, a directory, a FIFO: not a byte of the store changes."""
    load_lines(store, tmp_path, [HEADER, ONE])
    store.dispose()
    database = tmp_path / "evidence.db"
    before = database.read_bytes()
    path = tmp_path / "thing.csv"
    if make is not None:
        make(path)
    with pytest.raises(DataError, match=str(path)):
        load_file(store, SHOOTINGS, path, days_on(1))
    store.dispose()
    assert database.read_bytes() == before


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "the file is empty"),
        (b"\x1f\x8b\x08", "a gzip archive"),
        (HEADER.encode("utf-16"), "UTF-16"),
    ],
)
def test_a_file_that_is_no_table_is_a_refused_delivery(
    engine: Engine, tmp_path: Path, content: bytes, message: str
) -> None:
    """It is noted with its bytes and hash, so that editions know of it; not by a dry run."""
    load_lines(engine, tmp_path, [HEADER, ONE])
    before = everything(engine)
    path = tmp_path / "new.csv"
    path.write_bytes(content)
    for dry_run in (True, False):
        assert everything(engine) == before
        with pytest.raises(DataError, match=message):
            load_file(engine, SHOOTINGS, path, days_on(1, dry_run=dry_run))
    last = list_loads(engine)[-1]
    assert (last.outcome, last.bytes, last.file) == ("refused", len(content), "new.csv")
    assert last.sha256 == hashlib.sha256(content).hexdigest()
    assert everything(engine)["versions"] == before["versions"]


def test_a_dry_run_does_all_and_keeps_nothing(engine: Engine, tmp_path: Path) -> None:
    """It reports what a load would do, or refuses, and leaves no trace."""
    load_lines(engine, tmp_path, [HEADER, ONE])
    before = everything(engine)
    report = load_lines(engine, tmp_path, [HEADER, TWO], asked=days_on(1, dry_run=True))
    assert (report.new, report.withdrawn, report.load_id, report.dry_run) == (1, 1, None, True)
    with pytest.raises(DataError):
        load_lines(engine, tmp_path, [HEADER], asked=days_on(1, dry_run=True))
    assert everything(engine) == before


def test_progress_is_told(store: Engine, tmp_path: Path) -> None:
    """Bytes read and bytes in all, ending with all."""
    told: list[tuple[int, int]] = []
    asked = request(progress=lambda done, whole: told.append((done, whole)))
    load_lines(
        store, tmp_path, [HEADER, *(f"{n},2016-05-01,,0" for n in range(45_000))], asked=asked
    )
    assert len(told) == 3
    assert told[-1][0] == told[-1][1] == (tmp_path / "shootings.csv").stat().st_size
    assert sorted(told) == told


def test_coverage_is_kept_where_it_is_declared(engine: Engine, tmp_path: Path) -> None:
    """A date is written down; "load" and "newest-record" are for the reader to work out."""
    for name, coverage, kept in (
        ("a", "2016-04-30", date(2016, 4, 30)), ("b", "load", None), ("c", "newest-record", None)
    ):  # fmt: skip
        load_lines(
            engine, tmp_path, [HEADER, ONE], replace(SHOOTINGS, name=name, coverage=coverage)
        )
        assert list_loads(engine, name)[0].coverage == kept


def test_an_unknown_kind_of_file_is_a_fault_of_the_mapping(store: Engine, tmp_path: Path) -> None:
    """It names the kinds that there are."""
    with pytest.raises(ConfigError, match="one of csv, excel, parquet"):
        load_lines(store, tmp_path, [HEADER], replace(SHOOTINGS, file="ods"))


CHILD = """
import os, signal, sys
from datetime import timedelta
from pathlib import Path
sys.path.insert(0, sys.argv[4])
from tests.evidence import loading
from viperreport.database import open_engine
from viperreport.evidence import load
stage = sys.argv[3]
def die(*_): os.kill(os.getpid(), signal.SIGKILL)
real = load.merge
def merge_and_die(*given):
    real(*given)
    die()
if stage == "merge": load.merge = merge_and_die
asked = loading.days_on(1, progress=die if stage == "stage" else None)
load.load_file(open_engine(sys.argv[1]), loading.SHOOTINGS, Path(sys.argv[2]), asked)
"""


@pytest.mark.parametrize("stage", ["stage", "merge"])
def test_a_killed_load_leaves_the_store_as_it_was(
    engine: Engine, tmp_path: Path, stage: str
) -> None:
    """SIGKILL while rows are staged, and after the versions are written: nothing of it is left."""
    load_lines(engine, tmp_path, [HEADER, ONE])
    before = everything(engine)
    path = csv_file(tmp_path, HEADER, *GOOD_ROWS, TWO, name="next.csv")
    url = engine.url.render_as_string(hide_password=False)
    here = str(Path(__file__).parents[2])
    source = str(Path(evidence.__file__).parents[2])
    child = subprocess.run(
        [sys.executable, "-c", CHILD, url, str(path), stage, here],
        env={**os.environ, "PYTHONPATH": source},
        check=False,
        timeout=60,
    )
    assert child.returncode == -signal.SIGKILL
    for _ in range(50):  # PostgreSQL notices a dead client in its own time
        if everything(engine) == before:
            break
        time.sleep(0.1)
    assert everything(engine) == before
    assert load_file(engine, SHOOTINGS, path, days_on(1)).new == 21


def test_two_loads_at_once_follow_each_other(engine: Engine, tmp_path: Path) -> None:
    """Two processes load two files of one source: both are whole, one after the other."""
    url = engine.url.render_as_string(hide_password=False)
    code = CHILD.replace("loading.days_on(1,", "loading.days_on(int(stage),")
    load_lines(engine, tmp_path, [HEADER, ONE])
    paths = [
        csv_file(tmp_path, HEADER, *(f"{name}{n},2016-05-01,,0" for n in range(3000)), name=name)
        for name in ("a.csv", "b.csv")
    ]
    source = str(Path(evidence.__file__).parents[2])
    children = [
        subprocess.Popen(
            [sys.executable, "-c", code, url, str(path), "1", str(Path(__file__).parents[2])],
            env={**os.environ, "PYTHONPATH": source},
        )
        for path in paths
    ]
    assert [child.wait(timeout=60) for child in children] == [0, 0]
    assert [each.records_new for each in list_loads(engine)] == [1, 3000, 3000]
    assert len(current(engine)) == 3000
    assert {v["known_to"] is None for v in versions(engine)} == {True, False}


def test_requests_are_frozen() -> None:
    """What flows cannot be changed on its way."""
    asked = LoadRequest(now=NOW, home=HOME, zone="UTC")
    with pytest.raises(AttributeError):
        asked.home = "other"  # type: ignore[misc]
    assert issubclass(DataError, ViperReportError)
    assert isinstance(SHOOTINGS, Source)
