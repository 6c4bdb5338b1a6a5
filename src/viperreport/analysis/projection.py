"""The count of the whole year, if the rest of it follows the last years.

Source: "Projection" in docs/definitions.md.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from viperreport.analysis.special import normal_quantile

FROM_DAY = 90
TAU = 0.12
YEARS_USED = 3
FEWEST_YEARS = 2
_WIDEST = 1000  # times the median
_HALF = 0.5  # added to each count, so that a year without an event still has a logarithm


@dataclass(frozen=True, slots=True)
class Projection:
    """Where the count of the whole year may end: its median and two intervals, as real numbers."""

    median: float
    low80: float
    high80: float
    low95: float
    high95: float

    @property
    def is_telling(self) -> bool:
        """Whether its range says anything: of counts that cluster much it may have no end."""
        return self.high95 <= _WIDEST * max(self.median, 1)


def may_project(cut_off: date, from_day: int = FROM_DAY) -> bool:
    """Whether a year end may be projected: from that day of the year on, but not on its last."""
    return cut_off.timetuple().tm_yday >= from_day and (cut_off.month, cut_off.day) != (12, 31)


def tells(so_far: int, earlier: Sequence[tuple[int, int]], few: int) -> bool:
    """Whether there are enough records to project from: this year's and the last three together.

    Under that the range says nothing: from no record at all it would reach from 0 to 128.
    """
    return so_far + sum(map(sum, earlier[-YEARS_USED:])) >= few


def project(
    so_far: int, earlier: Sequence[tuple[int, int]], phi: float = 1.0, tau: float = TAU
) -> Projection | None:
    """Project the count of the whole year from how the last complete years went on.

    m = (a + 1/2)(Q + 1/2) / (A + 1/2), s^2 = phi (1/(a + 1/2) + 1/m + 1/(A + 1/2) + 1/(Q + 1/2))
    + tau^2, limits a + m exp(-z s) and a + m exp(z s).

    Args:
        so_far: a, the count up to the cut-off.
        earlier: (count to the same date, count after it) of complete dated years, oldest first;
            the last three are used, or two.
        phi: clustering of these counts.
        tau: how much the share of the rest differs between years, as a standard deviation of
            its logarithm.

    Returns:
        None with fewer than two complete years.

    Raises:
        ValueError: a negative count.
    """
    used = earlier[-YEARS_USED:]
    if len(used) < FEWEST_YEARS:
        return None
    if so_far < 0 or min(map(min, used)) < 0:
        raise ValueError("a count is never negative")
    a = so_far + _HALF
    to_date = sum(year[0] for year in used) + _HALF
    rest = sum(year[1] for year in used) + _HALF
    m = a * rest / to_date
    s = math.sqrt(phi * (1 / a + 1 / m + 1 / to_date + 1 / rest) + tau * tau)
    z80, z95 = normal_quantile(0.9) * s, normal_quantile(0.975) * s
    low80, high80, low95, high95 = (so_far + m * math.exp(z) for z in (-z80, z80, -z95, z95))
    return Projection(so_far + m, low80, high80, low95, high95)
