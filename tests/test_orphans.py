"""No number on any page is an orphan: each is traced to its figure, rule, date, name or axis."""

import re
from collections import Counter
from dataclasses import replace
from itertools import pairwise

from tests.known_answers import Edition
from tests.pages import Sheet, Words
from tests.tracing import (
    Traces,
    blocks_of,
    exhibit_name,
    expected_on,
    periods_of,
    phis,
    ref_of,
    rows_compared,
    texts_in,
    tokens,
)
from viperreport.model.briefing import Block, Cumulative
from viperreport.model.exhibits import ColumnKind, ControlChart, Dumbbell, Table, WeekBars
from viperreport.model.wording import Number, Setting, Text, plain, text

TICK = re.compile(r"\d[\d,]*")
DAY = re.compile(r"(\d{1,2}) ([A-Z][a-z]{2})")
YEAR = re.compile(r"20\d\d")


def all_texts(made: Edition) -> list[tuple[str, Text]]:
    """Every text of every page, of heads and feet, and of what is read aloud."""
    briefing = made.briefing
    parts = (briefing.masthead, briefing.markers, briefing.foot, briefing.sections)
    return [(path, said) for path, said in texts_in(parts)]


def test_every_number_of_a_text_comes_from_its_slot(made: Edition) -> None:
    """A figure's value, a comparison's, a date of the edition, a rule, a name: nothing else.

    The slot prints what its figure in the briefing holds, written as the definitions say.
    """
    traces = Traces(made)
    texts = all_texts(made)
    assert len(texts) > 100
    assert [(path, traces.untraced(said)) for path, said in texts if traces.untraced(said)] == []


def heads_of(sheet: Sheet) -> Counter[str]:
    """How often each exhibit's caption stands on the pages."""
    return Counter(
        found[0] for words in sheet.words if (found := re.match(r"(Table|Figure) \d+", words.text))
    )


def counted_axis(words: tuple[Words, ...], top: float) -> list[str]:
    """A chart's ticks, which begin at 0, go up in equal steps, and reach its highest point."""
    columns: dict[int, list[Words]] = {}
    for each in words:
        if TICK.fullmatch(each.text):
            columns.setdefault(round(each.right / 2), []).append(each)
    ticks = next(
        sorted(column, key=lambda each: -each.y)
        for _, column in sorted(columns.items())
        if len(column) > 1 and max(column, key=lambda each: each.y).text == "0"
    )
    return checked([each.text for each in ticks], top)


def checked(ticks: list[str], top: float) -> list[str]:
    """Ticks, if they begin at 0, go up in equal steps, and reach the highest value drawn."""
    values = [int(tick.replace(",", "")) for tick in ticks]
    assert values[0] == 0
    assert len({b - a for a, b in pairwise(values)}) == 1
    assert values[1] > 0
    assert values[-1] >= top, (values, top)
    return ticks


def points_of(chart: object) -> list[float]:
    """Every value that a chart with an axis draws."""
    if isinstance(chart, Cumulative):
        ends = chart.projection
        drawn = [ends.high95] if ends else []
        drawn += [*chart.annual_only, *(line.figure for line in chart.lines)]
        return [point for line in chart.lines for _, point in line.points] + [
            each.value for each in drawn if each.value is not None
        ]
    if isinstance(chart, ControlChart):
        drawn_points = [(each.count, each.high, each.expected) for each in chart.points]
        return [value for each in drawn_points for value in each if value is not None]
    if isinstance(chart, WeekBars):
        return [count for _, count in chart.points if count is not None]
    return []


def axes_of(made: Edition, sheet: Sheet) -> list[str]:
    """The labels of all axes, each checked against what its chart draws."""
    said: list[str] = []
    for block in blocks_of(made):
        if points_of(block):
            words = sheet.exhibit(exhibit_name(ref_of(block)))
            said += counted_axis(words, max(points_of(block)))
        if isinstance(block, Table) and _has_dumbbells(block):
            said += _dumbbell_scale(block, sheet)
        said += _dates_along(block, sheet)
    return said


def _has_dumbbells(block: Table) -> bool:
    return any(column.kind is ColumnKind.DUMBBELL for column in block.columns)


def _dumbbell_scale(block: Table, sheet: Sheet) -> list[str]:
    """The numbers in the head, left of the scale of changes."""
    head = next(line for line in sheet.rows(exhibit_name(block.ref)) if "+100%" in line)
    before = head[: head.index("\u221250%")]
    first = before.index("0")
    ends = [end for row in block.rows for cell in row.cells if isinstance(cell, Dumbbell)
            for end in (cell.now, cell.then) if end is not None]  # fmt: skip
    return checked(before[first:], max(end.count for end in ends))


def _dates_along(block: Block, sheet: Sheet) -> list[str]:
    """Days and years along a time axis: each is one of the points' own."""
    said: list[str] = []
    periods = periods_of(block)
    for words in sheet.exhibit(exhibit_name(ref_of(block))) if periods else ():
        if found := DAY.fullmatch(words.text):
            ends = {f"{each.last_day.day} {each.last_day:%b}" for each in periods}
            assert words.text in ends, words
            said.append(found[1])
        elif isinstance(block, ControlChart) and YEAR.fullmatch(words.text):
            years = {each.start.year for each in periods} | {e.last_day.year for e in periods}
            assert int(words.text) in years
            said.append(words.text)
    return said


def orphans(made: Edition, pages: tuple[str, ...]) -> tuple[Counter[str], Counter[str]]:
    """What the pages print without a source, and what they ought to print and do not."""
    sheet = made.sheet
    printed = Counter(each for page in pages for each in tokens(page))
    known = expected_on(made, len(pages), heads_of(sheet))
    known.update(axes_of(made, sheet))
    return printed - known, known - printed


def test_an_orphan_would_be_noticed(made: Edition) -> None:
    """Whichever number of whichever page is another one, the test below fails."""
    for place, page in enumerate(made.pages):
        found = list(re.finditer(r"\d", page))
        assert len(found) > 50
        for digit in found[:: max(1, len(found) // 12)]:
            other = str((int(digit[0]) + 1) % 10)
            forged = page[: digit.start()] + other + page[digit.end() :]
            pages = (*made.pages[:place], forged, *made.pages[place + 1 :])
            assert all(orphans(made, pages)), page[digit.start() - 20 : digit.end() + 20]


def test_a_wrong_slot_would_be_noticed(made: Edition) -> None:
    """A rule's number, a value, or a φ that is not this edition's is not let through."""
    traces = Traces(made)
    numbers = settings = 0
    for _, said in all_texts(made):
        for place, part in enumerate(said):
            before, after = said[:place], said[place + 1 :]
            if isinstance(part, Number) and part.figure.value is not None:
                wrong = replace(part, figure=replace(part.figure, value=part.figure.value + 1))
                assert traces.untraced((*before, wrong, *after)), plain(said)
                numbers += 1
            if isinstance(part, Setting) and str(part)[-1].isdigit():
                other = Setting(str(part)[:-1] + str((int(str(part)[-1]) + 1) % 10))
                context = text(*before, other, *after)
                let_through = not traces.untraced(context) and str(other) not in allowed(made)
                assert not let_through, plain(context)
                settings += 1
    assert min(numbers, settings) > 20


def allowed(made: Edition) -> set[str]:
    """Numbers next to which another true one lies: days waited, and each φ of the edition."""
    return {"2", "3", *phis(made.briefing.comparisons)}


def test_phi_stands_by_its_row(made: Edition) -> None:
    """Where the clustering is told by row or by mark, it is that of that row or mark."""
    found = 0
    for block in blocks_of(made):
        note = plain(getattr(block, "note", ()))
        by_row = re.search(r"φ, by row: ([\d., ]+)\.(?: |$)", note)
        if by_row:
            assert isinstance(block, Table)
            wanted = [f"{each.phi:.2f}" for each in rows_compared(block)]
            assert by_row[1].split(", ") == wanted
            found += 1
        marks = re.findall(r"(K\d) (\d\.\d\d)", note) if "Clustering φ: K" in note else []
        for mark, value in marks:
            (phi,) = [c.phi for c in made.briefing.comparisons if c.now.ref == mark]
            assert value == f"{phi:.2f}"
            found += 1
    assert found > 2


def test_no_number_on_a_page_is_an_orphan(made: Edition) -> None:
    """What the pages print is what texts, charts, tables and axes hold, as often, and no more."""
    assert orphans(made, made.pages) == (Counter(), Counter())
