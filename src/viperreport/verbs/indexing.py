"""The archive's index: output/index.html, and a page for each earlier year.

Source: "The index" in docs/operating.md.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from viperreport.archive.chain import Link, manifest_lines
from viperreport.archive.filing import INDEX, INDEX_OF, read_piece
from viperreport.archive.reading import Whole
from viperreport.archive.states import State
from viperreport.archive.successions import DERIVED, WITHDRAWN
from viperreport.configuration import INDEX_TEMPLATE as TEMPLATE
from viperreport.durable import KEPT, settle_directory, write_whole
from viperreport.homes import packaged_home
from viperreport.html.look import COLOUR_NAMES
from viperreport.html.said import Said
from viperreport.html.shown import FIGURE, SHOWN
from viperreport.html.view import Marker
from viperreport.model.wording import Day, plain
from viperreport.pipeline import Home

if TYPE_CHECKING:
    from viperreport.html.index import Index, IndexEdition, IndexFigure, IndexGroup

_MEGABYTE = 1e6
_VOID = "Void: its slot was yet to come when it was made, since a clock was wrong"
_HEAD = 8192  # characters of a page within which it names its source
_UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class _Entry:
    """An edition's PDF, with what orders it among the others."""

    link: Link
    briefing: str
    area: str
    cut_off: date
    revision: int
    is_void: bool

    @property
    def told(self) -> Mapping[str, Any]:
        """What the manifest tells of it."""
        return dict(self.link.told)

    @property
    def shown(self) -> Mapping[str, Any]:
        """What it shows at a glance; nothing where it was filed before that was noted."""
        found = self.told.get(SHOWN)
        return found if isinstance(found, dict) else {}

    @property
    def group(self) -> tuple[str, bool, str]:
        """Its briefing and area; the whole comes before its areas."""
        return self.briefing, self.area != "all", self.area


def publish_index(home: Home, whole: Whole) -> tuple[str, ...]:
    """Write the pages of the index that are not what the ledger says, the newest year's last.

    They lie beside output/editions; in an archive of one's own choice they lie within it.

    Returns:
        Faults of the template, for which the packaged one stood in.

    Raises:
        OutputError: they cannot be written.
    """
    place, to_archive = place_of_index(home)
    by_year = _by_year(whole)
    years = sorted(by_year, reverse=True)
    own, packaged = _template(home.path), _template(packaged_home())
    faults = []
    for number, year in reversed(list(enumerate(years))):
        name = INDEX_OF.format(year) if number else INDEX
        source = _source_of(by_year[year], years, (own, packaged))
        before = _read(place, name)
        if f'content="{source}"' in before[:_HEAD]:
            continue
        page, fault = _written(own, packaged, _index(by_year[year], years, to_archive, source))
        faults.append(fault)
        if page and page != before:
            _put(place / name, page)
    return tuple(dict.fromkeys(filter(None, faults)))


def place_of_index(home: Home) -> tuple[Path, str]:
    """The directory of the index, and the way from there to the archive's files."""
    if home.settings.archive is not None:
        return home.archive, ""
    return home.archive.parent, f"{home.archive.name}/"


def _written(own: bytes, packaged: bytes, index: "Index") -> tuple[str, str]:
    """A page and the fault; no page where both templates fail, since it ends no run."""
    from viperreport.html.index import write_index
    from viperreport.html.rendering import Template, TemplateFault

    try:
        return write_index(Template(TEMPLATE, own), Template(TEMPLATE, packaged), index)
    except TemplateFault as fault:
        return "", str(fault)


def _template(home: Path) -> bytes:
    """A home's template; the packaged one where it has none that can be read."""
    try:
        return (home / TEMPLATE).read_bytes()
    except OSError:
        return (packaged_home() / TEMPLATE).read_bytes()


def _read(place: Path, name: str) -> str:
    try:
        return (read_piece(place, name) or b"").decode("utf-8", "replace")
    except OSError:
        return ""


def _put(path: Path, page: str) -> None:
    if path.is_symlink():
        path.unlink()
    write_whole(path, page.encode(), KEPT)
    settle_directory(path.parent)


def _by_year(whole: Whole) -> dict[int, list[_Entry]]:
    """The archive's editions, by the year of their cut-off, each year's in the pages' order."""
    void = {str(each.key) for each in whole.editions if each.state is State.VOID}
    found: dict[int, list[_Entry]] = {}
    for link in whole.links:
        told = dict(link.told)
        if "slot" in told:  # the PDF, whose line tells all of its edition
            cut_off = date.fromisoformat(told["cut_off"])
            entry = _Entry(
                link,
                told["briefing"],
                told["area"],
                cut_off,
                int(told["revision"]),
                link.edition in void,
            )
            found.setdefault(cut_off.year, []).append(entry)
    for entries in found.values():
        entries.sort(key=lambda each: (each.cut_off, each.revision, each.link.seq), reverse=True)
        entries.sort(key=lambda each: each.group)
    return found


def _source_of(entries: Sequence[_Entry], years: Sequence[int], templates: Iterable[bytes]) -> str:
    """The hash of all that a page is made from."""
    lines = manifest_lines(each.link for each in entries)
    void = [each.link.edition for each in entries if each.is_void]
    made = [hashlib.sha256(each).hexdigest() for each in templates]
    return hashlib.sha256(json.dumps([lines, void, list(years), made]).encode()).hexdigest()


def _index(
    entries: Sequence[_Entry], years: Sequence[int], to_archive: str, source: str
) -> "Index":
    from viperreport.html.index import Index, IndexYear

    pages = tuple(
        IndexYear(Said(str(year)), Said(INDEX_OF.format(year) if number else INDEX))
        for number, year in enumerate(years)
    )
    here = pages[years.index(entries[0].cut_off.year)]
    groups: dict[tuple[str, bool, str], list[_Entry]] = {}
    for entry in entries:
        groups.setdefault(entry.group, []).append(entry)
    count = f"{len(entries):,} edition{'s' if len(entries) != 1 else ''}"
    made = tuple(_group(each, to_archive) for each in groups.values())
    return Index(Said(source), pages, here, Said(count), made)


def _group(entries: Sequence[_Entry], to_archive: str) -> "IndexGroup":
    """One briefing and area, under the title of its newest edition that has one."""
    from viperreport.html.index import IndexGroup

    newest = next((each.shown for each in entries if each.shown), {})
    name = f"{entries[0].briefing}/{entries[0].area}"
    return IndexGroup(
        Said(name),
        _text(newest, "title") or Said(name),
        _text(newest, "language") or Said("en-GB"),
        tuple(_edition(each, to_archive) for each in entries),
    )


def _edition(entry: _Entry, to_archive: str) -> "IndexEdition":
    from viperreport.html.index import IndexEdition

    link, shown = entry.link, entry.shown
    return IndexEdition(
        name=Said(link.edition),
        cut_off=Said(plain((Day(entry.cut_off),))),
        headline=_text(shown, "headline"),
        markers=tuple(
            Marker(_text(each, "text"), each.get("warns") is not False)
            for each in _items(shown, "markers")
        ),
        figures=tuple(map(_figure, _items(shown, "figures"))),
        notes=tuple(map(Said, _notes(entry))),
        sha256=Said(link.sha256),
        href=Said("" if link.pruned else quote(f"{to_archive}{link.path}")),
        size=Said(f"{max(link.size / _MEGABYTE, 0.1):.1f} MB"),
    )


def _notes(entry: _Entry) -> Iterable[str]:
    superseded_by, withdrawn = (_text(entry.told, name) for name in DERIVED)
    if WITHDRAWN in entry.told:
        yield f"Withdrawn: {withdrawn}"
    if superseded_by:
        yield f"Superseded by {superseded_by}"
    if entry.is_void:
        yield _VOID
    if entry.link.pruned:
        yield f"Pruned on {entry.link.pruned.said}"


def _figure(told: Mapping[str, Any]) -> "IndexFigure":
    from viperreport.html.index import IndexFigure

    words = {name: _text(told, name) for name in FIGURE}
    if words["colour"] not in COLOUR_NAMES:
        words["colour"] = Said(_UNCLEAR)
    return IndexFigure(**words, held=told.get("held") is not False)


def _items(told: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    found = told.get(name)
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _text(told: Mapping[str, Any], name: str) -> Said:
    """A text of the manifest, which anybody may have written."""
    found = told.get(name)
    return Said(found if isinstance(found, str) else "")
