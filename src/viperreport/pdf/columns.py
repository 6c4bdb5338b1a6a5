"""How wide each column of a table is."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from viperreport.model.exhibits import Column, ColumnKind
from viperreport.pdf.look.theme import mm

_DRAWN_LEAST, _DRAWN_BARELY = mm(14), mm(8)
_WORDS_LEAST, _WORDS_BARELY = mm(16), mm(10)
_DRAWN = {ColumnKind.WHISKER, ColumnKind.BAR, ColumnKind.DUMBBELL}
WRAPPED = {ColumnKind.WORDS, ColumnKind.SMALL}  # between words


@dataclass(frozen=True, slots=True)
class Needs:
    """What each column needs, with its padding; 0 where it is drawn.

    Args:
        usual: for its widest number or word.
        smallest: for the same in the smallest letters.
    """

    usual: Sequence[float]
    smallest: Sequence[float]


def widths(columns: Sequence[Column], needs: Needs, width: float) -> list[float]:
    """Share a width among columns as the design has it, then let numbers have what they need.

    Where a number or a word is wider than its column's share, all others give some of theirs: words
    down to their widest one, drawings down to what can still be read. Where that is not enough,
    numbers get smaller letters; then words are broken. A number never is.
    """
    total = sum(column.share for column in columns)
    own = [column.share / total * width for column in columns]
    found = [
        max(share, min(need, width / 2) if column.kind in WRAPPED else need)
        for column, share, need in zip(columns, own, needs.usual, strict=True)
    ]
    for floors in _floors(columns, own, needs):
        over = sum(found) - width
        if over <= 0:
            return found
        spare = [max(0.0, each - floor) for each, floor in zip(found, floors, strict=True)]
        part = min(over / sum(spare), 1.0) if sum(spare) else 0.0
        found = [each - part * more for each, more in zip(found, spare, strict=True)]
    narrower = min(width / sum(found), 1.0)  # numbers without end
    return [each * narrower for each in found]


def _floors(columns: Sequence[Column], own: Sequence[float], needs: Needs) -> Iterator[list[float]]:
    """How narrow each column may become, step by step."""
    usual = [_floor(*each) for each in zip(columns, own, needs.usual, strict=True)]
    yield usual
    yield [
        floor if column.kind in WRAPPED else min(floor, need or floor)
        for column, floor, need in zip(columns, usual, needs.smallest, strict=True)
    ]
    yield [_barely(*each) for each in zip(columns, usual, needs.smallest, strict=True)]


def _floor(column: Column, share: float, need: float) -> float:
    """How narrow a column may become before anything else changes."""
    if column.kind in _DRAWN:
        return min(share, _DRAWN_LEAST)
    if column.kind in WRAPPED:
        return min(max(share, _WORDS_LEAST), max(need, _WORDS_LEAST))
    return need


def _barely(column: Column, floor: float, need: float) -> float:
    """How narrow it may become at the very last."""
    if column.kind in _DRAWN:
        return min(floor, _DRAWN_BARELY)
    return min(floor, _WORDS_BARELY if column.kind in WRAPPED else need)
