"""Tables to draw: the design's rows in every state, and tables that no page holds."""

from tests.pdf import sample
from tests.pdf.sample import Evidence as Given
from tests.pdf.sample import named
from viperreport.model.exhibits import (
    Cell,
    Column,
    ColumnKind,
    Evidence,
    Row,
    RowKind,
    Spanned,
    Table,
    Whisker,
)
from viperreport.model.figure import Comparison
from viperreport.model.wording import Change, Interval, Number, text

K = ColumnKind
COMPARED = (
    Column(named("Row state"), K.WORDS, 48), Column(named("2016"), K.THIS_YEAR, 9.5),
    Column(named("2015"), K.NUMBER, 9.5), Column(named("Change"), K.NUMBER, 13),
    Column(named("%"), K.NUMBER, 11.5), Column((), K.WHISKER, 33),
    Column(named("95% interval"), K.INTERVAL, 22), Column(named("Evidence"), K.EVIDENCE, 26.5),
)  # fmt: skip
STATES: tuple[tuple[str, int, int | None, Given], ...] = (
    ("Interval leaves the scale", 9, 5, sample.WIDE),
    ("Clear rise, harm", 122, 84, sample.HIGHER),
    ("Clear fall, harm", 52, 84, sample.LOWER),
    ("Unclear", 27, 20, sample.UNCLEAR),
    ("Too few", 3, 2, sample.FEW),
    ("Earlier year not held", 122, None, sample.NONE),
    ("Zero", 0, 12, sample.ZERO),
    ("Earlier count is zero", 12, 0, sample.FROM_ZERO),
    ("Wholly off the scale", 9000, 1000, sample.FAR_UP),
)


def cells(name: str, made: Comparison) -> tuple[Cell, ...]:
    """A row of a comparison."""
    return (
        named(name), text(Number(made.now)), text(Number(made.then)), text(Change(made)),
        text(Change(made, "percent")), Whisker(made), text(Interval(made)), Evidence.of(made),
    )  # fmt: skip


def states() -> Table:
    """Every state of a row."""
    rows = [
        Row(cells(name, sample.comparison(now, then, given))) for name, now, then, given in STATES
    ]
    return Table("T1", named("Every state of a row"), named("As in the design"), COMPARED,
                 tuple(rows), named("Interval of the daily rate."), 7.0)  # fmt: skip


def grouped() -> Table:
    """Three measures over three periods, and a total."""
    rows = []
    for group in ("All incidents", "Incidents with someone hurt", "Firearms recovered"):
        for k, period in enumerate(("Last 7 days", "Last 28 days", "Year to date")):
            made = sample.comparison(122 - k, 84, sample.HIGHER)
            kind = RowKind.PLAIN if k else RowKind.GROUP
            first: Cell = Spanned() if k else named(group)
            rows.append(Row((first, named(period), *cells("", made)[1:]), kind))
    columns = (
        Column(named("Measure"), K.WORDS, 29), Column(named("To 25 May"), K.WORDS, 19),
        *COMPARED[1:],
    )  # fmt: skip
    return Table("T1", named("The year is clear"), named("Grouped"), columns, tuple(rows), (), 7.0)


def long(number: int, name: str = "Area", value: int = 7) -> Table:
    """So many rows and a total."""
    rows = [
        Row(cells(f"{name} {k}", sample.comparison(value + k, 5, sample.UNCLEAR)))
        for k in range(number)
    ]
    total = sample.comparison(value * number, 900, sample.LOWER)
    rows.append(Row(cells("All", total), RowKind.TOTAL))
    return Table("T4", named(f"{number} areas"), named("A long table"), COMPARED, tuple(rows),
                 named("The note stands below the last row."))  # fmt: skip
