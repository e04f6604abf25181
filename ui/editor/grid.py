"""The dotted grid behind the network."""

from __future__ import annotations

from math import floor

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from ui import theme

SPACING = 16
_CLOSEST = 10.0


def paint_grid(painter: QPainter, rect: QRectF, zoom: float) -> None:
    """Fill a rectangle of the scene with dots; from far away fewer of them are drawn."""
    tokens = theme.current().tokens
    painter.fillRect(rect, tokens.color("canvas"))
    step = float(SPACING)
    while step * zoom < _CLOSEST:
        step *= 2
    left, top = floor(rect.left() / step) * step, floor(rect.top() / step) * step
    columns, rows = int(rect.width() / step) + 2, int(rect.height() / step) + 2
    pen = QPen(tokens.color("dot"), 2)
    pen.setCosmetic(True)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setPen(pen)
    half = step / 2
    points = [
        QPointF(left + half + x * step, top + half + y * step) for y in range(-1, rows) for x in range(-1, columns)
    ]
    painter.drawPoints(points)
