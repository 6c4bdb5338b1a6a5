"""An end that is asked for while something is under way: SIGTERM, obeyed in order.

What may be left off at any line is; what may not is brought to its end first. Source: "Stopping"
in docs/operating.md.
"""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from viperreport.errors import DataError, ViperReportError


class Stopped(KeyboardInterrupt):
    """Asked to end. No fault: whoever catches faults lets it pass, and drivers cancel queries."""


class Stop:
    """Whether an end was asked for, and whether it may be obeyed at any line.

    Attributes:
        asked: whether it was.
    """

    def __init__(self) -> None:
        self.asked = False
        self._anywhere = False

    def ask(self, _signal: int = 0, _frame: FrameType | None = None) -> None:
        """Ask for an end; a second time changes nothing."""
        again, self.asked = self.asked, True
        if self._anywhere and not again:
            raise Stopped

    def obey(self) -> None:
        """End here if that was asked for.

        Raises:
            Stopped: it was.
        """
        if self.asked:
            raise Stopped

    @property
    def breaks_off(self) -> bool:
        """Whether what is under way now is to be left off."""
        return self.asked and self._anywhere

    @contextmanager
    def anywhere(self) -> Iterator[None]:
        """Within it an end is obeyed at whatever line the program has come to.

        For waits, and for transactions, of which nothing remains when they are left.

        Raises:
            Stopped: it was asked for, before or within.
        """
        self._anywhere = True
        try:
            self.obey()
            yield
        except ViperReportError as error:
            if self.asked and not isinstance(error, DataError):
                raise Stopped from error  # what a store says of a statement that was broken off
            raise
        finally:
            self._anywhere = False


def listen(*signals: signal.Signals) -> Stop:
    """From now on these signals ask for an end, and nothing else."""
    stop = Stop()
    for each in signals:
        signal.signal(each, stop.ask)
    return stop
