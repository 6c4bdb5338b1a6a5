"""Counts the figures of a PDF again from what is attached to it, with nothing of the program."""

import csv
import io
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pikepdf

Row = dict[str, str]


@dataclass(frozen=True)
class Enclosed:
    """What goes along with an edition, read as anybody would read it."""

    figures: list[Row]
    records: list[Row]
    manifest: dict[str, Any]


def attachments(pdf: bytes) -> dict[str, bytes]:
    """The files in a PDF, by name."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return {name: held.get_file().read_bytes() for name, held in document.attachments.items()}


def enclosed(files: Mapping[str, bytes]) -> Enclosed:
    """Read figures.csv, records.csv and manifest.json, wherever they were."""
    return Enclosed(
        table(files["figures.csv"]), table(files["records.csv"]), json.loads(files["manifest.json"])
    )


def table(content: bytes) -> list[Row]:
    """A csv's rows by their headers; a text that was kept from running is as it was."""
    rows = csv.DictReader(io.StringIO(content.decode(), newline=""))
    return [{name: _as_it_was(value) for name, value in row.items()} for row in rows]


def _as_it_was(text: str) -> str:
    return text[1:] if text[:1] == "'" and text[1:2] in set("=+-@\t\r\n") else text


@dataclass
class Recounted:
    """What came of it.

    Args:
        wrong: key, what the edition says, and what the records add up to.
    """

    counted: int
    wrong: list[tuple[str, str, int]]


def recount(found: Enclosed) -> Recounted:
    """Count every counted figure again: value and number of records."""
    by_source: dict[str, list[tuple[Row, datetime, datetime | None]]] = defaultdict(list)
    for row in found.records:
        ended = datetime.fromisoformat(row["known_to"]) if row["known_to"] else None
        known = (row, datetime.fromisoformat(row["known_from"]), ended)
        by_source[row["source"]].append(known)
    result = Recounted(0, [])
    for figure in found.figures:
        if figure["standing"] != "counted" or figure["value"] == "":
            continue
        result.counted += 1
        rows = list(_behind(figure, by_source[figure["source"]]))
        added = len(rows) if figure["adds"] == "records" else _sum(rows, figure["adds"])
        if (float(figure["value"]), int(figure["rows"])) != (added, len(rows)):
            result.wrong.append((figure["key"], figure["value"], added))
    return result


def _behind(figure: Row, records: Iterable[tuple[Row, datetime, datetime | None]]) -> Iterable[Row]:
    """The records dated within its period, let through by its filter, and known at its instant."""
    at, where = datetime.fromisoformat(figure["known_at"]), json.loads(figure["where"])
    first, last = figure["period.from"], figure["period.to"]
    for row, begins, ends in records:
        dated = first <= row["day"] <= last and begins <= at and (ends is None or at < ends)
        if dated and all(row[label] in values for label, values in where.items()):
            yield row


def _sum(rows: Iterable[Row], amount: str) -> int:
    return sum(int(row[amount]) for row in rows)
