"""DrawWire: drag from a port to another; from a port that is wired, the wire's end comes off."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt

from explorer.network import Edge, remove
from explorer.rewire import free_port
from ui.editor.commands import Link
from ui.editor.gestures.gesture import Canvas, Pointer
from ui.editor.gestures.wire_gesture import WireGesture


class DrawWire(WireGesture):
    """Draws a wire to where the pointer is; let go on the canvas, it offers layers to go on with."""

    cursor = Qt.CursorShape.CrossCursor

    def __init__(self, canvas: Canvas, node: str, port: int) -> None:
        network = canvas.document.network
        self._loose: Edge | None = None
        if port >= 0:
            self._loose = next((edge for edge in network.incoming[node] if edge.port == port), None)
        fixed = (self._loose.source, -1) if self._loose else (node, port)
        super().__init__(canvas, fixed, remove(network, edges=[self._loose]) if self._loose else network)
        self._moved = False

    def start(self, pointer: Pointer) -> None:
        self.offer(True)

    def move(self, pointer: Pointer) -> None:
        if not self._moved and self._loose is not None:
            self.scene.hide_edges([self._loose])
        self._moved = True
        link, why = self._end_at(pointer.scene)
        self.show(link, pointer.scene, why)

    def end(self, pointer: Pointer) -> None:
        link, why = self._end_at(pointer.scene)
        self._leave()
        if not self._moved:
            return
        if link is None and self._loose is not None:
            self.canvas.commands.unwire(self._loose)
        elif link is None:
            if not self._on_itself(pointer.scene):
                self.canvas.offer_layers(pointer.scene, self.fixed)
        elif why is None:
            source, target, port = self.ends(link)
            if self._loose != Edge(source, target, port):
                self.canvas.commands.wire(source, target, port, self._loose)

    def cancel(self) -> None:
        self._leave()

    def _end_at(self, where: QPointF) -> tuple[Link | None, str | None]:
        """The port at a point that the loose end could take, and why it cannot; over a node, its first free port."""
        hit = self.scene.hit(where)
        if hit.node is None or (hit.node == self.fixed[0] and hit.port in (None, self.fixed[1])):
            return None, None
        if hit.port is not None:
            link = (hit.node, hit.port)
        else:
            link = (hit.node, -1 if self.fixed[1] >= 0 else free_port(self.network, hit.node))
        return link, self.why_not(link)

    def _on_itself(self, where: QPointF) -> bool:
        """Whether a point is on the node where the wire begins: letting go there means nothing."""
        return self.scene.hit(where).node == self.fixed[0]

    def _leave(self) -> None:
        self.take_away()
        self.scene.hide_edges(())
