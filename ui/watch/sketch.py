"""Sketch: a small drawing of what a view looks like, for the menu that adds views."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QImage, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QAbstractButton, QWidget

from ui import theme

SIZE = QSize(64, 40)
_ROW = QSize(344, 56)


@dataclass(frozen=True)
class Sketch:
    """Lines, bars, points and cells over the unit square; every part may be left out. It is drawn, never computed."""

    lines: tuple[tuple[str, tuple[float, ...]], ...] = ()
    """For each line the token of its colour, and heights at even distances."""
    bars: tuple[float, ...] = ()
    points: tuple[tuple[float, float], ...] = ()
    cells: tuple[tuple[float, ...], ...] = ()
    """Rows of numbers, from −1 to 1 if ``signed`` (the diverging map), else from 0 to 1 (the map for magnitudes)."""
    signed: bool = True
    gap: float = 0.0
    """Pixels between the cells."""

    def paint(self, painter: QPainter, box: QRectF) -> None:
        """Draw into ``box``."""
        tokens = theme.current().tokens

        def at(x: float, y: float) -> QPointF:
            return QPointF(box.left() + x * box.width(), box.bottom() - y * box.height())

        self._paint_cells(painter, box)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(tokens.color("neg"))
        for place, height in enumerate(self.bars):
            wide = 1 / len(self.bars)
            painter.drawRect(QRectF(at(place * wide, height), at((place + 1) * wide, 0)).adjusted(0.5, 0, -0.5, 0))
        for x, y in self.points:
            painter.drawEllipse(at(x, y), 1.5, 1.5)
        for token, heights in self.lines:
            painter.setPen(QPen(tokens.color(token), 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPolyline(QPolygonF([at(n / (len(heights) - 1), y) for n, y in enumerate(heights)]))

    def _paint_cells(self, painter: QPainter, box: QRectF) -> None:
        if not self.cells:
            return
        numbers = np.asarray(self.cells)
        colours = theme.diverging() if self.signed else theme.magnitude()
        index = np.rint((numbers + 1) * 127.5 if self.signed else numbers * 255).astype(np.intp)
        pixels = np.ascontiguousarray(colours[index])
        down, across = numbers.shape
        image = QImage(pixels.data, across, down, 4 * across, QImage.Format.Format_RGBA8888)
        side = min(box.width() / across, box.height() / down)
        corner = box.center() - QPointF(side * across / 2, side * down / 2)
        for row in range(down):
            for column in range(across):
                where = QRectF(corner.x() + column * side, corner.y() + row * side, side - self.gap, side - self.gap)
                painter.fillRect(where, image.pixelColor(column, row))


class SketchRow(QAbstractButton):
    """A row of the menu: the sketch, the view's title, and what it shows."""

    def __init__(self, sketch: Sketch, title: str, help_: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sketch, self._help = sketch, help_
        self.setText(title)
        self.setAccessibleName(f"Add view {title}")
        self.setAccessibleDescription(help_)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def sizeHint(self) -> QSize:
        return _ROW

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme.current().tokens
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if self.underMouse() or self.hasFocus():
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(tokens.color("accsoft"))
                painter.drawRoundedRect(self.rect(), 4, 4)
            frame = QRectF(8, (self.height() - SIZE.height()) / 2, SIZE.width(), SIZE.height())
            painter.setPen(QPen(tokens.color("line"), 1))
            painter.setBrush(tokens.color("surf"))
            painter.drawRoundedRect(frame.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
            self._sketch.paint(painter, frame.adjusted(6, 5, -6, -5))
            left = frame.right() + 12
            font = theme.text_font(13, 500)
            painter.setFont(font)
            painter.setPen(tokens.color("text"))
            painter.drawText(QPointF(left, frame.top() + QFontMetrics(font).ascent() - 2), self.text())
            painter.setFont(theme.text_font(11))
            painter.setPen(tokens.color("text3"))
            words = QRectF(left, frame.top() + 15, self.width() - left - 8, 30)
            painter.drawText(words, int(Qt.TextFlag.TextWordWrap), self._help)
