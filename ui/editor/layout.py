"""Automatic arrangement: columns by depth, few crossings, and rows that keep a long chain on the screen."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil, sqrt
from typing import Literal

from explorer.network import Network, Position
from explorer.resolve import topological

Size = tuple[float, float]
Flow = Literal["right", "down"]
"""Where a network runs to."""

GRID = 8
COLUMN_GAP = 40
NODE_GAP = 32
ROW_GAP = 112
ORIGIN = (24.0, 104.0)
INDENT = 24
"""Rows below the first begin further right: the wire that comes back to them runs at their left."""
_ASPECT = 1.3
_ONE_ROW = 800.0
"""A network no wider than this stays in one row: it fits beside the panels of a small window."""
_SWEEPS = 4
_SLACK = 1.2


def arrange(network: Network, sizes: Mapping[str, Size], flow: Flow = "right") -> dict[str, Position]:
    """A place for every node, from left to right; nodes on or behind a loop come last. Sizes are in pixels."""
    columns = _columns(network)
    _uncross(network, columns)
    positions: dict[str, Position] = {}
    top = ORIGIN[1]
    for number, row in enumerate(_rows(network, columns, sizes)):
        left, lowest = ORIGIN[0] + (INDENT if number else 0), top
        for column in row:
            y = top
            for name in column:
                positions[name] = (left, y)
                y += GRID * ceil((sizes[name][1] + NODE_GAP) / GRID)
            lowest = max(lowest, y - NODE_GAP)
            left += GRID * ceil((max(sizes[name][0] for name in column) + COLUMN_GAP) / GRID)
        top = GRID * ceil((lowest + ROW_GAP) / GRID)
    return positions


def fill_in(network: Network, sizes: Mapping[str, Size], known: Mapping[str, Position]) -> dict[str, Position]:
    """Places for the nodes that have none, beside those that have: behind a source, or below everything."""
    if not known:
        return arrange(network, sizes)
    positions = dict(known)
    for node in network.nodes:
        if node.id in positions:
            continue
        source = next((e.source for e in network.incoming[node.id] if e.source in positions), None)
        if source is None:
            left = min(x for x, _ in positions.values())
            bottom = max(y + sizes[name][1] for name, (_, y) in positions.items())
            positions[node.id] = (left, GRID * ceil((bottom + NODE_GAP) / GRID))
        else:
            x, y = positions[source]
            positions[node.id] = free_place(positions, sizes, (x + sizes[source][0] + COLUMN_GAP, y), sizes[node.id])
    return positions


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


def _columns(network: Network) -> list[list[str]]:
    """Each node one column after the last of those that it reads; what is on a loop, or behind one, comes last."""
    depth: dict[str, int] = {}
    for name in topological(network):
        before = (depth[edge.source] for edge in network.incoming[name] if edge.source in depth)
        depth[name] = 1 + max(before, default=-1)
    columns: list[list[str]] = [[] for _ in range(1 + max(depth.values(), default=-1))]
    for name, column in depth.items():
        columns[column].append(name)
    looping = [name for name in network.by_id if name not in depth]
    return [*columns, looping] if looping else columns


def _uncross(network: Network, columns: list[list[str]]) -> None:
    """Order each column by the mean row of the neighbours (the barycentre), sweeping to and fro."""
    row = {name: float(place) for column in columns for place, name in enumerate(column)}
    before = {name: [e.source for e in network.incoming[name] if e.source in row] for name in row}
    after = {name: [e.target for e in network.outgoing[name] if e.target in row] for name in row}
    for sweep in range(_SWEEPS):
        forth = sweep % 2 == 0
        near = before if forth else after
        for column in columns if forth else reversed(columns):
            mean = {n: sum(row[m] for m in near[n]) / len(near[n]) if near[n] else row[n] for n in column}
            column.sort(key=mean.__getitem__)
            row.update((name, float(place)) for place, name in enumerate(column))


def _rows(network: Network, columns: list[list[str]], sizes: Mapping[str, Size]) -> list[list[list[str]]]:
    """The columns cut into rows so that the whole is about as wide as a screen is, where few wires are cut."""
    widths = [max(sizes[name][0] for name in column) + COLUMN_GAP for column in columns]
    heights = [sum(sizes[name][1] + NODE_GAP for name in column) for column in columns]
    if not columns:
        return []
    whole = sum(widths)
    count = min(len(columns), max(1, round(sqrt(whole / (_ASPECT * (max(heights) + ROW_GAP))))))
    if whole <= _ONE_ROW:
        return [columns]
    cut = _wires_cut(network, columns)
    starts = [0]
    for number in range(1, count):
        ideal = whole * number / count
        near = [
            place
            for place in range(starts[-1] + 1, len(columns))
            if abs(sum(widths[:place]) - ideal) <= _SLACK * whole / len(columns)
        ]
        if near:
            starts.append(min(near, key=lambda place: (cut[place], abs(sum(widths[:place]) - ideal))))
    return [columns[one:two] for one, two in zip(starts, [*starts[1:], len(columns)], strict=True)]


def _wires_cut(network: Network, columns: list[list[str]]) -> list[int]:
    """For each column: how many wires run from before it into it or beyond."""
    depth = {name: place for place, column in enumerate(columns) for name in column}
    cut = [0] * (len(columns) + 1)
    for edge in network.edges:
        if edge.source in depth and edge.target in depth:
            first, last = sorted((depth[edge.source], depth[edge.target]))
            for place in range(first + 1, last + 1):
                cut[place] += 1
    return cut
