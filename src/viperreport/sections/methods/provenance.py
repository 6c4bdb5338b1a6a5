"""Every exhibit with its figures, their rule and the rows behind them; and the data's fingerprint.

Source: "Provenance" in docs/definitions.md.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from viperreport.model.briefing import Cumulative, KeyFigure
from viperreport.model.citing import Refs
from viperreport.model.exhibits import (
    Column,
    ColumnKind,
    Muted,
    Remark,
    Row,
    Stamp,
    Table,
)
from viperreport.model.figure import Figure, LoadRef, Unit, derived
from viperreport.model.sealing import SEAL
from viperreport.model.standing import exhibits_in, figures_in
from viperreport.model.wording import Day, Name, Number, Ref, Span, Text, sentences, text
from viperreport.sections.context import Context, Contribution
from viperreport.sections.disclosing import is_sealed
from viperreport.sections.methods.quality import cube_named

REF = "T11"
_SHA_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Traced:
    """A tile, or the exhibits of a section, and where their figures come from.

    Args:
        refs: their marks, in the page's order.
        what: what they show.
        main: the count with the most rows behind it, of the source that the exhibits begin with; of
            a tile its own figure. None where there is none.
        number: how many figures stand in them; None for a tile.
        rows: how many rows are behind `main`; None where that has no value.
    """

    refs: tuple[str, ...]
    what: Text
    main: Figure | None
    number: Figure | None
    rows: Figure | None


def count(made: Mapping[str, Contribution], closing: Contribution) -> tuple[Traced, ...]:
    """Trace every tile by itself and the exhibits of each section together.

    Args:
        closing: what the section itself shows above.
    """
    found: list[Traced] = []
    for part in (*made.values(), closing):
        exhibits = list(exhibits_in(part.blocks))
        tiles = [pair for pair in exhibits if isinstance(pair[1], KeyFigure)]
        others = [pair for pair in exhibits if pair not in tiles]
        for ref, tile in tiles:
            found.append(_traced(len(found) + 1, (ref,), (tile,), ()))
        if others:
            refs, shown = zip(*others, strict=True)
            found.append(_traced(len(found) + 1, refs, shown, part.title))
    return tuple(found)


def _traced(place: int, refs: tuple[str, ...], exhibits: tuple[object, ...], title: Text) -> Traced:
    """Trace some exhibits; keys name their row, since marks depend on what stands before."""
    figures, what = figures_in(exhibits), title or _what(exhibits[0])
    main = _main(exhibits[0], figures)
    if main is None:
        return Traced(refs, what, None, None, None)
    number = rows = None
    if not isinstance(exhibits[0], KeyFigure):
        key, counted = f"provenance.{place}.figures", f"figures in row {place} of provenance"
        number = derived(main, key, len(figures), counted, Unit.FIGURE)
    if main.value is not None:
        behind = f"rows behind {main.key}"
        rows = derived(main, f"provenance.{place}.rows", main.rows, behind, Unit.ROW)
    return Traced(refs, what, main, number, rows)


def _main(exhibit: object, figures: tuple[Figure, ...]) -> Figure | None:
    if isinstance(exhibit, KeyFigure):
        return exhibit.figure
    counted = [figure for figure in figures if figure.is_counted]
    own = counted[0].source if counted else ""
    # rather a count than what was computed of it, of the source that the section begins with, and
    # of the whole; the first of equals
    return max(
        figures,
        key=lambda f: (f.is_counted, f.source == own, -_filtered(f), f.rows),
        default=None,
    )


def _filtered(figure: Figure) -> int:
    """How many values its filter lets through; 0 without one."""
    return sum(len(values) for _, values in figure.where)


def _what(exhibit: object) -> Text:
    """What an exhibit shows: its subtitle says it without a finding."""
    if isinstance(exhibit, KeyFigure):
        return text(*exhibit.label, ", ", *exhibit.period)
    if isinstance(exhibit, Cumulative):
        ends = ", and a projection" if exhibit.projection else ""
        return text(f"Running totals by year{ends}")
    subtitle: Text = getattr(exhibit, "subtitle", ())
    title: Text = getattr(exhibit, "title", ())
    return subtitle or title


def say(traced: tuple[Traced, ...]) -> Table:
    """A row for each tile and each section."""
    command = Name("viperreport explain K1")
    return Table(
        ref=REF,
        title=text("Every figure can be derived again"),
        subtitle=text("Run ", command, " (or any mark) for each figure, its filter and its rows"),
        columns=(
            Column(text("Ref"), ColumnKind.WORDS, 22),
            Column(text("What is shown"), ColumnKind.WORDS, 59),
            Column(text("Value"), ColumnKind.THIS_YEAR, 20),
            Column(text("Rule of the figure with most rows"), ColumnKind.SMALL, 62),
            Column(text("Rows"), ColumnKind.NUMBER, 11),
        ),
        rows=tuple(_row(each) for each in traced),
        row_height=5.2,
    )


def _row(each: Traced) -> Row:
    none = Muted(text("n/a"))
    refs = text(Refs(each.refs))
    if each.main is None:
        return Row((refs, each.what, none, Muted(text("no figure")), none))
    several = each.number and text(Number(each.number), _figures(each.number))
    return Row(
        (
            refs,
            each.what,
            several or text(Number(each.main)),
            _rule(each.main, of_several=each.number is not None),
            none if each.rows is None else text(Number(each.rows)),
        )
    )


def _figures(number: Figure) -> str:
    return " figure" if number.count == 1 else " figures"


def _rule(figure: Figure, *, of_several: bool) -> Text:
    """What is counted, of which days, by which filter; in the words of its method if it is not.

    Args:
        of_several: the filters of the others differ in their values, which then go unsaid.
    """
    if not figure.is_counted:
        return text(Name(figure.method.partition(", as known at ")[0]))
    unit = figure.method.partition(" of source ")[0]
    if of_several:
        labels = " and ".join(label.replace("_", " ") for label, _ in figure.where)
        return text(Name(unit), ", ", Span(figure.period), Name(f", by {labels}" if labels else ""))
    where = [
        Name(f", {label.replace('_', ' ')} = {' or '.join(value or 'unknown' for value in values)}")
        for label, values in figure.where
    ]
    return text(Name(unit), ", ", Span(figure.period), *where)


def fingerprint(context: Context, further: tuple[Remark, ...] = ()) -> Stamp:
    """The fingerprint, whole, in letters and as a code, and where everything comes from."""
    snapshot, key = context.snapshot, context.facts.key
    code = (
        f"viperreport edition={key} cut-off={key.cut_off} "
        f"known-at={snapshot.known_at.isoformat()} sha256={snapshot.fingerprint}"
    )
    return Stamp(
        title=text("Data fingerprint"),
        code=code,
        fingerprint=snapshot.fingerprint,
        remarks=(
            Remark(
                text("Code."),
                text("It holds edition, cut-off, known-at and this fingerprint of all counts",
                     ", keyed with a secret of the home." if is_sealed(context) else "."),
            ),
            Remark(text("Sources."), sentences(*_sources(context))),
            *further,
        ),
        said=text(
            "Code that holds the edition, the cut-off and the fingerprint ",
            Name(snapshot.fingerprint),
        ),
    )  # fmt: skip


def _sources(context: Context) -> Iterator[Text]:
    """Each source's measure, the days it holds, and its newest load."""
    for quality in context.quality:
        cube, load = cube_named(context, quality.source), quality.load
        yield text(
            Name(cube.measure.name), ", held ", Day(cube.held_from), " to ", Day(cube.held_to),
            ": ", Name(load.file), ", ", *_load_hash(load), ".",
        )  # fmt: skip


def _load_hash(load: LoadRef) -> Text:
    """What a load's file is known by: its hash, or one that only the home can make."""
    kind = "HMAC-SHA-256" if load.sha256.startswith(SEAL) else "SHA-256"
    return text(Name(kind), " ", Ref(load.sha256.removeprefix(SEAL)[:_SHA_SHOWN]))
