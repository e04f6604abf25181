"""LitWire: the one wire that is lit because something would happen to it if the pointer let go now."""

from __future__ import annotations

from explorer.network import Edge
from ui.editor.scene import EditorScene


class LitWire:
    """Lights at most one wire of the canvas."""

    def __init__(self, scene: EditorScene) -> None:
        self._scene = scene
        self.edge: Edge | None = None

    def light(self, edge: Edge | None) -> None:
        """Light this wire instead of the one before; None lights none."""
        if edge == self.edge:
            return
        for known, lit in ((self.edge, False), (edge, True)):
            if known is not None:
                self._scene.light_edge(known, lit)
        self.edge = edge
