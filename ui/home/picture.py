"""NetworkPicture: a small drawing of a network, for its card."""

from __future__ import annotations

import itertools

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from explorer.kind import LayerKind
from explorer.network import Network
from explorer.resolve import Layer, resolve
from explorer.wiring import topological
from ui import theme

MOST_UNITS = 6


class NetworkPicture(QWidget):
    """Units as columns of circles, pictures as stacked squares, subnetworks as stacks, wired from left to right."""

    def __init__(self, network: Network, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        layers = resolve(network).layers
        self._columns = [layers[node] for node in topological(network) if _shown(layers[node].kind)]
        self.setFixedHeight(96)

    def sizeHint(self) -> QSize:
        return QSize(240, 96)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme.current().tokens
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            frame = QPainterPath()
            frame.addRoundedRect(QRectF(self.rect()), 4, 4)
            painter.fillPath(frame, tokens.color("canvas"))
            places = [self._places(column) for column in range(len(self._columns))]
            painter.setPen(QPen(tokens.color("line2"), 1))
            for before, after in itertools.pairwise(places):
                for start in before:
                    for end in after:
                        painter.drawLine(start, end)
            painter.setPen(QPen(tokens.color("acc"), 1.4))
            painter.setBrush(tokens.color("surf"))
            for layer, points in zip(self._columns, places, strict=True):
                for point in points:
                    self._draw(painter, layer, point)

    def _places(self, column: int) -> list[QPointF]:
        """The centres of a column's circles or its one stack."""
        step = self.width() / (len(self._columns) + 1)
        x = step * (column + 1)
        layer = self._columns[column]
        shape = layer.shape or (1,)
        count = 1 if len(shape) > 1 or layer.kind.expands else min(MOST_UNITS, shape[0])
        gap = min(18.0, 84 / max(1, count))
        top = self.height() / 2 - gap * (count - 1) / 2
        return [QPointF(x, top + gap * i) for i in range(count)]

    def _draw(self, painter: QPainter, layer: Layer, centre: QPointF) -> None:
        shape = layer.shape or (1,)
        if layer.kind.expands:
            for offset in (6, 3, 0):
                painter.drawRoundedRect(QRectF(centre.x() - 11 + offset, centre.y() - 30 + offset, 22, 56), 4, 4)
            return
        if len(shape) == 1:
            painter.drawEllipse(centre, 5, 5)
            return
        side = 14 + 14 * min(1.0, shape[-1] / 8)
        for offset in (6, 3, 0):
            painter.drawRect(QRectF(centre.x() - side / 2 + offset, centre.y() - side / 2 - offset, side, side))


def _shown(kind: LayerKind) -> bool:
    """Activations and rearrangements are not drawn apart from the layer that they belong to."""
    return not (kind.activation or kind.rearranges)
