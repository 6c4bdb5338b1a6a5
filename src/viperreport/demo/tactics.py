"""The weekly returns of the operation's tactics, from the six priority boroughs.

A return adds up one tactic in one borough over a week that ends on a Wednesday. Each firearm in it
is one of the synthetic finds, so that returns and recoveries agree. All numbers are free; the four
weeks to 25 May 2016 come to those of the design's sample page, and later weeks keep their pace.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from viperreport.demo.chance import ONE_DAY, Dice, share
from viperreport.demo.places import PRIORITY
from viperreport.demo.quotas import ARREST, STOP, SWEEP, VEHICLE, WARRANT

WEEK: Final = timedelta(days=7)
FIRST_WEEK: Final = date(2015, 1, 7)  # weeks are named by the Wednesday that ends them
BUILD_UP: Final = tuple(date(2016, 5, 4) + WEEK * n for n in range(4))
LAST_WEEK: Final = date(2016, 7, 20)
_PACE: Final = (23, 25, 25, 27)  # how the build-up's total falls on its weeks
BOROUGHS: Final = tuple(PRIORITY)

# One return never came in; of the others, about one in a hundred before this week didn't.
_NEVER: Final = ("Education of young people", "Brent", date(2016, 5, 18))
_GAPS_UNTIL: Final = date(2016, 3, 30)
_MISSING: Final = 10  # in a thousand
_LATE: Final = 20  # in a thousand, by a week; none for the edition's own last week
_THOUSAND: Final = 1000


@dataclass(frozen=True, slots=True)
class Tactic:
    """What the returns of one tactic come to.

    Args:
        usual: done, and planned, in a usual week; planned in the build-up's weeks.
        planned: None where a tactic never has a target.
        done: in the build-up's four weeks together.
        arrests, reach: the same; None where it does not apply.
        circumstance: of the finds that this tactic makes; empty where it makes none.
    """

    name: str
    usual: int
    planned: int | None
    done: int
    arrests: int | None
    reach: int
    circumstance: str = ""


TACTICS: Final = (
    Tactic("High-visibility armed patrol", 12, 42, 161, 9, 1930),  # reach: hours
    Tactic("ANPR operation", 2, 6, 22, 31, 318, VEHICLE),  # vehicles
    Tactic("Weapon sweep", 5, 15, 66, 0, 66, SWEEP),  # places
    Tactic("Intelligence-led stop and search", 72, None, 412, 71, 98, STOP),  # positive outcomes
    Tactic("Targeting known offenders", 3, 10, 37, 37, 52, ARREST),  # subjects
    Tactic("Premises search (warrant)", 5, 9, 34, 29, 21, WARRANT),  # searches with a find
    Tactic("Education of young people", 1, 5, 15, None, 1140),  # people
)

Found = Mapping[tuple[str, str, date], int]  # items by circumstance, borough and week


@dataclass(frozen=True, slots=True)
class Return:
    """One tactic in one borough in the week that ends on a Wednesday; None: does not apply."""

    reference: str
    week: date
    borough: str
    tactic: str
    done: int
    planned: int | None
    arrests: int | None
    firearms: int | None
    reach: int
    late: bool


def week_of(day: date) -> date:
    """The Wednesday that ends the week of a day."""
    return day + ONE_DAY * ((2 - day.weekday()) % 7)


def found(finds: Sequence[tuple[str, str, date, int]]) -> Found:
    """Add up the items of finds, each a circumstance, a borough, a day and its items."""
    total: Counter[tuple[str, str, date]] = Counter()
    for circumstance, borough, day, items in finds:
        total[circumstance, borough, week_of(day)] += items
    return total


def draw_returns(dice: Dice, items: Found) -> list[Return]:
    """Draw every return that ever comes in."""
    weeks = [FIRST_WEEK + WEEK * n for n in range((LAST_WEEK - FIRST_WEEK).days // 7 + 1)]
    drawn = (
        each
        for number, tactic in enumerate(TACTICS, start=1)
        for week, sums in zip(weeks, _weekly(dice, tactic, weeks), strict=True)
        for each in _of_week(dice, (number, tactic), (week, sums), items)
    )
    return [each for each in drawn if not _is_missing(dice, each)]


@dataclass(frozen=True, slots=True)
class _Sums:
    """A tactic in one week, all boroughs together."""

    done: int
    planned: int | None
    arrests: int | None
    reach: int


def _weekly(dice: Dice, tactic: Tactic, weeks: Sequence[date]) -> Iterator[_Sums]:
    """What each week comes to."""
    paced = share(tactic.done, _PACE)
    arrests = share(tactic.arrests or 0, paced)
    reach = share(tactic.reach, paced)
    for week in weeks:
        lively = week >= BUILD_UP[0]
        planned = None if tactic.planned is None else (tactic.planned if lively else tactic.usual)
        if week in BUILD_UP:
            at = BUILD_UP.index(week)
            caught = None if tactic.arrests is None else arrests[at]
            yield _Sums(paced[at], planned, caught, reach[at])
        else:
            level = tactic.done if lively else 4 * tactic.usual
            yield _free_week(dice, tactic, level, planned)


def _free_week(dice: Dice, tactic: Tactic, level: int, planned: int | None) -> _Sums:
    """A week around a quarter of a four weeks' level, with results in proportion."""
    done = level * (70 + dice.below(61)) // 400
    done += dice.below(3) - 1 if done else dice.below(2)
    caught = None if tactic.arrests is None else _part(dice, tactic.arrests, (done, tactic.done))
    return _Sums(done, planned, caught, _part(dice, tactic.reach, (done, tactic.done)))


def _part(dice: Dice, amount: int, of: tuple[int, int]) -> int:
    """A fraction of an amount, rounded up or down by chance, right on average."""
    numerator, denominator = of
    return (amount * numerator + dice.below(denominator)) // denominator


def _of_week(
    dice: Dice, tactic: tuple[int, Tactic], week: tuple[date, _Sums], items: Found
) -> Iterator[Return]:
    """Split a week over the boroughs: every find needs an act, arrests and reach follow acts."""
    number, kind = tactic
    ends, sums = week
    firearms = [items.get((kind.circumstance, borough, ends), 0) for borough in BOROUGHS]
    done = _spread(dice, sums.done, firearms)
    planned = share(sums.planned or 0, tuple(PRIORITY.values()))
    arrests = share(sums.arrests or 0, done)
    reach = share(sums.reach, done)
    for at, borough in enumerate(BOROUGHS):
        yield Return(
            reference=f"AR-{ends:%Y%m%d}-{number}{at + 1}",
            week=ends,
            borough=borough,
            tactic=kind.name,
            done=done[at],
            planned=None if sums.planned is None else planned[at],
            arrests=None if sums.arrests is None else arrests[at],
            firearms=firearms[at] if kind.circumstance else None,
            reach=reach[at],
            late=ends != BUILD_UP[-1] and dice.below(_THOUSAND) < _LATE,
        )


def _spread(dice: Dice, total: int, least: Sequence[int]) -> list[int]:
    """Place a week's acts: one where each firearm was found, the others by chance."""
    acts = [min(1, each) for each in least]
    weights = tuple(PRIORITY.values())
    for _ in range(total - sum(acts)):
        acts[dice.index(weights)] += 1
    return acts


def _is_missing(dice: Dice, each: Return) -> bool:
    """Whether a return never comes in."""
    if (each.tactic, each.borough, each.week) == _NEVER:
        return True
    return each.week <= _GAPS_UNTIL and dice.below(_THOUSAND) < _MISSING
