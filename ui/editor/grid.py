"""The dotted grid behind the network."""

from __future__ import annotations

from math import ceil, floor

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPixmap, QTransform

from ui import theme

SPACING = 16
_CLOSEST = 10.0
_DOT = 2


def paint_grid(painter: QPainter, rect: QRectF, zoom: float) -> None:
    """Fill a rectangle of the scene with dots; from far away fewer of them are drawn.

    One row of dots is drawn, and copied to all the others: thousands of single dots would take longer than the nodes.
    """
    tokens = theme.current().tokens
    painter.fillRect(rect, tokens.color("canvas"))
    step = float(SPACING)
    while step * zoom < _CLOSEST:
        step *= 2
    transform = painter.worldTransform()
    seen, gap = transform.mapRect(rect), step * zoom
    # The first dot left of and above what is seen, in pixels of the screen.
    left = transform.dx() + gap * (floor((seen.left() - transform.dx()) / gap - 0.5) + 0.5)
    top = transform.dy() + gap * (floor((seen.top() - transform.dy()) / gap - 0.5) + 0.5)
    columns, rows = ceil(seen.width() / gap) + 2, ceil(seen.height() / gap) + 2
    painter.save()
    painter.setWorldTransform(QTransform())
    painter.setClipRect(seen, Qt.ClipOperation.IntersectClip)
    ratio = painter.device().devicePixelRatioF()
    start = round(left * ratio)
    row = QPixmap(ceil(columns * gap * ratio) + _DOT, ceil(_DOT * ratio))
    row.fill(Qt.GlobalColor.transparent)
    pen = QPainter(row)
    dot, colour = ceil(_DOT * ratio), tokens.color("dot")
    for column in range(columns):
        pen.fillRect(round((left + column * gap) * ratio) - start, 0, dot, dot, colour)
    pen.end()
    row.setDevicePixelRatio(ratio)
    for number in range(rows):
        y = round((top + number * gap) * ratio) / ratio
        painter.drawPixmap(QPointF(start / ratio - _DOT / 2, y - _DOT / 2), row)
    painter.restore()
