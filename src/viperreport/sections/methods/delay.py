"""How soon what happened is known.

Source: "Completeness" in docs/definitions.md.
"""

from dataclasses import dataclass

from viperreport.model.exhibits import Bar, Column, ColumnKind, Prose, Remark, Row, RowKind, Table
from viperreport.model.figure import Figure, Unit, derived
from viperreport.model.quality import Completeness, FirstCount
from viperreport.model.wording import Number, Setting, Share, Span, Text, sentences, text
from viperreport.sections.context import Context
from viperreport.sections.counted import all_incidents, names

FEWEST_WEEKS = 10  # fewer have no middle 80 %
_IN_TITLE = 7  # days


@dataclass(frozen=True, slots=True)
class DelayCounts:
    """How much was known after how many days.

    Args:
        total: what is counted now.
        visible: (days waited, count as known that long after each day).
        spread: of the last weeks, those two between whose first counts the middle 80 % lie, each
            as first counted and as counted now; None with too few weeks.
        weeks: how many weeks that is of.
    """

    total: Figure
    visible: tuple[tuple[int, Figure], ...]
    spread: tuple[tuple[Figure, Figure], tuple[Figure, Figure]] | None
    weeks: Figure


def count(context: Context) -> DelayCounts | None:
    """Figures of what the store's versions tell; None where it is not held."""
    found = context.completeness
    if found is None or not found.total:
        return None
    counted = all_incidents(context)
    total = counted.figure(counted.cube, found.days, f"{counted.stem}.completeness.total")
    if total.value != found.total:
        raise ValueError(f"{total.key}: {total.value} by cells, {found.total} by versions")
    shares = _shares(found)
    method = f"weeks with anything to count, among the last {len(found.weeks)} whole ones"
    weeks = derived(total, f"{counted.stem}.completeness.weeks", len(shares), method, Unit.WEEK)
    return DelayCounts(
        total,
        tuple((wait, _visible(total, found, wait, value)) for wait, value in found.visible),
        _spread(context, shares),
        weeks,
    )


def _visible(total: Figure, found: Completeness, wait: int, value: int) -> Figure:
    method = (
        f"sum over the days {found.days} of what was known of each at the end of the local day "
        f"{wait} days after it; {total.method}"
    )
    return derived(total, total.key.replace("total", f"{wait}d"), value, method)


def _shares(found: Completeness) -> list[FirstCount]:
    """The weeks that hold anything, those first that were known least of."""
    held = (week for week in found.weeks if week.now)
    return sorted(held, key=lambda week: (week.first / week.now, week.week.start))


def _spread(
    context: Context, shares: list[FirstCount]
) -> tuple[tuple[Figure, Figure], tuple[Figure, Figure]] | None:
    """The weeks at both ends of the middle: a tenth is left out on either side, rounded down."""
    if len(shares) < FEWEST_WEEKS:
        return None
    outside = len(shares) // 10
    low, high = shares[outside], shares[-1 - outside]
    return _week(context, low), _week(context, high)


def _week(context: Context, week: FirstCount) -> tuple[Figure, Figure]:
    counted = all_incidents(context)
    key = f"{counted.stem}.completeness.week.{week.week.last_day}"
    now = counted.figure(counted.cube, week.week, key)
    method = f"the same as known at the age of a first count; {now.method}"
    return derived(now, f"{key}.first", week.first, method), now


def say(context: Context, counts: DelayCounts | None) -> Table | Prose:
    """Bars of the share that was known, or why there are none."""
    name, _ = names(context)
    if counts is None:
        return _not_held(context)
    rows = tuple(
        Row(
            (
                text("within ", Setting(wait), " day" if wait == 1 else " days"),
                Bar(figure, past=wait != _IN_TITLE),
                text(Share(figure, counts.total)),
            ),
            RowKind.THIS_YEAR if wait == _IN_TITLE else RowKind.PLAIN,
        )
        for wait, figure in counts.visible
    )
    return Table(
        ref="F9",
        title=text(*_in_title(counts), " known in a week"),
        subtitle=text(Span(counts.total.period)),
        columns=(
            Column((), ColumnKind.WORDS, 21),
            Column((), ColumnKind.BAR, 21),
            Column((), ColumnKind.NUMBER, 12),
        ),
        rows=rows,
        note=sentences(
            text(name, " known now: ", Number(counts.total), "."),
            _first_counts(counts),
        ),
        row_height=5.2,
    )


def _in_title(counts: DelayCounts) -> Text:
    return text(Share(dict(counts.visible)[_IN_TITLE], counts.total))


def _first_counts(counts: DelayCounts) -> Text:
    """What a first count was worth."""
    if counts.spread is None:
        return ()
    (low, low_now), (high, high_now) = counts.spread
    least, most = Share(low, low_now), Share(high, high_now)
    between = (least,) if str(least) == str(most) else (least, " to ", most)
    return text(
        "The first count of a week was ", *between,
        " of today’s (middle ", Setting("80%"), " of the last ", Number(counts.weeks), ")."
    )  # fmt: skip


def _not_held(context: Context) -> Prose:
    """Why no delay is told."""
    name = names(context)[1]
    if context.incidents.monthly:
        body = text("Not held: the source counts whole months.")
    elif context.completeness is not None:
        days = Span(context.completeness.days)
        body = text("Nothing to tell it from: no ", name, " from ", days, ".")
    else:
        body = text(
            "Not held: the store has no second load, or too few days since the first, that would "
            "tell what was known when."
        )
    title = text("How soon ", name, " are known")
    return Prose(title, (Remark(text("Delay."), body),), columns=1, small=True)
