"""The title of table 4, by rule from its verdicts.

Source: "Many comparisons" and "Words" in docs/definitions.md.
"""

from viperreport.model.calling import phrase
from viperreport.model.figure import Comparison, Verdict
from viperreport.model.wording import Name, Number, Setting, Text, Year, listed, text
from viperreport.sections.areas.counts import AreaCount, nouns, spelled
from viperreport.sections.areas.table import AreaTable
from viperreport.sections.comparing import compared_rows, stands_out
from viperreport.sections.context import Context
from viperreport.sections.counted import names

_WAYS = (Verdict.HIGHER, Verdict.LOWER)
_MOST_NAMES = 3
_MOST_LETTERS = 40

Clear = tuple[tuple[AreaCount, Comparison], ...]


def clear_alone(table: AreaTable) -> Clear:
    """The areas that may enter a title: called at 1 − 0.05/m as well, m rows of the table."""
    rows = compared_rows(table.comparisons)
    return tuple(
        (area, comparison) for area, comparison in table.areas if stands_out(comparison, rows)
    )


def title(context: Context, table: AreaTable) -> Text:
    """What is clear of the priority areas together, and of which area alone."""
    if table.total.verdict is Verdict.NONE:
        by = (names(context)[0], " by ", nouns(context, 1))
        return text(*by, ": no dated records for the same period of ", Year(context.year - 1))
    clear = clear_alone(table)
    if table.together:
        return _together(context, table, table.together, clear)
    if clear:
        ways = [way for way in _WAYS if any(each.verdict is way for _, each in clear)]
        said = [_alone(context, clear, way, capital=way is ways[0]) for way in ways]
        return _joined(said)
    if len(table.areas) == 1 and not table.areas[0][1].likely_real:
        area, comparison = table.areas[0]
        return text(Name(area.name), ": ", phrase(comparison))
    return text("No ", nouns(context, 1), " alone shows a clear change", *_among(table))


def _together(
    context: Context,
    table: AreaTable,
    together: Comparison,
    clear: Clear,
) -> Text:
    six = spelled(len(context.facts.priority), capital=True)
    group = text(six, " priority ", nouns(context), " together")
    is_clear = not together.likely_real or stands_out(together, compared_rows(table.comparisons))
    too = (each for _, each in clear if each.verdict is together.verdict)
    said: Text = (phrase(together, *too),) if is_clear else _counts(together)
    if not clear and together.verdict is Verdict.FEW:
        return text(*group, ": ", *said)
    if not clear:
        alone = ("; no ", nouns(context, 1), " alone is clear")
        return text(*group, ": ", *said, *alone, *_among(table))
    shared = together.verdict if is_clear else Verdict.NONE
    alike = _names(context, clear, shared)
    first = text(*group, *((", and ", *alike, " alone") if alike else ()), ": ", *said)
    rest = [_alone(context, clear, way) for way in _WAYS if way is not shared]
    return _joined([first, *rest])


def _counts(comparison: Comparison) -> Text:
    """Both counts without a word of change, where a title may not say one."""
    return text(Number(comparison.now), " against ", Number(comparison.then))


def _among(table: AreaTable) -> Text:
    """Say why a row that is called by itself does not enter the title."""
    if not any(comparison.likely_real for _, comparison in table.areas):
        return ()
    return text(" among ", Setting(compared_rows(table.comparisons)), " rows")


def _alone(context: Context, clear: Clear, way: Verdict, *, capital: bool = False) -> Text:
    found = _names(context, clear, way, capital=capital)
    called = (each for _, each in clear if each.verdict is way)
    return text(*found, " alone: ", phrase(*called)) if found else ()


def _names(context: Context, clear: Clear, way: Verdict, *, capital: bool = False) -> Text:
    """The areas of one verdict; their number where the names would not fit a title."""
    found = tuple(area.name for area, each in clear if each.verdict is way)
    if not found:
        return ()
    if len(found) <= _MOST_NAMES and sum(map(len, found)) <= _MOST_LETTERS:
        return text(listed(found))
    return text(spelled(len(found), capital=capital), " ", nouns(context, len(found)))


def _joined(parts: list[Text]) -> Text:
    first, *rest = [part for part in parts if part]
    return text(*first, *(piece for part in rest for piece in ("; ", *part)))
