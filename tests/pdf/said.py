"""What a briefing says, in its order: its texts, without layout and without what is drawn."""

from collections.abc import Collection, Iterator

from viperreport.model.briefing import (
    Beside,
    Block,
    Briefing,
    Cumulative,
    Digest,
    Headline,
    KeyFigure,
    KeyFigures,
)
from viperreport.model.citing import exhibit_name
from viperreport.model.exhibits import (
    Absent,
    AsStated,
    Bars,
    Caution,
    Cell,
    ColumnKind,
    ControlChart,
    Evidence,
    Heat,
    Muted,
    Prose,
    Remark,
    SmallMultiples,
    Stamp,
    Table,
    TileMap,
    WeekBars,
)
from viperreport.model.figure import VERDICT_PHRASES, Verdict
from viperreport.model.wording import Number, plain

_SCALED = {ColumnKind.WHISKER, ColumnKind.DUMBBELL}  # the scale stands in the place of the heading


def words_of(briefing: Briefing, headed: Collection[str]) -> list[str]:
    """Every word that a page reads aloud, in order.

    Args:
        headed: the titles of sections that begin in the midst of a page, under their titles.
    """
    return " ".join(_all(briefing, headed)).split()


def _all(briefing: Briefing, headed: Collection[str]) -> Iterator[str]:
    masthead = briefing.masthead
    yield from (plain(marker.text) for marker in briefing.markers)
    yield plain(masthead.kicker).upper()
    yield plain(masthead.title)
    yield plain(masthead.subtitle)
    for fact in masthead.facts:
        yield plain(fact.label)
        yield plain(fact.value)
    for section in briefing.sections:
        if plain(section.title) in headed:
            yield plain(section.title)
        for block in section.blocks:
            yield from _block(block)


def _block(block: Block) -> Iterator[str]:
    match block:
        case Headline():
            yield from (plain(block.title), plain(block.standfirst))
        case KeyFigures():
            for tile in block.tiles:
                yield from _tile(tile)
            yield f"{plain(block.legend)} {plain(block.note)}".strip()
        case Digest():
            yield plain(block.title)
            for item in block.items:
                yield from (plain(item.title), plain(item.body))
        case Beside():
            yield from _block(block.left)
            yield from _block(block.right)
        case Prose() | Caution() | Absent() | AsStated() | Stamp():
            yield from _prose(block)
        case _:
            yield from _exhibit(block)


def _exhibit(
    block: Table | TileMap | Cumulative | ControlChart | WeekBars | Bars | SmallMultiples,
) -> Iterator[str]:
    yield plain(block.title)
    yield exhibit_name(block.ref)
    yield plain(block.subtitle)
    if isinstance(block, Table):
        yield from (plain(c.head) for c in block.columns if c.kind not in _SCALED)
        for row in block.rows:
            yield from map(cell_words, row.cells)
    if isinstance(block, TileMap):
        yield plain(block.lead)
        if block.lead:
            yield plain(block.lead_words)
    yield plain(block.note)


def cell_words(cell: Cell) -> str:
    """What a cell says; nothing where it is drawn."""
    match cell:
        case Muted():
            return plain(cell.content)
        case Evidence():
            return VERDICT_PHRASES[cell.verdict]
        case Heat():
            return str(Number(cell.figure))
        case tuple():
            return plain(cell)
        case _:
            return ""


def _tile(tile: KeyFigure) -> Iterator[str]:
    verdict = tile.comparison.verdict if tile.comparison else Verdict.NONE
    yield from (plain(tile.label), tile.ref, plain(tile.period), str(Number(tile.figure)))
    yield from (plain(tile.change), plain(tile.against))
    yield plain(tile.warning) or VERDICT_PHRASES[verdict]
    yield plain(tile.evidence)


def _remark(remark: Remark) -> str:
    return f"{plain(remark.title)} {plain(remark.body)}"


def _prose(block: Prose | Caution | Absent | AsStated | Stamp) -> Iterator[str]:
    match block:
        case Caution() | Absent():
            yield _remark(block.remark)
        case AsStated():
            yield from _stated(block)
        case Stamp():
            yield f"{plain(block.title)} SHA-256"
            yield from (block.fingerprint[k : k + 8] for k in range(0, len(block.fingerprint), 8))
            yield from map(_remark, block.remarks)
        case Prose():
            yield plain(block.title)
            yield from map(_remark, block.remarks)


def _stated(block: AsStated) -> Iterator[str]:
    yield from (plain(block.title), plain(block.subtitle))
    yield from map(_remark, block.facts)
    for quote in block.quotes:
        yield from (plain(quote.words), f"{plain(quote.who)}. {plain(quote.source)}")
    yield plain(block.note)


def tables_of(briefing: Briefing) -> list[Table]:
    """All tables, in order."""

    def inside(block: Block) -> Iterator[Table]:
        if isinstance(block, Table):
            yield block
        elif isinstance(block, Beside):
            yield from inside(block.left)
            yield from inside(block.right)

    return [t for section in briefing.sections for block in section.blocks for t in inside(block)]
