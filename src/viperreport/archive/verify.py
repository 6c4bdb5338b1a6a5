"""Is what is archived what was filed?

Files are held against the ledger, the ledger against its chain, and the chain against what was
seen of it from outside.

Source: "What `archive verify` finds" in docs/operating.md.
"""

import hashlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from viperreport.archive.chain import Head, Link, first_break, manifest_lines, read_manifest, sums
from viperreport.archive.filing import MANIFEST, SUMS, is_leftover, read_piece


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it was filed: what it is about, and what is wrong."""

    about: str
    said: str


@dataclass(frozen=True, slots=True)
class Kept:
    """What was seen of the chain from outside the ledger.

    Args:
        witness: the head that the witness saw; None where there is no witness.
        head: one that somebody was told, such as in a message; empty for none.
    """

    witness: Head | None = None
    head: str = ""


def verify(root: Path, links: Sequence[Link], kept: Kept) -> tuple[Finding, ...]:
    """Find all that is not as it was filed.

    Args:
        root: output/editions.
        links: the chain as the ledger has it.
    """
    return (
        *_files(root, links),
        *_strays(root, links),
        *_chain(links),
        *_tail(root, links),
        *_outside(links, kept),
    )


def _files(root: Path, links: Sequence[Link]) -> Iterator[Finding]:
    for link in links:
        try:
            content = read_piece(root, link.path)
        except OSError as error:
            yield Finding(link.path, f"cannot be read: {error.strerror}")
            continue
        if content is None:
            yield Finding(link.path, "is missing, or no regular file: put it back from a backup")
        elif hashlib.sha256(content).hexdigest() != link.sha256:
            yield Finding(link.path, "was changed since it was filed: put it back from a backup")


def _strays(root: Path, links: Sequence[Link]) -> Iterator[Finding]:
    known = {link.path for link in links} | {MANIFEST, SUMS}
    for path in files_in(root):
        if path in known:
            continue
        if is_leftover(path):
            yield Finding(path, "was left by a run that was killed: the next run sweeps it")
        else:
            yield Finding(path, "is not in the ledger")


def files_in(root: Path) -> Iterator[str]:
    """Every file and link below the archive, by its path in it."""
    for folder, inner, names in os.walk(root):
        linked = [name for name in inner if Path(folder, name).is_symlink()]
        for name in sorted((*names, *linked)):
            yield Path(folder, name).relative_to(root).as_posix()


def _chain(links: Sequence[Link]) -> Iterator[Finding]:
    if (broken := first_break(links)) is None:
        return
    after = next((link for link in links if link.seq >= broken), None)
    about = f"chain {broken}" if after is None else after.path
    said = f"the chain breaks at {broken}: a row of the ledger was changed or taken out there"
    yield Finding(about, said)


def _tail(root: Path, links: Sequence[Link]) -> Iterator[Finding]:
    """What the archive's own lists tell otherwise than the ledger."""
    told = manifest_of(root)
    if told is None:
        if links:
            yield Finding(MANIFEST, "is missing: the next run writes it again")
        return
    ours = {link.seq: link for link in links}
    for link in told:
        known = ours.get(link.seq)
        if known is None:
            yield Finding(link.path, f"file {link.seq} of {MANIFEST} is not in the ledger")
        elif known.chain != link.chain:
            yield Finding(link.path, f"file {link.seq} of {MANIFEST} is another than the ledger's")
            break
    yield from _lists(root, links, len(told))


def _lists(root: Path, links: Sequence[Link], told: int) -> Iterator[Finding]:
    if told < len(links):
        yield Finding(MANIFEST, "ends before the ledger does: the next run completes it")
        return
    for name, text in ((MANIFEST, manifest_lines(links)), (SUMS, sums(links))):
        content = read_piece(root, name)
        if content != text.encode() and told == len(links):
            yield Finding(name, "is not what was filed: the next run writes it again")


def _outside(links: Sequence[Link], kept: Kept) -> Iterator[Finding]:
    chains = {link.seq: link.chain for link in links}
    seen = kept.witness
    if seen is not None and seen.seq and chains.get(seen.seq) != seen.chain:
        what = "ends before" if seen.seq not in chains else "is not the one of"
        yield Finding(
            f"chain {seen.seq}", f"the ledger's chain {what} the head that the witness saw"
        )
    if kept.head and kept.head not in chains.values():
        yield Finding(f"head {kept.head}", "is none of the ledger's chain")


def manifest_of(root: Path) -> tuple[Link, ...] | None:
    """What the archive's manifest tells; None where there is none."""
    try:
        content = read_piece(root, MANIFEST)
    except OSError:
        return None
    return None if content is None else read_manifest(content.decode("utf-8", "replace"))
