"""Writing down what was pruned: in the ledger first, then the files go.

Whoever is killed in between leaves rows that are not done; the next run removes their files.
"""

from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import insert, update

from viperreport.archive.chain import Head, Link, next_pruning, pruned_head, prunings
from viperreport.archive.edition_tables import PRUNINGS
from viperreport.archive.filing import holds, remove_piece
from viperreport.archive.ledger import Ledger
from viperreport.archive.pruned import Pruning
from viperreport.archive.reading import Edition, links
from viperreport.database import to_text


def note_prunings(
    ledger: Ledger, pruned: Sequence[tuple[Edition, Sequence[Link]]], reason: str
) -> None:
    """Note that the files of some editions are pruned, with an event each: one commit."""
    with ledger.writing() as connection:
        previous, at = pruned_head(links(connection)), to_text(ledger.stamp.at)
        for edition, files in pruned:
            for link in files:
                pruning = next_pruning(previous, link, at, reason)
                _insert(ledger, link, pruning)
                previous = Head(pruning.number, pruning.chain)
            ledger.note(edition, f"pruned: {len(files)} files: {reason}")


def finish_prunings(ledger: Ledger, root: Path, known: Sequence[Link]) -> list[str]:
    """Remove what is pruned and not gone; give the paths of what was there.

    A file that is not the one that was filed stays: it was put there since, and `verify` names it.

    Args:
        root: output/editions.
        known: the chain as the ledger has it.

    Raises:
        OutputError: one cannot be removed; the next run tries again.
    """
    removed = []
    for link, pruning in prunings(known):
        if pruning.is_done:
            continue
        if holds(root, link.path, link.sha256):
            remove_piece(root, link.path)
            removed.append(link.path)
        with ledger.writing() as connection:
            mine = PRUNINGS.c.number == pruning.number
            done = {"done_at": to_text(ledger.stamp.at)}
            connection.execute(update(PRUNINGS).where(mine).values(**done))
    return removed


def prune_again(ledger: Ledger, told: Sequence[Link]) -> None:
    """Note what the archive's manifest says was pruned and the ledger has lost.

    Args:
        told: the manifest.
    """
    with ledger.writing() as connection:
        ours = {link.seq: link for link in links(connection)}
        previous = pruned_head(ours.values())
        for link, pruning in prunings(told):
            if pruning.number <= previous.seq:
                continue
            mine = ours.get(link.seq)
            again = next_pruning(previous, link, pruning.at, pruning.reason)
            same = (again.number, again.chain) == (pruning.number, pruning.chain)
            if mine is None or mine.chain != link.chain or not same:
                return
            _insert(ledger, link, again)
            previous = Head(again.number, again.chain)


def _insert(ledger: Ledger, link: Link, pruning: Pruning) -> None:
    ledger.connection.execute(
        insert(PRUNINGS).values(
            number=pruning.number,
            file=link.seq,
            at=pruning.at,
            run=ledger.stamp.run,
            reason=pruning.reason,
            chain=pruning.chain,
            done_at="",
        )
    )
