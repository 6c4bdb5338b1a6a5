"""The numbers that the synthetic London comes to, as tables.

Published, and so fixed: 226 gun incidents in 2015, 122 from 1 January to 25 May 2016; 577 firearms
recovered in 2014, 714 in 2015; no record before 2013 (377 in 2011 is an annual total only). All
else is free and follows the design's sample pages. Two editions look at the year 2016: one counts
to 18 May as known on Monday 23 May 06:00, the other to 25 May as known on Monday 30 May 06:00.
They know what was recorded up to the Sunday before.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final

from viperreport.demo.chance import Law, When


@dataclass(frozen=True, slots=True)
class IncidentQuota:
    """So many gun incidents.

    Args:
        priority: of these in the six priority boroughs.
        hurt: of these with someone killed or injured.
        killed: of these with someone killed.
        gone: between which days they are withdrawn from the record; None: never.
    """

    when: When
    count: int
    priority: int
    hurt: int = 0
    killed: int = 0
    gone: tuple[date, date] | None = None


@dataclass(frozen=True, slots=True)
class FindQuota:
    """So many finds of so many items, `priority` of the finds in the six priority boroughs."""

    when: When
    finds: int
    items: int
    priority: int
    how: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class LateDeaths:
    """So many incidents of some days in which an injured person dies later.

    `among_killed`: they are among the killed of the quotas; else they are injured there still.
    """

    first: date
    last: date
    died: tuple[date, date]
    count: int
    among_killed: bool


@dataclass(frozen=True, slots=True)
class Moves:
    """So many incidents of some days that were first recorded one to three days too late."""

    first: date
    last: date
    corrected: tuple[date, date]
    count: int


def _within(year: int, first: tuple[int, int], last: tuple[int, int]) -> When:
    """Some days of one year, recorded whenever."""
    return When(date(year, *first), date(year, *last))


def _seen_by(first: date, last: date, by: date) -> When:
    return When(first, last, seen_by=by)


def _seen_from(first: date, last: date, since: date) -> When:
    return When(first, last, seen_from=since)


# Delays of 0, 1, 2 … days: 50, 75, 89, 94, 95 % are visible on the first to fifth morning after
# the day it happened, 96 % on the 28th, all after 120 days. In 2,300ths, as measured on a real
# feed; recoveries are recorded sooner.
INCIDENT_LAW: Final = Law(1150, 575, 322, 115, 23, *[1] * 115)
FIND_LAW: Final = Law(1400, 400, 120, *[5] * 16)

_KNOWN_23_MAY = date(2016, 5, 22)
_KNOWN_30_MAY = date(2016, 5, 29)
_BETWEEN = (date(2016, 5, 23), _KNOWN_30_MAY)
_AFTER = date(2016, 5, 30)

INCIDENTS: Final = (
    # 2013: 251, 101 of them to 25 May (free)
    IncidentQuota(_within(2013, (1, 1), (5, 25)), 101, 55, hurt=34, killed=5),
    IncidentQuota(_within(2013, (5, 26), (12, 31)), 150, 82, hurt=50, killed=7),
    # 2014: 217, 88 of them to 25 May (free)
    IncidentQuota(_within(2014, (1, 1), (5, 25)), 88, 48, hurt=30, killed=4),
    IncidentQuota(_within(2014, (5, 26), (12, 31)), 129, 70, hurt=43, killed=6),
    # 2015: 226 (published). Free: to 25 May 84 as recorded on 30 May 06:00 and 86 settled; in the
    # 28 days to 27 May 20, in the last 7 of them 5, as recorded on 1 June 06:00
    IncidentQuota(
        _seen_by(date(2015, 1, 1), date(2015, 4, 29), date(2015, 5, 29)), 66, 37, hurt=23, killed=4
    ),
    IncidentQuota(
        _seen_by(date(2015, 4, 30), date(2015, 5, 20), date(2015, 5, 29)), 15, 8, hurt=5, killed=1
    ),
    IncidentQuota(_seen_by(date(2015, 5, 21), date(2015, 5, 25), date(2015, 5, 29)), 3, 2, hurt=1),
    IncidentQuota(_seen_by(date(2015, 5, 26), date(2015, 5, 27), date(2015, 5, 31)), 2, 1, hurt=1),
    IncidentQuota(_seen_from(date(2015, 3, 1), date(2015, 5, 20), date(2015, 6, 1)), 2, 1),
    IncidentQuota(_within(2015, (5, 28), (12, 31)), 138, 76, hurt=45, killed=5),
    # 2016 to 25 May: 122 (published), which are 110 (free) known on 23 May …
    IncidentQuota(
        _seen_by(date(2016, 1, 1), date(2016, 4, 27), _KNOWN_23_MAY), 93, 58, hurt=31, killed=4
    ),
    IncidentQuota(
        _seen_by(date(2016, 2, 1), date(2016, 4, 24), date(2016, 5, 1)),
        1,
        0,
        gone=(date(2016, 6, 1), date(2016, 7, 10)),
    ),
    IncidentQuota(_seen_by(date(2016, 4, 28), date(2016, 5, 18), _KNOWN_23_MAY), 15, 10, hurt=3),
    IncidentQuota(
        _seen_by(date(2016, 4, 28), date(2016, 5, 11), date(2016, 5, 15)), 1, 1, hurt=1, killed=1
    ),
    # … and 3 recorded late, and 9 in the week to 25 May
    IncidentQuota(When(date(2016, 3, 1), date(2016, 4, 27), *_BETWEEN), 1, 1),
    IncidentQuota(When(date(2016, 5, 5), date(2016, 5, 18), *_BETWEEN), 2, 1, hurt=1),
    IncidentQuota(
        _seen_by(date(2016, 5, 19), date(2016, 5, 25), _KNOWN_30_MAY), 9, 6, hurt=3, killed=1
    ),
    # later on (free)
    IncidentQuota(_seen_from(date(2016, 2, 1), date(2016, 5, 18), _AFTER), 2, 1),
    IncidentQuota(_seen_from(date(2016, 5, 19), date(2016, 5, 25), _AFTER), 1, 1),
    IncidentQuota(_within(2016, (5, 26), (7, 24)), 52, 31, hurt=17, killed=2),
    # known for a while, then withdrawn, so in none of the totals above
    IncidentQuota(
        _seen_by(date(2015, 11, 15), date(2015, 12, 28), date(2016, 1, 20)),
        1,
        1,
        gone=(date(2016, 2, 1), date(2016, 4, 20)),
    ),
    IncidentQuota(
        _seen_by(date(2016, 1, 4), date(2016, 3, 20), date(2016, 4, 9)),
        2,
        1,
        gone=(date(2016, 4, 18), date(2016, 5, 15)),
    ),
    IncidentQuota(
        _seen_by(date(2016, 5, 28), date(2016, 6, 18), date(2016, 6, 25)),
        1,
        0,
        gone=(date(2016, 7, 4), date(2016, 7, 22)),
    ),
)

# Changes before the first file are settled in it. Since then, as measured on a real feed, 2.6 %
# gain a death later, 2.3 % are withdrawn (`gone` above) and 1 % change their date.
LATE_DEATHS: Final = (
    LateDeaths(
        date(2016, 1, 1),
        date(2016, 4, 27),
        (date(2016, 5, 3), date(2016, 5, 20)),
        2,
        among_killed=True,
    ),
    LateDeaths(date(2016, 4, 28), date(2016, 5, 18), _BETWEEN, 1, among_killed=True),
    LateDeaths(
        date(2016, 2, 1),
        date(2016, 5, 22),
        (date(2016, 6, 1), date(2016, 6, 30)),
        2,
        among_killed=False,
    ),
    LateDeaths(
        date(2016, 5, 26),
        date(2016, 7, 10),
        (date(2016, 7, 14), date(2016, 7, 23)),
        1,
        among_killed=False,
    ),
)
MOVES: Final = (
    Moves(date(2016, 1, 10), date(2016, 4, 20), (date(2016, 5, 1), date(2016, 5, 20)), 1),
    Moves(date(2016, 1, 10), date(2016, 4, 20), (date(2016, 6, 1), date(2016, 6, 30)), 1),
)

WEAPONS: Final[Mapping[str, int]] = MappingProxyType(
    {
        "Handgun": 66,
        "Converted or reactivated": 58,
        "Air weapon": 52,
        "Shotgun": 49,
        "Imitation, convertible": 41,
        "Parts or ammunition only": 32,
        "Rifle": 14,
        "Automatic weapon": 6,
    }
)
WARRANT: Final = "Premises search (warrant)"
STOP: Final = "Stop and search"
ARREST: Final = "Arrest of known offender"
SWEEP: Final = "Weapon sweep"
VEHICLE: Final = "ANPR or vehicle stop"
SURRENDERED: Final = "Surrendered"
FOUND: Final = "Found by the public"


def _circumstances(*weights: int) -> Mapping[str, int]:
    names = (WARRANT, STOP, ARREST, SWEEP, VEHICLE, SURRENDERED, FOUND)
    return MappingProxyType(dict(zip(names, weights, strict=True)))


_USUAL = _circumstances(90, 35, 34, 27, 21, 24, 11)
_BUILD_UP = _circumstances(31, 12, 10, 11, 8, 4, 3)

FINDS: Final = (
    # 2013: 512 items, 196 of them to 25 May (free)
    FindQuota(_within(2013, (1, 1), (5, 25)), 186, 196, 102, _USUAL),
    FindQuota(_within(2013, (5, 26), (12, 31)), 299, 316, 164, _USUAL),
    # 2014: 577 items (published), 221 of them to 25 May (free)
    FindQuota(_within(2014, (1, 1), (5, 25)), 209, 221, 116, _USUAL),
    FindQuota(_within(2014, (5, 26), (12, 31)), 336, 356, 186, _USUAL),
    # 2015: 714 items (published). Free: to 25 May 262 as recorded on 30 May 06:00 and 264 settled;
    # in the 28 days to 27 May 61, in the last 7 of them 15, as recorded on 1 June 06:00
    FindQuota(
        _seen_by(date(2015, 1, 1), date(2015, 4, 29), date(2015, 5, 29)), 192, 204, 108, _USUAL
    ),
    FindQuota(
        _seen_by(date(2015, 4, 30), date(2015, 5, 20), date(2015, 5, 29)), 44, 46, 25, _USUAL
    ),
    FindQuota(_seen_by(date(2015, 5, 21), date(2015, 5, 25), date(2015, 5, 29)), 11, 12, 6, _USUAL),
    FindQuota(_seen_by(date(2015, 5, 26), date(2015, 5, 27), date(2015, 5, 31)), 3, 3, 2, _USUAL),
    FindQuota(_seen_from(date(2015, 5, 14), date(2015, 5, 20), date(2015, 6, 1)), 2, 2, 1, _USUAL),
    FindQuota(_within(2015, (5, 28), (12, 31)), 421, 447, 236, _USUAL),
    # 2016, to 25 May 318 items as recorded on 30 May 06:00 (free), 79 in 28 days, 24 in 7
    FindQuota(_seen_by(date(2016, 1, 1), date(2016, 4, 27), _KNOWN_30_MAY), 226, 239, 130, _USUAL),
    FindQuota(_seen_by(date(2016, 4, 28), date(2016, 5, 18), _KNOWN_30_MAY), 52, 55, 34, _BUILD_UP),
    FindQuota(_seen_by(date(2016, 5, 19), date(2016, 5, 25), _KNOWN_30_MAY), 23, 24, 15, _BUILD_UP),
    FindQuota(_seen_from(date(2016, 5, 14), date(2016, 5, 25), _AFTER), 3, 3, 2, _BUILD_UP),
    FindQuota(_within(2016, (5, 26), (7, 24)), 150, 159, 95, _BUILD_UP),
)
