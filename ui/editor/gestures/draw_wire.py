"""DrawWire: drag from a port to another; from a port that is wired, the wire's end comes off."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPen
from PySide6.QtWidgets import QGraphicsPathItem

from explorer.network import Edge, remove, why_not_connect
from ui import theme
from ui.editor.commands import Link
from ui.editor.gestures.gesture import Canvas, Gesture, Pointer
from ui.editor.node_item import NodeItem
from ui.editor.routing import around, rounded, route


class DrawWire(Gesture):
    """Draws a wire to where the pointer is; ports that it may end at are lit, others say why not."""

    cursor = Qt.CursorShape.CrossCursor

    def __init__(self, canvas: Canvas, node: str, port: int) -> None:
        super().__init__(canvas)
        network = canvas.document.network
        self._loose: Edge | None = None
        if port >= 0:
            self._loose = next((edge for edge in network.incoming[node] if edge.port == port), None)
        self._fixed: Link = (self._loose.source, -1) if self._loose else (node, port)
        self._network = remove(network, edges=[self._loose]) if self._loose else network
        self._line: QGraphicsPathItem | None = None
        self._lit: NodeItem | None = None
        self._moved = False

    def start(self, pointer: Pointer) -> None:
        self._offer(True)

    def move(self, pointer: Pointer) -> None:
        self._moved = True
        link, why = self._end_at(pointer.scene)
        self._light(link, why is None)
        self.canvas.show_note(why or "", pointer.scene)
        near = self._place(link) if link and why is None else pointer.scene
        fixed = self._place(self._fixed)
        ends = (fixed, near) if self._fixed[1] < 0 else (near, fixed)
        line = self._shown_line()
        line.setPen(QPen(theme.current().tokens.color("prob" if why else "acc"), 2))
        line.setPath(rounded(route(*ends, [], around(ends[0]), around(ends[1]))))

    def end(self, pointer: Pointer) -> None:
        link, why = self._end_at(pointer.scene)
        self._take_away()
        if not self._moved:
            return
        if link is None and self._loose is not None:
            self.canvas.commands.unwire(self._loose)
        elif link is None:
            self.canvas.offer_layers(pointer.scene, self._fixed)
        elif why is None:
            source, (target, port) = (self._fixed[0], link) if self._fixed[1] < 0 else (link[0], self._fixed)
            if self._loose != Edge(source, target, port):
                self.canvas.commands.wire(source, target, port, self._loose)

    def cancel(self) -> None:
        self._take_away()

    def _end_at(self, where: QPointF) -> tuple[Link | None, str | None]:
        """The port at a point that the loose end could take, and why it cannot; over a node, its first free port."""
        hit = self.scene.hit(where)
        if hit.node is None or (hit.node == self._fixed[0] and hit.port in (None, self._fixed[1])):
            return None, None
        if self._fixed[1] >= 0:
            if hit.port is not None and hit.port >= 0:
                return (hit.node, hit.port), "A wire runs from an output, at the right, to an input, at the left."
            return (hit.node, -1), why_not_connect(self._network, hit.node, *self._fixed)
        if hit.port == -1:
            return (hit.node, -1), "A wire runs from an output, at the right, to an input, at the left."
        port = hit.port if hit.port is not None else self._first_free(hit.node)
        return (hit.node, port), why_not_connect(self._network, self._fixed[0], hit.node, port)

    def _first_free(self, node: str) -> int:
        wired = {edge.port for edge in self._network.incoming[node]}
        ports = range(self.scene.nodes[node].look.ports)
        return next((port for port in ports if port not in wired), 0)

    def _place(self, link: Link) -> QPointF:
        item = self.scene.nodes[link[0]]
        return item.output_place() if link[1] < 0 else item.input_place(link[1])

    def _light(self, link: Link | None, fine: bool) -> None:
        item = self.scene.nodes[link[0]] if link else None
        if self._lit is not None and self._lit is not item:
            self._lit.light_port(None)
        if item is not None and link is not None:
            item.light_port(link[1], fine)
        self._lit = item

    def _offer(self, offered: bool) -> None:
        self.scene.offer_ports(self._fixed if offered else None)

    def _shown_line(self) -> QGraphicsPathItem:
        if self._line is None:
            self._line = QGraphicsPathItem()
            self._line.setZValue(8)
            self.base_scene.addItem(self._line)
            self.scene.hide_edge(self._loose)
        return self._line

    def _take_away(self) -> None:
        self._offer(False)
        self._light(None, True)
        self.canvas.show_note("", QPointF())
        if self._line is not None:
            self.base_scene.removeItem(self._line)
            self._line = None
        self.scene.hide_edge(None)
