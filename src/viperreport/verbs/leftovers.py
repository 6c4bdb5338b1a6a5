"""What runs that were killed left in the archive, of editions that none will make any more."""

from collections.abc import Iterator, Sequence
from contextlib import suppress

from viperreport.archive.filing import path_of, read_piece, remove_piece
from viperreport.archive.reading import Edition, Whole
from viperreport.archive.states import State
from viperreport.archive.verify import manifest_of
from viperreport.enclosures import FIGURES, MANIFEST, RECORDS
from viperreport.errors import OutputError
from viperreport.pipeline import Home
from viperreport.verbs.telling import Log
from viperreport.verbs.trust import RESTORED


def sweep_unfiled(home: Home, whole: Whole, log: Log) -> None:
    """Remove what stands in the places of editions that were settled without ever being filed.

    Such a file was put by a run that was killed before it could note it, and no run replaces it.
    What the manifest names stays, and so does all of an edition that `adopt` has settled: before
    its ledger was put back it may have been filed.

    Args:
        whole: a ledger that is to be believed; under its lock.
    """
    known = {link.path for link in (*whole.links, *(manifest_of(home.archive) or ()))}
    for path in _places(_never_filed(whole)):
        with suppress(OSError, OutputError):
            if path not in known and read_piece(home.archive, path) is not None:
                remove_piece(home.archive, path)
                log.line("leftover", path=path, said="of an edition that was not filed: swept")


def _never_filed(whole: Whole) -> list[Edition]:
    filed = {link.edition for link in whole.links}
    begun = {str(each.edition) for each in whole.events if each.after == State.CLAIMED}
    doubtful = {str(each.edition) for each in whole.events if each.reason.startswith(RESTORED)}
    return [
        each
        for each in whole.editions
        if each.state in {State.SKIPPED, State.VOID} and str(each.key) in begun - filed - doubtful
    ]


def _places(editions: Sequence[Edition]) -> Iterator[str]:
    for edition in editions:
        for ending in (FIGURES, RECORDS, MANIFEST, "pdf"):
            yield path_of(edition.key, ending)
