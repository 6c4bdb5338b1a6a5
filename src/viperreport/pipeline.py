"""The whole run on one page: load → read → compose → draw.

Each step takes one frozen value and returns the next; Settings are unpacked into plain arguments
here, and go no further. Costly libraries are imported by the step that needs them.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from viperreport.errors import ConfigError, DataError, UsageError
from viperreport.homes import HomeIdentity, home_identity, packaged_home
from viperreport.model.briefing import Briefing, EditionKey
from viperreport.model.period import ONE_DAY
from viperreport.model.source import Area, Kind, Source
from viperreport.settings import (
    ALL_AREAS,
    BriefingSettings,
    Settings,
    ThemeChecks,
    ThemeSettings,
    areas_of,
    find_area,
    load_settings,
    load_template,
    load_theme,
)
from viperreport.slots import (
    Timing,
    cut_off_of,
    last_due,
    parse_cut_off,
    parse_schedule,
    timing_of,
)

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

    from viperreport.analysis.revisions import Revisions
    from viperreport.evidence.counts import LatestLoad
    from viperreport.evidence.load import LoadReport
    from viperreport.evidence.records import Record
    from viperreport.model.figure import Figure
    from viperreport.model.quality import Completeness, SourceQuality
    from viperreport.model.snapshot import Cube, Snapshot
    from viperreport.pdf.look.theme import Theme
    from viperreport.sections.context import (
        Context,
        EditionFacts,
        Health,
        Previous,
        Rules,
        StatedOperation,
    )
    from viperreport.settings.operation import Operation

_CHECKS: Mapping[str, Callable[[str], object]] = {"every": parse_schedule, "cut_off": parse_cut_off}
_EARLIER_EDITIONS = 366  # no briefing has more than one a day


@dataclass(frozen=True)
class Home:
    """A home, opened: what it says, who it is, and the clock (UTC) that it goes by."""

    settings: Settings
    identity: HomeIdentity
    clock: Callable[[], datetime]

    @property
    def path(self) -> Path:
        """Its directory."""
        return self.settings.home

    @property
    def zone(self) -> ZoneInfo:
        """Where its days begin and end."""
        return ZoneInfo(self.settings.zone)

    @cached_property
    def engine(self) -> "Engine":
        """Its evidence store."""
        from viperreport.database import open_engine, sqlite_url

        url = self.settings.database_url
        if url is not None:
            return open_engine(url.get_secret_value())
        return open_engine(sqlite_url(self.path / "output" / "state" / "evidence.db"))


@dataclass(frozen=True, slots=True)
class BuildRequest:
    """Which edition is wanted.

    Args:
        briefing: its name; "" for the only one.
        cut_off: last whole day counted; None for that of the last due slot.
        known_at: use only what was known then; None for all that is known.
        area: the slug of the area whose own edition it is; "all" for the whole.
    """

    briefing: str = ""
    cut_off: date | None = None
    known_at: datetime | None = None
    area: str = ALL_AREAS


def open_home(path: Path, environ: Mapping[str, str], clock: Callable[[], datetime]) -> Home:
    """Read and check a home's configuration; nothing else is touched.

    Raises:
        ConfigError: with every fault.
    """
    settings = load_settings(path, environ, _CHECKS)
    return Home(settings, home_identity(path), clock)


@dataclass(frozen=True, slots=True)
class LoadOptions:
    """How a file is to be loaded.

    Args:
        known_at: the instant whose knowledge the file is; None for now.
        dry_run: do all of it, and keep nothing.
        progress: told bytes read and bytes in all, now and then.
    """

    known_at: datetime | None = None
    dry_run: bool = False
    progress: Callable[[int, int], None] | None = None


def load(
    home: Home, source: Source, file: Path, options: LoadOptions | None = None
) -> "LoadReport":
    """Load one file of one source into the store.

    Raises:
        DataError: the file or its rows were refused; no record has changed.
        ConfigError: the store is another home's, or of the other nature.
    """
    from viperreport.evidence.load import LoadRequest, load_file

    options = options or LoadOptions()
    request = LoadRequest(
        known_at=options.known_at,
        now=home.clock(),
        areas=home.settings.areas,
        zone=home.settings.zone,
        dry_run=options.dry_run,
        home=home.identity.id,
        progress=options.progress,
        clock=home.clock,
    )
    return load_file(home.engine, source, file, request)


def waiting_files(home: Home, sources: Sequence[Source]) -> list[tuple[Source, Path]]:
    """The files that sources with a `path` would load, oldest name first."""
    return [
        (source, file)
        for source in sources
        if source.path
        for file in sorted(home.path.glob(source.path))
    ]


def build(home: Home, request: BuildRequest) -> Briefing:
    """Count and say everything that one edition says.

    Raises:
        UsageError: no such briefing, or a cut-off before the first record.
        DataError: nothing is loaded that was known by then.
    """
    from viperreport.evidence.store import consulting
    from viperreport.sections.compose import ALL_SECTIONS, compose

    briefing = home.settings.briefing(request.briefing)
    refuse_unbuilt(briefing)
    homes = (home.path, packaged_home())
    template = load_template(briefing.template, homes, ALL_SECTIONS)
    with consulting(home.engine, home.identity.id) as connection:
        return compose(_read(home, briefing, request, connection), template.sections)


def look(home: Home) -> ThemeSettings:
    """Read and check what the pages of a home look like.

    Raises:
        ConfigError: with every fault.
    """

    def font(role: str, file: Path) -> object:
        from viperreport.pdf.look.fonts import own_font

        return own_font(role, file)

    def path(data: str) -> tuple[float, float, float, float]:
        from viperreport.pdf.look.logo import path_extent

        return path_extent(data)

    return load_theme((home.path, packaged_home()), ThemeChecks(font, path))


def draw(briefing: Briefing, given: ThemeSettings | None = None) -> bytes:
    """Draw a briefing as a PDF; the same briefing and look give the same bytes."""
    from viperreport.pdf.render import render

    return render(briefing, _theme(given)) if given else render(briefing)


def _theme(given: ThemeSettings) -> "Theme":
    from viperreport.pdf.look.fonts import PACKAGED
    from viperreport.pdf.look.logo import logo_of
    from viperreport.pdf.look.theme import Palette, mm, theme_of

    colours, fonts = Palette(**dict(given.colours)), PACKAGED.standing_in(given.fonts)
    logo = None
    if given.logo is not None:
        box = given.logo.width, given.logo.height
        paths = [(path.d, path.fill) for path in given.logo.paths]
        logo = logo_of(box, mm(given.logo.room), paths)
    return theme_of(colours, fonts, given.paper, logo)


def records(home: Home, figure: "Figure") -> "tuple[Record, ...]":
    """The records that add up to a figure, with their file lines.

    Raises:
        UsageError: a figure that no records stand behind.
    """
    from viperreport.evidence.records import records_behind
    from viperreport.evidence.store import consulting

    if figure.source not in {source.name for source in home.settings.sources}:
        raise UsageError(f"{figure.key}: {figure.method}: no records stand behind it")
    source = home.settings.source(figure.source)
    with consulting(home.engine, home.identity.id) as connection:
        return records_behind(connection, source, figure)


def timing(home: Home, briefing: BriefingSettings, cut_off: date | None) -> Timing:
    """Where an edition stands in the calendar; without a cut-off, the last one due."""
    schedule, rule = parse_schedule(briefing.every), parse_cut_off(briefing.cut_off)
    wanted = cut_off or cut_off_of(rule, last_due(schedule, home.zone, home.clock()))
    return timing_of(schedule, rule, home.zone, wanted)


def refuse_unbuilt(briefing: BriefingSettings) -> None:
    """Refuse a promise that this version cannot keep, rather than break it in silence.

    Raises:
        ConfigError: naming the key.
    """
    where = f"config/viperreport.toml: briefing.{briefing.name}"
    if briefing.disclosure != "internal":
        raise ConfigError(f'{where}.disclosure: "public" is not built yet: write "internal"')


def end_of_day(day: date, zone: ZoneInfo) -> datetime:
    """The instant (UTC) at which a local day is over."""
    return datetime.combine(day + ONE_DAY, time(), zone).astimezone(UTC)


def _read(
    home: Home, briefing: BriefingSettings, request: BuildRequest, connection: "Connection"
) -> "Context":
    """Read all that an edition is made from."""
    from viperreport.evidence.counts import latest_loads
    from viperreport.sections.context import Context

    when = timing(home, briefing, request.cut_off)
    snapshot = _snapshot(home, connection, when.cut_off, request.known_at)
    areas = areas_in(home, _held_areas(snapshot))
    area = find_area(request.area, areas)
    snapshot = _scoped(snapshot, area, _names_of(home.settings, area))
    facts = _facts(home, briefing, when, area)
    headline = home.settings.source(home.settings.headline)
    shown = [cube for cube in (snapshot.incidents, snapshot.recoveries) if cube is not None]
    sources = [home.settings.source(cube.source) for cube in shown]
    context = Context(
        snapshot=snapshot,
        facts=facts,
        previous=_unreconciled(when),
        health=_health(latest_loads(connection, sources, snapshot.known_at)),
    )
    return replace(
        context,
        previous=_previous(context, headline, connection),
        quality=_quality(home, context, connection),
        completeness=_completeness(context, headline, connection),
    )


def _snapshot(
    home: Home, connection: "Connection", cut_off: date, known_at: datetime | None
) -> "Snapshot":
    from viperreport.evidence.counts import SnapshotRequest, newest_load, read_snapshot
    from viperreport.evidence.published import read_published

    settings = home.settings
    newest = newest_load(connection, settings.sources)
    if newest is None:
        raise DataError(f"{settings.home}: nothing is loaded yet: run viperreport load")
    published = settings.home / "config" / "published.csv"
    headline = settings.source(settings.headline)
    of_kind: dict[Kind, Source] = {source.kind: source for source in settings.sources}
    snapshot = read_snapshot(
        connection,
        SnapshotRequest(
            cut_off=cut_off,
            known_at=known_at or max(newest, end_of_day(cut_off, home.zone)),
            zone=settings.zone,
            headline=headline,
            recoveries=of_kind.get(Kind.RECOVERIES),
            activity=of_kind.get(Kind.ACTIVITY),
            published=read_published(published) if published.exists() else (),
            synthetic=any(source.synthetic for source in settings.sources),
        ),
    )
    _refuse_too_early(home, snapshot, headline)
    return snapshot


def areas_in(home: Home, held: Iterable[Iterable[str]]) -> tuple[Area, ...]:
    """The areas of a home; where it lists none, those that its data name."""
    return home.settings.areas or areas_of(name for names in held for name in names)


def _held_areas(snapshot: "Snapshot") -> Iterator[Iterable[str]]:
    for cube in (snapshot.incidents, snapshot.recoveries, snapshot.activity):
        if cube is not None:
            yield cube.values("area")


def _names_of(settings: Settings, area: Area | None) -> tuple[str, ...]:
    """The names by which published totals speak of an edition's place."""
    if area is not None:
        return (area.name, *area.aliases)
    if settings.published_area:
        return (settings.published_area,)
    return (settings.place, settings.territory, "")


def _scoped(snapshot: "Snapshot", area: Area | None, names: Iterable[str]) -> "Snapshot":
    """What the edition of an area, or of the whole, is counted from."""
    from viperreport.evidence.counts import fingerprint

    own = snapshot.of_places(names)
    if area is None:
        return own
    part = own.in_area(area.name)
    cubes = (part.incidents, part.recoveries, part.activity, *part.then.values())
    return replace(part, fingerprint=fingerprint(cubes, part.cut_off))


def _health(loads: "Sequence[LatestLoad]") -> "Health":
    from viperreport.sections.context import Health, Refusal

    good = [load.good_at for load in loads if load.good_at is not None]
    return Health(
        last_good=min(good) if len(good) == len(loads) else None,
        refusals=tuple(
            Refusal(load.source, load.refused_file, load.refused_reason)
            for load in loads
            if load.refused_since
        ),
    )


def _refuse_too_early(home: Home, snapshot: "Snapshot", headline: Source) -> None:
    cube = snapshot.incidents
    if cube is None:
        local = snapshot.known_at.astimezone(home.zone)
        raise DataError(
            f"source {headline.name}: nothing of it was known at {local:%Y-%m-%d %H:%M}: "
            "run viperreport load, or choose a later --known-at"
        )
    if cube.last_day_counted(snapshot.cut_off) < cube.held_from:
        raise UsageError(
            f"--cut-off {snapshot.cut_off}: before the first record of source {headline.name}, "
            f"{cube.held_from}: choose a later one"
        )


def _facts(
    home: Home, briefing: BriefingSettings, when: Timing, area: Area | None = None
) -> "EditionFacts":
    from viperreport.sections.context import EditionFacts

    settings, operation = home.settings, home.settings.operation
    facts = EditionFacts(
        key=EditionKey(home.identity.id, briefing.name, ALL_AREAS, when.cut_off),
        operation=operation.name if operation else "",
        title=briefing.title,
        territory=settings.territory,
        place=settings.place,
        area_noun=settings.area_noun,
        zone=settings.zone,
        language=settings.language,
        disclosure=briefing.disclosure,
        marking=settings.marking,
        priority=tuple(area.name for area in settings.areas if area.is_priority(when.cut_off)),
        issue=when.issue,
        window_start=when.window,
        next_day=when.next_slot.local.date(),
        earlier_cut_offs=_earlier_cut_offs(home, briefing, when),
        rules=_rules(settings),
        stated=_stated(operation) if operation else None,
        areas=settings.areas,
        river=_river(settings),
        holidays=settings.holidays,
    )
    return facts if area is None else _of_area(facts, area)


def _of_area(facts: "EditionFacts", area: Area) -> "EditionFacts":
    """What is said of an area's own edition: it has no areas within it, and no priority ones."""
    stated = facts.stated and replace(
        facts.stated,
        hotspots=tuple(spot for spot in facts.stated.hotspots if spot.area == area.name),
    )
    return replace(
        facts,
        key=replace(facts.key, area=area.slug),
        territory=f"{area.name}, {facts.place}",
        within=area.name,
        priority=(),
        areas=(area,),
        river=None,
        stated=stated,
    )


def _river(settings: Settings) -> tuple[int, str] | None:
    row = settings.map.river_after_row
    return None if row is None else (row, settings.map.river_name)


def _stated(operation: "Operation") -> "StatedOperation":
    from viperreport.sections import context as told

    return told.StatedOperation(
        name=operation.name,
        announced=operation.announced,
        source=operation.source,
        url=operation.url,
        lead=operation.lead,
        team_size=operation.team_size,
        units=operation.units,
        tactics=tuple(
            told.StatedTactic(name, operation.has_target(name)) for name in operation.tactics
        ),
        priority=tuple(
            told.StatedPriority(each.area, each.start, each.to, each.note)
            for each in operation.priority
        ),
        hotspots=tuple(
            told.StatedHotspot(each.name, each.area, each.aliases) for each in operation.hotspot
        ),
        statements=tuple(
            told.StatedWords(each.text, each.who, each.date, each.source, each.url)
            for each in operation.statement
        ),
    )


def _rules(settings: Settings) -> "Rules":
    from viperreport.sections.context import Rules

    return Rules(
        percent_base=settings.figures.percent_base,
        few=settings.figures.few,
        projection_from_day=settings.figures.projection_from_day,
        projection_tau=settings.figures.projection_tau,
        max_age_days=settings.guards.max_age_days,
    )


def _earlier_cut_offs(home: Home, briefing: BriefingSettings, when: Timing) -> tuple[date, ...]:
    """Cut-offs of the same year's earlier editions, newest first."""
    schedule, rule = parse_schedule(briefing.every), parse_cut_off(briefing.cut_off)
    found: list[date] = []
    earlier = when
    while earlier.previous_cut_off.year == when.cut_off.year and len(found) < _EARLIER_EDITIONS:
        earlier = timing_of(schedule, rule, home.zone, earlier.previous_cut_off)
        found.append(earlier.cut_off)
    return tuple(found)


def _unreconciled(when: Timing) -> "Previous":
    from viperreport.sections.context import Previous

    return Previous(when.previous_cut_off, when.previous_instant, None)


def _previous(context: "Context", headline: Source, connection: "Connection") -> "Previous":
    """The edition one slot earlier, as known then, and the way from its total to this one's."""
    from viperreport.analysis.revisions import revisions
    from viperreport.evidence.counts import read_cube
    from viperreport.evidence.history import changes_behind
    from viperreport.model.period import year_to_date
    from viperreport.sections.counted import all_incidents

    previous, period = context.previous, context.year_to_date
    known = read_cube(connection, headline, previous.known_at, context.facts.zone)
    if previous.known_at >= context.snapshot.known_at:
        return replace(previous, is_later=True)
    if known is None:
        return previous
    last_day = known.last_day_counted(previous.cut_off)
    earlier = year_to_date(last_day) if last_day.year == context.year else None
    counted = all_incidents(context)
    figure = counted.figure(counted.cube, period, counted.stem)
    changes = changes_behind(connection, headline, figure, previous.known_at)
    found = revisions(changes, earlier, period)
    closed = _last_year(context, headline, connection)
    return replace(previous, revisions=found, starts_anew=earlier is None, last_year=closed)


def _last_year(
    context: "Context", headline: Source, connection: "Connection"
) -> "Revisions | None":
    """What became of last year's total since the previous edition: both count the whole of it."""
    from viperreport.analysis.revisions import revisions
    from viperreport.evidence.history import changes_behind
    from viperreport.model.period import calendar_year
    from viperreport.sections.counted import all_incidents

    counted, whole = all_incidents(context), calendar_year(context.year - 1)
    figure = counted.figure(counted.cube, whole, counted.stem)
    if figure.value is None:
        return None
    changes = changes_behind(connection, headline, figure, context.previous.known_at)
    return revisions(changes, whole, whole)


def _quality(
    home: Home, context: "Context", connection: "Connection"
) -> "tuple[SourceQuality, ...]":
    """What the newest load of each source counted says of it."""
    from viperreport.evidence.quality import Since, read_quality

    snapshot, previous = context.snapshot, context.previous
    cubes: tuple[Cube | None, ...] = (snapshot.incidents, snapshot.recoveries, snapshot.activity)
    since = Since(previous.cut_off, previous.known_at)
    found = (
        read_quality(
            connection, home.settings.source(cube.source), snapshot.known_at, since, cube.scope
        )
        for cube in cubes
        if cube is not None
    )
    return tuple(each for each in found if each is not None)


def _completeness(
    context: "Context", headline: Source, connection: "Connection"
) -> "Completeness | None":
    """How soon the headline source's records are known."""
    from viperreport.evidence.completeness import CompletenessRequest, read_completeness
    from viperreport.evidence.quality import Since

    edition = Since(context.previous.cut_off, context.previous.known_at)
    request = CompletenessRequest(context.cut_off, context.facts.zone, edition)
    return read_completeness(connection, headline, context.incidents, request)
