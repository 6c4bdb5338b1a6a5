"""A row keeps the contract, or is turned away with its line and one reason without its content."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.evidence.loading import LONDON, SHOOTINGS, csv_file, source_of
from viperreport.errors import DataError
from viperreport.evidence.contract import Contract
from viperreport.evidence.files import open_input
from viperreport.evidence.readers import READERS
from viperreport.model.source import Area, Grain, Keep, Kind, Source, Wide

AREAS = (
    Area("Hackney", "hackney"),
    Area("Harlesden", "harlesden", aliases=("Halesden",)),
)


def check(
    folder: Path, lines: Iterable[str], source: Source = SHOOTINGS, areas: Iterable[Area] = AREAS
) -> tuple[list[dict[str, Any]], list[tuple[int, str]]]:
    """Hold a file against a contract: good rows by column, and faults."""
    contract = Contract(source, areas, LONDON, "2016-05-30")
    rows: list[dict[str, Any]] = []
    faults = []
    with open_input(csv_file(folder, *lines)) as file:
        for chunk in READERS["csv"](file, source, contract.choose):
            for checked in contract.check(chunk):
                rows += [dict(zip(contract.staged, row, strict=True)) for row in checked.rows]
                faults += checked.faults
    return rows, faults


def faults_of(folder: Path, column: str, cell: str, role: str = "key", **changes: Any) -> list[str]:  # noqa: ANN401
    """Give the reasons for which a row with this cell is turned away."""
    columns = {"key": "ID", "date": "DAY", role: column}
    named = {"key": "x", "date": "2016-05-01"} | {role: cell}
    header = ",".join(columns.values())
    row = ",".join(f'"{named[each]}"' for each in columns)
    _, faults = check(folder, [header, row], source_of(columns, **changes))
    assert all(line == 2 for line, _ in faults)
    assert not any(cell in reason for _, reason in faults if len(cell) > 3)
    return [reason for _, reason in faults]


@pytest.mark.parametrize(
    ("role", "column", "cell", "reason"),
    [
        ("key", "ID", " ", "ID is missing"),
        ("key", "ID", "k" * 201, "ID is longer than 200 characters"),
        ("date", "DAY", "", "DAY is missing"),
        ("date", "DAY", "2016-02-30", "DAY is not a date in the form %Y-%m-%d"),
        ("date", "DAY", "2016-05-31", "DAY lies after the load"),
        ("date", "DAY", "1899-12-31", "DAY lies before 1900"),
        ("area", "PLACE", "Gotham", "PLACE names no known area"),
        ("area", "PLACE", "a\x07b", "PLACE holds a control character (is the encoding right?)"),
        ("killed", "K", "maybe", "K is neither true nor false in the words of the mapping"),
        ("killed", "K", "-1", "K is negative"),
        ("drug_related", "D", "2", "D is neither true nor false in the words of the mapping"),
        ("items", "N", "1.5", "N is not a whole number"),
        ("items", "N", "-2", "N is negative"),
        ("items", "N", "1,23", "N is not a whole number"),
        ("items", "N", "٣", "N is not a whole number"),
        ("items", "N", "99999999999999999999999", "N is too large a number"),
        ("recorded", "R", "26/05/2016", "R is not a date in the form %Y-%m-%d"),
    ],
)
def test_each_fault_has_one_reason(
    tmp_path: Path, role: str, column: str, cell: str, reason: str
) -> None:
    """The same fault, the same words; the column's name and never the value."""
    assert faults_of(tmp_path, column, cell, role) == [reason]


@pytest.mark.parametrize(
    ("cell", "area"),
    [
        ("Hackney", "Hackney"),
        ("  HACKNEY ", "Hackney"),
        ("halesden", "Harlesden"),
        ("Hackney  Wick", "Hackney"),
        ("", ""),
        ("(null)", ""),
    ],
)
def test_areas_are_found_by_name_alias_or_mapping(tmp_path: Path, cell: str, area: str) -> None:
    """Case and white space do not matter; a blank is "location unknown", not a fault."""
    source = replace(SHOOTINGS, null=("", "(null)"), area_names={"hackney wick": "Hackney"})
    rows, faults = check(tmp_path, ["ID,DAY,AREA,KILLED", f"1,2016-05-01,{cell},0"], source)
    assert (rows[0]["area"], faults) == (area, [])


def test_without_areas_each_name_is_one(tmp_path: Path) -> None:
    """The mapped name, or the file's own, trimmed."""
    source = replace(SHOOTINGS, area_names={"BX": "Bronx"})
    lines = ["ID,DAY,AREA,KILLED", "1,2016-05-01,bx,0", "2,2016-05-01, Far  Rockaway ,0"]
    rows, _ = check(tmp_path, lines, source, areas=())
    assert [row["area"] for row in rows] == ["Bronx", "Far Rockaway"]


@pytest.mark.parametrize(
    ("cell", "number"), [("3", 3), ("1,234", 1234), ("3.0", 3), ("", None), ("0", 0), ("007", 7)]
)
def test_whole_numbers_are_read(tmp_path: Path, cell: str, number: int | None) -> None:
    """Thousands may be separated; what is not stated is not zero."""
    rows, _ = check(tmp_path, ["ID,DAY,N", f'1,2016-05-01,"{cell}"'],
                    source_of({"key": "ID", "date": "DAY", "planned": "N"}))  # fmt: skip
    assert rows[0]["planned"] == number


def test_a_dot_may_separate_thousands(tmp_path: Path) -> None:
    """2.000 is two thousand where the mapping says so, and two where it does not."""
    source = source_of({"key": "ID", "date": "DAY", "planned": "N"})
    lines = ["ID,DAY,N", "1,2016-05-01,2.000"]
    assert check(tmp_path, lines, source)[0][0]["planned"] == 2
    assert check(tmp_path, lines, replace(source, thousands="."))[0][0]["planned"] == 2000


@pytest.mark.parametrize(
    ("cell", "staged"),
    [("2", (1, 2)), ("0", (0, 0)), ("true", (1, None)), ("N", (0, None)), ("", (0, None)),
     ("y", (1, None))],
)  # fmt: skip
def test_killed_is_a_number_or_a_flag(
    tmp_path: Path, cell: str, staged: tuple[int, int | None]
) -> None:
    """A whole number is a number of persons, a word is a flag."""
    rows, _ = check(tmp_path, ["ID,DAY,AREA,KILLED", f"1,2016-05-01,,{cell}"])
    assert (rows[0]["killed_yes"], rows[0]["killed"]) == staged


def test_numbers_are_flags_where_the_mapping_gives_nothing_else(tmp_path: Path) -> None:
    """With true = ["1"] a 1 is no person, and 2 is neither true nor false."""
    source = replace(SHOOTINGS, true=("1",), false=("0",))
    rows, faults = check(tmp_path, ["ID,DAY,AREA,KILLED", "1,2016-05-01,,1", "2,2016-05-01,,2"],
                         source)  # fmt: skip
    assert rows[0]["killed_yes"] == 1
    assert "killed" not in rows[0]
    assert faults == [(3, "KILLED is neither true nor false in the words of the mapping")]


def test_a_flag_may_be_unknown(tmp_path: Path) -> None:
    """Null and not false: neither yes nor no."""
    source = replace(
        source_of({"key": "ID", "date": "DAY", "drug_related": "D"}), false=("N",), null=("", "?")
    )
    lines = ["ID,DAY,D", "1,2016-05-01,Y", "2,2016-05-01,N", "3,2016-05-01,?"]
    assert [row["drug_related"] for row in check(tmp_path, lines, source)[0]] == ["yes", "no", ""]


def test_more_killed_than_victims_is_a_fault(tmp_path: Path) -> None:
    """What one column says is held against another."""
    source = source_of({"key": "ID", "date": "DAY", "killed": "K", "victims": "V"})
    lines = ["ID,DAY,K,V", "1,2016-05-01,2,1", "2,2016-05-01,1,1", "3,2016-05-01,1,"]
    rows, faults = check(tmp_path, lines, source)
    assert faults == [(2, "K is more than V")]
    assert [row["key"] for row in rows] == ["2", "3"]


def test_a_row_has_one_reason(tmp_path: Path) -> None:
    """The first fault by column order is told; a row is counted once."""
    _, faults = check(tmp_path, ["ID,DAY,AREA,KILLED", ",2016-02-30,Gotham,-1"])
    assert faults == [(2, "ID is missing")]


def test_the_filter_lets_only_its_rows_through(tmp_path: Path) -> None:
    """Rows that the filter leaves out are not even faulty."""
    source = replace(SHOOTINGS, keep=Keep("KIND", ("gun ", "rifle")))
    lines = [
        "ID,DAY,AREA,KILLED,KIND",
        "1,2016-05-01,,0,gun",
        ",,,,knife",
        "2,2016-05-01,,0, rifle",
    ]
    rows, faults = check(tmp_path, lines, source)
    assert [row["key"] for row in rows] == ["1", "2"]
    assert faults == []


MONTHLY = source_of(
    {"area": "B", "offence": "T"},
    kind=Kind.COUNTS,
    grain=Grain.MONTH_COUNT,
    wide=Wide("", "%Y%m"),
)


def test_a_wide_file_is_melted(tmp_path: Path) -> None:
    """A column a month; a blank cell is no record; other headers are left alone."""
    lines = ["T,B,201604,201605,Total", "Gun,Hackney,3,,3", 'Gun,,0,"1,000",1000']
    rows, faults = check(tmp_path, lines, MONTHLY)
    assert faults == []
    assert sorted((row["line"], row["day"], row["area"], row["items"]) for row in rows) == [
        (2, "2016-04-01", "Hackney", 3),
        (3, "2016-04-01", "", 0),
        (3, "2016-05-01", "", 1000),
    ]
    assert {row["key"] for row in rows} == {
        "2016-04-01 | Hackney | Gun", "2016-04-01 |  | Gun", "2016-05-01 |  | Gun"
    }  # fmt: skip


def test_faults_of_a_wide_file_name_the_month(tmp_path: Path) -> None:
    """A bad cell is placed by line and header, and takes no other cell with it."""
    lines = ["T,B,201604,201606", "Gun,Hackney,x,2", "Gun,Gotham,1,"]
    rows, faults = check(tmp_path, lines, MONTHLY)
    assert rows == []
    assert sorted(faults) == [
        (2, "201604 is not a whole number"),
        (2, "201606 lies after the load"),
        (3, "B names no known area"),
    ]


def test_a_wide_file_without_months_is_refused(tmp_path: Path) -> None:
    """A form that no header has would read a file as empty."""
    with pytest.raises(DataError, match="no column is a month in the form %Y%m"):
        check(tmp_path, ["T,B,2016-04", "Gun,Hackney,3"], MONTHLY)


def test_made_keys_tell_all_contents_apart(tmp_path: Path) -> None:
    """A sign within a value cannot make two contents one; long keys are hashed."""
    source = source_of({"date": "DAY", "area": "A", "category": "C"})
    lines = ["DAY,A,C", "2016-05-01,a | b,c", "2016-05-01,a,b | c", "2016-05-01,a,b",
             f"2016-05-01,{'a' * 199},b"]  # fmt: skip
    rows, _ = check(tmp_path, lines, source, areas=())
    keys = [row["key"] for row in rows]
    assert len(set(keys)) == 4
    assert max(len(key) for key in keys) <= 200
