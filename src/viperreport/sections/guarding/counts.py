"""Guards of the counts: records taken away, newest records gone, values gone, areas unknown."""

from fractions import Fraction

from viperreport.analysis.holds import ended_as, has_gone_back, is_drop, too_many_unknown
from viperreport.model.briefing import Guard
from viperreport.model.period import ONE_DAY, Period, PeriodKind
from viperreport.model.watching import MissingValue, Recount, SourceWatch, UnknownAreas
from viperreport.model.wording import Day, Name, Setting, Span, Text, text
from viperreport.sections.context import Context
from viperreport.sections.guarding.numbers import counted, step_back, typed

_LABELS = {
    "area": "area", "sub_area": "neighbourhood", "category": "kind", "circumstance": "circumstance",
    "fatal": "flag of deaths", "hurt": "flag of harm", "drug_related": "flag of drugs",
}  # fmt: skip


_PLACES = {"area", "sub_area"}


def fewer_records(context: Context) -> Guard:
    """The same days, counted for the edition before and now, are fewer by more than the limit."""
    most = Setting(f"{100 * context.rules.max_drop:g}%")
    for watch in context.health.watched:
        for recount in watch.recounts:
            if is_drop(recount, context.rules.max_drop):
                said = _fewer(context, watch, recount)
                return Guard(
                    "fewer_records", held=True, said=text(*said, "; limit ", most),
                    step=step_back(context, watch),
                )  # fmt: skip
    said = text("The same days are counted in full, as in the edition before; limit ", most)
    return Guard("fewer_records", held=False, said=said)


def _fewer(context: Context, watch: SourceWatch, recount: Recount) -> Text:
    asked = (context, watch.source)
    now = counted(*asked, ("now", recount.now, "counted as known now"), recount.period)
    told = ("before", recount.before, "counted as the edition before knew it")
    return text(
        Name(watch.source), ", ", Span(recount.period), ": ", now, ", but ",
        counted(*asked, told, recount.period), " in the edition before",
    )  # fmt: skip


def newest_records(context: Context) -> Guard:
    """The newest records that the edition before knew are gone, and none came after them."""
    for watch in context.health.watched:
        before = watch.newest_before
        if before is not None and has_gone_back(watch.newest, before, watch.lost):
            newest = text(Day(watch.newest) if watch.newest else "none")
            first = before if watch.newest is None else watch.newest + ONE_DAY
            days = Period(first, before + ONE_DAY, PeriodKind.OPERATION)
            told = ("lost", watch.lost, "records of later days, known in the edition before")
            said = text(
                "Newest day of ", Name(watch.source), ": ", *newest, ", but ",
                Day(before), " in the edition before; records gone: ",
                counted(context, watch.source, told, days),
            )  # fmt: skip
            return Guard("newest_records", held=True, said=said, step=step_back(context, watch))
    said = text("The newest day is no earlier than in the edition before")
    return Guard("newest_records", held=False, said=said)


def missing_value(context: Context) -> Guard:
    """A value that pages filter or list by matches nothing where it used to."""
    for watch in context.health.watched:
        if watch.missing:
            first = watch.missing[0]
            return Guard(
                "missing_value", held=True, said=_missing(context, watch, first),
                step=_renamed(watch.source, first),
            )  # fmt: skip
    said = text("Every area, kind and circumstance matches records as before")
    return Guard("missing_value", held=False, said=said)


def _missing(context: Context, watch: SourceWatch, first: MissingValue) -> Text:
    name = (f"The {_LABELS[first.label]} ", Name(first.value), " of ", Name(watch.source))
    if first.last is None or _is_hidden(context, first.label):
        return text(*name, " matches nothing any more")
    year = Period(first.last - 364 * ONE_DAY, first.last + ONE_DAY, PeriodKind.OPERATION)
    told = ("missing", first.records, f"records with {first.label} = {first.value}")
    return text(
        *name, " matches nothing after ", Day(first.last), ", and ",
        counted(context, watch.source, told, year), " in the year before",
    )  # fmt: skip


def _is_hidden(context: Context, label: str) -> bool:
    """Whether a mask hides counts by this label; a guard would tell them all the same."""
    return context.facts.is_masked and label in _PLACES


def _renamed(source: str, first: MissingValue) -> Text:
    ended = Name(f'ended = ["{ended_as(first.label, first.value)}"]')
    return text(
        "compare the names in the file with config/sources/", Name(source), ".toml, mend them and "
        "type ", typed("load"), "; if it has truly ended, write ", ended, " under [guards]",
    )  # fmt: skip


def unknown_area(context: Context) -> Guard:
    """Far more records lack an area than the source's own year before explains."""
    most = context.rules.max_unknown_area
    limit = (Setting(f"{100 * most:g}%"), " over the year before")
    for watch in context.health.watched:
        found = watch.unknown
        if found is not None and too_many_unknown(found, most):
            return Guard(
                "unknown_area",
                held=True,
                said=text(*_unknown(context, watch.source, found), "; limit ", *limit),
                step=text(
                    "add the file’s names to config/areas.csv (aliases) or to [area_names] of "
                    "config/sources/", Name(watch.source), ".toml, and type ", typed("load"),
                ),
            )  # fmt: skip
    return Guard("unknown_area", held=False, said=text("Areas are known as usual; limit ", *limit))


def _unknown(context: Context, source: str, found: UnknownAreas) -> Text:
    if _is_hidden(context, "area"):
        return text(Name(source), ", ", Span(found.period), ": too many records have no known area")
    unknown = ("unknown", found.unknown, "records without an area")
    usual = Fraction(100 * found.unknown_before, found.records_before)
    return text(
        Name(source), ", ", Span(found.period), ": ",
        counted(context, source, unknown, found.period), " of ",
        counted(context, source, ("recent", found.records, "records"), found.period),
        " records have no known area, ", Setting(f"{round(usual)}%"), " in the year before",
    )  # fmt: skip
