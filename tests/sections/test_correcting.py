"""What a corrected edition tells of the one that it replaces, and what it must not tell."""

from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from zoneinfo import ZoneInfo

from tests.sections.making import CUT_OFF, World, both, cube_of, spread, year
from viperreport.html.corrections import MOST as MOST_OF_MAIL
from viperreport.html.corrections import corrections_of
from viperreport.model.briefing import Briefing, MarkerKind
from viperreport.model.correcting import Replaced, replaced_of, told_of
from viperreport.model.exhibits import Muted, Table
from viperreport.model.figure import Verdict
from viperreport.model.period import year_to_date
from viperreport.model.wording import plain
from viperreport.pdf.render import render
from viperreport.sections.correcting.changes import changes, tellable
from viperreport.sections.correcting.page import MOST, corrected

ZONE = ZoneInfo("Europe/London")
REPLACED = Replaced(1, date(2016, 5, 26), datetime(2016, 5, 26, 5, tzinfo=UTC), "a" * 64, "why")


@cache
def made(now: int, then: int) -> Briefing:
    """An edition of so many incidents this year, and by the same day of last."""
    return World(cube_of(both(now, then), CUT_OFF)).made.briefing


def revision(now: Briefing) -> Briefing:
    """The same as the second under its key."""
    return replace(now, edition=replace(now.edition, revision=2))


def table_of(briefing: Briefing) -> Table:
    """The table of what is other."""
    (table,) = (each for each in briefing.sections[-1].blocks if isinstance(each, Table))
    return table


def test_the_same_is_the_same() -> None:
    """An edition differs in nothing from itself, known at another instant or not."""
    assert changes(made(122, 84), made(122, 84)).is_none
    later = replace(made(122, 84), known_at=datetime(2017, 1, 1, tzinfo=UTC))
    assert changes(made(122, 84), later).is_none


def test_a_verdict_that_is_another_stands_first() -> None:
    """With both phrases; the comparison before is listed, so that its phrase may be said."""
    before, now = made(86, 84), revision(made(182, 84))
    found = changes(before, now)
    assert ("incidents.ytd", Verdict.UNCLEAR, Verdict.HIGHER) in [
        (was.key, was.verdict, after.verdict) for was, after in found.verdicts
    ]
    page = corrected(now, before, REPLACED, ZONE)
    first = table_of(page).rows[0]
    assert [plain(cell) for cell in first.cells[2:]] == ["No clear change", "Higher, likely real"]  # type: ignore[arg-type]
    assert page.markers[0].kind is MarkerKind.CORRECTED
    assert plain(page.markers[0].text) == "Corrected edition 2, replaces 1 of 26 May: why"
    keys = {figure.key: figure.value for figure in page.figures}
    assert (keys["replaced.incidents.ytd.2016"], keys["incidents.ytd.2016"]) == (86, 182)
    assert render(page).startswith(b"%PDF")


def test_a_long_table_is_cut_and_says_so() -> None:
    """Forty rows, of how many, and where the rest is; every one of them is among the figures."""
    before, now = made(61, 30), revision(made(122, 84))
    found = changes(before, now)
    page = corrected(now, before, REPLACED, ZONE)
    rows, table = len(found.figures) + len(found.verdicts), table_of(page)
    assert rows > MOST
    assert f"These are the first {MOST} of {rows}." in plain(table.note)
    assert len(table.rows) == MOST
    keys = {figure.key for figure in page.figures}
    assert {f"replaced.{was.key}" for was, _ in found.figures if was is not None} <= keys


def test_a_day_of_another_year_says_so() -> None:
    """The edition of 31 December was filed in January."""
    other = replace(REPLACED, day=date(2017, 1, 2))
    page = corrected(revision(made(122, 84)), made(120, 84), other, ZONE)
    assert "replaces 1 of 2 January 2017: why" in plain(page.markers[0].text)


def test_two_masks_do_not_tell_on_each_other() -> None:
    """Under a mask no figure of an area and none that is suppressed is set beside another."""
    period = year_to_date(CUT_OFF)
    cells = [*spread(period, 40), *spread(period, 30, "Brent"), *year(2015, 90)]
    before, now = (
        World(cube_of([*cells, *spread(period, more, "Brent")], CUT_OFF)).made.briefing
        for more in (1, 9)
    )
    plainly = changes(before, now)
    areas = {key for key in _keys(plainly.figures) if ".area." in key}
    assert areas
    masked = tellable(plainly, *(replace(each, is_masked=True) for each in (before, now)))
    assert _keys(masked.figures)
    assert not any(".area." in key for key in _keys(masked.figures))
    page = corrected(
        replace(revision(now), is_masked=True), replace(before, is_masked=True), REPLACED, ZONE
    )
    assert not any("replaced." in f.key and ".area." in f.key for f in page.figures)
    assert "a mask protects a single edition" in plain(table_of(page).note)


def _keys(pairs: tuple[tuple[object, object], ...]) -> set[str]:
    return {getattr(each, "key", "") for pair in pairs for each in pair if each is not None}


def test_another_disclosure_tells_nothing() -> None:
    """What was printed for few is not printed again for all."""
    before, now = made(61, 30), revision(replace(made(122, 84), disclosure="public"))
    page = corrected(now, before, REPLACED, ZONE)
    assert not any(figure.key.startswith("replaced.") for figure in page.figures)
    assert not any(isinstance(each, Table) for each in page.sections[-1].blocks)


def test_its_mail_tells_the_same() -> None:
    """The first rows of the page's table, in its order and words."""
    page = corrected(revision(made(182, 84)), made(86, 84), REPLACED, ZONE)
    told, table = corrections_of(page), table_of(page)
    assert str(told.title) == plain(table.title)
    printed = [[_printed(row.cells[place]) for place in (0, 2, 3)] for row in table.rows]
    assert [[each.label, each.before, each.now] for each in told.rows] == printed[: len(told.rows)]
    assert len(told.rows) == min(len(printed), MOST_OF_MAIL)
    assert corrections_of(made(86, 84)).rows == ()


def _printed(cell: object) -> str:
    return plain(cell.content if isinstance(cell, Muted) else cell)  # type: ignore[arg-type]


def test_what_is_replaced_survives_the_manifest() -> None:
    """What is written down is read as it was."""
    assert replaced_of(told_of(REPLACED)) == REPLACED
    assert replaced_of(None) is None
