"""Reading the exhibits of a drawn page back: rows and columns from where PDFium finds the words."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import pypdfium2  # type: ignore[import-untyped]

_SAME_LINE = 3.2  # points between the baselines of one row's words
_CAPTION = re.compile(r"(Table|Figure) (\d+)\b")


@dataclass(frozen=True, order=True)
class Words:
    """A run of words on a page: its lower edge from the page's top, and both ends."""

    page: int
    y: float
    x: float
    right: float
    text: str


@dataclass(frozen=True)
class Sheet:
    """All words of a PDF."""

    words: tuple[Words, ...]

    def exhibit(self, name: str) -> tuple[Words, ...]:
        """The words of an exhibit, such as "Table 4", from its caption down to the next one.

        Of two that stand side by side, each has its own half.
        """
        found: list[Words] = []
        for caption in self.words:
            if _name(caption) == name:
                found += self._below(caption)
        assert found, f"there is no {name}"
        return tuple(found)

    def _below(self, caption: Words) -> Iterator[Words]:
        left, right = self._width(caption)
        ends = [
            other.y
            for other in self._captions(caption.page)
            if other.y > caption.y + 30 and _overlap((left, right), self._width(other))
        ]
        foot = max(words.y for words in self.words if words.page == caption.page)
        end = min([each - 12 for each in ends], default=foot - _SAME_LINE)
        for words in self.words:
            inside = words.page == caption.page and caption.y < words.y < end
            if inside and left <= words.x < right:
                yield words

    def _captions(self, page: int) -> list[Words]:
        return [words for words in self.words if words.page == page and _name(words)]

    def _width(self, caption: Words) -> tuple[float, float]:
        """From a caption's left end to that of the one that stands beside it."""
        beside = [
            other.x
            for other in self._captions(caption.page)
            if abs(other.y - caption.y) < 30 and other.x > caption.x + 40
        ]
        return caption.x - 3, min(beside, default=1e6) - 6

    def rows(self, name: str) -> list[list[str]]:
        """An exhibit's lines, each from left to right."""
        words = sorted(self.exhibit(name))
        lines: list[list[Words]] = []
        for each in words:
            if lines and lines[-1][0].page == each.page and each.y - lines[-1][-1].y < _SAME_LINE:
                lines[-1].append(each)
            else:
                lines.append([each])
        return [[w.text for w in sorted(line, key=lambda w: w.x)] for line in lines]

    def row(self, name: str, first: str) -> list[str]:
        """The line of an exhibit that begins with a word, without that word."""
        (found,) = [line for line in self.rows(name) if line[0] == first]
        return found[1:]


def _overlap(a: tuple[float, float], b: tuple[float, float]) -> bool:
    return a[0] < b[1] and b[0] < a[1]


def _name(words: Words) -> str:
    found = _CAPTION.match(words.text)
    return found[0] if found else ""


@cache
def sheet_of(data: bytes) -> Sheet:
    """Read a PDF."""
    document = pypdfium2.PdfDocument(data)
    words = []
    for number in range(len(document)):
        page = document[number]
        layer, height = page.get_textpage(), page.get_height()
        for k in range(layer.count_rects()):
            left, bottom, right, top = layer.get_rect(k)
            said = layer.get_text_bounded(left - 0.2, bottom - 0.2, right + 0.2, top + 0.2)
            words.append(Words(number, height - bottom, left, right, " ".join(said.split())))
    document.close()
    return Sheet(tuple(words))


def number(text: str) -> int:
    """A number as the pages write it; an en dash is a zero of a cross-table, † is a mark."""
    if text == "\N{EN DASH}":
        return 0
    return int(text.rstrip("\N{DAGGER}").replace(",", "").replace("\N{MINUS SIGN}", "-"))


def numbers(texts: list[str]) -> list[int]:
    """Every whole number among some words, in order."""
    return [
        number(part)
        for text in texts
        for part in text.split()
        if re.fullmatch(r"[+\u2212]?\d[\d,]*\u2020?|\u2013", part)
    ]


def lines_of(texts: list[list[str]]) -> list[str]:
    """Lines as strings."""
    return [" ".join(line) for line in texts]
