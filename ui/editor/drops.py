"""Drops: what happens when a layer of the palette is dragged over the canvas and let go there."""

from __future__ import annotations

from PySide6.QtCore import QPointF
from PySide6.QtGui import QDropEvent

from explorer.layers import KIND_IDS, kind_of
from explorer.network import Edge
from ui.editor.commands import Commands
from ui.editor.gestures.lit_wire import LitWire
from ui.editor.palette import KIND_MIME
from ui.editor.scene import EditorScene


class Drops:
    """Lights the wire under the pointer, into which the layer would go, and adds the layer where it is let go."""

    def __init__(self, scene: EditorScene, commands: Commands) -> None:
        self._scene, self._commands = scene, commands
        self._lit = LitWire(scene)

    def over(self, event: QDropEvent, where: QPointF) -> None:
        """Something is over a point of the scene: take it if it is a layer."""
        kind_id = _kind_id(event)
        self._lit.light(self._edge(kind_id, where))
        event.setAccepted(bool(kind_id))

    def leave(self) -> None:
        """It has gone elsewhere."""
        self._lit.light(None)

    def drop(self, event: QDropEvent, where: QPointF) -> bool:
        """Add what was let go at a point of the scene; returns whether it was a layer."""
        self.leave()
        kind_id = _kind_id(event)
        if not kind_id:
            event.ignore()
            return False
        self._commands.drop(kind_id, (where.x(), where.y()), self._edge(kind_id, where))
        event.acceptProposedAction()
        return True

    def _edge(self, kind_id: str, where: QPointF) -> Edge | None:
        """The wire that a layer of this kind would be put into."""
        takes_input = bool(kind_id) and bool(kind_of(kind_id).ports)
        return self._scene.hit(where).edge if takes_input else None


def _kind_id(event: QDropEvent) -> str:
    """The id of the kind that is dragged; empty if it is anything else."""
    kind_id = bytes(event.mimeData().data(KIND_MIME).data()).decode(errors="replace")
    return kind_id if kind_id in KIND_IDS else ""
