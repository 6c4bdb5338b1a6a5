"""Promises of the ledger, the archive and the runs that fill them."""
