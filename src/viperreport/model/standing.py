"""Which figures stand in which part of a briefing: page and `explain` ask here alike.

Exhibits bear references (K1, F1, T1); a figure stands in one if any of its texts, marks or cells
shows it.
"""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import date
from types import NoneType
from typing import get_args

from viperreport.model.figure import Comparison, Figure
from viperreport.model.period import Period
from viperreport.model.wording import Part, Text, plain

_PLAIN = (str, int, float, date, Period, NoneType)
_known: dict[type, tuple[str, ...]] = {}  # a briefing has some thousand parts, of few types


def exhibits_in(value: object) -> Iterator[tuple[str, object]]:
    """Everything that bears a reference of its own, with that reference, in the page's order."""
    if isinstance(value, tuple):
        for each in value:
            yield from exhibits_in(each)
    elif names := _names(type(value)):
        ref = getattr(value, "ref", "")
        if ref:
            yield ref, value
            return
        for name in names:
            yield from exhibits_in(getattr(value, name))


def figures_in(value: object) -> tuple[Figure, ...]:
    """Every figure that stands in a part of a briefing, once, in the page's order.

    A change shows both its counts, and the pair that its verdict rests on where that is another.
    """
    return tuple({figure.key: figure for figure in _figures(value)}.values())


def texts_in(value: object) -> Iterator[str]:
    """Every text of a part of a briefing, as it is printed."""
    return map(plain, texts_of(value))


def texts_of(value: object) -> Iterator[Text]:
    """Every text of a part of a briefing, with its slots."""
    if isinstance(value, tuple):
        if value and isinstance(value[0], Part):
            yield value
        else:
            for each in value:
                yield from texts_of(each)
    else:
        for name in _names(type(value)):
            yield from texts_of(getattr(value, name))


def _figures(value: object) -> Iterator[Figure]:
    if isinstance(value, Figure):
        yield value
    elif isinstance(value, Comparison):
        yield from (value.now, value.then, *(value.evidence or ()))
    elif isinstance(value, tuple):
        for each in value:
            yield from _figures(each)
    else:
        for name in _names(type(value)):
            yield from _figures(getattr(value, name))


def _names(kind: type) -> tuple[str, ...]:
    """The fields of a part of a briefing below which a figure or an exhibit can lie."""
    if kind not in _known:
        inner = is_dataclass(kind) and not issubclass(kind, Figure | Comparison)
        held = fields(kind) if inner else ()
        _known[kind] = tuple(field.name for field in held if _may_hold(field.type))
    return _known[kind]


def _may_hold(annotation: object) -> bool:
    """Whether a field of this type can hold a figure: words and points of charts cannot."""
    inner = get_args(annotation)
    if inner:
        return any(map(_may_hold, inner))
    if isinstance(annotation, type):
        return not issubclass(annotation, _PLAIN)
    return annotation is not ...
