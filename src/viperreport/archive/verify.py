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

from viperreport.archive.chain import (
    NO_LINK,
    Head,
    Link,
    first_break,
    first_odd_pruning,
    manifest_lines,
    prunings,
    read_manifest,
    sums,
)
from viperreport.archive.filing import MANIFEST, SUMS, is_index, is_leftover, read_piece
from viperreport.archive.pruned import Pruning


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
        pruned: the head of the prunings that the witness saw.
    """

    witness: Head | None = None
    head: str = ""
    pruned: Head = NO_LINK


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
        *_prunings(links),
        *_tail(root, links),
        *_outside(links, kept),
    )


def _files(root: Path, links: Sequence[Link]) -> Iterator[Finding]:
    for link in links:
        if link.pruned is not None:
            continue
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
    known = {link.path: link.pruned for link in links} | {MANIFEST: None, SUMS: None}
    for path in files_in(root):
        if path in known and (pruned := known[path]) is None:
            continue
        if path in known and pruned is not None:
            yield Finding(path, _still_there(pruned))
        elif is_index(path) and not (root / path).is_symlink():
            continue
        elif is_leftover(path):
            yield Finding(path, "was left by a run that was killed: the next run sweeps it")
        else:
            yield Finding(path, "is not in the ledger")


def _still_there(pruned: Pruning) -> str:
    if pruned.is_done:
        return f"was pruned ({pruned.said}), and a file is there again"
    return f"is pruned ({pruned.said}), and not gone yet: the next run removes it"


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


def _prunings(links: Sequence[Link]) -> Iterator[Finding]:
    if (odd := first_odd_pruning(links)) is not None:
        link, pruning = odd
        said = f"the list of prunings breaks at {pruning.number}: a row of the ledger was changed"
        yield Finding(link.path, f"{said}, taken out or made up there")


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
        elif link.pruned is not None and known.pruned is None:
            yield Finding(link.path, f"was pruned, says {MANIFEST}, and the ledger does not know")
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
    cut = {pruning.number: pruning.chain for _, pruning in prunings(links)}
    if kept.pruned.seq and cut.get(kept.pruned.seq) != kept.pruned.chain:
        said = "the ledger's list of prunings is not the one that the witness saw"
        yield Finding(f"pruning {kept.pruned.seq}", said)
    if kept.head and kept.head not in {*chains.values(), *cut.values()}:
        yield Finding(f"head {kept.head}", "is none of the ledger's chain")


def manifest_of(root: Path) -> tuple[Link, ...] | None:
    """What the archive's manifest tells; None where there is none."""
    try:
        content = read_piece(root, MANIFEST)
    except OSError:
        return None
    return None if content is None else read_manifest(content.decode("utf-8", "replace"))
