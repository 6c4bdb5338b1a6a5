"""Whether what is known of a source would make an edition misleading: the guards' own arithmetic.

Each rule is made so that a year of healthy deliveries trips it with a chance under 1 %. Source:
"Coverage and guards" in docs/definitions.md.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

from viperreport.analysis.guards import DAYS_IN_YEAR, FEWEST, TELLING, too_many
from viperreport.analysis.special import beta_cdf
from viperreport.model.period import ONE_DAY, Period, PeriodKind, month_of
from viperreport.model.snapshot import FLAGS, LABELS, Cell, Cube
from viperreport.model.watching import MissingValue, Recount, UnknownAreas

FEWEST_LATE = 2  # one newest record may be withdrawn or dated anew; two at once are no accident
FEWEST_BEFORE = 30  # records that a share needs to be told as usual
RARE = 0.001  # chance of as many unknown areas as there are, if nothing had changed
_YEAR = timedelta(days=DAYS_IN_YEAR)
_RECENT = timedelta(days=28)


def is_drop(recount: Recount, most: float) -> bool:
    """Whether a count of the same days is lower by more than healthy deliveries ever are.

    Args:
        most: the share that may be gone, such as `max_drop`.
    """
    return too_many(recount.gone, recount.before, most)


def has_gone_back(newest: date | None, before: date | None, lost: int) -> bool:
    """Whether the newest records known before are there no longer, and none came after them."""
    return before is not None and lost >= FEWEST_LATE and (newest is None or newest < before)


def silent_values(cube: Cube, ended: Iterable[str] = ()) -> tuple[MissingValue, ...]:
    """Find the values of labels that no record bears any more, though many should by now.

    A value is missing if more than 4.6 + ln m records of it were to be expected since its newest
    one, by its own number n in the 365 days up to that, less 2√n; m is how many times in a year
    a value was borne, and so how many silences began: that any of these ends the value by chance
    alone is rarer than 1 % a year. A value that fell silent more than a year ago was missed before.

    Args:
        ended: values, and labels of flags, that are known to have ended, in any case.

    Returns:
        The most telling first.
    """
    end = cube.held_to
    cells = cube.slice(Period(end - 2 * _YEAR, end + ONE_DAY, PeriodKind.OPERATION))
    newest = [cell for cell in cells if cell.day > end - _YEAR]
    labels = [label for label in LABELS if cube.knows(label)]
    silences = sum(getattr(cell, label) != "" for cell in newest for label in labels)
    least = TELLING + math.log(max(silences, 1))
    known = {value.casefold() for value in ended}
    found = [
        (expected, missing)
        for label in labels
        for expected, missing in _silences(cube, cells, label)
        if expected > least and ended_as(label, missing.value).casefold() not in known
    ]
    return tuple(missing for _, missing in sorted(found, key=_most_telling))


def _most_telling(found: tuple[float, MissingValue]) -> tuple[float, str, str]:
    expected, missing = found
    return (-expected, missing.label, missing.value)


def _silences(
    cube: Cube, cells: Sequence[Cell], label: str
) -> Iterator[tuple[float, MissingValue]]:
    """Give each value of a label with how many records were to be expected since its newest."""
    borne: defaultdict[str, list[Cell]] = defaultdict(list)
    for cell in cells:
        borne[getattr(cell, label)].append(cell)
    for value, own in borne.items():
        last = own[-1].day
        silence = (cube.held_to - (month_of(last).last_day if cube.monthly else last)).days
        if value and silence > 0 and last > cube.held_to - _YEAR and is_asked_for(label, value):
            in_year = sum(getattr(cell, cube.adds) or 0 for cell in own if cell.day > last - _YEAR)
            surely = max(
                in_year - 2 * math.sqrt(in_year), 0.0
            )  # a year may be a busy one by chance
            yield silence * surely / DAYS_IN_YEAR, MissingValue(label, value, last, in_year)


def is_asked_for(label: str, value: str) -> bool:
    """Whether a page asks for a value: of a flag, for those with a yes."""
    return label not in FLAGS or value == "yes"


def ended_as(label: str, value: str) -> str:
    """How `ended` names a value; a flag by its label, since each of them has a yes."""
    return label if label in FLAGS else value


def unknown_areas(cube: Cube) -> UnknownAreas | None:
    """Count the records without an area: of the last 28 days, or 365 where these hold too few.

    Returns:
        None where the source knows no areas.
    """
    if not cube.knows("area"):
        return None
    end = cube.held_to + ONE_DAY
    recent = Period(end - _RECENT, end, PeriodKind.OPERATION)
    if _records(cube.slice(recent)) < FEWEST_BEFORE:
        recent = Period(end - _YEAR, end, PeriodKind.OPERATION)
    before = cube.slice(Period(recent.start - _YEAR, recent.start, PeriodKind.OPERATION))
    now = cube.slice(recent)
    return UnknownAreas(recent, _unknown(now), _records(now), _unknown(before), _records(before))


def _records(cells: Iterable[Cell]) -> int:
    return sum(cell.records for cell in cells)


def _unknown(cells: Iterable[Cell]) -> int:
    return _records(cell for cell in cells if not cell.area)


def too_many_unknown(found: UnknownAreas, most: float) -> bool:
    """Whether far more records lack an area than the source's own history explains.

    The share must lie more than `most` above that of the year before, which a place that never
    knows a third of its areas does not; and so many must be rare, if nothing had changed.

    Args:
        most: how far the share may lie above the usual one, such as `max_unknown_area`.
    """
    if found.unknown < FEWEST or found.records_before < FEWEST_BEFORE:
        return False
    excess = found.unknown / found.records - found.unknown_before / found.records_before
    if excess <= most:
        return False
    usual = (found.unknown_before + 1) / (found.records_before + 2)
    chance = beta_cdf(usual, found.unknown, found.records - found.unknown + 1)
    return chance < RARE
