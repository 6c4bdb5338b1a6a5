"""Foreign files become rows of text with their true places, in bounded chunks."""

import builtins
import csv
import io
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import openpyxl  # type: ignore[import-untyped]
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.evidence.loading import SHOOTINGS, source_of
from viperreport.errors import ConfigError, DataError
from viperreport.evidence import readers, workbooks
from viperreport.evidence.files import InputFile, open_input
from viperreport.evidence.readers import READERS
from viperreport.model.source import Source

Told = tuple[list[tuple[int, list[str]]], list[tuple[int, str]]]


def read(path: Path, source: Source = SHOOTINGS, columns: list[str] | None = None) -> Told:
    """Read a file: rows with their lines, and faults."""
    rows: list[tuple[int, list[str]]] = []
    faults: list[tuple[int, str]] = []
    with open_input(path, source.file) as file:
        for chunk in READERS[source.file](file, source, lambda header: columns or list(header)):
            rows += list(zip(chunk.lines, chunk.frame.to_numpy().tolist(), strict=True))
            faults += chunk.faults
    return rows, faults


def read_bytes(folder: Path, content: bytes, **changes: Any) -> Told:  # noqa: ANN401
    """Read a file of these bytes."""
    path = folder / "file.csv"
    path.write_bytes(content)
    return read(path, source_of(SHOOTINGS.columns, **changes))


def test_lines_are_the_files_own(tmp_path: Path) -> None:
    """Quoted line breaks, blank lines and CRLF do not shift the places of rows."""
    told = read_bytes(tmp_path, b'ID,T\r\n1,"a\nb"\r\n\r\n2,"c\r\nd\r\ne"\r\n3,f\r\n')
    assert told == ([(2, ["1", "a\nb"]), (5, ["2", "c\r\nd\r\ne"]), (8, ["3", "f"])], [])


def test_a_byte_order_mark_is_no_part_of_the_header(tmp_path: Path) -> None:
    """A UTF-8 BOM is dropped; header names lose their outer white space."""
    path = tmp_path / "bom.csv"
    path.write_bytes(b"\xef\xbb\xbfID, T \n1,x\n")
    assert read(path, columns=["T", "ID"]) == ([(2, ["x", "1"])], [])


def test_rows_of_another_width_are_bad_rows(tmp_path: Path) -> None:
    """Too many or too few fields turn away a row, not the file."""
    rows, faults = read_bytes(tmp_path, b"ID,T\n1,a\n2\n3,b,c\n4,d\n")
    assert [line for line, _ in rows] == [2, 5]
    assert faults == [
        (3, "the row has fewer fields than the header"),
        (4, "the row has more fields than the header"),
    ]


def test_a_stray_quotation_mark_hides_no_lines(tmp_path: Path) -> None:
    """Each line that an unpaired mark swallowed is a bad row of its own."""
    rows, faults = read_bytes(tmp_path, b'ID,T\n1,a\n2,"b\n3,c\n4,d\n5,"e"\n6,f\n')
    assert [line for line, _ in rows] == [2, 7]
    assert [line for line, _ in faults] == [3, 4, 5, 6]
    _, faults = read_bytes(tmp_path, b'ID,T\n1,a\n2,"b\n3,c\n')
    assert faults == [(3, readers.UNPAIRED), (4, readers.UNPAIRED)]


def test_a_wide_row_that_takes_several_lines_is_several_bad_rows(tmp_path: Path) -> None:
    """A stray mark may have swallowed good rows: the share of bad rows must not hide them."""
    rows, faults = read_bytes(tmp_path, b'ID,T\n1,"a\n2,b",c\n3,d\n')
    assert [line for line, _ in rows] == [4]
    assert [line for line, _ in faults] == [2, 3]


def test_text_is_never_made_into_nothing(tmp_path: Path) -> None:
    """Words that pandas takes for missing stay words; zeros stay in front."""
    rows, _ = read_bytes(tmp_path, b"ID,T\n007,NA\n1e3,null\n,None\n")
    assert [fields for _, fields in rows] == [["007", "NA"], ["1e3", "null"], ["", "None"]]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"ID,T\n", "a header but no data rows"),
        (b"ID,T\n\n\n", "a header but no data rows"),
        (b"\n\n", "nothing but blank lines"),
        (b"ID,T\r1,a\r2,b\r", "line 1: lines end in carriage returns alone"),
        (b'"ID"x,T\n1,a\n', "line 1: the header cannot be read"),
        (b"ID,T\n1,a\n2,caf\xe9\n", "line 3: is not utf-8; save the file as utf-8, or change"),
    ],
)
def test_files_that_are_no_table_are_refused(tmp_path: Path, content: bytes, message: str) -> None:
    """Each says its line and what to do next."""
    with pytest.raises(DataError) as caught:
        read_bytes(tmp_path, content)
    assert message in str(caught.value)
    assert str(tmp_path / "file.csv") in str(caught.value)
    assert "\n" not in str(caught.value)
    assert "caf" not in str(caught.value)


def test_the_wrong_encoding_is_placed_far_into_a_file(tmp_path: Path) -> None:
    """The line is right behind a BOM and beyond the first block, too."""
    with pytest.raises(DataError, match="line 30002: is not utf-8"):
        read_bytes(tmp_path, b"\xef\xbb\xbfID,T\n" + b"1,abcdef\n" * 30_000 + b"2,\xe9\n")


def test_other_encodings_and_delimiters_are_read(tmp_path: Path) -> None:
    """What the mapping states is used; what is none is a fault of the mapping."""
    rows, _ = read_bytes(tmp_path, b"ID;T\n1;caf\xe9\n", encoding="cp1252", delimiter=";")
    assert rows == [(2, ["1", "café"])]
    with pytest.raises(ConfigError, match="encoding: there is none called 'klingon'"):
        read_bytes(tmp_path, b"ID\n1\n", encoding="klingon")
    with pytest.raises(ConfigError, match="delimiter: must be one character"):
        read_bytes(tmp_path, b"ID\n1\n", delimiter="||")


def test_too_many_rows_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """There are limits to the rows of a file and to unpaired marks."""
    monkeypatch.setattr(readers, "MAX_ROWS", 3)
    with pytest.raises(DataError, match="more than 3 rows"):
        read_bytes(tmp_path, b"ID\n1\n2\n3\n4\n")
    monkeypatch.setattr(readers, "MAX_UNPAIRED", 3)
    with pytest.raises(DataError, match="quotation marks do not pair"):
        read_bytes(tmp_path, b'ID,T\n1,"a\nb\nc\nd\ne\nf\n')


def test_chunks_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No chunk is larger than said, and none is lost."""
    monkeypatch.setattr(readers, "CHUNK_ROWS", 7)
    path = tmp_path / "file.csv"
    path.write_text("ID\n" + "".join(f"{n}\n" for n in range(20)))
    with open_input(path) as file:
        sizes = [len(c.lines) for c in readers.read_csv(file, SHOOTINGS, list)]
    assert sizes == [7, 7, 6]


def test_an_unknown_column_is_named_with_the_nearest(tmp_path: Path) -> None:
    """A column that the mapping names and the file has not."""
    wanted = {"BOROUGH": "area in [columns]"}
    with pytest.raises(DataError) as caught:
        readers.pick(["ID", "BORO", "DAY"], wanted, "config/sources/x.toml")
    assert str(caught.value) == (
        "line 1: there is no column 'BOROUGH' (area in [columns]); the nearest is 'BORO'. "
        "Change area in [columns] in config/sources/x.toml"
    )
    with pytest.raises(DataError, match="'ID' is there 2 times"):
        readers.pick(["ID", "ID"], {"ID": "key"}, "")
    assert tmp_path.exists()


_FIELD = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=8)


@given(st.lists(st.tuples(_FIELD, _FIELD), min_size=1, max_size=12))
def test_what_the_csv_module_writes_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]]
) -> None:
    """Any text survives, and each row begins at the line that is said."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n")
    lines = []
    writer.writerow(["A", "B"])
    for row in rows:
        lines.append(text.getvalue().count("\n") + 1)
        writer.writerow(row)
    path = tmp_path_factory.mktemp("csv") / "any.csv"
    path.write_bytes(text.getvalue().encode())
    told, faults = read(path)
    assert not faults
    assert [fields for _, fields in told] == [list(row) for row in rows]
    if not any("\r" in field for row in rows for field in row):
        assert [line for line, _ in told] == lines


def excel_file(folder: Path, rows: list[list[Any]]) -> Path:
    """Write a workbook."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    path = folder / "book.xlsx"
    book.save(path)
    return path


EXCEL = source_of({"key": "ID", "date": "DAY"}, file="excel", date_format="%d/%m/%Y")
CELLS = ["a", date(2016, 5, 26), 3.0, 2.5, True, None]


def test_a_workbook_reads_like_text(tmp_path: Path) -> None:
    """Whole numbers lose their .0, dates are written in the mapping's form, lines are rows."""
    path = excel_file(
        tmp_path, [["ID", "DAY", "N", "X", "B", "E"], CELLS, [None] * 6, ["b", "27/05/2016"]]
    )
    assert read(path, EXCEL) == (
        [
            (2, ["a", "26/05/2016", "3", "2.5", "true", ""]),
            (4, ["b", "27/05/2016", "", "", "", ""]),
        ],
        [],
    )


def test_a_damaged_workbook_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut off, changed inside, or inflating beyond the limit: refused by name."""
    path = excel_file(tmp_path, [["ID"], ["x"]])
    whole = path.read_bytes()
    for content in (
        whole[: len(whole) // 2],
        whole.replace(b"xl/workbook.xml", b"xl/workbxxk.xml"),
    ):
        path.write_bytes(content)
        with pytest.raises(DataError, match="damaged workbook"):
            read(path, EXCEL)
    path.write_bytes(whole)
    monkeypatch.setattr(workbooks, "MAX_INFLATED", 100)
    with pytest.raises(DataError, match="inflates to more than"):
        read(path, EXCEL)


def test_a_parquet_file_reads_like_text(tmp_path: Path) -> None:
    """Line n is row n; dates and numbers are written as in a text file."""
    path = tmp_path / "rows.parquet"
    pq.write_table(
        pa.table({"ID": ["a", None], "DAY": [date(2016, 5, 26)] * 2, "N": [1.0, float("nan")],
                  "T": [datetime(2016, 5, 26, 1, tzinfo=UTC).replace(tzinfo=None)] * 2}), path,
    )  # fmt: skip
    source = source_of({"key": "ID", "date": "DAY"}, file="parquet", date_format="%d/%m/%Y")
    assert read(path, source) == (
        [
            (1, ["a", "26/05/2016", "1", "2016-05-26T01:00:00"]),
            (2, ["", "26/05/2016", "", "2016-05-26T01:00:00"]),
        ],
        [],
    )
    path.write_bytes(path.read_bytes()[:50])
    with pytest.raises(DataError, match="damaged Parquet file"):
        read(path, source)


@pytest.mark.parametrize(
    ("kind", "library", "content"),
    [("excel", "python_calamine", b"PK\x03\x04"), ("parquet", "pyarrow", b"PAR1")],
)
def test_a_missing_extra_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, library: str, content: bytes
) -> None:
    """Without its optional library a kind of file says what to install."""
    real = builtins.__import__

    def without(name: str, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        if name == library:
            raise ImportError(name)
        return real(name, *args, **kwargs)

    path = tmp_path / "file"
    path.write_bytes(content)
    monkeypatch.setattr(builtins, "__import__", without)
    with path.open("rb") as handle:
        chunks = READERS[kind](InputFile(path, handle, 4, "", 0), SHOOTINGS, list)
        with pytest.raises(ConfigError) as caught:
            next(chunks)
    assert f"pip install 'viperreport[{kind}]'" in str(caught.value)
