"""WireGesture: what drawing a wire by mouse and by keys have in common: the line, and the ports that are lit."""

from __future__ import annotations

from PySide6.QtCore import QPointF

from explorer.network import Network, why_not_connect
from ui.editor.commands import Link
from ui.editor.gestures.gesture import Canvas, Gesture
from ui.editor.gestures.mark import Mark
from ui.editor.node_item import NodeItem
from ui.editor.routing import around, no_boxes, rounded
from ui.editor.way import find_way

WRONG_WAY = "A wire runs from an output to an input."


class WireGesture(Gesture):
    """Shows a wire from a fixed end to where its other end would go; ports that it may end at are lit."""

    def __init__(self, canvas: Canvas, fixed: Link, network: Network) -> None:
        super().__init__(canvas)
        self.fixed, self.network = fixed, network
        self._line = Mark(self.scene, width=2)
        self._lit: NodeItem | None = None

    def offer(self, offered: bool) -> None:
        """Mark the ports that the wire may end at, or unmark them."""
        self.scene.offer_ports(self.fixed if offered else None)

    def why_not(self, link: Link) -> str | None:
        """Why the wire cannot end there, as a sentence; None if it can."""
        if (self.fixed[1] < 0) == (link[1] < 0):
            return WRONG_WAY
        source, target, port = self.ends(link)
        return why_not_connect(self.network, source, target, port)

    def ends(self, link: Link) -> tuple[str, str, int]:
        """Source, target and port of the wire between the fixed end and this one."""
        return (self.fixed[0], *link) if self.fixed[1] < 0 else (link[0], *self.fixed)

    def show(self, link: Link | None, where: QPointF, why: str | None) -> None:
        """Draw the wire to a port, or to a point of the scene, and say why it cannot end there."""
        self._light(link, why is None)
        self.canvas.show_note(why or "", where)
        near = self.place(link) if link and why is None else where
        fixed = self.place(self.fixed)
        ends = (fixed, near) if self.fixed[1] < 0 else (near, fixed)
        way = find_way(ends, (around(ends[0]), around(ends[1])), no_boxes, flow=self.scene.flow)
        self._line.show(rounded(way), "prob" if why else "acc")

    def take_away(self) -> None:
        """Show nothing of it any more."""
        self.offer(False)
        self._light(None, True)
        self.canvas.show_note("", QPointF())
        self._line.hide()

    def place(self, link: Link) -> QPointF:
        """The middle of a port in the scene."""
        item = self.scene.nodes[link[0]]
        return item.output_place() if link[1] < 0 else item.input_place(link[1])

    def _light(self, link: Link | None, fine: bool) -> None:
        item = self.scene.nodes[link[0]] if link else None
        if self._lit is not None and self._lit is not item:
            self._lit.light_port(None)
        if item is not None and link is not None:
            item.light_port(link[1], fine)
        self._lit = item
