"""The blocks of a briefing that a mail shows."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from viperreport.html.said import Said, said
from viperreport.model.briefing import (
    Beside,
    Block,
    Briefing,
    Digest,
    Headline,
    KeyFigure,
    KeyFigures,
)


@dataclass(slots=True)
class Found:
    """The blocks of a briefing that a mail shows."""

    headline: Headline | None = None
    tiles: list[KeyFigure] = field(default_factory=list)
    notes: list[Said] = field(default_factory=list)
    digest: Digest | None = None


def found_in(briefing: Briefing) -> Found:
    """Look for them; of headlines and digests the first counts."""
    found = Found()
    for section in briefing.sections:
        for block in _single(section.blocks):
            match block:
                case Headline():
                    found.headline = found.headline or block
                case KeyFigures():
                    found.tiles.extend(block.tiles)
                    found.notes.append(said(block.note))
                case Digest():
                    found.digest = found.digest or block
    return found


def _single(blocks: tuple[Block, ...]) -> Iterator[Block]:
    for block in blocks:
        if isinstance(block, Beside):
            yield from _single((block.left, block.right))
        else:
            yield block
