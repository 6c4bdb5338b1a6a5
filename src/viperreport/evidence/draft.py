"""Draft a source's TOML from a file, for a person to read and mend.

What can be told is written down, with what it was told from as a comment; what cannot (03/04,
a time with an offset) is asked for, never guessed.
"""

import codecs
import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pandas as pd

from viperreport.errors import ConfigError, DataError
from viperreport.evidence import guess
from viperreport.evidence.contract import months_among
from viperreport.evidence.files import InputFile, open_input
from viperreport.evidence.readers import READERS
from viperreport.model.figure import Measure, Unit
from viperreport.model.source import Grain, Kind, Source, TimeRule

_KINDS = {".xlsx": "excel", ".parquet": "parquet", ".pq": "parquet"}
_ENCODINGS = ("utf-8", "cp1252", "latin-1")
_DELIMITERS = ",;\t|"
_AREAS_SHOWN = 60
_MONTHS_AT_LEAST = 3
_WIDE_FORMS = ("%Y%m", "%Y-%m", "%Y_%m", "%m/%Y", "%b %Y", "%b-%y", "%B %Y")
_NO_MEASURE = Measure("draft", "Records", "Not yet said.", Unit.INCIDENT)
_FLAG_ROLES = ("killed", "injured", "drug_related")
_AMOUNT_ROLES = ("items", "victims", "done", "planned", "arrests", "firearms", "reach", "count")
_LABEL_ROLES = ("area", "sub_area", "category", "circumstance")
_BELONGING = {
    Kind.INCIDENTS: ("key", "date", *_LABEL_ROLES, "recorded", *_FLAG_ROLES, "victims"),
    Kind.RECOVERIES: ("key", "date", *_LABEL_ROLES, "recorded", "items"),
    Kind.ACTIVITY: (
        *("key", "date", "area", "sub_area", "category", "recorded"),
        *("done", "planned", "arrests", "firearms", "reach"),
    ),
    Kind.COUNTS: ("date", "area", "sub_area", "category", "count"),
}


@dataclass
class _Draft:
    """What is known of a file so far."""

    source: Source
    frame: pd.DataFrame
    whole: bool
    roles: dict[str, str] = field(default_factory=dict)
    wide: tuple[str, str, int] | None = None
    flags: guess.Flags | None = None
    notes: dict[str, str] = field(default_factory=dict)

    def values(self, role: str) -> list[str]:
        """Distinct, trimmed values of a role's column that are not null."""
        texts = self.frame[self.roles[role]].str.strip().unique().tolist()
        return [text for text in texts if text and text.casefold() not in guess.NULL_WORDS]


def draft_source(
    path: Path, name: str | None = None, date_format: str = "", time_rule: str = ""
) -> str:
    """Draft a commented source TOML from a file.

    Args:
        name: of the source; from the file's name where absent.
        date_format: settles what the dates cannot tell.
        time_rule: settles what an offset behind a time means.

    Raises:
        DataError: the file is none, holds no date, or its dates can be read in two ways.
        ConfigError: no such time rule.
    """
    kind = _KINDS.get(path.suffix.lower(), "csv")
    with open_input(path, kind) as file:
        draft = _look_at(file, kind)
    try:
        _guess_roles(draft)
        rule = _guess_dates(draft, date_format, time_rule)
    except DataError as error:
        raise DataError(f"{path}: {error}") from error
    _guess_values(draft)
    draft.source = replace(draft.source, grain=_grain(draft), time_rule=rule)
    stem = name or re.sub(r"[^a-z0-9]+", "-", path.stem.lower()).strip("-") or "source"
    return "\n".join(_written(draft, stem, path)) + "\n"


def _look_at(file: InputFile, kind: str) -> _Draft:
    """Read the first chunk of a file, with the encoding and delimiter that it seems to have."""
    encoding, delimiter = ("utf-8", ",") if kind != "csv" else _written_how(file)
    source = Source(
        name="draft",
        kind=Kind.INCIDENTS,
        grain=Grain.INCIDENT,
        measure=_NO_MEASURE,
        columns={},
        file=kind,
        encoding=encoding,
        delimiter=delimiter,
    )
    file.handle.seek(0)
    chunks = READERS[kind](file, source, lambda header: list(dict.fromkeys(filter(None, header))))
    first = next(chunks)
    return _Draft(source, first.frame, whole=first.read >= file.size)


def _written_how(file: InputFile) -> tuple[str, str]:
    head = file.handle.readline().decode("latin-1")
    delimiter = max(_DELIMITERS, key=head.count)
    for encoding in _ENCODINGS:
        file.handle.seek(0)
        decoder = codecs.getincrementaldecoder(encoding)()
        try:
            while block := file.handle.read(1 << 20):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            continue
        return encoding, delimiter
    raise AssertionError("latin-1 decodes all")


def _guess_roles(draft: _Draft) -> None:
    header = [str(column) for column in draft.frame.columns]
    draft.roles = guess.roles_of(header)
    draft.wide = _wide(header)
    kind = _kind(draft)
    draft.source = replace(draft.source, kind=kind)
    draft.roles = {role: name for role, name in draft.roles.items() if role in _BELONGING[kind]}
    if draft.wide is not None:
        draft.roles = {r: n for r, n in draft.roles.items() if r in _LABEL_ROLES}
    elif "date" not in draft.roles:
        draft.roles["date"] = _dated_column(draft, header)
    if draft.frame.empty:
        raise DataError("no row could be taken apart; check the delimiter")


def _wide(header: Sequence[str]) -> tuple[str, str, int] | None:
    """Prefix, form and number of the columns that are months."""
    prefixes = Counter(found[1] for name in header if (found := re.match(r"(\D*?)\d{4}", name)))
    for prefix in ("", *(each for each, _ in prefixes.most_common(2) if each)):
        for form in _WIDE_FORMS:
            months = months_among(header, prefix, form)
            if len(months) >= _MONTHS_AT_LEAST:
                return prefix, form, len(months)
    return None


def _kind(draft: _Draft) -> Kind:
    roles = draft.roles
    if draft.wide is not None or ("count" in roles and "key" not in roles):
        return Kind.COUNTS
    tactic = guess.plain(roles.get("category", "")) == "tactic"
    if "done" in roles or (tactic and "planned" in roles):
        return Kind.ACTIVITY
    if {"killed", "injured", "victims"} & roles.keys():
        return Kind.INCIDENTS
    weapon = guess.plain(roles.get("category", "")).split(" ")[0] in {"weapon", "firearm", "gun"}
    return Kind.RECOVERIES if "items" in roles or weapon else Kind.INCIDENTS


def _dated_column(draft: _Draft, header: Sequence[str]) -> str:
    """The first column whose values are dates, whatever its name."""
    for column in header:
        draft.roles["date"] = column
        texts = draft.values("date")
        if texts and guess.date_format_of(column, texts, monthly=False):
            return column
    raise DataError(
        "no column holds dates in a known form; write the TOML by hand: [columns] date = …"
    )


def _guess_dates(draft: _Draft, date_format: str, time_rule: str) -> TimeRule:
    if draft.wide is not None:
        return TimeRule.DATE
    column, texts = draft.roles["date"], draft.values("date")
    rule = _rule(column, texts, time_rule)
    form = date_format or guess.date_format_of(
        column, texts, monthly=draft.source.kind is Kind.COUNTS
    )
    if not form or (date_format and not guess.fits(form, texts)):
        raise DataError(
            f"column {column!r}: its values are no dates in "
            f"{'the form ' + date_format if date_format else 'one known form'}; "
            "say it with the date format (--date-format)"
        )
    recorded = form
    if "recorded" in draft.roles:
        told = draft.values("recorded")
        recorded = form if guess.fits(form, told) else _recorded_form(draft, told)
    draft.source = replace(draft.source, date_format=form, recorded_format=recorded)
    return rule


def _recorded_form(draft: _Draft, texts: Sequence[str]) -> str:
    form = guess.date_format_of(draft.roles["recorded"], texts, monthly=False)
    if not form:
        del draft.roles["recorded"]
    return form


def _rule(column: str, texts: Sequence[str], time_rule: str) -> TimeRule:
    if time_rule:
        if time_rule not in set(TimeRule):
            raise ConfigError(f"time_rule: {time_rule!r} is none; one of {', '.join(TimeRule)}")
        return TimeRule(time_rule)
    if guess.has_offset(texts):
        raise DataError(
            f"column {column!r}: its times carry an offset, and nothing tells whether it is true; "
            "ask the sender, and say so with --time-rule local-ignore-offset or --time-rule utc"
        )
    return TimeRule.DATE


def _guess_values(draft: _Draft) -> None:
    """Keep flags and amounts whose values are such; collect the words of flags."""
    true: list[str] = []
    false: list[str] = []
    for role in _FLAG_ROLES:
        if role not in draft.roles:
            continue
        texts = draft.values(role)
        flags = guess.flags_in(texts)
        if flags is not None and not (role != "drug_related" and _persons(texts)):
            true += flags.true
            false += flags.false
            draft.notes[role] = f"a flag: {', '.join(sorted(texts))}"
        elif role != "drug_related" and guess.are_numbers(texts):
            draft.notes[role] = "a number of persons"
        else:
            del draft.roles[role]
    for role in _AMOUNT_ROLES:
        if role in draft.roles and not guess.are_numbers(draft.values(role)):
            del draft.roles[role]
    if true or false:
        draft.flags = guess.Flags(tuple(dict.fromkeys(true)), tuple(dict.fromkeys(false)))


def _persons(texts: Sequence[str]) -> bool:
    return guess.are_numbers(texts) and set(texts) - {"0", "1"} != set()


def _grain(draft: _Draft) -> Grain:
    kind = draft.source.kind
    repeats = "key" in draft.roles and bool(draft.frame[draft.roles["key"]].duplicated().any())
    if repeats and kind is Kind.INCIDENTS:
        draft.notes["grain"] = "the key repeats: rows that share it are one incident"
    if kind is Kind.RECOVERIES:
        return Grain.ITEM if repeats else Grain.FIND
    plain_grain = {Kind.ACTIVITY: Grain.RETURN, Kind.COUNTS: Grain.MONTH_COUNT}
    return plain_grain.get(kind, Grain.INCIDENT)


def _written(draft: _Draft, name: str, path: Path) -> Iterator[str]:
    source = draft.source
    told_from = "all" if draft.whole else "the first"
    yield f"# Drafted from {_quiet(path.name)} ({told_from} {len(draft.frame):,} rows)."
    yield "# Read every line before you trust it. Save as:"
    yield f"# config/sources/{name}.toml"
    yield _line("kind", source.kind)
    yield _line("file", source.file)
    yield f"# {_line('path', _inbox(path), 'where `load` and `run` look for new files')}"
    yield _line("grain", source.grain, draft.notes.get("grain", ""))
    yield _line("delivery", source.delivery, 'or "increment": rows that are missing stay')
    yield _line("coverage", source.coverage, 'or a date, or "newest-record"')
    yield "synthetic = false"
    if source.file == "csv":
        yield _line("encoding", source.encoding)
        yield _line("delimiter", source.delimiter)
    if draft.wide is not None:
        prefix, form, months = draft.wide
        yield f"wide = {{ prefix = {_text(prefix)}, format = {_text(form)} }}  # {months} months"
    yield from _measure(draft)
    yield from _columns(draft)
    yield from _format(draft)
    yield from _keep(draft)
    yield from _areas(draft)


def _inbox(path: Path) -> str:
    """Where the next file may lie: named like this one, up to the number or date in its name."""
    stem = re.split(r"[\d*?\[\]]", path.stem)[0].rstrip("-_. ")
    return f"inbox/{stem}*{path.suffix}"


def _measure(draft: _Draft) -> Iterator[str]:
    """No file tells what its rows are called on a page: a person may say it."""
    usual = f"the usual name of {draft.source.kind}"
    yield f"\n# Pages call what is counted by {usual}. To say it otherwise:"
    yield "# [measure]"
    yield '# name = "…"'
    yield '# definition = "…"  # a sentence, for the last page'


def _keep(draft: _Draft) -> Iterator[str]:
    if draft.source.kind is not Kind.COUNTS or "category" not in draft.roles:
        return
    yield "\n# To count only some of the rows:"
    yield "# [keep]"
    yield f"# {_line('column', draft.roles['category'])}"
    kinds = sorted(draft.values("category"))[:_AREAS_SHOWN]
    yield f"# equals = {json.dumps(kinds, ensure_ascii=False)}"


def _columns(draft: _Draft) -> Iterator[str]:
    yield "\n[columns]"
    if "key" not in draft.roles and "key" in _BELONGING[draft.source.kind]:
        yield '# key = "…"  # no column looks like one: each row is told by its content'
    for role, column in draft.roles.items():
        yield _line(role, column, draft.notes.get(role, ""))
    left = [str(c) for c in draft.frame.columns if c not in draft.roles.values()]
    if draft.wide is not None:
        months = months_among(left, *draft.wide[:2])
        left = [column for column in left if column not in months]
    if left:
        yield f"# not used: {', '.join(_quiet(column) for column in left)}"


def _format(draft: _Draft) -> Iterator[str]:
    source = draft.source
    yield "\n[format]"
    if draft.wide is None:
        yield _line("date", source.date_format)
        yield _line("time_rule", source.time_rule)
    if "recorded" in draft.roles:
        yield _line("recorded", source.recorded_format)
    if draft.flags is not None:
        yield f"true = {json.dumps(list(draft.flags.true), ensure_ascii=False)}"
        yield f"false = {json.dumps([*draft.flags.false, ''], ensure_ascii=False)}"
    used = [text for column in draft.roles.values() for text in draft.frame[column].str.strip()]
    yield f"null = {json.dumps(['', *guess.nulls_in(used)], ensure_ascii=False)}"


def _areas(draft: _Draft) -> Iterator[str]:
    if "area" not in draft.roles:
        return
    areas = sorted(draft.values("area"))
    yield f"\n# Areas in the file: {len(areas)}. To rename one:"
    yield "# [area_names]"
    for area in areas[:_AREAS_SHOWN]:
        yield f"# {_text(area)} = {_text(area.title() if area.isupper() else area)}"
    if len(areas) > _AREAS_SHOWN:
        yield f"# … and {len(areas) - _AREAS_SHOWN} more"


def _line(key: str, value: str, comment: str = "") -> str:
    line = f"{key} = {_text(value)}"
    return f"{line}  # {_quiet(comment)}" if comment else line


def _text(value: str) -> str:
    """A TOML string: JSON's escapes are TOML's too."""
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")


def _quiet(text: str) -> str:
    """A text that cannot end its comment."""
    return " ".join(text.split()) if text.isprintable() else _text(text)
