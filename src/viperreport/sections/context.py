"""What every section is told about the edition that it is part of."""

from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from viperreport.analysis.revisions import Revisions
from viperreport.model.briefing import Block, EditionKey
from viperreport.model.figure import Comparison, Figure
from viperreport.model.period import Period, month_of, year_to_date
from viperreport.model.quality import Completeness, SourceQuality
from viperreport.model.snapshot import Cube, Snapshot
from viperreport.model.source import Area
from viperreport.model.watching import SourceWatch
from viperreport.model.wording import Text

if TYPE_CHECKING:
    from viperreport.sections.charting import Charted


@dataclass(frozen=True, slots=True)
class Rules:
    """The thresholds of `config/viperreport.toml` that figures obey.

    Args:
        percent_base: no percent under a comparator smaller than this.
        few: no verdict under a sum of both counts smaller than this.
        projection_from_day: day of the year from which its end is projected.
        projection_tau: how much the share of the rest differs between years (log scale).
        max_age_days: data older than this hold an edition.
        max_drop: so much of the records of the same days may be gone since the edition before.
        max_unknown_area: how far the share without an area may lie above that of the year before.
    """

    percent_base: int = 30
    few: int = 10
    projection_from_day: int = 90
    projection_tau: float = 0.12
    max_age_days: int = 8
    max_drop: float = 0.05
    max_unknown_area: float = 0.1


@dataclass(frozen=True, slots=True)
class StatedTactic:
    """A tactic that the operation names.

    Args:
        has_target: whether a plan figure may stand beside it.
    """

    name: str
    has_target: bool = True


@dataclass(frozen=True, slots=True)
class StatedPriority:
    """An area to which the operation gives priority; `last` is None until further notice."""

    area: str
    first: date
    last: date | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class StatedHotspot:
    """A neighbourhood that the operation names, with the other spellings in use."""

    name: str
    area: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StatedWords:
    """What somebody said; `when` is a day, a month or a year in ISO form."""

    words: str
    who: str
    when: str
    source: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class StatedOperation:
    """The operation as it was announced; nothing in it is ever computed with."""

    name: str
    announced: date | None = None
    source: str = ""
    url: str = ""
    lead: str = ""
    team_size: int | None = None
    units: tuple[str, ...] = ()
    tactics: tuple[StatedTactic, ...] = ()
    priority: tuple[StatedPriority, ...] = ()
    hotspots: tuple[StatedHotspot, ...] = ()
    statements: tuple[StatedWords, ...] = ()


@dataclass(frozen=True, slots=True)
class EditionFacts:
    """What the configuration and the calendar say of an edition.

    Args:
        operation: its name, or "" for none.
        title: of the briefing.
        territory: where, at length; `place`: where, in a word.
        area_noun: singular: "borough".
        marking: a protective marking for every page; "" for none.
        priority: names of the areas that have priority at the cut-off.
        issue: ordinal of the slot in its year; None off the schedule.
        window_start: first day after the previous edition's cut-off.
        next_day: local day of the next edition.
        earlier_cut_offs: of this year's earlier editions, newest first.
        stated: the operation as it was announced; None for a home without one.
        areas: every area of the home, in the order of its file; empty where there is none.
        river: the row of tiles above it and its name; None for no river.
        within: the area whose own edition it is; empty for the whole.
        holidays: days on which a week is unlike others, with their names.
        is_masked: small counts of areas are printed so that no sum gives them away.
    """

    key: EditionKey
    operation: str
    title: str
    territory: str
    place: str
    area_noun: str
    zone: str
    language: str
    disclosure: str
    marking: str
    priority: tuple[str, ...]
    issue: int | None
    window_start: date
    next_day: date | None
    earlier_cut_offs: tuple[date, ...] = ()
    rules: Rules = field(default_factory=Rules)
    stated: StatedOperation | None = None
    areas: tuple[Area, ...] = ()
    river: tuple[int, str] | None = None
    within: str = ""
    holidays: tuple[tuple[date, str], ...] = ()
    is_masked: bool = False

    @property
    def where(self) -> str:
        """What it is about, in a word: its area, else the whole place."""
        return self.within or self.place


@dataclass(frozen=True, slots=True)
class Deaths:
    """What became of a count of deaths since the edition before.

    Args:
        stem: of the keys of that count: fatal incidents, or the persons killed.
        this_year: None where the count is not held.
        last_year: the same of the whole of last year.
    """

    stem: str
    this_year: Revisions | None
    last_year: Revisions | None


@dataclass(frozen=True, slots=True)
class Previous:
    """The edition one slot earlier, as known then.

    Args:
        revisions: the way from its total to this one's; None where nothing was known then.
        starts_anew: it counted another year, so this year's total starts from 0.
        is_later: it was due after the instant that this edition is known at.
        beyond: the last day that it counted, where that is of a year which data no longer reach.
        last_year: the way from the whole of last year as known then to the same as known now;
            None where nothing was known then, or the year is not held.
        deaths: the same of each count of deaths that the source states.
    """

    cut_off: date
    known_at: datetime
    revisions: Revisions | None
    starts_anew: bool = False
    is_later: bool = False
    beyond: date | None = None
    last_year: Revisions | None = None
    deaths: tuple[Deaths, ...] = ()


@dataclass(frozen=True, slots=True)
class Refusal:
    """A load that was refused after the last good one."""

    source: str
    file: str
    reason: str


@dataclass(frozen=True, slots=True)
class Health:
    """What the loads of the sources on the page say of them.

    Args:
        last_good: instant (UTC) of the last good load of the source that is longest without one;
            None where a source was never loaded well.
        unloaded: sources that the home describes and that no load was ever tried of.
        watched: the sources that are counted, at the edition before and now.
    """

    last_good: datetime | None
    refusals: tuple[Refusal, ...] = ()
    unloaded: tuple[str, ...] = ()
    watched: tuple[SourceWatch, ...] = ()


@dataclass(frozen=True)
class Context:
    """A snapshot and all that is said about it.

    Args:
        quality: what the newest load of each source counted says of it.
        completeness: how soon the headline source's records are known; None where not held.
    """

    snapshot: Snapshot
    facts: EditionFacts
    previous: Previous
    health: Health
    quality: tuple[SourceQuality, ...] = ()
    completeness: Completeness | None = None

    @cached_property
    def compared(self) -> dict[tuple[object, ...], Comparison]:
        """Comparisons made so far, by what was asked for."""
        return {}

    @cached_property
    def charted(self) -> "dict[tuple[object, ...], Charted]":
        """Control charts counted so far, by what they are of."""
        return {}

    @property
    def incidents(self) -> Cube:
        """The headline source's counts."""
        if self.snapshot.incidents is None:
            raise ValueError("no section is made before the first load")
        return self.snapshot.incidents

    @cached_property
    def cut_off(self) -> date:
        """The last day that comparisons reach: the cut-off, or the coverage where that ends first.

        Months are whole or not compared at all.
        """
        return self.incidents.last_day_counted(self.facts.key.cut_off)

    @cached_property
    def year_to_date(self) -> Period:
        """1 January to the last day counted."""
        return year_to_date(self.cut_off)

    @property
    def month(self) -> Period:
        """The calendar month of the last day counted."""
        return month_of(self.cut_off)

    @property
    def year(self) -> int:
        """The year that the edition is about."""
        return self.cut_off.year

    def local(self, instant: datetime) -> datetime:
        """An instant as the home's wall clock shows it, naive."""
        return instant.astimezone(ZoneInfo(self.facts.zone)).replace(tzinfo=None)

    @property
    def rules(self) -> Rules:
        """The thresholds in force."""
        return self.facts.rules


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one section adds to a briefing.

    Args:
        title: what the head of its pages says.
    """

    blocks: tuple[Block, ...]
    figures: tuple[Figure, ...] = ()
    comparisons: tuple[Comparison, ...] = ()
    title: Text = ()
