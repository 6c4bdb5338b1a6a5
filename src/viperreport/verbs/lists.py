"""The archive's own lists: manifest.jsonl and SHA256SUMS, and the index for people."""

from viperreport.archive.chain import manifest_lines, sums
from viperreport.archive.filing import MANIFEST, SUMS, read_piece
from viperreport.archive.reading import Whole
from viperreport.configuration import INDEX_TEMPLATE
from viperreport.durable import KEPT, OWN, make_directory, settle_directory, write_whole
from viperreport.pipeline import Home
from viperreport.verbs.indexing import publish_index
from viperreport.verbs.telling import Log


def publish(home: Home, whole: Whole, log: Log | None = None) -> None:
    """Write the archive's lists and its index, where they are not what the ledger says.

    Args:
        log: is told of faults in the home's template; None: `check` names them, and no run does.

    Raises:
        OutputError: they cannot be written.
    """
    if not whole.links:
        return
    make_directory(home.archive, OWN)
    for name, text in ((MANIFEST, manifest_lines(whole.links)), (SUMS, sums(whole.links))):
        content = text.encode()
        if read_piece(home.archive, name) != content:
            path = home.archive / name
            if path.is_symlink():
                path.unlink()
            write_whole(path, content, KEPT)
            settle_directory(home.archive)
    for fault in publish_index(home, whole):
        if log is not None:
            log.tell(INDEX_TEMPLATE, fault, "the packaged one stood in; mend it: viperreport check")
