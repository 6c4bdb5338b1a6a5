"""How wide each column of a table is."""

from collections.abc import Sequence

from viperreport.model.exhibits import Column, ColumnKind
from viperreport.pdf.look.theme import mm

_DRAWN_LEAST = mm(14)
_WORDS_LEAST = mm(16)
_DRAWN = {ColumnKind.WHISKER, ColumnKind.BAR, ColumnKind.DUMBBELL}
WRAPPED = {ColumnKind.WORDS, ColumnKind.SMALL}  # between words


def widths(columns: Sequence[Column], needed: Sequence[float], width: float) -> list[float]:
    """Share a width among columns as the design has it, then let numbers have what they need.

    Where a number or a word is wider than its column's share, all others give some of theirs: words
    down to their widest one, drawings down to what can still be read, numbers to what they need.

    Args:
        needed: each column's widest number or word, with its padding; 0 where it is drawn.
    """
    total = sum(column.share for column in columns)
    own = [column.share / total * width for column in columns]
    wanted = [
        max(share, min(need, width / 2) if column.kind in WRAPPED else need)
        for column, share, need in zip(columns, own, needed, strict=True)
    ]
    over = sum(wanted) - width
    if over <= 0:
        return wanted
    floors = [
        _floor(column, share, need)
        for column, share, need in zip(columns, own, needed, strict=True)
    ]
    spare = [max(0.0, want - floor) for want, floor in zip(wanted, floors, strict=True)]
    if sum(spare) <= over:  # nothing but narrower letters would help: keep the proportions
        return [want * width / sum(wanted) for want in wanted]
    return [want - each * over / sum(spare) for want, each in zip(wanted, spare, strict=True)]


def _floor(column: Column, share: float, need: float) -> float:
    """How narrow a column may become."""
    if column.kind in _DRAWN:
        return min(share, _DRAWN_LEAST)
    if column.kind in WRAPPED:
        return min(max(share, _WORDS_LEAST), max(need, _WORDS_LEAST))
    return need
