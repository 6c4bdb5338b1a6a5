"""Every exhibit with its figures, their rule and the rows behind them; and the data's fingerprint.

Source: "Provenance" in docs/definitions.md.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from viperreport.model.briefing import Block, KeyFigure
from viperreport.model.exhibits import (
    Column,
    ColumnKind,
    Muted,
    Remark,
    Row,
    Stamp,
    Table,
)
from viperreport.model.figure import Figure, Unit, derived
from viperreport.model.standing import exhibits_in, figures_in
from viperreport.model.wording import Day, Name, Number, Ref, Text, sentences, text
from viperreport.sections.context import Context, Contribution
from viperreport.sections.quality import cube_named

REF = "T12"
_SHA_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Traced:
    """An exhibit, and where its figures come from.

    Args:
        what: what it shows.
        main: the figure with the most rows behind it; of a tile its own. None in an exhibit
            without a figure.
        number: how many figures stand in it; None for a tile, and where it is a single one.
        rows: how many rows are behind `main`; None where that has no value.
    """

    ref: str
    what: Text
    main: Figure | None
    number: Figure | None
    rows: Figure | None


def count(made: Mapping[str, Contribution], blocks: tuple[Block, ...]) -> tuple[Traced, ...]:
    """Trace every exhibit of the other sections, then those of this one."""
    everything = (*(part.blocks for part in made.values()), blocks)
    found = enumerate(exhibits_in(everything), start=1)
    return tuple(_traced(place, ref, exhibit) for place, (ref, exhibit) in found)


def _traced(place: int, ref: str, exhibit: object) -> Traced:
    """Trace an exhibit; keys name its row, since marks depend on what stands before."""
    figures = figures_in(exhibit)
    main = _main(exhibit, figures)
    if main is None:
        return Traced(ref, _what(exhibit), None, None, None)
    number = rows = None
    if len(figures) > 1 and not isinstance(exhibit, KeyFigure):
        key, counted = f"provenance.{place}.figures", f"figures in exhibit {place} of the edition"
        number = derived(main, key, len(figures), counted, Unit.FIGURE)
    if main.value is not None:
        behind = f"rows behind {main.key}"
        rows = derived(main, f"provenance.{place}.rows", main.rows, behind, Unit.ROW)
    return Traced(ref, _what(exhibit), main, number, rows)


def _main(exhibit: object, figures: tuple[Figure, ...]) -> Figure | None:
    if isinstance(exhibit, KeyFigure):
        return exhibit.figure
    # the first of equals, and rather a count than what was computed of it
    return max(figures, key=lambda figure: (figure.rows, figure.is_counted), default=None)


def _what(exhibit: object) -> Text:
    """What an exhibit shows: its subtitle says it without a finding; a tile has a label."""
    if isinstance(exhibit, KeyFigure):
        return text(*exhibit.label, ", ", *exhibit.period)
    subtitle: Text = getattr(exhibit, "subtitle", ())
    title: Text = getattr(exhibit, "title", ())
    return subtitle or title


def say(context: Context, traced: tuple[Traced, ...]) -> Table:
    """A row for each exhibit; it may go over a page."""
    return Table(
        ref=REF,
        title=text("Every figure can be derived again"),
        subtitle=text("Run ", Name("viperreport explain K1"), " for the rows that a figure counts"),
        columns=(
            Column(text("Ref"), ColumnKind.WORDS, 9),
            Column(text("Figure"), ColumnKind.WORDS, 76),
            Column(text("Value"), ColumnKind.THIS_YEAR, 17),
            Column(text("Rule"), ColumnKind.SMALL, 56),
            Column(text("Rows"), ColumnKind.NUMBER, 14),
        ),
        rows=tuple(_row(context, each) for each in traced),
        note=text(
            "Of several figures the rule and the rows are those of the figure with the most rows; "
            "all are as known at ", Name(_stamp(context)), " unless a rule says otherwise."
        ),
        row_height=5.2,
    )  # fmt: skip


def _row(context: Context, each: Traced) -> Row:
    none = Muted(text("n/a"))
    if each.main is None:
        return Row((text(Ref(each.ref)), each.what, none, Muted(text("no figure")), none))
    several = each.number and text(Number(each.number), " figures")
    return Row(
        (
            text(Ref(each.ref)),
            each.what,
            several or text(Number(each.main)),
            text(Name(_rule(context, each.main))),
            none if each.rows is None else text(Number(each.rows)),
        )
    )


def _rule(context: Context, figure: Figure) -> str:
    """The query's own words, without the instant that all rows share."""
    return figure.method.removesuffix(f", as known at {_stamp(context)}")


def _stamp(context: Context) -> str:
    return f"{context.snapshot.known_at:%Y-%m-%dT%H:%M:%SZ}"


def fingerprint(context: Context) -> Stamp:
    """The fingerprint, whole, in letters and as a code."""
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
                text(
                    "It holds the edition, the cut-off, the instant of knowledge and the whole "
                    "fingerprint: the ", Name("SHA-256"), " of every count that this edition "
                    "could use. A character that the fonts lack is printed as ",
                    Name("[U+1F52B]"), "."
                ),
            ),
            Remark(text("Sources."), sentences(*_sources(context))),
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
            ": ", Name(load.file), ", ", Name("SHA-256"), " ", Ref(load.sha256[:_SHA_SHOWN]), ".",
        )  # fmt: skip
