"""Real files, as their publishers wrote them, give the counts that others have counted."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from tests.evidence.loading import current, days_on, request, source_of
from viperreport.database import open_engine, sqlite_url
from viperreport.evidence.load import load_file
from viperreport.model.source import Grain, Keep, Kind, Wide

NEW_YORK = source_of(
    {"key": "INCIDENT_KEY", "date": "OCCUR_DATE", "area": "BORO", "sub_area": "PRECINCT",
     "killed": "STATISTICAL_MURDER_FLAG"},
    date_format="%m/%d/%Y",
    true=("true",),
    false=("false",),
)  # fmt: skip
FIREARMS = (
    "Other Firearm Offences",
    "Possession of Firearm with Intent",
    "Possession of Firearms Offences",
)
LONDON = source_of(
    {"area": "LookUp_BoroughName", "category": "MinorText"},
    kind=Kind.COUNTS,
    grain=Grain.MONTH_COUNT,
    keep=Keep("MinorText", FIREARMS),
    wide=Wide("", "%Y%m"),
)
LATER = days_on(10 * 365)


@pytest.fixture
def store(tmp_path: Path) -> Engine:
    """A SQLite store that does not exist yet."""
    return open_engine(sqlite_url(tmp_path / "evidence.db"))


def test_new_york(store: Engine, real_data: Path) -> None:
    """20,659 rows are 16,255 incidents; year to date and fatal ones as counted by others."""
    file = real_data / "nyc" / "nypd_shootings_historic_2006_2018.csv"
    report = load_file(store, NEW_YORK, file, LATER)
    assert (report.rows_read, report.rows_bad, report.new) == (20_659, 0, 16_255)
    known = json.loads((real_data / "nyc" / "known_answers.json").read_text())
    records = current(store).values()
    for answers in known["as_of"]:
        for year, answer in answers["ytd_by_year"].items():
            held = [r for r in records if f"{year}-01-01" <= r["day"] <= answer["to"]]
            assert len(held) == answer["distinct_incidents"]
            assert sum(r["fatal"] == "yes" for r in held) == answer["fatal_incidents"]
    assert all(record["killed"] is None for record in records)
    assert load_file(store, NEW_YORK, file, days_on(10 * 365 + 1)).outcome == "unchanged"


def test_london(engine: Engine, real_data: Path) -> None:
    """98 rows of firearm offences are 98 × 123 monthly counts; sums as counted by others."""
    file = real_data / "london" / "mps_borough_level_crime_201004_202006.csv"
    report = load_file(engine, LONDON, file, LATER)
    assert (report.rows_kept, report.new, report.rows_bad) == (98 * 123, 98 * 123, 0)
    known = json.loads((real_data / "london" / "known_answers.json").read_text())
    records: list[dict[str, Any]] = list(current(engine).values())
    for answers in known["as_of"]:
        end = answers["as_of"]
        for year, answer in answers["ytd_by_year"].items():
            sums: Counter[str] = Counter()
            for row in records:
                if f"{year}-01-01" <= row["day"] <= f"{year}{end[4:]}":
                    sums[row["category"]] += row["items"]
            assert sum(sums.values()) == answer["offences"]
            if "by_offence" in answer:
                assert dict(sums) == answer["by_offence"]


def test_a_load_in_the_past_holds_no_future(store: Engine, real_data: Path) -> None:
    """The whole file, said to be known in 2016, is refused for its rows of 2017 and later."""
    file = real_data / "nyc" / "nypd_shootings_historic_2006_2018.csv"
    with pytest.raises(Exception, match="OCCUR_DATE lies after the load"):
        load_file(store, NEW_YORK, file, request())
