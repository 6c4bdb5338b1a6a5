"""Files that were taken out of the archive for their age, and the chain that binds these facts.

A file that was pruned keeps its row, its line of the manifest and its link of the chain of files.
That it was pruned is a link of a chain of its own: p_n = SHA-256 of (n, p_{n-1}, the file's link,
instant, reason), as JSON. Its head stands in the witness beside that of the files.
"""

import hashlib
import json
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pruning:
    """That a file was pruned.

    Args:
        number: its place among all that were, from 1.
        at: when, in UTC, as ISO text.
        chain: the hash that binds it.
        is_done: the file is gone; a run that was killed may have come no further than the ledger.
    """

    number: int
    at: str
    reason: str
    chain: str
    is_done: bool = True

    @property
    def said(self) -> str:
        """The day and the reason, for people."""
        return f"{self.at[:10]}: {self.reason}"


def bound(number: int, previous: str, link: str, at: str, reason: str) -> str:
    """The hash of a pruning: it binds the one before it and the file's link."""
    words = json.dumps([number, previous, link, at, reason])
    return hashlib.sha256(words.encode()).hexdigest()
