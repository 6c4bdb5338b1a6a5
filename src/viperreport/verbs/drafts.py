"""Drafts: where they lie, what lies beside them, and the figures that stand on one."""

from difflib import get_close_matches
from pathlib import Path

from viperreport.durable import KEPT, OWN, make_directory, write_whole
from viperreport.enclosures import FIGURES, MANIFEST, RECORDS
from viperreport.errors import OutputError, UsageError
from viperreport.model.briefing import Briefing, KeyFigure
from viperreport.model.figure import Figure
from viperreport.model.standing import exhibits_in, figures_in
from viperreport.pipeline import DrawnEdition, Home


def draft_path(home: Home, briefing: Briefing, ending: str) -> Path:
    """Where a draft lies: output/drafts/weekly.all.2016-05-25.pdf; its directory is made.

    No name of a briefing or an area holds a full stop, so no two editions share a file.

    Raises:
        OutputError: the home's output cannot be written.
    """
    edition = briefing.edition
    make_directory(_drafts(home), OWN)
    return _drafts(home) / f"{edition.briefing}.{edition.area}.{edition.cut_off}.{ending}"


def keep_beside(home: Home, edition: DrawnEdition) -> None:
    """Put what goes along with a draft and is not attached to it into output/drafts/.

    It stays in the home wherever the PDF goes. What an earlier build of the same edition left
    there, and this one attaches, is removed.

    Raises:
        OutputError: the home's output cannot be written.
    """
    beside = {each.name: each for each in edition.beside}
    for name in (FIGURES, RECORDS, MANIFEST):
        path = draft_path(home, edition.briefing, name)
        try:
            if name not in beside or path.is_symlink():  # records follow no link out of the home
                path.unlink(missing_ok=True)
            if name in beside:
                mode = KEPT if beside[name].tells_of_people else None
                write_whole(path, beside[name].content, mode)
        except OSError as error:
            raise OutputError(f"{path}: cannot be removed: {error.strerror}") from error


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
