"""The band of a corrected edition, and the table of what is other than in the one it replaces."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from viperreport.model.briefing import Briefing, Marker, MarkerKind, Section
from viperreport.model.calling import phrase
from viperreport.model.correcting import CORRECTIONS, Replaced
from viperreport.model.exhibits import (
    Cell,
    Column,
    ColumnKind,
    Muted,
    Prose,
    Remark,
    Row,
    Table,
)
from viperreport.model.figure import Comparison, Figure, Unit, derived
from viperreport.model.snapshot import all_figures
from viperreport.model.wording import (
    Day,
    Instant,
    Name,
    Number,
    Ref,
    Setting,
    Span,
    Text,
    plain,
    sentences,
    text,
)
from viperreport.sections.correcting.changes import (
    as_before,
    changes,
    comparison_before,
    tellable,
)
from viperreport.sections.correcting.labels import label_of
from viperreport.sections.language import refuse_unproven

MOST = 40  # rows: about a page of them
_HASH_SHOWN = 12
_PLACES = (1, 2, 3, 4)  # decimals of what is no whole number: as few as tell both apart
_ABSENT = Muted(text("not printed"))


@dataclass(frozen=True, slots=True)
class _Told:
    """A corrected edition, and what is told of the one that it replaces."""

    before: Briefing
    now: Briefing
    replaced: Replaced
    zone: ZoneInfo

    def local(self, instant: datetime) -> Instant:
        """An instant as the home's wall clock shows it."""
        return Instant(instant.astimezone(self.zone).replace(tzinfo=None))


def corrected(now: Briefing, before: Briefing, replaced: Replaced, zone: ZoneInfo) -> Briefing:
    """Say of a briefing that it replaces another one, and in what it is other.

    Args:
        now: it, as it would be without an edition before.
        before: the one that it replaces, made again as it was known and configured.
        zone: of the home.

    Raises:
        UnprovenWordError: as `compose` does.
    """
    told = _Told(before, now, replaced, zone)
    found = tellable(changes(before, now), before, now)
    rows = [*map(_verdict_row, found.verdicts), *map(_figure_row, found.figures)]
    number = _number(now, len(rows), replaced)
    compared = tuple(comparison_before(was) for was, _ in found.verdicts)
    was = [as_before(each) for each, _ in found.figures if each is not None]
    section = Section(
        CORRECTIONS, (_why(told), *_table(told, rows, number)), text("What was corrected")
    )
    made = replace(
        now,
        markers=(Marker(MarkerKind.CORRECTED, _band(told)), *now.markers),
        sections=(*now.sections, section),
        comparisons=(*now.comparisons, *compared),
        figures=all_figures([*now.figures, *was, number], compared),
    )
    refuse_unproven(made)
    return made


def _band(told: _Told) -> Text:
    """Corrected edition 2, replaces 1 of 30 May: the wrong file was loaded."""
    return text(*_replaces(told), ": ", Name(told.replaced.reason))


def _replaces(told: _Told) -> Text:
    day, cut_off = told.replaced.day, told.now.edition.cut_off
    return text(
        "Corrected edition ", Setting(told.now.edition.revision), ", replaces ",
        Setting(told.replaced.revision), " of ", Day(day, year=day.year != cut_off.year),
    )  # fmt: skip


def _why(told: _Told) -> Prose:
    """The reason, in full, and what each of the two was made from."""
    replaced, edition = told.replaced, told.now.edition
    made = text(
        "Edition ", Setting(replaced.revision), ": as known at ", told.local(replaced.known_at),
        ", configuration ", Ref(replaced.configuration[:_HASH_SHOWN]),
        ". Edition ", Setting(edition.revision), ": as known at ", told.local(told.now.known_at),
        ".",
    )  # fmt: skip
    return Prose(
        _replaces(told),
        (Remark(text("Reason."), text(Name(replaced.reason))), Remark(text("Made from."), made)),
        columns=1,
    )


def _number(now: Briefing, rows: int, replaced: Replaced) -> Figure:
    method = f"figures and verdicts other than in edition {replaced.revision}"
    return derived(now.figures[0], "corrections.rows", rows, method, Unit.FIGURE)


def _table(told: _Told, rows: Sequence[Row], number: Figure) -> tuple[Table | Prose, ...]:
    if not rows:
        return ()
    return (
        Table(
            ref="",
            title=text("Figures and verdicts other than before: ", Number(number)),
            subtitle=text("In edition ", Setting(told.replaced.revision), ", and in this edition"),
            columns=(
                Column(text("What is counted"), ColumnKind.WORDS, 70),
                Column(text("Key"), ColumnKind.SMALL, 60),
                Column(text("Before"), ColumnKind.NUMBER, 22),
                Column(text("Now"), ColumnKind.THIS_YEAR, 22),
            ),
            rows=tuple(rows[:MOST]),
            note=_note(told, len(rows), number),
            row_height=5.2,
        ),
    )


def _note(told: _Told, rows: int, number: Figure) -> Text:
    attached = text(
        "figures.csv holds all of them, as they were under keys that begin with “replaced.”"
    )
    masked = (
        text("Figures of areas are not listed, since a mask protects a single edition.")
        if told.now.is_masked
        else ()
    )
    cut = (
        text("These are the first ", Setting(MOST), " of ", Number(number), ".")
        if rows > MOST
        else ()
    )
    return sentences(cut, masked, attached)


def _figure_row(pair: tuple[Figure | None, Figure | None]) -> Row:
    before, now = pair
    figure = now or before
    if figure is None:
        raise ValueError("a figure of neither edition")
    cells = _printed(before and as_before(before), now)
    return Row((label_of(figure), text(Name(figure.key)), *cells))


def _printed(before: Figure | None, now: Figure | None) -> tuple[Cell, Cell]:
    """Both, with as many decimals as tell them apart."""
    for places in _PLACES:
        cells = tuple(
            _ABSENT if each is None else text(Number(each, places=_places(each, places)))
            for each in (before, now)
        )
        if _words(cells[0]) != _words(cells[1]):
            break
    return cells[0], cells[1]


def _places(figure: Figure, places: int) -> int:
    return 0 if figure.value is None or figure.value == round(figure.value) else places


def _words(cell: Muted | Text) -> str:
    return plain(cell.content if isinstance(cell, Muted) else cell)


def _verdict_row(pair: tuple[Comparison, Comparison]) -> Row:
    before, now = pair
    label = text(*label_of(now.now), " against ", Span(now.then.period))
    was, said = (text(phrase(each, capital=True)) for each in (comparison_before(before), now))
    return Row((label, text(Name(now.key)), was, said))
