"""New York's real file, broken in the ways that feeds break: refused, said why, nothing changed."""

import csv
import shutil
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from .conftest import ROOT, stored, viperreport

LOADED, NEXT, MENDED = "2019-01-01T05:00", "2019-01-08T05:00", "2019-01-08T05:30"
EDITION = ("build", "--cut-off", "2018-12-31", "--format", "json", "-o", "-")
Rows = list[dict[str, str]]


def _on(rows: Rows, days: int) -> Rows:
    return [{**row, "OCCUR_DATE": f"{_day(row) + timedelta(days):%m/%d/%Y}"} for row in rows]


def _day(row: dict[str, str]) -> date:
    return datetime.strptime(row["OCCUR_DATE"], "%m/%d/%Y").date()  # noqa: DTZ007


def _swapped(rows: Rows, one: str, other: str) -> Rows:
    return [{**row, one: row[other], other: row[one]} for row in rows]


def _renamed(rows: Rows) -> Rows:
    return [{**row, "BORO": row["BORO"].replace("STATEN ISLAND", "RICHMOND")} for row in rows]


BROKEN: dict[str, tuple[Callable[[Rows], Rows], str]] = {
    "0 bytes": (lambda _: [], "the file is empty"),
    "header only": (lambda _: [], "a header but no data rows"),
    "88 rows": (lambda rows: rows[:88], "it would take away 16,"),
    "1,500 rows": (lambda rows: rows[:1500], "it would take away 1"),
    "last month missing": (
        lambda rows: [row for row in rows if _day(row) < date(2018, 12, 1)],
        "it would take away 58 of 754 records of 2018 (7.7 %",
    ),
    "a category renamed": (_renamed, "a value of BORO that"),
    "a day back": (lambda rows: _on(rows, -1), "it would change OCCUR_DATE of 16,255 of 16,255"),
    "borough and precinct swapped": (
        lambda rows: _swapped(rows, "BORO", "PRECINCT"), "it would change BORO of 16,255 of 16,255"
    ),
    "date and borough swapped": (
        lambda rows: _swapped(rows, "BORO", "OCCUR_DATE"), "OCCUR_DATE is not a date"
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def loaded(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of New York with its real file; to be copied, never changed."""
    home = tmp_path_factory.mktemp("newyork") / "home"
    shutil.copytree(ROOT / "tests/homes/newyork", home)
    file = real_data / "nyc/nypd_shootings_historic_2006_2018.csv"
    viperreport("load", "shootings", file, "--known-at", LOADED, cwd=home).done()
    return home


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_feed_is_refused(loaded: Path, real_data: Path, tmp_path: Path, case: str) -> None:
    """Exit 4 and one line, tried or meant; no version changes; editions wait for a good file."""
    home = Path(shutil.copytree(loaded, tmp_path / "home"))
    good = real_data / "nyc/nypd_shootings_historic_2006_2018.csv"
    with good.open(encoding="utf-8", newline="") as whole:
        reader = csv.DictReader(whole)
        rows, names = list(reader), list(reader.fieldnames or ())
    change, reason = BROKEN[case]
    with (tmp_path / "new.csv").open("w", encoding="utf-8", newline="") as file:
        if case != "0 bytes":
            writer = csv.DictWriter(file, names)
            writer.writeheader()
            writer.writerows(change(rows))
    before = stored(home)
    load = ("load", "shootings", "../new.csv", "--known-at", NEXT)
    for dry_run in (("--dry-run",), ()):
        assert stored(home) == before
        ended = viperreport(*load, *dry_run, cwd=home)
        assert (ended.code, ended.out, ended.err.count("\n")) == (4, b"", 1)
        assert reason in ended.err
    assert stored(home)["versions"] == before["versions"]
    assert stored(home)["loads"][-1]["outcome"] == "refused"
    held = viperreport(*EDITION, cwd=home)
    assert held.code == 4
    assert "(refused_load)" in held.err
    viperreport("load", "shootings", good, "--known-at", MENDED, cwd=home).done()
    assert "(refused_load)" not in viperreport(*EDITION, cwd=home).err
