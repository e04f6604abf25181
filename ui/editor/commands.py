"""What a person can do to the network on the canvas: each one edit of the document, with the label that undo shows."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from explorer.annotate import put_in, shift_bends, take_out
from explorer.kind import Fix
from explorer.layers import KIND_IDS
from explorer.network import (
    Edge,
    NetworkError,
    Node,
    Position,
    add_node,
    apply_fix,
    connect,
    move,
    ports_of,
    remove,
    rename,
    why_not_connect,
)
from explorer.rewire import connect_in_order, detach, remove_and_join, splice, unwire
from explorer.unroll import can_unroll, unroll
from ui.editor.annotating import Annotating
from ui.editor.arranging import Arranging
from ui.editor.copying import Copying
from ui.editor.edits import USUAL_SIZE, what
from ui.editor.grouping import Grouping
from ui.editor.layout import free_place

Link = tuple[str, int]
"""An end of a wire: a node, and its port (-1 is the output)."""


class Commands(Arranging, Copying, Annotating, Grouping):
    """Adding, wiring and taking out; and what is inherited: arranging, copying, and annotating."""

    def add(self, wanted: str, at: Position, after: str | None = None) -> str:
        """Add a layer of a kind, or a template's subnetwork, at a place, or behind a node and wired to it.

        Returns its id; raises NetworkError if a template would be inside itself.
        """
        network, node = self._new(self._places.pinned(), wanted)
        wired = after is not None and bool(ports_of(network, node))
        place = self._behind(after) if wired and after else at
        network = add_node(network, replace(node, position=self._free(place)))
        if wired and after:
            network = connect(network, after, node.id)
        self._edit(f"add {_called(node)}", network, (node.id,))
        return node.id

    def add_linked(self, wanted: str, at: Position, link: Link) -> str:
        """Add a layer or a subnetwork at a place, wired to the end of a wire that was let go there."""
        network, node = self._new(self._places.pinned(), wanted)
        network = add_node(network, replace(node, position=self._free(at)))
        near, port = link
        ends = (near, node.id, 0) if port < 0 else (node.id, near, port)
        if why_not_connect(network, *ends) is None:
            network = connect(network, *ends)
        self._edit(f"add {_called(node)}", network, (node.id,))
        return node.id

    def insert(self, wanted: str, edge: Edge) -> str:
        """Put a layer or a subnetwork into a wire; what lies behind makes room. Raises NetworkError if it cannot go."""
        network, node = self._new(self._places.pinned(), wanted)
        network = splice(add_node(network, node), edge, node.id)
        self._edit(f"insert {_called(node)}", self._make_room(network, edge.source, node.id), (node.id,))
        return node.id

    def drop(self, wanted: str, at: Position, edge: Edge | None = None) -> str:
        """Add what was dragged here: into a wire, if it takes an input, else its middle at the place."""
        if edge is not None and self.takes_input(wanted):
            return self.insert(wanted, edge)
        return self.add(wanted, (at[0] - USUAL_SIZE[0] / 2, at[1] - USUAL_SIZE[1] / 2))

    def knows(self, wanted: str) -> bool:
        """Whether there is a kind of layer or a template of this id."""
        return wanted in KIND_IDS or self._shelf.choice(wanted) is not None

    def takes_input(self, wanted: str) -> bool:
        """Whether something can be wired into what is added."""
        network, node = self._new(self._document.network, wanted)
        return bool(ports_of(network, node))

    def fix(self, node_id: str, fix: Fix) -> None:
        """Apply a fix of a problem; raises NetworkError if the network no longer allows it."""
        if node_id not in self._document.network.by_id:
            self._document.document.apply_fix(self._document.prefix + node_id, fix)
            return
        before = self._places.pinned()
        after = apply_fix(before, node_id, fix)
        fresh = [name for name in after.by_id if name not in before.by_id]
        for name in fresh:
            after = self._make_room(after, after.incoming[name][0].source, name)
        self._edit(fix.label.lower(), after, self._document.selection)

    def wire(self, source: str, target: str, port: int, instead: Edge | None = None) -> None:
        """Draw a wire, perhaps in place of one that was taken off; raises NetworkError."""
        network = self._document.network
        if instead is not None:
            network = remove(network, edges=[instead])
        self._document.edit_network(f"connect {source} to {target}", connect(network, source, target, port))

    def unwire(self, edge: Edge) -> None:
        """Take one wire out."""
        label = f"disconnect {edge.source} from {edge.target}"
        self._document.edit_network(label, remove(self._document.network, edges=[edge]))

    def delete(self, node_ids: Collection[str], edges: Collection[Edge]) -> None:
        """Take out nodes, with their wires, and wires."""
        if node_ids or edges:
            self._edit(f"delete {what(node_ids, edges)}", remove(self._places.pinned(), node_ids, edges))

    def delete_and_join(self, node_ids: Collection[str], edges: Collection[Edge] = ()) -> None:
        """Take out nodes, and let what read them read what fed them."""
        if node_ids or edges:
            network = remove(remove_and_join(self._places.pinned(), node_ids), edges=edges)
            self._edit(f"delete {what(node_ids, edges)} and join up", network)

    def carry(
        self,
        node_ids: Collection[str],
        dx: float,
        dy: float,
        off: bool = False,
        into: Edge | None = None,
        frame: str | None = None,
    ) -> None:
        """Move nodes by pixels, ``off`` their wires, which join up, and ``into`` another wire: all of it one edit.

        They come to belong to a ``frame``, to none for "", or stay where they belong.
        """
        if not off and into is None and frame is None:
            self.move(node_ids, dx, dy)
            return
        places = self._shifted(node_ids, dx, dy)
        network = self._places.pinned()
        label = f"pull {what(node_ids)} off" if off else f"put {what(node_ids)} into a frame"
        if frame == "":
            label = label if off else f"take {what(node_ids)} out of a frame"
            network = take_out(network, node_ids)
        elif frame:
            network = put_in(network, frame, node_ids)
        if off:
            network = detach(network, node_ids)
        network = shift_bends(move(network, places), node_ids, dx, dy)
        if into is not None:
            (name,) = node_ids
            network = splice(network, into, name)
            label = f"put {name} between {into.source} and {into.target}"
            network = self._settle(network, into, name, places[name])
        self._edit(label, network)

    def pull_off(self, node_ids: Collection[str]) -> None:
        """Take nodes off their wires, apart from those among themselves; the rest joins up."""
        network = self._places.pinned()
        after = detach(network, node_ids)
        if after.edges != network.edges:
            self._edit(f"pull {what(node_ids)} off", after)

    def unwire_nodes(self, node_ids: Collection[str]) -> None:
        """Take out every wire of some nodes."""
        network = self._places.pinned()
        after = unwire(network, node_ids)
        if after.edges != network.edges:
            self._edit(f"disconnect {what(node_ids)}", after)

    def wire_in_order(self, node_ids: Collection[str]) -> None:
        """Wire nodes in a row, from left to right; raises NetworkError if one cannot be wired to the next."""
        order = sorted(node_ids, key=self._places.positions.__getitem__)
        network = self._places.pinned()
        after = connect_in_order(network, order)
        if after.edges != network.edges:
            self._edit(f"connect {what(node_ids)}", after)

    def unroll(self, node_ids: Collection[str]) -> None:
        """Put a layer per time step in the place of a recurrent layer, and select them all; raises NetworkError."""
        network = self._places.pinned()
        name = next((name for name in node_ids if can_unroll(network.node(name))), "")
        if not name:
            raise NetworkError("Select a recurrent layer first: RNN, LSTM or GRU.")
        shape = next(iter(self._document.resolved.layers[name].inputs), None)
        if shape is None or len(shape) != 2:
            raise NetworkError(f"{name} needs a sequence as its input before it can be unrolled.")
        after = unroll(network, name, shape[0])
        fresh = tuple(node for node in after.by_id if node not in network.by_id)
        self._edit(f"unroll {name} over time", after, (name, *fresh))

    def rename(self, old: str, new: str) -> None:
        """Call a node otherwise, weights and all; raises NetworkError."""
        network = rename(self._places.pinned(), old, new)
        if new != old:
            selection = tuple(new if name == old else name for name in self._document.selection)
            self._document.edit_network(f"rename {old} to {new}", network, names={old: new})
            self._document.select(selection)

    def _free(self, place: Position) -> Position:
        return free_place(self._places.positions, self._places.sizes, place)


def _called(node: Node) -> str:
    """What undo calls a new node: its kind, or its template."""
    return str(node.params.get("template", node.kind.replace("_", " ")))
