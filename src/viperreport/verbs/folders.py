"""The way into folders: an archived PDF, put there as it was filed.

Source: "Who gets it" in docs/operating.md.
"""

import hashlib
from pathlib import Path

from viperreport.archive.chain import Link
from viperreport.archive.filing import read_piece
from viperreport.errors import OutputError, VerificationError
from viperreport.pipeline import Home


def put(home: Home, link: Link, folder: str) -> None:
    """Put an edition's PDF into a folder, unless it lies there already.

    Args:
        link: of the PDF, in the archive's chain.
        folder: its absolute path.

    Raises:
        VerificationError: it is not what was filed.
        OutputError: it cannot be read, or put there.
    """
    from viperreport.channels.folder import put_in_folder

    path = home.archive / link.path
    try:
        content = read_piece(home.archive, link.path)
    except OSError as error:
        raise OutputError(f"{path}: cannot be read: {error.strerror}") from error
    if content is None or hashlib.sha256(content).hexdigest() != link.sha256:
        raise VerificationError(f"{path}: is not what was filed: see viperreport archive verify")
    put_in_folder(Path(folder), path.name, content)
