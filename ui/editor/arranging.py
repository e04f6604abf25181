"""Arranging: the commands that only say where nodes lie."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from explorer.annotate import set_flow, shift_bends, straighten
from explorer.network import Flow, Position, move
from ui.editor.aligning import Side, aligned, distributed
from ui.editor.arrangement import arrange
from ui.editor.edits import Edits, what


class Arranging(Edits):
    """Moving, aligning, distributing, and laying all nodes out anew."""

    def move(self, node_ids: Collection[str], dx: float, dy: float, merge: str = "") -> None:
        """Move nodes by pixels."""
        if dx or dy:
            network = move(self._places.pinned(), self._shifted(node_ids, dx, dy))
            self._edit(f"move {what(node_ids)}", shift_bends(network, node_ids, dx, dy), merge=merge)

    def nudge(self, dx: float, dy: float) -> None:
        """Move the selection a little; one nudge after another is taken back at once."""
        chosen = self._document.selection
        if chosen:
            self.move(chosen, dx, dy, merge="nudge " + " ".join(chosen))

    def align(self, side: Side) -> None:
        """Bring one side of the selected nodes, or their middles, into line."""
        chosen = self._document.selection
        if len(chosen) > 1:
            self._place(f"align {what(chosen)}", aligned(self._boxes(chosen), side))

    def distribute(self, axis: int) -> None:
        """Let the gaps between the selected nodes be equal, along x (0) or y (1)."""
        chosen = self._document.selection
        if len(chosen) > 2:
            self._place(f"distribute {what(chosen)}", distributed(self._boxes(chosen), axis))

    def arrange(self, flow: Flow = "right") -> None:
        """Lay all nodes out anew."""
        network = self._document.network
        places = arrange(network, self._places.sizes_for(flow), flow)
        if flow != network.flow or any(node.position != places[node.id] for node in network.nodes):
            self._edit("arrange layers", set_flow(straighten(move(network, places)), flow))

    def _boxes(self, node_ids: Collection[str]) -> dict[str, tuple[float, float, float, float]]:
        shown, sizes = self._places.positions, self._places.sizes
        return {name: (*shown[name], *sizes[name]) for name in node_ids}

    def _place(self, label: str, places: Mapping[str, Position], merge: str = "") -> None:
        """Put nodes at places; nothing is edited if they are shown there."""
        shown = self._places.positions
        if any(places[name] != shown[name] for name in places):
            self._edit(label, move(self._places.pinned(), places), merge=merge)
