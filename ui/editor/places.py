"""Places: how each node looks, how large it is and where it is shown, derived anew when the document changes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from explorer.identity import differences
from explorer.network import Edge, Flow, Network, Node, Position, move
from explorer.project.model import Project
from ui.editor.arrangement import fill_in
from ui.editor.layout import Size
from ui.editor.look import NodeLook, WireLook
from ui.editor.looks import Looks
from ui.editor.metrics import node_size
from ui.scope import Scope


class Places:
    """What follows from the document's project for drawing; nodes without a position are placed for display alone."""

    def __init__(self, document: Scope) -> None:
        self._document = document
        self._project: Project | None = None
        self._looks = Looks()
        self._sizes: dict[str, Size] = {}
        self._flow: Flow = "right"
        self._positions: dict[str, Position] = {}
        self._values: Mapping[str, Any] = {}
        self._thumbnails = True
        self._structure: tuple[object, ...] = ()
        self._found: dict[str, Position] = {}
        self._nodes: tuple[Node, ...] = ()
        self._moved: set[str] = set()
        self._own = False
        """Whether all nodes have places of their own."""

    def show_values(self, values: Mapping[str, Any]) -> None:
        """Let nodes show the pictures that came out of them for one example; the others show what they are."""
        self._values = values
        self._project = None

    def show_thumbnails(self, shown: bool) -> None:
        """Let nodes have small pictures, or text alone."""
        self._thumbnails = shown
        self._project = None

    @property
    def looks(self) -> dict[str, NodeLook]:
        """The look of each node."""
        self._refresh()
        return self._looks.nodes

    @property
    def wires(self) -> dict[Edge, WireLook]:
        """The look of each wire that runs between nodes which are there."""
        self._refresh()
        return self._looks.wires

    def take_changes(self) -> tuple[set[str], list[Edge]]:
        """The nodes and wires that came, went or look different since this was asked before."""
        self._refresh()
        return self._looks.take_changes()

    @property
    def sizes(self) -> dict[str, Size]:
        """Width and height of each node."""
        self._refresh()
        return self._sizes

    def sizes_for(self, flow: Flow) -> dict[str, Size]:
        """Width and height of each node if the network ran that way."""
        return {name: node_size(look, flow == "down") for name, look in self.looks.items()}

    @property
    def positions(self) -> dict[str, Position]:
        """Where each node is shown, whether the network has a place for it or not."""
        self._refresh()
        return self._positions

    def take_moved(self) -> set[str]:
        """The nodes that have another place since this was asked before, or the first one, and perhaps others."""
        self._refresh()
        moved, self._moved = self._moved, set()
        return moved

    def pinned(self) -> Network:
        """The document's network, in which every node has the place where it is shown."""
        self._refresh()
        network = self._document.network
        if self._own:
            return network
        loose = {node.id: self.positions[node.id] for node in network.nodes if node.position is None}
        return move(network, loose) if loose else network

    def _refresh(self) -> None:
        document = self._document
        if self._project is document.project:
            return
        self._project = document.project
        values = document.outside(self._values) if self._values else {}
        changed = self._looks.update(document.project, document.resolved, document.problems, values, self._thumbnails)
        looks = self._looks.nodes
        if document.network.flow != self._flow:
            self._flow = document.network.flow
            changed = self._looks.take_all_as_changed()
        for name in changed:
            if name in looks:
                self._sizes[name] = node_size(looks[name], self._flow == "down")
            else:
                self._sizes.pop(name, None)
        self._place(document.network)

    def _place(self, network: Network) -> None:
        """Find where all nodes are shown."""
        before, nodes = self._positions, self._nodes
        self._nodes = network.nodes
        come, gone = differences(nodes, network.nodes)
        if self._own and all(node.position is not None for node in come):
            # Most edits leave nearly all where they are.
            self._positions = dict(before)
            for node in gone:
                if node.id not in network.by_id:
                    self._positions.pop(node.id, None)
            self._positions |= {node.id: node.position for node in come if node.position is not None}
            self._moved.update(node.id for node in come)
            if len(self._positions) == len(network.nodes):
                return
        self._positions = self._placed(network)
        self._own = self._positions is not self._found
        # Of nodes that stay where they are the very same places are given.
        self._moved.update(name for name, there in self._positions.items() if before.get(name) is not there)

    def _placed(self, network: Network) -> dict[str, Position]:
        known = {node.id: node.position for node in network.nodes if node.position is not None}
        if len(known) == len(network.nodes):
            return known
        structure = (tuple(network.by_id), network.edges, tuple(known.items()))
        if structure != self._structure:
            # Kept until the structure changes: a setting that makes a node wider must not move the others.
            self._structure = structure
            self._found = fill_in(network, self._sizes, known)
        return self._found
