"""Table 8: what the returns of each stated tactic come to, against what was planned.

Source: "Stated tactics" in docs/definitions.md.
"""

from collections.abc import Sequence

from viperreport.model.exhibits import (
    Bullet,
    Cell,
    Column,
    ColumnKind,
    Muted,
    Row,
    RowKind,
    Table,
)
from viperreport.model.figure import WhyNone
from viperreport.model.wording import (
    Day,
    Name,
    Number,
    Setting,
    Share,
    Span,
    Text,
    listed,
    sentences,
    text,
)
from viperreport.sections.context import Context, StatedTactic
from viperreport.sections.counted import plural
from viperreport.sections.tactics.book import Book, may_have_target
from viperreport.sections.tactics.counts import ON_PLAN, Amount, Tactic
from viperreport.sections.tactics.sums import Sums, returns_figures

REF = "T8"
NO_NAME = "Tactic not named"
_ROW_HEIGHT = 7.5
_BY_POLICY = "no target, by policy"
_DASH = Muted(text("\N{EM DASH}"))
_PARTIAL = "\N{DAGGER}"
_WHY_NO_PLAN = {
    WhyNone.NOT_APPLICABLE: text("no plan stated"),
    WhyNone.NOT_REPORTED: text("not reported"),
    WhyNone.NOT_HELD: text("not held"),
}


def tactic_table(context: Context, book: Book, tactics: Sequence[Tactic], sums: Sums) -> Table:
    """Put the tactics into rows, with their returns, and a total of what may be added."""
    rows = [_row(book, each) for each in tactics]
    if sums.arrests or sums.firearms:
        rows.append(_total(sums))
    return Table(
        ref=REF,
        title=_title(tactics, sums),
        subtitle=_subtitle(book),
        columns=_COLUMNS,
        rows=tuple(rows),
        note=_note(context, tactics, sums),
        row_height=_ROW_HEIGHT,
    )


_COLUMNS = (
    Column(text("Tactic"), ColumnKind.WORDS, 45),
    Column(text("Planned"), ColumnKind.NUMBER, 14),
    Column(text("Done"), ColumnKind.THIS_YEAR, 11),
    Column(text("Done against plan"), ColumnKind.BAR, 27),
    Column(text("% of plan"), ColumnKind.NUMBER, 12),
    Column(text(Setting(28), " days before"), ColumnKind.NUMBER, 16),
    Column(text("Arrests"), ColumnKind.NUMBER, 12.5),
    Column(text("Firearms"), ColumnKind.NUMBER, 14),
    Column(text("Reach"), ColumnKind.NUMBER, 12.5),
    Column(text("Returns"), ColumnKind.NUMBER, 17),
)


def _row(book: Book, tactic: Tactic) -> Row:
    reported, expected = returns_figures(book, tactic)
    of = text(Number(reported), " of ", Number(expected))
    results: tuple[Cell, ...] = tuple(
        _amount(each) if tactic.is_reported else _DASH
        for each in (tactic.arrests, tactic.firearms, tactic.reach)
    )
    return Row(
        (
            text(Name(tactic.name or NO_NAME)),
            _amount(tactic.planned) if tactic.is_reported or not tactic.has_target else _DASH,
            _amount(tactic.done),
            _against_plan(tactic),
            _share(tactic),
            _amount(tactic.done_before),
            *results,
            of if tactic.returns.expected else _DASH,
        )
    )


def _amount(amount: Amount) -> Cell:
    if amount.value is None:
        return Muted(text(Number(amount.figure)))
    return text(Number(amount.figure), *([_PARTIAL] if amount.is_partial else []))


def _against_plan(tactic: Tactic) -> Cell:
    """The bar, or why there is none."""
    if not tactic.has_target:
        return Muted(text(_BY_POLICY))
    if not tactic.is_reported:
        return _DASH
    why = tactic.planned.figure.why_none
    if why is not None:
        return Muted(_WHY_NO_PLAN[why])
    if not tactic.planned.value:
        return Muted(text("nothing planned"))
    if not tactic.is_comparable:
        return Muted(text("not compared"))
    return Bullet(tactic.done.figure, tactic.planned.figure)


def _share(tactic: Tactic) -> Cell:
    if not tactic.is_comparable:
        return _DASH
    return text(Share(tactic.done.figure, tactic.planned.figure))


def _total(sums: Sums) -> Row:
    blank: Text = ()
    arrests, firearms = (
        blank if each is None else _amount(each) for each in (sums.arrests, sums.firearms)
    )
    of = text(Number(sums.reported), " of ", Number(sums.expected))
    cells: tuple[Cell, ...] = (text("All tactics"), *[blank] * 5, arrests, firearms, blank, of)
    return Row(cells, RowKind.TOTAL)


def _title(tactics: Sequence[Tactic], sums: Sums) -> Text:
    """Say how many tactics were done as planned, of those of which the returns tell."""
    compared = [each for each in tactics if each.is_comparable]
    if not any(each.is_reported for each in tactics):
        return _none_reported(sums)
    if not compared:
        return text("The returns state no plan that could be set against what was done")
    tail: tuple[str | Setting, ...] = ("done within ", Setting(ON_PLAN), "% of plan")
    if any(each.returns.missing for each in compared):
        tail += (", by the returns reported",)
    if len(compared) == 1:
        (only,) = compared
        was = " was " if only.is_on_plan else " was not "
        return text(Name(only.name or NO_NAME), was, *tail)
    told = all(each.is_comparable or not _could_be(each) for each in tactics)
    noun = " planned tactics" if told else " tactics compared"
    if sums.on_plan.value == sums.compared.value:
        return text("All ", Number(sums.compared), noun, " were ", *tail)
    were = " was " if sums.on_plan.value == 1 else " were "
    return text(Number(sums.on_plan), " of the ", Number(sums.compared), noun, were, *tail)


def _none_reported(sums: Sums) -> Text:
    if not sums.expected.value:
        return none_expected()
    return text("No weekly return of these ", Setting(28), " days was reported")


def none_expected() -> Text:
    """The title over weeks in which nothing is missing, for nothing was expected."""
    return text("No return was expected in these ", Setting(28), " days")


def _could_be(tactic: Tactic) -> bool:
    """Whether a tactic that was not set against a plan might have one."""
    never = tactic.planned.figure.why_none is WhyNone.NOT_APPLICABLE or tactic.planned.value == 0
    return tactic.has_target and not never


def _subtitle(book: Book) -> Text:
    weeks = book.weeks
    said = text("What the weekly returns state, ", Span(weeks.recent), "; before: ",
                Span(weeks.before))  # fmt: skip
    return (*said, *ending(book))


def ending(book: Book) -> Text:
    """Say so where the newest whole week of returns does not end with the cut-off."""
    last = book.weeks.recent.last_day
    if last == book.cut_off:
        return ()
    return text(". The newest whole week of returns ends ", Day(last, weekday=True, year=False))


def _note(context: Context, tactics: Sequence[Tactic], sums: Sums) -> Text:
    noun = context.facts.area_noun
    amounts = [amount for each in tactics for amount in each.amounts]
    return sentences(
        _if(WhyNone.NOT_APPLICABLE in {each.figure.why_none for each in amounts},
            text("n/a: does not apply, or is not measured.")),
        _if(any(each.is_partial for each in amounts),
            text(_PARTIAL, ": some of these returns are missing or leave it blank; the sum is of"
                 " the others.")),
        _if(any(not each.is_reported for each in tactics),
            text("\N{EM DASH}: no return to take it from.")),
        _if(any(each.returns.missing for each in tactics),
            text("A missing return lacks its plan too.")),
        text("Expected: a return a week from each ", Name(noun), " with any for the tactic in ",
             Setting(56), " days."),
        _withheld(tactics),
        _if(sums.arrests is not None or sums.firearms is not None,
            text("An arrest or a firearm that several tactics report counts for each.")),
        _other_source(context, sums),
    )  # fmt: skip


def _if(holds: bool, said: Text) -> Text:  # noqa: FBT001
    return said if holds else ()


def _withheld(tactics: Sequence[Tactic]) -> Text:
    names = tuple(each.name for each in tactics if each.plan_withheld)
    if not names:
        return ()
    return text("A plan that returns state for ", listed(names), " is not shown: ", _BY_POLICY, ".")


def _other_source(context: Context, sums: Sums) -> Text:
    if sums.recovered is None or sums.firearms is None:
        return ()
    areas = Name(plural(context.facts.area_noun))
    return text(Name(sums.recovered.measure.name), " in the same ", areas, " and days, by another"
                " source: ", Number(sums.recovered), ".")  # fmt: skip


def table_without_source(context: Context, tactics: Sequence[StatedTactic]) -> Table:
    """List the stated tactics of a home that has no source of their activity."""
    not_held = Muted(text("not held"))
    without = (Muted(text("n/a")), not_held, Muted(text(_BY_POLICY)))
    rows = [
        Row((text(Name(each.name)),
             *((not_held, not_held, ()) if may_have_target(each.name, stated=each.has_target)
               else without)))
        for each in tactics
    ]  # fmt: skip
    return Table(
        ref=REF,
        title=text("What the stated tactics did is not held"),
        subtitle=text("Tactics as stated, ", Day(context.facts.key.cut_off)),
        columns=(
            Column(text("Tactic"), ColumnKind.WORDS, 84),
            Column(text("Planned"), ColumnKind.NUMBER, 25),
            Column(text("Done"), ColumnKind.THIS_YEAR, 25),
            Column(text("Target"), ColumnKind.SMALL, 40),
        ),
        rows=tuple(rows),
        note=text("No source of this home holds the returns of these tactics."),
        row_height=_ROW_HEIGHT,
    )
