"""What a text names, and where that can be found: exhibits by their marks, and publications."""

import re
from dataclasses import dataclass

_RANGE = "\N{EN DASH}"
# An address as RFC 3986 has it, without a user's name before the host and without quotes.
_ADDRESS = re.compile(
    r"https?://[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.?(:(?P<port>[0-9]{1,5}))?"
    r"([/?#]([A-Za-z0-9._~:/?#\[\]@!$&()*+,;=-]|%[0-9A-Fa-f]{2})*)?"
)
_LONGEST_ADDRESS = 2000  # characters that every reader opens
_HIGHEST_PORT = 65_535


def exhibit_name(mark: str) -> str:
    """F1 as Figure 1, T2 as Table 2; anything else as it is."""
    kind = {"F": "Figure", "T": "Table"}.get(mark[:1])
    return f"{kind} {mark[1:]}" if kind and mark[1:].isdigit() else mark


@dataclass(frozen=True, slots=True)
class Refs:
    """The marks of all exhibits that a row accounts for; those that follow each other as a range.

    Args:
        marks: such as F4, in any order.
    """

    marks: tuple[str, ...]

    def pieces(self) -> tuple[tuple[str, bool], ...]:
        """What is printed, piece by piece, and whether it is a mark."""
        ordered = sorted(self.marks, key=_place)
        pieces: list[tuple[str, bool]] = []
        for k, mark in enumerate(ordered):
            if 0 < k < len(ordered) - 1 and _in_a_row(*ordered[k - 1 : k + 2]):
                continue  # in the midst of a range
            if pieces:
                pieces.append((", " if ordered[k - 1] == pieces[-1][0] else _RANGE, False))
            pieces.append((mark, True))
        return tuple(pieces)

    def __str__(self) -> str:
        """Write F4–F7, T6, T7."""
        return "".join(piece for piece, _ in self.pieces())


def _place(mark: str) -> tuple[str, int]:
    """The kind of an exhibit, and its number."""
    return mark[:1], int(mark[1:])


def _in_a_row(before: str, mark: str, after: str) -> bool:
    kind, number = _place(mark)
    return _place(before) == (kind, number - 1) and _place(after) == (kind, number + 1)


@dataclass(frozen=True, slots=True)
class Publication:
    """A publication: its name as it is printed, and where it can be read.

    Args:
        url: as it was stated; empty for none.
    """

    name: str
    url: str = ""

    @property
    def address(self) -> str:
        """The address if it may be followed: of the web, whole, in plain ASCII; else nothing."""
        found = _ADDRESS.fullmatch(self.url)
        if found is None or len(self.url) > _LONGEST_ADDRESS:
            return ""
        return self.url if int(found["port"] or 0) <= _HIGHEST_PORT else ""

    def __str__(self) -> str:
        """Write the name."""
        return self.name
