"""What one edition is made from: its counts, its facts, the edition before, and how its data are.

Everything is read in one transaction. Costly libraries are imported by the step that needs them.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from viperreport.edition_facts import as_run, facts_of
from viperreport.errors import ConfigError, DataError, UsageError
from viperreport.model.period import ONE_DAY
from viperreport.model.sealing import sealed, sealed_quality
from viperreport.model.source import Area, Kind, Source
from viperreport.reconciling import previous_edition
from viperreport.settings import BriefingSettings, Settings, areas_of, find_area
from viperreport.slots import (
    Timing,
    cut_off_of,
    last_due,
    parse_cut_off,
    parse_schedule,
    timing_of,
)

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from viperreport.evidence.counts import LatestLoad
    from viperreport.model.quality import Completeness, SourceQuality
    from viperreport.model.snapshot import Cube, Snapshot
    from viperreport.model.watching import SourceWatch
    from viperreport.pipeline import BuildRequest, Home
    from viperreport.sections.context import Context, Health, Previous


def gather(
    home: "Home", briefing: BriefingSettings, request: "BuildRequest", connection: "Connection"
) -> "Context":
    """Read all that an edition is made from."""
    from viperreport.evidence.counts import latest_loads
    from viperreport.sections.context import Context

    when = timing(home, briefing, request.cut_off)
    if request.previous_known_at is not None:
        when = replace(when, previous_instant=request.previous_known_at)
    snapshot = take_snapshot(home, connection, when.cut_off, request.known_at)
    watched = _watched(home, snapshot, when, connection)
    areas = areas_in(home, _held_areas(snapshot))
    area = find_area(request.area, areas)
    _refuse_masked(briefing, area)
    snapshot = scoped(snapshot, area, names_of(home.settings, area))
    if briefing.is_sealed:
        snapshot = sealed(snapshot, home.identity.key)
    facts = as_run(facts_of(home, briefing, when, area), request)
    headline = home.settings.source(home.settings.headline)
    context = Context(
        snapshot=snapshot,
        facts=facts,
        previous=_unreconciled(when),
        health=replace(
            _health(latest_loads(connection, counted_sources(home.settings), snapshot.known_at)),
            watched=watched,
        ),
    )
    return replace(
        context,
        previous=previous_edition(context, headline, connection),
        quality=_told(briefing, home, _quality(home, context, connection)),
        completeness=_completeness(context, headline, connection),
    )


def _refuse_masked(briefing: BriefingSettings, area: Area | None) -> None:
    """An area's own edition is made of the counts that a mask hides.

    Raises:
        ConfigError: it is asked of a briefing that is masked.
    """
    if area is not None and briefing.mask == "areas":
        raise ConfigError(
            f'config/viperreport.toml: briefing.{briefing.name}.mask: "areas" leaves nothing to '
            f"print of {area.name} alone: build without --area, or write a briefing without mask"
        )


def timing(home: "Home", briefing: BriefingSettings, cut_off: date | None) -> Timing:
    """Where an edition stands in the calendar; without a cut-off, the last one due."""
    schedule, rule = parse_schedule(briefing.every), parse_cut_off(briefing.cut_off)
    wanted = cut_off or cut_off_of(rule, last_due(schedule, home.zone, home.clock()))
    return timing_of(schedule, rule, home.zone, wanted)


def end_of_day(day: date, zone: ZoneInfo) -> datetime:
    """The instant (UTC) at which a local day is over."""
    return datetime.combine(day + ONE_DAY, time(), zone).astimezone(UTC)


def take_snapshot(
    home: "Home", connection: "Connection", cut_off: date, known_at: datetime | None
) -> "Snapshot":
    """Count all that editions of one cut-off are made from, as known at an instant.

    Raises:
        DataError: nothing is loaded, or nothing of the headline's source was known then.
        UsageError: a cut-off before the first record.
    """
    from viperreport.evidence.counts import SnapshotRequest, newest_load, read_snapshot
    from viperreport.evidence.published import read_published

    settings = home.settings
    newest = newest_load(connection, settings.sources)
    if newest is None:
        raise DataError(f"{settings.home}: nothing is loaded yet: run viperreport load")
    published = settings.home / "config" / "published.csv"
    headline = settings.source(settings.headline)
    of_kind = _of_kind(settings)
    snapshot = read_snapshot(
        connection,
        SnapshotRequest(
            cut_off=cut_off,
            known_at=(known_at or max(newest, end_of_day(cut_off, home.zone))).astimezone(UTC),
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


def _of_kind(settings: Settings) -> dict[Kind, Source]:
    """The source of each kind that editions count."""
    return {source.kind: source for source in settings.sources}


def counted_sources(settings: Settings) -> list[Source]:
    """The sources that editions count, the headline's first."""
    of_kind = _of_kind(settings)
    others = (of_kind.get(Kind.RECOVERIES), of_kind.get(Kind.ACTIVITY))
    headline = settings.source(settings.headline)
    return [headline, *(source for source in others if source is not None)]


def _watched(
    home: "Home", snapshot: "Snapshot", when: Timing, connection: "Connection"
) -> "tuple[SourceWatch, ...]":
    """Each source of incidents, counts or recoveries, whole, at the edition before and now."""
    from viperreport.evidence.quality import Since
    from viperreport.evidence.watching import watch

    since, ended = Since(when.previous_cut_off, when.previous_instant), home.settings.guards.ended
    return tuple(
        watch(connection, cube, since, ended)
        for cube in (snapshot.incidents, snapshot.recoveries)
        if cube is not None
    )


def areas_in(home: "Home", held: Iterable[Iterable[str]]) -> tuple[Area, ...]:
    """The areas of a home; where it lists none, those that its data name."""
    return home.settings.areas or areas_of(name for names in held for name in names)


def _held_areas(snapshot: "Snapshot") -> Iterator[Iterable[str]]:
    for cube in (snapshot.incidents, snapshot.recoveries, snapshot.activity):
        if cube is not None:
            yield cube.values("area")


def names_of(settings: Settings, area: Area | None) -> tuple[str, ...]:
    """The names by which published totals speak of an edition's place."""
    if area is not None:
        return (area.name, *area.aliases)
    if settings.published_area:
        return (settings.published_area,)
    return (settings.place, settings.territory, "")


def scoped(snapshot: "Snapshot", area: Area | None, names: Iterable[str]) -> "Snapshot":
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
    tried = [load for load in loads if load.good_at is not None or load.refused_since]
    return Health(
        last_good=min(good, default=None),
        unloaded=tuple(load.source for load in loads if load not in tried),
        refusals=tuple(
            Refusal(load.source, load.refused_file, load.refused_reason)
            for load in loads
            if load.refused_since
        ),
    )


def _refuse_too_early(home: "Home", snapshot: "Snapshot", headline: Source) -> None:
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


def _unreconciled(when: Timing) -> "Previous":
    from viperreport.sections.context import Previous

    return Previous(when.previous_cut_off, when.previous_instant, None)


def _told(
    briefing: BriefingSettings, home: "Home", quality: "tuple[SourceQuality, ...]"
) -> "tuple[SourceQuality, ...]":
    """What the edition may tell of its loads."""
    if not briefing.is_sealed:
        return quality
    return tuple(sealed_quality(each, home.identity.key) for each in quality)


def _quality(
    home: "Home", context: "Context", connection: "Connection"
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
