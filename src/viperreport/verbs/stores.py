"""A home's databases, moved: the verb `store copy`."""

from viperreport.archive.ledger import Ledger
from viperreport.copying import copy_to_server
from viperreport.errors import ConfigError
from viperreport.evidence.store import changing, note_moved
from viperreport.pipeline import Home
from viperreport.settings import store_fault


def copy_store(home: Home, ledger: Ledger, url: str) -> dict[str, int]:
    """Move evidence and ledger into an empty database, while nothing is loaded or filed.

    Nothing is taken away here, but what is here is refused from now on: a load into it, or a word
    about an edition, would be missing there.

    Args:
        ledger: under its lock.
        url: of the database.

    Returns:
        Rows, by table.

    Raises:
        ConfigError: the URL names no server, or a database that holds a store.
        UnreachableError: it does not answer.
        BusyError: a load takes very long.
    """
    if fault := store_fault(url):
        raise ConfigError(f"--to: {fault}")
    with changing(home.engine, home.identity.id) as evidence, ledger.writing():
        copied = copy_to_server(evidence, ledger.connection, url)
        note_moved(evidence)
        ledger.note_moved()
        return copied
