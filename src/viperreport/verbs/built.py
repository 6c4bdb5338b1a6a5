"""What was built in a home, so that it can be explained, compared and built again.

Each edition that is built, as PDF or as JSON, leaves a note in output/state/editions/: how it was
asked for, and by which configuration, kept beside it, it was made. The name of an edition means the
one that was filed; of one that was not, the last draft.
"""

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from difflib import get_close_matches
from pathlib import Path

from viperreport.durable import SHARED, alone, make_directory, staged, write_whole
from viperreport.errors import UsageError
from viperreport.homes import STATE
from viperreport.model.briefing import Briefing
from viperreport.model.correcting import replaced_of
from viperreport.pipeline import BuildRequest, DrawnEdition, Home, keep
from viperreport.verbs.drafts import draft_path, keep_beside

_EDITIONS = f"{STATE}/editions"
_LAST = ".last.json"
_FORGOTTEN = "the store no longer knows what it knew then: see viperreport loads"
_NAME = r"[a-z0-9][a-z0-9_-]*"
_EDITION = re.compile(
    rf"(?P<briefing>{_NAME})/(?P<area>{_NAME})/(?P<cut_off>\d{{4}}-\d\d-\d\d)(@(?P<revision>\d+))?"
)


@dataclass(frozen=True, slots=True)
class Built:
    """An edition that was built here.

    Args:
        name: such as weekly/all/2016-05-25; empty where it is only asked for.
        configuration: the hash of the one that was kept; empty where none was.
        made_with: versions, by what they are of.
        fingerprint: of its data.
        sha256: of its PDF; empty where that is not known.
    """

    request: BuildRequest
    name: str = ""
    configuration: str = ""
    made_with: Mapping[str, str] = field(default_factory=dict)
    fingerprint: str = ""
    sha256: str = ""


Filed = Callable[[str], Built | None]


def built_from(asked: BuildRequest, briefing: Briefing, configuration: str) -> Built:
    """What is to be noted of an edition, as a request that names all of it."""
    key = briefing.edition
    request = replace(
        asked,
        briefing=key.briefing,
        cut_off=key.cut_off,
        known_at=briefing.known_at,
        area=key.area,
    )
    return Built(request, str(key), configuration, fingerprint=briefing.fingerprint)


def drawn(edition: DrawnEdition) -> Built:
    """What is to be noted of an edition that was drawn."""
    return replace(
        built_from(edition.request, edition.briefing, edition.configuration.hash),
        made_with=edition.made_with,
        sha256=hashlib.sha256(edition.pdf).hexdigest(),
    )


@contextmanager
def keeping(home: Home, edition: DrawnEdition) -> Iterator[None]:
    """Keep what goes along with a PDF and what it was made by; note that it was built.

    The PDF is put in its place within, where no other process puts files of the same edition.

    Raises:
        OutputError: the home's output cannot be written.
    """
    built = drawn(edition)
    make_directory(_editions(home.path))
    with alone(_editions(home.path) / f".{_as_file(built.name)}.lock"):
        keep(home, edition.configuration)
        keep_beside(home, edition)
        yield
        note_built(home, built)
        note_last(home, built)


def write_draft(home: Home, edition: DrawnEdition) -> Path:
    """Write a PDF into the drafts, with all that goes along with it; give its path.

    Raises:
        OutputError: the home's output cannot be written.
    """
    path = draft_path(home, edition.briefing, "pdf")
    mode = SHARED if edition.tells_of_people else None
    with staged(path, edition.pdf, mode) as file, keeping(home, edition):
        file.put()
    return path


@contextmanager
def noted(home: Home, built: Built) -> Iterator[None]:
    """Note an edition that is written within as JSON or as its mail, and that one holds it in hand.

    A note that says the same already stays: it may know the hash of the PDF.
    """
    yield
    make_directory(_editions(home.path))
    with alone(_editions(home.path) / f".{_as_file(built.name)}.lock"):
        before = _read(_note(home.path, built.name))
        if before is None or _what(before) != _what(built):
            note_built(home, built)
        note_last(home, built)


def _what(built: Built) -> tuple[BuildRequest, str, str]:
    return built.request, built.configuration, built.fingerprint


def note_last(home: Home, built: Built) -> None:
    """Note what one holds in hand: `explain K1` speaks of it.

    Raises:
        OutputError: the home's output cannot be written.
    """
    make_directory(_editions(home.path))
    write_whole(_editions(home.path) / _LAST, _as_json(built))


def note_built(home: Home, built: Built) -> None:
    """Note an edition under its name.

    Raises:
        OutputError: the home's output cannot be written.
    """
    make_directory(_editions(home.path))
    write_whole(_note(home.path, built.name), _as_json(built))


def last_built(home: Path) -> Built:
    """The edition built last; the last one due where there is none."""
    return _read(_editions(home) / _LAST) or Built(BuildRequest())


def built_before(home: Path, name: str, filed: Filed) -> Built:
    """An edition that was built here, by its name, such as weekly/all/2016-05-25.

    Args:
        filed: finds one in the archive, which comes before any draft of the same name.

    Raises:
        UsageError: that is no edition's name, or it was not built here.
    """
    found = _parts(name)
    built = filed(name) or _noted(home, name, found)
    if built is None:
        there = sorted(each.name for each in _all(home))
        near = get_close_matches(name, there, 3, 0)
        hint = f"there are {', '.join(near)}" if near else "build it first, with --cut-off"
        raise UsageError(f"{name}: was not built here: {hint}")
    return built


def named(home: Path, name: str, filed: Filed) -> Built:
    """An edition by its name: as it was built here, or else only asked for.

    Args:
        filed: as for `built_before`.

    Raises:
        UsageError: that is no edition's name, or a revision that was not built here.
    """
    found = _parts(name)
    if not _is_first(found):
        return built_before(home, name, filed)
    day = date.fromisoformat(found["cut_off"])
    asked = Built(BuildRequest(found["briefing"], day, None, found["area"]))
    return filed(name) or _noted(home, name, found) or asked


def _parts(name: str) -> re.Match[str]:
    found = _EDITION.fullmatch(name)
    if found is None or not _is_day(found["cut_off"]):
        raise UsageError(f"{name}: names no edition: write it as weekly/all/2016-05-25")
    return found


def _is_first(found: re.Match[str]) -> bool:
    return found["revision"] in {None, "1"}


def _noted(home: Path, name: str, found: re.Match[str]) -> Built | None:
    return _read(_note(home, name.partition("@")[0])) if _is_first(found) else None


def differences(before: Built, again: Built) -> str:
    """Why an edition that was built again is another file than it was; empty where it is not."""
    if not before.sha256 or before.sha256 == again.sha256:
        return ""
    names = sorted({*before.made_with, *again.made_with})
    said = [
        f"{name} {before.made_with.get(name, 'none')} then, {again.made_with.get(name, 'none')} now"
        for name in names
        if before.made_with.get(name) != again.made_with.get(name)
    ]
    if before.fingerprint != again.fingerprint:
        said.append(_FORGOTTEN)
    return "; ".join(said) or "for no reason that was noted"


def unlike_data(before: Built, briefing: Briefing) -> str:
    """What to know of figures that are not those that were printed; empty where they are.

    Args:
        before: an edition that was built here; one only asked for has nothing to be unlike.
        briefing: the same, counted again.
    """
    if before.fingerprint in {"", briefing.fingerprint}:
        return ""
    return f"{briefing.edition}: its figures may be others than were printed: {_FORGOTTEN}"


def _editions(home: Path) -> Path:
    return home / _EDITIONS


def _note(home: Path, name: str) -> Path:
    return _editions(home) / f"{_as_file(name)}.json"


def _as_file(name: str) -> str:
    return name.replace("/", "+")


def _all(home: Path) -> list[Built]:
    notes = map(_read, _editions(home).glob("[!.]*.json"))
    return [built for built in notes if built is not None]


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _as_json(built: Built) -> bytes:
    return json.dumps(asdict(built), indent=1, default=lambda day: day.isoformat()).encode()


def _read(file: Path) -> Built | None:
    """A note; None where there is none that can be read, as after a crash or an old version."""
    try:
        note = json.loads(file.read_text())
        asked = note.pop("request")
        day, instant = (
            date.fromisoformat(asked["cut_off"]),
            datetime.fromisoformat(asked["known_at"]),
        )
        replaces = replaced_of(asked.get("replaces"))
        asked |= {"cut_off": day, "known_at": instant, "replaces": replaces}
        if previous := asked.get("previous_known_at"):
            asked["previous_known_at"] = datetime.fromisoformat(previous)
        built = Built(BuildRequest(**asked), **note)
        words = (built.name, built.configuration, built.sha256, built.request.briefing)
        return built if all(isinstance(word, str) for word in words) else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
