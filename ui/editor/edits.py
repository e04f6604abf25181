"""Edits: what all groups of commands share: the document, where nodes are shown, and the words for undo."""

from __future__ import annotations

from collections.abc import Collection

from explorer.network import Edge, Flow, Network, NetworkError, Node, Position, followers, free_id, move
from explorer.templates import adopt, node_id_for
from ui.editor.layout import FLOW_GAPS, GRID, Size, free_place, overlaps, snap
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
        self._document.edit_network(label, network, merge, select=select)
        if select is not None:
            self._document.select(select)

    def _shifted(self, node_ids: Collection[str], dx: float, dy: float) -> dict[str, Position]:
        """Where nodes come to lie that are moved by pixels."""
        shown = self._places.positions
        return {name: (shown[name][0] + dx, shown[name][1] + dy) for name in node_ids}

    @property
    def _flow(self) -> Flow:
        return self._document.network.flow

    def _behind(self, node_id: str, size: Size = USUAL_SIZE) -> Position:
        """Where a node of this size lies right behind another."""
        (x, y), (width, height) = self._places.positions[node_id], self._places.sizes[node_id]
        if self._flow == "down":
            return (x + (width - size[0]) / 2, y + height + FLOW_GAPS["down"])
        return (x + width + FLOW_GAPS["right"], y)

    def _make_room(self, network: Network, source: str, name: str) -> Network:
        """A node behind its source, and whatever stood there in that row moved on."""
        shown = self._places.positions
        size = self._places.sizes.get(name, USUAL_SIZE)
        along = 0 if self._flow == "right" else 1
        place = snap(self._behind(source, size))
        least, across = place[along] - GRID, place[1 - along]
        low, high, other = across - _SAME_ROW, across + _SAME_ROW, 1 - along
        beside = [n for n, p in shown.items() if low < p[other] < high and p[along] >= least]
        row = {n: shown[n] for n in followers(network, name, beside)}
        places = {name: place}
        if row:
            shift = place[along] + size[along] + FLOW_GAPS[self._flow] - min(there[along] for there in row.values())
            if shift > 0:
                step = (shift, 0.0) if along == 0 else (0.0, shift)
                places |= {n: snap((x + step[0], y + step[1])) for n, (x, y) in row.items()}
        else:
            others = {n: there for n, there in shown.items() if n != name}
            places[name] = free_place(others, self._places.sizes, place, size)
        return move(network, places)

    def _settle(self, network: Network, edge: Edge, name: str, wish: Position) -> Network:
        """A node that was put into a wire where it is wished, or near it; in a row, the others make room."""
        along = 0 if self._flow == "right" else 1
        here, there = (self._places.positions[end] for end in (edge.source, edge.target))
        in_a_row = abs(there[1 - along] - here[1 - along]) < _SAME_ROW and there[along] > here[along]
        others = {n: there for n, there in self._places.positions.items() if n != name}
        for step in range(1 if in_a_row else _NEAR_STEPS):
            for sign in (1, -1):
                aside = sign * step * GRID
                place = (wish[0], wish[1] + aside) if along == 0 else (wish[0] + aside, wish[1])
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
