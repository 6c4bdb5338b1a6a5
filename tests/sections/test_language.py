"""What is never said, whatever the data: scanned over briefings of many random data sets."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sections.making import (
    GUNS,
    PARTS,
    Made,
    World,
    cube_of,
    finds,
    monthly,
    published,
    texts,
)
from viperreport.analysis.compare import rate_ratio, verdict
from viperreport.model.figure import VERDICT_PHRASES, Comparison, Verdict
from viperreport.model.period import last_28_days, month_of
from viperreport.model.snapshot import Cell
from viperreport.model.wording import Change, Interval, Name, Number, Setting, Text, Words, plain

FIRST = date(2013, 1, 1)
AREAS = ("Hackney", "Łódź", "東京", "Αθήνα", "القاهرة", "Zone 51", "")
PHRASES = {phrase.casefold(): each for each, phrase in VERDICT_PHRASES.items()}
# never, whatever the verdict
NEVER = re.compile(
    r"\b(rise|rises|rose|rising|fall|falls|fell|falling|up|down|record|highest|lowest|ahead|behind"
    r"|soar\w*|plummet\w*|crackdown\w*|surge\w*|spike\w*|plunge\w*|crisis|epidemic"
    r"|because|due to|caused?|causes|thanks to|led to|leads? to|driven|drove|owing to"
    r"|result(ed)? (of|in|from)|unprecedented|yet|still|unlikely|significant(ly)?|proves?|proven"
    r"|success\w*|fail\w*|inf|nan|None)\b",
    re.IGNORECASE,
)
WAYS = {"above": Verdict.HIGHER, "below": Verdict.LOWER}
DIRECTED = re.compile(r"\b(above|below|higher|lower|increase\w*|decrease\w*)\b")


@dataclass(frozen=True)
class Recipe:
    """A world in a few numbers, so that a failing one can be read.

    Args:
        lean: above 1 more records lie late, below 1 early.
        stale: days from the end of the data to the cut-off.
        by_month: whether the source counts months.
    """

    cut_off: date
    held_from: date
    seed: int
    number: int
    lean: float
    areas: tuple[str, ...]
    hurt: str
    stale: int
    by_month: bool
    recovering: bool
    total: bool
    priority: tuple[str, ...]

    @property
    def world(self) -> World:
        """The counts of it; the same for the same numbers."""
        held_from = self.held_from if self.held_from <= self.cut_off else FIRST
        held_to = max(self.cut_off - timedelta(days=self.stale), held_from)
        cells = [cell for cell in self._cells(held_from) if cell.day <= held_to]
        if self.by_month and month_of(held_from).last_day < held_to:
            end = (held_to + timedelta(days=1)).replace(day=1) - timedelta(days=1)
            start = held_from.replace(day=1)
            kept = [cell for cell in cells if cell.day <= end] or [Cell(start, records=1)]
            return World(monthly(kept, end, start), self.cut_off, priority=self.priority)
        earlier = (self.cut_off - timedelta(days=7 * k) for k in range(1, 9))
        return World(
            cube_of(cells or [Cell(held_to, records=1)], held_to, held_from),
            self.cut_off,
            finds(cells[::3], held_to) if self.recovering and cells else None,
            self.priority,
            (published(2011, 377),) if self.total else (),
            tuple(day for day in earlier if day.year == self.cut_off.year),
        )

    def _cells(self, held_from: date) -> Iterator[Cell]:
        days, seed = (self.cut_off - held_from).days + 1, self.seed
        for k in range(self.number):
            seed = (1103515245 * seed + 12345) % 2**31
            day = held_from + timedelta(days=int(days * (seed / 2**31) ** (1 / self.lean)))
            yield Cell(day, self.areas[k % len(self.areas)], hurt=self.hurt, records=1)


def recipes() -> st.SearchStrategy[Recipe]:
    """Up to some 2,000 records over up to four years, more or fewer in the last; any cut-off."""
    starts = [FIRST, date(2013, 2, 28), date(2014, 1, 1), date(2015, 1, 1)]
    days = [date(2016, 2, 29), date(2015, 12, 31), date(2016, 1, 1), date(2016, 1, 5)]
    return st.builds(
        Recipe,
        cut_off=st.dates(date(2014, 1, 1), date(2017, 1, 2)) | st.sampled_from(days),
        held_from=st.sampled_from(starts),
        seed=st.integers(1, 2**31 - 1),
        number=st.builds(
            int.__add__, st.sampled_from([2000, 1200, 700, 400, 150, 40, 9, 1]), st.integers(0, 20)
        ),
        lean=st.sampled_from([0.5, 1.0, 1.0, 2.0]),
        areas=st.lists(st.sampled_from(AREAS), min_size=1, max_size=3).map(tuple),
        hurt=st.sampled_from(["", "yes"]),
        stale=st.sampled_from([0, 0, 3, 30]),
        by_month=st.booleans(),
        recovering=st.booleans(),
        total=st.booleans(),
        priority=priorities(),
    )


def priorities() -> st.SearchStrategy[tuple[str, ...]]:
    """Some areas with priority, or none."""
    return st.sampled_from([(), ("Hackney",), ("Łódź", "東京", "Αθήνα")])


def bare(content: Text) -> str:
    """A text without the names that come from data and configuration."""
    said = []
    for part in content:
        known = isinstance(part, Name) and part.text.casefold() not in PHRASES
        said.append("□" if known else str(part))
    return "".join(said)


def phrases_of(content: Text) -> set[Verdict]:
    """The verdicts whose phrases a text writes out."""
    return {
        PHRASES[part.text.casefold()]
        for part in content
        if isinstance(part, Name) and part.text.casefold() in PHRASES
    }


def check_language(made: Made) -> None:
    """No word of change that the verdict does not carry, no cause, no drama."""
    title = made.headline.title
    for path, content in made.texts:
        said = bare(content)
        assert not NEVER.search(said), (path, said)
        phrases = phrases_of(content)
        rest = said
        for phrase in sorted(PHRASES, key=len, reverse=True):
            rest = re.sub(re.escape(phrase), "", rest, flags=re.IGNORECASE)
        found = DIRECTED.findall(rest)
        if content == title:
            assert set(found) <= {word for word, way in WAYS.items() if way is made.year.verdict}
        else:
            assert not found, (path, said)
        for given_verdict in phrases:
            assert given_verdict in {c.verdict for c in made.briefing.comparisons}, (path, said)


def check_types(made: Made) -> None:
    """Every part of every text is typed, no number is literal, and each figure is held."""
    keys = {figure.key for figure in made.briefing.figures}
    compared = {comparison.key for comparison in made.briefing.comparisons}
    for path, content in made.texts:
        assert all(isinstance(part, PARTS) for part in content), path
        for part in content:
            if isinstance(part, Words):
                assert not any(sign.isnumeric() for sign in part.text)
            if isinstance(part, Number):
                assert part.figure.key in keys, path
            if isinstance(part, Change | Interval):
                assert part.comparison.key in compared, path
        said = plain(content)
        assert said.strip() == said != "", path
        assert not re.search(r"  | [,.;]|\.\.|,,|;\.", said), (path, said)


def check_comparison(comparison: Comparison) -> None:
    """The arithmetic of the definitions, anew."""
    now, then = comparison.now, comparison.then
    assert now.period.kind is then.period.kind
    assert (now.measure, now.where, now.adds) == (then.measure, then.where, then.adds)
    if then.value is None or now.value is None:
        assert comparison.verdict is Verdict.NONE
        assert (comparison.difference, comparison.percent) == (None, None)
        return
    assert comparison.difference == now.count - then.count
    assert (comparison.percent is not None) == (then.count >= 30)
    a, b = comparison.evidence or (now, then)
    interval = rate_ratio(a.count, a.period.days, b.count, b.period.days, comparison.phi)
    assert comparison.verdict is verdict(a.count, b.count, interval)
    assert (comparison.low is None) == (comparison.verdict is Verdict.FEW)


def check_sums(world: World, made: Made) -> None:
    """What is drawn ends where the figures stand; four weeks are 28 days."""
    for line in made.figure_1.lines:
        totals = [total for _, total in line.points]
        assert totals == sorted(totals)
        assert totals[-1] == line.figure.value
    for ref in ("K1", "K2"):
        spark = made.tiles[ref].sparkline
        assert spark is not None
        assert len(spark.values) == 26
        if world.incidents.monthly or ref == "K2":
            recent = made.tiles["K2"].figure
        else:
            recent = made.comparison("incidents.7d").now
        assert spark.values[-1] == recent.value
    if not world.incidents.monthly:
        last = world.context.cut_off
        four = world.incidents.within(last_28_days(last)).count("k")
        assert made.tiles["K2"].figure.value == four.value


@settings(max_examples=80)
@given(recipes())
def test_whatever_the_data(recipe: Recipe) -> None:
    """Language, types, arithmetic and sums hold for any data set."""
    world = recipe.world
    made = world.made
    check_language(made)
    check_types(made)
    for comparison in made.briefing.comparisons:
        check_comparison(comparison)
    check_sums(world, made)


@settings(max_examples=25)
@given(recipes())
def test_the_same_world_says_the_same(recipe: Recipe) -> None:
    """A briefing is a function of its context: made twice, it is equal."""
    assert recipe.world.made.briefing == recipe.world.made.briefing


def test_the_scan_would_notice() -> None:
    """A word of change in a text without its verdict is found, and one in a name is not."""
    assert NEVER.search("Gun incidents rise")
    assert NEVER.search("a record month")
    assert not NEVER.search("Recorded to")
    assert not NEVER.search("no dated records")
    assert DIRECTED.search("10 above last year")
    assert bare((Name("Upper Fall"), Words(" fine"))) == "□ fine"
    assert phrases_of((Name("higher, likely real"),)) == {Verdict.HIGHER}
    assert list(texts((Setting(3),)))
    assert GUNS.name == "Gun incidents"
