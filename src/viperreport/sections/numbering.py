"""Figures and tables are numbered in the order in which they stand.

Each section names its exhibits as in the whole briefing (T1, F2 …). Where a section is dropped, or
has nothing to show, the others move up, wherever a page speaks of them.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import TypeVar

from viperreport.model.citing import Refs
from viperreport.model.figure import Figure
from viperreport.model.wording import Ref
from viperreport.sections.context import Contribution

_KINDS = {"F", "T"}
_Value = TypeVar("_Value")


def numbered(made: Mapping[str, Contribution]) -> dict[str, Contribution]:
    """Number the exhibits of all sections, in their order."""
    names = _names(made)
    if all(old == new for old, new in names.items()):
        return dict(made)
    return {name: _renamed(part, names) for name, part in made.items()}


def _names(made: Mapping[str, Contribution]) -> dict[str, str]:
    """From each exhibit's own name to the one that it gets."""
    counted: Counter[str] = Counter()
    names: dict[str, str] = {}
    for part in made.values():
        for block in part.blocks:
            for ref in refs_of(block):
                if ref not in names:
                    counted[ref[0]] += 1
                    names[ref] = f"{ref[0]}{counted[ref[0]]}"
    return names


def refs_of(block: object) -> Iterator[str]:
    """The names of the exhibits in a block: its own, or those of the two that stand beside."""
    for side in ("left", "right"):
        if hasattr(block, side):
            yield from refs_of(getattr(block, side))
    ref = getattr(block, "ref", "")
    if is_exhibit(ref):
        yield ref


def is_exhibit(ref: str) -> bool:
    """Whether a mark is that of a figure or a table."""
    return ref[:1] in _KINDS and ref[1:].isdigit()


def _renamed(value: _Value, names: Mapping[str, str]) -> _Value:
    """The same with every mark of an exhibit changed."""
    if isinstance(value, tuple):
        changed = tuple(_renamed(each, names) for each in value)
        same = all(new is old for new, old in zip(changed, value, strict=True))
        return value if same else changed  # type: ignore[return-value]
    if isinstance(value, Ref):
        return replace(value, mark=names.get(value.mark, value.mark))
    if isinstance(value, Refs):
        return replace(value, marks=tuple(names.get(mark, mark) for mark in value.marks))
    if isinstance(value, Figure):
        return value if value.ref not in names else replace(value, ref=names[value.ref])
    if not is_dataclass(value) or isinstance(value, type):
        return value
    changes = {}
    for field in fields(value):
        old = getattr(value, field.name)
        new = names.get(old, old) if field.name == "ref" else _renamed(old, names)
        if new is not old and new != old:
            changes[field.name] = new
    return replace(value, **changes) if changes else value
