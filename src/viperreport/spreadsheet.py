"""Tables as csv text that a spreadsheet can open without running any of it.

A spreadsheet runs a text cell that begins like a formula, and the texts are other people's: such
a cell gets an apostrophe in front. So does one with spaces before, which some programs drop, and
one with the wide signs that are typed in East Asia. Numbers, negative ones too, stay numbers.
"""

import csv
import re
from collections.abc import Iterable, Sequence
from io import StringIO

_WIDE = "\uff1d\uff0b\uff0d\uff20"  # the wide forms of = + - @
_RUNS = re.compile(rf"\s*[=+@{_WIDE}-]|[\t\r\n]")
# Where a cell may begin so, in a table as it is written; a negative number is found too.
_MAY_RUN = re.compile(rf"(?:^|,)\"?(?:\s*[=+@{_WIDE}-]|[\t\r\n])", re.MULTILINE)


def csv_file(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Write a table as UTF-8 csv by RFC 4180, with texts that cannot run."""
    table = [header, *rows]
    text = _written(table)
    if _MAY_RUN.search(text):  # else no cell need be looked at, which would take most of the time
        text = _written([list(map(_defused, row)) for row in table])
    return text.encode("utf-8", "replace")


def _written(table: Iterable[Sequence[object]]) -> str:
    text = StringIO(newline="")
    # Both ends of line in the terminator make the writer quote a cell that holds either.
    csv.writer(text, lineterminator="\r\n").writerows(table)
    return text.getvalue()


def _defused(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and _RUNS.match(cell) else cell
