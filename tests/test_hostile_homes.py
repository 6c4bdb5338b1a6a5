"""Whatever people write into a home or a file: always an edition, with all of it, and no more."""

import csv
import io
import json
import sys
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from datetime import UTC, date, datetime, timedelta
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.pdf.tags import tagged
from tests.pdf.test_hostile import SCRIPTS
from tests.recount import attachments, enclosed, recount, table
from viperreport.pdf.look.fonts import PACKAGED, printable
from viperreport.pipeline import (
    BuildRequest,
    DrawnEdition,
    LoadOptions,
    load,
    make,
    open_home,
)

CUT_OFF, LOADED = date(2016, 5, 25), datetime(2016, 5, 26, 5, tzinfo=UTC)
MARKS = "Z\u0351\u036b\u0343\u036a\u0302\u036b\u033d\u034f"
NASTY = (
    *SCRIPTS, "<para><img src={canary}/></para>", "{canary}", "file://{canary}", "=cmd|'/C'!A1",
    "]]>&<![CDATA[", "\\)\\(", "{{7*7}}", "%s%n", "a\N{COMBINING ACUTE ACCENT}" * 40,
    MARKS, "\U0001f46e\u200d\u2640\ufe0f",
)  # fmt: skip
ANY = st.one_of(st.sampled_from(NASTY), st.text(max_size=50), st.integers(1, 2000).map("x".__mul__))
SLOTS = 18
SONG = "the canary sings"


@dataclass(frozen=True)
class Texts:
    """A text for every place in which somebody else's words stand.

    Args:
        given: the texts, none like another.
    """

    given: tuple[str, ...]
    canary: Path
    used: list[str] = field(default_factory=list)

    def line(self, slot: int) -> str:
        """One that may stand in the configuration: one line."""
        text = self.given[slot].replace("{canary}", str(self.canary))
        kept = "".join(
            c for c in text if c >= " " and c != "\x7f" and not "\ud800" <= c <= "\udfff"
        )
        return self._noted(f"{kept.strip()} t{slot}".strip())

    def cell(self, slot: int) -> str:
        """One that may stand in a cell: 200 characters at most, no control characters."""
        kept = "".join(c for c in self._kept(slot) if unicodedata.category(c) != "Cc")
        return self._noted(f"{kept[:190].strip()} t{slot}".strip())

    def _kept(self, slot: int) -> str:
        text = self.given[slot].replace("{canary}", str(self.canary))
        kept = "".join(
            c for c in text if c >= " " and c != "\x7f" and not "\ud800" <= c <= "\udfff"
        )
        return kept.strip()

    def _noted(self, text: str) -> str:
        self.used.append(text)
        return text


def toml(table: dict[str, Any]) -> str:
    """Values as TOML has them; JSON's strings are TOML's, but for what lies beyond its planes."""
    return "".join(f"{k} = {json.dumps(v, ensure_ascii=False)}\n" for k, v in table.items())


def write_home(home: Path, texts: Texts) -> dict[str, Path]:
    """Write a home of three sources that says all of it; gives the files to load."""
    (home / "config/sources").mkdir(parents=True)
    areas = [texts.cell(0), texts.cell(1)]
    sub_areas, kinds = [texts.cell(2), "elsewhere"], [texts.cell(4), texts.cell(5)]
    tactics = [texts.cell(6), texts.cell(7)]
    written = {
        "viperreport.toml": toml(
            {"zone": "Europe/London", "place": texts.line(8), "territory": texts.line(9),
             "marking": texts.line(10)}
        ) + "[briefing.weekly]\n" + toml(
            {"title": texts.line(11), "every": "weekly on thursday at 06:00",
             "attach_records": True}
        ),
        "operation.toml": toml(
            {"name": texts.line(12), "source": texts.line(13), "lead": texts.line(14),
             "tactics": tactics}
        ) + "[[hotspot]]\n" + toml(
            {"name": sub_areas[0], "area": areas[0]}
        ) + "[[statement]]\n" + toml(
            {"text": texts.line(15), "who": texts.line(16), "date": "2016", "source": "s"}
        ),
        "sources/shootings.toml": SOURCE.format(kind="incidents")
        + '[columns]\nkey="id"\ndate="day"\narea="area"\nsub_area="sub"\nkilled="killed"\n',
        "sources/finds.toml": SOURCE.format(kind="recoveries")
        + '[columns]\nkey="id"\ndate="day"\narea="area"\nweapon="kind"\n',
        "sources/returns.toml": SOURCE.format(kind="activity")
        + '[columns]\nkey="id"\ndate="day"\narea="area"\ntactic="tactic"\ndone="killed"\n',
    }  # fmt: skip
    for name, text in written.items():
        (home / "config" / name).write_text(text, encoding="utf-8")
    slugs = [[areas[0], "first", 1, 1, "", ""], [areas[1], "second", 2, 1, "", ""]]
    slugs.append([texts.cell(3), "third", 1, 2, "", texts.line(17)])
    header = ["name", "slug", "row", "column", "aliases", "note"]
    _write_csv(home / "config/areas.csv", header, slugs)
    cells = (cycle(areas), cycle(sub_areas), cycle(kinds), cycle(tactics))
    days = [date(2014, 1, 1) + timedelta(n) for n in range((CUT_OFF - date(2014, 1, 1)).days + 1)]
    rows = [[f"R{k}", str(day), *map(next, cells), k % 2] for k, day in enumerate(days)]
    header = ["id", "day", "area", "sub", "kind", "tactic", "killed"]
    files = {name: home / f"{name}.csv" for name in ("shootings", "finds", "returns")}
    for file in files.values():
        _write_csv(file, header, rows)
    return files


SOURCE = 'kind = "{kind}"\ncoverage = "load"\nstarts = 2014-01-01\n'


def _write_csv(file: Path, header: list[str], rows: list[list[object]]) -> None:
    with file.open("w", encoding="utf-8", newline="") as text:
        csv.writer(text).writerows([header, *rows])


def built(home: Path, texts: Texts) -> DrawnEdition:
    """Load and build it."""
    files = write_home(home, texts)
    opened = open_home(home, {}, lambda: LOADED + timedelta(days=1))
    for name, file in files.items():
        load(opened, opened.settings.source(name), file, LoadOptions(LOADED))
    with only_what_is_ours(home):
        return make(opened, BuildRequest(cut_off=CUT_OFF))


_watched: list[tuple[str, str]] = []
_watching = False


def _watch(event: str, arguments: tuple[object, ...]) -> None:
    if _watching and (event == "open" or event.startswith(("socket.", "urllib."))):
        _watched.append((event, str(arguments[0]) if arguments else ""))


sys.addaudithook(_watch)


@contextmanager
def only_what_is_ours(home: Path) -> Iterator[None]:
    """Within it no connection is made, no canary is opened, and no file beside the home's own."""
    global _watching  # noqa: PLW0603 - a hook of the interpreter's cannot be taken away
    _watched.clear()
    _watching = True
    try:
        yield
    finally:
        _watching = False
    mine = ("config", "templates", "output")
    for event, what in _watched:
        assert event == "open", (event, what)
        assert "canary" not in what
        if Path(what).is_relative_to(home.parent):
            assert what.startswith(tuple(str(home / part) for part in mine)), what


def squeezed(text: str) -> str:
    """Without spaces, which lines and cells end with or do not."""
    return "".join(text.split())


def check_edition(edition: DrawnEdition, texts: Texts) -> None:
    """All of it can be read back; figures add up; the canary's content is nowhere."""
    tags = tagged(edition.pdf)
    read = squeezed(tags.root.words())
    lost = [text for text in texts.used if not _is_there(text, read)]
    assert lost == []
    assert squeezed(SONG) not in read
    files = attachments(edition.pdf)
    assert all(SONG.encode() not in content for content in files.values())
    again = recount(enclosed(files))
    assert again.counted > 20
    assert again.wrong == []
    first = csv.reader(io.StringIO(files["records.csv"].decode(), newline=""))
    assert not any(cell.startswith(tuple("=+-@\t")) for row in first for cell in row)
    assert table(files["figures.csv"])


def _is_there(text: str, read: str) -> bool:
    """As it is, or in capitals; what a font lacks is named by its code point, and each has others.

    The semibold of titles has not all the marks of the regular: a name that stands in a title
    alone is written as that has it.
    """
    fonts = [getattr(PACKAGED, role.name) for role in fields(PACKAGED)]
    return any(
        squeezed(printable(words, font).text) in read
        for words in (text, text.upper())
        for font in fonts
    )


@pytest.fixture(scope="module")
def canary(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A picture's name with a secret in it."""
    file = tmp_path_factory.mktemp("canary") / "canary.png"
    file.write_text(SONG)
    return file


@pytest.mark.parametrize("turn", range(3))
def test_every_nasty_text_somewhere(turn: int, canary: Path, tmp_path: Path) -> None:
    """Each in turn in another slot: names, titles, statements, areas, kinds, tactics."""
    given = tuple(NASTY[(turn * 13 + k) % len(NASTY)] for k in range(SLOTS))
    texts = Texts(given, canary)
    check_edition(built(tmp_path / "home", texts), texts)


def test_marks_that_not_each_font_has(canary: Path, tmp_path: Path) -> None:
    """A name whose marks the regular font has and the semibold lacks is whole in a title too."""
    given = ["x"] * SLOTS
    given[4] = MARKS
    texts = Texts(tuple(given), canary)
    check_edition(built(tmp_path / "home", texts), texts)


# A failure is told as it came: to make it smaller would take a build for each step.
@settings(
    max_examples=6,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
@given(st.lists(ANY, min_size=SLOTS, max_size=SLOTS))
def test_any_text_anywhere(
    tmp_path_factory: pytest.TempPathFactory, canary: Path, given_texts: list[str]
) -> None:
    """Any text in every slot at once: an edition, whole."""
    texts = Texts(tuple(given_texts), canary)
    check_edition(built(tmp_path_factory.mktemp("any") / "home", texts), texts)


def test_a_canary_that_sings_is_heard(canary: Path, tmp_path: Path) -> None:
    """The watch can fail: opening the file is noticed."""
    with (
        pytest.raises(AssertionError, match="canary"),
        only_what_is_ours(tmp_path / "home"),
    ):
        canary.read_bytes()
