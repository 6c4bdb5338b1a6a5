"""Published totals: clean rows are read, all others are refused by name."""

import csv
from datetime import date
from pathlib import Path

import pytest

from tests.evidence.store_builder import LONDON, at
from viperreport.errors import ConfigError
from viperreport.evidence.published import COLUMNS, as_at_day, known_published, read_published
from viperreport.model.period import Period, PeriodKind

ROW = {
    "id": "P001",
    "measure": "discharge",
    "unit": "incident",
    "area": "London (MPS)",
    "from": "2011-01-01",
    "to": "2011-12-31",
    "period_kind": "calendar_year",
    "value": "377",
    "as_at": "2016-05-25",
    "tier": "direct",
    "source": "East London Advertiser",
    "url": "https://example.org/a",
    "note": 'it calls them "gun incidents", with a comma',
}


def _write(path: Path, *changes: dict[str, str], encoding: str = "utf-8") -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        for number, change in enumerate(changes):
            writer.writerow({**ROW, "id": f"P{number}", **change})
    return path


def test_a_clean_row(tmp_path: Path) -> None:
    """Every column arrives, a byte-order mark is no part of the first."""
    for encoding in ("utf-8", "utf-8-sig"):
        (total,) = read_published(_write(tmp_path / "p.csv", {}, encoding=encoding))
        assert total.period == Period(date(2011, 1, 1), date(2012, 1, 1), PeriodKind.CALENDAR_YEAR)
        assert (total.id, total.value, total.as_at) == ("P0", 377, "2016-05-25")
        assert (total.measure, total.unit, total.area) == ("discharge", "incident", "London (MPS)")
        assert (total.source, total.url, total.note) == (ROW["source"], ROW["url"], ROW["note"])


def test_no_file_is_no_total(tmp_path: Path) -> None:
    """A home needs no published totals."""
    assert read_published(tmp_path / "published.csv") == ()


@pytest.mark.parametrize(
    ("kind", "first", "last", "expected"),
    [
        ("ytd", "2016-01-01", "2016-05-25", PeriodKind.YEAR_TO_DATE),
        ("fytd", "2010-04-01", "2010-10-20", PeriodKind.FINANCIAL_YEAR_TO_DATE),
        ("year_to_date", "2016-01-01", "2016-12-31", PeriodKind.YEAR_TO_DATE),
        ("financial_year", "2019-04-01", "2020-03-31", PeriodKind.FINANCIAL_YEAR),
        ("half_year", "2021-01-01", "2021-06-30", PeriodKind.HALF_YEAR),
        ("quarter", "2021-10-01", "2021-12-31", PeriodKind.QUARTER),
        ("month", "2016-02-01", "2016-02-29", PeriodKind.MONTH),
        ("rolling_12m", "2015-09-01", "2016-08-31", PeriodKind.ROLLING_12M),
        ("rolling_7d", "2016-05-19", "2016-05-25", PeriodKind.ROLLING_7D),
        ("rolling_28d", "2016-04-28", "2016-05-25", PeriodKind.ROLLING_28D),
        ("operation", "2015-12-06", "2015-12-09", PeriodKind.OPERATION),
    ],
)
def test_kinds(tmp_path: Path, kind: str, first: str, last: str, expected: PeriodKind) -> None:
    """Every kind is read with days that are of that kind."""
    path = _write(tmp_path / "p.csv", {"period_kind": kind, "from": first, "to": last})
    assert read_published(path)[0].period.kind is expected


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"to": ""}, "to '': write a whole date such as 2016-05-25, or take the row out"),
        ({"from": "2014-12"}, "from '2014-12': write a whole date"),
        ({"from": "20110101"}, "from '20110101': write a whole date"),
        ({"to": "2011-02-30"}, "there is no such day"),
        ({"to": "2010-12-31"}, "to lies before from"),
        ({"period_kind": "campaign"}, "period_kind 'campaign' is none of ytd, fytd, calendar_year"),
        ({"to": "2011-11-30"}, "is no calendar_year"),
        ({"from": "2011-01-02"}, "is no calendar_year"),
        ({"period_kind": "ytd", "to": "2012-01-05"}, "is no year_to_date"),
        ({"period_kind": "ytd", "from": "2011-02-01"}, "is no year_to_date"),
        ({"period_kind": "rolling_7d"}, "is no rolling_7d"),
        ({"value": "1,755"}, "value must be a whole number"),
        ({"value": "-3"}, "value must be a whole number"),
        ({"value": "\u00b2"}, "value must be a whole number"),
        ({"as_at": "May 2016"}, "as_at 'May 2016': write a date"),
        ({"as_at": "2016-13"}, "there is no such day"),
        ({"url": "javascript:alert(1)"}, "url must begin with https://"),
        ({"source": " "}, "source is empty"),
        ({"id": "P0"}, "id P0 stands twice"),
    ],
)
def test_a_bad_row_is_refused_by_its_line(
    tmp_path: Path, change: dict[str, str], said: str
) -> None:
    """A row that cannot be a total is named by file and line, with what to do."""
    path = _write(tmp_path / "p.csv", {}, change)
    with pytest.raises(ConfigError) as caught:
        read_published(path)
    (fault,) = caught.value.faults
    assert fault.startswith(f"{path}:3: ")
    assert said in fault


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    """Nobody mends a file one run at a time."""
    path = _write(tmp_path / "p.csv", {"value": "x"}, {}, {"to": ""})
    with pytest.raises(ConfigError) as caught:
        read_published(path)
    assert [fault.split(":")[1] for fault in caught.value.faults] == ["2", "4"]


@pytest.mark.parametrize(
    "content",
    [b"", b"id,value\r\n", b"\xff\xfei\x00", b'"unclosed', ",".join(COLUMNS).encode() + b"\r\n1,2"],
)
def test_a_file_that_is_no_such_table(tmp_path: Path, content: bytes) -> None:
    """A wrong header, encoding, quote or number of fields is a fault of the file."""
    path = tmp_path / "p.csv"
    path.write_bytes(content)
    with pytest.raises(ConfigError, match=r"p\.csv:"):
        read_published(path)


def test_publications_to_come_are_left_out(tmp_path: Path) -> None:
    """A total is known from its as-at day, for a month or a year from the last day of it."""
    path = _write(
        tmp_path / "p.csv", *({"as_at": day} for day in ("2016-05-26", "2016-05-27", "2016-05"))
    )
    totals = read_published(path)
    assert [t.id for t in known_published(totals, at("2016-05-26T22:59"), LONDON)] == ["P0"]
    assert [t.id for t in known_published(totals, at("2016-05-26T23:00"), LONDON)] == ["P0", "P1"]
    assert len(known_published(totals, at("2016-05-30T23:00"), LONDON)) == 3
    assert as_at_day("2023") == date(2023, 12, 31)


def test_the_shared_file(real_data: Path) -> None:
    """Of 84 real totals exactly those of vague days are refused; the others are read."""
    path = real_data / "published_totals.csv"
    with pytest.raises(ConfigError) as caught:
        read_published(path)
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    refused = [rows[int(fault.split(":")[1]) - 1][0] for fault in caught.value.faults]
    assert refused == ["P003", "P004", "P005", "P020", "P021", "P039", "P051", "P053"]
