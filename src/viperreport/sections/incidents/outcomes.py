"""What came of the incidents, each counted once; where none is told, of what kind they are."""

from collections.abc import Iterable
from dataclasses import dataclass

from viperreport.model.figure import Comparison, Figure, Where
from viperreport.model.period import Period, same_period
from viperreport.model.snapshot import FLAGS, Cube
from viperreport.model.wording import Name, Text, text
from viperreport.sections.comparing import Counted, compare
from viperreport.sections.context import Context
from viperreport.sections.counted import all_incidents, worst_held
from viperreport.sections.incidents.drug_share import DrugCounts, count_drug_share

REF = "T3"
KINDS_SHOWN = 9  # more are added up in a row of their own
Kind = tuple[str, str, Where]  # its name, its code in keys, its filter
_BY_OUTCOME: tuple[Kind, ...] = (
    ("Fatal", "fatal", (("fatal", ("yes",)),)),
    ("Hurt, none killed", "hurt_not_killed", (("fatal", ("no",)), ("hurt", ("yes",)))),
    ("Nobody hurt", "unhurt", (("fatal", ("no",)), ("hurt", ("no",)))),
    ("Not known if fatal", "fatal_unknown", (("fatal", ("",)),)),
    ("Not known if hurt", "hurt_unknown", (("fatal", ("no",)), ("hurt", ("",)))),
)
_BY_DEATH: tuple[Kind, ...] = (
    ("Fatal", "fatal", (("fatal", ("yes",)),)),
    ("Not fatal", "not_fatal", (("fatal", ("no",)),)),
    ("Not known", "fatal_unknown", (("fatal", ("",)),)),
)
_BY_HARM: tuple[Kind, ...] = (
    ("Someone hurt", "hurt", (("hurt", ("yes",)),)),
    ("Nobody hurt", "unhurt", (("hurt", ("no",)),)),
    ("Not known", "hurt_unknown", (("hurt", ("",)),)),
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """One row.

    Args:
        comparison: None where some records do not tell, so that nothing may be compared.
        is_unknown: of the records that do not tell.
    """

    label: Text
    now: Figure
    then: Figure
    comparison: Comparison | None
    is_unknown: bool = False


@dataclass(frozen=True, slots=True)
class OutcomeCounts:
    """What table 3 shows.

    Args:
        by_kind: whether the rows are categories, since no outcome is told.
        drugs: the year to date and last year's by what is stated of drugs; None for no word of it.
        total: the headline comparison, which the rows add up to.
        persons: (killed or injured, this year, last year) where people were counted.
        kinds_together: how many kinds the last row adds up; 0 for none.
    """

    by_kind: bool
    rows: tuple[Outcome, ...]
    drugs: tuple[DrugCounts, DrugCounts] | None
    total: Comparison
    persons: tuple[tuple[str, Figure, Figure], ...]
    kinds_together: int = 0

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Every figure of the table."""
        rows = (figure for row in self.rows for figure in (row.now, row.then))
        persons = (figure for _, *both in self.persons for figure in both)
        drugs = (figure for counts in self.drugs or () for figure in counts.figures)
        return (*rows, *persons, *drugs)

    @property
    def comparisons(self) -> tuple[Comparison, ...]:
        """Every comparison of the table."""
        return (*(row.comparison for row in self.rows if row.comparison), self.total)


def count_outcomes(context: Context) -> OutcomeCounts | None:
    """Each incident once, by its worst outcome, else by its kind, and by drugs; None where untold.

    Raises:
        ValueError: the rows do not add up to the total.
    """
    cube = context.incidents
    total = compare(context, all_incidents(context), "ytd", context.year_to_date)
    told = [flag for flag in ("fatal", "hurt") if cube.knows(flag)]
    kinds: tuple[Kind, ...] = ()
    together = 0
    if not told:
        kinds, together = _kinds(context)
    drugs = count_drug_share(context)
    if not (told or kinds or drugs):
        return None
    rows = tuple(_rows(context, _outcomes(told) if told else kinds))
    if rows:
        _refuse_unequal(rows, total)
    return OutcomeCounts(bool(kinds), rows, drugs, total, _persons(context), together)


def _outcomes(told: list[str]) -> tuple[Kind, ...]:
    if len(told) > 1:
        return _BY_OUTCOME
    return _BY_DEATH if told == ["fatal"] else _BY_HARM


def _kinds(context: Context) -> tuple[tuple[Kind, ...], int]:
    """The categories, most first, those beyond the room together, and the unknown."""
    cube, period = context.incidents, context.year_to_date
    if cube.withholds("category"):
        return (), 0
    sizes: dict[str, int] = {}
    for each in (period, same_period(period)):
        for cell in cube.slice(each):
            sizes.setdefault(cell.category, 0)
            if each is period:
                sizes[cell.category] += getattr(cell, cube.adds) or 0
    known = sorted(sizes.keys() - {""}, key=lambda kind: (-sizes[kind], kind))
    if not known:
        return (), 0
    shown = known if len(known) <= KINDS_SHOWN + 1 else known[:KINDS_SHOWN]
    rest = tuple(sorted(known[len(shown) :]))
    named = [(kind, f"category.{kind}", (("category", (kind,)),)) for kind in shown]
    others = [("Other kinds", "other_categories", (("category", rest),))] if rest else []
    unknown = ("Kind not known", "category_unknown", (("category", ("",)),))
    return (*named, *others, unknown), len(rest)


def _rows(context: Context, kinds: Iterable[Kind]) -> Iterable[Outcome]:
    """A row for each kind; of the unknown only where there are any."""
    whole, worst = all_incidents(context), worst_held(context)
    in_tiles = {worst[1].stem} if worst else set()  # they bear the tile's mark
    for label, code, where in kinds:
        counted = Counted(whole.cube, f"{whole.stem}.{code}", where)
        is_unknown = any(values == ("",) for _, values in where)
        row = _among_known(context, counted, Name(label), is_unknown=is_unknown)
        if is_unknown:
            if row.now.value or row.then.value:
                yield row
            continue
        ref = "" if counted.stem in in_tiles else REF
        comparison = compare(context, counted, "ytd", context.year_to_date, ref)
        sides = comparison.now.value, comparison.then.value
        if _flags(where) and sides != (row.now.value, row.then.value):
            yield row
        else:
            yield Outcome(text(Name(label)), comparison.now, comparison.then, comparison)


def _among_known(context: Context, counted: Counted, label: Name, *, is_unknown: bool) -> Outcome:
    """Count where some records do not tell: nothing is compared then."""
    period = context.year_to_date
    before = same_period(period)
    then_cube, _ = context.snapshot.known_then(counted.cube, period, before)
    now, then = (
        stated(counted, cube, each, f"{counted.stem}.stated.ytd.{each.last_day.year}")
        for cube, each in ((counted.cube, period), (then_cube, before))
    )
    return Outcome(text(label), now, then, None, is_unknown)


def stated(counted: Counted, cube: Cube, period: Period, key: str) -> Figure:
    """Count among the records that state the flags asked for."""
    query = counted.query(cube, period).among_known(*_flags(counted.where))
    return query.total(counted.adds or cube.adds, key, REF)


def _flags(where: Where) -> tuple[str, ...]:
    return tuple(label for label, values in where if label in FLAGS and values != ("",))


def _refuse_unequal(rows: tuple[Outcome, ...], total: Comparison) -> None:
    """The rows add up to the total, in both years that are held."""
    for side, whole in (("now", total.now), ("then", total.then)):
        parts = [getattr(row, side).value for row in rows]
        if whole.value is not None and None not in parts and sum(parts) != whole.value:
            raise ValueError(f"{whole.key}: {whole.value} is not the sum of its parts, {parts}")


def _persons(context: Context) -> tuple[tuple[str, Figure, Figure], ...]:
    """Killed and injured persons, where both years count them."""
    period, whole = context.year_to_date, all_incidents(context)
    before = same_period(period)
    then_cube, _ = context.snapshot.known_then(whole.cube, period, before)
    tail = "" if then_cube is whole.cube else ".known_then"
    persons = []
    for who in ("killed", "injured"):
        key = f"{whole.stem}.{who}.ytd"
        now = whole.query(whole.cube, period).total(who, f"{key}.{context.year}")
        then = whole.query(then_cube, before).total(who, f"{key}.{context.year - 1}{tail}")
        if now.value is not None:
            persons.append((who, now, then))
    return tuple(persons)
