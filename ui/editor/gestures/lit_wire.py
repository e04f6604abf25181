"""LitWire: the one wire that is lit because something would happen to it if the pointer let go now; and finding it."""

from __future__ import annotations

import itertools

from PySide6.QtCore import QPointF, QRectF

from explorer.network import Edge
from ui.editor.routing import blocked, boxes_of
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


def wire_under(scene: EditorScene, box: QRectF, where: QPointF, without: str) -> Edge | None:
    """The wire that runs under a box, the nearest to a point; none of the node ``without``."""
    found = []
    for edge in scene.ways.within(box):
        points = scene.wires[edge].points
        if without not in (edge.source, edge.target) and blocked(points, boxes_of([box])):
            found.append((min(_distance(where, *ends) for ends in itertools.pairwise(points)), edge))
    return min(found, key=lambda pair: pair[0])[1] if found else None


def _distance(where: QPointF, one: QPointF, two: QPointF) -> float:
    """From a point to a level or upright stretch, in pixels, along the axes."""
    across = where.x() - min(max(where.x(), min(one.x(), two.x())), max(one.x(), two.x()))
    down = where.y() - min(max(where.y(), min(one.y(), two.y())), max(one.y(), two.y()))
    return abs(across) + abs(down)
