"""Finding places for labels: beside their points without collisions, and along an edge."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from viperreport.pdf.geometry import Box, Point

_FAR = (0.0, 10.0, 20.0, 32.0, 46.0, 62.0, 80.0)  # tried away from a point, in points
_OUTSIDE, _COLLISION, _CROSSING = 1e6, 1e4, 25.0
_SIDES = {"above left": 0.0, "above right": 3.0, "below right": 6.0, "below left": 9.0}
_CLEAR = 1.5  # kept between a label and what stands near it


@dataclass(frozen=True, slots=True)
class Wanted:
    """A label that needs a place.

    Args:
        size: width and height.
        point: what it labels.
        gap: from the point to the label, across and along.
        side: where it stands by preference: "above left", "below right", …
    """

    size: tuple[float, float]
    point: Point
    gap: tuple[float, float]
    side: str


@dataclass(slots=True)
class Room:
    """The room inside which labels are placed, and what is there already.

    Args:
        solid: boxes that no label may touch.
        strokes: points along lines, which labels avoid where they can.
    """

    box: Box
    solid: list[Box] = field(default_factory=list)
    strokes: list[Point] = field(default_factory=list)

    def place(self, label: Wanted) -> Box:
        """Choose the best free place for a label, and keep it taken."""
        self.strokes.sort()
        best, least = Box(*label.point, *label.size), float("inf")
        for dislike, box in _options(label):
            if dislike >= least:
                break
            cost = dislike + self._cost(box)
            if cost < least:
                best, least = box, cost
        left = min(max(best.x, self.box.x), self.box.right - best.w)  # rather on a line than out
        best = Box(left, best.y, best.w, best.h)
        self.solid.append(best)
        return best

    def _cost(self, box: Box) -> float:
        """What is wrong with a place: outside, on something solid, across lines."""
        cost = 0.0
        inside = (
            box.x >= self.box.x
            and box.right <= self.box.right
            and box.y >= self.box.y
            and box.bottom <= self.box.bottom
        )
        if not inside:
            cost += _OUTSIDE
        cost += _COLLISION * sum(box.meets(other, -_CLEAR) for other in self.solid)
        first = bisect_left(self.strokes, (box.x - _CLEAR, 0.0))
        last = bisect_left(self.strokes, (box.right + _CLEAR, 0.0))
        top, bottom = box.y - _CLEAR, box.bottom + _CLEAR
        return cost + _CROSSING * sum(top < y < bottom for _, y in self.strokes[first:last])


def _options(label: Wanted) -> list[tuple[float, Box]]:
    """Every place that is tried, the most liked first."""
    found = [
        (far + (0.0 if side == label.side else dislike + 4), _beside(label, side, far))
        for far in _FAR
        for side, dislike in _SIDES.items()
    ]
    return sorted(found, key=lambda option: option[0])


def _beside(label: Wanted, side: str, far: float) -> Box:
    (wide, high), (x, y), (across, along) = label.size, label.point, label.gap
    left = x - across - wide if side.endswith("left") else x + across
    top = y - along - high - far if side.startswith("above") else y + along + far
    return Box(left, top, wide, high)


@dataclass(slots=True)
class _Cluster:
    """Neighbours along an edge that have been pushed against each other."""

    total: float
    members: int

    @property
    def start(self) -> float:
        return self.total / self.members


def spread(wanted: Sequence[tuple[float, float]], lowest: float, highest: float) -> list[float]:
    """Move blocks along an edge as little as possible until none overlap.

    Args:
        wanted: (top, height) of each block, sorted by where they belong.
        lowest: no block begins before it.
        highest: no block ends after it.

    Returns:
        the top of each block. Least squares: neighbours that collide share their displacement.
    """
    before = 0.0
    offsets = []
    clusters: list[_Cluster] = []
    for top, height in wanted:
        offsets.append(before)
        clusters.append(_Cluster(top - before, 1))
        before += height
        while len(clusters) > 1 and clusters[-2].start > clusters[-1].start:
            last = clusters.pop()
            clusters[-1].total += last.total
            clusters[-1].members += last.members
    starts = [cluster.start for cluster in clusters for _ in range(cluster.members)]
    ceiling = max(highest - before, lowest)
    return [
        min(max(start, lowest), ceiling) + offset
        for start, offset in zip(starts, offsets, strict=True)
    ]


def along(points: Sequence[Point], every: float) -> list[Point]:
    """Points along a run of straight lines: its corners, and others no further than `every`."""
    found = list(points)
    for (x1, y1), (x2, y2) in pairwise(points):
        reach = max(x2 - x1, y2 - y1, y1 - y2)  # lines of a chart run to the right
        if reach > every:
            parts = int(reach / every) + 1
            across, down = (x2 - x1) / parts, (y2 - y1) / parts
            found += [(x1 + across * k, y1 + down * k) for k in range(1, parts)]
    return found


def lanes(
    heights: Iterable[float], taken: Sequence[tuple[float, float]], reach: float
) -> list[int]:
    """Put marks of one column side by side where they would cover each other.

    Args:
        heights: where each mark stands, which is data and is not moved.
        taken: (top, bottom) of what the first lane holds already.
        reach: half of a mark's height, with its gap.

    Returns:
        each mark's lane; 0 is the column itself.
    """
    held: list[list[tuple[float, float]]] = [list(taken)]
    chosen = []
    for y in heights:
        lane = 0
        while lane < len(held) and any(
            y + reach > top and y - reach < bottom for top, bottom in held[lane]
        ):
            lane += 1
        if lane == len(held):
            held.append([])
        held[lane].append((y - reach, y + reach))
        chosen.append(lane)
    return chosen
