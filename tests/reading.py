"""An edition as others read it: the exhibits of its JSON, and the same on its pages."""

import json
import re
from collections.abc import Iterator
from typing import Any

from tests.known_answers import Edition
from tests.pages import number
from viperreport.as_json import as_json

Json = dict[str, Any]
NUMBER = re.compile(r"\d[\d,]*|\N{EN DASH}")
EXHIBITS = {
    "running": r"^Cumulative (gun|shoot|recorded)",
    "periods": r"each against a year before$",
    "weeks": r"a week, weeks ending|a month, ",
    "years": r"by year: to ",
    "outcomes": r"by (outcome|kind), year to date$",
    "map": r"^Gun incidents by borough|offences by borough",
    "areas": r"open dot \d{4}, filled \d{4}$",
    "hotspots": r"in hotspot neighbourhoods",
    "items running": r"^Cumulative firearms",
    "items a week": r"^Items a week",
    "types": r"^Items by weapon type, year to date$",
    "circumstances": r"^Items by circumstance, year to date$",
    "items by year": r"^Firearms recovered by year$",
    "types and circumstances": r"^Items by weapon type and circumstance",
    "tactics": r"^What the weekly returns state",
    "tactics a week": r"^Done per week",
    "loads": r"^The newest load",
    "revisions": r"^Since \d",
    "provenance": r"^Run viperreport explain",
}


def in_json(made: Edition) -> Json:
    """Its JSON, as somebody else's program reads it."""
    content: Json = json.loads(as_json(made.briefing))
    return content


def exhibits_of(content: object) -> Iterator[tuple[str, Json]]:
    """Every exhibit of a JSON by its mark."""
    if isinstance(content, dict):
        if re.fullmatch(r"[FT]\d+", str(content.get("ref", ""))):
            yield content["ref"], content
            return
        content = list(content.values())
    if isinstance(content, list):
        for value in content:
            yield from exhibits_of(value)


def keys_in(content: object, whole_json: Json) -> set[str]:
    """The figures that a part of a JSON names: by key, or as the sides of a comparison."""
    figures = {figure["key"] for figure in whole_json["figures"]}
    sides = {
        each["key"]: {each["now"], each["then"], *(each["evidence"] or ())}
        for each in whole_json["comparisons"]
    }

    def named(value: object) -> set[str]:
        if isinstance(value, dict):
            return named(list(value.values()))
        if isinstance(value, list):
            return set().union(*map(named, value))
        return (
            ({value} & figures) | sides.get(str(value), set()) if isinstance(value, str) else set()
        )

    return named(content)


class Read:
    """An edition's exhibits, each as it is in the JSON and as it stands on the page."""

    def __init__(self, made: Edition) -> None:
        self.made = made
        self.json = in_json(made)
        self.values: dict[str, Any] = {each["key"]: each["value"] for each in self.json["figures"]}
        self.year = made.briefing.edition.cut_off.year
        self.stem = next(key for key in self.values if key.endswith(f"s.ytd.{self.year}"))[:-9]
        self.exhibits: dict[str, Json] = {}
        for _, exhibit in exhibits_of(self.json["briefing"]["sections"]):
            subtitle = exhibit["subtitle"]["text"] if exhibit["subtitle"] else ""
            names = [name for name, said in EXHIBITS.items() if re.search(said, subtitle)]
            self.exhibits |= dict.fromkeys(names, exhibit)

    @property
    def total(self) -> int:
        """What the headline counts this year: K1."""
        return int(self.values[f"{self.stem}.ytd.{self.year}"])

    def lines(self, name: str) -> list[list[str]]:
        """An exhibit's lines on the page, under its heads."""
        ref = self.exhibits[name]["ref"]
        lines = self.made.sheet.rows(f"{'Table' if ref[0] == 'T' else 'Figure'} {ref[1:]}")
        heads = [place for place, line in enumerate(lines) if self._is_head(line)]
        return lines[heads[0] + 1 :] if heads and ref[0] == "T" else lines

    def _is_head(self, line: list[str]) -> bool:
        return "+100%" in line or {str(self.year), str(self.year - 1)} <= set(line)

    def numeric(self, name: str, least: int = 2) -> list[list[int]]:
        """The numbers of each line that holds so many, with nothing else in their words."""
        found = [[number(w) for w in line if NUMBER.fullmatch(w)] for line in self.lines(name)]
        return [line for line in found if len(line) >= least]

    def rows(self, name: str, kind: str = "") -> list[Json]:
        """The rows of a table in the JSON; of one kind where it is given."""
        return [row for row in self.exhibits[name]["rows"] if not kind or row["kind"] == kind]

    def row_values(self, row: Json) -> list[int]:
        """The values behind a row's numbers: what its cells are made from, one by one."""
        return [int(self.values[key]) for cell in row["cells"] if (key := self._one_key(cell))]

    def cell_value(self, cell: object) -> int:
        """The value behind a cell's number; 0 behind a dash."""
        key = self._one_key(cell)
        return int(self.values[key]) if key else 0

    def _one_key(self, cell: object) -> str:
        if isinstance(cell, dict) and set(cell) == {"figure"}:
            return str(cell["figure"])
        from_keys = cell.get("from", []) if isinstance(cell, dict) else []
        return from_keys[0] if len(from_keys) == 1 and from_keys[0] in self.values else ""

    def of(self, pattern: str) -> dict[str, int]:
        """The values of all figures whose key is of a form."""
        return {
            key: int(value)
            for key, value in self.values.items()
            if re.fullmatch(pattern, key) and value is not None
        }

    def tile(self, ref: str) -> tuple[str, str, str]:
        """On the page: a tile's number, its change, and last year's number."""
        body = self.made.page.split(f" {ref} ", 1)[1]
        found = re.match(
            r"(?:year to date|last 28 days|[A-Z][a-z]+ \d{4}) ([\d,]+) ([+\u2212]?[\d,]+)"
            r"(?: \([^)]*\))? from ([\d,]+)",
            body,
        )
        assert found is not None, body[:80]
        return found[1], found[2], found[3].rstrip(",")
