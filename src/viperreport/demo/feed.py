"""What each weekly file shows of the world: what the force had recorded by the day before.

A file is a full snapshot of its source. A late death, a corrected date or a withdrawal shows in
the first file after it; what changed before the first file is settled in it.
"""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from viperreport.demo.chance import ONE_DAY
from viperreport.demo.tactics import WEEK, Return
from viperreport.demo.world import Find, Incident, World

FIRST_FILE: Final = date(2016, 1, 4)
LAST_FILE: Final = date(2016, 7, 25)
RETURNS_TAKE: Final = timedelta(days=5)  # from the Wednesday to the Monday after

INCIDENTS: Final = "incidents"
RECOVERIES: Final = "recoveries"
ACTIVITY: Final = "activity"
HEADERS: Final = {
    INCIDENTS: (
        *("reference", "date", "recorded", "borough", "neighbourhood"),
        *("killed", "injured", "drug_related"),
    ),
    RECOVERIES: (
        *("reference", "date", "recorded", "borough", "neighbourhood"),
        *("weapon", "circumstance", "items"),
    ),
    ACTIVITY: (
        *("reference", "date", "borough", "tactic"),
        *("done", "planned", "arrests", "firearms", "reach"),
    ),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A line of a file, and the files (by their days) that show it: from the first, before the end.

    Args:
        until: no longer from that day on; date.max: for good.
    """

    line: str
    since: date
    until: date = date.max


class Feed:
    """The files that the force delivers of a world."""

    def __init__(self, world: World) -> None:
        self._shown = {
            INCIDENTS: tuple(each for one in world.incidents for each in _incident(one)),
            RECOVERIES: tuple(_find(one) for one in world.finds),
            ACTIVITY: tuple(_return(one) for one in world.returns),
        }

    def file(self, source: str, day: date) -> bytes:
        """Give one source's file of a day."""
        lines = (each.line for each in self._shown[source] if each.since <= day < each.until)
        return "".join((_line(HEADERS[source]), *lines)).encode()


def file_days() -> Iterator[date]:
    """Every day on which the force delivers, oldest first."""
    day = FIRST_FILE
    while day <= LAST_FILE:
        yield day
        day += WEEK


def _incident(incident: Incident) -> Iterator[Shown]:
    """Every line by which an incident is shown, one after the other."""
    changes = sorted(day for day in (incident.died, incident.corrected) if day)
    known = [incident.recorded, *changes]
    for day, following in zip(known, [*changes, incident.gone], strict=True):
        until = following + ONE_DAY if following else date.max
        yield Shown(_incident_line(incident, day), day + ONE_DAY, until)


def _incident_line(incident: Incident, day: date) -> str:
    """How an incident reads at the end of a day."""
    died_later = int(incident.died is not None and incident.died > day)
    misdated = incident.corrected is not None and incident.corrected > day
    return _line(
        (
            incident.reference,
            incident.stated if misdated else incident.day,
            incident.recorded,
            incident.borough,
            incident.neighbourhood,
            incident.killed - died_later,
            incident.injured + died_later,
            incident.drug_related,
        )
    )


def _find(find: Find) -> Shown:
    line = _line(
        (
            *(find.reference, find.day, find.recorded, find.borough, find.neighbourhood),
            *(find.weapon, find.circumstance, find.items),
        )
    )
    return Shown(line, find.recorded + ONE_DAY)


def _return(each: Return) -> Shown:
    line = _line(
        (
            *(each.reference, each.week, each.borough, each.tactic),
            *(each.done, each.planned, each.arrests, each.firearms, each.reach),
        )
    )
    return Shown(line, each.week + RETURNS_TAKE + (WEEK if each.late else timedelta()))


def _line(cells: Iterable[object]) -> str:
    """Write one line of CSV; None is an empty cell."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(cells)
    return text.getvalue()
