"""What the configuration and the calendar say of one edition: Settings, unpacked for sections."""

from dataclasses import replace
from typing import TYPE_CHECKING

from viperreport.model.briefing import EditionKey
from viperreport.settings import ALL_AREAS, BriefingSettings, Settings
from viperreport.slots import Timing, parse_cut_off, parse_schedule, timing_of

if TYPE_CHECKING:
    from datetime import date

    from viperreport.model.source import Area
    from viperreport.pipeline import Home
    from viperreport.sections.context import EditionFacts, Rules, StatedOperation
    from viperreport.settings.operation import Operation

_EARLIER_EDITIONS = 366  # no briefing has more than one a day


def facts_of(
    home: "Home", briefing: BriefingSettings, when: Timing, area: "Area | None" = None
) -> "EditionFacts":
    """Say of an edition what no record says: names, dates, rules, the operation as stated."""
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
        is_masked=briefing.mask == "areas",
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
    return facts if area is None else of_area(facts, area)


def of_area(facts: "EditionFacts", area: "Area") -> "EditionFacts":
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
        max_drop=settings.guards.max_drop,
        max_unknown_area=settings.guards.max_unknown_area,
    )


def _earlier_cut_offs(home: "Home", briefing: BriefingSettings, when: Timing) -> "tuple[date, ...]":
    """Cut-offs of the same year's earlier editions, newest first."""
    schedule, rule = parse_schedule(briefing.every), parse_cut_off(briefing.cut_off)
    found: list[date] = []
    earlier = when
    while earlier.previous_cut_off.year == when.cut_off.year and len(found) < _EARLIER_EDITIONS:
        earlier = timing_of(schedule, rule, home.zone, earlier.previous_cut_off)
        found.append(earlier.cut_off)
    return tuple(found)
