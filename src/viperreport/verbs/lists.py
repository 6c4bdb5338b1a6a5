"""The archive's own lists: manifest.jsonl and SHA256SUMS."""

from viperreport.archive.chain import manifest_lines, sums
from viperreport.archive.filing import MANIFEST, SUMS, read_piece
from viperreport.archive.reading import Whole
from viperreport.durable import KEPT, OWN, make_directory, settle_directory, write_whole
from viperreport.pipeline import Home


def publish(home: Home, whole: Whole) -> None:
    """Write the archive's lists, where they are not what the ledger says.

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
