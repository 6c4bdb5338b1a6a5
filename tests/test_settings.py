"""What a home may say, and how it hears of everything that is wrong with it."""

# ruff: noqa: E501 (a fault is one line, and so is its row in the tables below)

import logging
import os
import tomllib
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date, time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from viperreport.errors import ConfigError, UsageError
from viperreport.model.figure import Unit
from viperreport.model.source import Delivery, Grain, Kind, TimeRule, Wide
from viperreport.settings import Settings, load_settings, load_template, readable_ping_url
from viperreport.slots import parse_cut_off, parse_schedule

ROOT = Path(__file__).parents[1]
HOMES = {name: ROOT / "tests" / "homes" / name for name in ("newyork", "london")} | {"viper": ROOT}
CHECKS: Mapping[str, Callable[[str], object]] = {"every": parse_schedule, "cut_off": parse_cut_off}
CANARY = "Canary-7f3a"
SIX = {"Hackney", "Lambeth", "Southwark", "Brent", "Newham", "Tower Hamlets"}

GENERAL = """\
zone = "Europe/London"
place = "Testville"
[briefing.weekly]
title = "Weekly"
every = "weekly on monday at 06:00"
"""
SOURCE = """\
kind = "incidents"
[columns]
key = "id"
date = "day"
"""
OPERATION = """\
name = "Operation Test"
tactics = ["Weapon sweep", "Stop and search"]
[[priority]]
area = "Harbour"
from = 2016-05-25
"""
AREAS = (
    "name,slug,row,column,aliases,note\nHarbour,,1,1,The Docks;Port,\nOld Town,,1,2,,other force\n"
)


class Home:
    """A small home that is valid until a test changes one of its files."""

    def __init__(self, path: Path) -> None:
        self.path = path
        (path / "config/sources").mkdir(parents=True)
        self.write("config/viperreport.toml", GENERAL)
        self.write("config/sources/shots.toml", SOURCE)

    def write(self, name: str, text: str, mode: int = 0o644) -> None:
        """Write one of its files."""
        file = self.path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        file.chmod(mode)

    def load(self, environ: Mapping[str, str] | None = None) -> Settings:
        """Load it as the pipeline does."""
        return load_settings(self.path, environ or {}, CHECKS)

    def faults(self, environ: Mapping[str, str] | None = None) -> list[str]:
        """Load it in the expectation that it is refused."""
        with pytest.raises(ConfigError) as caught:
            self.load(environ)
        assert caught.value.exit_code == 3
        assert all("\n" not in fault for fault in caught.value.faults)
        return list(caught.value.faults)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A small home of the test's own."""
    return Home(tmp_path / "home")


# --- the homes that are shipped ---------------------------------------------------------------


@pytest.mark.parametrize("name", HOMES)
def test_every_shipped_home_loads(name: str) -> None:
    """The three homes in this repository have no fault, the calendar's checks included."""
    loaded = load_settings(HOMES[name], {}, CHECKS)
    assert loaded.headline == {"viper": "incidents", "newyork": "shootings"}.get(name, "offences")
    assert loaded.database_url is None
    template = load_template(loaded.briefing().template, [HOMES[name], ROOT])
    assert template.sections


def test_home_of_operation_viper() -> None:
    """The root's home states the operation's published facts, and its 33 areas have tiles."""
    loaded = load_settings(ROOT, {}, CHECKS)
    operation = loaded.operation
    assert operation is not None
    assert (operation.name, operation.team_size) == ("Operation Viper", 50)
    assert operation.announced == date(2016, 5, 25)
    assert {area.name for area in loaded.areas if area.is_priority(date(2016, 5, 25))} == SIX
    assert not any(area.is_priority(date(2016, 5, 24)) for area in loaded.areas)
    assert len(loaded.areas) == 33
    assert len({area.tile for area in loaded.areas} - {None}) == 33
    assert [area.name for area in loaded.areas if area.note] == ["City of London"]
    assert next(each for each in operation.hotspot if each.aliases).aliases == ("Halesden",)
    assert len(operation.tactics) == 7
    assert not operation.has_target("Intelligence-led stop and search")
    incidents = loaded.source("incidents")
    assert (incidents.measure.code, incidents.starts) == ("discharge", date(2013, 1, 1))
    assert not any(source.synthetic for source in loaded.sources)
    assert loaded.source("recoveries").columns["category"] == "weapon"
    assert (loaded.guards.max_age_days, loaded.guards.max_drop) == (8, 0.05)
    assert loaded.guards.max_rewritten == 0.05
    rules = loaded.figures
    assert (rules.percent_base, rules.few, rules.projection_from_day) == (30, 10, 90)
    assert loaded.briefing("weekly").wait_for_data == time(11)


def test_shipped_defaults_are_the_codes_defaults() -> None:
    """Deleting the thresholds from the shipped file changes nothing."""
    shipped = load_settings(ROOT, {}, CHECKS)
    assert shipped.guards == type(shipped.guards)()
    assert shipped.figures == type(shipped.figures)()


def test_home_of_new_york() -> None:
    """Another city with other column names is one source file and no code."""
    loaded = load_settings(HOMES["newyork"], {}, CHECKS)
    source = loaded.source("shootings")
    assert (loaded.areas, loaded.operation) == ((), None)
    assert source.area_names["STATEN ISLAND"] == "Staten Island"
    assert (source.date_format, source.coverage) == ("%m/%d/%Y", "2018-12-31")
    assert (source.grain, source.measure.unit) == (Grain.INCIDENT, Unit.INCIDENT)


def test_home_of_london_counts() -> None:
    """Monthly counts are labelled as recorded firearm offences and kept by name."""
    loaded = load_settings(HOMES["london"], {}, CHECKS)
    source = loaded.source("offences")
    assert (source.kind, source.wide) == (Kind.COUNTS, Wide("", "%Y%m"))
    assert source.measure.name == "Recorded firearm offences"
    assert source.keep is not None
    assert all("Firearm" in value for value in source.keep.equals)
    assert {area.name for area in loaded.areas if area.is_priority(date(2016, 5, 31))} == SIX
    airports = next(area for area in loaded.areas if "Airports" in area.name)
    assert airports.tile is None


# --- what goes without saying -----------------------------------------------------------------


def test_a_home_needs_little(home: Home) -> None:
    """Five lines and one source are a home; the rest goes without saying."""
    loaded = home.load()
    assert (loaded.headline, loaded.territory, loaded.area_noun) == ("shots", "Testville", "area")
    assert loaded.briefing().name == "weekly"
    assert loaded.briefing().cut_off == "yesterday"
    source = loaded.source("shots")
    assert (source.delivery, source.time_rule) == (Delivery.FULL, TimeRule.DATE)
    assert source.config_file == "config/sources/shots.toml"
    assert source.recorded_format == source.date_format


def test_settings_are_frozen(home: Home) -> None:
    """Nobody changes what was checked."""
    loaded = home.load()
    with pytest.raises(AttributeError):
        loaded.zone = "UTC"  # type: ignore[misc]
    with pytest.raises(ValueError, match="frozen"):
        loaded.guards.max_drop = 0.5
    with pytest.raises(TypeError):
        loaded.sources[0].columns["key"] = "other"  # type: ignore[index]


def test_counts_are_the_headline_where_there_are_no_incidents(home: Home) -> None:
    """Incidents go before counts, and counts before nothing."""
    counts = 'kind = "counts"\nwide = {}\n'
    home.write("config/sources/months.toml", counts)
    assert home.load().headline == "shots"
    (home.path / "config/sources/shots.toml").unlink()
    assert home.load().headline == "months"


def test_an_ambiguous_headline_is_a_fault(home: Home) -> None:
    """Which of two sources page one is about is never guessed."""
    home.write("config/sources/stabs.toml", SOURCE)
    assert home.faults() == [
        "config/viperreport.toml: headline: page one can be about shots or stabs: write one of them"
    ]
    home.write("config/viperreport.toml", 'headline = "stabs"\n' + GENERAL)
    assert home.load().headline == "stabs"
    home.write("config/sources/stabs.toml", SOURCE + "[measure]\nharm = 1\n")
    assert home.faults() == ["config/sources/stabs.toml: measure.harm: must be true or false"]
    home.write("config/sources/stabs.toml", SOURCE)
    home.write("config/viperreport.toml", 'headline = "stab"\n' + GENERAL)
    assert home.faults()[0].endswith("did you mean stabs?")


def test_a_home_without_a_source_is_told_how_to_get_one(home: Home) -> None:
    """Exactly one line, naming the command."""
    (home.path / "config/sources/shots.toml").unlink()
    (fault,) = home.faults()
    assert "viperreport draft-source FILE" in fault


def test_one_source_of_recoveries(home: Home) -> None:
    """A second source that no page has room for is refused, not passed over."""
    for name in ("guns", "blades"):
        home.write(f"config/sources/{name}.toml", SOURCE.replace("incidents", "recoveries"))
    assert home.faults() == [
        "config/sources: blades and guns are both of kind recoveries: keep one"
    ]


def test_briefings_are_found_by_name(home: Home) -> None:
    """The only briefing needs no name; among several, a misspelt one is helped."""
    home.write(
        "config/viperreport.toml", GENERAL + GENERAL.split("\n", 2)[2].replace("weekly]", "second]")
    )
    loaded = home.load()
    assert loaded.briefing("second").name == "second"
    with pytest.raises(UsageError, match="weekly, second"):
        loaded.briefing()
    with pytest.raises(UsageError, match="did you mean weekly"):
        loaded.briefing("weeky")
    with pytest.raises(UsageError, match="did you mean shots"):
        loaded.source("shot")


# --- faults -----------------------------------------------------------------------------------

G, S, P, A = (
    f"config/{name}"
    for name in ("viperreport.toml", "sources/shots.toml", "operation.toml", "areas.csv")
)
H = "config/holidays.csv"
BARE = GENERAL.split("[", maxsplit=1)[0]
UNKNOWN_KEYS = [
    (G, "zne = 1\n" + GENERAL, "zne: unknown key; did you mean zone?"),
    (G, GENERAL + "[guards]\nmax_agedays = 1", "guards.max_agedays: unknown key; did you mean max_age_days?"),
    (G, GENERAL + "[figures]\nprecent_base = 1", "figures.precent_base: unknown key; did you mean percent_base?"),
    (G, GENERAL + "[map]\nriver = 1", "map.river: unknown key; did you mean river_name?"),
    (G, GENERAL + 'cutoff = "x"', "briefing.weekly.cutoff: unknown key; did you mean cut_off?"),
    (S, "knd = 1\n" + SOURCE, "knd: unknown key; did you mean kind?"),
    (S, SOURCE + 'kee = "x"', "columns.kee: unknown role for incidents; did you mean key?"),
    (S, SOURCE + 'wapon = "x"', "columns.wapon: unknown role for incidents; did you mean weapon?"),
    (S, SOURCE + "[format]\ndates = 1", "format.dates: unknown key; did you mean date?"),
    (S, SOURCE + "[measure]\nunits = 1", "measure.units: unknown key; did you mean unit?"),
    (S, SOURCE + '[keep]\ncolumn = "a"\nequals = ["b"]\nequal = 1', "keep.equal: unknown key; did you mean equals?"),
    (P, 'nam = "x"\n' + OPERATION, "nam: unknown key; did you mean name?"),
    (P, OPERATION + "form = 1", "priority[1].form: unknown key; did you mean from?"),
    (P, OPERATION + '[[hotspot]]\nname = "a"\narea = "Harbour"\nalias = []', "hotspot[1].alias: unknown key; did you mean aliases?"),
    (P, OPERATION + '[[statement]]\ntext = "a"\nwho = "b"\ndate = "2016"\nsource = "c"\nsorce = 1', "statement[1].sorce: unknown key; did you mean source?"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("file", "text", "fault"), UNKNOWN_KEYS, ids=[u[2][:24] for u in UNKNOWN_KEYS]
)
def test_an_unknown_key_offers_the_nearest(home: Home, file: str, text: str, fault: str) -> None:
    """In every table of every file, by file and key."""
    home.write(A, AREAS)
    home.write(file, text)
    assert home.faults() == [f"{file}: {fault}"]


FAULTS = [
    (G, GENERAL.replace("Europe/London", "Europe/Londn"), "zone: unknown time zone; did you mean Europe/London?"),
    (G, GENERAL.replace("Europe/London", "../etc/passwd"), 'zone: unknown time zone, such as "Europe/London"'),
    (G, GENERAL.replace('zone = "Europe/London"\n', ""), "zone: is missing"),
    (G, GENERAL.replace('"Testville"', "7"), "place: must be text in quotes"),
    (G, GENERAL.replace('"Testville"', '"a\\nb"'), "place: must be one line, without tabs or other control characters"),
    (G, GENERAL.replace('"Testville"', '" "'), "place: must not be empty"),
    (G, 'language = "english"\n' + GENERAL, 'language: must be a language tag, such as "en-GB"'),
    (G, BARE, "briefing: is missing"),
    (G, BARE + "[briefing]", "briefing: must not be empty"),
    (G, BARE + "briefing = 1", "briefing: must be a table of keys and values"),
    (G, GENERAL.replace("g.weekly", "g.Weekly"), "briefing.Weekly: a name has 1 to 64 small letters, digits, - and _, and begins with a letter or digit"),
    (G, GENERAL.replace("g.weekly", 'g."../../x"'), "briefing.../../x: a name has 1 to 64 small letters, digits, - and _, and begins with a letter or digit"),
    (G, '"a\\nb" = 1\n' + GENERAL, "'a\\nb': unknown key; there is area_noun, briefing, figures, guards, headline, language, mail, map, marking, operator, place, published_area, territory, zone"),
    (S, SOURCE + '"a\\nb" = "x"', "columns.'a\\nb': unknown role for incidents; there is area, category, circumstance, date, drug_related, injured, key, killed, offence, recorded, sub_area, tactic, victims, weapon"),
    (G, GENERAL + "wait_for_data = 11:00:00", None),
    (G, GENERAL + 'wait_for_data = "11"', 'briefing.weekly.wait_for_data: must be a time of day in quotes, such as "11:00"'),
    (G, GENERAL + 'disclosure = "pubic"', 'briefing.weekly.disclosure: "pubic" is not known; did you mean public?'),
    (G, GENERAL + f'areas = "{"x" * 41}"', "briefing.weekly.areas: this is not known; there is all, all + each"),
    (G, GENERAL + "areas = 1", "briefing.weekly.areas: must be text in quotes, one of: all, all + each"),
    (G, GENERAL + '[guards]\nmax_age_days = "8"', "guards.max_age_days: must be a whole number"),
    (G, GENERAL + "[guards]\nmax_age_days = 8.5", "guards.max_age_days: must be a whole number"),
    (G, GENERAL + "[guards]\nmax_age_days = 0", "guards.max_age_days: must be 1 or more"),
    (G, GENERAL + "[guards]\nmax_drop = nan", "guards.max_drop: must be a number"),
    (G, GENERAL + "[guards]\nmax_drop = true", "guards.max_drop: must be a number"),
    (G, GENERAL + "[guards]\nmax_drop = 5", "guards.max_drop: must be less than 1"),
    (G, GENERAL + "[guards]\nmax_rewritten = 0", "guards.max_rewritten: must be more than 0"),
    (G, 'database_url = "x"\n' + GENERAL, "database_url: unknown key; secrets stand in .env or in the environment, never in config/"),
    (G, GENERAL + "every = 1\n", "line 6, column 10: not valid TOML: Cannot overwrite a value"),
    (G, "zone = London\n" + GENERAL, "line 1, column 8: not valid TOML: Invalid value (text stands in quotes)"),
    (G, "a = " + "[" * 5000, "not valid TOML: nested too deeply"),
    (S, SOURCE.replace("incidents", "incident"), 'kind: "incident" is not known; did you mean incidents?'),
    (S, 'grain = "victm"\n' + SOURCE, 'grain: "victm" is not known; did you mean victim?'),
    (S, 'grain = "find"\n' + SOURCE, "grain: incidents have the grain incident or victim"),
    (S, 'synthetic = "false"\n' + SOURCE, "synthetic: must be true or false"),
    (S, 'encoding = "utf-16"\n' + SOURCE, "encoding: utf-16 is not read: save the file as UTF-8"),
    (S, 'encoding = "base64"\n' + SOURCE, 'encoding: is no text encoding; write for example "utf-8" or "cp1252"'),
    (S, 'delimiter = ";;"\n' + SOURCE, 'delimiter: must be one sign between cells, such as "," or ";" or "\\t"'),
    (S, 'path = "/etc/*"\n' + SOURCE, "path: must lie below the home, such as inbox/incidents*.csv"),
    (S, 'path = "inbox/../../x"\n' + SOURCE, "path: must lie below the home, such as inbox/incidents*.csv"),
    (S, 'coverage = "today"\n' + SOURCE, 'coverage: must be "load", "newest-record" or a date, such as 2016-05-25'),
    (S, "starts = 2016\n" + SOURCE, "starts: must be a date, such as 2016-05-25"),
    (S, 'starts = "25/05/2016"\n' + SOURCE, "starts: must be a date, such as 2016-05-25"),
    (S, "wide = {}\n" + SOURCE, 'wide: only a source of kind = "counts" is wide'),
    (S, 'grain = "victim"\n' + SOURCE.replace('key = "id"\n', ""), "columns.key: is missing: name the file's column of that role"),
    (S, SOURCE + 'offence = "a"\nweapon = "b"', "columns: category, offence, weapon and tactic are one role: keep one"),
    (S, SOURCE + '[format]\ndate = "%Q"', 'format.date: must be a date format with year and month, such as "%d/%m/%Y"'),
    (S, SOURCE + '[format]\ndate = "%Y%Y"', 'format.date: must be a date format with year and month, such as "%d/%m/%Y"'),
    (S, SOURCE + '[format]\ndate = "%Y-%m"', 'format: date must hold the day too, such as "%d/%m/%Y"'),
    (S, SOURCE + '[format]\ntime_rule = "utc"', 'format.date: time_rule = "utc" needs a time of day, such as "%Y-%m-%dT%H:%M"'),
    (S, SOURCE + '[format]\ntrue = ["Y"]\nfalse = ["N", "Y"]', "format.false: a word cannot mean both true and false"),
    (S, SOURCE + '[format]\nnull = ""', 'format.null: must be a list, such as ["a", "b"]'),
    (S, SOURCE + '[keep]\ncolumn = "a"\nequals = []', "keep.equals: must not be empty"),
    (S, SOURCE + '[measure]\nunit = "item"', "measure: unit: incidents are counted by incident or offence"),
    (S, SOURCE + '[measure]\ncode = "Gun crime"', "measure.code: a code has small letters, digits and _, and begins with a letter"),
    (S, SOURCE + '[area_names]\nHARBOUR = "Harbor"', 'area_names.HARBOUR: "Harbor" is no area of config/areas.csv; did you mean Harbour?'),
    (P, OPERATION.replace("Harbour", "Port"), 'priority[1].area: "Port" is another name; write "Harbour"'),
    (P, OPERATION + "to = 2016-05-24", "priority[1].to: is before from"),
    (P, OPERATION + '[[priority]]\narea = "Harbour"\nfrom = 2016-06-01', 'priority: "Harbour" stands there twice'),
    (P, OPERATION.replace('"Stop and search"', '"weapon Sweep"'), "tactics: names one twice"),
    (P, 'no_target = ["Sweep"]\n' + OPERATION, 'no_target: "Sweep" is not among the tactics'),
    (P, 'url = "ftp://x"\n' + OPERATION, "url: must be an address that begins with https:// or http://"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "text", "fault"), FAULTS, ids=[str(f[2])[:40] for f in FAULTS])
def test_a_fault_is_one_plain_line(home: Home, file: str, text: str, fault: str | None) -> None:
    """By file and key, in words for somebody who does not program; never a traceback."""
    home.write(A, AREAS)
    home.write(file, text)
    if fault is None:
        home.load()
    else:
        assert home.faults() == [f"{file}: {fault}"]


BAD_AREAS = [
    ("nme,slug\nHarbour,\n", "1: the first line must name the columns: name,slug,row,column,aliases,note"),
    ("name,alias\nHarbour,\n", "1: alias: unknown column; did you mean aliases?"),
    ("name,name\nHarbour,x\n", "1: name: stands there twice"),
    ("name,row,column\nHarbour,one,1\n", "2: row: must be a whole number"),
    ("name,row,column\nHarbour,0,1\n", "2: row: must be 1 or more"),
    ("name,row,column\nHarbour,1,\n", "2: row and column go together"),
    ("name,note\n\n,x\n", "3: name: is missing"),
    ("name\nHarbour,Old Town\n", "2: more cells than the header has"),
    ("name,slug\nHarbour,../x\n", "2: slug: a name has 1 to 64 small letters, digits, - and _, and begins with a letter or digit"),
    ("name\nAll\n", '2: slug: "all" means the whole force'),
    ("name\nHarbour\nHARBOUR\n", "3: slug: line 2 has it already"),
    ("name,aliases\nHarbour,Port\nPort,\n", "3: name or alias: line 2 has it already"),
    ("name,row,column\nHarbour,1,1\nPort,1,1\n", "3: row and column: line 2 has it already"),
    ('name\n"Harbour\n', "2: not valid CSV: unexpected end of data"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "fault"), BAD_AREAS, ids=[b[1][:30] for b in BAD_AREAS])
def test_a_bad_area_is_named_by_line(home: Home, text: str, fault: str) -> None:
    """Every line that two areas claim, or that cannot be read, is named."""
    home.write(A, text)
    assert f"{A}:{fault}" in home.faults()


def test_areas_are_read_as_written(home: Home) -> None:
    """Slugs go without saying, aliases are split, and the operation's dates are merged in."""
    home.write(A, "\ufeff" + AREAS)
    home.write(P, OPERATION + "to = 2016-06-30")
    harbour, old_town = home.load().areas
    assert (harbour.slug, harbour.tile, harbour.aliases) == (
        "harbour",
        (1, 1),
        ("The Docks", "Port"),
    )
    assert (old_town.slug, old_town.note) == ("old-town", "other force")
    days = [date(2016, 5, 24), date(2016, 5, 25), date(2016, 6, 30), date(2016, 7, 1)]
    assert [harbour.is_priority(day) for day in days] == [False, True, True, False]
    assert not old_town.is_priority(days[1])


def test_priority_areas_need_a_list_of_areas(home: Home) -> None:
    """A priority area that nothing could spell-check is refused."""
    home.write(P, OPERATION)
    assert home.faults() == [f"{P}: priority: priority areas must be listed in {A}"]


def test_holidays_are_read_by_date(home: Home) -> None:
    """Dates and names of config/holidays.csv; a home needs none, and its blank lines are none."""
    assert home.load().holidays == ()
    home.write(H, 'name,date\nTown Fair, 2016-05-20\n\n"New Year’s Day",2016-01-01\n')
    days = ((date(2016, 1, 1), "New Year’s Day"), (date(2016, 5, 20), "Town Fair"))
    assert home.load().holidays == days


def test_every_fault_of_the_holidays_is_named(home: Home) -> None:
    """Each with file and line, all at once; a file that is no list, or no text, as a whole."""
    home.write(H, "date,name\n25/5/2015,Spring\n2015-05-25,\n2016-01-01,A\n2016-01-01,B\n1,2,3\n")
    found = home.faults()
    assert [fault.split(": ")[0] for fault in found] == [f"{H}:{line}" for line in (6, 2, 3, 5)]
    assert found[1:] == [
        f"{H}:2: date: must be a date, such as 2016-05-25",
        f"{H}:3: name: must not be empty",
        f"{H}:5: date: line 4 has it already",
    ]
    home.write(H, "day,name\n2016-01-01,A\n")
    assert f"{H}:1: the first line must name the columns: date,name" in home.faults()
    (home.path / H).write_bytes("date,name\n2016-01-01,Fête\n".encode("latin-1"))
    assert home.faults() == [f"{H}: is not UTF-8 text: save it as UTF-8"]


def test_shipped_holidays_are_englands(home: Home) -> None:
    """Eight bank holidays in each year from 2013 to 2017, none of them at a weekend."""
    home.write(H, (ROOT / H).read_text("utf-8"))
    days = [day for day, _ in home.load().holidays]
    assert Counter(day.year for day in days) == dict.fromkeys(range(2013, 2018), 8)
    assert all(day.weekday() < 5 for day in days)
    assert (date(2015, 5, 25), "Spring bank holiday") in home.load().holidays


def test_all_faults_at_once(home: Home) -> None:
    """Six faults in five files are six lines, and none of them hides or causes another."""
    home.write(G, GENERAL.replace("monday", "mondy") + "[guards]\nmax_agedays = 8\n")
    home.write(S, 'grain = "victim"\n' + SOURCE.replace("key", "kee"))
    home.write(P, OPERATION.replace("Harbour", "Habour"))
    home.write(A, AREAS)
    home.write(".env", "VIPERREPORT_DATABSE_URL='x'\n", 0o600)
    found = home.faults()
    assert len(found) == 6
    assert found[0].startswith(f"{G}: briefing.weekly.every: ")
    assert found[1] == f"{G}: guards.max_agedays: unknown key; did you mean max_age_days?"
    assert found[2] == f"{S}: columns.kee: unknown role for incidents; did you mean key?"
    assert found[3] == f"{S}: columns.key: is missing: name the file's column of that role"
    assert found[4].startswith(".env: VIPERREPORT_DATABSE_URL: unknown key; did you mean VIPER")
    assert found[5].startswith(f'{P}: priority[1].area: "Habour" is no area')


def test_several_faults_in_one_file(home: Home) -> None:
    """A wrong type in one table does not hide a misspelt key in another."""
    home.write(S, 'kind = "incidents"\nstarts = 1\n[columns]\nkee = "x"\n[format]\ntrue = 1\n')
    keys = [fault.split(": ")[1] for fault in home.faults()]
    assert keys == ["starts", "format.true", "columns.kee", "columns.date"]


def test_rows_without_a_key_can_be_read(home: Home) -> None:
    """Many published files have none: then each row is an incident of its own."""
    home.write(S, SOURCE.replace('key = "id"\n', ""))
    assert "key" not in home.load(None).sources[0].columns


def test_the_calendar_is_asked(home: Home) -> None:
    """A schedule that the calendar refuses is a fault like any other, in the calendar's words."""
    home.write(G, GENERAL.replace("weekly on monday at 06:00", "0 6 * * 1"))
    (fault,) = home.faults()
    assert fault.startswith(f'{G}: briefing.weekly.every: "0 6 * * 1" is a cron string')
    assert load_settings(home.path, {}).briefing().every == "0 6 * * 1"


def test_a_file_that_is_not_text_is_named(home: Home) -> None:
    """Latin-1 is told apart from UTF-8; a byte-order mark is read."""
    (home.path / G).write_bytes(b"\xef\xbb\xbf" + GENERAL.encode())
    assert home.load().zone == "Europe/London"
    (home.path / G).write_bytes(GENERAL.replace("Testville", "Zürich").encode("latin-1"))
    assert home.faults() == [f"{G}: is not UTF-8 text: save it as UTF-8"]
    (home.path / G).unlink()
    assert home.faults() == [f"{G}: cannot be read: No such file or directory"]


def test_a_sources_name_fits_a_path(home: Home) -> None:
    """The file's name becomes the source's name everywhere."""
    home.write("config/sources/Big Shots.toml", SOURCE)
    home.write(G, 'headline = "shots"\n' + GENERAL)
    (fault,) = home.faults()
    assert fault.startswith("config/sources/Big Shots.toml: its name must be")


def _junk() -> st.SearchStrategy[object]:
    leaves = st.one_of(
        st.none().map(lambda _: date(2016, 5, 25)), st.booleans(), st.integers(), st.floats(),
        st.text(max_size=8), st.just(time(6)),
    )  # fmt: skip
    keys = st.sampled_from(
        ["kind", "columns", "format", "measure", "briefing", "zone", "wide", "x"]
    )
    return st.recursive(
        leaves,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=4),
        max_leaves=8,
    )


@given(general=_junk(), source=_junk(), kind=st.sampled_from(list(Kind)))
@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_no_toml_leads_to_a_traceback(
    home: Home, monkeypatch: pytest.MonkeyPatch, general: object, source: object, kind: Kind
) -> None:
    """Whatever TOML can say is read or refused in lines."""
    tables: Iterator[dict[str, object]] = iter(
        [
            {"guards": general, "zone": source},
            {"kind": kind, "columns": general, "measure": source, "wide": general},
        ]
    )
    with monkeypatch.context() as patched:
        patched.setattr(tomllib, "loads", lambda _: next(tables))
        home.faults()


# --- secrets ----------------------------------------------------------------------------------

URL = f"postgresql://viper:{CANARY}@db/viper"
NAME = "VIPERREPORT_DATABASE_URL"


def test_a_secret_is_found_and_masked(home: Home) -> None:
    """The environment goes before .env; no repr or str shows it, and only asking gives it."""
    home.write(".env", f"{NAME}='sqlite:////tmp/other.db'\n", 0o600)
    loaded = home.load({NAME: URL})
    assert loaded.database_url is not None
    assert loaded.database_url.get_secret_value() == URL
    assert CANARY not in f"{loaded!r} {loaded} {loaded.database_url}"


def test_env_file_is_not_expanded_and_not_exported(home: Home) -> None:
    """A password with a dollar sign stays what it is, and enters no process environment."""
    url = "postgresql://viper:a${HOME}$PATH@db/viper"
    home.write(".env", f"# note\nOTHER=1\n{NAME}={url}\n", 0o600)
    secret = home.load().database_url
    assert secret is not None
    assert secret.get_secret_value() == url
    assert NAME not in os.environ


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o660, 0o620])
def test_env_file_open_to_others_is_refused(home: Home, mode: int) -> None:
    """With the command that mends it, and without its content."""
    home.write(".env", f"{NAME}='{URL}'\n", mode)
    assert home.faults() == [f".env: others may read it: chmod 600 {home.path / '.env'}"]


def test_a_secret_in_a_file_of_its_own(home: Home, tmp_path: Path) -> None:
    """NAME_FILE is read, from the environment or .env, its newline taken off."""
    file = tmp_path / "secret"
    file.write_text(URL + "\n")
    for environ in ({f"{NAME}_FILE": str(file)}, {}):
        if not environ:
            home.write(".env", f"{NAME}_FILE='{file}'\n", 0o600)
        secret = home.load(environ).database_url
        assert secret is not None
        assert secret.get_secret_value() == URL


FAULTY_SECRETS = [
    {NAME: f"mysql://{CANARY}"},
    {NAME: f"postgresql://viper:{CANARY} x@db/viper"},
    {NAME: f"postgresql://viper:a@{CANARY}@db/viper"},  # else a part of it is the host's name
    {NAME: f"postgresql://viper:{CANARY}"},  # else it is the port
    {NAME: f"postgresql://db:5432/viper?password={CANARY}"},
    {NAME: URL, f"{NAME}_FILE": f"/nowhere/{CANARY}"},
    {f"{NAME}_FILE": f"/nowhere/{CANARY}"},
    {f"{NAME}_FILE": "/"},
]


@pytest.mark.parametrize("environ", FAULTY_SECRETS)
def test_a_faulty_secret_is_never_repeated(
    home: Home, environ: Mapping[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    """Neither the message, nor the traceback, nor the log shows any of it."""
    with pytest.raises(ConfigError) as caught:
        home.load(environ)
    assert all(fault.startswith(NAME) for fault in caught.value.faults)
    shown = "".join(traceback.format_exception(caught.value)) + repr(caught.value) + caplog.text
    assert CANARY not in shown


PING = "VIPERREPORT_PING_URL"


@pytest.mark.parametrize(
    "url",
    [
        f"https://hc.example/{CANARY}",
        f"http://127.0.0.1:8000/{CANARY}",
        f"http://[::1]/{CANARY}",
        f"http://localhost/{CANARY}",
    ],
)
def test_a_ping_goes_by_https_or_stays_here(home: Home, url: str) -> None:
    """From the environment, .env or a file; masked, and readable with the rest of config broken."""
    for environ, text in (({PING: url}, ""), ({}, f"{PING}='{url}'\n"), ({}, f"{PING}_FILE=url\n")):
        home.write("url", f"{url}\n")
        home.write(".env", text, 0o600)
        loaded = home.load(environ)
        assert loaded.ping_url is not None
        assert loaded.ping_url.get_secret_value() == url
        assert CANARY not in f"{loaded!r} {loaded}"
        home.write(G, "zone = ")
        home.write(".env", f"VIPERREPORT_OTHER=1\n{text}", 0o600)
        alone = readable_ping_url(home.path, environ)
        assert alone is not None
        assert alone.get_secret_value() == url
        home.write(G, GENERAL)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        (f"http://hc.example/{CANARY}", "must begin with https://"),
        (f"http://127.0.0.1.example/{CANARY}", "must begin with https://"),
        (f"ftp://hc.example/{CANARY}", "must begin with https://"),
        (f"file://localhost/{CANARY}", "must begin with https://"),
        (f"{CANARY}", "is no address"),
        (f"https:///{CANARY}", "is no address"),
        (f"https://hc.example/{CANARY} x", "is no address"),
        (f"https://hc.example/{CANARY}\nx", "is no address"),
        (f"https://hc.example:x/{CANARY}", "is no address"),
        (f"https://[hc/{CANARY}", "is no address"),
        (f"https://hc.example/{CANARY}?status=up", "must hold no ?"),
        (f"https://hc.example/#{CANARY}", "must hold no ?"),
        (f"https://user:{CANARY}@hc.example/", "must hold no ?"),
    ],
)
def test_a_ping_that_goes_elsewhere_is_a_fault(home: Home, url: str, words: str) -> None:
    """Named by file and key, never repeated; and nothing is ever asked for at such an address."""
    for where, environ in (("", {PING: url}), (".env: ", dict[str, str]())):
        if not environ:
            home.write("url", url)
            home.write(".env", f"{PING}_FILE=url\n", 0o600)
        with pytest.raises(ConfigError) as caught:
            home.load(environ)
        (fault,) = caught.value.faults
        assert fault.startswith(f"{where}{PING}: {words}")
        assert CANARY not in "".join(traceback.format_exception(caught.value))
        assert readable_ping_url(home.path, environ) is None


@pytest.mark.parametrize(
    "line", [f'ping_url = "{CANARY}"', f'database_url = "{CANARY}"', f'password = "{CANARY}"', f"language = '{CANARY}'",
             f'marking = ["{CANARY}"]', f"place = {CANARY}"]
)  # fmt: skip
def test_a_secret_in_the_wrong_place_is_not_repeated(home: Home, line: str) -> None:
    """A fault in config/ names the key, never its value."""
    home.write(G, line + "\n" + GENERAL)
    with pytest.raises(ConfigError) as caught:
        home.load()
    assert CANARY not in "".join(traceback.format_exception(caught.value))


def test_a_value_cut_short_is_warned_of(home: Home, caplog: pytest.LogCaptureFixture) -> None:
    """What stands behind a space and # is a comment to .env; the key is named, not the value."""
    home.write(".env", f"OTHER={CANARY} #secret\nSAFE='a #b'\n# {NAME}=x #y\n", 0o600)
    with caplog.at_level(logging.WARNING):
        home.load()
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert ".env:1: OTHER ends before the #" in caplog.text
    assert CANARY not in caplog.text


# --- the mapping's hash -----------------------------------------------------------------------


def _hash(home: Home, source: str) -> str:
    home.write(S, source)
    return home.load().source("shots").mapping_hash


UNCHANGED = [
    "# a note\n" + SOURCE.replace(" = ", "    =    "),
    SOURCE.replace('key = "id"\ndate = "day"', 'date = "day"\nkey = "id"'),
    'path = "inbox/*.csv"\n' + SOURCE,
    "starts = 2013-01-01\nsynthetic = true\n" + SOURCE,
    SOURCE + '[format]\ndate = "%Y-%m-%d"\ntrue = ["1", "true", "Y"]\n',
    SOURCE + '[measure]\nname = "Shots"\n',
]
CHANGED = [
    SOURCE.replace('"day"', '"date"'),
    SOURCE + 'area = "b"\n',
    SOURCE + '[format]\ndate = "%d/%m/%Y"\n',
    SOURCE + '[format]\nnull = ["", "-"]\n',
    SOURCE + '[area_names]\nX = "Harbour"\n',
    SOURCE + '[keep]\ncolumn = "a"\nequals = ["b"]\n',
    'grain = "victim"\n' + SOURCE,
    'encoding = "cp1252"\n' + SOURCE,
    'delivery = "increment"\n' + SOURCE,
]


@pytest.mark.parametrize("text", UNCHANGED)
def test_mapping_hash_ignores_what_does_not_decide(home: Home, text: str) -> None:
    """Notes, spaces, order and path leave it as it is, so that a file is not read again."""
    home.write(A, AREAS)
    assert _hash(home, text) == _hash(home, SOURCE)


def test_mapping_hash_tells_readings_apart(home: Home) -> None:
    """Every change of how a row is read changes it, and no two of them alike."""
    home.write(A, AREAS)
    assert len({_hash(home, text) for text in [SOURCE, *CHANGED]}) == len(CHANGED) + 1


def test_mapping_hash_knows_the_areas_and_the_zone(home: Home) -> None:
    """A new alias makes a refused name readable: the same file must then be read again."""
    home.write(A, AREAS)
    first = _hash(home, SOURCE)
    home.write(A, AREAS.replace("1,1", "2,2").replace("other force", ""))
    assert _hash(home, SOURCE) == first
    home.write(A, AREAS.replace("Port", "Port;Quay"))
    assert _hash(home, SOURCE) != first
    home.write(A, AREAS)
    home.write(G, GENERAL.replace("Europe/London", "Europe/Paris"))
    assert _hash(home, SOURCE) != first


# --- sources ----------------------------------------------------------------------------------


def test_category_has_other_names(home: Home) -> None:
    """`offence`, `weapon` and `tactic` are the category, whatever the kind."""
    for word in ("category", "offence", "weapon", "tactic"):
        home.write(S, SOURCE + f'{word} = "x"\n')
        assert home.load().source("shots").columns["category"] == "x"


def test_finds_without_items_are_counted_as_finds(home: Home) -> None:
    """Where the file does not say how many firearms a find is of, none are claimed."""
    text = SOURCE.replace("incidents", "recoveries")
    home.write("config/sources/guns.toml", text)
    assert home.load().source("guns").measure.unit is Unit.FIND
    home.write("config/sources/guns.toml", text + 'items = "n"\n')
    assert home.load().source("guns").measure.unit is Unit.ITEM
    home.write("config/sources/guns.toml", text + '[measure]\nunit = "item"\n')
    assert home.faults() == [
        'config/sources/guns.toml: measure.unit: items need columns.items or grain = "item"'
    ]


def test_counts_need_months_and_numbers(home: Home) -> None:
    """A long table of counts names both columns; a wide one names neither."""
    home.write("config/sources/months.toml", 'kind = "counts"\n')
    assert [fault.split(": ")[1] for fault in home.faults()] == ["columns.date", "columns.count"]
    home.write("config/sources/months.toml", 'kind = "counts"\n[columns]\ndate = "m"\ncount = "n"\n[format]\ndate = "%Y-%m"\n')  # fmt: skip
    assert home.load().source("months").grain is Grain.MONTH_COUNT
    home.write("config/sources/months.toml", 'kind = "counts"\nwide = {}\n[columns]\ndate = "m"\n')
    assert "columns.date: unknown role" in home.faults()[0]


def test_stop_and_search_never_has_a_target(home: Home) -> None:
    """Not even in a home that forgets to say so."""
    home.write(A, AREAS)
    home.write(P, OPERATION)
    operation = home.load().operation
    assert operation is not None
    assert operation.has_target("Weapon sweep")
    assert not operation.has_target("Stop and search")


def test_settings_can_be_replaced_whole(home: Home) -> None:
    """The demo takes a home's settings and states what differs."""
    assert replace(home.load(), place="Elsewhere").place == "Elsewhere"


# --- templates --------------------------------------------------------------------------------


def test_the_packaged_briefings_can_be_used(tmp_path: Path) -> None:
    """The commented briefings of config/viperreport.toml are valid once their marks are taken off."""
    text = (ROOT / G).read_text(encoding="utf-8")
    start, end = text.index("# [briefing."), text.index("# When an edition is held back")
    tables = "\n".join(line.removeprefix("# ") for line in text[start:end].splitlines())
    made = Home(tmp_path / "home")
    made.write(G, f"{GENERAL}\n{tables}\n")
    found = made.load().briefings
    assert [each.name for each in found] == ["weekly", "daily", "monthly"]
    every = {each: load_template(each.template, [ROOT]).sections for each in found}
    daily, weekly = (set(every[found[k]]) for k in (1, 0))
    assert daily < weekly
    for briefing in found:
        parse_schedule(briefing.every)
        parse_cut_off(briefing.cut_off)


def test_template_falls_back_to_the_packaged_one(home: Home) -> None:
    """A home without templates uses those that came with the program; its own go first."""
    packaged = load_template("weekly", [ROOT]).sections
    assert load_template("weekly", [home.path, ROOT], packaged).sections == packaged
    home.write("templates/weekly.toml", 'sections = ["mine"]')
    assert load_template("weekly", [home.path, ROOT], ["mine"]).sections == ("mine",)


BAD_TEMPLATES = [
    ('section = ["a"]', ["sections: is missing", "section: unknown key; did you mean sections?"]),
    ("sections = []", ["sections: must not be empty"]),
    ('sections = ["fornt", "front", "front"]',
     ['sections[1]: "fornt" is no section; did you mean front?', 'sections: "front" stands there twice']),
    ("sections = [", ["end of document: not valid TOML: Invalid value (text stands in quotes)"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "faults"), BAD_TEMPLATES)
def test_a_bad_template_is_refused(home: Home, text: str, faults: list[str]) -> None:
    """All faults at once, with the nearest section."""
    home.write("templates/weekly.toml", text)
    with pytest.raises(ConfigError) as caught:
        load_template("weekly", [home.path, ROOT], ["front"])
    assert list(caught.value.faults) == [f"templates/weekly.toml: {fault}" for fault in faults]


def test_a_missing_template_is_named(home: Home) -> None:
    """A briefing that names a template nobody has is told which there are."""
    with pytest.raises(ConfigError, match="did you mean weekly"):
        load_template("weekl", [home.path, ROOT])
