"""What is drawn round the layers, and which rest: muting, frames, and the bends of wires, each one edit."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from explorer.annotate import bend, frame_nodes, put_in, remove_frame, set_frame, set_muted, straighten, take_out
from explorer.network import Edge, Position
from ui.editor.edits import Edits, what


class Annotating(Edits):
    """Commands that change no number of what runs, but for muting."""

    def toggle_mute(self, node_ids: Collection[str]) -> None:
        """Mute layers, so that what they read is passed on; unmute them if all are. Raises NetworkError."""
        network = self._places.pinned()
        muted = not all(network.node(name).muted for name in node_ids)
        if node_ids:
            self._edit(f"{'mute' if muted else 'unmute'} {what(node_ids)}", set_muted(network, node_ids, muted))

    def frame(self, node_ids: Collection[str]) -> str:
        """Draw a frame round layers; returns its id. Raises NetworkError if there are none."""
        network, frame_id = frame_nodes(self._places.pinned(), node_ids)
        self._edit(f"frame {what(node_ids)}", network)
        return frame_id

    def set_frame(
        self, frame_id: str, title: str | None = None, note: str | None = None, colour: str | None = None
    ) -> None:
        """Give a frame another title, note or colour; raises NetworkError if it is gone."""
        network = set_frame(self._document.network, frame_id, title=title, note=note, colour=colour)
        told = "title" if title is not None else "note" if note is not None else "colour"
        self._edit(f"change the {told} of a frame", network)

    def remove_frame(self, frame_id: str) -> None:
        """Take a frame away; its layers stay. Raises NetworkError if it is gone."""
        self._edit("delete a frame", remove_frame(self._document.network, frame_id))

    def put_in_frame(self, frame_id: str, node_ids: Collection[str]) -> None:
        """Let layers belong to a frame; raises NetworkError if it is gone."""
        self._edit(f"put {what(node_ids)} into a frame", put_in(self._places.pinned(), frame_id, node_ids))

    def take_out_of_frames(self, node_ids: Collection[str]) -> None:
        """Let layers belong to no frame."""
        self._edit(f"take {what(node_ids)} out of a frame", take_out(self._places.pinned(), node_ids))

    def straighten(self, edges: Collection[Edge]) -> None:
        """Let wires go their own way again."""
        network = self._document.network
        self._edit(f"straighten {what((), edges)}", straighten(network, edges))

    def bend(self, edge: Edge, via: Sequence[Position]) -> None:
        """Lead a wire through points; raises NetworkError if it is gone."""
        self._edit(f"bend the wire {edge.source} → {edge.target}", bend(self._places.pinned(), edge, via))
