"""The grid and free places: what laying out nodes by hand and automatically have in common."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil

from explorer.network import Position

Size = tuple[float, float]

GRID = 8
COLUMN_GAP = 40
NODE_GAP = 32
FLOW_GAPS = {"right": float(COLUMN_GAP), "down": 56.0}
"""Pixels from a node to what reads it, by where the network runs to."""


def free_place(
    positions: Mapping[str, Position], sizes: Mapping[str, Size], wish: Position, size: Size = (136.0, 100.0)
) -> Position:
    """The wished place on the grid, or the next below it where nothing lies."""
    x, y = snap(wish)
    for _ in range(len(positions) + 1):
        hit = overlaps(positions, sizes, (x, y), size)
        if not hit:
            break
        y = float(GRID * ceil((max(positions[name][1] + sizes[name][1] for name in hit) + GRID) / GRID))
    return x, y


def overlaps(positions: Mapping[str, Position], sizes: Mapping[str, Size], place: Position, size: Size) -> list[str]:
    """The nodes that a box at a place would cover."""
    x, y = place
    return [
        name
        for name, (left, top) in positions.items()
        if left < x + size[0] and x < left + sizes[name][0] and top < y + size[1] and y < top + sizes[name][1]
    ]


def snap(place: Position) -> Position:
    """The nearest place on the 8-pixel grid."""
    return float(GRID * round(place[0] / GRID)), float(GRID * round(place[1] / GRID))
