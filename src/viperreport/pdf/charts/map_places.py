"""Finding places for the pieces of a map: among its tiles, or else in a strip above them."""

from dataclasses import dataclass, field
from math import ceil

from viperreport.model.exhibits import TileMap
from viperreport.pdf.charts.map_pieces import Piece, pieces
from viperreport.pdf.geometry import Point
from viperreport.pdf.look.theme import Theme

Spot = tuple[int, int, int]  # row and first column from 1, and how many places side by side
LEAST = 26.0  # height of a row of tiles
GAP = 2.4  # between tiles
INSET = 8.0  # between a tile and a piece beside it
_STRIP_GAP, _PIECE_GAP = 6.0, 18.0


@dataclass(slots=True)
class _Room:
    """Places in the grid that hold no tile, as (row, column) from 1."""

    rows: int
    columns: int
    pitch: float
    free: set[tuple[int, int]]

    def runs(self) -> list[Spot]:
        """Free places side by side: row, first column and how many, as long as can be."""
        found = []
        for row in range(1, self.rows + 1):
            start = None
            for column in range(1, self.columns + 2):
                is_free = (row, column) in self.free
                if is_free and start is None:
                    start = column
                elif not is_free and start is not None:
                    found.append((row, start, column - start))
                    start = None
        return found

    def need(self, width: float, run: Spot) -> int | None:
        """How many places of a run a width takes; None where it is too short."""
        _, start, number = run
        inset = INSET * (start > 1) + INSET * (start + number <= self.columns)
        part = ceil((width + 2 * INSET + GAP) / self.pitch - 1e-9)
        if part < number:  # it has neighbours where the whole of the run may have none
            return part
        return number if width + inset + GAP <= number * self.pitch + 1e-6 else None

    def take(self, row: int, column: int, number: int) -> None:
        """Keep places for a piece."""
        self.free -= {(row, column + k) for k in range(number)}


@dataclass(slots=True)
class Placed:
    """Where the pieces stand: in places of the grid, or in a strip above it.

    Args:
        inside: each piece's row, first column and number of columns.
        strip: the others, with their left edges and tops.
        height: of the strip, with the gap under it.
    """

    inside: list[tuple[Piece, Spot]] = field(default_factory=list)
    strip: list[tuple[Piece, Point]] = field(default_factory=list)
    height: float = 0.0
    river: Spot | None = None


def size_of(block: TileMap) -> tuple[int, int]:
    """Rows and columns."""
    rows = max((tile.row for tile in block.tiles), default=1)
    return rows, max((tile.column for tile in block.tiles), default=1)


def river_after(block: TileMap) -> int:
    """The row that the river follows; 0 where none does."""
    return block.river_after_row if 0 < block.river_after_row < size_of(block)[0] else 0


def placed_in(theme: Theme, block: TileMap, width: float) -> Placed:
    """Find places for all pieces; those without one go into a strip above the grid."""
    rows, columns = size_of(block)
    held = {(tile.row, tile.column) for tile in block.tiles}
    every = {(row, column) for row in range(1, rows + 1) for column in range(1, columns + 1)}
    room = _Room(rows, columns, (width + GAP) / columns, every - held)
    made = {piece.kind: piece for piece in pieces(theme, block, width)}
    placed = Placed()
    _place_lead(room, made, placed)
    _place_scale(room, made, placed)
    placed.river = _river_place(room, block)
    _place_key(room, made, placed)
    inside = {piece.kind for piece, _ in placed.inside}
    _fill_strip(placed, [piece for piece in made.values() if piece.kind not in inside], width)
    return placed


def _place_lead(room: _Room, made: dict[str, Piece], placed: Placed) -> None:
    """The large share at the top left."""
    lead = made.get("lead")
    if lead is None or lead.height > LEAST:
        return
    for run in room.runs():
        row, start, _ = run
        number = room.need(lead.width, run)
        if number is not None and row <= max(room.rows // 2, 1):
            spot = (row, start, number)
            placed.inside.append((lead, spot))
            room.take(*spot)
            return


def _place_scale(room: _Room, made: dict[str, Piece], placed: Placed) -> None:
    """The ramp at the right, as high up as there is room."""
    piece = made["scale"]
    for run in sorted(room.runs(), key=lambda run: (run[0], -run[1])):
        number = room.need(piece.width, run)
        if number is not None and piece.height <= LEAST:
            spot = (run[0], run[1] + run[2] - number, number)
            placed.inside.append((piece, spot))
            room.take(*spot)
            return


def _place_key(room: _Room, made: dict[str, Piece], placed: Placed) -> None:
    """The outline's meaning, low in the smallest place that is large enough."""
    piece = made.get("key")
    if piece is None or piece.height > LEAST:
        return
    for run in sorted(room.runs(), key=lambda run: (run[2], -run[0], -run[1])):
        number = room.need(piece.width, run)
        if number is not None:
            spot = (run[0], run[1] + run[2] - number, number)
            placed.inside.append((piece, spot))
            room.take(*spot)
            return


def _river_place(room: _Room, block: TileMap) -> Spot | None:
    """A free place beside the river for its name, below it by preference."""
    river = river_after(block)
    if not river or not block.river_name:
        return None
    for row in (river + 1, river):
        for run in room.runs():
            if run[0] == row:
                room.take(*run)
                return run
    return None


def _fill_strip(placed: Placed, rest: list[Piece], width: float) -> None:
    """Put pieces side by side, in as many rows as they need."""
    x = y = deepest = 0.0
    for piece in rest:
        if x and x + piece.width > width:
            x, y, deepest = 0.0, y + deepest + _STRIP_GAP, 0.0
        placed.strip.append((piece, (x, y)))
        x += piece.width + _PIECE_GAP
        deepest = max(deepest, piece.natural)
    placed.height = y + deepest + _STRIP_GAP if rest else 0.0
