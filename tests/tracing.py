"""Where every number of a briefing comes from: its typed slots, and what its charts draw.

Written anew, with none of the program's own formatting, so that a wrong one is noticed.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from datetime import UTC, date, timedelta
from fractions import Fraction
from typing import get_args

from tests.known_answers import Edition
from viperreport.gathering import timing
from viperreport.model.briefing import Beside, Block, Cumulative, KeyFigures
from viperreport.model.calling import VerdictPhrase, Way
from viperreport.model.citing import Publication, Refs
from viperreport.model.exhibits import (
    Bars,
    ColumnKind,
    ControlChart,
    Heat,
    RowKind,
    SmallMultiples,
    Stamp,
    Table,
    TileMap,
    WeekBars,
    Whisker,
)
from viperreport.model.figure import Comparison, Figure, Verdict
from viperreport.model.period import Period
from viperreport.model.standing import exhibits_in
from viperreport.model.wording import (
    Change,
    Day,
    Instant,
    Interval,
    Name,
    Number,
    Part,
    Ref,
    Setting,
    Share,
    Span,
    Text,
    Words,
    Year,
    plain,
)
from viperreport.pipeline import records

SPELLED = "zero one two three four five six seven eight nine ten eleven twelve".split()  # noqa: SIM905
NUMBER = re.compile(rf"[+\u2212]?\d[\d,]*(?:\.\d+)?%?|\b(?:{'|'.join(SPELLED)})\b", re.IGNORECASE)
SCALE = ("\u221250%", "0", "+100%")
NONE = {
    "not_held": "not held",
    "not_reported": "not reported",
    "too_few": "too few",
    "not_applicable": "n/a",
}
_PARTS = get_args(Part)


def none_of(figure: Figure) -> str:
    """What stands in place of a number that there is not."""
    return figure.suppressed_as or NONE[str(figure.why_none)]


def tokens(said: str) -> list[str]:
    """Every number in some words, with digits or spelled out."""
    return [each.rstrip(",").casefold() for each in NUMBER.findall(said)]


def texts_in(value: object, path: str = "") -> Iterator[tuple[str, Text]]:
    """Every text below a part of a briefing, with the path that leads to it."""
    if isinstance(value, tuple) and value and isinstance(value[0], _PARTS):
        yield path, value
    elif isinstance(value, tuple):
        for each in value:
            yield from texts_in(each, path)
    elif is_dataclass(value) and not isinstance(value, Figure | Comparison | Period):
        for each in fields(value):
            yield from texts_in(getattr(value, each.name), f"{path}/{each.name}")


def blocks_of(made: Edition) -> Iterator[Block]:
    """Every block of a briefing; of two that stand side by side, each."""

    def parted(block: Block) -> Iterator[Block]:
        if isinstance(block, Beside):
            yield from parted(block.left)
            yield from parted(block.right)
        else:
            yield block

    for section in made.briefing.sections:
        for block in section.blocks:
            yield from parted(block)


def ref_of(block: Block) -> str:
    """A block's mark; empty where it has none."""
    return str(getattr(block, "ref", ""))


def exhibit_name(ref: str) -> str:
    """What the page calls an exhibit: T4 is Table 4."""
    return f"{'Table' if ref[0] == 'T' else 'Figure'} {ref[1:]}"


# ------------------------------------------------------- as numbers ought to be written


def whole(value: float, *, sign: bool = False) -> str:
    """A whole number; with its sign where it is a change."""
    rounded = round(value)
    return f"{rounded:{'+' if sign and rounded else ''},}".replace("-", "\u2212")


def percent(ratio: float, *, real: bool = True) -> str:
    """An interval's end; of one that leaves out no change, never 0 %."""
    change = round((Fraction(ratio) - 1) * 100)
    if change or not real or ratio == 1:
        return whole(change, sign=True) + "%"
    return f"{(ratio - 1) * 100:+.1f}%".replace("-", "\u2212")


def interval(comparison: Comparison) -> str:
    """Both ends, or that there are none."""
    low, high, real = comparison.low, comparison.high, comparison.likely_real
    if low is None or not comparison.has_interval:
        return "no interval"
    start = percent(low, real=real)
    return f"{start} or more" if high is None else f"{start} to {percent(high, real=real)}"


# ------------------------------------------------------- where a slot's number comes from


class Traces:
    """What an edition may say in each kind of slot."""

    def __init__(self, made: Edition) -> None:
        self.made = made
        self.figures = made.figures
        self.comparisons = {each.key: each for each in made.briefing.comparisons}
        self.days = days_of(made)
        self.settings = settings_of(made)
        self.refs = {ref for ref, _ in exhibits_in(made.briefing.sections)}
        self.refs.add(made.briefing.fingerprint[:12])
        loads = {load for figure in made.figures.values() for load in figure.loads}
        self.refs |= {load.sha256[:12] for load in loads}
        self.names = [made.briefing.fingerprint, "SHA-256", "viperreport explain K1"]
        self.names += [load.file for load in loads]
        self.names += [figure.method for figure in made.figures.values()]
        config = sorted((made.home.path / "config").glob("*.*"))
        self.names += [figure.measure.definition for figure in made.figures.values()]
        self.names += [file.read_text().replace('""', '"') for file in config]

    def untraced(self, said: Text) -> list[str]:
        """The parts of a text whose number comes from nowhere."""
        found = []
        for place, part in enumerate(said):
            context = f"{plain(said[:place])}«{part}»{plain(said[place + 1 :])}"
            if tokens(str(part)) and not self._is_traced(part, context):
                found.append(f"{type(part).__name__} {context}")
        return found

    def _is_traced(self, part: Part, context: str) -> bool:
        if isinstance(part, Words | VerdictPhrase | Way):
            return False  # these hold no number at all
        if isinstance(part, Setting):
            return any(pattern.search(context) for pattern in self.settings)
        if isinstance(part, Number | Change | Interval | Share):
            return self._is_counted(part)
        if isinstance(part, Day | Span | Year | Instant):
            return self._is_dated(part)
        if isinstance(part, Ref | Refs):
            return set(part.marks if isinstance(part, Refs) else [part.mark]) <= self.refs
        return self._is_named(part)

    def _is_counted(self, part: Number | Change | Interval | Share) -> bool:
        if isinstance(part, Number):
            return self._holds(part.figure) and str(part) == self._number(part)
        if isinstance(part, Share):
            parts, of = part.part.value, part.whole.value
            share = f"{round(Fraction(round(parts or 0) * 100, round(of)))}%" if of else ""
            return self._holds(part.part) and self._holds(part.whole) and str(part) == share
        held = self.comparisons.get(part.comparison.key)
        if held is None or held.difference != part.comparison.difference:
            return False
        if isinstance(part, Interval):
            return str(part) == interval(held)
        value = held.difference if part.part == "difference" else held.percent
        tail = "%" if part.part == "percent" else ""
        return value is not None and str(part) in {
            whole(value, sign=True) + tail,
            whole(abs(value)) + tail,
        }

    def _number(self, part: Number) -> str:
        figure = self.figures[part.figure.key]
        if figure.value is None:
            return none_of(figure)
        if part.places:
            return f"{figure.value:,.{part.places}f}"
        return whole(figure.value, sign=part.signed)

    def _holds(self, figure: Figure) -> bool:
        held = self.figures.get(figure.key)
        return held is not None and held.value == figure.value

    def _is_dated(self, part: Day | Span | Year | Instant) -> bool:
        if isinstance(part, Year):
            years = {day.year for day in self.days}
            return min(years) <= part.number <= max(years)
        if isinstance(part, Instant):
            return part.local.date() in self.days
        if isinstance(part, Day):
            return part.date in self.days
        return {part.period.start, part.period.last_day} <= self.days

    def _is_named(self, part: Name | Publication) -> bool:
        priority = len(self.made.priority)
        if str(part).casefold() in {SPELLED[priority], f"{SPELLED[priority]} priority"}:
            return True
        return any(str(part) in named for named in self.names)


def days_of(made: Edition) -> set[date]:
    """Every day that an edition may name: of its figures, points, loads, slots and operation."""
    cut_off = made.briefing.edition.cut_off
    leap = {date(2016, 2, 29), date(2016, 2, 28)}  # the rule of the leap day names both
    days = {date(cut_off.year, 1, 1), date(cut_off.year, 12, 31)} | leap
    for figure in made.briefing.figures:
        days |= {figure.period.start, figure.period.last_day}
    for block in blocks_of(made):
        for period in periods_of(block):
            days |= {period.start, period.last_day}
    when = timing(made.home, made.home.settings.briefing(""), cut_off)
    days |= {when.cut_off, when.window, when.previous_cut_off, when.next_slot.local.date()}
    days.add(when.previous_instant.astimezone(UTC).date())
    days.add(made.briefing.known_at.astimezone(made.home.zone).date())
    for cube in made.cubes:
        days |= {cube.held_from, cube.held_to}
    days |= _largest_finds(made)
    operation = made.home.settings.operation
    if operation is not None:
        days |= {each.start for each in operation.priority}
        days |= {operation.announced} if operation.announced else set()
        for each in operation.statement:
            days |= month_days(each.date)
    for total in made.snapshot.published:
        days |= {total.period.start, total.period.last_day, date.fromisoformat(total.as_at)}
    return days


def _largest_finds(made: Edition) -> set[date]:
    """The days of the finds with the most items, which are named with their day."""
    if made.snapshot.recoveries is None:
        return set()
    cut_off = made.briefing.edition.cut_off
    rows = records(made.home, made.figure(f"recoveries.ytd.{cut_off.year}"))
    most = max(row.amount for row in rows)
    return {row.day for row in rows if row.amount == most}


def month_days(stated: str) -> set[date]:
    """Both ends of a month in ISO form, or a day."""
    if len(stated) > len("2016-05"):
        return {date.fromisoformat(stated)}
    first = date.fromisoformat(f"{stated}-01")
    return {first, (first + timedelta(31)).replace(day=1) - timedelta(1)}


def periods_of(block: Block) -> list[Period]:
    """The periods of the points that a chart draws."""
    if isinstance(block, ControlChart):
        return [point.period for point in block.points]
    if isinstance(block, WeekBars):
        return [period for period, _ in block.points]
    if isinstance(block, SmallMultiples):
        return [period for panel in block.panels for period, _ in panel.points]
    return []


def _published(made: Edition) -> int:
    """How many totals the home's file states."""
    file = made.home.path / "config" / "published.csv"
    return len(file.read_text().splitlines()) - 1 if file.exists() else 0


def settings_of(made: Edition) -> list[re.Pattern[str]]:
    """Each number of the configuration or of a rule, with the words that it stands among."""
    rules, guards = made.home.settings.figures, made.home.settings.guards
    issue = timing(made.home, made.home.settings.briefing(""), made.briefing.edition.cut_off).issue
    year = next(each for each in made.briefing.comparisons if each.key.endswith("s.ytd"))
    now, then = year.now.period.days, year.then.period.days
    share = max(source.max_bad_share for source in made.home.settings.sources)
    said = [
        r"«(80|95)%»",
        r"«7» (days|or 28 days)",
        r"«28» (days|and 7 days)",
        r"«26» (weeks|months|points|periods)",
        r"«1» (week )?in 1,000 by chance",
        r"in «1,000» by chance",
        r"within «1» day$|within «(2|3|7|14|28)» days$",
        r"at most «39» weeks",
        r"Wednesday, «12» weeks,",
        r"last «4» weeks",
        r"in «56» days",
        r"weekdays «364» days",
        r"«10»% (of|off) plan",
        r"«one» side",
        r"«ten» in a row",
        r"«two» or more",
        r"of «two» or three|two or «three» incidents",
        r"last «three»",
        rf"«{rules.few}» in both periods",
        rf"under «{rules.percent_base}» a year before",
        rf"before day «{rules.projection_from_day}»",
        rf"above «{100 * share:g}%» of bad rows",
        rf"over «{guards.max_age_days}» days old",
        rf"«{100 * guards.max_drop:g}%» gone",
        rf"«{100 * guards.max_unknown_area:g}%» more unknown areas",
        rf"^«{issue}» of|^Issue «{issue}» ·",
        rf"of other places, not used: «{_published(made)}»",  # all are of the whole
        rf"«{now}»( days)? against {then}\b",
        rf"\b{now}( days)? against «{then}»",
    ]
    areas = {figure.key for figure in made.briefing.figures if ".area." in figure.key}
    held = len({re.sub(r"\.ytd.*", "", key) for key in areas})
    if made.priority:
        said += [
            rf"«{SPELLED[len(made.priority)]}» priority",
            rf"Other «{held - len(made.priority)}» ",
        ]
    if made.home.settings.operation is not None:
        said.append(rf"^«{made.home.settings.operation.team_size}» officers$")
    said += [rf"φ[^.]*(\d\.\d\d[^.]*)*«{value}»" for value in phis(made.briefing.comparisons)]
    said += [pattern for block in blocks_of(made) for pattern in _of_level(block)]
    return [re.compile(pattern) for pattern in said]


def phis(comparisons: tuple[Comparison, ...]) -> set[str]:
    """The clustering of some comparisons as it is printed."""
    return {f"{each.phi:.2f}" for each in comparisons}


def rows_compared(table: Table) -> list[Comparison]:
    """The comparisons whose intervals a table draws, row by row."""
    cells = (cell for row in table.rows for cell in row.cells)
    return [cell.comparison for cell in cells if isinstance(cell, Whisker)]


def _of_level(block: Block) -> list[str]:
    """The level at which a table's rows enter its title: 1 less 0.05 over their number."""
    if not isinstance(block, Table) or not rows_compared(block):
        return []
    every = len(rows_compared(block))
    parts = every - sum(row.kind is RowKind.TOTAL for row in block.rows)
    patterns = [rf"\(«{every}» rows\)"]
    patterns += [rf"its «{100 - 5 / rows:.1f}%» interval" for rows in {every, parts} if rows]
    return patterns


# ------------------------------------------------------- what charts and tables draw


def drawn(block: Block) -> list[str]:
    """The numbers that a block draws beside its texts, but for those of axes."""
    draws: dict[type, Callable[..., list[str]]] = {
        KeyFigures: _tiles,
        Cumulative: _running,
        Bars: lambda bars: [_value(row.now) for row in bars.rows],
        TileMap: _map,
        SmallMultiples: lambda chart: [_value(panel.newest) for panel in chart.panels],
        Table: _cells,
        Stamp: _stamp,
    }
    of_kind = draws.get(type(block))
    mark = ref_of(block)
    return [*(of_kind(block) if of_kind else []), *([mark[1:]] if mark else [])]


def _value(figure: Figure | None) -> str:
    return "" if figure is None or figure.value is None else whole(figure.value)


def _tiles(block: KeyFigures) -> list[str]:
    said = []
    for tile in block.tiles:
        said += [_value(tile.figure), tile.ref[1:]]
        if tile.comparison is not None and tile.comparison.verdict is not Verdict.NONE:
            said += SCALE
    return said


def _running(block: Cumulative) -> list[str]:
    """Each year and its total; this year's last year by the same date; where it may end."""
    said = [str(block.as_of.day), str(block.as_of.year)]
    for line in block.lines:
        said += [str(line.year), _value(line.figure)]
    if block.same_date is not None:
        day = block.same_date.period.last_day
        said += [str(day.year), _value(block.same_date)]
        said += (
            [] if (day.day, day.month) == (block.as_of.day, block.as_of.month) else [str(day.day)]
        )
    if block.ref == "F1":  # beside another exhibit there is no room for it
        said.append(_value(block.known_then))
    for figure in block.annual_only:
        said += [str(figure.period.start.year), _value(figure)]
    ends = block.projection
    if ends is not None:
        limits = [ends.median, ends.low80, ends.high80, ends.low95, ends.high95]
        said += [str(block.as_of.year), "80%", "95%", *map(_value, limits)]
    return said


def _map(block: TileMap) -> list[str]:
    """Counts, last year's in priority areas, and the classes of the ramp."""
    said = ["0"]
    for first, after in zip(block.breaks, [*block.breaks[1:], 0], strict=True):
        said += [str(first)] if after in {0, first + 1} else [str(first), str(after - 1)]
    for tile in block.tiles:
        said.append(_value(tile.now))
        if tile.then is not None:
            said += [str(tile.then.period.start.year), _value(tile.then)]
    return said


def _cells(block: Table) -> list[str]:
    cells = [cell for row in block.rows for cell in row.cells]
    said = [_value(cell.figure) for cell in cells if isinstance(cell, Heat) and cell.figure.value]
    return said + heads_drawn(block)


def heads_drawn(block: Table) -> list[str]:
    """The scale of changes over its column."""
    return [
        number for column in block.columns for number in SCALE if column.kind is ColumnKind.WHISKER
    ]


def _stamp(block: Stamp) -> list[str]:
    groups = re.findall(r".{8}", block.fingerprint)
    return tokens(" ".join(["SHA-256", *groups]))


def is_printed(path: str) -> bool:
    """Whether a text stands on the page: what is read aloud in place of a drawing does not."""
    return not path.endswith("/said") or path.endswith("/signals/said")


def expected_on(made: Edition, pages: int, heads: Counter[str]) -> Counter[str]:
    """Every number that the pages ought to print, and how often, but for those of axes.

    Args:
        heads: how often each table's head stands on the pages: "Table 6" → 2.
    """
    briefing = made.briefing
    said = [str(number) for page in range(1, pages + 1) for number in (page, pages)]
    for _, words in texts_in((briefing.foot, briefing.markers)):
        said += tokens(plain(words)) * pages
    for _, words in texts_in((briefing.masthead,)):
        said += tokens(plain(words))
    for block in blocks_of(made):
        for path, words in texts_in(block):
            if is_printed(path):
                said += tokens(plain(words))
        said += [each.casefold() for each in drawn(block) if each]
        if isinstance(block, Table) and block.ref:
            again = heads[f"Table {block.ref[1:]}"] - 1
            repeated = [*heads_drawn(block), block.ref[1:]]
            for column in block.columns:
                repeated += tokens(plain(column.head))
            said += repeated * again
    return Counter(said)
