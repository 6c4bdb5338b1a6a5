"""The records behind a counted figure, each with the lines of the file that it came from."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, func, select

from viperreport.errors import DataError, UsageError
from viperreport.evidence.tables import LOADS, VERSIONS
from viperreport.evidence.versions import amount_of, is_dated, is_known, passes, sum_of
from viperreport.model.figure import Figure, Standing
from viperreport.model.snapshot import LABELS
from viperreport.model.source import Source

_LABELS = tuple(VERSIONS.c[label] for label in LABELS)


@dataclass(frozen=True, slots=True)
class Record:
    """One record and what it adds to a figure.

    Args:
        labels: (name, value) of every label; an area of "" is "location unknown".
        amount: what it adds: 1, or the amount that the figure adds up.
        file: the name of the load's file, as the user gave it.
        sha256: of that file.
        lines: of that file, from 1.
    """

    key: str
    day: date
    labels: tuple[tuple[str, str], ...]
    amount: int
    load_id: int
    file: str
    sha256: str
    lines: tuple[int, ...]


def records_behind(
    connection: Connection, source: Source, figure: Figure, limit: int | None = None
) -> tuple[Record, ...]:
    """Give the records that add up to a figure, oldest first.

    Args:
        connection: within a transaction that sees one moment of the store.
        source: the one that the figure was counted from.
        figure: a counted one that has a value.
        limit: how many to give; they are added up all the same.

    Raises:
        UsageError: the figure was not counted from records of this source.
        DataError: the records no longer add up to the figure: the store has changed.
    """
    _refuse_uncounted(source, figure)
    amount = amount_of(figure.adds)
    counted = (
        VERSIONS.c.source == source.name,
        is_known(figure.known_at),
        is_dated(figure.period),
        passes(figure.where),
    )
    rows, total = connection.execute(
        select(func.count(), func.coalesce(sum_of(amount), 0)).select_from(VERSIONS).where(*counted)
    ).one()
    if (rows, total) != (figure.rows, figure.value):
        raise DataError(
            f"{figure.key}: {figure.value:g} in {figure.rows} records when it was counted, {total} "
            f"in {rows} now; the store has changed since: see viperreport loads, then build again"
        )
    found = connection.execute(
        select(VERSIONS.c.key, VERSIONS.c.day, amount, VERSIONS.c.lines)
        .add_columns(LOADS.c.id, LOADS.c.file, LOADS.c.sha256, *_LABELS)
        .join_from(VERSIONS, LOADS, VERSIONS.c.load_id == LOADS.c.id)
        .where(*counted)
        .order_by(VERSIONS.c.day, VERSIONS.c.key)
        .limit(limit)
    )
    return tuple(
        Record(
            key=key,
            day=date.fromisoformat(day),
            labels=tuple(zip(LABELS, labels, strict=True)),
            amount=added or 0,
            load_id=load_id,
            file=file,
            sha256=sha256,
            lines=tuple(map(int, lines.split(","))),
        )
        for key, day, added, lines, load_id, file, sha256, *labels in found
    )


def _refuse_uncounted(source: Source, figure: Figure) -> None:
    if figure.standing is not Standing.COUNTED:
        raise UsageError(f"{figure.key}: {figure.standing}, so no records stand behind it")
    if figure.value is None:
        raise UsageError(f"{figure.key}: {figure.why_none}, so no records stand behind it")
    if figure.source != source.name:
        raise UsageError(f"{figure.key}: counted from {figure.source}, not from {source.name}")
