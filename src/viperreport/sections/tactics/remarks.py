"""What the weekly returns say, in a few remarks made from their figures.

Each remark holds for any data, or is left out. None of them says why.
"""

import re
from collections.abc import Callable, Sequence

from viperreport.model.exhibits import Caution, Prose, Remark
from viperreport.model.figure import Figure, derived
from viperreport.model.wording import Name, Number, Setting, Text, listed, text
from viperreport.sections.tactics.counts import ON_PLAN, Amount, Tactic
from viperreport.sections.tactics.sums import Sums
from viperreport.sections.tactics.table import NO_NAME

_MOST_NAMED = 5
_LEAST_TO_RANK = 2
_TEACHING = re.compile(r"\b(education|school|teaching|awareness|outreach)", re.IGNORECASE)


def tactic_remarks(tactics: Sequence[Tactic], sums: Sums) -> Prose | None:
    """Make the remarks that the data bear; None where they bear none."""
    made = (
        _most("firearms", tactics, sums.firearms, lambda each: each.firearms),
        _most("arrests", tactics, sums.arrests, lambda each: each.arrests),
        _off_plan(tactics, sums),
        _no_target(tactics),
        _reach(tactics),
    )
    remarks = tuple(each for each in made if each is not None)
    return Prose(text("From the weekly returns"), remarks) if remarks else None


def off_plan_others(tactics: Sequence[Tactic], sums: Sums) -> Figure | None:
    """How many tactics off their plan there is no room to name."""
    more = len(_far(tactics)) - _MOST_NAMED
    if more <= 0:
        return None
    method = f"those not named, of {sums.compared.method}"
    return derived(sums.compared, "tactics.off_plan_others.28d", more, method)


def _names(tactics: Sequence[Tactic]) -> Name:
    return listed(tuple(each.name or NO_NAME for each in tactics))


def _most(
    noun: str, tactics: Sequence[Tactic], total: Amount | None, amount: Callable[[Tactic], Amount]
) -> Remark | None:
    """Which tactic's returns state the most of an amount; ties are named together."""
    known = [each for each in tactics if amount(each).value is not None]
    most = max((amount(each).figure.count for each in known), default=0)
    if total is None or not most or len(known) < _LEAST_TO_RANK:
        return None
    leading = [each for each in known if amount(each).value == most]
    of = text(Number(amount(leading[0]).figure), " of ", Number(total.figure))
    if len(leading) > 1:
        return Remark(text("Most ", noun, ", a tie."), text(_names(leading), ", ", *of, " each."))
    return Remark(text("Most ", noun, "."), text(_names(leading), ", ", *of, "."))


def _of_those_reported(tactic: Tactic, *amounts: Amount) -> Text:
    """Say so where a return is missing, or leaves an amount blank that is told."""
    blank = any(not each.is_whole for each in amounts)
    return text(", in the returns reported") if tactic.returns.missing or blank else ()


def _far(tactics: Sequence[Tactic]) -> list[Tactic]:
    return [each for each in tactics if each.is_comparable and not each.is_on_plan]


def _off_plan(tactics: Sequence[Tactic], sums: Sums) -> Remark | None:
    far = _far(tactics)
    if not far:
        return None
    body: Text = ()
    for place, each in enumerate(far[:_MOST_NAMED]):
        some = _of_those_reported(each)
        body += text("; " if place else "", Name(each.name or NO_NAME), ": ",
                     Number(each.done.figure), " done, ", Number(each.planned.figure),
                     " planned", *some)  # fmt: skip
    others = off_plan_others(tactics, sums)
    if others is not None:
        body += text("; and others: ", Number(others))
    return Remark(text("More than ", Setting(ON_PLAN), "% off plan."), (*body, *text(".")))


def _no_target(tactics: Sequence[Tactic]) -> Remark | None:
    without = [each for each in tactics if not each.has_target and each.done.value is not None]
    if not without:
        return None
    body: Text = text("No plan stands beside what is done, by policy: ")
    for place, each in enumerate(without[:_MOST_NAMED]):
        which = text(Name(each.name), ", ") if len(without) > 1 else ()
        body += text("; " if place else "", *which, Number(each.done.figure), " done",
                     *_results(each),
                     *_of_those_reported(each, each.done, each.arrests, each.firearms))  # fmt: skip
    return Remark(text(_names(without), ": no target."), (*body, *text(".")))


def _results(tactic: Tactic) -> Text:
    said: Text = ()
    for amount, noun in ((tactic.arrests, "arrests"), (tactic.firearms, "firearms")):
        if amount.value is not None:
            said += text(f", {noun}: ", Number(amount.figure))
    return said


def _reach(tactics: Sequence[Tactic]) -> Remark | None:
    """Only teaching reaches people; what else "reach" counts differs from tactic to tactic."""
    taught = [
        each
        for each in tactics
        if _TEACHING.search(each.name) and each.reach.value is not None and each.done.value
    ]
    if not taught:
        return None
    body: Text = ()
    for each in taught[:_MOST_NAMED]:
        which = text(Name(each.name), ": ") if len(taught) > 1 else ()
        body += text(*which, Number(each.reach.figure), ", with ", Number(each.done.figure),
                     " done", *_of_those_reported(each, each.done, each.reach), ". ")  # fmt: skip
    return Remark(
        text(_names(taught[:_MOST_NAMED]), ": reach."),
        (*body, *text("Reach is counted; effect is not measured.")),
    )


CAUTION = Caution(
    Remark(
        text("What this page can\N{RIGHT SINGLE QUOTATION MARK}t show."),
        text(
            "Activity beside outcome is not evidence of effect. It is shown beside incidents, not"
            " as a reason for their number; a few weeks are too short to say whether the operation"
            " has changed gun crime."
        ),
    )
)
