"""The way of a wire, whatever way it is drawn: a network that runs down is one that runs to the right, mirrored."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPointF, QRectF

from explorer.network import Flow, Position
from ui.editor.bends import curve, through
from ui.editor.routing import Boxes, Points, beside, route


def find_way(
    ends: tuple[QPointF, QPointF],
    boxes: tuple[QRectF, QRectF],
    between: Callable[[], Boxes],
    *,
    flow: Flow = "right",
    lane: int = 0,
    via: Sequence[Position] = (),
    curved: bool = False,
) -> Points:
    """Points from an output port to an input port of nodes with these boxes; what lies ``between`` is gone round.

    ``lane`` is the number of the input port, ``via`` are points that the wire is led through.
    """
    if flow == "down":
        mirrored = find_way(
            (mirror(ends[0]), mirror(ends[1])), (mirror_rect(boxes[0]), mirror_rect(boxes[1])),
            lambda: between()[:, (1, 0, 3, 2)],
            lane=lane, via=[(y, x) for x, y in via], curved=curved,
        )  # fmt: skip
        return [mirror(point) for point in mirrored]
    if curved:
        return curve(*ends, via)
    if via:
        return through(*ends, via)
    return beside(*ends) or route(*ends, between(), *boxes, lane)


def mirror(point: QPointF) -> QPointF:
    """A point mirrored at the diagonal: right becomes down."""
    return QPointF(point.y(), point.x())


def mirror_rect(box: QRectF) -> QRectF:
    """A rectangle mirrored at the diagonal."""
    return QRectF(box.y(), box.x(), box.height(), box.width())
