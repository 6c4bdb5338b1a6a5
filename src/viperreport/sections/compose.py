"""The whole briefing from a snapshot: masthead, markers, sections in order, foot."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from viperreport.model.briefing import (
    Briefing,
    Fact,
    Guard,
    Marker,
    MarkerKind,
    Masthead,
    Section,
)
from viperreport.model.period import WEEK
from viperreport.model.snapshot import all_figures
from viperreport.model.standing import figures_in
from viperreport.model.wording import Day, Instant, Name, Ref, Setting, Text, Year, text
from viperreport.sections.areas.page import areas
from viperreport.sections.context import Context, Contribution
from viperreport.sections.disclosing import disclosed
from viperreport.sections.front.changed import changed
from viperreport.sections.front.cumulative import cumulative
from viperreport.sections.front.headline import headline
from viperreport.sections.front.key_figures import key_figures
from viperreport.sections.guarding.page import guards, words_of_hold
from viperreport.sections.incidents.page import incidents
from viperreport.sections.language import refuse_unproven
from viperreport.sections.masking import masked
from viperreport.sections.methods.page import methods
from viperreport.sections.numbering import numbered
from viperreport.sections.recoveries.page import recoveries
from viperreport.sections.tactics.page import tactics

if TYPE_CHECKING:
    from viperreport.model.figure import Comparison

# A section is named here and in templates/weekly.toml, which orders and drops them.
SECTIONS: dict[str, Callable[[Context], Contribution]] = {
    "headline": headline,
    "key_figures": key_figures,
    "cumulative": cumulative,
    "changed": changed,
    "incidents": incidents,
    "areas": areas,
    "recoveries": recoveries,
    "tactics": tactics,
}
# These speak of all the others, and are made after them, wherever they stand.
CLOSING: dict[str, Callable[[Context, Mapping[str, Contribution]], Contribution]] = {
    "methods": methods,
}
ALL_SECTIONS = (*SECTIONS, *CLOSING)
_FINGERPRINT_SHOWN = 12


def compose(context: Context, sections: Sequence[str]) -> Briefing:
    """Make a briefing of the named sections.

    Raises:
        KeyError: a section that there is not; settings refuse it before.
        UnprovenWordError: a text says more than a verdict carries, which is a fault of ours.
    """
    context = masked(disclosed(context))
    made = _made(context, sections)
    comparisons: dict[str, Comparison] = {}
    for part in made.values():
        for comparison in part.comparisons:
            if comparison.key not in comparisons or comparison.now.ref:  # keep the mark
                comparisons[comparison.key] = comparison
    figures = [figure for part in made.values() for figure in part.figures]
    compared = [c.now for c in comparisons.values()]
    held = guards(context, {name: part for name, part in made.items() if name not in CLOSING})
    briefing = Briefing(
        edition=context.facts.key,
        known_at=context.snapshot.known_at,
        disclosure=context.facts.disclosure,
        is_masked=context.facts.is_masked,
        language=context.facts.language,
        masthead=_masthead(context),
        markers=_markers(context, held),
        foot=_foot(context),
        sections=tuple(Section(name, part.blocks, part.title) for name, part in made.items()),
        figures=all_figures([*compared, *figures, *figures_in(held)], comparisons.values()),
        comparisons=tuple(comparisons.values()),
        guards=held,
        fingerprint=context.snapshot.fingerprint,
    )
    refuse_unproven(briefing)
    return briefing


def _made(context: Context, sections: Sequence[str]) -> dict[str, Contribution]:
    """Each section's part, in the order asked for, with its exhibits numbered."""
    others = {name: SECTIONS[name](context) for name in sections if name not in CLOSING}
    closing = {name: CLOSING[name](context, others) for name in sections if name in CLOSING}
    every = others | closing
    return numbered({name: every[name] for name in sections})


def _masthead(context: Context) -> Masthead:
    facts = context.facts
    measure = Name(context.incidents.measure.name)
    return Masthead(
        kicker=text(Name(facts.operation or facts.place)),
        title=text(Name(facts.title), *_of_area(facts.within)),
        subtitle=text(measure, " in ", Name(facts.territory)),
        facts=_facts(context),
    )


def _of_area(area: str) -> Text:
    return text(": ", Name(area)) if area else ()


def _facts(context: Context) -> tuple[Fact, ...]:
    facts = context.facts
    issue, period = _issue(context), _period(facts.window_start, facts.key.cut_off)
    return (
        Fact(text("Issue"), issue, strong=(0,) if facts.issue else ()),
        Fact(text("Period"), period, strong=(len(period) - 1,)),
        Fact(text("Known at"), text(Instant(context.local(context.snapshot.known_at)))),
        Fact(text("Next issue"), _next(context)),
    )


def _period(first: date, last: date) -> Text:
    """Both ends with their weekdays; month and year are said once where they are the same."""
    if first == last:
        return text(Day(last, weekday=True))
    same_year = first.year == last.year
    same_month = same_year and first.month == last.month
    # both years leave no room for both weekdays
    start = Day(first, weekday=same_year, month=not same_month, year=not same_year, short=True)
    return text(start, " to ", Day(last, weekday=True, short=not same_month))


def _issue(context: Context) -> Text:
    facts = context.facts
    if facts.issue is None:
        return text("off the schedule")
    return text(Setting(facts.issue), " of ", Year(facts.key.cut_off.year))


def _next(context: Context) -> Text:
    day = context.facts.next_day
    return text("none") if day is None else text(Day(day, weekday=True))


def _markers(context: Context, held: tuple[Guard, ...]) -> tuple[Marker, ...]:
    markers = []
    if context.facts.marking:
        markers.append(Marker(MarkerKind.CLASSIFICATION, text(Name(context.facts.marking))))
    if any(guard.held for guard in held):
        kind = MarkerKind.RELEASED if context.facts.released else MarkerKind.ON_HOLD
        markers.append(Marker(kind, words_of_hold(context)))
    if context.snapshot.synthetic:
        markers.append(Marker(MarkerKind.SYNTHETIC, text("Synthetic demonstration data")))
    return tuple(markers)


def _foot(context: Context) -> tuple[Text, ...]:
    facts = context.facts
    weekly = facts.key.cut_off - facts.window_start + WEEK / 7 == WEEK
    span = "week to " if weekly else "to "
    ends = (span, Day(facts.key.cut_off, weekday=True))
    lead = ends if facts.issue is None else ("Issue ", Setting(facts.issue), " · ", *ends)
    shown = Ref(context.snapshot.fingerprint[:_FINGERPRINT_SHOWN])
    foot = [text(*lead), text("Snapshot ", shown)]
    if context.snapshot.synthetic:
        foot.append(text("Synthetic demonstration data. Not police statistics."))
    return tuple(foot)
