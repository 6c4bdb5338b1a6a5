"""Points and boxes, measured from the top left of the page."""

from dataclasses import dataclass

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle: left, top, width and height in points, downwards from the page's top left."""

    x: float
    y: float
    w: float
    h: float

    @property
    def right(self) -> float:
        """The right edge."""
        return self.x + self.w

    @property
    def bottom(self) -> float:
        """The lower edge."""
        return self.y + self.h

    def meets(self, other: "Box", slack: float = 0.0) -> bool:
        """Whether the two overlap by more than `slack` both ways; negative slack keeps a gap."""
        across = min(self.right, other.right) - max(self.x, other.x)
        along = min(self.bottom, other.bottom) - max(self.y, other.y)
        return across > slack and along > slack

    def holds(self, point: Point, margin: float = 0.0) -> bool:
        """Whether a point lies inside, or within `margin` of it."""
        x, y = point
        return (
            self.x - margin < x < self.right + margin and self.y - margin < y < self.bottom + margin
        )


def around(centre: Point, reach: float) -> Box:
    """The square box around a point."""
    return Box(centre[0] - reach, centre[1] - reach, 2 * reach, 2 * reach)


def bounds(points: list[Point], margin: float = 0.0) -> Box:
    """The smallest box that holds all points, and `margin` on each side."""
    xs, ys = [x for x, _ in points], [y for _, y in points]
    left, top = min(xs) - margin, min(ys) - margin
    return Box(left, top, max(xs) + margin - left, max(ys) + margin - top)
