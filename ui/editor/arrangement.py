"""Automatic arrangement: layers with few crossings and straight wires, frames kept together, long chains in rows."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, sqrt

from PySide6.QtCore import QRectF

from explorer.network import Flow, Frame, Network, Position
from explorer.rewire import part
from ui.editor.frame_item import frame_rect
from ui.editor.layered import Block, Layers, Wire, layered
from ui.editor.layout import COLUMN_GAP, FLOW_GAPS, GRID, NODE_GAP, Size, Taken
from ui.editor.metrics import PORT_TOP

ROW_GAP = 112
ORIGIN = (24.0, 104.0)
INDENT = 24
"""Rows below the first begin further right: the wire that comes back to them runs at their left."""
_ASPECT = 1.3
_ONE_ROW = 800.0
"""A network no wider than this stays in one row: it fits beside the panels of a small window."""
_SLACK = 0.4
"""How far from where rows would be of one length they may be cut, as a share of that length."""


@dataclass(frozen=True)
class _Unit:
    """A node or a frame with what is in it, as one box: its size, where its port line is, and places inside."""

    size: Size
    line: float
    inside: Mapping[str, Position]


def arrange(network: Network, sizes: Mapping[str, Size], flow: Flow = "right") -> dict[str, Position]:
    """A place for every node; sizes are in pixels. What a frame holds is laid out on its own, and moved as one box."""
    units: dict[str, _Unit] = {}
    owner: dict[str, str] = {}
    for frame in network.frames:
        held = [name for name in frame.nodes if name in sizes and name not in owner]
        owner |= dict.fromkeys(held, f"frame {frame.id}")
        if held:
            units[f"frame {frame.id}"] = _framed(network, frame, {name: sizes[name] for name in held}, flow)
    loose = {name: sizes[name] for name in network.by_id if name not in owner}
    units |= {name: _single(name, size, flow) for name, size in loose.items()}
    places = _laid_out(units, _wires(network, owner, units, flow), flow, wrap=True)
    found = {
        name: (left + ORIGIN[0] + x, top + ORIGIN[1] + y)
        for unit, (left, top) in places.items()
        for name, (x, y) in units[unit].inside.items()
    }
    return {name: found[name] for name in network.by_id}


def fill_in(network: Network, sizes: Mapping[str, Size], known: Mapping[str, Position]) -> dict[str, Position]:
    """Places for the nodes that have none, beside those that have: behind a source, or below everything.

    What hangs together, and on no node that has a place, is laid out by itself.
    """
    if not known:
        return arrange(network, sizes, network.flow)
    parts = _parts(list(network.by_id), [(edge.source, edge.target, edge.port) for edge in network.edges])
    loose = {name for names, _ in parts if known.keys().isdisjoint(names) for name in names}
    positions = dict(known)
    if loose:
        left, below = _under(positions, sizes)
        found = arrange(part(network, loose), sizes, network.flow)
        positions |= {name: (x - ORIGIN[0] + left, y - ORIGIN[1] + below) for name, (x, y) in found.items()}
    taken, latest = Taken(positions, sizes), dict[str, Position]()
    left, below = _under(positions, sizes)
    for node in network.nodes:
        if node.id in positions:
            continue
        source = next((e.source for e in network.incoming[node.id] if e.source in positions), None)
        if source is None:
            place = (left, below)
        else:
            # Behind a source that many read, the search goes on where the reader before it was put.
            wish = latest.get(source) or _behind(positions[source], sizes[source], network.flow)
            place = latest[source] = taken.free_place(wish, sizes[node.id])
        positions[node.id] = place
        taken.add(node.id, place)
        left, below = min(left, place[0]), max(below, _below(place, sizes[node.id]))
    return positions


def _behind(place: Position, size: Size, flow: Flow) -> Position:
    """Where what reads a node is looked for first."""
    (x, y), (width, height), gap = place, size, FLOW_GAPS[flow]
    return (x + width + gap, y) if flow == "right" else (x, y + height + gap)


def _under(positions: Mapping[str, Position], sizes: Mapping[str, Size]) -> Position:
    """Below everything, where it begins at the left."""
    return (
        min(x for x, _ in positions.values()),
        max(_below(place, sizes[name]) for name, place in positions.items()),
    )


def _below(place: Position, size: Size) -> float:
    """The first row of the grid that is free under a node."""
    return float(GRID * ceil((place[1] + size[1] + NODE_GAP) / GRID))


def _single(name: str, size: Size, flow: Flow) -> _Unit:
    return _Unit(size, PORT_TOP if flow == "right" else size[0] / 2, {name: (0.0, 0.0)})


def _framed(network: Network, frame: Frame, sizes: Mapping[str, Size], flow: Flow) -> _Unit:
    """What a frame holds, with room for its title; its line is that of the first node that is wired to the outside."""
    units = {name: _single(name, size, flow) for name, size in sizes.items()}
    places = _laid_out(units, _wires(network, {}, units, flow), flow, wrap=False)
    edge = frame_rect(QRectF(0, 0, 0, 0), bool(frame.note))
    left, top = _on_grid(-edge.left()), _on_grid(-edge.top())
    inside = {name: (x + left, y + top) for name, (x, y) in places.items()}
    width = max(x + sizes[name][0] for name, (x, _) in inside.items()) + edge.right()
    height = max(y + sizes[name][1] for name, (_, y) in inside.items()) + edge.bottom()
    entry = next((n for n in sizes if any(e.source not in sizes for e in network.incoming[n])), next(iter(sizes)))
    line = inside[entry][1] + PORT_TOP if flow == "right" else inside[entry][0] + sizes[entry][0] / 2
    return _Unit((width, height), line, inside)


def _wires(network: Network, owner: Mapping[str, str], units: Mapping[str, _Unit], flow: Flow) -> list[Wire]:
    """The wires between units; ports lie one below the other only where the flow is to the right."""
    found = []
    for edge in network.edges:
        source, target = owner.get(edge.source, edge.source), owner.get(edge.target, edge.target)
        if source in units and target in units and source != target:
            ranked = flow == "right" and edge.target not in owner
            found.append((source, target, edge.port if ranked else 0))
    return list(dict.fromkeys(found))


def _laid_out(units: Mapping[str, _Unit], wires: list[Wire], flow: Flow, wrap: bool) -> dict[str, Position]:
    """A place for every unit from (0, 0): what hangs together beside the rest, single units last."""
    places: dict[str, Position] = {}
    below, longest = 0.0, 0.0
    for names, own in _parts(list(units), wires):
        if len(names) == 1:
            continue
        found = _placed({name: units[name] for name in names}, own, flow, wrap)
        places |= {name: _beside(place, below, flow) for name, place in found.items()}
        longest = max(longest, *(_end(places[name], units[name], flow, across=False) for name in names))
        below = _on_grid(max(_end(places[name], units[name], flow, across=True) for name in names) + 2 * NODE_GAP)
    return places | _shelves(units, [n for n in units if n not in places], below, max(longest, _ONE_ROW), flow)


def _placed(units: Mapping[str, _Unit], wires: list[Wire], flow: Flow, wrap: bool) -> dict[str, Position]:
    """A place for every unit of a part that hangs together."""
    if flow == "down":
        blocks = {name: Block(u.size[1], u.line, u.size[0] - u.line) for name, u in units.items()}
        found = layered(blocks, wires, COLUMN_GAP)
        along = _column_starts(found.blocks, blocks, FLOW_GAPS[flow])
        return {
            name: (float(4 * round((found.across[name] - units[name].line) / 4)), start)
            for layer, start in zip(found.blocks, along, strict=True)
            for name in layer
        }
    blocks = {name: Block(u.size[0], u.line, u.size[1] - u.line) for name, u in units.items()}
    found = layered(blocks, wires, NODE_GAP)
    places: dict[str, Position] = {}
    top = 0.0
    for number, row in enumerate(_rows(found, blocks) if wrap else [found.blocks]):
        high = min(found.across[name] - blocks[name].before for column in row for name in column)
        starts = _column_starts(row, blocks, COLUMN_GAP)
        for column, start in zip(row, starts, strict=True):
            for name in column:
                y = _on_grid(found.across[name] - blocks[name].before - high)
                places[name] = (start + (INDENT if number else 0), top + y)
        low = max(places[name][1] + units[name].size[1] for column in row for name in column)
        top = _on_grid(low + ROW_GAP)
    return places


def _column_starts(columns: Sequence[Sequence[str]], blocks: Mapping[str, Block], gap: float) -> list[float]:
    """Where each column begins along the flow."""
    starts, here = [], 0.0
    for column in columns:
        starts.append(here)
        here = _on_grid(here + max((blocks[name].along for name in column), default=0.0) + gap)
    return starts


def _rows(found: Layers, blocks: Mapping[str, Block]) -> list[list[list[str]]]:
    """The columns cut into rows so that the whole is about as wide as a screen is, where one block alone is read."""
    columns = found.blocks
    widths = [max(blocks[name].along for name in column) + COLUMN_GAP for column in columns]
    whole = sum(widths)
    if whole <= _ONE_ROW:
        return [columns]
    height = max(found.across[name] + blocks[name].after for name in blocks)
    count = min(len(columns), max(1, round(sqrt(whole / (_ASPECT * (height + ROW_GAP))))))
    ends = list(itertools.accumulate(widths, initial=0.0))
    starts = [0]
    for number in range(1, count):
        ideal = whole * number / count
        near = [
            place
            for place in range(starts[-1] + 1, len(columns))
            if abs(ends[place] - ideal) <= _SLACK * whole / count and found.cut[place][0] == 1
        ]
        if near:
            starts.append(min(near, key=lambda place: (found.cut[place][1], abs(ends[place] - ideal))))
    return [columns[one:two] for one, two in zip(starts, [*starts[1:], len(columns)], strict=True)]


def _parts(names: list[str], wires: Sequence[Wire]) -> list[tuple[list[str], list[Wire]]]:
    """What hangs together: names and wires, both in their order."""
    near: dict[str, list[str]] = {name: [] for name in names}
    for source, target, _ in wires:
        near[source].append(target)
        near[target].append(source)
    number_of: dict[str, int] = {}
    for start in names:
        todo = [start]
        number = len(number_of)
        while todo:
            name = todo.pop()
            if name not in number_of:
                number_of[name] = number
                todo += near[name]
    found: dict[int, tuple[list[str], list[Wire]]] = {}
    for name in names:
        found.setdefault(number_of[name], ([], []))[0].append(name)
    for wire in wires:
        found[number_of[wire[0]]][1].append(wire)
    return list(found.values())


def _shelves(
    units: Mapping[str, _Unit], names: list[str], below: float, longest: float, flow: Flow
) -> dict[str, Position]:
    """Units without wires, one beside the other, in as many lines as it takes."""
    places: dict[str, Position] = {}
    here, line, next_line = 0.0, below, below
    axis = 0 if flow == "right" else 1
    for name in names:
        size = units[name].size
        if here and here + size[axis] > longest:
            here, line = 0.0, next_line
        places[name] = (here, line) if flow == "right" else (line, here)
        here = _on_grid(here + size[axis] + COLUMN_GAP)
        next_line = max(next_line, _on_grid(line + size[1 - axis] + NODE_GAP))
    return places


def _beside(place: Position, below: float, flow: Flow) -> Position:
    return (place[0], place[1] + below) if flow == "right" else (place[0] + below, place[1])


def _end(place: Position, unit: _Unit, flow: Flow, across: bool) -> float:
    axis = 1 if (flow == "right") == across else 0
    return place[axis] + unit.size[axis]


def _on_grid(value: float) -> float:
    return float(GRID * ceil(value / GRID - 1e-9))
