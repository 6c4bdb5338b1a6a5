"""What became of the last total, as a table, and of last year's.

Source: "Revisions since the previous edition" in docs/definitions.md.
"""

from dataclasses import dataclass

from viperreport.model.exhibits import (
    Cell,
    Column,
    ColumnKind,
    Muted,
    Prose,
    Remark,
    Row,
    RowKind,
    Table,
)
from viperreport.model.figure import Figure, derived
from viperreport.model.period import calendar_year
from viperreport.model.wording import Day, Number, Text, Words, Year, sentences, text
from viperreport.sections.context import Context
from viperreport.sections.counted import all_incidents
from viperreport.sections.deaths import RevisedDeaths, count_deaths
from viperreport.sections.front.changed import (
    no_edition,
    revision_figures,
    revision_title,
    why_none,
)

_EITHER = "±"
_DASH = Muted(text("\N{EM DASH}"))
# Every part of the way, in its order, with its sign.
PARTS = {
    "late": ("+", "recorded late"),
    "moved_in": ("+", "moved in"),
    "moved_out": ("−", "moved out"),
    "reclassified_in": ("+", "reclassified in"),
    "reclassified_out": ("−", "reclassified out"),
    "withdrawn": ("−", "withdrawn"),
    "no_longer_covered": ("−", "no longer covered"),
    "revived": ("+", "restored"),
    "restated": (_EITHER, "restated counts"),
    "new": ("+", "new"),
}


# The same where deaths are counted: of these records the day, the area and the rest stand.
_OF_DEATHS = {
    "reclassified_in": ("+", "now fatal"),
    "reclassified_out": ("−", "no longer fatal"),
    "restated": (_EITHER, "deaths since"),
}


@dataclass(frozen=True, slots=True)
class RevisedCounts:
    """The way from the last total to this one.

    Args:
        parts: by their names, those that are not 0; empty without an earlier edition.
        last_year: the whole of last year as known to the last edition, and as known now.
        deaths: the same of fatal incidents and persons killed, where any of it is revised.
    """

    parts: dict[str, Figure]
    last_year: tuple[Figure, Figure] | None
    deaths: tuple[RevisedDeaths, ...] = ()


def count(context: Context) -> RevisedCounts:
    """The figures of the table."""
    parts = revision_figures(context)
    deaths = count_deaths(context) if parts else ()
    return RevisedCounts(parts, _last_year(context), deaths)


def _last_year(context: Context) -> tuple[Figure, Figure] | None:
    found = context.previous.last_year
    if found is None:
        return None
    counted, year = all_incidents(context), calendar_year(context.year - 1)
    now = counted.figure(counted.cube, year, f"{counted.stem}.revised.{year.start.year}")
    if now.value != found.this:
        raise ValueError(f"{now.key}: {now.value} by cells, {found.this} by versions")
    then = f"{context.previous.known_at:%Y-%m-%dT%H:%M:%SZ}"
    method = f"the same as known at {then}; {now.method}"
    return derived(now, f"{now.key}.last", found.last, method), now


def say(context: Context, counts: RevisedCounts) -> Table | Prose:
    """The table, or why there is none."""
    if not counts.parts:
        remark = Remark(text(f"{no_edition(context)}."), why_none(context))
        return Prose(text("What was revised"), (remark,), columns=1, small=True)
    last = Day(context.previous.cut_off)
    return Table(
        ref="T10",
        title=_title(context, counts),
        subtitle=text("Since ", last),
        columns=_columns(counts),
        rows=(
            _row(_start(context), counts, "last"),
            *(_part(counts, name) for name in PARTS if _is_any(counts, name)),
            _row(text("This total"), counts, "this", RowKind.TOTAL),
            *_year_rows(counts),
        ),
        note=sentences(
            text("What is not listed is none."), _uncovered(context, counts), _unchanged(counts)
        ),
        row_height=5.2,
    )


def _columns(counts: RevisedCounts) -> tuple[Column, ...]:
    """One for all incidents; a further one for each count of deaths that is revised."""
    if not counts.deaths:
        return (Column((), ColumnKind.WORDS, 38), Column((), ColumnKind.NUMBER, 16))
    heads = (text("All"), *(text(_named(deaths)) for deaths in counts.deaths))
    room = 54 - 10 * len(heads)
    return (
        Column((), ColumnKind.WORDS, room),
        *(Column(head, ColumnKind.NUMBER, 10) for head in heads),
    )


def _named(deaths: RevisedDeaths) -> str:
    return "Killed" if deaths.of_persons else "Fatal"


def _is_any(counts: RevisedCounts, name: str) -> bool:
    ways = (deaths.this_year for deaths in counts.deaths)
    return name in counts.parts or any(way and getattr(way.way, name) for way in ways)


def _part(counts: RevisedCounts, name: str) -> Row:
    sign, words = PARTS[name] if name in counts.parts else _OF_DEATHS.get(name, PARTS[name])
    return _row(text(Words(f"{sign} {words}")), counts, name, RowKind.PART)


def _row(label: Text, counts: RevisedCounts, name: str, kind: RowKind = RowKind.PLAIN) -> Row:
    """A part of every way; a dash where there is none of it."""
    signed = PARTS.get(name, ("",))[0] == _EITHER
    of_all = text(Number(counts.parts[name], signed=signed)) if name in counts.parts else _DASH
    return Row((label, of_all, *(_of_deaths(each, name) for each in counts.deaths)), kind)


def _of_deaths(deaths: RevisedDeaths, name: str) -> Cell:
    way = deaths.this_year
    if way is None or not (getattr(way.way, name) or name in {"last", "this"}):
        return _DASH
    return text(Number(way.part(name), signed=PARTS.get(name, ("",))[0] == _EITHER))


def _title(context: Context, counts: RevisedCounts) -> Text:
    if context.previous.starts_anew:
        return text("A new year starts from ", Number(counts.parts["last"]))
    if not counts.deaths or "no_longer_covered" in counts.parts:
        return revision_title(counts.parts)
    last, now = Number(counts.parts["last"]), Number(counts.parts["last_now"])
    # One line: the column of deaths wants a head, and the page has no room for both.
    return text("Now ", now, ", not ", last) if str(now) != str(last) else text(last, " stands")


def _uncovered(context: Context, counts: RevisedCounts) -> Text:
    """From which day on data are missing that were there."""
    if "no_longer_covered" not in counts.parts:
        return ()
    return text("No longer covered: days after ", Day(context.cut_off), ".")


def _unchanged(counts: RevisedCounts) -> Text:
    """Last year, where nothing became of it."""
    if counts.last_year is None or counts.last_year[0].value != counts.last_year[1].value:
        return ()
    _, now = counts.last_year
    return text(Year(now.period.start.year), " as a whole: unchanged at ", Number(now), ".")


def _start(context: Context) -> Text:
    return text("Start of the year" if context.previous.starts_anew else "Last total")


def _year_rows(counts: RevisedCounts) -> list[Row]:
    """Last year, which is over: its counts as known to the last edition, and now."""
    if counts.last_year is None:
        return []
    then, now = counts.last_year
    if then.value == now.value and not any(
        over for each in counts.deaths for over, _ in each.years
    ):
        return []
    year = Year(now.period.start.year)
    return [
        Row((text(year, f", whole, known {when}"), text(Number(figure)),
             *(_of_year(each, end) for each in counts.deaths)), RowKind.QUIET)
        for when, figure, end in (("then", then, "last"), ("now", now, "this"))
    ]  # fmt: skip


def _of_year(deaths: RevisedDeaths, end: str) -> Cell:
    way = deaths.last_year
    return _DASH if way is None else text(Number(way.part(end)))
