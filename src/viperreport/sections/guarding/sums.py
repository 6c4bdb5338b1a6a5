"""The guard of the sums: what an edition prints in parts must be what it prints as a whole.

Source: "Adding up" in docs/definitions.md. Checked on what the sections made, figure by figure.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from viperreport.model.briefing import Guard
from viperreport.model.figure import Figure
from viperreport.model.period import last_28_days, weeks_ending
from viperreport.model.wording import Name, Number, Text, text
from viperreport.sections.context import Context, Contribution
from viperreport.sections.counted import all_incidents
from viperreport.sections.guarding.numbers import typed


@dataclass(frozen=True, slots=True)
class Sum:
    """Parts that must make a whole.

    Args:
        name: of the parts, as a sentence has it.
        parts: their sum; None where one of them has no value.
    """

    name: str
    parts: int | None
    whole: Figure | None

    @property
    def fails(self) -> bool:
        """Whether both are known and differ."""
        if self.parts is None or self.whole is None or self.whole.value is None:
            return False
        return self.parts != self.whole.value


def sums(context: Context, made: Mapping[str, Contribution]) -> Guard:
    """Every sum that can be taken from what the sections made."""
    for each in _sums(context, made):
        if each.fails and each.whole is not None:
            return Guard(
                "sums", held=True, said=_said(each),
                step=text("a fault of the program: keep the output of ",
                          typed("build --format json"), " and report it"),
            )  # fmt: skip
    return Guard("sums", held=False, said=text("Areas, types and weeks make their totals"))


def _said(failing: Sum) -> Text:
    whole = failing.whole
    assert whole is not None  # noqa: S101 - told by `fails`
    return text(Name(failing.name), " do not make ", Name(whole.key), ", ", Number(whole))


def _sums(context: Context, made: Mapping[str, Contribution]) -> Iterator[Sum]:
    figures = {figure.key: figure for figure in _figures(made)}
    year, stem = context.year, all_incidents(context).stem
    places = rf"{stem}\.(area\..*|location_unknown)\.ytd\.{year}"
    if f"{stem}.location_unknown.ytd.{year}" in figures and not context.facts.within:
        yield _sum("areas", figures, places, f"{stem}.ytd.{year}")
    for label in ("type", "circumstance"):
        parts = rf"recoveries\.{label}\.[^.]*\.ytd\.{year}"
        yield _sum(f"recoveries by {label}", figures, parts, f"recoveries.ytd.{year}")
    if not context.incidents.monthly:
        yield _weeks(context, figures.get(f"{stem}.28d.{year}"))


def _figures(made: Mapping[str, Contribution]) -> Iterator[Figure]:
    for part in made.values():
        yield from part.figures
        yield from (comparison.now for comparison in part.comparisons)


def _sum(name: str, figures: Mapping[str, Figure], pattern: str, whole: str) -> Sum:
    parts = [figure for key, figure in figures.items() if re.fullmatch(pattern, key)]
    values = [figure.value for figure in parts]
    return Sum(name, _total(values) if parts else None, figures.get(whole))


def _total(values: Iterable[float | None]) -> int | None:
    held = list(values)
    return None if None in held else round(sum(value for value in held if value is not None))


def _weeks(context: Context, whole: Figure | None) -> Sum:
    counted, days = all_incidents(context), last_28_days(context.cut_off)
    weeks = counted.query(counted.cube, days).series(weeks_ending(context.cut_off, 4), counted.adds)
    return Sum("four weeks", _total(weeks), whole)
