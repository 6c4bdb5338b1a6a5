"""What is read in other words than it is printed, and what is said in place of drawings."""

from dataclasses import replace

from tests.pdf import chart_sample, map_sample, sample
from tests.pdf.tags import tagged
from viperreport.model.briefing import Briefing, KeyFigures
from viperreport.model.exhibits import (
    Column,
    ColumnKind,
    Dumbbell,
    Heat,
    Prose,
    Remark,
    Row,
    Table,
    Whisker,
)
from viperreport.model.figure import Suppressed
from viperreport.model.period import same_period, year_to_date
from viperreport.model.wording import Interval, Number, plain, text
from viperreport.pdf.render import render


def test_charts_say_what_they_were_given() -> None:
    """The words of a chart are its block's; of a sparkline, with its newest and extreme values."""
    blocks = (chart_sample.control(), chart_sample.recoveries(), chart_sample.kinds(),
              map_sample.map_of(map_sample.london()))  # fmt: skip
    tags = tagged(render(sample.briefing(sample.HEADLINE, *blocks)))
    assert [node.alt for node in tags.root.all("Figure")] == [plain(b.said) for b in blocks]
    (first, *_) = tagged(render(sample.briefing())).root.all("Figure")
    assert first.alt is not None
    for number in ("newest 9", "least 1", "greatest 9"):
        assert number in first.alt


def test_a_zero_of_a_cross_table_is_read_as_zero() -> None:
    """It is printed as a dash, which would be read as nothing."""
    none = sample.figure(0, year_to_date(sample.CUT_OFF))
    columns = (Column(sample.named("Area"), ColumnKind.WORDS, 1),
               Column(sample.named("Rifle"), ColumnKind.HEAT, 1))  # fmt: skip
    rows = (Row((sample.named("Brent"), Heat(none))),)
    table = Table("T1", sample.named("Title"), (), columns, rows)
    tags = tagged(render(sample.briefing(sample.HEADLINE, table)))
    (read,) = tags.root.all("Span")
    assert read.actual == "0"
    assert tags.shown[read.own[0]] == "–"


FEW = "fewer than five"


def test_what_is_suppressed_is_read_in_words() -> None:
    """<5 is printed so and read as fewer than five: in tiles, cells, sentences and drawings."""
    tags = tagged(render(_masked(Suppressed.FEW)))
    spans = tags.root.all("Span")
    assert [node.actual for node in spans] == [FEW] * 6
    assert {tags.shown[place].strip() for node in spans for place in node.own} == {"<5"}
    words = " ".join(tags.root.words().split())
    assert f"Hackney: {FEW} in May, {FEW} in April." in words
    assert "<" not in words
    alts = [node.alt for node in tags.root.all("Figure")]
    assert f"2016: {FEW}" in (alts[-1] or "")


def test_what_is_withheld_is_read_as_that() -> None:
    """The other reasons for no number are words, and are read as they are printed."""
    tags = tagged(render(_masked(Suppressed.WITHHELD)))
    assert tags.root.all("Span") == []
    assert "Hackney: withheld in May, withheld in April." in " ".join(tags.root.words().split())


def _masked(printed: Suppressed) -> Briefing:
    """A briefing with a suppressed figure in every kind of place that prints one."""
    none = sample.figure(None, year_to_date(sample.CUT_OFF), printed)
    held = replace(sample.figure(9, same_period(none.period)), key="held")
    said = text("Hackney: ", Number(none), " in May, ", Number(none), " in April.")
    number = text(Number(none))
    kinds = (ColumnKind.WORDS, ColumnKind.NUMBER, ColumnKind.HEAT, ColumnKind.DUMBBELL)
    columns = tuple(Column(sample.named(kind.value), kind, 1) for kind in kinds)
    row = Row((sample.named("Brent"), number, Heat(none), Dumbbell(held, none)))
    tile = replace(sample.tile(), figure=none, comparison=None, sparkline=None, against=number)
    table = Table("T1", sample.named("Title"), (), columns, (row,))
    prose = Prose(sample.named("Prose"), (Remark((), said),))
    return sample.briefing(sample.HEADLINE, KeyFigures((tile,), ()), table, prose)


def test_a_minus_is_a_word_in_place_of_a_drawing() -> None:
    """Many readers leave the sign out; on the page and in its text it stays a sign."""
    made = sample.comparison(52, 84, sample.LOWER)
    row = Row((sample.named("Brent"), text(Interval(made)), Whisker(made)))
    kinds = (ColumnKind.WORDS, ColumnKind.INTERVAL, ColumnKind.WHISKER)
    columns = tuple(Column(sample.named("x"), kind, 1) for kind in kinds)
    table = Table("T1", sample.named("Title"), (), columns, (row,))
    tags = tagged(render(sample.briefing(sample.HEADLINE, table)))
    assert tags.root.all("Figure")[-1].alt == "95% interval of the change: minus 57% to minus 11%"
    assert "\u221257% to \u221211%" in " ".join(tags.root.words().split())
