"""Keeping the texts that editions are built by in the ledger too, so that any machine has them."""

from viperreport.archive.ledger import Ledger
from viperreport.archive.reading import Whole
from viperreport.archive.texts import lacking, note_text
from viperreport.configuration import Configuration, kept_text, packed
from viperreport.pipeline import Home, kept_in


def keep_text(ledger: Ledger, text: Configuration) -> None:
    """Keep a configuration in the ledger, unless it is there."""
    for name in lacking(ledger, [text.hash]):
        note_text(ledger, name, packed(text))


def keep_older(home: Home, ledger: Ledger, whole: Whole) -> None:
    """Keep what a ledger refers to and lacks, and this machine has: from before it held texts."""
    for name in lacking(ledger, (each.configuration for each in whole.editions)):
        text = kept_text(kept_in(home.path), name) if name else None
        if text is not None:
            note_text(ledger, name, packed(text))
