"""How far an edition can count, where a source ends before the cut-off.

Source: "Coverage and guards" in docs/definitions.md.
"""

from datetime import date

from viperreport.model.period import last_whole_month_end
from viperreport.model.snapshot import Cube


def effective_cut_off(cube: Cube, cut_off: date) -> date:
    """Give the last day that a source's periods run to.

    Args:
        cube: the source, with the last day it covers.
        cut_off: last whole day counted, as asked for.

    Returns:
        The cut-off, or the end of coverage where that comes first; for monthly cells the end of
        the last whole month by then.
    """
    end = min(cut_off, cube.held_to)
    return last_whole_month_end(end) if cube.monthly else end
