"""Tables as csv text that a spreadsheet can open without running any of it.

A spreadsheet runs a text cell that begins like a formula, and the texts are other people's: such
a cell gets an apostrophe in front. Numbers, negative ones too, stay numbers.
"""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def csv_file(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Write a table as UTF-8 csv by RFC 4180, with texts that cannot run."""
    text = StringIO(newline="")
    # Both ends of line in the terminator make the writer quote a cell that holds either.
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(map(_defused, header))
    writer.writerows(map(_defused, row) for row in rows)
    return text.getvalue().encode("utf-8", "replace")


def _defused(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA_STARTS) else cell
