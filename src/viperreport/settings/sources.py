"""sources/*.toml: how to read a file that somebody else wrote.

What the TOML leaves out is filled in by what its rows are about, so that a source with other
column names needs only those.
"""

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from viperreport.model.figure import Measure, Unit
from viperreport.model.source import Area, Grain, Keep, Kind, Source, Wide
from viperreport.settings.areas import unknown_area
from viperreport.settings.reading import NAME, check, nearest, read_toml, shown
from viperreport.settings.source_table import ABOUT, SourceTable

FOLDER = "config/sources"
_CATEGORY = {"offence": "category", "weapon": "category", "tactic": "category"}
# What a source states without deciding how its rows are read.
_NOT_READING = {"name", "measure", "path", "starts", "synthetic", "max_bad_share"}
_NOT_READING |= {"config_file", "mapping_hash"}
# What the TOML and the model call by the same name.
_ALIKE = {"file", "path", "encoding", "delimiter", "delivery", "window", "coverage"}
_ALIKE |= {"starts", "synthetic", "max_bad_share"}


def read_sources(
    home: Path, areas: tuple[Area, ...] | None, zone: str, faults: list[str]
) -> tuple[Source, ...]:
    """Read every source, by name; those with a fault are left out.

    Args:
        areas: of areas.csv; None where that is itself at fault.
        zone: decides, with the areas' names, what a row comes to mean.
    """
    files = sorted((home / FOLDER).glob("*.toml"))
    if not files:
        faults.append(
            f"{FOLDER}: there is no source: `viperreport draft-source FILE` drafts one from a file"
        )
    sources = [_read(home, file.name, areas or (), faults) for file in files]
    return tuple(_with_hash(source, areas or (), zone) for source in sources if source)


def _read(home: Path, file_name: str, areas: tuple[Area, ...], faults: list[str]) -> Source | None:
    name, file = file_name.removesuffix(".toml"), f"{FOLDER}/{file_name}"
    raw = read_toml(home, file, faults)
    if raw is None:
        return None
    before = len(faults)
    if not NAME.fullmatch(name):
        faults.append(f"{file}: its name must be of small letters, digits, - and _")
    table = check(SourceTable, raw, file, faults)
    faults.extend(f"{file}: {fault}" for fault in _column_faults(raw))
    faults.extend(f"{file}: {fault}" for fault in _area_faults(raw, areas))
    return _source(name, table, file) if table and len(faults) == before else None


# Rows of these grains are told apart, and put together, by their key alone.
_SHARING = (Grain.VICTIM, Grain.ITEM)


def _column_faults(raw: Mapping[str, Any]) -> Iterator[str]:
    """Check the roles on what was written, so that no other fault hides theirs."""
    columns, kind, wide = raw.get("columns", {}), raw.get("kind"), "wide" in raw
    if kind not in list(Kind) or not isinstance(columns, dict):
        return
    about = ABOUT[Kind(kind)]
    instead = {"date", "count"} if wide and kind == Kind.COUNTS else set()
    shared = ["key"] if raw.get("grain") in _SHARING else []
    needed = [*shared, *(role for role in about.needed if role not in instead)]
    known = {*needed, *about.allowed}
    yield from _role_faults(columns, known, kind)
    roles = [_CATEGORY.get(role, role) for role in columns]
    for role in needed:
        if role not in roles:
            yield f"columns.{role}: is missing: name the file's column of that role"
    if roles.count("category") > 1:
        yield "columns: category, offence, weapon and tactic are one role: keep one"
    if _claims_items(raw) and "items" not in roles:
        yield 'measure.unit: items need columns.items or grain = "item"'


def _claims_items(raw: Mapping[str, Any]) -> bool:
    """Whether firearms are to be counted where a row is a find, of one or of several."""
    measure = raw.get("measure")
    unit = measure.get("unit") if isinstance(measure, dict) else None
    finds = raw.get("kind") == Kind.RECOVERIES and raw.get("grain", Grain.FIND) == Grain.FIND
    return finds and bool(unit == Unit.ITEM)


def _role_faults(columns: Collection[str], known: set[str], kind: str) -> Iterator[str]:
    words = known | {word for word, role in _CATEGORY.items() if role in known}
    for role in columns:
        if role not in words:
            yield f"columns.{shown(role)}: unknown role for {kind}{nearest(role, words)}"


def _area_faults(raw: Mapping[str, Any], areas: tuple[Area, ...]) -> Iterator[str]:
    names = raw.get("area_names", {})
    if not areas or not isinstance(names, dict):
        return
    for given, name in names.items():
        fault = unknown_area(name, areas) if isinstance(name, str) else ""
        if fault:
            yield f"area_names.{shown(given)}: {fault}"


def _source(name: str, table: SourceTable, file: str) -> Source:
    columns = {_CATEGORY.get(role, role): column for role, column in table.columns.items()}
    grain = table.grain or ABOUT[table.kind].grains[0]
    given = table.format
    return Source(
        name=name,
        config_file=file,
        kind=table.kind,
        grain=grain,
        measure=_measure(table, columns, grain),
        columns=MappingProxyType(columns),
        area_names=MappingProxyType(dict(table.area_names)),
        date_format=given.date,
        recorded_format=given.recorded or given.date,
        keep=Keep(table.keep.column, table.keep.equals) if table.keep else None,
        wide=Wide(table.wide.prefix, table.wide.format) if table.wide else None,
        **table.model_dump(include=_ALIKE),
        **given.model_dump(include={"time_rule", "true", "false", "null", "thousands"}),
    )


def _measure(table: SourceTable, columns: Mapping[str, str], grain: Grain) -> Measure:
    usual = ABOUT[table.kind].measure
    if grain is Grain.FIND and "items" not in columns:
        usual = replace(usual, unit=Unit.FIND)  # how many a find is of is not held
    return replace(usual, **table.measure.model_dump(exclude_none=True))


def _with_hash(source: Source, areas: tuple[Area, ...], zone: str) -> Source:
    """Sign what decides how a row is read: comments, spaces, order and path do not."""
    content: dict[str, object] = {
        field.name: getattr(source, field.name)
        for field in fields(source)
        if field.name not in _NOT_READING
    }
    for name in ("true", "false", "null"):
        content[name] = sorted(content[name])  # type: ignore[call-overload]
    content["zone"] = zone
    content["areas"] = sorted((area.name, *sorted(area.aliases)) for area in areas)
    text = json.dumps(content, sort_keys=True, default=_jsonable)
    return replace(source, mapping_hash=hashlib.sha256(text.encode()).hexdigest())


def _jsonable(value: object) -> object:
    if is_dataclass(value):
        return {field.name: getattr(value, field.name) for field in fields(value)}
    return dict(value) if isinstance(value, Mapping) else str(value)
