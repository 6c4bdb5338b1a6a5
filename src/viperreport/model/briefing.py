"""The briefing as a description: sections of blocks, made of typed text and figures.

It knows no points, fonts or pages. PDF, mail, index page and JSON are drawn from the same
briefing, so they cannot disagree.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from viperreport.model.exhibits import Exhibit
from viperreport.model.figure import Comparison, Figure, Verdict
from viperreport.model.wording import Text


class Tone(StrEnum):
    """What a change of a measure means: worse or better, or only more or less police work."""

    HARM = "harm"
    ACTIVITY = "activity"


class Bearing(StrEnum):
    """What a change is taken for, by the name of the colour that says so wherever it is shown."""

    WORSE = "harm_up"
    BETTER = "harm_down"
    ACTIVITY = "activity"
    UNCLEAR = "unclear"


def bearing(verdict: Verdict, tone: Tone) -> Bearing:
    """Worse or better for harm that is likely higher or lower; activity is neither."""
    if verdict not in {Verdict.HIGHER, Verdict.LOWER}:
        return Bearing.UNCLEAR
    if tone is Tone.ACTIVITY:
        return Bearing.ACTIVITY
    return Bearing.WORSE if verdict is Verdict.HIGHER else Bearing.BETTER


class MarkerKind(StrEnum):
    """Why a page bears a marker."""

    SYNTHETIC = "synthetic"
    ON_HOLD = "on_hold"
    RELEASED = "released"
    DRAFT = "draft"
    CORRECTED = "corrected"
    CLASSIFICATION = "classification"


@dataclass(frozen=True, slots=True)
class Marker:
    """A box that stands on every page."""

    kind: MarkerKind
    text: Text


@dataclass(frozen=True, slots=True)
class Fact:
    """A label and what stands behind it: Issue, Period, Recorded to, Next issue.

    Args:
        strong: which parts of the value are emphasised, by their places from 0.
    """

    label: Text
    value: Text
    strong: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Masthead:
    """The head of page one.

    Args:
        kicker: the operation, in letter-spaced capitals.
        subtitle: what is counted, where.
    """

    kicker: Text
    title: Text
    subtitle: Text
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Headline:
    """The edition in a sentence and a paragraph."""

    title: Text
    standfirst: Text


@dataclass(frozen=True, slots=True)
class Sparkline:
    """A short series without axes; `average` is drawn dashed.

    Args:
        values: oldest first; None is a gap.
        said: what it shows, for those who do not see it.
    """

    values: tuple[int | None, ...]
    average: float | None
    said: Text


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """A tile: how many, against what, is it real.

    Args:
        figure: the large number, or the reason for none.
        change: the line under it: "+38 (+45%)", "not compared".
        against: the line below: "from 84 by 25 May 2015".
        comparison: None where there is nothing to compare; then no glyph is drawn.
        evidence: the small last line: "95% interval +9% to +94%", "2015 not held".
        warning: replaces the verdict where the data are out of date; empty otherwise.
    """

    ref: str
    label: Text
    period: Text
    figure: Figure
    tone: Tone
    change: Text
    against: Text
    comparison: Comparison | None
    evidence: Text
    sparkline: Sparkline | None = None
    warning: Text = ()

    @property
    def verdict(self) -> Verdict:
        """What the evidence says of the change."""
        return self.comparison.verdict if self.comparison else Verdict.NONE


@dataclass(frozen=True, slots=True)
class KeyFigures:
    """The row of tiles and the note under them.

    Args:
        note: what else must be known of the numbers.
        legend: how to read what is drawn in the tiles; stands before the note.
    """

    tiles: tuple[KeyFigure, ...]
    note: Text
    legend: Text = ()


@dataclass(frozen=True, slots=True)
class YearLine:
    """One year's running total.

    Args:
        points: (day of that year, total by its end), in order; the last is at `figure`.
        figure: the total that the line's end is labelled with.
        years_back: 0 for this year.
    """

    year: int
    years_back: int
    points: tuple[tuple[date, int], ...]
    figure: Figure


@dataclass(frozen=True, slots=True)
class ProjectedEnd:
    """Where the year may end: median with 80 % and 95 % limits."""

    median: Figure
    low80: Figure
    high80: Figure
    low95: Figure
    high95: Figure


@dataclass(frozen=True, slots=True)
class Cumulative:
    """Running totals of this year and the years before it, with where this year may end.

    Args:
        as_of: the last day counted.
        now: this year's total.
        same_date: last year's total by the same date, as known now; None where not held.
        known_then: the same as known at this year's age, where that is another number.
        annual_only: published totals of years without dated records.
        partial: years left out because only a part of them is held.
    """

    ref: str
    title: Text
    subtitle: Text
    lines: tuple[YearLine, ...]
    as_of: date
    now: Figure
    same_date: Figure | None
    projection: ProjectedEnd | None
    annual_only: tuple[Figure, ...]
    note: Text
    said: Text
    known_then: Figure | None = None


@dataclass(frozen=True, slots=True)
class DigestItem:
    """One of the things that changed."""

    title: Text
    body: Text


@dataclass(frozen=True, slots=True)
class Digest:
    """What changed since the previous edition, in a few columns."""

    title: Text
    items: tuple[DigestItem, ...]


@dataclass(frozen=True, slots=True)
class Beside:
    """Two exhibits side by side.

    Args:
        shares: relative widths of the left one, the gap, and the right one.
    """

    left: "Block"
    right: "Block"
    shares: tuple[float, float, float]


Block = Headline | KeyFigures | Cumulative | Digest | Beside | Exhibit


@dataclass(frozen=True, slots=True)
class Section:
    """A named run of blocks.

    Args:
        title: what the head of its pages says; empty on page one, which needs none.
    """

    name: str
    blocks: tuple[Block, ...]
    title: Text = ()


@dataclass(frozen=True, slots=True)
class Guard:
    """A check that may hold an edition back.

    Args:
        said: what it found, with the limit where there is one.
        step: what its operator is to do, where it is held.
    """

    name: str
    held: bool
    said: Text
    step: Text = ()


@dataclass(frozen=True, slots=True)
class EditionKey:
    """An edition's identity; a revision replaces an earlier one under the same first four."""

    home: str
    briefing: str
    area: str
    cut_off: date
    revision: int = 1

    def __str__(self) -> str:
        """Write weekly/all/2016-05-25, with @2 for a revision."""
        tail = f"@{self.revision}" if self.revision > 1 else ""
        return f"{self.briefing}/{self.area}/{self.cut_off}{tail}"


@dataclass(frozen=True, slots=True)
class Briefing:
    """One edition, whole, without a layout.

    Args:
        figures: every figure that appears, once.
        comparisons: every comparison that was made.
        foot: short texts at the foot of every page.
    """

    edition: EditionKey
    known_at: datetime
    disclosure: str
    language: str
    masthead: Masthead
    markers: tuple[Marker, ...]
    foot: tuple[Text, ...]
    sections: tuple[Section, ...]
    figures: tuple[Figure, ...]
    comparisons: tuple[Comparison, ...]
    guards: tuple[Guard, ...]
    fingerprint: str
    is_masked: bool = False

    @property
    def on_hold(self) -> bool:
        """Whether a guard holds it back, and no person let it out."""
        return not self.released and any(guard.held for guard in self.guards)

    @property
    def released(self) -> bool:
        """Whether a person let it out in spite of a hold."""
        return any(marker.kind is MarkerKind.RELEASED for marker in self.markers)
