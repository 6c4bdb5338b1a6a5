"""Two years in which nothing changed, as a feed tells of them: who is called, and how often.

The design was fixed before the first run, and none of it was chosen by a result.

- Incidents happen at a rate that never changes, independently: 55 a day, as many as New York's
  felony assaults (about 20,000 a year), for which docs/definitions.md tells what weekly sheets made
  of them. They become known by the lag that was measured on a real feed (`INCIDENT_LAW`: 50, 75,
  89, 94, 95 % on the first to fifth morning after, 96 % after 28 days, all after 120). As measured,
  2.3 % are withdrawn and 1 % change their date (by one to three days); when was not measured: a day
  drawn evenly from the 60 after they became known.
- A delivery arrives every morning of 2014 and 2015; the first holds all that went before. So every
  comparator's K′ has a delivery of its own.
- An edition each week: cut-off Sunday, known at 06:00 on Monday. 7 days, 28 days and the year to
  date are each compared with the year before, by `compare` itself: as known then, and naively, last
  year's settled count against this year's fresh one.
- An error is a verdict of higher or lower. World k is one edition: that of Sunday k mod 52 of 2015,
  so that worlds are independent and the share's Monte-Carlo error is binomial. Wanted is one of at
  most 0.4 percentage points at a share of 5 %: 0.05 × 0.95 / 0.004² = 2,969 worlds; the next whole
  number of rounds of 52 Sundays gives 58 × 52 = 3,016. World k has the seed k.
- `make test` takes the first 10 rounds, worlds 0 to 519; `make test-slow` all 58.
- Promised: of each of the three kinds, as known then, at most 5 % are called; naively at least
  three times as many.
"""

import statistics
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from types import MappingProxyType
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from tests.sections.making import World, cube_of
from viperreport.demo.quotas import INCIDENT_LAW
from viperreport.model.figure import Comparison, Maturity
from viperreport.model.period import (
    ONE_DAY,
    WEEK,
    Period,
    last_7_days,
    last_28_days,
    same_period,
    year_to_date,
)
from viperreport.model.snapshot import Cell, Cube, Snapshot, known_then_instant
from viperreport.pipeline import BuildRequest, Home, LoadOptions, build, load, open_home
from viperreport.sections.comparing import compare
from viperreport.sections.context import Context
from viperreport.sections.counted import all_incidents

RATE, WITHDRAWN, REDATED, CHANGES_WITHIN = 55, 0.023, 0.01, 60
FIRST_DAY, FIRST_FILE, LAST_FILE = date(2012, 12, 1), date(2014, 1, 1), date(2015, 12, 31)
SUNDAYS = [date(2015, 1, 4) + k * WEEK for k in range(52)]
ROUNDS, FEW_ROUNDS = 58, 10
KINDS = {"7 days": last_7_days, "28 days": last_28_days, "year to date": year_to_date}
NEVER = 1 << 20
LONDON = ZoneInfo("Europe/London")
_LAGS = np.array([INCIDENT_LAW.mass(k, k) for k in range(120)], dtype=float)


class Feed:
    """What became known when of incidents that happened evenly; days are counted from FIRST_DAY.

    Args:
        days: how many are drawn.
        seed: of the draw.
        rate: incidents a day.
    """

    def __init__(self, days: int, seed: int, rate: float = RATE) -> None:
        random = np.random.default_rng(seed)
        self.day = np.repeat(np.arange(days), random.poisson(rate, days))
        number = len(self.day)
        self.seen = self.day + 1 + random.choice(len(_LAGS), number, p=_LAGS / _LAGS.sum())
        change = self.seen + random.integers(1, CHANGES_WITHIN + 1, number)
        fate = random.random(number)
        self.gone = np.where(fate < WITHDRAWN, change, NEVER)
        moves = (fate >= WITHDRAWN) & (fate < WITHDRAWN + REDATED)
        self.corrected = np.where(moves, change, -1)
        # Nothing is recorded before the day that it is said to have happened on.
        late = np.minimum(random.integers(1, 4, number), self.seen - self.day - 1)
        self.stated = np.where(moves, self.day + late, self.day)

    def known(self, morning: int) -> np.ndarray:
        """The days of all incidents that the delivery of a morning holds, as it dates them."""
        there = (self.seen <= morning) & (morning < self.gone)
        return np.where(self.corrected > morning, self.stated, self.day)[there]

    def cells(self, morning: int) -> Iterator[Cell]:
        """The same, added up by day."""
        counts = np.bincount(self.known(morning)).tolist()
        for number, count in enumerate(counts, FIRST_DAY.toordinal()):
            if count:
                yield Cell(date.fromordinal(number), "Hackney", records=count)

    def lines(self, morning: int) -> Iterator[str]:
        """The rows of the delivery of a morning."""
        there = (self.seen <= morning) & (morning < self.gone)
        for key, number in zip(
            np.flatnonzero(there).tolist(), self.known(morning).tolist(), strict=True
        ):
            yield f"{key},{FIRST_DAY + timedelta(number)},Hackney\n"

    def count(self, period: Period, morning: date) -> int:
        """How many of a period the delivery of a morning holds."""
        first, after = ((day - FIRST_DAY).days for day in (period.start, period.end))
        known = self.known((morning - FIRST_DAY).days)
        return int(((first <= known) & (known < after)).sum())


def known_at(cut_off: date) -> datetime:
    """06:00 on the morning after."""
    return datetime.combine(cut_off + ONE_DAY, time(6), LONDON).astimezone(UTC)


def cube(feed: Feed, morning: date) -> Cube:
    """What a delivery holds; it is complete to the day before."""
    held_to = morning - ONE_DAY
    counted = cube_of(feed.cells((morning - FIRST_DAY).days), held_to, FIRST_DAY)
    return replace(counted, known_at=known_at(held_to), states=frozenset({"area", "records"}))


@cache
def base() -> Context:
    """All that an edition is told besides its counts."""
    return World(cube_of([Cell(FIRST_DAY, records=1)], LAST_FILE)).context


def edition(feed: Feed, cut_off: date) -> Context:
    """An edition of a feed, with the deliveries of a year before."""
    then: dict[tuple[str, datetime], Cube] = {}
    for period in (year_to_date(cut_off), last_7_days(cut_off)):
        before = same_period(period).last_day
        instant = known_then_instant(cut_off, known_at(cut_off), before, LONDON.key)
        earlier = cube(feed, before + ONE_DAY)
        assert earlier.known_at == instant
        then[earlier.source, instant] = earlier
    snapshot = Snapshot(
        cut_off,
        known_at(cut_off),
        LONDON.key,
        cube(feed, cut_off + ONE_DAY),
        then=MappingProxyType(then),
    )
    return replace(base(), snapshot=snapshot)


def naively(context: Context) -> Context:
    """The same edition, had it no delivery of a year before."""
    return replace(context, snapshot=replace(context.snapshot, then=MappingProxyType({})))


def compared(context: Context, kind: str) -> Comparison:
    """A kind of period against the year before."""
    period = KINDS[kind](context.snapshot.cut_off)
    return compare(context, all_incidents(context), kind, period)


@dataclass
class Tally:
    """What was called, and how far ratios lay from 1."""

    called: Counter[str]
    ratios: dict[str, list[float]]

    def add(self, kind: str, comparison: Comparison) -> None:
        """One comparison more."""
        self.called[kind] += comparison.likely_real
        assert comparison.ratio is not None
        self.ratios[kind].append(comparison.ratio)

    def said(self, kind: str) -> str:
        """Both, in percent."""
        ratios = self.ratios[kind]
        off = statistics.median(ratios) - 1
        return f"{self.called[kind] / len(ratios):.1%} called, median change {off:+z.1%}"


@pytest.mark.parametrize("rounds", [FEW_ROUNDS, pytest.param(ROUNDS, marks=pytest.mark.slow)])
def test_unchanged_worlds_are_seldom_called(
    record_property: Callable[[str, str], None], rounds: int
) -> None:
    """As known then at most 5 % of each kind are called; naively at least three times as many."""
    then, naive = (Tally(Counter(), {kind: [] for kind in KINDS}) for _ in range(2))
    worlds = rounds * len(SUNDAYS)
    for seed in range(worlds):
        cut_off = SUNDAYS[seed % len(SUNDAYS)]
        context = edition(Feed((cut_off - FIRST_DAY).days + 1, seed), cut_off)
        for tally, known in ((then, context), (naive, naively(context))):
            for kind in KINDS:
                tally.add(kind, compared(known, kind))
    for kind in KINDS:
        said = f"known then {then.said(kind)}; naively {naive.said(kind)}"
        record_property("said", f"{kind}, {worlds:,} worlds in which nothing changed: {said}")
    for kind in KINDS:
        assert then.called[kind] <= 0.05 * worlds, kind
        assert naive.called[kind] >= 3 * then.called[kind], kind


KEYS = {"7 days": "7d", "28 days": "28d", "year to date": "ytd"}
FEW = 3  # incidents a day, where every row is loaded every morning
MAIN = """\
zone = "Europe/London"
place = "Evenville"
[briefing.weekly]
title = "Weekly"
every = "weekly on monday at 06:00"
cut_off = "last sunday"
"""
SOURCE = """\
kind = "incidents"
starts = 2012-12-01
[columns]
key = "key"
date = "day"
area = "area"
"""


def deliver(directory: Path, feed: Feed, mornings: list[date]) -> Home:
    """A home that has loaded the deliveries of these mornings, at 05:30, as its users do."""
    (directory / "config/sources").mkdir(parents=True)
    (directory / "config/viperreport.toml").write_text(MAIN)
    (directory / "config/sources/incidents.toml").write_text(SOURCE)
    home = open_home(directory, {}, lambda: known_at(LAST_FILE))
    source, file = home.settings.source("incidents"), directory / "incidents.csv"
    for morning in mornings:
        file.write_text("key,day,area\n" + "".join(feed.lines((morning - FIRST_DAY).days)))
        at = datetime.combine(morning, time(5, 30), LONDON)
        load(home, source, file, LoadOptions(known_at=at.astimezone(UTC)))
    return home


@pytest.mark.parametrize("daily", [True, False], ids=["daily", "weekly"])
def test_the_program_itself_counts_such_a_world(tmp_path: Path, *, daily: bool) -> None:
    """Loaded and built: every count is the feed's own, as known then and settled.

    With a delivery each Monday alone, none falls on the morning a year (and not 52 weeks) before:
    then the year to date says "maturity not comparable", and settled counts are compared. Daily
    deliveries are loaded in the fortnights to both mornings alone, which nothing else depends on.
    """
    cut_off = SUNDAYS[30]
    feed = Feed((cut_off - FIRST_DAY).days + 1, seed=0, rate=FEW)
    all_days = range(FIRST_FILE.toordinal(), (cut_off + ONE_DAY).toordinal() + 1)
    ends = [cut_off + ONE_DAY, last_7_days(cut_off).end - timedelta(days=364)]
    mornings = [
        day
        for day in map(date.fromordinal, all_days)
        if day.weekday() == 0 or (daily and any(end - 2 * WEEK <= day <= end for end in ends))
    ]
    home = deliver(tmp_path, feed, mornings)
    made = build(home, BuildRequest(cut_off=cut_off, known_at=known_at(cut_off)))
    found = {each.key: each for each in made.comparisons}
    for kind, period_of in KINDS.items():
        comparison, period = found[f"incidents.{KEYS[kind]}"], period_of(cut_off)
        before = same_period(period)
        settled = feed.count(before, cut_off + ONE_DAY)
        assert comparison.now.value == feed.count(period, cut_off + ONE_DAY)
        if not daily and kind == "year to date":
            assert comparison.maturity is Maturity.NOT_COMPARABLE
            assert (comparison.then.value, comparison.settled) == (settled, None)
            continue
        assert comparison.maturity is Maturity.AS_KNOWN_THEN
        assert comparison.then.value == feed.count(before, before.last_day + ONE_DAY)
        assert comparison.settled is not None
        assert comparison.settled.value == settled
