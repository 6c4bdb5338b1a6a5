"""What every verb that changes the ledger does before it, and when it leaves.

Source: "What a run does" and "Several machines" in docs/operating.md.
"""

from viperreport.archive.ledger import Ledger
from viperreport.archive.reading import read_ledger
from viperreport.errors import ConfigError, OnHoldError
from viperreport.pipeline import Home
from viperreport.verbs.lists import publish
from viperreport.verbs.planning import CONFIRM, RunRequest, plan
from viperreport.verbs.telling import Log
from viperreport.verbs.trust import bear_witness, ledger_of, refuse_doubts


def refuse_unsure(home: Home) -> None:
    """Refuse to change anything by a ledger or a clock by which no run would go.

    Raises:
        ConfigError: the ledger is not to be believed, or the clock shows less than a run has seen.
        OnHoldError: so many slots are due at once that the clock may be wrong.
    """
    refuse_doubts(home)
    block = plan(home, ledger_of(home), RunRequest(), home.clock()).block
    if block is not None:
        backwards = block.code == ConfigError.exit_code
        error = ConfigError if backwards else OnHoldError
        raise error(f"clock: {block.said}; if that is right, type first: {CONFIRM}")


def leave(home: Home, ledger: Ledger, log: Log | None = None) -> None:
    """Write the lists and the witness, unless the lock was lost: then another run does by now.

    Args:
        log: is told of faults of the index's template.

    Raises:
        OutputError: they cannot be written.
    """
    if ledger.holds:
        publish(home, read_ledger(home.ledger, home.identity.id), log)
        bear_witness(home, home.clock())
