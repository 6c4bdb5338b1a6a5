"""What one cell of a file may say: text, a name of an area, a flag, a whole number.

Every function here takes one trimmed value and gives what it says, or a `Fault` that tells what
is wrong in words that follow the column's name and never quote the value.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from viperreport.model.source import Area, Source

MAX_TEXT = 200  # characters
MAX_NUMBER = 10**9
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_ZERO_CENTS = re.compile(r"\.0+$")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a value: "is missing"."""

    words: str


NO_SUCH_FLAG = Fault("is neither true nor false in the words of the mapping")
NOT_WHOLE = Fault("is not a whole number")
NEGATIVE = Fault("is negative")
TOO_LARGE = Fault("is too large a number")
TOO_LONG = Fault(f"is longer than {MAX_TEXT} characters")
CONTROL = Fault("holds a control character (is the encoding right?)")
UNKNOWN_AREA = Fault("names no known area")
MISSING = Fault("is missing")
FUTURE = Fault("lies after the load")

Value = str | int | None | Fault
Read = Callable[[str], Value]


def folded(name: str) -> str:
    """A name without regard to case, white space and the ways to write an accent."""
    return unicodedata.normalize("NFC", " ".join(name.split())).casefold()


def text_reader(source: Source) -> Read:
    """Read a label; "" where it is null."""

    def read(value: str) -> Value:
        if value in source.null:
            return ""
        label = unicodedata.normalize("NFC", " ".join(value.split()))
        if len(label) > MAX_TEXT:
            return TOO_LONG
        return CONTROL if _CONTROL.search(label) else label

    return read


def area_reader(source: Source, areas: Iterable[Area]) -> Read:
    """Read an area's name; "" (location unknown) where it is null."""
    known = {folded(name): area.name for area in areas for name in (area.name, *area.aliases)}
    renamed = {folded(theirs): ours for theirs, ours in source.area_names.items()}
    read_text = text_reader(source)

    def read(value: str) -> Value:
        label = read_text(value)
        if not isinstance(label, str) or not label:
            return label
        label = renamed.get(folded(label), label)
        return known.get(folded(label), UNKNOWN_AREA) if known else label

    return read


def flag_reader(source: Source) -> Read:
    """Read a flag: 1, 0, or None where it is null."""
    words = _flag_words(source)

    def read(value: str) -> Value:
        if value.casefold() in words:
            return words[value.casefold()]
        return None if value in source.null else NO_SUCH_FLAG

    return read


def _flag_words(source: Source) -> Mapping[str, int]:
    false = {word.strip().casefold(): 0 for word in source.false}
    return false | {word.strip().casefold(): 1 for word in source.true}


def number_reader(source: Source) -> Read:
    """Read a whole number of zero or more; None where it is null."""
    mark = re.escape(source.thousands)
    whole = re.compile(rf"[0-9]+|[0-9]{{1,3}}(?:{mark}[0-9]{{3}})+" if mark else r"[0-9]+")

    def read(value: str) -> Value:
        if value in source.null:
            return None
        digits = value if source.thousands == "." else _ZERO_CENTS.sub("", value)
        if not whole.fullmatch(digits.removeprefix("-")):
            return NOT_WHOLE
        if digits.startswith("-"):
            return NEGATIVE
        number = int(digits.replace(source.thousands, "")[:20]) if mark else int(digits[:20])
        return number if number <= MAX_NUMBER else TOO_LARGE

    return read


def numbers_are_flags(source: Source) -> bool:
    """Whether "1" in a column of killed or injured is a flag rather than one person.

    It is a number of persons, unless the mapping says that flags are written as numbers by
    giving nothing but numbers in `true`.
    """
    return all(word.strip().isdecimal() for word in source.true)


def harm_reader(source: Source) -> Read:
    """Read whether anybody was harmed, from a flag or a number: 1, 0, or None where it is null."""
    read_flag, read_number = flag_reader(source), number_reader(source)

    def read(value: str) -> Value:
        number = read_number(value)
        if number is None or number is NOT_WHOLE:
            return read_flag(value)
        return min(number, 1) if isinstance(number, int) else number

    return read


def persons_reader(source: Source) -> Read:
    """Read how many were harmed; None where the value is a word (`harm_reader` tells faults)."""
    read_number = number_reader(source)

    def read(value: str) -> Value:
        number = read_number(value)
        return number if isinstance(number, int) else None

    return read
