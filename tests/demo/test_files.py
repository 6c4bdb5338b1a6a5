"""The demo's files as such: what every one of them keeps to."""

import csv
import hashlib
import os
import subprocess
import sys
import time
import tomllib
import uuid
from datetime import UTC, date, datetime, timedelta
from fnmatch import fnmatch
from pathlib import Path

import pytest

from viperreport.demo.feed import HEADERS
from viperreport.demo.home import HMAC_KEY, HOME_ID, KNOWN_AT, as_synthetic, write_home
from viperreport.demo.places import NEIGHBOURHOODS, OTHER, PRIORITY
from viperreport.demo.tactics import TACTICS as DRAWN
from viperreport.errors import ConfigError
from viperreport.settings.load import load_settings

from .conftest import LONDON, TACTICS, Demo, Source, packaged_home, rows

REPOSITORY = Path(__file__).parents[2]
SOURCES = ("incidents", "recoveries", "activity")


def fingerprint(home: Path) -> str:
    """A hash of every file's name and content."""
    digest = hashlib.sha256()
    for file in sorted(each for each in home.rglob("*") if each.is_file()):
        digest.update(str(file.relative_to(home)).encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


def test_same_bytes_in_another_process(demo: Demo, tmp_path: Path) -> None:
    """Hash seed, time zone and locale change nothing."""
    program = (
        "import sys; from pathlib import Path; from viperreport.demo.home import write_home; "
        "write_home(Path(sys.argv[1]), Path(sys.argv[2]))"
    )
    for seed, zone, locale in (
        ("1", "Pacific/Apia", "C"),
        ("2", "America/New_York", "tr_TR.UTF-8"),
    ):
        home = tmp_path / seed
        environ = {"PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": locale, "PYTHONUTF8": "0"}
        subprocess.run(
            [sys.executable, "-c", program, str(home), str(demo.packaged)],
            env={**os.environ, **environ, "PYTHONPATH": os.pathsep.join(sys.path)},
            check=True,
        )
        assert fingerprint(home) == fingerprint(demo.home)


def test_writing_again_changes_nothing(demo: Demo, capsys: pytest.CaptureFixture[str]) -> None:
    """A second run replaces every file by itself, and is quick (printed, not judged)."""
    before, start = fingerprint(demo.home), time.perf_counter()
    assert write_home(demo.home, demo.packaged) == demo.deliveries
    took = time.perf_counter() - start
    with capsys.disabled():
        print(f"[demo home in {took:.2f} s, wanted: 0.7] ", end="")  # noqa: T201
    assert fingerprint(demo.home) == before


def test_deliveries(demo: Demo) -> None:
    """Every Monday at 05:30 in London from 4 January to 25 July 2016, three files, in order."""
    mondays = [date(2016, 1, 4) + timedelta(days=7 * n) for n in range(30)]
    assert mondays[-1] == date(2016, 7, 25)
    expected = [(source, day) for day in mondays for source in SOURCES]
    local = [each.known_at.astimezone(LONDON) for each in demo.deliveries]
    found = [(each.source, at.date()) for each, at in zip(demo.deliveries, local, strict=True)]
    assert found == expected
    assert {(at.hour, at.minute) for at in local} == {(5, 30)}
    assert {each.known_at.tzinfo for each in demo.deliveries} == {UTC}
    assert {file.name for file in (demo.home / "inbox").iterdir()} == {
        f"{source}-{day}.csv" for source, day in expected
    }


def test_known_at_follows_the_file_of_its_day(demo: Demo) -> None:
    """The edition's own files arrive half an hour before it."""
    newest = max(each.known_at for each in demo.deliveries if each.known_at <= KNOWN_AT)
    assert KNOWN_AT - newest == timedelta(minutes=30)


def test_rows(demo: Demo) -> None:
    """Every file has its header, at least a row, each reference once, and no order to lean on."""
    for each in demo.deliveries:
        content = rows(each.path)
        references = [row["reference"] for row in content]
        with each.path.open(encoding="utf-8", newline="") as file:
            assert tuple(next(csv.reader(file))) == HEADERS[each.source]
        assert content
        assert len(set(references)) == len(references)
        assert references != sorted(references)


def test_nothing_is_known_before_it_happens(demo: Demo) -> None:
    """No row is recorded on or after its file's day, or dated after it was recorded."""
    for each in demo.deliveries:
        day = each.known_at.astimezone(LONDON).date().isoformat()
        for row in rows(each.path):
            recorded = row.get("recorded", row["date"])
            assert row["date"] <= recorded < day


def test_references_name_one_thing(incidents: Source, recoveries: Source) -> None:
    """A reference keeps its place and its recording day, whatever else of it changes."""
    for source in (incidents, recoveries):
        fixed: dict[str, tuple[str, ...]] = {}
        for version in source.versions:
            row = version.row
            kept = (row["recorded"], row["borough"], row["neighbourhood"])
            assert fixed.setdefault(row["reference"], kept) == kept
            assert row["reference"][3:7] == row["recorded"][:4]


def test_persons(incidents: Source) -> None:
    """In an incident nobody or one person is killed, and nobody to three persons are injured.

    Someone who dies later is no longer among the injured.
    """
    by_key: dict[str, set[int]] = {}
    for version in incidents.versions:
        killed, injured = int(version.row["killed"]), int(version.row["injured"])
        assert 0 <= killed <= 1
        assert 0 <= injured <= 3
        assert version.row["drug_related"] in {"Y", "N", ""}
        by_key.setdefault(version.row["reference"], set()).add(killed + injured)
    assert all(len(persons) == 1 for persons in by_key.values())


def test_every_tactic_has_returns(activity: Source) -> None:
    """Every stated tactic is in every file, in all six boroughs, by Wednesdays since early 2015."""
    for _, content in activity.files:
        assert {row["tactic"] for row in content} == set(TACTICS)
        assert {row["borough"] for row in content} == set(PRIORITY)
    last = activity.files[-1][1]
    assert {date.fromisoformat(row["date"]).weekday() for row in last} == {2}
    assert min(row["date"] for row in last) == "2015-01-07"
    assert max(row["date"] for row in last) == "2016-07-20"


def test_zero_missing_and_inapplicable_returns(activity: Source) -> None:
    """Education: a true zero, a return that is missing, and cells that do not apply."""
    education = [row for row in activity.files[-1][1] if row["tactic"] == TACTICS[-1]]
    assert any(row["done"] == "0" for row in education)
    assert {(row["arrests"], row["firearms"]) for row in education} == {("", "")}
    assert not any((row["borough"], row["date"]) == ("Brent", "2016-05-18") for row in education)
    stops = [row for row in activity.files[-1][1] if "stop and search" in row["tactic"]]
    assert {row["planned"] for row in stops} == {""}
    whole = 81 * 6 * 7
    assert whole * 0.98 < len(activity.files[-1][1]) < whole


def test_some_returns_are_late(activity: Source) -> None:
    """A late return comes a week after the others, and none of the edition's last week is late."""
    monday = timedelta(days=5)
    delays = {
        version.row["date"]: version.since.astimezone(LONDON).date() - version.day
        for version in activity.versions
        if version.row["date"] > "2016-01-06"
    }
    assert set(delays.values()) <= {monday, monday + timedelta(days=7)}
    late = [v for v in activity.versions if v.since - _midnight(v.day) > timedelta(days=7)]
    assert any(version.row["date"] > "2016-01-06" for version in late)
    assert not any(version.row["date"] == "2016-05-25" for version in late)


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=LONDON)


def test_returns_agree_with_finds(activity: Source, recoveries: Source) -> None:
    """A return's firearms are finds of its week, borough and circumstance; finding takes an act."""
    how = {each.name: each.circumstance for each in DRAWN if each.circumstance}
    items: dict[tuple[str, str, date], int] = {}
    for row in recoveries.files[-1][1]:
        day = date.fromisoformat(row["date"])
        week = day + timedelta(days=(2 - day.weekday()) % 7)
        key = (row["circumstance"], row["borough"], week)
        items[key] = items.get(key, 0) + int(row["items"])
    for row in activity.files[-1][1]:
        if row["tactic"] in how:
            key = (how[row["tactic"]], row["borough"], date.fromisoformat(row["date"]))
            assert int(row["firearms"]) == items.get(key, 0)
            assert int(row["done"]) >= min(1, int(row["firearms"]))


def test_every_source_is_synthetic(demo: Demo) -> None:
    """Whatever the packaged home says of its sources, the demo's are invented and say so."""
    for source in SOURCES:
        toml = tomllib.loads((demo.home / f"config/sources/{source}.toml").read_text("utf-8"))
        assert toml["synthetic"] is True
        assert toml["kind"] == source


@pytest.mark.parametrize(
    "toml",
    [
        'kind = "incidents"\n',
        'kind = "incidents"',
        'kind="incidents"\nsynthetic=false',
        'synthetic = false # why\nkind = "incidents"\n[columns]\nsynthetic = "x"\n',
        '# kind = "counts"\nkind = "incidents"\n[columns]\nkind = "x"\n',
    ],
)
def test_marking_a_source(toml: str) -> None:
    """The marker is set once and changes nothing else."""
    before, after = tomllib.loads(toml), tomllib.loads(as_synthetic(toml))
    assert after == {**before, "synthetic": True}
    assert as_synthetic(as_synthetic(toml)) == as_synthetic(toml)


def test_configuration(demo: Demo) -> None:
    """The briefing is on Mondays at 06:00 and counts to the Wednesday before."""
    general = tomllib.loads((demo.home / "config/viperreport.toml").read_text("utf-8"))
    assert general["zone"] == "Europe/London"
    assert general["briefing"]["weekly"] == {
        "title": "Weekly gun-crime briefing",
        "every": "weekly on monday at 06:00",
        "cut_off": "last wednesday",
        "attach_records": True,
    }
    for name in ("operation.toml", "areas.csv", "holidays.csv", "published.csv"):
        copied, own = demo.home / "config" / name, demo.packaged / "config" / name
        assert copied.read_bytes() == own.read_bytes()
    assert (demo.home / "templates/weekly.toml").is_file()


def test_a_packaged_home_that_lacks_a_file(tmp_path: Path) -> None:
    """The missing file is named."""
    packaged = packaged_home(tmp_path / "packaged")
    (packaged / "config/areas.csv").unlink()
    with pytest.raises(ConfigError, match=r"areas\.csv: is missing"):
        write_home(tmp_path / "home", packaged)


def test_identity() -> None:
    """The demo's id is a UUID and its key as long as any home's."""
    assert str(uuid.UUID(HOME_ID)) == HOME_ID
    assert len(HMAC_KEY) == 32


def test_places(demo: Demo) -> None:
    """32 boroughs, each with neighbourhoods of its own, and every row lies in one of them."""
    boroughs = set(PRIORITY) | set(OTHER)
    assert len(boroughs) == 32
    assert set(NEIGHBOURHOODS) == boroughs
    for source in ("incidents", "recoveries"):
        for row in rows(demo.home / f"inbox/{source}-2016-07-25.csv"):
            assert row["neighbourhood"] in NEIGHBOURHOODS[row["borough"]]


def test_agreement_with_the_packaged_home() -> None:
    """Boroughs, tactics and hotspots are those of the packaged configuration, letter by letter."""
    config = REPOSITORY / "config"
    with (config / "areas.csv").open(encoding="utf-8", newline="") as file:
        areas = {row["name"] for row in csv.DictReader(file)}
    operation = tomllib.loads((config / "operation.toml").read_text("utf-8"))
    assert areas == {*PRIORITY, *OTHER, "City of London"}
    assert {each.name for each in DRAWN} == set(operation["tactics"]) == set(TACTICS)
    for hotspot in operation["hotspot"]:
        assert hotspot["name"] in NEIGHBOURHOODS[hotspot["area"]]
    assert {each["area"] for each in operation["priority"]} == set(PRIORITY)


def test_the_packaged_home_makes_a_valid_demo_home(tmp_path: Path) -> None:
    """The demo home passes the program's own check, with three synthetic sources that fit."""
    deliveries = write_home(tmp_path, REPOSITORY)
    settings = load_settings(tmp_path, {})
    assert {source.name for source in settings.sources} == set(SOURCES)
    for delivery in deliveries[-3:]:
        source = settings.source(delivery.source)
        assert source.synthetic
        assert fnmatch(str(delivery.path.relative_to(tmp_path)), source.path)
        assert set(source.columns.values()) == set(HEADERS[delivery.source])
        first = min(row["date"] for row in rows(delivery.path))
        starts = source.starts or date.fromisoformat(first)
        assert timedelta(0) <= date.fromisoformat(first) - starts <= timedelta(days=7)
