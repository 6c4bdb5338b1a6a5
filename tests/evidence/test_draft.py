"""A draft says what a file tells, asks for what it does not, and can be loaded as it stands."""

import tomllib
from collections.abc import Mapping
from pathlib import Path, PurePath
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.evidence.loading import csv_file, days_on, source_of
from viperreport.database import open_engine, sqlite_url
from viperreport.errors import ConfigError, DataError
from viperreport.evidence.draft import draft_source
from viperreport.evidence.load import load_file
from viperreport.model.source import Grain, Kind, Source, TimeRule, Wide


def source_from(toml: Mapping[str, Any]) -> Source:
    """Make the source that a draft describes."""
    form = toml["format"]
    return source_of(
        toml["columns"],
        kind=Kind(toml["kind"]),
        grain=Grain(toml["grain"]),
        file=toml["file"],
        encoding=toml.get("encoding", "utf-8"),
        delimiter=toml.get("delimiter", ","),
        date_format=form.get("date", "%Y-%m-%d"),
        recorded_format=form.get("recorded", "%Y-%m-%d"),
        time_rule=TimeRule(form.get("time_rule", "date")),
        true=tuple(form.get("true", ("true", "Y", "1"))),
        false=tuple(form.get("false", ("false", "N", "0", ""))),
        null=tuple(form["null"]),
        wide=Wide(**toml["wide"]) if "wide" in toml else None,
    )


def drafted(path: Path, **settled: str) -> dict[str, Any]:
    """Draft, parse, and load what was drafted."""
    toml = tomllib.loads(draft_source(path, **settled))
    store = open_engine(sqlite_url(path.parent / "draft.db"))
    report = load_file(store, source_from(toml), path, days_on(10 * 365, dry_run=True))
    assert report.rows_bad == 0
    assert report.new > 0
    return toml


def test_new_york_is_drafted(real_data: Path, tmp_path: Path) -> None:
    """Key, date and its form, area, precinct and the flag, from a file as published."""
    path = tmp_path / "nypd_shootings.csv"
    path.symlink_to((real_data / "nyc" / "nypd_shootings_historic_2006_2018.csv").resolve())
    toml = drafted(path)
    assert (toml["kind"], toml["grain"]) == ("incidents", "incident")
    assert toml["columns"] == {
        "key": "INCIDENT_KEY", "date": "OCCUR_DATE", "area": "BORO", "sub_area": "PRECINCT",
        "killed": "STATISTICAL_MURDER_FLAG",
    }  # fmt: skip
    assert toml["format"]["date"] == "%m/%d/%Y"
    text = draft_source(path)
    assert "config/sources/nypd-shootings.toml" in text
    assert "usual name of incidents. To say it otherwise:\n# [measure]\n# name =" in text
    assert "the key repeats" in text
    assert '# "STATEN ISLAND" = "Staten Island"' in text


def test_london_is_drafted_wide(real_data: Path, tmp_path: Path) -> None:
    """One column a month is seen as such, and the rows to choose from are shown."""
    path = tmp_path / "mps.csv"
    path.symlink_to((real_data / "london" / "mps_borough_level_crime_201004_202006.csv").resolve())
    toml = drafted(path)
    assert (toml["kind"], toml["grain"]) == ("counts", "month-count")
    assert toml["wide"] == {"prefix": "", "format": "%Y%m"}
    assert toml["columns"] == {"area": "LookUp_BoroughName", "category": "MinorText"}
    assert '"Possession of Firearms Offences"' in draft_source(path)


def test_03_04_is_never_guessed(tmp_path: Path) -> None:
    """Two readings of every row: the column and both are named; telling settles it."""
    path = csv_file(tmp_path, "ID,Date", "1,03/04/2016", "2,05/06/2016")
    with pytest.raises(DataError) as caught:
        draft_source(path)
    assert all(word in str(caught.value) for word in ("'Date'", "%d/%m/%Y", "%m/%d/%Y", "--date-f"))
    assert drafted(path, date_format="%d/%m/%Y")["format"]["date"] == "%d/%m/%Y"
    with pytest.raises(DataError, match="no dates in the form %Y"):
        draft_source(path, date_format="%Y-%m-%d")
    told = csv_file(tmp_path, "ID,Date", "1,03/04/2016", "2,25/06/2016")
    assert drafted(told)["format"]["date"] == "%d/%m/%Y"


def test_a_time_with_an_offset_is_never_guessed(tmp_path: Path) -> None:
    """Behind a midnight it changes nothing; behind a time of day it must be told."""
    path = csv_file(tmp_path, "ID,Date", "1,2016-05-01T00:00:00+00")
    assert drafted(path)["format"]["time_rule"] == "date"
    path = csv_file(tmp_path, "ID,Date", "1,2016-05-01T23:30:00+00")
    with pytest.raises(DataError, match="nothing tells whether it is true"):
        draft_source(path)
    assert drafted(path, time_rule="utc")["format"]["time_rule"] == "utc"
    with pytest.raises(ConfigError, match="time_rule: 'x' is none"):
        draft_source(path, time_rule="x")


def test_delimiter_encoding_flags_and_nulls_are_seen(tmp_path: Path) -> None:
    """From the file alone."""
    path = tmp_path / "f.csv"
    path.write_bytes(
        b"Case Number;Incident Date;Borough;Fatal;Injured\r\n"
        b"1;1 May 2016;Caf\xe9;Y;2\r\n2;2 May 2016;N/A;N;0\r\n"
    )
    toml = drafted(path)
    assert (toml["encoding"], toml["delimiter"]) == ("cp1252", ";")
    assert toml["format"] == {"date": "%d %b %Y", "time_rule": "date", "true": ["Y"],
                              "false": ["N", ""], "null": ["", "N/A"]}  # fmt: skip
    assert toml["columns"]["injured"] == "Injured"


@pytest.mark.parametrize(
    ("header", "row", "kind", "grain"),
    [
        ("Find ID,Date Recovered,Weapon Type,Quantity", "1,2016-05-25,Pistol,3",
         "recoveries", "find"),
        ("reference,date,borough,tactic,done,planned", "1,2016-05-25,Brent,ANPR,1,2",
         "activity", "return"),
        ("Month,Borough,Offence,Count", "2016-05,Brent,Gun,1", "counts", "month-count"),
        ("Case ID,When it was,Killed", "1,2016-05-25,3", "incidents", "incident"),
    ],
)  # fmt: skip
def test_kinds_are_told_apart(tmp_path: Path, header: str, row: str, kind: str, grain: str) -> None:
    """By the columns that there are."""
    toml = drafted(csv_file(tmp_path, header, row))
    assert (toml["kind"], toml["grain"]) == (kind, grain)


def test_only_zeros_and_ones_are_flags(tmp_path: Path) -> None:
    """The draft says so in words that the contract understands."""
    toml = drafted(csv_file(tmp_path, "ID,Date,Killed", "a,2016-05-25,1", "b,2016-05-26,0"))
    assert (toml["format"]["true"], toml["format"]["false"]) == (["1"], ["0", ""])


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("shootings.csv", "inbox/shootings*.csv"),
        ("shootings-2016-05-30.csv", "inbox/shootings*.csv"),
        ("a[b]*c.csv", "inbox/a*.csv"),
        ("20160530.csv", "inbox/*.csv"),
    ],
)
def test_where_the_next_file_may_lie(tmp_path: Path, name: str, path: str) -> None:
    """A line to take the mark off, so that `load` and `run` find what comes next."""
    file = tmp_path / name
    file.write_text("id,date\n1,2016-05-30\n2,2016-05-31\n")
    line = next(line for line in draft_source(file).splitlines() if line.startswith("# path = "))
    read = tomllib.loads(line.removeprefix("# "))["path"]
    assert read == path
    assert PurePath(f"inbox/{name}").match(read)


def test_a_file_without_dates_is_refused(tmp_path: Path) -> None:
    """There is nothing to count by."""
    with pytest.raises(DataError, match="no column holds dates"):
        draft_source(csv_file(tmp_path, "ID,Name", "1,x"))


_WORD = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=9
)


@settings(max_examples=40)
@given(st.lists(_WORD, min_size=1, max_size=4, unique_by=str.strip), _WORD)
def test_a_draft_is_always_toml(
    tmp_path_factory: pytest.TempPathFactory, header: list[str], area: str
) -> None:
    """Whatever the headers and names: no comment or string is broken out of."""
    names = ["ID", "Date", "Area", *(f"#{name}" for name in header)]
    cells = ["1", "2016-05-25", area, *header]
    quoted = [
        ",".join('"' + each.replace('"', '""') + '"' for each in row) for row in (names, cells)
    ]
    path = csv_file(tmp_path_factory.mktemp("draft"), *quoted)
    toml = tomllib.loads(draft_source(path))
    assert toml["columns"]["date"] == "Date"
