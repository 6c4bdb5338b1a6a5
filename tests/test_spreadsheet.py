"""A table opens in a spreadsheet as what it is, and nothing of it runs."""

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from viperreport.spreadsheet import csv_file

NASTY = st.text(
    st.sampled_from("=+-@\t\r\n\"',; a1\uff1d\uff0b\uff0d\uff20\u3000"), max_size=6
) | st.text(max_size=8)
CELLS = NASTY | st.integers() | st.none() | st.floats(allow_nan=False)


@given(st.lists(st.lists(CELLS, min_size=3, max_size=3), max_size=6))
def test_no_cell_runs_and_every_cell_comes_back(rows: list[list[object]]) -> None:
    """Texts that begin like a formula, wherever they stand, get an apostrophe; no other does."""
    written = csv_file(("a", "b", "c"), rows)
    read = list(csv.reader(io.StringIO(written.decode(), newline="")))
    assert read == [["a", "b", "c"], *([_expected(cell) for cell in row] for row in rows)]


def _expected(cell: object) -> str:
    if not isinstance(cell, str):
        return "" if cell is None else str(cell)
    text = cell.encode("utf-8", "replace").decode()
    runs = text[:1] in tuple("\t\r\n") or text.strip()[:1] in tuple("=+-@\uff1d\uff0b\uff0d\uff20")
    return f"'{text}" if runs else text
