"""Drops: what happens when a layer of the palette is dragged over the canvas and let go there."""

from __future__ import annotations

from PySide6.QtCore import QPointF
from PySide6.QtGui import QDropEvent

from explorer.network import Edge, NetworkError
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
        wanted = self._wanted(event)
        self._lit.light(self._edge(wanted, where))
        event.setAccepted(bool(wanted))

    def leave(self) -> None:
        """It has gone elsewhere."""
        self._lit.light(None)

    def drop(self, event: QDropEvent, where: QPointF) -> bool:
        """Add what was let go at a point of the scene; returns whether it was a layer."""
        self.leave()
        wanted = self._wanted(event)
        if not wanted:
            event.ignore()
            return False
        try:
            self._commands.drop(wanted, (where.x(), where.y()), self._edge(wanted, where))
        except NetworkError as error:
            self._commands.refuse(error)
        event.acceptProposedAction()
        return True

    def _edge(self, wanted: str, where: QPointF) -> Edge | None:
        """The wire that what is dragged would be put into."""
        takes_input = bool(wanted) and self._commands.takes_input(wanted)
        return self._scene.hit(where).edge if takes_input else None

    def _wanted(self, event: QDropEvent) -> str:
        """The id of the kind or template that is dragged; empty if it is anything else."""
        wanted = bytes(event.mimeData().data(KIND_MIME).data()).decode(errors="replace")
        return wanted if self._commands.knows(wanted) else ""
