"""Counts made by hand, and the briefings that are composed of them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, TypeVar, get_args

from viperreport.analysis.revisions import Revisions
from viperreport.edition_facts import of_area
from viperreport.model.briefing import (
    Beside,
    Block,
    Briefing,
    Cumulative,
    Digest,
    EditionKey,
    Headline,
    KeyFigure,
    KeyFigures,
)
from viperreport.model.figure import Comparison, LoadRef, Measure, Unit
from viperreport.model.period import (
    ONE_DAY,
    WEEK,
    Period,
    PeriodKind,
    calendar_year,
    same_period,
    year_to_date,
)
from viperreport.model.snapshot import Cell, Cube, PublishedTotal, Snapshot
from viperreport.model.source import Area
from viperreport.model.wording import Part, Text, plain
from viperreport.sections.compose import ALL_SECTIONS, compose
from viperreport.sections.context import (
    Context,
    EditionFacts,
    Health,
    Previous,
    Refusal,
    Rules,
    StatedOperation,
)

GUNS = Measure("discharge", "Gun incidents", "Discharges.", Unit.INCIDENT)
OFFENCES = Measure("offence", "Recorded firearm offences", "As recorded.", Unit.OFFENCE)
RECOVERED = Measure("recovered", "Firearms recovered", "Weapons.", Unit.ITEM, harm=False)
ACTIVITY = Measure("activity", "Police activity", "As returned.", Unit.RETURN, harm=False)
CUT_OFF = date(2016, 5, 25)
HELD_FROM = date(2013, 1, 1)
PARTS = get_args(Part)
Kind = TypeVar("Kind", Headline, KeyFigures, Cumulative, Digest)


def spread(period: Period, number: int, area: str = "Hackney", hurt: str = "") -> list[Cell]:
    """So many records, evenly over a period's days, so that they do not cluster."""
    days = (period.start + timedelta(days=k * period.days // number) for k in range(number))
    return [Cell(day, area, hurt=hurt, records=1) for day in days]


def year(number: int, total: int, area: str = "Hackney") -> list[Cell]:
    """A whole year's records."""
    return spread(calendar_year(number), total, area)


def both(now: int, then: int, cut_off: date = CUT_OFF, hurt: str = "") -> list[Cell]:
    """Records of a year to date and of the same period of the year before."""
    period = year_to_date(cut_off)
    return [
        *spread(same_period(period), then, hurt=hurt),
        *spread(period, now, hurt=hurt),
    ]


def cube_of(cells: Iterable[Cell], held_to: date, held_from: date = HELD_FROM) -> Cube:
    """A source of gun incidents."""
    return Cube(
        source="incidents",
        measure=GUNS,
        known_at=datetime.combine(held_to, time(18), UTC),
        held_from=held_from,
        held_to=held_to,
        cells=tuple(sorted(cells)),
        loads=(LoadRef(1, "incidents.csv", "ab" * 32),),
    )


def finds(cells: Iterable[Cell], held_to: date) -> Cube:
    """A source of recoveries, whose items are counted."""
    found = cube_of((cell._replace(items=cell.records) for cell in cells), held_to)
    return replace(found, source="recoveries", measure=RECOVERED, adds="items")


def monthly(cells: Iterable[Cell], held_to: date, held_from: date = HELD_FROM) -> Cube:
    """A source that counts by month."""
    whole = (cell._replace(day=cell.day.replace(day=1), items=cell.records) for cell in cells)
    found = cube_of(whole, held_to, held_from)
    return replace(found, source="offences", measure=OFFENCES, adds="items", monthly=True)


def returned(cells: Iterable[Cell], held_to: date) -> Cube:
    """A source of weekly returns of the tactics."""
    found = cube_of(cells, held_to)
    return replace(found, source="activity", measure=ACTIVITY, adds="items")


@dataclass(frozen=True)
class World:
    """All that an edition is made from, with what a test does not care for filled in.

    Args:
        within: the area whose own edition it is; None for the whole.
    """

    incidents: Cube
    cut_off: date = CUT_OFF
    recoveries: Cube | None = None
    priority: tuple[str, ...] = ()
    published: tuple[PublishedTotal, ...] = ()
    earlier: tuple[date, ...] = ()
    revisions: Revisions | None = None
    operation: str = "Operation Viper"
    issue: int | None = 21
    marking: str = ""
    refusals: tuple[Refusal, ...] = ()
    activity: Cube | None = None
    stated: StatedOperation | None = None
    areas: tuple[Area, ...] = ()
    within: Area | None = None
    place: str = "London"
    synthetic: bool = False
    disclosure: str = "internal"
    is_masked: bool = False

    @property
    def context(self) -> Context:
        """What sections are told."""
        known_at = datetime.combine(self.cut_off + 5 * ONE_DAY, time(5), UTC)
        facts = EditionFacts(
            key=EditionKey("home", "weekly", "all", self.cut_off),
            operation=self.operation,
            title="Weekly gun-crime briefing",
            territory="the Metropolitan Police area, London",
            place=self.place,
            area_noun="borough",
            zone="Europe/London",
            language="en-GB",
            disclosure=self.disclosure,
            is_masked=self.is_masked,
            marking=self.marking,
            priority=self.priority,
            issue=self.issue,
            window_start=self.cut_off - WEEK + ONE_DAY,
            next_day=self.cut_off + 2 * WEEK,
            earlier_cut_offs=self.earlier,
            rules=Rules(),
            stated=self.stated,
            areas=self.areas,
            river=(4, "River Thames") if self.areas else None,
        )
        snapshot = Snapshot(
            self.cut_off,
            known_at,
            facts.zone,
            self.incidents,
            self.recoveries,
            self.activity,
            published=self.published,
            fingerprint="0a" * 32,
            synthetic=self.synthetic,
        )
        if self.within is not None:
            own = snapshot.of_places((self.within.name, *self.within.aliases))
            snapshot, facts = own.in_area(self.within.name), of_area(facts, self.within)
        before = self.cut_off - WEEK
        anew = before.year != self.cut_off.year
        previous = Previous(before, known_at - WEEK, self.revisions, starts_anew=anew)
        return Context(snapshot, facts, previous, Health(known_at - ONE_DAY, self.refusals))

    @property
    def made(self) -> "Made":
        """The briefing of it."""
        return Made(compose(self.context, ALL_SECTIONS))


@dataclass(frozen=True)
class Made:
    """A briefing, and its parts by what they are."""

    briefing: Briefing

    def comparison(self, key: str) -> Comparison:
        """The comparison with a key."""
        return next(each for each in self.briefing.comparisons if each.key == key)

    @property
    def year(self) -> Comparison:
        """The year to date of the headline measure."""
        keys = {"incidents.ytd", "offences.ytd"}
        return next(each for each in self.briefing.comparisons if each.key in keys)

    @property
    def headline(self) -> Headline:
        """The sentence and the paragraph."""
        return self._block(Headline)

    @property
    def title(self) -> str:
        """The sentence."""
        return plain(self.headline.title)

    @property
    def standfirst(self) -> str:
        """The paragraph."""
        return plain(self.headline.standfirst)

    @property
    def tiles(self) -> dict[str, KeyFigure]:
        """The tiles by their marks."""
        return {tile.ref: tile for tile in self._block(KeyFigures).tiles}

    @property
    def note(self) -> str:
        """The note under the tiles."""
        return plain(self._block(KeyFigures).note)

    @property
    def figure_1(self) -> Cumulative:
        """The running totals."""
        return self._block(Cumulative)

    @property
    def courses(self) -> list[Cumulative]:
        """Every figure of running totals."""
        return [block for block in self.blocks if isinstance(block, Cumulative)]

    @property
    def exhibits(self) -> dict[str, Any]:
        """Every block with a mark, by it; those side by side one by one."""
        marked = ((getattr(block, "ref", ""), block) for block in self.blocks)
        return {ref: block for ref, block in marked if ref}

    @property
    def blocks(self) -> list[Block]:
        """Every block in reading order, those side by side one by one."""
        blocks = (block for section in self.briefing.sections for block in section.blocks)
        return list(apart(blocks))

    @property
    def digest(self) -> Digest:
        """What changed."""
        return self._block(Digest)

    @property
    def texts(self) -> list[tuple[str, Text]]:
        """Every text with the path that leads to it."""
        return [*texts(self.briefing.sections), *texts(self.briefing.masthead, "masthead"),
                *texts(self.briefing.foot, "foot"), *texts(self.briefing.markers, "markers"),
                *texts(self.briefing.guards, "guards")]  # fmt: skip

    def _block(self, kind: type[Kind]) -> Kind:
        """The first of its kind, which is that of page one."""
        return next(block for block in self.blocks if isinstance(block, kind))


def apart(blocks: Iterable[Block]) -> Iterator[Block]:
    """Every block, those side by side one by one."""
    for block in blocks:
        if isinstance(block, Beside):
            yield from apart((block.left, block.right))
        else:
            yield block


def texts(value: object, path: str = "") -> Iterator[tuple[str, Text]]:
    """Every text below a value: a run of typed parts."""
    if isinstance(value, tuple) and value and isinstance(value[0], PARTS):
        yield path, value
    elif isinstance(value, tuple):
        for each in value:
            yield from texts(each, path)
    elif is_dataclass(value):
        for each in fields(value):
            yield from texts(getattr(value, each.name), f"{path}/{each.name}")


def published(
    number: int,
    total: int,
    **changed: Any,  # noqa: ANN401 - a test names what it varies
) -> PublishedTotal:
    """A published total of a whole year."""
    made = PublishedTotal(
        id=f"P{number}",
        measure=GUNS.code,
        unit="incident",
        area="",
        period=Period(date(number, 1, 1), date(number + 1, 1, 1), PeriodKind.CALENDAR_YEAR),
        value=total,
        as_at="2016-05-01",
        source="Advertiser",
    )
    return replace(made, **changed)
