"""The chain that binds each archived file to all before it.

chain_n = SHA-256 of (n, chain_{n-1}, edition, sha256, size, path), as JSON. Whoever knows the
head of the chain, from the witness or from a message, can tell that nothing below was changed.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from viperreport.archive.pruned import Pruning, bound

START = "0" * 64  # the link before the first


@dataclass(frozen=True, slots=True)
class Link:
    """One archived file.

    Args:
        seq: its place in the chain, from 1.
        edition: such as weekly/all/2016-05-25; each of an edition's files is a link.
        path: below output/editions.
        size: in bytes.
        chain: the hash that binds it.
        told: what else the manifest says of it: for an edition's PDF how it was made.
        pruned: that it was taken out for its age; None where it was not.
    """

    seq: int
    edition: str
    sha256: str
    size: int
    path: str
    chain: str
    told: tuple[tuple[str, Any], ...] = ()
    pruned: Pruning | None = None


@dataclass(frozen=True, slots=True)
class Head:
    """Where a chain ends: its last number, 0 for none, and its hash."""

    seq: int = 0
    chain: str = START


NO_LINK = Head()


def chained(previous: Head, edition: str, sha256: str, size: int, path: str) -> Link:
    """Bind a file to what was filed before it."""
    seq = previous.seq + 1
    bound = json.dumps([seq, previous.chain, edition, sha256, size, path]).encode()
    return Link(seq, edition, sha256, size, path, hashlib.sha256(bound).hexdigest())


def head_of(links: Sequence[Link]) -> Head:
    """The head of a chain."""
    return Head(links[-1].seq, links[-1].chain) if links else Head()


def first_break(links: Iterable[Link]) -> int | None:
    """The number of the first link that does not follow from the one before; None for none."""
    previous = Head()
    for link in links:
        again = chained(previous, link.edition, link.sha256, link.size, link.path)
        if (again.seq, again.chain) != (link.seq, link.chain):
            return previous.seq + 1
        previous = Head(link.seq, link.chain)
    return None


def prunings(links: Iterable[Link]) -> tuple[tuple[Link, Pruning], ...]:
    """The files that were pruned, in the order in which they were."""
    found = [(link, link.pruned) for link in links if link.pruned is not None]
    return tuple(sorted(found, key=lambda pair: pair[1].number))


def pruned_head(links: Iterable[Link]) -> Head:
    """The head of the chain of prunings."""
    found = prunings(links)
    return Head(found[-1][1].number, found[-1][1].chain) if found else Head()


def next_pruning(previous: Head, link: Link, at: str, reason: str) -> Pruning:
    """Bind that a file is pruned to what was pruned before it."""
    number = previous.seq + 1
    chain = bound(number, previous.chain, link.chain, at, reason)
    return Pruning(number, at, reason, chain, is_done=False)


def first_odd_pruning(links: Iterable[Link]) -> tuple[Link, Pruning] | None:
    """The first pruning that does not follow from the one before; None for none."""
    previous = Head()
    for link, pruning in prunings(links):
        again = next_pruning(previous, link, pruning.at, pruning.reason)
        if (again.number, again.chain) != (pruning.number, pruning.chain):
            return link, pruning
        previous = Head(pruning.number, pruning.chain)
    return None


def manifest_lines(links: Iterable[Link]) -> str:
    """The archive's manifest: a JSON object a file, in the order of the chain."""
    return "".join(f"{_line(link)}\n" for link in links)


def read_manifest(text: str) -> tuple[Link, ...]:
    """Read a manifest; what is no line of one ends it."""
    links = []
    for line in text.splitlines():
        try:
            told = json.loads(line)
            plain = {name: told.pop(name) for name in _PLAIN}
            said = told.pop(_PRUNED, None)
            pruned = None if said is None else Pruning(**{each: said[each] for each in _TOLD})
            links.append(Link(**plain, told=tuple(told.items()), pruned=pruned))
        except (ValueError, KeyError, TypeError, AttributeError):
            break
    return tuple(links)


def sums(links: Iterable[Link]) -> str:
    """What `sha256sum -c SHA256SUMS` reads: the files that are there."""
    return "".join(f"{link.sha256}  {link.path}\n" for link in links if link.pruned is None)


_PLAIN = ("seq", "edition", "sha256", "size", "path", "chain")
_PRUNED = "pruned"
_TOLD = ("number", "at", "reason", "chain")  # what the manifest tells of a pruning


def _line(link: Link) -> str:
    plain = {name: value for name, value in asdict(link).items() if name in _PLAIN}
    pruned = link.pruned
    more = {} if pruned is None else {_PRUNED: {each: getattr(pruned, each) for each in _TOLD}}
    return json.dumps(plain | dict(link.told) | more, ensure_ascii=False)
