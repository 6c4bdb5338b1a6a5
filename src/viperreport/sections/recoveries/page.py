"""Firearms recovered: the year's course, kinds, circumstances, and what each must not be read as.

All counts are items and every verdict is of finds. Source: "Recoveries" in docs/definitions.md.
"""

from dataclasses import dataclass

from viperreport.model.briefing import Beside, Block
from viperreport.model.exhibits import Absent, Caution, Remark
from viperreport.model.figure import Comparison
from viperreport.model.snapshot import Cube
from viperreport.model.wording import Day, Name, Text, Year, text
from viperreport.sections.comparing import Counted, compare
from viperreport.sections.context import Context, Contribution
from viperreport.sections.disclosing import left_out
from viperreport.sections.recoveries.course import course, weekly
from viperreport.sections.recoveries.crosstab import crosstab
from viperreport.sections.recoveries.groups import CIRCUMSTANCES, TYPES, Kinds, count_kinds
from viperreport.sections.recoveries.kinds import bars
from viperreport.sections.recoveries.year_table import year_table
from viperreport.sections.years import Followed, follow

_WIDE = (104.0, 8.0, 62.0)
_HALVES = (83.0, 8.0, 83.0)
_CAUTION = text(
    "Recoveries measure police activity as well as firearms in circulation. More found does not "
    "mean more guns, and fewer would not mean fewer."
)


@dataclass(frozen=True, slots=True)
class RecoveryCounts:
    """What the page is made of.

    Args:
        year: this year to date against last year's same period.
        types: None where the source states none.
        circumstances: the same.
    """

    followed: Followed
    year: Comparison
    types: Kinds | None
    circumstances: Kinds | None


def recoveries(context: Context) -> Contribution:
    """Count, then say."""
    cube = context.snapshot.recoveries
    if cube is None:
        lead = text("Firearms recovered.")
        return _absent(lead, text("Not held: this home has no source of recoveries."))
    counts = count(context, cube)
    if counts.year.now.value is None:
        return _absent(text(Name(cube.measure.name), "."), _why_none(counts))
    return say(context, counts)


def _absent(lead: Text, why: Text) -> Contribution:
    return Contribution((Absent(Remark(lead, why)),))


def _why_none(counts: RecoveryCounts) -> Text:
    cube, period = counts.followed.counted.cube, counts.followed.to_date
    if cube.holds(period):
        return text("Not held: the numbers of ", Year(counts.followed.year), " are incomplete.")
    return text("Not held: ", Year(counts.followed.year), " is held from ",
                Day(cube.held_from), " only.")  # fmt: skip


def count(context: Context, cube: Cube) -> RecoveryCounts:
    """The year to date, as far as this source reaches, and its two breakdowns."""
    followed = follow(context, Counted(cube, "recoveries"), "F4")
    year = compare(context, followed.counted, "ytd", followed.to_date, "K4")
    if year.now.value is None:
        return RecoveryCounts(followed, year, None, None)
    types, circumstances = (
        count_kinds(context, followed, year, breakdown) for breakdown in (TYPES, CIRCUMSTANCES)
    )
    return RecoveryCounts(followed, year, types, circumstances)


def say(context: Context, counts: RecoveryCounts) -> Contribution:
    """Set the exhibits side by side."""
    followed, year = counts.followed, counts.year
    running = course(context, followed, year)
    by_week = weekly(context, followed)
    by_kind = [
        bars(context, followed, year, kinds)
        for kinds in (counts.types, counts.circumstances)
        if kinds is not None and kinds.groups
    ]
    by_year = year_table(context, followed, year)
    caution = Caution(Remark(text("Read with care."), _CAUTION))
    crossed = _crossed(context, counts)
    parts = [running, by_week, *by_kind, by_year, *crossed]
    blocks: tuple[Block, ...] = (
        Beside(running.blocks[0], by_week.blocks[0], _WIDE),
        *_side_by_side(by_kind),
        Beside(by_year.blocks[0], caution, _WIDE),
        *(block for part in crossed for block in part.blocks),
        *_missing(context, counts),
    )
    return Contribution(
        blocks,
        tuple(figure for part in parts for figure in part.figures),
        (year, *(each for part in parts for each in part.comparisons)),
        text(Name(followed.counted.cube.measure.name)),
    )


def _side_by_side(parts: list[Contribution]) -> tuple[Block, ...]:
    blocks = [part.blocks[0] for part in parts]
    if len(blocks) < 2:  # noqa: PLR2004 - a pair
        return tuple(blocks)
    return (Beside(blocks[0], blocks[1], _HALVES),)


def _crossed(context: Context, counts: RecoveryCounts) -> list[Contribution]:
    """Table 7 needs both breakdowns, and something to break down."""
    types, circumstances = counts.types, counts.circumstances
    if types is None or circumstances is None or not (types.groups and circumstances.groups):
        return []
    return [crosstab(context, counts.followed, counts.year, (types, circumstances))]


def _missing(context: Context, counts: RecoveryCounts) -> tuple[Block, ...]:
    """Name what the page leaves out."""
    missing = [
        breakdown
        for breakdown, kinds in ((TYPES, counts.types), (CIRCUMSTANCES, counts.circumstances))
        if kinds is None
    ]
    if missing:
        what = " and ".join(f"{breakdown.noun}s" for breakdown in missing)
        if counts.followed.counted.cube.withholds(*(each.label for each in missing)):
            return (left_out(context, f"By {what}."),)
        lead = text(f"By {what}.")
        return (Absent(Remark(lead, text("Not held: the source does not state them."))),)
    if counts.types is not None and not counts.types.groups:
        lead = text("By weapon type and circumstance.")
        return (Absent(Remark(lead, text("Nothing was recovered in either period."))),)
    return ()
