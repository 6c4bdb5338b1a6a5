"""Homes that lack something, from real files by the program: their pages build and are whole."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import cycle
from pathlib import Path

import pypdfium2  # type: ignore[import-untyped]
import pytest

from .conftest import CUT_OFF, MAIN, viperreport

BODY_ENDS, PAGE = 279, 297  # mm from the top
EMPTY = 20  # mm, at most, at the end of a page that is not the last
FIRST, LAST = date(2013, 1, 1), date(2016, 5, 31)
SOURCE = 'kind = "incidents"\ncoverage = 2016-05-31\nstarts = {starts}\n[columns]\nkey = "id"\n'
AREAS = ("North", "South", "East")
LONG = tuple(f"The Metropolitan Borough of Longname {k} upon Thames, North" for k in range(60))


@dataclass(frozen=True)
class Odd:
    """A home of one file.

    Args:
        each: days from one incident to the next; below 1, so many a day.
        code: what the build ends with.
    """

    areas: tuple[str, ...] = AREAS
    first: date = FIRST
    last: date = LAST
    each: float = 2
    columns: tuple[str, ...] = ("area", "killed")
    starts: date = FIRST
    says: tuple[str, ...] = ()
    code: int = 0

    def rows(self) -> Iterator[str]:
        """The file, line by line."""
        yield ",".join(("id", "day", *self.columns))
        names, number = cycle(self.areas), 0
        while (day := self.first + timedelta(int(number * self.each))) <= self.last:
            cells = {"area": f'"{next(names)}"', "killed": str(int(number % 10 == 0))}
            number += 1
            yield ",".join((f"S{number}", str(day), *(cells[name] for name in self.columns)))


ODD = {
    "neither recoveries nor operation nor areas.csv": Odd(
        says=("Firearms recovered. Not held: this home has no source of recoveries.",)
    ),
    "one year": Odd(
        first=date(2016, 1, 1),
        starts=date(2016, 1, 1),
        says=("No dated records are held for the same period of 2015.", "1 figure incidents"),
    ),
    "one area": Odd(areas=("Ely",), says=("Ely: no clear change",)),
    "sixty long names": Odd(areas=LONG, each=0.5, says=("No borough alone shows a clear change",)),
    "thousands": Odd(each=1 / 30, says=("10,950",)),
    "hundreds of thousands": Odd(each=1 / 800, first=date(2015, 1, 1), says=("116,800",)),
    "none this year": Odd(
        last=date(2015, 12, 20), code=4, says=("On hold: not for release", "days old")
    ),
    "no areas": Odd(areas=("",), says=("Boroughs. Not held: no row names its borough.",)),
    "some without areas": Odd(areas=("", "North"), says=("Location unknown",)),
    "no column but key and day": Odd(columns=(), says=("Boroughs. Not held",)),
    "held in part": Odd(
        first=date(2015, 2, 28),
        starts=date(2015, 2, 28),
        says=("2015 is held in part and left out.",),
    ),
    "held from May on": Odd(
        first=date(2016, 5, 2),
        starts=date(2016, 5, 1),
        says=("Incidents: 2016 is held from 1 May only", "2016 is not held in full."),
    ),
    "one record": Odd(first=date(2014, 5, 20), last=date(2014, 5, 20), says=("Too few incidents",)),
}


def built(odd: Odd, home: Path) -> Path:
    """Write the home, load its file, build its edition."""
    (home / "config/sources").mkdir(parents=True)
    main = 'area_noun = "borough"\n' + MAIN.replace('"shootings"', '"incidents"')
    (home / "config/viperreport.toml").write_text(main)
    mapped = "".join(f'{name} = "{name}"\n' for name in ("area", "killed") if name in odd.columns)
    source = SOURCE.format(starts=odd.starts) + 'date = "day"\n' + mapped
    (home / "config/sources/incidents.toml").write_text(source)
    (home / "in.csv").write_text("\n".join([*odd.rows(), ""]))
    viperreport("load", "incidents", "in.csv", "--known-at", "2016-06-02", cwd=home).done()
    pdf = home / "page.pdf"
    ended = viperreport("build", "--cut-off", CUT_OFF, "-o", pdf, cwd=home)
    assert ended.code == odd.code, ended.err
    assert "Traceback" not in ended.err
    return pdf


def empty_ends(document: pypdfium2.PdfDocument) -> list[float]:
    """How many mm of each page's body stay empty at its end, by its objects."""
    found = []
    for page in document:
        boxes = [each.get_bounds() for each in page.get_objects(max_depth=1)]
        lows = [PAGE - bottom / 72 * 25.4 for _, bottom, _, _ in boxes]
        found.append(BODY_ENDS - max(low for low in lows if low < BODY_ENDS + 1))
    return found


@pytest.mark.parametrize("name", ODD)
def test_an_odd_home_builds_and_its_pages_are_whole(name: str, tmp_path: Path) -> None:
    """It says what it lacks; no page but the last ends half empty."""
    odd = ODD[name]
    document = pypdfium2.PdfDocument(built(odd, tmp_path / "home"))
    pages = [" ".join(p.get_textpage().get_text_range().split()) for p in document]
    page = " ".join(pages)
    for said in odd.says:
        assert said in page
    assert "1 figures" not in page
    *ends, _ = empty_ends(document)
    document.close()
    assert all(empty <= EMPTY + 0.5 for empty in ends), ends
