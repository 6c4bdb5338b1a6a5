"""What all tests share: where the real data lie, and how long a property may be tried."""

import csv
import os
from datetime import datetime
from pathlib import Path

import hypothesis
import pytest

pytest_plugins = ("tests.pdf.gate",)

# A busy machine is no fault of the code; a failure must be the same on every machine.
hypothesis.settings.register_profile("viperreport", deadline=None, derandomize=True)
hypothesis.settings.load_profile("viperreport")


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Folder of published real files and known answers, which are not part of the project."""
    named = os.environ.get("VIPERREPORT_REAL_DATA", "")
    if named and Path(named).is_dir():
        return Path(named)
    reason = f"VIPERREPORT_REAL_DATA={named!r} names no folder with the real data"
    if named or os.environ.get("CI") == "true":
        pytest.fail(reason)  # what was promised here must not go untested in silence
    pytest.skip(reason)


@pytest.fixture(scope="session")
def new_york(real_data: Path) -> dict[str, int]:
    """New York's shooting incidents, 2006 to 2018: INCIDENT_KEY → ordinal of its day."""
    file = real_data / "nyc" / "nypd_shootings_historic_2006_2018.csv"
    with file.open(encoding="utf-8", newline="") as rows:
        return {
            row["INCIDENT_KEY"]: datetime.strptime(row["OCCUR_DATE"], "%m/%d/%Y").toordinal()  # noqa: DTZ007
            for row in csv.DictReader(rows)
        }
