"""The exhibits of the pages after the first: tables, charts, prose, and what stands beside them.

Like all blocks they are descriptions: a table knows its columns' relative widths and what a cell
shows, never points or colours. A chart is one series with one provenance, told by `method`; its
points are plain numbers and no figures.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from viperreport.model.figure import Comparison, Figure, Verdict
from viperreport.model.period import Period
from viperreport.model.wording import Text


class ColumnKind(StrEnum):
    """What a column holds, which decides how it is set."""

    WORDS = "words"
    SMALL = "small"  # words of lesser weight
    NUMBER = "number"
    THIS_YEAR = "this_year"  # numbers that the eye should find first
    INTERVAL = "interval"  # an interval in words
    EVIDENCE = "evidence"  # a verdict's mark and phrase
    WHISKER = "whisker"  # an interval drawn on the scale of changes
    BAR = "bar"
    DUMBBELL = "dumbbell"
    HEAT = "heat"


class RowKind(StrEnum):
    """What a row is among its neighbours."""

    PLAIN = "plain"
    GROUP = "group"  # the first of a group, which its first cell names
    APART = "apart"  # the first of other rows than those above
    THIS_YEAR = "this_year"
    PART = "part"  # one of the parts of the row above
    QUIET = "quiet"
    TOTAL = "total"


@dataclass(frozen=True, slots=True)
class Column:
    """A column.

    Args:
        head: its heading; of a drawn column the scale stands there instead.
        share: its width, relative to the others.
    """

    head: Text
    kind: ColumnKind
    share: float


@dataclass(frozen=True, slots=True)
class Muted:
    """Words in place of a number: "n/a", "no target, by policy"."""

    content: Text


@dataclass(frozen=True, slots=True)
class Whisker:
    """The interval of a change, drawn."""

    comparison: Comparison


@dataclass(frozen=True, slots=True)
class Evidence:
    """A verdict's mark and phrase.

    Args:
        harm: whether more of what was compared is worse; decides the colour.
    """

    verdict: Verdict
    harm: bool

    @classmethod
    def of(cls, comparison: Comparison) -> "Evidence":
        """What the evidence says of a change."""
        return cls(comparison.verdict, comparison.now.measure.harm)


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar on a scale from zero that its column shares.

    Args:
        value: its length; None draws nothing.
        whole: an outline around it, of which it is a part.
        limits: the ends of a line over the outline's end.
        upright: a mark across it, such as last year's value.
        past: grey, as the past is.
        partial: hatched: only a part of the year is held.
    """

    value: Figure | None
    whole: Figure | None = None
    limits: tuple[Figure, Figure] | None = None
    upright: Figure | None = None
    past: bool = False
    partial: bool = False


@dataclass(frozen=True, slots=True)
class Bullet:
    """What was done against what was planned; plans stand one below the other."""

    done: Figure
    planned: Figure


@dataclass(frozen=True, slots=True)
class Dumbbell:
    """Last year's and this year's value on a scale from zero that its column shares."""

    then: Figure | None
    now: Figure | None


@dataclass(frozen=True, slots=True)
class Heat:
    """A number on the ramp."""

    figure: Figure


@dataclass(frozen=True, slots=True)
class Spanned:
    """The cell above reaches down to here."""


Cell = Text | Muted | Whisker | Evidence | Bar | Bullet | Dumbbell | Heat | Spanned


@dataclass(frozen=True, slots=True)
class Row:
    """A row, with a cell for each column."""

    cells: tuple[Cell, ...]
    kind: RowKind = RowKind.PLAIN


@dataclass(frozen=True, slots=True)
class Table:
    """A table under its title.

    Args:
        ref: such as "T1"; empty for a table that is only a list.
        row_height: in millimetres of the design, as it is read best; a page may need others.
    """

    ref: str
    title: Text
    subtitle: Text
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    note: Text = ()
    row_height: float = 6.6


@dataclass(frozen=True, slots=True)
class Event:
    """A day that is ticked on a time axis."""

    day: date
    label: Text


@dataclass(frozen=True, slots=True)
class ChartWeek:
    """A point of the control chart.

    Args:
        period: its days: a week, or a month where months are held.
        count: None where it is not held.
        expected: the mean of the weeks like it; None where none is held.
        low: lower limit; None with `expected`.
        high: upper limit.
    """

    period: Period
    count: int | None
    expected: float | None = None
    low: int | None = None
    high: int | None = None


@dataclass(frozen=True, slots=True)
class ChartSignal:
    """Weeks worth a look, by their places from 0."""

    first: int
    last: int
    high: bool
    said: Text


@dataclass(frozen=True, slots=True)
class ControlChart:
    """Counts a week with what was expected of each.

    Args:
        newest: the last point's figure; drawn open, for its week is not complete yet.
        expected: of the newest week, at the right end.
        limit: upper limit of the newest week, at the right end.
        limit_note: a line below the limit's label.
    """

    ref: str
    title: Text
    subtitle: Text
    points: tuple[ChartWeek, ...]
    signals: tuple[ChartSignal, ...]
    newest: Figure
    newest_label: Text
    expected_label: Text
    limit_label: Text
    limit_note: Text
    event: Event | None
    note: Text
    said: Text
    method: str


@dataclass(frozen=True, slots=True)
class WeekBars:
    """Counts a week as bars from zero.

    Args:
        points: (week, count); None where it is not held.
        recent: how many of the last are drawn as this year's.
        average: a line across, with its label.
    """

    ref: str
    title: Text
    subtitle: Text
    points: tuple[tuple[Period, int | None], ...]
    recent: int
    average: Figure | None
    average_label: Text
    event: Event | None
    note: Text
    said: Text
    method: str


@dataclass(frozen=True, slots=True)
class BarRow:
    """A kind of thing, this year's count of it, and last year's."""

    label: Text
    now: Figure
    then: Figure | None


@dataclass(frozen=True, slots=True)
class Bars:
    """Counts by kind: bars for this year, an upright mark across each for last year."""

    ref: str
    title: Text
    subtitle: Text
    rows: tuple[BarRow, ...]
    now_label: Text
    then_label: Text
    note: Text
    said: Text


@dataclass(frozen=True, slots=True)
class Tile:
    """An area in the map.

    Args:
        row, column: from 1.
        now: None for an area that is never counted; then `note` says why.
        then: last year's count; shown in priority areas.
    """

    name: Text
    row: int
    column: int
    now: Figure | None
    then: Figure | None = None
    priority: bool = False
    note: Text = ()


@dataclass(frozen=True, slots=True)
class TileMap:
    """Equal tiles, one an area, placed roughly where it lies.

    Args:
        lead: a large share, such as "63%"; empty for none.
        lead_words: what it is the share of.
        breaks: the least count of each class of the ramp but the first, which is zero.
        scale_title: what the ramp shows.
        priority_key: what the outline means; empty without priority areas.
        river_after_row: 0 for no river.
    """

    ref: str
    title: Text
    subtitle: Text
    tiles: tuple[Tile, ...]
    lead: Text
    lead_words: Text
    breaks: tuple[int, ...]
    scale_title: Text
    priority_key: Text
    river_after_row: int
    river_name: Text
    note: Text
    said: Text


@dataclass(frozen=True, slots=True)
class Panel:
    """One of the small multiples.

    Args:
        points: (week, amount); None where it was not reported.
        plan: a week's plan, drawn over the weeks that it holds for (from 0); None for none.
        plan_from: place of the first week that the plan holds for.
    """

    title: Text
    unit: Text
    points: tuple[tuple[Period, int | None], ...]
    plan: Figure | None
    plan_from: int
    newest: Figure


@dataclass(frozen=True, slots=True)
class SmallMultiples:
    """The same weeks of several series, each on its own scale.

    Args:
        recent: how many of the last weeks are drawn as the present.
        key: (what is explained, its words): "before", "recent", "plan", "missing", "note".
    """

    ref: str
    title: Text
    subtitle: Text
    panels: tuple[Panel, ...]
    recent: int
    event: Event | None
    key_title: Text
    key: tuple[tuple[str, Text], ...]
    note: Text
    said: Text
    method: str


@dataclass(frozen=True, slots=True)
class Remark:
    """A few emphasised words, and what follows them."""

    title: Text
    body: Text


@dataclass(frozen=True, slots=True)
class Prose:
    """Remarks under a title, in columns.

    Args:
        small: set as what is looked up rather than read.
    """

    title: Text
    remarks: tuple[Remark, ...]
    columns: int = 2
    small: bool = False


@dataclass(frozen=True, slots=True)
class Caution:
    """What must not be read into a page, in a box."""

    remark: Remark


@dataclass(frozen=True, slots=True)
class Quote:
    """Words that somebody said: quoted as stated, never computed with."""

    words: Text
    who: Text
    source: Text


@dataclass(frozen=True, slots=True)
class AsStated:
    """The operation as it was announced: facts with their labels, and quoted statements."""

    title: Text
    subtitle: Text
    facts: tuple[Remark, ...]
    quotes: tuple[Quote, ...]
    note: Text = ()


@dataclass(frozen=True, slots=True)
class Stamp:
    """The data's fingerprint, in letters and as a QR code.

    Args:
        code: what the QR code holds.
        fingerprint: hexadecimal SHA-256.
    """

    title: Text
    code: str
    fingerprint: str
    remarks: tuple[Remark, ...]
    said: Text


@dataclass(frozen=True, slots=True)
class Absent:
    """What a section would have shown, and why it does not: one line, no page."""

    remark: Remark


Exhibit = (
    Table
    | ControlChart
    | WeekBars
    | Bars
    | TileMap
    | SmallMultiples
    | Prose
    | Caution
    | AsStated
    | Stamp
    | Absent
)
