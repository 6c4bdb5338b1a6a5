"""Editions that were filed: the ledger of what was due, the files, the chain that binds them."""
