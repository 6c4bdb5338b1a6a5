"""What a real browser makes of a page: its width, its texts with their colours, what it fetches.

Needs Chromium (Debian's package `chromium`); where there is none, tests are skipped and say so.
"""

import html
import json
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), "")
NONE_HERE = "no Chromium here: nothing was rendered"
WIDTHS = (320, 375, 480, 600, 768, 1024, 1200)
LOOK = Path(__file__).with_name("look.js")


@dataclass(frozen=True)
class ShownText:
    """A piece of text that is seen.

    Args:
        line: all text of the paragraph, cell or heading that it stands in.
        tile: all text of the key figure that it stands in; empty for none.
        broken: numbers in it that are cut in two by a line's end.
        colour: as #RRGGBB, as `ground` is: the background of the nearest that has one.
        size: in CSS pixels.
    """

    text: str
    line: str
    tile: str
    broken: Sequence[str]
    colour: str
    ground: str
    opacity: float
    size: float
    weight: float


@dataclass(frozen=True)
class Table:
    """A table's role, and the scope of each cell that is a header."""

    role: str
    headers: tuple[str, ...]


@dataclass(frozen=True)
class Sight:
    """A page in one width, in CSS pixels.

    Args:
        shown: what is left of the width beside a scroll bar.
        needs: the width to which it could be scrolled.
        outside: texts of what reaches beyond the right edge.
        headings: level and text.
        images: what each says to who cannot see it.
        fetched: addresses, with or without an answer.
    """

    name: str
    width: int
    shown: int
    needs: int
    outside: Sequence[str]
    language: str
    title: str
    texts: Sequence[ShownText]
    mains: int
    ids: Sequence[str]
    headings: Sequence[tuple[int, str]]
    tables: Sequence[Table]
    links: Sequence[str]
    images: Sequence[str | None]
    fetched: Sequence[str]


def look(
    pages: Mapping[str, str], directory: Path, *, dark: bool, widths: Sequence[int] = WIDTHS
) -> list[Sight]:
    """Let a browser, whose user wants light or dark, show pages in all widths, by one process."""
    content = json.dumps(dict(pages)).replace("<", "\\u003c")
    script = f"const PAGES = {content}, WIDTHS = {list(widths)};\n{LOOK.read_text()}"
    page = directory / f"{'dark' if dark else 'light'}.html"
    page.write_text(f'<!DOCTYPE html><meta charset="utf-8"><body><script>{script}</script></body>')
    ended = subprocess.run(
        [
            *(CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom"),
            f"--user-data-dir={directory}",
            f"--blink-settings=preferredColorScheme={0 if dark else 1}",
            page.as_uri(),
        ],
        capture_output=True,
        timeout=120,
        check=True,
    )
    found = re.search(r'<pre id="found">(.*?)</pre>', ended.stdout.decode(), re.DOTALL)
    assert found, ended.stderr
    return [_sight(each) for each in json.loads(html.unescape(found[1]))]


def _sight(told: dict[str, Any]) -> Sight:
    texts = [
        ShownText(**each | {name: as_hex(each[name]) for name in ("colour", "ground")})
        for each in told["texts"]
    ]
    tables = [Table(each["role"], tuple(each["headers"])) for each in told["tables"]]
    return Sight(**told | {"texts": texts, "tables": tables})


def as_hex(colour: str) -> str:
    """Write rgb(179, 57, 14) as #B3390E; no colour of ours is half seen through."""
    parts = re.fullmatch(r"rgb\((\d+), (\d+), (\d+)\)", colour)
    assert parts, colour
    return "#" + "".join(f"{int(part):02X}" for part in parts.groups())
