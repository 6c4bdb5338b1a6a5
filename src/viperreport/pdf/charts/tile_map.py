"""The map: equal tiles, one an area, each roughly where it lies; a river gives orientation."""

from dataclasses import dataclass
from math import pi, sin

from viperreport.model.exhibits import TileMap
from viperreport.model.wording import plain
from viperreport.pdf.canvas import Canvas
from viperreport.pdf.charts.lettering import lettering
from viperreport.pdf.charts.map_pieces import NATURAL
from viperreport.pdf.charts.map_places import (
    GAP,
    INSET,
    LEAST,
    Placed,
    Spot,
    placed_in,
    river_after,
    size_of,
)
from viperreport.pdf.charts.map_tile import draw_tile
from viperreport.pdf.exhibit import Heights
from viperreport.pdf.flow import Flow
from viperreport.pdf.geometry import Box, Point
from viperreport.pdf.look.theme import Paint
from viperreport.pdf.structure import Role
from viperreport.pdf.text import Slot

_MOST = 40.0  # height of a row of tiles
_RIVER = 9.0  # more than the gap between other rows
_WAVES, _WAVE, _RIVER_WIDTH = 2.1, 1.5, 2.0
_RIVER_NAME, _RIVER_GAP = (2.0, 3.0), 5.0
_UNSAID = "Map of tiles"


@dataclass(frozen=True, slots=True)
class _Grid:
    """The tiles' places on the page."""

    box: Box
    rows: int
    columns: int
    high: float
    river_after: int

    @property
    def wide(self) -> float:
        return (self.box.w - GAP * (self.columns - 1)) / self.columns

    def place(self, row: int, column: int, number: int = 1) -> Box:
        """The box of a place, or of some side by side."""
        beyond = _RIVER if self.river_after and row > self.river_after else 0.0
        x = self.box.x + (column - 1) * (self.wide + GAP)
        y = self.box.y + (row - 1) * (self.high + GAP) + beyond
        return Box(x, y, number * (self.wide + GAP) - GAP, self.high)


def heights(flow: Flow, block: TileMap, width: float) -> Heights:
    """The least, the natural and the greatest height."""
    strip = placed_in(flow.canvas.theme, block, width).height
    rows, _ = size_of(block)
    around = strip + GAP * (rows - 1) + _RIVER * bool(river_after(block))
    return around + rows * LEAST, around + rows * NATURAL, around + rows * _MOST


def tile_map(flow: Flow, block: TileMap, box: Box) -> None:
    """Draw the map into a box."""
    placed = placed_in(flow.canvas.theme, block, box.w)
    rows, columns = size_of(block)
    river = river_after(block)
    high = (box.h - placed.height - GAP * (rows - 1) - _RIVER * bool(river)) / rows
    tiles = Box(box.x, box.y + placed.height, box.w, box.h - placed.height)
    grid = _Grid(tiles, rows, columns, high, river)
    with flow.canvas.element(Role.GROUP):
        _draw_pieces(flow.canvas, placed, grid, box, {"lead"})
        with flow.canvas.figure(plain(block.said).strip() or plain(block.title).strip() or _UNSAID):
            for tile in sorted(block.tiles, key=lambda tile: (tile.row, tile.column)):
                draw_tile(flow, block, tile, grid.place(tile.row, tile.column))
            if river:
                _draw_river(flow, block, grid, placed.river)
            _draw_pieces(flow.canvas, placed, grid, box, {"scale", "key"})


def _draw_pieces(canvas: Canvas, placed: Placed, grid: _Grid, box: Box, kinds: set[str]) -> None:
    for piece, (row, column, number) in placed.inside:
        if piece.kind in kinds:
            place = grid.place(row, column, number)
            inset = INSET if column > 1 else 0.0
            beyond = INSET if column + number <= grid.columns else 0.0
            piece.draw(canvas, Box(place.x + inset, place.y, place.w - inset - beyond, place.h))
    for piece, (x, y) in placed.strip:
        if piece.kind in kinds:
            piece.draw(canvas, Box(box.x + x, box.y + y, piece.width, piece.natural))


def _draw_river(flow: Flow, block: TileMap, grid: _Grid, spot: Spot | None) -> None:
    """A gentle wave, and its name beside it; without a free place, before it."""
    canvas, colour = flow.canvas, flow.canvas.theme.colour
    above = grid.place(grid.river_after, 1)
    middle = above.bottom + (GAP + _RIVER) / 2
    start = grid.box.x + _RIVER_WIDTH / 2
    style = canvas.theme.type.too_few.on(colour.river_label)
    if block.river_name and spot is not None:
        place = grid.place(*spot)
        name = lettering(flow, block.river_name, style, Slot(place.w - 4.0, 2))
        across, down = _RIVER_NAME
        below = spot[0] > grid.river_after
        top = place.y + down if below else place.bottom - down - name.height
        name.draw(canvas, name.box(place.x + across, top))
    elif block.river_name:
        name = lettering(flow, block.river_name, style.at(7.0), Slot(grid.box.w / 2))
        name.draw(canvas, name.box(grid.box.x, middle - name.height / 2))
        start = grid.box.x + name.width + _RIVER_GAP
    paint = Paint(stroke=colour.river, width=_RIVER_WIDTH)
    canvas.polyline(_wave(start, grid.box.right - _RIVER_WIDTH / 2, middle), paint, "river")


def _wave(left: float, right: float, middle: float) -> list[Point]:
    steps = 96
    places = [k / steps for k in range(steps + 1)]
    return [
        (left + (right - left) * part, middle + _WAVE * sin(2 * pi * _WAVES * part))
        for part in places
    ]
