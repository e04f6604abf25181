"""Arrays as pictures: colours by a map, tiles side by side, large arrays made smaller; pure functions."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ui.watch.scales import best_columns

Colours = NDArray[np.uint8]
LARGEST_SIDE = 512
LARGEST_CELL = 48.0
"""Pixels."""


def coloured(values: NDArray[Any], low: float, high: float, lut: Colours) -> Colours:
    """Numbers as (…, 4) RGBA by a map of 256 colours from ``low`` to ``high``; what is not finite is transparent."""
    span = high - low if high > low else 1.0
    finite = np.isfinite(values)
    places = np.clip((np.where(finite, values, low) - low) * (255.0 / span) + 0.5, 0, 255).astype(np.uint8)
    picture = lut[places]
    picture[~finite] = 0
    return picture


def symmetric_level(values: NDArray[Any]) -> float:
    """The largest magnitude, so that zero is in the middle of a diverging map; 1 if all are 0."""
    finite = values[np.isfinite(values)]
    return float(np.abs(finite).max()) if finite.size and np.any(finite) else 1.0


def as_matrix(weight: NDArray[Any]) -> NDArray[Any]:
    """A weight as rows of outputs and columns of inputs; a convolution's window is summed."""
    if weight.ndim > 2:
        return weight.sum(axis=tuple(range(2, weight.ndim)))
    return weight.reshape(1, -1) if weight.ndim < 2 else weight


def shrunk(matrix: NDArray[Any], largest: int = LARGEST_SIDE) -> tuple[NDArray[Any], tuple[int, int]]:
    """A matrix of at most ``largest`` on a side, and the block (rows, columns) of which each cell shows the mean."""
    block = tuple(-(-size // largest) for size in matrix.shape)
    if block == (1, 1):
        return matrix, (1, 1)
    for axis, size in enumerate(block):
        starts = np.arange(0, matrix.shape[axis], size)
        counts = np.diff(np.append(starts, matrix.shape[axis]))
        shape = [-1 if other == axis else 1 for other in range(2)]
        matrix = np.add.reduceat(matrix, starts, axis=axis) / counts.reshape(shape)
    return matrix, (block[0], block[1])


def as_tiles(output: NDArray[Any]) -> NDArray[Any]:
    """A layer's output as (n, height, width): its maps, or one cell per unit."""
    if output.ndim == 3:
        return output
    return output.reshape(1, *output.shape) if output.ndim == 2 else output.reshape(-1, 1, 1)


def tile_table(name: str, tiles: NDArray[Any]) -> tuple[list[str], list[list[Any]]]:
    """The heading and a row per tile of (n, height, width): its number under ``name``, its cells in reading order."""
    height, width = tiles.shape[1:]
    heading = [name, *(f"{row},{column}" for row in range(height) for column in range(width))]
    return heading, [[index, *tile.reshape(-1)] for index, tile in enumerate(tiles)]


class Mosaic:
    """Tiles of ``shape`` (n, height, width) side by side, as large as ``room`` (width, height in pixels) allows."""

    def __init__(self, shape: tuple[int, int, int], room: tuple[float, float]) -> None:
        self.count, self.height, self.width = shape
        self.columns = best_columns(self.count, self.width / self.height, room[0] / room[1])
        self.rows = -(-self.count // self.columns)
        self.gap = 4 if min(room[0] / self.columns, room[1] / self.rows) >= 20 else 1
        scale = min(
            (room[0] - self.gap * (self.columns - 1)) / (self.columns * self.width),
            (room[1] - self.gap * (self.rows - 1)) / (self.rows * self.height),
            LARGEST_CELL,
        )
        self.tile_width = max(1, int(self.width * scale))
        self.tile_height = max(1, int(self.height * scale))

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) of the whole, in pixels."""
        return (
            self.columns * (self.tile_width + self.gap) - self.gap,
            self.rows * (self.tile_height + self.gap) - self.gap,
        )

    def corner(self, tile: int) -> tuple[int, int]:
        """(x, y) of the upper left corner of a tile, in pixels."""
        row, column = divmod(tile, self.columns)
        return column * (self.tile_width + self.gap), row * (self.tile_height + self.gap)

    def compose(self, tiles: Colours) -> Colours:
        """One picture (height, width, 4) of tiles (n, height, width, 4); gaps are transparent, cells square blocks."""
        width, height = self.size
        whole = np.zeros((height, width, 4), dtype=np.uint8)
        down = np.arange(self.tile_height) * self.height // self.tile_height
        across = np.arange(self.tile_width) * self.width // self.tile_width
        for tile, picture in enumerate(tiles[:, down][:, :, across]):
            x, y = self.corner(tile)
            whole[y : y + self.tile_height, x : x + self.tile_width] = picture
        return whole

    def find(self, x: float, y: float) -> tuple[int, int, int] | None:
        """(tile, row, column) of the cell at a pixel; None in a gap or beyond."""
        column, inside_x = divmod(x, self.tile_width + self.gap)
        row, inside_y = divmod(y, self.tile_height + self.gap)
        tile = int(row) * self.columns + int(column)
        if not (0 <= column < self.columns and row >= 0 and tile < self.count):
            return None
        if inside_x >= self.tile_width or inside_y >= self.tile_height:
            return None
        return tile, int(inside_y * self.height / self.tile_height), int(inside_x * self.width / self.tile_width)
