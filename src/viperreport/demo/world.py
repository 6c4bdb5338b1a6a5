"""What happens in the synthetic London: incidents, finds and the operation's returns.

    world = draw_world()

This is the truth as it is settled in the end, with the days on which the record of it changes;
`feed` shows what of it is known when.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from viperreport.demo.chance import ONE_DAY, Dice, Rhythm
from viperreport.demo.places import NEIGHBOURHOODS, OTHER, PRIORITY
from viperreport.demo.quotas import (
    FIND_LAW,
    FINDS,
    INCIDENT_LAW,
    INCIDENTS,
    LATE_DEATHS,
    MOVES,
    WEAPONS,
    FindQuota,
    IncidentQuota,
    LateDeaths,
    Moves,
)
from viperreport.demo.tactics import Return, draw_returns, found

SEED: Final = 20160525
# A lifelike year: more in summer, at weekends by night; finds on working days.
_MONTHS: Final = (90, 88, 95, 98, 104, 108, 112, 110, 103, 100, 96, 96)
_WEEKENDS: Final = (12, 12, 12, 13, 16, 19, 18)
_EVEN: Final = (1,) * 12
_WORKING_DAYS: Final = (17, 18, 18, 17, 15, 8, 7)
_FURTHER: Final = (1, 1, 1, 1, 2, 2, 4)  # further items of a find of several
_INJURED: Final = (1, 1, 1, 1, 1, 2, 3)  # persons, where anyone is
_A_WEEK: Final = timedelta(days=7)  # shows a record in a file at least once before it changes
_DRUG_RELATED: Final = {"Y": 40, "N": 35, "": 25}  # "": not known


@dataclass(frozen=True, slots=True)
class Incident:
    """A gun incident as it is settled in the end.

    Args:
        reference: the force's number, given in order of recording.
        day: on which it happened.
        stated: the day first recorded as such; the same but for a corrected date.
        corrected: when the date is set right.
        died: when a person who was injured died; counted among the injured until then.
        gone: when it is withdrawn as no such incident.
    """

    reference: str
    day: date
    recorded: date
    borough: str
    neighbourhood: str
    killed: int
    injured: int
    drug_related: str
    stated: date
    corrected: date | None = None
    died: date | None = None
    gone: date | None = None


@dataclass(frozen=True, slots=True)
class Find:
    """A find of one or more items of one kind."""

    reference: str
    day: date
    recorded: date
    borough: str
    neighbourhood: str
    weapon: str
    circumstance: str
    items: int


@dataclass(frozen=True, slots=True)
class World:
    """All that happens, in the order in which the files list it: none in particular."""

    incidents: tuple[Incident, ...]
    finds: tuple[Find, ...]
    returns: tuple[Return, ...]


def draw_world(seed: int = SEED) -> World:
    """Draw the synthetic London; each part has dice of its own."""
    incidents = _draw_incidents(Dice(seed))
    finds = _draw_finds(Dice(seed + 1))
    items = found([(each.circumstance, each.borough, each.day, each.items) for each in finds])
    dice = Dice(seed + 2)
    returns = draw_returns(dice, items)
    dice = Dice(seed + 3)
    return World(
        incidents=tuple(dice.shuffled(incidents)),
        finds=tuple(dice.shuffled(finds)),
        returns=tuple(dice.shuffled(returns)),
    )


def _draw_incidents(dice: Dice) -> list[Incident]:
    rhythm = Rhythm(dice, _MONTHS, _WEEKENDS, 25, INCIDENT_LAW)
    drawn = [each for quota in INCIDENTS for each in _incidents_of(dice, rhythm, quota)]
    for deaths in LATE_DEATHS:
        _let_die(dice, drawn, deaths)
    for moves in MOVES:
        _misdate(dice, drawn, moves)
    marks = _references(dice, "GI", [each.recorded for each in drawn])
    return [replace(each, reference=mark) for each, mark in zip(drawn, marks, strict=True)]


def _incidents_of(dice: Dice, rhythm: Rhythm, quota: IncidentQuota) -> list[Incident]:
    """Draw what one line of the table asks for."""
    moments = rhythm.moments(dice, quota.when, quota.count)
    boroughs = _boroughs(dice, quota.count, quota.priority)
    unhurt = quota.count - quota.hurt
    outcomes = {"killed": quota.killed, "injured": quota.hurt - quota.killed, "unhurt": unhurt}
    return [
        Incident(
            reference="",
            day=day,
            recorded=recorded,
            borough=borough,
            neighbourhood=dice.one(NEIGHBOURHOODS[borough]),
            killed=int(outcome == "killed"),
            injured=_INJURED[dice.below(len(_INJURED))] if outcome == "injured" else 0,
            drug_related=dice.one(_DRUG_RELATED),
            stated=day,
            gone=quota.gone and dice.between(*quota.gone),
        )
        for (day, recorded), borough, outcome in zip(
            moments, boroughs, dice.deck(outcomes, quota.count), strict=True
        )
    ]


def _boroughs(dice: Dice, count: int, priority: int) -> list[str]:
    """Deal boroughs, of which so many are priority boroughs."""
    return dice.shuffled([*dice.deck(PRIORITY, priority), *dice.deck(OTHER, count - priority)])


def _let_die(dice: Dice, drawn: list[Incident], deaths: LateDeaths) -> None:
    """Let injured persons die later; `drawn` is changed in place."""
    since, by = deaths.died
    able = [
        at
        for at, each in enumerate(drawn)
        if deaths.first <= each.day <= deaths.last
        and _is_steady(each, since)
        and (each.killed if deaths.among_killed else each.injured)
    ]
    for at in _some(dice, able, deaths.count):
        each, died = drawn[at], dice.between(since, by)
        if deaths.among_killed:
            drawn[at] = replace(each, died=died)
        else:
            drawn[at] = replace(each, died=died, killed=1, injured=each.injured - 1)


def _misdate(dice: Dice, drawn: list[Incident], moves: Moves) -> None:
    """Let incidents be dated too late at first; `drawn` is changed in place."""
    able = [
        at
        for at, each in enumerate(drawn)
        if moves.first <= each.day <= moves.last
        and _is_steady(each, moves.corrected[0])
        and each.recorded > each.day
    ]
    for at in _some(dice, able, moves.count):
        each = drawn[at]
        late = 1 + dice.below(min(3, (each.recorded - each.day).days))
        corrected = dice.between(*moves.corrected)
        drawn[at] = replace(each, stated=each.day + ONE_DAY * late, corrected=corrected)


def _is_steady(each: Incident, since: date) -> bool:
    """Whether a record has been shown as it is in a file before that day, and changes no more."""
    changes = (each.gone, each.died, each.corrected)
    return changes == (None, None, None) and each.recorded + _A_WEEK < since


def _some(dice: Dice, able: Sequence[int], count: int) -> list[int]:
    """Choose so many of those that are able."""
    if len(able) < count:
        raise ValueError(f"{count} asked for, {len(able)} there")
    return dice.shuffled(able)[:count]


def _draw_finds(dice: Dice) -> list[Find]:
    rhythm = Rhythm(dice, _EVEN, _WORKING_DAYS, 20, FIND_LAW)
    drawn = [each for quota in FINDS for each in _finds_of(dice, rhythm, quota)]
    marks = _references(dice, "FR", [each.recorded for each in drawn])
    return [replace(each, reference=mark) for each, mark in zip(drawn, marks, strict=True)]


def _finds_of(dice: Dice, rhythm: Rhythm, quota: FindQuota) -> list[Find]:
    """Draw what one line of the table asks for."""
    moments = rhythm.moments(dice, quota.when, quota.finds)
    boroughs = _boroughs(dice, quota.finds, quota.priority)
    labels = zip(
        dice.deck(WEAPONS, quota.finds),
        dice.deck(quota.how, quota.finds),
        _items(dice, quota),
        strict=True,
    )
    return [
        Find(
            reference="",
            day=day,
            recorded=recorded,
            borough=borough,
            neighbourhood=dice.one(NEIGHBOURHOODS[borough]),
            weapon=weapon,
            circumstance=circumstance,
            items=items,
        )
        for (day, recorded), borough, (weapon, circumstance, items) in zip(
            moments, boroughs, labels, strict=True
        )
    ]


def _items(dice: Dice, quota: FindQuota) -> list[int]:
    """How many items each find has: one, and a few of them several."""
    items, further = [1] * quota.finds, quota.items - quota.finds
    while further:
        more = min(further, _FURTHER[dice.below(len(_FURTHER))])
        items[dice.below(quota.finds)] += more
        further -= more
    return items


def _references(dice: Dice, series: str, recorded: Sequence[date]) -> list[str]:
    """Number records of each year as they come in; those of one day in any order."""
    order = sorted(dice.shuffled(range(len(recorded))), key=lambda at: recorded[at])
    numbers: Counter[int] = Counter()
    marks = [""] * len(recorded)
    for at in order:
        year = recorded[at].year
        numbers[year] += 1
        marks[at] = f"{series}-{year}-{numbers[year]:05d}"
    return marks
