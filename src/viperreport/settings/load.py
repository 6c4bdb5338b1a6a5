"""The whole of a home's configuration, read and checked together."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from pydantic import SecretStr

from viperreport.errors import ConfigError, UsageError
from viperreport.model.source import Area, Kind, Source
from viperreport.settings import general, operation
from viperreport.settings.areas import FILE as AREAS_FILE
from viperreport.settings.areas import read_areas, unknown_area, with_priorities
from viperreport.settings.credentials import read_secrets
from viperreport.settings.general import (
    BriefingSettings,
    FigureRules,
    General,
    Guards,
    MapSettings,
    OperatorSettings,
)
from viperreport.settings.holidays import Holiday, read_holidays
from viperreport.settings.mail import MailSettings, made_up_fault
from viperreport.settings.operation import Operation
from viperreport.settings.reading import check, nearest, read_toml
from viperreport.settings.recipients import NOBODY, Recipients, read_recipients
from viperreport.settings.sources import FOLDER, read_sources

NO_CHECKS: Mapping[str, Callable[[str], object]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Settings:
    """What a home says, with nothing left to check.

    Attributes:
        home: the directory that holds config/ and templates/, absolute.
        zone: an IANA name.
        place: the city, as in "Gun incidents, London".
        territory: the subtitle's words; the place where it is not stated.
        headline: the name of the source that page one is about.
        marking: a protective marking for every page; empty for none.
        published_area: what published.csv calls the whole home; empty where it is the place, the
            territory or nothing.
        areas: of areas.csv with the operation's priority dates; empty where the data name them.
        holidays: of holidays.csv, by date.
        database_url: the store; None for the home's own output/state/evidence.db.
        ping_url: what is asked for after each run; None for nothing.
        mail: the server that takes mail; None where none is sent.
        smtp_password: of the user that it names.
        archive: where editions are filed on this machine; None for output/editions.
        recipients: who gets which edition today; nobody in a configuration that was kept.
    """

    home: Path
    zone: str
    place: str
    territory: str
    area_noun: str
    language: str
    marking: str
    published_area: str
    headline: str
    briefings: tuple[BriefingSettings, ...]
    guards: Guards
    operator: OperatorSettings
    figures: FigureRules
    map: MapSettings
    sources: tuple[Source, ...]
    areas: tuple[Area, ...] = ()
    operation: Operation | None = None
    holidays: tuple[Holiday, ...] = ()
    database_url: SecretStr | None = None
    ping_url: SecretStr | None = None
    mail: MailSettings | None = None
    smtp_password: SecretStr | None = None
    archive: Path | None = None
    recipients: Recipients = NOBODY

    def briefing(self, name: str = "") -> BriefingSettings:
        """Find a briefing; without a name, the only one.

        Raises:
            UsageError: there is no such briefing, or several and no name.
        """
        names = {each.name: each for each in self.briefings}
        if not name and len(names) > 1:
            raise UsageError(f"there are several briefings: name one of {', '.join(names)}")
        if name and name not in names:
            raise UsageError(f'there is no briefing "{name}"{nearest(name, names)}')
        return names[name] if name else self.briefings[0]

    def source(self, name: str) -> Source:
        """Find a source.

        Raises:
            UsageError: there is no such source.
        """
        names = {each.name: each for each in self.sources}
        if name not in names:
            raise UsageError(f'there is no source "{name}"{nearest(name, names)}')
        return names[name]


def load_settings(
    home: Path,
    environ: Mapping[str, str],
    checks: Mapping[str, Callable[[str], object]] = NO_CHECKS,
    secrets: Path | None = None,
) -> Settings:
    """Read and check config/ and the secrets of a home.

    Args:
        home: a directory that holds config/viperreport.toml.
        secrets: the directory that holds .env, where it is another.
        environ: the process environment; only secrets are taken from it.
        checks: for a briefing's keys that another module reads ("every", "cut_off"): the function
            that reads them, raising ValueError with one line.

    Raises:
        ConfigError: with every fault found, each one line naming file and key.
    """
    home, faults = home.absolute(), list[str]()
    secrets = home if secrets is None else secrets
    main = _read_general(home, checks, faults)
    facts = _read_operation(home, faults)
    areas = read_areas(home, faults)
    sources = read_sources(home, areas, main.zone if main else "", faults)
    holidays = read_holidays(home, faults)
    secret = read_secrets(secrets, environ, faults)
    faults.extend(_place_faults(facts, areas))
    headline = _headline(main, sources, faults)
    if fault := made_up_fault(main.mail if main else None, sources):
        faults.append(fault)
    recipients = read_recipients(home, main, areas, faults)
    if faults or main is None:
        raise ConfigError(*faults)
    return Settings(
        home=home,
        headline=headline,
        territory=main.territory or main.place,
        briefings=tuple(
            BriefingSettings(name=name, **dict(table)) for name, table in main.briefing.items()
        ),
        sources=sources,
        areas=with_priorities(areas or (), facts),
        operation=facts,
        holidays=holidays,
        database_url=secret.database_url,
        ping_url=secret.ping_url,
        smtp_password=secret.smtp_password,
        archive=secret.archive,
        recipients=recipients,
        **{name: getattr(main, name) for name in _AS_WRITTEN},
    )


_AS_WRITTEN = (
    *("zone", "place", "area_noun", "language", "marking", "published_area"),
    *("guards", "operator", "mail", "figures", "map"),
)


def _read_general(
    home: Path, checks: Mapping[str, Callable[[str], object]], faults: list[str]
) -> General | None:
    raw = read_toml(home, general.FILE, faults)
    return None if raw is None else check(General, raw, general.FILE, faults, context=checks)


def _read_operation(home: Path, faults: list[str]) -> Operation | None:
    if not (home / operation.FILE).exists():
        return None
    raw = read_toml(home, operation.FILE, faults)
    return None if raw is None else check(Operation, raw, operation.FILE, faults)


def _place_faults(facts: Operation | None, areas: tuple[Area, ...] | None) -> list[str]:
    """What is wrong with the places that the operation names; nothing where areas.csv is bad."""
    if facts is None or areas is None:
        return []
    if facts.priority and not areas:
        return [f"{operation.FILE}: priority: priority areas must be listed in {AREAS_FILE}"]
    named = facts.places() if areas else ()
    faults = [
        f"{operation.FILE}: {key}: {fault}"
        for key, name in named
        if (fault := unknown_area(name, areas))
    ]
    names = [each.area for each in facts.priority]
    twice = sorted({name for name in names if names.count(name) > 1})
    return faults + [f'{operation.FILE}: priority: "{name}" stands there twice' for name in twice]


def _headline(main: General | None, sources: tuple[Source, ...], faults: list[str]) -> str:
    """The source that page one is about; what cannot be told apart is a fault."""
    faults.extend(_too_many(sources))
    if main and main.headline:
        fault = _headline_fault(main.headline, sources)
        # A source left out for its own faults is not missed a second time.
        if fault and not any(FOLDER in each for each in faults):
            faults.append(f"{general.FILE}: headline: {fault}")
        return main.headline
    for kind in (Kind.INCIDENTS, Kind.COUNTS):
        names = [source.name for source in sources if source.kind is kind]
        if len(names) == 1:
            return names[0]
        if names:
            said = f"page one can be about {' or '.join(names)}: write one of them"
            faults.append(f"{general.FILE}: headline: {said}")
            return ""
    if not any(FOLDER in each for each in faults):
        faults.append(f"{FOLDER}: no source is of kind incidents or counts: page one needs one")
    return ""


def _headline_fault(name: str, sources: tuple[Source, ...]) -> str:
    fitting = [each.name for each in sources if each.kind in {Kind.INCIDENTS, Kind.COUNTS}]
    if name in fitting:
        return ""
    return f'"{name}" is no source of kind incidents or counts{nearest(name, fitting)}'


def _too_many(sources: tuple[Source, ...]) -> list[str]:
    """A page has room for one source of recoveries and one of activity."""
    faults = []
    for kind in (Kind.RECOVERIES, Kind.ACTIVITY):
        names = [source.name for source in sources if source.kind is kind]
        if len(names) > 1:
            faults.append(f"{FOLDER}: {' and '.join(names)} are both of kind {kind}: keep one")
    return faults
