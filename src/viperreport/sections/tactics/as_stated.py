"""The operation as it was announced: facts and quoted words, each with its source.

Nothing here is computed with. Source: "Stated tactics" in docs/definitions.md.
"""

from collections.abc import Iterator
from datetime import date

from viperreport.model.citing import Publication
from viperreport.model.exhibits import AsStated, Quote, Remark
from viperreport.model.period import month_of
from viperreport.model.wording import (
    Day,
    Name,
    Part,
    Setting,
    Span,
    Text,
    Year,
    listed,
    text,
)
from viperreport.sections.context import (
    Context,
    StatedHotspot,
    StatedOperation,
    StatedPriority,
    StatedWords,
)

_ISO_DAY, _ISO_MONTH = len("2016-05-25"), len("2016-05")


def as_stated(context: Context) -> AsStated | None:
    """Say what was stated; None for a home without an operation, or without facts about it."""
    stated = context.facts.stated
    if stated is None:
        return None
    facts = tuple(_facts(context, stated))
    quotes = tuple(map(_quote, stated.statements))
    if not facts and not quotes:
        return None
    source = (
        (". Source: ", Publication(stated.source, stated.url))
        if stated.source
        else (". Source not named",)
    )
    return AsStated(
        title=text("The operation, as stated"),
        subtitle=text(Name(stated.name), *source, ". Nothing here is computed with."),
        facts=facts,
        quotes=quotes,
    )


def _facts(context: Context, stated: StatedOperation) -> Iterator[Remark]:
    if stated.announced is not None:
        yield Remark(text("Announced"), text(Day(stated.announced)))
    if stated.lead:
        yield Remark(text("Led by"), text(Name(stated.lead)))
    if stated.team_size is not None:
        yield Remark(text("Own team"), text(Setting(stated.team_size), _officers(stated.team_size)))
    if stated.units:
        yield Remark(text("With"), text(_semicolons(stated.units)))
    if stated.priority:
        yield Remark(text("Priority"), _priority(stated.priority))
    if stated.hotspots and not context.incidents.knows("sub_area"):  # else they have a table
        yield Remark(text("Hotspots"), text(_semicolons(tuple(map(_hotspot, stated.hotspots)))))


def _officers(number: int) -> str:
    return " officer" if number == 1 else " officers"


def _semicolons(names: tuple[str, ...]) -> Name:
    """Names that may hold commas themselves."""
    return Name("; ".join(names)) if any("," in name for name in names) else listed(names)


def _hotspot(hotspot: StatedHotspot) -> str:
    own = hotspot.name.casefold() == hotspot.area.casefold()
    return hotspot.name if own else f"{hotspot.name} ({hotspot.area})"


def _priority(priority: tuple[StatedPriority, ...]) -> Text:
    """Areas by their dates, in the order of the file; a note is said once for all that bear it."""
    groups: dict[tuple[date, date | None, str], list[str]] = {}
    for each in priority:
        groups.setdefault((each.first, each.last, each.note), []).append(each.area)
    said: Text = ()
    for place, ((first, last, note), names) in enumerate(groups.items()):
        dates: list[str | Part] = [" since ", Day(first)]
        if last is not None:
            dates = [", ", Day(first), " to ", Day(last)]
        told = text(", ", Name(note)) if note else ()
        said += text("; " if place else "", listed(tuple(names)), *dates, *told)
    return said


def _quote(stated: StatedWords) -> Quote:
    return Quote(
        words=text("\N{LEFT DOUBLE QUOTATION MARK}", Name(stated.words),
                   "\N{RIGHT DOUBLE QUOTATION MARK}"),
        who=text(Name(stated.who), ", ", _when(stated.when)),
        source=text(Publication(stated.source, stated.url)),
    )  # fmt: skip


def _when(stated: str) -> Part:
    """A day, a month or a year, as exactly as it was stated."""
    if len(stated) == _ISO_DAY:
        return Day(date.fromisoformat(stated))
    if len(stated) == _ISO_MONTH:
        return Span(month_of(date.fromisoformat(f"{stated}-01")))
    return Year(int(stated))
