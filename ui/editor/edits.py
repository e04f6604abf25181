"""Edits: what all groups of commands share: the document, where nodes are shown, and the words for undo."""

from __future__ import annotations

from collections.abc import Collection

from explorer.network import Edge, Network, NetworkError, Node, Position, free_id, move, reached
from explorer.templates import adopt, node_id_for
from ui.editor.layout import COLUMN_GAP, GRID, free_place, overlaps, snap
from ui.editor.look import plural
from ui.editor.places import Places
from ui.scope import Scope
from ui.templates import Shelf

USUAL_SIZE = (136.0, 100.0)
"""The size in pixels that a node is taken to have before it is there."""
_SAME_ROW = 80.0
_NEAR_STEPS = 30
"""How many steps of the grid above or below its place a node is put that would cover another there."""


class Edits:
    """Nodes that were shown without a position of their own keep their place through every edit."""

    def __init__(self, document: Scope, places: Places) -> None:
        self._document, self._places = document, places
        self._shelf = Shelf.of(document.document)

    def refuse(self, error: NetworkError) -> None:
        """Tell why something was not done."""
        self._document.refused.emit(str(error))

    def _new(self, network: Network, wanted: str) -> tuple[Network, Node]:
        """A layer of a kind, or a subnetwork of a template, that is not in the network yet; its templates are."""
        kept = self._shelf.find(wanted, network)
        if kept is None:
            return network, Node(free_id(network, wanted), wanted)
        node = Node(free_id(network, node_id_for(kept.name)), "subnetwork", {"template": kept.name})
        network, (node,) = adopt(network, [node], kept.templates)
        return network, node

    def _edit(self, label: str, network: Network, select: tuple[str, ...] | None = None, merge: str = "") -> None:
        self._document.edit_network(label, network, merge)
        if select is not None:
            self._document.select(select)

    def _shifted(self, node_ids: Collection[str], dx: float, dy: float) -> dict[str, Position]:
        """Where nodes come to lie that are moved by pixels."""
        shown = self._places.positions
        return {name: (shown[name][0] + dx, shown[name][1] + dy) for name in node_ids}

    def _behind(self, node_id: str) -> Position:
        x, y = self._places.positions[node_id]
        return (x + self._places.sizes[node_id][0] + COLUMN_GAP, y)

    def _make_room(self, network: Network, source: str, name: str) -> Network:
        """A node behind its source, and whatever stood there in that row moved to the right."""
        shown = {n: place for n, place in self._places.positions.items() if n != name}
        size = self._places.sizes.get(name, USUAL_SIZE)
        x, y = snap(self._behind(source))
        following = reached(network, name, forwards=True) - {name}
        row = {n: p for n, p in shown.items() if n in following and abs(p[1] - y) < _SAME_ROW and p[0] >= x - 8}
        places = {name: (x, y)}
        if row:
            shift = x + size[0] + COLUMN_GAP - min(left for left, _ in row.values())
            if shift > 0:
                places |= {n: snap((left + shift, top)) for n, (left, top) in row.items()}
        else:
            places[name] = free_place(shown, self._places.sizes, (x, y), size)
        return move(network, places)

    def _settle(self, network: Network, edge: Edge, name: str, wish: Position) -> Network:
        """A node that was put into a wire where it is wished, or near it; in a row, the others make room."""
        (x, y), (target_x, target_y) = (self._places.positions[end] for end in (edge.source, edge.target))
        in_a_row = abs(target_y - y) < _SAME_ROW and target_x > x
        others = {n: there for n, there in self._places.positions.items() if n != name}
        for step in range(1 if in_a_row else _NEAR_STEPS):
            for sign in (1, -1):
                place = (wish[0], wish[1] + sign * step * GRID)
                if not overlaps(others, self._places.sizes, place, self._places.sizes[name]):
                    return move(network, {name: place})
        return self._make_room(network, edge.source, name)


def what(node_ids: Collection[str], edges: Collection[Edge] = ()) -> str:
    """``h``, ``2 layers``, ``a wire``, ``2 layers and 3 wires``."""
    parts = []
    if node_ids:
        parts.append(next(iter(node_ids)) if len(node_ids) == 1 else plural(len(node_ids), "layer"))
    if edges:
        parts.append("a wire" if len(edges) == 1 else plural(len(edges), "wire"))
    return " and ".join(parts)
