"""Tables for other programs: every format, safe to open, whole or not at all."""

import csv
import io
import json
import stat
import sys
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from tests.evidence.store_builder import INCIDENTS, RECOVERIES, StoreBuilder, at, version
from viperreport.database import reading
from viperreport.errors import ConfigError, OutputError, UsageError
from viperreport.evidence.export import export_records, figures_frame, write_table

ATTACKS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", '=HYPERLINK("x","y")']


def written(frame: pd.DataFrame, table_format: str) -> bytes:
    """A table as bytes."""
    out = io.BytesIO()
    write_table(frame, table_format, out)
    return out.getvalue()


def cells(content: bytes) -> list[list[str]]:
    """A csv as another program reads it."""
    return list(csv.reader(io.StringIO(content.decode(), newline="")))


def test_records(engine: Engine) -> None:
    """What was known at the instant, and no more, with where each record stands."""
    store = StoreBuilder(engine)
    load = store.load(INCIDENTS, "2016-05-01T04:00", file="a.csv", sha256="aa")
    early, late = "2016-05-01T04:00", "2016-05-02T04:00"
    store.add(
        INCIDENTS,
        version("b", "2016-04-02", early, known_to=late, area="=cmd()", items=-3, load_id=load),
        version("b", "2016-04-02", late, area="Brent", load_id=load),
        version("a", "2016-04-03", early, load_id=load, lines="4,5"),
    )
    store.add(RECOVERIES, version("r", "2016-04-01", early, load_id=load))
    with reading(engine) as connection:
        frame = export_records(connection, [INCIDENTS], at(early))
        both = export_records(connection, [INCIDENTS, RECOVERIES], at(late))
    assert list(frame["key"]) == ["b", "a"]
    assert list(both["key"]) == ["r", "b", "a"]
    header, first, second = cells(written(frame, "csv"))
    row = dict(zip(header, first, strict=True))
    assert (row["area"], row["items"], row["killed"]) == ("'=cmd()", "-3", "")
    assert (row["file"], row["sha256"], row["day"]) == ("a.csv", "aa", "2016-04-02")
    assert dict(zip(header, second, strict=True))["lines"] == "4,5"
    loaded = json.loads(written(frame, "json"))
    assert (loaded[0]["area"], loaded[0]["items"], loaded[0]["killed"]) == ("=cmd()", -3, None)
    back = pd.read_parquet(io.BytesIO(written(frame, "parquet")))
    assert list(back["area"]) == ["=cmd()", ""]
    assert back["items"].dtype == "Int64"


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_text_is_a_formula(attack: str) -> None:
    """Texts and headers that begin like a formula are defused; numbers are left alone."""
    frame = pd.DataFrame({"text": [attack], "number": [-1.5], attack: ["plain"]})
    mixed = figures_frame([{"value": attack}, {"value": -7}, {"value": "a" + attack}])
    header, row = cells(written(frame, "csv"))
    assert header == ["text", "number", f"'{attack}"]
    assert row == [f"'{attack}", "-1.5", "plain"]
    assert cells(written(mixed, "csv"))[1:] == [[f"'{attack}"], ["-7"], ["a" + attack]]


@given(st.lists(st.tuples(st.text(), st.text()), min_size=1, max_size=5))
def test_any_text_survives_a_csv(rows: list[tuple[str, str]]) -> None:
    """Whatever stands in a cell stays in that cell, and never begins like a formula."""
    frame = pd.DataFrame(rows, columns=["a", "b"], dtype=object)
    read = cells(written(frame, "csv"))[1:]
    assert [[cell.removeprefix("'") for cell in row] for row in read] == [
        [cell.removeprefix("'") for cell in row] for row in rows
    ]
    assert not any(cell.startswith(tuple("=+-@\t\r\n")) for row in read for cell in row)


def test_figures() -> None:
    """Whole numbers stay whole beside missing ones."""
    figures: list[dict[str, object]] = [
        {"key": "a", "value": 122, "where": '{"area": ["x"]}'},
        {"key": "b", "value": None, "where": "{}"},
        {"key": "c", "value": 310.7888},
    ]
    frame = figures_frame(figures)
    assert cells(written(frame, "csv")) == [
        ["key", "value", "where"],
        ["a", "122", '{"area": ["x"]}'],
        ["b", "", "{}"],
        ["c", "310.7888", ""],
    ]
    assert json.loads(written(frame, "json"))[1]["value"] is None
    assert written(frame, "json").count(b"122,") == 1
    back = pd.read_parquet(io.BytesIO(written(frame, "parquet")))
    assert back["value"].tolist()[0] == 122
    assert written(figures_frame([]), "json") == b"[]\n"


def test_a_file_is_whole_or_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A write that fails leaves the old file and no other behind; a good one is private."""
    path = tmp_path / "out.csv"
    write_table(pd.DataFrame({"a": [1]}), "csv", path)
    assert path.read_bytes() == b"a\r\n1\r\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OutputError, match="No space left on device"):
        write_table(pd.DataFrame({"a": [2]}), "csv", path)
    assert path.read_bytes() == b"a\r\n1\r\n"
    assert list(tmp_path.iterdir()) == [path]


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    """A missing folder, and a folder in the file's place, are told by name."""
    for path in (tmp_path / "none" / "out.csv", tmp_path):
        with pytest.raises(OutputError, match="cannot be written"):
            write_table(pd.DataFrame({"a": [1]}), "csv", path)
    assert list(tmp_path.iterdir()) == []


def test_formats(monkeypatch: pytest.MonkeyPatch) -> None:
    """An unknown format lists those there are; parquet without its extra says what to install."""
    frame = pd.DataFrame({"a": [1]})
    with pytest.raises(UsageError, match="csv, json, parquet"):
        written(frame, "xlsx")
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(ConfigError, match=r"viperreport\[parquet\]"):
        written(frame, "parquet")
