"""What share of the incidents is stated to be drug-related, and how many state nothing."""

from dataclasses import dataclass

from viperreport.model.exhibits import Muted, Row, RowKind
from viperreport.model.figure import Figure
from viperreport.model.period import Period, same_period
from viperreport.model.snapshot import Cube
from viperreport.model.wording import Number, Share, Text, Words, Year, text
from viperreport.sections.context import Context
from viperreport.sections.counted import all_incidents
from viperreport.sections.incidents.periods import number

FLAG = "drug_related"
_NOT_COMPARED = Muted(text("not compared"))


@dataclass(frozen=True, slots=True)
class DrugCounts:
    """A year to date by what is stated; the parts add up to the whole.

    Args:
        known: those that state yes or no; the share is of them.
    """

    yes: Figure
    no: Figure
    known: Figure
    unknown: Figure

    @property
    def figures(self) -> tuple[Figure, ...]:
        """All of them."""
        return (self.yes, self.no, self.known, self.unknown)


def count_drug_share(context: Context) -> tuple[DrugCounts, DrugCounts] | None:
    """This year to date and last year's, as known then; None where the source never states it."""
    whole, period = all_incidents(context), context.year_to_date
    if not whole.cube.knows(FLAG):
        return None
    before = same_period(period)
    then_cube, _ = context.snapshot.known_then(whole.cube, period, before)
    tail = "" if then_cube is whole.cube else ".known_then"
    return (
        _count(context, whole.cube, period, f"{context.year}"),
        _count(context, then_cube, before, f"{context.year - 1}{tail}"),
    )


def _count(context: Context, cube: Cube, period: Period, tail: str) -> DrugCounts:
    """Count each answer.

    Raises:
        ValueError: the answers do not add up to the incidents of the period.
    """
    whole = all_incidents(context)
    query = whole.query(cube, period)
    among = query.among_known(FLAG)
    stem = f"{whole.stem}.{FLAG}"
    counts = DrugCounts(
        among.where(drug_related="yes").count(f"{stem}.yes.ytd.{tail}"),
        among.where(drug_related="no").count(f"{stem}.no.ytd.{tail}"),
        among.where(drug_related=("no", "yes")).count(f"{stem}.stated.ytd.{tail}"),
        query.where(drug_related="").count(f"{stem}.not_stated.ytd.{tail}"),
    )
    total = query.count(f"{whole.stem}.ytd.{tail}")
    parts = [figure.value for figure in (counts.yes, counts.no, counts.unknown)]
    if total.value is not None and None not in parts and sum(filter(None, parts)) != total.value:
        raise ValueError(f"{total.key}: {total.value} is not the sum of its answers, {parts}")
    return counts


def drug_rows(counts: tuple[DrugCounts, DrugCounts]) -> tuple[Row, ...]:
    """The answers of both years; nothing is compared, since many state none."""
    now, then = counts
    answers = (
        ("Drug-related", now.yes, then.yes),
        ("Not drug-related", now.no, then.no),
        ("Drugs: not stated", now.unknown, then.unknown),
    )
    return tuple(
        Row(
            (text(label), number(a), number(b), Muted(()), _NOT_COMPARED),
            RowKind.PLAIN if k else RowKind.APART,
        )
        for k, (label, a, b) in enumerate(answers)
    )


def drug_note(counts: tuple[DrugCounts, DrugCounts]) -> Text:
    """The share among those that state it, of each year; no change is claimed."""
    said = [
        part
        for each in counts
        for part in (Words(", "), *_share(each), Words(" in "), Year(each.yes.period.start.year))
    ]
    return text("Drug-related among those that state it: ", *said[1:], ".")


def _share(counts: DrugCounts) -> Text:
    if counts.known.value is None:
        return text(Number(counts.known))
    return text(Number(counts.yes), " of ", Number(counts.known), *_percent(counts))


def _percent(counts: DrugCounts) -> Text:
    return text(" (", Share(counts.yes, counts.known), ")") if counts.known.value else ()
