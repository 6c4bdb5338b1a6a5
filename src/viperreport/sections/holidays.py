"""Holidays that make two weeks unlike each other.

Source: "Time" in docs/definitions.md.
"""

from viperreport.model.figure import Comparison
from viperreport.model.period import PeriodKind
from viperreport.model.wording import Day, Name, Text, text
from viperreport.sections.context import Context


def holidays_apart(context: Context, comparison: Comparison) -> Text:
    """Name the listed holidays in only one of the two windows of a week that is compared."""
    now, then = comparison.now.period, comparison.then.period
    if now.kind is not PeriodKind.ROLLING_7D or comparison.difference is None:
        return ()
    there = [
        {name: day for day, name in context.facts.holidays if period.start <= day < period.end}
        for period in (then, now)
    ]
    apart = [
        (day, name)
        for own, other in (there, reversed(there))
        for name, day in own.items()
        if name not in other
    ]
    if not apart:
        return ()
    said = [part for day, name in apart for part in ("; ", Name(name), ", ", Day(day))]
    return text("Holiday in a single window only: ", *said[1:], ".")
