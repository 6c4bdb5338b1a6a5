"""What the words of this edition mean: only those that it uses.

Source: docs/definitions.md, in short.
"""

from collections.abc import Iterator, Mapping
from datetime import date

from viperreport.model.briefing import Block
from viperreport.model.exhibits import Prose, Remark
from viperreport.model.figure import Comparison, Figure, Measure, WhyNone
from viperreport.model.period import PeriodKind
from viperreport.model.standing import texts_in
from viperreport.model.wording import Day, Name, Setting, text
from viperreport.sections.context import Context, Contribution
from viperreport.sections.disclosing import how_disclosed

_NEW_YEAR = Day(date(2016, 1, 1), year=False)
_LEAP_DAY, _COMMON = (Day(date(2016, 2, day), year=False) for day in (29, 28))
_ROLLING = {PeriodKind.ROLLING_7D: 7, PeriodKind.ROLLING_28D: 28}
_NOT_HELD = "not held"
_HARMED = {"killed", "injured"}


def definitions(
    context: Context, made: Mapping[str, Contribution], closing: tuple[Block, ...] = ()
) -> Prose:
    """The definitions behind the sections made.

    Args:
        closing: what the closing section itself shows beside them.
    """
    comparisons = [each for part in made.values() for each in part.comparisons]
    figures = [
        *(figure for part in made.values() for figure in part.figures),
        *(side for each in comparisons for side in (each.now, each.then)),
    ]
    remarks = (
        *how_disclosed(context),
        *_measures(context),
        *_periods(comparisons),
        *_harm(figures),
        *_finds(comparisons),
        *_nothing(figures, (*(part.blocks for part in made.values()), closing)),
        *_known_then(comparisons),
    )
    return Prose(text("Definitions"), remarks, columns=1, small=True)


def _measures(context: Context) -> Iterator[Remark]:
    snapshot = context.snapshot
    measures: dict[str, Measure] = {}
    for cube in (snapshot.incidents, snapshot.recoveries):
        if cube is not None and cube.measure.definition:
            measures.setdefault(cube.measure.code, cube.measure)
    for measure in measures.values():
        yield Remark(text(Name(measure.name), "."), text(Name(measure.definition)))


def _periods(comparisons: list[Comparison]) -> Iterator[Remark]:
    kinds = {each.now.period.kind for each in comparisons}
    if PeriodKind.YEAR_TO_DATE in kinds:
        body = text(
            _NEW_YEAR, " to the last day counted, in every year; ", _LEAP_DAY, " answers to ",
            _COMMON, ", and rates allow for the leap day.",
        )  # fmt: skip
        yield Remark(text("Year to date."), body)
    rolling = [days for kind, days in _ROLLING.items() if kind in kinds]
    if rolling:
        parts = [part for days in rolling for part in (" or ", Setting(days))][1:]
        body = text(
            "Compared with the same weekdays ", Setting(364), " days earlier.",
        )  # fmt: skip
        yield Remark(text("Last ", *parts, " days."), body)
    if PeriodKind.MONTH in kinds:
        body = text("A whole calendar month, compared with the same month of the year before.")
        yield Remark(text("Month."), body)


def _harm(figures: list[Figure]) -> Iterator[Remark]:
    labels = {label for figure in figures for label, _ in figure.where}
    counted = {figure.adds for figure in figures if figure.value is not None}
    if "hurt" in labels:
        body = text("Killed or injured; an incident counts once.")
        yield Remark(text("Someone hurt."), body)
    if labels & {"fatal", "hurt"} or counted & _HARMED:
        body = text("Belongs to the incident’s period, whenever the death occurs.")
        yield Remark(text("Killed."), body)


def _finds(comparisons: list[Comparison]) -> Iterator[Remark]:
    if any(each.evidence is not None for each in comparisons):
        body = text(
            "A find is an event, an item a weapon in it. Items come in lots, so a change is "
            "judged by finds."
        )
        yield Remark(text("Finds and items."), body)


def _nothing(figures: list[Figure], shown: tuple[object, ...]) -> Iterator[Remark]:
    """Of a missing number, and of the same words where no figure stands behind them."""
    reasons = {figure.why_none for figure in figures}
    if WhyNone.NOT_HELD in reasons or any(_NOT_HELD in said.casefold() for said in texts_in(shown)):
        body = text("No dated records, so no comparison. Never shown as a number.")
        yield Remark(text("Not held."), body)
    if WhyNone.SUPPRESSED in reasons:
        body = text("Counted and not told. It may be any number, and is never taken for none.")
        yield Remark(text("Withheld."), body)
    if WhyNone.NOT_REPORTED in reasons:
        body = text("A return is missing. It is never taken for nothing done.")
        yield Remark(text("Not reported."), body)


def _known_then(comparisons: list[Comparison]) -> Iterator[Remark]:
    if any(each.then.value is not None for each in comparisons):
        body = text(
            "Earlier periods as known at the same age where history reaches that far; else as "
            "known now: “maturity not comparable”."
        )
        yield Remark(text("Known then."), body)
