"""Everything that can go wrong for a reason the user can mend, as one tree.

Each class carries the exit code that the command line ends with. A message says what failed,
on which file, line or key, and what to do next; it never quotes the content of a row.
"""


class ViperReportError(Exception):
    """The root: something that a person can mend. Never raised itself."""

    exit_code = 1


class UsageError(ViperReportError):
    """The command asks for what there is not: an option, a source, a figure, a cut-off."""

    exit_code = 2


class ConfigError(ViperReportError):
    """A home, a TOML file, a schema or a store that does not belong. Holds every fault found.

    Args:
        faults: one line each, naming file and key.
    """

    exit_code = 3

    def __init__(self, *faults: str) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


class DataError(ViperReportError):
    """Rows that were refused; the store is as it was."""

    exit_code = 4


class OnHoldError(ViperReportError):
    """An edition was made, is marked as on hold, and must not go out."""

    exit_code = 4


class RenderError(ViperReportError):
    """A page could not be drawn as promised."""

    exit_code = 5


class OutputError(ViperReportError):
    """A file, or the store, could not be written; what stood there stands there still."""

    exit_code = 5


class UnreachableError(ConfigError):
    """The database's server does not answer; it may by itself, later."""


class DamagedError(ConfigError):
    """A database cannot be read any more; it may be again once it is put back from a copy."""


class VerificationError(ViperReportError):
    """What is archived is not what was filed."""

    exit_code = 5


class DeliveryError(ViperReportError):
    """A message could not be handed to the server that takes mail."""

    exit_code = 6


class BusyError(ViperReportError):
    """Another process does the same, and was not done in time."""

    exit_code = 8


class UnlikeFiguresError(ViperReportError):
    """Two figures of unlike period kind, measure or unit were to be compared.

    This is a fault of the program, not of its user: no input may bring it about.
    """
