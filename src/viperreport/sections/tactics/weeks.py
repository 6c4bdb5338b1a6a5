"""Figure 8: each tactic week by week, and which returns are missing.

Activity has no verdict, so the title is about the returns and not about change.
Source: "Stated tactics" in docs/definitions.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from viperreport.model.exhibits import Event, Panel, SmallMultiples
from viperreport.model.figure import Figure, WhyNone, derived
from viperreport.model.period import Period, PeriodKind
from viperreport.model.wording import (
    Day,
    Name,
    Number,
    Setting,
    Span,
    Text,
    listed,
    sentences,
    text,
)
from viperreport.sections.tactics.book import RECENT_WEEKS, SHOWN_WEEKS, Book, Missing
from viperreport.sections.tactics.counts import Tactic, sum_of
from viperreport.sections.tactics.sums import Sums
from viperreport.sections.tactics.table import NO_NAME, ending, none_expected

REF = "F8"
MOST_PANELS = 12
MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class Drawn:
    """A tactic's weeks.

    Args:
        points: what was done in each week; None where no return says.
        all_due: whether a return was expected in each of the weeks without a point.
        newest: done in the last week.
        plan: of a week, with the place of the first week it holds for; None without one.
    """

    tactic: Tactic
    points: tuple[int | None, ...]
    all_due: bool
    newest: Figure
    plan: tuple[Figure, int] | None

    @property
    def figures(self) -> tuple[Figure, ...]:
        """What its panel writes or draws as a figure."""
        return (self.newest, self.plan[0]) if self.plan else (self.newest,)


def weeks_of(book: Book, tactics: Sequence[Tactic]) -> tuple[Drawn, ...]:
    """Count the weeks of the tactics that there is room for."""
    drawn = tuple(_drawn(book, each) for each in tactics[:MOST_PANELS])
    said = any(point is not None for each in drawn for point in each.points)
    return drawn if said else ()


def _drawn(book: Book, tactic: Tactic) -> Drawn:
    weeks = book.weeks.shown
    done = [
        sum_of(book, tactic.name, week, "items", f"{tactic.key}.done.week_{place}")
        for place, week in enumerate(weeks)
    ]
    newest = sum_of(book, tactic.name, weeks[-1], "items", f"{tactic.key}.done.7d").figure
    due = all(each.figure.why_none is not WhyNone.NOT_APPLICABLE for each in done)
    points = tuple(each.value for each in done)
    return Drawn(tactic, points, due, newest, _plan(book, tactic))


def _plan(book: Book, tactic: Tactic) -> tuple[Figure, int] | None:
    """The plan of the newest recent week whose returns are all there, and since when it holds.

    A week that lacks a return lacks a part of its plan too; it neither ends a plan nor begins it.
    """
    if not tactic.has_target:
        return None
    weeks = book.weeks.shown
    plans = [_plan_of(book, tactic, week) for week in weeks]
    recent = [plan for plan in plans[-RECENT_WEEKS:] if plan is not None]
    if not recent or not recent[-1].value:
        return None
    plan, first = recent[-1], len(weeks)
    for place in range(len(weeks) - 1, -1, -1):
        told = plans[place]
        if told is None:
            continue
        if told.value != plan.value:
            break
        first = place
    return plan, first


def _plan_of(book: Book, tactic: Tactic, week: Period) -> Figure | None:
    """A week's plan, where all its returns are there and state it."""
    amount = sum_of(book, tactic.name, week, "planned", f"{tactic.key}.planned.7d")
    if book.returns(tactic.name, (week,)).missing or not amount.is_whole:
        return None
    return amount.figure if amount.value is not None else None


def missing_of(tactics: Sequence[Tactic]) -> tuple[Missing, ...]:
    """The returns that are missing, newest first, of tactics that made any."""
    found = [each for tactic in tactics if tactic.is_reported for each in tactic.returns.missing]
    return tuple(sorted(found, key=lambda each: (-each.week.end.toordinal(), each.tactic,
                                                 each.area)))  # fmt: skip


def others_missing(sums: Sums, tactics: Sequence[Tactic]) -> Figure | None:
    """How many missing returns there is no room to name."""
    more = len(missing_of(tactics)) - MOST_NAMED
    if more <= 0:
        return None
    method = f"those not named, of {sums.expected.method}"
    return derived(sums.expected, "tactics.returns_missing_others.28d", more, method)


def tactic_weeks(
    book: Book, tactics: Sequence[Tactic], drawn: Sequence[Drawn], sums: Sums
) -> SmallMultiples:
    """Draw a panel for each tactic, and name the returns that are missing."""
    shown = book.weeks.shown
    event = _event(book)
    return SmallMultiples(
        ref=REF,
        title=_title(sums),
        subtitle=_subtitle(book),
        panels=tuple(_panel(book, each) for each in drawn),
        recent=RECENT_WEEKS,
        event=event,
        key_title=text("How to read"),
        key=_key(drawn),
        note=_note(book, tactics, sums),
        said=_said(book, drawn),
        method=book.cube.within(_whole(shown)).words() + ", by tactic and week",
    )


def _whole(weeks: Sequence[Period]) -> Period:
    return Period(weeks[0].start, weeks[-1].end, PeriodKind.OPERATION)


def _panel(book: Book, drawn: Drawn) -> Panel:
    plan, first = drawn.plan or (None, 0)
    return Panel(
        title=_name(drawn.tactic),
        unit=text("done a week"),
        points=tuple(zip(book.weeks.shown, drawn.points, strict=True)),
        plan=plan,
        plan_from=first,
        newest=drawn.newest,
    )


def _name(tactic: Tactic) -> Text:
    return text(Name(tactic.name or NO_NAME))


def _event(book: Book) -> Event | None:
    """The announcement, as a tick where it lies inside."""
    day = book.stated.announced if book.stated else None
    shown = book.weeks.shown
    if day is None or not shown[0].start <= day < shown[-1].end:
        return None
    return Event(day, text("announced"))


def _title(sums: Sums) -> Text:
    """Activity has no verdict: the title says how far the returns go."""
    if not sums.expected.value:
        return none_expected()
    days = (" of the last ", Setting(28), " days ")
    if sums.expected.value == 1:
        reported = "was reported" if sums.reported.value else "was not reported"
        return text("The only weekly return", *days, reported)
    if sums.reported.value == sums.expected.value:
        return text("All ", Number(sums.expected), " weekly returns", *days, "were reported")
    of = text(Number(sums.reported), " of ", Number(sums.expected), " weekly returns", *days)
    return text(*of, "was reported" if sums.reported.value == 1 else "were reported")


def _subtitle(book: Book) -> Text:
    shown = book.weeks.shown
    weekday = Name(f"{shown[-1].last_day:%A}")
    said = text("Done per week ending ", weekday, ", ", Setting(SHOWN_WEEKS), " weeks, ")
    return (*said, Span(_whole(shown)), *ending(book))


def _key(drawn: Sequence[Drawn]) -> tuple[tuple[str, Text], ...]:
    gaps = any(point is None for each in drawn for point in each.points)
    plans = any(each.plan for each in drawn)
    why = "not reported" if all(each.all_due for each in drawn) else "no return"
    return (
        ("before", text("the weeks before")),
        ("recent", text("last ", Setting(RECENT_WEEKS), " weeks")),
        *([("plan", text("weekly plan"))] if plans else []),
        *([("missing", text(why))] if gaps else []),
        ("note", text("Scales differ: compare shape, not height.")),
    )


def _said(book: Book, drawn: Sequence[Drawn]) -> Text:
    said: list[Text] = []
    for each in drawn:
        plan = text(", planned ", Number(each.plan[0])) if each.plan else ()
        said.append((*_name(each.tactic), *text(": ", Number(each.newest)), *plan))
    lead = text("Bars by week for each tactic; done in the week to ",
                Day(book.weeks.shown[-1].last_day), ": ")  # fmt: skip
    return (*lead, *[part for each in said for part in (*text("; "), *each)][1:], *text("."))


def _note(book: Book, tactics: Sequence[Tactic], sums: Sums) -> Text:
    return sentences(
        silent_areas(book), _without(tactics), _missing(tactics, sums), _not_drawn(tactics)
    )


def silent_areas(book: Book) -> Text:
    """Areas of which nothing is expected any more, though they returned before or have priority."""
    if not book.silent:
        return ()
    said: Text = ()
    for area, tactics in book.silent.items():
        noun = " tactic" if tactics == 1 else " tactics"
        said += text("; " if said else "", Name(area), " (", Setting(tactics), noun, ")")
    return text("No return for ", Setting(56), " days: ", *said, ".")


def _without(tactics: Sequence[Tactic]) -> Text:
    """Tactics without any return."""
    names = [each.name or NO_NAME for each in tactics if not each.is_reported]
    return text("Without any return in these weeks: ", listed(tuple(names)), ".") if names else ()


def _missing(tactics: Sequence[Tactic], sums: Sums) -> Text:
    missing = missing_of(tactics)
    if not missing:
        return ()
    said: Text = text("Returns not reported: ")
    for place, each in enumerate(missing[:MOST_NAMED]):
        area = text(Name(each.area), ", ") if each.area else ()
        said += text("; " if place else "", *area, Name(each.tactic or NO_NAME), ", week to ",
                     Day(each.week.last_day, short=True))  # fmt: skip
    others = others_missing(sums, tactics)
    if others is not None:
        said += text("; and others: ", Number(others))
    return (*said, *text(". Their bars are of the other returns."))


def _not_drawn(tactics: Sequence[Tactic]) -> Text:
    names = tuple(each.name or NO_NAME for each in tactics[MOST_PANELS:])
    return text("Not drawn for want of room: ", listed(names), ".") if names else ()
