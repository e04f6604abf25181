"""Pictures of arrays in pyqtgraph: a heat map with its colour bar, and a mosaic of tiles."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGraphicsRectItem, QWidget

from ui import theme
from ui.watch.pixels import Colours, Mosaic, coloured
from ui.watch.plot import ReadOut, Row, still
from ui.widgets.number import show_number

_WIDEST = 2.6
"""A heat map is at most this many times as wide as high; its cells stretch."""
_BAR, _BAR_GAP, _LABELS = 12.0, 16.0, 52.0
"""Pixels: the colour bar's width, its distance, and the room for its numbers."""

Told = tuple[str, float]
"""A read-out: what it is, and its value."""


class _Canvas(pg.PlotWidget):
    """A view of pixels: no axes, y downwards, one unit is one screen pixel."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, enableMenu=False)
        still(self)
        self.setFrameShape(self.Shape.NoFrame)
        self.setMinimumSize(80, 60)
        self.hideAxis("left")
        self.hideAxis("bottom")
        self.getPlotItem().setContentsMargins(0, 0, 0, 0)
        self.getViewBox().invertY(True)
        self.getViewBox().setDefaultPadding(0.0)
        self.read_out = ReadOut(self)
        self.scene().sigMouseMoved.connect(self._moved)
        self._fit()

    def room(self) -> tuple[float, float]:
        """(width, height) in pixels."""
        return max(1.0, float(self.width())), max(1.0, float(self.height()))

    def restyle(self) -> None:
        """Take over the colours of the theme."""
        self.setBackground(theme.current().tokens.color("surf"))

    def lay_out(self) -> None:
        """Place the items anew."""

    def told(self, where: QPointF) -> Told | None:
        """What the read-out says at a place; None is nothing."""
        return None

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if hasattr(self, "read_out"):  # pyqtgraph resizes within its constructor
            self._fit()
            self.lay_out()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.read_out.hide()

    def _fit(self) -> None:
        width, height = self.room()
        self.getViewBox().setRange(xRange=(0, width), yRange=(0, height), padding=0, disableAutoRange=True)

    def _moved(self, where: QPointF) -> None:
        told = self.told(self.getViewBox().mapSceneToView(where))
        if told is None:
            self.read_out.hide()
        else:
            self.read_out.tell(told[0], [Row("", show_number(told[1], 6), "text")], where.x(), where.y())


class HeatMap(_Canvas):
    """A matrix in the diverging map, zero in its middle, with the colour bar beside it.

    ``name`` says what the cell (row, column) is, on hover.
    """

    def __init__(self, name: Callable[[int, int], Told], parent: QWidget | None = None) -> None:
        self._shape = (1, 1)
        self._level = 1.0
        self._box = QRectF()
        self._name = name
        super().__init__(parent)
        self._image = pg.ImageItem(axisOrder="row-major")
        self._bar = pg.ImageItem(axisOrder="row-major")
        self._labels = [pg.TextItem(anchor=(0, 0.5)) for _ in range(3)]
        for item in (self._image, self._bar, *self._labels):
            self.addItem(item)
        self.restyle()

    def show_matrix(self, matrix: NDArray[Any], level: float) -> None:
        """Show (rows, columns) from −``level`` to ``level``."""
        self._shape, self._level = (matrix.shape[0], matrix.shape[1]), level
        self._image.setImage(coloured(matrix, -level, level, theme.diverging()), autoLevels=False)
        self.lay_out()

    def restyle(self) -> None:
        super().restyle()
        ramp = np.linspace(1.0, -1.0, 128).reshape(-1, 1)
        self._bar.setImage(coloured(ramp, -1.0, 1.0, theme.diverging()), autoLevels=False)
        for label in self._labels:
            label.setColor(theme.current().tokens.color("text3"))
            label.setFont(theme.mono_font(11))

    def lay_out(self) -> None:
        if not hasattr(self, "_labels"):
            return
        width, height = self.room()
        room = max(8.0, width - _BAR_GAP - _BAR - _LABELS)
        high = max(8.0, height - 12.0)
        aspect = min(_WIDEST, max(1 / _WIDEST, self._shape[1] / self._shape[0]))
        wide = min(room, high * aspect)
        high = min(high, wide / aspect)
        # Centred without its numbers, as the eye sees it.
        left, top = max(0.0, (width - wide - _BAR_GAP - _BAR) / 2), (height - high) / 2
        left = min(left, max(0.0, width - wide - _BAR_GAP - _BAR - _LABELS))
        self._box = QRectF(round(left), round(top), round(wide), round(high))
        self._image.setRect(self._box)
        bar = QRectF(self._box.right() + _BAR_GAP, self._box.top(), _BAR, self._box.height())
        self._bar.setRect(bar)
        texts = ("+" + show_number(self._level, 2), "0", show_number(-self._level, 2))
        places = (bar.top() + 6, bar.center().y(), bar.bottom() - 6)
        for label, text, y in zip(self._labels, texts, places, strict=True):
            label.setText(text)
            label.setPos(bar.right() + 2, y)
        self._labels[1].setVisible(bar.height() > 48)

    def told(self, where: QPointF) -> Told | None:
        if not self._box.contains(where):
            return None
        row = int((where.y() - self._box.top()) / self._box.height() * self._shape[0])
        column = int((where.x() - self._box.left()) / self._box.width() * self._shape[1])
        return self._name(min(row, self._shape[0] - 1), min(column, self._shape[1] - 1))


class TileMap(_Canvas):
    """Tiles side by side, as large as the room allows; ``name`` says what (tile, row, column) is, on hover."""

    def __init__(self, name: Callable[[int, int, int], str], parent: QWidget | None = None) -> None:
        self._tiles: NDArray[Any] = np.zeros((0, 1, 1))
        self._colours: Colours = np.zeros((0, 1, 1, 4), dtype=np.uint8)
        self._mosaic: Mosaic | None = None
        self._origin = QPointF()
        self._name = name
        super().__init__(parent)
        self._image = pg.ImageItem(axisOrder="row-major")
        self._frame = QGraphicsRectItem()
        self._frame.setZValue(10)
        self._frame.hide()
        self.addItem(self._image)
        self.addItem(self._frame, ignoreBounds=True)
        self.restyle()

    def show_tiles(self, tiles: NDArray[Any], low: float, high: float, lut: Colours) -> None:
        """Show (n, height, width) with one map from ``low`` to ``high`` for all."""
        self._tiles, self._colours = tiles, coloured(tiles, low, high, lut)
        self.lay_out()

    def restyle(self) -> None:
        super().restyle()
        self._frame.setPen(pg.mkPen(theme.current().tokens.color("acc"), width=2))

    def lay_out(self) -> None:
        if not self._tiles.size:
            return
        width, height = self.room()
        count, high, wide = self._tiles.shape
        mosaic = self._mosaic = Mosaic((count, high, wide), (max(8.0, width - 8), max(8.0, height - 8)))
        left, top = (width - mosaic.size[0]) // 2, (height - mosaic.size[1]) // 2
        self._origin = QPointF(left, top)
        self._image.setImage(mosaic.compose(self._colours), autoLevels=False)
        self._image.setRect(QRectF(left, top, *mosaic.size))

    def told(self, where: QPointF) -> Told | None:
        at = where - self._origin
        found = self._mosaic.find(at.x(), at.y()) if self._mosaic and at.x() >= 0 and at.y() >= 0 else None
        self._frame.setVisible(found is not None)
        if found is None or self._mosaic is None:
            return None
        x, y = self._mosaic.corner(found[0])
        size = (self._mosaic.tile_width, self._mosaic.tile_height)
        self._frame.setRect(QRectF(self._origin.x() + x - 1, self._origin.y() + y - 1, size[0] + 2, size[1] + 2))
        return self._name(*found), float(self._tiles[found])

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._frame.hide()
