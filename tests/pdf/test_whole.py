"""Whole briefings of any data: always built, all inside, nothing over another, nothing cut."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from tests.pdf.reading import Read, assert_sound, read, squeezed
from tests.pdf.test_layout import empty_ends
from tests.pdf.wholes import EXTRAS, SCRIPTS, Whole, wholes
from tests.sections.making import CUT_OFF, Made, World, cube_of, finds, spread, texts
from viperreport.model.briefing import MarkerKind
from viperreport.model.exhibits import Absent
from viperreport.model.figure import VERDICT_PHRASES, Verdict
from viperreport.model.period import calendar_year, same_period, year_to_date
from viperreport.model.wording import plain
from viperreport.pdf.layout import EMPTY
from viperreport.pdf.look.fonts import PACKAGED, printable
from viperreport.pdf.look.theme import THEME, mm
from viperreport.pdf.structure import Role, TextBox
from viperreport.sections.context import Refusal

FONTS = (PACKAGED.regular, PACKAGED.italic, PACKAGED.semibold, PACKAGED.bold, PACKAGED.serif)
LONG_NAME = 30
MOST_EMPTY = EMPTY + mm(20)  # two exhibits side by side are not broken over pages
# Said of a chart to those who do not see it; of a check to its operator; the name of a river that
# flows below the last row of tiles.
NOT_PRINTED = ("/said", "guards", "/river_name")


def lost(made: Made, drawing: Read) -> Iterator[str]:
    """What is not on the pages: texts that no run of lines holds, letters that the file lacks."""
    in_body = _joined(t.text for t in drawing.canvas.texts if _is_read(t))
    around = _joined(t.text for t in drawing.canvas.texts if not _is_read(t))
    for path, content in made.texts:
        if any(each in path for each in NOT_PRINTED) or path == "/title":
            continue
        forms = {_joined([printable(plain(content), font).text]) for font in FONTS}
        if not any(form in in_body or form in around for form in forms):
            yield f"{path}: {plain(content)}"
    for page in range(drawing.canvas.pages):
        ours = Counter(squeezed("".join(t.text for t in drawing.canvas.texts if t.page == page)))
        read_back = Counter(squeezed("".join(g.letter for g in drawing.glyphs if g.page == page)))
        if ours != read_back:
            yield f"page {page}: {ours - read_back} are not in the text layer"
    yield from _sections_lost(made, in_body + around)


def _is_read(text: TextBox) -> bool:
    """Whether a text is part of what is read, and no head, foot or repeated heading."""
    return text.element.holder.role is not Role.ARTIFACT


def _joined(words: Iterable[str]) -> str:
    return squeezed("".join(words)).casefold()


def _sections_lost(made: Made, layer: str) -> Iterator[str]:
    """A section with pages of its own has its name over them."""
    for section in made.briefing.sections:
        if all(isinstance(block, Absent) for block in section.blocks):
            continue
        if _joined([printable(plain(section.title), PACKAGED.regular).text]) not in layer:
            yield f"section {plain(section.title)}"


def check(made: Made, *, filled: bool = True) -> Read:
    """All promises of a drawn briefing.

    Args:
        filled: whether its pages are held to end with little empty, which they are not where a
            name alone takes a part of a page.
    """
    drawing = read(made.briefing)
    assert_sound(drawing)
    assert list(lost(made, drawing)) == []
    ends = empty_ends(drawing)
    assert not filled or all(empty <= MOST_EMPTY for empty in ends), [
        round(empty * 25.4 / 72) for empty in ends
    ]
    return drawing


def _is_short(whole: Whole) -> bool:
    """Whether names are short as they are printed: [U+0E2A] takes the room of eight letters."""
    printed = printable(whole.name("A", 0), THEME.type.table.font)
    return len(printed.text) <= LONG_NAME


ODD = {
    "nothing": Whole(1, rows=0),
    "a single record, all there is": Whole(2, rows=1, areas=1, priority=1, kinds=1, extras=EXTRAS),
    "Thai and emoji, twelve records": Whole(3, rows=12, script="thai", kinds=7, extras=EXTRAS[:10]),
    "Hebrew without a space": Whole(
        4, date(2016, 2, 29), rows=700, script="hebrew", letters=60, spaced=False, kinds=7,
    ),
    "Greek, 200 letters": Whole(5, script="greek", letters=200, areas=33, priority=6, kinds=4),
    "sixty areas in Han, December": Whole(
        6, date(2015, 12, 30), rows=2500, areas=60, script="han", extras=EXTRAS[:9]
    ),
    "millions": Whole(7, rows=2500, scale=1_200, areas=33, script="cyrillic", extras=EXTRAS[:9]),
    "1 January, by month": Whole(
        8, date(2016, 1, 1), rows=2500, script="arabic", extras=(*EXTRAS[:9], "months")
    ),
    "an area's own": Whole(
        9, date(2016, 1, 3), script="devanagari", priority=0, extras=(*EXTRAS[:9], "own", "held")
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ODD)
def test_odd_briefings(name: str) -> None:
    """Eight scripts, no data and millions, one area and sixty, the first days and the last."""
    check(ODD[name].made)


def test_all_scripts_are_tried() -> None:
    """The odd ones above leave none out."""
    assert {each.script for each in ODD.values()} == set(SCRIPTS)


@settings(max_examples=12, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
@given(wholes())
def test_whatever_the_data(whole: Whole) -> None:
    """A few of all."""
    check(whole.made, filled=_is_short(whole))


@pytest.mark.slow
@settings(max_examples=400, suppress_health_check=list(HealthCheck))
@given(wholes())
def test_whatever_the_data_at_length(whole: Whole) -> None:
    """Many of all."""
    check(whole.made, filled=_is_short(whole))


@pytest.mark.parametrize("ends", [400, 3])
def test_equal_year_ends(ends: int) -> None:
    """Lines that end at one height have labels that stand apart."""
    cells = [cell for year in (2013, 2014, 2015) for cell in spread(calendar_year(year), ends)]
    cells += spread(year_to_date(CUT_OFF), ends // 2)
    check(World(cube_of(cells, CUT_OFF), recoveries=finds(cells, CUT_OFF)).made)


def _world(now: int, then: int | None, held_to: date = CUT_OFF) -> World:
    first = date(2016, 1, 1) if then is None else date(2015, 1, 1)
    cells = spread(year_to_date(CUT_OFF), now) if now else []
    cells += spread(same_period(year_to_date(CUT_OFF)), then) if then else []
    kept = [cell for cell in cells if cell.day <= held_to]
    return World(cube_of(kept, held_to, first), recoveries=finds(cells, CUT_OFF))


STATES = {
    "higher": (_world(122, 84), Verdict.HIGHER),
    "lower": (_world(52, 84), Verdict.LOWER),
    "no clear change": (_world(27, 20), Verdict.UNCLEAR),
    "too few": (_world(3, 2), Verdict.FEW),
    "no earlier record": (_world(122, None), Verdict.NONE),
    "zero": (_world(0, 12), Verdict.LOWER),
    "earlier count is zero": (_world(12, 0), Verdict.HIGHER),
    "interval leaves the scale": (_world(9, 5), Verdict.UNCLEAR),
    "out of date": (_world(122, 84, date(2016, 5, 10)), Verdict.HIGHER),
}


@pytest.mark.parametrize("name", STATES)
def test_states_of_tile_and_row(name: str) -> None:
    """Each state of the design is drawn: the phrase in the tile is the phrase in the table."""
    world, verdict = STATES[name]
    made = world.made
    drawing = check(made)
    assert made.year.verdict is verdict
    phrase = squeezed(VERDICT_PHRASES[verdict])
    stale = name == "out of date"
    assert drawing.text.count(phrase) >= (1 if stale else 2)
    assert ("Data15daysold" in drawing.text) == stale
    drawn = {mark.kind for mark in drawing.canvas.marks}
    assert ("interval dot" in drawn) == any(c.ratio for c in made.briefing.comparisons)


def test_states_of_markers() -> None:
    """Draft, synthetic and classification stand on every page, in the order of their weight."""
    refused = Refusal("incidents", "a.csv", "why")
    world = replace(_world(122, 84), marking="OFFICIAL", refusals=(refused,), synthetic=True)
    made = world.made
    drawing = check(made)
    kinds = [marker.kind for marker in made.briefing.markers]
    assert kinds == [MarkerKind.CLASSIFICATION, MarkerKind.ON_HOLD, MarkerKind.SYNTHETIC]
    for words in ("OFFICIAL", "On hold: not for release", "Synthetic demonstration data"):
        pages = {t.page for t in drawing.canvas.texts if t.text.strip() == words}
        assert pages == set(range(drawing.canvas.pages)), words
    assert list(texts(made.briefing.markers))
