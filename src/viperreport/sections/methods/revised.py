"""What became of the last total, as a table, and of last year's.

Source: "Revisions since the previous edition" in docs/definitions.md.
"""

from dataclasses import dataclass

from viperreport.model.exhibits import Column, ColumnKind, Prose, Remark, Row, RowKind, Table
from viperreport.model.figure import Figure, derived
from viperreport.model.period import calendar_year
from viperreport.model.wording import Day, Number, Text, Words, Year, sentences, text
from viperreport.sections.context import Context
from viperreport.sections.counted import all_incidents
from viperreport.sections.front.changed import (
    no_edition,
    revision_figures,
    revision_title,
    why_none,
)

_EITHER = "±"
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


@dataclass(frozen=True, slots=True)
class RevisedCounts:
    """The way from the last total to this one.

    Args:
        parts: by their names, those that are not 0; empty without an earlier edition.
        last_year: the whole of last year as known to the last edition, and as known now.
    """

    parts: dict[str, Figure]
    last_year: tuple[Figure, Figure] | None


def count(context: Context) -> RevisedCounts:
    """The figures of the table."""
    return RevisedCounts(revision_figures(context), _last_year(context))


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
    parts = counts.parts
    last = Day(context.previous.cut_off)
    return Table(
        ref="T10",
        title=_title(context, counts),
        subtitle=text("Since the edition to ", last),
        columns=(Column((), ColumnKind.WORDS, 38), Column((), ColumnKind.NUMBER, 16)),
        rows=(
            Row((_start(context), text(Number(parts["last"])))),
            *(_part(parts[name], *PARTS[name]) for name in PARTS if name in parts),
            Row((text("This total"), text(Number(parts["this"]))), RowKind.TOTAL),
            *_year_rows(counts),
        ),
        note=sentences(
            text("What is not listed is none."), _uncovered(context, counts), _unchanged(counts)
        ),
        row_height=5.2,
    )


def _title(context: Context, counts: RevisedCounts) -> Text:
    if context.previous.starts_anew:
        return text("A new year starts from ", Number(counts.parts["last"]))
    return revision_title(counts.parts)


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


def _part(figure: Figure, sign: str, words: str) -> Row:
    number = Number(figure, signed=sign == _EITHER)
    return Row((text(Words(f"{sign} {words}")), text(number)), RowKind.PART)


def _year_rows(counts: RevisedCounts) -> list[Row]:
    """Last year, which is over: its total as known to the last edition, and now."""
    if counts.last_year is None:
        return []
    then, now = counts.last_year
    year = Year(now.period.start.year)
    if then.value == now.value:
        return []
    return [
        Row((text(year, ", whole, known then"), text(Number(then))), RowKind.QUIET),
        Row((text(year, ", whole, known now"), text(Number(now))), RowKind.QUIET),
    ]
