"""The records behind an edition as rows for its readers: whole enough to count again, no names.

A reader can count any figure of the edition again, also one as known earlier: every version that
was known by then is a row, from when to when it was known. A record's own key stays at home; its
row id is an HMAC of it with the home's key, the same in every edition.
"""

import hmac
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from operator import itemgetter
from typing import Any

from sqlalchemy import ColumnElement, Connection, or_, select

from viperreport.database import to_text
from viperreport.evidence.tables import CONTENT_NAMES, LOADS, VERSIONS
from viperreport.model.figure import LoadRef

HEADER = ("source", "row", *CONTENT_NAMES, "known_from", "known_to", "load", "lines")
_COLUMNS = tuple(
    VERSIONS.c[name]
    for name in ("source", "key", *CONTENT_NAMES, "known_from", "known_to", "load_id", "lines")
)
_IN_ORDER = itemgetter(*(HEADER.index(name) for name in ("source", "day", "row", "known_from")))
_DIGITS = 20  # of a row id, 80 bits: that two of a million records share one has no chance


@dataclass(frozen=True, slots=True)
class RecordsRequest:
    """Which records stand behind an edition.

    Args:
        sources: the names of those that it counts.
        cut_off: the last whole day counted.
        known_at: the instant whose knowledge is used; nothing later is shown.
        area: the name of the only area counted; empty for all.
        key: the home's, for row ids.
    """

    sources: Sequence[str]
    cut_off: date
    known_at: datetime
    area: str
    key: bytes


def row_id(key: bytes, source: str, record: str) -> str:
    """The pseudonym of a record: nobody without the home's key can tell whose it is."""
    return hmac.digest(key, f"{source}\0{record}".encode(), "sha256").hex()[:_DIGITS]


@dataclass(frozen=True, slots=True)
class EnclosedRecords:
    """The versions of records behind an edition.

    Args:
        rows: under the header, ordered by source, day, row id and known_from. Labels that were not
            stated are empty, amounts are None; `known_to` is empty where it was known still.
        loads: that brought them.
    """

    rows: list[tuple[object, ...]]
    loads: list[LoadRef]
    header: tuple[str, ...] = HEADER


def enclosed_records(connection: Connection, request: RecordsRequest) -> EnclosedRecords:
    """Read them.

    Args:
        connection: within a transaction that sees one moment of the store.
    """
    found = connection.execute(select(*_COLUMNS).where(*_stand_behind(request))).all()
    brought = select(VERSIONS.c.load_id).where(*_stand_behind(request))
    loads = connection.execute(
        select(LOADS.c.id, LOADS.c.file, LOADS.c.sha256).where(LOADS.c.id.in_(brought))
    )
    return EnclosedRecords(
        sorted(_rows(found, request), key=_IN_ORDER), [LoadRef(*row) for row in loads]
    )


def _stand_behind(request: RecordsRequest) -> Iterator[ColumnElement[bool]]:
    begins, ends = VERSIONS.c.known_from, VERSIONS.c.known_to
    yield VERSIONS.c.source.in_(request.sources)
    yield VERSIONS.c.day <= request.cut_off.isoformat()
    yield begins <= to_text(request.known_at)
    yield or_(ends.is_(None), ends > begins)  # one that ended as it began was never known
    if request.area:
        yield VERSIONS.c.area == request.area


def _rows(found: Iterable[Sequence[Any]], request: RecordsRequest) -> Iterator[tuple[object, ...]]:
    until = to_text(request.known_at)
    for source, record, *content, known_from, known_to, load, lines in found:
        still = known_to is None or known_to > until
        pseudonym = row_id(request.key, source, record)
        yield (source, pseudonym, *content, known_from, "" if still else known_to, load, lines)
