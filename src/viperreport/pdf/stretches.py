"""Stretches of a text that are a link, or are read in other words than they are printed in.

A text's stretches stand in their order and apart from each other; they move with its letters when
it is cut into words and joined to lines.
"""

from typing import NamedTuple

from viperreport.pdf.structure import Inline


class Stretch(NamedTuple):
    """From which letter of a text to which."""

    start: int
    end: int
    inline: Inline


Stretches = tuple[Stretch, ...]


def inside(stretches: Stretches, start: int, end: int) -> Stretches:
    """Those of a part of the text."""
    if not stretches:
        return ()
    clipped = (Stretch(max(a, start) - start, min(b, end) - start, i) for a, b, i in stretches)
    return tuple(stretch for stretch in clipped if stretch.start < stretch.end)


def joined(first: Stretches, second: Stretches, at: int) -> Stretches:
    """Those of two texts, of which the second begins at a place; one that goes on is one.

    A space that stands between them is in none of them, and is taken in.
    """
    moved = [Stretch(start + at, end + at, inline) for start, end, inline in second]
    kept = list(first)
    if kept and moved and kept[-1].inline is moved[0].inline:
        moved[0] = Stretch(kept.pop().start, moved[0].end, moved[0].inline)
    return (*kept, *moved)


def pieces(text: str, stretches: Stretches) -> list[tuple[str, Inline | None]]:
    """The text, cut where a stretch begins or ends; one piece at least."""
    found: list[tuple[str, Inline | None]] = []
    place = 0
    for start, end, inline in stretches:
        if start > place:
            found.append((text[place:start], None))
        found.append((text[start:end], inline))
        place = end
    if place < len(text) or not found:
        found.append((text[place:], None))
    return found
