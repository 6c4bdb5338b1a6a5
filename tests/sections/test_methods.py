"""The last page: what it counts of the edition itself, and what it says where little is held."""

import math
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings

from tests.sections.making import (
    CUT_OFF,
    GUNS,
    Made,
    World,
    apart,
    both,
    cube_of,
    finds,
    monthly,
    published,
    spread,
    texts,
    year,
)
from tests.sections.recipes import Recipe, recipes
from tests.sections.test_language import (
    bare,
    check_language,
    check_types,
)
from viperreport.analysis.compare import rate_ratio, verdict
from viperreport.analysis.revisions import Revisions
from viperreport.errors import UsageError
from viperreport.model.briefing import Block, KeyFigure
from viperreport.model.exhibits import Muted, Prose, Stamp, Table
from viperreport.model.figure import Comparison, Figure, LoadRef, Verdict
from viperreport.model.period import Period, PeriodKind, calendar_year, weeks_ending
from viperreport.model.quality import Completeness, FirstCount, SourceQuality
from viperreport.model.snapshot import Cell
from viperreport.model.source import Area
from viperreport.model.standing import exhibits_in, figures_in
from viperreport.model.wording import Number, Share, Text, plain
from viperreport.sections.compose import ALL_SECTIONS, SECTIONS, compose
from viperreport.sections.context import Context, Contribution
from viperreport.sections.methods.definitions import definitions
from viperreport.sections.methods.page import methods
from viperreport.verbs.drafts import find_figures

REVISED = Revisions(
    last=110, new=9, late=4, moved_in=1, moved_out=2, reclassified_in=3, reclassified_out=1,
    withdrawn=2, revived=1, no_longer_covered=3, restated=-1, this=119,
)  # fmt: skip
LOAD = LoadRef(7, "incidents-2016-05-30.csv", "cd" * 32)
QUALITY = SourceQuality(
    "incidents", LOAD, datetime(2016, 5, 30, 4, 30, tzinfo=UTC), 1306, 1306, 9,
    (("DATE lies after the load", 4), ("AREA names no known area", 3)), 0.02, 3,
)  # fmt: skip


def _cells(now: int = 122, then: int = 84) -> list[Cell]:
    return [*year(2013, 160), *year(2014, 180), *both(now, then), *_rest()]


def _rest() -> list[Cell]:
    """What followed the same period of 2015."""
    return spread(Period(date(2015, 5, 26), date(2016, 1, 1), PeriodKind.OPERATION), 140)


def _whole(quality: tuple[SourceQuality, ...] = (QUALITY,)) -> Context:
    """An edition that has something of everything."""
    cells = _cells()
    world = World(
        cube_of(cells, CUT_OFF),
        recoveries=finds(cells[::2], CUT_OFF),
        priority=("Hackney",),
        published=(published(2011, 377), published(2014, 181)),
        revisions=REVISED,
    )
    return replace(world.context, quality=quality)


def _others(context: Context) -> dict[str, Contribution]:
    return {name: make(context) for name, make in SECTIONS.items()}


def _section(context: Context) -> Contribution:
    return methods(context, _others(context))


def _blocks(part: Contribution) -> list[Block]:
    return list(apart(part.blocks))


def _table(part: Contribution, ref: str) -> Table:
    return next(b for b in _blocks(part) if isinstance(b, Table) and b.ref == ref)


def _said(cell: object) -> str:
    if isinstance(cell, Muted):
        return f"<{plain(cell.content)}>"
    return plain(cell) if isinstance(cell, tuple) else type(cell).__name__


def _rows(table: Table) -> list[list[str]]:
    return [[_said(cell) for cell in row.cells] for row in table.rows]


def _named(part: Contribution, key: str) -> Figure:
    return next(figure for figure in part.figures if figure.key == key)


def _size(n: int, days_now: int, days_then: int) -> float:
    """The chance of a call if nothing changed, by trying every split of n."""
    share = days_now / (days_now + days_then)
    return sum(
        math.comb(n, k) * share**k * (1 - share) ** (n - k)
        for k in range(n + 1)
        if verdict(k, n - k, rate_ratio(k, days_now, n - k, days_then)) in _CALLED
    )


_CALLED = {Verdict.HIGHER, Verdict.LOWER}


def test_many_comparisons_are_counted_once_and_their_chance_added_up() -> None:
    """Distinct keys with an interval; the sizes are found again by trying every outcome."""
    context = _whole()
    others = _others(context)
    part = methods(context, others)
    distinct = {c.key: c for each in others.values() for c in each.comparisons}
    tried = [c for c in distinct.values() if c.low is not None]
    assert len(tried) > 4
    assert _named(part, "edition.comparisons").value == len(tried)
    called = [c for c in tried if c.verdict in _CALLED]
    assert _named(part, "edition.called").value == len(called) > 0
    pairs = [c.evidence or (c.now, c.then) for c in tried]
    expected = sum(
        _size(now.count + then.count, now.period.days, then.period.days) for now, then in pairs
    )
    value = _named(part, "edition.expected_calls").value
    assert value == pytest.approx(expected, rel=1e-9)
    assert expected < 0.05 * len(tried)


def test_the_projections_rule_is_held_against_new_yorks_past(new_york: dict[str, int]) -> None:
    """At day 145, 2008 to 2018: within the 95 % range in 11 of 11 years, the 80 % in 10."""
    cells = [Cell(date.fromordinal(day), records=1) for day in new_york.values()]
    cut_off = date(2019, 5, 25)
    part = _section(World(cube_of(cells, cut_off, date(2006, 1, 1)), cut_off).context)
    held = [
        _named(part, f"incidents.projection.past.{name}").value
        for name in ("tested", "within95", "within80")
    ]
    assert held == [11, 11, 10]
    said = [plain(text) for _, text in texts(part.blocks)]
    assert any("held in 11 of 11 (95%) and 10 of 11 (80%)" in each for each in said)


@pytest.mark.parametrize("cut_off", [date(2016, 2, 1), date(2015, 12, 31), date(2014, 6, 1)])
def test_no_past_year_is_counted_where_none_is_projected(cut_off: date) -> None:
    """Before day 90, on 31 December, and with no earlier years: nothing is said."""
    cells = [cell for cell in _cells() if cell.day <= cut_off]
    part = _section(World(cube_of(cells, cut_off), cut_off).context)
    assert not [f for f in part.figures if ".projection.past." in f.key]


def test_the_revisions_lead_from_the_last_total_to_this_one() -> None:
    """Every class has a row, those of nothing too, and the rows add up as they are signed."""
    part = _section(_whole())
    rows = _rows(_table(part, "T10"))
    signs = {"+": 1, "−": -1, "±": 1}
    total = int(rows[0][1])
    for label, number in rows[1:-1]:
        total += signs[label[0]] * int(number.replace("−", "-").removeprefix("+"))
    assert [rows[0], rows[-1]] == [["Last total", "110"], ["This total", "119"]]
    assert total == 119
    assert len(rows) == len(fields(Revisions))


def test_days_that_data_no_longer_reach_are_named() -> None:
    """Title and note say how many, and after which day; without any, nothing is said of it."""
    table = _table(_section(_whole()), "T10")
    assert plain(table.title) == "3 of the last total of 110 no longer covered"
    assert "No longer covered: days after 25 May 2016." in plain(table.note)
    context, whole = _whole(), replace(REVISED, no_longer_covered=0, this=122)
    context = replace(context, previous=replace(context.previous, revisions=whole))
    table = _table(_section(context), "T10")
    assert plain(table.title) == "The last total is now 113, not 110"
    assert "covered" not in plain(table.note)


def test_an_edition_before_of_a_later_year_is_told() -> None:
    """Data that end in the year before the last edition's: there is no total to lead on from."""
    context = _whole()
    beyond = replace(context.previous, revisions=None, beyond=date(2017, 1, 4))
    said = _section(replace(context, previous=beyond))
    (prose,) = [
        block
        for block in _blocks(said)
        if isinstance(block, Prose) and plain(block.title) == "What was revised"
    ]
    (remark,) = prose.remarks
    assert plain(remark.title) == "No total."
    assert plain(remark.body) == "It counted to 4 January 2017: data no longer reach there."


def test_last_year_has_rows_of_its_own() -> None:
    """Late changes to a year that is over stand apart from this year's way."""
    context = _whole()
    last = replace(REVISED, last=223, new=0, late=1, moved_in=0, moved_out=0, reclassified_in=0,
                   reclassified_out=0, withdrawn=0, revived=0, no_longer_covered=0, restated=0,
                   this=224)  # fmt: skip
    context = replace(context, previous=replace(context.previous, last_year=last))
    rows = _rows(_table(_section(context), "T10"))
    assert rows[-2:] == [
        ["2015, whole, known then", "223"],
        ["2015, whole, known now", "224"],
    ]


def test_rows_turned_away() -> None:
    """Counts by reason; what has no row of its own is one row; the title is by rule."""
    part = _section(_whole())
    table = _table(part, "T9")
    assert plain(table.title) == "9 of 1,306 rows were turned away"
    assert _rows(table) == [
        ["Rows read", "1,306"],
        ["Accepted", "1,297"],
        ["Turned away", "9"],
        ["in percent", "0.69%"],
        ["DATE lies after the load", "4"],
        ["AREA names no known area", "3"],
        ["other reasons", "2"],
        ["Recorded late, any year", "3"],
    ]
    assert "05:30, Mon 30 May 2016" in plain(table.note)
    assert "above 2% of bad rows" in plain(table.note)


def test_no_row_turned_away_and_several_sources() -> None:
    """Sources stand side by side; a filter has a row where it left rows out; none is late."""
    clean = replace(QUALITY, rows_bad=0, reasons=(), rows_kept=1000, late=None)
    other = replace(clean, source="recoveries", rows_kept=1306)
    table = _table(_section(_whole((clean, other))), "T9")
    assert plain(table.title) == "No row was turned away"
    assert _rows(table) == [
        ["Rows read", "1,306", "1,306"],
        ["Let through by the filter", "1,000", "1,306"],
        ["Accepted", "1,000", "1,306"],
        ["Turned away", "0", "0"],
        ["Recorded late, any year", "not held", "not held"],
    ]


def test_reasons_beyond_number_are_added_up() -> None:
    """No more rows than the page can bear, and none of the rows turned away is lost."""
    reasons = tuple((f"COLUMN {k} is missing", 1) for k in range(40))
    many = replace(QUALITY, rows_bad=1100, reasons=reasons)
    rows = dict(_rows(_table(_section(_whole((many,))), "T9")))
    listed = [int(n) for label, n in rows.items() if label.startswith("COLUMN")]
    assert sum(listed) + int(rows["other reasons"].replace(",", "")) == 1100
    assert len(listed) == 6


def _with_completeness(context: Context, firsts: list[tuple[int, int]]) -> Context:
    days = Period(date(2016, 1, 7), date(2016, 4, 28), PeriodKind.OPERATION)
    total = context.incidents.within(days).count("k").count
    weeks = tuple(
        FirstCount(week, first, context.incidents.within(week).count("k").count)
        for week, (first, _) in zip(
            weeks_ending(date(2016, 4, 27), len(firsts)), firsts, strict=True
        )
    )
    visible = tuple((d, total - k) for k, d in enumerate((28, 14, 7, 3, 2, 1)))[::-1]
    found = Completeness("incidents", days, total, visible, weeks)
    return replace(context, completeness=found)


def test_delay_is_told_in_shares() -> None:
    """Each bar is a count of the same days, each share one of the total known now."""
    context = _with_completeness(_whole(), [(k, 0) for k in range(16)])
    part = _section(context)
    table = _table(part, "F9")
    total = context.completeness.total if context.completeness else 0
    shares = [f"{round(100 * (total - k) / total)}%" for k in (5, 4, 3, 2, 1, 0)]
    assert [row[2] for row in _rows(table)] == shares
    assert plain(table.title) == f"{shares[3]} known in a week"
    assert "middle 80% of the last 16" in plain(table.note)
    assert plain(table.note).startswith(f"Gun incidents known now: {total}. ")  # also where it is 1
    weeks = context.completeness.weeks if context.completeness else ()
    ratios = sorted(week.first / week.now for week in weeks)
    told = [part for part in table.note if isinstance(part, Share)]
    assert [str(each) for each in told] == [f"{round(100 * ratios[k])}%" for k in (1, -2)]


def test_few_weeks_have_no_middle() -> None:
    """Under ten weeks nothing is said of a first count."""
    table = _table(_section(_with_completeness(_whole(), [(1, 0)] * 9)), "F9")
    assert "first count" not in plain(table.note)


def test_without_history_the_delay_is_not_held() -> None:
    """One load, or months: said in a line, and no exhibit."""
    cells = _cells()
    for cube in (cube_of(cells, CUT_OFF), monthly(cells, date(2016, 4, 30))):
        part = _section(World(cube).context)
        said = [plain(each) for _, each in texts(part.blocks)]
        assert any(each.startswith("Not held: the s") for each in said)
        assert not [b for b in _blocks(part) if isinstance(b, Table) and b.ref in {"F9", "T10"}]


def test_published_totals_that_contradict_each_other_both_stand() -> None:
    """Both with their dates; neither is chosen, and our own count is not bent to either."""
    totals = (
        published(2014, 181, id="A", as_at="2015-02"),
        published(2014, 190, id="B", as_at="2016"),
        published(2013, 160, id="C"),
        published(2013, 160, id="D", measure="another"),
    )
    said = _published(World(cube_of(_cells(), CUT_OFF), published=totals).context)
    assert "Advertiser, as at 1 May 2016: Gun incidents 2013: 160 (ours: 160)." in said
    assert "as at February 2015: Gun incidents 2014: 181 (ours: 180)." in said
    assert "as at 2016: Gun incidents 2014: 190 (ours: 180)." in said
    assert said.count("both stand") == 1
    assert "181 as at February 2015, 190 as at 2016; both stand." in said
    assert "2014: stated 190, counted 180; the difference stands." in said


def test_a_published_total_of_days_not_held_stands_alone() -> None:
    """What we do not hold is not compared with it; its note goes with the figure."""
    total = replace(published(2011, 377), note="annual  total only.")
    context = World(cube_of(_cells(), CUT_OFF), published=(total,)).context
    said = _published(context)
    assert said == "Advertiser, as at 1 May 2016: Gun incidents 2011: 377 (ours: not held)."
    (figure,) = [f for f in _section(context).figures if f.key == "published.P2011"]
    assert figure.method.endswith("annual total only.")
    assert not _published(World(cube_of(_cells(), CUT_OFF)).context)


def test_totals_of_other_places_are_counted_and_not_used() -> None:
    """The remark says how many there are, even where no other total is shown."""
    world = World(
        cube_of(_cells(), CUT_OFF), within=Area("Hackney", "hackney", ("LB Hackney",)),
        published=(published(2011, 377, area="London (MPS)"),
                   published(2012, 40, id="H", area="lb hackney")),
    )  # fmt: skip
    said = _published(world.context)
    assert "40" in said
    assert "377" not in said
    assert said.endswith("Totals of other places, not used: 1.")
    elsewhere = replace(world, published=world.published[:1])
    assert _published(elsewhere.context) == "Totals of other places, not used: 1."


def test_not_held_is_defined_wherever_it_is_printed() -> None:
    """Where no figure stands behind the words too; else it goes unsaid."""
    cells = _cells()
    gap = World(cube_of(cells, CUT_OFF), recoveries=finds(cells, CUT_OFF),
                published=(published(2011, 377),)).context  # fmt: skip
    alone = {"incidents": SECTIONS["incidents"](gap)}
    assert not any(f.value is None for part in alone.values() for f in part.figures)
    prose = definitions(gap, alone)
    assert "Not held." in {plain(remark.title) for remark in prose.remarks}
    bare_ = replace(gap, snapshot=replace(gap.snapshot, published=()))
    prose = definitions(bare_, {"incidents": SECTIONS["incidents"](bare_)})
    assert "Not held." not in {plain(remark.title) for remark in prose.remarks}


def test_a_section_is_traced_by_the_source_it_begins_with() -> None:
    """Table 1 begins with incidents, so its row gives their rule, though items have more rows."""
    cells = _cells()
    many = [*cells, *cells, *cells]
    world = World(cube_of(cells, CUT_OFF), recoveries=finds(many, CUT_OFF))
    table = _table(_section(world.context), "T11")
    (row,) = [row for row in _rows(table) if row[1] == "Incidents"]
    assert row[3].startswith("incidents, ")


def test_navy_is_explained_only_where_it_is_drawn() -> None:
    """An edition without recoveries or activity compares nothing that is neither good nor bad."""

    def note(context: Context) -> str:
        return next(
            plain(block.note)
            for block in _blocks(_section(context))
            if isinstance(block, Table) and plain(block.title) == "How certain is a change?"
        )

    assert "Navy" in note(_whole())
    assert "Navy" not in note(World(cube_of(_cells(), CUT_OFF)).context)


def _published(context: Context) -> str:
    """The remark about published totals; empty for none."""
    stamp = next(b for b in _blocks(_section(context)) if isinstance(b, Stamp))
    said = {plain(each.title): plain(each.body) for each in stamp.remarks}
    return said.get("Published totals.", "")


def _figures_below(value: object) -> set[str]:
    """Keys of all figures below a value, found without the code under test."""
    if isinstance(value, Figure):
        return {value.key}
    if isinstance(value, Comparison):
        return _figures_below((value.now, value.then, value.evidence or ()))
    if isinstance(value, tuple):
        return set().union(*map(_figures_below, value)) if value else set()
    if is_dataclass(value):
        return _figures_below(tuple(getattr(value, each.name) for each in fields(value)))
    return set()


def test_provenance_agrees_with_what_stands_in_every_exhibit() -> None:
    """Each exhibit of the edition but this table is in one row, with its figures' numbers."""
    context = _with_completeness(_whole(), [(k, 0) for k in range(16)])
    made = compose(context, ALL_SECTIONS)
    exhibits = dict(exhibits_in(made.sections))
    (ref,) = [r for r, e in exhibits.items() if plain(getattr(e, "title", ())).endswith("again")]
    table = exhibits.pop(ref)
    assert isinstance(table, Table)
    rows = {tuple(_marks(row[0])): row[1:] for row in _rows(table)}
    assert sorted(mark for marks in rows for mark in marks) == sorted(exhibits)
    known = {figure.key: figure for figure in made.figures}
    for marks, (_, value, rule, behind) in rows.items():
        shown = [exhibits[mark] for mark in marks]
        tiles = [each for each in shown if isinstance(each, KeyFigure)]
        keys = {key for each in shown for key in _figures_below(each)}
        figures = [each.figure for each in tiles] or [known[key] for key in keys]
        assert value == (str(Number(figures[0])) if tiles else f"{len(figures):,} figures")
        behind_it = [each for each in figures if f"{each.rows:,}" == behind]
        assert any(each.method.startswith(rule.partition(",")[0]) for each in behind_it), marks


def _marks(ranges: str) -> Iterator[str]:
    """The marks of "F4–F7, T6"."""
    for part in ranges.split(", "):
        first, _, last = part.partition("–")
        numbers = range(int(first[1:]), int((last or first)[1:]) + 1)
        yield from (f"{first[0]}{number}" for number in numbers)


def test_every_mark_can_be_explained() -> None:
    """A tile's mark gives its own figure, an exhibit's all that stand in it; none gives nothing."""
    made = compose(_with_completeness(_whole(), [(k, 0) for k in range(16)]), ALL_SECTIONS)
    held = {figure.key for figure in made.figures}
    for mark, exhibit in exhibits_in(made.sections):
        found = {figure.key for figure in find_figures(made, mark.lower())}
        assert found <= held
        if isinstance(exhibit, KeyFigure):
            assert found == {exhibit.figure.key}
        else:
            assert _figures_below(exhibit) <= found
            assert {figure.key for figure in figures_in(exhibit)} == _figures_below(exhibit)
    with pytest.raises(UsageError) as error:
        find_figures(made, "T99")
    listed = str(error.value).rpartition("there are ")[2].split(", ")
    marks = {mark for mark, _ in exhibits_in(made.sections)}
    assert set(listed) == marks
    assert listed == sorted(marks, key=lambda mark: ("KFT".index(mark[0]), int(mark[1:])))
    assert find_figures(made, "incidents.ytd.2016")[0].ref == "K1"


def test_the_code_holds_edition_cut_off_and_fingerprint() -> None:
    """All of the fingerprint, so that a page can be checked without the file."""
    context = _whole()
    stamp = next(b for b in _blocks(_section(context)) if isinstance(b, Stamp))
    assert stamp.code == (
        "viperreport edition=weekly/all/2016-05-25 cut-off=2016-05-25 "
        f"known-at=2016-05-30T05:00:00+00:00 sha256={'0a' * 32}"
    )
    assert stamp.fingerprint == context.snapshot.fingerprint
    sources = {plain(each.title): plain(each.body) for each in stamp.remarks}
    assert sources["Sources."] == (
        "Gun incidents, held 1 January 2013 to 25 May 2016: incidents-2016-05-30.csv, "
        "SHA-256 cdcdcdcdcdcd."
    )


def _defined(context: Context) -> dict[str, str]:
    prose = next(b for b in _blocks(_section(context)) if isinstance(b, Prose))
    return {plain(each.title).rstrip("."): plain(each.body) for each in prose.remarks}


def test_only_what_is_used_is_defined() -> None:
    """A home of months knows no weeks; without recoveries there are no finds."""
    assert {"Gun incidents", "Firearms recovered", "Finds and items"} <= set(_defined(_whole()))
    months = _defined(World(monthly(_cells(), date(2016, 4, 30))).context)
    assert "Month" in months
    assert not {"Finds and items", "Last 7 or 28 days", "Firearms recovered"} & set(months)
    weekly = _defined(_whole())
    assert weekly["Gun incidents"] == GUNS.definition
    assert "364 days" in weekly["Last 7 or 28 days"]


def test_a_new_year_starts_from_nothing() -> None:
    """The first edition of a year says so."""
    cut_off = date(2016, 1, 6)
    cells = [cell for cell in _cells() if cell.day <= cut_off]
    ytd = sum(1 for cell in cells if cell.day.year == 2016)
    new = Revisions(**dict.fromkeys(Revisions.__slots__, 0) | {"new": ytd, "this": ytd})
    world = World(cube_of(cells, cut_off), cut_off, revisions=new)
    table = _table(_section(world.context), "T10")
    assert plain(table.title) == "A new year starts from 0"
    assert _rows(table)[0] == ["Start of the year", "0"]


@settings(max_examples=40)
@given(recipes())
def test_whatever_the_data(recipe: Recipe) -> None:
    """Words and types hold for any data; every figure of this page is one of the edition's."""
    made = recipe.world.made
    (section,) = [each for each in made.briefing.sections if each.name == "methods"]
    held = {figure.key for figure in made.briefing.figures}
    assert _figures_below(section.blocks) <= held
    alone = Made(replace(made.briefing, sections=(made.briefing.sections[0], section)))
    check_language(alone)
    check_types(alone)


def test_names_of_any_kind_stand_as_they_are() -> None:
    """A reason or a file's name is a name: its words are not ours."""
    odd = replace(QUALITY, load=replace(LOAD, file="up 4 東京.csv"), reasons=(("rise is 3", 9),))
    part = _section(_whole((odd,)))
    said: list[Text] = [each for _, each in texts(part.blocks)]
    assert any("up 4 東京.csv" in plain(each) for each in said)
    assert not any("rise" in bare(each) or "up 4" in bare(each) for each in said)


def test_a_whole_year_counts_as_stated() -> None:
    """What we count of a published period is what the cube holds of it."""
    part = _section(_whole())
    (ours,) = [f for f in part.figures if f.key == "counted.P2014"]
    assert ours.value == 180
    assert ours.period == calendar_year(2014)
