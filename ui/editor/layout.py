"""The grid and free places: what laying out nodes by hand and automatically have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from math import ceil

from explorer.network import Position

Size = tuple[float, float]

GRID = 8
_CELL = 256
"""Pixels along a cell by which places are filed: a node reaches into few of them."""
COLUMN_GAP = 40
NODE_GAP = 32
FLOW_GAPS = {"right": float(COLUMN_GAP), "down": 56.0}
"""Pixels from a node to what reads it, by where the network runs to."""


def free_place(
    positions: Mapping[str, Position], sizes: Mapping[str, Size], wish: Position, size: Size = (136.0, 100.0)
) -> Position:
    """The wished place on the grid, or the next below it where nothing lies."""
    return _lowered(wish, len(positions), lambda place: overlaps(positions, sizes, place, size), positions, sizes)


class Taken:
    """The places of nodes, filed by the cells of a coarse grid, for those who look for many free places in a row."""

    def __init__(self, positions: Mapping[str, Position], sizes: Mapping[str, Size]) -> None:
        self._sizes = sizes
        self._positions: dict[str, Position] = {}
        self._cells: dict[tuple[int, int], list[str]] = {}
        for name, place in positions.items():
            self.add(name, place)

    def add(self, name: str, place: Position) -> None:
        """One more node has a place."""
        self._positions[name] = place
        for cell in _cells(place, self._sizes[name]):
            self._cells.setdefault(cell, []).append(name)

    def free_place(self, wish: Position, size: Size) -> Position:
        """The wished place on the grid, or the next below it where nothing lies."""

        def hit(place: Position) -> list[str]:
            near = {name: self._positions[name] for cell in _cells(place, size) for name in self._cells.get(cell, ())}
            return overlaps(near, self._sizes, place, size)

        return _lowered(wish, len(self._positions), hit, self._positions, self._sizes)


def _lowered(
    wish: Position,
    tries: int,
    hit: Callable[[Position], list[str]],
    positions: Mapping[str, Position],
    sizes: Mapping[str, Size],
) -> Position:
    """The wished place on the grid, moved down below what is hit until nothing is."""
    x, y = snap(wish)
    for _ in range(tries):
        names = hit((x, y))
        if not names:
            break
        y = float(GRID * ceil((max(positions[name][1] + sizes[name][1] for name in names) + GRID) / GRID))
    return x, y


def _cells(place: Position, size: Size) -> Iterator[tuple[int, int]]:
    """The cells that a box at a place reaches into."""
    (x, y), (width, height) = place, size
    for column in range(int(x // _CELL), int((x + width) // _CELL) + 1):
        for row in range(int(y // _CELL), int((y + height) // _CELL) + 1):
            yield column, row


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
