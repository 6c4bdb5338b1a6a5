"""What each drawing of an edition has to say in words: its numbers, reckoned from what is drawn.

None of it is read from the words themselves.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import singledispatch

from tests.known_answers import Edition
from tests.tracing import interval, none_of, periods_of, whole
from viperreport.model.briefing import Beside, Block, Cumulative, KeyFigures, Sparkline
from viperreport.model.exhibits import (
    Bar,
    Bars,
    Bullet,
    Cell,
    Column,
    ColumnKind,
    ControlChart,
    Dumbbell,
    SmallMultiples,
    Stamp,
    Table,
    TileMap,
    WeekBars,
    Whisker,
)
from viperreport.model.figure import Comparison, Figure, Verdict
from viperreport.model.period import Period, PeriodKind
from viperreport.model.wording import plain


@dataclass(frozen=True)
class Drawing:
    """A figure of the page.

    Args:
        of: the block or the cell, for a message.
        says: phrases that its words hold; no other number stands beside them.
        highest: what a scale has to reach; one more number is then any that does.
    """

    of: str
    says: tuple[str, ...]
    highest: float | None = None


def drawings(made: Edition) -> Iterator[Drawing]:
    """Every figure of an edition, in the order in which it is read."""
    for section in made.briefing.sections:
        for block in section.blocks:
            yield from _of(block)


def value(figure: Figure, places: int = 0) -> str:
    """A figure as it is said."""
    if figure.value is None:
        return none_of(figure)
    return f"{figure.value:,.{places}f}" if places else whole(figure.value)


def _held(figure: Figure | None) -> bool:
    return figure is not None and figure.value is not None


def _year(figure: Figure) -> str:
    return str(figure.period.last_day.year)


def _days(first: Period, last: Period) -> str:
    """From one last day to another; from one month to another."""
    if last.kind is PeriodKind.MONTH:
        return f"{first.start:%B %Y} to {last.start:%B %Y}"
    ends = [f"{each.day} {each:%B %Y}" for each in (first.last_day, last.last_day)]
    return f"weeks ending on {last.last_day:%A}, {' to '.join(ends)}"


def _since(first: Period, last: Period) -> str:
    """All days of some weeks, or a month."""
    start, end = first.start, last.last_day
    if last.kind is PeriodKind.MONTH:
        return f"{start:%B %Y}"
    year = "" if start.year == end.year else f" {start.year}"
    return f"{start.day} {start:%b}{year} to {end.day} {end:%b %Y}"


@singledispatch
def _of(_block: Block) -> Iterator[Drawing]:
    yield from ()


@_of.register
def _beside(block: Beside) -> Iterator[Drawing]:
    yield from _of(block.left)
    yield from _of(block.right)


@_of.register
def _tiles(block: KeyFigures) -> Iterator[Drawing]:
    for tile in block.tiles:
        if tile.sparkline and any(each is not None for each in tile.sparkline.values):
            yield _spark(tile.ref, tile.sparkline)
        if tile.comparison and tile.comparison.verdict is not Verdict.NONE and not tile.warning:
            yield _interval(tile.ref, tile.comparison)


def _spark(ref: str, spark: Sparkline) -> Drawing:
    held = [each for each in spark.values if each is not None]
    newest = "not held" if spark.values[-1] is None else whole(spark.values[-1])
    mean = f"average {sum(held) / len(held):.1f}"
    ends = (f"newest {newest}", f"least {whole(min(held))}", f"greatest {whole(max(held))}")
    return Drawing(f"sparkline of {ref}", (f"newest of {len(held)} points", *ends, mean))


def _interval(of: str, comparison: Comparison) -> Drawing:
    if comparison.verdict is Verdict.FEW:
        return Drawing(f"interval of {of}", ("Too few",))
    return Drawing(f"interval of {of}", ("95% interval", interval(comparison)))


@_of.register
def _running(block: Cumulative) -> Iterator[Drawing]:
    then = block.same_date
    says = [f"{block.as_of.year}, to {block.as_of.day} {block.as_of:%B}: {value(block.now)}"]
    if then is not None:
        day = then.period.last_day
        says.append(f"{day.year}, to {day.day} {day:%B}: {value(then)}")
        says += [f"({value(block.known_then)} known then)"] if block.known_then else []
    says += [f"{line.year}, whole year: {value(line.figure)}" for line in block.lines[1:]]
    if block.projection is not None:
        ends = block.projection
        says.append(f"Projected year end {value(ends.median)}")
        says.append(f"80% limits {value(ends.low80)} to {value(ends.high80)}")
        says.append(f"95% limits {value(ends.low95)} to {value(ends.high95)}")
    for figure in block.annual_only:
        says.append(f"{figure.period.start.year}: {value(figure)}, annual total")
    yield Drawing(block.ref, tuple(says))


@_of.register
def _control(block: ControlChart) -> Iterator[Drawing]:
    newest = block.points[-1]
    says = [_days(block.points[0].period, newest.period), f"Newest: {value(block.newest)}"]
    if newest.expected is not None and newest.high is not None:
        says.append(f"expected {newest.expected:,.1f}, upper limit {whole(newest.high)}")
    for signal in block.signals:
        weeks = block.points[signal.first : signal.last + 1]
        last = weeks[-1].period.last_day
        if len(weeks) == 1:
            says.append(f"{weeks[0].count} in week to {last.day} {last:%B}")
        else:
            when = f"{last.day} {last:%B %Y}"
            says.append(f"{len(weeks)} in a row on one side of expected, to {when}")
    yield Drawing(block.ref, tuple(says))


@_of.register
def _weeks(block: WeekBars) -> Iterator[Drawing]:
    periods = periods_of(block)
    is_month = periods[-1].kind is PeriodKind.MONTH
    recent = block.points[-1 if is_month else -4 :]
    counts = [count for _, count in recent if count is not None]
    total = whole(sum(counts)) if len(counts) == len(recent) else "not held"
    when = _since(recent[0][0], recent[-1][0])
    says = [f"{len(periods)} {'months' if is_month else 'weeks'}", f"{when}: {total}."]
    if block.average is not None:
        says.append(f"Average of {_year(block.average)}: {value(block.average, 1)}")
    yield Drawing(block.ref, tuple(says))


@_of.register
def _bars(block: Bars) -> Iterator[Drawing]:
    says = []
    for row in block.rows:
        then = f", a year before {value(row.then)}" if row.then else ""
        says.append(f"{plain(row.label)}: {value(row.now)}{then}")
    yield Drawing(block.ref, tuple(says))


@_of.register
def _map(block: TileMap) -> Iterator[Drawing]:
    says = []
    for tile in block.tiles:
        then = tile.then if tile.priority else None
        before = f", {_year(then)}: {value(then)}" if then else ""
        now = plain(tile.note) if tile.now is None else value(tile.now)
        says.append(f"{plain(tile.name)} {now}{', priority' * tile.priority}{before}")
    yield Drawing(block.ref, tuple(says))


@_of.register
def _multiples(block: SmallMultiples) -> Iterator[Drawing]:
    last = periods_of(block)[-1].last_day
    says = [f"to {last.day} {last:%B %Y}"]
    for panel in block.panels:
        planned = f", planned {value(panel.plan)}" if panel.plan else ""
        says.append(f"{plain(panel.title)}: {value(panel.newest)}{planned}")
    yield Drawing(block.ref, tuple(says))


@_of.register
def _stamp(block: Stamp) -> Iterator[Drawing]:
    yield Drawing("stamp", (f"the fingerprint {block.fingerprint}",))


@_of.register
def _table(block: Table) -> Iterator[Drawing]:
    for place, column in enumerate(block.columns):
        yield from _scale(block, place, column)
    for row in block.rows:
        for cell in row.cells:
            yield from _cell(f"{block.ref}: {_words(row.cells[0])}", cell)


def _words(cell: Cell) -> str:
    return plain(cell) if isinstance(cell, tuple) else type(cell).__name__


def _scale(block: Table, place: int, column: Column) -> Iterator[Drawing]:
    if column.kind is ColumnKind.WHISKER:
        yield Drawing(f"{block.ref}: scale", ("\u221250%", "+100%"))
    if column.kind is ColumnKind.DUMBBELL:
        cells = [row.cells[place] for row in block.rows]
        pairs = [(cell.then, cell.now) for cell in cells if isinstance(cell, Dumbbell)]
        ends = [end.value for pair in pairs for end in pair if end is not None]
        highest = max(each for each in ends if each is not None)
        yield Drawing(f"{block.ref}: scale", ("from 0 to",), highest=highest)


def _cell(of: str, cell: Cell) -> Iterator[Drawing]:
    match cell:
        case Whisker(comparison) if comparison.verdict is not Verdict.NONE:
            yield _interval(of, comparison)
        case Bar() if _held(cell.value) or _held(cell.whole):
            yield Drawing(of, tuple(_bar(cell)))
        case Bullet(done, planned) if planned.value:
            yield Drawing(of, (f"{value(done)} done of {value(planned)} planned",))
        case Dumbbell(then, now) if _held(then) or _held(now):
            ends = [end for end in (then, now) if end is not None]
            yield Drawing(of, tuple(f"{_year(end)}: {value(end)}" for end in ends))
        case _:
            yield from ()


def _bar(cell: Bar) -> Iterator[str]:
    if cell.value is not None:
        yield f"Bar: {value(cell.value)}"
    if cell.whole is not None:
        yield f"of {value(cell.whole)}"
    if cell.limits is not None:
        yield f"({value(cell.limits[0])} to {value(cell.limits[1])})"
    if cell.upright is not None:
        yield f"mark at {value(cell.upright)} ({_year(cell.upright)})"
