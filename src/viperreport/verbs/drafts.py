"""Drafts: where they lie, which was built last, and the figures that stand on one."""

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from difflib import get_close_matches
from pathlib import Path

from viperreport.configuration import Configuration
from viperreport.durable import KEPT, make_directory, write_whole
from viperreport.enclosures import FIGURES, MANIFEST, RECORDS
from viperreport.errors import OutputError, UsageError
from viperreport.model.briefing import Briefing, KeyFigure
from viperreport.model.figure import Figure
from viperreport.model.standing import exhibits_in, figures_in
from viperreport.pipeline import BuildRequest, Edition, Home, keep

_LAST, _BUILT = ".last.json", ".built"
_NAME = r"[a-z0-9][a-z0-9_-]{0,63}"
_EDITION = re.compile(
    rf"(?P<briefing>{_NAME})/(?P<area>{_NAME})/(?P<cut_off>\d{{4}}-\d\d-\d\d)(@(?P<revision>\d+))?"
)


def draft_path(home: Home, briefing: Briefing, ending: str) -> Path:
    """Where a draft lies: output/drafts/weekly-all-2016-05-25.pdf; its directory is made.

    Raises:
        OutputError: the home's output cannot be written.
    """
    edition = briefing.edition
    make_directory(_drafts(home))
    return _drafts(home) / f"{edition.briefing}-{edition.area}-{edition.cut_off}.{ending}"


def keep_beside(home: Home, edition: Edition) -> tuple[Path, ...]:
    """Put what goes along with a draft and is not attached to it into output/drafts/.

    It stays in the home wherever the PDF goes. What an earlier build of the same edition left
    there, and this one attaches, is removed.

    Raises:
        OutputError: the home's output cannot be written.
    """
    beside = {each.name: each for each in edition.beside}
    written = []
    for name in (FIGURES, RECORDS, MANIFEST):
        path = draft_path(home, edition.briefing, name)
        if name in beside:
            private = beside[name].tells_of_people
            write_whole(path, beside[name].content, KEPT if private else None)
            written.append(path)
        else:
            path.unlink(missing_ok=True)
    return tuple(written)


@dataclass(frozen=True, slots=True)
class Remembered:
    """An edition that was built here: how it was asked for, and by which configuration.

    Args:
        configuration: the hash of the one that was kept; empty where none was.
    """

    request: BuildRequest
    configuration: str = ""


def remember(home: Home, briefing: Briefing, configuration: Configuration | None) -> None:
    """Note what was built, so that it can be explained, compared and built again.

    `explain K1` then speaks of what one holds in hand, and `--edition` of any that was built.
    """
    edition = briefing.edition
    note = {
        "briefing": edition.briefing,
        "cut_off": edition.cut_off.isoformat(),
        "known_at": briefing.known_at.isoformat(),
        "area": edition.area,
        "configuration": configuration.hash if configuration else "",
    }
    written = json.dumps(note).encode()
    with suppress(OutputError):  # a home that cannot be written to can still be read
        make_directory(_drafts(home) / _BUILT)
        if configuration is not None:
            keep(home, configuration)
            write_whole(_note_of(home, edition.briefing, edition.area, edition.cut_off), written)
        write_whole(_drafts(home) / _LAST, written)


def last_built(home: Home) -> Remembered:
    """The edition built last; the last one due where there is none."""
    return _read_note(_drafts(home) / _LAST) or Remembered(BuildRequest())


def built_before(home: Home, edition: str) -> Remembered:
    """An edition that was built here, by its name, such as weekly/all/2016-05-25.

    Raises:
        UsageError: that is no edition's name, or it was not built here.
    """
    found = _EDITION.fullmatch(edition)
    if found is None or not _is_day(found["cut_off"]):
        raise UsageError(f"{edition}: names no edition: write it as weekly/all/2016-05-25")
    told = found["briefing"], found["area"], date.fromisoformat(found["cut_off"])
    noted = _read_note(_note_of(home, *told)) if found["revision"] in {None, "1"} else None
    if noted is None:
        there = sorted(each.stem.replace("+", "/") for each in _notes(home))
        near = get_close_matches(edition, there, 3, 0) or there[-3:]
        hint = f"there are {', '.join(near)}" if near else "build it first, with --cut-off"
        raise UsageError(f"{edition}: was not built here: {hint}")
    return noted


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _read_note(file: Path) -> Remembered | None:
    try:
        note = json.loads(file.read_text())
        request = BuildRequest(
            note["briefing"],
            date.fromisoformat(note["cut_off"]),
            datetime.fromisoformat(note["known_at"]),
            note["area"],
        )
        return Remembered(request, note["configuration"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _note_of(home: Home, briefing: str, area: str, cut_off: date) -> Path:
    return _drafts(home) / _BUILT / f"{briefing}+{area}+{cut_off}.json"


def _notes(home: Home) -> Iterator[Path]:
    return (_drafts(home) / _BUILT).glob("*.json")


def _drafts(home: Home) -> Path:
    return home.path / "output" / "drafts"


def find_figures(briefing: Briefing, ref: str) -> tuple[Figure, ...]:
    """The figures that a mark or a key names: K1 a tile's own, T4 all that stand in that table.

    Raises:
        UsageError: there is none; the nearest are offered.
    """
    wanted = ref.casefold()
    exhibits = dict(exhibits_in(briefing.sections))
    named = {
        figure.key: figure
        for figure in briefing.figures
        if wanted in {figure.ref.casefold(), figure.key.casefold()}
    }
    held = {figure.key: figure for figure in briefing.figures}
    for mark, exhibit in exhibits.items():
        if mark.casefold() == wanted and not isinstance(exhibit, KeyFigure):
            shown = {figure.key: held[figure.key] for figure in figures_in(exhibit)}
            named = shown | named
    if named:
        return tuple(named.values())
    near = get_close_matches(ref, held, 3) or sorted(exhibits, key=_by_number)
    raise UsageError(f"{ref}: no such figure in {briefing.edition}: there are {', '.join(near)}")


def _by_number(mark: str) -> tuple[int, int]:
    """T9 stands before T10, and both after K1."""
    kind, digits = mark[:1], mark[1:]
    return "KFT".find(kind), int(digits) if digits.isdecimal() else 0
