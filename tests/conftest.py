"""What all tests share: where the real data lie, and how long a property may be tried."""

import csv
import os
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import hypothesis
import pytest

from tests.known_answers import Edition, demo_home, edition, real_home

pytest_plugins = ("tests.pdf.gate",)

EDITIONS = ("demo", "hackney", "newyork", "newyork in february", "london")

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


@pytest.fixture(scope="session")
def editions(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Edition]:
    """The demo's edition, that of one of its areas, two of New York, one of London."""
    directory = tmp_path_factory.mktemp("editions")
    known_at = datetime(2016, 5, 30, 6, tzinfo=ZoneInfo("Europe/London")).astimezone(UTC)
    demo, cut_off = demo_home(directory), date(2016, 5, 25)
    made = {
        "demo": edition(demo, cut_off, known_at),
        "hackney": edition(demo, cut_off, known_at, "hackney"),
    }
    real: Path = request.getfixturevalue("real_data")
    new_york, london = (real_home(name, real, directory) for name in ("newyork", "london"))
    return made | {
        "newyork": edition(new_york, date(2016, 6, 20)),
        "newyork in february": edition(new_york, date(2016, 2, 29)),
        "london": edition(london, date(2016, 5, 31)),
    }


@pytest.fixture(params=EDITIONS)
def made(request: pytest.FixtureRequest, editions: dict[str, Edition]) -> Edition:
    """Each of the editions in turn."""
    return editions[request.param]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what tests have measured, whether they passed or failed."""
    for outcome in ("passed", "failed"):
        for report in terminalreporter.getreports(outcome):
            for name, value in report.user_properties:
                if name == "said" and report.when == "call":
                    terminalreporter.write_line(str(value))
