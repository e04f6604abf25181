"""OverviewMap: an array that is too large for a cell per number, as a map of blocks, each with its largest number."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.printing import show_plain

MOST_CELLS = 128
"""A map has at most so many rows, and so many columns."""


@dataclass(frozen=True)
class OverviewMap:
    """``values`` (rows, columns), NaN where nothing is; ``block`` counts the numbers that a cell stands for.

    ``places`` are where in the array, flat, the values were found, or -1.
    """

    values: NDArray[np.float64]
    places: NDArray[np.int64]
    block: int

    def cell_of(self, flat: int, shape: tuple[int, int]) -> tuple[int, int]:
        """The cell that stands for a place of the array, which is (rows, columns)."""
        _rows, columns, high, wide = _laid_out(shape)
        row, column = divmod(flat, columns)
        return row // high, column // wide


def too_large(values: NDArray[np.float64]) -> bool:
    """Whether an array (rows, columns) has more of either than a map has."""
    return max(values.shape) > MOST_CELLS and values.size > MOST_CELLS


def overview(values: NDArray[np.float64]) -> OverviewMap:
    """An array (rows, columns) as a map; a single long row or column is folded into a square, row by row."""
    rows, columns, high, wide = _laid_out((values.shape[0], values.shape[1]))
    padded = np.full(math.ceil(rows / high) * high * math.ceil(columns / wide) * wide, np.nan)
    whole = padded.reshape(math.ceil(rows / high) * high, -1)
    flat = np.full(rows * columns, np.nan)
    flat[: values.size] = values.reshape(-1)
    whole[:rows, :columns] = flat.reshape(rows, columns)
    apart = whole.reshape(whole.shape[0] // high, high, whole.shape[1] // wide, wide).swapaxes(1, 2)
    blocks = apart.reshape(*apart.shape[:2], high * wide)
    sizes = np.abs(blocks)
    largest = np.argmax(np.where(np.isnan(sizes), -1.0, sizes), axis=2)
    found = np.take_along_axis(blocks, largest[..., None], 2)[..., 0]
    row = np.arange(found.shape[0])[:, None] * high + largest // wide
    column = np.arange(found.shape[1])[None, :] * wide + largest % wide
    places = np.where(np.isnan(found) | (column >= columns), -1, row * columns + column)
    return OverviewMap(found, np.where(places < values.size, places, -1), high * wide)


def told(values: NDArray[np.float64], block: int) -> str:
    """What a map leaves out: what a cell is, and the range and mean of all numbers that are known."""
    known = values[np.isfinite(values)]
    cell = f"each cell is the largest of {block:,}; " if block > 1 else ""
    if not known.size:
        return cell.removesuffix("; ")
    low, high, mean = (show_plain(float(number), digits=4) for number in (known.min(), known.max(), known.mean()))
    return f"{cell}from {low} to {high}, mean {mean}"


def _laid_out(shape: tuple[int, int]) -> tuple[int, int, int, int]:
    """(rows, columns) as the map lays them out, and (rows, columns) of a block."""
    rows, columns = shape
    if min(shape) == 1:
        columns = math.ceil(math.sqrt(max(shape)))
        rows = math.ceil(max(shape) / columns)
    return rows, columns, math.ceil(rows / MOST_CELLS), math.ceil(columns / MOST_CELLS)
