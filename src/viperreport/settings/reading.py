"""TOML tables as frozen models, and every fault in them as one plain line.

A line names file and key and never the value, which may be a password in the wrong place; only a
misspelt choice from a short list is repeated. A list's elements are counted from 1.
"""

import difflib
import re
import tomllib
from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from pydantic import (
    AfterValidator,
    AllowInfNan,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Strict,
    ValidationError,
)
from pydantic_core import ErrorDetails

NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")  # it becomes part of paths and mail headers
_SECRET = re.compile(
    r"password|passwd|secret|token|database_url|ping_url|credential", re.IGNORECASE
)
_TOML_PLACE = re.compile(r"(?P<what>.*) \(at (?P<place>.*)\)", re.DOTALL)
_QUOTED = re.compile(r"'([^']*)'")
_LONGEST_ECHO = 40
_LENGTH = re.compile(r"([1-9][0-9]{0,4})([mh])")
_LONGEST = timedelta(days=7)


class Table(BaseModel):
    """A TOML table in which every key is known."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


AnyTable = TypeVar("AnyTable", bound=Table)


def _one_line(text: str) -> str:
    if any(ord(letter) < ord(" ") or letter == "\x7f" for letter in text):
        raise ValueError("must be one line, without tabs or other control characters")
    return text.strip()


def _not_empty(text: str) -> str:
    if not text:
        raise ValueError("must not be empty")
    return text


def _slug(text: str) -> str:
    if not NAME.fullmatch(text):
        raise ValueError(
            "a name has 1 to 64 small letters, digits, - and _, and begins with a letter or digit"
        )
    return text


def _day(value: object) -> object:
    if isinstance(value, datetime) or not isinstance(value, date | str):
        raise ValueError("must be a date, such as 2016-05-25")  # noqa: TRY004 (pydantic's way)
    try:
        return date.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        raise ValueError("must be a date, such as 2016-05-25") from None


def _length(value: object) -> object:
    if isinstance(value, timedelta):
        return value
    found = _LENGTH.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise ValueError('must be a length of time in quotes, such as "30m" or "2h"')
    unit = {"m": "minutes", "h": "hours"}[found[2]]
    length = timedelta(**{unit: int(found[1])})
    if length > _LONGEST:
        raise ValueError("must be a week at most")
    return length


MaybeLine = Annotated[str, AfterValidator(_one_line)]
Line = Annotated[MaybeLine, AfterValidator(_not_empty)]
Slug = Annotated[str, AfterValidator(_slug)]
Day = Annotated[date, BeforeValidator(_day)]
Length = Annotated[timedelta, BeforeValidator(_length)]
Whole = Annotated[int, Strict()]
Number = Annotated[float, Strict(), AllowInfNan(allow_inf_nan=False)]
Flag = Annotated[bool, Strict()]


def read_toml(home: Path, name: str, faults: list[str]) -> dict[str, Any] | None:
    """Read one file of a home, named relative to it; None, and a fault noted, where it is bad."""
    try:
        return tomllib.loads((home / name).read_bytes().decode("utf-8-sig"))
    except OSError as error:
        faults.append(f"{name}: cannot be read: {error.strerror}")
    except UnicodeDecodeError:
        faults.append(f"{name}: is not UTF-8 text: save it as UTF-8")
    except RecursionError:
        faults.append(f"{name}: not valid TOML: nested too deeply")
    except ValueError as error:
        faults.append(f"{name}: {_toml_words(str(error))}")
    return None


def check(
    table: type[AnyTable],
    raw: Mapping[str, Any],
    name: str,
    faults: list[str],
    context: Mapping[str, object] | None = None,
) -> AnyTable | None:
    """Check what was read; None, and every fault noted, where it is bad."""
    try:
        return table.model_validate(raw, context=context)
    except ValidationError as error:
        details = error.errors(include_url=False)
    faults.extend(f"{name}: {_words(table, detail)}" for detail in details)
    return None


def nearest(word: str, known: Collection[str]) -> str:
    """The hint behind an unknown word: what was meant, or else what there is."""
    by_fold = {each.casefold(): each for each in known}
    near = difflib.get_close_matches(word.casefold(), by_fold, n=1)
    if near:
        return f"; did you mean {by_fold[near[0]]}?"
    return f"; there is {', '.join(sorted(known))}" if known else ""


def shown(key: object) -> str:
    """A key as it may stand in a line, whatever somebody put into its quotes."""
    text = str(key)
    return text if text.isprintable() else repr(text)


def _toml_words(message: str) -> str:
    found = _TOML_PLACE.fullmatch(message)
    what = found["what"] if found else message
    hint = " (text stands in quotes)" if what == "Invalid value" else ""
    return f"{found['place'] if found else 'somewhere'}: not valid TOML: {what}{hint}"


_PLAIN = {
    "missing": "is missing",
    "string_type": "must be text in quotes",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "finite_number": "must be a number",
    "bool_type": "must be true or false",
    "tuple_type": 'must be a list, such as ["a", "b"]',
    "model_type": "must be a table of keys and values",
    "dict_type": "must be a table of keys and values",
    "mapping_type": "must be a table of keys and values",
    "too_short": "must not be empty",
    "greater_than": "must be more than {gt:g}",
    "greater_than_equal": "must be {ge:g} or more",
    "less_than": "must be less than {lt:g}",
    "less_than_equal": "must be {le:g} or less",
}


def _words(table: type[Table], detail: ErrorDetails) -> str:
    place = tuple(step for step in detail["loc"] if step != "[key]")
    return f"{_place(place)}: {_what(table, place, detail)}"


def _what(table: type[Table], place: tuple[int | str, ...], detail: ErrorDetails) -> str:
    kind, context = detail["type"], detail.get("ctx", {})
    if kind == "extra_forbidden":
        return _unknown_key(table, place)
    if kind in {"enum", "literal_error"}:
        return _unknown_choice(detail["input"], _QUOTED.findall(context["expected"]))
    if kind == "value_error":
        return str(context["error"])
    return _PLAIN[kind].format(**context) if kind in _PLAIN else detail["msg"]


def _place(place: tuple[int | str, ...]) -> str:
    steps = (f"[{step + 1}]" if isinstance(step, int) else f".{shown(step)}" for step in place)
    return "".join(steps).removeprefix(".")


def _unknown_key(table: type[Table], place: tuple[int | str, ...]) -> str:
    inner: object = table
    for step in place[:-1]:
        inner = _inside(inner, step)
    key = str(place[-1])
    if _SECRET.search(key):
        return "unknown key; secrets stand in .env or in the environment, never in config/"
    return f"unknown key{nearest(key, _fields(_plain(inner)))}"


def _unknown_choice(value: object, known: list[str]) -> str:
    if not isinstance(value, str):
        return f"must be text in quotes, one of: {', '.join(known)}"
    said = f'"{value}"' if value.isprintable() and len(value) <= _LONGEST_ECHO else "this"
    return f"{said} is not known{nearest(value, known)}"


def _inside(kind: object, step: int | str) -> object:
    """The type one step further in: a model's field, or a container's elements."""
    kind = _plain(kind)
    fields = _fields(kind)
    if str(step) in fields:
        return fields[str(step)]
    return [each for each in get_args(kind) if each is not Ellipsis][-1]


def _fields(kind: object) -> dict[str, object]:
    if not (isinstance(kind, type) and issubclass(kind, Table)):
        return {}
    return {field.alias or name: field.annotation for name, field in kind.model_fields.items()}


def _plain(kind: object) -> object:
    """A type without `Annotated` and `| None` around it."""
    if get_origin(kind) is Annotated:
        return _plain(get_args(kind)[0])
    if get_origin(kind) in {Union, UnionType}:
        return _plain(next(each for each in get_args(kind) if each is not type(None)))
    return kind
