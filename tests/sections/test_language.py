"""What is never said, whatever the data: scanned over briefings of many random data sets."""

import re
from collections.abc import Mapping

from hypothesis import given, settings

from tests.sections.making import GUNS, PARTS, Made, World, texts
from tests.sections.recipes import Recipe, recipes
from viperreport.analysis.compare import rate_ratio, verdict
from viperreport.model.calling import VerdictPhrase, Way
from viperreport.model.figure import VERDICT_PHRASES, Comparison, Verdict
from viperreport.model.period import last_28_days
from viperreport.model.wording import (
    Change,
    Interval,
    Name,
    Number,
    Part,
    Setting,
    Text,
    Words,
    plain,
)

# Written anew, and on purpose not the program's own lists (analysis/words.py), which it applies to
# every briefing that it composes: what one of the two forgets, the other finds.
NEVER = re.compile(
    r"\b(rise|rises|rose|rising|fall|falls|fell|falling|up|down|record|highest|lowest|ahead|behind"
    r"|soar\w*|plummet\w*|crackdown\w*|surge\w*|spike\w*|plunge\w*|crisis|epidemic"
    r"|because|due to|caused?|causes|thanks to|led to|leads? to|driven|drove|owing to"
    r"|result(ed)? (of|in|from)|unprecedented|yet|still|unlikely|significant(ly)?|proves?|proven"
    r"|success\w*|fail\w*|inf|nan|(?-i:None))\b",
    re.IGNORECASE,
)
DIRECTED = re.compile(r"\b(above|below|higher|lower|increase\w*|decrease\w*)\b", re.IGNORECASE)
# what else a text may be above: something that it names, and no earlier count
_SCALE = re.compile(r"\b(limit|expected|scale|refused whole)\b", re.IGNORECASE)
# what a tactic is never said to have done
CAUSAL = re.compile(
    r"\b(reduc\w+|prevent\w*|deter(s|red|ring)?|curb\w*|tackl\w+|disrupt\w*|thwart\w*|impact\w*"
    r"|achiev\w+|help(s|ed)|works|worked|effective\w*|cuts|cutting|stopped|improv\w+|contribut\w+)\b",
    re.IGNORECASE,
)


def bare(content: Text) -> str:
    """A text without the names that come from data and configuration, and without its verdicts."""
    unread = Name | VerdictPhrase | Way
    return "".join("□" if isinstance(part, unread) else str(part) for part in content)


def phrases_of(content: Text) -> set[Verdict]:
    """The verdicts whose phrases a text writes out."""
    return {
        each.verdict
        for part in content
        if isinstance(part, VerdictPhrase)
        for each in part.comparisons
    }


def check_language(made: Made) -> None:
    """No word of change outside the slots that a verdict fills, no cause, no drama."""
    listed = {each.key: each for each in made.briefing.comparisons}
    for path, content in made.texts:
        said = bare(content)
        assert not NEVER.search(said), (path, said)
        assert not CAUSAL.search(said), (path, said)
        assert not DIRECTED.search(said) or _SCALE.search(said), (path, said)
        for part in content:
            check_verdict(part, listed)


def check_verdict(part: Part, listed: Mapping[str, Comparison]) -> None:
    """What a slot says of a change is what the counts of its comparison say, reckoned anew."""
    if isinstance(part, VerdictPhrase):
        for comparison in part.comparisons:
            assert judged(listed[comparison.key]) is comparison.verdict
            assert str(part).casefold() == VERDICT_PHRASES[comparison.verdict].casefold()
    if isinstance(part, Way):
        way = {Verdict.HIGHER: "above", Verdict.LOWER: "below"}[judged(part.comparison)]
        assert str(part) == way


def judged(comparison: Comparison) -> Verdict:
    """The verdict of a comparison's counts."""
    now, then = comparison.evidence or (comparison.now, comparison.then)
    if comparison.now.value is None or comparison.then.value is None:
        return Verdict.NONE
    interval = rate_ratio(now.count, now.period.days, then.count, then.period.days, comparison.phi)
    return verdict(now.count, then.count, interval)


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
    for line in (line for block in made.courses for line in block.lines):
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
        four = world.context.incidents.within(last_28_days(last)).count("k")
        assert made.tiles["K2"].figure.value == four.value


@settings(max_examples=150)
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
    assert list(texts((Setting(3),)))
    assert GUNS.name == "Gun incidents"
